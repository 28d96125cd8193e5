"""The summary of a workbook grows and shrinks by cells: what stands below it moves with everything
that refers to it, and what stands beside it stays.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from okrsync.connector.summary import Attention, Headline, Summary
from okrsync.model.okrs import Status
from okrsync_workbook.xlsx import EditRefused, Edits, Package, SummaryEdit
from okrsync_workbook.xlsx.patch import patch
from workbook_parts import parts

SMALL = Summary("OKRs", "2026-Q4", (Headline("Progress", 0.58),), (), (), (), (), ())
LARGE = replace(SMALL, notices=tuple(f"Notice {number}" for number in range(30)))
MORE = 32
"""The rows that the notices take with their heading."""
TAB = "OKR summary"


def shown(data: bytes, summary: Summary | None, *, puts_back: bool = False) -> bytes:
    edit = SummaryEdit(TAB, summary, "team", puts_back)
    return patch(Package.open(data), Edits(summaries=(edit,)))


def workbook(change: Callable[[Any, Any], None]) -> bytes:
    """A workbook with the small summary, dressed by `change`, which gets the tab and the book."""
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "Q4"
    first.append(["Objective", "Key result"])
    out = io.BytesIO()
    made.save(out)
    return changed(shown(out.getvalue(), SMALL), change)


def changed(data: bytes, change: Callable[[Any, Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book[TAB], book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def loaded(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def end(data: bytes) -> int:
    """The row of the line that ends the block."""
    for row in loaded(data)[TAB].iter_rows(max_col=1):
        if str(row[0].value).startswith("okrsync keeps columns"):
            return int(row[0].row)
    raise AssertionError("the closing line is gone")


def ours(tab: Any, book: Any) -> None:
    """What people put below and beside the summary: the first free row below is 9."""
    last = max(row[0].row for row in tab.iter_rows(max_col=1) if row[0].value)
    low = last + 2
    tab.cell(low, 1, 7).font = Font(bold=True)
    tab.cell(low, 2, f"=A{low}*2+$A${low}+K{low}")
    tab.cell(low, 11, f"=A{low}+1")
    tab.cell(low, 3).comment = Comment("ask Mia", "Jon")
    tab.merge_cells(start_row=low + 1, start_column=1, end_row=low + 1, end_column=3)
    tab.cell(low + 1, 1, "merged")
    tab.cell(low + 2, 1, "link").hyperlink = "https://acme.example/"
    tab.conditional_formatting.add(
        f"A{low}:B{low}", Rule("cellIs", operator="greaterThan", formula=[f"$A${low}"])
    )
    choice = DataValidation("list", formula1='"a,b"')
    choice.add(f"D{low}")
    tab.add_data_validation(choice)
    book["Q4"]["D1"] = f"=SUM('{TAB}'!A{low}:A{low + 3})+'{TAB}'!K{low}+A{low}"
    book["Q4"]["D2"] = f"=\"'{TAB}'!A{low}\"&'{TAB}'!A1"
    book.defined_names["Ours"] = DefinedName("Ours", attr_text=f"'{TAB}'!$A${low}")
    chart = BarChart()
    chart.add_data(Reference(tab, min_col=1, min_row=low, max_row=low))
    book["Q4"].add_chart(chart, "F5")


def facts(data: bytes) -> dict[str, Any]:
    """Where all of that stands, and what it refers to."""
    book = loaded(data)
    tab, q4 = book[TAB], book["Q4"]
    low = next(row[0].row for row in tab.iter_rows(max_col=1) if row[0].value == 7)
    charts = [content for name, content in parts(data).items() if "charts/chart" in name]
    return {
        "row": low,
        "bold": tab.cell(low, 1).font.b,
        "formula": tab.cell(low, 2).value,
        "beside": [(cell.row, cell.value) for cell in tab["K"] if cell.value],
        "note": [cell.coordinate for row in tab.iter_rows() for cell in row if cell.comment],
        "merges": sorted(str(block) for block in tab.merged_cells.ranges),
        "link": [cell.hyperlink.ref for row in tab.iter_rows() for cell in row if cell.hyperlink],
        "rules": sorted(
            (str(block.sqref), rule.formula[0])
            for block in tab.conditional_formatting
            for rule in block.rules
            if rule.type == "cellIs"
        ),
        "choice": [str(choice.sqref) for choice in tab.data_validations.dataValidation],
        "elsewhere": (q4["D1"].value, q4["D2"].value),
        "name": book.defined_names["Ours"].attr_text,
        "chart": [f"$A${low}".encode() in content for content in charts],
    }


def test_what_stands_below_moves_down_with_all_that_refers_to_it() -> None:
    before = workbook(ours)
    was = facts(before)
    low = was["row"]
    after = shown(before, LARGE)
    new = low + MORE
    assert end(after) == end(before) + MORE
    assert facts(after) == {
        "row": new,
        "bold": True,
        "formula": f"=A{new}*2+$A${new}+K{low}",
        "beside": [(low, f"=A{new}+1")],
        "note": [f"C{new}"],
        "merges": [f"A{new + 1}:C{new + 1}"],
        "link": [f"A{new + 2}"],
        "rules": [(f"A{new}:B{new}", f"$A${new}")],
        "choice": [f"D{new}"],
        "elsewhere": (
            f"=SUM('{TAB}'!A{new}:A{new + 3})+'{TAB}'!K{low}+A{low}",
            f"=\"'{TAB}'!A{low}\"&'{TAB}'!A1",
        ),
        "name": f"'{TAB}'!$A${new}",
        "chart": [True],
    }
    drawing = next(content for name, content in parts(after).items() if name.endswith(".vml"))
    assert f"Row>{new - 1}</".encode() in drawing


def test_it_stays_when_the_summary_shrinks_and_undo_brings_all_back() -> None:
    before = workbook(ours)
    grown = shown(before, LARGE)
    assert facts(shown(grown, SMALL, puts_back=True)) == facts(before)
    shrunk = shown(grown, SMALL)
    assert end(shrunk) == end(before)
    assert facts(shrunk) == facts(grown)
    again = shown(shrunk, LARGE, puts_back=True)
    assert (facts(again), end(again)) == (facts(grown), end(grown))


@pytest.mark.parametrize("in_the_way", ["table", "merge", "array"])
def test_what_cannot_move_stops_the_summary_and_is_named(in_the_way: str) -> None:
    def dress(tab: Any, _book: Any) -> None:
        tab["A20"], tab["B20"], tab["A21"] = "Name", "Note", "x"
        if in_the_way == "table":
            tab.add_table(Table(displayName="Names", ref="A20:B21"))
        elif in_the_way == "merge":
            tab.merge_cells("F20:J21")
        else:
            tab["C20"] = ArrayFormula("C20:C24", "=A20:A24*2")

    before = workbook(dress)
    with pytest.raises(EditRefused, match="grown") as refused:
        shown(before, LARGE)
    assert {"table": "Names", "merge": "F20:J21", "array": "several cells"}[
        in_the_way
    ] in refused.value.reason


def test_a_summary_into_which_columns_were_inserted_is_left_alone() -> None:
    def widen(_tab: Any, book: Any) -> None:
        name = book.defined_names["_okrsync_summary"]
        name.attr_text = name.attr_text.replace("$H$", "$I$")

    before = changed(workbook(lambda _tab, _book: None), widen)
    with pytest.raises(EditRefused, match="columns were inserted"):
        shown(before, LARGE)


def worry(number: int, reason: str) -> Attention:
    return Attention(
        f"team/O1/KR{number}", "Sign-ups", "Mia", Status.AT_RISK, reason, f"Q4!B{number}", "team"
    )


def heights(data: bytes) -> dict[int, float]:
    rows = loaded(data)[TAB].row_dimensions
    return {number: each.height for number, each in rows.items() if each.height is not None}


def test_rows_are_as_high_as_their_words_and_as_people_chose() -> None:
    long = "Behind: 41 % done, less than expected by now. At this pace 74 % by 31 Dec. " * 3
    made = workbook(lambda tab, book: None)
    worded = replace(SMALL, attention=(worry(2, long), worry(3, "Behind."), worry(4, long)))
    shows = shown(made, worded)
    first = next(row[0].row for row in loaded(shows)[TAB].iter_rows() if row[0].value == "Sign-ups")
    assert heights(shows) == {first: 45.75, first + 2: 45.75}

    def dress(tab: Any, book: Any) -> None:
        tab.row_dimensions[first].height = 77
        tab.cell(first + 2, 12).value = "\n".join(["Ask Mia"] * 3)

    dressed = changed(shows, dress)
    short = replace(SMALL, attention=(worry(2, "Behind."),))
    # A library that saved the file says that all heights are chosen.
    assert heights(shown(dressed, short)) == {first: 77, first + 2: 45.75}
    assert heights(shown(changed(shows, lambda tab, book: None), short)) == {}
    assert heights(shown(shows, SMALL)) == {}
    assert heights(shown(shows, SMALL, puts_back=True)) == {}
