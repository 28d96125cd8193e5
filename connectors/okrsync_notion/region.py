"""The managed region on a page: one callout with all of the summary in it. It is found again
wherever somebody moved it, and nothing around it is touched.

New content stands before old is removed. What people wrote into the callout is theirs: where there
is any, only okrsync's own blocks beside it are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import partial
from hashlib import sha256
from typing import Any

from okrsync.connector import Calls, LostAnswer, Outcome, State, Summary, SummaryWrite
from okrsync_notion.api import NotionApi, NotionRefused
from okrsync_notion.content import (
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
"""What the memory of a region is kept under, together with its page."""
_MOST = 100
"""Blocks in one request's list."""
_REPLACING = 3
"""Calls it takes to put a new callout beside the old one, look at the old one again, and remove it.
"""
_DAY = timedelta(days=1)
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
    """A block as it stands on the page: its id, how it reads, whether okrsync made it, and, for a
    table, the ids of its rows.
    """

    id: str
    outline: Outline
    is_ours: bool
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callout:
    """A callout that was found, and what stands in it."""

    block: Json
    first_line: Outline
    content: tuple[RegionOnPage, ...]

    @property
    def id(self) -> str:
        return str(self.block["id"])

    @property
    def outline(self) -> tuple[Outline, ...]:
        """okrsync's own part of it as people read it."""
        return self.first_line, *(one.outline for one in self.content if one.is_ours)

    @property
    def is_shared(self) -> bool:
        """Whether somebody else has put something into it."""
        return any(not one.is_ours for one in self.content)


