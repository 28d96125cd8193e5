"""Google Sheets from config to cell: whole runs over HTTP against the local Google, with people in
the way.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine
from msgspec.structs import replace

from google_sandbox import ANNA
from grids import in_part
from okrsync.config import Config, load
from okrsync.connector import Calls, State
from okrsync.measures.picture import Picture
from okrsync.model.table import Snapshot
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync.sync import look, make_plan, repair, sync
from okrsync.testing import trimmed
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.google.a1 import letters
from okrsync_sandbox.traffic import Call

TODAY = date(2026, 11, 24)
ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target", "Owner"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>"],
    ["Grow", "Revenue", 0, 20, 100, "Jon"],
    ["Keep", "Churn", 10, 5, 0, "Lea"],
]


class Team:
    """A spreadsheet of Anna's, a config, and a folder to run okrsync in."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, rows: list[list[Any]] = ROWS, **spreadsheet: Any
    ) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.google = sandbox.google
        self.anna = sandbox.google.person(ANNA)
        self.address = sandbox.key_file(folder / "key.json")
        self.file_id = self.anna.new_spreadsheet("OKRs", {"Q4": rows}, **spreadsheet)
        self.anna.share(self.file_id, self.address)
        self.write_config()

    def source(self, name: str, file_id: str, more: str = "", write: str = "") -> str:
        columns = 'columns = {progress = "Progress", status = "Status"}'
        return (
            f'[sources.{name}]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\ncredentials'
            ' = {file = "key.json"}\napi_endpoint ='
            f' "{self.sandbox.endpoint}"\n{more}\n[sources.{name}.limits]\nreads_per_minute ='
            " 100000\nwrites_per_minute = 100000\ntimeout_seconds = 20\ngive_up_seconds ="
            f" 20\n[sources.{name}.write]\n{columns}\n{write}\n"
        )

    def write_config(self, more: str = "", write: str = "", *others: str) -> None:
        text = (
            'cycle = "2026-Q4"\n' + self.source("team", self.file_id, more, write) + "".join(others)
        )
        (self.folder / "okrsync.toml").write_text(text, encoding="utf-8")

    def run(self) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def one(self) -> SourcePlan:
        """A run's part for the one source."""
        return self.run().sources[0]

    def grid(self, tab: str = "Q4") -> list[list[Any]]:
        return self.anna.grid(self.file_id, tab)

    def beside(self, column: str) -> dict[str, Any]:
        """By key result, what stands in a column."""
        header, *rows = self.grid()
        at, key = header.index(column), header.index("Key result")
        return {
            row[key]: row[at] if len(row) > at else None
            for row in rows
            if len(row) > key and row[key]
        }


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def team(sandbox: Sandbox, tmp_path: Path) -> Team:
    return Team(sandbox, tmp_path)


