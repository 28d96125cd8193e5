"""The mapping file: which column means what, and how values are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from okrsync.config.problems import Problems, collect, did_you_mean
from okrsync.config.toml_lines import read_toml
from okrsync.mapping import shipped
from okrsync.mapping.layouts import layout_names
from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Direction, Status

__all__ = ["ROLES", "Mapping_", "Values", "load_mapping", "shipped_mapping"]

ROLES = (
    "objective",
    "key_result",
    "id",
    "objective_id",
    "parent",
    "owner",
    "team",
    "level",
    "cycle",
    "baseline",
    "target",
    "target_high",
    "stretch",
    "current",
    "unit",
    "direction",
    "kind",
    "progress",
    "score",
    "status",
    "confidence",
    "weight",
    "commitment",
    "checkpoints",
    "checked_in",
    "due",
    "start_date",
    "comment",
    "private",
)
"""The roles a column can have."""


def _known_layout(name: str) -> str:
    known = layout_names()
    if name not in known:
        raise ValueError(f"there is no layout {name!r}{did_you_mean(name, known)}")
    return name


def _known_role(role: str) -> str:
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}{did_you_mean(role, ROLES)}")
    return role


class _MappingSection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Values(_MappingSection):
    """How values are written in the sheet."""

    locale: str | None = None
    """Such as `de_DE`: decides the decimal separator and the order of day and month."""
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal[",", "."] | None = None
    percent_scale: Literal["auto", "share", "points"] = "auto"
    """Whether a bare number in a percent column is a share (0.48) or points (48)."""
    periods: Literal["auto", "total", "each"] = "auto"
    """Whether columns per month or week hold the total so far, or what came in each of them; if
    missing, a plan that adds up to the target says so.
    """
    status: dict[str, Status | Literal["set-aside"]] = {}
    """What the sheet's own words for a status mean: `"rolling" = "on-track"`. A row whose word is
    `set-aside` does not count.
    """
    status_words: dict[Status, Annotated[str, Field(min_length=1)]] = {}
    """What okrsync writes for a status: `on-track = "im Plan"`."""
    confidence: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    """What the sheet's own words for a confidence mean, as a share: `"hoch" = 0.9`."""
    confidence_scale: Annotated[float, Field(gt=0)] | None = None
    """The number that means full confidence, such as 5 or 10; if missing, the numbers decide."""
    kinds: dict[str, Literal["objective", "key_result", "other"]] = {}
    """What the sheet's own words for the kind of a row mean: `"milestone" = "key_result"`; rows of
    the kind `other` are left out.
    """
    directions: dict[str, Direction] = {}
    """Whether more or less is better, by the sheet's own word for it, or by the title of a row
    without one: `"kleiner" = "decrease"`.
    """


_HEADERS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
HeaderRow = Annotated[int, Field(ge=1)]
Names = Annotated[
    tuple[str, ...], BeforeValidator(lambda names: (names,) if isinstance(names, str) else names)
]


class Mapping_(_MappingSection):
    """A mapping file. The underscore avoids a clash with `collections.abc.Mapping`."""

    layout: Annotated[
        str,
        AfterValidator(_known_layout),
        WithJsonSchema({"type": "string", "enum": list(layout_names())}),
    ] = "auto"
    """How the tables are laid out."""
    header: Literal["auto"] | HeaderRow | dict[str, HeaderRow] = "auto"
    """The number of the row with the column names, for every tab or by the name of the tab."""
    ignore_tabs: Names = ()
    """Tabs that hold no OKRs, whatever they look like."""
    ignore_columns: Names = ()
    """Headers of columns that are not read, whatever they look like. If several columns have the
    same name, `Current #2` is the second.
    """
    columns: Annotated[
        dict[Annotated[str, AfterValidator(_known_role)], str | tuple[str, ...]],
        WithJsonSchema(
            {
                "type": "object",
                "properties": dict.fromkeys(ROLES, _HEADERS),
                "additionalProperties": False,
            }
        ),
    ] = {}
    """The header of each role, or a list of possible headers. An empty list says that no column has
    this role.
    """
    values: Values = Values()

    def names(self, role: str) -> tuple[str, ...]:
        """The headers that the mapping names for a role; empty where it names none. An ignored
        column has no role.
        """
        named = self.columns.get(role, ())
        names = (named,) if isinstance(named, str) else named
        return tuple(name for name in names if name not in self.ignore_columns)

    def header_row(self, tab: str) -> int | None:
        """The number of the row with the column names of a tab; None where it is to be detected."""
        if isinstance(self.header, dict):
            rows = {name.strip().casefold(): row for name, row in self.header.items()}
            return rows.get(tab.strip().casefold())
        return None if self.header == "auto" else self.header

    def ignores_tab(self, tab: str) -> bool:
        """Whether the mapping says that a tab is not read."""
        return tab.strip().casefold() in {name.strip().casefold() for name in self.ignore_tabs}

    @property
    def status_words(self) -> Mapping[Status, str]:
        """The text that is written for each status."""
        return {**STATUS_WORDS, **self.values.status_words}


def load_mapping(spec: str, base: Path) -> Mapping_:
    """The mapping that a source names: `auto`, a file (relative to `base`), or the name of a
    shipped mapping.

    Raises `ConfigError` where no such file or name exists, and `Problems` for invalid content.
    """
    if spec == "auto":
        return Mapping_()
    path = base / Path(spec).expanduser()
    if path.is_file():
        return _read(path)
    if shipped.path(spec) is None:
        names = (*shipped.names(), *shipped.tools())
        raise ConfigError(
            f"mapping: there is no file {path}, and no shipped mapping"
            f" {spec!r}{did_you_mean(spec, names)}",
            hint="`okrsync mappings` lists the shipped ones.",
        )
    return shipped_mapping(spec)


@cache
def shipped_mapping(name: str) -> Mapping_:
    """A mapping that comes with okrsync, by its name. It is read once a process: `init` compares
    each source with all that there are.
    """
    path = shipped.path(name)
    assert path is not None
    return _read(path)


def _read(path: Path) -> Mapping_:
    file = read_toml(path, "the mapping")
    try:
        return Mapping_.model_validate(file.data)
    except ValidationError as error:
        raise Problems(collect(file, error, (), Mapping_)) from error
