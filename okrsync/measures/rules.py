"""Every switch of measuring with its default: the keys of `[scoring]`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from okrsync.measures.conventions import CONVENTIONS

__all__ = ["CADENCES", "CheckIns", "Rules"]

Share = Annotated[Decimal, Field(ge=0, le=10)]


class Rules(BaseModel):
    """How progress, pace, status and score are calculated. Frozen; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    convention: str = "okrsync"
    """The defaults of all other keys: the name of a convention, or a .toml file with switches."""
    clamp: Literal["both", "floor", "ceiling", "none"] = "both"
    """How a progress outside 0..1 is rolled up: limited at both ends, below only, above only, or
    not at all.
    """
    overshoot_cap: Annotated[Decimal, Field(ge=1)] | None = None
    """The highest progress that counts when `clamp` limits it above; 1 if not given."""
    target_is_baseline: Literal["guard-rail", "zero", "one"] = "guard-rail"
    """Progress when target and baseline are equal: 1 while the target is met and else 0, or always
    0, or always 1.
    """
    missing_baseline: Literal["zero", "no-data", "ratio"] = "zero"
    """What replaces a missing baseline: 0, or nothing, which leaves the progress unknown. A falling
    target cannot be measured from 0: its progress is unknown either way until it is met; with
    `"ratio"` it is target / current.
    """
    guard_rail: Literal["all-or-nothing", "distance", "periods"] = "all-or-nothing"
    """Progress of a value to be kept within limits: 1 or 0; 1 minus the distance outside; or the
    share of periods within, where the row counts them (`5 of 6`).
    """
    guard_rail_limit: Literal["within", "outside"] = "within"
    """Whether a value exactly at its limit counts as within or outside."""
    tolerance: Share = Decimal(0)
    """How far a value that is to be kept exactly at its target may be off, as a share of the
    target: 0.05 keeps 237.5 to 262.5 at a target of 250.
    """
    scale: Literal["target", "stretch"] = "target"
    """What progress is measured to: the target; or the stretch goal, with the commit goal at 30 %
    and the target at 70 % of the way. If one of baseline, target and stretch goal is missing, it
    follows from the other two.
    """
    checkpoints: Literal["straight", "steps"] = "straight"
    """Progress between the checkpoints of a row (`50 = 40 %, 80 = 70 %`): on a straight line, or
    that of the last checkpoint reached.
    """
    missing: Literal["leave-out", "zero"] = "leave-out"
    """A key result without data: left out of the mean, or counted as 0."""
    weights: Literal["relative", "of-100"] = "relative"
    """The total that weights are shares of: their sum, or 100, so that weight given to no key
    result counts as 0. A sum above 100 is its own total.
    """
    zero_weights: Literal["plain-mean", "zero"] = "plain-mean"
    """If all weights are 0: every part counts the same, or the progress is 0."""
    rollup: Literal["key-results", "children", "both", "key-results-as-one"] = "key-results"
    """The parts of an objective: its key results, else its children; its children, else its key
    results; both, one part each; or both, with the key results together as one part.
    """
    elapsed: Literal["days-begun", "days-done", "between-days"] = "days-begun"
    """The expected share counts today as well; only days that are over; or it runs from 0 on the
    first day to 1 on the last.
    """
    expectation: Literal["calendar", "plan"] = "calendar"
    """What progress is compared with when the row has no plan of its own: the calendar, or the
    whole target.
    """
    phases: tuple[tuple[Share, Share], ...] = ()
    """Phased targets: pairs of elapsed share and expected share, joined by straight lines; without
    pairs there is one straight line.
    """
    pace: Literal["gap", "ratio"] = "gap"
    """Status by the gap between expected progress and progress, or by their ratio."""
    on_track_gap: Share = Decimal("0.10")
    """With `gap`: on track while the gap is at most this."""
    at_risk_gap: Share = Decimal("0.25")
    """With `gap`: at risk while the gap is at most this."""
    ahead_gap: Share | None = None
    """From this lead over what is expected on, `explain` calls an item that is on track ahead."""
    on_track_ratio: Share = Decimal("0.90")
    """With `ratio`: on track from this ratio on."""
    at_risk_ratio: Share = Decimal("0.70")
    """With `ratio`: at risk from this ratio on."""
    judged: Literal["exact", "whole-percent"] = "exact"
    """Whether progress and expected progress are rounded to whole percent before they are compared
    with a limit.
    """
    at_the_limit: Literal["better", "worse"] = "better"
    """Whether a number exactly at a limit of pace or score gets the better or the worse status."""
    parent_status: Literal["worst", "from-progress", "mean"] = "worst"
    """Status of an objective: the worst of its parts, the pace of its own progress, or the rounded
    mean of the statuses below.
    """
    score_green: Share = Decimal("0.7")
    """From this score on it is green."""
    score_amber: Share = Decimal("0.4")
    """From this score on it is amber, below it red."""
    bands: tuple[tuple[Annotated[str, Field(min_length=1)], Share], ...] = ()
    """Names for scores, each with the score it begins at, from the best to the worst:
    `[["strong", 0.7], ["partial", 0.4], ["little", 0]]`.
    """

    @model_validator(mode="before")
    @classmethod
    def _start_from_convention(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, Mapping):
            return data
        name = data.get("convention", "okrsync")
        if not isinstance(name, str):
            raise ValueError("convention is the name of a convention, or of a file with switches")
        if name.endswith(".toml"):
            base = (info.context or {}).get("base", Path())
            return {**_switches_of(base / Path(name).expanduser()), **data}
        if name not in CONVENTIONS:
            raise ValueError(
                f"{name!r} is neither a convention nor the name of a .toml file with switches of"
                f" your own{_nearest(name, CONVENTIONS)}"
            )
        return {**CONVENTIONS[name].switches, **data}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for smaller, greater in (
            ("on_track_gap", "at_risk_gap"),
            ("at_risk_ratio", "on_track_ratio"),
            ("score_amber", "score_green"),
        ):
            if getattr(self, smaller) > getattr(self, greater):
                raise ValueError(f"{smaller} must not be greater than {greater}")
        starts = [start for _, start in self.bands]
        if starts != sorted({*starts}, reverse=True):
            raise ValueError("bands must fall, from the best score to the worst")
        if list(self.phases) != sorted(self.phases):
            raise ValueError("phases must rise, both in elapsed and in expected share")
        return self


