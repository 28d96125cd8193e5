"""No edit is missed whenever it comes, and what okrsync wrote itself is read again once at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path

import pytest

from grids import in_part, in_turns
from notion_bench import NotionBench
from okrsync.connector import Batch, CellWrite, ColumnRef, State, column_ref, row_ref
from okrsync.model.table import Snapshot
from okrsync_notion.edit_times import AnswerTime, edits_since

COUNT = 150
"""More rows than one answer holds."""
SECONDS = (0, 14, 29, 44, 59)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[NotionBench]:
    """150 rows that were made days ago."""
    made = NotionBench(tmp_path)
    made.wait(-(made.notion.clock() % 3600))
    for number in range(COUNT):
        made.wait(60)
        made.ada.new_row(made.source, {"Objective": f"O{number}", "Progress": "old"})
    made.wait(3 * 86_400)
    yield made
    made.close()


def at_second(bench: NotionBench, second: int) -> None:
    """Let the next minute come, up to a second of it."""
    bench.wait(60 - bench.notion.clock() % 60 + second)


def texts(snapshot: Snapshot, name: str) -> list[str]:
    (table,) = snapshot.tables
    assert table.header is not None
    column = table.header.index(name)
    return [str(row.value(column) or "") for row in table.rows]


def write(bench: NotionBench, text: str, count: int = COUNT) -> int:
    """Read, and write a text into so many rows, the newest first; how many were written."""
    connector = bench.connector()
    snapshot = connector.read()
    (table,) = snapshot.tables
    assert table.header is not None
    column = table.header.index("Progress")
    cells = [
        CellWrite(
            f"c{row.number}",
            table.key,
            row_ref(row, {"title": column_ref(table, table.header.index("Objective"), None)}),
            ColumnRef(column, "Progress"),
            row.value(column),
            text,
        )
        for row in reversed(table.rows[-count:])
    ]
    outcomes = connector.write(Batch(snapshot, tuple(cells))).outcomes
    return sum(outcome.state is State.WRITTEN for outcome in outcomes.values())


def rows_read(bench: NotionBench) -> int:
    """How many bytes of rows the next read takes, in rows of the largest kind at least."""
    start = len(bench.notion.traffic.calls)
    bench.connector().read()
    return sum(call.answered for call in bench.notion.traffic.calls[start:]) // 1_500


MINUTE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_edit", "asked_after", "since"),
    [
        # Seconds after ten o'clock of the last known edit, of the query, and of the answer here.
        (0, 1800, 60),
        (0, 200, 60),
        (0, 120, 60),
        (0, 119, 0),
        (0, 61, 0),
        (0, 59, -60),
        (0, 20, -60),
        (-600, 20, -540),
        (0, None, -120),
    ],
)
def test_from_when_on_edits_may_be_unknown(
    last_edit: int, asked_after: int | None, since: int
) -> None:
    edits = [
        (MINUTE + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for seconds in (-86_400, last_edit)
    ]
    asked = None
    if asked_after is not None:
        moment = MINUTE + timedelta(seconds=asked_after)
        asked = AnswerTime(moment, moment + timedelta(seconds=1))
    assert edits_since(edits, asked) == MINUTE + timedelta(seconds=since)


@pytest.mark.parametrize(("second", "later"), in_turns(SECONDS, [0, 1, 20, 90]))
def test_an_edit_right_after_a_read_is_read_in_the_next_run(
    bench: NotionBench, second: int, later: int
) -> None:
    assert write(bench, "new", 3) == 3
    bench.wait(1800)
    at_second(bench, second)
    first, other = bench.ada.rows(bench.source)[:2]
    bench.ada.edit(first, {"Key result": "before the read"})
    bench.connector().read()
    bench.wait(later)
    bench.ada.edit(first, {"Key result": "after the read"})
    bench.ada.edit(other, {"Key result": "another"})
    bench.wait(1800)
    assert {"after the read", "another"} <= set(texts(bench.connector().read(), "Key result"))


@pytest.mark.parametrize("second", in_part(SECONDS, every=3))
def test_an_edit_while_okrsync_writes_is_read_in_the_next_run(
    bench: NotionBench, second: int
) -> None:
    """Of a row that was just written, of one that is written later, and of one that is not."""
    at_second(bench, second)
    rows = bench.ada.rows(bench.source)
    edited = [rows[10], rows[-2], rows[-20]]

    def edit() -> None:
        for page in edited:
            bench.ada.edit(page, {"Key result": "meanwhile"})

    def a_third_of_a_second() -> None:
        bench.wait(1 / 3)

    for number in range(1, 101):
        bench.notion.traffic.after("write", number, a_third_of_a_second)
    bench.notion.traffic.after("write", 60, edit)
    assert write(bench, "new", 100) == 100
    bench.wait(1800)
    for _ in range(2):
        assert texts(bench.connector().read(), "Key result").count("meanwhile") == 3


@pytest.mark.parametrize("second", in_part(SECONDS, every=3))
def test_what_okrsync_wrote_is_read_again_once(bench: NotionBench, second: int) -> None:
    at_second(bench, second)
    assert write(bench, "new") == COUNT
    bench.wait(1800)
    assert rows_read(bench) > COUNT / 2
    for _ in range(2):
        bench.wait(1800)
        assert rows_read(bench) == 0
    bench.ada.edit(bench.ada.rows(bench.source)[5], {"Key result": "seen"})
    assert "seen" in texts(bench.connector().read(), "Key result")


@pytest.mark.parametrize("ahead", [-7200, -90, 90, 7200])
def test_a_date_of_another_clock_counts_for_nothing(
    bench: NotionBench, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway or a stand-in may go by a clock of its own."""

    def date() -> dict[str, str]:
        return {"Date": formatdate(bench.notion.clock() + ahead, usegmt=True)}

    monkeypatch.setattr(bench.notion, "_date", date)
    assert write(bench, "new", 3) == 3
    bench.wait(1800)
    page = bench.ada.rows(bench.source)[7]
    bench.ada.edit(page, {"Key result": "once"})
    bench.connector().read()
    bench.ada.edit(page, {"Key result": "twice"})
    assert "twice" in texts(bench.connector().read(), "Key result")


def test_rows_of_an_earlier_version_are_read_anew(bench: NotionBench) -> None:
    bench.connector().read()
    del bench.memory[f"edits since {bench.source}"]
    again = bench.connector()
    assert len(again.read().tables[0].rows) == COUNT
    assert again.calls.read == 3, "the properties and all rows"
