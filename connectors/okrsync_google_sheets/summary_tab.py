"""The managed summary tab: headline numbers, objectives with bars, what needs attention, charts;
people's own notes beside it stay.

The managed block are the cells of the first columns down to the closing line. It grows and shrinks
by cells, never by rows of the whole tab: what stands beside it keeps its address, and what stands
below it in its own columns moves down when it grows. Marks at the closing line and at the first
column hold each write in the block.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from okrsync.connector import (
    END,
    WIDTHS,
    Outcome,
    State,
    Summary,
    SummaryCell,
    SummaryRow,
    SummaryWrite,
    is_blank,
    lay_out,
    status_word,
)
from okrsync_google_sheets.anchors import (
    anchor_request,
    drop_request,
    hold_requests,
    place_of,
)
from okrsync_google_sheets.edits import entered_value
from okrsync_google_sheets.looks import STATUS_COLOURS, colour
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["SummaryTab"]

Json = dict[str, Any]
_BAR = 8
"""The column of the bars, right of the eight that every summary has."""
_WIDTH = 9
_CHART_COLUMN = 10
_END = END.replace("A to H", "A to I").replace("column J", "column K")
_BLOCK = "summary-block"
"""What the marks say that hold the block."""
_CELLS = 10
_STATUSES = (
    "not-started",
    "no-data",
    "on-track",
    "at-risk",
    "off-track",
    "stale",
    "achieved",
    "missed",
)
_GREY, _BLUE = "#5f6368", "#1a73e8"
_LOOKS: dict[str, Json] = {
    "title": {"textFormat": {"bold": True, "fontSize": 16}},
    "subtle": {"textFormat": {"foregroundColor": colour(_GREY)}},
    "heading": {"textFormat": {"bold": True, "fontSize": 12}},
    "header": {
        "textFormat": {"bold": True, "foregroundColor": colour(_GREY)},
        "backgroundColor": colour("#f1f3f4"),
    },
    "label": {},
    "figure": {"textFormat": {"bold": True}, "horizontalAlignment": "LEFT"},
    "figure-share": {
        "textFormat": {"bold": True},
        "horizontalAlignment": "LEFT",
        "numberFormat": {"type": "PERCENT", "pattern": "0%"},
    },
    "text": {},
    "level-1": {"padding": {"left": 18, "top": 2, "right": 3, "bottom": 2}},
    "level-2": {"padding": {"left": 36, "top": 2, "right": 3, "bottom": 2}},
    "level-3": {"padding": {"left": 54, "top": 2, "right": 3, "bottom": 2}},
    "share": {"numberFormat": {"type": "PERCENT", "pattern": "0%"}},
    "status": {},
    "link": {},
    "words": {"wrapStrategy": "CLIP"},
    "end": {"textFormat": {"italic": True, "foregroundColor": colour(_GREY)}},
    "bar": {"textFormat": {"foregroundColor": colour(_BLUE)}},
}


class SummaryTab:
    """One source's summary in one spreadsheet, at a tab of a given title."""

    def __init__(self, source: str, place: str) -> None:
        self.place = place
        self.sheet_id = _id_of(f"{source}\x1f{place}")
        self._source = source

    def tab(self, book: Book) -> GoogleTab | None:
        """The managed tab, found by its mark or its id, whatever it is called by now."""
        marked = next(
            (tab for tab in book.tabs if f"summary {self._source}" in tab.sheet_marks), None
        )
        return marked or next((tab for tab in book.tabs if tab.id == self.sheet_id), None)

    def is_current(self, book: Book, summary: Summary) -> bool:
        """Whether the tab says just this, charts and all."""
        tab = self.tab(book)
        if tab is None or not self._chart_ids(summary, book) <= tab.charts:
            return False
        wanted = [[_entered(cell) for cell in row] for row in self._rows(summary, book)]
        standing = [
            [tab.entered_at(row, column) for column in range(_WIDTH)] for row in range(len(wanted))
        ]
        return _padded(wanted) == standing and _end_of(tab) == len(wanted) - 1

    def requests(
        self, book: Book, wanted: SummaryWrite, *, puts_back: bool = False
    ) -> list[Json] | Outcome:
        """What makes the tab say what is wanted, or why that cannot be done. Where it puts a run
        back, what stands below the block goes back to where it was.
        """
        tab = self.tab(book)
        if wanted.summary is None:
            return self._removal(tab)
        if tab is None and book.titled(self.place) is not None:
            return Outcome(
                State.CONFLICT,
                f"a tab called {self.place!r} is there already and is not okrsync's: rename it, or"
                " choose another name",
            )
        rows = self._rows(wanted.summary, book)
        made: list[Json] = []
        sheet_id = self.sheet_id
        if tab is None:
            made += self._new_tab(book, len(rows))
        else:
            sheet_id = tab.id
            have = self._height(tab, wanted, book)
            if have is None:
                return Outcome(
                    State.CONFLICT,
                    f"the line that ends the summary in {tab.title!r} is gone, or columns were"
                    " inserted before it: put that back, or delete the tab",
                )
            made += self._held(tab, have, len(rows))
            made += _room(tab, have, len(rows), puts_back=puts_back)
        made.append(
            {
                "updateCells": {
                    "start": {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0},
                    "rows": [{"values": [self._cell(cell, book) for cell in row]} for row in rows],
                    "fields": "userEnteredValue,userEnteredFormat",
                }
            }
        )
        made += self._charts(
            wanted.summary, rows, sheet_id, tab.charts if tab is not None else frozenset()
        )
        return made

    def _height(self, tab: GoogleTab, wanted: SummaryWrite, book: Book) -> int | None:
        """How many rows the block has, its closing line included; None where nobody can tell what
        is okrsync's in these columns.
        """
        end = _end_of(tab)
        if end is not None:
            return end + 1
        if any(
            mark.value == _BLOCK and at
            for at, marks in tab.column_anchors.items()
            for mark in marks
        ):
            return None
        if wanted.before is not None:
            return len(self._rows(wanted.before, book))
        is_blank_block = all(
            is_blank(value) for row in tab.table.rows for value in row.values[:_WIDTH]
        )
        return 0 if is_blank_block else None

    def _held(self, tab: GoogleTab, have: int, count: int) -> list[Json]:
        """Requests that void the batch where rows or columns came before the block in that moment;
        the mark of the closing line goes where the line will be.
        """
        made: list[Json] = []
        for marks, dimension, place, to in (
            (tab.row_anchors, "ROWS", have - 1, count - 1),
            (tab.column_anchors, "COLUMNS", 0, 0),
        ):
            standing = [
                (at, mark)
                for at, several in marks.items()
                for mark in several
                if mark.value == _BLOCK
            ]
            if [at for at, _ in standing] == [place]:
                made += hold_requests(
                    standing[0][1].id,
                    _BLOCK,
                    place_of(tab.id, dimension, place),
                    place_of(tab.id, dimension, to),
                )
                continue
            made += [drop_request(mark.id) for _, mark in standing]
            made.append(anchor_request(_BLOCK, place_of(tab.id, dimension, to)))
        return made

    # the rows

    def _rows(self, summary: Summary, book: Book) -> list[list[SummaryCell | None]]:
        names = {tab.title for tab in book.tabs}
        laid = lay_out(summary, self._source, names)
        bars = _objective_rows(laid, summary)
        made: list[list[SummaryCell | None]] = []
        for place, row in enumerate(laid):
            cells = [*row, *[None] * (_WIDTH - len(row))]
            if place in bars:
                cells[_BAR] = SummaryCell(_bar(summary.objectives[bars[place]].progress), "text")
            made.append(cells)
        made.append([SummaryCell(_END, "end"), *[None] * (_WIDTH - 1)])
        return made

    def _cell(self, cell: SummaryCell | None, book: Book) -> Json:
        if cell is None:
            return {}
        look = dict(_LOOKS[cell.look])
        if isinstance(cell.value, str) and cell.value[:1] in "█░":
            look = dict(_LOOKS["bar"])
        if cell.look == "status" and isinstance(cell.value, str):
            look = {**look, **_status_look(cell.value)}
        if cell.link is not None:
            target = book.titled(cell.link[0])
            if target is not None:
                look["textFormat"] = {"link": {"uri": f"#gid={target.id}&range={cell.link[1]}"}}
        made: Json = {}
        held = entered_value(cell.value)
        if held is not None:
            made["userEnteredValue"] = held
        if look:
            made["userEnteredFormat"] = look
        return made

    # the tab

    def _new_tab(self, book: Book, count: int) -> list[Json]:
        grid = {"rowCount": max(count + 200, 300), "columnCount": 26, "hideGridlines": True}
        properties = {
            "sheetId": self.sheet_id,
            "title": self.place,
            "gridProperties": grid,
            "tabColor": colour(_BLUE),
        }
        made: list[Json] = [{"addSheet": {"properties": properties}}]
        for column, width in enumerate((*WIDTHS, 14)):
            spot = {
                "sheetId": self.sheet_id,
                "dimension": "COLUMNS",
                "startIndex": column,
                "endIndex": column + 1,
            }
            size = {"pixelSize": min(width * 7 + 10, 460)}
            made.append(
                {
                    "updateDimensionProperties": {
                        "range": spot,
                        "properties": size,
                        "fields": "pixelSize",
                    }
                }
            )
        made.append(anchor_request(f"summary {self._source}", {"sheetId": self.sheet_id}))
        for dimension, place in (("ROWS", count - 1), ("COLUMNS", 0)):
            made.append(anchor_request(_BLOCK, place_of(self.sheet_id, dimension, place)))
        return made

    def _removal(self, tab: GoogleTab | None) -> list[Json] | Outcome:
        if tab is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        end = _end_of(tab)
        written = {
            (row.number - 1, column)
            for row in tab.table.rows
            for column, value in enumerate(row.values)
            if not is_blank(value)
        }
        for row_index, column in (*sorted(written), *sorted(tab.notes)):
            is_ours = column < _WIDTH and (end is None or row_index <= end)
            if not is_ours or (row_index, column) in tab.notes:
                return Outcome(
                    State.CONFLICT,
                    f"somebody wrote into {tab.title!r} beside the summary; it stays",
                )
        return [{"deleteSheet": {"sheetId": tab.id}}]

    # the charts

    def _chart_ids(self, summary: Summary, book: Book) -> set[int]:
        return {
            chart_id
            for chart_id, _, _ in self._specs(summary, self._rows(summary, book), self.sheet_id)
        }

    def _charts(
        self,
        summary: Summary,
        rows: list[list[SummaryCell | None]],
        sheet_id: int,
        standing: frozenset[int],
    ) -> list[Json]:
        made: list[Json] = []
        wanted = self._specs(summary, rows, sheet_id)
        for chart_id, spec, row in wanted:
            if chart_id in standing:
                made.append({"updateChartSpec": {"chartId": chart_id, "spec": spec}})
                continue
            anchor = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": _CHART_COLUMN}
            overlay = {"anchorCell": anchor, "widthPixels": 560, "heightPixels": 320}
            chart = {"chartId": chart_id, "spec": spec, "position": {"overlayPosition": overlay}}
            made.append({"addChart": {"chart": chart}})
        own = {self._chart_id(name) for name in ("progress", "statuses", "expected")}
        gone = sorted((own & standing) - {chart_id for chart_id, _, _ in wanted})
        made += [{"deleteEmbeddedObject": {"objectId": chart_id}} for chart_id in gone]
        return made

    def _chart_id(self, name: str) -> int:
        return _id_of(f"{self._source}\x1f{self.place}\x1f{name}")

    def _specs(
        self, summary: Summary, rows: list[list[SummaryCell | None]], sheet_id: int
    ) -> list[tuple[int, Json, int]]:
        """The charts with data to show: id, spec, and the row they stand at."""
        made: list[tuple[int, Json, int]] = []
        top = _find(rows, "Objectives")
        if top is not None and summary.objectives:
            first, count = top + 1, len(summary.objectives) + 1
            made.append((self._chart_id("progress"), _progress_chart(sheet_id, first, count), 1))
            if any(line.expected is not None for line in summary.objectives):
                made.append(
                    (self._chart_id("expected"), _expected_chart(sheet_id, first, count), 35)
                )
        top = _find(rows, "By status")
        counted = sum(bool(count) for _, count in summary.statuses)
        if top is not None and counted:
            made.append((self._chart_id("statuses"), _status_chart(sheet_id, top + 1, counted), 18))
        return made


