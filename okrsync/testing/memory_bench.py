"""A bench over a place in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from okrsync.connector import CellValue, Connector, Settings
from okrsync.model.table import text_of
from okrsync.testing.bench import Bench, Grid, context_for, trimmed
from okrsync.testing.memory import Anchor, Formula, MemoryConnector, MemoryPlace, no_anchor

__all__ = ["MemoryBench"]


class MemoryBench(Bench):
    """A bench over a `MemoryPlace`."""

    anchor: Anchor = staticmethod(no_anchor)

    def __init__(self, base: Path) -> None:
        self.memory_place = MemoryPlace(anchor=self.anchor)
        self._base = base

    def fill(self, rows: Grid) -> None:
        self.memory_place.tabs[self.tab] = [list(row) for row in rows]

    def edit_history(self, edit: str, line: Sequence[CellValue]) -> bool:
        rows = self.memory_place.histories[self.history_place]
        if edit == "cut":
            del rows[1]
            return True
        rows.insert(1 if edit == "insert" else len(rows), tuple(line))
        if edit == "sort":
            rows[1:] = sorted(rows[1:], key=lambda row: str(row[0]))
        return True

    def connector(self) -> Connector[Settings]:
        return MemoryConnector(self.memory_place, context_for(self._base))

    def grid(self) -> Grid:
        return trimmed(self.memory_place.tabs.get(self.tab, []))

    def everything(self) -> object:
        return repr(self.memory_place)

    def type_decision(self, text: str) -> bool:
        self.memory_place.rooms.setdefault(self.review_place, []).append(text)
        return True

    def insert_review_line(self, text: str) -> bool:
        self.memory_place.typed_rows.setdefault(self.review_place, []).append(text)
        return True

    def retype_review_line(self, text: str) -> bool:
        self.memory_place.typed_over.setdefault(self.review_place, []).append(text)
        return True

    def review_texts(self) -> list[str]:
        place = self.memory_place
        return [
            text
            for texts in (place.typed_rows, place.typed_over, place.rooms)
            for text in texts.get(self.review_place, ())
        ]

    def put_formula(self, row: int, column: int) -> bool:
        values = self.memory_place.tabs[self.tab][row - 1]
        values.extend([None] * (column + 1 - len(values)))
        values[column] = Formula("=1+1")
        return True

    def protect(self, row: int, column: int) -> bool:
        self.memory_place.locked.add((self.tab, row, column))
        return True

    def merge(self, row: int, first: int, last: int) -> bool:
        self.memory_place.covered.update(
            (self.tab, row, column) for column in range(first + 1, last + 1)
        )
        return True

    def put_note(self, row: int, column: int, text: str) -> bool:
        self.memory_place.notes[self.tab, row, column] = text
        return True

    def comments(self) -> list[tuple[str, str]]:
        grid = self.memory_place.tabs[self.tab]
        return [
            (text_of(grid[each.row - 1][each.column]), each.text)
            for each in self.memory_place.comments
            if each.is_open
        ]

    def answer_comments(self, text: str) -> bool:
        self.memory_place.comments = [each.answered(text) for each in self.memory_place.comments]
        return True

    def put_tab(self, name: str, rows: Grid) -> bool:
        self.memory_place.tabs[name] = [list(row) for row in rows]
        return True

    def refuse(
        self, times: int, *, retry_after: float | None = None, at_once: bool = False
    ) -> bool:
        self.memory_place.refusals, self.memory_place.retry_after = times, retry_after
        self.memory_place.gather = threading.Barrier(times) if at_once else None
        return True

    def break_notes(self) -> bool:
        self.memory_place.broken_notes = True
        return True

    def remove_tab(self) -> bool:
        del self.memory_place.tabs[self.tab]
        return True
