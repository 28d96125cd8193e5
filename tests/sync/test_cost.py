"""What a plan costs, in figures that do not depend on the machine: what it loads, and the memory
it takes for each row. `benchmarks/` measures seconds.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from okrsync.config import Config, load
from okrsync.plan.plan import Plan
from okrsync.steps.side_by_side import AtOnce
from okrsync.sync import make_plan, sync
from okrsync_sandbox import Sandbox
from team import AS_OF, CONFIG, Team, write_workbook

MOST_MODULES = 242
"""At most so many modules of these packages are loaded for `plan --json` of a workbook."""
MOST_MODULES_UNCHANGED = 111
"""The same for a sync that repeats the last one, and none of them reads or measures OKRs."""
MOST_MODULES_SHOWN = 131
"""The same for `show` where nothing changed since the last sync."""
MOST_PER_ROW = 2_100
"""At most so many bytes are held at once for each row, from file to plan; now it is 1,720."""
MOST_PER_WRITTEN_ROW = 4_500
"""The same for each row of a first sync, which writes three cells beside it; now it is 3,860."""
MOST_PER_COMPARED_ROW = 2_500
"""The same for a sync that compares everything and finds all as it was; now it is 1,990."""
MOST_CALLS_PER_ROW = 310
"""At most so many functions are called for each row, from file to plan; now it is 285."""
MOST_CALLS_PER_WRITTEN_ROW = 1_200
"""The same for each row of a first sync, which writes three cells beside it; now it is 1,104."""
MOST_CALLS_PER_SHEET = 45_000
"""The same for each spreadsheet of ten rows in a first sync, requests included; now it is 42,800.
"""
UNUSED = (
    "rich",
    "pygments",
    "asyncio",
    "ssl",
    "tenacity",
    "filelock",
    "charset_normalizer",
    "openpyxl",
    "jinja2",
    "gspread",
)
"""What such a plan has no use for. A sync locks the state (`filelock`)."""

_LOADED = """
import json, sys
from okrsync.cli import okrsync
from okrsync.cli.errors import run
run(okrsync, [*sys.argv[1].split(), "--as-of", sys.argv[2]])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.fixture
def synced(team: Team) -> Path:
    """The folder of a team after two runs; the second had nothing to write."""
    for _ in range(2):
        assert team.run("sync", "--json", "--as-of", AS_OF)[0] == 0
    return team.folder


def test_a_plan_loads_only_what_it_uses(tmp_path: Path) -> None:
    answer, loaded = loaded_by("plan --json", tmp_path)
    assert json.loads(answer)["schema"] == "okrsync/plan/1"
    assert [name for name in UNUSED if name in loaded] == []
    assert len(own(loaded)) <= MOST_MODULES


def test_a_run_that_repeats_the_last_one_loads_little(synced: Path) -> None:
    answer, loaded = loaded_by("sync --json", synced)
    assert json.loads(answer)["run"].endswith("-3")
    assert [name for name in own(loaded) if name.startswith("okrsync.mapping")] == []
    assert [name for name in UNUSED if name in loaded] == ["filelock"]
    assert len(own(loaded)) <= MOST_MODULES_UNCHANGED


def test_a_tree_for_people_loads_only_what_it_prints(synced: Path) -> None:
    answer, loaded = loaded_by("show", synced)
    assert "Sign-ups" in answer
    assert [name for name in UNUSED if name in loaded] == []
    unused = ("okrsync.report.documents", "okrsync.mapping", "okrsync_workbook.xlsx")
    assert [name for name in own(loaded) if name.startswith(unused)] == []
    assert len(own(loaded)) <= MOST_MODULES_SHOWN


def test_plugins_of_pydantic_are_not_looked_for(tmp_path: Path) -> None:
    write_team(tmp_path)
    package = tmp_path / "packages" / "noisy-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[pydantic]\nnoisy = noisy:plugin\n")
    (tmp_path / "packages" / "noisy.py").write_text("raise SystemExit('a plugin was loaded')\n")
    paths = [str(tmp_path / "packages"), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-m", "okrsync", "plan", "--json", "--as-of", AS_OF],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    assert (done.returncode, "plugin" in done.stderr) == (0, False)


def write_team(folder: Path) -> None:
    """A team's workbook and its config."""
    write_workbook(folder / "growth.xlsx")
    (folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")


def own(loaded: list[str]) -> list[str]:
    """The modules that are okrsync's or a connector's of its."""
    return [name for name in loaded if name.split(".")[0].startswith("okrsync")]


def loaded_by(command: str, folder: Path) -> tuple[str, list[str]]:
    """What a command says about a team, in a process of its own, and the modules that it loads."""
    if not (folder / "okrsync.toml").exists():
        write_team(folder)
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, command, AS_OF],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "OKRSYNC_CONFIG"},
    )
    return done.stdout, json.loads(done.stderr.splitlines()[-1])


def test_memory_grows_by_so_much_for_each_row(tmp_path: Path) -> None:
    peaks = {rows: peak_of_plan(tmp_path / str(rows), rows) for rows in (200, 700)}
    assert (peaks[700] - peaks[200]) / 500 < MOST_PER_ROW


def test_memory_of_syncs_grows_by_so_much_for_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is made in parts costs the same for any number of rows; small parts show that for few.
    for part, size in (("packed_cells._MOST", 100), ("packed._VALUES", 100), ("kept._AT_ONCE", 5)):
        monkeypatch.setattr(f"okrsync.state.{part}", size)
    # The first one loads what only syncs use.
    _, *peaks = [peaks_of_syncs(tmp_path / str(rows), rows) for rows in (110, 200, 600)]
    first, idle = [(after - before) / 400 for before, after in zip(*peaks, strict=True)]
    assert first < MOST_PER_WRITTEN_ROW
    assert idle < MOST_PER_COMPARED_ROW


