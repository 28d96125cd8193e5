"""A key result that serves several objectives: whole in each, or by the shares in its cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okrsync.mapping import Okrs
from okrsync.measures import measure
from okrsync.measures.explain import explain
from okrsync.measures.rules import Rules
from okrsync.model.okrs import Cycle
from okrsync.model.table import CellValue
from okrsync.model.tree import join
from reading import codes, item, read, read_tabs

D = Decimal
Q4 = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
TODAY = date(2026, 11, 29)


def flat(cell: str) -> Okrs:
    return read(
        ("Objective", "Key Result", "Start", "Current", "Target"),
        ("Grow", "Sign-ups", 0, 100, 100),
        ("Keep", "Churn", 0, 0, 10),
        (cell, "Shared", 0, 5, 10),
    )


def joined(cell: str) -> Okrs:
    stated: list[tuple[CellValue, ...]] = [
        ("ID", "Objective", "Parent"),
        ("O0", "Win", None),
        ("O1", "Grow", "O0"),
        ("O2", "Keep", "O0"),
    ]
    rows: list[tuple[CellValue, ...]] = [
        ("ID", "Objective ID", "Key Result", "Start", "Current", "Target"),
        ("K1", "O1", "Sign-ups", 0, 100, 100),
        ("K2", "O2", "Churn", 0, 0, 10),
        ("K3", cell, "Shared", 0, 5, 10),
    ]
    return read_tabs({"Objectives": stated, "Key results": rows})


def served(okrs: Okrs) -> list[tuple[str, Decimal | None]]:
    return [(each.objective, each.share) for each in item(okrs, "Shared").serves]


@pytest.mark.parametrize(
    "cell",
    [
        "60 % {0}, 40 % {1}",
        "60% {0}; 40% {1}",
        "KR counts 60 % {0}, 40 % {1}",
        "Zählt zu 60 % {0}, 40 % {1}",
        "{0} (60 %), {1} (40 %)",
        "{0} (60); {1} (40)",
        "{0} (0.6); {1} (0,4)",
        "{0}: 60 %\n{1}: 40 %",
        "{0} = 0.6; {1} = 0.4",
        "{0} 60%, {1} 40%",
        "{0} 60/{1} 40",
        "{0} – 60 %, {1} – 40 %",
        "60 % {0} and 40 % {1}",
        "60 % {0} und 40 % {1}",
        "{0} [60 %] & {1} [40 %]",
        "{0}（60%）、{1}（40%）",
        "{0} (Anteil 60 %); {1} (Anteil 40 %)",
        "{0} (weight: 60%, Id: 7), {1} (weight: 40%, Id: 8)",
        "{0} (60 %), {1}",
    ],
)
def test_shares_are_read_from_the_cell(cell: str) -> None:
    by_title = flat(cell.format("Grow", "Keep"))
    assert served(by_title) == [("Grow", D("0.6")), ("Keep", D("0.4"))]
    assert [one.title for one in by_title.objectives] == ["Grow", "Keep"]
    by_id = joined(cell.format("O1", "O2"))
    assert served(by_id) == [("Grow", D("0.6")), ("Keep", D("0.4"))]
    assert by_title.warnings == by_id.warnings == ()


@pytest.mark.parametrize(
    "cell",
    ["{0}; {1}", "{0}, {1}", "{0} / {1}", "{0} & {1}", "{0} + {1}", "{0} and {1}", "{0}、{1}"],
)
def test_without_shares_the_whole_counts(cell: str) -> None:
    assert served(flat(cell.format("Grow", "Keep"))) == [("Grow", None), ("Keep", None)]
    assert served(joined(cell.format("O1", "O2"))) == [("Grow", None), ("Keep", None)]


def test_shares_weigh_below_and_make_one_above() -> None:
    tree = join(joined("60 % O1, 40 % O2").objectives, {})
    measured = measure(tree, Rules(), as_of=TODAY, cycle=Q4, checkins={}, seen={})
    found = {each.title: measured.items[each.id].progress for each in tree.objectives.values()}
    # Grow is (1 + 0.6 x 0.5) / 1.6, Keep (0 + 0.4 x 0.5) / 1.4.
    assert found["Grow"] == D("0.8125")
    assert round(found["Keep"] or 0, 4) == D("0.1429")
    steps = explain(
        tree,
        measured,
        Rules(),
        "growth/O1",
        as_of=TODAY,
        cycle=Q4,
        checkins={},
        seen={},
    )
    assert any("100 % x 1 + 50 % x 0.6" in step.text for step in steps), steps
    assert any("Shared" in step.text for step in steps)


def test_shares_that_make_no_whole_are_named() -> None:
    okrs = flat("Grow (60 %); Keep (60 %)")
    assert [(each.code, str(each.at)) for each in okrs.warnings] == [("odd-shares", "Q4!A4")]


@pytest.mark.parametrize("cell", ["Grow; Kep", "60 % Grow, 40 % Kep"])
def test_a_name_that_nobody_has_beside_a_known_one_is_named(cell: str) -> None:
    okrs = flat(cell)
    assert "unknown-objective" in codes(okrs)
    assert any("Kep" in each.message for each in okrs.warnings)


def test_an_objective_whose_title_holds_a_sign_stays_whole() -> None:
    okrs = read(
        ("Objective", "Key Result", "Start", "Current", "Target"),
        ("Grow & win 60", "Sign-ups", 0, 100, 100),
        ("Grow & win 60", "Churn", 0, 0, 10),
        ("Grow", "Demos", 0, 5, 10),
    )
    assert [one.title for one in okrs.objectives] == ["Grow & win 60", "Grow"]
    assert okrs.warnings == ()
