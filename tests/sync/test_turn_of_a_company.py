"""The turn of a quarter for a company that keeps its OKRs in three places: a workbook with tabs per
quarter, a Google Sheet that names no cycle, and a Notion database with a cycle and a year above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync.config import load
from okrsync.measures.picture import Picture
from okrsync.plan.plan import Plan
from okrsync.sync import look, sync
from okrsync_sandbox import Sandbox
from team import sheet
from turning import ThreePlaces, number_words

RANK = ["No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved"]
GREEN = {"On track", "Achieved"}
NOON = 1795521600.0
CONFIG = """
[sources.ops]
connector = "workbook"
path = "ops.xlsx"
[sources.ops.write]
columns = {{progress = "Progress", status = "Status", score = "Score", note = "Note"}}
summary = "OKR summary"
history = "OKR history"

[sources.growth]
connector = "google-sheets"
spreadsheet = "{growth}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"
limits = {{reads_per_minute = 1000000, writes_per_minute = 1000000}}
[sources.growth.write]
columns = {{progress = "Progress", status = "Status", score = "Score", note = "Note"}}
summary = "OKR summary"
history = "OKR history"

[sources.company]
connector = "notion"
database = "{database}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
limits = {{requests_per_second = 1000000}}
[sources.company.write]
columns = {{progress = "Progress", status = "Status", score = "Score", note = "Note"}}
summary = "{home}"
history = "{history}"
"""
HEADER = ["Objective", "Key result", "Start", "Current", "Target", "Last check-in"]
LAST = date(2026, 12, 14)
ROWS: list[list[Any]] = [
    ["Grow", "Sign-ups", 0, 40, 100, LAST - timedelta(days=4)],
    ["Grow", "Revenue", 0, 100, 100, LAST],
    ["Keep", "Churn", 0, 80, 100, LAST],
]


class Company(ThreePlaces):
    """The three places, and what people do in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sandbox = Sandbox()
        self.google, self.notion = self.sandbox.google, self.sandbox.notion
        self.notion.clock = lambda: NOON
        address = self.sandbox.key_file(folder / "service-account.json")
        self.mia = self.google.person("mia@acme.example")
        typed = [[*row[:5], row[5].isoformat()] for row in ROWS]
        self.growth = self.mia.new_spreadsheet("Growth", {"OKRs": [HEADER, *typed]})
        self.mia.share(self.growth, address)
        self.ada = self.notion.person("ada@acme.example", "Ada Ferro")
        bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        kinds = {
            "Key result": "title",
            "Objective": "rich_text",
            "Cycle": "rich_text",
            "Start": "number",
            "Current": "number",
            "Target": "number",
            "Last check-in": "date",
        }
        self.database, self.source = self.ada.new_database("OKRs", kinds, self.home)
        history, self.history = self.ada.new_database("History", {"Name": "title"}, self.home)
        self.pages = {
            title: self._row(objective, title, start, current, target, day, cycle)
            for (objective, title, start, current, target, day), cycle in (
                *((row, "2026-Q4") for row in ROWS),
                (("Last", "Every year", 0, 90, 100, LAST), "2026"),
            )
        }
        self.ada.share(self.home, bot)
        token = folder / "notion-token"
        token.touch(0o600)
        token.write_text(bot.token, encoding="utf-8")
        book = openpyxl.Workbook()
        tab = book.active
        assert tab is not None
        tab.title = "Q4 2026"
        for row in [HEADER, *ROWS]:
            tab.append(row)
        book.save(folder / "ops.xlsx")
        text = CONFIG.format(
            endpoint=self.sandbox.endpoint,
            growth=self.growth,
            database=self.database,
            home=self.sandbox.notion_url(self.home),
            history=self.sandbox.notion_url(history),
        )
        (folder / "okrsync.toml").write_text(text, encoding="utf-8")

    def _row(
        self,
        objective: str,
        title: str,
        start: float,
        current: float,
        target: float,
        day: date,
        cycle: str,
    ) -> str:
        return self.ada.new_row(
            self.source,
            {
                "Key result": title,
                "Objective": objective,
                "Cycle": cycle,
                "Start": start,
                "Current": current,
                "Target": target,
                "Last check-in": day.isoformat(),
            },
        )

    def on_day(self, day: date) -> Plan:
        done = sync(load(self.folder / "okrsync.toml"), as_of=day)
        assert done.exit_code == 0, [(part.name, part.error) for part in done.parts]
        return done

    def seen(self, day: date) -> Picture:
        return look(load(self.folder / "okrsync.toml"), as_of=day)

    def answers(self) -> dict[str, tuple[str, str, str]]:
        """The status, score and note beside each key result, by source and title."""
        answers = {}
        for source, grid in (
            ("ops", sheet(self.folder / "ops.xlsx", "Q4 2026")),
            ("growth", self.mia.grid(self.growth, "OKRs")),
        ):
            names = [str(name) for name in grid[0]]
            for row in grid[1:]:
                cells = dict(zip(names, [*row, *[None] * len(names)], strict=False))
                answers[f"{source}/{cells['Key result']}"] = (
                    str(cells["Status"]),
                    number_words(cells.get("Score")),
                    str(cells["Note"]),
                )
        for title, page in self.pages.items():
            status, score, note = (
                self.ada.read(page, name) if self._has(name) else None
                for name in ("Status", "Score", "Note")
            )
            answers[f"company/{title}"] = (str(status), number_words(score), str(note))
        return answers

    def _has(self, name: str) -> bool:
        return self.ada.source(self.source).find(name) is not None

    def check_in(self, source: str, title: str, value: float, day: date) -> None:
        """A person types a value and its day beside one key result."""
        if source == "ops":
            path = self.folder / "ops.xlsx"
            book = openpyxl.load_workbook(path)
            tab = book["Q4 2026"]
            row = next(row[1].row for row in tab.iter_rows() if row[1].value == title)
            tab.cell(row, 4, value)
            tab.cell(row, 6, day)
            book.save(path)
        elif source == "growth":
            names = [row[1] for row in self.mia.grid(self.growth, "OKRs")]
            row = names.index(title) + 1
            self.mia.put(self.growth, "OKRs", f"D{row}", value)
            self.mia.type(self.growth, "OKRs", f"F{row}", day.isoformat())
        else:
            self.ada.edit(self.pages[title], {"Current": value, "Last check-in": day.isoformat()})

    def begin(self, source: str, day: date) -> None:
        """The first item of the new cycle: a tab of the next quarter, a new target, a new page."""
        if source == "ops":
            path = self.folder / "ops.xlsx"
            book = openpyxl.load_workbook(path)
            tab = book.create_sheet("Q1 2027")
            for row in (HEADER, ["Grow", "Sign-ups", 40, 45, 200, day]):
                tab.append(row)
            book.save(path)
        elif source == "growth":
            self.mia.put(self.growth, "OKRs", "E2", 200)
        else:
            self.pages["Begin"] = self._row("Grow", "Begin", 0, 1, 10, day, "2027-Q1")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    yield made
    made.sandbox.stop()


