"""Recognises tables that use the words of OKRs but hold something else: people, glossaries,
theories of change, initiatives that point at key results.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.header import Header
from okrsync.mapping.words import normal, roles_of
from okrsync.mapping.words import table as words_of
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["heads_another", "rows_of_others", "sounds_like", "what_else"]

_SAMPLE = 200
# A list of people has owners, teams and a status, too; the name of its tab gives it away.
_PEOPLE_TABS = lazy_pattern(
    r"\b(?:people|employees?|staff|members?|contacts?|users?|mitarbeiter|personal|personas|personnel|pessoas|equipe|dipendenti|medewerkers)\b|员工|人员|社員|직원|сотрудники",
    re.IGNORECASE,
)
_GUIDE_TABS = lazy_pattern(
    r"\b(?:instructions?|how to|guide|read"
    r" ?me|help|glossary|definitions?|legend|anleitung|hinweise|glossar|legende|instrucciones|"
    r"ayuda|glosario|instrucoes|mode"
    r" d emploi|istruzioni|uitleg)\b|说明|使い方|안내|инструкция",
    re.IGNORECASE,
)
_PAGES = lazy_pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:, [0-9a-f-]{36})*")
"""The ids of pages that a relation shows where their database is not read."""
_MEASURES = ("baseline", "current", "target", "progress", "score", "confidence")


def what_else(table: Table, header: Header) -> str | None:
    """A sentence that says what a table holds instead of OKRs, although its header could be one of
    OKRs; None where it may hold OKRs.
    """
    if header.row is None and table.has_order:
        return None
    above = header.row or 0
    rows = [row for row in table.rows if row.number > above][:_SAMPLE]
    contents, names = Contents(rows), [normal(name) for name in header.names]
    roles = header.roles
    if not table.has_order and "key_result" in roles:
        titles = [text for row in rows if (text := text_of(row.value(roles["key_result"])).strip())]
        if titles and all(map(_PAGES.fullmatch, titles)):
            return (
                f"its rows refer to key results under {header.names[roles['key_result']]!r}, which"
                " are in a database that this source does not read; add that database"
            )
    if _are_people(table, header, names):
        return "it is a list of people, not of OKRs"
    if (
        sum(name in words_of("others") and "chain" in words_of("others")[name] for name in names)
        > 2
        and "key_result" not in roles
    ):
        return "it describes how activities lead to outcomes, not objectives and key results"
    heads = [
        normal(value)
        for row in table.rows[:above]
        for value in row.values
        if isinstance(value, str)
    ]
    if sum("glossary" in words_of("others").get(head, ()) for head in heads) > 1 or (
        _GUIDE_TABS.search(normal(table.name)) is not None
        and not any(role in roles for role in _MEASURES)
    ):
        return "it is a glossary and holds no OKRs"
    if set(roles) == {"objective", "weight"} and contents.of(roles["weight"]).filled:
        return "it holds only the weights of objectives"
    return _initiatives(header, names, contents)


def sounds_like(table: Table) -> str | None:
    """A sentence that says what a table without a header of OKRs may hold; None where that is
    unknown.
    """
    if _GUIDE_TABS.search(normal(table.name)) is not None:
        return "it is a guide and holds no OKRs"
    labels = {normal(text_of(row.value(0))).rstrip("s") for row in table.rows[:20]}
    if {"narrative", "commitment"} <= labels:
        return (
            "it states narratives, commitments and tasks below one another; okrsync reads them in"
            " columns: give each commitment a row, with its narrative under 'Narrative' and its own"
            " words under 'Commitment'"
        )
    for row in table.rows[:10]:
        names = [
            normal(value) for value in row.values if isinstance(value, str) and len(value) <= 60
        ]
        kinds = [kind for name in names for kind in words_of("others").get(name, ())]
        if kinds.count("glossary") > 1:
            return "it is a glossary and holds no OKRs"
        if kinds.count("chain") > 2:
            return "it describes how activities lead to outcomes, not objectives and key results"
        if kinds.count("people") > 1:
            return "it is a list of people, not of OKRs"
        if any(name in words_of("initiatives") for name in names[:2]) and len(names) > 2:
            return "it is a list of tasks and has no objectives or key results of its own"
    return None


def _are_people(table: Table, header: Header, names: list[str]) -> bool:
    title = next(
        (
            each
            for column, each in header.judged.items()
            if each.is_plain_title and column in header.roles.values()
        ),
        None,
    )
    if title is None or {"objective", "key_result"} <= header.roles.keys():
        return False
    count = sum("people" in words_of("others").get(name, ()) for name in names)
    return count > 1 or (
        _PEOPLE_TABS.search(normal(table.name)) is not None and "target" not in header.roles
    )


def _initiatives(header: Header, names: list[str], contents: Contents) -> str | None:
    """A sentence where rows are initiatives that name their key results; None otherwise."""
    roles = header.roles
    if (
        "key_result" not in roles
        or "objective" in roles
        or any(role in roles for role in ("target", "current", "baseline"))
    ):
        return None
    work = next(
        (
            column
            for column, name in enumerate(names)
            if name in words_of("initiatives") and contents.of(column).filled
        ),
        None,
    )
    served = contents.of(roles["key_result"])
    if work is None or contents.of(work).filled < served.filled:
        return None
    # Initiatives that come first, or that share a key result, are what the rows are about.
    if served.are_ids or served.distinct < served.filled or work < roles["key_result"]:
        return (
            "it lists initiatives that refer to key results under"
            f" {header.names[roles['key_result']]!r}, but has no key results of its own"
        )
    return None


def rows_of_others(table: Table, header_row: int | None, names: Sequence[str]) -> Mapping[int, str]:
    """The rows that belong to a table of something else below that of the OKRs, such as a list of
    people, each with the header that says so.

    It begins after an empty row, with a header of its own, which may have a title above it; it ends
    where the header of the OKRs is repeated. What stands under a heading such as `Parking lot` is
    another table as well, up to the next heading after an empty row.
    """
    others: dict[int, str] = {}
    if header_row is None:
        return others
    ours = {normal(name) for name in names if name}
    other_header: str | None = None
    title: Row | None = None
    empty = is_aside = False
    for row in table.rows:
        if row.number <= header_row:
            continue
        if not empty and title is None and other_header is None and not row.is_empty:
            continue  # A row of the table, as nearly all are.
        filled = [value for value in row.values if not is_blank(value)]
        if not filled:
            empty, title = True, None
            continue
        heads = [value for value in filled if isinstance(value, str)]
        if empty and len(filled) == 1 and (is_aside or other_header is None):
            is_aside = bool(heads) and _sets_aside(heads[0])
            other_header = repr(heads[0].strip()) if is_aside else None
        if other_header is not None and sum(normal(head) in ours for head in heads) * 2 > len(ours):
            other_header = None
        elif (
            other_header is None
            and (empty or title is not None)
            and heads_another(heads, len(filled), ours)
        ):
            other_header = ", ".join(repr(head) for head in heads[:3])
            if title is not None:
                others[title.number] = other_header
        if other_header is not None:
            others[row.number] = other_header
        title = row if empty and len(filled) == 1 else None
        empty = False
    return others


def _sets_aside(heading: str) -> bool:
    """Whether a heading says that what stands under it is no OKR now: `Parking lot`, `Archive`."""
    parts = _PARTS.split(heading.strip(" :*-–—")) if len(heading) <= _LONGEST_HEADING else []
    return any(normal(part) in words_of("aside_headings") for part in parts)


_PARTS = lazy_pattern(r"\s*[/&|+]\s*")
_LONGEST_HEADING = 60


def heads_another(heads: Sequence[str], filled: int, ours: Container[str]) -> bool:
    """Whether texts are a header of something else: most are words for columns, none means
    objectives or key results, and few are headers of the OKRs.
    """
    # A number, a date or a long text among the cells: a row of data, not a header.
    if not 1 < len(heads) == filled or any(len(head) > 30 for head in heads):
        return False
    plain = [normal(head) for head in heads]
    roles = [roles_of(head)[:1] for head in heads]
    known = sum(
        bool(role) or name in words_of("others") for role, name in zip(roles, plain, strict=True)
    )
    # Indicators with targets and values have columns like those of the OKRs.
    are_indicators = roles[0] == ("metric",) and plain[0] not in ours
    return (
        known > 1
        and known * 3 >= len(heads) * 2
        and not any(role in (("objective",), ("key_result",)) for role in roles)
        and (are_indicators or sum(name in ours for name in plain) * 2 <= len(plain))
    )
