"""Which item the owned cells of a row answer for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellValue, Snapshot

if TYPE_CHECKING:
    from okrsync.model.source_okrs import Okrs

__all__ = ["answering", "first_rows", "owned_values"]


def answering(
    objectives: Collection[Objective], table_key: str
) -> dict[int, KeyResult | Objective]:
    """The item that a row's owned cells answer for, by row number.

    A key result that has the row to itself, or shares it only with its objective, has the row. A
    row with several key results answers for their objective.
    """
    speakers: dict[int, KeyResult | Objective] = {}
    shared: set[int] = set()
    for objective in objectives:
        for key_result in objective.key_results:
            if key_result.origin.table_key == table_key:
                number = key_result.origin.row.number
                # Column groups put several key results into one row; no single one can have its
                # cells.
                if number in speakers:
                    shared.add(number)
                speakers[number] = key_result
    for objective in objectives:
        number = objective.origin.row.number
        if objective.implied or objective.origin.table_key != table_key:
            continue
        if number in shared or number not in speakers:
            speakers[number] = objective
    numbers = list(speakers)
    in_order = sorted(numbers)
    return speakers if numbers == in_order else {number: speakers[number] for number in in_order}


def first_rows(
    objectives: Collection[Objective], table_key: str, speakers: Mapping[int, KeyResult | Objective]
) -> dict[int, str]:
    """The id of the objective that begins in a row and has no row of its own, by row number."""
    return {
        objective.origin.row.number: objective.id
        for objective in objectives
        if not objective.implied
        and objective.origin.table_key == table_key
        and isinstance(speakers.get(objective.origin.row.number), KeyResult)
    }


def owned_values(okrs: Okrs, snapshot: Snapshot) -> dict[tuple[str, str], CellValue]:
    """The values in the owned cells of a source, by natural key and field."""
    values: dict[tuple[str, str], CellValue] = {}
    for owned in okrs.owned:
        table = snapshot.table(owned.table_key)
        if table is None:
            continue
        rows = {row.number: row for row in table.rows}
        columns = [(name, column) for name, column in owned.columns.items() if column is not None]
        for number, item in answering(okrs.objectives, owned.table_key).items():
            for name, column in columns:
                values[item.key, name] = rows[number].value(column)
    return values
