"""Decides what every source gets: cells, summary, warnings, and whether a guard stops it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from okrsync.config import private_sources
from okrsync.connector import Ability, Calls, HistoryWrite, ManagedPage, Summary, SummaryWrite
from okrsync.model.errors import AccessError, OkrsyncError
from okrsync.model.okrs import Objective, Skip
from okrsync.model.table import CellValue, look_of
from okrsync.plan.closing.afterwards import carried_note
from okrsync.plan.guards import refusals
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.plan.planning import plan_source
from okrsync.plan.target import Facts, Reach, Target
from okrsync.steps.job import Job
from okrsync.steps.measure import Measuring, day_of
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood, key_elsewhere

# Summaries and reviews are loaded where a source is configured to have one.
if TYPE_CHECKING:
    from okrsync.plan.review import ReviewFacts

__all__ = ["decide", "decide_sources", "exit_code", "failed", "other_cycles"]


def decide(job: Job, understood: Mapping[str, Understood], measuring: Measuring) -> Plan:
    """The plan for every source, in the order of the config."""
    sources = decide_sources(
        job, [source for name, source in understood.items() if job.is_written(name)], measuring
    )
    return Plan(sources, measuring.picture.warnings, exit_code=exit_code(sources))


def decide_sources(
    job: Job, sources: Iterable[Understood], measuring: Measuring
) -> tuple[SourcePlan, ...]:
    """The plans for some sources. A source that could not be read, or that a guard rejected, gets
    nothing.
    """
    plans = []
    has_review = any(source.write.review is not None for source in job.config.sources.values())
    facts = _facts(job, measuring) if has_review else None
    others = other_cycles(measuring)
    for source in sources:
        answer = attempt(
            source.source, partial(_decide_source, job, source, measuring, facts, others)
        )
        plans.append(
            answer
            if isinstance(answer, SourcePlan)
            else failed(source.source, answer, job.connectors[source.source].calls)
        )
    return tuple(plans)


def _facts(job: Job, measuring: Measuring) -> ReviewFacts:
    from okrsync.steps.review import facts_of

    return facts_of(job, measuring)


def failed(name: str, error: OkrsyncError | None, calls: Calls) -> SourcePlan:
    """The plan of a source or board that an error stopped."""
    return SourcePlan(
        name,
        "failed",
        error=error.message if error is not None else None,
        hint=error.hint if error is not None else None,
        denied=isinstance(error, AccessError),
        calls=copy(calls),
    )


def _decide_source(
    job: Job,
    source: Understood,
    measuring: Measuring,
    facts: ReviewFacts | None,
    others: Mapping[str, Skip],
) -> SourcePlan:
    connector = job.connectors[source.source]
    if source.answer is not None:
        return source.answer.plan(connector.calls)
    kept_from = day_of(job, source) if source.state == "kept" else None
    if source.refusals:
        calls = copy(connector.calls)
        return SourcePlan(
            source.source, "refused", refusals=source.refusals, calls=calls, kept_from=kept_from
        )
    if source.okrs is None or source.snapshot is None:
        plan = failed(source.source, source.error, connector.calls)
        return replace(
            plan, state="kept" if source.state == "kept" else "failed", kept_from=kept_from
        )
    write = job.config.sources[source.source].write
    history: HistoryWrite | None = None
    if write.history is not None:
        # Imported here: few sources keep a copy of the history.
        from okrsync.steps.history_copy import history_write

        history = history_write(job, source.source, measuring.news)
    plan = plan_source(
        source.okrs,
        source.snapshot,
        measuring.written,
        Target(write.columns, write.create, write.notify, _reach(job, source.source, measuring)),
        connector,
        Facts(
            _last_written(job, source),
            job.memory.warned(source.source),
            job.journal.warned_on(source.source) if write.notify == "comment" else {},
            job.memory.items(source.source) is None,
            _beside_any_row(job, source.source),
            source.predecessors,
            measuring.replaced,
        ),
        words=job.mappings[source.source].status_words,
        summaries=(
            *_summaries(job, source.source, write.summary, measuring),
            *_review(job, source.source, write.review, facts),
        ),
        history=history,
    )
    if plan.batch is not None and source.inputs:
        inputs = {key: table.refs() for key, table in source.inputs.items()}
        plan = replace(plan, batch=replace(plan.batch, inputs=inputs))
    plan = replace(
        plan,
        skips=(*plan.skips, *filter(None, [others.get(source.source)])),
        calls=copy(connector.calls),
        is_unfinished=connector.is_unfinished,
    )
    before = replace(source.before, headers=job.journal.owned_headers(source.source))
    stopped = refusals(source.okrs, plan, before, job.limits, job.options.allow)
    if stopped:
        # A refused plan is not carried out, so its changes are not shown as if they were.
        plan = replace(plan, state="refused", refusals=stopped, changes=(), batch=None)
    # A batch keeps the whole snapshot in memory; without work to do it can be released.
    return plan if plan.has_work else replace(plan, batch=None)


def _last_written(job: Job, source: Understood) -> Mapping[tuple[str, str], CellValue]:
    """By key and field, the values that okrsync wrote last: in this source, and in those whose rows
    may have been copied into it.
    """
    written = job.journal.last_written(source.source)
    for other in source.copied_sources:
        for (key, field), value in job.journal.last_written(other).items():
            written[key_elsewhere(other, key), field] = value
    return written


def _beside_any_row(job: Job, name: str) -> Mapping[str, AbstractSet[tuple[str, str]]]:
    """By field, the looks of the values that okrsync wrote without knowing their rows: those of a
    run that died, and the notes in rows and tabs that a close added.
    """
    strayed = job.journal.strayed(name)
    notes = {look_of(carried_note(each.origin)) for each in job.memory.carried(name)}
    return {**strayed, "note": strayed.get("note", set()) | notes} if notes else strayed


def _reach(job: Job, source: str, measuring: Measuring) -> Reach:
    """How the people of a source are called."""
    config = job.config
    if config.sources[source].write.notify != "comment":
        return Reach()
    # Imported here: few configs call people.
    from okrsync.steps.people import directory

    silenced = any(
        not digest.keys.escalate and source in (digest.keys.sources or (source,))
        for digest in config.digests.values()
    )
    return Reach(
        directory(job, measuring.understood),
        config.sources[source].checkins,
        measuring.picture.cycle,
        job.today,
        config.working_days.holds(job.today),
        escalates=not silenced,
        is_private=config.sources[source].private,
    )


def _summaries(
    job: Job, source: str, place: str | None, measuring: Measuring
) -> Iterator[SummaryWrite]:
    """The summaries to write; none if none is configured or the place already has this content."""
    if place is None:
        return
    from okrsync.measures.private import without_private
    from okrsync.plan.summarise import summarise

    connector = job.connectors[source]
    is_of_all = job.config.sources[source].write.summary_of == "all"
    picture = without_private(measuring.picture, private_sources(job.config, source), source)
    summary = summarise(picture.seen_from(source), None if is_of_all else source)
    if job.config.sources[source].write.summary_day:
        summary = replace(summary, last_run=job.today)
    last_written = job.journal.last_summary(source, place)
    summary = _dated(summary, last_written, job.today)
    if not connector.shows(place, summary):
        earlier = job.journal.earlier_summary(source, place)
        yield SummaryWrite("=summary", place, summary, last_written, earlier=earlier)
    ended = picture.closed_for(source)
    if ended is None or Ability.CLOSED_SUMMARIES not in connector.abilities:
        return
    last = summarise(ended, source)
    write = SummaryWrite("=closed-summary", place, last, cycle=ended.cycle.name)
    before = job.journal.last_summary(source, write.full_name)
    last = _dated(last, before, job.today)
    write = replace(write, summary=last)
    is_settled = job.today > ended.cycle.end + job.config.cycles.settle_span or any(
        each.cycle == ended.cycle for each in job.memory.closed_cycles()
    )
    if before is not None and is_settled:
        return
    if not connector.shows_closed(place, ended.cycle.name, last):
        earlier = job.journal.earlier_summary(source, write.full_name)
        yield replace(write, before=before, earlier=earlier)


def _dated(summary: Summary, before: ManagedPage | None, today: date) -> Summary:
    """The summary with the day of its last change: that of the one before where both say the
    same.
    """
    if isinstance(before, Summary) and before.changed is not None:
        same = replace(before, changed=None, last_run=None)
        if same == replace(summary, last_run=None):
            return replace(summary, changed=before.changed)
    return replace(summary, changed=today)


def _review(
    job: Job, source: str, place: str | None, facts: ReviewFacts | None
) -> Iterator[SummaryWrite]:
    """The review to write; none if none is configured or the place already has this content."""
    if place is None or facts is None:
        return
    from okrsync.plan.review import EVERYBODY, ReviewFilter, make_review
    from okrsync.plan.review_page import review_page
    from okrsync.steps.review import decided_at

    connector = job.connectors[source]
    if Ability.REVIEW not in connector.abilities:
        yield SummaryWrite("=review", place, None, is_review=True)
        return
    is_of_all = job.config.sources[source].write.summary_of == "all"
    about = EVERYBODY if is_of_all else ReviewFilter(sources=(source,))
    review = make_review(facts, about, *decided_at(job, source, place, facts.began))
    page = review_page(review)
    if not connector.shows(place, page):
        before = job.journal.last_summary(source, place)
        earlier = job.journal.earlier_summary(source, place)
        yield SummaryWrite("=review", place, page, before, is_review=True, earlier=earlier)


def other_cycles(measuring: Measuring) -> dict[str, Skip]:
    """By source, that rows of other cycles than the shown one are left as they are."""
    by_source: dict[str, list[Objective]] = {}
    for objective in measuring.picture.others.objectives.values():
        by_source.setdefault(objective.source, []).append(objective)
    reasons = {name: _left_of(others, measuring) for name, others in by_source.items()}
    return {
        name: Skip(name, None, reason, "other-cycle") for name, reason in reasons.items() if reason
    }


def _left_of(others: Sequence[Objective], measuring: Measuring) -> str | None:
    names, count = set[str](), 0
    for objective in others:
        for item in objective.key_results or (objective,):
            if item.id in measuring.written and item.id not in measuring.replaced:
                continue
            count += 1
            if (cycle := item.cycle or objective.cycle) is not None:
                names.add(cycle.name)
    if not count:
        return None
    rows = "1 row belongs" if count == 1 else f"{count} rows belong"
    listed = ", ".join(sorted(names)[:4]) + (", ..." if len(names) > 4 else "")
    which = f" ({listed})" if names else ""
    return (
        f"{rows} to other cycles than {measuring.picture.cycle.name}{which}: left as they are; "
        "`okrsync show --all-cycles` shows them, `cycle` in the config chooses another"
    )


def exit_code(sources: Sequence[SourcePlan]) -> int:
    """The command's exit code for what became of these sources, as the README lists them."""
    broken = [source for source in sources if source.state in ("failed", "kept")]
    if broken and len(broken) == len(sources):
        # Scripts tell a missing permission, which a person must give, from trouble that passes.
        return 4 if all(source.denied for source in broken) else 1
    # A guard waits for a person, so that its code goes before 3.
    if any(source.state == "refused" for source in sources):
        return 5
    return 3 if broken or any(source.error or source.failures for source in sources) else 0
