"""Somebody who edits a spreadsheet at random while okrsync writes to it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from interleaving_place import (
    BESIDE,
    HEADER,
    NAMELESS,
    OURS,
    SUMMARY,
    WORDS,
    Story,
    Workplace,
    column_of,
    is_ours,
    main_tab,
)
from okrsync.model.table import column_number
from okrsync_sandbox.google.a1 import CellBlock, letters

__all__ = ["FORMULA_KINDS", "KINDS", "SUMMARY_KINDS", "Person", "person_with"]

KINDS = (
    *["insert row", "insert column", "sort"] * 2,
    *["delete row", "move row", "move column", "delete column", "copy row"],
    *["type", "new key result", "rename key result", "note"],
    *["fill inserted column", "fill inserted row", "write beside the table"] * 2,
    *["rename tab", "protect row", "protect column", "protect tab", "delete tab"],
    *["rename column", "rename answers", "type over answer", "copy column", "copy tab"],
    "insert cells",
)

SUMMARY_KINDS = (
    *["write beside the summary", "note beside the summary", "write below the summary"] * 2,
    *["insert row in the summary", "rename the summary"],
)
"""What people do on the tab that okrsync keeps its summary on."""

FORMULA_KINDS = (*["type a formula"] * 3, "spill a formula", "merge in the header")
"""What people do to a spreadsheet without formulas, and to its header."""


def person_with(
    place: Workplace, chance: random.Random, story: Story, kinds: tuple[str, ...]
) -> Person:
    """Something a person does, the same in every spreadsheet it is done in: rows are meant by their
    key result, columns by their name.
    """
    kind, wide = chance.choice(kinds), chance.choice(HEADER)
    person = Person(place, kind, wide, chance.random(), chance.random(), chance.randint(1, 99))
    story.lines.append(f"{kind} {wide}")
    return person


@dataclass(frozen=True)
class Person:
    """One edit: `first` and `second` choose rows, `number` makes what is typed unlike the rest."""

    place: Workplace
    kind: str
    wide: str
    first: float
    second: float
    number: int

    def edit(self, file_id: str) -> None:
        """Do it in one spreadsheet."""
        anna, kind = self.place.anna, self.kind
        sheet = main_tab(self.place, file_id)
        if sheet is None:
            return
        tab = sheet.title
        grid = anna.grid(file_id, tab)
        header = [str(value) for value in grid[0]] if grid else []
        at = column_of(header, "Key result")
        if at is None:
            return
        keys = [row[at] if len(row) > at else None for row in grid]
        rows = [number for number, key in enumerate(keys, start=1) if number > 1 and key]
        if not rows:
            return
        row, other = rows[int(self.first * len(rows))], rows[int(self.second * len(rows))]
        index = column_of(header, self.wide)
        column = letters(index) if index is not None else None
        if kind == "insert row":
            anna.insert_rows(file_id, tab, row)
        elif kind == "delete row" and len(rows) > 1:
            anna.delete_rows(file_id, tab, row)
        elif kind == "move row" and row != other:
            anna.move_row(file_id, tab, row, other)
        elif kind == "copy row":
            self._copy(file_id, tab, row, other)
        elif kind == "new key result":
            anna.insert_rows(file_id, tab, row)
            anna.put(file_id, tab, f"{letters(at)}{row}", f"KR new {int(self.first * 1000)}")
        elif kind == "rename key result":
            anna.put(file_id, tab, f"{letters(at)}{row}", f"KR renamed {int(self.first * 1000)}")
        elif kind == "fill inserted row":
            anna.insert_rows(file_id, tab, row)
            for name in ("Current", "Owner"):
                index = column_of(header, name)
                if index is not None:
                    anna.put(file_id, tab, f"{letters(index)}{row}", self._typed(row))
        elif kind == "rename tab":
            anna.rename_tab(file_id, tab, f"Quarter {self.number}")
        elif kind == "protect row":
            # The first one is the row of the header.
            first = row - 1 if self.second < 0.7 else 0
            self._protect(file_id, {"startRowIndex": first, "endRowIndex": first + 1})
        elif kind == "protect column":
            place = column_of(header, OURS[self.number % 2])
            if place is not None:
                self._protect(file_id, {"startColumnIndex": place, "endColumnIndex": place + 1})
        elif kind == "protect tab":
            # A tab can be protected once.
            rules = sheet.objects.get("protectedRanges", ())
            if all(rule["range"].keys() > {"sheetId"} for rule in rules):
                self._protect(file_id, {})
        elif kind in ("rename answers", "type over answer"):
            self._answers(file_id, tab, header, row)
        elif kind == "copy tab":
            count = len(anna.book(file_id).sheets)
            name = f"Copy {self.number}"
            if all(sheet.title != name for sheet in anna.book(file_id).sheets):
                copy = {"sourceSheetId": 0, "newSheetName": name, "insertSheetIndex": count}
                anna.do(file_id, duplicateSheet=copy)
        elif kind == "delete tab":
            anna.add_tab(file_id, "Other", [["Objective", "Key result"], ["O0", "KR 0"]])
            anna.delete_tab(file_id, tab)
        elif kind in SUMMARY_KINDS:
            self._on_summary(file_id, kind)
        elif kind == "write beside the table":
            edge = max(len(line) for line in grid)
            if edge < anna.tab(file_id, tab).column_count:
                self._fill(file_id, tab, letters(edge), rows)
        elif column is not None:
            self._across(file_id, tab, column, row, grid, rows)

    def _protect(self, file_id: str, spot: dict[str, int]) -> None:
        rule = {"protectedRange": {"range": {"sheetId": 0, **spot}}}
        self.place.anna.do(file_id, addProtectedRange=rule)

    def _answers(self, file_id: str, tab: str, header: list[str], row: int) -> None:
        """What is done to a column of okrsync's, where it stands."""
        name = OURS[self.number % 2]
        index = column_of(header, name)
        if index is not None and self.kind == "rename answers":
            self.place.anna.put(file_id, tab, f"{letters(index)}1", f"{name} {self.number}")
        elif index is not None:
            self.place.anna.put(file_id, tab, f"{letters(index)}{row}", f"typed {self.number}")

    def _on_summary(self, file_id: str, kind: str) -> None:
        """What is done on the tab of the summary, which both spreadsheets have."""
        anna = self.place.anna
        tab = next(
            (one.title for one in anna.book(file_id).sheets if one.title.startswith(SUMMARY)), None
        )
        if tab is None:
            return
        row = 1 + int(self.first * 25)
        beside = f"{letters(BESIDE + int(self.second * 2))}{row}"
        if kind == "write beside the summary":
            anna.put(file_id, tab, beside, f"beside {self.number}")
        elif kind == "note beside the summary":
            anna.note(file_id, tab, beside, f"note {self.number}")
        elif kind == "write below the summary":
            end = max(number for number, line in enumerate(anna.grid(file_id, tab), 1) if any(line))
            anna.put(file_id, tab, f"A{end + 2}", f"below {self.number}")
        elif kind == "insert row in the summary":
            anna.insert_rows(file_id, tab, row)
        else:
            anna.rename_tab(file_id, tab, f"{SUMMARY} {self.number}")

    def _across(
        self, file_id: str, tab: str, column: str, row: int, grid: list[list[Any]], rows: list[int]
    ) -> None:
        """What is done to a column."""
        anna, kind = self.place.anna, self.kind
        if kind == "sort":
            wide = letters(max(len(line) for line in grid) - 1)
            anna.sort(file_id, tab, f"A2:{wide}{len(grid)}", column, descending=self.second < 0.5)
        elif kind == "insert column":
            anna.insert_columns(file_id, tab, column)
            if self.first < 0.5:
                anna.put(file_id, tab, f"{column}1", f"Extra {self.number}")
        elif kind == "fill inserted column":
            anna.insert_columns(file_id, tab, column)
            self._fill(file_id, tab, column, rows)
        elif kind == "move column" and self.wide != "Objective":
            anna.move_column(file_id, tab, column, "A")
        elif kind == "delete column" and self.wide in ("Owner", "Target"):
            anna.delete_columns(file_id, tab, column)
        elif kind == "type" and self.wide in ("Current", "Owner"):
            anna.put(file_id, tab, f"{column}{row}", self._typed(row))
        elif kind == "rename column":
            anna.put(file_id, tab, f"{column}1", f"{self.wide} {self.number}")
        elif kind == "copy column":
            self._copy_column(file_id, tab, column)
        elif kind == "type a formula" and self.wide in ("Current", "Target"):
            anna.put(file_id, tab, f"{column}{row}", f"={self.number}+1")
        elif kind == "spill a formula" and self.wide in ("Current", "Target", "Owner"):
            # Nothing is entered below it, and something stands there.
            anna.put(file_id, tab, f"{column}{row + 1}", None)
            anna.put(file_id, tab, f"{column}{row}", f"={{{self.number};{self.number + 1}}}")
        elif kind == "merge in the header":
            self._merge(file_id, tab, column_number(column), [str(value) for value in grid[0]])
        elif kind == "insert cells" and self.wide in ("Current", "Target", "Owner"):
            index = column_number(column)
            spot = {
                "sheetId": 0,
                "startRowIndex": row - 1,
                "endRowIndex": row,
                "startColumnIndex": index,
                "endColumnIndex": index + 1,
            }
            anna.do(file_id, insertRange={"range": spot, "shiftDimension": "ROWS"})
        elif kind == "note":
            anna.note(file_id, tab, f"{column}{row}", "mine")

    def _typed(self, row: int) -> str:
        """What a person types: often the very words that okrsync writes."""
        return WORDS[row % 3] if self.first < 0.5 else f"typed {self.number}"

    def _fill(self, file_id: str, tab: str, column: str, rows: list[int]) -> None:
        """Fill a new column, with or without a name, beside every row."""
        if self.first < 0.7:
            self.place.anna.put(file_id, tab, f"{column}1", f"Extra {self.number}")
        for row in rows:
            self.place.anna.put(file_id, tab, f"{column}{row}", self._typed(row))

    def _merge(self, file_id: str, tab: str, index: int, header: list[str]) -> None:
        """Merge the name of a column with that of the next one, which is gone then.

        Sheets refuses a merge that takes a part of another one.
        """
        anna = self.place.anna
        names = CellBlock(0, index, 1, index + 2)
        if any(
            merge.meets(names) and not names.contains(merge)
            for merge in anna.tab(file_id, tab).merges
        ):
            return
        if index + 1 < len(header) and is_ours(header[index + 1]):
            span = {"sheetId": 0, "dimension": "COLUMNS"}
            location = {**span, "startIndex": index + 1, "endIndex": index + 2}
            mark = {
                "metadataKey": NAMELESS,
                "location": {"dimensionRange": location},
                "visibility": "DOCUMENT",
            }
            anna.do(file_id, createDeveloperMetadata={"developerMetadata": mark})
        anna.merge(file_id, tab, f"{letters(index)}1:{letters(index + 1)}1")

    def _copy_column(self, file_id: str, tab: str, column: str) -> None:
        """Copy a whole column of people's to the right of it."""
        index = column_number(column)
        anna = self.place.anna
        anna.insert_columns(file_id, tab, letters(index + 1))
        source = {"sheetId": 0, "startColumnIndex": index, "endColumnIndex": index + 1}
        onto = {"sheetId": 0, "startColumnIndex": index + 1, "endColumnIndex": index + 2}
        anna.do(
            file_id,
            copyPaste={"source": source, "destination": onto, "pasteType": "PASTE_NORMAL"},
        )

    def _copy(self, file_id: str, tab: str, row: int, other: int) -> None:
        """Copy a whole row, okrsync's cells too, to where one was inserted."""
        anna = self.place.anna
        anna.insert_rows(file_id, tab, other)
        source = row + 1 if other <= row else row
        spot = {"sheetId": 0, "startRowIndex": source - 1, "endRowIndex": source}
        onto = {"sheetId": 0, "startRowIndex": other - 1, "endRowIndex": other}
        anna.do(
            file_id,
            copyPaste={"source": spot, "destination": onto, "pasteType": "PASTE_NORMAL"},
        )
