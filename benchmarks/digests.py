"""Weekly messages with every answer a webhook may give, and kills at every write to the state and
at the message itself; prints what was tried and survived.

    python benchmarks/digests.py

`tests/sync/test_digest_trials.py` is the short form of it.
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
from digest_trials import ANSWERS, killed_at_a_message, killed_at_a_statement, one_answer
from kills import Killer


def main() -> int:
    """Try it all, and answer with 1 where something did not end as it should."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    tally = Tally()
    for name in ANSWERS:
        tally.attempt(name, partial(one_answer, name, lasting=False))
        tally.attempt(f"{name}, lasting", partial(one_answer, name, lasting=True))
    with Killer() as killer:
        for when in ("before", "after"):
            trial = partial(killed_at_a_statement, killer, when=when)
            tally.attempt_each(f"killed {when} a write to the state", trial)
        for takes in (True, False):
            for runs in (1, 2):
                name = f"{runs} killed while a message was under way"
                tally.attempt(name, partial(killed_at_a_message, killer, takes=takes, runs=runs))
    tally.print()
    return int(not tally.all_survived)


if __name__ == "__main__":
    raise SystemExit(main())
