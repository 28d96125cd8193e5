"""Each source is measured by its own rules, where it has any."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Status
from several import Company


def company(tmp_path: Path, **source_rules: Rules) -> Company:
    made = Company.of(tmp_path, "a", "b", source_rules=source_rules)
    for place in made.teams.values():
        place.tabs["Q4"][1][3] = 130
    return made


def test_an_item_is_measured_by_the_rules_of_its_source(tmp_path: Path) -> None:
    picture = company(tmp_path, b=Rules(clamp="none")).picture()
    assert picture.measures["a/O1/KR1"].progress == 1
    assert picture.measures["b/O1/KR1"].progress == Decimal("1.3")
    assert picture.measures["b/O1"].progress == Decimal("1.3")


def test_thresholds_and_time_are_those_of_the_source(tmp_path: Path) -> None:
    made = company(tmp_path, b=Rules(on_track_gap=Decimal("0.01"), elapsed="days-done"))
    for place in made.teams.values():
        place.tabs["Q4"][1][3] = 55
    measures = made.picture().measures
    assert measures["a/O1/KR1"].status is Status.ON_TRACK
    assert measures["b/O1/KR1"].status is Status.AT_RISK
    expected = measures["a/O1/KR1"].expected, measures["b/O1/KR1"].expected
    assert expected[0] is not None
    assert expected[1] is not None
    assert expected[0] > expected[1]


def test_an_objective_gathers_other_sources_by_its_own_rules(tmp_path: Path) -> None:
    made = company(tmp_path, a=Rules(rollup="both", clamp="both"), b=Rules(clamp="none"))
    made.parents = {"b": "a/O1"}
    measures = made.picture().measures
    assert measures["b/O1"].progress == Decimal("1.3")
    assert measures["a/O1"].progress == (1 + Decimal("1.3")) / 2


def test_what_is_written_and_remembered_goes_by_the_same_rules(tmp_path: Path) -> None:
    made = company(tmp_path, b=Rules(clamp="none"))
    made.sync()
    assert (made.beside("a"), made.beside("b")) == ([1.0], [1.3])
    assert [source.changes for source in made.sync().sources] == [(), ()]
