"""The entries of a batch, what became of each, and what `check` and `--show-requests` answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any, Literal, Self

from msgspec import field as struct_field
from msgspec.structs import force_setattr

from okrsync.connector.review_page import ReviewPage
from okrsync.connector.summary import Summary
from okrsync.model.frozen import Frozen
from okrsync.model.people import address_in, names_in
from okrsync.model.secret import masked
from okrsync.model.table import CellValue, ColumnRef, IdentityCell, RowRef, Snapshot

__all__ = [
    "NO_ROW",
    "Batch",
    "Calls",
    "CellWrite",
    "CopiedTab",
    "Entry",
    "Finding",
    "HistoryWrite",
    "InsertedRow",
    "Looks",
    "ManagedPage",
    "Misfit",
    "NewColumn",
    "NewRow",
    "NewView",
    "NoteWrite",
    "Outcome",
    "Receipt",
    "RemovedColumn",
    "RemovedRow",
    "RemovedTab",
    "RemovedView",
    "RequestPreview",
    "State",
    "SummaryWrite",
    "TakenRow",
    "TrendLine",
]


class Looks(StrEnum):
    """How a value is shown, as a tidy person would format it."""

    SHARE = "share"
    """0.37, shown as 37 %."""
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    STATUS = "status"
    """One of a few words, with a colour."""
    CHOICE = "choice"
    """One of a few words."""
    PERSON = "person"
    """A name or an address, for the person it means."""
    LINK = "link"
    """Another row of the same table, by its anchor."""
    ADDRESS = "address"
    """An address on the web."""
    TREND = "trend"
    """A `TrendLine`: a line of blocks, or what the place draws itself from its points."""


class TrendLine(str):
    """A course over time as a line of blocks, ▂▃▅, with the points behind it: whole percents, the
    oldest first. The lowest block stands for 0 %, the highest for 100 % and more.
    """

    __slots__ = ("points",)
    points: tuple[int, ...]

    def __new__(cls, points: Sequence[int]) -> Self:
        top = len(_BLOCKS) - 1
        heights = (min(max((point * top + 50) // 100, 0), top) for point in points)
        line = super().__new__(cls, "".join(_BLOCKS[height] for height in heights))
        line.points = tuple(points)
        return line

    def __eq__(self, other: object) -> bool:
        """Two lines are equal if their points are; beside a text, the blocks count."""
        if isinstance(other, TrendLine):
            return self.points == other.points
        return str.__eq__(self, other) if isinstance(other, str) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


_BLOCKS = "▁▂▃▄▅▆▇█"


class Misfit(Frozen, frozen=True):
    """A value that a column cannot hold, and why: "a checkbox; a number property would do"."""

    reason: str


class CellWrite(Frozen, frozen=True, gc=False):
    """One owned cell, before and after. `id` is unique within the batch. `words` are all texts the
    column may show, in the order of `okrsync.model.okrs.Status`, for colours and choices; empty for
    anything but a status. `reason` is for people.
    """

    id: str
    table_key: str
    row: RowRef
    column: ColumnRef
    before: CellValue
    after: CellValue
    looks: Looks = Looks.TEXT
    words: tuple[str, ...] = ()
    field: str = ""
    """Which of okrsync's fields the column holds, for places that know columns by more than their
    header; empty where it is not known.
    """


class NewColumn(Frozen, frozen=True):
    """An owned column to be made at the right edge, with this header, before the cells that go into
    it are written.

    If a column with that header is there by then, it is used and `unchanged` is answered. `words`
    as in `CellWrite`.
    """

    id: str
    table_key: str
    field: str
    header: str
    header_row: int | None
    looks: Looks
    words: tuple[str, ...] = ()


class RemovedColumn(Frozen, frozen=True):
    """A column that okrsync once made, to be removed again. A column with anything left in it, or
    another header, stays: a conflict.
    """

    id: str
    table_key: str
    column: ColumnRef


class NewRow(Frozen, frozen=True):
    """A row to be made in a table that okrsync keeps itself. The text `key` in the column
    `key_header` is what it is known by: if a row with it has appeared since the snapshot, that one
    is used and `unchanged` is answered. `cells` have columns by their headers; one that looks like
    a link may name a `NewRow` earlier in the batch by its id.
    """

    id: str
    table_key: str
    key_header: str
    key: str
    cells: tuple[CellWrite, ...]


class RemovedRow(Frozen, frozen=True):
    """A row that okrsync once made, to be removed again. One that people have put anything of
    theirs into stays: a conflict.
    """

    id: str
    table_key: str
    row: RowRef
    key_header: str
    key: str
    cells: tuple[CellWrite, ...]
    """What okrsync wrote into it: these columns are its own, and this is what the row would be made
    of again.
    """


class InsertedRow(Frozen, frozen=True):
    """A row to be inserted into a table that people keep, in the form of the row `like`.

    It takes the formats of `like` and what stands there in the columns `kept`, formulas included.
    `cells` are the rest of its content: their columns exist, and their `row` and `before` are those
    of `like`. All other cells stay empty. The row goes behind the row `behind`; rows of a batch
    with the same `behind` follow each other in the order of the batch.

    `key` are the cells by which the new row is known: if a row that holds them has appeared, that
    one is used and `unchanged` is answered. In a table with links among its rows, a cell that looks
    like a link may name another `InsertedRow` of the batch by its id. `holds` is what the row then
    shows, by which later use by people is recognised; a link has the role `link`.
    """

    id: str
    table_key: str
    like: RowRef
    behind: RowRef
    key: tuple[IdentityCell, ...]
    kept: tuple[ColumnRef, ...] = ()
    cells: tuple[CellWrite, ...] = ()
    holds: tuple[IdentityCell, ...] = ()


class TakenRow(Frozen, frozen=True):
    """A row that okrsync once inserted, to be taken out again. `holds` is what it held then, in
    terms of the table as it is now; one with anything else in it stays: a conflict. What stands in
    the columns `ours` are okrsync's own answers, and goes with it.
    """

    id: str
    table_key: str
    row: RowRef
    holds: tuple[IdentityCell, ...]
    ours: tuple[ColumnRef, ...] = ()


class CopiedTab(Frozen, frozen=True):
    """A copy of a tab under the name `name`, beside it: with formats, widths, merges, validation
    and rules, without the rows `left_out`, and with other values in `cells`, formulas included.

    `digest` is the `tab_digest` of the copy without the columns `ours`, which hold okrsync's own
    answers. If a tab of that name with this digest has appeared, that one is used and `unchanged`
    is answered; any other tab of that name is a conflict.
    """

    id: str
    table_key: str
    name: str
    digest: str
    left_out: tuple[RowRef, ...] = ()
    cells: tuple[CellWrite, ...] = ()
    ours: tuple[ColumnRef, ...] = ()


class RemovedTab(Frozen, frozen=True):
    """A tab that okrsync once made as a copy, to be removed again, unless its `tab_digest` is
    another by now: a conflict. The columns `ours` hold okrsync's own answers and do not count.
    """

    id: str
    table_key: str
    name: str
    digest: str
    ours: tuple[ColumnRef, ...] = ()


class NewView(Frozen, frozen=True):
    """Another way to look at a table that okrsync keeps, made where the place can and none of that
    name is there: as a board of cards by one column, or as a table with rows under their parents
    (`nested` is the column that leads to them). `only` leaves rows out that hold none of the words
    in a column, `filled` those that hold nothing in one, `empty` those that hold something;
    `rising` is the column that rows are sorted by, the smallest number first. Of okrsync's own
    columns those in `shown` are to be seen, in that order, and those in `hidden` are not.
    """

    id: str
    table_key: str
    name: str
    form: Literal["board", "table"]
    group_by: str | None = None
    nested: str | None = None
    only: tuple[str, tuple[str, ...]] | None = None
    filled: str | None = None
    empty: str | None = None
    rising: str | None = None
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class RemovedView(Frozen, frozen=True):
    """A view that okrsync once made, to be removed again."""

    id: str
    table_key: str
    name: str


ManagedPage = Summary | ReviewPage
"""What okrsync keeps at a place of its own: the summary, or the review of the week."""


class SummaryWrite(Frozen, frozen=True):
    """The managed summary at `place` (a tab's name, a page's address), or, with `is_review`, the
    managed review. `summary` None removes it, if nothing of people's stands in it.

    `before` is the summary this place was last given by okrsync, None where it had none; `earlier`
    is the one before that, which still stands there if the last run died. `cycle` is the name of a
    cycle that ended, whose last summary is kept beside that of the running one, under
    the name `full_name`; the next free name if people have taken that.
    """

    id: str
    place: str
    summary: ManagedPage | None
    before: ManagedPage | None = None
    cycle: str | None = None
    is_review: bool = False
    earlier: ManagedPage | None = None

    @property
    def pages(self) -> tuple[ManagedPage, ...]:
        """Every page of okrsync's whose lines may stand at the place."""
        pages = (self.before, self.earlier, self.summary)
        return tuple(page for page in pages if page is not None)

    @property
    def full_name(self) -> str:
        """The place, with the cycle where it is that of an ended one: `OKR summary 2026-Q4`."""
        return self.place if self.cycle is None else f"{self.place} {self.cycle}"


