"""Words people use for roles, kinds, directions, statuses and the rest, kept as data in
`mappings/synonyms.toml`.

Words are compared without case, accents, signs and surrounding spaces; `camelCase` and `snake_case`
are split into words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal

from okrsync.mapping import shipped
from okrsync.model.frozen import Frozen
from okrsync.model.patterns import lazy_pattern

__all__ = [
    "Meaning",
    "is_doubted",
    "is_question",
    "lookup",
    "meaning_of",
    "normal",
    "roles_of",
    "status_of",
    "table",
]

_MOST_TEXTS = 16_384
"""The texts of cells whose meaning is kept: a large sheet has a hundred thousand titles, and a
process that watches sheets runs for months.
"""
_CAMEL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = lazy_pattern(r"[^\w%#<>=≥≤↑↓/\U0001F300-\U0001FAFF\u2600-\u27BF]+")
_LETTER_DIGIT = lazy_pattern(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")


class _PlainSigns(dict[int, str]):
    """What `normal` makes of single signs of European letters, punctuation and currencies; filled
    as signs are met.
    """

    def __missing__(self, code: int) -> str:
        sign = _without_accents(chr(code).casefold().replace("_", " "))
        self[code] = plain = _SIGNS.sub(" ", sign)
        return plain


# Letters of these ranges join no sign beside them, so that each can be replaced by itself.
_EUROPEAN = lazy_pattern(r"[\x00-\u024f\u2010-\u2027\u20a0-\u20bf]*")
_PLAIN_SIGNS = _PlainSigns()
_PLAIN_ASCII = {
    code: sign.lower() if (sign := chr(code)).isalnum() or sign in "%#<>=/" else " "
    for code in range(128)
}


@lru_cache(maxsize=_MOST_TEXTS)
def normal(text: str) -> str:
    """The form in which words are compared: `Key-Result_ID` is `key result id`, `Größe (%)` is
    `grosse %`.
    """
    if text.isascii():
        # The same, several times faster; nearly all titles and headers come by here.
        text = text.strip()[:200]
        # Few titles have a capital letter behind their first one.
        parted = text if text[1:].islower() else _CAMEL.sub(" ", text)
        return " ".join(parted.translate(_PLAIN_ASCII).split())
    # NFKD does not decompose ß and the dotless ı, so they are replaced here.
    text = _CAMEL.sub(" ", text.strip()[:200].replace("ß", "ss").replace("ı", "i"))
    if _EUROPEAN.fullmatch(text) is not None:
        return " ".join(text.translate(_PLAIN_SIGNS).split())
    folded = text.casefold().replace("_", " ")
    if not folded.isascii():
        folded = _without_accents(folded)
    return " ".join(_SIGNS.sub(" ", folded).split())


_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def _without_accents(text: str) -> str:
    # These letters have no accent that could be taken off: `właściciel` is `wlasciciel`.
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    plain = unicodedata.normalize(
        "NFC",
        # U+0306 stays: it makes the Cyrillic short i, a letter of its own. The Turkish and Romanian
        # letters that have it as well are replaced below.
        "".join(sign for sign in plain if not unicodedata.combining(sign) or sign == "\u0306"),
    )
    # U+FE0F only asks for the coloured form of an emoji: ✔ and ✔️ are the same word.
    return plain.replace("\ufe0f", "").replace("ğ", "g").replace("ă", "a")


@cache
def _data(section: str) -> dict[str, list[str]]:
    """A section of the data, by meaning. Sections are parsed one by one: most runs need half."""
    # The file holds lists of plain texts and nothing else. tomllib takes four times as long, and a
    # test compares the two.
    return {meaning: _WORD.findall(words) for meaning, words in _LIST.findall(_sections()[section])}


_LIST = lazy_pattern(r"^([\w-]+) = \[(.*?)\]$", re.MULTILINE | re.DOTALL)
_WORD = lazy_pattern('"([^"]*)"')


@cache
def _sections() -> dict[str, str]:
    text = (shipped.folder() / "synonyms.toml").read_text(encoding="utf-8")
    _, *parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@cache
def table(section: str) -> Mapping[str, tuple[str, ...]]:
    """By word in its compared form, what it can mean in a section of the data (`roles`, `statuses`,
    ...).
    """
    data = _data(section)
    forms = _compared_forms(word for words in data.values() for word in words)
    meanings: dict[str, list[str]] = {}
    for meaning, words in data.items():
        for word in words:
            entry = meanings.setdefault(forms.get(word, word) or word, [])
            if meaning not in entry:
                entry.append(meaning)
    return {word: tuple(entry) for word, entry in meanings.items()}


_PLAIN_WORD = lazy_pattern(r"[a-z0-9%#<>=/]+(?: [a-z0-9%#<>=/]+)*")


def _compared_forms(words: Iterable[str]) -> dict[str, str]:
    """What `normal` makes of words of the data, all at once, which takes half the time. Plain words
    stay as they are and are left out.
    """
    others = [word for word in words if _PLAIN_WORD.fullmatch(word) is None]
    text = _CAMEL.sub(" ", "\n".join(others).replace("ß", "ss").replace("ı", "i"))
    folded = _without_accents(text.casefold().replace("_", " ")).splitlines()
    forms = [" ".join(_SIGNS.sub(" ", word).split()) for word in folded]
    return dict(zip(others, forms, strict=True))


@lru_cache(maxsize=_MOST_TEXTS)
def lookup(section: str, text: str) -> str | None:
    """The meaning of a text in a section, or None. The text may be a word of the data, or such a
    word beside signs such as emoji. Signs that mean something else than the word leave it open; so
    does a sign for what is done beside words that are not known (`✔ mostly`).
    """
    words = table(section)
    plain = normal(text)
    bare = " ".join(re.sub(r"[^\w%/ ]+", " ", plain).split())
    meanings = words.get(plain) or words.get(text.strip().casefold()) or words.get(bare)
    signs = {
        words[sign][0]
        for sign in text
        if ord(sign) > 0x2000 and not sign.isalpha() and sign in words
    }
    if meanings:
        return meanings[0] if signs <= {meanings[0]} else None
    meaning = next(iter(signs)) if len(signs) == 1 else None
    return None if bare and meaning in ("achieved", "true") else meaning


def status_of(text: str) -> str | None:
    """The status that a text means; None where it is not known, or is asked about."""
    return None if is_doubted(text) else lookup("statuses", text)


def is_doubted(text: str) -> bool:
    """Whether a question mark stands behind a text: `Done?`."""
    return text.rstrip().endswith(("?", "？"))


_WEB_ADDRESS = lazy_pattern(r"\bhttps?://\S+", re.IGNORECASE)


@lru_cache(maxsize=_MOST_TEXTS)
def is_question(text: str) -> bool:
    """Whether a comment asks something: it has a question mark, or begins with a word such as Ask
    or Question. A question mark within a web address is none.
    """
    text = _WEB_ADDRESS.sub(" ", text)
    if any(mark in text for mark in _data("questions")["marks"]):
        return True
    plain = normal(text)
    return any(_begins_with(plain, normal(word)) for word in _data("questions")["words"])


def _begins_with(text: str, word: str) -> bool:
    # Chinese and Japanese write no spaces between words.
    after = text[len(word) : len(word) + 1]
    return text.startswith(word) and (after in ("", " ") or not (word.isascii() or after.islower()))


class Meaning(Frozen, frozen=True):
    """What a header can mean: roles, the likeliest first, and whether they belong to the objective
    or the key result, if it says so.
    """

    roles: tuple[str, ...] = ()
    of: Literal["objective", "key_result"] | None = None


@lru_cache(maxsize=_MOST_TEXTS)
def meaning_of(header: str) -> Meaning:
    """The meaning of a header in any language; `Meaning()` where it is no word for a role.

    Text in brackets, emoji, and the numbers of a scale are ignored: `🎯 Target (%)` is a target,
    `Confidence 1-10` a confidence. A header in two languages or with an alternative (`Ziel /
    Objective`) means what its parts mean.
    """
    if len(header) > _LONGEST or _is_foreign(header):
        return Meaning()
    for text in (header, _BRACKETS.sub(" ", header)):
        for form in _forms(normal(text)):
            meaning = _plain_meaning(form)
            if meaning.roles:
                return meaning
    parts = [part for part in _PARTS.split(header) if part.strip()]
    if len(parts) > 1:
        meanings = [meaning for part in parts if (meaning := meaning_of(part)).roles]
        if meanings and all(each.roles[0] == meanings[0].roles[0] for each in meanings):
            return meanings[0]
        if [each.roles[0] for each in meanings] == ["objective", "key_result"]:
            return Meaning(("title",))
        if [each.roles[0] for each in meanings] == ["current", "target"]:
            return Meaning(("current",))  # Its cells name both: `4 / 10`.
    ends = _ARROW.split(header)
    if len(ends) == 2 and [meaning_of(end).roles[:1] for end in ends] == _WAY:
        return Meaning(("target",))  # Its cells name the way: `20 → 40`.
    inside = [match[1] for match in _INSIDE.finditer(header)]
    if (
        len(inside) == 1
        and (meaning := meaning_of(inside[0])).roles[:1] in _TITLES
        and normal(inside[0]) not in table("aimed")
    ):
        return meaning  # `What (Objective)`, `How (Key Results)`
    return _in_two_languages(normal(header).split())


def _is_foreign(header: str) -> bool:
    """Whether a text of ASCII letters and signs of currencies shares no run of letters, and no
    sign, with any word for a role or a scope. Most cells of a table do not, and this is far cheaper
    than all the forms of a header.
    """
    if not header.isascii() and not header.translate(_CURRENCIES).isascii():
        return False
    return _runs_of_roles().isdisjoint(_RUNS.findall(normal(header)))


_RUNS = lazy_pattern("[a-z]+|[#%]")
_CURRENCIES = dict.fromkeys(map(ord, "€£¥₹"))


@cache
def _runs_of_roles() -> frozenset[str]:
    words = (*table("roles"), *table("scopes"), *_data("scopes")["objective"])
    words = (*words, *_data("scopes")["key_result"])
    return frozenset(run for word in words for run in _RUNS.findall(word))


def _in_two_languages(words: list[str]) -> Meaning:
    """The meaning of a header in two languages, one after the other: `Target Zielwert`."""
    for index in range(1, len(words) if len(words) < 7 else 0):
        first, second = (
            _plain_meaning(" ".join(words[:index])),
            _plain_meaning(" ".join(words[index:])),
        )
        if first.roles and second.roles and first.roles[0] == second.roles[0]:
            return first
    return Meaning()


def roles_of(header: str) -> tuple[str, ...]:
    """The roles a header can have, the likeliest first; empty where it is no word for a role."""
    return meaning_of(header).roles


# A longer text is a remark in the header row, and matching it would be slow.
_LONGEST = 80
_BRACKETS = lazy_pattern(r"[(\[{（【〔<].*?[)\]}）】〕>]|\*+\s*\Z")
_INSIDE = lazy_pattern(r"[(\[]([^()\[\]]{1,40})[)\]]")
_TITLES = (("objective",), ("key_result",))
_PARTS = lazy_pattern(r"\s*(?:[/|\n•·]|\s[-–—]\s|\s(?:vs|versus|out of)\b\.?)\s*")
_WAY = [("baseline",), ("target",)]
_ARROW = lazy_pattern(r"→|➔|➜|➡|⇒|⟶|[-=]>")
_EDGES = lazy_pattern(r"^[\W_]+|[^\w%#]+$")
_SCALE = lazy_pattern(
    r"\s*(?:\b(?:in|en|em|v)\b\s*)?(?:%|\b(?:inr|usd|eur|gbp|cr|pct|percent|num|prozent|h|hrs|days|k)\b|\b\d+\s*(?:to|bis|a|-|–)?\s*\d+\b%?|[€$£¥])\s*\Z"
)

_PERIOD = lazy_pattern(
    r"\b(?:[qth][1-4]|[1-4][qth])(?: (?:fy ?)?(?:20)?\d\d)?\b|\bfy ?(?:20)?\d\d\b|\b20\d\d(?:"
    r" (?:20)?\d\d)?\b"
)


def _forms(plain: str) -> Iterator[str]:
    """A header as it is, without signs at its edges, without a scale or unit at its end, with
    letters and digits separated, and without a period.
    """
    yield plain
    bare = _EDGES.sub("", plain)
    yield bare
    yield " ".join(re.sub(r"[^\w% ]+", " ", bare).split())
    scale = _SCALE.sub("", bare)
    if scale and scale != bare:
        yield scale
        yield _SCALE.sub("", scale)
    yield re.sub(
        r"\b(?:text|column|field|auto|automatic|override|manual|calculated|calc)\b", "", bare
    ).strip()
    yield _LETTER_DIGIT.sub(" ", plain)
    timeless = " ".join(_PERIOD.sub(" ", plain).split())
    if timeless != plain:
        yield timeless


def _plain_meaning(plain: str) -> Meaning:
    roles = table("roles")
    if not plain:
        return Meaning()
    if plain in roles:
        return Meaning(roles[plain])
    for rest, of in _scoped(plain):
        if rest in table("scopes") and "names" in table("scopes")[rest]:
            return Meaning((of, "comment") if "comment" in roles.get(rest, ()) else (of,))
        if rest in table("scopes") and "ids" in table("scopes")[rest]:
            return Meaning(("objective_id" if of == "objective" else "id",))
        if rest in roles and roles[rest][0] not in _UNSCOPED:
            return Meaning(roles[rest], of)
    return Meaning()


_UNSCOPED = ("objective", "key_result", "title", "metric", "objective_id", "parent")


def _scoped(plain: str) -> Iterator[tuple[str, Literal["objective", "key_result"]]]:
    """The rest of a header that begins or ends with a word for objectives or key results, and which
    of the two it names.
    """
    for of, before, behind in _scopes():
        match = before.match(plain)
        if match is not None and match.end() < len(plain):
            yield plain[match.end() :].strip(), of
        match = behind.search(plain)
        if match is not None and match.start():
            yield plain[: match.start()].strip(), of


@cache
def _scopes() -> tuple[
    tuple[Literal["objective", "key_result"], re.Pattern[str], re.Pattern[str]], ...
]:
    """Patterns for headers that begin or end with the item they belong to: `KR owner`, `目标进度`,
    `progresso do KR`, `結果の目標`.
    """
    scopes: list[tuple[Literal["objective", "key_result"], re.Pattern[str], re.Pattern[str]]] = []
    kinds: tuple[Literal["objective", "key_result"], ...] = ("key_result", "objective")
    joints = "|".join(map(re.escape, sorted(_data("scopes")["joints"], key=len, reverse=True)))
    for of in kinds:
        words = sorted(_data("scopes")[of], key=len, reverse=True)
        spaced = "|".join(
            re.escape(word) for word in words if word.isascii() or word[0] in _CYRILLIC
        )
        others = "|".join(
            re.escape(word) for word in words if not (word.isascii() or word[0] in _CYRILLIC)
        )
        before = re.compile(rf"(?:(?:{spaced})(?= )|(?:kr|okr)(?=[\u2e80-\uffff])|(?:{others}))")
        behind = re.compile(rf"(?: (?:{joints}) (?:{spaced})| krs?|の(?:{others}))\Z")
        scopes.append((of, before, behind))
    return tuple(scopes)


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
