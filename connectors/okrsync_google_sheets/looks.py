"""How okrsync's columns look: a header like its neighbour, and colours for statuses. Put there
once, and never again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from okrsync.connector import Batch, ColumnRef, Looks, find_column
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import anchor_request, place_of
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["STATUS_COLOURS", "Dress", "dressing", "undressed", "wanted"]

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


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column that is to be dressed stands now."""

    tab: GoogleTab
    index: int
    header_row: int
    dress: Dress


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
    return tuple(one for one in dresses if not _is_dressed(one, book))


def dressing(dresses: Iterable[Dress], read: Book, now: Book) -> list[Json]:
    """Requests that dress columns, and mark them as dressed, for those that are not yet. `read` is
    the spreadsheet their header rows were counted in.
    """
    requests: list[Json] = []
    for one in undressed(dresses, now):
        column = _found(one, read, now)
        if column is not None:
            requests += _dressed(column)
    return requests


def _is_dressed(one: Dress, book: Book) -> bool:
    tab = book.tab(one.table_key)
    return tab is None or any(
        anchor.value == one.field for anchors in tab.column_anchors.values() for anchor in anchors
    )


def _found(one: Dress, read: Book, now: Book) -> _Column | None:
    tab, before = now.tab(one.table_key), read.tab(one.table_key)
    if tab is None or before is None:
        return None
    row = Alignment(before, tab, [one.header_row]).header_rows.get(one.header_row)
    found = None if row is None else _index(tab, one.header, row)
    return None if found is None or row is None else _Column(tab, found, row, one)


def _index(tab: GoogleTab, header: str, row: int) -> int | None:
    return find_column(tab.table, ColumnRef(None, header, row))


def _dressed(column: _Column) -> list[Json]:
    spot = {
        "sheetId": column.tab.id,
        "startRowIndex": column.header_row,
        "startColumnIndex": column.index,
        "endColumnIndex": column.index + 1,
    }
    made: list[Json] = []
    if column.dress.is_new and column.index > 0:
        made.append(_header_like_its_neighbour(column))
    if column.dress.looks is Looks.STATUS:
        for place, (word, (text, back)) in enumerate(
            zip(column.dress.words, STATUS_COLOURS, strict=False)
        ):
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
            made.append(
                {"addConditionalFormatRule": {"rule": rule, "index": column.tab.rules + place}}
            )
        column.tab.rules += sum(bool(word) for word in column.dress.words[: len(STATUS_COLOURS)])
    made.append(
        anchor_request(column.dress.field, place_of(column.tab.id, "COLUMNS", column.index))
    )
    return made


def _header_like_its_neighbour(column: _Column) -> Json:
    def cell(index: int) -> Json:
        return {
            "sheetId": column.tab.id,
            "startRowIndex": column.header_row - 1,
            "endRowIndex": column.header_row,
            "startColumnIndex": index,
            "endColumnIndex": index + 1,
        }

    return {
        "copyPaste": {
            "source": cell(column.index - 1),
            "destination": cell(column.index),
            "pasteType": "PASTE_FORMAT",
        }
    }
