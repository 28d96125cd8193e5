"""What a manager asks each week, and the page's answers: what to celebrate, what is off track, who
must act, what moved, where it ends up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from okrsync.connector.summary import Summary
from okrsync.measures.events import move_sentence, unit_of
from okrsync.measures.fields import STATUS_WORDS, status_text
from okrsync.measures.outlook import outlook_sentence
from okrsync.measures.result import Measure, Outlook
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.plain import plural
from okrsync.plan.review import Overview, ReviewedItem
from okrsync.plan.review_page import review_page
from okrsync.plan.summarise import needs_attention
from okrsync.report.page_items import (
    SIGNS,
    FilterMarks,
    day_words,
    end_of,
    percent_words,
    place_of,
    reason_today,
)

__all__ = ["HeatMap", "PageAnswer", "PageLine", "answers", "heat_map", "line_of"]

Item = KeyResult | Objective
_MOST_LINES = 25
"""A longer list is not read; the rest is in the tree, behind its filters."""
_MOST_OF_ONE = 4
_MOST_OWNERS = 40
_FURTHEST = 5
_SILENT = (Freshness.STALE, Freshness.NEVER)


@dataclass(frozen=True, slots=True)
class PageLine:
    """An item in a list, with what is said about it there."""

    title: str
    owner: str
    url: str | None
    at: str
    status: str
    sign: str
    word: str
    words: str
    marks: Markup


class LineGroup(NamedTuple):
    """Lines under a heading of their own; `left_out` counts those that are not shown."""

    heading: str
    lines: tuple[PageLine, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """One question's answer. `figure` is the number that says it, `words` what it is the number
    of, `empty` what is said where there is nothing.
    """

    id: str
    question: str
    figure: str
    words: str
    groups: tuple[LineGroup, ...]
    empty: str

    @property
    def is_empty(self) -> bool:
        return not any(group.lines or group.left_out for group in self.groups)


class HeatRow(NamedTuple):
    """A team: by column its number of items, how strongly the cell is filled (0 to 4), and the
    choice of the filter that shows them. `attribute` and `number` are the team's own.
    """

    name: str
    attribute: str
    number: int | str
    cells: tuple[tuple[int, int, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Teams by status and silence; sources where nobody names a team."""

    label: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[HeatRow, ...]


def answers(overview: Overview, summary: Summary, marks: FilterMarks) -> tuple[PageAnswer, ...]:
    """The five answers, what is won and what needs attention first."""
    items = list(_counted(overview))
    own = [item for item in items if isinstance(item, KeyResult) or not item.key_results]
    return (
        _won(overview, summary, marks),
        _off_track(overview, marks, own),
        _who_must_act(overview, marks, items),
        _moved(overview, summary, marks, items),
        _ends_up(overview, marks, items),
    )


def _counted(overview: Overview) -> Iterator[Item]:
    """Every item that somebody still works on."""
    measures = overview.picture.measures
    for item in overview.picture.items.values():
        if item.id in measures and measures[item.id].set_aside is None:
            yield item


def line_of(item: Item, overview: Overview, marks: FilterMarks, words: str) -> PageLine:
    """The line of an item of the shown cycle."""
    measure = overview.picture.measures[item.id]
    return PageLine(
        title=item.title,
        owner=item.owner or "",
        url=overview.links.get(item.id),
        at=place_of(item, is_linked=item.id in overview.links),
        status=measure.status.value,
        sign=SIGNS[measure.status],
        word=status_text(measure),
        words=words,
        marks=marks.of(item.id),
    )


def reviewed_lines(
    overview: Overview, marks: FilterMarks, entries: Iterable[tuple[ReviewedItem, str]]
) -> list[PageLine]:
    """The lines of items of the review, with its words."""
    items = overview.picture.items
    return [line_of(items[entry.id], overview, marks, words) for entry, words in entries]


def _cut(heading: str, lines: Sequence[PageLine], most: int = _MOST_LINES) -> LineGroup:
    return LineGroup(heading, tuple(lines[:most]), max(0, len(lines) - most))


def _won(overview: Overview, summary: Summary, marks: FilterMarks) -> PageAnswer:
    review, items = overview.review, overview.picture.items
    words = {
        line.id: line.words
        for section in review_page(review).sections
        if section.heading == "Wins"
        for line in section.lines
    }
    ids = dict.fromkeys(entry.id for entry in review.wins)
    new = [line_of(items[id_], overview, marks, words.get(id_, "")) for id_ in ids]
    earlier = [
        line_of(items[win.id], overview, marks, "") for win in summary.wins if win.id not in ids
    ]
    return PageAnswer(
        "won",
        "To celebrate",
        str(len(new) + len(earlier)),
        f"{len(new)} since {day_words(review.since)}" if new else "achieved",
        tuple(
            group
            for group in (_cut("", new), _cut("Achieved before" if new else "Achieved", earlier))
            if group.lines
        ),
        "Nothing was achieved yet.",
    )


