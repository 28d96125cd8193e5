"""People and okrsync in one spreadsheet at the same time: how often a value ended beside the wrong
row, or a person lost something.

    python benchmarks/interleavings.py [--count 1000] [--first 0] [--form small|large] [--reviews N]

Each interleaving has a twin spreadsheet in which the same people do the same and okrsync does not
write. In the end people's cells must be the same in both, and each of okrsync's values must stand
beside the row it was worked out for. The form "large" has okrsync take each spreadsheet for a large
one; without `--form`, both are played. Reviews over each other follow, a tenth as many.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from interleaving_place import FORMS, Form, Workplace
from interleavings import one_interleaving
from okrsync.testing import fake_time
from review_interleavings import FileRoom, GoogleRoom, NotionRoom, ReviewRoom, one_review


def main() -> int:
    """Play them and print what came of it; the exit code is 1 where anything went wrong."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=1_000, help="how many of each form")
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--form", choices=FORMS, help="one form only")
    asked.add_argument("--reviews", type=int, help="a tenth of the count, unless given")
    given = asked.parse_args()
    forms: tuple[Form, ...] = FORMS if given.form is None else (given.form,)
    wrong = sum(_interleavings(form, given.count, given.first) for form in forms)
    count = given.count // 10 if given.reviews is None else given.reviews
    if count:
        wrong += _reviews(count, given.first)
    return int(wrong > 0)


def _interleavings(form: Form, count: int, first: int) -> int:
    """Returns how many went wrong."""
    place, wrong, started = Workplace(Path(tempfile.mkdtemp())), 0, time.perf_counter()
    played = Counter[str]()
    for seed in range(first, first + count):
        try:
            with fake_time():
                played += one_interleaving(place, seed, form)
        except AssertionError as error:
            wrong += 1
            print(error, flush=True)
        if (seed - first + 1) % 1000 == 0:
            print(f"{seed - first + 1} played, {wrong} wrong", flush=True)
    place.close()
    print(
        f"{count} interleavings with seeds from {first} in the form {form!r}, with"
        f" {played.total()} edits that changed something in the middle of okrsync's calls, {wrong}"
        f" wrong, in {time.perf_counter() - started:.0f} s"
    )
    print("; ".join(f"{kind}: {times}" for kind, times in sorted(played.items())), flush=True)
    return wrong


def _reviews(count: int, first: int) -> int:
    """Returns how many went wrong."""
    met, wrong, started = 0, 0, time.perf_counter()
    rooms: tuple[ReviewRoom[Any], ...] = (
        FileRoom(Path(tempfile.mkdtemp())),
        GoogleRoom(Path(tempfile.mkdtemp())),
        NotionRoom(Path(tempfile.mkdtemp())),
    )
    for room in rooms:
        with fake_time():
            for seed in range(first, first + count):
                try:
                    met += one_review(room, seed)
                except AssertionError as error:
                    wrong += 1
                    print(f"{type(room).__name__}: {error}", flush=True)
                room.start_again()
        room.close()
    print(
        f"{count} of ten reviews each in a workbook, in Google Sheets and in Notion, with {met}"
        f" edits in the middle of okrsync's calls, {wrong} wrong, in"
        f" {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
