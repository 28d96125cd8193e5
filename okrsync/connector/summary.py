"""The summary for managers, as one value that is independent of any vendor.

A `Summary` is decided once (`summarise`) and rendered by each connector and report in its own way.
It holds values, not markup: shares from 0 to 1, plain text, addresses. If two summaries are equal,
nothing is written.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from okrsync.model.okrs import Status

__all__ = ["Attention", "Headline", "Movement", "ObjectiveLine", "Summary"]


@dataclass(frozen=True, slots=True)
class Headline:
    """One number with its name, such as "Progress" 58 %. `share` is from 0 to 1, or None where
    there is no data; `text` is what to show when the number is not a share.
    """

    label: str
    share: float | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
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


@dataclass(frozen=True, slots=True)
class Attention:
    """One item that needs attention, with the reason in a sentence."""

    id: str
    title: str
    owner: str | None
    status: Status
    reason: str
    at: str
    source: str


@dataclass(frozen=True, slots=True)
class Movement:
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


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole summary. `statuses` counts key results (objectives where there are none) by status,
    in a fixed order. `since` is the span for which `movements` tells what moved.
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

    @property
    def moved_heading(self) -> str:
        """`What moved in the last 7 days`."""
        return f"What moved in the last {self.since}"

    def as_json(self) -> dict[str, Any]:
        """The summary as plain lists and dicts, for the journal; `Summary.from_json` reads it
        back.
        """
        return asdict(self)

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
        )
