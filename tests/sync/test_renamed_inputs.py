"""An input column that somebody renamed is followed; one that is gone stops its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okrsync.mapping import Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.inputs import follow, inputs_of
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue, Row, Snapshot, Table
from okrsync.plan.plan import Plan
from several import TODAY, Company
from team import AS_OF, Team, edit, write_workbook

Grid = list[list[CellValue]]


def grid(rows: int) -> Grid:
    made: Grid = [["Objective", "Key result", "Owner", "Baseline", "Current", "Target"]]
    for number in range(rows):
        made.append(["Grow", f"KR {number}", "Mia", 0, 10 + number, 100 + number])
    return made


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company.of(tmp_path, "a", "b")
    made.teams["a"].tabs["Q4"][:] = grid(12)
    made.sync()
    return made


def rename(company: Company, column: int, name: CellValue) -> Grid:
    tab = company.teams["a"].tabs["Q4"]
    tab[0][column] = name
    return tab


def told(plan: Plan) -> list[str]:
    return [one.message for one in plan.warnings if one.code == "renamed-column"]


def guards(plan: Plan) -> list[str]:
    return [one.guard for one in plan.sources[0].refusals]


@pytest.mark.parametrize("column", [0, 1, 4, 5])
def test_a_renamed_column_is_followed_in_every_run_and_said(company: Company, column: int) -> None:
    before = company.picture().measures
    old = str(company.teams["a"].tabs["Q4"][0][column])
    rename(company, column, "Xyzzy")
    for _ in range(2):
        plan = company.sync()
        assert plan.exit_code == 0
        [words] = told(plan)
        assert "'Xyzzy'" in words
        assert f'["{old}", "Xyzzy"]' in words
        assert plan.sources[0].changes == ()
    now = company.picture().measures
    assert {id_: one.progress for id_, one in now.items()} == {
        id_: one.progress for id_, one in before.items()
    }
    # Values go on changing; the column was found once and is known by its new name.
    for row in company.teams["a"].tabs["Q4"][1:]:
        row[4] = 90
    plan = company.sync()
    assert plan.exit_code == 0
    assert company.picture().measures["a/O1/KR1"].progress == Decimal("0.9")


def test_a_column_that_moved_with_its_neighbours_is_followed(company: Company) -> None:
    rename(company, 4, "Xyzzy")
    for row in company.teams["a"].tabs["Q4"]:
        row.insert(2, None)
    company.teams["a"].tabs["Q4"][0][2] = "Mood"
    plan = company.sync()
    assert plan.exit_code == 0
    assert len(told(plan)) == 1


def test_one_in_ten_values_may_have_changed_since(company: Company) -> None:
    rename(company, 4, "Xyzzy")[1][4] = 77
    assert company.sync().exit_code == 0
    assert company.picture().measures["a/O1/KR1"].progress == Decimal("0.77")


@pytest.mark.parametrize(("rows", "changed"), [(12, 2), (9, 1), (2, 0)])
def test_what_is_not_surely_the_column_stops_its_source(
    tmp_path: Path, rows: int, changed: int
) -> None:
    company = Company.of(tmp_path, "a", "b")
    company.teams["a"].tabs["Q4"][:] = grid(rows)
    company.sync()
    stood = [list(row) for row in company.teams["a"].tabs["Q4"]]
    tab = rename(company, 4, "Xyzzy")
    for row in tab[1 : changed + 1]:
        row[4] = 5
    plan = company.sync()
    assert plan.exit_code == 5
    assert guards(plan) == ["vanished-input"]
    message = plan.sources[0].refusals[0].message
    assert "'Current'" in message
    assert 'current = ["Current", "Xyzzy"]' in message
    assert [row[6:] for row in tab] == [row[6:] for row in stood]
    picture = company.picture()
    assert picture.sources[0].state == "kept"
    assert picture.measures["a/O1/KR1"].progress is not None
    assert company.sync(allow=["vanished-input"]).exit_code == 0
    assert company.sync().exit_code == 0


def test_a_column_that_was_deleted_stops_its_source_once(company: Company) -> None:
    for row in company.teams["a"].tabs["Q4"]:
        del row[4]
    plan = company.sync()
    assert guards(plan) == ["vanished-input"]
    message = plan.sources[0].refusals[0].message
    for words in ("'Current'", "12 values", "'Objective'", "'Target'"):
        assert words in message
    assert plan.sources[0].changes == ()


def test_it_goes_before_empty(company: Company) -> None:
    for row in company.teams["a"].tabs["Q4"]:
        row[0:2] = ["", ""]
    plan = company.sync()
    assert guards(plan) == ["vanished-input"]


def test_a_new_name_that_means_another_role_is_not_followed(company: Company) -> None:
    rename(company, 4, "Deadline")
    assert guards(company.sync()) == ["vanished-input"]


def test_a_new_name_that_means_the_same_needs_no_word(company: Company) -> None:
    rename(company, 4, "Actual")
    plan = company.sync()
    assert (plan.exit_code, told(plan)) == (0, [])


def test_an_empty_column_may_go(tmp_path: Path) -> None:
    company = Company.of(tmp_path, "a")
    rows = grid(4)
    for row in rows[1:]:
        row[2] = None
    company.teams["a"].tabs["Q4"][:] = rows
    company.sync()
    for row in company.teams["a"].tabs["Q4"]:
        del row[2]
    assert company.sync().exit_code == 0


def snapshot(header: tuple[str, ...], ids: dict[int, str], values: list[list[Any]]) -> Snapshot:
    rows = tuple(Row(number, tuple(row), f"p{number}") for number, row in enumerate(values, 1))
    table = Table("db", "OKRs", rows, header, column_ids=ids)
    return Snapshot("a", (table,), "v", datetime(2026, 11, 23, tzinfo=UTC))


def test_where_a_place_keeps_ids_for_columns_these_decide() -> None:
    values: list[list[Any]] = [["Grow", f"KR {n}", 10 * n, 100] for n in range(1, 4)]
    reading = Reading("a", TODAY, resolve_cycle("2026-Q4", TODAY))
    first = snapshot(("Objective", "Key result", "Current", "Target"), {2: "cur", 3: "tgt"}, values)
    before = inputs_of(understand(first, Mapping_(), reading), first, {})
    moved = [[row[0], row[1], row[3], 5 * row[2]] for row in values]
    later = snapshot(("Objective", "Key result", "Target", "Xyzzy"), {2: "tgt", 3: "cur"}, moved)
    followed = follow(understand(later, Mapping_(), reading), later, before)
    assert followed is not None
    assert followed.vanished == ()
    assert followed.called == {("db", "Current"): "Xyzzy"}
    okrs = understand(followed.snapshot, Mapping_(), reading)
    assert [item.current for item in okrs.objectives[0].key_results] == [50, 100, 150]


def renamed(letter: str, name: str) -> Callable[[Any], None]:
    return lambda tab: tab.__setitem__(f"{letter}1", name)


def test_a_workbook_is_followed_and_check_offers_the_line(team: Team) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        grid(12),
    )
    team.sync()
    edit(team.folder / "growth.xlsx", renamed("E", "Xyzzy"))
    planned = team.json("plan", "--as-of", AS_OF)
    assert planned["counts"]["changes"] == 0
    code, out = team.run("check", "--as-of", AS_OF)
    assert code == 0
    assert 'current = ["Current", "Xyzzy"]' in " ".join(out.split())
    (team.folder / "growth.toml").write_text(
        '[columns]\ncurrent = ["Current", "Xyzzy"]\n', encoding="utf-8"
    )
    config = (team.folder / "okrsync.toml").read_text(encoding="utf-8")
    team.config(
        config.replace('path = "growth.xlsx"', 'path = "growth.xlsx"\nmapping = "growth.toml"')
    )
    planned = team.json("plan", "--as-of", AS_OF)
    assert (planned["counts"]["changes"], planned["warnings"]) == (0, [])
