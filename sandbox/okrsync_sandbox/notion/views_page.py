"""The views of a database as people see them, one after the other: tables with rows under their
parents or in groups, and boards of cards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from okrsync_sandbox.notion.computed import ComputedReader
from okrsync_sandbox.notion.model import DataSource, Json, Page, SchemaProperty, View
from okrsync_sandbox.notion.query import checked_filter, checked_sorts, ordered
from okrsync_sandbox.notion.workspace import Workspace

__all__ = ["STYLE", "shown_views"]

STYLE = """
details{margin:1rem 0}summary{cursor:pointer;font-weight:600;margin-bottom:.5rem}
.board{display:flex;gap:.75rem;align-items:flex-start;overflow-x:auto}
.lane{flex:0 0 12rem;background:#f7f6f3;border-radius:6px;padding:.5rem}
.lane h4,.group{font-weight:500;color:#787774;margin:.25rem 0 .5rem}
.card{background:#fff;border:1px solid #e3e2e0;border-radius:6px;padding:.5rem;margin:.5rem 0}
.card small{color:#787774;display:block}.wide{overflow-x:auto}
.wide .title,.wide .rich_text{min-width:11rem}.wide .relation{min-width:9rem;font-size:.85em}
"""
Shown = Callable[[Page, SchemaProperty, Workspace], str]


def shown_views(source: DataSource, space: Workspace, shown: Shown) -> str:
    """Every view of a data source, the first of them open. `shown` tells how a value reads."""
    views = [one for one in space.views.values() if one.data_source == source.id]
    return "".join(
        f"<details{' open' if place == 0 else ''}>"
        f"<summary>{escape(view.name)}</summary>{_view(view, source, space, shown)}</details>"
        for place, view in enumerate(views)
    )


def _view(view: View, source: DataSource, space: Workspace, shown: Shown) -> str:
    reader = ComputedReader(space, None)
    test = None if view.filter is None else checked_filter(source, view.filter, reader)
    rows = [
        one
        for each in space.rows[source.id]
        if isinstance(one := space.things[each], Page) and not one.in_trash
    ]
    rows = [one for one in rows if test is None or test(one)]
    if view.sorts:
        rows = list(ordered(rows, checked_sorts(source, view.sorts), reader))
    columns = _columns(view, source)
    groups = list(_groups(view, source, rows))
    if view.type == "board":
        lanes = "".join(
            f'<div class="lane"><h4>{name}'
            f" {len(some)}</h4>{''.join(_card(row, columns, space, shown) for row in some)}</div>"
            for name, some in groups
        )
        return f'<div class="board">{lanes}</div>'
    parent = source.find((view.configuration.get("subtasks") or {}).get("property_id"))
    return "".join(
        (f'<p class="group">{name} {len(some)}</p>' if name else "")
        + _table(some, parent, columns, space, shown)
        for name, some in groups
    )


def _groups(
    view: View, source: DataSource, rows: Sequence[Page]
) -> Iterator[tuple[str, list[Page]]]:
    """Rows by the option that the view is grouped by, in the order of the options; all of them
    where it is not.
    """
    by: Json = view.configuration.get("group_by") or {}
    column = source.find(by.get("property_id"))
    if column is None:
        yield "", list(rows)
        return
    for one in [
        *column.config.get("options", ()),
        {"id": None, "name": f"No {column.name}", "color": "gray"},
    ]:
        some = [row for row in rows if row.values.get(column.id) == one["id"]]
        if some:
            yield f'<span class="tag {escape(one["color"])}">{escape(one["name"])}</span>', some


def _card(row: Page, columns: Sequence[SchemaProperty], space: Workspace, shown: Shown) -> str:
    lines = [shown(row, one, space) for one in columns]
    rest = "".join(f"<small>{line}</small>" for line in lines[1:] if line)
    return f'<div class="card">{lines[0]}{rest}</div>'


def _columns(view: View, source: DataSource) -> list[SchemaProperty]:
    """The properties that a view shows: in the order it says, then, in a table, those it says
    nothing of. The title comes first.
    """
    said = {
        found.id: one
        for one in view.configuration.get("properties") or ()
        if (found := source.find(one["property_id"]))
    }
    places = {one: place for place, one in enumerate(said)}
    seen = [
        one
        for one in source.properties.values()
        if one.type == "title" or said.get(one.id, {}).get("visible", view.type != "board")
    ]
    return sorted(seen, key=lambda one: (one.type != "title", places.get(one.id, len(places))))


def _table(
    rows: Sequence[Page],
    parent: SchemaProperty | None,
    columns: Sequence[SchemaProperty],
    space: Workspace,
    shown: Shown,
) -> str:
    head = "".join(f"<th>{escape(one.name)}</th>" for one in columns)
    body = "".join(
        f"<tr>{''.join(_cell(shown(row, one, space), one.type, depth) for one in columns)}</tr>"
        for row, depth in _nested(rows, parent)
    )
    return (
        "<div"
        f' class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(words: str, kind: str, depth: int) -> str:
    if kind != "title":
        return f'<td class="{kind}">{words}</td>'
    return f'<td class="title"><div style="padding-left:{1.5 * depth}rem">{words}</div></td>'


def _nested(rows: Sequence[Page], parent: SchemaProperty | None) -> Iterator[tuple[Page, int]]:
    """Rows under their parents, each with its depth. What hangs under nothing that is shown stands
    at the top.
    """
    there = {row.id for row in rows}
    above = {
        row.id: (
            next((one for one in row.values.get(parent.id, ()) if one in there), None)
            if parent
            else None
        )
        for row in rows
    }
    waiting = [(row, 0) for row in reversed(rows) if above[row.id] is None]
    seen: set[str] = set()
    while waiting:
        row, depth = waiting.pop()
        seen.add(row.id)
        yield row, depth
        waiting += [
            (one, depth + 1)
            for one in reversed(rows)
            if above[one.id] == row.id and one.id not in seen
        ]
    yield from ((row, 0) for row in rows if row.id not in seen)
