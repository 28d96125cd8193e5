"""Trackers with a column for each week, day, month or check-in: the last filled one counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okrsync.mapping.file import Mapping_
from okrsync.model.okrs import KeyResult
from okrsync.model.table import CellValue
from reading import codes, item, read

D = Decimal
WEEKS = (date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15))
DAYS = (date(2026, 10, 5), date(2026, 10, 19), date(2026, 11, 2))


def tracked(names: tuple[CellValue, ...], *values: CellValue) -> tuple[KeyResult, KeyResult]:
    """Two key results of a tracker: one with all its check-ins, one whose last is still empty."""
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", *names),
        ("Grow", "Sign-ups", 0, 100, *(values or (5, 20, 50))),
        ("Grow", "Revenue", 1, 4, 1, 2, None),
    )
    return item(okrs, "Sign-ups"), item(okrs, "Revenue")


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (("W44", "W45", "W46"), WEEKS),
        (("Week 44", "Week 45", "Week 46"), WEEKS),
        (("KW 44", "KW 45", "KW 46"), WEEKS),
        (("Woche 44", "Woche 45", "Woche 46"), WEEKS),
        (("Semaine 44", "Semaine 45", "Semaine 46"), WEEKS),
        (("S44", "S45", "S46"), WEEKS),
        (("Semana 44", "Semana 45", "Semana 46"), WEEKS),
        (("Sett. 44", "Sett. 45", "Sett. 46"), WEEKS),
        (("Weeknr 44", "Weeknr 45", "Weeknr 46"), WEEKS),
        (("Неделя 44", "Неделя 45", "Неделя 46"), WEEKS),
        (("第44周", "第45周", "第46周"), WEEKS),
        (("44주차", "45주차", "46주차"), WEEKS),
        (("2026-W44", "2026-W45", "2026-W46"), WEEKS),
        (("Actual W44", "Actual W45", "Actual W46"), WEEKS),
        (("W5", "W6", "W7"), WEEKS),
        (("2026-10-05", "2026-10-19", "2026-11-02"), DAYS),
        (DAYS, DAYS),
        (("5 Oct", "19 Oct", "2 Nov"), DAYS),
        (("Oct 5", "Oct 19", "Nov 2"), DAYS),
        (("5. Okt", "19. Okt", "2. Nov"), DAYS),
        (("5 octobre", "19 octobre", "2 novembre"), DAYS),
        (("5 ott", "19 ott", "2 nov"), DAYS),
        (("5 октября", "19 октября", "2 ноября"), DAYS),
        (("05.10.", "19.10.", "02.11."), DAYS),
        (("05/10", "19/10", "02/11"), DAYS),
        (("10/05", "10/19", "11/02"), DAYS),
        (("05.10.2026", "19.10.2026", "02.11.2026"), DAYS),
        (("10月5日", "10月19日", "11月2日"), DAYS),
        (("Check-in 1", "Check-in 2", "Check-in 3"), (None, None, None)),
        (("Update 1", "Update 2", "Update 3"), (None, None, None)),
        (("CI 1", "CI 2", "CI 3"), (None, None, None)),
        (("Messung 1", "Messung 2", "Messung 3"), (None, None, None)),
        (("Mise à jour 1", "Mise à jour 2", "Mise à jour 3"), (None, None, None)),
        (("Seguimiento 1", "Seguimiento 2", "Seguimiento 3"), (None, None, None)),
    ],
)
def test_the_last_filled_column_is_the_value_and_its_day_the_check_in(
    names: tuple[CellValue, ...], days: tuple[date | None, ...]
) -> None:
    full, behind = tracked(names)
    assert (full.current, behind.current) == (D(50), D(2))
    assert (full.checked_in, behind.checked_in) == (days[2], days[1])
    assert full.checked_in_known is (days[0] is not None)
    kept = [(each.day, each.current) for each in full.observations]
    expected = list(zip(days, (D(5), D(20), D(50)), strict=True))
    assert kept == (expected if days[0] is not None else [])
    assert behind.origin.cell("current") is not None
    assert str(behind.origin.cell("current")) == "Q4!F3"


def test_months_are_taken_row_by_row_and_the_day_is_never_ahead() -> None:
    full, behind = tracked(("Oct", "Nov", "Dec"), 20, 50, None)
    assert (full.current, full.checked_in) == (D(50), date(2026, 11, 29))
    assert (behind.current, behind.checked_in) == (D(2), date(2026, 11, 29))
    assert [each.day for each in full.observations] == [date(2026, 10, 31), date(2026, 11, 29)]


def test_weeks_to_come_hold_no_value_yet() -> None:
    full, _ = tracked(("W47", "W48", "W49"), 20, 50, 99)
    assert (full.current, full.checked_in) == (D(50), date(2026, 11, 29))


def test_a_column_for_the_current_value_counts_before_them() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", "Current", "W44", "W45"),
        ("Grow", "Sign-ups", 0, 100, 60, 5, 50),
    )
    kr = item(okrs, "Sign-ups")
    assert kr.current == D(60)
    assert len(kr.observations) == 2


def test_percents_without_a_target_of_percents_are_progress() -> None:
    okrs = read(
        ("Objective", "Key Result", "W44", "W45", "W46"),
        ("Grow", "Sign-ups", "10%", "40%", None),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.given_progress, kr.checked_in) == (D("0.4"), WEEKS[1])
    assert [each.progress for each in kr.observations] == [D("0.1"), D("0.4")]


def test_targets_of_several_months_are_the_plan_of_the_row() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Oct target", "Nov target", "Dec target", "Current"),
        ("Grow", "Sign-ups", 0, 20, 50, 100, 40),
    )
    kr = item(okrs, "Sign-ups")
    assert kr.target == D(100)
    assert kr.plan == (
        (date(2026, 10, 31), D(20)),
        (date(2026, 11, 30), D(50)),
        (date(2026, 12, 31), D(100)),
    )


MONTHS = (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (("Target Oct", "Target Nov", "Target Dec"), MONTHS),
        (("October goal", "November goal", "December goal"), MONTHS),
        (("Oct plan", "Nov plan", "Dec plan"), MONTHS),
        (("Ziel Okt", "Ziel Nov", "Ziel Dez"), MONTHS),
        (("Soll Okt", "Soll Nov", "Soll Dez"), MONTHS),
        (("Cible oct.", "Cible nov.", "Cible déc."), MONTHS),
        (("Objectif octobre", "Objectif novembre", "Objectif décembre"), MONTHS),
        (("Meta oct", "Meta nov", "Meta dic"), MONTHS),
        (("Meta out", "Meta nov", "Meta dez"), MONTHS),
        (("Obiettivo ott", "Obiettivo nov", "Obiettivo dic"), MONTHS),
        (("Doel okt", "Doel nov", "Doel dec"), MONTHS),
        (("Cel paź", "Cel lis", "Cel gru"), MONTHS),
        (("Mål okt", "Mål nov", "Mål dec"), MONTHS),
        (("Hedef Eki", "Hedef Kas", "Hedef Ara"), MONTHS),
        (("План окт", "План ноя", "План дек"), MONTHS),
        (("10月目标", "11月目标", "12月目标"), MONTHS),
        (("10月の目標値", "11月の目標値", "12月の目標値"), MONTHS),
        (("10월 목표", "11월 목표", "12월 목표"), MONTHS),
        (("Target by 31 Oct", "Target by 30 Nov", "Target by 31 Dec"), MONTHS),
        (("Ziel bis 31.10.", "Ziel bis 30.11.", "Ziel bis 31.12."), MONTHS),
        (("Target 2026-10-31", "Target 2026-11-30", "Target 2026-12-31"), MONTHS),
        (("Month 1 target", "Month 2 target", "Month 3 target"), MONTHS),
        (
            ("W44 target", "W48 target", "W52 target"),
            (date(2026, 11, 1), date(2026, 11, 29), date(2026, 12, 27)),
        ),
    ],
)
def test_a_plan_is_read_in_every_language(names: tuple[str, ...], days: tuple[date, ...]) -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", *names, "Current"),
        ("Grow", "Sign-ups", 0, 20, 50, 100, 40),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.target, kr.current) == (D(100), D(40))
    assert kr.plan == tuple(zip(days, (D(20), D(50), D(100)), strict=True))
    assert [str(cell) for cell in kr.plan_cells] == ["Q4!D2", "Q4!E2", "Q4!F2"]


def test_a_plan_stands_beside_a_target_of_its_own() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", "Oct target", "Nov target", "Current"),
        ("Grow", "Sign-ups", 0, 100, 20, 50, 30),
        ("Grow", "Churn", 10, 2, 9, None, 8),
    )
    sign_ups, churn = item(okrs, "Sign-ups"), item(okrs, "Churn")
    assert sign_ups.target == D(100)
    assert sign_ups.plan == ((date(2026, 10, 31), D(20)), (date(2026, 11, 30), D(50)))
    assert churn.plan == ((date(2026, 10, 31), D(9)),)


def test_actuals_beside_a_plan_are_the_check_ins() -> None:
    heads = [f"{month} {word}" for month in ("Oct", "Nov", "Dec") for word in ("target", "actual")]
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", *heads),
        ("Grow", "Sign-ups", 0, 100, 20, 15, 50, 40, 100, None),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in) == (D(40), date(2026, 11, 29))
    assert [value for _, value in kr.plan] == [D(20), D(50), D(100)]
    assert [each.current for each in kr.observations] == [D(15), D(40)]


def test_the_last_week_is_the_check_in_beside_a_current_value() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", "Current", "W44", "W45"),
        ("Grow", "Sign-ups", 0, 100, 60, 5, 50),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.checked_in) == (D(60), date(2026, 11, 8))


def per_month(*, target: int | None, periods: str = "auto", last: int = 10) -> KeyResult:
    heads = [f"{month} {word}" for month in ("Oct", "Nov", "Dec") for word in ("target", "actual")]
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", *heads),
        ("Grow", "Sign-ups", 0, target, 10, 8, 10, 12, last, None),
        mapping=Mapping_.model_validate({"values": {"periods": periods}}),
    )
    return item(okrs, "Sign-ups")


def test_what_came_in_each_month_is_added_up_where_the_plan_adds_up() -> None:
    kr = per_month(target=30)
    assert (kr.current, kr.target) == (D(20), D(30))
    assert [value for _, value in kr.plan] == [D(10), D(20), D(30)]
    assert [each.current for each in kr.observations] == [D(8), D(20)]
    assert "per-period" in kr.inferred


def test_the_mapping_says_that_values_are_per_period() -> None:
    kr = per_month(target=None, periods="each")
    assert (kr.current, kr.target) == (D(20), D(30))
    assert per_month(target=30, periods="total", last=30).current == D(12)


def test_a_plan_that_ends_elsewhere_than_at_the_target_is_named() -> None:
    heads = ("Oct target", "Nov target", "Dec target", "Current")
    okrs = read(
        ("Objective", "Key Result", "Start", "Target", *heads),
        ("Grow", "Sign-ups", 0, 100, 20, 40, 60, 40),
    )
    assert item(okrs, "Sign-ups").plan == ()
    assert codes(okrs) == {"plan-differs"}


@pytest.mark.parametrize("name", ["O1", "KR2", "Level 1", "1.5", "Q4", "Version 2"])
def test_other_names_with_numbers_are_no_check_ins(name: str) -> None:
    from okrsync.mapping.header.check_ins import names_check_in

    assert not names_check_in(name)


@pytest.mark.parametrize(
    "names",
    [
        ("26 Oct - 1 Nov", "2-8 Nov", "9-15 Nov"),
        ("Oct 26 - Nov 1", "Nov 2 - Nov 8", "Nov 9 - Nov 15"),
        ("Oct 26 – Nov 1", "Nov 2–8", "Nov 9–15"),
        ("26.10. - 1.11.", "2.11. - 8.11.", "9.11. - 15.11."),
        ("26.10.-01.11.", "02.11.-08.11.", "09.11.-15.11."),
        ("26 Oct to 1 Nov", "2 Nov to 8 Nov", "9 to 15 Nov"),
        ("26. Okt. bis 1. Nov.", "2. Nov. bis 8. Nov.", "9. Nov. bis 15. Nov."),
        ("Week 44 (26 Oct)", "Week 45 (2 Nov)", "Week 46 (9 Nov)"),
        ("KW 44 (26.10.)", "KW 45 (2.11.)", "KW 46 (9.11.)"),
        ("26 Oct (W44)", "2 Nov (W45)", "9 Nov (W46)"),
    ],
)
def test_a_column_from_one_day_to_another_is_of_the_last(names: tuple[str, ...]) -> None:
    kr, other = tracked(names)
    assert (kr.current, kr.checked_in, len(kr.observations)) == (D(50), WEEKS[-1], 3)
    assert tuple(each.day for each in kr.observations) == WEEKS
    assert (other.current, other.checked_in) == (D(2), WEEKS[1])


@pytest.mark.parametrize(
    "names",
    [
        ("říjen", "listopad", "prosinec"),
        ("Oct.", "Nov.", "Déc."),
        ("lokakuu", "marraskuu", "joulukuu"),
        ("octombrie", "noiembrie", "decembrie"),
        ("október", "november", "december"),
        ("жовтень", "листопад", "грудень"),
        ("okt.", "nov.", "des."),
    ],
)
def test_months_are_known_in_more_languages(names: tuple[str, ...]) -> None:
    kr, _ = tracked(names, 20, 50, None)
    assert kr.current == D(50)


def test_sprints_have_no_days_so_the_last_filled_one_counts() -> None:
    kr, other = tracked(("Sprint 21", "Sprint 22", "Sprint 23"))
    assert (kr.current, other.current) == (D(50), D(2))


def test_days_of_the_cycle_before_may_stand_at_the_left() -> None:
    kr, other = tracked(("6 Jul", "28 Sep", "16 Nov"))
    assert (kr.current, kr.checked_in) == (D(50), date(2026, 11, 16))
    assert (other.current, other.checked_in) == (D(2), date(2026, 9, 28))
