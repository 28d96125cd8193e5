"""Finding and naming the objects that hang on sheets."""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import GridSheet, Json
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Work

__all__ = ["find_object", "own_id", "range_sheet"]


def find_object(work: Work, kind: str, name: str, value: Any) -> tuple[GridSheet, Json]:
    """An object of a kind by its id, with its sheet. Raises `ApiError` 400 where there is none."""
    for sheet in work.spreadsheet.sheets:
        for stored in sheet.objects.get(kind, ()):
            if stored.get(name) == value:
                return sheet, stored
    what = {
        "protectedRanges": "protected range",
        "filterViews": "filter view",
        "bandedRanges": "banded range",
        "charts": "embedded object",
        "slicers": "slicer",
        "tables": "table",
    }[kind]
    raise invalid(f"No {what} with id: {value}")


def range_sheet(work: Work, cell_range: Json) -> GridSheet:
    """The sheet a range lies on. Raises `ApiError` 400 where it lies on none."""
    return resolve_grid_range(work.spreadsheet, cell_range)[0]


def own_id(work: Work, kind: str, name: str, given: Any) -> Any:
    """The requested id, or a new one if none was requested."""
    if given is None:
        return work.new_id()
    if any(
        stored.get(name) == given
        for sheet in work.spreadsheet.sheets
        for stored in sheet.objects.get(kind, ())
    ):
        raise invalid(f"An object with the id {given} already exists.")
    return given
