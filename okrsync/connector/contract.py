"""The manual for connector authors.

A connector makes one kind of place (a workbook, a spreadsheet service, a database service) look
like tables, and carries out, at the right row, what okrsync decided. It knows nothing of
objectives, of progress, or of what a column means. It is an import package of its own, found
through the entry-point group `okrsync.connectors`:

    [project.entry-points."okrsync.connectors"]
    workbook = "okrsync_workbook:WorkbookConnector"

It imports `okrsync.connector` and its own client library, and nothing else of okrsync.

**What you write.** A `Settings` model with the config keys of your own, and these methods:

- `read()` returns a `Snapshot`. Values keep the type the place gave them. Percent formats,
  formulas, cells covered by a merge and protected cells are told in `Row.marks`. Reading changes
  nothing. What could not be read raises; an empty place is an empty table, and the two are never
  mixed up.
- `fit()` says what a cell will hold once a value has been written to it, so that okrsync can
  compare before it sends, or answers with a `Misfit` when that column cannot hold such a value. It
  talks to nobody.
- `write()` carries out a `Batch` and answers with a `Receipt` that has one `Outcome` for every
  entry. See the promises below.
- `shows()`, if you keep summaries, says whether the managed summary already says this.
- `link()`, if the place is on the web, says which address leads to a cell.
- `check()` yields a `Finding` for every credential, permission and setting it can prove without
  writing.

**What you may override.** `abilities`, when the place can do less than everything. `close()`, when
you hold something open. `let_go()`, when you keep what you read. `repair()`, when you keep marks of
your own in the place. `requests()`, to tell what `write()` would send: build it of the very
functions that `write()` sends with, best by letting `write()` run with a sender that only takes
notes, so that the two cannot drift apart. `recognise()`, `together()`, `guide` and `usual_secrets`,
so that `okrsync init` can set a source up from what a person gives: an address, a file.
`knows_rows`, when rows are known again without an id column.

**Threads.** Sources are read and written side by side. A connector is asked by one thread at a
time, not always the same; what several connectors share (a credential, its limit) must bear being
used by all of them at once.

**Promises of `write()`.** They are what the rest of okrsync rests on, and
`okrsync.testing.ConnectorContract` tries them:

1. A value is written only beside its row: the row found by `RowRef`, looked at as late as the place
   allows. A row that is gone, or cannot be told from another, is a conflict. `RowFinder` finds rows
   the way all of okrsync does: identities are compared exactly (`same_identity`), columns are
   found by id or header and never by number, and rows that read alike by their place while nothing
   moved.
2. A value is written only over the value it expects (`CellWrite.before`). Anything else there is a
   conflict.
3. A formula is never replaced, a cell outside the batch never touched. A protected cell is skipped;
   `read()` marks it `LOCKED`, where new columns would go too, so that the plan knows it. Only a
   batch that puts a run back (`Batch.puts_back`) may write there, where the place lets it.
4. A cell that already holds `after` is `unchanged`, so carrying out a batch twice is the same as
   once.
5. A batch with nothing left to do sends nothing.
6. If the whole place moved since the snapshot and nothing was sent yet, you may raise
   `SourceChanged`: okrsync reads and plans again. You may as well place each change yourself, as
   far as that can be done safely.
7. Retries are okrsync's, never your client library's: switch that library's own off. A write whose
   answer was lost is looked at before it is repeated (`Network.repeat_lost`).
8. Text is written as text. What begins with `=` is no formula.
9. What fails for good costs itself. Once something of a batch is written, whatever else cannot be
   (a comment, a view, the summary, one page of many) is `failed`, with the reason, and `write`
   returns; it raises only where nothing went through. `PartialWrite` does just that.

**The network.** A connector that talks to a service stands on `okrsync.connector.network`: it
sends through `Network.request`, and shows its `network`. The floor keeps the pace of a credential,
ends everything within `give_up_seconds`, and repeats what may be repeated. The connector keeps its
client session and says, in its own words, what each error means.

**Counting.** Count every request to the place in `self.calls`, as `read` or `write`, and those that
are repeated as `retries` too; token exchanges are left out.

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
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

from okrsync.connector.entries import (
    Batch,
    Calls,
    CellWrite,
    Finding,
    Looks,
    Misfit,
    Outcome,
    Receipt,
    RequestPreview,
    State,
)
from okrsync.connector.network import Network
from okrsync.connector.summary import Summary
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

__all__ = ["Ability", "Connector", "Context", "Endpoint", "Secret", "Settings", "cell_verdict"]


class Settings(BaseModel):
    """The keys of a source that only its connector understands. Unknown keys are errors; a relative
    path is meant from the config's folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises where it is no number
    except ValueError:
        is_address = False
    if not is_address or any(sign.isspace() for sign in text):
        raise ValueError("is no address; it begins with https:// (or http:// for the sandbox)")
    return text.rstrip("/")


Endpoint = Annotated[str, AfterValidator(_address)]
"""Where a service is asked instead of at its vendor's address: `api_endpoint` in the config."""


class Ability(StrEnum):
    """What a place can do. A connector that lacks one declares it, and what would need it becomes a
    Skip.
    """

    WRITE = "write"
    CREATE_COLUMNS = "create-columns"
    SUMMARY = "summary"
    NOTES = "notes"
    ROWS = "rows"
    """Rows and views of a table that okrsync keeps itself: what `publish` needs."""


