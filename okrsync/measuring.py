"""Joins the OKRs of all sources into one tree and measures every item of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from okrsync.errors import AccessError
from okrsync.job import Job
from okrsync.measures import Measured
from okrsync.measures import measure as measure_tree
from okrsync.model import Objective, Warning_
from okrsync.picture import Picture, SourceView
from okrsync.scope import split_by_cycle
from okrsync.table import text_of
from okrsync.tree import Tree, join
from okrsync.understanding import Understood

__all__ = ["Measuring", "currents", "measure"]


@dataclass(frozen=True, slots=True)
class Measuring:
    """The picture, and what it was made from that `explain` needs again."""

    picture: Picture
    measured: Measured
    seen: Mapping[tuple[str, str], date]


def measure(job: Job, understood: Mapping[str, Understood]) -> Measuring:
    """How everything stands, over all sources that are known."""
    objectives: list[Objective] = []
    warnings: list[Warning_] = []
    seen: dict[tuple[str, str], date] = {}
    for name, source in understood.items():
        if source.okrs is not None:
            objectives.extend(source.okrs.objectives)
            warnings.extend(source.okrs.warnings)
            days = job.memory.seen(name, currents(source.okrs.objectives), job.today)
            seen.update({(name, key): day for key, day in days.items()})
    inside, outside = split_by_cycle(objectives, job.cycle)
    tree, others = join(inside, _parents(job)), join(outside, {})
    measured = _measure(job, tree, seen)
    apart = _measure(job, others, seen)
    picture = Picture(
        as_of=job.today,
        cycle=job.cycle,
        sources=tuple(_view(job, source, others) for source in understood.values()),
        tree=tree,
        measures=measured.items,
        others=others,
        other_measures=apart.items,
        warnings=(*warnings, *tree.warnings, *measured.warnings),
    )
    return Measuring(picture, measured, seen)


def currents(objectives: Iterable[Objective]) -> dict[str, str]:
    """By natural key, what stands as the current value (or the typed progress or status) of each item, as text.

    It is compared from run to run to tell when a person last changed it, for sources that have no place for check-in dates.
    """
    texts = {}
    for objective in objectives:
        if not objective.checked_in_known and not objective.key_results:
            texts[objective.key] = f"{text_of(objective.given_progress)}|{objective.given_status or ''}"
        for item in objective.key_results:
            if not item.checked_in_known:
                done = item.milestones or ""
                texts[item.key] = (
                    f"{text_of(item.current)}|{done}|{text_of(item.given_progress)}|{item.given_status or ''}"
                )
    return texts


def _measure(job: Job, tree: Tree, seen: Mapping[tuple[str, str], date]) -> Measured:
    return measure_tree(tree, job.config.scoring, as_of=job.today, cycle=job.cycle, checkins=job.checkins, seen=seen)


def _parents(job: Job) -> dict[str, str]:
    return {name: source.parent for name, source in job.config.sources.items() if source.parent is not None}


def _view(job: Job, source: Understood, others: Tree) -> SourceView:
    objectives = source.okrs.objectives if source.okrs is not None else ()
    return SourceView(
        name=source.source,
        connector=job.config.sources[source.source].connector,
        state=source.state,
        read_at=source.read_at,
        objectives=len(objectives),
        key_results=sum(len(objective.key_results) for objective in objectives),
        other_cycles=sum(objective.source == source.source for objective in others.objectives.values()),
        error=source.error.message if source.error is not None else None,
        hint=source.error.hint if source.error is not None else None,
        denied=isinstance(source.error, AccessError),
    )
