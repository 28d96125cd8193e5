"""The state of the local Google as JSON, written to a file and read back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.accounts import _Key
from okrsync_sandbox.google.files import File, SharedDrive
from okrsync_sandbox.google.model import EMPTY, Cell, GridSheet, Spreadsheet
from okrsync_sandbox.google.service import Google

__all__ = ["load", "save"]

_CELL = tuple(attribute.name for attribute in fields(Cell))


def save(google: Google, path: Path) -> None:
    """Write files, accounts and the feed of changes, but no access tokens."""
    content = {
        "files": [_file(file) for file in google.files.files.values()],
        "drives": [asdict(drive) for drive in google.files.drives.values()],
        "changes": google.files.changes,
        "departures": google.files.departures,
        "keys": {name: asdict(key) for name, key in google.accounts.keys.items()},
        "refresh_tokens": google.accounts.refresh_tokens,
    }
    # Written aside and renamed: a sandbox killed while saving must not lose the last state.
    aside = path.with_name(path.name + ".new")
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def load(google: Google, path: Path) -> None:
    """Load what `save` wrote. Raises ValueError if the file holds something else."""
    content = json.loads(path.read_text(encoding="utf-8"))
    try:
        for saved in content["files"]:
            file = File(
                **{**saved, "book": None if saved["book"] is None else _book(saved["book"])}
            )
            if file.book is not None:
                file.book.comments = file.comments
            google.files.files[file.id] = file
        for saved in content.get("drives", ()):
            google.files.drives[saved["id"]] = SharedDrive(**saved)
        google.files.departures = [
            (position, name) for position, name in content.get("departures", ())
        ]
        google.files.changes = [(file_id, moment) for file_id, moment in content["changes"]]
        google.accounts.keys = {name: _Key(**key) for name, key in content["keys"].items()}
        google.accounts.refresh_tokens = {
            name: (saved[0], saved[1], saved[2])
            for name, saved in content["refresh_tokens"].items()
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a saved sandbox ({error})") from error


def _file(file: File) -> dict[str, Any]:
    content = {
        file_field.name: getattr(file, file_field.name)
        for file_field in fields(File)
        if file_field.name != "book"
    }
    book = file.book
    content["book"] = None
    if book is not None:
        book_content = {
            file_field.name: getattr(book, file_field.name)
            for file_field in fields(Spreadsheet)
            # The comments are those of the file.
            if file_field.name not in ("sheets", "comments")
        }
        content["book"] = {**book_content, "sheets": [_sheet(sheet) for sheet in book.sheets]}
    return content


def _sheet(sheet: GridSheet) -> dict[str, Any]:
    content = {
        sheet_field.name: getattr(sheet, sheet_field.name)
        for sheet_field in fields(GridSheet)
        if sheet_field.name not in ("rows", "merges")
    }
    content["rows"] = [[_cell(cell) for cell in cells] for cells in sheet.rows]
    content["merges"] = [asdict(merge) for merge in sheet.merges]
    return content


def _cell(cell: Cell) -> dict[str, Any]:
    return {name: value for name in _CELL if (value := getattr(cell, name)) is not None}


def _book(content: dict[str, Any]) -> Spreadsheet:
    return Spreadsheet(
        **{**content, "sheets": [_sheet_of(sheet_content) for sheet_content in content["sheets"]]}
    )


def _sheet_of(content: dict[str, Any]) -> GridSheet:
    rows = [[Cell(**cell) if cell else EMPTY for cell in cells] for cells in content["rows"]]
    info = {
        # JSON has no integer keys.
        name: {int(index): value for index, value in content[name].items()}
        for name in ("row_info", "column_info")
    }
    return GridSheet(
        **{
            **content,
            **info,
            "rows": rows,
            "merges": [CellBlock(**merge) for merge in content["merges"]],
        }
    )
