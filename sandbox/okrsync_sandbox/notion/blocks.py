"""Blocks: their kinds, what may be written into each, and how deep they may be nested.

After https://developers.notion.com/reference/block.
"""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.notion.errors import an_object, failed, wrong
from okrsync_sandbox.notion.model import Block, Json, Parent
from okrsync_sandbox.notion.richtext import COLORS, checked_text
from okrsync_sandbox.notion.uploads import attached
from okrsync_sandbox.notion.workspace import Workspace

__all__ = ["KINDS", "NewBlock", "checked_blocks", "checked_content", "insert_blocks"]

_TEXTS = (
    "paragraph",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
    "bulleted_list_item",
    "numbered_list_item",
    "to_do",
    "toggle",
    "quote",
    "callout",
)
_MEDIA = ("image", "video", "file", "pdf", "audio")
_BARE = ("divider", "breadcrumb", "column_list", "tab")
KINDS = (
    *_TEXTS,
    *_MEDIA,
    *_BARE,
    "code",
    "table",
    "table_row",
    "column",
    "equation",
    "bookmark",
    "embed",
    "table_of_contents",
    "link_to_page",
    "synced_block",
    "template",
)
"""The kinds that can be appended. Child pages and child databases are created as such."""
_WITH_CHILDREN = (
    "paragraph",
    "bulleted_list_item",
    "numbered_list_item",
    "to_do",
    "toggle",
    "quote",
    "callout",
    "table",
    "column_list",
    "column",
    "synced_block",
    "tab",
    "template",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
)
# https://developers.notion.com/reference/request-limits
MOST = 1000
"""Blocks in one request, nested ones included."""
_LANGUAGES = (
    "abap",
    "abc",
    "agda",
    "arduino",
    "ascii art",
    "assembly",
    "bash",
    "basic",
    "bnf",
    "c",
    "c#",
    "c++",
    "clojure",
    "coffeescript",
    "coq",
    "css",
    "dart",
    "dhall",
    "diff",
    "docker",
    "ebnf",
    "elixir",
    "elm",
    "erlang",
    "f#",
    "flow",
    "fortran",
    "gherkin",
    "glsl",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "hcl",
    "html",
    "idris",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "latex",
    "less",
    "lisp",
    "livescript",
    "llvm ir",
    "lua",
    "makefile",
    "markdown",
    "markup",
    "matlab",
    "mathematica",
    "mermaid",
    "nix",
    "notion formula",
    "objective-c",
    "ocaml",
    "pascal",
    "perl",
    "php",
    "plain text",
    "powershell",
    "prolog",
    "protobuf",
    "purescript",
    "python",
    "r",
    "racket",
    "reason",
    "ruby",
    "rust",
    "sass",
    "scala",
    "scheme",
    "scss",
    "shell",
    "smalltalk",
    "solidity",
    "sql",
    "swift",
    "toml",
    "typescript",
    "vb.net",
    "verilog",
    "vhdl",
    "visual basic",
    "webassembly",
    "xml",
    "yaml",
    "java/c/c++/c#",
)

_MAY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_MEDIA, ("external", "file")),
    "file": ("external", "file", "name"),
    "column": ("width_ratio",),
    "link_to_page": ("page_id", "database_id", "comment_id"),
    "numbered_list_item": ("list_start_index", "list_format"),
}
"""The fields that a block may have besides those that it always has."""
NewBlock = tuple[str, Json, list[Any]]
"""The kind of a block to create, its content, and the blocks in it."""


def checked_blocks(sent: Any, path: str, space: Workspace, depth: int = 0) -> list[NewBlock]:
    """The blocks of a request. Raises `NotionError` where the service would refuse them."""
    # https://developers.notion.com/reference/patch-block-children: 100 children in a list, and two
    # levels of nesting in a request.
    if not isinstance(sent, list):
        raise failed(path, "an array", ... if sent is None else sent)
    if len(sent) > 100:
        raise failed(f"{path}.length", "≤ `100`", len(sent))
    drafts = [_checked(block, f"{path}[{index}]", space, depth) for index, block in enumerate(sent)]
    if depth == 0 and _count(drafts) > MOST:
        raise wrong(
            f"body failed validation: the number of blocks should be ≤ `{MOST}`, instead was"
            f" `{_count(drafts)}`."
        )
    return drafts


