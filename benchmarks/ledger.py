"""What the ledger costs: 26 weeks of 1,000 items, each of which is checked in every week.

Prints how large it is in the state file, and which share of a run's time it takes: of what `sync`
does, and of the whole process that a schedule starts. The weeks are real runs over a CSV file, with
a person who types every value and day.
"""

from __future__ import annotations

import csv
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from okrsync.config import load
from okrsync.state.ledger import Ledger
from okrsync.sync import sync

HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in", "Note"]
CONFIG = """
cycle = "2026-H2"
[sources.growth]
connector = "workbook"
path = "growth.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status"}
"""
START = date(2026, 7, 6)
_KEEPING = ("unstored", "note", "newest_day")
_READING = ("recent",)
"""What a run calls of the ledger: to keep what it saw, and to read it back for trends."""


def type_in(path: Path, items: int, week: int) -> None:
    """Everybody checks in: 800 key results of 200 objectives for 1,000 items. Answers stay."""
    answers: list[list[str]] = []
    header = HEADER
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            header, *answers = list(csv.reader(file))
    rows = []
    for number in range(items * 4 // 5):
        typed = [
            f"Objective {number // 4}",
            f"Key result {number} of the company",
            f"Owner {number % 50}",
            "10",
            f"{10 + (number % 7 + 1) * week / 3:.1f}",
            "100",
            (START + timedelta(days=7 * week)).isoformat(),
            "" if number % 5 else f"Week {week}: talked to two customers, one signed",
        ]
        rows.append(typed + (answers[number][len(HEADER) :] if answers else []))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@contextmanager
def timed(spent: dict[str, float]) -> Iterator[None]:
    """Add up the time that runs spend in the ledger. What it calls of itself counts once."""
    under_way: list[str] = []

    def wrapped(part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if under_way:
                return method(*arguments, **options)
            began = time.process_time()
            under_way.append(part)
            try:
                return method(*arguments, **options)
            finally:
                under_way.pop()
                spent[part] = spent.get(part, 0.0) + time.process_time() - began

        return call

    originals = {name: getattr(Ledger, name) for name in (*_KEEPING, *_READING)}
    for name, method in originals.items():
        part = "keeping" if name in _KEEPING else "reading"
        setattr(Ledger, name, wrapped(part, method))
    try:
        yield
    finally:
        for name, method in originals.items():
            setattr(Ledger, name, method)


def ledger_bytes(state: Path) -> tuple[int, int]:
    """The bytes of the ledger in a state file, and how many observations it holds."""
    with tempfile.TemporaryDirectory() as folder:
        with_ledger, without = Path(folder) / "with.db", Path(folder) / "without.db"
        for copy in (with_ledger, without):
            with (
                closing(sqlite3.connect(state)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
        with closing(sqlite3.connect(with_ledger)) as database:
            ((count,),) = database.execute("SELECT count(*) FROM observations")
        for copy in (with_ledger, without):
            database = sqlite3.connect(copy)
            if copy == without:
                database.execute("DROP TABLE observations")
                database.execute("DROP TABLE ledger_items")
                database.execute("DROP TABLE ledger_pages")
            database.commit()
            database.execute("VACUUM")
            database.close()
        return with_ledger.stat().st_size - without.stat().st_size, int(count)


def process(folder: Path, items: int, week: int) -> float:
    """The processor seconds of `okrsync sync` as a schedule starts it, after one more week."""
    type_in(folder / "growth.csv", items, week)
    day = START + timedelta(days=7 * week)
    command = [sys.executable, "-m", "okrsync", "sync", "--as-of", day.isoformat()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [*command, "--allow", "max-changes"], cwd=folder, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(weeks: int = 26, items: int = 1_000) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
        config, spent, total = load(folder / "okrsync.toml"), dict[str, float](), 0.0
        with timed(spent):
            for week in range(weeks):
                type_in(folder / "growth.csv", items, week)
                began = time.process_time()
                done = sync(config, as_of=START + timedelta(days=7 * week), allow=["max-changes"])
                total += time.process_time() - began
                assert done.exit_code == 0, [part.error for part in done.parts]
        whole = min(process(folder, items, week) for week in range(weeks, weeks + 3))
        size, count = ledger_bytes(folder / "okrsync.db")
        alone = total - sum(spent.values())
        print(f"| {weeks} weeks of {items:,} items, all checked in every week | |\n|---|---|")
        print(f"| observations | {count:,} |")
        print(f"| ledger in the state file | {size / 1e6:.1f} MB, {size / count:.0f} bytes each |")
        print(f"| run without the ledger | {alone / weeks:.2f} s |")
        for part, words in (("keeping", "keeping it"), ("reading", "reading it for trends")):
            print(f"| {words} adds | {spent[part] / weeks:.3f} s, {spent[part] / alone:.0%} |")
        both = sum(spent.values()) / weeks
        print(f"| both, of a process that takes {whole:.2f} s | {both / (whole - both):.0%} |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