def _room(tab: GoogleTab, have: int, count: int, *, puts_back: bool) -> list[Json]:
    """Requests that give the block as many rows as are needed, from its closing line on: cells that
    push down what stands below, or cells that are left empty. Putting a run back takes up the room
    that is there, and closes the room that it leaves.
    """
    if count > have:
        end = max(have - 1, 0)
        missing = count - have
        if puts_back:
            missing -= _empty_rows(tab, have, missing)
        made: list[Json] = []
        more = max(len(tab.table.rows) + missing, count) - tab.row_count
        if more > 0:
            made.append(
                {"appendDimension": {"sheetId": tab.id, "dimension": "ROWS", "length": more}}
            )
        if missing:
            spot = _block(tab, end, end + missing)
            made.append({"insertRange": {"range": spot, "shiftDimension": "ROWS"}})
        return made
    if count < have and puts_back:
        spot = _block(tab, count - 1, have - 1)
        return [{"deleteRange": {"range": spot, "shiftDimension": "ROWS"}}]
    if count < have:
        fields = "userEnteredValue,userEnteredFormat"
        return [{"updateCells": {"range": _block(tab, count, have), "fields": fields}}]
    return []


def _block(tab: GoogleTab, start: int, end: int) -> Json:
    """Rows of the block's columns, as a range."""
    return {
        "sheetId": tab.id,
        "startRowIndex": start,
        "endRowIndex": end,
        "startColumnIndex": 0,
        "endColumnIndex": _WIDTH,
    }


