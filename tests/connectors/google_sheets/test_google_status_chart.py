"""The chart of statuses: its colours mean what they mean everywhere."""

from __future__ import annotations

from okrsync_google_sheets.looks import colour
from okrsync_google_sheets.summary_tab import _status_chart


def test_each_status_has_its_colour() -> None:
    chart = _status_chart(7, 4, ("on-track", "off-track", "missed"))["basicChart"]
    (series,) = chart["series"]
    assert [override["color"] for override in series["styleOverrides"]] == [
        colour("#0d652d"),
        colour("#a50e0e"),
        colour("#a50e0e"),
    ]
    (source,) = series["series"]["sourceRange"]["sources"]
    assert (source["startRowIndex"], source["endRowIndex"]) == (4, 7)
