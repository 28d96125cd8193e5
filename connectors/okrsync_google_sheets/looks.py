"""How okrsync's columns look: a header like its neighbour, and colours for statuses. Put there
once, and never again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from okrsync.connector import Batch, ColumnRef, Looks, find_column
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import (
    anchor_request,
    dressed_mark,
    field_of,
    hold_requests,
    is_undressed,
    place_of,
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
STATUS_COLOURS = (
    ("#5f6368", "#f1f3f4"),  # not started
    ("#5f6368", "#f1f3f4"),  # no data
    ("#0d652d", "#ceead6"),  # on track
    ("#7a4f01", "#feefc3"),  # at risk
    ("#a50e0e", "#fad2cf"),  # off track
    ("#681da8", "#e9d2fd"),  # stale
    ("#174ea6", "#d2e3fc"),  # achieved
    ("#ffffff", "#a50e0e"),  # missed
)
"""Text and background of a status, in the order of `okrsync.connector.Status`."""


_WIDTH, _TEXT_WIDTH = 100, 280
"""Pixels: the service's usual width, and one for a sentence."""


@dataclass(frozen=True, slots=True)
class Dress:
    """A column of okrsync's that is to be dressed: its tab, the field it holds, the header it is
    found by, how it looks. `is_new` says that okrsync made the column; `refusals` how often the
    service has refused to dress it.
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
    """A colour of the form `#rrggbb` as the service writes it."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"red": red, "green": green, "blue": blue}


def wanted(batch: Batch) -> tuple[Dress, ...]:
    """The columns a batch writes to, as they should look."""
    found: dict[tuple[str, str], Dress] = {}
    for new in batch.new_columns:
        if new.field and new.header_row is not None:
            found.setdefault(
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
            found.setdefault(
                (cell.table_key, cell.field),
                Dress(
                    cell.table_key, cell.field, header, row, cell.looks, cell.words, is_new=False
                ),
            )
    return tuple(found.values())


def undressed(dresses: Iterable[Dress], book: Book) -> tuple[Dress, ...]:
    """Those whose column is not marked as dressed in a spreadsheet, or not there yet."""
    return tuple(dress for dress in dresses if not _is_dressed(dress, book))


def dressing(dresses: Iterable[Dress], read: Book, now: Book) -> list[Json]:
    """Requests that dress columns that have their mark and not their looks, each held in its place.
    `read` is the spreadsheet their header rows were counted in.
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
        place = place_of(tab.id, "COLUMNS", column)
        marks = tab.column_anchors.get(column, ())
        mark = next((one for one in marks if one.value == undressed_mark(dress.field)), None)
        if mark is None:
            # It gets its looks once it can be held.
            requests.append(anchor_request(undressed_mark(dress.field), place))
            continue
        value = dressed_mark(dress.field, was_plain=is_plain(tab, column))
        requests += hold_requests(mark.id, value, place)
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
    """Whether nobody has given a column number formats or rules for colours."""
    return not any(at == column for _, at in tab.formatted) and not any(
        _is_in(spot, column) for rule in tab.rules for spot in rule.get("ranges", ())
    )


def _is_in(spot: Json, column: int) -> bool:
    end = spot.get("endColumnIndex")
    return bool(spot.get("startColumnIndex", 0) <= column and (end is None or column < end))


def undressing(tab: GoogleTab, column: int, header_row: int) -> list[Json]:
    """Requests that take okrsync's looks from a column that had none of anybody's before."""
    made: list[Json] = []
    last = len(tab.rules) - 1
    for place, rule in enumerate(reversed(tab.rules)):
        spots = rule.get("ranges", ())
        if (
            len(spots) == 1
            and spots[0].get("startColumnIndex", 0) == column
            and (spots[0].get("endColumnIndex") == column + 1)
        ):
            index = {"sheetId": tab.id, "index": last - place}
            made.append({"deleteConditionalFormatRule": index})
    cells = {
        "sheetId": tab.id,
        "startRowIndex": header_row,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    fields = "userEnteredFormat.numberFormat"
    return [*made, {"repeatCell": {"range": cells, "cell": {}, "fields": fields}}]


def looks(dress: Dress, tab: GoogleTab, column: int, rules: Counter[int]) -> list[Json]:
    """Requests that make a column look as it should. `rules` counts the colour rules that this
    batch adds to each tab.
    """
    made: list[Json] = []
    if dress.is_new:
        made.append(_width(dress.looks, tab, column))
    if dress.is_new and column > 0:
        made.append(_header_like_its_neighbour(tab, dress.header_row, column))
    if dress.looks is Looks.STATUS:
        spot = {
            "sheetId": tab.id,
            "startRowIndex": dress.header_row,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        for word, (text, back) in zip(dress.words, STATUS_COLOURS, strict=False):
            if not word:
                continue
            rule = {
                "ranges": [spot],
                "booleanRule": {
                    "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]},
                    "format": {
                        "backgroundColor": colour(back),
                        "textFormat": {"foregroundColor": colour(text)},
                    },
                },
            }
            index = len(tab.rules) + rules[tab.id]
            made.append({"addConditionalFormatRule": {"rule": rule, "index": index}})
            rules[tab.id] += 1
    return made


def _width(kind: Looks, tab: GoogleTab, column: int) -> Json:
    """A width of the column's own: it would take that of its neighbour, whatever that holds."""
    return {
        "updateDimensionProperties": {
            "range": place_of(tab.id, "COLUMNS", column)["dimensionRange"],
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
