"""People who type into the review while okrsync writes it anew, many times over, at random: below
"Decisions", into rows that they insert among okrsync's lines, and over these lines. Whatever they
typed stays once; what they typed over okrsync's words stays or is named.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from google_bench import GoogleBench
from notion_bench import NotionBench
from okrsync.connector import (
    Batch,
    Connector,
    Outcome,
    ReviewLine,
    ReviewPage,
    ReviewSection,
    Settings,
    State,
    SummaryWrite,
)
from okrsync.model.errors import OkrsyncError
from okrsync.model.okrs import Status
from okrsync.testing import Bench
from okrsync_sandbox import Fault
from okrsync_sandbox.google.a1 import cell_name
from okrsync_sandbox.traffic import Traffic
from workbook_bench import XlsxBench

__all__ = ["FileRoom", "GoogleRoom", "NotionRoom", "ReviewRoom", "one_review"]

Edit = Callable[[str, random.Random], bool]
B = TypeVar("B", bound=Bench)
_RERUNS = 10
_TROUBLE: tuple[dict[str, Any], ...] = (
    {"drop": "before"},
    {"drop": "after"},
    {"status": 503},
    {"status": 503, "after": True},
)
"""What a write may meet, told to the sandbox."""


class ReviewRoom(ABC, Generic[B]):
    """A review at a service, and what people do in and around it. `decides` holds the edits that
    type below "Decisions", `edits` all others; each is given a text that stands nowhere else.
    """

    bench: B
    traffic: Traffic

    def close(self) -> None:
        """Stop what runs."""

    def amid(self) -> None:
        """Let happen what falls between the read and the write. What falls between two requests is
        the traffic's.
        """

    @property
    @abstractmethod
    def decides(self) -> tuple[Edit, ...]: ...

    @property
    @abstractmethod
    def edits(self) -> tuple[Edit, ...]: ...

    @abstractmethod
    def insert(self, chance: random.Random) -> Edit:
        """What people do in two steps: insert a line among okrsync's, which moves the text below
        "Decisions", and then type into it, which the returned edit does.
        """

    @abstractmethod
    def over(self, text: str, chance: random.Random) -> bool:
        """Type over okrsync's words."""

    @abstractmethod
    def texts(self) -> list[str]:
        """All texts that stand where the review is."""

    @abstractmethod
    def start_again(self) -> None:
        """Take another spreadsheet or page."""


class FileRoom(ReviewRoom[XlsxBench]):
    """The review in a workbook. Somebody saves it between okrsync's read and its write."""

    def __init__(self, base: Path) -> None:
        self._base, self._number = base, 0
        self.traffic = Traffic()
        self.start_again()

    def start_again(self) -> None:
        self._number += 1
        folder = self._base / str(self._number)
        folder.mkdir()
        self.bench = XlsxBench(folder)
        self.bench.fill([["Objective", "Key result"], ["Grow", "Sign-ups"]])

    def amid(self) -> None:
        moments, self.traffic._moments = self.traffic._moments, []
        for moment in moments:
            moment.action()

    def below(self, text: str, chance: random.Random) -> bool:
        """Type below the last decision."""
        return self.bench.type_decision(text)

    def sign(self, text: str, chance: random.Random) -> bool:
        """Type a decision that begins with an equals sign and is no formula."""
        return self.bench.type_decision(f"= {text}")

    def swap(self, text: str, chance: random.Random) -> bool:
        """Sort two of okrsync's lines the other way round."""
        rows = self.bench.review_rows()
        own = [number for number, row in enumerate(rows, 1) if "words" in row]
        if len(own) > 1:
            first, second = chance.sample(own, 2)
            self.bench.swap_review_rows(first, second)
        return False

    def beside(self, text: str, chance: random.Random) -> bool:
        """Type to the right of the review."""
        rows = self.bench.review_rows()
        self.bench.type_on_review(chance.randint(1, len(rows)), 11 + chance.randrange(50), text)
        return True

    def insert(self, chance: random.Random) -> Edit:
        """Insert a row among okrsync's lines; then type into it."""
        rows = self.bench.review_rows()
        end = max(number for number, row in enumerate(rows) if row[:1] == ["Decisions"])
        row = chance.randint(1, end)
        self.bench.insert_review_row(row)
        around = _words_around(self.bench.review_rows(), row)

        def type_into_it(text: str, chance: random.Random) -> bool:
            rows = self.bench.review_rows()
            if _words_around(rows, row) != around or _words(rows, row):
                return False
            self.bench.type_on_review(row + 1, chance.choice([0, 0, 1, 4, 7]), text)
            return True

        return type_into_it

    def over(self, text: str, chance: random.Random) -> bool:
        """Type over a cell of okrsync's."""
        row = _own_row(self.bench.review_rows(), chance)
        if row is not None:
            self.bench.type_on_review(row + 1, 7, text)
        return row is not None

    @property
    def decides(self) -> tuple[Edit, ...]:
        return self.below, self.below, self.sign

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.beside, self.beside, self.swap

    def texts(self) -> list[str]:
        return self.bench.review_texts()