def _count(drafts: list[NewBlock]) -> int:
    return sum(1 + _count(inner) for _, _, inner in drafts)


def _checked(sent: Any, path: str, space: Workspace, depth: int) -> NewBlock:
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    named = [kind for kind in KINDS if kind in sent]
    kind = sent.get("type") or (named[0] if named else None)
    if kind is not None and not isinstance(kind, str):
        raise failed(f"{path}.type", "a string", kind)
    if kind not in KINDS:
        raise failed(
            f"{path}.{kind or 'embed'}",
            "defined" if kind is None else "not present",
            sent.get(kind, ...),
        )
    if not isinstance(sent.get(kind), dict):
        raise failed(f"{path}.{kind}", "defined", sent.get(kind, ...))
    content = dict(sent[kind])
    children = content.pop("children", sent.get("children"))
    checked = checked_content(kind, content, f"{path}.{kind}", space)
    if children is not None and (kind not in _WITH_CHILDREN or depth >= 2):
        raise failed(f"{path}.{kind}.children", "not present", children)
    drafts = (
        []
        if children is None
        # A list of columns does not count as a level: the blocks in its columns may be nested as
        # deep as any others.
        else checked_blocks(
            children, f"{path}.{kind}.children", space, depth + (kind != "column_list")
        )
    )
    _check_inside(kind, checked, drafts, f"{path}.{kind}.children")
    return kind, checked, drafts


def _check_inside(kind: str, content: Json, drafts: list[NewBlock], path: str) -> None:
    if kind == "table":
        if not drafts:
            raise failed(path, "defined")
        check_rows(content["table_width"], drafts)
    elif kind == "column_list":
        if len(drafts) < 2 or any(draft[0] != "column" for draft in drafts):
            raise failed(f"{path}.length", "≥ `2`", len(drafts))
    elif kind == "column" and not drafts:
        raise failed(f"{path}.length", "≥ `1`", 0)
    elif kind.startswith("heading_") and drafts and not content["is_toggleable"]:
        raise wrong("Can't add children to a heading that is not toggleable.")


def check_rows(width: int, drafts: list[NewBlock]) -> None:
    """Refuse rows whose number of cells differs from the width of the table."""
    if any(kind != "table_row" or len(content["cells"]) != width for kind, content, _ in drafts):
        raise wrong(
            "Content creation Failed. Fix the following: \nNumber of cells in table row must match"
            " the table width of the parent table"
        )


def checked_content(
    kind: str, sent: Json, path: str, space: Workspace, before: Json | None = None
) -> Json:
    """What stands under a block's kind, complete. `before` is what stood there, where only a part
    is sent.
    """
    sent = _normal(kind, sent, path, space)
    known, may = _fields(kind), _MAY.get(kind, ())
    for name, value in sent.items():
        if name not in known and name not in may:
            raise failed(f"{path}.{name}", "not present", value)
    content = dict(known) if before is None else dict(before)
    for name, value in sent.items():
        content[name] = _field(name, value, f"{path}.{name}", space)
    if before is None:
        for name in _needed(kind):
            if name not in sent and not (name == "external" and "file" in sent):
                raise failed(f"{path}.{name}", "defined")
    elif kind == "table" and content["table_width"] != before["table_width"]:
        # `table_width` can only be set when the table is created.
        raise wrong("Table width cannot be changed.")
    return content


