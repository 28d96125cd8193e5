"""Recognises numbered lists that stand side by side, each under a heading of any wording: `Sprint
1`, `Team A`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from okrsync.mapping.header.wide import is_key_result_label, names_period
from okrsync.mapping.words import normal, roles_of
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["HeadedLists", "headed_lists", "why_bare", "without_mark"]

_DEPTH = 15
_LONGEST_HEADING = 120
_KEY_RESULT = (
    r"(?:k\.?r\.?s?|key ?results?|schlüsselergebnis|ergebnis|résultat clé|rc|resultado clave"
    r"|resultado chave|risultato chiave|kernresultaat|ключевой результат|кр|关键结果|成果指標"
    r"|핵심 ?결과)"
)
_MARKED = lazy_pattern(
    rf"\s*(?:[-*•]\s*)?{_KEY_RESULT}\s*[-_#]?\s*\d*(?:\.\d+)*\s*(?:[:：.)\-–—]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_NUMBERED = lazy_pattern(
    r"\s*(?:\(?\d{1,2}(?:\.\d{1,2})*\s*(?:[):：、]|\.(?!\d))|\d{1,2}(?:\.\d{1,2})+\s)\s*(?=\S)"
)
_LABEL = lazy_pattern(r"\s*#?\d{1,2}(?:\.\d{1,2})*[.):]?\s*")
_BEGINS = lazy_pattern(r"(?<!\d)1[.):]?\s*\Z")
_OKR = lazy_pattern(
    r"okr|objectiv|objetiv|objectif|obiettiv|\bdoel|ziel|\bgoals?\b|key ?result|schlüsselerg"
    r"|resultados? (?:clave|chave)|resultats? cle|цел|ключев|目标|目標|목표|关键结果|핵심",
    re.IGNORECASE,
)
_MOST = 0.8
_HEADING_WORDS = 3
"""The most words of a bare heading; statements have more."""


class HeadedLists(Frozen, frozen=True):
    """The row that holds the headings of the lists and their columns; the rows of the lists; the
    row above the headings that holds a label for each, such as a team, or None. `are_key_results`
    says whether anything tells that the lines are key results.
    """

    head: Row
    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    labels: Row | None
    are_key_results: bool

    @property
    def why_unsure(self) -> str:
        """Why the lines are not read as key results."""
        headings = ", ".join(repr(text_of(self.head.value(at)).strip()) for at in self.columns[:3])
        return (
            f"numbered lines stand side by side under {headings}, and nothing says that they are"
            " key results; begin each with `KR`, or put `OKRs` above the headings"
        )


def headed_lists(table: Table) -> HeadedLists | None:
    """The lists of a table; None where no row of headings stands over lines that are numbered or
    marked as key results.
    """
    if table.header is not None:
        return None
    rows = [row for row in table.rows if not row.is_empty]
    for index, head in enumerate(rows[:_DEPTH]):
        columns = _headings(head)
        if len(columns) < 2:
            continue
        below = rows[index + 1 :]
        labels: Row | None = None
        if len(below) > 1 and _are_titles(below[0], columns) and not _lines(below[:1], columns):
            labels, head, below = head, below[0], below[1:]
        lines = _lines(below, columns)
        if not _hold_lists(lines, columns):
            continue
        above = [row for row in rows[:index] if not row.is_empty]
        return HeadedLists(
            head,
            columns,
            tuple(lines),
            labels,
            _are_key_results(table.name, above, labels, head, columns, lines),
        )
    return None


def _headings(row: Row) -> tuple[int, ...]:
    """The columns of a row that holds nothing but short texts that are not numbered; a cell at the
    left may be the label of the row.
    """
    filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
    if any(
        not isinstance(value, str)
        or len(value) > _LONGEST_HEADING
        or _MARKED.match(value)
        or _NUMBERED.match(value)
        for _, value in filled
    ):
        return ()
    if len(filled) > 2 and roles_of(text_of(filled[0][1]))[:1] in (("team",), ("cycle",)):
        filled = filled[1:]
    return tuple(column for column, _ in filled)


def _are_titles(row: Row, columns: Sequence[int]) -> bool:
    return set(columns) == {
        column
        for column, value in enumerate(row.values)
        if isinstance(value, str) and value.strip() and not _is_line(value)
    }


def _is_line(text: str) -> bool:
    return _MARKED.match(text) is not None or _NUMBERED.match(text) is not None


def _lines(rows: Sequence[Row], columns: Sequence[int]) -> list[Row]:
    """The rows right below that belong to the lists: their texts are numbered, or their label is a
    number or says that they are key results.
    """
    lines: list[Row] = []
    for row in rows:
        texts = [
            value
            for column in columns
            if isinstance(value := row.value(column), str) and value.strip()
        ]
        if not texts or not _belongs(row, texts, columns[0], is_first=not lines):
            break
        lines.append(row)
    return lines


def _belongs(row: Row, texts: Sequence[str], first: int, *, is_first: bool) -> bool:
    label = next(
        (text_of(value).strip() for value in row.values[:first] if not is_blank(value)), ""
    )
    if label and is_key_result_label(label):
        return True
    if label and _LABEL.fullmatch(label):
        # Numbers at the left are labels of lines only if they begin to count: 1, or 2.1.
        return not is_first or _BEGINS.search(label) is not None
    return not label and sum(map(_is_line, texts)) >= len(texts) * _MOST


def _hold_lists(lines: Sequence[Row], columns: Sequence[int]) -> bool:
    """Whether at least two columns hold lines, and nearly all that stands there is a line."""
    values = [
        (column, value)
        for row in lines
        for column in range(columns[0], len(row.values))
        if not is_blank(value := row.value(column))
    ]
    texts = [column for column, value in values if isinstance(value, str)]
    # One line alone must keep to the headings; of several, a remark may stand beside one.
    most = _MOST if len(lines) > 1 else 1
    return (
        len({column for column in texts if column in columns}) > 1
        and len(texts) >= len(values) * most
        and sum(column in columns for column in texts) >= len(texts) * most
    )


def _are_key_results(
    name: str,
    above: Sequence[Row],
    labels: Row | None,
    head: Row,
    columns: Sequence[int],
    lines: Sequence[Row],
) -> bool:
    """Whether something says that lines are key results: a mark such as `KR1`, the word OKR or
    objective near them, headings that are teams or periods, or a number in most lines.
    """
    first = columns[0]
    texts = [
        value for row in lines for column in columns if isinstance(value := row.value(column), str)
    ]
    texts = [text for text in texts if text.strip()]
    marks = [text_of(value) for row in lines for value in row.values[:first] if not is_blank(value)]
    if any(map(is_key_result_label, marks)) or any(_MARKED.match(text) for text in texts):
        return True
    headings = [text_of(head.value(column)) for column in columns]
    headings += [] if labels is None else [text_of(labels.value(column)) for column in columns]
    near = [name, *headings, *(text_of(value) for row in above for value in row.values)]
    if any(_OKR.search(text) or _OKR.search(normal(text)) for text in near):
        return True
    if all(_is_team_or_period(heading) for heading in headings):
        return True
    measured = sum(any(map(str.isdigit, without_mark(text))) for text in texts)
    return measured * 2 > len(texts)


def _is_team_or_period(heading: str) -> bool:
    words = normal(heading).split()
    return names_period(heading) or any(
        roles_of(word)[:1] in (("team",), ("cycle",)) for word in words
    )


def without_mark(text: str) -> str:
    """A line without its number or mark: `2) Ship it` and `KR2: Ship it` are `Ship it`."""
    mark = _MARKED.match(text) or _NUMBERED.match(text)
    return text[mark.end() :].strip() if mark is not None else text.strip()


def why_bare(table: Table) -> str | None:
    """Why statements that stand under bare headings are not read: nothing says which of them are
    objectives and which are key results. None where a table holds anything else.
    """
    texts = [
        (column, value.strip())
        for row in table.rows
        for column, value in enumerate(row.values)
        if isinstance(value, str) and value.strip()
    ]
    filled = sum(not is_blank(value) for row in table.rows for value in row.values)
    if len(texts) < filled or len({column for column, _ in texts}) > 2:
        return None
    words = [len(text.split()) for _, text in texts]
    headings = [
        text
        for (_, text), count, after in zip(texts, words, words[1:], strict=False)
        if count <= _HEADING_WORDS < after and not text.endswith((".", "!", "?"))
    ]
    statements = sum(count > _HEADING_WORDS for count in words)
    if len(headings) < 2 or statements < len(headings) or len(headings) + statements < len(texts):
        return None
    named = ", ".join(repr(heading) for heading in headings[:3])
    return (
        f"there are statements under bare headings ({named}), and nothing says which of them are"
        " objectives and which are key results; put `Objective` and `Key result` above two"
        " columns, or begin the headings with `Objective:` and the statements with `KR:`"
    )
