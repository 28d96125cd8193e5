"""Keeps the boards up to date: a row for every objective and key result of all sources.

Rows are matched by okrsync's id, and added where missing. Items that vanished are marked, not
deleted; properties and rows that people add stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from functools import partial

from msgspec.structs import replace

from okrsync.config import Publish, private_sources
from okrsync.connector import Ability, SummaryWrite
from okrsync.measures.private import without_private
from okrsync.measures.reasons import day
from okrsync.model.errors import OkrsyncError, SourceChanged
from okrsync.model.okrs import Skip
from okrsync.model.table import CellRef, Snapshot
from okrsync.plan.boards.planning import Board, plan_board
from okrsync.plan.boards.rows import (
    BoardFilter,
    board_rows,
    rows_beside,
    rows_elsewhere,
    unpublished_ids,
)
from okrsync.plan.guards import too_many_changes
from okrsync.plan.plan import Plan, SourcePlan, summary_change
from okrsync.plan.review import EVERYBODY, make_review
from okrsync.plan.review_page import review_page
from okrsync.steps.apply import apply
from okrsync.steps.decide import exit_code, failed
from okrsync.steps.job import Job
from okrsync.steps.links import linked_to
from okrsync.steps.measure import Measuring, day_of
from okrsync.steps.read import Read, read_places
from okrsync.steps.recover import recover
from okrsync.steps.review import decided_at, facts_of
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood

__all__ = ["plan_boards", "publish"]


def plan_boards(
    job: Job, understood: Mapping[str, Understood], measuring: Measuring, plan: Plan
) -> Plan:
    """The plan with what every board would get."""
    names = _written_boards(job)
    plans_by_name = {
        read.source: _plan(job, read, understood, measuring, plan)[0]
        for read in read_places(job, names)
    }
    return _with_boards(plan, [plans_by_name[name] for name in names])


def publish(
    job: Job,
    run: str,
    understood: Mapping[str, Understood],
    measuring: Measuring,
    source_plan: Plan,
) -> Plan:
    """Bring every board up to date; the plan with what became of each change."""
    names = _written_boards(job)
    planned = {
        read.source: _plan(job, read, understood, measuring, source_plan)
        for read in recover(job, read_places(job, names))
    }
    anchors = {name: anchors for name, (plan, anchors) in planned.items() if plan.state == "ok"}
    _remember_views(job, [plan for plan, _ in planned.values()], are_made=False)
    done_plans = {}
    for plan, changed in apply(job, run, [planned[name][0] for name in names]):
        done_plans[plan.name] = plan if changed is None else _moved(plan, changed)
    _remember_views(job, done_plans.values(), are_made=True)
    # The anchors of new rows are read back and remembered, so that no copy is taken for the row.
    grown_boards = [
        name
        for name in names
        if (batch := done_plans[name].batch) is not None and name in anchors and batch.new_rows
    ]
    for read in read_places(job, grown_boards):
        again, more = _plan(job, read, understood, measuring, source_plan)
        done_plans[read.source] = replace(done_plans[read.source], calls=again.calls)
        anchors[read.source] |= more
    for name, row_anchors in anchors.items():
        job.memory.remember_rows(name, row_anchors)
    return _with_boards(source_plan, [done_plans[name] for name in names])


def _remember_views(job: Job, plans: Iterable[SourcePlan], *, are_made: bool) -> None:
    """Remember which views boards have: before any is made, and after. If a run is interrupted, the
    next one makes those that are missing.
    """
    for plan in plans:
        if plan.state == "ok" and plan.batch is not None and plan.batch.new_views:
            wanted = {view.id for view in plan.batch.new_views}
            known = (job.memory.views_made(plan.name) or frozenset()) - wanted
            failed = {change.id for change in plan.failures}
            job.memory.remember_views(plan.name, known | (wanted - failed if are_made else set()))


def _moved(plan: SourcePlan, changed: SourceChanged) -> SourcePlan:
    return replace(plan, state="failed", error=changed.message, hint="The next run tries again.")


def _written_boards(job: Job) -> list[str]:
    return [name for name in job.boards if job.is_written(name)]


def _plan(
    job: Job,
    read: Read,
    understood: Mapping[str, Understood],
    measuring: Measuring,
    source_plan: Plan,
) -> tuple[SourcePlan, dict[str, str]]:
    name, connector = read.source, job.boards[read.source]
    if read.snapshot is None:
        error = read.error or OkrsyncError("could not be read")
        return failed(name, error, connector.calls), {}
    answer = attempt(
        name, partial(_plan_read, job, name, read.snapshot, understood, measuring, source_plan)
    )
    return (
        (failed(name, answer, connector.calls), {}) if isinstance(answer, OkrsyncError) else answer
    )


def _plan_read(
    job: Job,
    name: str,
    snapshot: Snapshot,
    understood: Mapping[str, Understood],
    measuring: Measuring,
    source_plan: Plan,
) -> tuple[SourcePlan, dict[str, str]]:
    connector, where = job.boards[name], _config(job, name).where
    picture = without_private(measuring.picture, private_sources(job.config))
    unpublished = unpublished_ids(
        picture, BoardFilter(where.team, where.owner, where.source, where.level)
    )
    stopped = {source.name for source in source_plan.sources if source.state == "refused"}
    board = Board(
        name,
        known=job.memory.rows(name),
        last_written=job.journal.last_written(name),
        # A source that a guard stopped may have lost rows, and those must not be marked as gone.
        trusted={source.source for source in understood.values() if source.state == "ok"} - stopped,
        configured=set(understood),
        unknown={
            name: _unknown(job, source)
            for name, source in understood.items()
            if source.okrs is None
        },
        views_made=job.memory.views_made(name),
        unpublished=unpublished,
    )
    linked = {
        source.source: linked_to(job, source) for source in understood.values() if source.snapshot
    }
    items = board_rows(picture, linked, unpublished)
    beside = rows_beside(picture, linked, unpublished)
    plan, anchors = plan_board(board, items, rows_elsewhere(picture), snapshot, connector, beside)
    plan = replace(plan, calls=copy(connector.calls))
    refusal = too_many_changes(plan, job.limits)
    if refusal is not None and refusal.guard not in job.options.allow:
        return replace(plan, state="refused", refusals=(refusal,), changes=(), batch=None), {}
    return _with_review(job, measuring, plan, unpublished), anchors


def _with_review(
    job: Job, measuring: Measuring, plan: SourcePlan, unpublished: Collection[str]
) -> SourcePlan:
    """The plan with the review of what the board shows, if a page is to keep it and shows
    another.
    """
    connector, place = job.boards[plan.name], _config(job, plan.name).review
    if place is None or plan.batch is None:
        return plan
    if Ability.REVIEW not in connector.abilities:
        reason = "this kind of place cannot have a review; leave out `review`"
        skip = Skip(plan.name, CellRef(place, "review"), reason, "no-review")
        return replace(plan, skips=(*plan.skips, skip))
    facts = facts_of(job, measuring)
    shown = tuple(each for each in facts.items if each.item.id not in unpublished)
    decided = decided_at(job, plan.name, place, facts.began)
    page = review_page(make_review(replace(facts, items=shown), EVERYBODY, *decided))
    if connector.shows(place, page):
        return plan
    before = job.journal.last_summary(plan.name, place)
    earlier = job.journal.earlier_summary(plan.name, place)
    write = SummaryWrite("=review", place, page, before, is_review=True, earlier=earlier)
    return replace(
        plan,
        batch=replace(plan.batch, review=write),
        changes=(*plan.changes, summary_change(write)),
        calls=copy(connector.calls),
    )


def _config(job: Job, name: str) -> Publish:
    return job.config.publish[name.removeprefix("publish.")]


def _unknown(job: Job, source: Understood) -> str:
    last = day_of(job, source)
    since = "" if last is None else f"; its last numbers were of {day(last)}"
    return f"{source.source} could not be read{since}."


def _with_boards(plan: Plan, boards: list[SourcePlan]) -> Plan:
    """The plan with its boards. A failed board beside successful sources makes the exit code 3."""
    code = plan.exit_code
    if code == 0 and exit_code(boards):
        code = 5 if exit_code(boards) == 5 else 3
    return replace(plan, boards=tuple(boards), exit_code=code)
