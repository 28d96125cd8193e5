"""What `okrsync state` answers: `okrsync/state-check/1`, `state-export/1`, `state-prune/1` and
`state-unlock/1`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from okrsync.connector import Finding
from okrsync.model.state_address import StateAddress
from okrsync.report.documents.document import Document, Moment
from okrsync.report.documents.findings import FindingEntry, findings
from okrsync.state.retention import Pruned
from okrsync.state.schema import SCHEMA_VERSION, TABLES

__all__ = [
    "StateCheckDocument",
    "StateExportDocument",
    "StatePruneDocument",
    "StateUnlockDocument",
    "state_check_document",
    "state_export_document",
    "state_prune_document",
    "state_unlock_document",
]


class StateCheckDocument(Document):
    """What `okrsync state check --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/state-check/1"], Field(serialization_alias="schema")]
    path: str
    findings: tuple[FindingEntry, ...]
    problems: int


Rows = tuple[dict[str, Any], ...]
"""The rows of a table, each by the names of its columns."""


class _StateFacts(Document):
    schema_: Annotated[Literal["okrsync/state-export/1"], Field(serialization_alias="schema")]
    version: int
    """The version of the state's tables; docs/state.md describes them."""
    path: str


# Made from the list of tables, so that a table that a later version adds cannot be forgotten.
StateExportDocument = create_model(
    "StateExportDocument",
    __base__=_StateFacts,
    __doc__=(
        "What `okrsync state export` prints: every table of the state with its rows. What is stored"
        " as JSON is shown as JSON. Fields are added, never renamed."
    ),
    **dict.fromkeys(TABLES, (Rows, ...)),  # type: ignore[call-overload]
)


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


def state_check_document(
    address: StateAddress, state_findings: Sequence[Finding]
) -> StateCheckDocument:
    """What was found about a state file."""
    return StateCheckDocument(
        schema_="okrsync/state-check/1",
        path=str(address),
        findings=findings(state_findings),
        problems=sum(finding.ok is False for finding in state_findings),
    )


def state_export_document(
    address: StateAddress, tables: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Document:
    """The tables of a state file, as `okrsync.steps.upkeep.export` reads them."""
    document: Document = StateExportDocument(
        schema_="okrsync/state-export/1",
        version=SCHEMA_VERSION,
        path=str(address),
        **tables,
    )
    return document


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
