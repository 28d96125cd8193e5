"""Where the state of a configuration is kept: a file, or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from okrsync.model.frozen import Frozen
from okrsync.model.secret import Secret

__all__ = ["SCHEMES", "PostgresAddress", "StateAddress", "password_in"]

SCHEMES = ("postgresql://", "postgres://")
"""How the address of a PostgreSQL database begins
(https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
"""


class PostgresAddress(Frozen, frozen=True):
    """A PostgreSQL database, and the name under which it keeps the state of a configuration.

    `secret` is the whole address; None where it cannot be had, and `missing` says why not.
    """

    name: str
    secret: Secret | None
    missing: str | None = None

    @property
    def schema(self) -> str:
        """The schema that holds the tables of this state."""
        return f"okrsync_{self.name}"

    def __str__(self) -> str:
        """The address without user, password and options, with the name behind it."""
        if self.secret is None:
            return f"the state of {self.name}"
        try:
            parts = urlsplit(self.secret.reveal())
        except ValueError:
            return f"the state of {self.name}"
        host = parts.netloc.rpartition("@")[2]
        return f"postgresql://{host}{parts.path} ({self.name})"


StateAddress = Path | PostgresAddress


def password_in(address: str) -> str | None:
    """The password that a PostgreSQL address holds; None without one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        # What is no address leads nowhere, but may hold a password all the same.
        return address.rpartition("@")[0].rpartition(":")[2] or None
    if parts.password:
        return unquote(parts.password)
    return next(iter(parse_qs(parts.query).get("password", ())), None)
