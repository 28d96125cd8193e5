"""Objectives of all sources joined into one tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from okrsync.model import Objective, Warning_

__all__ = ["Tree", "join"]


@dataclass(frozen=True, slots=True)
class Tree:
    """Who hangs under whom.

    `objectives` is by id, in reading order, over all sources. `parents` leads from an objective's id to its parent's;
    `children` the other way, in reading order; `roots` are those without a parent.
    """

    objectives: Mapping[str, Objective]
    parents: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]
    roots: tuple[str, ...]
    warnings: tuple[Warning_, ...] = ()


def join(objectives: Sequence[Objective], default_parents: Mapping[str, str]) -> Tree:
    """The objectives of all sources as one tree.

    A parent is named by id (`company/O1`, or `O1` within the source), by exact title (within the source first), or by the id of one of its
    key results. `default_parents` tells by source name where that source's top objectives hang. What does not fit is
    named in `warnings` and hangs at the top; a loop is cut where it was entered.
    """
    warnings: list[Warning_] = []
    items = _distinct(objectives, warnings)
    directory = _Directory(items)
    parents: dict[str, str] = {}
    for objective in items.values():
        if objective.parent is not None:
            found = directory.find(objective.parent, objective.source, warnings, objective)
            if found is not None and found != objective.id:
                parents[objective.id] = found
    for objective in items.values():
        default = default_parents.get(objective.source)
        if default is None or objective.id in parents or objective.parent is not None:
            continue
        found = directory.find(default, objective.source, warnings, objective)
        if found is not None and not _is_under(found, objective.id, parents):
            parents[objective.id] = found
    _cut_loops(items, parents, warnings)
    children: dict[str, list[str]] = {}
    for id_ in items:
        if id_ in parents:
            children.setdefault(parents[id_], []).append(id_)
    return Tree(
        objectives=items,
        parents=parents,
        children={id_: tuple(below) for id_, below in children.items()},
        roots=tuple(id_ for id_ in items if id_ not in parents),
        warnings=tuple(warnings),
    )


def _distinct(objectives: Sequence[Objective], warnings: list[Warning_]) -> dict[str, Objective]:
    """The objectives by id; what comes second under an id gets a number, and is named, unless it was named when it was read."""
    items: dict[str, Objective] = {}
    taken: set[str] = set()
    for objective in objectives:
        key_results = []
        id_ = _free(objective.id, taken)
        for key_result in objective.key_results:
            free = _free(key_result.id, taken)
            key_results.append(key_result if free == key_result.id else replace(key_result, id=free))
        if id_ != objective.id:
            first = items.get(objective.id)
            other = f" and {first.origin.here}" if first is not None else ""
            warnings.append(
                Warning_(
                    "same-id",
                    objective.source,
                    objective.origin.here,
                    f"the id {objective.id} stands at {objective.origin.here}{other}; this one is called {id_} here",
                )
            )
        if id_ != objective.id or any(a is not b for a, b in zip(key_results, objective.key_results, strict=True)):
            objective = replace(objective, id=id_, key_results=tuple(key_results))
        items[id_] = objective
    return items


def _free(id_: str, taken: set[str]) -> str:
    free, number = id_, 2
    while free in taken:
        free, number = f"{id_}#{number}", number + 1
    taken.add(free)
    return free


class _Directory:
    """Objectives by everything a parent can be named by."""

    def __init__(self, items: Mapping[str, Objective]) -> None:
        self._ids = {id_: id_ for id_ in items}
        self._titles: dict[tuple[str | None, str], list[str]] = {}
        for id_, objective in items.items():
            for key_result in objective.key_results:
                self._ids.setdefault(key_result.id, id_)
            title = _folded(objective.title)
            for source in (objective.source, None):
                self._titles.setdefault((source, title), []).append(id_)

    def find(self, name: str, source: str, warnings: list[Warning_], child: Objective) -> str | None:
        """The id a parent's name stands for, or None, with a warning that says why."""
        name = name.strip()
        by_id = self._ids.get(f"{source}/{name}") or self._ids.get(name)
        if by_id is not None:
            return by_id
        at = child.origin.at("parent") or child.origin.here
        for scope in (source, None):
            found = [id_ for id_ in self._titles.get((scope, _folded(name)), ()) if id_ != child.id]
            if len(found) == 1:
                return found[0]
            if found:
                several = ", ".join(found[:4])
                text = f"the parent {name!r:.60} could be {several}; name it by its id. It stands at the top until then"
                warnings.append(Warning_("ambiguous-parent", child.source, at, text))
                return None
        near = get_close_matches(name, self._ids, n=1, cutoff=0.7)
        guess = f"; did you mean {near[0]}?" if near else ""
        text = f"there is no objective {name!r:.60} to hang under{guess} It stands at the top"
        warnings.append(Warning_("unknown-parent", child.source, at, text))
        return None


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _is_under(id_: str, above: str, parents: Mapping[str, str]) -> bool:
    """Whether `id_` is `above` or hangs somewhere under it."""
    seen: set[str] = set()
    at: str | None = id_
    while at is not None and at not in seen:
        if at == above:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def _cut_loops(items: Mapping[str, Objective], parents: dict[str, str], warnings: list[Warning_]) -> None:
    """Take the parent away from the first objective, in reading order, of every loop."""
    safe: set[str] = set()
    for id_ in items:
        path: list[str] = []
        at: str | None = id_
        while at is not None and at not in safe and at not in path:
            path.append(at)
            at = parents.get(at)
        if at is not None and at in path:
            loop = path[path.index(at) :]
            first = min(loop, key=list(items).index)
            ring = " -> ".join([*loop[loop.index(first) :], *loop[: loop.index(first)], first])
            objective = items[first]
            text = f"{ring} is a loop; {first} stands at the top until one of these parents is changed"
            place = objective.origin.at("parent") or objective.origin.here
            warnings.append(Warning_("parent-loop", objective.source, place, text))
            del parents[first]
        safe.update(path)
