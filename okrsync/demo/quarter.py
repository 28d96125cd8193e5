"""A quarter in a minute: a team with a CSV file checks in for six weeks, moves a target, and closes
the quarter into the next one. The days are those of the last quarter that is over.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

import okrsync
from okrsync.model.cycles import parse_cycle
from okrsync.model.okrs import Cycle, KeyResult
from okrsync.model.plain import clean, plural

__all__ = ["play_quarter"]

_CONFIG = """\
# A team that keeps its quarter in a CSV file.
cycle = "auto"

[sources.sales]
connector = "workbook"
path = "sales.csv"

[sources.sales.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "okrsync note"}
"""
_HEADER = (
    "Objective",
    "Key result",
    "Owner",
    "Cycle",
    "Start",
    "Current",
    "Target",
    "Last check-in",
)
_OBJECTIVE = "Grow where small teams are"
_ROWS = (
    ("Paying teams", "Jon", "0", "50"),
    ("Sign-ups a week", "Mia", "40", "200"),
    ("Teams that leave a month", "Lea", "12", "6"),
)
_CHECK_INS = (
    ("3", "46", "12"),
    ("5", "51", "11"),
    ("9", "57", "11"),
    ("12", "62", "10"),
    ("15", "69", "9"),
    ("18", "74", "9"),
)
_LOWERED = (4, "Sign-ups a week", "150")
"""In the fifth week the team lowers this target."""
_CAME_TO = ("39", "114", "6")


def play_quarter(out: Console, folder: Path, today: date, number: int) -> None:
    """Play the quarter in a folder of its own; `number` is that of its first step."""
    cycle = _last_quarter(today)
    folder.mkdir()
    path = folder / "sales.csv"
    (folder / "okrsync.toml").write_text(_CONFIG, encoding="utf-8")
    _write(
        path,
        [_HEADER, *((_OBJECTIVE, *row[:2], cycle.name, row[2], "", row[3], "") for row in _ROWS)],
    )

    _step(
        out,
        number,
        f"A quarter in a minute: a sales team keeps {cycle.name} in sales.csv and checks in for six"
        " weeks. Each column is the day of a check-in, and an `okrsync sync`:",
    )
    _six_weeks(out, folder, path, cycle)
    half_time = cycle.start + timedelta(days=7 * len(_CHECK_INS) - 1)
    with _open(folder, half_time) as team:
        at_half_time = {kr.title: team.picture().measures[kr.id] for kr in _key_results(team)}
        moved = next(iter(at_half_time[_LOWERED[1]].moves))
    out.print(
        Text(
            f"   The target of {_LOWERED[1]!r} moved from {moved.before} to {moved.after} on"
            f" {_day(moved.day)}. The note beside the row said so, and the ledger keeps it.",
            style="yellow",
        )
    )

    last = cycle.end
    for name, value in zip((row[0] for row in _ROWS), _CAME_TO, strict=True):
        _type(path, name, {"Current": value, "Last check-in": last.isoformat()})
    with _open(folder, last + timedelta(days=1)) as team:
        team.sync()
        ended = {kr.title: team.picture().measures[kr.id] for kr in _key_results(team)}
        _step(
            out,
            number + 1,
            f"{_day(last + timedelta(days=1))}, the quarter is over. What okrsync had expected on"
            f" {_day(half_time)}, from six values, and what it came to:",
        )
        grid = _grid("Key result", "expected", "80 % between", "came to", "status", "score")
        for title, measure in at_half_time.items():
            outlook, end = measure.outlook, ended[title]
            assert outlook is not None
            grid.add_row(
                title,
                _percent(outlook.value),
                f"{_percent(outlook.low)} and {_percent(outlook.high)}",
                _percent(end.progress),
                _words(end.status.value),
                "" if end.score is None else f"{end.score:.1f}",
            )
        out.print(grid)

    with _open(folder, last + timedelta(days=2)) as team:
        closing = team.close_cycle(carry_over=True, confirm=True)
        rows = sum(item.title is not None for item in closing.carried)
        _step(
            out,
            number + 2,
            f"okrsync close --carry-over --yes: {cycle.name} is closed, and"
            f" {plural(rows, 'row')} of"
            f" {'the next quarter' if closing.following is None else closing.following.name} stand"
            " below it: the last value is the new start, and what was achieved stays behind.",
        )
    _print_file(out, path)


def _six_weeks(out: Console, folder: Path, path: Path, cycle: Cycle) -> None:
    days = [cycle.start + timedelta(days=7 * (week + 1) - 1) for week in range(len(_CHECK_INS))]
    grid = _grid("Key result", *map(_day, days), "status", "by the end, it seems")
    lines: dict[str, list[str]] = {row[0]: [] for row in _ROWS}
    for week, (day, values) in enumerate(zip(days, _CHECK_INS, strict=True)):
        for name, value in zip(lines, values, strict=True):
            _type(path, name, {"Current": value, "Last check-in": day.isoformat()})
        if week == _LOWERED[0]:
            _type(path, _LOWERED[1], {"Target": _LOWERED[2]})
        with _open(folder, day) as team:
            team.sync()
            picture = team.picture()
            for kr in _key_results(team):
                measure = picture.measures[kr.id]
                line = lines[kr.title]
                line.append(_percent(measure.progress))
                if week == len(days) - 1:
                    outlook = measure.outlook
                    line.append(_words(measure.status.value))
                    line.append("" if outlook is None else _percent(outlook.value))
    for name, cells in lines.items():
        grid.add_row(name, *cells)
    out.print(grid)


def _open(folder: Path, day: date) -> okrsync.Company:
    return okrsync.open(folder / "okrsync.toml", as_of=day)


def _key_results(team: okrsync.Company) -> list[KeyResult]:
    tree = team.picture().tree
    return [kr for objective in tree.objectives.values() for kr in objective.key_results]


def _last_quarter(today: date) -> Cycle:
    """The quarter before the one that runs."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    day = first - timedelta(days=1)
    cycle = parse_cycle(f"Q{(day.month - 1) // 3 + 1} {day.year}", today=day)
    assert cycle is not None
    return cycle


def _type(path: Path, name: str, values: dict[str, str]) -> None:
    """A person types into the row of a key result; what okrsync wrote stays."""
    header, *rows = _read(path)
    for row in rows:
        if row[1] == name:
            for column, value in values.items():
                row[header.index(column)] = value
    _write(path, [header, *rows])


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _print_file(out: Console, path: Path) -> None:
    header, *rows = _read(path)
    shown = ["Key result", "Cycle", "Start", "Current", "Target", "Status", "Score", "okrsync note"]
    grid = _grid(*shown)
    for row in rows:
        values = dict(zip(header, row, strict=True))
        grid.add_row(*[clean(values[name], 40) for name in shown])
    out.print(grid)


def _grid(*names: str) -> Grid:
    grid = Grid(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for name in names:
        grid.add_column(Text(name), overflow="ellipsis", no_wrap=True, max_width=34)
    return grid


def _step(out: Console, number: int, line: str) -> None:
    out.print()
    out.print(Text.assemble((f"{number}. ", "bold cyan"), (line, "bold")))


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{round(share * 100)} %"


def _words(status: str) -> str:
    return status.replace("-", " ").capitalize()


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
