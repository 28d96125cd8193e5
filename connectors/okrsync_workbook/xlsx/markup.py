"""The small part of XML that patching needs: finding elements and attributes in bytes, and writing
text so that it stays text.

Parts are changed as bytes, only in the spans that change. To parse a part and write it out again
would reorder attributes, drop comments and lose what the program of its author put between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from okrsync.connector import UnreadableSource

__all__ = [
    "Element",
    "attributes",
    "children",
    "descendants",
    "escaped",
    "escaped_attribute",
    "holds",
    "masked",
    "place_for",
    "root_of",
    "spliced",
    "tag_attributes",
    "text_in",
    "unescaped",
    "with_attribute",
]

# No pattern reads past the next `<`, which no tag contains. Otherwise a tag that is never closed
# would be read to the end from each of its beginnings, which takes hours in a part made for it.
_TAG = re.compile(rb"<(/?)((?:[\w.\-]+:)?)([\w.\-]+)((?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*)>")
_ATTRIBUTE = re.compile(rb"([\w.\-:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HIDDEN = re.compile(rb"<!--|<!\[CDATA\[|<\?(?!xml\s)")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|lt|gt|amp|quot|apos);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# XML cannot hold these characters at all, not even as references. Spreadsheets write them as
# `_x0007_`, and an underscore that would read like that as `_x005F_` (ECMA-376 part 1, 22.9.2.19).
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_WRITTEN_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Element(Struct, frozen=True):
    """The position of an element: its tag from `start` to `open_end`, its content up to
    `inner_end`, its closing tag up to `end`.

    An element of the form `<a/>` is closed: all its ends are equal.
    """

    name: str
    prefix: bytes
    start: int
    open_end: int
    inner_end: int
    end: int

    @property
    def is_closed(self) -> bool:
        return self.open_end == self.end

    def open_tag(self, content: bytes) -> bytes:
        return content[self.start : self.open_end]

    def inner(self, content: bytes) -> bytes:
        return content[self.open_end : self.inner_end]

    def whole(self, content: bytes) -> bytes:
        return content[self.start : self.end]


def masked(content: bytes) -> bytes:
    """The content, of the same length, with comments, CDATA and processing instructions blanked, so
    that nothing in them is taken for markup. The same object where there are none.
    """
    is_declared = content.startswith((b"<?xml", b"\xef\xbb\xbf<?xml"))
    start = content.find(b"?>") + 2 if is_declared else 0
    if not holds(content, b"!", b"<!") and not holds(content, b"?", b"<?", start):
        return content
    pieces: list[bytes] = []
    position = 0
    while (opening := _HIDDEN.search(content, position)) is not None:
        closing = _ENDS[opening[0]]
        end = content.find(closing, opening.end())
        end = end + len(closing) if end >= 0 else len(content)
        pieces += [content[position : opening.start()], b" " * (end - opening.start())]
        position = end
    pieces.append(content[position:])
    return b"".join(pieces)


def holds(content: bytes, rare: bytes, text: bytes, start: int = 0) -> bool:
    """Whether the content holds a text, from `start` on. `rare` is a byte of it that most sheets do
    not hold: one byte is found many times as fast as a text, and a sheet can have a hundred
    megabytes.
    """
    return content.find(rare, start) >= 0 and content.find(text, start) >= 0


def root_of(data: bytes) -> Element:
    """The outermost element. Raises `UnreadableSource` where there is none, or it is not closed.

    Its content is not examined: a sheet can have a hundred megabytes.
    """
    tag = _TAG.search(data)
    if tag is not None and not tag[1]:
        if tag[4].endswith(b"/"):
            return _element(tag, tag.end(), tag.end())
        closing = data.rfind(b"</" + tag[2] + tag[3])
        end = data.find(b">", closing) + 1
        if closing >= tag.end() and end:
            return _element(tag, closing, end)
    raise UnreadableSource(
        "a part of the workbook is cut short", hint="Open it in Excel and save it again."
    )


def children(data: bytes, start: int, end: int) -> list[Element]:
    """The elements directly in a span, in order. `UnreadableSource` where one is not closed."""
    elements: list[Element] = []
    depth = 0
    opened: re.Match[bytes] | None = None
    for tag in _TAG.finditer(data, start, end):
        if tag[1]:
            depth -= 1
            if depth == 0 and opened is not None:
                elements.append(_element(opened, tag.start(), tag.end()))
                opened = None
        elif tag[4].endswith(b"/"):
            if depth == 0:
                elements.append(_element(tag, tag.end(), tag.end()))
        else:
            if depth == 0:
                opened = tag
            depth += 1
    if depth > 0:
        raise UnreadableSource(
            "a part of the workbook is cut short", hint="Open it in Excel and save it again."
        )
    return elements


def descendants(data: bytes, start: int, end: int, name: str) -> list[Element]:
    """The elements of a name anywhere in a span, in order. Raises `UnreadableSource` where one is
    not closed.
    """
    elements: list[Element] = []
    opened: list[tuple[re.Match[bytes], int]] = []
    for tag in _TAG.finditer(data, start, end):
        if tag[1]:
            if opened:
                opening, index = opened.pop()
                if opening[3].decode() == name:
                    elements[index] = _element(opening, tag.start(), tag.end())
            continue
        is_closed = tag[4].endswith(b"/")
        if not is_closed:
            opened.append((tag, len(elements)))
        if tag[3].decode() == name:
            elements.append(_element(tag, tag.end(), tag.end()))
    if opened:
        raise UnreadableSource(
            "a part of the workbook is cut short", hint="Open it in Excel and save it again."
        )
    return elements


def attributes(element: Element, data: bytes) -> dict[str, str]:
    """The attributes of an element by name, prefixes included."""
    return tag_attributes(data[element.start : element.open_end])


@lru_cache(maxsize=2_000)
def _tag_attributes(tag: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(
        (match[1].decode(), text_in(match[2] if match[2] is not None else match[3]))
        for match in _ATTRIBUTE.finditer(tag)
    )


def tag_attributes(tag: bytes) -> dict[str, str]:
    """The attributes in a tag, or in the inside of one, by name."""
    return dict(_tag_attributes(tag))


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A tag with an attribute set: where the tag already has it, else at its end."""
    new = name.encode() + b'="' + escaped_attribute(value) + b'"'
    match = re.search(
        rb"(?<=\s)" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag
    )
    if match is not None:
        return tag[: match.start()] + new + tag[match.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + b" " + new + tag[end:]


def place_for(name: str, order: Sequence[str], parts: Sequence[Element], otherwise: int) -> int:
    """The position for a new element among its siblings `parts`, by the order of the schema;
    `otherwise` where none of them is known.
    """
    # Excel calls a workbook damaged when elements are out of order.
    known = [part for part in parts if part.name in order]
    ahead = [part for part in known if order.index(part.name) <= order.index(name)]
    if ahead:
        return ahead[-1].end
    behind = [part for part in known if order.index(part.name) > order.index(name)]
    return behind[0].start if behind else otherwise


def spliced(content: bytes, changes: Iterable[tuple[int, int, bytes]]) -> bytes:
    """The content with spans replaced. All spans are positions in the content as it is given."""
    pieces: list[bytes] = []
    position = 0
    for start, end, new in sorted(changes, key=lambda change: change[:2]):
        pieces += [content[position:start], new]
        position = end
    pieces.append(content[position:])
    return b"".join(pieces)


def text_in(markup: bytes) -> str:
    """The text of markup without elements."""
    markup = (
        _CDATA.sub(lambda match: match[1].replace(b"&", b"&amp;"), markup)
        if b"<![CDATA[" in markup
        else markup
    )
    text = markup.decode("utf-8", "replace")
    return _ENTITY.sub(_entity, text) if "&" in text else text


def unescaped(text: str) -> str:
    """The text of a cell, with characters such as `_x0007_` decoded."""
    return _WRITTEN_OUT.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> bytes:
    """The text of a cell or a formula as markup; characters that XML cannot hold are encoded."""
    text = _WRITTEN_OUT.sub(lambda match: f"_x005F{match[0]}", text)
    text = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def escaped_attribute(text: str) -> bytes:
    """A text as the value of an attribute in double quotes."""
    text = (
        _UNWRITABLE.sub(" ", text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    )
    return text.replace("\n", "&#10;").replace("\t", "&#9;").encode()


def _element(tag: re.Match[bytes], inner_end: int, end: int) -> Element:
    return Element(tag[3].decode(), tag[2], tag.start(), tag.end(), inner_end, end)


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name.startswith("#x"):
        return chr(int(name[2:], 16))
    return chr(int(name[1:])) if name.startswith("#") else _ENTITIES[name]
