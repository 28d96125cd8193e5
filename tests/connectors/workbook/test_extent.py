"""A sheet costs what stands in it, not how far out; what is beyond measure is refused with its
address, by its own source alone; and no part is read in a time that grows with the square.
"""

from __future__ import annotations

import subprocess
import time
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import forked
from grids import in_turns
from okrsync.connector import UnreadableSource, right_edge
from okrsync.model.errors import OkrsyncError
from okrsync.model.table import Table, column_letters, rows_of
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings
from team import AS_OF, CONFIG, Team, sheet, team, write_workbook
from workbook_parts import change_part, parts

__all__ = ["team"]

SHEET = "xl/worksheets/sheet1.xml"
HUNDRED_MB = 100 << 20
FAR = ["A1048576", "ZZ200000", "XFD3", "XFD1048576", "AAA999999"]


def stray(path: Path, *places: str) -> None:
    """Cells that somebody filled without noticing."""
    rows = "".join(
        f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}"><v>7</v></c></row>'
        for place in places
    )
    change_part(path, SHEET, b"</sheetData>", rows.encode() + b"</sheetData>")


def connector(path: Path) -> WorkbookConnector:
    return WorkbookConnector(WorkbookSettings(path=path.name), context_for(path.parent))


@pytest.mark.parametrize("place", FAR)
def test_one_stray_cell_far_out_costs_next_to_nothing(team: Team, place: str) -> None:
    path = team.folder / "growth.xlsx"
    stray(path, place)
    tracemalloc.start()
    table = connector(path).read().tables[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < HUNDRED_MB
    assert len(table.rows) < 500
    held = {
        table.address(row, len(row.values) - 1): row.values[-1] for row in table.rows if row.values
    }
    assert held[place] == 7


def limited(team: Team, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process that may take a gigabyte."""
    return forked.command(team.folder, *arguments, memory=1 << 30)


@pytest.mark.parametrize("place", FAR)
def test_a_sheet_with_a_stray_cell_is_synced_and_put_back(team: Team, place: str) -> None:
    path = team.folder / "growth.xlsx"
    stray(path, place)
    before = path.read_bytes()
    done = limited(team, "sync", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr + done.stdout
    after = path.read_bytes()
    content = parts(after)[SHEET]
    assert f'r="{place}"'.encode() in content
    assert b'<c r="H1"' in content
    assert b"Progress" in content
    assert limited(team, "sync", "--as-of", AS_OF).returncode == 0
    assert path.read_bytes() == after
    assert limited(team, "undo", "last").returncode == 0
    assert path.read_bytes() == before


def test_far_values_are_those_of_their_cells(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    near = connector(path).read().tables[0]
    stray(path, "C400000", "XFD400001")
    far = connector(path).read().tables[0]
    assert [row.values[:7] for row in far.rows[:4]] == [row.values for row in near.rows]
    assert {row.number: row.values[-1] for row in far.rows[-2:] if row.values} == {
        400000: 7,
        400001: 7,
    }


@pytest.mark.parametrize(
    "place", ["A1048577", "XFE2", "ZZZZ5", "B99999999999999999999", "AAAAAAAAAAAA7"]
)
def test_a_place_that_no_sheet_has_is_refused_with_its_address_by_its_source_alone(
    team: Team, place: str
) -> None:
    write_workbook(team.folder / "other.xlsx")
    team.config(CONFIG + '\n[sources.other]\nconnector = "workbook"\npath = "other.xlsx"\n')
    stray(team.folder / "other.xlsx", place)
    done = limited(team, "sync", "--as-of", AS_OF)
    assert done.returncode == 3, done.stderr + done.stdout
    assert f"Q4!{place[:12]}" in done.stderr + done.stdout
    assert "beyond the edge of a sheet" in done.stderr + done.stdout
    assert sheet(team.folder / "growth.xlsx")[0][7] == "Progress"


def test_cells_that_lie_all_over_are_refused_with_the_last_address(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    diagonal = [f"{letters(column)}{column + 10}" for column in range(10, 9_000)]
    stray(path, *diagonal)
    with pytest.raises(UnreadableSource, match=f"Q4!{diagonal[-1]}"):
        connector(path).read()


def letters(column: int) -> str:
    return column_letters(column)


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Q4">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
ONE = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p>'
CELL = ONE + "</table:table-cell>"
EMPTY = (
    '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
)
FAR_ROWS = (
    f"<table:table-row>{CELL}</table:table-row>{EMPTY}<table:table-row><table:table-cell"
    f' table:number-columns-repeated="16383"/>{CELL}</table:table-row>'
)
WIDE = CELL.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="99"')


def ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows))
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'/>")
    return path


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (
            FAR_ROWS,
            "XFD1048576",
        ),
        (
            '<table:table-row table:number-rows-repeated="1048576">'
            + CELL.replace(
                "<table:table-cell", '<table:table-cell table:number-columns-repeated="99"'
            )
            + "</table:table-row>",
            "CU1048576",
        ),
    ],
)
def test_an_opendocument_sheet_that_reaches_too_far_is_refused(
    tmp_path: Path, rows: str, place: str
) -> None:
    with pytest.raises(UnreadableSource, match=f"Q4!{place}"):
        connector(ods(tmp_path / "a.ods", rows)).read()


def test_empty_repetitions_of_an_opendocument_sheet_cost_nothing(tmp_path: Path) -> None:
    rows = (
        f"<table:table-row>{CELL}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    table = connector(ods(tmp_path / "a.ods", rows)).read().tables[0]
    assert [row.values for row in table.rows] == [(1.0,)]


def test_new_columns_stand_beside_the_table_and_not_far_out() -> None:
    far: list[Any] = [None] * 400
    table = Table("k", "k", rows_of([["a", "b"], [1, 2], [*far, "x"]]))
    assert right_edge(table) == 2
    full: list[Any] = ["x"] * 400
    assert right_edge(Table("k", "k", rows_of([["a", "b"], full]))) == 400
    near: list[Any] = [None] * 20
    assert right_edge(Table("k", "k", rows_of([["a", "b"], [*near, "x"]]))) == 21


NESTED = 60_000
HOSTILE = {
    "nested": b"<a>" * NESTED + b"</a>" * NESTED,
    "unclosed": b"<a " * NESTED,
    "quotes": b'<a b="' * NESTED,
    "opened": b"<a>" * NESTED,
    "rows": b'<row r="1"><c>' * NESTED,
    "rows apart": b'<row r="1"><c r="XFD1048576"><v>' * NESTED,
    "comments": b"<!--" * NESTED,
    "instructions": b"<?a " * NESTED,
    "cdata": b"<![CDATA[" * NESTED,
    "formulas": b'<c r="A1"><f>' * NESTED,
    "merges": b"<mergeCells>" + b"<a>" * NESTED + b"</a>" * NESTED + b"</mergeCells>",
}


@pytest.mark.parametrize(
    ("what", "where"), in_turns(HOSTILE, ["<sheetData>", "</sheetData>", "<worksheet"])
)
def test_a_part_that_was_made_to_hurt_is_read_or_refused_in_no_time(
    team: Team, what: str, where: str
) -> None:
    path = team.folder / "growth.xlsx"
    place = where.encode()
    put = HOSTILE[what] + place if where == "<worksheet" else place + HOSTILE[what]
    change_part(path, SHEET, place, put)
    began = time.process_time()
    with suppress(OkrsyncError):
        connector(path).read()
    assert time.process_time() - began < 5
