"""The managed mirror: every objective and key result of all sources as a row of a board that managers browse.

Rows are upserted by okrsync's id. What vanished is marked and not deleted; properties and rows that people add are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from okrsync.apply import apply
from okrsync.connector import Connector, Settings
from okrsync.decide import exit_code
from okrsync.errors import AccessError, OkrsyncError, SourceChanged
from okrsync.guards import Limits, too_many_changes
from okrsync.job import Job
from okrsync.measuring import Measuring
from okrsync.plan import Plan, SourcePlan
from okrsync.publish.planning import Board, plan_board
from okrsync.publish.rows import Item, Linked, board_rows, rows_elsewhere
from okrsync.recover import recover
from okrsync.sources import Read, read_source
from okrsync.table import Table
from okrsync.understanding import Understood

__all__ = ["plan_boards", "publish"]


def plan_boards(job: Job, understood: Mapping[str, Understood], measuring: Measuring, plan: Plan) -> Plan:
    """The plan with what every board would get."""
    found = []
    for name in _written(job):
        job.say(f"reading {name}")
        found.append(_plan(job, name, read_source(name, job.boards[name]), understood, measuring, plan)[0])
    return _with_boards(plan, found)


def publish(job: Job, run: str, understood: Mapping[str, Understood], measuring: Measuring, done: Plan) -> Plan:
    """Bring every board up to date; the plan with what became of each change."""
    found = []
    for name in _written(job):
        job.say(f"reading {name}")
        read = read_source(name, job.boards[name])
        recover(job, {name: read})
        plan, anchors = _plan(job, name, read, understood, measuring, done)
        if plan.state == "ok" and plan.batch is not None:
            if not plan.batch.is_empty:
                job.say(f"writing {name}")
            plan = _applied(job, run, plan)
            if plan.batch is not None and plan.batch.new_rows:
                # Which page became whose is remembered too, so that no copy is ever taken for the row.
                again = _plan(job, name, read_source(name, job.boards[name]), understood, measuring, done)
                plan, anchors = replace(plan, calls=again[0].calls), {**anchors, **again[1]}
            job.memory.remember_rows(name, anchors)
        found.append(plan)
    return _with_boards(done, found)


def _applied(job: Job, run: str, plan: SourcePlan) -> SourcePlan:
    try:
        return apply(plan, job.boards[plan.name], job.journal, run)
    except SourceChanged as error:
        return replace(plan, state="failed", error=error.message, hint="The next run tries again.")


def _written(job: Job) -> list[str]:
    return [name for name in job.boards if job.is_written(name)]


def _plan(
    job: Job, name: str, read: Read, understood: Mapping[str, Understood], measuring: Measuring, done: Plan
) -> tuple[SourcePlan, dict[str, str]]:
    connector = job.boards[name]
    if read.snapshot is None:
        error = read.error or OkrsyncError("could not be read")
        denied = isinstance(error, AccessError)
        failed = SourcePlan(name, "failed", error=error.message, hint=error.hint, denied=denied)
        return replace(failed, calls=replace(connector.calls)), {}
    stopped = {source.name for source in done.sources if source.state == "refused"}
    board = Board(
        name,
        known=job.memory.rows(name),
        last_written=job.journal.last_written(name),
        trusted={source.source for source in understood.values() if source.state == "ok"} - stopped,
        configured=set(understood),
    )
    picture = measuring.picture
    items = board_rows(picture, {one.source: _linked(job, one) for one in understood.values() if one.snapshot})
    plan, anchors = plan_board(board, items, rows_elsewhere(picture), read.snapshot, connector)
    plan = replace(plan, calls=replace(connector.calls))
    refusal = too_many_changes(plan, Limits(max_changes=job.config.guards.max_changes))
    if refusal is not None and refusal.guard not in job.allow:
        return replace(plan, state="refused", refusals=(refusal,)), {}
    return plan, anchors


def _linked(job: Job, source: Understood) -> Linked:
    """Where the items of a source stand on the web."""
    connector: Connector[Settings] = job.connectors[source.source]
    tables: dict[str, Table] = {table.key: table for table in source.snapshot.tables} if source.snapshot else {}

    def link(item: Item) -> str | None:
        table, origin = tables.get(item.origin.table_key), item.origin
        column = origin.columns.get("key_result", origin.columns.get("objective", 0))
        return None if table is None else connector.link(table, origin.row, column)

    return link


def _with_boards(plan: Plan, boards: list[SourcePlan]) -> Plan:
    """A board that failed beside sources that went through is part of the run that failed."""
    code = plan.exit_code
    if code == 0 and exit_code(boards):
        code = 5 if exit_code(boards) == 5 else 3
    return replace(plan, boards=tuple(boards), exit_code=code)
