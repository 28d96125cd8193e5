"""The board managers browse: every item of all sources as a row, over HTTP against the local
Notion, with people in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import pytest
import time_machine

from grids import in_part
from okrsync.config import load
from okrsync.config.problems import Problems
from okrsync.connector import State
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.store import Store
from okrsync.steps.review import review
from okrsync.steps.undo import undo
from okrsync.sync import check, make_plan, sync
from okrsync.testing import fake_time
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.notion.computed import ComputedReader
from okrsync_sandbox.notion.query import checked_filter
from okrsync_sandbox.traffic import Call

TODAY = date(2026, 11, 24)
GROWTH = (
    "Objective,Key"
    " result,Owner,Start,Current,Target\nGrow,Sign-ups,mia@acme.example,0,50,100\n"
    "Grow,Revenue,Jon,0,20,100\n"
)
OPS = "Objective,Key result,Owner,Start,Current,Target\nRun well,Incidents,,9,9,3\n"
NAMES = {
    "Name",
    "Kind",
    "Parent",
    "Sub-items",
    "Progress",
    "Status",
    "Freshness",
    "Owner",
    "Source",
    "Link",
    "Moved",
    "Change this week",
    "Trend",
    "Outlook",
    "Cycle",
    "Closed cycle",
    "Note",
    "okrsync ID",
}
VIEWS = [
    "By status",
    "By team",
    "Needs attention",
    "Off track",
    "Tree",
    "What moved",
    "Where it ends up",
    "Wins",
]


class Acme:
    """Two CSV files, a board of Ada's, and a config."""

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        columns: dict[str, Any] | None = None,
    ) -> None:
        self.sandbox, self.folder, self.notion = sandbox, folder, sandbox.notion
        self.ada, self.mia = (
            self.notion.person("ada@acme.example", "Ada"),
            self.notion.person("mia@acme.example", "Mia"),
        )
        self.bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Company")
        self.database, self.source = self.ada.new_database(
            "OKR board", columns or {"Name": "title"}, self.home
        )
        self.ada.share(self.home, self.bot)
        monkeypatch.setenv("NOTION_TOKEN", self.bot.token)
        self.write("growth.csv", GROWTH)
        self.write("ops.csv", OPS)
        self.write_config()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def write_config(self, more: str = "") -> None:
        sources = "".join(
            f'[sources.{name}]\nconnector = "workbook"\npath = "{name}.csv"\n'
            for name in ("growth", "ops")
        )
        self.write(
            "okrsync.toml",
            f'cycle = "2026-Q4"\n{sources}[publish.board]\nconnector = "notion"\ndatabase ='
            f' "{self.sandbox.notion_url(self.database)}"\ntoken = {{env ='
            f' "NOTION_TOKEN"}}\napi_endpoint = "{self.sandbox.endpoint}"\nlimits ='
            " {requests_per_second = 100000, timeout_seconds = 20, give_up_seconds = 20}\n" + more,
        )

    def run(self, **more: Any) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY, **more)

    def board(self, **more: Any) -> SourcePlan:
        """A run's part for the board."""
        return self.run(**more).boards[0]

    def rows(self) -> dict[str, dict[str, Any]]:
        """The board's rows by name, as people see them."""
        names = [one.name for one in self.ada.source(self.source).properties.values()]
        title = next(
            one.name
            for one in self.ada.source(self.source).properties.values()
            if one.type == "title"
        )
        rows = [
            {name: self.ada.read(page, name) for name in names}
            for page in self.ada.rows(self.source)
        ]
        return {row[title]: row for row in rows}

    def page(self, name: str) -> str:
        return next(
            page for page in self.ada.rows(self.source) if self.ada.read(page, "Name") == name
        )

    def in_view(self, name: str) -> set[str]:
        """The names of the rows that a view shows."""
        source = self.ada.source(self.source)
        (view,) = [
            one
            for one in self.notion.space.views.values()
            if one.data_source == self.source and one.name == name
        ]
        reader = ComputedReader(self.notion.space, None)
        test = checked_filter(source, view.filter, reader)
        pages = [self.ada.page(page) for page in self.ada.rows(self.source)]
        return {str(self.ada.read(page.id, "Name")) for page in pages if test(page)}

    def views(self) -> list[str]:
        return sorted(
            one.name for one in self.notion.space.views.values() if one.data_source == self.source
        )


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    with Sandbox() as sandbox:
        yield Acme(sandbox, tmp_path, monkeypatch)


