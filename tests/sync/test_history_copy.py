"""`write.history`: the durable copy of the ledger in the team's own place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync.model.table import text_of
from okrsync.state.ledger import Ledger
from okrsync.state.store import Store
from team import ROWS, Team, edit, sheet, write_workbook

CSV_PLACE, XLSX_PLACE = "okr-history.csv", "OKR history"
CONFIG = """
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "growth.xlsx"
[sources.growth.write]
columns = {progress = "Progress", status = "Status"}
history = "%s"
"""
START = date(2026, 10, 5)


@pytest.fixture(params=[CSV_PLACE, XLSX_PLACE])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def company(team: Team, place: str) -> Team:
    team.config(CONFIG % place)
    begin(team)
    return team


def begin(company: Team) -> None:
    """Everybody has checked in on the first day."""
    path = company.folder / "growth.xlsx"
    write_workbook(path, [ROWS[0], *([*row[:6], START] for row in ROWS[1:])])


def lines(company: Team, place: str) -> list[list[str]]:
    """The lines that stand in the copy, without the header."""
    if place == XLSX_PLACE:
        rows = sheet(company.folder / "growth.xlsx", place)
        return [[text_of(value) for value in row] for row in rows[1:]]
    text = (company.folder / place).read_text(encoding="utf-8")
    return [line.split(",") for line in text.splitlines()[1:]]


def value(company: Team, row: int, number: float, day: date) -> None:
    """A person checks in: a value and its day."""

    def typed(tab: Any) -> None:
        tab.cell(row, 5).value = number
        tab.cell(row, 7).value = day

    edit(company.folder / "growth.xlsx", typed)


def on_day(company: Team, day: date) -> str:
    code, out = company.run("sync", "--as-of", day.isoformat())
    assert code == 0, company.err + out
    return out


def quarter(company: Team, weeks: int = 6) -> date:
    """A quarter of weekly check-ins; its last day."""
    day = START
    for week in range(weeks):
        day = START + timedelta(days=7 * week)
        value(company, 2, 62 + week, day)
        value(company, 3, 34 + week, day)
        on_day(company, day)
    return day


def observations(company: Team) -> set[tuple[object, ...]]:
    with Store.open(company.folder / "okrsync.db", readonly=True) as state:
        return {(key, entry) for key, _, _, entry in Ledger(state).everything()}


def test_a_line_is_appended_for_each_observation_and_none_without_news(
    company: Team, place: str
) -> None:
    on_day(company, START)
    first = lines(company, place)
    assert len(first) == 5  # two objectives and three key results
    before = (company.folder / "growth.xlsx").read_bytes()
    on_day(company, START + timedelta(days=1))
    assert (company.folder / "growth.xlsx").read_bytes() == before
    assert lines(company, place) == first
    value(company, 2, 70, START + timedelta(days=2))
    on_day(company, START + timedelta(days=2))
    more = lines(company, place)
    assert more[: len(first)] == first
    assert len(more) == len(first) + 2  # the key result, and the objective above it
    document = company.json("show", "--as-of", (START + timedelta(days=2)).isoformat())
    assert len(document["objectives"]) == 2


def test_a_lost_state_gets_its_past_back_from_the_copy(company: Team, place: str) -> None:
    day = quarter(company)
    before = observations(company)
    (company.folder / "okrsync.db").unlink()
    copied = lines(company, place)
    code, out = company.run("sync", "--as-of", day.isoformat(), "--allow", "max-changes")
    assert code == 0, company.err + out
    assert "observations that the state had lost were taken over" in out
    assert len(observations(company) & before) >= 0.99 * len(before)
    assert lines(company, place) == copied
    history = company.json("show", "growth/O1", "--history", "--as-of", day.isoformat())
    entries = history["objectives"][0]["key_results"][0]["history"]
    assert [entry["current"] for entry in entries] == [62, 63, 64, 65, 66, 67]


def test_a_state_of_last_month_gets_the_missing_part(company: Team, place: str) -> None:
    quarter(company, 2)
    shutil.copy(company.folder / "okrsync.db", company.folder / "old.db")
    day = quarter(company, 6)
    before, copied = observations(company), lines(company, place)
    shutil.copy(company.folder / "old.db", company.folder / "okrsync.db")
    _long_ago(company.folder / "okrsync.db")
    code, out = company.run("sync", "--as-of", day.isoformat(), "--allow", "max-changes")
    assert code == 0, company.err + out
    assert observations(company) >= before
    assert lines(company, place) == copied


def _long_ago(path: Path) -> None:
    """Make the runs in a state look a month old, as those of a copy of last month do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE runs SET finished = '2026-01-01T00:00:00+00:00'")


def test_undo_takes_the_lines_away_and_the_next_run_appends_them_again(
    company: Team, place: str
) -> None:
    on_day(company, START)
    first = lines(company, place)
    value(company, 2, 70, START + timedelta(days=2))
    on_day(company, START + timedelta(days=2))
    second = lines(company, place)
    assert company.run("undo", "last")[0] == 0, company.err
    assert lines(company, place) == first
    on_day(company, START + timedelta(days=2))
    assert lines(company, place) == second


def test_undoing_the_first_run_removes_the_copy(company: Team, place: str) -> None:
    before = (company.folder / "growth.xlsx").read_bytes()
    on_day(company, START)
    assert company.run("undo", "last")[0] == 0, company.err
    assert (company.folder / "growth.xlsx").read_bytes() == before
    assert not (company.folder / CSV_PLACE).exists()


def _sorted_backwards(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0], *reversed(rows[1:])]


