"""Exports of tools for OKRs, in the columns and values that these write."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["EXPORTS_OF_TOOLS"]

NOT_GREEN = "not achieved"

WAYS_OF_MEASURING = (
    S(
        "The direction in the type of a KPI",
        """
        Objective|Key Result|KR Type|Start Value|Target Value|Current Value
        Scale|Page load (s)|Decrease KPI||2|2.4
        Scale|Uptime|Increase KPI||99.9|49.95
        Scale|Cost|Control KPI|80|100|120
        Scale|Migration|Milestone tracked|0|100|50
        Scale|Roll-out|% Tracked|0|100|40
        """,
        {
            "Page load (s)": NOT_GREEN,
            "Uptime": 0.5,
            "Cost": NOT_GREEN,
            "Migration": 0.5,
            "Roll-out": 0.4,
            "told": ["Control KPI"],
        },
    ),
    S(
        "The direction in the manual type of a metric",
        """
        id|parentId|itemType|name|manualType|initialValue|targetValue|actual|weight
        1||objective|Delight|||||
        2|1|metric|Churn|should_decrease_to|6|2|4|1
        3|1|metric|Uptime|should_stay_above|99|99.9|99.5|1
        4|1|metric|Incidents|should_stay_below|0|5|9|1
        5|1|metric|NPS|should_increase_to|30|50|40|2
        """,
        {
            "Churn < Delight": 0.5,
            "Uptime < Delight": (0.0, NOT_GREEN),
            "Incidents < Delight": (0.0, NOT_GREEN),
            "NPS < Delight": 0.5,
        },
    ),
    S(
        "The direction in a second column of types",
        """
        Type|Title|Parent|Goal type|Initial value|Target value|Current value|Progress
        Objective|Grow||||||48 %
        Key Result|Deals|Grow|Increase to|0|40|18|45 %
        Key Result|Churn|Grow|Decrease to|6|2|4|50 %
        Key Result|Incidents|Grow|Stay below||5|9|0 %
        Key Result|Ship|Grow|Achieved or not||||0 %
        """,
        {
            "Deals < Grow": 0.45,
            "Churn < Grow": 0.5,
            "Incidents < Grow": (0.0, NOT_GREEN),
            "Ship < Grow": 0.0,
        },
    ),
    S(
        "Ways of measuring beside kinds of goals",
        """
        Goal ID|Goal name|Goal type|Owner|Parent goal|Metric|Start value|Target value|Current value
        1|Grow|Objective|Ann||Average of key results|||
        2|Deals|Key result|Bob|Grow|Number|0|40|18
        3|Churn|Key result|Bob|Grow|Percentage|6|2|4
        """,
        {"Deals < Grow": 0.45, "Churn < Grow": 0.5, "objectives": 1, "key_results": 2},
    ),
)

WORDS_OF_TOOLS = (
    S(
        "A base value",
        """
        Objective|Key Result|Base Value|Target Value|Current Value
        Grow|Deals|0|40|18
        Grow|Churn %|6|2|4
        """,
        {"Deals": 0.45, "Churn %": 0.5},
    ),
    S(
        "Numbers called numbers",
        """
        Objective|Key Result|DRI|Starting number|Goal number|Current number|Last update
        Grow|Deals|Ann|0|40|18|2026-11-20
        Grow|Churn|Bob|6%|2%|4%|2026-11-20
        """,
        {"Deals": 0.45, "Churn": 0.5, "objectives": 1},
    ),
    S(
        "Measures named after their noun",
        """
        Goal ID|Goal Name|Progress %|Milestone Name|Milestone Start|Milestone Target|Milestone Value
        77|Grow|48|Deals|0|40|18
        77|Grow|48|Churn|6|2|4
        78|Keep|50|NPS|30|50|40
        """,
        {
            "Deals < Grow": 0.45,
            "Churn < Grow": 0.5,
            "NPS < Keep": 0.5,
            "objectives": 2,
            "key_results": 3,
        },
    ),
    S(
        "Targets with a start and an end",
        """
        Goal|Goal % Complete|Target Name|Target Type|Target Start|Target End|Target Current
        Grow|47|Deals|Number|0|40|18
        Grow|47|Office opened|True/False|0|1|0
        Grow|47|Revenue|Currency|$0|$100,000|$30,000
        """,
        {
            "Deals < Grow": 0.45,
            "Office opened < Grow": 0.0,
            "Revenue < Grow": 0.3,
            "objectives": 1,
            "key_results": 3,
        },
    ),
    S(
        "The progress of the goal before the key results",
        """
        Objective|Status|Progress|Key Result|Key Result Start|Key Result Target|Key Result Current
        Grow|On track|48%|Deals|0|40|18
        Grow|On track|48%|Churn|6|2|4
        Grow|On track|48%|Office|||
        """,
        {"Deals < Grow": 0.45, "Churn < Grow": 0.5, "Office < Grow": None},
    ),
    S(
        "Set aside below one objective",
        """
        Objective|Key Result|Status|Target|Current
        Grow|Deals|On track|40|18
        Kill|Tickets|Canceled|50|40
        """,
        {"Deals < Grow": 0.45},
    ),
)

LISTS = (
    S(
        "Tabs of two quarters with the same key results",
        {
            "Q3 2026": """
            Objective|Key Result|Status
            Grow|Deals|On track
            Keep|Churn|Off track
            """,
            "Q4 2026": """
            Objective|Key Result|Status
            Grow|Deals|At risk
            Keep|Churn|On track
            """,
        },
        {"Deals < Grow": "at-risk", "Churn < Keep": "on-track", "key_results": 2},
    ),
    S(
        "Links between two tables, between commas",
        {
            "Objectives": """
            Name|Key Results|Owner|Quarter|Progress
            Grow|Deals,Churn|Ann|Q4 2026|47.5%
            Keep|NPS|Ann|Q4 2026|50%
            """,
            "Key Results": """
            Name|Objective|Owner|Start|Target|Current
            Deals|Grow|Bob|0|40|18
            Churn|Grow|Bob|6|2|4
            NPS|Keep|Bob|30|50|40
            """,
        },
        {
            "Deals < Grow": 0.45,
            "Churn < Grow": 0.5,
            "NPS < Keep": 0.5,
            "objectives": 2,
            "key_results": 3,
            "-Deals,Churn": True,
        },
    ),
    S(
        "A goal and the way to it in blocks",
        """
        Team:|Sales|||||
        Objective 1:|Win the market|||||
        Key Result|Owner|Starting Point|Goal|Current|% to Goal|Status
        Deals|Bob|0|40|18|45%|On Track
        Churn (%)|Bob|6|2|4|50%|At Risk
        ||||||
        Objective 2:|Keep|||||
        Key Result|Owner|Starting Point|Goal|Current|% to Goal|Status
        NPS|Bob|30|50|40|50%|Off Track
        """,
        {"Deals < Win the market": 0.45, "Churn (%) < Win the market": 0.5, "NPS < Keep": 0.5},
    ),
    S(
        "Labels in the cells of key results",
        """
        OBJECTIVE:|Win the mid market||
        AS MEASURED BY:|||
        KEY RESULT 1:|Close deals|Target: 40|Actual: 18
        KEY RESULT 2:|Raise NPS from 30 to 50|Target: 50|Actual: 40
        OBJECTIVE:|Keep our customers||
        AS MEASURED BY:|||
        KEY RESULT 1:|Churn|Target: 2%|Actual: 4%
        """,
        {
            "Close deals < Win the mid market": 0.45,
            "Raise NPS from 30 to 50 < Win the mid market": 0.5,
            "Churn": NOT_GREEN,
        },
    ),
    S(
        "A plan that is a period",
        """
        Plan|Objective|Outcome|Owner|From|To|Current
        Q4 2026|Delight|Activation|Ann|30|60|45
        Q3 2026|Delight|Tickets per week|Ann|100|40|40
        """,
        {"Activation < Delight": 0.5, "-Tickets per week": True},
    ),
)

CHECK_INS = (
    S(
        "Statuses of the last check-in, and lights of three letters",
        """
        Objective|Key Result|KR Type|Start|Target|Actual|Check-in Status
        Improve|Defects|Decrease KPI|5|2|3.5|At Risk
        Improve|Coverage|Increase KPI|40|80||On Track
        """,
        {"Defects": 0.5, "Coverage": "on-track"},
    ),
    S(
        "Lights under RYG, the last of them a heart",
        """
        Objective|Key Result|RYG
        Safe site|Inspections|Green
        Safe site|Toolbox talks|💛
        Safe site|Near misses|❤️
        """,
        {"Inspections": "on-track", "Toolbox talks": "at-risk", "Near misses": "off-track"},
    ),
)

EXPORTS_OF_TOOLS = (*LISTS, *WAYS_OF_MEASURING, *WORDS_OF_TOOLS, *CHECK_INS)