def test_every_item_of_every_source_is_a_row(acme: Acme) -> None:
    done = acme.board()
    assert (done.error, done.conflicts) == (None, ())
    rows = acme.rows()
    assert set(rows) == {"Grow", "Sign-ups", "Revenue", "Run well", "Incidents"}
    assert set(rows["Grow"]) == NAMES
    assert rows["Sign-ups"]["Kind"] == "Key result"
    assert rows["Sign-ups"]["Parent"] == [acme.page("Grow")]
    assert rows["Grow"]["Sub-items"] == [acme.page("Sign-ups"), acme.page("Revenue")]
    assert (rows["Sign-ups"]["Progress"], rows["Sign-ups"]["Status"]) == (0.5, "On track")
    assert (rows["Sign-ups"]["okrsync ID"], rows["Sign-ups"]["Source"]) == (
        "growth/O1/KR1",
        "growth",
    )
    assert rows["Sign-ups"]["Owner"] == ["Mia"]
    assert rows["Revenue"]["Owner"] in ([], None)
    assert str(rows["Revenue"]["Note"]).endswith("Owner: Jon.")
    assert any("'Jon'" in skip.reason for skip in done.skips)
    assert acme.views() == [*VIEWS[:3], "Off track", "Table", *VIEWS[4:]]


def view_calls(acme: Acme) -> list[tuple[str, str]]:
    """What was asked about views since the traffic was forgotten, in order: the method, and whether
    it was about all of them or about one.
    """
    return [
        (call.method, "all" if call.path.endswith("/views") else "one")
        for call in acme.notion.traffic.calls
        if "/views" in call.path
    ]