@dataclass(slots=True)
class Region:
    """The region of one source on one page. `memory` keeps which block it is, how it read, and
    whether a change to it came to its end.
    """

    api: NotionApi
    calls: Calls
    memory: MutableMapping[str, Any]
    source: str
    page: str
    now: datetime
    bot: Callable[[], str]

    @property
    def _known(self) -> Json:
        known: Json = self.memory.get(self._name, {})
        return known

    @property
    def _name(self) -> str:
        return f"{REGION}{self.page}"

    # deciding

    def shows(self, summary: Summary) -> bool:
        """Whether the region said just this when it was last written or looked at. It talks to
        nobody.
        """
        known = self._known
        return bool(known.get("is_settled")) and known.get("says") == _digest(
            outline_of(summary, self.source)
        )

    def look(self) -> None:
        """Once a day, see whether the region still stands as it was left; what somebody changed or
        deleted is then written anew.
        """
        known = self._known
        if known.get("is_settled") and self.now - datetime.fromisoformat(known["looked_at"]) > _DAY:
            found = self._callouts()
            says = _digest(found[0].outline) if len(found) == 1 else ""
            self.memory[self._name] = {**known, "says": says, "looked_at": self.now.isoformat()}

    # writing

    def carry_out(self, wanted: SummaryWrite) -> Outcome:
        """Bring the region to what is wanted, or remove it. What is lost on the way is looked for,
        and the rest done.
        """

        def bring_about(_attempt: int) -> Outcome:
            try:
                return (
                    self._remove() if wanted.summary is None else self._bring_about(wanted.summary)
                )
            except LostAnswer:
                self._unsettle()
                raise

        return self.api.repeat_lost(bring_about)

    def _bring_about(self, summary: Summary) -> Outcome:
        wanted, blocks = outline_of(summary, self.source), blocks_of(summary)
        found = self._callouts()
        meant, extra = self._told_apart(found, wanted)
        if meant is not None and meant.outline == wanted and not extra:
            self._settle(meant.id, wanted)
            return Outcome(State.UNCHANGED)
        self._unsettle(meant.id if meant is not None else None)
        if meant is None:
            made = self._make(self.page, None, summary, blocks)
        elif meant.outline == wanted:
            made = meant.id
        else:
            made = self._change(meant, summary, blocks)
        for one in extra:
            self.delete(one.id)
        self._settle(made, wanted)
        return Outcome(State.WRITTEN)

    def _told_apart(
        self, found: list[Callout], wanted: tuple[Outline, ...]
    ) -> tuple[Callout | None, list[Callout]]:
        """The region among the callouts that bear its mark, and those that a run which died left
        beside it. A copy somebody made is neither.
        """
        if len(found) < 2:
            return (found[0] if found else None), []
        bot = self.bot()
        own = [one for one in found if one.block["created_by"]["id"] == bot]
        known = self._known.get("block")
        meant = sorted(own or found, key=lambda one: (one.outline != wanted, one.id != known))[0]
        return meant, [one for one in own if one is not meant and not one.is_shared]

    def _remove(self) -> Outcome:
        found = self._callouts()
        if any(one.is_shared for one in found):
            return Outcome(State.CONFLICT, "somebody wrote into the summary's callout; it stays")
        for one in found:
            self.delete(one.id)
        self.memory.pop(self._name, None)
        return Outcome(State.WRITTEN if found else State.UNCHANGED)

    def _change(self, old: Callout, summary: Summary, blocks: Sequence[OwnBlock]) -> str:
        """The region's id once it says what it should, by as few calls as will do: block by block,
        or as a new callout in place of the old.
        """
        edits = list(_edits(old, summary, blocks, self))
        if len(edits) <= _REPLACING or old.is_shared:
            for edit in edits:
                edit()
            return old.id
        made = self._make(_holder(old.block), old.id, summary, blocks)
        if self._callout(old.block).is_shared:
            # Somebody wrote into the old one just now: theirs stays, and the new one goes.
            self.delete(made)
            for edit in edits:
                edit()
            return old.id
        self.delete(old.id)
        return made

    # the page

    def _callouts(self) -> list[Callout]:
        """okrsync's callouts: the one that is known, else all that bear its mark on the page."""
        known = self._known
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
        found: list[Json] = []
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"start_cursor": cursor}
            answer = self._listed(holder, more)
            found += [one for one in answer["results"] if not one.get("in_trash")]
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return found

    def _listed(self, holder: str, more: Json) -> Json:
        answer: Json = self.api.read(
            self.calls,
            "the summary's page",
            lambda client: client.blocks.children.list(holder, page_size=_MOST, **more),
        )
        return answer

    def _callout(self, block: Json) -> Callout:
        maker = block["created_by"]["id"]
        content = tuple(self._standing(one, maker) for one in self._children(block["id"]))
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
        self, holder: str, after: str | None, summary: Summary, blocks: Sequence[OwnBlock]
    ) -> str:
        """A new callout with everything in it, and its id; what does not go into one request
        follows in others.
        """
        first = {
            "rich_text": rich_text(title_of(summary, self.source)),
            "icon": {"type": "emoji", "emoji": ICON},
            "color": "gray_background",
            "children": [request(one, _MOST) for one in blocks[:_MOST]],
        }
        place = _END if after is None else _after(after)
        made = str(self._append(holder, place, [{"type": "callout", "callout": first}])[0]["id"])
        for start in range(_MOST, len(blocks), _MOST):
            self._append(made, _END, [request(one, _MOST) for one in blocks[start : start + _MOST]])
        if any(len(one.rows) > _MOST for one in blocks):
            self._complete(blocks, self._children(made))
        return made

    def insert(self, holder: str, after: str | None, blocks: Sequence[OwnBlock]) -> None:
        """Blocks after another one, or before all of them."""
        for start in range(0, len(blocks), _MOST):
            some = blocks[start : start + _MOST]
            place = {"position": {"type": "start"}} if after is None else _after(after)
            made = self._append(holder, place, [request(one, _MOST) for one in some])[: len(some)]
            self._complete(some, made)
            after = made[-1]["id"]

    def _complete(self, blocks: Sequence[OwnBlock], made: Sequence[Json]) -> None:
        """The rows of tables that did not go into one request."""
        for block, one in zip(blocks, made, strict=True):
            if block.kind == "table":
                self.append_rows(one["id"], block, _MOST)

    def append_rows(self, table: str, block: OwnBlock, start: int) -> None:
        """The rows of a table from a number on, at its end."""
        for at in range(start, len(block.rows), _MOST):
            self._append(table, _END, [row_request(row) for row in block.rows[at : at + _MOST]])

    def _append(self, holder: str, place: Json, children: list[Json]) -> list[Json]:
        """Blocks at a place in a holder; the answer begins with them."""
        answer: Json = self.api.add(
            self.calls,
            "the summary",
            lambda client: client.blocks.children.append(holder, children=children, **place),
        )
        found: list[Json] = answer["results"]
        return found

    def update(self, block: str, content: Json) -> None:
        """Other words for a block."""
        self.api.put(
            self.calls, "the summary", lambda client: client.blocks.update(block, **content)
        )

    def delete(self, block: str) -> None:
        """A block goes into the trash; one that is gone already stays so."""
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
        """Before anything is sent: should the run end here, the next one looks at the whole
        page.
        """
        self.memory[self._name] = {
            **self._known,
            **({"block": block} if block else {}),
            "is_settled": False,
        }


def _edits(
    old: Callout, summary: Summary, blocks: Sequence[OwnBlock], region: Region
) -> Iterator[Edit]:
    """What makes the callout say what it should, one call each. What is added stands before what is
    removed.
    """
    title = title_of(summary, region.source)
    if old.first_line != outline_of(summary, region.source)[0]:
        yield partial(region.update, old.id, {"callout": {"rich_text": rich_text(title)}})
    own = [one for one in old.content if one.is_ours]
    matcher = SequenceMatcher(
        None, [one.outline for one in own], [one.outline for one in blocks], autojunk=False
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
    """The same block with other words; of a table, the rows that differ."""
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


def _shape(outline: Outline) -> tuple[str, int]:
    """What of a block cannot be changed once it stands: its kind, and how wide a table is."""
    kind, rows = outline
    return kind, len(rows[0]) if kind == "table" and rows else 0


def _words(block: Json) -> str:
    return plain_text(block.get(block["type"], {}).get("rich_text", ()))


def _after(block: str) -> Json:
    return {"position": {"type": "after_block", "after_block": {"id": block}}}


def _holder(block: Json) -> str:
    """What a block stands in."""
    parent = block["parent"]
    return str(parent[parent["type"]])


def _digest(outline: tuple[Outline, ...]) -> str:
    return sha256(repr(outline).encode()).hexdigest()
