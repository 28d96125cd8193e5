"""What a summary looks like on a page: the blocks of the managed region, from first to last. Pure:
it sends no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from okrsync.connector import (
    DECISIONS,
    PALETTE,
    Attention,
    Headline,
    ManagedPage,
    Movement,
    ObjectiveLine,
    ReviewLine,
    ReviewPage,
    Summary,
    status_word,
)
from okrsync_notion.values import pieces_of

__all__ = [
    "DECISIONS_HEADING",
    "ICON",
    "Outline",
    "OwnBlock",
    "Text",
    "TextRun",
    "blocks_of",
    "marker",
    "normal",
    "outline_of",
    "request",
    "rich_text",
    "row_request",
    "title_of",
]

Json = dict[str, Any]
ICON = "📊"
_BAR = 10
# Notion may normalise ordinary blanks, so that the indent is a wide one.
_STEP = "\u2003"
"""The indent for each level below a top objective."""
_MOST_LINES = 30
"""Lines of a list; the last one counts the rest."""
_LONGEST = 300
"""Characters of a title, a name or a reason. A summary is for a glance."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of text in one style."""

    words: str
    is_bold: bool = False
    colour: str = "default"

    @classmethod
    def clipped(cls, words: str, *, is_bold: bool = False) -> TextRun:
        """A run of text that people wrote, cut to its beginning."""
        return cls(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…", is_bold)


Text = tuple[TextRun, ...]
Outline = tuple[str, tuple[tuple[str, ...], ...]]
"""A block as people read it: its kind, and its words by row and cell. Styles are left out, because
Notion normalises them.
"""


@dataclass(frozen=True, slots=True)
class OwnBlock:
    """One block that should stand in the region: a text, or a table of rows of texts."""

    kind: str
    rows: tuple[tuple[Text, ...], ...]

    @property
    def outline(self) -> Outline:
        """The block as people read it."""
        return self.kind, tuple(tuple(_plain(cell) for cell in row) for row in self.rows)


def marker(source: str) -> str:
    """The end of the region's first line. The region is recognised by it where its id is not
    known: blocks have no hidden metadata.
    """
    return f"kept up to date by okrsync for {source}"


def title_of(page: ManagedPage, source: str) -> Text:
    """The region's first line."""
    return (
        TextRun(f"{page.title} · {page.subtitle}", is_bold=True),
        TextRun(f"\n{marker(source)}", colour="gray"),
    )


def outline_of(summary: ManagedPage, source: str) -> tuple[Outline, ...]:
    """The whole region as people read it, its first line included."""
    head: Outline = "callout", ((_plain(title_of(summary, source)),),)
    return head, *(block.outline for block in blocks_of(summary))


def blocks_of(page: ManagedPage) -> tuple[OwnBlock, ...]:
    """The blocks of the region below its first line."""
    return tuple(_review_blocks(page) if isinstance(page, ReviewPage) else _blocks(page))


DECISIONS_HEADING: Outline = "heading_3", ((DECISIONS,),)
"""The last block of a review; what people put below it is theirs."""


def _review_blocks(page: ReviewPage) -> Iterator[OwnBlock]:
    for notice in page.notices:
        yield _paragraph(TextRun.clipped(f"⚠ {notice}"))
    for section in page.shown:
        yield _heading(section.heading)
        yield from _list([_review_line(line) for line in section.lines])
        if not section.lines:
            yield _paragraph(TextRun(section.empty, colour="gray"))
    room = "Write below what was decided: it is yours, and the next review shows it as decided."
    yield _paragraph(TextRun(room, colour="gray"))
    yield _heading(DECISIONS)


def _review_line(line: ReviewLine) -> Text:
    if not line.id:
        return (TextRun.clipped(line.words),)
    progress = "no data" if line.progress is None else _percent(line.progress)
    owner = f" ({line.owner})" if line.owner else ""
    status = () if line.status is None else (TextRun(", "), _status(line.status))
    return (
        TextRun.clipped(line.title, is_bold=True),
        TextRun.clipped(f"{owner}: {progress}"),
        *status,
        TextRun.clipped(f". {line.words}" if line.words else ""),
    )


def _blocks(summary: Summary) -> Iterator[OwnBlock]:
    yield _table(_headline(headline) for headline in summary.headlines)
    counted = [(status, count) for status, count in summary.statuses if count]
    if counted:
        runs: list[TextRun] = []
        for status, count in counted:
            runs += [TextRun("  ·  ")] if runs else []
            runs.append(
                TextRun(f"{count} {status_word(status).lower()}", colour=PALETTE[status].notion)
            )
        yield _paragraph(*runs)
    yield _heading("Objectives")
    header = tuple(
        (TextRun(word),)
        for word in ("Objective", "Owner", "Progress", "Expected", "Status", "Reported")
    )
    yield _table([header, *(_objective(line) for line in summary.objectives)])
    yield _heading("Needs attention")
    yield from _list([_attention(item) for item in summary.attention])
    if not summary.attention:
        yield _paragraph(TextRun("Nothing needs attention.", colour="gray"))
    if summary.wins:
        yield _heading("Wins")
        yield from _list([_win(win) for win in summary.wins])
    if summary.movements:
        yield _heading(summary.moved_heading)
        yield from _list([_moved(movement) for movement in summary.movements])
    for notice in summary.notices:
        yield _paragraph(TextRun.clipped(f"⚠ {notice}"))


def _headline(headline: Headline) -> tuple[Text, ...]:
    if headline.share is not None:
        return (TextRun(headline.label),), (TextRun(_bar(headline.share), is_bold=True),)
    return (TextRun(headline.label),), (
        TextRun(headline.text if headline.text is not None else "no data", is_bold=True),
    )


def _objective(line: ObjectiveLine) -> tuple[Text, ...]:
    indent = _STEP * (line.depth - 1) + "↳ " if line.depth > 0 else ""
    return (
        (TextRun.clipped(f"{indent}{line.title}", is_bold=line.depth == 0),),
        (TextRun.clipped(line.owner or ""),),
        (TextRun("no data" if line.progress is None else _bar(line.progress)),),
        (TextRun("" if line.expected is None else _percent(line.expected)),),
        (_status(line.status),),
        (TextRun(line.words),),
    )


def _attention(item: Attention) -> Text:
    owner = f" ({item.owner})" if item.owner else ""
    return (
        TextRun.clipped(item.title, is_bold=True),
        TextRun.clipped(f"{owner}: "),
        _status(item.status),
        TextRun.clipped(f". {item.reason}"),
    )


def _win(win: Movement) -> Text:
    return (TextRun("🏁 "), TextRun.clipped(win.title, is_bold=True))


def _moved(movement: Movement) -> Text:
    after = "no data" if movement.after is None else _percent(movement.after)
    before = "no data" if movement.before is None else _percent(movement.before)
    change = TextRun(f": {before} → {after}" if before != after else f": {after}")
    if movement.status_before in (None, movement.status_after):
        return TextRun.clipped(movement.title, is_bold=True), change
    was = status_word(str(movement.status_before)).lower()
    return (
        TextRun.clipped(movement.title, is_bold=True),
        change,
        TextRun(f", {was} → "),
        _status(movement.status_after),
    )


def _status(status: str) -> TextRun:
    return TextRun(status_word(status), colour=PALETTE[status].notion)


def _bar(share: float) -> str:
    """A bar that is full only when all is done, and empty only when nothing is done."""
    filled = round(min(max(share, 0.0), 1.0) * _BAR)
    if 0 < share < 1:
        filled = min(max(filled, 1), _BAR - 1)
    return f"{'█' * filled}{'░' * (_BAR - filled)} {_percent(share)}"


def _percent(share: float) -> str:
    """A percentage in the form that the reasons beside it use."""
    return f"{share * 100:.0f} %"


def _heading(words: str) -> OwnBlock:
    return OwnBlock("heading_3", (((TextRun(words),),),))


def _paragraph(*runs: TextRun) -> OwnBlock:
    return OwnBlock("paragraph", ((runs,),))


def _list(lines: list[Text]) -> Iterator[OwnBlock]:
    for line in lines[:_MOST_LINES]:
        yield OwnBlock("bulleted_list_item", ((line,),))
    if len(lines) > _MOST_LINES:
        yield OwnBlock(
            "bulleted_list_item",
            (((TextRun(f"and {len(lines) - _MOST_LINES} more", colour="gray"),),),),
        )


def _table(rows: Iterator[tuple[Text, ...]] | list[tuple[Text, ...]]) -> OwnBlock:
    return OwnBlock("table", tuple(rows))


def _plain(text: Text) -> str:
    return normal("".join(run.words for run in text))


def normal(words: str) -> str:
    """A text in the form that is compared: Notion merges runs and may change blanks."""
    return " ".join(words.split())


def rich_text(text: Text) -> list[Json]:
    """A text in the form of a request."""
    pieces = []
    for run in text:
        look = {"bold": run.is_bold, "color": run.colour}
        pieces += [
            {"type": "text", "text": {"content": piece}, "annotations": look}
            for piece in pieces_of(run.words)
            if piece
        ]
    return pieces


def row_request(row: tuple[Text, ...]) -> Json:
    """A row of a table in the form of a request."""
    return {"type": "table_row", "table_row": {"cells": [rich_text(cell) for cell in row]}}


def request(block: OwnBlock, most_rows: int) -> Json:
    """A block in the form of a request; a table has at most `most_rows` of its rows."""
    if block.kind != "table":
        return {"type": block.kind, block.kind: {"rich_text": rich_text(block.rows[0][0])}}
    # A table is refused without rows and cannot be widened later: the width is set here for good
    # (https://developers.notion.com/reference/block).
    rows = [row_request(row) for row in block.rows[:most_rows]]
    is_listing = len(block.rows[0]) > 2
    look = {
        "table_width": len(block.rows[0]),
        "has_column_header": is_listing,
        "has_row_header": not is_listing,
    }
    return {"type": "table", "table": {**look, "children": rows}}
