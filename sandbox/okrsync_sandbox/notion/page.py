"""What people see in a browser: the databases and pages of the workspace as a list, a database as
tables, a page with its properties and content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from okrsync_sandbox.notion.answers import columns_of
from okrsync_sandbox.notion.computed import ComputedReader
from okrsync_sandbox.notion.model import Block, Database, DataSource, Json, Page, SchemaProperty
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.notion.views_page import STYLE, shown_views
from okrsync_sandbox.notion.workspace import NotionObject, Workspace

__all__ = ["list_page", "thing_page"]

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#37352f;max-width:72rem;margin:2rem auto;
padding:0 1rem}
a{color:inherit}table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #e3e2e0;
padding:.25rem .5rem;text-align:left;vertical-align:top}
th{color:#787774;font-weight:500}.tag{background:#e3e2e0;border-radius:3px;padding:0 .4rem;
margin-right:.25rem}
.green{background:#dbeddb}.red{background:#ffe2dd}.yellow{background:#fdecc8}.blue{background:#d3e5ef}.orange{background:#fadec9}.purple{background:#e8deee}
.callout{background:#f1f1ef;border-radius:4px;padding:.75rem;margin:.5rem 0}
.inside{margin-left:1.5rem}.columns{display:flex;gap:1rem}.columns>*{flex:1}
blockquote{border-left:3px solid #37352f;margin:.5rem 0;padding-left:.75rem}
pre{background:#f7f6f3;padding:.75rem}.tag{white-space:nowrap}.ink-green{color:#448361}
.ink-orange{color:#d9730d}.ink-red{color:#d44c47}.ink-purple{color:#9065b0}
.ink-gray{color:#787774}.ink-blue{color:#337ea9}
.simple.top tr:first-child td,.simple.side td:first-child{background:#f7f6f3;font-weight:500}
aside{border-left:2px solid #e3e2e0;padding-left:.75rem;color:#787774}
"""
_TAGS = {
    "paragraph": "p",
    "heading_1": "h1",
    "heading_2": "h2",
    "heading_3": "h3",
    "heading_4": "h4",
    "quote": "blockquote",
    "code": "pre",
    "toggle": "div",
}


def list_page(space: Workspace) -> str:
    """Everything that stands in the workspace itself."""
    tops = [
        top for top in space.objects.values() if top.parent.kind == "workspace" and not top.in_trash
    ]
    items = "".join(f"<li>{_link(top, space)}</li>" for top in tops)
    return _document(space.name, f"<h1>{escape(space.name)}</h1><ul>{items}</ul>")


def thing_page(space: Workspace, object_id: str) -> str | None:
    """A page or a database by its id; None where there is neither."""
    record = space.objects.get(object_id)
    if isinstance(record, Database):
        tables = "".join(_source(source, record, space) for source in space.sources_of(record))
        return _document(
            _title(record, space),
            f"<h1>{escape(_title(record, space))}</h1>{_trash(record)}{tables}",
        )
    if not isinstance(record, Page):
        return None
    columns = [column for column in columns_of(record, space) if column.type != "title"]
    values = "".join(
        f"<tr><th>{escape(column.name)}</th><td>{_value(record, column, space)}</td></tr>"
        for column in columns
    )
    properties = f"<table>{values}</table>" if values else ""
    body = properties + _content(space.content(record.id), space) + _comments(record, space)
    return _document(
        _title(record, space),
        f"<h1>{_icon(record.icon)}{escape(_title(record, space))}</h1>{_trash(record)}{body}",
    )


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta'
        f' charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}{STYLE}</style>'
        f"<body>{body}</body></html>"
    )


def _trash(record: NotionObject) -> str:
    return "<p><em>This is in the trash.</em></p>" if record.in_trash else ""


def _title(record: NotionObject, space: Workspace) -> str:
    items = (
        record.values.get("title", []) if isinstance(record, Page) else getattr(record, "title", [])
    )
    return plain(shown_text(items, space, None)) or "Untitled"


def _link(record: NotionObject, space: Workspace) -> str:
    return f'<a href="/p/{record.id}">{escape(_title(record, space))}</a>'


def _icon(icon: Json | None) -> str:
    return escape(icon["emoji"]) + " " if icon and icon.get("type") == "emoji" else ""


def _source(source: DataSource, database: Database, space: Workspace) -> str:
    title = plain(source.title)
    heading = f"<h2>{escape(title)}</h2>" if title != _title(database, space) else ""
    return heading + shown_views(source, space, _value)


