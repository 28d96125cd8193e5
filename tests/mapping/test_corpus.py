"""Real files that nobody here wrote are read as a person reads them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from okrsync.connector import Context
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings

TODAY = date(2026, 11, 23)


def read(path: Path) -> Okrs:
    context: Context = context_for(path.parent)
    snapshot = WorkbookConnector(WorkbookSettings(path=str(path)), context).read()
    return understand(snapshot, Mapping_(), Reading("team", TODAY, resolve_cycle("auto", TODAY)))


def labelled_files(shared: Path) -> list[Path]:
    """The files that somebody has looked at."""
    labels = json.loads((shared / "corpus" / "labels.json").read_text(encoding="utf-8"))
    entries = next(value for value in labels.values() if isinstance(value, list))
    return [shared / "corpus" / label["file"] for label in entries]


def test_every_file_of_the_corpus_is_counted_as_it_is_labelled(shared: Path) -> None:
    labels = json.loads((shared / "corpus" / "labels.json").read_text(encoding="utf-8"))
    entries = next(value for value in labels.values() if isinstance(value, list))
    wrong = []
    for label in entries:
        found = read(shared / "corpus" / label["file"])
        counts = (
            sum(not item.implied for item in found.objectives),
            sum(len(item.key_results) for item in found.objectives),
        )
        if counts != (label["objectives"], label["key_results"]):
            wrong.append(
                f"{label['file']}: {counts} where a person counts"
                f" {(label['objectives'], label['key_results'])}"
            )
    assert wrong == []


ROLES = {
    "kr_id": {"id"},
    "id": {"id", "objective_id"},
    "objective_id": {"objective_id", "id"},
    "outline_number": {"id"},
    "start_value": {"baseline"},
    "target_value": {"target"},
    "current_value": {"current"},
    "type": {"kind"},
    "last_update": {"checked_in"},
    "due_date": {"due"},
    "notes": {"comment"},
    "objective+key_result": {"objective", "key_result"},
}
"""Our names for roles by those of the labels, where they differ."""

UNREAD = {"theme", "metric", "created", "initiative", "tags", "link", "other", "none"}
"""Roles of the labels that are not read."""


def test_every_column_of_the_corpus_has_the_role_it_is_labelled_with(shared: Path) -> None:
    labels = json.loads((shared / "corpus" / "labels.json").read_text(encoding="utf-8"))
    wrong = []
    for label in labels["files"]:
        found = read(shared / "corpus" / label["file"])
        (tab,) = found.tabs
        assert (tab.header_row, found.questions) == (label["header_row_index"] + 1, ())
        for column, expected in zip(tab.columns, label["columns"], strict=True):
            assert column.header == expected["header"]
            role = expected["role"]
            accepted = {None} if role in UNREAD else ROLES.get(role, {role})
            if column.role not in accepted:
                wrong.append(
                    f"{label['file']}: {column.header!r} is read as {column.role}, a person says"
                    f" {role}: {column.because}"
                )
    assert wrong == []
