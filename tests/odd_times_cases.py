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

TIMES = (*LOGS, *WEEKS)
