"""The local Notion through the real client: blocks, comments, users, search, views, limits, faults,
and what people see.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from notion_client import Client

from notion_sandbox import NOON, Desk, desk, paragraph, refused, rich
from okrsync_sandbox import Fault, Sandbox


@pytest.fixture
def at() -> Iterator[Desk]:
    with desk() as one:
        yield one


def words(answer: dict[str, list[dict[str, dict[str, list[dict[str, str]]]]]]) -> list[str]:
    return [
        "".join(run["plain_text"] for run in one["paragraph"]["rich_text"])
        for one in answer["results"]
    ]


def test_blocks_are_appended_where_they_are_wanted(at: Desk) -> None:
    first = at.api.blocks.children.append(at.home, children=[paragraph("1"), paragraph("4")])[
        "results"
    ]
    answer = at.api.blocks.children.append(at.home, children=[paragraph("2")], after=first[0]["id"])
    assert words(answer) == ["2", "4"]
    position = {"type": "after_block", "after_block": {"id": answer["results"][0]["id"]}}
    at.new.blocks.children.append(at.home, children=[paragraph("3")], position=position)
    at.new.blocks.children.append(at.home, children=[paragraph("0")], position={"type": "start"})
    assert words(at.api.blocks.children.list(at.home)) == ["0", "1", "2", "3", "4"]
    with refused(400, "validation_error", "body.after should be not present"):
        at.new.blocks.children.append(at.home, children=[paragraph("x")], after=first[0]["id"])
    with refused(400, "validation_error", "body.position should be not present"):
        at.api.blocks.children.append(
            at.home, children=[paragraph("x")], position={"type": "start"}
        )


def test_a_block_with_all_that_stands_in_it(at: Desk) -> None:
    row = {"type": "table_row", "table_row": {"cells": [rich("a"), rich("b")]}}
    table = {
        "type": "table",
        "table": {"table_width": 2, "has_column_header": True, "children": [row, row]},
    }
    columns = {
        "column_list": {
            "children": [
                {"column": {"children": [paragraph("l")]}},
                {"column": {"children": [paragraph("r")]}},
            ]
        }
    }
    sent = [
        {"callout": {"rich_text": rich("head"), "children": [paragraph("in")]}},
        table,
        {"toggle": {"rich_text": rich("more"), "children": [paragraph("hidden")]}},
        columns,
        {"heading_2": {"rich_text": rich("h")}},
        {"to_do": {"rich_text": rich("do"), "checked": True}},
        {"code": {"rich_text": rich("x = 1"), "language": "python"}},
        {"divider": {}},
    ]
    made = at.api.blocks.children.append(at.home, children=sent)["results"]
    assert made[0]["callout"]["icon"] == {"type": "emoji", "emoji": "💡"}
    assert [one["has_children"] for one in made] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert at.ada.outline(at.home)[:6] == [
        "callout: head",
        "  paragraph: in",
        "table",
        "  table_row: a | b",
        "  table_row: a | b",
        "toggle: more",
    ]
    with refused(400, "validation_error", "must match the table width"):
        wide = {"type": "table_row", "table_row": {"cells": [rich("a")]}}
        at.api.blocks.children.append(made[1]["id"], children=[wide])
    with refused(
        400,
        "validation_error",
        "body.children[0].toggle.children[0].toggle.children[0].toggle.children should be not"
        " present",
    ):
        deep = paragraph("x")
        for _ in range(3):
            deep = {"toggle": {"rich_text": [], "children": [deep]}}
        at.api.blocks.children.append(at.home, children=[deep])
    with refused(
        400, "validation_error", "body.children.length should be ≤ `100`, instead was `101`"
    ):
        at.api.blocks.children.append(at.home, children=[paragraph("x")] * 101)


def test_a_block_is_changed_thrown_away_and_brought_back(at: Desk) -> None:
    block = at.api.blocks.children.append(at.home, children=[paragraph("old")])["results"][0]["id"]
    at.notion.clock = lambda: NOON + 60
    changed = at.api.blocks.update(block, paragraph={"rich_text": rich("new")})
    assert changed["paragraph"]["rich_text"][0]["plain_text"] == "new"
    assert at.api.pages.retrieve(at.home)["last_edited_time"] == "2026-06-01T12:01:00.000Z"
    with refused(400, "validation_error", "does not match the type paragraph"):
        at.api.blocks.update(block, quote={"rich_text": rich("new")})
    at.api.blocks.delete(block)
    assert at.api.blocks.children.list(at.home)["results"] == []
    assert at.api.blocks.retrieve(block)["in_trash"] is True
    archived = "Can't edit block that is archived"
    with refused(400, "validation_error", archived):
        at.api.blocks.delete(block)
    with refused(400, "validation_error", archived):
        at.api.blocks.update(block, paragraph={"rich_text": []})
    at.new.blocks.update(block, in_trash=False)
    assert at.ada.outline(at.home) == ["paragraph: new"]


def test_people_move_and_copy_what_was_written(at: Desk) -> None:
    one, two = (
        each["id"]
        for each in at.api.blocks.children.append(
            at.home, children=[paragraph("1"), paragraph("2")]
        )["results"]
    )
    at.ada.move_block(two, at.home, 0)
    assert words(at.api.blocks.children.list(at.home)) == ["2", "1"]
    at.ada.move_block(one, two)
    assert at.ada.outline(at.home) == ["paragraph: 2", "  paragraph: 1"]
    copy = at.ada.duplicate(at.home)
    assert at.ada.outline(copy) == at.ada.outline(at.home)
    assert at.notion.space.children[copy] != at.notion.space.children[at.home]


def test_a_long_text_with_everything_in_it_survives(at: Desk) -> None:
    sent = [
        *rich("x" * 2000),
        *rich("y" * 2000),
        *rich("😀" * 500, annotations={"bold": True}),
        {"type": "equation", "equation": {"expression": "E=mc^2"}},
        {"type": "mention", "mention": {"type": "user", "user": {"id": at.ada.id}}},
        {"type": "text", "text": {"content": "here", "link": {"url": "https://acme.test"}}},
    ]
    block = at.api.blocks.children.append(at.home, children=[{"paragraph": {"rich_text": sent}}])[
        "results"
    ][0]
    runs = at.api.blocks.retrieve(block["id"])["paragraph"]["rich_text"]
    assert (
        "".join(one["plain_text"] for one in runs)
        == "x" * 2000 + "y" * 2000 + "😀" * 500 + "E=mc^2@Adahere"
    )
    assert [one["type"] for one in runs] == ["text", "text", "equation", "mention", "text"]
    assert runs[-1]["href"] == "https://acme.test"
    with refused(400, "validation_error", "Invalid URL for link."):
        at.api.blocks.children.append(
            at.home,
            children=[
                {
                    "paragraph": {
                        "rich_text": rich("x", text={"content": "x", "link": {"url": "nowhere"}})
                    }
                }
            ],
        )


def test_a_comment_that_mentions_notifies_for_good(at: Desk) -> None:
    mention = {"type": "mention", "mention": {"type": "user", "user": {"id": at.ada.id}}}
    made = at.api.comments.create(
        parent={"page_id": at.home}, rich_text=[mention, *rich(" please")]
    )
    again = at.api.comments.create(parent={"page_id": at.home}, rich_text=rich("two"))
    assert made["discussion_id"] == again["discussion_id"]
    at.api.comments.delete(made["id"])
    assert at.notion.space.notified == [(at.ada.id, made["id"])]
    theirs = at.ada.comment(at.home, "hello")
    assert [one["id"] for one in at.api.comments.list(block_id=at.home)["results"]] == [
        again["id"],
        theirs,
    ]
    at.ada.resolve(theirs)
    assert [one["id"] for one in at.api.comments.list(block_id=at.home)["results"]] == [again["id"]]
    with refused(403, "restricted_resource"):
        at.api.comments.update(theirs, rich_text=rich("mine now"))


def test_what_an_integration_may_not_it_does_not(at: Desk) -> None:
    at.bot.capabilities.difference_update({"insert_comments", "emails"})
    with refused(403, "restricted_resource", "Insufficient permissions for this endpoint."):
        at.api.comments.create(parent={"page_id": at.home}, rich_text=rich("x"))
    assert (
        next(one for one in at.api.users.list()["results"] if one["id"] == at.ada.id)["person"]
        == {}
    )
    at.bot.capabilities.discard("users")
    with refused(403, "restricted_resource"):
        at.api.users.list()
    assert at.api.users.me()["bot"]["workspace_name"] == "Workspace"


def test_the_search_is_a_little_behind(at: Desk) -> None:
    source = at.ada.new_database("Goals of the year", {"Name": "title"}, at.home)[1]
    asked = {"query": "goal", "filter": {"property": "object", "value": "data_source"}}
    assert at.api.search(**asked)["results"] == []
    at.notion.clock = lambda: NOON + 30
    assert [one["id"] for one in at.api.search(**asked)["results"]] == [source]
    at.ada.trash(source)
    assert at.api.search(**asked)["results"][0]["in_trash"] is True


def test_views_are_made_and_asked_for_their_rows(at: Desk) -> None:
    columns: dict[str, Any] = {"Name": "title", "State": {"type": "select", "options": ["Good"]}}
    database, source = at.ada.new_database("Board", columns, at.home)
    for name in "abc":
        at.ada.new_row(source, {"Name": name, "State": "Good" if name != "b" else None})
    grouped = {
        "type": "board",
        "group_by": {"type": "select", "property_id": "State", "sort": {"type": "manual"}},
    }
    one = at.new.views.create(
        database_id=database,
        data_source_id=source,
        name="By state",
        type="board",
        configuration=grouped,
        filter={"property": "State", "select": {"is_not_empty": True}},
    )
    assert len(at.new.views.list(database_id=database)["results"]) == 2
    asked = at.new.views.queries.create(one["id"], page_size=1)
    assert (asked["total_count"], asked["has_more"]) == (2, True)
    assert len(at.new.views.queries.results(one["id"], asked["id"])["results"]) == 2
    with refused(400, "validation_error", "Could not find property"):
        at.new.views.update(one["id"], filter={"property": "Gone", "select": {"is_empty": True}})
    with refused(400, "validation_error", "body.type should be"):
        at.new.views.create(database_id=database, data_source_id=source, name="x", type="pivot")


def test_a_view_is_made_on_a_page_or_in_a_dashboard(at: Desk) -> None:
    database, source = at.ada.new_database("Board", {"Name": "title"}, at.home)
    at.ada.new_row(source, {"Name": "a"})
    before = [block["id"] for block in at.api.blocks.children.list(at.home)["results"]]
    page = {"type": "page_id", "page_id": at.home}
    view: dict[str, Any] = {"data_source_id": source, "name": "Here", "type": "table"}
    after = {"type": "after_block", "block_id": before[0]}
    one = at.new.views.create(**view, create_database={"parent": page, "position": after})
    linked = one["parent"]["database_id"]
    assert (one["data_source_id"], linked == database) == (source, False)
    children = at.api.blocks.children.list(at.home)["results"]
    assert [block["id"] for block in children] == [before[0], linked, *before[1:]]
    assert children[1]["type"] == "child_database"
    assert at.new.views.queries.create(one["id"])["total_count"] == 1
    board = at.new.views.create(**{**view, "type": "dashboard"}, database_id=database)
    widget = at.new.views.create(**view, view_id=board["id"])
    assert (widget["dashboard_view_id"], widget["parent"]["database_id"]) == (board["id"], database)
    for holders in ({}, {"database_id": database, "view_id": board["id"]}):
        with refused(400, "validation_error", "Exactly one of"):
            at.new.views.create(**view, **holders)
    with refused(400, "validation_error", "is not a dashboard"):
        at.new.views.create(**view, view_id=one["id"])
    with refused(400, "validation_error", "is not a child of"):
        wrong = {"type": "after_block", "block_id": source}
        at.new.views.create(**view, create_database={"parent": page, "position": wrong})


def test_a_place_is_written_and_emptied(at: Desk) -> None:
    _, source = at.ada.new_database("Offices", {"Name": "title", "Where": "place"}, at.home)
    row = at.ada.new_row(source, {"Name": "Berlin"})
    sent: dict[str, Any] = {"lat": 52.5, "lon": 13.4, "name": "Berlin"}
    at.api.pages.update(row, properties={"Where": {"place": sent}})
    held = at.api.pages.retrieve(row)["properties"]["Where"]
    assert held["type"] == "place"
    assert {name: held["place"][name] for name in sent} == sent
    with refused(400, "validation_error", "lat should be a number"):
        at.api.pages.update(row, properties={"Where": {"place": {"lon": 13.4}}})
    at.api.pages.update(row, properties={"Where": {"place": None}})
    assert at.api.pages.retrieve(row)["properties"]["Where"]["place"] is None


def test_markdown_goes_in_and_comes_out(at: Desk) -> None:
    at.api.pages.update_markdown(
        at.home, type="insert_content", insert_content={"content": "# T\n- a\n- [x] b\n---\nplain"}
    )
    assert at.api.pages.retrieve_markdown(at.home)["markdown"] == "# T\n- a\n- [x] b\n---\nplain"
    assert at.ada.outline(at.home)[0] == "heading_1: T"


def test_tokens_versions_and_addresses(at: Desk) -> None:
    def ask(path: str, **headers: str) -> httpx.Response:
        return httpx.get(at.sandbox.endpoint + path, headers=headers)

    token = f"Bearer {at.bot.token}"
    assert ask("/v1/users/me").json()["code"] == "unauthorized"
    assert ask("/v1/users/me", authorization=token).json()["code"] == "missing_version"
    old = ask("/v1/users/me", authorization=token, **{"notion-version": "2022-06-28"})
    assert (old.status_code, old.json()["code"]) == (400, "validation_error")
    with refused(
        400, "validation_error", 'path.page_id should be a valid uuid, instead was `"nonsense"`'
    ):
        at.api.pages.retrieve("nonsense")
    broken = httpx.post(
        f"{at.sandbox.endpoint}/v1/pages",
        content="{",
        headers={"authorization": token, "notion-version": "2025-09-03"},
    )
    assert broken.json()["code"] == "invalid_json"
    with refused(400, "validation_error", "500000"):
        at.api.blocks.children.append(
            at.home, children=[{"paragraph": {"rich_text": rich("x" * 2000) * 100}}] * 3
        )


def test_the_quota_of_a_minute_and_of_the_workspace(at: Desk) -> None:
    at.notion.quota.per_connection = 2
    for _ in range(2):
        at.api.users.me()
    with refused(429, "rate_limited") as _:
        at.api.users.me()
    answer = httpx.get(
        f"{at.sandbox.endpoint}/v1/users/me",
        headers={"authorization": f"Bearer {at.bot.token}", "notion-version": "2025-09-03"},
    )
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["additional_data"] == {
        "rate_limit_reason": "public_api_request_rate_limit"
    }
    at.notion.clock = lambda: NOON + 30
    assert at.api.users.me()["type"] == "bot"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "conflict_error"),
        (429, "rate_limited"),
        (500, "internal_server_error"),
        (503, "service_unavailable"),
        (529, "service_overload"),
    ],
)
def test_faults_come_in_the_service_s_own_words(at: Desk, status: int, code: str) -> None:
    at.notion.traffic.fail(Fault(lambda call: call.kind == "write", status=status))
    answer = httpx.patch(
        f"{at.sandbox.endpoint}/v1/pages/{at.home}",
        json={"properties": {"title": rich("New")}},
        headers={"authorization": f"Bearer {at.bot.token}", "notion-version": "2025-09-03"},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("retry-after" in answer.headers) == (status in (429, 529))
    assert at.api.pages.retrieve(at.home)["properties"]["title"]["title"][0]["plain_text"] == "Home"


def test_a_lost_answer_may_have_done_its_work(at: Desk) -> None:
    at.notion.traffic.fail(Fault(drop="after"))
    with pytest.raises(httpx.HTTPError):
        at.api.blocks.children.append(at.home, children=[paragraph("once")])
    assert at.ada.outline(at.home) == ["paragraph: once"]


def test_somebody_edits_right_before_a_write(at: Desk) -> None:
    at.notion.traffic.forget()
    at.notion.traffic.before("write", 1, lambda: at.ada.trash(at.home))
    with refused(400, "validation_error", "archived"):
        at.api.pages.update(at.home, properties={"title": rich("x")})
    assert (at.notion.traffic.count("read"), at.notion.traffic.count("write")) == (0, 1)


def test_the_pages_people_see(at: Desk) -> None:
    columns: dict[str, Any] = {
        "Name": "title",
        "Score": {"type": "number", "format": "percent"},
        "State": {"type": "select", "options": ["Good"]},
    }
    database, source = at.ada.new_database("OKRs & more", columns, at.home)
    row = at.ada.new_row(source, {"Name": "<Grow>", "Score": 0.25, "State": "Good"})
    at.ada.write(row, [{"callout": {"rich_text": rich("Look")}}])
    at.ada.comment(row, "fine")
    table = httpx.get(at.sandbox.notion_url(database)).text
    assert "OKRs &amp; more" in table
    assert "&lt;Grow&gt;" in table
    assert "25%" in table
    assert 'class="tag default">Good' in table
    page = httpx.get(at.sandbox.notion_url(row)).text
    assert "💡 Look" in page
    assert "<b>Ada</b> fine" in page
    assert "Home" in httpx.get(f"{at.sandbox.endpoint}/notion").text


def test_the_views_of_a_database_as_people_see_them(at: Desk) -> None:
    columns: dict[str, Any] = {
        "Name": "title",
        "State": {"type": "select", "options": ["Good", "Bad"]},
        "Up": "relation",
    }
    database, source = at.ada.new_database("OKRs", columns, at.home)
    top = at.ada.new_row(source, {"Name": "Top", "State": "Good"})
    at.ada.new_row(source, {"Name": "Below", "State": "Bad", "Up": [top]})
    state, up = (at.ada.column(source, name).id for name in ("State", "Up"))
    for name, kind, more in (
        ("Tree", "table", {"configuration": {"type": "table", "subtasks": {"property_id": up}}}),
        (
            "Board",
            "board",
            {
                "configuration": {
                    "type": "board",
                    "group_by": {
                        "type": "select",
                        "property_id": state,
                        "sort": {"type": "manual"},
                    },
                }
            },
        ),
        ("Worries", "table", {"filter": {"property": state, "select": {"equals": "Bad"}}}),
    ):
        at.new.views.create(
            database_id=database, data_source_id=source, name=name, type=kind, **more
        )
    page = httpx.get(at.sandbox.notion_url(database)).text
    tree, board, worries = (
        page.split(f"<summary>{name}</summary>")[1].split("</details>")[0]
        for name in ("Tree", "Board", "Worries")
    )
    assert 'padding-left:0.0rem"><a href="/p/' + top in tree
    assert "padding-left:1.5rem" in tree
    assert board.index("Good") < board.index("Top") < board.index("Bad") < board.index("Below")
    assert 'class="lane"' in board
    assert (
        "Below" in worries,
        '<td class="title"><div style="padding-left:0.0rem"><a href="/p/' + top in worries,
    ) == (
        True,
        False,
    )


def test_another_integration_has_its_own_eyes(at: Desk) -> None:
    other = at.notion.connect("other")
    with Client(
        auth=other.token,
        base_url=at.sandbox.endpoint,
        logger=logging.getLogger("other"),
        retry=False,
    ) as api:
        with refused(404, "object_not_found", 'shared with your integration "other"'):
            api.pages.retrieve(at.home)


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    kept = tmp_path / "sandbox.json"
    with Sandbox(kept=kept) as first:
        ada, bot = first.notion.person("ada@acme.test"), first.notion.connect()
        home = ada.new_page("Home")
        ada.share(home, bot)
        source = ada.new_database(
            "OKRs", {"Name": "title", "State": {"type": "select", "options": ["Good"]}}, home
        )[1]
        row = ada.new_row(source, {"Name": "Grow", "State": "Good"})
        ada.write(row, [paragraph("more")])
        ada.comment(row, "fine")
        before = first.notion.space
    with Sandbox(kept=kept) as second:
        space = second.notion.space
        for name in (
            "users",
            "integrations",
            "objects",
            "children",
            "rows",
            "comments",
            "views",
            "uploads",
        ):
            assert getattr(space, name) == getattr(before, name)
        assert second.notion.person("ada@acme.test").read(row, "State") == "Good"


def test_each_kind_of_block_answers_what_the_documents_say(at: Desk) -> None:
    """https://developers.notion.com/reference/block, kind by kind."""
    upload = at.new.file_uploads.create(filename="plan.pdf", content_type="application/pdf")
    at.new.file_uploads.send(upload["id"], file=("plan.pdf", BytesIO(b"Grow."), "application/pdf"))
    url = "https://acme.example/plan.png"
    text, look = {"rich_text": rich("x")}, {"rich_text", "color"}
    external = {"external": {"url": url}}
    sent: list[tuple[dict[str, Any], set[str]]] = [
        ({"paragraph": text}, {*look, "icon"}),
        ({"heading_1": text}, {*look, "is_toggleable"}),
        ({"bulleted_list_item": text}, look),
        ({"numbered_list_item": text}, look),
        ({"quote": text}, look),
        ({"toggle": text}, look),
        ({"to_do": text}, {*look, "checked"}),
        ({"callout": text}, {*look, "icon"}),
        ({"template": text}, {"rich_text"}),
        ({"code": {**text, "language": "visual basic"}}, {"rich_text", "caption", "language"}),
        ({"equation": {"expression": "x^2"}}, {"expression"}),
        ({"divider": {}}, set()),
        ({"breadcrumb": {}}, set()),
        ({"table_of_contents": {}}, {"color"}),
        ({"bookmark": {"url": url}}, {"url", "caption"}),
        ({"embed": {"url": url}}, {"url", "caption"}),
        ({"image": external}, {"type", "external", "caption"}),
        ({"file": external}, {"type", "external", "caption", "name"}),
        ({"pdf": {"file_upload": {"id": upload["id"]}}}, {"type", "file", "caption"}),
        ({"link_to_page": {"page_id": at.home}}, {"type", "page_id"}),
        ({"synced_block": {"synced_from": None, "children": [paragraph("x")]}}, {"synced_from"}),
    ]
    made = at.new.blocks.children.append(at.home, children=[one for one, _ in sent])["results"]
    for block, (request, keys) in zip(made, sent, strict=True):
        kind = next(iter(request))
        assert block["type"] == kind
        assert set(block[kind]) == keys, kind
    assert made[18]["pdf"]["file"].keys() == {"url", "expiry_time"}


