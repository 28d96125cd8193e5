"""The review of the week: what was won, what moved, what is stuck, who is silent, what was decided.

It is one value, decided from the measures and from what the ledger saw; every form of it (Markdown,
HTML, a tab, a page) shows the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from okrsync.connector.review_page import Decision
from okrsync.mapping.words import is_question
from okrsync.measures.parts import period_of
from okrsync.measures.past import by_day
from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Freshness, KeyResult, LedgerEntry, Objective, Status
from okrsync.plan.names import folded, named_owners

__all__ = [
    "EVERYBODY",
    "LISTS",
    "CheckInsInTime",
    "Health",
    "Overview",
    "Review",
    "ReviewFacts",
    "ReviewFilter",
    "ReviewedItem",
    "Then",
    "concerns_any",
    "entries_of",
    "make_review",
    "review_facts",
]

Item = KeyResult | Objective
Linked = Callable[[Item], str | None]
"""The web address of an item, None where it has none."""

LISTS = ("wins", "off_track", "moved", "stuck", "silent", "targets_moved", "disagreements", "asks")
"""The lists of items, in the order in which they are shown."""
_BAD = (Status.OFF_TRACK, Status.MISSED)
_BACK_FROM = (Status.AT_RISK, Status.OFF_TRACK)
_SILENT = (Freshness.STALE, Freshness.NEVER)
_STUCK_AFTER = timedelta(days=14)


class Then(NamedTuple):
    """How an item stood at the beginning of the review: its progress (a share, None without data)
    and status. `has_moved` tells whether it has moved since, by a point or more or by news.
    """

    progress: Decimal | None
    status: Status
    has_moved: bool


class ReviewFilter(NamedTuple):
    """Whom a review is about: one team, one owner, None for all; some sources, none for all."""

    team: str | None = None
    owner: str | None = None
    sources: tuple[str, ...] = ()


EVERYBODY = ReviewFilter()


class ReviewedItem(Frozen, frozen=True):
    """One item in a list of the review. `kind` is `objective` or `key-result`; `at` is its address.

    `before` and `after` are shares in `moved`, and what `what` names (target, baseline or owner) in
    `targets_moved`, which changed on `day`. `status_before` is that of `moved` and `wins`, `words`
    is the reason in `stuck` and the comment in `asks`, `typed_status` what the person typed.
    `checked_in` is the last check-in.
    """

    id: str
    title: str
    kind: str
    owner: str | None
    team: str | None
    source: str
    at: str
    url: str | None
    progress: Decimal | None
    status: Status
    before: Decimal | str | None = None
    after: Decimal | str | None = None
    status_before: Status | None = None
    what: str | None = None
    day: date | None = None
    words: str | None = None
    typed_status: str | None = None
    checked_in: date | None = None
    unit: str | None = None


class CheckInsInTime(NamedTuple):
    """How many of a team's items with expected check-ins have them in time. `team` is None for all
    teams that are not listed by themselves.
    """

    team: str | None
    in_time: int
    of: int


class Health(Frozen, frozen=True):
    """How well the OKRs are kept. It holds no number about a single person: a team whose items
    belong to one owner is counted among the others. `reported` is how many key results have data,
    and all of them; None if they belong to one owner.
    """

    check_ins: tuple[CheckInsInTime, ...] = ()
    reported: tuple[int, int] | None = None
    unaligned: tuple[ReviewedItem, ...] = ()


class Review(Frozen, frozen=True):
    """The whole review. `since` is the day it looks back to, `began` the day it began itself."""

    since: date
    until: date
    began: date
    cycle: str
    wins: tuple[ReviewedItem, ...] = ()
    moved: tuple[ReviewedItem, ...] = ()
    off_track: tuple[ReviewedItem, ...] = ()
    stuck: tuple[ReviewedItem, ...] = ()
    silent: tuple[ReviewedItem, ...] = ()
    targets_moved: tuple[ReviewedItem, ...] = ()
    disagreements: tuple[ReviewedItem, ...] = ()
    asks: tuple[ReviewedItem, ...] = ()
    decided: tuple[Decision, ...] = ()
    health: Health = Health()
    earlier: tuple[Decision, ...] = ()
    """What was decided before the last review, latest first."""
    about: ReviewFilter = EVERYBODY
    key_results: int = 0
    """How many key results it is about."""
    notices: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every list but `health` is empty."""
        return not any(getattr(self, name) for name in (*LISTS, "decided"))

    def items(self, name: str) -> tuple[ReviewedItem, ...]:
        """One of the lists of items, by its name in `LISTS`."""
        items: tuple[ReviewedItem, ...] = getattr(self, name)
        return items


class Overview(Frozen, frozen=True):
    """Everything that the report shows. `links` holds the web address of each item that has one,
    by id.
    """

    picture: Picture
    review: Review
    links: Mapping[str, str]


