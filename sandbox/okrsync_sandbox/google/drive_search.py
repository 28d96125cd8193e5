"""Drive's search language (`q`), as far as spreadsheets need it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from okrsync_sandbox.google.errors import drive_error
from okrsync_sandbox.google.files import File

__all__ = ["search_of"]

# https://developers.google.com/workspace/drive/api/guides/ref-search-terms
_CLAUSE = re.compile(
    r"""\s*(?:(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s+in\s+(?P<list>\w+)|(?P<name>\w+)\s*(?P<operator>=|!=|contains)\s*(?P<wanted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|true|false))\s*"""
)


def search_of(text: str) -> Callable[[File], bool]:
    """A search as a predicate of files: clauses joined by `and`. Raises `ApiError` 400 for an
    invalid search.
    """
    tests = []
    for clause in re.split(r"\s+and\s+", text) if text else ():
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise drive_error(
                400, "Invalid Value", "invalid", location="q", locationType="parameter"
            )
        tests.append(match.groupdict())

    def fits(file: File) -> bool:
        return all(_meets(file, test) for test in tests)

    return fits


def _meets(file: File, test: dict[str, str | None]) -> bool:
    if test["list"] is not None:
        return _plain(test["value"]) in (
            file.parents if test["list"] == "parents" else [file.owner]
        )
    wanted: Any = _plain(test["wanted"])
    property_value: Any = {
        "name": file.name,
        "mimeType": file.mime,
        "trashed": str(file.trashed).lower(),
        "starred": str(file.starred).lower(),
    }.get(test["name"] or "")
    if property_value is None:
        raise drive_error(400, "Invalid Value", "invalid", location="q", locationType="parameter")
    if test["operator"] == "contains":
        # Drive's own `contains` matches only the beginnings of words; the sandbox is more generous
        # here.
        return str(wanted).casefold() in str(property_value).casefold()
    return bool((property_value == wanted) == (test["operator"] == "="))


def _plain(text: str | None) -> str:
    text = text or ""
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in "'\"" else text
