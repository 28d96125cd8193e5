"""The state file keeps what it is told, says what is wrong with it, and is never needed to be right
about a row.
"""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from secrets import token_hex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import key_result, objective, snapshot, table
from build import row as row_of
from okrsync.connector import Batch, CellWrite, Looks, NewColumn, Outcome, Receipt, SummaryWrite
from okrsync.connector import State as Became
from okrsync.connector.summary import Headline, Movement, Summary
from okrsync.model.errors import LockHeld, StateError, UnknownRun
from okrsync.model.okrs import Status
from okrsync.model.source_okrs import Okrs
from okrsync.model.state_address import StateAddress
from okrsync.model.table import CellError, CellValue, ColumnRef, IdentityCell, RowRef, Twins
from okrsync.plan.plan import Change, Plan
from okrsync.state.journal import Journal
from okrsync.state.kept import okrs_from_text, okrs_in_pieces
from okrsync.state.lock import lease_standing, run_lock
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from okrsync.state.values_json import row_from_json, row_to_json, value_from_json, value_to_json
from team import CONFIG, Team, head_of

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SUMMARY = Summary(
    "OKRs",
    "2026-Q4",
    (Headline("Progress", 0.5),),
    (),
    ((Status.ON_TRACK, 1),),
    (),
    (),
    (Movement("a", "A", None, 0.5, None, Status.STALE),),
)


@pytest.fixture
def state(address: StateAddress) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


def batch() -> tuple[Batch, list[Change]]:
    row = row_of(2, "Sign-ups")
    cell = CellWrite(
        "c", "Q4", row, ColumnRef(3, "Progress", 1), None, Decimal("0.37"), Looks.SHARE
    )
    column = NewColumn("n", "Q4", "progress", "Progress", 1, Looks.SHARE)
    changes = [
        Change("n", "Q4!D1", "column", None, "Progress", "new"),
        Change("c", "Q4!D2", "progress", None, Decimal("0.37"), "why", "key-1"),
        Change("s", "OKRs", "summary", None, "new", "why"),
    ]
    return (
        Batch(snapshot(table()), (cell,), (column,), summary=SummaryWrite("s", "OKRs", SUMMARY)),
        changes,
    )


def wrote(*ids: str, state: Became = Became.WRITTEN) -> Receipt:
    return Receipt({id_: Outcome(state) for id_ in ids})


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(CellError, st.text(min_size=1, max_size=8)),
)


@given(cells)
def test_a_value_comes_back_as_it_went_type_and_all(value: CellValue) -> None:
    again = value_from_json(value_to_json(value))
    assert (type(again), again) == (type(value), value)


columns = st.builds(
    ColumnRef, st.integers(0, 9), st.text(max_size=9), st.one_of(st.none(), st.integers(1, 9))
)
twins = st.builds(
    Twins, st.lists(columns, max_size=3).map(tuple), st.text(), st.text(), st.booleans()
)


@given(
    st.integers(1, 9),
    st.lists(st.builds(IdentityCell, st.text(max_size=9), columns, cells), max_size=4),
    st.one_of(st.none(), twins),
)
def test_a_row_comes_back_as_it_went(
    number: int, identity: list[IdentityCell], told_apart: Twins | None
) -> None:
    row = RowRef(number, "anchor", tuple(identity), "label", told_apart)
    assert row_from_json(row_to_json(row)) == row


def test_a_row_of_an_earlier_okrsync_is_known_by_its_values() -> None:
    row = row_from_json('[2, null, [[0, "Grow"], [1, ["float", "7.0"]]], null]')
    assert row == RowRef(
        2,
        None,
        (IdentityCell("", ColumnRef(0, ""), "Grow"), IdentityCell("", ColumnRef(1, ""), 7.0)),
    )


def test_runs_are_numbered_by_day(state: Store) -> None:
    journal = Journal(state)
    ids = [
        journal.begin("sync", as_of=date(2026, 11, 24), now=moment)
        for moment in (NOW, NOW, NOW + timedelta(days=1))
    ]
    assert ids == ["2026-11-24-1", "2026-11-24-2", "2026-11-25-1"]


def test_what_is_meant_is_on_disk_before_anything_else_happens(state: Store) -> None:
    journal = Journal(state)
    run = journal.begin("sync", as_of=NOW.date(), now=NOW)
    wanted, changes = batch()
    journal.intend(run, "growth", wanted, changes)
    with Store.open(state.address, readonly=True) as other:
        entries = Journal(other).unsettled()
    assert [(entry.kind, entry.at, entry.before, entry.after) for entry in entries] == [
        ("column", "Q4!D1", None, "Progress"),
        ("cell", "Q4!D2", None, Decimal("0.37")),
        ("summary", "OKRs", None, None),
    ]
    assert entries[2].after_summary == SUMMARY
    assert entries[1].row == wanted.cells[0].row