class ReviewFact(Frozen, frozen=True):
    """An item with what the lists are decided from."""

    item: Item
    measure: Measure
    entry: ReviewedItem
    then: Then | None
    history: tuple[LedgerEntry, ...]
    confidences: tuple[Decimal | None, ...]
    """What people believed at each check-in, the last one last."""
    period: tuple[date, date]

    @property
    def is_counted_itself(self) -> bool:
        """Whether it stands for itself: an objective with key results does not, they are listed
        themselves.
        """
        return isinstance(self.item, KeyResult) or not self.item.key_results


class ReviewFacts(Frozen, frozen=True):
    """What every review of one moment is made from, whomever it is about. It looks back to `since`,
    and began on `began`.
    """

    picture: Picture
    since: date
    began: date
    items: tuple[ReviewFact, ...]


def review_facts(
    picture: Picture,
    histories: Mapping[str, Sequence[LedgerEntry]],
    confidences: Mapping[str, tuple[Decimal | None, ...]],
    then: Mapping[str, Then],
    since: date,
    began: date,
    linked: Mapping[str, Linked],
) -> ReviewFacts:
    """The facts of a picture. `histories` holds what was seen of each item, `confidences` what
    people believed at each check-in, and `then` how it stood at the beginning, by id; `linked`
    finds, by source, the web address of an item.
    """
    return ReviewFacts(
        picture, since, began, tuple(_facts(picture, histories, confidences, then, linked))
    )


def make_review(
    facts: ReviewFacts,
    about: ReviewFilter = EVERYBODY,
    decided: tuple[Decision, ...] = (),
    earlier: tuple[Decision, ...] = (),
) -> Review:
    """The review of one team, owner or source, or of everybody."""
    picture = facts.picture
    reviewed = [each for each in facts.items if _concerns(about, each.entry)]
    return Review(
        since=facts.since,
        until=picture.as_of,
        began=facts.began,
        cycle=picture.cycle.name,
        wins=tuple(_wins(reviewed)),
        moved=tuple(_moved(reviewed)),
        off_track=tuple(
            each.entry
            for each in reviewed
            if each.is_counted_itself and each.measure.status in _BAD
        ),
        stuck=tuple(_stuck(reviewed, picture.as_of)),
        silent=tuple(
            each.entry
            for each in reviewed
            if each.is_counted_itself and each.measure.freshness in _SILENT
        ),
        targets_moved=tuple(_targets_moved(reviewed, facts.since)),
        disagreements=tuple(_disagreements(reviewed)),
        asks=tuple(_asks(reviewed)),
        decided=decided,
        earlier=earlier,
        health=_health(picture, reviewed, about),
        about=about,
        key_results=sum(isinstance(each.item, KeyResult) for each in reviewed),
        notices=tuple(_notices(picture, about)),
    )


def concerns_any(facts: ReviewFacts, about: ReviewFilter) -> bool:
    """Whether any item is of this team, owner or source."""
    return any(_concerns(about, each.entry) for each in facts.items)


def entries_of(facts: ReviewFacts, about: ReviewFilter, ids: Collection[str]) -> list[ReviewedItem]:
    """The items with these ids that are of this team, owner and source, in reading order."""
    return [
        each.entry for each in facts.items if each.item.id in ids and _concerns(about, each.entry)
    ]


def _facts(
    picture: Picture,
    histories: Mapping[str, Sequence[LedgerEntry]],
    confidences: Mapping[str, tuple[Decimal | None, ...]],
    then: Mapping[str, Then],
    linked: Mapping[str, Linked],
) -> Iterator[ReviewFact]:
    for objective in picture.tree.objectives.values():
        items: tuple[Item, ...] = (objective, *objective.key_results)
        for item in items:
            measure = picture.measures.get(item.id)
            # A row that people set aside is neither late nor won.
            if measure is None or measure.set_aside is not None:
                continue
            source = item.origin.source
            entry = ReviewedItem(
                id=item.id,
                title=item.title,
                kind="key-result" if isinstance(item, KeyResult) else "objective",
                owner=item.owner or objective.owner,
                team=item.team or objective.team,
                source=source,
                at=str(item.origin.title_cell),
                url=linked[source](item) if source in linked else None,
                progress=measure.progress,
                status=measure.status,
                checked_in=measure.checked_in,
            )
            yield ReviewFact(
                item,
                measure,
                entry,
                then.get(item.id),
                by_day(histories.get(item.id, ())),
                confidences.get(item.id, ()),
                period_of(item, objective.cycle or picture.cycle),
            )


def _concerns(about: ReviewFilter, entry: ReviewedItem) -> bool:
    if about.sources and entry.source not in about.sources:
        return False
    if about.team is not None and folded(entry.team) != folded(about.team):
        return False
    return about.owner is None or folded(about.owner) in named_owners(entry.owner)


def _wins(reviewed: Iterable[ReviewFact]) -> Iterator[ReviewedItem]:
    for each in reviewed:
        if each.then is None:
            continue
        status, before = each.measure.status, each.then.status
        is_achieved = status is Status.ACHIEVED and before is not Status.ACHIEVED
        if is_achieved or (status is Status.ON_TRACK and before in _BACK_FROM):
            yield replace(
                each.entry,
                before=each.then.progress,
                after=each.measure.progress,
                status_before=before,
            )


