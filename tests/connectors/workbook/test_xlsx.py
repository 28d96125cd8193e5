"""A workbook is patched: what an edit names changes, and every other byte of it stays."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font, Protection
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from okrsync.connector import PALETTE, Looks
from okrsync.connector.summary import Attention, Headline, Movement, ObjectiveLine, Summary
from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.errors import SourceError
from okrsync.model.okrs import Status
from okrsync.model.table import COVERED, FORMULA, LOCKED, PERCENT, UNCALCULATED, CellError
from okrsync_workbook.xlsx import (
    CellEdit,
    ColumnEdit,
    EditRefused,
    Edits,
    NoteEdit,
    Package,
    RemovedColumnEdit,
    SummaryEdit,
    summary_is_current,
)
from okrsync_workbook.xlsx.markup import masked
from okrsync_workbook.xlsx.patch import patch
from okrsync_workbook.xlsx.scan import scan_cells
from okrsync_workbook.xlsx.styles import Styles

WORDS = tuple(STATUS_WORDS[status] for status in Status)
SUMMARY = Summary(
    title="OKR summary",
    cycle="2026-Q4",
    headlines=(Headline("Progress", 0.58), Headline("Reported", text="2 of 3")),
    objectives=(
        ObjectiveLine(
            "t/O1", "Grow", 0, "Ada", 0.58, 0.59, Status.STALE, "2 of 3 reported", "Q4!A2", "team"
        ),
    ),
    statuses=((Status.STALE, 1),),
    attention=(
        Attention(
            "t/O1/KR1",
            "=HYPERLINK(1)",
            "Mia",
            Status.STALE,
            "No check-in since 2 Nov.",
            "Q4!B2",
            "team",
        ),
    ),
    wins=(Movement("t/O1/KR2", "Revenue", None, 1.0, None, Status.ACHIEVED),),
    movements=(),
)


def book(
    change: Callable[[Any], None] | None = None, extra: Callable[[Any], None] | None = None
) -> bytes:
    """A workbook with a chart and a second tab; `change` dresses its first tab, `extra` the
    book.
    """
    made = openpyxl.Workbook()
    q4: Any = made.active
    q4.title = "Q4"
    for row in (
        ["Objective", "Key result", "Current", "Target"],
        ["Grow", "Sign-ups", 62, 100],
        ["Grow", "Revenue", 0.4, 1],
        ["Keep", "Churn", 3, 2],
    ):
        q4.append(row)
    chart = BarChart()
    chart.add_data(Reference(q4, min_col=3, min_row=1, max_row=4), titles_from_data=True)
    q4.add_chart(chart, "A8")
    made.create_sheet("Other").append(["untouched"])
    if change is not None:
        change(q4)
    if extra is not None:
        extra(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def patched(data: bytes, **edits: Any) -> bytes:
    return patch(Package.open(data), Edits(**edits))


def cells(data: bytes, tab: str = "Q4") -> list[list[Any]]:
    return [
        list(row)
        for row in openpyxl.load_workbook(io.BytesIO(data))[tab].iter_rows(values_only=True)
    ]


def cell(row: int, column: int, value: Any, looks: Looks = Looks.TEXT) -> CellEdit:
    return CellEdit("Q4", row, column, value, looks)


def test_one_cell_changes_and_every_other_part_keeps_its_packed_bytes() -> None:
    before = book()
    after = patched(before, cells=(cell(2, 2, 63, Looks.NUMBER),))
    assert cells(after)[1] == ["Grow", "Sign-ups", 63, 100]
    old, new = parts(before), parts(after)
    assert [name for name in old if old[name] != new[name]] == ["xl/worksheets/sheet1.xml"]
    assert list(old) == list(new)
    for name in old:
        if old[name] == new[name]:
            with zipfile.ZipFile(io.BytesIO(before)) as archive:
                info = archive.getinfo(name)
            packed = before[info.header_offset : info.header_offset + 30 + info.compress_size]
            assert packed in after, name


def test_only_the_bytes_of_the_cell_change_in_its_sheet() -> None:
    before = book()
    old = parts(before)["xl/worksheets/sheet1.xml"]
    new = parts(patched(before, cells=(cell(2, 2, 63, Looks.NUMBER),)))["xl/worksheets/sheet1.xml"]
    assert new.replace(b"<v>63</v>", b"<v>62</v>") in (
        old,
        old.replace(b' t="n"', b"", 1),
    ) or re.sub(rb'<c r="C2".*?</c>', b"", new) == re.sub(rb'<c r="C2".*?</c>', b"", old)


def test_nothing_to_do_gives_the_very_same_bytes() -> None:
    package = Package.open(book())
    assert patch(package, Edits()) is package.data
    assert (
        patch(package, Edits(cells=(cell(2, 2, 62, Looks.NUMBER), cell(3, 1, "Revenue"))))
        is package.data
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "a & b < c",
        ' "quoted" ',
        "line\nbreak",
        "_x0041_",
        "bell\x07",
        "\u0645\u0631\u062d\u0628\u0627",
        "x" * 32_767,
    ],
)
def test_text_stays_text(text: str) -> None:
    after = patched(book(), cells=(cell(2, 1, text),))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_name("Q4").to_python()
    assert sheet[1][1] == text
    assert Package.open(after).scan("Q4").marks.row(2)[1:2] in (b"", b"\0")


@pytest.mark.parametrize("value", ["x" * 32_768, float("nan"), float("inf"), date(1850, 1, 1)])
def test_what_no_cell_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(EditRefused):
        patched(book(), cells=(cell(2, 1, value),))


def test_formulas_arrays_and_merges_are_marked_and_refused() -> None:
    def dress(q4: Any) -> None:
        q4["E2"] = "=C2/D2"
        q4["F2"] = ArrayFormula("F2:F4", "=C2:C4*2")
        q4.merge_cells("A2:A3")
        q4["C3"].number_format = "0.0%"

    package = Package.open(book(dress))
    marks = package.scan("Q4").marks
    assert marks.row(2)[4] == FORMULA | UNCALCULATED
    calculated = [marks.row(row)[5] & ~UNCALCULATED for row in (2, 3, 4)]
    assert calculated == [FORMULA] * 3
    assert (marks.row(3)[0], marks.row(3)[2]) == (COVERED, PERCENT)
    for place in ((2, 4), (3, 5), (3, 0)):
        with pytest.raises(EditRefused):
            patch(package, Edits(cells=(cell(*place, 1),)))


def test_a_protected_sheet_locks_what_is_not_unlocked() -> None:
    def dress(q4: Any) -> None:
        q4.protection.enable()
        q4["D2"].protection = Protection(locked=False)

    marks = Package.open(book(dress)).scan("Q4").marks
    assert [mark & LOCKED for mark in marks.row(2, 5)[:5]] == [LOCKED, LOCKED, LOCKED, 0, LOCKED]


def test_error_values_are_known() -> None:
    data = book(lambda q4: q4.__setitem__("C2", "#REF!"))
    assert Package.open(data).scan("Q4").errors == {2: {2: CellError("#REF!")}}


@pytest.mark.parametrize(
    "written",
    [
        b'<c t="e" r="C2"><v>#REF!</v></c>',
        b"<c r='C2' t='e'><v>#REF!</v></c>",
        b'<x:c r="C2" s="1" t="e"><x:v>#REF!</x:v></x:c>',
    ],
)
def test_error_values_are_known_in_whatever_form_they_are_written(written: bytes) -> None:
    plain = b'<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="str"><v>t="e"</v></c>'
    sheet = (
        b'<worksheet><sheetData><row r="2">' + plain + written + b"</row></sheetData></worksheet>"
    )
    assert scan_cells(sheet, Styles(None, b"")).errors == {
        2: {0: CellError("#N/A"), 2: CellError("#REF!")}
    }


@pytest.mark.parametrize(
    "head", [b"", b'<?xml version="1.0"?>', b'\xef\xbb\xbf<?xml version="1.0"?>']
)
@pytest.mark.parametrize("hidden", [b"", b"<!-- <c/> -->", b"<?a <c/> ?>", b"<![CDATA[<c/>]]>"])
@pytest.mark.parametrize("around", [b"Why?", b"Now!", b""])
def test_what_is_no_markup_is_blanked(head: bytes, hidden: bytes, around: bytes) -> None:
    content = head + b"<a>" + around + hidden + b"<b/></a>"
    blanked = masked(content)
    assert blanked == content.replace(hidden, b" " * len(hidden))
    assert (blanked is content) == (not hidden)


def test_formulas_are_calculated_anew_on_opening_only_where_there_are_any() -> None:
    assert (
        b"fullCalcOnLoad"
        in parts(patched(book(lambda q4: q4.__setitem__("E2", "=C2")), cells=(cell(2, 2, 63),)))[
            "xl/workbook.xml"
        ]
    )
    plain = book()
    assert (
        parts(patched(plain, cells=(cell(2, 2, 63),)))["xl/workbook.xml"]
        == parts(plain)["xl/workbook.xml"]
    )


def test_a_percent_is_shown_as_percent_and_a_format_of_peoples_is_kept() -> None:
    def dress(q4: Any) -> None:
        q4["C3"].number_format = "0.000"
        q4["C2"].font = Font(bold=True)

    after = patched(
        book(dress),
        cells=(
            cell(2, 2, Decimal("0.37"), Looks.SHARE),
            cell(3, 2, Decimal("0.5"), Looks.SHARE),
            cell(4, 2, date(2026, 11, 2), Looks.DATE),
        ),
    )
    q4 = openpyxl.load_workbook(io.BytesIO(after))["Q4"]
    assert [q4[place].number_format for place in ("C2", "C3")] == ["0%", "0.000"]
    assert q4["C2"].font.bold
    assert q4["C4"].value.date() == date(2026, 11, 2)


COLUMNS = (
    ColumnEdit("Q4", 4, 1, "Progress", Looks.SHARE),
    ColumnEdit("Q4", 5, 1, "Status", Looks.STATUS, WORDS),
)
FILLED = (
    cell(2, 4, Decimal("0.37"), Looks.SHARE),
    CellEdit("Q4", 2, 5, "Stale", Looks.STATUS, WORDS),
)
EMPTIED = tuple(replace(edit, value=None) for edit in FILLED)
REMOVED = (RemovedColumnEdit("Q4", 5, 1, "Status"), RemovedColumnEdit("Q4", 4, 1, "Progress"))


def test_new_columns_look_like_their_neighbours_and_join_the_table() -> None:
    def dress(q4: Any) -> None:
        q4["D1"].font = Font(bold=True, color="FF0000")
        q4.add_table(Table(displayName="Okrs", ref="A1:D4"))

    before = book(dress)
    after = patched(before, new_columns=COLUMNS, cells=FILLED)
    q4 = openpyxl.load_workbook(io.BytesIO(after))["Q4"]
    assert [q4[place].value for place in ("E1", "F1", "E2", "F2")] == [
        "Progress",
        "Status",
        0.37,
        "Stale",
    ]
    assert q4["E1"].font.bold
    assert q4["E2"].number_format == "0%"
    assert q4.tables["Okrs"].ref == "A1:F4"
    assert len(q4.conditional_formatting) == 1
    back = parts(patched(after, cells=EMPTIED, removed_columns=REMOVED))
    for name in ("xl/worksheets/sheet1.xml", "xl/tables/table1.xml"):
        assert back[name] == parts(before)[name]


def test_colours_are_set_once() -> None:
    after = patched(book(), new_columns=COLUMNS, cells=FILLED)
    again = patched(after, cells=(CellEdit("Q4", 3, 5, "On track", Looks.STATUS, WORDS),))
    assert len(openpyxl.load_workbook(io.BytesIO(again))["Q4"].conditional_formatting) == 1


def with_colours_of_an_earlier_version(workbook: bytes, *, but: str = "") -> bytes:
    """The workbook with okrsync's rules as an earlier version left them: four colours."""
    grey, green, amber, red = "D9D9D9 404040", "C6EFCE 006100", "FFEB9C 7F6000", "FFC7CE 9C0006"
    earlier = (grey, grey, green, amber, red, amber, green, red)
    current = [f"{each.fill[1:]} {each.ink[1:]}".upper() for each in PALETTE.values()]
    pieces = parts(workbook)
    styles = pieces["xl/styles.xml"].decode()
    for now, was in zip(current, earlier, strict=True):
        fill, ink = now.split()
        old_fill, old_ink = (was.replace("D9D9D9", but) if but else was).split()
        styles = styles.replace(
            f'<color rgb="FF{ink}"/></font><fill><patternFill><bgColor rgb="FF{fill}"/>',
            f'<color rgb="FF{old_ink}"/></font><fill><patternFill><bgColor rgb="FF{old_fill}"/>',
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in pieces.items():
            package.writestr(name, styles if name == "xl/styles.xml" else content)
    return out.getvalue()


def fills(workbook: bytes) -> set[str]:
    """The colours of the cells in the conditional formats of the tab, without their opacity."""
    (rules,) = openpyxl.load_workbook(io.BytesIO(workbook))["Q4"].conditional_formatting
    return {rule.dxf.fill.bgColor.rgb[2:] for rule in rules.rules}


def test_colours_of_an_earlier_version_are_renewed_with_the_next_status() -> None:
    made = patched(book(), new_columns=COLUMNS, cells=FILLED)
    old = with_colours_of_an_earlier_version(made)
    assert fills(old) == {"D9D9D9", "C6EFCE", "FFEB9C", "FFC7CE"}
    assert patched(old, cells=()) == old, "nothing to say, nothing written"
    again = patched(old, cells=(CellEdit("Q4", 3, 5, "Off track", Looks.STATUS, WORDS),))
    assert fills(again) == {each.fill[1:].upper() for each in PALETTE.values()}
    mine = with_colours_of_an_earlier_version(made, but="ABCDEF")
    again = patched(mine, cells=(CellEdit("Q4", 3, 5, "Off track", Looks.STATUS, WORDS),))
    assert "ABCDEF" in fills(again), "somebody chose a colour"


def test_a_column_in_use_stays() -> None:
    after = patched(book(), new_columns=COLUMNS, cells=FILLED)
    with pytest.raises(EditRefused, match="in use"):
        patched(after, removed_columns=REMOVED)


def test_a_summary_is_made_known_again_refreshed_and_removed() -> None:
    before = book()
    made = patched(before, summaries=(SummaryEdit("OKR summary", SUMMARY, "team"),))
    assert openpyxl.load_workbook(io.BytesIO(made)).sheetnames == ["Q4", "Other", "OKR summary"]
    texts = {value for row in cells(made, "OKR summary") for value in row if value is not None}
    assert {"Grow", "=HYPERLINK(1)", "Needs attention", 0.58, "Stale"} <= texts
    assert not any(
        mark & FORMULA
        for row in range(1, 60)
        for mark in Package.open(made).scan("OKR summary").marks.row(row)
    )
    assert summary_is_current(Package.open(made), SummaryEdit("OKR summary", SUMMARY, "team"))
    other = replace(SUMMARY, cycle="2027-Q1")
    assert not summary_is_current(Package.open(made), SummaryEdit("OKR summary", other, "team"))
    beside = openpyxl.load_workbook(io.BytesIO(made))
    beside["OKR summary"]["K5"] = "our own note"
    out = io.BytesIO()
    beside.save(out)
    refreshed = patched(out.getvalue(), summaries=(SummaryEdit("OKR summary", other, "team"),))
    found = openpyxl.load_workbook(io.BytesIO(refreshed))["OKR summary"]
    assert (found["K5"].value, found["A2"].value) == ("our own note", "2027-Q1")
    with pytest.raises(EditRefused, match="own cells"):
        patched(refreshed, summaries=(SummaryEdit("OKR summary", None, "team"),))
    gone = patched(made, summaries=(SummaryEdit("OKR summary", None, "team"),))
    assert openpyxl.load_workbook(io.BytesIO(gone)).sheetnames == ["Q4", "Other"]
    assert set(parts(gone)) == set(parts(before))


def test_a_tab_of_peoples_by_that_name_is_not_taken() -> None:
    data = book(extra=lambda made: made.create_sheet("OKR summary").append(["mine"]))
    with pytest.raises(EditRefused):
        patched(data, summaries=(SummaryEdit("OKR summary", SUMMARY, "team"),))


def test_a_note_is_put_changed_and_taken_back_and_peoples_are_left_alone() -> None:
    def dress(q4: Any) -> None:
        q4["B3"].comment = Comment("mine", "Mia")

    before = book(dress)
    after = patched(before, notes=(NoteEdit("Q4", 2, 1, "No check-in."),))
    q4 = openpyxl.load_workbook(io.BytesIO(after))["Q4"]
    assert (q4["B2"].comment.text, q4["B3"].comment.text) == ("No check-in.", "mine")
    with pytest.raises(EditRefused, match="own note"):
        patched(after, notes=(NoteEdit("Q4", 3, 1, "No check-in."),))
    back = patched(after, notes=(NoteEdit("Q4", 2, 1, None),))
    q4 = openpyxl.load_workbook(io.BytesIO(back))["Q4"]
    assert (q4["B2"].comment, q4["B3"].comment.text) == (None, "mine")
    plain = book()
    assert set(
        parts(
            patched(
                patched(plain, notes=(NoteEdit("Q4", 2, 1, "x"),)),
                notes=(NoteEdit("Q4", 2, 1, None),),
            )
        )
    ) == set(parts(plain))


def strange(sheet: bytes) -> bytes:
    """The same cells as other programs write them: a prefix on every element, places left out,
    comments between.
    """
    sheet = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", sheet).replace(b'xmlns="', b'xmlns:x="')
    sheet = re.sub(rb'(<x:c) r="[A-Z]+\d+"', rb"\1", sheet)
    sheet = re.sub(rb'(<x:row) r="\d+"', rb"\1", sheet)
    return sheet.replace(b"<x:sheetData>", b"<!-- <x:row> --><x:sheetData>\r\n")


def test_other_programs_ways_of_writing_are_understood() -> None:
    old = parts(book())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in old.items():
            if name == "xl/worksheets/sheet1.xml":
                content = strange(re.sub(rb"<drawing[^>]*/>", b"", content))
            archive.writestr(name, content)
    after = patched(out.getvalue(), cells=(cell(3, 2, 7, Looks.NUMBER), cell(6, 3, "below")))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_name("Q4").to_python()
    assert sheet[2][:3] == ["Grow", "Revenue", 7]
    assert sheet[5][3] == "below"


def test_a_signed_workbook_is_left_alone() -> None:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    with pytest.raises(SourceError, match="digital signature"):
        patched(out.getvalue(), cells=(cell(2, 2, 63),))


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=20),
)


