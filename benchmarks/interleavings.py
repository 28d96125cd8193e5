"""People and okrsync in one spreadsheet at the same time: how often a value ended beside the wrong
row, or a person lost something.

    python benchmarks/interleavings.py [HOW MANY] [FIRST SEED]

Each interleaving has a twin spreadsheet in which the same people do the same and okrsync does not
write. In the end people's cells must be the same in both, and each of okrsync's values must stand
beside the row it was worked out for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from interleavings import Workplace, one_interleaving
from okrsync.testing import fake_time
from review_interleavings import FileRoom, GoogleRoom, NotionRoom, ReviewRoom, one_review


def main(count: int = 1_000, first: int = 0) -> int:
    """Play them and print what came of it; the exit code is 1 where anything went wrong."""
    place, met, wrong, started = Workplace(Path(tempfile.mkdtemp())), 0, 0, time.perf_counter()
    for seed in range(first, first + count):
        try:
            met += one_interleaving(place, seed)
        except AssertionError as error:
            wrong += 1
            print(error)
        if (seed - first + 1) % 1000 == 0:
            print(f"{seed - first + 1} played, {wrong} wrong", flush=True)
    place.close()
    reviews = count // 10
    rooms: tuple[ReviewRoom, ...] = (
        FileRoom(Path(tempfile.mkdtemp())),
        GoogleRoom(Path(tempfile.mkdtemp())),
        NotionRoom(Path(tempfile.mkdtemp())),
    )
    for room in rooms:
        with fake_time():
            for seed in range(first, first + reviews):
                try:
                    met += one_review(room, seed)
                except AssertionError as error:
                    wrong += 1
                    print(error)
                room.start_again()
        room.close()
    seconds = time.perf_counter() - started
    print(
        f"{count} interleavings, and {reviews} of ten reviews each in a workbook, in Google Sheets"
        " and in Notion,"
        f" with {met} edits in the middle of okrsync's calls, {wrong} wrong,"
        f" in {seconds:.0f} s"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
