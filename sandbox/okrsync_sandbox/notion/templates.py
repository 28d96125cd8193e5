"""Page templates of a data source: listed, and applied to new or existing pages.

A template is applied after the request was answered: the answer shows the page without it.
https://developers.notion.com/guides/data-apis/creating-pages-from-templates
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import an_object, failed, not_found, wrong
from okrsync_sandbox.notion.model import Block, DataSource, Json, Page, Parent
from okrsync_sandbox.notion.richtext import plain
from okrsync_sandbox.notion.schema import READ_ONLY
from okrsync_sandbox.notion.values import set_values
from okrsync_sandbox.notion.workspace import Workspace, normal_id

__all__ = ["add_template", "apply_template", "listed", "wanted_template"]


def add_template(space: Workspace, template: Page, source: DataSource, *, is_default: bool) -> None:
    """Keep a page as a template of a data source: it is none of its rows."""
    space.objects[template.id] = template
    source.templates.insert(0 if is_default else len(source.templates), template.id)
    source.has_default_template = source.has_default_template or is_default
    space.revision += 1


def listed(ask: Ask, source: DataSource) -> Json:
    """The templates of a data source, those whose name contains `name` where it is given."""
    size = ask.page_size(ask.first("page_size"), "query")
    name = (ask.first("name") or "").casefold()
    templates = [page for page in _templates(ask, source) if name in _name(page).casefold()]
    start, begin = ask.first("start_cursor"), 0
    if start is not None:
        ids = [page.id for page in templates]
        if normal_id(start) not in ids:
            raise wrong(f"The start_cursor provided is invalid: {start}")
        begin = ids.index(normal_id(start) or "")
    has_more = begin + size < len(templates)
    return {
        "templates": [
            {"id": page.id, "name": _name(page), "is_default": _is_default(page, source)}
            for page in templates[begin : begin + size]
        ],
        "has_more": has_more,
        "next_cursor": templates[begin + size].id if has_more else None,
    }


def wanted_template(ask: Ask, source: DataSource | None) -> Page | None:
    """The template that a request asks for; None where it asks for none. Raises `NotionError` 400
    where it cannot be applied, 404 where there is no such template.
    """
    if ask.body.get("template") is None:
        return None
    sent = an_object(ask.body["template"], "body.template")
    kind = sent.get("type")
    if kind not in ("none", "default", "template_id"):
        raise failed(
            "body.template.type",
            '`"none"` or `"default"` or `"template_id"`',
            sent.get("type", ...),
        )
    zone = sent.get("timezone")
    if zone is not None and zone not in available_timezones():
        raise failed("body.template.timezone", "a valid IANA time zone", zone)
    if kind == "none":
        return None
    # Which words the service uses here is not documented, only that it refuses.
    if source is None:
        raise wrong("Templates can only be applied to pages in a data source.")
    if ask.body.get("children"):
        raise wrong("Children cannot be given together with a template.")
    if kind == "default":
        if not source.has_default_template:
            raise wrong("The data source has no default template.")
        return _templates(ask, source)[0]
    id_ = normal_id(sent.get("template_id"))
    if id_ is None:
        raise failed("body.template.template_id", "a valid uuid", sent.get("template_id", ...))
    if id_ not in source.templates:
        raise not_found("page", id_, ask.caller.name)
    template = ask.space.objects[id_]
    assert isinstance(template, Page)
    return template


def apply_template(ask: Ask, template: Page, page: Page, source: DataSource) -> None:
    """Copy a template into a page: its content below the page's own, and its properties, icon and
    cover where the page has none.
    """
    empty = {
        column.id: deepcopy(template.values[column.id])
        for column in source.properties.values()
        if column.type not in READ_ONLY
        and not page.values.get(column.id)
        and template.values.get(column.id)
    }
    set_values(page, source, empty, ask.space)
    page.icon, page.cover = page.icon or template.icon, page.cover or template.cover
    zone = ZoneInfo((ask.body.get("template") or {}).get("timezone") or "UTC")
    now = datetime.fromtimestamp(ask.space.clock(), UTC).astimezone(zone)
    _copy_content(ask, template.id, Parent("page_id", page.id), now)
    ask.space.touch(page, ask.caller.bot)


def _copy_content(ask: Ask, holder: str, parent: Parent, now: datetime) -> None:
    for child in ask.space.content(holder):
        if not isinstance(child, Block):
            continue
        content = _filled_in(deepcopy(child.content), now, ask.caller.bot)
        stamps = ask.space.stamps(ask.caller.bot)
        block = Block(ask.space.new_id(), parent, stamps, child.type, content)
        ask.space.add(block)
        _copy_content(ask, child.id, Parent("block_id", block.id), now)


def _filled_in(content: Any, now: datetime, user: str) -> Any:
    """Content in which the mentions of a template became those of a day, a moment or a user."""
    if isinstance(content, list):
        return [_filled_in(item, now, user) for item in content]
    if not isinstance(content, dict):
        return content
    if content.get("type") == "template_mention":
        mention = content["template_mention"]
        if mention["type"] == "template_mention_user":
            return {"type": "user", "user": {"id": user}}
        is_day = mention["template_mention_date"] == "today"
        start = now.date().isoformat() if is_day else now.isoformat(timespec="minutes")
        return {"type": "date", "date": {"start": start, "end": None, "time_zone": None}}
    return {name: _filled_in(value, now, user) for name, value in content.items()}


def _templates(ask: Ask, source: DataSource) -> list[Page]:
    pages = [ask.space.objects[page_id] for page_id in source.templates]
    return [page for page in pages if isinstance(page, Page) and not page.in_trash]


def _is_default(page: Page, source: DataSource) -> bool:
    return source.has_default_template and page.id == source.templates[0]


def _name(page: Page) -> str:
    return plain(page.values.get("title", [])) or "Untitled"
