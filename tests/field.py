"""Tries a case of `../shared/field`: the file is the one source of a config, and every outcome that
its reading accepts is compared with what the commands say and what stands in the file afterwards.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from team import Team

__all__ = ["BEHAVIOUR", "FieldCase", "load_cases", "try_case", "try_init", "try_look"]

FieldCase = Mapping[str, Any]
BEHAVIOUR = ("init", "check and lint", "second sync", "same reading", "undo")
"""What is tried with a case beside its expected outcomes, unless it names less."""
_COLUMNS = {"progress": "okr progress", "status": "okr status", "note": "okr note"}
_ENOUGH = 0.0006
"""Progress is compared to about four decimals."""


def load_cases(path: Path) -> list[FieldCase]:
    """The cases of a file."""
    cases: list[FieldCase] = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return cases


@dataclass
class _Trial:
    """One config over one copy of the files."""

    team: Team
    case: FieldCase
    files: list[Path]
    as_of: str
    columns: Mapping[str, str]
    exit_code: int = 0
    said: str = ""
    """What okrsync said so far, one text."""
    is_checked: bool = False
    """Whether `check` and `lint` were asked, too."""
    items: list[dict[str, Any]] = field(default_factory=list)

    def show(self) -> str:
        """The items as they are read now; answers with what `show` says."""
        _, out = self.team.run("show", "--json", "--as-of", self.as_of)
        document = json.loads(out) if out.strip().startswith("{") else {}
        self.items = list(_items(document.get("objectives", ())))
        return out

    def look(self) -> None:
        """What `show` says now."""
        self._hear(self.show())

    def sync(self) -> None:
        """One sync; its words are kept."""
        self.exit_code, out = self.team.run("sync", "--json", "--as-of", self.as_of)
        self.said, self.is_checked = out + self.team.err, False

    def is_told(self, *texts: str) -> bool:
        """Whether one of the texts is said; by `check` or `lint` if by nothing else."""
        if not any(text in self.said for text in texts):
            self.check()
        return any(text in self.said for text in texts)

    def check(self) -> None:
        """What `check` and `lint` say now, unless they were asked already."""
        if not self.is_checked:
            self.is_checked = True
            for command in ("check", "lint"):
                self._hear(self.team.run(command, "--as-of", self.as_of)[1])

    def _hear(self, out: str) -> None:
        self.said += " ".join(f" {out} {self.team.err}".split())


def _items(objectives: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Objectives and key results of a document, each with its kind and its parents' titles."""

    def walk(nodes: Sequence[dict[str, Any]], above: str | None) -> Iterator[dict[str, Any]]:
        for node in nodes:
            yield {**node, "is": "objective", "above": above}
            for kr in node.get("key_results", ()):
                yield {**kr, "is": "key-result", "above": node["title"]}
            below = [one for one in node.get("children", ()) if isinstance(one, dict)]
            yield from walk(below, node["title"])

    titles = {node["id"]: node["title"] for node in objectives}
    titles |= {kr["id"]: kr["title"] for node in objectives for kr in node.get("key_results", ())}
    for one in walk(objectives, None):
        parent = one.get("parent")
        yield {**one, "above": titles.get(parent, one["above"])} if parent else one


def try_case(team: Team, case: FieldCase, folder: Path) -> list[str]:
    """What is not as the case wants it; an empty list where all is."""
    files, as_of = _copied(team, case, folder), _as_of(case)
    behaviour = case.get("behaviour", BEHAVIOUR)
    columns = {**_COLUMNS, **case.get("write", {})}
    originals = {path: path.read_bytes() for path in files}
    team.config(_config(case, columns))
    trial = _Trial(team, case, files, as_of, columns)
    return [f"auto: {each}" for each in _tried(trial, behaviour, originals)]


