"""The rows of a board: one for each objective and key result, parents before their children."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.connector import Looks
from okrsync.measures.fields import (
    FRESHNESS_WORDS,
    STATUS_WORDS,
    points,
    trend_line,
    whole_percent,
)
from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.measures.row_words import row_words
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.model.table import CellValue
from okrsync.model.tree import Tree
from okrsync.plan.names import folded, named_owners

__all__ = [
    "FIELDS",
    "GONE",
    "BoardField",
    "BoardFilter",
    "BoardRow",
    "board_rows",
    "rows_beside",
    "rows_elsewhere",
    "unpublished_ids",
]

Item = KeyResult | Objective
Linked = Callable[[Item], "str | None"]
GONE = "Gone"
"""The status of a row whose item is no longer in its source."""


class BoardField(Frozen, frozen=True):
    """One column of the board: its header, how it looks, and all words it may hold, empty for free
    text.
    """

    header: str
    looks: Looks
    words: tuple[str, ...] = ()


FIELDS: Mapping[str, BoardField] = {
    "name": BoardField("Name", Looks.TEXT),
    "kind": BoardField("Kind", Looks.CHOICE, ("Objective", "Key result")),
    "parent": BoardField("Parent", Looks.LINK),
    "progress": BoardField("Progress", Looks.SHARE),
    "status": BoardField("Status", Looks.STATUS, (*STATUS_WORDS.values(), GONE)),
    "freshness": BoardField("Freshness", Looks.CHOICE, tuple(FRESHNESS_WORDS.values())),
    "owner": BoardField("Owner", Looks.PERSON),
    "source": BoardField("Source", Looks.CHOICE),
    "link": BoardField("Link", Looks.ADDRESS),
    "note": BoardField("Note", Looks.TEXT),
    "moved": BoardField("Moved", Looks.TEXT),
    "delta": BoardField("Change this week", Looks.NUMBER),
    "trend": BoardField("Trend", Looks.TREND),
    "outlook": BoardField("Outlook", Looks.SHARE),
    "cycle": BoardField("Cycle", Looks.CHOICE),
    # Views leave out what has a value here: a filter cannot say "the running cycle", and the name
    # of the cycle in it would be an old one after the turn.
    "closed": BoardField("Closed cycle", Looks.CHOICE),
    "id": BoardField("okrsync ID", Looks.TEXT),
}
"""The board's columns by field, in the order in which they are made."""


class BoardRow(Frozen, frozen=True):
    """One item as the board shows it. `id` is okrsync's, as `show` prints it; `key` is what the
    item is remembered by, whatever its number.

    `parent` is the id of its parent's row. A field that is missing from `values` is not known now
    and stays as it is.
    """

    id: str
    key: str
    source: str
    parent: str | None
    values: Mapping[str, CellValue]

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def kind(self) -> str:
        return str(self.values["kind"])


class BoardFilter(NamedTuple):
    """Which items a board shows: those with one of these teams, owners, sources and levels; empty
    for any.
    """

    team: Collection[str] = ()
    owner: Collection[str] = ()
    source: Collection[str] = ()
    level: Collection[str] = ()

    def shows(self, item: Item, objective: Objective) -> bool:
        """Whether an item is shown. A key result that names no owner or team has those of its
        objective.
        """
        stated = (
            (self.team, {folded(item.team or objective.team)}),
            (self.owner, named_owners(item.owner or objective.owner)),
            (self.source, {folded(item.origin.source)}),
            (self.level, {folded(objective.level)}),
        )
        return all(
            not wanted or any(folded(each) in names for each in wanted) for wanted, names in stated
        )


def unpublished_ids(picture: Picture, where: BoardFilter) -> frozenset[str]:
    """The ids of the items that a board does not show."""
    if where == BoardFilter():
        return frozenset()
    ids = set[str]()
    for tree in (picture.tree, picture.closed):
        for objective in tree.objectives.values():
            items: tuple[Item, ...] = (objective, *objective.key_results)
            ids.update(item.id for item in items if not where.shows(item, objective))
    return frozenset(ids)


