"""The text of `docs/layouts.md`: each layout with a sample, and how it is read. `make docs` writes
it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from layout_samples import REFUSED, SAMPLES, STACKED, Grid, Sample
from okrsync.mapping import Okrs, Reading, TabReading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.layouts import because, layout_names
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue, Snapshot, Table, column_letters, rows_of, text_of

TODAY = date(2026, 11, 24)
HEAD = """# Layouts

This page shows the layouts that okrsync recognises, with a sample of each and how okrsync reads it.
The configured cycle is 2026-Q4. You need no configuration for any of these: okrsync recognises them
by words and content. `okrsync check` says how it reads each tab. If it is wrong, correct it in a
mapping file, with `layout` and `[columns]`.

*`make docs` generates this page from samples, with the code that reads your sheet; a test keeps it
up to date.*
"""
REFUSED_HEAD = """## What is left out

okrsync does not guess. It leaves out tabs that use the words of OKRs and hold none, and tabs that
could be read in two ways, and the report says why. It also leaves out hidden tabs, unless `tabs`
names them.

| tab | first rows | why it is left out |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    sections = [_section(sample) for sample in (*SAMPLES, STACKED)]
    parts = [HEAD, *_list_of_layouts(), *sections, REFUSED_HEAD.rstrip()]
    rows = [_refused(name, grid) for name, grid in REFUSED.items()]
    return "\n".join(parts) + "\n" + "\n".join(rows) + "\n"


def _list_of_layouts() -> Iterator[str]:
    yield "| layout | how it is recognised |\n|---|---|"
    yield from (f"| `{name}` | {because(name)} |" for name in layout_names() if name != "auto")
    yield ""


def _read(tabs: dict[str, Grid]) -> Okrs:
    tables = tuple(
        Table(f"t{at}", name, rows_of(grid)) for at, (name, grid) in enumerate(tabs.items())
    )
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY))
    return understand(
        Snapshot("team", tables, "1", datetime(2026, 11, 24, tzinfo=UTC)), Mapping_(), reading
    )


def _section(sample: Sample) -> str:
    found = _read(sample.tabs)
    lines = [f"## {sample.name}", "", sample.about, ""]
    for (name, grid), tab in zip(sample.tabs.items(), found.tabs, strict=True):
        lines += [
            f"Tab `{name}`, read as **{tab.layout}**:",
            "",
            *_grid(grid),
            "",
            *_columns(tab),
            "",
        ]
    lines += ["Result:", "", *_outline(found), ""]
    return "\n".join(lines)


def _grid(grid: Grid) -> Iterator[str]:
    width = max(len(row) for row in grid)
    yield "| | " + " | ".join(column_letters(column) for column in range(width)) + " |"
    yield "|---" * (width + 1) + "|"
    for number, row in enumerate(grid, start=1):
        yield (
            f"| {number} | "
            + " | ".join(_cell(row[at] if at < len(row) else None) for at in range(width))
            + " |"
        )


def _cell(value: CellValue) -> str:
    return text_of(value).replace("|", "\\|").replace("\n", "<br>")


def _columns(tab: TabReading) -> Iterator[str]:
    if tab.field_names is not None:
        roles = (f"{each.header} is {_called(each.role)}" for each in tab.columns if each.role)
        yield f"Fields: {', '.join(roles)}."
        return
    read = [
        f"{column_letters(each.column)} is {_called(each.role)}"
        for each in tab.columns
        if each.role is not None
    ]
    left = [
        f"{column_letters(each.column)} ({each.header})"
        for each in tab.columns
        if each.role is None and each.header
    ]
    if read:
        yield f"Columns: {', '.join(read)}" + (f"; not read: {', '.join(left)}." if left else ".")


def _called(role: str | None) -> str:
    return (role or "").replace("_", " ")


def _outline(found: Okrs) -> Iterator[str]:
    for objective in found.objectives:
        notes = [f"under {objective.parent}"] if objective.parent else []
        notes += ["named after the tab"] if objective.implied else []
        yield f"- **{objective.title}**" + (f" ({', '.join(notes)})" if notes else "")
        for item in objective.key_results:
            numbers = {"from": item.baseline, "now": item.current, "to": item.target}
            told = ", ".join(
                f"{word} {text_of(value)}" for word, value in numbers.items() if value is not None
            )
            yield f"  - {item.title}" + (f": {told}" if told else "")


def _refused(name: str, grid: Grid) -> str:
    (tab,) = _read({name: grid}).tabs
    rows = "<br>".join(" · ".join(filter(None, map(_cell, row))) for row in grid[:3])
    return f"| {name} | {rows} | {_cell(tab.reason)} |"
