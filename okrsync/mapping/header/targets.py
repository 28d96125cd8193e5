"""Finds the columns of targets whose headers are no plain words for them: goals beside measures,
qualified targets (`Full year target`), and counts of what there is to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import Judged, Judgement
from okrsync.mapping.header.wide import names_period
from okrsync.mapping.values.mark_columns import is_done_header
from okrsync.mapping.words import lookup, normal, roles_of, table

__all__ = ["settle_counts", "settle_goals", "settle_qualified"]


def settle_goals(
    candidates: dict[int, Judged], names: Mapping[int, str], contents: Contents
) -> None:
    """A column called `Goal` that holds numbers beside a column of measures is their target.
    Numbers that repeat may refer to objectives, unless there are values to compare them with; those
    that count up from 1, unless objectives have a column of titles, too.
    """
    if not any(
        each.role in ("metric", "key_result") and contents.of(column).are_titles
        for column, each in candidates.items()
    ) or any(each.role == "target" for each in candidates.values()):
        return
    have_titles = any(
        each.role == "objective" and contents.of(column).are_titles
        for column, each in candidates.items()
    )
    have_values = any(each.role in ("baseline", "current") for each in candidates.values())
    for column, each in candidates.items():
        content = contents.of(column)
        may_refer = content.are_ids or content.distinct * 3 < content.filled * 2
        may_refer = may_refer and not (have_values and (have_titles or not content.are_ids))
        if (
            "objective" in (each.role, *each.others)
            and normal(names[column]) in table("aimed")
            and content.are_numbers
            and not may_refer
        ):
            why = f"{names[column]!r} is beside a column of measures, and {content.words()}"
            candidates[column] = Judged("target", 0.85, why, ("objective",))


def settle_qualified(
    candidates: dict[int, Judged],
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
) -> None:
    """Where no header is a word for targets, numbers under a header that begins or ends with one
    (`Full year target`, `Meta anual`), has one in brackets, or says committed, are targets. Several
    of them become a question.
    """
    if "target" in settled or any(each.role == "target" for each in candidates.values()):
        return
    for column, name in names.items():
        words = normal(name).split() if len(name) <= _LONGEST else []
        is_target = any(roles_of(word)[:1] == ("target",) for word in (*words[:1], *words[-1:]))
        is_target = is_target or any(word.strip("()[]") in table("aimed") for word in words[1:])
        # `Expected progress` says how far a row should be by now.
        is_target = is_target and not any("progress" in roles_of(word) for word in words)
        is_committed = lookup("commitments", name) == "committed"
        if (
            (is_target or is_committed)
            and candidates.get(column, _NO_ROLE).role in (None, "commitment")
            and not names_period(name)
            and contents.of(column).are_numbers
        ):
            why = f"{name!r} holds numbers, and no other header is a word for targets"
            candidates[column] = Judged("target", 0.75, why)


_LONGEST = 40
_NO_ROLE = Judged(None, 0.0, "")


def settle_counts(
    judgement: Judgement,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
) -> None:
    """Where one column counts what there is (`Milestones`, `Total`) and another what is done, and
    no other has numbers, these are the target and the current value.
    """
    if {"target", "progress"} & (judgement.roles.keys() | settled.keys()) or "current" in settled:
        return
    free = [
        column
        for column in names
        if judgement.roles.get("current", column) == column
        or column not in judgement.roles.values()
        if contents.of(column).are_numbers
    ]
    own = _without_shared_words({column: normal(names[column]) for column in free})
    wholes = [
        column for column in free if {normal(names[column]), own[column]} & table("wholes").keys()
    ]
    done = [column for column in free if any(map(is_done_header, (names[column], own[column])))]
    if judgement.roles.get("current") not in (None, *done):
        return
    if len(wholes) != 1 or len(done) != 1 or "key_result" not in judgement.roles:
        return
    why = f"{names[done[0]]!r} counts what is done of {names[wholes[0]]!r}"
    for role, column in (("target", wholes[0]), ("current", done[0])):
        judgement.roles[role] = column
        judgement.judged[column] = Judged(role, 0.8, why)


def _without_shared_words(names: Mapping[int, str]) -> Mapping[int, str]:
    """Names without the words that all of them have: `done` and `total` for `Milestones done` and
    `Milestones total`.
    """
    words = [{*name.split()} for name in names.values()]
    shared = set.intersection(*words) if len(words) > 1 else set()
    return {
        column: " ".join(word for word in name.split() if word not in shared)
        for column, name in names.items()
    }
