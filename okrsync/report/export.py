"""Items or observations as a table in a file: CSV, JSON lines or Parquet.

The columns are the fields of the JSON documents. A cycle is given by its name, a list by its parts
separated by semicolons.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from okrsync.model.errors import ConfigError
from okrsync.model.okrs import LedgerEntry
from okrsync.report.documents.show import (
    KeyResultEntry,
    ObjectiveEntry,
    ObservationEntry,
    ShowDocument,
)
from okrsync.report.writing import write_bytes

__all__ = ["FORMS", "item_rows", "observation_rows", "write_rows"]

Row = Mapping[str, Any]
FORMS = (".csv", ".jsonl", ".parquet")
# A list of items has no place in a cell; key results get rows of their own.
_NESTED = frozenset({"key_results", "history", "moves", "outlook"})
ITEM_FIELDS = tuple(
    # Fields of both kinds in one header, each once, in the order of the documents.
    dict.fromkeys(
        [
            "id",
            "title",
            "item",
            "source",
            "objective",
            *(name for name in KeyResultEntry.model_fields if name not in _NESTED),
            *(name for name in ObjectiveEntry.model_fields if name not in _NESTED),
        ]
    )
)
OBSERVATION_FIELDS = ("id", "title", "source", *ObservationEntry.model_fields)


def item_rows(document: ShowDocument) -> list[Row]:
    """A row for each objective and key result, in reading order. `item` says which of the two it
    is, and `objective` is the objective of a key result.
    """
    rows: list[Row] = []
    for objective in document.objectives:
        facts = objective.model_dump(mode="json", by_alias=True, exclude=set(_NESTED))
        rows.append(_flat({**facts, "item": "objective", "objective": None}))
        for key_result in objective.key_results:
            facts = key_result.model_dump(mode="json", by_alias=True, exclude=set(_NESTED))
            more = {"item": "key-result", "objective": objective.id, "source": objective.source}
            rows.append(_flat({**facts, **more}))
    return [{name: row.get(name) for name in ITEM_FIELDS} for row in rows]


def observation_rows(
    entries: Iterable[tuple[tuple[str, str], str, str, LedgerEntry]],
) -> list[Row]:
    """A row for each observation: the item's id, title and source, and what was seen."""
    return [
        {
            "id": id_,
            "title": title,
            "source": key[0],
            **ObservationEntry.of(entry).model_dump(mode="json"),
        }
        for key, id_, title, entry in entries
    ]


def write_rows(name: str, rows: Sequence[Row], fields: Sequence[str]) -> bool:
    """Write rows to a file whose name ends in one of `FORMS`; False where it says so already.

    It is written aside and renamed. Raises `ConfigError` for another ending, for Parquet without
    the package that writes it, and for a file that cannot be written.
    """
    form = Path(name).suffix.lower()
    if form == ".csv":
        return write_bytes(name, _csv(rows, fields))
    if form == ".jsonl":
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        return write_bytes(name, "".join(f"{line}\n" for line in lines).encode())
    if form == ".parquet":
        return write_bytes(name, _parquet(rows, fields))
    raise ConfigError(
        f"{name}: an export ends in {', '.join(FORMS[:-1])} or {FORMS[-1]}",
        hint="Example: okrsync export okrs.csv",
    )


def _csv(rows: Sequence[Row], fields: Sequence[str]) -> bytes:
    text = io.StringIO()
    # The csv module ends lines with CR LF by default, which shows as a change in version control.
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(row.get(name)) for name in fields} for row in rows)
    return text.getvalue().encode()


def _harmless(value: object) -> object:
    """The value, with a text that a spreadsheet would run as a formula marked as text."""
    # Spreadsheets run text that begins with one of these as a formula.
    # https://owasp.org/www-community/attacks/CSV_Injection
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _parquet(rows: Sequence[Row], fields: Sequence[str]) -> bytes:
    try:
        # pyarrow is an extra of 100 MB and more, so it is imported only for this format.
        from pyarrow import BufferOutputStream, Table, parquet
    except ImportError as error:
        raise ConfigError(
            "Parquet files need the package pyarrow",
            hint="Install okrsync with the extra `parquet`, or export to .csv or .jsonl.",
        ) from error
    sink = BufferOutputStream()
    parquet.write_table(
        Table.from_pydict({name: [row.get(name) for row in rows] for name in fields}), sink
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _flat(facts: Mapping[str, Any]) -> Row:
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            # A cycle has a name, `worst_below` an id, and coverage a count of a total.
            flat[name] = value.get("name", value.get("id")) or _parts(value)
        elif isinstance(value, list):
            flat[name] = "; ".join(str(part) for part in value)
        else:
            flat[name] = value
    return flat


def _parts(value: Mapping[str, Any]) -> str | None:
    return f"{value['with']}/{value['of']}" if "with" in value else None


Kind = Literal["items", "observations"]
