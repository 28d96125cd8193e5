"""Determines whether more or less is better: from a column, from the numbers, from a sign beside
them, or from words in the title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache

from okrsync.mapping.values.numbers import Number, has_digit, number_pattern, read_number
from okrsync.mapping.values.typed import read_boolean, shown
from okrsync.mapping.words import lookup, normal, table
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Direction
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import text_of

__all__ = ["DirectionDoubt", "DirectionReading", "RowNumbers", "direction_of", "stated_direction"]

_BOUNDS = {
    ">": Direction.STAY_ABOVE,
    "≥": Direction.STAY_ABOVE,
    ">=": Direction.STAY_ABOVE,
    "<": Direction.STAY_BELOW,
    "≤": Direction.STAY_BELOW,
    "<=": Direction.STAY_BELOW,
}
_OPPOSITE = {
    Direction.INCREASE: Direction.DECREASE,
    Direction.DECREASE: Direction.INCREASE,
    Direction.STAY_ABOVE: Direction.STAY_BELOW,
    Direction.STAY_BELOW: Direction.STAY_ABOVE,
}
_SUSPICIOUS, _ABSURD = Decimal("1.25"), Decimal(3)
"""Where nothing says that more is better: a value that exceeds its target by the first factor gives
a warning; by the second, it is not measured at all. The factors are judgement, not from a source.
"""


class RowNumbers(Frozen, frozen=True):
    """The numbers of a row from which its direction is inferred; `is_time` says that they count
    time, of which less is usually better. `is_called_bad` says that a person typed a status such as
    Red beside them.
    """

    baseline: Decimal | None = None
    target: Number | None = None
    high: Decimal | None = None
    current: Decimal | None = None
    is_time: bool = False
    is_called_bad: bool = False


class DirectionDoubt(Frozen, frozen=True):
    """A doubt about a direction: the code of its warning, the role whose cell the warning names,
    its sentence, whether the row is still measured, and a direction that may be meant.
    """

    code: str
    role: str
    text: str
    is_measured: bool = False
    likely: Direction = Direction.DECREASE

    @property
    def is_asked(self) -> bool:
        """Whether it becomes a question; a value beyond its target only gives a warning, because
        many rows of a sheet may have one.
        """
        return not self.is_measured and self.code not in (
            "far-beyond-target",
            "status-against-numbers",
        )


class DirectionReading(Frozen, frozen=True):
    """The direction (None where it is unknown), whether okrsync inferred it, and any doubt about
    it.
    """

    direction: Direction | None = None
    is_inferred: bool = False
    doubt: DirectionDoubt | None = None


def direction_of(numbers: RowNumbers, title: str) -> DirectionReading:
    """The direction of a row where no column states it: from a range, from baseline and target, or
    from the words of the title, in this order.
    """
    baseline, target, high = numbers.baseline, numbers.target, numbers.high
    if high is not None:
        return DirectionReading(Direction.BETWEEN, True)
    limit, remark = _limit_in(title), _remark_in(title)
    if baseline is not None and target is not None and baseline != target.value:
        rises = target.value > baseline
        # A baseline of 0 is often the template's, and says nothing.
        held = _held_already(title, limit, target, rises) if baseline else None
        if held is not None:
            return DirectionReading(held, True)
        direction = Direction.INCREASE if rises else Direction.DECREASE
        return DirectionReading(direction, True, _contradiction(title, limit, numbers, rises))
    if remark is not None:
        return DirectionReading(remark[1], True)
    by_words = _by_words(title)
    if by_words is not None and by_words.is_guard_rail:
        return DirectionReading(by_words, True)
    if target is not None and target.bound in _BOUNDS and baseline is None:
        return DirectionReading(_BOUNDS[target.bound], True)
    says_at_most = limit is not None and limit.is_at_most
    if by_words is Direction.DECREASE and target is not None and not says_at_most:
        return _of_a_cut(title, target)
    if by_words is not None:
        return DirectionReading(by_words, True)
    if limit is not None and limit.is_at_most and target is not None and limit.is_of(target):
        return DirectionReading(Direction.STAY_BELOW, True)
    says_at_least = limit is not None and not limit.is_at_most
    doubt = _far_beyond(numbers, title) if baseline is None and not says_at_least else None
    if limit is not None and limit.is_at_most and target is not None and doubt is None:
        doubt = _contradiction(title, limit, numbers, rises=True)
    return DirectionReading(None, False, doubt)


def _held_already(
    title: str, limit: _Limit | None, target: Number, rises: bool
) -> Direction | None:
    """The limit that a title promises to keep and the baseline keeps already: `Keep churn below
    3 %`, from 2.5 to 3. Its numbers run against it, and are no way to go.
    """
    kept, way = (
        (Direction.STAY_BELOW, Direction.INCREASE)
        if rises
        else (Direction.STAY_ABOVE, Direction.DECREASE)
    )
    if _by_words(title) is not kept:
        return None
    if limit is not None:
        return kept if limit.is_at_most is rises and limit.is_of(target) else None
    # "Increase sales, keep churn below plan": the numbers may be those of the sales.
    return None if _has_words_for(way, title) else kept


def _of_a_cut(title: str, target: Number) -> DirectionReading:
    """The direction of a row whose title asks for less and whose baseline is not known."""
    size = _size_of_change(title)
    if size is not None and size.is_of(target):
        # "Reduce costs by 10 %" with the target 10 %: the number is the cut, which grows.
        return DirectionReading(Direction.INCREASE, True)
    share = size or _bare_share(title)
    if share is None or not share.number.unit == target.unit == "%":
        return DirectionReading(Direction.DECREASE, True)
    text = (
        f"its title says {shown(share.text)!r}, and its target is {text_of(target.value)} %:"
        " whether that is the cut or what remains is not clear"
    )
    return DirectionReading(None, False, DirectionDoubt("title-against-numbers", "target", text))


def stated_direction(
    text: str, header: str, words: Mapping[str, Direction], signs: Collection[str] = ()
) -> Direction | None:
    """The direction that a cell states: with a word, a sign, an operator (`lte`, `<= 7`), or yes
    or no under a header such as `Higher is better`. None where it is not understood.

    `words` are those of the mapping, in normal form. `signs` are the texts of the whole column: a
    minus means less only where another row has a plus; otherwise it marks an empty cell.
    """
    mapped = words.get(normal(text))
    if mapped is not None:
        return mapped
    polarity = lookup("directions", header) or lookup("directions", _BRACKETED.sub(" ", header))
    if polarity is not None and (answer := read_boolean(text)) is not None:
        direction = Direction(polarity)
        return direction if answer else _OPPOSITE.get(direction)
    # `-` is also the usual placeholder for an empty cell; only beside a plus is it a direction.
    if text.strip() in _MINUS:
        return Direction.DECREASE if "+" in signs else None
    for form in (text, _BRACKETED.sub(" ", text), _FROM_NUMBER.sub("", text)):
        meaning = lookup("directions", form.strip()) if form.strip() else None
        if meaning is not None:
            return Direction(meaning)
    return _by_one_word(text)


def _by_one_word(text: str) -> Direction | None:
    """The direction of a short phrase that holds one word for it: `à la baisse`, `should go down`.
    None where words disagree, or one says no (`must not fall`).
    """
    words = normal(_BRACKETED.sub(" ", text)).split()
    phrases = [table("phrases").get(word, ()) for word in words]
    if not 1 < len(words) <= _SHORT_PHRASE or ("no",) in phrases:
        return None
    meanings = {
        meaning
        for word in words
        for meaning in table("directions").get(word, ())
        if (len(word) > 3 or word == "up") and word not in table("phrases")
    }
    return Direction(meanings.pop()) if len(meanings) == 1 else None


_SHORT_PHRASE = 5
_MINUS = ("-", "–", "—", "−")
# Text in brackets explains the word: `Up (more is better)`.
_BRACKETED = lazy_pattern(r"[(\[（【].*?[)\]）】]")
_FROM_NUMBER = lazy_pattern(r"\s*[€$£¥]?\s*[-+]?\d.*\Z")


def _contradiction(
    title: str, limit: _Limit | None, numbers: RowNumbers, rises: bool
) -> DirectionDoubt | None:
    """The doubt where a title contradicts its numbers; None where it does not."""
    target = numbers.target
    assert target is not None
    trend = "rises" if rises else "falls"
    likely = Direction.DECREASE
    if limit is not None and limit.is_at_most is rises:
        phrase, is_measured = limit.text, not limit.is_of(target)
        if is_measured:
            likely = Direction.INCREASE if rises else Direction.DECREASE
        else:
            likely = Direction.STAY_BELOW if rises else Direction.STAY_ABOVE
    elif (remark := _remark_in(title)) is not None and remark[1] is (
        Direction.DECREASE if rises else Direction.INCREASE
    ):
        phrase, is_measured = remark[0], False
    elif rises and (verb := _reducing_verb(title)) is not None:
        phrase, is_measured = verb, False
    else:
        return None
    start = "no baseline" if numbers.baseline is None else f"baseline {text_of(numbers.baseline)}"
    text = (
        f"its title says {shown(phrase)!r}, and from {start} to target {text_of(target.value)} it"
        f" {trend}"
    )
    return DirectionDoubt("title-against-numbers", "target", text, is_measured, likely)


def _far_beyond(numbers: RowNumbers, title: str) -> DirectionDoubt | None:
    """The doubt about a value beyond its target, where nothing says that more is better."""
    target, current = numbers.target, numbers.current
    if target is None or current is None or target.value <= 0 or current <= 0:
        return None
    ratio = current / target.value
    if numbers.is_called_bad and ratio > 1:
        text = (
            f"its value {text_of(current)} is above its target {text_of(target.value)}, and its"
            " status says that this is not good"
        )
        return DirectionDoubt("status-against-numbers", "status", text)
    if ratio > 1 and (noun := _wanted_low(title)) is not None:
        text = (
            f"its value {text_of(current)} is above its target {text_of(target.value)}, most teams"
            f" want less of {shown(noun)}, and neither a baseline nor a direction says which is"
            " better here"
        )
        return DirectionDoubt("far-beyond-target", "current", text)
    if ratio < _SUSPICIOUS and not (numbers.is_time and ratio > 1):
        return None
    text = (
        f"its value {text_of(current)} is far above its target {text_of(target.value)}, and neither"
        " a baseline nor a direction says that more is better"
    )
    is_measured = ratio < _ABSURD and not numbers.is_time
    return DirectionDoubt("far-beyond-target", "current", text, is_measured)


_UNIT_AT_END = lazy_pattern(r"\s+(?:(?:in|en|em)\s+)?[%€$£#]\Z|\s+(?:per|pro|par|por|je)\s.*\Z")


@lru_cache(maxsize=16_384)
def _wanted_low(title: str) -> str | None:
    """The noun at the end of a title of which most teams want less (`Monthly churn`); None for
    another one, and where the title says what was done to it (`Bugs fixed`).
    """
    plain = _UNIT_AT_END.sub("", normal(_BRACKETED.sub(" ", title[:300])))
    if not _wanted_low_words("done_to_it").isdisjoint(plain.split()):
        return None
    return _end_of(plain, "what") or _end_of(
        plain.removesuffix(_end_of(plain, "measured_as") or "").strip(), "what"
    )


def _end_of(plain: str, meaning: str) -> str | None:
    """The longest word of a meaning with which a title ends."""
    words = _wanted_low_words(meaning)
    ends = [end for end in words if f" {plain}".endswith(f" {end}" if end.isascii() else end)]
    return max(ends, key=len, default=None)


@cache
def _wanted_low_words(meaning: str) -> frozenset[str]:
    return frozenset(word for word, each in table("wanted_low").items() if meaning in each)


@lru_cache(maxsize=16_384)
def _remark_in(title: str) -> tuple[str, Direction] | None:
    """A remark that says which way is good, in brackets or at the end of a title, and what it says:
    `Churn (lower is better)`, `Churn (max)`. None without one; most single words are as likely
    units, and `min` is one.
    """
    if _MAY_REMARK.search(title) is None or is_silent(title):
        return None
    remarks = [match[0][1:-1] for match in _BRACKETED.finditer(title[:300])]
    for remark in (*remarks, *_TAIL.findall(title[:300])):
        meaning = lookup("directions", remark.strip())
        is_plain = " " in remark.strip() or not remark.isascii()
        if meaning == "stay-below" or (meaning in ("increase", "decrease") and is_plain):
            return remark.strip(), Direction(meaning)
    return None


_MAY_REMARK = lazy_pattern(r"[-–—,;:(\[（【]")
"""What stands before every remark."""
_TAIL = lazy_pattern(r"[-–—,;:]\s([^-–—,;:]{3,60})\Z")


class _Limit(Frozen, frozen=True):
    """A limit that a title names: its words, its number, and whether it is an upper limit."""

    text: str
    number: Number
    is_at_most: bool

    def is_of(self, target: Number) -> bool:
        """Whether its number is the target; one of them may be a share and the other a percent."""
        mine, other = self.number.value, target.value
        return mine == other or mine == other * 100 or mine * 100 == other


@lru_cache(maxsize=16_384)
def _limit_in(title: str) -> _Limit | None:
    """The first limit a title names: `below 7 days`, `5%以下`; None where it names none."""
    if not has_digit(title):
        return None
    plain = _plain(title[:300])
    matches = [
        (match.start(), -match.end(), is_at_most, match)
        for is_at_most, heads, pattern in _limits()
        if _may_match(plain, heads) and (match := pattern.search(plain)) is not None
    ]
    # "no more than 5" contains "more than 5": the phrase that begins first, the longer one, counts.
    for _, _, is_at_most, match in sorted(matches, key=lambda each: each[:2]):
        number = read_number((match["before"] or match["after"]).strip())
        if number is not None and not number.is_doubtful:
            return _Limit(" ".join(match[0].split()), number, is_at_most)
    return None


def is_silent(title: str) -> bool:
    """Whether a title says for certain nothing about direction, limits, units in brackets or being
    set aside, so that rows with the same numbers read the same. Most titles of ASCII letters do
    not, and nobody needs to search them.
    """
    if not title.isascii() or _LOUD.search(title) or ("-" in title and _DASH.search(title)):
        return False
    plain = title.lower()
    words = plain.split()
    # Words of letters and digits alone are their own runs, and splitting is faster than searching.
    runs = words if "".join(words).isalnum() else _RUNS.findall(plain)
    return _all_heads().isdisjoint(runs)


_LOUD = lazy_pattern(r"[(\[~:,;]")
_DASH = lazy_pattern(r"\s-\s")


@cache
def _all_heads() -> frozenset[str]:
    words = (heads for _, heads, _ in _patterns())
    limits = (heads for _, heads, _ in _limits())
    return frozenset().union(*words, *limits, _heads(_wanted_low_words("what")))


def _heads(words: Iterable[str]) -> frozenset[str]:
    """The first run of letters of each word of ASCII letters; the first sign of other words."""
    return frozenset(_head(word) for word in words if word.isascii())


def _head(word: str) -> str:
    run = _LETTERS.match(word)
    return word[0] if run is None else run[0].casefold()


def _may_match(plain: str, heads: frozenset[str]) -> bool:
    """Whether a title may hold a word with one of the heads. Most titles of ASCII letters do not,
    and this is far cheaper than the patterns. Of titles in other letters nothing is known.
    """
    runs = _runs(plain)
    return runs is None or not heads.isdisjoint(runs)


@lru_cache(maxsize=16)
def _runs(plain: str) -> frozenset[str] | None:
    """The runs of letters of a title, and its signs; None where it has letters beyond ASCII."""
    # A title is asked several times in a row.
    if not plain.isascii():
        plain = plain.translate(_SIGNS)
        if not plain.isascii():
            return None
    # Signs such as `<` are heads too; they stand between letters and blanks.
    return frozenset(_RUNS.findall(plain))


_LETTERS = lazy_pattern(r"\w+")
_RUNS = lazy_pattern(r"\w+|[^\w\s]")
# Signs beyond ASCII that stand beside words of ASCII letters and are part of none.
_SIGNS = dict.fromkeys(map(ord, "€£¥₹₽–—“”„‘’«»…·•"), " ")


@cache
def _limits() -> tuple[tuple[bool, frozenset[str], re.Pattern[str]], ...]:
    """The patterns of upper and of lower limits, each with the heads of its words."""
    number = number_pattern()
    patterns = []
    for is_at_most, name in ((True, "at-most"), (False, "at-least")):
        ahead, behind = _bound_words(name), _bound_words(f"{name}-behind")
        signs = "|".join(re.escape(word) for word in ahead if not word[0].isalpha())
        spaced = _alternatives(word for word in ahead if word[0].isalpha() and _is_spaced(word))
        glued = "|".join(re.escape(word) for word in ahead if not _is_spaced(word))
        after = "|".join(
            rf"\s+{re.escape(word)}\b" if _is_spaced(word) else rf"\s?{re.escape(word)}"
            for word in behind
        )
        patterns.append(
            (
                is_at_most,
                _heads((*ahead, *behind)),
                lazy_pattern(
                    rf"(?:\b(?:{spaced})\.?\s+(?:[^\W\d]+\s+)?|(?<![-–])(?:{signs})\s*|(?:{glued})\s*)"
                    rf"(?P<after>{number})"
                    rf"|(?P<before>{number})\s?[^\s\d]{{0,6}}?(?:{after})"
                ),
            )
        )
    return tuple(patterns)


def _bound_words(name: str) -> list[str]:
    return [word for word, meanings in table("bounds").items() if name in meanings]


def _is_spaced(word: str) -> bool:
    """Whether a word belongs to a script that puts spaces between words."""
    return word.isascii() or re.match(r"[\u0400-\u04ff]", word) is not None


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(
        r"\s+".join(re.escape(part) for part in word.split())
        for word in sorted(words, key=len, reverse=True)
    )


@lru_cache(maxsize=16_384)
def _plain(title: str) -> str:
    """A title in lower case and without accents; its numbers and signs stay."""
    if title.isascii():
        return title.lower()
    # U+0306 stays: it makes the Cyrillic short i, which is a letter of its own and not an accent.
    folded = unicodedata.normalize("NFKD", title.replace("ß", "ss").casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded))


_ACCENTS = lazy_pattern(r"[\u0300-\u0305\u0307-\u036f]+")


def _reducing_verb(title: str) -> str | None:
    """The verb at the beginning of a title that asks for less: `Reduce churn`. None where the title
    names the size of the change (`Reduce costs by 10 %`): that number rises to its target.
    """
    plain = _plain(title[:200])
    heads, decrease = _decrease()
    verb = decrease.search(plain) if _may_match(plain, heads) else None
    if verb is None or len(plain[: verb.start()].split()) > 1:
        return None
    return None if _by_so_much().search(plain) else verb[0]


def _size_of_change(title: str) -> _Limit | None:
    """The size of the change that a title names: `by 10 %`; None where it names none."""
    match = _by_so_much().search(_plain(title[:200]))
    number = None if match is None else read_number(match["by"] or match["less"])
    if match is None or number is None or number.is_doubtful:
        return None
    return _Limit(" ".join(match[0].split()), number, True)


def _bare_share(title: str) -> _Limit | None:
    """The percentage that a title names without a word such as "to": `Reduce costs 10 %`."""
    plain = _plain(title[:200])
    match = _SHARE.search(plain)
    number = None if match is None else read_number(match[0])
    if match is None or number is None or number.is_doubtful:
        return None
    is_aim = _ends_in_to().search(plain[: match.start()]) is not None
    return None if is_aim else _Limit(match[0], number, True)


_SHARE = lazy_pattern(r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|prozent\b)")


@cache
def _ends_in_to() -> re.Pattern[str]:
    words = [word for word, meanings in table("aims").items() if "to" in meanings]
    # A sign between a word and its number, as in `to < 10 %`, is a limit and found before.
    return re.compile(rf"(?:\b(?:{_alternatives(words)})\s+|[到至为に로])(?:[^\W\d]+\s+)?\Z")


@cache
def _decrease() -> tuple[frozenset[str], re.Pattern[str]]:
    return next(
        (heads, pattern)
        for direction, heads, pattern in _patterns()
        if direction is Direction.DECREASE
    )


@cache
def _by_so_much() -> re.Pattern[str]:
    words = [word for word, meanings in table("aims").items() if "by" in meanings]
    number = number_pattern()
    return re.compile(
        rf"\b(?:{_alternatives([*words, 'de'])})\s+(?P<by>{number})"
        # "De 10 a 5" is no change by 10.
        r"(?![.,]?\d|\s*%?\s*(?:a|hasta|para|ate)\b)|[-−–]\s?(?P<less>\d+\s?%)",
        re.IGNORECASE,
    )


@cache
def _patterns() -> tuple[tuple[Direction, frozenset[str], re.Pattern[str]], ...]:
    """The patterns of the words for each direction, each with the heads of its words."""
    return tuple((name, _heads(words), _any_of(words)) for name, words in _title_words().items())


@cache
def _patterns_by_head() -> Mapping[str, list[tuple[Direction, re.Pattern[str]]]]:
    """By head, the same for the words of ASCII letters that share it. A pattern of few words is
    much faster than one of all.
    """
    words_by_head: dict[tuple[Direction, str], list[str]] = {}
    for name, words in _title_words().items():
        for word in filter(str.isascii, words):
            words_by_head.setdefault((name, _head(word)), []).append(word)
    patterns: dict[str, list[tuple[Direction, re.Pattern[str]]]] = {}
    for (name, head), words in words_by_head.items():
        patterns.setdefault(head, []).append((name, _any_of(words)))
    return patterns


@cache
def _title_words() -> Mapping[Direction, list[str]]:
    order = ("between", "stay-above", "stay-below", "decrease", "increase")
    words = table("title_words").items()
    return {Direction(name): [word for word, each in words if each[0] == name] for name in order}


_NOUNS_TOO = frozenset({"cut", "drop", "lower"})
"""English verbs that are nouns or adjectives too: "first cut at 8:00", "the lower floor"."""
_VERB_STARTS = r"(?:\A|(?<=[-–:;,.()/&] )|(?<=\band )|(?<=\bto )|(?<=\bwe )|(?<=\bor )|(?<=ly ))"


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words; only whole words in scripts with spaces."""
    parts = []
    for word in words:
        if word.isascii() or re.match(r"[\u0400-\u04ff]", word):
            # "keep below" also matches "Keep support answers below 4 hours".
            whole = r"\b" + r"\b.{0,40}?\b".join(re.escape(part) for part in word.split()) + r"\b"
            parts.append(rf"{_VERB_STARTS}{whole}(?!-)" if word in _NOUNS_TOO else whole)
        else:
            parts.append(re.escape(word))
    return lazy_pattern("|".join(parts), re.IGNORECASE)


def _has_words_for(direction: Direction, title: str) -> bool:
    plain = _plain(title[:200])
    return any(
        each is direction and pattern.search(plain) is not None for each, _, pattern in _patterns()
    )


def _by_words(title: str) -> Direction | None:
    start = _plain(title[:200])
    runs = _runs(start)
    if runs is None:
        patterns = [(name, whole) for name, _, whole in _patterns()]
    else:
        by_head = _patterns_by_head()
        patterns = [each for run in runs if run in by_head for each in by_head[run]]
    matches = [(match.start(), name) for name, each in patterns if (match := each.search(start))]
    # "Increase sales but keep churn below 5 %" promises the limit, wherever the other verb stands.
    guard_rails = [direction for _, direction in matches if direction.is_guard_rail]
    if guard_rails:
        return min(guard_rails, key=[*_title_words()].index)
    return min(matches)[1] if matches else None
