"""Puts right the marks by which rows are recognised again. Values are never touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from okrsync.connector import RowFinder, RowRef
from okrsync_google_sheets.anchors import anchor_request, forget_request, location_of, row_mark
from okrsync_google_sheets.tab import Book

__all__ = ["RowRepair", "row_repairs"]


class RowRepair(NamedTuple):
    """The requests that put the marks of one tab right, none where they are, and what to say."""

    requests: list[dict[str, Any]]
    words: str


def row_repairs(book: Book, rows: Mapping[str, Sequence[RowRef]]) -> Iterator[RowRepair]:
    """What the marks of each tab need; `rows` are the rows in question, by table."""
    for key, refs in rows.items():
        tab = book.tab(key)
        if tab is None:
            continue
        finder = RowFinder(tab.table, refs)
        right_marks = {
            row.number - 1: row_mark(cell.value for cell in ref.identity)
            for ref in refs
            if (row := finder.find(ref))
        }
        marks_by_row = {
            row_index: [anchor.value for anchor in anchors]
            for row_index, anchors in tab.row_anchors.items()
        }
        wrong_rows = [
            row_index
            for row_index, marks in marks_by_row.items()
            if marks != [right_marks.get(row_index)]
        ]
        missing_rows = [
            row_index
            for row_index in right_marks
            if marks_by_row.get(row_index) != [right_marks[row_index]]
        ]
        if not wrong_rows and not missing_rows:
            yield RowRepair([], f"{tab.title}: the marks of {len(right_marks)} rows are right")
            continue
        requests = [
            forget_request(location_of(tab.id, "ROWS", row_index)) for row_index in wrong_rows
        ]
        requests += [
            anchor_request(right_marks[row_index], location_of(tab.id, "ROWS", row_index))
            for row_index in missing_rows
        ]
        taken, put = len(wrong_rows), len(missing_rows)
        yield RowRepair(requests, f"{tab.title}: {taken} marks taken away, {put} put at their rows")