def _off_track(overview: Overview, marks: FilterMarks, own: Sequence[Item]) -> PageAnswer:
    counted = "key result" if all(isinstance(item, KeyResult) for item in own) else "item"
    items, measures = overview.picture.items, overview.picture.measures
    lines = [
        line_of(items[entry.id], overview, marks, _distance(measures[entry.id]))
        for entry in overview.review.off_track
    ]
    return PageAnswer(
        "off-track",
        "Off track",
        str(len(lines)),
        f"of {plural(len(own), counted)}",
        (_cut("", lines),),
        "Nothing is off track.",
    )


def _distance(measure: Measure) -> str:
    """`25 %, 59 % expected by now, last check-in 2 Oct 2026`."""
    facts = [percent_words(measure.progress)]
    if measure.expected is not None and measure.status is not Status.MISSED:
        facts.append(f"{percent_words(measure.expected)} expected by now")
    if measure.freshness in _SILENT:
        last = measure.checked_in
        facts.append("never checked in" if last is None else f"last check-in {day_words(last)}")
    return ", ".join(facts)


def _who_must_act(overview: Overview, marks: FilterMarks, items: Sequence[Item]) -> PageAnswer:
    review, by_id = overview.review, overview.picture.items
    stuck = {entry.id: f"Stuck: {entry.words}." for entry in review.stuck}
    lines: dict[str, str] = {}
    for worry in needs_attention(items, overview.picture.measures):
        item, measure = by_id[worry.id], overview.picture.measures[worry.id]
        # The team's own words, which follow the reason, stay.
        own_words = worry.reason.removeprefix(measure.reason).strip()
        reason = reason_today(item, measure, overview, marks)
        lines[worry.id] = " ".join(filter(None, (reason, own_words, stuck.pop(worry.id, ""))))
    lines |= stuck
    by_owner: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for id_ in lines:
        owner = " ".join((by_id[id_].owner or marks.objective_of[id_].owner or "").split())
        names.setdefault(owner.casefold(), owner)
        by_owner.setdefault(owner.casefold(), []).append(id_)
    # Whoever has the worst item comes first, as the items do; what nobody owns comes last.
    order = sorted(by_owner, key=lambda owner: (not owner,))
    groups = []
    shown = 0
    for number, owner in enumerate(order):
        ids = by_owner[owner]
        heading = f"{names[owner] or 'Nobody owns'}: {_counts(overview, ids)}"
        most = min(_MOST_OF_ONE, max(0, _MOST_LINES - shown)) if number < _MOST_OWNERS else 0
        shown_lines = [
            # The heading names the owner.
            replace(line_of(by_id[id_], overview, marks, lines[id_]), owner="")
            for id_ in ids[:most]
        ]
        shown += len(shown_lines)
        if number < _MOST_OWNERS:
            groups.append(LineGroup(heading, tuple(shown_lines), len(ids) - len(shown_lines)))
    asks = [line_of(by_id[entry.id], overview, marks, entry.words or "") for entry in review.asks]
    if asks:
        groups.append(_cut("Open questions", asks))
    owners = [names[owner] for owner in order if owner]
    return PageAnswer(
        "act",
        "Who must act",
        str(len(owners)) if owners else str(len(lines)),
        _names(owners) if owners else "items that nobody owns" if lines else "nobody",
        tuple(groups),
        "Nothing needs attention.",
    )


def _counts(overview: Overview, ids: Iterable[str]) -> str:
    """`2 off track, 1 at risk`, worst first."""
    counts = Counter(overview.picture.measures[id_].status for id_ in ids)
    return ", ".join(f"{count} {STATUS_WORDS[status].lower()}" for status, count in counts.items())


def _names(names: Sequence[str]) -> str:
    """`Mia, Jon and 3 more`."""
    if len(names) <= 3:
        return ", ".join(names)
    return f"{', '.join(names[:2])} and {len(names) - 2} more"


def _moved(
    overview: Overview, summary: Summary, marks: FilterMarks, items: Sequence[Item]
) -> PageAnswer:
    picture = overview.picture
    by_id = picture.items
    moved = [
        line_of(by_id[movement.id], overview, marks, movement.words)
        for movement in summary.movements
        if movement.id in picture.measures
    ]
    changed = [
        line_of(item, overview, marks, move_sentence(move, unit_of(item)))
        for item in items
        for move in picture.measures[item.id].moves
        if picture.moved_after is None or move.day > picture.moved_after
    ]
    groups = (_cut("", moved), _cut("Targets, baselines and owners that changed", changed))
    return PageAnswer(
        "moved",
        summary.moved_heading,
        str(len(moved)),
        "and " + plural(len(changed), "changed target", "changed targets") if changed else "items",
        tuple(group for group in groups if group.lines),
        "Nothing moved.",
    )


