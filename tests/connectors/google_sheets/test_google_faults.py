"""Whole runs over a Google Sheet with one thing going wrong. All of the faults at all of the calls
are `benchmarks/google_faults.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import time_machine

from google_faults import (
    FAULTS,
    FORMS,
    JOBS,
    End,
    Form,
    Job,
    differences,
    end_of,
)
from google_team import WANTED, Team
from grids import in_turns
from okrsync.config import load
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

_CALLS: Mapping[Form, Mapping[Job, int]] = {
    "small": {"first": 11, "notes": 9, "later": 9, "close": 7},
    "large": {"first": 12, "notes": 10, "later": 9, "close": 7},
}

_TURN: Mapping[Form, int] = {"small": 0, "large": 4}
"""Of eight faults in a row the one that is tried: over all jobs, each fault once."""


@cache
def undisturbed(job: Job, form: Form) -> End:
    """How a job ends when nothing goes wrong."""
    with TemporaryDirectory() as folder:
        return end_of(Path(folder), job, None, form=form)


@pytest.mark.parametrize(("job", "form"), in_turns(JOBS, list(FORMS)))
def test_a_run_without_faults_leaves_nothing_to_write(job: Job, form: Form) -> None:
    end = undisturbed(job, form)
    assert (end.is_through, end.writes, end.open_entries) == (True, 0, 0)
    assert {"OKR summary", "Weekly review", "OKR history"} < set(end.everything["tabs"])
    assert end.calls == _CALLS[form][job]


@pytest.mark.parametrize(
    ("form", "job", "fault", "number", "lasts"),
    [
        # Each kind of fault meets another call of each job than the one before it.
        pytest.param(
            form,
            job,
            fault,
            1 + (place * 3 + turn * 5) % _CALLS[form][job],
            bool((place + turn) % 2) and "delay" not in fault,
            id=f"{form} {job} {fault}",
            # All jobs together meet each fault in one of both forms.
            marks=() if (place + turn) % 16 == _TURN[form] else pytest.mark.trial,
        )
        for form in FORMS
        for turn, job in enumerate(JOBS)
        for place, fault in enumerate(FAULTS)
        if (place + turn) % 8 == _TURN[form]
    ],
)
def test_whatever_fails_the_spreadsheet_ends_the_same(
    tmp_path: Path, form: Form, job: Job, fault: Mapping[str, Any], number: int, lasts: bool
) -> None:
    end = end_of(tmp_path, job, fault, number, lasts=lasts, form=form)
    assert not list(differences(end, undisturbed(job, form), fault))


def late(team: Team, write: int) -> None:
    """Have Google carry out a write only after okrsync has given up waiting for the answer."""
    seen = [0]

    def is_it(call: Call) -> bool:
        seen[0] += call.kind == "write"
        return call.kind == "write" and seen[0] == write

    team.google.traffic.fail(Fault(is_it, delay=1.0))


def impatient(team: Team) -> None:
    path = team.folder / "okrsync.toml"
    text = path.read_text(encoding="utf-8").replace("timeout_seconds = 2", "timeout_seconds = 0.5")
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        made = Team(sandbox, tmp_path)
        made.write_config("", 'history = "History"')
        yield made


def settled(team: Team) -> None:
    """Wait until a late write has been carried out, or refused."""
    for _ in range(100):
        if all(call.status is not None for call in team.google.traffic.calls):
            return
        time.sleep(0.1)


@pytest.mark.parametrize("write", [1, 2])
def test_a_write_that_google_carries_out_late_makes_nothing_twice(team: Team, write: int) -> None:
    impatient(team)
    late(team, write)
    team.run()
    settled(team)
    assert team.grid()[0].count("Progress") == 1
    assert len(team.grid("History")) == 1 + 5
    team.google.traffic.forget()
    assert team.one().changes == ()
    assert team.google.traffic.count("write") == 0


def test_a_column_that_is_removed_late_takes_no_other_with_it(team: Team) -> None:
    before = team.grid()
    run = team.run().run
    for row, value in enumerate(["Mood", "good", "fine", "bad"], start=1):
        team.anna.put(team.file_id, "Q4", f"I{row}", value)
    impatient(team)
    late(team, 1)
    undo(load(team.folder / "okrsync.toml"), run or "")
    settled(team)
    moods = ["Mood", "good", "fine", "bad"]
    assert team.grid() == [[*row, mood] for row, mood in zip(before, moods, strict=True)]


def test_the_mark_of_a_late_batch_goes_with_a_later_write(team: Team) -> None:
    impatient(team)
    late(team, 1)
    team.run()
    settled(team)

    def marks() -> int:
        return sum(
            mark["metadataValue"] == "batch" for mark in team.anna.book(team.file_id).metadata
        )

    assert marks() == 1
    for hours, left in ((0, 1), (2, 0)):
        team.anna.put(team.file_id, "Q4", "D2", 60 + hours)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
            assert team.one().error is None
        assert marks() == left


def test_what_is_typed_into_a_column_while_undo_removes_it_stays(team: Team) -> None:
    run = team.run().run or ""
    traffic = team.google.traffic
    traffic.before("write", 1, lambda: team.anna.put(team.file_id, "Q4", "H9", "my own words"))
    done = undo(load(team.folder / "okrsync.toml"), run).sources[0]
    assert ["the column is in use" in conflict.reason for conflict in done.conflicts] == [True]
    assert team.grid()[8][-1] == "my own words"
    columns = team.anna.tab(team.file_id, "Q4").column_info
    assert not any(info.get("hiddenByUser") for info in columns.values())
    # The other column went, and this one holds nothing of okrsync's but its name.
    assert [row[6:] for row in team.grid()[:4]] == [["Status"], [], [], []]


def test_what_is_typed_into_the_summary_while_undo_deletes_it_stays(team: Team) -> None:
    team.write_config("", 'summary = "Summary"')
    run = team.run().run or ""

    def edit(call: Call) -> bool:
        if "updateSheetProperties" in call.updates and not seen:
            seen.append(call)
            with team.google.traffic.at_rest():
                team.anna.put(team.file_id, "Summary", "L3", "my own words")
        return False

    seen: list[Call] = []
    team.google.traffic.faults.insert(0, Fault(edit))
    done = undo(load(team.folder / "okrsync.toml"), run).sources[0]
    assert ["beside the summary" in conflict.reason for conflict in done.conflicts] == [True]
    tab = team.anna.tab(team.file_id, "Summary")
    assert not tab.is_hidden
    assert tab.cell(2, 11).value == "my own words"
    assert team.grid()[0] == ["Objective", "Key result", "Start", "Current", "Target", "Owner"]


def test_values_that_a_broken_run_left_beside_other_rows_are_its_own_and_no_guard_stops_the_next(
    team: Team,
) -> None:
    config = team.folder / "okrsync.toml"
    text = config.read_text(encoding="utf-8").replace("give_up_seconds = 20", "give_up_seconds = 1")
    config.write_text(text, encoding="utf-8")
    traffic = team.google.traffic
    # Somebody inserts a row just before the write; from then on no answer is one of Google's, so
    # nothing can be put right.
    traffic.before("write", 1, lambda: team.anna.insert_rows(team.file_id, "Q4", 2))
    begun: list[Call] = []

    def from_the_write_on(call: Call) -> bool:
        if call.kind == "write":
            begun.append(call)
        return bool(begun)

    traffic.fail(Fault(from_the_write_on, times=1000, body=b"{}"))
    assert team.one().error is not None
    traffic.faults.clear()
    strayed = team.beside("Progress")
    assert strayed != WANTED

    repaired = team.run()
    (done,) = repaired.sources
    assert (done.state, done.refusals, done.error) == ("ok", (), None)
    assert team.beside("Progress") == WANTED
    assert set(team.beside("Status")) == set(WANTED)
    traffic.forget()
    assert team.one().changes == ()
    assert traffic.count("write") == 0
    with Store.open(team.folder / "okrsync.db") as state:
        assert Journal(state).unsettled() == []
    # Undo of the repair puts back what stood there before it.
    (undone,) = undo(load(config), repaired.run or "").sources
    assert undone.conflicts == ()
    assert team.beside("Progress") == strayed
