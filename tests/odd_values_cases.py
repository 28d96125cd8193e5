"""Sheets whose values can be read in two ways, or are written as one language or habit writes them:
percents beside plain targets, ranges in words, signs before numbers, marks beside remarks.
"""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["VALUES"]

VALUES = (
    S(
        "Percents beside targets that are no percents",
        """
        Objective|Key Result|Target|Current
        Grow|NPS|40|30%
        Grow|Leads|200 leads|50%
        Grow|Coverage (%)|80|60%
        Grow|Budget used|100|50%
        """,
        {
            "NPS": None,
            "Leads": None,
            "told": ["30% may be the percent that is done"],
            "Coverage (%)": 0.75,
            "Budget used": 0.5,
        },
    ),
    S(
        "Months of percents beside targets in the titles",
        """
        Objective|Key Result|Owner|October|November|December
        Grow|Close 5 deals|Mia|20%|40%|
        Grow|NPS to 40|Jon|10%|30%|
        Grow|Conversion to 8%|Jon|2%|4%|
        """,
        {"Close 5 deals": None, "NPS to 40": None, "Conversion to 8%": 0.5},
    ),
    S(
        "A progress of 1 beside others in points",
        """
        Objective|Key Result|Progress
        Grow|Leads|60
        Grow|Deals|1
        Keep|Churn|0.45
        """,
        {"Leads": 0.6, "Deals": None, "Churn": None, "told": ["1 could be 1 % or 100 %"]},
    ),
    S(
        "Confidence in numbers beside words",
        """
        Objective|Key Result|Target|Current|Confidence
        Grow|Leads|100|50|5 - Neutral
        Grow|Deals|10|5|8 - Somewhat confident
        """,
        {
            "items": [
                {"title": "Leads", "progress": 0.5, "confidence": 0.5},
                {"title": "Deals", "progress": 0.5, "confidence": 0.8},
            ]
        },
    ),
    S(
        "Confidence in words of a survey",
        """
        Objective|Key Result|Target|Current|Confidence
        Grow|Leads|100|50|Neutral
        Grow|Deals|10|5|Very confident
        Grow|Events|10|5|Not confident at all
        """,
        {
            "items": [
                {"title": "Leads", "confidence": 0.5},
                {"title": "Deals", "confidence": 0.9},
                {"title": "Events", "confidence": 0.2},
            ]
        },
    ),
    S(
        "A range in words",
        """
        Objective|Key Result|Target|Current
        Steady|Temperature|between 18 and 22|20
        Steady|Error rate|between 1% and 2%|3%
        Steady|Lagertage|zwischen 30 und 45|50
        """,
        {"Temperature": 1.0, "Error rate": 0.0, "Lagertage": 0.0},
    ),
    S(
        "A percent sign before the number",
        """
        Hedef|Anahtar Sonuç|Başlangıç|Hedef Değer|Gerçekleşen
        Kalite|Şikayet oranı|%8|%4|%6
        Kalite|İade oranı|% 5,5|% 2,5|% 4,0
        """,
        {"Şikayet oranı": 0.5, "İade oranı": 0.5},
    ),
    S(
        "Yes and no beside a row that is neither yet",
        """
        Objective|Key Result|Done?
        Comply|Audit passed|No
        Comply|Policy published|Yes
        Comply|Training held|In progress
        """,
        {"Audit passed": 0.0, "Policy published": 1.0, "Training held": None},
    ),
    S(
        "Outline numbers in titles that name their targets",
        """
        Objective|Key Result|Current
        1 Grow|1.1 Close 5 deals|2
        1 Grow|1.2 Win 40 customers|10
        2 Shine|4.5 stars in the store|4.2
        """,
        {"1.1 Close 5 deals": 0.4, "1.2 Win 40 customers": 0.25},
    ),
)