def try_look(team: Team, case: FieldCase, folder: Path) -> list[str]:
    """As `try_case`, but nothing is written: what `show` says is compared, for cases that want
    nothing else.
    """
    files, as_of = _copied(team, case, folder), _as_of(case)
    team.config(_config(case, _COLUMNS))
    trial = _Trial(team, case, files, as_of, {})
    trial.look()
    return [f"look: {each}" for each in _outcomes(trial, case.get("expect", ()), {})]


def try_init(team: Team, case: FieldCase, folder: Path) -> list[str]:
    """As `try_case`, with the config that `init` writes. Nothing where the case leaves it out."""
    if "init" not in case.get("behaviour", BEHAVIOUR):
        return []
    for path in team.folder.iterdir():
        if path.is_file():
            path.unlink()
    files, as_of = _copied(team, case, folder), _as_of(case)
    return [f"init: {each}" for each in _tried_init(team, case, files, as_of)]


def _as_of(case: FieldCase) -> str:
    return str(case.get("as_of", "2026-11-29"))


def _copied(team: Team, case: FieldCase, folder: Path) -> list[Path]:
    """The files of a case, in the folder of the team."""
    return [Path(shutil.copyfile(folder / name, team.folder / name)) for name in case["files"]]


def _config(case: FieldCase, columns: Mapping[str, str]) -> str:
    names = list(case["files"])
    path = json.dumps(names[0] if len(names) == 1 else names)
    written = ", ".join(f"{name} = {json.dumps(header)}" for name, header in columns.items())
    return (
        f'cycle = "{case.get("cycle", "2026-Q4")}"\ntimezone = "UTC"\n{case.get("extra", "")}\n'
        f'[sources.team]\nconnector = "workbook"\npath = {path}\nmapping = "auto"\n'
        f"[sources.team.write]\ncolumns = {{{written}}}\n"
    )


def _tried(
    trial: _Trial, behaviour: Sequence[str], originals: Mapping[Path, bytes]
) -> Iterator[str]:
    team, case = trial.team, trial.case
    before = None
    if "same reading" in behaviour:
        trial.show()
        before = [_essence(one) for one in trial.items]
    trial.sync()
    trial.look()
    if "check and lint" in behaviour:
        trial.check()
    yield from _outcomes(trial, case.get("expect", ()), originals)
    if before is not None and before != [_essence(one) for one in trial.items]:
        yield "okrsync's own columns change the reading"
    if "second sync" in behaviour:
        synced = [path.read_bytes() for path in trial.files]
        trial.sync()
        if synced != [path.read_bytes() for path in trial.files]:
            yield "a second sync changes the file"
    if "undo" in behaviour:
        code, out = team.run("undo", "last")
        changed = [path.name for path, content in originals.items() if _differ(path, content)]
        if changed and trial.exit_code in (0, 3):
            yield f"undo leaves {', '.join(changed)} changed ({code}: {out} {team.err})"
        if "then" in case:
            trial.sync()
    for step in case.get("then", ()):
        trial.as_of = str(step.get("as_of", trial.as_of))
        for edit in step.get("edit", ()):
            _edit(trial.files[0], edit["cell"], edit["value"])
        contents = {path: path.read_bytes() for path in trial.files}
        trial.sync()
        trial.look()
        for each in _outcomes(trial, step["expect"], contents):
            yield f"then {step.get('say', trial.as_of)}: {each}"


def _tried_init(team: Team, case: FieldCase, files: Sequence[Path], as_of: str) -> Iterator[str]:
    config = team.folder / "okrsync.toml"
    names = [path.name for path in files]
    cycle = str(case.get("cycle", "2026-Q4"))
    code, out = team.run(
        "init", *names, "--yes", "--as-of", as_of, "--cycle", cycle, "--timezone", "UTC"
    )
    if not config.exists():
        if case.get("init") == "reads":
            yield f"init --yes ends without a config ({code}): {out} {team.err}"
        return
    if case.get("extra"):
        config.write_text(f"{config.read_text('utf-8')}\n{case['extra']}", encoding="utf-8")
    again = _Trial(team, case, list(files), as_of, {})
    originals = {path: path.read_bytes() for path in files}
    said = out + team.err
    again.sync()
    again.said += said
    again.look()
    yield from _outcomes(again, case.get("expect", ()), originals)


