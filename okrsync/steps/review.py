"""Makes the review of the week from what was measured and what the ledger saw."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from okrsync.config import Config, board_name, private_sources
from okrsync.connector.review_page import Decision, ReviewPage
from okrsync.measures.picture import Picture
from okrsync.measures.private import without_private
from okrsync.model.review_days import review_before, review_began
from okrsync.plan.review import (
    EVERYBODY,
    Overview,
    Review,
    ReviewFacts,
    ReviewFilter,
    Then,
    make_review,
    review_facts,
)
from okrsync.plan.turning import items_of
from okrsync.state.history import first_run, moves_since, run_before, stands_at
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.job import Job, JobOptions, Say, open_job, quiet
from okrsync.steps.links import linked_to
from okrsync.steps.measure import Measuring, measure
from okrsync.steps.past import confidences_of, histories_of
from okrsync.steps.read import read
from okrsync.steps.since import run_since
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import understand

__all__ = ["Decided", "all_decided", "decided_at", "facts_of", "overview", "overview_of", "review"]


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
    with Store.open(config.state, readonly=True) as state:
        with open_job(config, state, JobOptions(as_of=as_of, say=say)) as job:
            measuring = measure(job, understand(job, read(job)))
            facts = facts_of(job, measuring, since=run, since_day=_day(since))
            decided = all_decided(job, measuring, facts.began)
            return make_review(facts, about, *decided), measuring.picture


def overview(config: Config, *, as_of: date | None = None, say: Say = quiet) -> Overview:
    """What the report shows, as of today. Writes nothing."""
    with Store.open(config.state, readonly=True) as state:
        with open_job(config, state, JobOptions(as_of=as_of, say=say)) as job:
            return overview_of(job, measure(job, understand(job, read(job))))


def overview_of(job: Job, measuring: Measuring) -> Overview:
    """What the report shows of what was measured, without the words of private sources."""
    facts = facts_of(job, measuring)
    picture = facts.picture
    linked = {
        name: linked_to(job, source)
        for name, source in measuring.understood.items()
        if source.snapshot is not None
    }
    links = {
        item.id: address
        for tree in (picture.others, picture.closed, picture.tree)
        for item in items_of(tree)
        if item.origin.source in linked and (address := linked[item.origin.source](item))
    }
    decided = all_decided(job, measuring, facts.began)
    return Overview(picture, make_review(facts, EVERYBODY, *decided), links)


def facts_of(
    job: Job,
    measuring: Measuring,
    *,
    since: str | None = None,
    since_day: date | None = None,
) -> ReviewFacts:
    """The facts of every review of what was measured. They look back to the end of the run `since`
    or of `since_day`; without both, to the day on which the review before this one began.
    """
    state, settings = job.journal.state, job.config.review
    picture = without_private(measuring.picture, private_sources(job.config))
    began = review_began(job.today, settings.cadence, settings.day)
    day = since_day
    if since is not None and day is None:
        day = Journal(state).find(since).as_of
    if day is None:
        day = review_before(began, settings.cadence, settings.day)
    # As in a summary, the first run stands in for all that was before it.
    run = since or run_before(state, day) or first_run(state)
    return review_facts(
        picture,
        histories_of(job, picture, measuring.news),
        confidences_of(job, picture, measuring.news),
        {} if run is None else _then(state, run, picture),
        day,
        began,
        {
            name: linked_to(job, source)
            for name, source in measuring.understood.items()
            if source.snapshot is not None
        },
    )


class Decided(NamedTuple):
    """What was decided in the last review, and in those before, latest first."""

    last: tuple[Decision, ...] = ()
    earlier: tuple[Decision, ...] = ()


def decided_at(job: Job, name: str, place: str, began: date) -> Decided:
    """What was decided by the reviews kept at a place, as the review that begins on `began` tells
    it: once a new one begins, what people typed since the last one did, by a look at the place.
    """
    last = job.journal.last_summary(name, place)
    if not isinstance(last, ReviewPage):
        return Decided()
    if last.began >= began:
        return Decided(last.decided, last.earlier)
    known = {each.text for each in (*last.decided, *last.earlier)}
    typed = dict.fromkeys(job.all_connectors[name].decisions(place))
    new = tuple(Decision(last.began, line) for line in typed if line not in known)
    return Decided(new, (*last.decided, *last.earlier))


def all_decided(
    job: Job, measuring: Measuring, began: date, sources: Collection[str] = ()
) -> Decided:
    """What was decided by the reviews of some sources that could be read, of all of them where none
    is named; what was typed in a private source stays there.
    """
    decided, earlier = list[Decision](), list[Decision]()
    private = private_sources(job.config)
    for name, board in job.config.publish.items() if not sources else ():
        if board.review is not None:
            typed = attempt(name, partial(decided_at, job, board_name(name), board.review, began))
            # What was decided on a page that cannot be read now is reported by the next run.
            if isinstance(typed, Decided):
                decided += typed.last
                earlier += typed.earlier
    for name, source in measuring.understood.items():
        if name in private or (sources and name not in sources):
            continue
        place = job.config.sources[name].write.review
        if place is not None and source.state == "ok":
            known = decided_at(job, name, place, began)
            decided += known.last
            earlier += known.earlier
    earlier.sort(key=lambda each: each.day, reverse=True)
    return Decided(tuple(dict.fromkeys(decided)), tuple(dict.fromkeys(earlier)))


def _then(state: Store, run: str, picture: Picture) -> dict[str, Then]:
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