def _moved(reviewed: Iterable[ReviewFact]) -> Iterator[ReviewedItem]:
    for each in reviewed:
        if each.then is not None and each.then.has_moved:
            yield replace(
                each.entry,
                before=each.then.progress,
                after=each.measure.progress,
                status_before=each.then.status,
            )


def _stuck(reviewed: Iterable[ReviewFact], as_of: date) -> Iterator[ReviewedItem]:
    for each in reviewed:
        start, end = each.period
        is_running = start <= as_of <= end and each.measure.status is not Status.ACHIEVED
        if not is_running or not each.is_counted_itself:
            continue
        if _loses_confidence(each.confidences):
            yield replace(each.entry, words="confidence fell at each of the last two check-ins")
        elif _stands_still(each, as_of):
            yield replace(each.entry, words="checked in, and the same value for two weeks")


def _stands_still(each: ReviewFact, as_of: date) -> bool:
    """Whether the value is that of two weeks ago though somebody checked in since."""
    then = as_of - _STUCK_AFTER
    checked_in = each.measure.checked_in
    if checked_in is None or checked_in <= then:
        return False
    past = [entry for entry in each.history if entry.day <= as_of]
    before = [entry for entry in past if entry.day <= then]
    if not before:
        return False
    value = _value(before[-1])
    return value is not None and all(_value(entry) == value for entry in past if entry.day > then)


def _value(entry: LedgerEntry) -> Decimal | None:
    return entry.progress if entry.current is None else entry.current


def _loses_confidence(confidences: Sequence[Decimal | None]) -> bool:
    """Whether it was lower at each of the last two check-ins than at the one before."""
    last = confidences[-3:]
    known = [confidence for confidence in last if confidence is not None]
    return len(known) == 3 and all(later < earlier for earlier, later in pairwise(known))


def _targets_moved(reviewed: Iterable[ReviewFact], since: date) -> Iterator[ReviewedItem]:
    for each in reviewed:
        numbers = each.item if isinstance(each.item, KeyResult) else each.item.numbers
        for move in each.measure.moves:
            if move.day > since:
                yield replace(
                    each.entry,
                    before=move.before,
                    after=move.after,
                    what=move.what,
                    day=move.day,
                    unit=None if numbers is None else numbers.unit,
                )


def _disagreements(reviewed: Iterable[ReviewFact]) -> Iterator[ReviewedItem]:
    for each in reviewed:
        given = each.item.given_status
        if given is not None and given is not each.measure.status:
            yield replace(each.entry, typed_status=each.item.typed_status or given.value)


def _asks(reviewed: Iterable[ReviewFact]) -> Iterator[ReviewedItem]:
    for each in reviewed:
        comment = " ".join((each.item.comment or "").split())
        if comment and is_question(comment):
            yield replace(each.entry, words=comment)


def _health(picture: Picture, reviewed: Sequence[ReviewFact], about: ReviewFilter) -> Health:
    own = [each for each in reviewed if each.is_counted_itself]
    unaligned = tuple(_unaligned(picture, reviewed))
    if about.owner is not None or _is_of_one_person(own):
        return Health(unaligned=unaligned)
    with_data = sum(each.measure.progress is not None for each in own)
    return Health(tuple(_check_ins(own)), (with_data, len(own)), unaligned)


def _check_ins(reviewed: Iterable[ReviewFact]) -> Iterator[CheckInsInTime]:
    teams: dict[str, list[ReviewFact]] = {}
    for each in reviewed:
        if each.measure.freshness is not None:
            teams.setdefault(folded(each.entry.team), []).append(each)
    others: list[ReviewFact] = []
    for team, members in teams.items():
        if team and not _is_of_one_person(members):
            yield _in_time(members[0].entry.team, members)
        else:
            others += members
    if others and not _is_of_one_person(others):
        yield _in_time(None, others)


def _in_time(team: str | None, reviewed: Sequence[ReviewFact]) -> CheckInsInTime:
    in_time = sum(each.measure.freshness not in _SILENT for each in reviewed)
    return CheckInsInTime(team, in_time, len(reviewed))


def _is_of_one_person(reviewed: Iterable[ReviewFact]) -> bool:
    """Whether a number about these items would be one about a single person."""
    owners = {folded(each.entry.owner) for each in reviewed if each.entry.owner}
    return len(owners) == 1


def _unaligned(picture: Picture, reviewed: Iterable[ReviewFact]) -> Iterator[ReviewedItem]:
    """The objectives that neither hang under another one nor have any below them, where others of
    the tree do.
    """
    tree = picture.tree
    if not tree.parents:
        return
    for each in reviewed:
        is_objective = isinstance(each.item, Objective)
        if is_objective and each.item.id not in tree.parents and each.item.id not in tree.children:
            yield each.entry


def _notices(picture: Picture, about: ReviewFilter) -> Iterator[str]:
    for view in picture.sources:
        if about.sources and view.name not in about.sources:
            continue
        if view.state == "kept":
            yield f"{view.name} could not be read; its last good numbers are shown."
        elif view.state == "failed":
            yield f"{view.name} could not be read and is not in this review."
