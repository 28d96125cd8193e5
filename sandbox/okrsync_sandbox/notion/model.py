"""The content of a Notion workspace. Values are stored in the shapes of the answers of the service;
references are ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

__all__ = [
    "Block",
    "Comment",
    "DataSource",
    "Database",
    "Integration",
    "Json",
    "Page",
    "Parent",
    "SchemaProperty",
    "Stamps",
    "Upload",
    "User",
    "View",
]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parent:
    """The parent of an object, by its id; None for the workspace itself."""

    kind: Literal["workspace", "page_id", "block_id", "database_id", "data_source_id"]
    id: str | None = None


@dataclass(slots=True)
class User:
    """A person, a guest, or the bot of an integration."""

    id: str
    name: str
    email: str | None = None
    is_bot: bool = False


@dataclass(slots=True)
class Integration:
    """A connection: its token, its bot, its capabilities, and the pages and databases that people
    shared with it.

    After https://developers.notion.com/reference/capabilities.

    `capabilities` are some of `read`, `update`, `insert`, `read_comments`, `insert_comments`,
    `users`, `emails`.
    """

    name: str
    token: str
    bot: str
    capabilities: set[str]
    shared: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Stamps:
    """Who created an object and who edited it last, and when, in seconds since the epoch. Most
    answers state whole minutes only.
    """

    created: float
    edited: float
    created_by: str
    edited_by: str


@dataclass(slots=True)
class SchemaProperty:
    """A column. `config` is the object under the name of its type, lists of options included."""

    id: str
    name: str
    type: str
    config: Json
    description: str | None = None
    made_by_api: bool = False


@dataclass(slots=True)
class Database:
    """A container of data sources."""

    id: str
    parent: Parent
    stamps: Stamps
    title: list[Json]
    description: list[Json] = field(default_factory=list)
    icon: Json | None = None
    cover: Json | None = None
    is_inline: bool = False
    is_locked: bool = False
    in_trash: bool = False


@dataclass(slots=True)
class DataSource:
    """A table: its columns by id. Pages are its rows. `last_number` is the last unique id given.

    `templates` are the ids of its page templates, which are no rows; the first is the default one
    where `has_default_template` is set.
    """

    id: str
    parent: Parent
    stamps: Stamps
    title: list[Json]
    properties: dict[str, SchemaProperty]
    description: list[Json] = field(default_factory=list)
    icon: Json | None = None
    cover: Json | None = None
    in_trash: bool = False
    last_number: int = 0
    templates: list[str] = field(default_factory=list)
    has_default_template: bool = False

    def find(self, name_or_id: object) -> SchemaProperty | None:
        """A column by its name, its id, or its percent-encoded id; None where there is none."""
        # Answers encode the ids, and requests may use either form
        # (https://developers.notion.com/guides/data-apis/read-page-property-values).
        if not isinstance(name_or_id, str):
            return None
        for column in self.properties.values():
            if column.name == name_or_id:
                return column
        return self.properties.get(name_or_id) or self.properties.get(unquote(name_or_id))


@dataclass(slots=True)
class Page:
    """A page, in a data source or on another page. `values` are by property id.

    `given` holds results of formulas, by property id, that are set by hand instead of computed.
    """

    id: str
    parent: Parent
    stamps: Stamps
    values: dict[str, Any] = field(default_factory=dict)
    icon: Json | None = None
    cover: Json | None = None
    is_locked: bool = False
    in_trash: bool = False
    given: Json = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """A piece of a page's content. `content` is what stands under the type's name, without the
    children.
    """

    id: str
    parent: Parent
    stamps: Stamps
    type: str
    content: Json
    in_trash: bool = False


@dataclass(slots=True)
class Comment:
    """A remark in a discussion at a page or a block."""

    id: str
    parent: Parent
    discussion: str
    stamps: Stamps
    rich_text: list[Json]
    display_name: Json | None = None
    is_resolved: bool = False
    attachments: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class View:
    """One way to look at a data source."""

    id: str
    database: str
    data_source: str
    name: str
    type: str
    stamps: Stamps
    filter: Json | None = None
    sorts: list[Json] | None = None
    quick_filters: Json | None = None
    configuration: Json = field(default_factory=dict)
    dashboard: str | None = None
    """The dashboard that the view is a widget of."""


@dataclass(slots=True)
class Upload:
    """A file upload."""

    id: str
    stamps: Stamps
    filename: str | None
    content_type: str | None
    status: str = "pending"
    length: int | None = None
    parts: int | None = None
    sent: dict[str, int] = field(default_factory=dict)
    """The size of each received part, by its number."""
    is_attached: bool = False
