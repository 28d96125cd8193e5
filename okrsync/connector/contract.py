"""The manual for connector authors.

A connector presents one kind of place (a workbook, a spreadsheet service, a database service) as
tables, and carries out, at the right row, what okrsync decided. It knows nothing about objectives,
progress, or the meaning of a column. It is an import package of its own, found through the
entry-point group `okrsync.connectors`:

    [project.entry-points."okrsync.connectors"]
    workbook = "okrsync_workbook:WorkbookConnector"

It imports `okrsync.connector` and its own client library, and nothing else of okrsync.

**What you write.** A `Settings` model with the config keys of your own, and these methods:

- `read()` returns a `Snapshot`. Values keep the type the place gave them. Percent formats,
  formulas, cells covered by a merge and protected cells are marked in `Row.marks`. Reading changes
  nothing. If the place cannot be read, `read()` raises; an empty place is an empty table, and the
  two are never mixed up.
- `fit()` returns what a cell will hold after a value is written to it, so that okrsync can compare
  before it sends, or a `Misfit` if the column cannot hold such a value. It makes no requests.
- `write()` carries out a `Batch` and returns a `Receipt` with one `Outcome` for every entry. See
  the promises below.
- `shows()`, if you keep summaries, returns whether the managed summary already has this content;
  `shows_closed()` does so for the last summary of a cycle that ended.
- `decisions()`, if you keep reviews, returns what people typed under the review's last heading.
- `history()` and `has_history()`, if you keep a history: lines that are appended and never written
  again.
- `formula_reach()`, if you insert rows or copy tabs, says which formulas can be carried.
- `link()`, if the place is on the web, returns the address of a cell.
- `check()` yields a `Finding` for every credential, permission and setting it can prove without
  writing.

**What you may override.** `abilities`, if the place can do less than everything. `close()`, if you
hold something open. `let_go()`, if you keep what you read. `repair()`, if you keep marks of your
own in the place. `requests()`, to preview what `write()` would send: build it from the functions
that `write()` sends with, best by running `write()` with a sender that only records, so that the
two cannot drift apart. `recognise()`, `together()`, `guide` and `usual_secrets`, so that
`okrsync init` can set up a source from what a person has: an address, a file. `knows_rows`, if
rows are recognised again without an id column.

**Threads.** Sources are read and written in parallel. A connector is called by one thread at a
time, not always the same one; what several connectors share (a credential, its limit) must be
thread-safe.

**Promises of `write()`.** They are what the rest of okrsync rests on, and
`okrsync.testing.ConnectorContract` tries them:

1. A value is written only beside its row: the row found by `RowRef`, checked as late as the place
   allows. A row that is gone, or cannot be told apart from another, is a conflict. `RowFinder`
   finds rows the way all of okrsync does: identities are compared exactly (`same_identity`),
   columns are found by id or header and never by number, and rows that read alike by position while
   nothing moved.
2. A value is written only over the value it expects (`CellWrite.before`). Anything else there is a
   conflict.
3. A formula is never replaced, a cell outside the batch never touched. A protected cell is skipped;
   `read()` marks it `LOCKED`, also where new columns would go, so that the plan knows it. Only a
   batch that puts a run back (`Batch.puts_back`) may write there, if the place allows it.
4. A cell that already holds `after` is `unchanged`, so carrying out a batch twice is the same as
   once.
5. A batch with nothing left to do sends nothing.
6. If the whole place changed since the snapshot and nothing was sent yet, you may raise
   `SourceChanged`: okrsync reads and plans again. You may also place each change yourself, as far
   as that is safe.
7. Only okrsync retries: switch the retries of your client library off. If the answer to a write was
   lost, check whether it took effect before you repeat it (`Network.repeat_lost`).
8. Text is written as text. A text that begins with `=` is not a formula. A `TrendLine` may become
   what the place draws itself; `fit` says what the cell will hold, and `read` answers the same.
9. Rows are inserted and tabs copied as entries say, whole or not at all, and what stands below or
   beside moves with its formats and formulas: totals, tables and filters grow with the rows. A row
   or tab that is there already is `unchanged`; one that people have used is never removed.
   `okrsync.connector.insertion` decides this for every connector alike.
10. A permanent failure affects only its own entry. Once part of a batch is written, everything else
    that cannot be (a comment, a view, the summary, one page of many) is `failed`, with the reason,
    and `write` returns; it raises only if nothing was written. `PartialWrite` does just that.

11. What people typed among the lines of a summary or a review is not lost. `typed_lines` compares
    the lines that stand there with those that okrsync wrote (`SummaryWrite.pages`): a row that
    people inserted is moved below the managed part, and words that they typed over okrsync's are
    named in the outcome's reason.

**The network.** A connector that talks to a service uses `okrsync.connector.network`: it sends
through `Network.request`, and exposes its `network`. This module limits the request rate of a
credential, ends everything within `give_up_seconds`, and repeats what may be repeated. The
connector keeps its client session and translates the service's errors.

**Counting.** Count every request to the place in `self.calls`, as `read` or `write`, and repeated
ones as `retries` too; do not count token exchanges.

**Remembering.** `self.context.memory` keeps small JSON values of your own between runs (tab ids,
change tokens). It may be empty at any time: it makes you faster, never right.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

from okrsync.connector.entries import (
    NO_ROW,
    Batch,
    Calls,
    CellWrite,
    Finding,
    HistoryWrite,
    Looks,
    ManagedPage,
    Misfit,
    Outcome,
    Receipt,
    RequestPreview,
    State,
    SummaryWrite,
)
from okrsync.connector.insertion import FormulaReach
from okrsync.connector.summary import Summary
from okrsync.model.people import address_in
from okrsync.model.row_finder import RowFinder
from okrsync.model.secret import Secret
from okrsync.model.table import (
    COVERED,
    FORMULA,
    LOCKED,
    CellValue,
    Row,
    RowRef,
    Snapshot,
    Table,
    same_value,
    text_of,
)

# A place that is no service, such as a file, loads nothing that sends requests.
if TYPE_CHECKING:
    from okrsync.connector.network import Network

__all__ = ["Ability", "Connector", "Context", "Endpoint", "Secret", "Settings", "cell_verdict"]


class Settings(BaseModel):
    """The keys of a source that only its connector understands. Unknown keys are errors; a relative
    path is meant from the config's folder.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises if it is not a number
    except ValueError:
        is_address = False
    if not is_address or any(sign.isspace() for sign in text):
        raise ValueError("is not an address; it begins with https:// (or http:// for the sandbox)")
    return text.rstrip("/")


