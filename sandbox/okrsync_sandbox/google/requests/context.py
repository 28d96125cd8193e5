"""What all updates share: the copy being changed, the caller, and common checks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock, block_of
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.locales import Locale, locale_of
from okrsync_sandbox.google.mask import Mask, check_mask, parse_mask
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.resource import may_edit

__all__ = ["Switches", "Update", "Work", "cells_in", "coordinate", "dimension_range", "required"]

_PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to"
    " remove protection if you need to edit."
)


@dataclass(slots=True)
class Switches:
    """Choices between behaviours that Google does not document, so that tests can try both."""

    metadata_follows_sort: bool = False
    """Whether a row's developer metadata goes with its contents when a range is sorted."""
    metadata_copied: bool = True
    """Whether copying a file or duplicating a tab carries developer metadata along."""
    writing_past_grows: bool = False
    """Whether `values` written past the grid's end make it grow; else they are refused."""
    service_accounts_create: bool = True
    """Whether service accounts may own files; newer ones have no storage."""
    knows_comments: bool = True
    """Whether the Sheets API knows comments on cells; before autumn 2026 it did not."""
    saves_comments: bool = True
    """Whether updates of comments are saved; if not, only `commentUpdateState` says so."""
    assigns_strangers: bool = True
    """Whether a comment may be assigned to somebody who has no access to the file."""


@dataclass(slots=True)
class Work:
    """A batch being carried out. `spreadsheet` is a copy, discarded if any request fails."""

    spreadsheet: Spreadsheet
    caller: str
    owner: str
    switches: Switches
    seed: random.Random
    value: Callable[[GridSheet, int, int], Any]
    """The present value of a cell of the copy."""
    text: Callable[[GridSheet, int, int], str]
    """What a cell of the copy shows."""
    may_be_assigned: Callable[[str], bool]
    moment: str
    """The present, as Drive writes it."""
    taken: set[int] = field(default_factory=set)

    @property
    def locale(self) -> Locale:
        return locale_of(self.spreadsheet.locale)

    def changed(self) -> None:
        """Mark the values computed from the copy as out of date."""
        self.spreadsheet.version += 1

    def new_id(self) -> int:
        """An unused id."""
        # Ids are signed 32-bit numbers in the messages of the API.
        while (new_id := self.seed.randrange(1, 2**31 - 1)) in self.taken:
            continue
        self.taken.add(new_id)
        return new_id

    def sheet(self, sheet_id: int, kind: str = "sheet") -> GridSheet:
        """A sheet by id. Raises `ApiError` 400 where there is none."""
        sheet = self.spreadsheet.sheet(sheet_id)
        if sheet is None:
            raise invalid(f"No {kind} with id: {sheet_id}")
        return sheet

    def cells_of(self, cell_range: Json) -> tuple[GridSheet, CellBlock]:
        """The sheet and block of a GridRange that may be written to."""
        sheet, block = resolve_grid_range(self.spreadsheet, cell_range)
        self.refuse_protected(sheet, block)
        return sheet, block

    def refuse_protected(self, sheet: GridSheet, block: CellBlock) -> None:
        """Raise `ApiError` 400 if a protection keeps the caller out of a block."""
        for protection in sheet.objects.get("protectedRanges", ()):
            if may_edit(protection, self.caller, self.owner):
                continue
            free = [block_of(cell_range) for cell_range in protection.get("unprotectedRanges", ())]
            # A protected sheet may leave ranges open; the whole block must lie in one of them.
            if any(open_block.contains(block) for open_block in free):
                continue
            if self.protected_block(protection).meets(block):
                raise invalid(_PROTECTED)

    def refuse_protected_sheet(self, sheet: GridSheet) -> None:
        """Raise `ApiError` 400 if a protection of the whole sheet keeps the caller out: then the
        caller may not add rows or columns either, even if ranges are left unprotected.
        """
        for protection in sheet.objects.get("protectedRanges", ()):
            is_whole = self.protected_block(protection) == CellBlock()
            if is_whole and not may_edit(protection, self.caller, self.owner):
                raise invalid(_PROTECTED)

    def protected_block(self, protection: Json) -> CellBlock:
        """The block of a protection: its own range, or that of its named range."""
        if "namedRangeId" in protection:
            for named in self.spreadsheet.named_ranges:
                if named.get("namedRangeId") == protection["namedRangeId"]:
                    return block_of(named.get("range", {}))
        return block_of(protection.get("range", {}))


Update = Callable[[Work, Json], Json]
"""Carries out one request on the copy and returns its reply."""


def required(args: Json, name: str = "fields", message: str | None = None) -> Mask:
    """The field mask of an update. Raises `ApiError` 400 if it is missing or names an unknown
    field.
    """
    text = args.get(name)
    if not text:
        raise invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    mask = parse_mask(text)
    if message is not None:
        check_mask(mask, message)
    return mask


def dimension_range(
    work: Work, given: Json, *, open_end: bool = True
) -> tuple[GridSheet, str, int, int]:
    """Sheet, dimension, start and end of a DimensionRange. Raises `ApiError` 400 outside the
    grid.
    """
    sheet = work.sheet(given.get("sheetId", 0), "grid")
    dimension = given.get("dimension")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("No dimension specified.")
    size = sheet.row_count if dimension == "ROWS" else sheet.column_count
    start, end = given.get("startIndex", 0), given.get("endIndex", size if open_end else None)
    if end is None:
        raise invalid("endIndex must be specified.")
    if start < 0 or end <= start:
        raise invalid(f"range.endIndex[{end}] must be after startIndex[{start}]")
    return sheet, dimension, start, end


def coordinate(work: Work, given: Json) -> tuple[GridSheet, int, int]:
    """Sheet, row and column of a GridCoordinate. Raises `ApiError` 400 outside the grid."""
    sheet = work.sheet(given.get("sheetId", 0), "grid")
    row, column = given.get("rowIndex", 0), given.get("columnIndex", 0)
    if row >= sheet.row_count:
        raise invalid(
            f"GridCoordinate.rowIndex[{row}] is after last row in grid[{sheet.row_count}]"
        )
    if column >= sheet.column_count:
        raise invalid(
            f"GridCoordinate.columnIndex[{column}] is after last column in"
            f" grid[{sheet.column_count}]"
        )
    return sheet, row, column


def cells_in(sheet: GridSheet, block: CellBlock) -> Iterator[tuple[int, int]]:
    """The indexes of a block's cells inside the grid, row by row."""
    row, column, end_row, end_column = block.within(sheet.row_count, sheet.column_count)
    return (
        (row_index, column_index)
        for row_index in range(row, end_row)
        for column_index in range(column, end_column)
    )
