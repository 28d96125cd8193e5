"""Reads the sections of one configuration file, with their secrets, and collects what is wrong."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from okrsync.config.problems import Problem, collect, did_you_mean, problem
from okrsync.config.secrets import (
    SecretMisnamed,
    SecretMissing,
    find_secret,
    is_named_secret,
    looks_like_a_secret,
)
from okrsync.config.toml_lines import KeyPath, TomlFile
from okrsync.connector import Secret, Settings
from okrsync.connector.registry import connector_type, installed
from okrsync.model.errors import ConfigError

__all__ = ["SectionReader"]

_Model = TypeVar("_Model", bound=BaseModel)

_CONNECTOR_NAMES = {
    "workbook": ("csv", "tsv", "xlsx", "xls", "ods", "excel", "file", "spreadsheet"),
    "google-sheets": ("google", "gsheet", "gsheets", "sheets"),
}
"""What people call the connectors that come with okrsync."""


class SectionReader:
    """Reads sections of one file. A section that cannot be read leaves its `problems` here.

    `files` are those that the file and its secrets rest on. `missing` says, by the key of a secret
    that cannot be had, where it is named and why not.
    """

    def __init__(self, file: TomlFile) -> None:
        self.file = file
        self.base = Path(os.path.realpath(file.path)).parent
        self.problems: list[Problem] = []
        self.files = [file.path]
        self.missing: dict[KeyPath, str] = {}

    def read(self, model: type[_Model], data: Any, key_path: KeyPath) -> _Model | None:
        """The section at `key_path`; None where it is invalid."""
        try:
            return model.model_validate(data, context={"base": self.base})
        except ValidationError as error:
            self.problems.extend(collect(self.file, error, key_path, model))
            return None

    def with_connector(
        self, data: dict[str, Any], key_path: KeyPath, common: set[str]
    ) -> dict[str, Any]:
        """The section with a misspelt `connector` under its right name. Without the connector no
        other key could be looked at, and the message would not name the line.
        """
        if "connector" in data:
            return data
        # A key of the connector itself, such as `collection`, must not pass for a misspelt one.
        unknown = [
            key for key, value in data.items() if key not in common and isinstance(value, str)
        ]
        near = get_close_matches("connector", unknown, n=1, cutoff=0.8)
        if not near:
            return data
        self.add((*key_path, near[0]), "unknown key; did you mean 'connector'?")
        return {("connector" if key == near[0] else key): value for key, value in data.items()}

    def settings(
        self, data: dict[str, Any], key_path: KeyPath, common: set[str]
    ) -> Settings | None:
        """The connector's own keys, checked by the connector's own model."""
        name = data.get("connector")
        if not isinstance(name, str):
            if name is None and key_path[0] == "publish":
                self.add(key_path, "connector is missing")
            return None
        try:
            model = connector_type(name).settings_type
        except ConfigError as error:
            similar = [
                *(word for word, names in _CONNECTOR_NAMES.items() if name.casefold() in names),
                *get_close_matches(name, installed(), n=1),
            ]
            meant = f"; did you mean {similar[0]!r}?" if similar else ""
            self.add((*key_path, "connector"), f"{error.message}{meant}")
            # Its own keys are unknown, but a misspelt section of okrsync's is not hidden by that.
            for key, value in data.items():
                if isinstance(value, dict) and key not in common and not is_named_secret(value):
                    near = get_close_matches(key, common, n=1, cutoff=0.7)
                    if near:
                        hint = f"unknown key; did you mean {near[0]!r}?"
                        self.add((*key_path, key), hint)
            return None
        # Misnamed secrets count as well: settings made without them would fail later, and with a
        # worse message.
        before = len(self.problems)
        own = {
            key: self.with_secrets(value, (*key_path, key))
            for key, value in data.items()
            if key not in common
        }
        try:
            settings = model.model_validate(own, context={"base": self.base})
        except ValidationError as error:
            problems = collect(self.file, error, key_path, model)
            # Pydantic knows the connector's keys only. A misspelt common key, such as `mappping`,
            # shall be matched against both.
            for key in [key for key in own if key not in model.model_fields]:
                problems = [
                    item for item in problems if item.key != ".".join((*map(str, key_path), key))
                ]
                self.add(
                    (*key_path, key),
                    f"unknown key{did_you_mean(key, [*common, *model.model_fields])}",
                )
            self.problems.extend(problems)
            return None
        return settings if len(self.problems) == before else None

    def with_secrets(self, value: Any, key_path: KeyPath) -> Any:
        """The value; if it names a secret, the secret, or a placeholder where it cannot be had."""
        if not is_named_secret(value):
            return value
        if isinstance(value.get("file"), str):
            self.files.append(self.base / Path(value["file"]).expanduser())
        try:
            return find_secret(value, self.base)
        except SecretMisnamed as error:
            self.add(key_path, str(error))
        except SecretMissing as error:
            # No fault of the file: it costs what needs the secret, and the rest runs.
            self.missing[key_path] = str(problem(self.file, key_path, str(error)))
        return Secret("", "missing")

    def missing_in(self, section: KeyPath) -> str | None:
        """Why secrets of a section cannot be had; None where none is missing."""
        missing = [reason for key, reason in self.missing.items() if key[: len(section)] == section]
        return "; ".join(missing) or None

    def refuse_written_secrets(self, value: Any, key_path: KeyPath) -> None:
        """Report every secret that is written out in a part of the file."""
        if isinstance(value, dict):
            for key, inner in value.items():
                self.refuse_written_secrets(inner, (*key_path, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self.refuse_written_secrets(inner, (*key_path, number))
        elif looks_like_a_secret(value):
            self.add(
                key_path,
                'a secret is written here; name it instead, such as {env = "MY_TOKEN"}, and replace'
                " the one that was seen",
            )

    def add(self, key_path: KeyPath, message: str) -> None:
        """Report a problem of a key."""
        self.problems.append(problem(self.file, key_path, message))

    def problem_keys(self) -> set[str]:
        """The keys that something is wrong with."""
        return {item.key for item in self.problems}
