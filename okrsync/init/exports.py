"""Reads the progress in another tool's export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from okrsync.init.looking import Times, look, see
from okrsync.init.places import recognise
from okrsync.init.tools import exported_by
from okrsync.mapping.values.typed import read_number
from okrsync.mapping.words import roles_of
from okrsync.measures.compare import Exported
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["exported_progress"]

_DEPTH = 15
_TITLES = ("key_result", "title", "objective", "metric")
_HIGHEST_SHARE = Decimal("1.5")


def exported_progress(text: str, base: Path, times: Times) -> tuple[Exported, ...]:
    """Every objective and key result of an export that states a progress, in reading order.

    Raises `ConfigError` for a file without any progress, and what reading it raises.
    """
    given = recognise(text, base)
    plain = look(see(given, base, times), "export", times)
    export = exported_by(plain) or plain
    exported = []
    for objective in export.okrs.objectives:
        items: list[KeyResult | Objective] = [objective, *objective.key_results]
        for item in items:
            if item.given_progress is None:
                continue
            # Without a cell, the id is okrsync's own count of rows, which the other tool does not
            # know.
            is_stated = item.origin.cell("id") is not None
            name = item.id.removeprefix("export/") if is_stated else None
            exported.append(
                Exported(
                    item.title,
                    item.given_progress,
                    str(item.origin.cell("progress") or item.origin.title_cell),
                    name,
                    None if item is objective or objective.implied else objective.title,
                )
            )
    exported = exported or list(_listed(plain.seen.snapshot.tables))
    if not exported:
        first_row = next((row for table in plain.seen.snapshot.tables for row in table.rows), None)
        names = [] if first_row is None else [text_of(value) for value in first_row.values]
        present = ", ".join(repr(name) for name in names if name) or "nothing"
        raise ConfigError(
            f"{text}: it holds no progress to compare; its first row has {present}",
            hint="Export objectives and key results with their progress, one row each, below a"
            " header such as Title, Progress.",
        )
    return tuple(exported)


def _listed(tables: Iterable[Table]) -> Iterator[Exported]:
    """The items of plain lists: a column of titles beside a column of progress, and no more."""
    for table in tables:
        for index, row in enumerate(table.rows[:_DEPTH]):
            roles = {
                role: column
                for column, value in enumerate(row.values)
                if isinstance(value, str)
                for role in roles_of(value)[:1]
            }
            title = next((roles[role] for role in _TITLES if role in roles), None)
            if title is not None and "progress" in roles:
                yield from _rows_of(table, table.rows[index + 1 :], title, roles["progress"])
                break


def _rows_of(table: Table, rows: Sequence[Row], title: int, progress: int) -> Iterator[Exported]:
    numbers = [(row, read_number(row.value(progress))) for row in rows]
    # Bare numbers are shares only where none is above 1.5: an export that goes to 120 is in points.
    bare = [abs(number.value) for _, number in numbers if number is not None and not number.unit]
    are_points = any(value > _HIGHEST_SHARE for value in bare)
    for row, number in numbers:
        if number is None or is_blank(row.value(title)):
            continue
        is_percent = number.unit == "%" or are_points
        share = number.value / 100 if is_percent else number.value
        yield Exported(text_of(row.value(title)).strip(), share, str(table.ref(row, progress)))
