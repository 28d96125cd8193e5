"""A layout is one module and one line in the registry; everything else follows from these."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import MutableMapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from grids import in_turns
from okrsync.mapping import Reading, layouts, understand
from okrsync.mapping.file import Mapping_, load_mapping
from okrsync.mapping.layouts import LAYOUTS, Layout, layout_names
from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.table import Snapshot, Table, rows_of
from team import AS_OF, Team

BECAUSE = "each objective stands below the key results that lead up to it"


def _fits(sheet: Sheet) -> float:
    both, objective_only, key_result_only = sheet.filled
    is_upside_down = bool(sheet.rows) and bool(sheet.text(sheet.rows[0], "key_result"))
    return 3.0 if is_upside_down and objective_only and key_result_only and not both else 0.0


def _records(sheet: Sheet) -> list[Record]:
    records: list[Record] = []
    waiting: list[Record] = []
    for row in sheet.rows:
        if sheet.text(row, "objective"):
            number = len(records)
            records.append(Record("objective", row, sheet.roles["objective"]))
            for key_result in waiting:
                key_result.objective = number
            records.extend(waiting)
            waiting = []
        else:
            waiting.append(Record("key_result", row, sheet.roles["key_result"]))
    return records + waiting


@pytest.fixture
def upside_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout nobody else knows of, as a module and a line would add it."""
    registry = cast("MutableMapping[str, Layout]", LAYOUTS)
    layout = Layout(because=BECAUSE, fits=_fits, records=_records)
    monkeypatch.setitem(registry, "upside-down", layout)


def write_sheet(path: Path) -> None:
    path.write_text(
        "Objective,Key Result,Baseline,Current,Target\n"
        ",Sign-ups,0,50,100\n,Revenue,0,2,4\nGrow,,,,\n"
        ",Churn,9,5,3\nKeep customers,,,,\n",
        encoding="utf-8",
    )


@pytest.mark.usefixtures("upside_down")
def test_a_new_layout_is_known_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    team = Team(tmp_path, capsys)
    write_sheet(tmp_path / "growth.csv")

    code, out = team.run("init", "growth.csv", "--as-of", AS_OF)

    assert code == 0, out + team.err
    text = (tmp_path / "mappings" / "growth.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["layout"] == "upside-down"  # init proposes it,
    assert BECAUSE in " ".join(text.replace("#", " ").split())  # with its own words as evidence,
    assert load_mapping("mappings/growth.toml", tmp_path).layout == "upside-down"
    code, out = team.run("check")
    assert code == 0
    assert "upside-down" in out + team.err
    code, out = team.run("show", "--as-of", AS_OF)
    assert code == 0
    assert out.index("Grow") < out.index("Sign-ups") < out.index("Keep customers")
    assert "O2/KR1" in out


@pytest.mark.usefixtures("upside_down")
def test_a_misspelt_layout_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('layout = "upside-dwon"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"m\.toml:1: layout: .*did you mean 'upside-down'"):
        load_mapping("m.toml", tmp_path)


def test_each_module_of_the_folder_is_in_the_registry() -> None:
    folder = Path(layouts.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "layout"}
    assert modules == {name.replace("-", "_") for name in LAYOUTS}


def test_the_schema_of_a_mapping_lists_every_layout() -> None:
    schema = Mapping_.model_json_schema()
    assert schema["properties"]["layout"]["enum"] == list(layout_names())


def test_each_layout_explains_itself_in_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "layouts.md"
    text = page.read_text(encoding="utf-8")
    for name in layout_names():
        if name != "auto":
            assert f"| `{name}` | {layouts.because(name)} |" in text


HEADERS = ("Objective", "Key Result", "Current", "Target", "Title", "ID", "Parent", "Owner")


@pytest.mark.parametrize(("layout", "turn"), in_turns(layout_names(), range(3)))
def test_a_layout_that_a_mapping_names_reads_a_table_or_says_what_it_lacks(
    layout: str, turn: int
) -> None:
    today = date(2026, 11, 24)
    reading = Reading("team", today, resolve_cycle("2026-Q4", today))
    for headers in itertools.islice(itertools.combinations(HEADERS, 3), turn, None, 3):
        rows = rows_of([list(headers), ["a", "b", 3], ["c", None, 5], [None, "d", None]])
        snapshot = Snapshot(
            "team", (Table("t", "Q4", rows),), "1", datetime(2026, 11, 24, tzinfo=UTC)
        )
        for columns in ({}, {"key_result": headers[0]}, {"objective": headers[1]}):
            mapping = Mapping_.model_validate({"layout": layout, "columns": columns})
            (tab,) = understand(snapshot, mapping, reading).tabs
            assert (tab.layout is None) == (tab.reason is not None)
            assert layout == "auto" or tab.layout is None or tab.roles


def test_what_a_named_layout_lacks_is_said(team: Team) -> None:
    (team.folder / "growth.csv").write_text(
        "Key result,Current,Target\nOpen ten shops,5,10\n", encoding="utf-8"
    )
    (team.folder / "flat.toml").write_text('layout = "flat"\n', encoding="utf-8")
    team.config(
        '[sources.growth]\nconnector = "workbook"\npath = "growth.csv"\nmapping = "flat.toml"\n'
    )
    _, out = team.run("check")
    said = " ".join((out + team.err).split())
    assert "the layout 'flat' needs a column for objectives" in said
    assert "name the column under [columns] in the mapping" in said


def test_a_named_layout_that_finds_nothing_is_said(team: Team) -> None:
    (team.folder / "growth.csv").write_text(
        "Objective,Key result,Current,Target\nGrow,Open ten shops,5,10\n", encoding="utf-8"
    )
    (team.folder / "levels.toml").write_text('layout = "level-columns"\n', encoding="utf-8")
    team.config(
        '[sources.growth]\nconnector = "workbook"\npath = "growth.csv"\nmapping = "levels.toml"\n'
    )
    _, out = team.run("check")
    said = " ".join((out + team.err).split())
    assert "the layout 'level-columns' finds no objective or key result in its rows" in said


def test_key_results_under_headings_are_read_under_the_mapping_that_init_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    team = Team(tmp_path, capsys)
    (tmp_path / "growth.csv").write_text(
        "Key result,Current,Target\nSales,,\nOpen ten shops,5,10\nPeople,,\nTrain,3,10\n",
        encoding="utf-8",
    )
    assert team.run("init", "growth.csv", "--as-of", AS_OF)[0] == 0
    shown = team.json("show", "--as-of", AS_OF)
    assert [(one["title"], len(one["key_results"])) for one in shown["objectives"]] == [
        ("Sales", 1),
        ("People", 1),
    ]
