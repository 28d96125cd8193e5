"""`okrsync sandbox` as another program meets it: one JSON document, then services that answer until
it is told to stop.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from okrsync.config import load
from okrsync.sync import sync

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "okrsync",
        "sandbox",
        "--json",
        "--file",
        str(tmp_path / "kept.json"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(running.stdout.readline())
        yield json.loads("".join(lines))
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    assert (tmp_path / "kept.json").exists()


def test_its_document_holds_what_the_schema_names_and_no_more(told: dict[str, Any]) -> None:
    schema = json.loads((DOCS / "sandbox.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == {"google", "notion", "page"}
    definitions = schema["$defs"].values()
    closed = {
        **schema,
        "additionalProperties": False,
        "$defs": {
            name: {**definition, "additionalProperties": False}
            for name, definition in zip(schema["$defs"], definitions, strict=True)
        },
    }
    jsonschema.validate(told, closed)


def test_it_prints_what_a_config_needs_and_a_sync_against_it_works(
    told: dict[str, Any], tmp_path: Path
) -> None:
    google = told["google"]
    (tmp_path / "okrsync.toml").write_text(
        '[sources.growth]\nconnector = "google-sheets"\nspreadsheet ='
        f' "{google["spreadsheets"][0]}"\ncredentials = {{file ='
        f' "{google["credentials"]}"}}\napi_endpoint ='
        f' "{google["api_endpoint"]}"\n[sources.growth.write]\ncolumns = {{progress ='
        ' "Progress"}\n',
        encoding="utf-8",
    )
    done = sync(load(tmp_path / "okrsync.toml"))
    assert [source.error for source in done.sources] == [None]
    assert "Progress" in requests.get(google["spreadsheets"][0], timeout=60).text
    assert "Growth OKRs" in requests.get(told["page"], timeout=60).text


def test_the_local_notion_answers_with_its_token(told: dict[str, Any]) -> None:
    notion = told["notion"]
    headers = {"Authorization": f"Bearer {notion['token']}", "Notion-Version": "2025-09-03"}
    page = requests.get(
        f"{notion['api_endpoint']}/v1/pages/{notion['root_page']}", headers=headers, timeout=60
    )
    assert page.status_code == 200
    database = notion["databases"][0].rsplit("/", 1)[-1]
    found = requests.get(
        f"{notion['api_endpoint']}/v1/databases/{database}", headers=headers, timeout=60
    ).json()
    rows = requests.post(
        f"{notion['api_endpoint']}/v1/data_sources/{found['data_sources'][0]['id']}/query",
        headers=headers,
        json={},
        timeout=60,
    ).json()
    assert len(rows["results"]) == 3
