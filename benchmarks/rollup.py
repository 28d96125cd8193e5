"""A million key results joined into a tree and measured, beside what a data frame needs for the
weighted means alone, which is all that it can say.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal

COUNT = 1_000_000
A_GROUP = 5
AS_OF = date(2026, 11, 23)


def ours() -> float:
    """Processor seconds to join and measure a million key results, status and reason included."""
    from okrsync.measures import measure
    from okrsync.measures.rules import CheckIns, Rules
    from okrsync.model.cycles import resolve_cycle
    from okrsync.model.okrs import Direction, KeyResult, Objective, Origin
    from okrsync.model.table import RowRef
    from okrsync.model.tree import join

    cycle = resolve_cycle("2026-Q4", AS_OF)
    numbers = [Decimal(number) for number in range(101)]
    weights = numbers[1:4]
    columns = {"objective": 0, "key_result": 1, "current": 2, "target": 3}
    # What makes the tree belongs to reading. Nothing of it is garbage, and looking takes long.
    gc.disable()
    objectives = []
    for group in range(COUNT // A_GROUP):
        key_results = []
        for number in range(group * A_GROUP, group * A_GROUP + A_GROUP):
            origin = Origin("a", "Q4", "Q4", RowRef(number + 2, None, ()), columns)
            key_results.append(
                KeyResult(
                    f"a/KR{number}",
                    f"k{number}",
                    f"Key result {number}",
                    origin,
                    baseline=numbers[0],
                    target=numbers[100],
                    current=numbers[number % 101],
                    direction=Direction.INCREASE,
                    weight=weights[number % 3],
                    checked_in=AS_OF,
                    checked_in_known=True,
                    cycle=cycle,
                )
            )
        above = key_results[0].origin
        objectives.append(
            Objective(
                f"a/O{group}",
                f"o{group}",
                f"Objective {group}",
                "a",
                above,
                tuple(key_results),
                cycle=cycle,
            )
        )
    start = time.process_time()
    tree = join(objectives, {})
    measured = measure(tree, Rules(), as_of=AS_OF, cycle=cycle, checkins={"": CheckIns()}, seen={})
    took = time.process_time() - start
    assert len(measured.items) == COUNT + COUNT // A_GROUP
    return took


def theirs() -> float:
    """Processor seconds for the weighted means as a pandas groupby."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "objective": [number // A_GROUP for number in range(COUNT)],
            "progress": [number % 101 / 100 for number in range(COUNT)],
            "weight": [number % 3 + 1 for number in range(COUNT)],
        }
    )
    start = time.process_time()
    frame["weighted"] = frame["progress"] * frame["weight"]
    sums = frame.groupby("objective")[["weighted", "weight"]].sum()
    means = sums["weighted"] / sums["weight"]
    assert len(means) == COUNT // A_GROUP
    return time.process_time() - start


def main() -> None:
    """Run each in a process of its own, so that peak memory is its own too, and print a table."""
    if len(sys.argv) > 1:
        seconds = {"ours": ours, "theirs": theirs}[sys.argv[1]]()
        print(f"{seconds:.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
        return
    print("| 1,000,000 key results | processor seconds | peak memory, MB |\n|---|---|---|")
    for name, label in (
        ("ours", "okrsync: joined and measured, with exact decimals"),
        ("theirs", "pandas groupby: means as floats"),
    ):
        done = subprocess.run(
            [sys.executable, __file__, name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"| {label} | {done.stderr.strip().splitlines()[-1]} | |")
            continue
        print(f"| {label} | {done.stdout.split()[0]} | {done.stdout.split()[1]} |")


if __name__ == "__main__":
    main()
