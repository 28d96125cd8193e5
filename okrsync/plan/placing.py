"""Assigns each item to its cycle, so that a new quarter turns no untouched row green.

In this order: the cycle that the sheet or the config names; the item's own due date; the cycle in
which okrsync first saw it; or, if its numbers show that it continues, the running one. The decision
is remembered for the first day of the next cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import TypeVar

from msgspec.structs import replace

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, CycleFrom, KeyResult, LedgerEntry, Objective, Status
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import text_of

__all__ = [
    "PlacedOkrs",
    "Placement",
    "Turn",
    "has_ended",
    "is_same_part",
    "place",
    "regained",
    "was_known",
]


_A_DAY = timedelta(days=1)
_Item = TypeVar("_Item", KeyResult, Objective)


class Placement(Frozen, frozen=True, gc=False):
    """The cycle an item was last placed in, how that was known, and the day okrsync first saw it.

    `plan` holds its baseline and target while that cycle ran, `news` its current value and check-in
    when late values last counted: a later change is evidence for the running cycle.

    `final` is the progress with which the cycle ended, or the last one while it runs; `latest` the
    one measured since, and `corrected` the day on which a late value made it another. `is_final`
    says that it was measured after the end. `begins` is the first day of an item that states only
    when it is due.
    """

    cycle: Cycle
    how: CycleFrom
    since: date
    plan: str = ""
    news: str = ""
    final: Decimal | None = None
    latest: Decimal | None = None
    corrected: date | None = None
    is_final: bool = False
    begins: date | None = None


class Turn(Frozen, frozen=True):
    """The time context of placing: the day, the running cycle, how long late values count after the
    end of a cycle, and a function from a day to its cycle. `named` is the cycle that the config
    names for a source, None where it names none. `is_noted` says whether placements will be
    remembered.
    """

    today: date
    running: Cycle
    settle: timedelta
    around: Callable[[date], Cycle]
    named: Cycle | None = None
    is_noted: bool = True

    @property
    def settled_from(self) -> date:
        """The first day on which late values of the previous cycle no longer count."""
        return self.running.start + self.settle


class PlacedOkrs(Frozen, frozen=True):
    """Objectives whose items have their cycle, and the placements to remember, by natural key."""

    objectives: tuple[Objective, ...]
    placements: Mapping[str, Placement]


def place(
    objectives: Iterable[Objective], remembered: Mapping[str, Placement], turn: Turn
) -> PlacedOkrs:
    """Every item of a source with its cycle. Items with dates keep those and get none; a date that
    is missing beside another one is filled in, so that it stays where it is at the turn. An
    objective that names no cycle is where its key results are. An item whose period cannot be read
    is left out, and so are the key results under it that name none themselves.
    """
    items = list(objectives)
    placing = _SourcePlacing(remembered, turn, _latest_check_ins(items))
    placed = [each for item in items if (each := placing.objective(item)) is not None]
    return PlacedOkrs(tuple(placed), placing.placements)


class _SourcePlacing:
    """Places the items of one source. What many of them share is made once."""

    def __init__(
        self,
        remembered: Mapping[str, Placement],
        turn: Turn,
        latest: Mapping[tuple[str, str], date],
    ) -> None:
        self.placements: dict[str, Placement] = {}
        self._remembered, self._turn, self._latest_check_ins = remembered, turn, latest
        # Most items name the same cycle, and were first seen on the same day.
        self._alike: dict[tuple[int, date, str], Placement] = {}
        self._new: dict[tuple[int, bool, date | None, str], Placement] = {}

    def objective(self, objective: Objective) -> Objective | None:
        """The objective and its key results with their cycles; None if it is left out."""
        is_unread = _is_unread(objective)
        # Its days are those of key results that state none, so they come first.
        keeps_days = objective.cycle is None and (
            objective.due is not None or (self._turn.named is not None and _is_dated(objective))
        )
        if keeps_days:
            objective = self._item(objective, None)
        # Hardly any item has something unclear, and there may be a hundred thousand.
        results = [
            self._item(result, objective)
            for result in objective.key_results
            if not (result.unclear and _is_unread(result))
            and not (is_unread and result.cycle is None)
        ]
        if not results and (objective.key_results or is_unread):
            return None
        if results != [*objective.key_results]:
            objective = replace(objective, key_results=tuple(results))
        if is_unread:
            objective = replace(objective, unclear=objective.unclear - {"cycle"})
        if keeps_days:
            return objective
        if results and objective.cycle is None:
            # The tree takes the latest cycle of the key results on each side of the turn.
            of_results = [self.placements[each.key] for each in results]
            before = self._remembered.get(objective.key)
            self.placements[objective.key] = _latest(of_results, before)
            return objective
        if objective.is_year_open:
            return self._with_open_year(objective)
        return self._item(objective, None)

    def _with_open_year(self, objective: Objective) -> Objective:
        """The objective in the year of the latest of its key results."""
        placed = self._item(objective, None)
        # Not a set of cycles: to hash each of a hundred thousand takes long.
        cycles = {
            id(each): each for each in (placed.cycle, *[kr.cycle for kr in placed.key_results])
        }
        cycle = max(cycles.values(), key=lambda each: _year_of_part(each, objective.cycle))
        if cycle is not None:
            self.placements[placed.key] = replace(self.placements[placed.key], cycle=cycle)
        return replace(placed, cycle=cycle)

    def _item(self, item: _Item, above: Objective | None) -> _Item:
        """The item with the cycle it carries, or with its days if these count instead."""
        placement = self.placements[item.key] = self._placement(item, above)
        # Dates say more about an item's time than the cycle they lie in.
        keeps_dates = (
            item.cycle is None
            and placement.how in ("named", "dates")
            and (_is_dated(item) or (above is not None and _is_dated(above)))
        )
        if not keeps_dates:
            if item.cycle is placement.cycle and item.cycle_from == placement.how:
                return item  # The sheet named it. A hundred thousand second items take 30 MB.
            return replace(item, cycle=placement.cycle, cycle_from=placement.how)
        if above is not None and above.cycle is not None:
            return replace(item, cycle_from=placement.how)
        start, due = _with_missing_day(item, above, placement)
        return replace(item, start=start, due=due, cycle_from=placement.how)

    def _placement(self, item: KeyResult | Objective, above: Objective | None) -> Placement:
        before, table_key = self._remembered.get(item.key), item.origin.table_key
        namer = item if item.cycle is not None else above
        key = None
        if (
            before is None
            and not self._turn.is_noted
            and namer is not None
            and namer.cycle is not None
        ):
            # Of a new item that names its cycle, nothing else counts. The items keep their cycles
            # alive, so that no other has the same id.
            key = id(namer.cycle), namer.is_year_open, item.checked_in, table_key
            if (known := self._new.get(key)) is not None:
                return known
        table_news = self._latest_check_ins.get((table_key, _open_period(item, above)))
        placement = _placement(item, above, before, table_news, self._turn)
        if (
            placement.how in ("named", "first-seen")
            and not placement.plan
            and not placement.news
            and placement.final is None
        ):
            alike = (id(placement.cycle), placement.since, placement.how)
            placement = self._alike.setdefault(alike, placement)
        if key is not None:
            self._new[key] = placement
        return placement


def _placement(
    item: KeyResult | Objective,
    above: Objective | None,
    before: Placement | None,
    table_news: date | None,
    turn: Turn,
) -> Placement:
    """The placement of one item, given the objective above it."""
    since = turn.today if before is None else before.since
    namer = item if item.cycle is not None else above
    if namer is not None and namer.cycle is not None:
        if namer.is_year_open:
            return _without_year(item, namer.cycle, before, table_news, turn)
        return Placement(namer.cycle, "named", since)
    if turn.named is not None:
        return Placement(turn.named, "named", since)
    # A start alone says nothing about the end.
    due = _due_of(item, above)
    if due is not None:
        cycle = turn.around(due)
        states_start = item.start is not None or (item.due is None and above is not None)
        begins = None if states_start else _begins(item, due, cycle, before, turn)
        return Placement(cycle, "dates", since, begins=begins)
    return _unnamed(item, before, table_news, turn)


def _latest(placements: Sequence[Placement], before: Placement | None) -> Placement:
    """The placement of an objective that names no cycle, by those of its key results."""
    last = max(placements, key=lambda each: (each.cycle.end, each.cycle.start))
    since = min(each.since for each in placements) if before is None else before.since
    return Placement(last.cycle, last.how, since)


def _begins(
    item: KeyResult | Objective,
    due: date,
    cycle: Cycle,
    before: Placement | None,
    turn: Turn,
) -> date:
    """The first day of an item that states only when it is due, given the cycle of that day. It
    stays what it was: counted from the start of the running cycle, the item would be better off on
    each first day of a cycle.

    An item that is due in a later cycle runs already, except one of the next cycle on which nobody
    has worked yet: that one is prepared, and begins with its cycle, or once somebody works on it.
    """
    known = None if before is None else before.begins
    if before is not None and known is not None and known <= due:
        is_prepared = before.since <= turn.today < known
        if not is_prepared or (known == cycle.start and not _is_worked_on(item)):
            return known
        if known == cycle.start:
            return turn.today
    if cycle.start <= turn.running.start:
        return cycle.start
    is_next = cycle.start == turn.running.end + _A_DAY
    is_late_finish = due <= cycle.start + turn.settle
    if is_next and not is_late_finish and not _is_worked_on(item):
        return cycle.start
    return turn.running.start


def _is_worked_on(item: KeyResult | Objective) -> bool:
    """Whether somebody has checked in, moved a value or said how the item stands."""
    if isinstance(item, Objective) and any(map(_is_worked_on, item.key_results)):
        return True
    numbers = item if isinstance(item, KeyResult) else item.numbers
    has_moved = numbers is not None and (
        (numbers.current is not None and numbers.current != (numbers.baseline or 0))
        or (numbers.milestones is not None and numbers.milestones[0] > 0)
    )
    return (
        has_moved
        or item.checked_in is not None
        or bool(item.given_progress)
        or item.given_status not in (None, Status.NOT_STARTED)
    )


def _due_of(item: KeyResult | Objective, above: Objective | None) -> date | None:
    """The day on which an item is due, else its objective, unless the item begins after that."""
    above_due = None if above is None else above.due
    is_over = item.start is not None and above_due is not None and above_due < item.start
    return item.due or (None if is_over else above_due)


def _with_missing_day(
    item: KeyResult | Objective, above: Objective | None, placement: Placement
) -> tuple[date | None, date | None]:
    """The first and last day of an item that states one of them, or whose objective does."""
    start, due = item.start, item.due
    if above is not None:
        # An own due day says more about its time than the days of its objective.
        start = start or (above.start if due is None else None)
        due = _due_of(item, above)
    if placement.how == "named":
        cycle = placement.cycle
        due = due or cycle.end
        return start or (cycle.start if cycle.start <= due else None), due
    return start or placement.begins, due


def _without_year(
    item: KeyResult | Objective,
    named: Cycle,
    before: Placement | None,
    table_news: date | None,
    turn: Turn,
) -> Placement:
    """The placement of an item whose period names no year (`Q4`), given that period in the year of
    the running cycle. It stays in the year in which okrsync first placed it; once the same period
    runs again, it moves there as an item without a cycle moves.
    """
    since = turn.today if before is None else before.since
    placement = Placement(named, "named", since, *_noted(item, before, turn))
    if before is None or not is_same_part(before.cycle, named):
        checked_in = item.checked_in or table_news
        if checked_in is None or not checked_in <= turn.today < named.start:
            return placement
        # Whatever was checked in already is not of a period that is still to come, unless somebody
        # prepares that one.
        earlier = _a_year_before(named)
        is_near = named.start - checked_in < checked_in - earlier.end
        is_of_earlier = checked_in >= earlier.start and not is_near
        return replace(placement, cycle=earlier) if is_of_earlier else placement
    if named.start <= before.cycle.start or before.cycle.end >= turn.today:
        return replace(placement, cycle=before.cycle)
    moved = (before.plan or placement.plan) != placement.plan or (
        turn.today >= before.cycle.end + turn.settle
        and (before.news or placement.news) != placement.news
    )
    if moved and named.start <= turn.today:
        return placement
    # What changes before the period runs again is no evidence once it does.
    return replace(placement, cycle=before.cycle)


_YEAR = lazy_pattern(r"(?:19|20)\d\d")


@lru_cache(maxsize=256)
def is_same_part(cycle: Cycle, other: Cycle) -> bool:
    """Whether two cycles are the same part of two years, or of one: Q4 and Q4."""
    return _YEAR.sub("", cycle.name) == _YEAR.sub("", other.name)


def _year_of_part(cycle: Cycle | None, part: Cycle | None) -> date:
    """The first day of a cycle that is the same part of some year; the earliest day otherwise."""
    is_same = cycle is not None and part is not None and is_same_part(cycle, part)
    return cycle.start if cycle is not None and is_same else date.min


@lru_cache(maxsize=256)
def _a_year_before(cycle: Cycle) -> Cycle:
    """The same part of the year before."""
    start, after = (
        # The 29th of February has no day of its own in the year before.
        date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)
        for day in (cycle.start, cycle.end + timedelta(days=1))
    )
    name = _YEAR.sub(lambda year: str(int(year[0]) - 1), cycle.name)
    return Cycle(start, after - timedelta(days=1), name)


def regained(
    objectives: Iterable[Objective], histories: Mapping[str, Sequence[LedgerEntry]], turn: Turn
) -> dict[str, Placement]:
    """The placements that follow from what was seen of items, by natural key: of a state that lost
    them and got its past back. Items that name their cycle or their days need none.
    """
    placements: dict[str, Placement] = {}
    for objective in objectives if histories else ():
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            entries = histories.get(item.key, ())
            if not entries or item.cycle is not None:
                continue
            if item.due is None:
                placements[item.key] = _followed(item, entries, turn)
            elif item.start is None:
                placements[item.key] = _begun(item, item.due, entries, turn)
    return placements


def _begun(
    item: KeyResult | Objective, due: date, entries: Sequence[LedgerEntry], turn: Turn
) -> Placement:
    """The placement of an item that states only when it is due, after each of its observations."""
    cycle, before = turn.around(due), None
    bare: KeyResult | Objective
    if isinstance(item, Objective):
        bare = replace(item, key_results=(), numbers=None, given_status=None)
    else:
        bare = replace(item, current=None, milestones=None, given_status=None)
    for entry in entries:
        day = entry.seen_on
        seen = replace(bare, given_progress=entry.progress, checked_in=entry.checked_in)
        then = replace(turn, today=day, running=turn.around(day))
        begins = _begins(seen, due, cycle, before, then)
        before = Placement(cycle, "dates", entries[0].seen_on, begins=begins)
    assert before is not None, "an item that was seen"
    return before


def _followed(item: KeyResult | Objective, entries: Sequence[LedgerEntry], turn: Turn) -> Placement:
    """The placement of an item after each of its observations, as the runs of those days saw it."""
    first = entries[0]
    day = first.seen_on
    cycle = turn.around(day)
    how: CycleFrom = "first-seen"
    if first.checked_in is not None and day < cycle.start + turn.settle:
        cycle = turn.around(min(first.checked_in, day))
    for earlier, entry in pairwise(entries):
        running = turn.around(entry.seen_on)
        is_settled = entry.seen_on >= running.start + turn.settle
        if cycle.end < running.start and (
            _plan_seen(entry) != _plan_seen(earlier)
            or (is_settled and _news_seen(entry) != _news_seen(earlier))
        ):
            cycle, how = running, "evidence"
    last = entries[-1]
    numbers = item if isinstance(item, KeyResult) else item.numbers
    stated = None if numbers is None else (numbers.baseline, numbers.target)
    value = (None if numbers is None else numbers.current, item.checked_in)
    # What differs from the last observation is news of now.
    is_same_plan = stated is None or stated == _plan_seen(last)
    is_same_value = value == _news_seen(last)
    return Placement(
        cycle,
        how,
        first.seen_on,
        _plan_of(item) if is_same_plan else "",
        _news_of(item) if is_same_value else "",
        final=last.progress,
    )


def _plan_seen(entry: LedgerEntry) -> tuple[Decimal | None, Decimal | None]:
    return entry.baseline, entry.target


def _news_seen(entry: LedgerEntry) -> tuple[Decimal | None, date | None]:
    return entry.current, entry.checked_in


def has_ended(cycle: Cycle, today: date) -> bool:
    """Whether a cycle is over: its last day still counts as running."""
    return cycle.end < today


def was_known(placement: Placement, settle: timedelta) -> bool:
    """Whether okrsync saw the item before its cycle was over and settled."""
    return placement.since <= placement.cycle.end + settle


def _unnamed(
    item: KeyResult | Objective, before: Placement | None, table_news: date | None, turn: Turn
) -> Placement:
    """The placement of an item that names no cycle and has no dates."""
    plan, news = _noted(item, before, turn)
    if before is None or before.how in ("named", "dates"):
        since = turn.today if before is None else before.since
        return Placement(_first_cycle(item, table_news, turn), "first-seen", since, plan, news)
    if before.cycle.end >= turn.running.start:
        # Still running, or the config counts its cycles in another way now.
        # Neither a clock set back nor a config that names the last cycle still pulls an item out of
        # one that it was placed in.
        is_ahead = before.cycle.start > min(turn.today, turn.running.end)
        cycle = before.cycle if is_ahead else turn.running
        return replace(before, cycle=cycle, plan=plan, news=news)
    # Until then a late value counts for the cycle that ended, and is no evidence.
    is_settled = turn.today >= turn.settled_from
    if plan != before.plan or (is_settled and news != before.news):
        return Placement(turn.running, "evidence", before.since, plan, news)
    return before if is_settled else replace(before, news=news)


def _first_cycle(item: KeyResult | Objective, table_news: date | None, turn: Turn) -> Cycle:
    """The cycle of an item that is seen for the first time: the running one, unless that has only
    just begun and the last check-in lies before it.
    """
    if item.start is not None and item.start > turn.running.end:
        return turn.around(item.start)
    checked_in = item.checked_in or table_news
    if turn.today < turn.settled_from and checked_in is not None:
        # A check-in in the future is a typing mistake, and must not open the next cycle.
        return turn.around(min(checked_in, turn.today))
    return turn.running


def _latest_check_ins(objectives: Sequence[Objective]) -> dict[tuple[str, str], date]:
    """By table, and within it by the period that is named without a year, the latest check-in. A
    prepared `Q4` says nothing of the day on which somebody worked on the `Q3` above it.
    """
    latest: dict[tuple[str, str], date] = {}
    for objective in objectives:
        items: list[KeyResult | Objective] = [objective, *objective.key_results]
        for item in items:
            day = item.checked_in
            if day is not None:
                key = item.origin.table_key, _open_period(item, objective)
                if day > latest.get(key, date.min):
                    latest[key] = day
    return latest


def _open_period(item: KeyResult | Objective, above: Objective | None) -> str:
    """The period that the item, or the objective above it, names without a year; else empty."""
    namer = item if item.cycle is not None or above is None else above
    return namer.cycle.name if namer.is_year_open and namer.cycle is not None else ""


def _is_unread(item: KeyResult | Objective) -> bool:
    """Whether the item names a period that cannot be read."""
    return "cycle" in item.unclear


def _is_dated(item: KeyResult | Objective) -> bool:
    return item.start is not None or item.due is not None


def _noted(item: KeyResult | Objective, before: Placement | None, turn: Turn) -> tuple[str, str]:
    """The plan and the news of an item, which later runs compare with theirs; empty where nothing
    is compared, and no later run will know.
    """
    if before is None and not turn.is_noted:
        return "", ""
    # Many items plan the same, and a hundred thousand texts take room.
    return intern(_plan_of(item)), intern(_news_of(item))


def _plan_of(item: KeyResult | Objective) -> str:
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if numbers is None:
        return ""
    return f"{text_of(numbers.baseline)}|{text_of(numbers.target)}|{text_of(numbers.target_high)}"


def _news_of(item: KeyResult | Objective) -> str:
    numbers = item if isinstance(item, KeyResult) else item.numbers
    current = "" if numbers is None else f"{text_of(numbers.current)}|{numbers.milestones or ''}"
    # The day of a check-in for a week is today until the week is over, and must not move with it.
    checked_in = item.checked_in_until or item.checked_in or ""
    return f"{current}|{text_of(item.given_progress)}|{item.given_status or ''}|{checked_in}"
