"""What people do to a sheet any day, between two runs and in the midst of a write: nothing of
theirs is lost, every answer stands beside its row, the run after has nothing to write, and undo
works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from google_team import Team
from grids import in_turns
from okrsync.config import load
from okrsync.steps.undo import undo
from okrsync_sandbox import Sandbox

Act = Callable[[Team], None]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    """Something that people do."""
    ACTS[function.__name__.replace("_", " ")] = function
    return function


def _cells(first_row: int, end_row: int, first_column: int, end_column: int) -> dict[str, int]:
    return {
        "sheetId": 0,
        "startRowIndex": first_row,
        "endRowIndex": end_row,
        "startColumnIndex": first_column,
        "endColumnIndex": end_column,
    }


def _lines(dimension: str, start: int, end: int) -> dict[str, Any]:
    return {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}


@act
def look_through_a_filter_view(team: Team) -> None:
    criteria = {"5": {"hiddenValues": ["Jon"]}}
    view = {"title": "Mine", "range": _cells(0, 4, 0, 8), "criteria": criteria}
    team.anna.do(team.file_id, addFilterView={"filter": view})


@act
def filter_and_sort_by_a_column(team: Team) -> None:
    order = [{"dimensionIndex": 3, "sortOrder": "ASCENDING"}]
    team.anna.do(
        team.file_id,
        setBasicFilter={"filter": {"range": _cells(0, 4, 0, 8), "sortSpecs": order}},
    )
    team.anna.sort(team.file_id, "Q4", "A2:H4", "D")


@act
def sort_only_their_own_columns(team: Team) -> None:
    team.anna.sort(team.file_id, "Q4", "A2:F4", "B")


@act
def hide_rows(team: Team) -> None:
    team.anna.do(
        team.file_id,
        updateDimensionProperties={
            "range": _lines("ROWS", 1, 3),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        },
    )


@act
def group_rows_and_close_the_group(team: Team) -> None:
    group = _lines("ROWS", 1, 3)
    team.anna.do(team.file_id, addDimensionGroup={"range": group})
    team.anna.do(
        team.file_id,
        updateDimensionGroup={
            "dimensionGroup": {"range": group, "depth": 1, "collapsed": True},
            "fields": "collapsed",
        },
    )


@act
def merge_cells_above_the_header(team: Team) -> None:
    team.anna.insert_rows(team.file_id, "Q4", 1)
    team.anna.put(team.file_id, "Q4", "A1", "OKRs of the team")
    team.anna.merge(team.file_id, "Q4", "A1:H1")


@act
def freeze_panes(team: Team) -> None:
    grid = {"frozenRowCount": 1, "frozenColumnCount": 2}
    team.anna.do(
        team.file_id,
        updateSheetProperties={
            "properties": {"sheetId": 0, "gridProperties": grid},
            "fields": "gridProperties.frozenRowCount,gridProperties.frozenColumnCount",
        },
    )


@act
def paste_a_block_over_our_columns(team: Team) -> None:
    # More than half of the owned cells would be the guard max-changes.
    paste = {"source": _cells(1, 2, 5, 6), "destination": _cells(1, 2, 6, 8)}
    team.anna.do(team.file_id, copyPaste={**paste, "pasteType": "PASTE_NORMAL"})


@act
def paste_a_row_over_another(team: Team) -> None:
    paste = {"source": _cells(1, 2, 6, 8), "destination": _cells(2, 3, 6, 8)}
    team.anna.do(team.file_id, copyPaste={**paste, "pasteType": "PASTE_NORMAL"})


@act
def duplicate_the_tab_and_hide_the_copy(team: Team) -> None:
    copy = {"sourceSheetId": 0, "newSheetName": "Copy of Q4", "insertSheetIndex": 1}
    team.anna.do(team.file_id, duplicateSheet=copy)
    team.anna.hide_tab(team.file_id, "Copy of Q4")


@act
def move_our_column_to_the_left(team: Team) -> None:
    if "Status" in team.grid()[0]:
        team.anna.move_column(team.file_id, "Q4", "H", "C")


@act
def make_it_a_table(team: Team) -> None:
    table = {"tableId": "t1", "name": "Okrs", "range": _cells(0, 4, 0, 6)}
    team.anna.do(team.file_id, addTable={"table": table})


@act
def offer_a_choice_in_our_columns(team: Team) -> None:
    condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Green"}]}
    rule = {"condition": condition, "strict": True, "showCustomUi": True}
    team.anna.do(team.file_id, setDataValidation={"range": _cells(1, 4, 6, 8), "rule": rule})


@act
def wrap_text_and_colour_rows(team: Team) -> None:
    look = {"wrapStrategy": "WRAP", "backgroundColor": {"red": 1.0}}
    team.anna.do(
        team.file_id,
        repeatCell={
            "range": _cells(0, 4, 0, 8),
            "cell": {"userEnteredFormat": look},
            "fields": "userEnteredFormat(wrapStrategy,backgroundColor)",
        },
    )


@act
def name_the_range_of_the_table(team: Team) -> None:
    named = {"namedRangeId": "n1", "name": "okrs", "range": _cells(0, 4, 0, 8)}
    team.anna.do(team.file_id, addNamedRange={"namedRange": named})


@act
def colour_every_other_row(team: Team) -> None:
    colours = {"firstBandColor": {"red": 1.0}, "secondBandColor": {"green": 1.0}}
    band = {"bandedRangeId": 7, "range": _cells(0, 4, 0, 8), "rowProperties": colours}
    team.anna.do(team.file_id, addBanding={"bandedRange": band})


@act
def add_a_total_below(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "C6", "Total")
    team.anna.put(team.file_id, "Q4", "D6", "=SUM(D2:D4)")


@act
def compare_with_our_answers_in_a_formula(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "J1", "Above half")
    for row in (2, 3, 4):
        team.anna.put(team.file_id, "Q4", f"J{row}", f"=G{row}>D{row}")


@act
def leave_a_link_and_a_note(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "E2", '=HYPERLINK("https://acme.example","100")')
    team.anna.put(team.file_id, "Q4", "E2", 100)
    team.anna.note(team.file_id, "Q4", "G2", "why so low?")


@act
def delete_our_column_and_put_it_back(team: Team) -> None:
    at = team.grid()[0].index("Status")
    name = "ABCDEFGHI"[at]
    values = [row[at] if len(row) > at else None for row in team.grid()]
    team.anna.delete_columns(team.file_id, "Q4", name)
    team.anna.insert_columns(team.file_id, "Q4", name)
    for row, value in enumerate(values, start=1):
        team.anna.put(team.file_id, "Q4", f"{name}{row}", value)


@act
def cut_rows_and_paste_them_below(team: Team) -> None:
    cut = {"source": _cells(1, 2, 0, 8), "destination": {"sheetId": 0, "rowIndex": 6}}
    team.anna.do(team.file_id, cutPaste={**cut, "pasteType": "PASTE_NORMAL"})


@act
def fill_a_title_down(team: Team) -> None:
    for row in (5, 6):
        team.anna.put(team.file_id, "Q4", f"A{row}", "Keep")
        team.anna.put(team.file_id, "Q4", f"B{row}", f"New {row}")
        team.anna.put(team.file_id, "Q4", f"C{row}", 0)
        team.anna.put(team.file_id, "Q4", f"D{row}", 10 * row)
        team.anna.put(team.file_id, "Q4", f"E{row}", 100)


@act
def tick_checkboxes_in_a_column_of_their_own(team: Team) -> None:
    condition = {"condition": {"type": "BOOLEAN"}}
    team.anna.do(team.file_id, setDataValidation={"range": _cells(1, 4, 9, 10), "rule": condition})
    team.anna.put(team.file_id, "Q4", "J1", "Seen")
    for row in (2, 3, 4):
        team.anna.put(team.file_id, "Q4", f"J{row}", row > 2)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        made = Team(sandbox, tmp_path)
        made.run()
        yield made


def of_people(team: Team) -> list[list[Any]]:
    """The cells of people's columns, row by row, sorted: some sort them."""
    header_row = next(row for row in team.grid() if "Key result" in row)
    ours = {header_row.index(name) for name in ("Progress", "Status") if name in header_row}
    sheet = team.anna.tab(team.file_id, "Q4")
    rows = [
        [
            (cell.value, cell.formula)
            for column in range(12)
            if column not in ours
            for cell in [sheet.cell(row, column)]
        ]
        for row in range(10)
    ]
    return sorted(rows, key=str)


