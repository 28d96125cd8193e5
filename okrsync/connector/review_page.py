"""The weekly review as one value that is independent of any vendor.

A `ReviewPage` is decided once and rendered by each connector and report in its own way. It holds
values, not markup: shares from 0 to 1, plain text, addresses. If two are equal, nothing is written.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Status

__all__ = ["DECISIONS", "Decision", "ReviewLine", "ReviewPage", "ReviewSection"]

DECISIONS = "Decisions"
"""The heading of the room that is people's."""
_MOST_EARLIER = 20
"""So many earlier decisions are shown; all are kept."""


class ReviewLine(Frozen, frozen=True):
    """One line of a section: an item with what is said about it, or, with an empty `id`, only
    words.
    """

    words: str
    id: str = ""
    title: str = ""
    owner: str | None = None
    progress: float | None = None
    status: Status | None = None
    at: str = ""
    source: str = ""
    url: str | None = None


class ReviewSection(Frozen, frozen=True):
    """A list of the review with its heading. `empty` is what is said where it has no lines; without
    it, the section is left out then. `is_state` marks lists of how items stand, in which one item
    may come several times.
    """

    heading: str
    lines: tuple[ReviewLine, ...]
    empty: str = ""
    is_state: bool = False


class Decision(Frozen, frozen=True):
    """A line that was typed under the heading "Decisions" of the review that began on `day`."""

    day: date
    text: str


class ReviewPage(Frozen, frozen=True):
    """The whole review. `began` is the day on which it began: the room under "Decisions" is that of
    this day's review. `decided` was typed there in the last review, `earlier` in those before,
    latest first.
    """

    title: str
    subtitle: str
    began: date
    sections: tuple[ReviewSection, ...]
    notices: tuple[str, ...] = ()
    key_results: int = 0
    decided: tuple[Decision, ...] = ()
    earlier: tuple[Decision, ...] = ()

    @property
    def shown(self) -> tuple[ReviewSection, ...]:
        """The sections that are shown: those with lines, or with something to say without."""
        lines = tuple(
            ReviewLine(f"{each.day.day} {each.day:%b %Y}: {each.text}")
            for each in self.earlier[:_MOST_EARLIER]
        )
        earlier = ReviewSection("Earlier decisions", lines)
        sections = (*self.sections, earlier)
        return tuple(section for section in sections if section.lines or section.empty)

    def as_json(self) -> dict[str, Any]:
        """The page as plain lists and dicts, for the journal; `from_json` reads it back."""
        return {
            **asdict(self),
            "began": self.began.isoformat(),
            "decided": [(each.day.isoformat(), each.text) for each in self.decided],
            "earlier": [(each.day.isoformat(), each.text) for each in self.earlier],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ReviewPage:
        """The page that `as_json` wrote down. KeyError or TypeError when it is something else."""
        return cls(
            title=data["title"],
            subtitle=data["subtitle"],
            began=date.fromisoformat(data["began"]),
            sections=tuple(
                ReviewSection(**{**section, "lines": tuple(map(_line, section["lines"]))})
                for section in data["sections"]
            ),
            notices=tuple(data["notices"]),
            key_results=data["key_results"],
            decided=_decisions(data["decided"]),
            earlier=_decisions(data["earlier"]),
        )


def _decisions(data: list[list[str]]) -> tuple[Decision, ...]:
    return tuple(Decision(date.fromisoformat(day), text) for day, text in data)


def _line(data: dict[str, Any]) -> ReviewLine:
    status = data["status"]
    return ReviewLine(**{**data, "status": None if status is None else Status(status)})
