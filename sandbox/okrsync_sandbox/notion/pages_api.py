"""Pages: created, retrieved, updated, moved, put into the trash and restored; single properties;
and content as Markdown.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from okrsync_sandbox.notion.answers import columns_of
from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.blocks import checked_blocks, insert_blocks
from okrsync_sandbox.notion.errors import an_object, failed, wrong
from okrsync_sandbox.notion.markdown import from_markdown, to_markdown
from okrsync_sandbox.notion.model import DataSource, Json, Page, Parent
from okrsync_sandbox.notion.schema import multiple_sources
from okrsync_sandbox.notion.templates import apply_template, wanted_template
from okrsync_sandbox.notion.values import checked_values, empty_value, set_values
from okrsync_sandbox.notion.workspace import normal_id

__all__ = [
    "create",
    "markdown",
    "move",
    "new_row",
    "property_of",
    "retrieve",
    "set_markdown",
    "update",
]


def create(ask: Ask) -> Json:
    """POST pages"""
    ask.may("insert")
    kind, parent_id = ask.parent_id(
        ask.body.get("parent"), "data_source_id", "database_id", "page_id", "block_id"
    )
    ask.looks()
    if "markdown" in ask.body and not isinstance(ask.body["markdown"], str):
        raise failed("body.markdown", "a string", ask.body["markdown"])
    children = checked_blocks(ask.body.get("children") or [], "body.children", ask.space)
    source = None if kind in ("page_id", "block_id") else _source(ask, kind, parent_id)
    template = wanted_template(ask, source)
    if source is None:
        parent = ask.parent_of(kind, parent_id)
        values = checked_values(None, ask.body.get("properties") or {}, ask.space, ask.caller)
        page = Page(
            ask.space.new_id(), parent, ask.space.stamps(ask.caller.bot), {"title": [], **values}
        )
        ask.space.add(page)
        ask.space.touch_parent(parent, ask.caller.bot)
    else:
        values = checked_values(source, ask.body.get("properties", {}), ask.space, ask.caller)
        page = new_row(ask, source)
        set_values(page, source, values, ask.space)
    ask.take_looks(page)
    if "markdown" in ask.body:
        children += from_markdown(ask.body["markdown"])
    insert_blocks(children, Parent("page_id", page.id), ask.space, ask.caller.bot)
    answer = ask.answers.page(page)
    if template is not None and source is not None:
        apply_template(ask, template, page, source)
    return answer


def _source(ask: Ask, kind: str, parent_id: str) -> DataSource:
    if kind == "data_source_id":
        return ask.source(parent_id, editing=True)
    database = ask.database(parent_id, editing=True)
    # A database stands for its data source only while it has one
    # (https://developers.notion.com/guides/get-started/upgrade-guide-2025-09-03).
    sources = ask.space.sources_of(database)
    if len(sources) != 1:
        raise multiple_sources(parent_id, sources)
    return sources[0]


def new_row(ask: Ask, source: DataSource) -> Page:
    """An empty page in a data source, with its number where the source counts."""
    page = Page(
        ask.space.new_id(), Parent("data_source_id", source.id), ask.space.stamps(ask.caller.bot)
    )
    fill_row(page, source)
    ask.space.add(page)
    return page


def fill_row(page: Page, source: DataSource) -> None:
    """Fill the columns of a new row with their initial values."""
    source.last_number += 1
    page.values = {column.id: empty_value(column) for column in source.properties.values()}
    for column in source.properties.values():
        if column.type == "unique_id":
            page.values[column.id] = source.last_number


def retrieve(ask: Ask) -> Json:
    """GET pages/{id}"""
    ask.may("read")
    page = ask.page(ask.id(1, "page_id"))
    wanted = [
        unquote(value)
        for key, value in ask.query
        if key in ("filter_properties", "filter_properties[]")
    ]
    return ask.answers.page(page, wanted_ids(page, wanted, ask) if wanted else None)


def wanted_ids(page: Page, wanted: list[str], ask: Ask) -> list[str]:
    """The ids of the properties that an answer should include."""
    known = {column.id for column in columns_of(page, ask.space)}
    ids = [name if name in known else unquote(name) for name in wanted]
    for sent, property_id in zip(wanted, ids, strict=True):
        if property_id not in known:
            raise wrong(f"Could not find property with id: {sent}")
    return ids


def update(ask: Ask) -> Json:
    """PATCH pages/{id}"""
    ask.may("update")
    page = ask.page(ask.id(1, "page_id"))
    trash = ask.check_trash_words()
    ask.check_editable(page, restores=trash is False)
    source = ask.space.objects.get(page.parent.id or "")
    source = source if isinstance(source, DataSource) else None
    ask.looks()
    template = wanted_template(ask, source)
    values = checked_values(source, ask.body.get("properties") or {}, ask.space, ask.caller)
    ask.take_looks(page)
    if source is not None:
        set_values(page, source, values, ask.space)
    else:
        page.values.update(values)
    if "is_locked" in ask.body:
        page.is_locked = bool(ask.body["is_locked"])
    if ask.body.get("erase_content"):
        for block in ask.space.content(page.id):
            block.in_trash = True
    if trash is not None:
        page.in_trash = trash
    ask.space.touch(page, ask.caller.bot)
    answer = ask.answers.page(page)
    if template is not None and source is not None:
        apply_template(ask, template, page, source)
    return answer


def move(ask: Ask) -> Json:
    """POST pages/{id}/move"""
    ask.may("update")
    page = ask.page(ask.id(1, "page_id"), editing=True)
    kind, parent_id = ask.parent_id(ask.body.get("parent"), "page_id", "data_source_id")
    space = ask.space
    old = space.rows if page.parent.kind == "data_source_id" else space.children
    if kind == "data_source_id":
        source = ask.source(parent_id, editing=True)
        title = page.values.get("title", [])
        fill_row(page, source)
        page.values["title"] = title
        parent = Parent("data_source_id", parent_id)
    else:
        parent = ask.parent_of(kind, parent_id)
        page.values = {"title": page.values.get("title", [])}
    old[page.parent.id or ""].remove(page.id)
    page.parent = parent
    space.add(page)
    space.touch(page, ask.caller.bot)
    return ask.answers.page(page)


def property_of(ask: Ask) -> Json:
    """GET pages/{id}/properties/{property id}"""
    ask.may("read")
    page = ask.page(ask.id(1, "page_id"))
    sent = unquote(ask.path[3])
    column = next(
        (column for column in columns_of(page, ask.space) if column.id in (sent, unquote(sent))),
        None,
    )
    if column is None:
        raise wrong(f"Could not find property with id: {sent}")
    item = ask.answers.property_item(page, column)
    if isinstance(item, dict):
        return item
    return _paged(
        ask,
        page.id,
        quote(column.id, safe=""),
        column.type,
        item,
        ask.answers.reader.shown(page, column),
    )


def _paged(
    ask: Ask, page: str, property_id: str, kind: str, items: list[Json], shown: Json
) -> Json:
    size = ask.page_size(ask.first("page_size"), "query")
    start, begin = ask.first("start_cursor"), 0
    if start is not None:
        digits = (normal_id(start) or "").replace("-", "")
        if not digits.startswith("0" * 20) or int(digits[20:] or "0", 16) > len(items):
            raise wrong(f"The start_cursor provided is invalid: {start}")
        begin = int(digits[20:], 16)
    has_more = begin + size < len(items)
    cursor = normal_id(f"{begin + size:032x}") if has_more else None
    url = (
        f"https://api.notion.com/v1/pages/{page}/properties/{property_id}?start_cursor={cursor}"
        if has_more
        else None
    )
    inner: Json = {"id": property_id, "next_url": url, "type": kind, kind: {}}
    if kind == "rollup":
        inner["rollup"] = _rolled_so_far(shown["rollup"], is_complete=not has_more)
    return {
        "object": "list",
        "results": items[begin : begin + size],
        "next_cursor": cursor,
        "has_more": has_more,
        "type": "property_item",
        "property_item": inner,
    }


def _rolled_so_far(rollup: Json, *, is_complete: bool) -> Json:
    """What a list of a rollup's items says of the rollup: the items are its values where it shows
    them, and what they come to stands in the last part of the list.
    """
    # https://developers.notion.com/guides/data-apis/read-page-property-values
    if rollup["type"] == "array":
        return {**rollup, "array": []}
    if not is_complete:
        return {"type": "incomplete", "incomplete": {}, "function": rollup["function"]}
    return rollup


def markdown(ask: Ask) -> Json:
    """GET pages/{id}/markdown"""
    ask.may("read")
    page = ask.page(ask.id(1, "page_id"))
    return _markdown_of(ask, page)


def _markdown_of(ask: Ask, page: Page) -> Json:
    text, unknown = to_markdown(page.id, ask.space, ask.caller)
    return {
        "object": "page_markdown",
        "id": page.id,
        "markdown": text,
        "truncated": False,
        "unknown_block_ids": unknown,
    }


def set_markdown(ask: Ask) -> Json:
    """PATCH pages/{id}/markdown: `insert_content` at the end, or `replace_content`"""
    ask.may("update")
    page = ask.page(ask.id(1, "page_id"), editing=True)
    kind = ask.body.get("type")
    if kind not in ("insert_content", "replace_content"):
        raise failed("body.type", '`"insert_content"` or `"replace_content"`', kind)
    content = an_object(ask.body.get(kind), f"body.{kind}")
    text = content.get("content", content.get("new_str"))
    if not isinstance(text, str):
        raise failed(f"body.{kind}.content", "a string", text)
    if kind == "replace_content":
        for block in ask.space.content(page.id):
            block.in_trash = True
    insert_blocks(from_markdown(text), Parent("page_id", page.id), ask.space, ask.caller.bot)
    ask.space.touch(page, ask.caller.bot)
    return _markdown_of(ask, page)
