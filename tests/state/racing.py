"""Processes that do the same thing at the same moment."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["at_once"]


def at_once(code: str, *arguments: str, times: int = 4) -> list[str]:
    """What each of several processes says first. The code waits for a line before it begins, says a
    line, and waits for another line before it ends: none ends before all have spoken.
    """
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(times)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = []
    for racer in racers:
        assert racer.stdout is not None
        said.append(racer.stdout.readline().strip())
    for racer in racers:
        racer.communicate("end\n")
    return said
