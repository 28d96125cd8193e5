"""Everything the local Google holds, as JSON: written to a file and read back."""

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

_CELL = tuple(one.name for one in fields(Cell))


def save(google: Google, path: Path) -> None:
    """Write files, accounts and the feed of changes; tokens that were given out are not kept."""
    content = {
        "files": [_file(file) for file in google.files.files.values()],
        "drives": [asdict(drive) for drive in google.files.drives.values()],
        "changes": google.files.changes,
        "departures": google.files.departures,
        "keys": {name: asdict(key) for name, key in google.accounts.keys.items()},
        "refresh_tokens": google.accounts.refresh_tokens,
    }
    aside = path.with_name(path.name + ".new")
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def load(google: Google, path: Path) -> None:
    """Take over what `save` wrote. ValueError where that is not what the file holds."""
    content = json.loads(path.read_text(encoding="utf-8"))
    try:
        for one in content["files"]:
            file = File(**{**one, "book": None if one["book"] is None else _book(one["book"])})
            google.files.files[file.id] = file
        for one in content.get("drives", ()):
            google.files.drives[one["id"]] = SharedDrive(**one)
        google.files.departures = [(at, name) for at, name in content.get("departures", ())]
        google.files.changes = [(file_id, moment) for file_id, moment in content["changes"]]
        google.accounts.keys = {name: _Key(**key) for name, key in content["keys"].items()}
        google.accounts.refresh_tokens = {
            name: (one[0], one[1], one[2]) for name, one in content["refresh_tokens"].items()
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a saved sandbox ({error})") from error


def _file(file: File) -> dict[str, Any]:
    made = {one.name: getattr(file, one.name) for one in fields(File) if one.name != "book"}
    book = file.book
    made["book"] = None
    if book is not None:
        kept = {
            one.name: getattr(book, one.name) for one in fields(Spreadsheet) if one.name != "sheets"
        }
        made["book"] = {**kept, "sheets": [_sheet(sheet) for sheet in book.sheets]}
    return made


def _sheet(sheet: GridSheet) -> dict[str, Any]:
    made = {
        one.name: getattr(sheet, one.name)
        for one in fields(GridSheet)
        if one.name not in ("rows", "merges")
    }
    made["rows"] = [[_cell(cell) for cell in cells] for cells in sheet.rows]
    made["merges"] = [asdict(merge) for merge in sheet.merges]
    return made


def _cell(cell: Cell) -> dict[str, Any]:
    return {name: value for name in _CELL if (value := getattr(cell, name)) is not None}


def _book(content: dict[str, Any]) -> Spreadsheet:
    return Spreadsheet(**{**content, "sheets": [_sheet_of(one) for one in content["sheets"]]})


def _sheet_of(content: dict[str, Any]) -> GridSheet:
    rows = [[Cell(**cell) if cell else EMPTY for cell in cells] for cells in content["rows"]]
    info = {
        name: {int(place): value for place, value in content[name].items()}
        for name in ("row_info", "column_info")
    }
    return GridSheet(
        **{
            **content,
            **info,
            "rows": rows,
            "merges": [CellBlock(**one) for one in content["merges"]],
        }
    )
