"""A guard stops a source and says what it saw; `allow` lets it pass."""

from __future__ import annotations

from build import key_result, objective, okrs, snapshot, table
from okrsync.connector import Batch, Looks, NewColumn
from okrsync.mapping import Okrs
from okrsync.plan.guards import GUARDS, GuardLimits, Remembered, refusals
from okrsync.plan.plan import SourcePlan


def guards(
    found: Okrs, plan: SourcePlan | None = None, before: Remembered | None = None, **allow: set[str]
) -> list[str]:
    plan = plan or SourcePlan("growth", "ok")
    return [
        refusal.guard
        for refusal in refusals(found, plan, before or Remembered(), GuardLimits(), **allow)
    ]


def three() -> Okrs:
    return okrs(objective("Grow", key_result(2, "One"), key_result(3, "Two")))


def test_a_first_run_meets_no_guard() -> None:
    assert guards(three()) == []


def test_a_source_gone_empty_stops() -> None:
    assert guards(okrs(), before=Remembered(items=9)) == ["empty"]


def test_a_source_that_lost_more_than_it_may_stops() -> None:
    assert guards(three(), before=Remembered(items=6)) == ["max-shrink"]


def test_the_first_deletions_of_a_small_team_are_no_emergency() -> None:
    assert guards(three(), before=Remembered(items=5)) == []
    eight = okrs(objective("Grow", *(key_result(row, str(row)) for row in range(2, 9))))
    assert guards(eight, before=Remembered(items=10)) == []
    assert guards(eight, before=Remembered(items=11)) == ["max-shrink"]


def test_a_source_that_lost_a_little_goes_on() -> None:
    found = okrs(objective("Grow", *(key_result(number, str(number)) for number in range(2, 10))))
    assert guards(found, before=Remembered(items=11)) == []


def test_replacing_most_of_what_people_typed_stops() -> None:
    assert guards(three(), SourcePlan("growth", "ok", owned_cells=4, replaced=3)) == ["max-changes"]
    assert guards(three(), SourcePlan("growth", "ok", owned_cells=4, replaced=2)) == []


def test_a_column_okrsync_wrote_to_and_that_is_gone_stops() -> None:
    column = NewColumn("+", "Q4", "progress", "Progress", 1, Looks.SHARE)
    plan = SourcePlan("growth", "ok", Batch(snapshot(table()), new_columns=(column,)))
    before = Remembered(headers={("Q4", "progress", "Progress")})
    assert guards(three(), plan, before) == ["vanished-header"]
    assert guards(three(), plan, Remembered()) == []


def test_every_guard_can_be_allowed_for_one_run() -> None:
    before = Remembered(items=9)
    assert guards(okrs(), before=before, allowed={"empty"}) == []
    assert set(GUARDS) == {
        "empty",
        "max-shrink",
        "max-changes",
        "vanished-header",
        "max-losses",
        "vanished-input",
        "exchanged-inputs",
    }
