"""Who is behind the names in owner cells: the people of the config, and those of the tab that it
names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okrsync.connector import Finding
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.people import Person, PersonDirectory, directory_of
from okrsync.steps.job import Job
from okrsync.steps.understand import Understood

__all__ = ["directory", "faults_of", "listing_source", "unaddressed"]

_LISTED = 5
"""A message names at most this many people."""


def directory(job: Job, understood: Mapping[str, Understood]) -> PersonDirectory:
    """Everybody the config names, everybody in the tab of people, and those whose address a cell
    itself knows. A source that could not be read lists those that it did last.
    """
    source = listing_source(job, understood)
    listed: tuple[Person, ...] = ()
    if source is not None:
        listed = understood[source].people or job.memory.people(source)
    linked = {
        pair: Person(name, email, named_at=f"{source_name}: {table.name}")
        for source_name, each in understood.items()
        for table in (() if each.snapshot is None else each.snapshot.tables)
        for pair in table.people
        for name, email in (pair,)
    }
    return directory_of(job.config.people, listed, linked.values())


def listing_source(job: Job, understood: Mapping[str, Understood]) -> str | None:
    """The source whose tab lists people: the one that the config names, else the first that has
    such a tab, or had it when it was last read. None where there is none.
    """
    if job.config.people_tab is None:
        return None
    named = job.config.people_source
    return next(
        (
            name
            for name, source in understood.items()
            if named in (None, name)
            and (source.people is not None or (source.state != "ok" and job.memory.people(name)))
        ),
        None,
    )


def faults_of(job: Job, understood: Mapping[str, Understood]) -> Iterator[Finding]:
    """What is wrong with the list of people itself: a tab that is not there, somebody above others
    who cannot be reached, and circles.
    """
    tab, source = job.config.people_tab, job.config.people_source
    is_all_read = all(
        name in understood and understood[name].state == "ok" for name in job.connectors
    )
    if tab is not None and listing_source(job, understood) is None and is_all_read:
        yield Finding(
            False,
            f"people: {source or 'no source'} has {'no' if source else 'a'} tab {tab!r}",
            "Correct `tab` under [people], or name the people there.",
        )
    known = directory(job, understood)
    for person in known.people:
        lead = known.lead_of(person)
        if lead is not None and lead.email is None:
            near = known.nearest(lead.name)
            is_listed = known.named(lead.name) is not None
            yield Finding(
                False,
                f"{person.named_at}: {person.name!r} has the lead {lead.name!r}, who"
                f" {'has no address' if is_listed else 'is not among the people'}",
                f"Did you mean {near!r}?"
                if near is not None and not is_listed
                else f"Give {lead.name!r} an address, or correct the name.",
            )
    for circle in known.circles():
        names = " is under ".join(person.name for person in (*circle, circle[0]))
        yield Finding(
            False,
            f"{circle[0].named_at}: {names}: nobody can be above themselves",
            "Take out one `lead` of the circle.",
        )


def unaddressed(job: Job, understood: Mapping[str, Understood], source: str) -> Iterator[Finding]:
    """The owners in a source whom no comment can call, each with the nearest known name."""
    okrs = understood[source].okrs
    if okrs is None or job.config.sources[source].write.notify != "comment":
        return
    known = directory(job, understood)
    owners: dict[str, tuple[str, str]] = {}
    for objective in okrs.objectives:
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            for name in known.names_in(item.owner):
                person = known.find(name)
                reached_by = name if person is None or person.email is None else person.email
                cell = item.origin.cell("owner") or item.origin.title_cell
                owners.setdefault(reached_by, (name, str(cell)))
    names = job.connectors[source].unreachable(tuple(owners)) if owners else ()
    if not names:
        return
    shown = [f"{owners[name][0]!r} ({owners[name][1]}{_near(known, name)})" for name in names]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    yield Finding(
        None,
        f"no comment can call {', '.join(shown[:_LISTED])}{more}",
        "Name them under [people] with their addresses; until then a comment stands at the row and"
        " calls nobody.",
    )


def _near(known: PersonDirectory, name: str) -> str:
    near = known.nearest(name)
    return "" if near is None else f"; did you mean {near!r}?"
