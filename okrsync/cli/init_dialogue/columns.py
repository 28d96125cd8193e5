"""Asks for the header row and the columns of a table in which no OKRs were found."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.cli.asking import Asker
from okrsync.init.looking import Look
from okrsync.model.plain import clean, plural
from okrsync.model.table import Row, Table, column_letters, is_blank, text_of

__all__ = ["ask_for_columns", "ask_row", "column_words"]

_ROWS = 15
_ROLES = (
    ("objective", "the objectives"),
    ("key_result", "the key results"),
    ("current", "the current values"),
    ("target", "the targets"),
    ("owner", "the owners"),
)


def ask_for_columns(ask: Asker, look: Look) -> dict[str, object]:
    """Ask for the row of the column names and the columns of the roles; empty where the tables are
    empty or the person names none.
    """
    table = _ask_table(ask, look)
    if table is None:
        return {}
    answers: dict[str, object] = {}
    if table.header is not None:
        names = list(table.header)
        below = list(table.rows)
    else:
        row = ask_row(ask, table)
        if row is None:
            return {}
        answers["header"] = row.number
        names = [text_of(value).strip() for value in row.values]
        below = [table_row for table_row in table.rows if table_row.number > row.number]
    return answers | _ask_roles(ask, names, below)


def _ask_table(ask: Asker, look: Look) -> Table | None:
    tables = [
        table for table in look.seen.snapshot.tables if any(not row.is_empty for row in table.rows)
    ]
    if not tables:
        return None
    choices: list[tuple[str, Table | None]] = [
        (f"{table.name} ({plural(len(table.rows), 'row')})", table) for table in tables
    ]
    return ask.choose("Which tab holds your OKRs?", [*choices, ("none of these", None)])


def ask_row(ask: Asker, table: Table) -> Row | None:
    """Ask for the row with the names of a table's columns; None where the person names none."""
    rows = [row for row in table.rows if sum(not is_blank(value) for value in row.values) > 1][
        :_ROWS
    ]
    if not rows:
        return None
    choices: list[tuple[str, Row | None]] = [(_row_words(row), row) for row in rows]
    return ask.choose(
        "Which row holds the names of the columns?", [*choices, ("none of these", None)]
    )


def _row_words(row: Row) -> str:
    return clean(
        f"row {row.number}:"
        f" {' | '.join(text_of(value) for value in row.values if not is_blank(value))}",
        70,
    )


def _ask_roles(ask: Asker, names: list[str], below: list[Row]) -> dict[str, object]:
    answers: dict[str, object] = {}
    remaining = [column_index for column_index, name in enumerate(names) if name]
    for role, role_words in _ROLES:
        choices: list[tuple[str, int | None]] = [
            (column_words(column_index, names, below), column_index) for column_index in remaining
        ]
        column_index = ask.choose(
            f"Which column holds {role_words}?", [*choices, ("none", None)], default=len(choices)
        )
        if column_index is not None:
            answers[f"columns.{role}"] = names[column_index]
            remaining.remove(column_index)
    return answers


def column_words(column_index: int, names: Sequence[str], below: Sequence[Row]) -> str:
    """A column for people to choose: its letters, its name, and its first values."""
    examples = [
        text_of(row.value(column_index)) for row in below if not is_blank(row.value(column_index))
    ][:2]
    shown = " | ".join(example[:25] for example in examples)
    return clean(f"{column_letters(column_index)}  {names[column_index]}  ({shown})", 70)
