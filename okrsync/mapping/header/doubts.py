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
    doubts: list[Doubt] = []
    answers: tuple[Answer, ...]
    for role, column in judgement.roles.items():
        content = contents.of(column)
        if (
            role in ("target", "due")
            and content.days
            and content.numbers
            and min(content.days, content.numbers) * 4 >= content.filled
            and "target" not in settled
        ):
            text = (
                f"{names[column]!r} holds {content.numbers} numbers and {content.days} dates, so it"
                " could be the target or the due date"
            )
            answers = (
                Answer("it is the target", names[column]),
                Answer("it is the due date", []),
            )
            doubts.append(Doubt("target", column, text, answers))
    high = judgement.roles.get("target_high")
    has_minimum = any(normal(name) in ("min", "minimum") for name in names.values())
    if (
        high is not None
        and high in names
        and normal(names[high]) in ("max", "maximum")
        and "target" in judgement.roles
        and ("baseline" in judgement.roles or has_minimum)
    ):
        name = names[high]
        text = f"{name!r} could be the upper end of a range around the target, or a stretch goal"
        answers = (
            Answer(f"{name!r} is the upper end of the range", name),
            Answer("it is neither: do not read it", []),
        )
        doubts.append(Doubt("target_high", high, text, answers))
    objective, key_result, target = (
        judgement.roles.get(role) for role in ("objective", "key_result", "target")
    )
    if (
        objective is not None
        and contents.of(objective).are_numbers
        and not contents.of(objective).are_titles
        and (key_result is None or not contents.of(objective).are_ids)
    ):
        others = [
            column
            for column in names
            if column not in judgement.roles.values() and contents.of(column).are_texts
        ]
        name, below = names[objective], contents.of(objective).words()
        if key_result is not None and target is None and "target" not in settled:
            answers = (
                Answer(f"{name!r} is the target", name),
                Answer("it is neither: do not read it", []),
            )
            doubts.append(
                Doubt(
                    "target",
                    objective,
                    f"{name!r} usually means objectives, but {below}; it could be the target",
                    answers,
                )
            )
        elif key_result is None:
            answers = tuple(
                Answer(f"the objectives are in column {names[column]!r}", names[column])
                for column in others[:4]
            )
            doubts.append(
                Doubt(
                    "objective",
                    objective,
                    f"{name!r} usually means objectives, but {below}",
                    answers,
                )
            )
    if (
        target is not None
        and objective is not None
        and key_result is None
        and "key_result" not in settled
        and contents.of(target).are_texts
        and contents.of(target).length > 20
        and target != objective
    ):
        name = names[target]
        answers = (
            Answer(f"{name!r} holds key results", name),
            Answer(f"{name!r} is the target of the objective", []),
        )
        doubts.append(
            Doubt(
                "key_result",
                target,
                f"{name!r} usually means a number, but {contents.of(target).words()}; they could be"
                " key results",
                answers,
            )
        )
    return doubts


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