def answers(team: Team) -> dict[str, tuple[float, float, float, Any]]:
    """By key result, its numbers and its answer."""
    rows = team.grid()
    header_row = next(row for row in rows if "Key result" in row)
    columns = [header_row.index(name) for name in ("Start", "Current", "Target", "Progress")]
    key = header_row.index("Key result")
    return {
        row[key]: tuple(row[column] for column in columns)
        for row in rows[rows.index(header_row) + 1 :]
        if len(row) > key and row[key]
    }


def all_is_well(team: Team, stood: list[list[Any]]) -> None:
    """What holds whatever people did."""
    assert of_people(team) == stood
    for title, (start, current, target, progress) in answers(team).items():
        assert progress == pytest.approx((current - start) / (target - start), abs=0.006), title
    header = next(row for row in team.grid() if "Key result" in row)
    assert [header.count(name) for name in ("Progress", "Status")] == [1, 1]
    team.google.traffic.forget()
    again = team.one()
    assert (again.error, again.changes, again.conflicts) == (None, (), ())
    assert team.google.traffic.count("write") == 0


def between_two_runs(team: Team, name: str) -> None:
    ACTS[name](team)
    row = next(row for row, values in enumerate(team.grid(), 1) if "Sign-ups" in values)
    column = next(values for values in team.grid() if "Current" in values).index("Current")
    team.anna.put(team.file_id, "Q4", f"{'ABCDEFGHI'[column]}{row}", 60)
    stood = of_people(team)
    done = team.run()
    assert done.exit_code == 0
    assert done.sources[0].conflicts == ()
    all_is_well(team, stood)
    undo(load(team.folder / "okrsync.toml"), done.run or "")
    assert of_people(team) == stood


def in_the_midst_of_a_write(team: Team, name: str) -> None:
    team.anna.put(team.file_id, "Q4", "D2", 60)
    held: list[list[list[Any]]] = []

    def meanwhile() -> None:
        ACTS[name](team)
        held.append(of_people(team))

    team.google.traffic.before("write", 1, meanwhile)
    assert team.one().error is None
    assert of_people(team) == held[0]
    # What was in the way in that moment is put right by the next run at the latest.
    team.run()
    all_is_well(team, held[0])


@pytest.mark.parametrize(
    ("name", "moment"), in_turns(ACTS, [between_two_runs, in_the_midst_of_a_write])
)
def test_what_people_do_costs_nobody_anything(
    team: Team, name: str, moment: Callable[[Team, str], None]
) -> None:
    moment(team, name)
