"""Sheets that are odd as real ones are, read as a fair reader reads them, or asked about."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import product
from pathlib import Path

import openpyxl
import pytest

from field import BEHAVIOUR, FieldCase, try_case, try_init, try_look
from grids import in_part
from odd_blocks_cases import BLOCKS
from odd_columns_cases import COLUMNS
from odd_exports_cases import EXPORTS_OF_TOOLS
from odd_headings_cases import HEADINGS
from odd_periods_cases import PERIODS
from odd_sheets import OddSheet
from odd_sheets_cases import SHEETS
from odd_templates_cases import TEMPLATES
from odd_times_cases import TIMES
from odd_values_cases import VALUES
from team import Team

_ALL = (
    *SHEETS,
    *TEMPLATES,
    *PERIODS,
    *HEADINGS,
    *BLOCKS,
    *COLUMNS,
    *EXPORTS_OF_TOOLS,
    *TIMES,
    *VALUES,
)


def _name(value: OddSheet | str) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize("sheet", _ALL, ids=_name)
def test_an_odd_sheet_is_read_right_or_asked_about(
    sheet: OddSheet, team: Team, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # What is only told, refused or written takes a run to be seen.
    try_it = try_look if sheet.is_of_items else try_case
    wrong = _tried(try_it, sheet, "", team, tmp_path_factory)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("sheet", "behaviour"), in_part(product(_ALL, BEHAVIOUR[1:]), every=27), ids=_name
)
def test_an_odd_sheet_is_synced_again_and_put_back_as_any_other(
    sheet: OddSheet, behaviour: str, team: Team, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong = _tried(try_case, sheet, behaviour, team, tmp_path_factory)
    assert not wrong, "\n".join(wrong)


def _tried(
    try_it: Callable[[Team, FieldCase, Path], list[str]],
    sheet: OddSheet,
    behaviour: str,
    team: Team,
    temporary: pytest.TempPathFactory,
) -> list[str]:
    (team.folder / "growth.xlsx").unlink()
    folder = temporary.mktemp("files")
    return try_it(team, _case(sheet, folder, behaviour), folder)


@pytest.mark.parametrize("sheet", in_part(_ALL, every=20), ids=_name)
def test_with_the_config_of_init_an_odd_sheet_is_read_right_or_asked_about(
    sheet: OddSheet, team: Team, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("files")
    wrong = try_init(team, _case(sheet, folder, "init"), folder)
    assert not wrong, "\n".join(wrong)


def _case(sheet: OddSheet, folder: Path, behaviour: str) -> FieldCase:
    """The sheet as a case from the field, with its file in a folder and one thing to try with it,
    if the sheet is one for that.
    """
    return {
        "name": sheet.name,
        "files": [_written(sheet, folder)],
        "as_of": sheet.as_of,
        "extra": sheet.extra,
        "behaviour": [behaviour] if behaviour in sheet.behaviour else [],
        "expect": sheet.outcomes,
    }


def _written(sheet: OddSheet, folder: Path) -> str:
    """The file of a sheet: a CSV file, or a workbook where it has several tabs."""
    if isinstance(sheet.tabs, str):
        with (folder / "okrs.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(_cells(sheet.tabs))
        return "okrs.csv"
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in sheet.tabs.items():
        tab = book.create_sheet(name)
        for row in _cells(text):
            tab.append([_value(cell) for cell in row])
    book.save(folder / "okrs.xlsx")
    return "okrs.xlsx"


def _cells(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.strip("\n").splitlines()]
    rows = [
        [cell.strip().replace("\\n", "\n") for cell in line.removeprefix("¦").split("|")]
        for line in lines
    ]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _value(cell: str) -> object:
    if cell in ("TRUE", "FALSE"):
        return cell == "TRUE"
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell)
    except ValueError:
        return cell or None
