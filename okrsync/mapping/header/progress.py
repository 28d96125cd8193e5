"""Numbers under `Progress` beside a column of targets, or beside titles that state a start and a
target: how far each key result got, in percent, or how much there is of it by now. Sheets use the
word for both, so the numbers themselves decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum, auto

from msgspec.structs import replace

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import Doubt, Judgement
from okrsync.mapping.values.typed import Number, read_number
from okrsync.mapping.values.wording import aims_in
from okrsync.mapping.words import normal, table
from okrsync.model.evidence import Answer
from okrsync.model.table import PERCENT, Row, text_of

__all__ = ["settle_progress"]

_HUNDRED = Decimal(100)
_MOST_PERCENT, _MOST_OVERSHOOT = Decimal(150), Decimal("1.5")
"""More than 150 % of the way, or half as much again as the target, is rare; a number that passes
one of the two and not the other is not read by the rare meaning.
"""


class _Meaning(Enum):
    SHARE = auto()
    AMOUNT = auto()
    EITHER = auto()


def settle_progress(
    judgement: Judgement,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
) -> tuple[Doubt, ...]:
    """Give a column of progress that holds amounts the role of the current values; a doubt where
    its numbers can be both. A mapping that names either role decides without this.
    """
    _settle_actual_progress(judgement, contents, settled)
    progress, target = (judgement.roles.get(role, -1) for role in ("progress", "target"))
    is_stated = {"progress", "current"} & settled.keys() or progress not in names
    if is_stated or "current" in judgement.roles or _says_share(names[progress]):
        return ()
    ways = _ways(judgement.roles, contents)
    meanings = [
        meaning
        for row, (start, aim) in zip(contents.rows, ways, strict=True)
        if (meaning := _meaning(_number(row, progress), start, aim)) is not None
    ]
    has_shares, has_amounts = _Meaning.SHARE in meanings, _Meaning.AMOUNT in meanings
    name, each = names[progress], judgement.judged[progress]
    if has_amounts and not has_shares:
        del judgement.roles["progress"]
        judgement.roles["current"] = progress
        because = f"{each.because}; they are amounts beside the target, not percents"
        judgement.judged[progress] = replace(
            each, role="current", confidence=0.8, because=because, others=("progress",)
        )
        return ()
    if has_shares != has_amounts or (not meanings or normal(name) not in table("plain_progress")):
        return ()
    text = (
        f"{name!r} holds numbers that could be percents of the way or current values beside"
        f" {names.get(target, 'the target')!r}"
    )
    answers = (
        Answer("they are the current values", name),
        Answer("they are percents of the way", []),
    )
    return (Doubt("current", progress, text, answers),)


def _settle_actual_progress(
    judgement: Judgement, contents: Contents, settled: Mapping[str, int]
) -> None:
    """Percents under `Actual progress` are a progress where there are no targets for them."""
    roles, column = judgement.roles, judgement.roles.get("current", -1)
    each = judgement.judged.get(column)
    if (
        each is None
        or {"target", "progress"} & roles.keys()
        or {"current", "progress"} & settled.keys()
    ):
        return
    content = contents.of(column)
    if "progress" in each.others and content.percents * 2 > content.numbers:
        roles["progress"] = roles.pop("current")
        judgement.judged[column] = replace(each, role="progress", others=("current",))


def _says_share(name: str) -> bool:
    plain = f" {normal(name)} "
    return "%" in plain or any(
        f" {word} " in plain for word in ("percent", "percentage", "pct", "prozent")
    )


def _ways(
    roles: Mapping[str, int], contents: Contents
) -> list[tuple[Number | None, Number | None]]:
    """The start and the target of each row, in its columns or else in its title; a title counts
    only if it states both.
    """
    target, baseline = roles.get("target"), roles.get("baseline")
    if target is not None:
        return [
            (None if baseline is None else _number(row, baseline), _number(row, target))
            for row in contents.rows
        ]
    title = roles.get("key_result", roles.get("objective", -1))
    aims = [aims_in(text_of(row.value(title))) for row in contents.rows]
    return [(each.baseline, each.target if each.baseline else None) for each in aims]


def _meaning(number: Number | None, start: Number | None, aim: Number | None) -> _Meaning | None:
    """What the number of one row can be; None where there is none, or where both meanings give the
    same answer.
    """
    if number is None or aim is None or number.of is not None or not number.value:
        return None
    if number.unit == "%":
        return None if aim.unit == "%" and start is None else _percent(number, aim, start)
    if number.unit is not None:
        return _Meaning.AMOUNT
    return _bare(number.value, aim, start)


def _percent(number: Number, aim: Number, start: Number | None) -> _Meaning | None:
    """The meaning of a number with a percent sign: between a start and a target in percents it is
    an amount, too.
    """
    if aim.unit != "%":
        return _Meaning.SHARE
    low, high = _ends(start, aim)
    return _Meaning.AMOUNT if 0 < low <= number.value <= high else None


def _bare(value: Decimal, aim: Number, start: Number | None) -> _Meaning | None:
    low, high = _ends(start, aim)
    size = max(abs(low), abs(high))
    if size == _HUNDRED and low in (0, _HUNDRED):
        return None
    if value > _MOST_PERCENT:
        return _Meaning.AMOUNT if value <= size * _MOST_OVERSHOOT else _Meaning.EITHER
    if value > 3 * size or (0 < value < 1 and size > 5):
        return _Meaning.SHARE
    if start is not None and low > 0:
        if low <= value <= high:
            return _Meaning.AMOUNT
        return _Meaning.SHARE if value * 2 < low else _Meaning.EITHER
    return _Meaning.EITHER


def _ends(start: Number | None, aim: Number) -> tuple[Decimal, Decimal]:
    """The lower and the higher end of the way; the target alone where no start is given."""
    begin = start.value if start is not None else Decimal(0)
    return min(begin, aim.value), max(begin, aim.value)


def _number(row: Row, column: int) -> Number | None:
    number = read_number(row.value(column), percent_format=bool(row.mark(column) & PERCENT))
    return None if number is None or number.is_doubtful else number
