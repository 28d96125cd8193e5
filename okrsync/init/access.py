"""Credentials for a place: which setting takes them, and where they are, by name. The secret itself
is never part of anything here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from okrsync.config.secrets import SecretMissing, find_secret, looks_like_a_secret
from okrsync.connector.registry import connector_type
from okrsync.init.places import Given
from okrsync.model.errors import ConfigError
from okrsync.model.secret import Secret

__all__ = ["Access", "SecretNeeded", "secret_setting", "with_access"]


@dataclass(frozen=True, slots=True)
class Access:
    """What the command line says of credentials: the environment variable that holds a token, a
    file with credentials (as it stands in the config), and another address of the service. With
    `is_shared` places of several services are given: a file is then meant for those that want
    credentials, a variable for those that want a token.
    """

    token_env: str | None = None
    credentials: str | None = None
    api_endpoint: str | None = None
    is_shared: bool = False


class SecretNeeded(ConfigError):
    """A place wants credentials, and nobody said where they are. `guide` is how a person gets
    them.
    """

    def __init__(self, given: Given, setting: str, guide: str | None) -> None:
        self.given = given
        self.setting = setting
        super().__init__(
            f"{given.text}: needs its {setting}, and nobody has said where that is", hint=guide
        )


def with_access(given: Given, access: Access, base: Path) -> Given:
    """A place with its credentials named: those of the command line, else those in the usual place,
    else none where none are needed.

    Raises `SecretNeeded`, and `ConfigError` where a secret itself was given or the named one cannot
    be had.
    """
    settings = dict(given.settings)
    fields = connector_type(given.connector).settings_type.model_fields
    if access.api_endpoint is not None and "api_endpoint" in fields:
        settings["api_endpoint"] = access.api_endpoint
    setting = secret_setting(given.connector)
    if setting is None or setting[0] in settings:
        return replace(given, settings=settings)
    name, is_required = setting
    named = _named(name, access) or _usual(given.connector, base)
    if named is not None:
        _prove(named, base)
        settings[name] = named
    elif is_required:
        raise SecretNeeded(given, name, connector_type(given.connector).guide)
    return replace(given, settings=settings)


def secret_setting(connector: str) -> tuple[str, bool] | None:
    """The setting of a connector that takes a secret, and whether it must be there; None where no
    setting does.
    """
    for name, field in connector_type(connector).settings_type.model_fields.items():
        if field.annotation is Secret or Secret in get_args(field.annotation):
            return name, field.is_required()
    return None


def _named(setting: str, access: Access) -> Mapping[str, str] | None:
    """A token goes by its variable first, credentials by their file first; where only one of the
    two is given it is that.
    """
    by_env = None if access.token_env is None else {"env": access.token_env}
    by_file = None if access.credentials is None else {"file": access.credentials}
    first, second = (by_file, by_env) if setting == "credentials" else (by_env, by_file)
    return first if access.is_shared else first or second


def _usual(connector: str, base: Path) -> Mapping[str, str] | None:
    for named in connector_type(connector).usual_secrets:
        if "env" in named and os.environ.get(named["env"], "").strip():
            return named
        if "file" in named and (base / named["file"]).is_file():
            return named
    return None


def _prove(named: Mapping[str, Any], base: Path) -> None:
    kind, value = next(iter(named.items()))
    option = "--token-env" if kind == "env" else "--credentials"
    if looks_like_a_secret(value):
        raise ConfigError(
            f"{option}: this is a secret itself, and would stand in your shell's history and in the"
            " config",
            hint=(
                "Put it into an environment variable, give that variable's name, and replace the"
                " one that was seen."
            ),
        )
    try:
        find_secret(named, base)
    except SecretMissing as error:
        raise ConfigError(f"{option}: {error}") from error
