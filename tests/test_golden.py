"""Published scoring cases of other tools come out as published, wherever the switches okrsync has today say what that tool does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from build import key_result
from okrsync.measures.pace import elapsed
from okrsync.measures.progress import clamp, progress
from okrsync.measures.rollup import Part, weighted_mean, worst
from okrsync.measures.rules import Rules
from okrsync.measures.scoring import passed
from okrsync.model import Commitment, Direction, Kind, Status

D = Decimal


def number(value: Any) -> Decimal | None:
    return None if value is None else D(str(value))


def points(share: Decimal | None) -> float | None:
    return None if share is None else float(share * 100)


def metric(case: dict[str, Any], rules: Rules) -> float | None:
    inputs = case["inputs"]
    item = key_result(
        2, "x", baseline=number(inputs.get("start")), target=number(inputs["target"]), current=number(inputs["current"])
    )
    raw = progress(item, rules).raw
    if raw is None:
        return 0.0 if rules.missing == "zero" else None
    return points(clamp(raw, rules))


def within(case: dict[str, Any], rules: Rules) -> float | None:
    inputs = case["inputs"]
    item = key_result(
        2,
        "x",
        kind=Kind.GUARD_RAIL,
        direction=Direction.BETWEEN,
        target=number(inputs["min"]),
        target_high=number(inputs["max"]),
        current=number(inputs["current"]),
    )
    return points(progress(item, rules).raw)


def mean(case: dict[str, Any], rules: Rules) -> float | None:
    inputs = case["inputs"]
    if "key_results_pct" in inputs:
        parts = [Part(D(str(value)) / 100, D(1)) for value in inputs["key_results_pct"]]
    else:
        children = inputs.get("children") or inputs["key_results"]
        parts = [Part(D(str(child["progress_pct"])) / 100, D(str(child["weight"]))) for child in children]
    return points(weighted_mean(parts, rules))


def nested(case: dict[str, Any], rules: Rules) -> float | None:
    def share(node: Any) -> Decimal | None:
        if isinstance(node, list):
            return weighted_mean([Part(share(child), D(1)) for child in node], rules)
        return D(str(node)) / 100

    return points(share(case["inputs"]["tree"]))


def worst_of(case: dict[str, Any], rules: Rules) -> str:
    names = {
        "green": Status.ON_TRACK,
        "on_track": Status.ON_TRACK,
        "yellow": Status.AT_RISK,
        "red": Status.OFF_TRACK,
        "off_track": Status.OFF_TRACK,
    }
    inputs = case["inputs"]
    found = worst([names[word] for word in inputs.get("key_results") or inputs.get("targets") or inputs["children"]])
    return next(word for word, status in names.items() if status is found and word == case["expected"]["status"])


def days_begun(case: dict[str, Any], rules: Rules) -> float | None:
    start, end, today = (date.fromisoformat(case["inputs"][name]) for name in ("start", "end", "today"))
    return points(elapsed(start, end, today, rules))


def grade(case: dict[str, Any], rules: Rules) -> bool:
    return passed(D(str(case["inputs"]["score"])), Commitment(case["inputs"]["type"]), rules)


UNCLAMPED = Rules(clamp="none")
COVERED: dict[tuple[str, str], tuple[Callable[[dict[str, Any], Rules], Any], Rules]] = {
    ("linear_clamped", "kr_progress"): (metric, Rules(target_is_baseline="zero")),
    ("linear_unclamped_option", "kr_progress"): (metric, UNCLAMPED),
    ("linear_clamped_int", "kr_progress"): (metric, Rules()),
    ("linear_unclamped", "kr_progress"): (metric, Rules(clamp="none", target_is_baseline="zero", missing="zero")),
    ("gist_unclamped", "kr_progress"): (metric, UNCLAMPED),
    ("feedback4e_from_start", "kr_progress"): (metric, UNCLAMPED),
    ("leapsome_linear", "kr_progress"): (metric, Rules()),
    ("rework_grade", "kr_progress"): (metric, Rules()),
    ("upraise_maintain", "kr_progress"): (within, Rules()),
    ("perdoo_capped_mean", "objective_score"): (mean, Rules()),
    ("plain_mean", "objective_score"): (mean, Rules()),
    ("weighted_mean", "objective_score"): (mean, Rules()),
    ("weighted_int", "objective_score"): (mean, Rules(zero_weights="zero")),
    ("weighted_int", "cycle_score"): (mean, Rules(zero_weights="zero")),
    ("tree_mean", "rollup"): (nested, Rules()),
    ("worst_wins", "rollup_status"): (worst_of, Rules()),
    ("weakest_status", "rollup_status"): (worst_of, Rules()),
    ("engagedly_gap", "pace"): (days_begun, Rules()),
    ("committed_binary", "band"): (grade, Rules()),
}
"""What of the published kinds today's switches cover, and the switches that do. Conventions of whole tools come on top of these."""


def test_published_cases_come_out_as_published(shared: Path) -> None:
    cases = [
        case
        for path in sorted((shared / "golden").glob("*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]
    assert cases
    wrong, tried, open_kinds = [], 0, set()
    for case in cases:
        covered = COVERED.get((case["convention"], case["kind"]))
        if covered is None:
            open_kinds.add(f"{case['convention']}/{case['kind']}")
            continue
        tried += 1
        try:
            found = covered[0](case, covered[1])
        except (KeyError, TypeError) as error:
            wrong.append(f"{case['id']}: inputs not understood ({error!r}): {case['inputs']}")
            continue
        expected = case["expected"]
        published = expected.get(
            "progress_pct", expected.get("expected_pct", expected.get("passed", expected.get("status")))
        )
        if published is None and "score" in expected:
            published = None if expected["score"] is None else expected["score"] * 100
        # Several tools round to whole percent when they print.
        same = (
            abs(found - published) < 0.51
            if isinstance(found, float) and isinstance(published, int | float)
            else found == published
        )
        if not same:
            wrong.append(f"{case['id']}: {found} where {published} is published")
    print(
        f"\n{tried} of {len(cases)} published cases tried; not covered by today's switches: {', '.join(sorted(open_kinds))}"
    )
    assert wrong == []
    assert tried >= 40
