"""Developer metadata on rows, columns, sheets and the spreadsheet, with Google's rules for
lookups.
"""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet

__all__ = [
    "ROOM",
    "answered",
    "location_kind",
    "matching",
    "normal_location",
    "place_of",
    "refuse_too_much",
]

ROOM = 30_000
"""The most characters of keys and values for a spreadsheet itself, and for each of its sheets:
https://developers.google.com/workspace/sheets/api/guides/metadata
"""


def location_kind(location: Json) -> str:
    """ROW, COLUMN, SHEET or SPREADSHEET."""
    if "dimensionRange" in location:
        return "ROW" if location["dimensionRange"].get("dimension") == "ROWS" else "COLUMN"
    if "sheetId" in location:
        return "SHEET"
    return "SPREADSHEET"


def normal_location(spreadsheet: Spreadsheet, location: Json) -> Json:
    """A location in its stored form. Raises `ApiError` 400 if it is invalid."""
    if "dimensionRange" in location:
        dimension_range = location["dimensionRange"]
        sheet = spreadsheet.sheet(dimension_range.get("sheetId", 0))
        if sheet is None:
            raise invalid(f"No grid with id: {dimension_range.get('sheetId', 0)}")
        if dimension_range.get("dimension") not in ("ROWS", "COLUMNS"):
            raise invalid("dimension must be specified.")
        start, end = dimension_range.get("startIndex", 0), dimension_range.get("endIndex")
        # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.developerMetadata
        if end is None or end - start != 1:
            raise invalid("Developer metadata can only be associated with a single row or column.")
        size = sheet.row_count if dimension_range["dimension"] == "ROWS" else sheet.column_count
        if not 0 <= start < size:
            raise invalid(f"DimensionRange.startIndex[{start}] is after last index in grid[{size}]")
        return {
            "dimensionRange": {
                "sheetId": sheet.id,
                "dimension": dimension_range["dimension"],
                "startIndex": start,
                "endIndex": end,
            }
        }
    if "sheetId" in location:
        if spreadsheet.sheet(location["sheetId"]) is None:
            raise invalid(f"No sheet with id: {location['sheetId']}")
        return {"sheetId": location["sheetId"]}
    if location.get("spreadsheet"):
        return {"spreadsheet": True}
    raise invalid("A developer metadata location must be specified.")


def answered(entry: Json) -> Json:
    """An entry as answers show it, with the type of its location."""
    location: Json = {"locationType": location_kind(entry["location"]), **entry["location"]}
    if "dimensionRange" in location:
        dimension_range = dict(location["dimensionRange"])
        # Answers leave out an id of 0, as JSON of protocol buffers leaves out defaults.
        if not dimension_range.get("sheetId"):
            dimension_range.pop("sheetId", None)
        location["dimensionRange"] = dimension_range
    return {**entry, "location": location}


def place_of(spreadsheet: Spreadsheet, entry: Json) -> tuple[GridSheet, CellBlock] | None:
    """The cells an entry belongs to; None for one that belongs to the whole spreadsheet."""
    location = entry["location"]
    if "dimensionRange" in location:
        dimension_range = location["dimensionRange"]
        sheet = spreadsheet.sheet(dimension_range.get("sheetId", 0))
        if sheet is None:
            return None
        start, end = dimension_range.get("startIndex", 0), dimension_range["endIndex"]
        return sheet, CellBlock(start, 0, end, None) if dimension_range[
            "dimension"
        ] == "ROWS" else CellBlock(0, start, None, end)
    sheet = spreadsheet.sheet(location["sheetId"]) if "sheetId" in location else None
    return None if sheet is None else (sheet, CellBlock())


def matching(spreadsheet: Spreadsheet, lookup: Json) -> list[Json]:
    """The entries a lookup means. Everything it names must agree."""
    strategy = lookup.get("locationMatchingStrategy")
    if strategy and "metadataLocation" not in lookup:
        raise invalid(
            "locationMatchingStrategy can only be specified when metadataLocation is specified."
        )
    if strategy == "EXACT_LOCATION" and "locationType" in lookup:
        raise invalid(
            "locationType must be left unspecified when locationMatchingStrategy is EXACT_LOCATION."
        )
    wanted = lookup.get("metadataLocation")
    location = normal_location(spreadsheet, wanted) if wanted is not None else None
    matches = []
    for entry in spreadsheet.metadata:
        named: tuple[tuple[str, Any], ...] = (
            ("metadataId", entry.get("metadataId")),
            ("metadataKey", entry.get("metadataKey")),
            ("metadataValue", entry.get("metadataValue", "")),
            ("visibility", entry.get("visibility")),
            ("locationType", location_kind(entry["location"])),
        )
        if any(name in lookup and lookup[name] != value for name, value in named):
            continue
        if location is None or _is_there(
            spreadsheet, entry, location, exactly=strategy == "EXACT_LOCATION"
        ):
            matches.append(entry)
    return matches


def _is_there(spreadsheet: Spreadsheet, entry: Json, location: Json, *, exactly: bool) -> bool:
    if exactly or "spreadsheet" in location or "spreadsheet" in entry["location"]:
        return bool(entry["location"] == location)
    entry_place, wanted_place = (
        place_of(spreadsheet, entry),
        place_of(spreadsheet, {"location": location}),
    )
    return (
        entry_place is not None
        and wanted_place is not None
        and entry_place[0].id == wanted_place[0].id
        and entry_place[1].meets(wanted_place[1])
    )


def refuse_too_much(spreadsheet: Spreadsheet) -> None:
    """Raise `ApiError` 400 if keys and values exceed the limit."""
    by_sheet: dict[int | None, int] = {}
    for entry in spreadsheet.metadata:
        location = place_of(spreadsheet, entry)
        key = None if location is None else location[0].id
        size = len(entry.get("metadataKey", "")) + len(entry.get("metadataValue", ""))
        by_sheet[key] = by_sheet.get(key, 0) + size
    if any(size > ROOM for size in by_sheet.values()):
        raise invalid(f"The developer metadata exceeds the limit of {ROOM} characters.")