def _outcomes(
    trial: _Trial, outcomes: Sequence[Mapping[str, Any]], before: Mapping[Path, bytes]
) -> Iterator[str]:
    """Nothing where one of the outcomes holds; else what each of them lacks."""
    lacking = [(one, list(_lacks(trial, one, before))) for one in outcomes]
    if not outcomes or any(not each for _, each in lacking):
        return
    for one, each in lacking:
        yield f"[{one.get('say', 'expected')}] " + "; ".join(each)


def _lacks(trial: _Trial, one: Mapping[str, Any], before: Mapping[Path, bytes]) -> Iterator[str]:
    items = trial.items
    if trial.exit_code not in (
        [one["exit"]] if "exit" in one else [0, 3, 1 if "refused" in one else 0]
    ):
        yield f"exit code {trial.exit_code}: {trial.said[-300:]}"
    for kind, key in (("objective", "objectives"), ("key-result", "key_results")):
        counted = sum(each["is"] == kind and not each.get("implied") for each in items)
        if key in one and one[key] != counted:
            yield f"{counted} {key}, not {one[key]}"
    for title in one.get("absent", ()):
        if any(each["title"] == title for each in items):
            yield f"{title!r} is read"
    if one.get("refused") and items:
        yield f"{len(items)} items are read"
    if "told" in one and not trial.is_told(*one["told"]):
        yield f"none of {one['told']} is told"
    for name in one.get("check_names", ()):
        if not trial.is_told(name):
            yield f"check does not name {name!r}"
    for wanted in one.get("items", ()):
        yield from _item_lacks(items, wanted)
    if trial.columns:
        yield from _written_lacks(trial, one, before)


def _item_lacks(items: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any]) -> Iterator[str]:
    named = [
        each
        for each in items
        if each["title"] == wanted["title"] and wanted.get("kind", each["is"]) == each["is"]
    ]
    if not named:
        if not wanted.get("may_be_absent") and wanted.get("progress") != "none":
            yield f"{wanted['title']!r} is not read"
        return
    fits = [list(_differences(each, wanted)) for each in named]
    if all(fits):
        yield f"{wanted['title']!r}: {', '.join(sorted(fits, key=len)[0])}"


