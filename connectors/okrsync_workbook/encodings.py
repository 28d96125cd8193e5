"""In which encoding a text file is written: by its mark, by what decodes, by which reading looks
like writing.

Files that are not Unicode tell it nowhere. Each likely encoding is tried, and the one whose letters
look most like those of a language wins: accents within words for Western ones, the common letters
for Cyrillic, kana, common characters and syllables for East Asian ones. A guess by a general
library was tried first: on sheets of a few lines it takes one Western encoding for another, and
Japanese for Korean, in five of eighteen samples.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

from okrsync.connector import UnreadableSource

__all__ = ["NAMES", "encoding_of", "fitted"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NAMES = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
}
"""What the encodings are called that are guessed."""

_LARGEST = 64 << 20
_LOOKED_AT = 100_000
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_TEXT = "If it is a workbook, give it the ending .xlsx; else save it as CSV UTF-8."
_TYPOGRAPHIC = frozenset("–—‘’“”„‚…•€£°§«»¿¡·²³ªº™×±½µ→©® ")
_RARE = frozenset("ìîïýÿšž")
_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлкмдпуя")


def encoding_of(data: bytes, name: str, stated: str | None) -> tuple[bytes, str]:
    """The byte order mark a file begins with (which may be none), and its encoding. Raises
    `UnreadableSource` for what is no text.
    """
    if len(data) > _LARGEST:
        raise UnreadableSource(
            f"{name}: {len(data) >> 20} MB, more than the {_LARGEST >> 20} MB a sheet of OKRs may"
            " have",
            hint="Look whether this is the file you mean, or split it.",
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    if stated is not None:
        try:
            return b"", codecs.lookup(stated).name
        except LookupError as error:
            raise UnreadableSource(
                f"{name}: there is no encoding {stated!r}", hint='Write "utf-8" or "cp1252".'
            ) from error
    head = data[:4096]
    if b"\0" in head and (wide := _wide(head)) is not None:
        return b"", wide
    if _is_binary(head):
        raise UnreadableSource(f"{name}: not a text file", hint=_NOT_TEXT)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, name, error)
        return b"", _likeliest(data, name)
    return b"", "utf-8"


def fitted(text: str, encoding: str) -> str:
    """The text as the encoding can hold it: signs it lacks become their plain form (`→` is `->`,
    `ā` is `a`), or a question mark.
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_fitted_sign(sign, encoding) for sign in text)
    return text


_PLAIN = {
    "→": "->",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "…": "...",
    "−": "-",
    "≥": ">=",
    "≤": "<=",
    "·": "-",
}


def _fitted_sign(sign: str, encoding: str) -> str:
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)
    )
    for form in (sign, _PLAIN.get(sign, ""), bare):
        try:
            form.encode(encoding)
        except UnicodeEncodeError:
            continue
        if form:
            return form
    return "?"


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of a text is 0."""
    zeros = (head[0::2].count(0), head[1::2].count(0))
    half = len(head) // 2
    if max(zeros) > half * 0.6 and min(zeros) < half * 0.2:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return None


def _is_binary(head: bytes) -> bool:
    """Whether control characters make up more than a stray few of the bytes."""
    strange = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return strange > max(8, len(head) // 20)


def _refuse_broken_utf8(data: bytes, name: str, error: UnicodeDecodeError) -> None:
    """Raises for a file that is UTF-8 but for a few bytes: read as anything else all of its other
    letters would be wrong.
    """
    good = len(_MULTIBYTE.findall(data[:_LOOKED_AT]))
    rest = _MULTIBYTE.sub(b"", data[:_LOOKED_AT])
    broken = sum(byte > 127 for byte in rest)
    if good > 3 * broken and good > 2:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableSource(
            f"{name}: UTF-8 text, but for a broken letter in line {line}",
            hint=(
                f"Type the letters of line {line} that look wrong again and save it as CSV UTF-8,"
                " or name an `encoding` in the config."
            ),
        ) from error


def _likeliest(data: bytes, name: str) -> str:
    best, most = None, 0.0
    sample = data[:_LOOKED_AT]
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    for encoding, looks in _CANDIDATES:
        try:
            data.decode(encoding)
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        likely = looks(text)
        if likely > most:
            best, most = encoding, likely
    if best is None:
        raise UnreadableSource(
            f"{name}: text in an encoding that is not known",
            hint="Save it as CSV UTF-8, or name its `encoding` in the config.",
        )
    return best


def _western(text: str) -> float:
    """The share of signs that stand where accents and typographic signs stand: lower case within or
    at the end of a word, capitals at its start.
    """
    good, seen = 0.0, 0
    for place, sign in enumerate(text):
        if sign.isascii():
            continue
        seen += 1
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        if sign.isalpha():
            alone = (before.isascii() or after.isascii()) and _is_usual(sign)
            if sign.islower():
                fits = not (before.isupper() and after.isupper())
            else:
                fits = not before.isalpha() or (before.isupper() and not after.islower())
            beside = (before.isascii() and before.isalpha()) or (
                after.isascii() and after.isalpha()
            )
            good += (alone and fits and beside) * (0.95 if sign.lower() in _RARE else 1.0)
        else:
            good += sign in _TYPOGRAPHIC and (
                sign in "’‘·" or not (before.isalpha() and after.isalpha())
            )
    return good / seen if seen else 0.9


def _is_usual(sign: str) -> bool:
    """Whether a letter is one that Western languages use often; the eth and the thorn are rather
    signs of a wrong guess.
    """
    return sign.lower() in "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžªº"


def _central(text: str) -> float:
    """As for Western letters, with those of Central Europe; they count where Western ones do not
    do.
    """
    letters = [sign for sign in text if not sign.isascii()]
    usual = (
        frozenset("ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűăâîșțşţđĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÄÖÜŐŰ")
        | _TYPOGRAPHIC
    )
    return 0.85 * sum(sign in usual for sign in letters) / len(letters) if letters else 0.0


def _cyrillic(text: str) -> float:
    """The share of frequent small letters among all letters that are not ASCII; capitals and Latin
    letters within a word count against it.
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
    """The share of signs that do not stand alone among ASCII ones, as a Western accent does."""
    return sum(len(found) for found in re.findall(r"[^\x00-\x7f]{2,}", text)) / count


def _korean(text: str) -> float:
    letters = [sign for sign in text if not sign.isascii()]
    common = sum(_is_level_one(sign, "euc_kr", 0xB0, 0xC8) for sign in letters)
    return common / len(letters) * _in_runs(text, len(letters)) if letters else 0.0


def _is_level_one(sign: str, code: str, first: int, last: int) -> bool:
    """Whether a sign stands among the common ones of a national standard, whose first bytes lie
    between these two.
    """
    try:
        found = sign.encode(code)
    except UnicodeEncodeError:
        return False
    return len(found) == 2 and first <= found[0] <= last


_CANDIDATES: tuple[tuple[str, Callable[[str], float]], ...] = (
    ("cp1252", _western),
    ("mac_roman", _western),
    ("cp1250", _central),
    ("cp1251", _cyrillic),
    ("koi8_r", _cyrillic),
    ("cp932", _japanese),
    ("euc_jp", _japanese),
    ("gb18030", _simplified),
    ("cp949", _korean),
    ("big5", _traditional),
)
