"""A trend in Google Sheets is a sparkline of okrsync's own, which every locale computes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from google_team import Team
from okrsync.config import load
from okrsync.connector import Looks
from okrsync.plan.plan import SourcePlan
from okrsync.steps.undo import undo
from okrsync.sync import sync
from okrsync_google_sheets.edits import entered_value
from okrsync_sandbox import Sandbox
from okrsync_sandbox.google.formula_values import CellFault

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target"],
    ["Grow", "Sign-ups", 0, 10, 100],
    ["Grow", "Revenue", 0, 20, 100],
]


def on(team: Team, day: str) -> SourcePlan:
    return sync(load(team.folder / "okrsync.toml"), as_of=date.fromisoformat(day)).sources[0]


def trending(sandbox: Sandbox, folder: Path, **spreadsheet: Any) -> Team:
    """A spreadsheet with a column for the trend, after two weeks of one key result."""
    team = Team(sandbox, folder, ROWS, **spreadsheet)
    config = folder / "okrsync.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('status = "Status"', 'trend = "Trend"'), encoding="utf-8")
    on(team, "2026-11-02")
    team.anna.put(team.file_id, "Q4", "D2", 40)
    done = on(team, "2026-11-09")
    assert done.error is None
    return team


def formula(team: Team, cell: tuple[int, int]) -> str | None:
    return team.anna.tab(team.file_id, "Q4").cell(*cell).formula


def trend_cell(team: Team, row: int = 1) -> tuple[int, int]:
    return row, team.grid()[0].index("Trend")


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "pt_BR", "en_GB"])
def test_every_locale_computes_it(sandbox: Sandbox, tmp_path: Path, locale: str) -> None:
    team = trending(sandbox, tmp_path, locale=locale)
    assert formula(team, trend_cell(team)) == "=SPARKLINE({10;40})"
    row, column = trend_cell(team)
    value = team.grid()[row][column] if len(team.grid()[row]) > column else None
    assert not isinstance(value, CellFault)
    assert value in (None, "")


def test_a_second_run_writes_nothing_and_news_rewrite_it(sandbox: Sandbox, tmp_path: Path) -> None:
    team = trending(sandbox, tmp_path)
    again = on(team, "2026-11-09")
    assert (again.changes, again.skips, again.calls.write) == ((), (), 0)
    assert [one.field for one in on(team, "2026-11-12").changes] == []
    team.anna.put(team.file_id, "Q4", "D2", 70)
    on(team, "2026-11-16")
    assert formula(team, trend_cell(team)) == "=SPARKLINE({10;40;70})"


def test_it_stays_beside_its_row_when_rows_move(sandbox: Sandbox, tmp_path: Path) -> None:
    team = trending(sandbox, tmp_path)
    team.anna.insert_rows(team.file_id, "Q4", 2)
    assert on(team, "2026-11-09").changes == ()
    assert formula(team, trend_cell(team, 2)) == "=SPARKLINE({10;40})"


def test_undo_puts_the_earlier_picture_back(sandbox: Sandbox, tmp_path: Path) -> None:
    team = trending(sandbox, tmp_path)
    team.anna.put(team.file_id, "Q4", "D2", 70)
    done = on(team, "2026-11-16")
    assert done.changes
    undo(load(team.folder / "okrsync.toml"), "last")
    assert formula(team, trend_cell(team)) == "=SPARKLINE({10;40})"
    undo(load(team.folder / "okrsync.toml"), "last")


def test_a_formula_of_a_person_is_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    team = trending(sandbox, tmp_path)
    row, column = trend_cell(team)
    address = f"{chr(ord('A') + column)}{row + 1}"
    mine = '=SPARKLINE(D2:E2; {"charttype"; "bar"})'
    team.anna.put(team.file_id, "Q4", address, mine)
    team.anna.put(team.file_id, "Q4", "D2", 70)
    done = on(team, "2026-11-16")
    assert any("formula" in skip.reason for skip in done.skips)
    assert formula(team, (row, column)) == mine


def test_text_that_looks_like_a_sparkline_stays_text() -> None:
    text = "=SPARKLINE({1;2})"
    assert entered_value(text) == {"stringValue": text}
    assert entered_value(text, Looks.NUMBER) == {"stringValue": text}
    assert entered_value(text, Looks.TREND) == {"formulaValue": text}
    for other in ('=SPARKLINE({1;2};{"color"})', "=SPARKLINE({A1;2})", "=1+1", "▂▃"):
        assert entered_value(other, Looks.TREND) == {"stringValue": other}
