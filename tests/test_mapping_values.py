"""What people type is read in all its forms, and what is no value stays a text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.mapping.values import (
    decimal_sign,
    is_placeholder,
    order_of_days,
    read_boolean,
    read_date,
    read_number,
    shown,
)
from okrsync.mapping.words import lookup, normal, roles_of
from okrsync.table import CellValue


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("48%", "48", "%"),
        ("60 percent", "60", "%"),
        ("48 %", "48", "%"),
        ("± 5.2%", "5.2", "%"),
        ("50.", "50", None),
        ("0.48", "0.48", None),
        ("£99,608,288.50", "99608288.50", "£"),
        ("-355K/ano", "-355000", "/ano"),
        ("£0.25m", "250000", "£"),
        ("$1.2M", "1200000", "$"),
        ("R$ 1.300.000", "1300000", "R$"),
        ("1.234,50 €", "1234.50", "€"),
        ("1 234,5", "1234.5", None),
        ("1'234.50", "1234.50", None),
        ("1,5", "1.5", None),
        ("1,234", "1234", None),
        ("320/month", "320", "/month"),
        ("9 days", "9", "days"),
        ("4.5/5", "4.5", "/5"),
        ("1２", "12", None),
        ("\u22125", "-5", None),
        ("(1,200)", "-1200", None),
        ("98 score", "98", "score"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, number: str, unit: str | None) -> None:
    found = read_number(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    [
        "Q2 release",
        "NaN",
        "inf",
        "1e5",
        "1.10.2",
        "12/11/2026",
        "3 features by June 2026",
        "World class",
        "",
        "[3] alliances",
        "1" * 40,
    ],
)
def test_a_text_is_no_number(text: str) -> None:
    assert read_number(text) is None


def test_stored_numbers_are_taken_as_they_are_unless_they_are_none() -> None:
    assert read_number(0.1).value == Decimal("0.1")  # type: ignore[union-attr]
    assert read_number(0.48, percent_format=True).value == 48  # type: ignore[union-attr]
    for value in (float("nan"), float("inf"), 1e300, True, None):
        assert read_number(value) is None


def test_a_range_and_a_bound_are_kept() -> None:
    span, bound = read_number("5-7 days"), read_number("≤ 3%")
    assert span is not None
    assert (span.value, span.high, span.unit) == (5, 7, "days")
    assert bound is not None
    assert (bound.value, bound.bound) == (3, "≤")


def test_the_decimal_sign_is_stated_or_told_by_locale_or_column() -> None:
    assert decimal_sign(["1,5", "1,234"], None, None) == (",", False)
    assert decimal_sign(["1,234.5"], None, None) == (".", False)
    assert decimal_sign(["1,234"], None, "de_DE") == (",", False)
    assert decimal_sign(["1,234"], ".", "de_DE") == (".", False)
    assert decimal_sign(["1,234", "7"], None, None) == (None, True)
    assert read_number("1,234", ",").value == Decimal("1.234")  # type: ignore[union-attr]
    assert read_number("1.234", ",").value == 1234  # type: ignore[union-attr]


def test_days_are_dates_texts_or_serial_numbers() -> None:
    assert read_date(datetime(2026, 11, 2, 9), None) == date(2026, 11, 2)
    assert read_date(46328, None) == date(2026, 11, 2)
    assert read_date("2 Nov 2026", None) == date(2026, 11, 2)
    assert read_date(12, None) is None
    assert order_of_days(["01/07/2025", "31/07/2025"], None, None) == "dmy"
    assert order_of_days(["01/07/2025", "07/31/2025"], None, None) == "mdy"
    assert order_of_days(["01/07/2025"], None, None) is None
    assert order_of_days(["01/07/2025"], None, "en_US") == "mdy"


@pytest.mark.parametrize("text", ["-", "TBD", "n/a", "[X]%", "X%", "…", "???", "<number>"])
def test_placeholders_stand_for_nothing_yet(text: str) -> None:
    assert is_placeholder(text)


def test_words_are_known_without_case_accents_and_signs() -> None:
    assert normal("Key-Result_ID") == "key result id"
    assert normal("Größe (%)") == "grosse %"
    assert [
        lookup("statuses", text) for text in ("on_track", "Active 🏗", "Complete ✅", "Needs focus", "在 nowhere")
    ] == ["on-track", "on-track", "achieved", "at-risk", None]
    assert (lookup("confidences", "高"), read_boolean("✓"), read_boolean("nein"), read_boolean("perhaps")) == (
        "high",
        True,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Key-Result", "key_result"), ("OKR_ID", "id"), ("Metric_Start_Value", "baseline"), ("Confidence (1-10)", "confidence"), ("% Avance", "progress"),
        ("KR进度%", "progress"), ("Último check-in", "checked_in"), ("Schlüsselergebnis", "key_result"), ("Data Limite", "due"), ("responsável", "owner"),
        ("목표", "objective"), ("ключевой результат", "key_result"), ("現在値", "current"), ("Doelwaarde", "target"), ("Résultat clé", "key_result"),
    ],
)  # fmt: skip
def test_a_header_is_known_in_many_languages(header: str, role: str) -> None:
    assert roles_of(header)[0] == role


def test_messages_hold_no_more_than_a_line_of_a_cell() -> None:
    assert len(shown("x" * 100_000)) == 60
    assert shown("a\nb\x07c") == "a b c"


@given(
    st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes())
)
def test_no_cell_breaks_the_reading(value: CellValue) -> None:
    read_number(value, ",")
    read_date(value, "dmy")
    read_boolean(value)
    is_placeholder(value)