Endpoint = Annotated[str, AfterValidator(_address)]
"""Where a service is asked instead of at its vendor's address: `api_endpoint` in the config."""


class Ability(StrEnum):
    """What a place can do. A connector declares what it cannot do, and everything that would need
    it becomes a Skip.
    """

    WRITE = "write"
    CREATE_COLUMNS = "create-columns"
    SUMMARY = "summary"
    NOTES = "notes"
    CALLS = "calls"
    """Comments that call people, several at one row: what calling an owner's lead needs."""
    ROWS = "rows"
    """Rows and views of a table that okrsync keeps itself: what `publish` needs."""
    INSERT_ROWS = "insert-rows"
    """Rows inserted into a table that people keep, and taken out again: what `close --carry-over`
    needs.
    """
    COPY_TABS = "copy-tabs"
    """Copies of tabs under another name, and removing them again."""
    REVIEW = "review"
    """The review of the week, with room under its last heading that is people's."""
    CLOSED_SUMMARIES = "closed-summaries"
    """The last summary of a cycle that ended, beside that of the running one."""
    HISTORY = "history"
    """Lines appended to a table that holds what okrsync has seen."""


_DECLARED = frozenset(
    {
        Ability.ROWS,
        Ability.INSERT_ROWS,
        Ability.COPY_TABS,
        Ability.CLOSED_SUMMARIES,
        Ability.REVIEW,
        Ability.HISTORY,
        Ability.CALLS,
    }
)
"""What a place can do only if its connector says so."""


@dataclass(slots=True)
class Context:
    """What a connector gets from okrsync: the name of its source, the folder of the config, the
    time zone, the clock, and a memory of its own.

    `keeps_table` means that okrsync keeps the table itself (`publish`): links among its rows then
    read as the anchors of those rows. `wanted` are the abilities that the config uses, and
    `summary` is the place of the summary; `check` proves what will be needed.
    """

    source: str
    base: Path
    timezone: ZoneInfo
    now: Callable[[], datetime]
    memory: MutableMapping[str, Any] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    keeps_table: bool = False
    wanted: frozenset[Ability] = frozenset()
    summary: str | None = None
    review: str | None = None
    """The place of the review."""
    history: str | None = None
    """The place of the history; what stands there is never read as a table."""
    people: str | None = None
    """The tab that lists people. Where the place has one of this name, it is read like any other,
    whichever tabs the settings choose, hidden or not.
    """
    may_lift_protection: bool = False
    """Whether the config lets okrsync write to cells that people protected without a password
    (`write.protected`). A place that enforces its protections itself has nothing to do with it.
    """


SettingsT_co = TypeVar("SettingsT_co", bound=Settings, covariant=True)


