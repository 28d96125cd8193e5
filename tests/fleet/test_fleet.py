"""Many configurations: each ends as a sync of its own would have ended, whoever dies meanwhile."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from google_bench import GoogleBench
from okrsync.config import load
from okrsync.fleet import configs, groups, worst
from okrsync.model.errors import ConfigError
from okrsync.sync import sync
from team import AS_OF, Team, write_csv

DOCS = Path(__file__).parents[2] / "docs"
CONFIG = """
cycle = "2026-Q4"
[sources.team]
connector = "workbook"
path = "team.csv"
[sources.team.write]
columns = {progress = "Progress", status = "Status"}
"""


def company(folder: Path, current: int = 62, config: str = CONFIG) -> Path:
    folder.mkdir(parents=True)
    rows: list[list[Any]] = [["Objective", "Key result", "Start", "Current", "Target"]]
    rows += [["Grow", f"Sign-ups {number}", 40, current + number, 100] for number in range(20)]
    write_csv(folder / "team.csv", rows)
    path = folder / "okrsync.toml"
    path.write_text(config, encoding="utf-8")
    return path


def fleet(team: Team, *arguments: str, code: int = 0) -> dict[str, Any]:
    document = team.json("fleet", *arguments, code=code)
    name = document["schema"].split("/")[1]
    schema = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    return document


def test_every_configuration_is_synced_and_its_state_says_so(team: Team) -> None:
    for name in ("acme", "bolt", "cork"):
        company(team.folder / "companies" / name)
    document = fleet(team, "run", "companies/*", "--as-of", AS_OF)
    assert [entry["exit_code"] for entry in document["configs"]] == [0, 0, 0]
    assert {entry["written"] for entry in document["configs"]} == {42}
    text = (team.folder / "companies" / "bolt" / "team.csv").read_text(encoding="utf-8")
    assert "Sign-ups 0,40,62,100,37%," in text
    again = fleet(team, "run", "companies/*", "--as-of", AS_OF)
    assert {entry["written"] for entry in again["configs"]} == {0}
    standings = fleet(team, "status", "companies/*")["configs"]
    assert [entry["state"] for entry in standings] == ["well"] * 3
    assert all(entry["last_good"] for entry in standings)


def test_the_exit_code_is_the_worst_and_each_trouble_is_told(team: Team) -> None:
    company(team.folder / "c" / "good")
    company(team.folder / "c" / "broken", config="[sources.x]\nconnector = 'workbok'\n")
    (company(team.folder / "c" / "gone").parent / "team.csv").unlink()
    document = fleet(team, "run", "c/*", "--as-of", AS_OF, code=2)
    by_name = {Path(entry["config"]).parent.name: entry for entry in document["configs"]}
    codes = {name: entry["exit_code"] for name, entry in by_name.items()}
    assert codes == {"good": 0, "broken": 2, "gone": 1}
    assert "workbok" in by_name["broken"]["message"]
    assert "team.csv" in by_name["gone"]["message"]
    assert document["exit_code"] == 2
    standings = fleet(team, "status", "c/*", code=2)["configs"]
    assert [entry["state"] for entry in standings] == ["unusable", "waiting", "well"]
    assert "team.csv" in standings[1]["waits_for"]
    assert [worst(codes) for codes in ([0, 11], [11, 3], [3, 5], [5, 4], [4, 1], [1, 2], [])] == [
        11,
        3,
        5,
        4,
        1,
        2,
        0,
    ]


def test_people_read_a_line_for_each(team: Team) -> None:
    company(team.folder / "c" / "acme")
    code, out = team.run("fleet", "run", "c/*", "--as-of", AS_OF)
    assert code == 0
    assert "c/acme/okrsync.toml  done, 42 changes written" in out
    assert "1 of 1 configuration went through." in out
    code, out = team.run("fleet", "status", "c/*")
    assert (code, "c/acme/okrsync.toml  well, last went through" in out) == (0, True)


def test_a_pattern_that_names_nothing_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration there"):
        configs([str(tmp_path / "nobody*")])
    path = company(tmp_path / "acme")
    assert configs([str(tmp_path / "*"), str(path)]) == [path]


def test_those_that_share_a_credential_run_in_one_process(tmp_path: Path) -> None:
    bench = GoogleBench(tmp_path)
    try:
        paths = []
        for name, key in (("a", "one"), ("b", "two"), ("c", "one")):
            folder = tmp_path / name
            folder.mkdir()
            secret = dict(bench.key if key == "one" else bench.google.accounts.service_account())
            (folder / "key.json").write_text(json.dumps(secret), encoding="utf-8")
            path = folder / "okrsync.toml"
            path.write_text(
                f'[sources.s]\nconnector = "google-sheets"\nspreadsheet = "{bench.file_id}"\n'
                f'credentials = {{file = "key.json"}}\napi_endpoint = "{bench.sandbox.endpoint}"\n',
                encoding="utf-8",
            )
            paths.append(path)
        alone = company(tmp_path / "d")
        found = groups([*paths, alone])
        assert sorted(map(sorted, found)) == [[paths[0], paths[2]], [paths[1]], [alone]]
        assert bench.google.traffic.count() == 0
    finally:
        bench.close()


def test_workers_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    for number in range(12):
        calm, _ = (
            company(tmp_path / name / f"c{number:02}", current=40 + number)
            for name in ("calm", "storm")
        )
        sync(load(calm), as_of=date.fromisoformat(AS_OF))
    command = [sys.executable, "-m", "okrsync", "fleet", "run", "--workers", "3", "--as-of", AS_OF]
    undisturbed = _texts(tmp_path / "calm")
    dice = random.Random(20261129)
    run = subprocess.Popen(
        [*command, "--json", str(tmp_path / "storm" / "*")], stdout=subprocess.PIPE, text=True
    )
    kills = 0
    stop = threading.Event()

    def kill_some() -> None:
        nonlocal kills
        while not stop.is_set() and kills < 6:
            # The first that are there are killed: on a fast machine they are the only ones.
            time.sleep(dice.uniform(0.2, 0.6) if kills else 0.02)
            for process in _workers(run.pid):
                # A worker may end by itself in this moment.
                with suppress(ProcessLookupError):
                    if not kills or dice.random() < 0.5:
                        os.kill(process, signal.SIGKILL)
                        kills += 1

    killer = threading.Thread(target=kill_some)
    killer.start()
    out, _ = run.communicate(timeout=300)
    stop.set()
    killer.join()
    assert kills > 0
    codes = [entry["exit_code"] for entry in json.loads(out)["configs"]]
    assert len(codes) == 12
    assert _texts(tmp_path / "storm") == undisturbed or 1 in codes
    # Whatever was given up, the next run finishes.
    for path in (tmp_path / "storm").glob("*/okrsync.toml"):
        sync(load(path), as_of=date.fromisoformat(AS_OF))
    assert _texts(tmp_path / "storm") == undisturbed


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.parent.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/team.csv"))
    }


def _workers(parent: int) -> list[int]:
    """The worker processes of a fleet, its children."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True
    )
    return [int(number) for number in listed.stdout.split()]