def _empty_rows(tab: GoogleTab, start: int, most: int) -> int:
    """How many rows from one on hold nothing in the block's columns, at most so many."""
    for count in range(most):
        if any(not is_blank(tab.value_at(start + count, column)) for column in range(_WIDTH)):
            return count
    return most


def _objective_rows(laid: list[SummaryRow], summary: Summary) -> dict[int, int]:
    """By row of the layout, which objective it shows."""
    top = next(
        (
            place
            for place, row in enumerate(laid)
            if row
            and row[0] is not None
            and row[0].value == "Objectives"
            and row[0].look == "heading"
        ),
        None,
    )
    return (
        {} if top is None else {top + 2 + place: place for place in range(len(summary.objectives))}
    )


def _find(rows: list[list[SummaryCell | None]], heading: str) -> int | None:
    for place, row in enumerate(rows):
        if row[0] is not None and row[0].look == "heading" and row[0].value == heading:
            return place
    return None


def _bar(progress: float | None) -> str | None:
    """A bar that is full only when all is done, and empty only when nothing is."""
    if progress is None:
        return None
    full = round(max(0.0, min(1.0, progress)) * _CELLS)
    if 0 < progress < 1:
        full = min(max(full, 1), _CELLS - 1)
    return "█" * full + "░" * (_CELLS - full)