class Connector(ABC, Generic[SettingsT_co]):
    """One configured place. See the module's text for what each method promises."""

    name: ClassVar[str]
    """As it stands in the config: `workbook`."""
    about: ClassVar[str]
    """One line for `okrsync connectors`."""
    settings_type: ClassVar[type[Settings]]
    keeps_tables: ClassVar[bool] = False
    """Whether it can keep a table of okrsync's own (`publish`); it then has the ability `rows`."""
    knows_rows: ClassVar[bool] = False
    """Whether the place itself recognises rows when their text changes (page ids, anchors), so that
    no id column is needed.
    """
    most_history_lines: ClassVar[int] = 5_000
    """Lines of a history that one batch holds at most; what is left follows with the next run."""
    summary_place: ClassVar[str] = "a tab that okrsync makes and keeps, with the headline numbers"
    """What a summary is put into, for the config that `okrsync init` writes."""
    guide: ClassVar[str | None] = None
    """How a person gets the credentials for this place, in a sentence or two, with a page that says
    more. None if it needs no credentials.
    """
    usual_secrets: ClassVar[tuple[Mapping[str, str], ...]] = ()
    """Where the secret usually is, named as in the config: `{"env": "NOTION_TOKEN"}`. `okrsync
    init` proposes the first one that exists.
    """

    def __init__(self, settings: SettingsT_co, context: Context) -> None:
        self.settings = settings
        self.context = context
        self.calls = Calls()

    @property
    def network(self) -> Network | None:
        """The network that the connector sends through, for a place that is reached over one; see
        `okrsync.connector.network`. It makes no requests and needs no valid credentials.

        `okrsync.testing.ConnectorContract` then holds the connector to what the floor promises,
        and sources that wait for one credential's limit do not hold up those of another.
        """
        return None

    @classmethod
    def recognise(cls, text: str) -> Mapping[str, Any] | None:  # noqa: ARG003 - for those who override it
        """The config keys of a source for an address or a path, as it would be written in the
        config; None if it is not of this kind. It makes no requests and reads no content.

        Without it, sources of this kind are written into the config by hand.
        """
        return None

    @classmethod
    def together(cls, settings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:  # noqa: ARG003 - for those who override it
        """The config keys of one source that reads all of these places as its tables; None if each
        must be a source of its own.
        """
        return None

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this place can do; unless overridden, everything but rows of okrsync's own, inserted
        rows, copied tabs, summaries of ended cycles and a history.
        """
        return frozenset(Ability) - _DECLARED

    @property
    @abstractmethod
    def place(self) -> str:
        """What people call the place: a path, a URL. Two sources with one place are refused by the
        configuration.
        """

    @abstractmethod
    def check(self) -> Iterator[Finding]:
        """Every credential, permission and setting, proved without writing."""

    @abstractmethod
    def read(self) -> Snapshot:
        """All tables of the place as they are now.

        Raises `AccessError` when the place refuses, `UnreadableSource` when it holds what cannot be
        read, `SourceError` for anything else that stops it. Never answers with less than the whole.
        """

    def content_version(self) -> str | None:
        """The version that `read` would give the content as it is now, for a place that can tell it
        much faster than by reading: a digest of everything that `read` looks at. None, the default,
        if it cannot.

        A run whose sources all hold what they held in a run that had nothing to do, or what the
        last run left there (`Receipt.after`), reads none of them, and `show` reads no source that
        holds what it held in the last run. Include whatever else changes your reading, such as your
        own version, in the digest here and in `read`. Raises as `read` does.
        """
        return None

    @abstractmethod
    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        """What the cell will hold once `value` has been written to that column (None for one yet to
        be made).
        """

    def formula_reach(self, table: Table, row: Row, column: int) -> FormulaReach | None:
        """How far from its own row the formula of a cell looks; None if the place cannot carry the
        formula into another row or a copy of its tab. It makes no requests.
        """
        return None

    def tab_obstacle(self, table: Table, name: str) -> str | None:
        """Why no copy of a table can be made under a name, or would not be read there; None if
        nothing is in the way. It makes no requests.
        """
        return None

    def link(self, table: Table, row: RowRef, column: int) -> str | None:
        """An address on the web that leads to a cell or its row; None where the place has none. It
        talks to nobody.
        """
        return None

    def unreachable(self, names: Sequence[str]) -> Sequence[str]:
        """Those of these people, each by an e-mail address or else by name, whom a comment cannot
        call. A place that knows people by their names overrides it; it may make requests.
        """
        return [name for name in names if address_in(name) is None]

    def shows(self, place: str, summary: ManagedPage) -> bool:
        """Whether the managed summary, or the review where it is given one, had exactly this
        content when the place was last read. It makes no requests.

        Override it together with the ability `summary`. A connector that cannot tell returns False,
        and its `write` then returns `unchanged`.
        """
        return False

    def obstacle(self, summary: SummaryWrite) -> str | None:
        """Why a summary or review cannot be written where it stands, as far as the last read
        shows: its tab is protected, for instance. None if nothing is known to be in the way. It
        makes no requests.
        """
        return None

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        """As `obstacle`, for the lines of the history."""
        return None

    def decisions(self, place: str) -> Sequence[str]:
        """The lines that people typed under the heading "Decisions" of the managed review, from
        top to bottom; none where there is no review. It may make requests, and is asked when a new
        review begins. Override it together with the ability `review`.
        """
        return ()

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        """As `shows`, for the summary that is kept of a cycle that ended."""
        return False

    def has_history(self, place: str) -> bool:
        """Whether the table of the history was there when the place was last read. It makes no
        requests; True if only a request could tell.
        """
        return True

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        """All rows of the table of the history as they are now, its header included; empty if there
        is no such table. Raises as `read` does.
        """
        return ()

    @abstractmethod
    def write(self, batch: Batch) -> Receipt:
        """Carry out the batch and say what became of each entry.

        Raises `SourceChanged` (nothing written yet, plan again), `SourceBusy`, `AccessError`, or
        `SourceError`; after `LostAnswer` it is unknown whether the batch took effect.
        """

    def requests(self, batch: Batch) -> Iterator[RequestPreview] | None:
        """The requests that `write` would send for this batch, in order, in the present state of
        the place. It may read, but changes nothing, `self.context.memory` included.

        None if the connector cannot tell, which is the default. Raises as `write` does. The real
        requests can differ by what people edit in between, by the answers of the place, and by
        repeats after a lost answer.
        """
        return None

    @property
    def is_unfinished(self) -> bool:
        """Whether an earlier write was interrupted after its values and before their formats or
        marks were written.

        `write` is then called although nothing changed, with a batch that may be empty, and
        completes it. This property makes no requests.
        """
        return False

    def repair(self, rows: Mapping[str, Sequence[RowRef]]) -> Iterator[Finding]:
        """Repair the marks that okrsync itself keeps in the place to recognise rows; `rows` are the
        rows in question, by table. Values are never touched.

        Most places keep no such marks, so the default repairs nothing.
        """
        yield from ()

    def let_go(self) -> None:
        """Release the content that was read: nobody needs it any more, and a later write reads
        first.

        A run over many sources keeps only the content of those that it still has to write to.
        Override it if you keep content between `read` and `write`.
        """
        return

    def close(self) -> None:
        """Close what is open. Called once, at the end."""
        return


def cell_verdict(
    write: CellWrite,
    table: Table,
    finder: RowFinder,
    *,
    is_unmoved: bool = True,
    may_unlock: bool = False,
    column: int | None = None,
) -> Outcome | tuple[Row, int | None]:
    """The present row and column of a cell to write, the column None if it is yet to be made; or
    the outcome of a cell that is not written.

    For connectors that read a whole table before they write; `finder` is that of the table.
    `is_unmoved` means that the table did not change since it was read: rows that are alike can then
    be told apart by their number. `may_unlock` lets a protected cell be written, for batches that
    put a run back. `column` is where the column stands, for places that know it by more than its
    header.
    """
    # Rows that read alike have only their number, which means something while nothing moved.
    row = finder.find(write.row) or (finder.in_place(write.row) if is_unmoved else None)
    if row is None:
        return Outcome(State.CONFLICT, NO_ROW)
    if column is None:
        if write.column.index is None:
            return row, None
        column = finder.column(write.column)
    if column is None:
        return Outcome(State.CONFLICT, f"the column {write.column.header!r} is no longer there")
    now, mark = row.value(column), row.mark(column)
    # Before the checks below: a cell that already has the answer needs no write, locked or not.
    if same_value(now, write.after):
        return Outcome(State.UNCHANGED, None, str(table.ref(row, column)))
    if mark & FORMULA:
        return Outcome(
            State.SKIPPED, "there is a formula here, and okrsync never replaces formulas"
        )
    if mark & COVERED:
        return Outcome(State.SKIPPED, "the cell is part of a merged cell")
    if mark & LOCKED and not may_unlock:
        reason = table.lock or "the cell is protected"
        return Outcome(State.SKIPPED, reason, str(table.ref(row, column)))
    # Last, so that a formula or a protection is named as the reason where there is one.
    if not same_value(now, write.before):
        return Outcome(State.CONFLICT, f"it says {text_of(now)[:60]!r} now")
    return row, column