def _words(rows: list[list[Any]], row: int) -> list[str]:
    """The words in okrsync's columns of a row."""
    values = rows[row][:9] if 0 <= row < len(rows) else []
    return [str(value) for value in values if value not in (None, "")]


def _words_around(rows: list[list[Any]], row: int) -> tuple[list[str], list[str]]:
    return _words(rows, row - 1), _words(rows, row + 1)


def _own_row(rows: list[list[Any]], chance: random.Random) -> int | None:
    """A row in which okrsync tells of a key result."""
    own = [number for number, row in enumerate(rows) if "words" in row]
    return chance.choice(own) if own else None


class GoogleRoom(ReviewRoom[GoogleBench]):
    """The review in a tab."""

    def __init__(self, base: Path) -> None:
        self.bench = GoogleBench(base)
        self.traffic = self.bench.google.traffic
        self.anna = self.bench.anna
        self.start_again()

    def close(self) -> None:
        self.bench.close()

    def start_again(self) -> None:
        self.bench.memory = {}
        self.bench.file_id = self.anna.new_spreadsheet("OKRs", {self.bench.tab: [[]]})
        self.anna.share(self.bench.file_id, self.bench.key["client_email"])
        self.bench.fill([["Objective", "Key result"], ["Grow", "Sign-ups"]])

    @property
    def _rows(self) -> list[list[Any]]:
        return self.anna.grid(self.bench.file_id, self._title)

    @property
    def _room(self) -> int:
        """The row of the heading "Decisions", from 0."""
        return max(number for number, row in enumerate(self._rows) if row[:1] == ["Decisions"])

    def _put(self, row: int, column: int, text: str) -> None:
        tab = self.anna.tab(self.bench.file_id, self._title)
        if row >= tab.row_count:
            self.anna.do(
                self.bench.file_id,
                appendDimension={"sheetId": tab.id, "dimension": "ROWS", "length": 20},
            )
        self.anna.put(self.bench.file_id, self._title, cell_name(row, column), text)

    def below(self, text: str, chance: random.Random) -> bool:
        """Type below the last decision."""
        rows, row = self._rows, self._room + 1
        while row < len(rows) and rows[row][:1] not in ([], [None], [""]):
            row += 1
        self._put(row, 0, text)
        return True

    def sign(self, text: str, chance: random.Random) -> bool:
        """Type a decision that begins with an equals sign and is no formula."""
        rows, row = self._rows, self._room + 1
        while row < len(rows) and rows[row][:1] not in ([], [None], [""]):
            row += 1
        self._put(row, 0, "-")
        value = {"userEnteredValue": {"stringValue": f"= {text}"}}
        tab = self.anna.tab(self.bench.file_id, self._title)
        self.anna.do(
            self.bench.file_id,
            updateCells={
                "start": {"sheetId": tab.id, "rowIndex": row, "columnIndex": 0},
                "rows": [{"values": [value]}],
                "fields": "userEnteredValue",
            },
        )
        return True

    def sort(self, text: str, chance: random.Random) -> bool:
        """Sort okrsync's lines by their titles."""
        own = [number for number, row in enumerate(self._rows, 1) if "words" in row]
        if own:
            cells, descends = f"A{own[0]}:I{own[-1]}", chance.random() < 0.8
            self.anna.sort(self.bench.file_id, self._title, cells, "A", descending=descends)
        return False

    def with_a_gap(self, text: str, chance: random.Random) -> bool:
        """Type some rows below the last decision."""
        self._put(len(self._rows) + chance.randint(1, 3), 0, text)
        return True

    def in_another_column(self, text: str, chance: random.Random) -> bool:
        """Type below the heading, into another column than the first."""
        self._put(len(self._rows) + chance.randint(0, 1), chance.randint(1, 8), text)
        return True

    def note(self, text: str, chance: random.Random) -> bool:
        """Put a note at a cell of the review."""
        row = chance.randrange(len(self._rows))
        self.anna.note(self.bench.file_id, self._title, cell_name(row, 0), text)
        return False

    def rename(self, text: str, chance: random.Random) -> bool:
        """Give the tab another title."""
        self.anna.rename_tab(self.bench.file_id, self._title, text)
        return False

    @property
    def _title(self) -> str:
        """The title of the tab, which somebody may have renamed."""
        return next(
            sheet.title
            for sheet in self.anna.book(self.bench.file_id).sheets
            # Somebody may have inserted rows above it.
            if ["Weekly review"]
            in [row[:1] for row in self.anna.grid(self.bench.file_id, sheet.title)]
        )

    def beside(self, text: str, chance: random.Random) -> bool:
        """Type to the right of the review."""
        rows = self._rows
        row = chance.randrange(len(rows))
        # Nobody types over what stands there.
        self._put(row, max(11, len(rows[row])), text)
        return True

    def insert_a_row(self, text: str, chance: random.Random) -> bool:
        """Insert a row somewhere, and write beside it."""
        row = chance.randint(1, len(self._rows))
        self.anna.insert_rows(self.bench.file_id, self._title, row)
        self._put(row - 1, 11, text)
        return True

    def insert_a_column(self, text: str, chance: random.Random) -> bool:
        """Insert a column right of the review."""
        self.anna.insert_columns(self.bench.file_id, self._title, "K")
        return False

    def insert(self, chance: random.Random) -> Edit:
        """Insert a row among okrsync's lines; then type into it."""
        row = chance.randint(1, self._room)
        self.anna.insert_rows(self.bench.file_id, self._title, row + 1)
        around = _words_around(self._rows, row)

        def type_into_it(text: str, chance: random.Random) -> bool:
            if _words_around(self._rows, row) != around or _words(self._rows, row):
                return False
            self._put(row, chance.choice([0, 0, 1, 4, 7]), text)
            return True

        return type_into_it

    def over(self, text: str, chance: random.Random) -> bool:
        """Type over a cell of okrsync's."""
        row = _own_row(self._rows, chance)
        if row is not None:
            self._put(row, 7, text)
        return row is not None

    def add_a_tab(self, text: str, chance: random.Random) -> bool:
        """Write into another tab."""
        self.anna.add_tab(self.bench.file_id, text, [[text]])
        return True

    @property
    def decides(self) -> tuple[Edit, ...]:
        return self.below, self.below, self.sign, self.with_a_gap, self.in_another_column

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (
            *(self.beside, self.insert_a_row, self.insert_a_column, self.add_a_tab),
            *(self.note, self.rename, self.sort),
        )

    def texts(self) -> list[str]:
        return [
            str(value)
            for sheet in self.anna.book(self.bench.file_id).sheets
            for row in self.anna.grid(self.bench.file_id, sheet.title)
            for value in row
        ]


