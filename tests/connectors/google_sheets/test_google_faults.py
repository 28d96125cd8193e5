"""Whole runs over a Google Sheet with one thing going wrong. All of the faults at all of the calls
are `benchmarks/google_faults.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from google_faults import FAULTS, JOBS, End, Job, calls_of, differences, end_of

_CALLS: Mapping[Job, int] = {"first": 11, "notes": 9, "later": 9, "close": 7}


@cache
def undisturbed(job: Job) -> End:
    """How a job ends when nothing goes wrong."""
    with TemporaryDirectory() as folder:
        return end_of(Path(folder), job, None)


@pytest.mark.parametrize("job", JOBS)
def test_a_run_without_faults_leaves_nothing_to_write(job: Job, tmp_path: Path) -> None:
    end = undisturbed(job)
    assert (end.is_through, end.writes, end.open_entries) == (True, 0, 0)
    assert {"OKR summary", "Weekly review", "OKR history"} < set(end.everything["tabs"])
    assert calls_of(tmp_path, job) == _CALLS[job]


@pytest.mark.parametrize(
    ("job", "fault", "number", "lasts"),
    [
        # Each kind of fault meets another call of each job than the one before it.
        pytest.param(
            job,
            fault,
            1 + (place * 3 + turn * 5) % _CALLS[job],
            bool((place + turn) % 2) and "delay" not in fault,
            id=f"{job} {fault}",
        )
        for turn, job in enumerate(JOBS)
        for place, fault in enumerate(FAULTS)
        if (place + turn) % 3 == 0
    ],
)
def test_whatever_fails_the_spreadsheet_ends_the_same(
    tmp_path: Path, job: Job, fault: Mapping[str, Any], number: int, lasts: bool
) -> None:
    end = end_of(tmp_path, job, fault, number, lasts=lasts)
    assert not list(differences(end, undisturbed(job), fault))
