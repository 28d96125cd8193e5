"""Results frameworks: statements on levels, each with indicators, baselines and targets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from okrsync.mapping import Okrs
from okrsync.model.table import CellValue
from reading import codes, read

Grid = Sequence[Sequence[CellValue]]
N = None


def tree(okrs: Okrs) -> list[tuple[str, str | None, list[str]]]:
    """Each statement with the one above it and its indicators with baseline and target."""
    return [
        (
            objective.title,
            objective.parent,
            [f"{item.title} {item.baseline}-{item.target}" for item in objective.key_results],
        )
        for objective in okrs.objectives
    ]


HEALTH = [
    ("Better health", N, ["Mortality 50-30"]),
    ("More births attended", "Better health", ["Births attended 60-80"]),
    ("Midwives trained", "More births attended", ["Midwives 100-300"]),
]

SAMPLES: dict[str, Grid] = {
    "level, statement, milestones and parents": (
        ("Level", "Statement", "Indicator", "Baseline", "Milestone 1", "Target", "Parent"),
        ("Goal", "Better health", "Mortality", 50, 45, 30, N),
        ("Outcome 1", "More births attended", "Births attended", 60, 65, 80, "Better health"),
        ("Output 1.1", "Midwives trained", "Midwives", 100, 150, 300, "Outcome 1"),
    ),
    "levels before the statements": (
        ("Programme results 2026", N, N, N, N),
        (N, N, N, N, N),
        ("Results", "Indicators", "Baseline", "2025 milestone", "Target 2027"),
        ("Impact: Better health", "Mortality", 50, 45, 30),
        ("Outcome 1: More births attended", "Births attended", 60, 65, 80),
        ("Output 1.1: Midwives trained", "Midwives", 100, 150, 300),
    ),
    "a corner without a name": (
        ("Logical framework", N, N, N),
        (N, "Indicators", "Baseline", "Target"),
        ("Goal: Better health", "Mortality", 50, 30),
        ("Outcome 1: More births attended", "Births attended", 60, 80),
        ("Output 1.1: Midwives trained", "Midwives", 100, 300),
    ),
    "German": (
        ("Ebene", "Wirkungslogik", "Indikator", "Ausgangswert", "Zielwert", "Ist"),
        ("Oberziel", "Better health", "Mortality", 50, 30, 45),
        ("Outcome", "More births attended", "Births attended", 60, 80, 70),
        ("Output", "Midwives trained", "Midwives", 100, 300, 200),
    ),
    "French, in another order": (
        ("Cible", "Réalisé", "Valeur de référence", "Niveau", "Résultats attendus", "Indicateurs"),
        (30, 45, 50, "Impact", "Better health", "Mortality"),
        (80, 70, 60, "Effet 1", "More births attended", "Births attended"),
        (300, 200, 100, "Produit 1.1", "Midwives trained", "Midwives"),
    ),
    "French, with a column of results": (
        ("Niveau", "Résultat", "Indicateur", "Valeur de référence", "Cible"),
        ("Impact", "Better health", "Mortality", 50, 30),
        ("Effet 1", "More births attended", "Births attended", 60, 80),
        ("Produit 1.1", "Midwives trained", "Midwives", 100, 300),
    ),
    "Spanish": (
        ("Nivel", "Resultado", "Indicador", "Línea de base", "Meta", "Responsable"),
        ("Objetivo general", "Better health", "Mortality", 50, 30, "Ana"),
        ("Efecto 1", "More births attended", "Births attended", 60, 80, "Bea"),
        ("Producto 1.1", "Midwives trained", "Midwives", 100, 300, "Carl"),
    ),
    "types": (
        ("Type", "Summary", "Performance indicators", "Unit", "Baseline", "Target"),
        ("Goal", "Better health", "Mortality", "#", 50, 30),
        ("Purpose", "More births attended", "Births attended", "#", 60, 80),
        ("Output", "Midwives trained", "Midwives", "#", 100, 300),
    ),
}


@pytest.mark.parametrize("rows", SAMPLES.values(), ids=SAMPLES)
def test_statements_are_objectives_and_indicators_their_key_results(rows: Grid) -> None:
    okrs = read(*rows)
    assert tree(okrs) == HEALTH
    assert okrs.tabs[0].layout == "results-framework"
    assert not codes(okrs)


def test_indicators_may_have_rows_of_their_own() -> None:
    okrs = read(
        ("Type", "ID", "Title", "Parent ID", "Baseline", "Target", "Actual"),
        ("Goal", "G1", "Better health", N, N, N, N),
        ("Indicator", "I0", "Mortality", "G1", 50, 30, 40),
        ("Outcome", "OC1", "More births attended", "G1", N, N, N),
        ("Indicator", "I1", "Births attended", "OC1", 60, 80, 70),
        ("Output", "OP1", "Midwives trained", "OC1", N, N, N),
        ("Indicator", "I2", "Midwives", "OP1", 100, 300, 150),
    )
    assert [(title, items) for title, _, items in tree(okrs)] == [
        (title, items) for title, _, items in HEALTH
    ]
    assert [objective.parent for objective in okrs.objectives] == [N, "G1", "OC1"]


def test_the_lowest_level_holds_the_key_results_where_no_indicator_has_a_column() -> None:
    okrs = read(
        ("Level", "Title", "Parent", "Baseline", "Target", "Actual"),
        ("Goal", "Better health", N, 50, 30, 40),
        ("Outcome 1", "Births attended", "Better health", 60, 80, 70),
        ("Output 1.1", "Midwives trained", "Births attended", 100, 300, 150),
    )
    assert tree(okrs) == [
        ("Better health", N, []),
        ("Births attended", "Better health", ["Midwives trained 100-300"]),
    ]


def test_a_second_indicator_needs_no_statement_of_its_own() -> None:
    okrs = read(
        *SAMPLES["German"][:3],
        (N, N, "Births at home", 9, 3, 5),
        *SAMPLES["German"][3:],
    )
    assert tree(okrs)[1][2] == ["Births attended 60-80", "Births at home 9-3"]


def test_activities_are_left_out_with_a_reason_and_nothing_is_measured_without_a_value() -> None:
    okrs = read(
        *SAMPLES["level, statement, milestones and parents"],
        ("Activity", "Run courses", "Courses", 0, 1, 9, "Midwives trained"),
    )
    assert tree(okrs) == HEALTH
    assert any("'Activity'" in skip.reason for skip in okrs.skips)
    assert {item.current for one in okrs.objectives for item in one.key_results} == {None}


def test_levels_of_a_company_are_no_framework() -> None:
    okrs = read(
        ("Level", "Objective", "KPI", "Baseline", "Target", "Current"),
        ("Company", "Grow", "Revenue", 1, 5, 2),
        ("Team", "Sell", "Deals", 1, 5, 2),
    )
    assert okrs.tabs[0].layout == "flat"
