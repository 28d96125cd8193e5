"""What a row says counts: set aside, shared, committed, with own numbers, or not understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from build import key_result, objective
from okrsync.measures import measure
from okrsync.measures.result import Measure
from okrsync.measures.rules import Rules
from okrsync.model.okrs import (
    Commitment,
    Cycle,
    Direction,
    KeyResult,
    Objective,
    Serves,
    Status,
)
from okrsync.model.tree import join

D = Decimal
TODAY = date(2026, 11, 24)
Q4 = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")


def result(number: int, share: str | None, **more: Any) -> KeyResult:
    current = None if share is None else D(share)
    return key_result(
        number, f"Result {number}", baseline=D(0), target=D(1), current=current, **more
    )


def named(title: str, *results: KeyResult, **more: Any) -> Objective:
    made = objective(title, *results, **more)
    return replace(
        made,
        id=f"growth/{title}",
        key_results=tuple(replace(one, id=f"growth/{title}/{one.title}") for one in results),
    )


def stands(
    *objectives: Objective, rules: Rules | None = None, as_of: date = TODAY
) -> dict[str, Measure]:
    tree = join(objectives, {})
    items = measure(tree, rules or Rules(), as_of=as_of, cycle=Q4, checkins={}, seen={}).items
    return {id_.removeprefix("growth/"): found for id_, found in items.items()}


def test_what_people_set_aside_does_not_count_and_is_not_late() -> None:
    items = stands(named("Grow", result(2, "0.5"), result(3, "0.1", set_aside="Cancelled")))
    grow, aside = items["Grow"], items["Grow/Result 3"]
    assert (grow.progress, grow.reported) == (D("0.5"), (1, 1))
    assert (aside.status, aside.set_aside, aside.progress) == (
        Status.NO_DATA,
        "Cancelled",
        D("0.1"),
    )
    assert aside.reason == "Set aside: Cancelled. It does not count."
    assert (aside.score, aside.forecast) == (None, None)


def test_a_set_aside_objective_takes_its_key_results_along() -> None:
    paused = named("Paused", result(2, "0.1"), set_aside="on hold", parent="Top")
    items = stands(named("Top"), named("Grow", result(3, "0.8"), parent="Top"), paused)
    assert items["Top"].progress == D("0.8")
    assert items["Paused/Result 2"].set_aside == "on hold"


def test_an_objective_of_which_everything_is_set_aside_has_no_data() -> None:
    items = stands(named("Grow", result(2, "0.5", set_aside="Dropped")))
    assert (items["Grow"].status, items["Grow"].progress) == (Status.NO_DATA, None)


def test_a_shared_key_result_counts_whole_in_each_objective_and_once_above() -> None:
    shared = result(2, "0.5", serves=(Serves("Grow"), Serves("Keep")))
    grow = named("Grow", shared, result(3, "1"), parent="Top")
    keep = named("Keep", result(4, "0"), parent="Top")
    items = stands(named("Top"), grow, keep)
    assert (items["Grow"].progress, items["Keep"].progress) == (D("0.75"), D("0.25"))
    # (0.5 / 2 + 1) / 1.5 and (0.5 / 2 + 0) / 1.5, and their mean
    assert round(items["Top"].progress or D(0), 4) == D("0.5")
    assert items["Keep"].reported == (2, 2)


def test_a_shared_key_result_counts_once_where_the_halves_differ() -> None:
    shared = result(2, "1", serves=(Serves("Grow"), Serves("Keep")))
    items = stands(
        named("Top"),
        named("Grow", shared, parent="Top"),
        named("Keep", result(4, "0"), result(5, "0"), parent="Top"),
    )
    # Grow is 1 either way; Keep is 1/3 by itself and 0.5 / 2.5 from above.
    assert round(items["Keep"].progress or D(0), 4) == D("0.3333")
    assert items["Top"].progress == D("0.6")


def test_shares_of_a_shared_key_result_are_weights() -> None:
    shared = result(2, "1", serves=(Serves("Grow", D("0.75")), Serves("Keep", D("0.25"))))
    items = stands(named("Grow", shared, result(3, "0")), named("Keep", result(4, "0")))
    assert round(items["Grow"].progress or D(0), 4) == D("0.4286")
    assert items["Keep"].progress == D("0.2")


def test_a_key_result_that_serves_nobody_known_is_named_and_counts_where_it_stands() -> None:
    shared = result(2, "0.5", serves=(Serves("Grow"), Serves("Nowhere")))
    tree = join([named("Grow", shared)], {})
    (warning,) = tree.warnings
    assert (warning.code, "'Nowhere'" in warning.message) == ("unknown-objective", True)
    assert stands(named("Grow", shared))["Grow"].progress == D("0.5")


@pytest.mark.parametrize(
    ("commitment", "share", "passes", "score"),
    [
        (Commitment.COMMITTED, "0.95", False, "1.0"),
        (Commitment.COMMITTED, "1", True, "1.0"),
        (Commitment.ASPIRATIONAL, "0.69", False, "0.7"),
        (Commitment.ASPIRATIONAL, "0.7", True, "0.7"),
        (None, "0.95", True, "1.0"),
    ],
)
def test_a_pass_is_judged_unrounded(
    commitment: Commitment | None, share: str, passes: bool, score: str
) -> None:
    kept = named("Grow", result(2, share, commitment=commitment))
    found = stands(kept, as_of=date(2027, 1, 5))["Grow/Result 2"]
    assert (found.passes, found.score) == (passes, D(score))
    assert stands(kept)["Grow/Result 2"].passes is None


def test_a_committed_key_result_that_is_missed_says_what_it_takes() -> None:
    kept = named("Grow", result(2, "0.95", commitment=Commitment.COMMITTED))
    reason = stands(kept, as_of=date(2027, 1, 5))["Grow/Result 2"].reason
    assert reason == ("Ended on 31 Dec 2026 at 95 %. A committed key result passes only at 100 %.")


def test_an_objective_without_key_results_is_measured_by_numbers_of_its_own() -> None:
    own = key_result(2, "Grow", baseline=D(68), target=D(80), current=D(79))
    items = stands(named("Grow", numbers=own, given_progress=D("0.85")))
    assert round(items["Grow"].progress or D(0), 4) == D("0.9167")
    tree = join([named("Grow", numbers=own, given_progress=D("0.85"))], {})
    found = measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins={}, seen={})
    assert "85 %" in found.warnings[0].message


def test_where_an_objective_has_numbers_and_key_results_the_key_results_count() -> None:
    own = key_result(2, "Grow", baseline=D(0), target=D(1), current=D("0.9"))
    tree = join([named("Grow", result(3, "0.5"), numbers=own)], {})
    found = measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins={}, seen={})
    assert found.items["growth/Grow"].progress == D("0.5")
    assert [warning.code for warning in found.warnings] == ["own-numbers-differ"]


def test_a_row_of_which_a_deciding_cell_is_not_understood_is_not_measured() -> None:
    odd = result(2, "0.9", unclear=frozenset({"direction"}), given_progress=D("0.9"))
    found = stands(named("Grow", odd))["Grow/Result 2"]
    assert (found.progress, found.status) == (None, Status.NO_DATA)
    assert found.reason.startswith("Not measured: the direction")


def test_an_objective_says_what_stands_worst_below_it() -> None:
    items = stands(
        named("Top", result(2, "0.9")),
        named("Middle", result(3, "0.9"), parent="Top"),
        named("Low", result(4, "0.1"), parent="Middle"),
    )
    top = items["Top"]
    assert top.status is Status.ON_TRACK
    assert top.worst_below is not None
    assert (top.worst_below.id, top.worst_below.status) == ("growth/Low", Status.OFF_TRACK)
    assert top.reason == "90 % done. On pace. Below it: far behind: \u201cLow\u201d."
    assert items["Low"].worst_below is None


def test_what_went_the_wrong_way_is_said_with_its_numbers() -> None:
    back = key_result(2, "Speed", baseline=D(104), target=D(112), current=D(102))
    found = stands(named("Grow", back))["Grow/Speed"]
    assert found.reason.startswith("Far behind: gone backwards: 102, began at 104")


PLAN = (
    (date(2026, 10, 31), D("0.2")),
    (date(2026, 11, 30), D("0.5")),
    (date(2026, 12, 31), D(1)),
)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 10, 31), "0.2"),
        (date(2026, 11, 15), "0.35"),
        (date(2026, 11, 30), "0.5"),
        (date(2026, 12, 31), "1"),
        (date(2027, 1, 9), "1"),
    ],
)
def test_a_plan_in_the_row_says_what_is_expected(as_of: date, expected: str) -> None:
    items = stands(named("Grow", result(2, "0.3", plan=PLAN)), as_of=as_of)
    assert items["Grow/Result 2"].expected == D(expected)
    assert items["Grow"].expected == D(expected)


def test_a_row_is_judged_by_its_own_plan() -> None:
    day = date(2026, 11, 15)
    planned = stands(named("Grow", result(2, "0.35", plan=PLAN)), as_of=day)["Grow/Result 2"]
    plain = stands(named("Grow", result(2, "0.35")), as_of=day)["Grow/Result 2"]
    assert planned.status is Status.ON_TRACK
    assert plain.status is Status.AT_RISK


def test_after_the_last_day_of_a_plan_the_way_runs_straight_to_the_target() -> None:
    items = stands(named("Grow", result(2, "0.3", plan=PLAN[:2])), as_of=date(2026, 12, 31))
    assert items["Grow/Result 2"].expected == 1


def test_a_falling_target_has_a_plan_too() -> None:
    plan = ((date(2026, 10, 31), D(8)), (date(2026, 12, 31), D(4)))
    churn = key_result(2, "Churn", baseline=D(10), target=D(4), current=D(9), plan=plan)
    items = stands(named("Keep", churn), as_of=date(2026, 10, 31))
    assert round(items["Keep/Churn"].expected or 0, 4) == D("0.3333")


def test_a_plan_without_the_calendar_has_steps() -> None:
    """ServiceNow's example: 710 where 750 were planned by the end of the third period."""
    plan = ((date(2026, 9, 30), D(750)), (date(2026, 12, 31), D(1000)))
    sales = key_result(2, "Sales", baseline=D(0), target=D(1000), current=D(710), plan=plan)
    year = Cycle(date(2026, 1, 1), date(2026, 12, 31), "2026")
    tree = join([named("Grow", sales)], {})
    rules = Rules(convention="servicenow")
    on_day = date(2026, 11, 15)
    measured = measure(tree, rules, as_of=on_day, cycle=year, checkins={}, seen={})
    found = measured.items["growth/Grow/Sales"]
    assert (found.expected, found.status) == (D("0.75"), Status.ON_TRACK)
    assert found.progress is not None
    assert round(found.progress / D("0.75"), 3) == D("0.947")


