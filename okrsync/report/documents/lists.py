"""What is there: `okrsync/mappings/1` and `okrsync/connectors/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from okrsync.mapping import shipped
from okrsync.report.documents.document import Document

__all__ = [
    "ConnectorEntry",
    "ConnectorsDocument",
    "MappingsDocument",
    "connectors_document",
    "mappings_document",
]


class MappingEntry(Document):
    """A mapping that comes with okrsync."""

    name: str
    about: str
    kind: Literal["layout", "tool"]
    page: str | None = None
    """Of a tool, the page that documents its columns."""


class MappingsDocument(Document):
    """What `okrsync mappings --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/mappings/1"], Field(serialization_alias="schema")]
    folder: str
    mappings: tuple[MappingEntry, ...]


class ConnectorEntry(Document):
    """A connector that is installed."""

    name: str
    about: str
    works: bool


class ConnectorsDocument(Document):
    """What `okrsync connectors --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/connectors/1"], Field(serialization_alias="schema")]
    connectors: tuple[ConnectorEntry, ...]


def mappings_document() -> MappingsDocument:
    """The shipped mappings, those for layouts first."""

    def entry(name: str, kind: Literal["layout", "tool"], **more: Any) -> MappingEntry:
        return MappingEntry(name=name, about=shipped.about(name), kind=kind, **more)

    return MappingsDocument(
        schema_="okrsync/mappings/1",
        folder=str(shipped.folder()),
        mappings=(
            *(entry(name, "layout") for name in shipped.names()),
            *(entry(name, "tool", page=shipped.source(name)) for name in shipped.tools()),
        ),
    )


def connectors_document(installed: Sequence[ConnectorEntry]) -> ConnectorsDocument:
    """The connectors that are installed."""
    return ConnectorsDocument(schema_="okrsync/connectors/1", connectors=tuple(installed))
