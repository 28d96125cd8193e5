"""Promises about the project itself."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

from okrsync import __version__
from okrsync.cli import COMMANDS
from okrsync.connector.registry import installed

ROOT = Path(__file__).parents[1]
RUNGS = (
    "model",
    "connector",
    "measures",
    "config",
    "mapping",
    "plan",
    "state",
    "init",
    "lint",
    "steps",
    "sync",
    "report",
    "watch",
    "testing",
    "assistants",
    "fleet",
    "demo",
    "cli",
    "__main__",
)
"""The rooms of okrsync, from the ground up: a room looks only at rooms before it."""

MOST_PAIRS = 90
"""At most so many pairs of rooms of which one imports the other."""

PACKAGES = {
    "okrsync": ROOT / "okrsync",
    "okrsync_google_sheets": ROOT / "connectors" / "okrsync_google_sheets",
    "okrsync_notion": ROOT / "connectors" / "okrsync_notion",
    "okrsync_workbook": ROOT / "connectors" / "okrsync_workbook",
    "okrsync_sandbox": ROOT / "sandbox" / "okrsync_sandbox",
}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def modules() -> dict[str, Path]:
    """Every module of every package, inner packages included, by its dotted name."""
    return {
        ".".join([name, *path.relative_to(folder).with_suffix("").parts]).removesuffix(
            ".__init__"
        ): path
        for name, folder in PACKAGES.items()
        for path in sorted(folder.rglob("*.py"))
    }


class Content(NamedTuple):
    """What a module holds: its docstring, its classes, and its statements that import."""

    docstring: str | None
    classes: tuple[str, ...]
    imports: tuple[ast.Import | ast.ImportFrom, ...]


def statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """Each statement inside a node, however deep."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, field, ()):
            yield inner
            yield from statements_in(inner)


@cache
def content(path: Path) -> Content:
    """The content of a file, inner scopes and `TYPE_CHECKING` included. Parsed once for all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes, statements = [], []
    for node in statements_in(tree):
        if isinstance(node, ast.ClassDef):
            classes.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            statements.append(node)
    return Content(ast.get_docstring(tree), tuple(classes), tuple(statements))


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, wherever in it: in functions and under `TYPE_CHECKING` too."""
    for node in content(path).imports:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else node.module


@cache
def arrows() -> dict[str, frozenset[str]]:
    """By module, the modules of these packages that it imports."""
    return {
        name: frozenset(other for other in imports(path) if other in modules() and other != name)
        for name, path in modules().items()
    }


def room(module: str) -> str | None:
    """The folder or loose file at the top of okrsync that a module stands in."""
    parts = module.split(".")
    return parts[1] if parts[0] == "okrsync" and len(parts) > 1 else None


def test_imports_look_down() -> None:
    wrong = []
    for name, others in arrows().items():
        mine = room(name)
        if mine is None:
            continue
        assert mine in RUNGS, f"{name} has no rung: give it one in {Path(__file__).name}"
        for other in others:
            its = room(other)
            if its is not None and its != mine and RUNGS.index(its) > RUNGS.index(mine):
                wrong.append(f"{name} looks up at {other}")
    assert wrong == []


def test_no_two_modules_import_each_other_by_any_way_round() -> None:
    sorter = TopologicalSorter(arrows())
    try:
        sorter.prepare()
    except CycleError as error:
        raise AssertionError(f"a circle: {' -> '.join(error.args[1])}") from error


def test_few_rooms_know_each_other() -> None:
    pairs = {
        (mine, its)
        for name, others in arrows().items()
        for other in others
        if (mine := room(name)) is not None and (its := room(other)) is not None and mine != its
    }
    assert len(pairs) <= MOST_PAIRS, f"{len(pairs)} pairs of rooms"


def test_inside_the_mapping_folders_look_down_too() -> None:
    """Words and values, then headers, then rows, then layouts; the loose modules frame them."""
    inner = ("values", "header", "rows", "layouts")
    for name, others in arrows().items():
        parts = name.split(".")
        if parts[:2] != ["okrsync", "mapping"] or len(parts) < 3 or parts[2] not in inner:
            continue
        for other in others:
            its = other.split(".")
            if its[:2] == ["okrsync", "mapping"] and len(its) > 2 and its[2] in inner:
                assert inner.index(its[2]) <= inner.index(parts[2]), f"{name} looks up at {other}"


def test_at_the_top_stand_the_public_package_and_the_story() -> None:
    loose = {path.name for path in (ROOT / "okrsync").glob("*.py")}
    assert loose == {"__init__.py", "__main__.py", "sync.py"}


def test_every_folder_has_an_opening_page() -> None:
    for folder in PACKAGES.values():
        for path in folder.rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), path.parent


def test_each_test_lies_in_the_folder_of_what_it_tests() -> None:
    loose = {path.name for path in (ROOT / "tests").glob("test_*.py")}
    assert loose == {"test_api.py", "test_house.py"}


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
    allowed = {"okrsync.connector", "okrsync.connector.network"}
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
    contract = (ROOT / "tests" / "connector" / "test_connector_contract.py").read_text(
        encoding="utf-8"
    )
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
    assert {name: length for name, length in lengths.items() if length > 600} == {}


def test_a_class_name_has_one_meaning() -> None:
    seen: dict[str, Path] = {}
    for path in modules().values():
        for name in content(path).classes:
            assert name not in seen, f"{name}: {seen[name]} and {path}"
            seen[name] = path


def test_every_module_opens_with_what_it_is_about() -> None:
    for folder in ("okrsync", "connectors", "benchmarks"):
        for path in sources(folder):
            assert content(path).docstring, path


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
        readme.index("okrsync reads them") < readme.index("make demo") < readme.index("make test")
    )
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link


def test_the_map_for_contributors_names_every_room_and_only_what_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `okrsync/")]
    named = [name for row in rows for name in re.findall(r"`okrsync/(\w+)(?:\.py)?`", row)]
    rooms = [name for name in RUNGS if name != "__main__"]
    assert set(named) == set(rooms)
    for path in re.findall(r"`((?:okrsync|connectors|tests|docs|mappings)/[\w/.]+)`", page):
        assert (ROOT / path).exists(), path


def test_the_ci_calls_what_the_readme_tells() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert all(f"make {target}" in script for target in ("test", "lint", "types", "wheel"))


def test_the_version_is_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_every_dependency_and_extra_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]]
    for name in [*names, *project["optional-dependencies"]]:
        assert f"`{name}`" in page, name
