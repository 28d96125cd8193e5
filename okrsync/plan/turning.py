"""What is shown when one cycle follows another, and the last answers of the cycle that ended.

The closed cycle is shown until the running one has its first item. Late values count for it until
it is settled; then its rows are never written to again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from okrsync.measures.reasons import day, percent
from okrsync.measures.result import Measure
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.model.scope import split_by_cycle, split_ended
from okrsync.model.tree import Tree
from okrsync.plan.placing import Placement, Turn, has_ended, was_known

__all__ = [
    "FinalAnswers",
    "RowsToAnswer",
    "Sides",
    "divide",
    "final_answers",
    "items_of",
    "rows_to_answer",
]

_A_DAY = timedelta(days=1)

Item = KeyResult | Objective
Placements = Mapping[str, Mapping[str, Placement]]
"""Placements by source and natural key."""


class Sides(Frozen, frozen=True):
    """The objectives of the shown cycle, those of the one before, and all others, each with the
    key results that belong there.

    `is_closed` means that the shown cycle is over, because the running one has no item yet.
    `turned` are the sources that have an item of the running cycle. `before` is the cycle of those
    `beside`, None where there are none.
    """

    shown: tuple[Objective, ...]
    beside: tuple[Objective, ...]
    elsewhere: tuple[Objective, ...]
    cycle: Cycle
    is_closed: bool
    turned: frozenset[str]
    before: Cycle | None


def is_shown_beside(placement: Placement, turn: Turn, keep: timedelta) -> bool:
    """Whether an item's cycle ended recently, and okrsync knew the item while the cycle ran. `keep`
    says for how long after its end a cycle stands beside the running one.
    """
    return (
        has_ended(placement.cycle, turn.today)
        and turn.today <= placement.cycle.end + keep
        and was_known(placement, turn.settle)
    )


def divide(
    objectives: Iterable[Objective],
    placements: Placements,
    turn: Turn,
    keep: timedelta,
    past: Sequence[Objective] = (),
) -> Sides:
    """Which objectives are shown, and which stand beside them. An objective whose key results lie
    in two cycles stands on both sides. `keep` is that of `is_shown_beside`, and `past` are items
    whose rows have moved on since their cycle ended.
    """
    everything = tuple(objectives)

    def is_kept(item: Item) -> bool:
        placement = _placement(placements, item)
        return placement is not None and is_shown_beside(placement, turn, keep)

    def with_past(ended: tuple[Objective, ...]) -> tuple[Objective, ...]:
        if not past:
            return ended
        # Imported here: in the midst of a cycle there are none.
        from okrsync.plan.past_items import with_past_items

        return with_past_items(ended, past)

    def is_open(item: Item) -> bool:
        placement = _placement(placements, item)
        return placement is not None and not has_ended(placement.cycle, turn.today)

    inside, outside = split_by_cycle(everything, turn.running)
    ended, rest = split_ended(outside, is_kept)
    ended = with_past(ended)
    turned: set[str] = set()
    following = _days_after(ended, placements)
    for objective in inside:
        # The first such item tells it of its source.
        for item in _with_results(objective):
            source = item.origin.source
            if source in turned:
                continue
            begin = min(turn.running.start, following.get(source, date.max))
            if _starts_from(placements, item, begin):
                turned.add(source)
    if turned or not ended:
        beside, older, before = _last_of(ended, placements)
        return Sides(
            inside, beside, (*rest, *older), turn.running, False, frozenset(turned), before
        )
    # Nothing is planned for the running cycle yet. What runs on, such as objectives of a year,
    # stands with the cycle that ended last.
    cycle = _latest_cycle(ended, placements)
    candidates, rest = split_ended(everything, lambda item: is_kept(item) or is_open(item))
    shown, others = split_by_cycle(with_past(candidates), cycle)
    earlier, waiting = split_ended(others, is_kept)
    beside, older, before = _last_of(earlier, placements)
    return Sides(shown, beside, (*rest, *waiting, *older), cycle, True, frozenset(turned), before)


def _last_of(
    ended: tuple[Objective, ...], placements: Placements
) -> tuple[tuple[Objective, ...], tuple[Objective, ...], Cycle | None]:
    """Of cycles that ended, the objectives of the last one, and the others."""
    if not ended:
        return (), (), None
    cycle = _latest_cycle(ended, placements)
    return (*split_by_cycle(ended, cycle), cycle)


def _placement(placements: Placements, item: Item) -> Placement | None:
    return placements[item.origin.source].get(item.key)


def _starts_from(placements: Placements, item: Item, day: date) -> bool:
    placement = _placement(placements, item)
    return placement is not None and placement.cycle.start >= day


def _days_after(ended: Iterable[Objective], placements: Placements) -> dict[str, date]:
    """By source, the day after its last cycle that ended. What begins then is the next one: six
    weeks may have begun in the quarter before the running one.
    """
    days: dict[str, date] = {}
    for objective in ended:
        for item in _with_results(objective):
            placement, source = _placement(placements, item), item.origin.source
            if placement is not None:
                days[source] = max(days.get(source, date.min), placement.cycle.end + _A_DAY)
    return days


def _latest_cycle(objectives: Iterable[Objective], placements: Placements) -> Cycle:
    """The cycle that ends last; of a year and its last quarter, the quarter."""

    def cycle_of(item: Item) -> Cycle | None:
        # A row that has moved on is placed where it goes on.
        placement = None if item.origin.is_stand_in else _placement(placements, item)
        return item.cycle if placement is None else placement.cycle

    return max(
        (
            cycle
            for objective in objectives
            # An objective on both sides of the turn is placed where it goes on.
            for item in objective.key_results or (objective,)
            if (cycle := cycle_of(item)) is not None
        ),
        key=lambda cycle: (cycle.end, cycle.start),
    )


def _cycles_of(placements: Placements) -> Collection[Cycle]:
    """The cycles of all placements. Most share one cycle, which is looked at once."""
    cycles = {
        id(placement.cycle): placement.cycle
        for of_source in placements.values()
        for placement in of_source.values()
    }
    return cycles.values()


class FinalAnswers(Frozen, frozen=True):
    """Measures by id, with corrections in their reasons, and what to remember of them, by source
    and natural key.
    """

    measures: Mapping[str, Measure]
    placements: Mapping[str, Mapping[str, Placement]]


def final_answers(
    tree: Tree,
    measures: Mapping[str, Measure],
    remembered: Placements,
    placements: Placements,
    turn: Turn,
    *,
    is_noted: bool = True,
) -> FinalAnswers:
    """What the items of a tree ended with, and which of them a late value has corrected since.
    `remembered` are the placements of the run before. Where nothing is noted, items whose cycle
    still runs are left out: how they stand is only remembered.
    """
    if not measures or not (
        is_noted or any(has_ended(cycle, turn.today) for cycle in _cycles_of(placements))
    ):
        return FinalAnswers(measures, {})
    corrected: dict[str, Measure] = {}
    answers: dict[str, dict[str, Placement]] = {}
    for item in items_of(tree):
        placement, measure = _placement(placements, item), measures.get(item.id)
        if placement is None or measure is None or item.origin.is_stand_in:
            continue
        if not is_noted and not has_ended(placement.cycle, turn.today):
            continue
        source = item.origin.source
        before = remembered[source].get(item.key)
        if before is not None and before.cycle != placement.cycle:
            before = None
        answer = _answered(item, measure, placement, before, turn)
        answers.setdefault(source, {})[item.key] = answer
        if answer.corrected is not None:
            corrected[item.id] = _corrected(measure, answer)
    return FinalAnswers({**measures, **corrected} if corrected else measures, answers)


def items_of(tree: Tree) -> Iterator[Item]:
    """Every item of a tree, objectives before their key results."""
    for objective in tree.objectives.values():
        yield from _with_results(objective)


def _with_results(objective: Objective) -> tuple[Item, ...]:
    return (objective, *objective.key_results)


def _answered(
    item: Item, measure: Measure, placement: Placement, before: Placement | None, turn: Turn
) -> Placement:
    """The placement with the item's last answer as of today."""
    progress = None if measure.progress is None else _rounded(measure.progress)
    today, end = turn.today, placement.cycle.end
    if not has_ended(placement.cycle, today):
        return replace(placement, final=progress, latest=progress, corrected=None, is_final=False)
    if before is None:
        return replace(placement, final=progress, latest=progress, corrected=None, is_final=True)
    checked_in = measure.checked_in if item.checked_in_known else None
    came_late = before.is_final or (checked_in is not None and checked_in > end)
    if progress == before.latest or today > end + turn.settle:
        return replace(
            placement,
            final=before.final,
            latest=before.latest,
            corrected=before.corrected,
            is_final=before.is_final or not _is_too_late(item, placement, turn),
        )
    if not came_late:
        return replace(placement, final=progress, latest=progress, corrected=None, is_final=True)
    late_day = checked_in if checked_in is not None and checked_in > end else today
    return replace(
        placement,
        final=before.final,
        latest=progress,
        corrected=None if progress == before.final else late_day,
        is_final=True,
    )


