"""Finds connectors by entry point, okrsync's own and those of others alike."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from okrsync.connector.contract import Connector, Settings
from okrsync.model.errors import ConfigError

__all__ = ["BrokenConnector", "connector_type", "installed"]

GROUP = "okrsync.connectors"


class BrokenConnector(ConfigError):
    """A connector is installed but cannot be loaded."""


@cache
def installed() -> dict[str, EntryPoint]:
    """Every installed connector by the name used in the config, without loading any."""
    return {
        point.name: point
        # The order of entry points is that of folders on disk.
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
    }


@cache
def connector_type(name: str) -> type[Connector[Settings]]:
    """The class of an installed connector.

    Raises `ConfigError` when none has that name, and `BrokenConnector` when it cannot be loaded.
    """
    points = installed()
    if name not in points:
        known_names = ", ".join(points) or "none"
        raise ConfigError(f"the connector {name!r} is not installed; installed are: {known_names}")
    try:
        loaded = points[name].load()
    except Exception as error:  # Somebody else's module may raise anything while it is imported.
        raise BrokenConnector(
            f"the connector {name!r} cannot be loaded ({type(error).__name__}: {error})",
            hint="Install it again.",
        ) from error
    if not (isinstance(loaded, type) and issubclass(loaded, Connector)):
        raise BrokenConnector(
            f"the connector {name!r} is no okrsync connector: {points[name].value}"
        )
    return loaded
