"""A local Notion: databases and their data sources, pages, blocks, comments, users, search and
views, in memory.
"""

from __future__ import annotations

from okrsync_sandbox.notion.service import Notion

__all__ = ["Notion"]
