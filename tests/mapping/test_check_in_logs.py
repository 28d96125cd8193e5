"""Check-ins that stand in rows of their own, or as texts: all of them are kept, the last counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from okrsync.mapping import Okrs
from okrsync.model.okrs import Status
from okrsync.model.table import CellValue
from reading import codes, item, key_results, read, read_tabs

D = Decimal
Rows = Sequence[Sequence[CellValue]]
STATED: Rows = (
    ("ID", "Objective", "Key Result", "Start", "Target"),
    ("K1", "Grow", "Sign-ups", 0, 100),
    ("K2", "Grow", "Revenue", 1, 4),
)


def logged(*rows: Sequence[CellValue]) -> Okrs:
    okrs = read_tabs({"Q4": STATED, "Check-ins": rows})
    assert len(key_results(okrs)) == 2
    return okrs


def undated(okrs: Okrs) -> list[str]:
    return [str(each.at) for each in okrs.warnings if each.code == "undated-check-ins"]


def test_every_check_in_of_a_log_is_kept_and_the_latest_counts() -> None:
    okrs = logged(
        ("KR ID", "Date", "Value", "Status", "Confidence", "Comment"),
        ("K1", "2026-11-20", 50, "At risk", 0.4, "slower"),
        ("K1", "2026-10-10", 20, "On track", 0.8, "good"),
        ("K2", "2026-11-10", 2, None, None, None),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in) == (D(50), date(2026, 11, 20))
    assert (kr.typed_status, kr.given_status) == ("At risk", Status.AT_RISK)
    assert (kr.confidence, kr.comment) == (D("0.4"), "slower")
    assert [(each.day, each.current, str(each.at)) for each in kr.observations] == [
        (date(2026, 10, 10), D(20), "Check-ins!C3"),
        (date(2026, 11, 20), D(50), "Check-ins!C2"),
    ]
    assert str(kr.origin.cell("current")) == "Check-ins!C2"


@pytest.mark.parametrize(
    ("header", "early", "late", "day"),
    [
        ("Week", "W44", "W46", date(2026, 11, 15)),
        ("Week", 44, 46, date(2026, 11, 15)),
        ("KW", "KW 44", "KW 46", date(2026, 11, 15)),
        ("Kalenderwoche", 44, 46, date(2026, 11, 15)),
        ("Semaine", "S44", "S46", date(2026, 11, 15)),
        ("Semana", "Semana 44", "Semana 46", date(2026, 11, 15)),
        ("Неделя", 44, 46, date(2026, 11, 15)),
        ("周", "第44周", "第46周", date(2026, 11, 15)),
        ("Month", "Oct", "Nov", date(2026, 11, 29)),
        ("Monat", "Oktober", "November", date(2026, 11, 29)),
        ("Mois", "octobre", "novembre", date(2026, 11, 29)),
    ],
)
def test_a_log_may_name_weeks_or_months(
    header: str, early: CellValue, late: CellValue, day: date
) -> None:
    okrs = logged(("KR ID", header, "Value"), ("K1", early, 20), ("K1", late, 50), ("K2", early, 2))
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in) == (D(50), day)
    assert [each.current for each in kr.observations] == [D(20), D(50)]
    assert undated(okrs) == []


def test_a_log_by_title_is_no_list_of_other_key_results() -> None:
    okrs = logged(
        ("Key Result", "Date", "Progress"),
        ("Sign-ups", "2026-10-10", "20%"),
        ("Sign-ups", "2026-11-20", "50%"),
        ("Revenue", "2026-11-10", "40%"),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.given_progress, kr.checked_in) == (D("0.5"), date(2026, 11, 20))
    assert [each.progress for each in kr.observations] == [D("0.2"), D("0.5")]


def test_the_first_check_in_of_each_key_result_is_a_log_too() -> None:
    okrs = logged(
        ("Key Result", "Date", "Value"),
        ("Sign-ups", "2026-11-20", 50),
        ("Revenue", "2026-11-10", 2),
    )
    assert [kr.current for kr in key_results(okrs)] == [D(50), D(2)]


def test_a_list_of_its_own_with_days_and_values_stays_one() -> None:
    okrs = read_tabs(
        {
            "Q4": STATED,
            "Others": (
                ("Key Result", "Date", "Progress"),
                ("Churn", "2026-11-20", "50%"),
                ("Demos", "2026-11-10", "40%"),
            ),
        }
    )
    assert [kr.title for kr in key_results(okrs)] == ["Sign-ups", "Revenue", "Churn", "Demos"]


@pytest.mark.parametrize("header", ["Check-in", "Check-in no.", "Update", "Messung", "Seguimiento"])
def test_check_ins_by_number_count_and_are_named(header: str) -> None:
    okrs = logged(("KR ID", header, "Value"), ("K1", 2, 50), ("K1", 1, 20), ("K2", 1, 2))
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in, kr.checked_in_known) == (D(50), None, False)
    assert kr.observations == ()
    assert undated(okrs) == ["Check-ins!B2"]


def test_check_ins_without_a_day_are_named_and_do_not_count() -> None:
    okrs = logged(
        ("KR ID", "Date", "Value"),
        ("K1", "2026-10-10", 20),
        ("K1", "2026-10-17", 30),
        ("K1", "soon", 90),
        ("K2", None, 2),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, len(kr.observations)) == (D(30), 2)
    assert item(okrs, "Revenue").current is None
    assert {str(each.at) for each in okrs.warnings} == {"Check-ins!B4", "Check-ins!B5"}


def test_a_check_in_of_nobody_is_named() -> None:
    okrs = logged(("KR ID", "Date", "Value"), ("K1", "2026-10-10", 20), ("K9", "2026-11-20", 50))
    assert "unknown-key-result" in codes(okrs)


def test_columns_of_check_ins_without_days_are_named() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", "Check-in 1", "Check-in 2"),
        ("Grow", "Sign-ups", 0, 100, 5, 20),
    )
    assert undated(okrs) == ["Q4!E1"]
    assert item(okrs, "Sign-ups").current == D(20)


def viva(day: str, value: str, note: str = "") -> str:
    return (
        f"Checkin Date: {day}; User: Bo Kim; Note: {note}; Metric Name: x; Status: Behind;"
        f" Current Value: {value}; Activity Date: {day} 09:00:00 UTC;"
    )


def test_check_ins_written_as_texts_are_kept() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", "Current", "Checkins", None, None),
        (
            "Grow",
            "Orders",
            5_000_000,
            20_000_000,
            11_000_000,
            viva("2026-11-25", "$11,000,000", "late; Current Value: 3; really"),
            viva("2026-11-01", "$9,000,000"),
            None,
        ),
        ("Grow", "Churn", "6%", "2%", "4%", viva("2026-11-24", "4%"), viva("soon", "5%"), None),
    )
    orders, churn = item(okrs, "Orders"), item(okrs, "Churn")
    assert [(each.day, each.current) for each in orders.observations] == [
        (date(2026, 11, 1), D(9_000_000)),
        (date(2026, 11, 25), D(11_000_000)),
    ]
    assert [(each.day, each.current) for each in churn.observations] == [(date(2026, 11, 24), D(4))]
    assert undated(okrs) == ["Q4!G3"]


def test_a_check_in_of_a_day_to_come_is_named_and_does_not_count() -> None:
    okrs = logged(
        ("KR ID", "Date", "Value"),
        ("K1", "2026-11-20", 50),
        ("K1", "2027-11-20", 100),
        ("K2", "2026-12-24", 4),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in, len(kr.observations)) == (D(50), date(2026, 11, 20), 1)
    assert item(okrs, "Revenue").current is None
    ahead = [str(each.at) for each in okrs.warnings if each.code == "check-in-ahead"]
    assert ahead == ["Check-ins!B3", "Check-ins!B4"]


def test_a_check_in_is_of_the_key_result_whose_cycle_holds_its_day() -> None:
    stated = (
        ("Objective", "Key Result", "Quarter", "Start", "Target"),
        ("Grow", "Sign-ups", "Q3 2026", 0, 100),
        ("Grow", "Sign-ups", "Q4 2026", 40, 100),
        ("Keep", "Churn", "Q4 2026", 9, 3),
        ("Save", "Churn", "Q4 2026", 9, 4),
    )
    rows = (
        ("Key result", "Date", "Value"),
        ("Sign-ups", "2026-08-20", 20),
        ("Sign-ups", "2026-09-30", 40),
        ("Sign-ups", "2026-11-20", 70),
        ("Sign-ups", "2026-06-20", 5),
        ("Churn", "2026-11-20", 8),
    )
    okrs = read_tabs({"OKRs": stated, "Check-ins": rows})
    values = {
        (str(each.cycle and each.cycle.name), each.title): each.current
        for each in key_results(okrs)
    }
    assert values["2026-Q3", "Sign-ups"] == D(40)
    assert values["2026-Q4", "Sign-ups"] == D(70)
    assert values["2026-Q4", "Churn"] is None
    uncounted = [each for each in okrs.warnings if each.code == "unknown-key-result"]
    assert [str(each.at) for each in uncounted] == ["Check-ins!A5", "Check-ins!A6"]
    assert "2 key results are called 'Churn'" in uncounted[1].message


@pytest.mark.parametrize(
    ("header", "early", "late", "day"),
    [
        ("Month", "Jul", "Sep", date(2026, 9, 30)),
        ("Week", "Wk 2", "Wk 13", date(2026, 9, 27)),
        ("Week", "KW 30", "KW 39", date(2026, 9, 27)),
    ],
)
def test_weeks_and_months_of_a_log_are_those_of_the_cycle_of_their_key_result(
    header: str, early: str, late: str, day: date
) -> None:
    stated = (
        ("Objective", "Key Result", "Quarter", "Start", "Target"),
        ("Grow", "Sign-ups", "Q3 2026", 0, 100),
    )
    rows = (("Key result", header, "Value"), ("Sign-ups", early, 20), ("Sign-ups", late, 60))
    kr = item(read_tabs({"OKRs": stated, "Check-ins": rows}), "Sign-ups")
    assert (kr.current, kr.checked_in) == (D(60), day)
