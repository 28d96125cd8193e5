"""Stars of a whole: `★★☆☆☆` is 2 of 5. Stars without empty ones name no whole."""

from __future__ import annotations

from decimal import Decimal

from okrsync.mapping.values.forms.form import Form
from okrsync.mapping.values.number import DecimalSign, Number

__all__ = ["FORM"]

_FULL, _EMPTY = "★", "☆"


def _whole(text: str, _: DecimalSign | None) -> Number | None:
    signs = "".join(text.split())
    full, empty = signs.count(_FULL), signs.count(_EMPTY)
    if not empty or full + empty != len(signs) or not 3 <= len(signs) <= 10:
        return None
    return Number(Decimal(full), of=Decimal(len(signs)))


FORM = Form(whole=_whole)
