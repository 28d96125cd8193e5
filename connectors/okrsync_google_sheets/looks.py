"""The formatting of okrsync's columns: a header like its neighbour's, and colours for statuses. It
is applied once and never again, so that people may change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from okrsync.connector import PALETTE, Batch, ColumnRef, Looks, find_column
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import (
    anchor_request,
    dressed_mark,
    field_of,
    hold_requests,
    is_undressed,
    location_of,
    undressed_mark,
)
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = [
    "STATUS_COLOURS",
    "Dress",
    "dressing",
    "is_plain",
    "looks",
    "undressed",
    "undressing",
    "wanted",
]

Json = dict[str, Any]
STATUS_COLOURS = tuple((colours.ink, colours.fill) for colours in PALETTE.values())
"""Text and background of a status, in the order of `okrsync.connector.Status`."""


_WIDTH, _TEXT_WIDTH = 100, 280
"""Widths in pixels: Google's default, and one that fits a sentence."""


@dataclass(frozen=True, slots=True)
class Dress:
    """The formatting of one of okrsync's columns: its tab, its field, the header by which it is
    found, and how it should look. `is_new` says that okrsync made the column; `refusals` counts how
    often Google refused the formatting.
    """

    table_key: str
    field: str
    header: str
    header_row: int
    looks: Looks
    words: tuple[str, ...]
    is_new: bool
    refusals: int = 0


