"""Ends a cycle: writes what is missing of its last answers, carries the unfinished over into the
next one, and says how it went.

Looking is free. Carried out, it is a run like any other: recorded first, then sent, and put back
whole by `undo`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from msgspec.structs import replace

from okrsync.config import Config
from okrsync.connector import Ability, SummaryWrite
from okrsync.mapping import Okrs, Reading
from okrsync.mapping import understand as understand_tables
from okrsync.mapping.rows.identity import bare_title
from okrsync.measures import Measured
from okrsync.measures import measure as measure_tree
from okrsync.measures.past import add_past, with_final_plans
from okrsync.measures.result import Measure
from okrsync.model.cycles import parse_cycle
from okrsync.model.next_cycle import next_cycle
from okrsync.model.okrs import (
    Cycle,
    KeyResult,
    LedgerEntry,
    Objective,
    Skip,
    Warning_,
)
from okrsync.model.table import CellRef, Snapshot
from okrsync.model.tree import Tree, join
from okrsync.plan.closing.carried import CarriedItem, CarryOver
from okrsync.plan.closing.carrying import carry_over
from okrsync.plan.closing.items import (
    chosen_cycle,
    cycles_of,
    ended_by,
    items_of,
    same_span,
    with_seen,
)
from okrsync.plan.closing.moved_down import with_moved_cells
from okrsync.plan.closing.reread import in_their_years, understood_as_meant
from okrsync.plan.closing.retrospective import Retrospective, retrospective_of
from okrsync.plan.closing.rows import Targets, items_with_objective
from okrsync.plan.closing.summary import retrospective_name, retrospective_summary
from okrsync.plan.closing.unfinished import arrived, not_yet_there, refused, unfinished_of
from okrsync.plan.identity import keys_of
from okrsync.plan.past_items import saw, with_past_items
from okrsync.plan.placing import Placement
from okrsync.plan.plan import Change, Plan, SourcePlan
from okrsync.plan.planning import plan_source
from okrsync.plan.target import Facts, Target
from okrsync.state.ledger import Ledger
from okrsync.state.lock import run_lock
from okrsync.state.memory import CarriedOver, ClosedCycle
from okrsync.state.store import Store
from okrsync.steps.apply import apply_to_moving
from okrsync.steps.decide import exit_code, failed
from okrsync.steps.job import Job, JobOptions, Say, open_job, quiet
from okrsync.steps.measure import Measuring, default_parents, measure
from okrsync.steps.read import Read, read, read_places
from okrsync.steps.recover import recover
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood, understand_source

__all__ = ["Closing", "Wishes", "close"]

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closing:
    """The close of a cycle, planned or carried out. `cycle` is None where the last cycle that ended
    is closed already; `closed_before` are the earlier closes of this cycle, or of that one.
    """

    plan: Plan
    cycle: Cycle | None = None
    following: Cycle | None = None
    carried: tuple[CarriedItem, ...] = ()
    retrospective: Retrospective | None = None
    closed_before: tuple[ClosedCycle, ...] = ()
    is_running: bool = False
    """Whether the cycle is ended before its time."""
    carries_over: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    cycle: str | None = None
    carries_over: bool = False
    targets: Targets = "keep"


def close(
    config: Config,
    wishes: Wishes,
    *,
    as_of: date | None = None,
    is_confirmed: bool = False,
    look_at: Callable[[Closing], None] | None = None,
    say: Say = quiet,
) -> Closing:
    """What closing a cycle would do; carried out if `is_confirmed`. `look_at` sees the plan before
    anything is written, and may raise what stops it.

    Raises `ConfigError` where no cycle, or more than one, is meant, and as `sync` does.
    """
    if not is_confirmed:
        with Store.open(config.state, readonly=True) as state:
            with open_job(config, state, JobOptions(as_of=as_of, say=say)) as job:
                return _Closer(job, wishes).look()
    with (
        run_lock(config.state, "close") as lease,
        Store.open(config.state, lease=lease) as state,
    ):
        with open_job(config, state, JobOptions(as_of=as_of, say=say)) as job:
            return _Closer(job, wishes).run(look_at)


@dataclass(frozen=True, slots=True)
class _Answers:
    """The items of the cycle, with their last answers."""

    tree: Tree
    measures: Mapping[str, Measure]
    histories: Mapping[str, Sequence[LedgerEntry]]
    by_source: Mapping[str, tuple[Objective, ...]]
    placements: Mapping[str, Mapping[str, Placement]]
    retrospective: Retrospective
    warnings: tuple[Warning_, ...] = ()
    standing: frozenset[str] = frozenset()
    """The ids of the items whose last answer stands beside them since late values ceased to count.
    """


@dataclass
class _Closer:
    """One close of a cycle."""

    job: Job
    wishes: Wishes
    understood: dict[str, Understood] = field(default_factory=dict)

    def look(self) -> Closing:
        """The plan."""
        self._understand(read(self.job))
        return self._planned()

    def run(self, look_at: Callable[[Closing], None] | None) -> Closing:
        """The plan, carried out."""
        job = self.job
        self._understand(recover(job, read(job)))
        planned = self._planned()
        if planned.cycle is None:
            return planned
        if look_at is not None:
            look_at(planned)
        run = job.journal.begin("close", as_of=job.today, now=datetime.now(UTC))
        job.options.begun(run)
        self._remember_carried(run, planned)
        done, carried = self._carried_out(run, planned)
        plan = dataclasses.replace(
            planned.plan,
            sources=done,
            run=run,
            exit_code=exit_code(done),
        )
        closing = dataclasses.replace(planned, plan=plan, carried=carried)
        # A cycle whose rows did not all arrive can be closed once more without being named.
        is_whole = plan.exit_code == 0 and not any(map(refused, done))
        if is_whole and not planned.closed_before:
            job.memory.remember_closed(run, job.today, planned.cycle)
        job.journal.finish(run, plan, now=datetime.now(UTC))
        return closing

    def _understand(self, reads: Iterable[Read]) -> None:
        """Understand what was read. Nothing is let go: rows may be inserted into any table."""
        for each in reads:
            self.understood[each.source] = understand_source(self.job, each)

    # deciding

    def _planned(self) -> Closing:
        job = self.job
        measuring = self._measure()
        closed = job.memory.closed_cycles()
        placements = [each for by_key in measuring.placements.values() for each in by_key.values()]
        past = [each for of_source in measuring.past.values() for each in of_source]
        cycles = cycles_of([each.cycle for each in placements] + [each.cycle for each in past])
        cycle = chosen_cycle(
            self.wishes.cycle, cycles, [each.cycle for each in closed], job.today, self._parse
        )
        if cycle is None:
            last = max((each.cycle for each in closed), key=lambda each: each.end)
            before = tuple(each for each in closed if same_span(each.cycle, last))
            return Closing(Plan(()), closed_before=before)
        following = next_cycle(cycle, job.config.fiscal_year_start)
        answers = self._answers(measuring, cycle)
        plans, carried = self._plans(answers, cycle, following, list(self.understood))
        warnings = (*answers.warnings, *self._clock_warnings(), *self._late_warnings(following))
        return Closing(
            Plan(plans, warnings, exit_code=exit_code(plans)),
            cycle,
            following,
            carried,
            answers.retrospective,
            tuple(each for each in closed if same_span(each.cycle, cycle)),
            cycle.end >= job.today,
            self.wishes.carries_over,
        )

    def _measure(self) -> Measuring:
        """What was understood, measured; from then on each item has its year."""
        in_order = {name: self.understood[name] for name in self.job.connectors}
        measuring = measure(self.job, in_order)
        for name, source in in_order.items():
            if source.okrs is not None:
                okrs = in_their_years(source.okrs, measuring.placements)
                self.understood[name] = dataclasses.replace(source, okrs=okrs)
        return measuring

    def _parse(self, text: str, within: Cycle | None = None) -> Cycle | None:
        job = self.job
        return parse_cycle(
            text,
            today=job.today,
            fiscal_year_start=job.config.fiscal_year_start,
            within=within or job.cycle,
        )

    def _clock_warnings(self) -> tuple[Warning_, ...]:
        newest = Ledger(self.job.journal.state).newest_day()
        if newest is None or self.job.today >= newest:
            return ()
        message = (
            f"today is {self.job.today.isoformat()}, and okrsync has seen values of"
            f" {newest.isoformat()}: the clock was set back, or --as-of names an earlier day; what"
            " was seen later does not count"
        )
        return (Warning_("clock-set-back", "", None, message),)

    def _late_warnings(self, following: Cycle) -> tuple[Warning_, ...]:
        if not self.wishes.carries_over or following.end >= self.job.today:
            return ()
        message = (
            f"{following.name}, into which items are carried over, has ended as well, on"
            f" {following.end.isoformat()}: give the new rows a later cycle yourself"
        )
        return (Warning_("next-cycle-ended", "", None, message),)

    def _answers(self, measuring: Measuring, cycle: Cycle) -> _Answers:
        """The items of the cycle with their last answers: by what counts for it, not by what a row
        says that went on.
        """
        job = self.job
        settled = cycle.end + job.config.cycles.settle_span
        ledger = Ledger(job.journal.state)
        histories: dict[str, Sequence[LedgerEntry]] = {}
        by_source: dict[str, tuple[Objective, ...]] = {}

        def history(item: KeyResult | Objective) -> Sequence[LedgerEntry]:
            if item.id not in histories:
                counts = partial(saw, item) if item.origin.is_stand_in else lambda _: True
                histories[item.id] = ledger.history((item.origin.source, item.key), counts)
            return histories[item.id]

        for name, source in self.understood.items():
            if source.okrs is not None and source.state == "ok":
                placed = items_of(source.okrs.objectives, measuring.placements.get(name, {}), cycle)
                by_source[name] = with_seen(placed, history, min(settled, job.today))
        past = [
            each
            for of_source in measuring.past.values()
            for each in of_source
            if same_span(each.cycle, cycle)
        ]
        placed_now = [each for objectives in by_source.values() for each in objectives]
        everything = with_past_items(placed_now, past)
        for objective in everything:
            for item in items_with_objective(objective):
                history(item)
        unknown = {name for name, source in self.understood.items() if source.okrs is None}
        tree = join(everything, default_parents(job), unknown)
        # A cycle that is closed before its time ends today.
        ending = replace(cycle, end=min(cycle.end, job.today))
        day = max(job.today, ending.end + _A_DAY)
        final = with_final_plans(tree, histories, day, ending)
        measured = self._measured(ended_by(final, cycle, ending), measuring, ending, day)
        with_past = add_past(
            final,
            measured,
            None,
            histories,
            {"": job.config.scoring, **job.source_rules},
            as_of=day,
            cycle=ending,
            since=job.config.summary.since_span,
        )
        answers = _Answers(
            final,
            _as_written(with_past.items, measuring.written),
            histories,
            by_source,
            measuring.placements,
            Retrospective(cycle, ()),
            measured.warnings,
            self._standing(by_source, measuring),
        )
        retrospective = self._retrospective(answers, measuring, cycle)
        return dataclasses.replace(answers, retrospective=retrospective)

    def _standing(
        self, by_source: Mapping[str, Sequence[Objective]], measuring: Measuring
    ) -> frozenset[str]:
        ids: set[str] = set()
        for name, objectives in by_source.items():
            remembered, owed = self.job.memory.placements(name), self.job.memory.owed(name)
            given = {key for key, each in remembered.items() if each.is_final} - owed
            for objective in objectives:
                ids |= {each.id for each in items_with_objective(objective) if each.key in given}
        return frozenset(ids - measuring.written.keys())

    def _measured(self, tree: Tree, measuring: Measuring, cycle: Cycle, day: date) -> Measured:
        job = self.job
        return measure_tree(
            tree,
            job.config.scoring,
            as_of=day,
            cycle=cycle,
            checkins=job.checkins,
            seen=measuring.seen,
            source_rules=job.source_rules,
        )

    def _retrospective(
        self, answers: _Answers, measuring: Measuring, cycle: Cycle
    ) -> Retrospective:
        middle = cycle.start + (cycle.end - cycle.start) / 2

        def history(item: KeyResult) -> Sequence[LedgerEntry]:
            return answers.histories.get(item.id, ())

        # A forecast counts only where okrsync knew the item by then.
        known = [
            replace(
                objective,
                key_results=tuple(
                    result
                    for result in objective.key_results
                    if any(entry.seen_on <= middle for entry in history(result))
                ),
            )
            for objective in answers.tree.objectives.values()
        ]
        then = join(with_seen(known, history, middle), default_parents(self.job), set())
        half_time = self._measured(then, measuring, cycle, middle)
        return retrospective_of(
            answers.tree, answers.measures, half_time.items, answers.histories, cycle
        )

    def _plans(
        self, answers: _Answers, cycle: Cycle, following: Cycle, names: Sequence[str]
    ) -> tuple[tuple[SourcePlan, ...], tuple[CarriedItem, ...]]:
        plans: list[SourcePlan] = []
        carried: list[CarriedItem] = []
        for name in names:
            source = self.understood[name]
            if source.okrs is None or source.snapshot is None or source.state != "ok":
                calls = self.job.connectors[name].calls
                plan = failed(name, source.error, calls)
                plans.append(
                    dataclasses.replace(plan, state="refused" if source.refusals else plan.state)
                )
                continue
            answer = attempt(
                name,
                partial(self._plan_of, source.okrs, source.snapshot, answers, cycle, following),
            )
            if isinstance(answer, tuple):
                plans.append(answer[0])
                carried.extend(answer[1])
            else:
                plans.append(failed(name, answer, self.job.connectors[name].calls))
        return tuple(plans), tuple(carried)

    def _plan_of(
        self, okrs: Okrs, snapshot: Snapshot, answers: _Answers, cycle: Cycle, following: Cycle
    ) -> tuple[SourcePlan, tuple[CarriedItem, ...]]:
        job, name = self.job, okrs.source
        write = job.config.sources[name].write
        connector = job.connectors[name]
        objectives = answers.by_source.get(name, ())
        own = {objective.id for objective in objectives}
        own |= {result.id for objective in objectives for result in objective.key_results}
        if self.wishes.carries_over:
            over = self._carry_over(okrs, snapshot, answers, cycle, following)
        else:
            over = CarryOver()
        own -= answers.standing
        measures = {id_: measure for id_, measure in answers.measures.items() if id_ in own}
        items: list[KeyResult | Objective] = [
            item for each in objectives for item in items_with_objective(each)
        ]
        plan = plan_source(
            dataclasses.replace(okrs, skips=()),
            snapshot,
            with_moved_cells(items, measures, over.inserted),
            Target(write.columns, write.create),
            connector,
            Facts(job.journal.last_written(name)),
            words=job.mappings[name].status_words,
        )
        batch, changes = plan.batch, over.changes
        retrospective = self._kept_retrospective(name, answers, cycle)
        skips = (*plan.skips, *over.skips)
        if isinstance(retrospective, Skip):
            skips = (*skips, retrospective)
        elif batch is not None and retrospective is not None:
            batch = dataclasses.replace(batch, closed_summary=retrospective)
            changes = (*changes, _change_of(retrospective, cycle))
        if batch is not None:
            batch = dataclasses.replace(batch, inserted_rows=over.inserted, copied_tabs=over.copied)
        plan = dataclasses.replace(
            plan,
            batch=batch,
            changes=(*plan.changes, *changes),
            skips=skips,
            calls=dataclasses.replace(connector.calls),
        )
        return (plan if plan.has_work else dataclasses.replace(plan, batch=None)), over.items

    def _kept_retrospective(
        self, name: str, answers: _Answers, cycle: Cycle
    ) -> SummaryWrite | Skip | None:
        """The retrospective to write into the source, or why it is not; None where none is wanted,
        or it is there.
        """
        place = self.job.config.sources[name].write.retrospective
        connector = self.job.connectors[name]
        summary = retrospective_summary(answers.retrospective, name)
        if place is None or summary is None:
            return None
        if Ability.CLOSED_SUMMARIES not in connector.abilities:
            reason = "no retrospective can be kept here; `--retrospective FILE` writes one"
            return Skip(name, CellRef(place, "retrospective"), reason, "no-summary")
        write = SummaryWrite("=retrospective", place, summary, None, retrospective_name(cycle))
        before = self.job.journal.last_summary(name, write.full_name)
        if before == summary or connector.shows_closed(place, write.cycle or "", summary):
            return None
        return dataclasses.replace(write, before=before)

    def _carry_over(
        self, okrs: Okrs, snapshot: Snapshot, answers: _Answers, cycle: Cycle, following: Cycle
    ) -> CarryOver:
        """The unfinished items of a source that do not stand in the next cycle yet."""
        job, name = self.job, okrs.source
        reading = Reading(
            source=name,
            today=job.today,
            cycle=job.cycle_named_for(name) or job.cycle,
            fiscal_year_start=job.config.fiscal_year_start,
            owned_headers=job.config.sources[name].write.columns,
            with_evidence=False,
            known_keys=frozenset(keys_of(okrs.objectives)),
        )
        unfinished = unfinished_of(answers.by_source.get(name, ()), answers.measures, answers.tree)
        wanted = not_yet_there(unfinished, okrs, following)
        over = carry_over(
            okrs,
            snapshot,
            cycle,
            following,
            wanted,
            # A period without a year (`Q4`) lies in the year of the cycle that is closed.
            partial(self._parse, within=cycle),
            job.connectors[name],
            targets=self.wishes.targets,
            is_named=job.cycle_named_for(name) is not None,
            own_headers={
                *job.config.sources[name].write.columns.values(),
                *(header for _, _, header in job.journal.owned_headers(name)),
            },
        )

        def read_again(carried: Snapshot) -> Okrs:
            again = understand_tables(carried, job.mappings[name], reading)
            return in_their_years(again, answers.placements)

        if not over.items:
            return over
        return understood_as_meant(okrs, snapshot, over, wanted, following, read_again)

    # doing

    def _carried_out(
        self, run: str, planned: Closing
    ) -> tuple[tuple[SourcePlan, ...], tuple[CarriedItem, ...]]:
        """What became of the plans. A source that changed since it was read is read and planned
        again.
        """
        assert planned.cycle is not None
        assert planned.following is not None
        cycle, following = planned.cycle, planned.following
        carried = {name: list[CarriedItem]() for name in self.understood}
        for item in planned.carried:
            carried[item.source].append(item)

        def planned_again(moved: Collection[str]) -> Sequence[SourcePlan]:
            self._understand(read_places(self.job, moved))
            answers = self._answers(self._measure(), cycle)
            plans, again = self._plans(answers, cycle, following, list(moved))
            for name in moved:
                carried[name] = [item for item in again if item.source == name]
            return plans

        hint = "Nothing was written there; close the cycle again."
        done = apply_to_moving(self.job, run, planned.plan.sources, planned_again, hint=hint)
        plans = tuple(done[plan.name] for plan in planned.plan.sources)
        there = [item for plan in plans for item in arrived(carried[plan.name], plan)]
        return plans, tuple(there)

    def _remember_carried(self, run: str, planned: Closing) -> None:
        """Remember where the carried items come from, before anything is sent: a run that is killed
        cannot do it any more.
        """
        assert planned.cycle is not None
        assert planned.following is not None
        with self.job.memory.transaction():
            for name in self.understood:
                items = [
                    CarriedOver(
                        bare_title(item.objective),
                        bare_title(item.title or ""),
                        planned.cycle.name,
                        planned.following.name,
                        run,
                    )
                    for item in planned.carried
                    if item.source == name
                ]
                self.job.memory.remember_carried(name, items)


def _change_of(write: SummaryWrite, cycle: Cycle) -> Change:
    before = None if write.before is None else "the retrospective of an earlier run"
    after = f"the retrospective of {cycle.name}"
    reason = "it is not there yet" if before is None else "what it says has changed"
    return Change(write.id, write.full_name, "summary", before, after, reason, write.cycle or "")


def _as_written(
    measures: Mapping[str, Measure], written: Mapping[str, Measure]
) -> Mapping[str, Measure]:
    """The measures; where a sync comes to the same, in its words, which name corrections."""

    def is_same(measure: Measure, other: Measure) -> bool:
        return (measure.status, measure.progress, measure.score) == (
            other.status,
            other.progress,
            other.score,
        )

    return {
        id_: other
        if (other := written.get(id_)) is not None and is_same(measure, other)
        else measure
        for id_, measure in measures.items()
    }
