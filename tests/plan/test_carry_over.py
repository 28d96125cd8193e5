"""What is carried over reads as it was meant, in every layout; what would not is a Skip."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from layout_samples import SAMPLES, Sample
from okrsync.connector import Ability
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import parse_cycle, resolve_cycle
from okrsync.model.next_cycle import next_cycle, spelled_like
from okrsync.model.okrs import Objective
from okrsync.model.table import Snapshot, Table, rows_of
from okrsync.plan.closing.carrying import CarryOver, carry_over
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.reread import as_carried, named_items, understood_as_meant

DAY = date(2026, 12, 30)
CYCLE = resolve_cycle("2026-Q4", DAY)
NEXT = next_cycle(CYCLE)
PARSE = partial(parse_cycle, today=DAY, within=CYCLE, date_order="dmy")
READING = Reading("team", DAY, CYCLE, with_evidence=False)


class Place:
    """A place that can do everything."""

    abilities = frozenset(Ability)

    def fit(self, _table: Table, _column: int | None, _looks: Any, value: Any) -> Any:
        return value

    def formula_reach(self, *_: Any) -> None:
        return None

    def obstacle(self, _summary: Any) -> None:
        return None


def read(snapshot: Snapshot) -> Okrs:
    return understand(snapshot, Mapping_(), READING)


def with_column(sample: Sample) -> Snapshot:
    """The sample with a column for the cycle, filled in every row."""
    tables = []
    for name, grid in sample.tabs.items():
        rows = [list(row) for row in grid]
        width = max(map(len, rows))
        header = next(
            (
                number
                for number, row in enumerate(rows)
                if sum(isinstance(value, str) and bool(value) for value in row) > 1
            ),
            0,
        )
        for number, row in enumerate(rows):
            is_filled = number > header and any(value is not None for value in row)
            row += [None] * (width - len(row))
            row.append("Cycle" if number == header else "Q4 2026" if is_filled else None)
        name = name.replace("Q4", "OKRs")
        tables.append(Table(name, name, rows_of(rows)))
    return Snapshot("team", tuple(tables), "1", datetime.now(UTC))


def with_tabs(sample: Sample) -> Snapshot:
    """The sample with its tabs named after the cycle."""
    alone = len(sample.tabs) == 1
    names = {name: "Q4 2026" if alone else f"{name} Q4 2026" for name in sample.tabs}
    tables = [Table(names[name], names[name], rows_of(grid)) for name, grid in sample.tabs.items()]
    return Snapshot("team", tuple(tables), "1", datetime.now(UTC))


def in_cycle(okrs: Okrs) -> list[Objective]:
    objectives = []
    for objective in okrs.objectives:
        results = tuple(
            result
            for result in objective.key_results
            if same_span(result.cycle or objective.cycle, CYCLE)
        )
        if results or (not objective.key_results and same_span(objective.cycle, CYCLE)):
            objectives.append(replace(objective, key_results=results))
    return objectives


def carried(snapshot: Snapshot, objectives: list[Objective]) -> CarryOver:
    okrs = read(snapshot)
    over = carry_over(okrs, snapshot, CYCLE, NEXT, objectives, PARSE, Place())
    if not over.items:
        return over
    return understood_as_meant(okrs, snapshot, over, objectives, NEXT, read)


SHAPES = {"column": with_column, "tab": with_tabs}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("part", [False, True], ids=["all", "part"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_layout_is_carried_over_as_meant_or_left_with_a_reason(
    sample: Sample, part: bool, shape: str
) -> None:
    snapshot = SHAPES[shape](sample)
    okrs = read(snapshot)
    objectives = in_cycle(okrs)
    if not objectives:
        pytest.skip("the sample names its cycle in another way")
    if part and objectives[0].key_results:
        first = objectives[0]
        objectives[0] = replace(first, key_results=first.key_results[1:])
        objectives = [each for each in objectives if each.key_results]
    over = carried(snapshot, objectives)
    after = as_carried(snapshot, over.inserted, over.copied)
    assert after is not None
    results = Counter(
        {
            named: count
            for named, count in named_items(read(after).objectives, NEXT).items()
            if named[1]
        }
    )
    if over.items:
        assert set(results) <= {
            named for named in named_items(objectives, CYCLE) if named[1] is not None
        } or any(objective.implied for objective in objectives)
        assert sum(results.values()) == sum(item.title is not None for item in over.items)
    else:
        assert over.skips or not any(each.key_results for each in objectives)
        assert not results


@pytest.mark.parametrize(
    "layout",
    ["flat", "filled-down", "interleaved", "typed-rows", "column-groups", "headings"],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_common_layouts_are_carried(layout: str, shape: str) -> None:
    sample = next(each for each in SAMPLES if each.layout == layout)
    snapshot = SHAPES[shape](sample)
    objectives = in_cycle(read(snapshot))
    over = carried(snapshot, objectives)
    assert len([item for item in over.items if item.title]) == sum(
        len(objective.key_results) for objective in objectives
    )
    assert bool(over.inserted) == (shape == "column")
    assert [tab.name for tab in over.copied] == ([] if shape == "column" else ["Q1 2027"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Q4 2026", "Q1 2027"),
        ("2026-Q4", "2027-Q1"),
        ("Q4'26", "Q1'27"),
        ("FY26 Q4", "FY27 Q1"),
        ("4. Quartal 2026", "1. Quartal 2027"),
        ("IV квартал 2026", "I квартал 2027"),
        ("2026年第4季度", "2027年第1季度"),
        ("Oct - Dec 2026", "Jan - Mar 2027"),
        ("Oktober 2026", "November 2026"),
        ("Okt'26", "Nov'26"),
        ("2026-12", "2027-01"),
        ("H2 2026", "H1 2027"),
        ("2026", "2027"),
        ("01/10/2026 - 31/12/2026", "01/01/2027 - 31/03/2027"),
        ("2026-10-05 to 2026-11-15", "2026-11-16 to 2026-12-27"),
    ],
)
def test_the_next_cycle_is_spelled_as_the_last_one(text: str, wanted: str) -> None:
    cycle = PARSE(text)
    assert cycle is not None
    assert spelled_like(text, next_cycle(cycle), PARSE) == wanted


def test_a_period_without_a_year_gets_one_where_it_would_mean_another() -> None:
    assert spelled_like("Q4", NEXT, PARSE) == "Q1 2027"
