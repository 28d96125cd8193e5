"""Every kind of update a `batchUpdate` may hold, by its name."""

from __future__ import annotations

from okrsync_sandbox.google.requests import cells, developer_metadata, dimensions, objects, order, sheets
from okrsync_sandbox.google.requests.context import Switches, Update, Work

__all__ = ["UPDATES", "Switches", "Work"]

UPDATES: dict[str, Update] = {
    **sheets.UPDATES,
    **dimensions.UPDATES,
    **cells.UPDATES,
    **order.UPDATES,
    **objects.UPDATES,
    **developer_metadata.UPDATES,
}
