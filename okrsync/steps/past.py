"""Adds what the ledger knows to what was measured now: events, changes over a week, trends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.connector.summary import Movement
from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure, Measured
from okrsync.model.okrs import Cycle, KeyResult, LedgerEntry, Objective
from okrsync.model.tree import Tree, with_ancestors
from okrsync.plan.turning import items_of
from okrsync.state.history import Key, first_run, keyed_items, movements, moves_since, run_before
from okrsync.state.ledger import Ledger, News
from okrsync.steps.job import Job

__all__ = ["Past", "confidences_of", "histories_of", "with_past"]

MeasureTree = Callable[[Cycle, Tree], Measured]


class Past(NamedTuple):
    """The picture with what the ledger adds, and what is not in the ledger yet."""

    picture: Picture
    news: tuple[News, ...]


def with_past(job: Job, read_names: Iterable[str], picture: Picture, again: MeasureTree) -> Past:
    """Add the past of every item of the shown cycle and of the one before. `read_names` are the
    sources that were read now; `again` measures a tree that differs from the picture's.
    """
    summary = job.config.summary
    picture = replace(picture, since=summary.since, moved_after=job.today - summary.since_span)
    if not job.is_asked_for_news and _is_first_look(job, picture):
        return Past(picture, ())
    past = _with_ledger(job, read_names, picture, again)
    if past is None:
        return Past(picture, ())
    return past._replace(picture=replace(past.picture, movements=_movements(job, past.picture)))


def _with_ledger(
    job: Job, read_names: Iterable[str], picture: Picture, again: MeasureTree
) -> Past | None:
    """The picture with what was seen of each item lately, and what the ledger does not have yet;
    None where nothing ever was seen. The entries of the ledger take much room, and are let go at
    the end.
    """
    # Loaded where there may be a past: a first look has none.
    from okrsync.measures.outlook import OUTLOOK_DAYS

    ledger = Ledger(job.journal.state)
    news = ledger.unstored(picture, read_names, job.today)
    days = _days_of_trends() if job.options.shows_trends else OUTLOOK_DAYS + 1
    stored = ledger.recent(job.today, days)
    if not stored and not news:
        return None
    ids = (each.item.id for each in news if each.is_news)
    picture = replace(picture, news=with_ancestors(picture.tree, ids))
    histories = _by_id(picture, stored, news)
    tree = _with_past(job, picture, picture.tree, picture.measures, histories, again)
    closed = _with_past(job, picture, picture.closed, picture.closed_measures, histories, again)
    picture = replace(
        picture,
        measures=tree.items,
        closed_measures=closed.items,
        warnings=(*picture.warnings, *tree.warnings, *closed.warnings),
    )
    return Past(picture, news)


def _days_of_trends() -> int:
    from okrsync.measures.past import TREND_WEEKS

    return 7 * TREND_WEEKS + 1


def _is_first_look(job: Job, picture: Picture) -> bool:
    """Whether nothing was ever kept of any item, by okrsync or by the team itself."""
    state = job.journal.state
    return (
        Ledger(state).newest_of_all() == 0
        and first_run(state) is None
        and not any(
            key_result.observations
            for tree in (picture.tree, picture.closed)
            for objective in tree.objectives.values()
            for key_result in objective.key_results
        )
    )


def _movements(job: Job, picture: Picture) -> tuple[Movement, ...]:
    """What moved within `[summary] since`."""
    state = job.journal.state
    # In the first week, everything is compared with the first run.
    run = run_before(state, job.today - job.config.summary.since_span) or first_run(state)
    return () if run is None else movements(moves_since(state, run, picture))


def _with_past(
    job: Job,
    picture: Picture,
    tree: Tree,
    measures: Mapping[str, Measure],
    histories: Mapping[str, Sequence[LedgerEntry]],
    again: MeasureTree,
) -> Measured:
    """One tree with its past. The warnings are those of its events."""
    if not tree.objectives:
        return Measured(measures)
    # What was seen of the row is not about an item that stands in for another cycle's.
    standing_in = {item.id for item in items_of(tree) if item.origin.is_stand_in}
    if standing_in:
        histories = {id_: seen for id_, seen in histories.items() if id_ not in standing_in}
    from okrsync.measures.past import a_week_ago, add_past, with_final_plans

    final = with_final_plans(tree, histories, job.today, picture.cycle)
    measured = Measured(measures if final is tree else again(picture.cycle, final).items)
    earlier = a_week_ago(final, histories, job.today) if job.options.shows_outlooks else None
    return add_past(
        final,
        measured,
        None if earlier is None else again(picture.cycle, earlier),
        histories,
        {"": job.config.scoring, **job.source_rules},
        as_of=job.today,
        cycle=picture.cycle,
        since=job.config.summary.since_span,
        with_outlooks=job.options.shows_outlooks,
    )


def histories_of(
    job: Job, picture: Picture, news: Iterable[News]
) -> dict[str, tuple[LedgerEntry, ...]]:
    """By item id, what was seen of it lately, with the `news` that are not in the ledger yet."""
    return _by_id(picture, Ledger(job.journal.state).recent(job.today, _days_of_trends()), news)


def confidences_of(
    job: Job, picture: Picture, news: Iterable[News]
) -> dict[str, tuple[Decimal | None, ...]]:
    """By item id, what people believed at each check-in, the last one last."""
    stored = Ledger(job.journal.state).confidences(job.today, _days_of_trends())
    by_key = {key: dict(check_ins) for key, check_ins in stored.items()}
    for each in news:
        entry = each.entry
        if entry.origin == "run":
            by_key.setdefault(each.key, {})[entry.checked_in or entry.day] = entry.confidence
    return {
        item.id: tuple(by_key[key][day] for day in sorted(by_key[key]))
        for key, item, _ in keyed_items(picture)
        if key in by_key
    }


def _by_id(
    picture: Picture, stored: Mapping[Key, Sequence[LedgerEntry]], news: Iterable[News]
) -> dict[str, tuple[LedgerEntry, ...]]:
    """By item id, what was seen of it up to now, in the order in which it was seen."""
    if not stored and not picture.closed.objectives:
        first: dict[str, list[LedgerEntry]] = {}
        for each in news:
            first.setdefault(each.item.id, []).append(each.entry)
        return {id_: tuple(seen) for id_, seen in first.items()}
    entries = dict(stored)
    for each in news:
        entries[each.key] = (*entries.get(each.key, ()), each.entry)
    ids = [(key, item.id) for key, item, _ in keyed_items(picture)]
    for objective in picture.closed.objectives.values():
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        ids += [((objective.source, item.key), item.id) for item in items]
    return {id_: tuple(entries[key]) for key, id_ in ids if key in entries}
