"""Stores what the next run needs: when values last changed, how many items there were, the warnings
given, and the last good OKRs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from okrsync.connector import NoteWrite, State
from okrsync.model.okrs import KeyResult, Objective
from okrsync.plan.answers import answers_of
from okrsync.plan.identity import keys_of
from okrsync.plan.numbering import given_ids
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.plan.turning import items_of
from okrsync.state.history import note_standing
from okrsync.state.kept import okrs_in_pieces
from okrsync.state.ledger import Ledger
from okrsync.steps.history_copy import appended
from okrsync.steps.job import Job
from okrsync.steps.measure import Measuring, currents
from okrsync.steps.understand import Understood

__all__ = ["remember"]


def remember(
    job: Job, understood: Mapping[str, Understood], measuring: Measuring, plan: Plan
) -> None:
    """Store everything in one transaction. A source that failed or was refused keeps its earlier
    record.
    """
    with job.memory.transaction():
        for name, source in understood.items():
            if source.state == "ok" and source.okrs is not None and source.answer is None:
                job.memory.remember_ids(name, given_ids(source.okrs.objectives))
                job.memory.remember_people(name, source.people or ())
        for name, placements in measuring.placements.items():
            if understood[name].state == "ok":
                job.memory.remember_owed(name, _owed(job, name, measuring, plan))
                job.memory.remember_placements(name, placements)
                past = measuring.past.get(name)
                text = "".join(okrs_in_pieces(name, past)) if past else None
                job.memory.remember_past_items(name, text)
        for source_plan in plan.sources:
            source = understood[source_plan.name]
            if source_plan.state != "ok" or source.okrs is None or source.read_at is None:
                continue
            if source.answer is not None:  # What is remembered of it still holds.
                job.memory.remember_read(source_plan.name, source.read_at)
                continue
            objectives = source.okrs.objectives
            values = currents(objectives)
            days = {key: measuring.seen[source_plan.name, key] for key in values}
            job.memory.remember_seen(source_plan.name, values, days)
            job.memory.remember_items(
                source_plan.name,
                sum(1 + len(item.key_results) - item.implied for item in objectives),
            )
            job.memory.remember_answers(
                source_plan.name,
                answers_of(objectives, job.config.sources[source_plan.name].scoring, job.cycle),
            )
            if source.inputs:
                version = "" if source.snapshot is None else source.snapshot.version
                job.memory.remember_inputs(source_plan.name, version, source.inputs)
            job.memory.remember_identities(
                source_plan.name, keys_of(objectives), source.aliases, source.predecessors
            )
            pieces = partial(okrs_in_pieces, source_plan.name, objectives)
            job.memory.keep(source_plan.name, pieces, source.read_at)
            _remember_warnings(job, source_plan, measuring)
        if plan.run is not None:
            unknown = {name for name, source in understood.items() if source.okrs is None}
            note_standing(job.journal.state, plan.run, measuring.picture, unknown)
            # Empty where the ledger goes on to a later day already.
            Ledger(job.journal.state).note(measuring.news)
            for source_plan in plan.sources:
                appended(job, source_plan)


def _owed(job: Job, name: str, measuring: Measuring, plan: Plan) -> frozenset[str]:
    """The keys of a source's items whose last answer is still to be written after this run."""
    before, picture = job.memory.owed(name), measuring.picture
    final = {key for key, each in measuring.placements[name].items() if each.is_final}
    if not final:
        return before
    answered = {
        item.key
        for tree in (picture.tree, picture.closed, picture.others)
        for item in items_of(tree)
        if item.origin.source == name and item.key in final and item.id in measuring.written
    }
    done = next((each for each in plan.sources if each.name == name), None)
    if done is None or done.state != "ok":
        return before | answered
    arrived = (State.WRITTEN, State.UNCHANGED)
    missed = {change.key for change in done.changes if change.outcome not in arrived}
    return (before - answered) | (answered & missed)


def _remember_warnings(job: Job, plan: SourcePlan, measuring: Measuring) -> None:
    sent_notes = _sent_notes(plan)
    if not sent_notes:
        return
    # Imported here: few runs warn somebody.
    from okrsync.plan.ladder import warned_keys

    about = _last_check_ins(measuring)
    for remembered_by, key, note in warned_keys(sent_notes):
        job.memory.remember_warning(plan.name, remembered_by, about.get(key, "never"), note.text)


def _sent_notes(plan: SourcePlan) -> list[NoteWrite]:
    landed = {
        change.id for change in plan.changes if change.outcome in (State.WRITTEN, State.UNCHANGED)
    }
    return (
        [note for note in plan.batch.notes if note.id in landed] if plan.batch is not None else []
    )


def _last_check_ins(measuring: Measuring) -> dict[str, str]:
    """By natural key, which check-in a warning is about: the day of the last one, or `never`."""
    days_by_key: dict[str, str] = {}
    for objective in measuring.picture.tree.objectives.values():
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            last = measuring.picture.measures[item.id].checked_in
            days_by_key[item.key] = last.isoformat() if last is not None else "never"
    return days_by_key
