"""Comments at stale rows: each is made once, at the right cell, by whichever state file and job
comes next after a kill in the moment of a request; and what people do with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from commenting import (
    LATER,
    PEOPLE,
    STALE,
    called,
    check_in,
    comments,
    configure,
    run_in,
    warnings_of,
)
from google_team import TODAY, Team
from grids import in_turns
from okrsync.config import load
from okrsync.connector import State
from okrsync.steps.undo import undo
from okrsync.sync import make_plan, sync
from okrsync_sandbox.google.person import SheetEditor


def test_comments_cost_one_read_and_one_write_whatever_their_number(team: Team) -> None:
    for row in range(5, 45):
        team.anna.fill(
            team.file_id,
            "Q4",
            [*team.grid(), ["Keep", f"KR {row}", 0, 1, 100, "Mia", "2026-11-09"]],
        )
    configure(team, write="")
    run_in(team.folder)
    configure(team)
    calls = run_in(team.folder).sources[0].calls
    # The spreadsheet, whether it is in the trash, and its comments.
    assert (calls.read, calls.write) == (3, 1)
    assert len(comments(team)) == 42


MOVES: list[Callable[[SheetEditor, str], None]] = [
    lambda anna, id_: anna.insert_rows(id_, "Q4", 1, 2),
    lambda anna, id_: anna.insert_rows(id_, "Q4", 3),
    lambda anna, id_: anna.sort(id_, "Q4", "A2:I4", "D"),
    lambda anna, id_: anna.sort(id_, "Q4", "A2:I4", "B", descending=True),
    lambda anna, id_: anna.move_row(id_, "Q4", 2, 5),
    lambda anna, id_: anna.insert_columns(id_, "Q4", "A", 2),
    lambda anna, id_: anna.move_column(id_, "Q4", "B", "F"),
    lambda anna, id_: anna.rename_tab(id_, "Q4", "Quarter"),
]


def at_their_titles(team: Team) -> dict[str, str]:
    """By what a comment is assigned to, what stands in its cell now."""
    (tab,) = {each.partition("!")[0] for each in team.anna.comments(team.file_id)}
    return {
        comment["assigneeEmailAddress"]: team.anna.text(team.file_id, tab, cell.partition("!")[2])
        for cell, said in team.anna.comments(team.file_id).items()
        for comment in said
    }


@pytest.mark.parametrize(("move", "is_remembered"), in_turns(MOVES, [True, False]))
def test_a_comment_is_known_again_wherever_its_row_went(
    team: Team, move: Callable[[SheetEditor, str], None], is_remembered: bool
) -> None:
    run_in(team.folder)
    expected = {"mia@acme.example": "Sign-ups", "jon@acme.example": "Revenue"}
    assert at_their_titles(team) == expected
    move(team.anna, team.file_id)
    if not is_remembered:
        (team.folder / "okrsync.db").unlink()
    assert run_in(team.folder).exit_code == 0
    assert at_their_titles(team) == expected
    assert len(comments(team)) == 2


@pytest.mark.parametrize(("move", "number"), in_turns(MOVES[:7], [1, 2]))
def test_a_comment_lands_at_its_row_whatever_people_move_in_that_moment(
    team: Team, move: Callable[[SheetEditor, str], None], number: int
) -> None:
    team.google.traffic.before("write", number, lambda: move(team.anna, team.file_id))
    done = run_in(team.folder)
    assert done.exit_code == 0
    assert at_their_titles(team) == {"mia@acme.example": "Sign-ups", "jon@acme.example": "Revenue"}
    assert set(warnings_of(done)) == {State.WRITTEN}
    run_in(team.folder)
    assert len(comments(team)) == 2


def test_a_row_that_is_gone_gets_no_comment(team: Team) -> None:
    team.google.traffic.before("write", 1, lambda: team.anna.delete_rows(team.file_id, "Q4", 2))
    run_in(team.folder)
    assert called(team) == ["jon@acme.example"]


def test_rows_that_were_missed_on_the_same_day_keep_their_own_comments(team: Team) -> None:
    team.anna.put(team.file_id, "Q4", "G3", "2026-11-09")
    run_in(team.folder)
    check_in(team, "G3")
    run_in(team.folder, LATER)
    by_title = {
        cell: said[0]["resolved"] for cell, said in team.anna.comments(team.file_id).items()
    }
    assert by_title == {"Q4!B2": False, "Q4!B3": True}


def test_a_comment_that_people_resolved_is_not_made_again_for_the_same_miss(team: Team) -> None:
    run_in(team.folder)
    for comment in comments(team):
        team.anna.answer(team.file_id, comment["id"], "I know.", resolves=True)
    (team.folder / "okrsync.db").unlink()
    run_in(team.folder)
    run_in(team.folder)
    assert len(comments(team)) == 2
    assert {comment["resolved"] for comment in comments(team)} == {True}


def test_undo_keeps_a_comment_that_people_answered(team: Team) -> None:
    run_in(team.folder)
    first = comments(team)[0]
    team.anna.answer(team.file_id, first["id"], "On it.")
    undone = undo(load(team.folder / "okrsync.toml"), "last")
    outcomes = {
        change.title: (change.outcome, change.why)
        for change in undone.sources[0].changes
        if change.field == "warning"
    }
    assert outcomes == {
        "Sign-ups": (State.CONFLICT, "people have answered the comment, so it stays"),
        "Revenue": (State.WRITTEN, None),
    }
    assert [comment["id"] for comment in comments(team)] == [first["id"]]


def test_an_answered_comment_is_resolved_and_not_deleted_when_the_check_in_comes(
    team: Team,
) -> None:
    run_in(team.folder)
    for comment in comments(team):
        team.anna.answer(team.file_id, comment["id"], "On it.")
    check_in(team, "G2", "G3")
    run_in(team.folder, LATER)
    for comment in comments(team):
        assert [reply["content"] for reply in comment["replies"]] == [
            "On it.",
            "The check-in has arrived.",
        ]
        assert comment["resolved"]


def test_undo_of_a_resolution_opens_the_comment_again(team: Team) -> None:
    run_in(team.folder)
    check_in(team, "G2", "G3")
    done = run_in(team.folder, LATER)
    undo(load(team.folder / "okrsync.toml"), done.run or "")
    assert [comment["resolved"] for comment in comments(team)] == [False, False]
    assert len(comments(team)) == 2


@pytest.mark.parametrize("columns", ["status", "note"])
def test_a_lost_state_resolves_what_an_earlier_one_said(team: Team, columns: str) -> None:
    path = team.folder / "okrsync.toml"
    config = re.sub(r"columns = .*", f'columns = {{{columns} = "Said"}}', path.read_text("utf-8"))
    path.write_text(config, encoding="utf-8")
    run_in(team.folder, date(2026, 11, 27))
    run_in(team.folder, LATER)
    replies = [len(comment["replies"]) for comment in comments(team)]
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    check_in(team, "G2", "G3")
    allowed = ["max-changes"]
    done = sync(load(team.folder / "okrsync.toml"), as_of=LATER, allow=allowed)
    assert done.exit_code == 0
    assert [comment["resolved"] for comment in comments(team)] == [True, True]
    assert [len(comment["replies"]) for comment in comments(team)] == [n + 1 for n in replies]
    again = sync(load(team.folder / "okrsync.toml"), as_of=LATER, allow=allowed)
    assert (warnings_of(again), again.sources[0].calls.write) == ([], 0)
    undo(load(team.folder / "okrsync.toml"), done.run or "")
    assert [comment["resolved"] for comment in comments(team)] == [False, False]


def test_a_state_lost_before_the_check_in_resolves_its_comment_all_the_same(team: Team) -> None:
    run_in(team.folder)
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    run_in(team.folder, LATER)
    assert len(comments(team)) == 2
    check_in(team, "G2", "G3")
    run_in(team.folder, LATER)
    assert [comment["resolved"] for comment in comments(team)] == [True, True]


def test_undo_keeps_what_the_lead_replied(team: Team) -> None:
    run_in(team.folder)
    second = run_in(team.folder, date(2026, 11, 27))
    thread = next(comment for comment in comments(team) if comment["replies"])
    team.anna.answer(team.file_id, thread["id"], "I talk to Mia today.")
    config = load(team.folder / "okrsync.toml")
    whys = []
    for run in (second.run or "", "last"):
        undone = undo(config, run)
        changes = undone.sources[0].changes
        whys += [(each.outcome, each.why) for each in changes if each.field == "warning"]
    assert (State.CONFLICT, "people have answered the comment, so it stays") in whys
    (kept,) = [comment for comment in comments(team) if comment["id"] == thread["id"]]
    assert [reply["content"] for reply in kept["replies"]][1:] == ["I talk to Mia today."]


def test_a_check_in_between_two_runs_ends_the_older_comment(team: Team) -> None:
    run_in(team.folder)
    team.anna.put(team.file_id, "Q4", "G2", "2026-11-16")
    run_in(team.folder, LATER)
    older, newer = team.anna.comments(team.file_id)["Q4!B2"]
    assert (older["resolved"], newer["resolved"]) == (True, False)
    assert "since 16 Nov 2026" in newer["content"]


def test_a_comment_of_peoples_own_that_quotes_ours_is_none_of_ours(team: Team) -> None:
    team.anna.comment(team.file_id, "Q4", "B2", '"Sign-ups": No check-in since 9 Nov 2026')
    run_in(team.folder)
    assert len(comments(team)) == 3
    check_in(team, "G2", "G3")
    run_in(team.folder, LATER)
    assert [comment["resolved"] for comment in comments(team)] == [False, True, True]


def test_a_comment_that_google_does_not_save_is_a_failure_of_its_own(team: Team) -> None:
    team.google.sheets.switches.saves_comments = False
    done = run_in(team.folder)
    assert (done.exit_code, warnings_of(done)) == (3, [State.FAILED, State.FAILED])
    assert team.beside("Progress")["Sign-ups"] == 0.5
    team.google.sheets.switches.saves_comments = True
    assert run_in(team.folder).exit_code == 0
    assert called(team) == STALE


def test_where_the_api_knows_no_comments_drive_has_them(team: Team) -> None:
    team.google.sheets.switches.knows_comments = False
    assert run_in(team.folder).exit_code == 0
    mentioned = [comment["mentionedEmailAddresses"] for comment in comments(team)]
    assert sorted(mentioned) == [["jon@acme.example"], ["mia@acme.example"]]
    run_in(team.folder)
    assert len(comments(team)) == 2
    # Once the API knows them, those of Drive are found and resolved.
    team.google.sheets.switches.knows_comments = True
    (team.folder / "okrsync.db").unlink()
    run_in(team.folder)
    assert len(comments(team)) == 2
    check_in(team, "G2", "G3")
    run_in(team.folder, LATER)
    assert [comment["resolved"] for comment in comments(team)] == [True, True]


def test_a_plan_shows_the_requests_and_sends_none(team: Team) -> None:
    team.google.traffic.forget()
    plan = make_plan(load(team.folder / "okrsync.toml"), as_of=TODAY, with_requests=True)
    requests = plan.sources[0].requests or ()
    (body,) = [
        request.body
        for request in requests
        if any("insertComment" in update for update in (request.body or {}).get("requests", ()))
    ]
    made = [update["insertComment"] for update in body["requests"] if "insertComment" in update]
    assert [comment["assigneeEmailAddress"] for comment in made] == [
        "mia@acme.example",
        "jon@acme.example",
    ]
    assert team.google.traffic.count("write") == 0
    assert comments(team) == []


def test_a_private_source_keeps_its_titles_out_of_mails(team: Team) -> None:
    team.write_config("private = true", 'notify = "comment"')
    path = team.folder / "okrsync.toml"
    path.write_text(path.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
    run_in(team.folder)
    run_in(team.folder, LATER)
    words = " ".join(
        each["content"] for comment in comments(team) for each in (comment, *comment["replies"])
    )
    assert len(comments(team)) == 2
    assert "Sign-ups" not in words
    assert "Revenue" not in words
