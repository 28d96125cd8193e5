"""A workbook whose XML is nested deeper than any program writes is read in time by its length, and
written to without harm.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import openpyxl
import pytest

from okrsync.connector import Batch, CellWrite, ColumnRef, Looks, NewColumn, State
from okrsync.model.errors import UnreadableSource
from okrsync.model.row_finder import column_ref, row_ref
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings

_DEPTH = 50_000
_OPEN, _CLOSE = b"<x>" * _DEPTH, b"</x>" * _DEPTH


def before_the_end(text: bytes) -> bytes:
    end = text.rindex(b"</")
    return text[:end] + _OPEN + _CLOSE + text[end:]


def in_a_row(text: bytes) -> bytes:
    return text.replace(b"</row>", _OPEN + _CLOSE + b"</row>", 1)


def in_a_cell(text: bytes) -> bytes:
    return text.replace(b"</c>", _OPEN + _CLOSE + b"</c>", 1)


def in_a_text(text: bytes) -> bytes:
    return text.replace(b"<t>", _OPEN + b"<t>", 1).replace(b"</t>", b"</t>" + _CLOSE, 1)


def make_workbook(folder: Path, part: str, nested: Callable[[bytes], bytes]) -> None:
    """A workbook `team.xlsx` of which one part is nested deep."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Objective", "Key result", "Current"])
    sheet.append(["Grow", "Sign-ups", 1])
    book.save(folder / "plain.xlsx")
    with (
        zipfile.ZipFile(folder / "plain.xlsx") as plain,
        zipfile.ZipFile(folder / "team.xlsx", "w", zipfile.ZIP_DEFLATED) as deep,
    ):
        for name in plain.namelist():
            text = plain.read(name)
            deep.writestr(name, nested(text) if name == part else text)


_SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "nested"),
    [
        (_SHEET, before_the_end),
        (_SHEET, in_a_row),
        ("xl/sharedStrings.xml", before_the_end),
        ("xl/sharedStrings.xml", in_a_text),
        ("xl/workbook.xml", before_the_end),
        ("xl/styles.xml", before_the_end),
        ("xl/_rels/workbook.xml.rels", before_the_end),
        ("[Content_Types].xml", before_the_end),
    ],
)
def test_deep_nesting_costs_its_length_and_loses_nothing(
    tmp_path: Path, part: str, nested: Callable[[bytes], bytes]
) -> None:
    make_workbook(tmp_path, part, nested)
    connector = WorkbookConnector(WorkbookSettings(path="team.xlsx"), context_for(tmp_path))
    began = process_time()
    snapshot = connector.read()
    table = snapshot.tables[0]
    assert table.rows[1].values[1:] == ("Sign-ups", 1)
    row = row_ref(table.rows[1], {"key_result": column_ref(table, 1, table.rows[0])})
    column = NewColumn("n", table.key, "progress", "Progress", 1, Looks.SHARE)
    cell = CellWrite("c", table.key, row, ColumnRef(None, "Progress", 1), None, 0.5, Looks.SHARE)
    outcomes = connector.write(Batch(snapshot, (cell,), (column,))).outcomes
    assert process_time() - began < 2
    assert {outcome.state for outcome in outcomes.values()} == {State.WRITTEN}
    assert connector.read().tables[0].rows[1].values[1:] == ("Sign-ups", 1, 0.5)


def test_nesting_where_a_value_belongs_is_refused_by_its_tab(tmp_path: Path) -> None:
    make_workbook(tmp_path, _SHEET, in_a_cell)
    connector = WorkbookConnector(WorkbookSettings(path="team.xlsx"), context_for(tmp_path))
    with pytest.raises(UnreadableSource, match="the tab 'Sheet' cannot be read"):
        connector.read()
