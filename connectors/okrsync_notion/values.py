"""Property values in both directions: what a person sees in a cell, and what is sent to write a
value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from okrsync.connector import PALETTE, CellError, CellValue, Looks, Misfit

__all__ = [
    "COMPUTED",
    "LONGEST_TEXT",
    "Display",
    "Property",
    "fitted",
    "is_struck",
    "new_property",
    "page_address",
    "pieces_of",
    "plain_text",
    "sent",
    "shown",
]

Json = dict[str, Any]
# https://developers.notion.com/reference/request-limits
LONGEST_TEXT = 2000
"""UTF-16 units in one piece of rich text."""
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
"""Types that Notion computes and nobody can write."""
# Addresses moved from www.notion.so to app.notion.com in 2026; published pages have a host of their
# workspace.
_PAGE = re.compile(
    r"https://(?:www\.notion\.so|app\.notion\.com|[\w-]+\.notion\.site)/(?:[^/]*/)*(?:[^/]*-)?"
    r"([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_MONEY = {
    "dollar": "$",
    "euro": "€",
    "pound": "£",
    "yen": "¥",
    "yuan": "CN¥",
    "won": "₩",
    "rupee": "₹",
    "ruble": "₽",
    "lira": "₺",
    "baht": "฿",
    "shekel": "₪",
    "philippine_peso": "₱",
    "australian_dollar": "A$",
    "canadian_dollar": "C$",
    "hong_kong_dollar": "HK$",
    "new_zealand_dollar": "NZ$",
    "singapore_dollar": "S$",
    "new_taiwan_dollar": "NT$",
    "mexican_peso": "MX$",
    "real": "R$",
    "franc": "CHF",
    "krona": "SEK",
    "norwegian_krone": "NOK",
    "danish_krone": "DKK",
    "zloty": "PLN",
    "koruna": "CZK",
    "forint": "HUF",
    "leu": "RON",
    "rand": "ZAR",
    "rupiah": "IDR",
    "ringgit": "MYR",
    "dirham": "AED",
    "riyal": "SAR",
}
"""The sign of each format of numbers that is one of money:
https://developers.notion.com/reference/property-object#number
"""
_COLOURS = tuple(each.notion for each in PALETTE.values())


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a data source: its current name, its id, which stays, its type and its
    configuration.
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
    def money(self) -> str | None:
        """The sign of money that numbers are shown with; None where they are shown with none."""
        return _MONEY.get(self.config.get("format", "")) if self.type == "number" else None

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options; empty for a type without options."""
        return tuple(option["name"] for option in self.config.get("options", ()))


@dataclass(frozen=True, slots=True)
class Display:
    """How values are shown: relations by the titles of pages (by id), moments in a time zone."""

    titles: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


def plain_text(pieces: Any) -> str:
    """The text of a rich text without its styles."""
    return "".join(
        piece.get("plain_text", piece.get("text", {}).get("content", "")) for piece in pieces or ()
    )


def is_struck(value: Json) -> bool:
    """Whether the whole text of a property value is struck through."""
    kind = value.get("type")
    pieces = value.get(kind) or () if kind in ("title", "rich_text") else ()
    written = [piece for piece in pieces if plain_text([piece]).strip()]
    return bool(written) and all(
        (piece.get("annotations") or {}).get("strikethrough") for piece in written
    )


def page_address(url: str) -> str | None:
    """The plain address of a page in Notion, in whatever form it is given; None for an address
    elsewhere. Hosts and titles in addresses change; only the id identifies a page.
    """
    match = _PAGE.fullmatch(url.split("?")[0].split("#")[0])
    return None if match is None else f"https://www.notion.so/{match[1].replace('-', '').lower()}"


def shown(value: Json, display: Display) -> CellValue:
    """What a person sees of a property value; None for an empty one."""
    kind = value.get("type", "")
    content = value.get(kind)
    if content is None:
        return None
    reads = _SHOWN.get(kind)
    if reads is not None:
        return reads(content, display)
    # Of a type that Notion has added since, or a button, only a text or a number says something.
    return None if isinstance(content, dict | list) else str(content)


def _people(people: Any, _display: Display) -> CellValue:
    return ", ".join(person.get("name") or person.get("id", "") for person in people) or None


def _date(content: Any, display: Display) -> CellValue:
    """A day or moment. A range reads as its two days with an arrow between them, as Notion shows
    it.
    """
    start, end = (_moment(content.get(side), display) for side in ("start", "end"))
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


def _formula(content: Any, display: Display) -> CellValue:
    return shown(content, display)


def _rollup(content: Any, display: Display) -> CellValue:
    if content.get("type") == "array":
        return (
            ", ".join(
                str(shown(element, display))
                for element in content["array"]
                if shown(element, display) is not None
            )
            or None
        )
    # A rollup over many pages may come without its result. That is unknown, not empty.
    if content.get("type") in ("incomplete", "unsupported"):
        return CellError("#INCOMPLETE")
    return shown(content, display)


def _unique(content: Any, _display: Display) -> CellValue:
    number, prefix = content.get("number"), content.get("prefix")
    return None if number is None else f"{prefix}-{number}" if prefix else number


