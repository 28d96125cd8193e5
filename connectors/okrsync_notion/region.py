"""The managed region on a page: one callout that holds the whole summary. It is recognised wherever
somebody moved it, and nothing around it is touched.

New content is added before old content is removed. What people wrote into the callout is theirs:
then only okrsync's own blocks beside it are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import partial
from hashlib import sha256
from typing import Any

from okrsync.connector import (
    Calls,
    LostAnswer,
    ManagedPage,
    Outcome,
    ReviewPage,
    State,
    SummaryWrite,
    typed_lines,
)
from okrsync_notion.api import NotionApi, NotionRefused
from okrsync_notion.content import (
    DECISIONS_HEADING,
    ICON,
    Outline,
    OwnBlock,
    blocks_of,
    marker,
    normal,
    outline_of,
    request,
    rich_text,
    row_request,
    title_of,
)
from okrsync_notion.values import plain_text

__all__ = ["REGION", "Region"]

Json = dict[str, Any]
REGION = "region "
"""The beginning of the key under which the memory keeps a region; the id of its page follows."""
# https://developers.notion.com/reference/patch-block-children
_MOST = 100
"""Blocks that one request may append to a parent."""
_REPLACING = 3
"""Requests that it takes to put a new callout beside the old one, read the old one again, and
delete it.
"""
_DAY = timedelta(days=1)
# Child pages and databases are left out: a region that was moved there has left the page.
_HOLDERS = frozenset(
    {
        "callout",
        "column",
        "column_list",
        "heading_1",
        "heading_2",
        "heading_3",
        "quote",
        "synced_block",
        "toggle",
    }
)
_DEEPEST = 4
_END: Json = {}
Edit = Callable[[], object]


@dataclass(frozen=True, slots=True)
class RegionOnPage:
    """A block as it is on the page: its id, its outline, whether okrsync created it, and, for a
    table, the ids of its rows.
    """

    id: str
    outline: Outline
    is_ours: bool
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callout:
    """A callout on the page, and the blocks in it."""

    block: Json
    first_line: Outline
    content: tuple[RegionOnPage, ...]

    @property
    def id(self) -> str:
        return str(self.block["id"])

    @property
    def outline(self) -> tuple[Outline, ...]:
        """okrsync's own part of the callout as people read it."""
        return self.first_line, *(block.outline for block in self.content if block.is_ours)

    @property
    def is_shared(self) -> bool:
        """Whether somebody else has put a block into the callout."""
        return any(not block.is_ours for block in self.content)


