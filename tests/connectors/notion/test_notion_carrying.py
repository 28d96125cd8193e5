"""Notion takes carried items as pages, with their people and their relations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal

import pytest

from grids import in_part
from kills import KILLED, Killer
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call
from team import Team

AFTER_END = ("--as-of", "2027-01-02")
ROWS = [
    ("Revenue", 0, 100, 100, "Grow"),
    ("Sign-ups", 0, 40, 100, "Grow"),
    ("Churn", 10, 8, 0, "Keep"),
]


class Databases:
    """Objectives in one database and key results in another, related both ways."""

    def __init__(self, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
        self.team = team
        self.sandbox = Sandbox()
        self.notion = self.sandbox.notion
        self.ada = self.notion.person("ada@acme.example", "Ada")
        self.bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        self.addresses: list[str] = []
        options = ["Q3 2026", "Q4 2026"]
        cycle = {"type": "select", "options": options}
        self.goals = self._database(
            "Objectives", {"Name": "title", "Owner": "people", "Cycle": cycle}
        )
        numbers = {"Start": "number", "Current": "number", "Target": "number"}
        self.results = self._database(
            "Key Results",
            {"Key Result": "title", "Owner": "people", "Cycle": cycle, **numbers},
        )
        self.ada.new_column(
            self.results, "Objective", "relation", to=self.goals, dual="Key Results"
        )
        self.pages: dict[str, str] = {}
        for name in ("Grow", "Keep"):
            goal: dict[str, Any] = {"Name": name, "Owner": [self.ada.id], "Cycle": "Q4 2026"}
            self.pages[name] = self.ada.new_row(self.goals, goal)
        for title, start, current, target, above in ROWS:
            values: dict[str, Any] = {
                "Key Result": title,
                "Start": start,
                "Current": current,
                "Target": target,
            }
            values |= {"Objective": [self.pages[above]], "Cycle": "Q4 2026"}
            self.pages[title] = self.ada.new_row(self.results, {**values, "Owner": [self.ada.id]})
        self.ada.share(self.home, self.bot)
        monkeypatch.setenv("NOTION_TOKEN", self.bot.token)
        listed = ", ".join(f'"{address}"' for address in self.addresses)
        team.config(
            f'[sources.team]\nconnector = "notion"\ndatabase = [{listed}]\n'
            f'token = {{env = "NOTION_TOKEN"}}\napi_endpoint = "{self.sandbox.endpoint}"\n'
            "limits = {requests_per_second = 100000, give_up_seconds = 20}\n"
            '[sources.team.write]\ncolumns = {status = "okr status", note = "okr note"}\n'
        )

    def _database(self, title: str, columns: dict[str, Any]) -> str:
        database, source = self.ada.new_database(title, columns, self.home)
        self.addresses.append(self.sandbox.notion_url(database))
        return source

    def close(self, *arguments: str) -> dict[str, Any]:
        return self.team.json("close", *arguments, "--carry-over", "--yes", *AFTER_END)

    def rows(self, source: str, *names: str) -> list[tuple[Any, ...]]:
        return [tuple(self.ada.read(row, name) for name in names) for row in self.ada.rows(source)]


@pytest.fixture
def databases(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Databases]:
    made = Databases(team, monkeypatch)
    yield made
    made.sandbox.stop()


def carried(databases: Databases) -> dict[str, str]:
    """The pages of the next cycle by their title."""
    pages = {}
    for source, name in ((databases.goals, "Name"), (databases.results, "Key Result")):
        for row in databases.ada.rows(source):
            if databases.ada.read(row, "Cycle") == "Q1 2027":
                pages[databases.ada.read(row, name)] = row
    return pages


def test_pages_are_made_with_people_and_relations(databases: Databases) -> None:
    before = databases.ada.rows(databases.goals), databases.ada.rows(databases.results)
    document = databases.close()
    new, ada = carried(databases), databases.ada
    assert set(new) == {"Grow", "Sign-ups", "Keep", "Churn"}
    values = [
        ada.read(new["Sign-ups"], name)
        for name in ("Start", "Current", "Target", "Owner", "Objective")
    ]
    assert values[:3] == [40, None, 100]
    assert values[3] == ada.read(databases.pages["Sign-ups"], "Owner")
    assert new["Grow"] in str(values[4])
    tree = databases.team.json("show", "--as-of", "2027-01-03")["objectives"]
    assert {each["title"]: [kr["title"] for kr in each["key_results"]] for each in tree} == {
        "Grow": ["Sign-ups"],
        "Keep": ["Churn"],
    }
    undone = databases.team.json("undo", document["run"])
    assert undone["sources"][0]["conflicts"] == []
    assert carried(databases) == {}
    assert ada.read(databases.pages["Churn"], "Start") == 10
    assert (ada.rows(databases.goals), ada.rows(databases.results)) == before


def test_a_second_close_makes_no_page(databases: Databases) -> None:
    databases.close()
    new = carried(databases)
    document = databases.close("2026-Q4")
    assert document["counts"]["changes"] == 0
    assert carried(databases) == new


@pytest.mark.parametrize(
    ("number", "moment"), in_part(product(range(1, 5), ["before", "after"]), every=3)
)
def test_a_page_whose_answer_was_lost_is_made_once(
    databases: Databases, number: int, moment: Literal["before", "after"]
) -> None:
    seen = [0]

    def meets(call: Call) -> bool:
        is_page = call.method == "POST" and call.path.endswith("/pages")
        seen[0] += is_page
        return is_page and seen[0] == number

    databases.notion.traffic.fail(Fault(meets, drop=moment))
    databases.close()
    titles = databases.rows(databases.results, "Key Result", "Cycle")
    assert sorted(title for title, cycle in titles if cycle == "Q1 2027") == ["Churn", "Sign-ups"]
    assert set(carried(databases)) == {"Grow", "Sign-ups", "Keep", "Churn"}


@pytest.mark.parametrize("first", in_part(range(1, 6), every=5))
def test_a_close_that_is_killed_at_any_write_is_finished_by_the_next(
    first: int, killer: Killer, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = first
    while killed_at_write(killer, number, team, monkeypatch):
        number += 5
    assert number > 8


def killed_at_write(
    killer: Killer, number: int, team: Team, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Kill a close before or after its nth write takes effect, and close again. False where it
    writes less often.
    """
    for path in team.folder.glob("okrsync.db*"):
        path.unlink()
    databases, seen = Databases(team, monkeypatch), [0]
    before = databases.ada.rows(databases.goals), databases.ada.rows(databases.results)

    def meets(call: Call) -> bool:
        seen[0] += call.kind == "write"
        is_due = call.kind == "write" and seen[0] == number
        if is_due:
            killer.kill()
        return is_due

    drop: Literal["before", "after"] = "after" if number % 2 else "before"
    databases.notion.traffic.fail(Fault(meets, drop=drop))
    arguments = ["close", "--carry-over", "--yes", *AFTER_END]
    code = killer.run(team, arguments=arguments)
    databases.notion.traffic.faults.clear()
    if seen[0] < number:
        assert code == 0
        databases.sandbox.stop()
        return False
    assert code == KILLED
    databases.close("2026-Q4")
    for source, name, titles in (
        (databases.goals, "Name", ["Grow", "Keep"]),
        (databases.results, "Key Result", ["Churn", "Sign-ups"]),
    ):
        rows = databases.rows(source, name, "Cycle")
        assert sorted(title for title, cycle in rows if cycle == "Q1 2027") == titles, number
    new = carried(databases)
    for title, above in (("Sign-ups", "Grow"), ("Churn", "Keep")):
        assert databases.ada.read(new[title], "Objective") == [new[above]], number
    again = databases.close("2026-Q4")
    assert (again["counts"]["changes"], again["carried"]) == (0, []), number
    for run in team.json("history")["runs"]:
        if run["kind"] != "undo":
            team.run("undo", run["id"])
    assert (databases.ada.rows(databases.goals), databases.ada.rows(databases.results)) == before
    assert carried(databases) == {}
    databases.sandbox.stop()
    return True


