"""The cycle after another one, and its name in the spelling of the one before: `Q4 2026` becomes
`Q1 2027`, and `Okt'26` `Nov'26`.

A spelling is found by trying: numbers, months and years in the text are exchanged, and whatever is
read as the next cycle is right. So a spelling that can be read can be continued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations, islice, product

from okrsync.model.cycles import cycle_around
from okrsync.model.okrs import Cycle
from okrsync.model.patterns import lazy_pattern

__all__ = ["next_cycle", "spelled_like"]

_TOKEN = lazy_pattern(r"\d+|[^\W\d_]+")
_MOST_TRIES = 20_000
_OF_A_SPAN = 5
_ROMAN = ("I", "II", "III", "IV")
_ORDINALS = tuple(
    words.split()
    for words in (
        "上半年 下半年",
        "上半期 下半期",
        "上期 下期",
        "상반기 하반기",
        "first second third fourth",
        "erstes zweites drittes viertes",
        "primer segundo tercer cuarto",
        "premier deuxième troisième quatrième",
        "primo secondo terzo quarto",
        "primeiro segundo terceiro quarto",
        "eerste tweede derde vierde",
        "первый второй третий четвертый",
        "первое второе",
    )
)
_ENGLISH_ORDINAL = lazy_pattern(r"(?<!\d)([1-4])(?:st|nd|rd|th)\b")
_FRENCH_ORDINAL = lazy_pattern(r"(?<!\d)([1-4])(er|e|ème|eme)(?=\s+(?:trim|sem))")
_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
)
_MONTH_LISTS = tuple(names.split() for names in _MONTHS)


def next_cycle(cycle: Cycle, fiscal_year_start: int = 1) -> Cycle:
    """The cycle that begins on the day after the last one of `cycle`, as long as that: a quarter
    after a quarter, six weeks after six weeks.
    """
    return cycle_around(cycle.end + timedelta(days=1), cycle, fiscal_year_start)


def spelled_like(text: str, cycle: Cycle, parse: Callable[[str], Cycle | None]) -> str | None:
    """The name of `cycle` in the spelling of `text`, which names another; `parse` reads a period.
    None where no such name is read as `cycle`.

    Where the text names no year and the name would be read as a period of another one, the year is
    added: `Q4` becomes `Q1 2027`.
    """

    def is_right(name: str) -> bool:
        parsed = parse(name)
        return parsed is not None and (parsed.start, parsed.end) == (cycle.start, cycle.end)

    tokens = list(_TOKEN.finditer(text))
    # Two days of numbers: nothing but their days, months and years comes into question.
    is_span = sum(token[0].isdigit() for token in tokens) >= _OF_A_SPAN
    choices = [
        (index, others)
        for index, token in enumerate(tokens)
        if (others := tuple(_alternatives(token[0], cycle, is_span=is_span)))
    ]
    # `Q4 2026 - Oct-Dec` names its months as well: they are exchanged with the rest.
    months = {index for index, _ in choices if _is_month(tokens[index][0])}
    for wanted in (months, set[int]()) if months else (months,):
        for name in islice(_names(text, tokens, choices, wanted), _MOST_TRIES):
            if is_right(name):
                return _with_ordinals(name)
    for name in islice(_names(text, tokens, choices, set()), 200):
        if is_right(f"{name} {cycle.end.year}"):
            return f"{name} {cycle.end.year}"
    return None


def _names(
    text: str,
    tokens: list[re.Match[str]],
    choices: list[tuple[int, tuple[str, ...]]],
    wanted: set[int],
) -> Iterator[str]:
    """The text with some of its parts exchanged, those in `wanted` among them, the fewest first."""
    for count in range(1, len(choices) + 1):
        for chosen in combinations(choices, count):
            if not wanted <= {index for index, _ in chosen}:
                continue
            for words in product(*(others for _, others in chosen)):
                yield _exchanged(
                    text,
                    [(tokens[index], word) for (index, _), word in zip(chosen, words, strict=True)],
                )


def _with_ordinals(name: str) -> str:
    """The name with the ending that belongs to its number: `1nd half` becomes `1st half`."""
    endings = {"1": "st", "2": "nd", "3": "rd"}
    english = _ENGLISH_ORDINAL.sub(lambda match: match[1] + endings.get(match[1], "th"), name)
    return _FRENCH_ORDINAL.sub(
        lambda match: match[1] + ("er" if match[1] == "1" else match[2].replace("er", "e")),
        english,
    )


def _exchanged(text: str, changes: list[tuple[re.Match[str], str]]) -> str:
    for token, word in reversed(changes):
        text = text[: token.start()] + word + text[token.end() :]
    return text


def _is_month(token: str) -> bool:
    return any(token.casefold() in names for names in _MONTH_LISTS)


def _alternatives(token: str, cycle: Cycle, *, is_span: bool) -> Iterator[str]:
    """What may stand in the place of a number or word in the name of another cycle."""
    if token.isdigit():
        yield from (number for number in _numbers(token, cycle, is_span=is_span) if number != token)
        return
    if token.upper() in _ROMAN:
        yield from (_cased(number, token) for number in _ROMAN if number != token.upper())
    for words in _ORDINALS:
        if token.casefold().replace("ё", "е") in words:
            yield from (_cased(word, token) for word in words if word != token.casefold())
    for names in _MONTH_LISTS:
        if token.casefold() in names:
            for month in _months_for(names.index(token.casefold()) + 1, cycle):
                if names[month - 1] != token.casefold():
                    yield _cased(names[month - 1], token)


def _months_for(month: int, cycle: Cycle) -> tuple[int, ...]:
    """The months that may stand in the place of one in the name of the cycle before."""
    months = (cycle.end.year - cycle.start.year) * 12 + cycle.end.month - cycle.start.month + 1
    shifted = (month - 1 + months) % 12 + 1
    is_whole = cycle.start.day == 1 and (cycle.end + timedelta(days=1)).day == 1
    if is_whole and (shifted - cycle.start.month) % 12 < months:
        return (shifted,)
    order = (cycle.start.month, cycle.end.month)
    # The month that ended last is exchanged for the last one of the next cycle.
    is_last = month == (cycle.start.month - 2) % 12 + 1
    return tuple(dict.fromkeys(order[::-1] if is_last else order))


def _numbers(token: str, cycle: Cycle, *, is_span: bool) -> Iterator[str]:
    first, last = cycle.start.year, cycle.end.year
    years = dict.fromkeys((last, first, *(() if is_span else (last - 1, last + 1))))
    if len(token) == 4:
        yield from map(str, years)
        return
    if len(token) > 2:
        return
    parts = () if is_span else (*range(1, 5), cycle.start.isocalendar().week)
    numbers = dict.fromkeys(
        (
            *parts,
            cycle.start.month,
            cycle.end.month,
            cycle.start.day,
            cycle.end.day,
            *(year % 100 for year in years),
        )
    )
    for number in numbers:
        yield f"{number:02}" if len(token) == 2 else str(number)


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
