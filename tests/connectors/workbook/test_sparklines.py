"""Trends in a workbook: sparklines of Excel, drawn from numbers in a hidden sheet, beside what
people have made, and gone again without a trace.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync_workbook.xlsx import CellEdit, Edits, Package
from okrsync_workbook.xlsx.patch import patch
from team import Team, write_workbook

CONFIG = """
cycle = "2026-Q4"

[sources.growth]
connector = "workbook"
path = "growth.xlsx"
[sources.growth.write]
columns = {progress = "Progress", trend = "Trend"}
"""
ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Owner", "Start", "Current", "Target"],
    ["Grow", "Sign-ups", "Mia", 0, 40, 200],
    [None, "Revenue", "Jon", 10, 34, 50],
]
HIDDEN = "okrsync trends"


@pytest.fixture
def growth(team: Team) -> Team:
    """A team in its third week: sign-ups went from 20 to 50 to 100 %."""
    team.config(CONFIG)
    write_workbook(team.folder / "growth.xlsx", ROWS)
    for day, value in (("02", 40), ("09", 100), ("16", 200)):
        type_in(team, value)
        team.json("sync", "--as-of", f"2026-11-{day}")
    return team


def type_in(team: Team, value: int) -> None:
    """A person types into a cell; Excel keeps everything else."""
    path = team.folder / "growth.xlsx"
    package = Package.open(path.read_bytes())
    path.write_bytes(patch(package, Edits(cells=(CellEdit(package.sheets[0].name, 2, 4, value),))))


def sheet_xml(team: Team, number: int = 1) -> str:
    with zipfile.ZipFile(team.folder / "growth.xlsx") as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def drawn(team: Team) -> dict[str, list[object]]:
    """By cell, the numbers that its sparkline draws."""
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    lines = {}
    for name, area, cell in re.findall(
        r"<xm:f>'([^<]*)'!([^<]*)</xm:f><xm:sqref>([^<]*)</xm:sqref>", sheet_xml(team)
    ):
        cells = book[name][area.replace("$", "")]
        row = cells[0] if isinstance(cells, tuple) else (cells,)
        lines[cell] = [each.value for each in row]
    return lines


def test_a_trend_is_drawn_from_its_numbers(growth: Team) -> None:
    # Revenue has not moved: 60 % from the first value on has one point, and makes no trend.
    assert drawn(growth) == {"H2": [20, 50, 100]}
    book = openpyxl.load_workbook(growth.folder / "growth.xlsx")
    assert book[HIDDEN].sheet_state == "hidden"
    cell = book.worksheets[0]["H2"]
    assert (cell.value, cell.number_format) == ("▂▅█", ";;;")


def test_a_run_without_news_writes_nothing_and_reads_no_hidden_tab(growth: Team) -> None:
    before = (growth.folder / "growth.xlsx").read_bytes()
    done = growth.json("sync", "--as-of", "2026-11-17")
    assert done["counts"].get("written", 0) == 0
    assert (growth.folder / "growth.xlsx").read_bytes() == before
    assert "hidden tabs" not in growth.run("check")[1]


def test_a_point_that_no_block_shows_is_drawn_all_the_same(growth: Team) -> None:
    type_in(growth, 198)
    growth.json("sync", "--as-of", "2026-11-16")
    assert drawn(growth) == {"H2": [20, 50, 99]}


def test_undo_restores_every_byte(growth: Team) -> None:
    type_in(growth, 160)
    before = (growth.folder / "growth.xlsx").read_bytes()
    growth.json("sync", "--as-of", "2026-11-23")
    assert drawn(growth) == {"H2": [20, 50, 100, 80]}
    growth.run("undo", "last")
    assert (growth.folder / "growth.xlsx").read_bytes() == before


def test_undo_of_the_first_trend_leaves_no_sheet_and_no_sparkline(team: Team) -> None:
    team.config(CONFIG)
    write_workbook(team.folder / "growth.xlsx", ROWS)
    team.json("sync", "--as-of", "2026-11-02")
    type_in(team, 100)
    before = (team.folder / "growth.xlsx").read_bytes()
    team.json("sync", "--as-of", "2026-11-09")
    assert drawn(team) == {"H2": [20, 50]}
    # Something else was typed meanwhile, so that the bytes of before cannot come back.
    path = team.folder / "growth.xlsx"
    package = Package.open(path.read_bytes())
    path.write_bytes(patch(package, Edits(cells=(CellEdit(package.sheets[0].name, 3, 2, "Lea"),))))
    team.run("undo", "last")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == openpyxl.load_workbook(path).sheetnames
    assert HIDDEN not in book.sheetnames
    assert "sparkline" not in sheet_xml(team)
    assert "extLst" not in sheet_xml(team)
    assert before != path.read_bytes()


def test_sparklines_of_people_stay(growth: Team) -> None:
    path = growth.folder / "growth.xlsx"
    own = (
        '<x14:sparklineGroup xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" type="column">'
        "<x14:sparklines><x14:sparkline><xm:f>growth!D2:F2</xm:f><xm:sqref>J2</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup>"
    )
    changed = sheet_xml(growth).replace("<x14:sparklineGroups>", f"<x14:sparklineGroups>{own}")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = changed.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    type_in(growth, 160)
    growth.json("sync", "--as-of", "2026-11-23")
    assert own in sheet_xml(growth)
    assert sheet_xml(growth).count("<x14:sparkline>") == 2


def test_a_row_of_numbers_that_nothing_draws_is_used_again(growth: Team) -> None:
    # openpyxl drops sparklines when it saves.
    book = openpyxl.load_workbook(growth.folder / "growth.xlsx")
    book.worksheets[0]["E2"] = 160
    book.save(growth.folder / "growth.xlsx")
    growth.json("sync", "--as-of", "2026-11-23")
    assert drawn(growth) == {"H2": [20, 50, 100, 80]}
    assert openpyxl.load_workbook(growth.folder / "growth.xlsx")[HIDDEN].max_row == 2


def test_a_locked_workbook_keeps_blocks(team: Team) -> None:
    team.config(CONFIG)
    path = team.folder / "growth.xlsx"
    write_workbook(path, ROWS)
    book = openpyxl.load_workbook(path)
    book.security.lockStructure = True
    book.save(path)
    team.json("sync", "--as-of", "2026-11-02")
    type_in(team, 100)
    team.json("sync", "--as-of", "2026-11-09")
    book = openpyxl.load_workbook(path)
    assert HIDDEN not in book.sheetnames
    assert (book.worksheets[0]["H2"].value, book.worksheets[0]["H2"].number_format) == (
        "▂▅",
        "General",
    )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_another_program_opens_it(growth: Team, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(growth.folder / "growth.xlsx"),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert (tmp_path / "growth.pdf").stat().st_size > 1_000
