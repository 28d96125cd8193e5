"""Walks a company in three places through the end of its cycle, on each of the sixteen days before
and after it, shortly after midnight and shortly before: in each time zone and calendar, for each
way to name a cycle; prints what was walked and how it ended.

    python benchmarks/turn.py

`tests/sync/test_turn_walked.py` is the short form of it.
"""

from __future__ import annotations

import logging
import sys
import warnings
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.trials import Tally
from turning import CALENDARS, EVERY_DAY, walk


def main() -> int:
    """Walk them all, and answer with 1 where a day showed what it must not."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    tally = Tally()
    for name, calendar in CALENDARS.items():
        for naming in calendar.namings:
            trial = partial(walk, name, naming, EVERY_DAY, is_twice=True)
            tally.attempt(f"{name}, named by {naming}", trial)
    tally.print()
    return int(not tally.all_survived)


if __name__ == "__main__":
    sys.exit(main())
