"""Columns of marks, such as checkboxes: the one that says whether a key result is done, and those
under a header that does not say what a yes means.
"""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import Doubt, Judged, Judgement
from okrsync.mapping.values.mark_columns import are_marks, is_done_header
from okrsync.mapping.values.set_aside import is_set_aside_header
from okrsync.mapping.words import lookup
from okrsync.model.evidence import Answer
from okrsync.model.table import column_letters

__all__ = ["doubtful_marks", "settle_marks"]

_STANDING = ("current", "progress", "score", "status")
"""The roles of columns that say how a key result stands."""
_MAY_BE_MARKS = ("progress", "score", "status", "checked_in", "confidence", None)
"""What the words over a column of marks may have been taken for. Yes or no as a current value needs
no other word.
"""


def settle_marks(
    candidates: dict[int, Judged],
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
) -> tuple[int, ...]:
    """Take a column of marks for the current value where its header says that they mean done and no
    other column says how the key results stand. Returns the columns of marks that say nothing sure,
    where nothing else is there to say it.
    """
    marks = [
        column
        for column, name in names.items()
        if (_may_be_marks(candidates.get(column)) or is_done_header(name))
        and not is_set_aside_header(name)
        and are_marks(contents.values(column), name)
        and not _is_code(contents, column)
        and not _are_statuses(contents, column, candidates.get(column))
    ]
    is_told = (
        "current" in settled or any(settled.get(role, -1) >= 0 for role in _STANDING)
    ) or any(
        each.role in _STANDING and contents.of(column).filled and column not in marks
        for column, each in candidates.items()
    )
    done = [column for column in marks if is_done_header(names[column])]
    are_alike = all(contents.are_alike(done[0], other) for other in done[1:])
    for column in done:
        why = f"{names[column]!r} says so, and its marks say whether a row is done"
        if is_told or contents.of(column).are_days:
            # A day is no current value: it is looked for beside the columns of values.
            candidates[column] = Judged(None, 0.9, f"{why}; it counts where a row has no numbers")
        elif are_alike:
            candidates[column] = Judged("current" if column == done[0] else None, 0.9, why)
    if is_told:
        return ()
    _settle_amounts(candidates, names, contents)
    doubtful = () if done and are_alike else tuple(done or marks)
    for column in doubtful:
        why = f"{names[column]!r} holds yes or no, and nothing says what a yes means"
        candidates[column] = Judged(None, 0.5, why)
    return doubtful


def _settle_amounts(
    candidates: dict[int, Judged], names: Mapping[int, str], contents: Contents
) -> None:
    """Numbers under a header that says done are what was done so far: `Done: 50` of 100."""
    for column, name in names.items():
        content = contents.of(column)
        is_free = column not in candidates or candidates[column].role is None
        if is_free and content.are_numbers and not content.are_ids and is_done_header(name):
            role = "progress" if content.percents * 2 > content.numbers else "current"
            why = f"{name!r} says so, and {content.words()}"
            candidates[column] = Judged(role, 0.75, why)
            return


def doubtful_marks(
    columns: tuple[int, ...], names: Mapping[int, str], judgement: Judgement
) -> tuple[Doubt, ...]:
    """A doubt about columns of marks: which of them says that a key result is done, if any."""
    if not columns or "current" in judgement.roles:
        return ()
    where = ", ".join(f"{names[column]!r} ({column_letters(column)})" for column in columns)
    holds = "holds" if len(columns) == 1 else "hold"
    text = f"{where} {holds} yes or no, and it is not certain that a yes means done"
    answers = [
        Answer(f"a yes under {names[column]!r} means done", names[column]) for column in columns
    ]
    return (Doubt("current", columns[0], text, (*answers, Answer("it means something else", []))),)


def _may_be_marks(candidate: Judged | None) -> bool:
    return candidate is None or candidate.role in _MAY_BE_MARKS


def _is_code(contents: Contents, column: int) -> bool:
    """Whether a column holds one and the same letter, which may stand for anything."""
    texts = contents.of(column).different
    return len(texts) == 1 and texts[0].casefold() in ("t", "f", "y", "n")


def _are_statuses(contents: Contents, column: int, candidate: Judged | None) -> bool:
    """Whether all words of a column of statuses are statuses: `done` and `open` are, and so no
    marks.
    """
    if candidate is None or candidate.role != "status":
        return False
    texts = contents.of(column).different
    return bool(texts) and all(
        lookup("statuses", text) is not None and lookup("inactive", text) is None for text in texts
    )
