"""What tests of the configuration share: a file that is read, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from okrsync.config import Config, load
from okrsync.model.errors import ConfigError

__all__ = ["SOURCE", "read", "wrong"]


def read(folder: Path, text: str) -> Config:
    path = folder / "okrsync.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read(folder, text)
    return [line.removeprefix(f"{folder}/") for line in error.value.message.splitlines()]


SOURCE = '[sources.team]\nconnector = "workbook"\npath = "a.csv"\n'
