"""Finds the header row of a table and the meaning of each column.

Each header cell is judged by its own words, whatever the language of its neighbours. Where words
leave the meaning open (`title`, `End`, `objective` over ids), the content below decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from okrsync.mapping.file import ROLES, Mapping_
from okrsync.mapping.header.above import labels_above, spread
from okrsync.mapping.header.beside import role_of, tables_beside
from okrsync.mapping.header.check_in_log import is_log, with_day_column
from okrsync.mapping.header.check_ins import names_check_in
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.families import in_their_own_words, named_after_their_noun
from okrsync.mapping.header.footer import split_footer
from okrsync.mapping.header.frameworks import unnamed_statements
from okrsync.mapping.header.header import Header, HeaderContext
from okrsync.mapping.header.judgement import Judged
from okrsync.mapping.header.periods import with_check_ins, with_period
from okrsync.mapping.header.roles import judge
from okrsync.mapping.header.wide import groups_of, levels_of, names_period
from okrsync.mapping.values.typed import shown
from okrsync.mapping.words import normal, roles_of
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["find_header"]

# Titles, legends and instructions above a header rarely take more rows.
_DEPTH = 15
# The meaning of a column shows in its first rows; reading all would cost time in large sheets.
_SAMPLE = 200
_LONGEST_OF_TITLES = 30
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
_OKR = lazy_pattern(r"\bokrs?\b|key ?result|目标|目標|목표|цел")
_TABLE_OF_OKRS = lazy_pattern(
    rf"{_OKR.pattern}|\bobjectives?\b|\bgoals?\b|\bziele?\b|\bobjectifs?\b|\bobjetivos?\b|\bobiettivi\b|\bdoelen\b"
)


def find_header(table: Table, mapping: Mapping_, context: HeaderContext) -> Header:
    """The header of a table, with the labels above it, and with the columns of the configured cycle
    where there are blocks of columns for several cycles.

    If the mapping names columns or a row, these are used. With `auto`, the header is the row among
    the first fifteen with the most words for roles.
    """
    table, _ = split_footer(table)
    header = _choose_header(table, mapping, context.owned)
    if not header.roles:
        return header
    rows = [row for row in table.rows if header.row is not None and row.number < header.row]
    labels = labels_above(rows)
    over = spread(table, rows[-1], len(header.names)) if rows else []
    below = Contents(
        [row for row in table.rows if header.row is None or row.number > header.row][:_SAMPLE],
        has_order=table.has_order,
    )
    header = with_period(replace(header, labels=labels), over, mapping, context, below)
    return _without_doubts(with_check_ins(header, mapping, context, below))


def _without_doubts(header: Header) -> Header:
    """The header without the roles that are in doubt, because nothing is guessed."""
    roles = dict(header.roles)
    judged = dict(header.judged)
    for doubt in header.doubts:
        if not doubt.is_about_titles:
            roles = {role: column for role, column in roles.items() if column != doubt.column}
        others = judged[doubt.column].others if doubt.column in judged else ()
        judged[doubt.column] = Judged(None, 0.5, doubt.text, (doubt.role, *others))
    return replace(header, roles=roles, judged=judged)


def _choose_header(table: Table, mapping: Mapping_, owned: Mapping[str, str]) -> Header:
    if table.header is not None:
        return _judge(table, None, table.header, table.rows, mapping, owned)
    stated_number = mapping.header_row(table.name)
    if stated_number is not None:
        stated = next((row for row in table.rows if row.number == stated_number), None)
        if stated is None:
            return Header(
                None,
                {},
                (),
                reason=(
                    f"the mapping says that the header is in row {stated_number}, but the table has"
                    " no such row"
                ),
            )
        return _judge_row(table, stated, mapping, owned)
    best: Header | None = None
    unsure: Header | None = None
    lacking: Header | None = None
    log: Header | None = None
    dense = 0
    columns = _columns_in_use(table)
    for index, row in enumerate(table.rows[:_DEPTH]):
        is_dense = sum(not is_blank(value) for value in row.values) > 2
        if not _may_head(row, mapping, columns, owned):
            dense += is_dense
            continue
        header = _judge_row(table, row, mapping, owned)
        pair = _judge_pair(table, index, mapping, owned)
        if pair is not None and _is_better(pair, header, table.rows[index + 1]):
            header = pair
        if dense > 1 and len({*header.roles.values()}) < 3 and not mapping.columns:
            dense += is_dense
            continue  # Below rows of data, a few words for roles are no header.
        if lacking is None and header.missing and sum(bool(name) for name in header.names) > 1:
            lacking = header
        if unsure is None and header.reason is not None:
            unsure = header
        if log is None and header.is_log:
            log = header
        if header.roles and (best is None or _is_preferred(header, best, table.rows)):
            best = header
    if best is None and log is not None:
        return replace(
            log, reason="its rows are entries of a log without objectives or key results"
        )
    if best is not None or lacking is not None:
        return best if best is not None else lacking or Header(None, {}, ())
    if unsure is not None:
        return unsure
    present = ", ".join(
        repr(shown(text_of(value)))
        for row in table.rows[:1]
        for value in row.values
        if not is_blank(value)
    )
    return Header(
        None,
        {},
        (),
        reason=(
            f"none of its first rows is a header of OKRs; the first row has {present or 'nothing'}"
        ),
    )


def _columns_in_use(table: Table) -> int:
    """The number of columns that hold more than one value at the top of a table."""
    counts: dict[int, int] = {}
    for row in table.rows[: _DEPTH * 2]:
        for column, value in enumerate(row.values):
            if not is_blank(value):
                counts[column] = counts.get(column, 0) + 1
    return sum(count > 1 for count in counts.values())


def _may_head(row: Row, mapping: Mapping_, columns: int, owned: Mapping[str, str]) -> bool:
    """Whether a row may be a header: two texts name objectives and key results; or it holds only
    texts, years and days, and either half of its texts are words for roles and cover half of the
    columns in use, or more than three are words for roles, or the mapping names columns.
    """
    filled = [value for value in row.values if not is_blank(value)]
    ours = {header.strip().casefold() for header in owned.values()}
    texts = [
        value for value in filled if isinstance(value, str) and value.strip().casefold() not in ours
    ]
    others = [value for value in filled if not isinstance(value, str | date)]
    if any(isinstance(value, bool) or value != value for value in others):
        return False  # Boxes to tick and numbers that are none stand in rows of data only.
    if _names_titles(texts):
        return True  # `0.3` and `0.7` beside them are names of columns, too.
    if any(not isinstance(value, float | int) or not 1990 <= value <= 2100 for value in others):
        return False
    days = sum(isinstance(value, date) for value in filled)
    known = sum(len(text) <= 60 and (bool(roles_of(text)) or names_period(text)) for text in texts)
    # Three columns of check-ins count like words for roles; two days may just be in a row of data.
    check_ins = sum(names_check_in(text) for text in texts)
    known += check_ins if check_ins > 2 else 0
    if known:
        known += len(named_after_their_noun(dict(enumerate(texts))))
    return (
        bool(mapping.columns)
        or known > 3
        or (known > (2 if days else 0) and known * 2 >= len(texts) and len(texts) * 2 >= columns)
        or len(groups_of(texts)) > 0
        or (len(levels_of(texts)) > 1 and not days)
    )


def _is_preferred(header: Header, best: Header, rows: Sequence[Row]) -> bool:
    """Whether a header says more than the best one above it. One that only adds columns to those of
    the other heads a second table, and both are read by what the first one says.
    """
    if _score(header) <= _score(best):
        return False
    adds = best.roles.items() <= header.roles.items()
    between = (row for row in rows if (best.row or 0) < row.number < (header.row or 0))
    return not adds or not any(row.fills_more_than(2) for row in between)


def _score(header: Header) -> tuple[bool, int, int]:
    core = sum(role in header.roles for role in ("objective", "key_result"))
    return not header.missing, core + len(header.roles), len(header.roles)


def _is_better(pair: Header, header: Header, second: Row) -> bool:
    """Whether a header in two rows says more than its first row alone: it has a higher score, or
    its second row names more points in time, and no title.
    """
    if _score(pair) > _score(header):
        return True
    more = sum(map(_names_time, pair.names)) - sum(map(_names_time, header.names))
    titles = [header.roles[role] for role in ("objective", "key_result") if role in header.roles]
    return bool(pair.roles) and more > 2 and all(is_blank(second.value(each)) for each in titles)


def _names_time(name: str) -> bool:
    return names_check_in(name) or names_period(name)


def _judge_row(table: Table, row: Row, mapping: Mapping_, owned: Mapping[str, str]) -> Header:
    names = tuple(
        " ".join(value.split())
        if isinstance(value, str)
        else value.strftime("%Y-%m-%d")
        if isinstance(value, date)
        else text_of(value)
        for value in row.values
    )
    below = (
        table.rows[table.rows.index(row) + 1 :]
        if row.number <= _DEPTH * 4
        else tuple(other for other in table.rows if other.number > row.number)
    )
    header = _judge(table, row.number, names, below, mapping, owned)
    if header.roles or not _names_titles(names):
        return header
    # Titles may be outnumbered by what stands apart below a small table, such as a scale.
    return _judge(table, row.number, names, _up_to_a_gap(below), mapping, owned)


def _names_titles(names: Sequence[str]) -> bool:
    titles = {roles_of(name)[:1] for name in names if len(name) <= _LONGEST_OF_TITLES}
    return {("objective",), ("key_result",)} <= titles


def _up_to_a_gap(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows up to the first empty one below some that are not."""
    first = next((index for index, row in enumerate(rows) if not row.is_empty), 0)
    for index in range(first + 1, len(rows)):
        if rows[index].is_empty or rows[index].number > rows[index - 1].number + 1:
            return rows[:index]
    return rows


