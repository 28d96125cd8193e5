"""What the config says of a spreadsheet."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator

from okrsync.connector import Endpoint, Secret, Settings

__all__ = ["GoogleSheetsSettings", "in_address", "spreadsheet_id"]

_IN_URL = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)|[?&]key=([A-Za-z0-9_-]+)")
_ID = re.compile(r"[A-Za-z0-9_-]{20,}")


def spreadsheet_id(text: str) -> str | None:
    """The id in a spreadsheet's address, or the id itself; None where the text is neither."""
    return in_address(text) or (text if _ID.fullmatch(text) else None)


def in_address(text: str) -> str | None:
    """The id in a spreadsheet's address; None where the text is none."""
    found = _IN_URL.search(text)
    return None if found is None else found[1] or found[2]


class GoogleSheetsSettings(Settings):
    """`spreadsheet` is an address or an id. `tabs` chooses tabs by title; left out, every visible
    one is read. `credentials` names a key file of a service account or an authorised-user file;
    left out, Google's application default credentials are used.
    """

    spreadsheet: str
    tabs: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    credentials: Secret | None = None
    api_endpoint: Endpoint | None = None

    @field_validator("spreadsheet")
    @classmethod
    def _known(cls, text: str) -> str:
        found = spreadsheet_id(text.strip())
        if found is None:
            raise ValueError(
                "is neither the address of a spreadsheet"
                " (https://docs.google.com/spreadsheets/d/...) nor its id"
            )
        return found
