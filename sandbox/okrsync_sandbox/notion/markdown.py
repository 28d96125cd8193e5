"""A page's content as Markdown, and back: headings, lists, to-dos, quotes, code, dividers and
paragraphs.
"""

from __future__ import annotations

import re

from okrsync_sandbox.notion.blocks import NewBlock
from okrsync_sandbox.notion.model import Block, Integration, Json
from okrsync_sandbox.notion.richtext import plain, shown_text, text
from okrsync_sandbox.notion.workspace import Workspace

__all__ = ["from_markdown", "to_markdown"]

_SIGNS = {
    "heading_1": "# ",
    "heading_2": "## ",
    "heading_3": "### ",
    "bulleted_list_item": "- ",
    "quote": "> ",
}
_LINES = (
    (re.compile(r"(#{1,3}) (.*)"), "heading"),
    (re.compile(r"[-*] \[([ x])\] (.*)"), "to_do"),
    (re.compile(r"([-*]) (.*)"), "bulleted_list_item"),
    (re.compile(r"(\d+)\. (.*)"), "numbered_list_item"),
    (re.compile(r"(>) (.*)"), "quote"),
)


def to_markdown(
    holder_id: str, space: Workspace, caller: Integration, depth: int = 0
) -> tuple[str, list[str]]:
    """The content of a page, one line for each block, and the ids of blocks that Markdown cannot
    express.
    """
    lines: list[str] = []
    unknown: list[str] = []
    for number, block in enumerate(space.content(holder_id), 1):
        if not isinstance(block, Block):
            unknown.append(block.id)
            continue
        line = _line(block, number, space, caller)
        if line is None:
            unknown.append(block.id)
            continue
        lines.append("\t" * depth + line)
        inner, more = to_markdown(block.id, space, caller, depth + 1)
        lines += [inner] if inner else []
        unknown += more
    return "\n".join(lines), unknown


def _line(block: Block, number: int, space: Workspace, caller: Integration) -> str | None:
    kind, content = block.type, block.content
    if kind == "divider":
        return "---"
    if "rich_text" not in content:
        return None
    words = plain(shown_text(content["rich_text"], space, caller))
    if kind == "code":
        return f"```{content['language']}\n{words}\n```"
    if kind == "to_do":
        return f"- [{'x' if content['checked'] else ' '}] {words}"
    return f"{number}. {words}" if kind == "numbered_list_item" else _SIGNS.get(kind, "") + words


def from_markdown(source: str) -> list[NewBlock]:
    """The blocks of a Markdown text; a line without Markdown is a paragraph."""
    drafts: list[NewBlock] = []
    lines = iter(source.splitlines())
    for line in lines:
        if line.startswith("```"):
            inner: list[str] = []
            for code_line in lines:
                if code_line.startswith("```"):
                    break
                inner.append(code_line)
            content = {
                "caption": [],
                "rich_text": text("\n".join(inner)),
                "language": line[3:] or "plain text",
            }
            drafts.append(("code", content, []))
        elif re.fullmatch(r"-{3,}", line):
            drafts.append(("divider", {}, []))
        elif line.strip():
            drafts.append(_block(line.strip()))
    return drafts


def _block(line: str) -> NewBlock:
    for pattern, kind in _LINES:
        match = pattern.fullmatch(line)
        if match is None:
            continue
        content: Json = {"rich_text": text(match[2]), "color": "default"}
        if kind == "heading":
            return f"heading_{len(match[1])}", {**content, "is_toggleable": False}, []
        return kind, {**content, "checked": match[1] == "x"} if kind == "to_do" else content, []
    return "paragraph", {"rich_text": text(line), "icon": None, "color": "default"}, []
