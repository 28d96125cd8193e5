"""A secret that the config names and nobody prints, and the mask for what others say of it.

Secrets are named in the config (`{env = "..."}`, `{file = "..."}`, `{command = [...]}`) and looked
up when they are needed. A `Secret` shows stars wherever it is printed, formatted, logged, pickled
or put into a traceback; only `reveal()` hands out the value, and only a connector calls it.

Services repeat tokens in their words for errors. `masked` stands at every door: errors, outcomes
and findings are masked as they are made, and whatever is printed or logged once more.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Secret", "keep_out_of_sight", "looks_like_a_secret", "masked"]

_STARS = "****"
_SHORTEST = 4
"""Shorter texts stand in too many words to be masked wherever they appear."""
_SHAPES = re.compile(
    r"ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{20,}"
    # A whole key, or all that is there of one; in JSON its line breaks are two characters.
    r"|-----BEGIN [A-Z ]*PRIVATE KEY(?:-----(?:[A-Za-z0-9+/=\s]|\\[nr])*"
    r"(?:-----END [A-Z ]*PRIVATE KEY-----)?)?"
    r"|AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{20,}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{20,}"
    # A signed token (JWT): its parts are JSON in base64, which begins with these letters.
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"
)
_CARRIED = re.compile(r"(?i)\b(bearer|basic)\s+(?=[a-z._~+/=-]*\d)[a-z0-9._~+/=-]{8,}")
"""A credential as a header carries it; words of a language have no digit in them."""
_RUN = re.compile(r"[A-Za-z0-9+/=]{16,}")
_PIECE = 16
"""So many characters in a row of a private key are enough to tell that a text repeats it."""
_PUBLIC = frozenset(
    {"type", "project_id", "client_email", "client_id", "auth_uri", "token_uri", "universe_domain"}
)
_known: list[str] = []
"""Everything that is masked, longest first: a secret may be part of another."""
_keys: list[str] = []
"""The private keys among it, without their line breaks: who repeats one may break other lines."""


class Secret:
    """A value that must not be seen. `named` says where it came from, for messages: `env
    NOTION_TOKEN`.
    """

    __slots__ = ("_value", "named")

    def __init__(self, value: str, named: str) -> None:
        self._value = value
        self.named = named

    def reveal(self) -> str:
        """The secret itself. Keep it out of messages, logs and the journal."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret(****, from {self.named})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be stored")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Here and not above: errors are masked too, and `--help` has no need of pydantic.
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)


def looks_like_a_secret(value: Any) -> bool:
    """Whether a text has the shape of a token or key of a known service."""
    return isinstance(value, str) and _SHAPES.search(value) is not None


def keep_out_of_sight(secret: Secret) -> None:
    """From now on `masked` knows this secret, each secret part of it, and the ways they are written
    in JSON and in addresses.
    """
    for part in _parts(secret.reveal()):
        body = _key_body(part)
        if body and body not in _keys:
            _keys.append(body)
        for written in (part, json.dumps(part)[1:-1], quote(part, safe="")):
            if len(written) >= _SHORTEST and written not in _known:
                _known.append(written)
    _known.sort(key=len, reverse=True)


def masked(text: str) -> str:
    """The text with stars for every secret that is known, and for whatever has the shape of one."""
    for known in tuple(_known):
        if known in text:
            text = text.replace(known, _STARS)
    text = _CARRIED.sub(rf"\1 {_STARS}", _SHAPES.sub(_STARS, text))
    return _RUN.sub(_without_keys, text) if _keys else text


def _without_keys(run: re.Match[str]) -> str:
    """A run of letters, with stars for what of it is a piece of a private key."""
    text, kept, at = run[0], [], 0
    while at < len(text):
        key = next((key for key in _keys if text[at : at + _PIECE] in key), None)
        if key is None or len(text) - at < _PIECE:
            kept.append(text[at])
            at += 1
            continue
        end = at + _PIECE
        while end < len(text) and text[at : end + 1] in key:
            end += 1
        kept.append(_STARS)
        at = end
    return "".join(kept)


def _key_body(part: str) -> str:
    """What stands between the first and the last line of a private key; empty for anything else."""
    lines = part.split()
    if not part.startswith("-----BEGIN") or "PRIVATE KEY-----" not in part:
        return ""
    return "".join(line for line in lines if _RUN.fullmatch(line) or line.endswith("="))


def _parts(value: str) -> set[str]:
    """A secret, and what is secret by itself in it: the lines of a key, the values of a key file,
    the path of an address.
    """
    parts = {
        value,
        *(
            line.strip()
            for line in value.splitlines()
            if len(line.strip()) > 8 and "-----" not in line
        ),
    }
    if value.startswith("{"):
        try:
            document = json.loads(value)
        except ValueError:
            return parts
        for key, inner in document.items() if isinstance(document, dict) else ():
            if isinstance(inner, str) and key not in _PUBLIC and not key.endswith("_url"):
                parts |= _parts(inner)
    elif value.startswith(("http://", "https://")):
        parts.add(urlsplit(value).path)
    return parts
