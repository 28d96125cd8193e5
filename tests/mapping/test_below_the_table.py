"""What stands below a table is no OKR, and what stands in it stays one."""

from __future__ import annotations

import pytest

from reading import key_results, objective, read

HEADER = ("Objective", "Key Result", "Owner", "Baseline", "Current", "Target")
GROW = ("Grow", "Sign-ups", "Ann", 0, 50, 100)
KEEP = ("Keep", "Churn", "Cy", 9, 5, 3)


@pytest.mark.parametrize(
    "line",
    [
        *("Prepared by", "Prepared by: Ann Lee", "Last updated: 24 Nov 2026", "Confidential"),
        *("Legend: green = on track, red = off track", "Signature: ____", "(signature, full name)"),
        *("Legende: grün = im Plan", "Erstellt von Ann", "Zuletzt aktualisiert am 24.11.2026"),
        *("Légende : vert = en bonne voie", "Dernière mise à jour : 24/11", "Préparé par Ann"),
        *(
            "Leyenda: verde",
            "Última actualización: 24/11",
            "Elaborado por Ana",
            "Aprovado por: Ana",
        ),
        *("Última atualização: hoje", "Ultimo aggiornamento: ieri", "Approvato da Anna"),
        *(
            "Laatst bijgewerkt: gisteren",
            "Goedgekeurd door Anna",
            "Подготовил: Анна",
            "Обновлено: 24",
        ),
        *("最后更新：11月24日", "图例：绿色", "最終更新日：11月24日", "작성자: 안나", "범례: 초록"),
        *("Source: CRM", "Note: numbers are net", "Version: 3"),
        *("© Acme 2026", "Copyright 2026 Acme", "Page 1 of 2", "* preliminary figures"),
        *("Confidential - internal use only", "Gez. A. Müller", "Ort, Datum", "Lugar y fecha"),
        *("🟢 On track 🟡 At risk 🔴 Off track", "G = green, R = red", "Green"),
        *("Scoring: 0.0-0.3 red, 0.7-1.0 green", "How to score: 0.7 is good"),
        *("Stan na 24.11.2026", "Uppdaterad av Anna", "Son güncelleme: 24.11.2026"),
        *("Сведения обновлены 24.11.2026", "Next review: 1 Dec 2026", "Observaciones: provisional"),
    ],
)
def test_a_footer_is_no_okr(line: str) -> None:
    okrs = read(HEADER, GROW, KEEP, (None,), (line,))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!A5"]


def test_a_block_of_signatures_goes_as_a_whole() -> None:
    okrs = read(
        HEADER,
        GROW,
        (None,),
        ("Prepared by", None, None, "Approved by"),
        ("Ann Lee", None, None, "Bo Kim"),
        ("(signature, full name)", None, None, "(signature, full name)"),
    )
    assert [one.title for one in okrs.objectives] == ["Grow"]


@pytest.mark.parametrize(
    "title",
    ["Data", "Source", "Version 3 for all", "Page speed", "Sign 20 partners", "Note-taking"],
)
def test_a_title_that_begins_like_a_footer_stays_a_title(title: str) -> None:
    okrs = read(
        HEADER,
        GROW,
        (None,),
        (title, None, None, None, None, None),
        (None, "Churn", "Cy", 9, 5, 3),
    )
    assert objective(okrs, title).key_results[0].title == "Churn"


def test_a_key_result_that_begins_like_a_footer_stays_one() -> None:
    okrs = read(HEADER, ("Grow", "Approved by customers", "Ann", 0, 50, 100), (None,), KEEP)
    assert [one.title for one in key_results(okrs)] == ["Approved by customers", "Churn"]


def test_a_second_table_with_other_columns_is_named_and_never_read_by_the_first_header() -> None:
    okrs = read(
        HEADER,
        GROW,
        (None,),
        ("Objective", "Key Result", "Owner", "Target", "Current", "Baseline"),
        ("Keep", "Churn", "Cy", 3, 5, 9),
    )
    assert [one.title for one in okrs.objectives] == ["Grow"]
    assert "row 4" in okrs.skips[-1].reason
    assert str(okrs.skips[-1].at) == "Q4!A5"


def test_a_second_header_in_other_words_over_the_same_columns_is_the_header_once_more() -> None:
    okrs = read(
        HEADER,
        GROW,
        (None,),
        ("Ziel", "Schlüsselergebnis", "Verantwortlich", "Startwert", "Istwert", "Zielwert"),
        KEEP,
    )
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]


def test_a_second_table_is_read_whatever_columns_of_ours_stand_in_the_first_header() -> None:
    okrs = read(
        (*HEADER, "okr progress"),
        (*GROW, 0.5),
        (None,),
        ("Team B",),
        HEADER,
        KEEP,
    )
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]


@pytest.mark.parametrize(
    "line",
    [
        *("Stand: 24.11.2026", "Note: all numbers in k€", "Hinweis: Werte in T€", "© Acme 2026"),
        *("🟢 On track 🟡 At risk 🔴 Off track", "Key: G = green, R = red", "Datum: 24.11.2026"),
        *("Remarques : chiffres provisoires", "Page 1 of 2", "Gez. A. Müller", "来源：客户系统"),
    ],
)
def test_a_footer_right_below_the_last_row_is_no_okr(line: str) -> None:
    okrs = read(HEADER, GROW, KEEP, (line,))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    assert any(skip.code == "no-okr" for skip in okrs.skips)


ALONE = ("Hire better people", "Win France", "Ann Lee", "Chief Executive", "Quality first")


