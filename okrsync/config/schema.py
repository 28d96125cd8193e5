"""The JSON Schema of the configuration, by which an editor completes and checks it.

It follows from the models that read the file, and from the settings of every connector that comes
with okrsync. Other connectors have keys of their own, which the schema allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from okrsync.config.described import DescribedFields
from okrsync.config.digest import DigestKeys
from okrsync.config.sections import PublishKeys, SourceKeys, TopKeys
from okrsync.connector.registry import connector_type, installed
from okrsync.measures.fields import FIELDS
from okrsync.measures.rules import CheckIns, Rules

__all__ = ["config_schema", "file_schema"]

_Schema = dict[str, Any]
_NAMES = "^[A-Za-z0-9][A-Za-z0-9_-]*$"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _TomlSchema(DescribedFields):
    """Schemas without null, which TOML does not have, and without titles, which would only repeat
    the names of the fields.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: Any) -> _Schema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> _Schema:
        inner = self.generate_inner(schema["schema"])
        default = schema.get("default")
        return (
            inner
            if default is None or isinstance(default, BaseModel)
            else {**inner, "default": self.encode_default(default)}
        )


def config_schema() -> _Schema:
    """The schema of `okrsync.toml`."""
    connectors = {name: connector_type(name) for name in installed()}
    models: list[type[BaseModel]] = [
        TopKeys,
        SourceKeys,
        CheckIns,
        Rules,
        DigestKeys,
        PublishKeys,
        *(connector.settings_type for connector in connectors.values()),
    ]
    refs, document = models_json_schema(
        [(model, "validation") for model in models], schema_generator=_TomlSchema
    )
    parts: dict[str, _Schema] = document["$defs"]

    def part(model: type[BaseModel]) -> _Schema:
        return parts[refs[model, "validation"]["$ref"].rpartition("/")[2]]

    common = part(SourceKeys)["properties"]
    # The models keep these two sections unread, because a source's keys are merged with those of
    # the whole file first. An editor shall complete them all the same.
    common["checkins"] = refs[CheckIns, "validation"]
    common["scoring"] = refs[Rules, "validation"]
    columns = parts["Write"]["properties"]["columns"]
    # Only fields that okrsync knows can be written; the model checks the names elsewhere, in order
    # to propose the nearest one.
    columns["properties"] = {
        name: {"type": "string", "minLength": 1, "description": field.explanation}
        for name, field in FIELDS.items()
    }
    columns["additionalProperties"] = False
    board = part(PublishKeys)["properties"]
    top = part(TopKeys)
    top["properties"]["scoring"] = refs[Rules, "validation"]
    top["properties"]["digest"] = {
        "type": "object",
        "propertyNames": {"pattern": _NAMES},
        "additionalProperties": refs[DigestKeys, "validation"],
    }
    for section, keys, able in (
        ("sources", common, list(connectors)),
        ("publish", board, [name for name in connectors if connectors[name].keeps_tables]),
    ):
        top["properties"][section] = {
            "type": "object",
            "propertyNames": {"pattern": _NAMES},
            "additionalProperties": {
                "anyOf": [
                    *(
                        _section_of(name, keys, part(connectors[name].settings_type))
                        for name in able
                    ),
                    # Without this branch an editor would mark every source of an installed foreign
                    # connector as wrong.
                    _foreign(keys, list(connectors)),
                ]
            },
        }
    return {
        "$schema": _DIALECT,
        "title": "okrsync configuration",
        "type": "object",
        "properties": top["properties"],
        "required": ["sources"],
        "additionalProperties": False,
        "$defs": {name: parts[name] for name in sorted(_used(top["properties"], parts))},
    }


def file_schema(model: type[BaseModel], title: str) -> _Schema:
    """The schema of a TOML file that one model reads."""
    schema = model.model_json_schema(schema_generator=_TomlSchema)
    # The docstring of the model is about the code, not about the file.
    schema.pop("description", None)
    return {"$schema": _DIALECT, **schema, "title": title}


def _section_of(connector: str, common: Mapping[str, Any], settings: _Schema) -> _Schema:
    """A source or board of one connector: the common keys and the connector's own."""
    own = {**common, "connector": {"const": connector}, **settings["properties"]}
    return {
        "type": "object",
        "title": connector,
        "properties": own,
        "required": ["connector", *settings.get("required", ())],
        "additionalProperties": False,
    }


def _foreign(common: Mapping[str, Any], known: list[str]) -> _Schema:
    """A source or board of a connector that does not come with okrsync."""
    connector = {"type": "string", "not": {"enum": known}}
    return {
        "type": "object",
        "title": "another connector",
        "properties": {**common, "connector": connector},
        "required": ["connector"],
    }


def _used(schema: Any, parts: Mapping[str, _Schema]) -> set[str]:
    """The names of all definitions that a schema refers to, also through others."""
    used: set[str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name in parts and name not in used:
                used.add(name)
                waiting.append(parts[name])
    return used
