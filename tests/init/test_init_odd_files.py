"""`init --yes` ends in a config, a question or a reason, whatever the file holds, and what it
writes can be used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import SHARED
from grids import in_part, in_turns
from okrsync.mapping.file import Mapping_
from okrsync.mapping.layouts import layout_names
from reading import read_tabs
from team import AS_OF, Team

Grid = list[list[Any]]
HEADS = [
    *("Objective", "Key Result", "Owner", "Baseline", "Target", "Current", "Status", "Progress"),
    *("Goal", "Type", "ID", "Parent", "KPI", "Team", "Quarter", "Weight", "Due", "Level", "Done"),
    *("Ziel", "Schlüsselergebnis", "目标", "关键结果", "Meta", "Indicator", "Statement", "W44"),
    *("Sprint 1", "KR1", "Check-in 1", "Oct target", "2026-10-05", "Q4 2026"),
]
WORDS = [
    *HEADS,
    *("Grow", "Sign-ups", "O1: Grow", "KR1: Sell", "1. Ship", "Outcome 1", "Impact: x", "x", "%"),
    *("Cancelled", "=", "#", "(signature)", "____", "Last updated: 24 Nov", "line\nbreak", "🟢"),
    "long " * 200,
]


def value(chance: random.Random) -> Any:
    return chance.choice(
        [
            None,
            None,
            chance.choice(WORDS),
            chance.choice(WORDS),
            chance.randint(-5, 200),
            round(chance.random(), 3),
            date(2026, chance.randint(1, 12), chance.randint(1, 28)),
            time(3, 4),
            True,
            "=1/0",
            "=SUM(A1:A3)",
        ]
    )


def block(chance: random.Random, rows: int, columns: int) -> Grid:
    return [[value(chance) for _ in range(columns)] for _ in range(rows)]


def key_results_under_headings(chance: random.Random) -> Grid:
    rows: Grid = [[chance.choice(["Key result", "KPI", "Titel"]), "Owner", "Current", "Target"]]
    for _ in range(chance.randint(1, 9)):
        is_heading = chance.random() < 0.4
        rows.append(["Sales", None, None, None] if is_heading else ["Open shops", "Ann", 5, 10])
    return rows


KINDS: dict[str, Callable[[random.Random], Grid]] = {
    "empty": lambda _: [],
    "one cell": lambda chance: block(chance, 1, 1),
    "headings only": lambda chance: [chance.sample(HEADS, 6) for _ in range(chance.randint(1, 3))],
    "under a header": lambda chance: [chance.sample(HEADS, 7), *block(chance, 8, 7)],
    "key results under headings": key_results_under_headings,
    "a title above": lambda chance: [["OKRs"], [], chance.sample(HEADS, 5), *block(chance, 5, 5)],
    "one column": lambda chance: block(chance, 12, 1),
    "very wide": lambda chance: [
        [f"{chance.choice(HEADS)} {at}" for at in range(120)],
        *block(chance, 2, 120),
    ],
    "the same header again and again": lambda chance: [
        ["Current"] * 3 + ["Objective"] * 2 + ["Target"] * 2,
        *block(chance, 4, 7),
    ],
    "fields in the first column": lambda chance: [
        [head, *cells] for head in HEADS[:7] for (cells,) in [block(chance, 1, 3)]
    ],
    "anything": lambda chance: block(chance, chance.randint(2, 12), chance.randint(2, 8)),
}


def write(path: Path, tabs: dict[str, Grid], chance: random.Random) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in tabs.items():
        tab = book.create_sheet(name)
        for row in grid:
            tab.append(row)
        for _ in range(chance.choice([0, 0, 3])):
            first, column = chance.randint(1, 4), chance.randint(1, 5)
            tab.merge_cells(
                start_row=first,
                start_column=column,
                end_row=first + chance.randint(0, 2),
                end_column=column + chance.randint(0, 3),
            )
    book.save(path)


def try_init(folder: Team, name: str) -> None:
    """`init --yes`, and whatever it wrote is used."""
    code, out = folder.run("init", name, "--as-of", AS_OF, "--yes")
    said = out + folder.err
    assert code in (0, 1, 2), said
    assert "Traceback" not in said
    assert (folder.folder / "okrsync.toml").exists() == (code == 0), said
    if code == 0:
        for command in ("check", "plan"):
            code, out = folder.run(command, "--as-of", AS_OF)
            assert code in (0, 1, 3, 5), out + folder.err
            assert "Traceback" not in out + folder.err
    else:
        assert said.strip()


@pytest.mark.parametrize(("kind", "seed"), in_turns(KINDS, range(3)))
def test_no_workbook_crashes_init(folder: Team, kind: str, seed: int) -> None:
    chance = random.Random(f"{kind} {seed}")
    others = {f"More{at}": chance.choice([*KINDS.values()])(chance) for at in range(seed)}
    write(folder.folder / "odd.xlsx", {"Q4": KINDS[kind](chance), **others}, chance)
    try_init(folder, "odd.xlsx")


def shared_files() -> Iterator[object]:
    paths = [*(SHARED / "corpus").glob("*.csv"), *(SHARED / "field").glob("*.[cx][sl]*")]
    if not paths:
        reason = "the folders of real files are not beside this checkout"
        yield pytest.param(Path(), id="none", marks=pytest.mark.skip(reason=reason))
    yield from in_part(sorted(paths), every=4)


@pytest.mark.parametrize("path", list(shared_files()), ids=lambda path: path.name)
def test_no_real_file_crashes_init(folder: Team, path: Path) -> None:
    (folder.folder / path.name).write_bytes(path.read_bytes())
    try_init(folder, path.name)


@pytest.mark.parametrize("layout", layout_names())
def test_no_layout_crashes_on_any_table(layout: str) -> None:
    for seed in range(12):
        chance = random.Random(f"{layout} {seed}")
        kinds = [kind for kind in KINDS if kind != "very wide"]
        read_tabs(
            {f"Tab{at}": KINDS[chance.choice(kinds)](chance) for at in range(2)},
            Mapping_(layout=layout),
        )
