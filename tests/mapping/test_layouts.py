"""Every layout is read for what it is, and stays so when people keep it a little differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product

import pytest

from grids import in_part
from layout_samples import REFUSED, SAMPLES, Grid, Sample
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.layouts import LAYOUTS
from okrsync.model.cycles import resolve_cycle
from okrsync.model.okrs import Status
from okrsync.model.table import CellValue, Row, Snapshot, Table, rows_of, text_of

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)


def read(tabs: Mapping[str, Grid], mapping: Mapping_ | None = None) -> Okrs:
    tables = tuple(
        Table(f"t{number}", name, rows_of(grid)) for number, (name, grid) in enumerate(tabs.items())
    )
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY))
    return understand(Snapshot("team", tables, "1", NOW), mapping or Mapping_(), reading)


def outline(found: Okrs) -> tuple[str, ...]:
    return tuple(
        f"{one.title}: {', '.join(item.title for item in one.key_results)}"
        for one in found.objectives
    )


def numbers(found: Okrs) -> tuple[str, ...]:
    items = [item for one in found.objectives for item in one.key_results]
    return tuple(
        " ".join(text_of(value) or "-" for value in (item.baseline, item.current, item.target))
        for item in items
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_is_read_as_it_is_meant(sample: Sample) -> None:
    found = read(sample.tabs)
    assert outline(found) == sample.outline, [skip.reason for skip in found.skips]
    if sample.numbers:
        assert numbers(found) == sample.numbers
    assert sample.layout in {tab.layout for tab in found.tabs}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_mapping_may_name_the_layout(sample: Sample) -> None:
    if sample.layout in ("one-cell", "joined") or len(sample.tabs) > 1:
        return
    assert (
        outline(read(sample.tabs, Mapping_.model_validate({"layout": sample.layout})))
        == sample.outline
    )


def test_outline_numbers_may_restart_jump_and_lose_their_zeros() -> None:
    rows: Grid = [["#", "Title", "Target"], [1.0, "Grow", None]]
    rows += [[float(f"1.{number}"), f"Result {number}", number] for number in range(1, 12)]
    rows += [[3, "Keep", None], ["3.1", "Churn", 3], [1, "Other team", None], [1.1, "Something", 3]]
    found = read({"Q4": rows})
    assert outline(found) == (
        "Grow: " + ", ".join(f"Result {number}" for number in range(1, 12)),
        "Keep: Churn",
        "Other team: Something",
    )


def test_an_outline_of_three_levels_has_objectives_under_objectives() -> None:
    rows: Grid = [
        ["#", "Title", "Target"],
        ["1", "Win", None],
        ["1.1", "Grow", None],
        ["1.1.1", "Sign-ups", 5],
        ["1.2", "Keep", None],
        ["1.2.1", "Churn", 3],
    ]
    found = read({"Q4": rows})
    assert outline(found) == ("Win: ", "Grow: Sign-ups", "Keep: Churn")
    assert [one.parent for one in found.objectives] == [None, "Win", "Win"]


def test_key_results_of_another_tab_may_name_the_objective_by_its_title_or_anchor() -> None:
    objectives: Grid = [["Objective", "Owner"], ["Grow", "Ada"], ["Keep", "Jon"]]
    key_results: Grid = [
        ["Key Result", "Objective", "Current", "Target"],
        ["Churn", "Keep", 5, 3],
        ["Sign-ups", "Grow", 50, 100],
    ]
    found = read({"Objectives": objectives, "Key results": key_results})
    assert outline(found) == ("Grow: Sign-ups", "Keep: Churn")
    assert found.objectives[0].owner == "Ada"
    tables = (
        Table(
            "a",
            "Objectives",
            tuple(row for row in _anchored(["Grow", "Keep"], "page")),
            ("Name", "Status", "Cycle"),
        ),
        Table(
            "b",
            "Key results",
            rows_of([["Sign-ups", "page1", 50, 100], ["Churn", "page2", 5, 3]]),
            ("Key Result", "Objective", "Current", "Target"),
        ),
    )
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY))
    assert outline(understand(Snapshot("team", tables, "1", NOW), Mapping_(), reading)) == (
        "Grow: Sign-ups",
        "Keep: Churn",
    )


def _anchored(titles: Sequence[str], stem: str) -> list[Row]:
    return [
        Row(number, (title, "On track", "2026-Q4"), f"{stem}{number}")
        for number, title in enumerate(titles, start=1)
    ]


def test_a_key_result_that_names_an_objective_nobody_has_is_told() -> None:
    found = read(
        {
            "Objectives": [["id", "Objective"], ["O1", "Grow"]],
            "KRs": [
                ["Key Result", "objective_id", "Target"],
                ["Sign-ups", "O1", 1],
                ["Lost", "O9", 2],
            ],
        }
    )
    assert outline(found)[0] == "Grow: Sign-ups"
    assert any("O9" in warning.message for warning in found.warnings)
    assert sum(len(one.key_results) for one in found.objectives) == 2


def test_label_cells_above_a_table_hold_for_all_of_it() -> None:
    found = read(next(sample for sample in SAMPLES if sample.name == "A tab for each team").tabs)
    first, second = found.objectives
    assert {item.team for item in first.key_results} == {"Growth"}
    assert {item.checked_in for item in first.key_results} == {date(2026, 11, 20)}
    assert (first.cycle.name if first.cycle else None, second.key_results[0].team) == (
        "2026-Q4",
        "Care",
    )


def test_a_check_in_log_gives_the_last_value_and_its_day() -> None:
    found = read(next(sample for sample in SAMPLES if sample.name == "Check-in log").tabs)
    assert [item.checked_in for item in found.objectives[0].key_results] == [
        date(2026, 11, 20),
        date(2026, 11, 10),
    ]


def test_periods_of_another_cycle_are_not_taken_for_this_one() -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Current", "Target 2024", "Target 2025"],
        ["Grow", "Sign-ups", 50, 70, 100],
    ]
    found = read({"Plan": rows})
    assert [item.target for item in found.objectives[0].key_results] == [None]
    assert any("2024" in warning.message for warning in found.warnings)


@pytest.mark.parametrize(
    "header",
    [
        ["Objective", "KR 1", "Target 1", "Current 1", "KR 2", "Target 2", "Current 2"],
        [
            "objective_name",
            "key_result_1_title",
            "key_result_1_target",
            "key_result_1_current",
            "key_result_2_title",
            "key_result_2_target",
            "key_result_2_current",
        ],
        ["Objetivo", "keyResult1", "meta1", "atual1", "keyResult2", "meta2", "atual2"],
        [
            "Goal",
            "KPI 1 - Title",
            "KPI 1 - Target",
            "KPI 1 - Current",
            "KPI 2 - Title",
            "KPI 2 - Target",
            "KPI 2 - Current",
        ],
        [
            "Ziel",
            "Schlüsselergebnis 1",
            "Zielwert 1",
            "Aktuell 1",
            "Schlüsselergebnis 2",
            "Zielwert 2",
            "Aktuell 2",
        ],
    ],
    ids=lambda header: header[1],
)
def test_groups_are_numbered_in_many_ways(header: list[str]) -> None:
    found = read({"Q4": [[*header], ["Grow", "Sign-ups", 100, 50, "Revenue", 4, 2]]})
    assert (outline(found), numbers(found)) == (("Grow: Sign-ups, Revenue",), ("- 50 100", "- 2 4"))


@pytest.mark.parametrize("name", REFUSED)
def test_words_of_okrs_without_okrs_are_refused_with_the_reason(name: str) -> None:
    found = read({name: REFUSED[name]})
    assert found.objectives == ()
    assert found.tabs[0].layout is None
    assert found.tabs[0].score <= 0.4
    assert found.skips[-1].reason == found.tabs[0].reason


def test_a_key_result_that_a_quarter_takes_for_its_objective_is_its_parent() -> None:
    found = read(next(sample for sample in SAMPLES if sample.name == "A cascade over tabs").tabs)
    year, *quarters = found.objectives
    assert [one.parent for one in quarters] == [item.id for item in year.key_results]


def test_what_an_objective_says_of_itself_beside_each_key_result_is_the_objective_s() -> None:
    rows: Grid = [
        [
            "Objective",
            "Objective Owner",
            "Objective Weight (%)",
            "Key Result",
            "KR Weight (%)",
            "KR Progress",
            "Objective Progress",
        ],
        ["Grow", "Ada", 60, "Sign-ups", 70, "50%", "44%"],
        ["Grow", "Ada", 60, "Revenue", 30, "30%", "44%"],
    ]
    (one,) = read({"Q4": rows}).objectives
    assert (one.owner, str(one.weight), str(one.given_progress)) == ("Ada", "60", "0.44")
    assert [
        (item.owner, str(item.weight), str(item.given_progress)) for item in one.key_results
    ] == [
        (None, "70", "0.5"),
        (None, "30", "0.3"),
    ]


def test_an_id_that_all_key_results_of_an_objective_repeat_is_the_objective_s() -> None:
    rows: Grid = [
        ["okr_id", "objective", "key result"],
        [1, "Grow", "Sign-ups"],
        [1, "Grow", "Revenue"],
        [2, "Keep", "Churn"],
    ]
    found = read({"Q4": rows})
    assert outline(found) == ("Grow: Sign-ups, Revenue", "Keep: Churn")
    assert found.warnings == ()


def test_a_key_result_with_a_row_for_each_initiative_is_one() -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Initiative", "Target"],
        ["Grow", "Sign-ups", "Campaign", 5],
        ["Grow", "Sign-ups", "SEO", 5],
        [None, "Revenue", "Prices", 4],
    ]
    found = read({"Q4": rows})
    assert outline(found) == ("Grow: Sign-ups, Revenue",)
    assert [str(skip.at) for skip in found.skips] == ["Q4!A3"]


def test_tables_of_the_same_columns_one_below_the_other_are_one_with_their_headings_left_out() -> (
    None
):
    head: list[CellValue] = ["Objective", "Key Result", "Target"]
    found = read(
        {
            "Q4": [
                ["Sales"],
                head,
                ["Grow", "Sign-ups", 5],
                [],
                ["Support"],
                head,
                ["Keep", "Churn", 3],
            ]
        }
    )
    assert outline(found) == ("Grow: Sign-ups", "Keep: Churn")
    assert [skip.reason for skip in found.skips] == [
        "a heading above another part of the table",
        "a repeated header",
    ]


def test_another_table_ends_where_the_header_of_the_okrs_comes_again() -> None:
    head: list[CellValue] = ["Name", "Positions", "Owner", "Status", "Progress", "Due"]
    positions: list[CellValue] = ["Positions", "Name", "Owner", "Status", "Number", "Goal"]
    found = read(
        {
            "Board": [
                ["Growth OKRs"],
                ["Sales"],
                head,
                ["Win the north", "Partners", "Ann", "Working on it", "40%", "2026-12-20"],
                positions,
                [None, "Sign 10 partners", "Ann", "Done", 4, 10],
                [],
                ["Care"],
                head,
                ["Keep customers", "Renewals", "Cid", "Done", "100%", "2026-12-20"],
            ]
        }
    )
    statuses = {item.title: item.given_status for item in found.objectives}
    assert statuses == {"Win the north": Status.ON_TRACK, "Keep customers": Status.ACHIEVED}
    assert [(str(skip.at), skip.reason.partition(",")[0]) for skip in found.skips] == [
        ("Board!A5", "the header of another table with other columns"),
        ("Board!A8", "part of another table with other columns"),
        ("Board!A9", "a repeated header"),
    ]


def test_a_column_of_ways_to_measure_holds_no_titles() -> None:
    found = read(
        {
            "Goals": [
                ["Goal Name", "Owner", "Metric", "Start", "Current", "Target", "Parent Goals"],
                ["Be the best", "Ann", None, None, None, None, None],
                ["Reach 100 customers", "Bob", "Number", 20, 60, 100, "Be the best"],
                ["Get revenue", "Cid", "Currency", 200, 750, 1000, "Be the best"],
            ]
        }
    )
    parents = {item.title: item.parent for item in found.objectives}
    assert parents == {
        "Be the best": None,
        "Reach 100 customers": "Be the best",
        "Get revenue": "Be the best",
    }
    assert not any(item.key_results for item in found.objectives)


@pytest.mark.parametrize(
    "title", ["Reach [X]% of it", "Win [N] customers", "[Key Result 1]", "Grow by XX%"]
)
def test_a_template_that_is_not_filled_in_is_no_okr(title: str) -> None:
    found = read({"Q4": [["Objective", "Key Result"], ["Grow", "Sign-ups"], ["Grow", title]]})
    assert outline(found) == ("Grow: Sign-ups",)
    assert [str(skip.at) for skip in found.skips] == ["Q4!A3"]


def test_year_and_quarter_may_stand_in_two_columns() -> None:
    found = read(
        {
            "Q": [
                ["Year", "Quarter", "Objective", "Key Result"],
                [2026, 4, "Grow", "Sign-ups"],
                [2026, 3, "Keep", "Churn"],
            ]
        }
    )
    assert [one.cycle.name for one in found.objectives if one.cycle] == ["2026-Q4", "2026-Q3"]


def test_a_list_that_tells_the_last_check_in_is_no_log() -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Progress", "Last Update"],
        ["Grow", "Sign-ups", "50%", "2026-11-02"],
        ["Grow", "Revenue", "20%", "2026-11-09"],
    ]
    found = read({"Q4": rows})
    assert (outline(found), found.tabs[0].layout) == (("Grow: Sign-ups, Revenue",), "flat")
    alone = read(
        {
            "Q4": [
                ["Key Result", "Value", "Date"],
                ["Sign-ups", 5, "2026-11-02"],
                ["Revenue", 7, "2026-11-09"],
            ]
        }
    )
    assert outline(alone) == ("Q4: Sign-ups, Revenue",)


def test_progress_in_words_is_a_status() -> None:
    found = read(
        {"Q4": [["Key Result", "Progress"], ["Sign-ups", "On Track"], ["Revenue", "Done"]]}
    )
    assert [item.given_status for one in found.objectives for item in one.key_results] == [
        "on-track",
        "achieved",
    ]
    assert found.warnings == ()


def test_numbers_behind_each_key_result_are_its_own_though_not_numbered() -> None:
    rows: Grid = [
        ["Objective", "KR1", "Target", "Actual", "KR2", "Target", "Actual"],
        ["Grow", "Sign-ups", 100, 50, "Revenue", 4, 2],
    ]
    assert numbers(read({"Q4": rows})) == ("- 50 100", "- 2 4")


def test_key_results_below_their_objective_need_no_header() -> None:
    rows: Grid = [
        ["Goals", None, "Progress"],
        ["Grow", None, None],
        [None, "Sign-ups", "50%"],
        ["Keep", None, None],
        [None, "Churn", "20%"],
    ]
    found = read({"Q4": rows})
    assert outline(found) == ("Grow: Sign-ups", "Keep: Churn")
    assert [each.role for each in found.tabs[0].columns] == ["objective", "key_result", "progress"]


def test_objectives_may_stand_as_headings_under_a_header_for_key_results() -> None:
    rows: Grid = [
        ["Key Results", "Owner", "Target"],
        ["Grow"],
        ["Sign-ups", "Ada", 5],
        ["Revenue", "Jon", 4],
        ["Keep"],
        ["Churn", "Jon", 3],
    ]
    assert outline(read({"Q4": rows})) == ("Grow: Sign-ups, Revenue", "Keep: Churn")


def test_blocks_of_periods_may_stand_under_two_rows_of_which_the_upper_names_the_titles() -> None:
    rows: Grid = [
        ["OKRs 2026"],
        ["Equipo:", "Ventas"],
        ["Periodo", "2026"],
        [],
        ["Objetivo", "Key Result", "Q3 2026", None, None, "Q4 2026", None, None],
        [None, None, "Baseline", "Real", "Target", "Baseline", "Real", "Target"],
        ["Crecer", "Ventas", 0, 4, 10, 1, 50, 100],
        [None, "Clientes", 1, 2, 3, 1, 2, 4],
    ]
    found = read({"OKR": rows})
    (one,) = found.objectives
    assert (numbers(found), one.team, one.cycle.name if one.cycle else None) == (
        ("1 50 100", "1 2 4"),
        "Ventas",
        "2026-Q4",
    )


def test_key_results_and_objectives_of_two_tabs_may_have_the_same_numbers() -> None:
    found = read(
        {
            "objectives": [
                ["objective_id", "title", "owner"],
                [1, "Grow", "Ada"],
                [2, "Keep", "Jon"],
            ],
            "key_results": [
                ["kr_id", "objective_id", "title", "target"],
                [1, 1, "Sign-ups", 5],
                [2, 1, "Revenue", 4],
                [3, 2, "Churn", 3],
            ],
        }
    )
    assert outline(found) == ("Grow: Sign-ups, Revenue", "Keep: Churn")
    assert found.warnings == ()
    ids = [one.id for one in found.objectives] + [
        item.id for one in found.objectives for item in one.key_results
    ]
    assert len(set(ids)) == len(ids) == 5


def test_the_name_of_a_tab_tells_what_its_titles_are() -> None:
    found = read(
        {
            "Objectives": [
                ["ID", "Name", "Owner", "Parent ID"],
                ["O1", "Win", "Eva", None],
                ["O2", "Grow", "Ada", "O1"],
            ],
            "KRs": [
                ["ID", "Name", "Objective ID", "Start", "Target"],
                ["K1", "Sign-ups", "O2", 0, 10],
                ["K2", "Revenue", "O1", 0, 10],
            ],
        }
    )
    assert outline(found) == ("Win: Revenue", "Grow: Sign-ups")
    assert [one.parent for one in found.objectives] == [None, "O1"]


def test_ids_such_as_o1_and_kr1_tell_rows_apart_whatever_the_titles_are_called() -> None:
    rows: Grid = [
        ["ID", "Description", "Target"],
        ["O1", "Grow", None],
        ["KR1.1", "Sign-ups", 5],
        ["KR1.2", "Revenue", 4],
        ["O2", "Keep", None],
        ["KR2.1", "Churn", 3],
    ]
    assert outline(read({"Q4": rows})) == ("Grow: Sign-ups, Revenue", "Keep: Churn")


@pytest.mark.parametrize("header", ["OKR", "O/KR", "O / KR", "Code"])
@pytest.mark.parametrize("mark", ["KR1.1", "O1-KR1", "O1.KR1"])
def test_a_column_of_marks_has_the_ids_where_another_has_the_titles(header: str, mark: str) -> None:
    rows: Grid = [
        [header, "Title", "Target", "Current"],
        ["O1", "Grow", None, None],
        [mark, "Sign-ups", 5, 2],
        [mark.removesuffix("1") + "2", "Revenue", 4, 1],
        ["O2", "Keep", None, None],
        [mark.replace("1", "2", 1), "Churn", 3, 1],
    ]
    assert outline(read({"Q4": rows})) == ("Grow: Sign-ups, Revenue", "Keep: Churn")


@pytest.mark.parametrize(
    ("objective", "key_result"),
    [("O: ", "KR: "), ("Objective: ", "Key Result: "), ("目标：", "关键结果：")],
)
def test_marks_without_numbers_say_which_rows_are_objectives(
    objective: str, key_result: str
) -> None:
    rows: Grid = [
        ["Objectives & Key Results", "Owner", "Target", "Current"],
        [f"{objective}Grow", "Ann", None, None],
        [f"{key_result}Sign-ups", "Ann", 5, 2],
        [f"{key_result}Revenue", "Ben", 4, None],
        [f"{objective}Keep", "Cid", None, None],
        [f"{key_result}Churn", "Cid", None, 1],
    ]
    found = read({"Team": rows})
    assert [len(each.key_results) for each in found.objectives] == [2, 1]


COLUMNS: tuple[dict[str, str | tuple[str, ...]], ...] = (
    {},
    {"key_result": "Key Result"},
    {"objective": "Objective"},
)


@pytest.mark.parametrize("turn", in_part(range(len(COLUMNS)), every=len(COLUMNS)))
def test_no_layout_that_a_mapping_asks_for_crashes_over_any_sample(turn: int) -> None:
    for number, (sample, layout) in enumerate(product(SAMPLES, LAYOUTS)):
        columns = COLUMNS[(number + turn) % len(COLUMNS)]
        read(sample.tabs, Mapping_(layout=layout, columns=columns))
