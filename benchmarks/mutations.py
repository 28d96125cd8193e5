"""Thousands of tables kept in other words, in another layout or order: each is read the same as
before, or asked about, never silently as something else.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from mutations import TABLES, difference, mutants, read

if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wrong = []
    for name, (_, tabs) in TABLES.items():
        before = read(tabs)
        for seed, mutant in enumerate(mutants(name, range(count))):
            silent = difference(before, read(mutant.tabs))
            if silent is not None:
                wrong.append(f"{name}, {seed}, {', '.join(mutant.changes)}: {silent}")
    print(*wrong, sep="\n")
    print(f"{count * len(TABLES)} tables: {len(wrong)} were silently read as something else")
    sys.exit(bool(wrong))
