"""Promises about the project itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from okrsync import __version__
from okrsync.cli import COMMANDS
from okrsync.connector.registry import installed

ROOT = Path(__file__).parents[1]
RUNGS = (
    ("errors",),
    ("table", "secret", "toml_lines"),
    ("model", "problems"),
    ("period_words", "days", "cycles", "scope", "summary", "summary_grid", "values_json"),
    ("connector", "tree", "secrets_lookup", "watch_settings"),
    ("measures", "answers", "mapping"),
    ("backup", "lease", "schema", "salvage", "registry", "config", "state"),
    ("identity", "plan", "id_plan", "picture", "guards", "memory", "lock", "side_by_side"),
    ("history", "journal", "retention", "summarise", "kept", "lint"),
    ("job",),
    ("sources", "understanding", "measuring"),
    ("apply", "decide", "recover", "init", "report", "logs", "run_events"),
    ("publish", "carry_out", "remember", "failing", "checking", "preview"),
    ("sync",),
    ("undo", "ids", "watch", "retry", "upkeep"),
    ("testing", "demo"),
    ("cli", "__main__"),
)
"""Who may look at whom: a module looks down, or left on its own rung. Pairs on one rung stand in
the order in which they look at each other.
"""

RUNG = {name: number for number, rung in enumerate(RUNGS) for name in rung}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            if node.module == "okrsync":
                yield from (f"okrsync.{alias.name}" for alias in node.names)
            yield node.module


def test_imports_look_down() -> None:
    wrong = []
    for path in sources("okrsync"):
        mine = path.relative_to(ROOT / "okrsync").parts[0].removesuffix(".py")
        if mine == "__init__":
            continue
        assert mine in RUNG, f"{path.name} has no rung: give it one in {Path(__file__).name}"
        for name in imports(path):
            other = name.split(".")[1] if name.startswith("okrsync.") else None
            if other in RUNG and other != mine and RUNG[other] >= RUNG[mine]:
                rung = RUNGS[RUNG[mine]]
                if RUNG[other] > RUNG[mine] or rung.index(other) > rung.index(mine):
                    wrong.append(f"{path.relative_to(ROOT)} looks up at okrsync.{other}")
    assert wrong == []


def test_the_core_knows_no_connector_and_no_vendor() -> None:
    for path in sources("okrsync"):
        for name in imports(path):
            if name.startswith("okrsync_sandbox") and path.relative_to(ROOT).parts[1] in (
                "cli",
                "demo",
            ):
                continue  # the stand-ins are no connector, and these two are there to show them
            assert not name.startswith(
                ("okrsync_", "gspread", "notion_client", "python_calamine", "openpyxl")
            ), f"{path}: {name}"


def test_a_connector_knows_only_the_contract() -> None:
    allowed = {
        "okrsync.connector",
        "okrsync.model.table",
        "okrsync.model.errors",
        "okrsync.connector.summary",
        "okrsync.connector.summary_grid",
    }
    for folder in sorted((ROOT / "connectors").iterdir()):
        for path in folder.rglob("*.py"):
            for name in imports(path):
                if name.startswith("okrsync.") or name == "okrsync":
                    assert name in allowed, f"{path.relative_to(ROOT)}: {name}"
                assert not (name.startswith("okrsync_") and not name.startswith(folder.name)), (
                    f"{path}: {name}"
                )


def test_each_connector_has_its_readme_entry_and_its_contract_test() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    contract = (ROOT / "tests" / "test_connector_contract.py").read_text(encoding="utf-8")
    for name, point in installed().items():
        assert f"### {name}" in readme
        assert point.value.split(":")[1] in contract


def test_each_command_has_its_place_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"okrsync {command}" in readme, command


def test_each_guard_and_exit_code_is_in_the_books() -> None:
    from okrsync.plan.guards import GUARDS

    books = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    for guard in GUARDS:
        assert f"`{guard}`" in books
    for code in (0, 1, 2, 3, 4, 5, 6, 11, 130):
        assert f"| {code} |" in books


def test_each_package_says_that_it_is_typed() -> None:
    for package in ("okrsync", "connectors/okrsync_workbook"):
        assert (ROOT / package / "py.typed").exists()


def test_no_module_holds_more_than_one_subject() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("okrsync", "connectors")
        for path in sources(folder)
    }
    assert {name: length for name, length in lengths.items() if length > 700} == {}


def test_every_module_opens_with_what_it_is_about() -> None:
    for folder in ("okrsync", "connectors", "benchmarks"):
        for path in sources(folder):
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    for folder in ("okrsync", "connectors", "benchmarks"):
        for path in sources(folder):
            assert not marks.search(path.read_text(encoding="utf-8")), path


def test_constraints_name_packages_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)


def test_the_readme_begins_with_what_it_does_and_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        readme.index("reads the objectives") < readme.index("make demo") < readme.index("make test")
    )
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link


def test_the_ci_calls_what_the_readme_tells() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert all(f"make {target}" in script for target in ("test", "lint", "types", "wheel"))


def test_the_version_is_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
