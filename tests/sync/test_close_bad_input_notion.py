"""What can be wrong with time, with a close and with a history in one Notion database: a clear
word, and nothing lost. `test_close_bad_input.py` has the same for files and Google Sheets.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from closing import NO_CYCLES
from kills import KILLED, Killer
from okrsync.model.table import text_of
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call
from team import Team

CLOSE = ("close", "2026-Q4", "--carry-over", "--yes")
ROWS = [
    ("Revenue", "Grow", 0, 100, 100, "2026-12-14"),
    ("Sign-ups", "Grow", 0, 40, 100, "2026-12-10"),
    ("Churn", "Keep", 10, 8, 0, "2026-12-14"),
]
CONFIG = """\
[sources.team]
connector = "notion"
database = "{database}"
token = {{file = "token"}}
api_endpoint = "{endpoint}"
limits = {{requests_per_second = 1000000, timeout_seconds = 20, give_up_seconds = 30}}
[sources.team.write]
columns = {{status = "okr status", score = "okr score", note = "okr note"}}
history = "{history}"
retrospective = "{home}"
"""


class Database:
    """Key results with their objectives and cycles in one database, a history, and a page for the
    retrospective.
    """

    def __init__(self, team: Team) -> None:
        self.folder = team.folder
        self.sandbox = Sandbox()
        self.notion = self.sandbox.notion
        self.ada = self.notion.person("ada@acme.example", "Ada")
        bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        columns: dict[str, Any] = {
            "Key result": "title",
            "Objective": "rich_text",
            "Cycle": {"type": "select", "options": ["Q3 2026", "Q4 2026"]},
            "Start": "number",
            "Current": "number",
            "Target": "number",
            "Last check-in": "date",
        }
        database, self.source = self.ada.new_database("OKRs", columns, self.home)
        history, self.history = self.ada.new_database("History", {"Name": "title"}, self.home)
        self.pages = {
            title: self.new_row(title, objective, start, current, target, day, "Q4 2026")
            for title, objective, start, current, target, day in ROWS
        }
        self.ada.share(self.home, bot)
        token = team.folder / "token"
        token.touch(0o600)
        token.write_text(bot.token, encoding="utf-8")
        team.config(
            CONFIG.format(
                database=self.sandbox.notion_url(database),
                endpoint=self.sandbox.endpoint,
                history=self.sandbox.notion_url(history),
                home=self.sandbox.notion_url(self.home),
            )
        )

    def new_row(
        self,
        title: str,
        objective: str,
        start: float,
        current: float | None,
        target: float,
        day: str | None,
        cycle: str,
    ) -> str:
        values = {
            "Key result": title,
            "Objective": objective,
            "Cycle": cycle,
            "Start": start,
            "Current": current,
            "Target": target,
            "Last check-in": day,
        }
        typed = {name: value for name, value in values.items() if value is not None}
        return self.ada.new_row(self.source, typed)

    def read(self, page: str, name: str) -> Any:
        has_it = self.ada.source(self.source).find(name) is not None
        return self.ada.read(page, name) if has_it else None

    def rows(self) -> Counter[tuple[str, ...]]:
        """Everything in the database but okrsync's notes, row by row."""
        names = ("Key result", "Objective", "Cycle", "Start", "Current", "Target", "okr status")
        return Counter(
            tuple(text_of(self.read(row, name)) for name in names)
            for row in self.ada.rows(self.source)
        )

    def next_cycle(self) -> list[str]:
        """The titles of the next cycle."""
        rows = self.ada.rows(self.source)
        return sorted(
            self.read(row, "Key result") for row in rows if self.read(row, "Cycle") == "Q1 2027"
        )

    def observations(self) -> Counter[tuple[str, ...]]:
        """The lines of the history: title, day, value and status."""
        names = ("Name", "Day", "Current", "Status")
        return Counter(
            tuple(text_of(self.ada.read(row, name)) for name in names)
            for row in self.ada.rows(self.history)
        )

    def kept(self, title: str, day: str, value: str) -> int:
        """How many lines of the history say that."""
        lines = self.observations().items()
        return sum(count for line, count in lines if line[:3] == (title, day, value))

    def check_in(self, title: str, value: float, day: str) -> None:
        self.ada.edit(self.pages[title], {"Current": value, "Last check-in": day})


@pytest.fixture
def database(team: Team) -> Iterator[Database]:
    made = Database(team)
    yield made
    made.sandbox.stop()