def _differences(item: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    if "progress" in wanted:
        accepted = (
            wanted["progress"] if isinstance(wanted["progress"], list) else [wanted["progress"]]
        )
        found = item["progress"]
        if not any(
            found is None if each == "none" else found is not None and abs(found - each) < _ENOUGH
            for each in accepted
        ):
            yield f"progress {found}, not {wanted['progress']}"
    if "progress_at_most" in wanted and (item["progress"] or 0) > wanted["progress_at_most"]:
        yield f"progress {item['progress']} is above {wanted['progress_at_most']}"
    for key, key_of_item, is_wanted in (
        ("status", "status", True),
        ("not_status", "status", False),
        ("parent", "above", True),
        ("target", "target", True),
        ("current", "current", True),
        ("checked_in", "checked_in", True),
        ("passes", "passes", True),
        ("confidence", "confidence", True),
    ):
        if key not in wanted:
            continue
        accepted = wanted[key] if isinstance(wanted[key], list) else [wanted[key]]
        if (item.get(key_of_item) in accepted) is not is_wanted:
            no = "" if is_wanted else "not "
            yield f"{key_of_item} {item.get(key_of_item)!r}, wanted {no}{accepted}"
    if "score_at_most" in wanted and (item.get("score") or 0) > wanted["score_at_most"]:
        yield f"score {item.get('score')} is above {wanted['score_at_most']}"


def _written_lacks(
    trial: _Trial, one: Mapping[str, Any], before: Mapping[Path, bytes]
) -> Iterator[str]:
    if one.get("bytes_unchanged") and any(
        path.read_bytes() != content for path, content in before.items()
    ):
        yield "the file is changed"
    grid = _grid(trial.files[0])
    if one.get("nothing_written") and any(
        header in row for row in grid for header in _COLUMNS.values()
    ):
        yield "columns were made"
    for lines in one.get("lines_left_alone", ()):
        path = next(path for path in trial.files if path.name == lines["file"])
        was = before[path].decode("utf-8", "replace").splitlines()[lines["from"] - 1 :]
        now = path.read_text("utf-8", errors="replace").splitlines()[lines["from"] - 1 :]
        # A table that grows to the right gives every line as many separators.
        if [line.rstrip(",") for line in was] != [line.rstrip(",") for line in now]:
            yield f"{lines['file']} is changed from line {lines['from']} on"
    for cell in one.get("written", ()):
        value = _written(grid, trial, cell)
        for found in _misfits(value, cell):
            yield f"{cell.get('title', cell.get('at'))}: {cell.get('field', '')} {found}"


def _written(grid: Sequence[Sequence[Any]], trial: _Trial, cell: Mapping[str, Any]) -> object:
    if "at" in cell:
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell["at"]).groups()  # type: ignore[union-attr]
        index = column_index_from_string(column) - 1
        cells = grid[int(row) - 1] if int(row) <= len(grid) else ()
        return cells[index] if index < len(cells) else None
    header = trial.columns.get(cell["field"], cell["field"])
    place = next((row.index(header) for row in grid if header in row), None)
    line = next((row for row in grid if cell["title"] in row), ())
    return None if place is None or place >= len(line) else line[place]


def _misfits(value: object, cell: Mapping[str, Any]) -> Iterator[str]:
    text = "" if value is None else str(value)
    share = float(text[:-1]) / 100 if re.fullmatch(r"-?\d+%", text) else value

    def same(wanted: object) -> bool:
        if isinstance(wanted, float | int) and isinstance(share, float | int):
            return abs(share - wanted) < _ENOUGH
        return str(wanted) == str(value)

    if "is" in cell and not any(map(same, _listed(cell["is"]))):
        yield f"is {value!r}, not {cell['is']!r}"
    if "is_not" in cell and any(map(same, _listed(cell["is_not"]))):
        yield f"is {value!r}"
    if "like" in cell and not re.search(cell["like"], text, re.IGNORECASE):
        yield f"is {value!r}, not like {cell['like']!r}"
    if "not_like" in cell and re.search(cell["not_like"], text, re.IGNORECASE):
        yield f"is {value!r}, like {cell['not_like']!r}"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _grid(path: Path) -> list[list[Any]]:
    if path.suffix == ".xlsx":
        try:
            book = openpyxl.load_workbook(path)
        except KeyError:
            return []  # its parts have names that only Excel and okrsync find
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    text = path.read_bytes().decode("utf-8", "replace")
    first = text.partition("\n")[0]
    return list(csv.reader(text.splitlines(), delimiter=";" if first.count(";") > 2 else ","))


def _edit(path: Path, cell: str, value: Any) -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[0][cell] = value
    book.save(path)


def _differ(path: Path, content: bytes) -> bool:
    """Whether a CSV differs by a byte, or a workbook in the values of a tab."""
    if path.suffix != ".xlsx":
        return path.read_bytes() != content
    other = path.with_name(f"before-{path.name}")
    other.write_bytes(content)
    try:
        return _filled(_grid(path)) != _filled(_grid(other))
    finally:
        other.unlink()


def _filled(grid: Sequence[Sequence[Any]]) -> dict[tuple[int, int], Any]:
    return {
        (row, column): value
        for row, line in enumerate(grid)
        for column, value in enumerate(line)
        if value is not None
    }


def _essence(item: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(
        item.get(key)
        for key in ("is", "title", "above", "progress", "baseline", "target", "current")
    )
