"""Results framework: statements on several levels (goal, outcome, output), each with indicators
that have a baseline, milestones and a target.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.mapping.values.kinds import bare_kind, depth_of, split_level
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row

__all__ = ["LAYOUT"]

_CODE = lazy_pattern(r"\d+(?:\.\d+)*")
_DEEPEST = 4
_MOST = 0.5


class StatedLevel(Frozen, frozen=True):
    """The level of a statement: how deep it stands (0 is the highest), its number such as `1.2`,
    the word for it, and the statement without both.
    """

    depth: int
    number: str
    name: str
    statement: str


class _Framework(Struct):
    """The statements of a framework so far."""

    records: list[Record] = struct_field(default_factory=list)
    indexes: dict[str, int] = struct_field(default_factory=dict)
    levels: dict[int, StatedLevel] = struct_field(default_factory=dict)

    def above(self, level: StatedLevel, named: str) -> int | None:
        """The statement that another belongs to: the one it names; else the one whose number begins
        its own; else the last one above it on a higher level.
        """
        if named:
            names = (folded(named), folded(split_level(named)[2]))
            index = next((self.indexes[name] for name in names if name in self.indexes), None)
            if index is not None:
                return index
        number, _, last = level.number.rpartition(".")
        if number and last:
            for index, other in self.levels.items():
                if other.number == number and other.depth < level.depth:
                    return index
        return next(
            (index for index in reversed(self.levels) if self.levels[index].depth < level.depth),
            None,
        )


def _fits(sheet: Sheet) -> float:
    """Well, when indicators stand beside statements, most of these say their level or have it
    beside them, and rows have the order that tells which is below which.
    """
    if (
        not sheet.has_order
        or sheet.shares_a_column
        or not {"objective", "key_result"} <= sheet.roles.keys()
    ):
        return 0.0
    statements = {text for text in sheet.texts("objective") if text}
    levels = [_stated_level(text, "") for text in statements]
    if "kind" in sheet.roles:
        beside = [
            _stated_level(text, level)
            for text, level in zip(sheet.texts("objective"), sheet.texts("kind"), strict=True)
            if text
        ]
        levels = max(levels, beside, key=lambda each: sum(map(bool, each)))
    stated = [level for level in levels if level is not None]
    if len(stated) <= len(levels) * _MOST:
        return 0.0
    return 1.4 if len({level.depth for level in stated}) > 1 else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each statement is an objective under the one above it, and each indicator its key result. A
    row without a statement has one more indicator of the last one. Each cycle has a framework of
    its own.
    """
    frameworks: dict[str, _Framework] = {}
    records: list[Record] = []
    for cycle in dict.fromkeys(sheet.texts("cycle")):
        frameworks[cycle] = _Framework()
        rows = [row for row in sheet.rows if sheet.text(row, "cycle") == cycle]
        _read_rows(frameworks[cycle], sheet.of_rows(rows))
        offset = len(records)
        for record in frameworks[cycle].records:
            if record.objective is not None:
                record.objective += offset
            records.append(record)
    return records


def _read_rows(framework: _Framework, sheet: Sheet) -> None:
    last: int | None = None
    statement_column, column = sheet.roles["objective"], sheet.roles["key_result"]
    for row, text, level_text, title, parent, id_ in zip(
        sheet.rows,
        sheet.texts("objective"),
        sheet.texts("kind"),
        sheet.texts("key_result"),
        sheet.texts("parent"),
        sheet.texts("id"),
        strict=True,
    ):
        if text:
            last = framework.indexes.get(f"\x1f{text}")
            if last is None:
                last = _state(framework, row, statement_column, text, level_text, parent, id_)
            if not title:
                framework.records[last].states_row = True
        if title:
            framework.records.append(Record("key_result", row, column, last))


def _state(
    framework: _Framework,
    row: Row,
    column: int,
    text: str,
    level_text: str,
    parent: str,
    id_: str,
) -> int:
    """Add a statement; the index of its record."""
    level = _stated_level(text, level_text) or StatedLevel(_DEEPEST, "", "", text)
    if not level.number and _CODE.fullmatch(id_):
        level = replace(level, number=id_)
    above = framework.above(level, parent)
    values: dict[str, CellValue] = {"id": None}
    if above is not None:
        values["parent"] = framework.records[above].title
    if level.name:
        values["level"] = level.name
    index = len(framework.records)
    title = level.statement
    framework.records.append(
        Record("objective", row, column, values=values, states_row=False, title=title)
    )
    framework.levels[index] = level
    names = (text, title, id_, level_text, f"{level.name} {level.number}".strip(), level.number)
    for name in names:
        if name:
            framework.indexes.setdefault(folded(name), index)
    framework.indexes[f"\x1f{text}"] = index
    return index


def _stated_level(text: str, beside: str) -> StatedLevel | None:
    """The level of a statement by the word beside it, or by the one it begins with."""
    name, number, statement = split_level(text)
    depth = depth_of(beside) if beside else None
    if depth is not None:
        code = _CODE.search(beside)
        return StatedLevel(depth, code[0] if code else number, bare_kind(beside).strip(), statement)
    depth = depth_of(name) if name else None
    return None if depth is None else StatedLevel(depth, number, name, statement)


LAYOUT = Layout(
    because="statements on several levels stand beside their indicators",
    fits=_fits,
    records=_records,
    needs=("objective", "key_result"),
)
