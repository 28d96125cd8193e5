"""Events: targets, baselines and owners that changed, as the ledger saw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from msgspec.structs import replace

from okrsync.measures.progress import progress
from okrsync.measures.reasons import percent, short_day
from okrsync.measures.result import Move
from okrsync.measures.rules import Rules
from okrsync.model.okrs import KeyResult, LedgerEntry, Objective, Warning_
from okrsync.model.table import text_of

__all__ = [
    "EVENT_CODES",
    "move_sentence",
    "move_warnings",
    "move_words",
    "moves_of",
    "plan_at",
    "unit_of",
]

_ROLES: tuple[Literal["baseline", "target", "owner"], ...] = ("baseline", "target", "owner")
EVENT_CODES = frozenset(f"{role}-moved" for role in _ROLES)


def moves_of(
    item: KeyResult | Objective,
    entries: Iterable[LedgerEntry],
    rules: Rules,
    ended: date | None = None,
) -> tuple[Move, ...]:
    """Every change of the item's target, baseline or owner, in the order in which okrsync saw them.

    Filled for the first time is no change; emptied and filled again counts if the new one differs
    from the last. `ended` is the last day of an item whose time is over: later changes of its
    target or baseline are marked as such.
    """
    return tuple(_moves(item, entries, rules, ended))


def _moves(
    item: KeyResult | Objective, entries: Iterable[LedgerEntry], rules: Rules, ended: date | None
) -> Iterator[Move]:
    # What the team recorded in columns of its own knows no target and no owner.
    last: dict[str, Any] = {}
    for entry in entries:
        if entry.origin != "run":
            continue
        for what in _ROLES:
            new = getattr(entry, what)
            # An emptied cell keeps its last value here, so that typing it again is no change.
            if new is None:
                continue
            old = last.get(what)
            last[what] = new
            if old is None or old == new or _alike(old, new):
                continue
            is_late = ended is not None and entry.seen_on > ended and what != "owner"
            yield Move(
                entry.seen_on,
                what,
                old,
                new,
                _progress(item, replace(entry, **{what: old}), rules),
                _progress(item, entry, rules),
                is_late,
            )


def _alike(old: object, new: object) -> bool:
    """Whether two names differ in spaces and case alone."""
    if isinstance(old, str) and isinstance(new, str):
        return " ".join(old.split()).casefold() == " ".join(new.split()).casefold()
    return False


def _progress(item: KeyResult | Objective, entry: LedgerEntry, rules: Rules) -> Decimal | None:
    """The progress of an entry's value on the entry's baseline and target; as stored if the item
    has no numbers to measure.
    """
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if numbers is None or numbers.milestones is not None or entry.current is None:
        return entry.progress
    then = replace(
        numbers, baseline=entry.baseline, target=entry.target, current=entry.current, plan=()
    )
    measured = progress(then, rules).raw
    return entry.progress if measured is None else measured


def move_words(move: Move, unit: str | None = None) -> str:
    """`target lowered from 200 to 150 on 5 Nov; 20 % of the old one`."""
    when = f"on {short_day(move.day)}{', after the end' if move.after_end else ''}"
    if isinstance(move.before, str) or isinstance(move.after, str):
        return f"{move.what} changed from {move.before} to {move.after} {when}"
    sign = " %" if unit == "%" else ""
    verb = "lowered" if move.after < move.before else "raised"
    numbers = f"from {text_of(move.before)}{sign} to {text_of(move.after)}{sign}"
    if move.progress_before is None:
        return f"{move.what} {verb} {numbers} {when}"
    of = "of" if move.what == "target" else "from"
    return f"{move.what} {verb} {numbers} {when}; {percent(move.progress_before)} {of} the old one"


def move_sentence(move: Move, unit: str | None = None) -> str:
    """The same as a sentence of its own."""
    words = move_words(move, unit)
    return f"{words[:1].upper()}{words[1:]}."


def move_warnings(
    item: KeyResult | Objective, moves: Iterable[Move], as_of: date, since: timedelta
) -> Iterator[Warning_]:
    """A warning for each change that was seen within the last `since`."""
    for move in moves:
        if move.day > as_of - since:
            cell = item.origin.cell(move.what) or item.origin.title_cell
            score = "; the score stays with the old one" if move.after_end else ""
            yield Warning_(
                f"{move.what}-moved",
                item.origin.source,
                cell,
                f"{item.title!r:.80}: {move_words(move, unit_of(item))}{score}",
            )


def unit_of(item: KeyResult | Objective) -> str | None:
    """The unit of the item's numbers."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    return None if numbers is None else numbers.unit


def plan_at(entries: Sequence[LedgerEntry], day: date) -> tuple[Decimal | None, Decimal | None]:
    """The baseline and target that okrsync last saw up to the end of a day; None where it saw
    none.
    """
    baseline = target = None
    for entry in entries:
        if entry.origin == "run" and entry.seen_on <= day:
            baseline = baseline if entry.baseline is None else entry.baseline
            target = target if entry.target is None else entry.target
    return baseline, target
