"""Detects the encoding of a text file: by its byte order mark, by what decodes, and by what looks
like a language.

Files that are not Unicode do not state their encoding. charset-normalizer proposes the encodings in
which a file is not garbled. For sheets of a few lines several remain, since the `ř` of one encoding
is the `ø` of another. The one wins whose letters look most like one language: accents where it
writes them for Latin letters, frequent letters for Cyrillic, and kana, common characters and
syllables for East Asian languages.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from okrsync.connector import UnreadableSource
from okrsync_workbook.scripts import CANDIDATES

__all__ = ["NAMES", "encoding_of", "fitted"]

# UTF-32 stands before UTF-16: its little-endian mark begins with that of UTF-16.
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
"""The names of the encodings that are detected, for people."""

_LARGEST = 64 << 20
_LOOKED_AT = 100_000
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_TEXT = "If it is a workbook, give it the ending .xlsx; else save it as CSV UTF-8."


def encoding_of(data: bytes, name: str, stated: str | None) -> tuple[bytes, str]:
    """The byte order mark of a file, empty where it has none, and its encoding. Raises
    `UnreadableSource` for what is not text.
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
    """The text in characters that the encoding has: others become their plain form (`→` is `->`,
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
    """The kind of UTF-16 of a file without a byte order mark; None for another encoding. Nearly
    every second byte of a text in UTF-16 is 0.
    """
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
    """Raise `UnreadableSource` for a file that is UTF-8 except for a few bytes: in any other
    encoding all of its other letters would be wrong.
    """
    good = len(_MULTIBYTE.findall(data[:_LOOKED_AT]))
    rest = _MULTIBYTE.sub(b"", data[:_LOOKED_AT])
    broken = sum(byte > 127 for byte in rest)
    if good > 3 * broken and good > 2:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableSource(
            f"{name}: UTF-8 text, except for a broken letter in line {line}",
            hint=(
                f"Retype the letters of line {line} that look wrong and save it as CSV UTF-8, or"
                " name an `encoding` in the config."
            ),
        ) from error


def _likeliest(data: bytes, name: str) -> str:
    sample = data[:_LOOKED_AT]
    # A cut within a character would rule out the encoding that is right.
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    proposed = {
        encoding
        for match in from_bytes(sample, cp_isolation=list(CANDIDATES))
        for encoding in match.could_be_from_charset
    }
    likely: dict[str, float] = {}
    for encoding, looks in CANDIDATES.items():
        try:
            data.decode(encoding)
            likely[encoding] = looks(sample.decode(encoding))
        except UnicodeDecodeError:
            continue
    # Where no proposal looks like a language, the sheet is too short for charset-normalizer.
    among = {encoding for encoding in proposed if likely.get(encoding, 0.0) > 0.5} or set(likely)
    best = max(
        (encoding for encoding in likely if encoding in among),
        key=lambda encoding: likely[encoding],
        default=None,
    )
    if best is None or likely[best] <= 0:
        raise UnreadableSource(
            f"{name}: text in an encoding that is not known",
            hint="Save it as CSV UTF-8, or name its `encoding` in the config.",
        )
    return best