@lru_cache(maxsize=4096)
def _rounded(share: Decimal) -> Decimal:
    # Many items stand alike, and remember one number.
    return round(share, 4)


def _corrected(measure: Measure, placement: Placement) -> Measure:
    """The measure with the correction in its reason: "Corrected on 4 Jan 2027: 62 %, was 58 %."
    The same measure where no late value changed it.
    """
    if placement.corrected is None or percent(placement.final) == percent(placement.latest):
        return measure
    was = "no data" if placement.final is None else percent(placement.final)
    now = "no data" if placement.latest is None else percent(placement.latest)
    words = f"{measure.reason} Corrected on {day(placement.corrected)}: {now}, was {was}."
    return measure._replace(reason=words)


class RowsToAnswer(Frozen, frozen=True):
    """The measures, by id, of the items whose rows may be written to. `replaced` are the ids of
    those beside which only an answer that speaks of something else is replaced.
    """

    measures: Mapping[str, Measure]
    replaced: frozenset[str] = frozenset()


def rows_to_answer(
    shown: tuple[Tree, Mapping[str, Measure]],
    others: Sequence[tuple[Tree, Mapping[str, Measure]]],
    remembered: Placements,
    placements: Placements,
    owed: Mapping[str, Collection[str]],
    turn: Turn,
    holds_another: Callable[[Item], bool],
) -> RowsToAnswer:
    """The rows of the shown side and of the others, each a tree with its measures, that may be
    written to: those that are not settled, those for which late values count, those whose last
    answer is still to be given, and those that hold an answer about something else.

    `remembered` are the placements of the run before, `owed` the keys, by source, to whose items a
    last answer did not arrive. `holds_another` says whether okrsync has written an answer beside
    the item, or beside one whose row or copy it is.
    """
    runs_on = not any(_is_settled(cycle, turn) for cycle in _cycles_of(placements))
    measures: dict[str, Measure] = {}
    replaced: set[str] = set()

    def is_answered_anew(item: Item, *, is_shown: bool) -> bool:
        placement = _placement(placements, item)
        is_open = placement is None or not _is_settled(placement.cycle, turn)
        return (
            (is_shown and is_open)
            or _is_late(placement, turn)
            or _is_unanswered(_placement(remembered, item), placement, turn, item, owed)
        )

    def may_hold_another(item: Item) -> bool:
        placement = _placement(placements, item)
        return (
            (placement is not None and not has_ended(placement.cycle, turn.today))
            or item.key in owed[item.origin.source]
            or _is_moved_back(_placement(remembered, item), placement, turn)
        ) and holds_another(item)

    # The shown side comes last: an objective on two sides is what it is there.
    for tree, of_tree in (*others, shown):
        is_shown = tree is shown[0]
        if runs_on and is_shown:
            # All of its items. Of a large sheet, a second dictionary of them would take much room.
            of_tree = _without_stand_ins(tree, of_tree)
            together = {**measures, **of_tree} if measures else of_tree
            return RowsToAnswer(together, frozenset(replaced - of_tree.keys()))
        for item in items_of(tree):
            measure = of_tree.get(item.id)
            if measure is None or item.origin.is_stand_in:
                continue
            if is_answered_anew(item, is_shown=is_shown):
                measures[item.id] = measure
                replaced.discard(item.id)
            elif may_hold_another(item):
                measures[item.id] = measure
                replaced.add(item.id)
    return RowsToAnswer(measures, frozenset(replaced))


