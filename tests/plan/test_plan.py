"""A plan names every cell that should change, and why the others do not."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest

from build import HEADER, Paper, key_result, measured, objective, okrs, snapshot, table
from okrsync.connector import Ability, SummaryWrite
from okrsync.mapping import Okrs
from okrsync.measures.result import Measure
from okrsync.model.okrs import Status
from okrsync.model.table import COVERED, FORMULA, LOCKED, Table, look_of
from okrsync.plan.plan import SourcePlan
from okrsync.plan.planning import plan_source
from okrsync.plan.speakers import owned_values
from okrsync.plan.target import Facts, Target

COLUMNS = {"progress": "Progress", "status": "Status"}


def planned(
    read: Table,
    found: Okrs,
    measures: dict[str, Measure],
    *,
    columns: dict[str, str] | None = None,
    create: bool = True,
    notify: Literal["none", "note", "comment"] = "none",
    place: Paper | None = None,
    facts: Facts | None = None,
    summary: SummaryWrite | None = None,
) -> SourcePlan:
    target = Target(COLUMNS if columns is None else columns, create=create, notify=notify)
    return plan_source(
        found,
        snapshot(read),
        measures,
        target,
        place or Paper(),
        facts or Facts(),
        summaries=() if summary is None else (summary,),
    )


def lines(plan: SourcePlan) -> list[str]:
    return [f"{change.at} {change.before!r} -> {change.after!r}" for change in plan.changes]


def test_each_owned_cell_that_differs_is_a_change_with_its_address() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups"), key_result(3, "Revenue")))
    read = table(("Grow", "Sign-ups", 62, None, None), ("Grow", "Revenue", 10, 0.1, "On track"))
    plan = planned(
        read,
        found,
        {"growth/O1/KR1": measured("0.3667", Status.AT_RISK), "growth/O1/KR2": measured("0.1")},
    )
    assert lines(plan) == ["Q4!D2 None -> 0.37", "Q4!E2 None -> 'At risk'"]


def test_a_value_that_is_already_there_is_no_change() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    read = table(("Grow", "Sign-ups", 62, 0.37, "On track"))
    assert lines(planned(read, found, {"growth/O1/KR1": measured("0.3667")})) == []


def test_progress_is_rounded_once_half_away_from_zero() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")), columns={"progress": 3})
    plan = planned(
        table(("Grow", "Sign-ups", 1, None, None)),
        found,
        {"growth/O1/KR1": measured("0.125")},
        columns={"progress": "Progress"},
    )
    assert [change.after for change in plan.changes] == [0.13]


def test_the_row_speaks_of_its_key_result_and_an_objective_row_of_its_objective() -> None:
    grow = objective("Grow", key_result(3, "Sign-ups"))
    read = table(("Grow", None, None, None, None), (None, "Sign-ups", 62, None, None))
    plan = planned(
        read,
        okrs(grow),
        {"growth/O1": measured("0.5"), "growth/O1/KR2": measured("0.25")},
        columns={"progress": "Progress"},
    )
    assert lines(plan) == ["Q4!D2 None -> 0.5", "Q4!D3 None -> 0.25"]


def test_where_several_key_results_share_a_row_the_row_speaks_of_their_objective() -> None:
    grow = objective("Grow", key_result(2, "One"), key_result(2, "Two"))
    read = table(("Grow", "One", 1, None, None))
    measures = {"growth/O1": measured("0.5"), "growth/O1/KR1": measured("0.25")}
    assert lines(planned(read, okrs(grow), measures, columns={"progress": "Progress"})) == [
        "Q4!D2 None -> 0.5"
    ]


@pytest.mark.parametrize(
    ("mark", "word"),
    [(FORMULA, "formula"), (COVERED, "merge"), (LOCKED, "protected")],
    ids=["formula", "merge", "lock"],
)
def test_a_cell_that_cannot_be_okrsyncs_is_left_alone_and_said_so(mark: int, word: str) -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    read = table(("Grow", "Sign-ups", 62, 0.9, "Fine"), marks={2: bytes([0, 0, 0, mark, mark])})
    plan = planned(read, found, {"growth/O1/KR1": measured("0.37")})
    assert plan.batch is not None
    assert plan.batch.cells == ()
    assert [str(skip.at) for skip in plan.skips] == ["Q4!D2", "Q4!E2"]
    assert all(word in skip.reason for skip in plan.skips)


def test_a_missing_column_is_made_once_and_filled() -> None:
    found = okrs(
        objective("Grow", key_result(2, "Sign-ups"), key_result(3, "Revenue")),
        columns={"progress": None},
    )
    read = table(("Grow", "Sign-ups", 62), ("Grow", "Revenue", 10), header=HEADER[:3])
    plan = planned(
        read,
        found,
        {"growth/O1/KR1": measured("0.3"), "growth/O1/KR2": measured("0.1")},
        columns={"progress": "Progress"},
    )
    assert plan.batch is not None
    assert [column.header for column in plan.batch.new_columns] == ["Progress"]
    assert [(cell.row.number, cell.column.index, cell.after) for cell in plan.batch.cells] == [
        (2, None, 0.3),
        (3, None, 0.1),
    ]
    assert plan.changes[0].field == "column"


def test_a_missing_column_is_a_skip_where_the_config_says_not_to_make_one() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")), columns={"progress": None})
    read = table(("Grow", "Sign-ups", 62), header=HEADER[:3])
    plan = planned(
        read,
        found,
        {"growth/O1/KR1": measured("0.3")},
        columns={"progress": "Progress"},
        create=False,
    )
    assert plan.changes == ()
    assert "create = false" in plan.skips[0].reason


def test_a_value_somebody_typed_is_replaced_and_the_plan_says_so() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    plan = planned(
        table(("Grow", "Sign-ups", 62, "nearly", "On track")),
        found,
        {"growth/O1/KR1": measured("0.37")},
    )
    assert [change.after for change in plan.changes] == [0.37]
    assert "somebody typed" in plan.changes[0].reason
    assert (plan.owned_cells, plan.replaced) == (2, 1)


def test_a_value_okrsync_wrote_itself_is_replaced_without_a_word() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    facts = Facts({("key-Sign-ups", "progress"): 0.2})
    plan = planned(
        table(("Grow", "Sign-ups", 62, 0.2, "On track")),
        found,
        {"growth/O1/KR1": measured("0.37")},
        facts=facts,
    )
    assert plan.replaced == 0
    assert "somebody" not in plan.changes[0].reason


def test_a_value_that_a_run_which_died_left_beside_another_row_is_okrsyncs_own() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups"), key_result(3, "Revenue")))
    facts = Facts(strayed={"progress": {look_of(Decimal("0.9"))}})
    plan = planned(
        table(("Grow", "Sign-ups", 62, 0.9, "On track"), ("Grow", "Revenue", None, 0.9, None)),
        found,
        {"growth/O1/KR1": measured("0.37"), "growth/O1/KR2": measured(None, Status.NO_DATA)},
        columns={"progress": "Progress"},
        facts=facts,
    )
    assert (plan.replaced, plan.skips) == (0, ())
    assert lines(plan) == ["Q4!D2 0.9 -> 0.37", "Q4!D3 0.9 -> None"]


def test_a_typed_value_stays_where_there_is_nothing_to_measure() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")), columns={"progress": 3})
    plan = planned(
        table(("Grow", "Sign-ups", None, 0.4, None)),
        found,
        {"growth/O1/KR1": measured(None, Status.NO_DATA)},
        columns={"progress": "Progress"},
    )
    assert plan.changes == ()
    assert plan.skips[0].code == "left-alone"


def test_okrsyncs_own_old_value_is_emptied_where_there_is_nothing_left_to_measure() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")), columns={"progress": 3})
    plan = planned(
        table(("Grow", "Sign-ups", None, 0.4, None)),
        found,
        {"growth/O1/KR1": measured(None, Status.NO_DATA)},
        columns={"progress": "Progress"},
        facts=Facts({("key-Sign-ups", "progress"): 0.4}),
    )
    assert lines(plan) == ["Q4!D2 0.4 -> None"]


def test_items_without_a_measure_are_left_as_they_are() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    assert planned(table(("Grow", "Sign-ups", 62, "old", "old")), found, {}).changes == ()


def test_a_place_that_is_only_read_gets_nothing_and_says_so() -> None:
    class Glass(Paper):
        abilities = frozenset[Ability]()

    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    plan = planned(
        table(("Grow", "Sign-ups", 62)), found, {"growth/O1/KR1": measured("0.3")}, place=Glass()
    )
    assert plan.batch is None
    assert plan.skips[-1].code == "read-only"


def test_a_stale_check_in_is_warned_about_once() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    stale = {"growth/O1/KR1": measured("0.3", Status.STALE, "No check-in since 2 Nov 2026.")}
    read = table(("Grow", "Sign-ups", 62, 0.3, "Stale"))
    first = planned(read, found, stale, notify="comment")
    assert first.batch is not None
    assert [(note.text, note.kind) for note in first.batch.notes] == [
        ("No check-in since 2 Nov 2026.", "comment")
    ]
    warned = Facts(warned={"key-Sign-ups": ("2026-11-02", "No check-in since 2 Nov 2026.")})
    assert planned(read, found, stale, notify="comment", facts=warned).changes == ()


def test_a_warning_is_taken_back_when_the_check_in_arrives() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    warned = Facts(warned={"key-Sign-ups": ("2026-11-02", "No check-in.")})
    read = table(("Grow", "Sign-ups", 62, 0.3, "On track"))
    plan = planned(read, found, {"growth/O1/KR1": measured("0.3")}, notify="comment", facts=warned)
    assert plan.batch is not None
    assert [(note.text, note.before) for note in plan.batch.notes] == [(None, "No check-in.")]


def test_a_summary_is_a_skip_where_the_place_cannot_keep_one() -> None:
    class Plain(Paper):
        abilities = frozenset({Ability.WRITE})

    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    summary = SummaryWrite("=summary", "OKR summary", None)
    plan = planned(
        table(("Grow", "Sign-ups", 62, 0.3, "On track")),
        found,
        {"growth/O1/KR1": measured("0.3")},
        place=Plain(),
        summary=summary,
    )
    assert [skip.code for skip in plan.skips] == ["no-summary"]


def test_what_stands_in_owned_cells_is_known_by_item_and_field() -> None:
    found = okrs(objective("Grow", key_result(2, "Sign-ups")))
    read = table(("Grow", "Sign-ups", 62, Decimal("0.3"), "typed"))
    assert owned_values(found, snapshot(read)) == {
        ("key-Sign-ups", "progress"): Decimal("0.3"),
        ("key-Sign-ups", "status"): "typed",
    }


def test_cells_of_new_columns_are_owned_too_and_filling_them_replaces_nothing() -> None:
    found = okrs(
        objective("Grow", key_result(2, "Sign-ups")), columns={"progress": None, "status": 3}
    )
    read = table(
        ("Grow", "Sign-ups", 62, "Fine"), header=("Objective", "Key result", "Current", "Status")
    )
    plan = planned(read, found, {"growth/O1/KR1": measured("0.37")})
    assert (plan.owned_cells, plan.replaced) == (2, 1)
