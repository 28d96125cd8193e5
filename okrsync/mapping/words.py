"""Words people use for roles, kinds, directions, statuses and the rest, kept as data in `mappings/synonyms.toml`.

Words are compared without case, accents, signs and spaces at the ends, and with `camelCase` and `snake_case` taken apart.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache

from okrsync.mapping import shipped

__all__ = ["lookup", "normal", "roles_of", "table"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[^\w%#<>=≥≤↑↓/\U0001F300-\U0001FAFF\u2600-\u27BF]+")
_LETTER_DIGIT = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")


@cache
def normal(text: str) -> str:
    """The form in which words are compared: `Key-Result_ID` is `key result id`, `Größe (%)` is `grosse %`."""
    text = _CAMEL.sub(" ", text.strip()[:200].replace("ß", "ss"))
    folded = unicodedata.normalize("NFKD", text.casefold().replace("_", " "))
    folded = unicodedata.normalize(
        "NFC", "".join(sign for sign in folded if not unicodedata.combining(sign) or sign == "\u0306")
    )
    folded = folded.replace("\ufe0f", "")
    return " ".join(_SIGNS.sub(" ", folded).split())


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    with (shipped.folder() / "synonyms.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def table(section: str) -> Mapping[str, tuple[str, ...]]:
    """By word in its compared form, what it can mean in a section of the data (`roles`, `statuses`, ...)."""
    meanings: dict[str, list[str]] = {}
    for meaning, words in _data()[section].items():
        for word in words:
            entry = meanings.setdefault(normal(word) or word, [])
            if meaning not in entry:
                entry.append(meaning)
    return {word: tuple(entry) for word, entry in meanings.items()}


@cache
def lookup(section: str, text: str) -> str | None:
    """What a text means in a section, or None. A word of the data may be the whole text, or stand in it beside signs such as emoji."""
    words = table(section)
    plain = normal(text)
    found = words.get(plain) or words.get(text.strip().casefold())
    if found:
        return found[0]
    bare = " ".join(re.sub(r"[^\w%/ ]+", " ", plain).split())
    found = words.get(bare)
    if found:
        return found[0]
    for sign in text:
        if ord(sign) > 0x2000 and not sign.isalpha() and sign in words:
            return words[sign][0]
    return None


@cache
def roles_of(header: str) -> tuple[str, ...]:
    """The roles a header can stand for, likeliest first; empty where it is no word for any."""
    roles = table("roles")
    plain = normal(header)
    for form in _forms(plain):
        if form in roles:
            return roles[form]
    return ()


def _forms(plain: str) -> list[str]:
    """A header as it stands, without what is in brackets or after a sign, and with letters and digits apart."""
    without = re.sub(r"\b(?:text|column|field|name)\b", "", plain).strip()
    bare = " ".join(re.sub(r"[^\w ]+", " ", plain).split())
    return [
        plain,
        bare,
        re.sub(r"\s*\b(?:in|inr|usd|eur|cr|pct|percent|num|1 10|1 5|0 1)\b.*", "", bare).strip(),
        without,
        _LETTER_DIGIT.sub(" ", plain),
    ]