def test_the_views_of_a_board_are_read_once(acme: Acme) -> None:
    acme.run()
    made = len(VIEWS)
    # The board begins with one view, "Table".
    assert view_calls(acme) == [("GET", "all"), ("GET", "one"), *[("POST", "all")] * made]
    acme.notion.traffic.forget()
    undo(load(acme.folder / "okrsync.toml"), "last")
    # Each is looked at once more right before it is deleted: somebody may have renamed it.
    assert view_calls(acme) == [
        ("GET", "all"),
        *[("GET", "one")] * (made + 1),
        *[("GET", "one"), ("DELETE", "one")] * made,
    ]
    assert acme.views() == ["Table"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_views_are_read_again_where_the_answer_to_making_one_is_lost(
    acme: Acme, when: Literal["before", "after"]
) -> None:
    posts = iter(range(1000))
    acme.notion.traffic.fail(
        Fault(
            lambda call: (
                call.method == "POST" and call.path.endswith("/views") and next(posts) == 2
            ),
            drop=when,
        )
    )
    with fake_time():
        done = acme.board()
    assert done.error is None
    assert acme.views() == [*VIEWS[:3], "Off track", "Table", *VIEWS[4:]], "each once"
    assert view_calls(acme).count(("GET", "all")) == 2
    assert {change.outcome for change in done.changes} == {State.WRITTEN}


def test_a_view_renamed_during_undo_is_left_alone(acme: Acme) -> None:
    acme.run()
    (view,) = [view for view in acme.notion.space.views.values() if view.name == VIEWS[-1]]

    def rename(call: Call) -> bool:
        if call.method == "DELETE" and "/views/" in call.path:
            view.name = "Mine"
        return False

    acme.notion.traffic.fail(Fault(rename, times=1000))
    back = undo(load(acme.folder / "okrsync.toml"), "last")
    assert next(part for part in back.sources if part.name == "publish.board").error is None
    assert acme.views() == ["Mine", "Table"]


def test_views_show_what_they_are_for(acme: Acme) -> None:
    acme.run()
    names = {one.id: one.name for one in acme.ada.source(acme.source).properties.values()}
    seen = {
        view.name: [
            names[unquote(one["property_id"])]
            for one in view.configuration["properties"]
            if one["visible"]
        ]
        for view in acme.notion.space.views.values()
        if "properties" in view.configuration
    }
    assert sorted(seen) == VIEWS
    assert seen["By status"] == ["Name", "Kind", "Progress", "Owner", "Source"]
    assert seen["Tree"] == [
        "Name",
        "Kind",
        "Progress",
        "Status",
        "Freshness",
        "Owner",
        "Source",
        "Link",
        "Note",
        "Moved",
        "Change this week",
        "Trend",
        "Outlook",
        "Cycle",
    ]
    hidden = {"okrsync ID", "Sub-items", "Closed cycle"}
    assert all(hidden.isdisjoint(shown) for shown in seen.values())


def test_the_cycle_before_has_a_view_of_its_own_with_its_last_answers(acme: Acme) -> None:
    def run(day: date) -> SourcePlan:
        return sync(load(acme.folder / "okrsync.toml"), as_of=day).boards[0]

    acme.write_config()
    config = acme.folder / "okrsync.toml"
    acme.write("okrsync.toml", config.read_text("utf-8").replace('"2026-Q4"', '"auto"', 1))
    header = GROWTH.splitlines()[0] + ",Cycle\n"
    old = [f"{line},Q4 2026" for line in GROWTH.splitlines()[1:]]
    acme.write("growth.csv", header + "\n".join(old) + "\n")
    (acme.folder / "ops.csv").write_text(
        OPS.replace("Target\n", "Target,Cycle\n").replace("9,9,3", "9,9,3,Q4 2026")
    )
    run(date(2026, 12, 20))
    assert "2026-Q4" not in acme.views()
    # The first item of the new cycle comes, and a late value for the old one.
    late = [line.replace("0,50,100", "0,100,100") for line in old]
    acme.write("growth.csv", header + "\n".join(late) + "\nGrow,Churn,Mia,9,9,3,Q1 2027\n")
    run(date(2027, 1, 4))
    assert "2026-Q4" in acme.views()
    rows = acme.rows()
    assert (rows["Sign-ups"]["Status"], rows["Sign-ups"]["Cycle"]) == ("Achieved", "2026-Q4")
    assert rows["Revenue"]["Status"] == "Missed"
    assert rows["Churn"]["Cycle"] == "2027-Q1"
    (view,) = [view for view in acme.notion.space.views.values() if view.name == "2026-Q4"]
    equals = [each["select"]["equals"] for each in (view.filter or {})["or"]]
    assert equals == ["2026-Q4"]
    again = run(date(2027, 1, 4))
    assert again.calls.write == 0
    # All other views are of the cycle that runs.
    running = {"Grow", "Churn"}
    for name in VIEWS:
        assert acme.in_view(name) <= running, name
    assert acme.in_view("Tree") == running
    assert acme.in_view("2026-Q4") == {"Grow", "Sign-ups", "Revenue", "Run well", "Incidents"}
    # Somebody deleted it: it does not come back.
    (id_,) = [id_ for id_, view in acme.notion.space.views.items() if view.name == "2026-Q4"]
    del acme.notion.space.views[id_]
    run(date(2027, 1, 5))
    assert "2026-Q4" not in acme.views()


def test_each_question_of_the_week_has_its_view(acme: Acme) -> None:
    acme.write("growth.csv", GROWTH.replace("0,50,100", "0,100,100"))
    acme.run()
    rows = acme.rows()
    assert rows["Sign-ups"]["Cycle"] == "2026-Q4"
    assert rows["Sign-ups"]["Change this week"] is None, "the first week has none"
    views = {view.name: view for view in acme.notion.space.views.values()}
    ids = {one.name: one.id for one in acme.ada.source(acme.source).properties.values()}
    won, running = (views["Wins"].filter or {})["and"]
    assert [each["select"]["equals"] for each in won["or"]] == ["Achieved"]
    assert unquote(running["property"]) == unquote(ids["Closed cycle"])
    assert running["select"] == {"is_empty": True}
    assert acme.in_view("Wins") == {"Sign-ups"}
    moved, _ = (views["What moved"].filter or {})["and"]
    assert unquote(moved["property"]) == unquote(ids["Moved"])
    assert moved["rich_text"] == {"is_not_empty": True}
    (sort,) = views["Where it ends up"].sorts or []
    assert unquote(sort["property"]) == unquote(ids["Outlook"])
    assert sort["direction"] == "ascending"


def test_a_second_run_writes_nothing_and_asks_once(acme: Acme) -> None:
    acme.run()
    acme.run()
    acme.notion.traffic.forget()
    again = acme.board()
    assert (again.changes, again.calls.read, again.calls.write) == ((), 1, 0)
    assert acme.notion.traffic.count() == 1


def test_a_changed_item_is_one_patch(acme: Acme) -> None:
    acme.run()
    acme.write("growth.csv", GROWTH.replace("0,20,100", "0,60,100"))
    done = acme.board()
    assert done.calls.write == 2, "the key result's page and its objective's"
    assert acme.rows()["Revenue"]["Progress"] == 0.6


def test_what_vanished_is_marked_and_not_deleted_and_comes_back(acme: Acme) -> None:
    acme.run()
    acme.write("growth.csv", "\n".join(GROWTH.splitlines()[:2]) + "\n")
    acme.run(allow=["max-shrink"])
    assert acme.rows()["Revenue"]["Status"] == "Gone"
    assert acme.board(allow=["max-shrink"]).calls.write == 0
    acme.write("growth.csv", GROWTH)
    acme.run()
    assert acme.rows()["Revenue"]["Status"] == "Off track"
    assert len(acme.ada.rows(acme.source)) == 5


def test_a_source_that_cannot_be_read_takes_nothing_off_the_board(acme: Acme) -> None:
    acme.run()
    (acme.folder / "ops.csv").unlink()
    done = acme.run()
    assert done.exit_code == 3
    assert acme.rows()["Incidents"]["Status"] != "Gone"
    acme.write("ops.csv", "Objective,Key result,Owner,Start,Current,Target\n")
    acme.run()
    assert acme.rows()["Incidents"]["Status"] != "Gone", (
        "a source that reads empty all of a sudden is stopped by a guard"
    )


def test_the_board_says_of_what_day_numbers_are_and_claims_nothing_once_they_are_too_old(
    acme: Acme,
) -> None:
    read = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    with time_machine.travel(read, tick=False):
        acme.run()
    page, before = acme.page("Run well"), acme.rows()
    (acme.folder / "ops.csv").unlink()
    with time_machine.travel(read + timedelta(days=2), tick=False):
        acme.run()
        rows = acme.rows()
        assert str(rows["Run well"]["Note"]).endswith("As of 21 Nov 2026.")
        assert rows["Run well"]["Progress"] == before["Run well"]["Progress"]
        assert rows["Grow"] == before["Grow"]
        assert acme.board().calls.write == 0
    with time_machine.travel(read + timedelta(days=8), tick=False):
        assert acme.board().refusals == ()
        row = acme.rows()["Run well"]
        assert (row["Status"], row["Progress"], row["Freshness"]) == ("No data", None, None)
        assert row["Note"] == "ops could not be read; its last numbers were of 21 Nov 2026."
        assert acme.board().calls.write == 0
    acme.write("ops.csv", OPS)
    with time_machine.travel(read + timedelta(days=9), tick=False):
        done = acme.board()
    assert done.replaced == 0, "what okrsync wrote there nobody typed"
    assert acme.page("Run well") == page
    assert acme.rows()["Run well"]["Status"] == before["Run well"]["Status"]


def test_a_row_inserted_above_moves_neither_ids_nor_rows(acme: Acme) -> None:
    acme.run()
    pages = {name: acme.page(name) for name in ("Sign-ups", "Revenue")}
    acme.ada.new_column(acme.source, "CEO says", "rich_text")
    acme.ada.edit(pages["Revenue"], {"CEO says": "more of it"})
    lines = GROWTH.splitlines()
    acme.write("growth.csv", "\n".join([lines[0], "Grow,New one,Mia,0,10,100", *lines[1:]]) + "\n")
    acme.run()
    assert {name: acme.page(name) for name in pages} == pages
    rows = acme.rows()
    assert (rows["Revenue"]["CEO says"], rows["Revenue"]["okrsync ID"]) == (
        "more of it",
        "growth/O1/KR2",
    )
    assert rows["New one"]["okrsync ID"] == "growth/O1/KR3"
    assert acme.board().calls.write == 0


def test_losing_the_state_makes_no_doubles(acme: Acme) -> None:
    acme.run()
    (acme.folder / "okrsync.db").unlink()
    lines = GROWTH.splitlines()
    acme.write("growth.csv", "\n".join([lines[0], lines[2], lines[1]]) + "\n")
    pages = {name: acme.page(name) for name in ("Sign-ups", "Revenue")}
    acme.run()
    assert len(acme.ada.rows(acme.source)) == 5
    assert {name: acme.page(name) for name in pages} == pages
    assert acme.rows()["Sign-ups"]["Progress"] == 0.5


def test_what_people_add_is_left_alone(acme: Acme) -> None:
    acme.run()
    acme.ada.new_column(acme.source, "CEO says", "rich_text")
    own = acme.ada.new_row(acme.source, {"Name": "A row of Ada's"})
    acme.ada.edit(acme.page("Revenue"), {"CEO says": "hm", "Owner": ["ada@acme.example"]})
    copy = acme.ada.duplicate(acme.page("Sign-ups"))
    acme.write("growth.csv", GROWTH.replace("0,50,100", "0,80,100"))
    done = acme.board()
    assert acme.ada.read(own, "Status") in (None, "")
    assert acme.ada.read(acme.page("Revenue"), "Owner") == ["Ada"], (
        "nobody said whose it is, until Ada did"
    )
    assert acme.ada.read(copy, "Progress") == 0.5
    assert any("a copy of the row" in skip.reason for skip in done.skips)


def test_a_row_somebody_deleted_is_made_again(acme: Acme) -> None:
    acme.run()
    acme.ada.trash(acme.page("Revenue"))
    (acme.folder / "okrsync.db").unlink()
    acme.run()
    assert acme.rows()["Revenue"]["Progress"] == 0.2


def test_a_property_that_was_renamed_is_followed(acme: Acme) -> None:
    acme.run()
    acme.ada.rename_column(acme.source, "Progress", "How far")
    acme.write("growth.csv", GROWTH.replace("0,50,100", "0,80,100"))
    acme.run()
    row = acme.rows()["Sign-ups"]
    assert row["How far"] == 0.8
    assert "Progress" not in row


def test_the_title_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        acme = Acme(
            sandbox,
            tmp_path,
            monkeypatch,
            {"Ziel": "title", "Owner": "rich_text", "Status": "status"},
        )
        done = acme.board()
        rows = acme.rows()
        assert rows["Revenue"]["Ziel"] == "Revenue"
        assert rows["Revenue"]["Owner"] == "Jon"
        assert any("has no option" in skip.reason for skip in done.skips)


def test_undo_takes_rows_properties_and_views_away_again(acme: Acme) -> None:
    acme.run()
    back = undo(load(acme.folder / "okrsync.toml"), "last")
    board = next(part for part in back.sources if part.name == "publish.board")
    assert (board.error, board.conflicts) == (None, ())
    assert acme.ada.rows(acme.source) == []
    assert acme.views() == ["Table"]
    assert {one.name for one in acme.ada.source(acme.source).properties.values()} == {"Name"}
    acme.run()
    assert len(acme.ada.rows(acme.source)) == 5


def test_undo_leaves_rows_that_people_use(acme: Acme) -> None:
    acme.run()
    acme.ada.new_column(acme.source, "CEO says", "rich_text")
    acme.ada.edit(acme.page("Revenue"), {"CEO says": "keep"})
    back = undo(load(acme.folder / "okrsync.toml"), "last")
    board = next(part for part in back.sources if part.name == "publish.board")
    assert any("CEO says" in skip.reason for skip in board.conflicts)
    assert [acme.ada.read(page, "Name") for page in acme.ada.rows(acme.source)] == ["Revenue"]


def test_looking_at_a_plan_writes_nothing(acme: Acme) -> None:
    plan = make_plan(load(acme.folder / "okrsync.toml"), as_of=TODAY)
    assert sum(change.field == "row" for change in plan.boards[0].changes) == 5
    assert acme.ada.rows(acme.source) == []
    assert plan.boards[0].calls.write == 0


def test_one_source_alone_publishes_nothing(acme: Acme) -> None:
    assert acme.run(only=["growth"]).boards == ()
    assert acme.run(only=["publish.board"]).boards[0].state == "ok"


def test_a_board_that_cannot_be_reached_is_told_and_the_sources_are_written(acme: Acme) -> None:
    acme.ada.unshare(acme.home, acme.bot)
    done = acme.run()
    assert (done.exit_code, done.boards[0].state) == (3, "failed")
    assert "not shared" in (done.boards[0].error or "")


def test_a_connector_that_keeps_no_tables_is_refused(acme: Acme) -> None:
    text = (acme.folder / "okrsync.toml").read_text()
    acme.write(
        "okrsync.toml",
        text.split("[publish.board]")[0]
        + '[publish.board]\nconnector = "workbook"\npath = "board.xlsx"\n',
    )
    with pytest.raises(Problems, match="cannot publish; these can: notion"):
        load(acme.folder / "okrsync.toml")


def test_check_tells_where_the_board_stands(acme: Acme) -> None:
    findings = check(load(acme.folder / "okrsync.toml"))["publish.board"]
    assert all(finding.ok is not False for finding in findings)
    assert any(
        "makes" in finding.message and "okrsync ID" in finding.message for finding in findings
    )


FAULTS = [
    {"status": 409},
    {"status": 429},
    {"status": 500},
    {"status": 502, "after": True},
    {"status": 529},
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
]


@pytest.mark.parametrize(
    ("fault", "number"), in_part(product(FAULTS, [1, 2, 3, 4, 5, 6, 8, 10, 13]), every=11), ids=str
)
def test_whatever_fails_there_is_one_row_for_each_item(
    acme: Acme, fault: dict[str, Any], number: int
) -> None:
    acme.notion.traffic.fail(Fault(lambda call: call.number >= number, **fault))
    acme.run()
    acme.notion.traffic.faults.clear()
    done = acme.board()
    assert done.error is None
    rows = acme.rows()
    assert len(acme.ada.rows(acme.source)) == len(rows) == 5
    assert set(rows["Grow"]) == NAMES
    assert rows["Sign-ups"]["Parent"] == [acme.page("Grow")]
    assert acme.board().calls.write == 0


@pytest.mark.parametrize("number", in_part([2, 4, 6, 8], every=2))
def test_one_lost_answer_is_looked_for_in_the_same_run(acme: Acme, number: int) -> None:
    acme.notion.traffic.fail(Fault(lambda call: call.number == number, drop="after"))
    done = acme.board()
    assert (done.error, done.conflicts) == (None, ())
    assert len(acme.ada.rows(acme.source)) == 5
    assert {change.outcome for change in done.changes} <= {State.WRITTEN, State.UNCHANGED}


TEAMS = (
    "Objective,Key result,Owner,Team,Level,Current,Target,Private\n"
    "Grow,Sign-ups,Mia,Sales,Company,50,100,\nGrow,Revenue,Jon,Finance,Company,20,100,\n"
    "Buy Acme,Sign,Jon,Sales,Board,20,100,yes\n"
)


def filtered(acme: Acme, where: str) -> None:
    acme.write("growth.csv", TEAMS)
    acme.write_config(f"where = {{{where}}}\n")


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ('team = ["sales"]', {"Grow", "Sign-ups", "private"}),
        ('owner = "Mia"', {"Sign-ups"}),
        ('owner = ["Mia", "Jon"], team = "Finance"', {"Revenue"}),
        ('source = ["ops"]', {"Run well", "Incidents"}),
        ('level = "Company"', {"Grow", "Sign-ups", "Revenue"}),
    ],
)
def test_only_what_shall_be_published_is(acme: Acme, where: str, names: set[str]) -> None:
    filtered(acme, where)
    done = acme.board()
    assert (done.error, done.conflicts) == (None, ())
    assert set(acme.rows()) == names
    again = acme.board()
    assert (again.changes, again.calls.write) == ((), 0)


