"""The state of everything at one moment, as `show`, `explain` and reports present it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.connector.summary import Movement
from okrsync.measures.result import Measure
from okrsync.model.errors import AmbiguousItem, UnknownItem
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective, Status, Warning_
from okrsync.model.tree import Tree

__all__ = ["Picture", "SourceStanding", "SourceView", "narrowed", "standings", "state_code"]


class SourceStanding(Frozen, frozen=True):
    """How the OKRs of one source stand: its key results by status, and the mean progress of its top
    objectives, None where none of them has any.
    """

    key_results: Mapping[Status, int]
    progress: Decimal | None


class SourceView(Frozen, frozen=True):
    """One source in the picture.

    `state` is `ok`, `kept` (its last good numbers, read at `read_at`) or `failed`; `error` and
    `hint` say why. `refused` means that the source was read and a guard rejected its content. `age`
    is the time since it was read, None if it never was. `other_cycles` counts items outside the
    configured cycle.
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


class Picture(Frozen, frozen=True):
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
    """Whether the shown cycle is over, because nothing is planned for the running one yet."""
    closed: Tree = struct_field(default_factory=lambda: Tree({}, {}, {}, ()))
    """The items of the previous cycle, as far as okrsync knew them while they ran."""
    closed_measures: Mapping[str, Measure] = struct_field(default_factory=dict)
    turned: frozenset[str] = frozenset()
    """The sources that have an item of the running cycle."""

    news: frozenset[str] = frozenset()
    """The ids of items with news since the last run, and of all that these count in."""
    since: str = "7 days"
    """The span for which `movements` tells what moved."""
    moved_after: date | None = None
    """The day before that span."""
    movements: tuple[Movement, ...] = ()
    """What moved within that span, by a point or more of progress or to another status."""

    @property
    def is_over(self) -> bool:
        """Whether the shown cycle is over: nothing is planned for the running one, or the config
        still names it.
        """
        return self.is_closed or self.cycle.end < self.as_of

    @property
    def over_words(self) -> str | None:
        """The sentence about a shown cycle that is over; None while it runs."""
        if self.is_closed:
            return "This cycle is over, and nothing is planned for the next one yet."
        if self.is_over:
            return "This cycle is over. The config names it: set `cycle` to the next one."
        return None

    @property
    def items(self) -> dict[str, KeyResult | Objective]:
        """Every objective and key result of the tree by its id, in reading order."""
        return {item.id: item for item in _items(self.tree)}

    def seen_from(self, source: str | None) -> Picture:
        """The picture for the summary of one source. It shows the closed cycle until that source
        has its first item in the new one.
        """
        if source is None or source in self.turned or self.is_closed:
            return self
        return self._closed(source) or self

    def closed_for(self, source: str) -> Picture | None:
        """The picture for the last summary of the cycle before: as it ended, and as late values
        have corrected it. None while the source itself still shows that cycle, where it has nothing
        in it, and while a source of it cannot be read, since its last word is not known then.
        """
        closed = None if self.is_closed or source not in self.turned else self._closed(source)
        if closed is None or any(
            view.state != "ok" and view.name in closed.sources_shown for view in self.sources
        ):
            return None
        # Seven days before its end, and not before today: nothing of it moves with the calendar.
        span = timedelta() if self.moved_after is None else self.as_of - self.moved_after
        return replace(closed, sources=(), movements=(), moved_after=closed.cycle.end - span)

    def tree_with(self, text: str) -> tuple[Tree, Mapping[str, Measure]]:
        """The tree that holds an item, named by its id or its words, and the measures of that tree:
        the one that is shown, else the last cycle's, else that of all other cycles.

        Raises `UnknownItem`, which lists what is meant equally well, or what is near in the tree
        that is shown.
        """
        # Imported here: few commands name an item.
        from okrsync.measures.item_search import find_id

        unknown: UnknownItem | None = None
        for tree, measures in (
            (self.tree, self.measures),
            (self.closed, self.closed_measures),
            (self.others, self.other_measures),
        ):
            try:
                find_id(tree, text)
            except AmbiguousItem:
                raise
            except UnknownItem as error:
                unknown = unknown or error
            else:
                return tree, measures
        assert unknown is not None  # No tree had it, so the first one said so.
        raise unknown

    @property
    def sources_shown(self) -> frozenset[str]:
        """The sources of the items in the tree."""
        return frozenset(objective.source for objective in self.tree.objectives.values())

    def _closed(self, source: str) -> Picture | None:
        """The cycle before in place of the shown one; None where a source has nothing in it."""
        if not any(objective.source == source for objective in self.closed.objectives.values()):
            return None
        ended = max(
            (item.cycle for item in _items(self.closed) if item.cycle is not None),
            key=lambda cycle: (cycle.end, cycle.start),
            default=self.cycle,
        )
        return replace(
            self, cycle=ended, tree=self.closed, measures=self.closed_measures, is_closed=True
        )


