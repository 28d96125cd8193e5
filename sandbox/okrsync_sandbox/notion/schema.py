"""Columns of a data source: in requests, as they are stored, and in answers.

After https://developers.notion.com/reference/property-object and
https://developers.notion.com/reference/update-data-source-properties.
"""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import quote

from okrsync_sandbox.notion.errors import NotionError, an_object, failed, not_found, wrong
from okrsync_sandbox.notion.model import DataSource, Integration, Json, Page, SchemaProperty
from okrsync_sandbox.notion.workspace import Workspace, normal_id

__all__ = [
    "READ_ONLY",
    "add_property",
    "changed_properties",
    "new_option",
    "remove_property",
    "shown_properties",
    "take_back",
]

_COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
_BARE = (
    "title",
    "rich_text",
    "date",
    "people",
    "files",
    "checkbox",
    "url",
    "email",
    "phone_number",
    "place",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
    "button",
    "verification",
)
_WITH_OPTIONS = ("select", "multi_select", "status")
TYPES = (*_BARE, *_WITH_OPTIONS, "number", "formula", "relation", "rollup", "unique_id")
READ_ONLY = (
    "formula",
    "rollup",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
    "unique_id",
    "button",
    "verification",
)
ROLLUPS = (
    "count",
    "count_values",
    "empty",
    "not_empty",
    "unique",
    "show_unique",
    "percent_empty",
    "percent_not_empty",
    "sum",
    "average",
    "median",
    "min",
    "max",
    "range",
    "earliest_date",
    "latest_date",
    "date_range",
    "checked",
    "unchecked",
    "percent_checked",
    "percent_unchecked",
    "count_per_group",
    "percent_per_group",
    "show_original",
)
_GROUPS = (("To-do", "gray"), ("In progress", "blue"), ("Complete", "green"))


def changed_properties(
    source: DataSource,
    sent: Any,
    space: Workspace,
    caller: Integration,
    *,
    version: str,
    path: str = "body.properties",
) -> None:
    """Carry out what a request says about columns: new ones, new names, new configurations, and
    None for one to remove.
    """
    # One mistake refuses the whole request, and nothing of it takes effect.
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    before = copy.deepcopy(source.properties)
    try:
        _carry_out(source, sent, space, caller, version, path)
    except NotionError:
        take_back(source, before, space)
        raise
    _settle_other_sides(source, before, space)
    space.revision += 1


def take_back(source: DataSource, before: dict[str, SchemaProperty], space: Workspace) -> None:
    """Let a data source have the columns it had before, and others no relation back to those it had
    not.
    """
    for property_id, column in source.properties.items():
        other = column.config.get("dual_property") if column.type == "relation" else None
        had = before[property_id].config.get("dual_property") if property_id in before else None
        if other and (had or {}).get("synced_property_id") != other["synced_property_id"]:
            target = space.objects[column.config["data_source_id"]]
            assert isinstance(target, DataSource)
            if target is not source:
                del target.properties[other["synced_property_id"]]
    source.properties = before


def _carry_out(
    source: DataSource, sent: Json, space: Workspace, caller: Integration, version: str, path: str
) -> None:
    for key, config in sent.items():
        column = source.find(key)
        if config is None:
            if column is None:
                raise wrong(f"{key} is not a property that exists.")
            if column.type == "title":
                raise wrong("Cannot delete title property.")
            remove_property(source, column, space)
        elif column is None:
            _create(source, key, config, space, caller, version, f"{path}.{key}")
        else:
            _change(source, column, config, space, caller, version, f"{path}.{key}")


def add_property(
    source: DataSource, name: str, kind: str, config: Json, space: Workspace, *, made_by_api: bool
) -> SchemaProperty:
    """Add a column whose configuration is already in its stored form."""
    property_id = "title" if kind == "title" else space.short_id(source.properties)
    column = SchemaProperty(property_id, name, kind, config, made_by_api=made_by_api)
    source.properties[property_id] = column
    return column


def remove_property(source: DataSource, column: SchemaProperty, space: Workspace) -> None:
    """Remove a column and its values. The other side of a relation stays as a one-way relation."""
    del source.properties[column.id]
    other = column.config.get("dual_property") if column.type == "relation" else None
    if other:
        target = space.objects.get(column.config["data_source_id"])
        if isinstance(target, DataSource) and other["synced_property_id"] in target.properties:
            back = target.properties[other["synced_property_id"]]
            back.config = {
                "data_source_id": source.id,
                "type": "single_property",
                "single_property": {},
            }
    space.revision += 1


