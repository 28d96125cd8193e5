"""Matrix: each objective is a column with its key results below it, and labels at the left say what
each row holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from okrsync.mapping.header.headed_lists import headed_lists, without_mark
from okrsync.mapping.header.wide import is_key_result_label
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.typed import is_placeholder
from okrsync.mapping.words import roles_of
from okrsync.model.cycles import parse_cycle
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["LAYOUT", "Matrix"]

_DEPTH = 15
_ANY_DAY = date(2000, 1, 1)
"""Whether a text is a period does not depend on the day."""
_OBJECTIVE = lazy_pattern(
    r"\A\s*(?:objective|objetivo|objectif|obiettivo|doel|ziel|goal|目标|目標|목표|цель|o)\s*[-_#]?\s*\d+\s*(?:[:.)\-–]\s*|\s+)",
    re.IGNORECASE,
)


_LABEL = lazy_pattern(
    r"\s*(?:objective|objetivo|objectif|obiettivo|doel|ziel|goal|目标|目標|목표|цель|o)\s*[-_#]?\s*\d+\s*:?\s*",
    re.IGNORECASE,
)
_KEY_RESULT = lazy_pattern(
    r"\A\s*k(?:ey )?r(?:esult)?\s*[-_#]?\s*\d*(?:\.\d+)?\s*[:.)\-–]\s*(?=\S)", re.IGNORECASE
)


class Matrix(Drawn, frozen=True):
    """The parts of a matrix: the row of its objectives, their columns, the rows of key results, and
    by role the rows with an attribute of every objective, such as its owner or team.
    """

    attributes: dict[str, Row]


def _detect(table: Table) -> Matrix | None:
    """The matrix of a table: two objectives side by side, and below them at least one row whose
    label or texts say that it holds key results. None for any other table.
    """
    for index, head in enumerate(table.rows[:_DEPTH]):
        columns = _objectives(head)
        if len(columns) < 2:
            columns = _labelled(head, table.rows[index + 1 :])
            head, index = (
                table.rows[min(index + 1, len(table.rows) - 1)],
                index + 1,
            )  # Their titles are in the row below.
        if len(columns) < 2:
            continue
        label = next((column for column, value in enumerate(head.values) if not is_blank(value)), 0)
        rows_below = _below(
            table.rows[index + 1 :], label if label not in columns else columns[0] - 1, columns
        )
        values = [
            value
            for row in rows_below[0]
            for column in columns
            if not is_blank(value := row.value(column))
        ]
        if rows_below[0] and sum(isinstance(value, str) for value in values) * 5 >= len(values) * 4:
            return Matrix(head, columns, *rows_below)
    return _headed(table)


def _headed(table: Table) -> Matrix | None:
    """A matrix whose objectives are headings of any wording, above numbered key results."""
    lists = headed_lists(table)
    if lists is None or not lists.are_key_results:
        return None
    attributes: dict[str, Row] = {}
    labels = lists.head if lists.labels is None else lists.labels
    texts = [text_of(labels.value(column)) for column in lists.columns]
    if all(parse_cycle(text, today=_ANY_DAY) is not None for text in texts):
        attributes["cycle"] = labels
    elif lists.labels is not None and not any(map(_is_no_team, texts)):
        attributes["team"] = labels
    return Matrix(lists.head, lists.columns, lists.rows, attributes)


def _is_no_team(text: str) -> bool:
    """Whether a label over an objective is `Objective 1` or `Sprint 1`, and no team."""
    return _LABEL.fullmatch(text) is not None or any(
        roles_of(word)[:1] == ("cycle",) for word in text.split()
    )


def _objectives(head: Row) -> tuple[int, ...]:
    """The columns of a row that hold one objective each: each cell has a label, or the first cell
    is the label of all of them.
    """
    filled = [
        (column, value)
        for column, value in enumerate(head.values)
        if isinstance(value, str) and value.strip()
    ]
    numbered = [
        column
        for column, value in filled
        if _OBJECTIVE.match(value) and _OBJECTIVE.sub("", value, count=1).strip()
    ]
    if len(numbered) > 1:
        return tuple(numbered)
    if (
        len(filled) > 2
        and len(filled) == sum(not is_blank(value) for value in head.values)
        and roles_of(filled[0][1])[:1] in (("objective",), ("title",))
        and not any(roles_of(value) for _, value in filled[1:])
    ):
        columns = tuple(column for column, _ in filled[1:])
        return columns if columns[-1] - columns[0] == len(columns) - 1 else ()
    return ()


def _labelled(labels: Row, below: Sequence[Row]) -> tuple[int, ...]:
    """The columns of a row that holds only `Objective 1`, `Objective 2`, above a row that holds
    only a title for each.
    """
    filled = {column: value for column, value in enumerate(labels.values) if not is_blank(value)}
    titles = {
        column: value
        for row in below[:1]
        for column, value in enumerate(row.values)
        if not is_blank(value)
    }
    are_labels = all(
        isinstance(value, str) and _LABEL.fullmatch(value) for value in filled.values()
    )
    are_titles = filled.keys() == titles.keys() and all(
        isinstance(value, str) for value in titles.values()
    )
    return tuple(filled) if are_labels and are_titles else ()


def _below(
    rows: Sequence[Row], label: int, columns: Sequence[int]
) -> tuple[tuple[Row, ...], dict[str, Row]]:
    key_results: list[Row] = []
    attributes: dict[str, Row] = {}
    unlabelled = 0
    for row in rows:
        if unlabelled > 2 and not key_results:
            break  # Labelled rows come directly below the objectives.
        words = text_of(row.value(label)).strip() if label >= 0 else ""
        texts = [
            value
            for column in columns
            if isinstance(value := row.value(column), str) and value.strip()
        ]
        if (words and is_key_result_label(words)) or any(_KEY_RESULT.match(text) for text in texts):
            key_results.append(row)
        elif words:
            for role in roles_of(words)[:1]:
                attributes.setdefault(role, row)
            unlabelled += not roles_of(words)
        elif key_results and texts and all(_is_attribute(text) for text in texts):
            attributes.setdefault(roles_of(texts[0].partition(":")[0])[0], row)
        elif key_results and texts:
            key_results.append(row)
        else:
            unlabelled += not row.is_empty
    return tuple(key_results), attributes


def _is_attribute(text: str) -> bool:
    """Whether a text below an objective is an attribute of it, such as `Lead: Ada`, and no key
    result.
    """
    label, colon, value = text.partition(":")
    return bool(colon and value.strip()) and roles_of(label)[:1] in (
        ("owner",),
        ("team",),
        ("due",),
        ("status",),
        ("comment",),
    )


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, Matrix) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each text below an objective is one of its key results."""
    records: list[Record] = []
    matrix = sheet.drawn
    if not isinstance(matrix, Matrix):
        return records
    for column in matrix.columns:
        below = [
            row
            for row in matrix.rows
            if not is_blank(row.value(column)) and not is_placeholder(row.value(column))
        ]
        if not below:
            continue
        text = text_of(matrix.head.value(column)).strip()
        values: dict[str, CellValue] = {
            role: _without_label(row.value(column))
            for role, row in matrix.attributes.items()
            if role in ("owner", "team", "parent", "due", "cycle")
        }
        roles = {"objective": column}
        objective_index = len(records)
        elsewhere = {"objective": (matrix.head.number, column)}
        title = _OBJECTIVE.sub("", text, count=1) or text
        records.append(
            Record(
                "objective",
                below[0],
                column,
                None,
                elsewhere,
                values,
                states_row=False,
                roles=roles,
                title=title,
            )
        )
        records.extend(
            Record(
                "key_result",
                row,
                column,
                objective_index,
                {},
                values,
                roles={"key_result": column},
                title=without_mark(text_of(row.value(column))),
            )
            for row in below
        )
    return records


def _without_label(value: CellValue) -> CellValue:
    """The value of a cell without the label at its start: `Ada` for `Lead: Ada`."""
    return (
        value.partition(":")[2].strip()
        if isinstance(value, str) and _is_attribute(value)
        else value
    )


LAYOUT = Layout(
    because="objectives are side by side, with their key results below them",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "each row belongs to several objectives, so nothing is written beside it; a summary can"
        " show their progress"
    ),
)
