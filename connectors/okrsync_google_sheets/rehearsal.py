"""A write that sends nothing: requests that would change something are recorded instead, and reads
are still sent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from okrsync.connector import Calls, CellValue, RequestPreview, Row
from okrsync_google_sheets.account import Account, sent_to
from okrsync_google_sheets.anchors import field_of
from okrsync_google_sheets.edits import Edit
from okrsync_google_sheets.feed import Kind
from okrsync_google_sheets.placing import Placed
from okrsync_google_sheets.tab import Anchor, Book, GoogleTab

__all__ = ["Rehearsal", "landed"]

_HEADERS = {"Authorization": "Bearer ****", "Content-Type": "application/json"}


class Rehearsal(Account):
    """An account that records every write in `seen` instead of sending it."""

    def __init__(self, account: Account, endpoint: str | None, seen: list[RequestPreview]) -> None:
        self._real = account
        self._endpoint = endpoint
        self.network, self.feed, self.seen = account.network, account.feed, seen

    def new_mark_id(self) -> int | str:
        return "<id of the batch>"

    def ask(
        self,
        kind: Kind,
        calls: Calls,
        method: str,
        url: str,
        location: str,
        answer_key: str,
        **kwargs: Any,
    ) -> Any:
        if method == "get":
            return self._real.ask(kind, calls, method, url, location, answer_key, **kwargs)
        query = kwargs.get("params")
        address = sent_to(url, self._endpoint) + (f"?{urlencode(query)}" if query else "")
        self.seen.append(RequestPreview(method.upper(), address, kwargs.get("json"), _HEADERS))
        # Google gives out ids only when it carries a request out: a preview names them in words.
        return {"id": "<id of the comment>"} if kind == "drive" else {}


def landed(now: Book, placed: Placed, new_marks: Mapping[tuple[int, int], str]) -> Book:
    """The spreadsheet after `placed` is written, with the values and marks that the next step looks
    at. `new_marks` holds the marks of new columns, by tab and column.
    """
    edits: dict[int, list[Edit]] = {}
    for edit in placed.edits:
        if edit.part == "value":
            edits.setdefault(edit.tab_id, []).append(edit)
    marks: dict[int, dict[int, str]] = {}
    for (tab_id, column), value in {**placed.marks, **new_marks}.items():
        marks.setdefault(tab_id, {})[column] = value
    inputs: dict[int, dict[int, str]] = {}
    for (tab_id, column), value in placed.input_marks.items():
        inputs.setdefault(tab_id, {})[column] = value
    tabs = [
        dataclasses.replace(
            _landed(tab, edits.get(tab.id, []), marks.get(tab.id, {})),
            input_anchors=_with_marks(tab.input_anchors, inputs.get(tab.id, {})),
        )
        for tab in now.tabs
    ]
    return Book(now.title, now.locale, now.time_zone, tabs)


def _landed(tab: GoogleTab, edits: list[Edit], marks: dict[int, str]) -> GoogleTab:
    rows = list(tab.table.rows)
    for edit in edits:
        row = rows[edit.row]
        values = [*row.values, *[None] * (edit.column + 1 - len(row.values))]
        values[edit.column] = _value(edit)
        rows[edit.row] = Row(row.number, tuple(values), row.anchor, row.marks, row.label)
    anchors = _with_marks(tab.column_anchors, marks)
    return dataclasses.replace(
        tab, table=replace(tab.table, rows=tuple(rows)), column_anchors=anchors
    )


def _with_marks(
    present: Mapping[int, tuple[Anchor, ...]], marks: Mapping[int, str]
) -> dict[int, tuple[Anchor, ...]]:
    anchors = dict(present)
    for column, value in marks.items():
        given_out = Anchor(f"<id of the mark of {field_of(value)}>", value)
        anchors[column] = (*anchors.get(column, ()), given_out)
    return anchors


def _value(edit: Edit) -> CellValue:
    if not isinstance(edit.content, dict):
        return edit.content
    value: CellValue = next(iter(edit.content.values()), None)
    return value
