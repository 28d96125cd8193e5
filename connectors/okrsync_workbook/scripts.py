"""How much a text looks like a language: a text in the wrong encoding hardly does.

A text of Latin letters is compared with the letters beyond ASCII of each language and where it
writes them: the `ù` of Italian ends a word, and the `ů` of Czech, the same byte elsewhere, stands
within one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["CANDIDATES"]

_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлкмдпуя")
_VOWEL = "[aeiouyáéíóúýąęěů]"
_WESTERN = {
    "German": "[äöüß]",
    "Swedish, Finnish": "[äöåé]|(?<![aeiou])ü",
    "Danish, Norwegian": r"å|é|(?<![aeiou])(?:ø|æ(?=[bdfghjklmnprstv]|\b))",
    "Icelandic": r"[áéíóúýöð]|þ(?!\b)|(?<![aeiou])æ",
    "French": (
        r"[éâçôîëü]|\B(?<![aeu])è(?![aeiouy])|(?<![aeiu])ê(?=[tmlrnvqp]|ch|\b)|[àù]\b"
        r"|û(?=[tlr]|ch|ment|\b)|(?<=[aeou])ï(?!\b)|œ(?=u|il|t|d)|(?<=[ae])ÿ"
    ),
    "Spanish": "[áéíóúü]|ñ(?=[aeiouáéíóú])",
    "Portuguese": r"[áéíóúâçàôü]|ê(?=[nms]|\b)|ã(?=[oe]|s?\b)|õ(?=e)",
    "Italian": r"[àèéìòù]\b",
    "Dutch": r"[áéëïöü]|\B(?<![aou])è(?=[lmnr])|ê(?=[mt])",
    "Catalan": r"[àéíóúçü]|\B(?<![aeiou])è(?![aeiou])|(?<![aeiou])ò(?![aeiou])|(?<=[aeu])ï",
    "Estonian": r"[äöü]|õ(?!\b)",
}
_CENTRAL = {
    "Czech, Slovak": (
        f"[áéíóúýčňřďťůĺŕôä]|ľ(?={_VOWEL})|(?<={_VOWEL})ľ|(?<!{_VOWEL})ě"
        rf"|š(?={_VOWEL}|[tkl])|(?<={_VOWEL})š|(?<=r)š|ž(?={_VOWEL}|[bdnkl]|\b)"
    ),
    "Polish": (
        r"[ąęłóćń]|ż(?=[aeiouyąęó])|(?<=[aeiouyąęó])[żź]|\bź(?=[lrd])"
        r"|(?<![bcdfghjklmnprstwz])ś(?=[bcćdlmnprtwazieouą]|\b)"
    ),
    "Hungarian": "[áéíóúöüőű]",
    "Croatian, Slovenian": r"[čćđ]|š(?=[aeioutkčlnp])|(?<=[aeiour])š|ž(?=[aeioubdnkl]|\b)",
    "Romanian": "[ăâîşţ]",
}
"""By language, its letters beyond ASCII in the places where it writes them."""

_ALONE = frozenset("àáéèêóòåöøæôúíÀÁÉÈÓÅÖØÔÍÚ")
"""Letters beyond ASCII that may stand alone, as a word or a label."""
_BETWEEN = frozenset("’·\N{SOFT HYPHEN}")
_SIGNS = _BETWEEN | frozenset("–—‘“”„‚…•€£°§«»¿¡²³ªº™×±½µ→©® ")


def _latin(letters: Mapping[str, str]) -> Callable[[str], float]:
    """A function that scores how well the characters beyond ASCII fit the language that they fit
    best, as a share. A letter that fits only another language counts half: names come from
    everywhere.
    """

    languages = [re.compile(pattern) for pattern in letters.values()]

    def looks(text: str) -> float:
        strange, possible = 0, set()
        for index, sign in enumerate(text):
            if sign.isascii():
                continue
            strange += 1
            before = text[index - 1] if index else " "
            after = text[index + 1] if index + 1 < len(text) else " "
            if _may_stand(sign, before, after):
                possible.add(index)
        # A text in pure ASCII says nothing about its encoding; it leaves room for a better one.
        if not strange:
            return 0.9
        lower = text.lower()
        # A character whose small form is longer belongs to no language here, and would shift the
        # positions below.
        if len(lower) != len(text):
            return 0.0
        signs = {index for index in possible if not text[index].isalpha()}
        fitting_indexes = [
            {match.start() for match in language.finditer(lower)} & possible
            for language in languages
        ]
        best = max(len(indexes) for indexes in fitting_indexes)
        anyhow = len(set().union(*fitting_indexes))
        # Ties are decided by the characters that may stand where they do, in whatever language.
        return (len(signs) + best + (anyhow - best) / 2 + len(possible) / 100) / strange

    return looks


def _may_stand(sign: str, before: str, after: str) -> bool:
    """Whether a character beyond ASCII may stand between these two: no capital after a small
    letter, no quotation mark within a word, and hardly a letter alone.
    """
    if not sign.isalpha() or sign in "ªº":
        if sign in "¹²³ªº°":
            return not after.isalpha() and (before.isdigit() or before in " m.")
        if sign == "£" and after.isalpha():
            return False  # The byte of £ in Windows-1252 is a Polish Ł in Windows-1250.
        if sign in "¡¿":
            return after.isalpha() and not before.isalnum()
        within = before.isalpha() and after.isalpha()
        return sign in _SIGNS and (sign in _BETWEEN or not within)
    if not before.isalpha() and not after.isalpha():
        return sign in _ALONE
    if sign.islower():
        return not (before.isupper() and after.isupper())
    return not before.isalpha() or (before.isupper() and not after.islower())


def _cyrillic(text: str) -> float:
    """The share of frequent small letters among all characters beyond ASCII. Capitals and Latin
    letters within a word count against it: KOI8-R and Windows-1251 swap small letters and capitals.
    """
    letters = [sign for sign in text if not sign.isascii()]
    if not letters:
        return 0.0
    frequent = sum(sign in _FREQUENT_CYRILLIC for sign in letters) / len(letters)
    mixed = len(re.findall(r"[а-яё][А-ЯЁ]|[A-Za-z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][A-Za-z]", text)) / len(
        letters
    )
    return min(1.0, frequent * 1.5) - mixed * 2


def _japanese(text: str) -> float:
    letters = [sign for sign in text if not sign.isascii()]
    kana = sum("\u3041" <= sign <= "\u30fe" for sign in letters)
    common = kana + sum(
        _is_level_one(sign, "shift_jis", 0x88, 0x97) or sign in "、。・「」％（）　"
        for sign in letters
    )
    return common / len(letters) if letters and kana * 12 >= len(letters) else 0.0


def _simplified(text: str) -> float:
    return _chinese(text, "gb2312", 0xB0, 0xD7)


def _traditional(text: str) -> float:
    return _chinese(text, "big5", 0xA4, 0xC6)


def _chinese(text: str, code: str, first: int, last: int) -> float:
    letters = [sign for sign in text if not sign.isascii()]
    common = sum(
        _is_level_one(sign, code, first, last) or sign in "，。、：；（）％“”《》　"
        for sign in letters
    )
    return 0.98 * common / len(letters) * _in_runs(text, len(letters)) if letters else 0.0


def _in_runs(text: str, count: int) -> float:
    """The share of characters with another beside them; a Western accent stands among ASCII."""
    return sum(len(run) for run in re.findall(r"[^\x00-\x7f]{2,}", text)) / count


def _korean(text: str) -> float:
    letters = [sign for sign in text if not sign.isascii()]
    common = sum(_is_level_one(sign, "euc_kr", 0xB0, 0xC8) for sign in letters)
    return common / len(letters) * _in_runs(text, len(letters)) if letters else 0.0


def _is_level_one(sign: str, code: str, first: int, last: int) -> bool:
    """Whether a character is among the common ones of a national standard, whose first bytes lie
    between `first` and `last`.
    """
    try:
        encoded = sign.encode(code)
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and first <= encoded[0] <= last


CANDIDATES: Mapping[str, Callable[[str], float]] = {
    "cp1252": _latin(_WESTERN),
    "cp1250": _latin(_CENTRAL),
    "mac_roman": _latin(_WESTERN),
    "cp1251": _cyrillic,
    "koi8_r": _cyrillic,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "gb18030": _simplified,
    "cp949": _korean,
    "big5": _traditional,
}
"""The encodings that are detected, each with its score for a text. Of equals the first wins."""