def test_a_key_result_hangs_under_the_next_objective_that_is_published(acme: Acme) -> None:
    acme.write("growth.csv", "Objective,Key result,Team,Current,Target\nGrow,Sign-ups,Sales,5,9\n")
    acme.write(
        "ops.csv", "Objective,Key result,Owner,Team,Current,Target\nRun,Uptime,Zoe,Sales,5,9\n"
    )
    text = (acme.folder / "okrsync.toml").read_text("utf-8")
    (acme.folder / "okrsync.toml").write_text(
        text.replace('"ops.csv"\n', '"ops.csv"\nparent = "Grow"\n') + 'where = {owner = "Zoe"}\n',
        encoding="utf-8",
    )
    acme.run()
    rows = acme.rows()
    assert set(rows) == {"Uptime"}
    assert rows["Uptime"]["Parent"] in ([], None)


def test_what_is_published_no_more_is_gone_and_comes_back(acme: Acme) -> None:
    acme.run()
    acme.write_config('where = {source = "ops"}\n')
    done = acme.board()
    assert {name for name, row in acme.rows().items() if row["Status"] == "Gone"} == {
        "Grow",
        "Sign-ups",
        "Revenue",
    }
    reasons = {change.reason for change in done.changes if change.after == "Gone"}
    assert reasons == {"not published here, by `publish.board.where`"}
    assert acme.board().changes == ()
    acme.write_config()
    acme.run()
    assert acme.rows()["Sign-ups"]["Status"] == "On track"


