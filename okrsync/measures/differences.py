"""Warnings about numbers of one item that disagree: what somebody typed, and what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okrsync.measures.progress import clamp, progress
from okrsync.measures.reasons import percent
from okrsync.measures.rules import Rules
from okrsync.model.okrs import KeyResult, Kind, Objective, Warning_

__all__ = ["about", "given_differs", "own_numbers_differ"]

_A_POINT = Decimal("0.01")


def about(item: KeyResult | Objective, role: str, code: str, message: str) -> Warning_:
    """A warning about the cell of a role, or about the title where no column has the role."""
    cell = item.origin.cell(role) or item.origin.title_cell
    return Warning_(code, item.origin.source, cell, f"{item.title!r:.80}: {message}")


def given_differs(
    item: KeyResult | Objective,
    given_progress: Decimal,
    share: Decimal | None,
    raw: Decimal | None,
) -> Iterator[Warning_]:
    """A warning where a typed progress is more than one percent point off the measured one."""
    if share is None or abs(given_progress - share) <= _A_POINT:
        return
    if raw is not None and abs(given_progress - raw) <= _A_POINT:
        return
    is_rolled_up = isinstance(item, Objective) and item.is_rolled_up
    typed = "the rollup beside it says" if is_rolled_up else "its typed progress is"
    measured = (
        "its numbers"
        if isinstance(item, KeyResult) or not (item.key_results or item.numbers is None)
        else "its parts"
    )
    message = (
        f"{typed} {percent(given_progress)}, and {measured} come to {percent(share)}; the"
        " latter is used"
    )
    yield about(item, "progress", "given-differs", message)


def own_numbers_differ(
    objective: Objective, numbers: KeyResult, share: Decimal, rules: Rules
) -> Iterator[Warning_]:
    """A warning where an objective's own numbers are more than one percent point off what its key
    results come to. A box that is not ticked yet contradicts nothing.
    """
    if numbers.kind is Kind.BOOLEAN and not numbers.current:
        return
    own_progress = progress(numbers, rules).raw
    if own_progress is None or abs(clamp(own_progress, rules) - share) <= _A_POINT:
        return
    message = (
        f"its own numbers come to {percent(own_progress)}, and its key results to"
        f" {percent(share)}; the latter is used"
    )
    yield about(objective, "current", "own-numbers-differ", message)
