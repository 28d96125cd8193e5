"""People at work in the workspace: what they do by hand, one call for each action. Properties have
the names that people see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okrsync_sandbox.notion.blocks import checked_blocks, insert_blocks
from okrsync_sandbox.notion.computed import ComputedReader
from okrsync_sandbox.notion.model import (
    Block,
    Comment,
    Database,
    DataSource,
    Integration,
    Json,
    Page,
    Parent,
    SchemaProperty,
    View,
)
from okrsync_sandbox.notion.richtext import plain, text
from okrsync_sandbox.notion.schema import add_property, make_dual, new_option, remove_property
from okrsync_sandbox.notion.templates import add_template
from okrsync_sandbox.notion.values import empty_value, set_values
from okrsync_sandbox.notion.workspace import NotionObject, Workspace

__all__ = ["NotionEditor"]


@dataclass(frozen=True, slots=True)
class NotionEditor:
    """Somebody with an account, by the id of the user."""

    space: Workspace
    id: str

    # pages and databases

    def new_page(self, title: str, on: str | None = None) -> str:
        """A page in the workspace, or on another page, and its id."""
        parent = Parent("workspace") if on is None else Parent("page_id", on)
        page = Page(self.space.new_id(), parent, self.space.stamps(self.id), {"title": text(title)})
        self.space.add(page)
        return page.id

    def new_database(
        self, title: str, columns: Mapping[str, str | Json], on: str | None = None
    ) -> tuple[str, str]:
        """A database with one data source: its id and the data source's. `columns` are as for
        `new_source`.
        """
        parent = Parent("workspace") if on is None else Parent("page_id", on)
        database = Database(self.space.new_id(), parent, self.space.stamps(self.id), text(title))
        self.space.add(database)
        return database.id, self.new_source(database.id, title, columns)

    def new_source(self, database: str, title: str, columns: Mapping[str, str | Json]) -> str:
        """One more data source in a database, and its id. `columns` are types by name, or what
        `new_column` takes.
        """
        stamps, parent = self.space.stamps(self.id), Parent("database_id", database)
        source = DataSource(self.space.new_id(), parent, stamps, text(title), {})
        self.space.add(source)
        for name, kind in columns.items():
            config = {"type": kind} if isinstance(kind, str) else dict(kind)
            self.new_column(source.id, name, config.pop("type"), **config)
        if "title" not in source.properties:
            self.new_column(source.id, "Name", "title")
        view_id = self.space.new_id()
        view = View(
            view_id, database, source.id, "Table", "table", stamps, configuration={"type": "table"}
        )
        self.space.views[view_id] = view
        return source.id

    def new_column(self, source: str, name: str, kind: str, **config: Any) -> str:
        """A new column, and its id. `options` for what has options, a status by group; `to` and
        `dual` for a relation, `relation`, `column` and `function` for a rollup, `expression` for a
        formula, `prefix` for a number of its own.
        """
        in_source = self.source(source)
        options, to, dual = (
            config.pop("options", ()),
            config.pop("to", None),
            config.pop("dual", None),
        )
        if kind == "relation":
            config = {
                "data_source_id": to or source,
                "type": "single_property",
                "single_property": {},
            }
        elif kind == "rollup":
            relation = self.column(source, config["relation"])
            rolled = self.column(relation.config["data_source_id"], config["column"])
            ids = {"relation_property_id": relation.id, "rollup_property_id": rolled.id}
            config = {**ids, "function": config["function"]}
        elif kind == "number":
            config.setdefault("format", "number")
        elif kind in ("select", "multi_select", "status"):
            config = {"options": []}
        column = add_property(in_source, name, kind, config, self.space, made_by_api=False)
        if kind == "status":
            self._status_groups(
                column,
                options
                or {"To-do": ["Not started"], "In progress": ["In progress"], "Complete": ["Done"]},
            )
        elif options:
            for option in options:
                new_option(column, option, self.space)
        if kind == "relation" and dual is not None:
            make_dual(in_source, column, self.source(to or source), dual, self.space)
        self._fill(in_source, column)
        return column.id

    def _status_groups(self, column: SchemaProperty, options: Mapping[str, Sequence[str]]) -> None:
        colors = {"To-do": "gray", "In progress": "blue", "Complete": "green"}
        column.config["groups"] = [
            {"id": self.space.new_id(), "name": name, "color": color, "option_ids": []}
            for name, color in colors.items()
        ]
        for group, names in options.items():
            for name in names:
                new_option(column, name, self.space, colors[group], group)

    def _fill(self, source: DataSource, column: SchemaProperty) -> None:
        for page_id in self.space.rows[source.id]:
            page = self.space.objects[page_id]
            assert isinstance(page, Page)
            page.values.setdefault(column.id, empty_value(column))
        self.space.revision += 1

    def new_row(self, source: str, values: Mapping[str, Any] | None = None) -> str:
        """A row with what is typed into it, and its id."""
        in_source, parent = self.source(source), Parent("data_source_id", source)
        page = Page(self.space.new_id(), parent, self.space.stamps(self.id))
        in_source.last_number += 1
        for column in in_source.properties.values():
            page.values[column.id] = (
                in_source.last_number if column.type == "unique_id" else empty_value(column)
            )
        self.space.add(page)
        set_values(page, in_source, self._typed(in_source, values or {}), self.space)
        return page.id

    def new_template(
        self,
        source: str,
        name: str,
        values: Mapping[str, Any] | None = None,
        blocks: Sequence[Json] = (),
        *,
        is_default: bool = False,
    ) -> str:
        """A page template of a data source, with properties and content, and its id."""
        in_source = self.source(source)
        template = Page(
            self.space.new_id(), Parent("data_source_id", source), self.space.stamps(self.id)
        )
        template.values = {
            column.id: empty_value(column) for column in in_source.properties.values()
        }
        template.values |= self._typed(in_source, values or {})
        template.values["title"] = text(name)
        add_template(self.space, template, in_source, is_default=is_default)
        self.write(template.id, blocks)
        return template.id

    # values

    def edit(self, page: str, values: Mapping[str, Any]) -> None:
        """Type into properties of a page: texts, numbers, names of options, days, ids of pages,
        addresses of people.
        """
        row = self.page(page)
        if row.parent.kind == "data_source_id":
            in_source = self.source(row.parent.id or "")
            set_values(row, in_source, self._typed(in_source, values), self.space)
        else:
            row.values["title"] = text(values["title"])
        self.space.touch(row, self.id)

    def _typed(self, source: DataSource, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column.id: self._value(column, value)
            for name, value in values.items()
            for column in [self.column(source.id, name)]
        }

    def _value(self, column: SchemaProperty, value: Any) -> Any:
        kind = column.type
        if kind in ("title", "rich_text"):
            return text(value) if isinstance(value, str) else value
        if kind in ("select", "status"):
            return None if value is None else self._chosen(column, value)
        if kind == "multi_select":
            return [self._chosen(column, option) for option in value]
        if kind == "people":
            by_email = {user.email: user.id for user in self.space.users.values()}
            return [by_email.get(address, address) for address in value]
        if kind == "relation":
            return [value] if isinstance(value, str) else list(value)
        if kind == "date" and isinstance(value, str):
            return {"start": value, "end": None, "time_zone": None}
        return value

    def _chosen(self, column: SchemaProperty, name: str) -> str:
        existing = next(
            (option for option in column.config["options"] if option["name"] == name), None
        )
        return str((existing or new_option(column, name, self.space))["id"])

    def read(self, page: str, name: str) -> Any:
        """The value that people read in a property: text, number, name, list, or None."""
        row = self.page(page)
        return ComputedReader(self.space, None).value(row, self.column(row.parent.id or "", name))

    def give(self, page: str, name: str, value: Any) -> None:
        """Set the result of a formula on a page, whatever its expression."""
        row = self.page(page)
        row.given[self.column(row.parent.id or "", name).id] = value
        self.space.revision += 1

    # columns

    def rename_column(self, source: str, name: str, to: str) -> None:
        """Give a column another name."""
        self.column(source, name).name = to
        self.space.touch(self.source(source), self.id)

    def delete_column(self, source: str, name: str) -> None:
        """Delete a column."""
        remove_property(self.source(source), self.column(source, name), self.space)

    def retype_column(self, source: str, name: str, kind: str) -> None:
        """Turn a column into another type; what does not fit there is lost."""
        column = self.column(source, name)
        configs: dict[str, Json] = {
            "select": {"options": []},
            "multi_select": {"options": []},
            "number": {"format": "number"},
        }
        column.type, column.config = kind, configs.get(kind, {})
        for page_id in self.space.rows[source]:
            self.page(page_id).values[column.id] = empty_value(column)
        self.space.revision += 1

    def add_option(self, source: str, name: str, option: str, group: str | None = None) -> None:
        """One more option."""
        new_option(self.column(source, name), option, self.space, group=group)
        self.space.revision += 1

    def rename_option(self, source: str, name: str, option: str, to: str) -> None:
        """Give an option another name; rows that have it keep it."""
        self._option(source, name, option)["name"] = to
        self.space.revision += 1

    def delete_option(self, source: str, name: str, option: str) -> None:
        """Delete an option, and empty it in the rows that have it."""
        column, removed = self.column(source, name), self._option(source, name, option)
        column.config["options"].remove(removed)
        for group in column.config.get("groups", ()):
            group["option_ids"] = [
                option_id for option_id in group["option_ids"] if option_id != removed["id"]
            ]
        for page_id in self.space.rows[source]:
            values = self.page(page_id).values
            if values.get(column.id) == removed["id"]:
                values[column.id] = empty_value(column)
            elif column.type == "multi_select":
                values[column.id] = [
                    option_id for option_id in values[column.id] if option_id != removed["id"]
                ]
        self.space.revision += 1

    def _option(self, source: str, name: str, option: str) -> Json:
        match: Json = next(
            option_of_column
            for option_of_column in self.column(source, name).config["options"]
            if option_of_column["name"] == option
        )
        return match

    # trash, sharing, places

    def trash(self, object_id: str) -> None:
        """Throw a page, database, data source or block away."""
        self._changed(
            self.space.objects[object_id], lambda record: setattr(record, "in_trash", True)
        )

    def restore(self, object_id: str) -> None:
        """Bring it back."""
        self._changed(
            self.space.objects[object_id], lambda record: setattr(record, "in_trash", False)
        )

    def _changed(self, record: NotionObject, change: Callable[[NotionObject], None]) -> None:
        change(record)
        self.space.touch(record, self.id)

    def share(self, object_id: str, integration: Integration) -> None:
        """Let an integration see a page or database, and what is in it."""
        integration.shared.add(object_id)
        self.space.revision += 1

    def unshare(self, object_id: str, integration: Integration) -> None:
        """Take that back."""
        integration.shared.discard(object_id)
        self.space.revision += 1

    def rename(self, object_id: str, title: str) -> None:
        """Give a page, database or data source another title."""
        record = self.space.objects[object_id]
        if isinstance(record, Page):
            record.values["title"] = text(title)
        elif isinstance(record, Database | DataSource):
            record.title = text(title)
            database = (
                record
                if isinstance(record, Database)
                else self.space.objects[record.parent.id or ""]
            )
            assert isinstance(database, Database)
            self.space.share_names(record, database)
        self.space.touch(record, self.id)

    # content

    def write(self, on: str, blocks: Sequence[Json], position: int | None = None) -> list[str]:
        """Put blocks on a page or into a block, given as the service takes them, and return their
        ids.
        """
        holder = self.space.objects[on]
        parent = Parent("page_id" if isinstance(holder, Page) else "block_id", on)
        blocks_made = insert_blocks(
            checked_blocks(list(blocks), "body.children", self.space),
            parent,
            self.space,
            self.id,
            position,
        )
        self.space.touch(holder, self.id)
        return [block.id for block in blocks_made]

    def type(self, block: str, words: str) -> None:
        """Let a block say something else."""
        record = self.block(block)
        record.content["rich_text"] = text(words)
        self.space.touch(record, self.id)

    def move_block(self, block: str, to: str, position: int | None = None) -> None:
        """Carry a block to a place on a page or in a block; without `at` to its end."""
        record = self.space.objects[block]
        self.space.children[record.parent.id or ""].remove(block)
        holder = self.space.objects[to]
        record.parent = Parent("page_id" if isinstance(holder, Page) else "block_id", to)
        self.space.add(record, position)
        self.space.touch(record, self.id)

    def duplicate(self, page: str) -> str:
        """Copy a page with its content, under new ids, and return the id of the copy."""
        # Copied blocks name the person as their creator, not the bot that wrote the original.
        origin = self.page(page)
        copy = Page(
            self.space.new_id(), origin.parent, self.space.stamps(self.id), dict(origin.values)
        )
        self.space.add(copy)
        self._copy_content(page, copy.id)
        return copy.id

    def _copy_content(self, holder_id: str, to: str) -> None:
        for block in self.space.content(holder_id):
            if isinstance(block, Block):
                parent = Parent(
                    "page_id" if isinstance(self.space.objects[to], Page) else "block_id", to
                )
                copy = Block(
                    self.space.new_id(),
                    parent,
                    self.space.stamps(self.id),
                    block.type,
                    dict(block.content),
                )
                self.space.add(copy)
                self._copy_content(block.id, copy.id)

    def comment(self, on: str, words: str) -> str:
        """Remark on a page or block, and return the comment's id."""
        holder = self.space.objects[on]
        parent = Parent("page_id" if isinstance(holder, Page) else "block_id", on)
        comment = Comment(
            self.space.new_id(),
            parent,
            self.space.new_id(),
            self.space.stamps(self.id),
            text(words),
        )
        self.space.comments[comment.id] = comment
        return comment.id

    def resolve(self, comment: str) -> None:
        """Close the discussion of a comment."""
        discussion = self.space.comments[comment].discussion
        for remark in self.space.comments.values():
            remark.is_resolved = remark.is_resolved or remark.discussion == discussion

    def outline(self, holder_id: str) -> list[str]:
        """What stands on a page, block by block, those inside others indented."""
        lines = []
        for record in self.space.content(holder_id):
            if isinstance(record, Block):
                cells = record.content.get("cells")
                words = (
                    " | ".join(map(plain, cells))
                    if cells is not None
                    else plain(record.content.get("rich_text", []))
                )
                lines.append(f"{record.type}: {words}".removesuffix(": "))
                lines += [f"  {line}" for line in self.outline(record.id)]
            else:
                title = record.values.get("title", []) if isinstance(record, Page) else record.title
                lines.append(f"child: {plain(title)}")
        return lines

    # finding

    def page(self, page_id: str) -> Page:
        """A page by its id."""
        record = self.space.objects[page_id]
        assert isinstance(record, Page)
        return record

    def source(self, source_id: str) -> DataSource:
        """A data source by its id."""
        record = self.space.objects[source_id]
        assert isinstance(record, DataSource)
        return record

    def block(self, block_id: str) -> Block:
        """A block by its id."""
        record = self.space.objects[block_id]
        assert isinstance(record, Block)
        return record

    def column(self, source: str, name: str) -> SchemaProperty:
        """A column by its name. KeyError where there is none."""
        match = self.source(source).find(name)
        if match is None:
            raise KeyError(name)
        return match

    def rows(self, source: str) -> list[str]:
        """The rows that are not in the trash, as they were made."""
        return [page_id for page_id in self.space.rows[source] if not self.page(page_id).in_trash]
