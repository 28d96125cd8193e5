"""A sample of every layout, as people keep it, and what is read from it. `docs/layouts.md` shows
them; the tests read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.model.table import CellValue

__all__ = ["REFUSED", "SAMPLES", "STACKED", "Grid", "Sample"]

Grid = list[list[CellValue]]


@dataclass(frozen=True)
class Sample:
    """One sample: the layout, tabs by name, and what comes out: each objective with its key
    results, and what was read of them.
    """

    name: str
    layout: str
    about: str
    tabs: dict[str, Grid]
    outline: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    """Of each key result in turn: baseline, current and target."""


SAMPLES = (
    Sample(
        "Objective repeated",
        "flat",
        "One row for each key result, each with the text of its objective.",
        {
            "Q4": [
                ["Objective", "Key Result", "Start", "Current", "Target"],
                ["Grow", "Sign-ups", 0, 50, 100],
                ["Grow", "Revenue", 1, 2, 4],
                ["Keep", "Churn", 9, 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "Filled down or merged",
        "filled-down",
        "The objective stands on its first row, or in a merged cell.",
        {
            "Q4": [
                ["Objective", "Key Result", "Current", "Target"],
                ["Grow", "Sign-ups", 50, 100],
                [None, "Revenue", 2, 4],
                ["Keep", "Churn", 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Interleaved",
        "interleaved",
        "The objective has a row of its own, and its key results follow.",
        {
            "Q4": [
                ["Objective", "Key Result", "Current", "Target"],
                ["Grow", None, None, None],
                [None, "Sign-ups", 50, 100],
                [None, "Revenue", 2, 4],
                ["Keep", None, None, None],
                [None, "Churn", 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Outline numbers in a column",
        "outline",
        "1 is an objective and 1.1 its key result. Numbers may restart, skip, or be stored as"
        " decimals.",
        {
            "Q4": [
                ["No.", "Title", "Current", "Target"],
                [1.0, "Grow", None, None],
                [1.1, "Sign-ups", 50, 100],
                [1.2, "Revenue", 2, 4],
                [2.0, "Keep", None, None],
                [2.1, "Churn", 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Outline numbers before the text",
        "outline",
        "The title begins with the number.",
        {
            "Q4": [
                ["OKR", "Current", "Target"],
                ["1. Grow", None, None],
                ["1.1 Sign-ups", 50, 100],
                ["1.2 Revenue", 2, 4],
                ["2. Keep", None, None],
                ["2.1 Churn", 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Typed rows",
        "typed-rows",
        "One column gives the kind of each row, and ids say which rows belong together.",
        {
            "Q4": [
                ["ID", "Type", "Title", "Parent", "Current", "Target"],
                ["O1", "Objective", "Grow", None, None, None],
                ["K1", "Key Result", "Sign-ups", "O1", 50, 100],
                ["O2", "Objective", "Keep", None, None, None],
                ["K2", "Key Result", "Churn", "O2", 5, 3],
                ["K3", "Key Result", "Revenue", "O1", 2, 4],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Two tables joined by id",
        "joined",
        "Objectives in one tab or file; key results in another that names them by id or title.",
        {
            "Objectives": [
                ["id", "Objective", "Owner"],
                ["OB-1", "Grow", "Ada"],
                ["OB-2", "Keep", "Jon"],
            ],
            "Key results": [
                ["kr_id", "objective_id", "Key Result", "Current", "Target"],
                ["K-1", "OB-1", "Sign-ups", 50, 100],
                ["K-2", "OB-2", "Churn", 5, 3],
                ["K-3", "OB-1", "Revenue", 2, 4],
            ],
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Check-in log",
        "joined",
        "A tab with a row for each check-in. The latest one gives the current value and the day.",
        {
            "Q4": [
                ["ID", "Objective", "Key Result", "Start", "Target"],
                ["K1", "Grow", "Sign-ups", 0, 100],
                ["K2", "Grow", "Revenue", 1, 4],
            ],
            "Check-ins": [
                ["KR ID", "Date", "Value", "Comment"],
                ["K1", "2026-10-10", 20, None],
                ["K1", "2026-11-20", 50, "good week"],
                ["K2", "2026-11-10", 2, None],
                ["K1", "2026-11-01", 30, None],
            ],
        },
        ("Grow: Sign-ups, Revenue",),
        ("0 50 100", "1 2 4"),
    ),
    Sample(
        "Numbered column groups",
        "column-groups",
        "One row for each objective, with its key results side by side.",
        {
            "Q4": [
                [
                    "Objective",
                    "Owner",
                    "KR1",
                    "KR1 Current",
                    "KR1 Target",
                    "KR2",
                    "KR2 Current",
                    "KR2 Target",
                ],
                ["Grow", "Ada", "Sign-ups", 50, 100, "Revenue", 2, 4],
                ["Keep", "Jon", "Churn", 5, 3, None, None, None],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("- 50 100", "- 2 4", "- 5 3"),
    ),
    Sample(
        "A column for each level",
        "level-columns",
        "Each row spells out the path from the top; parents need no row of their own.",
        {
            "Q4": [
                ["level_1", "level_2", "level_3", "Current", "Target"],
                ["Win", "Grow", "Sign-ups", 50, 100],
                ["Win", "Grow", "Revenue", 2, 4],
                ["Win", "Keep", "Churn", 5, 3],
            ]
        },
        ("Win: ", "Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Matrix",
        "matrix",
        "Objectives are columns, with their key results below them. One row holds several items, so"
        " okrsync writes nothing beside it; the summary shows how they stand.",
        {
            "Q4": [
                [None, "Objective 1: Grow", "Objective 2: Keep"],
                ["Owner", "Ada", "Jon"],
                ["KR 1", "Sign-ups", "Churn"],
                ["KR 2", "Revenue", None],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Numbered lists under headings",
        "matrix",
        "Headings of any wording stand over numbered key results. The word OKR, a mark such as"
        " `KR1`, a team, a period or a number in most lines says that they are key results; other"
        " numbered lists are left out with the reason.",
        {
            "Q4": [
                ["Team A", "Team B"],
                ["Grow", "Keep"],
                ["1. 100 sign-ups", "1. Churn of 3%"],
                ["2. 4 million of revenue", None],
            ]
        },
        ("Grow: 100 sign-ups, 4 million of revenue", "Keep: Churn of 3%"),
    ),
    Sample(
        "Records as columns",
        "transposed",
        "Field names stand below one another, and each column is a record. okrsync writes nothing"
        " beside it; turn the table (copy it, and paste it transposed) to have answers beside each"
        " row.",
        {
            "Q4": [
                ["Objective", "Grow", "Grow", "Keep"],
                ["Key Result", "Sign-ups", "Revenue", "Churn"],
                ["Start", 0, 1, 9],
                ["Current", 50, 2, 5],
                ["Target", 100, 4, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "Results framework",
        "results-framework",
        "Statements on several levels, each with its indicators. A statement is an objective under"
        " the one that its row, its number or its place names; an indicator is its key result.",
        {
            "Results": [
                ["Level", "Statement", "Indicator", "Baseline", "Actual", "Target"],
                ["Goal", "Better health", "Mortality", 50, 45, 30],
                ["Outcome 1", "More births attended", "Births attended", 60, 70, 80],
                ["Output 1.1", "Midwives trained", "Midwives", 100, 150, 300],
            ]
        },
        (
            "Better health: Mortality",
            "More births attended: Births attended",
            "Midwives trained: Midwives",
        ),
        ("50 45 30", "60 70 80", "100 150 300"),
    ),
    Sample(
        "Period blocks under two header rows",
        "period-blocks",
        "Each period has its own columns; okrsync reads those of the configured cycle.",
        {
            "2026": [
                [None, None, "Q3 2026", None, None, "Q4 2026", None, None],
                [
                    "Objective",
                    "Key Result",
                    "Baseline",
                    "Real",
                    "Target",
                    "Baseline",
                    "Real",
                    "Target",
                ],
                ["Grow", "Sign-ups", 0, 40, 50, 0, 50, 100],
                ["Grow", "Revenue", 1, 1.5, 2, 1, 2, 4],
                ["Keep", "Churn", 9, 8, 7, 9, 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "One target for each period",
        "period-blocks",
        "The target of the configured cycle counts.",
        {
            "Plan": [
                ["Objective", "Key Result", "Current", "Target Q3", "Target Q4"],
                ["Grow", "Sign-ups", 50, 70, 100],
                ["Grow", "Revenue", 2, 3, 4],
                ["Keep", "Churn", 5, 4, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("- 50 100", "- 2 4", "- 5 3"),
    ),
    Sample(
        "A tab for each team",
        "flat",
        "Cells above the table give the team, period and last check-in of the whole table. Where"
        " nothing else names a team, the tab does (`Sales Q4` names Sales), and okrsync labels it"
        " so.",
        {
            "Growth": [
                ["Team:", "Growth", None, None],
                ["Periodo", "Q4 2026", None, None],
                ["Último check-in", "2026-11-20", None, None],
                [],
                ["Objetivo", "Resultado clave", "Actual", "Meta"],
                ["Grow", "Sign-ups", 50, 100],
                ["Grow", "Revenue", 2, 4],
            ],
            "Care": [
                ["Team: Care"],
                [],
                ["Objetivo", "Resultado clave", "Actual", "Meta"],
                ["Keep", "Churn", 5, 3],
            ],
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Objective and key results in one cell",
        "one-cell",
        "Each part after a mark is a key result. The row gets the answer of the objective.",
        {
            "Q4": [
                ["OKR", "Progress"],
                ["Grow\nKR1: Sign-ups\nKR2: Revenue", "40%"],
                ["Keep\nKR1: Churn", "50%"],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Objectives only",
        "objectives-only",
        "A typed progress or status is taken as it is.",
        {
            "Goals": [
                ["Goal", "Progress", "Status"],
                ["Grow", "40%", "On track"],
                ["Keep", "100%", "Done"],
            ]
        },
        ("Grow: ", "Keep: "),
    ),
    Sample(
        "Key results only",
        "key-results-only",
        "They hang under an objective named after the tab.",
        {"Growth": [["Key Result", "Current", "Target"], ["Sign-ups", 50, 100], ["Revenue", 2, 4]]},
        ("Growth: Sign-ups, Revenue",),
    ),
    Sample(
        "A block for each objective",
        "blocks",
        "Each block states its objective and has a header of its own.",
        {
            "Q4": [
                ["OKRs of the growth team"],
                [],
                ["Objective 1: Grow"],
                ["Key Result", "Start", "Current", "Target"],
                ["Sign-ups", 0, 50, 100],
                ["Revenue", 1, 2, 4],
                [],
                ["Objective 2: Keep"],
                ["Key Result", "Start", "Current", "Target"],
                ["Churn", 9, 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "A small table under each heading",
        "blocks",
        "The text above each header is the objective, without being marked as one.",
        {
            "Q4": [
                ["Grow"],
                ["Key Result", "Current", "Target"],
                ["Sign-ups", 50, 100],
                ["Revenue", 2, 4],
                [],
                ["Keep"],
                ["Key Result", "Current", "Target"],
                ["Churn", 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("- 50 100", "- 2 4", "- 5 3"),
    ),
    Sample(
        "Line by line",
        "blocks",
        "There is no header; marks say what each line is.",
        {
            "Q4": [
                ["Objective: Grow"],
                ["KR1: Sign-ups"],
                ["KR2: Revenue"],
                [],
                ["Objective: Keep"],
                ["KR1: Churn"],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "One cell that says everything",
        "blocks",
        "A file with one cell, or a cell for each objective.",
        {"Q4": [["Goal: Grow; Target: 20% more sign-ups"]]},
        ("Grow: 20% more sign-ups",),
    ),
    Sample(
        "Tables side by side",
        "side-by-side",
        "The same columns repeat after an empty one. One row holds several key results, so okrsync"
        " writes nothing beside it.",
        {
            "Q4": [
                ["Objective", "Key Result", "Target", None, "Objective", "Key Result", "Target"],
                ["Grow", "Sign-ups", 100, None, "Keep", "Churn", 3],
                ["Grow", "Revenue", 4, None, None, None, None],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("- - 100", "- - 4", "- - 3"),
    ),
    Sample(
        "A board with sub-items",
        "sub-items",
        "Below an item of the board stand its sub-items, under a header of their own.",
        {
            "Q4": [
                ["Name", "Subitems", "Owner", "Status", "Progress", None],
                ["Grow", "Sign-ups, Revenue", "Mia", "Working on it", None, None],
                ["Subitems", "Name", "Owner", "Start", "Current", "Target"],
                [None, "Sign-ups", "Mia", 0, 50, 100],
                [None, "Revenue", "Jon", 1, 2, 4],
                ["Keep", "Churn", "Lea", "Done", None, None],
                ["Subitems", "Name", "Owner", "Start", "Current", "Target"],
                [None, "Churn", "Lea", 9, 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "Headings",
        "headings",
        "One column for both; an objective is a row without numbers.",
        {
            "Q4": [
                ["Objectives and Key Results", "Start", "Current", "Target"],
                ["Grow", None, None, None],
                ["Sign-ups", 0, 50, 100],
                ["Revenue", 1, 2, 4],
                ["Keep", None, None, None],
                ["Churn", 9, 5, 3],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "Several key results in one cell",
        "one-cell",
        "Lines, or bars between them; the row has no numbers of its own.",
        {
            "Q4": [
                ["Objective", "Key Results", "Owner"],
                ["Grow", "Sign-ups | Revenue", "Ada"],
                ["Keep", "1. Churn\n2. NPS", "Jon"],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn, NPS"),
    ),
    Sample(
        "A header over two rows",
        "filled-down",
        "What the lower row leaves open stands in the upper one.",
        {
            "Q4": [
                ["Objective", "Key Result", "Values", None, None, "Owner"],
                [None, None, "Start", "Current", "Target", None],
                ["Grow", "Sign-ups", 0, 50, 100, "Ada"],
                [None, "Revenue", 1, 2, 4, "Jon"],
                ["Keep", "Churn", 9, 5, 3, "Jon"],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "A target for each year",
        "period-blocks",
        "The column of the fiscal year that holds the configured cycle.",
        {
            "Plan": [
                ["Objective", "KPI", "Baseline", "y1_2026_27", "y2_2027_28"],
                ["Grow", "Sign-ups", 0, 100, 200],
                ["Grow", "Revenue", 1, 4, 8],
                ["Keep", "Churn", 9, 3, 2],
            ]
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
        ("0 - 100", "1 - 4", "9 - 3"),
    ),
    Sample(
        "A value for each month",
        "period-blocks",
        "The latest month of the cycle that has values counts.",
        {
            "Plan": [
                ["Objective", "Key Result", "Target", "Sep", "Oct", "Nov", "Dec"],
                ["Grow", "Sign-ups", 100, 9, 20, 50, None],
                ["Grow", "Revenue", 4, 1, 1, 2, None],
            ]
        },
        ("Grow: Sign-ups, Revenue",),
        ("- 50 100", "- 2 4"),
    ),
    Sample(
        "A tab for each key result",
        "series",
        "Each row is the measurement of a day; the latest one counts.",
        {
            "Sign-ups": [
                ["Target", 100],
                ["Baseline", 0],
                [],
                ["Date", "Value"],
                ["2026-10-05", 20],
                ["2026-11-20", 50],
            ],
            "Churn": [["Date", "Value", "Target"], ["2026-11-02", 5, 3], ["2026-10-05", 8, 3]],
        },
        ("Sign-ups: Sign-ups", "Churn: Churn"),
        ("0 50 100", "- 5 3"),
    ),
    Sample(
        "A cascade over tabs",
        "flat",
        "A key result of the year is the objective of a quarter, and hangs under it.",
        {
            "2026": [["Objective", "Key Result", "Target"], ["Win", "Grow", 5], ["Win", "Keep", 3]],
            "Q4 2026": [
                ["Objective", "Key Result", "Current", "Target"],
                ["Grow", "Sign-ups", 50, 100],
                ["Keep", "Churn", 5, 3],
            ],
        },
        ("Win: Grow, Keep", "Grow: Sign-ups", "Keep: Churn"),
    ),
)


STACKED = Sample(
    "Cycles below one another",
    "flat",
    "Headings between the rows, or above a header of their own, name the cycle of what follows."
    " `okrsync close --carry-over` puts a heading for the next cycle behind the last row, in the"
    " same spelling, and the unfinished rows below it.",
    {
        "OKRs": [
            ["Objective", "Key Result", "Start", "Current", "Target"],
            ["Q3 2026"],
            ["Grow", "Sign-ups", 0, 40, 50],
            ["Q4 2026"],
            ["Grow", "Sign-ups", 0, 50, 100],
            ["Keep", "Churn", 9, 5, 3],
        ]
    },
    ("Grow: Sign-ups", "Grow: Sign-ups", "Keep: Churn"),
)


REFUSED: dict[str, Grid] = {
    "People": [
        ["Name", "Email", "Role", "Team", "Status", "Progress"],
        ["Ada Lovelace", "ada@example.com", "Engineer", "Growth", "active", "50%"],
    ],
    "Instructions": [
        ["How to use this sheet"],
        ["Objective: What you want to achieve"],
        ["Key Result: How you will measure it"],
    ],
    "Glossary": [
        ["Term", "Definition"],
        ["Objective", "What we want to achieve"],
        ["Key Result", "How we measure it"],
    ],
    "Weights": [["Objective", "Weight"], ["Grow", 0.5], ["Keep", 0.5]],
    "Theory of change": [
        ["Inputs", "Activities", "Outputs", "Goal"],
        ["Money", "Training", "People", "A better world"],
    ],
    "Initiatives": [
        ["Initiative", "Key Result", "Owner", "Status"],
        ["Campaign", "Sign-ups", "Ada", "Done"],
        ["SEO", "Sign-ups", "Jon", "Open"],
    ],
    "Dashboard": [
        ["OKR dashboard"],
        ["Objectives", 5],
        ["Key results", 12],
        ["Average progress", "45%"],
    ],
    "Cache": [
        ["key", "value", "updated"],
        ["okr-1", "0.4", "2026-11-02"],
        ["okr-2", "0.5", "2026-11-02"],
    ],
    "Lists": [["Status", "Confidence"], ["On track", "High"], ["At risk", "Low"]],
    "Unclear": [
        ["Title", "Start", "Current", "Target"],
        ["Sign-ups", 0, 50, 100],
        ["Revenue", 1, 2, 4],
    ],
}
"""Tabs with the words of OKRs that hold none, or none that could be read without asking, by name.
"""
