"""The turn of the quarter for rows that tell their time by days: a due date, a start, or those of
their objective.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from team import Team

HEADER = ["Objective", "Key result", "From", "Current", "Target", "Last check-in", "Begins", "Due"]
CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", expected = "Expected", score = "Score"}
"""
RANK = ["", "No data", "Not started", "Missed", "Off track", "Stale", "At risk", "On track"]
RANK.append("Achieved")
GREEN = {"On track", "Achieved"}
TURN = [
    date(2026, 12, 15),
    *(date(2026, 12, 28) + timedelta(days=days) for days in range(9)),
    *(date(2027, 1, 14) + timedelta(days=days) for days in range(4)),
    *(date(2027, 3, 30) + timedelta(days=days) for days in range(4)),
    date(2027, 4, 15),
    date(2027, 4, 16),
]
BEHIND = ["0", "30", "100", "2026-12-10"]
DONE = ["0", "100", "100", "2026-12-28"]
NOTHING = ["0", "", "100", ""]


def objective(title: str, begins: str = "", due: str = "") -> list[str]:
    return [title, "", "", "", "", "", begins, due]


def result(title: str, numbers: list[str], begins: str = "", due: str = "") -> list[str]:
    return ["", title, *numbers, begins, due]


@pytest.fixture
def company(team: Team) -> Team:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    return team


