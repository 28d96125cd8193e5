"""Joins the OKRs of all sources into one tree and measures every item of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.measures import Measured
from okrsync.measures import measure as measure_tree
from okrsync.measures.freshness import last_change
from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.result import Measure, UnmeasurableItem
from okrsync.measures.rules import Rules
from okrsync.measures.sources import Unread, add_sources
from okrsync.model.cycles import cycle_around
from okrsync.model.errors import AccessError
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, LedgerEntry, Objective, Warning_
from okrsync.model.scope import namesakes
from okrsync.model.table import text_of
from okrsync.model.tree import Tree, hung_under, join
from okrsync.plan.closing.afterwards import closed_ids, told_origin
from okrsync.plan.placing import Placement, Turn, place, regained
from okrsync.plan.turning import divide, final_answers, is_shown_beside, rows_to_answer
from okrsync.state.ledger import Ledger, News
from okrsync.steps.job import Job
from okrsync.steps.past import with_past
from okrsync.steps.trouble import error_of
from okrsync.steps.understand import (
    Understood,
    key_elsewhere,
    last_good,
    past_objectives,
    remembered,
)

__all__ = ["Measuring", "currents", "day_of", "default_parents", "measure", "measured_under"]


class Measuring(Frozen, frozen=True):
    """The picture, and those of its inputs that `explain` needs again.

    `understood` are the sources as they were measured: one that could not be has failed, or speaks
    with its last good numbers.
    `written` are the measures of items whose rows may be written to: those of the shown cycle,
    those of the cycle before until its late values count no more, and those beside which an answer
    may stand that speaks of something else. `replaced` are the ids of the last ones: such an answer
    is replaced, and none is added where none stands. `placements` say, by source and natural key,
    which cycle each item belongs to. `past` are, by source, the items of cycles
    that ended whose rows have moved on since.
    `news` are the observations that the ledger does not have yet.
    """

    picture: Picture
    measured: Measured
    understood: Mapping[str, Understood]
    seen: Mapping[tuple[str, str], date]
    written: Mapping[str, Measure] = struct_field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    placements: Mapping[str, Mapping[str, Placement]] = struct_field(default_factory=dict)
    past: Mapping[str, tuple[Objective, ...]] = struct_field(default_factory=dict)
    news: tuple[News, ...] = ()


def measure(job: Job, understood: Mapping[str, Understood]) -> Measuring:
    """The measures of all items, over all sources whose content is known, with their past.

    A source with an item that cannot be measured fails, and the others are measured without it: go
    on with the sources in the answer.
    """
    while True:
        try:
            return _measured_together(job, understood)
        except UnmeasurableItem as trouble:
            name = trouble.item.origin.source
            error = error_of(str(trouble), trouble.error)
            # Last good numbers that cannot be measured either leave nothing to go by: each source
            # gets here twice at most.
            source = (
                last_good(job, name, error)
                if understood[name].state == "ok"
                else Understood(name, "failed", None, error=error)
            )
            understood = {**understood, name: source}


def _measured_together(job: Job, understood: Mapping[str, Understood]) -> Measuring:
    measuring = _measure_now(job, understood)

    def again(cycle: Cycle, tree: Tree) -> Measured:
        return _measure(job, cycle, tree, measuring.seen, understood)

    read_names = [name for name, source in understood.items() if source.state == "ok"]
    picture, news = with_past(job, read_names, measuring.picture, again)
    carried = {name: job.memory.carried(name) for name in understood}
    tree, others = picture.tree.objectives.values(), picture.others.objectives.values()
    picture = replace(
        picture,
        measures=told_origin(tree, picture.measures, carried),
        other_measures=told_origin(others, picture.other_measures, carried),
    )
    measured = Measured(picture.measures, measuring.measured.warnings)
    return _without_closed(
        job,
        _with_final_answers(job, replace(measuring, picture=picture, measured=measured, news=news)),
    )


def _without_closed(job: Job, measuring: Measuring) -> Measuring:
    """Rows of a cycle that `okrsync close` has closed keep the answers they were given."""
    picture = measuring.picture
    trees = (picture.tree, picture.closed, picture.others)
    closed = closed_ids(
        (objective for tree in trees for objective in tree.objectives.values()),
        measuring.placements,
        [each.cycle for each in job.memory.closed_cycles()],
    )
    if not closed:
        return measuring
    written = {id_: each for id_, each in measuring.written.items() if id_ not in closed}
    return replace(measuring, written=written)


def _measure_now(job: Job, understood: Mapping[str, Understood]) -> Measuring:
    objectives: list[Objective] = []
    warnings: list[Warning_] = []
    seen: dict[tuple[str, str], date] = {}
    placements: dict[str, Mapping[str, Placement]] = {}
    past: dict[str, tuple[Objective, ...]] = {}
    turn = _turn(job)
    for name, source in understood.items():
        if source.okrs is not None:
            placed_before = _placements(job, name, source.okrs.objectives, turn)
            placed = place(
                source.okrs.objectives,
                placed_before,
                replace(turn, named=job.cycle_named_for(name)),
            )
            placements[name] = placed.placements
            past[name] = _past_items(job, source, placed_before, placed.placements, turn)
            objectives.extend(placed.objectives)
            warnings.extend(source.okrs.warnings)
            days = _last_changes(job, name, source.okrs.objectives)
            seen.update({(name, key): day for key, day in days.items()})
    warnings.extend(namesakes(objectives))
    moved_on = tuple(each for of_source in past.values() for each in of_source)
    sides = divide(objectives, placements, turn, job.config.cycles.keep_span, moved_on)
    unknown = {name for name, source in understood.items() if source.okrs is None}
    tree = join(sides.shown, default_parents(job), unknown)
    closed = join(sides.beside, default_parents(job), unknown)
    others = join(sides.elsewhere, {}, unknown)
    measured = _measure(job, sides.cycle, tree, seen, understood)
    closed_measured = _measure(job, sides.before or sides.cycle, closed, seen, understood)
    other_measured = _measure(job, sides.cycle, others, seen, understood)
    picture = Picture(
        as_of=job.today,
        cycle=sides.cycle,
        sources=tuple(_view(job, source, others) for source in understood.values()),
        tree=tree,
        measures=measured.items,
        others=others,
        other_measures=other_measured.items,
        warnings=(*warnings, *tree.warnings, *measured.warnings),
        is_closed=sides.is_closed,
        closed=closed,
        closed_measures=closed_measured.items,
        turned=sides.turned,
    )
    return Measuring(picture, measured, understood, seen, placements=placements, past=past)


def _placements(
    job: Job, name: str, objectives: Sequence[Objective], turn: Turn
) -> Mapping[str, Placement]:
    """What is remembered of the cycles of a source's items. A state that was lost remembers none:
    then they follow from the ledger, which may have its past back.
    """
    remembered = job.memory.placements(name)
    return remembered or regained(objectives, _seen_by_runs(job, name), turn)


def _past_items(
    job: Job,
    source: Understood,
    before: Mapping[str, Placement],
    placements: Mapping[str, Placement],
    turn: Turn,
) -> tuple[Objective, ...]:
    """The items of a source whose cycle ended and whose rows have moved on, now or earlier.
    `before` are the placements of the run before.
    """
    keep = job.config.cycles.keep_span
    cycles = {id(each.cycle): each.cycle for each in before.values()}.values()
    known = past_objectives(job, source.source)
    if not known and not any(cycle.end < turn.today <= cycle.end + keep for cycle in cycles):
        return ()
    # Imported here: in the midst of a cycle there are none.
    from okrsync.plan.past_items import moved_on, still_past

    is_kept = partial(is_shown_beside, turn=turn, keep=keep)
    known = still_past(known, placements, is_kept)
    last = partial(remembered, job, source.source)
    return known + moved_on(last, before, placements, source.predecessors, is_kept, known)


def _last_changes(job: Job, name: str, objectives: Sequence[Objective]) -> Mapping[str, date]:
    """By natural key, the day on which the value of an item without check-ins last changed. A state
    that was lost remembers none: then they follow from the ledger as well.
    """
    values = currents(objectives)
    days = job.memory.last_changes(name, values, job.today) if values else {}
    if days is not None:
        return days
    histories = _seen_by_runs(job, name)
    items: dict[str, KeyResult | Objective] = {each.key: each for each in objectives}
    items |= {result.key: result for each in objectives for result in each.key_results}
    return {key: last_change(items[key], histories.get(key, ())) or job.today for key in values}


def _seen_by_runs(job: Job, name: str) -> Mapping[str, Sequence[LedgerEntry]]:
    """By natural key, what the ledger has of the items of a source, as runs saw it."""
    ledger = Ledger(job.journal.state)
    histories: dict[str, list[LedgerEntry]] = {}
    if not ledger.is_empty(name):
        for copied in ledger.copied_after(name, 0).values():
            if copied.entry.origin == "run":
                histories.setdefault(copied.key, []).append(copied.entry)
    return histories


def _with_final_answers(job: Job, measuring: Measuring) -> Measuring:
    """The measures with what late values have corrected, those that may be written, and the
    placements with what each item ended with.
    """
    picture, turn = measuring.picture, _turn(job)
    remembered = {name: job.memory.placements(name) for name in measuring.placements}
    owed = {name: job.memory.owed(name) for name in measuring.placements}
    placements = dict(measuring.placements)

    def ended(tree: Tree, measures: Mapping[str, Measure]) -> Mapping[str, Measure]:
        answers = final_answers(
            tree,
            measures,
            remembered,
            measuring.placements,
            turn,
            is_noted=job.journal.state.is_writable,
        )
        for name, answered in answers.placements.items():
            placements[name] = {**placements[name], **answered}
        return answers.measures

    others = ended(picture.others, picture.other_measures)
    closed = ended(picture.closed, picture.closed_measures)
    shown = ended(picture.tree, picture.measures)

    @cache
    def written_beside(name: str) -> set[str]:
        keys = job.journal.answered(name)
        for other in measuring.understood[name].copied_sources:
            keys.update(key_elsewhere(other, key) for key in job.journal.answered(other))
        return keys

    def holds_another(item: KeyResult | Objective) -> bool:
        name = item.origin.source
        keys = {item.key, *measuring.understood[name].predecessors.get(item.key, ())}
        return not keys.isdisjoint(written_beside(name))

    rows = rows_to_answer(
        (picture.tree, shown),
        ((picture.others, others), (picture.closed, closed)),
        remembered,
        placements,
        owed,
        turn,
        holds_another,
    )
    return replace(
        measuring,
        picture=replace(picture, measures=shown, closed_measures=closed, other_measures=others),
        measured=replace(measuring.measured, items=shown),
        written=rows.measures,
        replaced=rows.replaced,
        placements=placements,
    )


def _turn(job: Job) -> Turn:
    around = partial(
        cycle_around, running=job.cycle, fiscal_year_start=job.config.fiscal_year_start
    )
    return Turn(
        job.today,
        job.cycle,
        job.config.cycles.settle_span,
        around,
        is_noted=job.journal.state.is_writable,
    )


def currents(objectives: Iterable[Objective]) -> dict[str, str]:
    """By natural key, what stands as the current value (or the typed progress or status) of each
    item, as text.

    It is compared from run to run to tell when a person last changed it, for sources that have no
    place for check-in dates.
    """
    texts = {}
    for objective in objectives:
        if not objective.checked_in_known and not objective.key_results:
            texts[objective.key] = (
                f"{text_of(objective.given_progress)}|{objective.given_status or ''}"
            )
        for item in objective.key_results:
            if not item.checked_in_known:
                milestones = item.milestones or ""
                texts[item.key] = (
                    f"{text_of(item.current)}|{milestones}|{text_of(item.given_progress)}"
                    f"|{item.given_status or ''}"
                )
    return texts


def _measure(
    job: Job,
    cycle: Cycle,
    tree: Tree,
    seen: Mapping[tuple[str, str], date],
    understood: Mapping[str, Understood],
) -> Measured:
    rules = job.config.scoring
    measured = measure_tree(
        tree,
        rules,
        as_of=job.today,
        cycle=cycle,
        checkins=job.checkins,
        seen=seen,
        source_rules=job.source_rules,
    )
    return add_sources(
        tree, measured, rules, _unread(job, tree, understood), source_rules=job.source_rules
    )


def measured_under(job: Job, measuring: Measuring, rules: Rules) -> Measured:
    """The same tree, measured under other rules; sources that have rules of their own keep them."""
    own_rules = {
        name: source_rules
        for name, source_rules in job.source_rules.items()
        if source_rules != job.config.scoring
    }
    return measure_tree(
        measuring.picture.tree,
        rules,
        as_of=job.today,
        cycle=measuring.picture.cycle,
        checkins=job.checkins,
        seen=measuring.seen,
        source_rules=own_rules,
    )


def _unread(job: Job, tree: Tree, understood: Mapping[str, Understood]) -> dict[str, Unread]:
    """The sources that could not be read or that a guard rejected, with the parents of those that
    no longer count.
    """
    unread = [source for source in understood.values() if source.state != "ok"]
    if not unread:
        return {}
    defaults = default_parents(job)
    names = {
        source.source: [*source.parents, *filter(None, [defaults.get(source.source)])]
        for source in unread
        if source.okrs is None
    }
    parent_ids = hung_under(tree, names)
    return {
        source.source: Unread(
            None if source.okrs is None else day_of(job, source), parent_ids.get(source.source, ())
        )
        for source in unread
    }


def day_of(job: Job, source: Understood) -> date | None:
    """The day a source's numbers are of, in the config's time zone."""
    return None if source.read_at is None else source.read_at.astimezone(job.config.timezone).date()


def default_parents(job: Job) -> dict[str, str]:
    """The parent of each source's top objectives, as configured, by source."""
    return {
        name: source.parent
        for name, source in job.config.sources.items()
        if source.parent is not None
    }


def _view(job: Job, source: Understood, others: Tree) -> SourceView:
    objectives = source.okrs.objectives if source.okrs is not None else ()
    return SourceView(
        name=source.source,
        connector=job.config.sources[source.source].connector,
        state=source.state,
        read_at=None if source.read_at is None else source.read_at.astimezone(job.config.timezone),
        objectives=len(objectives),
        key_results=sum(len(objective.key_results) for objective in objectives),
        other_cycles=sum(
            objective.source == source.source for objective in others.objectives.values()
        ),
        error=source.error.message if source.error is not None else None,
        hint=source.error.hint if source.error is not None else None,
        denied=isinstance(source.error, AccessError),
        refused=bool(source.refusals),
        # Clocks of two machines may differ by some seconds.
        age=None if source.read_at is None else max(job.now - source.read_at, timedelta()),
    )
