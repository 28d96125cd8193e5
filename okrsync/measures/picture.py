"""How everything stands at one moment: what `show`, `explain` and reports look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Literal

from okrsync.measures.explain import UnknownItem
from okrsync.measures.result import Measure
from okrsync.model.okrs import Cycle, KeyResult, Objective, Warning_
from okrsync.model.tree import Tree

__all__ = ["Picture", "SourceView", "narrowed", "state_code"]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source in the picture. `state` is `ok`, `kept` (its last good numbers, read at `read_at`)
    or `failed`; `error` and `hint` say why. `refused` says that it could be read and a guard does
    not believe it; `age` is how long ago it was read, None where it never was. `other_cycles`
    counts items that lie outside the configured cycle.
    """

    name: str
    connector: str
    state: Literal["ok", "kept", "failed"]
    read_at: datetime | None
    objectives: int = 0
    key_results: int = 0
    other_cycles: int = 0
    error: str | None = None
    hint: str | None = None
    denied: bool = False
    refused: bool = False
    age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The tree with its measures. Items outside the configured cycle are in `others`, with measures
    of their own.
    """

    as_of: date
    cycle: Cycle
    sources: tuple[SourceView, ...]
    tree: Tree
    measures: Mapping[str, Measure]
    others: Tree
    other_measures: Mapping[str, Measure]
    warnings: tuple[Warning_, ...]
    is_closed: bool = False
    """The shown cycle is over: nothing is planned for the running one yet."""
    closed: Tree = field(default_factory=lambda: Tree({}, {}, {}, ()))
    """The items of the cycle before, as far as okrsync knew them while they ran."""
    closed_measures: Mapping[str, Measure] = field(default_factory=dict)

    def seen_from(self, source: str | None) -> Picture:
        """The picture for the summary of a source: it turns to the new cycle when that source has
        its first item in it, and shows the closed one until then.
        """
        if source is None or any(
            objective.source == source for objective in self.tree.objectives.values()
        ):
            return self
        if not any(objective.source == source for objective in self.closed.objectives.values()):
            return self
        ended = max(
            (item.cycle for item in _items(self.closed) if item.cycle is not None), default=None
        )
        return replace(
            self,
            cycle=self.cycle if ended is None else ended,
            tree=self.closed,
            measures=self.closed_measures,
            is_closed=True,
        )


def _items(tree: Tree) -> Iterator[KeyResult | Objective]:
    for objective in tree.objectives.values():
        yield objective
        yield from objective.key_results


def narrowed(picture: Picture, id_: str) -> Picture:
    """The picture with only one objective and what hangs under it; a key result's id means its
    objective.

    Raises `UnknownItem`, naming the nearest ids.
    """
    tree = picture.tree
    top = id_ if id_ in tree.objectives else _holder(tree, id_)
    if top is None:
        near = get_close_matches(id_, picture.measures, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`okrsync show` lists every id."
        raise UnknownItem(f"there is no objective or key result {id_!r}", hint=hint)
    kept: list[str] = []
    waiting = [top]
    while waiting:
        at = waiting.pop()
        kept.append(at)
        waiting.extend(tree.children.get(at, ()))
    objectives = {key: tree.objectives[key] for key in tree.objectives if key in set(kept)}
    below = Tree(
        objectives=objectives,
        parents={
            key: parent for key, parent in tree.parents.items() if key in objectives and key != top
        },
        children={key: children for key, children in tree.children.items() if key in objectives},
        roots=(top,),
        shared={key: shared for key, shared in tree.shared.items() if key in objectives},
        serving=tree.serving,
    )
    names = {objective.source for objective in objectives.values()}
    return replace(
        picture,
        tree=below,
        others=Tree({}, {}, {}, ()),
        other_measures={},
        closed=Tree({}, {}, {}, ()),
        closed_measures={},
        sources=tuple(view for view in picture.sources if view.name in names),
        warnings=tuple(warning for warning in picture.warnings if warning.source in names),
    )


def state_code(picture: Picture) -> int:
    """The exit code for the sources of a picture, as the README lists them."""
    broken = [view for view in picture.sources if view.state != "ok" and not view.refused]
    if broken and len(broken) == len(picture.sources):
        return 4 if all(view.denied for view in broken) else 1
    if any(view.refused for view in picture.sources):
        return 5
    return 3 if broken else 0


def _holder(tree: Tree, id_: str) -> str | None:
    """The objective that a key result belongs to."""
    for objective in tree.objectives.values():
        if any(key_result.id == id_ for key_result in objective.key_results):
            return objective.id
    return None
