"""The whole job with its state in PostgreSQL: what is promised of a state file holds there too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import product

import pytest

from faults import count_calls
from grids import in_part
from kills import Killer
from okrsync.model.state_address import PostgresAddress
from okrsync.state.lock import lease_standing, run_lock
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from postgres_server import PostgresServer
from team import AS_OF, CONFIG, Team, head_of, sheet


@pytest.fixture
def place(postgres: PostgresServer, team: Team) -> PostgresAddress:
    """Where the team keeps its state."""
    address = postgres.address()
    team.config(head_of(address) + CONFIG)
    return address


@pytest.mark.parametrize(("number", "after"), in_part(product([20, 50], [False, True]), every=3))
def test_a_run_killed_at_a_call_is_made_up_for(
    postgres: PostgresServer, killer: Killer, number: int, after: bool
) -> None:
    top = head_of(postgres.address())
    assert killer.at_call(min(number, count_calls() - 2), after=after, top=top)


@pytest.mark.parametrize(
    ("number", "when"), in_part(product([2, 15, 40, 80], ["before", "after"]), every=5)
)
def test_a_run_killed_at_a_statement_is_made_up_for(
    postgres: PostgresServer, killer: Killer, number: int, when: str
) -> None:
    assert killer.at_statement(number, when=when, top=head_of(postgres.address()))


def test_a_job_is_done_told_and_put_back(team: Team, place: PostgresAddress) -> None:
    before = sheet(team.folder / "growth.xlsx")
    done = team.sync()
    assert {change["outcome"] for change in done["sources"][0]["changes"]} == {"written"}
    assert team.sync()["sources"][0]["changes"] == []
    assert not (team.folder / "okrsync.db").exists()
    assert [run["id"] for run in team.json("history")["runs"]][-1] == done["run"]
    findings = team.json("state", "check")
    assert findings["problems"] == 0
    assert findings["path"] == str(place)
    assert "the server answers" in findings["findings"][0]["message"]
    exported = team.json("state", "export")
    assert len(exported["runs"]) == 2
    assert "rowid" not in exported["runs"][0]
    assert team.run("undo", "last")[0] == 0
    assert sheet(team.folder / "growth.xlsx") == before
    assert team.json("state", "prune", "--keep", "0")["runs"] >= 1


def test_two_jobs_at_once_are_one_too_many_and_other_names_do_not_wait(
    team: Team, place: PostgresAddress, postgres: PostgresServer
) -> None:
    with run_lock(place, "watch"):
        assert team.run("sync", "--as-of", AS_OF)[0] == 11
        assert f"another run holds the state of {place.name}: `okrsync watch`" in team.err
        # Looking is no work.
        assert team.run("plan", "--as-of", AS_OF)[0] == 0
        with run_lock(postgres.address(), "sync"):
            pass
    team.sync()


def test_killed_inside_a_transaction_nothing_of_it_is_there_and_nobody_waits(
    team: Team, place: PostgresAddress
) -> None:
    team.sync()
    code = """
from pathlib import Path
from okrsync.config import load
from okrsync.state.lock import run_lock
from okrsync.state.memory import Memory
from okrsync.state.store import Store
import time
address = load(Path("okrsync.toml")).state
with run_lock(address, "sync") as lease, Store.open(address, lease=lease) as state:
    with state.transaction():
        Memory(state).remember_items("growth", 99)
        print("inside", flush=True)
        time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with Store.open(place, readonly=True) as state:
        assert Memory(state).items("growth") == 5
    assert team.sync()["sources"][0]["changes"] == []
    assert lease_standing(place) is None


def test_a_connection_that_is_cut_stops_the_run_and_the_next_goes_on(
    team: Team, place: PostgresAddress, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    intend = Memory.remember_items

    def cut(*_: object) -> None:
        postgres.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
            " 'okrsync' AND pid <> pg_backend_pid()"
        )
        intend(*_)  # type: ignore[arg-type]

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Memory, "remember_items", cut)
        assert team.run("sync", "--as-of", AS_OF)[0] == 1
    assert "does not answer" in team.err
    assert "the next run checks it" in team.err
    done = team.sync()
    assert done["sources"][0]["changes"] == []
    assert team.sync()["sources"][0]["changes"] == []


@pytest.mark.parametrize("command", ["sync", "plan", "check", "show", "history"])
def test_a_server_that_is_away_is_named_without_the_password(
    team: Team, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("OKRSYNC_STATE", "postgresql://job:hunter-two@127.0.0.1:1/okrsync")
    team.config('state = {env = "OKRSYNC_STATE"}\nname = "acme"\n' + CONFIG)
    before = (team.folder / "growth.xlsx").read_bytes()
    code, out = team.run(command)
    assert code == 1
    assert "postgresql://127.0.0.1:1/okrsync (acme): the database does not answer" in team.err
    assert "hunter-two" not in out + team.err
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_a_server_that_lets_nobody_in_is_a_matter_of_credentials(
    team: Team, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.url.replace("okrsync@", "ghost:hunter-two@")
    monkeypatch.setenv("OKRSYNC_STATE", url)
    team.config('state = {env = "OKRSYNC_STATE"}\nname = "acme"\n' + CONFIG)
    code, out = team.run("sync")
    assert code == 4
    assert "lets nobody in" in team.err
    assert "hunter-two" not in out + team.err
    assert team.run("state", "check")[0] == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "the environment variable OKRSYNC_STATE is not set"),
        ("mysql://job:hunter-two@db/okrsync", "does not begin with postgresql://"),
    ],
)
def test_an_address_that_cannot_be_had_is_named(
    team: Team, monkeypatch: pytest.MonkeyPatch, value: str | None, words: str
) -> None:
    monkeypatch.delenv("OKRSYNC_STATE", raising=False)
    if value is not None:
        monkeypatch.setenv("OKRSYNC_STATE", value)
    team.config('state = {env = "OKRSYNC_STATE"}\nname = "acme"\n' + CONFIG)
    for command in ("sync", "check"):
        code, out = team.run(command)
        assert code == 4, command
        assert words in team.err
        assert "hunter-two" not in out + team.err
