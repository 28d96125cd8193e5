"""What people type into a review stays through twenty reruns, whatever happens amid them.

A short part of what `benchmarks/interleavings.py` tries at length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from grids import in_part
from okrsync.testing import fake_time
from review_interleavings import FileRoom, GoogleRoom, NotionRoom, ReviewRoom, one_review

ROOMS: dict[str, Callable[[Path], ReviewRoom[Any]]] = {
    "workbook": FileRoom,
    "google-sheets": GoogleRoom,
    "notion": NotionRoom,
}


@pytest.fixture
def room(kind: str, tmp_path: Path) -> Iterator[ReviewRoom[Any]]:
    made = ROOMS[kind](tmp_path)
    with fake_time():
        yield made
    made.close()


@pytest.mark.parametrize(("kind", "seed"), in_part(product(ROOMS, [0, 1, 121, 129]), every=7))
def test_what_people_type_into_a_review_stays_once(room: ReviewRoom[Any], seed: int) -> None:
    one_review(room, seed, reruns=20)
