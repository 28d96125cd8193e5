"""Many items that a first run saw take one page; whoever asks the ledger cannot tell."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from grids import in_part
from okrsync.model.okrs import KeyResult, LedgerEntry, Origin, Status
from okrsync.model.state_address import StateAddress
from okrsync.model.table import RowRef
from okrsync.plan.history_copy import CopiedEntry
from okrsync.state import ledger as ledger_module
from okrsync.state.ledger import Ledger, News
from okrsync.state.schema import bring_up
from okrsync.state.store import Store
from team import Team, write_csv

FIRST = date(2026, 10, 5)
ITEMS = 120
ORIGIN = Origin("growth", "Q4", "Q4", RowRef(2, None, ()), {"key_result": 1})


def news(number: int, day: date, value: int, *, source: str = "growth", **more: Any) -> News:
    """What a run saw of an item on a day."""
    title = f"Key result {number}"
    item = KeyResult(f"{source}/KR{number}", f"key-{number}", title, ORIGIN)
    entry = LedgerEntry(
        day,
        Decimal(10),
        Decimal(100),
        Decimal(value),
        Decimal(value) / 100,
        Status.ON_TRACK,
        day,
        Decimal("0.7"),
        f"Owner {number % 7}",
        "a remark, with an umlaut: ä" if number % 5 == 0 else None,
        "run",
        f"Q4!B{number + 2}",
    )
    return News((source, item.key), item, replace(entry, **more), True)


def weeks(seed: int) -> list[list[News]]:
    """What ten runs saw: of all items first, then of some; new ones come, and some have a log."""
    random, runs = Random(seed), [[news(number, FIRST, 10) for number in range(ITEMS)]]
    runs[0] += [news(number, FIRST, 20, source="ops") for number in range(ITEMS)]
    known = ITEMS
    for week in range(1, 10):
        day = FIRST + timedelta(days=7 * week)
        seen = random.sample(range(known), random.choice([1, 5, known // 2]))
        run = [news(number, day, random.randrange(100)) for number in seen]
        if random.random() < 0.5:
            # A target that moved, and a value of a day before that was edited later.
            run += [news(seen[0], day, 50, target=Decimal(80))]
            run += [news(seen[-1], day - timedelta(days=3), 60, seen=day)]
        more = random.choice([0, 1, 150])
        for number in range(known, known + more):
            if number % 10 == 0:
                run.append(news(number, day - timedelta(days=30), 5, origin="log"))
            run.append(news(number, day, 30))
        known += more
        runs.append(run)
    return runs


def everything_told(ledger: Ledger, today: date) -> dict[str, object]:
    """All that the ledger answers."""
    keys = [(source, f"key-{number}") for source in ("growth", "ops") for number in range(20)]
    told: dict[str, object] = {
        "newest day": ledger.newest_day(),
        "histories": [ledger.history(key) for key in keys],
        # Item by item. A page's items have their numbers before those that stand beside them.
        "everything": sorted(ledger.everything(), key=lambda told: (told[0], told[3].day)),
        "latest": ledger._latest(),
        "recent": ledger.recent(today, 57),
        "recent of the week before": ledger.recent(today - timedelta(days=7), 10),
        "confidences": ledger.confidences(today, 30),
        "empty": [ledger.is_empty(source) for source in ("growth", "ops", "none")],
    }
    for source in ("growth", "ops"):
        # Numbers may differ, their order may not where it can be told.
        stored = ledger.copied_after(source, 0)
        assert list(stored) == sorted(stored)
        assert ledger.newest_number(source) == max(stored)
        told[f"copied of {source}"] = sorted(map(repr, stored.values()))
        half = sorted(stored)[len(stored) // 2]
        assert ledger.copied_after(source, half) == {
            number: copied for number, copied in stored.items() if number > half
        }
        assert (
            list(ledger.copied_after(source, half, 3)) == sorted(stored)[len(stored) // 2 + 1 :][:3]
        )
    return told


@dataclass
class Both:
    """The same ledger twice: with pages in each kind of place, and with a row for each item."""

    paged: StateAddress
    rows: Path
    patch: pytest.MonkeyPatch

    def run(self, step: Callable[[Ledger], object], today: date) -> None:
        """Take a step in both, after which they answer alike."""
        told = []
        for address, least in ((self.paged, 100), (self.rows, 1 << 60)):
            self.patch.setattr(ledger_module, "LEAST", least)
            self.patch.setattr(ledger_module, "MOST", 50)
            with Store.open(address) as state:
                step(Ledger(state))
            with Store.open(address) as state:
                told.append(everything_told(Ledger(state), today))
        for name in told[0]:
            assert told[0][name] == told[1][name], name


@pytest.fixture
def both(address: StateAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    return Both(address, tmp_path / "rows.db", monkeypatch)


def noted(run: list[News], ledger: Ledger) -> None:
    ledger.note(run)


@pytest.mark.parametrize("seed", in_part(range(4), every=4))
def test_pages_answer_as_rows_do(both: Both, seed: int) -> None:
    for week, run in enumerate(weeks(seed)):
        today = FIRST + timedelta(days=7 * week)
        both.run(partial(noted, run), today)


def test_a_copy_is_taken_over_beside_pages(both: Both) -> None:
    first = [news(number, FIRST, 10) for number in range(ITEMS)]
    both.run(lambda ledger: ledger.note([*first, news(1, FIRST, 1, source="ops")]), FIRST)
    day = FIRST + timedelta(days=7)
    copied = [
        CopiedEntry(one.key[1], one.item.id, one.item.title, one.entry)
        for one in (*first[:3], news(0, day, 33), news(500, day, 1))
    ]

    def take_over(ledger: Ledger) -> None:
        assert ledger.take_over("growth", copied) == 2

    both.run(take_over, day)


def pages(path: Path) -> tuple[int, int, int]:
    """How many pages, items and observations have rows of their own."""
    with closing(sqlite3.connect(path)) as database:
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("ledger_pages", "ledger_items", "observations")
        ]
    return counts[0], counts[1], counts[2]


def test_an_item_leaves_its_page_when_more_is_seen_and_an_empty_page_goes(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.db"
    with Store.open(path) as state:
        Ledger(state).note([news(number, FIRST, 10) for number in range(ITEMS)])
        Ledger(state).note([news(1, FIRST, 1, source="ops")])
    assert pages(path) == (1, 1, 1)
    with Store.open(path) as state:
        Ledger(state).note([news(7, FIRST + timedelta(days=7), 20)])
    assert pages(path) == (1, 2, 3)
    with Store.open(path) as state:
        numbers = Ledger(state).copied_after("growth", 0)
        Ledger(state).note([news(number, FIRST + timedelta(days=8), 30) for number in range(ITEMS)])
        after = Ledger(state).copied_after("growth", 0)
    assert pages(path) == (0, ITEMS + 1, 2 * ITEMS + 2)
    # What a history in a sheet holds already is known by these.
    assert {number: after[number] for number in numbers} == numbers


def test_a_run_that_is_killed_leaves_the_page_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "okrsync.db"
    with Store.open(path) as state:
        Ledger(state).note([news(number, FIRST, 10) for number in range(ITEMS)])
        before = list(Ledger(state).everything())
        monkeypatch.setattr(Ledger, "_note_latest", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Ledger(state).note([news(7, FIRST + timedelta(days=7), 20)])
    with Store.open(path) as state:
        assert list(Ledger(state).everything()) == before
    assert pages(path) == (1, 0, 0)


def test_a_ledger_of_the_version_before_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        bring_up(database, path, to=12)
        database.execute(
            "INSERT INTO ledger_items (number, source, key, id, title, latest)"
            " VALUES (4, 'growth', 'key-0', 'growth/KR0', 'Key result 0', 9)"
        )
        database.execute(
            "INSERT INTO observations (number, item, day, current, progress, status, origin)"
            " VALUES (9, 4, '2026-09-28', '5', 0.05, 'on-track', 'run')"
        )
    with Store.open(path) as state:
        Ledger(state).note([news(number, FIRST, 10) for number in range(ITEMS)])
        days = [entry.day for entry in Ledger(state).history(("growth", "key-0"))]
        assert days == [date(2026, 9, 28), FIRST]
        assert min(number for number in Ledger(state).copied_after("growth", 9)) == 10
    assert pages(path) == (1, 1, 2)


def test_whoever_reads_the_past_of_many_rows_sees_it_whole(team: Team, either_store: None) -> None:
    header = ["Objective", "Key result", "Start", "Current", "Target", "Last check-in"]
    rows = [["Grow", f"Result {n}", 0, n % 50, 100, "2026-11-02"] for n in range(150)]
    team.config('cycle = "2026-Q4"\n[sources.growth]\nconnector = "workbook"\npath = "team.csv"\n')
    write_csv(team.folder / "team.csv", [header, *rows])
    assert team.run("sync", "--as-of", "2026-11-02")[0] == 0
    rows[3][3:] = [60, 100, "2026-11-09"]
    rows[4][4:] = [50, "2026-11-09"]
    write_csv(team.folder / "team.csv", [header, *rows])
    assert team.run("sync", "--as-of", "2026-11-09")[0] == 0
    document = team.json("show", "--history", "--as-of", "2026-11-09")
    results = document["objectives"][0]["key_results"]
    seen = [[(each["day"], each["current"]) for each in item["history"]] for item in results]
    assert seen[:5] == [
        [("2026-11-02", 0)],
        [("2026-11-02", 1)],
        [("2026-11-02", 2)],
        [("2026-11-02", 3), ("2026-11-09", 60)],
        [("2026-11-02", 4), ("2026-11-09", 4)],
    ]
    assert results[3]["delta"] == pytest.approx(0.57)
    moved = [warning["message"] for warning in document["warnings"] if "target" in warning["code"]]
    assert len(moved) == 1
    assert "Result 4" in moved[0]
    assert team.run("export", "seen.csv", "--what", "observations")[0] == 0
    with (team.folder / "seen.csv").open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))
    # The objective moved with its key result.
    assert len(exported) == 151 + 3