@dataclass(slots=True)
class Region:
    """The region of one source on one page. `memory` keeps the id of its block, a digest of its
    outline, and whether the last change to it was completed. The summary of a cycle that ended has
    a region of its own: its `source` is followed by the cycle, and it is made below the block
    `below`, at the end of the page where that is None.
    """

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]
    source: str
    page: str
    now: datetime
    bot: Callable[[], str]
    cycle: str | None = None
    below: str | None = None

    @property
    def block(self) -> str | None:
        """The id of the region's block as far as it is known."""
        known: str | None = self._remembered.get("block")
        return known

    @property
    def _remembered(self) -> Json:
        known: Json = self.memory.get(self._name, {})
        return known

    @property
    def _name(self) -> str:
        return f"{REGION}{self.page}" if self.cycle is None else f"{REGION}{self.page} {self.cycle}"

    # deciding

    def shows(self, summary: ManagedPage) -> bool:
        """Whether the region showed exactly this summary when it was last written or read. Sends no
        request.
        """
        known = self._remembered
        return bool(known.get("is_settled")) and known.get("says") == _digest(
            outline_of(summary, self.source)
        )

    def look(self) -> None:
        """Once a day, check whether the region is as it was left. What somebody changed or deleted
        is then written again.
        """
        known = self._remembered
        if known.get("is_settled") and self.now - datetime.fromisoformat(known["looked_at"]) > _DAY:
            callouts = self._callouts()
            says = _digest(callouts[0].outline) if len(callouts) == 1 else ""
            self.memory[self._name] = {**known, "says": says, "looked_at": self.now.isoformat()}

    def decisions(self) -> tuple[str, ...]:
        """What people put below the last heading of the review, a line a block."""
        lines: list[str] = []
        for callout in self._callouts()[:1]:
            is_below = False
            for block in callout.content:
                if block.is_ours:
                    is_below = block.outline == DECISIONS_HEADING
                elif is_below:
                    lines += [" ".join(words) for words in block.outline[1]]
        return tuple(line for line in lines if line)

    # writing

    def carry_out(self, wanted: SummaryWrite) -> Outcome:
        """Make the region show the wanted summary, or remove it. After a lost answer the page is
        read again, and the rest is done.
        """
        replaced: dict[str, None] = {}

        def bring_about(_attempt: int) -> Outcome:
            callouts = self._callouts()
            typed = self._typed_over(callouts, wanted)
            try:
                if wanted.summary is None:
                    return self._remove(callouts, typed)
                replaced.update(dict.fromkeys(typed))
                return self._bring_about(callouts, wanted.summary)
            except LostAnswer:
                self._unsettle()
                raise

        outcome = self.api.repeat_lost(bring_about)
        if outcome.state is not State.WRITTEN or not replaced:
            return outcome
        words = ", ".join(map(repr, replaced))
        return replace(outcome, reason=f"replaced words that are not okrsync's: {words}")

    def _typed_over(self, callouts: Sequence[Callout], wanted: SummaryWrite) -> list[str]:
        """What people typed over the words of okrsync's own blocks."""
        if not callouts:
            return []
        present = _lines(callouts[0].outline)
        pages = (_lines(outline_of(page, self.source)) for page in wanted.pages)
        typed = typed_lines(present, *pages)
        lines = [word for index in typed.rows for word in present[index] if word]
        return lines + [str(value) for _, _, value in typed.cells]

    def _bring_about(self, callouts: list[Callout], summary: ManagedPage) -> Outcome:
        wanted, blocks = outline_of(summary, self.source), blocks_of(summary)
        region, extra = self._identify(callouts, wanted)
        if region is not None and region.outline == wanted and not extra:
            self._settle(region.id, wanted)
            return Outcome(State.UNCHANGED)
        self._unsettle(region.id if region is not None else None)
        if region is None:
            region_id = self._make_new(summary, blocks)
        elif region.outline == wanted:
            region_id = region.id
        else:
            region_id = self._change(region, summary, blocks)
        for callout in extra:
            self.delete(callout.id)
        self._settle(region_id, wanted)
        return Outcome(State.WRITTEN)

    def _make_new(self, summary: ManagedPage, blocks: Sequence[OwnBlock]) -> str:
        """Create the region where none is, and return its id."""
        above = None if self.below is None else self._block(self.below)
        if above is None:
            return self._make(self.page, None, summary, blocks)
        return self._make(_holder(above), str(above["id"]), summary, blocks)

    def _identify(
        self, callouts: list[Callout], wanted: tuple[Outline, ...]
    ) -> tuple[Callout | None, list[Callout]]:
        """The region among the callouts that bear its marker, and those that a run which died left
        beside it. A copy that somebody made is neither.
        """
        if len(callouts) < 2:
            return (callouts[0] if callouts else None), []
        bot = self.bot()
        # A duplicate has the marker as well, and names the person who made it as its creator.
        own = [callout for callout in callouts if callout.block["created_by"]["id"] == bot]
        known = self._remembered.get("block")
        region = sorted(
            own or callouts, key=lambda callout: (callout.outline != wanted, callout.id != known)
        )[0]
        return region, [
            callout for callout in own if callout is not region and not callout.is_shared
        ]

    def _remove(self, callouts: Sequence[Callout], typed: Sequence[str]) -> Outcome:
        if typed or any(callout.is_shared for callout in callouts):
            return Outcome(State.CONFLICT, "somebody wrote into the summary's callout; it stays")
        for callout in callouts:
            self.delete(callout.id)
        self.memory.pop(self._name, None)
        return Outcome(State.WRITTEN if callouts else State.UNCHANGED)

    def _change(self, old: Callout, summary: ManagedPage, blocks: Sequence[OwnBlock]) -> str:
        """The id of the region after it was changed with as few requests as possible: block by
        block, or as a new callout in place of the old one.
        """
        edits = list(_edits(old, summary, blocks, self))
        # People type into the callout of a review: it is never replaced.
        is_room = isinstance(summary, ReviewPage)
        if len(edits) <= _REPLACING or old.is_shared or is_room:
            for edit in edits:
                edit()
            return old.id
        new_id = self._make(_holder(old.block), old.id, summary, blocks)
        if self._callout(old.block).is_shared:
            # Somebody wrote into the old callout just now. It stays, and the new one is deleted.
            self.delete(new_id)
            for edit in edits:
                edit()
            return old.id
        self.delete(old.id)
        return new_id

    # the page

    def _callouts(self) -> list[Callout]:
        """okrsync's callouts: the known one, else all on the page that bear its marker."""
        known = self._remembered
        if known.get("is_settled") and known.get("block"):
            block = self._block(known["block"])
            if block is not None:
                return [self._callout(block)]
        return [self._callout(block) for block in self._marked(self.page, 0)]

    def _block(self, block_id: str) -> Json | None:
        try:
            answer: Json = self.api.read(
                self.calls, "the summary", lambda client: client.blocks.retrieve(block_id)
            )
        except NotionRefused as error:
            if error.code == "object_not_found":
                return None
            raise
        return None if answer.get("in_trash") or answer.get("archived") else answer

    def _marked(self, holder: str, depth: int) -> Iterator[Json]:
        for block in self._children(holder):
            if block["type"] == "callout" and normal(_words(block)).endswith(marker(self.source)):
                yield block
            elif block.get("has_children") and block["type"] in _HOLDERS and depth < _DEEPEST:
                yield from self._marked(block["id"], depth + 1)

    def _children(self, holder: str) -> list[Json]:
        children: list[Json] = []
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"start_cursor": cursor}
            answer = self._listed(holder, more)
            children += [child for child in answer["results"] if not child.get("in_trash")]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return children

    def _listed(self, holder: str, more: Json) -> Json:
        answer: Json = self.api.read(
            self.calls,
            "the summary's page",
            lambda client: client.blocks.children.list(holder, page_size=_MOST, **more),
        )
        return answer

    def _callout(self, block: Json) -> Callout:
        maker = block["created_by"]["id"]
        content = tuple(self._standing(child, maker) for child in self._children(block["id"]))
        return Callout(block, ("callout", ((normal(_words(block)),),)), content)

    def _standing(self, block: Json, maker: str) -> RegionOnPage:
        is_ours = block["created_by"]["id"] == maker
        if block["type"] != "table" or not is_ours:
            return RegionOnPage(block["id"], (block["type"], ((normal(_words(block)),),)), is_ours)
        rows = self._children(block["id"])
        words = tuple(
            tuple(normal(plain_text(cell)) for cell in row["table_row"]["cells"]) for row in rows
        )
        return RegionOnPage(
            block["id"], ("table", words), is_ours, tuple(row["id"] for row in rows)
        )

    def _make(
        self, holder: str, after: str | None, summary: ManagedPage, blocks: Sequence[OwnBlock]
    ) -> str:
        """Create a callout with the whole summary, and return its id. What does not fit into one
        request follows in others.
        """
        # A request may nest blocks two levels deep: the rows of a table in the callout just fit.
        # Without an icon Notion would give the callout one of its own.
        first = {
            "rich_text": rich_text(title_of(summary, self.source)),
            "icon": {"type": "emoji", "emoji": ICON},
            "color": "gray_background",
            "children": [request(block, _MOST) for block in blocks[:_MOST]],
        }
        position = _END if after is None else _after(after)
        callout_id = str(
            self._append(holder, position, [{"type": "callout", "callout": first}])[0]["id"]
        )
        for start in range(_MOST, len(blocks), _MOST):
            self._append(
                callout_id, _END, [request(block, _MOST) for block in blocks[start : start + _MOST]]
            )
        if any(len(block.rows) > _MOST for block in blocks):
            self._complete(blocks, self._children(callout_id))
        return callout_id

    def insert(self, holder: str, after: str | None, blocks: Sequence[OwnBlock]) -> None:
        """Insert blocks after another one, or before all others where `after` is None."""
        for start in range(0, len(blocks), _MOST):
            part = blocks[start : start + _MOST]
            position = {"position": {"type": "start"}} if after is None else _after(after)
            # With a position, Notion answers with the new blocks and all that follow them.
            created = self._append(holder, position, [request(block, _MOST) for block in part])[
                : len(part)
            ]
            self._complete(part, created)
            after = created[-1]["id"]

    def _complete(self, blocks: Sequence[OwnBlock], created: Sequence[Json]) -> None:
        """Append the rows of tables that did not fit into one request."""
        for block, answered in zip(blocks, created, strict=True):
            if block.kind == "table":
                self.append_rows(answered["id"], block, _MOST)

    def append_rows(self, table: str, block: OwnBlock, start: int) -> None:
        """Append the rows of a table from the index `start` on."""
        for first in range(start, len(block.rows), _MOST):
            self._append(
                table, _END, [row_request(row) for row in block.rows[first : first + _MOST]]
            )

    def _append(self, holder: str, position: Json, children: list[Json]) -> list[Json]:
        """Append blocks to a holder at a position; the answer begins with them."""
        answer: Json = self.api.add(
            self.calls,
            "the summary",
            lambda client: client.blocks.children.append(holder, children=children, **position),
        )
        created: list[Json] = answer["results"]
        return created

    def update(self, block: str, content: Json) -> None:
        """Replace the content of a block."""
        self.api.put(
            self.calls, "the summary", lambda client: client.blocks.update(block, **content)
        )

    def delete(self, block: str) -> None:
        """Move a block to the trash, where it may be already."""
        try:
            self.api.put(self.calls, "the summary", lambda client: client.blocks.delete(block))
        except NotionRefused as error:
            if error.code != "object_not_found" and "in the trash" not in error.message:
                raise

    # remembering

    def _settle(self, block: str, says: tuple[Outline, ...]) -> None:
        self.memory[self._name] = {
            "block": block,
            "says": _digest(says),
            "is_settled": True,
            "looked_at": self.now.isoformat(),
        }

    def _unsettle(self, block: str | None = None) -> None:
        """Note that a change begins. Called before anything is sent: should the run end here, the
        next one searches the whole page.
        """
        self.memory[self._name] = {
            **self._remembered,
            **({"block": block} if block else {}),
            "is_settled": False,
        }


