"""Which alerts of `deploy/prometheus/okrsync.yaml` ask for somebody, by a metrics file.

It knows as much of PromQL as the rules use. How long an alert has to last (`for`) is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

__all__ = ["firing"]

RULES = Path(__file__).parents[1] / "deploy" / "prometheus" / "okrsync.yaml"
_SELECTOR = re.compile(r"(okrsync_\w+)(?:\{([^}]*)\})?(\[3h\])?")
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def firing(text: str, now: float, before: str = "") -> set[str]:
    """The names of the alerts by a metrics file. `before` is the file of three hours ago."""
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    samples, earlier = _series(text), _series(before)
    return {rule["alert"] for rule in group["rules"] if _holds(rule["expr"], samples, earlier, now)}


def _series(text: str) -> Series:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _holds(expression: str, samples: Series, earlier: Series, now: float) -> bool:
    """Whether an expression is true for the labels of any sample."""
    selectors = _SELECTOR.findall(expression)
    assert selectors, expression
    if expression.startswith("absent("):
        return all(name != selectors[0][0] for name, _ in samples)
    for labels in {labels for _, labels in samples}:
        words = expression.replace("increase", "")
        for name, wanted, span in selectors:
            key = (name, labels)
            asked = {(one, value) for one, value in re.findall(r'(\w+)="(\w+)"', wanted)}
            if key not in samples or not asked <= labels:
                break
            value = samples[key] - (earlier.get(key, 0.0) if span else 0.0)
            words = _SELECTOR.sub(repr(value), words, count=1)
        else:
            # Operators of the rules mean the same in Python.
            if eval(words, {"__builtins__": {}, "time": lambda: now}):
                return True
    return False
