"""What docs/operations.md says of each ending, broken as it breaks in life: the exit code that the
page names, the words that arrive, the metric that its alert asks for, and the way back.
"""

from __future__ import annotations

import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from grids import in_turns
from okrsync.state.lock import run_lock
from okrsync_sandbox import Sandbox
from prometheus_rules import firing
from team import CONFIG, ROWS, Team, edit, write_workbook
from watch.test_watch import Ear

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
WATCH = '\n[watch]\nmetrics_file = "okrsync.prom"\n'
HOUR = 3600
OTHER = '\n[sources.ops]\nconnector = "workbook"\npath = "ops.xlsx"\n'


def metric(team: Team, name: str) -> float | None:
    """A metric as the node exporter reads it, None where it is not there."""
    text = (team.folder / "okrsync.prom").read_text(encoding="utf-8")
    match = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return None if match is None else float(match[1])


def alerts(team: Team, later: float = 0, before: str = "") -> set[str]:
    """The alerts that ask for somebody so many seconds after the last run."""
    text = (team.folder / "okrsync.prom").read_text(encoding="utf-8")
    ran = metric(team, "okrsync_last_run_timestamp_seconds")
    assert ran is not None
    asking = firing(text, ran + later, before)
    for name in asking:
        assert f"#### {name}\n" in PAGE
    return asking


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
    assert metric(job, 'okrsync_source_failing_runs{source="growth"}') == 4
    assert alerts(job) == {"OkrsyncSourceFailing"}
    assert alerts(job, 3 * HOUR) == {"OkrsyncSourceFailing", "OkrsyncSilent", "OkrsyncNoSuccess"}
    code, out = job.run("check")
    assert code == 1
    assert "growth.xlsx" in out
    (job.folder / "moved.xlsx").rename(job.folder / "growth.xlsx")
    assert job.run("retry")[0] == 0
    ends_with(job, 0)
    assert metric(job, 'okrsync_source_failing_runs{source="growth"}') == 0
    assert alerts(job) == set()


def test_a_configuration_that_somebody_broke(job: Team) -> None:
    job.config(CONFIG.replace("columns =", "colums =").replace("path =", "pth =") + WATCH)
    ends_with(job, 2, "okrsync.toml:7", "okrsync.toml:10", "did you mean 'columns'")
    assert metric(job, "okrsync_last_run_exit_code") == 2
    assert alerts(job) == {"OkrsyncConfig"}
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
    assert alerts(job) == {"OkrsyncRefused"}
    code, out = job.run("plan", "--allow", guard)
    assert code == 0, out
    assert job.run("sync", "--source", "growth", "--allow", guard)[0] == 0
    ends_with(job, 0)


def test_changes_that_wait_are_told_to_pipelines_only(job: Team) -> None:
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("E2", 100))
    assert job.run("plan")[0] == 0
    assert job.run("plan", "--exit-code")[0] == 6


def test_another_run_holds_the_lock(job: Team) -> None:
    before = (job.folder / "okrsync.prom").read_text(encoding="utf-8")
    with run_lock(job.folder / "okrsync.db", "sync"):
        for _ in range(4):
            ends_with(job, 11, "`okrsync sync`", "process ", "since ")
        code, _ = job.run("sync")
        assert code == 11
        assert "Wait until it is done, or stop it" in job.err
    assert alerts(job, before=before) == {"OkrsyncLockedOut"}
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


def test_nothing_runs_any_more(job: Team) -> None:
    assert alerts(job, 1.9 * HOUR) == set()
    assert alerts(job, 2.1 * HOUR) >= {"OkrsyncSilent"}
    assert alerts(job, 25 * HOUR) == {"OkrsyncSilent", "OkrsyncNoSuccess", "OkrsyncSourceOld"}
    assert firing("", 0) == {"OkrsyncMissing"}
    assert "growth" in job.run("history")[1]


def test_a_job_that_never_succeeded_is_heard_of(team: Team) -> None:
    (team.folder / "growth.xlsx").unlink()
    team.config(CONFIG + WATCH)
    ends_with(team, 1)
    assert metric(team, "okrsync_last_success_timestamp_seconds") == 0
    assert "OkrsyncNoSuccess" in alerts(team)


def test_a_run_that_takes_long(job: Team) -> None:
    path = job.folder / "okrsync.prom"
    text = path.read_text(encoding="utf-8")
    slow = re.sub(r"(?m)^(okrsync_last_run_duration_seconds) .*$", r"\1 901.5", text)
    path.write_text(slow, encoding="utf-8")
    assert alerts(job) == {"OkrsyncSlow"}


