"""The parts of a workbook while it is changed: what was written, added and removed, and the
relationships between them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from okrsync_workbook.xlsx.markup import (
    attributes,
    children,
    escaped_attribute,
    masked,
    root_of,
    spliced,
)
from okrsync_workbook.xlsx.package import Package, Relation, read_relations, rels_name

__all__ = ["Parts"]

_TYPES = "[Content_Types].xml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELS = (
    _HEAD + b"<Relationships"
    b' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class Parts:
    """The parts of a package with changes on top; the package itself stays as it is."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._written: dict[str, tuple[bytes, ...]] = {}
        self._removed: set[str] = set()

    def has(self, part: str) -> bool:
        name = self.package.name_of(part) or part
        return name in self._written or (
            name not in self._removed and self.package.name_of(part) is not None
        )

    def read(self, part: str) -> bytes:
        """The content of a part after all changes. `UnreadableSource` when there is none."""
        name = self.package.name_of(part) or part
        pieces = self._written.get(name)
        return self.package.read(name) if pieces is None else b"".join(pieces)

    def write(self, part: str, *pieces: bytes) -> None:
        """Give a part new content, or add it. A large sheet comes in pieces: as a whole, it would
        be there twice.
        """
        name = self.package.name_of(part) or part
        self._removed.discard(name)
        self._written[name] = pieces

    def remove(self, part: str) -> None:
        """Remove a part with its relationships and its content type."""
        for name in (part, rels_name(part)):
            spelled = self.package.name_of(name) or name
            self._written.pop(spelled, None)
            if self.package.name_of(name) is not None:
                self._removed.add(spelled)
        self._drop_type(part)

    def changes(self) -> tuple[dict[str, tuple[bytes, ...]], set[str]]:
        """The parts whose content differs from that in the file, in pieces, and the parts to leave
        out.
        """
        archive = self.package.archive
        written = {
            name: pieces
            for name, pieces in self._written.items()
            # Most that is written is longer. A large sheet is not unpacked again to see that.
            if name not in archive
            or archive.size(name) != sum(map(len, pieces))
            or archive.read(name) != b"".join(pieces)
        }
        return written, self._removed - self._written.keys()

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relationships of a part after all changes."""
        rels = rels_name(part)
        return read_relations(part, self.read(rels)) if self.has(rels) else ()

    def part_of_kind(self, part: str, kind: str) -> str | None:
        """The first target of a part by that kind of relationship; None where there is none."""
        for relation in self.relations(part):
            if relation.kind == kind and not relation.is_external and self.has(relation.target):
                return relation.target
        return None

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part to another, and return its id."""
        rels = rels_name(part)
        content = self.read(rels) if self.has(rels) else _RELS
        taken = [int(number) for number in re.findall(rb"[\"']rId([0-9]+)[\"']", content)]
        id_ = f"rId{max(taken, default=0) + 1}"
        base = (
            "http://purl.oclc.org/ooxml/officeDocument/relationships/"
            if self.package.is_strict
            else "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        )
        data = masked(content)
        root = root_of(data)
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        entry = f'Relationship Id="{id_}" Type="{base}{kind}" Target="{relative}"/>'.encode()
        self.write(rels, _with_child(content, b"<" + root.prefix + entry))
        return id_

    def unrelate(self, part: str, id_: str) -> None:
        """Remove a relationship, and with the last one the part that held it."""
        rels = rels_name(part)
        content = self.read(rels)
        data = masked(content)
        root = root_of(data)
        entries = children(data, root.open_end, root.inner_end)
        kept = [entry for entry in entries if attributes(entry, data).get("Id") != id_]
        if not kept:
            self.remove(rels)
        else:
            removals = [(entry.start, entry.end, b"") for entry in entries if entry not in kept]
            self.write(rels, spliced(content, removals))

    def free_name(self, pattern: str) -> str:
        """The first name of the form `xl/comments{}.xml` that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def remove_related(self, part: str, target: str) -> None:
        """Remove a part with the relationships that another part has to it."""
        for relation in self.relations(part):
            if relation.target == target:
                self.unrelate(part, relation.id)
        self.remove(target)

    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part."""
        name = escaped_attribute(f"/{part}").decode()
        self._add_type(f'Override PartName="{name}" ContentType="{content_type}"/>')

    def declare_ending(self, ending: str, content_type: str) -> None:
        """State the content type of parts with that ending, where it is not stated yet."""
        content = self.read(_TYPES)
        data = masked(content)
        root = root_of(data)
        for entry in children(data, root.open_end, root.inner_end):
            if (
                entry.name == "Default"
                and attributes(entry, data).get("Extension", "").casefold() == ending
            ):
                return
        markup = f'Default Extension="{ending}" ContentType="{content_type}"/>'.encode()
        position = root.open_end
        self.write(_TYPES, content[:position] + b"<" + root.prefix + markup + content[position:])

    def retract_ending(self, ending: str) -> None:
        """Remove the content type of an ending that no part has any more."""
        names = {*self.package.archive.names, *self._written} - self._removed
        if not any(name.casefold().endswith(f".{ending}") for name in names):
            self._drop_types(lambda facts: facts.get("Extension", "").casefold() == ending)

    def _add_type(self, markup: str) -> None:
        content = self.read(_TYPES)
        root = root_of(masked(content))
        self.write(_TYPES, _with_child(content, b"<" + root.prefix + markup.encode()))

    def _drop_type(self, part: str) -> None:
        wanted = f"/{part}".casefold()
        self._drop_types(lambda facts: facts.get("PartName", "").casefold() == wanted)

    def _drop_types(self, drop: Callable[[dict[str, str]], bool]) -> None:
        content = self.read(_TYPES)
        data = masked(content)
        root = root_of(data)
        entries = children(data, root.open_end, root.inner_end)
        removals = [
            (entry.start, entry.end, b"") for entry in entries if drop(attributes(entry, data))
        ]
        if removals:
            self.write(_TYPES, spliced(content, removals))


def _with_child(content: bytes, markup: bytes) -> bytes:
    """A document with one more child, after the last one."""
    data = masked(content)
    root = root_of(data)
    parts = children(data, root.open_end, root.inner_end)
    if root.is_closed:
        tag = root.open_tag(content)
        name = root.prefix + root.name.encode()
        return spliced(
            content,
            [(root.start, root.end, tag[:-2].rstrip() + b">" + markup + b"</" + name + b">")],
        )
    position = parts[-1].end if parts else root.open_end
    return content[:position] + markup + content[position:]
