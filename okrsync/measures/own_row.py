"""Measures an item by what its own row states: its numbers, else what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct
from msgspec import field as struct_field

from okrsync.measures import pace
from okrsync.measures.alike import numbers_stated
from okrsync.measures.differences import about, given_differs
from okrsync.measures.freshness import OVERDUE, UNCONFIRMED, freshness, is_confirmed
from okrsync.measures.parts import UNANSWERED, period_of
from okrsync.measures.progress import HELD, Progress, clamp, progress
from okrsync.measures.reasons import day, reason
from okrsync.measures.result import Measure
from okrsync.measures.row_plan import ROW_PLAN, planned_by_row
from okrsync.measures.rules import CheckIns, Rules
from okrsync.measures.scoring import named_band, passed, score
from okrsync.model.okrs import Cycle, Freshness, KeyResult, Objective, Status, Warning_
from okrsync.model.tree import Tree

__all__ = ["BETTER_THAN_STALE", "CheckInsBelow", "OwnMeasuring", "Timing", "typed_progress"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_A_DAY = timedelta(days=1)
BETTER_THAN_STALE = frozenset({Status.ON_TRACK, Status.AT_RISK, Status.NOT_STARTED})
"""The statuses that an overdue check-in overrides: silence hides nothing that is worse."""
_NOT_REPORTED, _REPORTED = (0, 1), (1, 1)


class Timing(NamedTuple):
    """The position of a day in a period, and the progress that is expected by then."""

    cycle: Cycle
    start: date
    end: date
    expected: Decimal
    has_begun: bool
    is_over: bool


class CheckInsBelow(NamedTuple):
    """What an objective takes from its parts even when none of them has a number."""

    fresh: Freshness
    checked_in: date | None
    reported: tuple[int, int]


class OwnMeasuring(Struct):
    """Measures the items of one tree by their own rows, and calculates once what repeats."""

    tree: Tree
    rules: Rules
    as_of: date
    cycle: Cycle
    checkins: Mapping[str, CheckIns]
    seen: Mapping[tuple[str, str], date]
    items: dict[str, Measure] = struct_field(default_factory=dict)
    warnings: list[Warning_] = struct_field(default_factory=list)
    times: dict[tuple[Cycle, date, date], Timing] = struct_field(default_factory=dict)
    cadences: dict[str, CheckIns] = struct_field(default_factory=dict)
    ages: dict[tuple[str, date | None, date], Freshness] = struct_field(default_factory=dict)
    alike: dict[tuple[object, ...], Measure] = struct_field(default_factory=dict)
    """The measures of key results, by what they state."""

    def within(self, cycle: Cycle) -> Timing:
        """The time of items that state none of their own."""
        return self._period(cycle, cycle.start, cycle.end)

    def key_result(self, kr: KeyResult, objective: Objective, within: Timing) -> Measure:
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

    def _key_result(self, kr: KeyResult, objective: Objective, within: Timing) -> Measure:
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

    def _own_progress(self, objective: Objective) -> Progress:
        """The progress of an objective by its own numbers, else as typed."""
        if objective.numbers is not None:
            counted = progress(objective.numbers, self.rules)
            if counted.raw is not None or counted.rule == "unclear":
                if objective.given_progress is not None:
                    given = objective.given_progress
                    self.warnings += given_differs(objective, given, counted.raw, counted.raw)
                return counted
        return typed_progress(objective.given_progress, objective)

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
        within: Timing,
        own_progress: Progress,
        below: CheckInsBelow | None = None,
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
        status = self._status(share, given_status, time, fresh in OVERDUE, is_done, is_held)
        is_kept = is_held and is_done
        is_unknown = time.is_over and below is None and status is Status.NO_DATA
        is_unconfirmed = (is_kept or is_unknown) and not is_confirmed(
            checked_in, time.start, time.end, self._cadence(source)
        )
        is_silent = fresh in OVERDUE
        if is_kept and is_unconfirmed:
            status, fresh = Status.STALE, Freshness.STALE
        is_typed = raw is None and status is given_status
        # Not said of what nobody typed anything about.
        is_unanswered = status is Status.NO_DATA and given_status not in (None, Status.NO_DATA)
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
                is_silent=is_silent,
            ),
            (
                rule,
                *(("given-status",) if is_typed and rule != "given-status" else ()),
                *((ROW_PLAN,) if by_row is not None else ()),
                *((UNCONFIRMED,) if is_unconfirmed else ()),
                *((UNANSWERED,) if is_unanswered else ()),
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
        time: Timing,
        is_silent: bool,
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
            return Status.STALE if is_silent and given_status in BETTER_THAN_STALE else given_status
        if time.is_over:
            return Status.MISSED
        if not time.has_begun and share <= 0:
            return Status.NOT_STARTED
        status = pace.pace_status(share, _ONE if is_held else time.expected, self.rules)
        return Status.STALE if is_silent and status in BETTER_THAN_STALE else status

    def _time(self, item: KeyResult | Objective, within: Timing) -> Timing:
        if item.cycle is None and item.start is None and item.due is None:
            return within
        if item.start is not None and item.due is not None and item.start > item.due:
            message = (
                f"it starts on {day(item.start)}, after it ends on {day(item.due)}; its cycle's"
                " start counts instead"
            )
            self._warn(item, "start_date", "dates-reversed", message)
        return self._period(item.cycle or within.cycle, *period_of(item, within.cycle))

    def _period(self, cycle: Cycle, start: date, end: date) -> Timing:
        time = self.times.get((cycle, start, end))
        if time is None:
            expected = pace.expected(start, end, self.as_of, self.rules)
            begun, over = self.as_of >= start, self.as_of > end
            time = Timing(cycle, start, end, expected, begun, over)
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


def typed_progress(given_progress: Decimal | None, objective: Objective) -> Progress:
    """The progress typed for an objective itself."""
    if given_progress is not None:
        return Progress(given_progress, "given-progress")
    return Progress(None, "given-status" if objective.given_status is not None else "no-parts")
