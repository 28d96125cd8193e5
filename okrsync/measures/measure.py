"""Measures every item of a tree: key results first, then each objective from what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, cast

from msgspec import Struct
from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.measures import pace
from okrsync.measures.alike import numbers_stated
from okrsync.measures.differences import about, given_differs, own_numbers_differ
from okrsync.measures.freshness import OVERDUE, UNCONFIRMED, freshness, is_confirmed, stalest
from okrsync.measures.parts import (
    confidence_of,
    first_with_status,
    home_share,
    parts_of,
    period_of,
    shared_weight,
    weighted_parts,
)
from okrsync.measures.progress import HELD, Progress, clamp, progress
from okrsync.measures.reasons import below_words, day, objective_reason, reason
from okrsync.measures.result import Measure, Measured, UnmeasurableItem, Worse
from okrsync.measures.rollup import mean_status, rank, weighted_mean, worst
from okrsync.measures.row_plan import ROW_PLAN, planned_by_row
from okrsync.measures.rules import CheckIns, Rules
from okrsync.measures.scoring import named_band, passed, score
from okrsync.model.okrs import Cycle, Freshness, KeyResult, Objective, Status, Warning_
from okrsync.model.tree import Tree, children_first

__all__ = ["measure"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_A_DAY = timedelta(days=1)
_BETTER_THAN_STALE = frozenset({Status.ON_TRACK, Status.AT_RISK, Status.NOT_STARTED})
"""The statuses that an overdue check-in overrides: silence hides nothing that is worse."""
_CLOSED = (Status.ACHIEVED, Status.MISSED)
_PLAIN = Rules.model_construct()
_NOT_REPORTED, _REPORTED = (0, 1), (1, 1)
_UNMEASURED = cast("Measure", None)  # Holds the place of a measure to come.


def measure(
    tree: Tree,
    rules: Rules,
    *,
    as_of: date,
    cycle: Cycle,
    checkins: Mapping[str, CheckIns],
    seen: Mapping[tuple[str, str], date],
    source_rules: Mapping[str, Rules] | None = None,
) -> Measured:
    """How every key result and objective of the tree stands on a day.

    `source_rules` holds, by source name, the rules of sources that have their own: an item is
    measured by the rules of its source, an objective over several sources by those of its own.
    `checkins` holds the cadence by source name; the empty name stands for every other source.
    `seen` holds, by source and natural key, the day on which a person was last seen to change the
    current value, for items whose source has no column for check-in dates; an item that is not in
    it was first seen today. Raises `UnmeasurableItem` for an item that raises an unforeseen error.
    """
    # In the order of the tree from the start: a second dictionary of a million would take 100 MB.
    ids = (id_ for objective in tree.objectives.values() for id_ in _ids(objective))
    items = dict.fromkeys(ids, _UNMEASURED)
    plain = _TreeMeasuring(tree, rules, as_of, cycle, checkins, seen, items)
    # All share the measures, warnings and ages; what depends on the rules starts empty for each.
    by_source = {
        name: replace(plain, rules=own_rules, times={}, alike={})
        for name, own_rules in (source_rules or {}).items()
    }
    item: KeyResult | Objective
    # All key results come first: one may count in an objective other than the one it belongs to.
    for objective in tree.objectives.values():
        measuring = by_source.get(objective.source, plain)
        item = objective
        try:
            within = measuring.within(objective.cycle or cycle)
            for item in objective.key_results:
                plain.items[item.id] = measuring.key_result(item, objective, within)
        except Exception as error:
            raise UnmeasurableItem(item, error) from error
    for objective in children_first(tree):
        measuring = by_source.get(objective.source, plain)
        try:
            plain.items[objective.id] = measuring.objective(objective)
        except Exception as error:
            raise UnmeasurableItem(objective, error) from error
    return Measured(plain.items, tuple(plain.warnings))


class _Time(NamedTuple):
    """The position of a day in a period, and the progress that is expected by then."""

    cycle: Cycle
    start: date
    end: date
    expected: Decimal
    has_begun: bool
    is_over: bool


class _Below(NamedTuple):
    """What an objective takes from its parts even when none of them has a number."""

    fresh: Freshness
    checked_in: date | None
    reported: tuple[int, int]


class _TreeMeasuring(Struct):
    """Measures one tree, and calculates once what repeats from item to item."""

    tree: Tree
    rules: Rules
    as_of: date
    cycle: Cycle
    checkins: Mapping[str, CheckIns]
    seen: Mapping[tuple[str, str], date]
    items: dict[str, Measure] = struct_field(default_factory=dict)
    warnings: list[Warning_] = struct_field(default_factory=list)
    times: dict[tuple[Cycle, date, date], _Time] = struct_field(default_factory=dict)
    cadences: dict[str, CheckIns] = struct_field(default_factory=dict)
    ages: dict[tuple[str, date | None, date], Freshness] = struct_field(default_factory=dict)
    alike: dict[tuple[object, ...], Measure] = struct_field(default_factory=dict)
    """The measures of key results, by what they state."""

    def within(self, cycle: Cycle) -> _Time:
        """The time of items that state none of their own."""
        return self._period(cycle, cycle.start, cycle.end)

    def key_result(self, kr: KeyResult, objective: Objective, within: _Time) -> Measure:
        """The measure of a key result. Those that state the same share one."""
        stated = numbers_stated(kr, objective)
        if stated is None:
            return self._key_result(kr, objective, within)
        # Cycles and periods are alive as long as the tree: their ids are those of no others.
        key = (id(kr.cycle), id(within), stated)
        measure = self.alike.get(key)
        if measure is None:
            count = len(self.warnings)
            measure = self._key_result(kr, objective, within)
            # A progress below 0 is stated with the numbers as they are written.
            is_bare = measure.raw_progress is not None and measure.raw_progress >= 0
            if is_bare and count == len(self.warnings):
                self.alike[key] = measure
        return measure

    def _key_result(self, kr: KeyResult, objective: Objective, within: _Time) -> Measure:
        counted = progress(kr, self.rules)
        if counted.rule == "beyond-measure":
            message = (
                "its baseline, current value and target are too far apart to be plausible; it"
                " counts as without data until one of them is corrected"
            )
            self._warn(kr, "current", "beyond-measure", message)
        elif counted.rule != "given-progress" and kr.given_progress is not None:
            self.warnings += given_differs(kr, kr.given_progress, counted.raw, counted.raw)
        measure = self._measured_alone(kr, kr.origin.source, within, counted)
        return self._set_aside(measure, kr.set_aside or objective.set_aside)

    def objective(self, objective: Objective) -> Measure:
        parts = weighted_parts(self.tree, objective, self.rules)
        if not (parts.from_key_results or parts.from_children):
            measure = self._measured_alone(
                objective, objective.source, self.within(self.cycle), self._own_progress(objective)
            )
            return self._set_aside(measure, objective.set_aside)
        counted = [each for each in parts.weighted if self.items[each[0].id].set_aside is None]
        count = sum(isinstance(part, KeyResult) for part, _ in counted)
        measure = self._measured_by_parts(
            objective, counted, count, parts.from_key_results, parts.from_children
        )
        below = self.tree.children.get(objective.id, ())
        worse = self._worst_below(measure.status, [self.tree.objectives[id_] for id_ in below])
        if worse is not None:
            words = f"{measure.reason} Below it: {below_words(worse.status, worse.title)}."
            measure = measure._replace(worst_below=worse, reason=words)
        return self._set_aside(measure, objective.set_aside)

    def _own_progress(self, objective: Objective) -> Progress:
        """The progress of an objective by its own numbers, else as typed."""
        if objective.numbers is not None:
            counted = progress(objective.numbers, self.rules)
            if counted.raw is not None or counted.rule == "unclear":
                if objective.given_progress is not None:
                    given = objective.given_progress
                    self.warnings += given_differs(objective, given, counted.raw, counted.raw)
                return counted
        return _typed_progress(objective.given_progress, objective)

    def _worst_below(self, status: Status, children: Sequence[Objective]) -> Worse | None:
        """The worst item in the objectives below, if it is worse than the status above."""
        if not children:
            return None
        candidates = [
            Worse(child.id, child.title, measure.status)
            if measure.worst_below is None
            else measure.worst_below
            for child in children
            if (measure := self.items[child.id]).set_aside is None
        ]
        worst_candidate = min(
            candidates, key=lambda candidate: rank(candidate.status), default=None
        )
        if worst_candidate is None or rank(worst_candidate.status) >= rank(status):
            return None
        return worst_candidate

    def _set_aside(self, measure: Measure, word: str | None) -> Measure:
        """The measure of an item that a person has set aside: it keeps its numbers, and is never
        late.
        """
        if word is None:
            return measure
        return measure._replace(
            status=Status.NO_DATA,
            freshness=Freshness.FRESH,
            score=None,
            passes=None,
            reported=(0, 0),
            set_aside=word,
            worst_below=None,
            reason=f"Set aside: {word}. It does not count.",
            rules=(*measure.rules, "set-aside"),
        )

    def _measured_alone(
        self,
        item: KeyResult | Objective,
        source: str,
        within: _Time,
        own_progress: Progress,
        below: _Below | None = None,
    ) -> Measure:
        """The measure of an item by its own numbers, else as typed."""
        rules = self.rules
        raw, rule = own_progress
        time = self._time(item, within)
        by_row = planned_by_row(item, time.start, time.end, self.as_of, rules)
        if by_row is not None:
            time = time._replace(expected=by_row)
        share = None if raw is None else clamp(raw, rules)
        is_held = rule in HELD
        given_status = item.given_status
        is_done = (
            given_status is Status.ACHIEVED
            if share is None
            else share >= 1 and (time.is_over or not is_held)
        )
        if below is not None:
            checked_in, fresh = below.checked_in, below.fresh
        else:
            checked_in, fresh = self._checked_in(item, source), Freshness.FRESH
            if time.has_begun and not time.is_over and not is_done:
                fresh = self._age(source, checked_in, time.start)
        status = self._status(share, given_status, time, fresh, is_done, is_held)
        is_unconfirmed = (
            is_held
            and is_done
            and not is_confirmed(checked_in, time.start, time.end, self._cadence(source))
        )
        if is_unconfirmed:
            status = Status.STALE
        is_typed = raw is None and status is given_status
        graded = item.given_score
        if graded is None and share is not None and time.is_over and not is_unconfirmed:
            graded = score(share)
        final = share if share is not None and not is_unconfirmed else item.given_score
        reported = _NOT_REPORTED if raw is None else _REPORTED
        return Measure(
            (
                _ZERO
                if raw is None and rules.missing == "zero" and isinstance(item, KeyResult)
                else share
            ),
            raw,
            time.expected,
            graded,
            status,
            fresh,
            checked_in,
            item.confidence,
            reported if below is None else below.reported,
            reason(
                item,
                status,
                own_progress,
                checked_in,
                (time.start, time.end),
                self._cadence(source),
                is_silent=fresh in OVERDUE,
            ),
            (
                rule,
                *(("given-status",) if is_typed and rule != "given-status" else ()),
                *((ROW_PLAN,) if by_row is not None else ()),
                *((UNCONFIRMED,) if is_unconfirmed else ()),
            ),
            passes=(
                None if final is None or not time.is_over else passed(final, item.commitment, rules)
            ),
            band=None if graded is None or final is None else named_band(final, rules),
        )

    def _status(
        self,
        share: Decimal | None,
        given_status: Status | None,
        time: _Time,
        fresh: Freshness,
        is_done: bool,
        is_held: bool,
    ) -> Status:
        if is_done:
            return Status.ACHIEVED
        if share is None:
            if given_status is None:
                return Status.NO_DATA if time.has_begun else Status.NOT_STARTED
            if time.is_over and given_status is not Status.MISSED:
                # What was typed while it ran is no answer about its end.
                return Status.NO_DATA
            return (
                Status.STALE
                if fresh in OVERDUE and given_status in _BETTER_THAN_STALE
                else given_status
            )
        if time.is_over:
            return Status.MISSED
        if not time.has_begun and share <= 0:
            return Status.NOT_STARTED
        status = pace.pace_status(share, _ONE if is_held else time.expected, self.rules)
        return Status.STALE if fresh in OVERDUE and status in _BETTER_THAN_STALE else status

    def _measured_by_parts(
        self,
        objective: Objective,
        weighted: Sequence[tuple[KeyResult | Objective, Decimal]],
        key_result_count: int,
        from_key_results: bool,
        from_children: bool,
    ) -> Measure:
        """The measure of an objective by its parts, its key results first; if no part has a number,
        by the objective's own numbers, else as typed.
        """
        rules, items, mixed = self.rules, self.items, from_key_results and from_children
        parts = [part for part, _ in weighted]
        measures = [items[part.id] for part in parts]
        weights = [max(weight, _ZERO) for _, weight in weighted]
        counted = (
            measures
            if all(weights) or not any(weights)
            else [m for m, w in zip(measures, weights, strict=True) if w]
        )
        reported = sum([m.reported[0] for m in measures]), sum([m.reported[1] for m in measures])
        fresh = stalest([m.freshness for m in counted if m.freshness is not None])
        days = {m.checked_in for m in counted}
        checked_in = None if None in days else min(filter(None, days), default=None)
        statuses = [m.status for m in counted]
        given_progress = None if objective.is_rolled_up else objective.given_progress
        if not reported[0] and (
            given_progress is not None
            or objective.numbers is not None
            or (objective.given_status is not None and worst(statuses) is Status.NO_DATA)
        ):
            below = _Below(fresh, checked_in, reported)
            own_progress = (
                _typed_progress(given_progress, objective)
                if objective.numbers is None
                else self._own_progress(objective)
            )
            return self._measured_alone(
                objective, objective.source, self.within(self.cycle), own_progress, below
            )
        if rules.zero_weights == "plain-mean" and not any(weights):
            self._warn(
                objective,
                "weight",
                "zero-weights",
                "all weights under it are 0, so every part counts the same",
            )
        apart = key_result_count if mixed and rules.rollup == "key-results-as-one" else 0
        shares = [m.progress for m in measures]
        if self.tree.serving:
            shares = [self._seen_from(objective, part) for part in parts]
        raws = [m.raw_progress for m in measures]
        share = self._mean(shares, weights, apart)
        raw = share if raws == shares else self._mean(raws, weights, apart)
        if share is not None and objective.given_progress is not None:
            self.warnings += given_differs(objective, objective.given_progress, share, raw)
        if share is not None and objective.numbers is not None:
            self.warnings += own_numbers_differ(objective, objective.numbers, share, rules)
        time = self._time(objective, self.within(self.cycle))
        has_row_plan = any(ROW_PLAN in m.rules for m in measures)
        if has_row_plan:
            by_rows = self._mean([m.expected for m in measures], weights, apart) or _ZERO
            time = time._replace(expected=by_rows)
        status = self._parent_status(statuses, share, time, fresh)
        culprit = None
        if rules.parent_status != "from-progress" or share is None:
            culprit = first_with_status(status, parts, measures, weights)
            if culprit is None and status is Status.STALE:
                culprit = next(
                    (
                        part.title
                        for part, m in zip(parts, measures, strict=True)
                        if m.freshness is fresh
                    ),
                    None,
                )
        graded = objective.given_score
        if graded is None:
            # What was never confirmed has no score, and earns none above.
            earned = [
                None if UNCONFIRMED in m.rules else part_share
                for m, part_share in zip(measures, shares, strict=True)
            ]
            final = share if earned == shares else self._mean(earned, weights, apart)
            graded = _grade(measures, weights, final, time)
        return Measure(
            share,
            raw,
            time.expected,
            graded,
            status,
            fresh,
            checked_in,
            confidence_of(objective, measures, weights),
            reported,
            objective_reason(status, share, reported, culprit),
            (
                (
                    "mean-of-parts"
                    if mixed
                    else f"mean-of-{'key-results' if from_key_results else 'children'}"
                ),
                rules.parent_status,
                *((ROW_PLAN,) if has_row_plan else ()),
            ),
        )

    def _seen_from(self, above: Objective, part: KeyResult | Objective) -> Decimal | None:
        """The progress of a part as it counts above. Where a key result serves several objectives
        under one parent, each of them carries its share, so that the key result counts once there.
        """
        share = self.items[part.id].progress
        if isinstance(part, KeyResult):
            return share
        below = set(self._subtree(above.id)) - {above.id}
        times = {
            id_: count
            for id_, served in self.tree.serving.items()
            if (count := len(below.intersection(served))) > 1
        }
        return share if not times else self._mean_once(part, times)

    def _mean_once(self, objective: Objective, times: Mapping[str, int]) -> Decimal | None:
        below = self.tree.children.get(objective.id, ())
        children = [self.tree.objectives[id_] for id_ in below]
        from_key_results, from_children = parts_of(objective, children, self.rules)
        results = [
            *((kr, kr.weight * home_share(kr)) for kr in objective.key_results),
            *(
                (shared_result.key_result, shared_weight(shared_result))
                for shared_result in self.tree.shared.get(objective.id, ())
            ),
        ]
        parts: list[tuple[Decimal | None, Decimal]] = [
            (self.items[kr.id].progress, max(weight, _ZERO) / _times(kr, times))
            for kr, weight in results
            if self.items[kr.id].set_aside is None
        ]
        if from_children and (not parts or from_key_results):
            parts += [
                (self._mean_once(child, times), max(child.weight, _ZERO))
                for child in children
                if self.items[child.id].set_aside is None
            ]
        mean = weighted_mean(parts, self.rules) if parts else None
        return self.items[objective.id].progress if mean is None else mean

    def _subtree(self, id_: str) -> Iterator[str]:
        waiting = [id_]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(self.tree.children.get(current, ()))

    def _mean(
        self, shares: Sequence[Decimal | None], weights: Sequence[Decimal], apart: int
    ) -> Decimal | None:
        """The weighted mean; the first `apart` shares together count as one share of weight 1."""
        parts = list(zip(shares, weights, strict=True))
        if apart:
            parts[:apart] = [(weighted_mean(parts[:apart], self.rules), _ONE)]
        return weighted_mean(parts, self.rules)

    def _parent_status(
        self, statuses: Sequence[Status], share: Decimal | None, time: _Time, fresh: Freshness
    ) -> Status:
        match self.rules.parent_status:
            case "from-progress" if share is not None:
                return self._status(share, None, time, fresh, share >= 1, False)
            case "mean":
                status = mean_status(statuses)
            case _:
                status = worst(statuses)
        # A part without data can miss its check-in too, but `worst` and `mean` leave it out.
        return Status.STALE if fresh in OVERDUE and status in _BETTER_THAN_STALE else status

    def _time(self, item: KeyResult | Objective, within: _Time) -> _Time:
        if item.cycle is None and item.start is None and item.due is None:
            return within
        if item.start is not None and item.due is not None and item.start > item.due:
            message = (
                f"it starts on {day(item.start)}, after it ends on {day(item.due)}; its cycle's"
                " start counts instead"
            )
            self._warn(item, "start_date", "dates-reversed", message)
        return self._period(item.cycle or within.cycle, *period_of(item, within.cycle))

    def _period(self, cycle: Cycle, start: date, end: date) -> _Time:
        time = self.times.get((cycle, start, end))
        if time is None:
            expected = pace.expected(start, end, self.as_of, self.rules)
            begun, over = self.as_of >= start, self.as_of > end
            time = _Time(cycle, start, end, expected, begun, over)
            self.times[cycle, start, end] = time
        return time

    def _checked_in(self, item: KeyResult | Objective, source: str) -> date | None:
        """The day of the last check-in, None without one. A check-in in the future counts as none:
        it would keep its row green for ever.
        """
        if not item.checked_in_known:
            return self.seen.get((source, item.key), self.as_of)
        checked_in = item.checked_in
        # One day ahead is accepted: the person may live in a time zone where it is tomorrow.
        if checked_in is not None and checked_in > self.as_of + _A_DAY:
            message = (
                f"its last check-in, {day(checked_in)}, lies ahead; it counts as none until then"
            )
            self._warn(item, "checked_in", "check-in-ahead", message)
            return None
        return checked_in

    def _age(self, source: str, checked_in: date | None, begun: date) -> Freshness:
        age_key = (source, checked_in, begun)
        age = self.ages.get(age_key)
        if age is None:
            age = self.ages[age_key] = freshness(
                checked_in, begun, self.as_of, self._cadence(source)
            )
        return age

    def _cadence(self, source: str) -> CheckIns:
        cadence = self.cadences.get(source)
        if cadence is None:
            cadence = self.cadences[source] = (
                self.checkins.get(source) or self.checkins.get("") or CheckIns()
            )
        return cadence

    def _warn(self, item: KeyResult | Objective, role: str, code: str, message: str) -> None:
        self.warnings.append(about(item, role, code, message))


def _times(key_result: KeyResult, times: Mapping[str, int]) -> int:
    """How often a key result counts whole below an objective: its shares make one whole already."""
    has_shares = any(each.share is not None for each in key_result.serves)
    return 1 if has_shares else times.get(key_result.id, 1)


def _typed_progress(given_progress: Decimal | None, objective: Objective) -> Progress:
    """The progress typed for an objective itself."""
    if given_progress is not None:
        return Progress(given_progress, "given-progress")
    return Progress(None, "given-status" if objective.given_status is not None else "no-parts")


def _grade(
    measures: Sequence[Measure], weights: Sequence[Decimal], share: Decimal | None, time: _Time
) -> Decimal | None:
    """The score at the close; without a progress to grade, the mean of the scores typed below."""
    if share is not None:
        return score(share) if time.is_over else None
    mean = weighted_mean(
        [(m.score, weight) for m, weight in zip(measures, weights, strict=True)], _PLAIN
    )
    return None if mean is None else score(mean)


def _ids(objective: Objective) -> tuple[str, ...]:
    return objective.id, *[key_result.id for key_result in objective.key_results]