def _without_stand_ins(tree: Tree, measures: Mapping[str, Measure]) -> Mapping[str, Measure]:
    if not any(each.origin.is_stand_in for each in tree.objectives.values()):
        return measures
    stand_ins = {item.id for item in items_of(tree) if item.origin.is_stand_in}
    return {id_: measure for id_, measure in measures.items() if id_ not in stand_ins}


def _is_late(placement: Placement | None, turn: Turn) -> bool:
    """Whether the item's cycle has ended and late values still count for it."""
    return (
        placement is not None
        and has_ended(placement.cycle, turn.today)
        and turn.today <= placement.cycle.end + turn.settle
        and was_known(placement, turn.settle)
    )


def _is_unanswered(
    before: Placement | None,
    placement: Placement | None,
    turn: Turn,
    item: Item,
    owed: Mapping[str, Collection[str]],
) -> bool:
    """Whether the item's cycle has ended and its last answer is still to be written: no run since
    then has given it, though okrsync knew the item while the cycle ran (the first run may come
    late), or it did not arrive, or was put back: then its key is `owed` by its source.
    """
    if before is None or placement is None or before.cycle != placement.cycle:
        return False
    if not has_ended(placement.cycle, turn.today):
        return False
    if not was_known(before, turn.settle):
        return False
    is_open = not before.is_final and not _is_too_late(item, before, turn)
    return is_open or item.key in owed[item.origin.source]


def _is_too_late(item: Item, placement: Placement, turn: Turn) -> bool:
    """Whether the item was checked in after late values ceased to count: that is no part of the
    cycle.
    """
    return item.checked_in is not None and item.checked_in > placement.cycle.end + turn.settle


def _is_moved_back(before: Placement | None, placement: Placement | None, turn: Turn) -> bool:
    """Whether the item is new, or was in another cycle in the last run, and its cycle has ended."""
    if placement is None or not has_ended(placement.cycle, turn.today):
        return False
    return before is None or before.cycle != placement.cycle


def _is_settled(cycle: Cycle, turn: Turn) -> bool:
    """Whether a cycle lies before the running one, and late values count no more."""
    return cycle.end < turn.running.start and turn.today > cycle.end + turn.settle
