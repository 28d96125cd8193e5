"""Many sources in one run: how long slow answers make it, what an idle run costs, and what it holds
in memory.

The spreadsheets are those of the local Google, whose answers can be delayed. `python
benchmarks/many_sources.py [latency|idle|memory]`.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

from okrsync.config import load
from okrsync.plan.plan import Plan
from okrsync.sync import sync
from okrsync_sandbox import Fault, Sandbox

AS_OF = date(2026, 11, 23)
HEADER = ["Objective", "Key result", "Start", "Current", "Target"]


def rows(count: int) -> list[list[Any]]:
    """A header and so many key results, five to an objective."""
    return [
        HEADER,
        *(
            [f"O{number // 5}", f"Key result {number}", 0, number % 90, 100]
            for number in range(count)
        ),
    ]


def company(sandbox: Sandbox, folder: Path, sources: int, key_results: int, workers: int) -> Path:
    """A config over so many spreadsheets of one credential, with a quota that never bites."""
    anna = sandbox.google.person("anna@acme.example")
    address = sandbox.key_file(folder / "key.json")
    text = f'cycle = "2026-Q4"\n[run]\nworkers = {workers}\n'
    for number in range(sources):
        file_id = anna.new_spreadsheet(f"OKRs {number}", {"Q4": rows(key_results)})
        anna.share(file_id, address)
        text += (
            f'[sources.team{number}]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\n'
            f'credentials = {{file = "key.json"}}\napi_endpoint = "{sandbox.endpoint}"\n'
            "limits = {reads_per_minute = 1000000, writes_per_minute = 1000000}\n"
            f"[sources.team{number}.write]\ncolumns = {{progress = 'Progress', status ="
            " 'Status'}\n"
        )
    path = folder / "okrsync.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(path: Path) -> Plan:
    """One sync, which has to go through everywhere."""
    done = sync(load(path), as_of=AS_OF)
    assert all(source.state == "ok" for source in done.sources), [
        source.error for source in done.sources
    ][:3]
    return done


def latency(sources: int = 200, seconds: float = 0.2) -> None:
    """A first run over slow spreadsheets, with one worker after the other and with several."""
    print(
        "| first run, every answer takes 200 ms | calls | seconds | calls one after the other would"
        " take |\n|---|---|---|---|"
    )
    for workers in (8, 32):
        with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
            path = company(sandbox, Path(folder), sources, 10, workers)
            traffic = sandbox.google.traffic
            traffic.fail(Fault(lambda _call: True, times=10**9, delay=seconds))
            start = time.perf_counter()
            run(path)
            took, calls = time.perf_counter() - start, traffic.count()
            print(
                f"| {sources} spreadsheets, {workers} workers | {calls} | {took:.1f} |"
                f" {calls * seconds:.0f} |",
                flush=True,
            )


def idle(sources: int = 1000) -> None:
    """A run on a day on which nobody changed anything."""
    print("| run over 1,000 spreadsheets of one credential | calls | seconds |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        path = company(sandbox, Path(folder), sources, 10, 8)
        traffic = sandbox.google.traffic
        for what in ("first", "second", "idle"):
            traffic.forget()
            start = time.perf_counter()
            run(path)
            print(f"| {what} | {traffic.count()} | {time.perf_counter() - start:.1f} |", flush=True)


def memory() -> None:
    """What a run holds at most, beside what its largest source needs alone."""
    print("| memory at most, MB | first run | idle run |\n|---|---|---|")
    for sources, key_results in ((1, 500), (10, 500), (20, 500)):
        with tempfile.TemporaryDirectory() as folder:
            base, text = Path(folder), 'cycle = "2026-Q4"\n'
            for number in range(sources):
                lines = [",".join(str(value) for value in row) for row in rows(key_results)]
                (base / f"team{number}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
                text += (
                    f'[sources.team{number}]\nconnector = "workbook"\npath ='
                    f' "team{number}.csv"\n[sources.team{number}.write]\ncolumns = {{progress ='
                    ' "Done"}\n'
                )
            path = base / "okrsync.toml"
            path.write_text(text, encoding="utf-8")
            peaks = []
            for _ in range(2):
                tracemalloc.start()
                run(path)
                peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
                tracemalloc.stop()
            print(f"| {sources} files of 500 rows | {peaks[0]:.0f} | {peaks[1]:.0f} |", flush=True)


JOBS = {"latency": latency, "idle": idle, "memory": memory}

if __name__ == "__main__":
    for name in sys.argv[1:] or JOBS:
        JOBS[name]()
        print()
