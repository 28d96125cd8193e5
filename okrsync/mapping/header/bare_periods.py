"""Columns whose headers name a period and nothing else: `Q1 | Q2 | Q3 | Q4`, `Oct | Nov | Dec`.

They hold either targets or what was reached, and nothing in the header says which. Other columns,
the calendar, or numbers in the titles may; where they do not, it is a question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from okrsync.mapping.file import Mapping_
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.header import Header, HeaderContext
from okrsync.mapping.header.judgement import Doubt, Judged
from okrsync.mapping.header.wide import NamedPeriod
from okrsync.mapping.values.numbers import read_number
from okrsync.mapping.values.wording import aims_in
from okrsync.mapping.words import lookup, normal, table
from okrsync.model.evidence import Answer
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.model.table import text_of

__all__ = [
    "BarePeriods",
    "bare_periods",
    "doubt_about",
    "role_of_bare",
    "with_only_period",
    "with_total",
]

_STANDING = frozenset({"current", "progress", "score", "status"})
_STATED = ("target", "current", "progress", "score", "status", "confidence", "comment")


class BarePeriods(Frozen, frozen=True):
    """The columns that only name a period, at least two, in the order of the table; and the role
    that the mapping gives them (None: it says nothing).
    """

    named: tuple[NamedPeriod, ...] = ()
    stated: str | None = None

    @property
    def columns(self) -> frozenset[int]:
        """The indexes of the columns."""
        return frozenset(each.column for each in self.named)


def bare_periods(
    named: Sequence[NamedPeriod], names: Sequence[str], fixed: Collection[int], mapping: Mapping_
) -> BarePeriods:
    """The columns that only name a period.

    The mapping states their role if it names one of them, or if it says that no column is a target,
    so that they hold what was reached.
    """
    bare = tuple(each for each in named if not each.word)
    headers = {normal(names[each.column]) for each in bare}
    stated = next(
        (
            role
            for role in _STATED
            if sum(normal(name) in headers for name in mapping.names(role)) > 1
        ),
        None,
    )
    if stated is None:
        bare = tuple(each for each in bare if each.column not in fixed)
        if "target" in mapping.columns and not mapping.names("target"):
            stated = "current"
    return BarePeriods(bare, stated) if len(bare) > 1 else BarePeriods()


def role_of_bare(
    bare: BarePeriods,
    named: Sequence[NamedPeriod],
    header: Header,
    context: HeaderContext,
    contents: Contents,
) -> str | None:
    """The role of columns that only name a period; None where nothing tells whether their numbers
    are targets or what was reached.
    """
    in_words = _role_of_words(bare, header.roles, contents)
    if in_words is not None:
        return in_words
    if _have_target(bare, named, header):
        return "current"
    numbers = [each for each in bare.named if contents.of(each.column).are_numbers]
    has_current = "current" in header.roles and contents.of(header.roles["current"]).filled > 0
    if not numbers or has_current:
        return "target"
    return _by_calendar(bare, context, contents) or _by_titles(bare, header, contents)


def with_only_period(
    named: Sequence[NamedPeriod], header: Header, context: HeaderContext, contents: Contents
) -> Header:
    """The header with the only column that names the running period and nothing else, where no
    other column says how the rows stand: it holds their statuses or what was reached.
    """
    doubted = {doubt.column for doubt in header.doubts}
    roles = {role: column for role, column in header.roles.items() if column not in doubted}
    only = BarePeriods(
        tuple(
            each
            for each in named
            if not each.word and each.column not in roles.values()
            if each.cycle.overlaps(context.cycle) and contents.of(each.column).filled
        )
    )
    if len(only.named) != 1 or not _STANDING.isdisjoint(roles):
        return header
    column, name = only.named[0].column, header.names[only.named[0].column]
    role = _role_of_words(only, roles, contents)
    if role is None and not contents.of(column).are_numbers:
        return header
    role = role or ("current" if "target" in roles else _by_titles(only, header, contents))
    header = replace(
        header,
        roles={role: each for role, each in header.roles.items() if each != column},
        doubts=tuple(doubt for doubt in header.doubts if doubt.column != column),
    )
    if role is None or role == "target":
        doubt = doubt_about(only, header.names, context.cycle)
        return replace(header, doubts=(*header.doubts, doubt))
    why = f"{name!r} is the only column for a period, and no other says how the rows stand"
    return replace(
        header,
        roles={**header.roles, role: column},
        judged={**header.judged, column: Judged(role, 0.7, why)},
    )


def with_total(header: Header, contents: Contents) -> Header:
    """The header with a column that adds up the values of periods (`Total` beside months) as the
    current value: what was reached in each month is no check-in then.
    """
    parts = [each.column for each in header.check_ins if each.role == "current"]
    if len(parts) < 2 or header.roles.get("current") not in parts:
        return header
    for column, name in enumerate(header.names):
        is_free = column not in parts and column not in header.roles.values()
        if not is_free or not _TOTALS.intersection(table("rows").get(normal(name), ())):
            continue
        if _adds_up(column, parts, contents):
            why = f"{name!r} adds up what was reached in each period"
            return replace(
                header,
                roles={**header.roles, "current": column},
                judged={**header.judged, column: Judged("current", 0.9, why)},
                check_ins=tuple(each for each in header.check_ins if each.role != "current"),
            )
    return header


def _adds_up(total: int, parts: Sequence[int], contents: Contents) -> bool:
    """Whether a column holds the sum of others in every row, of at least two numbers in one."""
    has_several = False
    for row in contents.rows:
        numbers = [number.value for part in parts if (number := read_number(row.value(part)))]
        whole = read_number(row.value(total))
        if whole is None and not numbers:
            continue
        if whole is None or whole.value != sum(numbers):
            return False
        has_several = has_several or len(numbers) > 1
    return has_several


_TOTALS = frozenset({"total"})


def doubt_about(bare: BarePeriods, names: Sequence[str], cycle: Cycle) -> Doubt:
    """What to ask where nothing tells what such columns hold."""
    headers = [names[each.column] for each in bare.named]
    first = ", ".join(repr(name) for name in headers[:-1])
    listed = f"{first} and {headers[-1]!r} hold" if first else f"{headers[-1]!r} holds"
    text = (
        f"{listed} numbers, and neither the header nor another column says whether these are"
        " targets or what was reached"
    )
    of_cycle = [each for each in bare.named if each.cycle.overlaps(cycle)]
    answers = (
        Answer("they are the targets of each period", headers),
        Answer("they are what was reached in each period, without a target", []),
    )
    return Doubt("target", (of_cycle or bare.named)[-1].column, text, answers)


def _have_target(bare: BarePeriods, named: Sequence[NamedPeriod], header: Header) -> bool:
    """Whether a column holds the target of such periods: one without a period, or one whose period
    contains them, such as `Target 2026` beside months.
    """
    target = header.roles.get("target")
    if target is None:
        return False
    periods = [each.cycle for each in named if each.column == target]
    return not periods or any(
        period.start <= each.cycle.start and each.cycle.end <= period.end
        for period in periods
        for each in bare.named
    )


def _role_of_words(bare: BarePeriods, taken: Collection[str], contents: Contents) -> str | None:
    """The role of columns that hold words: statuses, lights and the like, or remarks beside columns
    that have the numbers. None where they hold numbers, or words that may be targets.
    """
    columns = [contents.of(column) for column in bare.columns]
    texts = [text for column in columns for text in column.different]
    filled = sum(column.filled for column in columns)
    if not texts or sum(column.numbers for column in columns) * 2 > filled:
        return None
    for section, role in (("statuses", "status"), ("confidences", "confidence")):
        if _are_mostly(section, texts):
            return role
    has_measures = "target" in taken and bool({"current", "progress", "status"} & {*taken})
    are_texts = sum(column.texts for column in columns) * 2 > filled
    return "comment" if has_measures and are_texts else None


def _by_calendar(bare: BarePeriods, context: HeaderContext, contents: Contents) -> str | None:
    """Targets stand in periods to come as well; what was reached does not."""
    filled = {each.column: contents.of(each.column).filled for each in bare.named}
    ahead = [each for each in bare.named if each.cycle.start > context.today]
    if ahead:
        most = max(filled.values())
        if all(filled[each.column] * 2 >= most for each in ahead):
            return "target"
        return None if any(filled[each.column] for each in ahead) else "current"
    running = [each for each in bare.named if each.cycle.end >= context.today]
    is_waiting = bool(running) and not any(filled[each.column] for each in running)
    return "current" if is_waiting and any(filled.values()) else None


def _by_titles(bare: BarePeriods, header: Header, contents: Contents) -> str | None:
    """Where most titles state a target (`Sign-ups to 500`): targets if the last column repeats it,
    what was reached if it holds another number.
    """
    title_column = header.roles.get("key_result", header.roles.get("objective"))
    if title_column is None:
        return None
    last = max(bare.named, key=lambda each: each.cycle.end).column
    stated = same = rows = 0
    for title, value in zip(contents.values(title_column), contents.values(last), strict=True):
        number = read_number(value) if isinstance(value, str | int | float) else None
        if number is None:
            continue
        rows += 1
        target = aims_in(text_of(title)).target
        if target is not None:
            stated += 1
            same += target.value in (number.value, number.value * 100)
        elif number.of:
            stated += 1  # `3 / 5`: what was reached, of a whole.
    if not rows or stated * 2 <= rows:
        return None
    return "target" if same == stated else None if same else "current"


def _are_mostly(section: str, texts: Sequence[str]) -> bool:
    return sum(lookup(section, text) is not None for text in texts) * 2 > len(texts)
