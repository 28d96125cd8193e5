"""The ladder of a check-in that stays away: the owner is called first, and whoever is above them
once a second one was missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from okrsync.measures.freshness import next_due
from okrsync.measures.parts import period_of
from okrsync.measures.picture import Picture
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure
from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import Cycle, Freshness, KeyResult, Objective, Status
from okrsync.model.people import Person, PersonDirectory

__all__ = [
    "Escalation",
    "escalations",
    "is_missed_twice",
    "is_silent",
    "is_warned_of",
    "missed_mark",
]

_SILENT = (Freshness.STALE, Freshness.NEVER)
"""Of what is off track as well: it stays so however silent it is, and its owner hears of it."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """An item whose owner missed two check-ins in a row, and who is above them. `checked_in` is the
    last check-in, None where there never was one; together with the item it names the miss.
    """

    item: KeyResult | Objective
    checked_in: date | None
    leads: tuple[Person, ...]


def escalations(
    picture: Picture, people: PersonDirectory, checkins: Mapping[str, CheckIns]
) -> tuple[Escalation, ...]:
    """The items of a picture whose check-in was missed twice, in reading order, as far as somebody
    is above their owners. `checkins` are those of each source, and under the empty name those of
    everything else.
    """
    missed = []
    for id_, item in picture.items.items():
        measure = picture.measures[id_]
        if not is_warned_of(item) or not is_silent(measure):
            continue
        rules = checkins.get(item.origin.source, checkins.get("", CheckIns()))
        leads = people.leads_of(item.owner)
        if leads and is_missed_twice(item, measure, picture.cycle, picture.as_of, rules):
            missed.append(Escalation(item, measure.checked_in, leads))
    return tuple(missed)


def is_warned_of(item: KeyResult | Objective) -> bool:
    """Whether somebody is warned of an item itself: an objective that has key results is as silent
    as these are, and their owners hear of it.
    """
    return not (isinstance(item, Objective) and (item.implied or item.key_results))


def is_silent(measure: Measure) -> bool:
    """Whether the check-in of an item is overdue, so that somebody should hear of it."""
    return measure.status is Status.STALE or (
        measure.status is Status.OFF_TRACK and measure.freshness in _SILENT
    )


def is_missed_twice(
    item: KeyResult | Objective, measure: Measure, cycle: Cycle, as_of: date, checkins: CheckIns
) -> bool:
    """Whether a second check-in in a row is overdue: the last one is older than twice the cadence
    and the days of grace. Weekly with 3 days of grace, 17 days are not enough, 18 are.
    """
    since = measure.checked_in or period_of(item, cycle)[0]
    if checkins.due_on is not None:
        first = next_due(None, since, checkins.due_on)
        # The day after the first due day is the earliest that belongs to the second one.
        second = next_due(None, first, checkins.due_on)
        return as_of > second + timedelta(days=checkins.grace_days)
    return (as_of - since).days > 2 * checkins.cadence_days + checkins.grace_days


def missed_mark(measure: Measure, begun: date) -> str:
    """The words by which a warning names the check-in that it is about, whatever else it says."""
    if measure.checked_in is None:
        return f"No check-in since it began on {day(begun)}"
    return f"No check-in since {day(measure.checked_in)}"
