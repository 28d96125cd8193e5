"""A company in three places that is walked through the end of a cycle, in its own time zone and by
the clock: a workbook, a Google Sheet and a Notion database, a board over them, and the report.

`tests/sync/test_turn_walked.py` walks the days that matter, `benchmarks/turn.py` each of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import time_machine

from okrsync.config import load
from okrsync.measures.picture import Picture
from okrsync.model.table import text_of
from okrsync.plan.plan import Plan
from okrsync.report.html import render
from okrsync.steps.review import overview
from okrsync.sync import look, sync
from okrsync_sandbox import Sandbox
from okrsync_sandbox.google.person import SheetEditor
from okrsync_sandbox.notion.person import NotionEditor

__all__ = [
    "CALENDARS",
    "EVERY_DAY",
    "FEW_DAYS",
    "NAMINGS",
    "Calendar",
    "ThreePlaces",
    "number_words",
    "walk",
]

RANK = ["No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved"]
GREEN = {"On track", "Achieved"}
SOURCES = ("ops", "growth", "company")
SETTLE = 14
EVERY_DAY = tuple(range(-16, 17))
FEW_DAYS = (-16, -3, 0, 1, 4, 5, 6, 7, 8, 14, 15, 16)
"""Days counted from the last one of the cycle, on which people do something or something ends."""
NAMINGS = ("column", "prepared", "tabs", "nothing")
"""How the places tell the cycle of a row: a column or property, in which rows of the next cycle are
prepared or not, a tab for each cycle, or not at all.
"""


@dataclass(frozen=True)
class Calendar:
    """A cycle that ends, in a time zone, and the names of it, of the next and of a year."""

    zone: str
    end: date
    name: str
    following: str
    year: str
    top: str = ""
    following_top: str = ""
    """What the config says instead once the next cycle has begun, where it names its cycle."""
    namings: tuple[str, ...] = NAMINGS
    """The ways to name a cycle that these names can take."""
    year_ends: bool = False
    """Whether the year ends with the cycle."""

    def day(self, number: int) -> date:
        """The day so many days after the last one."""
        return self.end + timedelta(days=number)

    def moment(self, number: int, at: time) -> datetime:
        """That day by the clock on the wall of the company."""
        return datetime.combine(self.day(number), at, ZoneInfo(self.zone))


_DECEMBER = date(2026, 12, 31)
CALENDARS = {
    "Berlin": Calendar("Europe/Berlin", _DECEMBER, "Q4 2026", "Q1 2027", "2026", year_ends=True),
    "far east": Calendar(
        "Pacific/Kiritimati", _DECEMBER, "Q4 2026", "Q1 2027", "2026", year_ends=True
    ),
    "far west": Calendar(
        "Pacific/Pago_Pago",
        _DECEMBER,
        "Q3 2027",
        "Q4 2027",
        "2026-04-01 to 2027-03-31",
        "fiscal_year_start = 4\n",
    ),
    "names without a year": Calendar(
        "Europe/Berlin",
        _DECEMBER,
        "Q4",
        "Q1",
        "2026",
        year_ends=True,
        # A `Q1` that is prepared in December is that of the running year.
        namings=("column", "tabs"),
    ),
    # Clocks go forward in New York in the night to 14 March, and back to 1 November.
    "a fiscal year over a change of clocks": Calendar(
        "America/New_York",
        date(2026, 10, 31),
        "Q3 2027",
        "Q4 2027",
        "2026-02-01 to 2027-01-31",
        "fiscal_year_start = 2\n",
    ),
    # The last night of these six weeks has the hour from two to three twice.
    "six weeks": Calendar(
        "Europe/Berlin",
        date(2026, 10, 25),
        "2026-09-14 to 2026-10-25",
        "2026-10-26 to 2026-12-06",
        "2026",
        "cycle = {start = 2026-09-14, end = 2026-10-25}\n",
        "cycle = {start = 2026-10-26, end = 2026-12-06}\n",
        # No tab has such a name, and nothing prepared begins before the config names its cycle.
        namings=("column", "nothing"),
    ),
}

_TYPED = ("Objective", "Key result", "Parent", "Start", "Current", "Target", "Last check-in")
_OWNED = (
    '{progress = "okr progress", status = "okr status", score = "okr score", note = "okr note"}'
)
_BEFORE_ITS_END: Mapping[tuple[str, str], tuple[float, float | None, float, int | None]] = {
    ("Grow", "Sign-ups"): (0, 40, 100, -21),
    ("Grow", "Revenue"): (0, 100, 100, -17),
    ("Keep", "Churn"): (0, 80, 100, -17),
    ("Keep", "Trials"): (0, None, 100, None),
    ("Watch", "Uptime"): (99, 99.5, 99, -17),
    ("Watch", "Latency"): (99, 99.7, 99, -17),
}
"""Baseline, value, target and the day of the check-in of key results, which nobody touches but as
`walk` says.
"""
_ENDS_AS = {
    "Sign-ups": ("Missed", "0.4"),
    "Revenue": ("Achieved", "1.0"),
    "Churn": ("Missed", "0.8"),
    "Trials": ("No data", ""),
    "Uptime": ("Stale", ""),
    "Latency": ("Achieved", "1.0"),
}
_TWICE = (-16, 1, 4, 7, 16)
"""The days on which a second run must have nothing to say."""
_CONFIRMED, _PREPARED = "Latency", "Next"
_CONFIG = """\
{top}timezone = "{zone}"

