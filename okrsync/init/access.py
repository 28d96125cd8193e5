"""Credentials for a place: which setting takes them, and where they are, by name. The secret itself
is never part of anything here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from okrsync.config.secrets import SecretMisnamed, SecretMissing, find_secret, looks_like_a_secret
from okrsync.connector.registry import connector_type
from okrsync.init.places import Given
from okrsync.model.errors import ConfigError
from okrsync.model.secret import Secret

__all__ = ["Access", "SecretNeeded", "secret_setting", "with_access"]


@dataclass(frozen=True, slots=True)
class Access:
    """The command line's options for credentials: the environment variable that holds a token, a
    file with credentials (as the config names it), and another address of the service. With
    `is_shared`, places of several services are given: the file is then for those that need
    credentials, the variable for those that need a token.
    """

    token_env: str | None = None
    credentials: str | None = None
    api_endpoint: str | None = None
    is_shared: bool = False


class SecretNeeded(ConfigError):
    """A place needs credentials that nobody named. `guide` explains how to get them."""

    def __init__(self, given: Given, setting: str, guide: str | None) -> None:
        self.given = given
        self.setting = setting
        super().__init__(
            f"{given.text}: its {setting} is needed, but nothing says where to find it", hint=guide
        )


def with_access(given: Given, access: Access, base: Path) -> Given:
    """The place with its credentials named: those of the command line, otherwise those in the usual
    location, otherwise none if none are required.

    Raises `SecretNeeded`, and `ConfigError` where a secret itself was given or the named one is not
    available.
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
    """The setting of a connector that takes a secret, and whether it is required; None where there
    is no such setting.
    """
    for name, field in connector_type(connector).settings_type.model_fields.items():
        if field.annotation is Secret or Secret in get_args(field.annotation):
            return name, field.is_required()
    return None


def _named(setting: str, access: Access) -> Mapping[str, str] | None:
    """The named secret for a setting: for a token, the variable comes first; for credentials, the
    file. If only one of them is given, that one is used.
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
            f"{option}: this is the secret itself, and would remain in your shell history and in"
            " the config",
            hint=(
                "Put the secret into an environment variable and give the name of the variable."
                " Replace this secret, because it was visible."
            ),
        )
    try:
        find_secret(named, base)
    except (SecretMisnamed, SecretMissing) as error:
        raise ConfigError(f"{option}: {error}") from error
