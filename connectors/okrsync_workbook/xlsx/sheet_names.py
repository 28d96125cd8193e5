"""Which names a tab of a workbook may have."""

from __future__ import annotations

__all__ = ["LONGEST_NAME", "name_trouble"]

LONGEST_NAME = 31
"""Excel opens no workbook with a tab of a longer name."""


def name_trouble(name: str) -> str | None:
    """Why no tab can have a name; None if one can.

    https://support.microsoft.com/en-us/office/rename-a-worksheet-3f1f7148-ee83-404d-8ef0-9ff99fbad1f9
    """
    is_free_of_signs = not set(name) & set("[]:*?/\\") and name.strip("'") == name
    if name and len(name) <= LONGEST_NAME and is_free_of_signs:
        return None
    return "a tab cannot have that name: 31 characters at most, and none of []:*?/\\"
