"""Notion databases of every size and shape, read whole; what cannot be read is told, and never
taken for a zero.
"""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notion_bench import NotionBench
from notion_team import TODAY, Team
from okrsync.config import load
from okrsync.connector import Ability, Batch, CellWrite, State
from okrsync.model.errors import AccessError, OkrsyncError
from okrsync.model.row_finder import column_ref, row_ref
from okrsync.model.table import ColumnRef, Table
from okrsync.sync import check, look, sync
from okrsync_notion import NotionConnector, NotionSettings
from okrsync_sandbox import Sandbox
from okrsync_sandbox.notion import data_api
from okrsync_sandbox.notion.richtext import checked_text


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[NotionBench]:
    made = NotionBench(tmp_path)
    yield made
    made.close()


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with Sandbox() as sandbox:
        yield Team(sandbox, tmp_path, monkeypatch)


def read(bench: NotionBench) -> Table:
    return bench.connector().read().tables[0]


def column(table: Table, name: str) -> int:
    assert table.header is not None
    return table.header.index(name)


def test_what_was_read_is_let_go_when_nothing_is_to_be_written(bench: NotionBench) -> None:
    for number in range(300):
        bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    connector = bench.connector()
    connector.read()  # what is kept from run to run, and modules, are there from now on
    connector.let_go()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    snapshot = connector.read()
    held, _ = tracemalloc.get_traced_memory()
    assert len(snapshot.tables[0].rows) == 300
    del snapshot
    connector.let_go()
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left - before < (held - before) / 4


