"""Rows that a template left, and what stands below them."""

from __future__ import annotations

import pytest

from reading import key_results, objective, read, read_database

HEADER = ("Objective", "Key Result", "Owner", "Baseline", "Current", "Target")
GROW = ("Grow", "Sign-ups", "Ann", 0, 50, 100)
KEEP = ("Keep", "Churn", "Cy", 9, 5, 3)
CHURN = (None, "Churn", "Cy", 9, 5, 3)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("Objective 2", "Key result 1"), ("Objective 2:", "KR 1:"), ("O2", "KR1")),
        *(("O2", "O2-KR1"), ("Grow", "KR 2"), ("Grow", "Key Result #3"), ("Ziel 2", "KR 1.1")),
        *(("Ziel 2", "Schlüsselergebnis 1"), ("Objectif 2", "Résultat clé 1")),
        *(("Objetivo 2", "Resultado-chave 1"), ("Objetivo 2", "Resultado clave 1")),
        *(("目标2", "关键结果1"), ("目標2", "主な成果1"), ("목표 2", "핵심 결과 1")),
        *(("[Objective]", "<your key result>"), ("Your objective here", "Your key result here")),
        *(("Enter objective", "Enter key result"), ("New objective", "New key result")),
        *(("Write your objective", "Add a key result"), ("Objective title", "Key result name")),
        *(("Hier Ziel eintragen", "Schlüsselergebnis eingeben"), ("请输入目标", "请输入关键结果")),
        *(("Votre objectif ici", "Votre résultat clé"), ("目標を入力", "成果指標を入力")),
        *(("Lorem ipsum", "Dolor sit amet"), ("Untitled", "Untitled"), ("TBD", "To be defined")),
        *(("e.g. Be loved", "e.g. NPS of 40"), ("z. B. Wachsen", "z. B. 100 Kunden")),
        *(
            ("Example 1: Be loved", "NPS of 40"),
            ("(Example) Be loved", "NPS"),
            ("Win (sample)", "A"),
        ),
    ],
)
@pytest.mark.parametrize("owner", [None, "Bo"])
def test_a_row_left_over_from_a_template_is_named_and_no_okr(
    first: str, second: str, owner: str | None
) -> None:
    okrs = read(HEADER, GROW, (first, second, owner, 0, 0, None), KEEP)
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Churn"]
    (skip,) = okrs.skips
    assert (str(skip.at), skip.code) == ("Q4!A3", "no-okr")


@pytest.mark.parametrize(
    "values", [(0, 3, 10), (None, None, 10), (1, None, None), (None, "done", None)]
)
def test_a_row_that_only_counts_its_titles_counts_with_any_value(
    values: tuple[int | str | None, ...],
) -> None:
    okrs = read(HEADER, GROW, ("Objective 2", "KR 1", "Bo", *values))
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "KR 1"]


def test_a_row_that_counts_its_titles_counts_with_a_remark() -> None:
    header = ("Objective", "Key Result", "Status", "Comment")
    okrs = read(header, ("Grow", "Sign-ups", "At risk"), ("Grow", "KR 2", None, "waits for Jo"))
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "KR 2"]


@pytest.mark.parametrize(
    "title",
    ["Objective truth in reporting", "New markets", "Write 12 guides", "Name a successor", "New"],
)
def test_a_title_that_begins_like_an_invitation_is_one(title: str) -> None:
    okrs = read(HEADER, GROW, (title, title, "Bo", None, None, None))
    assert [one.title for one in okrs.objectives] == ["Grow", title]


def test_codes_alone_may_refer_to_rows_of_another_table() -> None:
    okrs = read(
        ("Objective", "Key Result", "Owner"), ("Grow", "KR-1", "Ann"), ("Keep", "KR-2", "Bo")
    )
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    okrs = read_database(("Objective", "Key Result"), ("Grow", "Sign-ups"), ("Keep", "KR-2"))
    assert {one.title for one in okrs.objectives} == {"Grow", "Keep"}


def test_a_tab_of_a_template_says_that_it_is_one() -> None:
    okrs = read(HEADER, ("Objective 1", "KR 1"), ("Objective 1", "KR 2"), ("Objective 2", "KR 1"))
    assert okrs.objectives == ()
    assert "template that is not filled in" in okrs.skips[-1].reason


