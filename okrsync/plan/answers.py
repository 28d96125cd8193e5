"""The rows with an answer and the rows with a check-in, which a guard compares from run to run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import field as struct_field

from okrsync.measures.progress import progress
from okrsync.measures.rules import Rules
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective
from okrsync.model.table import CellValue, is_blank

__all__ = ["AnsweredRows", "Losses", "answers_of", "answers_written", "losses", "with_more"]


class AnsweredRows(Frozen, frozen=True):
    """The keys of the items whose row had an answer (a progress, or a status other than "No data"),
    and of those whose row had a check-in, by the name of the cycle.
    """

    answered: Mapping[str, frozenset[str]] = struct_field(default_factory=dict)
    checked_in: Mapping[str, frozenset[str]] = struct_field(default_factory=dict)


class Losses(Frozen, frozen=True):
    """The rows that would lose their answer or their check-in, out of `had_one` rows that had one
    and still exist.
    """

    items: tuple[KeyResult | Objective, ...] = ()
    had_one: int = 0


def answers_of(objectives: Collection[Objective], rules: Rules, cycle: Cycle) -> AnsweredRows:
    """The answers and check-ins that a source has now. `cycle` is that of items that name none."""
    answered: dict[str, set[str]] = {}
    checked_in: dict[str, set[str]] = {}
    for item, within, has_answer in _rows(objectives, rules, cycle):
        if has_answer:
            answered.setdefault(within.name, set()).add(item.key)
        if item.checked_in is not None:
            checked_in.setdefault(within.name, set()).add(item.key)
    return AnsweredRows(
        {name: frozenset(keys) for name, keys in answered.items()},
        {name: frozenset(keys) for name, keys in checked_in.items()},
    )


def answers_written(
    written: Mapping[tuple[str, str], CellValue], no_data: str, cycle: Cycle
) -> AnsweredRows:
    """The answers that okrsync last wrote, by natural key and field: what a source had where a run
    broke off before it could remember its answers. `no_data` is the word for that status.
    """
    answered = {
        key
        for (key, name), value in written.items()
        if (name == "progress" and not is_blank(value))
        or (name == "status" and not is_blank(value) and value != no_data)
    }
    return AnsweredRows({cycle.name: frozenset(answered)} if answered else {})


def with_more(answers: AnsweredRows, others: AnsweredRows) -> AnsweredRows:
    """The answers with those of other items."""
    answered = {
        name: answers.answered.get(name, frozenset()) | others.answered.get(name, frozenset())
        for name in {**answers.answered, **others.answered}
    }
    return AnsweredRows(answered, answers.checked_in)


def losses(
    objectives: Collection[Objective], before: AnsweredRows, rules: Rules, cycle: Cycle
) -> Losses:
    """The answers and check-ins that a source would lose. Rows whose cycle changed or is over do
    not count, nor do rows that a person set aside.
    """
    lost: list[KeyResult | Objective] = []
    total = 0
    if not before.answered and not before.checked_in:
        return Losses((), 0)
    for item, within, has_answer in _rows(objectives, rules, cycle):
        # A new cycle empties many rows at once, and that is what people meant.
        if item.set_aside is not None or not within.overlaps(cycle):
            continue
        had_answer = item.key in before.answered.get(within.name, ())
        had_check_in = item.key in before.checked_in.get(within.name, ())
        total += had_answer or had_check_in
        if (had_answer and not has_answer) or (had_check_in and item.checked_in is None):
            lost.append(item)
    return Losses(tuple(lost), total)


def _rows(
    objectives: Collection[Objective], rules: Rules, cycle: Cycle
) -> Iterator[tuple[KeyResult | Objective, Cycle, bool]]:
    """Every item that has a row to itself, with its cycle and whether it has an answer."""
    rows_of_key_results = {
        (item.origin.table_key, item.origin.row.number)
        for objective in objectives
        for item in objective.key_results
    }
    for objective in objectives:
        within = objective.cycle or cycle
        below = False
        for item in objective.key_results:
            has_answer = _is_given(item) or progress(item, rules).raw is not None
            below = below or has_answer
            yield item, item.cycle or within, has_answer
        row_key = (objective.origin.table_key, objective.origin.row.number)
        # An objective that shares its row with a key result would count that row twice.
        if not objective.implied and row_key not in rows_of_key_results:
            own_numbers = objective.numbers
            yield (
                objective,
                within,
                below
                or _is_given(objective)
                or objective.given_progress is not None
                or (own_numbers is not None and progress(own_numbers, rules).raw is not None),
            )


def _is_given(item: KeyResult | Objective) -> bool:
    return item.given_status is not None or item.given_score is not None
