"""Columns of marks: boxes, x, ✓, yes and no. They say done only where their header does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okrsync.mapping.file import Mapping_
from okrsync.model.okrs import Commitment, KeyResult, Kind, Status
from okrsync.model.table import CellValue
from reading import codes, item, key_results, objective, read

D = Decimal
DONE = (
    "Shipped",
    "Live?",
    "Is live",
    "Rolled out",
    "Target met?",
    "KR done",
    "Done (y/n)",
    "Erledigt",
    "Umgesetzt?",
    "Ziel erreicht",
    "Fait ?",
    "En ligne",
    "¿Hecho?",
    "Entregado",
    "Concluído",
    "No ar",
    "Fatto",
    "Obiettivo raggiunto?",
    "Afgerond",
    "Assolit",
    "Klart",
    "Gotowe",
    "Tamamlandı",
    "Готово",
    "是否完成",
    "達成",
    "완료 여부",
    "✓",
    "☑ Done",
    "Ja / Nein",
    "Checkbox",
    "Complete",
    "Achieved",
)
YES_AND_NO: tuple[tuple[CellValue, CellValue], ...] = (
    (True, False),
    ("TRUE", "FALSE"),
    ("x", None),
    ("✓", None),
    ("✓", "✗"),
    ("✅", "❌"),
    ("☑", "☐"),
    ("Yes", "no"),
    ("Ja", "Nein"),
    ("Oui", "Non"),
    ("Sí", "No"),
    ("Tak", "Nie"),
    ("да", "нет"),
    ("是", "否"),
    (1, 0),
)


def marked(header: str, yes: CellValue, no: CellValue) -> list[KeyResult]:
    okrs = read(
        ("Objective", "Key Result", header),
        ("Grow", "Launch the app", yes),
        ("Grow", "Win 100 customers", no),
        ("Grow", "Hire a CFO", yes),
    )
    assert okrs.questions == ()
    return list(okrs.objectives[0].key_results)


@pytest.mark.parametrize("header", DONE)
def test_a_column_of_marks_alone_makes_results_that_are_done_or_not(header: str) -> None:
    results = marked(header, True, False)
    assert [(kr.kind, kr.current, kr.set_aside) for kr in results] == [
        (Kind.BOOLEAN, D(1), None),
        (Kind.BOOLEAN, D(0), None),
        (Kind.BOOLEAN, D(1), None),
    ]
    assert str(results[0].origin.cell("current")) == "Q4!C2"


@pytest.mark.parametrize(("yes", "no"), YES_AND_NO)
def test_marks_of_all_kinds_are_read(yes: CellValue, no: CellValue) -> None:
    results = marked("Shipped", yes, no)
    assert [kr.current for kr in results] == [D(1), D(0), D(1)]
    assert all(kr.set_aside is None for kr in results)


@pytest.mark.parametrize(
    "header",
    [
        "Reviewed",
        "Approved?",
        "Public",
        "Signed off",
        "Closed",
        "Geprüft",
        "Freigegeben",
        "Relu",
        "Revisado",
        "Rivisto",
        "Besproken",
        "Проверено",
        "已审核",
        "確認済み",
        "검토",
        "On track",
        "Status",
    ],
)
@pytest.mark.parametrize(("yes", "no"), [(True, False), ("yes", "no"), ("✅", "❌")])
def test_marks_under_another_header_are_asked_about(
    header: str, yes: CellValue, no: CellValue
) -> None:
    okrs = read(
        ("Objective", "Key Result", header),
        ("Grow", "Launch the app", yes),
        ("Grow", "Open an office", no),
    )
    results = okrs.objectives[0].key_results
    assert [(kr.current, kr.given_progress, kr.given_status) for kr in results] == [
        (None, None, None),
        (None, None, None),
    ]
    (question,) = okrs.questions
    assert (question.key, str(question.at)) == ("columns.current", "Q4!C1")
    assert header in question.text
    assert "unclear-column" in codes(okrs)


def test_the_answers_of_the_question_are_taken() -> None:
    rows = (
        ("Objective", "Key Result", "Reviewed"),
        ("Grow", "Launch the app", "yes"),
        ("Grow", "Open an office", "no"),
    )
    yes = read(*rows, mapping=Mapping_.model_validate({"columns": {"current": "Reviewed"}}))
    no = read(*rows, mapping=Mapping_.model_validate({"columns": {"current": []}}))
    assert [kr.current for kr in yes.objectives[0].key_results] == [D(1), D(0)]
    assert [kr.current for kr in no.objectives[0].key_results] == [None, None]
    assert (yes.questions, no.questions) == ((), ())


def test_two_columns_that_both_say_done_and_differ_are_asked_about() -> None:
    okrs = read(
        ("Objective", "Key Result", "Shipped", "Live"),
        ("Grow", "Launch the app", True, False),
        ("Grow", "Open an office", True, True),
    )
    assert [kr.current for kr in okrs.objectives[0].key_results] == [None, None]
    assert "'Shipped' (C), 'Live' (D)" in okrs.questions[0].text


def test_marks_beside_numbers_count_where_a_row_has_none() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Current", "Target", "Done"),
        ("Grow", "Launch the app", None, None, None, True),
        ("Grow", "Hire a CFO", None, None, None, False),
        ("Grow", "Sign-ups", 0, 50, 100, False),
        ("Grow", "Revenue", 0, 20, 100, True),
    )
    launch, hire, sign_ups, revenue = okrs.objectives[0].key_results
    assert [(kr.kind, kr.current) for kr in (launch, hire)] == [
        (Kind.BOOLEAN, D(1)),
        (Kind.BOOLEAN, D(0)),
    ]
    assert (sign_ups.current, sign_ups.typed_status) == (D(50), None)
    # A mark that contradicts the numbers is the status a person typed, and listed as such.
    assert (revenue.current, revenue.given_status) == (D(20), Status.ACHIEVED)
    assert revenue.typed_status == "Done"


def test_a_typed_status_counts_before_a_mark() -> None:
    okrs = read(
        ("Objective", "Key Result", "Status", "Done"),
        ("Grow", "Launch the app", "At risk", True),
        ("Grow", "Open an office", "On track", False),
    )
    assert [kr.given_status for kr in okrs.objectives[0].key_results] == [
        Status.AT_RISK,
        Status.ON_TRACK,
    ]


def test_other_marks_beside_numbers_are_left_alone() -> None:
    okrs = read(
        ("Objective", "Key Result", "Current", "Target", "Reviewed"),
        ("Grow", "Sign-ups", 50, 100, "yes"),
    )
    kr = item(okrs, "Sign-ups")
    assert (kr.current, kr.given_status, okrs.questions) == (D(50), None, ())


def test_a_list_of_objectives_with_boxes_is_measured() -> None:
    okrs = read(
        ("Objective", "Owner", "Done"), ("Move the office", "Ada", True), ("Hire", "Jon", False)
    )
    numbers = objective(okrs, "Move the office").numbers
    assert numbers is not None
    assert (numbers.kind, numbers.current) == (Kind.BOOLEAN, D(1))


def test_boxes_stand_in_interleaved_rows_too() -> None:
    okrs = read(
        ("Objective", "Key Result", "Erledigt"),
        ("Wachsen", None, None),
        (None, "App starten", "x"),
        (None, "Büro eröffnen", None),
    )
    assert [kr.current for kr in okrs.objectives[0].key_results] == [D(1), D(0)]


@pytest.mark.parametrize("header", ["Committed", "Verbindlich?", "Comprometido"])
def test_a_yes_under_committed_is_a_commitment(header: str) -> None:
    okrs = read(
        ("Objective", "Key Result", "Current", "Target", header),
        ("Grow", "Sign-ups", 50, 100, "yes"),
        ("Grow", "Revenue", 50, 100, "no"),
    )
    assert item(okrs, "Sign-ups").commitment is Commitment.COMMITTED
    assert item(okrs, "Revenue").commitment is None


def test_a_word_beside_the_marks_is_named() -> None:
    okrs = read(
        ("Objective", "Key Result", "Achieved"),
        ("Grow", "Launch the app", "yes"),
        ("Grow", "Open an office", "no"),
        ("Grow", "Hire", "nearly"),
    )
    assert [kr.current for kr in okrs.objectives[0].key_results] == [D(1), D(0), None]
    assert "not-a-number" in codes(okrs)


@pytest.mark.parametrize(
    ("target", "current", "value", "asks"),
    [
        ("Done", "In progress", None, True),
        ("erledigt", "halbwegs", None, True),
        ("Done", "Not started", 0, False),
        ("Done", "Open", 0, False),
        ("Done", "Done", 1, False),
        ("Shipped", None, None, False),
    ],
)
def test_a_word_as_the_target_makes_a_row_that_is_done_or_not(
    target: str, current: str | None, value: int | None, asks: bool
) -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Current", "Target"),
        ("Grow", "Sign-ups", 0, 50, 100),
        ("Grow", "Launch in Spain", None, current, target),
    )
    launch = item(okrs, "Launch in Spain")
    assert (launch.kind, launch.current) == (Kind.BOOLEAN, value)
    told = [warning for warning in okrs.warnings if str(warning.at).endswith("3")]
    assert [str(warning.at) for warning in told] == (["Q4!D3"] if asks else [])
    for warning in told:
        assert warning.message == (
            f"{current!r} says neither that it is done nor that it is not; enter done or not done,"
            " yes or no, ✓ or ✗"
        )


@pytest.mark.parametrize("target", ["Hired", "certified", "as soon as possible"])
def test_a_target_that_is_no_number_says_what_could_be_one(target: str) -> None:
    okrs = read(
        ("Objective", "Key Result", "Current", "Target"),
        ("Grow", "Sign-ups", 50, 100),
        ("Grow", "A lead", None, target),
    )
    (warning,) = okrs.warnings
    assert warning.code == "text-target"
    assert "enter a number such as 100 or 80%, or Done for what is done or not" in warning.message


@pytest.mark.parametrize("word", ["ok", "OK", "👍", "🟢"])
def test_going_well_in_place_of_a_number_is_not_done(word: str) -> None:
    okrs = read(
        ("Objective", "Key Result", "Current", "Target"),
        ("Grow", "Sign-ups", word, 100),
        ("Grow", "Revenue", 50, 100),
    )
    assert item(okrs, "Sign-ups").current is None


def test_marks_in_tables_beside_each_other_that_say_nothing_known_are_listed_as_not_read() -> None:
    okrs = read(
        ("Growth", None, None, None, "Care"),
        *[("Key Result", "Target", "Current", "Reviewed") * 2],
        ("Sign-ups", 100, 52, True, "Tickets", 50, 40, False),
        ("Trials", 20, 12, False, "Calls", 50, 40, True),
    )
    (tab,) = okrs.tabs
    assert tab.layout == "side-by-side"
    assert [item.current for item in key_results(okrs)] == [D(52), D(12), D(40), D(40)]
    unread = [(column.header, column.column) for column in tab.columns if column.role is None]
    assert unread == [("Reviewed", 3), ("Reviewed", 7)]
