"""Random grids never break the mapping, and nothing is read out of noise. The large number of them
is `benchmarks/noise.py`.
"""

from __future__ import annotations

from noise_grids import run


def test_no_grid_breaks_the_mapping_and_no_noise_is_read_as_okrs() -> None:
    assert run(400) == []
