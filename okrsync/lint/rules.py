"""The rules: each checks a picture and yields remarks.

The limits follow the usual advice: five objectives, five key results each. To add a rule, write one
function and add one line to `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from okrsync.lint.remark import Level, Remark, remark
from okrsync.lint.words import activity, vague
from okrsync.mapping.words import normal
from okrsync.measures.picture import Picture
from okrsync.model.okrs import KeyResult, Kind, Objective, Status

__all__ = ["RULES", "items"]

_MOST_OBJECTIVES = 5
_MOST_KEY_RESULTS = 5
_LONGEST_TITLE = 160
_ONE = Decimal(1)


# --- whole objectives


def _no_key_results(picture: Picture) -> Iterator[Remark]:
    """An objective without anything that measures it."""
    for objective in _objectives(picture):
        if (
            not objective.key_results
            and not picture.tree.children.get(objective.id)
            and objective.given_progress is None
        ):
            yield remark(
                objective,
                "no-key-results",
                Level.ERROR,
                "It has no key results and no objectives below it, so nothing shows whether it is"
                " reached.",
                "Add two to five key results that would show it.",
            )


def _too_many_key_results(picture: Picture) -> Iterator[Remark]:
    """More key results than people can follow."""
    for objective in _objectives(picture):
        if len(objective.key_results) > _MOST_KEY_RESULTS and not objective.implied:
            yield remark(
                objective,
                "too-many-key-results",
                Level.WARNING,
                f"It has {len(objective.key_results)} key results; with more than"
                f" {_MOST_KEY_RESULTS}, nobody knows which of them matter.",
                "Keep those that would convince you that the objective is reached; the rest are"
                " tasks, or belong to another objective.",
            )


def _too_many_objectives(picture: Picture) -> Iterator[Remark]:
    """More objectives than one team can pursue."""
    teams: dict[tuple[str, str], list[Objective]] = {}
    for objective in _objectives(picture):
        if not objective.implied:
            teams.setdefault((objective.source, objective.team or ""), []).append(objective)
    for (source, team), objectives in teams.items():
        if len(objectives) > _MOST_OBJECTIVES and _share_one_owner_or_team(objectives):
            team_words = f"the team {team}" if team else f"the source {source}"
            yield remark(
                objectives[_MOST_OBJECTIVES],
                "too-many-objectives",
                Level.HINT,
                f"It is the {_nth(_MOST_OBJECTIVES + 1)} of {len(objectives)} objectives of"
                f" {team_words}; with more than {_MOST_OBJECTIVES}, none of them gets enough time.",
                "Choose those that must happen in this cycle, and leave the others for the next.",
            )


def _all_binary(picture: Picture) -> Iterator[Remark]:
    """Only key results that are done or not done."""
    for objective in _objectives(picture):
        if len(objective.key_results) > 1 and all(
            _is_binary(item) for item in objective.key_results
        ):
            yield remark(
                objective,
                "all-binary",
                Level.WARNING,
                "All its key results are either done or not done, so its progress stays at 0 until"
                " the first one is done and shows no trend.",
                "Turn at least one into a number that changes from week to week.",
            )


def _weights(picture: Picture) -> Iterator[Remark]:
    """Weights that do not add up."""
    for objective in _objectives(picture):
        weights = [item.weight for item in objective.key_results if item.weight > 0]
        if len(weights) < 2 or len(set(weights)) == 1:
            continue
        total = sum(weights, Decimal(0))
        # Weights such as 1, 2 and 3 are relative to each other and need no fixed sum.
        whole = _ONE if max(weights) < 1 else Decimal(100) if max(weights) >= 10 else None
        if whole is not None and abs(total - whole) > whole / 100:
            sum_words = f"{_plain(total * 100 / whole)} %"
            yield remark(
                objective,
                "weights",
                Level.WARNING,
                f"The weights of its key results add up to {sum_words}, not to 100 %. They are read"
                f" as shares of {sum_words}.",
                "Correct the weights, or use small whole numbers such as 1 and 2 for relative"
                " weights.",
                role="weight",
            )


# --- single items


def _is_owned(item: Objective | KeyResult) -> bool:
    """Whether a person or a team is named. A team inferred from a tab's name does not count."""
    return bool(item.owner or (item.team and "team" not in item.inferred))


