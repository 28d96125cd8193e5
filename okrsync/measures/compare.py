"""Puts the numbers of the tool that was left beside okrsync's, and says which switch explains a
difference.

A switch explains a difference where changing it alone makes okrsync's number the other one, in
whole percent. Conventions are tried as well, after all single switches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from okrsync.measures.conventions import CONVENTIONS
from okrsync.measures.pace import whole
from okrsync.measures.result import Measured
from okrsync.measures.rules import Rules
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.tree import Tree

__all__ = ["Comparison", "Difference", "Exported", "compare"]


@dataclass(frozen=True, slots=True)
class Exported:
    """One item of the other tool's export, and the progress it states there, a share. `id` is what
    its id column says, None where there is none; `objective` the title of its objective, None for
    an objective.
    """

    title: str
    progress: Decimal
    at: str
    id: str | None = None
    objective: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """An item whose numbers differ. `explained_by` are the switches, as they would stand under
    `[scoring]`, each of which alone makes okrsync's number theirs; empty where none does.
    """

    id: str
    title: str
    at: str
    theirs: Decimal
    ours: Decimal | None
    explained_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome: how many items were compared, those that differ, what stands only in the export,
    what stands only here, and for each explanation how many differences it explains, most first.
    """

    compared: int
    differences: tuple[Difference, ...]
    only_there: tuple[Exported, ...]
    only_here: tuple[str, ...]
    explanations: tuple[tuple[str, int], ...]


def compare(
    tree: Tree,
    measured: Measured,
    exported: Sequence[Exported],
    rules: Rules,
    measure: Callable[[Rules], Measured],
) -> Comparison:
    """Compare an export with a measured tree. `measure` measures the same tree under other rules;
    it is asked only where numbers differ.
    """
    pairs, only_there = _matched(tree, exported)
    differing = {
        id_: (theirs, ours)
        for id_, theirs in pairs.items()
        if not _same(theirs.progress, ours := _shown(measured, id_))
    }
    explained: dict[str, list[str]] = {id_: [] for id_ in differing}
    counts: dict[str, int] = {}
    for words, other in _other_rules(rules) if differing else ():
        under = measure(other)
        # A single switch says more than a convention, which is several.
        fits = [
            id_
            for id_, (theirs, _) in differing.items()
            if _same(theirs.progress, _shown(under, id_))
            and not (words.startswith("convention") and explained[id_])
        ]
        for id_ in fits:
            explained[id_].append(words)
        if fits:
            counts[words] = len(fits)
    return Comparison(
        len(pairs),
        tuple(
            Difference(id_, theirs.title, theirs.at, theirs.progress, ours, tuple(explained[id_]))
            for id_, (theirs, ours) in differing.items()
        ),
        only_there,
        tuple(id_ for id_ in measured.items if id_ not in pairs),
        tuple(sorted(counts.items(), key=lambda entry: -entry[1])),
    )


def _shown(measured: Measured, id_: str) -> Decimal | None:
    measure = measured.items.get(id_)
    return None if measure is None else measure.progress


def _same(theirs: Decimal, ours: Decimal | None) -> bool:
    """Whether both are the same in whole percent, as tools print them, rounded or cut."""
    if ours is None:
        return False
    return whole(theirs) == whole(ours) or abs(theirs - ours) < Decimal("0.005")


def _other_rules(rules: Rules) -> Iterator[tuple[str, Rules]]:
    """Every other value of every switch that has a few, then every convention."""
    for name, field in Rules.model_fields.items():
        if name == "convention" or get_origin(field.annotation) is not Literal:
            continue
        for value in get_args(field.annotation):
            if value != getattr(rules, name):
                yield f'{name} = "{value}"', rules.model_copy(update={name: value})
    for name, convention in CONVENTIONS.items():
        if name != rules.convention:
            switches: dict[str, Any] = {"convention": name, **convention.switches}
            yield f'convention = "{name}"', Rules.model_validate(switches)


def _matched(
    tree: Tree, exported: Sequence[Exported]
) -> tuple[dict[str, Exported], tuple[Exported, ...]]:
    """By our id the exported item that is meant: by its id, else by its title under the title of
    its objective, else by a title that only one item has.
    """
    items = dict(_items(tree))
    by_id = {id_.partition("/")[2]: id_ for id_ in items} | {id_: id_ for id_ in items}
    by_place: dict[tuple[str | None, str], list[str]] = {}
    by_title: dict[str, list[str]] = {}
    for id_, (item, objective) in items.items():
        above = None if objective is None else _folded(objective.title)
        by_place.setdefault((above, _folded(item.title)), []).append(id_)
        by_title.setdefault(_folded(item.title), []).append(id_)
    pairs: dict[str, Exported] = {}
    missing: list[Exported] = []
    for entry in exported:
        title = _folded(entry.title)
        under = None if entry.objective is None else _folded(entry.objective)
        candidates: list[Sequence[str]] = [
            [by_id[entry.id]] if entry.id is not None and entry.id in by_id else [],
            by_place.get((under, title), []),
            by_title.get(title, []),
        ]
        ours = next((ids[0] for ids in candidates if len(ids) == 1 and ids[0] not in pairs), None)
        if ours is None:
            missing.append(entry)
        else:
            pairs[ours] = entry
    return pairs, tuple(missing)


def _items(tree: Tree) -> Iterator[tuple[str, tuple[KeyResult | Objective, Objective | None]]]:
    for objective in tree.objectives.values():
        if not objective.implied:
            yield objective.id, (objective, None)
        for key_result in objective.key_results:
            yield key_result.id, (key_result, objective)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
