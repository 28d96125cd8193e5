"""Decides the content of a summary: headline numbers, objectives, items that need attention, and
movements.

The summary of a source covers its objectives and everything below them, in whatever source; without
a source it covers everything. Nothing in it changes by itself between two runs of one day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from okrsync.connector.summary import (
    Attention,
    Headline,
    Movement,
    ObjectiveLine,
    StatusCounts,
    Summary,
)
from okrsync.measures.events import move_words, unit_of
from okrsync.measures.fields import status_text, whole_percent
from okrsync.measures.picture import Picture
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure, Sources
from okrsync.measures.row_words import disagreement, row_words
from okrsync.model.okrs import KeyResult, Objective, Status

__all__ = ["needs_attention", "source_notices", "summarise"]

_WORRIES = (Status.MISSED, Status.OFF_TRACK, Status.STALE, Status.AT_RISK, Status.NO_DATA)
# A longer list is not read; the number of further items stands below it.
_ATTENTION_LINES = 25
# As many bars as the chart has room for.
_CHART_LINES = 10


def summarise(picture: Picture, source: str | None, title: str = "OKR summary") -> Summary:
    """The summary of one source's objectives and everything below them; of everything, if `source`
    is None.
    """
    lines = list(_objective_lines(picture, source))
    ids = {line.id for line in lines}
    objectives = [picture.tree.objectives[line.id] for line in lines]
    items = [
        item
        for item in _items(objectives)
        if item.id in picture.measures and picture.measures[item.id].set_aside is None
    ]
    # An objective stands for itself only where no key results do.
    counted = [item for item in items if isinstance(item, KeyResult) or not item.key_results]
    within = ids | {item.id for item in items}
    changes = tuple(movement for movement in picture.movements if movement.id in within)
    attention = needs_attention(items, picture.measures)
    return Summary(
        title=title,
        cycle=picture.cycle.name,
        headlines=tuple(_headlines(picture, lines, counted, len(attention))),
        objectives=tuple(lines),
        statuses=tuple(
            (status, sum(picture.measures[item.id].status is status for item in counted))
            for status in Status
        ),
        attention=attention[:_ATTENTION_LINES],
        by_objective=tuple(_by_objective(objectives, picture.measures)),
        wins=(
            *(
                Movement(item.id, item.title, None, _share(measure.progress), None, Status.ACHIEVED)
                for item in items
                if (measure := picture.measures[item.id]).status is Status.ACHIEVED
            ),
            *(
                movement
                for movement in changes
                if movement.status_after is Status.ON_TRACK
                and movement.status_before in (Status.AT_RISK, Status.OFF_TRACK)
            ),
        ),
        movements=changes,
        since=picture.since,
        notices=(
            *_left_out(len(attention) - _ATTENTION_LINES),
            *source_notices(
                picture,
                None if source is None else _sources(picture.measures[id_] for id_ in ids).unread,
            ),
            *_events(items, picture),
            *_disagreements(items, picture.measures),
        ),
    )


def _objective_lines(picture: Picture, source: str | None) -> Iterator[ObjectiveLine]:
    """The source's own objectives and their descendants, depth first, each once."""
    tree, shown_ids = picture.tree, set[str]()
    own_objectives = [
        objective
        for objective in tree.objectives.values()
        if source is None or objective.source == source
    ]
    ids = {objective.id for objective in own_objectives}
    tops = [
        objective.id for objective in own_objectives if tree.parents.get(objective.id) not in ids
    ]
    waiting = [(id_, 0) for id_ in reversed(tops)]
    while waiting:
        id_, depth = waiting.pop()
        # People write parents in circles; the tree warns of it, and here each item comes once.
        if id_ in shown_ids or id_ not in picture.measures:
            continue
        shown_ids.add(id_)
        waiting.extend((child, depth + 1) for child in reversed(tree.children.get(id_, ())))
        objective, measure = tree.objectives[id_], picture.measures[id_]
        with_data, total = measure.reported
        yield ObjectiveLine(
            id=id_,
            title=objective.title,
            depth=depth,
            owner=objective.owner,
            progress=_share(measure.progress),
            expected=_share(measure.expected),
            status=measure.status,
            coverage=", ".join(
                filter(
                    None,
                    [f"{with_data} of {total} reported" if total else "", _partly(measure.sources)],
                )
            ),
            at=str(objective.origin.title_cell),
            source=objective.source,
            forecast=_share(measure.forecast),
        )


def _by_objective(
    objectives: Iterable[Objective], measures: Mapping[str, Measure]
) -> Iterator[StatusCounts]:
    """How many items of each objective stand how. The counts add up to those by status."""
    lines = []
    for objective in objectives:
        items = objective.key_results or (objective,)
        found = Counter(
            measures[item.id].status
            for item in items
            if item.id in measures and measures[item.id].set_aside is None
        )
        if found:
            lines.append((objective.title, found))
    shown = lines[:_CHART_LINES] if len(lines) > _CHART_LINES + 1 else lines
    for title, found in shown:
        yield StatusCounts(title, tuple((status, found[status]) for status in Status))
    if rest := lines[len(shown) :]:
        total = sum((found for _, found in rest), Counter[Status]())
        yield StatusCounts(
            f"{len(rest)} more objectives", tuple((status, total[status]) for status in Status)
        )