def test_a_value_to_be_kept_has_no_plan() -> None:
    plan = ((date(2026, 10, 31), D(5)), (date(2026, 12, 31), D(5)))
    kept = key_result(
        2, "Errors", target=D(5), current=D(3), plan=plan, direction=Direction.STAY_BELOW
    )
    plain = replace(kept, plan=())
    assert stands(named("Keep", kept))["Keep/Errors"] == stands(named("Keep", plain))["Keep/Errors"]


@pytest.mark.parametrize(
    ("baseline", "stretch", "current", "share"),
    [("10", "20", "15", "0.5"), ("10", "0", "7", "0.3"), (None, "100", "30", "0.3")],
)
def test_a_stretch_goal_counts_where_there_is_no_target(
    baseline: str | None, stretch: str, current: str, share: str
) -> None:
    kr = key_result(
        2,
        "Alerts",
        baseline=None if baseline is None else D(baseline),
        stretch=D(stretch),
        current=D(current),
    )
    found = stands(named("Grow", kr))["Grow/Alerts"]
    assert found.progress == D(share)
    assert "(of the stretch goal)" in found.reason


def test_nearly_whole_is_not_said_to_be_whole() -> None:
    kept = result(2, "0.996", commitment=Commitment.COMMITTED)
    found = stands(named("Grow", kept), as_of=date(2027, 1, 5))["Grow/Result 2"]
    assert (found.status, found.passes) == (Status.MISSED, False)
    assert "at 99.6 %" in found.reason


def test_a_typed_progress_below_zero_has_gone_backwards() -> None:
    kr = key_result(2, "Alerts", given_progress=D("-0.25"))
    found = stands(named("Grow", kr))["Grow/Alerts"]
    assert "gone backwards" in found.reason
    assert "-25" not in found.reason
