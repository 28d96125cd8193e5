"""Closing a cycle: last answers, the retrospective, what is carried over, and putting it back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from okrsync.state.journal import Journal
from team import Team

CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "Note"}
"""
FLAT = """\
Objective,Key result,Owner,Cycle,Start,Current,Target,Last check-in
Grow,Sign-ups,Mia,Q4 2026,0,40,100,2026-12-10
Grow,Revenue,Jon,Q4 2026,0,100,100,2026-12-14
Keep,Churn,Ada,Q4 2026,10,8,5,2026-12-14
Total,,,,,,,
"""
AFTER_END = "2027-01-02"


@pytest.fixture
def company(team: Team) -> Team:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    (team.folder / "team.csv").write_text(FLAT, encoding="utf-8")
    return team


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def in_cycle(company: Team, cycle: str) -> dict[str, dict[str, str]]:
    """The rows of a cycle by their key result."""
    rows = rows_of(company.folder / "team.csv")
    return {row["Key result"]: row for row in rows if row["Cycle"] == cycle}


def close(company: Team, *arguments: str, day: str = AFTER_END, code: int = 0) -> dict[str, Any]:
    return company.json("close", *arguments, "--as-of", day, code=code)


def sync(company: Team, day: str) -> None:
    assert company.run("sync", "--as-of", day)[0] == 0, company.err


def test_the_notes_of_carried_rows_are_okrsyncs_own(company: Team) -> None:
    """Where notes are all that okrsync writes, most of its cells are new after a close."""
    config = CONFIG.replace('{progress = "Progress", status = "Status", score = "Score", ', "{")
    config += "[guards]\nmax_changes = 0.0\n"
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    sync(company, "2026-12-20")
    close(company, "--carry-over", "--yes")
    # A word of a person's beside a new row still counts as such.
    changes = company.json("sync", "--as-of", "2027-01-05")["sources"][0]["changes"]
    assert changes
    assert not [each for each in changes if "somebody typed" in each["reason"]]
    path = company.folder / "team.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Carried over from 2026-Q4. No", "Mine"), encoding="utf-8")
    assert company.run("sync", "--as-of", "2027-01-06")[0] == 5


def test_what_was_seen_of_a_closed_cycle_is_shown(company: Team) -> None:
    sync(company, "2026-12-20")
    close(company, "--carry-over", "--yes")
    sync(company, "2027-01-05")
    arguments = ("show", "growth/O1", "--history", "--as-of", "2027-01-05")
    assert "2026-12-10  40       100     40 %" in company.run(*arguments)[1]
    (objective,) = company.json(*arguments)["objectives"]
    (first, second) = objective["key_results"]
    assert [(seen["day"], seen["current"]) for seen in first["history"]] == [("2026-12-10", 40)]
    assert [seen["current"] for seen in second["history"]] == [100]


def test_without_yes_a_close_is_only_shown(company: Team) -> None:
    before = (company.folder / "team.csv").read_bytes()
    document = close(company, "--carry-over")
    assert (company.folder / "team.csv").read_bytes() == before
    assert "run" not in document
    assert document["cycle"]["name"] == "2026-Q4"
    assert document["next"]["name"] == "2027-Q1"
    assert [entry["title"] for entry in document["carried"]] == [
        "Grow",
        "Sign-ups",
        "Keep",
        "Churn",
    ]


def test_last_answers_are_written_and_the_unfinished_is_carried_over(company: Team) -> None:
    close(company, "--carry-over", "--yes")
    old = in_cycle(company, "Q4 2026")
    assert {title: (row["Status"], row["Score"]) for title, row in old.items()} == {
        "Sign-ups": ("Missed", "0.4"),
        "Revenue": ("Achieved", "1"),
        "Churn": ("Missed", "0.4"),
    }
    new = in_cycle(company, "Q1 2027")
    assert list(new) == ["Sign-ups", "Churn"]
    signups = new["Sign-ups"]
    assert (signups["Objective"], signups["Owner"]) == ("Grow", "Mia")
    assert (signups["Start"], signups["Current"], signups["Target"]) == ("40", "", "100")
    assert (signups["Last check-in"], signups["Status"]) == ("", "")
    # Totals stay below.
    assert rows_of(company.folder / "team.csv")[-1]["Objective"] == "Total"


