"""Everything one run would do, decided and not yet done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from okrsync.connector import Batch, Calls, State
from okrsync.model import Skip, Warning_
from okrsync.table import CellRef, CellValue

__all__ = ["Change", "Plan", "Refusal", "SourcePlan"]

FIELDS = ("progress", "status", "expected", "score", "freshness", "coverage", "forecast", "note")
"""The fields that may have an owned column, in the order new columns are made."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change, as people see it. `id` is that of the entry in the batch; `field` is one of `FIELDS`,
    or `column`, `summary`, `warning`. `outcome` is None until it has been applied."""

    id: str
    at: CellRef | str
    field: str
    before: CellValue
    after: CellValue
    reason: str
    outcome: State | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard that stopped a source: its name (`max-changes`), and what it saw. `--allow NAME` lets it pass for one run."""

    guard: str
    message: str


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """All that one source would get, or, once applied, what became of it.

    `state` is `ok`, `kept` (could not be read, last good numbers), `failed` or `refused` (a guard).
    """

    name: str
    state: Literal["ok", "kept", "failed", "refused"]
    batch: Batch | None = None
    changes: tuple[Change, ...] = ()
    skips: tuple[Skip, ...] = ()
    conflicts: tuple[Skip, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    hint: str | None = None
    calls: Calls = Calls()


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a run. `run` is None while it is only looked at; `exit_code` is the command's (see the README)."""

    sources: tuple[SourcePlan, ...]
    warnings: tuple[Warning_, ...] = ()
    run: str | None = None
    exit_code: int = 0
