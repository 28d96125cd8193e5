"""How many bytes large spreadsheets cost, and that nothing is missed of what answers leave out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest

from google_team import Team
from okrsync.config import load
from okrsync.connector import State
from okrsync.plan.plan import SourcePlan
from okrsync.steps.undo import undo
from okrsync.testing import fake_time
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call

HEADER = ["ID", "Objective", "Key result", "Owner", "Start", "Current", "Target"]
COUNT = 150
"""Rows enough that okrsync asks for less."""


@pytest.fixture
def large(sandbox: Sandbox, tmp_path: Path) -> Team:
    """A large spreadsheet without formulas, after its first run."""
    rows = [
        [f"KR-{n}", f"Objective {n // 5}", f"Key result {n}", "Mia", 0, n % 90, 100]
        for n in range(COUNT)
    ]
    team = Team(sandbox, tmp_path, [HEADER, *rows])
    config = tmp_path / "okrsync.toml"
    text = config.read_text(encoding="utf-8").replace("timeout_seconds = 2", "timeout_seconds = 30")
    config.write_text(text.replace("give_up_seconds = 4", "give_up_seconds = 120"), "utf-8")
    assert team.one().error is None
    team.google.traffic.forget()
    return team


def change(team: Team, *numbers: int) -> None:
    """Somebody types 95 as the current value of these key results."""
    for number in numbers:
        team.anna.put(team.file_id, "Q4", f"F{number + 2}", 95)


def outcomes(done: SourcePlan) -> set[State | None]:
    return {change.outcome for change in done.changes}


def sheets_calls(team: Team) -> list[Call]:
    return [call for call in team.google.traffic.calls if call.service == "sheets"]


def test_answers_and_large_requests_are_compressed(
    large: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okrsync_google_sheets.account._WORTH_COMPRESSING", 2_000)
    change(large, *range(0, COUNT, 9))
    assert outcomes(large.one()) == {State.WRITTEN}
    calls = sheets_calls(large)
    assert [call.kind for call in calls] == ["read", "read", "write"]
    assert all(call.answered * 5 < call.told for call in calls)
    assert calls[-1].sent * 5 < calls[-1].said


def test_a_gateway_that_reads_no_compressed_requests_gets_plain_ones(
    large: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okrsync_google_sheets.account._WORTH_COMPRESSING", 2_000)
    traffic = large.google.traffic
    traffic.fail(Fault(lambda call: call.sent < call.said, times=9, status=415))
    for numbers in (range(0, COUNT, 9), range(1, COUNT, 9)):
        change(large, *numbers)
        assert outcomes(large.one()) == {State.WRITTEN}
    writes = [call for call in sheets_calls(large) if call.kind == "write"]
    assert [call.status for call in writes] == [415, 200, 200]


def test_a_compressed_answer_that_is_cut_short_is_asked_for_again(large: Team) -> None:
    large.google.traffic.fail(Fault(lambda call: call.path.startswith("/v4/"), keep=2_000))
    change(large, 7)
    done = large.one()
    assert outcomes(done) == {State.WRITTEN}
    assert done.calls.retries == 1


def test_without_formulas_a_value_is_said_once(large: Team) -> None:
    large.anna.put(large.file_id, "Q4", "K1", "a word")
    large.one()
    (plain,) = sheets_calls(large)
    large.google.traffic.forget()
    large.anna.put(large.file_id, "Q4", "K1", "=1+1")
    large.one()
    known, whole = sheets_calls(large)
    assert plain.told <= known.told + 100 < 0.7 * whole.told
    # From now on both are asked for at once.
    large.google.traffic.forget()
    large.anna.put(large.file_id, "Q4", "K1", "=1+2")
    large.one()
    assert [call.told for call in sheets_calls(large)] == [whole.told]


def test_a_first_formula_is_computed_and_never_replaced(large: Team) -> None:
    large.anna.put(large.file_id, "Q4", "F9", "=40+2")
    progress = large.grid()[0].index("Progress")
    large.anna.put(large.file_id, "Q4", f"{'ABCDEFGHIJ'[progress]}10", "=0.5+0.25")
    change(large, 8)
    done = large.one()
    assert large.beside("Progress")["Key result 7"] == 0.42
    assert large.beside("Progress")["Key result 8"] == 0.75
    assert [str(skip.at) for skip in done.skips if "formula" in skip.reason] == ["Q4!H10"]


def test_values_that_a_formula_spills_are_read(large: Team) -> None:
    large.anna.put(large.file_id, "Q4", "F12", None)
    large.anna.put(large.file_id, "Q4", "F11", "={91;92}")
    large.one()
    beside = large.beside("Progress")
    assert (beside["Key result 9"], beside["Key result 10"]) == (0.91, 0.92)


@pytest.mark.parametrize("moment", ["look", "write"])
def test_a_formula_typed_while_okrsync_writes_is_seen(large: Team, moment: str) -> None:
    change(large, 3, 4, 5)
    traffic = large.google.traffic

    def type_formulas() -> None:
        large.anna.put(large.file_id, "Q4", "F40", "=1+1")
        if moment == "look":
            large.anna.put(large.file_id, "Q4", "H6", "=0.125*2")

    # The second read of the Sheets API is the look before the write; the trash is asked between.
    kind, number = {"look": ("read", 3), "write": ("write", 1)}[moment]
    traffic.before(kind, number, type_formulas)  # type: ignore[arg-type]
    done = large.one()
    assert large.beside("Progress")["Key result 3"] == 0.95
    assert large.beside("Progress")["Key result 4"] == (0.25 if moment == "look" else 0.95)
    written = {str(change.at): change.outcome for change in done.changes}
    assert written["Q4!H5"] is State.WRITTEN
    assert written["Q4!H6"] is (State.WRITTEN if moment == "write" else State.SKIPPED)
    again = large.one()
    assert large.beside("Progress")["Key result 38"] == 0.02
    assert all(change.at in ("Q4!H40", "Q4!I40", "Q4!I6") for change in again.changes)
    assert large.one().changes == ()


def test_what_else_fills_cells_is_asked_about(large: Team) -> None:
    chip = {"startIndex": 0, "chip": {"personProperties": {"email": "mia@acme.example"}}}
    cell = {"userEnteredValue": {"stringValue": "@"}, "chipRuns": [chip]}
    start = {"sheetId": 0, "rowIndex": 20, "columnIndex": 3}
    large.anna.do(
        large.file_id,
        updateCells={
            "start": start,
            "rows": [{"values": [cell]}],
            "fields": "userEnteredValue,chipRuns",
        },
    )
    large.one()
    assert len(sheets_calls(large)) == 2
    large.google.traffic.forget()
    change(large, 3)
    large.one()
    assert [call.kind for call in sheets_calls(large)] == ["read", "read", "write"]


def test_undo_puts_back_what_was_there(large: Team) -> None:
    change(large, 1, 2)
    typed = large.grid()
    done = large.run()
    assert large.grid() != typed
    assert undo(load(large.folder / "okrsync.toml"), done.run or "").exit_code == 0
    assert large.grid() == typed


# The feed of changes


def received(team: Team) -> int:
    return sum(call.told for call in team.google.traffic.calls if call.kind == "read")


def test_a_large_spreadsheet_of_its_own_is_read_only_when_somebody_changed_it(large: Team) -> None:
    traffic = large.google.traffic
    for _ in range(2):  # okrsync's own write is no change
        traffic.forget()
        done = large.one()
        assert done.state == "ok"
        assert (done.calls.read, done.calls.write) == (1, 0)
        assert received(large) < 1_000
    change(large, 3)
    traffic.forget()
    done = large.one()
    # The feed says whether it is in the trash as well: no call more than without it.
    assert (done.calls.read, done.calls.write) == (3, 1)
    assert large.beside("Progress")["Key result 3"] == 0.95
    traffic.forget()
    assert large.one().changes == ()
    assert received(large) < 1_000


def test_what_is_typed_while_okrsync_writes_is_read_in_the_next_run(large: Team) -> None:
    for kind, number in (("read", 3), ("write", 1)):
        large.one()
        change(large, 3)
        large.google.traffic.before(kind, number, lambda: change(large, 44))  # type: ignore[arg-type]
        large.one()
        large.one()
        assert large.beside("Progress")["Key result 44"] == 0.95
        for number in (3, 44):
            large.anna.put(large.file_id, "Q4", f"F{number + 2}", number)


@pytest.mark.parametrize(("kind", "number"), [("read", 3), ("write", 1)])
def test_a_tab_made_while_okrsync_writes_is_read_in_the_next_run(
    large: Team, kind: Literal["read", "write"], number: int
) -> None:
    large.one()
    change(large, 3)
    rows: list[list[Any]] = [HEADER, ["KR-X", "Another", "A new one", "Mia", 0, 50, 100]]
    make = partial(large.anna.add_tab, large.file_id, "Ops", rows)
    large.google.traffic.before(kind, number, make)
    large.one()
    large.one()
    assert large.grid("Ops")[1][7:8] == [0.5]


def test_what_is_typed_before_a_comment_is_made_is_read_in_the_next_run(large: Team) -> None:
    config = large.folder / "okrsync.toml"
    text = config.read_text("utf-8").replace(
        'status = "Status"}', 'status = "Status"}\nnotify = "comment"'
    )
    config.write_text(f'{text}\n[people]\nMia = {{email = "mia@acme.example"}}\n', "utf-8")
    large.anna.put(large.file_id, "Q4", "J1", "Last check-in")
    for row in range(2, COUNT + 2):
        large.anna.put(large.file_id, "Q4", f"J{row}", "2026-11-23")
    large.one()
    large.anna.put(large.file_id, "Q4", "J7", "2026-10-01")
    change(large, 3)
    seen: list[Call] = []

    def type_first(call: Call) -> bool:
        if "insertComment" in call.updates and not seen:
            seen.append(call)
            with large.google.traffic.at_rest():
                change(large, 44)
        return False

    large.google.traffic.faults.insert(0, Fault(type_first))
    large.one()
    assert seen
    large.one()
    assert large.beside("Progress")["Key result 44"] == 0.95
    large.google.traffic.forget()
    assert large.one().changes == ()
    assert received(large) < 1_000


def test_a_large_spreadsheet_that_no_feed_covers_is_read_as_before(large: Team) -> None:
    large.google.disabled.add("drive")
    config = large.folder / "okrsync.toml"
    config.write_text(config.read_text("utf-8").replace("okrsync.db", "x.db"), "utf-8")
    (large.folder / "okrsync.db").unlink()
    for number in (5, 6, 7):
        change(large, number)
        assert large.one().error is None
        assert large.beside("Progress")[f"Key result {number}"] == 0.95


def test_an_answer_that_unpacks_without_end_stops_its_source_only(
    large: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okrsync_google_sheets.session._LARGEST", 50_000)
    change(large, 3)
    with fake_time():
        done = large.one()
    assert "cut short" in (done.error or "") or "connection broke" in (done.error or "")
