"""Formats as answers show them: colours in eight bits in both their fields, defaults, and the
effective format.
"""

from __future__ import annotations

import struct
from copy import deepcopy
from typing import Any

from okrsync_sandbox.google.display import default_pattern
from okrsync_sandbox.google.locales import Locale
from okrsync_sandbox.google.model import Json

__all__ = ["DEFAULT_FORMAT", "THEME", "default_properties", "merged", "tidy", "tidy_format"]

# The colours of the standard theme, as answers give them in single precision.
_THEME_COLOURS: dict[str, Json] = {
    "TEXT": {},
    "BACKGROUND": {"red": 1, "green": 1, "blue": 1},
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": name, "color": {"rgbColor": colour}}
        for name, colour in _THEME_COLOURS.items()
    ],
}
DEFAULT_FORMAT: Json = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}


def default_properties(title: str, locale: str = "en_US", time_zone: str = "Etc/GMT") -> Json:
    """The properties of a new spreadsheet."""
    return {
        "title": title,
        "locale": locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": time_zone,
        "defaultFormat": deepcopy(DEFAULT_FORMAT),
        "spreadsheetTheme": deepcopy(THEME),
    }


def _channel(value: Any) -> float:
    """A stored colour channel: one of 256 steps, as a single-precision number."""
    step = int(max(0.0, min(1.0, float(value))) * 255)
    channel = step / 255
    short = struct.unpack("f", struct.pack("f", channel))[0]
    # Answers write the shortest number that gives the same single-precision value.
    text = next(
        text
        for digits in range(1, 10)
        if struct.pack("f", float(text := f"{short:.{digits}g}")) == struct.pack("f", short)
    )
    number = float(text)
    return int(number) if number.is_integer() else number


def _colour(colour: Json) -> Json:
    channels = {
        name: _channel(colour[name]) for name in ("red", "green", "blue") if colour.get(name)
    }
    non_zero = {name: value for name, value in channels.items() if value}
    # Channels of 0 are left out of answers, as JSON of protocol buffers leaves out defaults.
    if colour.get("alpha") not in (None, 1):
        non_zero["alpha"] = colour["alpha"]
    return non_zero


# Every colour has two fields since theme colours came.
# https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells#CellFormat
def tidy(item: Any) -> Any:
    """A value in which each colour has eight bits and stands in both its fields."""
    if isinstance(item, list):
        return [tidy(element) for element in item]
    if not isinstance(item, dict):
        return item
    tidied: Json = {}
    for name, value in item.items():
        if _is_colour(name, value):
            tidied[name] = _colour(value)
        elif _is_style(name, value):
            tidied[name] = _style(value)
        else:
            tidied[name] = tidy(value)
    for name in list(tidied):
        if _is_colour(name, tidied[name]) and f"{name}Style" not in tidied and name != "rgbColor":
            tidied[f"{name}Style"] = {"rgbColor": dict(tidied[name])}
        elif _is_style(name, tidied[name]):
            # If both fields of a colour are given, the style takes precedence.
            tidied[name.removesuffix("Style")] = _plain_of(tidied[name])
    return tidied


def _is_colour(name: str, value: Any) -> bool:
    return (
        isinstance(value, dict)
        and name.lower().endswith("color")
        and value.keys() <= {"red", "green", "blue", "alpha"}
    )


def _is_style(name: str, value: Any) -> bool:
    return (
        isinstance(value, dict)
        and name.lower().endswith("colorstyle")
        and value.keys() <= {"rgbColor", "themeColor"}
    )


def _style(value: Json) -> Json:
    return {"rgbColor": _colour(value["rgbColor"])} if "rgbColor" in value else dict(value)


def _plain_of(style: Json) -> Json:
    if "rgbColor" in style:
        return dict(style["rgbColor"])
    return _THEME_COLOURS.get(style.get("themeColor", ""), {})


def tidy_format(given: Json, locale: Locale) -> Json:
    """A cell format as it is kept: colours tidy, and a number format that names only its type with
    its pattern.
    """
    tidied: Json = tidy(given)
    number = tidied.get("numberFormat")
    if isinstance(number, dict):
        pattern = number.get("pattern") or default_pattern(number.get("type", ""), locale)
        tidied["numberFormat"] = {**number, **({"pattern": pattern} if pattern else {})}
    return tidied


def merged(under: Json, over: Json) -> Json:
    """One format over another: the upper one wins, also in nested fields."""
    result = dict(under)
    for name, value in over.items():
        below = result.get(name)
        # A colour is replaced as a whole: a missing channel is 0, not the one below.
        is_whole = name.lower().endswith(("color", "colorstyle")) or name in (
            "numberFormat",
            "borders",
        )
        result[name] = (
            merged(below, value)
            if isinstance(below, dict) and isinstance(value, dict) and not is_whole
            else value
        )
    return result
