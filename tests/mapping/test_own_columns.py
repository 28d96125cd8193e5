"""okrsync's own columns never change how a table is read: on every layout, once and stacked twice,
as a workbook and as CSV files, the second run writes nothing and undo brings every byte back.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from grids import in_part
from layout_samples import SAMPLES, Grid, Sample
from okrsync.mapping.own_columns import own_columns, without_own_columns
from okrsync.model.table import CellValue, Table, rows_of
from team import AS_OF, Team, team

__all__ = ["team"]

OTHER_WORDS = {
    "Grow": "Earn",
    "Keep": "Hold",
    "Sign-ups": "Visits",
    "Revenue": "Orders",
    "Churn": "Returns",
    "OB-": "OX-",
    "K-": "X-",
    "K1": "K71",
    "K2": "K72",
    "K3": "K73",
    "O1": "O71",
    "O2": "O72",
}


def other(value: CellValue) -> CellValue:
    if isinstance(value, str):
        for word, instead in OTHER_WORDS.items():
            value = value.replace(word, instead)
    return value


def again(grid: Grid) -> Grid:
    """The same table with other items."""
    return [[other(value) for value in row] for row in grid]


def beside(grid: Grid) -> Grid:
    width = max(len(row) for row in grid)
    return [
        [*row, *[None] * (width + 1 - len(row)), *second]
        for row, second in zip(grid, again(grid), strict=True)
    ]


STACKED: dict[str, Callable[[Grid], Grid]] = {
    "once": lambda grid: grid,
    "below": lambda grid: [*grid, *again(grid)],
    "below an empty row": lambda grid: [*grid, [], *again(grid)],
    "below a heading": lambda grid: [*grid, [], ["Team B"], *again(grid)],
    "beside": beside,
}


def workbook(folder: Path, tabs: dict[str, Grid]) -> list[Path]:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in tabs.items():
        tab = book.create_sheet(name)
        for row in grid:
            tab.append(row)
    book.save(folder / "okrs.xlsx")
    return [folder / "okrs.xlsx"]


def csv_files(folder: Path, tabs: dict[str, Grid]) -> list[Path]:
    paths = [folder / f"{name}.csv" for name in tabs]
    for path, grid in zip(paths, tabs.values(), strict=True):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [["" if value is None else value for value in row] for row in grid]
            )
    return paths


def config(team: Team, paths: list[Path]) -> None:
    names = [path.name for path in paths]
    team.config(
        f'cycle = "2026-Q4"\ntimezone = "UTC"\n[sources.t]\nconnector = "workbook"\n'
        f"path = {json.dumps(names if len(names) > 1 else names[0])}\n[sources.t.write]\ncolumns ="
        ' {progress = "okr progress", status = "okr status", note = "okr note"}\n'
    )


def reading(team: Team) -> dict[str, Any]:
    """All that is read and measured, without the moment."""
    document = team.json("show", "--as-of", AS_OF, "--all-cycles")
    for source in document["sources"]:
        source.pop("read_at")
    return document


FORMS: list[tuple[Callable[[Path, dict[str, Grid]], list[Path]], str]] = [
    *((workbook, how) for how in STACKED),
    (csv_files, "below"),
    (csv_files, "below a heading"),
]


@pytest.mark.parametrize(
    ("sample", "form", "how"),
    in_part(((sample, *form) for sample in SAMPLES for form in FORMS), every=13),
    ids=lambda value: str(getattr(value, "name", getattr(value, "__name__", value))),
)
def test_own_columns_change_nothing_about_a_layout(
    team: Team, sample: Sample, how: str, form: Callable[[Path, dict[str, Grid]], list[Path]]
) -> None:
    paths = form(team.folder, {name: STACKED[how](grid) for name, grid in sample.tabs.items()})
    config(team, paths)
    before, read = [path.read_bytes() for path in paths], reading(team)
    team.sync()
    after = [path.read_bytes() for path in paths]
    assert reading(team) == read
    assert team.sync()["counts"]["changes"] == 0
    assert [path.read_bytes() for path in paths] == after
    if after != before:
        assert team.run("undo", "last")[0] == 0
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.parametrize(
    "rows",
    [
        [["Goal"], ["Grow"], ["Keep"]],
        [["Objective"], ["Grow"], ["Keep"]],
        [["Key result"], ["Sign-ups from 0 to 100"], ["Churn from 9 to 3"]],
        [["OKR"], ["O1: Grow"], ["KR1: Sign-ups"], ["KR2: Revenue"], ["O2: Keep"], ["KR1: Churn"]],
    ],
)
@pytest.mark.parametrize("form", [workbook, csv_files])
def test_a_list_of_a_single_column_stays_one(
    team: Team, rows: Grid, form: Callable[[Path, dict[str, Grid]], list[Path]]
) -> None:
    paths = form(team.folder, {"okrs": rows})
    config(team, paths)
    before, read = paths[0].read_bytes(), reading(team)
    assert read["sources"][0]["state"] == "ok"
    team.sync()
    after = paths[0].read_bytes()
    assert after != before
    assert reading(team) == read
    assert team.sync()["counts"]["changes"] == 0
    assert paths[0].read_bytes() == after
    team.run("undo", "last")
    assert paths[0].read_bytes() == before


HEADERS = {"progress": "Progress", "status": "Status"}


def test_own_columns_are_those_of_the_row_that_has_most_of_the_headers() -> None:
    rows: Grid = [
        ["Status", "On track, at risk, off track"],
        ["Goal", " PROGRESS", "Owner", "status"],
        ["Status", 0.5, "Ann", "On track"],
    ]
    table = Table("k", "k", rows_of(rows))
    assert own_columns(table, HEADERS) == (2, frozenset({1, 3}))
    assert [row.values for row in without_own_columns(table, HEADERS).rows] == [
        ("Status", "On track, at risk, off track"),
        ("Goal", None, "Owner"),
        ("Status", None, "Ann"),
    ]


def test_a_table_without_own_columns_is_the_very_same() -> None:
    table = Table("k", "k", rows_of([["Goal", "Owner"], ["Grow", "Ann"]]))
    assert without_own_columns(table, HEADERS) is table
