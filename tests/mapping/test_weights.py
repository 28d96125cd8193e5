"""Weights that are left empty beside percents share what the others leave, and that is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okrsync.model.table import CellValue
from reading import codes, key_results, read


def weights(*values: CellValue, header: str = "Weight") -> tuple[list[Decimal], set[str]]:
    okrs = read(
        ("Objective", "Key Result", header, "Target", "Current"),
        *(("Grow", f"Result {number}", value, 100, 50) for number, value in enumerate(values)),
    )
    return [kr.weight for kr in key_results(okrs)], codes(okrs)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("40%", "30%", None, None), ["0.4", "0.3", "0.15", "0.15"]),
        ((40, 30, None, None), ["40", "30", "15", "15"]),
        ((0.5, None), ["0.5", "0.5"]),
        (("60%", "40%", None), ["0.6", "0.4", "0"]),
    ],
)
def test_what_is_left_of_the_whole_is_shared(
    typed: tuple[CellValue, ...], expected: list[str]
) -> None:
    assert weights(*typed) == ([Decimal(each) for each in expected], {"weights-shared"})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ((2, 1, None), ["2", "1", "1"]),
        ((None, None), ["1", "1"]),
        (("50%", "50%"), ["0.5", "0.5"]),
    ],
)
def test_other_weights_stay_as_they_are(typed: tuple[CellValue, ...], expected: list[str]) -> None:
    assert weights(*typed) == ([Decimal(each) for each in expected], set())