def test_settled_entries_tell_our_values_and_columns_from_peoples(state: Store) -> None:
    journal = Journal(state)
    run = journal.begin("sync", as_of=NOW.date(), now=NOW)
    journal.intend(run, "growth", *batch())
    journal.settle(run, "growth", wrote("n", "c", "s"))
    journal.finish(run, Plan(()), now=NOW)
    assert journal.unsettled() == []
    assert journal.last_written("growth") == {("key-1", "progress"): Decimal("0.37")}
    assert journal.owned_headers("growth") == {("Q4", "progress", "Progress")}
    assert journal.last_summary("growth", "OKRs") == SUMMARY
    assert journal.last_written("other") == {}


def test_what_was_not_written_is_nobodys(state: Store) -> None:
    journal = Journal(state)
    run = journal.begin("sync", as_of=NOW.date(), now=NOW)
    journal.intend(run, "growth", *batch())
    journal.settle(run, "growth", wrote("n", "c", "s", state=Became.CONFLICT))
    assert (
        journal.last_written("growth"),
        journal.owned_headers("growth"),
        journal.last_summary("growth", "OKRs"),
    ) == ({}, set(), None)


def test_what_was_withdrawn_is_forgotten(state: Store) -> None:
    journal = Journal(state)
    run = journal.begin("sync", as_of=NOW.date(), now=NOW)
    journal.intend(run, "growth", *batch())
    journal.withdraw(run, "growth")
    assert journal.entries(run) == []


def test_an_unknown_run_names_the_nearest(state: Store) -> None:
    journal = Journal(state)
    with pytest.raises(UnknownRun, match="no run has written"):
        journal.find("last")
    run = journal.begin("sync", as_of=NOW.date(), now=NOW)
    with pytest.raises(UnknownRun) as error:
        journal.find("2026-11-24-9")
    assert run in str(error.value.hint)


def test_a_check_in_is_the_day_a_value_was_last_seen_to_change(state: Store) -> None:
    memory = Memory(state)
    days = [date(2026, 11, day) for day in (1, 8, 15)]
    assert memory.last_changes("growth", {"a": "5", "b": "7"}, days[0]) is None
    memory.remember_seen("growth", {"a": "5", "b": "7"}, {"a": days[0], "b": days[0]})
    assert memory.last_changes("growth", {"a": "6", "b": "7"}, days[1]) == {
        "a": days[1],
        "b": days[0],
    }
    memory.remember_seen("growth", {"a": "6", "b": "7"}, {"a": days[1], "b": days[0]})
    assert memory.last_changes("growth", {"a": "6", "b": "7"}, days[2]) == {
        "a": days[1],
        "b": days[0],
    }


def test_memory_keeps_what_each_source_and_connector_tells_it(state: Store) -> None:
    memory = Memory(state)
    with memory.transaction():
        memory.remember_items("growth", 9)
        memory.keep("growth", lambda: ["text"], NOW)
        memory.remember_warning("growth", "a", "2026-11-02", "late")
        memory.of("growth")["tab"] = {"id": 7}
        memory.of("growth")["none"] = None
    again = Memory(state)
    assert (again.items("growth"), again.items("ops")) == (9, None)
    assert again.last_okrs("growth") == ("text", NOW)
    assert again.warned("growth") == {"a": ("2026-11-02", "late")}
    assert dict(again.of("growth")) == {"tab": {"id": 7}, "none": None}
    assert dict(again.of("ops")) == {}
    again.remember_warning("growth", "a", "", None)
    del again.of("growth")["tab"], again.of("growth")["none"]
    assert (again.warned("growth"), len(again.of("growth"))) == ({}, 0)


def test_a_transaction_keeps_all_or_nothing(state: Store) -> None:
    memory = Memory(state)

    def dies() -> None:
        with memory.transaction():
            memory.remember_items("growth", 9)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        dies()
    assert memory.items("growth") is None


def test_only_its_owner_may_read_the_state(tmp_path: Path) -> None:
    with Store.open(tmp_path / "okrsync.db"):
        assert stat.S_IMODE((tmp_path / "okrsync.db").stat().st_mode) == 0o600


def test_looking_creates_nothing(tmp_path: Path, address: StateAddress) -> None:
    with Store.open(address, readonly=True) as empty:
        assert Journal(empty).runs() == []
        Memory(empty).of("growth")["x"] = 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("readonly", [True, False])
