"""What `okrsync init` can be pointed at, and what it says of what it cannot read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from setting_up import ENTER, SPACE, data, files, keys
from team import AS_OF, ROWS, Team, write_csv, write_workbook


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
