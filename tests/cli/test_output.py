"""What is printed: nothing secret in it, and in letters that the reader's terminal has."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

import forked
from grids import in_turns
from okrsync.cli import COMMANDS
from okrsync.cli.common import print_json, printer
from okrsync.cli.output import guarded_output, openly
from okrsync.model.secret import Secret, keep_out_of_sight
from okrsync.model.table import CellRef
from okrsync.plan.plan import Change, Plan, SourcePlan
from okrsync.report.documents.plan import plan_document
from okrsync.report.lines import Line, print_lines
from team import AS_OF, CHECKED, CONFIG, write_workbook

TOKEN = "ntn_abcdefghijklmnopqrstuvwxyz012345"
ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"],
    ["Wachstum … über 50 %", "Anmeldungen → „mehr“", "Zoë", 40, 62, 100, CHECKED],
    [None, "収益", "Łukasz", 10, 34, "gar nicht", CHECKED],
]
ARGUMENTS = {
    "mcp": [["--help"]],
    "explain": [["growth/O1/KR1"]],
    "undo": [["last"]],
    "completion": [["bash"]],
    "show": [[], ["--json"]],
    "plan": [[], ["--json"], ["--show-requests"]],
    "sync": [[], ["--json"]],
    "report": [["--html", "-"]],
    "init": [["growth.xlsx", "--yes"], ["growth.xlsx"]],
    "state": [["check"]],
    "watch": [["--once"]],
}
UNENDING = {"sandbox", "demo", "fleet"}
"""`sandbox` and `demo` are tried by themselves."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_workbook(tmp_path / "growth.xlsx", ROWS)
    (tmp_path / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def okrsync(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    done = forked.command(folder, *arguments, environment={"OKRSYNC_DEBUG": "", **environment})
    assert (done.stdout + done.stderr).isascii()
    return done.returncode, done.stdout, done.stderr


ENVIRONMENTS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "LANG=C": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize(
    ("command", "name"),
    in_turns([name for name in COMMANDS if name not in UNENDING], list(ENVIRONMENTS)),
)
def test_every_command_degrades_where_the_terminal_has_no_utf_8(
    folder: Path, command: str, name: str
) -> None:
    environment = ENVIRONMENTS[name]
    if environment.get("LANG") and not _has_ascii_locale(environment):
        pytest.skip("the C locale of this machine is UTF-8")
    for arguments in ARGUMENTS.get(command, [[]]):
        code, out, err = okrsync(folder, command, *arguments, **environment)
        assert "UnicodeEncodeError" not in err
        assert "should not have happened" not in out + err
        assert code in (0, 1, 2), err
        assert out or err


def _has_ascii_locale(environment: dict[str, str]) -> bool:
    script = "import sys; print(sys.stdout.encoding)"
    asked = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True
    )
    return asked.stdout.strip().lower() != b"utf-8"


def test_signs_have_a_plain_form_and_json_says_the_same_as_ever(folder: Path) -> None:
    code, out, _ = okrsync(folder, "show", "--as-of", AS_OF, PYTHONIOENCODING="ascii")
    assert code == 0
    assert 'Anmeldungen -> "mehr"' in out
    assert "Wachstum ... uber 50 %" in out
    assert "####" in out
    _, shown, _ = okrsync(folder, "show", "--json", "--as-of", AS_OF, PYTHONIOENCODING="ascii")
    (objective,) = json.loads(shown)["objectives"]
    assert objective["title"] == "Wachstum … über 50 %"
    assert objective["key_results"][1]["title"] == "収益"
    _, page, _ = okrsync(folder, "report", "--html", "-", PYTHONIOENCODING="ascii")
    assert "&#252;ber" in page


def test_no_secret_gets_out_in_one_piece_or_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    keep_out_of_sight(Secret("hunter2hunter2", "env X"))
    with guarded_output():
        print("with hunter2hunter2 and", TOKEN)
        sys.stdout.write("in two: hunter2")
        sys.stdout.write("hunter2\n")
        print("no end: hunter2hunter2", end="")
    assert stream.getvalue() == "with **** and ****\nin two: ****\nno end: ****"


def test_the_sandbox_tells_the_token_that_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with guarded_output():
        with openly():
            print(TOKEN)
        print(TOKEN)
    assert stream.getvalue() == f"{TOKEN}\n****\n"


def test_words_beside_bearer_and_basic_stay(capsys: pytest.CaptureFixture[str]) -> None:
    with guarded_output():
        print("Basic training-programme for all; Bearer of good news; Bearer abc123def456")
    out = capsys.readouterr().out
    assert out == "Basic training-programme for all; Bearer of good news; Bearer ****\n"


def test_a_large_document_is_held_once_while_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = tuple(
        Change(f"{number}", CellRef("Q4", f"I{number}"), "note", None, "ä€" * 2_000, "a reason")
        for number in range(4_000)
    )
    document = plan_document(Plan((SourcePlan("growth", "ok", changes=changes),)))
    length, printed = len(document.to_bytes()), Counted()
    monkeypatch.setattr(sys, "stdout", printed)
    tracemalloc.start()
    try:
        with guarded_output():
            print_json(document)
        assert tracemalloc.get_traced_memory()[1] < 2 * length
    finally:
        tracemalloc.stop()
    assert printed.length == len(document.to_text()) + 1


class Counted(io.StringIO):
    """A stream that counts what it is sent, and keeps none of it."""

    length = 0

    def write(self, text: str) -> int:
        self.length += len(text)
        return len(text)


@pytest.mark.parametrize("reader", ["head -c 1", "true"])
def test_a_reader_that_goes_away_is_no_trouble(folder: Path, reader: str) -> None:
    command = f"{sys.executable} -m okrsync show --json | {reader}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


LINES: list[tuple[tuple[str, str], ...]] = [
    (("█" * 12, "green"), ("  Anmeldungen, 収益 [bold]kept[/bold]", ""), ("x" * 400, "red")),
    (("two\nlines ", ""),),
    (("tabs\tare\tfilled", "bold"), ("収\tup", "")),
    (("bell\a, back\b, \v, \f, over\r and \x1b[31m", ""),),
    (("", ""),),
    (),
]


@pytest.mark.parametrize("variable", [None, "FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_line_is_printed_as_rich_prints_it(
    monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    if variable:
        monkeypatch.setenv(variable, "1")
    printed, by_rich = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", printed)
    out = printer()
    rich = Console(file=by_rich, highlight=False, width=160, soft_wrap=True)
    for style in ("", "bold", "yellow"):
        for parts in LINES:
            line, text = Line(style=style), Text(style=style)
            for part in parts:
                line.append(*part)
                text.append(*part)
            out.print(line)
            rich.print(text)
    for parts in LINES:
        out.print(Line.assemble(*parts))
        rich.print(Text.assemble(*parts))
    print_lines(out, [Line("one", "bold"), Line(), Line("two")])
    for words in ("[bold]one[/bold]", "", "two"):
        rich.print(words)
    for console_ in (out, rich):
        console_.print()
        console_.print("[bold]done[/bold]", "and said")
    assert printed.getvalue() == by_rich.getvalue()
    assert ("\x1b[1m" in printed.getvalue()) is bool(variable)
