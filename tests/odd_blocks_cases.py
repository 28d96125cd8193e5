"""Sheets of blocks: scores and labels around an objective, and several key results in a cell."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["BLOCKS"]

_SCORED = {
    "objectives": 2,
    "key_results": 3,
    "-Key Result": True,
    "-Score": True,
    "100 sign-ups < Grow the business": None,
    "NPS of 50 < Keep customers": None,
    "items": [
        {"title": "Grow the business", "score_at_most": 0.3},
        {"title": "Keep customers", "score_at_most": 0.4},
    ],
}
"""The objectives have scores of their own: 0.3 and 0.4, not the mean of their key results."""

BLOCKS = (
    S(
        "A score below its name beside each objective",
        """
        Objective 1: Grow the business||Score
        ||0.3
        Key results|Owner|Score
        KR1: 100 sign-ups|Ann|0.6
        KR2: 10 paying teams|Ben|0.8
        ||
        Objective 2: Keep customers||Score
        ||0.4
        Key results|Owner|Score
        KR1: NPS of 50|Ann|0.9
        """,
        _SCORED,
    ),
    S(
        "A header for each objective and one for its key results",
        """
        Objective|Score
        Grow the business|0.3
        Key Result|Score
        100 sign-ups|0.6
        10 paying teams|0.8
        |
        Objective|Score
        Keep customers|0.4
        Key Result|Score
        NPS of 50|0.9
        """,
        _SCORED,
    ),
    S(
        "A score above each objective",
        """
        Score|0.3
        Objective|Grow the business
        Key Result|Owner|Score
        100 sign-ups|Ann|0.6
        10 paying teams|Ben|0.8
        ||
        Score|0.4
        Objective|Keep customers
        Key Result|Owner|Score
        NPS of 50|Ann|0.9
        """,
        _SCORED,
    ),
    S(
        "A score below the key results of each objective",
        """
        Objective|Grow the business
        Key Result|Owner|Score
        100 sign-ups|Ann|0.6
        10 paying teams|Ben|0.8
        Score|0.3
        ||
        Objective|Keep customers
        Key Result|Owner|Score
        NPS of 50|Ann|0.9
        Score|0.4
        """,
        _SCORED,
    ),
    S(
        "A score beside each objective",
        """
        Objective|Grow the business|Score|0.3
        Key Result|Owner|Status|Score
        100 sign-ups|Ann|On track|0.6
        10 paying teams|Ben|At risk|0.8
        |||
        Objective|Keep customers|Score|0.4
        Key Result|Owner|Status|Score
        NPS of 50|Ann|At risk|0.9
        """,
        _SCORED,
    ),
    S(
        "A score in one cell with its name",
        """
        Objective 1: Grow the business|||Score: 0.3
        Key Result|Owner|Status|Score
        KR1: 100 sign-ups|Ann|On track|0.6
        KR2: 10 paying teams|Ben|At risk|0.8
        Objective 2: Keep customers|||Score: 0.4
        Key Result|Owner|Status|Score
        KR1: NPS of 50|Ann|At risk|0.9
        """,
        _SCORED,
    ),
    S(
        "Several key results in a cell below each objective",
        """
        O1: Ship the app|||
        KR1: 1000 downloads\\nKR2: 4.5 star rating|Anna|On track|60%
        O2: Hire the team|||
        KR1: 5 engineers\\nKR2: 2 designers|Bert|At risk|30%
        """,
        {
            "objectives": 2,
            "key_results": 4,
            "4.5 star rating < Ship the app": None,
            "2 designers < Hire the team": None,
        },
    ),
    S(
        "A start in the title beside the target",
        """
        Name|Q4 target|Week 47|Week 48
        O: Delight new users|||
        Activation from 20% to 40%|40%|22%|30%
        Tickets per user from 3 to 1|1|2.8|2.5
        """,
        {
            "Activation from 20% to 40% < Delight new users": 0.5,
            "Tickets per user from 3 to 1 < Delight new users": 0.25,
        },
    ),
    S(
        "A start in the title beside a target that is a share",
        """
        Objective|Key Result|Target|Current
        Grow|Activation from 20% to 40%|0.4|0.3
        Grow|Churn: 4% -> 2%|2%|3%
        """,
        {"Activation from 20% to 40%": 0.5, "Churn: 4% -> 2%": 0.5},
    ),
    S(
        "A quarter as the only column of values",
        """
        Objectives||Owner|Q4
        1. Win enterprise||Maria|
        |Close 5 enterprise deals|Maria|3 / 5
        |SOC2 certificate|Tom|In progress
        2. Reduce churn||Lea|
        |Churn 4% -> 2%|Lea|3%
        |NPS 30→50|Lea|40
        """,
        {
            "Close 5 enterprise deals": 0.6,
            "SOC2 certificate": None,
            "Churn 4% -> 2%": 0.5,
            "NPS 30→50": 0.5,
        },
    ),
    S(
        "A quarter that may be the target or the value",
        """
        Objective|Key Result|Q4
        Grow|Sign-ups|100
        Grow|Teams|10
        """,
        {"told": ["'Q4' holds numbers"], "Sign-ups": None},
    ),
    S(
        "A month of lights alone",
        """
        Objective|Key Result|Owner|December
        Grow|Sign-ups|Ann|🟢
        Grow|Teams|Ben|🔴
        """,
        {"Sign-ups": "on-track", "Teams": "off-track"},
    ),
    S(
        "Cards side by side, with the label of the objective further up",
        """
        |||||||
        |Objective:|Win the market|||Objective:|Delight users|
        |Owner:|Ann|||Owner:|Ben|
        |||||||
        |Key Result|Target|Actual||Key Result|Target|Actual
        |10 deals|10|5||NPS 50|50|40
        |5 partners|5|1|||
        |Total||||||
        """,
        {
            "objectives": 2,
            "key_results": 3,
            "-Total": True,
            "10 deals < Win the market": 0.5,
            "NPS 50 < Delight users": 0.8,
        },
    ),
    S(
        "A scale of confidence below the table",
        """
        Objective|Key Result|Target|Current|Confidence
        Grow|Leads|200|100|70%
        Grow|Deals|20|5|40%
        ||||
        Confidence scale|0.0 = no way|0.5 = 50/50|1.0 = certain|
        How to use|Update every Friday|||
        """,
        {
            "objectives": 1,
            "key_results": 2,
            "-Confidence scale": True,
            "-0.0 = no way": True,
            "-How to use": True,
            "Leads": 0.5,
        },
    ),
    S(
        "A day beside each of two check-ins",
        """
        Objective|Key Result|Target|Now|Date|Value|Date|Value
        Grow|Leads|200|100|2026-10-20|60|2026-11-26|100
        Grow|Deals|20|5|2026-10-20|3|2026-11-26|5
        """,
        {"Leads": (0.5, "not stale"), "Deals": 0.25},
    ),
    S(
        "A scale with more rows than the table above it",
        """
        Objective|Key Result|Owner|Score
        Open data|Datasets|Eva|0.6
        Open data|Visitors|Tim|0.3
        |||
        Scoring guide|||
        0.0 - 0.3|Red|We failed to make progress|
        0.4 - 0.6|Yellow|We made progress but fell short|
        0.7 - 1.0|Green|We delivered|
        """,
        {
            "objectives": 1,
            "key_results": 2,
            "items": [{"title": "Datasets"}, {"title": "Visitors"}],
        },
    ),
    S(
        "Dated lines below a table",
        """
        Objective|Key Result|Owner|Target|Current
        Grow|Followers|Ann|100|50
        |||
        Check-in log|||
        2026-11-01|Followers at 40, the campaign starts||
        2026-11-15|Followers at 50||
        2026-11-22|Still 50||
        """,
        {"objectives": 1, "key_results": 1, "Followers": 0.5},
    ),
    S(
        "A second table with one more column",
        """
        Objective|Key Result|Target|Actual
        Win logos|Deals|20|10
        |||
        Objective|Key Result|Target|Actual|Comment
        Be known|Leads|100|25|slow
        """,
        {"objectives": 2, "Deals < Win logos": 0.5, "Leads < Be known": 0.25},
    ),
    S(
        "A legend in the cells of one row",
        """
        Objective|Key Result|Status
        Win|Deals|G
        Win|Calls|R
        ||
        G = on track|A = at risk|R = off track
        """,
        {"objectives": 1, "key_results": 2, "Deals": "on-track", "Calls": "off-track"},
    ),
    S(
        "Averages of objectives by their numbers, and the end of a list",
        """
        Objective|Key Result|Target|Actual|%
        O1 Win|Deals|10|5|50%
        O1 Win|Calls|10|2|20%
        O1 average||||35%
        O2 Keep|NPS|50|40|80%
        O2 average||||80%
        Company average||||57.5%
        --- end ---||||
        """,
        {"objectives": 2, "key_results": 3, "O1 Win": 0.35},
    ),
    S(
        "Columns counted below their names",
        """
        Objective|Key Result|Baseline|Target|Current
        1|2|3|4|5
        Win|Deals|0|20|10
        Win|Calls|0|100|25
        """,
        {"objectives": 1, "key_results": 2, "Deals": 0.5, "Calls": 0.25},
    ),
)
