"""Words that mean one thing here and another there: `Type`, `Goal`, `Status`, `Aligned to`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reading import item, key_results, objective, read


@pytest.mark.parametrize(
    "header", ["Goal Type", "Type", "Metric Type", "Zielart Typ", "Tipo", "类型", "유형", "Тип"]
)
def test_a_column_that_says_how_a_goal_is_measured_makes_no_kinds_of_rows(header: str) -> None:
    okrs = read(
        ("Name", header, "Parent", "Progress"),
        ("Read 12 books", "Number", None, "50%"),
        ("Finish the course", "Boolean", None, "0%"),
        ("Course project", "Boolean", "Finish the course", "100%"),
        ("Run", "Parent", None, "20%"),
    )
    assert [one.title for one in okrs.objectives] == ["Read 12 books", "Finish the course", "Run"]
    assert objective(okrs, "Finish the course").key_results[0].title == "Course project"


@pytest.mark.parametrize("header", ["Object Type", "Element type", "Objekttyp", "Tipo de objeto"])
def test_of_two_columns_of_kinds_the_one_that_tells_rows_apart_counts(header: str) -> None:
    okrs = read(
        ("Title", "Goal Type", header, "Target", "Current"),
        ("Grow", "Aspirational Goal", "Objective", None, None),
        ("Sign-ups", "Aspirational Goal", "Key result", 100, 50),
        ("Write the page", "Aspirational Goal", "Deliverable", 100, 75),
        ("Revenue", "Committed Goal", "Key result", 4, 2),
    )
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Revenue"]
    assert [one.commitment for one in key_results(okrs)] == ["aspirational", "committed"]


@pytest.mark.parametrize(
    "cell",
    [
        "Grow (weight: 25 %, Id: 12)",
        "Grow(weight: 25%, Id: 12)",
        "Grow (Id: 12, weight: 25%)",
        "Grow (Gewicht: 25 %, ID: 12)",
        "Keep it (small) (weight: 25%, Objective ID: 12)",
    ],
)
def test_a_parent_with_weight_and_id_in_brackets_is_that_parent(cell: str) -> None:
    okrs = read(
        ("Id", "Title", "Type", "Aligned To", "Start", "Target", "Current"),
        (12, "Grow" if cell.startswith("Grow") else "Keep it (small)", "Objective", None, 0, 0, 0),
        (13, "Sign-ups", "Key result", cell, 0, 100, 50),
    )
    (kr,) = key_results(okrs)
    assert (okrs.objectives[0].key_results, kr.weight) == ((kr,), Decimal("0.25"))
    assert "unknown-objective" not in {warning.code for warning in okrs.warnings}


def test_a_parent_of_another_export_is_named_by_its_title() -> None:
    okrs = read(
        ("Id", "Title", "Type", "Aligned To", "Progress"),
        (13, "Grow", "Objective", "Company (weight: 50%, Id: 99)", "50%"),
        (14, "Sign-ups", "Key result", "Grow (Id: 13)", "50%"),
    )
    assert objective(okrs, "Grow").parent == "Company"


@pytest.mark.parametrize(
    ("measure", "goal", "owner", "status"),
    [
        ("KPI", "Goal", "Owner", "Status"),
        ("Kennzahl", "Ziel", "Verantwortlich", "Status"),
        ("Indicateur", "Objectif", "Responsable", "Statut"),
        ("Indicador", "Objetivo", "Responsable", "Estado"),
        ("Indicatore", "Obiettivo", "Responsabile", "Stato"),
        ("指标", "目标", "负责人", "状态"),
        ("Показатель", "Цель", "Ответственный", "Статус"),
    ],
)
def test_a_goal_beside_a_measure_is_its_target(
    measure: str, goal: str, owner: str, status: str
) -> None:
    okrs = read(
        (measure, owner, goal, status),
        ("Donors", "Ann", 200, "On track"),
        ("Visits", "Bo", 50, "Behind"),
        ("Gifts", "Ann", "$600", "On track"),
    )
    assert [one.title for one in key_results(okrs)] == ["Donors", "Visits", "Gifts"]
    assert [one.target for one in key_results(okrs)] == [200, 50, 600]
    assert item(okrs, "Visits").typed_status == "Behind"


def test_money_and_counts_under_status_are_the_current_value() -> None:
    okrs = read(
        ("KPI", "Owner", "Goal", "Status"),
        ("Donors", "Ann", 250, 17),
        ("Cash", "Bo", "$450,000", "$151,300"),
        ("Gifts", "Ann", 3, "In progress"),
    )
    assert [(one.current, one.given_progress) for one in key_results(okrs)] == [
        (17, None),
        (151300, None),
        (None, None),
    ]


def test_percents_under_status_are_a_progress() -> None:
    okrs = read(
        ("Objective", "Key Result", "Status"), ("Grow", "Sign-ups", "40%"), ("Grow", "B", "70%")
    )
    assert [one.given_progress for one in key_results(okrs)] == [Decimal("0.4"), Decimal("0.7")]


def test_counts_under_status_without_anything_to_reach_are_no_progress() -> None:
    okrs = read(("Objective", "Key Result", "Status"), ("Grow", "Sign-ups", 17), ("Grow", "B", 95))
    assert [one.given_progress for one in key_results(okrs)] == [None, None]


@pytest.mark.parametrize("word", ["Goal", "Ziel", "Meta", "Objectif", "目标"])
@pytest.mark.parametrize("first", ["Objective", None], ids=["with objectives", "without"])
def test_the_same_number_under_a_word_for_aims_is_the_target_of_each_row(
    word: str, first: str | None
) -> None:
    """100 beside 100 was a level of objectives, of which nothing was measured."""
    rows: list[tuple[str | int, ...]] = [
        ("Key Result", "Start", "Current", word),
        ("Sign-ups", 0, 50, 100),
        ("Visits", 0, 20, 100),
        ("Teams", 0, 10, 100),
    ]
    if first:
        rows = [
            (title, *row) for title, row in zip((first, "Grow", "Grow", "Grow"), rows, strict=True)
        ]
    okrs = read(*rows)
    assert [each.target for each in key_results(okrs)] == [Decimal(100)] * 3
    assert {each.title for each in okrs.objectives} == {"Grow" if first else "Q4"}


def test_small_numbers_under_goal_are_targets_where_objectives_have_titles() -> None:
    header = ("Objective", "Key Result", "Start", "Current", "Goal")
    okrs = read(header, ("Grow", "Shops", 0, 1, 1), ("Grow", "Labs", 0, 1, 2))
    assert [each.target for each in key_results(okrs)] == [Decimal(1), Decimal(2)]
    refers = ("Goal", "Key Result", "Current", "Target")
    okrs = read(refers, ("1", "Shops", 1, 5), ("1", "Labs", 1, 2), ("2", "Offices", 3, 4))
    assert [each.title for each in okrs.objectives] == ["1", "2"]
