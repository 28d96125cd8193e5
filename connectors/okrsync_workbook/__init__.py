"""The workbook connector: Excel workbooks, CSV and TSV files both ways, OpenDocument sheets to
read.
"""

from okrsync_workbook.connector import WorkbookConnector, WorkbookSettings

__all__ = ["WorkbookConnector", "WorkbookSettings"]
