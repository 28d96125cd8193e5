"""Blocks: an objective is labelled as one (`Objective 1: Grow`), and its key results follow below
it, as a small table or line by line.

A tab holds several blocks, often each with its own header. There may be no header at all, or one
cell that holds a whole block.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.mapping.header.wide import is_key_result_label
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.layouts.one_cell import parts_of
from okrsync.mapping.rows.noise import is_left_over
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.typed import is_placeholder
from okrsync.mapping.words import normal, roles_of
from okrsync.mapping.words import table as table_of
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["LAYOUT", "Blocks", "stated_key_result", "stated_objective"]

_DEPTH = 15
_SHORT, _LONG = 8, 30
"""The most filled cells of a row with a label: without and with a number in the label."""
_OF_A_BLOCK = frozenset({"score", "progress", "confidence", "owner", "team", "due", "checked_in"})
"""The roles of labels that say something of an objective, wherever in its block they stand."""
_FEW = 3
"""Fewer items than these may carry their labels by chance."""
_WORD = (
    r"(?:objective|goal|objetivo|objectif|obiettivo|doel(?:stelling)?|ziel|objectiu|цель"
    r"|目标|目標|목표)"
)
_STATED = lazy_pattern(
    rf"\s*(?:{_WORD}\s*[-_#]?\s*\d*(?:\.\d+)?\s*(?:[:：)\-–—]|\.(?!\d))\s*|o\s*\d+\s*(?:[:：)\-–—]|\.(?!\d))\s*(?!kr\s*\d)|o\s*[:：]\s*)(?=\S)",
    re.IGNORECASE,
)
_LABEL = lazy_pattern(rf"\s*(?:{_WORD}\s*[-_#]?\s*\d*|o\s*\d+)\s*[:：]?\s*\Z", re.IGNORECASE)
_KEY_RESULT = lazy_pattern(
    r"\A\s*(?:[-*•]\s*)?(?:kr|key result|schlüsselergebnis|resultado clave|resultado chave|résultat"
    r" clé|risultato chiave|ключевой результат|关键结果|成果指標|핵심 ?결과)"
    r"\s*[-_#]?\s*\d*(?:\.\d+)?\s*(?:[:：)\-–—]|\.(?!\d))\s*(?=\S)",
    re.IGNORECASE,
)
_LINE = lazy_pattern(r"\s*(?:[-*•·‣▪]|\d{1,2}[.)])\s+(?=\S)")


class Item(Frozen, frozen=True):
    """One objective or key result of a block: its row, the column and text of its title, the
    columns that the header of its block names, and by role the values beside labels in the block
    (`Owner: Ann`), each with its row number and column.
    """

    kind: str
    row: Row
    column: int
    title: str
    roles: Mapping[str, int]
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]] = struct_field(default_factory=dict)


class Blocks(Drawn, frozen=True):
    """The items of a table of blocks, in reading order."""

    items: tuple[Item, ...]


def _detect(table: Table) -> Blocks | None:
    """The blocks of a table in which objectives are labelled, or are headings of small tables with
    the same columns, and key results follow; None for any other table.
    """
    reader = _BlockReader()
    for row in table.rows:
        filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
        while len(filled) > 1 and isinstance(filled[0][1], bool):
            filled = filled[1:]  # A checkbox before the text.
        if filled:
            reader.take(row, filled)
    items = _without_left_over(reader.items)
    if (
        {item.kind for item in items} != {"objective", "key_result"}
        or _is_guidance(table.name, [item.title for item in items])
        or (len(items) < _FEW and _is_lost(table, items, reader.heads))
    ):
        return None
    columns = tuple(sorted({item.column for item in items}))
    return Blocks(
        reader.head or items[0].row,
        columns,
        tuple(dict.fromkeys(item.row for item in items)),
        tuple(items),
    )


def _without_left_over(items: Sequence[Item]) -> list[Item]:
    """The items without those that a template left: key results without a title or any value, and
    objectives without a title that have no other key results.
    """
    kept: list[Item] = []
    for item in reversed(items):
        is_title = is_left_over(item.title)
        if item.kind == "key_result":
            if not is_title or item.labels or item.row.fills_more_than(1):
                kept.append(item)
        elif not is_title or (kept and kept[-1].kind == "key_result"):
            kept.append(item)
    return kept[::-1]


def _is_lost(table: Table, items: Sequence[Item], heads: Collection[int]) -> bool:
    """Whether at least half of the rows from the first item to the last are neither items nor
    headers, and too full for a remark: then the labels say little about the table.
    """
    numbers = {item.row.number for item in items} | set(heads)
    rows = [
        row
        for row in table.rows
        if items[0].row.number <= row.number <= items[-1].row.number and not row.is_empty
    ]
    others = sum(
        row.number not in numbers and sum(not is_blank(value) for value in row.values) > 2
        for row in rows
    )
    return others * 2 >= len(rows)


class _BlockReader:
    """Reads a table of blocks from the top down."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.head: Row | None = None
        self.heads: set[int] = set()
        self._roles: Mapping[str, int] = {}
        self._heads: set[str] = set()
        self._is_below_objective = False
        self._seen = 0
        self._last: tuple[Row, Sequence[tuple[int, CellValue]]] | None = None
        self._first_heading: Item | None = None
        self._names_beside: Mapping[int, str] = {}
        self._objective_roles: Mapping[str, int] = {}
        self._labels_ahead: dict[str, tuple[CellValue, tuple[int, int]]] | None = None

    def take(self, row: Row, filled: Sequence[tuple[int, CellValue]]) -> None:
        """Read the next row that is not empty."""
        stated = stated_objective(filled)
        if stated is None and self._objective_roles:
            stated = self._below_header(row)
        if stated is not None:
            self._state(row, *stated)
        elif self._names_beside and (values := self._values_below(row, filled)):
            self.items[-1] = replace(self.items[-1], labels=values)
        elif self._heads_objective(filled):
            self.heads.add(row.number)
        elif named := self._header(row, filled):
            self._heading(named)
            self._roles, self.head, self._is_below_objective = named, self.head or row, False
            self.heads.add(row.number)
        elif self._is_below_objective and (labels := _labels(row, filled)) is not None:
            objective = self.items[-1]
            self.items[-1] = replace(objective, labels={**labels, **objective.labels})
        elif (labels := self._labels_of_block(row, filled)) is not None:
            self._label(labels)
        elif self.items or self._first_heading is not None:
            self.items.extend(_key_results(row, filled, self._roles))
        self._last = row, filled
        self._seen += 1

    def _state(self, row: Row, column: int, text: str) -> None:
        self._leave_heading()
        title, *key_results = parts_of(text)
        self._is_below_objective = not key_results
        beside = [(each, row.value(each)) for each in range(column + 1, len(row.values))]
        beside = [each for each in beside if not is_blank(each[1])]
        labels = _labels(row, beside)
        self._names_beside = _all_names(beside)
        roles = _beside({} if labels or self._names_beside else self._roles, column)
        if self._objective_roles:
            roles, labels, self._objective_roles = self._objective_roles, {}, {}
        if self._labels_ahead:
            labels, self._labels_ahead = {**self._labels_ahead, **(labels or {})}, {}
        self.items.append(Item("objective", row, column, title, roles, labels or {}))
        self.items.extend(
            Item("key_result", row, column, each, {"key_result": column}) for each in key_results
        )

    def _heads_objective(self, filled: Sequence[tuple[int, CellValue]]) -> bool:
        """Whether a row is a header of the objective in the next row: `Objective | Score`."""
        names = _all_names(filled)
        roles = {role: column for column, role in names.items()}
        if len(roles) < 2 or "objective" not in roles or "key_result" in roles:
            return False
        self._objective_roles = roles
        return True

    def _below_header(self, row: Row) -> tuple[int, str] | None:
        """The objective directly below a header of its own."""
        column = self._objective_roles["objective"]
        text = row.value(column)
        if not isinstance(text, str) or roles_of(text) or is_placeholder(text):
            self._objective_roles = {}
            return None
        return column, text.strip()

    def _values_below(
        self, row: Row, filled: Sequence[tuple[int, CellValue]]
    ) -> Mapping[str, tuple[CellValue, tuple[int, int]]]:
        """The values directly below names that stand beside an objective: `Score` above `0.7`."""
        names, self._names_beside = self._names_beside, {}
        if any(column not in names for column, _ in filled):
            return {}
        return {names[column]: (value, (row.number, column)) for column, value in filled}

    def _labels_of_block(
        self, row: Row, filled: Sequence[tuple[int, CellValue]]
    ) -> Mapping[str, tuple[CellValue, tuple[int, int]]] | None:
        """The values beside labels in a row that says how a whole block stands: `Score | 0.7`."""
        role = next(iter(roles_of(text_of(filled[0][1]))), None)
        if len(filled) != 2 or role not in _OF_A_BLOCK or roles_of(text_of(filled[1][1])):
            return None
        return _labels(row, filled) or None

    def _label(self, labels: Mapping[str, tuple[CellValue, tuple[int, int]]]) -> None:
        """Take labels for the objective below, where the first of them stood above the first
        objective; otherwise for the one above.
        """
        if self._labels_ahead is None and not self.items:
            self._labels_ahead = {}
        if self._labels_ahead is not None:
            self._labels_ahead = {**self._labels_ahead, **labels}
            return
        index = max(index for index, item in enumerate(self.items) if item.kind == "objective")
        objective = self.items[index]
        self.items[index] = replace(objective, labels={**labels, **objective.labels})

    def _leave_heading(self) -> None:
        """Leave out a key result directly above an objective that is a heading of the part below,
        such as `MARKETING TEAM`: in capitals, with nothing beside it.
        """
        if self._last is None or not self.items or self.items[-1].kind != "key_result":
            return
        row, filled = self._last
        above = self.items[-1]
        has_others = not "".join(item.title for item in self.items[:-1]).isupper()
        if above.row is row and len(filled) == 1 and above.title.isupper() and has_others:
            self.items.pop()

    def _header(self, row: Row, filled: Sequence[tuple[int, CellValue]]) -> Mapping[str, int]:
        """The columns that a row names; empty where it is no header. Only rows at the top, below an
        objective, or that begin like an earlier header are tested, because the test is expensive.
        """
        text = text_of(filled[0][1])
        if (
            not all(isinstance(value, str) for _, value in filled)
            or len(filled) < 2
            or not (self._seen < _DEPTH or self._is_below_objective or text in self._heads)
        ):
            return {}
        named = _columns_of(row)
        if named:
            self._heads.add(text)
        return named

    def _heading(self, named: Mapping[str, int]) -> None:
        """Read the text above a header as the objective, where several small tables of key results
        follow one another.
        """
        if self._is_below_objective or "objective" in named or self._last is None:
            return
        row, filled = self._last
        column, text = filled[0]
        if len(filled) != 1 or not isinstance(text, str) or roles_of(text):
            return
        item = Item("objective", row, column, text.strip(), _beside({}, column))
        if self.head is None:
            self._first_heading = item
            return
        if self._first_heading is not None:
            self.items.insert(0, self._first_heading)
            self._first_heading = None
        if self.items and self.items[-1].row is row:
            self.items.pop()
        self.items.append(item)


