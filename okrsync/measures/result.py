"""What measuring an item comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from okrsync.model.okrs import Freshness, Status, Warning_

__all__ = ["Measure", "Measured", "Sources", "Worse"]


@dataclass(frozen=True, slots=True)
class Sources:
    """The names of the sources a number is made of: those that were read, and those that could not
    be. `len` counts both.
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
    """An item that stands worse than the objective above it."""

    id: str
    title: str
    status: Status


class Measure(NamedTuple):
    """How one key result or objective stands.

    `progress` is what is rolled up (clamped as the rules say), `raw_progress` what the numbers
    give; shares, and None where there is no data. `expected` is the share of the item's time begun;
    None without dates. `score` is the grade at close, None before. `freshness` is fresh where
    nobody is expected to check in (not begun, over, achieved). `reported` counts the key results
    below that have data, and all of them. `reason` is the status in one sentence for the owner of
    the row. `rules` names the rules that led here, in order, for `explain`. `forecast` is the
    progress at the end if it goes on like this. `sources` are those the number is made of, as far
    as there are several, or one could not be read. `set_aside` is the word by which a person took
    the item out of the count, or its objective. `passes` says after the end whether the grade is a
    pass, judged unrounded. `worst_below` is what stands worst under an objective whose own parts
    are well; None where nothing below is worse.
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Every item's measure by its id, and what was odd on the way."""

    items: Mapping[str, Measure]
    warnings: tuple[Warning_, ...] = ()
