"""Many runs over one company, half an hour apart, with faults and people's edits at random: what
the state file, memory and open files come to, and whether the promises held.

    python benchmarks/soak.py [--runs 2000] [--seed 1]

History is kept for seven days, so that the state file should have stopped growing after a sixth of
the way.

The figures are kept in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import random
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import time_machine

from company import Company
from faults import FAULTS, at_once

_APART = timedelta(minutes=30)


def _memory_mib() -> float:
    """Resident memory of this process, the sandbox in it included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _edit(acme: Company, chance: random.Random, number: int) -> None:
    """Something a person does."""
    kind = chance.choice(
        ["value", "value", "value", "owner", "row", "sort", "page", "paragraph", "csv"]
    )
    mia, ada = acme.mia, acme.ada
    if kind == "value":
        row = next(
            row
            for row, line in enumerate(mia.grid(acme.growth, "Q4"), 1)
            if "Sign-ups a week" in line
        )
        mia.put(acme.growth, "Q4", f"E{row}", 40 + number % 60)
    elif kind == "owner":
        mia.put(acme.care, "Q4", "H1", f"hello {number}")
    elif kind == "row":
        mia.insert_rows(acme.growth, "Q4", 2)
        mia.delete_rows(acme.growth, "Q4", 2)
    elif kind == "sort":
        mia.move_row(acme.growth, "Q4", 2, 4)
    elif kind == "page":
        page = next(
            page
            for page in ada.rows(acme.database_source)
            if ada.read(page, "Key result") == "Reviews a month"
        )
        ada.edit(page, {"Current": 10 + number % 30})
    elif kind == "paragraph":
        words = {"rich_text": [{"type": "text", "text": {"content": f"hello {number}"}}]}
        made = ada.write(acme.home, [{"type": "paragraph", "paragraph": words}])
        ada.trash(made[0])
    else:
        path = acme.folder / "sales.csv"
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        cells = lines[1].split(",")
        cells[3] = str(number % 40)
        path.write_text(
            "".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8", newline=""
        )


def main() -> int:
    """Run and run, print how things stand each tenth of the way, and answer with 1 where a promise
    was broken.
    """
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    chance = random.Random(given.seed)
    names, broken, faults, edits, started = list(FAULTS), 0, 0, 0, time.monotonic()
    print(
        "|  runs | faults | edits | state file, KiB | memory, MiB | open files |\n| ----: | ----: |"
        " ----: | ----: | ----: | ----: |"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(datetime.now(UTC)) as clock,
        Company(Path(folder)) as acme,
        at_once(),
    ):
        acme.write_config(sections='[history]\nkeep = "7 days"\n')
        for number in range(1, given.runs + 1):
            clock.shift(_APART)
            if chance.random() < 0.5:
                _edit(acme, chance, number)
                edits += 1
            if chance.random() < 0.3:
                acme.fail(
                    chance.randint(1, 12),
                    FAULTS[chance.choice(names)],
                    lasting=chance.random() < 0.3,
                )
                faults += 1
            if chance.random() < 0.1:
                acme.meanwhile(chance.randint(1, 6), partial(_edit, acme, chance, number))
                edits += 1
            acme.sync()
            acme.heal()
            if number % max(1, given.runs // 10) == 0:
                acme.sync()
                acme.heal()
                quiet = acme.sync()
                world = acme.world()
                promises = {
                    "a quiet run writes": (
                        acme.writes
                        or any(
                            change.outcome == "written"
                            for part in quiet.parts
                            for change in part.changes
                        )
                    ),
                    "a run failed after it was healed": quiet.exit_code,
                    "entries are left open": acme.open_entries,
                    "a comment stands there twice": (
                        len(world["comments"]) != len(set(world["comments"]))
                    ),
                    "the summary stands there twice": (
                        sum(
                            "okrsync" in line and line.startswith("callout")
                            for line in world["home"]
                        )
                        > 1
                    ),
                }
                for promise, found in promises.items():
                    if found:
                        broken += 1
                        print(f"BROKEN after {number} runs: {promise}")
                acme.heal()
                acme.empty_trash()
                gc.collect()
                size = sum(path.stat().st_size for path in acme.folder.glob("okrsync.db*"))
                print(
                    f"| {number:5} | {faults:5} | {edits:5} | {size / 1024:13.0f} |"
                    f" {_memory_mib():10.0f} | {_open_files():9} |"
                )
    print(f"\n{time.monotonic() - started:.0f} s, {broken} promises broken")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