def _ends_up(overview: Overview, marks: FilterMarks, items: Sequence[Item]) -> PageAnswer:
    picture = overview.picture
    tops = [picture.tree.objectives[id_] for id_ in picture.tree.roots if id_ in picture.measures]
    tops = [top for top in tops if picture.measures[top.id].set_aside is None]
    known = [(top, each) for top in tops if (each := picture.measures[top.id].outlook) is not None]
    short = sorted(
        (
            (each.value, item, each)
            for item in items
            if isinstance(item, KeyResult)
            and (each := picture.measures[item.id].outlook) is not None
            and each.value < 1
            and picture.measures[item.id].status is not Status.ACHIEVED
        ),
        key=lambda entry: (entry[0], entry[1].id),
    )
    objectives = [
        line_of(top, overview, marks, _outlook_words(top, each, overview, marks))
        for top, each in sorted(known, key=lambda entry: (entry[1].value, entry[0].id))
    ]
    results = [
        line_of(item, overview, marks, _outlook_words(item, each, overview, marks))
        for _, item, each in short[:_FURTHEST]
    ]
    groups = (
        _cut("Objectives, the furthest from their goal first", objectives),
        _cut("Key results furthest short of their targets", results),
    )
    figure, words = _together([each for _, each in known], len(tops))
    return PageAnswer(
        "outlook",
        "Where it ends up",
        figure,
        words,
        tuple(group for group in groups if group.lines),
        "No item was seen on three days yet, so nothing is claimed.",
    )


def _outlook_words(item: Item, outlook: Outlook, overview: Overview, marks: FilterMarks) -> str:
    freshness = overview.picture.measures[item.id].freshness
    sentence = outlook_sentence(item, outlook, end_of(item, overview, marks), freshness)
    low, high = percent_words(outlook.low), percent_words(outlook.high)
    return f"{sentence} Between {low} and {high} in 8 of 10 cases."


def _together(outlooks: Sequence[Outlook], of: int) -> tuple[str, str]:
    """The mean of the top objectives, and the words beside it."""
    if not outlooks:
        return "–", "no outlook yet"
    value, low, high = (
        percent_words(sum(shares, Decimal(0)) / len(outlooks))
        for shares in zip(*((each.value, each.low, each.high) for each in outlooks), strict=True)
    )
    partly = f", {len(outlooks)} of {of} objectives" if len(outlooks) < of else ""
    return value, f"at this pace ({low} to {high}){partly}"


def heat_map(overview: Overview, marks: FilterMarks) -> HeatMap | None:
    """Teams by status and silence; None without items."""
    picture = overview.picture
    own = [
        item for item in _counted(overview) if isinstance(item, KeyResult) or not item.key_results
    ]
    if not own:
        return None
    has_teams = any(marks.team_of.get(item.id) for item in own)
    names: dict[str, str] = {}
    teams: dict[str, Counter[str]] = {}
    for item in own:
        name = marks.team_of.get(item.id, "") if has_teams else item.origin.source
        names.setdefault(name.casefold(), name)
        count = teams.setdefault(name.casefold(), Counter())
        measure = picture.measures[item.id]
        count[measure.status.value] += 1
        count["silent"] += measure.freshness in _SILENT
        count["all"] += 1
    columns = [
        (status.value, STATUS_WORDS[status])
        for status in _BY_GRAVITY
        if any(count[status.value] for count in teams.values())
    ]
    columns.append(("silent", "Silent"))
    rows = []
    for folded in sorted(teams, key=lambda name: (not name, name)):
        count, name = teams[folded], names[folded]
        number: int | str = ""
        if name:
            number = marks.team_number(name) if has_teams else marks.source_number(name)
        # A quarter of the team's items fills a cell by one step of four; one item by the first.
        cells = tuple((count[key], -(-4 * count[key] // count["all"]), key) for key, _ in columns)
        attribute = "t" if has_teams else "s"
        rows.append(HeatRow(name or "No team", attribute, number, cells, count["all"]))
    return HeatMap("Team" if has_teams else "Source", tuple(columns), tuple(rows))


_BY_GRAVITY = (
    Status.MISSED,
    Status.OFF_TRACK,
    Status.STALE,
    Status.AT_RISK,
    Status.NO_DATA,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.ACHIEVED,
)
