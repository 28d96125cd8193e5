"""Weights that are left empty beside percents share what the others leave, and that is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okrsync.model.table import CellValue
from reading import codes, item, key_results, read, read_tabs


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


def two_tables(*second: tuple[CellValue, ...]) -> tuple[list[Decimal], set[str]]:
    """An objective whose key results stand in two tables of one source."""
    okrs = read_tabs(
        {
            "Objectives": [("ID", "Objective"), ("O1", "Grow")],
            "Sales": [
                ("KR ID", "Objective ID", "Key Result", "Weight", "Target", "Current"),
                ("K1", "O1", "Sign-ups", "40%", 100, 50),
                ("K2", "O1", "Demos", "30%", 100, 50),
            ],
            "Product": second,
        }
    )
    return [item(okrs, title).weight for title in ("Sign-ups", "Demos", "Churn")], codes(okrs)


def test_the_rest_is_shared_over_several_tables() -> None:
    header = ("KR ID", "Objective ID", "Key Result", "Weight", "Target", "Current")
    shares, said = two_tables(header, ("K3", "O1", "Churn", None, 5, 3))
    assert (shares, said) == ([Decimal("0.4"), Decimal("0.3"), Decimal("0.3")], {"weights-shared"})


def test_a_table_without_weights_shares_the_rest_too() -> None:
    header = ("KR ID", "Objective ID", "Key Result", "Target", "Current")
    shares, said = two_tables(header, ("K3", "O1", "Churn", 5, 3))
    assert (shares, said) == ([Decimal("0.4"), Decimal("0.3"), Decimal("0.3")], {"weights-shared"})


def test_percents_and_bare_numbers_are_brought_on_one_scale() -> None:
    header = ("KR ID", "Objective ID", "Key Result", "Weight", "Target", "Current")
    shares, said = two_tables(header, ("K3", "O1", "Churn", 30, 5, 3))
    assert (shares, said) == ([Decimal(40), Decimal(30), Decimal(30)], {"weights-shared"})
