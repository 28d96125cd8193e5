"""The schemas of the documents, as docs/ publishes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from okrsync.config.described import DescribedFields
from okrsync.report.documents.close import CloseDocument
from okrsync.report.documents.compare import CompareDocument
from okrsync.report.documents.document import Document
from okrsync.report.documents.explain import ExplainDocument
from okrsync.report.documents.findings import CheckDocument
from okrsync.report.documents.fleet import FleetRunDocument, FleetStatusDocument
from okrsync.report.documents.history import HistoryDocument
from okrsync.report.documents.lint import LintDocument
from okrsync.report.documents.lists import ConnectorsDocument, MappingsDocument
from okrsync.report.documents.plan import PlanDocument
from okrsync.report.documents.review import ReviewDocument
from okrsync.report.documents.sandbox import SandboxDocument
from okrsync.report.documents.show import ShowDocument
from okrsync.report.documents.state import (
    StateCheckDocument,
    StateExportDocument,
    StatePruneDocument,
    StateUnlockDocument,
)

__all__ = ["DOCUMENTS", "on_one_line", "schema_names", "schema_text"]

DOCUMENTS: Mapping[str, type[Document]] = {
    "check": CheckDocument,
    "close": CloseDocument,
    "connectors": ConnectorsDocument,
    "compare": CompareDocument,
    "explain": ExplainDocument,
    "fleet-run": FleetRunDocument,
    "fleet-status": FleetStatusDocument,
    "history": HistoryDocument,
    "lint": LintDocument,
    "mappings": MappingsDocument,
    "plan": PlanDocument,
    "review": ReviewDocument,
    "sandbox": SandboxDocument,
    "show": ShowDocument,
    "state-check": StateCheckDocument,
    "state-export": StateExportDocument,
    "state-prune": StatePruneDocument,
    "state-unlock": StateUnlockDocument,
}
"""By name, the documents that have a schema: docs/NAME.schema.json."""


class _Plain(DescribedFields):
    """Schemas without a title for each field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


# pydantic sorts by its own rules; people read the description first and the definitions last.
_IN_ORDER = ("description", "type", "required", "properties", "$defs")


def schema_names() -> list[str]:
    """Everything that documents say in their field `schema`, such as `okrsync/show/1`."""
    fields = (document.model_fields.get("schema_") for document in DOCUMENTS.values())
    return sorted(name for field in fields if field for name in get_args(field.annotation))


def schema_text(name: str) -> str:
    """The text of a document's schema file."""
    schema = DOCUMENTS[name].model_json_schema(mode="serialization", schema_generator=_Plain)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"okrsync {name} --json",
        # The class name that pydantic gives as title means nothing outside the code.
        **{key: schema[key] for key in _IN_ORDER if key in schema},
    }
    return json.dumps(on_one_line(schema), ensure_ascii=False, indent=2) + "\n"


def on_one_line(part: Any) -> Any:
    """The same schema, its descriptions without the line breaks they have in the code."""
    if isinstance(part, dict):
        return {
            key: (
                " ".join(value.split())
                if key == "description" and isinstance(value, str)
                else on_one_line(value)
            )
            for key, value in part.items()
        }
    return [on_one_line(each) for each in part] if isinstance(part, list) else part
