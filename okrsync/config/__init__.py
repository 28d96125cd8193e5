"""The configuration: one TOML file, read whole, with all its faults told at once."""

from __future__ import annotations

from okrsync.config.reader import (
    CheckIns,
    Config,
    Cycle,
    Guards,
    History,
    Limits,
    Logs,
    Publish,
    Rules,
    Run,
    SourceConfig,
    Watch,
    Write,
    board_name,
    load,
)

__all__ = [
    "CheckIns",
    "Config",
    "Cycle",
    "Guards",
    "History",
    "Limits",
    "Logs",
    "Publish",
    "Rules",
    "Run",
    "SourceConfig",
    "Watch",
    "Write",
    "board_name",
    "load",
]
