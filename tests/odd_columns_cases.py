"""Sheets with columns that people name in their own way: what is done of what there is, ranges of
months, roles in brackets, what was before.
"""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["COLUMNS"]

COLUMNS = (
    S(
        "Quarters as ranges of months",
        """
        Goal|Measure of success|Jan-Mar|Apr-Jun|Jul-Sep|Oct-Dec
        Grow|Members to 1800|500|800|850|900
        Grow|Events to 20|2|4|6|10
        """,
        {"Members to 1800": 0.5, "Events to 20": 0.5},
    ),
    S(
        "Ranges of months that may be targets or values",
        """
        Goal|Measure of success|Jan-Mar|Apr-Jun|Jul-Sep|Oct-Dec
        Grow|Members|500|800|1200|1500
        Grow|Events|2|4|6|8
        """,
        {"told": ["'Oct-Dec' hold numbers"], "Members": None},
    ),
    S(
        "The meaning of a column in brackets",
        """
        Who|What (Objective)|How (Key Results)|By when|How far
        Anna|Get the site live|All pages migrated|15 Dec|70%
        Ben|Fill the pipeline|50 leads|31 Dec|40%
        """,
        {
            "objectives": 2,
            "All pages migrated < Get the site live": 0.7,
            "50 leads < Fill the pipeline": 0.4,
        },
    ),
    S(
        "What is done of what there is",
        """
        Objective|Key Result|Milestones|Done
        Open the Lyon office|Lease signed|5|5
        Open the Lyon office|Team hired|8|2
        """,
        {"Lease signed": 1.0, "Team hired": 0.25},
    ),
    S(
        "A checkbox for each step",
        """
        Objective|Key Result|Lease|Hiring|Furniture|Opening
        Open Lyon|Office in Lyon|TRUE|TRUE|FALSE|FALSE
        Open Lille|Office in Lille|TRUE|FALSE|FALSE|FALSE
        """,
        {"told": ["'Lease' (C), 'Hiring' (D)"], "Office in Lyon": None},
    ),
    S(
        "What was before",
        """
        Objective|Key Result|Prev. Quarter|Target|Current
        Grow|Leads|150|200|160
        Grow|Churn %|4|2|3.5
        """,
        {"Leads": 0.2, "Churn %": 0.25},
    ),
    S(
        "A measure that should be low, with its unit",
        """
        Objective|Key Result|Target|Current
        Grow|Churn %|2|3.5
        Grow|Leads|200|160
        """,
        {"Churn %": (None, "not achieved"), "told": ["Churn"], "Leads": 0.8},
    ),
    S(
        "Brackets of accountants",
        """
        Objective|Key Result|Start|Target|Current
        Save|Burn|(2.5M)|(1.5M)|(2M)
        Save|Debt (k€)|(120)|(40)|(80)
        """,
        {"Burn": 0.5, "Debt (k€)": 0.5},
    ),
    S(
        "An Italian start",
        """
        Objective|KR|Inizio|Obiettivo|Attuale
        Crescere|Fatturato (k€)|300|400|350
        Fidelizzare|Abbandono|5,0%|3,0%|4,0%
        """,
        {"Fatturato (k€)": 0.5, "Abbandono": 0.5},
    ),
    S(
        "A total of what was reached in each month",
        """
        Objective|Key Result|Target|Oct|Nov|Dec|Total
        Grow|Leads|200|60|40||100
        Grow|Deals|20|4|1||5
        """,
        {"Leads": 0.5, "Deals": 0.25},
    ),
    S(
        "A total that is none of the months",
        """
        Objective|Key Result|Target|Oct|Nov|Dec|Total
        Grow|Leads|200|60|100||130
        Grow|Deals|20|4|5||7
        """,
        {"Leads": 0.5, "Deals": 0.25},
    ),
    S(
        "A committed target beside stretch ones",
        """
        Objective|Key Result|Commit|Stretch|Moonshot|Actual
        Grow|Leads|100|200|400|50
        Grow|Deals|10|20|50|5
        """,
        {"Leads": 0.5, "Deals": 0.5},
    ),
    S(
        "Two targets with words of their own",
        """
        Objective|Key Result|YTD Target|YTD Actual|Full Year Target
        Grow|Revenue|900|850|1200
        Grow|Deals|90|80|120
        """,
        {"told": ["'YTD Target' and 'Full Year Target'"], "Revenue": None},
    ),
    S(
        "One target with a word of its own",
        """
        Objective|Key Result|Full Year Target|Actual
        Grow|Revenue|1000|500
        Grow|Deals|100|50
        """,
        {"Revenue": 0.5, "Deals": 0.5},
    ),
    S(
        "A column for each grade",
        """
        Objective|Key Result|0.3|0.7|1.0|Current
        Grow|Leads|50|150|200|120
        Grow|Deals|5|15|20|8
        """,
        {"told": ["'0.3' (C), '0.7' (D) and '1.0' (E) hold numbers"], "Leads": None},
    ),
    S(
        "Stars of confidence",
        """
        Objective|Key Result|Target|Actual|Confidence
        Grow|Leads|200|100|★★★☆☆
        Grow|Deals|20|5|★☆☆☆☆
        """,
        {"Leads": 0.5, "Deals": 0.25},
    ),
    S(
        "Narratives and commitments",
        """
        Narrative|Commitment|Owner|Tasks|Status
        Win the mid market|Sign 10 customers|Ann|Hire 2 AEs|On track
        |Launch SSO|Ben|Build SAML|At risk
        Make onboarding effortless|New wizard|Cid|Test it|On track
        """,
        {
            "objectives": 2,
            "Launch SSO < Win the mid market": "at-risk",
            "New wizard < Make onboarding effortless": "on-track",
        },
    ),
    S(
        "Narratives, commitments and tasks by kind",
        """
        Type|Text|Owner|Status
        Narrative|Win the mid market|Ann|
        Commitment|Sign 10 customers|Ann|On track
        Task|Hire 2 AEs|Ben|Done
        Commitment|Launch SSO|Cid|At risk
        """,
        {
            "objectives": 1,
            "-Hire 2 AEs": True,
            "Launch SSO < Win the mid market": "at-risk",
        },
    ),
    S(
        "Narratives above commitments",
        """
        NCTs Q4 2026|
        Narrative|Win the mid market
        Commitments|Sign 10 customers
        |Launch SSO
        Tasks|Hire 2 AEs
        """,
        {"refused": True, "told": ["under 'Narrative'"]},
    ),
    S(
        "Measures without targets",
        """
        KPI|Owner|Oct|Nov|Dec
        Sign-ups|Ann|20|40|
        Revenue|Ben|10000|15000|
        """,
        {"refused": True, "told": ["'KPI' names measures"]},
    ),
    S(
        "Strategies between goals and measures",
        """
        Objective|Goals|Strategies|Measures|Owner
        Lead the market|Grow revenue by 20%|Expand to Poland|10 new distributors|Ann
        ||Improve the webshop|Conversion of 4%|Ben
        |Cut costs by 5%|Lean production|Scrap below 2%|Cid
        """,
        {"told": ["'Strategies' (C)"], "Conversion of 4% < Grow revenue by 20%": None},
    ),
    S(
        "Breakthrough objectives",
        """
        Breakthrough objectives|Annual objectives|Improvement priorities|Targets to improve|Oct|Nov
        Be the fastest|Halve the lead time|Cell layout line 2|Lead time from 14 to 7 days|12|10.5
        """,
        {
            "told": ["'Improvement priorities' (C)"],
            "Lead time from 14 to 7 days < Halve the lead time": 0.5,
        },
    ),
    S(
        "A target in brackets, and the start of the quarter",
        """
        Objective|Key Result|Start of quarter|Today|End of quarter (goal)
        Grow|Leads|100|150|200
        Grow|Deals|10|15|20
        """,
        {"objectives": 1, "Leads < Grow": 0.5, "Deals < Grow": 0.5, "-200": True},
    ),
    S(
        "A Spanish target for the year beside its months",
        """
        Objetivo|Resultado clave|Ago|Sep|Oct|Nov|Dic|Meta anual
        Crecer|Clientes|20|30|40|60||120
        Crecer|Socios|1|2|3|4||8
        """,
        {"Clientes": 0.5, "Socios": 0.5},
    ),
    S(
        "A row for each person",
        """
        Name|Role|Objective|KR1|KR1 %|KR2|KR2 %
        Ann|Sales|Grow|10 deals|50%|5 partners|20%
        Ben|Marketing|Be known|1000 visitors|70%|3 articles|100%
        """,
        {
            "objectives": 2,
            "-Ann": True,
            "10 deals < Grow": 0.5,
            "3 articles < Be known": 1.0,
        },
    ),
    S(
        "Bars drawn with signs",
        """
        Objective|Key Result|Progress
        Grow|Leads|[##########----------] 50%
        Grow|Deals|▓▓▓░░░░░░░ 30%
        Grow|Demos|█████ 100%
        """,
        {"Leads": 0.5, "Deals": 0.3, "Demos": 1.0},
    ),
    S(
        "Columns of values in words of their own",
        """
        Objectives|KRs|Owner|Mid-Q|End-Q
        Grow|Leads to 200|Ann|90|
        Grow|Deals to 20|Ben|12|
        """,
        {"told": ["'Mid-Q' (D) holds numbers"], "Leads to 200": None},
    ),
    S(
        "Initiatives that are done, and name their key results",
        """
        Initiative|Key Result|Objective|Owner|Done
        Landing page|Leads to 200|Grow|Ann|x
        Webinar|Leads to 200|Grow|Ben|
        Call list|Deals to 20|Grow|Ben|x
        """,
        {
            "told": ["'Done' (E) differs"],
            "Leads to 200": "no-data",
            "Deals to 20": "no-data",
        },
    ),
    S(
        "Initiatives below one key result with statuses of their own",
        """
        Objective|Key Result|Initiative|Owner|Status
        Grow|Leads to 200|Landing page|Ann|Done
        ||Webinar|Ben|In progress
        Grow|Deals to 20|Call list|Ben|At risk
        """,
        {
            "told": ["'Status' (E) differs"],
            "Leads to 200": "no-data",
            "Deals to 20": "at-risk",
        },
    ),
    S(
        "Changes of the plan in brackets, and capitals behind a dash",
        """
        Objective|Key Result|Target|Current
        Grow|Leads (raised from 100 to 200 on 1 Nov)|200|100
        Grow|Demos - DROPPED|10|0
        Grow|Orders - cancelled|10|5
        """,
        {
            "Leads (raised from 100 to 200 on 1 Nov)": 0.5,
            "Demos - DROPPED": "not off-track",
            "Orders - cancelled": 0.5,
        },
    ),
    S(
        "A day as the only column of values",
        """
        Objective|Key Result|Baseline (Sep 30)|Target (Dec 31)|Nov 15
        Grow|Leads|100|200|150
        Grow|Deals|10|20|15
        """,
        ({"Leads": 0.5}, {"told": ["'Nov 15' (E) holds numbers"], "Leads": None}),
    ),
    *(
        S(
            f"One word for objectives and targets: {words[0]}",
            "|".join(words) + "\nGrow|Leads|0|100|50\nGrow|Deals|0|10|4",
            {"Leads < Grow": 0.5, "Deals < Grow": 0.4, "objectives": 1},
        )
        for words in (
            ("Ziel", "Kennzahl", "Start", "Ziel", "Ist"),
            ("Objetivo", "Resultado clave", "Inicial", "Objetivo", "Actual"),
            ("Cíl", "Klíčový výsledek", "Výchozí stav", "Cíl", "Skutečnost"),
            ("目標", "主要な成果", "開始値", "目標", "実績"),
        )
    ),
    S(
        "One word for objectives and for targets that are not all numbers",
        """
        Ziel|Key Result|Ziel|Ist
        Wachsen|Leads|100|50
        Wachsen|Website|Go-live|in Arbeit
        """,
        {"objectives": 1, "key_results": 2, "-100": True, "-Go-live": True},
    ),
    S(
        "Initiatives of objectives without key results",
        """
        Objective|Initiative|Owner|Due|Status
        Grow|New landing page|Mia|2026-12-01|Done
        Grow|Ads|Jon|2026-12-15|In progress
        Keep|Survey|Lea|2026-12-15|Done
        """,
        {
            "objectives": 2,
            "Grow": "not achieved",
            "Keep": "not achieved",
            "told": ["differs between the initiatives of one objective"],
        },
    ),
    S(
        "People and their goals",
        """
        Name|Role|Team|Goal
        Mia|CMO|Marketing|Grow leads
        Jon|CSO|Sales|Close deals
        """,
        {"objectives": 2, "key_results": 0, "-Mia": True},
    ),
    S(
        "Indicators below an outcome that they share",
        """
        Goal|Outcome|Indicator|Baseline|Target|Achieved to date
        Health|Clean water|Wells built|10|30|20
        Health|Clean water|People served|1000|3000|2000
        """,
        {"Wells built": 0.5, "People served": 0.5, "key_results": 2},
    ),
    *(
        S(
            f"A word for results above numbers: {words[-1]}",
            "|".join(words) + "\nGrow|Leads|100|50\nGrow|Deals|10|4",
            {"Leads < Grow": 0.5, "Deals < Grow": 0.4},
        )
        for words in (
            ("Ziel", "Kennzahl", "Zielwert", "Ergebnis"),
            ("Objectif", "Indicateur", "Cible", "Résultat"),
            ("Obiettivo", "Indicatore", "Target", "Risultato"),
        )
    ),
    S(
        "Last year in one word beside plan and actual",
        """
        Ziel|Kennzahl|Vorjahr|Plan|Ist|Abw.
        Wachsen|Umsatz|400|600|500|-100
        """,
        {"Umsatz": 0.5},
    ),
    S(
        "Milestones done and in total",
        """
        Objective|Key Result|Milestones done|Milestones total|Owner
        Ship|Mobile app|3|5|Al
        Ship|API v2|1|4|Bo
        """,
        {"Mobile app": 0.6, "API v2": 0.25},
    ),
    S(
        "A progress below several key results in columns of teams",
        """
        |Marketing|Sales|Support
        Objective|Be known|Close faster|Answer first time
        KR1|1000 followers|20 deals|FCR 80%
        KR2|50 mentions|Cycle 30 days|CSAT 95%
        Progress|40%|25%|70%
        """,
        {"1000 followers": 0.4, "50 mentions": 0.4, "20 deals < Close faster": 0.25},
    ),
    S(
        "A weight of the goal beside one of the measure",
        """
        Goal|Weight|Measure|Measure weight|Target|Actual
        Sales|60%|New ARR|80%|100|90
        Sales|60%|Renewals|20%|100|10
        Quality|40%|NPS|100%|40|36
        """,
        {"Sales": 0.74, "Quality": 0.9},
    ),
    S(
        "A progress in the first row of each objective, beside it",
        """
        Objective|Progress|Key Result|Owner
        Win|60%|Deals|Al
        ||Calls|Bo
        Keep|30%|NPS|Cy
        ||CSAT|Di
        """,
        {"Win": 0.6, "Keep": 0.3, "Deals": None, "Calls": None, "NPS": None},
    ),
    S(
        "A weight in the first row of each objective, beside it",
        """
        Objective|Weight|Key Result|Target|Current
        Win|0.6|Deals|20|10
        ||Calls|100|25
        Keep|0.4|NPS|50|40
        """,
        {"Win": 0.375, "Deals": 0.5},
    ),
    S(
        "Targets with a name, beside numbers without one",
        """
        Goal|Target Name|Target Type|Start|Current|End|Owners
        Grow the bakery|Shops|Number|0|1|4|Ann
        Grow the bakery|Cakes|Number|0|570|1000|Ann
        Grow the bakery|Van rented|True/False|false|true|true|Bo
        """,
        {"objectives": 1, "Shops < Grow the bakery": 0.25, "Cakes": 0.57, "Van rented": 1.0},
    ),
    S(
        "The progress that is expected beside the one that is there",
        """
        Objective|Key Result|Expected progress|Actual progress
        Grow|NPS|65%|50%
        Grow|Leads|65%|25%
        """,
        {"NPS": 0.5, "Leads": 0.25},
    ),
)
