"""The rows of a table that may be OKRs; what only looks like one is left out with a reason."""

from __future__ import annotations

from okrsync.mapping.header.header import Header
from okrsync.mapping.header.others import rows_of_others
from okrsync.mapping.rows.footers import footer_rows
from okrsync.mapping.rows.noise import is_suspect, reason_against
from okrsync.mapping.rows.related import is_half_typed
from okrsync.mapping.words import normal, roles_of
from okrsync.mapping.words import table as table_of
from okrsync.model.okrs import Skip
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["UNTITLED", "okr_rows"]

UNTITLED = "it has no title yet; it counts once it has one"


def okr_rows(table: Table, header: Header, source: str) -> tuple[list[Row], list[Skip]]:
    """The rows below the header that may be OKRs, and those that look like it and are none."""
    rows: list[Row] = []
    skips: list[Skip] = []
    names = frozenset(header.names)
    headings = _headings(table, header)
    repeated = _Repeated(header)
    others = rows_of_others(table, header.row, header.names)
    footers = footer_rows(table, header)
    other_header_row: int | None = None
    for row in table.rows:
        if header.row is not None and row.number <= header.row:
            continue
        titles = [value for column in header.titles if not is_blank(value := row.value(column))]
        if not titles:
            if is_half_typed(row, header.roles):
                skips.append(Skip(source, table.ref(row, header.titles[-1]), UNTITLED, "no-okr"))
            continue
        reason = None
        if _heads_okrs(row):
            other_header_row = row.number if not _is_read_alike(row, header) else None
            skips.append(_skip(table, row, header, source, "the header once more"))
            continue
        if other_header_row is not None:
            reason = (
                f"part of another table, with other columns, under row {other_header_row};"
                " move it to a tab"
            )
        if reason is None and any(
            not isinstance(value, str) or is_suspect(value, names) for value in titles
        ):
            reason = reason_against(row, header.roles, header.names)
        if reason is None and row.number in headings:
            reason = "a heading over another part of the table"
        if reason is None and row.number in footers:
            reason = "it stands below the table and is no part of it"
        if reason is None and row.number in others:
            reason = f"part of another table in this tab, under {others[row.number]}"
        if reason is None and repeated.is_one_more(row):
            reason = "one more initiative of a key result that stands above"
        if reason is None:
            rows.append(row)
        else:
            skips.append(_skip(table, row, header, source, reason))
    return rows, skips


def _skip(table: Table, row: Row, header: Header, source: str, reason: str) -> Skip:
    column = next(column for column in header.titles if not is_blank(row.value(column)))
    return Skip(source, table.ref(row, column), reason, "no-okr")


def _heads_okrs(row: Row) -> bool:
    """Whether a row reads like the header of a table of OKRs."""
    filled = [value for value in row.values if not is_blank(value)]
    if len(filled) < 3 or any(not isinstance(value, str) or len(value) > 40 for value in filled):
        return False
    roles = [roles_of(value)[:1] for value in filled if isinstance(value, str)]
    heads = sum(role in (("objective",), ("key_result",)) for role in roles)
    return heads > 0 and sum(map(bool, roles)) * 3 >= len(filled) * 2


def _is_read_alike(row: Row, header: Header) -> bool:
    """Whether the columns below a second header mean what they mean below the first."""
    for role, column in header.roles.items():
        value = row.value(column)
        text = "" if is_blank(value) else " ".join(text_of(value).split())
        if text and role not in roles_of(text) and text != header.names[column]:
            return False
    return True


def _headings(table: Table, header: Header) -> frozenset[int]:
    """The rows that stand alone right above a repetition of the header: titles of the part that
    follows.
    """
    if header.row is None:
        return frozenset()
    headings: set[int] = set()
    before: Row | None = None
    for row in table.rows:
        if row.number <= header.row or row.is_empty:
            continue
        if (
            before is not None
            and before.number > header.row
            and _is_header_again(row, header)
            and sum(not is_blank(value) for value in before.values) == 1
        ):
            headings.add(before.number)
        before = row
    return frozenset(headings)


def _is_header_again(row: Row, header: Header) -> bool:
    """Whether a row says in its cells what the header says above them, and nothing else. okrsync's
    own columns stand in the first header only.
    """
    filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
    if len(filled) < 2 or not isinstance(filled[0][1], str):
        return False
    names = header.names
    return all(
        column < len(names)
        and isinstance(value, str)
        and " ".join(value.split()) == " ".join(names[column].split())
        for column, value in filled
    )


class _Repeated:
    """Key results that stand on several rows because each of their initiatives has a row of its
    own.
    """

    def __init__(self, header: Header) -> None:
        words = table_of("initiatives")
        self._is_there = (
            any(normal(name) in words for name in header.names) and "id" not in header.roles
        )
        self._key_result = header.roles.get("key_result")
        self._objective = header.roles.get("objective")
        self._seen: set[tuple[str, str]] = set()
        self._last = ""

    def is_one_more(self, row: Row) -> bool:
        """Whether the key result of a row stood in one above, under the same objective."""
        if not self._is_there or self._key_result is None or self._key_result == self._objective:
            return False
        objective = "" if self._objective is None else text_of(row.value(self._objective)).strip()
        self._last = objective or self._last
        title = text_of(row.value(self._key_result)).strip()
        if not title or (self._last, title) in self._seen:
            return bool(title)
        self._seen.add((self._last, title))
        return False
