"""Every fault at every call of a whole sync of a Notion workspace, once and lasting, and how each
of them ended.

python benchmarks/notion_faults.py            # all of them
python benchmarks/notion_faults.py 10         # every tenth
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.trials import fault_cases, new_folder
from notion_faults import FAULTS, calls_of_a_sync, end_of


def main(step: int = 1, first: int = 0) -> int:
    """Try them, print what came of it, and answer with how many ended otherwise than a sync without
    faults.
    """
    begun, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        wanted = end_of(new_folder(folder), None)
        calls = calls_of_a_sync(new_folder(folder))
        cases = list(fault_cases(FAULTS, calls, step=step, first=first))
        for fault, number, lasts in cases:
            end = end_of(new_folder(folder), fault, number, lasts=lasts)
            if end == wanted:
                continue
            wrong += 1
            print(f"{fault} {'from' if lasts else 'at'} call {number}:")
            for name, value in wanted.everything.items():
                if end.everything[name] != value:
                    print(f"  {name}: {end.everything[name]}\n  instead of {value}")
            print(f"  went through: {end.is_through}; writes of the run after it: {end.writes}")
    print(
        f"{len(cases)} faults ({len(FAULTS)} kinds at each of {calls} calls, once and lasting),"
        f" {wrong} of them with another end than a sync without any, in"
        f" {time.monotonic() - begun:.0f} s"
    )
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(*(int(argument) for argument in sys.argv[1:])) else 0)
