"""What docs/operations.md says of each ending, broken as it breaks in life: the exit code that the
page names, the words that arrive, the metric that its alert asks for, and the way back.
"""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from okrsync.state.lock import run_lock
from team import CONFIG, ROWS, Team, edit, write_workbook

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
WATCH = '\n[watch]\nmetrics_file = "okrsync.prom"\n'
OTHER = '\n[sources.ops]\nconnector = "workbook"\npath = "ops.xlsx"\n'


def metric(team: Team, name: str) -> float | None:
    """A metric as the node exporter reads it, None where it is not there."""
    text = (team.folder / "okrsync.prom").read_text(encoding="utf-8")
    match = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return None if match is None else float(match[1])


def ends_with(team: Team, code: int, *words: str) -> str:
    """Run as the timer does, and read what arrives: the exit code stands in the runbook, and the
    log says these words.
    """
    assert f"#### {code}: " in PAGE
    ended, out = team.run("watch", "--once")
    assert ended == code, team.err
    for word in words:
        assert word in team.err + out, team.err + out
    return team.err + out


@pytest.fixture
def job(team: Team) -> Team:
    """A job that went through once."""
    team.config(CONFIG + WATCH)
    ends_with(team, 0)
    return team


def test_a_source_that_is_gone_and_comes_back(job: Team) -> None:
    (job.folder / "growth.xlsx").rename(job.folder / "moved.xlsx")
    ends_with(job, 1, "growth", "there is no such file", "for the first time")
    for number in (2, 3, 4):
        ends_with(job, 1, f", {number} runs)")
    assert metric(job, 'okrsync_source_failing_runs{source="growth"}') == 4, "OkrsyncSourceFailing"
    code, out = job.run("check")
    assert code == 1
    assert "growth.xlsx" in out
    (job.folder / "moved.xlsx").rename(job.folder / "growth.xlsx")
    assert job.run("retry")[0] == 0
    ends_with(job, 0)
    assert metric(job, 'okrsync_source_failing_runs{source="growth"}') == 0


def test_a_configuration_that_somebody_broke(job: Team) -> None:
    job.config(CONFIG.replace("columns =", "colums =").replace("path =", "pth =") + WATCH)
    ends_with(job, 2, "okrsync.toml:7", "okrsync.toml:10", "did you mean 'columns'")
    assert metric(job, "okrsync_last_run_exit_code") == 2, "OkrsyncConfig"
    assert job.run("check")[0] == 2
    job.config(CONFIG + WATCH)
    ends_with(job, 0)
    assert metric(job, "okrsync_last_run_exit_code") == 0


def test_one_source_of_two_is_down(job: Team) -> None:
    write_workbook(job.folder / "ops.xlsx", ROWS)
    job.config(CONFIG + OTHER + WATCH)
    ends_with(job, 0)
    (job.folder / "ops.xlsx").unlink()
    ends_with(job, 3, "ops", "there is no such file")
    write_workbook(job.folder / "ops.xlsx", ROWS)
    assert job.run("retry")[0] == 0


SHEET = """
[sources.sheet]
connector = "google-sheets"
spreadsheet = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
credentials = {env = "OKRSYNC_NO_SUCH_KEY"}
"""


def test_a_secret_that_is_missing_fails_what_needs_it(job: Team) -> None:
    job.config(CONFIG + SHEET + WATCH)
    ends_with(job, 3, "sheet", "OKRSYNC_NO_SUCH_KEY")
    code, out = job.run("check")
    assert code != 0
    assert "OKRSYNC_NO_SUCH_KEY" in out
    job.config('cycle = "2026-Q4"\n' + SHEET + WATCH)
    ends_with(job, 4, "OKRSYNC_NO_SUCH_KEY")


def test_a_guard_stops_a_source_until_somebody_decided(job: Team) -> None:
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.delete_rows(2, 10))
    arrived = ends_with(job, 5, "growth")
    guard = next(name for name in re.findall(r"^\| `([\w-]+)` \|", PAGE, re.M) if name in arrived)
    assert metric(job, 'okrsync_source_state{source="growth",state="refused"}') == 1
    code, out = job.run("plan", "--allow", guard)
    assert code == 0, out
    assert job.run("sync", "--source", "growth", "--allow", guard)[0] == 0
    ends_with(job, 0)


def test_changes_that_wait_are_told_to_pipelines_only(job: Team) -> None:
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("E2", 100))
    assert job.run("plan")[0] == 0
    assert job.run("plan", "--exit-code")[0] == 6


def test_another_run_holds_the_lock(job: Team) -> None:
    with run_lock(job.folder / "okrsync.db", "sync"):
        for _ in range(4):
            ends_with(job, 11, "`okrsync sync`", "process ", "since ")
        code, _ = job.run("sync")
        assert code == 11
        assert "Wait until it is done, or stop it" in job.err
    assert (metric(job, 'okrsync_runs_total{result="locked"}') or 0) > 3, "OkrsyncLockedOut"
    ends_with(job, 0)


def test_the_disk_is_full(job: Team) -> None:
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("E2", 100))
    before = (job.folder / "growth.xlsx").read_bytes()

    def fill_the_disk() -> None:
        # A limit on files stands in for a disk: every write beyond it fails as on a full one.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    ended = subprocess.run(
        [sys.executable, "-m", "okrsync", "sync"],
        cwd=job.folder,
        preexec_fn=fill_the_disk,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1, ended.stderr
    assert "okrsync.db" in ended.stderr
    assert "disk" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (job.folder / "growth.xlsx").read_bytes() == before
    assert job.run("state", "check")[0] == 0
    ends_with(job, 0, "change")


def test_the_clock_is_set_back(team: Team) -> None:
    team.config(CONFIG)
    assert team.run("sync", "--as-of", "2026-11-23")[0] == 0
    edit(team.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("E2", 90))
    code, out = team.run("sync", "--as-of", date(2026, 11, 20).isoformat())
    assert code == 0, team.err
    assert "Sign-ups" in out
    assert "2026-11-2" in team.err + out
    assert team.run("sync", "--as-of", "2026-11-24")[0] == 0