def test_a_source_that_is_published_must_exist(acme: Acme) -> None:
    acme.write_config('where = {source = ["opps"], teams = "Sales"}\n')
    with pytest.raises(Problems) as caught:
        load(acme.folder / "okrsync.toml")
    assert "publish.board.where" in str(caught.value)
    assert "'team'" in str(caught.value)
    acme.write_config('where = {source = ["opps"]}\n')
    with pytest.raises(Problems, match="did you mean 'ops'"):
        load(acme.folder / "okrsync.toml")


def test_a_private_row_is_on_the_board_without_its_words(acme: Acme) -> None:
    filtered(acme, 'source = ["growth"]')
    acme.run()
    rows = [
        {name: acme.ada.read(page, name) for name in ("Name", "Note", "Status", "Progress")}
        for page in acme.ada.rows(acme.source)
    ]
    assert sum(row["Name"] == "private" for row in rows) == 2
    assert not any("Acme" in str(row) or "'Sign'" in str(row) for row in rows)


def test_a_board_that_exists_gets_the_views_that_are_new_once(acme: Acme) -> None:
    acme.run()
    config = load(acme.folder / "okrsync.toml")
    for name in ("Wins", "Off track", "What moved", "Where it ends up", "By team"):
        (view,) = [id_ for id_, view in acme.notion.space.views.items() if view.name == name]
        del acme.notion.space.views[view]
    # As an earlier okrsync left it, which made four views and remembered none.
    with Store.open(config.state) as state:
        state.run("DELETE FROM facts WHERE name = 'views made'")
    done = acme.board()
    assert {change.after for change in done.changes} == {*VIEWS} & {
        "Wins",
        "Off track",
        "What moved",
        "Where it ends up",
    }
    assert "By team" not in acme.views(), "somebody deleted it"
    assert acme.board().changes == ()
    (view,) = [id_ for id_, view in acme.notion.space.views.items() if view.name == "Wins"]
    del acme.notion.space.views[view]
    assert acme.board().changes == ()


