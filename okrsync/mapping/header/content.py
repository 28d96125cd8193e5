"""The content below a header, column by column: numbers, dates, ids, short words, texts. The words
of a header alone do not show what a column means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import compress, pairwise
from operator import mul

from okrsync.mapping.values.kinds import row_kinds
from okrsync.mapping.values.outline_numbers import number_ahead, number_at
from okrsync.mapping.values.typed import is_placeholder, read_boolean, read_date, read_number, shown
from okrsync.model.days import parse_day_of_year
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import PERCENT, CellError, CellValue, Row, is_blank, text_of

__all__ = [
    "Content",
    "Contents",
    "begins_as_item",
    "begins_as_key_result",
    "distinguishes_row_kinds",
]

# `KR-1`, `#543`, `OKR_2.1`, `O1-KR2`
_ID_SHAPE = lazy_pattern(
    r"(?:o(?:bj)?[-_ .]?\d+[-_ ./])?(?:[a-z]{1,6}[-_ ]?)?#?\d+(?:[.\-_]\d+)*", re.IGNORECASE
)
# `KR1`, and `O1-KR1` with its objective.
_KR_ID = lazy_pattern(
    r"\s*(?:o(?:bj)?[-_ .]?\d+[-_ ./])?k(?:ey)?[ -]?r(?:esult)?s?[-_ .]?\d+", re.IGNORECASE
)
_O_ID = lazy_pattern(r"\s*(?:o|obj|objective|goal)[-_ .]?\d+\s*\Z", re.IGNORECASE)


_BEGINS_AS_KR = lazy_pattern(
    r"\W*(?:o ?\d{1,2} ?[-_ ./] ?)?(?:kr|key result|关键结果|成果指標|핵심 ?결과|кр)"
    r"(?: ?[-_#]? ?\d|\s?[:：])",
    re.IGNORECASE,
)
_BEGINS_AS_O = lazy_pattern(
    r"\W*(?:o|obj|objective|goal|ziel|objetivo|objectif|obiettivo|doel|objectiu|目标|目標|목표|цель)"
    r"(?: ?[-_#]? ?\d(?!\d? ?[-_ ./] ?kr)|\s?[:：])",
    re.IGNORECASE,
)
_MARKED = lazy_pattern(
    r"(?:^|[\n;|])\W*(?:kr|key result)s?\s*[-_#]?\s*\d*\s*[:.)–-]", re.IGNORECASE
)


_COMMAS = lazy_pattern(r"[,;\n]")
# Enough to recognise a column of words; more would only cost memory.
_DIFFERENT = 20


class Content(Frozen, frozen=True):
    """Counts of a column's cells: how many are filled, are numbers (with or without units), days,
    yes or no, or ids; how many are different; how many contain words (`100 new customers` does);
    how many are percents. `length` is the average length of its texts. `samples` are the first
    values, as people are shown them.
    """

    filled: int = 0
    numbers: int = 0
    days: int = 0
    truths: int = 0
    ids: int = 0
    key_result_ids: int = 0
    objective_ids: int = 0
    distinct: int = 0
    length: float = 0.0
    worded: int = 0
    percents: int = 0
    is_outline: bool = False
    is_marked: bool = False
    """Whether most of its texts hold a mark of a key result, such as `KR1:`."""
    begins_as_both: bool = False
    """Whether nearly all of its texts begin with a mark, some with one of an objective (`O1`) and
    more with one of a key result (`KR1`).
    """
    samples: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    """The first short values, each once."""

    @property
    def are_days(self) -> bool:
        """Whether most of it is days."""
        return self.days * 2 > self.filled

    @property
    def are_numbers(self) -> bool:
        """Whether most of it is numbers."""
        return self.numbers * 2 > self.filled

    @property
    def are_ids(self) -> bool:
        """Whether all of it is short marks such as `KR-1` or `#543`, or numbers that count up from
        1.
        """
        return 0 < self.filled == self.ids

    @property
    def are_key_result_ids(self) -> bool:
        """Whether most of it says `KR1`, `KR-2` and so on."""
        return self.key_result_ids * 2 > self.filled

    @property
    def are_objective_ids(self) -> bool:
        """Whether most of it says `O1`, `OBJ-2` and so on."""
        return self.objective_ids * 2 > self.filled

    @property
    def are_ids_of_both(self) -> bool:
        """Whether it holds ids of objectives and of key results: O1, KR1.1, KR1.2."""
        return (
            self.objective_ids > 0
            and self.key_result_ids > 0
            and self.objective_ids + self.key_result_ids == self.filled
        )

    @property
    def texts(self) -> int:
        """How many cells hold words."""
        return self.filled - max(self.numbers, self.ids) - self.days - self.truths

    @property
    def are_texts(self) -> bool:
        """Whether most of it is words."""
        return self.texts * 2 > self.filled

    def may_be_titles(self, share: float = 0.6) -> bool:
        """Whether at least this share of it can be titles: words or marks, not days or numbers."""
        return max(self.texts + self.ids, self.worded) >= self.filled * share

    @property
    def are_titles(self) -> bool:
        """Whether most of it can be titles."""
        return self.may_be_titles()

    def words(self) -> str:
        """A description of the column for people: `12 of 14 values are numbers`."""
        if not self.filled:
            return "it is empty"
        counts = [
            (self.days, "dates"),
            (self.key_result_ids, "ids of key results"),
            (self.ids if self.numbers < self.ids else 0, "ids"),
            (self.numbers, "numbers"),
            (self.truths, "yes or no"),
            (self.texts, "short words" if self.length <= 20 else "text"),
        ]
        most, what = max(counts, key=lambda count: count[0])
        share = (
            f"{most} of {self.filled} values" if most < self.filled else f"its {self.filled} values"
        )
        few = (
            f", {self.distinct} different"
            if what == "short words" and self.distinct < self.filled
            else ""
        )
        return f"{share} are {what}{few}" if self.filled > 1 else f"its one value is {_ONE[what]}"


def begins_as_item(text: str) -> bool:
    """Whether a text begins with a mark of an objective or of a key result: `O1`, `KR 2:`."""
    return begins_as_key_result(text) or _BEGINS_AS_O.match(text) is not None


def begins_as_key_result(text: str) -> bool:
    """Whether a text begins with a mark of a key result: `KR 2:`, `Key result 1`."""
    return _BEGINS_AS_KR.match(text) is not None


def distinguishes_row_kinds(content: Content) -> bool:
    """Whether a column of kinds says which rows are objectives and which are key results, and not
    how each is measured (`Number`, `Boolean`).
    """
    kinds = [*row_kinds(content.different).values()]
    levels = sum(kind in ("objective", "key_result") for kind in kinds)
    known = levels + sum(kind == "other" for kind in kinds)
    return levels > 0 and known * 2 >= len(kinds)


_ONE = {
    "dates": "a date",
    "ids of key results": "an id of a key result",
    "ids": "an id",
    "numbers": "a number",
    "yes or no": "yes or no",
    "short words": "a short word",
    "text": "text",
}


class Contents:
    """The content of each column below a header, each worked out once. `has_order` is that of the
    table.
    """

    def __init__(self, rows: Sequence[Row], *, has_order: bool = True) -> None:
        self.rows = rows
        self.has_order = has_order
        self._columns: dict[int, Content] = {}

    def of(self, column: int) -> Content:
        """The content of a column."""
        content = self._columns.get(column)
        if content is None:
            content = self._columns[column] = _content(
                [row.value(column) for row in self.rows],
                sum(_is_percent(row, column) for row in self.rows),
            )
        return content

    def values(self, column: int) -> list[CellValue]:
        """The values of a column, row by row."""
        return [row.value(column) for row in self.rows]

    def are_alike(self, column: int, other: int) -> bool:
        """Whether two columns never differ: where both are filled, they hold the same text."""
        if column == other:
            return True
        pairs = ((row.value(column), row.value(other)) for row in self.rows)
        return all(
            text_of(a) == text_of(b) for a, b in pairs if not is_blank(a) and not is_blank(b)
        )

    def repeat(self, column: int) -> bool:
        """Whether a column repeats its values: fewer than two in three are different."""
        content = self.of(column)
        return content.distinct * 3 < content.filled * 2

    def are_beside(self, column: int, other: int) -> bool:
        """Whether two columns are never filled in the same row, and each is filled in some row."""
        filled = [
            (not is_blank(row.value(column)), not is_blank(row.value(other))) for row in self.rows
        ]
        return (
            not any(a and b for a, b in filled)
            and any(a for a, _ in filled)
            and any(b for _, b in filled)
        )

    def share(self, column: int, others: Sequence[int]) -> bool:
        """Whether some value of a column also stands in one of the others, so that the item named
        there has a row of its own.
        """
        known = {
            text_of(row.value(other)).strip().casefold() for row in self.rows for other in others
        } - {""}
        return any(text_of(row.value(column)).strip().casefold() in known for row in self.rows)

    def lists(self, column: int, other: int) -> bool:
        """Whether each text of a column is a list of texts of the other: `Deals, Revenue`."""
        known = {text_of(row.value(other)).strip().casefold() for row in self.rows} - {""}
        lists = [text for row in self.rows if (text := text_of(row.value(column)).strip())]
        return bool(lists) and all(
            text.casefold() in known
            or all(part.strip().casefold() in known for part in _COMMAS.split(text) if part.strip())
            for text in lists
        )

    def are_headed(self, title: int, numbers: Sequence[int], *, least: int = 1) -> bool:
        """Whether rows with only a title are headings above rows with a title and numbers: the
        first row has no numbers, the last one has some, and at most half have none. Where there
        have to be several (`least`), none of them stands above another.
        """
        rows = [row for row in self.rows if not is_blank(row.value(title))]
        bare = [all(is_blank(row.value(column)) for column in numbers) for row in rows]
        return (
            self.has_order
            and len(bare) > 2
            and bool(numbers)
            and bare[0]
            and not bare[-1]
            and least <= sum(bare) <= len(bare) / 2
            and (least == 1 or not any(map(all, pairwise(bare))))
        )

    def depends_on(self, column: int, other: int) -> bool:
        """Whether each text of the other column always has the same text of this column beside it,
        and texts of the other column are repeated.
        """
        text_by_other: dict[str, str] = {}
        for row in self.rows:
            text, other_text = text_of(row.value(column)), text_of(row.value(other))
            if other_text and text and text_by_other.setdefault(other_text, text) != text:
                return False
        return (
            bool(text_by_other)
            and len(set(text_by_other.values())) <= len(text_by_other)
            and len(text_by_other) < len(self.rows)
        )


def _is_percent(row: Row, column: int) -> bool:
    value = row.value(column)
    if isinstance(value, str):
        return value.rstrip()[-1:] == "%"
    return value is not None and bool(row.mark(column) & PERCENT)


def _content(column: Sequence[CellValue], percents: int) -> Content:
    # A column repeats its values over hundreds of rows: each is looked at once, and counted.
    counts: dict[object, int] = {}
    values: list[CellValue] = []
    for value in column:
        key = value if isinstance(value, str) else (value.__class__, text_of(value))
        if key in counts:
            counts[key] += 1
        elif not is_blank(value) and not is_placeholder(value):
            counts[key] = 1
            values.append(value)
    if not values:
        return Content(percents=percents)
    count = partial(_counted, tuple(counts.values()))
    filled = sum(counts.values())
    texts = ["" if isinstance(value, CellError) else text_of(value).strip() for value in values]
    days = [_is_day(value) for value in values]
    numbers = [
        not day and (not isinstance(value, str | bool) or read_number(value) is not None)
        for value, day in zip(values, days, strict=True)
    ]
    ahead = [number_ahead(value) for value in values]
    titles = {
        text.lstrip("0123456789. )-")
        for text, number in zip(texts, ahead, strict=True)
        if number is not None
    }
    titles = {rest for rest in titles if sum(sign.isalpha() for sign in rest) > 2}
    if len(titles) * 3 >= filled * 2:
        # `1.1 Sign-ups` is a numbered title, not the number 1.1 with the unit "Sign-ups".
        numbers = [number and each is None for number, each in zip(numbers, ahead, strict=True)]
    plain = {int(text) for text in texts if text.isdecimal() and len(text) < 7}
    # Ids may have gaps where rows were deleted; numbers far apart are values, not ids.
    are_running = bool(plain) and min(plain) <= 1 and max(plain) <= len(plain) + 2
    begin = (
        count(_BEGINS_AS_O.match(text) is not None for text in texts),
        count(_BEGINS_AS_KR.match(text) is not None for text in texts),
    )
    outline = [number_at(value) or each for value, each in zip(values, ahead, strict=True)]
    return Content(
        filled=filled,
        numbers=count(numbers),
        days=count(days),
        truths=count(read_boolean(value) is not None for value in values),
        ids=count(
            not day
            and len(text) <= 24
            and _ID_SHAPE.fullmatch(text) is not None
            and (are_running or not text.isdecimal())
            and not text.startswith("0.")  # Half of something, not the fifth of the rows of 0.
            for text, day in zip(texts, days, strict=True)
        ),
        key_result_ids=count(_KR_ID.match(text) is not None for text in texts),
        objective_ids=count(_O_ID.match(text) is not None for text in texts),
        distinct=len(set(texts)),
        length=sum(map(mul, counts.values(), map(len, texts))) / filled,
        worded=count(
            isinstance(value, str) and not day and sum(map(str.isalpha, value)) > 2
            for value, day in zip(values, days, strict=True)
        ),
        percents=percents,
        is_outline=(
            count(number is not None for number in outline) * 3 >= filled * 2
            and _is_outline([number for number in outline if number is not None])
        ),
        is_marked=count(_MARKED.search(text) is not None for text in texts) * 2 > filled,
        begins_as_both=0 < begin[0] <= begin[1] and sum(begin) * 10 >= filled * 9,
        samples=tuple(shown(text) for text in list(dict.fromkeys(texts))[:2]),
        different=tuple(text for text in dict.fromkeys(texts) if len(text) <= 60)[:_DIFFERENT],
    )


def _counted(counts: Sequence[int], are_meant: Iterable[bool]) -> int:
    """How often the values that are meant stand in a column."""
    return sum(compress(counts, are_meant))


def _is_outline(numbers: Sequence[tuple[int, ...]]) -> bool:
    """Whether numbers are those of an outline: most parents are there, and their children count up
    from the first. Ordinary decimals do not.
    """
    first: dict[tuple[int, ...], int] = {}
    for number in numbers:
        if len(number) > 1:
            first[number[:-1]] = min(number[-1], first.get(number[:-1], number[-1]))
    # Children count from 0, from 1 or in tens.
    headed = sum(child in (0, 1, 10) and parent in numbers for parent, child in first.items())
    return headed * 2 > len(first)


def _is_day(value: CellValue) -> bool:
    return isinstance(value, date) or (
        isinstance(value, str)
        and (read_date(value, "dmy") is not None or parse_day_of_year(value) is not None)
    )
