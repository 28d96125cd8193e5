"""What the config says of a Notion database."""

from __future__ import annotations

import re

from pydantic import field_validator, model_validator

from okrsync.connector import Endpoint, Secret, Settings

__all__ = ["NotionSettings", "notion_id"]

_ID = re.compile(
    r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})", re.IGNORECASE
)


def notion_id(text: str) -> str | None:
    """The id at the end of a page's or database's address, or the id itself; None where the text
    holds none.
    """
    found = list(_ID.finditer(text.split("?")[0]))
    return "-".join(found[-1].groups()).lower() if found else None


class NotionSettings(Settings):
    """`database` is an address or an id, or several of related ones; `data_source` names sources of
    a database that has more than one, or stands instead of it. `token` is that of a connection
    (integration) that both are shared with.
    """

    database: str | tuple[str, ...] | None = None
    data_source: str | tuple[str, ...] | None = None
    token: Secret
    api_endpoint: Endpoint | None = None

    @field_validator("database", "data_source")
    @classmethod
    def _known(cls, given: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
        if given is None:
            return None
        found = []
        for text in (given,) if isinstance(given, str) else given:
            one = notion_id(text)
            if one is None:
                raise ValueError(
                    f"{text!r} is neither an address in Notion nor an id of 32 characters"
                )
            found.append(one)
        return tuple(found)

    @model_validator(mode="after")
    def _somewhere(self) -> NotionSettings:
        if not self.database and not self.data_source:
            raise ValueError(
                "needs `database` or `data_source`: copy the database's address from the browser"
            )
        return self

    @property
    def databases(self) -> tuple[str, ...]:
        """The databases, as ids."""
        return self.database if isinstance(self.database, tuple) else ()

    @property
    def data_sources(self) -> tuple[str, ...]:
        """The data sources that are named, as ids."""
        return self.data_source if isinstance(self.data_source, tuple) else ()
