"""The layout of a summary on any kind of sheet: the value of each cell and its look, without markup
or files.

Columns A to H have the same meaning from top to bottom: item, owner, progress, expected, status,
address, source, and words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from okrsync.connector.review_page import DECISIONS, ReviewLine, ReviewPage
from okrsync.connector.summary import Headline, Summary
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Status
from okrsync.model.table import CellValue, cell_number

__all__ = [
    "BY_OBJECTIVE",
    "END",
    "STATUS_TEXTS",
    "WIDTH",
    "WIDTHS",
    "Look",
    "SummaryCell",
    "SummaryRow",
    "closing_line",
    "lay_out",
    "status_columns",
    "status_word",
]

Look = Literal[
    "title",
    "subtle",
    "heading",
    "header",
    "label",
    "figure",
    "figure-share",
    "text",
    "level-1",
    "level-2",
    "level-3",
    "share",
    "status",
    "link",
    "words",
    "end",
]

WIDTH = 8
"""Columns of the managed part."""
# Wide enough for a title and a reason without wrapping at the usual font size.
WIDTHS = (46, 18, 14, 12, 13, 18, 16, 84)
"""Their widths, in characters."""
END = (
    "okrsync keeps columns A to H above this line up to date. What stands below it, or from column"
    " J on, is yours."
)
BY_OBJECTIVE = "Key results by objective and status"
"""The heading of the numbers behind the chart of statuses."""

_ROOM = (
    "Write below what was decided: it is yours, and the next review shows it as decided. okrsync"
    " keeps what stands above up to date."
)
"""The line above the one that ends a review."""


class SummaryCell(Frozen, frozen=True):
    """One cell: its value, its look, and the cell of the same file that it links to (tab, address),
    if any.
    """

    value: CellValue
    look: Look
    link: tuple[str, str] | None = None


SummaryRow = tuple[SummaryCell | None, ...]


def closing_line(page: Summary | ReviewPage) -> tuple[str, str | None]:
    """The line that ends the managed part, and the one above it where both are needed to recognise
    it: a title may read like the heading of the room for decisions.
    """
    return (END, None) if isinstance(page, Summary) else (DECISIONS, _ROOM)


def lay_out(
    page: Summary | ReviewPage, source: str | None, sheets: Collection[str]
) -> list[SummaryRow]:
    """The rows of a summary or a review from the title down, without the line that ends them."""
    if isinstance(page, Summary):
        return list(_rows(page, source, sheets))
    return list(_review_rows(page, source, sheets))


def _review_rows(
    page: ReviewPage, source: str | None, sheets: Collection[str]
) -> Iterator[SummaryRow]:
    yield (_cell(page.title, "title"),)
    yield (_cell(page.subtitle, "subtle"),)
    for notice in page.notices:
        yield (_cell(notice, "label"),)
    for section in page.shown:
        if any(line.id for line in section.lines):
            headers = ("Item", "Owner", "Progress", "", "Status", "Where", "Source", "What")
            yield from _section(section.heading, *headers)
        else:
            yield from _section(section.heading)
        for line in section.lines:
            yield _review_line(line, source, sheets)
        if not section.lines:
            yield (_cell(section.empty, "subtle"),)
    yield ()
    yield (_cell(_ROOM, "subtle"),)


def _review_line(line: ReviewLine, source: str | None, sheets: Collection[str]) -> SummaryRow:
    if not line.id:
        return (_cell(line.words, "label"),)
    return (
        _cell(line.title, "text"),
        _cell(line.owner, "text"),
        _cell(line.progress, "share"),
        _cell(None, "text"),
        _cell(None if line.status is None else status_word(line.status), "status"),
        _address_cell(line.at, line.source, source, sheets),
        _cell(line.source, "text"),
        _cell(line.words, "words"),
    )


def _rows(summary: Summary, source: str | None, sheets: Collection[str]) -> Iterator[SummaryRow]:
    yield (_cell(summary.title, "title"),)
    yield (_cell(summary.subtitle, "subtle"),)
    yield ()
    for headline in summary.headlines:
        yield (_cell(headline.label, "label"), _figure(headline))
    counted = [(status, count) for status, count in summary.statuses if count]
    if counted:
        yield from _section("By status")
        for status, count in counted:
            yield (_cell(status_word(status), "label"), _cell(count, "figure"))
    yield from _section(
        "Objectives",
        "Objective",
        "Owner",
        "Progress",
        "Expected",
        "Status",
        "Where",
        "Source",
        "Reported",
    )
    for line in summary.objectives:
        level: Look = (
            "text"
            if line.depth <= 0
            else "level-1"
            if line.depth == 1
            else ("level-2" if line.depth == 2 else "level-3")
        )
        yield (
            _cell(line.title, level),
            _cell(line.owner, "text"),
            _cell(line.progress, "share"),
            _cell(line.expected, "share"),
            _cell(status_word(line.status), "status"),
            _address_cell(line.at, line.source, source, sheets),
            _cell(line.source, "text"),
            _cell(line.words, "words"),
        )
    yield from _section(
        "Needs attention", "Item", "Owner", "", "", "Status", "Where", "Source", "Why"
    )
    for item in summary.attention:
        yield (
            _cell(item.title, "text"),
            _cell(item.owner, "text"),
            _cell(None, "text"),
            _cell(None, "text"),
            _cell(status_word(item.status), "status"),
            _address_cell(item.at, item.source, source, sheets),
            _cell(item.source, "text"),
            _cell(item.reason, "words"),
        )
    if not summary.attention:
        yield (_cell("Nothing needs attention.", "subtle"),)
    yield from _movements(summary)
    yield from _by_objective(summary)
    if summary.notices:
        yield from _section("Notices")
        for notice in summary.notices:
            yield (_cell(notice, "label"),)


def _movements(summary: Summary) -> Iterator[SummaryRow]:
    if summary.wins:
        yield from _section("Wins", "Item", "", "Progress", "Before", "Status")
        for win in summary.wins:
            yield (
                _cell(win.title, "text"),
                _cell(None, "text"),
                _cell(win.after, "share"),
                _cell(win.before, "share"),
                _cell(status_word(win.status_after), "status"),
            )
    if summary.movements:
        yield from _section(
            summary.moved_heading, "Item", "", "Progress", "Before", "Status", "Status before"
        )
        for moved in summary.movements:
            before = status_word(moved.status_before) if moved.status_before is not None else None
            yield (
                _cell(moved.title, "text"),
                _cell(None, "text"),
                _cell(moved.after, "share"),
                _cell(moved.before, "share"),
                _cell(status_word(moved.status_after), "status"),
                _cell(before if moved.status_before != moved.status_after else None, "text"),
            )


def status_columns(summary: Summary) -> tuple[tuple[str, tuple[Status, ...]], ...]:
    """The columns of the numbers behind the chart of statuses: the header of each and what it
    counts. All eight do not fit: what has not begun and what has no data then share one.
    """
    counted = {status for line in summary.by_objective for status, count in line.counts if count}
    statuses = [status for status in Status if status in counted]
    if len(statuses) < WIDTH:
        return tuple((status_word(status), (status,)) for status in statuses)
    without_data = (Status.NO_DATA, Status.NOT_STARTED)
    rest = [status for status in statuses if status not in without_data]
    return (
        ("No data, not started", without_data),
        *((status_word(status), (status,)) for status in rest),
    )


def _by_objective(summary: Summary) -> Iterator[SummaryRow]:
    columns = status_columns(summary)
    if not columns:
        return
    yield from _section(BY_OBJECTIVE, "Objective", *(header for header, _ in columns))
    for line in summary.by_objective:
        counts = dict(line.counts)
        yield (
            _cell(line.title, "text"),
            *(
                _cell(sum(counts.get(status, 0) for status in statuses), "figure")
                for _, statuses in columns
            ),
        )


def _section(heading: str, *headers: str) -> Iterator[SummaryRow]:
    yield ()
    yield (_cell(heading, "heading"),)
    if headers:
        yield tuple(_cell(header or None, "header") for header in headers)


def _figure(headline: Headline) -> SummaryCell:
    if headline.share is not None:
        return _cell(headline.share, "figure-share")
    if headline.count is not None:
        return _cell(headline.count, "figure")
    return _cell(headline.text if headline.text is not None else "no data", "figure")


def _address_cell(
    address_text: str, item_source: str, source: str | None, sheets: Collection[str]
) -> SummaryCell:
    sheet, _, address = address_text.rpartition("!")
    # A link works only within the same file; everything else is shown as text.
    if source is None or item_source != source or sheet not in sheets:
        return _cell(address_text, "text")
    try:
        cell_number(address)
    except ValueError:
        return _cell(address_text, "text")
    return SummaryCell(address_text, "link", (sheet, address))


def _cell(value: CellValue, look: Look) -> SummaryCell:
    return SummaryCell(value if value != "" else None, look)


def status_word(status: str) -> str:
    """A status as the summary writes it: "On track" for `on-track`."""
    return status.replace("-", " ").capitalize()


STATUS_TEXTS = tuple(status_word(status) for status in Status)
"""Every word that a column of statuses may show, in the order of `Status`."""