def test_targets_are_cleared_where_that_is_asked_for(company: Team) -> None:
    close(company, "--carry-over", "--targets", "clear", "--yes")
    assert [row["Target"] for row in in_cycle(company, "Q1 2027").values()] == ["", ""]


def test_a_close_is_put_back_whole_even_after_later_runs(company: Team) -> None:
    before = (company.folder / "team.csv").read_bytes()
    run = close(company, "--carry-over", "--yes")["run"]
    sync(company, "2027-01-05")
    assert company.run("undo", run)[0] == 0
    assert (company.folder / "team.csv").read_bytes() == before
    # The cycle is open again.
    assert close(company)["cycle"]["name"] == "2026-Q4"


def test_what_people_typed_into_a_carried_row_stays_when_the_close_is_put_back(
    company: Team,
) -> None:
    run = close(company, "--carry-over", "--yes")["run"]
    path = company.folder / "team.csv"
    text = path.read_text(encoding="utf-8").replace("Q1 2027,40,,100", "Q1 2027,40,45,100")
    path.write_text(text, encoding="utf-8")
    document = company.json("undo", run)
    assert list(in_cycle(company, "Q1 2027")) == ["Sign-ups"]
    assert "somebody typed into" in document["sources"][0]["conflicts"][-1]["reason"] or any(
        "somebody typed into" in conflict["reason"]
        for conflict in document["sources"][0]["conflicts"]
    )


def test_the_note_says_where_a_row_came_from_until_its_first_check_in(company: Team) -> None:
    sync(company, "2026-12-15")
    close(company, "--carry-over", "--yes")
    assert in_cycle(company, "Q1 2027")["Sign-ups"]["Note"] == "Carried over from 2026-Q4."
    sync(company, "2027-01-05")
    assert in_cycle(company, "Q1 2027")["Sign-ups"]["Note"].startswith("Carried over from 2026-Q4.")
    path = company.folder / "team.csv"
    rows = rows_of(path)
    for row in rows:
        if row["Cycle"] == "Q1 2027" and row["Key result"] == "Sign-ups":
            row.update({"Current": "45", "Last check-in": "2027-01-08"})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sync(company, "2027-01-09")
    assert "Carried over" not in in_cycle(company, "Q1 2027")["Sign-ups"]["Note"]


def test_a_cycle_that_is_closed_before_its_time_ends_on_that_day(company: Team) -> None:
    sync(company, "2026-12-15")
    close(company, "2026-Q4", "--carry-over", "--yes", day="2026-12-16")
    ended = in_cycle(company, "Q4 2026")["Sign-ups"]
    assert (ended["Status"], ended["Note"]) == ("Missed", "Ended on 16 Dec 2026 at 40 %.")
    sync(company, "2026-12-17")
    ahead = in_cycle(company, "Q1 2027")["Sign-ups"]
    assert ahead["Note"] == "Carried over from 2026-Q4. Starts on 1 Jan 2027."
    sync(company, "2027-01-01")
    assert in_cycle(company, "Q4 2026")["Sign-ups"] == ended
    assert in_cycle(company, "Q1 2027")["Sign-ups"]["Note"].startswith("Carried over from 2026-Q4.")


def test_closing_twice_finds_what_the_first_close_made(company: Team) -> None:
    run = close(company, "--carry-over", "--yes")["run"]
    after = (company.folder / "team.csv").read_bytes()
    document = close(company, "--carry-over", "--yes", day="2027-01-03")
    assert document["cycle"] is None
    assert document["closed_before"] == [{"run": run, "day": AFTER_END}]
    document = close(company, "2026-Q4", "--carry-over", "--yes", day="2027-01-03")
    assert (document["counts"]["changes"], document["carried"]) == (0, [])
    assert (company.folder / "team.csv").read_bytes() == after


def test_without_a_state_a_second_close_finds_rows_by_title_and_cycle(company: Team) -> None:
    close(company, "--carry-over", "--yes")
    after = (company.folder / "team.csv").read_bytes()
    for path in company.folder.glob("okrsync.db*"):
        path.unlink()
    document = close(company, "2026-Q4", "--carry-over", "--yes")
    assert document["counts"]["changes"] == 0
    assert (company.folder / "team.csv").read_bytes() == after