def sync(team: Team, day: str, *arguments: str) -> None:
    assert team.run("sync", "--as-of", day, *arguments)[0] == 0, team.err


def test_closing_twice_makes_nothing_twice(database: Database, team: Team) -> None:
    sync(team, "2026-12-20")
    run = team.json(*CLOSE, "--as-of", "2027-01-02")["run"]
    assert database.next_cycle() == ["Churn", "Sign-ups"]
    after, page = database.rows(), database.ada.outline(database.home)
    again = team.json("close", "--carry-over", "--yes", "--as-of", "2027-01-03")
    assert again["cycle"] is None
    assert again["closed_before"] == [{"run": run, "day": "2027-01-02"}]
    again = team.json(*CLOSE, "--as-of", "2027-01-03")
    assert (again["counts"]["changes"], again["carried"]) == (0, [])
    assert (database.rows(), database.ada.outline(database.home)) == (after, page)
    # And so without the state.
    for path in team.folder.glob("okrsync.db*"):
        path.unlink()
    again = team.json(*CLOSE, "--as-of", "2027-01-03")
    assert again["carried"] == []
    assert database.next_cycle() == ["Churn", "Sign-ups"]


def test_a_cycle_that_runs_must_be_named_and_is_put_back_whole(
    database: Database, team: Team
) -> None:
    sync(team, "2026-11-20")
    before = database.rows()
    assert team.run("close", "--carry-over", "--yes", "--as-of", "2026-11-21")[0] == 2
    assert "okrsync close 2026-Q4" in team.err
    assert database.rows() == before
    document = team.json(*CLOSE, "--as-of", "2026-11-21")
    assert document["is_running"]
    assert database.next_cycle() == ["Churn", "Sign-ups"]
    undone = team.json("undo", document["run"])
    assert undone["sources"][0]["conflicts"] == []
    assert database.rows() == before


@pytest.mark.parametrize(("cycle", "words"), NO_CYCLES)
def test_a_cycle_that_is_none_is_refused_and_nothing_is_touched(
    database: Database, team: Team, cycle: str, words: str
) -> None:
    before = database.rows()
    code = team.run("close", cycle, "--carry-over", "--yes", "--as-of", "2027-01-02")[0]
    assert (code, words in team.err) == (2, True), team.err
    assert database.rows() == before


def test_what_people_have_typed_for_the_next_cycle_is_left_and_not_made_again(
    database: Database, team: Team
) -> None:
    sync(team, "2026-12-20")
    database.new_row("Churn", "Keep", 5, None, 1, None, "Q1 2027")
    document = team.json(*CLOSE, "--as-of", "2027-01-02")
    assert [item["title"] for item in document["carried"]] == ["Grow", "Sign-ups"]
    assert database.next_cycle() == ["Churn", "Sign-ups"]
    assert database.rows()["Churn", "Keep", "Q1 2027", "5", "", "1", ""] == 1


def test_a_clock_that_was_set_back_is_named_and_nothing_seen_is_lost(
    database: Database, team: Team
) -> None:
    sync(team, "2027-01-05")
    before = database.observations()
    assert {title for title, _, _, _ in before} == {"Grow", "Keep", *(row[0] for row in ROWS)}
    database.check_in("Churn", 7, "2026-12-20")
    code, out = team.run("sync", "--as-of", "2026-12-20")
    assert code == 0
    assert "nothing of this run is kept in the history" in out
    document = team.json("close", "2026-Q4", "--as-of", "2027-01-02")
    assert "clock-set-back" in [warning["code"] for warning in document["warnings"]]
    assert database.observations() == before


