"""Unknown is not empty: a source that cannot be read, or is not believed, counts with its last good
numbers, and whatever is made of them says so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from okrsync.config import Guards
from okrsync.measures.fields import answer
from okrsync.measures.picture import Picture, state_code
from okrsync.measures.result import Measure
from okrsync.model.okrs import Status
from okrsync.plan.plan import Plan
from okrsync.testing import MemoryPlace
from several import HEADER, Company
from team import CONFIG, Team, write_csv

READ = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
"""When the sources were last read well."""
TEAMS = ("ops", "sales", "growth", "people", "legal")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose one objective is made of those of five teams, standing at 10, 20, 30, 40 and
    50 %; read well on 21 Nov.
    """
    made = Company.of(tmp_path, *TEAMS)
    top = MemoryPlace({"Q4": [list(HEADER), ["Win the market", None, None, None, None]]})
    made.teams = {"company": top, **made.teams}
    made.parents = dict.fromkeys(TEAMS, "company/O1")
    made.summaries = {"company": "Summary"}
    with time_machine.travel(READ, tick=False):
        made.sync()
    return made


def later(company: Company, days: float = 2, **more: object) -> Plan:
    """A run so many days after the sources were read well."""
    with time_machine.travel(READ + timedelta(days=days), tick=False):
        return company.sync(**more)  # type: ignore[arg-type]


def look(company: Company, days: float = 2) -> Picture:
    with time_machine.travel(READ + timedelta(days=days), tick=False):
        return company.picture()


def top_of(picture: Picture) -> Measure:
    return picture.measures["company/O1"]


def states(done: Plan) -> dict[str, str]:
    return {source.name: source.state for source in done.sources}


def test_all_is_well_and_nothing_is_said(company: Company) -> None:
    picture = look(company)
    top = top_of(picture)
    assert (round(float(top.progress or 0), 2), top.sources.words) == (0.3, "5 of 5 sources")
    assert "sources" not in top.reason
    assert "Sources" not in [
        headline.label for headline in company.teams["company"].summaries["Summary"].headlines
    ]
    assert [change for source in later(company).sources for change in source.changes] == []


class TestUnreadable:
    def test_its_numbers_stay_and_its_parents_say_four_of_five(self, company: Company) -> None:
        company.teams["ops"].unreadable = True
        before = repr(company.teams["ops"].tabs)
        done = later(company)
        assert states(done) == {**dict.fromkeys(["company", *TEAMS], "ok"), "ops": "kept"}
        assert done.exit_code == 3
        assert str(done.sources[1].kept_from) == "2026-11-21"
        picture = look(company)
        top = top_of(picture)
        assert round(float(top.progress or 0), 2) == 0.3
        assert top.reason.endswith("4 of 5 sources read; ops as of 21 Nov 2026.")
        assert picture.measures["ops/O1"].reason.endswith(". As of 21 Nov 2026.")
        assert picture.measures["ops/O1/KR1"].reason.endswith(". As of 21 Nov 2026.")
        assert "As of" not in picture.measures["sales/O1/KR1"].reason
        view = picture.sources[1]
        assert (view.name, view.state, view.age) == ("ops", "kept", timedelta(days=2))
        assert (
            answer("coverage", picture.tree.objectives["company/O1"], top, {})
            == "5 of 5, 4 of 5 sources"
        )
        assert repr(company.teams["ops"].tabs) == before

    def test_the_summary_says_so_in_headline_line_and_notice(self, company: Company) -> None:
        company.teams["ops"].unreadable = True
        later(company)
        summary = company.teams["company"].summaries["Summary"]
        assert [headline.text for headline in summary.headlines if headline.label == "Sources"] == [
            "4 of 5"
        ]
        assert summary.objectives[0].coverage == "5 of 5 reported, 4 of 5 sources"
        assert summary.notices == ("ops could not be read; its numbers are those of 21 Nov 2026.",)

    def test_nothing_is_written_again_only_because_time_goes_by(self, company: Company) -> None:
        company.teams["ops"].unreadable = True
        assert sum(len(source.changes) for source in later(company, 1).sources) > 0
        for days in (1.1, 2, 5):
            assert sum(len(source.changes) for source in later(company, days).sources) == 0

    def test_the_next_run_that_can_read_it_heals_all(self, company: Company) -> None:
        company.teams["ops"].unreadable = True
        later(company, 1)
        company.teams["ops"].unreadable = False
        company.teams["ops"].tabs["Q4"][1][3] = 60
        done = later(company, 2)
        assert (done.exit_code, company.beside("ops")) == (0, [0.6])
        assert company.teams["company"].summaries["Summary"].notices == ()
        assert "sources" not in top_of(look(company)).reason

    def test_a_summary_is_not_touched_by_a_source_that_is_no_part_of_it(
        self, company: Company
    ) -> None:
        company.summaries = {"sales": "Sales"}
        later(company, 1)
        company.teams["ops"].unreadable = True
        done = later(company, 2)
        assert [source.changes for source in done.sources if source.name == "sales"] == [()]


