"""Warnings of check-ins that stay away. Comments climb a ladder: the owner is called first, and
whoever is above them once a second check-in was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from okrsync.connector import Ability, NoteWrite
from okrsync.measures.freshness import next_due
from okrsync.measures.parts import period_of
from okrsync.measures.picture import Picture
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure
from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import (
    Cycle,
    Freshness,
    KeyResult,
    Objective,
    Origin,
    Skip,
    Status,
)
from okrsync.model.patterns import lazy_pattern
from okrsync.model.people import Person, PersonDirectory
from okrsync.model.table import CellValue
from okrsync.plan.target import Facts, Reach, Target

__all__ = [
    "Escalation",
    "escalations",
    "is_missed_twice",
    "names_a_miss",
    "warned_keys",
    "warnings_of",
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


def warned_keys(notes: Iterable[NoteWrite]) -> Iterator[tuple[str, str, NoteWrite]]:
    """By note, the key under which its warning is remembered, and the natural key of its item."""
    for note in notes:
        rung = LEAD if note.id.startswith(LEAD.sign) else OWNER
        key = note.id.removeprefix(f"{rung.sign}{note.table_key}:")
        yield f"{rung.memory}{key}", key, note


def is_warned_of(item: KeyResult | Objective) -> bool:
    """Whether somebody is warned of an item itself: an objective that has key results is as silent
    as these are, and their owners hear of it.
    """
    return not (isinstance(item, Objective) and (item.implied or item.key_results))


def is_silent(measure: Measure) -> bool:
    """Whether the check-in of an item is overdue, so that somebody should hear of it. After its end
    nobody does, though a guard-rail that was not confirmed stays stale.
    """
    return measure.freshness in _SILENT and measure.status in (Status.STALE, Status.OFF_TRACK)


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


def warnings_of(
    item: KeyResult | Objective,
    measure: Measure,
    source: str,
    target: Target,
    facts: Facts,
    abilities: Collection[Ability],
    is_locked: Callable[[Origin, int], bool],
    answer_before: str | None = None,
) -> Iterator[tuple[NoteWrite, str] | Skip]:
    """The warnings at an item's row, each with the reason: those to be given, once for each missed
    check-in, and those to be taken back after the next one. `is_locked` tells whether a cell is
    protected. `answer_before` is an answer about a missed check-in that stands beside the row and
    that okrsync does not remember, None without one: the comments about it are taken back as well.
    """
    # The note goes to the cell people read: the title.
    column = item.origin.columns.get("key_result", item.origin.columns.get("objective"))
    if column is None or not is_warned_of(item):
        return
    if not is_silent(measure):
        if Ability.NOTES in abilities:
            yield from _withdrawn(item, column, target, facts, answer_before)
        return
    if target.notify == "none":
        return
    for rung in (OWNER, LEAD):
        warning = _due(item, measure, rung, target, facts, abilities)
        if warning is None:
            continue
        if Ability.NOTES not in abilities:
            reason = (
                "cells cannot have notes here; the warning is in the note column, if there is one"
            )
            yield Skip(source, item.origin.title_cell, reason, "no-notes")
        elif is_locked(item.origin, column):
            reason = "the cell is protected: it cannot get a note"
            yield Skip(source, item.origin.title_cell, reason, "protected")
        else:
            standing = facts.warned.get(rung.key(item))
            is_private = item.private or target.reach.is_private
            yield _given(item, measure, column, rung, standing, warning, is_private=is_private)


def _withdrawn(
    item: KeyResult | Objective,
    column: int,
    target: Target,
    facts: Facts,
    answer_before: str | None,
) -> Iterator[tuple[NoteWrite, str]]:
    """The warnings to be taken back now that the check-in is there."""
    for rung in (OWNER, LEAD):
        standing = facts.warned.get(rung.key(item))
        if standing is not None:
            yield _taken_back(item, column, rung, standing, target)
        elif answer_before is not None and target.notify == "comment":
            yield from _forgotten(item, column, rung, answer_before, target)


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody on the ladder. `sign` begins the ids of the entries that call them."""

    sign: str
    memory: str

    def key(self, item: KeyResult | Objective) -> str:
        """The natural key under which a warning is remembered."""
        return f"{self.memory}{item.key}"

    def mark(self, checked_in: str, begun: str) -> str:
        """The words by which a warning names the check-in that it is about, whatever else it
        says. `checked_in` is the last check-in in words, empty where there never was one.
        """
        return f"{self.opening} {checked_in or begun}"

    @property
    def opening(self) -> str:
        """How the words begin."""
        return "No check-in since" if self is OWNER else "Two check-ins missed: none since"


OWNER = Rung("!", "")
LEAD = Rung("^", "^")
_MISSED = lazy_pattern(r"\bNo check-in since ((?:it began on )?\d{1,2} [A-Z][a-z]{2} \d{4})\b")


@dataclass(frozen=True, slots=True)
class _Warning:
    """Words for somebody on the ladder: whom to call, and by what the words are known."""

    text: str
    mark: str
    mention: str | None
    called: tuple[str, ...]
    kind: Literal["note", "comment"]
    answers: str | None = None


