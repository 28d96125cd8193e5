"""The Google Sheets connector of okrsync."""

from okrsync_google_sheets.connector import GoogleSheetsConnector
from okrsync_google_sheets.settings import GoogleSheetsSettings

__all__ = ["GoogleSheetsConnector", "GoogleSheetsSettings"]
