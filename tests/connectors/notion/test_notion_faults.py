"""A whole sync of a Notion workspace with one thing going wrong. All of the faults at all of the
calls are `benchmarks/notion_faults.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grids import in_part, kind_of_fault
from notion_faults import FAULTS, End, calls_of_a_sync, end_of

_CALLS = 40


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> End:
    """How it ends when nothing goes wrong."""
    return end_of(tmp_path_factory.mktemp("whole"), None)


def test_a_sync_without_faults_says_everything_once(wanted: End, tmp_path: Path) -> None:
    seen = wanted.everything
    assert (len(seen["rows"]), len(seen["board"]), len(seen["comments"]), seen["called"]) == (
        3,
        5,
        1,
        ["Jon"],
    )
    assert (wanted.is_through, wanted.writes) == (True, 0)
    assert calls_of_a_sync(tmp_path) == _CALLS


@pytest.mark.parametrize(
    ("fault", "number", "lasts"),
    # Each fault meets other calls than the one before it, from the first to the last.
    in_part(
        [(fault, 1 + place * 17 % _CALLS, bool(place % 2)) for place, fault in enumerate(FAULTS)],
        every=len(FAULTS),
        kind=lambda case: kind_of_fault(case[0]),
    ),
    ids=str,
)
def test_whatever_fails_the_workspace_ends_the_same(
    tmp_path: Path, wanted: End, fault: Mapping[str, Any], number: int, lasts: bool
) -> None:
    assert end_of(tmp_path, fault, number, lasts=lasts) == wanted
