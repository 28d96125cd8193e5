"""The colours of a status, the same wherever one is shown: workbook, Google Sheets, Notion, page.

Text reaches a contrast of 4.5 to 1 on its fill and on the page, bars one of 3 to 1 on the page, as
WCAG 2.2 asks (1.4.3 and 1.4.11: https://www.w3.org/TR/WCAG22/). Bars stay apart for people who do
not see red, green or blue. A word or a sign always says the status as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from okrsync.model.okrs import Status

__all__ = ["PALETTE", "StatusColours"]


class StatusColours(NamedTuple):
    """The colours of one status as `#rrggbb`: of its text, of the cell behind it, of its bar in a
    chart and of a number on that; on a dark page, of text and bar, and of the cell. `notion` is
    Notion's name for it.
    """

    ink: str
    fill: str
    bar: str
    on_bar: str
    dark_ink: str
    dark_fill: str
    notion: str


_BLACK, _WHITE = "#000000", "#ffffff"
PALETTE: Mapping[str, StatusColours] = {
    Status.NOT_STARTED: StatusColours(
        "#5f6368", "#f1f3f4", "#7c828a", _BLACK, "#8d96a0", "#262b31", "gray"
    ),
    Status.NO_DATA: StatusColours(
        "#3a3e43", "#f1f3f4", "#3a3e43", _WHITE, "#dfe3e8", "#343a42", "gray"
    ),
    Status.ON_TRACK: StatusColours(
        "#0d652d", "#ceead6", "#178f58", _BLACK, "#35a968", "#16321f", "green"
    ),
    Status.AT_RISK: StatusColours(
        "#7a4f01", "#feefc3", "#b87300", _BLACK, "#f7c04a", "#413013", "yellow"
    ),
    Status.OFF_TRACK: StatusColours(
        "#a50e0e", "#fad2cf", "#b01818", _WHITE, "#ff9a8f", "#4a211f", "red"
    ),
    Status.STALE: StatusColours(
        "#681da8", "#e9d2fd", "#9334e6", _WHITE, "#b388ff", "#35244f", "purple"
    ),
    Status.ACHIEVED: StatusColours(
        "#174ea6", "#d2e3fc", "#174ea6", _WHITE, "#7fd0ff", "#17304a", "blue"
    ),
    Status.MISSED: StatusColours(
        "#4d0806", "#f0b4ae", "#4d0806", _WHITE, "#f04a4a", "#2a0505", "brown"
    ),
}
"""In the order of `Status`."""
