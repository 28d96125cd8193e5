"""Weekly messages with every answer a webhook may give, and kills at every write to the state and
at the message itself; prints what was tried and survived.

    python benchmarks/digests.py

`tests/sync/test_digest_trials.py` is the short form of it.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from digest_trials import ANSWERS, killed_at_a_message, killed_at_a_statement, one_answer
from kills import Killer


def main() -> int:
    """Try it all, and answer with 1 where something did not end as it should."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    started = time.monotonic()
    tried, survived = Counter[str](), Counter[str]()

    def attempt(name: str, trial: Callable[[], bool | None]) -> bool:
        """Whether there was anything to try."""
        try:
            if trial() is False:
                return False
            survived[name] += 1
        except AssertionError as error:
            print(f"NOT SURVIVED  {name}: {str(error)[:300]}")
        tried[name] += 1
        return True

    for name in ANSWERS:
        attempt(name, partial(one_answer, name, lasting=False))
        attempt(f"{name}, lasting", partial(one_answer, name, lasting=True))
    with Killer() as killer:
        for when in ("before", "after"):
            number, name = 1, f"killed {when} a write to the state"
            while attempt(name, partial(killed_at_a_statement, killer, number, when=when)):
                number += 1
        for takes in (True, False):
            for runs in (1, 2):
                name = f"{runs} killed while a message was under way"
                attempt(name, partial(killed_at_a_message, killer, takes=takes, runs=runs))
    print(f"| {'what went wrong':44} | tried | survived |\n| {'-' * 44} | ----: | -------: |")
    for name in tried:
        print(f"| {name:44} | {tried[name]:5} | {survived[name]:8} |")
    print(f"| {'all':44} | {tried.total():5} | {survived.total():8} |")
    print(f"\n{time.monotonic() - started:.0f} s")
    return int(survived != tried)


if __name__ == "__main__":
    raise SystemExit(main())
