"""People and okrsync in one spreadsheet at the same time. The large number of them is
`benchmarks/interleavings.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grids import in_part
from interleaving_place import FORMS, Form, Workplace
from interleavings import one_interleaving
from okrsync.testing import fake_time

_TENS: Mapping[Form, int] = {"small": 20, "large": 8}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    made = Workplace(Path(tmp_path_factory.mktemp("place")))
    with fake_time():
        yield made
    made.close()


@pytest.mark.parametrize(
    ("form", "tens"),
    in_part(((form, tens) for form in FORMS for tens in range(_TENS[form])), every=9),
)
def test_nobody_loses_anything_and_every_value_stands_beside_its_row(
    place: Workplace, form: Form, tens: int
) -> None:
    played = Counter[str]()
    for seed in range(tens * 10, tens * 10 + 10):
        played += one_interleaving(place, seed, form)
    assert played


@pytest.mark.parametrize("seed", [1890, 2478, 2633, 3237, 3489, 3857, 4288, 210545, 224745, 227309])
def test_interleavings_that_once_ended_badly_end_well(place: Workplace, seed: int) -> None:
    """A copy taken for its row, a new column renamed while the answer was lost, a copied row that
    was edited as well, a tab that was protected in the moment of a write, a row that changed places
    with its copy, a copy that was protected with its neighbour's value, and a deleted row taken for
    the next one, which somebody typed into.
    """
    assert one_interleaving(place, seed)