def test_a_state_of_last_month_carries_nothing_over_twice(database: Database, team: Team) -> None:
    sync(team, "2026-12-15")
    state = team.folder / "okrsync.db"
    shutil.copy(state, team.folder / "old.db")
    database.check_in("Churn", 7, "2026-12-20")
    sync(team, "2026-12-20")
    assert team.json(*CLOSE, "--as-of", "2027-01-02")["carried"]
    after, lines = database.rows(), database.observations()
    shutil.copy(team.folder / "old.db", state)
    for more in ("okrsync.db-wal", "okrsync.db-shm"):
        (team.folder / more).unlink(missing_ok=True)
    with closing(sqlite3.connect(state, isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET finished = '2026-12-15T00:00:00+00:00'")
    sync(team, "2027-01-03", "--allow", "max-changes")
    assert team.json(*CLOSE, "--as-of", "2027-01-03")["carried"] == []
    assert database.next_cycle() == ["Churn", "Sign-ups"]
    assert {row[:3] for row in database.rows()} == {row[:3] for row in after}
    # What was seen since came back from the history, and stands there once.
    assert lines <= database.observations()
    assert max(database.observations().values()) == 1


def test_people_edit_cut_and_rename_in_the_history_and_nothing_is_written_again(
    database: Database, team: Team
) -> None:
    for day, value in (("2026-12-02", 9), ("2026-12-09", 8.5), ("2026-12-16", 8)):
        database.check_in("Churn", value, day)
        sync(team, day)
    ada, rows = database.ada, database.ada.rows(database.history)
    by_line = {(ada.read(row, "Name"), text_of(ada.read(row, "Day"))): row for row in rows}
    ada.edit(by_line["Churn", "2026-12-02"], {"Current": 99})
    ada.trash(by_line["Churn", "2026-12-09"])
    ada.new_row(database.history, {"Name": "a note of Ada's"})
    ada.rename_column(database.history, "Comment", "Our comment")
    database.check_in("Churn", 7.5, "2026-12-20")
    sync(team, "2026-12-20")
    assert database.kept("Churn", "2026-12-20", "7.5") == 1
    # What people changed is theirs: no line comes back, and none twice.
    assert database.kept("Churn", "2026-12-02", "99") == 1
    assert database.kept("Churn", "2026-12-09", "8.5") == 0
    assert database.kept("Churn", "2026-12-16", "8") == 1
    written = database.observations()
    assert max(written.values()) == 1
    sync(team, "2026-12-21")
    assert database.observations() == written
    # A lost state gets back what still stands there, and the rest from the rows themselves.
    for path in team.folder.glob("okrsync.db*"):
        path.unlink()
    sync(team, "2026-12-22", "--allow", "max-changes")
    document = team.json("show", "--history", "--as-of", "2026-12-22")
    seen = {
        (entry["day"], entry["current"])
        for objective in document["objectives"]
        for result in objective["key_results"]
        if result["title"] == "Churn"
        for entry in result["history"]
    }
    assert {("2026-12-16", 8), ("2026-12-20", 7.5)} <= seen


def test_lines_that_come_back_from_the_trash_stand_there_once(
    database: Database, team: Team
) -> None:
    sync(team, "2026-12-15")
    lines = database.observations()
    ada = database.ada
    trashed = ada.rows(database.history)
    for row in trashed:
        ada.trash(row)
    database.check_in("Churn", 7, "2026-12-16")
    sync(team, "2026-12-16")
    assert database.kept("Churn", "2026-12-16", "7") == 1
    for row in trashed:
        ada.restore(row)
    sync(team, "2026-12-17")
    assert lines <= database.observations()
    assert max(database.observations().values()) == 1


def test_a_close_that_is_killed_at_any_call_is_finished_by_the_next(
    killer: Killer, team: Team
) -> None:
    number = 1
    while killed_at_call(killer, number, team):
        number += 5
    assert number > 15


def killed_at_call(killer: Killer, number: int, team: Team) -> bool:
    """Kill a close before or after its nth call takes effect, and close again. False where it makes
    fewer calls.
    """
    for path in team.folder.glob("okrsync.db*"):
        path.unlink()
    database, seen = Database(team), [0]
    before = {row[:6] for row in database.rows()}
    sync(team, "2026-12-20")

    def meets(_call: Call) -> bool:
        seen[0] += 1
        if seen[0] == number:
            killer.kill()
        return seen[0] == number

    database.notion.traffic.fail(Fault(meets, drop="after" if number % 2 else "before"))
    code = killer.run(team, arguments=[*CLOSE, "--as-of", "2027-01-02"])
    database.notion.traffic.faults.clear()
    if seen[0] < number:
        assert code == 0
        database.sandbox.stop()
        return False
    assert code == KILLED
    where = f"killed at call {number}"
    team.json(*CLOSE, "--as-of", "2027-01-02")
    assert database.next_cycle() == ["Churn", "Sign-ups"], where
    words = "\n".join(database.ada.outline(database.home))
    assert words.count("What went well, and what do we keep?") == 1, where
    again = team.json(*CLOSE, "--as-of", "2027-01-02")
    assert (again["counts"]["changes"], again["carried"]) == (0, []), where
    for run in team.json("history")["runs"]:
        if run["kind"] != "undo":
            team.run("undo", run["id"])
    assert {row[:6] for row in database.rows()} == before, where
    assert database.next_cycle() == [], where
    database.sandbox.stop()
    return True
