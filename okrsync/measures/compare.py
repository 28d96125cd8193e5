"""Compares the progress that another tool exported with okrsync's own, and names the switch that
explains each difference.

A switch explains a difference when changing it alone makes okrsync come to the other tool's number,
in whole percent. Conventions are tried after all single switches.
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
    """One item of the other tool's export with the progress stated there, as a share.

    `id` is the text of its id column, None without such a column. `objective` is the title of its
    objective, None for an objective.
    """

    title: str
    progress: Decimal
    at: str
    id: str | None = None
    objective: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """An item whose numbers differ.

    `explained_by` holds the switches, as written under `[scoring]`, each of which alone makes
    okrsync come to the other tool's number; it is empty when no switch does.
    """

    id: str
    title: str
    at: str
    theirs: Decimal
    ours: Decimal | None
    explained_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome: how many items were compared, which differ, which are only in the export or only
    in the tree, and how many differences each explanation covers, the largest number first.
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
    """Compare an export with a measured tree.

    `measure` measures the same tree under other rules; it is called only when numbers differ.
    """
    pairs, only_there = _match_items(tree, exported)
    differing = {
        id_: (theirs, ours)
        for id_, theirs in pairs.items()
        if not _agree(theirs.progress, ours := _progress_of(measured, id_))
    }
    explained: dict[str, list[str]] = {id_: [] for id_ in differing}
    counts: dict[str, int] = {}
    for switch, other_rules in _other_rules(rules) if differing else ():
        other_measured = measure(other_rules)
        # A convention changes several switches at once, so a single switch that fits says more.
        fits = [
            id_
            for id_, (theirs, _) in differing.items()
            if _agree(theirs.progress, _progress_of(other_measured, id_))
            and not (switch.startswith("convention") and explained[id_])
        ]
        for id_ in fits:
            explained[id_].append(switch)
        if fits:
            counts[switch] = len(fits)
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


def _progress_of(measured: Measured, id_: str) -> Decimal | None:
    measure = measured.items.get(id_)
    return None if measure is None else measure.progress


def _agree(theirs: Decimal, ours: Decimal | None) -> bool:
    """Whether both are the same in whole percent, rounded or truncated."""
    if ours is None:
        return False
    # Some tools export 0.666 as 66 %, others as 67 %: half a percent apart is the same number.
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


def _match_items(
    tree: Tree, exported: Sequence[Exported]
) -> tuple[dict[str, Exported], tuple[Exported, ...]]:
    """The exported item for each of our ids, and the exported items without a match.

    An item is matched by its id, else by its title under the title of its objective, else by a
    title that only one item has.
    """
    items = dict(_items(tree))
    by_id = {id_.partition("/")[2]: id_ for id_ in items} | {id_: id_ for id_ in items}
    by_path: dict[tuple[str | None, str], list[str]] = {}
    by_title: dict[str, list[str]] = {}
    for id_, (item, objective) in items.items():
        objective_title = None if objective is None else _folded(objective.title)
        by_path.setdefault((objective_title, _folded(item.title)), []).append(id_)
        by_title.setdefault(_folded(item.title), []).append(id_)
    pairs: dict[str, Exported] = {}
    missing: list[Exported] = []
    for entry in exported:
        title = _folded(entry.title)
        objective_title = None if entry.objective is None else _folded(entry.objective)
        candidates: list[Sequence[str]] = [
            [by_id[entry.id]] if entry.id is not None and entry.id in by_id else [],
            by_path.get((objective_title, title), []),
            by_title.get(title, []),
        ]
        our_id = next((ids[0] for ids in candidates if len(ids) == 1 and ids[0] not in pairs), None)
        if our_id is None:
            missing.append(entry)
        else:
            pairs[our_id] = entry
    return pairs, tuple(missing)


def _items(tree: Tree) -> Iterator[tuple[str, tuple[KeyResult | Objective, Objective | None]]]:
    for objective in tree.objectives.values():
        if not objective.implied:
            yield objective.id, (objective, None)
        for key_result in objective.key_results:
            yield key_result.id, (key_result, objective)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
