"""Property values, in and out: what a person sees in a cell, and what is sent to put a value
there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from okrsync.connector import CellError, CellValue, Looks, Misfit

__all__ = [
    "COMPUTED",
    "LONGEST_TEXT",
    "Display",
    "Property",
    "fitted",
    "new_property",
    "page_address",
    "pieces_of",
    "plain_text",
    "sent",
    "shown",
]

Json = dict[str, Any]
LONGEST_TEXT = 2000
"""UTF-16 units in one piece of text."""
_MOST_PIECES = 100
_LONGEST_OPTION = 100
COMPUTED = frozenset(
    {
        "formula",
        "rollup",
        "unique_id",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
        "button",
        "verification",
    }
)
"""Types nobody can write."""
_PAGE = re.compile(
    r"https://(?:www\.notion\.so|app\.notion\.com|[\w-]+\.notion\.site)/(?:[^/]*/)*(?:[^/]*-)?"
    r"([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_COLOURS = ("gray", "gray", "green", "yellow", "red", "purple", "blue", "brown")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a data source: its name of now, its id, which stays, its type and what goes
    with it.
    """

    name: str
    id: str
    type: str
    config: Mapping[str, Any]

    @property
    def is_percent(self) -> bool:
        """Whether numbers are shown as percentages."""
        return self.type == "number" and self.config.get("format") == "percent"

    @property
    def options(self) -> tuple[str, ...]:
        """The names to choose from, where there are any."""
        return tuple(one["name"] for one in self.config.get("options", ()))


@dataclass(frozen=True, slots=True)
class Display:
    """How values are shown: the titles of pages by id, for relations, and the time zone in which
    moments are told.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


def plain_text(pieces: Any) -> str:
    """The text of a rich text without its looks."""
    return "".join(
        piece.get("plain_text", piece.get("text", {}).get("content", "")) for piece in pieces or ()
    )


def page_address(url: str) -> str | None:
    """The plain address of a page in Notion, whatever form it was given in; None for an address
    elsewhere. Hosts and titles in addresses change, and only the id tells two of them apart.
    """
    found = _PAGE.fullmatch(url.split("?")[0].split("#")[0])
    return None if found is None else f"https://www.notion.so/{found[1].replace('-', '').lower()}"


def shown(value: Json, display: Display) -> CellValue:
    """What a person sees of a property's value."""
    kind = value.get("type", "")
    held = value.get(kind)
    if held is None:
        return None
    reads = _SHOWN.get(kind)
    return str(held) if reads is None else reads(held, display)


def _people(held: Any, _display: Display) -> CellValue:
    return ", ".join(one.get("name") or one.get("id", "") for one in held) or None


def _date(held: Any, display: Display) -> CellValue:
    """A day or moment; a range reads as both of its days with an arrow between, as Notion
    shows it.
    """
    start, end = (_moment(held.get(side), display) for side in ("start", "end"))
    return start if start is None or end is None else f"{_day(start)} → {_day(end)}"


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _moment(text: str | None, display: Display) -> date | None:
    """A day, or a moment in the time zone of the display: half past eleven at night in New York is
    the next day in Berlin.
    """
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    # A moment without an offset is local to whoever typed it.
    return (
        moment.replace(tzinfo=display.zone)
        if moment.tzinfo is None
        else moment.astimezone(display.zone)
    )


def _formula(held: Any, display: Display) -> CellValue:
    return shown(held, display)


def _rollup(held: Any, display: Display) -> CellValue:
    if held.get("type") == "array":
        return (
            ", ".join(
                str(shown(one, display)) for one in held["array"] if shown(one, display) is not None
            )
            or None
        )
    if held.get("type") in ("incomplete", "unsupported"):
        return CellError("#INCOMPLETE")
    return shown(held, display)


def _unique(held: Any, _display: Display) -> CellValue:
    number, prefix = held.get("number"), held.get("prefix")
    return None if number is None else f"{prefix}-{number}" if prefix else number


_SHOWN: Mapping[str, Callable[[Any, Display], CellValue]] = {
    "title": lambda held, _: plain_text(held) or None,
    "rich_text": lambda held, _: plain_text(held) or None,
    "number": lambda held, _: held,
    "string": lambda held, _: held or None,
    "boolean": lambda held, _: held,
    "checkbox": lambda held, _: held,
    "select": lambda held, _: held.get("name"),
    "status": lambda held, _: held.get("name"),
    "multi_select": lambda held, _: ", ".join(one["name"] for one in held) or None,
    "people": _people,
    "created_by": lambda held, _: held.get("name") or held.get("id"),
    "last_edited_by": lambda held, _: held.get("name") or held.get("id"),
    "date": _date,
    "created_time": lambda held, display: _moment(held, display),
    "last_edited_time": lambda held, display: _moment(held, display),
    "relation": lambda held, display: (
        ", ".join(display.titles.get(one["id"], one["id"]) for one in held) or None
    ),
    "formula": _formula,
    "rollup": _rollup,
    "unique_id": _unique,
    "url": lambda held, _: page_address(held) or held,
    "files": lambda held, _: ", ".join(one.get("name", "") for one in held) or None,
}


