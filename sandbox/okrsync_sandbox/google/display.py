"""The text that a cell shows: numbers and dates in their pattern and the spreadsheet's locale."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from okrsync_sandbox.google.locales import Locale
from okrsync_sandbox.google.serial import moment_of

__all__ = ["default_pattern", "shown"]

# https://developers.google.com/workspace/sheets/api/guides/formats#date_and_time_format_patterns
_TOKEN = re.compile(
    r'"[^"]*"|\\.|\[[^\]]*\]|am/pm|a/p|y+|m+|d+|h+|s+|\.0+|.', re.IGNORECASE | re.DOTALL
)
# https://developers.google.com/workspace/sheets/api/guides/formats#number_format_tokens
_DIGITS = re.compile(r"[#0?,]*[#0?](?:\.[#0?]*)?|\.[#0?]+")


def default_pattern(kind: str, locale: Locale) -> str | None:
    """The pattern of a number format that names only its type."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.currency,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": f"{locale.date} {locale.time}",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind)


def shown(
    value: str | float | bool | None, number_format: dict[str, str] | None, locale: Locale
) -> str:
    """The text that a cell with this value and number format shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return locale.true if value else locale.false
    kind = (number_format or {}).get("type", "")
    pattern = (number_format or {}).get("pattern") or default_pattern(kind, locale)
    if isinstance(value, str):
        return value
    if kind == "TEXT" or not pattern:
        return _plain(value, locale)
    if kind in ("DATE", "TIME", "DATE_TIME"):
        return _moment(value, pattern, locale)
    return _number(value, pattern, locale)


def _plain(value: float, locale: Locale) -> str:
    """A number in the automatic format: at most ten digits, and up to fifteen for whole numbers."""
    # Sheets shows fifteen digits of a whole number before it turns to exponents.
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e15 or (value and abs(value) < 1e-9):
        mantissa, exponent = f"{value:.5E}".split("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}".replace(".", locale.decimal)
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = format(
        Decimal(repr(value)).quantize(Decimal(1).scaleb(-max(0, 10 - whole)), ROUND_HALF_UP), "f"
    )
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", locale.decimal)


def _number(value: float, pattern: str, locale: Locale) -> str:
    # Up to four sections: positive; negative; zero; text.
    sections = _sections(pattern)
    minus = ""
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    else:
        section = sections[0]
        if value < 0:
            minus, value = "-", -value
    literal, hidden = _without_literals(section)
    if "%" in literal:
        value *= 100
    digits = _DIGITS.search(literal)
    if digits is None:
        return minus + _with_literals(literal, hidden)
    exponent = re.match(r"[eE]([+-])(0+)", literal[digits.end() :])
    if exponent is not None:
        decimals = len(digits[0].partition(".")[2])
        mantissa, power = f"{value:.{decimals}E}".split("E")
        text = f"{mantissa}E{power[0]}{power[1:].zfill(len(exponent[2]))}".replace(
            ".", locale.decimal
        )
        tail = literal[digits.end() + exponent.end() :]
    else:
        text, tail = _digits(value, digits[0], locale), literal[digits.end() :]
    # -0.001 with two decimals shows 0.00, without a minus.
    if not any(character in "123456789" for character in text):
        minus = ""
    return (
        minus
        + _with_literals(literal[: digits.start()], hidden)
        + text
        + _with_literals(tail, hidden)
    )


def _digits(value: float, form: str, locale: Locale) -> str:
    whole, _, fraction = form.partition(".")
    if not fraction and not form.endswith(".") and "0" not in whole and "#" in whole and value == 0:
        return ""
    number = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    digits, _, rest = format(number, "f").partition(".")
    digits = digits.lstrip("0").zfill(whole.count("0")) if whole.count("0") else digits.lstrip("0")
    if "," in whole:
        digits = _grouped(digits, locale.group)
    least = len(fraction.rstrip("#?"))
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    return digits + (locale.decimal + rest if rest else "")


def _grouped(digits: str, mark: str) -> str:
    parts: list[str] = []
    while len(digits) > 3:
        parts.insert(0, digits[-3:])
        digits = digits[:-3]
    return mark.join([digits, *parts])


def _sections(pattern: str) -> list[str]:
    return list(re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', pattern))[: pattern.count(";") + 1]


def _without_literals(section: str) -> tuple[str, list[str]]:
    """The section with each literal text replaced by one private character, and the texts."""
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("["):
            text = re.sub(r"[\[\]]|^\[\$|-[0-9A-Fa-f]+$", "", text) if text.startswith("[$") else ""
        hidden.append(
            text[1:-1] if text.startswith('"') else text[1:] if text.startswith("\\") else text
        )
        # From the private use area, which no pattern contains.
        return chr(0xE000 + len(hidden) - 1)

    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', hide, section), hidden


def _with_literals(text: str, hidden: list[str]) -> str:
    return "".join(
        hidden[ord(character) - 0xE000]
        if 0xE000 <= ord(character) < 0xE000 + len(hidden)
        else character
        for character in text
    )


def _moment(serial: float, pattern: str, locale: Locale) -> str:
    try:
        moment = moment_of(serial)
    except OverflowError:
        return _plain(serial, locale)
    tokens = [match[0] for match in _TOKEN.finditer(pattern)]
    halves = any(token.lower() in ("am/pm", "a/p") for token in tokens)
    parts, after_hours = [], False
    for index, token in enumerate(tokens):
        low = token.lower()
        # m is a month, except directly after hours or before seconds, where it is minutes.
        if low[0] == "m" and low.strip("m") == "":
            following = next(
                (later.lower()[0] for later in tokens[index + 1 :] if later.lower()[0] in "ymdhs"),
                "",
            )
            parts.append(
                _minutes(moment, low)
                if (after_hours or following == "s") and len(low) <= 2
                else _month(moment, low, locale)
            )
            continue
        if low[0] in "hs" and low.strip(low[0]) == "":
            after_hours = low[0] == "h"
        elif low[0] in "yd":
            after_hours = False
        parts.append(_part(moment, token, halves=halves, locale=locale))
    return "".join(parts)


def _minutes(moment: datetime, token: str) -> str:
    return str(moment.minute).zfill(len(token))


def _month(moment: datetime, token: str, locale: Locale) -> str:
    name = locale.months[moment.month - 1]
    return {3: name[:3], 4: name, 5: name[:1]}.get(
        len(token), str(moment.month).zfill(min(len(token), 2))
    )


def _part(moment: datetime, token: str, *, halves: bool, locale: Locale) -> str:
    low = token.lower()
    if low in ("am/pm", "a/p"):
        half = "AM" if moment.hour < 12 else "PM"
        return half if low == "am/pm" else half[0]
    match low[0] if low.strip(low[0]) == "" else "":
        case "y":
            return str(moment.year) if len(low) > 2 else f"{moment.year % 100:02}"
        case "d":
            name = locale.days[moment.weekday()]
            return {3: name[:3], 4: name}.get(len(low), str(moment.day).zfill(min(len(low), 2)))
        case "h":
            hour = (moment.hour % 12 or 12) if halves else moment.hour
            return str(hour).zfill(min(len(low), 2))
        case "s":
            return str(moment.second).zfill(min(len(low), 2))
    if token.startswith('"'):
        return token[1:-1]
    return token[1:] if token.startswith("\\") else token
