"""The values of the OKR field: Objective, KeyResult, Cycle, Status and others, in its own words.

Everything here is frozen and knows no vendor. Numbers that people typed stay `Decimal`. Shares
(progress, expected, score, confidence) run from 0 to 1. `None` means "not there" and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from msgspec import field as struct_field
from msgspec.structs import astuple

from okrsync.model.frozen import Frozen
from okrsync.model.table import CellRef, RowRef, column_letters

__all__ = [
    "Commitment",
    "Cycle",
    "CycleFrom",
    "Direction",
    "Freshness",
    "KeyResult",
    "Kind",
    "LedgerEntry",
    "Objective",
    "Observation",
    "Origin",
    "Owned",
    "Serves",
    "Skip",
    "StatedItem",
    "Status",
    "Warning_",
]


class Kind(StrEnum):
    """How the progress of a key result is determined."""

    METRIC = "metric"
    """Current between baseline and target."""
    GUARD_RAIL = "guard-rail"
    """A value to be kept above, below or between limits."""
    BOOLEAN = "boolean"
    """Done or not."""
    MILESTONES = "milestones"
    """A number done out of a total."""
    GIVEN = "given"
    """No numbers to measure: a progress, score or status is taken as typed."""


class Direction(StrEnum):
    """The direction in which a value improves."""

    INCREASE = "increase"
    DECREASE = "decrease"
    STAY_ABOVE = "stay-above"
    STAY_BELOW = "stay-below"
    BETWEEN = "between"

    @property
    def is_guard_rail(self) -> bool:
        return self in _GUARD_RAILS


_GUARD_RAILS = frozenset({Direction.STAY_ABOVE, Direction.STAY_BELOW, Direction.BETWEEN})


class Status(StrEnum):
    """Derived state of an item."""

    NOT_STARTED = "not-started"
    NO_DATA = "no-data"
    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"
    STALE = "stale"
    ACHIEVED = "achieved"
    MISSED = "missed"


class Freshness(StrEnum):
    """Age of the last check-in against the cadence."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    NEVER = "never"


class Commitment(StrEnum):
    """What a team promises: a committed item passes only when it is done in full."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"


if sys.version_info < (3, 12):
    # Before 3.12 a member such as `Status.STALE` was looked up through a property, which takes ten
    # times as long; each row takes twenty such look-ups.
    for _words in (Kind, Direction, Status, Freshness, Commitment):
        for _word in _words:
            type.__setattr__(_words, _word.name, _word)


class Cycle(Frozen, frozen=True, order=True):
    """A period for which OKRs are set, both days included."""

    start: date
    end: date
    name: str

    @property
    def days(self) -> int:
        return (self.end - self.start) // timedelta(days=1) + 1

    def overlaps(self, other: Cycle) -> bool:
        return self.start <= other.end and other.start <= self.end


class Origin(Frozen, frozen=True, gc=False):
    """Where an item stands, so that every number can be traced to its cells.

    `columns` holds the column (from 0) of each role that has one; `elsewhere` the row number and
    column of roles whose value stands in another row (filled down, merged, a label above the
    table); `beyond` the cells of other tables (a log of check-ins). `names` holds the column names
    of a source that declares them, and is None if columns have letters.
    """

    source: str
    table: str
    table_key: str
    row: RowRef
    columns: Mapping[str, int]
    elsewhere: Mapping[str, tuple[int, int]] = struct_field(default_factory=dict)
    names: tuple[str, ...] | None = None
    beyond: Mapping[str, CellRef] = struct_field(default_factory=dict)
    formulas: Mapping[str, Literal["failing", "uncalculated"]] = struct_field(default_factory=dict)
    """The roles whose cell holds a formula without a value: it shows an error, or the file stores
    no result for it.
    """
    is_stand_in: bool = False
    """Whether the row holds another item by now, or this one in another cycle: the item stands in
    for what it was or is in its own cycle, and nothing is written for it.
    """

    def cell(self, role: str) -> CellRef | None:
        """The address of the cell that holds this role, None if no column does."""
        if role in self.beyond:
            return self.beyond[role]
        number, column = self.elsewhere.get(role, (self.row.number, self.columns.get(role, -1)))
        if column < 0:
            return None
        if self.names is not None:
            return CellRef(
                self.table, f"{self.row.label or f'row {number}'} · {self.names[column]}"
            )
        return CellRef(self.table, f"{column_letters(column)}{number}")

    @property
    def title_cell(self) -> CellRef:
        """The address of the item's title, or of its row if no cell holds the title."""
        return (
            self.cell("key_result")
            or self.cell("objective")
            or CellRef(self.table, self.row.label or f"row {self.row.number}")
        )


CycleFrom = Literal["named", "dates", "first-seen", "evidence"]
"""How an item's cycle is known: the sheet or the config names it, its own dates lie in it, okrsync
first saw the item in it, or a change of its numbers showed that it goes on in it.
"""


class Serves(Frozen, frozen=True, gc=False):
    """An objective that a key result serves: its id or exact title as typed, and the share of the
    key result that counts there. None where the sheet gives no share: the whole counts.
    """

    objective: str
    share: Decimal | None = None


class Observation(Frozen, frozen=True, gc=False):
    """A value of an earlier day that the sheet itself keeps, in a column per week or a check-in
    log (`origin`): its day, the value in the item's unit or the progress as a share, and its cell;
    from a log also the confidence and the comment.
    """

    day: date
    at: CellRef
    current: Decimal | None = None
    progress: Decimal | None = None
    origin: Literal["log", "column"] = "column"
    confidence: Decimal | None = None
    comment: str | None = None


