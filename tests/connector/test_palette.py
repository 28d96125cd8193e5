"""The colours of statuses: readable, apart for every eye, and the same in every place."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from okrsync.connector import PALETTE, Looks, StatusColours
from okrsync.model.okrs import Status
from okrsync.report.page_style import page_style
from okrsync_google_sheets.looks import STATUS_COLOURS
from okrsync_notion.values import new_property
from okrsync_workbook.xlsx.colours import _BY_STATUS

PAGE, DARK_PAGE = "#ffffff", "#14171b"
TRACK, DARK_TRACK = "#e4e8ed", "#333a43"
"""What a bar of progress runs on."""
# How colours look to whom a kind of cone is missing, for linear RGB: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]


def contrast(one: str, other: str) -> float:
    """The contrast by WCAG: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    low, high = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in map(linear, (one, other))
    )
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """The colour in CIE L*a*b*, as an eye sees it."""
    red, green, blue = (
        min(1.0, max(0.0, sum(map(math.prod, zip(row, linear(colour), strict=True)))))
        for row in EYES[eye]
    )
    axes = (
        (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
    )
    x, y, z = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in axes)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_every_status_has_its_colours_in_order() -> None:
    assert list(PALETTE) == list(Status)


@pytest.mark.parametrize("status", Status)
def test_words_and_bars_can_be_read(status: Status) -> None:
    each = PALETTE[status]
    assert contrast(each.ink, each.fill) >= 4.5
    assert contrast(each.ink, PAGE) >= 4.5
    assert contrast(each.bar, PAGE) >= 3
    assert contrast(each.bar, TRACK) >= 3
    assert contrast(each.dark_ink, DARK_TRACK) >= 3
    assert contrast(each.on_bar, each.bar) >= 4.5
    assert contrast(each.dark_ink, each.dark_fill) >= 4.5
    assert contrast(each.dark_ink, DARK_PAGE) >= 4.5


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("kind", ["bar", "dark_ink"])
def test_bars_stay_apart_for_every_eye(eye: str, kind: str) -> None:
    # A difference of 2.3 is just noticeable side by side.
    for one, other in combinations(PALETTE.values(), 2):
        apart = math.dist(seen(getattr(one, kind), eye), seen(getattr(other, kind), eye))
        assert apart >= 15, (one, other)


@pytest.mark.parametrize(("number", "status"), [*enumerate(Status)])
def test_every_place_has_the_same_colours(number: int, status: Status) -> None:
    each: StatusColours = PALETTE[status]
    assert STATUS_COLOURS[number] == (each.ink, each.fill)
    assert _BY_STATUS[number] == f"{each.fill} {each.ink}".replace("#", "").upper()
    style = page_style()
    assert f".{status} {{ --tone: {each.ink}; --fill: {each.fill}; --bar: {each.bar}; }}" in style
    assert f".{status} {{ --tone: {each.dark_ink}; --fill: {each.dark_fill};" in style


def test_options_of_notion_have_them_too() -> None:
    words = tuple(status.value for status in Status)
    options = new_property(Looks.STATUS, words, "")["select"]["options"]
    assert [each["color"] for each in options] == [each.notion for each in PALETTE.values()]
