"""Where the items of a source stand on the web."""

from __future__ import annotations

from functools import partial

from okrsync.connector import Connector, Settings
from okrsync.model.errors import OkrsyncError
from okrsync.model.table import Table
from okrsync.plan.boards.rows import Item, Linked
from okrsync.steps.job import Job
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood

__all__ = ["linked_to"]


def linked_to(job: Job, source: Understood) -> Linked:
    """Where the items of a source stand on the web."""
    connector: Connector[Settings] = job.connectors[source.source]
    tables: dict[str, Table] = (
        {table.key: table for table in source.snapshot.tables} if source.snapshot else {}
    )

    def link(item: Item) -> str | None:
        table, origin = tables.get(item.origin.table_key), item.origin
        column = origin.columns.get("key_result", origin.columns.get("objective", 0))
        if table is None:
            return None
        address = attempt(source.source, partial(connector.link, table, origin.row, column))
        return None if isinstance(address, OkrsyncError) else address

    return link
