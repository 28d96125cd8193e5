"""How everything stands as one page that needs nothing else: no script, no font, no picture from
elsewhere.

It is what `show` says, for people who get a page by mail or find one on an intranet: headline
numbers, who should look at what, the tree with bars, what was achieved, the sources with their
state and age, and what was odd. What comes from a sheet is text and stays text: it is stripped of
control characters and escaped, and no link is made of it. The same picture makes the same page,
byte by byte.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from okrsync import __version__
from okrsync.measures.fields import STATUS_WORDS, status_text, trend_line, whole_percent
from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.result import Measure
from okrsync.measures.row_words import row_words
from okrsync.model.okrs import KeyResult, Objective, Status
from okrsync.model.plain import clean, plural
from okrsync.model.secret import masked
from okrsync.model.tree import Tree
from okrsync.plan.summarise import summarise

__all__ = ["render"]

_FOLDER = Path(__file__).parent / "page"
# Deeper items share one indent; on a phone more would leave no room for titles.
_DEEPEST = 6
# WCAG 1.4.1: https://www.w3.org/WAI/WCAG22/Understanding/use-of-color.html
_SIGNS = {
    Status.ACHIEVED: "★",
    Status.ON_TRACK: "●",
    Status.AT_RISK: "▲",
    Status.OFF_TRACK: "■",
    Status.MISSED: "✕",
    Status.STALE: "◔",
    Status.NOT_STARTED: "○",
    Status.NO_DATA: "–",
}
"""A shape for each status, so that colour is never the only difference."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the tree. `bar` and `mark` are whole percents from 0 to 100, None where there is
    nothing to draw.
    """

    kind: str
    depth: int
    title: str
    owner: str
    percent: str
    bar: int | None
    mark: int | None
    status: str
    sign: str
    word: str
    reason: str
    said: str
    numbers: str
    at: str
    checked_in: str
    outlook: str


def render(picture: Picture, *, all_cycles: bool = False) -> str:
    """The page for a picture. With `all_cycles` items of other cycles have a table of their own."""
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    summary = summarise(picture, None)
    page = (
        _environment()
        .get_template("page.html")
        .render(
            picture=picture,
            summary=summary,
            tree=list(_lines(picture.tree, picture.measures, picture)),
            closed=list(_lines(picture.closed, picture.closed_measures, picture)),
            others=(
                list(_lines(picture.others, picture.other_measures, picture)) if all_cycles else []
            ),
            sources=[_source(view, picture.as_of) for view in picture.sources],
            statuses=[(status, count) for status, count in summary.statuses if count],
            style=Markup(style),  # noqa: S704 - it is our own file, and holds nothing else
            # The page's own policy allows just this style sheet, by its hash, and no script at all.
            # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            version=__version__,
        )
    )
    # A page is passed on: what a service says in an error must not carry a secret out of the house.
    return masked(page)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        # A mistyped name in the template is an error of ours, not an empty place on the page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clean": clean, "percent": _percent_of, "day": _day}
    environment.globals |= {
        "sign": _SIGNS.__getitem__,
        "word": STATUS_WORDS.__getitem__,
        "plural": plural,
    }
    return environment


def _lines(tree: Tree, measures: Mapping[str, Measure], picture: Picture) -> Iterator[Line]:
    """The items in reading order, each objective with its key results before what hangs under
    it.
    """
    several = len(picture.sources) > 1
    # A stack instead of recursion: parents can be chained a thousand deep in a sheet.
    waiting = [(id_, 0) for id_ in reversed(tree.roots)]
    while waiting:
        id_, depth = waiting.pop()
        waiting.extend((child, depth + 1) for child in reversed(tree.children.get(id_, ())))
        if id_ not in measures:
            continue
        objective = tree.objectives[id_]
        yield _line(objective, measures[id_], depth, several=several)
        for item in objective.key_results:
            yield _line(item, measures[item.id], depth + 1, several=several)


def _line(item: Objective | KeyResult, measure: Measure, depth: int, *, several: bool) -> Line:
    is_key_result = isinstance(item, KeyResult)
    address = "" if isinstance(item, Objective) and item.implied else str(item.origin.title_cell)
    return Line(
        kind="key-result" if is_key_result else "objective",
        depth=min(depth, _DEEPEST),
        title=item.title,
        owner=item.owner or "",
        percent=_percent(measure.progress),
        bar=_whole(measure.progress),
        mark=_whole(measure.expected),
        status=measure.status.value,
        sign=_SIGNS[measure.status],
        word=status_text(measure),
        reason=measure.reason,
        said=" ".join(words.text for words in row_words(item, measure)),
        numbers=_numbers(item) if isinstance(item, KeyResult) else _coverage(measure),
        at=f"{item.origin.source}: {address}" if several and address else address,
        checked_in="" if measure.checked_in is None else _day(measure.checked_in),
        outlook=_outlook(measure),
    )


def _outlook(measure: Measure) -> str:
    """The trend, and where it ends up: `▂▃▄ 61 % at this pace (52 % to 70 %)`."""
    trend = trend_line(measure.trend) or ""
    if measure.outlook is None:
        return trend
    value, low, high = (_percent(share) for share in measure.outlook[:3])
    return f"{trend} {value} at this pace ({low} to {high})".strip()


def _source(view: SourceView, today: date) -> dict[str, str]:
    age = "" if view.read_at is None else _age((today - view.read_at.date()).days)
    trouble = "waits for somebody to look at it" if view.refused else "could not be read"
    words = {"ok": "read", "kept": f"{trouble}; its last good numbers are shown", "failed": trouble}
    return {
        "name": view.name,
        "connector": view.connector,
        "state": view.state,
        "word": words[view.state],
        "age": age,
        "counts": (
            f"{plural(view.objectives, 'objective')}, {plural(view.key_results, 'key result')}"
        ),
        "error": ". ".join(part.rstrip(".") for part in (view.error, view.hint) if part),
    }


def _age(days: int) -> str:
    return "today" if days <= 0 else f"{plural(days, 'day')} ago"


def _numbers(item: KeyResult) -> str:
    """From where to where, and how far: `62 of 40 to 100 %`."""
    if item.milestones is not None:
        return f"{item.milestones[0]} of {item.milestones[1]}"
    unit = f" {item.unit}" if item.unit else ""
    target = _number(item.target)
    if item.target_high is not None:
        target = f"{target} to {_number(item.target_high)}"
    distance = f"{_number(item.baseline)} → {target}" if item.baseline is not None else target
    if item.target is None:
        return "" if item.current is None else f"{_number(item.current)}{unit}"
    return f"{'no value' if item.current is None else _number(item.current)} ({distance}{unit})"


def _coverage(measure: Measure) -> str:
    with_data, of = measure.reported
    return f"{with_data} of {of} reported" if with_data != of else ""


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    # normalize() turns 100 into 1E+2, which the formats below write out again.
    plain = value.normalize()
    return f"{plain:,.0f}" if plain == plain.to_integral_value() else f"{plain:,f}"


def _percent(share: Decimal | None) -> str:
    rounded = whole_percent(share)
    return "–" if rounded is None else f"{int(rounded * 100)} %"


def _percent_of(share: float | None) -> str:
    return "no data" if share is None else f"{round(share * 100)} %"


def _whole(share: Decimal | None) -> int | None:
    # A bar cannot be longer than its frame; the number beside it says 120 %.
    return None if share is None else max(0, min(100, round(share * 100)))


def _day(day: date) -> str:
    # strftime has no portable code for a day without a leading zero.
    return f"{day.day} {day:%b %Y}"