def new_option(
    column: SchemaProperty,
    name: str,
    space: Workspace,
    color: str = "default",
    group: str | None = None,
) -> Json:
    """One more option of a select, multi-select or status."""
    option: Json = {"id": space.new_id(), "name": name, "color": color, "description": None}
    column.config["options"].append(option)
    if column.type == "status":
        group_of_option = next(
            (
                each_group
                for each_group in column.config["groups"]
                if each_group["name"] == (group or "To-do")
            ),
            None,
        )
        if group_of_option is None:
            raise wrong(f'Invalid status group "{group}".')
        group_of_option["option_ids"].append(option["id"])
    return option


def _create(
    source: DataSource,
    name: str,
    sent: Any,
    space: Workspace,
    caller: Integration,
    version: str,
    path: str,
) -> None:
    kind = _type_of(sent, path)
    if kind == "title" and "title" in source.properties:
        raise wrong("Cannot create new title property.")
    if kind == "status" and version < "2026":
        raise wrong('Property type "status" cannot be created through the API.')
    column = SchemaProperty("", name, kind, {}, sent.get("description"), made_by_api=True)
    column.id = "title" if kind == "title" else space.short_id(source.properties)
    _configure(
        source, column, an_object(sent.get(kind), f"{path}.{kind}"), space, caller, f"{path}.{kind}"
    )
    source.properties[column.id] = column


def _change(
    source: DataSource,
    column: SchemaProperty,
    sent: Any,
    space: Workspace,
    caller: Integration,
    version: str,
    path: str,
) -> None:
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    if "name" in sent:
        namesake = source.find(sent["name"])
        if not isinstance(sent["name"], str) or not sent["name"]:
            raise failed(f"{path}.name", "a populated string", sent["name"])
        if namesake is not None and namesake is not column and namesake.name == sent["name"]:
            raise wrong(f"Cannot create duplicate property {sent['name']}.")
        column.name = sent["name"]
    if "description" in sent:
        column.description = sent["description"]
    if not any(key in sent for key in ("type", *TYPES)):
        return
    kind = _type_of(sent, path)
    if kind != column.type:
        if "title" in (kind, column.type):
            raise wrong("Cannot change the type of a title property.")
        if "status" in (kind, column.type):
            raise wrong(f"Cannot change the type of property {column.name} to {kind}.")
        column.type, column.config = kind, {}
    # The documents still say that the API cannot change a status; version 2026-03-11 can.
    if kind == "status" and version < "2026" and sent.get(kind):
        raise wrong('Property type "status" cannot be updated through the API.')
    _configure(
        source, column, an_object(sent.get(kind), f"{path}.{kind}"), space, caller, f"{path}.{kind}"
    )


def _type_of(sent: Any, path: str) -> str:
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    named = [kind for kind in TYPES if kind in sent]
    kind = sent.get("type") or (named[0] if named else None)
    if kind not in TYPES:
        raise failed(f"{path}.title", "defined")
    return str(kind)


def _configure(
    source: DataSource,
    column: SchemaProperty,
    sent: Json,
    space: Workspace,
    caller: Integration,
    path: str,
) -> None:
    kind = column.type
    if kind in _WITH_OPTIONS:
        _set_options(column, sent, space, path)
    elif kind == "number":
        column.config = {"format": sent.get("format", "number")}
    elif kind == "formula":
        if not isinstance(sent.get("expression"), str):
            raise failed(f"{path}.expression", "a string", sent.get("expression", ...))
        column.config = {"expression": sent["expression"]}
    elif kind == "unique_id":
        column.config = {"prefix": sent.get("prefix")}
    elif kind == "relation":
        _relate(source, column, sent, space, caller, path)
    elif kind == "rollup":
        _roll(source, column, sent, space, path)
    else:
        column.config = {}


