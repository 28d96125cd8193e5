"""Whatever stands where a workbook should: a clear message with the place and the next step, and
the file left as it was.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from okrsync.model.errors import OkrsyncError
from okrsync_workbook.csv_text import CsvText
from team import AS_OF, Team, write_workbook

GOOD = (
    'cycle = "2026-Q4"\n[sources.ok]\nconnector = "workbook"\npath ='
    ' "ok.csv"\n[sources.ok.write]\ncolumns = {progress = "P"}\n'
)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (64 << 20))
    return out.getvalue()


def lying_bomb() -> bytes:
    """A part that unpacks to more than it says."""
    book = workbook()
    name = book.rindex(b"xl/workbook.xml")
    size_at = name - 46 + 24
    return book[:size_at] + (5).to_bytes(4, "little") + book[size_at + 4 :]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def doctype() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            after.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "made", "words"),
    [
        ("a.xlsx", b"", "empty (0 bytes)"),
        ("a.csv", b"", "empty (0 bytes)"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("a.xlsx", b"Objective,Key result\nGrow,Sign-ups\n", "a text file"),
        ("a.xlsx", b"<html><table></table></html>", "a web page"),
        ("a.xlsx", lambda: workbook()[:900], "workbook"),
        ("a.xlsx", b"PK\x03\x04 and then rubbish", "workbook"),
        ("a.xlsx", bomb, "unpacks"),
        ("a.xlsx", lying_bomb, "damaged"),
        ("a.xlsx", doctype, "document type"),
        ("a.csv", workbook, "a workbook or zip file"),
        ("a.csv", b"\x00\x01\x02\x03" * 500, "not a text file"),
        ("a.csv", b'Key result,Target\n"' + b"x" * 1_200_000, "cannot be read as a table"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(
    team: Team, name: str, made: bytes | Callable[[], bytes], words: str
) -> None:
    content = made if isinstance(made, bytes) else made()
    path = team.folder / name
    path.write_bytes(content)
    (team.folder / "ok.csv").write_text("Key result,Current,Target\nA,1,2\n")
    team.config(
        f'{GOOD}\n[sources.bad]\nconnector = "workbook"\npath ='
        f' "{name}"\n[sources.bad.write]\ncolumns = {{progress = "P"}}\n'
    )
    done = team.sync(code=3)
    ok, bad = done["sources"]
    assert (ok["state"], bad["state"]) == ("ok", "failed")
    assert words in bad["error"]
    assert name in bad["error"]
    assert bad["hint"]
    assert path.read_bytes() == content
    assert (team.folder / "ok.csv").read_text().endswith("A,1,2,50%\n")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("grwth.xlsx", "Did you mean growth.xlsx?"),
        ("nowhere/a.csv", "no folder"),
        ("folder.xlsx", "a folder"),
    ],
)
def test_a_path_that_leads_nowhere(team: Team, path: str, words: str) -> None:
    (team.folder / "folder.xlsx").mkdir()
    team.config(f'[sources.bad]\nconnector = "workbook"\npath = "{path}"\n')
    assert team.run("sync")[0] == 1
    out = team.run("sync")[1]
    assert words in out
    assert Path(path).name in out


@pytest.mark.parametrize(
    ("path", "words"),
    [("a.xls", ".xls files are not read"), ("a.docx", "expected a file ending in")],
)
def test_an_ending_that_is_not_read(team: Team, path: str, words: str) -> None:
    team.config(f'[sources.bad]\nconnector = "workbook"\npath = "{path}"\n')
    assert team.run("sync")[0] == 2
    assert words in team.err


def test_a_tab_that_is_not_there_names_those_that_are(team: Team) -> None:
    team.config('[sources.growth]\nconnector = "workbook"\npath = "growth.xlsx"\ntabs = ["Q3"]\n')
    assert "'Q4'" in team.run("sync")[1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252"])
def test_a_csv_in_another_encoding_is_read_and_written_back_in_it(
    team: Team, encoding: str
) -> None:
    text = "Schlüsselergebnis;Aktuell;Ziel\nUmsätze;5;10\n".replace("Ziel\n", "Zielwert\n")
    (team.folder / "ok.csv").write_bytes(text.encode(encoding))
    team.config(GOOD)
    team.sync()
    assert (team.folder / "ok.csv").read_bytes() == text.replace(
        "Zielwert\n", "Zielwert;P\n"
    ).replace("10\n", "10;50%\n").encode(encoding)


def test_dates_of_both_calendars_are_read(team: Team) -> None:
    for epoch in (WINDOWS_EPOCH, MAC_EPOCH):
        book = openpyxl.Workbook()
        book.epoch = epoch
        q4 = book.active
        assert q4 is not None
        q4.append(["Key result", "Current", "Target", "Last check-in"])
        q4.append(["A", 1, 2, date(2026, 11, 20)])
        book.save(team.folder / "growth.xlsx")
        shown = team.json("show", "--as-of", AS_OF)
        assert shown["objectives"][0]["key_results"][0]["checked_in"] == "2026-11-20"


def test_odd_cells_spoil_their_row_only(team: Team) -> None:
    rows: list[list[object]] = [
        ["Objective", "Key result", "Current", "Target"],
        ["Grow", "x" * 32_000, 5, 10],
        ["Grow", "\u202eevil\u202c \u0e01\u0e33 e\u0301", 5, 10],
        ["Grow", "'=1+1", "'=cmd|' /C calc'!A0", 10],
        ["Grow", "Fine", 5, 10],
    ]
    write_workbook(team.folder / "growth.xlsx", rows)
    done = team.sync()
    assert [
        change["after"] for change in done["sources"][0]["changes"] if change["field"] == "progress"
    ] == [
        0.5,
        0.5,
        0.5,
    ]
    code, out = team.run("show", "--as-of", AS_OF)
    assert code == 0
    assert "\u202e" not in out


def test_a_header_twice_and_no_header_at_all(team: Team) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        [["Objective", "Key result", "Current", "Current", "Target"], ["Grow", "A", 5, None, 10]],
    )
    assert team.json("show")["objectives"][0]["key_results"][0]["current"] == 5
    write_workbook(team.folder / "growth.xlsx", [["Grow", "A", 5, 10], ["Keep", "B", 5, 10]])
    code, out = team.run("plan")
    assert code == 0
    assert "is a header of OKRs" in out


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=120),
    st.text(max_size=8),
    st.integers(1, 4),
    st.integers(0, 3),
)
@settings(max_examples=200, deadline=None)
def test_one_field_changes_and_every_other_byte_stays(
    text: str, value: str, row: int, column: int
) -> None:
    data = text.encode("utf-8")
    if not data.strip():
        return
    try:
        file = CsvText(data, "a.csv")
        rows = file.rows()
    except OkrsyncError:
        return
    assert file.with_changes({}) is data
    if row > len(rows) or not rows[row - 1] or "\r" in value or "\n" in value or "\0" in value:
        return
    changed = CsvText(
        file.with_changes({(row, column): value}),
        "a.csv",
        delimiter=file.delimiter,
        encoding=file.encoding,
    )
    if changed.data.startswith(b"\xef\xbb\xbf") != data.startswith(b"\xef\xbb\xbf"):
        return
    again = changed.rows()
    if not file._style.is_requoted:
        assert [line for number, line in enumerate(again, 1) if number != row] == [
            line for number, line in enumerate(rows, 1) if number != row
        ]
