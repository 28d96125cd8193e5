"""The watch: whatever a run, a clock, a configuration or an operator does, the next run comes, and
everything is said in a line.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import signal
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
import stamina
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from prometheus_client.parser import text_string_to_metric_families

from okrsync.cli import okrsync
from okrsync.cli.errors import run as cli_run
from okrsync.config import Config, load
from okrsync.model.errors import LockHeld, SourceError
from okrsync.plan.plan import LEFT, Failing, Plan, SourcePlan
from okrsync.plan.review import Overview
from okrsync.report.logs import set_up
from okrsync.state.journal import Journal
from okrsync.state.lock import run_lock
from okrsync.state.store import Store
from okrsync.steps.job import load_mappings
from okrsync.sync import sync
from okrsync.watch import Watch, watch
from okrsync.watch.metrics import Metrics
from okrsync.watch.page import ServedPage
from okrsync.watch.reloading import Loaded
from okrsync.watch.stopping import Signals

BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = 'timezone = "Europe/Berlin"\n[sources.team]\nconnector = "workbook"\npath = "a.csv"\n'
OKRS = "Objective,Key result,Current,Target,Progress\nGrow,Sign-ups,50,100,\n"


class Bench:
    """A watch over one CSV file that rests by moving the clock; what it logs is kept."""

    def __init__(
        self, folder: Path, log: io.StringIO, clock: time_machine.Traveller, signals: Signals
    ) -> None:
        self.folder, self._log, self.clock = folder, log, clock
        self.path = folder / "okrsync.toml"
        self.runs: list[str] = []
        self.naps = 0
        self.at_nap: dict[int, Callable[[], object]] = {}
        self.outcome: Callable[[], Plan] = lambda: Plan(
            (SourcePlan("team", "ok"),), run="2026-11-24-1"
        )
        self.metrics = Metrics()
        self.signals = signals

    def write(self, text: str) -> Config:
        self.path.write_text(text, encoding="utf-8")
        return load(self.path)

    def start(self, text: str, naps: int, run: Callable[..., Plan] | None = None) -> int:
        """Watch for so many naps, each as long as the watch asks for."""
        config = self.write(text)
        self.last_nap = naps
        self.watch = Watch(
            Loaded(config, load_mappings(config)),
            self.signals,
            self.metrics,
            run=run or self._run,
            nap=self._nap,
        )
        return self.watch.go_on()

    def _run(self, config: Config, **_: Any) -> Plan:
        self.runs.append(datetime.now(BERLIN).strftime("%H:%M"))
        return self.outcome()

    def _nap(self, seconds: float) -> None:
        self.naps += 1
        self.at_nap.get(self.naps, lambda: None)()
        self.clock.shift(seconds)
        if self.naps == self.last_nap:
            self.signals.hear(signal.SIGTERM)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.getvalue().splitlines()]

    def said(self, event: str) -> list[str]:
        return [str(line.get("message")) for line in self.events if line["event"] == event]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    set_up("json", "debug", zone=BERLIN, stream=stream)
    yield stream
    set_up("json", "error", stream=io.StringIO())


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Trouble is repeated without waiting, a few times."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture(autouse=True)
def little_to_look_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch looks for garbage after each run; nobody needs it to look through all tests, not
    even behind a run, which gives back what it has frozen.
    """
    gc.freeze()
    monkeypatch.setattr(gc, "unfreeze", lambda: None)


@pytest.fixture
def bench(tmp_path: Path, log: io.StringIO) -> Iterator[Bench]:
    with time_machine.travel(datetime(2026, 11, 24, 7, 0, tzinfo=BERLIN), tick=False) as clock:
        with Signals(30.0) as signals:
            yield Bench(tmp_path, log, clock, signals)


NAPS_AN_HOUR = 1800  # a nap is two seconds long


