"""Every kind of update a `batchUpdate` may hold, by its name."""

from __future__ import annotations

from okrsync_sandbox.google.requests import (
    cells,
    comments,
    developer_metadata,
    dimensions,
    embedded,
    merges,
    named_ranges,
    order,
    paste,
    rules,
    sheets,
    tidying,
    views,
)
from okrsync_sandbox.google.requests.context import Switches, Update, Work

__all__ = ["COMMENT_UPDATES", "UPDATES", "Switches", "Work"]

COMMENT_UPDATES = frozenset(comments.UPDATES)
"""The updates whose saving the answer tells in `commentUpdateState`."""

UPDATES: dict[str, Update] = {
    **cells.UPDATES,
    **comments.UPDATES,
    **developer_metadata.UPDATES,
    **dimensions.UPDATES,
    **embedded.UPDATES,
    **merges.UPDATES,
    **named_ranges.UPDATES,
    **order.UPDATES,
    **paste.UPDATES,
    **rules.UPDATES,
    **sheets.UPDATES,
    **tidying.UPDATES,
    **views.UPDATES,
}
