"""Sheets in which the time of things is told in odd places."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["TIMES"]

LOGS = (
    S(
        "A check-in of a day to come",
        {
            "OKRs": """
            Objective|Key Result|Baseline|Target
            Grow|Sign-ups|0|100
            Grow|Revenue|0|50
            """,
            "Check-ins": """
            Date|Key Result|Value
            2026-11-20|Sign-ups|50
            2027-01-03|Sign-ups|100
            2026-11-18|Revenue|25
            """,
        },
        {
            "Sign-ups": (0.5, "not achieved"),
            "Revenue": 0.5,
            "told": ["3 Jan 2027"],
        },
    ),
    S(
        "The same key result in two quarters",
        {
            "OKRs": """
            Objective|Key Result|Quarter|Baseline|Target
            Grow|Sign-ups|Q3 2026|0|100
            Grow|Sign-ups|Q4 2026|40|100
            """,
            "Check-ins": """
            Date|Key Result|Value
            2026-08-20|Sign-ups|20
            2026-09-28|Sign-ups|40
            2026-11-20|Sign-ups|70
            """,
        },
        {"Sign-ups": 0.5, "key_results": 1},
    ),
)

WEEKS = (
    S(
        "From one day to another",
        """
        Objective|Key Result|Baseline|Target|Nov 9 - Nov 15|Nov 16 - Nov 22|Nov 23 - Nov 29
        Grow|Sign-ups|0|100|10|20|30
        Grow|Revenue|0|50|5|15|
        """,
        {"Sign-ups": 0.3, "Revenue": 0.3},
    ),
    S(
        "Sprints in columns",
        """
        Objective|Key Result|Baseline|Target|Sprint 21|Sprint 22|Sprint 23
        Grow|Sign-ups|0|100|10|20|30
        Grow|Revenue|0|50|5|15|
        """,
        {"Sign-ups": 0.3, "Revenue": 0.3, "told": ["Sprint 21"]},
    ),
)

THIRDS = (
    S(
        "Thirds of a year",
        """
        Objective|Key Result|Tertial|Baseline|Target|Current
        Grow|Sign-ups|T3 2026|0|100|40
        Grow|Trials|T2 2026|0|100|40
        """,
        {"Sign-ups": (0.4, "not missed"), "-Trials": True},
    ),
)

DAYS = (
    S(
        "Days in two orders in one column",
        """
        Objective|Key Result|Target|Current|Last check-in
        Grow|Sign-ups|40|18|11/25/2026
        Grow|Trials|40|18|25/11/2026
        Grow|Deals|40|30|11/12/2026
        """,
        {
            "told": ["'11/12/2026' could be two dates"],
            "items": [
                {"title": "Sign-ups", "checked_in": "2026-11-25"},
                {"title": "Trials", "checked_in": "2026-11-25"},
                {"title": "Deals", "checked_in": None},
            ],
        },
    ),
    S(
        "Days as serial numbers in texts",
        """
        Objective|Key Result|Target|Current|Last check-in
        Grow|Sign-ups|40|18|46346
        Grow|Trials|40|18|46338
        """,
        {
            "items": [
                {"title": "Sign-ups", "checked_in": "2026-11-20"},
                {"title": "Trials", "checked_in": "2026-11-12", "status": "stale"},
            ]
        },
    ),
    S(
        "Links and ranges of days of an export",
        """
        Name|Objective|Quarter|Target|Current|Due
        Deals|Grow|Q4 2026 (https://www.notion.so/Q4-1a?pvs=21)|40|18|December 31, 2026
        Trials|Grow|Q4 2026 (https://www.notion.so/Q4-1a)|40|10|October 1, 2026 → December 31, 2026
        Churned|Grow|Q3 2026 (https://www.notion.so/Q3-1a)|40|10|September 30, 2026
        """,
        {"Deals": 0.45, "Trials": 0.25, "-Churned": True},
    ),
)

BELOW_MERGED = (
    S(
        "Values and confidences of weeks below merged headers",
        """
        Objective|Key Result|Target|Value|||Confidence||
        |||W45|W46|W47|W45|W46|W47
        Grow|Leads|100|30|50|60|7|7|8
        Grow|Deals|10|2|4|5|5|4|3
        """,
        {
            "items": [
                {"title": "Leads", "progress": 0.6, "confidence": 0.8},
                {"title": "Deals", "progress": 0.5, "confidence": 0.3},
            ]
        },
    ),
    S(
        "Statuses of weeks below a merged header",
        """
        Objective|Key Result|Owner|Status||
        |||W45|W46|W47
        Grow|Leads|Mia|🟢|🟡|🟡
        Grow|Deals|Jon|🟢|🟢|🔴
        """,
        {"Leads": "at-risk", "Deals": "off-track"},
    ),
    S(
        "Months of plans and of actual values below merged headers",
        """
        Ziel|Kennzahl|Plan|||Ist||
        ||Okt|Nov|Dez|Okt|Nov|Dez
        Wachsen|Leads|30|60|100|28|55|
        Wachsen|Deals|3|6|10|2|5|
        """,
        {"Leads": 0.55, "Deals": 0.5},
    ),
    S(
        "The way in a column with both ends in its header",
        """
        Objective|Key Result|Baseline → Target|Current
        Faster|Lead time|10 → 5|7
        Faster|Bugs|40 → 10|25
        """,
        {"Lead time": 0.6, "Bugs": 0.5},
    ),
)

TIMES = (*DAYS, *THIRDS, *LOGS, *WEEKS, *BELOW_MERGED)