def test_whatever_goes_wrong_with_a_run_is_told_in_a_line_and_the_next_one_comes(
    bench: Bench,
) -> None:
    outcomes: list[Exception | Plan] = [
        SourceError("a.csv: gone", hint="Put it back."),
        RuntimeError("what a cell says"),
        Plan(
            (SourcePlan("team", "failed", error="no such file"),), run="2026-11-24-1", exit_code=1
        ),
    ]

    def fails() -> Plan:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    bench.outcome = fails
    assert bench.start(PLAIN, NAPS_AN_HOUR + 10) == 0
    assert bench.runs == ["07:00", "07:30", "08:00"]
    first, second = bench.said("run failed")
    assert first == "the run failed: a.csv: gone. Put it back."
    assert second.startswith(
        "the run failed: RuntimeError, which should not have happened (since 2026-11-24 07:00, 2"
        " runs)"
    )
    broken = next(line for line in bench.events if line.get("result") == "error")
    assert any("test_watch.py" in frame and "fails" in frame for frame in broken["where"])
    assert "what a cell says" not in json.dumps(bench.events)
    assert bench.said("source failed") == ["team: no such file."]
    (ended,) = bench.said("watch ends")
    assert re.fullmatch(r"okrsync stopped watching: received SIGTERM; 3 runs in 0:0\d:\d\d", ended)


def test_a_run_tells_its_counts_and_since_when_a_source_has_failed(bench: Bench) -> None:
    failing = Failing(datetime(2026, 11, 20, 5, 30, tzinfo=UTC), 14)
    bench.outcome = lambda: Plan(
        (
            SourcePlan("team", "kept", error="a.csv: gone", hint="Put it back.", failing=failing),
            SourcePlan("ops", "ok", failing=failing),
        ),
        run="2026-11-24-1",
        exit_code=3,
    )
    bench.start(PLAIN, 1)
    assert bench.said("source failed") == [
        (
            "team: a.csv: gone; its last good numbers are used meanwhile (since 2026-11-20 06:30,"
            " 14 runs). Put it back."
        )
    ]
    assert bench.said("source done") == [
        (
            "ops: no changes written; it goes through again after 14 failed runs (the first at"
            " 2026-11-20 06:30)"
        )
    ]
    finished = next(line for line in bench.events if line["event"] == "run finished")
    assert (
        finished.items()
        >= {
            "run": "2026-11-24-1",
            "exit_code": 3,
            "result": "partial",
            "retries": 0,
        }.items()
    )
    assert "duration_seconds" in finished


def test_another_run_that_holds_the_lock_is_named_and_waited_for(bench: Bench) -> None:
    held = LockHeld("another run holds okrsync.db.lock: `okrsync sync`, process 7", hint="Wait.")
    answers: list[Exception | None] = [held, held, None]

    def outcome() -> Plan:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return Plan((), run="2026-11-24-1")

    bench.outcome = outcome
    bench.start(PLAIN, NAPS_AN_HOUR + 10)
    first, second = bench.said("run left out")
    assert "process 7; this run is skipped, and the next one starts on schedule" in first
    assert "(2 times in a row)" in second
    assert bench.metrics.registry.get_sample_value("okrsync_runs_total", {"result": "locked"}) == 2
    assert bench.metrics.registry.get_sample_value("okrsync_runs_total", {"result": "ok"}) == 1


