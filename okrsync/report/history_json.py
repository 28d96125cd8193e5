"""Past runs, and what moved since one of them, as JSON documents. Fields are added, never
renamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okrsync.report.as_json import shown_value
from okrsync.report.endings import ending, reason_of
from okrsync.state.history import Since, SourceRun, Stand
from okrsync.state.journal import JournalEntry, RunRecord

__all__ = ["history_document", "run_document", "since_part"]


def history_document(runs: Sequence[RunRecord], at_work: str | None = None) -> dict[str, Any]:
    """Past runs, newest first: `okrsync/history/1`, described by docs/history.schema.json.
    `at_work` is the run that is under way.
    """
    return {"schema": "okrsync/history/1", "runs": [_run(record, at_work) for record in runs]}


def run_document(record: RunRecord, entries: Sequence[JournalEntry]) -> dict[str, Any]:
    """One run with every change it meant to make: `okrsync/history/1` with `changes`."""
    return {
        "schema": "okrsync/history/1",
        "runs": [_run(record, None)],
        "changes": [
            {
                "source": entry.source,
                "at": entry.at,
                "kind": entry.kind,
                "field": entry.field,
                "before": None if entry.kind == "summary" else shown_value(entry.before),
                "after": None if entry.kind == "summary" else shown_value(entry.after),
                "outcome": None if entry.state is None else entry.state.value,
                "why": entry.why,
            }
            for entry in entries
        ],
    }


def since_part(since: Since) -> dict[str, Any]:
    """What moved since a run: the part `since` of `okrsync/show/1`."""

    def stand(found: Stand | None) -> dict[str, Any] | None:
        return None if found is None else {"progress": found.progress, "status": found.status.value}

    return {
        "run": since.run,
        "moved": [
            {
                "id": move.item.id,
                "title": move.item.title,
                "before": stand(move.before),
                "after": stand(move.after),
            }
            for move in since.moved
        ],
        "new": [
            {"id": move.item.id, "title": move.item.title, "after": stand(move.after)}
            for move in since.new
        ],
        "vanished": [
            {"id": move.item.id, "title": move.item.title, "before": stand(move.before)}
            for move in since.vanished
        ],
    }


def _run(record: RunRecord, at_work: str | None) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "as_of": record.as_of.isoformat(),
        "started": record.started.isoformat(),
        "finished": None if record.finished is None else record.finished.isoformat(),
        "seconds": None if record.seconds is None else round(record.seconds, 3),
        "exit_code": record.exit_code,
        "ended": ending(record.exit_code, is_at_work=record.id == at_work),
        "reason": reason_of(record),
        "counts": dict(record.counts),
        "undoes": record.undoes,
        "undone_by": record.undone_by,
        "sources": [_part(part) for part in record.parts],
    }


def _part(part: SourceRun) -> dict[str, Any]:
    return {
        "name": part.source,
        "state": part.state,
        "seconds": part.seconds,
        "calls": {"read": part.reads, "write": part.writes},
        "counts": dict(part.counts),
        "reason": part.reason,
    }
