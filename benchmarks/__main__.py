"""The table of docs/performance.md: what okrsync takes, beside what people would use instead.

`python -m benchmarks` prints all rows in one run, and `python -m benchmarks NAME...` some of them.
Every figure is that of a whole process. Seconds are those of its processor, since others may use
the machine as well; peak memory is the process's own. The local services have a process of their
own, and are counted nowhere.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.local_services import AS_OF, LocalServices, Traffic

_HERE = Path(__file__).parent
_OKRSYNC = [sys.executable, "-m", "okrsync"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: seconds by the clock and of the processor, and megabytes at most."""

    seconds: float
    processor: float
    peak: float

    def __str__(self) -> str:
        return f"{self.processor:.2f} s, {self.peak:.0f} MB"


def run(*command: str | Path, folder: Path) -> Usage:
    """What a command took, in a folder. Raises `RuntimeError` with its last words if it fails."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(_compiled()), "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, cwd=folder, stdout=words, stderr=words, env=env)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        words.seek(0)
        if process.returncode:
            last = words.read().decode(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(f"exit code {process.returncode}: {''.join(last)[:200]}")
    took = time.perf_counter() - start
    return Usage(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _compiled() -> Path:
    """Where compiled modules are kept, as an installation keeps them."""
    return Path(tempfile.gettempdir()) / f"okrsync-benchmarks-{os.getuid()}"


def okrsync(folder: Path, *arguments: str, times: int = 1) -> Usage:
    """What a command of okrsync took, at best; its answer is printed into a file."""
    command = (*_OKRSYNC, *arguments, "--as-of", str(AS_OF))
    return min((run(*command, folder=folder) for _ in range(times)), key=lambda u: u.processor)


def instead(folder: Path, name: str, times: int = 1) -> Usage:
    """What the script of that name took, at best."""
    command = (sys.executable, _HERE / "instead.py", name, folder)
    return min((run(*command, folder=folder) for _ in range(times)), key=lambda u: u.processor)


@contextmanager
def workbook(rows: int, *, untidy: bool = False) -> Iterator[Path]:
    """A folder with a workbook of so many rows and its config."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make = "import sys, pathlib; from benchmarks.workbooks import make"
        code = f"{make}; make(pathlib.Path(sys.argv[1]), {rows}, untidy={untidy})"
        run(sys.executable, "-c", code, folder, folder=_HERE.parent)
        (config,) = folder.glob("*.toml")
        config.rename(folder / "okrsync.toml")
        yield folder


Lines = Iterator[tuple[str, str]]
"""Who did it, and what it took."""


def plan(rows: int, *, untidy: bool = False) -> Lines:
    """From file to plan."""
    times = 3 if rows <= 10_000 else 1
    with workbook(rows, untidy=untidy) as folder:
        yield "okrsync `plan --json`", str(okrsync(folder, "plan", "--json", times=times))
        for name, label in (("pandas", "pandas, openpyxl"), ("calamine", "pandas, calamine")):
            numbers = "plain numbers" if untidy else "numbers"
            yield f"{label}: {numbers} only", str(instead(folder, name, times))


def unchanged() -> Lines:
    """The same workbook again, after everything is written."""
    with workbook(10_000) as folder:
        for _ in range(2):
            okrsync(folder, "sync")
        yield "okrsync `sync`", str(okrsync(folder, "sync", times=3))
        yield "pandas, openpyxl: reads everything again", str(instead(folder, "pandas", 3))


def first_sync() -> Lines:
    """A first sync, the next one, and what it leaves behind."""
    for rows in (100_000, 10_000):
        with workbook(rows) as folder:
            if rows == 100_000:
                (book,) = folder.glob("*.xlsx")
                before = book.read_bytes()
                yield "openpyxl: loads, sets two columns, saves", str(instead(folder, "openpyxl"))
                book.write_bytes(before)
                yield "okrsync, first `sync`", str(okrsync(folder, "sync"))
                yield _state_after(folder, rows)
                # A file that only okrsync touched is still compared in full once.
                (folder / "okrsync.toml").open("a").write("\n# edited\n")
                yield "okrsync, idle `sync`", str(okrsync(folder, "sync"))
            else:
                okrsync(folder, "sync")
                yield _state_after(folder, rows)


def _state_after(folder: Path, rows: int) -> tuple[str, str]:
    # The next sync adds a copy for the day beside it.
    size = sum(path.stat().st_size for path in folder.glob("okrsync.db*")) / 1e6
    return f"okrsync, state after it, {rows:,} rows", f"{size:.1f} MB on disk"


