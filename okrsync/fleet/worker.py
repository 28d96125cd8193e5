"""A process of a fleet: syncs the configurations that it reads as a list from standard input, and
tells each result as a line of JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import date

import okrsync
from okrsync import OkrsyncError
from okrsync.fleet import sync_one


def main(arguments: list[str]) -> None:
    """Sync every configuration, one after another."""
    as_of = date.fromisoformat(arguments[0]) if arguments else None
    held: list[object] = []
    for path in json.load(sys.stdin):
        try:
            with okrsync.open(path) as company:
                # A credential keeps its pace for as long as somebody holds its network.
                held.extend(company.networks())
        except OkrsyncError:
            held.append(path)  # its run says what is wrong
        result = sync_one(path, as_of)
        print(result.model_dump_json(), flush=True)  # noqa: T201 - the fleet reads it


if __name__ == "__main__":
    main(sys.argv[1:])
