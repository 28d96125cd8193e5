"""What a local Google and a local Notion are reached by, which `okrsync sandbox --json` prints."""

from __future__ import annotations

from okrsync.report.documents.document import Document

__all__ = ["SandboxDocument", "SandboxGoogle", "SandboxNotion"]


class SandboxGoogle(Document):
    """The local Google, with the settings of a source that reads from it."""

    api_endpoint: str
    credentials: str
    """The path of a service account's key file; it exists for as long as the sandbox runs."""
    spreadsheets: tuple[str, ...]
    """The addresses of the spreadsheets that are shared with the account."""


class SandboxNotion(Document):
    """The local Notion, with the settings of a source that reads from it."""

    api_endpoint: str
    token: str
    """The token of an integration; it opens nothing but this sandbox."""
    root_page: str
    """The id of the page that is shared with the integration."""
    databases: tuple[str, ...]
    """The addresses of the databases on that page."""


class SandboxDocument(Document):
    """What `okrsync sandbox --json` prints once both services listen. Fields are added, never
    renamed.
    """

    google: SandboxGoogle
    notion: SandboxNotion
    page: str
    """The address of a page that shows sheets and pages as a person would see them."""
