"""The managed summary tab: headline numbers, objectives with bars, what needs attention, charts;
people's own notes beside it stay.

The managed block is the range of the first columns down to the closing line. It grows and shrinks
by cells, never by rows of the whole tab: cells beside it keep their address, and cells below it
move down when it grows. Marks at the closing line and at the first column hold each write in the
block.
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2b
from typing import Any

from okrsync.connector import (
    DECISIONS,
    END,
    WIDTHS,
    CellValue,
    ManagedPage,
    Outcome,
    ReviewPage,
    State,
    SummaryCell,
    SummaryRow,
    SummaryWrite,
    TypedLines,
    closing_line,
    is_blank,
    lay_out,
    status_word,
    typed_lines,
)
from okrsync_google_sheets.anchors import (
    anchor_request,
    drop_request,
    hold_requests,
    location_of,
)
from okrsync_google_sheets.edits import entered_value
from okrsync_google_sheets.looks import STATUS_COLOURS, colour
from okrsync_google_sheets.summary_charts import ACTUAL, chart_requests, chart_specs
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["SummaryTab", "id_of"]

Json = dict[str, Any]
_BAR = 8
"""The column of the bars, to the right of the eight columns of every summary."""
_WIDTH = 9
"""Columns of the block."""
_END = END.replace("A to H", "A to I").replace("column J", "column K")
_NO_REVIEW = ReviewPage("", "", date.min, ())
_BLOCK = "summary-block"
"""The value of the marks that hold the block."""
_CELLS = 10
"""Characters of a bar."""
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
    "bar": {"textFormat": {"foregroundColor": colour(ACTUAL)}},
}


class SummaryTab:
    """The summary of one source in one spreadsheet, on a tab with a given title. That of a cycle
    that ended has a tab of its own, with the cycle's name in title and mark.
    """

    def __init__(
        self, source: str, title: str, cycle: str | None = None, *, is_review: bool = False
    ) -> None:
        self.title = title if cycle is None else f"{title} {cycle}"
        self._is_review = is_review
        self.sheet_id = id_of(f"{source}\x1f{self.title}")
        self._source = source
        self._is_of_ended_cycle = cycle is not None
        self._mark = f"summary {source}" if cycle is None else f"summary {source} {cycle}"
        if is_review:
            self._mark = f"summary review {source}"

    def tab(self, book: Book) -> GoogleTab | None:
        """The managed tab, found by its mark or its id even if it was renamed."""
        marked = next((tab for tab in book.tabs if self._mark in tab.sheet_marks), None)
        return marked or next((tab for tab in book.tabs if tab.id == self.sheet_id), None)

    def decisions(self, book: Book) -> tuple[str, ...]:
        """What people typed below the line that ends the review, a line a row."""
        tab = self.tab(book)
        end = None if tab is None else self._end_of(tab)
        if tab is None or end is None:
            return ()
        rows = (row.values[:_WIDTH] for row in tab.table.rows if row.number - 1 > end)
        lines = (
            " ".join(str(value).strip() for value in row if not is_blank(value)) for row in rows
        )
        return tuple(line for line in lines if line)

    def is_current(self, book: Book, summary: ManagedPage) -> bool:
        """Whether the tab shows exactly this summary, including its charts."""
        tab = self.tab(book)
        if tab is None:
            return False
        specs = chart_specs(summary, self._rows(summary, book), self.sheet_id, self._chart_id)
        if not {chart_id for chart_id, _, _ in specs} <= tab.charts:
            return False
        wanted = [[_entered(cell) for cell in row] for row in self._rows(summary, book)]
        present = [
            [tab.entered_at(row, column) for column in range(_WIDTH)] for row in range(len(wanted))
        ]
        return _padded(wanted) == present and self._end_of(tab) == len(wanted) - 1

    def obstacle(self, book: Book, wanted: SummaryWrite) -> str | None:
        """Why the block cannot be written where it stands: it is protected. None if it can."""
        tab = self.tab(book)
        if tab is None or wanted.summary is None:
            return None
        end = self._end_of(tab)
        rows = max(len(self._rows(wanted.summary, book)), 0 if end is None else end + 1)
        if any(tab.locks.holds(row, column) for row in range(rows) for column in range(_WIDTH)):
            return f"the tab {tab.title!r} is protected: let okrsync edit it, or delete it"
        return None

    def requests(
        self, book: Book, wanted: SummaryWrite, *, puts_back: bool = False
    ) -> list[Json] | Outcome:
        """Requests that make the tab show the summary, or an outcome that says why that is not
        possible. Undo moves the cells below the block back to where they were.
        """
        tab = self.tab(book)
        if wanted.summary is None:
            return self._removal(tab, wanted, book)
        if (obstacle := self.obstacle(book, wanted)) is not None:
            return Outcome(State.SKIPPED, obstacle)
        is_taken = tab is None and book.titled(self.title) is not None
        if is_taken and not self._is_of_ended_cycle:
            return Outcome(
                State.CONFLICT,
                f"a tab called {self.title!r} is there already and is not okrsync's: rename it, or"
                " choose another name",
            )
        rows = self._rows(wanted.summary, book)
        requests: list[Json] = []
        sheet_id, chart_ids = self.sheet_id, frozenset[int]()
        if tab is None:
            requests += self._new_tab(book, len(rows))
        else:
            sheet_id = tab.id
            height = self._height(tab, wanted, book)
            if height is None:
                return Outcome(
                    State.CONFLICT,
                    f"the line that ends {self._noun} in {tab.title!r} is gone, or columns were"
                    " inserted before it: put that back, or delete the tab",
                )
            if self._is_shifted(tab, wanted, book):
                return Outcome(
                    State.CONFLICT,
                    f"columns were inserted into {self._noun} in {tab.title!r}, or deleted from it:"
                    " put that back, or delete the tab",
                )
            requests += self._position_guards(tab, height, len(rows))
            typed = self._typed(tab, wanted, book)
            strange_rows = sorted((*typed.rows, *typed.blanks))
            requests += _below(tab, height, strange_rows)
            height -= len(strange_rows)
            requests += _room(tab, height, len(rows), len(strange_rows), puts_back=puts_back)
            chart_ids = tab.charts
        requests.append(
            {
                "updateCells": {
                    "start": {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0},
                    "rows": [{"values": [self._cell(cell, book) for cell in row]} for row in rows],
                    "fields": "userEnteredValue,userEnteredFormat",
                }
            }
        )
        return requests + chart_requests(wanted.summary, rows, sheet_id, chart_ids, self._chart_id)

    def remark(self, book: Book, wanted: SummaryWrite) -> str | None:
        """What becomes of the words that people put among okrsync's lines; None without any."""
        tab = self.tab(book)
        if tab is None:
            return None
        below = repr(DECISIONS) if self._is_review else "the line that ends the summary"
        return self._typed(tab, wanted, book).remark(1, 0, below)

    def _is_shifted(self, tab: GoogleTab, wanted: SummaryWrite, book: Book) -> bool:
        """Whether columns were inserted among those of the block, or deleted: more of its lines
        stand there shifted than as they were written.
        """
        if wanted.before is None:
            return False
        lines = [
            [_plain(tab.entered_at(row.number - 1, column)) for column in range(_WIDTH + 1)]
            for row in tab.table.rows
        ]
        written = [
            line
            for row in self._rows(wanted.before, book)
            for line in [[None if cell is None else cell.value for cell in row]]
            if sum(value is not None for value in line) > 1
        ]

        def stand_there(shifted: list[list[CellValue]], column: int, *, wider: bool) -> int:
            """How many lines stand there, whatever an inserted column holds in them."""
            present = {
                tuple(line[:column] + line[column + 1 :]) if wider else tuple(line[:_WIDTH])
                for line in lines
            }
            return sum(tuple(line) in present for line in shifted)

        as_written = stand_there(written, 0, wider=False)
        return any(
            max(
                stand_there(written, column, wider=True),
                stand_there(
                    [[*line[:column], *line[column + 1 :], None] for line in written],
                    column,
                    wider=False,
                ),
            )
            > as_written
            for column in range(1, _WIDTH)
        )

    def _typed(self, tab: GoogleTab, wanted: SummaryWrite, book: Book) -> TypedLines:
        """What people put among the lines of the block."""
        end = self._end_of(tab)
        if end is None:
            return TypedLines()
        present = [
            [_plain(tab.entered_at(row, column)) for column in range(_WIDTH)]
            for row in range(end + 1)
        ]
        written = (
            [[None if cell is None else cell.value for cell in row] for row in rows]
            for rows in (self._rows(page, book) for page in wanted.pages)
        )
        return typed_lines(present, *written)

    def _height(self, tab: GoogleTab, wanted: SummaryWrite, book: Book) -> int | None:
        """How many rows the block has, including its closing line; None if it is unknown which
        cells of these columns are okrsync's.
        """
        end = self._end_of(tab)
        if end is not None:
            return end + 1
        if any(
            mark.value == _BLOCK and column
            for column, marks in tab.column_anchors.items()
            for mark in marks
        ):
            return None
        if wanted.before is not None:
            return len(self._rows(wanted.before, book))
        is_blank_block = all(
            is_blank(value) for row in tab.table.rows for value in row.values[:_WIDTH]
        )
        return 0 if is_blank_block else None

    def _position_guards(self, tab: GoogleTab, height: int, count: int) -> list[Json]:
        """Requests that void the batch if rows or columns are inserted before the block in that
        moment. The mark of the closing line moves to where the line will be.
        """
        requests: list[Json] = []
        for marks, dimension, index, new_index in (
            (tab.row_anchors, "ROWS", height - 1, count - 1),
            (tab.column_anchors, "COLUMNS", 0, 0),
        ):
            block_marks = [
                (mark_index, mark)
                for mark_index, anchors in marks.items()
                for mark in anchors
                if mark.value == _BLOCK
            ]
            if [mark_index for mark_index, _ in block_marks] == [index]:
                requests += hold_requests(
                    block_marks[0][1].id,
                    _BLOCK,
                    location_of(tab.id, dimension, index),
                    location_of(tab.id, dimension, new_index),
                )
                continue
            requests += [drop_request(mark.id) for _, mark in block_marks]
            requests.append(anchor_request(_BLOCK, location_of(tab.id, dimension, new_index)))
        return requests

    # the rows

    @property
    def _noun(self) -> str:
        return "the review" if self._is_review else "the summary"

    def _end_of(self, tab: GoogleTab) -> int | None:
        """The row of the closing line, from 0; None if there is none."""
        end, above = (_END, None) if not self._is_review else closing_line(_NO_REVIEW)
        ends = [row.number - 1 for row in tab.table.rows if row.value(0) == end]
        # Its mark goes with it when rows are inserted, even right above it. The text is looked at
        # as well: it is documented nowhere that marks follow a sort.
        marked = [
            row
            for row in ends
            if any(mark.value == _BLOCK for mark in tab.row_anchors.get(row, ()))
        ]
        if marked:
            return marked[0]
        before: object = None
        for row in tab.table.rows:
            if row.number - 1 in ends and above in (None, before):
                return row.number - 1
            if not is_blank(row.value(0)):
                before = row.value(0)
        return None

    def _rows(self, summary: ManagedPage, book: Book) -> list[list[SummaryCell | None]]:
        names = {tab.title for tab in book.tabs}
        layout = lay_out(summary, self._source, names)
        objectives = () if isinstance(summary, ReviewPage) else summary.objectives
        bars = _objective_rows(layout, len(objectives))
        rows: list[list[SummaryCell | None]] = []
        for row_index, row in enumerate(layout):
            cells = [*row, *[None] * (_WIDTH - len(row))]
            if row_index in bars:
                cells[_BAR] = SummaryCell(_bar(objectives[bars[row_index]].progress), "text")
            rows.append(cells)
        end = SummaryCell(closing_line(summary)[0], "heading")
        if not self._is_review:
            end = SummaryCell(_END, "end")
        rows.append([end, *[None] * (_WIDTH - 1)])
        return rows

    def _chart_id(self, name: str) -> int:
        return id_of(f"{self._source}\x1f{self.title}\x1f{name}")

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
        cell_data: Json = {}
        content = entered_value(cell.value)
        if content is not None:
            cell_data["userEnteredValue"] = content
        if look:
            cell_data["userEnteredFormat"] = look
        return cell_data

    # the tab

    def _new_tab(self, book: Book, count: int) -> list[Json]:
        grid = {"rowCount": max(count + 200, 300), "columnCount": 26, "hideGridlines": True}
        properties = {
            "sheetId": self.sheet_id,
            "title": self._free_title(book),
            "gridProperties": grid,
            "tabColor": colour(_BLUE),
        }
        requests: list[Json] = [{"addSheet": {"properties": properties}}]
        for column, width in enumerate((*WIDTHS, 14)):
            column_range = {
                "sheetId": self.sheet_id,
                "dimension": "COLUMNS",
                "startIndex": column,
                "endIndex": column + 1,
            }
            size = {"pixelSize": min(width * 7 + 10, 460)}
            requests.append(
                {
                    "updateDimensionProperties": {
                        "range": column_range,
                        "properties": size,
                        "fields": "pixelSize",
                    }
                }
            )
        requests.append(anchor_request(self._mark, {"sheetId": self.sheet_id}))
        for dimension, index in (("ROWS", count - 1), ("COLUMNS", 0)):
            requests.append(anchor_request(_BLOCK, location_of(self.sheet_id, dimension, index)))
        return requests

    def _free_title(self, book: Book) -> str:
        """The title of a new tab, with a number where people have taken it."""
        number, title = 1, self.title
        while book.titled(title) is not None:
            number += 1
            title = f"{self.title} ({number})"
        return title

    def _removal(
        self, tab: GoogleTab | None, wanted: SummaryWrite, book: Book
    ) -> list[Json] | Outcome:
        if tab is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        if self._typed(tab, wanted, book):
            return Outcome(
                State.CONFLICT,
                f"somebody typed among the lines of {self._noun} in {tab.title!r}; it stays",
            )
        end = self._end_of(tab)
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
                    f"somebody wrote into {tab.title!r} beside {self._noun}; it stays",
                )
        return [{"deleteSheet": {"sheetId": tab.id}}]


