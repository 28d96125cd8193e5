"""Distinguishes the header of a check-in log from that of a list of key results."""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.mapping.header.content import Contents

__all__ = ["NAMING_ROLES", "is_log"]

NAMING_ROLES = ("id", "objective_id", "key_result", "parent", "objective")
"""The roles by which a row of a log names its key result."""

_VALUES = ("current", "progress")


def is_log(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether the columns of a table are those of a log: a day, a value and the name of a key
    result, without a target or baseline. A table that also names the objective of each key result
    is a list with its last check-ins, unless it repeats its key results.
    """
    # Only a log has several rows for one key result; a list names each once.
    titles = roles.get("objective"), roles.get("key_result")
    if None not in titles and titles[0] != titles[1] and not contents.repeat(roles["key_result"]):
        return False
    return (
        "checked_in" in roles
        and any(role in roles for role in _VALUES)
        and any(role in roles for role in NAMING_ROLES)
        and not {"target", "baseline"} & roles.keys()
    )
