"""The items of the report's page, as values that its templates only have to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

from okrsync.measures.fields import points, status_text, whole_percent
from okrsync.measures.outlook import outlook_sentence
from okrsync.measures.parts import period_of
from okrsync.measures.result import Measure
from okrsync.measures.row_words import row_words
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.plain import place_words
from okrsync.model.tree import Tree
from okrsync.plan.names import owners_of
from okrsync.plan.review import Overview

__all__ = [
    "SIGNS",
    "Drawing",
    "FilterMarks",
    "PageItem",
    "day_words",
    "end_of",
    "items_in",
    "percent_words",
    "place_of",
    "reason_today",
]

# WCAG 1.4.1: https://www.w3.org/WAI/WCAG22/Understanding/use-of-color.html
SIGNS = {
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
_SILENT = (Freshness.STALE, Freshness.NEVER)
_DEEPEST = 6
"""Deeper items share one indent; on a phone more would leave no room for titles."""
_MOST_POINTS = 13
_NOW_AT, _END_AT = 84, 116
"""Where today and the end of the time stand in a drawing, which is 120 wide and 28 high."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A trend as SVG paths: the line so far, the band it leads into, and the middle of that. A
    single value is no line.
    """

    line: str
    band: str
    middle: str
    words: str


@dataclass(frozen=True, slots=True)
class PageItem:
    """One item. `bar` and `mark` are whole percents from 0 to 100, None where there is nothing to
    draw. `marks` are the attributes by which the page filters. `children` says whether anything
    hangs under it.
    """

    id: str
    kind: str
    depth: int
    children: bool
    title: str
    owner: str
    percent: str
    bar: int | None
    mark: int | None
    status: str
    sign: str
    word: str
    reason: str
    row_words: str
    numbers: str
    at: str
    url: str | None
    checked_in: str
    delta: str
    outlook: str
    drawing: Drawing | None
    marks: Markup


@dataclass(slots=True)
class _Numbering:
    """Numbers the names of a filter in the order in which they come, whatever their case."""

    names: dict[str, tuple[int, str]] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self.names.setdefault(name.casefold(), (len(self.names), name))[0]

    @property
    def sorted(self) -> list[tuple[int, str]]:
        return sorted(self.names.values(), key=lambda entry: entry[1].casefold())


class FilterMarks:
    """By which team, owners, source and statuses each item is filtered. A key result without a team
    or an owner is its objective's, an objective without a team that of the one above it.
    """

    def __init__(self, overview: Overview) -> None:
        self._teams, self._owners, self._sources = _Numbering(), _Numbering(), _Numbering()
        self.team_of: dict[str, str] = {}
        self.objective_of: dict[str, Objective] = {}
        self._of: dict[str, Markup] = {}
        picture = overview.picture
        # The shown cycle comes last: an item that is in two of them is what it is there.
        for tree, measures in (
            (picture.others, picture.other_measures),
            (picture.closed, picture.closed_measures),
            (picture.tree, picture.measures),
        ):
            for objective, _ in _in_reading_order(tree):
                above = self.team_of.get(tree.parents.get(objective.id, ""), "")
                team = " ".join((objective.team or "").split()) or above
                items: tuple[Objective | KeyResult, ...] = (objective, *objective.key_results)
                for item in items:
                    self.objective_of[item.id] = objective
                    own = " ".join((item.team or "").split()) or team
                    self.team_of[item.id] = own
                    if item.id in measures:
                        owner = item.owner or objective.owner
                        self._of[item.id] = self._marks(item, measures[item.id], own, owner)

    def _marks(
        self, item: KeyResult | Objective, measure: Measure, team: str, owner: str | None
    ) -> Markup:
        owners = " ".join(str(self._owners.of(name)) for name in owners_of(owner))
        words = "set-aside" if measure.set_aside is not None else measure.status.value
        if measure.freshness in _SILENT:
            words += " silent"
        return Markup(' data-t="{}" data-o="{}" data-s="{}" data-x="{}"').format(
            self._teams.of(team) if team else "",
            owners,
            self._sources.of(item.origin.source),
            words,
        )

    def of(self, id_: str) -> Markup:
        """The attributes of an item."""
        return self._of.get(id_, Markup())

    def team_number(self, name: str) -> int:
        """The number of a team among the choices."""
        return self._teams.of(name)

    def source_number(self, name: str) -> int:
        """The number of a source among the choices."""
        return self._sources.of(name)

    @property
    def choices(self) -> list[tuple[str, str, list[tuple[int, str]]]]:
        """The filters with at least two choices: their attribute, label, and numbered names."""
        filters = [
            ("t", "Team", self._teams.sorted),
            ("o", "Owner", self._owners.sorted),
            ("s", "Source", self._sources.sorted),
        ]
        return [each for each in filters if len(each[2]) > 1]


def items_in(
    tree: Tree, measures: Mapping[str, Measure], overview: Overview, marks: FilterMarks
) -> Iterator[PageItem]:
    """The items in reading order, each objective with its key results before what hangs under
    it.
    """
    several = len(overview.picture.sources) > 1
    for objective, depth in _in_reading_order(tree):
        if objective.id not in measures:
            continue
        below = bool(objective.key_results) or bool(tree.children.get(objective.id))
        shown = min(depth, _DEEPEST)
        is_open = below and depth <= _DEEPEST
        yield _item(
            objective, measures[objective.id], overview, marks, shown, is_open, several=several
        )
        for item in objective.key_results:
            yield _item(item, measures[item.id], overview, marks, shown + 1, False, several=several)


def _in_reading_order(tree: Tree) -> Iterator[tuple[Objective, int]]:
    # A stack instead of recursion: parents can be chained a thousand deep in a sheet.
    waiting = [(id_, 0) for id_ in reversed(tree.roots)]
    while waiting:
        id_, depth = waiting.pop()
        waiting.extend((child, depth + 1) for child in reversed(tree.children.get(id_, ())))
        yield tree.objectives[id_], depth


def _item(
    item: Objective | KeyResult,
    measure: Measure,
    overview: Overview,
    marks: FilterMarks,
    depth: int,
    children: bool,
    *,
    several: bool,
) -> PageItem:
    is_key_result = isinstance(item, KeyResult)
    delta = points(measure.delta)
    return PageItem(
        id=item.id,
        kind="key-result" if is_key_result else "objective",
        depth=depth,
        children=children,
        title=item.title,
        owner=item.owner or "",
        percent=percent_words(measure.progress),
        bar=_whole(measure.progress),
        mark=_whole(measure.expected),
        status=measure.status.value,
        sign=SIGNS[measure.status],
        word=status_text(measure),
        reason=reason_today(item, measure, overview, marks),
        row_words=" ".join(words.text for words in row_words(item, measure)),
        numbers=_numbers(item) if isinstance(item, KeyResult) else _coverage(measure),
        at=_place(item, several=several, is_linked=item.id in overview.links),
        url=overview.links.get(item.id),
        checked_in=""
        if measure.checked_in is None
        else f"check-in {day_words(measure.checked_in)}",
        delta=f"{int(delta):+d} in 7 days".replace("-", "−") if delta else "",
        outlook=_outlook(measure),
        drawing=drawing(measure),
        marks=marks.of(item.id),
    )


def _place(item: Objective | KeyResult, *, several: bool, is_linked: bool) -> str:
    """`Q4!B2`, with the source where there are several."""
    if isinstance(item, Objective) and item.implied:
        return ""
    if several:
        return place_of(item, is_linked=is_linked)
    return _address(item, is_linked=is_linked)


def place_of(item: Objective | KeyResult, *, is_linked: bool) -> str:
    """Where an item stands, with its source. The address within a database is the title of the row;
    it is left out where a link leads there.
    """
    return place_words(item.origin.source, _address(item, is_linked=is_linked))


def _address(item: Objective | KeyResult, *, is_linked: bool) -> str:
    cell = item.origin.title_cell
    has_letters = item.origin.names is None
    return cell.table if is_linked and not has_letters else str(cell)


def drawing(measure: Measure) -> Drawing | None:
    """The trend with the band it leads into; None where there are not two points to join."""
    shares = measure.trend[-_MOST_POINTS:]
    outlook = measure.outlook
    if len(shares) < 2:
        return None
    step = _NOW_AT // (_MOST_POINTS - 1)
    heights = [_height(share) for share in shares]
    # Steps instead of places: small numbers that repeat compress well in a page of 20,000 rows.
    steps = [f"l{step} {later - height}" for height, later in pairwise(heights)]
    line = f"M{_NOW_AT - step * len(steps)} {heights[0]}{''.join(steps)}"
    words = f"{len(shares)} weeks, from {percent_words(shares[0])} to {percent_words(shares[-1])}"
    if outlook is None:
        return Drawing(line, "", "", words)
    low, high = _height(outlook.low), _height(outlook.high)
    now, ahead = f"M{_NOW_AT} {heights[-1]}", _END_AT - _NOW_AT
    return Drawing(
        line,
        f"{now}l{ahead} {high - heights[-1]}v{low - high}z",
        f"{now}l{ahead} {_height(outlook.value) - heights[-1]}",
        words,
    )


def _height(share: Decimal) -> int:
    # The line of 100 % stands at 5, so that what goes beyond it is seen.
    return round(26 - 21 * max(Decimal("-0.05"), min(Decimal("1.2"), share)))


def _outlook(measure: Measure) -> str:
    """Where it ends up: `61 % at this pace (52 % to 70 %)`."""
    # What is reached ends up nowhere else.
    if measure.outlook is None or measure.status is Status.ACHIEVED:
        return ""
    value, low, high = (percent_words(share) for share in measure.outlook[:3])
    is_silent = measure.freshness is Freshness.STALE and measure.outlook.lately_per_week == 0
    return f"{value} {'if it stays there' if is_silent else 'at this pace'} ({low} to {high})"


def reason_today(
    item: Objective | KeyResult, measure: Measure, overview: Overview, marks: FilterMarks
) -> str:
    """The reason with the outlook as seen today. The note beside the row keeps the outlook of the
    row's last news, which would contradict the trend on a page.
    """
    if not measure.outlook_at_news or measure.outlook is None:
        return measure.reason
    reason = measure.reason.removesuffix(measure.outlook_at_news)
    return f"{reason}{outlook_sentence(item, measure.outlook, end_of(item, overview, marks))}"


def end_of(item: Objective | KeyResult, overview: Overview, marks: FilterMarks) -> date:
    """The last day of an item's time."""
    objective = marks.objective_of.get(item.id)
    within = objective.cycle if isinstance(item, KeyResult) and objective is not None else None
    return period_of(item, within or overview.picture.cycle)[1]


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


def percent_words(share: Decimal | None) -> str:
    """`37 %`, and a dash where there is no data."""
    rounded = whole_percent(share)
    return "–" if rounded is None else f"{int(rounded * 100)} %"


def _whole(share: Decimal | None) -> int | None:
    # A bar cannot be longer than its frame; the number beside it says 120 %.
    return None if share is None else max(0, min(100, round(share * 100)))


def day_words(day: date) -> str:
    """`2 Oct 2026`."""
    # strftime has no portable code for a day without a leading zero.
    return f"{day.day} {day:%b %Y}"
