"""A tab that people protected in Excel: left alone from the first run on and said so, or, where the
config allows it, kept up to date; and a run can be put back whatever was protected since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.worksheet.protection import SheetProtection

from team import CONFIG, Team, edit, sheet, team
from workbook_parts import change_part

__all__ = ["team"]

LIFTED = CONFIG + "protected = true\n"
_HEADERS = ["Progress", "Status", "okrsync note"]


def protected(password: str | None = None) -> Callable[[Any], None]:
    def change(q4: Any) -> None:
        q4.protection = SheetProtection(sheet=True, password=password)

    return change


def unlocked(cells: str) -> Callable[[Any], None]:
    def change(q4: Any) -> None:
        for row in q4[cells]:
            for cell in row:
                cell.protection = Protection(locked=False)

    return change


def protect(team: Team, *changes: Callable[[Any], None]) -> bytes:
    path = team.folder / "growth.xlsx"
    for change in changes:
        edit(path, change)
    return path.read_bytes()


def skipped(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (skip["at"], skip["reason"]) for source in document["sources"] for skip in source["skips"]
    ]


def test_no_column_is_made_on_a_protected_tab_and_plan_says_so_as_sync_does(team: Team) -> None:
    before = protect(team, protected())
    planned = team.json("plan", "--as-of", "2026-11-23")
    done = team.sync()
    assert skipped(planned) == skipped(done)
    assert [at for at, _ in skipped(done)] == [f"Q4!{name}" for name in _HEADERS]
    assert all("protected in Excel" in reason for _, reason in skipped(done))
    assert all("write.protected = true" in reason for _, reason in skipped(done))
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_a_protection_without_password_is_written_over_where_the_config_says_so(
    team: Team,
) -> None:
    protect(team, protected(), unlocked("E2:E4"))
    team.config(LIFTED)
    assert skipped(team.sync()) == []
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("E2", 100))
    team.sync()
    assert sheet(team.folder / "growth.xlsx")[1][7:9] == [1, "Achieved"]
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    assert book["Q4"].protection.sheet
    runs = [run["id"] for run in team.json("history")["runs"]]
    for run in sorted(runs, reverse=True):
        assert team.run("undo", run)[0] == 0
    assert {len(row) for row in sheet(team.folder / "growth.xlsx")} == {7}


@pytest.mark.parametrize("config", [CONFIG, LIFTED])
def test_a_password_is_respected_whatever_the_config_says(team: Team, config: str) -> None:
    before = protect(team, protected("secret"))
    team.config(config)
    done = team.sync()
    assert len(skipped(done)) == 3
    assert all("protected with a password" in reason for _, reason in skipped(done))
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_unlocked_cells_right_of_the_table_take_new_columns(team: Team) -> None:
    protect(team, unlocked("H1:J4"), protected())
    assert skipped(team.sync()) == []
    assert sheet(team.folder / "growth.xlsx")[0][7:] == _HEADERS


def test_a_range_that_everybody_may_edit_takes_new_columns(team: Team) -> None:
    protect(team, protected())
    path = team.folder / "growth.xlsx"
    ranges = b'<protectedRanges><protectedRange sqref="H1:M40" name="all"/></protectedRanges>'
    change_part(path, "xl/worksheets/sheet1.xml", b"<pageMargins", ranges + b"<pageMargins")
    assert skipped(team.sync()) == []
    assert sheet(path)[0][7:] == _HEADERS


def test_rows_that_are_locked_are_skipped_one_by_one_beside_an_open_header(team: Team) -> None:
    protect(team, unlocked("H1:J3"), protected())
    planned, done = team.json("plan", "--as-of", "2026-11-23"), team.sync()
    assert skipped(planned) == skipped(done)
    assert [at for at, _ in skipped(done)] == ["Q4!H4", "Q4!I4", "Q4!J4"]
    assert sheet(team.folder / "growth.xlsx")[3][7:] == [None, None, None]
    assert sheet(team.folder / "growth.xlsx")[1][7] is not None


@pytest.mark.parametrize("password", [None, "secret"])
def test_a_run_is_put_back_although_the_tab_was_protected_since(
    team: Team, password: str | None
) -> None:
    before = sheet(team.folder / "growth.xlsx")
    team.sync()
    protect(team, protected(password))
    assert len(skipped(team.sync())) == 0
    code, out = team.run("undo", "last")
    assert code == 0, out
    assert sheet(team.folder / "growth.xlsx") == before


def test_a_locked_owned_cell_is_a_skip_in_plan_and_sync(team: Team) -> None:
    team.sync()
    protect(team, unlocked("E2:E4"), protected())
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("E2", 100))
    before = sheet(team.folder / "growth.xlsx")
    planned, done = team.json("plan", "--as-of", "2026-11-23"), team.sync()
    assert skipped(planned) == skipped(done)
    assert [at for at, _ in skipped(done)] == ["Q4!H2", "Q4!I2", "Q4!J2"]
    assert sheet(team.folder / "growth.xlsx") == before


def test_a_note_is_no_business_of_a_protected_tab(team: Team) -> None:
    team.config(CONFIG + 'notify = "note"\n')
    before = protect(team, protected())
    done = team.sync()
    assert ("Q4!B3", "the cell is protected: it cannot get a note") in skipped(done)
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_check_names_a_protected_tab(team: Team) -> None:
    protect(team, protected())
    assert "the tab is protected in Excel" in team.run("check")[1]


OWN_TABS = 'summary = "Summary"\nreview = "Review"\nhistory = "History"\n'


@pytest.mark.parametrize("tab", ["Summary", "Review", "History"])
def test_a_protected_tab_of_okrsyncs_own_is_left_and_its_rows_are_answered(
    team: Team, tab: str
) -> None:
    path = team.folder / "growth.xlsx"
    team.config(CONFIG + OWN_TABS)
    first = team.sync()
    book = openpyxl.load_workbook(path)
    book[tab].protection.sheet = True
    stood = [[cell.value for cell in row] for row in book[tab].iter_rows()]
    book["Q4"]["E2"] = 90
    book.save(path)
    for _ in range(2):
        planned = skipped(team.json("plan", "--as-of", "2026-11-23"))
        [(_, reason)] = skipped(team.sync())
        assert reason.startswith("the tab is protected in Excel")
        # Whether lines are due shows only when the history is looked at, at the write.
        assert tab == "History" or [why for _, why in planned] == [reason]
        book = openpyxl.load_workbook(path)
        assert [[cell.value for cell in row] for row in book[tab].iter_rows()] == stood
        assert sheet(path)[1][7] == 0.83
    team.config(LIFTED + OWN_TABS)
    assert skipped(team.sync()) == []
    book = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in book[tab].iter_rows()] != stood
    assert book[tab].protection.sheet
    # A protection does not keep a run from being put back.
    for run in sorted((run["id"] for run in team.json("history")["runs"]), reverse=True):
        team.run("undo", run)
    assert openpyxl.load_workbook(path).sheetnames == ["Q4"]
    assert first["exit_code"] == 0
