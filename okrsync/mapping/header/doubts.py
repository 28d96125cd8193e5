"""What words and content leave open about columns: each doubt becomes a question, and until it is
answered nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from okrsync.mapping.evidence import Answer
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import MEASURES, Doubt, Judgement
from okrsync.mapping.words import normal, table
from okrsync.model.table import column_letters

__all__ = ["doubts_of", "named_twice", "two_alike"]


def doubts_of(
    found: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> list[Doubt]:
    doubts: list[Doubt] = []
    answers: tuple[Answer, ...]
    for each, place in found.roles.items():
        content = contents.of(place)
        if (
            each in ("target", "due")
            and content.days
            and content.numbers
            and min(content.days, content.numbers) * 4 >= content.filled
            and "target" not in settled
        ):
            text = (
                f"under {names[place]!r} stand {content.numbers} numbers and {content.days} days:"
                " it could be the target, or the day it is due"
            )
            answers = (
                Answer("it is the target", names[place]),
                Answer("it is the day it is due", []),
            )
            doubts.append(Doubt("target", place, text, answers))
    objective, key_result, target = (
        found.roles.get(role) for role in ("objective", "key_result", "target")
    )
    if (
        objective is not None
        and contents.of(objective).are_numbers
        and not contents.of(objective).are_titles
        and (key_result is None or not contents.of(objective).are_ids)
    ):
        others = [
            place
            for place in names
            if place not in found.roles.values() and contents.of(place).are_texts
        ]
        name, below = names[objective], contents.of(objective).words()
        if key_result is not None and target is None and "target" not in settled:
            answers = (
                Answer(f"{name!r} is the target", name),
                Answer("it is neither, leave it", []),
            )
            doubts.append(
                Doubt(
                    "target",
                    objective,
                    f"{name!r} is a word for objectives, but {below}: it could be the target",
                    answers,
                )
            )
        elif key_result is None:
            answers = tuple(
                Answer(f"the objectives stand under {names[place]!r}", names[place])
                for place in others[:4]
            )
            doubts.append(
                Doubt(
                    "objective",
                    objective,
                    f"{name!r} is a word for objectives, but {below}",
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
                f"{name!r} is a word for a number, but {contents.of(target).words()}: they could be"
                " key results",
                answers,
            )
        )
    return doubts


def two_alike(
    role: str, places: Sequence[int], names: Mapping[int, str], contents: Contents
) -> list[Doubt]:
    """Two columns that could both be a number that counts, and tell different things."""
    first, *rest = [
        place
        for place in places
        if normal(names[place]) not in table("weak")
        and contents.of(place).are_numbers
        and contents.of(place).filled
    ] or [-1]
    other = next((place for place in rest if not contents.are_alike(first, place)), None)
    if other is None:
        return []
    one, two = names[first], names[other]
    if normal(one) == normal(two):
        return []
    text = f"{one!r} and {two!r} could both be the {role} value, and they hold different numbers"
    return [
        Doubt(
            role,
            first,
            text,
            tuple(Answer(f"{name!r} is the {role} value", name) for name in (one, two)),
        )
    ]


_COUNTING = (*MEASURES, "progress", "score", "status")


def named_twice(found: Judgement, names: Mapping[int, str], contents: Contents) -> Iterator[Doubt]:
    """Values that count and stand under one name in several columns that differ."""
    for role in _COUNTING:
        first = found.roles.get(role, -1)
        if first not in names or role in found.of_objectives:
            continue
        name = names[first]
        places = [place for place in sorted(names) if normal(names[place]) == normal(name)]
        filled = [place for place in places if contents.of(place).filled]
        if all(contents.are_alike(first, place) for place in filled):
            continue
        where = ", ".join(column_letters(place) for place in places)
        yield Doubt(
            role,
            first,
            f"{name!r} stands in {len(places)} columns ({where}), and they do not hold the same",
            tuple(
                Answer(
                    f"the one in column {column_letters(place)} counts",
                    f"{name} #{places.index(place) + 1}",
                )
                for place in filled[::-1]
            ),
        )