def _judge_pair(
    table: Table, index: int, mapping: Mapping_, owned: Mapping[str, str]
) -> Header | None:
    """A header in two rows: where the lower cell is empty, as in merged cells, the upper one
    counts. None where the rows are not such a header.
    """
    if index + 1 >= len(table.rows):
        return None
    upper, lower = (table.rows[row_index].values for row_index in (index, index + 1))
    if any(not is_blank(value) and not isinstance(value, str) for value in lower) or all(
        map(is_blank, lower)
    ):
        return None
    width = max(len(upper), len(lower))
    over = spread(table, table.rows[index], width)
    names: list[str] = []
    filled_up = joined = check_ins = 0
    for column in range(width):
        above, below = (
            values[column] if column < len(values) else None for values in (upper, lower)
        )
        text = (
            below
            if isinstance(below, str) and below.strip()
            else above
            if isinstance(above, str)
            else ""
        )
        filled_up += text is above and bool(text)
        joined += text is below and bool(roles_of(text))
        if text is below and _names_time(text):
            check_ins += 1
            if over[column] and roles_of(over[column]) and names_check_in(text):
                text = f"{over[column]} {text}"  # `W45` below `Confidence`
        names.append(" ".join(text.split()))
    joined += check_ins if check_ins > 2 else 0
    if not filled_up or joined < 2:
        return None
    return _judge(
        table, table.rows[index + 1].number, tuple(names), table.rows[index + 2 :], mapping, owned
    )


