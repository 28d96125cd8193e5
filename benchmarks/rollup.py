"""A million key results rolled up into their objectives, beside what a data frame needs for the
same weighted means.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from decimal import Decimal

COUNT = 1_000_000
A_GROUP = 5


def ours() -> float:
    """Seconds to roll the progresses of a million key results up with okrsync."""
    from okrsync.measures.rollup import Part, weighted_mean
    from okrsync.measures.rules import Rules

    rules = Rules()
    shares = [Decimal(number % 101) / 100 for number in range(101)]
    weights = [Decimal(number) for number in range(1, 4)]
    parts = [Part(shares[number % 101], weights[number % 3]) for number in range(COUNT)]
    start = time.perf_counter()
    means = [weighted_mean(parts[at : at + A_GROUP], rules) for at in range(0, COUNT, A_GROUP)]
    assert len(means) == COUNT // A_GROUP
    return time.perf_counter() - start


def theirs() -> float:
    """Seconds for the same weighted means as a pandas groupby."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "objective": [number // A_GROUP for number in range(COUNT)],
            "progress": [number % 101 / 100 for number in range(COUNT)],
            "weight": [number % 3 + 1 for number in range(COUNT)],
        }
    )
    start = time.perf_counter()
    frame["weighted"] = frame["progress"] * frame["weight"]
    sums = frame.groupby("objective")[["weighted", "weight"]].sum()
    means = sums["weighted"] / sums["weight"]
    assert len(means) == COUNT // A_GROUP
    return time.perf_counter() - start


def main() -> None:
    """Run each in a process of its own, so that peak memory is its own too, and print a table."""
    if len(sys.argv) > 1:
        seconds = {"ours": ours, "theirs": theirs}[sys.argv[1]]()
        print(f"{seconds:.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
        return
    print("| rollup of 1,000,000 key results | seconds | peak memory, MB |\n|---|---|---|")
    for name, label in (
        ("ours", "okrsync (exact decimals)"),
        ("theirs", "pandas groupby (floats)"),
    ):
        done = subprocess.run(
            [sys.executable, __file__, name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"| {label} | not installed | |")
            continue
        print(f"| {label} | {done.stdout.split()[0]} | {done.stdout.split()[1]} |")


if __name__ == "__main__":
    main()
