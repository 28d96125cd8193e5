"""What the mapping says means nothing is not read, and what else a table says is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import Row, Snapshot, Table

TODAY = date(2026, 11, 23)
HEADER = ["Objective", "Key result", "Current", "Target"]
ROWS: list[list[Any]] = [["Grow", "Sign-ups", 62, 100], ["Grow", "Revenue", 34, 50]]


def _table(name: str, grid: list[list[Any]], header: tuple[str, ...] | None = None) -> Table:
    rows = tuple(Row(number, tuple(values)) for number, values in enumerate(grid, 1))
    return Table(name, name, rows, header)


def _read(mapping: dict[str, Any], *tables: Table) -> Okrs:
    snapshot = Snapshot("growth", tables, "1", datetime(2026, 11, 23, tzinfo=UTC))
    cycle = resolve_cycle("auto", TODAY, 1)
    return understand(snapshot, Mapping_.model_validate(mapping), Reading("growth", TODAY, cycle))


def _titles(okrs: Okrs) -> list[str]:
    return [kr.title for objective in okrs.objectives for kr in objective.key_results]


def test_a_tab_that_is_ignored_is_left_out_and_said_so() -> None:
    tables = (_table("Q4", [HEADER, *ROWS]), _table("Old", [HEADER, ["Sell", "Leads", 1, 9]]))
    okrs = _read({"ignore_tabs": "old"}, *tables)
    assert _titles(okrs) == ["Sign-ups", "Revenue"]
    assert [tab.layout is None for tab in okrs.tabs] == [False, True]
    assert [str(skip.at) for skip in okrs.skips] == ["Old!A1"]
    assert "ignore_tabs" in okrs.skips[0].reason


@pytest.mark.parametrize("is_declared", [False, True])
def test_a_column_that_is_ignored_gives_no_value_and_stays_visible(is_declared: bool) -> None:
    grid = [[*row, number] for row, number in zip(ROWS, (1, 2), strict=True)]
    header = ["Objective", "Key result", "Current", "Target", "Baseline"]
    table = (
        _table("Q4", grid, tuple(header))
        if is_declared
        else _table("Q4", [["Our OKRs"], header, *grid])
    )
    assert [kr.baseline for kr in _read({}, table).objectives[0].key_results] == [1, 2]

    okrs = _read({"ignore_columns": ["baseline"]}, table)

    results = okrs.objectives[0].key_results
    assert [kr.baseline for kr in results] == [None, None]
    assert [kr.current for kr in results] == [62, 34]
    column = okrs.tabs[0].columns[4]
    assert (column.column, column.header, column.role) == (4, "Baseline", None)
    assert "ignore_columns" in column.because
    assert okrs.warnings == ()


def test_of_two_columns_with_one_name_the_second_can_be_ignored() -> None:
    grid: list[list[Any]] = [["Objective", "Key result", "Current", "Current", "Target"]]
    grid += [[*row[:3], 99, row[3]] for row in ROWS]
    okrs = _read({"ignore_columns": ["Current #2"]}, _table("Q4", grid))
    assert [kr.current for kr in okrs.objectives[0].key_results] == [62, 34]
    okrs = _read({"ignore_columns": ["Current #1"]}, _table("Q4", grid))
    assert [kr.current for kr in okrs.objectives[0].key_results] == [99, 99]


def test_a_role_whose_only_column_is_ignored_has_none() -> None:
    mapping = {"columns": {"current": "Current"}, "ignore_columns": ["Current"]}
    okrs = _read(mapping, _table("Q4", [HEADER, *ROWS]))
    assert [kr.current for kr in okrs.objectives[0].key_results] == [None, None]
    assert okrs.warnings == ()


def test_the_header_row_can_be_said_for_one_tab() -> None:
    old = ["Objective", "Key result", "Target", "Current"]
    tables = (_table("Q4", [old, HEADER, *ROWS]), _table("More", [HEADER, ["Sell", "Leads", 1, 9]]))
    okrs = _read({"header": {"q4": 2}}, *tables)
    assert [tab.header_row for tab in okrs.tabs] == [2, 1]
    assert [kr.current for one in okrs.objectives for kr in one.key_results] == [62, 34, 1]


@pytest.mark.parametrize(
    ("mapping", "code", "name"),
    [
        ({"ignore_tabs": ["Older"]}, "no-such-tab", "'Older'"),
        ({"header": {"Older": 2}}, "no-such-tab", "'Older'"),
        ({"ignore_columns": ["Stretch"]}, "no-such-column", "'Stretch'"),
    ],
)
def test_what_is_ignored_and_not_there_is_named(
    mapping: dict[str, Any], code: str, name: str
) -> None:
    okrs = _read(mapping, _table("Q4", [HEADER, *ROWS]))
    assert [warning.code for warning in okrs.warnings] == [code]
    assert name in okrs.warnings[0].message
    assert len(_titles(okrs)) == 2


def _about_tabs(
    *names: str, mapping: dict[str, Any] | None = None, chosen: bool = False
) -> list[str]:
    tables = [
        _table(name, [HEADER, [f"Goal {name}", f"Result {name}", 100, 100]]) for name in names
    ]
    snapshot = Snapshot("growth", tuple(tables), "1", datetime(2026, 11, 23, tzinfo=UTC))
    cycle = resolve_cycle("auto", TODAY, 1)
    reading = Reading("growth", TODAY, cycle, are_tabs_chosen=chosen)
    okrs = understand(snapshot, Mapping_.model_validate(mapping or {}), reading)
    return [each.message for each in okrs.warnings if each.code == "aside-tab"]


@pytest.mark.parametrize(
    "name", ["Archive", "Archiv 2025", "Copy of OKRs", "Kopie von OKRs", "DRAFT", "Entwurf", "草稿"]
)
def test_a_tab_that_is_called_an_archive_a_copy_or_a_draft_is_named(name: str) -> None:
    (told,) = _about_tabs("OKRs", name)
    assert f"the OKRs of {name!r} count" in told
    assert f'ignore_tabs = ["{name}"]' in told
    (told,) = _about_tabs("OKRs", name, "Backup")
    assert f'ignore_tabs = ["{name}", "Backup"]' in told


def test_whoever_decides_about_tabs_is_not_asked_again() -> None:
    assert _about_tabs("OKRs", "Archive", mapping={"ignore_tabs": []}) == []
    assert _about_tabs("OKRs", "Archive", "Draft", mapping={"ignore_tabs": ["Archive"]}) == []
    assert _about_tabs("OKRs", "Archive", chosen=True) == []


def test_tabs_that_do_not_count_now_or_are_all_there_is_are_not_named() -> None:
    assert _about_tabs("OKRs", "Archive Q3 2025") == []
    assert _about_tabs("Draft") == []
    assert _about_tabs("Copywriting", "Architecture", "Craft") == []
