"""State files of every age and in every shape: brought up to date, copied first, saved from damage,
or refused with the way out.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from grids import in_part
from okrsync.model.errors import StateError
from okrsync.state import sqlite as sqlite_state
from okrsync.state.journal import Journal
from okrsync.state.memory import Memory
from okrsync.state.schema import SCHEMA_VERSION, STEPS
from okrsync.state.store import Store
from team import AS_OF, Team, sheet

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
VERSION_1 = (Path(__file__).parent / "state_version_1.sql").read_text(encoding="utf-8")
"""The schema as the first okrsync made it, kept apart from the code that knows it now."""


def version_1(path: Path) -> None:
    """A state file as the first okrsync left it: a finished run with a cell, one that died, and
    what was remembered.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(VERSION_1)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA user_version = 1")
        database.execute(
            "INSERT INTO runs VALUES ('2026-11-20-1', 'sync', '2026-11-20',"
            " '2026-11-20T09:00:00+00:00', '2026-11-20T09:00:02+00:00', 0, NULL, '{\"written\":"
            " 1}')"
        )
        database.execute(
            "INSERT INTO runs VALUES ('2026-11-21-1', 'sync', '2026-11-21',"
            " '2026-11-21T09:00:00+00:00', NULL, NULL, NULL, '{}')"
        )
        entry = (
            "INSERT INTO entries VALUES (?, ?, 'growth', 'c', 'cell', 'progress', 'key-1', 'Q4!D2',"
            " 'Q4', '[2, null, [], null]', '[3, \"Progress\", 1]', 'share', '[]', 'null', '\"37"
            " %\"', ?, NULL)"
        )
        database.execute(entry, (1, "2026-11-20-1", "written"))
        database.execute(entry, (2, "2026-11-21-1", None))
        database.execute("INSERT INTO written VALUES ('growth', 'key-1', 'progress', '\"37 %\"')")
        database.execute("INSERT INTO facts VALUES ('growth', 'items', '9')")
    path.chmod(0o600)


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def copies(path: Path, kind: str = "v1-*.bak") -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.{kind}"))


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "okrsync.db"


def test_the_first_step_is_the_schema_of_the_first_okrsync_word_for_word() -> None:
    assert STEPS[0].split() == VERSION_1.split()


def test_a_file_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_holds(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    version_1(path)
    with caplog.at_level(logging.WARNING), Store.open(path) as state:
        journal = Journal(state)
        assert [record.id for record in journal.runs()] == ["2026-11-21-1", "2026-11-20-1"]
        assert len(journal.unsettled()) == 1
        assert len(journal.last_written("growth")) == 1
        assert Memory(state).items("growth") == 9
        assert journal.runs()[1].parts == ()
        journal.begin("sync", as_of=NOW.date(), now=NOW)
    assert version_of(path) == SCHEMA_VERSION
    assert f"from state version 1 to {SCHEMA_VERSION}" in caplog.text
    assert copies(path)[0].name in caplog.text


def test_before_that_it_is_copied_for_its_owner_only(path: Path) -> None:
    version_1(path)
    os.umask(os.umask(0o000))
    Store.open(path).__exit__()
    (copy,) = copies(path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (version_of(copy), is_sound(copy)) == (1, True)
    assert [
        one.name for one in path.parent.iterdir() if one.name.endswith((".part", "-wal", "-shm"))
    ] == []
    Store.open(path).__exit__()
    assert copies(path) == [copy]


def test_a_look_at_an_older_file_sees_everything_and_leaves_it_as_it_is(path: Path) -> None:
    version_1(path)
    before = path.read_bytes()
    with Store.open(path, readonly=True) as state:
        assert len(Journal(state).runs()) == 2
        assert Memory(state).items("growth") == 9
    assert (path.read_bytes(), [one.name for one in path.parent.iterdir()]) == (before, [path.name])


def test_how_everything_stood_after_a_run_of_the_first_okrsync_is_not_known(team: Team) -> None:
    version_1(team.folder / "okrsync.db")
    assert team.run("show", "--since", "2026-11-20-1", "--as-of", AS_OF)[0] == 2
    assert "an earlier okrsync made it" in team.err
    team.sync("--allow", "max-shrink")
    assert team.run("show", "--since", "2026-11-20-1", "--as-of", AS_OF)[0] == 2
    assert team.run("show", "--since", "last", "--as-of", AS_OF)[0] == 0


def test_runs_stand_in_the_order_in_which_they_were_made_whatever_the_clock_said(
    path: Path,
) -> None:
    with Store.open(path) as state:
        journal = Journal(state)
        future = journal.begin("sync", as_of=NOW.date(), now=NOW.replace(year=2040))
        now = journal.begin("sync", as_of=NOW.date(), now=NOW)
        assert [record.id for record in journal.runs()] == [now, future]


def test_a_later_version_is_refused_with_the_way_out(path: Path) -> None:
    Store.open(path).__exit__()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    for readonly in (True, False):
        with pytest.raises(StateError, match="later okrsync") as error:
            Store.open(path, readonly=readonly)
        assert "Upgrade okrsync" in str(error.value.hint)
        assert ".bak" in str(error.value.hint)
    assert path.read_bytes() == before


# killed


class Dying(sqlite3.Connection):
    """A connection whose process dies at one of its statements."""

    left = 0

    def execute(self, *args: object, **more: object) -> sqlite3.Cursor:
        Dying.left -= 1
        if Dying.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*args, **more)  # type: ignore[arg-type]

    def backup(self, target: sqlite3.Connection, **more: Any) -> None:
        Dying.left -= 1
        if Dying.left == 0:
            # With the first page copied, and no other.
            super().backup(
                target, pages=1, progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL)
            )
        super().backup(target, **more)