class NoteWrite(Frozen, frozen=True):
    """A warning at a row: a cell note or a comment. `text` None takes it back (resolves it).
    `mention` is whom to call, as the row names them; `called` are the same people, each by an
    e-mail address or, where that is not known, by name. A place that can notify calls them.

    `column` says at which cell, from 0. `kind` is what the config asked for. A note of people's own
    at that cell is never replaced: a conflict.

    A comment notifies people, and is made once: `mark` are the words in its text by which it is
    known at its row, whatever else it says; None where the whole text is. `answers` is the mark of
    the comment that this one continues: in a place with threads it goes into that thread.
    `is_private` keeps the words of the row itself out of it.
    """

    id: str
    table_key: str
    row: RowRef
    column: int
    text: str | None
    before: str | None = None
    mention: str | None = None
    kind: Literal["note", "comment"] = "note"
    called: tuple[str, ...] = ()
    mark: str | None = None
    answers: str | None = None
    is_private: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """The e-mail addresses of those to call, as far as they are known."""
        people = self.called or names_in(self.mention or "")
        return tuple(person for person in people if address_in(person) == person)

    @property
    def known_by(self) -> str:
        """The words by which its comment is known at the row."""
        return self.mark or self.text or self.before or ""


class HistoryWrite(Frozen, frozen=True):
    """Lines to be appended to the table at `place` that holds the history, in their order: what
    okrsync has seen of each item on each day. `columns` are its headers, made where there is none.
    Lines that are there are never written again, and where they stand is people's affair.

    A run that died may have appended the first `retried` lines, or some of them: those that stand
    there are not appended again, and one that was torn is completed. `is_removal` takes lines away
    again, each where it stands exactly so; then the table as well, if okrsync made it and nothing
    is left in it.
    """

    id: str
    place: str
    columns: tuple[str, ...]
    lines: tuple[tuple[CellValue, ...], ...]
    retried: int = 0
    is_removal: bool = False