def _set_options(column: SchemaProperty, sent: Json, space: Workspace, path: str) -> None:
    before = list(column.config.setdefault("options", []))
    if "options" not in sent:
        if column.type == "status" and not before:
            groups = [
                {"id": space.new_id(), "name": name, "color": color, "option_ids": []}
                for name, color in _GROUPS
            ]
            column.config["groups"] = groups
            for name, group, color in (
                ("Not started", "To-do", "default"),
                ("In progress", "In progress", "blue"),
                ("Done", "Complete", "green"),
            ):
                new_option(column, name, space, color, group)
        return
    options = sent["options"]
    if not isinstance(options, list):
        raise failed(f"{path}.options", "an array", options)
    if len(options) > 100:
        raise failed(f"{path}.options.length", "≤ `100`", len(options))
    if column.type == "status" and "groups" not in column.config:
        _set_options(column, {}, space, path)
        before = column.config["options"]
    kept = [
        _option(column, option, before, space, f"{path}.options[{index}]")
        for index, option in enumerate(options)
    ]
    # A list of options replaces the one before: an option that is left out is deleted.
    column.config["options"] = kept
    if column.type == "status":
        ids = {option["id"] for option in kept}
        for group in column.config["groups"]:
            group["option_ids"] = [
                option_id for option_id in group["option_ids"] if option_id in ids
            ]


def _option(
    column: SchemaProperty, sent: Any, before: list[Json], space: Workspace, path: str
) -> Json:
    if not isinstance(sent, dict) or not (sent.get("name") or sent.get("id")):
        raise failed(f"{path}.name", "defined")
    name = sent.get("name")
    existing = next(
        (option for option in before if option["id"] == sent.get("id") or option["name"] == name),
        None,
    )
    if existing is not None:
        if sent.get("color", existing["color"]) != existing["color"]:
            raise wrong(f"Cannot update color of select with name: {existing['name']}.")
        return existing
    if not name:
        raise wrong(f"Option with id {sent['id']} does not exist.")
    if not isinstance(name, str):
        raise failed(f"{path}.name", "a string", name)
    # Options of a multi-select are shown with commas between them.
    if "," in name:
        raise wrong(f"Invalid select option, commas not allowed: {name}")
    if sent.get("color", "default") not in _COLORS:
        raise failed(f"{path}.color", "a valid color", sent["color"])
    option = new_option(column, name, space, sent.get("color", "default"), sent.get("group"))
    column.config["options"].remove(option)
    return option


def _relate(
    source: DataSource,
    column: SchemaProperty,
    sent: Json,
    space: Workspace,
    caller: Integration,
    path: str,
) -> None:
    if "data_source_id" not in sent:
        raise failed(f"{path}.data_source_id", "defined")
    target_id = normal_id(sent["data_source_id"])
    if target_id is None:
        raise failed(f"{path}.data_source_id", "a valid uuid", sent["data_source_id"])
    target = space.objects.get(target_id)
    if not isinstance(target, DataSource) or not space.is_shared(caller, target):
        raise not_found("data_source", target_id, caller.name)
    if "dual_property" not in sent and "single_property" not in sent:
        raise failed(f"{path}.single_property", "defined")
    back = _other_side(column, target)
    if "dual_property" not in sent:
        column.config = {
            "data_source_id": target_id,
            "type": "single_property",
            "single_property": {},
        }
        return
    asked = an_object(sent["dual_property"], f"{path}.dual_property").get("synced_property_name")
    if asked is not None and not isinstance(asked, str):
        raise failed(f"{path}.dual_property.synced_property_name", "a string", asked)
    if back is None:
        make_dual(source, column, target, asked, space)
    elif asked is not None:
        synced = {**column.config["dual_property"], "synced_property_name": asked}
        column.config = {**column.config, "dual_property": synced}


def _other_side(column: SchemaProperty, target: DataSource) -> SchemaProperty | None:
    """The column in which a relation shows in its target already; None where it does not."""
    synced = column.config.get("dual_property", {}).get("synced_property_id")
    if column.config.get("data_source_id") != target.id:
        return None
    return target.properties.get(synced)


def make_dual(
    source: DataSource,
    column: SchemaProperty,
    target: DataSource,
    name: str | None,
    space: Workspace,
) -> SchemaProperty:
    """Let a relation show on the other side too, and return the column there."""
    back = SchemaProperty(
        space.short_id(target.properties), "", "relation", {}, made_by_api=column.made_by_api
    )
    back.name = (
        name or f"Related to {''.join(item['plain_text'] for item in source.title)} ({column.name})"
    )
    for side, other_side, target_id in ((column, back, target.id), (back, column, source.id)):
        synced = {"synced_property_id": other_side.id, "synced_property_name": other_side.name}
        side.config = {
            "data_source_id": target_id,
            "type": "dual_property",
            "dual_property": synced,
        }
    target.properties[back.id] = back
    return back