class NotionRoom(ReviewRoom[NotionBench]):
    """The review on a page."""

    def __init__(self, base: Path) -> None:
        self.bench = NotionBench(base)
        self.traffic = self.bench.notion.traffic
        self.ada = self.bench.ada
        self.bench.fill([["Objective", "Key result"], ["Grow", "Sign-ups"]])

    def close(self) -> None:
        self.bench.close()

    def start_again(self) -> None:
        self.bench.memory = {}
        self.bench.review_page = self.ada.new_page("Weekly review")
        self.bench.review_place = self.bench.sandbox.notion_url(self.bench.review_page)
        self.ada.share(self.bench.review_page, self.bench.bot)

    @property
    def _callout(self) -> str:
        content = self.bench.notion.space.content(self.bench.review_page)
        (callout,) = [each.id for each in content if getattr(each, "type", "") == "callout"]
        return callout

    def _is_ours(self, block: Any) -> bool:
        return bool(block.stamps.created_by == self.bench.bot.bot)

    @staticmethod
    def _paragraph(text: str, kind: str = "paragraph") -> dict[str, Any]:
        return {"type": kind, kind: {"rich_text": [{"type": "text", "text": {"content": text}}]}}

    def below(self, text: str, chance: random.Random) -> bool:
        """Type at the end of the callout."""
        kind = chance.choice(["paragraph", "bulleted_list_item", "to_do", "toggle", "heading_3"])
        self.ada.write(self._callout, [self._paragraph(text, kind)])
        return True

    def first(self, text: str, chance: random.Random) -> bool:
        """Type right below the heading, above what was decided before."""
        space, callout = self.bench.notion.space, self._callout
        heading = [each.id for each in space.content(callout) if self._is_ours(each)][-1]
        # Blocks in the trash keep their places among the others.
        position = space.children[callout].index(heading) + 1
        self.ada.write(callout, [self._paragraph(text)], position)
        return True

    def insert(self, chance: random.Random) -> Edit:
        """Insert a line among okrsync's; then type into it."""
        space, callout = self.bench.notion.space, self._callout
        own = [each.id for each in space.content(callout) if self._is_ours(each)]
        position = space.children[callout].index(chance.choice(own))
        (block,) = self.ada.write(callout, [self._paragraph("")], position)

        def type_into_it(text: str, chance: random.Random) -> bool:
            self.ada.type(block, text)
            return True

        return type_into_it

    def over(self, text: str, chance: random.Random) -> bool:
        """Type over a line of okrsync's."""
        content = self.bench.notion.space.content(self._callout)
        own = [each.id for each in content if self._is_ours(each) and "words" in str(each)]
        if own:
            self.ada.type(chance.choice(own), text)
        return bool(own)

    def above(self, text: str, chance: random.Random) -> bool:
        """Write on the page, above or below the callout."""
        position = chance.randint(0, len(self.bench.notion.space.children[self.bench.review_page]))
        self.ada.write(self.bench.review_page, [self._paragraph(text)], position)
        return True

    def carry(self, text: str, chance: random.Random) -> bool:
        """Carry the callout to the end of the page."""
        self.ada.move_block(self._callout, self.bench.review_page)
        return False

    def comment(self, text: str, chance: random.Random) -> bool:
        """Remark on the page."""
        self.ada.comment(self.bench.review_page, text)
        return False

    @property
    def decides(self) -> tuple[Edit, ...]:
        return self.below, self.below, self.first

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.above, self.carry, self.comment

    def texts(self) -> list[str]:
        return [line.strip() for line in self.ada.outline(self.bench.review_page)]