def _headlines(
    picture: Picture, lines: list[ObjectiveLine], counted: list[KeyResult | Objective], worries: int
) -> Iterator[Headline]:
    tops = [picture.measures[line.id] for line in lines if line.depth == 0]
    yield Headline("Progress", _mean(measure.progress for measure in tops))
    yield Headline("Expected by now", _mean(measure.expected for measure in tops))
    forecast = _mean(measure.forecast for measure in tops)
    if forecast is not None and all(measure.forecast is not None for measure in tops):
        yield Headline("At this pace", forecast)
    yield _counted("Objectives", len(lines))
    yield _counted("Key results", sum(isinstance(item, KeyResult) for item in counted))
    with_data = sum(picture.measures[item.id].progress is not None for item in counted)
    yield Headline("Reported", text=f"{with_data} of {len(counted)}")
    sources = _sources(tops)
    if sources.unread:
        yield Headline("Sources", text=f"{len(sources.read)} of {len(sources)}")
    yield _counted("Need attention", worries)


def _counted(label: str, count: int) -> Headline:
    return Headline(label, text=str(count), count=count)


def needs_attention(
    items: Iterable[KeyResult | Objective], measures: Mapping[str, Measure]
) -> tuple[Attention, ...]:
    """The items that need attention, worst first. An objective with key results is left out: they
    are listed themselves.
    """
    worried = [
        (_WORRIES.index(measure.status), number, item, measure)
        for number, item in enumerate(items)
        if (measure := measures[item.id]).status in _WORRIES
        and not (isinstance(item, Objective) and item.key_results)
    ]
    return tuple(
        Attention(
            id=item.id,
            title=item.title,
            owner=item.owner,
            status=measure.status,
            reason=" ".join((measure.reason, *_said(item, measure))),
            at=str(item.origin.title_cell),
            source=item.origin.source,
        )
        for _, _, item, measure in sorted(worried, key=lambda entry: entry[:2])
    )


def _left_out(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{count} more need attention than are listed here."


def source_notices(picture: Picture, unread: Collection[str] | None = None) -> Iterator[str]:
    """What is said of sources that could not be read. `unread` names those that matter here; None
    for all.
    """
    for view in picture.sources:
        if unread is not None and view.name not in unread:
            continue
        state_words = "waits for somebody to look at it" if view.refused else "could not be read"
        if view.state == "kept" and view.read_at is not None:
            yield f"{view.name} {state_words}; its numbers are those of {day(view.read_at)}."
        elif view.state == "failed":
            since = f"; the last were of {day(view.read_at)}" if view.read_at is not None else ""
            yield f"{view.name} {state_words} and is not in these numbers{since}."


def _events(items: Iterable[KeyResult | Objective], picture: Picture) -> tuple[str, ...]:
    """The targets, baselines and owners that changed lately, a line each."""
    lines = [
        f"{item.title}: {move_words(move, unit_of(item))}."
        for item in items
        for move in picture.measures[item.id].moves
        if picture.moved_after is None or move.day > picture.moved_after
    ]
    left_out = len(lines) - _ATTENTION_LINES
    more = (f"{left_out} more moved than are listed here.",) if left_out > 0 else ()
    return (*lines[:_ATTENTION_LINES], *more)


def _said(item: KeyResult | Objective, measure: Measure) -> list[str]:
    """What the team says of an item; its status is listed with all that differ."""
    return [words.text for words in row_words(item, measure) if words.role != "status"]


def _disagreements(
    items: Iterable[KeyResult | Objective], measures: Mapping[str, Measure]
) -> tuple[str, ...]:
    """The items whose typed status differs from that of okrsync, a line each."""
    lines = [
        f"{item.title}: {status_text(measures[item.id])} by its numbers. {typed}"
        for item in items
        if (typed := disagreement(item, measures[item.id])) is not None
    ]
    left_out = len(lines) - _ATTENTION_LINES
    more = (f"{left_out} more are typed otherwise.",) if left_out > 0 else ()
    return (*lines[:_ATTENTION_LINES], *more)


def _sources(measures: Iterable[Measure]) -> Sources:
    """The sources of several items together."""
    read, unread = set[str](), set[str]()
    for measure in measures:
        read.update(measure.sources.read)
        unread.update(measure.sources.unread)
    return Sources(tuple(sorted(read)), tuple(sorted(unread)))


def _partly(sources: Sources) -> str:
    return sources.words if sources.unread and len(sources) > 1 else ""


def _items(objectives: Iterable[Objective]) -> Iterator[KeyResult | Objective]:
    for objective in objectives:
        yield objective
        yield from objective.key_results


def _share(value: Decimal | None) -> float | None:
    # Rounded as in the cells: 58.4 % here beside 58 % there would look like two answers.
    rounded = whole_percent(value)
    return None if rounded is None else float(rounded)


def _mean(values: Iterable[Decimal | None]) -> float | None:
    present = [value for value in values if value is not None]
    return _share(sum(present, Decimal(0)) / len(present)) if present else None
