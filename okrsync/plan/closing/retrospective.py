"""How a cycle went: for each objective its score, what moved when, which targets were moved, the
longest silence, what was won, and how good the forecasts were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from okrsync.measures.result import Measure, Move
from okrsync.model.okrs import Cycle, KeyResult, LedgerEntry, Status
from okrsync.model.tree import Tree

__all__ = ["QUESTIONS", "PastValue", "Retrospective", "ReviewedObjective", "ReviewedResult"]
__all__ += ["retrospective_of"]

QUESTIONS = (
    "What went well, and what do we keep?",
    "What got in our way, and what do we change?",
    "What did we learn about our targets?",
)
"""The questions that a team answers itself, with room below each."""


@dataclass(frozen=True, slots=True)
class PastValue:
    """The value of a key result on a day, and the progress it came to."""

    day: date
    current: Decimal | None
    progress: Decimal | None


@dataclass(frozen=True, slots=True)
class ReviewedResult:
    """How a key result went. `values` are those in which it moved; `silence_days` is the longest
    time between two check-ins, None where it had fewer than two; `forecast` is the progress at the
    end that okrsync expected at half-time.
    """

    id: str
    title: str
    owner: str | None
    status: Status
    score: Decimal | None
    progress: Decimal | None
    unit: str | None
    baseline: Decimal | None
    current: Decimal | None
    target: Decimal | None
    values: tuple[PastValue, ...]
    moves: tuple[Move, ...]
    silence_days: int | None
    forecast: Decimal | None
    at: str
    set_aside: str | None = None

    @property
    def forecast_error(self) -> Decimal | None:
        """How far the forecast was from what it came to, as a share; None without one."""
        if self.forecast is None or self.progress is None:
            return None
        return abs(self.forecast - self.progress)


@dataclass(frozen=True, slots=True)
class ReviewedObjective:
    """How an objective went."""

    id: str
    title: str
    source: str
    owner: str | None
    status: Status
    score: Decimal | None
    progress: Decimal | None
    at: str
    results: tuple[ReviewedResult, ...]


@dataclass(frozen=True, slots=True)
class Retrospective:
    """How a cycle went."""

    cycle: Cycle
    objectives: tuple[ReviewedObjective, ...]

    @property
    def wins(self) -> tuple[ReviewedResult, ...]:
        """The key results that were achieved."""
        return tuple(
            result
            for objective in self.objectives
            for result in objective.results
            if result.status is Status.ACHIEVED and result.set_aside is None
        )

    @property
    def forecast_error(self) -> Decimal | None:
        """The mean error of the forecasts at half-time, as a share; None where there were none."""
        errors = [
            error
            for objective in self.objectives
            for result in objective.results
            if (error := result.forecast_error) is not None
        ]
        return sum(errors, Decimal(0)) / len(errors) if errors else None


def retrospective_of(
    tree: Tree,
    measures: Mapping[str, Measure],
    half_time: Mapping[str, Measure],
    histories: Mapping[str, Sequence[LedgerEntry]],
    cycle: Cycle,
) -> Retrospective:
    """The retrospective of a cycle. `half_time` are the measures of the day in its middle,
    `histories` what was seen of each item, oldest day first, both by id.
    """
    objectives = []
    for objective in tree.objectives.values():
        measure = measures[objective.id]
        objectives.append(
            ReviewedObjective(
                objective.id,
                objective.title,
                objective.source,
                objective.owner,
                measure.status,
                measure.score,
                measure.progress,
                str(objective.origin.title_cell),
                tuple(
                    _reviewed(
                        result,
                        measures[result.id],
                        half_time.get(result.id),
                        _inside(histories.get(result.id, ()), cycle),
                        cycle,
                    )
                    for result in objective.key_results
                ),
            )
        )
    return Retrospective(cycle, tuple(objectives))


def _inside(history: Sequence[LedgerEntry], cycle: Cycle) -> list[LedgerEntry]:
    return [entry for entry in history if cycle.start <= entry.day <= cycle.end]


def _reviewed(
    result: KeyResult,
    measure: Measure,
    half_time: Measure | None,
    history: Sequence[LedgerEntry],
    cycle: Cycle,
) -> ReviewedResult:
    values: list[PastValue] = []
    for entry in history:
        value = PastValue(entry.day, entry.current, entry.progress)
        if not values or (value.current, value.progress) != (
            values[-1].current,
            values[-1].progress,
        ):
            values.append(value)
    days = sorted({entry.checked_in or entry.day for entry in history})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    if days:
        gaps.append((cycle.end - days[-1]).days)
    return ReviewedResult(
        result.id,
        result.title,
        result.owner,
        measure.status,
        measure.score,
        measure.progress,
        result.unit,
        result.baseline,
        result.current,
        result.target,
        tuple(values),
        measure.moves,
        max(gaps, default=None) if len(days) > 1 else None,
        None if half_time is None else half_time.forecast,
        str(result.origin.title_cell),
        measure.set_aside,
    )
