"""Blocks: retrieved, listed, appended at a position, changed, moved to the trash and restored."""

from __future__ import annotations

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.blocks import (
    KINDS,
    check_rows,
    checked_blocks,
    checked_content,
    insert_blocks,
)
from okrsync_sandbox.notion.errors import an_object, failed, not_found, wrong
from okrsync_sandbox.notion.model import Block, DataSource, Json, Page, Parent
from okrsync_sandbox.notion.workspace import NotionObject, normal_id

__all__ = ["append", "children", "delete", "retrieve", "update"]


def _block(ask: Ask) -> NotionObject:
    block_id = ask.id(1, "block_id")
    record = ask.object_of(block_id, "block")
    if isinstance(record, DataSource):
        raise not_found("block", block_id, ask.caller.name)
    return record


def retrieve(ask: Ask) -> Json:
    """GET blocks/{id}"""
    ask.may("read")
    return ask.answers.block(_block(ask))


def children(ask: Ask) -> Json:
    """GET blocks/{id}/children"""
    ask.may("read")
    holder = ask.holder(ask.id(1, "block_id"))
    return ask.listed(ask.space.content(holder.id), "block", ask.answers.block)


def append(ask: Ask) -> Json:
    """PATCH blocks/{id}/children. With a position, the blocks that follow are answered too."""
    ask.may("insert")
    holder = ask.holder(ask.id(1, "block_id"), editing=True)
    drafts = checked_blocks(ask.body.get("children"), "body.children", ask.space)
    if isinstance(holder, Block):
        if holder.type == "table":
            check_rows(holder.content["table_width"], drafts)
        elif holder.type in (
            "divider",
            "code",
            "table_row",
            "equation",
            "bookmark",
            "embed",
            "image",
        ):
            raise wrong("Block does not support children.")
    position = _position(ask, holder)
    parent = Parent("page_id" if isinstance(holder, Page) else "block_id", holder.id)
    blocks = insert_blocks(drafts, parent, ask.space, ask.caller.bot, position)
    ask.space.touch(holder, ask.caller.bot)
    shown: list[NotionObject] = list(blocks)
    # The recorded answers list the later siblings after the new blocks where a position is given.
    if position is not None:
        rest = ask.space.children[holder.id][position + len(blocks) :]
        shown += [block for block_id in rest if not (block := ask.space.objects[block_id]).in_trash]
    return {
        "object": "list",
        "results": [ask.answers.block(block) for block in shown[:100]],
        "next_cursor": None,
        "has_more": False,
        "type": "block",
        "block": {},
    }


def _position(ask: Ask, holder: Page | Block) -> int | None:
    # `after` became `position` in 2026-03-11, and each version refuses the word of the other
    # (https://developers.notion.com/guides/get-started/upgrade-guide-2026-03-11).
    word = "after" if ask.is_new else "position"
    if word in ask.body:
        raise failed(f"body.{word}", "not present", ask.body[word])
    sent = ask.body.get("after")
    kind: object = "after_block"
    if "position" in ask.body:
        position = ask.body["position"]
        kind = position.get("type") if isinstance(position, dict) else None
        if kind not in ("after_block", "start", "end"):
            raise failed("body.position.type", '`"after_block"`, `"start"` or `"end"`', kind)
        sent = an_object(position.get("after_block"), "body.position.after_block").get("id")
    if kind == "start":
        return 0
    if kind == "end" or (sent is None and "position" not in ask.body):
        return None
    block_id = normal_id(sent)
    if block_id is None:
        raise failed(
            "body.position.after_block.id" if ask.is_new else "body.after", "a valid uuid", sent
        )
    siblings = ask.space.children.get(holder.id, [])
    if block_id not in siblings or ask.space.objects[block_id].in_trash:
        raise wrong(f"Block {block_id} is not a child of {holder.id}.")
    return siblings.index(block_id) + 1


def update(ask: Ask) -> Json:
    """PATCH blocks/{id}"""
    ask.may("update")
    block = _block(ask)
    trash = ask.check_trash_words()
    ask.check_editable(block, restores=trash is False)
    named = [kind for kind in KINDS if kind in ask.body]
    if named:
        if not isinstance(block, Block) or named != [block.type]:
            block_type = block.type if isinstance(block, Block) else "child_page"
            raise wrong(
                f"Block type {named[0]} does not match the type {block_type} of the block; it"
                " cannot be changed."
            )
        content = ask.body[block.type]
        if not isinstance(content, dict):
            raise failed(f"body.{block.type}", "an object", content)
        checked = checked_content(
            block.type, content, f"body.{block.type}", ask.space, block.content
        )
        if block.type == "table_row" and len(checked["cells"]) != len(block.content["cells"]):
            raise wrong(
                "Number of cells in table row must match the table width of the parent table"
            )
        block.content = checked
    if trash is not None:
        block.in_trash = trash
    ask.space.touch(block, ask.caller.bot)
    return ask.answers.block(block)


def delete(ask: Ask) -> Json:
    """DELETE blocks/{id}: moves the block to the trash"""
    ask.may("update")
    block = _block(ask)
    ask.check_editable(block)
    block.in_trash = True
    ask.space.touch(block, ask.caller.bot)
    return ask.answers.block(block)