def _value(page: Page, column: SchemaProperty, space: Workspace) -> str:
    reader = ComputedReader(space, None)
    if column.type == "title":
        return _link(page, space)
    if column.type == "rich_text":
        return _text(page.values.get(column.id, []), space)
    if column.type in ("select", "status", "multi_select"):
        stored = page.values.get(column.id)
        chosen = stored if isinstance(stored, list) else [stored]
        options = [
            option
            for option_id in chosen
            for option in column.config["options"]
            if option["id"] == option_id
        ]
        return "".join(
            f'<span class="tag {escape(option["color"])}">{escape(option["name"])}</span>'
            for option in options
        )
    if column.type == "relation":
        return ", ".join(
            _link(space.objects[page_id], space) for page_id in reader.stored(page, column)
        )
    if column.type == "date":
        date = page.values.get(column.id) or {}
        return escape(" → ".join(day for day in (date.get("start"), date.get("end")) if day))
    if column.type == "unique_id":
        prefix = column.config.get("prefix")
        return escape(f"{prefix + '-' if prefix else ''}{page.values.get(column.id)}")
    value = reader.value(page, column)
    if column.type == "url" and value:
        short = value.removeprefix("https://").removeprefix("www.")
        return (
            f'<a href="{escape(value)}"'
            f' rel="noreferrer">{escape(short if len(short) <= 28 else short[:27] + "…")}</a>'
        )
    if column.type in ("created_by", "last_edited_by"):
        value = space.users[value].name
    return escape(_shown(value, column.config.get("format")))


def _shown(value: Any, style: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "☑" if value else "☐"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return ", ".join(
            _shown(element.get("name", element) if isinstance(element, dict) else element, style)
            for element in value
        )
    if isinstance(value, int | float):
        return (
            f"{round(value * 100, 2):g}%"
            if style == "percent"
            else f"{value:,.10g}"
            if style == "number_with_commas"
            else f"{value:.15g}"
        )
    return str(value)


def _text(items: Sequence[Json], space: Workspace) -> str:
    runs = []
    for run in shown_text(items, space, None):
        look, words = run["annotations"], escape(run["plain_text"])
        for name, tag in (
            ("bold", "b"),
            ("italic", "i"),
            ("strikethrough", "s"),
            ("underline", "u"),
            ("code", "code"),
        ):
            words = f"<{tag}>{words}</{tag}>" if look[name] else words
        if look["color"] != "default":
            words = f'<span class="ink-{escape(look["color"])}">{words}</span>'
        href = run["href"]
        runs.append(f'<a href="{escape(href)}" rel="noreferrer">{words}</a>' if href else words)
    return "".join(runs).replace("\n", "<br>")


def _content(records: Sequence[NotionObject], space: Workspace) -> str:
    return "".join(_block(record, space) for record in records)


def _block(record: NotionObject, space: Workspace) -> str:
    if not isinstance(record, Block):
        return f"<p>{_link(record, space)}</p>"
    kind, content = record.type, record.content
    words = _text(content.get("rich_text", []), space)
    inside = _content(space.content(record.id), space)
    if kind == "divider":
        return "<hr>"
    if kind == "callout":
        colour = escape(content["color"].split("_")[0])
        icon = _icon(content["icon"])
        return f'<div class="callout {colour}">{icon}{words}{inside}</div>'
    if kind == "table":
        heads = " top" if content.get("has_column_header") else ""
        heads += " side" if content.get("has_row_header") else ""
        return f'<table class="simple{heads}">{inside}</table>'
    if kind == "table_row":
        return f"<tr>{''.join(f'<td>{_text(cell, space)}</td>' for cell in content['cells'])}</tr>"
    if kind in ("column_list", "column"):
        return f'<div class="{"columns" if kind == "column_list" else "column"}">{inside}</div>'
    if kind in ("bulleted_list_item", "numbered_list_item"):
        tag = "ul" if kind.startswith("b") else "ol"
        return f"<{tag}><li>{words}{inside}</li></{tag}>"
    if kind == "to_do":
        words = f"{'☑' if content['checked'] else '☐'} {words}"
    inside = f'<div class="inside">{inside}</div>' if inside else ""
    tag = _TAGS.get(kind, "p")
    words = words or escape(content.get("url") or content.get("expression") or "")
    return f"<{tag}>{words}</{tag}>{inside}"


def _comments(page: Page, space: Workspace) -> str:
    comments = [
        comment
        for comment in space.comments.values()
        if comment.parent.id == page.id and not comment.is_resolved
    ]
    items = "".join(
        f"<p><b>{escape(space.users[comment.stamps.created_by].name)}</b>"
        f" {_text(comment.rich_text, space)}</p>"
        for comment in comments
    )
    return f"<aside>{items}</aside>" if items else ""
