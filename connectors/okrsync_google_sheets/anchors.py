"""okrsync's developer metadata: short marks on rows, columns and the summary tab. By its mark a row
or column is recognised after it moved.

A mark is never trusted alone: Google does not document whether it follows a sort, and copies may
carry it along. A mark can also hold a write in place, see `hold_requests`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from okrsync.connector import CellValue, text_of
from okrsync_google_sheets.tab import KEY

__all__ = [
    "ROOM",
    "anchor_request",
    "dressed_mark",
    "drop_request",
    "field_of",
    "forget_request",
    "forget_rows_request",
    "hold_requests",
    "is_undressed",
    "location_of",
    "row_mark",
    "undressed_mark",
    "was_plain",
]

Json = dict[str, Any]
ROOM = 27_000
"""Rows get no more anchors once a tab holds this many characters of metadata. Google's limit is
30,000 for each sheet, and columns still need their marks:
https://developers.google.com/workspace/sheets/api/guides/metadata
"""


def location_of(tab_id: int, dimension: str, index: int) -> Json:
    """One row or column, counted from 0, as a location of metadata."""
    dimension_range = {
        "sheetId": tab_id,
        "dimension": dimension,
        "startIndex": index,
        "endIndex": index + 1,
    }
    return {"dimensionRange": dimension_range}


def undressed_mark(field: str) -> str:
    """The mark of a column that has its values but not its formatting yet."""
    return f"{field}+"


def dressed_mark(field: str, *, was_plain: bool) -> str:
    """The mark of a column that has its formatting. `was_plain` says that the column had no
    formatting before, so that `undo` may remove okrsync's.
    """
    return f"{field}*" if was_plain else field


def is_undressed(mark: str) -> bool:
    """Whether a column's mark says that its formatting is still to come."""
    return mark.endswith("+")


def was_plain(mark: str) -> bool:
    """Whether a column's mark says that all its formatting is okrsync's."""
    return mark.endswith("*")


def field_of(mark: str) -> str:
    """The field a column's mark names, without what it says about formatting."""
    return mark.rstrip("+*")


def hold_requests(
    mark_id: int | str, value: str, location: Json, new_location: Json | None = None
) -> list[Json]:
    """Requests that void the whole batch unless the mark with that id is exactly at `location`. The
    mark stays there, or moves to `new_location`.

    Google offers no preconditions. But it applies a batch completely or not at all, and an id is
    unique in a spreadsheet: the first request deletes the mark if it is at the location, the second
    creates it again, and is refused if the mark still exists somewhere else.
    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.developerMetadata
    """
    lookup = {
        "metadataId": mark_id,
        "metadataLocation": location,
        "locationMatchingStrategy": "EXACT_LOCATION",
    }
    deletion = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
    creation = anchor_request(value, location if new_location is None else new_location)
    creation["createDeveloperMetadata"]["developerMetadata"]["metadataId"] = mark_id
    return [deletion, creation]


def drop_request(mark_id: int | str) -> Json:
    """A request that deletes one mark, wherever it is by now."""
    lookup = {"metadataId": mark_id}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def anchor_request(value: str, location: Json) -> Json:
    """A request that creates a mark at a location."""
    entry = {
        "metadataKey": KEY,
        "metadataValue": value,
        "location": location,
        # With PROJECT, okrsync would not see its marks with credentials of another Cloud project.
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def forget_rows_request(tab_id: int) -> Json:
    """A request that deletes okrsync's marks of all rows of a tab."""
    lookup = {
        "metadataKey": KEY,
        "locationType": "ROW",
        "metadataLocation": {"sheetId": tab_id},
        "locationMatchingStrategy": "INTERSECTING_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def forget_request(location: Json) -> Json:
    """A request that deletes okrsync's marks at a location."""
    lookup = {
        "metadataKey": KEY,
        "metadataLocation": location,
        "locationMatchingStrategy": "EXACT_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def row_mark(values: Iterable[CellValue]) -> str:
    """The value of a row's anchor: a digest of its identity cells, in eight characters."""
    text = "\x1f".join(text_of(value) for value in values)
    # Short, since all marks of a tab share its room for metadata. A clash does no harm: the
    # identity cells are compared as well.
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