@pytest.fixture(params=[1_000, pytest.param(10_000, marks=pytest.mark.trial)])
def most(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So many rows are all that a query returns: 10,000 of the service's."""
    monkeypatch.setattr(data_api, "MOST", request.param)
    found: int = request.param
    return found


def test_more_rows_than_a_query_returns_are_read_whole(bench: NotionBench, most: int) -> None:
    count = most * 6 // 5
    for number in range(count):
        if number % 40 == 0:
            bench.wait(60)
        page = bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    bench.wait(600)
    bench.ada.edit(page, {"Key result": "the last"})
    connector = bench.connector()
    rows = connector.read().tables[0].rows
    assert len({row.anchor for row in rows}) == len(rows) == count
    assert [row.values[0] for row in rows[:3]] != []
    asked = connector.calls.read
    assert asked <= 2 + count // 100 + 2
    warm = bench.connector()
    assert len(warm.read().tables[0].rows) == count
    assert warm.calls.read == 2, "what was edited, and what lies in the trash"


def test_more_rows_of_one_minute_than_notion_shows_are_no_complete_answer(
    bench: NotionBench, most: int
) -> None:
    for number in range(most + 50):
        bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    with pytest.raises(OkrsyncError, match="within one minute"):
        bench.connector().read()


def test_long_text_and_rich_text_survive_a_write_beside_them(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "Story", "rich_text")
    page = bench.ada.new_row(bench.source, {"Objective": "Grow"})
    pieces: list[dict[str, Any]] = [
        {"type": "text", "text": {"content": "😀" * 900 + "x"}},
        *[{"type": "text", "text": {"content": f"{number:04d}" * 400}} for number in range(3)],
        {
            "type": "text",
            "text": {"content": "a link", "link": {"url": "https://example.org/"}},
            "annotations": {"bold": True},
        },
        {"type": "equation", "equation": {"expression": "e=mc^2"}},
        {"type": "mention", "mention": {"type": "user", "user": {"id": bench.ada.id}}},
    ]
    bench.ada.page(page).values[bench.ada.column(bench.source, "Story").id] = checked_text(
        pieces, "text", bench.notion.space
    )
    before = bench.ada.page(page).values[bench.ada.column(bench.source, "Story").id]
    connector = bench.connector()
    snapshot = connector.read()
    table = snapshot.tables[0]
    text = str(table.rows[0].value(column(table, "Story")))
    assert len(text) > 5000
    assert "a link" in text
    assert "e=mc^2" in text
    row = row_ref(table.rows[0], {"title": column_ref(table, 0, None)})
    write = CellWrite(
        "c", table.key, row, ColumnRef(column(table, "Progress"), "Progress"), None, "y" * 5000
    )
    assert connector.write(Batch(snapshot, (write,))).outcomes["c"].state is State.WRITTEN
    assert bench.ada.page(page).values[bench.ada.column(bench.source, "Story").id] == before
    assert bench.ada.read(page, "Progress") == "y" * 5000


def test_two_pages_with_one_title_are_told_apart_by_their_ids(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "Under", "relation")
    one, two = (
        bench.ada.new_row(bench.source, {"Objective": "Grow", "Key result": word})
        for word in ("a", "b")
    )
    bench.ada.new_row(bench.source, {"Objective": "Sub", "Under": [two]})
    table = read(bench)
    sub = next(row for row in table.rows if row.label == "Sub")
    assert sub.value(column(table, "Under")) == two != one


def test_rows_of_one_title_are_called_by_what_tells_them_apart(bench: NotionBench) -> None:
    for word in ("Sign-ups", "Revenue"):
        bench.ada.new_row(bench.source, {"Objective": "Grow", "Key result": word})
    bench.ada.new_row(bench.source, {"Objective": "Keep", "Key result": "Churn"})
    assert {row.label for row in read(bench).rows} == {"Grow, Sign-ups", "Grow, Revenue", "Keep"}


def test_a_range_of_days_reads_as_both(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "When", "date")
    page = bench.ada.new_row(bench.source, {"Objective": "Grow"})
    value = {"start": "2026-10-01", "end": "2026-12-31", "time_zone": None}
    bench.ada.page(page).values[bench.ada.column(bench.source, "When").id] = value
    table = read(bench)
    assert table.rows[0].value(column(table, "When")) == "2026-10-01 → 2026-12-31"


def test_an_empty_title_is_named_by_its_page(bench: NotionBench) -> None:
    page = bench.ada.new_row(bench.source, {"Key result": "no objective"})
    row = read(bench).rows[0]
    assert (row.values[0], row.label) == (None, f"page {page[:8]}")


def test_a_page_instead_of_a_database_is_told(bench: NotionBench) -> None:
    settings = bench.settings().model_copy(update={"database": (bench.home,)})
    connector = NotionConnector(settings, bench.context())
    try:
        with pytest.raises(OkrsyncError) as told:
            connector.read()
    finally:
        connector.close()
    assert "page" in told.value.message
    assert "database" in (told.value.hint or "")


def test_a_database_named_as_a_data_source_is_told(bench: NotionBench) -> None:
    settings = bench.settings().model_copy(
        update={"database": None, "data_source": (bench.database,)}
    )
    connector = NotionConnector(settings, bench.context())
    try:
        with pytest.raises(OkrsyncError) as told:
            connector.read()
    finally:
        connector.close()
    assert "that is a database, not a data source" in told.value.message
    assert bench.source in (told.value.hint or "")


def test_a_database_in_the_trash_is_told_and_not_empty(bench: NotionBench) -> None:
    bench.ada.new_row(bench.source, {"Objective": "Grow"})
    bench.ada.trash(bench.database)
    with pytest.raises(OkrsyncError) as told:
        read(bench)
    assert "trash" in told.value.message


def test_a_connection_without_the_capability_to_read_is_told(bench: NotionBench) -> None:
    bench.bot.capabilities.discard("read")
    with pytest.raises(AccessError) as told:
        read(bench)
    assert "capability" in (told.value.hint or "")


def test_several_sources_of_one_database_are_tables_and_one_can_be_named(
    bench: NotionBench,
) -> None:
    second = bench.ada.new_source(bench.database, "Archive", {"Name": "title"})
    assert [table.name for table in bench.connector().read().tables] == ["OKRs", "Archive"]
    named = NotionConnector(
        NotionSettings(
            data_source=second, token=bench.settings().token, api_endpoint=bench.sandbox.endpoint
        ),
        bench.context(),
    )
    assert [table.name for table in named.read().tables] == ["Archive"]
    named.close()


def test_a_data_source_that_somebody_adds_is_noticed_within_a_day(bench: NotionBench) -> None:
    assert len(bench.connector().read().tables) == 1
    bench.ada.new_source(bench.database, "More", {"Name": "title"})
    warm = bench.connector()
    assert (len(warm.read().tables), warm.calls.read) == (1, 1)
    bench.wait(25 * 3600)
    assert [table.name for table in bench.connector().read().tables] == ["OKRs", "More"]


def test_a_row_in_the_trash_is_gone_at_once_where_rows_go_into_one_answer(
    bench: NotionBench,
) -> None:
    rows = [bench.ada.new_row(bench.source, {"Objective": name}) for name in ("Grow", "Keep")]
    assert len(read(bench).rows) == 2
    bench.wait(600)
    bench.ada.trash(rows[0])
    warm = bench.connector()
    assert [row.label for row in warm.read().tables[0].rows] == ["Keep"]
    assert warm.calls.read == 1


@pytest.mark.parametrize("count", [20, 150, 350])
def test_a_row_in_the_trash_is_gone_in_the_next_run_and_so_is_its_return(
    bench: NotionBench, count: int
) -> None:
    """Rows beyond one answer are asked for by their edits, and those in the trash by that."""
    rows = [bench.ada.new_row(bench.source, {"Objective": f"O{n}"}) for n in range(count)]
    assert len(read(bench).rows) == count
    bench.wait(600)
    bench.ada.edit(rows[-1], {"Key result": "edited last"})
    for page in rows[:3]:
        bench.ada.trash(page)
    assert len(read(bench).rows) == count - 3
    idle = bench.connector()
    assert len(idle.read().tables[0].rows) == count - 3
    assert idle.calls.read == (1 if count <= 100 else 2)
    bench.ada.restore(rows[0])
    assert {row.anchor for row in read(bench).rows} == {rows[0], *rows[3:]}


def test_a_row_in_the_trash_is_gone_whether_or_not_that_moves_its_last_edit(
    bench: NotionBench,
) -> None:
    rows = [bench.ada.new_row(bench.source, {"Objective": f"O{n}"}) for n in range(150)]
    bench.wait(600)
    assert len(read(bench).rows) == 150
    bench.ada.page(rows[7]).in_trash = True
    bench.notion.space.revision += 1
    assert len(read(bench).rows) == 149


def test_what_changes_without_its_row_being_edited_is_read(bench: NotionBench) -> None:
    _, tasks = bench.ada.new_database("Tasks", {"Name": "title", "Points": "number"}, bench.home)
    bench.ada.new_column(bench.source, "Work", "relation", to=tasks)
    bench.ada.new_column(
        bench.source, "Sum", "rollup", relation="Work", column="Points", function="sum"
    )
    task = bench.ada.new_row(tasks, {"Name": "Dig", "Points": 3})
    row = bench.ada.new_row(bench.source, {"Objective": "Grow", "Work": [task]})

    def summed() -> object:
        table = read(bench)
        return next(one.value(column(table, "Sum")) for one in table.rows if one.anchor == row)

    assert summed() == 3
    bench.wait(3600)
    bench.ada.edit(task, {"Points": 8})
    assert summed() == 8, "the rows go into one answer, and are all asked for"
    for number in range(150):
        bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    bench.wait(600)
    assert summed() == 8
    bench.ada.edit(task, {"Points": 9})
    bench.wait(7200)
    assert summed() == 9, "of many rows those that can change unedited are read anew every hour"


def test_relations_past_25_are_asked_for_once(bench: NotionBench) -> None:
    bench.ada.new_column(bench.source, "Under", "relation")
    many = [bench.ada.new_row(bench.source, {"Objective": f"O{number}"}) for number in range(30)]
    top = bench.ada.new_row(bench.source, {"Objective": "Top", "Under": many})
    cold, warm = bench.connector(), bench.connector()
    cold.read()
    bench.wait(600)
    table = warm.read().tables[0]
    assert (cold.calls.read, warm.calls.read) == (1 + 1 + 1 + 1, 1)
    assert (
        str(
            next(row for row in table.rows if row.anchor == top).value(column(table, "Under"))
        ).count(",")
        == 29
    )


def test_a_property_deleted_in_mid_run_is_a_conflict(team: Team) -> None:
    team.one()
    team.ada.edit(team.page("Revenue"), {"Current": 60})
    team.notion.traffic.after("read", 1, lambda: team.ada.delete_column(team.source, "Progress"))
    done = team.one()
    assert done.error is None
    assert [skip.reason for skip in done.conflicts] == [
        "the property 'Progress' is no longer there"
    ]
    again = team.one()
    assert [refusal.guard for refusal in again.refusals] == ["vanished-header"]


def test_a_property_renamed_in_mid_run_is_followed(team: Team) -> None:
    team.one()
    team.ada.edit(team.page("Revenue"), {"Current": 60})
    team.notion.traffic.after(
        "read", 1, lambda: team.ada.rename_column(team.source, "Progress", "How far")
    )
    done = team.one()
    assert done.error is None
    team.one()
    assert team.beside("How far")["Revenue"] == 0.6


def test_a_relation_into_another_database_is_told_by_check_and_never_a_zero(team: Team) -> None:
    hidden = team.ada.new_page("Board room")
    _, source = team.ada.new_database("Company", {"Name": "title"}, hidden)
    goal = team.ada.new_row(source, {"Name": "Win"})
    team.ada.new_column(team.source, "Parent", "relation", to=source)
    team.ada.edit(team.page("Revenue"), {"Parent": [goal]})
    before = team.beside("Current")
    assert team.one().error is None
    assert team.beside("Progress")["Revenue"] == 0.2
    team.ada.share(hidden, team.bot)
    told = check(load(team.folder / "okrsync.toml"), as_of=TODAY)["team"]
    assert any("'Parent' leads to 'Company'" in finding.message for finding in told), told
    assert team.one().error is None
    assert team.beside("Current") == before
    picture = look(load(team.folder / "okrsync.toml"), as_of=TODAY)
    assert any(warning.code == "no-access" for warning in picture.warnings), picture.warnings


def test_a_loop_of_sub_items_is_named_and_the_rest_goes_on(team: Team) -> None:
    team.ada.new_column(team.source, "Parent item", "relation")
    one, two = team.page("Revenue"), team.page("Churn")
    team.ada.edit(one, {"Parent item": [two]})
    team.ada.edit(two, {"Parent item": [one]})
    done = sync(load(team.folder / "okrsync.toml"), as_of=TODAY)
    assert done.sources[0].error is None
    assert team.beside("Progress")["Sign-ups"] == 0.5


def test_it_can_do_everything_but_copy_tabs(bench: NotionBench) -> None:
    assert bench.connector().abilities == frozenset(Ability) - {Ability.COPY_TABS}


def test_the_token_is_nowhere_in_what_is_said(bench: NotionBench) -> None:
    token = bench.bot.token
    bench.notion.space.integrations.clear()
    with pytest.raises(OkrsyncError) as told:
        read(bench)
    assert token not in f"{told.value!r} {told.value} {told.value.hint}"
    assert re.search("token", told.value.message)
