"""okrsync's developer metadata: short marks on rows, columns and the summary tab, by which they are
known again after they moved.

A mark is never trusted alone: whether it follows a sort is documented nowhere, and copies may carry
it along.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from okrsync.connector import CellValue, text_of
from okrsync_google_sheets.tab import KEY

__all__ = ["ROOM", "anchor_request", "forget_request", "place_of", "row_mark"]

Json = dict[str, Any]
ROOM = 27_000
"""Characters of metadata a tab may hold before rows get no more anchors; the service's own limit is
30,000.
"""


def place_of(tab_id: int, dimension: str, index: int) -> Json:
    """One row or column, from 0, as a place of metadata."""
    spot = {"sheetId": tab_id, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    return {"dimensionRange": spot}


def anchor_request(value: str, location: Json) -> Json:
    """A request that puts a mark at a place."""
    entry = {
        "metadataKey": KEY,
        "metadataValue": value,
        "location": location,
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


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
