"""The size of the report of a company with 20,000 rows after eight weeks of check-ins: with the
trend, the outlook and the reason of each row, as `okrsync report` writes it.
"""

from __future__ import annotations

import csv
import gzip
import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import okrsync
from okrsync.report.html import render
from okrsync.steps.review import overview

OBJECTIVES, WEEKS = 5_000, 8
LAST_DAY = date(2026, 11, 23)
HEADER = ("Objective", "Key result", "Owner", "Team", "Start", "Current", "Target", "Last check-in")
WORDS = (
    *("growth", "revenue", "sign-ups", "churn", "latency", "incidents", "partners", "hires"),
    *("renewals", "trials", "onboarding", "quality", "safety", "tickets", "releases", "audits"),
)
CONFIG = 'cycle = "2026-Q4"\n[sources.all]\nconnector = "workbook"\npath = "all.csv"\n'


def write_week(path: Path, week: int) -> None:
    """Write three key results for each objective, as they stood in one week."""
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number in range(OBJECTIVES):
            title = f"{' '.join(chance.sample(WORDS, 4))} {number}"
            for result in range(3):
                words = f"{' '.join(chance.sample(WORDS, 5))} {number}.{result}"
                pace = chance.randrange(2, 15)
                seen = min(week, chance.choice((3, WEEKS, WEEKS, WEEKS, WEEKS)))
                day = LAST_DAY - timedelta(weeks=WEEKS - seen, days=chance.randrange(3))
                owner, team = f"Person {chance.randrange(800)}", f"Team {chance.randrange(60)}"
                rows.writerow([title, words, owner, team, 0, pace * seen, 100, day])


def main() -> None:
    """Check in for eight weeks, and print what the page weighs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
        for week in range(WEEKS + 1):
            write_week(folder / "all.csv", week)
            day = LAST_DAY - timedelta(weeks=WEEKS - week)
            with okrsync.open(folder / "okrsync.toml", as_of=day) as company:
                company.sync()
        with okrsync.open(folder / "okrsync.toml", as_of=LAST_DAY) as company:
            made = overview(company.config, as_of=LAST_DAY)
        began = time.process_time()
        page = render(made).encode()
        took = time.process_time() - began
        rows = 4 * OBJECTIVES
        print("| report | MB | compressed, MB | processor seconds |\n|---|---|---|---|")
        packed = len(gzip.compress(page)) / 1e6
        print(f"| {rows:,} rows | {len(page) / 1e6:.2f} | {packed:.2f} | {took:.1f} |")


if __name__ == "__main__":
    main()