WANTED = {"Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}


def test_a_history_tab_that_somebody_protected_is_a_skip_in_plan_as_in_sync(team: Team) -> None:
    team.write_config("", 'history = "History"')
    team.run()
    lines = team.grid("History")
    rule = {"protectedRange": {"range": {"sheetId": team.anna.tab(team.file_id, "History").id}}}
    team.anna.do(team.file_id, addProtectedRange=rule)
    team.anna.put(team.file_id, "Q4", "D2", 60)
    config = load(team.folder / "okrsync.toml")
    planned, done = make_plan(config, as_of=TODAY).sources[0], team.one()
    for part in (planned, done):
        assert [str(skip.at) for skip in part.skips if "protected" in skip.reason] == [
            "History!history"
        ]
        assert "history" not in {change.field for change in part.changes}
    assert team.grid("History") == lines
    team.google.traffic.forget()
    assert team.one().changes == ()
    assert team.google.traffic.count("write") == 0
    team.anna.tab(team.file_id, "History").objects["protectedRanges"].clear()
    assert team.one().error is None
    assert len(team.grid("History")) == len(lines) + 2  # a key result and its objective


# Calls and bytes


def test_a_first_run_writes_beside_each_row_and_a_second_writes_nothing(team: Team) -> None:
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    assert team.beside("Status") == {
        "Sign-ups": "On track",
        "Revenue": "Off track",
        "Churn": "On track",
    }
    counted = (done.calls.read, done.calls.write)
    assert counted == (3, 1)  # two of the Sheets API, and whether it is in the trash
    team.google.traffic.forget()
    again = team.one()
    assert (again.calls.read, again.calls.write) == (1, 0)
    assert team.google.traffic.count() == 1


def test_a_change_costs_two_reads_and_one_write_that_grows_with_what_changed(team: Team) -> None:
    team.one()
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.google.traffic.forget()
    done = team.one()
    assert (done.calls.read, done.calls.write) == (3, 1)
    small = team.google.traffic.sent()
    assert small < 1100
    for row in (2, 3, 4):
        team.anna.type(team.file_id, "Q4", f"D{row}", str(row))
    team.google.traffic.forget()
    team.one()
    assert small < team.google.traffic.sent() < 3 * small


def test_bytes_sent_do_not_grow_with_what_is_there(sandbox: Sandbox, tmp_path: Path) -> None:
    rows = [
        ROWS[0],
        *[[f"O{number // 5}", f"KR {number}", 0, 1, 100, "Mia"] for number in range(400)],
    ]
    team = Team(sandbox, tmp_path, rows)
    team.one()
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.google.traffic.forget()
    assert team.one().calls.write == 1
    assert team.google.traffic.sent() < 2000


def _many(sandbox: Sandbox, folder: Path, count: int) -> tuple[Team, list[str]]:
    """A config with so many spreadsheets of one credential besides the first."""
    folder.mkdir(exist_ok=True)
    team = Team(sandbox, folder)
    files = []
    for number in range(count):
        file_id = team.anna.new_spreadsheet(f"OKRs {number}", {"Q4": ROWS})
        team.anna.share(file_id, team.address)
        files.append(file_id)
    team.write_config(
        "", "", *(team.source(f"team{number}", file_id) for number, file_id in enumerate(files))
    )
    return team, files


def test_a_thousand_unchanged_spreadsheets_cost_three_calls(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    counted = []
    for count in (10, 40):
        team, _ = _many(sandbox, tmp_path / str(count), count)
        team.run()
        for _ in range(2):  # okrsync's own writes are no change: the first idle run is cheap too
            team.google.traffic.forget()
            done = team.run()
            assert all(source.state == "ok" and source.calls.write == 0 for source in done.sources)
            counted.append(team.google.traffic.count())
    assert counted[0] == counted[2] <= 3
    assert counted[1] == counted[3] <= 3
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.google.traffic.forget()
    done = team.run()
    assert team.beside("Progress")["Sign-ups"] == 0.6
    assert team.google.traffic.count() <= 3 + 3
    team.google.traffic.forget()
    assert sum(source.calls.write for source in team.run().sources) == 0
    assert team.google.traffic.count() <= 3


def test_an_idle_run_over_unchanged_spreadsheets_repeats_the_last_one(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, files = _many(sandbox, tmp_path / "many", 3)
    team.run()
    second = team.run()

    def refuse(connector: GoogleSheetsConnector) -> Any:
        raise AssertionError(f"{connector.place} was read")

    with monkeypatch.context() as patch:
        patch.setenv("OKRSYNC_DEBUG", "1")
        patch.setattr(GoogleSheetsConnector, "read", refuse)
        team.google.traffic.forget()
        third = team.run()
        assert team.google.traffic.count() == 1
        # Somebody edits a spreadsheet that is none of the sources.
        team.anna.type(team.anna.new_spreadsheet("Other", {"A": ROWS}), "A", "D2", "1")
        fourth = team.run()
    for done in (third, fourth):
        # The day of the last look may differ, and so do the calls.
        assert [replace(part, calls=Calls()) for part in done.sources] == [
            replace(part, calls=Calls()) for part in second.sources
        ]
        assert (done.warnings, done.standings) == (second.warnings, second.standings)
    # A run that finds an edit asks the feed once, and reads only what was edited.
    team.anna.type(files[1], "Q4", "D2", "60")
    team.google.traffic.forget()
    done = team.run()
    calls = [call.service for call in team.google.traffic.calls if call.kind != "token"]
    assert calls.count("drive") == 1
    assert {part.name for part in done.sources if part.changes} == {"team1"}
    assert all(change.outcome is State.WRITTEN for part in done.sources for change in part.changes)
    assert not any(part.changes for part in team.run().sources)


def test_a_look_reads_no_spreadsheet_that_holds_what_it_held(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, files = _many(sandbox, tmp_path / "many", 3)
    config_path = team.folder / "okrsync.toml"
    team.run()
    team.run()
    places: list[str] = []
    read = GoogleSheetsConnector.read

    def noted(connector: GoogleSheetsConnector) -> Snapshot:
        places.append(connector.context.source)
        return read(connector)

    def seen(config: Config) -> Picture:
        picture = look(config, as_of=TODAY)
        views = tuple(replace(view, read_at=None, age=None) for view in picture.sources)
        return replace(picture, sources=views)

    def compared() -> None:
        """What is seen is what a config with another text sees, for which all are read."""
        picture = seen(load(config_path))
        before = list(places)
        text = config_path.read_text(encoding="utf-8")
        config_path.write_text(f"{text}\n# edited\n", encoding="utf-8")
        assert seen(load(config_path)) == picture
        config_path.write_text(text, encoding="utf-8")
        assert len(places) == len(before) + 4

    monkeypatch.setattr(GoogleSheetsConnector, "read", noted)
    team.google.traffic.forget()
    seen(load(config_path))
    assert (team.google.traffic.count(), places) == (1, [])
    compared()
    places.clear()
    team.anna.type(files[1], "Q4", "D2", "60")
    seen(load(config_path))
    assert places == ["team1"]
    compared()


@pytest.mark.parametrize("what", ["trashed", "deleted", "deleted tab"])
def test_what_happens_to_a_spreadsheet_ends_the_repeating(
    sandbox: Sandbox, tmp_path: Path, what: str
) -> None:
    team, files = _many(sandbox, tmp_path / "many", 3)
    for _ in range(3):
        team.run()
    match what:
        case "trashed":
            team.anna.trash(files[1])
        case "deleted":
            team.anna.delete(files[1])
        case "deleted tab":
            team.anna.add_tab(files[1], "Others", [["a"]])
            team.anna.delete_tab(files[1], "Q4")
    team.google.traffic.forget()
    done = {part.name: part for part in team.run().sources}
    assert any(call.service == "sheets" for call in team.google.traffic.calls)
    assert done["team0"].state == "ok"
    assert (done["team1"].state == "ok") == (what == "trashed")


def test_what_somebody_types_right_after_a_write_is_no_change_of_okrsyncs(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team, _ = _many(sandbox, tmp_path / "many", 3)
    team.run()
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.run()
    assert team.beside("Progress")["Sign-ups"] == 0.6
    # While okrsync writes to one tab, somebody works in another.
    team.anna.add_tab(team.file_id, "Marketing", ROWS)
    team.run()
    team.anna.type(team.file_id, "Q4", "D2", "70")
    team.google.traffic.before(
        "write", 1, lambda: team.anna.type(team.file_id, "Marketing", "D2", "30")
    )
    team.run()
    team.run()
    header, first, *_ = team.grid("Marketing")
    assert first[header.index("Progress")] == 0.3


@pytest.mark.parametrize("member", [True, False], ids=["member", "given the file"])
def test_a_change_on_a_shared_drive_is_seen(sandbox: Sandbox, tmp_path: Path, member: bool) -> None:
    team, files = _many(sandbox, tmp_path / "many", 3)
    drive = team.anna.new_shared_drive("Sales", {team.address: "writer"} if member else {})
    for file_id in (team.file_id, files[0]):
        team.anna.move_to_drive(file_id, drive)
        team.anna.share(file_id, team.address)
    assert {source.state for source in team.run().sources} == {"ok"}
    assert team.beside("Progress") == WANTED
    team.google.traffic.forget()
    team.run()
    assert team.google.traffic.count() <= 3
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.run()
    assert team.beside("Progress")["Sign-ups"] == 0.6


def test_a_spreadsheet_that_moves_to_a_shared_drive_is_followed(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team, _ = _many(sandbox, tmp_path / "many", 3)
    team.run()
    drive = team.anna.new_shared_drive("Sales", {team.address: "writer"})
    team.anna.move_to_drive(team.file_id, drive)
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.run()
    team.run()
    team.anna.type(team.file_id, "Q4", "D2", "65")
    team.run()
    assert team.beside("Progress")["Sign-ups"] == 0.65


@pytest.mark.parametrize("others", [0, 2], ids=["alone", "with a feed"])
@pytest.mark.parametrize("had_run", [False, True], ids=["first run", "later run"])
def test_a_spreadsheet_in_the_trash_is_not_written_to(
    sandbox: Sandbox, tmp_path: Path, others: int, had_run: bool
) -> None:
    team, _ = _many(sandbox, tmp_path / "many", others)
    if had_run:
        team.run()
    team.anna.type(team.file_id, "Q4", "D2", "75")
    team.anna.trash(team.file_id)
    before = team.grid()
    done = team.one()
    assert "'OKRs' is in the trash" in (done.error or "")
    assert team.grid() == before


def test_spreadsheets_are_asked_for_at_the_same_time_with_one_token(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team, traffic = Team(sandbox, tmp_path), sandbox.google.traffic
    others = []
    files = []
    for number in range(11):
        file_id = team.anna.new_spreadsheet(f"OKRs {number}", {"Q4": ROWS})
        team.anna.share(file_id, team.address)
        files.append(file_id)
        others.append(team.source(f"team{number}", file_id))
    team.write_config("", "", *others)
    overlapping = [0]

    def meets(call: Call) -> bool:
        overlapping[0] = max(overlapping[0], sum(one.status is None for one in traffic.calls) + 1)
        return call.service == "sheets"

    traffic.fail(Fault(meets, times=1000, delay=0.05))
    done = team.run()
    assert [source.name for source in done.sources] == [
        "team",
        *(f"team{number}" for number in range(11)),
    ]
    assert {source.state for source in done.sources} == {"ok"}
    assert 3 <= overlapping[0] <= 8  # `run.workers`
    assert traffic.count("token") == 1
    # The token is taken back while all are at work: one new one does for all.
    for file_id in files:
        team.anna.type(file_id, "Q4", "D2", "60")
    asked = traffic.count("token")
    traffic.before("read", 4, sandbox.google.accounts.expire_tokens)
    assert {source.state for source in team.run().sources} == {"ok"}
    refused = sum(call.status == 401 for call in traffic.calls)
    assert refused >= 1
    assert (
        traffic.count("token") <= asked + 2
    )  # one for the token that was taken back, one where the run opened anew


def test_the_feed_is_not_asked_for_a_day_old_answer(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path)
    other = team.anna.new_spreadsheet("more", {"Q4": ROWS})
    team.anna.share(other, team.address)
    team.write_config("", "", team.source("more", other))
    team.run()
    team.run()
    team.google.traffic.forget()
    team.run()
    reads = [call for call in team.google.traffic.calls if call.service == "sheets"]
    assert reads == []
    with time_machine.travel(date.fromordinal(date.today().toordinal() + 2)):
        team.google.accounts.expire_tokens()
        team.google.traffic.forget()
        team.run()
        assert [call.service for call in team.google.traffic.calls].count("sheets") >= 2


# The right row


@pytest.mark.parametrize("follows", [False, True], ids=["metadata stays", "metadata follows"])
@pytest.mark.parametrize("moment", ["read", "write"])
def test_a_sort_in_the_middle_leaves_each_value_beside_its_row(
    team: Team, follows: bool, moment: Any
) -> None:
    team.google.switches.metadata_follows_sort = follows
    team.one()
    for row, current in ((2, "70"), (3, "30"), (4, "2")):
        team.anna.type(team.file_id, "Q4", f"D{row}", current)
    number = 2 if moment == "read" else 1
    team.google.traffic.before(
        moment, number, lambda: team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
    )
    done = team.one()
    assert [row[1] for row in team.grid()[1:]] == ["Churn", "Revenue", "Sign-ups"]
    assert team.beside("Progress") == {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8}
    assert {change.outcome for change in done.changes} == {State.WRITTEN}


Meddle = Callable[[Team], None]


@pytest.mark.parametrize(
    "meddle",
    [
        lambda team: team.anna.insert_rows(team.file_id, "Q4", 2),
        lambda team: team.anna.insert_columns(team.file_id, "Q4", "A"),
        lambda team: team.anna.insert_columns(team.file_id, "Q4", "G"),
        lambda team: team.anna.move_row(team.file_id, "Q4", 4, 2),
        lambda team: team.anna.move_column(team.file_id, "Q4", "G", "A"),
        lambda team: team.anna.move_column(team.file_id, "Q4", "A", "D"),
        lambda team: team.anna.delete_columns(team.file_id, "Q4", "F"),
    ],
    ids=[
        "insert row",
        "insert first column",
        "insert beside ours",
        "move row",
        "move our column",
        "move a column",
        "delete a column",
    ],
)
@pytest.mark.parametrize("had_run", [False, True], ids=["first run", "later run"])
def test_what_people_move_while_okrsync_writes_keeps_its_values(
    team: Team, meddle: Meddle, had_run: bool
) -> None:
    if had_run:
        team.one()
        for row, current in ((2, "70"), (3, "30"), (4, "2")):
            team.anna.type(team.file_id, "Q4", f"D{row}", current)
    wanted = {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8} if had_run else WANTED
    team.google.traffic.before("write", 1, lambda: meddle(team))
    team.one()
    assert team.beside("Progress") == wanted
    header = team.grid()[0]
    assert header.count("Progress") == header.count("Status") == 1
    owners = team.beside("Owner") if "Owner" in header else {}
    assert not owners or owners["Revenue"] == "Jon"
    again = team.one()
    assert again.calls.write == 0


def test_a_deleted_row_is_a_conflict_and_the_others_are_written(team: Team) -> None:
    team.google.traffic.after("read", 1, lambda: team.anna.delete_rows(team.file_id, "Q4", 3))
    done = team.one()
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Churn": 0.5}
    assert {"row is gone" in conflict.reason for conflict in done.conflicts} == {True}


def test_a_deleted_tab_is_a_conflict(team: Team) -> None:
    team.anna.add_tab(team.file_id, "left", [["x"]])
    team.google.traffic.before("write", 1, lambda: team.anna.delete_tab(team.file_id, "Q4"))
    done = team.one()
    assert done.conflicts
    assert all("tab" in conflict.reason for conflict in done.conflicts)


def test_a_tab_renamed_in_the_middle_is_written_under_its_new_name(team: Team) -> None:
    team.google.traffic.before(
        "write", 1, lambda: team.anna.rename_tab(team.file_id, "Q4", "Quarter")
    )
    done = team.one()
    assert done.conflicts == ()
    assert {change.outcome for change in done.changes} == {State.WRITTEN}
    header, *rows = team.grid("Quarter")
    assert header.count("Progress") == header.count("Status") == 1
    assert {row[1]: row[header.index("Progress")] for row in rows} == WANTED


def test_a_renamed_header_is_followed(team: Team) -> None:
    team.one()
    team.anna.type(team.file_id, "Q4", "G1", "How far")
    team.anna.type(team.file_id, "Q4", "D2", "75")
    done = team.one()
    assert team.grid()[0] == [*ROWS[0], "How far", "Status"]
    assert team.beside("How far")["Sign-ups"] == 0.75
    assert done.conflicts == ()


def test_a_column_that_is_no_longer_ours_is_not_taken_for_it(team: Team) -> None:
    """Somebody cuts our column away and pastes another in its place: the mark stays there, and is
    not believed.
    """
    team.one()
    for row, text in enumerate(["Comments", "good", "bad", "so so"], start=1):
        team.anna.put(team.file_id, "Q4", f"G{row}", text)
    team.anna.type(team.file_id, "Q4", "D2", "75")
    team.one()
    assert team.beside("Comments") == {"Sign-ups": "good", "Revenue": "bad", "Churn": "so so"}


def test_two_rows_that_read_alike_are_told_apart_by_their_marks(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [
        ROWS[0],
        ["Grow", "Sign-ups", 0, 50, 100, "Mia"],
        ["Grow", "Sign-ups", 0, 20, 100, "Jon"],
    ]
    team = Team(sandbox, tmp_path, rows)
    team.one()
    assert [row[6] for row in team.grid()[1:]] == [0.5, 0.2]
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.one()
    assert [row[6] for row in team.grid()[1:]] == [0.6, 0.2]


def test_a_copied_tab_is_a_tab_of_its_own(team: Team) -> None:
    team.one()
    team.anna.do(team.file_id, duplicateSheet={"sourceSheetId": 0, "newSheetName": "Q4 (2)"})
    team.anna.type(team.file_id, "Q4 (2)", "D2", "90")
    team.one()
    assert team.beside("Progress")["Sign-ups"] == 0.5
    assert team.anna.grid(team.file_id, "Q4 (2)")[1][6] == 0.9


def test_a_protected_column_is_a_skip_and_spoils_nothing_else(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, extra] for row, extra in zip(ROWS, ["Progress", None, None, None], strict=True)]
    team = Team(sandbox, tmp_path, rows)
    team.anna.protect(team.file_id, "Q4", "G1:G9", "Anna's numbers")
    done = team.one()
    assert any("protected" in skip.reason for skip in done.skips)
    assert team.beside("Progress") == dict.fromkeys(WANTED)
    assert team.beside("Status")["Sign-ups"] == "On track"


def test_a_protection_that_comes_in_between_does_not_void_the_batch(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, extra] for row, extra in zip(ROWS, ["Progress", None, None, None], strict=True)]
    team = Team(sandbox, tmp_path, rows)
    team.google.traffic.before("write", 1, lambda: team.anna.protect(team.file_id, "Q4", "G3"))
    team.one()
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Revenue": None, "Churn": 0.5}


def test_repair_puts_the_marks_of_rows_right_and_touches_no_value(team: Team) -> None:
    team.one()
    team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
    team.anna.insert_rows(team.file_id, "Q4", 2)
    grid = team.grid()
    config = load(team.folder / "okrsync.toml")
    said = [finding.message for finding in repair(config)["team"]]
    assert said == ["Q4: 2 marks taken away, 2 put at their rows"]
    assert team.grid() == grid
    assert [finding.message for finding in repair(config)["team"]] == [
        "Q4: the marks of 3 rows are right"
    ]


# Faults

FAULTS = [
    *[{"status": status} for status in (429, 500, 502, 503, 504)],
    *[{"status": status, "after": True} for status in (500, 503)],
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {"status": 200, "body": b"<html>not json</html>"},
]


@pytest.mark.parametrize(
    ("fault", "number"),
    in_part(product(FAULTS, [1, 2, 3, 4, 5]), every=3),
    ids=lambda value: json.dumps(value, default=str),
)
def test_whatever_fails_at_whatever_call_the_end_is_the_same(
    sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any], number: int
) -> None:
    team = Team(sandbox, tmp_path)
    team.write_config("", 'summary = "OKR summary"\nnotify = "note"')
    traffic = team.google.traffic
    traffic.fail(
        Fault(lambda call: call.service == "sheets" and call.number >= number + 1, **fault)
    )
    team.run()
    traffic.faults.clear()
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    assert team.grid()[0] == [*ROWS[0], "Progress", "Status"]
    titles = [sheet.title for sheet in team.anna.book(team.file_id).sheets]
    assert titles == ["Q4", "OKR summary"]
    charts = team.anna.tab(team.file_id, "OKR summary").objects["charts"]
    assert len({chart["chartId"] for chart in charts}) == len(charts) == 3
    assert team.one().calls.write == 0


def test_trouble_that_does_not_end_is_told_and_ends(team: Team) -> None:
    team.google.traffic.fail(Fault(lambda call: call.service == "sheets", times=10_000, status=429))
    done = team.one()
    assert done.state == "failed"
    assert done.error is not None
    assert "too fast" in done.error
    assert team.grid() == ROWS


def test_other_sources_go_on(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path)
    team.write_config("", "", team.source("gone", "1" * 44))
    done = team.run()
    assert [source.state for source in done.sources] == ["ok", "failed"]
    assert done.exit_code == 3
    assert team.beside("Progress") == WANTED


# What people see


def test_looks_are_given_once_and_left_to_people(team: Team) -> None:
    team.one()
    sheet = team.anna.tab(team.file_id, "Q4")
    assert sheet.cell(1, 6).format is not None
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"
    rules = len(sheet.objects["conditionalFormats"])
    assert rules == 8
    spot = {"sheetId": 0, "startColumnIndex": 6, "endColumnIndex": 7}
    look = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.000"}}}
    team.anna.do(
        team.file_id,
        repeatCell={"range": spot, "cell": look, "fields": "userEnteredFormat.numberFormat"},
    )
    team.anna.do(team.file_id, deleteConditionalFormatRule={"sheetId": 0, "index": 0})
    team.anna.type(team.file_id, "Q4", "D2", "61")
    team.one()
    assert team.anna.text(team.file_id, "Q4", "G2") == "0.610"
    assert len(team.anna.tab(team.file_id, "Q4").objects["conditionalFormats"]) == rules - 1


def test_the_summary_tab_is_refreshed_in_place_and_notes_beside_it_stay(team: Team) -> None:
    team.write_config("", 'summary = "OKR summary"')
    team.one()
    tab = team.anna.tab(team.file_id, "OKR summary")
    rows = tab.used[0]
    team.anna.put(team.file_id, "OKR summary", "M2", "my note")
    team.anna.put(team.file_id, "OKR summary", f"A{rows + 2}", "below")
    assert team.one().calls.write == 0
    team.anna.insert_rows(team.file_id, "Q4", 5)
    for cell, text in {"A5": "More", "B5": "Demos", "C5": "0", "D5": "1", "E5": "100"}.items():
        team.anna.type(team.file_id, "Q4", cell, text)
    done = team.one()
    assert done.conflicts == ()
    grid = team.grid("OKR summary")
    assert [row[0] for row in grid if row and row[0] in ("Grow", "Keep", "More")][:3] == [
        "Grow",
        "Keep",
        "More",
    ]
    assert grid[1][12] == "my note"
    assert grid[-1][0] == "below"
    assert team.one().calls.write == 0
    team.anna.rename_tab(team.file_id, "OKR summary", "Where we stand")
    team.anna.type(team.file_id, "Q4", "D2", "99")
    team.one()
    assert [sheet.title for sheet in team.anna.book(team.file_id).sheets] == [
        "Q4",
        "Where we stand",
    ]


@pytest.mark.parametrize("change", ["insert", "delete"])
def test_a_summary_whose_columns_changed_is_a_conflict_and_nothing_of_it_is_lost(
    team: Team, change: str
) -> None:
    team.write_config("", 'summary = "OKR summary"')
    team.run()
    if change == "insert":
        team.anna.insert_columns(team.file_id, "OKR summary", "C")
        team.anna.put(team.file_id, "OKR summary", "C8", "what we say on Monday")
    else:
        team.anna.delete_columns(team.file_id, "OKR summary", "D")
    stood = team.grid("OKR summary")
    team.anna.put(team.file_id, "Q4", "D2", 90)
    for _ in range(2):
        done = team.one()
        assert done.error is None
        [conflict] = done.conflicts
        assert "columns were inserted into the summary" in conflict.reason
        assert team.grid("OKR summary") == stood
        assert team.beside("Progress")["Sign-ups"] == 0.9
    if change == "insert":
        team.anna.delete_columns(team.file_id, "OKR summary", "C")
        done = team.one()
        assert (done.conflicts, [each.outcome for each in done.changes]) == ((), [State.WRITTEN])
        assert team.one().changes == ()


def test_a_tab_of_peoples_own_is_never_taken_for_the_summary(team: Team) -> None:
    team.anna.add_tab(team.file_id, "OKR summary", [["mine"]])
    team.write_config("", 'summary = "OKR summary"')
    done = team.one()
    assert any("not okrsync's" in conflict.reason for conflict in done.conflicts)
    assert team.grid("OKR summary") == [["mine"]]


def test_undo_leaves_the_sheet_as_it_was(team: Team) -> None:
    team.write_config("", 'summary = "OKR summary"\nnotify = "note"')
    team.one()
    back = undo(load(team.folder / "okrsync.toml"), "last")
    assert [(source.state, source.conflicts) for source in back.sources] == [("ok", ())]
    assert {change.outcome for change in back.sources[0].changes} == {State.WRITTEN}
    assert team.grid() == ROWS
    assert [sheet.title for sheet in team.anna.book(team.file_id).sheets] == ["Q4"]
    assert all(cell.note is None for row in team.anna.tab(team.file_id, "Q4").rows for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'x"])
def test_text_that_begins_like_a_formula_stays_text(
    sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Start", "Current", "Target"],
        ["Grow", f"a{text}", 0, 50, 100],
    ]
    team = Team(sandbox, tmp_path, rows)
    team.write_config("", 'summary = "OKR summary"')
    team.one()
    for sheet in team.anna.book(team.file_id).sheets:
        assert all(cell.formula is None for row in sheet.rows for cell in row)


# Stale warnings

STALE: list[list[Any]] = [
    [*ROWS[0], "Last check-in"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>", "2026-10-05"],
    ["Grow", "Revenue", 0, 20, 100, "Jon", "2026-11-23"],
]


def test_a_stale_check_in_gets_one_note_which_goes_when_it_arrives(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "note"')
    team.one()
    sheet = team.anna.tab(team.file_id, "Q4")
    assert (sheet.cell(1, 1).note or "").startswith("No check-in since")
    assert team.one().calls.write == 0
    team.anna.put(team.file_id, "Q4", "G2", "2026-11-22")
    team.one()
    assert team.anna.tab(team.file_id, "Q4").cell(1, 1).note is None


def test_a_stale_check_in_gets_one_comment_that_calls_the_owner_and_is_resolved(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.one()
    comments = team.anna.file(team.file_id).comments
    assert list(team.anna.comments(team.file_id)) == ["Q4!B2"]
    assert [comment["assigneeEmailAddress"] for comment in comments] == ["mia@acme.example"]
    assert comments[0]["content"].startswith('"Sign-ups": No check-in since 5 Oct 2026; one is')
    team.one()
    assert len(comments) == 1
    team.anna.put(team.file_id, "Q4", "G2", "2026-11-22")
    team.one()
    assert [comment["resolved"] for comment in comments] == [True]


def test_a_comment_whose_answer_is_lost_is_not_made_twice(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, drop="after"))
    team.run()
    team.run()
    assert len(team.anna.file(team.file_id).comments) == 1


def test_a_second_state_makes_no_second_comment_and_resolves_the_first(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.run()
    comments = team.anna.file(team.file_id).comments
    # Rows have moved, and nobody remembers the first run.
    team.anna.insert_rows(team.file_id, "Q4", 2, 3)
    (tmp_path / "okrsync.db").unlink()
    assert team.run().exit_code == 0
    assert len(comments) == 1
    team.anna.put(team.file_id, "Q4", "G5", "2026-11-22")
    team.run()
    assert [comment["resolved"] for comment in comments] == [True]


def test_undo_takes_a_comment_back_and_the_next_run_may_make_it_again(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.run()
    undo(load(team.folder / "okrsync.toml"), "last")
    comments = team.anna.file(team.file_id).comments
    assert [comment["deleted"] for comment in comments] == [True]
    team.run()
    assert [comment["deleted"] for comment in comments] == [True, False]


def test_a_burst_of_refusals_costs_eight_sources_of_one_credential_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team(sandbox, tmp_path)
    others = []
    for number in range(7):
        file_id = team.anna.new_spreadsheet(f"Team {number}", {"Q4": ROWS})
        team.anna.share(file_id, team.address)
        others.append(team.source(f"team{number}", file_id))
    team.write_config("", "", *others)
    text = (tmp_path / "okrsync.toml").read_text(encoding="utf-8")
    text = text.replace("_seconds = 20", "_seconds = 180")
    (tmp_path / "okrsync.toml").write_text(text + "[run]\nworkers = 8\n", encoding="utf-8")
    reads = lambda call: (call.service, call.method) == ("sheets", "GET")  # noqa: E731
    gather = threading.Barrier(8)
    team.google.traffic.fail(Fault(reads, times=8, status=429, gather=gather))
    done = team.run()
    assert [part.error for part in done.sources] == [None] * 8
    assert done.exit_code == 0
    assert sum(part.calls.retries for part in done.sources) == 8


def _makes_a_comment(call: Call) -> bool:
    return "insertComment" in call.updates


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"drop": "before"}])
def test_a_comment_that_fails_once_is_made_all_the_same(
    sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any]
) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, **fault))
    done = team.run()
    assert (done.exit_code, {change.outcome for change in done.sources[0].changes}) == (
        0,
        {State.WRITTEN},
    )
    assert len(team.anna.file(team.file_id).comments) == 1


def test_a_comment_that_fails_for_good_costs_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    team = Team(sandbox, tmp_path, STALE)
    team.write_config("", 'notify = "comment"')
    team.google.traffic.fail(Fault(_makes_a_comment, times=10**6, status=500))
    before = team.grid()
    done = team.run()
    (part,) = done.sources
    assert (done.exit_code, part.state, part.error) == (3, "ok", None)
    outcomes = {change.field: change.outcome for change in part.changes}
    assert outcomes.pop("warning") is State.FAILED
    assert set(outcomes.values()) == {State.WRITTEN}
    assert team.beside("Progress")["Sign-ups"] is not None
    with Store.open(tmp_path / "okrsync.db", readonly=True) as state:
        journal = Journal(state)
        assert done.run is not None
        states = {entry.kind: entry.state for entry in journal.entries(done.run)}
        assert (states["note"], states["cell"], journal.unsettled()) == (
            State.FAILED,
            State.WRITTEN,
            [],
        )
    team.google.traffic.faults.clear()
    again = team.run()
    assert (again.exit_code, [change.field for change in again.sources[0].changes]) == (
        0,
        ["warning"],
    )
    assert len(team.anna.file(team.file_id).comments) == 1
    assert undo(load(tmp_path / "okrsync.toml"), again.run or "").exit_code == 0
    assert undo(load(tmp_path / "okrsync.toml"), done.run).exit_code == 0
    assert trimmed(team.grid()) == trimmed(before)


# Bad input


def broken_key(team: Team, how: Callable[[dict[str, Any]], Any]) -> None:
    path = team.folder / "key.json"
    made = how(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(made if isinstance(made, str) else json.dumps(made), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda key: "not json", "are not JSON"),
        (lambda key: {"installed": {}}, "those of an OAuth client"),
        (lambda key: {**key, "type": "robot"}, "have the type 'robot'"),
        (
            lambda key: {name: value for name, value in key.items() if name != "private_key"},
            "lacks private_key",
        ),
        (lambda key: {**key, "private_key": "nonsense"}, "private key that cannot be read"),
        (
            lambda key: {**key, "client_email": "nobody@acme.iam.gserviceaccount.com"},
            "there is no service account nobody@",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_told(
    team: Team, how: Callable[[dict[str, Any]], Any], said: str
) -> None:
    broken_key(team, how)
    done = team.run()
    assert done.exit_code == 4
    assert said in (done.sources[0].error or "")
    assert done.sources[0].hint


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda team: team.google.accounts.revoke_keys(), "does not accept the key"),
        (lambda team: team.anna.delete(team.file_id), "there is no such spreadsheet"),
        (
            lambda team: team.anna.unshare(team.file_id, team.address),
            "may not see this spreadsheet",
        ),
        (lambda team: team.google.disabled.add("sheets"), "the Google Sheets API is not enabled"),
        (
            lambda team: team.anna.share(team.file_id, team.address, "reader"),
            "may look but not edit",
        ),
        (
            lambda team: setattr(team.anna.file(team.file_id), "mime", "application/vnd.ms-excel"),
            "uploaded file",
        ),
    ],
    ids=["revoked", "deleted", "not shared", "not enabled", "view only", "uploaded"],
)
def test_lost_access_is_told_with_the_way_out(team: Team, meddle: Meddle, said: str) -> None:
    meddle(team)
    done = team.one()
    assert done.state == "failed"
    assert said in (done.error or "")
    assert done.hint


def test_a_wrong_clock_is_told(team: Team) -> None:
    team.google.clock = lambda: 1_000_000_000.0
    done = team.one()
    assert "clock is wrong" in (done.error or "")


def test_tabs_are_chosen_by_title_and_misspelt_ones_named(team: Team) -> None:
    team.anna.add_tab(team.file_id, "Q4 ", [["x"]])
    team.write_config('tabs = ["Q4"]')
    assert team.one().error is None
    team.write_config('tabs = ["q4"]')
    assert "2 tabs are called 'q4'" in (team.one().error or "")
    team.write_config('tabs = ["Q5"]')
    done = team.one()
    assert "there is no tab 'Q5'" in (done.error or "")
    assert "Q4" in (done.hint or "")


def test_hidden_tabs_are_left_out_and_said_so(team: Team) -> None:
    team.anna.add_tab(team.file_id, "cache", ROWS)
    team.anna.hide_tab(team.file_id, "cache")
    team.one()
    assert team.grid("cache") == ROWS


def test_errors_texts_and_long_cells_spoil_their_row_only(sandbox: Sandbox, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        *ROWS,
        ["Odd", "Faulty", 0, "=1/0", 100, "x"],
        ["Odd", "Text date", 0, "55%", 1, "x" * 50_000],
        ["Odd", "=NA()", 0, 1, 2, "y"],
    ]
    team = Team(sandbox, tmp_path, rows)
    done = team.one()
    assert done.error is None
    assert {
        name: value for name, value in team.beside("Progress").items() if name in WANTED
    } == WANTED


def test_an_empty_tab_and_a_huge_one_do_not_stop_the_rest(team: Team) -> None:
    team.anna.add_tab(team.file_id, "empty")
    team.anna.do(
        team.file_id,
        addSheet={
            "properties": {
                "title": "huge",
                "gridProperties": {"rowCount": 200_000, "columnCount": 25},
            }
        },
    )
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED


def test_a_german_sheet_is_read_and_written_in_its_own_way(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Start", "Aktuell", "Zielwert"],
        ["Wachsen", "Umsatz", 0, None, None],
    ]
    team = Team(sandbox, tmp_path, rows, locale="de_DE")
    team.anna.type(team.file_id, "Q4", "D2", "1.250,5")
    team.anna.type(team.file_id, "Q4", "E2", "2.501")
    team.one()
    assert team.grid()[1][5] == 0.5
    assert team.anna.text(team.file_id, "Q4", "F2") == "50%"


# Whose is what


def _filled_beside(team: Team, column: str) -> None:
    """Somebody inserts a column and fills it, with words that okrsync uses too."""
    team.anna.insert_columns(team.file_id, "Q4", column)
    for row, text in enumerate(["Mood", "On track", "half", "On track"], start=1):
        team.anna.type(team.file_id, "Q4", f"{column}{row}", text)


@pytest.mark.parametrize(("had_run", "number"), [(False, 1), (False, 2), (True, 1)])
def test_a_column_that_is_inserted_and_filled_in_that_moment_keeps_what_was_typed(
    sandbox: Sandbox, tmp_path: Path, had_run: bool, number: int
) -> None:
    rows = [[*ROWS[0], "Progress", "Status"], *ROWS[1:]]
    team = Team(sandbox, tmp_path, rows)
    if had_run:
        team.one()
        for row, current in ((2, "70"), (3, "30"), (4, "2")):
            team.anna.type(team.file_id, "Q4", f"D{row}", current)
    team.google.traffic.before("write", number, lambda: _filled_beside(team, "G"))
    done = team.one()
    assert done.error is None
    assert team.beside("Mood") == {"Sign-ups": "On track", "Revenue": "half", "Churn": "On track"}
    assert team.beside("Progress") == (
        {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8} if had_run else WANTED
    )


@pytest.mark.parametrize(
    "trouble",
    [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 503, "after": True}],
    ids=str,
)
def test_what_people_type_in_their_own_columns_is_never_put_right(
    team: Team, trouble: dict[str, Any]
) -> None:
    """Whatever became of the write: words that okrsync sent may be people's words as well."""
    team.one()
    team.anna.type(team.file_id, "Q4", "D2", "5")
    traffic = team.google.traffic
    traffic.fail(Fault(lambda call: call.kind == "write", **trouble))
    traffic.before("read", 3, lambda: team.anna.type(team.file_id, "Q4", "F3", "Off track"))
    done = team.one()
    assert done.error is None
    assert team.beside("Owner")["Revenue"] == "Off track"
    assert team.beside("Status")["Sign-ups"] == "Off track"


def test_a_tab_that_is_renamed_while_its_rows_move_keeps_each_value_beside_its_row(
    team: Team,
) -> None:
    team.one()
    for row, current in ((2, "70"), (3, "30"), (4, "2")):
        team.anna.type(team.file_id, "Q4", f"D{row}", current)

    def meanwhile() -> None:
        team.anna.sort(team.file_id, "Q4", "A2:H4", "D")
        team.anna.rename_tab(team.file_id, "Q4", "Quarter")

    team.google.traffic.before("write", 1, meanwhile)
    assert team.one().error is None
    header, *rows = team.grid("Quarter")
    at = header.index("Progress")
    assert {row[1]: row[at] for row in rows} == {"Sign-ups": 0.7, "Revenue": 0.3, "Churn": 0.8}
    assert team.one().calls.write == 0


def test_a_tab_that_the_config_names_is_followed_when_it_is_renamed(team: Team) -> None:
    team.write_config('tabs = ["Q4"]')
    team.one()
    team.anna.rename_tab(team.file_id, "Q4", "Quarter")
    team.anna.type(team.file_id, "Quarter", "D2", "75")
    done = team.one()
    assert done.error is None
    assert team.grid("Quarter")[1][6] == 0.75
    assert team.one().calls.write == 0


@pytest.mark.parametrize("cells", ["3:3", "A3:Z3"], ids=["whole row", "past the edge"])
def test_a_protected_row_is_a_skip_when_the_columns_are_made(team: Team, cells: str) -> None:
    spot = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}
    if cells != "3:3":
        spot |= {"startColumnIndex": 0, "endColumnIndex": 26}
    rule = {"range": spot, "description": "Anna's row"}
    team.anna.do(team.file_id, addProtectedRange={"protectedRange": rule})
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Revenue": None, "Churn": 0.5}
    assert planned.skips == done.skips
    assert {skip.reason for skip in done.skips if "Anna's row" in skip.reason}
    assert team.one().calls.write == 0


@pytest.mark.parametrize("rows", [None, (0, 1)], ids=["tab", "header row"])
def test_where_no_column_can_be_added_plan_says_so_as_sync_does(
    team: Team, rows: tuple[int, int] | None
) -> None:
    spot: dict[str, int] = {"sheetId": 0}
    if rows is not None:
        spot |= {"startRowIndex": rows[0], "endRowIndex": rows[1]}
    team.anna.do(team.file_id, addProtectedRange={"protectedRange": {"range": spot}})
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    done = team.one()
    assert done.error is None
    assert planned.changes == done.changes == ()
    assert planned.skips == done.skips
    assert {skip.code for skip in done.skips} == {"protected", "left-out"}
    assert done.calls.write == 0


def test_a_new_column_has_looks_of_its_own_and_undo_leaves_nothing_behind(team: Team) -> None:
    cells = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 5, "endColumnIndex": 6}
    words = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Mia"}]}}
    team.anna.do(team.file_id, setDataValidation={"range": cells, "rule": words})
    blue = {"userEnteredFormat": {"backgroundColor": {"blue": 1}}}
    team.anna.do(
        team.file_id, repeatCell={"range": cells, "cell": blue, "fields": "userEnteredFormat"}
    )
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 5, "endIndex": 6}
    team.anna.do(
        team.file_id,
        updateDimensionProperties={
            "range": columns,
            "properties": {"pixelSize": 400},
            "fields": "pixelSize",
        },
    )
    before = _all_of(team)
    assert team.one().error is None
    sheet = team.anna.tab(team.file_id, "Q4")
    for row in (1, 2, 3):
        for column in (6, 7):
            cell = sheet.cell(row, column)
            assert cell.validation is None
            assert "backgroundColor" not in (cell.format or {})
    assert sheet.column_info[6]["pixelSize"] == 100
    undo(load(team.folder / "okrsync.toml"), "last")
    assert _all_of(team) == before


