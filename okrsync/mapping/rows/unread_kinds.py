"""Rows whose kind says that they are neither objectives nor key results, or says it in a word that
okrsync does not know: none is left out without a word.
"""

from __future__ import annotations

from okrsync.mapping.sheet import Sheet
from okrsync.mapping.values.kinds import says_key_result
from okrsync.mapping.values.typed import shown
from okrsync.model.evidence import Answer, Question
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Skip, Warning_
from okrsync.model.table import Row

__all__ = ["UnreadKinds", "unread_kinds"]

_OKRS = ("objective", "key_result")
_TYPED = ("typed-rows", "outline", "results-framework")
"""The layouts in which the kind of a row decides what it is."""
_ANSWERS = (
    Answer("they are key results", "key_result"),
    Answer("they are objectives", "objective"),
    Answer("they are neither, leave them out", "other"),
)


class UnreadKinds(Frozen, frozen=True):
    """The numbers of the rows that are left out by their kind, and what is said of them."""

    rows: frozenset[int] = frozenset()
    skips: tuple[Skip, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    questions: tuple[Question, ...] = ()


def unread_kinds(sheet: Sheet, layout: str, source: str) -> UnreadKinds:
    """The rows of a sheet that are left out by their kind. Known kinds of work get a Skip each, a
    word that is not known a warning and a question.
    """
    known = {*sheet.kinds.values()}
    is_typed = layout in _TYPED and (layout != "outline" or known.issuperset(_OKRS))
    tells_key_results = any(map(says_key_result, sheet.kinds))
    if not sheet.separates_kinds or not (is_typed or tells_key_results):
        return UnreadKinds()
    skips: list[Skip] = []
    unknown: dict[str, list[Row]] = {}
    rows: set[int] = set()
    for row, word in zip(sheet.rows, sheet.texts("kind"), strict=True):
        kind = sheet.kinds[word] if word else "objective"
        if kind in _OKRS or (kind != "other" and not is_typed):
            continue
        rows.add(row.number)
        if kind == "other":
            reason = f"its kind is {shown(word)!r}: neither an objective nor a key result"
            cell = sheet.table.ref(row, sheet.roles["kind"])
            skips.append(Skip(source, cell, reason, "no-okr"))
        else:
            unknown.setdefault(word, []).append(row)
    warnings, questions = [], []
    for word, its_rows in unknown.items():
        cell = sheet.table.ref(its_rows[0], sheet.roles["kind"])
        those = "the row is" if len(its_rows) == 1 else f"its {len(its_rows)} rows are"
        what = f"{shown(word)!r} is not a kind of row that okrsync knows"
        repair = (
            f'{those} left out until [values.kinds] in the mapping has `"{shown(word)}" ='
            ' "key_result"`, "objective" or "other"'
        )
        warnings.append(Warning_("unknown-kind", source, cell, f"{what}; {repair}"))
        text = f"{what}. What are rows of this kind?"
        key = f"values.kinds.{word}"
        questions.append(Question(sheet.table.name, cell, text, key, _ANSWERS))
    return UnreadKinds(frozenset(rows), tuple(skips), tuple(warnings), tuple(questions))
