"""The schemas of the configuration and of mappings say what the program reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from okrsync.config import load
from okrsync.mapping.file import load_mapping
from okrsync.model.errors import ConfigError

ROOT = Path(__file__).parents[2]
TAPLO = Path(sys.executable).with_name("taplo")


def schema(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(
        (ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return made


def accepts(name: str, text: str) -> bool:
    validator = jsonschema.Draft202012Validator(schema(name))
    return validator.is_valid(json.loads(json.dumps(tomllib.loads(text), default=str)))


def loads(folder: Path, text: str) -> bool:
    (folder / "okrsync.toml").write_text(text, encoding="utf-8")
    try:
        load(folder / "okrsync.toml")
    except ConfigError:
        return False
    return True


NOTION = """
[sources.a]
connector = "notion"
token = {token}
database = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
"""
TEAM = '[sources.team]\nconnector = "workbook"\npath = "a.csv"\n'


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        (TEAM, True),
        (f"{TEAM}pth = 1\n", False),
        (TEAM.replace("path", "paht"), False),
        (f'cycle = "2026-Q4"\nfiscal_year_start = 4\n{TEAM}', True),
        (f"cycle = {{start = 2026-10-01, end = 2026-12-31}}\n{TEAM}", True),
        (f"fiscal_year_start = 13\n{TEAM}", False),
        (f"fiscal_yaer_start = 1\n{TEAM}", False),
        (f'{TEAM}[sources.team.write]\ncolumns = {{progress = "Progress"}}\n', True),
        (f'{TEAM}[sources.team.write]\ncolumns = {{progres = "Progress"}}\n', False),
        (f'{TEAM}[sources.team.write]\nnotify = "mail"\n', False),
        (f'{TEAM}[sources.team.checkins]\ncadence = "biweekly"\n', True),
        (f'{TEAM}[sources.team.scoring]\nclamp = "floor"\n', True),
        (f'{TEAM}[sources.team.scoring]\nclamp = "flor"\n', False),
        (f"{TEAM}[guards]\nmax_losses = 2\n", False),
        (f'{TEAM}[watch]\nevery = "1 hour"\n', True),
        ('[sources."a b"]\nconnector = "workbook"\npath = "a.csv"\n', False),
        ('[sources.a]\nconnector = "workbok"\npath = "a.csv"\n', None),
        (
            NOTION.format(token='{command = ["echo", "x"]}'),
            True,
        ),
        (
            NOTION.format(token='"x"'),
            False,
        ),
        ('[publish.b]\nconnector = "workbook"\npath = "a.csv"\n', None),
    ],
)
def test_the_schema_accepts_what_the_program_accepts(
    tmp_path: Path, text: str, is_good: bool | None
) -> None:
    if is_good is None:
        # What another connector may bring is not known to the schema: it lets pass.
        assert not loads(tmp_path, text)
        return
    assert loads(tmp_path, text) == is_good
    assert accepts("config", text) == is_good


def test_every_key_of_the_example_is_in_the_schema() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert accepts("config", text)
    known = set(re.findall(r'"(\w+)":', json.dumps(schema("config"))))
    named = set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE))
    assert named - known == set()


def test_every_shipped_mapping_fits_its_schema() -> None:
    folder = ROOT / "mappings"
    files = [*folder.glob("*.toml"), *(folder / "tools").glob("*.toml")]
    mappings = [path for path in files if path.stem not in ("lint", "synonyms")]
    assert len(mappings) > 10
    for path in mappings:
        text = path.read_text(encoding="utf-8")
        load_mapping(str(path), folder)
        assert accepts("mapping", text), path
        assert not accepts("mapping", f"laoyut = 1\n{text}"), path


@pytest.mark.skipif(not TAPLO.exists(), reason="the TOML tools of editors are not installed")
def test_an_editor_finds_the_mistakes_of_a_config(tmp_path: Path) -> None:
    def lint(text: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "okrsync.toml"
        path.write_text(text, encoding="utf-8")
        named = (ROOT / "docs" / "config.schema.json").as_uri()
        return subprocess.run(
            [TAPLO, "lint", "--schema", named, str(path)], text=True, capture_output=True
        )

    assert lint(TEAM).returncode == 0
    refused = lint(f"{TEAM}[guards]\nmax_shirnk = 0.2\n")
    assert refused.returncode != 0
    assert "max_shirnk" in refused.stderr


def test_init_names_the_schemas_for_editors(tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text("Objective,Key result\nGrow,Sign-ups\n", encoding="utf-8")
    command = [sys.executable, "-m", "okrsync", "init", "team.csv", "--yes"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for name, file in (("config", "okrsync.toml"), ("mapping", "mappings/team.toml")):
        first = (tmp_path / file).read_text(encoding="utf-8").splitlines()[0]
        address = first.removeprefix("#:schema ")
        assert address.endswith(f"{name}.schema.json")
        assert json.loads(Path(address.removeprefix("file://")).read_bytes()) == schema(name)