def _status_look(word: str) -> Json:
    for status, (text, back) in zip(_STATUSES, STATUS_COLOURS, strict=True):
        if status_word(status) == word:
            return {
                "backgroundColor": colour(back),
                "textFormat": {"foregroundColor": colour(text)},
            }
    return {}


def _entered(cell: SummaryCell | None) -> Json | None:
    return None if cell is None else entered_value(cell.value)


def _padded(rows: list[list[Json | None]]) -> list[list[Json | None]]:
    return [[*row, *[None] * (_WIDTH - len(row))] for row in rows]


def _end_of(tab: GoogleTab) -> int | None:
    """The row of the closing line, from 0."""
    for row in tab.table.rows:
        if row.value(0) == _END:
            return row.number - 1
    return None


def _id_of(text: str) -> int:
    """An id of our own that is the same each time, so that what was made can be known again."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") & 0x7FFFFFFF or 1


def _source(sheet_id: int, row: int, count: int, column: int) -> Json:
    spot = {
        "sheetId": sheet_id,
        "startRowIndex": row,
        "endRowIndex": row + count,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    return {"sourceRange": {"sources": [spot]}}


def _progress_chart(sheet_id: int, row: int, count: int) -> Json:
    return {
        "title": "Progress by objective",
        "basicChart": {
            "chartType": "BAR",
            "legendPosition": "NO_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": _source(sheet_id, row, count, 0)}],
            "series": [{"series": _source(sheet_id, row, count, 2), "color": colour(_BLUE)}],
        },
    }


def _expected_chart(sheet_id: int, row: int, count: int) -> Json:
    return {
        "title": "Expected and actual progress",
        "basicChart": {
            "chartType": "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": _source(sheet_id, row, count, 0)}],
            "series": [
                {"series": _source(sheet_id, row, count, 3), "color": colour("#bdc1c6")},
                {"series": _source(sheet_id, row, count, 2), "color": colour(_BLUE)},
            ],
        },
    }


def _status_chart(sheet_id: int, row: int, count: int) -> Json:
    return {
        "title": "Key results by status",
        "pieChart": {
            "legendPosition": "RIGHT_LEGEND",
            "domain": _source(sheet_id, row, count, 0),
            "series": _source(sheet_id, row, count, 1),
            "pieHole": 0.5,
        },
    }
