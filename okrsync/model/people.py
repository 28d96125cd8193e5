"""The people behind the names in owner cells: by which address each is reached, and who is above
whom.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern

__all__ = ["Person", "PersonDirectory", "address_in", "directory_of", "names_in"]

_SEPARATORS = lazy_pattern(r"[,;/&\n]|\b(?:and|und|et)\b")
# The lookbehind and the possessive quantifiers keep the time linear: without them a long word
# without an @ would be tried again from each of its letters.
_ADDRESS = lazy_pattern(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_BRACKETS = lazy_pattern(r"\([^()]*\)")
_LONGEST = 2_000
"""An owner cell with more characters names nobody."""


def names_in(text: str) -> list[str]:
    """The people whom an owner cell names, each by their address where the cell has one: "Mia Lopez
    <mia@acme.example>, Jon" names two.
    """
    parts = [part.strip() for part in _SEPARATORS.split(text[:_LONGEST]) if part.strip()]
    return [address_in(part) or part for part in parts]


def address_in(text: str) -> str | None:
    """The first e-mail address in a text."""
    match = _ADDRESS.search(text)
    return None if match is None else match[0]


class Person(Frozen, frozen=True):
    """A person as the config or a tab names them: their address, and the name or the address of who
    is above them. `named_at` is the place that says so.
    """

    name: str
    email: str | None = None
    lead: str | None = None
    named_at: str = ""


@dataclass(frozen=True)
class PersonDirectory:
    """Everybody who is known, found by their name or their address.

    Names are compared without case, accents and signs, whatever order their words stand in: "Ferro,
    Ada" is Ada Ferro. Several spellings with one address are one person.
    """

    people: tuple[Person, ...] = ()

    def find(self, name: str) -> Person | None:
        """The person with this name or address. None where there is nobody, or where several people
        with different addresses have the name.
        """
        address = address_in(name)
        if address is not None:
            return self._by_address.get(address.casefold()) or Person(name, address)
        matches = (
            self._by_name.get(_folded(name))
            # "Mia Lopez (Sales)" is Mia Lopez, unless that is how somebody is listed.
            or self._by_name.get(_folded(_BRACKETS.sub(" ", name)))
            or []
        )
        addresses = {(person.email or "").casefold() for person in matches}
        return self._whole(matches[0]) if len(addresses) == 1 else None

    def named(self, name: str) -> Person | None:
        """The first person whose name reads like this one."""
        return next(iter(self._by_name.get(_folded(name), [])), None)

    def names_in(self, owner: str | None) -> list[str]:
        """The people whom an owner cell names, each by their address where it has one."""
        if owner is None or not owner.strip():
            return []
        # "Ferro, Ada" may be one person; only then is the comma no separator.
        whole = None if address_in(owner) else self.find(owner)
        return [owner.strip()] if whole is not None else list(dict.fromkeys(names_in(owner)))

    def called_by(self, owner: str | None) -> tuple[str, ...]:
        """The people whom an owner cell names, each by their address, or by name where that is not
        known.
        """
        people = ((name, self.find(name)) for name in self.names_in(owner))
        called = (name if person is None else person.email or name for name, person in people)
        return tuple(dict.fromkeys(called))

    def leads_of(self, owner: str | None) -> tuple[Person, ...]:
        """Who is above the people whom an owner cell names, each of them once; a lead who owns the
        same cell is not above themselves.
        """
        owners = [person for name in self.names_in(owner) if (person := self.find(name))]
        leads: dict[str, Person] = {}
        for person in owners:
            lead = self.lead_of(person)
            if lead is not None and not any(_is_same(lead, other) for other in owners):
                leads.setdefault((lead.email or _folded(lead.name)).casefold(), lead)
        return tuple(leads.values())

    def lead_of(self, person: Person) -> Person | None:
        """Who is above a person; somebody without an address where only the name is known. None
        where nobody is named, or a person is named above themselves.
        """
        if person.lead is None:
            return None
        lead = self.find(person.lead) or Person(person.lead)
        return None if _is_same(lead, person) else lead

    def nearest(self, name: str) -> str | None:
        """The known name that is most like one that is unknown."""
        by_folded = {_folded(person.name): person.name for person in self.people}
        folded = _folded(name)
        near = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
        given = set(folded.split())
        words = [
            known
            for known in by_folded
            if given and (given <= {*known.split()} or given >= {*known.split()})
        ]
        match = near[0] if near else words[0] if len(words) == 1 else None
        return None if match is None else by_folded[match]

    def circles(self) -> Iterator[tuple[Person, ...]]:
        """Every circle of people each of whom is above the one before: Mia under Ada under Mia."""
        done: set[str] = set()
        for start in self.people:
            chain: dict[str, Person] = {}
            person: Person | None = self._whole(start)
            while person is not None and (key := _key(person)) not in done:
                if key in chain:
                    members = list(chain)
                    yield tuple(chain[each] for each in members[members.index(key) :])
                    break
                chain[key] = person
                person = None if person.lead is None else self.find(person.lead)
            done.update(chain)

    def _whole(self, person: Person) -> Person:
        """The person with what is known of them under another spelling."""
        if person.email is None:
            return person
        return self._by_address.get(person.email.casefold(), person)

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        people: dict[str, list[Person]] = {}
        for person in self.people:
            people.setdefault(_folded(person.name), []).append(person)
        return people

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        people: dict[str, Person] = {}
        for person in self.people:
            if person.email is not None:
                known = people.get(person.email.casefold())
                # The first spelling gives the name, the first that names a lead the lead.
                if known is None or (known.lead is None and person.lead is not None):
                    named = person if known is None else known
                    people[person.email.casefold()] = Person(
                        named.name, person.email, person.lead, person.named_at
                    )
        return people


def directory_of(*lists: Iterable[Person]) -> PersonDirectory:
    """Everybody of several lists; what an earlier list says of a name goes before a later one."""
    seen: set[str] = set()
    people: list[Person] = []
    for each in lists:
        new = [person for person in each if _folded(person.name) not in seen]
        seen.update(_folded(person.name) for person in new)
        people += new
    return PersonDirectory(tuple(people))


def _is_same(person: Person, other: Person) -> bool:
    return _key(person) == _key(other)


def _key(person: Person) -> str:
    return person.email.casefold() if person.email else _folded(person.name)


def _folded(name: str) -> str:
    """The form in which names are compared."""
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(sorted(re.findall(r"[^\W_]+", plain)))
