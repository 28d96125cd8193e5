"""Every rule of measuring with numbers one can check in one's head, and what must hold for all
numbers.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from build import key_result, objective
from okrsync.measures import Measured, measure
from okrsync.measures.explain import explain
from okrsync.measures.freshness import freshness, stalest
from okrsync.measures.pace import elapsed, expected, pace_status
from okrsync.measures.progress import clamp, progress
from okrsync.measures.rollup import WORST_FIRST, mean_status, weighted_mean, worst
from okrsync.measures.rules import CheckIns, Rules
from okrsync.measures.scoring import band, passed, score
from okrsync.model.errors import UnknownItem
from okrsync.model.okrs import (
    Commitment,
    Cycle,
    Direction,
    Freshness,
    KeyResult,
    Kind,
    Objective,
    Status,
)
from okrsync.model.tree import join

Q4 = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
TODAY = date(2026, 11, 23)
D = Decimal


def kr(**more: Any) -> KeyResult:
    numbers = {
        name: D(str(value))
        for name, value in more.items()
        if isinstance(value, int | float) and name != "id"
    }
    return key_result(2, more.pop("title", "Sign-ups"), **{**more, **numbers})


def shown(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.4f}"


class TestProgress:
    @pytest.mark.parametrize(
        ("numbers", "expected_share"),
        [
            ({"baseline": 40, "target": 100, "current": 62}, "0.3667"),
            ({"baseline": 10, "target": 4, "current": 7}, "0.5000"),
            ({"baseline": 10, "target": 4, "current": 10}, "0.0000"),
            ({"baseline": 0, "target": 100, "current": 120}, "1.2000"),
            ({"baseline": 0, "target": 100, "current": -30}, "-0.3000"),
            ({"target": 50, "current": 20}, "0.4000"),
            ({"baseline": 5, "target": 5, "current": 5}, "1.0000"),
            ({"baseline": 5, "target": 5, "current": 4}, "0.0000"),
            ({"target": 50}, None),
            ({"current": 50}, None),
            ({"target": 3, "current": 5, "direction": Direction.DECREASE}, None),
            ({"target": 3, "current": 2, "direction": Direction.DECREASE}, "1.0000"),
        ],
    )
    def test_of_a_metric(self, numbers: dict[str, Any], expected_share: str | None) -> None:
        assert shown(progress(kr(**numbers), Rules()).raw) == expected_share

    @pytest.mark.parametrize(
        ("direction", "current", "all_or_nothing", "distance"),
        [
            (Direction.STAY_ABOVE, 10, "1.0000", "1.0000"),
            (Direction.STAY_ABOVE, 8, "0.0000", "0.8000"),
            (Direction.STAY_BELOW, 10, "1.0000", "1.0000"),
            (Direction.STAY_BELOW, 12, "0.0000", "0.8000"),
            (Direction.STAY_BELOW, 90, "0.0000", "-7.0000"),
            (Direction.STAY_BELOW, 7, "1.0000", "1.3000"),
            (Direction.BETWEEN, 12, "1.0000", "1.0000"),
            (Direction.BETWEEN, 9, "0.0000", "0.9000"),
            (Direction.BETWEEN, 18, "0.0000", "0.8000"),
        ],
    )
    def test_of_a_guard_rail(
        self, direction: Direction, current: int, all_or_nothing: str, distance: str
    ) -> None:
        high = D(15) if direction is Direction.BETWEEN else None
        item = kr(
            kind=Kind.GUARD_RAIL, direction=direction, target=10, target_high=high, current=current
        )
        assert shown(progress(item, Rules()).raw) == all_or_nothing
        assert shown(progress(item, Rules(guard_rail="distance")).raw) == distance

    def test_of_a_boolean_and_of_milestones(self) -> None:
        assert progress(kr(kind=Kind.BOOLEAN, current=1), Rules()).raw == 1
        assert progress(kr(kind=Kind.BOOLEAN, current=0), Rules()).raw == 0
        assert progress(kr(kind=Kind.MILESTONES, milestones=(3, 5)), Rules()).raw == D("0.6")

    def test_a_typed_progress_is_taken_only_where_there_is_nothing_to_measure(self) -> None:
        typed = progress(kr(given_progress=D("0.4")), Rules())
        assert (typed.raw, typed.rule) == (D("0.4"), "given-progress")
        assert progress(
            kr(baseline=0, target=10, current=5, given_progress=D("0.9")), Rules()
        ).raw == D("0.5")

    def test_down_to_0_without_a_baseline_is_met_or_unknown_and_never_all_of_it(self) -> None:
        assert progress(kr(target=0, current=12), Rules()).raw is None
        assert progress(kr(target=0, current=0), Rules()).raw == 1

    def test_a_missing_baseline_can_leave_the_progress_unknown(self) -> None:
        assert (
            progress(kr(target=50, current=20), Rules(missing_baseline="no-data")).rule
            == "no-baseline"
        )

    def test_a_guard_rail_by_distance_is_measured_from_a_baseline_outside_it(self) -> None:
        item = kr(
            kind=Kind.GUARD_RAIL, direction=Direction.STAY_BELOW, baseline=20, target=10, current=14
        )
        assert shown(progress(item, Rules(guard_rail="distance")).raw) == "0.6000"
        inside = replace(item, baseline=D(8))
        assert shown(progress(inside, Rules(guard_rail="distance")).raw) == "0.6000"

    def test_a_guard_rail_can_be_counted_in_periods(self) -> None:
        item = kr(kind=Kind.GUARD_RAIL, direction=Direction.BETWEEN, target=4, milestones=(11, 12))
        assert shown(progress(item, Rules(guard_rail="periods")).raw) == "0.9167"
        assert progress(item, Rules()).raw is None

    def test_target_and_baseline_alike_can_be_switched(self) -> None:
        item = kr(baseline=5, target=5, current=5)
        assert progress(item, Rules(target_is_baseline="zero")).raw == 0
        assert progress(replace(item, current=D(0)), Rules(target_is_baseline="one")).raw == 1

    @pytest.mark.parametrize(
        ("clamping", "above", "below"),
        [("both", 1, 0), ("floor", "1.3", 0), ("ceiling", 1, "-0.2"), ("none", "1.3", "-0.2")],
    )
    def test_is_cut_as_the_rules_say(self, clamping: Any, above: Any, below: Any) -> None:
        rules = Rules(clamp=clamping)
        assert (clamp(D("1.3"), rules), clamp(D("-0.2"), rules)) == (D(above), D(below))
        assert clamp(D("1.3"), Rules(overshoot_cap=D("1.2"))) == D("1.2")

    @given(
        st.integers(-1000, 1000),
        st.integers(-1000, 1000),
        st.integers(-1000, 1000),
        st.integers(1, 50),
        st.integers(-99, 99),
    )
    def test_does_not_depend_on_the_scale(
        self, baseline: int, target: int, current: int, factor: int, shift: int
    ) -> None:
        def share(*numbers: int) -> Decimal | None:
            return progress(
                kr(baseline=numbers[0], target=numbers[1], current=numbers[2]), Rules()
            ).raw

        if baseline != target:
            moved = share(*(number * factor + shift for number in (baseline, target, current)))
            assert shown(moved) == shown(share(baseline, target, current))

    @given(st.integers(0, 100), st.integers(-200, 300), st.integers(0, 50))
    def test_never_falls_when_the_value_comes_nearer_and_stays_within_bounds(
        self, baseline: int, current: int, step: int
    ) -> None:
        def share(value: int) -> Decimal:
            raw = progress(kr(baseline=baseline, target=101, current=value), Rules()).raw
            assert raw is not None
            return clamp(raw, Rules())

        assert 0 <= share(current) <= share(current + step) <= 1


class TestPace:
    def test_the_day_that_has_begun_counts(self) -> None:
        april = (date(2024, 4, 1), date(2024, 4, 30), date(2024, 4, 15))
        assert elapsed(*april, Rules()) == D("0.5")
        assert shown(elapsed(*april, Rules(elapsed="days-done"))) == "0.4667"

    def test_it_is_nothing_before_and_all_after(self) -> None:
        assert elapsed(Q4.start, Q4.end, date(2026, 9, 30), Rules()) == 0
        assert elapsed(Q4.start, Q4.end, date(2027, 1, 1), Rules()) == 1

    def test_phases_bend_the_line(self) -> None:
        rules = Rules(phases=((D("0.5"), D("0.2")),))
        assert expected(date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 2), rules) == D("0.2")
        assert expected(date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 3), rules) == D("0.6")

    @pytest.mark.parametrize(
        ("share", "status"),
        [
            ("0.49", Status.ON_TRACK),
            ("0.48", Status.AT_RISK),
            ("0.34", Status.AT_RISK),
            ("0.33", Status.OFF_TRACK),
            ("0.9", Status.ON_TRACK),
        ],
    )
    def test_the_gap_decides_limits_included(self, share: str, status: Status) -> None:
        assert pace_status(D(share), D("0.59"), Rules()) is status

    def test_the_ratio_can_decide_instead(self) -> None:
        rules = Rules(pace="ratio")
        assert [pace_status(D(n), D("0.5"), rules) for n in ("0.45", "0.35", "0.34")] == [
            Status.ON_TRACK,
            Status.AT_RISK,
            Status.OFF_TRACK,
        ]
        assert pace_status(D(0), D(0), rules) is Status.ON_TRACK


class TestFreshness:
    @pytest.mark.parametrize(
        ("age", "expected_word"),
        [
            (0, Freshness.FRESH),
            (7, Freshness.FRESH),
            (8, Freshness.DUE),
            (10, Freshness.DUE),
            (11, Freshness.STALE),
        ],
    )
    def test_by_age(self, age: int, expected_word: Freshness) -> None:
        assert freshness(TODAY - timedelta(days=age), Q4.start, TODAY, CheckIns()) is expected_word

    def test_never_is_told_from_the_day_it_began(self) -> None:
        assert freshness(None, TODAY - timedelta(days=7), TODAY, CheckIns()) is Freshness.FRESH
        assert freshness(None, TODAY - timedelta(days=11), TODAY, CheckIns()) is Freshness.NEVER

    def test_the_stalest_counts(self) -> None:
        assert stalest([Freshness.FRESH, Freshness.STALE, Freshness.DUE]) is Freshness.STALE
        assert stalest([]) is Freshness.FRESH

    def test_a_cadence_is_a_word_or_days(self) -> None:
        assert [
            CheckIns(cadence=c).cadence_days for c in ("daily", "weekly", "biweekly", "monthly", 10)
        ] == [
            1,
            7,
            14,
            31,
            10,
        ]


class TestRollup:
    def test_weights_and_missing_data(self) -> None:
        parts = [(D(1), D(40)), (D("0.4"), D(60))]
        assert weighted_mean(parts, Rules()) == D("0.64")
        assert weighted_mean([*parts, (None, D(100))], Rules()) == D("0.64")
        assert weighted_mean([*parts, (None, D(100))], Rules(missing="zero")) == D("0.32")
        assert weighted_mean([(None, D(1))], Rules()) is None

    def test_a_weight_of_0_leaves_out_and_all_0_is_a_plain_mean(self) -> None:
        assert weighted_mean([(D(1), D(0)), (D("0.4"), D(1))], Rules()) == D("0.4")
        zeros = [(D("0.5"), D(0)), (D("0.2"), D(0))]
        assert weighted_mean(zeros, Rules()) == D("0.35")
        assert weighted_mean(zeros, Rules(zero_weights="zero")) == 0

    def test_nothing_reported_is_unknown_unless_missing_counts_as_0(self) -> None:
        nothing = [(None, D(1)), (None, D(2))]
        assert weighted_mean(nothing, Rules()) is None
        assert weighted_mean(nothing, Rules(missing="zero")) == 0
        assert weighted_mean([], Rules(missing="zero")) is None

    def test_a_part_without_weight_says_nothing_for_those_that_have_one(self) -> None:
        assert weighted_mean([(D(1), D(0)), (None, D(1))], Rules()) is None

    @given(
        st.lists(st.tuples(st.integers(0, 100), st.integers(0, 9)), min_size=1, max_size=6),
        st.integers(1, 50),
    )
    def test_only_the_ratio_of_weights_counts(
        self, numbers: list[tuple[int, int]], factor: int
    ) -> None:
        def mean(times: int) -> str | None:
            return shown(
                weighted_mean(
                    [(D(share) / 100, D(weight * times)) for share, weight in numbers], Rules()
                )
            )

        assert mean(factor) == mean(1)

    def test_the_worst_status_wins_and_no_data_is_not_among_them(self) -> None:
        assert worst([Status.ON_TRACK, Status.STALE, Status.AT_RISK]) is Status.STALE
        assert worst([Status.NO_DATA, Status.ACHIEVED]) is Status.ACHIEVED
        assert worst([Status.NO_DATA]) is Status.NO_DATA
        assert mean_status([Status.ON_TRACK, Status.OFF_TRACK]) is Status.AT_RISK

    @given(
        st.lists(
            st.tuples(st.one_of(st.none(), st.integers(0, 100)), st.integers(0, 9)),
            min_size=1,
            max_size=8,
        ),
        st.randoms(),
    )
    def test_lies_between_its_parts_whatever_their_order(
        self, numbers: list[tuple[int | None, int]], random: Any
    ) -> None:
        parts = [
            (None if share is None else D(share) / 100, D(weight)) for share, weight in numbers
        ]
        mixed = list(parts)
        random.shuffle(mixed)
        mean = weighted_mean(parts, Rules())
        assert shown(weighted_mean(mixed, Rules())) == shown(mean)
        present = [share for share, _ in parts if share is not None]
        if mean is not None:
            assert min(present) - D("1e-9") <= mean <= max(present) + D("1e-9")

    @given(st.lists(st.sampled_from([*WORST_FIRST, Status.NO_DATA]), max_size=6))
    def test_one_more_part_never_makes_a_status_better(self, statuses: list[Status]) -> None:
        rank = [*WORST_FIRST, Status.NO_DATA].index
        for more in WORST_FIRST:
            assert rank(worst([*statuses, more])) <= rank(worst(statuses))


class TestScore:
    def test_no_number_is_too_great_to_be_graded(self) -> None:
        assert score(D("1e40")) == D("1e40")

    def test_grades_and_bands(self) -> None:
        assert [score(D(n)) for n in ("0.66", "0.64", "0.65")] == [D("0.7"), D("0.6"), D("0.7")]
        assert [band(D(n), Rules()) for n in ("0.7", "0.4", "0.3")] == ["green", "amber", "red"]

    def test_a_committed_item_passes_only_in_full(self) -> None:
        assert not passed(D("0.8"), Commitment.COMMITTED, Rules())
        assert passed(D(1), Commitment.COMMITTED, Rules())
        assert passed(D("0.8"), Commitment.ASPIRATIONAL, Rules())


def measured(
    *objectives: Objective,
    rules: Rules | None = None,
    as_of: date = TODAY,
    parents: dict[str, str] | None = None,
) -> Measured:
    return measure(
        join(objectives, parents or {}),
        rules or Rules(),
        as_of=as_of,
        cycle=Q4,
        checkins={},
        seen={},
    )


def on_pace(number: int, share: str, **more: Any) -> KeyResult:
    numbers = {
        "baseline": D(0),
        "target": D(1),
        "current": D(share),
        "checked_in": TODAY,
        "checked_in_known": True,
    }
    return key_result(number, f"Result {number}", **{**numbers, **more})


class TestStatus:
    def of(self, as_of: date = TODAY, rules: Rules | None = None, **more: Any) -> Status:
        item = on_pace(2, more.pop("share", "0.7"), **more)
        return measured(objective("Grow", item), as_of=as_of, rules=rules).items[item.id].status

    def test_silence_overrides_a_good_status(self) -> None:
        assert self.of() is Status.ON_TRACK
        assert self.of(checked_in=TODAY - timedelta(days=11)) is Status.STALE
        assert self.of(checked_in=None) is Status.STALE

    def test_silence_hides_nothing_that_is_worse(self) -> None:
        silent = TODAY - timedelta(days=11)
        assert self.of(share="0.1", checked_in=silent) is Status.OFF_TRACK
        said = reason_of(share="0.1", checked_in=silent)
        assert said.startswith("Far behind: 10 % done")
        assert "No check-in since" in said

    def test_nothing_is_stale_before_it_begins_after_it_ends_or_once_achieved(self) -> None:
        old = date(2026, 1, 1)
        assert self.of(share="0", checked_in=old, start=date(2026, 12, 1)) is Status.NOT_STARTED
        assert self.of(checked_in=old, due=date(2026, 11, 1)) is Status.MISSED
        assert self.of(share="1", checked_in=old) is Status.ACHIEVED

    def test_progress_before_the_start_counts_as_under_way(self) -> None:
        assert self.of(share="0.2", start=date(2026, 12, 1)) is Status.ON_TRACK

    def test_no_value_is_no_data_and_never_zero(self) -> None:
        assert self.of(current=None) is Status.NO_DATA

    def test_a_typed_status_is_taken_where_there_is_nothing_to_measure(self) -> None:
        assert self.of(current=None, target=None, given_status=Status.AT_RISK) is Status.AT_RISK
        assert (
            self.of(
                current=None,
                target=None,
                given_status=Status.ON_TRACK,
                checked_in=date(2026, 10, 2),
            )
            is Status.STALE
        )

    def test_a_typed_status_of_something_closed_is_not_made_stale(self) -> None:
        old: dict[str, Any] = {"current": None, "target": None, "checked_in": date(2026, 10, 2)}
        assert self.of(**old, given_status=Status.ACHIEVED) is Status.ACHIEVED
        assert self.of(**old, given_status=Status.MISSED) is Status.MISSED
        assert self.of(**old, given_status=Status.NOT_STARTED) is Status.STALE

    def test_a_check_in_that_lies_ahead_is_none_and_is_named(self) -> None:
        ahead = on_pace(2, "0.7", checked_in=date(2062, 11, 20))
        found = measured(objective("Grow", ahead))
        assert found.items[ahead.id].status is Status.STALE
        assert [warning.code for warning in found.warnings] == ["check-in-ahead"]
        assert self.of(checked_in=TODAY + timedelta(days=1)) is Status.ON_TRACK

    def test_dates_the_wrong_way_round_are_named_and_the_cycle_begins(self) -> None:
        item = on_pace(2, "0.7", start=date(2026, 12, 20), due=date(2026, 12, 10))
        found = measured(objective("Grow", item))
        assert [warning.code for warning in found.warnings] == ["dates-reversed"]
        assert found.items[item.id].expected == D(54) / 71

    def test_what_begins_after_its_cycle_is_not_expected_yet(self) -> None:
        item = on_pace(2, "0", start=date(2027, 1, 15))
        found = measured(objective("Grow", item)).items[item.id]
        assert (found.status, found.expected) == (Status.NOT_STARTED, D(0))

    def test_below_the_start_before_it_begins_is_still_not_started(self) -> None:
        assert (
            self.of(share="-0.2", start=date(2026, 12, 1), rules=Rules(clamp="none"))
            is Status.NOT_STARTED
        )

    def test_a_key_result_takes_the_cycle_of_its_objective(self) -> None:
        half = Cycle(date(2026, 7, 1), date(2026, 12, 31), "2026-H2")
        found = measured(objective("Grow", on_pace(2, "0.7"), cycle=half)).items
        assert found["growth/O1/KR1"].expected == found["growth/O1"].expected == D(146) / 184

    def test_a_value_to_keep_at_its_baseline_is_held_like_any_limit(self) -> None:
        keep: dict[str, Any] = {"baseline": D(5), "target": D(5), "share": "5"}
        assert self.of(**keep) is Status.ON_TRACK
        assert self.of(**keep, checked_in=TODAY - timedelta(days=30)) is Status.STALE
        assert self.of(**{**keep, "share": "4"}, start=TODAY) is Status.OFF_TRACK

    def test_a_limit_by_distance_is_judged_by_the_distance_and_not_by_the_calendar(self) -> None:
        rail: dict[str, Any] = {
            "kind": Kind.GUARD_RAIL,
            "direction": Direction.STAY_BELOW,
            "target": D(10),
        }
        rules = Rules(guard_rail="distance")
        assert self.of(**rail, share="12", rules=rules) is Status.AT_RISK
        assert self.of(**rail, share="14", rules=rules, start=TODAY) is Status.OFF_TRACK

    def test_a_limit_that_holds_is_on_track_until_its_time_is_over(self) -> None:
        rail: dict[str, Any] = {
            "kind": Kind.GUARD_RAIL,
            "direction": Direction.STAY_ABOVE,
            "share": "2",
        }
        assert self.of(**rail) is Status.ON_TRACK
        confirmed = {**rail, "checked_in": date(2026, 12, 21)}
        assert self.of(**confirmed, as_of=date(2027, 1, 1)) is Status.ACHIEVED
        assert self.of(**{**rail, "share": "0.5"}) is Status.OFF_TRACK

    def test_a_limit_that_nobody_confirmed_at_its_end_stays_stale_without_a_score(self) -> None:
        rail: dict[str, Any] = {"kind": Kind.GUARD_RAIL, "direction": Direction.STAY_ABOVE}
        silent = on_pace(2, "2", **rail, checked_in=date(2026, 12, 20))
        reached = on_pace(3, "1", checked_in=date(2026, 12, 20))
        found = measured(objective("Grow", silent, reached), as_of=date(2027, 1, 1)).items
        held = found[silent.id]
        assert (held.status, held.score, held.passes) == (Status.STALE, None, None)
        assert held.freshness is Freshness.STALE
        assert found[reached.id].freshness is Freshness.FRESH
        assert (found["growth/O1"].status, found["growth/O1"].score) == (Status.STALE, D(1))
        alone = measured(objective("Grow", silent), as_of=date(2027, 1, 1)).items["growth/O1"]
        assert (alone.status, alone.score) == (Status.STALE, None)
        # What came after the end confirms it too; what was broken is missed in any case.
        late = {**rail, "share": "2", "checked_in": date(2027, 1, 4)}
        assert self.of(**late, as_of=date(2027, 1, 4)) is Status.ACHIEVED
        broken = {**rail, "share": "0.5", "checked_in": date(2026, 11, 1)}
        assert self.of(**broken, as_of=date(2027, 1, 1)) is Status.MISSED

    def test_a_status_that_was_typed_while_it_ran_says_nothing_about_its_end(self) -> None:
        typed: dict[str, Any] = {"current": None, "target": None, "checked_in": date(2026, 12, 1)}
        end, after = date(2026, 12, 31), date(2027, 1, 1)
        typed["given_status"] = Status.ON_TRACK
        assert self.of(**typed, as_of=end) is Status.STALE
        assert self.of(**typed, as_of=after) is Status.NO_DATA
        for status in (Status.ACHIEVED, Status.MISSED):
            typed["given_status"] = status
            assert self.of(**typed, as_of=after) is status

    def test_without_a_place_for_check_ins_the_day_the_value_was_seen_to_change_counts(
        self,
    ) -> None:
        item = on_pace(2, "0.7", checked_in=None, checked_in_known=False)
        tree = join([objective("Grow", item)], {})
        seen = {("growth", item.key): TODAY - timedelta(days=20)}
        assert (
            measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins={}, seen=seen)
            .items[item.id]
            .status
            is Status.STALE
        )
        assert (
            measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins={}, seen={})
            .items[item.id]
            .status
            is Status.ON_TRACK
        )

    def test_each_source_has_a_cadence_of_its_own(self) -> None:
        item = on_pace(2, "0.7", checked_in=TODAY - timedelta(days=12))
        tree = join([objective("Grow", item)], {})
        slow = {"growth": CheckIns(cadence="monthly")}
        assert (
            measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins=slow, seen={})
            .items[item.id]
            .status
            is Status.ON_TRACK
        )


class TestObjective:
    def test_is_the_mean_of_its_key_results_with_the_worst_of_their_statuses(self) -> None:
        grow = objective(
            "Grow", on_pace(2, "0.8"), on_pace(3, "0.2"), on_pace(4, "0", current=None)
        )
        found = measured(grow).items["growth/O1"]
        assert (found.progress, found.status, found.reported) == (
            D("0.5"),
            Status.OFF_TRACK,
            (2, 3),
        )
        assert "2 of 3" in found.reason

    def test_overshoot_is_cut_before_it_is_rolled_up_and_shown_raw(self) -> None:
        grow = objective("Grow", on_pace(2, "1.4"), on_pace(3, "0.2"))
        found = measured(grow).items
        assert (found["growth/O1/KR1"].progress, found["growth/O1/KR1"].raw_progress) == (
            D(1),
            D("1.4"),
        )
        assert (found["growth/O1"].progress, found["growth/O1"].raw_progress) == (
            D("0.6"),
            D("0.8"),
        )

    def test_all_weights_0_are_named(self) -> None:
        grow = objective("Grow", on_pace(2, "0.8", weight=D(0)), on_pace(3, "0.2", weight=D(0)))
        found = measured(grow)
        assert found.items["growth/O1"].progress == D("0.5")
        assert [warning.code for warning in found.warnings] == ["zero-weights"]

    def test_an_objective_whose_parts_are_set_aside_has_no_weights_of_0(self) -> None:
        grow = objective("Grow", on_pace(2, "0.8", set_aside="cancelled"))
        assert measured(grow).warnings == ()

    def test_a_typed_progress_beside_key_results_is_compared_with_them(self) -> None:
        grow = objective("Grow", on_pace(2, "0.8"), given_progress=D("0.5"))
        found = measured(grow)
        assert found.items["growth/O1"].progress == D("0.8")
        assert [warning.code for warning in found.warnings] == ["given-differs"]
        assert (
            measured(objective("Grow", on_pace(2, "1.4"), given_progress=D("1.4"))).warnings == ()
        )
        assert (
            measured(objective("Grow", on_pace(2, "0.8"), given_progress=D("0.804"))).warnings == ()
        )

    def test_what_is_typed_counts_where_nothing_below_has_numbers(self) -> None:
        empty = [on_pace(2, "0", current=None), on_pace(3, "0", current=None)]
        found = measured(objective("Grow", *empty, given_progress=D("0.3"))).items["growth/O1"]
        assert (found.progress, found.status, found.reported, found.rules) == (
            D("0.3"),
            Status.OFF_TRACK,
            (0, 2),
            ("given-progress",),
        )
        found = measured(objective("Grow", *empty, given_status=Status.AT_RISK)).items["growth/O1"]
        assert (found.progress, found.status) == (None, Status.AT_RISK)

    def test_typed_statuses_below_are_gathered_without_any_number(self) -> None:
        typed = [
            on_pace(2, "0", current=None, target=None, given_status=Status.ON_TRACK),
            on_pace(3, "0", current=None, target=None, given_status=Status.OFF_TRACK),
        ]
        found = measured(objective("Grow", *typed)).items["growth/O1"]
        assert (found.progress, found.status) == (None, Status.OFF_TRACK)
        assert found.reason.startswith("No numbers to measure. Far behind: \u201cResult 3\u201d.")

    @pytest.mark.parametrize(
        ("typed", "after"),
        [
            (Status.ON_TRACK, Status.STALE),
            (Status.AT_RISK, Status.STALE),
            (Status.OFF_TRACK, Status.OFF_TRACK),
            (Status.MISSED, Status.MISSED),
            (Status.ACHIEVED, Status.ACHIEVED),
        ],
    )
    def test_what_was_typed_before_the_end_keeps_an_objective_from_being_achieved(
        self, typed: Status, after: Status
    ) -> None:
        status = on_pace(2, "0", **NOTHING, given_status=typed, checked_in=Q4.end)
        below = objective("Grow", status, on_pace(3, "1", checked_in=Q4.end))
        before = measured(below, as_of=Q4.end).items["growth/O1"]
        assert before.status is typed
        found = measured(below, as_of=Q4.end + timedelta(days=1)).items
        assert found["growth/O1"].status is after
        assert WORST_FIRST.index(after) <= WORST_FIRST.index(typed)
        if after is Status.STALE:
            assert "No recent check-in: “Result 2”" in found["growth/O1"].reason
        alone = measured(objective("Grow", status), as_of=Q4.end + timedelta(days=1)).items
        has_answer = typed in (Status.MISSED, Status.ACHIEVED)
        assert alone["growth/O1"].status is (typed if has_answer else Status.NO_DATA)

    def test_missing_data_can_count_as_0_and_is_no_data_all_the_same(self) -> None:
        found = measured(
            objective("Grow", on_pace(2, "0.8"), on_pace(3, "0", current=None)),
            rules=Rules(missing="zero"),
        ).items
        empty = found["growth/O1/KR2"]
        assert (empty.progress, empty.raw_progress, empty.status) == (D(0), None, Status.NO_DATA)
        assert (found["growth/O1"].progress, found["growth/O1"].reported) == (D("0.4"), (1, 2))

    def test_what_has_no_weight_neither_moves_nor_blames(self) -> None:
        found = measured(
            objective("Grow", on_pace(2, "0.8"), on_pace(3, "0.1", weight=D(0)))
        ).items["growth/O1"]
        assert (found.progress, found.status) == (D("0.8"), Status.ON_TRACK)

    def test_confidence_is_typed_or_the_mean_below_by_weight(self) -> None:
        sure, unsure = (
            on_pace(2, "0.8", confidence=D("0.9"), weight=D(3)),
            on_pace(3, "0.8", confidence=D("0.5")),
        )
        assert measured(objective("Grow", sure, unsure)).items["growth/O1"].confidence == D("0.8")
        assert measured(objective("Grow", sure, confidence=D("0.2"))).items[
            "growth/O1"
        ].confidence == D("0.2")
        assert measured(objective("Grow", on_pace(2, "0.8"))).items["growth/O1"].confidence is None

    @pytest.mark.parametrize(
        ("rollup", "share"),
        [
            ("key-results", "0.8000"),
            ("children", "0.2000"),
            ("both", "0.6000"),
            ("key-results-as-one", "0.5000"),
        ],
    )
    def test_is_made_of_what_the_rules_say(self, rollup: Any, share: str) -> None:
        top = objective("Top", on_pace(2, "0.8"), on_pace(3, "0.8"))
        child = replace(objective("Child", on_pace(5, "0.2")), id="growth/O2", parent="O1")
        assert (
            shown(measured(top, child, rules=Rules(rollup=rollup)).items["growth/O1"].progress)
            == share
        )

    def test_one_without_key_results_takes_its_children(self) -> None:
        top = objective("Top")
        child = replace(objective("Child", on_pace(5, "0.2")), id="growth/O2", parent="O1")
        found = measured(top, child).items["growth/O1"]
        assert (found.progress, found.reported) == (D("0.2"), (1, 1))

    def test_the_status_of_a_parent_can_come_from_its_progress(self) -> None:
        grow = objective("Grow", on_pace(2, "1"), on_pace(3, "0.2"))
        assert measured(grow).items["growth/O1"].status is Status.OFF_TRACK
        assert (
            measured(grow, rules=Rules(parent_status="from-progress")).items["growth/O1"].status
            is Status.ON_TRACK
        )

    @pytest.mark.parametrize("how", ["from-progress", "mean"])
    def test_silence_below_is_never_green_whatever_gives_the_status(self, how: Any) -> None:
        silent = on_pace(2, "0.9", checked_in=TODAY - timedelta(days=30))
        rules = Rules(parent_status=how)
        others = [on_pace(number, "0.9") for number in range(3, 8)]
        assert (
            measured(objective("Grow", silent, *others), rules=rules).items["growth/O1"].status
            is Status.STALE
        )

    def test_from_its_progress_an_objective_can_be_missed(self) -> None:
        rules, after = Rules(parent_status="from-progress"), date(2027, 1, 2)
        grow = objective("Grow", on_pace(2, "1"), on_pace(3, "0.2"))
        assert measured(grow, rules=rules, as_of=after).items["growth/O1"].status is Status.MISSED

    def test_the_stalest_key_result_is_the_age_of_the_objective(self) -> None:
        old = TODAY - timedelta(days=9)
        found = measured(
            objective("Grow", on_pace(2, "0.9"), on_pace(3, "0.9", checked_in=old))
        ).items["growth/O1"]
        assert (found.freshness, found.checked_in) == (Freshness.DUE, old)

    def test_typed_scores_below_come_to_a_score_where_there_is_no_progress(self) -> None:
        graded = [
            on_pace(number, "0", current=None, target=None, given_score=D(share))
            for number, share in ((2, "0.7"), (3, "0.4"))
        ]
        found = measured(objective("Grow", *graded)).items["growth/O1"]
        assert (found.progress, found.score) == (None, D("0.6"))

    def test_a_score_comes_at_the_close_and_a_typed_one_is_never_computed_over(self) -> None:
        after = date(2027, 1, 2)
        assert measured(objective("Grow", on_pace(2, "0.66"))).items["growth/O1"].score is None
        assert measured(objective("Grow", on_pace(2, "0.66")), as_of=after).items[
            "growth/O1"
        ].score == D("0.7")
        assert measured(
            objective("Grow", on_pace(2, "0.66"), given_score=D("0.3")), as_of=after
        ).items["growth/O1"].score == D("0.3")


def test_switches_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValidationError, match="neither a convention nor"):
        Rules.model_validate({"convention": "nobody"})
    with pytest.raises(ValidationError, match="must not be greater"):
        Rules.model_validate({"on_track_gap": 0.5})
    with pytest.raises(ValidationError):
        Rules.model_validate({"clampp": "both"})


def test_a_number_is_explained_down_to_its_cells() -> None:
    grow = objective("Grow", on_pace(2, "0.8"), on_pace(3, "0.2"))
    tree = join([grow], {})
    found = measured(grow)
    steps = explain(tree, found, Rules(), "growth/O1", as_of=TODAY, cycle=Q4, checkins={}, seen={})
    text = "\n".join(f"{step.text} {[str(cell) for cell in step.cells]}" for step in steps)
    assert "(80 % + 20 %) / 2" in text
    assert "Q4!C2" in text
    with pytest.raises(UnknownItem) as error:
        explain(tree, found, Rules(), "growth/O1/KR9", as_of=TODAY, cycle=Q4, checkins={}, seen={})
    assert "growth/O1/KR" in str(error.value.hint)


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2026, 12, 31), "expected every 7 days, 3 days of grace"),
        (date(2027, 1, 1), "none is expected now"),
    ],
)
def test_a_check_in_is_explained_only_where_it_is_expected(as_of: date, words: str) -> None:
    item = on_pace(2, "0.8", checked_in=date(2026, 11, 20))
    grow = objective("Grow", item)
    tree, found = join([grow], {}), measured(grow, as_of=as_of)
    steps = explain(tree, found, Rules(), item.id, as_of=as_of, cycle=Q4, checkins={}, seen={})
    (step,) = [step for step in steps if step.rule == "freshness"]
    assert step.text == f"last check-in on 20 Nov 2026; {words}"


def reason_of(
    share: str = "0.7", as_of: date = TODAY, rules: Rules | None = None, **more: Any
) -> str:
    item = on_pace(2, share, **more)
    return measured(objective("Grow", item), as_of=as_of, rules=rules).items[item.id].reason


RAIL: dict[str, Any] = {
    "kind": Kind.GUARD_RAIL,
    "direction": Direction.STAY_BELOW,
    "target": D(10),
    "unit": "days",
}
NOTHING: dict[str, Any] = {"current": None, "target": None}


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({}, "On pace: 70 % done."),
        ({"share": "0.4"}, "Behind: 40 % done, less than expected by now."),
        ({"share": "0.1"}, "Far behind: 10 % done, less than expected by now."),
        ({"share": "1"}, "Done."),
        ({"share": "1.4"}, "Done, at 140 % of the way."),
        ({"baseline": None}, "On pace: 70 % done (no baseline, counted from 0)."),
        ({"current": None}, "No current value: type the latest number in Q4!C2."),
        ({"target": None}, "No target to measure against: type a number."),
        (
            {"checked_in": date(2026, 11, 2)},
            "No check-in since 2 Nov 2026; one is expected every week. Last seen at 70 %.",
        ),
        ({"checked_in": None}, "No check-in since it began on 1 Oct 2026. Last seen at 70 %."),
        ({"share": "0", "start": date(2026, 12, 1)}, "Starts on 1 Dec 2026."),
        ({"due": date(2026, 11, 20)}, "Ended on 20 Nov 2026 at 70 %."),
        ({**RAIL, "share": "8"}, "Within its limit: 8 days, wanted at most 10 days."),
        ({**RAIL, "share": "12"}, "Outside its limit: 12 days, wanted at most 10 days."),
        (
            {"baseline": D(5), "target": D(5), "share": "4"},
            "Outside its limit: 4, wanted at least 5.",
        ),
        (
            {**RAIL, "milestones": (11, 12), "rules": Rules(guard_rail="periods")},
            "Within its limits in 11 of 12 periods.",
        ),
        ({**NOTHING, "given_progress": D("0.7")}, "On pace: 70 % done (as typed)."),
        (
            {**NOTHING, "given_status": Status.AT_RISK},
            "At risk, as typed; there are no numbers to measure.",
        ),
        (
            {**NOTHING, "given_status": Status.ON_TRACK, "unclear": frozenset({"current"})},
            (
                "On track, as typed. Not measured: the current in Q4!C2 is not understood. Reword"
                " it, or explain it in the mapping."
            ),
        ),
        (
            {**NOTHING, "given_score": D("0.7")},
            "Score 0.7 as typed; there are no numbers to measure progress by.",
        ),
    ],
)
def test_a_reason_tells_the_owner_of_the_row_what_is_so(
    item: dict[str, Any], sentence: str
) -> None:
    assert reason_of(**item) == sentence


@pytest.mark.parametrize(
    "item",
    [
        {"share": "0.9"},
        {"share": "0.4"},
        {"share": "0.1"},
        {"share": "1"},
        {"checked_in": date(2026, 11, 2)},
        {**NOTHING, "given_status": Status.AT_RISK, "checked_in": TODAY + timedelta(days=1)},
        {**RAIL, "share": "12"},
    ],
)
def test_a_reason_stays_as_it_is_from_one_day_to_the_next(
    item: dict[str, Any],
) -> None:
    assert reason_of(**item) == reason_of(**item, as_of=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("shares", "rules", "sentence"),
    [
        (["0.8", "0.9"], Rules(), "85 % done. On pace."),
        (["1", "1"], Rules(), "100 % done. Achieved."),
        (["0.8", "0.4"], Rules(), "60 % done. Behind: \u201cResult 3\u201d."),
        (["0.8", "0"], Rules(), "40 % done. Far behind: \u201cResult 3\u201d."),
        (
            ["0.8", "0"],
            Rules(parent_status="from-progress"),
            "40 % done. Behind: less than expected by now.",
        ),
        (["0.8", None], Rules(), "80 % done. On pace. 1 of 2 key results reported."),
        ([None, None], Rules(), "Nothing reported yet. 0 of 2 key results reported."),
    ],
)
def test_the_reason_of_an_objective_names_what_holds_it_back(
    shares: list[str | None], rules: Rules, sentence: str
) -> None:
    parts = [
        on_pace(number, share or "0", **({} if share else {"current": None}))
        for number, share in enumerate(shares, 2)
    ]
    assert measured(objective("Grow", *parts), rules=rules).items["growth/O1"].reason == sentence


def explained(*objectives: Objective, rules: Rules | None = None, id_: str = "growth/O1") -> str:
    rules = rules or Rules()
    tree = join(list(objectives), {})
    found = measure(tree, rules, as_of=TODAY, cycle=Q4, checkins={}, seen={})
    steps = explain(tree, found, rules, id_, as_of=TODAY, cycle=Q4, checkins={}, seen={})
    return "\n".join(f"{step.text} [{step.rule}] {step.result}" for step in steps)


def test_an_explanation_does_the_sum_that_was_done() -> None:
    heavy = objective("Grow", on_pace(2, "1", weight=D(40)), on_pace(3, "0.4", weight=D(60)))
    assert (
        "the weighted mean (100 % x 40 + 40 % x 60) / 100 [mean-of-key-results] 64 %"
        in explained(heavy)
    )
    weightless = objective("Grow", on_pace(2, "0.8", weight=D(0)), on_pace(3, "0.2", weight=D(0)))
    assert "everything counts the same: the mean (80 % + 20 %) / 2" in explained(weightless)
    partial = objective("Grow", on_pace(2, "0.8"), on_pace(3, "0", current=None))
    assert "the mean (80 %) / 1; 1 without data left out [mean-of-key-results] 80 %" in explained(
        partial
    )
    text = explained(partial, rules=Rules(missing="zero"))
    assert (
        "the mean (80 % + 0 %) / 2; 1 without data counted as 0 [mean-of-key-results] 40 %" in text
    )
    assert "counted as 0 [missing = zero] 0 %" in text
    top = objective("Grow", on_pace(2, "0.8"), on_pace(3, "0.6"))
    child = replace(objective("Child", on_pace(5, "0.2")), id="growth/O2", parent="O1")
    text = explained(top, child, rules=Rules(rollup="key-results-as-one"))
    assert (
        "the key results together are 70 %, the mean (80 % + 60 %) / 2; with the children the mean"
        " (70 % + 20 %) / 2" in text
    )


def test_an_explanation_says_what_was_typed() -> None:
    assert "taken as typed [given-progress] 30 %" in explained(
        objective("Grow", on_pace(2, "0", current=None), given_progress=D("0.3"))
    )
    status = on_pace(2, "0", **NOTHING, given_status=Status.AT_RISK)
    assert "its status is taken as typed [given-status] at-risk" in explained(
        objective("Grow", status)
    )


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-50, 250)),
            st.sampled_from([0, 1, 3]),
            st.integers(-3, 30),
            st.one_of(st.none(), st.sampled_from(list(Status))),
        ),
        max_size=5,
    ),
    st.sampled_from(["key-results", "children", "both", "key-results-as-one"]),
    st.sampled_from(["worst", "from-progress", "mean"]),
    st.sampled_from(["leave-out", "zero"]),
    st.integers(-20, 120),
)
def test_whatever_is_typed_is_measured_explained_and_within_bounds(
    rows: list[tuple[int | None, int, int, Status | None]],
    rollup: Any,
    how: Any,
    missing: Any,
    after_days: int,
) -> None:
    as_of = Q4.start + timedelta(days=after_days)
    rules = Rules(rollup=rollup, parent_status=how, missing=missing)
    parts = [
        on_pace(
            number,
            "0",
            current=None if value is None else D(value) / 100,
            weight=D(weight),
            checked_in=as_of - timedelta(days=age),
            given_status=status,
        )
        for number, (value, weight, age, status) in enumerate(rows, 2)
    ]
    half = len(parts) // 2
    child = replace(objective("Child", *parts[half:]), id="growth/O2", parent="O1")
    tree = join([objective("Grow", *parts[:half]), child], {})
    found = measure(tree, rules, as_of=as_of, cycle=Q4, checkins={}, seen={})
    for id_, one in found.items.items():
        assert one.progress is None or 0 <= one.progress <= 1
        assert one.expected is not None
        assert 0 <= one.expected <= 1
        assert one.reason.endswith(".")
        assert one.reported[0] <= one.reported[1]
        if one.freshness in (Freshness.STALE, Freshness.NEVER) and one.raw_progress is not None:
            assert one.status is not Status.ON_TRACK
        assert explain(tree, found, rules, id_, as_of=as_of, cycle=Q4, checkins={}, seen={})


def test_an_overdue_check_in_without_data_makes_its_objective_stale() -> None:
    silent = on_pace(3, "0", current=None, checked_in=Q4.start)
    done = measured(objective("Grow", on_pace(2, "0.6"), silent)).items
    assert done["growth/O1"].status is Status.STALE
    assert "On track" not in done["growth/O1"].reason
