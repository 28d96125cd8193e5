"""Words that okrsync does not know are asked about in the dialogue, with the rows they concern, and
the typed answer counts: in workbooks, CSV files, Google Sheets and Notion.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns
from init.test_init_corrections_services import shared_spreadsheet
from okrsync_sandbox import Sandbox
from setting_up import DOWN, ENTER, keys
from team import AS_OF, Team, write_csv, write_workbook

Grid = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Asked:
    """A table with an open question: the titles of the rows that are shown with it, the answer by
    its number, what the mapping has then, and the progress of some key results after it (None: they
    do not count).
    """

    name: str
    grid: Grid
    rows: Sequence[str]
    answer: int
    mapping: Mapping[str, Any]
    progress: Mapping[str, float | None]


KINDS: Grid = [
    ["Kind", "Title", "Start", "Target", "Current"],
    ["Objective", "Grow", None, None, None],
    ["Key result", "Sign-ups", 0, 100, 50],
    ["Gizmo", "Paint the wall", 0, 10, 5],
    ["Gizmo", "Clean the yard", 0, 10, 2],
    ["Gizmo", "Move the desk", 0, 10, 1],
    ["Gizmo", "Sell the car", 0, 10, 0],
]
DIRECTIONS: Grid = [
    ["Objective", "Key result", "Direction", "Start", "Target", "Current"],
    ["Run", "Visits", "up", 0, 100, 40],
    ["Run", "Days to hire", "sideways", 50, 30, 45],
    ["Run", "Open bugs", "sideways", 20, 10, 15],
]
STATUSES: Grid = [
    ["Objective", "Key result", "Start", "Target", "Current", "Status"],
    ["Grow", "Sign-ups", 0, 100, 50, "On track"],
    ["Grow", "Partners", 0, 100, 10, "Zonked"],
    ["Grow", "Fair", 0, 100, 30, "Zonked"],
]
HEADERS: Grid = [
    ["Objective", "Key result", "Target", "Current", "Current"],
    ["Grow", "Sign-ups", 100, 10, 50],
    ["Grow", "Revenue", 4, 1, 2],
]
ASKED = (
    Asked(
        "kinds that are key results",
        KINDS,
        ["Paint the wall", "Clean the yard", "Move the desk"],
        0,
        {"values": {"kinds": {"Gizmo": "key_result"}}},
        {"Sign-ups": 0.5, "Paint the wall": 0.5, "Sell the car": 0.0},
    ),
    Asked(
        "directions",
        DIRECTIONS,
        ["Days to hire", "Open bugs"],
        1,
        {"values": {"directions": {"sideways": "decrease"}}},
        {"Days to hire": 0.25, "Open bugs": 0.5, "Visits": 0.4},
    ),
    Asked(
        "statuses that set aside",
        STATUSES,
        ["Partners", "Fair"],
        5,
        {"values": {"status": {"Zonked": "set-aside"}}},
        {"Sign-ups": 0.5, "Partners": None, "Fair": None},
    ),
    Asked(
        "a header twice",
        HEADERS,
        ["Sign-ups", "Revenue"],
        0,
        {"columns": {"current": "Current #2"}},
        {"Sign-ups": 0.5, "Revenue": 0.5},
    ),
)


def workbook(sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, grid: Grid) -> str:
    write_workbook(folder.folder / "growth.xlsx", grid)
    return "growth.xlsx"


def csv_file(sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, grid: Grid) -> str:
    write_csv(folder.folder / "growth.csv", grid)
    return "growth.csv"


def spreadsheet(sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, grid: Grid) -> str:
    return shared_spreadsheet(sandbox, folder.folder / "key.json", {"Q4": grid})


def database(sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, grid: Grid) -> str:
    ada, bot = sandbox.notion.person("ada@acme.example", "Ada"), sandbox.notion.connect("okrsync")
    home = ada.new_page("Home")
    ada.share(home, bot)
    titles = ("Title", "Key result")
    kinds = {
        name: "title"
        if name in titles
        else "number"
        if any(isinstance(row[column], int) for row in grid[1:])
        else "rich_text"
        for column, name in enumerate(grid[0])
    }
    made, source = ada.new_database("OKRs", kinds, home)
    for row in grid[1:]:
        cells = zip(grid[0], row, strict=True)
        ada.new_row(source, {name: value for name, value in cells if value is not None})
    monkeypatch.setenv("NOTION_TOKEN", bot.token)
    return sandbox.notion_url(made)


PLACES: Mapping[str, Callable[[Sandbox, Team, pytest.MonkeyPatch, Grid], str]] = {
    "workbook": workbook,
    "csv": csv_file,
    "google-sheets": spreadsheet,
    "notion": database,
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.mark.parametrize(
    ("asked", "place"),
    in_turns(ASKED, list(PLACES)),
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_is_not_understood_is_asked_with_its_rows_and_the_answer_counts(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, place: str, asked: Asked
) -> None:
    if place == "notion" and asked.grid is HEADERS:
        pytest.skip("Notion gives no two properties of a database the same name")
    where = PLACES[place](sandbox, folder, monkeypatch, asked.grid)
    options = ["--as-of", AS_OF, "--cycle", "2026-Q4", "--timezone", "UTC"]
    if "://" in where:
        options += ["--api-endpoint", sandbox.endpoint]
    if place == "google-sheets":
        options += ["--credentials", "key.json"]
    with keys(monkeypatch, DOWN * asked.answer + ENTER + ENTER):
        code, out = folder.run("init", where, *options)
    assert code == 0, out + folder.err
    # The question itself goes to the terminal; its rows stand in the output just before it.
    before = out.split("With your answers")[0]
    shown = [
        title
        for title in _titles(asked.grid)
        if re.search(rf"^    (?!objective:).*{title}", before, re.M)
    ]
    # Notion gives its pages in an order of its own.
    assert len(shown) == len(asked.rows)
    assert place == "notion" or shown == list(asked.rows)
    (path,) = (folder.folder / "mappings").glob("*.toml")
    _holds(tomllib.loads(path.read_text(encoding="utf-8")), asked.mapping)
    document = folder.json("show", "--as-of", AS_OF)
    found = {
        item["title"]: None if item.get("inactive") else item["progress"]
        for objective in document["objectives"]
        for item in objective["key_results"]
    }
    assert {title: found.get(title) for title in asked.progress} == dict(asked.progress)


def _titles(grid: Grid) -> list[str]:
    return [str(row[1]) for row in grid[1:]]


def _holds(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            _holds(found[key], value)
        else:
            assert found[key] == value


def test_a_word_that_sets_aside_may_be_said_in_a_mapping(folder: Team) -> None:
    write_csv(folder.folder / "growth.csv", STATUSES)
    (folder.folder / "okrsync.toml").write_text(
        'cycle = "2026-Q4"\n[sources.team]\nconnector = "workbook"\npath = "growth.csv"\n'
        'mapping = "ours.toml"\n',
        encoding="utf-8",
    )
    Path(folder.folder / "ours.toml").write_text(
        '[values.status]\n"Zonked" = "set-aside"\n', encoding="utf-8"
    )
    (objective,) = folder.json("show", "--as-of", AS_OF)["objectives"]
    assert objective["progress"] == 0.5
    assert [item.get("set_aside") for item in objective["key_results"]] == [
        None,
        "Zonked",
        "Zonked",
    ]
