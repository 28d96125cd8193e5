"""Reads the sheets of a workbook with calamine, with rows and columns as people see them."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from okrsync.connector import CellValue, SourceError, UnreadableSource

__all__ = [
    "chosen",
    "grid",
    "no_collecting",
    "open_workbook",
    "plain",
    "trimmed",
    "trimmed_rows",
    "visible_sheets",
]


def open_workbook(path: Path, data: bytes) -> CalamineWorkbook:
    """A workbook opened from its bytes. Raises `UnreadableSource` for what cannot be read."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableSource(
            f"{path}: cannot be read as a workbook ({error})",
            hint="Open it in Excel or LibreOffice and save it again, or put back a good copy.",
        ) from error


def visible_sheets(workbook: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """The names of the visible sheets with cells, and of the hidden ones."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return shown, [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]


def chosen(
    path: Path,
    tabs: tuple[str, ...] | None,
    shown: list[str],
    hidden: list[str],
    people: str | None = None,
) -> list[str]:
    """The tabs to read: those that the config names, else all visible ones; and, where there is
    one, the tab that lists people. Raises `SourceError` for one that is missing.
    """
    listing = [
        name
        for name in (*shown, *hidden)
        if people is not None and name.strip().casefold() == people.strip().casefold()
    ]
    if tabs is None:
        return [*shown, *(name for name in listing if name not in shown)]
    for tab in tabs:
        if tab not in shown and tab not in hidden:
            present = ", ".join(repr(name) for name in shown) or "none"
            similar = next(
                (name for name in shown if name.strip().casefold() == tab.strip().casefold()), None
            )
            hint = (
                f"Did you mean {similar!r}?"
                if similar is not None
                else "Correct `tabs` in the config."
            )
            raise SourceError(f"{path}: there is no tab {tab!r}; it has {present}", hint=hint)
    return [*tabs, *(name for name in listing if name not in tabs)]


def grid(workbook: CalamineWorkbook, name: str, path: Path) -> list[list[Any]]:
    """The values of a sheet from its first row and column on, an empty text for an empty cell."""
    # By default calamine begins at the first filled cell, and addresses would be off.
    try:
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableSource(
            f"{path}: the tab {name!r} cannot be read ({error})",
            hint="Open it in Excel or LibreOffice and save it again.",
        ) from error


@contextmanager
def no_collecting() -> Iterator[None]:
    """Turn off garbage collection while many values are created and none can be freed: it would
    visit all of them again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def plain(values: list[Any], above: Sequence[CellValue]) -> tuple[CellValue, ...]:
    """The values of a row, with None for empty cells. What the row `above` holds too is the same
    object: columns of objectives, owners and days repeat, and large sheets take much memory.
    """
    # Days are compared slowly with a text, and are never false.
    row = [None if not value and value == "" else value for value in values]
    if len(row) != len(above):
        return tuple(row)
    return tuple(
        [
            # 0.0 and -0.0 are equal, and not the same.
            before
            if type(value) is type(before) and value == before and type(value) is not float
            else value
            for value, before in zip(row, above, strict=True)
        ]
    )


def trimmed(values: Sequence[Any]) -> list[Any]:
    """A row without the empty cells at its end."""
    width = len(values)
    while width and values[width - 1] in (None, ""):
        width -= 1
    return list(values[:width])


def trimmed_rows(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows without the empty cells at their ends and without the empty rows at the end, so that two
    tables with the same values are equal.
    """
    lines = [trimmed(values) for values in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines
