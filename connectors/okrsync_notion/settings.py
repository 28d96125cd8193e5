"""The settings of a Notion source in the config."""

from __future__ import annotations

import re

from pydantic import field_validator, model_validator

from okrsync.connector import Endpoint, Secret, Settings

__all__ = ["NotionSettings", "notion_id"]

_ID = re.compile(
    r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})", re.IGNORECASE
)


def notion_id(text: str) -> str | None:
    """The id at the end of the address of a page or database, or the id itself; None where the text
    holds none.
    """
    # `?v=` names a view by an id of its own, and a title may end in characters that read as one.
    ids = list(_ID.finditer(text.split("?")[0]))
    return "-".join(ids[-1].groups()).lower() if ids else None


class NotionSettings(Settings):
    """`database` is an address or an id, or several of related databases. `data_source` chooses
    among the data sources of a database that has more than one, or replaces `database`. `token` is
    the token of a connection (integration) that both are shared with.
    """

    database: str | tuple[str, ...] | None = None
    data_source: str | tuple[str, ...] | None = None
    token: Secret
    api_endpoint: Endpoint | None = None

    @field_validator("database", "data_source")
    @classmethod
    def _ids_in_address(cls, addresses: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
        if addresses is None:
            return None
        ids = []
        for text in (addresses,) if isinstance(addresses, str) else addresses:
            id_ = notion_id(text)
            if id_ is None:
                raise ValueError(
                    f"{text!r} is neither an address in Notion nor an id of 32 characters"
                )
            ids.append(id_)
        return tuple(ids)

    @model_validator(mode="after")
    def _somewhere(self) -> NotionSettings:
        if not self.database and not self.data_source:
            raise ValueError(
                "needs `database` or `data_source`: copy the database's address from the browser"
            )
        return self

    @property
    def databases(self) -> tuple[str, ...]:
        """The ids of the databases."""
        return self.database if isinstance(self.database, tuple) else ()

    @property
    def data_sources(self) -> tuple[str, ...]:
        """The ids of the data sources that the config names."""
        return self.data_source if isinstance(self.data_source, tuple) else ()
