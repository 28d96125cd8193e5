"""How an item's numbers came about: `okrsync/explain/1`, which `okrsync explain --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from okrsync.measures.explain import Step
from okrsync.report.documents.document import Document

__all__ = ["ExplainDocument", "explain_document"]


class StepEntry(Document):
    """One step of an explanation."""

    level: int
    """How deep it lies, from 0."""
    text: str
    rule: str | None
    """The rule that was applied, null where none was."""
    cells: tuple[str, ...]
    """The addresses of the cells it came from."""
    result: str | None
    """What it came to."""


class ExplainDocument(Document):
    """What `okrsync explain ID --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/explain/1"], Field(serialization_alias="schema")]
    id: str
    steps: tuple[StepEntry, ...]


def explain_document(id_: str, steps: Sequence[Step]) -> ExplainDocument:
    """The steps that led to an item's numbers. `id_` is what was asked for, an id or words."""
    return ExplainDocument(
        schema_="okrsync/explain/1",
        id=next((step.item for step in steps if step.item), id_),
        steps=tuple(
            StepEntry(
                level=step.level,
                text=step.text,
                rule=step.rule or None,
                cells=tuple(str(cell) for cell in step.cells),
                result=step.result,
            )
            for step in steps
        ),
    )
