"""`[people]`: who is behind the names in owner cells, in the config or in a tab of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync.mapping.people import people_in
from okrsync.model.people import Person
from okrsync.model.table import Table, rows_of
from team import CONFIG, Team

NOTIFY = CONFIG.replace("[sources.growth.write]\n", '[sources.growth.write]\nnotify = "comment"\n')
LIST = [["Name", "E-mail", "Lead"], ["Mia", "mia@acme.example", "Ada"], ["Ada", "ada@acme.example"]]


def add_list(path: Path, rows: list[list[Any]], *, is_hidden: bool = False) -> None:
    book = openpyxl.load_workbook(path)
    listing = book.create_sheet("People")
    for row in rows:
        listing.append(row)
    listing.sheet_state = "hidden" if is_hidden else "visible"
    book.save(path)


def findings(team: Team, code: int) -> list[str]:
    checked = team.json("check", code=code)
    return [
        f"{finding['message']} -> {finding.get('repair')}"
        for source in checked["sources"]
        for finding in source["findings"]
    ]


def of_people(team: Team, code: int = 0) -> list[str]:
    marks = ("comment can call", "people:", "is under", "has the lead")
    return [words for words in findings(team, code) if any(mark in words for mark in marks)]


@pytest.mark.parametrize(
    "rows",
    [
        LIST,
        [["Vollständiger Name", "E-Mail-Adresse", "Führungskraft"], *LIST[1:]],
        [["Nom complet", "Courriel", "Responsable"], *LIST[1:]],
        [
            ["Jefe", "Correo electrónico", "Nombre"],
            ["Ada", "mia@acme.example", "Mia"],
            ["", "ada@acme.example", "Ada"],
        ],
        [["ФИО", "Почта", "Руководитель"], *LIST[1:]],
        [["姓名", "邮箱", "上级"], *LIST[1:]],
        [["氏名", "メール", "上司"], *LIST[1:]],
        [["이름", "이메일", "팀장"], *LIST[1:]],
        [["Nome", "E-mail", "Gestor"], *LIST[1:]],
        [["Naam", "E-mailadres", "Leidinggevende"], *LIST[1:]],
        [["Who is who"], [], ["NAME", "Mail", "Reports to"], *LIST[1:]],
    ],
)
def test_a_list_of_people_is_read_by_its_headers_in_any_language(rows: list[list[Any]]) -> None:
    people, warnings = people_in("growth", Table("People", "People", rows_of(rows)))
    mia = next(person for person in people if person.name == "Mia")
    assert (mia.email, mia.lead, warnings) == ("mia@acme.example", "Ada", ())


@pytest.mark.parametrize(
    "header",
    [
        ["First name", "Last name", "E-mail", "Manager"],
        ["Vorname", "Nachname", "E-Mail", "Vorgesetzte"],
        ["Prénom", "Nom", "Courriel", "Responsable"],
        ["Nom", "Cognoms", "Correu electrònic", "Cap"],
        ["Имя", "Фамилия", "Почта", "Руководитель"],
        ["名", "姓", "メール", "上司"],
    ],
)
def test_first_and_last_names_in_two_columns_are_one_name(header: list[str]) -> None:
    rows = rows_of([header, ["Mia", "López", "mia@acme.example", "Ada Ferro"]])
    people, _ = people_in("growth", Table("People", "People", rows))
    assert people == (Person("Mia López", "mia@acme.example", "Ada Ferro", "People!A2"),)


def test_a_cell_with_several_spellings_makes_them_one_person() -> None:
    rows = rows_of([LIST[0], ["Mia; Mia Lopez\nM. Lopez", "mia@acme.example", "Ada"]])
    people, _ = people_in("growth", Table("People", "People", rows))
    assert [person.name for person in people] == ["Mia", "Mia Lopez", "M. Lopez"]
    assert {person.email for person in people} == {"mia@acme.example"}
    assert people[0] == Person("Mia", "mia@acme.example", "Ada", "People!A2")


def test_check_names_whom_no_comment_can_call(team: Team) -> None:
    people = '\n[people]\n"mia" = {email = "mia@acme.example"}\nJohn = {email = "j@acme.example"}\n'
    team.config(NOTIFY + people)
    (words,) = of_people(team)
    assert words == (
        "no comment can call 'Jon' (Q4!C3; did you mean 'John'?), 'Lea' (Q4!C4) -> Name them under"
        " [people] with their addresses; until then a comment stands at the row and calls nobody."
    )
    team.config(NOTIFY.replace('"comment"', '"note"') + people)
    assert of_people(team) == []


@pytest.mark.parametrize("tabs", ["", 'tabs = ["Q4"]\n'])
@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_tab_lists_people_and_is_no_okr(team: Team, tabs: str, is_hidden: bool) -> None:
    before = team.json("show", "--as-of", "2026-11-23")
    add_list(team.folder / "growth.xlsx", LIST, is_hidden=is_hidden)
    text = NOTIFY.replace('path = "growth.xlsx"\n', f'path = "growth.xlsx"\n{tabs}')
    team.config(text + '\n[people]\ntab = "people"\n')
    after = team.json("show", "--as-of", "2026-11-23")
    assert after["objectives"] == before["objectives"]
    assert after["warnings"] == before["warnings"]
    assert "'Mia'" not in of_people(team)[0]
    assert len(of_people(team)) == 1


def test_a_tab_that_is_nowhere_is_named(team: Team) -> None:
    team.config(NOTIFY + '\n[people]\ntab = "Peeple"\n')
    assert of_people(team, 3)[-1] == (
        "people: no source has a tab 'Peeple' -> Correct `tab` under [people], or name the people"
        " there."
    )
    team.config(NOTIFY + '\n[people]\ntab = "Peeple"\nsource = "growth"\n')
    assert "people: growth has no tab 'Peeple'" in of_people(team, 3)[-1]


def test_a_tab_that_lists_nobody_is_named_with_its_place(team: Team) -> None:
    add_list(team.folder / "growth.xlsx", [["Hello", "World"], ["a", "b"]])
    team.config(NOTIFY + '\n[people]\ntab = "People"\n')
    warning = team.json("show", "--as-of", "2026-11-23")["warnings"][-1]
    assert (warning["code"], warning["at"]) == ("unread-people", "People!A1")
    assert any("People!A1" in words for words in findings(team, 0))


def test_an_address_that_is_none_is_named_with_its_cell(team: Team) -> None:
    add_list(team.folder / "growth.xlsx", [LIST[0], ["Mia", "mia at acme", "Ada"], LIST[2]])
    team.config(NOTIFY + '\n[people]\ntab = "People"\n')
    warnings = team.json("show", "--as-of", "2026-11-23")["warnings"]
    assert [warning["at"] for warning in warnings if warning["code"] == "unread-people"] == [
        "People!B2"
    ]


def test_a_lead_whom_nobody_knows_is_named_with_its_line(team: Team) -> None:
    team.config(
        NOTIFY
        + '\n[people]\nMia = {email = "mia@acme.example", lead = "Ada Fero"}\n'
        + '"Ada Ferro" = {email = "ada@acme.example"}\n'
    )
    line = NOTIFY.count("\n") + 3
    assert of_people(team, 3)[-1] == (
        f"okrsync.toml:{line}: 'Mia' has the lead 'Ada Fero', who is not among the people -> Did"
        " you mean 'Ada Ferro'?"
    )


def test_a_circle_is_named(team: Team) -> None:
    team.config(
        NOTIFY
        + '\n[people]\nMia = {email = "mia@acme.example", lead = "Ada"}\n'
        + 'Ada = {email = "ada@acme.example", lead = "Mia"}\n'
    )
    assert "Mia is under Ada is under Mia: nobody can be above themselves" in of_people(team, 3)[-1]


def test_a_file_has_one_note_and_calls_nobody(team: Team) -> None:
    team.config(
        NOTIFY
        + '\n[people]\nJon = {email = "jon@acme.example", lead = "Ada"}\n'
        + 'Ada = {email = "ada@acme.example"}\n'
    )
    assert team.run("sync", "--as-of", "2026-11-22")[0] == 0
    notes = openpyxl.load_workbook(team.folder / "growth.xlsx")["Q4"]
    # On a Sunday nobody is warned.
    assert notes["B3"].comment is None
    for as_of in ("2026-11-23", "2026-11-24", "2026-11-25"):
        assert team.run("sync", "--as-of", as_of)[0] == 0
    notes = openpyxl.load_workbook(team.folder / "growth.xlsx")["Q4"]
    assert "No check-in since 2 Oct 2026" in (notes["B3"].comment.text or "")
    changed = team.json("sync", "--as-of", "2026-11-26")["sources"][0]["changes"]
    assert [change for change in changed if change["field"] == "warning"] == []
