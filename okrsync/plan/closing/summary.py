"""A retrospective as a summary, so that it is kept in a tab or on a page like any other: okrsync's
part of it is okrsync's, and what people type beside or below it stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from okrsync.connector.summary import Attention, Headline, Movement, ObjectiveLine, Summary
from okrsync.measures.events import move_sentence
from okrsync.measures.reasons import day, percent
from okrsync.model.okrs import Cycle, Status
from okrsync.model.table import text_of
from okrsync.plan.closing.retrospective import (
    QUESTIONS,
    Retrospective,
    ReviewedObjective,
    ReviewedResult,
)

__all__ = ["retrospective_name", "retrospective_summary"]


def retrospective_name(cycle: Cycle) -> str:
    """What the retrospective of a cycle is called beside other summaries."""
    return f"retrospective {cycle.name}"


def retrospective_summary(retrospective: Retrospective, source: str) -> Summary | None:
    """The retrospective of one source; None where it had nothing in the cycle."""
    objectives = [each for each in retrospective.objectives if each.source == source]
    if not objectives:
        return None
    results = [result for objective in objectives for result in objective.results]
    wins = [result for result in results if result.status is Status.ACHIEVED]
    errors = [error for result in results if (error := result.forecast_error) is not None]
    headlines = [
        Headline("Achieved", text=f"{len(wins)} of {len(results)}"),
        Headline("Score", text=_mean_score(objectives)),
    ]
    if errors:
        mean = sum(errors, Decimal(0)) / len(errors)
        headlines.append(Headline("Forecasts at half-time were off by", _share(mean)))
    statuses = Counter(result.status for result in results)
    return Summary(
        title="Retrospective",
        cycle=retrospective.cycle.name,
        headlines=tuple(headlines),
        objectives=tuple(map(_line, objectives)),
        statuses=tuple((status, statuses[status]) for status in Status),
        attention=tuple(
            Attention(
                result.id,
                result.title,
                result.owner,
                result.status,
                " ".join(_sentences(result)),
                result.at,
                source,
            )
            for result in results
            if result.status is not Status.ACHIEVED and result.set_aside is None
        ),
        wins=tuple(map(_movement, wins)),
        movements=tuple(
            _movement(result) for result in results if len(result.values) > 1 and result not in wins
        ),
        notices=(
            *(f"{question} Write below." for question in QUESTIONS),
            "okrsync leaves alone what you type beside and below this.",
        ),
        since=f"{(retrospective.cycle.end - retrospective.cycle.start).days + 1} days",
    )


def _mean_score(objectives: list[ReviewedObjective]) -> str:
    scores = [objective.score for objective in objectives if objective.score is not None]
    return f"{sum(scores, Decimal(0)) / len(scores):.1f}" if scores else "none"


def _line(objective: ReviewedObjective) -> ObjectiveLine:
    scored = "no score" if objective.score is None else f"score {objective.score:.1f}"
    return ObjectiveLine(
        objective.id,
        objective.title,
        0,
        objective.owner,
        _share(objective.progress),
        None,
        objective.status,
        scored,
        objective.at,
        objective.source,
    )


def _movement(result: ReviewedResult) -> Movement:
    first = result.values[0].progress if result.values else None
    progress = _share(result.progress)
    return Movement(result.id, result.title, _share(first), progress, None, result.status)


def _sentences(result: ReviewedResult) -> Iterator[str]:
    score = "No score." if result.score is None else f"Score {result.score:.1f}."
    yield score
    if len(result.values) > 1:
        moves = (f"{day(value.day)}: {text_of(value.current)}" for value in result.values)
        yield f"Moved: {'; '.join(moves)}."
    for move in result.moves:
        yield move_sentence(move, result.unit)
    if result.silence_days is not None:
        yield f"Longest silence: {result.silence_days} days."
    if result.forecast is not None and result.progress is not None:
        yield (
            f"Forecast at half-time: {percent(result.forecast)}; it came to"
            f" {percent(result.progress)}."
        )


def _share(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 4)
