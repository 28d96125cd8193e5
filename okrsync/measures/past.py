"""What the ledger adds to a measure: the events of an item, its change over a week, its trend."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from msgspec.structs import replace

from okrsync.measures.events import move_sentence, move_warnings, moves_of, plan_at, unit_of
from okrsync.measures.outlook import LEAST, OutlookOf, outlook_of, outlook_sentence, outlooks_above
from okrsync.measures.pace import elapsed, planned
from okrsync.measures.parts import period_of
from okrsync.measures.progress import HELD, clamp
from okrsync.measures.result import Measure, Measured, Move, Outlook, UnmeasurableItem
from okrsync.measures.rules import Rules
from okrsync.measures.shares import Shares, shares_of
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import (
    Cycle,
    Freshness,
    KeyResult,
    Kind,
    LedgerEntry,
    Objective,
    Status,
    Warning_,
)
from okrsync.model.tree import Shared, Tree

__all__ = ["TREND_WEEKS", "a_week_ago", "add_past", "by_day", "with_final_plans"]

TREND_WEEKS = 13
"""The points of a trend, one a week: a quarter."""
_A_WEEK = timedelta(days=7)
_POINT = Decimal("0.01")
# Before that, one early success would forecast ten times the target.
_TOO_EARLY = Decimal("0.1")
_ON_THE_WAY = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)

Histories = Mapping[str, Sequence[LedgerEntry]]
"""By item id, what was seen of it, in the order in which it was seen."""


def by_day(entries: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """The entry that counts for each day, which is the latest, oldest day first."""
    latest = {entry.day: entry for entry in entries}
    return tuple(latest[day] for day in sorted(latest))


def with_final_plans(tree: Tree, histories: Histories, as_of: date, cycle: Cycle) -> Tree:
    """The tree as it is measured: an item whose time is over keeps the baseline and target that it
    had at its end. The same tree if none of them changed.
    """
    finals: dict[str, KeyResult] = {}
    for objective in tree.objectives.values():
        for kr in objective.key_results:
            end = period_of(kr, objective.cycle or cycle)[1]
            if end >= as_of or kr.cycle_from not in ("named", "dates"):
                continue
            baseline, target = plan_at(histories.get(kr.id, ()), end)
            final = replace(
                kr,
                baseline=kr.baseline if baseline is None or kr.baseline is None else baseline,
                target=kr.target if target is None or kr.target is None else target,
            )
            if final != kr:
                finals[kr.id] = final
    return tree if not finals else _with_key_results(tree, finals)


def a_week_ago(tree: Tree, histories: Histories, as_of: date) -> Tree | None:
    """The tree with the values of a week ago, on today's targets; None if nothing is known of then.
    An item of which nothing was known then keeps the value it has.
    """
    day = as_of - _A_WEEK
    if not any(_was_known(entry, day) for entries in histories.values() for entry in entries):
        return None
    key_results: dict[str, KeyResult] = {}
    objectives: dict[str, Objective] = {}
    for objective in tree.objectives.values():
        entry = _at(histories.get(objective.id, ()), day)
        if entry is not None:
            numbers = objective.numbers
            objectives[objective.id] = replace(
                objective,
                numbers=None if numbers is None else _with_value(numbers, entry),
                given_progress=None if objective.given_progress is None else entry.progress,
            )
        for kr in objective.key_results:
            entry = _at(histories.get(kr.id, ()), day)
            if entry is not None:
                key_results[kr.id] = _with_value(kr, entry)
    if not key_results and not objectives:
        return None
    return _with_key_results(
        replace(tree, objectives={**tree.objectives, **objectives}), key_results
    )


def add_past(
    tree: Tree,
    measured: Measured,
    week_ago: Measured | None,
    histories: Histories,
    rules: Mapping[str, Rules],
    *,
    as_of: date,
    cycle: Cycle,
    since: timedelta,
    with_outlooks: bool = True,
) -> Measured:
    """The measures with what the ledger adds to each, and a warning for each event of the last
    `since`; without `with_outlooks`, they get their events only. `rules` are by source; the empty
    name stands for every other source. Raises `UnmeasurableItem` as `measure` does.
    """
    # At first each item has one entry, which makes no event, no trend and no outlook.
    if (
        week_ago is None
        and not any(each.phases for each in rules.values())
        and max(map(len, histories.values()), default=0) <= 1
    ):
        return measured
    past = _Past(tree, histories, rules, as_of, cycle)
    shares = past.shares() if with_outlooks else {}
    today, at_news = past.outlooks(measured.items, shares)
    items, warnings = past.with_events(measured.items, week_ago, shares, since)
    return Measured(past.with_outlooks(items, today, at_news), (*measured.warnings, *warnings))


class _Past(Frozen, frozen=True):
    """What was seen of the items of one tree, and the rules they are measured by."""

    tree: Tree
    histories: Histories
    rules: Mapping[str, Rules]
    as_of: date
    cycle: Cycle

    def _rules_of(self, item: KeyResult | Objective) -> Rules:
        return self.rules.get(item.origin.source, self.rules[""])

    def shares(self) -> dict[str, Shares]:
        """By item id, its progress day by day; without items that have one entry, which makes
        neither a trend nor an outlook.
        """
        return {
            item.id: shares_of(item, by_day(entries), self._rules_of(item))
            for item, _ in _items(self.tree, self.cycle)
            if len(entries := self.histories.get(item.id, ())) > 1
        }

    def with_events(
        self,
        measures: Mapping[str, Measure],
        week_ago: Measured | None,
        shares: Mapping[str, Shares],
        since: timedelta,
    ) -> tuple[dict[str, Measure], list[Warning_]]:
        """The measures with their events, change and trend, and a warning for each event of the
        last `since`.
        """
        items = dict(measures)
        warnings: list[Warning_] = []
        for item, within in _items(self.tree, self.cycle):
            measure, entries = measures.get(item.id), self.histories.get(item.id, ())
            if measure is None or not entries:
                continue
            delta = _delta(self.tree, item, measure, week_ago, self.histories, self.as_of)
            if len(entries) == 1:
                if delta is not None:
                    items[item.id] = measure._replace(delta=delta)
                continue
            own_rules, end = self._rules_of(item), period_of(item, within)[1]
            moves = moves_of(item, entries, own_rules, end if self.as_of > end else None)
            warnings.extend(move_warnings(item, moves, self.as_of, since))
            items[item.id] = measure._replace(
                moves=moves,
                delta=delta,
                trend=_trend(shares.get(item.id, ()), own_rules),
                reason=_with_moves(item, measure, moves, entries, since),
            )
        return items, warnings

    def outlooks(
        self, measures: Mapping[str, Measure], shares: Mapping[str, Shares]
    ) -> tuple[OutlookOf, OutlookOf]:
        """The outlook of every item as seen today, and as seen on the day of the item's last news,
        which a note carries: it changes with the next news and not with the calendar.
        """
        today: dict[str, Outlook] = {}
        at_news: dict[str, Outlook] = {}
        for item, within in _items(self.tree, self.cycle):
            entries = self.histories.get(item.id, ())
            if item.id not in shares or len(entries) < LEAST or _has_parts(item):
                continue
            news = max(entry.seen_on for entry in entries)
            outlook_on = partial(self._outlook, item, within, shares[item.id])
            outlook = outlook_on(self.as_of)
            before = outlook if news >= self.as_of else outlook_on(news)
            if outlook is not None:
                today[item.id] = outlook
            if before is not None:
                at_news[item.id] = before
        return (
            outlooks_above(self.tree, measures, today, self.rules),
            outlooks_above(self.tree, measures, at_news, self.rules),
        )

    def _outlook(
        self, item: KeyResult | Objective, within: Cycle, shares: Shares, day: date
    ) -> Outlook | None:
        try:
            return outlook_of(item, shares, period_of(item, within), day, self._rules_of(item))
        except Exception as error:
            raise UnmeasurableItem(item, error) from error

    def with_outlooks(
        self, measures: Mapping[str, Measure], today: OutlookOf, at_news: OutlookOf
    ) -> dict[str, Measure]:
        """The measures with their outlooks; those without one get a forecast by the phases of the
        config, if it has any.
        """
        items = dict(measures)
        for item, within in _items(self.tree, self.cycle):
            outlook, measure = today.get(item.id), measures.get(item.id)
            if measure is None or measure.set_aside is not None:
                continue
            period = period_of(item, within)
            if outlook is None:
                entries = self.histories.get(item.id, ())
                news = max((entry.seen_on for entry in entries), default=self.as_of)
                forecast = _by_plan(item, measure, period, news, self._rules_of(item))
                if forecast is not None:
                    items[item.id] = measure._replace(forecast=forecast)
                continue
            known = at_news.get(item.id)
            # While a check-in is overdue, the pace of the time before says little about today.
            is_silent = not _has_parts(item) and measure.freshness is Freshness.STALE
            sentence = (
                outlook_sentence(item, known, period[1])
                if known is not None and measure.status in _ON_THE_WAY and not is_silent
                else ""
            )
            items[item.id] = measure._replace(
                outlook=outlook,
                forecast=outlook.value,
                reason=" ".join(filter(None, (measure.reason, sentence))),
                outlook_at_news=sentence,
            )
        return items


def _has_parts(item: KeyResult | Objective) -> bool:
    """Whether it is measured by its key results."""
    return isinstance(item, Objective) and bool(item.key_results)


def _by_plan(
    item: KeyResult | Objective,
    measure: Measure,
    period: tuple[date, date],
    news: date,
    rules: Rules,
) -> Decimal | None:
    """Where the progress ends up if it stays as far along the phases as on the day of the item's
    last news: 0.2 where the phases plan 0.2 is the whole. Too few values for an outlook are enough
    for this, since the config says how the progress should run. None without phases, in the first
    tenth of the time, and for guard-rails.
    """
    if not rules.phases or isinstance(item, Objective) or measure.progress is None:
        return None
    share = elapsed(*period, news, rules)
    by_then = planned(share, rules)
    if share < _TOO_EARLY or by_then <= 0 or HELD.intersection(measure.rules):
        return None
    return measure.progress / by_then


def _with_moves(
    item: KeyResult | Objective,
    measure: Measure,
    moves: Sequence[Move],
    entries: Sequence[LedgerEntry],
    since: timedelta,
) -> str:
    """The reason, with the events that came with the last news of the row or shortly before. They
    are counted from those news, not from today: a note does not change with the calendar.
    """
    news = max(entry.seen_on for entry in entries)
    recent = [move_sentence(move, unit_of(item)) for move in moves if move.day > news - since]
    return " ".join([measure.reason, *recent])


def _delta(
    tree: Tree,
    item: KeyResult | Objective,
    measure: Measure,
    week_ago: Measured | None,
    histories: Histories,
    as_of: date,
) -> Decimal | None:
    """The change of progress since a week ago; None if nothing was known of the item then."""
    if week_ago is None or measure.progress is None or measure.set_aside is not None:
        return None
    day = as_of - _A_WEEK
    ids = [item.id]
    if isinstance(item, Objective):
        ids += [kr.id for kr in item.key_results]
        ids += [shared.key_result.id for shared in tree.shared.get(item.id, ())]
    if all(_at(histories.get(id_, ()), day) is None for id_ in ids):
        return None
    before = week_ago.items[item.id].progress
    return None if before is None else measure.progress - before


def _trend(shares: Shares, rules: Rules) -> tuple[Decimal, ...]:
    """The progress at the end of each week up to the last news, on today's target; empty with fewer
    than two points. Weeks are counted back from those news: a day without news moves nothing.
    """
    if not shares:
        return ()
    known = [(day, clamp(share, rules).quantize(_POINT, ROUND_HALF_UP)) for day, share in shares]
    days = [day for day, _ in known]
    points: list[Decimal] = []
    day = days[-1]
    while len(points) < TREND_WEEKS and day > days[0] - _A_WEEK:
        index = bisect_right(days, day) - 1
        # The first point may lie up to a week before the first value.
        points.append(known[max(index, 0)][1])
        day -= _A_WEEK
    return tuple(reversed(points)) if len(points) > 1 else ()


def _at(entries: Sequence[LedgerEntry], day: date) -> LedgerEntry | None:
    """What counted at the end of a day; None if okrsync did not know the item then. What the team
    itself recorded for that day counts as known.
    """
    if not any(_was_known(entry, day) for entry in entries):
        return None
    past = [entry for entry in entries if entry.day <= day]
    return by_day(past)[-1]


def _was_known(entry: LedgerEntry, day: date) -> bool:
    return entry.day <= day and (entry.origin != "run" or entry.seen_on <= day)


def _with_value(kr: KeyResult, entry: LedgerEntry) -> KeyResult:
    """The key result with the value of an entry."""
    milestones = kr.milestones
    if milestones is not None and entry.progress is not None:
        milestones = (int(entry.progress * milestones[1] + Decimal("0.5")), milestones[1])
    is_given = kr.kind is Kind.GIVEN or kr.given_progress is not None
    return replace(
        kr,
        current=entry.current,
        milestones=milestones,
        given_progress=entry.progress if is_given else None,
    )


def _with_key_results(tree: Tree, key_results: Mapping[str, KeyResult]) -> Tree:
    """The tree with some of its key results replaced, by id."""
    return replace(
        tree,
        objectives={
            id_: replace(
                objective,
                key_results=tuple(key_results.get(kr.id, kr) for kr in objective.key_results),
            )
            for id_, objective in tree.objectives.items()
        },
        shared={
            id_: tuple(Shared(key_results.get(kr.id, kr), share) for kr, share in shared_results)
            for id_, shared_results in tree.shared.items()
        },
    )


def _items(tree: Tree, cycle: Cycle) -> Iterator[tuple[KeyResult | Objective, Cycle]]:
    """Every item with the cycle it lies in where it names none."""
    for objective in tree.objectives.values():
        yield objective, cycle
        for kr in objective.key_results:
            yield kr, objective.cycle or cycle
