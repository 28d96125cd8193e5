"""What goes wrong in a workspace, one thing after the other: each is told with its repair, the rest
goes on, and nothing is ever taken for a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from notion_team import TODAY, Team
from okrsync.config import load
from okrsync.connector import Finding, State
from okrsync.sync import check, look
from okrsync_sandbox import Sandbox

WORDS = [
    "Not started",
    "No data",
    "On track",
    "At risk",
    "Off track",
    "Stale",
    "Achieved",
    "Missed",
]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path, monkeypatch)


def findings(team: Team) -> list[Finding]:
    return list(check(load(team.folder / "okrsync.toml"), as_of=TODAY)["team"])


def trouble(team: Team) -> list[tuple[str, str]]:
    """What `check` says is wrong, with the repair."""
    return [(one.message, one.repair or "") for one in findings(team) if one.ok is False]


def test_nothing_is_wrong_to_begin_with(team: Team) -> None:
    team.write_config(more=f'summary = "{team.sandbox.notion_url(team.home)}"\nnotify = "comment"')
    before = team.notion.space.revision
    assert trouble(team) == []
    assert team.notion.space.revision == before, "a check changes nothing"
    assert any("the summary's page is shared" in one.message for one in findings(team))


@pytest.mark.parametrize(
    ("meddle", "said", "repair"),
    [
        (lambda team: team.notion.space.integrations.clear(), "does not accept the token", "again"),
        (
            lambda team: team.ada.unshare(team.home, team.bot),
            "deleted, or not shared",
            "Connections",
        ),
        (lambda team: team.bot.capabilities.discard("read"), "may not read", "capability"),
        (
            lambda team: team.bot.capabilities.discard("update"),
            "may not update content",
            "capability to update content",
        ),
        (
            lambda team: team.bot.capabilities.discard("insert"),
            "may not insert content",
            "capability to insert content",
        ),
        (
            lambda team: team.bot.capabilities.discard("read_comments"),
            "may not read comments",
            "capability",
        ),
        (
            lambda team: team.bot.capabilities.discard("insert_comments"),
            "may not insert comments",
            "capability",
        ),
        (lambda team: team.ada.trash(team.database), "is in the trash", "Restore it"),
    ],
    ids=[
        "revoked",
        "unshared",
        "reading",
        "updating",
        "inserting",
        "reading comments",
        "commenting",
        "trash",
    ],
)
def test_check_tells_what_is_missing_and_how_to_mend_it(
    team: Team, meddle: Callable[[Team], None], said: str, repair: str
) -> None:
    team.write_config(more=f'summary = "{team.sandbox.notion_url(team.home)}"\nnotify = "comment"')
    meddle(team)
    told = trouble(team)
    assert any(said in message and repair in mend for message, mend in told), told


def test_what_the_config_does_not_ask_for_need_not_be_permitted(team: Team) -> None:
    team.bot.capabilities -= {"insert_comments", "read_comments", "insert", "users", "emails"}
    assert trouble(team) == []
    team.write_config(columns="")
    team.bot.capabilities.discard("update")
    assert trouble(team) == []


def test_check_tells_of_a_summary_page_that_cannot_be_reached(team: Team) -> None:
    hidden = team.ada.new_page("Board room")
    team.write_config(more=f'summary = "{team.sandbox.notion_url(hidden)}"')
    assert [message for message, _ in trouble(team)] == [
        "the summary's page: deleted, or not shared with the connection"
    ]
    team.ada.share(hidden, team.bot)
    team.ada.trash(hidden)
    assert [message for message, _ in trouble(team)] == ["the summary's page is in the trash"]


def test_check_tells_of_a_property_of_the_wrong_type(team: Team) -> None:
    team.ada.new_column(team.source, "Progress", "checkbox")
    team.ada.new_column(team.source, "Status", "formula", expression="1")
    told = [message for message, _ in trouble(team)]
    assert any(
        "'Progress' is a checkbox property; a text or number property would do" in one
        for one in told
    ), told
    assert any("'Status' is computed by Notion (formula)" in one for one in told), told


def test_check_tells_of_a_property_that_is_missing_and_may_not_be_made(team: Team) -> None:
    team.write_config(more="create = false")
    told = trouble(team)
    assert (
        "OKRs: there is no column 'Progress' for progress",
        "Add the column, or set `create = true`.",
    ) in told


def test_check_names_the_data_sources_to_choose_from(team: Team) -> None:
    second = team.ada.new_source(team.database, "Archive", {"Name": "title"})
    told = [one for one in findings(team) if "2 data sources" in one.message]
    assert len(told) == 1
    assert f"OKRs ({team.source}), Archive ({second})" in told[0].message


def test_check_tells_that_owners_cannot_be_known(team: Team) -> None:
    team.write_config(more='notify = "comment"')
    team.bot.capabilities.discard("emails")
    assert any("without their addresses" in one.message for one in findings(team))
    team.bot.capabilities.discard("users")
    assert any("may not see who is in the workspace" in one.message for one in findings(team))


def test_a_select_without_an_option_is_a_skip_that_names_it_until_somebody_adds_it(
    team: Team,
) -> None:
    team.ada.new_column(team.source, "Status", "select", options=["on track", "At risk"])
    done = team.one()
    assert [skip.reason for skip in done.skips] == [
        (
            "the select 'Status' has no option 'Off track': add it in Notion, or name another word"
            " under [values]"
        )
    ]
    assert team.beside("Status") == {"Sign-ups": "on track", "Revenue": None, "Churn": "on track"}
    assert team.one().calls.write == 0
    team.ada.add_option(team.source, "Status", "Off track")
    team.one()
    assert team.beside("Status")["Revenue"] == "Off track"
    assert [one["name"] for one in team.ada.column(team.source, "Status").config["options"]] == [
        "on track",
        "At risk",
        "Off track",
    ]
    team.one()
    assert team.one().calls.read == 1


def test_a_status_gets_no_options_and_what_is_there_is_used(team: Team) -> None:
    options = {"To-do": ["Not started"], "In progress": ["On track"], "Complete": ["Done"]}
    team.ada.new_column(team.source, "Status", "status", options=options)
    done = team.one()
    assert team.beside("Status") == {
        "Sign-ups": "On track",
        "Revenue": "Not started",
        "Churn": "On track",
    }
    assert [skip.code for skip in done.skips] == ["misfit"]
    assert "the status 'Status' has no option 'Off track'" in done.skips[0].reason


def new_status(team: Team) -> None:
    groups = {"To-do": WORDS[:2], "In progress": WORDS[2:6], "Complete": WORDS[6:]}
    team.ada.new_column(team.source, "Status", "status", options=groups)


def without(team: Team, *words: str) -> None:
    for word in words:
        team.ada.delete_option(team.source, "Status", word)


def test_an_option_deleted_in_mid_run_costs_that_cell_and_not_the_page(team: Team) -> None:
    new_status(team)
    team.notion.traffic.before("write", 2, lambda: without(team, "On track", "Off track"))
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == {"Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}
    reasons = [skip.reason for skip in done.skips]
    assert len(reasons) == 3
    assert all("has no option" in reason for reason in reasons), reasons


def test_a_property_deleted_right_before_the_write_costs_that_cell_and_not_the_page(
    team: Team,
) -> None:
    team.one()
    for name in ("Sign-ups", "Revenue"):
        team.ada.edit(team.page(name), {"Current": 90})
    team.notion.traffic.before("write", 1, lambda: team.ada.delete_column(team.source, "Status"))
    done = team.one()
    assert done.error is None
    assert {skip.reason for skip in done.conflicts} == {"the property 'Status' is no longer there"}
    assert team.beside("Progress") == {"Sign-ups": 0.9, "Revenue": 0.9, "Churn": 0.5}


def test_a_property_whose_type_changed_right_before_the_write_is_a_skip(team: Team) -> None:
    team.one()
    team.ada.edit(team.page("Revenue"), {"Current": 90})
    team.notion.traffic.before(
        "write", 1, lambda: team.ada.retype_column(team.source, "Progress", "people")
    )
    done = team.one()
    assert done.error is None
    assert [skip.reason for skip in done.skips] == ["'Progress' is a people property now"]
    assert team.beside("Status")["Revenue"] == "On track"


def test_a_property_renamed_right_before_the_write_is_written_by_its_id(team: Team) -> None:
    team.one()
    team.ada.edit(team.page("Revenue"), {"Current": 60})
    team.notion.traffic.before(
        "write", 1, lambda: team.ada.rename_column(team.source, "Progress", "How far")
    )
    assert team.one().conflicts == ()
    assert team.beside("How far")["Revenue"] == 0.6


def test_a_page_that_is_thrown_away_while_it_is_written_is_a_conflict(team: Team) -> None:
    team.one()
    for name in ("Revenue", "Sign-ups"):
        team.ada.edit(team.page(name), {"Current": 90})
    gone = team.page("Revenue")
    team.notion.traffic.before("write", 1, lambda: team.ada.trash(gone))
    done = team.one()
    assert done.error is None
    assert {skip.reason for skip in done.conflicts} == {
        "it is in the trash, where nothing is written"
    }
    assert team.beside("Progress")["Sign-ups"] == 0.9


def test_two_rows_with_one_title_are_both_written(team: Team) -> None:
    team.ada.new_row(
        team.source,
        {"Objective": "Grow", "Key result": "Sign-ups", "Start": 0, "Current": 90, "Target": 100},
    )
    done = team.one()
    assert done.error is None
    rows = [
        (team.ada.read(row, "Current"), team.ada.read(row, "Progress"))
        for row in team.ada.rows(team.source)
    ]
    assert (50, 0.5) in rows
    assert (90, 0.9) in rows


def test_a_row_without_a_title_spoils_nothing(team: Team) -> None:
    team.ada.new_row(team.source, {"Current": 5})
    done = team.one()
    assert done.error is None
    assert team.beside("Progress")["Sign-ups"] == 0.5


@pytest.mark.parametrize(
    "make",
    [
        lambda team: team.ada.new_column(
            team.source, "Last check-in", "formula", expression='prop("Edited")'
        ),
        lambda team: team.ada.new_column(
            team.source,
            "Last check-in",
            "formula",
            expression='if(true, prop("Twice"), prop("Twice"))',
        ),
        lambda team: team.ada.new_column(
            team.source,
            "Last check-in",
            "rollup",
            relation="Self",
            column="Edited",
            function="latest_date",
        ),
    ],
    ids=["formula", "formula of a formula", "rollup"],
)
def test_what_notion_works_out_of_the_last_edit_is_no_check_in(
    team: Team, make: Callable[[Team], Any]
) -> None:
    team.ada.new_column(team.source, "Edited", "last_edited_time")
    team.ada.new_column(team.source, "Twice", "formula", expression='prop("Edited")')
    team.ada.new_column(team.source, "Self", "relation")
    for row in team.ada.rows(team.source):
        team.ada.edit(row, {"Self": [row]})
    make(team)
    assert team.ada.read(team.page("Churn"), "Last check-in") is not None
    picture = look(load(team.folder / "okrsync.toml"), as_of=TODAY)
    assert {one.checked_in for id_, one in picture.measures.items() if "KR" in id_} == {None}
    told = [
        one
        for one in findings(team)
        if "'Last check-in' is computed from when pages were last edited" in one.message
    ]
    assert len(told) == 1
    assert (
        told[0].repair
        == "Map `checked_in` to the last edited time itself, or to a date people fill in."
    )


def test_where_a_guest_may_not_comment_the_rest_is_written(team: Team) -> None:
    team.bot.capabilities -= {"insert_comments", "read_comments"}
    team.ada.new_column(team.source, "Last check-in", "date")
    for row in team.ada.rows(team.source):
        team.ada.edit(row, {"Last check-in": "2026-10-10"})
    team.write_config(more='notify = "comment"')
    done = team.one()
    assert done.error is None
    assert {change.outcome for change in done.changes if change.field == "progress"} == {
        State.WRITTEN
    }
    assert any("may not comment" in skip.reason for skip in done.skips)