_SHOWN: Mapping[str, Callable[[Any, Display], CellValue]] = {
    "title": lambda content, _: plain_text(content) or None,
    "rich_text": lambda content, _: plain_text(content) or None,
    "number": lambda content, _: content,
    "string": lambda content, _: content or None,
    "boolean": lambda content, _: content,
    "checkbox": lambda content, _: content,
    "select": lambda content, _: content.get("name"),
    "status": lambda content, _: content.get("name"),
    "multi_select": lambda content, _: ", ".join(option["name"] for option in content) or None,
    "people": _people,
    "created_by": lambda content, _: content.get("name") or content.get("id"),
    "last_edited_by": lambda content, _: content.get("name") or content.get("id"),
    "date": _date,
    "created_time": lambda content, display: _moment(content, display),
    "last_edited_time": lambda content, display: _moment(content, display),
    "relation": lambda content, display: (
        ", ".join(display.titles.get(page["id"], page["id"]) for page in content) or None
    ),
    "formula": _formula,
    "rollup": _rollup,
    "unique_id": _unique,
    "verification": lambda content, _: content.get("state"),
    "url": lambda content, _: page_address(content) or content,
    "files": lambda content, _: ", ".join(file.get("name", "") for file in content) or None,
}


def fitted(
    prop: Property, looks: Looks, value: CellValue, *, may_add: bool = False
) -> CellValue | Misfit:
    """What a property will hold after a value has been written to it, or why it cannot hold the
    value. `may_add` allows another option in a select.
    """
    if isinstance(value, Decimal):
        value = float(value)
    match prop.type:
        case "number":
            return (
                value
                if isinstance(value, int | float) and not isinstance(value, bool)
                else _misfit(prop, "text")
            )
        case "rich_text" | "title":
            text = (
                f"{round(value * 100)}%"
                if looks is Looks.SHARE and isinstance(value, float)
                else str(value)
            )
            return text[: LONGEST_TEXT * 10] or None
        case "select" | "status" if looks in (Looks.SHARE, Looks.NUMBER, Looks.DATE):
            return _misfit(prop, "date" if looks is Looks.DATE else "number")
        case "select" | "status" if len(str(value)) > _LONGEST_OPTION:
            return _misfit(prop, "text")
        case "select" | "status":
            # Writing creates a missing option of a select as a side effect, and never one of a
            # status, whose options people manage.
            return _chosen(prop, str(value), may_add=may_add and prop.type == "select")
        case "checkbox":
            return value if isinstance(value, bool) else _misfit(prop, "text or number")
        case "date":
            return value if isinstance(value, date) else _misfit(prop, "text or number")
        case "url":
            return (
                (page_address(str(value)) or str(value))
                if looks is Looks.ADDRESS
                else _misfit(prop, "text")
            )
        case "relation" if looks is Looks.LINK:
            return str(value)
    if prop.type in COMPUTED:
        return Misfit(
            f"{prop.name!r} is computed by Notion ({prop.type}); give okrsync a property of its own"
        )
    return _misfit(prop, "text")


def _chosen(prop: Property, word: str, *, may_add: bool) -> CellValue | Misfit:
    """The option that a word means. Notion distinguishes upper and lower case in options, and
    people do not.
    """
    if word in prop.options:
        return word
    alike = [
        option for option in prop.options if option.strip().casefold() == word.strip().casefold()
    ]
    if len(alike) == 1:
        return alike[0]
    if not may_add:
        return Misfit(
            f"the {prop.type} {prop.name!r} has no option {word!r}: add it in Notion, or name"
            " another word under [values]"
        )
    # Notion refuses a comma in an option: a multi-select separates its options by commas.
    if "," in word:
        return Misfit(f"{prop.name!r} is a select, and its options hold no commas")
    return word


def _misfit(prop: Property, better: str) -> Misfit:
    return Misfit(
        f"{prop.name!r} is a {prop.type.replace('_', ' ')} property; a {better} property would do"
    )


def sent(prop: Property, value: CellValue) -> Json:
    """A value in the form of a request. What was fitted can be sent; None empties the property."""
    match prop.type:
        case "number" | "checkbox":
            return {prop.type: value}
        case "select" | "status":
            return {prop.type: None if value is None else {"name": str(value)}}
        case "date":
            return {"date": None if not isinstance(value, date) else {"start": value.isoformat()}}
        case "url":
            return {"url": None if value is None else str(value)}
        case "relation":
            return {"relation": [] if value is None else [{"id": str(value)}]}
    pieces = pieces_of("" if value is None else str(value))
    return {prop.type: [{"type": "text", "text": {"content": piece}} for piece in pieces]}


def pieces_of(text: str) -> list[str]:
    """The text in pieces of at most 2,000 UTF-16 units: Notion counts an emoji as two."""
    pieces, piece, size = [], "", 0
    for character in text:
        units = 2 if ord(character) > 0xFFFF else 1
        if size + units > LONGEST_TEXT:
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + character, size + units
    return [*pieces, piece][:_MOST_PIECES] if piece else pieces[:_MOST_PIECES]


def new_property(looks: Looks, words: tuple[str, ...], source_id: str) -> Json:
    """The type and configuration of a new property of a data source."""
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
                {"name": word, "color": _COLOURS[index % len(_COLOURS)]}
                for index, word in enumerate(words)
                if word
            ]
            return {"select": {"options": options}}
    return {"rich_text": {}}
