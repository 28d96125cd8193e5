"""Formulas that show nothing, that fail, or that were never calculated: their columns are taken,
and people are asked to mend them, never to type over them.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns
from team import AS_OF, Team, edit, sheet, team
from workbook_parts import change_part, parts

__all__ = ["team"]

SHEET = "xl/worksheets/sheet1.xml"
FORMULA = b"<f>IF(E2&gt;F2,1,2)</f>"


def put(path: Path, place: str, inner: bytes, kind: bytes = b"") -> None:
    """Give a cell this content, in the way in which a program may write it."""
    edit(path, lambda q4: q4.__setitem__(place, 987654))
    old = f'<c r="{place}" t="n"><v>987654</v></c>'.encode()
    change_part(path, SHEET, old, b'<c r="%s"%s>%s</c>' % (place.encode(), kind, inner))


@pytest.mark.parametrize(
    ("cell", "place"),
    in_turns(
        [
            (FORMULA, b""),
            (FORMULA + b"<v/>", b""),
            (FORMULA + b"<v></v>", b' t="str"'),
            (FORMULA + b"<v/>", b' t="str"'),
            (b'<f t="shared" si="0" ref="H2:H3">E2*2</f>', b""),
        ],
        ["H2", "H3", "K3"],
    ),
)
def test_a_column_of_formulas_that_show_nothing_is_taken(
    team: Team, cell: tuple[bytes, bytes], place: str
) -> None:
    inner, kind = cell
    path = team.folder / "growth.xlsx"
    put(path, place, inner, kind)
    before = path.read_bytes()
    done = team.sync()
    made = [change["at"] for change in done["sources"][0]["changes"] if change["field"] == "column"]
    after = ord(place[0]) + 1
    assert made == [f"Q4!{chr(after + offset)}1" for offset in range(3)]
    assert sheet(path)[0][after - 65 :] == ["Progress", "Status", "okrsync note"]
    assert team.sync()["counts"]["changes"] == 0
    team.run("undo", "last")
    assert path.read_bytes() == before


def said(team: Team, column: int = 9) -> tuple[str, str]:
    """What is warned of the first key result, and what its note says."""
    done = team.sync()
    warned = [warning["message"] for warning in done["warnings"] if warning["at"] == "Q4!E2"]
    return " ".join(warned), sheet(team.folder / "growth.xlsx")[1][column]


def test_a_formula_that_was_never_calculated_is_named_as_that(team: Team) -> None:
    put(team.folder / "growth.xlsx", "E2", b"<f>SUM(D2,22)</f>")
    warning, note = said(team)
    assert "open and save the file in Excel once" in warning
    assert "Open and save the file in Excel once" in note
    assert "Q4!E2" in note
    assert "type" not in note


@pytest.mark.parametrize("code", ["#N/A", "#REF!", "#DIV/0!"])
def test_a_formula_that_fails_is_to_be_mended(team: Team, code: str) -> None:
    put(team.folder / "growth.xlsx", "E2", b"<f>X()</f><v>%s</v>" % code.encode(), b' t="e"')
    warning, note = said(team)
    assert f"the cell shows {code}; fix its formula" in warning
    assert note == "No current value: fix the formula in Q4!E2."


@pytest.mark.parametrize(("place", "role"), [("F2", "target"), ("E2", "current")])
def test_the_note_names_the_number_that_is_missing(team: Team, place: str, role: str) -> None:
    put(team.folder / "growth.xlsx", place, b"<f>X()</f><v>#N/A</v>", b' t="e"')
    assert said(team)[1] == f"No {role} value: fix the formula in Q4!{place}."


def test_a_formula_with_a_value_is_read_as_ever(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    put(path, "E2", b"<f>SUM(D2,22)</f><v>62</v>")
    team.sync()
    assert sheet(path)[1][7] == 0.37


def test_a_list_of_prefilled_formulas_is_no_list_of_items(team: Team) -> None:
    path = team.folder / "growth.xlsx"

    def prefill(q4: Any) -> None:
        for row in range(5, 30):
            q4[f"E{row}"] = f"=D{row}*2"

    edit(path, prefill)
    document = team.json("show", "--as-of", AS_OF)
    assert sum(len(one["key_results"]) for one in document["objectives"]) == 3
    assert not [one for one in document["warnings"] if one["code"] == "cell-error"]


def test_part_names_with_backslashes_are_read_written_and_put_back(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    held = parts(path.read_bytes())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in held.items():
            archive.writestr(name.replace("/", "\\"), content)
    before = path.read_bytes()
    assert team.sync()["counts"]["changes"] == 12
    assert {name.count("/") for name in parts(path.read_bytes())} == {0}
    assert team.sync()["counts"]["changes"] == 0
    for name, content in parts(path.read_bytes()).items():
        held[name.replace("\\", "/")] = content
    with zipfile.ZipFile(team.folder / "slashes.xlsx", "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    assert sheet(team.folder / "slashes.xlsx")[1][7] == 0.37
    assert team.run("undo", "last")[0] == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["..\\..\\evil.xml", "\\evil.xml", "xl\\..\\..\\evil.xml"])
def test_unsafe_names_are_refused_with_backslashes_too(team: Team, name: str) -> None:
    path = team.folder / "growth.xlsx"
    held = parts(path.read_bytes())
    with zipfile.ZipFile(path, "w") as archive:
        for other, content in {**held, name: b"<x/>"}.items():
            archive.writestr(other, content)
    code, out = team.run("sync", "--as-of", AS_OF)
    assert code == 1
    assert "unsafe name" in out + team.err
