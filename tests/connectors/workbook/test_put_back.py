"""Undo brings a file back: every byte of it right after a run, and what people made of it since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.worksheet.table import Table as TableOf

from team import CONFIG, Team, edit, sheet, team, write_csv
from workbook_parts import change_part, parts

__all__ = ["team"]

FILL = PatternFill("solid", fgColor="FFF2CC")


def colour(q4: Any) -> None:
    for row in q4["H1:J4"]:
        for cell in row:
            cell.fill = FILL


def border(q4: Any) -> None:
    for row in q4["A1:J4"]:
        for cell in row:
            cell.border = Border(bottom=Side("thin"))


def percent(q4: Any) -> None:
    for row in q4["H2:H4"]:
        for cell in row:
            cell.number_format = "0%"


def formula(q4: Any) -> None:
    q4["K2"] = "=E2*2"


def note(q4: Any) -> None:
    q4["B2"].comment = Comment("ask Mia", "Jon")


def table(q4: Any) -> None:
    q4.add_table(TableOf(displayName="Okrs", ref="A1:G4"))


def wide(q4: Any) -> None:
    q4.column_dimensions["H"].width = 40


def spans(path: Path) -> None:
    """Row spans as Excel writes them, and no wish to have all calculated on opening."""
    change_part(path, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="2" spans="1:7"')
    change_part(path, "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")


CHANGES = [colour, border, percent, formula, note, table, wide]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
@pytest.mark.parametrize("extra", ["", 'summary = "OKR summary"\nnotify = "note"\n'])
def test_undo_right_after_a_run_brings_every_byte_of_a_workbook_back(
    team: Team, change: Any, extra: str
) -> None:
    path = team.folder / "growth.xlsx"
    team.config(CONFIG + extra)
    edit(path, change)
    spans(path)
    before = path.read_bytes()
    assert team.sync()["counts"]["changes"] > 0
    after = path.read_bytes()
    assert after != before
    assert team.run("undo", "last")[0] == 0
    assert path.read_bytes() == before
    undo = max(run["id"] for run in team.json("history")["runs"])
    assert team.run("undo", undo)[0] == 0
    assert path.read_bytes() == after


def test_runs_are_put_back_one_after_the_other(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    edit(path, colour)
    first = path.read_bytes()
    team.sync()
    second = path.read_bytes()
    team.sync("--as-of", "2026-12-20")
    assert path.read_bytes() != second
    runs = [run["id"] for run in team.json("history")["runs"]]
    newest, oldest = sorted(runs, reverse=True)
    team.run("undo", newest)
    assert path.read_bytes() == second
    team.run("undo", oldest)
    assert path.read_bytes() == first


CSV = [
    b"Objective,Key result,Current,Target\r\nGrow,Sign-ups,62,100\r\nKeep,Churn,2\r\n",
    b'"Objective","Key result","Current","Target"\n"Grow",Sign-ups,"62",100\n,Revenue,34,50',
    b"\xef\xbb\xbfObjective;Key result;Current;Target;;\nGrow;Sign-ups;62;100;;\n;Churn;2;4\n\n\n",
    b"sep=;\nObjective;Key result;Current;Target\nGrow;Sign-ups;62;100\n;;;\n;Churn;2;4;\n",
]


@pytest.mark.parametrize("data", CSV)
def test_undo_right_after_a_run_brings_every_byte_of_a_csv_file_back(
    team: Team, data: bytes
) -> None:
    path = team.folder / "growth.csv"
    path.write_bytes(data)
    team.config(CONFIG.replace("growth.xlsx", "growth.csv"))
    assert team.sync()["counts"]["changes"] > 0
    assert path.read_bytes() != data
    assert team.run("undo", "last")[0] == 0
    assert path.read_bytes() == data


def test_coloured_cells_stay_coloured_although_people_edited_since(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    edit(path, colour)
    team.sync()
    edit(path, lambda q4: q4.__setitem__("C2", "Ann"))
    assert team.run("undo", "last")[0] == 0
    q4: Any = openpyxl.load_workbook(path)["Q4"]
    assert [q4.cell(row, 8).fill.fgColor.rgb for row in range(1, 5)] == ["00FFF2CC"] * 4
    assert [q4.cell(row, 8).number_format for row in range(1, 5)] == ["General"] * 4
    assert q4["H2"].value is None
    assert q4["C2"].value == "Ann"


def test_a_column_inserted_since_stays_and_ours_go(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    before = sheet(path)
    team.sync()

    def insert(q4: Any) -> None:
        q4.insert_cols(3)
        q4["C1"], q4["C2"] = "Region", "North"
        q4["L1"], q4["L2"] = "Remarks", "good"

    edit(path, insert)
    assert team.run("undo", "last")[0] == 0
    after = sheet(path)
    assert [[*row[:2], *row[3:8]] for row in after] == before
    assert [row[2] for row in after] == ["Region", "North", None, None]
    assert [row[8:] for row in after[:2]] == [
        [None, None, None, "Remarks"],
        [None, None, None, "good"],
    ]


def test_a_column_of_peoples_right_of_ours_in_a_csv_file_moves_up(team: Team) -> None:
    path = team.folder / "growth.csv"
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Current", "Target"],
        ["Grow", "Sign-ups", 62, 100],
    ]
    write_csv(path, rows)
    team.config(CONFIG.replace("growth.xlsx", "growth.csv"))
    team.sync()
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{lines[0]},Remarks\n{lines[1]},good\n", encoding="utf-8")
    assert team.run("undo", "last")[0] == 0
    assert path.read_text(encoding="utf-8") == (
        "Objective,Key result,Current,Target,Remarks\nGrow,Sign-ups,62,100,good\n"
    )


def test_what_people_typed_since_is_not_taken_back_with_the_file(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    edit(path, lambda q4: q4.__setitem__("E2", 70))
    code, _ = team.run("undo", "last")
    assert code == 0
    assert sheet(path)[1][4] == 70
    assert {len(row) for row in sheet(path)} == {7}


def test_a_note_of_peoples_keeps_its_box_when_ours_is_taken_back(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    team.config(CONFIG + 'notify = "note"\n')
    edit(path, note)
    edit(path, lambda q4: None)  # saved twice, the drawing has prefixes of its own
    team.sync()
    edit(path, lambda q4: q4.__setitem__("C2", "Ann"))
    assert team.run("undo", "last")[0] == 0
    held = parts(path.read_bytes())
    drawing = next(content for name, content in held.items() if name.endswith(".vml"))
    assert drawing.count(b"<x:ClientData") == 1 or drawing.count(b":ClientData ") == 1
    comment = openpyxl.load_workbook(path)["Q4"]["B2"].comment
    assert comment is not None
    assert comment.text == "ask Mia"
    assert openpyxl.load_workbook(path)["Q4"]["B3"].comment is None
