"""From a workbook to a plan, and 500 cells into a large one, beside what people would use
instead.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

HEADER = ["ID", "Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"]
AS_OF = date(2026, 11, 23)
CONFIG = (
    'cycle = "2026-Q4"\n[sources.big]\nconnector = "workbook"\npath ='
    ' "{name}"\n[sources.big.write]\ncolumns = {{progress = "Progress", status = "Status"}}\n'
)


def make(folder: Path, rows: int) -> Path:
    """A workbook of so many key results, five to an objective."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Q4")
    sheet.append(HEADER)
    for number in range(rows):
        sheet.append(
            [
                f"KR-{number}",
                f"Objective {number // 5}",
                f"Key result {number}",
                f"Owner {number % 50}",
                10,
                10 + number % 90,
                100,
                AS_OF,
            ]
        )
    path = folder / f"rows-{rows}.xlsx"
    book.save(path)
    (folder / f"rows-{rows}.toml").write_text(CONFIG.format(name=path.name), encoding="utf-8")
    return path


def plan(path: Path) -> None:
    """File to plan with okrsync."""
    from okrsync.config import load
    from okrsync.sync import make_plan

    found = make_plan(load(path.with_suffix(".toml")), as_of=AS_OF)
    assert len(found.sources[0].changes) > 100


def plan_pandas(path: Path) -> None:
    """The same columns with pandas: read and compute, with no layout, no address and no status
    told.
    """
    import pandas as pd

    frame = pd.read_excel(path)
    progress = (frame["Current"] - frame["Start"]) / (frame["Target"] - frame["Start"])
    assert len(progress.groupby(frame["Objective"]).mean()) > 10


def plan_openpyxl(path: Path) -> None:
    """Reading all cells with openpyxl, which is what a script would begin with."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True)["Q4"]
    assert sum(1 for row in sheet.iter_rows(values_only=True) if row[5]) > 100


def write(path: Path) -> None:
    """500 cells patched by okrsync."""
    from okrsync.connector import Looks
    from okrsync_workbook.xlsx import CellEdit, Edits, Package, patch

    package = Package.open(path.read_bytes())
    cells = tuple(
        CellEdit("Q4", row, 8, Decimal("0.37"), Looks.SHARE) for row in range(2, 100_002, 200)
    )
    path.with_suffix(".out").write_bytes(patch(package, Edits(cells)))


def write_openpyxl(path: Path) -> None:
    """The same 500 cells by loading and saving the whole, which loses charts, sparklines and cached
    values.
    """
    import openpyxl

    book = openpyxl.load_workbook(path)
    for row in range(2, 100_002, 200):
        book["Q4"].cell(row, 9, 0.37)
    book.save(path.with_suffix(".out"))


def write_libreoffice(path: Path) -> None:
    """Loading, calculating and saving the whole with LibreOffice."""
    if shutil.which("soffice") is None:
        raise ModuleNotFoundError("soffice")
    subprocess.run(
        [
            "soffice",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(path.parent / "out"),
            str(path),
        ],
        capture_output=True,
        check=True,
    )


JOBS: dict[str, tuple[str, int, Callable[[Path], None]]] = {
    "plan-10": ("10,000 rows, file to plan: okrsync", 10_000, plan),
    "plan-10-pandas": ("10,000 rows: pandas, numbers only", 10_000, plan_pandas),
    "plan-10-openpyxl": ("10,000 rows: openpyxl, reading only", 10_000, plan_openpyxl),
    "plan-100": ("100,000 rows, file to plan: okrsync", 100_000, plan),
    "plan-100-pandas": ("100,000 rows: pandas, numbers only", 100_000, plan_pandas),
    "plan-100-openpyxl": ("100,000 rows: openpyxl, reading only", 100_000, plan_openpyxl),
    "write": ("500 cells into 100,000 rows: okrsync", 100_000, write),
    "write-openpyxl": (
        "500 cells into 100,000 rows: openpyxl load and save",
        100_000,
        write_openpyxl,
    ),
    "write-libreoffice": ("100,000 rows: LibreOffice load and save", 100_000, write_libreoffice),
}


def _worked(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _run(name: str, path: Path, compiled: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(
        [sys.executable, __file__, name, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


def main() -> None:
    """Run each job in a process of its own, so that peak memory is its own too, and print a table.

    Of two runs the quicker counts; the first of them leaves compiled modules behind, as an
    installation does. Seconds of a busy machine say little; those of its processor that went into
    the job itself say more.
    """
    if len(sys.argv) > 2:
        job, path = JOBS[sys.argv[1]][2], Path(sys.argv[2])
        who = resource.RUSAGE_CHILDREN if job is write_libreoffice else resource.RUSAGE_SELF
        start, worked = time.perf_counter(), _worked(who)
        job(path)
        took, worked = time.perf_counter() - start, _worked(who) - worked
        print(f"{took:.2f} {worked:.2f} {resource.getrusage(who).ru_maxrss / 1024:.0f}")
        return
    print("| job | seconds | of the processor | peak memory, MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        files = {rows: make(Path(folder), rows) for rows in (10_000, 100_000)}
        for name, (label, rows, _) in JOBS.items():
            runs = [_run(name, files[rows], Path(folder) / "compiled") for _ in range(2)]
            done = min(
                runs, key=lambda run: (run.returncode, float((run.stdout or "0").split()[0]))
            )
            if done.returncode:
                reason = (
                    "not installed"
                    if "ModuleNotFoundError" in done.stderr
                    else done.stderr.strip().splitlines()[-1]
                )
                print(f"| {label} | {reason} | | |")
                continue
            print(f"| {label} | {' | '.join(done.stdout.split())} |", flush=True)


if __name__ == "__main__":
    main()
