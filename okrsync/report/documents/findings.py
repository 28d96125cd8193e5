"""What was found in order or not: `okrsync/check/1`, which `okrsync check --json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from okrsync.connector import Finding
from okrsync.report.documents.document import Document

__all__ = ["CheckDocument", "check_document", "findings"]

# A Finding has `ok` None when it is neither good nor bad; JSON readers get a word instead.
_KINDS: Mapping[bool | None, Literal["ok", "problem", "remark"]] = {
    True: "ok",
    False: "problem",
    None: "remark",
}


class FindingEntry(Document):
    """One thing that was looked at."""

    kind: Literal["ok", "problem", "remark"]
    message: str
    repair: str | None
    """What to do about a problem."""


class CheckedSource(Document):
    """What was found at one source, or under `okrsync.toml` for the config itself."""

    name: str
    findings: tuple[FindingEntry, ...]


class CheckDocument(Document):
    """What `okrsync check --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/check/1"], Field(serialization_alias="schema")]
    sources: tuple[CheckedSource, ...]
    problems: int
    exit_code: int


def check_document(findings_of: Mapping[str, Sequence[Finding]], exit_code: int) -> CheckDocument:
    """What `check` found, by source."""
    return CheckDocument(
        schema_="okrsync/check/1",
        sources=tuple(
            CheckedSource(name=name, findings=findings(of_source))
            for name, of_source in findings_of.items()
        ),
        problems=sum(
            finding.ok is False for entries in findings_of.values() for finding in entries
        ),
        exit_code=exit_code,
    )


def findings(source_findings: Sequence[Finding]) -> tuple[FindingEntry, ...]:
    """Findings one by one."""
    return tuple(
        FindingEntry(kind=_KINDS[finding.ok], message=finding.message, repair=finding.repair)
        for finding in source_findings
    )
