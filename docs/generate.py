"""Writes every page and schema that follows from the code: `make docs`, after a change of a layout,
an owned field, a key of the configuration or a JSON document. A test holds that nothing was
forgotten.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import layouts

from okrsync.config.schema import config_schema, file_schema
from okrsync.mapping.file import Mapping_
from okrsync.measures.fields import FIELDS
from okrsync.report.documents.schemas import DOCUMENTS, on_one_line, schema_text

ROOT = Path(__file__).parents[1]
_TABLE = re.compile(r"(<!-- fields:[^\n]*-->\n).*?(<!-- /fields -->)", re.DOTALL)
_LIST = re.compile(r"(#  +fields: )[^\n]*")


def generated() -> dict[Path, str]:
    """What each of the files should hold."""
    docs = ROOT / "docs"
    return {
        docs / "layouts.md": layouts.page(),
        docs / "measures.md": _with_fields(docs / "measures.md"),
        **{docs / f"{name}.schema.json": schema_text(name) for name in DOCUMENTS},
        docs / "config.schema.json": _json(config_schema()),
        docs / "mapping.schema.json": _json(file_schema(Mapping_, "okrsync mapping")),
        ROOT / "config.example.toml": _with_names(ROOT / "config.example.toml"),
    }


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(on_one_line(schema), ensure_ascii=False, indent=2) + "\n"


def _with_fields(path: Path) -> str:
    """A page with the table of owned fields in its place."""
    rows = [
        f"| `{name}` | {field.explanation} | {field.example} |" for name, field in FIELDS.items()
    ]
    table = "\n".join(["| field | says | for example |", "|---|---|---|", *rows, ""])
    return _TABLE.sub(lambda place: place[1] + table + place[2], path.read_text(encoding="utf-8"))


def _with_names(path: Path) -> str:
    """The example configuration with the names of all owned fields in its place."""
    names = ", ".join(FIELDS)
    return _LIST.sub(lambda place: place[1] + names, path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
