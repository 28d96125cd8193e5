"""Level columns: one column per level of goals, so that each row gives the path from the top.
Parents may have no row of their own.
"""

from __future__ import annotations

from okrsync.mapping.header.wide import are_numbered, levels_of
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet, folded

__all__ = ["LAYOUT"]

_MEASURED = ("target", "current", "progress", "score", "status")


def _fits(sheet: Sheet) -> float:
    """1.1 where the header has several levels and more than one of them is filled, otherwise 0."""
    filled = [column for column in _levels(sheet) if any(sheet.texts_in(column))]
    return 1.1 if len(filled) > 1 and not sheet.shares_a_column else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Every text on the path is an objective, created once in each cycle. Without a column of key
    results, the deepest level holds key results if the table has measures, or if its levels have
    only numbers as names. An empty level repeats the row above if a deeper level is filled and rows
    have an order.
    """
    levels = _levels(sheet)
    if not levels:
        return []
    key_result = sheet.roles.get("key_result")
    if key_result in levels:
        key_result = None
    measured = any(role in sheet.roles for role in _MEASURED) or are_numbered(sheet.names)
    records: list[Record] = []
    objectives: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    for row, cycle in zip(sheet.rows, sheet.texts("cycle"), strict=True):
        texts = [sheet.text_in(row, column) for column in levels]
        deepest = max((depth for depth, text in enumerate(texts) if text), default=-1)
        if not sheet.has_order:
            path = []
        first = next((depth for depth, text in enumerate(texts) if text), 0)
        path = [*path[:first], *texts[first : deepest + 1]] if deepest >= 0 else path
        last = len(path)
        is_leaf = key_result is None and measured and 0 <= deepest == len(levels) - 1
        objective_index: int | None = None
        for depth in range(last - is_leaf):
            if not path[depth]:
                continue
            key = folded(cycle), *(folded(text) for text in path[: depth + 1])
            if key not in objectives:
                objectives[key] = len(records)
                own = (
                    depth == deepest
                    and not is_leaf
                    and (key_result is None or not sheet.text_in(row, key_result))
                )
                record = Record("objective", row, levels[depth], states_row=own, title=path[depth])
                if objective_index is not None:
                    record.values = {"parent": records[objective_index].title}
                records.append(record)
            objective_index = objectives[key]
        if is_leaf:
            records.append(Record("key_result", row, levels[-1], objective_index, title=path[-1]))
        elif key_result is not None and sheet.text_in(row, key_result):
            records.append(Record("key_result", row, key_result, objective_index))
    return records


def _levels(sheet: Sheet) -> tuple[int, ...]:
    key_result = sheet.roles.get("key_result")
    others = [
        column
        for role, column in sheet.roles.items()
        if role not in ("objective", "key_result", "id", "parent")
    ]
    return tuple(
        column
        for column in levels_of(sheet.names, others)
        if column != key_result or sheet.roles.get("objective") == key_result
    )


LAYOUT = Layout(
    because="each column holds one level of goals",
    fits=_fits,
    records=_records,
)
