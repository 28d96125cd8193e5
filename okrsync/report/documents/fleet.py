"""Many configurations: what a sync of each came to, and how each stands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from okrsync.report.documents.document import Document, Moment

__all__ = ["FleetRunDocument", "FleetRunEntry", "FleetStandingEntry", "FleetStatusDocument"]


class FleetRunEntry(Document):
    """What the sync of one configuration came to."""

    config: str
    """The configuration file."""
    exit_code: int
    """As `okrsync sync` would have ended."""
    run: str | None = None
    """The id of the run; null where none began."""
    written: int = 0
    """How many changes were written."""
    message: str | None = None
    """Why it, or one of its sources, failed; null where nothing did."""


class FleetRunDocument(Document):
    """What `okrsync fleet run --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/fleet-run/1"], Field(serialization_alias="schema")]
    configs: tuple[FleetRunEntry, ...]
    """In the order in which they ended."""
    exit_code: int
    """The worst of all, in the order 0, 11, 3, 5, 4, 1, 2."""


class FleetStandingEntry(Document):
    """How one configuration stands, by what its state remembers."""

    config: str
    """The configuration file."""
    state: Literal["well", "waiting", "at work", "never ran", "unusable"]
    """`waiting`: the newest run did not go through everywhere; `waits_for` says why."""
    last_good: Moment | None
    """When the last run ended in which every source went through; null if there is none."""
    waits_for: str | None
    """What keeps it from going through; null where nothing does."""


class FleetStatusDocument(Document):
    """What `okrsync fleet status --json` prints. Fields are added, never renamed."""

    schema_: Annotated[Literal["okrsync/fleet-status/1"], Field(serialization_alias="schema")]
    configs: tuple[FleetStandingEntry, ...]
