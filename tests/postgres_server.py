"""A PostgreSQL server of the tests' own: started in a temporary folder, on a socket that nobody
else sees, and stopped with the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from okrsync.model.secret import Secret
from okrsync.model.state_address import PostgresAddress

__all__ = ["PostgresServer", "missing_server", "running_server"]

_NOBODY = "nobody"
_NUMBERS = count(1)
_MOST_OF_A_PATH = 60


class PostgresServer:
    """A running server, and an address in it for each state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgresql://okrsync@/postgres?host={folder}"

    def address(self, name: str | None = None) -> PostgresAddress:
        """The address of a state that nobody else has."""
        name = name or f"test-{os.getpid()}-{next(_NUMBERS)}"
        return PostgresAddress(name, Secret(self.url, "test"))

    def sql(self, statement: str) -> None:
        """Execute a statement as somebody else would."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Stop it, as a machine that is switched off would."""
        _as_owner([_program("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"])

    def start(self) -> None:
        """Start it, and come back when it answers."""
        # One socket and no port: nobody else can reach it, and no two servers meet.
        options = (
            f"-k {self.folder} -c listen_addresses= -c max_connections=120"
            " -c fsync=off -c synchronous_commit=off -c autovacuum=off -c shared_buffers=16MB"
        )
        command = [_program("pg_ctl"), "-D", str(self.folder / "data"), "-w", "-t", "120"]
        _as_owner([*command, "-l", str(self.folder / "log"), "-o", options, "start"])


@cache
def missing_server() -> str | None:
    """Why there can be no server here; None where there can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    if not _folders():
        return "PostgreSQL is not installed"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "PostgreSQL does not run as root, and there is no setpriv to become another user"
    return None


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server for as long as the block runs. Skips the test where there can be none."""
    reason = missing_server()
    if reason is not None:
        if os.environ.get("OKRSYNC_NEEDS_POSTGRESQL"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="okrsync-pg-", dir=_short_folder()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _NOBODY)
        initdb = [_program("initdb"), "-D", str(folder / "data"), "-U", "okrsync", "-E", "UTF8"]
        # Another language than ours shows where something counts on the order of its letters.
        _as_owner([*initdb, "--locale=C.UTF-8", "--auth=trust", "--no-sync"])
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_folder() -> str:
    """Where temporary files are, in memory if there is room; the path of a socket in it must fit
    into 107 bytes, so that it may not be far below the root.
    """
    return min(tempfile.gettempdir(), "/tmp", key=lambda path: len(path) > _MOST_OF_A_PATH)


def _folders() -> list[Path]:
    """Where the server's programs may be, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    others = [Path(on_path).resolve().parent] if on_path is not None else []
    return [folder for folder in (*debian, *others) if (folder / "initdb").exists()]


def _program(name: str) -> str:
    return str(_folders()[0] / name)


def _as_owner(command: list[str]) -> None:
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid", _NOBODY, "--regid", "nogroup", "--clear-groups", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