class TestTooOld:
    def test_beyond_the_age_it_counts_as_unknown_never_as_nothing(self, company: Company) -> None:
        company.teams["people"].unreadable = True
        company.guards = Guards(max_age="3 days")
        assert states(later(company, 3))["people"] == "kept"
        done = later(company, 3.1)
        assert (states(done)["people"], done.exit_code) == ("failed", 3)
        picture = look(company, 3.1)
        top = top_of(picture)
        assert float(top.progress or 0) == pytest.approx((0.1 + 0.2 + 0.3 + 0.5) / 4)
        assert top.reason.endswith("4 of 5 sources read; people not counted.")
        assert top.reported == (4, 4)
        assert [id_ for id_ in picture.measures if id_.startswith("people/")] == []
        summary = company.teams["company"].summaries["Summary"]
        assert summary.notices == (
            "people could not be read and is not in these numbers; the last were of 21 Nov 2026.",
        )

    def test_what_rests_on_nothing_else_has_no_data(self, company: Company) -> None:
        for name in TEAMS:
            company.teams[name].unreadable = True
        later(company, 30)
        top = top_of(look(company, 30))
        assert (top.progress, top.status) == (None, Status.NO_DATA)
        assert "0 of 5 sources read" in top.reason

    def test_where_it_hung_is_remembered_from_its_own_rows(self, company: Company) -> None:
        company.parents = {name: "company/O1" for name in TEAMS if name != "ops"}
        rows = company.teams["ops"].tabs["Q4"]
        rows[0].append("Parent")
        rows[1] = [*rows[1][:5], None, "company/O1"]
        with time_machine.travel(READ, tick=False):
            company.sync()
        company.teams["ops"].unreadable = True
        assert top_of(look(company, 30)).reason.endswith("4 of 5 sources read; ops not counted.")

    def test_who_hung_under_it_is_told_that_it_was_not_read(self, company: Company) -> None:
        company.teams["company"].unreadable = True
        warnings = {warning.code: warning.message for warning in look(company, 30).warnings}
        assert list(warnings) == ["unread-parent"]
        assert "is in company, which could not be read" in warnings["unread-parent"]


