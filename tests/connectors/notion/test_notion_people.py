"""People in Notion: warnings that call them, comments that are made once, and edits of ours that
are nobody's check-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns
from okrsync.config import load
from okrsync.connector import State
from okrsync.model.people import names_in
from okrsync.plan.plan import SourcePlan
from okrsync.steps.undo import undo
from okrsync.sync import look, sync
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.notion.users import shown_user
from okrsync_sandbox.traffic import Call

TODAY = date(2026, 11, 24)
COLUMNS: dict[str, Any] = {
    "Objective": "title",
    "Key result": "rich_text",
    "Owner": "people",
    "Start": "number",
    "Current": "number",
    "Target": "number",
    "Last check-in": "date",
}


class Team:
    """A database of Ada's with one stale key result of Jon's."""

    def __init__(self, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox, self.folder, self.notion = sandbox, folder, sandbox.notion
        self.ada, self.jon = (
            self.notion.person("ada@acme.example", "Ada"),
            self.notion.person("jon@acme.example", "Jon"),
        )
        self.bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        self.database, self.source = self.ada.new_database("OKRs", COLUMNS, self.home)
        row = {
            "Objective": "Grow",
            "Key result": "Sign-ups",
            "Owner": ["jon@acme.example"],
            "Start": 0,
            "Current": 50,
        }
        self.page = self.ada.new_row(
            self.source, {**row, "Target": 100, "Last check-in": "2026-10-20"}
        )
        self.ada.share(self.home, self.bot)
        monkeypatch.setenv("NOTION_TOKEN", self.bot.token)
        self.write_config()

    def write_config(self, notify: str = "comment", more: str = "") -> None:
        (self.folder / "okrsync.toml").write_text(
            'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase ='
            f' "{self.sandbox.notion_url(self.database)}"\ntoken = {{env ='
            ' "NOTION_TOKEN"}\napi_endpoint ='
            f' "{self.sandbox.endpoint}"\n[sources.team.limits]\nrequests_per_second ='
            " 100000\ntimeout_seconds = 20\ngive_up_seconds = 20\n[sources.team.write]\ncolumns ="
            f' {{progress = "Progress"}}\nnotify = "{notify}"\n{more}\n',
            encoding="utf-8",
        )

    def run(self, today: date = TODAY) -> SourcePlan:
        return sync(load(self.folder / "okrsync.toml"), as_of=today).sources[0]

    def comments(self) -> list[str]:
        """What the comments on the page say."""
        space = self.notion.space
        made = [one for one in space.comments.values() if one.parent.id == self.page]
        return [plain(shown_text(one.rich_text, space, self.bot)) for one in made]

    def notified(self) -> list[str]:
        """Who was called, by name."""
        return [
            str(shown_user(one, self.notion.space, None).get("name"))
            for one, _ in self.notion.space.notified
        ]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path, monkeypatch)


def test_a_missed_check_in_calls_its_owner_once(team: Team) -> None:
    team.run()
    assert team.notified() == ["Jon"]
    (said,) = team.comments()
    assert said.startswith("@Jon ")
    assert "check-in" in said
    team.run(TODAY + timedelta(days=1))
    team.run(TODAY + timedelta(days=9))
    assert team.notified() == ["Jon"]
    assert team.run(TODAY + timedelta(days=9)).calls.write == 0


def test_the_comment_goes_when_the_check_in_has_arrived_and_the_next_miss_calls_again(
    team: Team,
) -> None:
    team.run()
    team.ada.edit(team.page, {"Last check-in": TODAY.isoformat()})
    team.run(TODAY)
    assert team.comments() == []
    team.run(TODAY + timedelta(days=20))
    assert team.notified() == ["Jon", "Jon"]


def test_a_note_is_a_comment_that_calls_nobody(team: Team) -> None:
    team.write_config(notify="note")
    team.run()
    assert (len(team.comments()), team.notified()) == (1, [])


def test_nobody_is_called_unless_the_config_says_so(team: Team) -> None:
    team.write_config(notify="none")
    team.run()
    assert team.comments() == []


def test_losing_the_memory_calls_nobody_twice(team: Team) -> None:
    team.run()
    (team.folder / "okrsync.db").unlink()
    team.run()
    assert (len(team.comments()), team.notified()) == (1, ["Jon"])


@pytest.mark.parametrize("columns", ["status", "note"])
def test_a_lost_state_takes_back_what_an_earlier_one_said(team: Team, columns: str) -> None:
    path = team.folder / "okrsync.toml"
    config = path.read_text("utf-8").replace('{progress = "Progress"}', f'{{{columns} = "Said"}}')
    path.write_text(config, encoding="utf-8")
    team.run()
    assert len(team.comments()) == 1
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    team.ada.edit(team.page, {"Last check-in": TODAY.isoformat()})
    done = sync(load(path), as_of=TODAY, allow=["max-changes"])
    assert done.exit_code == 0
    assert (team.comments(), team.notified()) == ([], ["Jon"])
    again = sync(load(path), as_of=TODAY).sources[0]
    assert (again.changes, again.calls.write) == ((), 0)


FAULTS: list[dict[str, Any]] = [
    {"status": 429},
    {"status": 500},
    {"status": 500, "after": True},
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
]


@pytest.mark.parametrize(("number", "fault"), in_turns(range(1, 9), FAULTS), ids=str)
def test_whatever_fails_the_owner_is_called_once(
    team: Team, fault: dict[str, Any], number: int
) -> None:
    team.notion.traffic.fail(Fault(lambda call: call.number >= number, **fault))
    team.run()
    team.notion.traffic.faults.clear()
    team.run()
    assert (len(team.comments()), team.notified()) == (1, ["Jon"])


def test_an_owner_in_words_is_found_among_the_people(team: Team) -> None:
    team.ada.retype_column(team.source, "Owner", "rich_text")
    team.ada.edit(team.page, {"Owner": "Ada, jon@acme.example"})
    team.run()
    assert team.notified() == ["Ada", "Jon"]


def test_where_comments_are_not_permitted_a_skip_says_so_and_the_note_property_tells(
    team: Team,
) -> None:
    team.bot.capabilities.discard("insert_comments")
    done = team.run()
    assert done.error is None
    reasons = [skip.reason for skip in done.skips]
    assert any("may not comment" in reason and "`note` column" in reason for reason in reasons), (
        reasons
    )
    assert team.ada.read(team.page, "Progress") == 0.5
    text = (team.folder / "okrsync.toml").read_text()
    (team.folder / "okrsync.toml").write_text(
        text.replace('"Progress"}', '"Progress", note = "okrsync note"}')
    )
    team.run()
    assert "check-in" in str(team.ada.read(team.page, "okrsync note"))


def test_undo_takes_the_comment_back(team: Team) -> None:
    team.run()
    undo(load(team.folder / "okrsync.toml"), "last")
    assert team.comments() == []


def test_a_comment_of_peoples_that_quotes_it_stays(team: Team) -> None:
    team.run()
    (said,) = team.comments()
    team.ada.comment(team.page, said)
    team.ada.edit(team.page, {"Last check-in": TODAY.isoformat()})
    team.run(TODAY)
    assert team.comments() == [said]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Mia Lopez <mia@acme.example>, Jon", ["mia@acme.example", "Jon"]),
        ("Ada & Jon", ["Ada", "Jon"]),
        ("Sandra Anders", ["Sandra Anders"]),
        ("", []),
    ],
)
def test_people_are_told_apart_in_an_owner_cell(text: str, people: list[str]) -> None:
    assert names_in(text) == people


def test_our_own_write_is_no_check_in(team: Team) -> None:
    moment = [1793000000.0]  # 2026-10-26
    team.notion.clock = lambda: moment[0]
    team.ada.delete_column(team.source, "Last check-in")
    team.ada.new_column(team.source, "Last update", "last_edited_time")
    team.ada.edit(team.page, {"Current": 60})
    team.write_config(notify="none")
    (team.folder / "map.toml").write_text(
        'layout = "auto"\n[columns]\nobjective = "Objective"\nkey_result = "Key result"\nbaseline ='
        ' "Start"\ncurrent = "Current"\ntarget = "Target"\nchecked_in = "Last update"\n'
    )
    text = (team.folder / "okrsync.toml").read_text()
    (team.folder / "okrsync.toml").write_text(
        text.replace("[sources.team.limits]", 'mapping = "map.toml"\n[sources.team.limits]')
    )

    def freshness() -> str:
        picture = look(load(team.folder / "okrsync.toml"), as_of=TODAY)
        return next(str(one.checked_in) for id_, one in picture.measures.items() if "KR" in id_)

    assert freshness() == "2026-10-26"
    moment[0] = 1795500000.0  # 2026-11-24
    done = team.run()
    assert {change.outcome for change in done.changes} == {State.WRITTEN}
    moment[0] += 120
    assert freshness() == "2026-10-26", (
        "our own write has moved the page's time, and not the check-in"
    )
    moment[0] += 26 * 3600
    team.run()
    assert freshness() == "2026-10-26"
    team.ada.edit(team.page, {"Current": 70})
    assert freshness() == "2026-11-25"


def _makes_a_comment(call: Call) -> bool:
    return call.method == "POST" and call.path.endswith("/comments")


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"drop": "before"}])
def test_a_comment_that_fails_once_is_made_all_the_same(team: Team, fault: dict[str, Any]) -> None:
    team.notion.traffic.fail(Fault(_makes_a_comment, **fault))
    part = team.run()
    assert (part.error, {change.outcome for change in part.changes}) == (None, {State.WRITTEN})
    assert (len(team.comments()), team.notified()) == (1, ["Jon"])


def test_a_comment_that_fails_for_good_costs_itself(team: Team) -> None:
    team.notion.traffic.fail(Fault(_makes_a_comment, times=10**6, status=500))
    done = sync(load(team.folder / "okrsync.toml"), as_of=TODAY)
    (part,) = done.sources
    outcomes = {change.field: change.outcome for change in part.changes}
    assert (done.exit_code, part.state, outcomes.pop("warning")) == (3, "ok", State.FAILED)
    assert set(outcomes.values()) == {State.WRITTEN}
    assert team.ada.read(team.page, "Progress") == 0.5
    team.notion.traffic.faults.clear()
    assert [change.outcome for change in team.run().changes] == [State.WRITTEN]
    assert len(team.comments()) == 1
    assert undo(load(team.folder / "okrsync.toml"), done.run or "").exit_code == 0
    assert "Progress" not in team.ada.source(team.source).properties


def test_one_page_that_cannot_be_written_costs_itself_and_the_next_run_looks(team: Team) -> None:
    other = team.ada.new_row(
        team.source,
        {"Objective": "Grow", "Key result": "Revenue", "Start": 0, "Current": 20, "Target": 100},
    )
    team.write_config("none")
    is_the_page = Fault(
        lambda call: call.method == "PATCH" and call.path.endswith(other),
        times=10**6,
        status=500,
        after=True,
    )
    team.notion.traffic.fail(is_the_page)
    done = sync(load(team.folder / "okrsync.toml"), as_of=TODAY)
    (part,) = done.sources
    outcomes = {
        str(change.at): change.outcome for change in part.changes if change.field == "progress"
    }
    assert (done.exit_code, sorted(outcomes.values(), key=str)) == (
        3,
        [State.FAILED, State.WRITTEN],
    )
    assert team.ada.read(team.page, "Progress") == 0.5
    team.notion.traffic.faults.clear()
    again = sync(load(team.folder / "okrsync.toml"), as_of=TODAY)
    assert (again.exit_code, again.sources[0].changes) == (0, ())
    assert team.ada.read(other, "Progress") == 0.2
    assert undo(load(team.folder / "okrsync.toml"), done.run or "").exit_code == 0
    assert "Progress" not in team.ada.source(team.source).properties


# The ladder

PEOPLE = """
[people]
Jon = {email = "jon@acme.example", lead = "Ada Ferro"}
"Ada Ferro" = {email = "ada@acme.example"}
"""
FRESH, FIRST_MISS, SECOND_MISS = date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 9)
"""The last check-in was on 20 October: by these days none, one and two are missed."""


def lead_it(team: Team, people: str = PEOPLE) -> None:
    path = team.folder / "okrsync.toml"
    path.write_text(path.read_text(encoding="utf-8") + people, encoding="utf-8")


def test_the_lead_is_called_after_a_second_miss_and_once(team: Team) -> None:
    lead_it(team)
    team.run(FRESH)
    assert team.notified() == []
    team.run(FIRST_MISS)
    team.run(FIRST_MISS + timedelta(days=4))
    assert team.notified() == ["Jon"]
    team.run(SECOND_MISS)
    assert team.notified() == ["Jon", "Ada"]
    for days in (1, 7, 14):
        team.run(SECOND_MISS + timedelta(days=days))
    assert team.notified() == ["Jon", "Ada"]
    assert [words.partition(". ")[0].removeprefix("@Ada ") for words in team.comments()][1] == (
        "Two check-ins missed: none since 20 Oct 2026"
    )
    team.ada.edit(team.page, {"Last check-in": "2026-11-23"})
    team.run(TODAY)
    assert team.comments() == []


def test_nobody_is_called_on_a_weekend(team: Team) -> None:
    lead_it(team)
    for day in (date(2026, 10, 31), date(2026, 11, 1)):
        team.run(day)
        assert team.comments() == []
    team.run(FIRST_MISS)
    for day in (date(2026, 11, 7), date(2026, 11, 8)):
        team.run(day)
        assert team.notified() == ["Jon"]
    team.run(SECOND_MISS)
    assert team.notified() == ["Jon", "Ada"]


def test_a_lost_state_calls_nobody_twice(team: Team) -> None:
    lead_it(team)
    team.run(FIRST_MISS)
    team.run(SECOND_MISS)
    (team.folder / "okrsync.db").unlink()
    for days in range(3):
        assert team.run(SECOND_MISS + timedelta(days=days)).error is None
    assert team.notified() == ["Jon", "Ada"]
    assert len(team.comments()) == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "before"}, {"drop": "after"}])
def test_a_call_to_the_lead_whose_answer_is_lost_is_made_once(
    team: Team, fault: dict[str, Any]
) -> None:
    lead_it(team)
    team.run(FIRST_MISS)
    team.notion.traffic.fail(Fault(_makes_a_comment, **fault))
    team.run(SECOND_MISS)
    team.notion.traffic.faults.clear()
    team.run(SECOND_MISS + timedelta(days=1))
    assert team.notified() == ["Jon", "Ada"]


def test_a_comment_that_people_answered_stays_when_the_check_in_comes(team: Team) -> None:
    team.run()
    (comment,) = team.notion.space.comments.values()
    answer = team.ada.comment(team.page, "On it.")
    team.notion.space.comments[answer].discussion = comment.discussion
    team.ada.edit(team.page, {"Last check-in": "2026-11-23"})
    assert team.run().error is None
    assert len(team.comments()) == 2
    assert team.run().changes == ()


def test_an_owner_is_found_by_the_address_of_the_people(team: Team) -> None:
    team.ada.retype_column(team.source, "Owner", "rich_text")
    team.ada.edit(team.page, {"Owner": "Jonathan B."})
    lead_it(team, '\n[people]\n"Jonathan B." = {email = "jon@acme.example"}\n')
    team.run()
    assert team.notified() == ["Jon"]