def keep(company: Team, *rows: list[str]) -> None:
    with (company.folder / "team.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return {row["Key result"] or row["Objective"]: row for row in csv.DictReader(file)}


def on_day(company: Team, day: date | str) -> dict[str, dict[str, str]]:
    assert company.run("sync", "--as-of", str(day))[0] == 0, company.err
    return rows_of(company.folder / "team.csv")


def type_in(company: Team, title: str, column: str, value: str) -> None:
    path = company.folder / "team.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    for row in rows:
        if title == (row[1] or row[0]):
            row[rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


WAYS = {
    "a due date in the running cycle": [
        objective("O"),
        result("early", BEHIND, due="2026-12-20"),
        result("at the end", BEHIND, due="2026-12-31"),
    ],
    "a due date in the next cycle": [
        objective("O"),
        result("soon", BEHIND, due="2027-01-10"),
        result("at its end", BEHIND, due="2027-03-31"),
    ],
    "a due date far away": [
        objective("O"),
        result("half a year", BEHIND, due="2027-06-30"),
        result("a year", BEHIND, due="2027-12-31"),
        result("nobody worked on it", NOTHING, due="2027-09-30"),
    ],
    "a start alone": [
        objective("O"),
        result("in this cycle", BEHIND, begins="2026-10-15"),
        result("long ago", BEHIND, begins="2025-01-01"),
    ],
    "both days": [
        objective("O"),
        result("over the turn", BEHIND, "2026-11-01", "2027-02-28"),
        result("a year", BEHIND, "2026-04-01", "2027-03-31"),
    ],
    "an objective with a due date": [
        objective("O", due="2027-06-30"),
        result("without days", BEHIND),
        result("with a start", BEHIND, begins="2026-10-15"),
    ],
    "an objective with a start": [
        objective("O", begins="2026-10-01"),
        result("without days", BEHIND),
    ],
    "an objective with both days": [
        objective("O", "2026-07-01", "2027-06-30"),
        result("without days", BEHIND),
        result("with a start", BEHIND, begins="2026-10-15"),
    ],
}


@pytest.mark.parametrize("cycle", ["", "cycle = '2026-Q4'\n"], ids=["calendar", "source"])
def test_no_untouched_row_is_ever_better_than_it_was(company: Team, cycle: str) -> None:
    config = CONFIG.replace("[sources.growth.write]", f"{cycle}[sources.growth.write]")
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    keep(
        company,
        *(
            [title and f"{way}: {title}" for title in row[:2]] + row[2:]
            for way, rows in WAYS.items()
            for row in rows
        ),
    )
    before = on_day(company, TURN[0])
    for day in TURN[1:]:
        after = on_day(company, day)
        for title, row in after.items():
            was, now = before[title]["Status"], row["Status"]
            assert RANK.index(now) <= RANK.index(was) or not was, f"{title}: {was}, {now} on {day}"
            assert now not in GREEN or was in GREEN, f"{title}: {was}, {now} on {day}"
        before = after


def test_a_silent_row_that_ends_leaves_its_objective_stale(company: Team) -> None:
    config = CONFIG.replace("[sources.growth.write]", "cycle = '2026'\n[sources.growth.write]")
    (company.folder / "okrsync.toml").write_text(f"cycle = '2026'\n{config}", encoding="utf-8")
    keep(
        company,
        objective("O"),
        result("a year", ["0", "95", "100", "2026-11-28"]),
        result("silent", NOTHING, due="2026-11-30"),
    )
    for day in ("2026-11-30", "2026-12-01"):
        rows = on_day(company, day)
        assert (rows["O"]["Status"], rows["a year"]["Status"]) == ("Stale", "On track"), day
    type_in(company, "silent", "Last check-in", "2026-12-02")
    assert on_day(company, "2026-12-02")["O"]["Status"] == "On track"


def test_a_row_without_a_start_counts_from_the_cycle_in_which_it_was_seen(company: Team) -> None:
    keep(company, objective("O"), result("half a year", BEHIND, due="2027-06-30"))
    assert on_day(company, "2026-11-15")["half a year"]["Expected"] == "17%"
    assert on_day(company, "2027-01-01")["half a year"]["Expected"] == "34%"
    assert on_day(company, "2027-05-15")["half a year"]["Expected"] == "83%"
    (step,) = [
        step
        for step in company.json("explain", "growth/O1/KR1", "--as-of", "2027-05-15")["steps"]
        if step["text"].startswith("from 1 Oct 2026 to 30 Jun 2027")
    ]
    assert step["result"] == "83 % expected"


def test_a_prepared_row_begins_with_its_cycle(company: Team) -> None:
    keep(company, objective("O"), result("prepared", NOTHING, due="2027-03-31"))
    assert on_day(company, "2026-12-10")["prepared"].get("Status", "") == ""
    assert on_day(company, "2027-01-01")["prepared"]["Expected"] == "1%"
    type_in(company, "prepared", "Current", "60")
    type_in(company, "prepared", "Last check-in", "2027-02-14")
    assert on_day(company, "2027-02-14")["prepared"]["Status"] == "On track"


def test_a_prepared_row_begins_once_somebody_works_on_it(company: Team) -> None:
    keep(company, objective("O"), result("prepared", NOTHING, due="2027-03-31"))
    on_day(company, "2026-12-10")
    type_in(company, "prepared", "Current", "10")
    type_in(company, "prepared", "Last check-in", "2026-12-20")
    row = on_day(company, "2026-12-20")["prepared"]
    assert (row["Status"], row["Expected"]) == ("On track", "1%")
    assert on_day(company, "2027-01-01")["prepared"]["Expected"] == "13%"


def test_a_row_due_shortly_after_the_end_runs_now(company: Team) -> None:
    keep(company, objective("O"), result("late finish", NOTHING, due="2027-01-04"))
    row = on_day(company, "2026-12-10")["late finish"]
    assert (row["Status"], row["Expected"]) == ("No data", "74%")


def test_a_start_without_an_end_ends_with_the_cycle(company: Team) -> None:
    keep(company, objective("O"), result("open", BEHIND, begins="2026-10-15"))
    on_day(company, "2026-12-31")
    row = on_day(company, "2027-01-01")["open"]
    assert (row["Status"], row["Score"]) == ("Missed", "0.3")
    type_in(company, "open", "Current", "40")
    type_in(company, "open", "Last check-in", "2027-01-20")
    # Three months after its start, with ten weeks to go.
    assert on_day(company, "2027-01-20")["open"]["Expected"] == "58%"


def test_days_that_contradict_each_other_correct_nothing(company: Team) -> None:
    keep(
        company,
        objective("O", begins="2027-01-09", due="2026-11-30"),
        result("late", ["0", "70", "100", ""], due="2027-01-01"),
        result("done", ["0", "100", "100", ""]),
        result("starts after its objective is due", ["0", "0", "100", ""], begins="2027-01-01"),
    )
    on_day(company, "2026-12-18")
    on_day(company, "2026-12-31")
    over = on_day(company, "2027-01-01")
    assert on_day(company, "2027-01-01") == over
    assert over["starts after its objective is due"]["Status"] != "Missed"


@pytest.mark.parametrize("start", ["2026-12-15", "2027-01-04"])
def test_a_start_in_the_next_cycle_stays_there_where_the_config_still_names_the_last(
    company: Team, start: str
) -> None:
    (company.folder / "okrsync.toml").write_text("cycle = '2026-Q4'\n" + CONFIG, encoding="utf-8")
    keep(
        company, objective("O"), result("now", BEHIND), result("next", NOTHING, begins="2027-01-09")
    )
    for day in (date.fromisoformat(start) + timedelta(days=days) for days in range(0, 30, 3)):
        assert on_day(company, day)["next"]["Status"] in ("", "Not started")
        is_over = day > date(2026, 12, 31)
        assert on_day(company, day)["now"]["Status"] == ("Missed" if is_over else "Off track")


def test_an_objective_that_names_no_cycle_gets_its_last_answer_beside_the_next(
    company: Team,
) -> None:
    header = [*HEADER[:6], "Cycle"]
    rows = [
        ["Now", "", "", "", "", "", ""],
        ["", "a", *BEHIND, "Q4 2026"],
        ["Next", "", "", "", "", "", ""],
        ["", "b", *NOTHING, "Q1 2027"],
    ]
    with (company.folder / "team.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    assert on_day(company, "2026-12-31")["Now"]["Status"] == "Off track"
    after = on_day(company, "2027-01-01")
    assert (after["Now"]["Status"], after["Now"]["Score"]) == ("Missed", "0.3")
    assert (after["a"]["Status"], after["a"]["Score"]) == ("Missed", "0.3")
    type_in(company, "a", "Current", "50")
    type_in(company, "a", "Last check-in", "2027-01-04")
    assert on_day(company, "2027-01-04")["Now"]["Score"] == "0.5"
    type_in(company, "a", "Current", "90")
    type_in(company, "a", "Last check-in", "2027-02-04")
    assert on_day(company, "2027-02-04")["Now"]["Score"] == "0.5"


def test_a_lost_state_learns_from_its_history_when_a_row_began(company: Team) -> None:
    config = CONFIG + 'history = "kept.csv"\n'
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    keep(company, objective("O"), result("half a year", BEHIND, due="2027-06-30"))
    on_day(company, "2026-11-15")
    for left in company.folder.glob("okrsync.db*"):
        left.unlink()
    assert company.run("sync", "--as-of", "2027-01-05", "--allow", "max-changes")[0] == 0
    row = rows_of(company.folder / "team.csv")["half a year"]
    assert row["Expected"] == "36%"
