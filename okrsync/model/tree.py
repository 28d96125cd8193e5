"""Objectives of all sources joined into one tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from operator import is_
from typing import NamedTuple

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, Objective, Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellRef

__all__ = [
    "Shared",
    "Tree",
    "children_first",
    "hung_under",
    "join",
    "parents_elsewhere",
    "with_ancestors",
]


class Shared(NamedTuple):
    """A key result that belongs to another objective and counts in this one too. `share` is the
    share of it that counts here; None is the whole.
    """

    key_result: KeyResult
    share: Decimal | None


class Tree(Frozen, frozen=True):
    """The objectives of all sources with their parents and children.

    `objectives` is by id, in reading order. `parents` maps an objective's id to that of its parent,
    `children` the other way, in reading order; `roots` are those without a parent. `shared` holds,
    by an objective's id, the key results of other objectives that serve it too; `serving` holds, by
    the id of such a key result, the ids of all objectives that it serves.
    """

    objectives: Mapping[str, Objective]
    parents: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]
    roots: tuple[str, ...]
    warnings: tuple[Warning_, ...] = ()
    shared: Mapping[str, tuple[Shared, ...]] = struct_field(default_factory=dict)
    serving: Mapping[str, tuple[str, ...]] = struct_field(default_factory=dict)


def children_first(tree: Tree) -> Iterator[Objective]:
    """Every objective of the tree, each after all of its descendants."""
    # A stack of our own: a chain of parents may be longer than Python lets functions recurse.
    waiting = [(id_, False) for id_ in reversed(tree.roots)]
    while waiting:
        id_, is_ready = waiting.pop()
        if is_ready:
            yield tree.objectives[id_]
            continue
        waiting.append((id_, True))
        waiting.extend((child, False) for child in reversed(tree.children.get(id_, ())))


def with_ancestors(tree: Tree, ids: Iterable[str]) -> frozenset[str]:
    """These items, and every objective that any of them counts in."""
    above = set(ids)
    for objective in tree.objectives.values():
        if any(kr.id in above for kr in objective.key_results):
            above.add(objective.id)
    for objective_id, shared_results in tree.shared.items():
        if any(shared.key_result.id in above for shared in shared_results):
            above.add(objective_id)
    for id_ in tuple(above):
        while (parent := tree.parents.get(id_)) is not None and parent not in above:
            above.add(parent)
            id_ = parent
    return frozenset(above)


def parents_elsewhere(objectives: Iterable[Objective]) -> tuple[str, ...]:
    """The names of parents that are not among these objectives of one source, each once."""
    items = {objective.id: objective for objective in objectives}
    directory = _Directory(items)
    parent_names = [
        (objective.parent, objective.source)
        for objective in items.values()
        if objective.parent is not None
    ]
    return tuple(
        dict.fromkeys(name for name, source in parent_names if not directory.find(name, source))
    )


def hung_under(tree: Tree, names: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """The ids of the tree's objectives that each source's parent names stand for, by source.
    Ambiguous and unknown names are left out.
    """
    directory = _Directory(tree.objectives)
    ids_by_source = {
        source: [directory.find(name, source) for name in called]
        for source, called in names.items()
    }
    return {
        source: tuple(id_ for id_ in ids if isinstance(id_, str))
        for source, ids in ids_by_source.items()
    }


def join(
    objectives: Sequence[Objective],
    default_parents: Mapping[str, str],
    unread: Collection[str] = (),
) -> Tree:
    """The objectives of all sources as one tree.

    A parent is named by id or exact title, within its source first (`company/O1`, `O1`, `Grow
    revenue`), by source and title (`company/Grow revenue`), by the anchor of its row (where a
    relation leads to a page), or by the id of one of its key results. `default_parents` holds, by
    source name, the parent of that source's top objectives. An objective whose parent is not found
    gets a warning and stands at the top; a loop is cut at its first objective in reading order.
    `unread` holds the sources of which nothing is known now.
    """
    warnings: list[Warning_] = []
    items = _distinct(objectives, warnings)
    directory = _Directory(items, unread)
    parents: dict[str, str] = {}
    for objective in items.values():
        if objective.parent is not None:
            parent_id = directory.find(objective.parent, objective.source, objective.id)
            if isinstance(parent_id, str):
                parents[objective.id] = parent_id
            else:
                cell = objective.origin.cell("parent") or objective.origin.title_cell
                warnings.append(
                    directory.trouble(objective.parent, parent_id, objective.source, cell)
                )
    _cut_loops(items, parents, warnings)
    for source, default in default_parents.items():
        parent_id = directory.find(default, source)
        tops = [item for item in items.values() if item.source == source and item.parent is None]
        if not isinstance(parent_id, str):
            if tops:
                warnings.append(directory.trouble(default, parent_id, source, None))
            continue
        for objective in tops:
            if not _is_under(parent_id, objective.id, parents):
                parents[objective.id] = parent_id
            elif items[parent_id].source != source:
                text = (
                    f"{objective.id} cannot hang under {parent_id}, as the config's `parent` says:"
                    f" {parent_id} hangs under it. It stands at the top"
                )
                warnings.append(Warning_("parent-loop", source, objective.origin.title_cell, text))
    children: dict[str, list[str]] = {}
    for id_ in items:
        if id_ in parents:
            children.setdefault(parents[id_], []).append(id_)
    shared, serving = _shared(items, directory, warnings)
    return Tree(
        objectives=items,
        parents=parents,
        children={id_: tuple(below) for id_, below in children.items()},
        roots=tuple(id_ for id_ in items if id_ not in parents),
        warnings=tuple(warnings),
        shared=shared,
        serving=serving,
    )


def _shared(
    items: Mapping[str, Objective], directory: _Directory, warnings: list[Warning_]
) -> tuple[dict[str, tuple[Shared, ...]], dict[str, tuple[str, ...]]]:
    """The key results that serve several objectives, by the objectives they do not stand under."""
    shared: dict[str, list[Shared]] = {}
    serving: dict[str, tuple[str, ...]] = {}
    for home in items.values():
        for key_result in home.key_results:
            if not key_result.serves:
                continue
            served = [home.id]
            for service in key_result.serves:
                target = directory.find(service.objective, home.source)
                if not isinstance(target, str):
                    cell = key_result.origin.cell("objective") or key_result.origin.title_cell
                    text = (
                        f"{key_result.title!r:.80} serves {service.objective!r:.60}, and no single"
                        " objective has that name; it counts in the others only. Correct the name,"
                        " or name it by its id"
                    )
                    warnings.append(Warning_("unknown-objective", home.source, cell, text))
                elif target not in served:
                    served.append(target)
                    shared.setdefault(target, []).append(Shared(key_result, service.share))
            if len(served) > 1:
                serving[key_result.id] = tuple(served)
    return {id_: tuple(results) for id_, results in shared.items()}, serving


def _distinct(objectives: Sequence[Objective], warnings: list[Warning_]) -> dict[str, Objective]:
    """The objectives by id. A later objective with the same id gets a number, and a warning unless
    reading already gave one.
    """
    ids = [each.id for each in objectives]
    ids += [key_result.id for each in objectives for key_result in each.key_results]
    if len(set(ids)) == len(ids):
        return {objective.id: objective for objective in objectives}
    items: dict[str, Objective] = {}
    id_counts: dict[str, int] = {}
    for objective in objectives:
        id_ = _free(objective.id, id_counts)
        key_results = [
            key_result
            if (free := _free(key_result.id, id_counts)) == key_result.id
            else replace(key_result, id=free)
            for key_result in objective.key_results
        ]
        if id_ != objective.id:
            first = items.get(objective.id)
            other = f" and {first.origin.title_cell}" if first is not None else ""
            warnings.append(
                Warning_(
                    "same-id",
                    objective.source,
                    objective.origin.title_cell,
                    f"the id {objective.id} is at {objective.origin.title_cell}{other}; this"
                    f" one is called {id_} here",
                )
            )
        if id_ != objective.id or not all(map(is_, key_results, objective.key_results)):
            objective = replace(objective, id=id_, key_results=tuple(key_results))
        items[id_] = objective
    return items


def _free(id_: str, id_counts: dict[str, int]) -> str:
    """A free id: `id_` itself, or with a number behind it. `id_counts` holds how often each id was
    requested, so that many equal ids do not each try every number before.
    """
    if id_ not in id_counts:
        id_counts[id_] = 1
        return id_
    free = id_
    while free in id_counts:
        id_counts[id_] += 1
        free = f"{id_}#{id_counts[id_]}"
    id_counts[free] = 1
    return free


_SHOWN = 8
"""A message names at most this many objectives of a loop."""

_PAGE = lazy_pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The id that a relation shows for a page the connection cannot read."""

