"""The okrsync command in processes of its own, without loading everything for each of them.

A process for each way in which Python starts has okrsync loaded, and makes a child of itself for
each command. The environment of a command is its own; what depends on how Python starts, such as
the encoding of a terminal, is that of the process.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_COMMAND = "from okrsync.cli import main; main()"
_AT_START = ("PYTHON", "LC_", "LANG")
"""How variables begin that count where Python starts."""

__all__ = ["Started", "command", "python", "start"]


def command(
    folder: Path,
    *arguments: str,
    memory: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """What `okrsync ARGUMENTS` in a folder prints, and its exit code. `memory` is the most that it
    may take, in bytes.
    """
    return python(folder, _COMMAND, *arguments, memory=memory, environment=environment)


def python(
    folder: Path,
    code: str,
    *arguments: str,
    memory: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """What `python -c CODE ARGUMENTS` prints where okrsync is loaded, and its exit code."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        started = _start(folder, code, arguments, environment or {}, out.name, err.name, memory)
        return subprocess.CompletedProcess(
            ["python", "-c", code, *arguments],
            started.wait(),
            out.read().decode(),
            err.read().decode(),
        )


@dataclass
class Started:
    """A command under way. Nothing else is started in its way of starting Python before `wait`."""

    pid: int
    _parent: subprocess.Popen[str]
    exit_code: int | None = None
    """Negative where a signal ended it; None before `wait`."""

    def send_signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self.exit_code is None:
            assert self._parent.stdout is not None
            self.exit_code = int(self._parent.stdout.readline())
        return self.exit_code


def start(folder: Path, *arguments: str, environment: Mapping[str, str], err: Path) -> Started:
    """Start `okrsync ARGUMENTS` in a folder. `err` is where standard error goes, which is opened
    for writing; the rest of what it prints is lost.
    """
    return _start(folder, _COMMAND, arguments, environment, os.devnull, str(err), None)


def _start(
    folder: Path,
    code: str,
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    out: str,
    err: str,
    memory: int | None,
) -> Started:
    at_start = {each: value for each, value in environment.items() if each.startswith(_AT_START)}
    parent = _parent(tuple(sorted(at_start.items())))
    assert parent.stdin is not None
    assert parent.stdout is not None
    order = {
        "folder": str(folder),
        "code": code,
        "arguments": arguments,
        "environment": {**os.environ, **environment},
        "memory": memory,
        "out": out,
        "err": err,
    }
    parent.stdin.write(json.dumps(order) + "\n")
    parent.stdin.flush()
    return Started(int(parent.stdout.readline()), parent)


@cache
def _parent(environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    """The process whose children are the commands for which Python starts in that environment."""
    parent = subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, **dict(environment)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="ascii",
    )
    atexit.register(parent.communicate)  # the end of its input is its end
    return parent


def _run(order: dict[str, Any]) -> None:
    """One command, in the child."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for path, flags, number in (
        (os.devnull, os.O_RDONLY, 0),
        (order["out"], os.O_WRONLY, 1),
        (order["err"], os.O_WRONLY, 2),
    ):
        os.dup2(os.open(path, flags), number)
    if order["memory"] is not None:
        resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    sys.argv = ["-c", *order["arguments"]]
    exec(order["code"], {"__name__": "__main__"})


def _child(order: dict[str, Any]) -> int:
    try:
        _run(order)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the child ends here, whatever happened
        traceback.print_exc()
        return 99
    return 0


def _main() -> None:
    """Take orders until there are no more."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = _child(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    import okrsync_google_sheets  # noqa: F401 - loaded once for all
    import okrsync_notion  # noqa: F401
    import okrsync_workbook  # noqa: F401

    _main()
