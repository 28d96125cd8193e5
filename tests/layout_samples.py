"""A sample of every layout, as people keep it, and what is read from it. `docs/layouts.md` shows them; the tests read them."""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.table import CellValue

__all__ = ["SAMPLES", "Sample"]

Grid = list[list[CellValue]]


@dataclass(frozen=True)
class Sample:
    """One sample: the layout, tabs by name, and what comes out: each objective with its key results, and what was read of them."""

    name: str
    layout: str
    about: str
    tabs: dict[str, Grid]
    outline: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    """Of each key result in turn: baseline, current and target."""


SAMPLES = (
    Sample(
        "Objective repeated", "flat", "One row a key result, the objective's text on each.",
        {"Q4": [
            ["Objective", "Key Result", "Start", "Current", "Target"],
            ["Grow", "Sign-ups", 0, 50, 100],
            ["Grow", "Revenue", 1, 2, 4],
            ["Keep", "Churn", 9, 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"), ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "Filled down or merged", "filled-down", "The objective stands on its first row, or in a merged cell.",
        {"Q4": [
            ["Objective", "Key Result", "Current", "Target"],
            ["Grow", "Sign-ups", 50, 100],
            [None, "Revenue", 2, 4],
            ["Keep", "Churn", 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Interleaved", "interleaved", "The objective has a row of its own, its key results follow.",
        {"Q4": [
            ["Objective", "Key Result", "Current", "Target"],
            ["Grow", None, None, None],
            [None, "Sign-ups", 50, 100],
            [None, "Revenue", 2, 4],
            ["Keep", None, None, None],
            [None, "Churn", 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Outline numbers in a column", "outline", "1 is an objective, 1.1 its key result; numbers may restart, jump, or have become decimals.",
        {"Q4": [
            ["No.", "Title", "Current", "Target"],
            [1.0, "Grow", None, None],
            [1.1, "Sign-ups", 50, 100],
            [1.2, "Revenue", 2, 4],
            [2.0, "Keep", None, None],
            [2.1, "Churn", 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Outline numbers before the text", "outline", "The number begins the title.",
        {"Q4": [
            ["OKR", "Current", "Target"],
            ["1. Grow", None, None],
            ["1.1 Sign-ups", 50, 100],
            ["1.2 Revenue", 2, 4],
            ["2. Keep", None, None],
            ["2.1 Churn", 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Typed rows", "typed-rows", "A column says which row is what, an id which belongs to which.",
        {"Q4": [
            ["ID", "Type", "Title", "Parent", "Current", "Target"],
            ["O1", "Objective", "Grow", None, None, None],
            ["K1", "Key Result", "Sign-ups", "O1", 50, 100],
            ["O2", "Objective", "Keep", None, None, None],
            ["K2", "Key Result", "Churn", "O2", 5, 3],
            ["K3", "Key Result", "Revenue", "O1", 2, 4],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Two tables joined by id", "joined", "Objectives in one tab or file, key results in another that names them by id or title.",
        {
            "Objectives": [["id", "Objective", "Owner"], ["OB-1", "Grow", "Ada"], ["OB-2", "Keep", "Jon"]],
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
        "Check-in log", "joined", "A tab with a row for each check-in: the latest one tells the current value and the day.",
        {
            "Q4": [["ID", "Objective", "Key Result", "Start", "Target"], ["K1", "Grow", "Sign-ups", 0, 100], ["K2", "Grow", "Revenue", 1, 4]],
            "Check-ins": [
                ["KR ID", "Date", "Value", "Comment"],
                ["K1", "2026-10-10", 20, None],
                ["K1", "2026-11-20", 50, "good week"],
                ["K2", "2026-11-10", 2, None],
                ["K1", "2026-11-01", 30, None],
            ],
        },
        ("Grow: Sign-ups, Revenue",), ("0 50 100", "1 2 4"),
    ),
    Sample(
        "Numbered column groups", "column-groups", "One row an objective, its key results side by side.",
        {"Q4": [
            ["Objective", "Owner", "KR1", "KR1 Current", "KR1 Target", "KR2", "KR2 Current", "KR2 Target"],
            ["Grow", "Ada", "Sign-ups", 50, 100, "Revenue", 2, 4],
            ["Keep", "Jon", "Churn", 5, 3, None, None, None],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"), ("- 50 100", "- 2 4", "- 5 3"),
    ),
    Sample(
        "A column for each level", "level-columns", "The row spells out the path from the top; parents need no row of their own.",
        {"Q4": [
            ["level_1", "level_2", "level_3", "Current", "Target"],
            ["Win", "Grow", "Sign-ups", 50, 100],
            ["Win", "Grow", "Revenue", 2, 4],
            ["Win", "Keep", "Churn", 5, 3],
        ]},
        ("Win: ", "Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Matrix", "matrix", "Objectives are columns, key results stand below them. A row speaks of several, so nothing is written beside them; the summary tells how they stand.",
        {"Q4": [
            [None, "Objective 1: Grow", "Objective 2: Keep"],
            ["Owner", "Ada", "Jon"],
            ["KR 1", "Sign-ups", "Churn"],
            ["KR 2", "Revenue", None],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Period blocks under two header rows", "period-blocks", "Each period has its columns; those of the configured cycle are read.",
        {"2026": [
            [None, None, "Q3 2026", None, None, "Q4 2026", None, None],
            ["Objective", "Key Result", "Baseline", "Real", "Target", "Baseline", "Real", "Target"],
            ["Grow", "Sign-ups", 0, 40, 50, 0, 50, 100],
            ["Grow", "Revenue", 1, 1.5, 2, 1, 2, 4],
            ["Keep", "Churn", 9, 8, 7, 9, 5, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"), ("0 50 100", "1 2 4", "9 5 3"),
    ),
    Sample(
        "One target a period", "period-blocks", "The target of the configured cycle counts.",
        {"Plan": [
            ["Objective", "Key Result", "Current", "Target Q3", "Target Q4"],
            ["Grow", "Sign-ups", 50, 70, 100],
            ["Grow", "Revenue", 2, 3, 4],
            ["Keep", "Churn", 5, 4, 3],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"), ("- 50 100", "- 2 4", "- 5 3"),
    ),
    Sample(
        "A tab for each team", "flat", "Cells above the table tell team, period and last check-in for all of it.",
        {
            "Growth": [
                ["Team:", "Growth", None, None], ["Periodo", "Q4 2026", None, None], ["Último check-in", "2026-11-20", None, None], [],
                ["Objetivo", "Resultado clave", "Actual", "Meta"],
                ["Grow", "Sign-ups", 50, 100],
                ["Grow", "Revenue", 2, 4],
            ],
            "Care": [
                ["Team: Care"], [],
                ["Objetivo", "Resultado clave", "Actual", "Meta"],
                ["Keep", "Churn", 5, 3],
            ],
        },
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Objective and key results in one cell", "one-cell", "Each part behind a mark is a key result; the row speaks of the objective.",
        {"Q4": [
            ["OKR", "Progress"],
            ["Grow\nKR1: Sign-ups\nKR2: Revenue", "40%"],
            ["Keep\nKR1: Churn", "50%"],
        ]},
        ("Grow: Sign-ups, Revenue", "Keep: Churn"),
    ),
    Sample(
        "Objectives only", "objectives-only", "A progress or status somebody typed is taken as given.",
        {"Goals": [["Goal", "Progress", "Status"], ["Grow", "40%", "On track"], ["Keep", "100%", "Done"]]},
        ("Grow: ", "Keep: "),
    ),
    Sample(
        "Key results only", "key-results-only", "They hang under an objective named after the tab.",
        {"Growth": [["Key Result", "Current", "Target"], ["Sign-ups", 50, 100], ["Revenue", 2, 4]]},
        ("Growth: Sign-ups, Revenue",),
    ),
)  # fmt: skip
