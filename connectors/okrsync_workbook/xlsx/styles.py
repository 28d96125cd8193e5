"""The styles part: reading cell formats, and appending new ones without renumbering any."""

from __future__ import annotations

import re
from functools import cached_property

from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    masked,
    place_for,
    root_of,
    spliced,
    with_attribute,
)

__all__ = ["DATE", "GENERAL", "PERCENT_WHOLE", "TEXT", "Styles", "shows_percent"]

GENERAL, PERCENT_WHOLE, DATE, TEXT = 0, 9, 14, 49
"""Ids of built-in number formats: general, whole percent, a day, a text (ECMA-376 part 1, 18.8.30).
"""

_PERCENTS = (9, 10)
_NUMBERS = ("numFmtId", "applyNumberFormat")
_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs")
_UNSEEN, _FIRST_OWN_FORMAT = ";;;", 164
"""The format code that shows no value; below this number Excel keeps formats of its own."""
# Without a value, an element such as `<strike/>` says yes (ECMA-376 part 1, 18.8.22).
_STRIKE = re.compile(rb"<(?:[\w.\-]+:)?strike\b(?:[^<>]*\bval=[\"'](\w+)[\"'])?")
_NO = (b"0", b"false")
_BARE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="%s"><fonts'
    b' count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills'
    b' count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
    b' patternType="gray125"/></fill></fills><borders'
    b' count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs'
    b' count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs'
    b' count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    b' xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0"'
    b' builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """A styles part to which formats can be added. `before` is the part as it was, None where the
    workbook has none.
    """

    def __init__(self, content: bytes | None, namespace: bytes) -> None:
        self.before = content
        self._content = content if content is not None else _BARE % namespace
        data = masked(self._content)
        self._root = root_of(data)
        self._lists = {
            part.name: part for part in children(data, self._root.open_end, self._root.inner_end)
        }
        self._items = {name: self._in(name, data) for name in _LISTS}
        self._counts = {name: len(items) for name, items in self._items.items()}
        self._unseen: int | None = None
        # A sheet asks the same for each of its rows.
        self._with_number_format: dict[tuple[int, int], int] = {}

    def add(self, name: str, markup: bytes) -> int:
        """The number of an item in a list (`fonts`, `cellXfs`, ...): an existing item with this
        markup, or a new one at the end.

        `markup` has no prefixes; the prefix of the part is inserted.
        """
        if self._root.prefix:
            markup = re.sub(rb"<(/?)(?=\w)", rb"<\1" + self._root.prefix, markup)
        return self._number(name, markup)

    def dxf(self, number: int) -> bytes:
        """The format of a conditional format by its number; nothing where there is none."""
        items = self._items["dxfs"]
        return items[number] if number < len(items) else b""

    def number_format(self, style: int) -> int:
        """The number format of a cell format."""
        stated = self._facts(style).get("numFmtId", "0")
        return int(stated) if stated.isdigit() else GENERAL

    def with_number_format(self, style: int, number: int) -> int:
        """The cell format that equals another except for its number format."""
        known = self._with_number_format.get((style, number))
        if known is None:
            known = self._renumbered(style, number)
            self._with_number_format[style, number] = known
        return known

    def _renumbered(self, style: int, number: int) -> int:
        if self.number_format(style) == number:
            return style
        items = self._items["cellXfs"]
        base = items[style] if style < len(items) else items[0]
        end = base.index(b">") + 1
        tag = with_attribute(base[:end], "numFmtId", str(number))
        tag = with_attribute(tag, "applyNumberFormat", "1" if number else "0")
        return self._number("cellXfs", tag + base[end:])

    def look(self, style: int) -> tuple[object, ...]:
        """A cell format without its number format: cells of one look differ only in that."""
        items = self._items["cellXfs"]
        if style >= len(items):
            return ()
        facts = {key: value for key, value in self._facts(style).items() if key not in _NUMBERS}
        item = items[style]
        return (tuple(sorted(facts.items())), item[item.index(b">") :].rstrip(b"/>"))

    def as_people_left_it(self, style: int) -> int:
        """The cell format that an empty cell had before okrsync gave it a number format: the first
        of that look without one. The same format where people chose it.
        """
        number = self.number_format(style)
        if number not in (PERCENT_WHOLE, DATE, TEXT) and not self.is_unseen(style):
            return style
        look = self.look(style)
        plain = (
            number
            for number in range(len(self._items["cellXfs"]))
            if self.number_format(number) == GENERAL and self.look(number) == look
        )
        return next(plain, style)

    @property
    def unseen(self) -> int:
        """The number format that shows no value; it is made where there is none."""
        if self._unseen is None:
            ids = [number for number, code in self._codes.items() if code == _UNSEEN]
            if ids:
                self._unseen = min(ids)
            else:
                self._unseen = max([_FIRST_OWN_FORMAT - 1, *self._codes]) + 1
                self.add("numFmts", b'<numFmt numFmtId="%d" formatCode=";;;"/>' % self._unseen)
        return self._unseen

    def is_unseen(self, style: int) -> bool:
        """Whether a cell format shows no value."""
        number = self.number_format(style)
        return number == self._unseen or self._codes.get(number) == _UNSEEN

    @cached_property
    def _codes(self) -> dict[int, str]:
        data = masked(self._content)
        holder = self._lists.get("numFmts")
        items = children(data, holder.open_end, holder.inner_end) if holder is not None else []
        facts = [attributes(item, data) for item in items]
        return {int(fact.get("numFmtId", "0")): fact.get("formatCode", "") for fact in facts}

    def percent_styles(self) -> frozenset[int]:
        """The numbers of the cell formats that show percentages."""
        return frozenset(
            number
            for number in range(len(self._items["cellXfs"]))
            if self._is_percent(self.number_format(number))
        )

    def struck_styles(self) -> frozenset[int]:
        """The numbers of the cell formats whose font strikes the text through."""
        fonts = {
            str(number)
            for number, font in enumerate(self._items["fonts"])
            if (strike := _STRIKE.search(font)) is not None and strike[1] not in _NO
        }
        return frozenset(
            number
            for number in range(len(self._items["cellXfs"]) if fonts else 0)
            if self._facts(number).get("fontId") in fonts
        )

    def unlocked_styles(self) -> frozenset[int]:
        """The numbers of the cell formats that people may edit in a protected sheet."""
        unlocked = re.compile(rb"<(?:[\w.\-]+:)?protection\b[^>]*\blocked=[\"'](?:0|false)[\"']")
        return frozenset(
            number for number, item in enumerate(self._items["cellXfs"]) if unlocked.search(item)
        )

    @property
    def first_font(self) -> bytes:
        """The default font of the workbook."""
        return self._items["fonts"][0] if self._items["fonts"] else b""

    def render(self) -> bytes | None:
        """The part with what was added; `before` where nothing was added."""
        changes: list[tuple[int, int, bytes]] = []
        missing: dict[int, bytes] = {}
        for name in _LISTS:
            new = self._items[name][self._counts[name] :]
            if not new:
                continue
            holder = self._lists.get(name)
            tag = self._root.prefix + name.encode()
            if holder is None:
                whole = b'<%s count="%d">%s</%s>' % (tag, len(new), b"".join(new), tag)
                position = place_for(name, _ORDER, list(self._lists.values()), self._root.inner_end)
                missing[position] = missing.get(position, b"") + whole
                continue
            opening = with_attribute(
                holder.open_tag(self._content), "count", str(len(self._items[name]))
            )
            if holder.is_closed:
                whole = opening[:-2].rstrip() + b">" + b"".join(new) + b"</" + tag + b">"
                changes.append((holder.start, holder.end, whole))
            else:
                changes += [
                    (holder.start, holder.open_end, opening),
                    (holder.inner_end, holder.inner_end, b"".join(new)),
                ]
        changes += [(position, position, markup) for position, markup in missing.items()]
        return spliced(self._content, changes) if changes else self.before

    def _in(self, name: str, data: bytes) -> list[bytes]:
        holder: Element | None = self._lists.get(name)
        if holder is None or holder.is_closed:
            return []
        return [
            item.whole(self._content) for item in children(data, holder.open_end, holder.inner_end)
        ]

    def _number(self, name: str, markup: bytes) -> int:
        items = self._items[name]
        if markup in items:
            return items.index(markup)
        items.append(markup)
        return len(items) - 1

    def _facts(self, style: int) -> dict[str, str]:
        items = self._items["cellXfs"]
        if style >= len(items):
            return {}
        data = items[style]
        return attributes(root_of(data), data)

    def _is_percent(self, number: int) -> bool:
        return shows_percent(self._codes[number]) if number in self._codes else number in _PERCENTS


def shows_percent(code: str) -> bool:
    """Whether a number format shows percentages: it has a percent sign that is neither quoted nor
    escaped.
    """
    return "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)
