"""Requests that make no sense are refused by the local Notion, never met with a crash, and leave
nothing behind.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from okrsync_sandbox.notion import Notion
from okrsync_sandbox.notion.model import Integration
from okrsync_sandbox.wire import Request

TEXT = [{"text": {"content": "x"}}]
ODD: Any = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "2026-01-01",
        [],
        {},
        [[]],
        [{}],
        {"x": 1},
        [1],
        ["x"],
        {"type": "x"},
        {"id": "x"},
        {"name": 1},
        10**30,
    ]
)


def _workspace() -> tuple[Notion, Integration, dict[tuple[str, str], Any]]:
    notion = Notion()
    ada, bot = notion.person("ada@acme.test"), notion.connect()
    home = ada.new_page("Home")
    ada.share(home, bot)
    columns: dict[str, Any] = {
        "Name": "title",
        "Score": "number",
        "State": {"type": "select", "options": ["Good"]},
        "Status": "status",
        "Due": "date",
    }
    database, source = ada.new_database("OKRs", columns, home)
    ada.new_column(source, "Up", "relation", dual="Down")
    row = ada.new_row(source, {"Name": "a", "Score": 1})
    (block,) = ada.write(home, [{"paragraph": {"rich_text": TEXT}}])
    dual = {
        "relation": {"data_source_id": source, "dual_property": {"synced_property_name": "Back"}}
    }
    rollup = {
        "rollup": {
            "relation_property_name": "To",
            "rollup_property_name": "Score",
            "function": "sum",
        }
    }
    made = {
        "N": {"title": {}},
        "To": dual,
        "Sum": rollup,
        "S": {"select": {"options": [{"name": "x", "color": "red"}]}},
    }
    values = {
        "Name": {"title": TEXT},
        "Score": {"number": 1},
        "State": {"select": {"name": "New"}},
        "Status": {"status": {"name": "Done"}},
        "Due": {"date": {"start": "2026-01-01", "end": "2026-01-02", "time_zone": "UTC"}},
        "Up": {"relation": [{"id": row}]},
    }
    either = [
        {"property": "Score", "number": {"equals": 1}},
        {"timestamp": "created_time", "created_time": {"past_week": {}}},
    ]
    board = {
        "type": "board",
        "group_by": {"type": "select", "property_id": "State", "sort": {"type": "manual"}},
        "properties": [{"property_id": "Score"}],
    }
    return (
        notion,
        bot,
        {
            ("POST", "pages"): {
                "parent": {"data_source_id": source},
                "properties": values,
                "icon": {"emoji": "x"},
                "children": [
                    {"callout": {"rich_text": TEXT, "icon": {"emoji": "x"}, "color": "red"}}
                ],
            },
            ("PATCH", f"pages/{row}"): {"properties": values, "is_locked": False, "cover": None},
            ("POST", "databases"): {
                "parent": {"page_id": home},
                "title": TEXT,
                "initial_data_source": {"properties": made},
            },
            ("POST", "data_sources"): {
                "parent": {"database_id": database},
                "title": TEXT,
                "properties": made,
            },
            ("PATCH", f"data_sources/{source}"): {
                "properties": {
                    "Z": made["S"],
                    "Score": {"name": "Score", "number": {"format": "percent"}},
                }
            },
            ("POST", f"data_sources/{source}/query"): {
                "filter": {"and": [{"or": either}]},
                "sorts": [{"property": "Score", "direction": "ascending"}],
                "page_size": 2,
            },
            ("PATCH", f"blocks/{home}/children"): {
                "children": [
                    {"table": {"table_width": 1, "children": [{"table_row": {"cells": [TEXT]}}]}},
                    {
                        "code": {
                            "rich_text": [{"mention": {"user": {"id": ada.id}}}],
                            "language": "python",
                        }
                    },
                ],
                "position": {"type": "after_block", "after_block": {"id": block}},
            },
            ("PATCH", f"blocks/{block}"): {"paragraph": {"rich_text": TEXT, "color": "red"}},
            ("POST", "comments"): {
                "parent": {"page_id": home},
                "rich_text": TEXT,
                "display_name": {"type": "custom", "custom": {"name": "x"}},
            },
            ("POST", "search"): {
                "query": "x",
                "filter": {"property": "object", "value": "page"},
                "sort": {"timestamp": "last_edited_time"},
            },
            ("POST", "views"): {
                "database_id": database,
                "data_source_id": source,
                "name": "x",
                "type": "board",
                "configuration": board,
            },
        },
    )


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


def _ask(notion: Notion, bot: Integration, method: str, path: str, body: Any) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {bot.token}", "notion-version": "2026-03-11"}
    answer = notion.handle(Request(method, f"/v1/{path}", (), headers, json.dumps(body).encode()))
    return answer.status, json.loads(answer.body)


def test_what_makes_sense_is_taken() -> None:
    notion, bot, requests = _workspace()
    for (method, path), body in requests.items():
        status, answer = _ask(notion, bot, method, path, body)
        assert status == 200, (path, answer)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_makes_no_sense_is_refused_and_leaves_nothing_behind(data: st.DataObject) -> None:
    notion, bot, requests = _workspace()
    (method, path), body = data.draw(
        st.sampled_from(sorted(requests.items(), key=lambda one: one[0][1][:8]))
    )
    body = json.loads(json.dumps(body))
    place = data.draw(st.sampled_from(_places(body)[1:]))
    inner = body
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(ODD)
    space = notion.space

    def everything() -> tuple[int, int, str]:
        return len(space.views), len(space.comments), repr(list(space.objects.values()))

    before = everything()
    status, _ = _ask(notion, bot, method, path, body)
    assert status in (200, 400, 404)
    if status != 200:
        assert everything() == before
    for source, rows in space.rows.items():
        assert _ask(notion, bot, "POST", f"data_sources/{source}/query", {})[0] == 200, rows
