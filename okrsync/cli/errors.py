"""Turns every error into a sentence with a next step, and into an exit code from the README."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from okrsync.cli.output import guarded_output
from okrsync.cli.progress import stop_progress
from okrsync.model.errors import OkrsyncError, exit_code_of

__all__ = ["INTERRUPTED", "exit_code_of", "run"]

INTERRUPTED = 130


def run(command: click.Command, arguments: list[str] | None) -> int:
    """Run a command and return its exit code. Tracebacks are shown only if OKRSYNC_DEBUG is set.
    Secrets are masked in everything that is printed.
    """
    with guarded_output(), _interrupted_by_sigterm():
        try:
            return _run(command, arguments)
        finally:
            stop_progress()


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does: with its message and its exit code."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    process = os.getpid()

    def interrupt(number: int, _frame: FrameType | None) -> None:
        if os.getpid() != process:
            # A process that was forked from this one ends as if it had no handler.
            os._exit(128 + number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(command: click.Command, arguments: list[str] | None) -> int:
    try:
        # In standalone mode click would print errors and exit by itself, past our exit codes.
        code = command.main(args=arguments, prog_name="okrsync", standalone_mode=False)
        # A closed pipe often shows only at the flush, which has to happen inside this `try`.
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        _tell("interrupted; writes that had begun are in the journal, and the next run checks them")
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads our output any more. Python flushes it once more at exit, into /dev/null now.
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OkrsyncError as error:
        _tell(error.message, error.hint)
        return exit_code_of(error)
    except Exception as error:
        if os.environ.get("OKRSYNC_DEBUG"):
            raise
        _tell(
            f"this should not have happened ({type(error).__name__}); nothing was written after it",
            "Run it again with OKRSYNC_DEBUG=1 to see the traceback, and please report it.",
        )
        return 1


def _tell(message: str, hint: str | None = None) -> None:
    from okrsync.model.plain import clean

    stop_progress()
    for line in message.splitlines():
        click.echo(f"okrsync: {clean(line)}", err=True)
    if hint:
        click.echo(f"         {clean(hint)}", err=True)
