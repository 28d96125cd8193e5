"""`okrsync init`: a new user points at a spreadsheet nobody designed for okrsync, and has numbers
beside the rows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from layout_samples import SAMPLES, Sample
from okrsync.cli import asking
from team import AS_OF, ROWS, Team, sheet, write_csv, write_workbook

UP, DOWN, ENTER, SPACE = "\x1b[A", "\x1b[B", "\r", " "
OPEN_ROWS: list[list[Any]] = [
    ["Title", "Owner", "Expected", "Actual"],
    ["Make customers happy", "Mia", 100, 62],
    ["Sell more", "Jon", 50, 34],
]
"""Nothing says whether these are objectives or key results."""


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Team:
    """A folder with the command line in it, and nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in ("OKRSYNC_CONFIG", "NOTION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return Team(tmp_path, capsys)


@contextmanager
def keys(monkeypatch: pytest.MonkeyPatch, text: str) -> Iterator[None]:
    """Somebody at a terminal who presses these keys."""
    monkeypatch.setattr(asking, "on_terminal", lambda: True)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(text)
        pipe.close()  # whoever is asked more than this has gone away
        yield


def data(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


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


# what is open


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


def test_somebody_at_a_terminal_is_asked_with_arrow_keys(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    with keys(
        monkeypatch, DOWN + ENTER + ENTER
    ):  # the second answer: they are objectives; then: write it
        code, out = folder.run("init", "team.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert data(folder.folder / "mappings" / "team.toml")["columns"]["key_result"] == []
    assert folder.json("show", "--as-of", AS_OF)["sources"][0]["objectives"] == 2


def test_somebody_at_a_terminal_can_change_the_columns_or_write_nothing(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    erase = "\x7f" * 20
    typed = f"{erase}Done{ENTER}{erase}{ENTER}{erase}Why{ENTER}"
    with keys(monkeypatch, DOWN * 3 + ENTER + typed + ENTER):
        code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    written = data(folder.folder / "okrsync.toml")["sources"]["growth"]["write"]
    assert written["columns"] == {"progress": "Done", "note": "Why"}

    (folder.folder / "okrsync.toml").unlink()
    with keys(monkeypatch, UP + ENTER):
        code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert (code, "Nothing was written." in out) == (0, True)
    assert not (folder.folder / "okrsync.toml").exists()


def test_somebody_at_a_terminal_can_name_row_and_columns_of_a_table_nobody_understands(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[list[Any]] = [
        ["Kvartal 4"],
        ["Ambisjon", "Tegn på fremgang", "Nå", "Dit"],
        ["Vokse", "Flere kunder", 62, 100],
        ["Vokse", "Mer omsetning", 34, 50],
    ]
    write_workbook(folder.folder / "mål.xlsx", rows)
    assert folder.run("init", "mål.xlsx", "--yes")[0] == 1
    # The tab, row 2, the columns for objectives, key results, current and target, none for owners;
    # then: write it.
    with keys(
        monkeypatch, ENTER * 2 + _nth(0, 4) + _nth(0, 3) + _nth(0, 2) + _nth(0, 1) + ENTER + ENTER
    ):
        code, out = folder.run("init", "mål.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    shown = folder.json("show", "--as-of", AS_OF)
    assert [(one["title"], len(one["key_results"])) for one in shown["objectives"]] == [
        ("Vokse", 2)
    ]
    assert shown["objectives"][0]["key_results"][0]["current"] == 62


def _nth(place: int, of: int) -> str:
    """The keys that choose the column at a place of so many; `none`, the last one, is where the
    arrow stands first.
    """
    return UP * (of - place) + ENTER


def test_okrs_of_another_cycle_are_said_to_be_and_a_cycle_is_asked_for(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx", tab="Q1 2026")
    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 2
    assert "3 of 3 items belong to other cycles than 2026-Q4, most of them to 2026-Q1" in out
    assert "--cycle 2026-Q1" in out
    assert not (folder.folder / "okrsync.toml").exists()

    assert folder.run("init", "growth.xlsx", "--as-of", AS_OF, "--yes")[0] == 0
    assert data(folder.folder / "okrsync.toml")["cycle"] == "2026-Q1"


def test_the_cycle_can_be_chosen_at_a_terminal(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", tab="Q1 2026")
    with keys(monkeypatch, DOWN + ENTER + ENTER):
        assert folder.run("init", "growth.xlsx", "--as-of", AS_OF)[0] == 0
    assert data(folder.folder / "okrsync.toml")["cycle"] == "auto"


# again


def test_running_it_again_keeps_every_byte_and_adds_a_source_at_the_end(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    config, mapping = folder.folder / "okrsync.toml", folder.folder / "mappings" / "growth.toml"
    edited = (
        config.read_text(encoding="utf-8").replace('note = "okrsync note"', 'note = "Why" ')
        + "\n# mine   \n[guards] # tight\nmax_shrink=0.1\n"
    )
    config.write_text(edited, encoding="utf-8")
    mapping.write_text(mapping.read_text(encoding="utf-8") + "# and mine\n", encoding="utf-8")
    kept = mapping.read_bytes()

    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert (code, config.read_text(encoding="utf-8"), mapping.read_bytes()) == (
        0,
        edited,
        kept,
    ), out
    assert "growth is already a source of okrsync.toml; your edits stay." in out

    write_csv(folder.folder / "growth.csv", ROWS)
    code, out = folder.run("init", "growth.csv", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert config.read_text(encoding="utf-8").startswith(edited)
    assert list(data(config)["sources"]) == ["growth", "growth-2"]
    assert mapping.read_bytes() == kept
    assert folder.run("check")[0] == 0


def test_an_answer_changes_one_line_of_a_mapping_and_leaves_the_rest(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    mapping = folder.folder / "mappings" / "growth.toml"
    before = mapping.read_text(encoding="utf-8")
    code, out = folder.run("init", "growth.xlsx", "--answer", "columns.owner=[]", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    now = mapping.read_text(encoding="utf-8")
    different = [
        (one, other)
        for one, other in zip(before.splitlines(), now.splitlines(), strict=True)
        if one != other
    ]
    assert len(different) == 1
    assert different[0][1].startswith("owner = []")


def test_a_source_with_automatic_mapping_gets_a_mapping_for_an_answer(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config(
        '[sources.growth] # ours\nconnector = "workbook"\npath = "growth.xlsx"   # the one\n'
    )
    code, out = folder.run(
        "init", "growth.xlsx", "--answer", "values.date_order=dmy", "--cycle", "2026-Q4"
    )
    assert code == 0, out + folder.err
    text = (folder.folder / "okrsync.toml").read_text(encoding="utf-8")
    assert (
        '[sources.growth] # ours\nconnector = "workbook"\npath = "growth.xlsx"   # the one\n'
        in text
    )
    assert data(folder.folder / "okrsync.toml")["cycle"] == "2026-Q4"
    assert (
        data(folder.folder / "okrsync.toml")["sources"]["growth"]["mapping"]
        == "mappings/growth.toml"
    )
    assert data(folder.folder / "mappings" / "growth.toml")["values"] == {"date_order": "dmy"}


def test_a_config_that_is_wrong_is_named_and_left_alone(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config('[sources.growth]\nconnector = "workbook"\npaht = "x.xlsx"\n')
    before = files(folder.folder)
    assert folder.run("init", "growth.xlsx", "--yes")[0] == 2
    assert "paht" in folder.err
    assert files(folder.folder) == before


def test_a_config_without_room_for_a_section_is_left_alone(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    write_csv(folder.folder / "other.csv", ROWS)
    folder.config('sources = {growth = {connector = "workbook", path = "growth.xlsx"}}\n')
    before = files(folder.folder)
    assert folder.run("init", "other.csv", "--yes")[0] == 2
    assert "[sources.other]" in folder.err
    assert files(folder.folder) == before


# what can be given


def test_without_a_source_the_spreadsheets_of_the_folder_are_offered(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.run("init")[0] == 2
    assert "this folder holds no spreadsheet" in folder.err
    write_workbook(folder.folder / "growth.xlsx")
    (folder.folder / "~$growth.xlsx").write_bytes(b"\x03Mia")
    assert folder.run("init")[0] == 2
    assert "okrsync init growth.xlsx" in folder.err
    with keys(monkeypatch, SPACE + ENTER + ENTER):
        assert folder.run("init", "--as-of", AS_OF)[0] == 0
    assert list(data(folder.folder / "okrsync.toml")["sources"]) == ["growth"]
    assert folder.run("init", "--yes")[0] == 2
    assert "not a source already" in folder.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nonsense", "nothing that okrsync can read"),
        ("old.xls", "save it as .xlsx"),
        ("missing.xlsx", "there is no such file"),
        ("https://example.com/sheet", "nothing that okrsync can read"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_give(folder: Team, given: str, said: str) -> None:
    code, out = folder.run("init", given, "--yes")
    assert code in (1, 2)
    assert said in out + folder.err
    assert files(folder.folder) == {}


def test_a_table_without_okrs_gets_no_config(folder: Team) -> None:
    write_csv(folder.folder / "people.csv", [["Name", "Phone"], ["Mia", "1"], ["Jon", "2"]])
    code, out = folder.run("init", "people.csv", "--yes")
    assert code == 1
    assert "no OKRs were found in people.csv" in out
    assert sorted(files(folder.folder)) == ["people.csv"]


def test_one_bad_place_does_not_stop_the_others(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    code, out = folder.run("init", "growth.xlsx", "missing.xlsx", "--as-of", AS_OF)
    assert code == 3
    assert "missing.xlsx: there is no such file" in out
    assert list(data(folder.folder / "okrsync.toml")["sources"]) == ["growth"]


def test_files_whose_rows_name_each_other_become_one_source(folder: Team) -> None:
    write_csv(
        folder.folder / "okr-objectives.csv",
        [["Objective ID", "Objective"], ["O1", "Grow"], ["O2", "Keep"]],
    )
    write_csv(
        folder.folder / "okr-results.csv",
        [
            ["KR ID", "Key result", "Objective ID", "Current", "Target"],
            ["K1", "Sign-ups", "O1", 62, 100],
            ["K2", "Churn", "O2", 3, 2],
        ],
    )
    code, out = folder.run(
        "init", "okr-objectives.csv", "okr-results.csv", "--yes", "--as-of", AS_OF
    )
    assert code == 0, out + folder.err
    assert data(folder.folder / "okrsync.toml")["sources"]["okr"]["path"] == [
        "okr-objectives.csv",
        "okr-results.csv",
    ]
    shown = folder.json("show", "--as-of", AS_OF)
    assert [len(one["key_results"]) for one in shown["objectives"]] == [1, 1]


def test_files_whose_objectives_list_their_key_results_become_one_source(folder: Team) -> None:
    write_csv(
        folder.folder / "okr-objectives.csv",
        [["ID", "Objective", "Key results"], ["O1", "Grow", "K1; K3"], ["O2", "Keep", "K2"]],
    )
    write_csv(
        folder.folder / "okr-results.csv",
        [
            ["ID", "Key result", "Current", "Target"],
            ["K1", "Sign-ups", 62, 100],
            ["K2", "Churn", 3, 2],
            ["K3", "Revenue", 1, 2],
        ],
    )
    code, out = folder.run(
        "init", "okr-objectives.csv", "okr-results.csv", "--yes", "--as-of", AS_OF
    )
    assert code == 0, out + folder.err
    assert list(data(folder.folder / "okrsync.toml")["sources"]) == ["okr"]
    shown = folder.json("show", "--as-of", AS_OF)
    assert {
        one["title"]: [each["title"] for each in one["key_results"]] for one in shown["objectives"]
    } == {"Grow": ["Sign-ups", "Revenue"], "Keep": ["Churn"]}


def test_files_that_have_nothing_to_do_with_each_other_become_a_source_each(folder: Team) -> None:
    write_csv(folder.folder / "growth.csv", ROWS)
    write_csv(folder.folder / "sales.csv", ROWS)
    assert folder.run("init", "growth.csv", "sales.csv", "--yes", "--as-of", AS_OF)[0] == 0
    assert list(data(folder.folder / "okrsync.toml")["sources"]) == ["growth", "sales"]


def test_a_pattern_of_files_is_one_source(folder: Team) -> None:
    write_csv(folder.folder / "growth-q3.csv", ROWS)
    write_csv(folder.folder / "growth-q4.csv", ROWS)
    assert folder.run("init", "growth-*.csv", "--yes", "--as-of", AS_OF)[0] == 0
    assert data(folder.folder / "okrsync.toml")["sources"]["growth-q"]["path"] == "growth-*.csv"


def test_a_config_elsewhere_names_files_from_its_own_folder(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    (folder.folder / "conf").mkdir()
    code, out = folder.run("init", "growth.xlsx", "--config", "conf/okrsync.toml", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert (
        data(folder.folder / "conf" / "okrsync.toml")["sources"]["growth"]["path"]
        == "../growth.xlsx"
    )
    assert folder.run("check", "--config", "conf/okrsync.toml")[0] == 0


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


# credentials


def test_a_place_that_wants_credentials_says_how_to_get_them(folder: Team) -> None:
    code, _ = folder.run(
        "init", "https://www.notion.so/acme/OKRs-0f1e2d3c4b5a69788796a5b4c3d2e1f0", "--yes"
    )
    assert code == 2
    assert "--token-env" in folder.err
    assert "docs/notion.md" in folder.err
    assert files(folder.folder) == {}


def test_a_secret_itself_is_refused_and_not_repeated(folder: Team) -> None:
    secret = "ntn_" + "a1" * 20
    where = "https://www.notion.so/acme/OKRs-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    code, out = folder.run("init", where, "--token-env", secret, "--yes")
    assert code == 2
    assert "the secret itself" in folder.err
    assert secret not in out + folder.err


def test_a_named_secret_that_is_not_there_is_said(folder: Team) -> None:
    where = "https://www.notion.so/acme/OKRs-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    assert folder.run("init", where, "--token-env", "NO_SUCH_TOKEN", "--yes")[0] == 2
    assert "NO_SUCH_TOKEN is not set" in folder.err


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


# real files


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


def test_who_goes_away_from_a_question_has_interrupted(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    with keys(monkeypatch, ""):
        code, _ = folder.run("init", "team.xlsx")
    assert code == 130
    assert sorted(files(folder.folder)) == ["team.xlsx"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
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


def test_line_ends_of_a_config_stay_and_are_used(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    write_csv(folder.folder / "other.csv", ROWS)
    before = b'# ours\r\n[sources.growth]\r\nconnector = "workbook"\r\npath = "growth.xlsx"\r\n'
    (folder.folder / "okrsync.toml").write_bytes(before)
    code, out = folder.run("init", "other.csv", "--yes", "--cycle", "2026-Q4", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    after = (folder.folder / "okrsync.toml").read_bytes()
    assert after.startswith(
        b'# ours\r\ncycle = "2026-Q4"\r\n\r\n' + before.removeprefix(b"# ours\r\n")
    )
    assert after.count(b"\n") == after.count(b"\r\n")


def test_what_somebody_saves_while_init_asks_is_not_overwritten(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config('[sources.growth]\nconnector = "workbook"\npath = "growth.xlsx"\n')
    config = folder.folder / "okrsync.toml"

    class Slow(asking.Asker):
        def choose(self, question: str, answers: Any, default: int = 0) -> Any:
            config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
            return answers[0][1]

    monkeypatch.setattr(asking, "asker", lambda **_: Slow())
    code, _ = folder.run(
        "init", "growth.xlsx", "--answer", "values.date_order=dmy", "--as-of", AS_OF
    )
    assert code == 2
    assert "somebody changed it in the meantime" in folder.err
    assert sorted(files(folder.folder)) == ["growth.xlsx", "okrsync.toml"]
    assert config.read_text(encoding="utf-8").endswith("# mine\n")


def write_ods(path: Path, rows: list[list[Any]]) -> None:
    """The least that makes an OpenDocument sheet."""
    import zipfile

    def cell(value: Any) -> str:
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return (
            "<table:table-cell"
            f' office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        )

    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = "".join(
        f"<table:table-row>{''.join(cell(value) for value in row)}</table:table-row>"
        for row in rows
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}'
        ' office:version="1.2"><office:body><office:spreadsheet>'
        "<table:table"
        f' table:name="Q4">{body}</table:table></office:spreadsheet></office:body>'
        f"</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"'
            ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            "</manifest:manifest>",
        )
        archive.writestr("content.xml", content)


def test_a_file_that_is_only_read_gets_no_columns(folder: Team) -> None:
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Current", "Target"],
        ["Grow", "Sign-ups", 62, 100],
    ]
    write_ods(folder.folder / "growth.ods", rows)
    code, out = folder.run("init", "growth.ods", "--yes", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert "growth: okrsync would only read it." in out
    assert "write" not in data(folder.folder / "okrsync.toml")["sources"]["growth"]
    assert "This kind of file is only read." in (folder.folder / "okrsync.toml").read_text(
        encoding="utf-8"
    )
    assert folder.run("check")[0] == 0
    code, out = folder.run("ids", "--yes", "--source", "growth")
    assert code == 0
    assert "this kind of file is only read" in out


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


def test_a_folder_is_searched_and_a_source_can_be_named(folder: Team) -> None:
    (folder.folder / "okrs").mkdir()
    write_workbook(folder.folder / "okrs" / "growth.xlsx")
    code, out = folder.run("init", "okrs", "--yes", "--name", "Team_1", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert data(folder.folder / "okrsync.toml")["sources"]["Team_1"]["path"] == "okrs/growth.xlsx"
    write_csv(folder.folder / "other.csv", ROWS)
    for name, said in (
        ("Team_1", "another source"),
        ("a b", "is not a valid name for a source"),
        ("", "is not a valid name for a source"),
    ):
        assert folder.run("init", "other.csv", "--yes", "--name", name)[0] == 2
        assert said in folder.err


def test_a_time_zone_that_is_none_is_said_with_the_nearest(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    assert folder.run("init", "growth.xlsx", "--timezone", "Europe/Berln")[0] == 2
    assert "Europe/Berlin" in folder.err
    assert folder.run("init", "growth.xlsx", "--timezone", "Asia/Tokyo", "--as-of", AS_OF)[0] == 0
    assert data(folder.folder / "okrsync.toml")["timezone"] == "Asia/Tokyo"


def test_a_strangers_broken_connector_does_not_stand_in_the_way(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.metadata import EntryPoint

    from okrsync.connector import registry
    from okrsync.init import places

    broken = {
        "broken": EntryPoint("broken", "no_such_module:Connector", registry.GROUP),
        **registry.installed(),
    }
    for module in (registry, places):
        monkeypatch.setattr(module, "installed", lambda: broken)
    write_workbook(folder.folder / "growth.xlsx")
    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
