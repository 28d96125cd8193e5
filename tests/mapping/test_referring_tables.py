"""Tables whose rows refer to the OKRs of another table, and are none themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from okrsync.mapping import Okrs
from okrsync.model.table import CellValue
from reading import read_databases, read_tabs

_ROWS = Sequence[Sequence[CellValue]]
KEY_RESULTS: _ROWS = [
    ("Key Result", "Objective", "Current", "Target"),
    ("Leads", "Grow", 5, 10),
    ("Deals", "Grow", 1, 10),
]
BOTH = pytest.mark.parametrize("read", [read_tabs, read_databases])
_Read = Callable[[dict[str, _ROWS]], Okrs]


def _titles(okrs: Okrs) -> list[str]:
    titles: list[str] = []
    for above in okrs.objectives:
        titles += [above.title, *(each.title for each in above.key_results)]
    return titles


@BOTH
def test_the_reason_names_the_other_table(read: _Read) -> None:
    rows = [("Name", "Key Result", "Status"), ("Ads", "Leads", "Done"), ("Blog", "Leads", "Done")]
    okrs = read({"Key Results": KEY_RESULTS, "Work": rows})
    assert [skip.reason for skip in okrs.skips] == [
        "its rows refer to key results of 'Key Results' and are none themselves"
    ]


@BOTH
@pytest.mark.parametrize(
    ("name", "rows", "titles"),
    [
        # The same key results in another quarter.
        (
            "Q3",
            [("Objective", "Key Result", "Status"), ("Grow", "Leads", "Done")],
            ["Grow", "Leads"],
        ),
        ("Q3", [("Name", "Key Result", "Status"), ("Grow", "Leads", "Done")], ["Grow", "Leads"]),
        # Objectives with something else about them.
        ("Objectives", [("Objective", "Why"), ("Grow", "To live"), ("Keep", "To stay")], ["Keep"]),
        ("Objectives", [("Why", "Objective"), ("To live", "Grow"), ("To stay", "Keep")], ["Keep"]),
        # Key results measured against a target.
        (
            "More",
            [("Name", "Key Result", "Target"), ("Keep", "Leads", 5), ("Hold", "Deals", 6)],
            ["Keep"],
        ),
        # Key results of other names.
        ("More", [("Name", "Key Result", "Status"), ("Keep", "Churn", "Done")], ["Keep", "Churn"]),
    ],
)
def test_other_tables_are_read_on(name: str, rows: _ROWS, titles: list[str], read: _Read) -> None:
    found = _titles(read({"Key Results": KEY_RESULTS, name: rows}))
    assert all(found.count(title) > (title in ("Grow", "Leads")) for title in titles), found


@BOTH
def test_objectives_that_list_their_key_results_are_read_on(read: _Read) -> None:
    okrs = read(
        {
            "Objectives": [("Name", "Key Results"), ("Grow", "Leads, Deals"), ("Keep", "Churn")],
            "Key Results": [
                ("Key Result", "Current", "Target"),
                ("Leads", 5, 10),
                ("Deals", 5, 10),
                ("Churn", 5, 10),
            ],
        }
    )
    assert _titles(okrs) == ["Grow", "Leads", "Deals", "Keep", "Churn"]


@pytest.mark.parametrize(
    "rows",
    [
        [("Key Result", "This week", "Confidence"), ("Leads", "called 3", 7)],
        [("Key Result", "Status", "Comment"), ("Deals", "At risk", "late"), ("Leads", "Done", "")],
        [("Key Result", "Current", "Owner"), ("Deals", 2, "Ada")],
    ],
)
def test_a_tab_of_remarks_on_key_results_makes_no_second_items(rows: _ROWS) -> None:
    okrs = read_tabs({"OKRs": KEY_RESULTS, "Ada": rows})
    assert _titles(okrs) == ["Grow", "Leads", "Deals"]
    assert "repeat key results of 'OKRs'" in okrs.skips[0].reason


def test_a_tab_of_another_quarter_or_with_key_results_of_its_own_is_read() -> None:
    rows = [("Key Result", "Status"), ("Deals", "Done"), ("Leads", "Done")]
    okrs = read_tabs({"Q3 2026": rows, "Q4 2026": KEY_RESULTS})
    assert _titles(okrs) == ["Q3 2026", "Deals", "Leads", "Grow", "Leads", "Deals"]
    okrs = read_tabs({"OKRs": KEY_RESULTS, "Ops": [*rows, ("Uptime", "On track")]})
    assert "Uptime" in _titles(okrs)
