"""Random grids for the mapping: nothing may break it, and no OKR may be read out of noise.
`benchmarks/noise.py` takes ten thousand.
"""

from __future__ import annotations

import random
import string
from datetime import UTC, date, datetime

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellError, CellValue, Merge, Snapshot, Table, rows_of

__all__ = ["grid_of", "read", "run"]

TODAY = date(2026, 11, 23)
PLAIN = [
    "invoice",
    "street",
    "paid",
    "amount",
    "north",
    "customer",
    "shipped",
    "vendor",
    "warehouse",
    "model",
    "colour",
    "width",
    "height",
    "price",
    "order",
    "country",
    "yes",
    "no",
    "blue",
    "red",
    "Tuesday",
    "alpha",
    "beta",
    "gamma",
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "consectetur",
]
OKR = [
    "Objective",
    "Key Result",
    "Target",
    "KR1",
    "Progress",
    "Status",
    "Current",
    "Baseline",
    "OKR",
    "Goal",
    "On track",
    "Zielwert",
    "目标",
    "Q4 2026",
    "50%",
    "KR 1: x",
    "O1",
    "1.1",
    "Owner",
    "objectives",
]


def grid_of(seed: int) -> tuple[list[list[CellValue]], bool]:
    """A random grid, and whether it is noise: cells without sense, in which words of OKRs may
    stand, but in no row like a header.

    The other grids have a row of such words, and anything at all below it.
    """
    dice = random.Random(seed)
    is_noise = dice.random() < 0.7
    okr_words = dice.choice((0.0, 0.0, 0.05))
    height, width = dice.randint(0, 25), dice.randint(6 if okr_words and is_noise else 1, 10)
    grid: list[list[CellValue]] = [
        [_cell(dice, okr_words if is_noise else 0.2) for _ in range(width)] for _ in range(height)
    ]
    for row in grid if is_noise else ():
        for column in [at for at, value in enumerate(row) if value in OKR][2:]:
            row[column] = "street"  # Three words of OKRs in a row are a header.
    if not is_noise and height:
        grid[dice.randrange(min(height, 8))] = [
            dice.choice([*OKR, None, "x"]) for _ in range(width)
        ]
    return grid, is_noise


def _cell(dice: random.Random, okr_words: float) -> CellValue:
    if dice.random() < okr_words:
        return dice.choice(OKR)
    kind = dice.randrange(9)
    if kind < 2:
        return None
    if kind == 2:
        return dice.choice(
            (dice.randint(-5, 5000), round(dice.uniform(-1, 100), 2), float("nan"), 1e300)
        )
    if kind == 3:
        return date(2026, dice.randint(1, 12), dice.randint(1, 28))
    if kind == 4:
        return dice.choice((True, False, CellError("#REF!"), "", " ", "-", "TBD", "\u200b", "=1+1"))
    if kind == 5:
        return "".join(dice.choices(string.printable + "äéß中あ한й🎯", k=dice.randint(0, 14)))
    return " ".join(dice.choices(PLAIN, k=dice.randint(1, 5)))


def read(grid: list[list[CellValue]], seed: int) -> Okrs:
    """What is read of a grid; every third one has a merged block."""
    merges = (Merge(0, 0, min(2, len(grid)), 1),) if seed % 3 == 0 else ()
    table = Table("t", "Sheet1", rows_of(grid), merges=merges)
    reading = Reading(
        "team", TODAY, resolve_cycle("auto", TODAY), 1, {"progress": "Progress of ours"}
    )
    return understand(
        Snapshot("team", (table,), "v", datetime(2026, 11, 23, tzinfo=UTC)), Mapping_(), reading
    )


def run(count: int, start: int = 0) -> list[str]:
    """What went wrong in so many grids; a crash is raised, with its seed."""
    wrong = []
    for seed in range(start, start + count):
        grid, is_noise = grid_of(seed)
        try:
            found = read(grid, seed)
        except Exception as error:
            raise AssertionError(f"grid {seed} breaks the mapping") from error
        if is_noise and found.objectives:
            titles = [one.title for one in found.objectives]
            wrong.append(
                f"grid {seed}: {found.tabs[0].layout} {dict(found.tabs[0].roles)} {titles}"
            )
    return wrong
