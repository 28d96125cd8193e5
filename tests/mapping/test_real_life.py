"""Sheets nobody made for okrsync are read as a person reads them: their header, every column's
role, and how many OKRs they hold.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from textwrap import dedent

import openpyxl
import pytest

from grids import in_part
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings
from real_life import File
from real_life_exports import FILES as EXPORTS
from real_life_languages import FILES as LANGUAGES
from real_life_layouts import FILES as LAYOUTS
from real_life_refusals import FILES as REFUSALS
from real_life_workbooks import FILES as WORKBOOKS
from team import Team

FILES = (*WORKBOOKS, *LAYOUTS, *EXPORTS, *LANGUAGES, *REFUSALS)
TODAY = date(2026, 11, 23)


def written(file: File, folder: Path) -> list[Path]:
    """The file as its keeper has it: one workbook, or a CSV file for each table."""
    if file.format == "xlsx":
        path = folder / "okrs.xlsx"
        _workbook(file).save(path)
        return [path]
    paths = [folder / f"{name}.csv" for name in file.tabs]
    for path, text in zip(paths, file.tabs.values(), strict=True):
        path.write_text(dedent(text).strip("\n") + "\n", encoding="utf-8")
    return paths


def _workbook(file: File) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in file.tabs.items():
        sheet = book.create_sheet(name)
        for number, line in enumerate(_lines(text), start=1):
            for column, cell in enumerate(line, start=1):
                if cell in ("<", "^"):
                    continue
                sheet.cell(number, column, _typed(cell))
        for first_row, first_column, last_row, last_column in _merges(_lines(text)):
            sheet.merge_cells(
                start_row=first_row,
                start_column=first_column,
                end_row=last_row,
                end_column=last_column,
            )
        if name in file.hidden:
            sheet.sheet_state = "hidden"
    return book


def _lines(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("¦")] for line in dedent(text).strip("\n").splitlines()
    ]


def _merges(lines: list[list[str]]) -> list[tuple[int, int, int, int]]:
    found = []
    for number, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell in ("<", "^"):
                continue
            down, right = number, column
            while (
                down + 1 < len(lines)
                and column < len(lines[down + 1])
                and lines[down + 1][column] == "<"
            ):
                down += 1
            while right + 1 < len(line) and line[right + 1] == "^":
                right += 1
            if (down, right) != (number, column):
                found.append((number + 1, column + 1, down + 1, right + 1))
    return found


def _typed(cell: str) -> CellValue:
    if not cell:
        return None
    if cell.startswith("@"):
        return date.fromisoformat(cell[1:])
    if cell in ("TRUE", "FALSE"):
        return cell == "TRUE"
    if re.fullmatch(r"-?\d+", cell):
        return int(cell)
    if re.fullmatch(r"-?\d+\.\d+", cell):
        return float(cell)
    return cell.replace("\\n", "\n")


def read(file: File, folder: Path) -> Okrs:
    paths = [str(path) for path in written(file, folder)]
    settings = WorkbookSettings.model_validate({"path": paths if len(paths) > 1 else paths[0]})
    snapshot = WorkbookConnector(settings, context_for(folder)).read()
    return understand(snapshot, Mapping_(), Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY)))


def complaints(file: File, found: Okrs) -> list[str]:
    """What a person would have said otherwise."""
    wrong = []
    layouts = {tab.layout for tab in found.tabs if tab.layout}
    if file.layout and not layouts & set(file.layout.split("/")):
        wrong.append(f"the layout is {layouts}, a person says {file.layout}")
    counts = (
        sum(not item.implied for item in found.objectives),
        sum(len(item.key_results) for item in found.objectives),
    )
    if counts != (file.objectives, file.key_results):
        wrong.append(f"{counts} where a person counts {(file.objectives, file.key_results)}")
    tabs = {tab.table: tab for tab in found.tabs}
    for name, row in file.header.items():
        if tabs[name].header_row != row:
            wrong.append(
                f"{name}: the header is in row {tabs[name].header_row}, a person says {row}"
            )
    for name, roles in file.roles.items():
        columns = [column for column in tabs[name].columns if column.header]
        said = roles.split()
        if len(said) != len(columns):
            wrong.append(
                f"{name}: {len(columns)} columns {[c.header for c in columns]}, a person sees"
                f" {len(said)}"
            )
            continue
        for column, role in zip(columns, said, strict=True):
            if (column.role or "-") not in role.split("/"):
                wrong.append(
                    f"{name}: {column.header!r} is read as {column.role}, a person says {role}:"
                    f" {column.because}"
                )
    wrong.extend(_mangled(file, found))
    wrong.extend(
        warning.message for warning in found.warnings if warning.code.startswith("duplicate")
    )
    for name in file.refused:
        if name in tabs and tabs[name].layout:
            wrong.append(f"{name} is read, a person says it holds no OKRs")
    return wrong


def _mangled(file: File, found: Okrs) -> list[str]:
    """Titles that stand nowhere in the file: something was cut out of them, or put in."""
    written_there = " ".join(
        " ".join(text.replace("\\n", " ").replace('""', '"').split()) for text in file.tabs.values()
    )
    titles = [one.title for one in found.objectives if not one.implied]
    titles += [item.title for one in found.objectives for item in one.key_results]
    return [
        f"the title {title!r} stands nowhere in the file"
        for title in titles
        if " ".join(title.split()) not in written_there and title not in file.tabs
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_sheet_is_read_as_a_person_reads_it(file: File, tmp_path: Path) -> None:
    found = read(file, tmp_path)
    wrong = complaints(file, found)
    if file.asks and found.questions:
        return
    assert wrong == []
    assert found.questions == ()


CONFIG = """
cycle = "2026-Q4"
[sources.team]
connector = "workbook"
path = {path}
[sources.team.write]
columns = {{progress = "okrsync progress", status = "okrsync status", note = "okrsync note"}}
"""


@pytest.mark.parametrize("file", in_part(LAYOUTS, every=2), ids=lambda file: file.name)
def test_what_is_written_beside_any_layout_changes_nothing_of_how_it_is_read(
    file: File, team: Team
) -> None:
    paths = [path.name for path in written(file, team.folder)]
    before = read(file, team.folder)
    team.config(CONFIG.format(path=json.dumps(paths if len(paths) > 1 else paths[0])))
    team.sync()
    again = team.sync()
    assert again["counts"]["changes"] == 0
    settings = WorkbookSettings.model_validate({"path": paths[0] if len(paths) == 1 else paths})
    context = context_for(team.folder)
    names = {"progress": "okrsync progress", "status": "okrsync status", "note": "okrsync note"}
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY), owned_headers=names)
    after = understand(WorkbookConnector(settings, context).read(), Mapping_(), reading)
    assert [one.title for one in after.objectives] == [one.title for one in before.objectives]


def test_a_list_that_begins_with_an_objective_in_the_first_row_keeps_it_whole(team: Team) -> None:
    (team.folder / "okrs.csv").write_text(
        "Objective: Grow\nKR1: Sign-ups\nKR2: Revenue\nObjective: Keep\nKR1: Churn\n",
        encoding="utf-8",
    )
    text = (team.folder / "okrs.csv").read_bytes()
    team.config(CONFIG.format(path='"okrs.csv"'))
    done = team.sync()
    assert (team.folder / "okrs.csv").read_bytes() == text
    assert any("insert an empty row" in skip["reason"] for skip in done["sources"][0]["skips"])