def _judge(
    table: Table,
    number: int | None,
    names: Sequence[str],
    below: Sequence[Row],
    mapping: Mapping_,
    owned: Mapping[str, str],
) -> Header:
    taken = _owned_columns(table, names, owned)
    contents = Contents(below[:_SAMPLE], has_order=table.has_order)
    others_beside = () if mapping.columns else _other_tables(names, taken, contents)
    taken = taken.union(*others_beside)
    named, missing = _named_roles(names, mapping)
    named = {
        role: column
        for role, column in named.items()
        if column not in taken or role in mapping.columns
    }
    groups = groups_of([name if column not in taken else "" for column, name in enumerate(names)])
    inside = (
        {column for group in groups for column in group.values()}
        if "key_result" not in mapping.columns
        else set()
    )
    used = {*taken, *named.values(), *inside}
    free = {column: name for column, name in enumerate(names) if name and column not in used}
    free |= unnamed_statements(names, contents)
    settled = {role: -2 if mapping.names(role) else -1 for role in mapping.columns} | named
    if inside:
        settled["key_result"] = groups[0]["key_result"]
    judgement = judge(
        {**free, **named_after_their_noun(free)},
        contents,
        settled,
        table.name,
        frozenset(mapping.values.kinds),
        has_confidence_words=bool(mapping.values.confidence),
    )
    judgement.judged.update(in_their_own_words(judgement.judged, free))
    roles = {**named, **judgement.roles}
    others = {
        column
        for role, column in roles.items()
        if role not in ("objective", "key_result", "id", "parent")
    }
    levels = levels_of(names, sorted({*taken, *others}))
    if levels and "objective" not in mapping.columns:
        roles["objective"] = levels[0]
    if inside:
        roles["key_result"] = groups[0]["key_result"]
    beside = roles.get("objective", -2) + 1
    is_unnamed = (
        "key_result" not in {*roles, *mapping.columns}
        and 0 < beside < len(names)
        and not names[beside]
    )
    if is_unnamed and contents.of(beside).are_titles and contents.are_beside(beside - 1, beside):
        roles["key_result"] = judgement.roles["key_result"] = beside
        why = (
            "it has no header, and its text is indented below the objectives at its left;"
            f" {contents.of(beside).words()}"
        )
        judgement.judged[beside] = Judged("key_result", 0.8, why)
    says_okr = bool(
        {"objective", "key_result"} & (roles.keys() - _by_title(judgement.judged, roles))
    ) or _says_okr(judgement.judged, names, contents)
    # A table with declared columns, such as a Notion database, holds one kind of item, and its name
    # says which: "Objectives".
    says_okr = says_okr or (
        table.header is not None and _TABLE_OF_OKRS.search(normal(table.name)) is not None
    )
    # A column of names makes a list of OKRs only if something else in the table says so.
    titled = [
        contents.of(roles[role]) for role in ("objective", "key_result") if role in judgement.roles
    ]
    is_empty = any(
        content.filled and not content.may_be_titles(0.6 if len({*roles.values()}) > 2 else 0.8)
        for content in titled
    )
    speaking = len(_SPEAKING & roles.keys()) + (sum(map(names_check_in, names)) > 1)
    if (
        not {"objective", "key_result"} & roles.keys()
        or (is_empty and not judgement.doubts)
        or (not says_okr and speaking < 2)
    ):
        loose = with_day_column(roles, names, contents)
        return Header(
            number,
            {},
            tuple(names),
            missing,
            reason=_why_no_measures(names, contents),
            loose=loose,
            judged=judgement.judged,
            is_log=is_log(loose, contents),
        )
    titles = [roles[role] for role in ("objective", "key_result") if role in roles]
    titles += [*levels, *(group["key_result"] for group in groups if inside)]
    judged = {
        **judgement.judged,
        **_as_named(named, names),
        **_as_grouped(groups if inside else (), levels, names),
    }
    loose = with_day_column(roles, names, contents)
    return Header(
        number,
        roles,
        tuple(names),
        missing,
        tuple(dict.fromkeys(titles)),
        loose=loose,
        may_be_log=is_log(loose, contents),
        judged=judged,
        doubts=tuple(judgement.doubts),
        of_objectives=judgement.of_objectives,
        beside=others_beside,
    )