def _items(tree: Tree) -> Iterator[KeyResult | Objective]:
    for objective in tree.objectives.values():
        yield objective
        yield from objective.key_results


def narrowed(picture: Picture, id_: str) -> Picture:
    """The picture reduced to one objective and everything below it. The id of a key result selects
    its objective; the words of an item do as well (see `find_id`).

    Raises `UnknownItem`.
    """
    from okrsync.measures.item_search import find_id

    tree, measures = picture.tree_with(id_)
    id_ = find_id(tree, id_)
    top = id_ if id_ in tree.objectives else _holder(tree, id_)
    subtree_ids: list[str] = []
    waiting = [top]
    while waiting:
        current_id = waiting.pop()
        subtree_ids.append(current_id)
        waiting.extend(tree.children.get(current_id, ()))
    objectives = {key: tree.objectives[key] for key in tree.objectives if key in set(subtree_ids)}
    subtree = Tree(
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
        tree=subtree,
        measures=measures,
        others=Tree({}, {}, {}, ()),
        other_measures={},
        closed=Tree({}, {}, {}, ()),
        closed_measures={},
        sources=tuple(view for view in picture.sources if view.name in names),
        warnings=tuple(warning for warning in picture.warnings if warning.source in names),
        movements=tuple(
            movement
            for movement in picture.movements
            if any(
                movement.id in (objective.id, *(kr.id for kr in objective.key_results))
                for objective in objectives.values()
            )
        ),
    )


def standings(picture: Picture) -> dict[str, SourceStanding]:
    """How the OKRs of each source stand, by its name. A source whose numbers are not known is left
    out: unknown is never 0.
    """
    by_source: dict[str, SourceStanding] = {}
    for view in picture.sources:
        if view.state == "failed":
            continue
        own = {
            objective.id: objective
            for objective in picture.tree.objectives.values()
            if objective.source == view.name
        }
        statuses = Counter(
            {
                key_result.id: picture.measures[key_result.id].status
                for objective in own.values()
                for key_result in objective.key_results
                if key_result.id in picture.measures
            }.values()
        )
        # Top within the source: what it hangs under elsewhere is another source's number.
        top = [
            progress
            for id_ in own
            if picture.tree.parents.get(id_) not in own
            and id_ in picture.measures
            and (progress := picture.measures[id_].progress) is not None
        ]
        by_source[view.name] = SourceStanding(
            {status: statuses[status] for status in Status},
            sum(top, Decimal(0)) / len(top) if top else None,
        )
    return by_source


def state_code(picture: Picture, *, is_offline: bool = False) -> int:
    """The exit code for the sources of a picture, as the README lists them. With `is_offline`, last
    good numbers are all that was asked for.
    """
    good = ("ok", "kept") if is_offline else ("ok",)
    broken = [view for view in picture.sources if view.state not in good and not view.refused]
    if broken and len(broken) == len(picture.sources):
        return 4 if all(view.denied for view in broken) else 1
    if any(view.refused for view in picture.sources):
        return 5
    return 3 if broken else 0


def _holder(tree: Tree, id_: str) -> str:
    """The objective that a key result belongs to."""
    return next(
        objective.id
        for objective in tree.objectives.values()
        if any(key_result.id == id_ for key_result in objective.key_results)
    )