@dataclass(slots=True)
class Context:
    """What a connector gets from okrsync: its source's name, the config's folder, the time zone,
    the clock, a memory of its own.

    `keeps_table` says that the table is one okrsync keeps itself (`publish`): links among its rows
    then read as the rows' anchors. `wanted` are the abilities that the config makes use of, and
    `summary` the place of the summary, for `check` to prove what will be needed.
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
    """Whether the place itself knows rows again whatever becomes of their words (page ids,
    anchors), so that an id column is not needed.
    """
    summary_place: ClassVar[str] = "a tab that okrsync makes and keeps, with the headline numbers"
    """What a summary is put into, for the config that `okrsync init` writes."""
    guide: ClassVar[str | None] = None
    """How a person gets the credentials this place asks for, in a sentence or two, and which page
    tells more. None: it asks for none.
    """
    usual_secrets: ClassVar[tuple[Mapping[str, str], ...]] = ()
    """Where its secret usually is, named as in the config: `{"env": "NOTION_TOKEN"}`. The first
    that is there is proposed.
    """

    def __init__(self, settings: SettingsT_co, context: Context) -> None:
        self.settings = settings
        self.context = context
        self.calls = Calls()

    @property
    def network(self) -> Network | None:
        """The way out that the connector stands on, for a place that is reached over a network;
        see `okrsync.connector.network`. It talks to nobody and needs no credentials that work.

        `okrsync.testing.ConnectorContract` then holds the connector to what the floor promises,
        and sources that wait for one credential's limit do not hold up those of another.
        """
        return None

    @classmethod
    def recognise(cls, text: str) -> Mapping[str, Any] | None:  # noqa: ARG003 - for those who override it
        """The config keys of a source for what a person gave, an address or a path as it would
        stand in the config; None where it is nothing of this kind. It talks to nobody, and looks at
        no content.

        Without it, sources of this kind are written into the config by hand.
        """
        return None

    @classmethod
    def together(cls, places: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:  # noqa: ARG003 - for those who override it
        """The config keys of one source that reads all of these places as its tables; None where
        each has to be a source of its own.
        """
        return None

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this place can do; everything but rows, unless overridden."""
        return frozenset(Ability) - {Ability.ROWS}

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

    @abstractmethod
    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        """What the cell will hold once `value` has been written to that column (None for one yet to
        be made).
        """

    def link(self, table: Table, row: RowRef, column: int) -> str | None:
        """An address on the web that leads to a cell or its row; None where the place has none. It
        talks to nobody.
        """
        return None

    def shows(self, place: str, summary: Summary) -> bool:
        """Whether the place's managed summary said just this when the place was last read. It talks
        to nobody.

        Override it together with the ability `summary`; a connector that cannot tell answers False,
        and its `write` then answers `unchanged`.
        """
        return False

    @abstractmethod
    def write(self, batch: Batch) -> Receipt:
        """Carry out the batch and say what became of each entry.

        Raises `SourceChanged` (nothing written yet, plan again), `SourceBusy`, `AccessError`, or
        `SourceError`; after `LostAnswer` it is unknown whether the batch took effect.
        """

    def requests(self, batch: Batch) -> Iterator[RequestPreview] | None:
        """What `write` would send for this batch, in order, as the place stands now. It may read,
        and changes nothing, `self.context.memory` included.

        None, unless it is overridden: the connector cannot tell. Raises as `write` does. What
        differs when the batch is really carried out: what people edit in between, what the place
        answers, and what is sent again because an answer was lost.
        """
        return None

    @property
    def is_unfinished(self) -> bool:
        """Whether an earlier write was broken off after its values stood and before all that goes
        with them did: looks, marks.

        `write` is then called although nothing changed, with a batch that may be empty, and
        completes it. It talks to nobody.
        """
        return False

    def repair(self, rows: Mapping[str, Sequence[RowRef]]) -> Iterator[Finding]:
        """Put right what okrsync itself keeps in the place to know rows again; `rows` are the rows
        that matter, by table. Values are never touched.

        Most places keep nothing of the kind, and there is nothing to repair unless this is
        overridden.
        """
        yield from ()

    def let_go(self) -> None:
        """Let go of what was read: nothing more will be asked of it, and whoever writes reads again
        first.

        A run over many sources holds the content of only those that it still has to write to.
        Override it where you keep content between `read` and `write`.
        """
        return

    def close(self) -> None:
        """Let go of what is held open. Called once, at the end."""
        return


def cell_verdict(
    write: CellWrite,
    table: Table,
    finder: RowFinder,
    *,
    is_unmoved: bool = True,
    may_unlock: bool = False,
) -> Outcome | tuple[Row, int | None]:
    """Where a cell of a batch stands now, its column None where it is yet to be made, or what
    became of it without writing.

    For connectors that look at a whole table before they write; `finder` is that of the table.
    `is_unmoved` says that the table is the one that was read: rows that are alike can then be told
    apart by their number. `may_unlock` lets a protected cell be written, for batches that put a run
    back.
    """
    row = finder.find(write.row) or (finder.in_place(write.row) if is_unmoved else None)
    if row is None:
        return Outcome(State.CONFLICT, "the row is gone, or can no longer be told from another")
    column = None if write.column.index is None else finder.column(write.column)
    if write.column.index is None:
        return row, None
    if column is None:
        return Outcome(State.CONFLICT, f"the column {write.column.header!r} is no longer there")
    now, mark = row.value(column), row.mark(column)
    if same_value(now, write.after):
        return Outcome(State.UNCHANGED, None, str(table.ref(row, column)))
    if mark & FORMULA:
        return Outcome(State.SKIPPED, "a formula stands here, and formulas are never replaced")
    if mark & COVERED:
        return Outcome(State.SKIPPED, "the cell lies under a merge")
    if mark & LOCKED and not may_unlock:
        reason = table.lock or "the cell is protected"
        return Outcome(State.SKIPPED, reason, str(table.ref(row, column)))
    if not same_value(now, write.before):
        return Outcome(State.CONFLICT, f"it says {text_of(now)[:60]!r} now")
    return row, column
