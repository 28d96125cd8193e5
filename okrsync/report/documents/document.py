"""What all documents are made of: one base, and the forms of their values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from okrsync.model.okrs import Cycle, Warning_
from okrsync.model.table import CellError, CellRef, CellValue

__all__ = [
    "CellJson",
    "CycleEntry",
    "Document",
    "Moment",
    "NumberJson",
    "Share",
    "ShareOrNothing",
    "WarningEntry",
    "address",
    "shown_value",
]


class Document(BaseModel):
    """A JSON document, or a part of one. Fields stand in the order in which they are declared."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    def to_text(self) -> str:
        """The document as people may read it, too: indented, without escapes beyond ASCII."""
        return self.to_bytes().decode()

    def to_bytes(self) -> bytes:
        """The same in UTF-8."""
        # Unset and null differ: a field that was not asked for is left out, not null. The model
        # itself makes only texts, and a text of 50 MB takes several times its room when it is made.
        return type(self).__pydantic_serializer__.to_json(
            self, by_alias=True, exclude_unset=True, indent=2
        )


def _share(value: Decimal | None) -> float | None:
    # Rounded here only: measures keep their Decimals, so that 0.95 of a target is no pass.
    return None if value is None else round(float(value), 4)


@lru_cache(maxsize=4096)
def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    # JSON has no decimals; a float says `48.0` where a person typed 48.
    return int(value) if value == value.to_integral_value() else float(value)


def shown_value(value: CellValue) -> object:
    """A cell's value as a document shows it: days and moments as texts, numbers as numbers."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | CellError) else value


def address(ref: CellRef | str | None) -> str | None:
    """A cell's address as people say it; None where there is none."""
    return None if ref is None else str(ref)


_NUMBER: dict[str, Any] = {"type": "number"}
_NUMBER_OR_NULL: dict[str, Any] = {"type": ["number", "null"]}

Share = Annotated[Decimal, PlainSerializer(_share), WithJsonSchema(_NUMBER)]
"""From 0 to 1, with four decimals."""
ShareOrNothing = Annotated[Decimal | None, PlainSerializer(_share), WithJsonSchema(_NUMBER_OR_NULL)]
NumberJson = Annotated[Decimal | None, PlainSerializer(_number), WithJsonSchema(_NUMBER_OR_NULL)]
"""A number as it was typed, an integer where it is one; points under a percent unit."""
# pydantic would write `Z` for UTC, and the documents have said `+00:00` from the first day on.
Moment = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
CellJson = Annotated[
    Any,
    PlainSerializer(shown_value),
    WithJsonSchema({"type": ["string", "number", "boolean", "null"]}),
]


class CycleEntry(Document):
    """A cycle with its first and last day."""

    name: str
    start: date
    end: date

    @classmethod
    def of(cls, cycle: Cycle) -> CycleEntry:
        return cls(name=cycle.name, start=cycle.start, end=cycle.end)


class WarningEntry(Document):
    """Something odd in the content of a source."""

    code: str
    source: str
    at: str | None
    message: str

    @classmethod
    def of(cls, warning: Warning_) -> WarningEntry:
        return cls(
            code=warning.code,
            source=warning.source,
            at=address(warning.at),
            message=warning.message,
        )