def colour(text: str) -> Json:
    """A colour of the form `#rrggbb` as Google's JSON, with shares from 0 to 1."""
    red, green, blue = (int(text[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return {"red": red, "green": green, "blue": blue}


def wanted(batch: Batch) -> tuple[Dress, ...]:
    """The formatting of the columns that a batch writes to."""
    dresses: dict[tuple[str, str], Dress] = {}
    for new in batch.new_columns:
        if new.field and new.header_row is not None:
            dresses.setdefault(
                (new.table_key, new.field),
                Dress(
                    new.table_key,
                    new.field,
                    new.header,
                    new.header_row,
                    new.looks,
                    new.words,
                    is_new=True,
                ),
            )
    for cell in batch.cells:
        header, row = cell.column.header, cell.column.header_row
        if cell.field and row is not None:
            dresses.setdefault(
                (cell.table_key, cell.field),
                Dress(
                    cell.table_key, cell.field, header, row, cell.looks, cell.words, is_new=False
                ),
            )
    return tuple(dresses.values())


def undressed(dresses: Iterable[Dress], book: Book) -> tuple[Dress, ...]:
    """Those whose column has no mark that says it is formatted, or does not exist yet."""
    return tuple(dress for dress in dresses if not _is_dressed(dress, book))


def dressing(dresses: Iterable[Dress], read: Book, now: Book) -> list[Json]:
    """Requests that format the columns that have a mark but no formatting yet, each held in its
    place. The header rows in `dresses` are those of the spreadsheet `read`.
    """
    requests: list[Json] = []
    rules: Counter[int] = Counter()
    for dress in undressed(dresses, now):
        tab, before = now.tab(dress.table_key), read.tab(dress.table_key)
        if tab is None or before is None:
            continue
        row = Alignment(before, tab, [dress.header_row]).header_rows.get(dress.header_row)
        header = ColumnRef(None, dress.header, row)
        column = None if row is None else find_column(tab.table, header)
        if row is None or column is None:
            continue
        location = location_of(tab.id, "COLUMNS", column)
        marks = tab.column_anchors.get(column, ())
        mark = next(
            (anchor for anchor in marks if anchor.value == undressed_mark(dress.field)), None
        )
        if mark is None:
            # Without a mark the column cannot be held: a later run formats it.
            requests.append(anchor_request(undressed_mark(dress.field), location))
            continue
        value = dressed_mark(dress.field, was_plain=is_plain(tab, column))
        requests += hold_requests(mark.id, value, location)
        requests += looks(replace(dress, header_row=row), tab, column, rules)
    return requests


def _is_dressed(dress: Dress, book: Book) -> bool:
    tab = book.tab(dress.table_key)
    return tab is None or any(
        field_of(anchor.value) == dress.field and not is_undressed(anchor.value)
        for anchors in tab.column_anchors.values()
        for anchor in anchors
    )


def is_plain(tab: GoogleTab, column: int) -> bool:
    """Whether a column has neither number formats nor conditional formatting."""
    return not any(formatted_column == column for _, formatted_column in tab.formatted) and not any(
        _is_in(cell_range, column) for rule in tab.rules for cell_range in rule.get("ranges", ())
    )


def _is_in(cell_range: Json, column: int) -> bool:
    end = cell_range.get("endColumnIndex")
    return bool(cell_range.get("startColumnIndex", 0) <= column and (end is None or column < end))


def undressing(tab: GoogleTab, column: int, header_row: int) -> list[Json]:
    """Requests that remove okrsync's formatting from a column that had none before."""
    requests: list[Json] = []
    # From the last rule on: each deletion shifts the index of the rules after it.
    last = len(tab.rules) - 1
    for offset, rule in enumerate(reversed(tab.rules)):
        ranges = rule.get("ranges", ())
        if (
            len(ranges) == 1
            and ranges[0].get("startColumnIndex", 0) == column
            and (ranges[0].get("endColumnIndex") == column + 1)
        ):
            index = {"sheetId": tab.id, "index": last - offset}
            requests.append({"deleteConditionalFormatRule": index})
    column_range = {
        "sheetId": tab.id,
        "startRowIndex": header_row,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    fields = "userEnteredFormat.numberFormat"
    return [*requests, {"repeatCell": {"range": column_range, "cell": {}, "fields": fields}}]


def looks(dress: Dress, tab: GoogleTab, column: int, rules: Counter[int]) -> list[Json]:
    """Requests that format a column. `rules` counts the conditional formats that this batch adds to
    each tab.
    """
    requests: list[Json] = []
    if dress.is_new:
        requests.append(_width(dress.looks, tab, column))
    if dress.is_new and column > 0:
        requests.append(_header_like_its_neighbour(tab, dress.header_row, column))
    if dress.looks is Looks.STATUS:
        column_range = {
            "sheetId": tab.id,
            "startRowIndex": dress.header_row,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        for word, (text, background) in zip(dress.words, STATUS_COLOURS, strict=False):
            if not word:
                continue
            rule = {
                "ranges": [column_range],
                "booleanRule": {
                    "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]},
                    "format": {
                        "backgroundColor": colour(background),
                        "textFormat": {"foregroundColor": colour(text)},
                    },
                },
            }
            # After people's own rules: where several apply, the first one wins.
            index = len(tab.rules) + rules[tab.id]
            requests.append({"addConditionalFormatRule": {"rule": rule, "index": index}})
            rules[tab.id] += 1
    return requests


def _width(kind: Looks, tab: GoogleTab, column: int) -> Json:
    """A request that sets the width, since a new column inherits that of its neighbour."""
    return {
        "updateDimensionProperties": {
            "range": location_of(tab.id, "COLUMNS", column)["dimensionRange"],
            "properties": {"pixelSize": _TEXT_WIDTH if kind is Looks.TEXT else _WIDTH},
            "fields": "pixelSize",
        }
    }


def _header_like_its_neighbour(tab: GoogleTab, header_row: int, column: int) -> Json:
    def cell(index: int) -> Json:
        return {
            "sheetId": tab.id,
            "startRowIndex": header_row - 1,
            "endRowIndex": header_row,
            "startColumnIndex": index,
            "endColumnIndex": index + 1,
        }

    return {
        "copyPaste": {
            "source": cell(column - 1),
            "destination": cell(column),
            "pasteType": "PASTE_FORMAT",
        }
    }
