"""Developer metadata: entries on rows, columns, sheets and the spreadsheet, looked up the way the
service does.
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
"""Characters of keys and values that fit into one spreadsheet, and into one sheet."""


def location_kind(location: Json) -> str:
    """ROW, COLUMN, SHEET or SPREADSHEET."""
    if "dimensionRange" in location:
        return "ROW" if location["dimensionRange"].get("dimension") == "ROWS" else "COLUMN"
    if "sheetId" in location:
        return "SHEET"
    return "SPREADSHEET"


def normal_location(spreadsheet: Spreadsheet, location: Json) -> Json:
    """A location as it is kept. Raises `ApiError` 400 where it is none."""
    if "dimensionRange" in location:
        spot = location["dimensionRange"]
        sheet = spreadsheet.sheet(spot.get("sheetId", 0))
        if sheet is None:
            raise invalid(f"No grid with id: {spot.get('sheetId', 0)}")
        if spot.get("dimension") not in ("ROWS", "COLUMNS"):
            raise invalid("dimension must be specified.")
        start, end = spot.get("startIndex", 0), spot.get("endIndex")
        if end is None or end - start != 1:
            raise invalid("Developer metadata can only be associated with a single row or column.")
        size = sheet.row_count if spot["dimension"] == "ROWS" else sheet.column_count
        if not 0 <= start < size:
            raise invalid(f"DimensionRange.startIndex[{start}] is after last index in grid[{size}]")
        return {
            "dimensionRange": {
                "sheetId": sheet.id,
                "dimension": spot["dimension"],
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
    """An entry as answers give it: its location with the kind of it."""
    location: Json = {"locationType": location_kind(entry["location"]), **entry["location"]}
    if "dimensionRange" in location:
        spot = dict(location["dimensionRange"])
        if not spot.get("sheetId"):
            spot.pop("sheetId", None)
        location["dimensionRange"] = spot
    return {**entry, "location": location}


def place_of(spreadsheet: Spreadsheet, entry: Json) -> tuple[GridSheet, CellBlock] | None:
    """The cells an entry belongs to; None for one that belongs to the whole spreadsheet."""
    location = entry["location"]
    if "dimensionRange" in location:
        spot = location["dimensionRange"]
        sheet = spreadsheet.sheet(spot.get("sheetId", 0))
        if sheet is None:
            return None
        start, end = spot.get("startIndex", 0), spot["endIndex"]
        return sheet, CellBlock(start, 0, end, None) if spot["dimension"] == "ROWS" else CellBlock(
            0, start, None, end
        )
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
    spot = normal_location(spreadsheet, wanted) if wanted is not None else None
    found = []
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
        if spot is None or _is_there(
            spreadsheet, entry, spot, exactly=strategy == "EXACT_LOCATION"
        ):
            found.append(entry)
    return found


def _is_there(spreadsheet: Spreadsheet, entry: Json, spot: Json, *, exactly: bool) -> bool:
    if exactly or "spreadsheet" in spot or "spreadsheet" in entry["location"]:
        return bool(entry["location"] == spot)
    mine, theirs = place_of(spreadsheet, entry), place_of(spreadsheet, {"location": spot})
    return (
        mine is not None
        and theirs is not None
        and mine[0].id == theirs[0].id
        and mine[1].meets(theirs[1])
    )


def refuse_too_much(spreadsheet: Spreadsheet) -> None:
    """Raise `ApiError` 400 where keys and values no longer fit."""
    by_sheet: dict[int | None, int] = {}
    for entry in spreadsheet.metadata:
        place = place_of(spreadsheet, entry)
        key = None if place is None else place[0].id
        size = len(entry.get("metadataKey", "")) + len(entry.get("metadataValue", ""))
        by_sheet[key] = by_sheet.get(key, 0) + size
    if any(size > ROOM for size in by_sheet.values()):
        raise invalid(f"The developer metadata exceeds the limit of {ROOM} characters.")
