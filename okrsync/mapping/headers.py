"""Finds the header row of a table and says what each column means.

Every header cell is judged by its own words, whatever language its neighbours are in. Where words leave it open (`title`, `End`, `objective`
holding ids), what stands below decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from okrsync.mapping.above import labels_above, spread
from okrsync.mapping.file import ROLES, Mapping_
from okrsync.mapping.layouts.outline import number_ahead, number_at
from okrsync.mapping.logs import is_log
from okrsync.mapping.values import read_date, read_number
from okrsync.mapping.wide import blocks_of, groups_of, levels_of
from okrsync.mapping.words import normal, roles_of
from okrsync.model import Cycle
from okrsync.table import CellValue, Row, Table, is_blank, text_of

__all__ = ["Asked", "Header", "find_header"]

_DEPTH = 15
_SAMPLE = 200
_CORE = frozenset({"objective", "key_result", "title"})
_SPEAKING = frozenset(
    {
        "kind",
        "parent",
        "cycle",
        "status",
        "progress",
        "score",
        "confidence",
        "baseline",
        "current",
        "target",
        "direction",
    }
)
_ID_SHAPE = re.compile(r"(?:[a-z]{1,6}[-_ ]?)?#?\d+(?:[.\-_]\d+)*", re.IGNORECASE)
_OKR = re.compile(r"\bokrs?\b|key ?result|目标|目標|목표|цел")
_DATE_ALONE = frozenset({"date", "datum", "fecha", "data", "日期", "日付", "날짜", "дата"})
_KR_ID = re.compile(r"\s*k(?:ey)?[ -]?r(?:esult)?[-_ ]?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: the number of its row (None where the place declares its columns), the column of each role, and the text of each
    column. `titles` are the columns in which titles stand. `missing` names headers the mapping asks for and the table lacks, by role; `reason` says why
    there is no header, where `roles` is empty; `loose` are the columns of a row that has words for roles, whether it heads a list of OKRs or not. `periods` are the blocks of columns there are for several periods, and `cycle` that of the block that was
    chosen; `labels` is what
    cells above the header say of the whole table, by role, with their row number and column."""

    row: int | None
    roles: Mapping[str, int]
    names: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[int, ...] = ()
    reason: str | None = None
    loose: Mapping[str, int] = field(default_factory=dict)
    cycle: Cycle | None = None
    periods: tuple[str, ...] = ()
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the header is read for: okrsync's own columns by field, which are never read as input, today, and the configured cycle."""

    owned: Mapping[str, str]
    today: date
    cycle: Cycle
    fiscal_year_start: int = 1


def find_header(table: Table, mapping: Mapping_, asked: Asked) -> Header:
    """The header of a table, with the columns of the asked cycle where there are blocks of several, and what stands above it.

    A mapping that names columns or a row is followed; where it says `auto`, the row among the first fifteen with the most words for roles is taken.
    """
    found = _found(table, mapping, asked.owned)
    if not found.roles or is_log(found.loose):
        return found
    rows = [row for row in table.rows if found.row is not None and row.number < found.row]
    labels = labels_above(rows)
    over = spread(table, rows[-1], len(found.names)) if rows else []
    return _with_period(replace(found, labels=labels), over, mapping, asked)


def _with_period(found: Header, over: list[str], mapping: Mapping_, asked: Asked) -> Header:
    """The header with the columns of the asked cycle, where there are blocks of columns for several."""
    taken = {header.strip().casefold() for header in asked.owned.values()}
    names = ["" if name.strip().casefold() in taken else name for name in found.names]
    fixed = {found.roles[role] for role in found.roles if role in mapping.columns}
    blocks = blocks_of(
        [name if place not in fixed else "" for place, name in enumerate(names)],
        over,
        asked.today,
        asked.cycle,
        asked.fiscal_year_start,
        has_target="target" in found.roles and not _is_periodic(names[found.roles["target"]]),
    )
    if not blocks:
        return found
    inside = {place for block in blocks for place in block.roles.values()}
    roles = {role: place for role, place in found.roles.items() if place not in inside or place in fixed}
    chosen = next((block for block in blocks if block.cycle == asked.cycle), None) or next(
        (block for block in blocks if block.cycle.start <= asked.cycle.start and asked.cycle.end <= block.cycle.end),
        None,
    )
    periods = tuple(block.text for block in blocks)
    if chosen is None:
        return replace(found, roles=roles, periods=periods)
    return replace(found, roles={**chosen.roles, **roles}, periods=periods, cycle=chosen.cycle)


def _is_periodic(name: str) -> bool:
    return any(sign.isdigit() for sign in name)


