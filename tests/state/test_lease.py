"""Two machines on one state: one is at work, the other is refused and learns why, and nobody is
locked out for good.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from okrsync.model.errors import LockHeld, StateError
from okrsync.state import lease
from okrsync.state.journal import Journal
from okrsync.state.lease import LASTS_SECONDS, Holder
from okrsync.state.lease import take as take_record
from okrsync.state.lease_file import LeaseFile
from okrsync.state.lock import run_lock, unlock
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from state.racing import at_once
from team import AS_OF, Team

ELSEWHERE = Holder(
    "t1",
    "sync",
    "ops",
    "other-host",
    7,
    "2026-11-28T10:15:00+00:00",
    "another-boot",
    "pid:[1]",
    "123",
)


def lease_path(state: Path) -> Path:
    return LeaseFile(state).path


def record(path: Path) -> LeaseFile:
    return LeaseFile(path.with_suffix(""))


def take(path: Path, command: str) -> lease.Lease:
    return take_record(record(path), command)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return lease_path(tmp_path / "okrsync.db")


def hold(path: Path, holder: Holder = ELSEWHERE, *, age: float = 0.0) -> None:
    """A lease that somebody keeps, last kept fresh so many seconds ago."""
    path.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    moment = time.time() - age
    os.utime(path, (moment, moment))


def mine() -> Holder:
    """What a process of this machine says of itself."""
    found = lease.this_process("sync")
    return replace(found, token="t2")


def test_another_machine_at_work_is_named_with_what_to_do(path: Path) -> None:
    hold(path, age=40)
    with pytest.raises(
        LockHeld, match="process 7 of ops on other-host, since 2026-11-28T10:15:00"
    ) as error:
        take(path, "sync")
    assert "okrsync state unlock" in str(error.value.hint)
    assert "2 min" in str(error.value.hint)
    assert json.loads(path.read_text())["token"] == "t1"


def test_a_lease_of_another_machine_is_over_once_it_is_not_kept_fresh(path: Path) -> None:
    hold(path, age=LASTS_SECONDS + 1)
    mine_now = take(path, "sync")
    assert json.loads(path.read_text())["pid"] == os.getpid()
    mine_now.release()
    assert list(path.parent.iterdir()) == []


def test_a_lease_of_a_dead_process_of_this_machine_is_over_at_once(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    holder = replace(mine(), pid=process.pid, born=lease._born(process.pid))
    hold(path, holder)
    with pytest.raises(LockHeld):
        take(path, "sync")
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()
    take(path, "sync").release()


def test_a_later_process_with_the_number_of_a_dead_one_is_not_taken_for_it(path: Path) -> None:
    hold(path, replace(mine(), born="1"))
    take(path, "sync").release()


def test_a_process_of_this_machine_that_lives_is_never_taken_over_however_long_it_is_silent(
    path: Path,
) -> None:
    hold(path, mine(), age=LASTS_SECONDS * 100)
    with pytest.raises(LockHeld):
        take(path, "sync")


def test_a_container_of_this_machine_is_judged_by_its_signs_of_life_only(path: Path) -> None:
    """Its process numbers mean nothing here."""
    other = replace(mine(), space="pid:[4242]", pid=1)
    hold(path, other)
    with pytest.raises(LockHeld):
        take(path, "sync")
    hold(path, other, age=LASTS_SECONDS + 1)
    take(path, "sync").release()


def test_a_clock_that_jumped_back_locks_nobody_out_for_good(path: Path) -> None:
    hold(path, age=-30 * 86400)
    with pytest.raises(LockHeld):
        take(path, "sync")
    # Stamped anew, it lasts as long as any other from here.
    assert abs(time.time() - path.stat().st_mtime) < 60
    hold(path, age=LASTS_SECONDS + 1)
    take(path, "sync").release()


def test_a_lease_that_nobody_can_read_is_waited_for_and_then_taken_over(path: Path) -> None:
    path.write_text('{"token": "cut sho', encoding="utf-8")
    with pytest.raises(LockHeld, match="did not say who"):
        take(path, "sync")
    os.utime(path, (1, 1))
    take(path, "sync").release()


def test_where_the_drive_knows_no_links_the_lease_is_taken_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    held = take(path, "sync")
    with pytest.raises(LockHeld):
        take(path, "undo")
    held.release()
    assert list(path.parent.iterdir()) == []


def test_of_many_that_see_a_lease_that_is_over_one_gets_it(path: Path) -> None:
    """Each in a process of its own, at once; the winner keeps it until the last has tried."""
    hold(path, age=LASTS_SECONDS + 1)
    code = (
        "import sys; from pathlib import Path; from okrsync.model.errors import LockHeld;"
        " from okrsync.state.lease import take; from okrsync.state.lease_file import LeaseFile\n"
        "sys.stdin.readline()\n"
        "try: take(LeaseFile(Path(sys.argv[1])), 'sync');"
        " print('got', flush=True)\nexcept LockHeld: print('refused',"
        " flush=True)\nsys.stdin.readline()"
    )
    said = at_once(code, str(path.with_suffix("")))
    assert sorted(said) == ["got", "refused", "refused", "refused"]


def test_a_run_that_was_asleep_too_long_writes_nothing_any_more(tmp_path: Path) -> None:
    """Another machine took over while this one slept: not an entry of the journal is made."""
    file = tmp_path / "okrsync.db"
    with run_lock(file, "sync") as held, Store.open(file, lease=held) as state:
        with state.transaction():
            Memory(state).remember_items("growth", 1)
        hold(lease_path(file))
        with pytest.raises(
            LockHeld, match=r"taken over by `okrsync sync`, process 7 .* gave no sign for 3 minutes"
        ):
            with state.transaction():
                Memory(state).remember_items("growth", 2)
        assert Memory(state).items("growth") == 1
    assert json.loads(lease_path(file).read_text())["token"] == "t1"


def test_a_lease_that_was_taken_away_and_not_taken_over_is_taken_again(path: Path) -> None:
    held = take(path, "sync")
    path.unlink()
    held.confirm()
    assert json.loads(path.read_text())["token"] == held.holder.token
    held.release()


def test_what_a_run_left_at_work_takes_no_lease_after_its_end(path: Path) -> None:
    mine = take(path, "sync")
    mine.release()
    with pytest.raises(LockHeld, match="this run has ended"):
        mine.confirm()
    assert not mine.renew()
    assert not path.exists()
    take(path, "sync").release()


def test_a_thread_that_confirms_while_the_run_ends_leaves_no_lease(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewing, released = threading.Event(), threading.Event()
    renew = LeaseFile.renew

    def slowly(of_run: LeaseFile, holder: Holder) -> bool:
        renewing.set()
        released.wait(0.2)
        return renew(of_run, holder)

    mine = take(path, "sync")
    monkeypatch.setattr(LeaseFile, "renew", slowly)
    left_at_work = threading.Thread(target=mine.renew)
    left_at_work.start()
    renewing.wait(20)
    mine.release()
    released.set()
    left_at_work.join()
    assert not path.exists()


def test_a_drive_that_does_not_answer_is_no_takeover(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = take(path, "sync")

    def away(*_: object, **__: object) -> str:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "read_text", away)
        with pytest.raises(StateError, match="Input/output error"):
            held.confirm()
    held.confirm()
    held.release()


def test_at_work_the_lease_is_kept_fresh(path: Path) -> None:
    held = take(path, "sync")
    os.utime(path, (1, 1))
    assert held.renew()
    found = record(path).look()
    assert found is not None
    assert abs(found.age_seconds) < 60
    held.release()


def test_a_sync_elsewhere_refuses_sync_and_even_a_look(team: Team) -> None:
    team.sync()
    hold(lease_path(team.folder / "okrsync.db"))
    before = (team.folder / "growth.xlsx").read_bytes()
    for command in ("sync", "plan", "show", "history", "retry"):
        assert team.run(command, *(["--as-of", AS_OF] if command != "history" else []))[0] == 11, (
            command
        )
        assert "other-host" in team.err
        assert "state unlock" in team.err
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_unlock_asks_first_and_ends_the_hold(team: Team) -> None:
    team.sync()
    path = lease_path(team.folder / "okrsync.db")
    hold(path)
    assert team.run("state", "unlock")[0] == 2
    assert "--yes" in team.err
    assert path.exists()
    assert "process 7 of ops on other-host" in team.json("state", "unlock", "--yes")["ended"]
    team.sync()
    assert team.json("state", "unlock")["ended"] is None


def test_unlock_never_ends_a_run_of_this_machine_that_is_alive(tmp_path: Path) -> None:
    file = tmp_path / "okrsync.db"
    with run_lock(file, "sync"), pytest.raises(LockHeld):
        unlock(file)
    hold(lease_path(file), mine())
    with pytest.raises(LockHeld, match="is alive"):
        unlock(file)


def test_a_run_that_was_killed_holds_nobody_up(team: Team) -> None:
    hold(lease_path(team.folder / "okrsync.db"), replace(mine(), pid=4_000_000, born="99"))
    assert team.run("sync", "--as-of", AS_OF)[0] == 0
    with Store.open(team.folder / "okrsync.db", readonly=True) as state:
        assert len(Journal(state).runs()) == 1
    assert not lease_path(team.folder / "okrsync.db").exists()
