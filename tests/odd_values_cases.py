"""Sheets whose values can be read in two ways, or are written as one language or habit writes them:
percents beside plain targets, ranges in words, signs before numbers, marks beside remarks.
"""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["VALUES"]

NOT_GREEN = "not achieved"

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
            "told": ["30 % may be the percent that is done"],
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
    S(
        "Upper limits behind the number",
        """
        目標|成果指標|目標値|実績
        品質向上|不良率|1.0%以下|0.8%
        品質向上|残業時間|20時間以内|25時間
        品質向上|Ausfälle|höchst. 3|1
        品質向上|Lead time|5 days max.|4 days
        """,
        {"不良率": 1.0, "残業時間": 0.0, "Ausfälle": 1.0, "Lead time": 1.0},
    ),
    S(
        "An abbreviated limit in a title",
        """
        Objective|Key Result|Target|Current
        Steady|Max. 3 incidents|3|1
        Steady|Max. 5% churn|5%|6%
        """,
        {"Max. 3 incidents": 1.0, "Max. 5% churn": 0.0},
    ),
    S(
        "Thousands and millions in words of several languages",
        """
        Cel|Kluczowy rezultat|Wartość wyjściowa|Wartość docelowa|Wartość aktualna
        Wzrost|Przychód|800 tys. zł|1,2 mln zł|1 mln zł
        Wzrost|Tržby|500 tis. Kč|1,5 mil. Kč|1 mil. Kč
        Wzrost|Faturamento|R$ 800 mil|R$ 1,2 mi|R$ 1 mi
        Wzrost|Intäkter|500 tkr|1,5 mkr|1 mkr
        Wzrost|Ciro|500 bin TL|1,5 milyon TL|1 milyon TL
        """,
        dict.fromkeys(("Przychód", "Tržby", "Faturamento", "Intäkter", "Ciro"), 0.5),
    ),
    S(
        "A confidence of ten in each week beside a value",
        """
        Objective|Key Result|Target|Current|W45|W46|W47
        Grow|Leads|100|50|7/10|6/10|5/10
        Grow|Deals|10|5|8/10|8/10|9/10
        """,
        {
            "Leads": 0.5,
            "Deals": 0.5,
            "written": [{"title": "Leads", "field": "note", "not_like": "lately"}],
        },
    ),
    S(
        "A progress of ten, as its header says",
        """
        Objective|Key Result|Progress (0-10)
        Grow|Leads|5
        Grow|Deals|2.5
        """,
        {"Leads": 0.5, "Deals": 0.25},
    ),
    S(
        "Full and empty signs of a whole",
        """
        Objective|Key Result|Progress
        Grow|Leads|●●●○○
        Grow|Deals|■□□□
        """,
        {"Leads": 0.6, "Deals": 0.25},
    ),
    S(
        "Marks of initiatives that take a row each",
        """
        Objective|Key Result|Target|Current|Initiative|Done
        Grow|Leads|100||Landing page|x
        ||||Ads|
        |Deals|10|5|CRM|x
        ||||Training|x
        """,
        {"Leads": (None, "not achieved"), "Deals": (0.5, "at-risk")},
    ),
    S(
        "Weeks in a second header row below their month",
        """
        Objective|Key Result|Start|Target|November|||
        ||||W45|W46|W47|W48
        Grow|Leads|0|100|30|40|50|
        Keep|NPS|20|40|25|30|35|
        """,
        {"Leads": (0.5, "at-risk"), "NPS": (0.75, "on-track")},
    ),
    S(
        "A deviation of no more than a target with both signs",
        """
        Objective|Key Result|Target|Current
        Steady|Weight deviation|±5%|6%
        Steady|Time deviation|±5%|-3%
        """,
        {"Weight deviation": 0.0, "Time deviation": 1.0},
    ),
    S(
        "Progress between the start and the target of a title",
        """
        Key Result|Progress
        Increase leads from 40 to 100|70
        Reduce churn from 5% to 2%|4%
        Launch the site|done
        """,
        {
            "Increase leads from 40 to 100": 0.5,
            "Reduce churn from 5% to 2%": 0.3333,
            "Launch the site": 1.0,
        },
    ),
    S(
        "Percents of the way beside a start and a target in a title",
        """
        Key Result|Progress
        Increase leads from 40 to 100|20
        Increase trials from 1000 to 3000|70
        """,
        {"Increase leads from 40 to 100": 0.2, "Increase trials from 1000 to 3000": 0.7},
    ),
    S(
        "Quarters that may hold what came in each",
        """
        Objective|Key Result|Annual Target|Q1|Q2|Q3|Q4
        Grow|Shops|8|1|2|1|1
        Grow|Clients|80|10|20|20|10
        """,
        {"told": ["they may hold what came in each period: 5 in all"]},
    ),
    S(
        "Months that may hold what came in each",
        """
        Objective|Key Result|Target|Oct|Nov|Dec
        Grow|New customers|30|10|8|
        Grow|All customers|200|150|170|
        """,
        {"told": ["they may hold what came in each period: 18 in all"], "All customers": 0.85},
    ),
    S(
        "The values of last year beside the plan for this one",
        """
        Ziel|Kennzahl|2025 Ist|2026 Plan|2026 Ist
        Mehr Service|Online-Anträge (%)|40|60|50
        Weniger Wartezeit|Wartezeit (Min.)|30|15|20
        """,
        {"told": ["'2025 Ist' holds what was reached in an earlier period"]},
    ),
    S(
        "Marks and lights that disagree",
        """
        Objective|Key Result|Current
        Grow|Launch the site|🟢🟡
        Grow|Publish prices|✓ 🟡
        Grow|Hire a lead|✓
        """,
        {
            "Launch the site": (None, "not achieved"),
            "Publish prices": (None, "not achieved"),
            "Hire a lead": 1.0,
        },
    ),
    S(
        "Raised digits behind numbers",
        """
        Objective|Key Result|Target|Current
        Grow|Deals|10¹|5²
        Grow|Leads|100*|50*
        """,
        {"Deals": 0.5, "Leads": 0.5},
    ),
    S(
        "Titles whose formulas fail",
        """
        Objective|Key Result|Target|Current
        Grow|Leads|100|50
        |Deals|10|5
        #REF!|NPS|40|30
        |CSAT|5|4
        Fly|#N/A|10|9
        |Wings|10|2
        """,
        {
            "Leads < Grow": 0.5,
            "Deals < Grow": 0.5,
            "Wings < Fly": 0.2,
            "-#REF!": True,
            "-#N/A": True,
            "-CSAT": True,
            "objectives": 2,
            "key_results": 3,
            "told": ["its title shows #REF!"],
        },
    ),
    S(
        "A failing title between others of its objective",
        """
        Objective|Key Result|Target|Current
        Grow|Leads|100|50
        |#N/A|10|9
        |Wings|10|2
        """,
        {"Leads < Grow": 0.5, "Wings < Grow": 0.2, "-#N/A": True, "key_results": 2},
    ),
    S(
        "An amount beside a target in percent",
        """
        Objective|Key Result|Start|Target|Current
        Grow|Margin|12%|14%|130 bps
        Grow|Share|12%|14%|13 Prozent
        """,
        {"Margin": (None, "not achieved"), "Share": 0.5, "told": ["are in 'bps' and '%'"]},
    ),
    S(
        "Rates by the week and by the month",
        """
        Objective|Key Result|Start|Target|Current
        Grow|Calls|10/week|20/week|60/month
        Grow|Deals|10 per week|20 per week|15 per week
        Grow|Burn|$300k/mo|$200k/mo|$250k
        """,
        {
            "Calls": (None, "not achieved"),
            "Deals": 0.5,
            "Burn": 0.5,
            "told": ["are in '/week' and '/month'"],
        },
    ),
    S(
        "Three zeros behind the only separator",
        """
        Mål|Nøgleresultat|Ansvarlig|Startværdi|Målværdi|Nuværende værdi
        Vækst|Salg|Ida|0|1.000|500
        Vækst|Partnere|Bo|0|2.000|1.250
        """,
        {"Salg": 0.5, "Partnere": 0.625},
    ),
    S(
        "Three decimals of which another cell shows that they are some",
        """
        Objective|Key Result|Target|Current
        Grow|Ratio|1.000|0.500
        Grow|Speed|2.000|1.250
        """,
        {
            "items": [
                {"title": "Ratio", "target": 1, "progress": 0.5},
                {"title": "Speed", "target": 2, "progress": 0.625},
            ]
        },
    ),
    S(
        "Weights and volumes in units of one kind",
        """
        Objective|Key Result|Baseline|Target|Current
        Green|CO2|10 t|5 t|7500 kg
        Green|Power|2 MWh|1 MWh|1500 kWh
        Green|Water|10 hl|500 l|750 l
        """,
        {"CO2": 0.5, "Power": 0.5, "Water": 0.5},
    ),
    S(
        "A year alone beside the plan and the values of the next",
        """
        KPI|2025|2026 YTD|2026 Target
        Revenue (M€)|10|11.5|13
        Headcount|50|56|60
        Sick rate %|5|4.5|4
        """,
        {"Sick rate %": NOT_GREEN, "told": ["'2025' holds what was reached in an earlier period"]},
    ),
)
