"""The views of a database as people see them in a browser: tables with nested or grouped rows, and
boards of cards.
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
    """All views of a data source, the first one open. `shown` formats a value."""
    views = [view for view in space.views.values() if view.data_source == source.id]
    return "".join(
        f"<details{' open' if index == 0 else ''}>"
        f"<summary>{escape(view.name)}</summary>{_view(view, source, space, shown)}</details>"
        for index, view in enumerate(views)
    )


def _view(view: View, source: DataSource, space: Workspace, shown: Shown) -> str:
    reader = ComputedReader(space, None)
    test = None if view.filter is None else checked_filter(source, view.filter, reader)
    rows = [
        page
        for page_id in space.rows[source.id]
        if isinstance(page := space.objects[page_id], Page) and not page.in_trash
    ]
    rows = [row for row in rows if test is None or test(row)]
    if view.sorts:
        rows = list(ordered(rows, checked_sorts(source, view.sorts), reader))
    columns = _columns(view, source)
    groups = list(_groups(view, source, rows))
    if view.type == "board":
        lanes = "".join(
            f'<div class="lane"><h4>{name}'
            f" {len(group)}</h4>{''.join(_card(row, columns, space, shown) for row in group)}</div>"
            for name, group in groups
        )
        return f'<div class="board">{lanes}</div>'
    parent = source.find((view.configuration.get("subtasks") or {}).get("property_id"))
    return "".join(
        (f'<p class="group">{name} {len(group)}</p>' if name else "")
        + _table(group, parent, columns, space, shown)
        for name, group in groups
    )


def _groups(
    view: View, source: DataSource, rows: Sequence[Page]
) -> Iterator[tuple[str, list[Page]]]:
    """Rows by the option that the view is grouped by, in the order of the options; all of them
    where it is not.
    """
    grouping: Json = view.configuration.get("group_by") or {}
    column = source.find(grouping.get("property_id"))
    if column is None:
        yield "", list(rows)
        return
    for option in [
        *column.config.get("options", ()),
        {"id": None, "name": f"No {column.name}", "color": "gray"},
    ]:
        group = [row for row in rows if row.values.get(column.id) == option["id"]]
        if group:
            yield (
                f'<span class="tag {escape(option["color"])}">{escape(option["name"])}</span>',
                group,
            )


def _card(row: Page, columns: Sequence[SchemaProperty], space: Workspace, shown: Shown) -> str:
    lines = [shown(row, column, space) for column in columns]
    rest = "".join(f"<small>{line}</small>" for line in lines[1:] if line)
    return f'<div class="card">{lines[0]}{rest}</div>'


def _columns(view: View, source: DataSource) -> list[SchemaProperty]:
    """The properties that a view shows: in the order it says, then, in a table, those it says
    nothing of. The title comes first.
    """
    settings = {
        column.id: setting
        for setting in view.configuration.get("properties") or ()
        if (column := source.find(setting["property_id"]))
    }
    positions = {column_id: position for position, column_id in enumerate(settings)}
    visible = [
        column
        for column in source.properties.values()
        if column.type == "title"
        or settings.get(column.id, {}).get("visible", view.type != "board")
    ]
    return sorted(
        visible,
        key=lambda column: (column.type != "title", positions.get(column.id, len(positions))),
    )


def _table(
    rows: Sequence[Page],
    parent: SchemaProperty | None,
    columns: Sequence[SchemaProperty],
    space: Workspace,
    shown: Shown,
) -> str:
    head = "".join(f"<th>{escape(column.name)}</th>" for column in columns)
    lines = (
        "".join(_cell(shown(row, column, space), column.type, depth) for column in columns)
        for row, depth in _nested(rows, parent)
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
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
    shown_ids = {row.id for row in rows}
    above = {
        row.id: (
            next(
                (page_id for page_id in row.values.get(parent.id, ()) if page_id in shown_ids), None
            )
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
            (child, depth + 1)
            for child in reversed(rows)
            if above[child.id] == row.id and child.id not in seen
        ]
    yield from ((row, 0) for row in rows if row.id not in seen)
