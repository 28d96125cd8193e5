"""Whatever goes wrong with a run, nothing of people's is lost, nothing is there twice, and the next
run ends where an undisturbed one does.

A short part of what `benchmarks/reliability.py` tries at length.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine

from company import Company
from faults import at_once, cases, check_healed, count_calls, end_of, one_fault
from grids import in_part
from kills import Killer
from okrsync.model.errors import StateError
from okrsync_sandbox.traffic import Fault
from okrsync_sandbox.wire import Request, Response, Server, json_response
from self_signed import certificate

pytestmark = pytest.mark.filterwarnings("ignore:Unknown extension:UserWarning:openpyxl")


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Company]:
    with Company(tmp_path) as made, at_once():
        yield made


@pytest.mark.parametrize(
    ("fault", "share", "lasting", "edit"),
    list(cases(seed=7, count=7, step=4)),
    ids=lambda value: str(value),
)
def test_whatever_goes_wrong_at_whatever_call_the_next_run_ends_as_ever(
    fault: str, share: float, lasting: bool, edit: str
) -> None:
    one_fault(fault, share, lasting=lasting, edit=edit)


@pytest.mark.parametrize(
    ("number", "after"), in_part(product([3, 20, 33, 50, 70], [False, True]), every=5)
)
def test_a_run_killed_at_a_call_is_made_up_for(killer: Killer, number: int, after: bool) -> None:
    assert killer.at_call(min(number, count_calls() - 2), after=after)


@pytest.mark.parametrize(
    ("number", "when"), in_part(product([2, 15, 40, 80], ["before", "after"]), every=5)
)
def test_a_run_killed_at_a_write_to_the_journal_is_made_up_for(
    killer: Killer, number: int, when: str
) -> None:
    assert killer.at_statement(number, when=when)


def test_a_name_that_is_not_found_spoils_its_sources_only(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **options: Any) -> Any:
        if host == "sheets.acme.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    acme.write_config(endpoint="http://sheets.acme.invalid")
    done = acme.sync()
    assert done.exit_code == 3
    states = {part.name: part.state for part in done.sources}
    assert states == {
        "company": "failed",
        "growth": "failed",
        "care": "failed",
        "ops": "ok",
        "sales": "ok",
    }
    assert "cannot be reached" in (done.sources[1].error or "")
    acme.write_config()
    check_healed(acme)


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    acme: Company, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """TLS is verified always: neither a token nor a word of the sheets goes to a stranger."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path_factory.mktemp("tls") / "made", "localhost"))
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as talk:
                    heard.append(talk.recv(100))
            except (ssl.SSLError, OSError):
                connection.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    acme.write_config(endpoint=f"https://localhost:{listener.getsockname()[1]}")
    done = acme.sync()
    # A close wakes nobody who waits for a connection.
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    assert [part.state for part in done.sources[:3]] == ["failed"] * 3
    assert not any(heard)
    acme.write_config()
    check_healed(acme)


@pytest.mark.parametrize("status", in_part([302, 307, 308], every=2))
def test_nothing_is_taken_to_where_an_answer_leads(acme: Company, status: int) -> None:
    """Neither a token nor a word of the sheets follows a redirect."""
    heard: list[str] = []

    def hear(request: Request) -> Response:
        heard.append(f"{request.method} {request.path}")
        return json_response(200, {})

    stranger = Server(hear)
    leads = {"Location": f"{stranger.url}/collect"}
    for traffic in (acme.google.traffic, acme.notion.traffic):
        traffic.fail(Fault(times=10**6, status=status, headers=leads, body=b""))
    done = acme.sync()
    stranger.stop()
    assert heard == []
    assert [part.state for part in done.sources] == ["failed", "failed", "failed", "ok", "ok"]
    acme.heal()
    check_healed(acme)


def test_answers_that_do_not_come_in_time_are_given_up(acme: Company) -> None:
    config = acme.folder / "okrsync.toml"
    whole = config.read_text(encoding="utf-8")
    config.write_text(
        whole.replace("timeout_seconds = 20", "timeout_seconds = 0.2"), encoding="utf-8"
    )
    acme.google.traffic.fail(Fault(lambda call: call.kind == "read", times=1, delay=0.4))
    acme.notion.traffic.fail(Fault(lambda call: call.kind == "read", times=1, delay=0.4))
    assert acme.sync().exit_code == 0
    config.write_text(whole, encoding="utf-8")
    check_healed(acme)


