"""Looks up the secrets a config names: in the environment, in a file, or by asking a command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from okrsync.model.regular_file import read_regular
from okrsync.model.secret import Secret, keep_out_of_sight, looks_like_a_secret

__all__ = [
    "SecretMisnamed",
    "SecretMissing",
    "find_secret",
    "is_named_secret",
    "looks_like_a_secret",
]

_KINDS = ("env", "file", "command")
_SECONDS = 30


class SecretMissing(ValueError):
    """A named secret cannot be found; the text says why, and never contains the secret."""


class SecretMisnamed(ValueError):
    """The name of a secret is malformed: a mistake in the config, wherever it is used."""


def is_named_secret(value: Any) -> bool:
    """Whether a value of the config is the name of a secret: a table with `env`, `file` or
    `command` and nothing else.
    """
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in _KINDS


def find_secret(named: Mapping[str, Any], base: Path) -> Secret:
    """The secret with that name, masked in every log from now on. Relative paths start at the
    config's folder. Raises `SecretMissing`, or `SecretMisnamed`.
    """
    kind, value = next(iter(named.items()))
    if kind == "env":
        secret = _from_environment(value)
    else:
        secret = _from_file(value, base) if kind == "file" else _from_command(value, base)
    keep_out_of_sight(secret)
    return secret


def _from_environment(name: Any) -> Secret:
    if not isinstance(name, str) or not name:
        raise SecretMisnamed("`env` takes the name of an environment variable")
    # Secrets pasted into a shell or a file often end in a newline, which a header of HTTP refuses.
    value = os.environ.get(name, "").strip()
    if not value:
        raise SecretMissing(
            f"the environment variable {name} is not set; set it before starting okrsync"
        )
    return Secret(value, f"env {name}")


def _from_file(name: Any, base: Path) -> Secret:
    if not isinstance(name, str) or not name:
        raise SecretMisnamed("`file` takes a path")
    path = base / Path(name).expanduser()
    try:
        value = read_regular(path).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(
            f"the file {path} cannot be read ({getattr(error, 'strerror', None) or 'not text'})"
        ) from error
    if not value:
        raise SecretMissing(f"the file {path} is empty")
    return Secret(value, f"file {path}")


def _from_command(words: Any, base: Path) -> Secret:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise SecretMisnamed(
            '`command` takes a list of words, such as ["pass", "show", "notion"]; no shell is used'
        )
    # Imported here: few configs ask a command.
    import subprocess

    try:
        # The output goes into the secret only, standard error included: errors may repeat it.
        done = subprocess.run(  # noqa: S603 - the config's owner names the command
            words,
            cwd=base,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise SecretMissing(f"the command {words[0]!r} is not there") from error
    except subprocess.TimeoutExpired as error:
        raise SecretMissing(
            f"the command {words[0]!r} did not answer within {_SECONDS} seconds"
        ) from error
    except OSError as error:
        raise SecretMissing(f"the command {words[0]!r} cannot be run ({error.strerror})") from error
    if done.returncode:
        raise SecretMissing(f"the command {words[0]!r} failed with exit code {done.returncode}")
    printed = done.stdout.decode("utf-8", "replace").strip()
    if not printed:
        raise SecretMissing(f"the command {words[0]!r} printed nothing")
    # Password stores print the secret in the first line and remarks below; a key file is one
    # document of many lines.
    value = printed if printed.startswith(("{", "-----")) else printed.splitlines()[0].strip()
    return Secret(value, f"command {words[0]}")
