"""What tests of the local Google and of its connector share: the sandbox, and the real gspread
client pointed at it.
"""

from __future__ import annotations

from typing import Any

import gspread
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient
from requests.auth import AuthBase

from okrsync_sandbox import Sandbox

__all__ = ["ANNA", "Bearer", "client_of"]

ANNA = "anna@acme.example"
_SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")


class Bearer(AuthBase):
    """Puts the real google-auth's token on each request, and nothing else: no look-ups at the real
    Google.
    """

    def __init__(self, info: dict[str, str], scopes: tuple[str, ...]) -> None:
        self.credentials: Any = Credentials.from_service_account_info(info, scopes=list(scopes))  # type: ignore[no-untyped-call]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self.credentials.valid:
            self.credentials.refresh(Request())
        request.headers["Authorization"] = f"Bearer {self.credentials.token}"
        return request


def client_of(sandbox: Sandbox, *scopes: str) -> gspread.Client:
    """The real gspread as a service account of its own, with its requests sent to the sandbox."""

    class Redirected(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, sandbox.endpoint)
            return super().request(method, endpoint, *args, **kwargs)

    session = requests.Session()
    session.auth = Bearer(sandbox.google.accounts.service_account(), scopes or _SCOPES)
    return gspread.Client(auth=None, session=session, http_client=Redirected)  # type: ignore[arg-type]
