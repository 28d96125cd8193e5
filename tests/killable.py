"""Runs that can be killed: a process that has everything loaded and makes a child of itself for
each run.

It reads a line of JSON for each run: the folder of the company, the day, the environment, the
command line if it is not `sync` (`arguments`), and what kills the child, if anything: `statement`
is the number of the statement that changes the state file, and `when` says whether it is killed
before or after that; `torn` is the number of bytes after which it dies while it appends to a file.
It answers with the child's process id at once, and with its exit status when it has ended.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from loaded import load_all
from okrsync.cli import okrsync
from okrsync.cli.errors import run as run_command
from okrsync.config import load
from okrsync.sync import sync
from okrsync.testing import fake_time

CHANGING = ("INSERT", "UPDATE", "DELETE", "COMMIT", "REPLACE", "CREATE", "ALTER")


Around = Callable[[str, Callable[[], Any]], Any]


def killing(statement: int, when: str) -> Around:
    """What executes a statement, and kills the process around the nth that changes something."""
    seen = [0]

    def around(sql: str, execute: Any) -> Any:
        is_change = sql.lstrip().upper().startswith(CHANGING)
        seen[0] += is_change
        if is_change and seen[0] == statement and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = execute()
        if is_change and seen[0] == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return around


def killing_connection(around: Around) -> type[sqlite3.Connection]:
    """A connection to a state file, whose statements are executed by `around`."""

    class Killing(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            found: sqlite3.Cursor = around(sql, lambda: super(Killing, self).execute(sql, *values))
            return found

        def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
            found: sqlite3.Cursor = around(
                sql, lambda: super(Killing, self).executemany(sql, *values)
            )
            return found

    return Killing


def _kill_over_postgresql(around: Around) -> None:
    """Let statements to a state in PostgreSQL be executed by `around` as well."""
    try:
        import psycopg
        from psycopg.rows import Row
    except ImportError:
        return

    class KillingCursor(psycopg.RawCursor[Row]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Any:
            return around(
                str(query), lambda: super(KillingCursor, self).execute(query, *values, **options)
            )

        def executemany(self, query: Any, *values: Any, **options: Any) -> None:
            around(
                str(query),
                lambda: super(KillingCursor, self).executemany(query, *values, **options),
            )

    psycopg.RawCursor = KillingCursor  # type: ignore[misc]


def die_while_appending(size: int) -> None:
    """Kill the process once the first thing it appends has this size; right behind it, if that is
    shorter.
    """
    write = os.write

    def torn(handle: int, block: bytes) -> int:
        if not Path(f"/proc/self/fd/{handle}").is_file():
            return write(handle, block)
        write(handle, block[:size])
        os.kill(os.getpid(), signal.SIGKILL)
        return size

    os.write = torn  # type: ignore[assignment]


def run(order: dict[str, Any]) -> int:
    """One run, in the child. Answers with its exit code, 99 where it raised."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    if order.get("torn") is not None:
        die_while_appending(order["torn"])
    if order.get("statement"):
        connect = sqlite3.connect
        around = killing(order["statement"], order["when"])
        kind = killing_connection(around)

        def connect_killing(*args: Any, **options: Any) -> sqlite3.Connection:
            made: sqlite3.Connection = connect(*args, factory=kind, **options)
            return made

        sqlite3.connect = connect_killing  # type: ignore[assignment]
        _kill_over_postgresql(around)
    with (
        fake_time(),
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stderr(nowhere),
    ):
        if order.get("arguments"):
            with redirect_stdout(nowhere):
                config = str(Path(order["folder"]) / "okrsync.toml")
                return run_command(okrsync, [*order["arguments"], "--config", config])
        return sync(
            load(Path(order["folder"]) / "okrsync.toml"),
            as_of=date.fromisoformat(order["as_of"]) if order["as_of"] else None,
        ).exit_code


def main() -> None:
    """Take orders until there are no more."""
    load_all()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                code = run(order)
            except BaseException as error:  # noqa: BLE001 - the child ends here, whatever happened
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
                code = 99
            os._exit(code)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
