"""The kind of a file by its ending, and whether its content is of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from okrsync.connector import UnreadableSource

__all__ = ["KINDS", "STRANGERS", "refuse_stranger", "refuse_wrong_ending"]

KINDS: Mapping[str, Literal["xlsx", "csv", "ods"]] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".ods": "ods",
}
"""The kind of file by its ending."""

STRANGERS = frozenset({".xls", ".xlsb", ".numbers"})
"""Endings of spreadsheets that are not read."""

# The container of old .xls files, in which Excel also wraps a workbook that has a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refuse_wrong_ending(name: str) -> None:
    """Raise ValueError for a path whose ending is of no kind that can be read."""
    ending = Path(name).suffix.lower()
    if ending in KINDS:
        return
    if ending in STRANGERS:
        raise ValueError(f"{name!r}: {ending} files are not read; save it as .xlsx")
    raise ValueError(f"{name!r}: expected a file ending in {', '.join(KINDS)}")


def refuse_stranger(path: Path, data: bytes) -> None:
    """Raise `UnreadableSource` for a file whose content does not match its ending. The message says
    what the file seems to be.
    """
    kind = KINDS[path.suffix.lower()]
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_OLE):
        raise UnreadableSource(
            f"{path}: protected by a password, or an old .xls workbook",
            hint="Open it in Excel, remove the password, and save it as .xlsx.",
        )
    # Web applications export an HTML table under the name of a workbook; Excel opens it all the
    # same, with a warning.
    if start[:15].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise UnreadableSource(
            f"{path}: a web page, whatever its ending says",
            hint="Open it in Excel or LibreOffice and save it as .xlsx or .csv.",
        )
    is_zip = data.startswith(b"PK")
    if kind == "csv" and is_zip:
        raise UnreadableSource(
            f"{path}: a workbook or zip file, and no CSV text",
            hint="Give it the ending .xlsx, or export it as CSV.",
        )
    if kind != "csv" and not is_zip:
        readable = b"\0" not in data[:4096]
        seems = "a text file" if readable else "no workbook"
        ending = path.suffix.lower()
        hint = (
            "Give it the ending .csv, or save it as a workbook."
            if readable
            else f"Open it where it comes from and save it as {ending}."
        )
        raise UnreadableSource(
            f"{path}: {seems}, and not the {ending} file its name says", hint=hint
        )
