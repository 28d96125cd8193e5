"""A layout is one module and one line in the registry; everything else follows from these."""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

import pytest

from okrsync.mapping import layouts
from okrsync.mapping.file import Mapping_, load_mapping
from okrsync.mapping.layouts import LAYOUTS, Layout, layout_names
from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.errors import ConfigError
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
