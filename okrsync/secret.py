"""A secret that the config names and nobody prints.

Secrets are named in the config (`{env = "..."}`, `{file = "..."}`, `{command = [...]}`) and looked up when they are needed.
A `Secret` shows stars wherever it is printed, formatted, logged, pickled or put into a traceback; only `reveal()` hands
out the value, and only a connector calls it.
"""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

__all__ = ["Secret"]


class Secret:
    """A value that must not be seen. `named` says where it came from, for messages: `env NOTION_TOKEN`."""

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
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)
