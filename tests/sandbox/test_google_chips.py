"""Smart chips as their guide describes them: written over placeholders, read as runs of the text.

https://developers.google.com/workspace/sheets/api/guides/chips
"""

from __future__ import annotations

from typing import Any

import pytest

from okrsync_sandbox.google.chips import address_of, chip_cell, without_chips
from okrsync_sandbox.google.errors import ApiError
from okrsync_sandbox.google.model import Cell

MIA = {"personProperties": {"email": "mia@acme.example"}}
PLAN = {"richLinkProperties": {"uri": "https://docs.google.com/document/d/1/edit"}}
WORDS = {"mia@acme.example": "Mia Lopez", PLAN["richLinkProperties"]["uri"]: "The plan"}


def chipped(text: str, *runs: dict[str, Any]) -> Cell:
    return chip_cell(Cell(value=text), runs, lambda chip: WORDS[address_of(chip)])


def test_each_placeholder_becomes_a_chip_and_what_stands_between_a_run_without_one() -> None:
    cell = chipped("@ is the owner of @.", {"chip": MIA}, {"startIndex": 18, "chip": PLAN})
    assert cell.value == "Mia Lopez is the owner of The plan."
    assert cell.extra == {
        "chipRuns": [
            {"chip": MIA},
            {"startIndex": 9},
            {"startIndex": 26, "chip": PLAN},
            {"startIndex": 34},
        ]
    }
    assert without_chips(cell).extra is None


def test_indexes_count_utf_16_code_units() -> None:
    cell = chipped("\U0001f680 @", {"startIndex": 3, "chip": MIA})
    assert cell.extra == {"chipRuns": [{}, {"startIndex": 3, "chip": MIA}]}


@pytest.mark.parametrize(
    "run",
    [
        {"startIndex": 1, "chip": MIA},
        {"chip": {"personProperties": {}}},
        {"chip": {"richLinkProperties": {"uri": "https://acme.example/plan"}}},
        {"chip": {"richLinkProperties": {"uri": "https://docs.google.com/" + "x" * 2000}}},
    ],
)
def test_what_the_guide_rules_out_is_refused(run: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        chipped("@", run)
