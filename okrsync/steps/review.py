"""Makes the review of the week from what was measured and what the ledger saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from okrsync.config import Config
from okrsync.measures.picture import Picture
from okrsync.model.review_days import review_before, review_began
from okrsync.plan.review import EVERYBODY, Review, ReviewFilter, Then, make_review
from okrsync.state.history import first_run, moves_since, run_before, stands_at
from okrsync.state.journal import Journal
from okrsync.state.store import StateFile
from okrsync.steps.job import Job, Say, open_job, quiet
from okrsync.steps.measure import Measuring, measure
from okrsync.steps.past import histories_of
from okrsync.steps.publish import linked_to
from okrsync.steps.read import read
from okrsync.steps.since import run_since
from okrsync.steps.understand import Understood, understand

__all__ = ["review", "review_of"]


def review(
    config: Config,
    *,
    about: ReviewFilter = EVERYBODY,
    since: str | None = None,
    as_of: date | None = None,
    say: Say = quiet,
) -> tuple[Review, Picture]:
    """The review as of today, and the picture it is of. `since` is a day, a run, `last` or a span;
    without it, the review looks back to the one before. Writes nothing. Raises `UnknownRun` for a
    `since` that names no run and no day.
    """
    run = _run_since(config, since, as_of)
    with StateFile.open(config.state, readonly=True) as state:
        with open_job(config, state, as_of=as_of, say=say) as job:
            understood = understand(job, read(job))
            measuring = measure(job, understood)
            made = review_of(
                job, measuring.understood, measuring, about, since=run, since_day=_day(since)
            )
            return made, measuring.picture


def review_of(
    job: Job,
    understood: Mapping[str, Understood],
    measuring: Measuring,
    about: ReviewFilter = EVERYBODY,
    *,
    since: str | None = None,
    since_day: date | None = None,
) -> Review:
    """The review of what was measured. It looks back to the end of the run `since` or of
    `since_day`; without both, to the day on which the review before this one began.
    """
    state, settings, picture = job.journal.state, job.config.review, measuring.picture
    began = review_began(job.today, settings.cadence, settings.day)
    day = since_day
    if since is not None and day is None:
        day = Journal(state).find(since).as_of
    if day is None:
        day = review_before(began, settings.cadence, settings.day)
    # As in a summary, the first run stands in for all that was before it.
    run = since or run_before(state, day) or first_run(state)
    return make_review(
        picture,
        histories_of(job, picture, measuring.news),
        {} if run is None else _then(state, run, picture),
        day,
        began,
        about=about,
        linked={
            name: linked_to(job, source)
            for name, source in understood.items()
            if source.snapshot is not None
        },
    )


def _then(state: StateFile, run: str, picture: Picture) -> dict[str, Then]:
    """By id, how every item stood at the end of a run."""
    moved = {move.item.id for move in moves_since(state, run, picture).moved}
    return {
        id_: Then(
            None if stand.progress is None else Decimal(str(stand.progress)),
            stand.status,
            id_ in moved,
        )
        for id_, stand in stands_at(state, run, picture).items()
    }


def _day(since: str | None) -> date | None:
    try:
        return None if since is None else date.fromisoformat(since)
    except ValueError:
        return None


def _run_since(config: Config, since: str | None, as_of: date | None) -> str | None:
    """The run that `since` names; None for a day, which needs none."""
    if since is None or _day(since) is not None:
        return None
    return run_since(config, since, as_of)