def test_a_state_file_that_is_none_is_refused_with_the_way_out(
    tmp_path: Path, readonly: bool
) -> None:
    (tmp_path / "text.db").write_bytes(b"no database at all, " * 100)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE x (y)")
    other.close()
    later = sqlite3.connect(tmp_path / "later.db")
    later.execute("PRAGMA user_version = 99")
    later.close()
    for name, words in (
        ("text.db", "not a readable state file"),
        ("other.db", "not okrsync's"),
        ("later.db", "later okrsync"),
    ):
        with pytest.raises(StateError, match=words) as error:
            Store.open(tmp_path / name, readonly=readonly)
        assert error.value.hint


def test_looking_leaves_the_file_and_its_folder_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.db"
    with Store.open(path) as state:
        Journal(state).begin("sync", as_of=NOW.date(), now=NOW)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with Store.open(path, readonly=True) as looked:
        assert len(Journal(looked).runs()) == 1
        with pytest.raises(StateError):
            Journal(looked).begin("sync", as_of=NOW.date(), now=NOW)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("readonly", [True, False])
def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path, readonly: bool) -> None:
    with pytest.raises(StateError, match="a folder") as error:
        Store.open(tmp_path, readonly=readonly)
    assert error.value.hint


def test_a_folder_that_is_missing_is_made_and_one_that_cannot_be_is_named(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a" / "b" / "okrsync.db") as state:
        assert state.is_writable
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StateError, match="cannot be used"):
        Store.open(tmp_path / "file" / "okrsync.db")


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_a_full_disk_is_named_and_nothing_is_half_written(state: Store) -> None:
    memory = Memory(state)
    memory.remember_items("growth", 9)
    state.run("PRAGMA max_page_count = 40")

    def remember_much() -> None:
        with memory.transaction():
            memory.remember_items("growth", 10)
            memory.keep("growth", lambda: [token_hex(500_000)], NOW)

    with pytest.raises(StateError, match="the disk is full"):
        remember_much()
    assert (memory.items("growth"), memory.last_okrs("growth")) == (9, None)
    state.run("PRAGMA max_page_count = 10000")
    memory.keep("growth", lambda: ["text"], NOW)
    assert memory.last_okrs("growth") == ("text", NOW)


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_long_texts_are_kept_packed_and_written_only_when_they_change(state: Store) -> None:
    # With letters that have several bytes, and what JSON escapes.
    memory, text = Memory(state), 'Grow "revenue", keep chürn low: 20 €. ' * 50_000
    pieces = [text[start : start + 999] for start in range(0, len(text), 999)]
    memory.keep("growth", lambda: pieces, NOW)

    def stored() -> str:
        ((value,),) = state.rows("SELECT value FROM facts WHERE name = 'kept'")
        return str(value)

    first = stored()
    assert len(first) < len(text) / 50
    changes = _changes(state)
    # How it is cut makes no difference.
    memory.keep("growth", lambda: [text], NOW)
    assert _changes(state) == changes
    assert memory.last_okrs("growth") == (text, NOW)
    memory.keep("growth", lambda: [text + "!"], NOW)
    assert stored() != first
    assert memory.last_okrs("growth") == (text + "!", NOW)


@pytest.mark.parametrize("count", [0, 1, 100, 201])
def test_the_pieces_of_kept_okrs_make_one_text(count: int) -> None:
    objectives = tuple(objective(f"Grow {n}", key_result(n, "Sign-ups")) for n in range(count))
    okrs = Okrs("growth", objectives, (), (), (), ())
    text = "".join(okrs_in_pieces(okrs.source, okrs.objectives))
    assert okrs_from_text(text) == okrs
    assert len(json.loads(text)[1]) == count


def test_what_an_earlier_okrsync_kept_is_read(state: Store) -> None:
    kept = json.dumps({"text": "its OKRs", "read_at": NOW.isoformat()})
    state.run("INSERT INTO facts (source, name, value) VALUES ('growth', 'kept', ?)", kept)
    assert Memory(state).last_okrs("growth") == ("its OKRs", NOW)


def _changes(state: Store) -> object:
    return state.rows("SELECT total_changes()")


def test_two_programs_may_hold_the_state_at_once(state: Store) -> None:
    with Store.open(state.address) as other:
        with state.transaction():
            Memory(state).remember_items("growth", 9)
            assert Memory(other).items("growth") is None
        assert Memory(other).items("growth") == 9


def test_a_lock_is_let_go_when_its_holder_dies(team: Team, address: StateAddress) -> None:
    team.config(head_of(address) + CONFIG)
    code = (
        "import sys, time; from pathlib import Path; from okrsync.config import load\n"
        "from okrsync.state.lock import run_lock\nwith run_lock(load(Path('okrsync.toml')).state,"
        " 'sync'): print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(LockHeld, match=f"process {process.pid}"), run_lock(address, "sync"):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    with run_lock(address, "sync"):
        pass
    assert lease_standing(address) is None
