"""`okrsync ids`: every row gets an id of its own, once, beside what people keep, and undo takes
them away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.test_cli import fits
from google_sandbox import ANNA
from grids import in_part
from layout_samples import SAMPLES, Sample
from okrsync_sandbox import Sandbox
from setting_up import ENTER, keys
from team import AS_OF, ROWS, Team, edit, sheet, write_csv, write_workbook


def ids(path: Path, tab: str = "Q4") -> list[Any]:
    rows = sheet(path, tab)
    place = rows[0].index("okrsync id")
    return [row[place] for row in rows[1:]]


def titles(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (one["title"], [kr["title"] for kr in one["key_results"]]) for one in document["objectives"]
    ]


def test_it_shows_what_it_would_add_and_writes_nothing_off_a_terminal(team: Team) -> None:
    before = (team.folder / "growth.xlsx").read_bytes()
    code, out = team.run("ids")
    assert code == 0
    assert "Q4!H1  column    'okrsync id' is new" in out
    assert "Q4!H2  id        KR-" in out
    assert "with --yes to add the ids" in out
    assert (team.folder / "growth.xlsx").read_bytes() == before
    assert not (team.folder / "okrsync.db").exists()


def test_every_row_gets_an_id_that_show_calls_it_by_and_a_second_run_adds_none(team: Team) -> None:
    code, out = team.run("ids", "--yes")
    assert code == 0, out + team.err
    found = ids(team.folder / "growth.xlsx")
    assert len(set(found)) == 3
    assert all(id_.startswith("KR-") for id_ in found)
    shown = team.json("show", "--as-of", AS_OF)
    assert [kr["id"] for one in shown["objectives"] for kr in one["key_results"]] == [
        f"growth/{id_}" for id_ in found
    ]

    kept = (team.folder / "growth.xlsx").read_bytes()
    code, out = team.run("ids", "--yes")
    assert (code, "no row that needs an id" in out) == (0, True)
    assert (team.folder / "growth.xlsx").read_bytes() == kept


def test_the_same_row_would_get_the_same_id_again(team: Team) -> None:
    team.run("ids", "--yes")
    first = ids(team.folder / "growth.xlsx")
    team.run("undo", "last")
    team.run("ids", "--yes")
    assert ids(team.folder / "growth.xlsx") == first


def test_new_rows_get_ids_and_old_ones_keep_theirs_whatever_people_made_of_them(team: Team) -> None:
    team.run("ids", "--yes")
    path = team.folder / "growth.xlsx"
    first = ids(path)

    def change(tab: Any) -> None:
        tab["H3"] = "MINE-1"
        tab.append([None, "Renewals", "Lea", 0, 1, 4])

    edit(path, change)
    team.run("ids", "--yes")
    now = ids(path)
    assert now[:3] == [first[0], "MINE-1", first[2]]
    assert now[3].startswith("KR-")


def test_undo_takes_the_column_away_again_and_leaves_what_people_changed(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    before = sheet(path)
    team.run("ids", "--yes")
    code, out = team.run("undo", "last")
    assert code == 0, out + team.err
    assert [row[:7] for row in sheet(path)] == before
    assert "okrsync id" not in [value for row in sheet(path) for value in row]

    team.run("ids", "--yes")
    edit(path, lambda tab: tab.__setitem__("H2", "MINE-1"))
    _, out = team.run("undo", "last")
    assert "'MINE-1'" in out
    assert ids(path) == ["MINE-1", None, None]


def test_ids_of_peoples_own_are_left_alone(team: Team) -> None:
    rows = [["ID", *ROWS[0]], *([f"K{number}", *row] for number, row in enumerate(ROWS[1:]))]
    write_workbook(team.folder / "growth.xlsx", rows)
    code, out = team.run("ids", "--yes")
    assert code == 0
    assert "its rows have ids already, in column A" in out
    assert sheet(team.folder / "growth.xlsx")[0][0] == "ID"
    assert "okrsync id" not in sheet(team.folder / "growth.xlsx")[0]


def test_a_sync_goes_on_as_before_once_there_are_ids(team: Team) -> None:
    team.sync()
    team.run("ids", "--yes")
    done = team.sync()
    assert done["counts"]["changes"] == 0
    assert team.run("check")[0] == 0


def test_a_pinned_mapping_reads_the_ids(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    folder.run("ids", "--yes")
    shown = folder.json("show", "--as-of", AS_OF)
    assert all("/KR-" in kr["id"] for one in shown["objectives"] for kr in one["key_results"])


def test_a_csv_file_that_is_only_read_gets_ids_only_when_named(folder: Team) -> None:
    write_csv(folder.folder / "growth.csv", ROWS)
    folder.config('[sources.growth]\nconnector = "workbook"\npath = "growth.csv"\n')
    before = (folder.folder / "growth.csv").read_bytes()
    code, out = folder.run("ids", "--yes")
    assert code == 0, out + folder.err
    assert "the config only reads it; `--source growth` adds ids anyway" in out
    assert (folder.folder / "growth.csv").read_bytes() == before

    code, out = folder.run("ids", "--yes", "--source", "growth")
    assert code == 0, out + folder.err
    lines = (folder.folder / "growth.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(",okrsync id")
    assert ",KR-" in lines[1]


def test_somebody_at_a_terminal_is_asked(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    with keys(monkeypatch, "\x1b[B" + ENTER):
        _, out = team.run("ids")
    assert "Nothing was written." in out
    with keys(monkeypatch, ENTER):
        assert team.run("ids")[0] == 0
    assert len(ids(team.folder / "growth.xlsx")) == 3


@pytest.mark.parametrize("sample", in_part(SAMPLES, every=4), ids=lambda sample: sample.name)
def test_every_layout_reads_the_same_with_ids_or_says_why_it_gets_none(
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
    folder.config('cycle = "2026-Q4"\n[sources.team]\nconnector = "workbook"\npath = "okrs.xlsx"\n')
    before = folder.json("show", "--as-of", "2026-11-24", "--all-cycles")
    code, out = folder.run("ids", "--yes", "--source", "team")
    assert code == 0, out + folder.err
    after = folder.json("show", "--as-of", "2026-11-24", "--all-cycles")
    assert titles(after) == titles(before)
    assert [one["progress"] for one in after["objectives"]] == [
        one["progress"] for one in before["objectives"]
    ]
    assert "skipped: " in out or "okrsync id" in out or "no row that needs an id" in out
    assert "no row that needs an id" in folder.run("ids", "--source", "team")[1]


def test_places_that_know_their_rows_get_ids_only_when_named(folder: Team) -> None:
    with Sandbox() as sandbox:
        address = sandbox.key_file(folder.folder / "key.json")
        anna = sandbox.google.person(ANNA)
        file_id = anna.new_spreadsheet(
            "OKRs", {"Q4": [["" if cell is None else cell for cell in row[:6]] for row in ROWS]}
        )
        anna.share(file_id, address)
        folder.config(
            f'[sources.growth]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\n'
            f'credentials = {{file = "key.json"}}\napi_endpoint = "{sandbox.endpoint}"\n'
            '[sources.growth.write]\ncolumns = {progress = "Progress"}\n'
        )
        code, out = folder.run("ids", "--yes")
        assert code == 0, out + folder.err
        assert "rows are recognised here without ids; `--source growth` adds ids anyway" in out
        assert len(anna.grid(file_id, "Q4")[0]) == 6

        code, out = folder.run("ids", "--yes", "--source", "growth")
        assert code == 0, out + folder.err
        assert anna.grid(file_id, "Q4")[0][6] == "okrsync id"
        assert "no row that needs an id" in folder.run("ids", "--source", "growth")[1]
        shown = folder.json("show", "--as-of", AS_OF)
        assert all("/KR-" in kr["id"] for one in shown["objectives"] for kr in one["key_results"])
        assert folder.run("undo", "last")[0] == 0
        assert not any(
            "okrsync id" in str(cell) for row in anna.grid(file_id, "Q4") for cell in row
        )


def test_what_okrsync_wrote_stays_its_own_once_there_are_ids(team: Team) -> None:
    team.sync()
    team.run("ids", "--yes")
    edit(team.folder / "growth.xlsx", lambda tab: tab.__setitem__("E2", 80))
    done = team.sync()
    [change] = [one for one in done["sources"][0]["changes"] if one["field"] == "progress"]
    assert (change["before"], change["after"]) == (0.37, 0.67)
    assert "somebody typed" not in change["reason"]


def test_json_says_what_would_be_added_and_with_yes_what_was(team: Team) -> None:
    before = (team.folder / "growth.xlsx").read_bytes()
    document = team.json("ids")
    assert document["schema"] == "okrsync/ids/1"
    assert [change["field"] for change in document["sources"][0]["changes"]] == [
        "column",
        "id",
        "id",
        "id",
    ]
    assert (team.folder / "growth.xlsx").read_bytes() == before
    document = team.json("ids", "--yes")
    assert {change["outcome"] for change in document["sources"][0]["changes"]} == {"written"}
    history = team.json("history")
    assert [run["kind"] for run in history["runs"]] == ["ids"]
    fits(history, "history.schema.json")
