"""Comments at stale rows: each is made once, at the right cell, by whichever state file and job
comes next after a kill in the moment of a request; and what people do with them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from google_team import TODAY, Team
from kills import KILLED, Killer
from okrsync.config import load
from okrsync.connector import State
from okrsync.model.errors import UnknownRun
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.undo import undo
from okrsync.sync import make_plan, sync, tables
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.google.person import SheetEditor
from okrsync_sandbox.traffic import Call

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Start", "Current", "Target", "Owner", "Last check-in"],
    ["Grow", "Sign-ups", 0, 50, 100, "Mia <mia@acme.example>", "2026-11-09"],
    ["Grow", "Revenue", 0, 20, 100, "Jon", "2026-11-10"],
    ["Keep", "Churn", 10, 5, 0, "Lea <lea@acme.example>", "2026-11-22"],
]
PEOPLE = """
[people]
Mia = {email = "mia@acme.example", lead = "Ada"}
Jon = {email = "jon@acme.example", lead = "Ada"}
Ada = {email = "ada@acme.example"}
"""
STALE = ["jon@acme.example", "mia@acme.example"]
LATER = date(2026, 11, 30)
"""A Monday on which two check-ins in a row are missed at both rows."""


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with Killer() as made:
        yield made


def configure(team: Team, people: str = PEOPLE, write: str = 'notify = "comment"') -> None:
    team.write_config("", write)
    path = team.folder / "okrsync.toml"
    path.write_text(path.read_text(encoding="utf-8") + people, encoding="utf-8")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        made = Team(sandbox, tmp_path, ROWS)
        configure(made)
        yield made


def makes_a_comment(call: Call) -> bool:
    return "insertComment" in call.updates


def answers_a_comment(call: Call) -> bool:
    return "addCommentReply" in call.updates


def kill_at(killer: Killer, team: Team, meets: Any, *, after: bool, as_of: date = TODAY) -> None:
    """A run that is killed at the first request of a kind, before or after that takes effect."""

    def is_it(call: Call) -> bool:
        if not meets(call):
            return False
        with suppress(ProcessLookupError):
            os.kill(killer.child, signal.SIGKILL)
        return True

    team.google.traffic.fail(Fault(is_it, drop="after" if after else "before"))
    assert killer.run(team, as_of=as_of.isoformat()) == KILLED
    # The request goes on without who sent it, and ends before anything is looked at.
    with team.google.traffic.at_rest():
        team.google.traffic.faults.clear()


def next_job(team: Team, whose: str, old_state: bytes | None) -> Path:
    """The folder of whoever runs next: with the state of the killed run, without it, with one from
    before that run, or a second job that has one of its own.
    """
    state = team.folder / "okrsync.db"
    if whose == "the same":
        return team.folder
    if whose == "a second job":
        other = team.folder / "elsewhere"
        other.mkdir()
        for name in ("okrsync.toml", "key.json"):
            shutil.copy(team.folder / name, other / name)
        return other
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    if whose == "an older state" and old_state is not None:
        state.write_bytes(old_state)
    return team.folder


def run_in(folder: Path, as_of: date = TODAY) -> Plan:
    return sync(load(folder / "okrsync.toml"), as_of=as_of)


def comments(team: Team) -> list[dict[str, Any]]:
    return [each for each in team.anna.file(team.file_id).comments if not each["deleted"]]


def called(team: Team) -> list[str]:
    """Whom the comments are assigned to that nobody deleted."""
    return sorted(each["assigneeEmailAddress"] for each in comments(team))


def warnings_of(done: Plan) -> list[State | None]:
    return [change.outcome for change in done.sources[0].changes if change.field == "warning"]


def check_in(team: Team, *cells: str) -> None:
    for cell in cells:
        team.anna.put(team.file_id, "Q4", cell, "2026-11-29")


WHOSE = ["the same", "none", "an older state", "a second job"]
MOMENT = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@pytest.mark.parametrize("whose", WHOSE)
@MOMENT
def test_a_kill_in_the_moment_of_a_comment_makes_none_twice(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    with Store.open(team.folder / "okrsync.db"):
        pass
    old_state = (team.folder / "okrsync.db").read_bytes()
    kill_at(killer, team, makes_a_comment, after=after)
    # All comments of a run go in one request, which takes effect or does not; where it does, the
    # local Google may still be at it when the process that sent it is dead.
    for _ in range(200):
        if len(called(team)) == 2 * after:
            break
        time.sleep(0.1)
    assert len(called(team)) == 2 * after
    folder = next_job(team, whose, old_state)
    done = run_in(folder)
    assert done.exit_code == 0
    assert called(team) == STALE
    said = [dict(comment) for comment in comments(team)]
    again = run_in(folder)
    assert (again.exit_code, again.sources[0].calls.write) == (0, 0)
    assert comments(team) == said
    with Store.open(folder / "okrsync.db", readonly=True) as state:
        assert Journal(state).unsettled() == []
    # Whoever made them, the next check-in resolves them.
    check_in(team, "G2", "G3")
    assert run_in(folder, LATER).exit_code == 0
    assert {comment["resolved"] for comment in comments(team)} == {True}


@pytest.mark.parametrize("whose", ["the same", "none"])
@MOMENT
def test_a_kill_in_the_moment_of_an_answer_resolves_once(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    run_in(team.folder)
    check_in(team, "G2", "G3")
    kill_at(killer, team, answers_a_comment, after=after, as_of=LATER)
    folder = next_job(team, whose, None)
    assert run_in(folder, LATER).exit_code == 0
    said = comments(team)
    if whose == "the same":
        assert [comment["resolved"] for comment in said] == [True, True]
    assert [len(comment["replies"]) <= 1 for comment in said] == [True, True]
    assert called(team) == STALE


@pytest.mark.parametrize("whose", WHOSE)
@MOMENT
def test_a_kill_in_the_moment_of_a_call_to_the_lead_calls_once(
    killer: Killer, team: Team, whose: str, after: bool
) -> None:
    run_in(team.folder)
    old_state = (team.folder / "okrsync.db").read_bytes()
    kill_at(killer, team, answers_a_comment, after=after, as_of=LATER)
    folder = next_job(team, whose, old_state)
    # Without a memory the owners' comments are found first, and a day later the lead's.
    for as_of in (LATER, date(2026, 12, 1), date(2026, 12, 2)):
        assert run_in(folder, as_of).exit_code == 0
    assert called(team) == STALE
    for comment in comments(team):
        assert [reply["assigneeEmailAddress"] for reply in comment["replies"]] == [
            "ada@acme.example"
        ]


@MOMENT
def test_undo_after_a_kill_takes_the_comments_back(killer: Killer, team: Team, after: bool) -> None:
    kill_at(killer, team, makes_a_comment, after=after)
    run_in(team.folder)
    with suppress(UnknownRun):
        # Every run that wrote something, until there is none left.
        while True:
            undo(load(team.folder / "okrsync.toml"), "last")
    assert called(team) == []


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "after"}, {"drop": "before"}])
def test_a_lost_answer_makes_no_second_comment_in_the_same_run(
    team: Team, fault: dict[str, Any]
) -> None:
    team.google.traffic.fail(Fault(makes_a_comment, **fault))
    done = run_in(team.folder)
    assert (done.exit_code, warnings_of(done)) == (0, [State.WRITTEN, State.WRITTEN])
    assert called(team) == STALE


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


# Where a comment stands

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


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("is_remembered", [True, False])
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


@pytest.mark.parametrize("move", MOVES[:7])
@pytest.mark.parametrize("number", [1, 2])
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


# The ladder


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


# What people do


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


# What Google refuses


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


@pytest.mark.parametrize(("zone", "is_called"), [("UTC", False), ("Pacific/Auckland", True)])
def test_a_working_day_is_one_where_the_company_is(team: Team, zone: str, is_called: bool) -> None:
    path = team.folder / "okrsync.toml"
    path.write_text(f'timezone = "{zone}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    # Sunday evening in Greenwich is Monday morning in Auckland.
    with time_machine.travel(datetime(2026, 11, 22, 20, 0, tzinfo=UTC)):
        assert sync(load(path)).exit_code == 0
    assert bool(comments(team)) is is_called


# Smart chips

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