def show() -> Lines:
    """1,000 key results in ten workbooks."""
    with workbook(100) as folder:
        (book,) = folder.glob("*.xlsx")
        config = 'cycle = "2026-Q4"\n'
        for number in range(10):
            (folder / f"team{number}.xlsx").write_bytes(book.read_bytes())
            config += (
                f'[sources.team{number}]\nconnector = "workbook"\npath = "team{number}.xlsx"\n'
            )
        book.unlink()
        (folder / "okrsync.toml").write_text(config, encoding="utf-8")
        yield "okrsync `show`", str(okrsync(folder, "show", times=3))
        okrsync(folder, "sync")
        yield "okrsync `show`, after a `sync`", str(okrsync(folder, "show", times=3))
        yield "pandas, openpyxl: numbers only", str(instead(folder, "pandas", 3))


@contextmanager
def services(kind: str, size: int) -> Iterator[tuple[LocalServices, Path]]:
    """Local services with a config for them in a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LocalServices(kind, folder, size) as local:
            (folder / "facts.json").write_text(json.dumps(local.facts), encoding="utf-8")
            yield local, folder


def _calls(traffic: Traffic, usage: Usage | None = None) -> str:
    return (
        f"{traffic.reads} reads, {traffic.writes} writes; sent {_size(traffic.sent)}"
        f" ({_size(traffic.sent_packed)} compressed), received {_size(traffic.received)}"
        f" ({_size(traffic.received_packed)})" + (f"; {usage}" if usage is not None else "")
    )


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} KB"


def compared(kind: str, size: int, changed: int, script: str) -> Lines:
    """A first run, an idle one, and one after people changed so many rows: ours, and a script's on
    services of its own.
    """
    for name in ("okrsync", script):
        with services(kind, size) as (local, folder):
            others = f"{changed} others changed"
            for what in ("first run", "idle", "idle again", f"{changed} changed", others):
                if what.endswith("changed"):
                    local.change(changed)
                local.traffic()
                usage = okrsync(folder, "sync") if name == "okrsync" else instead(folder, script)
                yield f"{name}, {what}", _calls(local.traffic(), usage)


def rollup() -> Lines:
    """A million key results, joined and measured."""
    for name, label in (("ours", "okrsync, with exact decimals"), ("theirs", "pandas groupby")):
        usage = run(sys.executable, _HERE / "rollup.py", name, folder=_HERE.parent)
        yield f"{label}, making the rows included", str(usage)


def tests() -> Lines:
    """The whole test suite, on all cores."""
    usage = run("make", "test", folder=_HERE.parent)
    yield "`make test`", f"{usage.seconds:.0f} s by the clock"


ROWS: dict[str, tuple[str, Callable[[], Lines]]] = {
    "tidy-10": ("10,000 tidy rows", lambda: plan(10_000)),
    "untidy-10": ("10,000 untidy rows", lambda: plan(10_000, untidy=True)),
    "tidy-100": ("100,000 tidy rows", lambda: plan(100_000)),
    "untidy-100": ("100,000 untidy rows", lambda: plan(100_000, untidy=True)),
    "unchanged": ("10,000 rows again, nothing changed", unchanged),
    "first": ("first sync of 100,000 rows, and its state", first_sync),
    "show": ("1,000 key results in ten workbooks", show),
    "sheet": ("a Sheet of 10,000 rows", lambda: compared("sheet", 10_000, 200, "gspread")),
    "sheets": ("1,000 Sheets of ten rows", lambda: compared("sheets", 1_000, 10, "gspread")),
    "notion": (
        "a Notion database of 4,000 pages",
        lambda: compared("notion", 4_000, 200, "notion"),
    ),
    "rollup": ("1,000,000 key results", rollup),
    "tests": ("the test suite", tests),
}


def main() -> None:
    """Print the table, a line as soon as it is known."""
    names = sys.argv[1:] or list(ROWS)
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        raise SystemExit(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=_HERE,
    )
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(
        f"{datetime.now(UTC):%d %B %Y}, commit {commit.stdout.strip() or 'unknown'}, Python"
        f" {platform.python_version()}, {platform.machine()} with {cores} cores, load"
        f" {load:.1f}\n\n| work | done by | takes |\n|---|---|---|"
    )
    for name in names:
        label, lines = ROWS[name]
        try:
            for who, figures in lines():
                print(f"| {label} | {who} | {figures} |", flush=True)
        except RuntimeError as error:
            print(f"| {label} | | {error} |", flush=True)


if __name__ == "__main__":
    main()
