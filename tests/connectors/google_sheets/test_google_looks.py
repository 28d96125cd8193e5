"""Columns get their looks once, and undo takes them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from google_team import ROWS, WANTED, Team
from okrsync.config import load
from okrsync.steps.undo import undo
from okrsync_sandbox import Sandbox
from okrsync_sandbox.google.a1 import letters


def test_looks_are_given_once_and_left_to_people(team: Team) -> None:
    team.one()
    sheet = team.anna.tab(team.file_id, "Q4")
    assert sheet.cell(1, 6).format is not None
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"
    rules = len(sheet.objects["conditionalFormats"])
    assert rules == 8
    spot = {"sheetId": 0, "startColumnIndex": 6, "endColumnIndex": 7}
    look = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.000"}}}
    team.anna.do(
        team.file_id,
        repeatCell={"range": spot, "cell": look, "fields": "userEnteredFormat.numberFormat"},
    )
    team.anna.do(team.file_id, deleteConditionalFormatRule={"sheetId": 0, "index": 0})
    team.anna.type(team.file_id, "Q4", "D2", "61")
    team.one()
    assert team.anna.text(team.file_id, "Q4", "G2") == "0.610"
    assert len(team.anna.tab(team.file_id, "Q4").objects["conditionalFormats"]) == rules - 1


def test_a_new_column_has_looks_of_its_own_and_undo_leaves_nothing_behind(team: Team) -> None:
    cells = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 5, "endColumnIndex": 6}
    words = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Mia"}]}}
    team.anna.do(team.file_id, setDataValidation={"range": cells, "rule": words})
    blue = {"userEnteredFormat": {"backgroundColor": {"blue": 1}}}
    team.anna.do(
        team.file_id, repeatCell={"range": cells, "cell": blue, "fields": "userEnteredFormat"}
    )
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 5, "endIndex": 6}
    team.anna.do(
        team.file_id,
        updateDimensionProperties={
            "range": columns,
            "properties": {"pixelSize": 400},
            "fields": "pixelSize",
        },
    )
    before = _all_of(team)
    assert team.one().error is None
    sheet = team.anna.tab(team.file_id, "Q4")
    for row in (1, 2, 3):
        for column in (6, 7):
            cell = sheet.cell(row, column)
            assert cell.validation is None
            assert "backgroundColor" not in (cell.format or {})
    assert sheet.column_info[6]["pixelSize"] == 100
    undo(load(team.folder / "okrsync.toml"), "last")
    assert _all_of(team) == before


@pytest.mark.parametrize("is_formatted", [False, True], ids=["plain", "formatted by people"])
def test_undo_takes_its_looks_from_columns_that_people_had_made(
    sandbox: Sandbox, tmp_path: Path, is_formatted: bool
) -> None:
    team = Team(sandbox, tmp_path, [[*ROWS[0], "Progress", "Status"], *ROWS[1:]])
    if is_formatted:
        cells = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 6, "endColumnIndex": 7}
        percent = {"userEnteredFormat": {"numberFormat": {"type": "PERCENT", "pattern": "0%"}}}
        fields = "userEnteredFormat.numberFormat"
        team.anna.do(team.file_id, repeatCell={"range": cells, "cell": percent, "fields": fields})
    before = _all_of(team)
    assert team.one().error is None
    assert team.beside("Progress") == WANTED
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"
    undo(load(team.folder / "okrsync.toml"), "last")
    assert _all_of(team) == before
    team.one()
    assert team.beside("Progress") == WANTED
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"


def test_undo_takes_its_looks_from_columns_in_which_people_had_typed(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, None, "fine"] for row in ROWS[1:]]
    team = Team(sandbox, tmp_path, [[*ROWS[0], "Progress", "Status"], *rows])
    before = _all_of(team)
    first = team.run()
    between = _all_of(team)
    row = next(index for index, values in enumerate(team.grid()) if "Sign-ups" in values)
    column = team.grid()[0].index("Current")
    value, address = team.grid()[row][column], f"{letters(column)}{row + 1}"
    team.anna.put(team.file_id, "Q4", address, 90)
    second = team.run()
    assert team.beside("Progress")["Sign-ups"] != WANTED["Sign-ups"]
    config = load(team.folder / "okrsync.toml")
    undo(config, second.run or "")
    team.anna.put(team.file_id, "Q4", address, value)
    # What the first run wrote is there still, and its looks.
    assert _all_of(team) == between
    undo(config, first.run or "")
    assert _all_of(team) == before


def _all_of(team: Team) -> tuple[object, ...]:
    """Everything a tab holds: cells with formats and rules, sizes, objects, metadata of columns."""
    book = team.anna.book(team.file_id)
    sheet = team.anna.tab(team.file_id, "Q4")
    cells = [[sheet.cell(row, column) for column in range(sheet.column_count)] for row in range(10)]
    objects = {name: held for name, held in sheet.objects.items() if held}
    # A mark that was held has been made again, with the same id.
    metadata = sorted(book.metadata, key=lambda entry: entry["metadataId"])
    return cells, sheet.column_count, sheet.column_info, objects, metadata


def test_a_row_that_somebody_struck_through_is_set_aside_and_keeps_its_look(team: Team) -> None:
    team.one()
    cells = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3, "endColumnIndex": 6}
    look = {"userEnteredFormat": {"textFormat": {"strikethrough": True}}}
    fields = "userEnteredFormat.textFormat.strikethrough"
    team.anna.do(team.file_id, repeatCell={"range": cells, "cell": look, "fields": fields})
    done = team.one()
    assert done.error is None
    assert {change.field: change.after for change in done.changes} == {"status": None}
    assert team.beside("Status")["Revenue"] is None
    assert team.anna.tab(team.file_id, "Q4").cell(2, 1).format == look["userEnteredFormat"]
    assert team.one().calls.write == 0