def test_a_cycle_that_still_runs_must_be_named(company: Team) -> None:
    assert company.run("close", "--yes", "--as-of", "2026-12-20")[0] == 2
    assert "2026-Q4 runs until 2026-12-31" in company.err
    assert "okrsync close 2026-Q4" in company.err
    document = close(company, "2026-Q4", "--yes", day="2026-12-20")
    assert document["is_running"]
    assert in_cycle(company, "Q4 2026")["Sign-ups"]["Status"] == "Missed"
    # Its last answers stay, although the calendar says that it runs.
    sync(company, "2026-12-21")
    assert in_cycle(company, "Q4 2026")["Sign-ups"]["Status"] == "Missed"


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        ("2027-Q3", "has not begun"),
        ("2026-12-31/2026-10-01", "ends before it begins"),
        ("soon", "is not a cycle"),
    ],
)
def test_a_cycle_that_cannot_be_closed_is_named(company: Team, cycle: str, words: str) -> None:
    assert company.run("close", cycle, "--as-of", AFTER_END)[0] == 2
    assert words in company.err


def test_two_cycles_with_one_name_are_told_apart_by_their_days(company: Team) -> None:
    from datetime import date

    from okrsync.model.errors import ConfigError
    from okrsync.model.okrs import Cycle
    from okrsync.plan.closing.items import chosen_cycle

    cycles = [
        Cycle(date(2026, 7, 1), date(2026, 9, 30), "Q4"),
        Cycle(date(2026, 10, 1), date(2026, 12, 31), "Q4"),
    ]
    with pytest.raises(ConfigError, match="two cycles are called 'Q4'") as raised:
        chosen_cycle("Q4", cycles, [], date(2027, 1, 2), lambda _: None)
    assert "2026-10-01/2026-12-31" in (raised.value.hint or "")


def test_a_clock_that_was_set_back_is_named(company: Team) -> None:
    sync(company, "2027-01-10")
    document = close(company, "2026-Q4", day="2027-01-05")
    assert [warning["code"] for warning in document["warnings"]] == ["clock-set-back"]


def test_values_that_came_too_late_do_not_count(company: Team) -> None:
    sync(company, "2026-12-20")
    path = company.folder / "team.csv"
    text = path.read_text(encoding="utf-8").replace("0,40,100,2026-12-10", "0,90,100,2027-02-10")
    path.write_text(text, encoding="utf-8")
    sync(company, "2027-02-11")
    document = close(company, "--yes", day="2027-02-12")
    objective = document["retrospective"]["objectives"][0]
    result = objective["key_results"][0]
    assert (result["current"], result["score"]) == (40, 0.4)
    assert in_cycle(company, "Q4 2026")["Sign-ups"]["Score"] == "0.4"


def test_the_retrospective_keeps_what_people_typed_into_it(company: Team) -> None:
    sync(company, "2026-11-15")
    path = company.folder / "retro.md"
    close(company, "--yes", "--retrospective", str(path))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Retrospective 2026-Q4\n")
    for words in ("### Sign-ups", "score 0.4", "**Won** (1 of 3)", "- Revenue, Jon"):
        assert words in text
    question = "## What got in our way, and what do we change?"
    before, _, after = text.partition(question)
    _, _, rest = after.partition("## ")
    typed = "Nobody owned the trial.\n\n- Ada does from now on"
    path.write_text(f"{before}{question}\n\n{typed}\n\n## {rest}\n## Ours\n\nMore.\n", "utf-8")
    close(company, "2026-Q4", "--yes", "--retrospective", str(path), day="2027-01-05")
    again = path.read_text(encoding="utf-8")
    assert f"{question}\n\n{typed}\n" in again
    assert again.endswith("## Ours\n\nMore.\n")
    close(company, "2026-Q4", "--yes", "--retrospective", str(path), day="2027-01-06")
    assert path.read_text(encoding="utf-8") == again


def test_another_file_is_not_written_over_by_a_retrospective(company: Team) -> None:
    path = company.folder / "notes.md"
    path.write_text("mine", encoding="utf-8")
    before = (company.folder / "team.csv").read_bytes()
    assert company.run("close", "--yes", "--retrospective", str(path), "--as-of", AFTER_END)[0] == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert (company.folder / "team.csv").read_bytes() == before