def fitted(
    found: Property, looks: Looks, value: CellValue, *, may_add: bool = False
) -> CellValue | Misfit:
    """What a property will hold once a value has been written to it, or why it cannot. `may_add`
    lets a select get another option.
    """
    if isinstance(value, Decimal):
        value = float(value)
    match found.type:
        case "number":
            return (
                value
                if isinstance(value, int | float) and not isinstance(value, bool)
                else _misfit(found, "text")
            )
        case "rich_text" | "title":
            text = (
                f"{round(value * 100)}%"
                if looks is Looks.SHARE and isinstance(value, float)
                else str(value)
            )
            return text[: LONGEST_TEXT * 10] or None
        case "select" | "status" if looks in (Looks.SHARE, Looks.NUMBER, Looks.DATE):
            return _misfit(found, "date" if looks is Looks.DATE else "number")
        case "select" | "status" if len(str(value)) > _LONGEST_OPTION:
            return _misfit(found, "text")
        case "select" | "status":
            return _chosen(found, str(value), may_add=may_add and found.type == "select")
        case "checkbox":
            return value if isinstance(value, bool) else _misfit(found, "text or number")
        case "date":
            return value if isinstance(value, date) else _misfit(found, "text or number")
        case "url":
            return (
                (page_address(str(value)) or str(value))
                if looks is Looks.ADDRESS
                else _misfit(found, "text")
            )
        case "relation" if looks is Looks.LINK:
            return str(value)
    if found.type in COMPUTED:
        return Misfit(
            f"{found.name!r} is worked out by Notion ({found.type}); give okrsync a property of"
            " its own"
        )
    return _misfit(found, "text")


def _chosen(found: Property, word: str, *, may_add: bool) -> CellValue | Misfit:
    """The option that a word means. Notion tells options apart by case, and people do not."""
    if word in found.options:
        return word
    alike = [one for one in found.options if one.strip().casefold() == word.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    if not may_add:
        return Misfit(
            f"the {found.type} {found.name!r} has no option {word!r}: add it in Notion, or name"
            " another word under [values]"
        )
    if "," in word:
        return Misfit(f"{found.name!r} is a select, and its options hold no commas")
    return word


def _misfit(found: Property, better: str) -> Misfit:
    return Misfit(
        f"{found.name!r} is a {found.type.replace('_', ' ')} property; a {better} property would do"
    )


def sent(found: Property, value: CellValue) -> Json:
    """A value as it is sent. What was fitted can be sent; None empties the property."""
    match found.type:
        case "number" | "checkbox":
            return {found.type: value}
        case "select" | "status":
            return {found.type: None if value is None else {"name": str(value)}}
        case "date":
            return {"date": None if not isinstance(value, date) else {"start": value.isoformat()}}
        case "url":
            return {"url": None if value is None else str(value)}
        case "relation":
            return {"relation": [] if value is None else [{"id": str(value)}]}
    pieces = pieces_of("" if value is None else str(value))
    return {found.type: [{"type": "text", "text": {"content": piece}} for piece in pieces]}


def pieces_of(text: str) -> list[str]:
    """The text in pieces of at most 2,000 UTF-16 units, which is how Notion counts."""
    pieces, piece, size = [], "", 0
    for character in text:
        units = 2 if ord(character) > 0xFFFF else 1
        if size + units > LONGEST_TEXT:
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + character, size + units
    return [*pieces, piece][:_MOST_PIECES] if piece else pieces[:_MOST_PIECES]


def new_property(looks: Looks, words: tuple[str, ...], source_id: str) -> Json:
    """The type a tidy person would give a new property of a data source."""
    match looks:
        case Looks.SHARE:
            return {"number": {"format": "percent"}}
        case Looks.NUMBER:
            return {"number": {"format": "number"}}
        case Looks.DATE:
            return {"date": {}}
        case Looks.CHOICE:
            return {"select": {"options": [{"name": word} for word in words]}}
        case Looks.PERSON:
            return {"people": {}}
        case Looks.ADDRESS:
            return {"url": {}}
        case Looks.LINK:
            dual = {"type": "dual_property", "dual_property": {"synced_property_name": "Sub-items"}}
            return {"relation": {"data_source_id": source_id, **dual}}
        case Looks.STATUS:
            options = [
                {"name": word, "color": _COLOURS[place % len(_COLOURS)]}
                for place, word in enumerate(words)
                if word
            ]
            return {"select": {"options": options}}
    return {"rich_text": {}}
