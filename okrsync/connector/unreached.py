"""Why a service could not be reached, in words that say where to look."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["unreached"]

_SIGNS = (
    (
        ("certificate",),
        "its certificate was not accepted; check the address and this machine's certificates",
    ),
    (
        ("nameresolution", "gaierror", "getaddrinfo", "name or service", "name resolution"),
        "the name is not found; check the network and the DNS of this machine",
    ),
    (("proxy",), "the proxy did not connect; check its settings"),
    (("refused",), "the connection was refused"),
    (("unreachable", "no route"), "no way leads there from this network"),
    (("timeout", "timed out"), "nobody answered"),
)


def unreached(service: str, error: BaseException) -> str:
    """`Notion cannot be reached: the connection was refused`. The error's own words stay out: they
    may hold an address with a secret in it.
    """
    words = " ".join(f"{each!r} {each}" for each in _chain(error)).lower()
    why = next(
        (why for signs, why in _SIGNS if any(sign in words for sign in signs)), "no connection"
    )
    return f"{service} cannot be reached: {why}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it came from. Libraries hand them over in several ways."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or each in seen:
            continue
        seen.append(each)
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
