"""Notion's relations as people use them: objectives and key results in two databases, parents by
sub-items, rollups that check ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from okrsync.config import load
from okrsync.measures.picture import Picture
from okrsync.plan.plan import Plan
from okrsync.steps.undo import undo
from okrsync.sync import check, look, sync
from okrsync_sandbox import Sandbox

TODAY = date(2026, 11, 24)
KEY_RESULTS = [
    ("Sign-ups", 0, 50, 100, "Grow"),
    ("Revenue", 0, 20, 100, "Grow"),
    ("Churn", 10, 5, 0, "Keep"),
]
DONE = '(prop("Current") - prop("Start")) / (prop("Target") - prop("Start"))'


class Company:
    """Objectives of Ada's in one database and key results in another, related both ways, as
    Notion's own templates do it.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox, self.folder, self.notion = sandbox, folder, sandbox.notion
        self.ada, self.bot = (
            self.notion.person("ada@acme.example", "Ada"),
            self.notion.connect("okrsync"),
        )
        self.home = self.ada.new_page("Home")
        ada = self.ada
        self.databases: list[str] = []
        self.goals = self._database("Objectives", {"Name": "title", "Owner": "people"})
        numbers = {"Start": "number", "Current": "number", "Target": "number"}
        self.results = self._database("Key Results", {"Key Result": "title", **numbers})
        ada.new_column(self.results, "Objective", "relation", to=self.goals, dual="Key Results")
        ada.new_column(self.results, "Done", "formula", expression=DONE)
        ada.new_column(self.goals, "Parent item", "relation", dual="Sub-items")
        self.pages = {"Win": ada.new_row(self.goals, {"Name": "Win"})}
        for name in ("Grow", "Keep"):
            self.pages[name] = ada.new_row(
                self.goals, {"Name": name, "Parent item": [self.pages["Win"]]}
            )
        for title, start, current, target, goal in KEY_RESULTS:
            values = {"Key Result": title, "Start": start, "Current": current, "Target": target}
            self.pages[title] = ada.new_row(
                self.results, {**values, "Objective": [self.pages[goal]]}
            )
        ada.share(self.home, self.bot)
        monkeypatch.setenv("NOTION_TOKEN", self.bot.token)
        self.write_config(self.databases)

    def _database(self, title: str, columns: dict[str, Any]) -> str:
        database, source = self.ada.new_database(title, columns, self.home)
        self.databases.append(self.sandbox.notion_url(database))
        return source

    def write_config(self, databases: list[str], more: str = "") -> None:
        listed = ", ".join(f'"{one}"' for one in databases)
        (self.folder / "okrsync.toml").write_text(
            f'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase = [{listed}]\ntoken'
            f' = {{env = "NOTION_TOKEN"}}\napi_endpoint = "{self.sandbox.endpoint}"\nlimits ='
            " {requests_per_second = 100000, give_up_seconds = 20}\n[sources.team.write]\ncolumns"
            f' = {{progress = "okr progress", status = "okr status"}}\n{more}',
            encoding="utf-8",
        )

    def run(self) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def picture(self) -> Picture:
        return look(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def tree(self) -> dict[str, tuple[str | None, set[str]]]:
        """By objective, its parent's title and its key results."""
        tree = self.picture().tree
        titles = {id_: one.title for id_, one in tree.objectives.items()}
        return {
            one.title: (
                titles.get(tree.parents.get(id_, "")),
                {each.title for each in one.key_results},
            )
            for id_, one in tree.objectives.items()
        }

    def beside(self, column: str) -> dict[str, Any]:
        """By title, what stands in a property, in both databases."""
        return {name: self.ada.read(page, column) for name, page in self.pages.items()}


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    with Sandbox() as sandbox:
        yield Company(sandbox, tmp_path, monkeypatch)


TREE = {"Win": (None, set()), "Grow": ("Win", {"Sign-ups", "Revenue"}), "Keep": ("Win", {"Churn"})}


def test_two_related_databases_are_one_tree(company: Company) -> None:
    assert company.tree() == TREE
    assert company.picture().warnings == ()


def test_answers_are_written_back_into_both_databases(company: Company) -> None:
    done = company.run()
    assert (done.sources[0].error, done.sources[0].conflicts) == (None, ())
    wanted = {"Win": 0.43, "Grow": 0.35, "Keep": 0.5, "Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}
    assert company.beside("okr progress") == wanted
    assert company.beside("okr status")["Grow"] == "Off track"
    company.run()
    company.notion.traffic.forget()
    assert company.run().sources[0].calls.write == 0
    assert company.notion.traffic.count() == 2, "an idle run asks each data source once"


def test_a_changed_key_result_is_a_patch_for_every_page_that_shows_it(company: Company) -> None:
    company.run()
    company.ada.edit(company.pages["Revenue"], {"Current": 60})
    done = company.run().sources[0]
    assert done.calls.write == 3, "the key result, its objective, and what that hangs under"
    assert company.beside("okr progress")["Grow"] == 0.55


def test_undo_empties_both_databases_again(company: Company) -> None:
    company.run()
    back = undo(load(company.folder / "okrsync.toml"), "last")
    assert [(one.state, one.conflicts) for one in back.sources] == [("ok", ())]
    for source in (company.goals, company.results):
        assert not {one.name for one in company.ada.source(source).properties.values()} & {
            "okr progress",
            "okr status",
        }


def test_one_key_result_for_each_objective_is_still_told_from_its_objective(
    company: Company,
) -> None:
    company.ada.trash(company.pages.pop("Revenue"))
    assert company.tree() == {**TREE, "Grow": ("Win", {"Sign-ups"})}


def test_a_key_result_of_several_objectives_counts_in_each_of_them(company: Company) -> None:
    company.ada.rename_column(company.results, "Objective", "Objectives")
    goals = [company.pages["Keep"], company.pages["Grow"]]
    company.ada.edit(company.pages["Churn"], {"Objectives": goals})
    tree = company.picture().tree
    titles = {id_: one.title for id_, one in tree.objectives.items()}
    [serving] = tree.serving.values()
    assert {titles[id_] for id_ in serving} == {"Keep", "Grow"}
    assert company.picture().warnings == ()
    done = company.run().sources[0]
    assert (done.error, done.conflicts) == (None, ())
    assert company.beside("okr progress")["Keep"] == 0.5
    assert company.beside("okr progress")["Grow"] == 0.4, "the mean of 0.5, 0.2 and 0.5"
    assert company.beside("okr progress")["Churn"] == 0.5
    company.notion.traffic.forget()
    assert company.run().sources[0].calls.write == 0
    company.ada.edit(company.pages["Churn"], {"Current": 0})
    company.run()
    assert company.beside("okr progress")["Keep"] == 1
    assert company.beside("okr progress")["Grow"] == 0.57


def test_an_objective_under_two_parents_hangs_under_the_first_and_says_so(company: Company) -> None:
    other = company.ada.new_row(company.goals, {"Name": "Lead"})
    parents = [company.pages["Win"], other]
    company.ada.edit(company.pages["Keep"], {"Parent item": parents})
    assert company.tree()["Keep"] == ("Win", {"Churn"})
    [warning] = company.picture().warnings
    assert (warning.code, str(warning.at)) == (
        "several-parents",
        "Objectives!Keep · Parent item",
    )
    assert "'Lead'" in warning.message


def test_two_objectives_with_one_title_keep_their_own_key_results(company: Company) -> None:
    company.ada.edit(company.pages["Keep"], {"Name": "Grow"})
    tree = company.picture().tree
    assert sorted(
        sorted(each.title for each in one.key_results) for one in tree.objectives.values()
    ) == [[], ["Churn"], ["Revenue", "Sign-ups"]]


def test_only_the_key_results_are_read_where_the_other_database_is_not_shared(
    company: Company,
) -> None:
    hidden = company.ada.new_page("Board room")
    _, source = company.ada.new_database("Company", {"Name": "title"}, hidden)
    company.ada.new_column(company.goals, "Parent objective", "relation", to=source)
    company.ada.edit(
        company.pages["Win"],
        {"Parent objective": [company.ada.new_row(source, {"Name": "Secret"})]},
    )
    assert company.tree() == TREE
    assert company.run().sources[0].error is None


def test_a_relation_to_a_database_that_is_not_read_is_told_by_check(company: Company) -> None:
    company.write_config(company.databases[1:])
    told = check(load(company.folder / "okrsync.toml"), as_of=TODAY)["team"]
    assert any(
        "'Objective' leads to 'Objectives', which this source does not read" in one.message
        for one in told
    )


def test_a_rollup_that_says_the_same_is_no_matter(company: Company) -> None:
    company.ada.new_column(
        company.goals,
        "Progress",
        "rollup",
        relation="Key Results",
        column="Done",
        function="average",
    )
    assert company.ada.read(company.pages["Grow"], "Progress") == 0.35
    assert [one.code for one in company.picture().warnings] == []


def test_a_rollup_that_says_something_else_is_told_and_ours_counts(company: Company) -> None:
    company.ada.new_column(
        company.goals, "Progress", "rollup", relation="Key Results", column="Done", function="max"
    )
    warnings = company.picture().warnings
    assert [one.code for one in warnings] == ["given-differs"]
    assert (
        "the rollup beside it says 50 %, and its parts come to 35 %; the latter is used"
        in warnings[0].message
    )
    assert str(warnings[0].at) == "Objectives!Grow · Progress"
    company.run()
    assert company.beside("okr progress")["Grow"] == 0.35


def test_a_rollup_never_stands_in_for_key_results_without_numbers(company: Company) -> None:
    company.ada.new_column(
        company.goals,
        "Progress",
        "rollup",
        relation="Key Results",
        column="Current",
        function="sum",
    )
    for name in ("Sign-ups", "Revenue"):
        company.ada.edit(company.pages[name], {"Current": None})
    assert company.ada.read(company.pages["Grow"], "Progress") == 0
    company.run()
    assert company.beside("okr progress")["Grow"] is None
    assert company.beside("okr status")["Grow"] == "No data"


def test_a_rollup_of_a_rollup_is_read_as_it_stands_and_checked_as_well(company: Company) -> None:
    company.ada.new_column(
        company.goals, "Rolled", "rollup", relation="Key Results", column="Done", function="average"
    )
    company.ada.new_column(
        company.goals, "Progress", "rollup", relation="Sub-items", column="Rolled", function="max"
    )
    assert company.ada.read(company.pages["Win"], "Progress") == 0.5
    told = company.picture().warnings
    assert [(one.code, str(one.at)) for one in told] == [
        ("given-differs", "Objectives!Win · Progress")
    ]
    company.run()
    assert company.beside("okr progress")["Win"] == 0.43


@pytest.mark.parametrize("values", [{}, {"Current": 3}, {"Start": 0, "Current": 1, "Target": 9}])
def test_a_key_result_page_without_a_title_spoils_its_own_row(
    company: Company, values: dict[str, Any]
) -> None:
    company.run()
    before = company.beside("okr progress")
    untitled = company.ada.new_row(
        company.results, {**values, "Objective": [company.pages["Grow"]]}
    )
    assert company.tree() == TREE
    done = company.run().sources[0]
    assert (done.error, done.conflicts) == (None, ())
    assert company.beside("okr progress") == before
    assert company.ada.read(untitled, "okr progress") is None
    told = [(str(skip.at), skip.reason) for skip in done.skips if skip.code == "no-okr"]
    assert told == [
        (
            f"Key Results!page {untitled[:8]} · Key Result",
            "it has no title yet, so it does not count",
        )
    ]
    company.notion.traffic.forget()
    assert company.run().sources[0].calls.write == 0
    company.ada.edit(untitled, {"Key Result": "Named at last"})
    assert company.tree()["Grow"] == (
        "Win",
        {"Sign-ups", "Revenue", "Named at last"},
    )


class OneSided(Company):
    """The same company, whose relation is on the objectives' side only."""

    header = "Key Results"

    def write_config(self, databases: list[str], more: str = "") -> None:
        if any(
            one.name == "Objective" for one in self.ada.source(self.results).properties.values()
        ):
            self.ada.delete_column(self.results, "Objective")
            self.ada.rename_column(self.goals, "Key Results", self.header)
        super().write_config(databases, more)


@pytest.fixture(params=["Key Results", "Measured by"])
def one_sided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[OneSided]:
    monkeypatch.setattr(OneSided, "header", request.param)
    with Sandbox() as sandbox:
        yield OneSided(sandbox, tmp_path, monkeypatch)


def test_a_relation_on_the_objectives_side_alone_makes_the_same_tree(one_sided: OneSided) -> None:
    assert one_sided.tree() == TREE
    assert one_sided.picture().warnings == ()


def test_answers_stand_beside_both_where_the_relation_has_one_side(one_sided: OneSided) -> None:
    done = one_sided.run()
    assert (done.sources[0].error, done.sources[0].conflicts) == (None, ())
    wanted = {"Win": 0.43, "Grow": 0.35, "Keep": 0.5, "Sign-ups": 0.5, "Revenue": 0.2, "Churn": 0.5}
    assert one_sided.beside("okr progress") == wanted
    one_sided.notion.traffic.forget()
    assert one_sided.run().sources[0].calls.write == 0
    one_sided.ada.edit(one_sided.pages["Revenue"], {"Current": 60})
    one_sided.run()
    assert one_sided.beside("okr progress")["Grow"] == 0.55
    back = undo(load(one_sided.folder / "okrsync.toml"), "last")
    assert [(one.state, one.conflicts) for one in back.sources] == [("ok", ())]
    assert one_sided.beside("okr progress")["Grow"] == 0.35


def test_two_key_results_of_one_title_go_where_their_pages_are_listed(one_sided: OneSided) -> None:
    one_sided.ada.edit(one_sided.pages["Churn"], {"Key Result": "Sign-ups"})
    assert one_sided.tree() == {
        "Win": (None, set()),
        "Grow": ("Win", {"Sign-ups", "Revenue"}),
        "Keep": ("Win", {"Sign-ups"}),
    }


def test_a_key_result_that_two_objectives_list_counts_in_both(one_sided: OneSided) -> None:
    both = [one_sided.pages[title] for title in ("Churn", "Revenue")]
    one_sided.ada.edit(one_sided.pages["Keep"], {one_sided.header: both})
    one_sided.run()
    assert one_sided.beside("okr progress")["Grow"] == 0.35
    assert one_sided.beside("okr progress")["Keep"] == 0.35


def test_more_key_results_than_an_answer_names_are_all_listed(one_sided: OneSided) -> None:
    more = [
        one_sided.ada.new_row(
            one_sided.results, {"Key Result": f"More {number}", "Current": number, "Target": 100}
        )
        for number in range(40)
    ]
    one_sided.ada.edit(one_sided.pages["Keep"], {one_sided.header: more})
    tree = one_sided.tree()
    assert len(tree["Keep"][1]) == 40
    assert "Churn" in tree["Key Results"][1], "it is listed by nobody any more"


class Single:
    """One database with everything in it, parents by a relation to itself."""

    def __init__(self, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        notion, self.folder = sandbox.notion, folder
        self.ada, bot = notion.person("ada@acme.example", "Ada"), notion.connect("okrsync")
        home = self.ada.new_page("Home")
        numbers = {"Start": "number", "Current": "number", "Target": "number"}
        self.database, self.source = self.ada.new_database(
            "OKRs", {"Name": "title", **numbers}, home
        )
        self.ada.share(home, bot)
        monkeypatch.setenv("NOTION_TOKEN", bot.token)
        (folder / "okrsync.toml").write_text(
            'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase ='
            f' "{sandbox.notion_url(self.database)}"\ntoken = {{env ='
            f' "NOTION_TOKEN"}}\napi_endpoint = "{sandbox.endpoint}"\nlimits ='
            ' {requests_per_second = 100000}\n[sources.team.write]\ncolumns = {progress = "okr'
            ' progress"}\n',
            encoding="utf-8",
        )

    def rows(self, parent: str, named: bool) -> None:
        """Grow with two key results under it; the parent is given by its page, or by what
        names it.
        """
        top = self.ada.new_row(self.source, {"Name": "Grow"})
        for title, current in (("Sign-ups", 50), ("Revenue", 20)):
            values = {"Name": title, "Start": 0, "Current": current, "Target": 100}
            self.ada.new_row(self.source, {**values, parent: "Grow" if named else [top]})

    def tree(self) -> dict[str, set[str]]:
        tree = look(load(self.folder / "okrsync.toml"), as_of=TODAY).tree
        return {
            one.title: {each.title for each in one.key_results} for one in tree.objectives.values()
        }


@pytest.fixture
def single(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Single]:
    with Sandbox() as sandbox:
        yield Single(sandbox, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("column", "kind", "more"),
    [
        ("Parent item", "relation", {"dual": "Sub-items"}),
        ("Parent", "relation", {}),
        ("Parent", "rich_text", {}),
        ("Parent", "select", {"options": ["Grow"]}),
    ],
    ids=["sub-items", "self-relation", "title in a text", "title in a select"],
)
def test_parents_in_one_database(
    single: Single, column: str, kind: str, more: dict[str, Any]
) -> None:
    single.ada.new_column(single.source, column, kind, **more)
    single.rows(column, named=kind != "relation")
    assert single.tree() == {"Grow": {"Sign-ups", "Revenue"}}
    done = sync(load(single.folder / "okrsync.toml"), as_of=TODAY).sources[0]
    assert (done.error, done.conflicts) == (None, ())
    written = {
        single.ada.read(row, "Name"): single.ada.read(row, "okr progress")
        for row in single.ada.rows(single.source)
    }
    assert written == {"Grow": 0.35, "Sign-ups": 0.5, "Revenue": 0.2}


def test_parents_by_the_unique_id_of_their_row(single: Single) -> None:
    single.ada.new_column(single.source, "ID", "unique_id", prefix="OKR")
    single.ada.new_column(single.source, "Parent ID", "rich_text")
    single.ada.new_row(single.source, {"Name": "Grow"})
    for title in ("Sign-ups", "Revenue"):
        values = {"Name": title, "Start": 0, "Current": 50, "Target": 100, "Parent ID": "OKR-1"}
        single.ada.new_row(single.source, values)
    assert single.tree() == {"Grow": {"Sign-ups", "Revenue"}}


def test_sub_items_that_go_in_a_circle_are_named_and_the_rest_goes_on(single: Single) -> None:
    single.ada.new_column(single.source, "Parent item", "relation", dual="Sub-items")
    single.rows("Parent item", named=False)
    one, two = (single.ada.new_row(single.source, {"Name": name}) for name in ("Chicken", "Egg"))
    single.ada.edit(one, {"Parent item": [two]})
    single.ada.edit(two, {"Parent item": [one]})
    picture = look(load(single.folder / "okrsync.toml"), as_of=TODAY)
    loops = [warning for warning in picture.warnings if warning.code == "parent-loop"]
    assert len(loops) == 1, picture.warnings
    assert "is a loop" in loops[0].message
    assert single.tree()["Grow"] == {"Sign-ups", "Revenue"}


def test_check_ins_that_are_related_both_ways_are_read_as_such(company: Company) -> None:
    columns = {"Title": "title", "Value": "number", "Date": "date"}
    check_ins = company._database("Check-ins", columns)
    company.ada.new_column(
        check_ins, "Key Result", "relation", to=company.results, dual="Check-ins"
    )
    for number, (value, day) in enumerate(((60, "2026-11-20"), (55, "2026-11-06"))):
        relation = [company.pages["Sign-ups"]]
        row = {"Title": f"{number}", "Value": value, "Date": day, "Key Result": relation}
        company.ada.new_row(check_ins, row)
    company.write_config(company.databases)
    assert company.tree() == TREE
    company.run()
    assert company.beside("okr progress")["Sign-ups"] == 0.6
    assert company.run().sources[0].calls.write == 0
    told = check(load(company.folder / "okrsync.toml"), as_of=TODAY)["team"]
    assert not [each for each in told if "not read: ''" in each.message]


def test_objectives_in_a_database_that_is_not_read_are_called_by_their_titles(
    company: Company,
) -> None:
    company.write_config(company.databases[1:])
    company.run()
    second = company.run().sources[0]
    assert {title for title, (_, parts) in company.tree().items() if parts} == {"Grow", "Keep"}
    # The titles are asked for once a day.
    assert (second.calls.read, second.calls.write) == (1, 0)
    goal = company.ada.new_row(company.goals, {"Name": "Learn"})
    company.ada.new_row(company.results, {"Key Result": "New", "Objective": [goal]})
    assert company.tree()["Learn"] == (None, {"New"})


def test_objectives_that_the_connection_may_not_see_keep_their_ids(company: Company) -> None:
    company.write_config(company.databases[1:])
    company.ada.unshare(company.home, company.bot)
    company.ada.share(company.databases[1].rpartition("/")[2], company.bot)
    for _ in range(2):
        done = company.run()
        assert done.exit_code == 0
        assert done.sources[0].error is None


def test_a_list_of_key_results_that_are_not_read_is_no_key_result(company: Company) -> None:
    company.write_config(company.databases[:1])
    assert {title: parts for title, (_, parts) in company.tree().items()} == {
        "Win": set(),
        "Grow": set(),
        "Keep": set(),
    }
    skips = [each.reason for each in company.run().sources[0].skips]
    assert any("'Key Results' lists pages of a database" in each for each in skips)


def test_a_list_of_tasks_that_are_not_read_is_left_out_without_a_word(company: Company) -> None:
    _, tasks = company.ada.new_database("Tasks", {"Task": "title"}, company.home)
    company.ada.new_column(company.results, "Tasks", "relation", to=tasks, dual="Key Result")
    task = company.ada.new_row(tasks, {"Task": "Ads"})
    company.ada.edit(company.pages["Sign-ups"], {"Tasks": [task]})
    assert company.tree() == TREE
    assert not company.run().sources[0].skips


def test_periods_teams_and_owners_in_databases_that_are_not_read_are_read_by_their_titles(
    company: Company,
) -> None:
    ada = company.ada
    pages: dict[str, str] = {}
    for name, titles in (("Quarter", ("Q3 2026", "Q4 2026")), ("Team", ("Sales",))):
        _, source = ada.new_database(f"{name}s", {"Name": "title"}, company.home)
        pages |= {title: ada.new_row(source, {"Name": title}) for title in titles}
        ada.new_column(company.results, name, "relation", to=source, dual="OKRs")
    _, people = ada.new_database("Staff", {"Name": "title"}, company.home)
    ada.new_column(company.results, "Owner", "relation", to=people)
    mia = ada.new_row(people, {"Name": "Mia Lopez"})
    named = {"Quarter": pages["Q4 2026"], "Team": pages["Sales"], "Owner": mia}
    for title in ("Sign-ups", "Revenue"):
        ada.edit(company.pages[title], named)
    ada.edit(company.pages["Churn"], {"Quarter": pages["Q3 2026"]})
    tree = company.picture().tree
    items = {each.title: each for above in tree.objectives.values() for each in above.key_results}
    sign_ups = items["Sign-ups"]
    assert (sign_ups.team, sign_ups.owner) == ("Sales", "Mia Lopez")
    # Churn is of the quarter before.
    assert {title: each.cycle.name for title, each in items.items() if each.cycle} == {
        "Sign-ups": "2026-Q4",
        "Revenue": "2026-Q4",
    }