Entry = (
    CellWrite
    | NewColumn
    | RemovedColumn
    | NoteWrite
    | NewRow
    | RemovedRow
    | InsertedRow
    | TakenRow
    | CopiedTab
    | RemovedTab
    | NewView
    | RemovedView
)
"""One entry of a batch that has a table."""


class Batch(Frozen, frozen=True):
    """Everything okrsync wants done in one source, decided against `snapshot`."""

    snapshot: Snapshot
    cells: tuple[CellWrite, ...] = ()
    new_columns: tuple[NewColumn, ...] = ()
    removed_columns: tuple[RemovedColumn, ...] = ()
    summary: SummaryWrite | None = None
    notes: tuple[NoteWrite, ...] = ()
    new_rows: tuple[NewRow, ...] = ()
    removed_rows: tuple[RemovedRow, ...] = ()
    new_views: tuple[NewView, ...] = ()
    removed_views: tuple[RemovedView, ...] = ()
    inserted_rows: tuple[InsertedRow, ...] = ()
    taken_rows: tuple[TakenRow, ...] = ()
    copied_tabs: tuple[CopiedTab, ...] = ()
    removed_tabs: tuple[RemovedTab, ...] = ()
    inputs: Mapping[str, Sequence[ColumnRef]] = struct_field(default_factory=dict)
    """By table key, the columns that the source is read from, each with an id that tells it from
    the others. A place that can mark columns marks them with these ids in what it sends anyway,
    and `Table.column_ids` has the ids from then on, whatever the headers say. A column that has an
    id of its place comes with that one.
    """
    closed_summary: SummaryWrite | None = None
    review: SummaryWrite | None = None
    history: HistoryWrite | None = None
    puts_back: bool = False
    """Whether it undoes what okrsync wrote. A protection that came later then does not stand in
    the way, as far as the place can write there.
    """
    left_columns: frozenset[tuple[str, str]] = frozenset()
    """By table key and field, the columns in which nothing of okrsync's remains once this is
    undone: what it did to their looks is undone as well.
    """

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that is wanted of a table."""
        return (
            *self.cells,
            *self.new_columns,
            *self.removed_columns,
            *self.notes,
            *self.new_rows,
            *self.removed_rows,
            *self.inserted_rows,
            *self.taken_rows,
            *self.copied_tabs,
            *self.removed_tabs,
            *self.new_views,
            *self.removed_views,
        )

    @property
    def table_keys(self) -> frozenset[str]:
        """The tables that something is wanted of."""
        return frozenset(entry.table_key for entry in self.entries)

    @property
    def summaries(self) -> tuple[SummaryWrite, ...]:
        """The summary of the running cycle, that of the one that ended, and the review."""
        pages = (self.summary, self.closed_summary, self.review)
        return tuple(page for page in pages if page is not None)

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.summaries or self.history)

    def rows(self, table_key: str) -> Iterator[RowRef]:
        """The rows of a table that the entries of this batch refer to."""
        yield from (cell.row for cell in self.cells if cell.table_key == table_key)
        yield from (note.row for note in self.notes if note.table_key == table_key)
        for inserted in self.inserted_rows:
            if inserted.table_key == table_key:
                yield from (inserted.like, inserted.behind)
        yield from (taken.row for taken in self.taken_rows if taken.table_key == table_key)
        for copied in self.copied_tabs:
            if copied.table_key == table_key:
                yield from copied.left_out
                yield from (cell.row for cell in copied.cells)


class State(StrEnum):
    """What became of one entry of a batch."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """It was so already."""
    CONFLICT = "conflict"
    """Somebody changed the cell first, or its row or column is gone. Not written."""
    SKIPPED = "skipped"
    """The place does not accept it (protected, missing ability). Not written."""
    FAILED = "failed"
    """It failed permanently while other entries succeeded: the source is done in part. It is
    unknown whether it took effect.
    """


NO_ROW = "the row is gone, or can no longer be told apart from another"
"""The reason of a conflict about a row that is not found."""


class Outcome(Frozen, frozen=True, gc=False):
    """What became of one entry, why, and the address where it landed, if that is not where it was
    meant.
    """

    state: State
    reason: str | None = None
    at: str | None = None

    def __post_init__(self) -> None:
        # A reason may be a service's own words, which may repeat a token.
        if self.reason is not None:
            force_setattr(self, "reason", masked(self.reason))


class Receipt(Frozen, frozen=True):
    """One outcome for every entry of the batch, by its id.

    `after` is what `read` would return right after the batch, if the place told all of it with its
    last answer, and nothing of the batch is left to do. The next run then need not look at what
    okrsync itself has changed. None says nothing, and is always right.
    """

    outcomes: dict[str, Outcome]
    after: Snapshot | None = None


class RequestPreview(Frozen, frozen=True):
    """One request that `write()` would send. `url` is where it would go, with its query, `headers`
    are those that matter, with stars for every secret; `body` is what would be sent as JSON. Of a
    file, `method` is `REPLACE`, `url` is its path, and `body` tells which parts of it would be
    others.

    What the place itself gives out while it is written to (the id of a new column) stands in angle
    brackets: `<id of Progress>`.
    """

    method: str
    url: str
    body: Any = None
    headers: Mapping[str, str] = struct_field(default_factory=dict)


class Finding(Frozen, frozen=True):
    """One thing `check` looked at. `ok` None is a remark. `repair` says what to do about a
    problem.
    """

    ok: bool | None
    message: str
    repair: str | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "message", masked(self.message))
        if self.repair is not None:
            force_setattr(self, "repair", masked(self.repair))


@dataclass(slots=True)
class Calls:
    """How many requests went to the place. `retries` are those among them that were sent again,
    because trouble seemed to pass. `seconds` is how long okrsync waited for the connector; okrsync
    itself takes that time.
    """

    read: int = 0
    write: int = 0
    retries: int = 0
    seconds: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the time the block takes, whatever becomes of it."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds += perf_counter() - began