def _found(table: Table, mapping: Mapping_, owned: Mapping[str, str]) -> Header:
    if table.header is not None:
        return _judge(table, None, table.header, table.rows, mapping, owned)
    if isinstance(mapping.header, int):
        at = next((row for row in table.rows if row.number == mapping.header), None)
        if at is None:
            return Header(
                None, {}, (), reason=f"the mapping says the header is in row {mapping.header}, and there is no such row"
            )
        return _judge_row(table, at, mapping, owned)
    best: Header | None = None
    lacking: Header | None = None
    loose: Header | None = None
    for row in table.rows[:_DEPTH]:
        found = _judge_row(table, row, mapping, owned)
        if lacking is None and found.missing and sum(bool(name) for name in found.names) > 1:
            lacking = found
        if loose is None and is_log(found.loose):
            loose = found
        if found.roles and (best is None or _score(found) > _score(best)):
            best = found
    if best is None and loose is not None:
        return replace(loose, reason="its rows log something, and name neither objectives nor key results")
    if best is not None or lacking is not None:
        return best if best is not None else lacking or Header(None, {}, ())
    present = ", ".join(
        repr(text_of(value)[:30]) for row in table.rows[:1] for value in row.values if not is_blank(value)
    )
    return Header(
        None, {}, (), reason=f"no row at its top reads like a header of OKRs; the first row has {present or 'nothing'}"
    )


def _score(found: Header) -> tuple[bool, int, int]:
    core = sum(role in found.roles for role in ("objective", "key_result"))
    return not found.missing, core, len(found.roles)


def _judge_row(table: Table, row: Row, mapping: Mapping_, owned: Mapping[str, str]) -> Header:
    names = tuple(" ".join(value.split()) if isinstance(value, str) else "" for value in row.values)
    below = (
        table.rows[table.rows.index(row) + 1 :]
        if row.number <= _DEPTH * 4
        else tuple(r for r in table.rows if r.number > row.number)
    )
    return _judge(table, row.number, names, below, mapping, owned)


def _judge(
    table: Table,
    number: int | None,
    names: Sequence[str],
    below: Sequence[Row],
    mapping: Mapping_,
    owned: Mapping[str, str],
) -> Header:
    taken = _owned_columns(table, names, owned)
    roles, missing = _named_roles(names, mapping)
    named = set(roles.values())
    roles = {role: place for role, place in roles.items() if place not in taken or role in mapping.columns}
    groups = groups_of([name if place not in taken else "" for place, name in enumerate(names)])
    inside = {place for group in groups for place in group.values()} if "key_result" not in mapping.columns else set()
    free = [
        place
        for place, name in enumerate(names)
        if name and place not in taken and place not in named and place not in inside
    ]
    candidates = {place: found for place in free if (found := roles_of(names[place]))}
    samples = _Samples(below[:_SAMPLE])
    for role, place in _choose(candidates, samples, names):
        if role not in roles and role not in mapping.columns:
            roles[role] = place
    levels = levels_of(names, sorted(taken))
    if levels and "objective" not in mapping.columns:
        roles["objective"] = levels[0]
    if inside:
        roles["key_result"] = groups[0]["key_result"]
    is_told = bool({"objective", "key_result"} & roles.keys()) or _says_okr(candidates, names, samples)
    _settle_titles(roles, candidates, samples)
    # A list of names is a list of OKRs only if something else in it says so.
    if not _CORE & roles.keys() or (not is_told and len(_SPEAKING & roles.keys()) < 2):
        return Header(number, {}, tuple(names), missing, loose=roles)
    titles = [roles[role] for role in ("objective", "key_result") if role in roles]
    titles += [*levels, *(group["key_result"] for group in groups if inside)]
    return Header(number, roles, tuple(names), missing, tuple(dict.fromkeys(titles)), loose=roles)


def _says_okr(candidates: Mapping[int, tuple[str, ...]], names: Sequence[str], samples: _Samples) -> bool:
    """Whether a column of titles is one of OKRs: its name says so, or numbers such as 1, 1.1 stand beside the titles or before them."""
    titles = [place for place, found in candidates.items() if found[0] == "title"]
    return any(_OKR.search(normal(names[place])) or samples.are_outline(place) for place in titles) or (
        bool(titles) and any(samples.are_outline(place) for place in range(len(names)) if place not in titles)
    )


def _owned_columns(table: Table, names: Sequence[str], owned: Mapping[str, str]) -> set[int]:
    headers = {header.strip().casefold() for header in owned.values()}
    by_name = {place for place, name in enumerate(names) if name.strip().casefold() in headers}
    return by_name | {place for name, place in table.owned.items() if name in owned}


def _named_roles(names: Sequence[str], mapping: Mapping_) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """The columns the mapping names, and those it names in vain."""
    plain: dict[str, int] = {}
    for place, name in enumerate(names):
        plain.setdefault(normal(name), place)
    roles: dict[str, int] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for role in ROLES:
        wanted = mapping.names(role)
        if not wanted:
            continue
        found = next((plain[normal(name)] for name in wanted if normal(name) in plain), None)
        if found is None:
            missing[role] = wanted
        else:
            roles[role] = found
    return roles, missing