def _edits(
    old: Callout, summary: ManagedPage, blocks: Sequence[OwnBlock], region: Region
) -> Iterator[Edit]:
    """The edits that make the callout show the summary, with one request each. Blocks are added
    before others are removed.
    """
    title = title_of(summary, region.source)
    if old.first_line != outline_of(summary, region.source)[0]:
        yield partial(region.update, old.id, {"callout": {"rich_text": rich_text(title)}})
    own = [block for block in old.content if block.is_ours]
    matcher = SequenceMatcher(
        None, [block.outline for block in own], [block.outline for block in blocks], autojunk=False
    )
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = [
            (standing, block)
            for standing, block in zip(own[i:j], blocks[k:m], strict=False)
            if _shape(standing.outline) == _shape(block.outline)
        ]
        if len(pairs) == max(j - i, m - k):
            for standing, block in pairs:
                yield from _reworded(standing, block, region)
            continue
        if m > k:
            yield partial(region.insert, old.id, own[j - 1].id if j else None, blocks[k:m])
        for standing in own[i:j]:
            yield partial(region.delete, standing.id)


def _reworded(standing: RegionOnPage, block: OwnBlock, region: Region) -> Iterator[Edit]:
    """The edits that reword a block; for a table, those of the rows that differ."""
    if block.kind != "table":
        yield partial(
            region.update, standing.id, {block.kind: {"rich_text": rich_text(block.rows[0][0])}}
        )
        return
    _, words = standing.outline
    for row_id, was, row, now in zip(
        standing.rows, words, block.rows, block.outline[1], strict=False
    ):
        if was != now:
            yield partial(region.update, row_id, {"table_row": row_request(row)["table_row"]})
    if len(block.rows) > len(standing.rows):
        yield partial(region.append_rows, standing.id, block, len(standing.rows))
    for row_id in standing.rows[len(block.rows) :]:
        yield partial(region.delete, row_id)


def _lines(outlines: Sequence[Outline]) -> list[tuple[str, ...]]:
    """The words of blocks, line by line, a table row by row."""
    return [row for _, rows in outlines for row in rows]


def _shape(outline: Outline) -> tuple[str, int]:
    """What cannot be changed of an existing block: its kind, and the width of a table."""
    kind, rows = outline
    return kind, len(rows[0]) if kind == "table" and rows else 0


def _words(block: Json) -> str:
    return plain_text(block.get(block["type"], {}).get("rich_text", ()))


def _after(block: str) -> Json:
    return {"position": {"type": "after_block", "after_block": {"id": block}}}


def _holder(block: Json) -> str:
    """The id of the page or block that holds a block."""
    parent = block["parent"]
    return str(parent[parent["type"]])


def _digest(outline: tuple[Outline, ...]) -> str:
    return sha256(repr(outline).encode()).hexdigest()