def _below(tab: GoogleTab, height: int, strange_rows: list[int]) -> list[Json]:
    """Requests that move rows of people's from among okrsync's to right below the closing line,
    into room made for them: nothing that stands below changes its address. A blank row is moved as
    well, since somebody may be typing into it.
    """
    if not strange_rows:
        return []
    count = len(strange_rows)
    requests: list[Json] = []
    added_rows = len(tab.table.rows) + count - tab.row_count
    if added_rows > 0:
        requests.append(
            {"appendDimension": {"sheetId": tab.id, "dimension": "ROWS", "length": added_rows}}
        )
    room = _block(tab, height, height + count)
    requests.append({"insertRange": {"range": room, "shiftDimension": "ROWS"}})
    for index, row in enumerate(strange_rows):
        onto = {"sheetId": tab.id, "rowIndex": height + index, "columnIndex": 0}
        # What is cut is what stands there in that moment, whatever was read before.
        source = _block(tab, row, row + 1)
        requests.append(
            {"cutPaste": {"source": source, "destination": onto, "pasteType": "PASTE_NORMAL"}}
        )
    for row in reversed(strange_rows):
        gap = _block(tab, row, row + 1)
        requests.append({"deleteRange": {"range": gap, "shiftDimension": "ROWS"}})
    return requests


