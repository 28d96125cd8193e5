"""Who is called when: the owner first, the lead after a second missed check-in, on working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from commenting import (
    LATER,
    PEOPLE,
    STALE,
    called,
    check_in,
    comments,
    configure,
    run_in,
)
from google_team import Team
from okrsync.config import load
from okrsync.sync import sync


def test_the_owner_is_called_first_and_the_lead_after_a_second_miss(team: Team) -> None:
    run_in(team.folder)
    # Sign-ups was last checked in on 9 November: 17 days later is a Thursday.
    for as_of in (date(2026, 11, 25), date(2026, 11, 26)):
        run_in(team.folder, as_of)
        assert [len(comment["replies"]) for comment in comments(team)] == [0, 0]
    done = run_in(team.folder, date(2026, 11, 27))
    (change,) = [change for change in done.sources[0].changes if change.field == "warning"]
    assert change.reason == "calls ada@acme.example: two check-ins missed; last one 2026-11-09"
    first, second = (comment["replies"] for comment in comments(team))
    assert [(reply["content"], reply["assigneeEmailAddress"]) for reply in first] == [
        (
            "Two check-ins missed: none since 9 Nov 2026. Mia was asked first.",
            "ada@acme.example",
        )
    ]
    assert second == []
    # Never twice for one miss, however long it lasts.
    team.anna.delete_rows(team.file_id, "Q4", 4)
    for as_of in (LATER, date(2026, 12, 7), date(2026, 12, 21)):
        sync(load(team.folder / "okrsync.toml"), as_of=as_of, allow=["max-shrink"])
    assert [len(comment["replies"]) for comment in comments(team)] == [1, 1]
    team.anna.put(team.file_id, "Q4", "G2", "2026-12-20")
    team.anna.put(team.file_id, "Q4", "G3", "2026-12-20")
    run_in(team.folder, date(2026, 12, 21))
    assert [comment["resolved"] for comment in comments(team)] == [True, True]
    assert [comment["replies"][-1]["content"] for comment in comments(team)] == [
        "The check-in has arrived."
    ] * 2


def test_nobody_is_called_on_a_day_off(team: Team) -> None:
    saturday, sunday, monday = date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)
    for as_of in (saturday, sunday):
        run_in(team.folder, as_of)
        assert comments(team) == []
    run_in(team.folder, monday)
    assert called(team) == STALE
    # The second miss falls on a weekend for one of them, and on days off for both.
    path = team.folder / "okrsync.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text('holidays = "US"\n' + text, encoding="utf-8")
    # The day after Thanksgiving is a working day in the United States, Thanksgiving is none.
    run_in(team.folder, date(2026, 11, 26))
    assert [len(comment["replies"]) for comment in comments(team)] == [0, 0]
    run_in(team.folder, date(2026, 11, 28))
    assert [len(comment["replies"]) for comment in comments(team)] == [0, 0]
    run_in(team.folder, LATER)
    assert [len(comment["replies"]) for comment in comments(team)] == [1, 1]


def test_a_check_in_resolves_on_a_day_off_as_well(team: Team) -> None:
    run_in(team.folder)
    check_in(team, "G2", "G3")
    run_in(team.folder, date(2026, 11, 29))
    assert [comment["resolved"] for comment in comments(team)] == [True, True]


def test_the_lead_is_not_called_on_the_day_the_owner_first_was(team: Team) -> None:
    run_in(team.folder, LATER)
    run_in(team.folder, LATER)
    assert [comment["replies"] for comment in comments(team)] == [[], []]
    run_in(team.folder, date(2026, 12, 1))
    assert [len(comment["replies"]) for comment in comments(team)] == [1, 1]


@pytest.mark.parametrize("scope", ["", 'sources = ["team"]\n'])
def test_a_digest_can_switch_the_ladder_off(team: Team, scope: str) -> None:
    digest = (
        f'[digest.all]\n{scope}escalate = false\nto = {{slack = {{env = "NO_SLACK"}}}}\n' + PEOPLE
    )
    configure(team, digest)
    run_in(team.folder)
    run_in(team.folder, LATER)
    run_in(team.folder, date(2026, 12, 1))
    assert [comment["replies"] for comment in comments(team)] == [[], []]


def test_an_owner_without_an_address_is_told_in_place_and_the_lead_in_a_comment_of_their_own(
    team: Team,
) -> None:
    configure(team, PEOPLE.replace('email = "jon@acme.example", ', ""))
    run_in(team.folder)
    said = team.anna.comments(team.file_id)
    assert "assigneeEmailAddress" not in said["Q4!B3"][0]
    run_in(team.folder, LATER)
    # Google hands on no thread whose first post was assigned to nobody.
    first, second = team.anna.comments(team.file_id)["Q4!B3"]
    assert (first["replies"], second["assigneeEmailAddress"]) == ([], "ada@acme.example")
    check_in(team, "G2", "G3")
    run_in(team.folder, LATER)
    assert [each["resolved"] for each in team.anna.comments(team.file_id)["Q4!B3"]] == [True, True]


@pytest.mark.parametrize(("zone", "is_called"), [("UTC", False), ("Pacific/Auckland", True)])
def test_a_working_day_is_one_where_the_company_is(team: Team, zone: str, is_called: bool) -> None:
    path = team.folder / "okrsync.toml"
    path.write_text(f'timezone = "{zone}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    # Sunday evening in Greenwich is Monday morning in Auckland.
    with time_machine.travel(datetime(2026, 11, 22, 20, 0, tzinfo=UTC)):
        assert sync(load(path)).exit_code == 0
    assert bool(comments(team)) is is_called