def board_rows(
    picture: Picture, linked: Mapping[str, Linked], unpublished: Collection[str] = ()
) -> tuple[BoardRow, ...]:
    """Every item of the configured cycle but those that are `unpublished`; what stood under one of
    them hangs under the next objective above that is shown. `linked` returns, by source, the web
    address of an item; a source that is not in it keeps its links.
    """
    moved = {
        movement.id: f"{movement.words} in the last {picture.since}"
        for movement in picture.movements
    }
    return tuple(_rows(picture.tree, picture.measures, linked, moved, picture.cycle, unpublished))


def rows_beside(
    picture: Picture, linked: Mapping[str, Linked], unpublished: Collection[str] = ()
) -> tuple[BoardRow, ...]:
    """The items of the cycle before, with their last answers: rows that they have follow these."""
    closed = picture.closed
    rows = _rows(closed, picture.closed_measures, linked, {}, picture.cycle, unpublished)
    return tuple(map(_as_closed, rows))


def rows_elsewhere(picture: Picture) -> tuple[BoardRow, ...]:
    """The items of other cycles: they are not shown, and of their existing rows only the mark of
    closed cycles changes.
    """
    over = set[str]()
    for objective in picture.others.objectives.values():
        items: tuple[Item, ...] = (objective, *objective.key_results)
        for item in items:
            cycle = item.cycle or objective.cycle
            if cycle is not None and cycle.end < picture.cycle.start:
                over.add(item.id)
    rows = _rows(picture.others, picture.other_measures, {}, {}, picture.cycle)
    return tuple(_as_closed(row) if row.id in over else row for row in rows)


def _as_closed(row: BoardRow) -> BoardRow:
    return replace(row, values={**row.values, "closed": row.values["cycle"]})


def _rows(
    tree: Tree,
    measures: Mapping[str, Measure],
    linked: Mapping[str, Linked],
    moved: Mapping[str, str],
    cycle: Cycle,
    unpublished: Collection[str] = (),
) -> Iterator[BoardRow]:
    # A stack instead of recursion: parents can be chained a thousand deep.
    waiting: list[tuple[str, str | None]] = [(id_, None) for id_ in reversed(tree.roots)]
    while waiting:
        id_, parent = waiting.pop()
        is_shown = id_ in measures and id_ not in unpublished
        below = id_ if is_shown else parent
        waiting.extend((child, below) for child in reversed(tree.children.get(id_, ())))
        objective = tree.objectives[id_]
        if id_ not in measures:
            continue
        within = objective.cycle or cycle
        if is_shown:
            yield _row(objective, parent, measures[id_], linked, moved, within)
        for key_result in objective.key_results:
            if key_result.id in measures and key_result.id not in unpublished:
                yield _row(key_result, below, measures[key_result.id], linked, moved, within)


def _row(
    item: Item,
    parent: str | None,
    measure: Measure,
    linked: Mapping[str, Linked],
    moved: Mapping[str, str],
    cycle: Cycle,
) -> BoardRow:
    source = item.origin.source
    values: dict[str, CellValue] = {
        "name": item.title,
        "kind": FIELDS["kind"].words[isinstance(item, KeyResult)],
        "progress": whole_percent(measure.progress),
        # A row that people set aside has no status of ours, and must not count in a view.
        "status": None if measure.set_aside is not None else STATUS_WORDS[measure.status],
        "freshness": None if measure.freshness is None else FRESHNESS_WORDS[measure.freshness],
        "owner": item.owner,
        "source": source,
        "note": " ".join((measure.reason, *(each.text for each in row_words(item, measure)))),
        "moved": moved.get(item.id),
        "delta": points(measure.delta),
        "trend": trend_line(measure.trend),
        "outlook": whole_percent(measure.forecast),
        "cycle": (item.cycle or cycle).name,
        "closed": None,
        "id": item.id,
    }
    if source in linked:
        values["link"] = linked[source](item)
    # An objective and a key result may have the same words, and so the same natural key.
    kind = "kr" if isinstance(item, KeyResult) else "o"
    return BoardRow(item.id, f"{source}/{kind}/{item.key}", source, parent, values)
