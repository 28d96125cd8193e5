"""Notion from config to property: whole runs over HTTP against the local Notion, with people in the
way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from grids import in_turns, kind_of_fault
from notion_bench import NotionBench
from notion_team import COLUMNS, TODAY, WANTED, Team
from okrsync.config import load
from okrsync.connector import Looks, Misfit, Secret, SourceError, State
from okrsync.state.values_json import value_from_json, value_to_json
from okrsync.steps.undo import undo
from okrsync.sync import look
from okrsync_notion import NotionConnector, NotionSettings
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.notion.richtext import text


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path, monkeypatch)


def test_a_first_run_makes_properties_and_writes_each_page_once(team: Team) -> None:
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    assert team.beside("Status") == {
        "Sign-ups": "On track",
        "Revenue": "Off track",
        "Churn": "On track",
    }
    assert done.calls.write == 1 + 3
    assert team.one().calls.write == 0


def test_an_idle_run_is_one_call_and_a_changed_page_one_patch(team: Team) -> None:
    team.one()
    team.one()
    team.notion.traffic.forget()
    idle = team.one()
    assert (idle.calls.read, idle.calls.write) == (1, 0)
    assert team.notion.traffic.count() == 1
    team.ada.edit(team.page("Revenue"), {"Current": 60})
    changed = team.one()
    assert changed.calls.write == 1
    assert team.beside("Progress") == {**WANTED, "Revenue": 0.6}
    after = team.one()
    assert (after.calls.read, after.calls.write) == (1, 0)


def test_a_renamed_property_is_followed_by_its_id(team: Team) -> None:
    team.one()
    team.ada.rename_column(team.source, "Progress", "How far")
    team.ada.edit(team.page("Sign-ups"), {"Current": 75})
    done = team.one()
    assert done.conflicts == ()
    assert team.beside("How far")["Sign-ups"] == 0.75


def test_undo_takes_values_and_properties_back(team: Team) -> None:
    team.one()
    back = undo(load(team.folder / "okrsync.toml"), "last")
    assert [(source.state, source.conflicts) for source in back.sources] == [("ok", ())]
    assert {one.name for one in team.ada.source(team.source).properties.values()} == set(COLUMNS)


@pytest.mark.parametrize("kind", ["pages", "data_sources"])
def test_undo_is_whole_although_an_answer_is_lost(team: Team, kind: str) -> None:
    team.one()
    team.notion.traffic.fail(
        Fault(lambda call: call.method == "PATCH" and f"/{kind}/" in call.path, drop="after")
    )
    back = undo(load(team.folder / "okrsync.toml"), "last")
    assert [(source.state, source.conflicts) for source in back.sources] == [("ok", ())]
    assert {one.name for one in team.ada.source(team.source).properties.values()} == set(COLUMNS)


def test_a_page_in_the_trash_is_a_conflict_and_the_others_are_written(team: Team) -> None:
    page = team.page("Revenue")
    team.notion.traffic.before("write", 2, lambda: team.ada.trash(page))
    done = team.one()
    assert done.error is None
    written = [change for change in done.changes if change.outcome is State.WRITTEN]
    assert len(written) >= 6


def test_what_somebody_typed_meanwhile_is_left_alone(team: Team) -> None:
    team.one()
    team.ada.edit(team.page("Revenue"), {"Current": 60})
    page = team.page("Revenue")
    team.notion.traffic.after("read", 1, lambda: team.ada.edit(page, {"Progress": 0.99}))
    done = team.one()
    assert team.beside("Progress")["Revenue"] == 0.99
    assert any("it says '0.99' now" in conflict.reason for conflict in done.conflicts)


FAULTS = [
    *[{"status": status} for status in (409, 429, 500, 502, 503, 504, 529)],
    {"status": 500, "after": True},
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
]


@pytest.mark.parametrize(
    ("fault", "number"), in_turns(FAULTS, [1, 2, 3, 4, 5, 6], kind=kind_of_fault), ids=str
)
def test_whatever_fails_at_whatever_call_the_end_is_the_same(
    team: Team, fault: dict[str, Any], number: int
) -> None:
    team.notion.traffic.fail(Fault(lambda call: call.number >= number, **fault))
    team.run()
    team.notion.traffic.faults.clear()
    done = team.one()
    assert done.error is None
    assert team.beside("Progress") == WANTED
    names = [one.name for one in team.ada.source(team.source).properties.values()]
    assert sorted(names) == sorted([*COLUMNS, "Progress", "Status"])
    assert team.one().calls.write == 0


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda team: team.ada.unshare(team.home, team.bot), "deleted, or not shared"),
        (lambda team: team.notion.space.integrations.clear(), "does not accept the token"),
    ],
    ids=["unshared", "token revoked"],
)
def test_lost_access_is_told_with_the_way_out(
    team: Team, meddle: Callable[[Team], None], said: str
) -> None:
    meddle(team)
    done = team.one()
    assert done.state == "failed"
    assert said in (done.error or "")
    assert done.hint


def connector(bench: NotionBench) -> NotionConnector:
    made = bench.connector()
    assert isinstance(made, NotionConnector)
    return made


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[NotionBench]:
    made = NotionBench(tmp_path)
    yield made
    made.close()


def test_every_kind_of_property_is_read(bench: NotionBench) -> None:
    ada, source = bench.ada, bench.source
    ada.new_column(source, "Done", "checkbox")
    ada.new_column(source, "Due", "date")
    ada.new_column(source, "Kind", "select", options=["A", "B"])
    ada.new_column(source, "Tags", "multi_select", options=["x", "y"])
    ada.new_column(source, "Share", "number", format="percent")
    ada.new_column(source, "No", "unique_id", prefix="KR")
    ada.new_column(source, "Who", "people")
    ada.new_column(source, "Under", "relation")
    one = ada.new_row(source, {"Objective": "Grow", "Key result": "Parent"})
    values = {
        "Objective": "Sub",
        "Done": True,
        "Due": "2026-11-30",
        "Kind": "B",
        "Tags": ["x", "y"],
        "Share": 0.4,
    }
    ada.new_row(source, {**values, "Who": ["ada@acme.example"], "Under": [one]})
    table = connector(bench).read().tables[0]
    assert table.header is not None
    row = dict(
        zip(table.header, next(one.values for one in table.rows if one.label == "Sub"), strict=True)
    )
    assert row["Objective"] == "Sub"
    assert (row["Done"], row["Due"], row["Kind"], row["Tags"]) == (
        True,
        date(2026, 11, 30),
        "B",
        "x, y",
    )
    assert (row["Share"], row["No"], row["Who"], row["Under"]) == (0.4, "KR-2", "Ada", "Grow")


def test_a_relation_past_25_is_read_whole(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "Under", "relation")
    many = [bench.ada.new_row(bench.source, {"Objective": f"O{number}"}) for number in range(30)]
    bench.ada.new_row(bench.source, {"Objective": "Top", "Under": many})
    table = connector(bench).read().tables[0]
    assert table.header is not None
    top = next(one for one in table.rows if one.label == "Top")
    shown = str(top.value(table.header.index("Under")))
    assert len(shown.split(", ")) == 30


def test_more_than_a_hundred_rows_are_read_in_pages(bench: NotionBench) -> None:
    for number in range(230):
        bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    reading = connector(bench)
    assert len(reading.read().tables[0].rows) == 230
    assert reading.calls.read == 1 + 1 + 3


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("status", "On track", "has no option 'On track'"),
        ("formula", 0.5, "computed by Notion"),
        ("people", "x", "is a people property"),
        ("checkbox", "x", "a text or number property would do"),
        ("select", "x" * 101, "is a select property; a text property would do"),
        ("select", "x", "the select 'Theirs' has no option 'x'"),
        ("number", "x", "a text property would do"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_the_type_that_would(
    bench: NotionBench, kind: str, value: Any, said: str
) -> None:
    more = {"expression": "1"} if kind == "formula" else {}
    bench.ada.new_column(bench.source, "Theirs", kind, **more)
    reading = connector(bench)
    table = reading.read().tables[0]
    assert table.header is not None
    found = reading.fit(table, table.header.index("Theirs"), Looks.TEXT, value)
    assert isinstance(found, Misfit)
    assert said in found.reason


def test_a_share_does_not_become_an_option(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "Theirs", "select")
    reading = connector(bench)
    table = reading.read().tables[0]
    assert table.header is not None
    found = reading.fit(table, table.header.index("Theirs"), Looks.SHARE, 0.5)
    assert found == Misfit("'Theirs' is a select property; a number property would do")


def test_long_text_is_cut_into_pieces_as_notion_counts_them(bench: NotionBench) -> None:
    from okrsync_notion.values import Property, sent

    text = "😀" * 2500
    pieces = sent(Property("Note", "x", "rich_text", {}), text)["rich_text"]
    assert [len(piece["text"]["content"].encode("utf-16-le")) // 2 for piece in pieces] == [
        2000,
        2000,
        1000,
    ]
    assert "".join(piece["text"]["content"] for piece in pieces) == text


@pytest.mark.parametrize(
    ("zone", "typed", "day", "offset"),
    [
        ("Europe/Berlin", "2026-11-23T23:30:00.000-05:00", date(2026, 11, 24), 1),
        ("America/New_York", "2026-11-23T23:30:00.000-05:00", date(2026, 11, 23), -5),
        ("America/New_York", "2026-11-24T01:00:00.000+01:00", date(2026, 11, 23), -5),
        ("Asia/Tokyo", "2026-11-23T16:00:00.000Z", date(2026, 11, 24), 9),
    ],
)
def test_moments_are_days_in_the_time_zone_of_the_config(
    bench: NotionBench, zone: str, typed: str, day: date, offset: int
) -> None:
    context = replace(bench.context(), timezone=ZoneInfo(zone))
    bench.ada.new_column(bench.source, "When", "date")
    bench.ada.new_column(bench.source, "Told", "formula", expression='prop("When")')
    bench.ada.new_row(bench.source, {"Objective": "Grow", "When": typed})
    bench.ada.new_row(
        bench.source,
        {"Objective": "Keep", "When": {"start": typed, "end": "2026-12-31", "time_zone": None}},
    )
    bench.ada.new_row(bench.source, {"Objective": "Stay", "When": "2026-11-24"})
    notion = NotionConnector(bench.settings(), context)
    table = notion.read().tables[0]
    notion.close()
    assert table.header is not None
    rows = {row.label: row for row in table.rows}
    when = [rows[name].value(table.header.index("When")) for name in ("Grow", "Keep", "Stay")]
    told = rows["Grow"].value(table.header.index("Told"))
    for moment in (when[0], told):
        assert isinstance(moment, datetime)
        assert moment.date() == day
        assert moment.utcoffset() == timedelta(hours=offset)
        assert moment == datetime.fromisoformat(typed)
        assert value_from_json(value_to_json(moment)) == moment
    assert when[1] == f"{day} → 2026-12-31"
    assert when[2] == date(2026, 11, 24)


def test_a_check_in_late_at_night_counts_for_the_day_it_is_at_the_office(team: Team) -> None:
    team.ada.new_column(team.source, "Checked in", "date")
    team.ada.edit(team.page("Sign-ups"), {"Checked in": "2026-11-22T23:30:00.000-05:00"})
    config = team.folder / "okrsync.toml"
    for zone, day in (("Europe/Berlin", 23), ("America/New_York", 22)):
        team.write_config()
        text = config.read_text(encoding="utf-8")
        config.write_text(f'timezone = "{zone}"\n{text}', encoding="utf-8")
        tree = look(load(config), as_of=TODAY).tree
        items = {one.title: one for obj in tree.objectives.values() for one in obj.key_results}
        assert items["Sign-ups"].checked_in == date(2026, 11, day)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.notion.so/acme/OKRs-0f1e2d3c4b5a69788796a5b4c3d2e1f0?v=11112222333344445555666677778888",
        "https://app.notion.com/p/0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    ],
)
def test_an_address_or_an_id_names_a_database(text: str) -> None:
    settings = NotionSettings(database=text, token=Secret("x", "env X"))
    assert settings.databases == ("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",)


def test_a_source_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="needs `database` or `data_source`"):
        NotionSettings(token=Secret("x", "env X"))
    with pytest.raises(ValueError, match="neither an address in Notion"):
        NotionSettings(database="OKRs", token=Secret("x", "env X"))


def test_a_renamed_property_keeps_its_column_id(tmp_path: Path) -> None:
    bench = NotionBench(tmp_path)
    bench.fill([["Objective", "Key result", "Progress"], ["Grow", "Sign-ups", "50%"]])

    def ids() -> dict[str, str]:
        table = bench.connector().read().tables[0]
        assert table.header is not None
        return {name: table.column_ids[column] for column, name in enumerate(table.header)}

    before = ids()
    assert set(before) == {"Objective", "Key result", "Progress"}
    bench.ada.rename_column(bench.source, "Key result", "Measure")
    after = ids()
    assert after["Measure"] == before["Key result"]
    assert len(set(after.values())) == len(after)
    bench.close()


def test_an_edit_minutes_after_the_read_is_a_conflict_and_not_overwritten(team: Team) -> None:
    """The first page is written at once, the others minutes later, as where there are thousands."""
    team.run()
    for title in WANTED:
        team.ada.edit(team.page(title), {"Current": 70})
    with time_machine.travel(datetime.now(UTC)) as clock:

        def a_while_later() -> None:
            clock.shift(300)
            for title in WANTED:
                team.ada.edit(team.page(title), {"Progress": 0.99})

        team.notion.traffic.after("write", 1, a_while_later)
        done = team.one()
    assert done.error is None
    assert list(team.beside("Progress").values()) == [0.99] * 3
    assert [one.reason for one in done.conflicts] == ["it says '0.99' now"] * 2


def test_minutes_are_told_by_notions_clock_as_well(team: Team) -> None:
    team.run()
    for title in WANTED:
        team.ada.edit(team.page(title), {"Current": 70})
    clock = team.notion.clock

    def a_while_later() -> None:
        team.notion.clock = lambda: clock() + 300

    def typed() -> None:
        for title in WANTED:
            team.ada.edit(team.page(title), {"Progress": 0.99})

    team.notion.traffic.after("write", 1, a_while_later)
    team.notion.traffic.after("write", 2, typed)
    done = team.one()
    assert list(team.beside("Progress").values()) == [0.99] * 3
    assert [one.reason for one in done.conflicts] == ["it says '0.99' now"]


def test_a_database_that_is_not_shared_is_no_access(team: Team) -> None:
    team.ada.unshare(team.home, team.bot)
    first = team.one()
    assert first.denied
    assert "not shared with the connection" in (first.error or "")
    assert team.run().exit_code == 4
    team.ada.share(team.home, team.bot)
    assert team.one().error is None
    team.ada.unshare(team.home, team.bot)
    again = team.run()
    assert again.sources[0].denied
    assert again.exit_code == 4


def no_data_sources(database: str) -> Fault:
    """The database answers, and names no data source."""
    answer = {"object": "database", "id": database, "title": [], "data_sources": []}
    return Fault(
        lambda call: call.path.endswith(database), times=100, body=json.dumps(answer).encode()
    )


def test_an_answer_without_data_sources_is_no_empty_database(team: Team) -> None:
    team.notion.traffic.fail(no_data_sources(team.database))
    done = team.one()
    assert done.error is not None
    assert "names no data source" in done.error
    assert team.run().exit_code == 1
    team.notion.traffic.faults.clear()
    assert team.one().error is None
    assert team.beside("Progress") == WANTED


def test_the_last_good_numbers_stand_where_no_data_source_is_named_any_more(team: Team) -> None:
    team.run()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
        team.notion.traffic.fail(no_data_sources(team.database))
        done = team.one()
        assert (done.state, done.changes) == ("kept", ())
        assert done.error is not None
        picture = look(load(team.folder / "okrsync.toml"), as_of=TODAY)
        assert {one.title for one in picture.tree.objectives.values()} == {"Grow", "Keep"}
        assert team.beside("Progress") == WANTED
        team.notion.traffic.faults.clear()
        assert team.one().error is None


def test_a_service_that_is_dead_is_noticed_in_the_same_run(bench: NotionBench) -> None:
    bench.notion.traffic.fail(no_data_sources(bench.database))
    with pytest.raises(SourceError, match="names no data source"):
        bench.connector().read()
    bench.notion.traffic.faults.clear()
    bench.notion.traffic.fail(Fault(times=10_000, status=503))
    dead = bench.connector()
    with pytest.raises(SourceError, match="503"):
        dead.read()
    assert dead.calls.read


@pytest.mark.parametrize("answer", [{"object": "list"}, {"object": "list", "results": None}])
def test_an_answer_without_rows_is_no_empty_table(
    bench: NotionBench, answer: dict[str, Any]
) -> None:
    bench.fill([["Objective", "Key result", "Progress"], ["Grow", "Sign-ups", None]])
    bench.notion.traffic.fail(
        Fault(lambda call: call.path.endswith("/query"), body=json.dumps(answer).encode())
    )
    with pytest.raises(SourceError, match="no list of rows"):
        bench.connector().read()


def _struck(content: str) -> list[dict[str, Any]]:
    """A text that is struck through."""
    pieces = text(content)
    return [
        {**piece, "annotations": {**piece["annotations"], "strikethrough": True}}
        for piece in pieces
    ]


def test_a_row_whose_title_somebody_struck_through_is_set_aside(team: Team) -> None:
    team.one()
    struck = _struck("Revenue")
    team.ada.edit(team.page("Revenue"), {"Key result": struck})
    done = team.one()
    assert done.error is None
    assert {change.field: change.after for change in done.changes} == {"status": None}
    assert team.beside("Status")["Revenue"] is None
    assert team.one().calls.write == 0
    half = [*_struck("Rev"), *text("enue")]
    team.ada.edit(team.page("Revenue"), {"Key result": half})
    team.one()
    assert team.beside("Status")["Revenue"] == "Off track"
