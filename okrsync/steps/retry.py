"""Selects what to try again: sources that failed, that had conflicts, or that were stopped by a
guard which may now pass.

All sources are read, since they make one tree; only those are written to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from okrsync.config import Config, board_name, digest_name
from okrsync.model.frozen import Frozen
from okrsync.model.plain import plural
from okrsync.state.history import SourceRun
from okrsync.state.journal import Journal, RunRecord
from okrsync.state.store import Store

__all__ = ["Retry", "to_retry"]


class Retry(Frozen, frozen=True):
    """What is to be tried again, with why, and what a guard holds back until it is allowed. `after`
    is the run it is about, None before the first.
    """

    after: str | None
    sources: Mapping[str, str]
    held_back: Mapping[str, str]


def to_retry(config: Config, allow: Collection[str] = ()) -> Retry:
    """What did not go through the last time it was tried."""
    with Store.open(config.state, readonly=True) as state:
        # Far enough back to find the last try of a source that `--source` leaves out.
        runs = [record for record in Journal(state).runs(1_000) if record.kind == "sync"]
    names = [
        *config.sources,
        *(board_name(name) for name in config.publish),
        *(digest_name(name) for name in config.digests),
    ]
    if not runs:
        return Retry(None, {}, {})
    if runs[0].finished is None:
        unfinished = f"run {runs[0].id} did not finish"
        return Retry(runs[0].id, dict.fromkeys(names, unfinished), {})
    sources: dict[str, str] = {}
    held_back: dict[str, str] = {}
    for name in names:
        last = _last_of(name, runs)
        if last is None:
            continue
        if last.state == "refused" and not allow:
            held_back[name] = last.reason or "stopped by a guard"
        elif (reason := _reason_to_retry(last)) is not None:
            sources[name] = reason
    return Retry(runs[0].id, sources, held_back)


def _last_of(name: str, runs: list[RunRecord]) -> SourceRun | None:
    return next((part for record in runs for part in record.parts if part.source == name), None)


def _reason_to_retry(last: SourceRun) -> str | None:
    if last.state != "ok":
        return last.reason or "could not be read"
    conflicts, skipped = last.counts.get("conflicts", 0), last.counts.get("skipped", 0)
    failed = last.counts.get("failed", 0)
    if failed:
        return f"{plural(failed, 'change')} failed in run {last.run}"
    if conflicts:
        return f"{plural(conflicts, 'conflict')} in run {last.run}"
    return (
        f"{plural(skipped, 'change')} could not be written in run {last.run}" if skipped else None
    )
