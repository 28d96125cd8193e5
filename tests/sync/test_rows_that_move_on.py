"""People begin a cycle in the rows of the last one: its answers stay with the cycle that ended."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from team import Team, sheet, write_csv, write_workbook

CONFIG = """
[sources.growth]
connector = "workbook"
path = "team.{suffix}"
[sources.growth.write]
columns = {{progress = "Progress", status = "Status", score = "Score"}}
{summary}
"""
HEADER = ["Objective", "Key result", "Cycle", "Start", "Current", "Target", "Last check-in"]
ROWS: list[list[Any]] = [
    ["Grow", "Sign-ups", "2026-Q4", 0, 40, 100, "2026-12-10"],
    ["Grow", "Revenue", "2026-Q4", 0, 100, 100, "2026-12-14"],
    ["Keep", "Churn", "2026-Q4", 0, 80, 100, "2026-12-14"],
]


def unnamed(rows: list[list[Any]]) -> list[list[Any]]:
    return [[*row[:2], *row[3:]] for row in rows]


def named(rows: list[list[Any]]) -> list[list[Any]]:
    return rows


def begin(rows: list[list[Any]], *numbers: int) -> list[list[Any]]:
    """The rows after somebody has begun the next cycle in some of them."""
    return [
        [*row[:2], "2027-Q1", row[4], None, 200, None] if number in numbers else row
        for number, row in enumerate(rows)
    ]


FORMS = {"by its numbers": unnamed, "in a column": named}


class Growth:
    """A team that keeps one file, in which rows name their cycle or do not."""

    def __init__(self, team: Team, form: str) -> None:
        self.team, self.form = team, FORMS[form]
        team.config(CONFIG.format(suffix="csv", summary=""))

    def type(self, rows: list[list[Any]]) -> None:
        """The people's columns as typed; what okrsync wrote beside them stays."""
        path, typed = self.team.folder / "team.csv", self.form([HEADER, *rows])
        width = len(typed[0])
        written = [line.split(",")[width:] for line in self.lines()] or [[]] * len(typed)
        write_csv(path, [[*row, *own] for row, own in zip(typed, written, strict=True)])

    def lines(self) -> list[str]:
        path: Path = self.team.folder / "team.csv"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def on(self, day: str) -> dict[str, Any]:
        """The document of `show`, after the sync of a day."""
        assert self.team.run("sync", "--as-of", day)[0] == 0, self.team.err
        return self.team.json("show", "--as-of", day)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(objectives: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """How each key result stands, without the place of its cells."""
    return {
        f"{objective['title']}/{result['title']}": (
            result["status"],
            result["progress"],
            result["score"],
            result["current"],
            result["target"],
            result["cycle"]["name"],
        )
        for objective in objectives
        for result in objective["key_results"]
    }


def standing(objectives: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {each["title"]: (each["status"], each["progress"]) for each in objectives}


@pytest.fixture(params=FORMS)
def growth(folder: Team, request: pytest.FixtureRequest) -> Growth:
    made = Growth(folder, request.param)
    made.type(ROWS)
    for day in ("2026-12-15", "2026-12-31"):
        made.on(day)
    return made


def test_the_cycle_before_is_as_it_ended(growth: Growth) -> None:
    ended = growth.on("2027-01-01")["objectives"]
    assert results(ended)["Grow/Sign-ups"] == ("missed", 0.4, 0.4, 40, 100, "2026-Q4")
    growth.type(begin(ROWS, 0))
    planned = growth.team.json("show", "--as-of", "2027-01-05")
    for document in (planned, growth.on("2027-01-05"), growth.on("2027-01-06")):
        assert [*results(document["objectives"])] == ["Grow/Sign-ups"]
        assert results(document["objectives"])["Grow/Sign-ups"][-2:] == (200, "2027-Q1")
        assert results(document["closed"]) == results(ended)
        assert standing(document["closed"]) == standing(ended)
    (quiet,) = growth.team.json("sync", "--as-of", "2027-01-07")["sources"]
    assert quiet["changes"] == []


def test_it_is_so_when_every_row_moves_on(growth: Growth) -> None:
    ended = growth.on("2027-01-01")["objectives"]
    growth.type(begin(ROWS, 0, 1))
    growth.on("2027-01-05")
    growth.type(begin(ROWS, 0, 1, 2))
    document = growth.on("2027-01-06")
    assert len(results(document["objectives"])) == 3
    assert results(document["closed"]) == results(ended)
    assert growth.on("2027-04-02")["closed"] == [], "it is shown for 90 days"


def test_a_row_that_is_put_back_is_itself_again(growth: Growth) -> None:
    ended = growth.on("2027-01-01")["objectives"]
    growth.type(begin(ROWS, 0))
    growth.on("2027-01-05")
    growth.type(ROWS)
    document = growth.on("2027-01-05")
    if growth.form is unnamed:
        # No cell says that it is over: its numbers have moved once more.
        assert [*results(document["objectives"])] == ["Grow/Sign-ups"]
        assert results(document["closed"]) == results(ended)
    else:
        assert (results(document["objectives"]), document["closed"]) == (results(ended), [])


def test_a_row_that_somebody_deletes_has_not_moved_on(growth: Growth) -> None:
    growth.on("2027-01-01")
    lines = growth.lines()
    (growth.team.folder / "team.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    growth.type(begin(ROWS[:2], 0))
    document = growth.on("2027-01-05")
    assert "Keep/Churn" not in results(document["closed"])
    assert {*results(document["closed"])} == {"Grow/Sign-ups", "Grow/Revenue"}


def test_the_ledger_sees_the_row_as_it_is_now(growth: Growth) -> None:
    growth.on("2027-01-01")
    growth.type(begin(ROWS, 0))
    growth.on("2027-01-05")
    known = growth.team.json("state", "export")
    growth.on("2027-01-06")
    after = growth.team.json("state", "export")
    assert known["observations"] == after["observations"]


def test_its_retrospective_tells_of_it_and_nothing_is_carried_twice(growth: Growth) -> None:
    growth.on("2027-01-01")
    growth.type(begin(ROWS, 0))
    growth.on("2027-01-05")
    code, out = growth.team.run("close", "2026-Q4", "--carry-over", "--as-of", "2027-01-09")
    assert code == 0, growth.team.err
    story, _, carried = out.partition("What did we learn")
    assert "Missed · score 0.4 · 40 %" in story
    assert "from 0, at 40, target 100" in story
    assert "Sign-ups" not in carried


def test_the_last_summary_counts_the_rows_that_moved_on(folder: Team) -> None:
    folder.config(CONFIG.format(suffix="xlsx", summary='summary = "OKR summary"'))
    path = folder.folder / "team.xlsx"
    write_workbook(path, unnamed([HEADER, *ROWS]), "OKRs")
    for day in ("2026-12-15", "2026-12-31", "2027-01-01"):
        assert folder.run("sync", "--as-of", day)[0] == 0, folder.err
    ended = sheet(path, "OKR summary")
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["OKRs"]["E2"] = 200
    book.save(path)
    assert folder.run("sync", "--as-of", "2027-01-05")[0] == 0, folder.err
    kept = sheet(path, "OKR summary 2026-Q4")
    assert [row for row in kept if "Last change" not in str(row[0])] == [
        row for row in ended if "Last change" not in str(row[0])
    ]


def test_a_row_of_the_next_cycle_below_an_objective_of_the_last_one(folder: Team) -> None:
    folder.config(CONFIG.format(suffix="csv", summary=""))
    path = folder.folder / "team.csv"
    rows = [["Grow", None, "2026-Q4"], *[[None, *row[1:]] for row in ROWS[:2]]]
    rows.append([None, "Leads", "2027-Q1", 0, 1, 10, "2027-01-04"])
    write_csv(path, [HEADER, *rows])
    for day in ("2026-12-20", "2027-01-01"):
        assert folder.run("sync", "--as-of", day)[0] == 0, folder.err
    (ended, *_) = read(path)
    assert (ended["Status"], ended["Score"]) == ("Missed", "0.7")
    for day in ("2027-01-05", "2027-02-05"):
        assert folder.run("sync", "--as-of", day)[0] == 0, folder.err
        objective, *_, leads = read(path)
        assert (objective["Status"], objective["Score"]) == ("Missed", "0.7"), "as its cycle ended"
        assert leads["Status"] in ("On track", "Off track")
        document = folder.json("show", "--as-of", day)
        assert [*results(document["objectives"])] == ["Grow/Leads"]
        assert [*results(document["closed"])] == ["Grow/Sign-ups", "Grow/Revenue"]
        assert folder.json("sync", "--as-of", day)["sources"][0]["changes"] == []
