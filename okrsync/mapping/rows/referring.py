"""Tables beside those of OKRs whose rows are something else and refer to them: initiatives,
meetings, teams or updates, with a column that names key results or objectives of another table.
"""

from __future__ import annotations

from collections import Counter
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


class _Items:
    """The items of some tables by the names that other tables may use: title and id."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._tables: dict[str, set[int]] = {}

    def add(self, index: int, tab: OpenTable) -> None:
        """Add the items of a table, which is known by its index from now on."""
        for record in tab.records:
            if record.kind == self._role:
                for name in (tab.title_of(record), folded(tab.sheet.text(record.row, "id"))):
                    if name:
                        self._tables.setdefault(name, set()).add(index)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and folded(name) in self._tables

    def named_by(self, tab: OpenTable) -> int | None:
        """The index of the table that has nearly all items that a table names; None where none
        has.
        """
        texts = [text for text in tab.sheet.texts(self._role) if text]
        named = [name for text in texts for name in names_in(text, self, _MOST_SIGNS)]
        counts = Counter(index for name in named for index in self._tables.get(folded(name), ()))
        index, count = max(counts.items(), key=lambda each: each[1], default=(None, 0))
        return index if count >= len(named) * _NEARLY_ALL else None


def referring_tables(tabs: Sequence[OpenTable]) -> Iterator[tuple[OpenTable, str]]:
    """The tables that only refer to items of others, each with the reason to leave it out.

    Such a table measures nothing against a target, has a title of its own in nearly every row, and
    nearly all that it names as key results (else as objectives) are those of one other table, where
    they have objectives of other names.
    """
    yield from _repeating_tables(tabs)
    subjects = [(tab, column) for tab in tabs if (column := _subject(tab)) is not None]
    if not subjects:
        return
    asking = {id(tab) for tab, _ in subjects}
    stating = [tab for tab in tabs if id(tab) not in asking]
    items = {role: _Items(role) for role in ("key_result", "objective")}
    for index, tab in enumerate(stating):
        for each in items.values():
            each.add(index, tab)
    for tab, subject in subjects:
        role = "key_result" if "key_result" in tab.roles else "objective"
        named = items[role].named_by(tab)
        if named is not None and _has_objectives_but(tab, subject, stating[named]):
            noun = f"{role.replace('_', ' ')}s"
            name = stating[named].table.name
            yield tab, f"its rows refer to {noun} of {name!r} and are none themselves"


def _repeating_tables(tabs: Sequence[OpenTable]) -> Iterator[tuple[OpenTable, str]]:
    """The tables that say something of key results which another table states with their objectives
    and targets, as the notes of a person for each week do: they have neither.
    """
    repeating = [tab for tab in tabs if tab.layout == "key-results-only" and _states_nothing(tab)]
    if not repeating:
        return
    stating = [tab for tab in tabs if {"objective", "key_result", "target"} <= tab.roles.keys()]
    items = _Items("key_result")
    for index, tab in enumerate(stating):
        items.add(index, tab)
    for tab in repeating:
        named = items.named_by(tab)
        if named is not None and tab.cycle in (None, stating[named].cycle):
            name = stating[named].table.name
            yield tab, _REPEATS.format(name)


_REPEATS = (
    "its rows repeat key results of {!r} and have no targets, so none of them counts a second time;"
    " put current values into that table, or add a day to each row, so that they are check-ins"
)


def _states_nothing(tab: OpenTable) -> bool:
    """Whether a list of key results has nothing to measure them by, and names no other row."""
    own = {"target", "baseline", "progress", "objective", "objective_id", "parent", "kind", "id"}
    return not own & tab.roles.keys() and tab.sheet.has_order and tab.sheet.drawn is None


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


def _has_objectives_but(tab: OpenTable, subject: int, other: OpenTable) -> bool:
    """Whether a table has objectives, and none that is called like a row of another. Objectives
    that list their key results are those of key results that name none.
    """
    objectives = {other.title_of(each) for each in other.records if each.kind == "objective"}
    objectives |= {folded(text) for text in other.sheet.texts("objective_id") if text}
    own = {folded(text) for text in tab.sheet.texts_in(subject) if text}
    return bool(objectives) and not own & objectives
