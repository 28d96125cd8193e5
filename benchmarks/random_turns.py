"""Walks teams at random over the turn of a cycle, and closes the cycles of others; prints how many
of them kept what is promised. Each of them follows from its seed.

    python benchmarks/random_turns.py [--count 300] [--first 1] [--form sheet]

Each team keeps a file, and every fifth one a Google Sheet and a Notion database as well. `--form`
walks all of them in one place: csv, workbook, tab, sheet or notion.

`tests/sync/test_turns_at_random.py` is the short form of it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.trials import Tally, new_folder
from places_at_random import FORMS
from turns_at_random import close_at_random, turn_at_random


def main() -> int:
    """Walk them all, and answer with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="how many seeds (default: 300)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (default: 1)")
    parser.add_argument("--form", choices=FORMS, help="where all teams keep their sheet")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    tally = Tally()
    carried = 0
    with tempfile.TemporaryDirectory() as folder:

        def close(seed: int, form: str | None) -> None:
            nonlocal carried
            carried += close_at_random(new_folder(folder), seed, form)

        for seed in range(wanted.first, wanted.first + wanted.count):
            forms = (None, "sheet", "notion") if seed % 5 == 0 else (None,)
            for form in (wanted.form,) if wanted.form else forms:
                where = f" ({form})" if form else ""
                turn = partial(turn_at_random, new_folder(folder), seed, form)
                tally.attempt(f"a turn{where}", turn)
                tally.attempt(f"a close{where}", partial(close, seed, form))
    tally.print()
    print(f"{carried} key results were carried over")
    return int(not tally.all_survived)


if __name__ == "__main__":
    sys.exit(main())