def _switches_of(path: Path) -> dict[str, Any]:
    """The switches in a user's own file, on top of the convention that the file names, if any.

    Raises `ValueError` for a file that cannot be used.
    """
    if not path.is_file():
        raise ValueError(f"there is no file {path.name!r} with a convention in {path.parent}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"the convention {str(path)!r} cannot be read: {error}") from error
    start = data.pop("convention", "okrsync")
    if start not in CONVENTIONS:
        raise ValueError(
            f"{path.name}: there is no convention {start!r} to start from"
            f"{_nearest(str(start), CONVENTIONS)}"
        )
    if unknown := sorted(data.keys() - Rules.model_fields.keys()):
        nearest = _nearest(unknown[0], Rules.model_fields)
        raise ValueError(f"{path.name}: there is no switch {unknown[0]!r} under [scoring]{nearest}")
    return {**CONVENTIONS[start].switches, **data}


def _nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'google'?`, or, where nothing is near, what there is."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(names)}"


CADENCES = {"daily": 1, "weekly": 7, "biweekly": 14, "monthly": 31}
"""Cadences by name, in days. A month has 31: nobody is late who checks in on the same day each
month.
"""


class CheckIns(BaseModel):
    """How often a check-in is expected, and how many days of grace follow."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    cadence: (
        Annotated[int, Field(ge=1, le=366)] | Literal["daily", "weekly", "biweekly", "monthly"]
    ) = "weekly"
    grace_days: Annotated[int, Field(ge=0, le=366)] = 3
    due_on: (
        Literal[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "first-of-month",
        ]
        | None
    ) = None
    """A fixed day on which check-ins fall due, instead of a number of days after the last one."""

    @property
    def cadence_days(self) -> int:
        """The cadence in days."""
        return self.cadence if isinstance(self.cadence, int) else CADENCES[self.cadence]