def test_columns_hold_as_much_as_a_page(at: Desk) -> None:
    toggle = {"toggle": {"rich_text": rich("t"), "children": [paragraph("in it")]}}
    column = {"column": {"children": [toggle], "width_ratio": 0.3}}
    plain = {"column": {"children": [paragraph("r")]}}
    made = at.new.blocks.children.append(
        at.home, children=[{"column_list": {"children": [column, plain]}}]
    )["results"]
    columns = at.new.blocks.children.list(made[0]["id"])["results"]
    assert [one["column"] for one in columns] == [{"width_ratio": 0.3}, {}]
    inner = at.new.blocks.children.list(columns[0]["id"])["results"]
    assert words(at.new.blocks.children.list(inner[0]["id"])) == ["in it"]


def test_mentions_tell_who_and_what_they_mean(at: Desk) -> None:
    today = {"type": "template_mention_date", "template_mention_date": "today"}
    mentions: list[dict[str, Any]] = [
        {"user": {"id": at.ada.id}},
        {"page": {"id": at.home}},
        {"date": {"start": "2026-10-01"}},
        {"template_mention": today},
    ]
    runs = [{"type": "mention", "mention": one} for one in mentions]
    made = at.new.blocks.children.append(at.home, children=[{"paragraph": {"rich_text": runs}}])
    told = [one["mention"] for one in made["results"][0]["paragraph"]["rich_text"]]
    assert told[0]["user"].keys() == {"object", "id", "name", "avatar_url", "type", "person"}
    assert told[1] == {"type": "page", "page": {"id": at.home}}
    assert told[2]["date"] == {"start": "2026-10-01", "end": None, "time_zone": None}
    assert told[3] == {"type": "template_mention", "template_mention": today}


def test_an_uploaded_file_is_an_icon_a_cover_and_goes_with_a_comment(at: Desk) -> None:
    upload = at.new.file_uploads.create(filename="logo.png", content_type="image/png")
    at.new.file_uploads.send(upload["id"], file=("logo.png", BytesIO(b"png"), "image/png"))
    file = {"type": "file_upload", "file_upload": {"id": upload["id"]}}
    page = at.new.pages.update(at.home, icon=file, cover=file)
    for look in ("icon", "cover"):
        assert page[look]["type"] == "file"
        assert page[look]["file"].keys() == {"url", "expiry_time"}
    made = at.new.comments.create(
        parent={"page_id": at.home},
        rich_text=rich("look"),
        attachments=[{"file_upload_id": upload["id"]}],
    )
    assert [one["category"] for one in made["attachments"]] == ["image"]
    assert made["attachments"][0]["file"].keys() == {"url", "expiry_time"}
