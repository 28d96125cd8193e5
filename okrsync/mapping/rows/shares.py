"""Several objectives in one cell, with the share of the key result that counts in each where the
cell says it: `60 % O1, 40 % O2`, `Grow (60 %); Keep (40 %)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from okrsync.mapping.values.references import references_in
from okrsync.model.okrs import Serves
from okrsync.model.patterns import lazy_pattern

__all__ = ["may_list", "objectives_in", "share_warning", "strangers_in"]

_NUMBER = r"(?P<share>\d{1,3}(?:[.,]\d+)?)"
_WEIGHT = (
    r"(?:(?:weight|share|gewicht|anteil|poids|part|peso|cuota|quota|waga|вес|доля)\s*[:=]?\s*)?"
)
_TO = r"(?:of|to|for|in|auf|für|zu|pour|de|para|per|voor|na|на|для)"
_FORMS = tuple(
    lazy_pattern(form, re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?P<name>.+?)\s*[(\[（]\s*{_WEIGHT}{_NUMBER}\s*(?P<percent>%?)\s*[)\]）]",
        rf"{_NUMBER}\s*(?P<percent>%)\s*(?:{_TO}\s+|[:=→-]+\s*)?(?P<name>.+)",
        rf"(?P<name>.+?)\s*(?:[:=→–-]\s*|\s){_NUMBER}\s*(?P<percent>%?)",
    )
)
_COUNTS = lazy_pattern(
    r"\A\s*(?:(?:this )?(?:kr|key result)\s+)?"
    r"(?:counts?|zählt|compte|cuenta|conta|telt|liczy|считается)"
    rf"(?:\s*[:=]|\s+(?:as|{_TO}))?\s+",
    re.IGNORECASE,
)
_LINES = lazy_pattern(r"[;\n]")
"""Between these a comma is part of a number: `Grow (0,6); Keep (0,4)`."""
_WIDER = lazy_pattern(
    r"\s+(?:and|und|et|y|e|en|och|i|ve|и)\s+|\s*[/|&+、，；和与及と·•]\s*|\s*[,;\n]\s*"
)
"""Signs and words that may stand between names where commas, semicolons and line ends do not."""
_SEVERAL = lazy_pattern(
    r"[/|&+、，；和与及と·•,;\n]|\s(?:and|und|et|y|e|en|och|i|ve|и)\s", re.IGNORECASE
)
"""What a text with several names has at least once. Most titles have none of it."""
_HUNDRED, _ONE = Decimal(100), Decimal(1)
_LONGEST = 2_000
"""Characters of a cell that lists objectives. The patterns take time with the square of a text."""
_ABOUT = Decimal("0.02")
"""Three thirds of 33 % are a whole."""


def may_list(text: str) -> bool:
    """Whether a text may name several objectives. Most titles cannot, and this is cheap."""
    return "(" in text or _SEVERAL.search(text) is not None


def objectives_in(
    text: str, is_known: Callable[[str], bool], listed: Callable[[str], Sequence[str]]
) -> tuple[Serves, ...]:
    """The objectives that a cell names, if there are several and each of them is known; `listed`
    splits a text at commas, semicolons and line ends, and keeps known names whole.
    """
    if references := references_in(text):
        served = tuple(
            Serves(name, each.weight)
            for each in references
            for name in (each.id, each.title)
            if name is not None and is_known(name)
        )
        titles = tuple(dict.fromkeys(each.objective for each in served))
        if len(references) > 1 and len(titles) == len(references):
            return _as_shares(served)
    if len(text) > _LONGEST:
        return ()  # A text, and not a list of names.
    if _SEVERAL.search(text) is None:
        return ()
    text = _COUNTS.sub("", text)
    for parts in (listed(text), _LINES.split(text), _WIDER.split(text)):
        served = tuple(_served(parts, is_known))
        if len(served) > 1 and len(served) == sum(bool(part.strip()) for part in parts):
            return _as_shares(served)
    return ()


def strangers_in(parts: Sequence[str], is_known: Callable[[str], bool]) -> list[str]:
    """The names among parts of a cell that nobody has, if others beside them are known."""
    named = [(part.strip(), _one_share(part.strip(), is_known)) for part in parts if part.strip()]
    strangers = [part for part, served in named if served is None]
    return strangers if 0 < len(strangers) < len(named) else []


def _served(parts: Sequence[str], is_known: Callable[[str], bool]) -> Iterator[Serves]:
    for part in parts:
        served = _one_share(part.strip(), is_known)
        if served is not None:
            yield served


def _one_share(text: str, is_known: Callable[[str], bool]) -> Serves | None:
    if text and is_known(text):
        return Serves(text)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None and is_known(match["name"].strip()):
            share = Decimal(match["share"].replace(",", "."))
            return Serves(match["name"].strip(), share / _HUNDRED if match["percent"] else share)
    return None


def _as_shares(served: Sequence[Serves]) -> tuple[Serves, ...]:
    """The objectives, each once, with shares from 0 to 1. Numbers that are bare percents are taken
    for such; what is left of the whole goes to those without a share.
    """
    served = list({each.objective: each for each in served}.values())
    given = [each.share for each in served if each.share is not None]
    if not given:
        return tuple(served)
    if sum(given) > _ONE + _ABOUT and max(given) > _ONE and sum(given) <= 2 * _HUNDRED:
        served = [
            each if each.share is None else Serves(each.objective, each.share / _HUNDRED)
            for each in served
        ]
        given = [share / _HUNDRED for share in given]
    empty = len(served) - len(given)
    rest = max(_ONE - sum(given), Decimal(0)) / empty if empty else None
    return tuple(Serves(each.objective, rest) if each.share is None else each for each in served)


def share_warning(served: Sequence[Serves]) -> str | None:
    """What is odd about the shares of a key result; None where they make a whole or there are
    none.
    """
    shares = [each.share for each in served if each.share is not None]
    if not shares or abs(sum(shares) - _ONE) <= _ABOUT:
        return None
    percent = f"{(sum(shares) * _HUNDRED).normalize():f} %"
    return f"its shares come to {percent}, not to 100 %; they are used as they stand"
