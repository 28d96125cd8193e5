"""A retrospective as Markdown, with room for the team's own answers. What people typed into that
room stays when the file is written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from okrsync.measures.events import move_sentence
from okrsync.measures.fields import STATUS_WORDS
from okrsync.measures.reasons import day, percent
from okrsync.model.errors import ConfigError
from okrsync.model.plain import clean, plural
from okrsync.model.table import text_of
from okrsync.plan.closing.retrospective import (
    QUESTIONS,
    Retrospective,
    ReviewedObjective,
    ReviewedResult,
)
from okrsync.report.writing import write_page

__all__ = ["markdown", "refuse_other_file", "write_retrospective"]

_MARK = re.compile(r"([\\`*_\[\]<>#|~])")
_ROOM = "_Write here; okrsync leaves what stands between these headings alone._"


def refuse_other_file(name: str, retrospective: Retrospective) -> None:
    """Raise `ConfigError` if a file of that name holds something else than this retrospective."""
    path = Path(name).expanduser()
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    if text.strip() and not text.startswith(_title(retrospective)):
        raise ConfigError(
            f"--retrospective: {name} holds something else, and is left as it is",
            hint="Name another file.",
        )


def write_retrospective(name: str, retrospective: Retrospective) -> bool:
    """Write the retrospective to a file, and keep what people typed below its questions. Returns
    whether anything changed. Raises `ConfigError` for a file that holds something else.
    """
    refuse_other_file(name, retrospective)
    path = Path(name).expanduser()
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    return write_page(name, markdown(retrospective, before))


def markdown(retrospective: Retrospective, before: str = "") -> str:
    """The retrospective as Markdown, with the answers that stand in `before`."""
    answers = _answers(before)
    lines = [_title(retrospective), "", *_head(retrospective), ""]
    many = len({objective.source for objective in retrospective.objectives}) > 1
    for objective in retrospective.objectives:
        lines += [*_objective(objective, with_source=many), ""]
    for question in QUESTIONS:
        lines += [f"## {question}", "", answers.get(question) or _ROOM, ""]
    lines += [answers[""]] if answers.get("") else []
    return "\n".join(lines).rstrip() + "\n"


def _title(retrospective: Retrospective) -> str:
    return f"# Retrospective {_plain(retrospective.cycle.name)}"


def _answers(text: str) -> dict[str, str]:
    """What people typed below each question; under the empty name what stands below them all."""
    answers: dict[str, str] = {}
    heading: str | None = None
    kept: list[str] = []

    def take() -> None:
        typed = "\n".join(kept).strip()
        if heading is not None and typed and typed != _ROOM:
            answers[heading] = typed

    for line in text.splitlines():
        title = line.removeprefix("## ") if line.startswith("## ") else None
        if title in QUESTIONS:
            take()
            heading, kept = title, []
        elif title is not None and heading is not None:
            # A heading that people added below the questions stays below them.
            if heading:
                take()
                heading, kept = "", []
            kept.append(line)
        elif heading is not None:
            kept.append(line)
    take()
    return answers


def _head(retrospective: Retrospective) -> Iterator[str]:
    cycle = retrospective.cycle
    count = sum(len(objective.results) for objective in retrospective.objectives)
    objectives = plural(len(retrospective.objectives), "objective", "objectives")
    results = plural(count, "key result", "key results")
    yield f"{day(cycle.start)} to {day(cycle.end)}: {objectives}, {results}."
    wins = retrospective.wins
    yield ""
    if wins:
        yield f"**Won** ({len(wins)} of {count}):"
        yield ""
        for result in wins:
            whose = f", {_plain(result.owner)}" if result.owner else ""
            yield f"- {_plain(result.title)}{whose}"
    else:
        yield "No key result was achieved."
    error = retrospective.forecast_error
    if error is not None:
        yield ""
        yield (
            f"**Forecasts**: at half-time they were {_points(error)} away from what it came to, on"
            " average."
        )


def _objective(objective: ReviewedObjective, *, with_source: bool) -> Iterator[str]:
    yield f"## {_plain(objective.title)}"
    yield ""
    score = "no score" if objective.score is None else f"score {_score(objective.score)}"
    whose = f" · {_plain(objective.owner)}" if objective.owner else ""
    where = f" · {_plain(objective.source)}" if with_source else ""
    told = f"{STATUS_WORDS[objective.status]} · {score}{_progress(objective.progress)}"
    yield f"{told}{whose}{where}"
    for result in objective.results:
        yield ""
        yield f"### {_plain(result.title)}"
        yield ""
        yield from _result(result)


def _result(result: ReviewedResult) -> Iterator[str]:
    status = STATUS_WORDS[result.status] if result.set_aside is None else "Set aside"
    score = "no score" if result.score is None else f"score {_score(result.score)}"
    whose = f" · {_plain(result.owner)}" if result.owner else ""
    yield f"- {status} · {score}{_progress(result.progress)}{whose}"
    numbers = [
        f"{word} {_number(value, result.unit)}"
        for word, value in (
            ("from", result.baseline),
            ("at", result.current),
            ("target", result.target),
        )
        if value is not None
    ]
    if numbers:
        yield f"- {', '.join(numbers)}"
    if len(result.values) > 1:
        moves = [
            f"{day(value.day)}: {_number(value.current, result.unit)}{_progress(value.progress)}"
            for value in result.values
        ]
        yield f"- Moved: {'; '.join(moves)}"
    for move in result.moves:
        yield f"- {_plain(move_sentence(move, result.unit))}"
    if result.silence_days is not None:
        days = plural(result.silence_days, "day", "days")
        yield f"- Longest silence: {days}"
    if result.forecast is not None and result.progress is not None:
        yield (
            f"- Forecast at half-time: {percent(result.forecast)}; it came to"
            f" {percent(result.progress)}"
        )


def _progress(share: Decimal | None) -> str:
    return "" if share is None else f" · {percent(share)}"


def _score(score: Decimal) -> str:
    return f"{score:.1f}"


def _points(share: Decimal) -> str:
    points = round(float(share) * 100)
    return plural(points, "point", "points")


def _number(value: Decimal | None, unit: str | None) -> str:
    if value is None:
        return "nothing"
    return f"{text_of(value)} {_plain(unit)}" if unit else text_of(value)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: titles come from cells, and may look like markup."""
    return _MARK.sub(r"\\\1", " ".join(clean(text).split()))
