"""Another tool's export beside okrsync's numbers: `okrsync/compare/1`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from okrsync.measures.compare import Comparison
from okrsync.report.documents.document import Document, Share, ShareOrNothing

__all__ = ["CompareDocument", "compare_document"]


class DifferenceEntry(Document):
    """An item whose numbers differ."""

    id: str
    title: str
    at: str
    """Where the export states its number."""
    theirs: Share
    ours: ShareOrNothing
    explained_by: tuple[str, ...]
    """Switches, each of which alone makes okrsync's number theirs."""


class ExplanationEntry(Document):
    """A switch, and how many differences it explains."""

    switch: str
    differences: int


class OnlyThereEntry(Document):
    """An item of the export that has no counterpart here."""

    title: str
    at: str


class CompareDocument(Document):
    """What `okrsync compare --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/compare/1"], Field(serialization_alias="schema")]
    as_of: date
    compared: int
    differences: tuple[DifferenceEntry, ...]
    explanations: tuple[ExplanationEntry, ...]
    """Those that explain most first."""
    only_there: tuple[OnlyThereEntry, ...]
    only_here: tuple[str, ...]
    """The ids of items that the export lacks or states no number for."""


def compare_document(comparison: Comparison, as_of: date) -> CompareDocument:
    """The comparison as a document."""
    return CompareDocument(
        schema_="okrsync/compare/1",
        as_of=as_of,
        compared=comparison.compared,
        differences=tuple(
            DifferenceEntry(
                id=difference.id,
                title=difference.title,
                at=difference.at,
                theirs=difference.theirs,
                ours=difference.ours,
                explained_by=difference.explained_by,
            )
            for difference in comparison.differences
        ),
        explanations=tuple(
            ExplanationEntry(switch=switch, differences=count)
            for switch, count in comparison.explanations
        ),
        only_there=tuple(
            OnlyThereEntry(title=entry.title, at=entry.at) for entry in comparison.only_there
        ),
        only_here=comparison.only_here,
    )
