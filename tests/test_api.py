"""The Python API answers as the command line does."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import okrsync
from okrsync.connector import State
from okrsync.model.errors import UnknownItem
from team import AS_OF, Team, sheet

# pandas, polars and matplotlib take seconds to load: each is imported by the test that needs it.
README = Path(__file__).parents[1] / "README.md"
NOTEBOOK = README.parent / "docs" / "quarter.ipynb"


@pytest.fixture
def okrs(team: Team) -> Iterator[okrsync.Company]:
    with okrsync.open(team.folder / "okrsync.toml", as_of=AS_OF) as company:
        yield company


@pytest.mark.usefixtures("team")
def test_the_example_of_the_readme_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, str(README), "exec"), names)
    assert list(names["frame"]["title"]) == ["Grow", "Sign-ups", "Revenue", "Keep", "Churn"]
    assert len(names["plan"].sources) == 1


def test_a_picture_has_the_items_and_their_measures_by_id(okrs: okrsync.Company) -> None:
    picture = okrs.picture()
    assert picture.as_of == date(2026, 11, 23)
    assert picture.items["growth/O1/KR1"].title == "Sign-ups"
    assert picture.items["growth/O1"].title == "Grow"
    assert list(picture.items) == list(picture.measures)
    assert picture.tree.roots == ("growth/O1", "growth/O2")


def test_plan_writes_nothing_and_sync_and_undo_do(okrs: okrsync.Company, team: Team) -> None:
    before = (team.folder / "growth.xlsx").read_bytes()
    planned = okrs.plan()
    assert (team.folder / "growth.xlsx").read_bytes() == before
    assert not (team.folder / "okrsync.db").exists()
    synced = okrs.sync()
    assert synced.run is not None
    (part,) = synced.parts
    assert len(part.changes) == len(planned.parts[0].changes) > 0
    assert {change.outcome for change in part.changes} == {State.WRITTEN}
    assert sheet(team.folder / "growth.xlsx")[1][7] == 0.37
    assert okrs.read("growth").tables[0].rows[1].value(7) == 0.37
    assert [part.calls.write for part in okrs.sync().parts] == [0]
    okrs.undo()
    assert okrs.read("growth").tables[0].rows[1].value(7) is None


def test_a_frame_is_what_export_writes(okrs: okrsync.Company, team: Team) -> None:
    import pandas as pd

    frame = okrs.frame()
    assert isinstance(frame, pd.DataFrame)
    team.run("export", "items.csv", "--as-of", AS_OF)
    exported = pd.read_csv(team.folder / "items.csv")
    assert list(frame.columns) == list(exported.columns)
    assert list(frame["id"]) == list(exported["id"])
    assert frame["progress"].iloc[1] == pytest.approx(exported["progress"].iloc[1])


def test_a_frame_is_of_polars_where_pandas_is_not_there(
    okrs: okrsync.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars as pl

    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    frame = okrs.frame()
    assert isinstance(frame, pl.DataFrame)
    assert frame["title"].to_list() == ["Grow", "Sign-ups", "Revenue", "Keep", "Churn"]


def test_without_both_libraries_a_frame_says_what_to_install(
    okrs: okrsync.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pandas", "polars"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(okrsync, "find_spec", lambda name: None)
    with pytest.raises(okrsync.OkrsyncError, match="needs pandas or polars") as raised:
        okrs.frame()
    assert raised.value.hint is not None
    assert "Install one" in raised.value.hint


def test_errors_descend_from_one_class(okrs: okrsync.Company, team: Team) -> None:
    with pytest.raises(okrsync.ConfigError, match="not a date"):
        okrsync.open(team.folder / "okrsync.toml", as_of="tomorrow")
    with pytest.raises(okrsync.ConfigError, match="nowhere"):
        okrsync.open(team.folder / "nowhere.toml")
    with pytest.raises(okrsync.ConfigError, match="there is no source 'grow'") as raised:
        okrs.read("grow")
    assert raised.value.hint == "Did you mean 'growth'?"
    with pytest.raises(UnknownItem, match="growth/O9"):
        okrs.explain("growth/O9")
    (team.folder / "growth.xlsx").unlink()
    with pytest.raises(okrsync.OkrsyncError, match=r"growth\.xlsx"):
        okrs.read("growth")


def test_a_closed_workspace_says_so(okrs: okrsync.Company) -> None:
    okrs.picture()
    okrs.close()
    for call in (okrs.picture, okrs.plan, okrs.sync, okrs.frame, okrs.undo):
        with pytest.raises(okrsync.OkrsyncError, match="is closed"):
            call()


def notebook_cells() -> list[dict[str, Any]]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_runs_and_draws_every_key_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import matplotlib as mpl

    mpl.use("Agg")  # draws without a screen
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names: dict[str, Any] = {}
    for cell in notebook_cells():
        exec("".join(cell["source"]), names)

    key_results = names["key_results"]
    drawn = {panel.get_title(loc="left"): panel for panel in names["figure"].axes}
    assert set(drawn) == {f"{row.title} ({row.owner})" for row in key_results.itertuples()}
    for panel in drawn.values():
        labels = [line.get_label() for line in panel.lines]
        assert labels[0] == "plan"
        assert "outlook" in labels
        assert len(panel.lines[1].get_xdata()) == 8  # a check-in for each week
    assert names["history"]["growth/O1/KR1"][0].origin == "column"
    assert ",50%,On track" in (names["folder"] / "growth.csv").read_text(encoding="utf-8")
    names["plt"].close("all")


def test_what_the_notebook_shows_was_made_by_running_it() -> None:
    outputs = [output for cell in notebook_cells() for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert [cell["execution_count"] for cell in notebook_cells()] == [1, 2, 3, 4]
