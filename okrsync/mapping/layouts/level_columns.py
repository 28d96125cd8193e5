"""Level columns: one column for each level of goals, so that a row spells out the path from the
top. Parents may have no row of their own.
"""

from __future__ import annotations

from okrsync.mapping.header.wide import are_numbered, levels_of
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet, folded

__all__ = ["LAYOUT"]

_MEASURED = ("target", "current", "progress", "score", "status")


def _fits(sheet: Sheet) -> float:
    """Well, when the header has several levels, and more than one of them holds something."""
    filled = [place for place in _levels(sheet) if any(sheet.texts_in(place))]
    return 1.1 if len(filled) > 1 and not sheet.shares_a_column else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Every text on the way down is an objective, made once; the deepest is a key result where no
    column of key results says otherwise and the row measures it, or levels have numbers and no
    names. An empty level takes over what stands above it, if a deeper one is filled.
    """
    levels = _levels(sheet)
    if not levels:
        return []
    key_result = sheet.roles.get("key_result")
    if key_result in levels:
        key_result = None
    measured = any(role in sheet.roles for role in _MEASURED) or are_numbered(sheet.names)
    found: list[Record] = []
    objectives: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    for row in sheet.rows:
        texts = [sheet.text_in(row, place) for place in levels]
        deepest = max((depth for depth, text in enumerate(texts) if text), default=-1)
        first = next((depth for depth, text in enumerate(texts) if text), 0)
        path = [*path[:first], *texts[first : deepest + 1]] if deepest >= 0 else path
        last = len(path)
        is_leaf = key_result is None and measured and 0 <= deepest == len(levels) - 1
        at: int | None = None
        for depth in range(last - is_leaf):
            if not path[depth]:
                continue
            key = tuple(folded(text) for text in path[: depth + 1])
            if key not in objectives:
                objectives[key] = len(found)
                own = (
                    depth == deepest
                    and not is_leaf
                    and (key_result is None or not sheet.text_in(row, key_result))
                )
                record = Record("objective", row, levels[depth], states_row=own, title=path[depth])
                if at is not None:
                    record.values = {"parent": found[at].title}
                found.append(record)
            at = objectives[key]
        if is_leaf:
            found.append(Record("key_result", row, levels[-1], at, title=path[-1]))
        elif key_result is not None and sheet.text_in(row, key_result):
            found.append(Record("key_result", row, key_result, at))
    return found


def _levels(sheet: Sheet) -> tuple[int, ...]:
    key_result = sheet.roles.get("key_result")
    others = [
        place
        for role, place in sheet.roles.items()
        if role not in ("objective", "key_result", "id", "parent")
    ]
    return tuple(
        place
        for place in levels_of(sheet.names, others)
        if place != key_result or sheet.roles.get("objective") == key_result
    )


LAYOUT = Layout(
    because="each column holds one level of goals",
    fits=_fits,
    records=_records,
)
