"""Recognises rows that are no OKRs: totals, examples, separators, placeholders, second headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from okrsync.mapping.values.typed import is_placeholder, read_date, read_number
from okrsync.mapping.words import normal, roles_of, status_of, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, is_blank, text_of

__all__ = [
    "COUNTED",
    "EXAMPLE",
    "NO_WORDS",
    "UNFILLED",
    "is_left_over",
    "is_suspect",
    "may_be_counted",
    "reason_against",
    "states_key_results",
]

NO_WORDS = "its title contains no words"
EXAMPLE = "an example row"
_PLACEHOLDER = "its title is a placeholder"
_KR_PLACEHOLDER = "its key result is a placeholder"
_NOT_FILLED_IN = "a template row: its title is not filled in yet"
COUNTED = "a template row: its key result is not filled in yet"
_PARTLY_FILLED_IN = "a template row: part of its title is not filled in yet"
UNFILLED = frozenset({_PLACEHOLDER, _KR_PLACEHOLDER, _NOT_FILLED_IN, COUNTED, _PARTLY_FILLED_IN})
"""Reasons that say nothing of the rows below: they may go on under the objective of such a row."""
_TITLES = ("objective", "key_result")
_EXAMPLE = lazy_pattern(
    r"\W*(?:(?:example|sample|beispiel|exemple|ejemplo|exemplo|esempio|voorbeeld|przyk[lł]ad|例|示例|サンプル|예시|пример)"
    r"\s*\d{0,2}\W*(?::|：|-|–|—|[)\]】）]|\Z|\brow\b)|(?:e\.\s?g\.|z\.\s?b\.|p\.\s?ex\.|bijv\.|例えば)\s*[^\W\d_])"
    r"|.*[(\[](?:example|sample|beispiel|exemple|ejemplo|exemplo|esempio|voorbeeld)[)\]]\s*\Z",
    re.IGNORECASE,
)
_EXAMPLE_INITIALS = "esbvpz例示サ예п"
"""What a word for an example begins with."""
_NOTES = (
    *("note", "nb", "n.b.", "hinweis", "anmerkung", "remarque", "nota", "opmerking", "uwaga"),
    *("anmärkning", "注", "備考", "备注", "comment", "remark", "update", "risk", "blocker"),
    *("next step", "kommentar", "commentaire", "comentario", "comentário", "commento", "uwagi"),
)
"""What words for a note begin with."""
_LINE = lazy_pattern(r"\s*([-=_~])\1+\s*\w[^\n]{0,30}?\s*\1{2,}\s*")
"""Words between two lines: `--- end ---`."""
_NOTE = lazy_pattern(rf"\W*(?:{'|'.join(map(re.escape, _NOTES))})s?\s*[:：]", re.IGNORECASE)
# Blanks that templates leave in titles: `Grow by [X]%`, `from <number>`, `____`.
_BLANK = lazy_pattern(
    r"\[(?:x+|y+|z|n|#|number|metric|value|amount|date|name|\.{2,}|…|_+)\]|(?<!\w)x{1,3}\s?%|_{4,}|<(?:number|metric|value|x)>",
    re.IGNORECASE,
)


_INVITES = lazy_pattern(
    r"\b(?:your|insert|enter|type|fill in|here|hier|eintragen|votre|saisir|ici|escribe|aquí?)\b",
    re.IGNORECASE,
)


def reason_against(row: Row, roles: Mapping[str, int], names: Sequence[str]) -> str | None:
    """The reason why a row is no OKR, for people to read; None where it may be one."""
    titles = [
        value for role in _TITLES if role in roles and not is_blank(value := row.value(roles[role]))
    ]
    short = [text for text in titles if isinstance(text, str) and len(text) <= _LONGEST]
    if titles and not any(
        isinstance(title, str) and any(map(str.isalnum, title)) for title in titles
    ):
        return NO_WORDS
    if len(titles) > 1 and all(text_of(title).strip().isdecimal() for title in titles):
        return NO_WORDS  # The columns are counted below their names: 1, 2, 3.
    if any(_LINE.fullmatch(text) for text in short) and _is_alone(row):
        return "a separator between parts of the table"
    if any(isinstance(title, str | date) and read_date(title, "dmy") for title in titles):
        return "its title is a day, as in a log"
    if titles and len(short) == len(titles) and all(is_placeholder(text) for text in short):
        return _PLACEHOLDER
    key_result = row.value(roles["key_result"]) if "key_result" in roles else None
    if is_placeholder(key_result):
        return _KR_PLACEHOLDER
    if titles and len(short) == len(titles) and _is_left_over(short, row, roles):
        is_named = len(short) > 1 and not _is_counted(short[0], may_refer=False)
        return COUNTED if is_named and _is_counted(short[1], may_refer=False) else _NOT_FILLED_IN
    if any(_BLANK.search(text) for text in short) and not _is_filled_in(row, roles):
        return _PARTLY_FILLED_IN
    if any(_EXAMPLE.match(text) for text in short):
        return EXAMPLE
    if any(_NOTE.match(text) for text in short) and _is_alone(row):
        return "a note"
    if len(short) != len(titles):
        return None
    plain = [normal(text) for text in short]
    if all(
        text == normal(names[roles[role]])
        for text, role in zip(plain, _filled(row, roles), strict=False)
    ) and _few(row, names):
        return "a repeated header"
    meanings = [table("rows").get(text, ()) for text in plain]
    if any("total" in meaning for meaning in meanings) and len(plain) == 1:
        return "a total"
    if any("separator" in meaning for meaning in meanings) and _is_alone(row):
        return "a separator between parts of the table"
    return None


def _is_left_over(titles: Sequence[str], row: Row, roles: Mapping[str, int]) -> bool:
    """Whether a row is left over from a template: its titles, or that of its key result, only say
    what belongs there (`[Objective]`, `Enter key result`) or count it (`KR 2:`), and nothing else
    says how it stands. A number behind the word may be all that people write, so such a row must
    have no values at all.
    """
    title = titles[-1]  # That of the key result, where the row has one.
    if _is_blank_to_fill(title) or normal(titles[0]).startswith("lorem ipsum"):
        return True
    if _is_invitation(title):
        return not any(_says_more(row.value(roles[each])) for each in _STANDING if each in roles)
    has_key_result = "key_result" in roles and not is_blank(row.value(roles["key_result"]))
    if not _is_counted(title, may_refer=not has_key_result):
        return False
    quiet = {column for role, column in roles.items() if role in _QUIET}
    return not any(
        _says_more(value) and not (isinstance(value, str) and is_left_over(value))
        for column, value in enumerate(row.values)
        if column not in quiet
    )


def is_left_over(title: str) -> bool:
    """Whether a title only says or counts what belongs there."""
    return len(title) <= _LONGEST and (
        is_placeholder(title)
        or _is_blank_to_fill(title)
        or _is_counted(title, may_refer=False)
        or _is_invitation(title)
    )


_LONGEST = 60
_STANDING = ("current", "progress", "score", "checked_in", "confidence")
_QUIET = frozenset(
    {
        *("objective", "key_result", "id", "objective_id", "parent", "kind", "level", "weight"),
        *("owner", "team", "cycle", "start_date", "due", "unit", "direction", "commitment"),
    }
)
"""Roles of which a template, or whoever prepares a sheet, fills all rows."""


def _says_more(value: CellValue) -> bool:
    """Whether a value is more than what templates begin with: nothing, 0, an empty box, and `Not
    started`.
    """
    if is_blank(value) or value is False or is_placeholder(value):
        return False
    number = read_number(value)
    if number is not None:
        return number.value != 0
    return not isinstance(value, str) or status_of(value) != "not-started"


def _is_counted(title: str, *, may_refer: bool) -> bool:
    """Whether a title is a word for an objective or a key result and a number or a colon: `KR 2:`,
    `Objective 3`, `O1-KR2`; where it may refer to a row of another table, not a mere `O1`.
    """
    if _CODE.fullmatch(title):
        return not may_refer or title.rstrip()[-1:] in (":", "：")
    word = _NUMBER_BEHIND.sub("", title)
    return word != title and roles_of(word)[:1] in _ROLES_OF_TITLES


def states_key_results(rows: Sequence[Row], column: int) -> bool:
    """Whether a column has the words of a key result anywhere, and not only codes such as `KR-3`,
    which may refer to rows of another table.
    """
    return any(
        isinstance(value := row.value(column), str)
        and not is_blank(value)
        and not is_placeholder(value)
        and not all(_is_counted(part, may_refer=False) for part in _COMMAS.split(value.strip()))
        and not roles_of(value)
        for row in rows
    )


def _is_invitation(title: str) -> bool:
    """Whether a title asks for one: `Your objective here`, `Add key result`, `请输入目标`."""
    plain = normal(title)
    words = plain.split()
    meanings = [table("rows").get(word, ()) for word in words]
    if any("invitation" in each for each in meanings):
        rest = [
            word
            for word, each in zip(words, meanings, strict=True)
            if not (word.isdigit() or "invitation" in each or "filler" in each)
        ]
        return roles_of(" ".join(rest))[:1] in _ROLES_OF_TITLES
    bare = _ASKS.sub("", plain)
    return bare != plain and roles_of(bare)[:1] in _ROLES_OF_TITLES


_COMMAS = lazy_pattern(r"\s*[,;|\n]\s*")
_ROLES_OF_TITLES = (("objective",), ("key_result",))
_CODE = lazy_pattern(
    r"\W*(?:(?:o(?:bj)?[-_ .]?\d{1,2}[-_ ./:]*)?k(?:ey )?r(?:esult)?[-_ .#]?\d{0,2}(?:\.\d{1,2})?"
    r"|o(?:bj)?[-_ .#]?\d{1,2})\s*[:：.)]?\s*",
    re.IGNORECASE,
)
_NUMBER_BEHIND = lazy_pattern(r"[\s#nº°.-]*(?:\d{1,2}(?:\.\d{1,2})?\s*[:：.)]?|[:：])\s*\Z")
_ASKS = lazy_pattern(
    r"请|在此|这里|您的|你的|输入|填写|を?入力(?:してください)?|ここに|を?記入|을|를|입력|여기에"
)


def _is_blank_to_fill(title: str) -> bool:
    """Whether a title only names what belongs there: `[Objective]`, `<Your key result here>`."""
    text = title.strip()
    if text[:1] not in "[<{" or text[-1:] not in "]>}":
        return False
    inside = text.strip("[]<>{} ")
    return bool(roles_of(inside)) or _INVITES.search(inside) is not None


def _is_alone(row: Row) -> bool:
    """Whether only one cell of a row is filled."""
    return sum(not is_blank(value) for value in row.values) == 1


def _is_filled_in(row: Row, roles: Mapping[str, int]) -> bool:
    """Whether a row has an owner and two numbers: then it is in use, whatever its title says."""
    owner = row.value(roles["owner"]) if "owner" in roles else None
    numbers = sum(
        read_number(row.value(roles[role])) is not None
        for role in ("baseline", "current", "target", "progress")
        if role in roles
    )
    return not is_blank(owner) and not is_placeholder(owner) and numbers > 1


def is_suspect(title: str, names: frozenset[str]) -> bool:
    """Whether `reason_against` needs to look at a title. This cheap check rules out nearly all
    titles, of which there may be a hundred thousand.

    `names` are the texts of the header.
    """
    if len(title) > _LONGEST:
        return False
    bare = title.strip(" \t.:*-–—_#|").casefold()
    return (
        len(bare) <= 3
        or (bare if bare.isascii() else normal(bare)) in table("rows")
        or title in names
        or not bare[0].isalnum()
        or (bare[-1].isdigit() and (bare[0].isdigit() or bare[-4:-2] == "20"))
        or bare.startswith(_NOTES)
        or not _invitations().isdisjoint((bare.partition(" ")[0], bare.rpartition(" ")[2]))
        or (not bare.isascii() and _ASKS.search(bare) is not None)
        or (title[-1:] in "])" and title[max(map(title.rfind, "[(")) + 1 : -1] in _examples())
        or (bare[0] in _EXAMPLE_INITIALS and _EXAMPLE.match(title) is not None)
        or (
            ("%" in title or "[" in title or "<" in title or "__" in title)
            and _BLANK.search(title) is not None
        )
    )


def may_be_counted(title: str) -> bool:
    """Whether a title may be a word for one, alone or before a small number: `Objective 2`,
    `O1-KR2`. A cheap check like `is_suspect`, of the last title of a row.
    """
    bare = title.strip(" \t:：#)（）").casefold()
    word = bare.rstrip("0123456789. -#").replace("-", " ")
    if word[-2:] == "kr":
        return True
    return len(bare) - len(word) < _LONGEST_NUMBER and (
        word in _words_of_titles()
        or (not word.isascii() and word != bare and normal(word) in _words_of_titles())
    )


_LONGEST_NUMBER = 4
"""So many signs a number of two digits does not have, with what stands before it."""


@lru_cache(maxsize=1)
def _words_of_titles() -> frozenset[str]:
    roles = table("roles").items()
    return frozenset({"o", *(word for word, each in roles if each[:1] in _ROLES_OF_TITLES)})


@lru_cache(maxsize=1)
def _invitations() -> frozenset[str]:
    """The words that a title begins or ends with if it asks for one: `Ziel eingeben`."""
    return frozenset(word for word, each in table("rows").items() if "invitation" in each)


@lru_cache(maxsize=1)
def _examples() -> frozenset[str]:
    words = table("rows").items()
    return frozenset(
        form
        for word, meanings in words
        if "example" in meanings
        for form in (word, word.capitalize(), word.upper())
    )


def _filled(row: Row, roles: Mapping[str, int]) -> list[str]:
    return [role for role in _TITLES if role in roles and not is_blank(row.value(roles[role]))]


def _few(row: Row, names: Sequence[str]) -> bool:
    """Whether every filled cell of the row repeats its header."""
    filled: list[tuple[int, CellValue]] = [
        (column, value) for column, value in enumerate(row.values) if not is_blank(value)
    ]
    return all(
        column < len(names) and isinstance(value, str) and normal(value) == normal(names[column])
        for column, value in filled
    )
