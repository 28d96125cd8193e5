"""Values in the columns of a page: what may be written, and how it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okrsync_sandbox.notion.errors import NotionError, an_object, failed, not_found, wrong
from okrsync_sandbox.notion.model import DataSource, Integration, Json, Page, SchemaProperty
from okrsync_sandbox.notion.richtext import checked_text, units
from okrsync_sandbox.notion.schema import READ_ONLY, TYPES, new_option
from okrsync_sandbox.notion.uploads import attached
from okrsync_sandbox.notion.workspace import Workspace, normal_id

__all__ = ["checked_values", "empty_value", "link_back", "set_values"]

_LONGEST = {"url": 2000, "email": 200, "phone_number": 200}


def empty_value(column: SchemaProperty) -> Any:
    """What stands in a column of a new page."""
    if column.type in ("title", "rich_text", "multi_select", "people", "files", "relation"):
        return []
    if column.type == "status":
        return next((one for group in column.config["groups"] for one in group["option_ids"]), None)
    return False if column.type == "checkbox" else None


def set_values(page: Page, source: DataSource, values: dict[str, Any], space: Workspace) -> None:
    """Put checked values into a page; relations with two sides show on the other side too."""
    for one, value in values.items():
        column = source.properties[one]
        if column.type == "relation":
            link_back(page, column, page.values.get(one, []), value, space)
        page.values[one] = value


def link_back(
    page: Page, column: SchemaProperty, before: list[str], after: list[str], space: Workspace
) -> None:
    """Carry a change of a relation over to its other side."""
    if column.config["type"] != "dual_property":
        return
    back = column.config["dual_property"]["synced_property_id"]
    for one in before:
        other = space.things.get(one)
        if one not in after and isinstance(other, Page) and page.id in other.values.get(back, []):
            other.values[back] = [here for here in other.values[back] if here != page.id]
    for one in after:
        other = space.things.get(one)
        if isinstance(other, Page) and page.id not in other.values.get(back, []):
            other.values[back] = [*other.values.get(back, []), page.id]


def checked_values(
    source: DataSource | None, sent: Any, space: Workspace, caller: Integration
) -> dict[str, Any]:
    """The values a request brings, by property id. On a page outside a data source there is the
    title only.

    Raises `NotionError`: one sentence for every name that is unknown and every value of a wrong
    type, all in one.
    """
    if not isinstance(sent, dict):
        raise failed("body.properties", "an object", ... if sent is None else sent)
    title = SchemaProperty("title", "title", "title", {})
    found: list[tuple[SchemaProperty, Any]] = []
    wrongs: list[str] = []
    for key, value in sent.items():
        column = source.find(key) if source is not None else (title if key == "title" else None)
        if column is None:
            wrongs.append(f"{key} is not a property that exists.")
        elif not _fits(column, value):
            wrongs.append(f"{key} is expected to be {column.type}.")
        else:
            found.append((column, value))
    if wrongs:
        raise wrong(" ".join(wrongs))
    options = {
        column.id: list(column.config["options"])
        for column, _ in found
        if "options" in column.config
    }
    try:
        return {column.id: _checked(column, value, space, caller) for column, value in found}
    except NotionError:
        for column, _ in found:
            if column.id in options:
                column.config["options"] = options[column.id]
        raise


def _fits(column: SchemaProperty, sent: Any) -> bool:
    if isinstance(sent, list):
        return column.type in ("title", "rich_text", "relation", "people", "multi_select", "files")
    if not isinstance(sent, dict):
        return False
    named = [one for one in TYPES if one in sent]
    kind = sent.get("type") or (named[0] if named else None)
    return bool(kind == column.type and kind in sent)


def _checked(column: SchemaProperty, sent: Any, space: Workspace, caller: Integration) -> Any:
    kind, path = column.type, f"body.properties.{column.name}.{column.type}"
    value = sent if isinstance(sent, list) else sent[kind]
    if kind in READ_ONLY:
        raise wrong(
            f"Cannot update property {column.name}: properties of type {kind} are read-only."
        )
    if kind in ("title", "rich_text"):
        return checked_text(value, path, space)
    if kind == "number":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise failed(path, "a number", value)
        return value
    if kind == "checkbox":
        if not isinstance(value, bool):
            raise failed(path, "a boolean", value)
        return value
    if kind in _LONGEST:
        if value is not None and not isinstance(value, str):
            raise failed(path, "a string", value)
        if value is not None and units(value) > _LONGEST[kind]:
            raise failed(f"{path}.length", f"≤ `{_LONGEST[kind]}`", units(value))
        return value or None
    if kind == "date":
        return _date(value, path)
    if kind in ("select", "status"):
        return _one_option(column, value, path, space)
    return _several(column, value, path, space, caller)


def _several(
    column: SchemaProperty, value: Any, path: str, space: Workspace, caller: Integration
) -> list[Any]:
    if not isinstance(value, list):
        raise failed(path, "an array", value)
    if len(value) > 100:
        raise failed(f"{path}.length", "≤ `100`", len(value))
    if column.type == "multi_select":
        chosen = [_one_option(column, one, f"{path}[{at}]", space) for at, one in enumerate(value)]
        return list(dict.fromkeys(chosen))
    if column.type == "files":
        return [_file(one, f"{path}[{at}]", space) for at, one in enumerate(value)]
    ids: list[str] = []
    for at, one in enumerate(value):
        sent = one.get("id") if isinstance(one, dict) else one
        made = normal_id(sent)
        if made is None:
            raise failed(f"{path}[{at}].id", "a valid uuid", ... if sent is None else sent)
        ids.append(made)
    for one in ids:
        if column.type == "people":
            if one not in space.users:
                raise not_found("user", one, caller.name)
        else:
            _check_target(column, one, space, caller)
    return list(dict.fromkeys(ids))


def _check_target(column: SchemaProperty, one: str, space: Workspace, caller: Integration) -> None:
    target = space.things.get(one)
    if not isinstance(target, Page) or not space.is_shared(caller, target):
        raise not_found("page", one, caller.name)
    if target.parent.id != column.config["data_source_id"]:
        raise wrong(f"Page {one} is not in the data source that property {column.name} relates to.")


def _one_option(column: SchemaProperty, value: Any, path: str, space: Workspace) -> str | None:
    if value is None:
        return None if column.type == "select" else empty_value(column)
    if not isinstance(value, dict):
        raise failed(path, "an object", value)
    name, options = value.get("name"), column.config["options"]
    if name is None and "id" not in value:
        raise failed(f"{path}.name", "defined")
    have = next(
        (one for one in options if one["id"] == value.get("id") or one["name"] == name), None
    )
    if have is not None:
        return str(have["id"])
    if column.type == "status":
        raise wrong(
            f'Invalid status option. Status option "{name or value.get("id")}" does not exist".'
        )
    if not isinstance(name, str) or not name:
        raise wrong(f"Option with id {value.get('id')} does not exist.")
    if "," in name:
        raise wrong(f"Invalid select option, commas not allowed: {name}")
    if units(name) > 100:
        raise failed(f"{path}.name.length", "≤ `100`", units(name))
    return str(new_option(column, name, space, value.get("color", "default"))["id"])


def _file(sent: Any, path: str, space: Workspace) -> Json:
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    if "file_upload" in sent:
        file = attached(sent["file_upload"], f"{path}.file_upload", space)
        return {**file, "name": sent.get("name") or file["name"]}
    url = an_object(sent.get("external"), f"{path}.external").get("url")
    if not isinstance(url, str):
        raise failed(f"{path}.external.url", "defined")
    return {
        "name": sent.get("name") or url.rsplit("/", 1)[-1],
        "type": "external",
        "external": {"url": url},
    }


def _date(value: Any, path: str) -> Json | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise failed(path, "an object", value)
    zone = _zone(value.get("time_zone"), path)
    start = _moment(value.get("start", ...), f"{path}.start", zone)
    end = None if value.get("end") is None else _moment(value["end"], f"{path}.end", zone)
    if end is not None and ("T" in end) != ("T" in start):
        raise failed(f"{path}.end", "of the same precision as start", value["end"])
    if end is not None and _comparable(end) < _comparable(start):
        raise wrong("Invalid date property value. Start date must be before end date.")
    return {"start": start, "end": end, "time_zone": None}


def _comparable(text: str) -> datetime:
    made = datetime.fromisoformat(text)
    return made if made.tzinfo else made.replace(tzinfo=ZoneInfo("UTC"))


def _zone(name: Any, path: str) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
        raise failed(f"{path}.time_zone", "a valid time zone", name) from error


def _moment(value: Any, path: str, zone: ZoneInfo | None) -> str:
    error: NotionError = failed(path, "a valid ISO 8601 date string", value)
    if not isinstance(value, str):
        raise error
    try:
        made = datetime.fromisoformat(value)
    except ValueError:
        raise error from None
    if len(value) <= 10:
        return made.date().isoformat()
    if made.tzinfo is None:
        made = made.replace(tzinfo=zone or ZoneInfo("UTC"))
    return made.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")
