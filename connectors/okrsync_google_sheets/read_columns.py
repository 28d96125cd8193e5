"""The columns that okrsync only reads, known by their marks whatever their headers say.

A mark counts only once it was seen at its column, below the header it was made for: Google carries
out a batch where columns stand by then, and copies may carry marks along. An id is unique in a
spreadsheet, so that the mark of a copy has another one.
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.developerMetadata
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.connector import Batch
from okrsync_google_sheets.placing import input_column
from okrsync_google_sheets.tab import INPUT, Book, GoogleTab

__all__ = ["SeenMarks", "column_ids", "marks_seen"]

SeenMarks = Mapping[str, Sequence[int | str]]
"""By table key, the ids of the marks that were seen at their columns."""


def column_ids(tab: GoogleTab, seen: SeenMarks) -> dict[int, str]:
    """The ids of the columns of a tab, from 0, by the marks that count."""
    ids = seen.get(tab.table.key, ())
    return {
        column: mark.value.removeprefix(INPUT)
        for column, marks in tab.input_anchors.items()
        for mark in marks
        if mark.id in ids
    }


def marks_seen(batch: Batch, now: Book, seen: SeenMarks) -> SeenMarks:
    """The marks that count once a batch was carried out; `now` is the spreadsheet afterwards."""
    marks = dict(seen)
    for key, columns in batch.inputs.items():
        tab = now.tab(key)
        if tab is None:
            continue
        present = {mark.id for anchors in tab.input_anchors.values() for mark in anchors}
        ids = set(seen.get(key, ())) & present
        for column in columns:
            index = input_column(tab, column)
            if index is not None and column.id is not None:
                ids |= {
                    mark.id
                    for mark in tab.input_anchors.get(index, ())
                    if mark.value == INPUT + column.id
                }
        marks[key] = sorted(ids, key=str)
    return marks
