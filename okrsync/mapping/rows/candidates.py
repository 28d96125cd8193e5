"""The rows of a table that may be OKRs. Rows that only look like it are skipped, with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import islice, takewhile, zip_longest

from msgspec.structs import replace

from okrsync.mapping.header.content import begins_as_key_result
from okrsync.mapping.header.header import Header
from okrsync.mapping.header.others import heads_another, rows_of_others
from okrsync.mapping.rows.footers import STRAY, footer_rows, is_name, lonely_rows, stray_rows
from okrsync.mapping.rows.noise import (
    COUNTED,
    EXAMPLE,
    UNFILLED,
    is_suspect,
    may_be_counted,
    reason_against,
    states_key_results,
)
from okrsync.mapping.rows.related import is_half_typed
from okrsync.mapping.values.typed import is_error, read_number, shown
from okrsync.mapping.words import normal, roles_of
from okrsync.mapping.words import table as table_of
from okrsync.model.okrs import Skip
from okrsync.model.table import (
    UNCALCULATED,
    CellError,
    CellValue,
    Row,
    Table,
    is_blank,
    text_of,
)

__all__ = ["BELOW_THE_TABLE", "UNTITLED", "headings_of_parts", "okr_rows"]

BELOW_THE_TABLE = "it is below the table, not part of it"
LONELY = (
    "it stands alone below the last row of the table; if it is an OKR, fill in another cell of its"
    " row, such as the owner"
)
_TO_A_TAB = "move that table to a tab of its own"
ANOTHER_HEADER = f"the header of another table with other columns, which is not read; {_TO_A_TAB}"
UNSAVED = (
    "its title is a formula whose result the file has not saved; open and save the file in Excel"
    " once"
)
UNREAD_ABOVE = "the title of the objective above it cannot be read"
EXPLAINS = "it explains the columns: words stand where the rows below have numbers"
PART_OF_EXAMPLE = "part of the example above it"
UNTITLED = "it has no title yet, so it does not count"


def okr_rows(
    table: Table, header: Header, source: str, headings: Collection[int]
) -> tuple[list[Row], list[Skip]]:
    """The rows below the header that may be OKRs, and those that only look like OKRs. `headings`
    are rows that name what the part below them is about.
    """
    rows: list[Row] = []
    skips: list[Skip] = []
    names = frozenset(header.names)
    title_columns = header.titles
    repeated = _Repeated(header)
    others = rows_of_others(table, header.row, header.names)
    footers = footer_rows(table, header)
    lonely = lonely_rows(table, header)
    stray = stray_rows(table, header, headings)
    other_header_row: int | None = None
    skips.extend(_above_the_header(table, header, source))
    objective, key_result = (header.roles.get(role, -1) for role in ("objective", "key_result"))
    are_apart = table.has_order and min(objective, key_result) >= 0 and objective != key_result
    states_titles = cache(
        lambda: table.has_order and states_key_results(table.rows[header.row or 0 :], key_result)
    )
    explains = _explaining_row(table, header)
    unread_above: str | None = None
    plain_above: list[CellValue] = []
    for index, (row, below) in enumerate(zip_longest(table.rows, table.rows[1:])):
        if header.row is not None and row.number <= header.row:
            continue
        values = row.values
        width = len(values)
        titles = [
            value
            for column in title_columns
            if column < width
            and (value := values[column]) is not None
            and (not isinstance(value, str) or value.strip())
        ]
        may_fail = bool(row.marks)
        for title in titles:  # No call for a row of plain texts, as nearly all are.
            may_fail = may_fail or type(title) is not str or title[:1] == "#"
        failing = _failing_titles(row, title_columns) if may_fail else ()
        if failing:
            skips.extend(Skip(source, table.ref(row, at), why, "no-okr") for at, why in failing)
            if are_apart and any(at == objective for at, _ in failing):
                unread_above = UNREAD_ABOVE
            elif not is_blank(row.value(objective)):
                unread_above = None
            # The rows below may go on under an objective that only this row names.
            goes_on = are_apart and below is not None and is_blank(below.value(objective))
            if unread_above or not goes_on or is_blank(row.value(objective)):
                continue
            row, titles = _objective_alone(row, objective), [values[objective]]
        elif unread_above and titles:
            # They must not go on under the objective above the one that cannot be read.
            if is_blank(row.value(objective)):
                skips.append(_skip(table, row, header, source, unread_above))
                continue
            unread_above = None
        if not titles:
            if is_half_typed(row, header.roles):
                skips.append(Skip(source, table.ref(row, title_columns[-1]), UNTITLED, "no-okr"))
            continue
        reason = None
        if header.row is not None and titles[0] in names and _is_header_again(row, header):
            other_header_row = None
            skips.append(_skip(table, row, header, source, "a repeated header"))
            continue
        if header.row is not None and _heads_okrs(row):
            is_alike = _is_read_alike(row, header)
            other_header_row = None if is_alike else row.number
            reason = "a repeated header" if is_alike else ANOTHER_HEADER
            skips.append(_skip(table, row, header, source, reason))
            continue
        if other_header_row is not None:
            reason = (
                f"part of another table with other columns, below row {other_header_row};"
                f" {_TO_A_TAB}"
            )
        if reason is None:
            last = titles[-1]
            if isinstance(last, str) and may_be_counted(last):
                reason = reason_against(row, header.roles, header.names)
        if reason is None:
            for value in titles:
                # Most rows repeat their objective.
                if value in plain_above and isinstance(value, str):
                    continue
                if not isinstance(value, str) or is_suspect(value, names):
                    reason = reason_against(row, header.roles, header.names)
                    break
            else:
                plain_above = titles
        if reason == COUNTED and not states_titles():
            reason = None
        if reason is None and row.number == explains:
            reason = EXPLAINS
        if reason is None and row.number in headings:
            reason = "a heading above another part of the table"
        if reason is None and row.number in footers:
            reason = BELOW_THE_TABLE
        if reason is None and row.number in lonely:
            reason = LONELY
        if reason is None and row.number in others:
            reason = f"part of another table in this tab, with the header {others[row.number]}"
        if reason is None and len(titles) == 1 and _is_total_below(row, rows, header):
            reason = "a total"
        if reason is None and row.number in stray:
            reason = STRAY
        if reason is None and repeated.may_be_there and repeated.is_one_more(row):
            reason = f"another initiative of {repeated.of} above"
        if reason in UNFILLED and _names_objective_of_others(table, index, header):
            if are_apart and not is_blank(row.value(key_result)):
                skips.append(Skip(source, table.ref(row, key_result), str(reason), "no-okr"))
                row = _objective_alone(row, objective)
            reason = None
        if reason is None:
            rows.append(row)
        else:
            skips.append(_skip(table, row, header, source, reason))
        if reason == EXAMPLE and are_apart and not is_blank(row.value(objective)):
            unread_above = PART_OF_EXAMPLE
    return rows, skips


def _explaining_row(table: Table, header: Header) -> int | None:
    """The number of the first row below a header, if it says what belongs in the columns: two or
    more columns of numbers have words there, such as `Value today`, and only numbers below.
    """
    roles = (header.roles.get(role, -1) for role in ("baseline", "current", "target"))
    columns = [column for column in roles if column >= 0]
    if header.row is None or len(columns) < _LEAST_EXPLAINED or not table.has_order:
        return None
    below = (row for row in table.rows if row.number > (header.row or 0) and not row.is_empty)
    rows = [*islice(below, _EXPLAINED_ROWS)]
    if len(rows) < _LEAST_EXPLAINED:
        return None
    first, *others = rows
    texts = [value for column in columns if isinstance(value := first.value(column), str)]
    if len(texts) < len(columns) or not all(map(is_name, texts)):
        return None
    titles = [text_of(first.value(column)).rstrip() for column in header.titles]
    words = {word for text in texts for word in text.split()}
    if not any(title.endswith(("?", "？")) for title in titles) and not any(map(roles_of, words)):
        return None
    are_numbers = all(
        is_blank(value := row.value(column)) or read_number(value) is not None
        for row in others
        for column in columns
    )
    is_filled = any(not is_blank(row.value(column)) for row in others for column in columns)
    return first.number if are_numbers and is_filled else None


_LEAST_EXPLAINED = 2
_EXPLAINED_ROWS = 12


def _objective_alone(row: Row, objective: int) -> Row:
    """The row with nothing but its objective."""
    kept = [value if at == objective else None for at, value in enumerate(row.values)]
    return replace(row, values=tuple(kept))


def _names_objective_of_others(table: Table, index: int, header: Header) -> bool:
    """Whether a row that is not filled in names the objective of rows below it, which would go on
    under another objective without it.
    """
    objective, key_result = (header.roles.get(role, -1) for role in ("objective", "key_result"))
    title = table.rows[index].value(objective)
    if not table.has_order or min(objective, key_result) < 0 or is_blank(title):
        return False
    shared = objective == key_result
    if shared and (begins_as_key_result(text_of(title)) or table.rows[index].fills_more_than(1)):
        return False
    for at in range(index + 1, len(table.rows)):
        row = table.rows[at]
        if row.is_empty:
            continue
        if shared:
            return row.fills_more_than(1) and not reason_against(row, header.roles, header.names)
        if not is_blank(row.value(objective)):
            return False
        is_titled = not is_blank(row.value(key_result))
        if is_titled and not reason_against(row, header.roles, header.names):
            return True
    return False


def _failing_titles(row: Row, columns: Sequence[int]) -> list[tuple[int, str]]:
    """The columns of titles whose formula gives none, and what to do about each."""
    failing = []
    for column in columns:
        value = row.value(column)
        if isinstance(value, CellError) or (isinstance(value, str) and is_error(value)):
            failing.append((column, f"its title shows {shown(value)}; fix its formula"))
        elif value is None and row.mark(column) & UNCALCULATED:
            failing.append((column, UNSAVED))
    return failing


def _above_the_header(table: Table, header: Header, source: str) -> Iterator[Skip]:
    """A Skip for each row of a table with a header of its own above the header that is read."""
    names = {normal(name) for name in header.names if name}
    reason: str | None = None
    last = 0
    head = header.row or 0
    above = [
        row for row in takewhile(lambda each: each.number < head, table.rows) if not row.is_empty
    ]
    for row, below in zip_longest(above, above[1:]):
        if row.number > last + 1:
            reason = None
        last = row.number
        # A header has rows of data below it; without them it is part of a title.
        if (
            reason is None
            and below is not None
            and below.number == row.number + 1
            and below.fills_more_than(1)
        ):
            reason = _why_another(row, header, names)
        if reason is not None:
            column = next(index for index, value in enumerate(row.values) if not is_blank(value))
            yield Skip(source, table.ref(row, column), reason, "no-okr")


def _why_another(row: Row, header: Header, names: Collection[str]) -> str | None:
    """Why the rows below a row are part of another table; None where it is no header of one."""
    cells = [value for value in row.values if not is_blank(value)]
    texts = [value for value in cells if isinstance(value, str)]
    are_names = 1 < len(texts) == len(cells) and all(len(each) <= 40 for each in texts)
    roles = [roles_of(each)[:1] for each in texts] if are_names else []
    if _heads_okrs(row) or (all(roles) and ("objective",) in roles[:1]):
        return f"part of a table with other columns, above row {header.row}; {_TO_A_TAB}"
    if heads_another(texts, len(cells), names):
        return (
            f"part of another table in this tab, with the header {', '.join(map(repr, texts[:3]))}"
        )
    return None


def _skip(table: Table, row: Row, header: Header, source: str, reason: str) -> Skip:
    column = next(column for column in header.titles if not is_blank(row.value(column)))
    return Skip(source, table.ref(row, column), reason, "no-okr")


def _is_total_below(row: Row, rows: Sequence[Row], header: Header) -> bool:
    """Whether a row that states only an objective adds a word for totals to the title of the one
    above, or to its number: `Subtotal Grow` or `O1 average` below the key results of `O1 Grow`.
    """
    objective, key_result = (header.roles.get(role, -1) for role in ("objective", "key_result"))
    if min(objective, key_result) < 0 or objective == key_result:
        return False
    if not is_blank(row.value(key_result)):
        return False
    words = normal(text_of(row.value(objective))).split()
    if len(words) < 2:
        return False
    parts = ((words[0], words[1:]), (words[-1], words[:-1]))
    rest = [others for word, others in parts if "total" in table_of("rows").get(word, ())]
    if not rest:
        return False
    above = (each.value(objective) for each in reversed(rows))
    title = next((value for value in above if not is_blank(value)), None)
    of_above = normal(text_of(title)).split()
    has_number = bool(of_above) and any(map(str.isdigit, of_above[0]))
    return of_above in rest or (has_number and of_above[:1] in rest)


def _heads_okrs(row: Row) -> bool:
    """Whether a row looks like the header of a table of OKRs."""
    filled: list[str] = []
    # Most rows hold a number or a day, and behind their titles: this loop ends at the first one.
    for value in reversed(row.values):
        if value is None:
            continue
        if not isinstance(value, str):
            return False
        if value.strip():
            if len(value) > 40:
                return False
            filled.append(value)
    if len(filled) < 3:
        return False
    # Data rows hardly ever consist of header words alone; two in three leaves room for own columns.
    heads = strangers = 0
    # Titles are looked up last: cells behind them repeat their texts, and `roles_of` keeps answers.
    for value in filled:
        roles = roles_of(value)[:1]
        heads += roles in (("objective",), ("key_result",))
        strangers += not roles
        if strangers * 3 > len(filled):
            return False
    return heads > 0


def _is_read_alike(row: Row, header: Header) -> bool:
    """Whether the columns have the same meaning below a second header as below the first."""
    for role, column in header.roles.items():
        value = row.value(column)
        text = "" if is_blank(value) else " ".join(text_of(value).split())
        if text and role not in roles_of(text) and text != header.names[column]:
            return False
    return True


def headings_of_parts(table: Table, header: Header) -> frozenset[int]:
    """The rows with a single cell directly above a repeated header: headings of the part below."""
    if header.row is None:
        return frozenset()
    headings: set[int] = set()
    single: Row | None = None
    for row in table.rows:
        if row.number <= header.row:
            continue
        if not row.fills_more_than(1):
            single = single if row.is_empty else row
            continue
        if single is not None and (_is_header_again(row, header) or _heads_okrs(row)):
            headings.add(single.number)
        single = None
    return frozenset(headings)


def _is_header_again(row: Row, header: Header) -> bool:
    """Whether a row repeats the header in its cells and holds nothing else. Only the first header
    includes okrsync's own columns.
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
    """Key results, or objectives of a list without key results, that occupy several rows because
    each of their initiatives has a row.
    """

    def __init__(self, header: Header) -> None:
        words = table_of("initiatives")
        self._work = [column for column, name in enumerate(header.names) if normal(name) in words]
        self._key_result = header.roles.get("key_result")
        self._objective = header.roles.get("objective")
        self.may_be_there = (
            bool(self._work) and "id" not in header.roles and self._key_result != self._objective
        )
        """Whether there may be any."""
        self.of = "a key result" if self._key_result is not None else "an objective"
        self._seen: set[tuple[str, str]] = set()
        self._last = ""

    def is_one_more(self, row: Row) -> bool:
        """Whether a row above has the same key result under the same objective, or, without key
        results, the same objective and another initiative.
        """
        objective = "" if self._objective is None else text_of(row.value(self._objective)).strip()
        self._last = objective or self._last
        if self._key_result is None:
            title = objective if any(not is_blank(row.value(each)) for each in self._work) else ""
        else:
            title = text_of(row.value(self._key_result)).strip()
        if not title or (self._last, title) in self._seen:
            return bool(title)
        self._seen.add((self._last, title))
        return False