[sources.ops]
connector = "workbook"
path = "ops.xlsx"
[sources.ops.write]
columns = {owned}
summary = "OKR summary"

[sources.growth]
connector = "google-sheets"
spreadsheet = "{growth}"
credentials = {{file = "service-account.json"}}
api_endpoint = "{endpoint}"
limits = {{reads_per_minute = 1000000, writes_per_minute = 1000000}}
[sources.growth.write]
columns = {owned}
summary = "OKR summary"

[sources.company]
connector = "notion"
database = "{database}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
limits = {{requests_per_second = 1000000}}
[sources.company.write]
columns = {owned}
summary = "{home}"

[publish.board]
connector = "notion"
database = "{board}"
token = {{file = "notion-token"}}
api_endpoint = "{endpoint}"
limits = {{requests_per_second = 1000000}}
"""


class ThreePlaces:
    """A workbook, a Google Sheet and a Notion page that hold summaries."""

    folder: Path
    mia: SheetEditor
    growth: str
    ada: NotionEditor
    home: str

    def summaries(self) -> dict[str, str]:
        """What the summaries say, by source and title; on the page, all lines of it."""
        book = openpyxl.load_workbook(self.folder / "ops.xlsx")
        words = {
            f"ops: {tab.title}": said(tab)
            for tab in book.worksheets
            if tab.title.startswith("OKR summary")
        }
        for tab in self.mia.book(self.growth).sheets:
            if tab.title.startswith("OKR summary"):
                words[f"growth: {tab.title}"] = repr(self.mia.grid(self.growth, tab.title))
        region = ""
        for line in self.ada.outline(self.home):
            if line.startswith("callout: "):
                # The title, without the day of the last change behind it.
                region = line.splitlines()[0].removeprefix("callout: ").partition(".")[0]
                words[f"company: {region}"] = ""
            elif region:
                words[f"company: {region}"] += line
        return words


class _Company(ThreePlaces):
    """The three places, and what people do in them."""

    def __init__(self, folder: Path, calendar: Calendar, naming: str) -> None:
        self.folder, self.calendar, self.naming = folder, calendar, naming
        self.sandbox = Sandbox()
        self.google, self.notion = self.sandbox.google, self.sandbox.notion
        self.mia = self.google.person("mia@acme.example")
        self.ada = self.notion.person("ada@acme.example", "Ada Ferro")
        self.tab = calendar.name if naming == "tabs" else "OKRs"
        self.has_column = naming in ("column", "prepared")
        self.header = [*_TYPED, *(["Cycle"] if self.has_column else [])]
        address = self.sandbox.key_file(folder / "service-account.json")
        rows = [self._row(*names, numbers) for names, numbers in _BEFORE_ITS_END.items()]
        if naming == "prepared":
            rows.append(self._row("Grow", _PREPARED, (0, 0, 100, None), calendar.following))
        book = openpyxl.Workbook()
        tab = book.active
        assert tab is not None
        tab.title = self.tab
        for row in [self.header, *rows]:
            tab.append(row)
        book.save(folder / "ops.xlsx")
        typed = [[_as_typed(value) for value in row] for row in rows]
        self.growth = self.mia.new_spreadsheet("Growth", {self.tab: [self.header, *typed]})
        self.mia.share(self.growth, address)
        self._found_workspace(rows)
        text = _CONFIG.format(
            top=calendar.top,
            zone=calendar.zone,
            owned=_OWNED,
            growth=self.growth,
            endpoint=self.sandbox.endpoint,
            database=self.database,
            home=self.sandbox.notion_url(self.home),
            board=self.board,
        )
        (folder / "okrsync.toml").write_text(text, encoding="utf-8")

    def _found_workspace(self, rows: list[list[Any]]) -> None:
        """The Notion database, with an objective of the year above those of the quarter."""
        bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        kinds: dict[str, Any] = {
            "Key result": "title",
            "Objective": "rich_text",
            "Parent": "rich_text",
            "Start": "number",
            "Current": "number",
            "Target": "number",
            "Last check-in": "date",
        }
        if self.naming != "nothing":
            kinds["Cycle"] = "rich_text" if self.has_column else "select"
        self.database, self.source = self.ada.new_database("OKRs", kinds, self.home)
        self.board, self.board_source = self.ada.new_database("Board", {"Name": "title"}, self.home)
        self.pages: dict[str, str] = {}
        for row in rows:
            cells = dict(zip(self.header, row, strict=True))
            self._page(cells, cells.get("Cycle", self.calendar.name))
        if "Cycle" in kinds:
            year = self._row("Lead", "Every year", (0, 90, 100, -17))
            self._page(dict(zip(self.header, year, strict=True)), self.calendar.year)
        self.ada.share(self.home, bot)
        token = self.folder / "notion-token"
        token.touch(0o600)
        token.write_text(bot.token, encoding="utf-8")

    def _row(
        self,
        objective: str,
        title: str,
        numbers: tuple[float, float | None, float, int | None],
        cycle: str = "",
    ) -> list[Any]:
        """A row as people type it: baseline, value, target and the day of the check-in."""
        baseline, current, target, checked_in = numbers
        day = None if checked_in is None else self.calendar.day(checked_in)
        has_year = self.naming != "nothing" and objective != "Lead"
        parent = "company/Lead" if has_year else None
        typed = [objective, title, parent, baseline, current, target, day]
        return [*typed, cycle or self.calendar.name] if self.has_column else typed

    def _page(self, cells: Mapping[str, Any], cycle: str) -> None:
        values = {name: _as_typed(value) for name, value in cells.items() if value is not None}
        if self.naming != "nothing":
            values["Cycle"] = cycle
        self.pages[str(cells["Key result"])] = self.ada.new_row(self.source, values)

    # what people do

    def check_in(self, source: str, title: str, value: float | None, day: date) -> None:
        """A person types a value, unless it is None, and its day beside one key result."""
        if source == "ops":
            book = openpyxl.load_workbook(self.folder / "ops.xlsx")
            tab = book[self.tab]
            row = next(row[1].row for row in tab.iter_rows() if row[1].value == title)
            if value is not None:
                tab.cell(row, 5, value)
            tab.cell(row, 7, day)
            book.save(self.folder / "ops.xlsx")
        elif source == "growth":
            row = [line[1] for line in self.mia.grid(self.growth, self.tab)].index(title) + 1
            if value is not None:
                self.mia.put(self.growth, self.tab, f"E{row}", value)
            self.mia.type(self.growth, self.tab, f"G{row}", day.isoformat())
        else:
            typed: dict[str, Any] = {"Last check-in": day.isoformat()}
            if value is not None:
                typed["Current"] = value
            self.ada.edit(self.pages[title], typed)

    def begin(self, source: str, number: int) -> None:
        """The first item of the new cycle: a row, in a tab or with a name of its cycle."""
        following = self.calendar.following
        if self.calendar.following_top:
            path = self.folder / "okrsync.toml"
            text = path.read_text(encoding="utf-8")
            text = text.replace(self.calendar.top, self.calendar.following_top)
            path.write_text(text, encoding="utf-8")
        row = self._row("Begin", f"First of {source}", (0, 1, 10, number), following)
        if source == "company":
            self._page(dict(zip(self.header, row, strict=True)), following)
        elif source == "ops":
            book = openpyxl.load_workbook(self.folder / "ops.xlsx")
            if self.naming == "tabs":
                book.create_sheet(following).append(self.header)
            tab = book[following if self.naming == "tabs" else self.tab]
            empty = next(n for n in range(1, 99) if tab.cell(n, 2).value is None)
            for column, value in enumerate(row, start=1):
                tab.cell(empty, column, value)
            book.save(self.folder / "ops.xlsx")
        elif self.naming == "tabs":
            typed = [_as_typed(value) for value in row]
            self.mia.add_tab(self.growth, following, [self.header, typed])
        else:
            empty = len(self.mia.grid(self.growth, self.tab)) + 1
            for letter, value in zip("ABCDEFGH", row, strict=False):
                if value is not None:
                    self.mia.type(self.growth, self.tab, f"{letter}{empty}", _as_typed(value))

    # what they see

    def sync(self) -> Plan:
        done = sync(load(self.folder / "okrsync.toml"))
        assert done.exit_code == 0, [(part.name, part.error) for part in done.parts]
        return done

    def look(self) -> Picture:
        return look(load(self.folder / "okrsync.toml"))

    def report(self) -> str:
        return render(overview(load(self.folder / "okrsync.toml")))

    def answers(self) -> dict[str, tuple[str, str, str]]:
        """The status, score and note beside each key result, and on the board, by source and
        title.
        """
        answers = {}
        book = openpyxl.load_workbook(self.folder / "ops.xlsx")
        grids: list[tuple[str, list[list[Any]]]] = [
            ("ops", [list(row) for row in tab.iter_rows(values_only=True)])
            for tab in book.worksheets
            if not tab.title.startswith("OKR summary")
        ]
        grids += [
            ("growth", self.mia.grid(self.growth, tab.title))
            for tab in self.mia.book(self.growth).sheets
            if not tab.title.startswith("OKR summary")
        ]
        for source, grid in grids:
            names = [str(name) for name in grid[0]]
            for row in grid[1:]:
                cells = dict(zip(names, [*row, *[None] * len(names)], strict=False))
                answers[f"{source}/{cells['Key result']}"] = (
                    text_of(cells.get("okr status")),
                    number_words(cells.get("okr score")),
                    text_of(cells.get("okr note")),
                )
        for title, page in self.pages.items():
            answers[f"company/{title}"] = (
                text_of(self.read(self.source, page, "okr status")),
                number_words(self.read(self.source, page, "okr score")),
                text_of(self.read(self.source, page, "okr note")),
            )
        return answers

    def read(self, source: str, page: str, name: str) -> Any:
        """What stands in a property of a page; None where there is none yet."""
        has_it = self.ada.source(source).find(name) is not None
        return self.ada.read(page, name) if has_it else None

    def board_rows(self) -> dict[tuple[str, ...], str]:
        """The statuses on the board, by kind, source, title and cycle."""
        names = ("Kind", "Source", "Name", "Cycle")
        return {
            tuple(text_of(self.ada.read(page, name)) for name in names): (
                text_of(self.ada.read(page, "Status"))
            )
            for page in self.ada.rows(self.board_source)
        }

    def views(self) -> set[str]:
        """The names of the views of the board."""
        return {
            view.name
            for view in self.notion.space.views.values()
            if view.data_source == self.board_source
        }


@contextmanager
def _company(calendar: Calendar, naming: str) -> Iterator[_Company]:
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(calendar.moment(-17, time(12))),
    ):
        made = _Company(Path(folder), calendar, naming)
        try:
            yield made
        finally:
            made.sandbox.stop()


def walk(name: str, naming: str, numbers: tuple[int, ...], *, is_twice: bool = False) -> None:
    """Walk a company through the end of the cycle of a calendar, on those days; with `is_twice` it
    runs shortly after midnight as well as shortly before. Fails with an `AssertionError` where a
    day shows something that chapter 12 of the design does not allow.
    """
    calendar = CALENDARS[name]
    with _company(calendar, naming) as company:
        walker = _Walker(company)
        for number in numbers:
            if is_twice or number == 1:
                walker.run(number, time(0, 10))
            walker.act(number)
            if number != 1 or is_twice:
                walker.run(number, time(23, 50))


class _Walker:
    """What was seen on the day before, and what must be seen today."""

    def __init__(self, company: _Company) -> None:
        self._company = company
        self._answers: dict[str, tuple[str, str, str]] = {}
        self._board: dict[tuple[str, ...], str] = {}
        self._kept: dict[str, str] = {}
        self._touched = set[str]()
        self._begun: list[str] = []
        self._corrected: list[str] = []
        # The last answers, as late values correct them.
        self._final = {
            f"{source}/{title}": answer for source in SOURCES for title, answer in _ENDS_AS.items()
        }

    def act(self, number: int) -> None:
        """What people do on that day."""
        company, day = self._company, self._company.calendar.day(number)
        if number == -3:
            for source in SOURCES:
                self._check_in(source, _CONFIRMED, None, day)
        if number == 4:
            for source in SOURCES:
                self._check_in(source, "Churn", 90, day)
                self._final[f"{source}/Churn"] = ("Missed", "0.9")
                self._corrected.append(f"{source}/Churn")
        if number in (5, 6, 7) and company.naming != "prepared":
            source = ("growth", "ops", "company")[number - 5]
            company.begin(source, number)
            self._begun.append(source)
        # A late value after its source has turned, one on the last day that counts, and one after.
        if number in (8, 14):
            source = "ops" if number == 8 else "growth"
            self._check_in(source, "Sign-ups", 62, day)
            self._final[f"{source}/Sign-ups"] = ("Missed", "0.6")
        if number == 15:
            self._check_in("company", "Sign-ups", 100, day)
            if company.naming == "nothing":
                # Where no cycle is named, it is news of the running one.
                del self._final["company/Sign-ups"]

    def _check_in(self, source: str, title: str, value: float | None, day: date) -> None:
        self._company.check_in(source, title, value, day)
        self._touched.add(f"{source}/{title}")

    def run(self, number: int, at: time) -> None:
        """A run at that time, what it leaves behind, and a second one that has nothing to say."""
        company, where = self._company, f"day {number} at {at:%H:%M}"
        if company.naming == "prepared" and number >= 1:
            self._begun = [*SOURCES]
        with time_machine.travel(company.calendar.moment(number, at)):
            company.sync()
            self._check_answers(number, where)
            self._check_board(where)
            self._check_shown(number, where)
            self._check_summaries(number, where)
            if number in _TWICE:
                again = company.sync()
                changes = [change for part in again.parts for change in part.changes]
                changes += [change for part in again.boards for change in part.changes]
                assert changes == [], f"{where}, once more"
        self._touched.clear()

    def _check_answers(self, number: int, where: str) -> None:
        answers = self._company.answers()
        for name, (status, score, _) in answers.items():
            was, score_before, _ = self._answers.get(name, ("", "", ""))
            is_ahead = name.endswith(_PREPARED) and number < 1
            assert status or is_ahead, f"{name} has no status on {where}"
            if was and name not in self._touched:
                may_rise = number == 1 and name.endswith((_CONFIRMED, _PREPARED))
                assert may_rise or not _is_better(was, status), (
                    f"{name} on {where}: {was} to {status}"
                )
                assert score_before in ("", score), f"{name} on {where}: {score_before} to {score}"
            if number >= 1 and name in self._final:
                assert (status, score) == self._final[name], f"{name} on {where}"
        for name in self._corrected:
            assert "Corrected on" in answers[name][2], f"{name} on {where}"
        year = answers.get("company/Every year")
        if number >= 1 and year is not None:
            ends = self._company.calendar.year_ends
            assert (year[:2] == ("Missed", "0.9")) == ends, f"the year on {where}: {year}"
        self._answers = answers

    def _check_board(self, where: str) -> None:
        board = self._company.board_rows()
        for row, status in board.items():
            kind, source, title, _ = row
            is_touched = f"{source}/{title}" in self._touched
            # A value moves whatever stands above its row.
            is_above = kind == "Objective" and bool(self._touched)
            was = self._board.get(row, status)
            may_rise = title in (_CONFIRMED, "Watch", _PREPARED)
            assert is_touched or is_above or may_rise or not _is_better(was, status), (
                f"{row} on the board on {where}: {was} to {status}"
            )
        self._board = board

    def _check_shown(self, number: int, where: str) -> None:
        calendar, picture = self._company.calendar, self._company.look()
        is_turned = bool(self._begun)
        shown = (picture.cycle.start > calendar.end, picture.is_over)
        assert shown == (is_turned, number >= 1 and not is_turned), f"{where}: {picture.cycle}"
        if number in (1, 5):
            page = self._company.report()
            assert ("This cycle is over" in page) == picture.is_over, where
        titles = {kr.title for each in picture.tree.objectives.values() for kr in each.key_results}
        if is_turned:
            beside = picture.closed.objectives.values()
            assert {objective.source for objective in beside} == set(SOURCES), where
            new = {f"First of {each}" for each in SOURCES} | {"Every year", "Sign-ups", _PREPARED}
            assert titles <= new, f"{where}: {titles}"
        else:
            assert set(_ENDS_AS) <= titles, f"{where}: {titles}"

    def _check_summaries(self, number: int, where: str) -> None:
        summaries = self._company.summaries()
        for source in SOURCES:
            own = [place for place in summaries if place.startswith(source)]
            assert len(own) == 1 + (source in self._begun), f"{source} on {where}: {own}"
        kept = {
            place: text
            for place, text in summaries.items()
            if any(other != place and place.startswith(other) for other in summaries)
        }
        if number > 15:
            assert kept == self._kept, f"old summaries on {where}"
        self._kept = kept


def _is_better(was: str, now: str) -> bool:
    """Whether a row is better off: green and was not, or risen among what is ranked."""
    if was == now:
        return False
    ranked = RANK[1:]
    is_risen = was in ranked and now in ranked and ranked.index(now) > ranked.index(was)
    return is_risen or (now in GREEN and was not in GREEN)


def said(tab: Any) -> str:
    """What a tab says; a program that saves it may write 1.0 as 1."""
    return repr([[text_of(value) for value in row] for row in tab.iter_rows(values_only=True)])


def _as_typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def number_words(value: Any) -> str:
    """A number with one decimal; nothing where there is none."""
    return "" if value in (None, "") else f"{float(value):.1f}"
