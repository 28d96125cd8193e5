"""The configuration: one TOML file, read whole, with all its mistakes reported at once."""

from __future__ import annotations

from okrsync.config.digest import DigestConfig, digest_name
from okrsync.config.reader import load, load_watch
from okrsync.config.sections import (
    Config,
    CycleDays,
    Cycles,
    Guards,
    History,
    Limits,
    Publish,
    RunSettings,
    SourceConfig,
    Write,
    board_name,
    private_sources,
)
from okrsync.config.watch import Logs, WatchSettings
from okrsync.measures.rules import CheckIns, Rules

__all__ = [
    "CheckIns",
    "Config",
    "CycleDays",
    "Cycles",
    "DigestConfig",
    "Guards",
    "History",
    "Limits",
    "Logs",
    "Publish",
    "Rules",
    "RunSettings",
    "SourceConfig",
    "WatchSettings",
    "Write",
    "board_name",
    "digest_name",
    "load",
    "load_watch",
    "private_sources",
]