def walked(company: Company, first: date, last: date) -> dict[str, tuple[str, str, str]]:
    """Every day from the first to the last; no untouched row may be better than the day before."""
    day = first
    before: dict[str, tuple[str, str, str]] = {}
    while day <= last:
        company.on_day(day)
        after = company.answers()
        for name, (now, _, _) in after.items():
            was = before.get(name, (now,))[0]
            assert RANK.index(now) <= RANK.index(was), f"{name} on {day}: {was} to {now}"
            assert now not in GREEN or was in GREEN, f"{name} on {day}"
        day, before = day + timedelta(days=1), after
    return before


FINAL = {"Sign-ups": ("Missed", "0.4"), "Revenue": ("Achieved", "1.0"), "Churn": ("Missed", "0.8")}


def test_the_turn_of_a_company_in_three_places(company: Company) -> None:
    company.on_day(date(2026, 12, 15))
    before = walked(company, date(2026, 12, 29), date(2026, 12, 31))
    assert set(before) == {
        *(f"{source}/{title}" for source in ("ops", "growth", "company") for title in FINAL),
        "company/Every year",
    }
    running = company.summaries()
    assert sorted(running) == [
        "company: OKR summary · 2026-Q4",
        "growth: OKR summary",
        "ops: OKR summary",
    ]

    # The first run after the end gives the last answer, and the next has nothing to say.
    after = walked(company, date(2027, 1, 1), date(2027, 1, 1))
    for source in ("ops", "growth", "company"):
        for title, (status, score) in FINAL.items():
            assert after[f"{source}/{title}"][:2] == (status, score), f"{source}/{title}"
    assert after["company/Every year"][:2] == ("Missed", "0.9")
    quiet = company.on_day(date(2027, 1, 2))
    assert [change for part in quiet.parts for change in part.changes] == []
    picture = company.seen(date(2027, 1, 2))
    assert (picture.cycle.name, picture.is_closed) == ("2026-Q4", True)
    assert sorted(company.summaries()) == sorted(running)

    # A late value counts, and says what it corrected.
    for source in ("ops", "growth", "company"):
        company.check_in(source, "Churn", 90, date(2027, 1, 4))
    company.on_day(date(2027, 1, 4))
    for source in ("ops", "growth", "company"):
        status, score, note = company.answers()[f"{source}/Churn"]
        assert (status, score) == ("Missed", "0.9")
        assert "Corrected on 4 Jan 2027: 90 %, was 80 %." in note

    # Each source turns with its first item, and the last summary keeps its own name.
    for day, source in ((5, "growth"), (6, "ops"), (7, "company")):
        company.begin(source, date(2027, 1, day))
        company.on_day(date(2027, 1, day))
        assert company.seen(date(2027, 1, day)).cycle.name == "2027-Q1"
    turned = company.summaries()
    assert sorted(turned) == [
        "company: OKR summary · 2026-Q4",
        "company: OKR summary · 2027-Q1",
        "growth: OKR summary",
        "growth: OKR summary 2026-Q4",
        "ops: OKR summary",
        "ops: OKR summary 2026-Q4",
    ]
    assert "Every year" not in turned["company: OKR summary · 2027-Q1"]
    assert "Churn" in turned["ops: OKR summary 2026-Q4"]
    # Its row goes on in the new cycle, and the old one keeps it as it ended.
    assert "Sign-ups" in turned["growth: OKR summary 2026-Q4"]
    kept = {place: text for place, text in turned.items() if "2026-Q4" in place}

    # It follows late values until the cycle is settled, and is never touched again.
    company.check_in("ops", "Churn", 94, date(2027, 1, 8))
    company.on_day(date(2027, 1, 8))
    followed = company.summaries()
    assert followed["ops: OKR summary 2026-Q4"] != kept["ops: OKR summary 2026-Q4"]
    assert followed["growth: OKR summary 2026-Q4"] == kept["growth: OKR summary 2026-Q4"]
    settled = {place: text for place, text in followed.items() if "2026-Q4" in place}
    company.on_day(date(2027, 1, 14))
    company.check_in("ops", "Churn", 99, date(2027, 1, 20))
    company.on_day(date(2027, 1, 20))
    assert company.answers()["ops/Churn"][1] == "0.9"
    assert {
        place: text for place, text in company.summaries().items() if "2026-Q4" in place
    } == settled
    closed = company.seen(date(2027, 1, 20)).closed.objectives.values()
    assert {objective.source for objective in closed} == {"ops", "growth", "company"}
