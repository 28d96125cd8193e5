"""Syncs many configurations, one after another for each credential and side by side otherwise.

Configurations that share a credential run in one process, which keeps to the credential's limit
over all of them. A process that dies loses nothing: what it had not finished runs again.
"""

from __future__ import annotations

import glob
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import okrsync
from okrsync import ConfigError, OkrsyncError, exit_code_of
from okrsync.report.documents.fleet import FleetRunEntry, FleetStandingEntry
from okrsync.report.endings import ending, reason_of
from okrsync.state.history import outcome_counts
from okrsync.state.journal import Journal
from okrsync.state.lock import lease_standing
from okrsync.state.store import Store

__all__ = ["ATTEMPTS", "configs", "groups", "run", "standing", "sync_one", "worst"]

_FROM_BEST = (0, 11, 3, 5, 4, 1, 2)
"""Exit codes, from the best to the worst."""
_MOST_TOGETHER = 20
"""Configurations without a credential in common that share a process, to save its start."""
ATTEMPTS = 3
"""After this many processes have died over one configuration, it is given up."""


def configs(patterns: Iterable[str]) -> list[Path]:
    """The configuration files that patterns such as `companies/*/okrsync.toml` name, each once; a
    folder stands for its okrsync.toml. Raises `ConfigError` for a pattern that names none.
    """
    paths: dict[Path, None] = {}
    for pattern in patterns:
        # A pattern may be absolute, which `Path.glob` does not take.
        matches = sorted(glob.glob(str(Path(pattern).expanduser()), recursive=True))  # noqa: PTH207
        files = [path / "okrsync.toml" if path.is_dir() else path for path in map(Path, matches)]
        present = [path for path in files if path.is_file()]
        if not present:
            raise ConfigError(
                f"{pattern}: no configuration there",
                hint="Name files, folders with an okrsync.toml, or a pattern in quotes.",
            )
        paths.update(dict.fromkeys(present))
    return list(paths)


def worst(codes: Iterable[int]) -> int:
    """The worst of some exit codes; 0 without any. One that is not listed counts as 1."""
    known = [code if code in _FROM_BEST else 1 for code in codes]
    return max(known, key=_FROM_BEST.index, default=0)


def run(paths: Sequence[Path], workers: int, as_of: date | None = None) -> Iterator[FleetRunEntry]:
    """Sync every configuration, at most `workers` processes at once; each result as soon as it is
    there.
    """
    results: SimpleQueue[FleetRunEntry] = SimpleQueue()
    all_groups = groups(paths)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        for group in all_groups:
            pool.submit(_run_group, group, as_of, results.put)
        for _ in paths:
            yield results.get()


def standing(path: Path) -> FleetStandingEntry:
    """How a configuration stands, by what its state remembers. Asks no source."""
    try:
        with okrsync.open(path) as company:
            state_file = company.config.state
        with Store.open(state_file, readonly=True) as state:
            records = [record for record in Journal(state).runs(200) if record.kind == "sync"]
    except OkrsyncError as error:
        return FleetStandingEntry(
            config=str(path), state="unusable", last_good=None, waits_for=error.message
        )
    good = next((record.finished for record in records if record.exit_code == 0), None)
    newest = records[0] if records else None
    lease = lease_standing(state_file)
    if lease is not None and not lease.is_over:
        return FleetStandingEntry(
            config=str(path), state="at work", last_good=good, waits_for=lease.description
        )
    if newest is None:
        return FleetStandingEntry(
            config=str(path), state="never ran", last_good=None, waits_for=None
        )
    if newest.exit_code == 0:
        return FleetStandingEntry(config=str(path), state="well", last_good=good, waits_for=None)
    why = reason_of(newest) or ending(newest.exit_code)
    return FleetStandingEntry(config=str(path), state="waiting", last_good=good, waits_for=why)


def groups(paths: Sequence[Path]) -> list[list[Path]]:
    """The configurations in groups that have no credential in common, the largest first."""
    leader: dict[str, str] = {}

    def lead(credential: str) -> str:
        while leader.setdefault(credential, credential) != credential:
            credential = leader[credential]
        return credential

    alone: list[Path] = []
    first_of: dict[Path, str] = {}
    for path in paths:
        credentials = sorted(_credentials(path))
        if not credentials:
            alone.append(path)
            continue
        first_of[path] = credentials[0]
        for credential in credentials:
            leader[lead(credential)] = lead(credentials[0])
    sharing: dict[str, list[Path]] = {}
    for path, credential in first_of.items():
        sharing.setdefault(lead(credential), []).append(path)
    starts = range(0, len(alone), _MOST_TOGETHER)
    chunks = [alone[start : start + _MOST_TOGETHER] for start in starts]
    return sorted([*sharing.values(), *chunks], key=len, reverse=True)


def _credentials(path: Path) -> set[str]:
    """What tells the credentials of a configuration apart; none where it cannot be opened, which
    its run then says.
    """
    try:
        with okrsync.open(path) as company:
            return {network.credential for network in company.networks()}
    except OkrsyncError:
        return set()


def _run_group(
    group: Sequence[Path], as_of: date | None, tell: Callable[[FleetRunEntry], None]
) -> None:
    """Sync a group in a process of its own, and in another one where that dies."""
    left = [str(path) for path in group]
    deaths: dict[str, int] = {}
    while left:
        for result in _in_a_process(left, as_of):
            left.remove(result.config)
            tell(result)
        if left:
            # The process died over the first configuration that it did not tell of.
            victim = left[0]
            deaths[victim] = deaths.get(victim, 0) + 1
            if deaths[victim] >= ATTEMPTS:
                left.remove(victim)
                tell(
                    FleetRunEntry(
                        config=victim, exit_code=1, message=f"its process died {ATTEMPTS} times"
                    )
                )


def _in_a_process(paths: Sequence[str], as_of: date | None) -> Iterator[FleetRunEntry]:
    """The results of a worker process, until it ends or dies."""
    day = [] if as_of is None else [as_of.isoformat()]
    command = [sys.executable, "-m", "okrsync.fleet.worker", *day]
    with subprocess.Popen(  # noqa: S603 - a module of our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(paths))
            process.stdin.close()
        except BrokenPipeError:
            return
        for line in process.stdout:
            # A process that was killed may leave half a line.
            if line.endswith("\n"):
                yield FleetRunEntry(**json.loads(line))


def sync_one(path: str, as_of: date | None) -> FleetRunEntry:
    """Sync one configuration in this process."""
    try:
        with okrsync.open(path, as_of=as_of) as company:
            plan = company.sync()
    except OkrsyncError as error:
        return FleetRunEntry(config=path, exit_code=exit_code_of(error), message=error.message)
    written = outcome_counts(*plan.parts).get("written", 0)
    reasons = [
        f"{part.name}: {reason}"
        for part in plan.parts
        for reason in (part.error, *(refusal.message for refusal in part.refusals))
        if reason
    ]
    return FleetRunEntry(
        config=path,
        exit_code=plan.exit_code,
        run=plan.run,
        written=written,
        message="; ".join(reasons) or None,
    )
