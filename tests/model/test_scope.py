"""Items of other cycles are told apart from those of the configured one."""

from __future__ import annotations

from datetime import date

from build import key_result, objective
from okrsync.model.okrs import Cycle, Objective
from okrsync.model.scope import split_by_cycle

Q3 = Cycle(date(2026, 7, 1), date(2026, 9, 30), "2026-Q3")
Q4 = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
YEAR = Cycle(date(2026, 1, 1), date(2026, 12, 31), "2026")


def split(*objectives: Objective) -> tuple[list[list[str]], list[list[str]]]:
    inside, outside = split_by_cycle(objectives, Q4)
    return tuple(
        [[item.title, *(kr.title for kr in item.key_results)] for item in part]
        for part in (inside, outside)
    )  # type: ignore[return-value]


def test_an_item_that_tells_no_time_belongs_to_every_cycle() -> None:
    assert split(objective("Grow", key_result(2, "One"))) == ([["Grow", "One"]], [])


def test_an_objective_of_another_cycle_takes_its_key_results_along() -> None:
    assert split(objective("Grow", key_result(2, "One"), cycle=Q3)) == ([], [["Grow", "One"]])


def test_a_yearly_objective_belongs_to_each_of_its_quarters() -> None:
    assert split(objective("Grow", cycle=YEAR)) == ([["Grow"]], [])


def test_an_objective_goes_where_its_key_results_are() -> None:
    assert split(objective("Grow", key_result(2, "One", cycle=Q3))) == ([], [["Grow", "One"]])


def test_an_objective_with_key_results_on_both_sides_stands_on_both() -> None:
    grow = objective("Grow", key_result(2, "One", cycle=Q3), key_result(3, "Two", cycle=Q4))
    assert split(grow) == ([["Grow", "Two"]], [["Grow", "One"]])


def test_dates_decide_where_no_cycle_is_told() -> None:
    assert split(objective("Old", due=date(2026, 9, 30))) == ([], [["Old"]])
    assert split(objective("Now", due=date(2026, 10, 1))) == ([["Now"]], [])
    assert split(objective("Later", start=date(2027, 1, 1))) == ([], [["Later"]])
