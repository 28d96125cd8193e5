"""The summary for managers, as one value that is independent of any vendor.

A `Summary` is decided once (`summarise`) and rendered by each connector and report in its own way.
It holds values, not markup: shares from 0 to 1, plain text, addresses. If two summaries are equal,
nothing is written.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Status

__all__ = ["Attention", "Headline", "Movement", "ObjectiveLine", "StatusCounts", "Summary"]


class Headline(Frozen, frozen=True):
    """One number with its name, such as "Progress" 58 %. `share` is from 0 to 1, or None where
    there is no data; `text` is what to show when the number is not a share, and `count` the number
    itself where it is one.
    """

    label: str
    share: float | None = None
    text: str | None = None
    count: int | None = None


class ObjectiveLine(Frozen, frozen=True):
    """One row of the objectives table. `depth` is 0 for a top objective, 1 for what hangs
    under it.
    """

    id: str
    title: str
    depth: int
    owner: str | None
    progress: float | None
    expected: float | None
    status: Status
    coverage: str
    at: str
    source: str
    forecast: float | None = None
    """The progress it ends up at, None where nothing is claimed."""

    @property
    def words(self) -> str:
        """`2 of 3 reported; heading for 74 %`."""
        heading = "" if self.forecast is None else f"heading for {round(self.forecast * 100)} %"
        return "; ".join(filter(None, (self.coverage, heading)))


class StatusCounts(Frozen, frozen=True):
    """How the key results of one objective stand (or itself, where it has none): how many have each
    status, in the order of `Status`.
    """

    title: str
    counts: tuple[tuple[Status, int], ...]


class Attention(Frozen, frozen=True):
    """One item that needs attention, with the reason in a sentence."""

    id: str
    title: str
    owner: str | None
    status: Status
    reason: str
    at: str
    source: str


class Movement(Frozen, frozen=True):
    """The movement of one item within the span of the summary."""

    id: str
    title: str
    before: float | None
    after: float | None
    status_before: Status | None
    status_after: Status

    @property
    def words(self) -> str:
        """`40 % → 52 %, at risk → on track`."""
        shares = [
            "no data" if share is None else f"{round(share * 100)} %"
            for share in (self.before, self.after)
        ]
        statuses = [
            status.replace("-", " ")
            for status in (self.status_before, self.status_after)
            if status is not None
        ]
        return ", ".join(
            " → ".join(dict.fromkeys(words)) for words in (shares, statuses) if len(words) > 1
        )


class Summary(Frozen, frozen=True):
    """The whole summary. `statuses` counts key results (objectives where there are none) by status,
    in a fixed order, and `by_objective` the same of each objective. `since` is the span for which
    `movements` tells what moved. `changed` is the day on which the place last got another content,
    and `last_run` that of the last run, where the config wants it.
    """

    title: str
    cycle: str
    headlines: tuple[Headline, ...]
    objectives: tuple[ObjectiveLine, ...]
    statuses: tuple[tuple[Status, int], ...]
    attention: tuple[Attention, ...]
    wins: tuple[Movement, ...]
    movements: tuple[Movement, ...]
    notices: tuple[str, ...] = ()
    since: str = "7 days"
    by_objective: tuple[StatusCounts, ...] = ()
    changed: date | None = None
    last_run: date | None = None

    @property
    def subtitle(self) -> str:
        """`2026-Q4. Last change on 9 Nov 2026.`"""
        days = (
            f"{what} on {day.day} {day:%b %Y}."
            for what, day in (("Last change", self.changed), ("Last run", self.last_run))
            if day is not None
        )
        return ". ".join(filter(None, (self.cycle, " ".join(days))))

    @property
    def moved_heading(self) -> str:
        """`What moved in the last 7 days`."""
        return f"What moved in the last {self.since}"

    def as_json(self) -> dict[str, Any]:
        """The summary as plain lists and dicts, for the journal; `Summary.from_json` reads it
        back.
        """
        return {
            **asdict(self),
            **{
                name: None if day is None else day.isoformat()
                for name, day in (("changed", self.changed), ("last_run", self.last_run))
            },
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Summary:
        """The summary that `as_json` wrote down. KeyError or TypeError when it is something
        else.
        """

        def status(value: str | None) -> Status | None:
            return None if value is None else Status(value)

        def movement(item: dict[str, Any]) -> Movement:
            after = Status(item["status_after"])
            return Movement(
                **{**item, "status_before": status(item["status_before"]), "status_after": after}
            )

        return cls(
            title=data["title"],
            cycle=data["cycle"],
            headlines=tuple(Headline(**item) for item in data["headlines"]),
            objectives=tuple(
                ObjectiveLine(**{**item, "status": Status(item["status"])})
                for item in data["objectives"]
            ),
            statuses=tuple((Status(name), count) for name, count in data["statuses"]),
            attention=tuple(
                Attention(**{**item, "status": Status(item["status"])})
                for item in data["attention"]
            ),
            wins=tuple(movement(item) for item in data["wins"]),
            movements=tuple(movement(item) for item in data["movements"]),
            notices=tuple(data["notices"]),
            since=data.get("since", ""),
            by_objective=tuple(
                StatusCounts(
                    item["title"],
                    tuple((Status(name), count) for name, count in item["counts"]),
                )
                for item in data.get("by_objective", ())
            ),
            changed=_day(data.get("changed")),
            last_run=_day(data.get("last_run")),
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
