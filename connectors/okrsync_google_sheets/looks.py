"""How okrsync's columns look: a header like its neighbour, and colours for statuses. Put there once, and never again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from okrsync.connector import Batch, CellWrite, Looks, NewColumn
from okrsync.table import ColumnRef, find_column
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import anchor_request, place_of
from okrsync_google_sheets.tab import Book, Tab

__all__ = ["STATUS_COLOURS", "dressing"]

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
"""Text and background of a status, in the order of `okrsync.model.Status`."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One of okrsync's columns in a tab: the field it holds, where it stands, how it looks."""

    tab: Tab
    field: str
    index: int
    header_row: int
    looks: Looks
    words: tuple[str, ...]
    is_new: bool


def colour(text: str) -> Json:
    """A colour of the form `#rrggbb` as the service writes it."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"red": red, "green": green, "blue": blue}


def dressing(batch: Batch, read: Book, now: Book) -> list[Json]:
    """Requests that dress the columns a batch writes to, and mark them as dressed, for those that are not yet."""
    requests: list[Json] = []
    for column in _columns(batch, read, now):
        if any(anchor.value == column.field for anchor in column.tab.column_anchors.get(column.index, ())):
            continue
        requests += _dressed(column)
    return requests


def _columns(batch: Batch, read: Book, now: Book) -> Iterable[_Column]:
    seen: set[tuple[str, str]] = set()
    entries: list[CellWrite | NewColumn] = [*batch.new_columns, *batch.cells]
    for entry in entries:
        header, header_row = (
            (entry.header, entry.header_row)
            if isinstance(entry, NewColumn)
            else (entry.column.header, entry.column.header_row)
        )
        if not entry.field or (entry.table_key, entry.field) in seen or header_row is None:
            continue
        tab, before = now.tab(entry.table_key), read.tab(entry.table_key)
        if tab is None or before is None:
            continue
        seen.add((entry.table_key, entry.field))
        row = Alignment(before, tab, [header_row]).header_rows.get(header_row)
        found = None if row is None else _index(tab, header, row)
        if found is not None and row is not None:
            yield _Column(tab, entry.field, found, row, entry.looks, entry.words, isinstance(entry, NewColumn))


def _index(tab: Tab, header: str, row: int) -> int | None:
    return find_column(tab.table, ColumnRef(None, header, row))


def _dressed(column: _Column) -> list[Json]:
    spot = {
        "sheetId": column.tab.id,
        "startRowIndex": column.header_row,
        "startColumnIndex": column.index,
        "endColumnIndex": column.index + 1,
    }
    made: list[Json] = []
    if column.is_new and column.index > 0:
        made.append(_header_like_its_neighbour(column))
    if column.looks is Looks.STATUS:
        for place, (word, (text, back)) in enumerate(zip(column.words, STATUS_COLOURS, strict=False)):
            if not word:
                continue
            rule = {
                "ranges": [spot],
                "booleanRule": {
                    "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]},
                    "format": {"backgroundColor": colour(back), "textFormat": {"foregroundColor": colour(text)}},
                },
            }
            made.append({"addConditionalFormatRule": {"rule": rule, "index": column.tab.rules + place}})
        column.tab.rules += sum(bool(word) for word in column.words[: len(STATUS_COLOURS)])
    made.append(anchor_request(column.field, place_of(column.tab.id, "COLUMNS", column.index)))
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
