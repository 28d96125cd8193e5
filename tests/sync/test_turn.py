"""The turn of the quarter: no untouched row is better off because a new quarter has begun."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from okrsync.model.cycles import cycle_around, resolve_cycle
from okrsync.model.okrs import Cycle
from okrsync.state.ledger import Ledger
from okrsync.state.store import Store
from team import Team

HEADER = "Objective,Key result,Owner,Start,Current,Target,Last check-in\n"
ROWS = """\
Grow,Sign-ups,Mia,0,40,100,2026-12-10
Grow,Revenue,Jon,0,100,100,2026-12-14
Keep,Churn,Ada,0,80,100,2026-12-14
"""
CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score"}
"""
RANK = ["No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved"]
GREEN = {"On track", "Achieved"}


@pytest.fixture
def company(team: Team) -> Team:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    (team.folder / "team.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return team


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def on_day(company: Team, day: date) -> dict[str, dict[str, str]]:
    assert company.run("sync", "--as-of", day.isoformat())[0] == 0, company.err
    return {row["Key result"]: row for row in rows_of(company.folder / "team.csv")}


def type_in(company: Team, title: str, **values: str) -> None:
    """A person types into the row of a key result."""
    path = company.folder / "team.csv"
    rows = rows_of(path)
    names = {"current": "Current", "start": "Start", "target": "Target", "day": "Last check-in"}
    for row in rows:
        if row["Key result"] == title:
            row.update({names[name]: value for name, value in values.items()})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_no_untouched_row_is_ever_better_than_it_was(company: Team) -> None:
    day, before = date(2026, 12, 15), on_day(company, date(2026, 12, 15))
    while day < date(2027, 1, 20):
        day += timedelta(days=1)
        after = on_day(company, day)
        for title, row in after.items():
            was, now = before[title]["Status"], row["Status"]
            assert RANK.index(now) <= RANK.index(was) or now == was, f"{title} on {day}"
            assert not (now in GREEN and was not in GREEN), f"{title} on {day}"
        before = after
    assert before["Sign-ups"]["Status"] == "Missed"


def test_the_first_run_after_the_end_writes_the_last_answer(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    rows = on_day(company, date(2027, 1, 1))
    said = {title: (row["Status"], row["Score"]) for title, row in rows.items()}
    assert said == {
        "Sign-ups": ("Missed", "0.4"),
        "Revenue": ("Achieved", "1"),
        "Churn": ("Missed", "0.8"),
    }
    written = (company.folder / "team.csv").read_bytes()
    on_day(company, date(2027, 1, 2))
    assert (company.folder / "team.csv").read_bytes() == written


def test_the_closed_cycle_is_shown_until_the_new_one_has_its_first_item(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    on_day(company, date(2027, 1, 2))
    document = company.json("show", "--as-of", "2027-01-02")
    assert (document["cycle"]["name"], document["cycle"]["state"]) == ("2026-Q4", "closed")
    assert len(document["objectives"]) == 2
    assert "nothing is planned for the next one" in company.run("show", "--as-of", "2027-01-02")[1]
    type_in(company, "Sign-ups", start="40", target="200")
    on_day(company, date(2027, 1, 5))
    document = company.json("show", "--as-of", "2027-01-05")
    assert (document["cycle"]["name"], document["cycle"]["state"]) == ("2027-Q1", "running")
    (grow,) = document["objectives"]
    assert [result["title"] for result in grow["key_results"]] == ["Sign-ups"]
    assert grow["key_results"][0]["cycle_from"] == "evidence"
    assert [item["title"] for item in document["closed"]] == ["Grow", "Keep"]
    assert document["closed"][0]["key_results"][0]["cycle"]["closed"] is True


def test_a_late_value_counts_for_the_cycle_that_ended_until_it_is_settled(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    on_day(company, date(2027, 1, 1))
    type_in(company, "Churn", current="100", day="2027-01-04")
    rows = on_day(company, date(2027, 1, 4))
    assert (rows["Churn"]["Status"], rows["Churn"]["Score"]) == ("Achieved", "1")
    assert company.json("show", "--as-of", "2027-01-04")["cycle"]["name"] == "2026-Q4"


def note_of(company: Team, day: date, title: str) -> str:
    document = company.json("show", "--as-of", day.isoformat(), "--all-cycles")
    for part in ("objectives", "closed"):
        for objective in document[part]:
            for item in objective["key_results"]:
                if item["title"] == title:
                    return str(item["reason"])
    raise AssertionError(title)


def test_a_correction_says_what_it_was_before(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    on_day(company, date(2027, 1, 1))
    assert "orrected" not in note_of(company, date(2027, 1, 1), "Sign-ups")
    type_in(company, "Sign-ups", current="62", day="2027-01-04")
    said = "Corrected on 4 Jan 2027: 62 %, was 40 %."
    for day in (date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 14), date(2027, 1, 20)):
        on_day(company, day)
        assert said in note_of(company, day, "Sign-ups"), day
    type_in(company, "Sign-ups", current="40")


def test_a_late_value_is_an_observation_as_well_once_the_new_cycle_is_shown(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    type_in(company, "Sign-ups", start="40", target="200")
    on_day(company, date(2027, 1, 2))
    type_in(company, "Churn", current="90", day="2027-01-04")
    on_day(company, date(2027, 1, 4))
    on_day(company, date(2027, 1, 5))
    with Store.open(company.folder / "okrsync.db", readonly=True) as state:
        seen = [
            (entry.day.isoformat(), entry.current)
            for _, _, title, entry in Ledger(state).everything()
            if title == "Churn"
        ]
    assert seen == [("2026-12-14", Decimal(80)), ("2027-01-04", Decimal(90))]


def test_a_value_of_december_that_is_seen_in_january_is_no_correction(company: Team) -> None:
    on_day(company, date(2026, 12, 20))
    type_in(company, "Sign-ups", current="62", day="2026-12-30")
    on_day(company, date(2027, 1, 2))
    assert "orrected" not in note_of(company, date(2027, 1, 2), "Sign-ups")


def test_a_check_in_after_the_cycle_is_settled_belongs_to_the_running_one(company: Team) -> None:
    on_day(company, date(2026, 12, 31))
    on_day(company, date(2027, 1, 14))
    type_in(company, "Churn", current="85", day="2027-01-20")
    on_day(company, date(2027, 1, 20))
    document = company.json("show", "--as-of", "2027-01-20")
    assert document["cycle"]["name"] == "2027-Q1"
    assert [item["title"] for item in document["objectives"]] == ["Keep"]


def test_an_item_first_seen_early_in_a_cycle_is_where_its_last_check_in_lies(company: Team) -> None:
    rows = on_day(company, date(2027, 1, 5))
    assert rows["Sign-ups"]["Status"] == "Missed"
    document = company.json("show", "--as-of", "2027-01-05")
    assert document["objectives"][0]["key_results"][0]["cycle_from"] == "first-seen"


def test_what_was_over_before_okrsync_saw_it_is_left_alone(company: Team) -> None:
    text = HEADER.replace("Owner", "Cycle") + ROWS.replace("Mia", "Q2 2026").replace(
        "Jon", "Q2 2026"
    ).replace("Ada", "Q2 2026")
    (company.folder / "team.csv").write_text(text, encoding="utf-8")
    on_day(company, date(2026, 11, 24))
    assert (company.folder / "team.csv").read_text(encoding="utf-8") == text
    assert company.json("show", "--as-of", "2026-11-24")["objectives"] == []


def test_the_cycle_of_its_source_counts_for_rows_that_name_none(company: Team) -> None:
    config = CONFIG.replace("[sources.growth]\n", '[sources.growth]\ncycle = "2026-Q3"\n')
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    text = HEADER.replace("Owner", "Cycle") + ROWS.replace("Mia", "2026-Q4")
    (company.folder / "team.csv").write_text(text.replace("Jon", "").replace("Ada", ""), "utf-8")
    rows = on_day(company, date(2026, 9, 20))
    assert [rows[title]["Status"] != "" for title in rows] == [False, True, True]
    rows = on_day(company, date(2026, 11, 24))
    assert rows["Sign-ups"]["Status"] != ""
    document = company.json("show", "--as-of", "2026-11-24")
    (grow,) = document["objectives"]
    assert [(kr["title"], kr["cycle_from"]) for kr in grow["key_results"]] == [
        ("Sign-ups", "named")
    ]
    assert [item["title"] for item in document["closed"]] == ["Grow", "Keep"]
    assert {item["cycle"]["name"] for item in document["closed"]} == {"2026-Q3"}
    said = company.run("explain", "growth/O1/KR1", "--as-of", "2026-11-24")[1]
    assert "its cycle is named in the sheet or the config" in said


def test_a_row_whose_period_cannot_be_read_is_neither_shown_nor_written(company: Team) -> None:
    text = HEADER.replace("Owner", "Cycle") + ROWS.replace("Mia", "2026-Q4").replace(
        "Jon", "Zyx 9"
    ).replace("Ada", "2026-Q4")
    (company.folder / "team.csv").write_text(text, encoding="utf-8")
    for day in (date(2026, 12, 20), date(2027, 1, 2)):
        rows = on_day(company, day)
        assert rows["Revenue"]["Status"] == ""
        assert rows["Churn"]["Status"] != ""
        document = company.json("show", "--all-cycles", "--as-of", day.isoformat())
        shown = [kr["title"] for item in document["objectives"] for kr in item["key_results"]]
        assert shown == ["Sign-ups", "Churn"]
        assert [item["code"] for item in document["warnings"]] == ["unread-period"]


def test_a_period_that_becomes_unreadable_after_its_end_is_left_alone(company: Team) -> None:
    text = HEADER.replace("Owner", "Cycle") + ROWS.replace("Mia", "").replace("Jon", "").replace(
        "Ada", ""
    )
    (company.folder / "team.csv").write_text(text, encoding="utf-8")
    before = on_day(company, date(2026, 12, 20))
    path = company.folder / "team.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Sign-ups,,", "Sign-ups,2026-Q,"), encoding="utf-8"
    )
    rows = on_day(company, date(2027, 1, 2))
    assert rows["Sign-ups"]["Status"] == before["Sign-ups"]["Status"]
    assert rows["Churn"]["Status"] == "Missed"


def test_two_cycles_of_one_name_are_named_with_their_cells(company: Team) -> None:
    config = 'fiscal_year_start = 4\ncycle = "2027-Q1"\n' + CONFIG
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    text = HEADER.replace("Owner", "Cycle") + ROWS.replace("Mia", "2027-Q1").replace(
        "Jon", "Q1 2027 - Jan-Mar"
    ).replace("Ada", "2027-Q1")
    (company.folder / "team.csv").write_text(text, encoding="utf-8")
    document = company.json("show", "--as-of", "2026-05-05")
    (warning,) = [item for item in document["warnings"] if item["code"] == "cycles-alike"]
    assert warning["at"] == "team!C3"
    assert "2027-01-01 to 2027-03-31" in warning["message"]


@pytest.mark.parametrize(
    ("setting", "today", "day", "name"),
    [
        ("auto", date(2026, 11, 24), date(2026, 9, 3), "2026-Q3"),
        ("2026-H2", date(2026, 11, 24), date(2027, 2, 1), "2027-H1"),
        ("2026", date(2026, 11, 24), date(2025, 2, 1), "2025"),
        ("2026-11", date(2026, 11, 24), date(2026, 12, 24), "2026-12"),
    ],
)
def test_a_day_falls_in_a_cycle_of_the_same_kind(
    setting: str, today: date, day: date, name: str
) -> None:
    running = resolve_cycle(setting, today)
    assert cycle_around(day, running).name == name


def test_cycles_of_six_weeks_follow_one_another(company: Team) -> None:
    running = Cycle(date(2026, 10, 5), date(2026, 11, 15), "six weeks")
    before = cycle_around(date(2026, 10, 4), running)
    assert (before.start, before.end) == (date(2026, 8, 24), date(2026, 10, 4))


def test_fiscal_quarters_follow_the_fiscal_year() -> None:
    running = resolve_cycle("auto", date(2026, 6, 1), 2)
    assert cycle_around(date(2026, 7, 31), running, 2) == running
    assert cycle_around(date(2026, 8, 1), running, 2).start == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("top", "end"),
    [
        ("fiscal_year_start = 2\n", date(2027, 1, 31)),
        ('cycle = "2026-H2"\n', date(2026, 12, 31)),
        ('timezone = "Pacific/Auckland"\n', date(2026, 12, 31)),
        ("cycle = {start = 2026-11-30, end = 2027-01-10}\n", date(2027, 1, 10)),
    ],
)
def test_no_cycle_turns_an_untouched_row_green(company: Team, top: str, end: date) -> None:
    (company.folder / "okrsync.toml").write_text(top + CONFIG, encoding="utf-8")
    day, before = date(2026, 12, 15), on_day(company, date(2026, 12, 15))
    for day in (end - timedelta(days=1), end, end + timedelta(days=1), end + timedelta(days=20)):
        if day > end and "cycle" in top:
            # The people of this company name their cycle, and so name the next one.
            following = cycle_around(day, resolve_cycle(_cycle_of(top), date(2026, 12, 15)))
            named = f"cycle = {{start = {following.start}, end = {following.end}}}\n"
            (company.folder / "okrsync.toml").write_text(named + CONFIG, encoding="utf-8")
        after = on_day(company, day)
        for title, row in after.items():
            was, now = before[title]["Status"], row["Status"]
            assert RANK.index(now) <= RANK.index(was), f"{title} on {day}: {was} to {now}"
        before = after
    said = {title: (row["Status"], row["Score"]) for title, row in before.items()}
    assert said == {
        "Sign-ups": ("Missed", "0.4"),
        "Revenue": ("Achieved", "1"),
        "Churn": ("Missed", "0.8"),
    }


def _cycle_of(top: str) -> str | dict[str, date]:
    setting: str | dict[str, date] = tomllib.loads(top)["cycle"]
    return setting


@pytest.mark.parametrize("day", [date(2027, 1, 5), date(2027, 1, 20), date(2027, 2, 20)])
def test_a_state_that_got_its_past_back_knows_the_cycle_of_each_item(
    company: Team, day: date
) -> None:
    config = company.folder / "okrsync.toml"
    config.write_text(CONFIG + 'history = "history.csv"\n', encoding="utf-8")
    on_day(company, date(2026, 12, 15))
    type_in(company, "Sign-ups", current="55", day="2026-12-20")
    on_day(company, date(2026, 12, 20))
    before = on_day(company, date(2026, 12, 31))
    (company.folder / "okrsync.db").unlink()
    after = on_day(company, day)
    for title, row in after.items():
        assert RANK.index(row["Status"]) <= RANK.index(before[title]["Status"]), title
    document = company.json("show", "--as-of", day.isoformat())
    cycles = {kr["cycle"]["name"] for each in document["objectives"] for kr in each["key_results"]}
    assert (cycles, document["cycle"]["state"]) == ({"2026-Q4"}, "closed")
    assert after["Sign-ups"]["Progress"] == "55%"
    # What is typed from now on is news of the new cycle.
    if day > date(2027, 1, 14):
        type_in(company, "Sign-ups", current="60", day=day.isoformat())
        document = company.json("show", "--as-of", day.isoformat())
        assert document["cycle"]["name"] == "2027-Q1"


@pytest.mark.parametrize("named", [False, True])
def test_the_first_run_after_the_end_gives_last_answers_however_late_it_comes(
    company: Team, named: bool
) -> None:
    if named:
        rows = "".join(f"{line},Q4 2026\n" for line in ROWS.splitlines())
        text = HEADER.replace("check-in\n", "check-in,Cycle\n") + rows
        (company.folder / "team.csv").write_text(text, encoding="utf-8")
    on_day(company, date(2026, 12, 15))
    after = on_day(company, date(2027, 2, 20))
    assert {title: (row["Status"], row["Score"]) for title, row in after.items()} == {
        "Sign-ups": ("Missed", "0.4"),
        "Revenue": ("Achieved", "1"),
        "Churn": ("Missed", "0.8"),
    }
    content = (company.folder / "team.csv").read_bytes()
    on_day(company, date(2027, 2, 21))
    assert (company.folder / "team.csv").read_bytes() == content


def test_six_weeks_that_began_in_the_quarter_before_are_shown_and_written(company: Team) -> None:
    """The config counts in quarters, and the sheet in six weeks."""
    path = company.folder / "team.csv"
    header = "Objective,Key result,Start,Current,Target,Cycle\n"
    first = "Grow,Sign-ups,0,60,100,2026-11-16 to 2026-12-27\n"
    path.write_text(header + first, encoding="utf-8")
    for day in (date(2026, 12, 14), date(2026, 12, 28)):
        on_day(company, day)
    with path.open("a", encoding="utf-8") as file:
        file.write("Grow,Trials,0,20,100,2026-12-28 to 2027-02-07,,,\n")
    for day in (date(2026, 12, 29), date(2027, 1, 4), date(2027, 1, 20)):
        rows = on_day(company, day)
        assert rows["Sign-ups"]["Status"] == "Missed"
        assert rows["Trials"]["Progress"] == "20%", day
        shown = company.json("show", "--as-of", day.isoformat())
        assert shown["cycle"]["state"] == "running"
        titles = [kr["title"] for each in shown["objectives"] for kr in each["key_results"]]
        assert "Trials" in titles, day