def died_at(number: int, what: Callable[[], object]) -> bool:
    """Do something in a process that is killed at its statement of this number, or at that file
    operation; False when it came to its end before.
    """
    child = os.fork()
    if child == 0:
        Dying.left = number
        connect = sqlite3.connect
        sqlite3.connect = lambda *args, **more: connect(*args, factory=Dying, **more)  # type: ignore[assignment]
        for name in ("rename", "remove", "link", "open"):
            sys.addaudithook(lambda event, _, name=name: _die() if event == f"os.{name}" else None)  # type: ignore[misc]
        try:
            what()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _die() -> None:
    Dying.left -= 1
    if Dying.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def until_it_ends(
    what: Callable[[], object], again: Callable[[], object], stride: int = 1, first: int = 1
) -> Iterator[int]:
    """One killed process after the other, each some steps later, until one comes to its end;
    `again` makes the start anew.
    """
    for number in range(first, 400, stride):
        again()
        if not died_at(number, what):
            return
        yield number


@pytest.mark.parametrize("first", in_part([1, 2, 3, 4], every=4))
def test_killed_at_any_moment_of_an_upgrade_the_file_is_whole_and_the_next_run_ends_it(
    tmp_path: Path, first: int
) -> None:
    path = tmp_path / "state" / "okrsync.db"

    def fresh() -> None:
        for one in path.parent.glob("*") if path.parent.exists() else ():
            one.unlink()
        for one in path.parent.glob(".*") if path.parent.exists() else ():
            one.unlink()
        path.parent.mkdir(exist_ok=True)
        version_1(path)

    steps = 0
    for _ in until_it_ends(lambda: Store.open(path).__exit__(), fresh, stride=4, first=first):
        steps += 1
        assert is_sound(path)
        assert 1 <= version_of(path) <= SCHEMA_VERSION
        assert all(is_sound(copy) and version_of(copy) == 1 for copy in copies(path))
        with Store.open(path) as state:
            assert len(Journal(state).runs()) == 2
            assert Memory(state).items("growth") == 9
        assert version_of(path) == SCHEMA_VERSION
        assert copies(path), "an upgrade leaves a copy, whenever the first try died"
        assert [one.name for one in path.parent.glob(".*")] == []
    assert steps > 8


# damaged


def spoil(path: Path, page: int, size: int = 4096) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def leaf_of_entries(path: Path) -> tuple[int, int]:
    """A leaf page of the journal and the size of pages, by looking for an entry's own words in the
    file.
    """
    data = path.read_bytes()
    size = int.from_bytes(data[16:18], "big")
    at = data.index(b"key-300")
    return at // size + 1, size


