"""One run at a time, and whoever is refused learns who is at work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from okrsync.model.errors import LockHeld, StateError
from okrsync.state.lock import run_lock


def test_who_holds_the_lock_is_named(tmp_path: Path) -> None:
    state = tmp_path / "okrsync.db"
    with run_lock(state, "watch"):
        with pytest.raises(
            LockHeld, match=rf"`okrsync watch`, process {os.getpid()} of \S+ on \S+, since 20"
        ) as error:
            with run_lock(state, "sync"):
                pass
    assert error.value.hint


def test_a_lock_is_free_again_after_a_run_that_failed(tmp_path: Path) -> None:
    state = tmp_path / "okrsync.db"
    with pytest.raises(ZeroDivisionError), run_lock(state, "sync"):
        _ = 1 / 0
    with run_lock(state, "sync"):
        pass


def test_states_of_their_own_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with run_lock(tmp_path / "one.db", "sync"), run_lock(tmp_path / "two.db", "sync"):
        pass


def test_a_place_where_no_lock_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with (
        pytest.raises(StateError, match="lock cannot be made") as error,
        run_lock(tmp_path / "file" / "x.db", "sync"),
    ):
        pass
    assert error.value.hint


def test_a_folder_that_takes_no_lease_is_named_and_the_lock_let_go(tmp_path: Path) -> None:
    state = tmp_path / "okrsync.db"
    (tmp_path / "okrsync.db.lease").mkdir()
    with pytest.raises(LockHeld, match="did not say who"), run_lock(state, "sync"):
        pass
    (tmp_path / "okrsync.db.lease").rmdir()
    with run_lock(state, "sync"):
        pass
