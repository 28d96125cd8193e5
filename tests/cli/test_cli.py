"""The command line: every command has help, every answer its place, every end its exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from okrsync import __version__
from okrsync.cli import COMMANDS
from okrsync.report.terminal import _bar
from okrsync.state.schema import SCHEMA_VERSION
from team import AS_OF, CHECKED, CONFIG, ROWS, Team, edit, write_csv, write_workbook

DOCS = Path(__file__).parents[2] / "docs"


def fits(document: dict[str, Any], schema: str) -> None:
    jsonschema.validate(document, json.loads((DOCS / schema).read_text(encoding="utf-8")))


def test_show_json_is_what_the_contract_says(team: Team) -> None:
    document = team.json("show", "--as-of", AS_OF)
    fits(document, "show.schema.json")
    assert (document["schema"], document["as_of"]) == ("okrsync/show/1", AS_OF)
    assert document["cycle"] == {
        "name": "2026-Q4",
        "start": "2026-10-01",
        "end": "2026-12-31",
        "state": "running",
    }
    first = document["objectives"][0]
    assert {
        key: first[key]
        for key in (
            "id",
            "title",
            "source",
            "at",
            "parent",
            "status",
            "freshness",
            "checked_in",
            "reported",
        )
    } == {
        "id": "growth/O1",
        "title": "Grow",
        "source": "growth",
        "at": "Q4!A2",
        "parent": None,
        "status": "stale",
        "freshness": "stale",
        "checked_in": "2026-10-02",
        "reported": {"with": 2, "of": 2},
    }
    result = first["key_results"][0]
    assert {
        key: result[key]
        for key in (
            "id",
            "at",
            "kind",
            "baseline",
            "target",
            "current",
            "unit",
            "progress",
            "raw_progress",
            "expected",
            "status",
            "weight",
        )
    } == {
        "id": "growth/O1/KR1",
        "at": "Q4!B2",
        "kind": "metric",
        "baseline": 40,
        "target": 100,
        "current": 62,
        "unit": None,
        "progress": 0.3667,
        "raw_progress": 0.3667,
        "expected": 0.587,
        "status": "at-risk",
        "weight": 1,
    }


def test_plan_and_sync_json_are_what_the_contract_says(team: Team) -> None:
    plan = team.json("plan", "--as-of", AS_OF)
    fits(plan, "plan.schema.json")
    assert plan["schema"] == "okrsync/plan/1"
    assert "run" not in plan
    change = next(
        change for change in plan["sources"][0]["changes"] if change["field"] == "progress"
    )
    assert (change["before"], change["after"], change["outcome"]) == (None, 0.37, None)
    assert plan["sources"][0]["calls"] == {"read": 1, "write": 0}
    done = team.sync()
    fits(done, "plan.schema.json")
    assert (done["schema"], done["run"][-2:]) == ("okrsync/sync/1", "-1")
    fits(team.json("undo", "last"), "plan.schema.json")


def test_percents_are_points_and_shares_are_shares(team: Team) -> None:
    write_csv(
        team.folder / "a.csv",
        [["Key result", "Start", "Current", "Target"], ["Rate", "40%", "48%", "60%"]],
    )
    team.config('cycle = "2026-Q4"\n[sources.a]\nconnector = "workbook"\npath = "a.csv"\n')
    objective = team.json("show", "--as-of", AS_OF)["objectives"][0]
    result = objective["key_results"][0]
    assert (objective["implied"], objective["title"], objective["at"]) == (True, "a", None)
    assert (result["current"], result["unit"], result["progress"]) == (48, "%", 0.4)


def test_exit_code_6_says_that_there_are_changes(team: Team) -> None:
    assert team.run("plan", "--exit-code")[0] == 6
    assert team.run("plan")[0] == 0
    team.run("sync")
    assert team.run("plan", "--exit-code")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("shwo",),
        ("sync", "--nope"),
        ("sync", "--source", "grwth"),
        ("sync", "--allow", "everything"),
        ("plan", "--as-of", "soon"),
        ("explain",),
        ("show", "nobody"),
        ("undo", "2020-01-01-1"),
        ("--config", "none.toml", "plan"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_what_to_do(
    team: Team, arguments: tuple[str, ...]
) -> None:
    code, out = team.run(*arguments)
    assert (code, out) == (2, "")
    assert re.search(r"okrsync|Error|Did you mean|There are", team.err)
    assert "Traceback" not in team.err


def test_the_config_is_named_before_or_after_the_command_or_by_the_environment(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team.folder / "okrsync.toml").rename(team.folder / "other.toml")
    assert team.run("plan")[0] == 2
    assert team.run("--config", "other.toml", "plan")[0] == 0
    assert team.run("plan", "--config", "other.toml")[0] == 0
    monkeypatch.setenv("OKRSYNC_CONFIG", str(team.folder / "other.toml"))
    assert team.run("plan")[0] == 0


def test_only_the_named_source_is_written(team: Team) -> None:
    write_csv(team.folder / "ops.csv", [["Key result", "Current", "Target"], ["Incidents", 5, 10]])
    team.config(
        CONFIG
        + '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n[sources.ops.write]\ncolumns'
        ' = {progress = "Done"}\n'
    )
    done = team.sync("--source", "ops")
    assert [source["name"] for source in done["sources"]] == ["ops"]
    assert "Done" in (team.folder / "ops.csv").read_text()
    assert team.json("plan")["sources"][0]["changes"]


def test_items_of_other_cycles_are_counted_and_shown_when_asked_for(team: Team) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        [[*ROWS[0], "Quarter"], [*ROWS[1], "Q4 2026"], ["Grow", *ROWS[2][1:], "Q3 2026"]],
    )
    shown = team.json("show", "--as-of", AS_OF)
    assert [item["title"] for item in shown["objectives"]] == ["Grow"]
    assert (shown["sources"][0]["other_cycles"], shown["sources"][0]["key_results"]) == (1, 2)
    assert len(team.json("show", "--as-of", AS_OF, "--all-cycles")["objectives"]) == 2
    done = team.sync()
    assert [skip["code"] for skip in done["sources"][0]["skips"]] == ["other-cycle"]
    assert "2026-Q3" in done["sources"][0]["skips"][0]["reason"]


def test_the_tree_is_printed_for_people(team: Team) -> None:
    code, out = team.run("show", "--as-of", AS_OF)
    assert code == 0
    assert re.search(r"████░+ +37 % At risk +Sign-ups +growth/O1/KR1, Mia", out)
    assert "growth  2 objectives, 3 key results" in out
    assert "\x1b" not in out
    assert "Sign-ups" not in team.run("show", "growth/O2", "--as-of", AS_OF)[1]


def test_a_plan_is_printed_row_by_row_with_a_count(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda q4: q4.__setitem__("E2", 88))
    (team.folder / "okrsync.toml").write_text(
        CONFIG.replace(', note = "okrsync note"', ""), encoding="utf-8"
    )
    out = team.run("plan", "--as-of", "2026-12-20")[1]
    lines = out.splitlines()
    row = lines.index("  Sign-ups")
    # The words of the row once, its cells under them, and the reason once, without a note too.
    assert re.fullmatch(r"    ~ Q4!H2 +progress +37% -> 80%", lines[row + 1])
    assert re.fullmatch(r"    ~ Q4!I2 +status +At risk -> Stale", lines[row + 2])
    assert "check-in" in lines[row + 3]
    assert lines[row + 4] == "  Revenue" or not lines[row + 4].startswith("      ")
    assert out.count("Sign-ups") == 1
    assert re.fullmatch(
        r"\d+ changes in 1 source, no skips, no conflicts\.", out.rstrip().splitlines()[-1]
    )


def test_a_number_is_explained_in_the_words_of_the_sheet(team: Team) -> None:
    out = team.run("explain", "growth/O1/KR1", "--as-of", AS_OF)[1]
    assert "(current 62 - baseline 40) / (target 100 - baseline 40)" in out
    assert "Q4!E2, Q4!D2, Q4!F2" in out


def test_history_lists_runs_and_what_they_wrote(team: Team) -> None:
    assert "No run yet" in team.run("history")[1]
    run = team.sync()["run"]
    assert run in team.run("history")[1]
    assert "(empty) -> 37%" in team.run("history", run)[1]
    team.run("undo", run)
    assert f"put back {run}" in team.run("history")[1]


def test_what_is_there_is_listed(team: Team) -> None:
    assert "filled_down" in team.run("mappings")[1]
    assert "workbook" in team.run("connectors")[1]
    assert "_OKRSYNC_COMPLETE" in team.run("completion", "bash")[1]


def test_check_tells_how_tabs_and_columns_are_understood(team: Team) -> None:
    out = team.run("check")[1]
    assert (
        "Q4: 2 objectives and 3 key results, read as filled-down, header in row 1: objective in A,"
        " key_result in B" in out
    )
    assert "progress goes into a new column 'Progress' at the right edge" in out
    team.config(CONFIG + "create = false\n")
    code, out = team.run("check")
    assert code == 1
    assert "there is no column 'Progress' for progress" in out


def test_check_names_each_problem_with_its_repair(team: Team) -> None:
    assert team.run("check")[0] == 0
    (team.folder / "~$growth.xlsx").write_bytes(b"\x03Mia")
    code, out = team.run("check")
    assert code == 1
    assert "Close it there" in out


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_every_command_has_help(team: Team, command: str) -> None:
    code, out = team.run(*([command] if command else []), "--help")
    assert code == 0
    assert "Usage: okrsync" in out
    assert command == "" or "Example:" in out


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom okrsync.cli.errors import run\nfrom okrsync.cli import"
        " okrsync\nrun(okrsync, ['--help'])\nprint([name for name in ('pydantic', 'rich',"
        " 'python_calamine', 'sqlite3') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_nobody_sees_a_traceback(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.delenv("OKRSYNC_DEBUG")
    monkeypatch.setattr("okrsync.sync.make_plan", broken)
    assert team.run("plan")[0] == 1
    assert "RuntimeError" in team.err
    assert "secret inside" not in team.err


def test_a_reader_that_goes_away_is_no_trouble(team: Team) -> None:
    script = (
        f"set -o pipefail; {sys.executable} -m okrsync mappings | grep -q filled_down &&"
        f" {sys.executable} -m okrsync show | head -1"
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=team.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_tells_the_whole_story(team: Team) -> None:
    code, out = team.run("demo", "--as-of", AS_OF)
    assert code == 0
    for line in (
        "changes in 3 sources",
        "no changes, no writes sent",
        "summary and board rows removed again",
        "from 200 to 150",
        "2 rows of 2026-Q4 stand below it",
    ):
        assert line in " ".join(out.split())
    assert team.run("demo", "--keep", "acme", "--as-of", AS_OF)[0] == 0
    kept = {path.name for path in (team.folder / "acme").iterdir()}
    assert kept >= {
        "ops-okrs.xlsx",
        "google.json",
        "google.notion.json",
        "notion-token",
        "okrsync.toml",
        "quarter",
    }
    assert "2026-Q4" in (team.folder / "acme" / "quarter" / "sales.csv").read_text("utf-8")
    assert team.run("demo", "--keep", "acme")[0] == 2


def test_a_source_that_keeps_failing_says_since_when(team: Team) -> None:
    (team.folder / "growth.xlsx").unlink()
    _, first = team.run("sync")
    _, second = team.run("sync")
    assert "runs in a row" not in first
    assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d, 2 runs in a row", second)
    assert team.json("sync", code=1)["sources"][0]["failing"]["runs"] == 3


@pytest.mark.parametrize(
    ("progress", "cells"),
    [
        (None, 0),
        ("0", 0),
        ("0.01", 1),
        ("0.5", 5),
        ("0.97", 9),
        ("0.999", 9),
        ("1", 10),
        ("1.4", 10),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(progress: str | None, cells: int) -> None:
    assert _bar(None if progress is None else Decimal(progress)).count("█") == cells


def test_the_version_names_those_of_the_state_and_the_documents(team: Team) -> None:
    code, out = team.run("--version")
    first, state, documents = out.splitlines()
    assert code == 0
    assert first == f"okrsync {__version__}"
    assert state == f"state file: version {SCHEMA_VERSION}"
    assert "okrsync/show/1" in documents
    assert "okrsync/sync/1" in documents


def test_a_note_is_the_reason_of_its_row_and_is_printed_once(team: Team) -> None:
    lines = team.run("plan", "--as-of", AS_OF)[1].splitlines()
    row = lines.index("  Sign-ups")
    note = next(line for line in lines[row:] if " note " in line)
    assert lines[row + 4 :][0] == "  Revenue"
    assert sum(note.split("note", 1)[1].strip()[:40] in line for line in lines) == 1
    changes = team.json("plan", "--as-of", AS_OF)["sources"][0]["changes"]
    assert {change["title"] for change in changes} == {None, "Sign-ups", "Revenue", "Churn"}


def test_a_row_that_replaces_typed_values_says_so_at_each_cell(team: Team) -> None:
    rows: list[list[Any]] = [[*ROWS[0], "Progress"], *[[*row, "half"] for row in ROWS[1:]]]
    write_workbook(team.folder / "growth.xlsx", rows)
    out = team.run("plan", "--as-of", AS_OF, "--allow", "max-changes")[1]
    assert re.search(r"~ Q4!H2 +progress +half -> 37% \(replaces a value somebody typed\)", out)


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("growth/O1/KR1", "growth/O1/KR1"),
        ("GROWTH/o1/kr1", "growth/O1/KR1"),
        ("O1/KR2", "growth/O1/KR2"),
        ("Sign-ups", "growth/O1/KR1"),
        ("sign ups", "growth/O1/KR1"),
        ("reven", "growth/O1/KR2"),
        ("Singups", "growth/O1/KR1"),
        ("grow", "growth/O1"),
    ],
)
def test_an_item_is_found_by_its_words(team: Team, words: str, id_: str) -> None:
    assert team.json("explain", words, "--as-of", AS_OF)["id"] == id_
    shown = team.json("show", words, "--as-of", AS_OF)["objectives"]
    assert [item["id"] for item in shown] == ["growth/O1"]


def test_the_words_of_an_item_need_no_quotes(team: Team) -> None:
    for command in ("explain", "show"):
        assert team.run(command, "sign", "ups", "--as-of", AS_OF)[0] == 0, team.err
    assert team.json("explain", "sign", "ups", "--as-of", AS_OF)["id"] == "growth/O1/KR1"
    assert team.run("explain")[0] == 2


def test_an_item_of_an_ended_cycle_is_found_too(team: Team) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        [[*ROWS[0], "Quarter"], [*ROWS[1], "Q4 2026"], ["Grow", "Leads", *ROWS[2][2:], "Q1 2026"]],
    )
    explained = team.run("explain", "Leads", "--as-of", AS_OF)[1]
    assert "its cycle is named in the sheet or the config  = 2026-Q1" in explained
    shown = team.json("show", "Leads", "--as-of", AS_OF)
    (objective,) = shown["objectives"]
    assert [kr["title"] for kr in objective["key_results"]] == ["Leads"]
    assert team.run("explain", "Plumbing", "--as-of", AS_OF)[0] == 2
    assert "there is no objective or key result 'Plumbing'" in team.err


def test_words_of_several_items_list_them(team: Team) -> None:
    rows = [*ROWS, [None, "Churn of big customers", "Lea", 5, 2, 2, CHECKED]]
    write_workbook(team.folder / "growth.xlsx", rows)
    assert team.json("explain", "churn")["id"] == "growth/O2/KR1"
    write_workbook(
        team.folder / "growth.xlsx",
        [*ROWS[:3], ["Keep", "Churn of all", "Lea", 5, 2, 2, CHECKED], rows[4]],
    )
    for command in ("explain", "show"):
        assert team.run(command, "churn")[0] == 2
        assert "'churn' may be any of 2 items" in team.err
        assert "growth/O2/KR1 (Churn of all), growth/O2/KR2 (Churn of big customers)" in team.err
    # A wrong id never stands for the id beside it.
    assert team.run("explain", "growth/O1/KR9")[0] == 2
    assert "Did you mean growth/O1/KR1 (Sign-ups)" in team.err


def test_undo_says_what_is_put_back_already(team: Team) -> None:
    run = team.sync()["run"]
    path = team.folder / "growth.xlsx"
    edit(path, lambda q4: q4.__setitem__("H2", None))
    first = team.json("undo", run)
    assert [(skip["at"], skip["code"]) for skip in first["sources"][0]["skips"]] == [
        ("Q4!H2", "put-back")
    ]
    assert first["sources"][0]["conflicts"] == []
    before = path.read_bytes()
    again = team.json("undo", run)["sources"][0]
    assert (again["changes"], again["conflicts"]) == ([], [])
    assert {skip["reason"] for skip in again["skips"]} == {
        f"put back already, by run {first['run']}"
    }
    assert path.read_bytes() == before
    out = team.run("undo", run)[1]
    assert re.search(rf"and \d+ more  skipped: put back already, by run {first['run']}", out)


def test_a_plan_prints_new_columns_before_the_rows(team: Team) -> None:
    _, out = team.run("plan", "--as-of", AS_OF)
    lines = [line.split() for line in out.splitlines() if line.startswith(("  ", "    "))]
    columns = [number for number, words in enumerate(lines) if words[2:3] == ["column"]]
    assert columns == [0, 1, 2]


def test_show_of_a_source_without_okrs_says_where_the_reason_is(team: Team) -> None:
    write_workbook(team.folder / "growth.xlsx", [["Name", "Phone"], ["Mia", "030 1"]])
    code, out = team.run("show", "--as-of", AS_OF)
    assert code == 0
    assert "growth  no objectives, no key results; `okrsync check` says why" in out
