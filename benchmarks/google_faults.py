"""Every fault at every call of whole runs over a Google Sheet (the first sync with comments and
with notes, a sync a week later, the close of a cycle), once and lasting, and how each of them
ended.

    python benchmarks/google_faults.py [--every 1] [--first 0] [--form small|large]

The form "large" has okrsync take the spreadsheet for a large one; without `--form`, both are tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.trials import fault_cases, new_folder
from google_faults import FAULTS, FORMS, JOBS, Form, differences, end_of


def main() -> int:
    """Try them and print what came of it; the exit code is 1 where any ended otherwise than a run
    without faults.
    """
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--every", type=int, default=1, help="try every nth of them")
    asked.add_argument("--first", type=int, default=0, help="begin with that one")
    asked.add_argument("--form", choices=FORMS, help="one form only")
    given = asked.parse_args()
    forms: tuple[Form, ...] = FORMS if given.form is None else (given.form,)
    return int(sum(_faults(form, given.every, given.first) for form in forms) > 0)


def _faults(form: Form, step: int, first: int) -> int:
    """Returns how many ended otherwise."""
    begun, wrong, tried, calls = time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for job in JOBS:
            wanted = end_of(new_folder(folder), job, None, form=form)
            calls += wanted.calls
            cases = list(fault_cases(FAULTS, wanted.calls, step=step, first=first))
            for fault, number, lasts in cases:
                end = end_of(new_folder(folder), job, fault, number, lasts=lasts, form=form)
                tried += 1
                if differs := list(differences(end, wanted, fault)):
                    wrong += 1
                    moment = f"{'from' if lasts else 'at'} call {number}"
                    print(f"{job}: {dict(fault)} {moment}: {'; '.join(differs)[:600]}", flush=True)
            print(f"{job}: {wanted.calls} calls, {len(cases)} faults tried", flush=True)
    print(
        f"{tried} faults in the form {form!r} ({len(FAULTS)} kinds at each of {calls} calls, once"
        f" and lasting), {wrong} of them with another end than a run without any, in"
        f" {time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
