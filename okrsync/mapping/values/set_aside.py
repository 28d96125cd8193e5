"""Recognises items that people have set aside (cancelled, on hold, postponed), in all languages."""

from __future__ import annotations

import re
from functools import lru_cache

from okrsync.mapping.words import lookup, normal, table
from okrsync.model.patterns import lazy_pattern

__all__ = ["is_set_aside_header", "set_aside_mark", "set_aside_word"]

# A longer text in a status column is a comment that happens to begin with such a word.
_LONGEST = 60
_BREAK = lazy_pattern(r"\s*(?:[(\[（【:;,.!/–—]|\s-\s|->|→)")
_TIME = lazy_pattern(
    r"(?:until|till|to|since|by|in|for|from|as of|bis|seit|ab|auf|jusqu|depuis|hasta|desde|para|ate"
    r"|fino|da|dal|al|au|aux|a|en|tot|sinds|naar|op|do|na|til|till|kadar|до|с|на|直到|まで)\b",
    re.IGNORECASE,
)
_EAST_ASIAN_TIME = lazy_pattern(r"(?:到|至|直到|まで|へ|に|로|으로|까지|\s|\d|[qQ])")
# "Moved" alone may be a new place; moved to a period it is no longer part of this one.
_MOVED = lazy_pattern(
    r"(?:moved|shifted|pushed|carr(?:y|ied) ?over|rolled over|verlegt|deplace|trasladado|movido"
    r"|spostato|verplaatst|flyttad|przeniesione|перенос)\s+(?:\w+\s+)?"
    r"(?:to|into|auf|in|nach|au|a|al|para|naar|till|na|на)\s+(?:the\s+|das\s+)?"
    r"(?:next|nachst\w+|prochain|proximo|prossimo|volgend\w*|nasta|q[1-4]|[1-4]\.?q|t[1-4]|h[12]|fy|20\d\d)",
    re.IGNORECASE,
)
_MARK = lazy_pattern(
    r"\A\W*[(\[（【](?P<first>[^()\[\]（）【】]{2,40})[)\]）】]"
    r"|[(\[（【](?P<last>[^()\[\]（）【】]{2,40})[)\]）】]\s*\Z"
    r"|\A\s*(?P<before>[^:：–—]{2,30}?)\s*(?:[:：–—]|\s-\s)"
)
_MAY_MARK = lazy_pattern(r"[~(\[（【:：–—-]")
"""What every mark has; most titles have none of it."""
_TAIL = lazy_pattern(r"\s[-–—]\s([^-–—]{3,40})\Z")
_ORDERS = frozenset({"archive", "cancel", "drop", "hold", "pause", "void"})
"""Words that may begin a title as an instruction: `Archive: move 10 TB` is not set aside."""
_STRUCK = lazy_pattern(r"\A\s*~~.+~~\s*\Z", re.DOTALL)


@lru_cache(maxsize=4096)
def set_aside_word(text: str) -> str | None:
    """The text, where it says that an item is set aside: one word (`Cancelled`), or a word with
    more behind it (`On hold until March`, `Dropped (moved to Q1)`). None for any other text.
    """
    typed = text.strip()
    if not typed or len(typed) > _LONGEST:
        return None
    if lookup("inactive", typed) is not None:
        return typed
    first = _BREAK.split(typed, maxsplit=1)[0]
    if first and first != typed and lookup("inactive", first) is not None:
        return typed
    plain = normal(typed).split()
    for count in range(min(len(plain) - 1, 4), 0, -1):
        # Only before a time: "Hold until May" sets an item aside, "Hold 12 webinars" does not.
        if " ".join(plain[:count]) in table("inactive") and _TIME.match(" ".join(plain[count:])):
            return typed
    if _MOVED.match(normal(typed)):
        return typed
    # Between words of these languages stands no space: 推迟到Q1.
    for length in range(2, min(len(typed), 6)):
        head, rest = typed[:length], typed[length:]
        if not head.isascii() and lookup("inactive", head) and _EAST_ASIAN_TIME.match(rest):
            return typed
    return None


def is_set_aside_header(header: str) -> bool:
    """Whether a yes under a header sets its row aside: `Cancelled`, `Archived?`, `Is on hold`."""
    words = normal(header).removeprefix("is ").removeprefix("was ")
    return lookup("inactive", header) is not None or lookup("inactive", words) is not None


@lru_cache(maxsize=16_384)
def set_aside_mark(title: str) -> str | None:
    """The mark in a title that says that the item is set aside: `[Cancelled] Open an office`, `Open
    an office (on hold)`, `~~Open an office~~`; None where there is none.
    """
    if _MAY_MARK.search(title) is None:
        return None
    if _STRUCK.match(title):
        return "~~"
    for mark in _MARK.finditer(title[:400]):
        word = next((group for group in mark.groups() if group is not None), "").strip()
        is_order = mark["before"] is not None and normal(word) in _ORDERS and not word.isupper()
        if word and not is_order and lookup("inactive", word) is not None:
            return word
        if word and mark["before"] is None and set_aside_word(word) is not None:
            return word
    # One word alone may be what is counted (`Orders - cancelled`), if it is not in capitals.
    tail = _TAIL.search(title[:400])
    word = "" if tail is None else tail[1].strip()
    is_mark = " " in word or (len(word) > 3 and word.isupper() and not title.isupper())
    return word if is_mark and set_aside_word(word) is not None else None
