"""A reworded key result stays the same one where only one candidate fits; where two fit, none is
guessed and it is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from mapping.test_mapping_layouts import read, read_tables
from okrsync.mapping.rows.identity import without_number
from okrsync.model.okrs import Objective
from okrsync.model.table import CellValue, Row, Table
from okrsync.plan.identity import Lasting, keys_of, lasting
from team import ROWS, Team, edit, write_workbook

HEAD: list[CellValue] = ["Objective", "Key Result", "Owner", "Current", "Target"]
BEFORE: list[list[CellValue]] = [
    HEAD,
    ["Grow", "Win new customers", "Mia", 62, 100],
    ["Grow", "Raise monthly revenue", "Jon", 34, 50],
    ["Keep", "Cut churn", "Lea", 4, 2],
]


def then_and_now(
    before: Sequence[Sequence[CellValue]], after: Sequence[Sequence[CellValue]], **more: Any
) -> Lasting:
    then, now = read(before), read(after, **more)
    return lasting(now, {}, lambda: then.objectives, frozenset(keys_of(then.objectives)))


def titles(objectives: Sequence[Objective]) -> dict[str, str]:
    below = {item.title: item.key for one in objectives for item in one.key_results}
    return {**{one.title: one.key for one in objectives}, **below}


def keys(rows: Sequence[Sequence[CellValue]]) -> dict[str, str]:
    """Keys by title, as a first reading gives them."""
    return titles(read(rows).objectives)


def lasts(found: Lasting) -> dict[str, str]:
    """By the title of now, the key it is remembered by."""
    return titles(found.okrs.objectives)


def with_row(place: int, *cells: CellValue) -> list[list[CellValue]]:
    rows = [list(row) for row in BEFORE]
    rows[place] = list(cells)
    return rows


@pytest.mark.parametrize(
    ("after", "now", "was"),
    [
        (
            with_row(1, "Grow", "Win many new customers", "Mia", 62, 100),
            "Win many new customers",
            "Win new customers",
        ),
        (
            with_row(1, "Grow", "Win new customers in Europe", "Mia", 62, 120),
            "Win new customers in Europe",
            "Win new customers",
        ),
        (with_row(1, "Grow", "Sign-ups", "Mia", 62, 100), "Sign-ups", "Win new customers"),
        (
            with_row(1, "Grow", "Win new customers", "Ada", 62, 100),
            "Win new customers",
            "Win new customers",
        ),
        (
            [HEAD, BEFORE[3], BEFORE[2], ["Grow", "Win many new customers", "Mia", 62, 100]],
            "Win many new customers",
            "Win new customers",
        ),
        (
            [HEAD, ["Grow fast", *BEFORE[1][1:]], ["Grow fast", *BEFORE[2][1:]], BEFORE[3]],
            "Grow fast",
            "Grow",
        ),
        (
            [HEAD, ["Grow fast", *BEFORE[1][1:]], ["Grow fast", *BEFORE[2][1:]], BEFORE[3]],
            "Win new customers",
            "Win new customers",
        ),
        (
            [HEAD, *BEFORE[1:3], ["Keep our customers", "Cut churn", "Lea", 4, 2]],
            "Cut churn",
            "Cut churn",
        ),
    ],
    ids=[
        "a word added",
        "words and target",
        "other words, same place and target",
        "another owner",
        "reworded and moved",
        "objective reworded",
        "below it",
        "with one key result",
    ],
)
def test_it_is_the_same_one(after: list[list[CellValue]], now: str, was: str) -> None:
    found = then_and_now(BEFORE, after)
    assert lasts(found)[now] == keys(BEFORE)[was]
    assert len(set(keys_of(found.okrs.objectives))) == len(list(keys_of(found.okrs.objectives)))
    assert found.okrs.warnings == ()


@pytest.mark.parametrize(
    ("after", "now"),
    [
        (with_row(1, "Grow", "Hire five engineers", "Ada", 1, 5), "Hire five engineers"),
        (with_row(1, "Keep", "Win many new customers", "Mia", 62, 100), "Win many new customers"),
        ([*BEFORE, ["Grow", "Win many new customers", "Mia", 62, 100]], "Win many new customers"),
    ],
    ids=["another one in its place", "under another objective", "the old one is still there"],
)
def test_it_is_a_new_one(after: list[list[CellValue]], now: str) -> None:
    assert lasts(then_and_now(BEFORE, after))[now] not in keys(BEFORE).values()


def test_where_two_fit_none_is_guessed_and_it_is_named() -> None:
    before: list[list[CellValue]] = [
        HEAD,
        ["Grow", "Win customers in the north", "Mia", 1, 9],
        ["Grow", "Win customers in the south", "Mia", 1, 9],
        ["Keep", "Churn", "Lea", 4, 2],
    ]
    after: list[list[CellValue]] = [
        HEAD,
        ["Keep", "Churn", "Lea", 4, 2],
        ["Keep", "NPS", "Lea", 4, 5],
        ["Grow", "Win customers in the west", "Mia", 1, 9],
    ]
    found = then_and_now(before, after)
    assert lasts(found)["Win customers in the west"] not in keys(before).values()
    codes = [warning.code for warning in found.okrs.warnings]
    assert [code for code in codes if code != "far-beyond-target"] == ["unclear-identity"]
    message = next(w.message for w in found.okrs.warnings if w.code == "unclear-identity")
    assert "north" in message
    assert "south" in message
    assert "Team!B2" in message


def test_another_cycle_is_another_item() -> None:
    before: list[list[CellValue]] = [
        ["Key Result", "Quarter", "Current", "Target"],
        ["Sign-ups", "Q3 2026", 62, 100],
    ]
    after: list[list[CellValue]] = [
        ["Key Result", "Quarter", "Current", "Target"],
        ["Sign-ups", "Q4 2026", 62, 100],
    ]
    assert then_and_now(before, after).aliases == {}


def test_ids_that_are_added_later_change_nothing() -> None:
    after: list[list[CellValue]] = [
        ["ID", *HEAD],
        *([f"K-{place}", *row] for place, row in enumerate(BEFORE[1:], start=1)),
    ]
    found = lasts(then_and_now(BEFORE, after))
    assert {
        title: found[title] for title in ("Win new customers", "Raise monthly revenue", "Cut churn")
    } == {
        title: keys(BEFORE)[title]
        for title in ("Win new customers", "Raise monthly revenue", "Cut churn")
    }


def test_a_row_with_an_anchor_is_known_by_it_whatever_becomes_of_its_words() -> None:
    def table(title: str) -> Table:
        rows = (
            Row(1, tuple(HEAD)),
            Row(2, ("Grow", title, "Mia", 1, 2), anchor="page-1"),
            Row(3, ("Keep", "Churn", "Lea", 4, 2), anchor="page-2"),
        )
        return Table("T", "T", rows)

    then, now = read_tables([table("Sign-ups")]), read_tables([table("Etwas ganz anderes")])
    found = lasting(now, {}, lambda: then.objectives, frozenset(keys_of(then.objectives)))
    assert lasts(found)["Etwas ganz anderes"] == then.objectives[0].key_results[0].key


def test_nothing_is_looked_up_while_nothing_is_gone() -> None:
    def before() -> Any:
        raise AssertionError("asked for what was there before")

    now = read([*BEFORE, ["Keep", "A new one", "Lea", 1, 2]])
    known = frozenset(keys_of(read(BEFORE).objectives))
    assert lasting(now, {}, before, known).okrs is now
    assert lasting(now, {}, before, frozenset()).okrs is now


def test_a_second_rewording_and_the_way_back_keep_the_first_key() -> None:
    first = keys(BEFORE)["Win new customers"]
    once = then_and_now(BEFORE, with_row(1, "Grow", "Win many new customers", "Mia", 62, 100))
    known = frozenset(keys_of(once.okrs.objectives))
    twice = lasting(
        read(with_row(1, "Grow", "Win many new customers soon", "Mia", 62, 100)),
        once.aliases,
        lambda: once.okrs.objectives,
        known,
    )
    assert lasts(twice)["Win many new customers soon"] == first
    back = lasting(read(BEFORE), twice.aliases, lambda: twice.okrs.objectives, known)
    assert (lasts(back)["Win new customers"], back.aliases) == (first, {})


def test_the_old_words_typed_anew_beside_the_reworded_row_are_another_item() -> None:
    once = then_and_now(BEFORE, with_row(1, "Grow", "Win many new customers", "Mia", 62, 100))
    both = [*with_row(1, "Grow", "Win many new customers", "Mia", 62, 100), BEFORE[1]]
    found = lasting(
        read(both),
        once.aliases,
        lambda: once.okrs.objectives,
        frozenset(keys_of(once.okrs.objectives)),
    )
    first = keys(BEFORE)["Win new customers"]
    assert lasts(found)["Win many new customers"] == first
    assert lasts(found)["Win new customers"] == f"{first}~2"


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("KR1: Sign-ups", "Sign-ups"),
        ("1.2 Sign-ups", "Sign-ups"),
        ("O1 - Sign-ups", "Sign-ups"),
        ("KR 1.2 Sign-ups", "Sign-ups"),
        ("1) Sign-ups", "Sign-ups"),
        ("(1) Sign-ups", "Sign-ups"),
        ("[KR1] Sign-ups", "Sign-ups"),
        ("O1: KR2: Sign-ups", "Sign-ups"),
        ("1.1.10 Umsatz", "Umsatz"),
        ("关键结果1：提升", "提升"),
        ("5-star rating", "5-star rating"),
        ("1.5 million users", "1.5 million users"),
        ("24/7 support", "24/7 support"),
        ("10:30 start", "10:30 start"),
        ("2026 revenue", "2026 revenue"),
        ("5 webinars in Q1", "5 webinars in Q1"),
        ("3 releases, KR1: and more", "3 releases, KR1: and more"),
        ("Goal 5 webinars (1) and 2) more", "webinars (1) and 2) more"),
    ],
)
def test_the_number_before_a_title_is_no_part_of_it(title: str, bare: str) -> None:
    assert without_number(title) == bare


def test_the_same_words_twice_are_named_with_both_places() -> None:
    found = read([HEAD, BEFORE[1], BEFORE[1]])
    assert [warning.code for warning in found.warnings] == ["duplicate-row"]
    assert "Team!B2 and in Team!B3" in found.warnings[0].message


def test_what_okrsync_wrote_beside_a_reworded_row_stays_its_own_and_so_does_the_day_of_its_change(
    team: Team,
) -> None:
    without_dates = [row[:6] for row in ROWS]
    write_workbook(team.folder / "growth.xlsx", without_dates)
    team.json("sync", "--as-of", "2026-11-02")
    edit(team.folder / "growth.xlsx", lambda sheet: sheet.cell(2, 2, "Many sign-ups"))
    plan = team.json("plan", "--as-of", "2026-11-23")
    assert all(
        "somebody typed" not in change["reason"]
        for source in plan["sources"]
        for change in source["changes"]
    )
    shown = team.json("show", "--as-of", "2026-11-23")
    assert [kr["checked_in"] for item in shown["objectives"] for kr in item["key_results"]] == [
        "2026-11-02"
    ] * 3
    team.json("sync", "--as-of", "2026-11-23")
    shown = team.json("show", "--as-of", "2026-11-24")
    assert [kr["checked_in"] for item in shown["objectives"] for kr in item["key_results"]] == [
        "2026-11-02"
    ] * 3


@pytest.mark.parametrize(
    "titles",
    [
        ("5 webinars in Q1", "5 webinars in Q2"),
        ("10 talks in 2 cities", "10 talks in 3 cities"),
        ("1.5 Million users", "2.5 Million users"),
        ("1. Quartal liefern", "2. Quartal liefern"),
        ("KR1: Launch", "KR2: Launch"),
        ("(1) Launch", "(2) Launch"),
    ],
)
def test_titles_that_differ_are_two_items_wherever_they_stand(titles: tuple[str, str]) -> None:
    rows: list[list[CellValue]] = [["Grow", title, "Mia", 1, 9] for title in titles]
    one, other = keys([HEAD, *rows]), keys([HEAD, *reversed(rows)])
    assert one == other
    assert len(set(one.values())) == 3
    assert not any("#" in key for key in one.values())


def test_renumbering_titles_that_only_numbers_tell_apart_keeps_their_keys() -> None:
    before: list[list[CellValue]] = [HEAD, ["Grow", "KR1: Launch", "Mia", 1, 9]]
    with_another: list[list[CellValue]] = [*before, ["Grow", "KR2: Launch", "Mia", 1, 9]]
    found = then_and_now(before, with_another)
    assert lasts(found)["KR1: Launch"] == keys(before)["KR1: Launch"]
    assert lasts(found)["KR2: Launch"] != keys(before)["KR1: Launch"]