class TestNotBelieved:
    def test_a_cleared_sheet_does_not_empty_the_tree(self, company: Company) -> None:
        kept = company.teams["ops"].tabs["Q4"].pop()
        done = later(company)
        assert (states(done)["ops"], done.exit_code) == ("refused", 5)
        assert [refusal.guard for refusal in done.sources[1].refusals] == ["empty"]
        picture = look(company)
        top = top_of(picture)
        assert (round(float(top.progress or 0), 2), top.reported) == (0.3, (5, 5))
        assert top.reason.endswith("4 of 5 sources read; ops as of 21 Nov 2026.")
        assert (picture.sources[1].state, picture.sources[1].refused, state_code(picture)) == (
            "kept",
            True,
            5,
        )
        assert company.teams["company"].summaries["Summary"].notices == (
            "ops waits for somebody to look at it; its numbers are those of 21 Nov 2026.",
        )
        assert sum(len(source.changes) for source in later(company, 3).sources) == 0
        company.teams["ops"].tabs["Q4"].append(kept)
        assert later(company, 4).exit_code == 0
        assert "sources" not in top_of(look(company, 4)).reason

    def test_allowed_it_is_believed(self, company: Company) -> None:
        company.teams["ops"].tabs["Q4"].pop()
        assert later(company, allow=["empty"]).exit_code == 0
        top = top_of(look(company))
        assert round(float(top.progress or 0), 2) == 0.35
        assert top.sources.words == "4 of 4 sources"

    def test_a_source_that_is_not_written_in_this_run_is_not_believed_either(
        self, company: Company
    ) -> None:
        company.teams["ops"].tabs["Q4"].pop()
        done = later(company, only=["company"])
        assert list(states(done)) == ["company"]
        assert company.teams["company"].summaries["Summary"].notices == (
            "ops waits for somebody to look at it; its numbers are those of 21 Nov 2026.",
        )

    def test_cleared_while_okrsync_is_at_work(self, company: Company) -> None:
        from okrsync.model.errors import SourceChanged

        company.teams["ops"].tabs["Q4"][1][3] = 90

        def cleared(name: str) -> None:
            if name == "ops" and len(company.teams["ops"].tabs["Q4"]) > 1:
                company.teams["ops"].tabs["Q4"].pop()
                raise SourceChanged("ops: somebody was faster")

        company.on_write = cleared
        done = later(company)
        assert (states(done)["ops"], done.exit_code) == ("refused", 5)

    def test_a_guard_against_writing_leaves_the_numbers_believed(self, company: Company) -> None:
        header = company.teams["ops"].tabs["Q4"][0]
        header[header.index("Progress")] = "Renamed"
        company.teams["ops"].tabs["Q4"][1][3] = 60
        done = later(company)
        assert [refusal.guard for refusal in done.sources[1].refusals] == ["vanished-header"]
        top = top_of(look(company))
        assert (round(float(top.progress or 0), 2), top.sources.words) == (0.4, "5 of 5 sources")


def test_numbers_kept_in_words_nobody_knows_any_more_are_no_numbers(company: Company) -> None:
    from okrsync.state.memory import Memory
    from okrsync.state.store import Store

    with Store.open(company.base / "okrsync.db") as state:
        Memory(state).keep("ops", lambda: ['["ops", [{"of": "another age"}]]'], READ)
    company.teams["ops"].unreadable = True
    assert states(later(company))["ops"] == "failed"


def test_people_read_how_old_the_numbers_are(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Key result", "Current", "Target"], ["Incidents", 5, 10]])
    source = '[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\nparent = "growth/O1"\n'
    team.config(CONFIG + source)
    with time_machine.travel(READ, tick=False):
        team.sync()
    (team.folder / "ops.csv").rename(team.folder / "away.csv")
    with time_machine.travel(READ + timedelta(days=2), tick=False):
        code, out = team.run("show", "--as-of", "2026-11-23")
        assert code == 3
        assert "the numbers shown are those of 21 Nov 2026, 2 days old" in out
        code, out = team.run("sync", "--as-of", "2026-11-23")
        assert code == 3
        assert (
            "its last good numbers, of 21 Nov 2026, are used meanwhile, and nothing is written to"
            " it" in out
        )
        shown = team.json("show", "--as-of", "2026-11-23", code=3)
        assert [(one["state"], one["age_days"]) for one in shown["sources"]] == [
            ("ok", 0),
            ("kept", 2),
        ]
    team.config(CONFIG + source + '[guards]\nmax_age = "1 day"\n')
    with time_machine.travel(READ + timedelta(days=2), tick=False):
        code, out = team.run("show", "--as-of", "2026-11-23")
        assert (
            "its last numbers, of 21 Nov 2026, are older than guards.max_age and no longer count"
            in out
        )
    team.config(CONFIG + source + '[guards]\nmax_age = "a while"\n')
    assert team.run("show")[0] == 2
    assert "'a while' is not a span of time" in team.err
