"""What is carried over reads as it was meant, in every layout; what would not is a Skip."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from grids import in_turns
from layout_samples import SAMPLES, Grid, Sample
from layout_samples import STACKED as CYCLES_BELOW
from okrsync.connector import Ability
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import parse_cycle, resolve_cycle
from okrsync.model.next_cycle import next_cycle, spelled_like
from okrsync.model.okrs import Objective
from okrsync.model.table import CellValue, Snapshot, Table, rows_of
from okrsync.plan.closing.carried import CarryOver
from okrsync.plan.closing.carrying import carry_over
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

    def tab_obstacle(self, *_: Any) -> None:
        return None

    def obstacle(self, _summary: Any) -> None:
        return None

    def history_obstacle(self, _history: Any) -> None:
        return None


def read(snapshot: Snapshot) -> Okrs:
    return understand(snapshot, Mapping_(), READING)


def with_column(sample: Sample) -> Snapshot:
    """The sample with a column for the cycle, filled in every row."""
    tables = []
    for name, grid in sample.tabs.items():
        rows = [list(row) for row in grid]
        width = max(map(len, rows))
        header: list[CellValue] | None = None
        for row in rows:
            texts = [value for value in row if isinstance(value, str) and value]
            row += [None] * (width - len(row))
            if header is None and len(texts) > 1:
                header = row[:]
            if header is not None and row[: len(header)] == header:
                # Tables below or beside one another have a column of their own each.
                gaps = [column for column, name in enumerate(row) if name is None]
                for column in reversed(gaps if sample.layout == "side-by-side" else []):
                    row.insert(column, "Cycle")
                row.append("Cycle")
                continue
            values = [value for value in row if value is not None]
            is_heading = sample.layout == "blocks" and len(values) == 1
            is_filled = header is not None and bool(texts) and not is_heading
            if sample.layout == "side-by-side":
                row.insert(3, "Q4 2026" if is_filled else None)
                is_filled = is_filled and row[5] is not None
            row.append("Q4 2026" if is_filled else None)
        name = name.replace("Q4 2026", "Quarter").replace("Q4", "OKRs")
        tables.append(Table(name, name, rows_of(rows)))
    return Snapshot("team", tuple(tables), "1", datetime.now(UTC))


def with_tabs(sample: Sample) -> Snapshot:
    """The sample with its tabs named after the cycle."""
    alone = len(sample.tabs) == 1
    names = {
        name: "Q4 2026" if alone else name if "2026" in name else f"{name} Q4 2026"
        for name in (each.replace("Q4", "OKRs") if each == "Q4" else each for each in sample.tabs)
    }
    names = dict(zip(sample.tabs, names.values(), strict=True))
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


WAYS = (("column", False), ("tab", True), ("column", True), ("tab", False))
"""The shape, and whether a part of the items is carried over."""


@pytest.mark.parametrize(
    ("sample", "way"), in_turns(SAMPLES, WAYS), ids=lambda value: getattr(value, "name", str(value))
)
def test_a_layout_is_carried_over_as_meant_or_left_with_a_reason(
    sample: Sample, way: tuple[str, bool]
) -> None:
    shape, part = way
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
    [
        "flat",
        "filled-down",
        "interleaved",
        "outline",
        "typed-rows",
        "joined",
        "column-groups",
        "level-columns",
        "matrix",
        "results-framework",
        "one-cell",
        "key-results-only",
        "blocks",
        "side-by-side",
        "headings",
    ],
)
@pytest.mark.parametrize("part", [False, True], ids=["all", "part"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_layouts_that_can_are_carried(layout: str, shape: str, part: bool) -> None:
    if layout == "matrix" and shape == "column":
        pytest.skip("a matrix has no row for each item, and so no column for its cycle")
    sample = next(each for each in SAMPLES if each.layout == layout)
    snapshot = SHAPES[shape](sample)
    objectives = in_cycle(read(snapshot))
    if part:
        index = max(range(len(objectives)), key=lambda i: len(objectives[i].key_results))
        first = objectives[index]
        objectives[index] = replace(first, key_results=first.key_results[1:])
        objectives = [each for each in objectives if each.key_results]
    over = carried(snapshot, objectives)
    assert len([item for item in over.items if item.title]) == sum(
        len(objective.key_results) for objective in objectives
    )
    assert bool(over.inserted) == (shape == "column")
    names = {tab.name for tab in over.copied}
    assert all(name.endswith("Q1 2027") for name in names)
    assert bool(names) == (shape == "tab")


def one_tab(name: str, grid: Grid) -> Snapshot:
    return Snapshot("team", (Table(name, name, rows_of(grid)),), "1", datetime.now(UTC))


def outline_after(snapshot: Snapshot, over: CarryOver) -> list[str]:
    """What stands in the next cycle once it is carried over."""
    after = as_carried(snapshot, over.inserted, over.copied)
    assert after is not None
    return [
        f"{objective.title}: {', '.join(result.title for result in results)}"
        for objective in read(after).objectives
        if (
            results := [
                result
                for result in objective.key_results
                if same_span(result.cycle or objective.cycle, NEXT)
            ]
        )
    ]


COLUMNS: list[CellValue] = ["Objective", "Key Result", "Start", "Current", "Target"]
STACKED: dict[str, Grid] = {
    "under labels": [
        ["Q3 2026"],
        COLUMNS,
        ["Grow", "Sign-ups", 0, 40, 50],
        [],
        ["Q4 2026"],
        COLUMNS,
        ["Grow", "Sign-ups", 0, 50, 100],
        ["Keep", "Churn", 9, 5, 3],
    ],
    "under headings of OKRs": [
        ["Growth OKRs Q3 2026"],
        COLUMNS,
        ["Grow", "Sign-ups", 0, 40, 50],
        [],
        ["Growth OKRs Q4 2026"],
        COLUMNS,
        ["Grow", "Sign-ups", 0, 50, 100],
        ["Keep", "Churn", 9, 5, 3],
    ],
    "under one header": CYCLES_BELOW.tabs["OKRs"],
    "newest first, filled down": [
        COLUMNS,
        ["Q4 2026"],
        ["Grow", "Sign-ups", 0, 50, 100],
        [None, "Revenue", 1, 2, 4],
        ["Keep", "Churn", 9, 5, 3],
        ["Q3 2026"],
        ["Grow", "Sign-ups", 0, 40, 50],
        [None, "Revenue", 0, 1, 2],
    ],
}


@pytest.mark.parametrize("name", STACKED)
def test_cycles_below_one_another_are_read_and_go_on_under_a_heading_of_their_own(
    name: str,
) -> None:
    snapshot = one_tab("OKRs", STACKED[name])
    objectives = in_cycle(read(snapshot))
    over = carried(snapshot, objectives)
    assert outline_after(snapshot, over) == [
        f"{objective.title}: {', '.join(result.title for result in objective.key_results)}"
        for objective in objectives
    ]
    heading, *_ = over.inserted
    assert [cell.after for cell in heading.cells] in (["Q1 2027"], ["Growth OKRs Q1 2027"])


def test_key_results_go_on_under_an_objective_of_the_year() -> None:
    snapshot = one_tab(
        "OKRs",
        [
            ["ID", "Type", "Title", "Parent", "Current", "Target", "Cycle"],
            ["O1", "Objective", "Grow", None, None, None, "2026-H2"],
            ["K1", "Key Result", "Sign-ups", "O1", 50, 100, "Q4 2026"],
            ["K2", "Key Result", "Revenue", "O1", 2, 4, "Q4 2026"],
        ],
    )
    over = carried(snapshot, in_cycle(read(snapshot)))
    assert outline_after(snapshot, over) == ["Grow: Sign-ups, Revenue"]
    assert [row.id for row in over.inserted] == [">OKRs:3", ">OKRs:4"]


def test_key_results_that_name_their_objective_get_the_new_one() -> None:
    sample = next(each for each in SAMPLES if each.name == "Two tables joined by id")
    for shape in SHAPES.values():
        snapshot = shape(sample)
        over = carried(snapshot, in_cycle(read(snapshot)))
        assert outline_after(snapshot, over) == ["Grow: Sign-ups, Revenue", "Keep: Churn"]
        after = as_carried(snapshot, over.inserted, over.copied)
        assert after is not None
        old: list[str | None] = []
        new: list[str | None] = []
        for objective in read(after).objectives:
            (new if same_span(objective.cycle, NEXT) else old).append(objective.own_id)
        assert (old, new) == (["OB-1", "OB-2"], ["OB-3", "OB-4"])


@pytest.mark.parametrize("heading", ["Tertial", "Cuatrimestre"])
def test_thirds_of_a_year_follow_each_other_where_the_column_says_so(heading: str) -> None:
    snapshot = one_tab(
        "OKRs",
        [
            ["Objective", "Key result", heading, "Current", "Target"],
            ["Grow", "Sign-ups", "T3 2026", 50, 100],
        ],
    )
    okrs = read(snapshot)
    third = okrs.objectives[0].cycle
    assert third is not None
    over = carry_over(
        okrs, snapshot, third, next_cycle(third), list(okrs.objectives), PARSE, Place()
    )
    (row,) = over.inserted
    assert (third.name, over.skips) == ("2026-C3", ())
    assert "T1 2027" in [cell.after for cell in row.cells]
    after = as_carried(snapshot, over.inserted, over.copied)
    assert after is not None
    assert [each.cycle.name for each in read(after).objectives if each.cycle] == [
        "2026-C3",
        "2027-C1",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Records as columns", "each column is a record here: copy the tab by hand, or turn"),
        ("A target for each year", "each cycle has columns of its own here: add those of 2027-Q1"),
        ("A value for each month", "each cycle has columns of its own here: add those of 2027-Q1"),
    ],
)
def test_a_layout_that_cannot_carry_says_what_to_do_by_hand(name: str, reason: str) -> None:
    sample = next(each for each in SAMPLES if each.name == name)
    shape = with_tabs if name != "A target for each year" else with_column
    snapshot = shape(sample)
    (skip,) = carried(snapshot, in_cycle(read(snapshot))).skips
    assert reason in skip.reason


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
        ("Q4 FY26/27", "Q1 FY27/28"),
        ("FY2026-27 Q4", "FY2027-28 Q1"),
        ("2nd half 2026", "1st half 2027"),
        ("4e trimestre 2026", "1er trimestre 2027"),
        ("T4 2026", "T1 2027"),
        ("Viertes Quartal 2026", "Erstes Quartal 2027"),
        ("Cuarto trimestre 2026", "Primer trimestre 2027"),
        ("Q4 2026 (Oct, Nov, Dec)", "Q1 2027 (Jan, Feb, Mar)"),
        ("Oct-Nov-Dec 2026", "Jan-Feb-Mar 2027"),
        ("Q4 (Oct-Dec) 2026", "Q1 (Jan-Mar) 2027"),
        ("FY26 H2", "FY27 H1"),
    ],
)
def test_the_next_cycle_is_spelled_as_the_last_one(text: str, wanted: str) -> None:
    cycle = PARSE(text)
    assert cycle is not None
    assert spelled_like(text, next_cycle(cycle), PARSE) == wanted


@pytest.mark.parametrize("text", ["Cycle 7", "Sprint 12", "Winter 2026/27", "Q1 FY26/28"])
def test_a_text_that_names_no_period_for_sure_names_none(text: str) -> None:
    assert PARSE(text) is None


def test_a_year_beside_months_is_the_calendar_s_whenever_the_fiscal_year_starts() -> None:
    for start in (1, 4, 7):
        parse = partial(parse_cycle, today=DAY, within=CYCLE, fiscal_year_start=start)
        for text in ("Q4 (Oct-Dec) 2025", "Q4 (Oct 2025 - Dec 2025)", "Q4 CY2025"):
            cycle = parse(text)
            assert cycle is not None
            assert (cycle.start, cycle.end) == (date(2025, 10, 1), date(2025, 12, 31)), text


def test_a_period_without_a_year_gets_one_where_it_would_mean_another() -> None:
    assert spelled_like("Q4", NEXT, PARSE) == "Q1 2027"
