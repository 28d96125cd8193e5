"""Boards of a team per tab: the tab is part of what an item is, and names the team where nothing
else does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import openpyxl
import pytest
from msgspec.structs import replace

from okrsync.mapping import Okrs
from okrsync.mapping.rows.teams import team_of_tab
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellValue
from okrsync.plan.identity import keys_of, lasting
from reading import codes, key_results, read, read_tabs
from team import AS_OF, Team

Rows = Sequence[Sequence[CellValue]]
HEADER = ("Objective", "Key Result", "Current", "Target")
NORTH: Rows = (HEADER, ("Grow", "Sign-ups", 10, 100), ("Grow", "Revenue", 5, 10))
SOUTH: Rows = (HEADER, ("Grow", "Sign-ups", 60, 90), ("Grow", "Revenue", 2, 8))


def keys(okrs: Okrs) -> dict[tuple[str, str], str]:
    """Keys by tab and title."""
    items: list[Objective | KeyResult] = []
    for objective in okrs.objectives:
        items += [objective, *objective.key_results]
    return {(item.origin.table, item.title): item.key for item in items}


def remembered(before: Okrs, after: Okrs) -> dict[tuple[str, str], str]:
    """By tab and title, the keys of a reading that follows another."""
    last = lasting(after, {}, lambda: before.objectives, frozenset(keys_of(before.objectives)))
    assert "unclear-identity" not in codes(last.okrs)
    return keys(last.okrs)


def test_equal_titles_in_two_tabs_are_two_items() -> None:
    okrs = read_tabs({"North": NORTH, "South": SOUTH})
    assert len(set(keys(okrs).values())) == 6
    assert "duplicate-row" not in codes(okrs)
    assert not okrs.unclear


@pytest.mark.parametrize(
    "rows",
    [
        (("Objective", "Progress"), ("Grow", 0.3)),
        (("Key Result", "Current", "Target"), ("Sign-ups", 3, 9)),
        (("ID", *HEADER), ("K1", "Grow", "Sign-ups", 3, 9)),
        (HEADER, ("Grow", None, None, None), (None, "Sign-ups", 3, 9)),
        (("Ziel", "Schlüsselergebnis", "Ist", "Zielwert"), ("Wachsen", "Anmeldungen", 3, 9)),
        (("目标", "关键结果", "当前值", "目标值"), ("增长", "注册用户", 3, 9)),
    ],
)
def test_a_board_in_any_layout_is_its_tabs_own(rows: Rows) -> None:
    okrs = read_tabs({"North": rows, "South": rows})
    assert len(set(keys(okrs).values())) == len(keys(okrs))
    assert "duplicate-row" not in codes(okrs)
    assert not okrs.unclear


def test_tabs_in_another_order_keep_their_keys() -> None:
    once = read_tabs({"North": NORTH, "South": SOUTH})
    again = read_tabs({"South": SOUTH, "North": NORTH})
    assert keys(once) == keys(again)


def test_twins_within_one_tab_are_named_all_the_same() -> None:
    okrs = read_tabs({"North": (*NORTH, ("Grow", "Sign-ups", 20, 100)), "South": SOUTH})
    assert "duplicate-row" in codes(okrs)
    assert len({item.key for item in key_results(okrs)}) == 5


def test_a_second_teams_tab_leaves_the_first_what_it_was() -> None:
    before = read_tabs({"North": NORTH})
    after = remembered(before, read_tabs({"South": SOUTH, "North": NORTH}))
    assert {place: key for place, key in after.items() if place[0] == "North"} == keys(before)
    assert len(set(after.values())) == 6


def test_a_tab_that_goes_leaves_the_other_what_it_was() -> None:
    before = read_tabs({"North": NORTH, "South": SOUTH})
    after = remembered(before, read_tabs({"South": SOUTH}))
    assert after == {place: key for place, key in keys(before).items() if place[0] == "South"}


@pytest.mark.parametrize(
    "tabs",
    [
        {"Norden": NORTH, "South": SOUTH},
        {"Norden": NORTH, "Süden": SOUTH},
        {"Süden": SOUTH, "Norden": NORTH},
    ],
)
def test_a_renamed_tab_is_followed_by_what_it_holds(tabs: Mapping[str, Rows]) -> None:
    before = read_tabs({"North": NORTH, "South": SOUTH})
    after = remembered(before, read_tabs(tabs))
    names = {"Norden": "North", "Süden": "South"}
    assert {(names.get(tab, tab), title): key for (tab, title), key in after.items()} == keys(
        before
    )


def test_tabs_that_exchange_their_names_are_followed_by_what_they_hold() -> None:
    before = read_tabs({"North": NORTH, "South": SOUTH})
    after = remembered(before, read_tabs({"South": NORTH, "North": SOUTH}))
    names = {"South": "North", "North": "South"}
    assert {(names[tab], title): key for (tab, title), key in after.items()} == keys(before)


def test_three_tabs_that_pass_their_names_on_are_followed() -> None:
    east: Rows = (HEADER, ("Grow", "Sign-ups", 7, 70), ("Grow", "Revenue", 1, 3))
    before = read_tabs({"North": NORTH, "South": SOUTH, "East": east})
    after = remembered(before, read_tabs({"South": NORTH, "East": SOUTH, "North": east}))
    names = {"South": "North", "East": "South", "North": "East"}
    assert {(names[tab], title): key for (tab, title), key in after.items()} == keys(before)


def test_a_board_that_gets_the_numbers_of_another_is_not_that_other() -> None:
    before = read_tabs({"North": NORTH, "South": SOUTH})
    after = remembered(before, read_tabs({"North": SOUTH, "South": SOUTH}))
    assert after == keys(before)


def test_tabs_with_the_same_contents_and_new_names_are_not_guessed() -> None:
    before = read_tabs({"North": NORTH, "South": NORTH})
    okrs = read_tabs({"East": NORTH, "West": NORTH})
    last = lasting(okrs, {}, lambda: before.objectives, frozenset(keys_of(before.objectives)))
    assert not {*keys(last.okrs).values()} & {*keys(before).values()}


def test_a_tab_names_the_team_where_nothing_else_does() -> None:
    okrs = read_tabs({"North": NORTH, "Sales Q4 2026": SOUTH})
    assert [objective.team for objective in okrs.objectives] == ["North", "Sales"]
    assert {item.team for item in key_results(okrs)} == {"North", "Sales"}
    assert all("team" in item.inferred for item in okrs.objectives)
    assert all("team" in item.inferred for item in key_results(okrs))


def test_a_team_that_is_named_is_not_that_of_the_tab() -> None:
    head = (*HEADER, "Team")
    rows = (head, ("Grow", "Sign-ups", 1, 9, "Web"), ("Grow", "Revenue", 1, 9, None))
    okrs = read_tabs({"North": rows, "South": (("Team:", "Europe"), (), *SOUTH)})
    teams = {item.origin.table: item.team for item in key_results(okrs) if item.title == "Sign-ups"}
    assert teams == {"North": "Web", "South": "Europe"}


@pytest.mark.parametrize("tabs", [("Q4",), ("Marketing",), ("Q3", "Q4"), ("OKRs", "Sheet2")])
def test_a_tab_that_names_no_team_names_none(tabs: Sequence[str]) -> None:
    okrs = read_tabs(dict.fromkeys(tabs, NORTH))
    assert {objective.team for objective in okrs.objectives} == {None}


def test_a_single_tab_that_says_team_names_it() -> None:
    assert read(*NORTH, tab="Team North").objectives[0].team == "Team North"


def test_a_tab_per_objective_names_no_team() -> None:
    grow = (HEADER, ("Grow faster", "Sign-ups", 1, 9))
    keep = (HEADER, ("Keep customers", "Churn", 1, 9))
    okrs = read_tabs({"Grow faster": grow, "Keep customers": keep})
    assert {objective.team for objective in okrs.objectives} == {None}


def test_the_team_of_a_tab_is_no_part_of_a_key() -> None:
    okrs = read_tabs({"North": NORTH, "East": ((HEADER), ("Keep", "Churn", 1, 9))})
    assert {keys(okrs)["North", "Grow"]} == {
        replace(okrs.objectives[0], team=None).key,
        read_tabs({"North": NORTH}).objectives[0].key,
    }


@pytest.mark.parametrize(
    ("name", "team"),
    [
        ("Marketing", "Marketing"),
        ("Marketing_Q4_2026", "Marketing"),
        ("Q4 - People Ops", "People Ops"),
        ("OKR Vertrieb 2026", "Vertrieb"),
        ("Équipe Produit", "Équipe Produit"),
        ("Research & Design", "Research & Design"),
        ("R&D", "R&D"),
        ("Team 1", "Team 1"),
        ("Squad A", "Squad A"),
        ("Copy of Sales", "Sales"),
        ("市场部OKR", "市场部"),
        ("Продажи", "Продажи"),
        ("営業チーム", "営業チーム"),
        *((name, None) for name in ("Q4", "2026-Q4", "FY26", "Okt-Dez", "H2 2026")),
        *((name, None) for name in ("OKRs", "OKRs 2026 (v2)", "Sheet1", "Tabelle2", "Feuil1")),
        *((name, None) for name in ("Hoja 1", "Лист1", "工作表1", "2026年第四季度", "KRs")),
        *((name, None) for name in ("Company", "Tracker", "Annual goals", "O1 Grow", "KR 2", "A")),
    ],
)
def test_teams_in_the_names_of_tabs(name: str, team: str | None) -> None:
    assert team_of_tab(name, date(2026, 11, 29)) == team


def test_tabs_that_exchange_their_names_keep_ids_and_history(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"North": NORTH, "South": SOUTH}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    team.sync()
    ids = _ids_by_target(team)
    book = openpyxl.load_workbook(path)
    north, south = book["North"], book["South"]
    north.title = "Between"
    south.title = "North"
    north.title = "South"
    book.save(path)
    team.sync()
    assert _ids_by_target(team) == ids
    document = team.json("show", "--as-of", AS_OF)
    told = {warning["code"] for warning in document["warnings"]}
    assert not told & {"target-moved", "baseline-moved", "owner-moved", "unclear-identity"}


def _ids_by_target(team: Team) -> dict[float, str]:
    document = team.json("show", "--as-of", AS_OF)
    return {
        item["target"]: item["id"]
        for objective in document["objectives"]
        for item in objective["key_results"]
    }
