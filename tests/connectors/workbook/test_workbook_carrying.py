"""A workbook takes carried rows and tabs as Excel would: what is below moves, what holds them
grows, and the file can still be opened.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from connectors.workbook.test_files import excel_owner_file
from team import Team

CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.xlsx"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "Note"}
"""
HEADER = ["Objective", "Key result", "Cycle", "Start", "Current", "Target", "Done"]
ROWS: list[list[Any]] = [
    ["Grow", "Sign-ups", "Q4 2026", 0, 40, 100, "=E2/F2"],
    ["Grow", "Revenue", "Q4 2026", 0, 100, 100, "=E3/F3"],
    ["Keep", "Churn", "Q4 2026", 0, 30, 100, "=SUM(E2:E4)/F4"],
]


@pytest.fixture
def company(team: Team) -> Team:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    return team


def saved(path: Path, *, table: bool = True) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "OKRs"
    for row in (HEADER, *ROWS):
        sheet.append(row)
    sheet["D7"] = "Total"
    sheet["E7"] = "=SUM(E2:E4)"
    sheet["E8"] = "=E7*2"
    sheet.row_dimensions[4].height = 30
    sheet.column_dimensions["B"].width = 33
    for number in (2, 3, 4):
        sheet.cell(number, 1).fill = PatternFill("solid", fgColor="FFEEDD")
    validation = DataValidation("list", formula1='"Q4 2026,Q1 2027"')
    validation.add("C2:C4")
    sheet.add_data_validation(validation)
    rule = Rule("cellIs", operator="greaterThan", formula=["50"])
    sheet.conditional_formatting.add("E2:E4", rule)
    if table:
        sheet.add_table(Table(displayName="Okrs", ref="A1:G4"))
    else:
        sheet.auto_filter.ref = "A1:G4"
    other = book.create_sheet("Sums")
    other["A1"] = "=OKRs!E7+OKRs!E2"
    book.save(path)


def closed(company: Team, *arguments: str) -> dict[str, Any]:
    return company.json("close", *arguments, "--yes", "--as-of", "2027-01-02")


@pytest.mark.parametrize("table", [True, False], ids=["table", "filter"])
def test_rows_are_inserted_as_excel_does_it(company: Team, table: bool) -> None:
    path = company.folder / "team.xlsx"
    saved(path, table=table)
    before = path.read_bytes()
    document = closed(company, "--carry-over")
    book = openpyxl.load_workbook(path)
    sheet = book["OKRs"]
    rows = [[cell.value for cell in row[:7]] for row in sheet.iter_rows(min_row=5, max_row=10)]
    assert rows[0] == ["Grow", "Sign-ups", "Q1 2027", 40, None, 100, "=E5/F5"]
    # A formula that looks at other rows is left empty, and said so.
    assert rows[1] == ["Keep", "Churn", "Q1 2027", 30, None, 100, None]
    (skip,) = [skip for skip in document["sources"][0]["skips"] if skip["code"] == "formula-left"]
    assert skip["at"] == "OKRs!G4"
    assert (rows[4][3], rows[4][4], rows[5][4]) == ("Total", "=SUM(E2:E4)", "=E9*2")
    assert book["Sums"]["A1"].value == "=OKRs!E9+OKRs!E2"
    assert sheet["A5"].fill.fgColor.rgb == "00FFEEDD"
    assert sheet.row_dimensions[6].height == 30
    (validation,) = sheet.data_validations.dataValidation
    assert str(validation.sqref) == "C2:C6"
    blocks = {str(block.sqref) for block in sheet.conditional_formatting}
    assert "E2:E6" in blocks
    if table:
        assert sheet.tables["Okrs"].ref.endswith("6")
    else:
        assert sheet.auto_filter.ref == "A1:G6"
    company.run("undo", document["run"])
    assert path.read_bytes() == before


def test_taken_out_rows_leave_what_people_did_since(company: Team) -> None:
    path = company.folder / "team.xlsx"
    saved(path)
    document = closed(company, "--carry-over")
    book = openpyxl.load_workbook(path)
    book["OKRs"]["P20"] = "ours"
    book.save(path)
    assert company.run("undo", document["run"])[0] == 0, company.err
    sheet = openpyxl.load_workbook(path)["OKRs"]
    assert [sheet.cell(row, 2).value for row in range(1, 6)] == [
        "Key result",
        "Sign-ups",
        "Revenue",
        "Churn",
        None,
    ]
    assert sheet["E7"].value == "=SUM(E2:E4)"
    assert sheet["P18"].value == "ours"
    assert sheet.tables["Okrs"].ref == "A1:G4"


