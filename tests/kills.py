"""Runs that are killed in the middle: at a call to a service, or at a write to the journal."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from company import TODAY, Company
from faults import at_once, check_healed
from line_process import LineProcess
from okrsync_sandbox.traffic import Call, Fault

__all__ = ["Killer"]

KILLED = -signal.SIGKILL


class HasFolder(Protocol):
    """Whatever has a config in a folder of its own."""

    @property
    def folder(self) -> Path:
        """Where `okrsync.toml` is."""


class Killer(LineProcess):
    """Starts runs in processes of their own and kills them. A context manager."""

    def __init__(self) -> None:
        super().__init__(Path(__file__).with_name("killable.py"))
        self._child = 0

    @property
    def child(self) -> int:
        """The process id of the run under way."""
        return self._child

    def kill(self) -> None:
        """Kill the run under way."""
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)

    def run(self, acme: HasFolder, **kill: object) -> int:
        """One run over a company; its exit code, negative where a signal ended it."""
        order = {
            "folder": str(acme.folder),
            "as_of": TODAY.isoformat(),
            "environment": dict(os.environ),
            **kill,
        }
        self.send(json.dumps(order))
        self._child = int(self.answer())
        return int(self.answer())

    def at_call(self, number: int, *, after: bool, top: str = "") -> bool:
        """Kill a first run at its nth call to a service, before or after that takes effect, and
        check that the next one ends as ever. `top` are more lines of the config, here and below.

        False where the run makes fewer calls.
        """
        with tempfile.TemporaryDirectory() as folder, Company(Path(folder)) as acme, at_once():
            acme.write_config(top)
            seen = [0]

            def meets(_call: Call) -> bool:
                seen[0] += 1
                if seen[0] == number:
                    self.kill()
                    return True
                return False

            for traffic in (acme.google.traffic, acme.notion.traffic):
                traffic.fail(Fault(meets, drop="after" if after else "before"))
            code = self.run(acme)
            acme.heal()
            if seen[0] < number:
                assert code == 0
                return False
            assert code == KILLED, code
            check_healed(acme)
            return True

    def at_statement(self, number: int, *, when: str, top: str = "") -> bool:
        """Kill a first run at its nth statement that changes the state file. False where there are
        fewer.
        """
        with tempfile.TemporaryDirectory() as folder, Company(Path(folder)) as acme, at_once():
            acme.write_config(top)
            code = self.run(acme, statement=number, when=when)
            acme.heal()
            if code == 0:
                return False
            assert code == KILLED, code
            check_healed(acme)
            return True
