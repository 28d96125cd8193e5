"""The story: read, understand, measure, decide, write, publish, remember.

Follow one cell: `read` brings its row, `understand` makes a key result of the row, `measure` says
how it stands, `decide` compares that with what stands beside the row, `write` sends the difference,
`publish` shows it on the board, and `remember` keeps what the next run needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from okrsync.config import Config, private_sources
from okrsync.state.store import Store
from okrsync.steps.job import (
    Job,
    JobOptions,
    Mappings,
    Say,
    Shown,
    never,
    open_job,
    open_readonly_job,
    quiet,
    unseen,
    with_mappings,
)
from okrsync.steps.unchanged import (
    answered_alike,
    basis_of,
    left_unread,
    note_answer,
    repeat,
    understood_now,
)

# A step is loaded by the function that takes it: a plan has no use for half of them, and a run that
# repeats the last one takes none.
if TYPE_CHECKING:
    from okrsync.measures.compare import Comparison, Exported
    from okrsync.measures.explain import Step
    from okrsync.measures.picture import Picture
    from okrsync.model.table import Snapshot
    from okrsync.plan.plan import Plan
    from okrsync.steps.check import Findings
    from okrsync.steps.measure import Measuring
    from okrsync.steps.retry import Retry

__all__ = [
    "check",
    "compare",
    "explain",
    "look",
    "make_plan",
    "repair",
    "retry",
    "run",
    "sync",
    "tables",
]


def sync(
    config: Config,
    *,
    as_of: date | None = None,
    only: Sequence[str] = (),
    allow: Collection[str] = (),
    say: Say = quiet,
    executor: Executor | None = None,
    should_stop: Callable[[], bool] = never,
    begun: Say = quiet,
    shown: Shown = unseen,
    mappings: Mappings | None = None,
) -> Plan:
    """Bring every source up to date, and say what became of each change.

    `only` limits what is written to the named sources; all of them are read, since they make one
    tree. The other options are those of `JobOptions`. Raises `LockHeld`, `StateError` or
    `ConfigError`; trouble with a source is reported in its part of the plan.
    """
    from okrsync.state.lock import run_lock
    from okrsync.state.retention import tidy

    with (
        run_lock(config.state, "sync") as lease,
        Store.open(config.state, lease=lease) as state,
    ):
        today = as_of or datetime.now(config.timezone).date()
        may_repeat = not only and not allow and shown is unseen and not should_stop()
        basis = basis_of(config, today, mappings) if may_repeat else None
        with open_job(
            config,
            state,
            JobOptions(
                as_of=as_of,
                only=only,
                allow=allow,
                say=say,
                executor=executor,
                should_stop=should_stop,
                begun=begun,
                shown=shown,
                # Loaded where the last answer does not hold any more.
                mappings={} if basis is not None else mappings,
                shows_trends=False,
            ),
        ) as job:
            # Midnight may have passed since.
            basis = basis if job.today == today else None
            done = None if basis is None else repeat(job, basis)
            if done is None:
                done = run(with_mappings(job, mappings), basis)
        # Outside the job: forgetting may take long, and no connection need wait for it.
        tidy(state, config.history.keep_days, now=datetime.now(UTC))
        return done


def run(job: Job, basis: str | None = None) -> Plan:
    """The story itself, once everything it needs is open. `basis` is that of `basis_of`."""
    from okrsync.measures.picture import standings
    from okrsync.steps.decide import decide
    from okrsync.steps.failing import since_when
    from okrsync.steps.history_copy import regain
    from okrsync.steps.measure import measure
    from okrsync.steps.publish import publish
    from okrsync.steps.read import read
    from okrsync.steps.recover import recover
    from okrsync.steps.remember import remember
    from okrsync.steps.review import overview_of
    from okrsync.steps.understand import understand
    from okrsync.steps.write import write

    # A source that holds what it held is only read if its rows get other answers.
    unread = left_unread(job, basis)
    id_ = job.journal.begin("sync", as_of=job.today, now=datetime.now(UTC))
    job.options.begun(id_)

    # What a dead run left open is settled before anything new is decided.
    understood = understand(job, recover(job, read(job, unread)), unread)
    # A state that lost its past gets it back before anything is compared with it.
    history_warnings = regain(job, understood)
    decided = answered_alike(job, measure(job, understood))
    understood = decided.understood
    done = replace(decide(job, understood, decided), run=id_)
    # A source that moved meanwhile is read again: from here on, its newer numbers count.
    understood, measuring, done = write(job, id_, understood, decided, done)
    done = replace(done, warnings=(*history_warnings, *done.warnings))
    done = publish(job, id_, understood, measuring, done)
    done = _with_digests(job, measuring, done, run=id_)
    done = replace(since_when(job, done), standings=standings(measuring.picture))
    job.options.shown(partial(overview_of, job, measuring))
    # Last, so that a run killed before this point is repeated rather than half remembered.
    remember(job, understood, measuring, done)
    note_answer(job, basis, decided, measuring, done)

    job.journal.finish(id_, done, now=datetime.now(UTC))
    return done


def _with_digests(
    job: Job,
    measuring: Measuring,
    plan: Plan,
    *,
    run: str | None = None,
    with_requests: bool = False,
) -> Plan:
    """The plan with the digests that are due; with a `run` they are sent."""
    if not job.config.digests:
        return plan
    # Few configs have digests, and what they need is loaded for none of the others.
    from okrsync.steps.digest import plan_digests, send_digests

    if run is not None:
        return send_digests(job, run, measuring, plan)
    return plan_digests(job, measuring, plan, with_requests=with_requests)


def retry(
    config: Config, *, as_of: date | None = None, allow: Collection[str] = (), say: Say = quiet
) -> tuple[Retry, Plan | None]:
    """Sync what did not go through; the plan is None where there is nothing to try again. Raises as
    `sync` does.
    """
    from okrsync.steps.retry import to_retry

    wanted = to_retry(config, allow)
    if not wanted.sources:
        return wanted, None
    return wanted, sync(config, as_of=as_of, only=tuple(wanted.sources), allow=allow, say=say)


def make_plan(
    config: Config,
    *,
    as_of: date | None = None,
    only: Sequence[str] = (),
    allow: Collection[str] = (),
    say: Say = quiet,
    executor: Executor | None = None,
    with_requests: bool = False,
) -> Plan:
    """What `sync` would do now, and, with `with_requests`, what it would send. Writes nothing, not
    even to the state file.
    """
    from okrsync.steps.decide import decide
    from okrsync.steps.measure import measure
    from okrsync.steps.read import read
    from okrsync.steps.understand import understand

    options = JobOptions(
        as_of=as_of, only=only, allow=allow, say=say, executor=executor, shows_trends=False
    )
    with open_readonly_job(config, options) as job:
        measuring = measure(job, understand(job, read(job)))
        understood = measuring.understood
        plan = decide(job, understood, measuring)
        if config.publish:
            from okrsync.steps.publish import plan_boards

            plan = plan_boards(job, understood, measuring, plan)
        if with_requests:
            from okrsync.steps.preview import preview

            plan = preview(job, plan)
        return _with_digests(job, measuring, plan, with_requests=with_requests)


def look(
    config: Config,
    *,
    as_of: date | None = None,
    only: Sequence[str] = (),
    say: Say = quiet,
    executor: Executor | None = None,
    is_offline: bool = False,
    shows_outlooks: bool = True,
) -> Picture:
    """How everything stands now, or, with `is_offline`, by the last good numbers, without asking
    any place; without `shows_outlooks`, no item has a delta, a trend or an outlook. Writes nothing.
    """
    options = JobOptions(
        as_of=as_of,
        only=only,
        say=say,
        executor=executor,
        is_offline=is_offline,
        shows_outlooks=shows_outlooks,
        mappings={},
    )
    with open_readonly_job(config, options) as job:
        return _measured(job).picture


def _measured(job: Job) -> Measuring:
    """Everything as it stands now, measured. What did not change is not read again."""
    from okrsync.steps.measure import measure

    return measure(job, understood_now(job))


def tables(config: Config, name: str) -> Snapshot:
    """The tables of one source or board as they are now. Raises `ConfigError` for a name that the
    config does not have, and what keeps the source from being read.
    """
    from okrsync.steps.read import read_one

    with open_readonly_job(config, JobOptions(only=[name])) as job:
        return read_one(job, name)


def explain(
    config: Config,
    id_: str,
    *,
    as_of: date | None = None,
    say: Say = quiet,
    for_others: bool = False,
) -> tuple[Step, ...]:
    """How the numbers of one item came about, step by step; with `for_others`, without the words of
    private items. Raises `UnknownItem`, naming the nearest ids.
    """
    from okrsync.measures.explain import explain as explain_item
    from okrsync.measures.private import without_private

    with open_readonly_job(config, JobOptions(as_of=as_of, say=say, mappings={})) as job:
        measuring = _measured(job)
        picture = measuring.picture
        if for_others:
            picture = without_private(picture, private_sources(config))
        tree, measures = picture.tree_with(id_)
        return explain_item(
            tree,
            replace(measuring.measured, items=measures),
            job.config.scoring,
            id_,
            as_of=job.today,
            cycle=picture.cycle,
            checkins=job.checkins,
            seen=measuring.seen,
            warnings=picture.warnings,
            source_rules=job.source_rules,
        )


def compare(
    config: Config, exported: Sequence[Exported], *, as_of: date | None = None, say: Say = quiet
) -> Comparison:
    """The numbers of another tool beside ours: which differ, and which switch explains it. Writes
    nothing.
    """
    from okrsync.measures.compare import compare as compare_with
    from okrsync.steps.measure import measured_under

    with open_readonly_job(config, JobOptions(as_of=as_of, say=say, mappings={})) as job:
        measuring = _measured(job)
        return compare_with(
            measuring.picture.tree,
            measuring.measured,
            exported,
            config.scoring,
            partial(measured_under, job, measuring),
        )


def check(config: Config, *, as_of: date | None = None, say: Say = quiet) -> Findings:
    """Everything that can be proved about each source without writing, in the order of the
    config.
    """
    from okrsync.steps.check import check_sources

    with open_readonly_job(config, JobOptions(as_of=as_of, say=say)) as job:
        return check_sources(job)


def repair(config: Config, *, say: Say = quiet) -> Findings:
    """Repair the marks by which rows are recognised, in every source. Values are never touched.
    Raises as `sync` does.
    """
    from okrsync.state.lock import run_lock
    from okrsync.steps.check import repair_sources

    with (
        run_lock(config.state, "repair") as lease,
        Store.open(config.state, lease=lease) as state,
    ):
        with open_job(config, state, JobOptions(say=say)) as job:
            return repair_sources(job)