_GUESSES = 50
"""The nearest name is looked for at most this often: it takes long in a large tree."""


class _Directory:
    """Finds objectives by everything that can name a parent. What it looks in is made when it is
    first needed: in most trees, no objective names a parent.
    """

    def __init__(self, items: Mapping[str, Objective], unread: Collection[str] = ()) -> None:
        self._items = items
        self._unread = unread
        self._guesses: dict[str, str] = {}

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        ids = {id_: id_ for id_ in self._items}
        for id_, objective in self._items.items():
            for key_result in objective.key_results:
                ids.setdefault(key_result.id, id_)
        return ids

    @cached_property
    def _elsewhere(self) -> Mapping[str, Sequence[str]]:
        elsewhere: dict[str, list[str]] = {}
        for id_, objective in self._items.items():
            elsewhere.setdefault(id_.removeprefix(f"{objective.source}/"), []).append(id_)
        return elsewhere

    @cached_property
    def _titles(self) -> Mapping[tuple[str | None, str], Sequence[str]]:
        titles: dict[tuple[str | None, str], list[str]] = {}
        for id_, objective in self._items.items():
            title = _folded(objective.title)
            for source in (objective.source, None):
                titles.setdefault((source, title), []).append(id_)
        return titles

    @cached_property
    def _anchors(self) -> Mapping[str, str]:
        return {
            objective.origin.row.anchor: id_
            for id_, objective in self._items.items()
            if objective.origin.row.anchor is not None and not objective.implied
        }

    def find(self, name: str, source: str, child: str | None = None) -> str | Sequence[str]:
        """The id that a parent's name stands for in a row of `source`; else the ids it could stand
        for, an empty sequence if it is unknown.

        It is the child itself only if nothing else has the name: a team may well word its objective
        as the company does.
        """
        name = name.strip()
        title = _folded(name)
        is_itself = False
        for candidates in (
            [self._ids[id_] for id_ in (f"{source}/{name}", name) if id_ in self._ids][:1],
            [self._anchors[name]] if name in self._anchors else [],
            self._titles.get((source, title), []),
            self._titled(name),
            self._elsewhere.get(name, []),
            self._titles.get((None, title), []),
        ):
            others = [id_ for id_ in candidates if id_ != child]
            if others:
                return others[0] if len(others) == 1 else others
            is_itself = is_itself or bool(candidates)
        return child if is_itself and child is not None else ()

    def _titled(self, name: str) -> Sequence[str]:
        """The ids that `SOURCE/title` stands for."""
        source, _, title = name.partition("/")
        return self._titles.get((source.strip(), _folded(title)), []) if title else []

    def trouble(
        self, name: str, candidates: Sequence[str], source: str, cell: CellRef | None
    ) -> Warning_:
        """The warning for a parent name that is not found; `cell` is None if the config has it."""
        subject = "`parent` in the config" if cell is None else "the parent"
        position = "Its top objectives stand" if cell is None else "It stands"
        if candidates:
            text = (
                f"{subject} {name!r:.60} could be {', '.join(candidates[:4])}; name it by its id."
                f" {position} at the top until then"
            )
            return Warning_("ambiguous-parent", source, cell, text)
        above = name.partition("/")[0].strip()
        if above in self._unread:
            text = (
                f"{subject} {name!r:.60} is in {above}, which could not be read. {position} at the"
                " top until it is"
            )
            return Warning_("unread-parent", source, cell, text)
        if _PAGE.fullmatch(name):
            text = (
                f"{subject} is a page that cannot be seen from here ({name}): share its database"
                " with the connection, and add it to the source, or look in the trash."
                f" {position} at the top until then"
            )
            return Warning_("no-access", source, cell, text)
        text = (
            f"there is no objective {name!r:.60} to hang under, as {subject} says"
            f"{self._guess(name)} {position} at the top"
        )
        return Warning_("unknown-parent", source, cell, text)

    def _guess(self, name: str) -> str:
        if name not in self._guesses:
            near_ids = (
                get_close_matches(name, self._ids, n=1, cutoff=0.7)
                if len(self._guesses) < _GUESSES
                else []
            )
            self._guesses[name] = f"; did you mean {near_ids[0]}?" if near_ids else "."
        return self._guesses[name]


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _is_under(id_: str, above: str, parents: Mapping[str, str]) -> bool:
    """Whether `id_` is `above` or hangs somewhere under it."""
    visited: set[str] = set()
    current_id: str | None = id_
    while current_id is not None and current_id not in visited:
        if current_id == above:
            return True
        visited.add(current_id)
        current_id = parents.get(current_id)
    return False


def _cut_loops(
    items: Mapping[str, Objective], parents: dict[str, str], warnings: list[Warning_]
) -> None:
    """Remove the parent of the first objective, in reading order, of every loop."""
    if not parents:
        return
    safe: set[str] = set()
    positions = {id_: position for position, id_ in enumerate(items)}
    for id_ in items:
        path: dict[str, int] = {}
        current_id: str | None = id_
        while current_id is not None and current_id not in safe and current_id not in path:
            path[current_id] = len(path)
            current_id = parents.get(current_id)
        if current_id is not None and current_id in path:
            loop = list(path)[path[current_id] :]
            first = min(loop, key=positions.__getitem__)
            turned = [*loop[loop.index(first) :], *loop[: loop.index(first)]]
            ring = " -> ".join(
                [*turned[:_SHOWN], *(["..."] if len(turned) > _SHOWN else []), first]
            )
            objective = items[first]
            text = (
                f"{ring} is a loop; {first} stands at the top until one of these parents is changed"
            )
            cell = objective.origin.cell("parent") or objective.origin.title_cell
            warnings.append(Warning_("parent-loop", objective.source, cell, text))
            del parents[first]
        safe.update(path)
