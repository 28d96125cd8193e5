"""Whole runs over five sources and a board, with each fault at many calls and kills at every call
and every write to the journal; prints what was tried and survived.

    python benchmarks/reliability.py [--cases 600] [--seed 1] [--kills-every 1]

`tests/test_faults.py` is the short form of it. The figures are kept in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.trials import Tally
from faults import FAULTS, cases, count_calls, one_fault
from kills import Killer


def main() -> int:
    """Try it all, and answer with how many did not end as they should, 1 at most."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--cases", type=int, default=600, help="how many faults to try")
    asked.add_argument("--seed", type=int, default=1, help="which ones")
    asked.add_argument(
        "--kills-every",
        type=int,
        default=1,
        help="kill at every nth call and statement only; 0: at none",
    )
    given = asked.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    tally = Tally()
    for fault, share, lasting, edit in cases(given.seed, given.cases):
        name = f"{fault}{', lasting' if lasting else ''}"
        tally.attempt(name, partial(one_fault, fault, share, lasting=lasting, edit=edit))
    if given.kills_every:
        with Killer() as killer:
            for after in (False, True):
                trial = partial(killer.at_call, after=after)
                name = f"killed {'after' if after else 'before'} a call took effect"
                tally.attempt_each(name, trial, step=given.kills_every)
            for when in ("before", "after"):
                trial = partial(killer.at_statement, when=when)
                name = f"killed {when} a write to the journal"
                tally.attempt_each(name, trial, step=given.kills_every)
    print(f"A first run over five sources and a board makes {count_calls()} calls.\n")
    tally.print([name for fault in FAULTS for name in (fault, f"{fault}, lasting")])
    return int(not tally.all_survived)


if __name__ == "__main__":
    sys.exit(main())
