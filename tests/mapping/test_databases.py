"""Databases return pages and properties in any order: what stands above or beside says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

import pytest

from okrsync.mapping import Okrs
from okrsync.model.table import CellValue
from reading import codes, item, objective, read, read_database, read_databases

_CELLS = Sequence[CellValue]


def _parents(okrs: Okrs) -> dict[str, str]:
    """By title of a key result, that of its objective; empty below an implied one."""
    return {
        each.title: "" if above.implied else above.title
        for above in okrs.objectives
        for each in above.key_results
    }


_TYPED: list[_CELLS] = [
    ("Grow", "Objective", None, None),
    ("Keep", "Objective", None, None),
    ("Sign-ups", "Key Result", 50, 100),
    ("Churn", "Key Result", 5, 30),
]


@pytest.mark.parametrize("pages", [*permutations(_TYPED)][::5])
def test_no_key_result_belongs_to_the_page_that_comes_before_it(pages: Sequence[_CELLS]) -> None:
    okrs = read_database(("Name", "Type", "Current", "Target"), *pages)
    assert _parents(okrs) == {"Sign-ups": "", "Churn": ""}
    told = [each for each in okrs.warnings if each.code == "no-objective"]
    assert len(told) == 1
    assert "'Sign-ups'" in told[0].message
    assert "relation" in told[0].message


def test_key_results_of_a_single_objective_are_its_own() -> None:
    okrs = read_database(("Name", "Type", "Current", "Target"), *_TYPED[2:], _TYPED[0])
    assert _parents(okrs) == {"Sign-ups": "Grow", "Churn": "Grow"}
    assert "no-objective" not in codes(okrs)


def test_a_parent_that_is_named_is_found_in_any_order() -> None:
    names = ("Name", "Type", "Parent item", "Current", "Target")
    okrs = read_database(
        names,
        ("Sign-ups", "Key Result", "Grow", 50, 100),
        ("Keep", "Objective", None, None, None),
        ("Churn", "Key Result", "Keep", 5, 30),
        ("Grow", "Objective", None, None, None),
        ("Free", "Key Result", None, 1, 2),
    )
    assert _parents(okrs) == {"Sign-ups": "Grow", "Churn": "Keep", "Free": ""}
    (told,) = [each.message for each in okrs.warnings if each.code == "no-objective"]
    assert told.startswith("'Free' names no objective")
    assert "it is placed under 'OKRs'" in told


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_an_empty_objective_does_not_repeat_the_one_before(first: int) -> None:
    pages: list[_CELLS] = [
        ("Leads", "Grow", 5, 10),
        ("Free", None, 5, 10),
        ("Churn", "Keep", 2, 10),
        ("Deals", "Grow", 1, 10),
    ]
    okrs = read_database(
        ("Key Result", "Objective", "Current", "Target"), *pages[first:], *pages[:first]
    )
    assert _parents(okrs) == {"Leads": "Grow", "Deals": "Grow", "Free": "", "Churn": "Keep"}
    assert "no-objective" in codes(okrs)


def test_objectives_and_key_results_on_pages_of_their_own_are_not_matched_by_order() -> None:
    okrs = read_database(
        ("Objective", "Key Result", "Current", "Target"),
        ("Grow", None, None, None),
        (None, "Leads", 5, 10),
        ("Keep", None, None, None),
        (None, "Churn", 2, 10),
    )
    assert _parents(okrs) == {"Leads": "", "Churn": ""}
    assert "no-objective" in codes(okrs)


def test_pages_without_numbers_are_no_headings_of_those_after_them() -> None:
    okrs = read_database(
        ("OKR", "Current", "Target"), ("Grow", None, None), ("Leads", 5, 10), ("Deals", 1, 10)
    )
    assert all(not above.key_results or above.implied for above in okrs.objectives)


def test_numbered_titles_are_matched_by_their_numbers() -> None:
    okrs = read_database(
        ("OKR", "Current", "Target"),
        ("2.1 Churn", 2, 10),
        ("1.2 Deals", 1, 10),
        ("1 Grow", None, None),
        ("1.1 Leads", 5, 10),
        ("2 Keep", None, None),
    )
    assert _parents(okrs) == {"Churn": "Keep", "Deals": "Grow", "Leads": "Grow"}


def test_an_empty_level_does_not_repeat_the_one_before() -> None:
    okrs = read_database(
        ("Objective level 1", "Objective level 2", "Key Result", "Current", "Target"),
        ("Lead", "Grow", "Leads", 5, 10),
        (None, None, "Free", 5, 10),
    )
    assert _parents(okrs)["Leads"] == "Grow"
    assert _parents(okrs)["Free"] == ""


def test_a_page_that_is_titled_like_a_property_hides_no_others() -> None:
    okrs = read_database(
        ("Key Result", "Objective", "Current", "Target"),
        ("Key Result", "Objective", None, None),
        ("Leads", "Grow", 5, 10),
    )
    assert _parents(okrs)["Leads"] == "Grow"


_DAYS = ["5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov"]


@pytest.mark.parametrize(
    "days",
    [
        _DAYS,
        [f"Week of {day}" for day in _DAYS],
        ["Oct 5", "Oct 12", "Oct 19", "Oct 26", "Nov 2", "Nov 9"],
        ["05.10.", "12.10.", "19.10.", "26.10.", "02.11.", "09.11."],
        ["2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09"],
        [f"Week {number}" for number in range(2, 8)],
        [f"Check-in {number}" for number in range(6, 12)],
    ],
)
def test_the_last_check_in_is_that_of_the_last_day_or_number(days: list[str]) -> None:
    values = dict(zip(days, (10, 20, 30, 40, 50, None), strict=True))
    names = sorted(values)
    okrs = read_database(
        ("Key Result", "Objective", "Target", *names),
        ("Leads", "Grow", 100, *(values[name] for name in names)),
    )
    assert item(okrs, "Leads").current == 50


def test_days_that_could_be_two_dates_give_no_current_value() -> None:
    okrs = read_database(
        ("Key Result", "Objective", "Target", "10/11", "11/10", "12/10"),
        ("Leads", "Grow", 100, 10, 20, 30),
    )
    assert item(okrs, "Leads").current is None
    assert "unread-numbers" in codes(okrs)


def test_check_ins_by_number_count_up_in_a_sheet_too() -> None:
    okrs = read(
        ("Key Result", "Objective", "Target", "Check-in 2", "Check-in 1"),
        ("Leads", "Grow", 100, 40, 20),
    )
    assert item(okrs, "Leads").current == 40


def test_numbers_that_are_not_read_are_named_by_their_property() -> None:
    okrs = read_database(("Key Result", "Objective", "Mid-Q"), ("Leads", "Grow", 5))
    (told,) = [each for each in okrs.warnings if each.code == "unread-numbers"]
    assert str(told.at) == "OKRs!Mid-Q"
    assert told.message.startswith("'Mid-Q' holds numbers")


def test_what_is_done_of_initiatives_says_nothing_of_their_key_result() -> None:
    okrs = read_database(
        ("Key Result", "Done", "Initiative", "Objective"),
        ("Leads", True, "Ads", "Grow"),
        ("Leads", False, "Blog", "Grow"),
        ("Deals", True, "Hire", "Grow"),
    )
    assert item(okrs, "Deals").current is None
    assert "of-initiatives" in codes(okrs)


def test_a_key_result_without_an_objective_stays_apart_from_those_of_another_database() -> None:
    okrs = read_databases(
        {
            "Objectives": [("Objective",), ("Grow",), ("Keep",)],
            "Key Results": [
                ("Key Result", "Objective", "Current", "Target"),
                ("Leads", "Grow", 5, 10),
                ("Free", None, 5, 10),
                ("Churn", "Keep", 5, 10),
            ],
        }
    )
    assert [each.title for each in objective(okrs, "Grow").key_results] == ["Leads"]
    assert [each.title for each in objective(okrs, "Keep").key_results] == ["Churn"]
    assert "no-objective" in codes(okrs)


def test_a_page_after_an_empty_one_is_no_footer() -> None:
    okrs = read_database(
        ("Objective", "Progress"),
        ("Grow", 0.5),
        (None, None),
        ("Status pages for all", None),
        ("Sources: fewer, better", None),
    )
    assert [each.title for each in okrs.objectives] == [
        "Grow",
        "Status pages for all",
        "Sources: fewer, better",
    ]


@pytest.mark.parametrize(
    "bar",
    [
        "🟩🟩🟩⬜⬜ 1%",
        "⬜⬜⬜⬜⬜ 1%",
        "●●●○○ 1%",
        "■■■□□ 1 %",
        "★★★☆☆ 1%",
        "⬛️⬛️⬜️ 1%",
        "🟢🟢⚪⚪ 1%",
        "1% ▓▓░",
    ],
)
def test_a_bar_that_a_formula_draws_is_no_status_but_the_number_beside_it(bar: str) -> None:
    okrs = read_database(
        ("Key Result", "Objective", "Progress"), ("Leads", "Grow", bar), ("Deals", "Grow", "50%")
    )
    assert item(okrs, "Leads").given_progress == Decimal("0.01")
    assert item(okrs, "Leads").typed_status is None


def test_a_progress_that_key_results_of_one_objective_share_is_the_objective_s() -> None:
    okrs = read_database(
        (
            "Key Result",
            "Key Result Current",
            "Key Result Target",
            "Objective",
            "Progress",
            "Status",
        ),
        ("Deals", 18, 40, "Grow", 0.48, "On track"),
        ("Churn", 5, 10, "Grow", 0.48, "On track"),
        ("Office", None, None, "Keep", 0.1, "At risk"),
    )
    assert item(okrs, "Office").given_progress is None
    assert item(okrs, "Deals").typed_status is None
    assert objective(okrs, "Keep").given_progress == Decimal("0.1")


def test_rows_that_refer_to_key_results_of_an_unread_database_are_none() -> None:
    page = "3fbfa3fb-81fc-8154-8adc-c3abbebc28d5"
    okrs = read_database(
        ("Task", "Key Result", "Done"),
        ("Ads", page, True),
        ("Blog", f"{page}, {page[:-1]}6", False),
    )
    assert not okrs.objectives
    (skip,) = [each for each in okrs.skips if each.code == "no-okrs"]
    assert "add that database" in skip.reason
