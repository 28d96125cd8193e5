"""The key `state`: a file, or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path

from okrsync.model.patterns import lazy_pattern
from okrsync.model.secret import Secret, keep_out_of_sight
from okrsync.model.state_address import SCHEMES, PostgresAddress, StateAddress, password_in

__all__ = ["NAME", "StateMisplaced", "state_address"]

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}"
"""What the `name` of a configuration looks like: it is a part of the name of a schema, of which
PostgreSQL keeps 63 characters.
"""
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")


class StateMisplaced(ValueError):
    """No state can be kept there; the text says why."""


def state_address(
    state: str | Secret, name: str | None, base: Path, missing: str | None
) -> StateAddress:
    """Where the keys `state` and `name` say that the state is. `missing` says why the secret that
    `state` names cannot be had, None if it can. Raises `StateMisplaced`.
    """
    if isinstance(state, str) and not _SCHEME.match(state):
        return base / Path(state).expanduser()
    if isinstance(state, str) and not state.startswith(SCHEMES):
        raise StateMisplaced(
            f"no state can be kept at {state.partition('://')[0]}://; write a path, or an address"
            " that begins with postgresql://"
        )
    if isinstance(state, str) and (password := password_in(state)) is not None:
        keep_out_of_sight(Secret(password, "the configuration"))
        raise StateMisplaced(
            "a secret is written here, the password of the database; name the whole address"
            ' instead, such as state = {env = "OKRSYNC_STATE"}, and replace the one that was seen'
        )
    if name is None:
        raise StateMisplaced(
            "a state in PostgreSQL is kept under a name; add a key at the top of the file, such as"
            ' name = "acme"'
        )
    if isinstance(state, str):
        return PostgresAddress(name, Secret(state, "the configuration"))
    if missing is None and not state.reveal().startswith(SCHEMES):
        missing = f"what {state.named} holds does not begin with postgresql://"
    if missing is not None:
        return PostgresAddress(name, None, missing)
    password = password_in(state.reveal())
    if password is not None:
        # Messages of the server may repeat it without the address around it.
        keep_out_of_sight(Secret(password, state.named))
    return PostgresAddress(name, state)
