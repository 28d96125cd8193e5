"""Keeps the durable copy of the ledger: what is appended to it, and what it gives back to a state
that has lost its past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from okrsync.connector import Ability, HistoryWrite, State
from okrsync.model.errors import OkrsyncError
from okrsync.model.okrs import Warning_
from okrsync.plan.history_copy import (
    COLUMNS,
    CopiedEntry,
    Line,
    entries_in,
    line_of,
    with_keys_of_now,
)
from okrsync.plan.plan import SourcePlan
from okrsync.state.entries import lines_of
from okrsync.state.ledger import Ledger, News
from okrsync.steps.job import Job
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood

__all__ = ["appended", "history_write", "regain", "taken_away"]

_GAP = timedelta(hours=36)
"""After a longer silence the state may be an old copy, and the lines may know more than it."""


def regain(job: Job, understood: Mapping[str, Understood]) -> tuple[Warning_, ...]:
    """Take over what the lines know and the ledger does not: after the state was lost, or put back
    from an older copy. A history that cannot be read is left for the next run. Returns what to say
    about it, and about a clock that was set back.
    """
    return (*_taken_over(job, understood), *_clock_set_back(job))


def _clock_set_back(job: Job) -> Iterator[Warning_]:
    newest = Ledger(job.journal.state).newest_day()
    if newest is not None and job.today < newest:
        yield Warning_(
            "clock-set-back",
            "",
            None,
            f"today is {job.today}, and the history goes on to {newest} already: nothing of this"
            " run is kept in the history; look whether the clock is right",
        )


def _taken_over(job: Job, understood: Mapping[str, Understood]) -> Iterator[Warning_]:
    last = job.journal.last_finished()
    has_gap = last is None or job.now - last > _GAP
    ledger = Ledger(job.journal.state)
    for name, source in understood.items():
        place = _place(job, name)
        if place is None or source.state != "ok" or not (has_gap or ledger.is_empty(name)):
            continue
        grid = attempt(name, partial(job.connectors[name].history, place))
        if isinstance(grid, OkrsyncError):
            message = f"the history in {place!r} cannot be read: {grid.message}"
            yield Warning_("history-unread", name, None, message)
            continue
        copied = tuple(entries_in(name, grid))
        if ledger.is_empty(name) and source.okrs is not None:
            copied = with_keys_of_now(copied, source.okrs.objectives)
        count = ledger.take_over(name, copied)
        if count:
            message = f"{count} observations that the state had lost were taken over from {place!r}"
            yield Warning_("history-taken-over", name, None, message)
            # What was just read stands there already.
            job.memory.remember_history(name, place, ledger.newest_number(name), 0)


def history_write(job: Job, source: str, news: Sequence[News]) -> HistoryWrite | None:
    """The lines to append for a source: what the ledger has and the table lacks, and what is seen
    for the first time in this run. None if nothing is missing.
    """
    place = _place(job, source)
    if place is None:
        return None
    ledger = Ledger(job.journal.state)
    upto, entry_number = job.memory.history(source, place)
    if upto and not job.connectors[source].has_history(place):
        upto = 0  # somebody deleted the table; the copy is made anew
    most = job.connectors[source].most_history_lines
    stored = ledger.copied_after(source, upto, most)
    fresh = [
        CopiedEntry(one.key[1], one.item.id, one.item.title, one.entry)
        for one in news
        if one.key[0] == source
    ]
    lines = [line_of(source, copied) for copied in (*stored.values(), *fresh)][:most]
    interrupted = _interrupted(job, source, place, entry_number)
    known = {_without_run(line) for line in interrupted}
    missing = [line for line in lines if _without_run(line) not in known]
    if not lines:
        return None
    return HistoryWrite(
        "=history", place, COLUMNS, (*interrupted, *missing), retried=len(interrupted)
    )


def _interrupted(job: Job, source: str, place: str, entry_number: int) -> tuple[Line, ...]:
    """The lines of a run that may have appended them and did not get to remember it."""
    last = job.journal.last_history(source, place)
    return () if last is None or last[0] <= entry_number else lines_of(last[1])


def _without_run(line: Line) -> Line:
    """What a line says, whatever the day of the run that wrote it."""
    return line[: COLUMNS.index("At")]


def appended(job: Job, plan: SourcePlan) -> None:
    """Remember how much of the ledger stands in the table."""
    place = _place(job, plan.name)
    write = None if plan.batch is None else plan.batch.history
    if place is None or write is None or not _is_done(plan, write):
        return
    ledger = Ledger(job.journal.state)
    written = {_without_run(line) for line in write.lines}
    upto, _ = job.memory.history(plan.name, place)
    if _leading(plan.name, ledger.copied_after(plan.name, 0, 1), written):
        upto = 0  # the copy was made anew
    reached = _leading(plan.name, ledger.copied_after(plan.name, upto, len(written)), written)
    last = job.journal.last_history(plan.name, place)
    job.memory.remember_history(plan.name, place, reached or upto, 0 if last is None else last[0])


def taken_away(job: Job, plan: SourcePlan) -> None:
    """Remember that an undo took lines away: the next run appends them again."""
    place = _place(job, plan.name)
    write = None if plan.batch is None else plan.batch.history
    if place is None or write is None or not write.is_removal or not _is_done(plan, write):
        return
    gone = {_without_run(line) for line in write.lines}
    upto, entry_number = job.memory.history(plan.name, place)
    stored = Ledger(job.journal.state).copied_after(plan.name, 0)
    first = next(
        (
            number
            for number, copied in stored.items()
            if _without_run(line_of(plan.name, copied)) in gone
        ),
        upto + 1,
    )
    job.memory.remember_history(plan.name, place, min(upto, first - 1), entry_number)


def _is_done(plan: SourcePlan, write: HistoryWrite) -> bool:
    outcome = next((change.outcome for change in plan.changes if change.id == write.id), None)
    return outcome in (State.WRITTEN, State.UNCHANGED)


def _leading(source: str, stored: Mapping[int, CopiedEntry], written: Collection[Line]) -> int:
    """The number of the last of the observations before the first that is not written; 0 for
    none.
    """
    reached = 0
    for number, copied in stored.items():
        if _without_run(line_of(source, copied)) not in written:
            break
        reached = number
    return reached


def _place(job: Job, source: str) -> str | None:
    """Where the history of a source is kept; None if nowhere."""
    place = job.config.sources[source].write.history
    if place is None or not job.is_written(source):
        return None
    return place if Ability.HISTORY in job.connectors[source].abilities else None
