"""What people type is read in all its forms, and what is no value stays a text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.mapping.values.typed import (
    decimal_sign,
    is_placeholder,
    order_of_days,
    read_boolean,
    read_date,
    read_number,
    shown,
)
from okrsync.mapping.words import lookup, normal, roles_of
from okrsync.model.days import could_be_two_days
from okrsync.model.table import CellValue


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
        ("62/100 users", "62", "users"),
        ("62 of 100", "62", "/100"),
        ("12 von 15", "12", "/15"),
        ("50K users", "50000", "users"),
        ("50 km", "50", "km"),
        ("5 m", "5", "m"),
        ("$5m", "5000000", "$"),
        ("2 Mio. €", "2000000", "€"),
        ("2,5 Mio. EUR", "2500000", "EUR"),
        ("3 млн руб.", "3000000", "руб."),
        ("120万元", "1200000", "元"),
        ("12.5万", "125000", None),
        ("3천만원", "30000000", "원"),
        ("₹5 Cr", "50000000", "₹"),
        ("3.5 lakh", "350000", None),
        ("₹12,34,567.50", "1234567.50", "₹"),
        ("€2.5M", "2500000", "€"),
        ("$1.2M ARR", "1200000", "ARR"),
        ("50 000", "50000", None),
        ("１２.５％", "12.5", "%"),
        ("48 Prozent", "48", "%"),
        ("48 процентов", "48", "%"),
        ("48 퍼센트", "48", "%"),
        ("99.95% uptime", "99.95", "%"),
        ("100%+", "100", "%"),
        ("approx. 50", "50", None),
        ("ca. 50", "50", None),
        ("10,000+ users", "10000", "users"),
        ("1st", "1", None),
        ("USD -5", "-5", "USD"),
        ("0,375", "0.375", None),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, number: str, unit: str | None) -> None:
    found = read_number(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    ("text", "number", "whole", "unit"),
    [
        ("€45k of €60k", "45000", "60000", "€"),
        ("$151,300 of $450,000", "151300", "450000", "$"),
        ("75% of 80%", "75", "80", "%"),
        ("75 % out of 80 %", "75", "80", "%"),
        ("1.5M/2M", "1500000", "2000000", None),
        ("12h of 40h", "12", "40", "h"),
        ("5 Mio. € von 8 Mio. €", "5000000", "8000000", "€"),
        ("1 200 € sur 2 000 €", "1200", "2000", "€"),
        ("100 of $500", "100", "500", "$"),
    ],
)
def test_an_amount_of_another_is_read_with_its_whole(
    text: str, number: str, whole: str, unit: str | None
) -> None:
    found = read_number(text)
    assert found is not None
    assert (found.value, found.of, found.unit) == (Decimal(number), Decimal(whole), unit)


@pytest.mark.parametrize(
    "text",
    [
        "20% of 200",
        "5 % of 200 customers",
        "€5k/6 months",
        "5 days of 10 hours",
        "50% of target 80",
        "31 of December 2026",
        "1 of 3 months / 5",
        "5k of 3/4/2026",
    ],
)
def test_what_may_mean_another_amount_is_none(text: str) -> None:
    assert read_number(text) is None


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
        "12 34",
        "1,2,3",
        "2026-11",
        "1h 30m",
        "42 points in 3 sprints",
        "Top 10",
        "#1",
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


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("1,234", True),
        ("1.234", True),
        ("€1.234", True),
        ("$1.234", True),
        ("$1,234", False),
        ("£1,234", False),
        ("R$ 1.234", False),
        ("0.375", False),
        ("1234.567", False),
        ("1,23", False),
        ("1.234.567", False),
        ("1,234.5", False),
        ("1 234.567", False),
        ("1.234 %", True),
        ("12,345 users", True),
    ],
)
def test_a_number_that_could_be_two_says_so(text: str, doubtful: bool) -> None:
    found = read_number(text)
    assert found is not None
    assert found.is_doubtful is doubtful
    for sign in (",", "."):
        told = read_number(text, sign)
        assert told is not None
        assert not told.is_doubtful


def test_words_before_a_number_are_bounds() -> None:
    for text, sign in (
        ("at least 95%", ">"),
        ("mindestens 95", ">"),
        ("au moins 95", ">"),
        ("max. 3", "<"),
        ("no más de 3", "<"),
        ("不超过 3", "<"),
        ("не менее 95", ">"),
    ):
        found = read_number(text)
        assert found is not None, text
        assert found.bound == sign, text


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
        lookup("statuses", text)
        for text in ("on_track", "Active 🏗", "Complete ✅", "Needs focus", "在 nowhere")
    ] == ["on-track", "on-track", "achieved", "at-risk", None]
    assert (
        lookup("confidences", "高"),
        read_boolean("✓"),
        read_boolean("nein"),
        read_boolean("perhaps"),
    ) == (
        "high",
        True,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Key-Result", "key_result"),
        ("OKR_ID", "id"),
        ("Metric_Start_Value", "baseline"),
        ("Confidence (1-10)", "confidence"),
        ("% Avance", "progress"),
        ("KR进度%", "progress"),
        ("Último check-in", "checked_in"),
        ("Schlüsselergebnis", "key_result"),
        ("Data Limite", "due"),
        ("responsável", "owner"),
        ("목표", "objective"),
        ("ключевой результат", "key_result"),
        ("現在値", "current"),
        ("Doelwaarde", "target"),
        ("Résultat clé", "key_result"),
    ],
)
def test_a_header_is_known_in_many_languages(header: str, role: str) -> None:
    assert roles_of(header)[0] == role


def test_messages_hold_no_more_than_a_line_of_a_cell() -> None:
    assert len(shown("x" * 100_000)) == 60
    assert shown("a\nb\x07c") == "a b c"


LOCALES = [
    (",", "."),
    (".", ","),
    (" ", ","),
    ("\u202f", ","),
    ("\u00a0", ","),
    ("'", "."),
    ("’", "."),
    ("", "."),
    ("", ","),
]
"""How thousands are parted and which sign is the decimal one."""


def grouped(number: Decimal, thousands: str, decimal: str) -> str:
    return f"{number:,f}".replace(",", "T").replace(".", decimal).replace("T", thousands)


@given(
    st.decimals(-(10**9), 10**9, allow_nan=False, places=3)
    | st.decimals(-(10**6), 10**6, allow_nan=False, places=2)
    | st.integers(-(10**12), 10**12).map(Decimal),
    st.sampled_from(LOCALES),
    st.sampled_from(
        ["{}", "{}%", "{} %", "€{}", "{} €", "£{}", "{} users", "R$ {}", "{}/month", "{} von 7"]
    ),
)
def test_a_number_written_in_any_locale_is_read_as_itself_or_asked_about(
    number: Decimal, locale: tuple[str, str], shape: str
) -> None:
    thousands, decimal = locale
    if (shape[0], decimal) in (("£", ","), ("R", ".")):
        return  # nobody writes these currencies that way
    if any(sign in shape for sign in "€£$") and number.as_tuple().exponent == -3:
        number = number.quantize(Decimal("0.01"))  # nor any money to a thousandth
    text = shape.format(grouped(number, thousands, decimal))
    found = read_number(text)
    assert found is not None, text
    assert found.is_doubtful or found.value == number, text
    sign = decimal_sign([text], None, None)[0]
    assert sign in (None, decimal) or number == number.to_integral_value(), text
    told = read_number(text, decimal)  # type: ignore[arg-type]
    assert told is not None
    assert (told.value, told.is_doubtful) == (number, False), text


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["0", "1.000", "500"], ","),
        (["1,000", "1,250"], "."),
        (["95", "99.000", "99.900"], None),
        (["0", "99.000", "99.900"], ","),
    ],
)
def test_three_zeros_are_thousands_unless_a_bare_number_says_otherwise(
    texts: list[str], sign: str | None
) -> None:
    assert decimal_sign(texts, None, None)[0] == sign


@given(
    st.dates(date(2000, 1, 1), date(2079, 12, 31)),
    st.sampled_from(["{d:%d/%m/%Y}", "{d:%m/%d/%Y}", "{d:%d.%m.%y}", "{d:%m-%d-%y}"]),
)
def test_a_day_written_in_any_order_is_read_as_itself_or_asked_about(day: date, shape: str) -> None:
    text = shape.format(d=day)
    order = "dmy" if shape.startswith("{d:%d") else "mdy"
    assert read_date(text, None) in (None, day)
    assert read_date(text, order) == day
    if read_date(text, None) is None:
        assert could_be_two_days(text)


@given(
    st.one_of(
        st.text(max_size=60),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.dates(),
        st.datetimes(),
    )
)
def test_no_cell_breaks_the_reading(value: CellValue) -> None:
    read_number(value, ",")
    read_date(value, "dmy")
    read_boolean(value)
    is_placeholder(value)


@pytest.mark.parametrize(
    ("zero", "plain"), [(-0.0, 0.0), (Decimal("-0"), Decimal(0)), (Decimal("-0.00"), Decimal(0))]
)
def test_a_minus_before_zero_says_nothing(zero: CellValue, plain: CellValue) -> None:
    """A file may hold -0.0; what one sheet holds must not show in another."""
    for value in (zero, plain):
        number = read_number(value)
        assert number is not None
        assert str(number.value).startswith("0")
