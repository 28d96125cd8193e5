"""Tables beside those of OKRs whose rows are something else and refer to them: initiatives,
meetings, teams or updates, with a column that names key results or objectives of another table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okrsync.mapping.rows.related import names_in
from okrsync.mapping.sheet import folded
from okrsync.mapping.tabs import OpenTable
from okrsync.mapping.words import normal
from okrsync.mapping.words import table as words_of

__all__ = ["referring_tables"]

_NEARLY_ALL = 0.9
_MOST_SIGNS = 4
"""The most separators in a title that a cell may list."""


class _Titles(frozenset[str]):
    """Titles in the form in which they are compared."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(folded(name))


def referring_tables(tabs: Sequence[OpenTable]) -> Iterator[tuple[OpenTable, str]]:
    """The tables that only refer to items of others, each with the reason to leave it out.

    Such a table measures nothing against a target, has a title of its own in nearly every row, and
    nearly all that it names as key results (else as objectives) are those of one other table, where
    they have objectives of other names.
    """
    subjects = [(tab, column) for tab in tabs if (column := _subject(tab)) is not None]
    asking = {id(tab) for tab, _ in subjects}
    stating = [tab for tab in tabs if id(tab) not in asking]
    for tab, subject in subjects:
        for other in stating:
            role = "key_result" if "key_result" in tab.roles else "objective"
            if _names_items_of(tab, role, subject, other):
                noun = f"{role.replace('_', ' ')}s"
                yield (
                    tab,
                    f"its rows refer to {noun} of {other.table.name!r} and are none themselves",
                )
                break


def _subject(tab: OpenTable) -> int | None:
    """The column of what the rows of a table are, if that is neither an objective nor a key result
    by its name; None where there is none.
    """
    roles, sheet = tab.roles, tab.sheet
    if {"target", "baseline"} & roles.keys() or sheet.shares_a_column or sheet.drawn is not None:
        return None
    objective, key_result = roles.get("objective"), roles.get("key_result")
    named = objective if key_result is None else key_result
    if named is None:
        return None
    if key_result is not None and objective is not None and _is_plain(tab, objective):
        return objective
    # The first property of a database is the title of its pages.
    title = None if sheet.has_order else 0
    columns = [column for column in tab.unread if _is_plain(tab, column) or column == title]
    columns = [column for column in columns if column < named or not sheet.has_order]
    return next((column for column in columns if _are_titles(tab, column)), None)


def _is_plain(tab: OpenTable, column: int) -> bool:
    """Whether the header of a column is a word for work, or only says `Name`."""
    judged = tab.header.judged.get(column)
    is_work = normal(tab.header.names[column]) in words_of("initiatives")
    return is_work or (judged is not None and judged.is_plain_title)


def _are_titles(tab: OpenTable, column: int) -> bool:
    """Whether a column has a text of its own in nearly every row."""
    texts = [text for text in tab.sheet.texts_in(column) if any(map(str.isalpha, text))]
    return len({*texts}) >= len(tab.sheet.rows) * _NEARLY_ALL


def _names_items_of(tab: OpenTable, role: str, subject: int, other: OpenTable) -> bool:
    known = _Titles(
        name
        for record in other.records
        if record.kind == role
        for name in (other.title_of(record), folded(other.sheet.text(record.row, "id")))
        if name
    )
    objectives = {
        other.title_of(record) for record in other.records if record.kind == "objective"
    } | {folded(text) for text in other.sheet.texts("objective_id") if text}
    named = [
        name
        for text in tab.sheet.texts(role)
        if text
        for name in names_in(text, known, _MOST_SIGNS)
    ]
    if not named or sum(name in known for name in named) < len(named) * _NEARLY_ALL:
        return False
    own = {folded(text) for text in tab.sheet.texts_in(subject) if text}
    # Objectives that list their key results are those of key results that name none.
    return bool(objectives) and not own & objectives