def _why_no_measures(names: Sequence[str], contents: Contents) -> str | None:
    """Why a list of measures is no list of key results; None for any other table."""
    name = next(
        (
            each
            for column, each in enumerate(names)
            if roles_of(each)[:1] == ("metric",) and contents.of(column).are_titles
        ),
        None,
    )
    if name is None:
        return None
    return (
        f"{name!r} names measures, and no column has their targets beside values, a progress or a"
        " status; add these columns, or, if they are key results as they stand, add"
        f' `columns.key_result = "{name}"` to the mapping'
    )


def _other_tables(
    names: Sequence[str], taken: Collection[int], contents: Contents
) -> tuple[range, ...]:
    """The columns of the tables beside the first one that has key results, or else the first."""
    free = ["" if column in taken else name for column, name in enumerate(names)]
    tables = tables_beside(free, contents)
    main = next(
        (
            columns
            for columns in tables
            if any(role_of(free[column], contents.of(column)) == "key_result" for column in columns)
        ),
        tables[0] if tables else None,
    )
    return tuple(columns for columns in tables if columns != main)


def _by_title(judged: Mapping[int, Judged], roles: Mapping[str, int]) -> set[str]:
    """The roles of titles whose column is only called `title` or `name`."""
    return {
        role
        for role in ("objective", "key_result")
        if role in roles and roles[role] in judged and judged[roles[role]].is_plain_title
    }