def _no_owner(picture: Picture) -> Iterator[Remark]:
    """No owner."""
    for objective in _objectives(picture):
        orphans = [item for item in objective.key_results if not _is_owned(item)]
        if _is_owned(objective):
            continue
        if not objective.implied and (
            not objective.key_results or len(orphans) == len(objective.key_results)
        ):
            yield remark(
                objective,
                "no-owner",
                Level.WARNING,
                "Neither it nor any of its key results has an owner, so nobody is responsible when"
                " it falls behind.",
                "Name one person.",
                role="owner",
            )
        else:
            for item in orphans:
                yield remark(
                    item,
                    "no-owner",
                    Level.WARNING,
                    "Neither it nor its objective has an owner, so nobody is responsible when it"
                    " falls behind.",
                    "Name one person.",
                    role="owner",
                )


def _no_target(picture: Picture) -> Iterator[Remark]:
    """No target, or a target in words."""
    texts = {
        (warning.source, str(warning.at))
        for warning in picture.warnings
        if warning.code == "text-target"
    }
    for item in _key_results(picture):
        if item.kind in (Kind.BOOLEAN, Kind.MILESTONES) or item.target is not None:
            continue
        if (item.origin.source, str(item.origin.cell("target"))) in texts:
            yield remark(
                item,
                "text-target",
                Level.ERROR,
                "Its target is text, so nothing can be measured against it.",
                "Put the number into the target, and the words into the title.",
                role="target",
            )
        elif item.kind is Kind.GIVEN:
            yield remark(
                item,
                "no-target",
                Level.WARNING,
                "It has no numbers: its progress or status is typed, and cannot be checked.",
                "Add a baseline and a target.",
                role="target",
            )
        else:
            yield remark(
                item,
                "no-target",
                Level.ERROR,
                "It has no target, so nobody can know when it is reached.",
                "Enter the number to reach as the target.",
                role="target",
            )


def _target_is_baseline(picture: Picture) -> Iterator[Remark]:
    """A target that equals its baseline."""
    for item in _key_results(picture):
        is_kept = item.kind is Kind.GUARD_RAIL or (
            item.direction is not None and item.direction.is_guard_rail
        )
        if item.target is not None and item.target == item.baseline and not is_kept:
            yield remark(
                item,
                "target-is-baseline",
                Level.WARNING,
                f"Its target equals its baseline ({_plain(item.target)}), so it counts as done as"
                " long as it does not get worse.",
                "If the value should stay, say so in a direction column (stay above, stay below);"
                " if it should change, correct the target.",
                role="target",
            )


def _no_baseline(picture: Picture) -> Iterator[Remark]:
    """No baseline, although the table has a column for it."""
    for item in _key_results(picture):
        if (
            item.kind is Kind.METRIC
            and item.baseline is None
            and item.target is not None
            and "baseline" in item.origin.columns
        ):
            yield remark(
                item,
                "no-baseline",
                Level.HINT,
                "It has a target but no baseline, so progress is measured from 0, and what existed"
                " before counts as progress.",
                "Enter the value from the beginning of the cycle as the baseline.",
                role="baseline",
            )


def _activity(picture: Picture) -> Iterator[Remark]:
    """A title that names the work instead of its effect."""
    for item in _key_results(picture):
        word = activity(item.title)
        if word is None:
            continue
        is_measured = item.kind is Kind.METRIC and item.target is not None and item.target != 1
        yield remark(
            item,
            "activity",
            Level.HINT if is_measured else Level.WARNING,
            f"It begins with “{word}”: it names the work, which can be done without anything"
            " getting better.",
            "Ask what will be different afterwards, and measure that; put the work itself into a"
            " list of initiatives.",
        )


def _vague(picture: Picture) -> Iterator[Remark]:
    """A title that does not say how much."""
    for item in _key_results(picture):
        if (
            item.target is not None
            or item.kind in (Kind.BOOLEAN, Kind.MILESTONES)
            or any(sign.isdigit() for sign in item.title)
        ):
            continue
        word = vague(item.title)
        if word is not None:
            yield remark(
                item,
                "vague",
                Level.WARNING,
                f"“{word}” does not say how much, and there is no number.",
                "Say what is measured, and from which number to which.",
            )


