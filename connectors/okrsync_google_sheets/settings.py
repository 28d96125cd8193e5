"""The settings of a spreadsheet in the config."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator

from okrsync.connector import Endpoint, Secret, Settings

__all__ = ["GoogleSheetsSettings", "in_address", "spreadsheet_id"]

# `/u/1/` appears with several Google accounts in one browser; `key=` in addresses from before 2014.
_IN_URL = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)|[?&]key=([A-Za-z0-9_-]+)")
_ID = re.compile(r"[A-Za-z0-9_-]{20,}")


def spreadsheet_id(text: str) -> str | None:
    """The id in a spreadsheet's address, or the id itself; None if the text is neither."""
    return in_address(text) or (text if _ID.fullmatch(text) else None)


def in_address(text: str) -> str | None:
    """The id in a spreadsheet's address; None if the text is no such address."""
    match = _IN_URL.search(text)
    return None if match is None else match[1] or match[2]


class GoogleSheetsSettings(Settings):
    """`spreadsheet` is an address or an id. `tabs` lists tabs by title; without it, every visible
    tab is read. `credentials` names the key file of a service account or an authorised-user file;
    without it, Google's application default credentials are used.
    """

    spreadsheet: str
    tabs: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    credentials: Secret | None = None
    api_endpoint: Endpoint | None = None

    @field_validator("spreadsheet")
    @classmethod
    def _ids_in_address(cls, text: str) -> str:
        id_in_text = spreadsheet_id(text.strip())
        if id_in_text is None:
            raise ValueError(
                "is neither the address of a spreadsheet"
                " (https://docs.google.com/spreadsheets/d/...) nor its id"
            )
        return id_in_text
