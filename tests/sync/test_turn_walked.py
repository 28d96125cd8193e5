"""The turn of a cycle by the clock, in time zones far apart: the short form of
`benchmarks/turn.py`.
"""

from __future__ import annotations

import pytest

from grids import in_part
from turning import FEW_DAYS, walk


@pytest.mark.parametrize(
    ("calendar", "naming"), in_part([("far west", "tabs"), ("six weeks", "nothing")], every=2)
)
def test_no_untouched_row_is_better_off_by_the_clock(calendar: str, naming: str) -> None:
    walk(calendar, naming, FEW_DAYS)