@dataclass
class _Typed:
    """What people typed so far: everywhere, below "Decisions", into rows among okrsync's lines, and
    over okrsync's words.
    """

    texts: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    inserted: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    signs: int = 0


def one_review(room: ReviewRoom[Any], seed: int, reruns: int = _RERUNS) -> int:
    """So many reviews over each other with people at work. Returns how many edits fell between the
    requests. Raises AssertionError.
    """
    chance = random.Random(seed)
    story: list[str] = []
    typed = _Typed()
    named: list[str] = []
    between = 0
    before: ReviewPage | None = None
    try:
        for rerun in range(reruns):
            page = _page(chance, date(2026, 11, 1) + timedelta(days=rerun))
            if before is not None:
                between += _prepare(room, chance, f"{seed}-{rerun}", story, typed)
            outcome = _put(room, page, before)
            _at_rest(room.traffic)
            story.append(f"{len(page.sections[0].lines)} lines: {outcome.state}")
            named.append(outcome.reason or "")
            if outcome.state in (State.WRITTEN, State.UNCHANGED):
                before = page
            _check_once(room, typed, named)
        last = _page(chance, date(2026, 11, 1) + timedelta(days=reruns))
        outcome = _put(room, last, before)
        assert outcome.state is State.WRITTEN
        named.append(outcome.reason or "")
        assert _put(room, last, last).state is State.UNCHANGED
        connector = room.bench.connector()
        connector.read()
        assert connector.shows(room.bench.review_place, last)
        decisions = sorted(connector.decisions(room.bench.review_place))
        signs = sum(decision.startswith("= ") for decision in decisions)
        assert signs == typed.signs, "what began with an equals sign still does"
        words = [word for word in " ".join(decisions).split() if word != "="]
        assert set(typed.decided) <= set(words) <= {*typed.decided, *typed.inserted}
        assert len(words) == len(set(words))
        _check_once(room, typed, named)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {'; '.join(story)}: {error}") from error
    return between


