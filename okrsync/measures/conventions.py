"""Conventions: the switches that make okrsync measure as another tool does.

Each convention is a table of other defaults, with the pages or tests it was taken from. It lists a
switch only where that source states its value; everything else keeps okrsync's default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import field as struct_field

from okrsync.model.frozen import Frozen

__all__ = ["CONVENTIONS", "Convention"]


class Convention(Frozen, frozen=True):
    """The switches of one tool, as written under `[scoring]`.

    `sources` names the pages and test suites that document them. `remarks` describes what the tool
    does that no switch can express.
    """

    tool: str
    sources: tuple[str, ...]
    switches: Mapping[str, Any] = struct_field(default_factory=dict)
    remarks: str = ""


CONVENTIONS: Mapping[str, Convention] = {
    "okrsync": Convention("okrsync", ("docs/measures.md",)),
    "google": Convention(
        "Google re:Work and What Matters",
        ("re:Work, Set goals with OKRs", "What Matters, FAQ on grading committed OKRs"),
        {"parent_status": "from-progress"},
        "Grades run from 0.0 to 1.0; 0.7 and more is green, 0.4 and more yellow, less is red. A"
        " committed key result passes only at 1.0.",
    ),
    "perdoo": Convention(
        "Perdoo",
        (
            "Perdoo support, How progress is calculated for OKRs",
            "Perdoo support, Goal statuses",
        ),
        {"clamp": "both", "parent_status": "worst"},
        "A negative progress counts as 0. The status of a key result is what its lead chose.",
    ),
    "viva-goals": Convention(
        "Microsoft Viva Goals, formerly Ally.io",
        (
            "Microsoft Learn, Track OKR progress and status in Viva Goals",
            "Microsoft Support, Phased targets",
            "Ally.io help, Targets; Objective status alerts",
        ),
        {"elapsed": "between-days", "on_track_gap": 0, "at_risk_gap": "0.25"},
        "On track where progress is at least what is expected, behind up to 25 points below, at"
        " risk beyond. Nothing is expected on the first day, everything on the last.",
    ),
    "quantive": Convention(
        "Quantive Results, formerly Gtmhub",
        ("Quantive help, How KR progress is calculated", "Quantive help, Objective progress"),
        {"clamp": "none", "guard_rail_limit": "outside"},
        "Progress is not limited to 0..100 %. A value to be kept must be better than its limit.",
    ),
    "profit-co": Convention(
        "Profit.co",
        (
            "Profit.co answers, Control KPI: distance from target as of the check-in date",
            "Profit.co answers, Planned and actual score of a department",
        ),
        {"guard_rail": "distance", "clamp": "floor", "judged": "whole-percent"},
        'Where so many of so many check-ins were within the limits, `guard_rail = "periods"`.',
    ),
    "servicenow": Convention(
        "ServiceNow goal framework",
        ("ServiceNow documentation, Target status calculation examples; Target types overview",),
        {
            "expectation": "plan",
            "pace": "ratio",
            "on_track_ratio": "0.9",
            "at_risk_ratio": "0.75",
            "guard_rail": "periods",
            "parent_status": "worst",
        },
        "Progress is compared with the plan that stands in the row, or with the target itself;"
        " never with the calendar. Where columns hold what came in each period, `[values] periods ="
        ' "each"` in the mapping. `tolerance = 0.05` lets a value to be kept be off by 5 %.',
    ),
    "operately": Convention(
        "Operately",
        ("operately/operately, goals/target_test.exs, goals/goal_test.exs, time_test.exs",),
        {"target_is_baseline": "zero", "clamp": "both"},
        'Check-ins fall due on a fixed day: `[checkins] due_on = "friday"` or `"first-of-month"`.',
    ),
    "okr-tracker": Convention(
        "OKR tracker of the city of Oslo",
        ("oslokommune/okr-tracker, getKeyResultProgressDetails.test.js",),
        {"clamp": "none", "target_is_baseline": "zero", "missing": "zero"},
    ),
    "burningokr": Convention(
        "BurningOKR",
        (
            "BurningOKR/BurningOKR, KeyResultProgressHelperTest.java and its like",
            "BurningOKR/BurningOKR, objective-scoring.service.ts",
        ),
        {"parent_status": "from-progress", "on_track_gap": "0.2", "at_risk_gap": "0.4"},
        "The two limits are settings there; these are the ones it is delivered with.",
    ),
    "openokr": Convention(
        "OpenOKR",
        ("open-okr/open-okr, docs/development-plan/METHOD.md, sections 3.1, 3.3 and 3.7",),
        {
            "target_is_baseline": "zero",
            "guard_rail": "distance",
            "score_green": "0.75",
            "score_amber": "0.5",
            "bands": [
                ["fully achieved", "0.9"],
                ["strong", "0.7"],
                ["partial", "0.4"],
                ["little", 0],
            ],
        },
        "The red, amber and green signal comes from progress; the bands name the final score.",
    ),
    "planview": Convention(
        "Planview AgilePlace",
        ("Planview success centre, OKR Health", "Planview success centre, OKR calculations"),
        {
            "on_track_gap": "0.10",
            "at_risk_gap": "0.10",
            "ahead_gap": "0.10",
            "judged": "whole-percent",
            "at_the_limit": "worse",
        },
        "Its page calls 10 points or more behind behind, 10 points of lead ahead, and what is"
        " between on track.",
    ),
    "puzzle-okr": Convention(
        "Puzzle OKR",
        (
            "puzzle/okr, common.spec.ts, key-result-type.component.spec.ts",
            "puzzle/okr, EvaluationViewBusinessServiceTest.java",
        ),
        {"scale": "stretch"},
        "Progress runs from the baseline to the stretch goal; the commit goal is at 30 % of the"
        " way, the target at 70 %.",
    ),
}
"""Conventions by the name the config gives them."""
