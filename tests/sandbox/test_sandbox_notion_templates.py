"""The local Notion through the real client: page templates, and rollups as lists of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from notion_client.helpers import collect_paginated_api

from notion_sandbox import Desk, desk, refused, rich

COLUMNS: dict[str, Any] = {
    "Name": "title",
    "Score": "number",
    "State": {"type": "select", "options": ["Good", "Bad"]},
    "No": {"type": "unique_id", "prefix": "KR"},
}


@pytest.fixture
def at() -> Iterator[Desk]:
    with desk() as one:
        yield one


@pytest.fixture
def source(at: Desk) -> str:
    return at.ada.new_database("OKRs", COLUMNS, at.home)[1]


def paragraph(*items: Any) -> Any:
    return {"type": "paragraph", "paragraph": {"rich_text": list(items)}}


def words(text: str) -> Any:
    return {"type": "text", "text": {"content": text}}


def mention(kind: str, value: str) -> Any:
    content = {"type": kind, kind: value}
    return {"type": "mention", "mention": {"type": "template_mention", "template_mention": content}}


def texts(at: Desk, page: str) -> list[str]:
    blocks = at.api.blocks.children.list(page)["results"]
    return [
        "".join(item["plain_text"] for item in block["paragraph"]["rich_text"]) for block in blocks
    ]


def test_templates_are_listed_and_are_no_rows(at: Desk, source: str) -> None:
    weekly = at.ada.new_template(source, "Weekly")
    plain = at.ada.new_template(source, "Plain", is_default=True)
    assert at.api.request(f"data_sources/{source}/templates", "GET") == {
        "templates": [
            {"id": plain, "name": "Plain", "is_default": True},
            {"id": weekly, "name": "Weekly", "is_default": False},
        ],
        "has_more": False,
        "next_cursor": None,
    }
    found = at.api.data_sources.list_templates(source, name="week")["templates"]
    assert [template["id"] for template in found] == [weekly]
    first = at.api.data_sources.list_templates(source, page_size=1)
    assert (first["has_more"], first["next_cursor"]) == (True, weekly)
    rest = at.api.data_sources.list_templates(source, start_cursor=weekly)
    assert [template["id"] for template in rest["templates"]] == [weekly]
    assert at.api.data_sources.query(source)["results"] == []


def test_a_template_is_applied_after_the_answer(at: Desk, source: str) -> None:
    day = mention("template_mention_date", "today")
    me = mention("template_mention_user", "me")
    template = at.ada.new_template(
        source,
        "Weekly",
        {"Score": 3, "State": "Good"},
        [paragraph(words("On "), day, words(" by "), me), paragraph(words("Why"))],
        is_default=True,
    )
    given = {"Name": {"title": rich("Sign-ups")}, "Score": {"number": 7}}
    wanted = {"type": "template_id", "template_id": template, "timezone": "Pacific/Auckland"}
    for choice in (wanted, {"type": "default", "timezone": "Pacific/Auckland"}):
        page = at.api.pages.create(
            parent={"data_source_id": source}, properties=given, template=choice
        )
        assert page["properties"]["State"]["select"] is None
        now = at.api.pages.retrieve(page["id"])["properties"]
        assert now["State"]["select"]["name"] == "Good"
        assert now["Score"]["number"] == 7
        assert now["Name"]["title"][0]["plain_text"] == "Sign-ups"
        # It is the next day already in Auckland.
        assert texts(at, page["id"]) == ["On 2026-06-02 by @okrsync", "Why"]
    numbers = [
        row["properties"]["No"]["unique_id"]["number"]
        for row in at.api.data_sources.query(source)["results"]
    ]
    assert sorted(numbers) == [1, 2]
    # The template itself stays a template.
    assert texts(at, template)[0].startswith("On @Today")


def test_a_template_is_applied_to_a_page_that_is_there(at: Desk, source: str) -> None:
    template = at.ada.new_template(source, "Weekly", {"State": "Good"}, [paragraph(words("Why"))])
    row = at.ada.new_row(source, {"Name": "Churn", "State": "Bad"})
    at.ada.write(row, [paragraph(words("Mine"))])
    choice = {"type": "template_id", "template_id": template}
    at.api.pages.update(row, template=choice)
    assert texts(at, row) == ["Mine", "Why"]
    assert at.ada.read(row, "State") == "Bad"
    at.api.pages.update(row, template=choice, erase_content=True)
    assert texts(at, row) == ["Why"]


def test_templates_that_cannot_be_applied_are_refused(at: Desk, source: str) -> None:
    other = at.ada.new_database("Other", {"Name": "title"}, at.home)[1]
    template = at.ada.new_template(source, "Weekly")
    parent = {"data_source_id": source}
    chosen = {"type": "template_id", "template_id": template}

    def create(template: Any, **more: Any) -> Any:
        return at.api.pages.create(
            **{"parent": parent, "properties": {}, **more}, template=template
        )

    with refused(400, "validation_error", "no default template"):
        create({"type": "default"})
    with refused(400, "validation_error", "body.template.type"):
        create({"type": "other"})
    with refused(400, "validation_error", "body.template.template_id"):
        create({"type": "template_id"})
    with refused(400, "validation_error", "body.template.timezone"):
        create({**chosen, "timezone": "Nowhere"})
    with refused(404, "object_not_found", template):
        create(chosen, parent={"data_source_id": other})
    with refused(400, "validation_error", "in a data source"):
        create(chosen, parent={"page_id": at.home})
    with refused(400, "validation_error", "together with a template"):
        create(chosen, children=[paragraph(words("x"))])
    assert at.api.data_sources.query(source)["results"] == []
    page = create({"type": "none"}, children=[paragraph(words("x"))])
    assert texts(at, page["id"]) == ["x"]


def test_items_of_a_rollup_are_listed_one_by_one(at: Desk, source: str) -> None:
    target = at.ada.new_database("KRs", {"Title": "title", "P": "number"}, at.home)[1]
    at.ada.new_column(source, "KRs", "relation", to=target)
    for name, column, function in (
        ("Titles", "Title", "show_original"),
        ("Points", "P", "show_original"),
        ("Sum", "P", "sum"),
    ):
        at.ada.new_column(source, name, "rollup", relation="KRs", column=column, function=function)
    rows = [at.ada.new_row(target, {"Title": f"KR {number}", "P": number}) for number in range(3)]
    page = at.ada.new_row(source, {"Name": "O", "KRs": rows})
    ids = {name: value["id"] for name, value in at.api.pages.retrieve(page)["properties"].items()}

    def items(name: str, **more: Any) -> Any:
        return at.api.pages.properties.retrieve(page, ids[name], **more)

    titles = items("Titles")
    assert [item["title"]["plain_text"] for item in titles["results"]] == ["KR 0", "KR 1", "KR 2"]
    rollup = {"type": "array", "array": [], "function": "show_original"}
    assert titles["property_item"]["rollup"] == rollup
    assert [item["number"] for item in items("Points")["results"]] == [0, 1, 2]
    first = items("Sum", page_size=2)
    assert first["property_item"]["rollup"] == {
        "type": "incomplete",
        "incomplete": {},
        "function": "sum",
    }
    last = items("Sum", page_size=2, start_cursor=first["next_cursor"])
    assert last["property_item"]["rollup"] == {"type": "number", "number": 3, "function": "sum"}
    listed = collect_paginated_api(
        at.api.pages.properties.retrieve, page_id=page, property_id=ids["Sum"]
    )
    assert [item["relation"]["id"] for item in listed] == rows