def _due(
    item: KeyResult | Objective,
    measure: Measure,
    rung: Rung,
    target: Target,
    facts: Facts,
    abilities: Collection[Ability],
) -> _Warning | None:
    """What somebody on the ladder has to hear today; None where they heard it or need not."""
    reach, missed = target.reach, _missed(measure)
    standing = facts.warned.get(rung.key(item))
    if standing is not None and standing[0] == missed:
        # Once for each missed check-in: reminding on every run would teach people to ignore it.
        return None
    is_call = target.notify == "comment"
    if is_call and not reach.is_working_day:
        return None
    if rung is LEAD:
        return _due_to_lead(item, measure, target, facts, abilities)
    mark = _mark_of(rung, item, measure, reach)
    called = reach.people.called_by(item.owner)
    text = measure.reason if mark in measure.reason else f"{measure.reason} {mark}."
    kind: Literal["note", "comment"] = "comment" if is_call else "note"
    return _Warning(text, mark, item.owner, called, kind)


def _due_to_lead(
    item: KeyResult | Objective,
    measure: Measure,
    target: Target,
    facts: Facts,
    abilities: Collection[Ability],
) -> _Warning | None:
    """What whoever is above the owner has to hear today."""
    reach, is_call = target.reach, target.notify == "comment"
    leads = reach.people.leads_of(item.owner)
    asked = facts.warned.get(OWNER.key(item))
    may_call = is_call and reach.escalates and Ability.CALLS in abilities and leads
    # The owner comes first, and has the day on which they were called to answer.
    if not may_call or asked is None or asked[0] != _missed(measure):
        return None
    if facts.called.get(item.key, date.min) >= reach.as_of or not is_missed_twice(
        item, measure, reach.cycle, reach.as_of, reach.checkins
    ):
        return None
    called = tuple(lead.email or lead.name for lead in leads)
    names = ", ".join(lead.name for lead in leads)
    asked_names = [
        name if (person := reach.people.find(name)) is None else person.name
        for name in reach.people.names_in(item.owner)
    ]
    mark, owner_mark = (_mark_of(rung, item, measure, reach) for rung in (LEAD, OWNER))
    text = f"{mark}. {', '.join(asked_names)} {'were' if asked_names[1:] else 'was'} asked first."
    return _Warning(text, mark, names, called, "comment", owner_mark)


def _given(
    item: KeyResult | Objective,
    measure: Measure,
    column: int,
    rung: Rung,
    standing: tuple[str, str] | None,
    warning: _Warning,
    *,
    is_private: bool,
) -> tuple[NoteWrite, str]:
    before = None if standing is None else standing[1]
    note = NoteWrite(
        f"{rung.sign}{item.origin.table_key}:{item.key}",
        item.origin.table_key,
        item.origin.row,
        column,
        warning.text,
        before,
        warning.mention,
        warning.kind,
        warning.called,
        warning.mark,
        warning.answers,
        is_private,
    )
    count = "check-in" if rung is OWNER else "two check-ins"
    reason = f"{count} missed; last one {_missed(measure)}"
    if warning.kind == "comment":
        reason = f"calls {', '.join(warning.called) or 'nobody'}: {reason}"
    return note, reason


def _taken_back(
    item: KeyResult | Objective,
    column: int,
    rung: Rung,
    standing: tuple[str, str],
    target: Target,
) -> tuple[NoteWrite, str]:
    checked_in, text = standing
    last_day = "" if checked_in in ("", "never") else day(date.fromisoformat(checked_in))
    mark = rung.mark(last_day, "it began on")
    kind: Literal["note", "comment"] = "comment" if target.notify == "comment" else "note"
    note = _withdrawal(item, column, rung, target, text, kind, mark if mark in text else None)
    return note, "the check-in has arrived"


def _withdrawal(
    item: KeyResult | Objective,
    column: int,
    rung: Rung,
    target: Target,
    before: str,
    kind: Literal["note", "comment"],
    mark: str | None,
) -> NoteWrite:
    return NoteWrite(
        f"{rung.sign}{item.origin.table_key}:{item.key}",
        item.origin.table_key,
        item.origin.row,
        column,
        None,
        before,
        kind=kind,
        mark=mark,
        is_private=item.private or target.reach.is_private,
    )


def names_a_miss(field: str, answer: CellValue, words: Mapping[Status, str]) -> bool:
    """Whether an answer in a cell of okrsync's says that a check-in was missed. What is off track
    may be silent as well. `words` are those for the statuses.
    """
    if field == "status":
        return answer in (words[Status.STALE], words[Status.OFF_TRACK])
    return field == "note" and isinstance(answer, str) and _MISSED.search(answer) is not None


def _forgotten(
    item: KeyResult | Objective, column: int, rung: Rung, answer_before: str, target: Target
) -> Iterator[tuple[NoteWrite, str]]:
    """The comment that an earlier state knew of is taken back, if it was made: a check-in was
    missed by the answer that stands beside the row, and it has arrived since.
    """
    missed = _MISSED.search(answer_before)
    if rung is LEAD and not target.reach.people.leads_of(item.owner):
        return
    mark = rung.opening if missed is None else f"{rung.opening} {missed[1]}"
    before = answer_before if rung is OWNER and missed is not None else mark
    note = _withdrawal(item, column, rung, target, before, "comment", mark)
    yield note, "the check-in has arrived; what was said before the state began is looked for"


def _missed(measure: Measure) -> str:
    """The check-in that a warning is about, as the memory keeps it."""
    return "never" if measure.checked_in is None else measure.checked_in.isoformat()


def _mark_of(rung: Rung, item: KeyResult | Objective, measure: Measure, reach: Reach) -> str:
    checked_in = "" if measure.checked_in is None else day(measure.checked_in)
    return rung.mark(checked_in, f"it began on {day(period_of(item, reach.cycle)[0])}")
