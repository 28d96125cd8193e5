"""An opened workbook: its parts, its tabs, and what the connector needs besides their values."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from msgspec import Struct

from okrsync.connector import UnreadableSource
from okrsync_workbook.xlsx.markup import attributes, children, masked, root_of
from okrsync_workbook.xlsx.scan import Scan, scan_cells
from okrsync_workbook.xlsx.styles import Styles
from okrsync_workbook.xlsx.tables import TableRange, read_table
from okrsync_workbook.xlsx.zip import Zip

__all__ = ["Package", "Relation", "SheetInfo", "read_relations", "rels_name"]

_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again."


class Relation(Struct, frozen=True):
    """A relationship of a part: its id, the kind of its target (`worksheet`), and the target, a
    part or an address outside.
    """

    id: str
    kind: str
    target: str
    is_external: bool


class SheetInfo(Struct, frozen=True):
    """One tab: name, part, whether it is hidden, and kind (`worksheet`, `chartsheet`)."""

    name: str
    part: str
    hidden: bool
    kind: str


class Package:
    """A workbook in memory. Open it with `Package.open`."""

    def __init__(self, data: bytes, archive: Zip) -> None:
        self.data = data
        self.archive = archive
        self._names = {name.casefold(): name for name in archive.names}
        self.workbook_part = self._find_workbook()

    @classmethod
    def open(cls, data: bytes) -> Package:
        """Open a workbook.

        Raises `UnreadableSource` for what is no workbook, has a password, is damaged or malicious.
        The message is to follow the path of the file and a colon.
        """
        return cls(data, Zip.open(data))

    def name_of(self, part: str) -> str | None:
        """The name of a part as the file spells it; None where there is no such part. Upper and
        lower case do not matter.
        """
        return self._names.get(part.lstrip("/").casefold())

    def read(self, part: str) -> bytes:
        """The content of a part. Raises `UnreadableSource` where there is none, or it cannot be
        trusted.
        """
        name = self.name_of(part)
        if name is None:
            raise UnreadableSource(f"the workbook lacks its part {part!r}", hint=_SAVE_AGAIN)
        content = self.archive.read(name)
        if name.endswith((".xml", ".rels")):
            if content.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise UnreadableSource(
                    f"{name!r} in the workbook is not written in UTF-8", hint=_SAVE_AGAIN
                )
            # Entities within entities can grow a small part to gigabytes ("billion laughs").
            if b"<!DOCTYPE" in content[:8192] or b"<!ENTITY" in content[:8192]:
                raise UnreadableSource(
                    f"{name!r} in the workbook declares a document type, which no workbook needs",
                    hint=_SAVE_AGAIN,
                )
        return content

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relationships of a part."""
        rels = rels_name(part)
        return read_relations(part, self.read(rels)) if self.name_of(rels) is not None else ()

    def part_of_kind(self, part: str, kind: str) -> str | None:
        """The first target of a part by that kind of relationship; None where there is none."""
        for relation in self.relations(part):
            if (
                relation.kind == kind
                and not relation.is_external
                and self.name_of(relation.target) is not None
            ):
                return relation.target
        return None

    @cached_property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """All tabs, in the order in which people see them."""
        relations = {relation.id: relation for relation in self.relations(self.workbook_part)}
        content = self.read(self.workbook_part)
        data = masked(content)
        root = root_of(data)
        sheets = []
        for holder in children(data, root.open_end, root.inner_end):
            if holder.name != "sheets":
                continue
            for sheet in children(data, holder.open_end, holder.inner_end):
                facts = attributes(sheet, data)
                id_ = next((value for key, value in facts.items() if key.endswith(":id")), "")
                relation = relations.get(id_)
                if relation is not None and self.name_of(relation.target) is not None:
                    hidden = facts.get("state", "visible") != "visible"
                    sheets.append(
                        SheetInfo(facts.get("name", ""), relation.target, hidden, relation.kind)
                    )
        return tuple(sheets)

    def sheet(self, name: str) -> SheetInfo:
        """The tab of that name. KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)

    @cached_property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904, as Excel for old Macs did."""
        content = self.read(self.workbook_part)
        data = masked(content)
        root = root_of(data)
        for part in children(data, root.open_end, root.inner_end):
            if part.name == "workbookPr":
                return attributes(part, data).get("date1904") in ("1", "true")
        return False

    @property
    def is_strict(self) -> bool:
        """Whether the file uses the strict variant of its format, which has other namespaces."""
        return _STRICT in self.read(self.workbook_part)[:4096]

    @property
    def namespace(self) -> bytes:
        """The namespace of the elements of sheets."""
        return _STRICT if self.is_strict else _TRANSITIONAL

    @property
    def is_signed(self) -> bool:
        """Whether the file carries a digital signature, which any change would break."""
        return any(name.casefold().startswith("_xmlsignatures/") for name in self.archive.names)

    @property
    def styles_content(self) -> bytes | None:
        """The styles part, or None where there is none."""
        part = self.part_of_kind(self.workbook_part, "styles")
        return None if part is None else self.read(part)

    def scan(self, sheet: str, *, may_lift_protection: bool = False) -> Scan:
        """Everything about the cells of a tab besides their values; see `scan_cells`."""
        return scan_cells(
            self.read(self.sheet(sheet).part),
            Styles(self.styles_content, self.namespace),
            may_lift_protection=may_lift_protection,
        )

    def table_ranges(self, sheet: str) -> tuple[TableRange, ...]:
        """The tables ("Format as Table") of a tab."""
        return tuple(
            read_table(relation.target, self.read(relation.target))
            for relation in self.relations(self.sheet(sheet).part)
            if relation.kind == "table" and not relation.is_external
        )

    def _find_workbook(self) -> str:
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and self.name_of(relation.target) is not None:
                part = relation.target
                if re.search(rb"<(?:[\w.\-]+:)?workbook[\s>]", self.read(part)[:65536]):
                    return part
        raise UnreadableSource(
            "a zip file, but not an Excel workbook",
            hint="Save it as .xlsx in Excel or LibreOffice.",
        )


def read_relations(part: str, content: bytes) -> tuple[Relation, ...]:
    """The relationships of `part`, from the content of its relationships part."""
    data = masked(content)
    root = root_of(data)
    relations = []
    for entry in children(data, root.open_end, root.inner_end):
        facts = attributes(entry, data)
        target, is_external = facts.get("Target", ""), facts.get("TargetMode") == "External"
        if not is_external:
            target = target.replace("\\", "/")
            base = "" if target.startswith("/") else posixpath.dirname(part)
            target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
        relations.append(
            Relation(
                facts.get("Id", ""), facts.get("Type", "").rsplit("/", 1)[-1], target, is_external
            )
        )
    return tuple(relations)


def rels_name(part: str) -> str:
    """The name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