def test_a_page_that_people_used_stays_when_the_close_is_put_back(databases: Databases) -> None:
    document = databases.close()
    new = carried(databases)
    databases.ada.edit(new["Churn"], {"Current": 7})
    undone = databases.team.json("undo", document["run"])
    assert set(carried(databases)) >= {"Churn"}
    assert "Sign-ups" not in carried(databases)
    conflicts = undone["sources"][0]["conflicts"]
    assert any("somebody typed into" in conflict["reason"] for conflict in conflicts)


def test_a_database_without_a_property_for_the_cycle_is_a_skip(databases: Databases) -> None:
    databases.ada.delete_column(databases.goals, "Cycle")
    databases.ada.delete_column(databases.results, "Cycle")
    assert databases.team.run("sync", "--as-of", "2026-12-20")[0] == 0
    document = databases.close()
    skips = [s for s in document["sources"][0]["skips"] if s["code"] == "not-carried"]
    assert skips
    assert "names no cycle" in skips[0]["reason"]
    assert document["carried"] == []


def test_the_retrospective_is_kept_on_a_page(databases: Databases) -> None:
    path = databases.team.folder / "okrsync.toml"
    page = databases.sandbox.notion_url(databases.home)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("columns =", f'retrospective = "{page}"\ncolumns ='), "utf-8")
    databases.close()
    words = "\n".join(databases.ada.outline(databases.home))
    for wanted in ("Retrospective", "Sign-ups", "What went well, and what do we keep?"):
        assert wanted in words
    databases.close("2026-Q4")
    assert "\n".join(databases.ada.outline(databases.home)) == words
