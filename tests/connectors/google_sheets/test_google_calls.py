"""What runs over Google Sheets cost in calls, and what they need not read again."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from msgspec.structs import replace

from google_team import ROWS, TODAY, WANTED, Team
from okrsync.config import Config, load
from okrsync.connector import Calls, State
from okrsync.measures.picture import Picture
from okrsync.model.table import Snapshot
from okrsync.sync import look
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.traffic import Call


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
    for count in (5, 20):
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
    # The second run reads everything again, with the marks of rows and columns that the first made.
    config_path.write_text(f"{config_path.read_text(encoding='utf-8')}\n# edited\n")
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
