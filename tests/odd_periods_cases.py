"""Sheets whose columns only name a period: targets, values, or a question."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["PERIODS"]

_ASKED = {"told": ["'Q1', 'Q2', 'Q3' and 'Q4' hold numbers"]}

PERIODS = (
    S(
        "Percents of quarters that may be targets or values",
        """
        Objective|Key Result|Owner|Q1|Q2|Q3|Q4
        Grow|Conversion|Ann|10%|15%|20%|25%
        Grow|Paying teams|Ben|20%|30%|40%|50%
        Keep|Renewals|Cid|80%|82%|85%|90%
        """,
        {
            **_ASKED,
            "Conversion": (None, "no-data"),
            "items": [{"title": "Conversion", "target": None}],
        },
    ),
    S(
        "Quarters beside a baseline",
        """
        Ziel|Kennzahl|Basis|Q1|Q2|Q3|Q4
        Wachsen|Umsatz|50|100|200|300|400
        Wachsen|Kunden|5|10|20|30|40
        """,
        {**_ASKED, "Umsatz": None},
    ),
    S(
        "Quarters to come that are filled are targets",
        """
        Objective|Key Result|Baseline|Q4 2026|Q1 2027|Q2 2027
        Grow|Sign-ups|0|100|200|300
        Grow|Teams|0|10|20|30
        """,
        {"items": [{"title": "Sign-ups", "target": 100}, {"title": "Teams", "target": 10}]},
    ),
    S(
        "Quarters beside a current value are targets",
        """
        Objective|Key Result|Baseline|Q1|Q2|Q3|Q4|Current
        Grow|Sign-ups|100|200|300|400|500|300
        """,
        {"Sign-ups": 0.5},
    ),
    S(
        "Quarters beside targets in the titles are values",
        """
        Objective|Key Result|Q1|Q2|Q3|Q4
        Grow|Sign-ups to 500|100|150|200|250
        Grow|Reach 60 teams|20|24|28|30
        """,
        {"Sign-ups to 500": 0.5, "Reach 60 teams": 0.5},
    ),
    S(
        "Targets and values over quarters",
        """
        OKRs 2026||Targets||||Actuals|||
        Objective|Key Result|Q1|Q2|Q3|Q4|Q1|Q2|Q3|Q4
        Grow|Sign-ups|100|200|300|400|90|210|280|200
        Grow|Teams|10|20|30|40|12|18|33|30
        """,
        {"Sign-ups": 0.5, "Teams": 0.75},
    ),
    S(
        "Months of a target for the year",
        """
        Objective|Key Result|Target 2026|Oct|Nov|Dec
        Grow|Sign-ups|100|20|40|
        Grow|Teams|10|2|3|
        """,
        {"Sign-ups": 0.4, "Teams": 0.3},
    ),
    S(
        "Months that hold lights",
        """
        Objective|Key Result|Owner|Oct|Nov|Dec
        Grow|Sign-ups|Ann|🟢|🟡|
        Grow|Teams|Ben|🟢|🔴|
        Keep|NPS|Cid|🔴|🟢|
        """,
        {"Sign-ups": "at-risk", "Teams": "off-track", "NPS": "on-track"},
    ),
    S(
        "Months that hold letters of lights beside numbers",
        """
        Objective|Key Result|Target|Current|October|November|December
        Grow|Sign-ups|100|50|G|A|
        Grow|Teams|10|4|G|R|
        """,
        {
            "Sign-ups": 0.5,
            "Teams": 0.4,
            "items": [{"title": "Sign-ups", "current": 50, "target": 100}],
        },
    ),
    S(
        "Months that hold remarks beside numbers",
        """
        Objective|Key Result|Target|Current|Oct|Nov|Dec
        Grow|Sign-ups|100|50|Kickoff done|Campaign is live, 40 sign-ups came|
        Grow|Teams|10|4|Hired Ben|Lost one team to a competitor|
        """,
        {"Sign-ups": 0.5, "Teams": 0.4},
    ),
    S(
        "How rows stood in a quarter that is over, beside this one's numbers",
        """
        Objective|Key Result|Q3 status|Target|Current
        Grow|NPS|Red|50|25
        Grow|Leads|Green|100|25
        """,
        {"NPS": 0.5, "Leads": 0.25, "told": ["'Q3 status' is of a period that is over"]},
    ),
    S(
        "How far rows came in a quarter that is over, and no more",
        """
        Objective|Key Result|Owner|Q3 progress
        Grow|NPS up|Al|90%
        Grow|More leads|Bo|40%
        """,
        {"NPS up": None, "told": ["'Q3 progress' is of a period that is over"]},
    ),
)
