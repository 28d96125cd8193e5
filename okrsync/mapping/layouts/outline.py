"""Outline: objectives and key results share one column, and numbers such as 1, 1.1, 1.2, in a
column of their own or before the text, distinguish them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values.outline_numbers import Number, number_ahead, number_at, without_number
from okrsync.model.table import CellValue

__all__ = ["LAYOUT", "numbers_of"]

# Outline numbers may be read as ids or parents, by the header of their column.
_COLUMNS = ("id", "objective_id", "parent")


def _fits(sheet: Sheet) -> float:
    """1.3 where most rows are numbered on several levels and titles share a column, otherwise 0."""
    both, _, key_result_only = sheet.filled
    if not sheet.shares_a_column and (both or key_result_only):
        return 0.0
    numbers = [number for number in numbers_of(sheet) if number is not None]
    depths = {len(number) for number in numbers}
    return 1.3 if len(depths) > 1 and len(numbers) * 3 >= len(sheet.rows) * 2 else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """A row with numbers below it is an objective, and so is a row with a top number; the others
    are key results of the nearest row above whose number begins theirs.

    A column of kinds, if there is one, takes precedence. Numbers may restart or have gaps. A
    spreadsheet turns 1.10 into 1.1, so a 1.1 after 1.9 is read as 1.10. Rows without an order are
    read in that of their numbers.
    """
    typed = numbers_of(sheet)
    if not sheet.has_order:
        pairs = sorted(
            zip(typed, sheet.rows, strict=True), key=lambda pair: (pair[0] is None, pair[0] or ())
        )
        sheet, typed = sheet.of_rows([row for _, row in pairs]), [number for number, _ in pairs]
    numbers = _restored(typed)
    is_ahead = typed == [number_ahead(text) for text in _titles(sheet)]
    ids = _ids(sheet, typed, numbers)
    title = sheet.roles["objective"] if "objective" in sheet.roles else sheet.roles["key_result"]
    parents = [_parent(numbers, index) for index in range(len(numbers))]
    has_below = {parent for parent in parents if parent is not None}
    records: list[Record] = []
    record_indexes: dict[int, int] = {}
    last: int | None = None
    kinds = [sheet.kind(row) for row in sheet.rows]
    are_kinds_stated = {"objective", "key_result"} <= set(kinds)
    for index, row in enumerate(sheet.rows):
        number, parent = numbers[index], parents[index]
        kind = kinds[index] if are_kinds_stated else None
        if are_kinds_stated and sheet.text(row, "kind") and kind not in ("objective", "key_result"):
            continue
        text = sheet.text_in(row, title) or (
            sheet.text_in(row, sheet.roles["key_result"]) if "key_result" in sheet.roles else ""
        )
        if not text:
            continue
        shown = (without_number(text) or text) if is_ahead or number_ahead(text) == number else text
        is_above = number is not None and (index in has_below or parent is None)
        if kind == "objective" or (kind is None and is_above):
            record_indexes[index] = last = len(records)
            above = None if parent is None else record_indexes.get(parent)
            values: dict[str, CellValue] = {} if above is None else {"parent": records[above].title}
            records.append(
                Record(
                    "objective", row, title, title=shown, values={**values, **ids.get(index, {})}
                )
            )
        else:
            owner = last if parent is None else record_indexes.get(parent, last)
            records.append(
                Record("key_result", row, title, owner, title=shown, values={**ids.get(index, {})})
            )
    return records


def _ids(
    sheet: Sheet, typed: Sequence[Number | None], numbers: Sequence[Number | None]
) -> dict[int, dict[str, CellValue]]:
    """By index of the row, the id to use instead of its cell: the restored number where the cell
    lost its zero, and None where several rows have the same number.
    """
    column = sheet.roles.get("id")
    if column is None or [number_at(row.value(column)) for row in sheet.rows] != list(typed):
        return {}
    counts = Counter(numbers)
    ids: dict[int, dict[str, CellValue]] = {}
    for index, (before, number) in enumerate(zip(typed, numbers, strict=True)):
        if number is not None and counts[number] > 1:
            ids[index] = {"id": None}
        elif number is not None and number != before:
            ids[index] = {"id": ".".join(map(str, number))}
    return ids


def numbers_of(sheet: Sheet) -> list[Number | None]:
    """The outline number of each row, from the column that has the most of them, otherwise from the
    titles; None for a row without one.
    """
    columns = [sheet.roles[role] for role in _COLUMNS if role in sheet.roles]
    columns += [
        column
        for column, name in enumerate(sheet.names)
        if name.strip().casefold().rstrip(".:") in _HEADS and column not in columns
    ]
    best: list[Number | None] = []
    for column in columns:
        numbers = [number_at(row.value(column)) for row in sheet.rows]
        if sum(number is not None for number in numbers) > sum(
            number is not None for number in best
        ):
            best = numbers
    if sum(number is not None for number in best) * 3 >= len(sheet.rows) * 2:
        return best
    return [number_ahead(text) for text in _titles(sheet)]


def _titles(sheet: Sheet) -> Sequence[str]:
    return sheet.texts_in(sheet.roles.get("objective", sheet.roles.get("key_result", -1)))


_HEADS = frozenset(
    {
        "#",
        "no",
        "nr",
        "num",
        "number",
        "nummer",
        "item",
        "outline",
        "wbs",
        "n°",
        "nº",
        "№",
        "序号",
        "番号",
        "번호",
        "numero",
        "número",
        "ref",
    }
)


def _restored(numbers: Sequence[Number | None]) -> list[Number | None]:
    """The numbers as people typed them: after 1.9 a 1.1 is 1.10, after 1.19 a 1.2 is 1.20."""
    restored: list[Number | None] = []
    before: Number | None = None
    for number in numbers:
        if (
            number is not None
            and before is not None
            and len(number) == len(before) == 2
            and number[0] == before[0]
        ):
            following = before[1] + 1
            if (
                number[1] != following
                and following % 10 == 0
                and str(following).rstrip("0") == str(number[1])
            ):
                number = (number[0], following)
        restored.append(number)
        before = number or before
    return restored


def _parent(numbers: Sequence[Number | None], index: int) -> int | None:
    """The index of the nearest row above whose number begins this one's, or None."""
    number = numbers[index]
    if number is None:
        return None
    for above in range(index - 1, -1, -1):
        other = numbers[above]
        if other is not None and len(other) < len(number) and number[: len(other)] == other:
            return above
    return None


LAYOUT = Layout(
    because="numbers such as 1 and 1.1 distinguish objectives from key results",
    fits=_fits,
    records=_records,
)
