"""Doubts about the meaning of columns that words and content leave open. Each doubt becomes a
question, and nothing is guessed until it is answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import MEASURES, Doubt, Judgement
from okrsync.mapping.words import normal, table
from okrsync.model.evidence import Answer
from okrsync.model.table import column_letters

__all__ = ["doubts_of", "named_twice", "two_alike"]


def doubts_of(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> list[Doubt]:
    """What is open about the columns of a table. `settled` are the roles that the mapping names."""
    return [
        *_target_or_due(judgement, names, contents, settled),
        *_maximum(judgement, names),
        *_numbers_as_objectives(judgement, names, contents, settled),
        *_texts_as_targets(judgement, names, contents, settled),
    ]


def _target_or_due(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> Iterator[Doubt]:
    """A column of targets or due dates that holds both numbers and dates. Beside columns of numbers
    a few days are typing errors, each of its row: spreadsheets take `4/5` for one.
    """
    if "target" in settled:
        return
    others = [judgement.roles[role] for role in ("baseline", "current") if role in judgement.roles]
    is_measured = any(contents.of(column).are_numbers for column in others)
    for role, column in judgement.roles.items():
        content = contents.of(column)
        if (
            role in ("target", "due")
            and content.days
            and content.numbers
            and min(content.days, content.numbers) * 4 >= content.filled
            and not (is_measured and role == "target" and content.numbers > content.days * 2)
        ):
            text = (
                f"{names[column]!r} holds {content.numbers} numbers and {content.days} dates, so it"
                " could be the target or the due date"
            )
            target = Answer("it is the target", names[column])
            yield Doubt("target", column, text, (target, Answer("it is the due date", [])))


def _maximum(judgement: Judgement, names: Mapping[int, str]) -> Iterator[Doubt]:
    """A maximum beside a target and a baseline or a minimum."""
    high = judgement.roles.get("target_high")
    if high is None or high not in names or normal(names[high]) not in ("max", "maximum"):
        return
    has_minimum = any(normal(name) in ("min", "minimum") for name in names.values())
    if "target" in judgement.roles and ("baseline" in judgement.roles or has_minimum):
        name = names[high]
        text = f"{name!r} could be the upper end of a range around the target, or a stretch goal"
        upper_end = Answer(f"{name!r} is the upper end of the range", name)
        yield Doubt("target_high", high, text, (upper_end, _NEITHER))


_NEITHER = Answer("it is neither: do not read it", [])


def _numbers_as_objectives(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> Iterator[Doubt]:
    """A column of objectives by its header that holds numbers."""
    objective, key_result = judgement.roles.get("objective"), judgement.roles.get("key_result")
    if objective is None:
        return
    content = contents.of(objective)
    if not content.are_numbers or content.are_titles:
        return
    if key_result is not None and content.are_ids:
        return
    name = names[objective]
    text = f"{name!r} usually means objectives, but {content.words()}"
    if key_result is None:
        others = [
            column
            for column in names
            if column not in judgement.roles.values() and contents.of(column).are_texts
        ]
        answers = tuple(
            Answer(f"the objectives are in column {names[column]!r}", names[column])
            for column in others[:4]
        )
        yield Doubt("objective", objective, text, answers)
    elif "target" not in judgement.roles and "target" not in settled:
        target = Answer(f"{name!r} is the target", name)
        yield Doubt("target", objective, f"{text}; it could be the target", (target, _NEITHER))


def _texts_as_targets(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> Iterator[Doubt]:
    """A column of targets by its header that holds long texts, beside objectives alone."""
    objective, target = judgement.roles.get("objective"), judgement.roles.get("target")
    if target is None or objective is None or target == objective:
        return
    if "key_result" in judgement.roles or "key_result" in settled:
        return
    content, name = contents.of(target), names[target]
    if content.are_texts and content.length > 20:
        text = f"{name!r} usually means a number, but {content.words()}; they could be key results"
        answers = (
            Answer(f"{name!r} holds key results", name),
            Answer(f"{name!r} is the target of the objective", []),
        )
        yield Doubt("key_result", target, text, answers)


def two_alike(
    role: str, columns: Sequence[int], names: Mapping[int, str], contents: Contents
) -> list[Doubt]:
    """A doubt where two columns could both have a role and hold different numbers."""
    first, *rest = [
        column
        for column in columns
        if normal(names[column]) not in table("weak")
        and contents.of(column).are_numbers
        and contents.of(column).filled
    ] or [-1]
    other = next((column for column in rest if not contents.are_alike(first, column)), None)
    if other is None:
        return []
    first_name, other_name = names[first], names[other]
    if normal(first_name) == normal(other_name):
        return []
    text = (
        f"{first_name!r} and {other_name!r} could both be the {role} value, and they hold different"
        " numbers"
    )
    return [
        Doubt(
            role,
            first,
            text,
            tuple(
                Answer(f"{name!r} is the {role} value", name) for name in (first_name, other_name)
            ),
        )
    ]


_COUNTING = (*MEASURES, "progress", "score", "status")


def named_twice(
    judgement: Judgement, names: Mapping[int, str], contents: Contents
) -> Iterator[Doubt]:
    """A doubt for each role whose header occurs above several columns with different values."""
    for role in _COUNTING:
        first = judgement.roles.get(role, -1)
        if first not in names or role in judgement.of_objectives:
            continue
        name = names[first]
        columns = [column for column in sorted(names) if normal(names[column]) == normal(name)]
        # `Ziel` above titles is the objective, and above numbers the target.
        are_numbers = contents.of(first).are_numbers
        columns = [each for each in columns if contents.of(each).are_numbers is are_numbers]
        filled = [column for column in columns if contents.of(column).filled]
        if all(contents.are_alike(first, column) for column in filled):
            continue
        where = ", ".join(column_letters(column) for column in columns)
        yield Doubt(
            role,
            first,
            f"{name!r} is the header of {len(columns)} columns ({where}) with different values",
            tuple(
                Answer(
                    f"column {column_letters(column)} counts",
                    f"{name} #{columns.index(column) + 1}",
                )
                # The last column first: people add the newer one at the right.
                for column in filled[::-1]
            ),
        )
