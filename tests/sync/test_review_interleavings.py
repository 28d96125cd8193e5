"""What people type into a review stays through twenty reruns, whatever happens amid them.

A short part of what `benchmarks/interleavings.py` tries at length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from okrsync.testing import fake_time
from review_interleavings import FileRoom, GoogleRoom, NotionRoom, ReviewRoom, one_review


@pytest.fixture(
    params=[FileRoom, GoogleRoom, NotionRoom], ids=["workbook", "google-sheets", "notion"]
)
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReviewRoom[Any]]:
    made = request.param(tmp_path)
    with fake_time():
        yield made
    made.close()


@pytest.mark.parametrize("seed", [0, 1, 121, 129])
def test_what_people_type_into_a_review_stays_once(room: ReviewRoom[Any], seed: int) -> None:
    one_review(room, seed, reruns=20)
