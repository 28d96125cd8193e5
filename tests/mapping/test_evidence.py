"""Every tab and column tells why it was understood as it was, and what nobody can tell is asked,
not guessed.
"""

from __future__ import annotations

import pytest

from layout_samples import SAMPLES, Grid, Sample
from mapping.test_layouts import outline, read
from okrsync.mapping.file import Mapping_


def test_each_column_tells_its_role_why_and_what_stands_in_it() -> None:
    found = read(
        {
            "Q4": [
                ["Objective", "Key Result", "End", "Mood"],
                ["Grow", "Sign-ups", 5, "fine"],
                ["Grow", "Revenue", 7, "low"],
            ]
        }
    )
    (tab,) = found.tabs
    assert [(each.role, each.header, each.samples) for each in tab.columns] == [
        ("objective", "Objective", ("Grow",)),
        ("key_result", "Key Result", ("Sign-ups", "Revenue")),
        ("target", "End", ("5", "7")),
        (None, "Mood", ("fine", "low")),
    ]
    assert "its 2 values are numbers" in tab.columns[2].because
    assert (tab.reason, 0.5 < tab.score <= 1, found.questions) == (None, True, ())
    assert tab.because[0] == "row 1 is its header: objective, key result, target"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_content_decides_is_not_asked(sample: Sample) -> None:
    found = read(sample.tabs)
    assert found.questions == ()
    for tab in found.tabs:
        assert 0 < tab.score <= 1
        assert tab.because
        assert all(0 < each.confidence <= 1 and each.because for each in tab.columns)


def test_titles_that_could_be_objectives_or_key_results_are_asked_about_and_not_read() -> None:
    rows: Grid = [
        ["Title", "Start", "Current", "Target"],
        ["Sign-ups", 1, 2, 3],
        ["Revenue", 1, 2, 3],
    ]
    found = read({"Plan": rows})
    (question,) = found.questions
    assert (found.objectives, str(question.at), question.key) == (
        (),
        "Plan!A1",
        "columns.key_result",
    )
    assert '`columns.key_result = "Title"`' in (found.tabs[0].reason or "")
    for answer, expected in zip(
        question.answers, ("Plan: Sign-ups, Revenue", "Sign-ups: "), strict=True
    ):
        answered = read(
            {"Plan": rows}, Mapping_.model_validate({"columns": {"key_result": answer.value}})
        )
        assert (outline(answered)[0], answered.questions) == (expected, ())


def test_two_columns_for_one_number_are_asked_about_and_neither_is_read() -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Actual", "Current", "Target"],
        ["Grow", "Sign-ups", 2, 3, 9],
    ]
    found = read({"Q4": rows})
    assert [question.key for question in found.questions] == ["columns.current"]
    assert found.objectives[0].key_results[0].current is None
    assert any('`columns.current = "Actual"`' in warning.message for warning in found.warnings)
    answered = read({"Q4": rows}, Mapping_.model_validate({"columns": {"current": "Current"}}))
    assert answered.objectives[0].key_results[0].current == 3
    assert answered.questions == ()


def test_two_columns_that_never_differ_are_not_asked_about() -> None:
    found = read(
        {
            "Q4": [
                ["Objective", "Key Result", "Actual", "Current"],
                ["Grow", "Sign-ups", 2, 2],
                ["Grow", "Revenue", None, 3],
            ]
        }
    )
    assert found.questions == ()


def test_an_end_that_is_half_days_and_half_numbers_is_asked_about() -> None:
    rows: Grid = [["Key Result", "Start", "End"], ["Sign-ups", 2, "2026-12-01"], ["Revenue", 2, 90]]
    (question,) = read({"Q4": rows}).questions
    assert question.key == "columns.target"
    as_days = read(
        {"Q4": rows[:2]},
        Mapping_.model_validate({"columns": {"target": question.answers[1].value}}),
    )
    assert str(as_days.objectives[0].key_results[0].due) == "2026-12-01"


def test_an_objective_column_full_of_numbers_is_asked_about() -> None:
    found = read(
        {"Q4": [["Objective", "What we want"], [17.5, "Win the market"], [99, "Keep the people"]]}
    )
    (question,) = found.questions
    assert (found.objectives, question.key, question.answers[0].value) == (
        (),
        "columns.objective",
        "What we want",
    )
    target = read({"Q4": [["KPI", "Objective", "Actual"], ["Sign-ups", 200, 100], ["Churn", 3, 5]]})
    assert [question.key for question in target.questions] == ["columns.target"]


def test_targets_that_read_like_key_results_are_asked_about() -> None:
    rows: Grid = [
        ["Objective", "Target"],
        ["Grow", "Increase sign-ups to 500 a month"],
        ["Keep", "Reduce churn to 2 percent"],
    ]
    found = read({"Q4": rows})
    assert (found.objectives, [question.key for question in found.questions]) == (
        (),
        ["columns.key_result"],
    )


def test_marks_are_ids_where_another_column_describes_them() -> None:
    found = read(
        {
            "Q4": [
                ["Objective", "KR", "Description"],
                ["Grow", "KR1", "Sign-ups"],
                ["Grow", "KR2", "Revenue"],
            ]
        }
    )
    assert (outline(found), found.questions) == (("Grow: Sign-ups, Revenue",), ())
    kept = read({"Q4": [["Objective", "KR", "Target"], ["Grow", "KR1", 5], ["Grow", "KR2", 6]]})
    assert outline(kept) == ("Grow: KR1, KR2",)
