"""The values of a plan: what one run changes, skips and refuses, source by source."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from typing import Literal

from msgspec import field as struct_field

from okrsync.connector import Batch, Calls, RequestPreview, State, SummaryWrite
from okrsync.measures.picture import SourceStanding
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Skip, Warning_
from okrsync.model.table import CellRef, CellValue

__all__ = [
    "LEFT",
    "REPLACES",
    "Change",
    "Failing",
    "Plan",
    "Refusal",
    "SourceAnswer",
    "SourcePlan",
    "summary_change",
]

REPLACES = " (replaces a value somebody typed)"
"""What the reason of a change ends with if it replaces a value that okrsync did not write."""

LEFT = "left for the next run: okrsync was told to stop"
"""The error of a source that a run did not get to any more, because it was told to stop."""


class Change(Frozen, frozen=True, gc=False):
    """One change, as people see it. `id` is that of the entry in the batch; `field` is one of
    `FIELDS`, or `column`, `summary`, `warning`, and on a board one of its own fields, or `row`,
    `view`. `key` is the item's natural key and `title` its words, both empty if the change is about
    no item. `outcome` is None until the change is applied; `why` then says what prevented it, or
    what else it did: which words of people's it moved or replaced.
    """

    id: str
    at: CellRef | str
    field: str
    before: CellValue
    after: CellValue
    reason: str
    key: str = ""
    outcome: State | None = None
    why: str | None = None
    title: str = ""


class Refusal(Frozen, frozen=True):
    """A guard that stopped a source: its name (`max-changes`) and its finding. `--allow NAME` lets
    it pass for one run.
    """

    guard: str
    message: str


class Failing(Frozen, frozen=True):
    """How long a source has been failing: the moment of the first failed run, and the number of
    failed runs in a row.
    """

    since: datetime
    runs: int


class SourcePlan(Frozen, frozen=True):
    """Everything that one source would get or, once applied, what became of it.

    `state` is `ok`, `kept` (could not be read, last good numbers), `failed` or `refused` (a guard).
    `owned_cells` counts the cells that okrsync fills, `replaced` those of them that would lose a
    value okrsync did not write. `failing` says how long runs have failed here; if this run
    succeeded, it describes the failures before it.
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
    calls: Calls = struct_field(default_factory=Calls)
    denied: bool = False
    owned_cells: int = 0
    replaced: int = 0
    failing: Failing | None = None
    requests: tuple[RequestPreview, ...] | None = None
    """The requests that would be sent, if they were asked for; None if they were not, or the
    connector cannot tell.
    """
    kept_from: date | None = None
    """The day of the last good numbers, if they replace content that could not be read or that a
    guard rejected.
    """
    is_unfinished: bool = False
    """Whether an earlier run was interrupted after the values and before their formats or marks, so
    that there is something to complete.
    """
    version_left: str | None = None
    """The version of the content right after it was carried out, if that content is known to be
    what was read and what was written, and nothing else.
    """

    @property
    def failures(self) -> tuple[Change, ...]:
        """The changes that failed for good while others succeeded: the source is done in part."""
        return tuple(change for change in self.changes if change.outcome is State.FAILED)

    @property
    def has_work(self) -> bool:
        """Whether there is anything to send."""
        return (
            self.state == "ok"
            and self.batch is not None
            and (self.is_unfinished or not self.batch.is_empty)
        )


class SourceAnswer(Frozen, frozen=True):
    """What is kept of a run's answer about one source, whose next reading will be the same as long
    as its content is: `version` is what the run left there, `warnings` are those of the content.

    `measures` is the digest of what its rows were answered by; empty if something is left to do.
    """

    name: str
    version: str
    warnings: tuple[Warning_, ...]
    skips: tuple[Skip, ...]
    owned_cells: int
    replaced: int
    measures: str = ""

    def plan(self, calls: Calls) -> SourcePlan:
        """The plan of a run that has the same to say, and nothing to do."""
        return SourcePlan(
            self.name,
            "ok",
            skips=self.skips,
            calls=copy(calls),
            owned_cells=self.owned_cells,
            replaced=self.replaced,
        )


class Plan(Frozen, frozen=True):
    """The plan of a whole run. `run` is its id, None for a plan that is only looked at; `exit_code`
    is the command's (see the README). `boards` are the mirrors under `publish`, each named as in
    the config: `publish.board`.
    """

    sources: tuple[SourcePlan, ...]
    warnings: tuple[Warning_, ...] = ()
    run: str | None = None
    exit_code: int = 0
    boards: tuple[SourcePlan, ...] = ()
    digests: tuple[SourcePlan, ...] = ()
    """The digests whose message is due, or that cannot be sent: `digest.team`."""
    standings: Mapping[str, SourceStanding] = struct_field(default_factory=dict)
    """By source, how its OKRs stand; only of runs that measured."""

    @property
    def parts(self) -> tuple[SourcePlan, ...]:
        """Sources, boards and digests alike, in the order of the config."""
        return (*self.sources, *self.boards, *self.digests)


def summary_change(summary: SummaryWrite) -> Change:
    """The change that a summary or a review makes, as people see it."""
    noun = "review" if summary.is_review else "summary"
    before = None if summary.before is None else f"the {noun} of an earlier run"
    reason = f"there is no {noun} yet" if before is None else "its content has changed"
    after = f"the {noun} of now"
    if summary.cycle is not None:
        after = f"the last summary of {summary.cycle}"
        reason = "its cycle is over" if before is None else "a late value corrected it"
    key = summary.cycle or ""
    return Change(summary.id, summary.full_name, "summary", before, after, reason, key)
