"""The ledger keeps what was seen of each item, and `show --history` and `export` tell it."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from okrsync.state.schema import STEPS, bring_up
from team import Team

CONFIG = """\
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status"}
"""
HEADER = "Objective,Key result,Owner,Start,Current,Target,Last check-in\n"

pytestmark = pytest.mark.usefixtures("either_store")


@pytest.fixture
def company(team: Team) -> Team:
    team.config(CONFIG)
    return team


def day_of(company: Team, day: str, row: str) -> str:
    """One day: a person has typed `row`, and the job runs."""
    path = company.folder / "team.csv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    answers = lines[1].split(",")[7:] if len(lines) > 1 else []
    header = lines[0] if lines else HEADER.strip()
    path.write_text("\n".join([header, ",".join([row, *answers])]) + "\n", encoding="utf-8")
    code, out = company.run("sync", "--as-of", day)
    assert code == 0
    return out + company.err


def history(company: Team, day: str) -> list[dict[str, object]]:
    document = company.json("show", "growth/O1/KR1", "--history", "--as-of", day)
    entries: list[dict[str, object]] = document["objectives"][0]["key_results"][0]["history"]
    return entries


def test_an_entry_is_kept_whenever_anything_of_an_item_changed(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-11-03", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-11-09", "Grow,Sign-ups,Mia,0,10,100,2026-11-09")
    day_of(company, "2026-11-16", "Grow,Sign-ups,Jon,0,30,50,2026-11-16")
    entries = history(company, "2026-11-16")
    seen = [(e["day"], e["current"], e["target"], e["owner"], e["progress"]) for e in entries]
    assert seen == [
        ("2026-11-02", 10, 100, "Mia", 0.1),
        ("2026-11-09", 10, 100, "Mia", 0.1),
        ("2026-11-16", 30, 50, "Jon", 0.6),
    ]
    assert entries[0]["origin"] == "run"
    assert entries[0]["at"] == "team!B2"


def test_what_is_edited_later_the_same_day_counts(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-11-04", "Grow,Sign-ups,Mia,0,12,100,2026-11-02")
    entries = history(company, "2026-11-04")
    assert [(entry["day"], entry["current"]) for entry in entries] == [("2026-11-02", 12)]


def test_a_status_that_only_the_calendar_moved_is_no_news(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-12-20", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    assert len(history(company, "2026-12-20")) == 1


def test_a_run_for_a_day_before_the_newest_entry_keeps_none_and_says_so(company: Team) -> None:
    day_of(company, "2026-11-16", "Grow,Sign-ups,Mia,0,30,100,2026-11-16")
    said = day_of(company, "2026-11-09", "Grow,Sign-ups,Mia,0,20,100,2026-11-09")
    assert "the history goes on to 2026-11-16 already: nothing of this run is kept" in said
    assert [entry["day"] for entry in history(company, "2026-11-16")] == ["2026-11-16"]


def test_an_item_keeps_its_history_wherever_its_row_moves(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    path = company.folder / "team.csv"
    header, row = path.read_text(encoding="utf-8").splitlines()
    empty = "Grow,Revenue,Jon,0,5,10,2026-11-05,,"
    path.write_text("\n".join([header, empty, row]) + "\n", encoding="utf-8")
    assert company.run("sync", "--as-of", "2026-11-06")[0] == 0
    results = company.json("show", "--history", "--as-of", "2026-11-06")["objectives"][0]
    by_title = {result["title"]: result["history"] for result in results["key_results"]}
    assert [entry["day"] for entry in by_title["Sign-ups"]] == ["2026-11-02"]
    assert [entry["current"] for entry in by_title["Revenue"]] == [5]


def test_people_read_the_history_as_a_table(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-11-09", "Grow,Sign-ups,Mia,0,20,100,2026-11-09")
    out = company.run("show", "growth/O1/KR1", "--history", "--as-of", "2026-11-09")[1]
    assert "2026-11-02" in out
    assert "20 %" in out


@pytest.mark.parametrize("what", ["items", "observations"])
def test_an_export_has_the_fields_of_the_documents(company: Team, what: str) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    day_of(company, "2026-11-09", "Grow,Sign-ups,Mia,0,20,100,2026-11-09")
    target = company.folder / "out.csv"
    code, out = company.run("export", str(target), "--what", what, "--as-of", "2026-11-09")
    assert code == 0
    with target.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_title = [row for row in rows if row["title"] == "Sign-ups"]
    if what == "items":
        assert (by_title[0]["id"], by_title[0]["progress"]) == ("growth/O1/KR1", "0.2")
        assert by_title[0]["item"] == "key-result"
    else:
        assert [row["current"] for row in by_title] == ["10", "20"]
    assert (
        "unchanged"
        in company.run("export", str(target), "--what", what, "--as-of", "2026-11-09")[1]
    )
    lines = company.folder / "out.jsonl"
    assert company.run("export", str(lines), "--what", what, "--as-of", "2026-11-09")[0] == 0
    assert len([json.loads(line) for line in lines.read_text().splitlines()]) == len(rows)
    assert out


def test_an_export_to_another_ending_is_refused(company: Team) -> None:
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    assert company.run("export", "out.xml", "--as-of", "2026-11-02")[0] == 2
    assert "an export ends in .csv, .jsonl or .parquet" in company.err


def test_parquet_holds_the_same_rows(company: Team) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    day_of(company, "2026-11-02", "Grow,Sign-ups,Mia,0,10,100,2026-11-02")
    target = company.folder / "out.parquet"
    assert company.run("export", str(target), "--as-of", "2026-11-02")[0] == 0
    table = parquet.read_table(target)
    assert table.column("title").to_pylist() == ["Grow", "Sign-ups"]


def test_an_older_state_brings_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        bring_up(database, path, to=3)
        database.execute(
            "INSERT INTO runs (id, kind, as_of, started, moved_to)"
            " VALUES ('a', 'sync', '2026-11-02', '2026-11-02T08:00', 1),"
            " ('b', 'sync', '2026-11-09', '2026-11-09T08:00', 2)"
        )
        database.execute(
            "INSERT INTO moves (source, key, id, title, progress, status) VALUES"
            " ('growth', 'k', 'O1/KR1', 'Sign-ups', 0.1, 'off-track'),"
            " ('growth', 'k', 'O1/KR1', 'Sign-ups', 0.4, 'at-risk')"
        )
        bring_up(database, path, to=len(STEPS))
        rows = database.execute("SELECT day, progress, status FROM observations").fetchall()
    assert rows == [("2026-11-02", 0.1, "off-track"), ("2026-11-09", 0.4, "at-risk")]


def test_the_check_ins_of_a_log_go_in_with_their_days(team: Team) -> None:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = "OKRs"
    tab.append(["Objective", "Key result", "Start", "Target"])
    tab.append(["Grow", "Sign-ups", 0, 100])
    log = book.create_sheet("Check-ins")
    log.append(["Key result", "Date", "Value", "Comment"])
    log.append(["Sign-ups", date(2026, 10, 12), 10, "slow"])
    log.append(["Sign-ups", date(2026, 10, 19), 25, None])
    log.append(["Sign-ups", date(2026, 10, 26), 40, "a good week"])
    book.save(team.folder / "growth.xlsx")
    team.sync()
    (entry, second, last) = history(team, "2026-11-23")
    assert (entry["day"], entry["current"], entry["origin"]) == ("2026-10-12", 10, "log")
    assert (entry["comment"], entry["at"]) == ("slow", "Check-ins!C2")
    assert (second["day"], second["current"]) == ("2026-10-19", 25)
    assert (last["day"], last["current"], last["origin"]) == ("2026-10-26", 40, "run")
