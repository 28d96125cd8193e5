"""Every fault at every call of whole runs over a Google Sheet (the first sync with comments and
with notes, a sync a week later, the close of a cycle), once and lasting, and how each of them
ended.

python benchmarks/google_faults.py            # all of them
python benchmarks/google_faults.py 10         # every tenth
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from google_faults import FAULTS, JOBS, calls_of, differences, end_of


def main(step: int = 1, first: int = 0) -> int:
    """Try them, print what came of it, and answer with how many ended otherwise than a run without
    faults.
    """
    begun, wrong, tried, calls = time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for job in JOBS:
            wanted = end_of(_new(folder), job, None)
            count = calls_of(_new(folder), job)
            calls += count
            cases = list(product(FAULTS, range(1, count + 1), (False, True)))[first::step]
            for fault, number, lasts in cases:
                end = end_of(_new(folder), job, fault, number, lasts=lasts)
                tried += 1
                if differs := list(differences(end, wanted, fault)):
                    wrong += 1
                    moment = f"{'from' if lasts else 'at'} call {number}"
                    print(f"{job}: {dict(fault)} {moment}: {'; '.join(differs)[:600]}", flush=True)
            print(f"{job}: {count} calls, {len(cases)} faults tried", flush=True)
    print(
        f"{tried} faults ({len(FAULTS)} kinds at each of {calls} calls, once and lasting), {wrong}"
        f" of them with another end than a run without any, in {time.monotonic() - begun:.0f} s"
    )
    return wrong


def _new(folder: str) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


if __name__ == "__main__":
    sys.exit(1 if main(*(int(argument) for argument in sys.argv[1:])) else 0)
