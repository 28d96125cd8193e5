"""The chart of the summary in a workbook: in the colours of the statuses, beside what people have
made in the same tab, and gone again without a trace.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference

from okrsync.connector import PALETTE
from team import CHECKED, Team, edit, write_workbook

CONFIG = """
cycle = "2026-Q4"

[sources.growth]
connector = "workbook"
path = "growth.xlsx"
[sources.growth.write]
columns = {status = "Status"}
summary = "OKR's & more"
"""
TAB = "OKR's & more"
TITLE = "Key results by objective and status"
HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"]


def rows(current: int = 60) -> list[list[Any]]:
    return [
        HEADER,
        ["Grow <fast> & far", "Sign-ups", "Mia", 0, current, 100, CHECKED],
        [None, "Revenue", "Jon", 0, 5, 100, CHECKED],
        [None, "Trials", "Jon", 0, 100, 100, CHECKED],
        ["Keep", "Churn", "Lea", 0, 60, 100, date(2026, 10, 2)],
    ]


@pytest.fixture
def chart_team(team: Team) -> Team:
    team.config(CONFIG)
    write_workbook(team.folder / "growth.xlsx", rows())
    return team


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def charts(team: Team) -> list[str]:
    return [
        content.decode()
        for name, content in sorted(parts(team.folder / "growth.xlsx").items())
        if name.startswith("xl/charts/chart")
    ]


def series(chart: str) -> dict[str, tuple[str, list[int]]]:
    """By status, the colour of its bars and how many key results of each objective have it."""
    found = {}
    for part in re.findall(r"<c:ser>.*?</c:ser>", chart, re.DOTALL):
        name, *_ = re.findall(r"<c:tx>.*?<c:v>(.*?)</c:v>", part)
        colour = re.search(r'srgbClr val="(\w+)"', part)
        numbers = re.search(r"<c:numCache>.*?</c:numCache>", part)
        assert colour is not None
        assert numbers is not None
        found[name] = (colour[1], [int(each) for each in re.findall(r"<c:v>(\d+)<", numbers[0])])
    return found


def test_its_colours_mean_the_status_and_its_bars_the_objectives(chart_team: Team) -> None:
    chart_team.sync()
    (chart,) = charts(chart_team)
    assert '<c:grouping val="stacked"/>' in chart
    assert series(chart) == {
        name: (PALETTE[status].bar[1:].upper(), counts)
        for name, status, counts in (
            ("On track", "on-track", [1, 0]),
            ("Off track", "off-track", [1, 0]),
            ("Stale", "stale", [0, 1]),
            ("Achieved", "achieved", [1, 0]),
        )
    }
    # What the chart says is what its cells say.
    book: Any = openpyxl.load_workbook(chart_team.folder / "growth.xlsx")
    sheet = book[TAB]
    (shown,) = sheet._charts
    for each in shown.series:
        tab, _, cells = each.val.numRef.f.rpartition("!")
        assert tab == "'OKR''s & more'"
        values = [row[0].value for row in sheet[cells.replace("$", "")]]
        assert values == [int(point.v) for point in each.val.numRef.numCache.pt]


def test_a_second_run_writes_nothing(chart_team: Team) -> None:
    chart_team.sync()
    before = (chart_team.folder / "growth.xlsx").read_bytes()
    assert chart_team.sync()["counts"]["changes"] == 0
    assert (chart_team.folder / "growth.xlsx").read_bytes() == before


def test_it_follows_the_numbers_and_the_objectives(chart_team: Team) -> None:
    chart_team.sync()
    path = chart_team.folder / "growth.xlsx"

    def grow(sheet: Any) -> None:
        sheet["E2"] = 5
        for number in range(6, 9):
            values = ["New" if number == 6 else None, f"More {number}", "Mia", 0, 60, 100, CHECKED]
            for column, value in enumerate(values):
                sheet.cell(number, column + 1, value)

    edit(path, grow)
    chart_team.sync()
    (chart,) = charts(chart_team)
    assert {name: counts for name, (_, counts) in series(chart).items()} == {
        "On track": [0, 0, 3],
        "Off track": [2, 0, 0],
        "Stale": [0, 1, 0],
        "Achieved": [1, 0, 0],
    }
    assert chart_team.sync()["counts"]["changes"] == 0


def test_a_chart_of_people_in_the_same_tab_stays(chart_team: Team) -> None:
    path = chart_team.folder / "growth.xlsx"
    run = chart_team.sync()["run"]
    book: Any = openpyxl.load_workbook(path)
    own = LineChart()
    own.title = "Ours"
    own.add_data(Reference(book["Q4"], min_col=5, min_row=1, max_row=4), titles_from_data=True)
    book[TAB].add_chart(own, "L30")
    book.save(path)
    assert chart_team.sync()["counts"]["changes"] == 0
    edit(path, lambda sheet: sheet.__setitem__("E2", 5))
    chart_team.sync()
    told = charts(chart_team)
    assert sum(TITLE in each for each in told) == 1
    assert sum("Ours" in each for each in told) == 1
    # Undo leaves a tab that people use where it is.
    chart_team.run("undo", run)
    assert any("Ours" in each for each in charts(chart_team))


def test_it_joins_a_drawing_of_people_and_leaves_it(chart_team: Team) -> None:
    """A tab that an earlier okrsync made has no chart yet, and people put one of theirs there."""
    path = chart_team.folder / "growth.xlsx"
    chart_team.sync()
    book: Any = openpyxl.load_workbook(path)
    book[TAB]._charts.clear()
    own = LineChart()
    own.title = "Ours"
    own.add_data(Reference(book["Q4"], min_col=5, min_row=1, max_row=4), titles_from_data=True)
    book[TAB].add_chart(own, "L30")
    book.save(path)
    before = parts(path)
    done = chart_team.sync()
    assert done["counts"]["changes"] == 1
    told = charts(chart_team)
    assert sorted("Ours" in each for each in told) == [False, True]
    assert chart_team.sync()["counts"]["changes"] == 0
    own_part = next(name for name, content in before.items() if b"Ours" in content)
    assert parts(path)[own_part] == before[own_part]


def test_undo_takes_it_away_byte_for_byte(chart_team: Team) -> None:
    path = chart_team.folder / "growth.xlsx"
    before = parts(path)
    run = chart_team.sync()["run"]
    assert charts(chart_team)
    assert chart_team.run("undo", run)[0] == 0
    after = parts(path)
    assert {name for name in before if before[name] != after.get(name)} <= {"xl/styles.xml"}
    assert after.keys() == before.keys()


def test_undo_of_a_later_run_puts_the_chart_back(chart_team: Team) -> None:
    path = chart_team.folder / "growth.xlsx"
    chart_team.sync()
    (first,) = charts(chart_team)
    edit(path, lambda sheet: sheet.__setitem__("E2", 5))
    run = chart_team.sync()["run"]
    assert series(charts(chart_team)[0]) != series(first)
    assert chart_team.run("undo", run)[0] == 0
    (back,) = charts(chart_team)
    assert series(back) == series(first)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_draws_it_and_keeps_it(chart_team: Team, tmp_path: Path) -> None:
    path = chart_team.folder / "growth.xlsx"
    chart_team.sync()
    profile = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    for form in ("pdf", "xlsx"):
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", form, "--outdir", "out", str(path)],
            check=True,
            capture_output=True,
            timeout=240,
            cwd=tmp_path,
        )
    assert (tmp_path / "out" / "growth.pdf").stat().st_size > 5_000
    shutil.copy(tmp_path / "out" / "growth.xlsx", path)
    assert chart_team.sync()["counts"]["changes"] == 0
