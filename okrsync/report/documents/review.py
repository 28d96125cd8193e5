"""The review of the week: `okrsync/review/1`, which `okrsync review --format json` prints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from pydantic import Field

from okrsync.connector.review_page import Decision
from okrsync.model.okrs import Status
from okrsync.plan.review import Review, ReviewedItem
from okrsync.report.documents.document import CellJson, Document, ShareOrNothing

__all__ = ["ReviewDocument", "review_document"]


class ReviewEntry(Document):
    """An item in a list of the review."""

    id: str
    title: str
    kind: Literal["objective", "key-result"]
    owner: str | None
    team: str | None
    source: str
    at: str
    """The address of its cell or page."""
    url: str | None
    """Where it is on the web; null for a file."""
    progress: ShareOrNothing
    status: Status


class ReviewMovedEntry(ReviewEntry):
    """An item that moved: its progress before and after, as shares, and its status before."""

    before: ShareOrNothing
    after: ShareOrNothing
    status_before: Status


class TargetMovedEntry(ReviewEntry):
    """A target, baseline or owner that changed."""

    what: Literal["target", "baseline", "owner"]
    day: date
    """The day on which okrsync saw it."""
    before: CellJson
    after: CellJson


class StuckEntry(ReviewEntry):
    """An item that does not come on, and by what it is known."""

    why: str


class SilentEntry(ReviewEntry):
    """An item nobody has checked in for, and the day of its last check-in."""

    checked_in: date | None


class DisagreementEntry(ReviewEntry):
    """An item whose typed status is another one than ours."""

    typed_status: str


class AskEntry(ReviewEntry):
    """An item whose comment asks something."""

    comment: str


class DecisionEntry(Document):
    """A line that was typed under "Decisions", and the day on which that review began."""

    day: date
    text: str


class TeamEntry(Document):
    """Check-ins of a team; of all that are not listed by themselves where `team` is null."""

    team: str | None
    in_time: int
    of: int


class ReviewCoverageEntry(Document):
    """How many items have data."""

    reported: int
    of: int


class HealthEntry(Document):
    """How well the OKRs are kept. Nothing in it is about a single person: a team whose items belong
    to one owner is counted among the others.
    """

    check_ins: list[TeamEntry]
    """Check-ins in time by team."""
    coverage: ReviewCoverageEntry | None
    """Null where all items belong to one owner."""
    unaligned: list[ReviewEntry]
    """Objectives that are aligned to nothing, where others are."""


class ReviewDocument(Document):
    """The review of the week."""

    schema_: Literal["okrsync/review/1"] = Field(alias="schema")
    since: date
    """The day it looks back to: what came later than that day counts."""
    until: date
    began: date
    """The day on which this review began."""
    cycle: str
    team: str | None
    """The team it is about; null for all."""
    owner: str | None
    """The owner it is about; null for all."""
    wins: list[ReviewMovedEntry]
    """Achieved since, or back on track from at risk or off track."""
    moved: list[ReviewMovedEntry]
    """A point or more of progress, or another status by news."""
    off_track: list[ReviewEntry]
    """Off track or missed."""
    stuck: list[StuckEntry]
    """The same value for two weeks though checked in, or confidence that fell twice."""
    silent: list[SilentEntry]
    """Without a check-in in time."""
    targets_moved: list[TargetMovedEntry]
    """Targets, baselines and owners that changed."""
    disagreements: list[DisagreementEntry]
    """The typed status and ours differ."""
    asks: list[AskEntry]
    """Comments that are questions."""
    decided: list[DecisionEntry]
    """What was typed under "Decisions" of the last review."""
    earlier: list[DecisionEntry]
    """What was decided before, latest first."""
    health: HealthEntry
    notices: list[str]
    """Sources that could not be read."""


def review_document(review: Review) -> ReviewDocument:
    """The document of a review."""
    health = review.health
    return ReviewDocument(
        schema="okrsync/review/1",
        since=review.since,
        until=review.until,
        began=review.began,
        cycle=review.cycle,
        team=review.about.team,
        owner=review.about.owner,
        wins=[_moved(item) for item in review.wins],
        moved=[_moved(item) for item in review.moved],
        off_track=[ReviewEntry(**_facts(item)) for item in review.off_track],
        stuck=[StuckEntry(**_facts(item), why=item.words or "") for item in review.stuck],
        silent=[SilentEntry(**_facts(item), checked_in=item.checked_in) for item in review.silent],
        targets_moved=[
            TargetMovedEntry(
                **_facts(item),
                **{name: getattr(item, name) for name in ("what", "day", "before", "after")},
            )
            for item in review.targets_moved
        ],
        disagreements=[
            DisagreementEntry(**_facts(item), typed_status=item.typed_status or "")
            for item in review.disagreements
        ],
        asks=[AskEntry(**_facts(item), comment=item.words or "") for item in review.asks],
        decided=_decisions(review.decided),
        earlier=_decisions(review.earlier),
        health=HealthEntry(
            check_ins=[
                TeamEntry(team=each.team, in_time=each.in_time, of=each.of)
                for each in health.check_ins
            ],
            coverage=(
                None
                if health.reported is None
                else ReviewCoverageEntry(reported=health.reported[0], of=health.reported[1])
            ),
            unaligned=[ReviewEntry(**_facts(item)) for item in health.unaligned],
        ),
        notices=list(review.notices),
    )


def _facts(item: ReviewedItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ReviewEntry.model_fields}


def _moved(item: ReviewedItem) -> ReviewMovedEntry:
    changes = {name: getattr(item, name) for name in ("before", "after", "status_before")}
    return ReviewMovedEntry(**_facts(item), **changes)


def _decisions(decisions: Iterable[Decision]) -> list[DecisionEntry]:
    return [DecisionEntry(day=each.day, text=each.text) for each in decisions]
