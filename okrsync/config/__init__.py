"""The configuration: one TOML file, read whole, with all its faults told at once."""

from __future__ import annotations

from okrsync.config.reader import (
    CheckIns,
    Config,
    CycleDays,
    Cycles,
    Guards,
    History,
    Limits,
    Logs,
    Publish,
    Rules,
    RunSettings,
    SourceConfig,
    WatchSettings,
    Write,
    board_name,
    load,
)

__all__ = [
    "CheckIns",
    "Config",
    "CycleDays",
    "Cycles",
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
    "load",
]