@pytest.mark.parametrize("unfilled", ["TBD", "KR 1:", "[Key result]", "Enter key result"])
def test_key_results_below_one_that_is_not_filled_in_keep_their_objective(unfilled: str) -> None:
    visits = (None, "Visits", "Ann", 0, 1, 2)
    okrs = read(HEADER, GROW, visits, ("Keep", unfilled), CHURN)
    assert [one.title for one in objective(okrs, "Keep").key_results] == ["Churn"]
    assert [one.title for one in objective(okrs, "Grow").key_results] == ["Sign-ups", "Visits"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!B4"]


@pytest.mark.parametrize("unfilled", ["TBD", "Objective 2:", "[Objective]", "Your objective here"])
def test_key_results_below_an_objective_that_is_not_filled_in_count_in_no_other(
    unfilled: str,
) -> None:
    signups = (None, *GROW[1:])
    okrs = read(HEADER, ("Grow",), signups, (unfilled,), (None, "KR 1:"), CHURN, ("Win",), signups)
    assert [one.title for one in objective(okrs, unfilled).key_results] == ["Churn"]
    assert [one.title for one in objective(okrs, "Grow").key_results] == ["Sign-ups"]


def test_rows_under_a_heading_that_is_not_filled_in_go_on_under_no_other() -> None:
    header = ("OKR", "Owner", "Baseline", "Current", "Target")
    okrs = read(
        header,
        ("O1: Grow",),
        ("KR1: Sign-ups", *GROW[2:]),
        ("O2:",),
        ("KR1: Churn", *KEEP[2:]),
        ("KR2:",),
        ("O3:",),
        ("KR1:",),
    )
    assert [(one.title, len(one.key_results)) for one in okrs.objectives] == [
        ("Grow", 1),
        ("O2:", 1),
    ]


def test_rows_below_an_example_are_part_of_it() -> None:
    nps = (None, "NPS", "Jane", 20, 30, 40)
    okrs = read(
        HEADER, ("Example: Be loved",), nps, nps, ("Grow",), (None, *GROW[1:]), ("Keep",), CHURN
    )
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Churn"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!A2", "Q4!B3", "Q4!B4"]


def test_numbered_columns_and_blocks_of_a_template_are_no_okrs() -> None:
    wide = ("Objective", "KR1", "KR2", "KR3")
    okrs = read(wide, ("Grow", "Sign-ups", "Visits", "TBD"), ("Objective 2", "KR 1", "KR 2", None))
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Visits"]
    head = ("Key Result", "Start", "Current", "Target")
    blocks = [("Objective 1: Grow",), head, ("Sign-ups", 0, 50, 100), ("Key result 2",), (None,)]
    okrs = read(*blocks, ("Objective 2:",), head, ("Key result 1",), ("Key result 2",))
    assert [(one.title, len(one.key_results)) for one in okrs.objectives] == [("Grow", 1)]


@pytest.mark.parametrize(
    "row",
    [
        ("What do we want?", "How do we measure it?", None, "Where from", "Today", "Where to"),
        ("Inspiring", "Measurable", "Name", "Value at start", "Value today", "Value at the end"),
    ],
)
def test_a_row_below_the_header_that_explains_the_columns_is_named_and_no_okr(
    row: tuple[str | None, ...],
) -> None:
    okrs = read(HEADER, row, GROW, KEEP)
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    assert [(str(skip.at), "explains" in skip.reason) for skip in okrs.skips] == [("Q4!A2", True)]
    assert okrs.warnings == ()


def test_a_first_row_with_words_for_values_stays_an_okr() -> None:
    okrs = read(HEADER, ("Ship", "Launch", "Bo", "a sketch", "beta is out", "public"), GROW, KEEP)
    assert [one.title for one in okrs.objectives] == ["Ship", "Grow", "Keep"]


@pytest.mark.parametrize(
    "note", ["Comment: waits for Jo", "Update: beta is out", "Kommentar: spät"]
)
def test_a_line_of_remarks_between_the_rows_is_a_note(note: str) -> None:
    okrs = read(HEADER, GROW, (None, note), (None, "Risk reduction", "Bo", 0, 20, 100))
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Risk reduction"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!B3"]
