"""Matrix tables under headings of any wording."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from okrsync.mapping import Okrs
from okrsync.model.table import CellValue
from reading import item, read

Grid = Sequence[Sequence[CellValue]]
N = None


def tree(okrs: Okrs) -> dict[str, list[str]]:
    return {one.title: [item.title for item in one.key_results] for one in okrs.objectives}


SAMPLES: dict[str, tuple[Grid, dict[str, list[str]]]] = {
    "numbered under sprints": (
        (
            ("Sprint 1", "Sprint 2", "Sprint 3"),
            ("1. Ship login", "1. Ship billing", "1. Fix bugs"),
            ("2. Ship signup", "2. Ship invoices", N),
        ),
        {
            "Sprint 1": ["Ship login", "Ship signup"],
            "Sprint 2": ["Ship billing", "Ship invoices"],
            "Sprint 3": ["Fix bugs"],
        },
    ),
    "teams above objectives": (
        (
            ("OKRs Q4 2026", N, N),
            (N, N, N),
            ("Team A", "Team B", "Team C"),
            ("Grow", "Keep", "Hire"),
            ("KR1: 10 deals", "KR1: churn 2%", "KR1: 5 people"),
            ("KR2: 20 leads", "KR2: NPS 40", "KR2: 3 offers"),
            (N, N, N),
            ("Last updated: 24 Nov 2026", N, N),
        ),
        {
            "Grow": ["10 deals", "20 leads"],
            "Keep": ["churn 2%", "NPS 40"],
            "Hire": ["5 people", "3 offers"],
        },
    ),
    "German, measured": (
        (
            ("Produkt", "Vertrieb"),
            ("1) Anmeldungen auf 100", "1) Umsatz auf 2 Mio."),
            ("2) NPS auf 40", "2) 30 neue Kunden"),
        ),
        {
            "Produkt": ["Anmeldungen auf 100", "NPS auf 40"],
            "Vertrieb": ["Umsatz auf 2 Mio.", "30 neue Kunden"],
        },
    ),
    "French, numbers at the left": (
        (
            ("OKR de l'équipe", N, N),
            (N, "Produit", "Ventes"),
            (1, "Inscriptions à 100", "Panier à 50 €"),
            (2, "NPS à 40", "30 clients"),
        ),
        {
            "Produit": ["Inscriptions à 100", "NPS à 40"],
            "Ventes": ["Panier à 50 €", "30 clients"],
        },
    ),
    "Chinese": (
        (
            ("产品", "销售"),
            ("KR1 注册用户100", "KR1 收入200万"),
            ("KR2 留存40%", "KR2 客户30家"),
        ),
        {"产品": ["注册用户100", "留存40%"], "销售": ["收入200万", "客户30家"]},
    ),
    "dotted numbers": (
        (
            ("Squad North", "Squad South"),
            ("1.1 Ship search", "2.1 Ship billing"),
            ("1.2 Ship filters", "2.2 Ship invoices"),
        ),
        {
            "Squad North": ["Ship search", "Ship filters"],
            "Squad South": ["Ship billing", "Ship invoices"],
        },
    ),
    "headings over tables side by side": (
        (
            ("Sprint 1", N, "Sprint 2", N),
            ("Key result", "Owner", "Key result", "Owner"),
            ("Login", "Ann", "Billing", "Bo"),
            ("Signup", "Ann", "Invoices", "Bo"),
        ),
        {"Sprint 1": ["Login", "Signup"], "Sprint 2": ["Billing", "Invoices"]},
    ),
}


@pytest.mark.parametrize(("rows", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_headings_are_objectives_over_numbered_key_results(
    rows: Grid, expected: dict[str, list[str]]
) -> None:
    okrs = read(*rows)
    assert tree(okrs) == expected
    assert okrs.owned == ()
    assert any("nothing is written beside it" in skip.reason for skip in okrs.skips)
    assert all(one.current is None for each in okrs.objectives for one in each.key_results)


def test_labels_above_objectives_are_their_teams() -> None:
    okrs = read(*SAMPLES["teams above objectives"][0])
    assert [objective.team for objective in okrs.objectives] == ["Team A", "Team B", "Team C"]


@pytest.mark.parametrize("label", ["Objective", "Ziel", "Sprint", "O"])
def test_labels_that_name_no_team_name_none(label: str) -> None:
    okrs = read(
        (f"{label} 1", f"{label} 2"),
        ("Grow", "Keep"),
        ("1.1 Sell 10 plans", "2.1 Churn of 2%"),
        ("1.2 Win 5 deals", "2.2 NPS of 40"),
    )
    assert tree(okrs)["Grow"] == ["Sell 10 plans", "Win 5 deals"]
    assert {objective.team for objective in okrs.objectives} == {None}


def test_headings_that_are_periods_are_the_cycles_of_what_is_below() -> None:
    okrs = read(
        ("Trimestre 3", "Trimestre 4"),
        ("1) Ventas a 100", "1) Ventas a 200"),
        ("2) NPS a 30", "2) NPS a 40"),
        tab="Plan",
    )
    cycles = [item(okrs, title).cycle for title in ("Ventas a 100", "Ventas a 200")]
    assert [cycle.name for cycle in cycles if cycle is not None] == ["2026-Q3", "2026-Q4"]


@pytest.mark.parametrize(
    "rows",
    [
        (("Pros", "Cons"), ("1. Fast", "1. Slow"), ("2. Cheap", "2. Dear")),
        (("Monday", "Tuesday"), ("1. Welcome", "1. Demo"), ("2. Lunch", "2. Dinner")),
        (("Gut", "Schlecht"), ("1) Schnell", "1) Laut"), ("2) Billig", "2) Hart")),
        (("優點", "缺點"), ("1. 快", "1. 慢"), ("2. 便宜", "2. 昂貴")),
        (("Fortalezas", "Debilidades"), ("1. Equipo", "1. Marca"), ("2. Datos", "2. Precio")),
    ],
)
def test_other_numbered_lists_are_refused_with_the_true_reason(rows: Grid) -> None:
    okrs = read(*rows, tab="Notes")
    assert not okrs.objectives
    (reason,) = [tab.reason for tab in okrs.tabs]
    assert reason is not None
    assert "numbered lines stand side by side" in reason
    assert repr(rows[0][0]) in reason
