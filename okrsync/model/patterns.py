"""Patterns that are compiled when they are first used: a start would compile three hundred, and few
runs use a third of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["lazy_pattern"]

_METHODS = ("match", "search", "fullmatch", "sub", "split", "finditer", "findall")


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The same as `re.compile`, which it calls at the first match. A mistake in the pattern is
    raised then. Functions such as `re.sub` do not take it: call its methods.
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


class _LazyPattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        # From now on the methods stand in the object itself, and cost no more than the pattern's.
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
