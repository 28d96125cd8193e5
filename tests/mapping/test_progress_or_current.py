"""Sheets use `Progress` for percents of the way and for current values. The numbers decide, or the
sheet is asked; a number that is no percent never counts as one.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapping.test_mapping_layouts import codes, read
from okrsync.mapping import Okrs
from okrsync.mapping.file import Mapping_, Values
from okrsync.model.table import CellValue

D = Decimal


def sheet(*rows: tuple[CellValue, CellValue], header: str = "Progress") -> Okrs:
    """Key results with a target and a number under `header`."""
    lines = [[f"Result {chr(65 + place)}", *row] for place, row in enumerate(rows)]
    return read([["Key Result", "Target", header], *lines])


def spans(*rows: tuple[CellValue, CellValue, CellValue]) -> Okrs:
    """Key results with a start, a target and a progress."""
    lines = [[f"Result {chr(65 + place)}", *row] for place, row in enumerate(rows)]
    return read([["Key Result", "From", "To", "Progress"], *lines])


def readings(okrs: Okrs) -> list[tuple[object, object]]:
    """The current value and the typed progress of each key result."""
    return [(item.current, item.given_progress) for item in okrs.objectives[0].key_results]


class TestTheColumn:
    def test_amounts_that_no_percent_can_be_are_current_values(self) -> None:
        assert readings(sheet((10, 4), (200, 120), (1000, 600))) == [
            (4, None),
            (120, None),
            (600, None),
        ]

    def test_units_say_that_numbers_are_amounts(self) -> None:
        found = spans((0, 10, 4), ("€1M", "€2M", "€1.5M"), ("10%", "20%", "12%"))
        assert readings(found) == [(4, None), (1_500_000, None), (12, None)]

    def test_numbers_between_start_and_target_are_amounts(self) -> None:
        assert readings(spans((100, 80, 90), (40, 60, 50))) == [(90, None), (50, None)]

    @pytest.mark.parametrize(
        "rows", [[(10, 40), (200, 60), (1000, 55)], [(10, "40%"), (20, "30%")], [(50, 0.4)]]
    )
    def test_numbers_that_no_amount_can_be_are_percents(
        self, rows: list[tuple[CellValue, CellValue]]
    ) -> None:
        assert all(current is None and share for current, share in readings(sheet(*rows)))

    def test_where_both_are_possible_it_is_asked_and_not_read(self) -> None:
        found = sheet((10, 4), (20, 12), (30, 30))
        assert readings(found) == [(None, None)] * 3
        (question,) = found.questions
        assert question.key == "columns.current"
        assert [answer.value for answer in question.answers] == ["Progress", []]

    @pytest.mark.parametrize(
        ("answer", "expected"), [("Progress", (4, None)), ((), (None, D("0.04")))]
    )
    def test_each_answer_settles_it(
        self, answer: str | tuple[str, ...], expected: tuple[object, object]
    ) -> None:
        rows: list[list[CellValue]] = [["Key Result", "Target", "Progress"], ["Deals", 10, 4]]
        found = read(rows, Mapping_(columns={"current": answer}))
        assert readings(found) == [expected]
        assert not found.questions

    def test_rows_that_contradict_each_other_are_asked_about(self) -> None:
        found = sheet((10, 40), (1000, 600))
        assert readings(found) == [(None, None)] * 2
        assert [question.key for question in found.questions] == ["columns.current"]

    @pytest.mark.parametrize(
        "header", ["Progress %", "Completion", "Zielerreichungsgrad", "完成率"]
    )
    def test_headers_that_say_share_are_not_asked_about(self, header: str) -> None:
        found = sheet((10, 4), (20, 12), header=header)
        assert readings(found) == [(None, D("0.04")), (None, D("0.12"))]

    def test_beside_a_target_of_a_hundred_both_are_the_same(self) -> None:
        assert readings(sheet((100, 48), (100, 120))) == [(None, D("0.48")), (None, D("1.2"))]

    def test_a_column_of_current_values_leaves_progress_alone(self) -> None:
        found = read(
            [["Key Result", "Target", "Current", "Progress"], ["Deals", 10, 4, 40], ["B", 5, 1, 20]]
        )
        assert readings(found) == [(4, D("0.4")), (1, D("0.2"))]


class TestTheCell:
    @pytest.mark.parametrize("value", ["1.5M", "€400", "12h", 600, "3 closed"])
    def test_an_amount_under_progress_is_named_and_not_read(self, value: CellValue) -> None:
        found = read([["Key Result", "Progress"], ["Deals", value], ["Calls", 48]])
        assert readings(found) == [(None, None), (None, D("0.48"))]
        assert codes(found) == ["no-share"]
        assert "not read" in found.warnings[0].message

    @pytest.mark.parametrize(
        ("value", "share"), [("250%", "2.5"), ("48 points", "0.48"), (150, "1.5")]
    )
    def test_what_says_percent_is_read(self, value: CellValue, share: str) -> None:
        found = read([["Key Result", "Progress"], ["Deals", value], ["Calls", 48]])
        assert readings(found)[0] == (None, D(share))
        assert not codes(found)

    def test_a_mapping_that_says_points_is_believed(self) -> None:
        found = read(
            [["Key Result", "Progress"], ["Deals", 600]],
            Mapping_(values=Values(percent_scale="points")),
        )
        assert readings(found) == [(None, D(6))]


@pytest.mark.parametrize(
    "header", ["Current / Target", "Actual vs Target", "Ist / Soll", "Actual out of Goal value"]
)
def test_a_header_of_both_names_cells_that_hold_both(header: str) -> None:
    found = read([["Objective", "Key Result", header], ["Grow", "Deals", "4 / 10"]])
    (deals,) = found.objectives[0].key_results
    assert (deals.current, deals.milestones) == (D(4), (4, 10))