class _Samples:
    """What stands in the columns below a header."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._columns: dict[int, list[CellValue]] = {}

    def of(self, column: int) -> list[CellValue]:
        """What stands in a column, empty cells left out."""
        if column not in self._columns:
            self._columns[column] = [value for row in self._rows if not is_blank(value := row.value(column))]
        return self._columns[column]

    def are_dates(self, column: int) -> bool:
        """Whether most of a column is days."""
        values = self.of(column)
        dates = sum(
            isinstance(value, date) or (isinstance(value, str) and read_date(value, "dmy") is not None)
            for value in values
        )
        return bool(values) and dates * 2 > len(values)

    def are_numbers(self, column: int) -> bool:
        """Whether most of a column is numbers, with or without units."""
        values = self.of(column)
        return bool(values) and sum(read_number(value) is not None for value in values) * 2 > len(values)

    def are_ids(self, column: int) -> bool:
        """Whether a column holds nothing but short marks such as `KR-1` or `#543`."""
        values = [text_of(value) for value in self.of(column)]
        return bool(values) and all(
            len(value) <= 24 and _ID_SHAPE.fullmatch(value.strip()) is not None for value in values
        )

    def are_outline(self, column: int) -> bool:
        """Whether most of a column is numbered in more than one depth: 1, 1.1, 1.2."""
        values = self.of(column)
        numbers = [number for value in values if (number := number_at(value) or number_ahead(value)) is not None]
        return len({len(number) for number in numbers}) > 1 and len(numbers) * 3 >= len(values) * 2

    def are_key_result_ids(self, column: int) -> bool:
        """Whether most of a column says `KR1`, `KR-2` and so on."""
        values = self.of(column)
        return bool(values) and sum(_KR_ID.match(text_of(value)) is not None for value in values) * 2 > len(values)


def _choose(
    candidates: Mapping[int, tuple[str, ...]], samples: _Samples, names: Sequence[str]
) -> list[tuple[str, int]]:
    """Role and column, in the order of the columns, each column with the role that its content allows."""
    chosen = []
    for place, roles in candidates.items():
        role = _allowed(roles, place, samples)
        if normal(names[place]) in _DATE_ALONE and not samples.are_dates(place):
            role = None
        if role is not None and role != "title":
            chosen.append((role, place))
    by_role: dict[str, list[int]] = {}
    for role, place in chosen:
        by_role.setdefault(role, []).append(place)
    return [(role, _likeliest(role, places, names, samples)) for role, places in by_role.items()]


def _allowed(roles: tuple[str, ...], place: int, samples: _Samples) -> str | None:
    role = roles[0]
    if role in ("baseline", "target") and samples.are_dates(place):
        return "start_date" if role == "baseline" else "due"
    if role in ("due", "start_date") and samples.are_numbers(place) and not samples.are_dates(place):
        values = [read_date(value, None) for value in samples.of(place)]
        if not any(values):
            return "target" if role == "due" else "baseline"
    if role == "objective" and samples.are_ids(place):
        return "parent" if not samples.are_key_result_ids(place) else "id"
    if role == "status" and samples.are_numbers(place):
        return "progress"
    if role in ("checked_in",) and samples.of(place) and not samples.are_dates(place) and samples.are_numbers(place):
        return None if not any(read_date(value, None) for value in samples.of(place)) else role
    return role


def _likeliest(role: str, places: list[int], names: Sequence[str], samples: _Samples) -> int:
    """The column for a role that several headers could mean: the one with the most in it, the first of equals."""
    if role == "id" and len(places) > 1:
        for place in places:
            if re.match(r"k(ey )?r(esult)?\b", normal(names[place])):
                return place
    return max(places, key=lambda place: (len(samples.of(place)) > 0, -places.index(place)))


def _settle_titles(roles: dict[str, int], candidates: Mapping[int, tuple[str, ...]], samples: _Samples) -> None:
    """Say what a column called `title` or `name` holds: key results beside objectives that have text, objectives else."""
    titles = [place for place, found in candidates.items() if found[0] == "title"]
    if not titles:
        return
    title = max(titles, key=lambda place: len(samples.of(place)))
    objective = roles.get("objective")
    if "key_result" in roles:
        if objective is None:
            roles["objective"] = title
        return
    if objective is not None and samples.of(objective):
        roles["key_result"] = title
        return
    kinds = "kind" in roles or "parent" in roles
    if objective is None and kinds:
        roles["objective"] = roles["key_result"] = title
        return
    ids = roles.get("id")
    if ids is not None and samples.are_key_result_ids(ids):
        roles["key_result"] = title
        return
    if objective is not None:
        roles["parent"] = objective
    roles["objective"] = title
