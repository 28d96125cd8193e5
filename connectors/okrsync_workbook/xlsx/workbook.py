"""The workbook part: its tabs, its defined names, and the request to calculate on opening."""

from __future__ import annotations

import re

from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    escaped,
    escaped_attribute,
    masked,
    place_for,
    root_of,
    spliced,
    text_in,
    with_attribute,
)

__all__ = [
    "add_sheet",
    "asks_for_calculation",
    "defined_name",
    "defined_names",
    "is_structure_locked",
    "names_of_relations",
    "remove_sheet",
    "set_defined_name",
    "with_calculation",
]

_ORDER = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]
_RELATIONS = re.compile(
    rb"xmlns:([\w.\-]+)\s*=\s*[\"'](http://(?:schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/"
    rb"officeDocument)/relationships)[\"']"
)


def names_of_relations(opening: bytes, is_strict: bool) -> tuple[bytes, bytes]:
    """The prefix for references to relationships below an element with this opening tag, and the
    declaration of that prefix; empty where the tag already declares one.
    """
    match = _RELATIONS.search(opening)
    if match is not None:
        return match[1], b""
    base = (
        b"http://purl.oclc.org/ooxml/officeDocument"
        if is_strict
        else (b"http://schemas.openxmlformats.org/officeDocument/2006")
    )
    return b"r", b' xmlns:r="' + base + b'/relationships"'


def asks_for_calculation(content: bytes) -> bool:
    """Whether the workbook asks for a full calculation on opening."""
    data = masked(content)
    part = _child(data, "calcPr")
    return part is not None and attributes(part, data).get("fullCalcOnLoad") in ("1", "true")


def with_calculation(content: bytes) -> bytes:
    """The workbook part with the request for a full calculation on opening."""
    data = masked(content)
    part = _child(data, "calcPr")
    if part is None:
        return _with(content, "calcPr", b'<%scalcPr fullCalcOnLoad="1"/>' % root_of(data).prefix)
    tag = with_attribute(part.open_tag(content), "fullCalcOnLoad", "1")
    return spliced(content, [(part.start, part.open_end, tag)])


def is_structure_locked(content: bytes) -> bool:
    """Whether a protection forbids adding and removing tabs."""
    data = masked(content)
    part = _child(data, "workbookProtection")
    return part is not None and attributes(part, data).get("lockStructure") in ("1", "true")


def add_sheet(
    content: bytes, name: str, relation: str, is_strict: bool, *, is_hidden: bool = False
) -> bytes:
    """The workbook part with one more tab, after the last one."""
    data = masked(content)
    root = root_of(data)
    holder = _child(data, "sheets")
    if holder is None:
        raise ValueError("the workbook has no tabs")
    sheets = children(data, holder.open_end, holder.inner_end)
    ids = [int(attributes(sheet, data).get("sheetId", "0")) for sheet in sheets]
    prefix, declaration = names_of_relations(root.open_tag(data) + holder.open_tag(data), is_strict)
    markup = b'<%ssheet name="%s" sheetId="%d"%s%s %s:id="%s"/>' % (
        root.prefix,
        escaped_attribute(name),
        max(ids, default=0) + 1,
        b' state="hidden"' if is_hidden else b"",
        declaration,
        prefix,
        relation.encode(),
    )
    position = sheets[-1].end if sheets else holder.open_end
    return content[:position] + markup + content[position:]


def remove_sheet(content: bytes, name: str) -> bytes:
    """The workbook part without that tab. References by number to the tabs after it, from defined
    names and from the view, are adjusted.
    """
    data = masked(content)
    holder = _child(data, "sheets")
    if holder is None:
        raise ValueError("the workbook has no tabs")
    sheets = children(data, holder.open_end, holder.inner_end)
    index = next(
        number for number, sheet in enumerate(sheets) if attributes(sheet, data).get("name") == name
    )
    changes = [(sheets[index].start, sheets[index].end, b"")]
    names = _child(data, "definedNames")
    for entry in children(data, names.open_end, names.inner_end) if names is not None else []:
        local = attributes(entry, data).get("localSheetId", "")
        if local.isdigit() and int(local) == index:
            changes.append((entry.start, entry.end, b""))
        elif local.isdigit() and int(local) > index:
            tag = with_attribute(entry.open_tag(content), "localSheetId", str(int(local) - 1))
            changes.append((entry.start, entry.open_end, tag))
    views = _child(data, "bookViews")
    for view in children(data, views.open_end, views.inner_end) if views is not None else []:
        tag, facts = view.open_tag(content), attributes(view, data)
        for key in ("activeTab", "firstSheet"):
            shown = facts.get(key, "")
            if shown.isdigit() and int(shown) and int(shown) >= index:
                tag = with_attribute(tag, key, str(int(shown) - 1))
        if tag != view.open_tag(content):
            changes.append((view.start, view.open_end, tag))
    return spliced(content, changes)


def defined_name(content: bytes, name: str) -> str | None:
    """What a defined name of the whole workbook refers to; None where there is no such name."""
    data = masked(content)
    entry = _name(data, name)
    return text_in(entry.inner(content)) if entry is not None else None


def defined_names(content: bytes) -> list[str]:
    """All defined names of the workbook."""
    data = masked(content)
    holder = _child(data, "definedNames")
    if holder is None:
        return []
    return [
        attributes(part, data).get("name", "")
        for part in children(data, holder.open_end, holder.inner_end)
    ]


def set_defined_name(content: bytes, name: str, refers_to: str | None) -> bytes:
    """The workbook part with a hidden name that refers to this; None removes the name."""
    data = masked(content)
    prefix = root_of(data).prefix
    entry, holder = _name(data, name), _child(data, "definedNames")
    if refers_to is None:
        if entry is None or holder is None:
            return content
        alone = len(children(data, holder.open_end, holder.inner_end)) == 1
        removed = holder if alone else entry
        return spliced(content, [(removed.start, removed.end, b"")])
    markup = b'<%sdefinedName name="%s" hidden="1">%s</%sdefinedName>' % (
        prefix,
        name.encode(),
        escaped(refers_to),
        prefix,
    )
    if entry is not None:
        return spliced(content, [(entry.start, entry.end, markup)])
    if holder is None or holder.is_closed:
        whole = b"<%sdefinedNames>%s</%sdefinedNames>" % (prefix, markup, prefix)
        if holder is not None:
            return spliced(content, [(holder.start, holder.end, whole)])
        return _with(content, "definedNames", whole)
    entries = children(data, holder.open_end, holder.inner_end)
    position = entries[-1].end if entries else holder.open_end
    return content[:position] + markup + content[position:]


def _name(data: bytes, name: str) -> Element | None:
    holder = _child(data, "definedNames")
    if holder is None:
        return None
    for entry in children(data, holder.open_end, holder.inner_end):
        facts = attributes(entry, data)
        if facts.get("name", "").casefold() == name.casefold() and "localSheetId" not in facts:
            return entry
    return None


def _child(data: bytes, name: str) -> Element | None:
    root = root_of(data)
    return next(
        (part for part in children(data, root.open_end, root.inner_end) if part.name == name), None
    )


def _with(content: bytes, name: str, markup: bytes) -> bytes:
    data = masked(content)
    root = root_of(data)
    parts = children(data, root.open_end, root.inner_end)
    position = place_for(name, _ORDER, parts, parts[-1].end)
    return content[:position] + markup + content[position:]
