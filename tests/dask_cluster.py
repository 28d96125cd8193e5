"""A Dask scheduler and its workers, each a process of its own that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import pytest

__all__ = ["DaskCluster"]


class DaskCluster:
    """A scheduler on this machine with so many workers. A context manager. Skips the test, aloud,
    where Dask is not installed.
    """

    def __init__(self, workers: int, folder: Path) -> None:
        if find_spec("distributed") is None:
            pytest.skip("Dask is not installed")
        self._folder = folder
        self._count = workers
        self.kills = 0
        self._lock = threading.Lock()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "dask.log").open("wb")

    def __enter__(self) -> Self:
        self._scheduler = subprocess.Popen(
            [
                *(sys.executable, "-m", "distributed.cli.dask_scheduler"),
                *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
        )
        self.address = self._told_address()
        self._drain = threading.Thread(target=self._keep_reading, daemon=True)
        self._drain.start()
        for _ in range(self._count):
            self.add_worker()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for process in (*self._workers, self._scheduler):
                process.kill()
                process.wait()
        self._drain.join()
        assert self._scheduler.stdout is not None
        self._scheduler.stdout.close()
        self._log.close()

    def add_worker(self) -> None:
        """Start one more worker, with one thread, as a machine of its own would."""
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "distributed.cli.dask_worker", self.address),
                *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"),
                *("--memory-limit", "0", "--local-directory", str(self._folder)),
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=environment,
        )
        self._workers.append(worker)

    def processor_seconds(self) -> float:
        """What all workers together have used so far."""
        ticks = 0
        for worker in self._workers:
            # The name may hold anything, even brackets; behind it, utime and stime are the 12th
            # and 13th (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
            line = Path(f"/proc/{worker.pid}/stat").read_text(encoding="utf-8")
            fields = line.rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill_worker(self, number: int) -> None:
        """Kill a worker at once, whatever it does, and start another in its place."""
        with self._lock:
            worker = self._workers.pop(number % len(self._workers))
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            self.kills += 1
            self.add_worker()

    def _told_address(self) -> str:
        assert self._scheduler.stdout is not None
        for line in self._scheduler.stdout:
            found = re.search(rb"tcp://127\.0\.0\.1:\d+", line)
            if found:
                return found[0].decode()
        raise AssertionError("the scheduler did not start")

    def _keep_reading(self) -> None:
        assert self._scheduler.stdout is not None
        for line in self._scheduler.stdout:
            self._log.write(line)
