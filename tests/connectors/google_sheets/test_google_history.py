"""Lines of the history are taken back from a spreadsheet, whatever becomes of the requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from google_bench import GoogleBench
from okrsync.connector import Batch, HistoryWrite, State
from okrsync.testing import fake_time, trimmed
from okrsync_sandbox import Fault

COLUMNS = ("okrsync key", "Day", "Current")
LINES = tuple((f"team:{number}", f"2026-11-0{number}", number) for number in range(1, 5))
WRITE = HistoryWrite("h", "OKR history", COLUMNS, LINES)
OLDER = ("team:0", "2026-10-01", 9)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[GoogleBench]:
    made = GoogleBench(tmp_path)
    made.fill([["Objective", "Key result"], ["Grow", "Sign-ups"]])
    keep(made, replace(WRITE, lines=(OLDER,)))
    keep(made, WRITE)
    yield made
    made.close()


def keep(bench: GoogleBench, write: HistoryWrite) -> State:
    connector = bench.connector()
    return connector.write(Batch(connector.read(), history=write)).outcomes["h"].state


def history(bench: GoogleBench) -> list[list[Any]]:
    return trimmed(bench.anna.grid(bench.file_id, "OKR history"))


def tabs(bench: GoogleBench) -> list[str]:
    return [sheet.title for sheet in bench.anna.book(bench.file_id).sheets]


TROUBLE: list[dict[str, Any]] = [{"drop": "before"}, {"drop": "after"}, {"status": 503}]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("trouble", TROUBLE)
def test_lines_are_taken_back_once_though_an_answer_is_lost(
    bench: GoogleBench, trouble: dict[str, Any], number: int
) -> None:
    first = bench.google.traffic.count("write")
    at = lambda call: call.kind == "write" and call.of_kind >= first + number  # noqa: E731
    bench.google.traffic.fail(Fault(at, **trouble))
    with fake_time():
        assert keep(bench, replace(WRITE, is_removal=True)) is State.WRITTEN
    assert history(bench) == [[*COLUMNS], [*OLDER]]
    assert tabs(bench) == ["Q4", "OKR history"]


@pytest.mark.parametrize("is_used", [False, True])
def test_an_undo_that_was_broken_off_is_finished_by_the_next(
    bench: GoogleBench, *, is_used: bool
) -> None:
    first = bench.google.traffic.count("write")
    after = lambda call: call.kind == "write" and call.of_kind > first + 1  # noqa: E731
    bench.google.traffic.fail(Fault(after, times=10**6, status=500))

    def insert() -> None:
        bench.anna.insert_rows(bench.file_id, "OKR history", 3)
        bench.anna.put(bench.file_id, "OKR history", "A3", "mine")

    if is_used:
        bench.google.traffic.before("write", 1, insert)
    with fake_time():
        assert keep(bench, replace(WRITE, is_removal=True)) is State.FAILED
    assert tabs(bench) == ["Q4", "OKR history", "OKR history (taken back)"]
    # What stands aside is never read as a table of the source.
    assert [table.name for table in bench.connector().read().tables] == ["Q4"]
    bench.google.traffic.faults.clear()
    assert keep(bench, replace(WRITE, is_removal=True)) is State.WRITTEN
    assert [line for line in history(bench) if line] == [
        [*COLUMNS],
        [*OLDER],
        *([["mine"]] if is_used else []),
    ]
    assert tabs(bench) == ["Q4", "OKR history"]


def test_rows_of_people_stay_where_the_history_is_deleted_meanwhile(bench: GoogleBench) -> None:
    def insert() -> None:
        bench.anna.insert_rows(bench.file_id, "OKR history", 3)
        bench.anna.put(bench.file_id, "OKR history", "A3", "mine")

    def delete() -> None:
        bench.anna.delete_tab(bench.file_id, "OKR history")

    bench.google.traffic.before("write", 1, insert)
    bench.google.traffic.after("write", 1, delete)
    keep(bench, replace(WRITE, is_removal=True))
    assert ["mine"] in trimmed(bench.anna.grid(bench.file_id, "OKR history (taken back)"))