def test_calls_grow_by_so_many_for_each_row(tmp_path: Path) -> None:
    calls = {rows: calls_of_plan(tmp_path / str(rows), rows) for rows in (200, 700)}
    assert (calls[700] - calls[200]) / 500 < MOST_CALLS_PER_ROW


def test_calls_grow_by_so_many_for_each_row_that_is_written(tmp_path: Path) -> None:
    calls = {rows: calls_of_sync(tmp_path / str(rows), rows) for rows in (400, 1_000)}
    assert (calls[1_000] - calls[400]) / 600 < MOST_CALLS_PER_WRITTEN_ROW


def calls_of_sync(folder: Path, rows: int) -> int:
    """How many functions are called in the first sync of a workbook of so many rows."""
    config, day = tidy_rows(folder, rows)
    make_plan(config, as_of=day)  # Words and patterns are read once, and titles are kept.
    profile = cProfile.Profile()
    done = profile.runcall(sync, config, as_of=day)
    assert len(done.sources[0].changes) > 2 * rows
    stats: Any = pstats.Stats(profile)
    return int(stats.total_calls)


def test_calls_grow_by_so_many_for_each_spreadsheet(tmp_path: Path) -> None:
    # The first one loads and reads words and patterns.
    calls = {count: calls_of_first_sync(tmp_path / str(count), count) for count in (1, 2, 6)}
    assert (calls[6] - calls[2]) / 4 < MOST_CALLS_PER_SHEET


def calls_of_first_sync(folder: Path, count: int) -> int:
    """How many functions are called while so many spreadsheets are synced for the first time."""
    folder.mkdir()
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"]
    ]
    rows += [
        [f"Objective {n // 5}", f"Key result {n}", "Mia", 10, 42 + n, 100, 46349] for n in range(10)
    ]
    with Sandbox() as sandbox:
        anna = sandbox.google.person("anna@acme.example")
        address, config = sandbox.key_file(folder / "key.json"), 'cycle = "2026-Q4"\n'
        for number in range(count):
            file_id = anna.new_spreadsheet("OKRs", {"Q4": rows})
            anna.share(file_id, address)
            config += (
                f'[sources.team{number}]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\n'
                f'credentials = {{file = "key.json"}}\napi_endpoint = "{sandbox.endpoint}"\n'
                'write.columns = {progress = "Progress", status = "Status"}\n'
            )
        (folder / "okrsync.toml").write_text(config, encoding="utf-8")
        loaded = load(folder / "okrsync.toml")
        profile = cProfile.Profile()
        # In this thread, so that the requests count as well.
        done = profile.runcall(sync, loaded, as_of=date(2026, 11, 23), executor=AtOnce())
    assert [len(each.changes) for each in done.sources] == [22] * count
    stats: Any = pstats.Stats(profile)
    return int(stats.total_calls)


def calls_of_plan(folder: Path, rows: int) -> int:
    """How many functions are called while a workbook of so many rows is planned."""
    config, day = tidy_rows(folder, rows)
    make_plan(config, as_of=day)  # Words and patterns are read once.
    profile = cProfile.Profile()
    profile.runcall(make_plan, config, as_of=day)
    stats: Any = pstats.Stats(profile)
    return int(stats.total_calls)


def peak_of_plan(folder: Path, rows: int) -> int:
    """The most bytes that Python holds at once while a workbook of so many rows is planned."""
    config, day = tidy_rows(folder, rows)
    make_plan(config, as_of=day)  # Tables of words and patterns are made once.
    peak, plan = peak_of(partial(make_plan, config, as_of=day))
    assert len(plan.sources[0].changes) > rows
    return peak


def peaks_of_syncs(folder: Path, rows: int) -> tuple[int, int]:
    """The same for its first sync, and for one that compares everything and finds all as it was."""
    config, day = tidy_rows(folder, rows)
    make_plan(config, as_of=day)
    first, done = peak_of(partial(sync, config, as_of=day))
    assert len(done.sources[0].changes) > 2 * rows
    # Another config, so that not all is known to be as it was.
    path = folder / "okrsync.toml"
    path.write_text(f"{CONFIG}\n# another\n", encoding="utf-8")
    idle, done = peak_of(partial(sync, load(path), as_of=day))
    assert (done.sources[0].calls.read, done.sources[0].changes) == (1, ())
    return first, idle


def peak_of(run: Callable[[], Plan]) -> tuple[int, Plan]:
    """The most bytes that Python holds at once during a run, and what the run did."""
    tracemalloc.start()
    try:
        done = run()
        return tracemalloc.get_traced_memory()[1], done
    finally:
        tracemalloc.stop()


def tidy_rows(folder: Path, rows: int) -> tuple[Config, date]:
    """The config of a workbook of so many rows, and the day of its check-ins."""
    folder.mkdir()
    header = ["ID", "Objective", "Key result", "Owner", "Start", "Current", "Target", "Checked in"]
    day = date(2026, 11, 20)
    lines = [
        [f"KR-{n}", f"Objective {n // 5}", f"Key result {n}", "Mia", 10, 10 + n % 90, 100, day]
        for n in range(rows)
    ]
    write_workbook(folder / "growth.xlsx", [header, *lines])
    (folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    return load(folder / "okrsync.toml"), day
