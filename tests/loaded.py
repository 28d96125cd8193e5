"""What processes of tests load once, for all the children they make of themselves."""

from __future__ import annotations

import gc
import pkgutil
from contextlib import suppress
from importlib import import_module

import okrsync
import okrsync_google_sheets
import okrsync_notion
import okrsync_workbook
from okrsync.state.schema import new_state
from reading import read

__all__ = ["load_all"]

_UNUSED = ("okrsync.__main__", "okrsync.assistants", "okrsync.fleet")
"""Starts a command, or takes seconds for libraries that hardly any command needs."""


def load_all() -> None:
    """Import what commands import only when they need it, and make what they make once."""
    for package in (okrsync, okrsync_google_sheets, okrsync_notion, okrsync_workbook):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_UNUSED):
                # What an extra brings may be missing.
                with suppress(ModuleNotFoundError):
                    import_module(module.name)
    new_state()
    read(["Objective", "Key result"], ["Grow", "Sign-ups"])
    gc.freeze()  # children have nothing of it to collect
