"""What reading tables depends on besides the tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from msgspec import field as struct_field

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle

__all__ = ["KnownTable", "Reading"]


class KnownTable(Frozen, frozen=True):
    """A table as the last run knew it: the latest cycle of its items, and their latest check-in
    (None where there is none).
    """

    cycle: Cycle
    checked_in: date | None = None


class Reading(Frozen, frozen=True):
    """What reading depends on besides the tables: the source's name, today, the configured cycle,
    the fiscal year's first month, and the headers of okrsync's own columns by field, which are
    never read as input.

    `with_evidence` also collects how each column was read and why, which takes extra time.
    `known_keys` are the keys of the items that the source held before: they tell of which year the
    `Q4` of an item is.
    """

    source: str
    today: date
    cycle: Cycle
    fiscal_year_start: int = 1
    owned_headers: Mapping[str, str] = struct_field(default_factory=dict)
    with_evidence: bool = True
    known_keys: Collection[str] = frozenset()
    title: str | None = None
    """What people call the place as a whole."""
    is_fiscal_year_stated: bool = True
    """Whether somebody said that the fiscal year begins in that month."""
    are_tabs_chosen: bool = False
    """Whether the config names the tabs that are read."""
    known_tables: Callable[[], Mapping[str, KnownTable]] = dict
    """By key, what earlier runs know of the tables: asked for only where columns mean other days in
    another cycle.
    """
