"""The ledger stays small: its bytes are counted, and its questions to the state file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from okrsync.model.okrs import LedgerEntry, Status
from okrsync.plan.history_copy import CopiedEntry
from okrsync.state.ledger import Ledger
from okrsync.state.store import Store

BUDGET = 10_000_000
"""Bytes of 26 weeks of 1,000 items."""
WEEKS, ITEMS = 26, 100


def observation(item: int, week: int) -> CopiedEntry:
    """A weekly check-in as people make them: a value, a day, and a remark by every fifth."""
    day = date(2026, 7, 6) + timedelta(days=7 * week)
    remark = f"Week {week}: talked to two customers, one signed" if item % 5 == 0 else None
    progress = Decimal(week) / WEEKS
    entry = LedgerEntry(
        day,
        Decimal(10),
        Decimal(100),
        10 + 90 * progress,
        round(progress, 4),
        Status.ON_TRACK,
        day,
        Decimal("0.7"),
        f"Owner {item % 50}",
        remark,
        "run",
        f"Q4!C{item + 2}",
    )
    return CopiedEntry(f"{item:016x}", f"growth/O1/KR{item}", f"Key result {item}", entry)


def size_of(path: Path) -> int:
    """The bytes of a state file without free space."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        ((pages, free, bytes_each),) = database.execute(
            "SELECT page_count, freelist_count, page_size"
            " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        )
    return int((pages - free) * bytes_each)


def test_26_weeks_of_1_000_items_take_less_than_10_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.db"
    with Store.open(path) as state:
        before = size_of(path)
        copied = [observation(item, week) for week in range(WEEKS) for item in range(ITEMS)]
        assert Ledger(state).take_over("growth", copied) == WEEKS * ITEMS
    after = size_of(path)
    assert after > before
    bytes_each = (after - before) / (WEEKS * ITEMS)
    assert bytes_each * 26 * 1_000 < BUDGET
    # What is stored comes back as it was.
    with Store.open(path, readonly=True) as state:
        stored = Ledger(state).copied_after("growth", 0).values()
        assert list(stored) == copied


def test_what_is_read_for_trends_grows_with_the_items_and_not_with_the_years(
    tmp_path: Path,
) -> None:
    with Store.open(tmp_path / "okrsync.db") as state:
        ledger = Ledger(state)
        ledger.take_over(
            "growth", [observation(item, week) for week in range(200) for item in range(3)]
        )
        recent = ledger.recent(date(2026, 7, 6) + timedelta(days=7 * 200), 57)
        assert {len(entries) for entries in recent.values()} == {9}