@pytest.mark.parametrize("gap", [((None,),), ()], ids=["apart", "right below"])
@pytest.mark.parametrize("title", ALONE)
def test_words_alone_below_the_table_are_named_and_do_not_count(
    title: str, gap: tuple[tuple[None, ...], ...]
) -> None:
    okrs = read(HEADER, GROW, KEEP, *gap, (title,))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    (skip,) = [skip for skip in okrs.skips if skip.code == "no-okr"]
    assert "stands alone below" in skip.reason
    assert str(skip.at) == f"Q4!A{4 + len(gap)}"


@pytest.mark.parametrize("title", ALONE)
def test_an_objective_below_the_table_with_another_cell_is_one(title: str) -> None:
    okrs = read(HEADER, GROW, KEEP, (title, None, "Mia"))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep", title]


def test_a_title_alone_counts_where_other_objectives_stand_alone() -> None:
    okrs = read(HEADER, GROW, ("Hire better people",), KEEP, ("Win France",))
    titles = [one.title for one in okrs.objectives]
    assert titles == ["Grow", "Hire better people", "Keep", "Win France"]


APART = {
    "a list under a heading": [
        ("Risky things",),
        ("Vendor may be late", "Ask weekly", "Ann"),
        ("Budget cut", "Talk to the bank", "Bo"),
    ],
    "a table whose header has other words": [
        ("Blocker", "Escalated to", "Since"),
        ("No API", "Tom", "12 Oct"),
        ("No budget", "Lisa", "1 Nov"),
    ],
    "two columns": [("Vendor", "Answer"), ("Acme", "yes, by May")],
    "counts": [("Number of KRs", 2), ("On track", 1), ("Behind", 1)],
    "remarks of a meeting": [("Ann is on leave",), ("We need to talk to legal",)],
    "people": [("Ann Lee", "ann@acme.example", "Growth"), ("Bo Kim", "bo@acme.example", "Sales")],
}


@pytest.mark.parametrize("block", APART.values(), ids=APART)
@pytest.mark.parametrize("is_filled_down", [False, True], ids=["flat", "filled down"])
def test_a_block_apart_without_values_is_named_and_not_read(
    block: list[tuple[str | int, ...]], is_filled_down: bool
) -> None:
    revenue = (None if is_filled_down else "Grow", "Revenue", "Bo", 1, 2, 4)
    okrs = read(HEADER, GROW, revenue, (None,), *block)
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Revenue"]
    assert [one.title for one in okrs.objectives] == ["Grow"]
    named = {str(skip.at) for skip in okrs.skips if skip.code == "no-okr"}
    assert named == {f"Q4!A{5 + index}" for index in range(len(block))}


def test_a_list_under_a_heading_right_below_the_table_is_named_and_not_read() -> None:
    okrs = read(HEADER, GROW, KEEP, ("Risky things",), ("Vendor may be late", "Ask", "Tom"))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!A4", "Q4!A5"]


PLANNED = {
    "several key results of one objective": [("Win", "Deals", "Eve"), ("Win", "Partners", "Eve")],
    "an objective on its first row": [("Win", "Deals", "Eve"), (None, "Partners", "Eve")],
    "an owner from above": [("Win", "Deals", "Ann")],
    "a mark": [("Win", "KR1: Deals", "Eve")],
    "a heading for a period": [("Q1 2027",), ("Win", "Deals", "Eve")],
    "a heading for a team": [("Team North",), ("Win", "Deals", "Eve")],
}


@pytest.mark.parametrize("block", PLANNED.values(), ids=PLANNED)
def test_a_block_apart_that_looks_like_the_table_is_planned_and_read(
    block: list[tuple[str | None, ...]],
) -> None:
    okrs = read(HEADER, GROW, KEEP, (None,), *block)
    assert [one.title for one in okrs.objectives][:3] == ["Grow", "Keep", "Win"]


def test_where_empty_rows_separate_objectives_the_next_one_may_have_another_owner() -> None:
    okrs = read(HEADER, GROW, (None,), KEEP, (None,), ("Win", "Deals", "Eve"))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep", "Win"]


def test_a_table_that_is_hardly_filled_in_is_read_to_its_end() -> None:
    planned = ("Keep", "Churn", "Cy", None, None, None)
    okrs = read(HEADER, GROW, planned, ("Keep", "Teams", "Cy"), (None,), ("Win", "Deals", "Eve"))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep", "Win"]


@pytest.mark.parametrize("heading", ["Risks", "Abhängigkeiten", "Decision log", "风险"])
def test_values_under_a_heading_of_something_else_are_none_of_okrs(heading: str) -> None:
    okrs = read(HEADER, GROW, KEEP, (None,), (heading,), ("Vendor", "Ask", "Tom", 1, 2, 3))
    assert [one.title for one in okrs.objectives] == ["Grow", "Keep"]


def test_the_only_heading_that_says_team_names_the_part_below_it() -> None:
    okrs = read(HEADER, GROW, (None,), ("Team B",), KEEP)
    assert [(one.title, one.team) for one in okrs.objectives] == [
        ("Grow", None),
        ("Keep", "Team B"),
    ]


def test_rows_that_a_template_left_say_nothing_of_what_stands_apart_below() -> None:
    left_over = [(None, "KR 3:"), ("Win", "TBD"), ("Objective 3", "Key result 1"), ("O4:", "KR 1:")]
    block = [("Blocker", "Escalated to", "Since"), ("No API", "Tom", "12 Oct")]
    okrs = read(HEADER, GROW, *left_over, (None, *KEEP[1:]), *left_over, (None,), *block)
    assert [one.title for one in key_results(okrs)] == ["Sign-ups", "Churn"]
    assert "Blocker" not in {one.title for one in okrs.objectives}
