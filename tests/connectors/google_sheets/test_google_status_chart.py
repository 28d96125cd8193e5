"""The chart of statuses: its colours mean what they mean everywhere."""

from __future__ import annotations

from okrsync.connector import PALETTE, StatusCounts, Summary
from okrsync.model.okrs import Status
from okrsync_google_sheets.looks import colour
from okrsync_google_sheets.summary_charts import _status_chart


def summary(*statuses: Status) -> Summary:
    counts = tuple((status, int(status in statuses)) for status in Status)
    lines = (StatusCounts("Grow", counts), StatusCounts("Keep", counts))
    return Summary("OKRs", "2026-Q4", (), (), (), (), (), (), by_objective=lines)


def test_each_status_has_its_colour_in_the_bar_of_each_objective() -> None:
    shown = summary(Status.ON_TRACK, Status.OFF_TRACK, Status.MISSED)
    chart = _status_chart(7, 4, 3, shown)["basicChart"]
    assert chart["stackedType"] == "STACKED"
    assert [series["color"] for series in chart["series"]] == [
        colour(PALETTE[status].bar) for status in ("on-track", "off-track", "missed")
    ]
    for column, series in enumerate(chart["series"], start=1):
        (source,) = series["series"]["sourceRange"]["sources"]
        assert (source["startRowIndex"], source["endRowIndex"]) == (4, 7)
        assert source["startColumnIndex"] == column


def test_all_eight_statuses_have_room() -> None:
    chart = _status_chart(7, 4, 3, summary(*Status))["basicChart"]
    assert len(chart["series"]) == 7
    assert chart["series"][0]["color"] == colour(PALETTE["no-data"].bar)
