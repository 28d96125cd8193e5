"""Every switch of how things are measured, with its default, and the named sets of switches called
conventions.

The switches are the keys of `[scoring]` in the config. A convention is nothing but a table of other
defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["CADENCES", "CONVENTIONS", "CheckIns", "Rules"]

Share = Annotated[Decimal, Field(ge=0, le=10)]


class Rules(BaseModel):
    """How progress, pace, status and score come about. Frozen; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    convention: str = "okrsync"
    """The table of defaults the other keys start from."""
    clamp: Literal["both", "floor", "ceiling", "none"] = "both"
    """What is rolled up of a progress outside 0..1: cut at both ends, below only, above only, or
    not at all.
    """
    overshoot_cap: Annotated[Decimal, Field(ge=1)] | None = None
    """The most a progress may count when it is cut above; 1 where it is not given."""
    target_is_baseline: Literal["guard-rail", "zero", "one"] = "guard-rail"
    """Progress where target and baseline are equal: 1 while met and else 0, or always 0, or always
    1.
    """
    missing_baseline: Literal["zero", "no-data"] = "zero"
    """What stands in for a baseline that is not there: 0, or nothing, which leaves the progress
    unknown. A value that is to fall cannot be counted from 0: it is unknown either way until it is
    met.
    """
    guard_rail: Literal["all-or-nothing", "distance", "periods"] = "all-or-nothing"
    """Progress of a value to be kept within limits: 1 or 0, less by how far it is outside, or the
    share of periods within, where those are told as so many of so many.
    """
    missing: Literal["leave-out", "zero"] = "leave-out"
    """A key result without data: left out of the mean, or counted as 0."""
    zero_weights: Literal["plain-mean", "zero"] = "plain-mean"
    """Weights that are all 0: everything counts the same, or the progress is 0."""
    rollup: Literal["key-results", "children", "both", "key-results-as-one"] = "key-results"
    """What an objective is made of: its key results, else its children; its children, else its key
    results; both, each item one; both, the key results together being one item.
    """
    elapsed: Literal["days-begun", "days-done"] = "days-begun"
    """The expected share counts today, or only days that are over."""
    phases: tuple[tuple[Share, Share], ...] = ()
    """Phased targets: pairs of elapsed share and expected share, joined by straight lines; empty is
    one straight line.
    """
    pace: Literal["gap", "ratio"] = "gap"
    """Status from the gap between expected and progress, or from progress divided by expected."""
    on_track_gap: Share = Decimal("0.10")
    """With `gap`: on track while the gap is at most this."""
    at_risk_gap: Share = Decimal("0.25")
    """With `gap`: at risk while the gap is at most this."""
    on_track_ratio: Share = Decimal("0.90")
    """With `ratio`: on track from this ratio on."""
    at_risk_ratio: Share = Decimal("0.70")
    """With `ratio`: at risk from this ratio on."""
    parent_status: Literal["worst", "from-progress", "mean"] = "worst"
    """Status of an objective: the worst among what it is made of, the pace of its own progress, or
    the rounded mean of the statuses below.
    """
    score_green: Share = Decimal("0.7")
    """A score from here on is green."""
    score_amber: Share = Decimal("0.4")
    """A score from here on is amber, below it red."""

    @model_validator(mode="before")
    @classmethod
    def _start_from_convention(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        name = data.get("convention", "okrsync")
        if not isinstance(name, str) or name not in CONVENTIONS:
            known = ", ".join(sorted(CONVENTIONS))
            raise ValueError(f"there is no convention {name!r}; there are: {known}")
        return {**CONVENTIONS[name], **data}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for smaller, greater in (
            ("on_track_gap", "at_risk_gap"),
            ("at_risk_ratio", "on_track_ratio"),
            ("score_amber", "score_green"),
        ):
            if getattr(self, smaller) > getattr(self, greater):
                raise ValueError(f"{smaller} must not be greater than {greater}")
        if list(self.phases) != sorted(self.phases):
            raise ValueError("phases must rise, both in elapsed and in expected share")
        return self


CONVENTIONS: Mapping[str, Mapping[str, Any]] = {
    "okrsync": {},
    # Oslo kommune's OKR tracker, as its own tests have it: nothing is cut, no way to go is 0, and
    # so is no value.
    "okr-tracker": {"clamp": "none", "target_is_baseline": "zero", "missing": "zero"},
}
"""Conventions by name: the switches each sets, as they would stand in the config. One is listed
only when published cases of that tool prove it.
"""

CADENCES = {"daily": 1, "weekly": 7, "biweekly": 14, "monthly": 31}
"""Cadences by name, in days. A month is its longest: nobody is late for checking in on the same day
each month.
"""


class CheckIns(BaseModel):
    """How often somebody is expected to check in, and how many days of grace there are after
    that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cadence: (
        Annotated[int, Field(ge=1, le=366)] | Literal["daily", "weekly", "biweekly", "monthly"]
    ) = "weekly"
    grace_days: Annotated[int, Field(ge=0, le=366)] = 3

    @property
    def cadence_days(self) -> int:
        """The cadence in days."""
        return self.cadence if isinstance(self.cadence, int) else CADENCES[self.cadence]