SHAPES = {
    "filled-down": (
        (
            "Cycle,Objective,Key result,Start,Current,Target\n"
            "Q4 2026,Grow,Sign-ups,0,100,100\n"
            "Q4 2026,,Revenue,0,40,100\n"
            "Q4 2026,Keep,Churn,0,30,100\n"
        ),
        [
            ["Q1 2027", "Grow", "Revenue", "40", "", "100"],
            ["Q1 2027", "Keep", "Churn", "30", "", "100"],
        ],
    ),
    "interleaved": (
        (
            "Objective,Key result,Cycle,Start,Current,Target\n"
            "Grow,,Q4 2026,,,\n"
            ",Sign-ups,Q4 2026,0,100,100\n"
            ",Revenue,Q4 2026,0,40,100\n"
            "Keep,,Q4 2026,,,\n"
            ",Churn,Q4 2026,0,100,100\n"
        ),
        [["Grow", "", "Q1 2027", "", "", ""], ["", "Revenue", "Q1 2027", "40", "", "100"]],
    ),
    "milestones": (
        (
            "Objective,Key result,Cycle,Current,Target\n"
            "Grow,Ship the parts,Q4 2026,2 of 5,5\n"
            "Grow,Sign-ups,Q4 2026,40,100\n"
        ),
        [
            ["Grow", "Ship the parts", "Q1 2027", "0 of 5", "5"],
            ["Grow", "Sign-ups", "Q1 2027", "", "100"],
        ],
    ),
    "the cycle on objectives only": (
        "Objective,Key result,Cycle,Start,Current,Target\nGrow,,Q4 2026,,,\n,Revenue,,0,40,100\n",
        [["Grow", "", "Q1 2027", "", "", ""], ["", "Revenue", "", "40", "", "100"]],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_carried_in_the_layout_of_their_table(company: Team, shape: str) -> None:
    text, expected = SHAPES[shape]
    path = company.folder / "team.csv"
    path.write_text(text, encoding="utf-8")
    document = close(company, "--carry-over", "--yes")
    assert document["sources"][0]["skips"] == []
    lines = [line[: len(expected[0])] for line in csv.reader(path.read_text("utf-8").splitlines())]
    assert lines[-len(expected) :] == expected
    after = path.read_bytes()
    close(company, "2026-Q4", "--carry-over", "--yes")
    assert path.read_bytes() == after
    company.run("undo", document["run"])
    assert path.read_text(encoding="utf-8") == text


def test_a_table_that_names_no_cycle_is_a_skip(company: Team) -> None:
    path = company.folder / "team.csv"
    path.write_text(
        "Objective,Key result,Start,Current,Target,Last check-in\n"
        "Grow,Sign-ups,0,40,100,2026-12-10\n",
        encoding="utf-8",
    )
    sync(company, "2026-12-15")
    document = close(company, "--carry-over", "--yes")
    (skip,) = document["sources"][0]["skips"]
    assert "names no cycle" in skip["reason"]
    assert document["carried"] == []


@pytest.mark.parametrize("moment", ["intend", "settle", "finish"])
def test_a_close_that_is_killed_is_finished_by_the_next_one(
    company: Team, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever the process dies, the next close ends in the same state, and undo puts it back."""
    path = company.folder / "team.csv"
    before = path.read_bytes()
    close(company, "--carry-over", "--yes")
    wanted = path.read_bytes()
    path.write_bytes(before)
    for state in company.folder.glob("okrsync.db*"):
        state.unlink()

    with monkeypatch.context() as patch:
        real = getattr(Journal, moment)

        def killed(*arguments: Any, **named: Any) -> None:
            if moment == "intend":
                real(*arguments, **named)
            raise KeyboardInterrupt

        patch.setattr(Journal, moment, killed)
        assert company.run("close", "--carry-over", "--yes", "--as-of", AFTER_END)[0] == 130
    close(company, "2026-Q4", "--carry-over", "--yes")
    assert path.read_bytes() == wanted
    sync(company, "2027-01-05")
    assert in_cycle(company, "Q1 2027")["Sign-ups"]["Note"].startswith("Carried over")
    runs = [run["id"] for run in company.json("history")["runs"] if run["kind"] != "undo"]
    for run in runs:
        company.run("undo", run)
    assert path.read_bytes() == before
    assert close(company)["cycle"]["name"] == "2026-Q4"


def test_a_file_that_keeps_no_retrospective_says_so(company: Team) -> None:
    company.config(CONFIG.replace("columns =", 'retrospective = "OKR"\ncolumns ='))
    document = close(company, "--yes")
    assert [skip["code"] for skip in document["sources"][0]["skips"]] == ["no-summary"]
