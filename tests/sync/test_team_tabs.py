"""Two teams with the same words in two tabs: moving or renaming a tab rewrites nothing."""

from __future__ import annotations

from typing import Any

import openpyxl

from team import AS_OF, CHECKED, Team

HEADER = ["Objective", "Key result", "Baseline", "Current", "Target", "Last check-in"]
TABS: dict[str, list[list[Any]]] = {
    "North": [["Grow", "Sign-ups", 0, 60, 100, CHECKED], ["Grow", "Revenue", 0, 7, 10, CHECKED]],
    "South": [["Grow", "Sign-ups", 0, 10, 100, CHECKED], ["Grow", "Revenue", 0, 3, 10, CHECKED]],
}


def _write(team: Team) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in TABS.items():
        tab = book.create_sheet(name)
        for row in (HEADER, *rows):
            tab.append(row)
    book.save(team.folder / "growth.xlsx")


def _ids(team: Team) -> dict[tuple[str, str], str]:
    """By tab (as it was called first) and title, the id of each item."""
    document = team.json("show", "--as-of", AS_OF)
    items = [
        item
        for objective in document["objectives"]
        for item in (objective, *objective["key_results"])
    ]
    tabs = {"Norden": "North", "Süden": "South"}
    places = [(item["at"].partition("!")[0].strip("'"), item["title"]) for item in items]
    return {
        (tabs.get(tab, tab), title): item["id"]
        for (tab, title), item in zip(places, items, strict=True)
    }


def test_tabs_of_teams_may_be_moved_and_renamed(team: Team) -> None:
    _write(team)
    first = team.sync()["sources"][0]
    assert first["conflicts"] == []
    before = _ids(team)
    assert len(set(before.values())) == 6
    path = team.folder / "growth.xlsx"

    book = openpyxl.load_workbook(path)
    book.move_sheet("South", -1)
    book.save(path)
    assert team.sync()["sources"][0]["changes"] == []
    assert _ids(team) == before

    book = openpyxl.load_workbook(path)
    book["North"].title, book["South"].title = "Norden", "Süden"
    book.save(path)
    assert team.sync()["sources"][0]["changes"] == []
    assert _ids(team) == before


def test_the_team_of_a_tab_is_labelled(team: Team) -> None:
    _write(team)
    document = team.json("show", "--as-of", AS_OF)
    assert [objective["team"] for objective in document["objectives"]] == ["North", "South"]
    _, out = team.run("explain", "growth/O2", "--as-of", AS_OF)
    assert "its team is South: nothing but the name of the tab names one" in " ".join(out.split())
    _, out = team.run("lint", "--as-of", AS_OF)
    assert "no-owner" in out or "has an owner" in out
