"""What people on duty ask first: which run, how long, how did it end, what moved since, and what is
left to do.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import time_machine

from okrsync.cli import COMMANDS
from okrsync.state.schema import SCHEMA_VERSION
from team import AS_OF, CONFIG, ROWS, Team, edit, write_csv, write_workbook

DOCS = Path(__file__).parents[2] / "docs"
OPS = (
    '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n[sources.ops.write]\ncolumns ='
    ' {progress = "Done"}\n'
)


def fits(document: dict[str, Any], schema: str) -> None:
    jsonschema.validate(document, json.loads((DOCS / schema).read_text(encoding="utf-8")))


@pytest.fixture
def two(team: Team) -> Team:
    """A team with a workbook and a CSV file."""
    write_csv(team.folder / "ops.csv", [["Key result", "Current", "Target"], ["Incidents", 5, 10]])
    team.config(CONFIG + OPS)
    return team


def set_cell(team: Team, at: str, value: Any) -> None:
    def change(tab: Any) -> None:
        tab[at] = value

    edit(team.folder / "growth.xlsx", change)


def test_history_tells_how_long_each_source_took_and_how_the_run_ended(two: Team) -> None:
    two.sync()
    (two.folder / "ops.csv").unlink()
    two.sync(code=3)
    document = two.json("history")
    fits(document, "history.schema.json")
    last, first = document["runs"]
    assert (first["ended"], first["exit_code"], first["reason"]) == ("done", 0, None)
    assert [one["name"] for one in first["sources"]] == ["growth", "ops"]
    assert first["sources"][0]["calls"] == {"read": 2, "write": 1}
    assert first["sources"][0]["counts"]["written"] == 12
    assert first["seconds"] >= max(one["seconds"] for one in first["sources"]) > 0
    assert (last["ended"], last["exit_code"]) == (
        "some sources failed, or part of one; the rest is done",
        3,
    )
    assert "ops.csv" in last["reason"]
    assert [one["state"] for one in last["sources"]] == ["ok", "kept"]
    out = two.run("history")[1]
    assert "some sources failed, or part of one; the rest is done (exit code 3)" in out
    assert "failed, its last good numbers are used" in out


def test_history_can_be_cut_to_some_runs(team: Team) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC)):
        old = team.sync()["run"]
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        new = team.sync()["run"]
        assert [one["id"] for one in team.json("history")["runs"]] == [new, old]
        assert [one["id"] for one in team.json("history", "--limit", "1")["runs"]] == [new]
        assert [one["id"] for one in team.json("history", "--since", "2026-11-21")["runs"]] == [new]
        assert "No run since 24 Nov 2026" in team.run("history", "--since", "2026-11-24")[1]
        assert team.run("history", "--since", "soon")[0] == 2


def test_a_run_is_shown_with_every_change(team: Team) -> None:
    run = team.sync()["run"]
    document = team.json("history", "last")
    fits(document, "history.schema.json")
    assert document["runs"][0]["id"] == run
    assert len(document["changes"]) == 12
    progress = next(one for one in document["changes"] if one["at"] == "Q4!H2")
    assert (progress["before"], progress["after"], progress["outcome"]) == (None, 0.37, "written")


@pytest.mark.usefixtures("either_store")
class TestSince:
    def test_what_moved_is_new_or_vanished_since_a_run_is_told(self, team: Team) -> None:
        first = team.sync()["run"]
        rows = [list(row) for row in ROWS]
        rows[1][4] = 82
        rows[3] = ["Keep", "Renewals", "Lea", 0, 3, 4, rows[3][6]]
        write_workbook(team.folder / "growth.xlsx", rows)
        team.sync("--allow", "vanished-header", "--allow", "max-shrink")
        write_workbook(team.folder / "growth.xlsx", rows)

        document = team.json("show", "--since", first, "--as-of", AS_OF)
        fits(document, "show.schema.json")
        since = document["since"]
        assert since["run"] == first
        moved = {one["title"]: (one["before"], one["after"]) for one in since["moved"]}
        assert moved["Sign-ups"] == (
            {"progress": 0.3667, "status": "at-risk"},
            {"progress": 0.7, "status": "on-track"},
        )
        assert [one["title"] for one in since["new"]] == ["Renewals"]
        assert [one["title"] for one in since["vanished"]] == ["Churn"]
        out = team.run("show", "--since", first, "--as-of", AS_OF)[1]
        assert "~ Sign-ups  37 % At risk -> 70 % On track" in out
        assert "+ Renewals" in out
        assert "- Churn" in out

    def test_since_the_last_run_nothing_moved(self, team: Team) -> None:
        team.sync()
        assert team.json("show", "--since", "last", "--as-of", AS_OF)["since"]["moved"] == []
        assert "Nothing moved." in team.run("show", "--since", "last", "--as-of", AS_OF)[1]

    def test_rows_that_were_only_sorted_have_not_moved(self, team: Team) -> None:
        first = team.sync()["run"]
        rows = [ROWS[0], ROWS[3], ROWS[1], ROWS[2]]
        write_workbook(team.folder / "growth.xlsx", rows)
        since = team.json("show", "--since", first, "--as-of", AS_OF)["since"]
        assert (since["moved"], since["new"], since["vanished"]) == ([], [], [])

    def test_a_day_means_the_last_sync_up_to_its_end(self, team: Team) -> None:
        old = team.json("sync", "--as-of", "2026-11-20")["run"]
        set_cell(team, "E2", 82)
        team.sync()
        for day in ("2026-11-20", "2026-11-22", "7 days"):
            since = team.json("show", "--since", day, "--as-of", AS_OF)["since"]
            assert (since["run"], [one["id"] for one in since["moved"]]) == (
                old,
                ["growth/O1", "growth/O1/KR1"],
            )
        assert team.run("show", "--since", "2026-11-19", "--as-of", AS_OF)[0] == 2
        assert "no run up to 2026-11-19" in team.err

    def test_part_of_the_tree_tells_of_its_own_items(self, team: Team) -> None:
        team.sync()
        set_cell(team, "E2", 82)
        since = team.json("show", "growth/O2", "--since", "last", "--as-of", AS_OF)["since"]
        assert since["moved"] == []

    def test_a_source_that_cannot_be_read_has_not_vanished(self, two: Team) -> None:
        two.sync()
        (two.folder / "ops.csv").rename(two.folder / "away.csv")
        assert (
            two.json("show", "--since", "last", "--as-of", AS_OF, code=3)["since"]["vanished"] == []
        )
        two.sync(code=3)
        (two.folder / "away.csv").rename(two.folder / "ops.csv")
        assert two.json("show", "--since", "last", "--as-of", AS_OF)["since"]["new"] == []

    def test_a_run_nobody_knows_is_refused_before_anything_is_read(self, team: Team) -> None:
        team.sync()
        (team.folder / "growth.xlsx").unlink()
        assert team.run("show", "--since", "2026-01-01-1")[0] == 2

    def test_runs_in_which_nothing_moved_take_no_room(self, team: Team) -> None:
        for _ in range(5):
            team.sync()
        assert len(team.json("state", "export")["moves"]) == 5


@pytest.mark.usefixtures("either_store")
class TestRetry:
    def test_before_the_first_run_and_after_a_good_one_there_is_nothing_to_retry(
        self, team: Team
    ) -> None:
        assert "Nothing to retry: there is no run yet" in team.run("retry")[1]
        run = team.sync()["run"]
        code, out = team.run("retry")
        assert (code, f"Nothing to retry: run {run} left nothing undone" in out) == (0, True)
        document = team.json("retry")
        fits(document, "plan.schema.json")
        assert document["retries"] == {"after": run, "sources": {}, "held_back": {}}
        assert len(team.json("history")["runs"]) == 1

    def test_a_source_that_failed_is_tried_again_and_no_other_is_written(self, two: Team) -> None:
        (two.folder / "ops.csv").rename(two.folder / "away.csv")
        two.sync(code=3)
        set_cell(two, "E2", 82)
        before = (two.folder / "growth.xlsx").read_bytes()
        assert two.run("retry", "--as-of", AS_OF)[0] == 1
        (two.folder / "away.csv").rename(two.folder / "ops.csv")
        document = two.json("retry", "--as-of", AS_OF)
        fits(document, "plan.schema.json")
        assert list(document["retries"]["sources"]) == ["ops"]
        assert [one["name"] for one in document["sources"]] == ["ops"]
        assert "Done" in (two.folder / "ops.csv").read_text()
        assert (two.folder / "growth.xlsx").read_bytes() == before
        assert "Nothing to retry" in two.run("retry")[1]

    def test_a_source_that_a_guard_stopped_waits_for_allow(self, team: Team) -> None:
        team.sync()

        def typed_over(tab: Any) -> None:
            for row in tab.iter_rows(min_row=2, min_col=8, max_col=10):
                for one in row:
                    one.value = "mine"

        edit(team.folder / "growth.xlsx", typed_over)
        team.sync(code=5)
        code, out = team.run("retry", "--as-of", AS_OF)
        assert (code, "waits for --allow" in out) == (0, True)
        assert list(team.json("retry", "--as-of", AS_OF)["retries"]["held_back"]) == ["growth"]
        assert (
            team.json("retry", "--allow", "max-changes", "--as-of", AS_OF)["counts"]["written"] == 9
        )

    def test_conflicts_are_tried_again(self, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
        from okrsync.connector import Batch, Outcome, Receipt, State
        from okrsync_workbook import WorkbookConnector

        def faster(_: WorkbookConnector, batch: Batch) -> Receipt:
            return Receipt(
                {
                    entry.id: Outcome(State.CONFLICT, "somebody was faster")
                    for entry in batch.entries
                }
            )

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(WorkbookConnector, "write", faster)
            run = team.sync()["run"]
        document = team.json("retry", "--as-of", AS_OF)
        assert document["retries"]["sources"] == {"growth": f"12 conflicts in run {run}"}
        assert document["counts"]["written"] == 12

    def test_after_a_run_that_died_everything_is_tried_again(
        self, two: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from okrsync.state.journal import Journal

        def dies(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Journal, "finish", dies)
            assert two.run("sync", "--as-of", AS_OF)[0] == 130
        assert list(two.json("retry", "--as-of", AS_OF)["retries"]["sources"]) == ["growth", "ops"]
        assert "did not finish" in two.run("history")[1]


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        (("check",), "check"),
        (("explain", "growth/O1/KR1", "--as-of", AS_OF), "explain"),
        (("mappings",), "mappings"),
        (("connectors",), "connectors"),
        (("history",), "history"),
        (("retry",), "retry"),
        (("state", "check"), "state-check"),
        (("state", "export"), "state-export"),
        (("state", "prune"), "state-prune"),
        (("state", "unlock"), "state-unlock"),
        (("show", "--as-of", AS_OF), "show"),
        (("plan", "--as-of", AS_OF), "plan"),
        (("lint", "--as-of", AS_OF), "lint"),
        (("undo", "last"), "undo"),
    ],
)
def test_every_command_that_answers_has_one_document(
    team: Team, arguments: tuple[str, ...], schema: str
) -> None:
    team.sync()
    assert team.json(*arguments)["schema"] == f"okrsync/{schema}/1"


def test_no_command_that_answers_is_left_out() -> None:
    told = {
        "lint",
        "check",
        "explain",
        "mappings",
        "connectors",
        "history",
        "retry",
        "state",
        "show",
        "plan",
        "undo",
        "sync",
    }
    others = {"demo", "watch", "completion", "sandbox", "report"}
    assert told <= COMMANDS.keys()
    assert not others & told


def test_documents_say_what_the_text_says(team: Team) -> None:
    steps = team.json("explain", "growth/O1/KR1", "--as-of", AS_OF)["steps"]
    assert any("(current 62 - baseline 40)" in step["text"] for step in steps)
    assert any(step["cells"] for step in steps)
    (team.folder / "~$growth.xlsx").write_bytes(b"\x03Mia")
    found = team.json("check", code=1)
    assert (found["problems"], found["exit_code"]) == (1, 1)
    assert any(
        one["kind"] == "problem" and "Close it" in one["repair"]
        for one in found["sources"][0]["findings"]
    )
    names = {one["name"] for one in team.json("connectors")["connectors"]}
    assert names == {"workbook", "google-sheets", "notion"}
    assert "filled_down" in {one["name"] for one in team.json("mappings")["mappings"]}


@pytest.mark.usefixtures("either_store")
class TestRetention:
    """Ages are told from the day of each run; runs are made on past days and looked at on a later
    one.
    """

    @pytest.fixture
    def aged(self, team: Team) -> Team:
        """Runs on five days, each with a change of one value."""
        for number, value in enumerate((62, 70, 76, 82, 88)):
            with time_machine.travel(
                datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=30 * number)
            ):
                set_cell(team, "E2", value)
                team.sync()
        return team

    def test_old_runs_are_forgotten_at_the_end_of_a_run(self, aged: Team) -> None:
        with time_machine.travel(datetime(2026, 8, 5, 9, tzinfo=UTC)):
            assert len(aged.json("history")["runs"]) == 5
            aged.sync()
            assert [one["id"][:10] for one in aged.json("history")["runs"]] == [
                "2026-08-05",
                "2026-05-01",
                "2026-04-01",
                "2026-03-02",
            ]

    def test_runs_that_only_read_are_forgotten_too(self, team: Team) -> None:
        team.config(CONFIG.partition("[sources.growth.write]")[0])
        for month in range(1, 7):
            with time_machine.travel(datetime(2026, month, 1, 9, tzinfo=UTC)):
                assert team.run("sync", "--as-of", AS_OF)[0] == 0
        with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC)):
            assert team.run("sync", "--as-of", AS_OF)[0] == 0
            kept = [one["id"][:10] for one in team.json("history")["runs"]]
        assert kept == ["2026-11-24", "2026-06-01"]

    def test_how_long_is_kept_is_configured(self, aged: Team) -> None:
        aged.config(CONFIG + '\n[history]\nkeep = "forever"\n')
        with time_machine.travel(datetime(2036, 1, 1, tzinfo=UTC)):
            aged.sync()
            assert len(aged.json("history")["runs"]) == 6
            assert aged.run("state", "prune")[0] == 2
        aged.config(CONFIG + '\n[history]\nkeep = "soon"\n')
        assert aged.run("history")[0] == 2
        assert "180 days" in aged.err

    def test_a_dry_run_says_what_would_go_and_changes_nothing(self, aged: Team) -> None:
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            before = aged.json("state", "export")
            told = aged.json("state", "prune", "--keep", "70", "--dry-run")
            assert (told["runs"], told["dry_run"]) == (3, True)
            assert told["entries"] > 0
            assert aged.json("state", "export") == before
            done = aged.json("state", "prune", "--keep", "70")
            assert (done["runs"], done["entries"], done["moves"]) == (
                told["runs"],
                told["entries"],
                told["moves"],
            )
            assert aged.json("state", "prune", "--keep", "70")["runs"] == 0

    def test_what_is_kept_still_tells_what_moved_since_then(self, aged: Team) -> None:
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            kept = aged.json("history")["runs"][1]["id"]
            before = aged.json("show", "--since", kept, "--as-of", AS_OF)["since"]
            aged.json("state", "prune", "--keep", "70")
            assert aged.json("show", "--since", kept, "--as-of", AS_OF)["since"] == before
            assert before["moved"]

    def test_a_run_that_was_forgotten_is_named_as_such(self, aged: Team) -> None:
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            first = aged.json("history")["runs"][-1]["id"]
            aged.json("state", "prune", "--keep", "70")
            assert aged.run("undo", first)[0] == 2
            assert "older than what is kept" in aged.err

    def test_undo_does_the_same_after_pruning_and_knows_its_own_values(self, aged: Team) -> None:
        """What undo puts back was okrsync's own, and is known as such although the run that wrote
        it is forgotten.
        """
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            aged.json("state", "prune", "--keep", "0")
            assert len(aged.json("history")["runs"]) == 1
            back = aged.json("undo", "last")
            assert back["counts"]["written"] > 0
            plan = aged.json("plan", "--as-of", AS_OF)
            assert plan["sources"][0]["changes"]
            assert not any(
                "somebody typed" in one["reason"] for one in plan["sources"][0]["changes"]
            )

    def test_open_entries_stay_however_old_they_are(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from okrsync_workbook import WorkbookConnector

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        with (
            time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)),
            monkeypatch.context() as meanwhile,
        ):
            meanwhile.setattr(WorkbookConnector, "write", dies)
            assert team.run("sync", "--as-of", AS_OF)[0] == 130
        team.json("state", "prune", "--keep", "0")
        exported = team.json("state", "export")
        assert len([one for one in exported["entries"] if one["state"] is None]) == 12
        assert "did not finish; the next sync" in team.run("state", "check")[1]

    def test_what_stays_does_not_grow_with_the_number_of_runs(self, aged: Team) -> None:
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            aged.json("state", "prune", "--keep", "0")
            exported = aged.json("state", "export")
        assert len(exported["moves"]) == 5
        # Of every cell its last value before, and the newest run.
        assert len(exported["entries"]) <= 2 * 12


class TestUpkeep:
    def test_check_proves_what_it_can_and_changes_nothing(self, team: Team) -> None:
        assert "not there yet" in team.run("state", "check")[1]
        assert not (team.folder / "okrsync.db").exists()
        team.sync()
        before = (team.folder / "okrsync.db").read_bytes()
        code, out = team.run("state", "check")
        assert (code, "No problems with the state." in out) == (0, True)
        for words in (
            "readable for its owner only",
            f"state version {SCHEMA_VERSION}",
            "SQLite finds it sound",
            "free on its disk",
        ):
            assert words in out
        assert (team.folder / "okrsync.db").read_bytes() == before

    def test_each_trouble_comes_with_its_repair(self, team: Team) -> None:
        team.sync()
        state = team.folder / "okrsync.db"
        state.chmod(0o644)
        found = team.json("state", "check", code=1)["findings"]
        assert [one["repair"] for one in found if one["kind"] == "problem"] == [
            f"chmod 600 {state}"
        ]
        state.write_bytes(b"not a database" * 100)
        found = team.json("state", "check", code=1)["findings"]
        assert any(
            "no database" in one["message"] and "Put back a copy" in one["repair"]
            for one in found
            if one["repair"]
        )

    def test_sources_that_left_the_config_are_told(self, two: Team) -> None:
        two.sync()
        two.config(CONFIG)
        assert "ops: remembered, and no longer in the config" in two.run("state", "check")[1]

    def test_the_export_is_whole_and_private(self, team: Team) -> None:
        team.sync()
        assert team.run("state", "export", "--output", "out.json") == (0, "")
        path = team.folder / "out.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        assert path.stat().st_mode & 0o777 == 0o600
        assert document == team.json("state", "export")
        assert len(document["entries"]) == 12
        assert document["facts"]
        assert team.run("state", "export", "--output", "none/out.json")[0] == 1
        assert sorted(one.name for one in team.folder.iterdir() if one.name.startswith(".")) == []

    @pytest.mark.parametrize("link", ["out.json", ".out.json.part"])
    def test_the_export_follows_no_link(self, team: Team, link: str) -> None:
        team.sync()
        elsewhere = team.folder / "elsewhere.txt"
        elsewhere.write_text("mine", encoding="utf-8")
        elsewhere.chmod(0o644)
        (team.folder / link).symlink_to(elsewhere)
        assert team.run("state", "export", "--output", "out.json") == (0, "")
        assert elsewhere.read_text(encoding="utf-8") == "mine"
        assert elsewhere.stat().st_mode & 0o777 == 0o644
        path = team.folder / "out.json"
        assert not path.is_symlink()
        assert path.stat().st_mode & 0o777 == 0o600
        assert json.loads(path.read_text(encoding="utf-8"))["runs"]

    @pytest.mark.parametrize("left", ["out.json", ".out.json.part"])
    def test_the_export_is_private_where_a_file_that_anybody_may_read_was_left(
        self, team: Team, left: str
    ) -> None:
        team.sync()
        (team.folder / left).write_text("old", encoding="utf-8")
        (team.folder / left).chmod(0o666)
        assert team.run("state", "export", "--output", "out.json") == (0, "")
        assert (team.folder / "out.json").stat().st_mode & 0o777 == 0o600

    def test_killed_in_the_middle_of_pruning_all_or_nothing_is_forgotten(self, team: Team) -> None:
        from okrsync.state.retention import prune
        from okrsync.state.store import Store
        from state.test_state_versions import died_at, is_sound

        for day in (1, 2, 3):
            with time_machine.travel(datetime(2026, 1, day, tzinfo=UTC)):
                set_cell(team, "E2", 60 + day)
                team.sync()
        path = team.folder / "okrsync.db"
        before = path.read_bytes()
        whole = team.json("state", "export")
        moment = datetime(2026, 6, 1, tzinfo=UTC)

        def forget() -> None:
            with Store.open(path) as state:
                prune(state, moment)

        ended = set[int]()
        for number in range(1, 100, 2):
            path.write_bytes(before)
            for end in ("-wal", "-shm"):
                path.with_name(f"okrsync.db{end}").unlink(missing_ok=True)
            died = died_at(number, forget)
            left = team.json("state", "export")
            assert is_sound(path)
            assert left == whole or len(left["runs"]) < 3 or left["runs"][0]["is_pruned"]
            ended.add(len([one for one in left["runs"] if not one["is_pruned"]]))
            if not died:
                break
        assert ended == {3, 1}
