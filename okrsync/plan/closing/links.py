"""How carried rows hang together: in which order they are made, and which objectives stand in the
next cycle already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.connector import InsertedRow, Looks, Misfit
from okrsync.mapping.rows.identity import bare_title
from okrsync.model.okrs import Cycle, Objective
from okrsync.model.table import Table, text_of
from okrsync.plan.closing.items import same_span
from okrsync.plan.closing.rows import Tables

__all__ = ["holds_links", "standing_objectives", "targets_first"]


def holds_links(connector: Tables, table: Table, column: int) -> bool:
    """Whether a column leads to other rows; a property of text holds the title of one as words."""
    if table.header is None:
        return False
    link, text = (
        connector.fit(table, column, looks, "a row") for looks in (Looks.LINK, Looks.TEXT)
    )
    return isinstance(text, Misfit) and not isinstance(link, Misfit)


def standing_objectives(
    objectives: Sequence[Objective], unfinished: Sequence[Objective], following: Cycle
) -> Mapping[str, Objective]:
    """By the keys of objectives to carry, those that stand in the next cycle already while key
    results in another table do not: a close was killed between the two.
    """
    there: dict[str, list[Objective]] = {}
    for objective in objectives:
        if not objective.implied and same_span(objective.cycle, following):
            there.setdefault(bare_title(objective.title), []).append(objective)
    standing: dict[str, Objective] = {}
    for objective in unfinished:
        rows = there.get(bare_title(objective.title), [])
        tables = {result.origin.table_key for result in objective.key_results}
        if tables and objective.origin.table_key not in tables and len(rows) == 1:
            standing[objective.key] = rows[0]
    return standing


def targets_first(entries: Sequence[InsertedRow]) -> list[InsertedRow]:
    """The rows with those that others lead to before them."""
    ids = {entry.id for entry in entries}
    ordered: list[InsertedRow] = []
    waiting = list(entries)
    placed: set[str] = set()

    def is_ready(entry: InsertedRow) -> bool:
        links = {text_of(cell.after) for cell in entry.cells if cell.looks is Looks.LINK}
        return links & ids <= placed

    while waiting:
        # Rows that lead to each other in a circle are made in any order.
        entry = next(filter(is_ready, waiting), waiting[0])
        waiting.remove(entry)
        ordered.append(entry)
        placed.add(entry.id)
    return ordered
