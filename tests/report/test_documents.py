"""JSON documents: what their schemas say is what is printed, and nothing is printed otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from okrsync.report.documents.schemas import DOCUMENTS
from okrsync.state.schema import TABLES
from team import AS_OF, Team

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("check",),
    "connectors": ("connectors",),
    "close": ("close", "2026-Q4"),
    "compare": ("compare", "export.csv"),
    "explain": ("explain", "growth/O1/KR1"),
    "fleet-run": ("fleet", "run", "okrsync.toml"),
    "fleet-status": ("fleet", "status", "okrsync.toml"),
    "history": ("history",),
    "lint": ("lint",),
    "mappings": ("mappings",),
    "plan": ("plan",),
    "review": ("review",),
    "show": ("show",),
    "state-check": ("state", "check"),
    "state-export": ("state", "export"),
    "state-prune": ("state", "prune", "--dry-run"),
    "state-unlock": ("state", "unlock"),
}
TIMELESS = (
    "connectors",
    "fleet-status",
    "history",
    "mappings",
    "state-check",
    "state-export",
    "state-prune",
    "state-unlock",
)
"""Documents of commands that know no day to measure for."""


def schema(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


def closed(part: Any) -> Any:
    """The same schema, refusing every field it does not name."""
    if isinstance(part, dict):
        inner = {key: closed(value) for key, value in part.items()}
        return {**inner, "additionalProperties": False} if "properties" in inner else inner
    return [closed(each) for each in part] if isinstance(part, list) else part


ANSWERING = [name for name in DOCUMENTS if name != "sandbox"]
"""`sandbox` answers until it is stopped; tests/cli/test_cli_sandbox.py holds its document."""


@pytest.mark.parametrize("name", ANSWERING)
def test_each_document_holds_what_its_schema_names_and_no_more(
    name: str, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in TIMELESS:
        team.sync()
    if name == "compare":
        monkeypatch.chdir(team.folder)
        text = "Objective,Key result,Progress\nGrow,Sign-ups,99%\nGrow,Nobody's,1%\n"
        (team.folder / "export.csv").write_text(text, encoding="utf-8")
    document = team.json(*COMMANDS[name], *(() if name in TIMELESS else ("--as-of", AS_OF)))
    jsonschema.validate(document, closed(schema(name)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_schema_is_one(name: str) -> None:
    read = schema(name)
    jsonschema.Draft202012Validator.check_schema(read)
    if name != "sandbox":
        assert read["properties"]["schema"].get("const", "okrsync/plan/1").startswith("okrsync/")
    assert read["description"].endswith(".")


def test_an_export_of_the_state_has_every_table(team: Team) -> None:
    team.sync()
    document = team.json("state", "export")
    assert list(document) == ["schema", "version", "path", *TABLES]
    assert set(TABLES) < schema("state-export")["properties"].keys()
    assert team.run("state", "export", "--output", str(team.folder / "state.json"))[0] == 0
    text = (team.folder / "state.json").read_text(encoding="utf-8")
    assert text == team.run("state", "export")[1]
    jsonschema.validate(json.loads(text), closed(schema("state-export")))


def test_a_run_a_retry_and_since_have_their_own_fields(team: Team) -> None:
    plan = team.json("plan", "--as-of", AS_OF)
    assert "run" not in plan
    assert "retries" not in plan
    assert "requests" not in plan["sources"][0]
    assert "requests" in team.json("plan", "--as-of", AS_OF, "--show-requests")["sources"][0]
    run = team.sync()["run"]
    shown = team.json("show", "--as-of", AS_OF)
    assert "since" not in shown
    for document, name in (
        (team.json("show", "--as-of", AS_OF, "--since", run), "show"),
        (team.json("history", run), "history"),
        (team.json("retry", "--as-of", AS_OF), "plan"),
        (team.json("undo", run), "plan"),
    ):
        jsonschema.validate(document, closed(schema(name)))


def test_a_document_reads_like_indented_json(team: Team) -> None:
    code, out = team.run("show", "--as-of", AS_OF, "--json")
    assert code == 0
    assert out == json.dumps(json.loads(out), ensure_ascii=False, indent=2) + "\n"