def _says_okr(judged: Mapping[int, Judged], names: Sequence[str], contents: Contents) -> bool:
    """Whether a column of titles is one of OKRs: its name says so, or outline numbers (1, 1.1) are
    beside or in the titles, or the titles hold marks such as `KR1:`.
    """
    titles = [column for column, each in judged.items() if each.is_plain_title]
    return any(
        _OKR.search(normal(names[column]))
        or contents.of(column).is_outline
        or contents.of(column).is_marked
        for column in titles
    ) or (
        bool(titles)
        and any(
            contents.of(column).is_outline for column in range(len(names)) if column not in titles
        )
    )


def _as_named(named: Mapping[str, int], names: Sequence[str]) -> dict[int, Judged]:
    return {
        column: Judged(role, 1.0, f"the mapping names {names[column]!r}")
        for role, column in named.items()
    }


def _as_grouped(
    groups: Sequence[Mapping[str, int]], levels: Sequence[int], names: Sequence[str]
) -> dict[int, Judged]:
    judged = {
        column: Judged(
            role, 0.95, f"{names[column]!r} is numbered, so key results are side by side"
        )
        for group in groups
        for role, column in group.items()
    }
    for column in levels:
        judged.setdefault(
            column, Judged("objective", 0.9, f"{names[column]!r} is one of several levels")
        )
    return judged


def _owned_columns(table: Table, names: Sequence[str], owned: Mapping[str, str]) -> set[int]:
    headers = {header.strip().casefold() for header in owned.values()}
    by_name = {column for column, name in enumerate(names) if name.strip().casefold() in headers}
    return by_name | {column for name, column in table.owned.items() if name in owned}


def _named_roles(
    names: Sequence[str], mapping: Mapping_
) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """By role, the columns that the mapping names, and the names that the table lacks."""
    plain: dict[str, int] = {}
    counts: dict[str, int] = {}
    for column, name in enumerate(names):
        plain.setdefault(normal(name), column)
        # Where several columns have one name, `Current #2` means the second.
        counts[normal(name)] = number = counts.get(normal(name), 0) + 1
        plain.setdefault(normal(f"{name} #{number}"), column)
    roles: dict[str, int] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for role in ROLES:
        wanted = mapping.names(role)
        if not wanted:
            continue
        match = next((plain[normal(name)] for name in wanted if normal(name) in plain), None)
        if match is None:
            missing[role] = wanted
        else:
            roles[role] = match
    return roles, missing
