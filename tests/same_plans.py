"""What okrsync says of samples, as digests: what is made faster must decide nothing else.

`golden_plans.txt` beside this file has a line for each sample. After a change that is meant to
change plans, run `python tests/same_plans.py` to write it anew; its diff names the samples whose
plans changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import openpyxl

from layout_samples import REFUSED, SAMPLES, Grid
from okrsync.cli import okrsync
from okrsync.cli.errors import run
from okrsync.model.table import CellError
from team import AS_OF, CONFIG, ROWS

__all__ = ["GOLDEN", "digest", "read_golden", "samples", "save"]

GOLDEN = Path(__file__).with_name("golden_plans.txt")
LATER = "2026-12-01"
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+(?:Z|[-+]\d\d:\d\d)")
SAID = (("plan", "--json"), ("show", "--json"))

_ODD: Grid = [
    ["Objective", "Key Result", "Owner", "Start", "Current", "Target", "Checked in", "Status"],
    ["Grow", "Reduce churn below 5 %", "Mia", "8 %", "6,5 %", "5 %", date(2026, 11, 20), None],
    ["Grow", "Keep answers under 4 hours", "Jon", None, "3 h", "4 h", "20.11.2026", None],
    ["Grow", "Increase sign-ups by 20 %", "Mia", "1.000", "1.100", "1.200", None, "on track"],
    ["Grow", "Open the café in Zürich", "Zoë", None, "yes", None, None, "done"],
    ["Grow", "Launch three markets", None, None, "2/3", None, None, "paused"],
    ["Grow", "Incidents", "Lea", 12, 14, 4, date(2026, 8, 1), "🔴"],
    ["Keep", "Latenz <= 200 ms", "Lea", None, 180, None, None, None],
    ["Keep", "Raise NPS from 30 to 45", None, None, 40, None, None, None],
    ["Keep", "離職率 5%以下", None, None, "4%", "5%", None, None],
    ["Keep", "Reduce the backlog", None, 10, 30, 50, None, None],
    ["Keep", None, None, None, 7, 9, None, None],
    ["Keep", "Total", None, 3, 3, 3, None, None],
]


def _many_rows(count: int) -> Grid:
    """Tidy rows, with some untidy ones in between."""
    rows: Grid = [["Objective", "Key result", "Owner", "Start", "Current", "Target", "Checked in"]]
    for number in range(count):
        odd = number % 9 == 0
        rows.append(
            [
                f"Objective {number // 5 + 1}",
                f"{'Keep errors below' if odd else 'Key result'} {number + 1}",
                f"Owner {number % 9}",
                number % 4 if number % 6 else None,
                f"{number % 50} %" if odd else number % 50,
                100 - number % 3,
                date(2026, 11, 1 + number % 28) if number % 5 else "soon",
            ]
        )
    return rows


def samples() -> Iterator[tuple[str, Mapping[str, Grid]]]:
    """The tabs of each sample, by its name."""
    for sample in SAMPLES:
        yield sample.name, sample.tabs
    yield "Refused", REFUSED
    yield "A team", {"Q4": ROWS}
    yield "Odd titles", {"Q4": _ODD}
    yield "Many rows", {"Q4": _many_rows(400)}


def digest(tabs: Mapping[str, Grid]) -> str:
    """The digest of all that is said of a sample: today, and a week after a sync."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        save(Path("growth.xlsx"), tabs)
        Path("okrsync.toml").write_text(CONFIG, encoding="utf-8")
        said = [_said(*command, "--as-of", AS_OF) for command in SAID]
        _said("sync", "--as-of", AS_OF)
        said += [_said(*command, "--as-of", LATER) for command in SAID]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _said(*arguments: str) -> str:
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
        code = run(okrsync, list(arguments))
    return _MOMENT.sub("now", f"{code}\n{out.getvalue()}")


def save(path: Path, tabs: Mapping[str, Grid]) -> None:
    """Save the tabs of a sample as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([str(value) if isinstance(value, CellError) else value for value in row])
    book.save(path)


def read_golden() -> dict[str, str]:
    """The digests as they were written, by sample."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return {name: value for value, name in (line.split(" ", 1) for line in lines)}


if __name__ == "__main__":
    os.environ["OKRSYNC_DEBUG"] = "1"
    lines = [f"{digest(tabs)} {name}\n" for name, tabs in samples()]
    GOLDEN.write_text("".join(lines), encoding="utf-8")