def _room(tab: GoogleTab, height: int, count: int, moved: int, *, puts_back: bool) -> list[Json]:
    """Requests that give the block as many rows as it needs, from its closing line on. Inserted
    cells push down the cells below; rows that are no longer needed are emptied. Undo uses empty
    rows below first, unless rows were just `moved` there, and closes the gap that it leaves.
    """
    if count > height:
        end = max(height - 1, 0)
        missing = count - height
        if puts_back and not moved:
            missing -= _empty_rows(tab, height, missing)
        requests: list[Json] = []
        row_count = max(tab.row_count, len(tab.table.rows) + moved)
        added_rows = max(len(tab.table.rows) + missing, count) - row_count
        # `insertRange` is not documented to extend the grid, so rows are added first.
        if added_rows > 0:
            requests.append(
                {"appendDimension": {"sheetId": tab.id, "dimension": "ROWS", "length": added_rows}}
            )
        if missing:
            cell_range = _block(tab, end, end + missing)
            requests.append({"insertRange": {"range": cell_range, "shiftDimension": "ROWS"}})
        return requests
    if count < height and puts_back:
        cell_range = _block(tab, count - 1, height - 1)
        return [{"deleteRange": {"range": cell_range, "shiftDimension": "ROWS"}}]
    if count < height:
        fields = "userEnteredValue,userEnteredFormat"
        return [{"updateCells": {"range": _block(tab, count, height), "fields": fields}}]
    return []


