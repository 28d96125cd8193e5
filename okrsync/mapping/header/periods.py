"""The columns of a header that tell of several times: blocks for periods, and check-ins beside each
other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.header.check_ins import check_in_columns
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.header import Asked, Header
from okrsync.mapping.header.judgement import Judged
from okrsync.mapping.header.wide import PeriodBlock, blocks_of
from okrsync.mapping.sheet import CheckInColumn
from okrsync.model.okrs import Cycle

__all__ = ["with_check_ins", "with_period"]


def with_period(
    found: Header, over: list[str], mapping: Mapping_, asked: Asked, contents: Contents
) -> Header:
    """The header with the columns of the asked cycle, where there are blocks of columns for
    several.
    """
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
    roles = {
        role: place for role, place in found.roles.items() if place not in inside or place in fixed
    }
    chosen, cycle, check_ins = _chosen(blocks, asked, contents)
    if cycle is not None:
        # The block says more than a cell above the whole table.
        found = replace(
            found, labels={role: told for role, told in found.labels.items() if role != "cycle"}
        )
    periods = tuple(block.text for block in blocks)
    judged = dict(found.judged)
    for block in blocks:
        for role, place in block.roles.items():
            is_it = chosen.get(role) == place and roles.get(role, place) == place
            why = f"{names[place]!r} of {block.text}" + (
                "" if is_it else ", another period than the one that is asked for"
            )
            judged[place] = Judged(role if is_it else None, 0.9, why, () if is_it else (role,))
    return replace(
        found,
        roles={**chosen, **roles},
        periods=periods,
        cycle=cycle,
        judged=judged,
        check_ins=tuple(each for each in check_ins if each.role not in roles),
    )


def _chosen(
    blocks: Sequence[PeriodBlock], asked: Asked, contents: Contents
) -> tuple[Mapping[str, int], Cycle | None, tuple[CheckInColumn, ...]]:
    """The columns by role of the block for the asked cycle, or of one that contains it; of several
    within it, such as months, the targets of the last, the values of the latest that has any, and
    all of them as check-ins.
    """
    same = [block for block in blocks if block.cycle == asked.cycle]
    around = [
        block
        for block in blocks
        if block.cycle.start <= asked.cycle.start and asked.cycle.end <= block.cycle.end
    ]
    for block in (*same, *around):
        return block.roles, block.cycle, ()
    inside = sorted(
        (
            block
            for block in blocks
            if asked.cycle.start <= block.cycle.start and block.cycle.end <= asked.cycle.end
        ),
        key=lambda block: block.cycle.start,
    )
    found = {
        role: place
        for block in inside
        for role, place in block.roles.items()
        if role in ("target", "stretch")
        or (block.cycle.start <= asked.today and contents.of(place).filled)
    }
    check_ins = tuple(
        CheckInColumn(place, role, block.cycle.start, block.cycle.end)
        for block in inside
        for role, place in block.roles.items()
        if role != "stretch"
    )
    return found, asked.cycle if found else None, check_ins


def _is_periodic(name: str) -> bool:
    return any(sign.isdigit() for sign in name)


def with_check_ins(found: Header, mapping: Mapping_, asked: Asked, contents: Contents) -> Header:
    """The header with its columns of check-ins; a role that has a column of its own keeps it."""
    taken = {header.strip().casefold() for header in asked.owned.values()}
    fixed = {found.roles[role] for role in found.roles if role in mapping.columns}
    grouped = {each.column for each in found.check_ins}
    names = {
        place: name
        for place, name in enumerate(found.names)
        if name
        and name.strip().casefold() not in taken
        and place not in fixed | grouped
        and found.roles.get("objective") != place
        and found.roles.get("key_result") != place
    }
    target = found.roles.get("target")
    percent = target is not None and contents.of(target).percents > 0
    order = mapping.values.date_order
    columns = check_in_columns(names, contents, asked.cycle, order, percent=percent)
    if not columns:
        return found
    places = {each.column for each in columns}
    roles = {role: place for role, place in found.roles.items() if place not in places}
    judged = dict(found.judged)
    for each in columns:
        why = f"{found.names[each.column]!r} is one of {len(columns)} columns of check-ins"
        judged[each.column] = Judged(each.role, 0.9, f"{why}; the last filled one counts")
    doubts = tuple(doubt for doubt in found.doubts if doubt.column not in places)
    return replace(
        found,
        roles=roles,
        judged=judged,
        doubts=doubts,
        check_ins=(*found.check_ins, *columns),
    )