def _labels(
    row: Row,
    filled: Sequence[tuple[int, CellValue]],
    roles: frozenset[str] = _OF_A_BLOCK,
) -> Mapping[str, tuple[CellValue, tuple[int, int]]] | None:
    """The values beside labels in a row that holds nothing else: `Owner: | Ann | Due: | 31 Dec`. A
    label alone has no value. None where the row holds something else. `roles` are those of labels
    that may stand in one cell with their value.
    """
    labels: dict[str, tuple[CellValue, tuple[int, int]]] = {}
    names = [
        next(iter(roles_of(each)), None) if isinstance(each, str) else None for _, each in filled
    ]
    if len(filled) > 2 and all(names):
        return labels  # `Owner | Status | Due`: names without values.
    role: str | None = None
    for (column, value), name in zip(filled, names, strict=True):
        if role is None and (stated := _in_one_cell(value, roles)) is not None:
            labels.setdefault(stated[0], (stated[1], (row.number, column)))
        elif role is None or (name is not None and text_of(value).rstrip().endswith(":")):
            if name is None:
                return None
            role = name
        else:
            # `On track` beside `Status` could head a column, too.
            labels.setdefault(role, (value, (row.number, column)))
            role = None
    return labels


def _in_one_cell(value: CellValue, roles: frozenset[str]) -> tuple[str, str] | None:
    """The role and the value of a cell that holds a label as well: `Score: 0.7`."""
    if not isinstance(value, str):
        return None
    label, sign, rest = value.partition(":")
    role = next(iter(roles_of(label)), None) if sign and len(label) <= _LONG else None
    return (role, rest.strip()) if role in roles and rest.strip() else None