def _prepare(
    room: ReviewRoom[Any], chance: random.Random, name: str, story: list[str], typed: _Typed
) -> int:
    """Let people do something before or amid the next write; how many edits are amid it."""
    between = 0
    for number in range(chance.choice([0, 1, 1, 2])):
        text = f"typed-{name}-{number}"
        kind = chance.choice(["decides", "decides", "edits", "edits", "begins", "retypes"])
        edit: Edit
        if kind == "begins":
            edit, said = room.insert(chance), "insert and type"
        elif kind == "retypes":
            edit, said = room.over, "over"
        else:
            edit = chance.choice(getattr(room, kind))
            said = edit.__name__

        def do(edit: Edit = edit, text: str = text, kind: str = kind) -> None:
            if not edit(text, chance):
                return
            if kind == "retypes":
                typed.over.append(text)
                return
            typed.texts.append(text)
            typed.signs += edit.__name__ == "sign"
            typed.decided.extend([text] if kind == "decides" else [])
            typed.inserted.extend([text] if kind == "begins" else [])

        call, turn = chance.choice([("read", 1), ("read", 2), ("write", 1), ("write", 2)])
        when = chance.choice(["at rest", "before", "after"])
        # Nothing can hold a write to a cell of okrsync's that changes in that very moment.
        if kind == "retypes":
            when = "at rest"
        story.append(f"{said} {when} {call} {turn}")
        if when == "at rest":
            do()
        else:
            getattr(room.traffic, when)(call, turn, do)
            between += 1
    if chance.random() < 0.3:
        trouble = chance.choice(_TROUBLE)
        story.append(f"a write meets {trouble}")
        room.traffic.fail(Fault(lambda call: call.kind == "write", **trouble))
    return between


def _check_once(room: ReviewRoom[Any], typed: _Typed, named: list[str]) -> None:
    words = " ".join(room.texts()).split()
    counts = {text: words.count(text) for text in typed.texts}
    assert all(count == 1 for count in counts.values()), counts
    said = " ".join(named)
    lost = [text for text in typed.over if text not in words and text not in said]
    assert not lost, f"{lost} are neither there nor named"


def _at_rest(traffic: Traffic) -> None:
    # What was to happen amid a request that never came does not happen.
    traffic._moments.clear()
    traffic.faults.clear()


def _put(room: ReviewRoom[Any], page: ReviewPage, before: ReviewPage | None) -> Outcome:
    connector: Connector[Settings] = room.bench.connector()
    try:
        snapshot = connector.read()
        room.amid()
        entry = SummaryWrite("r", room.bench.review_place, page, before, is_review=True)
        return connector.write(Batch(snapshot, review=entry)).outcomes["r"]
    except OkrsyncError:
        return Outcome(State.FAILED)


def _page(chance: random.Random, began: date) -> ReviewPage:
    lines = tuple(
        ReviewLine("words", f"team/O1/KR{number}", f"Result {number}", "Mia", 0.5, Status.ON_TRACK)
        for number in range(chance.randint(0, 12))
    )
    moved = ReviewSection("What moved", lines, "Nothing moved.", is_state=True)
    page = ReviewPage("Weekly review", f"since {began}", began, (moved,))
    return replace(page, notices=("ops could not be read.",) * chance.randint(0, 2))
