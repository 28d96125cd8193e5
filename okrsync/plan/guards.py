"""The guards that stop a source before anything is written to it, until a person decides.

A guard checks one source: its OKRs as understood, what okrsync remembers of it, and its plan. Each
guard has a name; `--allow NAME` lets it pass for one run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from msgspec import field as struct_field

from okrsync.model.frozen import Frozen
from okrsync.plan.answers import Losses
from okrsync.plan.plan import Refusal, SourcePlan

if TYPE_CHECKING:
    from okrsync.model.source_okrs import Okrs

__all__ = ["GUARDS", "GuardLimits", "Remembered", "doubts", "refusals", "too_many_changes"]

_FEW, _SPARED = 10, 2
"""With fewer than ten items, a loss of up to two stops nothing."""
_NAMED = 3
"""A message names at most this many cells."""

GUARDS = {
    "vanished-input": (
        "a column that a source is read from is missing, and no other column can replace it"
    ),
    "exchanged-inputs": (
        "columns that a source is read from exchanged their names, while their contents stayed"
    ),
    "empty": "a source that had OKRs is now empty",
    "max-shrink": "a source lost more of its items than `guards.max_shrink` allows",
    "max-losses": (
        "more rows lost their answer or their check-in in one run than `guards.max_losses` allows"
    ),
    "max-changes": (
        "more values that people typed would be replaced than `guards.max_changes` allows"
    ),
    "vanished-header": "a column okrsync has written to is gone",
}
"""Every guard by name, with what it protects against."""


class GuardLimits(Frozen, frozen=True):
    """`max_shrink`, `max_changes` and `max_losses` of the config, as shares from 0 to 1."""

    max_shrink: float = 0.2
    max_changes: float = 0.5
    max_losses: float = 0.3


class Remembered(Frozen, frozen=True):
    """What okrsync remembers from earlier runs: how many items the source held (None before the
    first run), and the columns it wrote to, as table key, field and header. `losses` are the
    answers its rows would lose against the last run; `vanished` describes the columns it was read
    from that are gone, `exchanged` those that exchanged their names.
    """

    items: int | None = None
    headers: Collection[tuple[str, str, str]] = struct_field(default_factory=frozenset)
    losses: Losses = struct_field(default_factory=Losses)
    vanished: tuple[str, ...] = ()
    exchanged: tuple[str, ...] = ()


def doubts(
    okrs: Okrs, before: Remembered, limits: GuardLimits, allowed: Collection[str] = ()
) -> tuple[Refusal, ...]:
    """The guards that reject the content as read: the source's last good numbers count instead,
    until a person has looked.
    """
    return tuple(
        refusal
        for refusal in _doubtful(okrs, before, limits, allowed)
        if refusal.guard not in allowed
    )


def refusals(
    okrs: Okrs,
    plan: SourcePlan,
    before: Remembered,
    limits: GuardLimits,
    allowed: Collection[str] = (),
) -> tuple[Refusal, ...]:
    """Every guard that stops this source and was not allowed to pass."""
    return tuple(
        refusal
        for refusal in _all(okrs, plan, before, limits, allowed)
        if refusal.guard not in allowed
    )


def too_many_changes(plan: SourcePlan, limits: GuardLimits) -> Refusal | None:
    """The refusal if too many values that people typed would be replaced, else None."""
    # Cells that are empty, or that hold what okrsync wrote, are no loss to anybody.
    if not plan.owned_cells or plan.replaced <= plan.owned_cells * limits.max_changes:
        return None
    return Refusal(
        "max-changes",
        f"{plan.replaced} of {plan.owned_cells} owned cells hold values that okrsync did not write"
        f" and would replace, {plan.replaced / plan.owned_cells:.0%} where guards.max_changes"
        f" allows {limits.max_changes:.0%}; check that write.columns names the right columns",
    )


def _all(
    okrs: Okrs,
    plan: SourcePlan,
    before: Remembered,
    limits: GuardLimits,
    allowed: Collection[str],
) -> Iterator[Refusal]:
    yield from _doubtful(okrs, before, limits, allowed)
    refusal = too_many_changes(plan, limits)
    if refusal is not None:
        yield refusal
    yield from _vanished(okrs, plan, before)


def _doubtful(
    okrs: Okrs, before: Remembered, limits: GuardLimits, allowed: Collection[str]
) -> Iterator[Refusal]:
    if before.vanished:
        left = len(before.vanished) - _NAMED
        more = f"; and {left} more" if left > 0 else ""
        yield Refusal("vanished-input", "; ".join(before.vanished[:_NAMED]) + more)
        if "vanished-input" not in allowed:
            return  # The missing column explains whatever else is empty or lost.
    if before.exchanged:
        yield Refusal("exchanged-inputs", "; ".join(before.exchanged))
        if "exchanged-inputs" not in allowed:
            return
    # An implied objective stands in no row, so that it cannot get lost.
    items = sum(1 + len(objective.key_results) - objective.implied for objective in okrs.objectives)
    if before.items and not items:
        yield Refusal(
            "empty",
            f"had {_count(before.items)} at the last run and is empty now; check whether somebody"
            " cleared it or the mapping no longer fits",
        )
    # `empty` says the same more plainly, so that only one of the two is raised.
    elif before.items and _are_too_many(before.items - items, before.items, limits.max_shrink):
        yield Refusal(
            "max-shrink",
            f"had {_count(before.items)} at the last run and has {items} now, a loss of "
            f"{1 - items / before.items:.0%} where guards.max_shrink allows"
            f" {limits.max_shrink:.0%}",
        )
    lost, total = before.losses.items, before.losses.had_one
    if not before.vanished and _are_too_many(len(lost), total, limits.max_losses):
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        addresses = ", ".join(
            str(item.origin.cell("current") or item.origin.title_cell) for item in lost[:_NAMED]
        )
        yield Refusal(
            "max-losses",
            f"{len(lost)} of {total} rows that had an answer or a check-in at the last run have"
            f" none now ({addresses}{more}), {len(lost) / total:.0%} where guards.max_losses allows"
            f" {limits.max_losses:.0%}; check whether their values can be read, or whether"
            " somebody cleared a column",
        )


def _are_too_many(lost: int, total: int, share: float) -> bool:
    """Whether more is lost than the share allows. With few items, losing two is no emergency."""
    return lost > total * share and (total >= _FEW or lost > _SPARED)


def _vanished(okrs: Okrs, plan: SourcePlan, before: Remembered) -> Iterator[Refusal]:
    new_columns = (
        {(column.table_key, column.field, column.header) for column in plan.batch.new_columns}
        if plan.batch
        else ()
    )
    names = {owned.table_key: owned.table for owned in okrs.owned}
    # A column we wrote to and would now make again: somebody renamed or deleted it.
    gone_columns = sorted(set(before.headers) & set(new_columns))
    if gone_columns:
        columns = ", ".join(
            f"{header!r} ({name}) of {names.get(table_key, table_key)}"
            for table_key, name, header in gone_columns
        )
        is_one = len(gone_columns) == 1
        yield Refusal(
            "vanished-header",
            f"{'a column' if is_one else 'columns'} that okrsync wrote to"
            f" {'is' if is_one else 'are'} no longer there: {columns}; if"
            f" {'it was' if is_one else 'they were'} renamed, put the new name under write.columns;"
            f" if {'it was' if is_one else 'they were'} deleted, allow"
            f" {'it' if is_one else 'them'} to be made again",
        )


def _count(items: int) -> str:
    return f"{items} item" if items == 1 else f"{items} items"
