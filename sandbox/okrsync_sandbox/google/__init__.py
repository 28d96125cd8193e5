"""A local Google: Sheets v4, the parts of Drive v3 that sheets need, and the token endpoint."""

from __future__ import annotations

from okrsync_sandbox.google.service import Google

__all__ = ["Google"]
