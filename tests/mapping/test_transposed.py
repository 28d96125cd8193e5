"""Transposed tables: field names in the first column, a record in each further one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from okrsync.mapping import Okrs
from okrsync.mapping.file import Mapping_
from okrsync.model.table import CellValue
from reading import key_results, read

Grid = Sequence[Sequence[CellValue]]
N = None


def tree(okrs: Okrs) -> list[str]:
    return [
        f"{objective.title}: {item.title} {item.baseline} {item.current} {item.target}"
        for objective in okrs.objectives
        for item in objective.key_results
    ]


RIGHT = ["Grow: Sign-ups 0 40 100", "Grow: Revenue 1 2 4", "Keep: Churn 9 5 3"]
SAMPLES: dict[str, Grid] = {
    "a column each": (
        ("Objective", "Grow", "Grow", "Keep"),
        ("Key Result", "Sign-ups", "Revenue", "Churn"),
        ("Baseline", 0, 1, 9),
        ("Target", 100, 4, 3),
        ("Current", 40, 2, 5),
        ("Owner", "Mia", "Jo", "Cy"),
    ),
    "the objective once, other order, a title above": (
        ("OKRs of the sales team", N, N, N),
        (N, N, N, N),
        ("Owner:", "Mia", "Jo", "Cy"),
        ("Target:", 100, 4, 3),
        ("Start:", 0, 1, 9),
        ("Actual:", 40, 2, 5),
        ("Objective:", "Grow", N, "Keep"),
        ("Key result:", "Sign-ups", "Revenue", "Churn"),
    ),
    "numbered records, kinds and parents": (
        ("Field", "Record 1", "Record 2", "Record 3", "Record 4", "Record 5"),
        ("Title", "Grow", "Sign-ups", "Revenue", "Keep", "Churn"),
        ("Type", "Objective", "Key result", "Key result", "Objective", "Key result"),
        ("Parent", N, "Grow", "Grow", N, "Keep"),
        ("Start", N, 0, 1, N, 9),
        ("Target", N, 100, 4, N, 3),
        ("Current", N, 40, 2, N, 5),
    ),
    "German": (
        ("Ziel", "Grow", "Grow", "Keep"),
        ("Schlüsselergebnis", "Sign-ups", "Revenue", "Churn"),
        ("Startwert", 0, 1, 9),
        ("Zielwert", 100, 4, 3),
        ("Ist", 40, 2, 5),
    ),
    "Portuguese, right of an empty column": (
        (N, "Objetivo", "Grow", "Grow", "Keep"),
        (N, "Resultado-chave", "Sign-ups", "Revenue", "Churn"),
        (N, "Responsável", "Ana", "Bia", "Caio"),
        (N, "Valor inicial", 0, 1, 9),
        (N, "Valor atual", 40, 2, 5),
        (N, "Meta", 100, 4, 3),
    ),
    "Chinese": (
        ("目标", "Grow", "Grow", "Keep"),
        ("关键结果", "Sign-ups", "Revenue", "Churn"),
        ("起始值", 0, 1, 9),
        ("当前值", 40, 2, 5),
        ("目标值", 100, 4, 3),
        ("负责人", "Mia", "Jo", "Cy"),
    ),
    "cards below one another": (
        ("Objective", "Grow"),
        ("Key result", "Sign-ups"),
        ("Baseline", 0),
        ("Current", 40),
        ("Target", 100),
        (N, N),
        ("Objective", "Grow"),
        ("Key result", "Revenue"),
        ("Baseline", 1),
        ("Current", 2),
        ("Target", 4),
        (N, N),
        ("Objective", "Keep"),
        ("Key result", "Churn"),
        ("Baseline", 9),
        ("Current", 5),
        ("Target", 3),
    ),
}


@pytest.mark.parametrize("rows", SAMPLES.values(), ids=SAMPLES)
def test_each_column_is_a_record(rows: Grid) -> None:
    okrs = read(*rows)
    assert sorted(tree(okrs)) == sorted(RIGHT)
    assert okrs.tabs[0].layout == "transposed"


@pytest.mark.parametrize("rows", SAMPLES.values(), ids=SAMPLES)
def test_nothing_is_written_beside_records_and_the_reason_is_said(rows: Grid) -> None:
    okrs = read(*rows)
    assert okrs.owned == ()
    assert any("each column is a record" in skip.reason for skip in okrs.skips)


def test_addresses_name_the_column_and_the_field() -> None:
    item = key_results(read(*SAMPLES["a column each"]))[0]
    assert str(item.origin.cell("target")) == "Q4!column B · Target"


def test_a_mapping_may_name_the_layout() -> None:
    rows: Grid = (("Objective", "Grow", "Keep"), ("Key Result", "Sign-ups", "Churn"))
    okrs = read(*rows, mapping=Mapping_(layout="transposed"))
    assert [item.title for item in key_results(okrs)] == ["Sign-ups", "Churn"]
    assert read(*SAMPLES["German"], mapping=Mapping_(layout="flat")).owned == ()


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("Objective", "Key Result", "Current", "Target"),
            ("Target", "Sign-ups", 4, 9),
            ("Owner", "Revenue", 3, 9),
            ("Progress", "Churn", 3, 9),
        ),
        (
            ("Objective", "Grow", "Keep"),
            ("KR1", "Sell 100 plans", "Churn below 2%"),
            ("KR2", "Open 3 shops", "NPS above 40"),
            ("Owner", "Mia", "Jo"),
        ),
    ],
    ids=["a header on top", "a matrix"],
)
def test_other_tables_are_left_as_they_stand(rows: Grid) -> None:
    assert read(*rows).tabs[0].layout != "transposed"
