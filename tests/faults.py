"""Whole runs over a company with one thing going wrong, and what must hold all the same: the same
end, nothing of people's lost, nothing twice.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from company import TODAY, Company
from okrsync.testing import fake_time

__all__ = ["EDITS", "FAULTS", "at_once", "cases", "count_calls", "end_of", "one_fault"]

_PAGE = b"<html><title>Sign in to continue</title></html>"
FAULTS: dict[str, dict[str, Any]] = {
    **{
        f"status {status}": {"status": status}
        for status in (400, 401, 403, 404, 408, 409, 410, 429, 500, 501, 502, 503, 504, 529)
    },
    "status 429 with a second to wait": {"status": 429, "headers": {"Retry-After": "1"}},
    "status 500 after the effect": {"status": 500, "after": True},
    "status 502 after the effect": {"status": 502, "after": True},
    "status 504 after the effect": {"status": 504, "after": True},
    "connection reset before the effect": {"drop": "before"},
    "connection reset after the effect": {"drop": "after"},
    "body cut after 20 bytes": {"keep": 20},
    "body of nothing": {"body": b""},
    "a page instead of JSON": {"body": _PAGE},
    "JSON of another form": {"body": b"[]"},
    "an empty object": {"body": b"{}"},
    "null": {"body": b"null"},
}
"""What goes wrong at a call, by the name the figures have for it."""

Edit = Callable[[Company], None]


def _type_in_the_sheet(acme: Company) -> None:
    # A check-in is no event: an owner or a target that changed would be told of in the end only
    # where a run had seen it before.
    acme.mia.put(acme.growth, "Q4", "G5", TODAY.isoformat())


def _insert_a_row(acme: Company) -> None:
    acme.mia.insert_rows(acme.growth, "Q4", 3)


def _type_in_notion(acme: Company) -> None:
    page = next(
        page
        for page in acme.ada.rows(acme.database_source)
        if acme.ada.read(page, "Key result") == "Incidents a month"
    )
    acme.ada.edit(page, {"Last check-in": TODAY.isoformat()})


def _write_on_the_page(acme: Company) -> None:
    paragraph = {
        "type": "paragraph",
        "paragraph": {"rich_text": [{"type": "text", "text": {"content": "mine"}}]},
    }
    acme.ada.write(acme.home, [paragraph], 0)


EDITS: dict[str, Edit] = {
    "nobody edits": lambda acme: None,
    "somebody types in the sheet": _type_in_the_sheet,
    "somebody inserts a row": _insert_a_row,
    "somebody edits a Notion page": _type_in_notion,
    "somebody writes on the summary's page": _write_on_the_page,
}
"""What people do meanwhile. None of it is in okrsync's way, so that the end is known."""


@contextmanager
def at_once() -> Iterator[None]:
    """Repeat without waiting."""
    with fake_time():
        yield


@cache
def end_of(edit: str) -> dict[str, Any]:
    """How an undisturbed run leaves a company in which somebody has done this."""
    with tempfile.TemporaryDirectory() as folder, Company(Path(folder)) as acme, at_once():
        EDITS[edit](acme)
        done = acme.sync()
        assert done.exit_code == 0, [part.error for part in done.parts]
        return acme.world()


@cache
def count_calls() -> int:
    """How many calls an undisturbed first run makes."""
    with tempfile.TemporaryDirectory() as folder, Company(Path(folder)) as acme, at_once():
        acme.sync()
        return acme.calls


def one_fault(
    fault: str, share: float, *, lasting: bool = False, edit: str = "nobody edits"
) -> None:
    """Let a call of a first run go wrong, that share (0 to 1) into an undisturbed one, and check
    that the next run ends where that does. Raises AssertionError.
    """
    number = 1 + round(share * (count_calls() - 1))
    with tempfile.TemporaryDirectory() as folder, Company(Path(folder)) as acme, at_once():
        acme.fail(number, FAULTS[fault], lasting=lasting)
        acme.meanwhile(number, lambda: EDITS[edit](acme))
        acme.sync()
        acme.heal()
        # A workspace that refuses views keeps its board without them, and is not asked in every
        # run; who may not see people calls nobody.
        check_healed(
            acme,
            edit,
            but=("views", "comments") if FAULTS[fault].get("status") in _REFUSALS else (),
        )


_REFUSALS = frozenset({400, 403, 404, 410, 501})


def check_healed(acme: Company, edit: str = "nobody edits", but: tuple[str, ...] = ()) -> None:
    """The next run ends where an undisturbed one does, and the one behind it has nothing to say."""
    if edit != "nobody edits" and not acme.has_edited:
        EDITS[edit](acme)
    done = acme.sync()
    assert done.exit_code == 0, [(part.name, part.state, part.error) for part in done.parts]
    found, wanted = acme.world(), end_of(edit)
    differs = [
        told
        for name in wanted
        if name not in but
        for told in differences(found[name], wanted[name], name)
    ]
    assert not differs, f"another end: {'; '.join(differs[:12])}"
    acme.heal()
    again = acme.sync()
    assert acme.writes == 0, (
        f"a run with nothing to say sent {acme.writes} writes:"
        f" {[call.path for call in acme.written]}"
    )
    assert not any(change.outcome == "written" for part in again.parts for change in part.changes)
    assert acme.open_entries == 0


def differences(found: Any, wanted: Any, at: str = "") -> Iterator[str]:
    """Where two things differ, as deep inside as that can be told."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in [*wanted, *(name for name in found if name not in wanted)]:
            yield from differences(found.get(name), wanted.get(name), f"{at}/{name}")
    elif (
        isinstance(found, list | tuple)
        and isinstance(wanted, list | tuple)
        and len(found) == len(wanted)
    ):
        for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    elif found != wanted:
        yield f"{at} is {found!r}, not {wanted!r}"


def cases(seed: int, count: int, step: int = 1) -> Iterator[tuple[str, float, bool, str]]:
    """Faults, how far into the calls of a run (0 to 1), whether it lasts, and what people do
    meanwhile: the same ones for a seed. With a `step` only every nth fault is among them.
    """
    chance = random.Random(seed)
    names, edits = list(FAULTS)[::step], list(EDITS)
    for number in range(count):
        edit = chance.choice(edits) if chance.random() < 0.4 else "nobody edits"
        yield names[number % len(names)], round(chance.random(), 2), chance.random() < 0.4, edit
