"""okrsync's developer metadata: short marks on rows, columns and the summary tab, by which they are
known again after they moved.

A mark is never trusted alone: whether it follows a sort is documented nowhere, and copies may carry
it along. What a mark can do beyond that is hold a write in place, see `hold_requests`.
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
    "place_of",
    "row_mark",
    "undressed_mark",
    "was_plain",
]

Json = dict[str, Any]
ROOM = 27_000
"""Characters of metadata a tab may hold before rows get no more anchors; the service's own limit is
30,000.
"""


def place_of(tab_id: int, dimension: str, index: int) -> Json:
    """One row or column, from 0, as a place of metadata."""
    spot = {"sheetId": tab_id, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    return {"dimensionRange": spot}


def undressed_mark(field: str) -> str:
    """What the mark of a column says that has its values and not its looks yet."""
    return f"{field}+"


def dressed_mark(field: str, *, was_plain: bool) -> str:
    """What the mark of a column says that has its looks; `was_plain` that it had none of anybody's
    before, so that `undo` may take them away again.
    """
    return f"{field}*" if was_plain else field


def is_undressed(mark: str) -> bool:
    """Whether a column's mark says that the column has yet to get its looks."""
    return mark.endswith("+")


def was_plain(mark: str) -> bool:
    """Whether a column's mark says that all looks of the column are okrsync's."""
    return mark.endswith("*")


def field_of(mark: str) -> str:
    """The field a column's mark names, whether the column has its looks or not."""
    return mark.rstrip("+*")


def hold_requests(
    mark_id: int | str, value: str, location: Json, to: Json | None = None
) -> list[Json]:
    """Requests that void the whole batch unless the mark of that id is exactly at a place. The mark
    stays there, or goes to another place.

    The service knows no precondition. But it carries a batch out as a whole or not at all, and an
    id is given once in a spreadsheet: the first request takes the mark away if it is at the place,
    the second makes it again, and is refused if it still exists somewhere else.
    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.developerMetadata
    """
    lookup = {
        "metadataId": mark_id,
        "metadataLocation": location,
        "locationMatchingStrategy": "EXACT_LOCATION",
    }
    taken = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
    made = anchor_request(value, location if to is None else to)
    made["createDeveloperMetadata"]["developerMetadata"]["metadataId"] = mark_id
    return [taken, made]


def drop_request(mark_id: int | str) -> Json:
    """A request that takes one mark away, wherever it is by now."""
    lookup = {"metadataId": mark_id}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def anchor_request(value: str, location: Json) -> Json:
    """A request that puts a mark at a place."""
    entry = {
        "metadataKey": KEY,
        "metadataValue": value,
        "location": location,
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def forget_rows_request(tab_id: int) -> Json:
    """A request that takes okrsync's marks from all rows of a tab."""
    lookup = {
        "metadataKey": KEY,
        "locationType": "ROW",
        "metadataLocation": {"sheetId": tab_id},
        "locationMatchingStrategy": "INTERSECTING_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def forget_request(location: Json) -> Json:
    """A request that takes okrsync's marks from a place."""
    lookup = {
        "metadataKey": KEY,
        "metadataLocation": location,
        "locationMatchingStrategy": "EXACT_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def row_mark(values: Iterable[CellValue]) -> str:
    """What a row's anchor says of it: eight characters worked out from the cells that tell it."""
    text = "\x1f".join(text_of(value) for value in values)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
