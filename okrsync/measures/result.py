"""The values that measuring returns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status, Warning_

__all__ = ["Measure", "Measured", "Move", "Outlook", "Sources", "UnmeasurableItem", "Worse"]


class UnmeasurableItem(Exception):
    """Measuring an item raised an unforeseen error."""

    def __init__(self, item: KeyResult | Objective, error: Exception) -> None:
        super().__init__(f"{item.origin.source}: {item.origin.title_cell}")
        self.item = item
        self.error = error


class Sources(Frozen, frozen=True):
    """The names of the sources behind a number: those that were read, and those that could not be.
    `len` counts both.
    """

    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.read) + len(self.unread)

    @property
    def words(self) -> str:
        """`4 of 5 sources`."""
        return f"{len(self.read)} of {len(self)} sources"


class Worse(NamedTuple):
    """An item whose status is worse than that of the objective above it."""

    id: str
    title: str
    status: Status


class Move(NamedTuple):
    """A change of an item's target, baseline or owner, and the day on which okrsync saw it.

    `progress_before` is what the value of that day comes to by the old number, `progress_after` by
    the new one; both are shares, None without data. `after_end` marks a target or baseline that
    changed after the end of the item's time.
    """

    day: date
    what: Literal["target", "baseline", "owner"]
    before: Decimal | str
    after: Decimal | str
    progress_before: Decimal | None
    progress_after: Decimal | None
    after_end: bool = False


class Outlook(NamedTuple):
    """Where an item ends up if it goes on as lately.

    `value` is the progress at the end of its time, between `low` and `high` in 80 % of the cases;
    all three are shares. `needed_per_week` and `lately_per_week` are in the item's unit, with the
    sign of the movement; both are None for an objective, whose parts have no common unit, and
    `needed_per_week` is None on the last day and 0 once the target is reached. `observations`
    counts the days behind it. `arrives` is the day on which the target is reached at this pace;
    None if it stands still, moves away, or needs more than a year too long.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    needed_per_week: Decimal | None
    lately_per_week: Decimal | None
    observations: int
    arrives: date | None


class Measure(NamedTuple):
    """The measures of one key result or objective.

    `progress` is what is rolled up (clamped by the rules), `raw_progress` what the numbers give;
    both are shares, None without data. `expected` is the elapsed share of the item's time, None
    without dates. `score` is the grade at the close, None before it. `freshness` is fresh while
    nobody is expected to check in (not begun, over, achieved). `reported` counts the key results
    below that have data, and all of them. `reason` explains the status to the owner of the row, in
    one sentence. `rules` names the applied rules, in order, for `explain`. `forecast` is the value
    of its `outlook`. `sources` are the sources behind the number; it is empty unless there are
    several or one could not be read. `set_aside` is the word by which a person excluded the item,
    or its objective. `passes` tells after the end whether the unrounded grade is a pass.
    `band` is the name of the final score by `bands`, None without one.
    `worst_below` is the worst item under an objective, None if nothing below it is worse than the
    objective itself. `moves` are the changes of its target, baseline and owner.
    `delta` is the change of progress over seven days on today's target, None in the first week;
    `trend` the progress week by week up to the last news. `outlook` is where it ends up, None where
    nothing is claimed. `outlook_at_news` is the sentence that ends `reason`: where it ended up as
    seen on the day of its last news, so that a note does not change with the calendar.
    """

    progress: Decimal | None
    raw_progress: Decimal | None
    expected: Decimal | None
    score: Decimal | None
    status: Status
    freshness: Freshness | None
    checked_in: date | None
    confidence: Decimal | None
    reported: tuple[int, int]
    reason: str
    rules: tuple[str, ...] = ()
    forecast: Decimal | None = None
    sources: Sources = Sources()
    set_aside: str | None = None
    passes: bool | None = None
    worst_below: Worse | None = None
    moves: tuple[Move, ...] = ()
    delta: Decimal | None = None
    trend: tuple[Decimal, ...] = ()
    outlook: Outlook | None = None
    band: str | None = None
    outlook_at_news: str = ""


class Measured(Frozen, frozen=True):
    """The measure of every item by its id, and the warnings that came up."""

    items: Mapping[str, Measure]
    warnings: tuple[Warning_, ...] = ()
