"""Whom a comment calls: the owner, by name, address or chip."""

from __future__ import annotations

import pytest

from commenting import (
    LATER,
    STALE,
    called,
    comments,
    run_in,
)
from google_team import TODAY, Team
from okrsync.config import load
from okrsync.sync import make_plan, tables


def test_words_in_a_row_call_nobody(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "B2", "Ask +boss@acme.example and @all@acme.example")
    run_in(team.folder)
    assert [comment.get("mentionedEmailAddresses") for comment in comments(team)] == [None, None]


def test_several_owners_are_called_together(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "F2", "Mia & Jon")
    run_in(team.folder)
    (first, _) = comments(team)
    assert first["assigneeEmailAddress"] == "mia@acme.example"
    assert first["mentionedEmailAddresses"] == ["jon@acme.example"]


def test_a_refused_assignee_is_mentioned_instead(team: Team) -> None:
    team.google.sheets.switches.assigns_strangers = False
    team.anna.share(team.file_id, "jon@acme.example", "reader")
    done = run_in(team.folder)
    reasons = [change.why for change in done.sources[0].changes if change.field == "warning"]
    assert done.exit_code == 0
    assert reasons == ["Google does not assign it to mia@acme.example; it mentions them", None]
    by_cell = team.anna.comments(team.file_id)
    assert by_cell["Q4!B2"][0]["mentionedEmailAddresses"] == ["mia@acme.example"]
    assert by_cell["Q4!B3"][0]["assigneeEmailAddress"] == "jon@acme.example"


MIA, JON = ("Mia Lopez", "mia.l@acme.example"), ("Jon \U0001f680 Berg", "jon.b@acme.example")


def test_the_person_of_a_chip_is_called_by_their_address(team: Team) -> None:
    team.anna.chip(team.file_id, "Q4", "F2", "@", MIA)
    team.anna.chip(team.file_id, "Q4", "F3", "@ (Sales)", JON)
    run_in(team.folder)
    assert called(team) == ["jon.b@acme.example", "mia.l@acme.example"]


@pytest.mark.parametrize("text", ["@ @", "@@", "@, @", "@ and @"])
def test_two_chips_in_one_cell_are_two_people(team: Team, text: str) -> None:
    team.anna.chip(team.file_id, "Q4", "F2", text, MIA, JON)
    team.anna.put(team.file_id, "Q4", "G3", "2026-11-23")
    run_in(team.folder)
    (comment,) = comments(team)
    assert comment["assigneeEmailAddress"] == "mia.l@acme.example"
    assert comment["mentionedEmailAddresses"] == ["jon.b@acme.example"]


def test_the_config_knows_a_person_better_than_a_chip(team: Team) -> None:
    team.anna.chip(team.file_id, "Q4", "F3", "@", ("Jon", "old@acme.example"))
    run_in(team.folder)
    assert called(team) == STALE


def test_the_lead_of_the_config_is_above_the_person_of_a_chip(team: Team) -> None:
    team.anna.chip(team.file_id, "Q4", "F2", "@", ("Mia Lopez", "mia@acme.example"))
    run_in(team.folder)
    run_in(team.folder, LATER)
    assert "ada@acme.example" in str(team.anna.comments(team.file_id)["Q4!B2"])


def test_two_people_of_one_name_are_not_taken_for_each_other(team: Team) -> None:
    team.anna.chip(team.file_id, "Q4", "F2", "@", ("Kim Lee", "kim.one@acme.example"))
    team.anna.chip(team.file_id, "Q4", "F3", "@", ("Kim Lee", "kim.two@acme.example"))
    run_in(team.folder)
    assert [comment.get("assigneeEmailAddress") for comment in comments(team)] == [None, None]


def test_chips_of_files_read_as_their_words(team: Team) -> None:
    plan = ("The plan", "https://docs.google.com/document/d/1/edit")
    team.anna.chip(team.file_id, "Q4", "B2", "Sign-ups, see @ by @", plan, MIA)
    snapshot = tables(load(team.folder / "okrsync.toml"), "team")
    (table,) = snapshot.tables
    assert table.rows[1].value(1) == "Sign-ups, see The plan by Mia Lopez"
    assert table.people == (MIA,)
    assert team.google.traffic.count("read") == 1
    run_in(team.folder)
    assert make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY).sources[0].changes == ()
    # A value that is typed over chips takes them away.
    team.anna.put(team.file_id, "Q4", "B2", "Sign-ups")
    (table,) = tables(load(team.folder / "okrsync.toml"), "team").tables
    assert table.people == ()