def test_answers_that_drip_are_given_up_however_slowly_they_do(acme: Company) -> None:
    config = acme.folder / "okrsync.toml"
    whole = config.read_text(encoding="utf-8")
    config.write_text(
        whole.replace("timeout_seconds = 20", "timeout_seconds = 0.3"), encoding="utf-8"
    )
    for traffic in (acme.google.traffic, acme.notion.traffic):
        traffic.fail(Fault(lambda call: call.kind == "read", times=1, drip=0.01))
        traffic.fail(Fault(lambda call: call.kind == "write", times=1, drip=0.05))
    acme.sync()
    acme.heal()
    config.write_text(whole, encoding="utf-8")
    check_healed(acme)


@pytest.mark.parametrize("number", in_part([2, 4, 7, 12], every=3))
def test_a_token_that_is_taken_back_in_the_middle_is_asked_for_anew(
    acme: Company, number: int
) -> None:
    acme.google.traffic.fail(
        Fault(lambda call: call.service == "sheets" and call.number >= number, times=1, status=401)
    )
    assert acme.sync().exit_code == 0
    check_healed(acme)


def test_a_full_disk_stops_the_run_before_anything_is_sent_and_is_told(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal comes first: where it cannot be written, nothing is."""
    acme.sync()
    acme.heal()
    connect = sqlite3.connect

    def full(*args: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **options)
        used = made.execute("PRAGMA page_count").fetchone()[0]
        made.execute(f"PRAGMA max_page_count = {used}")
        return made

    before = acme.world()
    monkeypatch.setattr(sqlite3, "connect", full)
    told = ""
    for number in range(40):
        # The file has a little room left in its last pages; each run takes some of it.
        acme.mia.put(acme.growth, "Q4", "E2", 50 + number)
        before = acme.world()
        try:
            acme.sync()
        except StateError as error:
            told = error.message
            break
    monkeypatch.undo()
    assert "full" in told
    now = acme.world()
    assert now["growth"]["Q4"] == before["growth"]["Q4"]
    acme.mia.put(acme.growth, "Q4", "E2", 88)
    check_healed(acme)


def test_a_disk_too_full_for_a_workbook_leaves_it_as_it_was(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (acme.folder / "ops.xlsx").read_bytes()

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    done = acme.sync()
    monkeypatch.undo()
    ops = next(part for part in done.sources if part.name == "ops")
    assert (ops.state, done.exit_code) == ("failed", 3)
    assert "the disk is full" in (ops.error or "")
    assert (acme.folder / "ops.xlsx").read_bytes() == before
    assert acme.world()["folder"] == end_of("nobody edits")["folder"]
    check_healed(acme)


def test_a_state_that_may_not_be_written_stops_the_run_and_is_told(acme: Company) -> None:
    if os.geteuid() == 0:
        # To root every file is writable: a file system that is mounted for reading only is what
        # root meets.
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(_made(acme.folder / "state"))],
            capture_output=True,
        )
        if mounted.returncode:
            pytest.skip("nothing can be mounted here")
    else:
        _made(acme.folder / "state").chmod(0o500)
    acme.write_config('state = "state/okrsync.db"\n')
    try:
        with pytest.raises(StateError, match=r"okrsync\.db"):
            acme.sync()
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", str(acme.folder / "state")], check=True)
    assert acme.writes == 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("days", in_part([-400, -1, 1, 400], every=3))
def test_a_clock_that_jumps_loses_nothing(acme: Company, days: int) -> None:
    """Tokens of a wrong clock are refused; with the right one again all is as ever."""
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
        done = acme.sync()
    assert done.exit_code in (0, 3)
    acme.heal()
    check_healed(acme)


def test_a_board_that_could_not_get_its_key_gets_no_rows_yet(tmp_path: Path) -> None:
    """A row without the property that it is known by would be made again by every run."""
    with Company(tmp_path) as acme, at_once():
        refused = lambda call: call.method == "PATCH" and "/data_sources/" in call.path  # noqa: E731
        acme.sandbox.notion.traffic.fail(Fault(refused, times=10**6, status=404))
        acme.sync()
        acme.heal()
        # The world of a company names rows that stand there twice.
        acme.sync()
        acme.world()
        acme.heal()
        acme.sync()
        assert acme.writes == 0
