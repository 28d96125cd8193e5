"""Columns of a header for several points in time: blocks for periods, and columns of check-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.header.check_ins import check_in_columns
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.header import Header, HeaderContext
from okrsync.mapping.header.judgement import Doubt, Judged
from okrsync.mapping.header.wide import NamedPeriod, PeriodBlock, blocks_of, named_periods
from okrsync.mapping.sheet import CheckInColumn
from okrsync.model.evidence import Answer
from okrsync.model.okrs import Cycle

__all__ = ["with_check_ins", "with_period"]

_VALUES = ("current", "progress", "score", "status")


def with_period(
    header: Header, over: list[str], mapping: Mapping_, context: HeaderContext, contents: Contents
) -> Header:
    """The header with the columns of the configured cycle, where there are blocks of columns for
    several cycles.
    """
    taken = {header.strip().casefold() for header in context.owned.values()}
    names = ["" if name.strip().casefold() in taken else name for name in header.names]
    first_month = context.fiscal_year_start
    named = named_periods(names, over, context.today, context.cycle, first_month)
    if not named:
        return header
    from okrsync.mapping.header import bare_periods as bare_columns

    fixed = {header.roles[role] for role in header.roles if role in mapping.columns}
    bare = bare_columns.bare_periods(named, names, fixed, mapping)
    if bare.stated is not None:
        fixed -= bare.columns
        kept = {role: each for role, each in header.roles.items() if each not in bare.columns}
        header = replace(header, roles=kept)
    named = tuple(each for each in named if each.column not in fixed)
    bare_role = bare.stated or bare_columns.role_of_bare(bare, named, header, context, contents)
    blocks = blocks_of(named, names, over, context.cycle, contents, bare_role)
    asked = (bare_columns.doubt_about(bare, names, context.cycle),) if bare_role is None else ()
    doubts = (*(doubt for doubt in header.doubts if doubt.column not in bare.columns), *asked)
    header = replace(header, doubts=doubts)
    if not blocks:
        header = _without_past(header, named, names, mapping, context)
        if bare.named:
            return header
        return bare_columns.with_only_period(named, header, context, contents)
    inside = {column for block in blocks for column in block.roles.values()}
    roles = {
        role: column
        for role, column in header.roles.items()
        if column not in inside or column in fixed
    }
    chosen, cycle, check_ins = _chosen(blocks, context, contents)
    if cycle is not None:
        # The block is more precise than a label above the whole table.
        header = replace(
            header,
            labels={role: label for role, label in header.labels.items() if role != "cycle"},
            doubts=(*(doubt for doubt in doubts if doubt.is_about_titles), *asked),
        )
    periods = tuple(block.text for block in blocks)
    judged = dict(header.judged)
    for block in blocks:
        for role, column in block.roles.items():
            is_it = chosen.get(role) == column and roles.get(role, column) == column
            why = f"{names[column]!r} of {block.text}" + (
                "" if is_it else ", which is not the configured period"
            )
            judged[column] = Judged(role if is_it else None, 0.9, why, () if is_it else (role,))
    for column, each in judged.items():
        # `YTD` beside `2025 Actual` and `2026 Target`: the old value had the role.
        given_way = next(iter(each.others), None) if each.role is None else None
        if (
            given_way in _VALUES
            and given_way not in {*chosen, *roles, *mapping.columns}
            and column not in inside
            and contents.of(column).filled
        ):
            roles[given_way] = column
            judged[column] = replace(each, role=given_way, confidence=0.8, others=())
    stated = {*chosen, *roles, *mapping.columns}
    start: int | None = None
    if "baseline" not in stated and cycle is not None:
        start = _value_before(blocks, chosen, cycle)
        if start is None and {"target", "current"} <= {*chosen, *roles}:
            start = _bare_before(named, cycle)
    if start is not None and contents.of(start).are_numbers:
        header = replace(header, doubts=(*header.doubts, _doubt_about_start(names[start], start)))
    header = replace(
        header,
        roles={**chosen, **roles},
        periods=periods,
        cycle=cycle,
        judged=judged,
        check_ins=check_ins,
    )
    return bare_columns.with_total(header, contents)


def _without_past(
    header: Header,
    named: Sequence[NamedPeriod],
    names: Sequence[str],
    mapping: Mapping_,
    context: HeaderContext,
) -> Header:
    """The header without a column that says how rows stood in a period that is over, such as `Q3
    progress`: last quarter's success is not this quarter's. Soon after its end, late values may
    still come in.
    """
    over = min(context.cycle.start, context.today - _LATE)
    past = {
        each.column
        for each in named
        if each.word and each.cycle.end < over
        # A label above may be that of a whole table, of which there may be several.
        if each.text.casefold() in names[each.column].casefold()
    }
    roles = {
        role: column
        for role, column in header.roles.items()
        if column not in past or role not in _STANDING or role in mapping.columns
    }
    doubts = [
        Doubt(
            role,
            column,
            f"{names[column]!r} is of a period that is over",
            (Answer("it counts for this one", names[column]), Answer("it does not count", [])),
        )
        for role, column in header.roles.items()
        if role not in roles
    ]
    return replace(header, roles=roles, doubts=(*header.doubts, *doubts)) if doubts else header


_LATE = timedelta(days=31)
_STANDING = frozenset({"current", "progress", "score", "status", "confidence"})


def _value_before(
    blocks: Sequence[PeriodBlock], chosen: Mapping[str, int], cycle: Cycle
) -> int | None:
    """The column with the values of the last period before a cycle that has targets and values,
    where that period has no target of its own: `2025 Actual` beside `2026 Target`.
    """
    before = [block for block in blocks if block.cycle.end < cycle.start]
    last = max(before, key=lambda block: block.cycle.end, default=None)
    if last is None or not {"target", "current"} <= chosen.keys() or "target" in last.roles:
        return None
    return last.roles.get("current")


def _bare_before(named: Sequence[NamedPeriod], cycle: Cycle) -> int | None:
    """The only column that names a period before a cycle, as long as it, and nothing else: `2025`
    beside `2026 Target` and `2026 YTD`. Months beside a quarter are check-ins.
    """
    before = [each for each in named if not each.word and each.cycle.end < cycle.start]
    length = cycle.end - cycle.start
    alike = [each for each in before if abs(each.cycle.end - each.cycle.start - length) < _A_WEEK]
    return alike[0].column if len(alike) == len(before) == 1 else None


_A_WEEK = timedelta(days=7)


def _doubt_about_start(name: str, column: int) -> Doubt:
    text = (
        f"{name!r} holds what was reached in an earlier period, and no column holds the baselines,"
        " so all rows count from 0"
    )
    answers = (
        Answer("it is the baseline", name),
        Answer("the rows count from 0", []),
    )
    return Doubt("baseline", column, text, answers)


def _chosen(
    blocks: Sequence[PeriodBlock], context: HeaderContext, contents: Contents
) -> tuple[Mapping[str, int], Cycle | None, tuple[CheckInColumn, ...]]:
    """The columns by role of the block for the configured cycle, otherwise of a block that contains
    it. If several blocks lie within the cycle, such as months, the last one gives the targets, the
    latest filled one gives the values, and all of them are check-ins; a block around them that has
    no values (`Target 2026` beside months) gives the targets. The rows of the only block belong to
    its period.
    """
    if len(blocks) == 1 and not blocks[0].cycle.overlaps(context.cycle):
        return blocks[0].roles, blocks[0].cycle, ()
    same = [block for block in blocks if block.cycle == context.cycle]
    around = [
        block
        for block in blocks
        if block.cycle.start <= context.cycle.start and context.cycle.end <= block.cycle.end
    ]
    inside = sorted(
        (
            block
            for block in blocks
            if context.cycle.start <= block.cycle.start and block.cycle.end <= context.cycle.end
        ),
        key=lambda block: block.cycle.start,
    )
    wider = next(iter((*same, *around)), None)
    if wider is not None and (wider in inside or _has_values((wider,)) or not _has_values(inside)):
        return wider.roles, wider.cycle, ()
    roles = {
        role: column
        for block in inside
        for role, column in block.roles.items()
        if role in ("target", "stretch")
        # A month ahead may be filled with plans, which are no current values yet.
        or (block.cycle.start <= context.today and contents.of(column).filled)
    }
    check_ins = tuple(
        CheckInColumn(column, role, block.cycle.start, block.cycle.end)
        for block in inside
        for role, column in block.roles.items()
        if role != "stretch"
    )
    if wider is not None:
        return {**roles, **wider.roles}, wider.cycle, check_ins
    return roles, context.cycle if roles else None, check_ins


def _has_values(blocks: Sequence[PeriodBlock]) -> bool:
    return any(role in block.roles for block in blocks for role in _VALUES)


def with_check_ins(
    header: Header, mapping: Mapping_, context: HeaderContext, contents: Contents
) -> Header:
    """The header with its columns of check-ins; a role that has a column of its own keeps it."""
    taken = {header.strip().casefold() for header in context.owned.values()}
    fixed = {header.roles[role] for role in header.roles if role in mapping.columns}
    grouped = {each.column for each in header.check_ins}
    names = {
        column: name
        for column, name in enumerate(header.names)
        if name
        and name.strip().casefold() not in taken
        and column not in fixed | grouped
        and header.roles.get("objective") != column
        and header.roles.get("key_result") != column
    }
    target = header.roles.get("target")
    percent = target is not None and contents.of(target).percents > 0
    order = mapping.values.date_order
    columns = check_in_columns(
        names,
        contents,
        context.cycle,
        order,
        percent=percent,
        has_order=contents.has_order,
    )
    if not columns:
        return header
    columns_taken = {each.column for each in columns}
    roles = {role: column for role, column in header.roles.items() if column not in columns_taken}
    judged = dict(header.judged)
    for each in columns:
        judged[each.column] = Judged(each.role, 0.9, _because(each, columns, header))
    doubts = tuple(doubt for doubt in header.doubts if doubt.column not in columns_taken)
    return replace(
        header,
        roles=roles,
        judged=judged,
        doubts=doubts,
        check_ins=(*header.check_ins, *columns),
    )


def _because(column: CheckInColumn, columns: Sequence[CheckInColumn], header: Header) -> str:
    name = header.names[column.column]
    if column.role == "target":
        count = sum(each.role == "target" for each in columns)
        return f"{name!r} is one of {count} dated targets, the plan of each row"
    return f"{name!r} is one of {len(columns)} check-in columns; the last filled one counts"
