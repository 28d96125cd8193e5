"""Work over two seconds shows a bar, at a terminal only, and leaves nothing of it behind."""

from __future__ import annotations

import io
import threading

import pytest

from okrsync.cli.common import chatter, console
from okrsync.cli.progress import ProgressBar, stop_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal()


def shown(terminal: Terminal) -> str:
    for _ in range(100):
        if terminal.getvalue():
            break
        threading.Event().wait(0.02)
    return terminal.getvalue()


def test_the_bar_counts_what_is_done(terminal: Terminal) -> None:
    bar = ProgressBar(3, terminal, after_seconds=0)
    shown(terminal)
    for name in ("company", "growth", "ops[bold]"):
        bar(f"reading {name}")
    stop_progress()
    assert "reading ops[bold]  2 of 3" in terminal.getvalue()
    assert "\x1b[?25h" in terminal.getvalue()  # the cursor is shown again


def test_work_that_is_soon_over_shows_nothing(terminal: Terminal) -> None:
    bar = ProgressBar(3, terminal, after_seconds=60)
    bar("reading growth")
    stop_progress()
    bar("writing growth")
    assert terminal.getvalue() == ""


def test_off_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    chatter()("reading growth")
    assert threading.active_count() == before
    assert capsys.readouterr() == ("", "")


def test_a_question_or_an_answer_stands_alone_until_work_goes_on(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    bar = ProgressBar(None, terminal, after_seconds=0)
    bar("reading growth")
    shown(terminal)
    console().print("growth has 3 key results")
    assert capsys.readouterr().out == "growth has 3 key results\n"
    seen = len(terminal.getvalue())
    threading.Event().wait(0.3)  # A live bar draws itself ten times a second.
    assert len(terminal.getvalue()) == seen
    bar("checking growth")
    for _ in range(250):
        if "checking growth" in terminal.getvalue()[seen:]:
            break
        threading.Event().wait(0.02)
    assert "checking growth" in terminal.getvalue()[seen:]
    stop_progress()