class LedgerEntry(Frozen, frozen=True, array_like=True, eq=False, gc=False):
    """What was seen of an item on a day. Numbers are in the item's unit; progress and confidence
    are shares. `origin` is who saw it: a run, or the team itself in a check-in log or a column of
    its own. `at` is the address of the item, or of the value. `seen` is the day of the run if that
    is not `day`, which is the day of the check-in where there is one; two entries that differ in
    nothing else are equal.
    """

    day: date
    baseline: Decimal | None = None
    target: Decimal | None = None
    current: Decimal | None = None
    progress: Decimal | None = None
    status: Status | None = None
    checked_in: date | None = None
    confidence: Decimal | None = None
    owner: str | None = None
    comment: str | None = None
    origin: Literal["run", "log", "column"] = "run"
    at: str | None = None
    seen: date | None = None

    @property
    def seen_on(self) -> date:
        """The day on which okrsync saw it."""
        return self.seen or self.day

    @property
    def facts(self) -> tuple[object, ...]:
        """Everything but the day on which it was seen."""
        return astuple(self)[:-1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LedgerEntry) and self.facts == other.facts

    def __ne__(self, other: object) -> bool:
        # A struct's own would be asked otherwise, not the opposite of the above.
        return not self == other

    def __hash__(self) -> int:
        return hash(self.facts)


# By keyword only: the fields that only one of the two has stand before these.
class StatedItem(Frozen, frozen=True, kw_only=True, gc=False):
    """What the row of a key result and that of an objective can both state.

    What was typed rather than calculated is `given_*`; `typed_status` is the status in the person's
    own words, and `set_aside` the word by which a person took the item out of the count
    (`cancelled`, `auf Eis`), None while it counts. `checked_in_known` says whether the source has a
    column for check-in dates at all: a missing column is not an empty one. `inferred` names what
    okrsync concluded itself, such as `direction`; `unclear` names cells that okrsync does not
    understand: the item is not measured until it does. `own_id` is the text in the column of ids,
    None where okrsync gave the id. `private` means that its words stay out of what others read.
    `is_year_open` says that its cycle is named without a year (`Q4`). `checked_in_until` is the
    last day that a check-in for a week or a month may still have, while that goes on.
    """

    given_progress: Decimal | None = None
    given_score: Decimal | None = None
    given_status: Status | None = None
    confidence: Decimal | None = None
    weight: Decimal = Decimal(1)
    commitment: Commitment | None = None
    checked_in: date | None = None
    checked_in_known: bool = False
    checked_in_until: date | None = None
    cycle: Cycle | None = None
    start: date | None = None
    due: date | None = None
    owner: str | None = None
    team: str | None = None
    comment: str | None = None
    inferred: frozenset[str] = frozenset()
    typed_status: str | None = None
    set_aside: str | None = None
    cycle_from: CycleFrom | None = None
    unclear: frozenset[str] = frozenset()
    own_id: str | None = None
    private: bool = False
    is_year_open: bool = False


class KeyResult(StatedItem, frozen=True, gc=False):
    """A measurable result, as stated in its row.

    `id` is for people (`growth/O1/KR2`); `key` is the natural key by which okrsync remembers the
    row. `serves` names every objective it counts in where there are several, the one it stands
    under first. `observations` are the values of earlier days that have columns of their own,
    oldest first; `plan` holds the values that the sheet expects by the end of certain days, in
    order (`Oct target`, `Nov target`), and `plan_cells` their cells. `checkpoints` are values on
    the way, each with the progress that it stands for.
    """

    id: str
    key: str
    title: str
    origin: Origin
    kind: Kind = Kind.METRIC
    baseline: Decimal | None = None
    target: Decimal | None = None
    target_high: Decimal | None = None
    stretch: Decimal | None = None
    current: Decimal | None = None
    milestones: tuple[int, int] | None = None
    unit: str | None = None
    direction: Direction | None = None
    serves: tuple[Serves, ...] = ()
    observations: tuple[Observation, ...] = ()
    plan: tuple[tuple[date, Decimal], ...] = ()
    plan_cells: tuple[CellRef, ...] = ()
    checkpoints: tuple[tuple[Decimal, Decimal], ...] = ()


class Objective(StatedItem, frozen=True, gc=False):
    """An objective with its key results, before it is joined into a tree.

    `parent` is an id or a title, as typed in its row or in the config. `implied` marks an objective
    that no row states: key results without one hang under it. `is_rolled_up` means that the service
    calculates `given_progress` from other rows: it is compared with the key results, and never
    replaces them. `numbers` are the objective's own baseline, current value and target, as the key
    result that its row would be; None where the row has none.
    """

    id: str
    key: str
    title: str
    source: str
    origin: Origin
    key_results: tuple[KeyResult, ...] = ()
    parent: str | None = None
    level: str | None = None
    implied: bool = False
    is_rolled_up: bool = False
    numbers: KeyResult | None = None


class Warning_(Frozen, frozen=True):
    """Something odd in the content: its code (`text-target`), its place, and a sentence that says
    what was found, what was expected and what to do. The underscore keeps Python's own `Warning` in
    peace.
    """

    code: str
    source: str
    at: CellRef | None
    message: str

    @property
    def location(self) -> str:
        """`growth: Q4!D7`, or only the source if the warning is about no single cell."""
        return f"{self.source}: {self.at}" if self.at is not None else self.source


class Skip(Frozen, frozen=True):
    """Something left undone, and why."""

    source: str
    at: CellRef | str | None
    reason: str
    code: str = "skip"


class Owned(Frozen, frozen=True):
    """Where answers go in one table: the header row's number (None where columns are declared) and,
    for each field okrsync may write (`progress`, `status`, ...), the column it stands in, None when
    it is yet to be made.
    """

    table_key: str
    table: str
    header_row: int | None
    columns: Mapping[str, int | None]
    headers: Mapping[str, str]
