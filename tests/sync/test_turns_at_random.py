"""A few teams at random over the turn of a cycle; `benchmarks/random_turns.py` walks many."""

from __future__ import annotations

from pathlib import Path

import pytest

from grids import in_part
from turns_at_random import close_at_random, turn_at_random


@pytest.mark.parametrize("seed", in_part([120, 20070, 5], every=2))
def test_nobody_who_was_left_alone_is_better_off(tmp_path: Path, seed: int) -> None:
    turn_at_random(tmp_path, seed)


@pytest.mark.trial
@pytest.mark.parametrize("form", ["sheet", "notion"])
def test_nobody_is_better_off_in_a_service_either(tmp_path: Path, form: str) -> None:
    turn_at_random(tmp_path, 11, form)


@pytest.mark.trial
@pytest.mark.parametrize("form", ["sheet", "notion"])
def test_a_close_in_a_service_is_undone_whole(tmp_path: Path, form: str) -> None:
    assert close_at_random(tmp_path, 13, form) > 0


@pytest.mark.parametrize("seed", in_part([13, 27, 38], every=2))
def test_a_close_is_the_same_twice_and_undone_whole(tmp_path: Path, seed: int) -> None:
    assert close_at_random(tmp_path, seed) > 0