def many_entries(path: Path) -> None:
    """A run with 600 entries, and something that is remembered."""
    with Store.open(path) as state:
        journal = Journal(state)
        run = journal.begin("sync", as_of=date(2026, 11, 24), now=NOW)
        with state.transaction():
            state.run_many(
                "INSERT INTO entries (run, source, id, kind, field, key, at, before, after, state)"
                " VALUES (?, 'growth', ?, 'cell', 'progress', ?, 'Q4!D2', 'null', '\"half\"',"
                " 'written')",
                ((run, f"c{number}", f"key-{number}") for number in range(600)),
            )
            Memory(state).remember_items("growth", 9)


@pytest.fixture
def broken(path: Path) -> Path:
    """A state file with a daily copy, a run that is younger, and one page of 600 entries spoilt."""
    many_entries(path)
    Store.open(path).__exit__()
    with Store.open(path) as state:
        Journal(state).begin("sync", as_of=date(2026, 11, 24), now=NOW)
    spoil(path, *leaf_of_entries(path))
    return path


def test_the_daily_copy_takes_the_place_of_a_damaged_file(
    broken: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt, copy = broken.read_bytes(), broken.with_name("okrsync.db.daily.bak").read_bytes()
    with caplog.at_level(logging.WARNING), Store.open(broken) as state:
        journal = Journal(state)
        (record,) = journal.runs()
        assert len(journal.entries(record.id)) == 600
        assert Memory(state).items("growth") == 9
    assert is_sound(broken)
    (aside,) = copies(broken, "broken-*")
    assert aside.read_bytes() == spoilt
    assert broken.with_name("okrsync.db.daily.bak").read_bytes() == copy
    assert {stat.S_IMODE(one.stat().st_mode) for one in (aside, broken)} == {0o600}
    assert aside.name in caplog.text
    assert "was damaged" in caplog.text
    assert f"{datetime.now(UTC):%d %b %Y}" in caplog.text
    Store.open(broken).__exit__()
    assert copies(broken, "broken-*") == [aside]


@pytest.mark.parametrize("size", [100, 4096])
def test_a_file_whose_beginning_is_lost_is_replaced_as_well(
    broken: Path, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(broken, 1, size)
    with caplog.at_level(logging.WARNING), Store.open(broken) as state:
        assert len(Journal(state).entries("2026-11-24-1")) == 600
    assert "was damaged" in caplog.text


@pytest.mark.parametrize("copy", [None, b"", b"no database", "spoilt"])
def test_without_a_sound_copy_nothing_is_changed_and_the_way_out_is_named(
    broken: Path, copy: bytes | str | None
) -> None:
    daily = broken.with_name("okrsync.db.daily.bak")
    if copy is None:
        daily.unlink()
    elif copy == "spoilt":
        spoil(daily, *leaf_of_entries(daily))
    else:
        daily.write_bytes(copy if isinstance(copy, bytes) else b"")
    before = broken.read_bytes()
    with pytest.raises(StateError, match=r"damaged.*(no daily copy|damaged as well)") as error:
        Store.open(broken)
    assert "move the file away" in str(error.value.hint)
    assert broken.read_bytes() == before
    assert not copies(broken, "broken-*")


def test_the_daily_copy_is_made_once_a_day_and_never_of_an_empty_file(path: Path) -> None:
    daily = path.with_name("okrsync.db.daily.bak")
    Store.open(path).__exit__()
    Store.open(path).__exit__()
    assert not daily.exists()
    many_entries(path)
    Store.open(path).__exit__()
    first = daily.read_bytes()
    assert stat.S_IMODE(daily.stat().st_mode) == 0o600
    with Store.open(path) as state:
        Journal(state).begin("sync", as_of=date(2026, 11, 24), now=NOW)
    Store.open(path).__exit__()
    assert daily.read_bytes() == first
    yesterday = time.time() - 23.5 * 3600
    os.utime(daily, (yesterday, yesterday))
    Store.open(path).__exit__()
    with Store.open(daily, readonly=True) as state:
        assert len(Journal(state).runs()) == 2


def test_a_copy_that_cannot_be_made_holds_no_run_up(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    many_entries(path)

    def no_room(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite_state, "back_up_daily", no_room)
    with caplog.at_level(logging.WARNING), Store.open(path) as state:
        assert len(Journal(state).entries("2026-11-24-1")) == 600
    assert "could not be made" in caplog.text


def test_a_look_at_a_damaged_file_changes_nothing_and_names_the_way_out(broken: Path) -> None:
    before = broken.read_bytes()
    with Store.open(broken, readonly=True) as state:
        with pytest.raises(StateError, match="damaged") as error:
            Journal(state).entries("2026-11-24-1")
    assert "next sync" in str(error.value.hint)
    assert broken.read_bytes() == before


def test_killed_at_any_moment_of_a_repair_the_copy_is_in_place_in_the_end(broken: Path) -> None:
    spoilt, copy = broken.read_bytes(), broken.with_name("okrsync.db.daily.bak").read_bytes()

    def fresh() -> None:
        for one in [*broken.parent.glob("*"), *broken.parent.glob(".*")]:
            one.unlink()
        broken.write_bytes(spoilt)
        broken.with_name("okrsync.db.daily.bak").write_bytes(copy)

    steps = 0
    for _ in until_it_ends(lambda: Store.open(broken).__exit__(), fresh, stride=1):
        steps += 1
        with Store.open(broken) as state:
            assert len(Journal(state).entries("2026-11-24-1")) == 600
        assert copies(broken, "broken-*")
        assert is_sound(broken)
    assert steps > 10


def test_damage_to_somebody_elses_database_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE x (y)")
    before = path.read_bytes()
    with pytest.raises(StateError, match="not okrsync's"):
        Store.open(path)
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (before, ["other.db"])


# in the way


def test_a_log_that_a_killed_run_left_is_folded_in(path: Path) -> None:
    def at_work() -> None:
        state = Store.open(path)
        Memory(state).remember_items("growth", 9)
        os.kill(os.getpid(), signal.SIGKILL)

    assert died_at(10_000, at_work)
    assert path.with_name("okrsync.db-wal").exists()
    with Store.open(path, readonly=True) as state:
        assert Memory(state).items("growth") == 9
    assert [one.name for one in path.parent.iterdir()] == ["okrsync.db"]


def test_a_file_that_another_program_holds_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(path).__exit__()
    monkeypatch.setattr(sqlite_state, "_PATIENCE_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StateError, match="another program holds") as error:
            Store.open(path)
        assert "fuser okrsync.db" in str(error.value.hint)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of its own with little room."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("a disk with little room can only be made by the superuser")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_full_disk_nothing_is_half_done_and_room_makes_it_whole(
    team: Team, tmp_path: Path
) -> None:
    before = sheet(team.folder / "growth.xlsx")
    with small_disk(tmp_path / "disk", 400) as disk:
        text = (team.folder / "okrsync.toml").read_text()
        team.config(f'state = "{disk}/okrsync.db"\n' + text)
        (disk / "ballast").write_bytes(b"x" * 390_000)
        assert team.run("sync", "--as-of", AS_OF)[0] == 1
        assert "Make room" in team.err
        assert sheet(team.folder / "growth.xlsx") == before
        (disk / "ballast").unlink()
        assert team.sync()["counts"]["written"] == 12


def test_an_upgrade_that_finds_no_room_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 300) as disk:
        path = disk / "okrsync.db"
        version_1(path)
        (disk / "ballast").write_bytes(b"x" * (300_000 - path.stat().st_size - 45_000))
        with pytest.raises(StateError, match=r"disk is full|No space") as error:
            Store.open(path)
        assert "Make room" in str(error.value.hint)
        assert (version_of(path), copies(path)) == (1, [])
        (disk / "ballast").unlink()
        Store.open(path).__exit__()
        assert version_of(path) == SCHEMA_VERSION


def test_a_read_only_disk_can_be_looked_at_and_refuses_a_sync_before_anything_is_sent(
    team: Team, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 2000) as disk:
        text = (team.folder / "okrsync.toml").read_text()
        team.config(f'state = "{disk}/okrsync.db"\n' + text)
        team.sync()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert "12 changes written" in team.run("history")[1]
        assert team.run("show", "--as-of", AS_OF)[0] == 0
        before = sheet(team.folder / "growth.xlsx")
        assert team.run("sync", "--as-of", "2026-12-20")[0] == 1
        assert "Read-only file system" in team.err
        assert sheet(team.folder / "growth.xlsx") == before
        problems = [
            one["message"]
            for one in team.json("state", "check", code=1)["findings"]
            if one["repair"]
        ]
        assert any("cannot be written" in one for one in problems)