@given(st.dictionaries(st.tuples(st.integers(1, 9), st.integers(0, 7)), values, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_edits_are_read_back_and_the_rest_is_as_it_was(
    wanted: dict[tuple[int, int], Any],
) -> None:
    data = book()
    before = {
        (row, column): value
        for row, line in enumerate(cells(data), 1)
        for column, value in enumerate(line)
    }
    after = patched(
        data, cells=tuple(cell(*place, value, Looks.NUMBER) for place, value in wanted.items())
    )
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(after))
        .get_sheet_by_name("Q4")
        .to_python(skip_empty_area=False)
    )
    for (row, column), value in {**before, **wanted}.items():
        line = rows[row - 1] if row <= len(rows) else []
        found = line[column] if column < len(line) else ""
        expected = "" if value is None else value
        assert found == (pytest.approx(expected) if isinstance(expected, float) else expected), (
            row,
            column,
        )
    openpyxl.load_workbook(io.BytesIO(after))


def test_libreoffice_opens_what_was_written(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed here")
    path = tmp_path / "team.xlsx"
    path.write_bytes(
        patched(
            book(),
            new_columns=COLUMNS,
            cells=FILLED,
            summaries=(SummaryEdit("OKR summary", SUMMARY, "team"),),
            notes=(NoteEdit("Q4", 2, 1, "late"),),
        )
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path / "out"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    again = CalamineWorkbook.from_path(tmp_path / "out" / "team.ods")
    assert again.sheet_names == ["Q4", "Other", "OKR summary"]
    assert again.get_sheet_by_name("Q4").to_python()[1][:6] == [
        "Grow",
        "Sign-ups",
        62,
        100,
        0.37,
        "Stale",
    ]