def _all_names(filled: Sequence[tuple[int, CellValue]]) -> Mapping[int, str]:
    """The role of each cell, where all of them are names of columns; empty otherwise."""
    names = {
        column: next(iter(roles_of(value)), None)
        for column, value in filled
        if isinstance(value, str)
    }
    known = {column: role for column, role in names.items() if role is not None}
    return known if len(known) == len(filled) else {}


def _beside(roles: Mapping[str, int], column: int) -> Mapping[str, int]:
    """The columns of an objective: its title, and those of the header above it, except that of key
    results.
    """
    return {
        **{
            role: role_column
            for role, role_column in roles.items()
            if role != "key_result" and role_column != column
        },
        "objective": column,
    }


def _is_guidance(name: str, titles: Sequence[str]) -> bool:
    """Whether a text explains what objectives and key results are instead of stating some."""
    count = sum(_GUIDANCE.match(title) is not None for title in titles)
    return count * 2 >= len(titles) or (
        _GUIDE.search(name) is not None and not any(re.search(r"\d", title) for title in titles)
    )


# Instructions in a template read like blocks: "Objective: what you want to achieve".
_GUIDE = lazy_pattern(
    r"instruction|how ?to|guide|readme|read"
    r" me|help|glossar|anleitung|hinweis|legend|definition|ayuda|instruc|aide|mode"
    r" d.emploi|说明|使い方|안내|инструкция",
    re.IGNORECASE,
)
_GUIDANCE = lazy_pattern(
    r"\W*(?:(?:an?|the|what|how|your|describe|define|write|enter|is|are|should|qualitative|measurable|specific|quantitative|use|was|wie|ein|eine|das|que|qué|ce"
    r" que|lo que|o que)\b|\[|<)",
    re.IGNORECASE,
)


