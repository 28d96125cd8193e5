"""The kind of a row decides what it is; a word for it that okrsync does not know is asked about."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from okrsync.mapping.file import Mapping_, Values
from okrsync.mapping.values.kinds import row_kinds
from okrsync.model.okrs import Warning_
from okrsync.model.table import CellValue
from reading import codes, key_results, objective, read

Grid = Sequence[Sequence[CellValue]]


def unknown(warnings: Sequence[Warning_]) -> list[str]:
    return [warning.message.partition(" is not a kind")[0] for warning in warnings]


TYPED: Grid = (
    ("ID", "Type", "Title", "Parent", "Target", "Current"),
    ("O1", "Objective", "Grow", None, None, None),
    ("K1", "Key result", "Sign-ups", "O1", 100, 40),
    ("B1", "Big rock", "Open Paris", "O1", 10, 4),
    ("B2", "Big rock", "Open Rome", "O1", 10, 4),
    ("T1", "Task", "Write the page", "O1", None, None),
)

SAMPLES: Sequence[tuple[Grid, str]] = [
    (TYPED, "Big rock"),
    (
        (
            ("Level", "Title", "Owner", "Target", "Current"),
            ("Objective", "Grow", "Ann", None, None),
            ("Key Result", "Sign-ups", "Bo", 100, 40),
            ("Bet", "Open Paris", "Bo", 1, 0),
        ),
        "Bet",
    ),
    (
        (
            ("Typ", "Titel", "Übergeordnet", "Zielwert", "Ist"),
            ("Ziel", "Wachsen", None, None, None),
            ("Ergebnis", "Anmeldungen", "Wachsen", 100, 40),
            ("Wette", "Paris", "Wachsen", 1, 0),
        ),
        "Wette",
    ),
    (
        (
            ("Meta", "Actual", "Nivel", "Nombre"),
            (None, None, "Objetivo", "Crecer"),
            (100, 40, "RC", "Altas"),
            (1, 0, "Apuesta", "París"),
        ),
        "Apuesta",
    ),
    (
        (
            ("#", "Type", "Item", "Target", "Current"),
            ("1", "Objective", "Grow", None, None),
            ("1.1", "Key Result", "Sign-ups", 100, 40),
            ("1.2", "Enabler", "New CRM", 1, 0),
        ),
        "Enabler",
    ),
    (
        (
            ("类型", "名称", "上级目标", "目标值", "当前值"),
            ("目标", "增长", None, None, None),
            ("关键结果", "注册用户", "增长", 100, 40),
            ("大石头", "巴黎", "增长", 1, 0),
        ),
        "大石头",
    ),
]


@pytest.mark.parametrize(("rows", "word"), SAMPLES, ids=[word for _, word in SAMPLES])
def test_a_kind_that_is_not_known_is_named_and_asked_about(rows: Grid, word: str) -> None:
    okrs = read(*rows)
    named = [warning for warning in okrs.warnings if warning.code == "unknown-kind"]
    assert unknown(named) == [f"{word!r}"]
    (question,) = [question for question in okrs.questions if question.key.startswith("values.k")]
    assert question.key == f"values.kinds.{word}"
    assert question.at == named[0].at
    assert {answer.value for answer in question.answers} == {"objective", "key_result", "other"}
    assert len(key_results(okrs)) == 1
    assert len(okrs.objectives) == 1


@pytest.mark.parametrize(("rows", "word"), SAMPLES, ids=[word for _, word in SAMPLES])
@pytest.mark.parametrize("answer", ["objective", "key_result", "other"])
def test_the_answer_settles_the_kind(rows: Grid, word: str, answer: str) -> None:
    values = Values.model_validate({"kinds": {word: answer}})
    okrs = read(*rows, mapping=Mapping_(values=values))
    assert "unknown-kind" not in codes(okrs)
    assert not okrs.questions
    new = 2 if rows is TYPED else 1
    assert len(okrs.objectives) == 1 + (new if answer == "objective" else 0)
    assert len(key_results(okrs)) == 1 + (new if answer == "key_result" else 0)


def test_kinds_of_work_are_left_out_with_a_reason() -> None:
    (skip,) = [skip for skip in read(*TYPED).skips if skip.code == "no-okr"]
    assert "'Task'" in skip.reason
    assert str(skip.at) == "Q4!B6"


def test_an_initiative_beside_key_results_is_none() -> None:
    okrs = read(
        ("Objective", "Title", "Type", "Target", "Current"),
        ("Grow", "Sign-ups", "KR", 100, 40),
        ("Grow", "Write the page", "Initiative", 1, 0),
    )
    assert [item.title for item in key_results(okrs)] == ["Sign-ups"]
    assert any("'Initiative'" in skip.reason for skip in okrs.skips)


def test_kinds_of_measures_beside_objectives_are_key_results() -> None:
    okrs = read(
        ("Name", "Type", "Parent", "Target", "Actual"),
        ("Grow", "Objective", None, None, None),
        ("Sign-ups", "Number", "Grow", 100, 40),
        ("Launch", "Boolean", "Grow", 1, 0),
    )
    assert [item.title for item in objective(okrs, "Grow").key_results] == ["Sign-ups", "Launch"]


def test_outcome_and_output_alone_are_no_kinds_of_rows() -> None:
    okrs = read(
        ("KPI", "Kind", "Baseline", "Target", "Actual"),
        ("Sign-ups", "Outcome", 0, 100, 40),
        ("Pages", "Output", 0, 10, 4),
    )
    assert [item.title for item in key_results(okrs)] == ["Sign-ups", "Pages"]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["Goal", "Outcome", "Output"], ["objective", "objective", "key_result"]),
        (["Goal", "Outcome 1", "Output 1.1", "Indicator"], ["objective"] * 3 + ["key_result"]),
        (["Wirkung", "Outcome", "Output"], ["objective", "objective", "key_result"]),
        (["Objectif", "Effet 1", "Produit 1.1"], ["objective", "objective", "key_result"]),
        (["Outcome", "Output"], [None, None]),
        (["Number", "Boolean"], ["metric", "boolean"]),
        (["O1", "KR1", "KR 1.2"], ["objective", "key_result", "key_result"]),
    ],
)
def test_levels_are_objectives_down_to_the_lowest(
    words: list[str], kinds: list[str | None]
) -> None:
    assert [row_kinds(words)[word] for word in words] == kinds
