"""The watch as a process of its own, against the local Google: signals in the middle of a run, and
what is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import forked
from google_bench import GoogleBench
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync_sandbox import Fault
from okrsync_sandbox.traffic import Call

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Current", "Target"],
    ["Grow", "Sign-ups", 50, 100],
]


class Slow:
    """A local Google with two spreadsheets, whose first write does not answer before it may."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bench = GoogleBench(folder)
        self.bench.fill(ROWS)
        self.second = self.bench.anna.new_spreadsheet("More", {"Q4": ROWS})
        self.bench.anna.share(self.second, self.bench.key["client_email"])
        self._numbers = count(1)
        self.all_started: list[forked.Started] = []
        self.writing, self.may_answer = threading.Event(), threading.Event()
        self.bench.google.traffic.fail(Fault(self._waits, times=1, delay=0.001))

    def _waits(self, call: Call) -> bool:
        if call.kind != "write" or call.service != "sheets":
            return False
        self.writing.set()
        assert self.may_answer.wait(60)
        return True

    def start(self, *arguments: str, stop_within: str = "60 seconds") -> forked.Started:
        (self.folder / "key.json").write_text(json.dumps(self.bench.key), encoding="utf-8")
        sources = "".join(
            f'[sources.{name}]\nconnector = "google-sheets"\nspreadsheet = "{file}"\ncredentials ='
            ' {file = "key.json"}\napi_endpoint ='
            f' "{self.bench.sandbox.endpoint}"\n[sources.{name}.write]\ncolumns = {{progress ='
            ' "Progress"}\n'
            for name, file in (("a", self.bench.file_id), ("b", self.second))
        )
        text = (
            f'{sources}[run]\nworkers = 1\n[watch]\nevery = "1 hour"\nstop_within ='
            f' "{stop_within}"\n'
        )
        (self.folder / "okrsync.toml").write_text(text, encoding="utf-8")
        err = self.folder / f"err-{next(self._numbers)}"
        os.mkfifo(err)
        more = {"OKRSYNC_LOG": "json"}
        started = forked.start(self.folder, "watch", *arguments, environment=more, err=err)
        self.err = err.open(encoding="utf-8")
        self.all_started.append(started)
        return started

    def progress(self, file: str) -> object:
        return self.bench.anna.grid(file, "Q4")[1][4:]

    def journal(self) -> tuple[list[tuple[int | None, bool]], list[str | None]]:
        """Exit code of each run and whether it was finished; the state of each entry."""
        with Store.open(self.folder / "okrsync.db", readonly=True) as state:
            runs = Journal(state).runs(10)
            entries = [entry.state for run in runs for entry in Journal(state).entries(run.id)]
        return [(run.exit_code, run.finished is not None) for run in runs], [
            str(one) if one else None for one in entries
        ]


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    made = Slow(tmp_path)
    yield made
    made.may_answer.set()
    for process in made.all_started:
        if process.exit_code is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
    made.bench.close()


def told(slow: Slow, process: forked.Started) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a process, and what it has said."""
    with slow.err as lines:
        events = [json.loads(line) for line in lines]
    return process.wait(), events


def test_sigterm_lets_the_write_in_hand_finish_and_leaves_the_rest_for_the_next_run(
    slow: Slow,
) -> None:
    process = slow.start()
    assert slow.writing.wait(60)
    process.send_signal(signal.SIGTERM)
    slow.may_answer.set()
    code, events = told(slow, process)
    assert code == 0
    assert slow.progress(slow.bench.file_id) == [0.5]
    assert slow.progress(slow.second) == []
    runs, entries = slow.journal()
    assert runs == [(3, True)]
    assert set(entries) == {"written"}
    messages = [str(event["message"]) for event in events]
    assert "b: left for the next run: okrsync was told to stop" in messages
    assert messages[-1].startswith("okrsync stopped watching: received SIGTERM; 1 run in ")
    after = slow.start("--once")
    assert told(slow, after)[0] == 0
    assert slow.progress(slow.second) == [0.5]


def test_a_second_signal_leaves_at_once_and_the_next_run_ends_in_the_same_state(slow: Slow) -> None:
    process = slow.start()
    assert slow.writing.wait(60)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    code, events = told(slow, process)
    assert code == 130
    assert "came a second time: okrsync stops at once" in str(events[-1]["message"])
    assert slow.journal()[0] == [(None, False)]
    slow.may_answer.set()
    after = slow.start("--once")
    assert told(slow, after)[0] == 0
    assert [slow.progress(file) for file in (slow.bench.file_id, slow.second)] == [[0.5], [0.5]]
    assert None not in slow.journal()[1]


def test_beyond_stop_within_it_leaves_all_the_same(slow: Slow) -> None:
    process = slow.start(stop_within="1 second")
    assert slow.writing.wait(60)
    process.send_signal(signal.SIGTERM)
    code, events = told(slow, process)
    assert code == 130
    (heard,) = [str(event["message"]) for event in events if event["event"] == "stopping"]
    assert heard.startswith("SIGTERM was heard: okrsync ends after what it is sending, within 1 s")
    assert "did not end within 1 second (watch.stop_within)" in str(events[-1]["message"])
    slow.may_answer.set()
    after = slow.start("--once")
    assert told(slow, after)[0] == 0
    assert None not in slow.journal()[1]


def test_sighup_ends_nothing(slow: Slow) -> None:
    slow.may_answer.set()
    process = slow.start()
    with slow.err as lines:
        assert any('"run finished"' in line for line in lines)
        process.send_signal(signal.SIGHUP)
        assert any('"config reloaded"' in line for line in lines)
        process.send_signal(signal.SIGINT)
        assert lines.read()
    assert process.wait() == 130