def tabs_saved(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Q4 2026"
    sheet.append(["OKRs Q4 2026"])
    sheet.merge_cells("A1:C1")
    sheet.append([])
    sheet.append(["Objective", "Key result", "Start", "Current", "Target", "Done"])
    sheet.append(["Grow", "Revenue", 0, 100, 100, "=D4/E4"])
    sheet.append(["Grow", "Sign-ups", 0, 40, 100, "=D5/E5"])
    sheet.append(["Keep", "Churn", 0, 30, 100, "=D6/E6"])
    sheet.column_dimensions["B"].width = 33
    validation = DataValidation("whole", formula1="0")
    validation.add("D4:D6")
    sheet.add_data_validation(validation)
    sheet.add_table(Table(displayName="Okrs", ref="A3:F6"))
    book.create_sheet("Notes")["A1"] = "ours"
    book.save(path)


def test_a_tab_is_copied_under_the_next_name(company: Team) -> None:
    path = company.folder / "team.xlsx"
    tabs_saved(path)
    before = path.read_bytes()
    document = closed(company, "--carry-over")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Q4 2026", "Notes", "Q1 2027"]
    old, new = book["Q4 2026"], book["Q1 2027"]
    assert old["B4"].value == "Revenue"
    assert new["A1"].value == "OKRs Q1 2027"
    assert [[cell.value for cell in row] for row in new.iter_rows(min_row=4, max_col=6)] == [
        ["Grow", "Sign-ups", 40, None, 100, "=D4/E4"],
        ["Keep", "Churn", 30, None, 100, "=D5/E5"],
    ]
    assert [str(merge) for merge in new.merged_cells.ranges] == ["A1:C1"]
    assert new.column_dimensions["B"].width == 33
    (validation,) = new.data_validations.dataValidation
    assert str(validation.sqref) == "D4:D5"
    (table,) = new.tables.values()
    assert (table.ref, table.displayName != "Okrs") == ("A3:F5", True)
    assert not new.sheet_view.tabSelected
    after = path.read_bytes()
    company.json("close", "2026-Q4", "--carry-over", "--yes", "--as-of", "2027-01-03")
    assert path.read_bytes() == after
    company.run("undo", document["run"])
    assert path.read_bytes() == before


def test_a_tab_that_is_there_already_is_left_as_it_is(company: Team) -> None:
    path = company.folder / "team.xlsx"
    tabs_saved(path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Q1 2027")["A1"] = "ideas"
    book.save(path)
    document = closed(company, "--carry-over")
    (skip,) = [skip for skip in document["sources"][0]["skips"] if skip["code"] == "not-carried"]
    assert "there is a tab 'Q1 2027' already" in skip["reason"]
    assert openpyxl.load_workbook(path)["Q1 2027"]["A1"].value == "ideas"


def test_the_retrospective_is_kept_in_a_tab_with_room_for_the_team(company: Team) -> None:
    path = company.folder / "team.xlsx"
    saved(path)
    company.config(CONFIG.replace("columns =", 'retrospective = "OKR"\ncolumns ='))
    before = path.read_bytes()
    document = closed(company)
    book = openpyxl.load_workbook(path)
    tab = book["OKR retrospective 2026-Q4"]
    texts = [str(cell.value) for row in tab.iter_rows() for cell in row if cell.value is not None]
    for words in ("Retrospective", "1 of 3", "Sign-ups", "Score 0.4."):
        assert any(words in text for text in texts), words
    assert any("What went well" in text for text in texts)
    tab.cell(tab.max_row + 3, 1, "We keep the trial.")
    book.save(path)
    company.json("close", "2026-Q4", "--yes", "--as-of", "2027-01-05")
    company.json("sync", "--as-of", "2027-01-06")
    book = openpyxl.load_workbook(path)
    tab = book["OKR retrospective 2026-Q4"]
    kept = [row[0].value for row in tab.iter_rows(max_col=1)]
    assert "We keep the trial." in kept
    assert document["run"]
    saved(path)
    for state in company.folder.glob("okrsync.db*"):
        state.unlink()
    run = closed(company)["run"]
    company.run("undo", run)
    assert (
        openpyxl.load_workbook(path).sheetnames
        == openpyxl.load_workbook(BytesIO(before)).sheetnames
    )


def test_a_close_that_was_refused_keeps_its_retrospective_the_next_time(company: Team) -> None:
    path = company.folder / "team.xlsx"
    saved(path)
    more = 'summary = "Summary"\nretrospective = "OKR"\ncolumns ='
    company.config(CONFIG.replace("columns =", more))
    assert company.run("sync", "--as-of", "2026-12-01")[0] == 0
    owner_file = path.with_name("~$team.xlsx")
    owner_file.write_bytes(excel_owner_file("Mia"))
    assert company.run("close", "--carry-over", "--yes", "--as-of", "2027-01-02")[0] != 0
    owner_file.unlink()
    closed(company, "--carry-over")
    assert "OKR retrospective 2026-Q4" in openpyxl.load_workbook(path).sheetnames
    # The last summary of a cycle that is closed already is as final as the retrospective.
    owner_file.write_bytes(excel_owner_file("Mia"))
    assert company.run("sync", "--as-of", "2027-01-03")[0] != 0
    owner_file.unlink()
    assert company.run("sync", "--as-of", "2027-01-04")[0] == 0
    assert "Summary 2026-Q4" in openpyxl.load_workbook(path).sheetnames
