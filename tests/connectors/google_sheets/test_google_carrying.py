"""A Google Sheet takes carried rows and tabs beside people at work, whatever becomes of a call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Literal

import pytest

from google_sandbox import ANNA
from grids import in_part
from okrsync.testing import trimmed
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call
from team import Team

CONFIG = """\
[sources.growth]
connector = "google-sheets"
spreadsheet = "{file}"
credentials = {{file = "key.json"}}
api_endpoint = "{endpoint}"
limits = {{reads_per_minute = 1000000, writes_per_minute = 1000000, give_up_seconds = 20}}
[sources.growth.write]
columns = {{status = "Status", score = "Score", note = "Note"}}
"""
HEADER = ["Objective", "Key result", "Cycle", "Start", "Current", "Target", "Share"]
ROWS: list[list[Any]] = [
    HEADER,
    ["Grow", "Sign-ups", "Q4 2026", 0, 40, 100, "=E2/F2"],
    ["Grow", "Revenue", "Q4 2026", 0, 100, 100, "=E3/F3"],
    ["Keep", "Churn", "Q4 2026", 0, 30, 100, "=E4/F4"],
    [],
    [None, None, None, "Total", "=SUM(E2:E4)"],
]
TAB: list[list[Any]] = [
    ["OKRs Q4 2026"],
    ["Objective", "Key result", "Start", "Current", "Target", "Share"],
    ["Grow", "Revenue", 0, 100, 100, "=D3/E3"],
    ["Grow", "Sign-ups", 0, 40, 100, "=D4/E4"],
    ["Keep", "Churn", 0, 30, 100, "=D5/E5"],
    [None, None, None, "=SUM(D3:D5)"],
]
AFTER_END = ("--as-of", "2027-01-02")


class Sheet:
    """A team that keeps its OKRs in a Google Sheet."""

    def __init__(self, team: Team, rows: list[list[Any]], title: str) -> None:
        self.team, self.title = team, title
        self.sandbox = Sandbox()
        self.google = self.sandbox.google
        self.anna = self.google.person(ANNA)
        key = self.google.accounts.service_account()
        self.file = self.anna.new_spreadsheet("Team", {title: [[]]})
        for row, values in enumerate(rows, start=1):
            for column, value in enumerate(values):
                if value is not None:
                    self.anna.put(self.file, title, f"{'ABCDEFG'[column]}{row}", value)
        self.anna.share(self.file, key["client_email"])
        path = team.folder / "key.json"
        path.touch(0o600)
        path.write_text(json.dumps(key), encoding="utf-8")
        endpoint = self.sandbox.endpoint
        team.config(CONFIG.format(file=self.file, endpoint=endpoint))

    def close(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        return self.team.json("close", *arguments, "--carry-over", "--yes", *AFTER_END, code=code)

    def grid(self, title: str | None = None) -> list[list[Any]]:
        return trimmed(self.anna.grid(self.file, title or self.title))

    def titles(self) -> list[str]:
        return [sheet.title for sheet in self.anna.book(self.file).sheets]

    def at_update(self, number: int, act: Callable[[], None]) -> None:
        """Somebody does something right before the nth batch is carried out."""
        seen = [0]

        def meets(call: Call) -> bool:
            if call.path.endswith(":batchUpdate"):
                seen[0] += 1
                if seen[0] == number:
                    with self.google.traffic.at_rest():
                        act()
            return False

        self.google.traffic.faults.insert(0, Fault(meets))


@pytest.fixture
def sheet(folder: Team) -> Iterator[Sheet]:
    made = Sheet(folder, ROWS, "OKRs")
    yield made
    made.sandbox.stop()


@pytest.fixture
def tabs(folder: Team) -> Iterator[Sheet]:
    made = Sheet(folder, TAB, "Q4 2026")
    yield made
    made.sandbox.stop()


Moment = Literal["before", "after"]


def people(rows: list[list[Any]]) -> list[list[Any]]:
    """What stands in the columns of people."""
    return trimmed([row[:7] for row in rows])


CARRIED = [
    ["Grow", "Sign-ups", "Q1 2027", 40, None, 100, 0],
    ["Keep", "Churn", "Q1 2027", 30, None, 100, 0],
]


def test_rows_are_inserted_with_their_formulas_and_what_holds_them_grows(sheet: Sheet) -> None:
    before = sheet.grid()
    tab = sheet.anna.tab(sheet.file, "OKRs")
    block = {"sheetId": tab.id, "startRowIndex": 0, "endRowIndex": 4, "endColumnIndex": 7}
    sheet.anna.do(sheet.file, setBasicFilter={"filter": {"range": block}})
    sheet.anna.do(
        sheet.file,
        addConditionalFormatRule={
            "rule": {
                "ranges": [
                    {**block, "startRowIndex": 1, "startColumnIndex": 4, "endColumnIndex": 5}
                ],
                "booleanRule": {
                    "condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "50"}]},
                    "format": {"textFormat": {"bold": True}},
                },
            },
            "index": 0,
        },
    )
    document = sheet.close()
    assert people(sheet.grid())[4:6] == CARRIED
    assert people(sheet.grid())[7][3] == "Total"
    tab = sheet.anna.tab(sheet.file, "OKRs")
    assert tab.cell(4, 6).formula == "=E5/F5"
    assert tab.basic_filter is not None
    assert tab.basic_filter["range"]["endRowIndex"] == 6
    rules = tab.list_of("conditionalFormats")
    ends = [cells.get("endRowIndex", 0) for rule in rules for cells in rule["ranges"]]
    assert max(ends) >= 6
    assert sheet.team.run("undo", document["run"])[0] == 0, sheet.team.err
    assert sheet.grid() == before


def test_a_second_close_writes_nothing(sheet: Sheet) -> None:
    sheet.close()
    after = sheet.grid()
    document = sheet.close("2026-Q4")
    assert document["sources"][0]["calls"]["write"] == 0
    assert sheet.grid() == after


@pytest.mark.parametrize("number", in_part(range(1, 6), every=2))
def test_rows_are_inserted_at_their_place_while_people_insert_and_move_rows(
    sheet: Sheet, number: int
) -> None:
    def edit() -> None:
        sheet.anna.insert_rows(sheet.file, "OKRs", 2)
        sheet.anna.put(sheet.file, "OKRs", "A2", "Win")
        sheet.anna.put(sheet.file, "OKRs", "B2", "Trials")
        sheet.anna.put(sheet.file, "OKRs", "C2", "Q1 2027")

    sheet.at_update(number, edit)
    document = sheet.close()
    sheet.google.traffic.faults.clear()
    grid = people(sheet.grid())
    titles = [row[1] if len(row) > 1 else None for row in grid]
    if "Trials" not in titles:
        assert number > 2  # there were fewer batches
        edit()
        grid = people(sheet.grid())
    assert [row[:4] for row in grid[5:7]] == [row[:4] for row in CARRIED]
    assert grid[1][:3] == ["Win", "Trials", "Q1 2027"]
    outcomes = {change["outcome"] for change in document["sources"][0]["changes"]}
    assert outcomes <= {"written", "unchanged"}
    assert sheet.team.run("undo", document["run"])[0] == 0, sheet.team.err
    assert [row[1] for row in people(sheet.grid())[1:5]] == [
        "Trials",
        "Sign-ups",
        "Revenue",
        "Churn",
    ]


@pytest.mark.parametrize(
    ("number", "moment"), in_part(product(range(1, 5), ["before", "after"]), every=3)
)
def test_a_call_that_breaks_inserts_each_row_once(
    sheet: Sheet, number: int, moment: Moment
) -> None:
    seen = [0]

    def meets(call: Call) -> bool:
        seen[0] += call.path.endswith(":batchUpdate")
        return call.path.endswith(":batchUpdate") and seen[0] == number

    sheet.google.traffic.fail(Fault(meets, drop=moment))
    sheet.close()
    assert people(sheet.grid())[4:6] == CARRIED
    assert people(sheet.grid())[7][3] == "Total"


def test_a_tab_is_copied_under_the_next_name(tabs: Sheet) -> None:
    before = tabs.grid()
    document = tabs.close()
    assert tabs.titles() == ["Q4 2026", "Q1 2027"]
    assert tabs.grid("Q1 2027")[:4] == [
        ["OKRs Q1 2027"],
        TAB[1],
        ["Grow", "Sign-ups", 40, None, 100, 0],
        ["Keep", "Churn", 30, None, 100, 0],
    ]
    # Google itself shifts the formulas of a copy.
    assert tabs.anna.tab(tabs.file, "Q1 2027").cell(4, 3).formula == "=SUM(D3:D4)"
    after = tabs.grid("Q1 2027")
    again = tabs.close("2026-Q4")
    assert again["sources"][0]["calls"]["write"] == 0
    assert tabs.grid("Q1 2027") == after
    assert tabs.team.run("undo", document["run"])[0] == 0, tabs.team.err
    assert (tabs.titles(), tabs.grid()) == (["Q4 2026"], before)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_copy_whose_answer_was_lost_is_made_once(tabs: Sheet, moment: Moment) -> None:
    seen = [0]

    def meets(call: Call) -> bool:
        seen[0] += call.path.endswith(":batchUpdate")
        return call.path.endswith(":batchUpdate") and seen[0] == 1

    tabs.google.traffic.fail(Fault(meets, drop=moment))
    document = tabs.close()
    assert tabs.titles() == ["Q4 2026", "Q1 2027"]
    (change,) = [c for c in document["sources"][0]["changes"] if c["field"] == "tab"]
    assert change["outcome"] == "written"


def test_a_tab_that_people_used_stays_when_the_close_is_put_back(tabs: Sheet) -> None:
    document = tabs.close()
    tabs.anna.put(tabs.file, "Q1 2027", "D3", 55)
    undone = tabs.team.json("undo", document["run"])
    assert tabs.titles() == ["Q4 2026", "Q1 2027"]
    reasons = [conflict["reason"] for conflict in undone["sources"][0]["conflicts"]]
    assert any("somebody has used the tab" in reason for reason in reasons)


def test_a_tab_name_that_is_taken_is_a_skip(tabs: Sheet) -> None:
    tabs.anna.add_tab(tabs.file, "Q1 2027", [["ideas"]])
    document = tabs.close()
    skips = [s for s in document["sources"][0]["skips"] if s["code"] == "not-carried"]
    assert "there is a tab 'Q1 2027' already" in skips[0]["reason"]
    assert tabs.grid("Q1 2027") == [["ideas"]]


def test_the_retrospective_is_kept_in_a_tab(sheet: Sheet) -> None:
    config = CONFIG.replace("columns =", 'retrospective = "OKR"\ncolumns =')
    sheet.team.config(config.format(file=sheet.file, endpoint=sheet.sandbox.endpoint))
    document = sheet.close()
    title = "OKR retrospective 2026-Q4"
    assert title in sheet.titles()
    words = " ".join(str(value) for row in sheet.grid(title) for value in row)
    assert "Sign-ups" in words
    assert "What went well, and what do we keep?" in words
    sheet.anna.put(sheet.file, title, f"A{len(sheet.grid(title)) + 3}", "We keep the trial.")
    sheet.close("2026-Q4")
    assert ["We keep the trial."] in sheet.grid(title)
    assert sheet.team.run("sync", "--as-of", "2027-01-05")[0] == 0
    assert ["We keep the trial."] in sheet.grid(title)
    assert document["exit_code"] == 0
