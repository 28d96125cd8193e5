"""What people do to a workbook any day, after a sync: nothing of theirs is lost, every answer
stands beside its row, the run after has nothing to write, and undo brings back what they left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from team import Team, sheet, team

__all__ = ["team"]

Act = Callable[[Any, Any], None]
ACTS: dict[str, Act] = {}
OURS = ("Progress", "Status", "okrsync note")


def act(function: Act) -> Act:
    """Something that people do to a workbook and its tab Q4."""
    ACTS[function.__name__.replace("_", " ")] = function
    return function


@act
def filter_and_hide_rows(book: Any, q4: Any) -> None:
    q4.auto_filter.ref = "A1:J4"
    q4.auto_filter.add_filter_column(2, ["Mia"])
    q4.row_dimensions[3].hidden = True


@act
def group_rows_and_close_the_group(book: Any, q4: Any) -> None:
    q4.row_dimensions.group(2, 3, outline_level=1, hidden=True)


@act
def merge_cells_above_the_header(book: Any, q4: Any) -> None:
    q4.insert_rows(1)
    q4["A1"] = "OKRs of the team"
    q4.merge_cells("A1:J1")


@act
def freeze_panes_and_split(book: Any, q4: Any) -> None:
    q4.freeze_panes = "C2"


@act
def paste_a_block_over_our_columns(book: Any, q4: Any) -> None:
    q4["H2"], q4["I2"] = "Mia", 62


@act
def duplicate_the_tab_and_hide_the_copy(book: Any, q4: Any) -> None:
    book.copy_worksheet(q4).sheet_state = "hidden"


@act
def move_our_column_to_the_left(book: Any, q4: Any) -> None:
    values = [cell.value for cell in q4["I"]]
    q4.delete_cols(9)
    q4.insert_cols(3)
    for row, value in enumerate(values, start=1):
        q4.cell(row, 3, value)


@act
def make_it_a_table(book: Any, q4: Any) -> None:
    q4.add_table(Table(displayName="Okrs", ref="A1:G4"))


@act
def make_it_a_table_with_our_columns(book: Any, q4: Any) -> None:
    q4.add_table(Table(displayName="Okrs", ref="A1:J4"))


@act
def offer_a_choice_in_our_columns(book: Any, q4: Any) -> None:
    choice = DataValidation("list", formula1='"Green,Red"')
    choice.add("I2:I4")
    q4.add_data_validation(choice)


@act
def wrap_text_and_colour_rows(book: Any, q4: Any) -> None:
    for row in q4["A1:J4"]:
        for cell in row:
            cell.alignment = Alignment(wrap_text=True)
            cell.fill = PatternFill("solid", fgColor="FFEEDD")


@act
def name_the_range_of_the_table(book: Any, q4: Any) -> None:
    book.defined_names["okrs"] = DefinedName("okrs", attr_text="'Q4'!$A$1:$J$4")


@act
def add_a_total_below(book: Any, q4: Any) -> None:
    q4["D7"], q4["E7"] = "Total", "=SUM(E2:E4)"


@act
def compare_with_our_answers_in_a_formula(book: Any, q4: Any) -> None:
    q4["L1"] = "Above half"
    for row in (2, 3, 4):
        q4[f"L{row}"] = f"=H{row}>0.5"


@act
def leave_a_link_and_a_note(book: Any, q4: Any) -> None:
    q4["B2"].hyperlink = "https://acme.example"
    q4["H2"].comment = Comment("why so low?", "Mia")


def of_people(rows: list[list[Any]]) -> list[list[Any]]:
    """The cells of people's columns, without the empty ones at the ends."""
    header = next(row for row in rows if "Key result" in row)
    ours = {index for index, name in enumerate(header) if name in OURS}
    kept = [[value for column, value in enumerate(row) if column not in ours] for row in rows]
    for row in kept:
        while row and row[-1] is None:
            row.pop()
    return kept


def answers(rows: list[list[Any]]) -> dict[Any, Any]:
    header = next(row for row in rows if "Key result" in row)
    key, progress = header.index("Key result"), header.index("Progress")
    return {
        row[key]: row[progress] for row in rows[rows.index(header) + 1 :] if row[key] is not None
    }


@pytest.mark.parametrize("name", ACTS)
def test_what_people_do_to_a_workbook_costs_nobody_anything(team: Team, name: str) -> None:
    path = team.folder / "growth.xlsx"
    team.sync()
    book = openpyxl.load_workbook(path)
    ACTS[name](book, book["Q4"])
    cell = next(
        row[[each.value for each in header].index("Current")]
        for header in book["Q4"].iter_rows()
        if "Current" in [each.value for each in header]
        for row in book["Q4"].iter_rows()
        if "Sign-ups" in [each.value for each in row]
    )
    cell.value = 70
    book.save(path)
    before = path.read_bytes()
    stood = of_people(sheet(path))
    done = team.sync()
    assert [source["conflicts"] for source in done["sources"]] == [[]]
    assert of_people(sheet(path)) == stood
    assert answers(sheet(path)) == {"Sign-ups": 0.5, "Revenue": 0.6, "Churn": 1}
    written = path.read_bytes()
    assert team.sync()["counts"]["changes"] == 0
    assert path.read_bytes() == written
    assert team.run("undo", done["run"])[0] == 0
    assert of_people(sheet(path)) == stood
    assert path.read_bytes() == before
