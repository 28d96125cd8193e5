"""People are found by the names that stand in owner cells, and never by a guess."""

from __future__ import annotations

import pytest

from okrsync.model.people import Person, PersonDirectory, directory_of, names_in

ADA = Person("Ada Ferro", "ada@acme.example")
MIA = Person("Mia López", "mia@acme.example", "Ada Ferro")
JON = Person("Jon", "jon@acme.example", "mia@acme.example")
KNOWN = PersonDirectory((ADA, MIA, JON))


@pytest.mark.parametrize(
    "name",
    [
        "Mia López",
        "mia lopez",
        "  MIA   LÓPEZ ",
        "López, Mia",
        "Mia Lopez (Sales)",
        "@Mia Lopez",
        "MIA@acme.example",
        "Mia <mia@acme.example>",
    ],
)
def test_a_name_is_found_however_it_is_spelled(name: str) -> None:
    assert KNOWN.find(name) == MIA


@pytest.mark.parametrize("name", ["Mia", "Lopez", "Mia Lopes", "", "–", "Ada Mia"])
def test_who_is_not_listed_is_not_guessed(name: str) -> None:
    assert KNOWN.find(name) is None


def test_an_address_needs_no_list() -> None:
    assert KNOWN.find("Lea <lea@acme.example>") == Person(
        "Lea <lea@acme.example>", "lea@acme.example"
    )


def test_two_people_with_one_name_are_told_apart_by_nobody() -> None:
    twins = PersonDirectory((Person("Mia", "mia@a.example"), Person("mia", "mia@b.example")))
    assert twins.find("Mia") is None
    assert twins.called_by("Mia") == ("Mia",)


def test_an_owner_cell_may_name_several_people() -> None:
    assert KNOWN.called_by("Jon & Mia López, Lea") == (
        "jon@acme.example",
        "mia@acme.example",
        "Lea",
    )
    assert KNOWN.called_by("López, Mia") == ("mia@acme.example",)
    assert KNOWN.called_by(None) == KNOWN.called_by("  ") == ()
    assert names_in("Jon, Mia") == ["Jon", "Mia"]


def test_a_lead_is_named_by_name_or_by_address() -> None:
    assert KNOWN.leads_of("Mia López") == (ADA,)
    assert KNOWN.leads_of("jon@acme.example") == (MIA,)
    assert KNOWN.leads_of("Ada Ferro") == ()


def test_two_owners_with_one_lead_have_it_once_and_no_owner_is_their_own() -> None:
    lea = Person("Lea", "lea@acme.example", "ada ferro")
    known = PersonDirectory((*KNOWN.people, lea))
    assert known.leads_of("Mia López, Lea") == (ADA,)
    assert known.leads_of("Mia López, Ada Ferro") == ()
    assert PersonDirectory((Person("Mia", "m@a.example", "Mia"),)).leads_of("Mia") == ()


def test_a_lead_without_an_address_is_still_somebody() -> None:
    known = PersonDirectory((Person("Mia", "m@a.example", "Zoe"),))
    assert known.leads_of("Mia") == (Person("Zoe"),)


def test_spellings_with_one_address_are_one_person() -> None:
    known = PersonDirectory((Person("Mia", "mia@acme.example"), MIA, ADA))
    assert known.leads_of("Mia") == (ADA,)
    assert known.leads_of("MIA@ACME.example") == (ADA,)


def test_the_config_goes_before_the_tab() -> None:
    known = directory_of(
        [Person("Mia", "new@acme.example")], [Person("mia", "old@acme.example"), JON]
    )
    assert [person.email for person in known.people] == ["new@acme.example", "jon@acme.example"]


def test_every_circle_is_named_once() -> None:
    known = PersonDirectory(
        (
            Person("A", "a@x.example", "B"),
            Person("B", "b@x.example", "C"),
            Person("C", "c@x.example", "B"),
            Person("D", "d@x.example", "D"),
            Person("E", "e@x.example", "A"),
        )
    )
    assert [[person.name for person in circle] for circle in known.circles()] == [["B", "C"], ["D"]]
    assert list(KNOWN.circles()) == []


def test_the_nearest_name_is_offered() -> None:
    assert KNOWN.nearest("Ada Fero") == "Ada Ferro"
    assert KNOWN.nearest("mia") == "Mia López"
    assert KNOWN.nearest("Mia Lopez Ruiz") == "Mia López"
    assert KNOWN.nearest("Quentin") is None
