"""What is weak about the OKRs: `okrsync/lint/1`, which `okrsync lint --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from okrsync.lint import Level, Remark
from okrsync.measures.picture import Picture
from okrsync.report.documents.document import Document

__all__ = ["LintDocument", "lint_document"]


class RemarkEntry(Document):
    """One weakness."""

    code: str
    """What it is about, such as no-target; the README lists them."""
    level: Level
    source: str
    at: str
    """The address of the cell to look at, such as Q4!F2."""
    id: str
    """The objective or key result, as show names it."""
    title: str
    why: str
    """What was found and why it matters, in a sentence."""
    repair: str
    """What to do."""


class LintDocument(Document):
    """What is weak about the OKRs themselves. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/lint/1"], Field(serialization_alias="schema")]
    as_of: date
    """The day that was measured for."""
    cycle: str
    """The name of the cycle whose items were looked at."""
    remarks: tuple[RemarkEntry, ...]
    """In the order of the items, the heaviest of each first."""
    counts: dict[Level, int]


def lint_document(picture: Picture, remarks: Sequence[Remark]) -> LintDocument:
    """The remarks about the items of a picture."""
    return LintDocument(
        schema_="okrsync/lint/1",
        as_of=picture.as_of,
        cycle=picture.cycle.name,
        remarks=tuple(
            RemarkEntry(
                code=remark.code,
                level=remark.level,
                source=remark.source,
                at=remark.at,
                id=remark.id,
                title=remark.title,
                why=remark.why,
                repair=remark.repair,
            )
            for remark in remarks
        ),
        counts={level: sum(remark.level is level for remark in remarks) for level in Level},
    )
