"""Values in the columns of a page: what may be written, and how it is stored.

After https://developers.notion.com/reference/page-property-values.
"""

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

# https://developers.notion.com/reference/request-limits
_PLACE_TEXTS = ("name", "address", "aws_place_id", "google_place_id")
_LONGEST = {"url": 2000, "email": 200, "phone_number": 200}


def empty_value(column: SchemaProperty) -> Any:
    """The value of a column in a new page."""
    # A status is never empty: without a value it has its first to-do option.
    if column.type in ("title", "rich_text", "multi_select", "people", "files", "relation"):
        return []
    if column.type == "status":
        return next(
            (option_id for group in column.config["groups"] for option_id in group["option_ids"]),
            None,
        )
    return False if column.type == "checkbox" else None


def set_values(page: Page, source: DataSource, values: dict[str, Any], space: Workspace) -> None:
    """Put checked values into a page. A two-sided relation changes on its other side as well."""
    for property_id, value in values.items():
        column = source.properties[property_id]
        if column.type == "relation":
            link_back(page, column, page.values.get(property_id, []), value, space)
        page.values[property_id] = value


def link_back(
    page: Page, column: SchemaProperty, before: list[str], after: list[str], space: Workspace
) -> None:
    """Carry a change of a relation over to its other side."""
    # The page on the other side does not count as edited.
    if column.config["type"] != "dual_property":
        return
    back = column.config["dual_property"]["synced_property_id"]
    for page_id in before:
        other = space.objects.get(page_id)
        if (
            page_id not in after
            and isinstance(other, Page)
            and page.id in other.values.get(back, [])
        ):
            other.values[back] = [page_id for page_id in other.values[back] if page_id != page.id]
    for page_id in after:
        other = space.objects.get(page_id)
        if isinstance(other, Page) and page.id not in other.values.get(back, []):
            other.values[back] = [*other.values.get(back, []), page.id]


def checked_values(
    source: DataSource | None, sent: Any, space: Workspace, caller: Integration
) -> dict[str, Any]:
    """The values of a request, by property id. A page outside a data source has a title only.

    Raises `NotionError`, with one sentence for each unknown name and each value of a wrong type.
    """
    if not isinstance(sent, dict):
        raise failed("body.properties", "an object", ... if sent is None else sent)
    title = SchemaProperty("title", "title", "title", {})
    matched: list[tuple[SchemaProperty, Any]] = []
    wrongs: list[str] = []
    for key, value in sent.items():
        column = source.find(key) if source is not None else (title if key == "title" else None)
        if column is None:
            wrongs.append(f"{key} is not a property that exists.")
        elif not _fits(column, value):
            wrongs.append(f"{key} is expected to be {column.type}.")
        else:
            matched.append((column, value))
    if wrongs:
        raise wrong(" ".join(wrongs))
    options = {
        column.id: list(column.config["options"])
        for column, _ in matched
        if "options" in column.config
    }
    try:
        return {column.id: _checked(column, value, space, caller) for column, value in matched}
    # Options that were created on the way go again: a refused request changes nothing.
    except NotionError:
        for column, _ in matched:
            if column.id in options:
                column.config["options"] = options[column.id]
        raise


def _fits(column: SchemaProperty, sent: Any) -> bool:
    if isinstance(sent, list):
        return column.type in ("title", "rich_text", "relation", "people", "multi_select", "files")
    if not isinstance(sent, dict):
        return False
    named = [kind for kind in TYPES if kind in sent]
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
    if kind == "place":
        return _location(value, path)
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
        chosen = [
            _one_option(column, option, f"{path}[{index}]", space)
            for index, option in enumerate(value)
        ]
        return list(dict.fromkeys(chosen))
    if column.type == "files":
        return [_file(file, f"{path}[{index}]", space) for index, file in enumerate(value)]
    ids: list[str] = []
    for index, reference in enumerate(value):
        sent = reference.get("id") if isinstance(reference, dict) else reference
        id_ = normal_id(sent)
        if id_ is None:
            raise failed(f"{path}[{index}].id", "a valid uuid", ... if sent is None else sent)
        ids.append(id_)
    for id_ in ids:
        if column.type == "people":
            if id_ not in space.users:
                raise not_found("user", id_, caller.name)
        else:
            _check_target(column, id_, space, caller)
    return list(dict.fromkeys(ids))


def _check_target(
    column: SchemaProperty, page_id: str, space: Workspace, caller: Integration
) -> None:
    target = space.objects.get(page_id)
    if not isinstance(target, Page) or not space.is_shared(caller, target):
        raise not_found("page", page_id, caller.name)
    if target.parent.id != column.config["data_source_id"]:
        raise wrong(
            f"Page {page_id} is not in the data source that property {column.name} relates to."
        )


def _one_option(column: SchemaProperty, value: Any, path: str, space: Workspace) -> str | None:
    if value is None:
        return None if column.type == "select" else empty_value(column)
    if not isinstance(value, dict):
        raise failed(path, "an object", value)
    name, options = value.get("name"), column.config["options"]
    if name is None and "id" not in value:
        raise failed(f"{path}.name", "defined")
    existing = next(
        (option for option in options if option["id"] == value.get("id") or option["name"] == name),
        None,
    )
    if existing is not None:
        return str(existing["id"])
    # A missing option of a select is created; that of a status is refused.
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


def _location(value: Any, path: str) -> Json | None:
    """A place on the map; None empties it."""
    if value is None:
        return None
    sent = an_object(value, path)
    for name, limit in (("lat", 90), ("lon", 180)):
        number = sent.get(name, ...)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise failed(f"{path}.{name}", "a number", number)
        if abs(number) > limit:
            raise failed(f"{path}.{name}", f"between `-{limit}` and `{limit}`", number)
    for name in _PLACE_TEXTS:
        if sent.get(name) is not None and not isinstance(sent[name], str):
            raise failed(f"{path}.{name}", "a string", sent[name])
    return {"lat": sent["lat"], "lon": sent["lon"], **{key: sent.get(key) for key in _PLACE_TEXTS}}


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
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))


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
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise error from None
    if len(value) <= 10:
        return moment.date().isoformat()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or ZoneInfo("UTC"))
    # The service drops the seconds, and folds a time zone into the offset.
    return moment.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")