def _block(tab: GoogleTab, start: int, end: int) -> Json:
    """The range of some rows of the block."""
    return {
        "sheetId": tab.id,
        "startRowIndex": start,
        "endRowIndex": end,
        "startColumnIndex": 0,
        "endColumnIndex": _WIDTH,
    }


def _empty_rows(tab: GoogleTab, start: int, most: int) -> int:
    """How many rows from `start` on are empty in the block's columns, at most `most`."""
    for count in range(most):
        if any(not is_blank(tab.value_at(start + count, column)) for column in range(_WIDTH)):
            return count
    return most


def _objective_rows(layout: list[SummaryRow], count: int) -> dict[int, int]:
    """The index of the objective that a row of the layout shows, by row."""
    heading_row = next(
        (
            index
            for index, row in enumerate(layout)
            if row
            and row[0] is not None
            and row[0].value == "Objectives"
            and row[0].look == "heading"
        ),
        None,
    )
    return {} if heading_row is None else {heading_row + 2 + index: index for index in range(count)}


def _bar(progress: float | None) -> str | None:
    """A bar that is full only at 100 % or more, and empty only at 0 or less."""
    if progress is None:
        return None
    full = round(max(0.0, min(1.0, progress)) * _CELLS)
    if 0 < progress < 1:
        full = min(max(full, 1), _CELLS - 1)
    return "█" * full + "░" * (_CELLS - full)


def _status_look(word: str) -> Json:
    for status, (text, background) in zip(_STATUSES, STATUS_COLOURS, strict=True):
        if status_word(status) == word:
            return {
                "backgroundColor": colour(background),
                "textFormat": {"foregroundColor": colour(text)},
            }
    return {}


def _entered(cell: SummaryCell | None) -> Json | None:
    return None if cell is None else entered_value(cell.value)


def _plain(entered: Json | None) -> CellValue:
    """What was entered into a cell as a plain value; a formula is its text."""
    return None if entered is None else next(iter(entered.values()), None)


def _padded(rows: list[list[Json | None]]) -> list[list[Json | None]]:
    return [[*row, *[None] * (_WIDTH - len(row))] for row in rows]


def id_of(text: str) -> int:
    """An id that is the same in every run, so that okrsync recognises its tab and charts."""
    # Ids of sheets and charts are positive 32-bit integers.
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") & 0x7FFFFFFF or 1
