"""Outline: objectives and key results in one column, told apart by numbers such as 1, 1.1, 1.2, in
a column of their own or before the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet
from okrsync.mapping.values.outline_numbers import Number, number_ahead, number_at, without_number
from okrsync.model.table import CellValue

__all__ = ["LAYOUT", "numbers_of"]

_COLUMNS = ("id", "objective_id", "parent")


def _fits(sheet: Sheet) -> float:
    """Well, when most rows are numbered in more than one depth, and titles stand in one column."""
    both, _, key_result_only = sheet.filled
    if not sheet.shares_a_column and (both or key_result_only):
        return 0.0
    numbers = [number for number in numbers_of(sheet) if number is not None]
    depths = {len(number) for number in numbers}
    return 1.3 if len(depths) > 1 and len(numbers) * 3 >= len(sheet.rows) * 2 else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Who has numbers below it is an objective, and so is a top number; the others are key results
    of the nearest number above that begins theirs.

    A column of kinds, where there is one, has the last word on who is what. Numbers may restart,
    jump, and have lost their zeros to a spreadsheet: 1.10 that became 1.1 is known by its place
    after 1.9.
    """
    typed = numbers_of(sheet)
    numbers = _restored(typed)
    is_ahead = typed == [number_ahead(text) for text in _titles(sheet)]
    ids = _ids(sheet, typed, numbers)
    title = sheet.roles["objective"] if "objective" in sheet.roles else sheet.roles["key_result"]
    parents = [_parent(numbers, at) for at in range(len(numbers))]
    has_below = {parent for parent in parents if parent is not None}
    found: list[Record] = []
    places: dict[int, int] = {}
    last: int | None = None
    kinds = [sheet.kind(row) for row in sheet.rows]
    are_told = {"objective", "key_result"} <= set(kinds)
    for at, row in enumerate(sheet.rows):
        number, parent = numbers[at], parents[at]
        kind = kinds[at] if are_told else None
        if are_told and sheet.text(row, "kind") and kind not in ("objective", "key_result"):
            continue
        text = sheet.text_in(row, title) or (
            sheet.text_in(row, sheet.roles["key_result"]) if "key_result" in sheet.roles else ""
        )
        if not text:
            continue
        shown = (without_number(text) or text) if is_ahead or number_ahead(text) == number else text
        is_above = number is not None and (at in has_below or parent is None)
        if kind == "objective" or (kind is None and is_above):
            places[at] = last = len(found)
            above = None if parent is None else places.get(parent)
            values: dict[str, CellValue] = {} if above is None else {"parent": found[above].title}
            found.append(
                Record("objective", row, title, title=shown, values={**values, **ids.get(at, {})})
            )
        else:
            owner = last if parent is None else places.get(parent, last)
            found.append(
                Record("key_result", row, title, owner, title=shown, values={**ids.get(at, {})})
            )
    return found


def _ids(
    sheet: Sheet, typed: Sequence[Number | None], numbers: Sequence[Number | None]
) -> dict[int, dict[str, CellValue]]:
    """By row, what stands for its id where its cell holds a number that lost its zero, or one that
    another row has as well: then it has none.
    """
    column = sheet.roles.get("id")
    if column is None or [number_at(row.value(column)) for row in sheet.rows] != list(typed):
        return {}
    counts = Counter(numbers)
    found: dict[int, dict[str, CellValue]] = {}
    for at, (before, number) in enumerate(zip(typed, numbers, strict=True)):
        if number is not None and counts[number] > 1:
            found[at] = {"id": None}
        elif number is not None and number != before:
            found[at] = {"id": ".".join(map(str, number))}
    return found


def numbers_of(sheet: Sheet) -> list[Number | None]:
    """The outline number of each row, from the column that has the most of them, else from the
    titles.
    """
    columns = [sheet.roles[role] for role in _COLUMNS if role in sheet.roles]
    columns += [
        place
        for place, name in enumerate(sheet.names)
        if name.strip().casefold().rstrip(".:") in _HEADS and place not in columns
    ]
    best: list[Number | None] = []
    for column in columns:
        found = [number_at(row.value(column)) for row in sheet.rows]
        if sum(number is not None for number in found) > sum(number is not None for number in best):
            best = found
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
    """Numbers as they were typed: after 1.9 a 1.1 is 1.10, after 1.19 a 1.2 is 1.20."""
    found: list[Number | None] = []
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
        found.append(number)
        before = number or before
    return found


def _parent(numbers: Sequence[Number | None], at: int) -> int | None:
    """The nearest row above whose number begins this one's."""
    number = numbers[at]
    if number is None:
        return None
    for above in range(at - 1, -1, -1):
        other = numbers[above]
        if other is not None and len(other) < len(number) and number[: len(other)] == other:
            return above
    return None


LAYOUT = Layout(
    because="numbers such as 1 and 1.1 tell objectives from key results",
    fits=_fits,
    records=_records,
)