def _overdue(picture: Picture) -> Iterator[Remark]:
    """A due date in the past."""
    for item in items(picture):
        measure = picture.measures[item.id]
        if (
            item.due is not None
            and item.due < picture.as_of
            and measure.status is not Status.ACHIEVED
        ):
            yield remark(
                item,
                "overdue",
                Level.WARNING,
                f"It was due on {item.due.day} {item.due:%b %Y} and has not been reached.",
                "Close it with its present result, or agree on a new date.",
                role="due",
            )


def _duplicates(picture: Picture) -> Iterator[Remark]:
    """Two items with the same title."""
    first: dict[tuple[type, str], Objective | KeyResult] = {}
    for item in items(picture):
        if isinstance(item, Objective) and item.implied:
            continue
        before = first.setdefault((type(item), normal(item.title)), item)
        if before is not item:
            address = f"{before.origin.source}: {before.origin.title_cell}"
            yield remark(
                item,
                "duplicate-title",
                Level.WARNING,
                f"It has the same title as {before.id} ({address}), so people cannot know which one"
                " is meant, and one result may count twice.",
                "Keep only one of them, or give them different titles.",
            )


_DOUBTS = {
    "title-against-numbers": Level.ERROR,
    "unknown-direction": Level.ERROR,
    "far-beyond-target": Level.WARNING,
}
"""The levels of the doubts that reading a row can raise, by the code of the warning."""


def _doubtful(picture: Picture) -> Iterator[Remark]:
    """A row with contradicting statements."""
    warnings = {
        (warning.source, str(warning.at)): warning
        for warning in picture.warnings
        if warning.code in _DOUBTS
    }
    for item in _key_results(picture) if warnings else ():
        for role in ("direction", "target", "current"):
            warning = warnings.get((item.origin.source, str(item.origin.cell(role))))
            if warning is not None:
                # Messages of warnings name the finding first and the next step after a semicolon.
                why, _, repair = warning.message.partition("; ")
                yield remark(
                    item,
                    warning.code,
                    _DOUBTS[warning.code],
                    f"{why[0].upper()}{why[1:]}.",
                    f"{repair[0].upper()}{repair[1:]}.",
                    role=role,
                )


def _long_title(picture: Picture) -> Iterator[Remark]:
    """A title that is too long to remember."""
    for item in items(picture):
        if len(item.title) > _LONGEST_TITLE:
            yield remark(
                item,
                "long-title",
                Level.HINT,
                f"Its title has {len(item.title)} characters; nobody will remember it.",
                "Keep what must be true at the end, and move the rest into a comment.",
            )


def _objectives(picture: Picture) -> Iterator[Objective]:
    return (
        objective
        for objective in picture.tree.objectives.values()
        if objective.id in picture.measures
    )


def _key_results(picture: Picture) -> Iterator[KeyResult]:
    return (
        item
        for objective in _objectives(picture)
        for item in objective.key_results
        if item.id in picture.measures
    )


def items(picture: Picture) -> Iterator[Objective | KeyResult]:
    """All items of the configured cycle in reading order, each objective before its key results."""
    for objective in _objectives(picture):
        yield objective
        yield from (item for item in objective.key_results if item.id in picture.measures)


def _is_binary(item: KeyResult) -> bool:
    return item.kind is Kind.BOOLEAN or (
        item.kind is Kind.METRIC
        and item.target == 1
        and item.unit is None
        and item.baseline in (None, 0)
    )


def _share_one_owner_or_team(objectives: Sequence[Objective]) -> bool:
    """Whether objectives of one source seem to belong to one team: the list of a whole company may
    have more of them.
    """
    people = {
        owner
        for objective in objectives
        for owner in (objective.owner, *(item.owner for item in objective.key_results))
        if owner
    }
    return objectives[0].team is not None or len(people) <= 2


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"


def _plain(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01")).normalize()
    return f"{rounded:f}"


Rule = Callable[[Picture], Iterable[Remark]]
RULES: Sequence[Rule] = (
    _no_target,
    _no_key_results,
    _no_owner,
    _too_many_key_results,
    _too_many_objectives,
    _all_binary,
    _weights,
    _target_is_baseline,
    _no_baseline,
    _doubtful,
    _activity,
    _vague,
    _overdue,
    _duplicates,
    _long_title,
)
"""All rules, in no particular order."""
