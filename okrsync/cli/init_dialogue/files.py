"""Writes the files of init, checks the config, and shows the first plan."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from okrsync.cli.init_dialogue.session import InitSession
from okrsync.config import load
from okrsync.init.draft import Draft
from okrsync.init.toml_text import read_text
from okrsync.model.errors import ConfigError
from okrsync.model.plain import clean, plural

__all__ = ["check_and_plan", "shown", "write"]

_MOST_CHANGES = 12


def write(session: InitSession, files: Draft) -> None:
    """Write each file atomically. Raises `ConfigError` where one changed since it was read."""
    for path, before in files.before.items():
        if (read_text(path) if path.exists() else None) != before:
            raise ConfigError(
                f"{shown(path)}: somebody changed it in the meantime; nothing was written",
                hint="Run init again.",
            )
    for path, text in files.after.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renaming within one folder is atomic: a crash never leaves half a file.
        aside = path.with_name(f".{path.name}.okrsync")
        aside.write_bytes(text.encode())
        if path.exists():
            shutil.copymode(path, aside)
        aside.replace(path)
        session.out.print(Text.assemble(("wrote ", "green"), shown(path)))
    if files.after:
        session.out.print()


def shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def check_and_plan(session: InitSession, names: Sequence[str]) -> int:
    """Check the new config, show what a first sync of the named sources would do, and return the
    plan's exit code.
    """
    from okrsync.report.plans import print_plan
    from okrsync.sync import check, make_plan

    config = load(session.path)
    findings = check(config, as_of=session.options.as_of, say=session.say)
    proved = sum(
        finding.ok is True for source_findings in findings.values() for finding in source_findings
    )
    problems = [
        (name, finding)
        for name, source_findings in findings.items()
        for finding in source_findings
        if finding.ok is False
    ]
    for name, finding in problems:
        session.out.print(Text.assemble(("problem ", "red"), f"{name}: {clean(finding.message)}"))
        if finding.repair:
            session.out.print(Text(f"        {clean(finding.repair)}"))
    session.out.print(
        Text(
            f"Checked: {plural(proved, 'check')} passed, {plural(len(problems), 'problem')} found.",
            style="bold",
        )
    )
    session.out.print()
    session.out.print(Text("The first plan", style="bold underline"))
    plan = make_plan(config, as_of=session.options.as_of, only=names, say=session.say)
    print_plan(session.out, plan, most=_MOST_CHANGES)
    session.out.print()
    if any(part.changes for part in plan.parts):
        session.out.print("Nothing has been written to a sheet yet.")
        session.out.print(
            "`okrsync plan` shows all of it, `okrsync sync` writes it, `okrsync undo last`",
            markup=False,
        )
        session.out.print("reverts it, and `okrsync show` prints the tree.", markup=False)
    return plan.exit_code
