"""The style sheet of the pages, with the colours that statuses have everywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from okrsync.connector import PALETTE
from okrsync.model.okrs import Status

__all__ = ["PAGE_FOLDER", "digest_of", "page_style"]

PAGE_FOLDER = Path(__file__).parent / "page"
# Who is silent is as overdue as what is stale.
_CLASSES = {**PALETTE, "silent": PALETTE[Status.STALE]}


def page_style() -> str:
    """The style sheet as text."""
    light, dark = "".join(_rules(is_dark=False)), "".join(_rules(is_dark=True))
    only_dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"
    return light + only_dark + (PAGE_FOLDER / "page.css").read_text(encoding="utf-8")


def digest_of(text: str) -> str:
    """The digest by which a page allows its own style or script and no other."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _rules(*, is_dark: bool) -> Iterator[str]:
    for name, each in _CLASSES.items():
        ink, fill, bar = (
            (each.dark_ink, each.dark_fill, each.dark_ink)
            if is_dark
            else (each.ink, each.fill, each.bar)
        )
        yield f".{name} {{ --tone: {ink}; --fill: {fill}; --bar: {bar}; }}\n"