def _normal(kind: str, sent: Json, path: str, space: Workspace) -> Json:
    """What is sent as it is kept: a file that was uploaded is a file, and a reference has its
    type.
    """
    if kind in _MEDIA:
        if "file_upload" in sent:
            file = attached(sent["file_upload"], f"{path}.file_upload", space)
            filename = file.pop("name")
            name = {"name": sent.get("name", filename)} if kind == "file" else {}
            rest = {key: sent[key] for key in sent if key not in ("file_upload", "type")}
            return {**rest, **name, **file}
        if "external" in sent:
            url = str(an_object(sent["external"], f"{path}.external").get("url"))
            name = {"name": url.rsplit("/", 1)[-1]} if kind == "file" else {}
            return {**name, **sent, "type": "external"}
    if kind == "link_to_page":
        named = [name for name in _MAY[kind] if name in sent]
        return {**sent, "type": named[0]} if named else sent
    if kind == "synced_block" and isinstance(sent.get("synced_from"), dict):
        return {"synced_from": {"type": "block_id", **sent["synced_from"]}}
    return sent


def _needed(kind: str) -> tuple[str, ...]:
    if kind in _TEXTS:
        return ("rich_text",)
    if kind in _MEDIA:
        return ("external",)
    named = {
        "template": ("rich_text",),
        "code": ("rich_text", "language"),
        "table": ("table_width",),
        "table_row": ("cells",),
    }
    named |= {"equation": ("expression",), "bookmark": ("url",), "embed": ("url",)}
    return named.get(kind, ())


def _fields(kind: str) -> Json:
    if kind in _TEXTS:
        more: Json = {}
        if kind.startswith("heading_"):
            more = {"is_toggleable": False}
        elif kind == "to_do":
            more = {"checked": False}
        elif kind == "callout":
            # A callout that is created without an icon gets this one.
            more = {"icon": {"type": "emoji", "emoji": "💡"}}
        elif kind == "paragraph":
            more = {"icon": None}
        return {"rich_text": [], **more, "color": "default"}
    if kind in _MEDIA:
        return {"caption": [], "type": "external"}
    named: dict[str, Json] = {
        "code": {"caption": [], "rich_text": [], "language": "plain text"},
        "table": {"table_width": 0, "has_column_header": False, "has_row_header": False},
        "table_row": {"cells": []},
        "column": {},
        "template": {"rich_text": []},
        "equation": {"expression": ""},
        "bookmark": {"caption": [], "url": ""},
        "embed": {"caption": [], "url": ""},
        "table_of_contents": {"color": "gray"},
        "link_to_page": {"type": "page_id"},
        "synced_block": {"synced_from": None},
    }
    return named.get(kind, {})


def _field(name: str, value: Any, path: str, space: Workspace) -> Any:
    if name in ("rich_text", "caption"):
        return checked_text(value, path, space)
    if name == "cells":
        if not isinstance(value, list):
            raise failed(path, "an array", value)
        return [checked_text(cell, f"{path}[{index}]", space) for index, cell in enumerate(value)]
    if name == "color" and str(value) not in COLORS:
        raise failed(path, "a valid color", value)
    if name in (
        "checked",
        "is_toggleable",
        "has_column_header",
        "has_row_header",
    ) and not isinstance(value, bool):
        raise failed(path, "a boolean", value)
    if name == "language" and value not in _LANGUAGES:
        raise failed(path, " or ".join(f'`"{language}"`' for language in _LANGUAGES), value)
    if name == "table_width" and (not isinstance(value, int) or value < 1):
        raise failed(path, "≥ `1`", value)
    if name == "expression" and (not isinstance(value, str) or len(value) > 1000):
        raise failed(f"{path}.length", "≤ `1000`", value)
    if name == "url" and (
        not isinstance(value, str) or not value.startswith("http") or len(value) > 2000
    ):
        raise wrong("Invalid URL for link.")
    if name == "icon" and value is not None and "type" not in an_object(value, path):
        return {"type": next(iter(value), "emoji"), **value}
    return value


def insert_blocks(
    drafts: list[NewBlock], parent: Parent, space: Workspace, user: str, position: int | None = None
) -> list[Block]:
    """Put drafts into a page or block, and return what was put there, without what stands in it."""
    blocks = []
    for number, (kind, content, children) in enumerate(drafts):
        block = Block(space.new_id(), parent, space.stamps(user), kind, content)
        space.add(block, None if position is None else position + number)
        insert_blocks(children, Parent("block_id", block.id), space, user)
        blocks.append(block)
    return blocks
