"""`okrsync init` proposes an objective of another source as the parent of a new source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from team import AS_OF, Team, write_csv

COMPANY: list[list[Any]] = [
    ["Objective", "Key result", "Baseline", "Current", "Target"],
    ["Be everybody's favourite", "Recommend us", 20, 30, 60],
]
GROWTH: list[list[Any]] = [
    ["Objective", "Key result", "Baseline", "Current", "Target"],
    ["Grow sign-ups", "Weekly sign-ups", 40, 62, 100],
]
OPS: list[list[Any]] = [
    ["Objective", "Key result", "Baseline", "Current", "Target"],
    ["Ship faster", "Releases a week", 1, 2, 5],
]
PROPOSED = '# parent = "company/Be everybody\'s favourite"'


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Team:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    for name, rows in (("company", COMPANY), ("growth", GROWTH), ("ops", OPS)):
        write_csv(tmp_path / f"{name}.csv", rows)
    return Team(tmp_path, capsys)


def added(folder: Team, *sources: str) -> str:
    """What init adds to the config for sources."""
    path = folder.folder / "okrsync.toml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    names = [f"{name}.csv" for name in sources]
    code, out = folder.run("init", *names, "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    return after.removeprefix(before)


@pytest.mark.parametrize("has_synced", [False, True])
def test_a_source_set_up_alone_may_hang_under_one_that_the_config_has(
    folder: Team, has_synced: bool
) -> None:
    added(folder, "company")
    if has_synced:
        folder.sync()
    assert PROPOSED in added(folder, "growth")


def test_the_proposed_title_is_one_that_check_accepts(folder: Team) -> None:
    added(folder, "company")
    added(folder, "growth")
    path = folder.folder / "okrsync.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(PROPOSED, PROPOSED.removeprefix("# ")), encoding="utf-8")
    assert folder.run("check")[0] == 0
    shown = folder.json("show", "--as-of", AS_OF)
    parents = {objective["source"]: objective["parent"] for objective in shown["objectives"]}
    assert parents == {"company": None, "growth": "company/O1"}


def test_a_source_that_hangs_under_another_is_proposed_last(folder: Team) -> None:
    added(folder, "growth")
    added(folder, "company")
    path = folder.folder / "okrsync.toml"
    text = path.read_text(encoding="utf-8")
    hung = text.replace("[sources.growth]", '[sources.growth]\nparent = "company/O1"', 1)
    path.write_text(hung, encoding="utf-8")
    assert PROPOSED in added(folder, "ops")


def test_a_source_that_cannot_be_read_is_passed_over(folder: Team) -> None:
    added(folder, "growth")
    added(folder, "company")
    (folder.folder / "growth.csv").unlink()
    path = folder.folder / "okrsync.toml"
    code, out = folder.run("init", "ops.csv", "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert path.read_text(encoding="utf-8").rpartition("[sources.ops]")[2].count(PROPOSED) == 1