def stated_objective(filled: Sequence[tuple[int, CellValue]]) -> tuple[int, str] | None:
    """The column and title of the objective that a row states: `Objective 1: Grow`, or the label in
    one cell and the title in the next. None where it states none.
    """
    if not filled:
        return None
    column, text = filled[0]
    if not isinstance(text, str):
        return None
    if _STATED.match(text) is not None:
        title = _STATED.sub("", text, count=1).strip()
        return (column, title) if not is_placeholder(title) else None
    # okrsync's own cells make a row longer, so a label with a number may have a long row.
    is_short = len(filled) <= (_LONG if any(map(str.isdigit, text)) else _SHORT)
    if (
        len(filled) > 1
        and is_short
        and filled[1][0] - column <= 2
        and len(text) <= 30
        and _LABEL.fullmatch(text)
    ):
        title_column, beside = filled[1]
        if isinstance(beside, str) and not roles_of(beside) and not is_placeholder(beside):
            return title_column, beside.strip()
    return None


def _columns_of(row: Row) -> Mapping[str, int]:
    """The columns that a row names if it is a header of key results; empty if it is not."""
    roles: dict[str, int] = {}
    words = 0
    for column, value in enumerate(row.values):
        if isinstance(value, str) and value.strip():
            words += 1
            for role in roles_of(value)[:1]:
                roles.setdefault(
                    {"title": "key_result", "metric": "key_result"}.get(role, role), column
                )
    goal = roles.get("objective", -1)
    # `Goal` beside `Key Result` is how far it is to go.
    is_aim = goal >= 0 and normal(text_of(row.value(goal))) in table_of("aimed")
    if is_aim and "key_result" in roles and "target" not in roles:
        roles["target"] = roles.pop("objective")
    return roles if "key_result" in roles and len(roles) > 1 and len(roles) * 2 >= words else {}


def _key_results(
    row: Row, filled: Sequence[tuple[int, CellValue]], roles: Mapping[str, int]
) -> list[Item]:
    """The key result of a row, or several that stand in its cell line by line, each after a mark
    such as `KR1:`.
    """
    item = _key_result(row, filled, roles)
    if item is None or "\n" not in item.title:
        return [] if item is None else [item]
    # What stands before the first mark would be the objective.
    _, *parts = parts_of(f"O\n{text_of(row.value(item.column))}")
    return [replace(item, title=part) for part in parts] or [item]