@pytest.mark.parametrize("is_formatted", [False, True], ids=["plain", "formatted by people"])
def test_undo_takes_its_looks_from_columns_that_people_had_made(
    sandbox: Sandbox, tmp_path: Path, is_formatted: bool
) -> None:
    team = Team(sandbox, tmp_path, [[*ROWS[0], "Progress", "Status"], *ROWS[1:]])
    if is_formatted:
        cells = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 6, "endColumnIndex": 7}
        percent = {"userEnteredFormat": {"numberFormat": {"type": "PERCENT", "pattern": "0%"}}}
        fields = "userEnteredFormat.numberFormat"
        team.anna.do(team.file_id, repeatCell={"range": cells, "cell": percent, "fields": fields})
    before = _all_of(team)
    assert team.one().error is None
    assert team.beside("Progress") == WANTED
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"
    undo(load(team.folder / "okrsync.toml"), "last")
    assert _all_of(team) == before
    team.one()
    assert team.beside("Progress") == WANTED
    assert team.anna.text(team.file_id, "Q4", "G2") == "50%"


def test_undo_takes_its_looks_from_columns_in_which_people_had_typed(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    rows = [[*row, None, "fine"] for row in ROWS[1:]]
    team = Team(sandbox, tmp_path, [[*ROWS[0], "Progress", "Status"], *rows])
    before = _all_of(team)
    first = team.run()
    between = _all_of(team)
    row = next(index for index, values in enumerate(team.grid()) if "Sign-ups" in values)
    column = team.grid()[0].index("Current")
    value, address = team.grid()[row][column], f"{letters(column)}{row + 1}"
    team.anna.put(team.file_id, "Q4", address, 90)
    second = team.run()
    assert team.beside("Progress")["Sign-ups"] != WANTED["Sign-ups"]
    config = load(team.folder / "okrsync.toml")
    undo(config, second.run or "")
    team.anna.put(team.file_id, "Q4", address, value)
    # What the first run wrote is there still, and its looks.
    assert _all_of(team) == between
    undo(config, first.run or "")
    assert _all_of(team) == before


def test_a_protected_summary_is_a_skip_in_plan_and_in_sync(team: Team) -> None:
    team.write_config(write='summary = "OKR summary"\nhistory = "OKR history"\n')
    assert team.one().error is None
    for title in ("OKR summary", "OKR history"):
        tab = team.anna.tab(team.file_id, title)
        rule = {"protectedRange": {"range": {"sheetId": tab.id}}}
        team.anna.do(team.file_id, addProtectedRange=rule)
    row = next(index for index, values in enumerate(team.grid(), 1) if "Sign-ups" in values)
    team.anna.put(team.file_id, "Q4", f"{letters(team.grid()[0].index('Current'))}{row}", 90)
    planned = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    assert "the tab 'OKR summary' is protected" in " ".join(skip.reason for skip in planned.skips)
    assert team.one().conflicts == ()
    again = team.one()
    assert (again.conflicts, again.calls.write) == ((), 0)
    assert "the tab 'OKR summary' is protected" in " ".join(skip.reason for skip in again.skips)


def _all_of(team: Team) -> tuple[object, ...]:
    """Everything a tab holds: cells with formats and rules, sizes, objects, metadata of columns."""
    book = team.anna.book(team.file_id)
    sheet = team.anna.tab(team.file_id, "Q4")
    cells = [[sheet.cell(row, column) for column in range(sheet.column_count)] for row in range(10)]
    objects = {name: held for name, held in sheet.objects.items() if held}
    # A mark that was held has been made again, with the same id.
    metadata = sorted(book.metadata, key=lambda entry: entry["metadataId"])
    return cells, sheet.column_count, sheet.column_info, objects, metadata


def test_a_row_that_somebody_struck_through_is_set_aside_and_keeps_its_look(team: Team) -> None:
    team.one()
    cells = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3, "endColumnIndex": 6}
    look = {"userEnteredFormat": {"textFormat": {"strikethrough": True}}}
    fields = "userEnteredFormat.textFormat.strikethrough"
    team.anna.do(team.file_id, repeatCell={"range": cells, "cell": look, "fields": fields})
    done = team.one()
    assert done.error is None
    assert {change.field: change.after for change in done.changes} == {"status": None}
    assert team.beside("Status")["Revenue"] is None
    assert team.anna.tab(team.file_id, "Q4").cell(2, 1).format == look["userEnteredFormat"]
    assert team.one().calls.write == 0
