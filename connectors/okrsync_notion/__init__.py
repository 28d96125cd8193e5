"""The Notion connector of okrsync."""

from okrsync_notion.connector import NotionConnector
from okrsync_notion.settings import NotionSettings

__all__ = ["NotionConnector", "NotionSettings"]