def test_two_runs_are_never_at_work_at_once(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    config = bench.write(PLAIN + '[sources.team.write]\ncolumns = {progress = "Progress"}\n')
    with run_lock(config.state, "sync"):
        code = watch(config, once=True)
    assert code == 11
    assert (bench.folder / "a.csv").read_text() == OKRS
    assert watch(config, once=True) == 0
    assert "50%" in (bench.folder / "a.csv").read_text()


def test_a_changed_configuration_is_followed(bench: Bench) -> None:
    bench.at_nap[10] = lambda: bench.write(
        '[watch]\nevery = "2 hours"\n'
        + PLAIN.replace("\n[s", "\n\n[s", 1).replace("timezone", "#", 1)
    )
    bench.start(PLAIN, 2 * NAPS_AN_HOUR)
    told = bench.said("config reloaded")
    assert told == [
        (
            "the configuration was read again (it changed); okrsync watches 1 source every 2 hours,"
            " the next run comes at 2026-11-24 08:00"
        )
    ]
    assert bench.runs == [
        "07:00",
    ]


def test_a_changed_mapping_is_followed_and_a_broken_one_is_not(bench: Bench) -> None:
    mapping = bench.folder / "m.toml"
    mapping.write_text('[columns]\ncurrent = "Now"\n', encoding="utf-8")
    seen: list[object] = []

    def run(config: Config, *, mappings: Any, **_: Any) -> Plan:
        seen.append(mappings["team"].names("current"))
        return Plan((), run="2026-11-24-1")

    bench.at_nap[5] = lambda: mapping.write_text(
        '[columns]\ncurrent = "Currently"\n', encoding="utf-8"
    )
    bench.at_nap[1000] = lambda: mapping.write_text(
        '[columns]\ncurent = "Broken"\n', encoding="utf-8"
    )
    bench.start(PLAIN + 'mapping = "m.toml"\n', NAPS_AN_HOUR + 10, run)
    assert seen == [("Now",), ("Currently",), ("Currently",)]
    (line,) = bench.said("config not reloaded")
    assert line.startswith("the new configuration cannot be used, the old one stays in force: ")
    assert "m.toml:2: columns.curent" in line
    assert "did you mean 'current'?" in line


def test_a_broken_configuration_keeps_the_old_one_and_says_what_is_wrong_once(bench: Bench) -> None:
    bench.at_nap[10] = lambda: bench.path.write_text("cycl = 1\nx = 2\n" + PLAIN, encoding="utf-8")
    bench.start(PLAIN, NAPS_AN_HOUR + 10)
    (line,) = bench.said("config not reloaded")
    assert line.endswith("okrsync.toml:1: cycl: unknown key; did you mean 'cycle'? (and 1 more).")
    assert bench.runs == ["07:00", "07:30", "08:00"]
    bench.at_nap = {bench.naps + 10: lambda: bench.write(PLAIN)}


def test_a_file_that_is_still_being_written_is_left_alone_until_it_rests(bench: Bench) -> None:
    for nap in range(10, 20):
        bench.at_nap[nap] = lambda nap=nap: bench.path.write_text(
            "[sour" + " " * nap, encoding="utf-8"
        )  # type: ignore[misc]
    bench.at_nap[20] = lambda: bench.path.write_text(PLAIN + "# done\n", encoding="utf-8")
    bench.start(PLAIN, 100)
    assert bench.said("config not reloaded") == []
    assert len(bench.said("config reloaded")) == 1


def test_sighup_has_the_configuration_read_at_once(bench: Bench) -> None:
    bench.at_nap[10] = lambda: bench.signals.hear(signal.SIGHUP)
    bench.start(PLAIN, 20)
    (line,) = bench.said("config reloaded")
    assert "(SIGHUP)" in line


def test_real_signals_are_heard_and_given_back(bench: Bench) -> None:
    config, before = bench.write(PLAIN), signal.getsignal(signal.SIGTERM)

    def told_to_stop(_: Config, should_stop: Callable[[], bool], **__: Any) -> Plan:
        assert not should_stop()
        signal.raise_signal(signal.SIGTERM)
        assert should_stop()
        return Plan((), run="2026-11-24-1")

    assert watch(config, run=told_to_stop) == 0
    assert signal.getsignal(signal.SIGTERM) is before

    def interrupted(_: Config, **__: Any) -> Plan:
        signal.raise_signal(signal.SIGINT)
        return Plan((), run="2026-11-24-2")

    assert watch(config, run=interrupted) == 130
    assert bench.said("watch ends")[1].startswith(
        "okrsync stopped watching: received SIGINT; 1 run"
    )


def test_a_watch_that_breaks_says_why_it_ends(bench: Bench) -> None:
    def breaks() -> None:
        raise RuntimeError("what a cell says")

    bench.at_nap[3] = breaks
    assert bench.start(PLAIN, 10) == 1
    ended = bench.events[-1]
    assert ended["message"].startswith(
        "okrsync stopped watching: RuntimeError, which should not have happened"
    )
    assert (ended["level"], ended["exit_code"], ended["error"]) == ("error", 1, "RuntimeError")
    assert "what a cell says" not in json.dumps(bench.events)


def test_a_second_signal_is_heard_while_the_main_thread_waits_for_an_answer() -> None:
    answer, main = threading.Lock(), threading.get_ident()
    answer.acquire()

    def waits() -> bool:
        return answer.acquire(timeout=10)

    def gets_what_was_sent_to_the_process() -> None:
        while sys._current_frames()[main].f_code.co_name != "waits":
            pass
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    with Signals(60.0, lambda *_: answer.release()):
        signal.raise_signal(signal.SIGTERM)
        other = threading.Thread(target=gets_what_was_sent_to_the_process)
        other.start()
        assert waits()
        other.join()


def test_a_second_signal_leaves_at_once() -> None:
    left: list[tuple[int, str]] = []
    with Signals(60.0, lambda code, why: left.append((code, why))) as signals:
        signals.hear(signal.SIGTERM)
        signals.hear(signal.SIGTERM)
    assert left[0][0] == 130
    assert left[0][1].startswith(
        "SIGTERM came a second time: okrsync stops at once; what it had started is in the journal"
    )


def test_beyond_the_stated_time_it_leaves_all_the_same_and_says_so() -> None:
    left: list[tuple[int, str]] = []
    gone = threading.Event()

    def leave(code: int, why: str) -> None:
        left.append((code, why))
        gone.set()

    with Signals(0.0, leave) as signals:
        signals.hear(signal.SIGTERM)
        assert gone.wait(10)
    assert left[0][0] == 130
    assert "did not end within no seconds (watch.stop_within)" in left[0][1]


def test_told_to_stop_a_run_leaves_the_other_sources_for_the_next_one(tmp_path: Path) -> None:
    sources = "".join(
        f'[sources.{name}]\nconnector = "workbook"\npath ='
        f' "{name}.csv"\n[sources.{name}.write]\ncolumns = {{progress = "Progress"}}\n'
        for name in ("a", "b", "c")
    )
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text(OKRS, encoding="utf-8")
    (tmp_path / "okrsync.toml").write_text(sources, encoding="utf-8")
    config = load(tmp_path / "okrsync.toml")
    steps: list[str] = []
    done = sync(config, say=steps.append, should_stop=lambda: "writing a" in steps)
    assert [(part.state, part.error) for part in done.sources] == [
        ("ok", None),
        ("failed", LEFT),
        ("failed", LEFT),
    ]
    assert ["50%" in (tmp_path / f"{name}.csv").read_text() for name in ("a", "b", "c")] == [
        True,
        False,
        False,
    ]
    again = sync(config)
    assert [len(part.changes) for part in again.sources] == [0, 1, 1]
    assert all(
        part.failing is None for part in again.sources
    )  # what was merely left has not failed


def test_told_to_stop_while_reading_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(OKRS, encoding="utf-8")
    (tmp_path / "okrsync.toml").write_text(
        PLAIN + '[sources.team.write]\ncolumns = {progress = "Progress"}\n', encoding="utf-8"
    )
    done = sync(load(tmp_path / "okrsync.toml"), should_stop=lambda: True)
    assert done.sources[0].error == LEFT
    assert (tmp_path / "a.csv").read_text() == OKRS


def test_since_when_a_source_fails_is_remembered_from_run_to_run(tmp_path: Path) -> None:
    (tmp_path / "okrsync.toml").write_text(PLAIN, encoding="utf-8")
    config = load(tmp_path / "okrsync.toml")
    with time_machine.travel(datetime(2026, 11, 20, 5, 30, tzinfo=UTC), tick=False) as clock:
        first = sync(config).sources[0].failing
        clock.shift(timedelta(days=1))
        second = sync(config).sources[0].failing
        (tmp_path / "a.csv").write_text(OKRS, encoding="utf-8")
        healed, after = sync(config).sources[0], sync(config).sources[0]
    start = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
    assert (first, second) == (Failing(start, 1), Failing(start, 2))
    assert (healed.state, healed.failing, after.failing) == ("ok", Failing(start, 2), None)


def test_a_missed_time_of_day_is_made_up_for_after_a_restart(bench: Bench) -> None:
    config = bench.write(PLAIN + '[watch]\nat = ["06:30"]\n')
    with Store.open(config.state) as state:
        Journal(state).begin(
            "sync",
            as_of=datetime(2026, 11, 23).date(),
            now=datetime(2026, 11, 23, 5, 30, tzinfo=UTC),
        )
    bench.start(bench.path.read_text(), 10)
    assert bench.runs == ["07:00"]


class Ear:
    """A small healthchecks: keeps what it hears."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[tuple[str, str]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                ear.heard.append((self.path, self.rfile.read(length).decode()))
                self.send_response(ear.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        class Server(HTTPServer):
            def handle_error(self, *_: object) -> None:
                """Whoever goes away in the middle is meant to."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/b5f1-c0de"
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    found = Ear()
    monkeypatch.setenv("HEALTHCHECK_URL", found.url)
    yield found
    found.close()


HEARD = PLAIN + '[watch]\nheartbeat = {env = "HEALTHCHECK_URL"}\n'


def test_the_heartbeat_says_start_and_success(bench: Bench, ear: Ear) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    assert watch(bench.write(HEARD), once=True) == 0
    (start, run), (success, reason) = ear.heard
    assert (start, success) == ("/ping/b5f1-c0de/start", "/ping/b5f1-c0de")
    assert (run, reason) == ("run 2026-11-24-1", "run 2026-11-24-1: no changes written")


def test_the_heartbeat_says_fail_with_the_exit_code_and_one_line_of_reason(
    bench: Bench, ear: Ear
) -> None:
    assert watch(bench.write(HEARD), once=True) == 1
    path, reason = ear.heard[-1]
    assert path == "/ping/b5f1-c0de/fail"
    assert reason.startswith(
        "exit code 1: run 2026-11-24-1: no changes written, 1 of 1 source failed (team); team: "
    )
    assert "there is no such file (for the first time)" in reason
    assert len(reason.splitlines()) == 1


def test_a_time_left_out_because_of_the_lock_sends_no_heartbeat(bench: Bench, ear: Ear) -> None:
    config = bench.write(HEARD)
    with run_lock(config.state, "sync"):
        assert watch(config, once=True) == 11
    assert ear.heard == []


def test_a_run_told_to_stop_is_no_failure_to_the_heartbeat(bench: Bench, ear: Ear) -> None:
    def stopped(_: Config, begun: Callable[[str], None], **__: Any) -> Plan:
        begun("2026-11-24-1")
        return Plan((SourcePlan("team", "failed", error=LEFT),), run="2026-11-24-1", exit_code=1)

    watch(bench.write(HEARD), once=True, run=stopped)
    assert [path for path, _ in ear.heard] == ["/ping/b5f1-c0de/start"]
    assert [
        event["level"]
        for event in bench.events
        if event["event"] in ("source left", "run finished")
    ] == [
        "info",
        "warning",
    ]


def test_a_heartbeat_nobody_hears_fails_no_run_and_tells_no_address(
    bench: Bench, ear: Ear, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    config = bench.write(HEARD)
    ear.status = 404
    assert watch(config, once=True) == 0
    assert "it answered 404" in bench.said("heartbeat failed")[0]
    ear.server.server_close()
    assert watch(config, once=True) == 0
    assert (
        bench.said("heartbeat failed")[-1]
        == "the heartbeat could not be sent: it cannot be reached; the run goes on"
    )
    assert "b5f1-c0de" not in log.getvalue()
    # Attempts are logged, too: on standard output a library would speak past us.
    assert "stamina.retry_scheduled" in log.getvalue()
    assert "retry" not in capsys.readouterr().out


def test_a_certificate_nobody_vouches_for_is_not_accepted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), day, datetime(2027, 1, 1)
    )
    whole = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    whole += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (bench.folder / "cert.pem").write_bytes(whole)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bench.folder / "cert.pem")
    ear = Ear(context)
    try:
        monkeypatch.setenv("HEALTHCHECK_URL", ear.url.replace("http:", "https:"))
        (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
        assert watch(bench.write(HEARD), once=True) == 0
    finally:
        ear.close()
    assert ear.heard == []
    assert bench.said("heartbeat failed")[0].endswith(
        "could not be sent: its certificate was not accepted; the run goes on"
    )


def test_a_mapping_that_breaks_is_heard_of_where_there_is_one_run_only(
    bench: Bench, ear: Ear
) -> None:
    (bench.folder / "m.toml").write_text('layuot = "flat"\n', encoding="utf-8")
    assert (
        watch(bench.write(HEARD.replace("[watch]", 'mapping = "m.toml"\n[watch]')), once=True) == 2
    )
    start, heard = ear.heard
    assert start[0].endswith("/start")
    assert heard[0].endswith("/fail")
    assert "m.toml:1: layuot: unknown key" in heard[1]


@pytest.mark.parametrize(
    "broken",
    [
        HEARD.replace('path = "a.csv"', 'pth = "a.csv"'),
        HEARD.replace('path = "a.csv"', 'path = "a.csv'),
    ],
)
def test_a_configuration_that_cannot_be_used_is_heard_of(
    bench: Bench, ear: Ear, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bench.folder)
    bench.path.write_text(broken + 'metrics_file = "okrsync.prom"\n', encoding="utf-8")
    assert cli_run(okrsync, ["watch", "--once"]) == 2
    (start, _), (fail, reason) = ear.heard
    assert (start, fail) == ("/ping/b5f1-c0de/start", "/ping/b5f1-c0de/fail")
    assert reason.startswith("exit code 2: okrsync.toml:")
    assert "sources.team.path: is missing" in reason or "okrsync.toml:4:" in reason
    written = samples((bench.folder / "okrsync.prom").read_text())
    assert written["okrsync_last_run_exit_code", ""] == 2
    assert written["okrsync_runs_total", "config"] == 1


def test_a_missing_secret_is_heard_of_with_its_source(
    bench: Bench, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    notion = (
        '[sources.company]\nconnector = "notion"\ntoken = {env = "NO_SUCH_TOKEN"}\n'
        'database = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"\n'
    )
    assert watch(bench.write(HEARD + notion), once=True) == 3
    path, reason = ear.heard[-1]
    assert path.endswith("/fail")
    assert "1 of 2 sources failed (company)" in reason
    assert "NO_SUCH_TOKEN is not set" in reason


def test_a_missing_heartbeat_address_costs_the_heartbeat_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEALTHCHECK_URL", raising=False)
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    assert watch(bench.write(HEARD), once=True) == 0
    assert "HEALTHCHECK_URL is not set" in bench.said("heartbeat missing")[0]


def test_a_secret_that_was_missing_is_asked_for_again_before_each_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LATE_TOKEN", raising=False)
    notion = (
        '[sources.company]\nconnector = "notion"\ntoken = {env = "LATE_TOKEN"}\n'
        'database = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"\n'
    )
    missing: list[int] = []

    def run(config: Config, **_: Any) -> Plan:
        missing.append(len(config.missing_secrets))
        monkeypatch.setenv("LATE_TOKEN", "secret-of-later")
        return Plan((SourcePlan("team", "ok"),), run="2026-11-24-1")

    bench.start(PLAIN + notion + '[watch]\nevery = "1 minute"\n', naps=70, run=run)
    assert missing[:2] == [1, 0]


def test_the_metrics_tell_how_the_okrs_stand(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(
        "Objective,Key result,Start,Current,Target\nGrow,Sign-ups,0,50,100\n,Sales,0,100,100\n"
        "Keep,Churn,,,\n",
        encoding="utf-8",
    )
    gone = '[sources.gone]\nconnector = "workbook"\npath = "gone.csv"\n'
    config = bench.write(PLAIN + gone + '[watch]\nmetrics_file = "okrsync.prom"\n')
    assert watch(config, once=True) == 3
    metrics = samples((bench.folder / "okrsync.prom").read_text())
    assert metrics["okrsync_progress", "team"] == 0.75
    by_status = {
        labels.split(",")[1]: value
        for (name, labels), value in metrics.items()
        if name == "okrsync_key_results"
    }
    assert by_status["achieved"] == 1
    assert by_status["missed"] == 0
    assert sum(by_status.values()) == 3
    # Of a source that nobody knows there is no number, and never 0.
    assert ("okrsync_progress", "gone") not in metrics
    assert not [
        labels for name, labels in metrics if name == "okrsync_key_results" and "gone" in labels
    ]


def samples(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_metrics_file_says_how_the_run_and_each_source_fared(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    gone = '[sources.gone]\nconnector = "workbook"\npath = "gone.csv"\n'
    text = PLAIN + '[sources.team.write]\ncolumns = {progress = "Progress"}\n' + gone
    config = bench.write(text + '[watch]\nmetrics_file = "out/okrsync.prom"\n')
    assert watch(config, once=True) == 3
    found = samples((bench.folder / "out" / "okrsync.prom").read_text())
    now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC).timestamp()
    assert found["okrsync_last_run_timestamp_seconds", ""] == now
    assert found["okrsync_last_success_timestamp_seconds", ""] == 0
    assert found["okrsync_last_run_exit_code", ""] == 3
    assert found["okrsync_runs_total", "partial"] == 1
    assert found["okrsync_source_state", "team,ok"] == 1
    assert found["okrsync_source_state", "gone,failed"] == 1
    assert found["okrsync_source_state", "gone,ok"] == 0
    assert found["okrsync_source_changes", "team"] == 1
    assert found["okrsync_source_calls", "write,team"] == 1
    assert found["okrsync_source_retries", "team"] == 0
    assert found["okrsync_source_age_seconds", "team"] == 0
    assert found["okrsync_source_failing_runs", "gone"] == 1
    assert ("okrsync_source_age_seconds", "gone") not in found
    assert all(name.startswith("okrsync_") for name, _ in found)


def test_totals_go_on_from_one_process_to_the_next(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    config = bench.write(PLAIN + '[watch]\nmetrics_file = "okrsync.prom"\n')
    watch(config, once=True)
    bench.clock.shift(3600)
    (bench.folder / "a.csv").unlink()
    watch(config, once=True)
    found = samples((bench.folder / "okrsync.prom").read_text())
    assert (found["okrsync_runs_total", "ok"], found["okrsync_runs_total", "failed"]) == (1, 1)
    assert (
        found["okrsync_last_success_timestamp_seconds", ""]
        == datetime(2026, 11, 24, 6, 0, tzinfo=UTC).timestamp()
    )
    assert found["okrsync_source_age_seconds", "team"] == 3600


def test_nobody_ever_reads_half_a_metrics_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.folder / "okrsync.prom"
    seen: list[str] = []
    rename = os.rename

    def looked_at(source: str, target: str) -> None:
        seen.append(path.read_text() if path.exists() else "")
        rename(source, target)

    monkeypatch.setattr(os, "rename", looked_at)
    metrics = Metrics()
    metrics.write(path)
    whole = path.read_text()
    metrics.record("ok", 0, 1.0)
    metrics.write(path)
    assert seen == ["", whole]
    assert [one.name for one in bench.folder.iterdir()] == ["okrsync.prom"]


def test_a_metrics_file_that_cannot_be_written_or_read_fails_no_run(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    (bench.folder / "taken").mkdir()
    assert watch(bench.write(PLAIN + '[watch]\nmetrics_file = "taken"\n'), once=True) == 0
    assert (
        "Name a writable file under watch.metrics_file" in bench.said("metrics file unwritten")[0]
    )


def test_a_source_that_left_the_configuration_leaves_the_metrics() -> None:
    metrics = Metrics()
    metrics.record("ok", 0, 1.0, Plan((SourcePlan("a", "ok"), SourcePlan("b", "ok"))))
    metrics.record("ok", 0, 1.0, Plan((SourcePlan("a", "ok"),)))
    assert (
        metrics.registry.get_sample_value("okrsync_source_state", {"source": "b", "state": "ok"})
        is None
    )
    assert (
        metrics.registry.get_sample_value("okrsync_source_state", {"source": "a", "state": "ok"})
        == 1
    )


def test_metrics_and_health_are_served_on_loopback(bench: Bench) -> None:
    answers: dict[str, tuple[int, str]] = {}

    def ask(path: str) -> tuple[int, str]:
        assert bench.watch._serving is not None
        try:
            with urlopen(f"http://127.0.0.1:{bench.watch._serving.port}{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def look() -> None:
        answers.update({path: ask(path) for path in ("/metrics", "/healthz", "/elsewhere")})

    def look_late() -> None:
        bench.clock.shift(timedelta(hours=4))
        answers["late"] = ask("/healthz")

    bench.at_nap = {3: look, 5: look_late}
    bench.start(PLAIN + '[watch]\nlisten = "127.0.0.1:0"\n', 5)
    assert answers["/metrics"][0] == 200
    assert samples(answers["/metrics"][1])["okrsync_runs_total", "ok"] == 1
    assert answers["/healthz"] == (
        200,
        "ok: the last run that went through ended at 2026-11-24 07:00; 1:30:00 are allowed\n",
    )
    assert answers["/elsewhere"][0] == 404
    assert answers["late"][0] == 503
    assert answers["late"][1].startswith(
        "unhealthy: the last run that went through ended at 2026-11-24 07:00"
    )


def test_the_report_is_served_with_a_mark_of_its_version(bench: Bench) -> None:
    answers: dict[str, tuple[int, str, Message]] = {}

    def ask(**headers: str) -> tuple[int, str, Message]:
        assert bench.watch._serving is not None
        request = Request(f"http://127.0.0.1:{bench.watch._serving.port}/", headers=headers)
        try:
            with urlopen(request) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers

    def look() -> None:
        answers["first"] = ask()
        answers["again"] = ask(**{"If-None-Match": f'"other", W/{answers["first"][2]["ETag"]}'})

    def edit() -> None:
        (bench.folder / "a.csv").write_text(OKRS.replace("50", "70"), encoding="utf-8")
        bench.clock.shift(timedelta(hours=1))

    def look_later() -> None:
        answers["changed"] = ask(**{"If-None-Match": answers["first"][2]["ETag"] or ""})

    (bench.folder / "a.csv").write_text(OKRS, encoding="utf-8")
    bench.at_nap = {1: lambda: answers.update(before=ask()), 3: look, 4: edit, 8: look_later}
    bench.start(PLAIN + '[watch]\nlisten = "127.0.0.1:0"\n', 9, run=sync)
    assert answers["first"][0] == 200
    assert answers["first"][2]["Content-Type"] == "text/html; charset=utf-8"
    assert "Sign-ups" in answers["first"][1]
    assert answers["again"][:2] == (304, "")
    assert answers["changed"][0] == 200
    assert "70\u00a0%" in answers["changed"][1]
    assert bench.said("page not made") == []


def test_before_the_first_run_there_is_no_report_and_one_that_fails_leaves_the_last() -> None:
    page = ServedPage()
    assert page.answer("")[0] == "503 Service Unavailable"

    def fail() -> Overview:
        raise ValueError("x")

    page.update(fail)
    assert page.answer("")[0] == "503 Service Unavailable"
