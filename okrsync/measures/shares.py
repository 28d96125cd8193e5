"""The raw progress of an item on each day that the ledger knows, on today's baseline and target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from okrsync.measures.progress import progress
from okrsync.measures.rules import Rules
from okrsync.model.okrs import KeyResult, LedgerEntry, Objective

__all__ = ["Shares", "shares_of"]

Shares = Sequence[tuple[date, Decimal]]
"""Days with the progress of each, neither clamped nor rounded, oldest first."""
_GREATEST = Decimal(10) ** 15
"""Beyond it, what was typed is most likely a mistake, which `progress` tells."""
_STRAIGHT = ("baseline-to-target", "zero-to-target", "baseline-to-stretch", "stretch-only")


def shares_of(item: KeyResult | Objective, entries: Sequence[LedgerEntry], rules: Rules) -> Shares:
    """The progress of each entry that has one. Without numbers to measure, it is that of then."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if numbers is None or numbers.milestones is not None:
        return [(entry.day, entry.progress) for entry in entries if entry.progress is not None]
    line = _line(numbers, rules)
    shares: list[tuple[date, Decimal]] = []
    for entry in entries:
        share = entry.progress
        if entry.current is not None and line is not None and abs(entry.current) < _GREATEST:
            share = line[0] + entry.current * line[1]
        elif entry.current is not None:
            measured = progress(replace(numbers, current=entry.current), rules).raw
            share = share if measured is None else measured
        if share is not None:
            shares.append((entry.day, share))
    return shares


def _line(numbers: KeyResult, rules: Rules) -> tuple[Decimal, Decimal] | None:
    """The progress at 0, and what one more brings, where progress runs straight with the value.
    Measuring each value anew would take most of the time of a run.
    """
    at_0, at_1 = (progress(replace(numbers, current=Decimal(n)), rules) for n in (0, 1))
    if at_0.raw is None or at_1.raw is None or {at_0.rule, at_1.rule} - {*_STRAIGHT}:
        return None
    return at_0.raw, at_1.raw - at_0.raw
