"""The local Notion through the real client: databases, data sources, queries, and values of every
kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from notion_client.helpers import collect_paginated_api

from notion_sandbox import NOON, Desk, desk, refused, rich

COLUMNS: dict[str, Any] = {
    "Name": "title",
    "Score": "number",
    "Share": {"type": "number", "format": "percent"},
    "Note": "rich_text",
    "State": {"type": "select", "options": ["Good", "Bad"]},
    "Tags": {"type": "multi_select", "options": ["a", "b"]},
    "Status": {
        "type": "status",
        "options": {"To-do": ["Open"], "In progress": ["On track"], "Complete": ["Done"]},
    },
    "Due": "date",
    "Owner": "people",
    "Live": "checkbox",
    "Link": "url",
    "Mail": "email",
    "Phone": "phone_number",
    "Files": "files",
    "No": {"type": "unique_id", "prefix": "KR"},
    "Made": "created_time",
    "Maker": "created_by",
    "Edited": "last_edited_time",
    "Editor": "last_edited_by",
    "Double": {"type": "formula", "expression": 'prop("Score") * 2'},
}


@pytest.fixture
def at() -> Iterator[Desk]:
    with desk() as one:
        yield one


@pytest.fixture
def source(at: Desk) -> str:
    return at.ada.new_database("OKRs", COLUMNS, at.home)[1]


def test_a_database_is_a_container_of_data_sources(at: Desk) -> None:
    database, first = at.ada.new_database("OKRs", {"Name": "title"}, at.home)
    second = at.ada.new_source(database, "Key results", {"Title": "title"})
    answered = at.api.databases.retrieve(database)
    assert answered["data_sources"] == [
        {"id": first, "name": "OKRs"},
        {"id": second, "name": "Key results"},
    ]
    assert "properties" not in answered
    with refused(400, "validation_error", "multiple data sources"):
        at.api.pages.create(parent={"database_id": database}, properties={"Name": rich("x")})
    with refused(404, "object_not_found", f"Could not find data_source with ID: {database}"):
        at.api.data_sources.query(database)
    with refused(400, "validation_error", "is a page, not a database"):
        at.api.databases.retrieve(at.home)


def test_every_kind_of_value_is_written_and_read(at: Desk, source: str) -> None:
    sent = {
        "Name": {"title": rich("Grow")},
        "Score": {"number": 0.5},
        "Note": {"rich_text": rich("a") + rich("b") + rich("c", annotations={"bold": True})},
        "State": {"select": {"name": "New"}},
        "Tags": {"multi_select": [{"name": "b"}, {"name": "c"}]},
        "Status": {"status": {"name": "Done"}},
        "Due": {"date": {"start": "2026-06-01T10:00:59", "time_zone": "Europe/Berlin"}},
        "Owner": {"people": [{"id": at.ada.id}]},
        "Live": {"checkbox": True},
        "Link": {"url": "https://acme.test"},
        "Mail": {"email": "a@acme.test"},
        "Phone": {"phone_number": "1"},
        "Files": {"files": [{"name": "f", "external": {"url": "https://acme.test/f"}}]},
    }
    page = at.api.pages.create(parent={"data_source_id": source}, properties=sent)
    got = {name: one[one["type"]] for name, one in page["properties"].items()}
    assert [one["plain_text"] for one in got["Note"]] == ["ab", "c"]
    assert got["State"]["name"] == "New"
    assert [one["name"] for one in got["Tags"]] == ["b", "c"]
    assert got["Due"] == {"start": "2026-06-01T10:00:00.000+02:00", "end": None, "time_zone": None}
    assert got["Owner"][0]["person"] == {"email": "ada@acme.test"}
    assert got["No"] == {"prefix": "KR", "number": 1}
    assert got["Double"] == {"type": "number", "number": 1.0}
    assert got["Made"] == "2026-06-01T12:00:00.000Z"
    assert got["Editor"]["id"] == at.bot.bot
    assert (
        page["parent"]["database_id"]
        == at.api.data_sources.retrieve(source)["parent"]["database_id"]
    )
    assert list(page["properties"])[-1] == "Name"
    assert at.api.pages.retrieve(page["id"])["properties"] == page["properties"]
    assert at.ada.read(page["id"], "Status") == "Done"


def test_wrong_types_and_unknown_names_are_told_in_one_sentence(at: Desk, source: str) -> None:
    row = at.ada.new_row(source)
    with refused(
        400,
        "validation_error",
        "Score is expected to be number. Gone is not a property that exists.",
    ):
        at.api.pages.update(
            row, properties={"Score": {"rich_text": rich("1")}, "Gone": {"number": 1}}
        )
    with refused(400, "validation_error", "read-only"):
        at.api.pages.update(row, properties={"Double": {"formula": {"number": 1}}})
    with refused(400, "validation_error", 'Status option "Lost" does not exist'):
        at.api.pages.update(
            row,
            properties={
                "State": {"select": {"name": "Fresh"}},
                "Status": {"status": {"name": "Lost"}},
            },
        )
    options = at.api.data_sources.retrieve(source)["properties"]["State"]["select"]["options"]
    assert [one["name"] for one in options] == ["Good", "Bad"]
    with refused(400, "validation_error", "commas not allowed"):
        at.api.pages.update(row, properties={"State": {"select": {"name": "a,b"}}})
    with refused(400, "validation_error", "length should be ≤ `2000`, instead was `2002`"):
        at.api.pages.update(row, properties={"Note": {"rich_text": rich("😀" * 1001)}})
    with refused(400, "validation_error", "rich_text.length should be ≤ `100`, instead was `101`"):
        at.api.pages.update(row, properties={"Note": {"rich_text": rich("x") * 101}})


def test_a_renamed_property_is_found_by_its_id(at: Desk, source: str) -> None:
    row = at.ada.new_row(source, {"Score": 1})
    one = at.api.pages.retrieve(row)["properties"]["Score"]["id"]
    at.ada.rename_column(source, "Score", "Points")
    page = at.api.pages.update(row, properties={one: {"number": 2}})
    assert page["properties"]["Points"]["number"] == 2
    with refused(400, "validation_error", "Score is not a property that exists."):
        at.api.pages.update(row, properties={"Score": {"number": 3}})


def test_relations_stop_at_25_and_go_on_at_the_property(at: Desk, source: str) -> None:
    krs = at.ada.new_database(
        "KRs", {"Name": "title", "Up": {"type": "relation", "to": source, "dual": "KRs"}}, at.home
    )[1]
    goal = at.ada.new_row(source, {"Name": "Goal"})
    made = [at.ada.new_row(krs, {"Name": f"KR {number}", "Up": goal}) for number in range(130)]
    value = at.api.pages.retrieve(goal)["properties"]["KRs"]
    assert (len(value["relation"]), value["has_more"]) == (25, True)
    found = collect_paginated_api(
        at.api.pages.properties.retrieve, page_id=goal, property_id=value["id"]
    )
    assert sorted(one["relation"]["id"] for one in found) == sorted(made)
    with refused(400, "validation_error", "≤ `100`"):
        at.api.pages.update(
            goal, properties={"KRs": {"relation": [{"id": one} for one in made[:101]]}}
        )
    at.api.pages.update(goal, properties={"KRs": {"relation": [{"id": made[0]}]}})
    assert at.ada.read(made[0], "Up") == [goal]
    assert at.ada.read(made[1], "Up") == []


def test_a_relation_to_what_is_not_shared_reads_as_empty_and_has_no_column(at: Desk) -> None:
    hidden = at.ada.new_database("Hidden", {"Name": "title"})[1]
    source = at.ada.new_database(
        "Open", {"Name": "title", "To": {"type": "relation", "to": hidden}}, at.home
    )[1]
    row = at.ada.new_row(source, {"Name": "x", "To": at.ada.new_row(hidden, {"Name": "y"})})
    assert list(at.api.data_sources.retrieve(source)["properties"]) == ["Name"]
    assert at.api.pages.retrieve(row)["properties"]["To"]["relation"] == []


def test_rollups_and_formulas_are_worked_out_when_read(at: Desk, source: str) -> None:
    krs = at.ada.new_database(
        "KRs",
        {"Name": "title", "P": "number", "Up": {"type": "relation", "to": source, "dual": "KRs"}},
        at.home,
    )[1]
    for function in ("average", "sum", "count", "show_original", "max"):
        at.ada.new_column(source, function, "rollup", relation="KRs", column="P", function=function)
    goal, empty = at.ada.new_row(source, {"Name": "Goal", "Score": 3}), at.ada.new_row(source)
    for value in (1, 2, None):
        at.ada.new_row(krs, {"P": value, "Up": goal})
    got = {
        name: one.get("rollup") for name, one in at.api.pages.retrieve(goal)["properties"].items()
    }
    assert got["average"] == {"type": "number", "number": 1.5, "function": "average"}
    assert (got["sum"]["number"], got["count"]["number"], got["max"]["number"]) == (3, 3, 2)
    assert [one["number"] for one in got["show_original"]["array"]] == [1, 2, None]
    none = {
        name: one.get("rollup") for name, one in at.api.pages.retrieve(empty)["properties"].items()
    }
    assert (none["sum"]["number"], none["max"]["number"]) == (0, None)
    at.ada.give(goal, "Double", "given")
    assert at.api.pages.retrieve(goal)["properties"]["Double"]["formula"] == {
        "type": "string",
        "string": "given",
    }


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"property": "Score", "number": {"greater_than": 1}}, "cd"),
        ({"property": "Score", "number": {"is_empty": True}}, "a"),
        ({"property": "Name", "title": {"contains": "B"}}, "b"),
        ({"property": "Name", "rich_text": {"equals": "c"}}, "c"),
        ({"property": "State", "select": {"equals": "Good"}}, "b"),
        ({"property": "Tags", "multi_select": {"contains": "a"}}, "cd"),
        ({"property": "Status", "status": {"does_not_equal": "Open"}}, "d"),
        ({"property": "Due", "date": {"equals": "2026-06-02"}}, "c"),
        ({"property": "Due", "date": {"on_or_after": "2026-06-02"}}, "cd"),
        ({"property": "Live", "checkbox": {"equals": False}}, "abc"),
        ({"property": "No", "unique_id": {"less_than": 3}}, "ab"),
        ({"property": "Double", "formula": {"number": {"equals": 4}}}, "c"),
        (
            {"timestamp": "created_time", "created_time": {"on_or_before": "2026-06-01T12:00:00Z"}},
            "abcd",
        ),
        (
            {
                "and": [
                    {"property": "Live", "checkbox": {"equals": False}},
                    {
                        "or": [
                            {"property": "Score", "number": {"equals": 1}},
                            {"property": "Score", "number": {"equals": 2}},
                        ]
                    },
                ]
            },
            "bc",
        ),
    ],
)
def test_filters(at: Desk, source: str, condition: Any, found: str) -> None:
    at.ada.new_row(source, {"Name": "a"})
    at.ada.new_row(source, {"Name": "b", "Score": 1, "State": "Good"})
    at.ada.new_row(
        source, {"Name": "c", "Score": 2, "Tags": ["a"], "Due": "2026-06-02T23:30:00.000+00:00"}
    )
    at.ada.new_row(
        source,
        {
            "Name": "d",
            "Score": 3,
            "Tags": ["a", "b"],
            "Status": "Done",
            "Live": True,
            "Due": "2026-07-01",
        },
    )
    sorts = [{"property": "Name", "direction": "ascending"}]
    rows = at.api.data_sources.query(source, filter=condition, sorts=sorts)["results"]
    assert "".join(one["properties"]["Name"]["title"][0]["plain_text"] for one in rows) == found


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {"property": "Gone", "number": {"equals": 1}},
            "Could not find property with name or id: Gone",
        ),
        (
            {"property": "Score", "select": {"equals": "x"}},
            "database property number does not match filter select",
        ),
        ({"property": "Status", "status": {"equals": "Lost"}}, 'status option "Lost" not found'),
        ({"property": "Score", "number": {"equals": "1"}}, "should be a number"),
        ({"and": [{"or": [{"and": []}]}]}, "should be not present"),
    ],
)
def test_filters_that_are_refused(at: Desk, source: str, condition: Any, words: str) -> None:
    with refused(400, "validation_error", words):
        at.api.data_sources.query(source, filter=condition)


def test_a_formula_made_through_the_api_cannot_be_filtered(at: Desk, source: str) -> None:
    at.api.data_sources.update(source, properties={"F": {"formula": {"expression": "1"}}})
    with refused(400, "validation_error", "Unable to filter based on a formula of unknown type"):
        at.api.data_sources.query(
            source, filter={"property": "F", "formula": {"number": {"equals": 1}}}
        )


def test_titles_sort_as_people_count_and_what_is_empty_comes_last(at: Desk, source: str) -> None:
    for name, score in (("Article 10", 1), ("Article 2", None), ("Article 1", 3)):
        at.ada.new_row(source, {"Name": name, "Score": score})

    def order(*sorts: Any) -> list[str]:
        rows = at.api.data_sources.query(source, sorts=list(sorts))["results"]
        return [one["properties"]["Name"]["title"][0]["plain_text"].split()[1] for one in rows]

    assert order({"property": "Name", "direction": "ascending"}) == ["1", "2", "10"]
    assert order({"property": "Score", "direction": "descending"}) == ["1", "10", "2"]
    with refused(400, "validation_error", "Could not find sort property with name or id: X"):
        order({"property": "X", "direction": "ascending"})


def test_a_query_ends_at_ten_thousand_rows_and_says_so_in_a_corner(at: Desk) -> None:
    source = at.ada.new_database("Many", {"Name": "title"}, at.home)[1]
    for number in range(10_050):
        moment = NOON + 60 * (number // 100)
        at.notion.clock = lambda moment=moment: moment  # type: ignore[misc]
        at.ada.new_row(source, {"Name": str(number)})
    sorts = [{"timestamp": "created_time", "direction": "ascending"}]
    answer = at.api.data_sources.query(source, sorts=sorts)
    assert answer["request_status"] == {
        "type": "incomplete",
        "incomplete_reason": "query_result_limit_reached",
    }
    rows, calls = list(answer["results"]), 1
    while answer["has_more"]:
        answer = at.api.data_sources.query(source, sorts=sorts, start_cursor=answer["next_cursor"])
        rows, calls = rows + answer["results"], calls + 1
    assert (len(rows), len({one["id"] for one in rows}), calls) == (10_000, 10_000, 100)
    later = {"timestamp": "created_time", "created_time": {"after": rows[-1]["created_time"]}}
    rest = at.api.data_sources.query(source, sorts=sorts, filter=later)
    assert "request_status" not in rest
    assert len({one["id"] for one in rows + rest["results"]}) == 10_050
    with refused(400, "validation_error", "page_size should be ≤ `100`"):
        at.api.data_sources.query(source, page_size=101)
    with refused(400, "validation_error", "start_cursor provided is invalid"):
        at.api.data_sources.query(source, start_cursor=at.home)


def test_answers_can_be_trimmed_to_properties(at: Desk, source: str) -> None:
    at.ada.new_row(source, {"Score": 1})
    one = at.api.data_sources.retrieve(source)["properties"]["Score"]["id"]
    row = at.api.data_sources.query(source, filter_properties=[one])["results"][0]
    assert list(row["properties"]) == ["Score"]


def test_the_trash_is_no_deletion(at: Desk, source: str) -> None:
    row = at.ada.new_row(source)
    assert at.api.pages.update(row, in_trash=True)["archived"] is True
    assert at.api.data_sources.query(source)["results"] == []
    assert at.api.pages.retrieve(row)["in_trash"] is True
    with refused(
        400,
        "validation_error",
        "Can't edit block that is archived. You must unarchive the block before editing.",
    ):
        at.api.pages.update(row, properties={"Score": {"number": 1}})
    assert at.api.pages.update(row, archived=False)["in_trash"] is False
    at.ada.trash(at.home)
    with refused(400, "validation_error", "archived ancestor"):
        at.api.pages.update(row, properties={"Score": {"number": 1}})


def test_the_later_version_knows_one_word_for_the_trash(at: Desk, source: str) -> None:
    row = at.ada.new_row(source)
    assert "archived" not in at.new.pages.retrieve(row)
    with refused(
        400, "validation_error", "body.archived should be not present, instead was `true`"
    ):
        at.new.pages.update(row, archived=True)


def test_what_is_not_shared_is_not_found(at: Desk) -> None:
    source = at.ada.new_database("Private", {"Name": "title"})[1]
    row = at.ada.new_row(source)
    words = (
        f"Could not find page with ID: {row}. Make sure the relevant pages and databases are shared"
        ' with your integration "okrsync".'
    )
    with refused(404, "object_not_found", words):
        at.api.pages.retrieve(row)
    database = at.ada.source(source).parent.id or ""
    at.ada.share(database, at.bot)
    assert at.api.pages.retrieve(row)["id"] == row
    at.ada.unshare(database, at.bot)
    with refused(404, "object_not_found"):
        at.api.data_sources.query(source)


def test_own_writes_move_the_edited_time_cut_to_the_minute(at: Desk, source: str) -> None:
    row = at.ada.new_row(source)
    assert at.api.pages.retrieve(row)["last_edited_by"]["id"] == at.ada.id
    at.notion.clock = lambda: NOON + 95
    page = at.api.pages.update(row, properties={"Score": {"number": 1}})
    assert (page["last_edited_time"], page["last_edited_by"]["id"]) == (
        "2026-06-01T12:02:00.000Z",
        at.bot.bot,
    )


def test_columns_are_made_and_option_lists_replace(at: Desk, source: str) -> None:
    made = at.api.data_sources.update(
        source, properties={"New": {"select": {"options": [{"name": "x", "color": "red"}]}}}
    )
    assert made["properties"]["New"]["select"]["options"][0]["color"] == "red"
    row = at.ada.new_row(source, {"State": "Good"})
    at.api.data_sources.update(
        source, properties={"State": {"select": {"options": [{"name": "Bad"}]}}}
    )
    assert at.api.pages.retrieve(row)["properties"]["State"]["select"] is None
    with refused(400, "validation_error", "status"):
        at.api.data_sources.update(source, properties={"S2": {"status": {}}})
    assert (
        "S2" in at.new.data_sources.update(source, properties={"S2": {"status": {}}})["properties"]
    )
    with refused(400, "validation_error", "Cannot delete title property"):
        at.api.data_sources.update(source, properties={"More": {"number": {}}, "Name": None})
    assert "More" not in at.api.data_sources.retrieve(source)["properties"]


def test_a_database_is_made_with_its_first_data_source(at: Desk) -> None:
    columns = {"Name": {"title": {}}, "Parent": {"number": {"format": "percent"}}}
    made = at.new.databases.create(
        parent={"page_id": at.home},
        title=rich("Board"),
        initial_data_source={"properties": columns},
    )
    source = made["data_sources"][0]["id"]
    assert set(at.new.data_sources.retrieve(source)["properties"]) == {"Name", "Parent"}
    relation = {
        "relation": {
            "data_source_id": source,
            "dual_property": {"synced_property_name": "Sub-items"},
        }
    }
    answered = at.new.data_sources.update(source, properties={"Parent item": relation})
    assert {"Parent item", "Sub-items"} <= set(answered["properties"])
    with refused(400, "validation_error", "workspace-level"):
        at.new.databases.create(parent={"type": "workspace", "workspace": True}, title=rich("x"))


BEFORE = {"start": "2026-10-01", "end": None, "time_zone": None}
RANGE = {"start": "2026-10-01", "end": "2026-12-31", "time_zone": None}
LATE = {"start": "2026-10-01T23:30:00.000-05:00", "end": None, "time_zone": None}


@pytest.mark.parametrize(
    ("expression", "day", "told"),
    [
        ('prop("When")', BEFORE, BEFORE),
        ('prop("When")', RANGE, RANGE),
        ('prop("When")', LATE, LATE),
        ('prop("When")', None, None),
        ('dateAdd(prop("When"), 1, "months")', BEFORE, {**BEFORE, "start": "2026-11-01"}),
        (
            'dateAdd(prop("When"), 2, "days")',
            RANGE,
            {**RANGE, "start": "2026-10-03", "end": "2027-01-02"},
        ),
        ('dateSubtract(prop("When"), 1, "years")', BEFORE, {**BEFORE, "start": "2025-10-01"}),
        ('dateEnd(prop("When"))', RANGE, {**BEFORE, "start": "2026-12-31"}),
        (
            'dateRange(prop("When"), parseDate("2026-10-05"))',
            BEFORE,
            {**BEFORE, "end": "2026-10-05"},
        ),
        ("now()", None, {**BEFORE, "start": "2026-06-01T12:00:00.000+00:00"}),
        ("today()", None, {**BEFORE, "start": "2026-06-01"}),
        ('prop("Made")', None, {**BEFORE, "start": "2026-06-01T12:00:00.000+00:00"}),
        ('if(empty(prop("When")), today(), prop("When"))', RANGE, RANGE),
    ],
)
def test_a_formula_that_comes_to_a_date_tells_it_as_a_date_is_told(
    at: Desk, expression: str, day: dict[str, Any] | None, told: dict[str, Any] | None
) -> None:
    columns = {"Name": "title", "When": "date", "Made": "created_time"}
    _, source = at.ada.new_database("Days", columns, at.home)
    at.ada.new_column(source, "F", "formula", expression=expression)
    row = at.ada.new_row(source, {"When": day})
    value = at.api.pages.retrieve(row)["properties"]["F"]
    assert value["formula"] == {"type": "date", "date": told}


@pytest.mark.parametrize(
    ("expression", "kind", "told"),
    [
        ('prop("N")', "number", None),
        ('(prop("N") - prop("M")) / (prop("N") - prop("M"))', "number", None),
        ('dateBetween(prop("When"), today(), "days")', "number", None),
        ('prop("N") > 3', "boolean", False),
        ('prop("Text")', "string", ""),
        ('formatDate(prop("When"), "YYYY-MM-DD")', "string", ""),
        ("lets(a, 2, b, 3, a * b)", "number", 6),
    ],
)
def test_a_formula_has_its_type_whatever_it_comes_to(
    at: Desk, expression: str, kind: str, told: object
) -> None:
    columns = {"Name": "title", "N": "number", "M": "number", "When": "date", "Text": "rich_text"}
    _, source = at.ada.new_database("Types", columns, at.home)
    at.ada.new_column(source, "F", "formula", expression=expression)
    row = at.ada.new_row(source, {})
    value = at.api.pages.retrieve(row)["properties"]["F"]["formula"]
    assert value == {"type": kind, kind: told}


def test_rollups_of_dates_tell_days_as_days_and_ranges_whole(at: Desk, source: str) -> None:
    columns: dict[str, Any] = {
        "Name": "title",
        "When": "date",
        "Up": {"type": "relation", "to": source, "dual": "In"},
    }
    _, below = at.ada.new_database("Below", columns, at.home)
    for function in ("earliest_date", "latest_date", "date_range"):
        at.ada.new_column(
            source, function, "rollup", relation="In", column="When", function=function
        )
    goal = at.ada.new_row(source, {})

    def shown() -> Any:
        return at.api.pages.retrieve(goal)["properties"]

    assert shown()["date_range"]["rollup"] == {
        "type": "date",
        "date": None,
        "function": "date_range",
    }
    for day in (BEFORE, RANGE, None):
        at.ada.new_row(below, {"When": day, "Up": [goal]})
    assert shown()["earliest_date"]["rollup"]["date"] == BEFORE
    assert shown()["latest_date"]["rollup"]["date"] == {**BEFORE, "start": "2026-12-31"}
    assert shown()["date_range"]["rollup"]["date"] == RANGE


# a database and its data sources


def test_a_database_and_its_only_data_source_share_title_and_description(at: Desk) -> None:
    parent = {"type": "page_id", "page_id": at.home}
    made = at.new.databases.create(
        parent=parent,
        title=rich("Goals"),
        description=rich("Of 2026"),
        initial_data_source={"properties": {"Name": {"title": {}}}},
    )
    source = made["data_sources"][0]["id"]

    def told() -> list[list[str]]:
        both = at.new.databases.retrieve(made["id"]), at.new.data_sources.retrieve(source)
        return [
            [
                "".join(piece["plain_text"] for piece in one[name])
                for name in ("title", "description")
            ]
            for one in both
        ]

    assert told() == [["Goals", "Of 2026"]] * 2
    at.new.databases.update(made["id"], title=rich("Aims"), description=rich("Of 2027"))
    assert told() == [["Aims", "Of 2027"]] * 2
    at.new.data_sources.update(source, title=rich("Ends"))
    assert told() == [["Ends", "Of 2027"]] * 2
    assert at.new.databases.retrieve(made["id"])["data_sources"][0]["name"] == "Ends"
    at.ada.new_source(made["id"], "Second", {"Name": "title"})
    at.new.databases.update(made["id"], title=rich("Both"))
    assert told() == [["Both", "Of 2027"], ["Ends", "Of 2027"]]


def test_both_sides_of_a_relation_tell_each_other(at: Desk, source: str) -> None:
    _, below = at.ada.new_database("KRs", {"Name": "title"}, at.home)
    relation = {"relation": {"data_source_id": source, "single_property": {}}}
    at.new.data_sources.update(below, properties={"Up": relation})
    goal = at.ada.new_row(source, {"Name": "Grow"})
    row = at.ada.new_row(below, {"Name": "Sign-ups", "Up": [goal]})

    def sides() -> tuple[Any, list[Any]]:
        mine = at.new.data_sources.retrieve(below)["properties"]["Up"]
        theirs = at.new.data_sources.retrieve(source)["properties"].values()
        return mine, [one for one in theirs if one["type"] == "relation"]

    dual = {"relation": {"data_source_id": source, "dual_property": {}}}
    at.new.data_sources.update(below, properties={"Up": dual})
    mine, [back] = sides()
    assert back["name"] == "Related to KRs (Up)"
    assert mine["relation"]["dual_property"] == {
        "synced_property_name": back["name"],
        "synced_property_id": unquote(back["id"]),
    }
    assert back["relation"]["dual_property"] == {
        "synced_property_name": "Up",
        "synced_property_id": unquote(mine["id"]),
    }
    value = at.new.pages.retrieve(goal)["properties"][back["name"]]
    assert value["relation"] == [{"id": row}], "what was related before shows on the other side"
    named = {"data_source_id": source, "dual_property": {"synced_property_name": "KRs"}}
    at.new.data_sources.update(below, properties={"Up": {"relation": named}})
    assert [one["name"] for one in sides()[1]] == ["KRs"], "the same side has another name"
    at.new.data_sources.update(source, properties={"KRs": {"name": "Results"}})
    assert sides()[0]["relation"]["dual_property"]["synced_property_name"] == "Results"
    at.new.data_sources.update(below, properties={"Up": relation})
    assert sides()[1] == []


def test_databases_and_data_sources_move_to_where_they_are_sent(at: Desk) -> None:
    page = at.ada.new_page("Archive", at.home)
    database, source = at.ada.new_database("Goals", {"Name": "title"}, at.home)
    parent = {"type": "page_id", "page_id": page}
    assert at.new.databases.update(database, parent=parent)["parent"] == parent
    assert at.new.data_sources.retrieve(source)["database_parent"] == parent
    assert [one["id"] for one in at.new.blocks.children.list(page)["results"]] == [database]
    other, _ = at.ada.new_database("Other", {"Name": "title"}, at.home)
    moved = at.new.data_sources.update(source, parent={"type": "database_id", "database_id": other})
    assert moved["parent"] == {"type": "database_id", "database_id": other}
    assert len(at.new.databases.retrieve(other)["data_sources"]) == 2
    assert at.new.databases.retrieve(database)["data_sources"] == []
