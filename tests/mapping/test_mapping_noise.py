"""Random grids never break the mapping, and nothing is read out of noise. The large number of them
is `benchmarks/noise.py`.
"""

from __future__ import annotations

import pytest

from layout_samples import Grid
from noise_grids import grid_of, read, run

THIN = (3114, 3772, 5401, 5588, 8186, 8881, 9164, 9305, 1715, 2458, 4149, 6507)
"""Grids in which one label, number or word of a header stands where an objective or a key result
would, and values of all kinds stand below it.
"""


@pytest.mark.parametrize("count", [60, pytest.param(400, marks=pytest.mark.trial)])
def test_no_grid_breaks_the_mapping_and_no_noise_is_read_as_okrs(count: int) -> None:
    assert run(count) == []


@pytest.mark.parametrize("seed", THIN)
def test_one_label_among_other_cells_makes_no_okr(seed: int) -> None:
    grid, is_noise = grid_of(seed)
    assert is_noise
    assert read(grid, seed).objectives == ()


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        (
            "one key result right below its objective",
            [["Goal", "Grow"], ["Owner", "Mia"], ["KR1", "Reach 100 sign-ups"]],
        ),
        (
            "one key result below a remark",
            [["Objective 1: Grow"], ["More of the right people"], ["KR1: Reach 100 sign-ups"]],
        ),
        (
            "one line of key results below headings",
            [["", "Team A", "Team B"], ["KR1", "Reach 100 sign-ups", "Ship the app by May"]],
        ),
    ],
)
def test_a_short_table_with_labels_is_still_read(name: str, grid: Grid) -> None:
    (objective, *_) = read([list(row) for row in grid], 1).objectives
    assert [each.title for each in objective.key_results] == ["Reach 100 sign-ups"], name