def _header_at_the_end(rows: list[list[str]]) -> list[list[str]]:
    return [*rows[1:], rows[0]]


def _with_a_column(rows: list[list[str]]) -> list[list[str]]:
    return [[*row[:2], "mine", *row[2:]] for row in rows]


def _cut(rows: list[list[str]]) -> list[list[str]]:
    return [*rows[:4], ["", "", "a remark"], *rows[4:-1]]


Edit = Callable[[list[list[str]]], list[list[str]]]


@pytest.mark.parametrize("edited", [_sorted_backwards, _header_at_the_end, _with_a_column, _cut])
def test_people_may_sort_cut_and_edit_the_file(team: Team, edited: Edit) -> None:
    team.config(CONFIG % CSV_PLACE)
    begin(team)
    quarter(team, 3)
    path = team.folder / CSV_PLACE
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    changed = "".join(f"{','.join(row)}\n" for row in edited(rows))
    path.write_text(changed, encoding="utf-8")
    before = observations(team)
    value(team, 2, 90, START + timedelta(days=21))
    on_day(team, START + timedelta(days=21))
    text = path.read_text(encoding="utf-8")
    assert text.startswith(changed)
    assert len(text.splitlines()) == len(changed.splitlines()) + 2
    (team.folder / "okrsync.db").unlink()
    on_day_code = team.run("sync", "--as-of", "2026-10-26", "--allow", "max-changes")[0]
    assert on_day_code == 0, team.err
    lost = 1 if edited is _cut else 0
    assert len(before - observations(team)) <= lost


def test_a_torn_last_line_is_completed(team: Team) -> None:
    team.config(CONFIG % CSV_PLACE)
    begin(team)
    on_day(team, START)
    path = team.folder / CSV_PLACE
    whole = path.read_bytes()
    torn = whole[:-25]
    # A run that died while it appended: it is in the journal, and did not get to remember it.
    path.write_bytes(torn)
    with closing(sqlite3.connect(team.folder / "okrsync.db", isolation_level=None)) as database:
        database.execute("DELETE FROM facts WHERE name = 'history'")
        database.execute("DELETE FROM observations")
        database.execute("DELETE FROM ledger_items")
    on_day(team, START)
    assert path.read_bytes() == whole


def test_a_line_that_nobody_can_complete_spoils_no_other(team: Team) -> None:
    team.config(CONFIG % CSV_PLACE)
    begin(team)
    on_day(team, START)
    path = team.folder / CSV_PLACE
    path.write_bytes(path.read_bytes() + b'growth:0123,"torn in a quo')
    value(team, 2, 70, START + timedelta(days=2))
    on_day(team, START + timedelta(days=2))
    last = path.read_text(encoding="utf-8").splitlines()
    assert last[-3] == 'growth:0123,"torn in a quo"'
    assert [line.split(",")[6] for line in last[-2:]].count("70") == 1


def test_the_file_is_never_read_as_a_source(team: Team) -> None:
    (team.folder / "growth.csv").write_text(
        "Objective,Key result,Start,Current,Target\nGrow,Sign-ups,0,40,100\n", encoding="utf-8"
    )
    team.config(
        '[sources.growth]\nconnector = "workbook"\npath = "*.csv"\n[sources.growth.write]\n'
        'columns = {progress = "Progress"}\nhistory = "growth-history.csv"\n'
    )
    on_day(team, START)
    on_day(team, START + timedelta(days=1))
    (source,) = team.json("show", "--as-of", "2026-10-06")["sources"]
    assert (source["objectives"], source["key_results"]) == (1, 1)


def test_a_deleted_tab_is_made_anew_with_everything(team: Team) -> None:
    team.config(CONFIG % XLSX_PLACE)
    begin(team)
    day = quarter(team, 3)
    before = lines(team, XLSX_PLACE)
    path = team.folder / "growth.xlsx"
    book = openpyxl.load_workbook(path)
    del book[XLSX_PLACE]
    book.save(path)
    value(team, 2, 80, day + timedelta(days=1))
    on_day(team, day + timedelta(days=1))
    assert lines(team, XLSX_PLACE)[: len(before)] == before
    assert len(lines(team, XLSX_PLACE)) == len(before) + 2


def test_a_clock_set_back_measures_and_keeps_nothing(company: Team, place: str) -> None:
    on_day(company, START + timedelta(days=7))
    before, kept = lines(company, place), observations(company)
    value(company, 2, 95, START)
    out = on_day(company, START)
    assert "nothing of this run is kept in the history" in out
    assert "2026-10-12" in out
    assert observations(company) == kept
    assert lines(company, place) == before
    rows = sheet(company.folder / "growth.xlsx")
    assert rows[1][rows[0].index("Progress")] == pytest.approx(0.92)


def test_a_tab_of_people_s_is_never_written_to(team: Team) -> None:
    write_workbook(team.folder / "growth.xlsx")
    path = team.folder / "growth.xlsx"
    book = openpyxl.load_workbook(path)
    book.create_sheet(XLSX_PLACE).append(["Ours"])
    book.save(path)
    team.config(CONFIG % XLSX_PLACE)
    code, out = team.run("sync", "--as-of", START.isoformat())
    assert code == 0
    assert "okrsync did not make it" in out
    assert sheet(path, XLSX_PLACE) == [["Ours"]]


def test_a_check_in_that_is_still_to_come_makes_no_observation_a_day(
    company: Team, place: str
) -> None:
    value(company, 2, 62, START + timedelta(days=30))
    on_day(company, START)
    before = lines(company, place)
    on_day(company, START + timedelta(days=1))
    on_day(company, START + timedelta(days=2))
    assert lines(company, place) == before
