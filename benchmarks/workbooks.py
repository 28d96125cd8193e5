"""500 cells into a large workbook, beside what people would use instead; and workbooks to try."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.local_services import AS_OF, HEADER, key_results

CONFIG = (
    'cycle = "2026-Q4"\n[sources.big]\nconnector = "workbook"\npath ='
    ' "{name}"\n[sources.big.write]\ncolumns = {{progress = "Progress", status = "Status"}}\n'
)


def make(folder: Path, rows: int, *, untidy: bool = False) -> Path:
    """A workbook of so many key results, five to an objective. If `untidy`, with texts for numbers,
    units, empty cells, days written in several ways, and limits in titles.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Q4")
    sheet.append(HEADER)
    for number, line in enumerate(key_results(rows, AS_OF)):
        sheet.append(_untidy(line, number) if untidy else line)
    path = folder / f"{'untidy' if untidy else 'rows'}-{rows}.xlsx"
    book.save(path)
    path.with_suffix(".toml").write_text(CONFIG.format(name=path.name), encoding="utf-8")
    return path


def _untidy(line: list[object], number: int) -> list[object]:
    id_, objective, title, owner, start, current, target, day = line
    return [
        id_ if number % 3 else None,
        objective,
        (title, f"Keep errors below {number}", f"Reduce costs (k€) {number}")[number % 3],
        owner if number % 4 else None,
        (start, f"{start} %", None)[number % 3],
        (current, f"{current} %", f"{current}.5 k€", None)[number % 4],
        (target, f"{target} %", f"{target} k€")[number % 3],
        (day, "2026-11-20", "20 Nov 2026", "soon")[number % 4],
    ]


def read_openpyxl(path: Path) -> None:
    """Reading all cells with openpyxl, which is what a script would begin with."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True)["Q4"]
    assert sum(1 for row in sheet.iter_rows(values_only=True) if row[5]) > 100


def write(path: Path) -> None:
    """500 cells patched by okrsync."""
    from okrsync.connector import Looks
    from okrsync_workbook.xlsx import CellEdit, Edits, Package
    from okrsync_workbook.xlsx.patch import patch

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


# By name: the label, the rows of the file, and the work.
JOBS: dict[str, tuple[str, int, Callable[[Path], None]]] = {
    "read-openpyxl": ("100,000 rows: openpyxl, reading only", 100_000, read_openpyxl),
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
        files = {rows: make(Path(folder), rows) for rows in {rows for _, rows, _ in JOBS.values()}}
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
