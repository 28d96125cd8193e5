"""Sheets with headings between their rows, and with a field name in each row."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["HEADINGS"]

HEADINGS = (
    S(
        "Sections in capitals",
        """
        Objective|Key Result|Owner|Baseline|Target|Current
        SALES|||||
        Grow revenue|New deals|Ann|0|100|50
        |Bigger deals|Ben|10|20|15
        MARKETING|||||
        Be known|Visitors|Cid|1000|2000|1500
        """,
        {
            "objectives": 2,
            "key_results": 3,
            "-SALES": True,
            "-MARKETING": True,
            "Bigger deals < Grow revenue": 0.5,
        },
    ),
    S(
        "Sections named after teams above objectives with rows of their own",
        """
        Objective|Key Result|Owner|Baseline|Target|Current
        Team Sales|||||
        Grow revenue|||||
        |New deals|Ann|0|100|50
        Team Marketing|||||
        Be known|||||
        |Visitors|Cid|1000|2000|1500
        """,
        {
            "objectives": 2,
            "-Team Sales": True,
            "New deals < Grow revenue": 0.5,
            "Visitors < Be known": 0.5,
        },
    ),
    S(
        "Sections under quarters",
        """
        Objective|Key Result|Target|Current
        Q4 2026|||
        SALES|||
        Grow revenue|New deals|100|50
        MARKETING|||
        Be known|Visitors|2000|1500
        Q1 2027|||
        SALES|||
        Grow more|More deals|200|
        """,
        {
            "objectives": 2,
            "-Grow more": True,
            "-SALES": True,
            "New deals < Grow revenue": 0.5,
        },
    ),
    S(
        "Sections between labelled objectives",
        """
        Key Result|Owner|Baseline|Target|Current
        SALES TEAM||||
        O1: Grow revenue||||
        New deals|Ann|0|100|50
        MARKETING TEAM||||
        O2: Be known||||
        Visitors|Cid|1000|2000|1500
        """,
        {"objectives": 2, "key_results": 2, "-MARKETING TEAM": True},
    ),
    S(
        "An objective that nobody has broken down yet",
        """
        Objective|Key Result|Owner|Baseline|Target|Current
        Improve culture|||||
        Grow revenue|New deals|Ann|0|100|50
        Be known|Visitors|Cid|1000|2000|1500
        """,
        {"objectives": 3, "Improve culture": "no-data"},
    ),
    S(
        "Objectives in capitals",
        """
        OKR|Owner|Baseline|Target|Current
        GROW REVENUE||||
        New deals|Ann|0|100|50
        BE KNOWN||||
        Visitors|Cid|1000|2000|1500
        """,
        {"objectives": 2, "New deals < GROW REVENUE": 0.5, "Visitors < BE KNOWN": 0.5},
    ),
    S(
        "A field of a numbered key result in each row",
        """
        Objective|Grow
        KR1|New deals
        KR1 target|100
        KR1 actual|50
        KR2|Bigger deals
        KR2 target|20
        KR2 actual|15
        """,
        {"objectives": 1, "New deals < Grow": 0.5, "Bigger deals < Grow": 0.75},
    ),
    S(
        "A field in each row, and several objectives",
        """
        OKR|Q4 2026
        O1|Grow
        KR1|New deals
        KR1 start|0
        KR1 target|100
        KR1 actual|50
        KR2|Bigger deals
        KR2 start|10
        KR2 target|20
        KR2 actual|15
        O2|Keep
        KR1|Renewals
        KR1 start|0
        KR1 target|100
        KR1 actual|80
        """,
        {
            "objectives": 2,
            "New deals < Grow": 0.5,
            "Bigger deals < Grow": 0.5,
            "Renewals < Keep": 0.8,
        },
    ),
    S(
        "A column for each team, and a field in each row",
        """
        Team|Sales|Marketing
        Objective|Grow|Be known
        KR1|New deals|Visitors
        KR1 target|100|2000
        KR1 actual|50|1500
        """,
        {"objectives": 2, "New deals < Grow": 0.5, "Visitors < Be known": 0.75},
    ),
    S(
        "Indicators by month",
        """
        KPI|Owner|Target|Oct|Nov|Dec
        Sign-ups|Ann|100|20|40|
        Revenue|Ben|50000|10000|15000|
        """,
        {"key_results": 2, "Sign-ups": 0.4, "Revenue": 0.3},
    ),
    S(
        "Indicators below a list of OKRs",
        """
        Objective|Key Result|Start|Target|Current
        Grow|Sign-ups|0|100|50
        |Revenue|0|10|4
        Keep|Churn|5|2|3
        ||||
        Health metrics||||
        KPI||Threshold|Target|Current
        Uptime||99|99.9|99.95
        NPS||30|40|35
        """,
        {
            "objectives": 2,
            "key_results": 3,
            "Revenue < Grow": 0.4,
            "-Uptime": True,
            "told": ["another table in this tab, with the header 'KPI'"],
        },
    ),
    S(
        "Indicators with columns of their own below a list of OKRs",
        """
        Objective|Key Result|Start|Target|Current
        Grow|Sign-ups|0|100|50
        Keep|Churn|5|2|3
        ||||
        Metric|Unit|Target|Current|Status
        Uptime|%|99.9|99.95|Green
        NPS||40|35|Red
        """,
        {"objectives": 2, "key_results": 2, "-NPS": True, "told": ["with the header 'Metric'"]},
    ),
    S(
        "Totals of objectives and remarks between the rows",
        """
        Objective|Key Result|Target|Current
        Grow|Leads|100|50
        Note: waiting for finance|||
        Grow|Deals|10|5
        Subtotal Grow||110|55
        Keep|NPS|40|30
        Keep total||40|30
        Total reach|Views|100|25
        """,
        {"objectives": 3, "key_results": 4, "Views < Total reach": 0.25, "Deals < Grow": 0.5},
    ),
    S(
        "A team above the header and another below it",
        """
        Team Sales||||
        Objective|Key Result|Start|Target|Current
        Grow|Sign-ups|0|100|50
        ||||
        Team Support||||
        Keep|Churn|5|2|3
        Keep|NPS|20|40|30
        """,
        {"objectives": 2, "key_results": 3, "-Team Support": True},
    ),
    S(
        "A list of OKRs with fewer columns above another",
        """
        Objective|Key Result|Target|Current||
        Grow|Sign-ups|100|50||
        Keep|Churn work|5|3||
        |||||
        Objective|Key Result|Start|Target|Current|Owner
        Teach|Trainings|0|20|6|Lea
        Teach|Videos|0|10|2|Lea
        """,
        {
            "Trainings < Teach": 0.3,
            "Videos": 0.2,
            "told": ["part of a table with other columns, above row 5"],
        },
    ),
    S(
        "A summary with the names of okrsync's columns above the OKRs",
        """
        Objective|Progress|Status|||
        Grow|45%|Amber|||
        Keep|60%|Green|||
        |||||
        Objective|Key Result|Start|Target|Current|Owner
        Grow|Trainings|0|20|6|Lea
        Keep|Videos|0|10|2|Lea
        """,
        {
            "Trainings < Grow": 0.3,
            "Videos < Keep": 0.2,
            "told": ["part of a table with other columns, above row 5"],
        },
    ),
    S(
        "Indicators above a list of OKRs",
        """
        KPI|Target|Actual||
        Uptime|99.9|99.95||
        NPS|40|35||
        ||||
        Objective|Key Result|Start|Target|Current
        Grow|Sign-ups|0|100|50
        Keep|Churn|5|2|3
        """,
        {"key_results": 2, "Sign-ups": 0.5, "told": ["with the header 'KPI', 'Target'"]},
    ),
    S(
        "Indicators and health metrics among typed rows",
        """
        Type|Title|Target|Current
        Objective|Grow||
        Key Result|Leads|100|50
        Health metric|Uptime|99.9|99.95
        KPI|Visits|2000|3000
        """,
        {"Leads < Grow": 0.5, "key_results": 1, "told": ["'KPI' is not a kind of row"]},
    ),
    S(
        "Numbered records in columns",
        """
        |KR1|KR2|KR3
        Objective|Grow|Grow|Keep
        Key Result|Leads|Deals|NPS
        Start|0|0|20
        Target|100|10|40
        Current|50|5|30
        """,
        {"Leads < Grow": 0.5, "Deals < Grow": 0.5, "NPS < Keep": 0.5, "objectives": 2},
    ),
    S(
        "Key results before the objectives that they support",
        """
        Key Result|Target|Current|Supports objective
        Leads|100|50|Grow
        Deals|10|5|Grow
        NPS|40|30|Keep
        """,
        {"Leads < Grow": 0.5, "Deals < Grow": 0.5, "NPS < Keep": 0.75, "objectives": 2},
    ),
    S(
        "Key results below other key results",
        """
        Key Result|Target|Current|Parent
        Leads|100|50|
        Inbound leads|60|30|Leads
        """,
        {"Leads": 0.5, "Inbound leads": 0.5, "objectives": 0},
    ),
    S(
        "A template among the tabs",
        {
            "Template": """
            Objective|Key Result|Start|Target|Current
            [Objective]|[Key result]|0|100|0
            <Your objective here>|<Enter a key result>|0|100|0
            """,
            "Sales": """
            Objective|Key Result|Start|Target|Current
            Grow|[EMEA] Leads|0|100|50
            """,
        },
        {"objectives": 1, "key_results": 1, "[EMEA] Leads": 0.5, "told": ["is a template"]},
    ),
    S(
        "What is set aside below the table, and a team below that",
        """
        Objective|Key Result|Owner|Target|Current
        Grow|Leads|Mia|100|50
        ||||
        ARCHIVE / DONE||||
        Old|Website|Jon|1|1
        ||||
        Parking lot||||
        Expand|Countries|Mia|5|
        ||||
        Completed||||
        Keep|NPS|Jon|40|40
        """,
        {
            "Leads < Grow": 0.5,
            "NPS < Keep": 1.0,
            "-Website": True,
            "-Countries": True,
            "told": ["with the header 'Parking lot'"],
        },
    ),
    S(
        "A key result that supports nothing among others that do",
        """
        Key Result|Target|Current|Supports
        Leads|100|50|Grow
        Deals|10|5|
        NPS|40|30|Keep
        """,
        {"Leads < Grow": 0.5, "NPS < Keep": 0.75, "objectives": 2, "Grow": 0.5, "Deals": 0.5},
    ),
    S(
        "Parents that are numbers nobody explains",
        """
        Key Result|Target|Current|Parent ID
        Leads|100|50|12
        Deals|10|5|12
        """,
        {"Leads": 0.5, "Deals": 0.5, "objectives": 0, "-12": True},
    ),
    S(
        "Headings above rows with a percent alone",
        """
        Key Result|Who|Done
        Finance||
        Close books in 3 days|Ann|60%
        Automate invoices|Bo|25%
        HR||
        Hire 12 engineers|Cy|50%
        """,
        {
            "Close books in 3 days < Finance": 0.6,
            "Hire 12 engineers < HR": 0.5,
            "objectives": 2,
            "key_results": 3,
        },
    ),
    S(
        "A key result without values above others that have some",
        """
        Key Result|Who|Done
        Close books in 3 days||
        Automate invoices|Bo|25%
        Hire 12 engineers|Cy|50%
        """,
        {"objectives": 0, "key_results": 3},
    ),
    S(
        "Objectives that others name as their parents, without key results of their own",
        """
        Objective|Parent|Key Result|Target|Current
        Be known||||
        Be loved||||
        Launch podcast|Be known|Listeners|1000|400
        """,
        {"objectives": 3, "Launch podcast < Be known": 0.4, "Listeners < Launch podcast": 0.4},
    ),
    S(
        "A total whose word has an accent",
        """
        Objectif|Résultat clé|Cible|Actuel|Avancement
        Vendre|Contrats|20|10|50%
        Vendre|CA|100|25|25%
        Total général||||37,5%
        """,
        {"objectives": 1, "key_results": 2, "-Total général": True},
    ),
    S(
        "Key results that name their objective by its id, in the column of its title",
        """
        ID|Objective|Key Result|Target|Current
        O1|Grow|||
        KR1|O1|NPS|100|50
        KR2|O1|Leads|100|25
        O2|Keep|||
        KR3|O2|CSAT|100|90
        """,
        {"objectives": 2, "NPS < Grow": 0.5, "Leads < Grow": 0.25, "CSAT < Keep": 0.9},
    ),
    S(
        "Key results whose marks begin with that of their objective",
        """
        OKR|Owner|Progress
        O1 Grow|Ann|
        O1.KR1 NPS up|Ann|50%
        O1.KR2 More leads|Bo|25%
        O2 Keep|Cy|
        O2.KR1 CSAT|Cy|50%
        """,
        {"objectives": 2, "key_results": 3, "O1 Grow": 0.375, "O2 Keep": 0.5},
    ),
)
