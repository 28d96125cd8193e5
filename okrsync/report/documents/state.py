"""What `okrsync state` answers: `okrsync/state-check/1`, `state-prune/1` and `state-unlock/1`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from okrsync.connector import Finding
from okrsync.report.documents.document import Document, Moment
from okrsync.report.documents.findings import FindingEntry, findings
from okrsync.state.retention import Pruned

__all__ = [
    "StateCheckDocument",
    "StatePruneDocument",
    "StateUnlockDocument",
    "state_check_document",
    "state_prune_document",
    "state_unlock_document",
]


class StateCheckDocument(Document):
    """What `okrsync state check --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/state-check/1"], Field(serialization_alias="schema")]
    path: str
    findings: tuple[FindingEntry, ...]
    problems: int


class StatePruneDocument(Document):
    """What `okrsync state prune --json` prints: how much was forgotten, or would be. Fields are
    added, never renamed.
    """

    schema_: Annotated[Literal["okrsync/state-prune/1"], Field(serialization_alias="schema")]
    before: Moment
    """Runs that began earlier are forgotten."""
    dry_run: bool
    runs: int
    entries: int
    moves: int


class StateUnlockDocument(Document):
    """What `okrsync state unlock --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/state-unlock/1"], Field(serialization_alias="schema")]
    ended: str | None
    """Whose hold was ended; null where nobody held the state."""


def state_check_document(path: Path, state_findings: Sequence[Finding]) -> StateCheckDocument:
    """What was found about a state file."""
    return StateCheckDocument(
        schema_="okrsync/state-check/1",
        path=str(path),
        findings=findings(state_findings),
        problems=sum(finding.ok is False for finding in state_findings),
    )


def state_prune_document(done: Pruned, *, dry_run: bool) -> StatePruneDocument:
    """What was forgotten, or, with `dry_run`, would be."""
    return StatePruneDocument(
        schema_="okrsync/state-prune/1",
        before=done.before,
        dry_run=dry_run,
        runs=done.runs,
        entries=done.entries,
        moves=done.moves,
    )


def state_unlock_document(ended: str | None) -> StateUnlockDocument:
    """Whose hold was ended."""
    return StateUnlockDocument(schema_="okrsync/state-unlock/1", ended=ended)
