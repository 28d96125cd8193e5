"""The messages of the Sheets API with their fields and types, so that unknown fields are refused as
Google refuses them.

`messages.json` lists them as the service's discovery document declares them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from okrsync_sandbox.google.errors import no_field

__all__ = ["checked", "field_type", "fields_of"]

Json = dict[str, Any]


@cache
def _messages() -> dict[str, dict[str, str]]:
    text = (files("okrsync_sandbox.google") / "messages.json").read_text(encoding="utf-8")
    messages: dict[str, dict[str, str]] = json.loads(text)
    return messages


def fields_of(message: str) -> dict[str, str] | None:
    """The fields of a message by name; None if there is no such message."""
    return _messages().get(message)


def field_type(message: str, name: str) -> str | None:
    """The type of one field: another message's name, `[` before what it repeats, or a plain
    type.
    """
    return _messages().get(message, {}).get(name)


def checked(content: Any, message: str) -> Json:
    """A request body with its types normalised. Google accepts numbers in quotes, a single object
    for a list, and lists within lists.

    Raises `ApiError` 400 for an unknown name or a wrong type, with Google's words.
    """
    if not isinstance(content, dict):
        raise no_field(
            f"Invalid value at '' (type.googleapis.com/{message}), {json.dumps(content)}"
        )
    # The service calls the body of these methods `data` in its refusals.
    return _message(content, message, "data" if message == "ValueRange" else "")


def _message(content: Json, message: str, path: str) -> Json:
    fields = _messages()[message]
    checked: Json = {}
    for name, value in content.items():
        # JSON of protocol buffers takes both spellings:
        # https://protobuf.dev/programming-guides/json/
        known = _camel(name)
        if known not in fields:
            where = f" at '{path}'" if path else ""
            raise no_field(
                f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.',
                path,
            )
        if value is None:
            continue
        checked[known] = _value(
            value, fields[known], f"{path}.{_snake(known)}" if path else _snake(known), message
        )
    return checked


def _value(value: Any, kind: str, path: str, within: str) -> Any:
    if kind in ("[[any", "[any") and not isinstance(value, list):
        raise _wrong(path, "type.googleapis.com/google.protobuf.ListValue", value)
    if kind.startswith("["):
        values = value if isinstance(value, list) else [value]
        if kind[1:] in _messages():
            values = _flat(values)
        return [
            (
                None
                if item is None and kind == "[any"
                else _value(item, kind[1:], f"{path}[{index}]", within)
            )
            for index, item in enumerate(values)
            if item is not None or kind == "[any"
        ]
    if kind in ("any", "[any"):
        return value
    if kind.startswith("{"):
        return value
    if kind.startswith("="):
        if value not in kind[1:].split("|"):
            field = path.rsplit(".", 1)[-1]
            enum = f"{_camel(field)[:1].upper()}{_camel(field)[1:]}"
            name = f"type.googleapis.com/google.apps.sheets.v4.{within}.{enum}"
            raise no_field(f"Invalid value at '{path}' ({name}), {json.dumps(value)}", path)
        return value
    if kind in _messages():
        if not isinstance(value, dict):
            raise _wrong(path, f"type.googleapis.com/google.apps.sheets.v4.{kind}", value)
        return _message(value, kind, path)
    return _plain(value, kind, path)


def _plain(value: Any, kind: str, path: str) -> Any:
    match kind:
        case "bool":
            if isinstance(value, bool):
                return value
            # Undocumented, but the service accepts quoted booleans and numbers.
            if value in ("true", "false"):
                return value == "true"
            raise _wrong(path, "TYPE_BOOL", value)
        case "int32":
            if isinstance(value, bool):
                raise _wrong(path, "TYPE_INT32", value)
            if isinstance(value, int):
                return value
            if isinstance(value, float) and value.is_integer():
                return int(value)
            if isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value):
                return int(value)
            raise _wrong(path, "TYPE_INT32", value)
        case "float" | "double":
            if isinstance(value, int | float) and not isinstance(value, bool):
                return value
            if isinstance(value, str):
                try:
                    return float(value)
                except ValueError:
                    raise _wrong(path, f"TYPE_{kind.upper()}", value) from None
            raise _wrong(path, f"TYPE_{kind.upper()}", value)
        case _:
            if isinstance(value, str):
                return value
            raise _wrong(path, "TYPE_STRING", value)


def _wrong(path: str, kind: str, value: Any) -> Exception:
    return no_field(f"Invalid value at '{path}' ({kind}), {json.dumps(value)}", path)


def _flat(values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list):
            flat.extend(_flat(value))
        else:
            flat.append(value)
    return flat


def _camel(name: str) -> str:
    head, *words = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in words)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)
