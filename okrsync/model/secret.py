"""Secrets that are named in the config and never printed, and the mask for texts that repeat them.

Secrets are named in the config (`{env = "..."}`, `{file = "..."}`, `{command = [...]}`) and looked
up when needed. A `Secret` shows stars wherever it is printed, formatted, logged or part of a
traceback, and refuses to be pickled; only `reveal()` returns the value, and only a connector calls
it.

Services repeat tokens in their error messages. Errors, outcomes and findings are `masked` when they
are created, and everything printed or logged is masked again.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, quote, urlsplit

from okrsync.model.patterns import lazy_pattern

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema, SchemaValidator

__all__ = ["Secret", "keep_out_of_sight", "looks_like_a_secret", "masked"]

_STARS = "****"
_SHORTEST = 4
"""Shorter secrets are part of too many words to be masked wherever they appear."""
_SHAPES = lazy_pattern(
    r"ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{20,}"
    # A private key, whole or cut off; in JSON its line breaks are two characters, `\\n`.
    r"|-----BEGIN [A-Z ]*PRIVATE KEY(?:-----(?:[A-Za-z0-9+/=\s]|\\[nr])*"
    r"(?:-----END [A-Z ]*PRIVATE KEY-----)?)?"
    r"|AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{20,}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{20,}"
    # A signed token (JWT): its parts are JSON in base64, which begins with these letters.
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"
)
_SHORTEST_SHAPE = 22
"""The length of `-----BEGIN PRIVATE KEY`; all others are longer."""
_CARRIED = lazy_pattern(r"(?i)\b(bearer|basic)\s+(?=[a-z._~+/=-]*\d)[a-z0-9._~+/=-]{8,}")
"""A credential as a header carries it. The digit keeps out plain words such as "bearer bonds"."""
_LARGE = 10_000
_TRACES = (r"ntn_|secret_|gh[pousr]_|xox[abp]-|-----BEGIN |AIza|ya29\.|eyJ", "(?i)bearer|basic")
"""What every text of a shape, and every carried credential, begins with."""
# Services repeat parts of a key in errors, cut at any place; 16 characters are no coincidence.
_RUN = lazy_pattern(r"[A-Za-z0-9+/=]{16,}")
_PIECE = 16
"""A text that repeats this many characters in a row of a private key is masked there."""
_PUBLIC = frozenset(
    {"type", "project_id", "client_email", "client_id", "auth_uri", "token_uri", "universe_domain"}
)
_known: list[str] = []
_hidden: set[str] = set()
"""All masked texts, longest first: a secret may be part of another."""
_keys: list[str] = []
"""The private keys among them, without line breaks: a text may repeat one with other breaks."""


class Secret:
    """A value that must not be seen. `named` says where it comes from, for messages: `env
    NOTION_TOKEN`.
    """

    __slots__ = ("_value", "named")

    def __init__(self, value: str, named: str) -> None:
        self._value = value
        self.named = named

    def reveal(self) -> str:
        """The secret value. Keep it out of messages, logs and the journal."""
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
        # Imported here because errors import this module, and `--help` should not load pydantic.
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        def named(key: str, value: dict[str, Any], about: str) -> dict[str, Any]:
            return {
                "type": "object",
                "description": about,
                "properties": {key: value},
                "required": [key],
                "additionalProperties": False,
            }

        words = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        return {
            "description": "A secret is named, never written.",
            "oneOf": [
                named("env", {"type": "string"}, "The environment variable that holds it."),
                named("file", {"type": "string"}, "The file that holds it."),
                named("command", words, "The command that prints it; no shell is involved."),
            ],
        }


def looks_like_a_secret(value: Any) -> bool:
    """Whether a text has the shape of a token or key of a known service."""
    return (
        isinstance(value, str)
        and len(value) >= _SHORTEST_SHAPE
        and _SHAPES.search(value) is not None
    )


def keep_out_of_sight(secret: Secret) -> None:
    """Make `masked` hide this secret, each secret part of it, and their forms in JSON and URLs."""
    text = secret.reveal()
    if text in _hidden:  # a thousand sources may name one key file
        return
    for part in _parts(text):
        body = _key_body(part)
        if body and body not in _keys:
            _keys.append(body)
        # As it appears in a body, and in a query.
        for written in (part, json.dumps(part)[1:-1], quote(part, safe="")):
            if len(written) >= _SHORTEST and written not in _known:
                _known.append(written)
    _known.sort(key=len, reverse=True)
    _hidden.add(text)


def masked(text: str) -> str:
    """The text with stars for every known secret and for everything in the shape of one."""
    # A copy: another thread may learn of a secret meanwhile.
    for secret_text in tuple(_known):
        if secret_text in text:
            text = text.replace(secret_text, _STARS)
    if len(text) < _LARGE or _may_hold_one(text):
        text = _CARRIED.sub(rf"\1 {_STARS}", _SHAPES.sub(_STARS, text))
    return _RUN.sub(_without_keys, text) if _keys else text


def _may_hold_one(text: str) -> bool:
    """Whether a text has a trace of a secret of a known shape, or of a carried credential."""
    data = text.encode("utf-8", "replace")
    # Python takes these letters for i and s where case does not count
    # (https://docs.python.org/3/library/re.html#re.IGNORECASE).
    return any(each.isinstance_python(data) for each in _finders()) or any(
        sign in text for sign in "ıİſ"
    )


@cache
def _finders() -> tuple[SchemaValidator, ...]:
    # Documents have megabytes. This engine looks for all words at once, a hundred times faster than
    # Python's patterns and fifty times faster than a search for each. It is loaded for none of the
    # short texts: `--help` should not load pydantic.
    from pydantic_core import SchemaValidator, core_schema

    return tuple(SchemaValidator(core_schema.str_schema(pattern=each)) for each in _TRACES)


def _without_keys(run: re.Match[str]) -> str:
    """A run of letters, with stars for each piece of a private key in it."""
    text, pieces, offset = run[0], [], 0
    while offset < len(text):
        key = next((key for key in _keys if text[offset : offset + _PIECE] in key), None)
        if key is None or len(text) - offset < _PIECE:
            pieces.append(text[offset])
            offset += 1
            continue
        end = offset + _PIECE
        while end < len(text) and text[offset : end + 1] in key:
            end += 1
        pieces.append(_STARS)
        offset = end
    return "".join(pieces)


def _key_body(part: str) -> str:
    """The text between the first and the last line of a private key; empty for other secrets."""
    lines = part.split()
    if not part.startswith("-----BEGIN") or "PRIVATE KEY-----" not in part:
        return ""
    return "".join(line for line in lines if _RUN.fullmatch(line) or line.endswith("="))


def _parts(value: str) -> set[str]:
    """A secret and the parts of it that are secret by themselves: the lines of a key, the values of
    a key file, the path of an address.
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
        # A webhook address is a secret as a whole, and its path alone opens it as well. So do the
        # token that ends it and the signature in its query; shorter parts are words and days.
        address = urlsplit(value)
        ends = {address.path.rpartition("/")[2], *(text for _, text in parse_qsl(address.query))}
        parts |= {address.path, address.query, *(end for end in ends if len(end) >= _PIECE)}
    return parts
