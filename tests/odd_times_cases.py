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

CHECK_INS = (
    S(
        "Confidence of ten in weeks alone",
        """
        Objective|Key Result|Owner|W45|W46|W47
        Delight|NPS 50|Al|5/10|6/10|7/10
        Delight|Refunds halved|Bo|5/10|4/10|3/10
        """,
        {
            "items": [
                {"title": "NPS 50", "progress": "none", "confidence": 0.7},
                {"title": "Refunds halved", "progress": "none", "confidence": 0.3},
            ]
        },
    ),
    S(
        "Names of fields as programs write them",
        """
        objectiveName|keyResultName|startValue|targetValue|currentValue|statusLabel|lastCheckinAt
        Win|Deals|0|20|10|ON_TRACK|2026-11-20T10:00:00Z
        Win|Calls|0|100|25|OFF_TRACK|2026-11-21T10:00:00Z
        """,
        {
            "items": [
                {"title": "Deals", "progress": 0.5, "checked_in": "2026-11-20"},
                {"title": "Calls", "progress": 0.25, "checked_in": "2026-11-21"},
            ]
        },
    ),
    S(
        "Goals of a year",
        """
        Annual goal|Owner|Start|Target|Current|% complete
        Grow ARR (k$)|Ann|800|1200|1000|50%
        Cut churn (%)|Bo|6|4|5.5|25%
        """,
        {"Grow ARR (k$)": 0.5, "Cut churn (%)": 0.25},
    ),
    S(
        "Days on which rows were done",
        """
        Objective|Key Result|Owner|Done on
        Grow|Sign the lease|Al|2026-10-28
        Grow|Hire a baker|Bo|2026-12-24
        Grow|Hire a cook|Bo|
        """,
        {"Sign the lease": 1.0, "Hire a baker": None, "Hire a cook": 0.0},
    ),
    S(
        "Days under other words for done may be planned",
        """
        Objective|Key Result|Owner|Live
        Grow|Web shop|Al|2026-10-28
        Grow|App|Bo|2026-11-24
        """,
        {"Web shop": None, "App": None},
    ),
    S(
        "Values and lights of two days",
        """
        Ziel|Schlüsselergebnis|Zielwert|15.10. Wert|15.10. Ampel|15.11. Wert|15.11. Ampel
        Wachsen|Kunden|100|20|gelb|50|grün
        Wachsen|Umsatz|10|2|rot|3|rot
        """,
        {"Kunden": 0.5, "Umsatz": 0.3},
    ),
    S(
        "A log that says when, with remarks",
        {
            "KRs": """
        ID|Objective|Key Result|Start|Target
        K1|Grow|Leads|0|100
        K2|Grow|Deals|0|20
        """,
            "Updates": """
        KR|When|New value|Confidence|Note
        K1|2026-10-15|20|5|slow
        K2|2026-10-15|2|6|
        K1|2026-11-20|50|7|better
        """,
        },
        {
            "key_results": 2,
            "items": [
                {"title": "Leads", "progress": 0.5, "checked_in": "2026-11-20"},
                {"title": "Deals", "progress": 0.1, "checked_in": "2026-10-15"},
            ],
        },
    ),
)

TIMES = (*DAYS, *THIRDS, *LOGS, *WEEKS, *BELOW_MERGED, *CHECK_INS)
