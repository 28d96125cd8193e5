"""Whatever is wrong with one source, or with one row of it, the others go on: in looking, planning
and writing alike.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from grids import in_part
from okrsync.config import reader, section_reader
from okrsync.connector import Context, Outcome, Receipt, State, registry
from okrsync.measures.progress import Progress, progress
from okrsync.measures.rules import Rules
from okrsync.model.errors import SourceChanged, StateError
from okrsync.model.okrs import KeyResult, Status
from okrsync.model.table import CellValue
from okrsync.steps import job as job_module
from okrsync_workbook.connector import WorkbookConnector
from several import Company
from team import AS_OF, CONFIG, Team

NAMES = ("a", "b", "c")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.delenv("OKRSYNC_DEBUG")
    return Company.of(tmp_path, *NAMES)


def raising(name: str, error: Exception) -> Callable[[str], object]:
    def hook(source: str) -> None:
        if source == name:
            raise error

    return hook


@pytest.mark.parametrize("moment", ["on_read", "on_fit", "on_write"])
def test_a_connector_that_raises_spoils_its_own_source(company: Company, moment: str) -> None:
    setattr(company, moment, raising("b", ZeroDivisionError("division by zero")))
    plan = company.sync()
    assert [source.state for source in plan.sources] == ["ok", "failed", "ok"]
    assert plan.exit_code == 3
    assert "ZeroDivisionError" in str(plan.sources[1].error)
    assert (company.beside("a"), company.beside("b"), company.beside("c")) == ([0.1], [], [0.3])
    setattr(company, moment, lambda _name: None)
    assert company.sync().exit_code == 0
    assert company.beside("b") == [0.2]


def test_where_debugging_asks_for_it_the_error_itself_is_raised(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKRSYNC_DEBUG", "1")
    company.on_fit = raising("b", ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        company.sync()


class TestMeasuring:
    """All sources are measured as one tree; an item that nobody foresaw spoils its own source."""

    @pytest.fixture(autouse=True)
    def unforeseen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From 13 on, measuring raises."""

        def raising_progress(item: KeyResult, rules: Rules) -> Progress:
            if item.current == 13:
                raise ZeroDivisionError("division by zero")
            return progress(item, rules)

        monkeypatch.setattr(import_module("okrsync.measures.own_row"), "progress", raising_progress)

    def put(self, company: Company, name: str, current: int) -> None:
        company.teams[name].tabs["Q4"][1][3] = current

    def test_an_item_that_cannot_be_measured_spoils_its_own_source(self, company: Company) -> None:
        self.put(company, "b", 13)
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["ok", "failed", "ok"]
        assert plan.exit_code == 3
        assert str(plan.sources[1].error).startswith("b: Q4!B2: this should not have happened")
        assert "ZeroDivisionError" in str(plan.sources[1].error)
        assert (company.beside("a"), company.beside("b"), company.beside("c")) == ([0.1], [], [0.3])
        assert [view.state for view in company.picture().sources] == ["ok", "failed", "ok"]
        self.put(company, "b", 20)
        assert company.sync().exit_code == 0
        assert company.beside("b") == [0.2]

    def test_its_last_good_numbers_count_meanwhile(self, company: Company) -> None:
        company.sync()
        self.put(company, "b", 13)
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["ok", "kept", "ok"]
        assert company.beside("b") == [0.2]
        assert company.picture().measures["b/O1"].progress == Decimal("0.2")

    def test_several_sources_may_fail_and_all_of_them(self, company: Company) -> None:
        for name in ("a", "c"):
            self.put(company, name, 13)
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["failed", "ok", "failed"]
        self.put(company, "b", 13)
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["failed", "kept", "failed"]
        assert plan.exit_code == 1

    def test_a_source_that_fails_only_when_it_is_planned_again(self, company: Company) -> None:
        def turn(_name: str) -> None:
            company.on_write = lambda _name: None
            self.put(company, "b", 13)
            raise SourceChanged("b moved")

        company.on_write = lambda name: turn(name) if name == "b" else None
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["ok", "failed", "ok"]
        assert (company.beside("a"), company.beside("b"), company.beside("c")) == ([0.1], [], [0.3])

    def test_where_debugging_asks_for_it_the_error_itself_is_raised(
        self, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OKRSYNC_DEBUG", "1")
        self.put(company, "b", 13)
        with pytest.raises(ZeroDivisionError):
            company.sync()


def test_trouble_with_the_state_is_no_trouble_of_one_source(company: Company) -> None:
    company.on_fit = raising("b", StateError("the disk is full"))
    with pytest.raises(StateError):
        company.sync()


class TestReceipts:
    """A receipt says what became of each entry, and of nothing else."""

    def test_what_it_does_not_tell_of_is_a_named_failure(self, company: Company) -> None:
        company.receipt = lambda name, receipt: (
            Receipt(dict(list(receipt.outcomes.items())[1:])) if name == "b" else receipt
        )
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["ok", "ok", "ok"]
        assert plan.exit_code == 3
        [unheard] = [one for one in plan.sources[1].changes if one.outcome is State.FAILED]
        assert "did not say what became of" in str(unheard.why)
        assert str(unheard.at) in str(plan.sources[1].error)
        assert plan.run is not None
        left_open = [one for one in company.entries(plan.run) if one.state is None]
        assert [one.source for one in left_open] == ["b"]

    def test_the_next_run_looks_what_became_of_it(self, company: Company) -> None:
        company.receipt = lambda name, receipt: Receipt({}) if name == "b" else receipt
        plan = company.sync()
        company.receipt = lambda _name, receipt: receipt
        assert company.sync().exit_code == 0
        assert plan.run is not None
        states = {one.state for one in company.entries(plan.run) if one.source == "b"}
        assert states == {State.WRITTEN}
        assert company.beside("b") == [0.2]

    def test_what_nobody_asked_for_is_named(self, company: Company) -> None:
        more = {"strange": Outcome(State.WRITTEN)}
        company.receipt = lambda name, receipt: (
            Receipt({**receipt.outcomes, **more}) if name == "b" else receipt
        )
        plan = company.sync()
        assert plan.exit_code == 3
        assert "nobody asked for: strange" in str(plan.sources[1].error)
        assert company.beside("b") == [0.2]

    def test_no_receipt_at_all_leaves_everything_open(self, company: Company) -> None:
        nothing: Any = None
        company.receipt = lambda name, receipt: nothing if name == "b" else receipt
        plan = company.sync()
        assert [source.state for source in plan.sources] == ["ok", "failed", "ok"]
        company.receipt = lambda _name, receipt: receipt
        assert company.sync().exit_code == 0


EXTREME: list[CellValue] = [
    "1e400",
    "1E999999",
    Decimal("1E+999999"),
    Decimal("9E+999999"),
    "-1e400",
    "1e-400",
    "9" * 400,
    10**400,
    float("inf"),
    float("-inf"),
    float("nan"),
    1e308,
    1e-308,
    Decimal("1E-999999"),
    1e18,
    1e-29,
]


@pytest.mark.parametrize(
    ("extreme", "column", "convention"),
    in_part(product(EXTREME, [2, 3, 4], ["okrsync", "okr-tracker"]), every=7),
    ids=lambda value: str(value)[:12],
)
def test_an_extreme_number_spoils_its_row_at_most(
    company: Company, convention: str, column: int, extreme: CellValue
) -> None:
    company.rules = Rules(convention=convention)
    company.summaries = {"b": "OKRs"}
    rows = company.teams["b"].tabs["Q4"]
    rows.append(["", "Beside it", 0, 50, 100])
    rows[1][column] = extreme
    picture = company.picture()
    by_title = {
        item.title: picture.measures[item.id]
        for objective in picture.tree.objectives.values()
        for item in objective.key_results
    }
    assert by_title["Beside it"].progress == Decimal("0.5")
    assert by_title["KR of a"].progress == Decimal("0.1")
    plan = company.sync()
    assert [source.state for source in plan.sources] == ["ok", "ok", "ok"]
    assert plan.exit_code == 0
    assert company.beside("a") == [0.1]
    column = company.teams["b"].tabs["Q4"][0].index("Progress")
    assert company.teams["b"].tabs["Q4"][2][column] == Decimal("0.5")
    again = company.sync()
    assert [source.changes for source in again.sources] == [(), (), ()]


@pytest.mark.parametrize("extreme", in_part(EXTREME, every=2), ids=lambda value: str(value)[:12])
def test_an_extreme_weight_spoils_its_objective_at_most(
    company: Company, extreme: CellValue
) -> None:
    company.rules = Rules(convention="okr-tracker")
    rows = company.teams["b"].tabs["Q4"]
    rows[0].append("Weight")
    rows[1].append(extreme)
    rows.append(["", "Beside it", 0, 50, 100, 2])
    picture = company.picture()
    assert [view.state for view in picture.sources] == ["ok", "ok", "ok"]
    assert picture.measures["a/O1"].progress == Decimal("0.1")
    assert company.sync().exit_code == 0


@pytest.mark.parametrize(("current", "target"), [("1e400", 100), (10**15, 10**-15)])
def test_a_number_beyond_measure_is_named_and_is_no_data(
    company: Company, current: CellValue, target: CellValue
) -> None:
    company.rules = Rules(convention="okr-tracker", missing="leave-out")
    company.teams["b"].tabs["Q4"][1][3:] = [current, target]
    picture = company.picture()
    [warning] = [one for one in picture.warnings if one.source == "b"]
    assert str(warning.at) == "Q4!D2"
    assert picture.measures["b/O1/KR1"].status is Status.NO_DATA


class Broken(WorkbookConnector):
    """A connector that dies when it is opened."""

    name = "broken"

    def __init__(self, settings: Any, context: Context) -> None:
        raise ZeroDivisionError("no way in")


def test_a_connector_that_cannot_be_opened_spoils_its_own_source(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKRSYNC_DEBUG")
    found = registry.connector_type
    broken: Any = lambda name: Broken if name == "broken" else found(name)  # noqa: E731
    for module in (job_module, reader, section_reader):
        monkeypatch.setattr(module, "connector_type", broken)
    team.config(CONFIG + '[sources.ops]\nconnector = "broken"\npath = "growth.xlsx"\n')
    for command in ("plan", "sync"):
        document = team.json(command, "--as-of", AS_OF, code=3)
        assert [one["state"] for one in document["sources"]] == ["ok", "failed"]
        assert "ZeroDivisionError" in document["sources"][1]["error"]
    shown = team.json("show", "--as-of", AS_OF, code=3)
    assert [one["state"] for one in shown["sources"]] == ["ok", "failed"]
    code, out = team.run("check", "--as-of", AS_OF)
    assert code == 3
    assert "ZeroDivisionError" in out