def _beside_key_result(
    row: Row, filled: Sequence[tuple[int, CellValue]]
) -> Mapping[str, tuple[CellValue, tuple[int, int]]]:
    """The values beside the title of a key result that have labels: `Target: 40`."""
    labels = _labels(row, filled, _OF_A_KEY_RESULT) or {}
    return {role: label for role, label in labels.items() if role in _OF_A_KEY_RESULT}


def _with_labels(
    title_column: int, labels: Mapping[str, tuple[CellValue, tuple[int, int]]]
) -> Mapping[str, int]:
    columns = {role: column for role, (_, (_, column)) in labels.items()}
    return {"key_result": title_column, **columns}


_OF_A_KEY_RESULT = frozenset(
    {"baseline", "target", "current", "progress", "owner", "status", "due", "confidence", "score"}
)


def _key_result(
    row: Row, filled: Sequence[tuple[int, CellValue]], roles: Mapping[str, int]
) -> Item | None:
    """The key result of a row: under the header of its block, after a mark such as `KR1:`, beside a
    label, or as a line of a list. None where the row has none.
    """
    column, text = filled[0]
    if roles:
        title = row.value(roles["key_result"])
        if not isinstance(title, str) or not title.strip() or is_placeholder(title):
            return None
        if "total" in table_of("rows").get(normal(title), ()):
            return None
        return Item(
            "key_result",
            row,
            roles["key_result"],
            _KEY_RESULT.sub("", title, count=1).strip(),
            roles,
        )
    if not isinstance(text, str):
        return None
    if _KEY_RESULT.match(text) is not None:
        title_text = _KEY_RESULT.sub("", text, count=1).strip()
        labels = _beside_key_result(row, filled[1:])
        return (
            None
            if is_placeholder(title_text)
            else Item("key_result", row, column, title_text, _with_labels(column, labels), labels)
        )
    if is_key_result_label(text) and len(filled) >= 2 and filled[1][0] - column <= 2:
        title_column, beside = filled[1]
        if isinstance(beside, str) and not is_placeholder(beside) and not roles_of(beside):
            labels = _beside_key_result(row, filled[2:])
            named = _with_labels(title_column, labels)
            return Item("key_result", row, title_column, beside.strip(), named, labels)
        return None
    if _LINE.match(text) is not None:
        return Item(
            "key_result", row, column, _LINE.sub("", text, count=1).strip(), {"key_result": column}
        )
    return None


def stated_key_result(filled: Sequence[tuple[int, CellValue]]) -> str | None:
    """The key result that a row labels as one: after a mark such as `Key Result:`, or beside that
    label. None where it labels none.
    """
    if not filled or not isinstance(filled[0][1], str):
        return None
    text = filled[0][1]
    if _KEY_RESULT.match(text) is not None:
        return _KEY_RESULT.sub("", text, count=1).strip()
    beside = filled[1][1] if len(filled) == 2 and is_key_result_label(text) else None
    return beside.strip() if isinstance(beside, str) else None


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, Blocks) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each key result belongs to the objective stated above it."""
    records: list[Record] = []
    objective_index: int | None = None
    for item in sheet.drawn.items if isinstance(sheet.drawn, Blocks) else ():
        if item.kind == "objective":
            objective_index = len(records)
            records.append(
                Record(
                    "objective",
                    item.row,
                    item.column,
                    elsewhere={role: place for role, (_, place) in item.labels.items()},
                    values={role: value for role, (value, _) in item.labels.items()},
                    roles=item.roles,
                    title=item.title,
                )
            )
        else:
            records.append(
                Record(
                    "key_result",
                    item.row,
                    item.column,
                    objective_index,
                    elsewhere={role: place for role, (_, place) in item.labels.items()},
                    values={role: value for role, (value, _) in item.labels.items()},
                    roles=item.roles,
                    title=item.title,
                )
            )
    return records


LAYOUT = Layout(
    because="each objective is labelled as one, and its key results are below it",
    fits=_fits,
    records=_records,
    detect=_detect,
    names_columns=True,
)
