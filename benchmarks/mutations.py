"""Thousands of tables kept in other words, in another layout or order: each is read the same as
before, or asked about, never silently as something else. Real files are tried as well where they
are beside the project.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from mutations import TABLES, Mutant, Tabs, difference, mutants, mutants_of, read, real_tables

SHARED = Path(__file__).resolve().parents[2] / "shared"


def tables(count: int) -> Iterator[tuple[str, Tabs, Iterator[Mutant]]]:
    """Each table with its mutants."""
    for name, (_, tabs) in TABLES.items():
        yield name, tabs, mutants(name, range(count))
    for path, tabs in real_tables(SHARED / "corpus", SHARED / "field"):
        yield path.stem, tabs, mutants_of(path.stem, tabs, range(count))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wrong, tried = [], 0
    for name, tabs, changed_tables in tables(count):
        before, began = read(tabs), time.monotonic()
        for seed, mutant in enumerate(changed_tables):
            tried += 1
            silent = difference(before, read(mutant.tabs), tabs, mutant.tabs)
            if silent is not None:
                wrong.append(f"{name}, {seed}, {', '.join(mutant.changes)}: {silent}")
                print(wrong[-1], flush=True)
        print(f"{name}: {count} tried in {time.monotonic() - began:.0f} s", flush=True)
    print(f"{tried} tables: {len(wrong)} were silently read as something else")
    sys.exit(bool(wrong))