def _settle_other_sides(
    source: DataSource, before: dict[str, SchemaProperty], space: Workspace
) -> None:
    """Once all is well: what relations named before they had another side shows there, and sides
    that are given up are taken away.
    """
    for column in list(source.properties.values()):
        was = before.get(column.id)
        if column.type != "relation" or (was is not None and was.config == column.config):
            continue
        synced, had = (
            each.config.get("dual_property") or {}
            for each in (column, was or SchemaProperty("", "", "", {}))
        )
        target = space.objects.get((was or column).config.get("data_source_id", ""))
        back = had.get("synced_property_id")
        if isinstance(target, DataSource) and back in target.properties:
            if back == synced.get("synced_property_id"):
                target.properties[back].name = synced["synced_property_name"]
                continue
            del target.properties[back]
        if synced:
            _fill_other_side(source, column, space)


def _fill_other_side(source: DataSource, column: SchemaProperty, space: Workspace) -> None:
    back = column.config["dual_property"]["synced_property_id"]
    for page_id in space.rows.get(source.id, ()):
        page = space.objects[page_id]
        for linked_id in page.values.get(column.id, ()) if isinstance(page, Page) else ():
            linked = space.objects.get(linked_id)
            if isinstance(linked, Page) and page_id not in linked.values.get(back, ()):
                linked.values[back] = [*linked.values.get(back, ()), page_id]


def _roll(
    source: DataSource, column: SchemaProperty, sent: Json, space: Workspace, path: str
) -> None:
    relation = source.find(
        sent.get("relation_property_id") or sent.get("relation_property_name") or ""
    )
    if relation is None or relation.type != "relation":
        raise wrong("Rollup: relation property does not exist.")
    target = space.objects[relation.config["data_source_id"]]
    assert isinstance(target, DataSource)
    rolled = target.find(sent.get("rollup_property_id") or sent.get("rollup_property_name") or "")
    if rolled is None:
        raise wrong("Rollup: rollup property does not exist.")
    if sent.get("function") not in ROLLUPS:
        raise failed(
            f"{path}.function",
            " or ".join(f'`"{name}"`' for name in ROLLUPS),
            sent.get("function", ...),
        )
    column.config = {
        "relation_property_id": relation.id,
        "rollup_property_id": rolled.id,
        "function": sent["function"],
    }


def shown_properties(source: DataSource, space: Workspace, caller: Integration | None) -> Json:
    """The columns in the answer for a data source, by name; in the order of their ids, the title
    last. Relations to a data source that is not shared are left out.
    """
    shown: Json = {}
    for column in sorted(
        source.properties.values(), key=lambda each: (each.type == "title", each.id)
    ):
        config = _shown_config(source, column, space, caller)
        if config is not None:
            shown[column.name] = {
                "id": quote(column.id, safe=""),
                "name": column.name,
                "description": column.description,
                "type": column.type,
                column.type: config,
            }
    return shown


def _shown_config(
    source: DataSource, column: SchemaProperty, space: Workspace, caller: Integration | None
) -> Json | None:
    config = dict(column.config)
    if column.type == "relation":
        target = space.objects[config["data_source_id"]]
        assert isinstance(target, DataSource)
        if caller is not None and not space.is_shared(caller, target):
            return None
        config = {"database_id": target.parent.id, **config}
        if config["type"] == "dual_property":
            back = target.properties[config["dual_property"]["synced_property_id"]]
            # Ids within a configuration are not encoded, unlike that of the property itself.
            config["dual_property"] = {
                "synced_property_name": back.name,
                "synced_property_id": back.id,
            }
    elif column.type == "rollup":
        relation = source.properties.get(config["relation_property_id"])
        target = space.objects[relation.config["data_source_id"]] if relation else source
        assert isinstance(target, DataSource)
        rolled = target.properties.get(config["rollup_property_id"])
        config["relation_property_name"] = relation.name if relation else None
        config["rollup_property_name"] = rolled.name if rolled else None
    return config


def multiple_sources(database: str, sources: list[DataSource]) -> NotionError:
    """The error where a request names a database that holds several data sources."""
    # https://developers.notion.com/guides/get-started/upgrade-guide-2025-09-03
    return wrong(
        "Databases with multiple data sources are not supported in this API version.",
        {
            "error_type": "multiple_data_sources_for_database",
            "database_id": database,
            "child_data_source_ids": [source.id for source in sources],
            "minimum_api_version": "2025-09-03",
        },
    )
