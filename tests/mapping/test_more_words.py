"""Words that people use in place of those one would expect."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reading import item, read

HEADER = ("Objective", "Key Result", "Start", "Current", "Target", "Status")


@pytest.mark.parametrize(
    "word",
    [
        "De-scoped",
        "Not pursuing",
        "no longer needed",
        "wontfix",
        "Moved to Q1",
        "moved to next year",
        "carry over to Q1",
        "Wird nicht weiterverfolgt",
        "Verschoben auf Q1",
        "Reporté au T1",
        "Aplazado al Q1",
        "Rinviato al Q1",
        "Uitgesteld naar Q1",
        "Odłożone",
        "Odłożone do Q1",
        "推迟到Q1",
        "보류까지",
    ],
)
def test_more_words_set_a_row_aside(word: str) -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, 50, 100, word), ("Grow", "x1", 0, 1, 9, "On track"))
    assert item(okrs, "Sign-ups").set_aside == word


@pytest.mark.parametrize("word", ["Moved offices", "carried by Ada", "in progress", "延期", "late"])
def test_other_words_do_not(word: str) -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, 50, 100, word), ("Grow", "x1", 0, 1, 9, "On track"))
    assert item(okrs, "Sign-ups").set_aside is None


def test_letters_without_an_accent_to_take_off_are_plain_letters() -> None:
    okrs = read(
        ("Cel", "Kluczowy rezultat", "Właściciel", "Wartość docelowa", "Aktualna wartość"),
        ("Rosnąć", "Zapisy", "Ada", 100, 50),
    )
    assert item(okrs, "Zapisy").owner == "Ada"


@pytest.mark.parametrize(
    "header",
    [
        "Stretch",
        "Stretch goal",
        "Stretchziel",
        "Objectif ambitieux",
        "Meta ambiciosa",
        "Meta desafiadora",
        "Obiettivo sfidante",
        "Stretchdoel",
        "Ambitny cel",
        "İddialı hedef",
        "Сверхцель",
        "挑战目标",
        "ストレッチ目標",
        "도전 목표",
    ],
)
def test_a_stretch_goal_is_read_in_every_language(header: str) -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Current", "Target", header),
        ("Grow", "Sign-ups", 0, 50, 100, 150),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.target, kr.stretch) == (Decimal(100), Decimal(150))


_ARABIC = "الهدف|النتيجة الرئيسية|المسؤول|القيمة الأولية|القيمة الحالية|القيمة المستهدفة|الحالة"
_HEBREW = "מטרה|תוצאת מפתח|אחראי|ערך התחלתי|ערך נוכחי|ערך יעד|סטטוס"


@pytest.mark.parametrize(
    ("header", "status"), [(_ARABIC, "على المسار"), (_HEBREW, "במסלול")], ids=["Arabic", "Hebrew"]
)
def test_tables_written_from_right_to_left_are_read(header: str, status: str) -> None:
    okrs = read(header.split("|"), ("النمو", "תוצאה", "Ada", 0, "٥٠٪", "100%", status))
    kr = item(okrs, "תוצאה")
    assert kr.owner == "Ada"
    assert (kr.baseline, kr.current, kr.target) == (Decimal(0), Decimal(50), Decimal(100))
    assert (kr.given_status, kr.unit) == ("on-track", "%")
