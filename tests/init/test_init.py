"""`okrsync init`: a new user points at a spreadsheet nobody designed for okrsync, and has numbers
beside the rows."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from grids import in_part
from layout_samples import SAMPLES, Sample
from setting_up import OPEN_ROWS, data, files
from team import AS_OF, ROWS, Team, sheet, write_csv, write_workbook


def test_a_workbook_gets_a_config_that_check_plan_and_sync_accept(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    before = (folder.folder / "growth.xlsx").read_bytes()

    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)

    assert code == 0, out + folder.err
    assert (folder.folder / "growth.xlsx").read_bytes() == before
    config = data(folder.folder / "okrsync.toml")
    assert config["cycle"] == "auto"
    assert config["timezone"]
    assert config["sources"]["growth"] == {
        "connector": "workbook",
        "path": "growth.xlsx",
        "mapping": "mappings/growth.toml",
        "write": {"columns": {"progress": "Progress", "status": "Status", "note": "okrsync note"}},
    }
    assert folder.run("check")[0] == 0
    assert folder.run("plan", "--as-of", AS_OF)[0] == 0
    folder.sync()
    assert [row[7] for row in sheet(folder.folder / "growth.xlsx")] == ["Progress", 0.37, 0.6, 1]
    assert folder.sync()["counts"]["changes"] == 0


def test_it_shows_verdict_layout_columns_rows_and_what_is_odd(folder: Team) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Q4"
    for row in [*ROWS, [None, "Understand users", "Lea", None, None, "better than before", None]]:
        first.append(row)
    book.create_sheet("Notes").append(["Please keep the OKRs up to date, each week"])
    book.save("growth.xlsx")

    _, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)

    assert "+ Q4  taken: filled-down, column names in row 1; 2 objectives and 4 key results" in out
    assert "- Notes  left out: " in out
    assert "E  Current        current        95 %  62 | 34" in out
    assert "Three rows as understood" in out
    assert (
        "Q4!B2  Sign-ups\n    objective: Grow\n    baseline 40; current 62; target 100; increase"
        " (concluded); progress 37 %; " in out
    )
    assert "Q4!F5  'better than before' is text, so nothing can be measured against it" in out
    assert "'Progress', 'Status' and 'okrsync note'" in out
    assert "The first plan" in out
    assert "+ Q4!H2" in out


def test_explain_says_what_told_and_alone_writes_nothing(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    code, out = folder.run("init", "growth.xlsx", "--explain", "--as-of", AS_OF)
    assert code == 0
    assert "its header is 'Current', and its 3 values are numbers" in out
    assert "Nothing was written" in out
    assert sorted(files(folder.folder)) == ["growth.xlsx"]


def test_the_mapping_pins_layout_and_columns_with_what_told(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    text = (folder.folder / "mappings" / "growth.toml").read_text(encoding="utf-8")
    mapping = tomllib.loads(text)
    assert mapping["layout"] == "filled-down"
    assert mapping["header"] == "auto"
    assert mapping["columns"]["current"] == "Current"
    assert "# column E, 95 % sure: its header is 'Current', and its 3 values are numbers" in text


def test_a_pinned_mapping_reads_on_when_rows_are_put_above(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    write_workbook(folder.folder / "growth.xlsx", [["Our OKRs"], [], *ROWS])
    folder.sync()
    assert sheet(folder.folder / "growth.xlsx")[3][7] == 0.37


def test_a_layout_that_cannot_be_pinned_is_told_at_each_run(folder: Team) -> None:
    rows = [
        ["Objective", "Grow", "Keep"],
        ["Key result 1", "Sign-ups from 40 to 100", "Churn below 2 %"],
        ["Key result 2", "Revenue up to 50", "NPS above 40"],
    ]
    write_workbook(folder.folder / "growth.xlsx", rows)
    code, out = folder.run("init", "growth.xlsx", "--yes", "--as-of", AS_OF)
    assert code == 0, out
    assert "taken: matrix" in out
    assert folder.run("check")[0] == 0
    assert folder.json("show", "--as-of", AS_OF)["sources"][0]["key_results"] == 4


def test_headers_of_okrsyncs_own_are_in_the_sheets_language_and_clash_with_nothing(
    folder: Team,
) -> None:
    rows: list[list[Any]] = [
        ["Ziel", "Schlüsselergebnis", "Startwert", "Aktuell", "Zielwert", "Fortschritt"],
        ["Wachsen", "Anmeldungen", 40, 62, 100, "gut"],
        ["Wachsen", "Umsatz", 10, 34, 50, None],
    ]
    write_workbook(folder.folder / "ziele für 2026.xlsx", rows)
    code, out = folder.run("init", "ziele für 2026.xlsx", "--yes", "--as-of", AS_OF)
    assert code == 0, out
    source = data(folder.folder / "okrsync.toml")["sources"]["ziele-fur-2026"]
    assert source["write"]["columns"] == {
        "progress": "okrsync Fortschritt",
        "status": "Status",
        "note": "okrsync Notiz",
    }


def test_what_only_a_person_can_say_is_told_with_its_option_and_nothing_is_written(
    folder: Team,
) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    for more in ((), ("--yes",)):
        code, out = folder.run("init", "team.xlsx", *more)
        assert code == 2
        assert "--answer 'columns.key_result=Title'" in out
        assert sorted(files(folder.folder)) == ["team.xlsx"]


def test_an_answer_given_beforehand_goes_into_the_mapping(folder: Team) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    code, out = folder.run(
        "init", "team.xlsx", "--answer", "columns.key_result=Title", "--as-of", AS_OF
    )
    assert code == 0, out + folder.err
    assert data(folder.folder / "mappings" / "team.toml")["columns"]["key_result"] == "Title"
    assert "as you answered" in (folder.folder / "mappings" / "team.toml").read_text(
        encoding="utf-8"
    )
    assert folder.json("show", "--as-of", AS_OF)["sources"][0]["key_results"] == 2


def test_an_answer_that_fits_no_key_is_refused(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    assert folder.run("init", "growth.xlsx", "--answer", "nonsense")[0] == 2
    assert folder.run("init", "growth.xlsx", "--answer", "columns.colour=Owner")[0] == 2
    assert "colour" in folder.err
    assert sorted(files(folder.folder)) == ["growth.xlsx"]


def test_okrs_of_another_cycle_are_said_to_be_and_a_cycle_is_asked_for(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx", tab="Q1 2026")
    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 2
    assert "3 of 3 items belong to other cycles than 2026-Q4, most of them to 2026-Q1" in out
    assert "--cycle 2026-Q1" in out
    assert not (folder.folder / "okrsync.toml").exists()

    assert folder.run("init", "growth.xlsx", "--as-of", AS_OF, "--yes")[0] == 0
    assert data(folder.folder / "okrsync.toml")["cycle"] == "2026-Q1"


def test_nothing_that_stands_in_a_sheet_becomes_configuration(folder: Team) -> None:
    rows: list[list[Any]] = [
        ['Objective\n[sources.evil]\n"', "Key result", "Current\x1b[2J", "Target"],
        ["Grow", "Sign-ups", 62, 100],
        ["Grow", "Revenue", 34, 50],
    ]
    write_csv(folder.folder / "growth.csv", rows)
    code, out = folder.run("init", "growth.csv", "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert "\x1b" not in out
    assert list(data(folder.folder / "okrsync.toml")["sources"]) == ["growth"]
    assert set(data(folder.folder / "mappings" / "growth.toml")) <= {
        "layout",
        "header",
        "columns",
        "values",
    }


def test_help_answers_without_loading_what_asks(folder: Team) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from okrsync.cli.errors import run; from okrsync.cli import okrsync;"
        " run(okrsync, ['init', '--help']); print([name for name in ('questionary', 'tomlkit',"
        " 'pydantic', 'rich') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--answer KEY=VALUE" in done.stdout


def test_every_real_file_gets_a_config_that_works(folder: Team, shared: Path) -> None:
    import shutil

    from mapping.test_corpus import labelled_files

    for number, path in enumerate(labelled_files(shared)):
        place = folder.folder / str(number)
        place.mkdir()
        shutil.copyfile(path, place / path.name)
        config = str(place / "okrsync.toml")
        code, out = folder.run(
            "init", str(place / path.name), "--config", config, "--yes", "--as-of", AS_OF
        )
        assert code == 0, f"{path.name}\n{out}{folder.err}"
        assert folder.run("check", "--config", config)[0] == 0, path.name
        assert folder.run("plan", "--config", config, "--as-of", AS_OF)[0] == 0, path.name
        assert folder.run("sync", "--config", config, "--as-of", AS_OF)[0] == 0, path.name
        again = folder.json("sync", "--config", config, "--as-of", AS_OF)
        assert again["counts"]["changes"] == 0, path.name


def test_dates_of_today_are_taken_from_the_option(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx", tab="Q4 2026")
    code, out = folder.run("init", "growth.xlsx", "--as-of", date(2027, 2, 1).isoformat())
    assert code == 2
    assert "--cycle 2026-Q4" in out


@pytest.mark.parametrize("sample", in_part(SAMPLES, every=4), ids=lambda sample: sample.name)
def test_every_layout_is_read_under_the_mapping_that_was_written_for_it(
    folder: Team, sample: Sample
) -> None:
    book = openpyxl.Workbook()
    for number, (name, grid) in enumerate(sample.tabs.items()):
        tab = book.active if number == 0 else book.create_sheet()
        assert tab is not None
        tab.title = name
        for row in grid:
            tab.append(row)
    book.save("okrs.xlsx")
    code, out = folder.run(
        "init", "okrs.xlsx", "--yes", "--cycle", "2026-Q4", "--as-of", "2026-11-24"
    )
    assert code == 0, out + folder.err
    shown = folder.json("show", "--as-of", "2026-11-24", "--all-cycles")
    outline = [
        f"{one['title']}: {', '.join(kr['title'] for kr in one['key_results'])}"
        for one in shown["objectives"]
    ]
    assert sorted(outline) == sorted(sample.outline)
    assert folder.run("check")[0] == 0


def test_what_another_tool_exports_is_read_with_the_mapping_that_comes_along(folder: Team) -> None:
    rows: list[list[Any]] = [
        [
            "name",
            "type",
            "progress",
            "start_date",
            "end_date",
            "owner_email",
            "categories",
            "description",
        ],
        ["Grow", "goal", "", "2026-10-01", "2026-12-31", "mia@acme.example", "", "why"],
        ["Sign-ups", "milestone", 1, "2026-10-01", "2026-12-31", "mia@acme.example", "", ""],
        ["Revenue", "milestone", 50, "2026-10-01", "2026-12-31", "jon@acme.example", "", ""],
    ]
    write_csv(folder.folder / "upload.csv", rows)
    code, out = folder.run("init", "upload.csv", "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert "read with a mapping that comes with okrsync: Betterworks" in out
    assert data(folder.folder / "okrsync.toml")["sources"]["upload"]["mapping"] == "betterworks"
    assert not (folder.folder / "mappings").exists()
    shown = folder.json("show", "--as-of", AS_OF)
    assert [kr["progress"] for kr in shown["objectives"][0]["key_results"]] == [0.01, 0.5]

    code, out = folder.run(
        "init", "upload.csv", "--answer", "values.date_order=ymd", "--as-of", AS_OF
    )
    assert code == 0, out + folder.err
    mapping = data(folder.folder / "mappings" / "upload.toml")
    assert mapping["values"]["percent_scale"] == "points"
    assert mapping["values"]["date_order"] == "ymd"
    shown = folder.json("show", "--as-of", AS_OF)
    assert [kr["progress"] for kr in shown["objectives"][0]["key_results"]] == [0.01, 0.5]


def test_what_is_open_stays_open_with_yes_and_the_rest_goes_on(folder: Team) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Q4"
    for row in ROWS:
        first.append(row)
    second = book.create_sheet("More")
    for row in OPEN_ROWS:
        second.append(row)
    book.save("growth.xlsx")
    assert folder.run("init", "growth.xlsx", "--as-of", AS_OF)[0] == 2
    assert not (folder.folder / "okrsync.toml").exists()

    code, out = folder.run("init", "growth.xlsx", "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert "- More  not read until a question about it is answered" in out
    assert "Open questions; what they are about is not read" in out
    assert "--answer 'columns.key_result=Title'" in out
    assert folder.json("show", "--as-of", AS_OF)["sources"][0]["key_results"] == 3


def test_a_time_zone_that_is_none_is_said_with_the_nearest(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    assert folder.run("init", "growth.xlsx", "--timezone", "Europe/Berln")[0] == 2
    assert "Europe/Berlin" in folder.err
    assert folder.run("init", "growth.xlsx", "--timezone", "Asia/Tokyo", "--as-of", AS_OF)[0] == 0
    assert data(folder.folder / "okrsync.toml")["timezone"] == "Asia/Tokyo"
