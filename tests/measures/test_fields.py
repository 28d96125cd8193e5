"""An owned field is one entry of one table; everything else follows from it."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

import pytest

from okrsync.connector import Looks
from okrsync.measures.fields import FIELDS, OwnedField
from team import AS_OF, Team, sheet, write_workbook

DOCS = Path(__file__).parents[2]


@pytest.fixture
def owner_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field nobody else knows of, as one entry would add it."""
    fields = cast("MutableMapping[str, OwnedField]", FIELDS)
    entry = OwnedField(
        Looks.TEXT,
        lambda it: it.item.owner,
        "who looks after it",
        "Mia",
        {"en": "Looked after by"},
    )
    monkeypatch.setitem(fields, "looked_after_by", entry)


@pytest.mark.usefixtures("owner_name")
def test_a_new_field_is_known_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    team = Team(tmp_path, capsys)
    write_workbook(tmp_path / "growth.xlsx")

    code, out = team.run("init", "growth.xlsx", "--as-of", AS_OF)

    assert code == 0, out + team.err
    assert 'looked_after_by = "Looked after by"' in (tmp_path / "okrsync.toml").read_text()
    assert team.run("check")[0] == 0
    team.sync()
    header, *rows = sheet(tmp_path / "growth.xlsx")
    column = header.index("Looked after by")
    assert [row[column] for row in rows] == ["Mia", "Jon", "Lea"]
    assert team.sync()["counts"]["changes"] == 0
    code, out = team.run("explain", "growth/O1/KR1", "--as-of", AS_OF)
    assert code == 0
    assert "looked_after_by: who looks after it  = Mia" in " ".join(out.split("\n"))
    assert team.run("undo", "last")[0] == 0
    assert "Looked after by" not in [
        name for row in sheet(tmp_path / "growth.xlsx") for name in row
    ]


def test_a_misspelt_field_is_answered_with_the_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    team = Team(tmp_path, capsys)
    write_workbook(tmp_path / "growth.xlsx")
    team.config(
        '[sources.growth]\nconnector = "workbook"\npath = "growth.xlsx"\n'
        '[sources.growth.write]\ncolumns = {forcast = "Forecast"}\n'
    )
    code, _ = team.run("plan")
    assert code == 2
    assert "did you mean 'forecast'?" in team.err


@pytest.mark.parametrize("name", FIELDS)
def test_explain_says_what_each_column_means(name: str, team: Team) -> None:
    code, out = team.run("explain", "growth/O1", "--as-of", AS_OF)
    assert code == 0
    steps = out[out.index("what may be written beside it") :]
    # Its cycle is still running, and nothing is known of the days before.
    if name not in ("score", "delta", "trend", "forecast", "needed"):
        assert f"{name}: {FIELDS[name].explanation}"[:60] in steps


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_is_in_the_documentation(name: str) -> None:
    field = FIELDS[name]
    page = (DOCS / "docs" / "measures.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {field.explanation} | {field.example} |" in page
    example = (DOCS / "config.example.toml").read_text(encoding="utf-8")
    line = next(line for line in example.splitlines() if "fields: " in line)
    assert name in line.partition("fields: ")[2].split(", ")