def test_a_view_that_could_not_be_made_is_made_by_the_next_run(acme: Acme) -> None:
    acme.notion.traffic.fail(Fault(lambda call: "/views" in call.path, status=500, times=1000))
    first = acme.board()
    assert any(change.outcome is State.FAILED for change in first.changes)
    acme.notion.traffic.faults.clear()
    acme.run()
    assert acme.views() == [*VIEWS[:3], "Off track", "Table", *VIEWS[4:]]
    assert acme.board().changes == ()


class TestReview:
    """`publish.X.review`: a page that keeps the review of what the board shows."""

    @pytest.fixture(autouse=True)
    def kept(self, acme: Acme) -> None:
        self.acme = acme
        self.page = acme.ada.new_page("Weekly review", acme.home)
        self.config()

    def config(self, more: str = "") -> None:
        self.acme.write_config(f'review = "{self.acme.sandbox.notion_url(self.page)}"\n{more}')

    def run(self, day: date = TODAY) -> Plan:
        return sync(load(self.acme.folder / "okrsync.toml"), as_of=day)

    @property
    def shown(self) -> str:
        return "\n".join(self.acme.ada.outline(self.page))

    def decide(self, text: str) -> None:
        (callout,) = [
            block.id
            for block in self.acme.notion.space.content(self.page)
            if getattr(block, "type", "") == "callout"
        ]
        said = {"rich_text": [{"type": "text", "text": {"content": text}}]}
        self.acme.ada.write(callout, [{"type": "paragraph", "paragraph": said}])

    def test_it_is_written_once_and_left_alone(self) -> None:
        planned = make_plan(load(self.acme.folder / "okrsync.toml"), as_of=TODAY).boards[0]
        assert planned.changes[-1].field == "summary"
        assert planned.changes[-1].after == "the review of now"
        done = self.run().boards[0]
        assert (done.error, done.failures) == (None, ())
        assert "Weekly review" in self.shown
        assert "Off track" in self.shown
        assert "Revenue" in self.shown
        again = self.run().boards[0]
        assert (again.changes, again.calls.write) == ((), 0)

    def test_what_was_decided_comes_back(self) -> None:
        self.run()
        self.decide("We hire two.")
        self.run(TODAY + timedelta(days=7))
        assert self.shown.count("We hire two.") == 2
        made, _ = review(load(self.acme.folder / "okrsync.toml"), as_of=TODAY + timedelta(days=7))
        assert [each.text for each in made.decided] == ["We hire two."]
        assert self.shown.splitlines()[-1].endswith("We hire two.")

    def test_it_is_about_what_the_board_shows(self) -> None:
        self.config('where = {source = ["ops"]}\n')
        self.run()
        assert "Incidents" in self.shown
        assert "Revenue" not in self.shown

    def test_private_titles_stay_out_of_it(self) -> None:
        path = self.acme.folder / "okrsync.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[sources.growth]", "[sources.growth]\nprivate = true"))
        self.run()
        assert "private" in self.shown
        assert "Revenue" not in self.shown

    def test_undo_takes_it_away_unless_people_decided_in_it(self) -> None:
        run = str(self.run().run)
        undo(load(self.acme.folder / "okrsync.toml"), run)
        assert "Weekly review ·" not in self.shown
        run = str(self.run().run)
        self.decide("We hire two.")
        undo(load(self.acme.folder / "okrsync.toml"), run)
        assert "We hire two." in self.shown

    def test_check_looks_at_its_page(self) -> None:
        def messages() -> list[str]:
            findings = check(load(self.acme.folder / "okrsync.toml"), as_of=TODAY)
            return [finding.message for finding in findings["publish.board"]]

        assert "the review's page is shared with the connection" in messages()
        self.acme.ada.trash(self.page)
        assert "the review's page is in the trash" in messages()

    def test_a_page_that_is_gone_costs_no_row(self) -> None:
        self.acme.ada.trash(self.page)
        done = self.run().boards[0]
        assert set(self.acme.rows()) >= {"Grow", "Incidents"}
        assert any("the review could not be written" in skip.reason for skip in done.skips)