def test_rows_that_cannot_be_told_apart_are_in_conflict_run_after_run(team: Team) -> None:
    rows = [["ID", *ROWS[0]], *(["K-1", *ROWS[1]] for _ in range(25))]
    write_workbook(team.folder / "growth.xlsx", rows)
    team.config(CONFIG + WATCH)
    for _ in range(2):
        ends_with(team, 0)
        assert alerts(team) == {"OkrsyncConflicts"}
    code, out = team.run("check")
    assert code == 0
    assert "the id 'K-1' is used in Q4!A2 and in Q4!A3; change one of them" in out


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    made = Ear()
    monkeypatch.setenv("OKRSYNC_HEARTBEAT", made.url)
    yield made
    made.close()


def test_what_went_wrong_arrives_at_the_heartbeat(job: Team, ear: Ear) -> None:
    pinged = WATCH + 'heartbeat = {env = "OKRSYNC_HEARTBEAT"}\n'

    def heard(config: str) -> str:
        ear.heard.clear()
        job.config(config + pinged)
        code, _ = job.run("watch", "--once")
        path, body = ear.heard[-1]
        assert path.endswith("/fail") == (code != 0), (code, path)
        return body

    heard(CONFIG)
    assert "okrsync.toml:10" in heard(CONFIG.replace("columns =", "colums ="))
    assert "OKRSYNC_NO_SUCH_KEY" in heard(CONFIG + SHEET)
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.delete_rows(2, 10))
    assert "guard" in heard(CONFIG)
    (job.folder / "growth.xlsx").unlink()
    assert "there is no such file" in heard(CONFIG)


NOTION = """
[sources.company]
connector = "notion"
database = "0123456789abcdef0123456789abcdef"
token = {{env = "NOTION_TOKEN"}}
api_endpoint = "{endpoint}"
limits = {{timeout_seconds = 20, give_up_seconds = 1}}
"""


def test_a_service_that_nobody_answers_for(job: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTION_TOKEN", "ntn_0123456789")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    job.config(CONFIG + NOTION.format(endpoint=endpoint) + WATCH)
    arrived = ends_with(job, 3, "company: ", "Notion cannot be reached: the connection was refused")
    assert "ntn_0123456789" not in arrived
    assert metric(job, 'okrsync_source_state{source="growth",state="ok"}') == 1
    code, out = job.run("check")
    assert code != 0
    assert "the connection was refused" in out


def test_the_clock_of_this_machine_is_wrong(job: Team) -> None:
    with Sandbox() as sandbox:
        anna = sandbox.google.person("anna@acme.example")
        file_id = anna.new_spreadsheet("OKRs", {"Q4": ROWS[:1]})
        anna.share(file_id, sandbox.key_file(job.folder / "key.json"))
        sandbox.google.accounts.clock = lambda: time.time() + 2 * HOUR
        job.config(
            f'{CONFIG}\n[sources.sheet]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\n'
            f'credentials = {{file = "key.json"}}\napi_endpoint = "{sandbox.endpoint}"\n{WATCH}'
        )
        ends_with(job, 3, "sheet", "this machine's clock is wrong", "Set the clock")


@pytest.mark.parametrize(("command", "name"), in_turns(["sync", "plan"], ["SIGTERM", "SIGINT"]))
def test_a_command_is_interrupted(
    job: Team, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.setenv("NOTION_TOKEN", "ntn_0123456789")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        job.config(CONFIG + NOTION.format(endpoint=endpoint) + WATCH)
        process = subprocess.Popen(
            [sys.executable, "-m", "okrsync", command],
            cwd=job.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # A shell in the background has Ctrl-C ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.Signals[name])
            _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted; writes that had begun are in the journal" in err
    assert "Traceback" not in err
    job.config(CONFIG + WATCH)
    ends_with(job, 0)


def test_what_somebody_typed_and_okrsync_replaced_is_found_again(job: Team) -> None:
    edit(job.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("I2", "We are fine"))
    ends_with(job, 0)
    code, out = job.run("history", "last")
    assert code == 0
    assert "We are fine" in out
    assert job.run("undo", "last")[0] == 0
    sheet = openpyxl.load_workbook(job.folder / "growth.xlsx")["Q4"]
    assert sheet["I2"].value == "We are fine"


def test_a_state_that_grows_says_what_may_go(job: Team) -> None:
    code, out = job.run("state", "prune", "--dry-run")
    assert code == 0
    assert re.search(r"\bruns?\b", out), out
