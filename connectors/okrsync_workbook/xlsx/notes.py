"""Notes at cells: a comments part that holds the texts, and a VML drawing that holds the boxes in
which Excel shows them.

A note is okrsync's if its author says so. Threaded comments have parts of their own. What Excel
puts into the comments part for them has another author and is left alone.
"""

from __future__ import annotations

import re

from okrsync.connector import cell_number, column_letters
from okrsync_workbook.xlsx.edits import EditRefused, NoteEdit
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    escaped,
    masked,
    root_of,
    spliced,
    tag_attributes,
    text_in,
    unescaped,
    with_attribute,
)
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range
from okrsync_workbook.xlsx.workbook import names_of_relations

__all__ = ["move_notes", "write_note"]

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_COMMENTS = (
    _HEAD + b'<comments xmlns="%s"><authors></authors><commentList></commentList></comments>'
)
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# Excel shows a note only where such a drawing has a box for its cell.
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap'
    ' v:ext="edit" data="{layer}"/></o:shapelayout><v:shapetype id="_x0000_t202"'
    ' coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke'
    ' joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:70pt;z-index:1;'
    'visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t"'
    ' color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div'
    ' style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15,'
    " {top}, 2, {right}, 31, "
    "{bottom},"
    " 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData>"
    "</v:shape>"
)


_SHAPES = re.compile(rb"<((?:[\w.\-]+:)?shape)\s.*?</\1>", re.DOTALL)
_ANY_SHAPE = re.compile(
    rb"<(?:[\w.\-]+:)?(?!shapetype|shapelayout)\w*(?:shape|group|image|rect|oval|line)\w*[\s/>]"
)
_BOX_ROW = re.compile(rb"<(?:[\w.\-]+:)?Row>\s*([0-9]+)\s*</")
_BOX_ANCHOR = re.compile(rb"(<(?:[\w.\-]+:)?Anchor>)([^<]*)")
_NOTE_TAG = re.compile(rb"<(?:[\w.\-]+:)?(?:comment|threadedComment)\s[^<>]*>")
_BOX_COLUMN = re.compile(rb"<(?:[\w.\-]+:)?Column>\s*([0-9]+)\s*</")


def write_note(parts: Parts, part: str, sheet: SheetXml, layer: int, edit: NoteEdit) -> None:
    """Write okrsync's note at a cell, change it, or remove it. `layer` is the number of the sheet.

    Raises `EditRefused` when the cell has a note of somebody else.
    """
    present_part = parts.part_of_kind(part, "comments")
    if present_part is None and edit.text is None:
        return
    name = present_part or _make_comments(parts, part)
    content = parts.read(name)
    data = masked(content)
    present = _note_at(data, f"{column_letters(edit.column)}{edit.row}")
    if present is not None and _author(content, data, present) != edit.author:
        raise EditRefused(edit, "there is somebody's own note at this cell")
    if edit.text is None:
        if present is not None:
            _take_back(parts, part, sheet, name, present, edit)
    elif present is None:
        parts.write(name, _with_note(content, edit))
        _add_box(parts, part, sheet, layer, edit)
    elif _words(content, present) != edit.text:
        parts.write(name, _with_note(spliced(content, [(present.start, present.end, b"")]), edit))


def move_notes(parts: Parts, part: str, block: Range, rows: int) -> None:
    """Move the notes in a block of cells down by some rows, with their boxes and answers."""

    def moved_note(tag: re.Match[bytes]) -> bytes:
        row, column = cell_number(tag_attributes(tag[0]).get("ref", "A1").replace("$", ""))
        if (row, column) not in block:
            return tag[0]
        return with_attribute(tag[0], "ref", f"{column_letters(column)}{row + rows}")

    def moved_box(shape: re.Match[bytes]) -> bytes:
        row, column = _BOX_ROW.search(shape[0]), _BOX_COLUMN.search(shape[0])
        if row is None or column is None or (int(row[1]) + 1, int(column[1])) not in block:
            return shape[0]
        start = row.start(1)
        lower = shape[0][:start] + b"%d" % (int(row[1]) + rows) + shape[0][row.end(1) :]
        return _BOX_ANCHOR.sub(moved_anchor, lower)

    def moved_anchor(match: re.Match[bytes]) -> bytes:
        # Left, top, right and bottom, each as a column or row and a distance from its edge.
        edges = [int(edge) for edge in match[2].split(b",")]
        edges[2], edges[6] = edges[2] + rows, edges[6] + rows
        return match[1] + b", ".join(b"%d" % edge for edge in edges)

    for relation in parts.relations(part):
        if relation.is_external:
            continue
        content = parts.read(relation.target) if parts.has(relation.target) else b""
        after = content
        if relation.kind in ("comments", "threadedComment"):
            after = _NOTE_TAG.sub(moved_note, content)
        elif relation.kind == "vmlDrawing":
            after = _SHAPES.sub(moved_box, content)
        if after != content:
            parts.write(relation.target, after)


def _make_comments(parts: Parts, part: str) -> str:
    name = parts.free_name("xl/comments{}.xml")
    parts.write(name, _COMMENTS % parts.package.namespace)
    parts.declare(name, _COMMENTS_TYPE)
    parts.relate(part, "comments", name)
    return name


def _part(data: bytes, name: str) -> Element:
    root = root_of(data)
    return next(part for part in children(data, root.open_end, root.inner_end) if part.name == name)


def _note_at(data: bytes, address: str) -> Element | None:
    notes = _part(data, "commentList")
    return next(
        (
            note
            for note in children(data, notes.open_end, notes.inner_end)
            if attributes(note, data).get("ref", "").replace("$", "") == address
        ),
        None,
    )


def _author(content: bytes, data: bytes, note: Element) -> str | None:
    names = _authors(content, data)
    stated = attributes(note, data).get("authorId", "")
    return names[int(stated)] if stated.isdigit() and int(stated) < len(names) else None


def _authors(content: bytes, data: bytes) -> list[str]:
    holder = _part(data, "authors")
    return [
        text_in(author.inner(content))
        for author in children(data, holder.open_end, holder.inner_end)
    ]


def _words(content: bytes, note: Element) -> str:
    markup = note.inner(content)
    texts = re.findall(
        rb"<(?:[\w.\-]+:)?t(?:\s[^>]*)?>(.*?)</(?:[\w.\-]+:)?t\s*>", markup, re.DOTALL
    )
    return unescaped("".join(text_in(text) for text in texts))


def _with_note(content: bytes, edit: NoteEdit) -> bytes:
    """The comments part with one more note at the end of the list."""
    data = masked(content)
    prefix = root_of(data).prefix
    names = _authors(content, data)
    if edit.author not in names:
        content = _with_child(
            content, "authors", b"<%sauthor>%s</%sauthor>" % (prefix, escaped(edit.author), prefix)
        )
        data = masked(content)
        names.append(edit.author)
    note = (
        b'<%scomment ref="%s" authorId="%d"><%stext><%st'
        b' xml:space="preserve">%s</%st></%stext></%scomment>'
        % (
            prefix,
            f"{column_letters(edit.column)}{edit.row}".encode(),
            names.index(edit.author),
            prefix,
            prefix,
            escaped(edit.text or ""),
            prefix,
            prefix,
            prefix,
        )
    )
    return _with_child(content, "commentList", note)


def _with_child(content: bytes, name: str, markup: bytes) -> bytes:
    data = masked(content)
    holder = _part(data, name)
    if holder.is_closed:
        tag = holder.prefix + name.encode()
        return spliced(
            content, [(holder.start, holder.end, b"<" + tag + b">" + markup + b"</" + tag + b">")]
        )
    entries = children(data, holder.open_end, holder.inner_end)
    position = entries[-1].end if entries else holder.open_end
    return content[:position] + markup + content[position:]


def _add_box(parts: Parts, part: str, sheet: SheetXml, layer: int, edit: NoteEdit) -> None:
    drawing = sheet.tail_part("legacyDrawing")
    name = _drawing_of(parts, part, sheet)
    if drawing is None or name is None:
        name = parts.free_name("xl/drawings/vmlDrawing{}.vml")
        parts.write(name, _VML.format(layer=layer).encode())
        parts.declare_ending("vml", _VML_TYPE)
        id_ = parts.relate(part, "vmlDrawing", name)
        prefix, declaration = names_of_relations(sheet.start, parts.package.is_strict)
        markup = b'<%slegacyDrawing%s %s:id="%s"/>' % (
            sheet.prefix,
            declaration,
            prefix,
            id_.encode(),
        )
        sheet.add_to_tail("legacyDrawing", markup)
    content = parts.read(name)
    # Shapes of a drawing are numbered in blocks of 1,024, and each sheet has a block of its own.
    taken = [int(number) for number in re.findall(rb"_x0000_s([0-9]+)", content)]
    shape = _SHAPE.format(
        id=max(taken, default=layer * 1024) + 1,
        left=edit.column + 1,
        right=edit.column + 4,
        top=max(edit.row - 2, 0),
        bottom=edit.row + 4,
        row=edit.row - 1,
        column=edit.column,
    )
    position = content.rfind(b"</xml")
    parts.write(name, content[:position] + shape.encode() + content[position:])


def _drawing_of(parts: Parts, part: str, sheet: SheetXml) -> str | None:
    """The drawing with the boxes of the notes of a sheet; None where there is none."""
    drawing = sheet.tail_part("legacyDrawing")
    if drawing is None:
        return None
    facts = attributes(drawing, sheet.tail)
    id_ = next((value for key, value in facts.items() if key.endswith(":id")), None)
    return next((relation.target for relation in parts.relations(part) if relation.id == id_), None)


def _take_back(
    parts: Parts,
    part: str,
    sheet: SheetXml,
    name: str,
    note: Element,
    edit: NoteEdit,
) -> None:
    content = spliced(parts.read(name), [(note.start, note.end, b"")])
    content = _without_author(content, edit.author)
    drawing = _drawing_of(parts, part, sheet)
    if drawing is not None:
        _remove_box(parts, part, sheet, drawing, edit)
    data = masked(content)
    notes = _part(data, "commentList")
    if children(data, notes.open_end, notes.inner_end):
        parts.write(name, content)
    else:
        parts.remove_related(part, name)


def _without_author(content: bytes, author: str) -> bytes:
    """The comments part without an author who has no note left. Only the last author is removed:
    notes refer to authors by number.
    """
    data = masked(content)
    names = _authors(content, data)
    notes = _part(data, "commentList")
    used = {
        attributes(note, data).get("authorId")
        for note in children(data, notes.open_end, notes.inner_end)
    }
    if not names or names[-1] != author or str(len(names) - 1) in used:
        return content
    holder = _part(data, "authors")
    last = children(data, holder.open_end, holder.inner_end)[-1]
    return spliced(content, [(last.start, last.end, b"")])


def _remove_box(parts: Parts, part: str, sheet: SheetXml, drawing: str, edit: NoteEdit) -> None:
    """Remove the box of a note, and the drawing with its last shape.

    Programs other than Excel choose prefixes of their own for the namespaces of a drawing.
    """
    content = parts.read(drawing)
    for shape in _SHAPES.finditer(content):
        row, column = _BOX_ROW.search(shape[0]), _BOX_COLUMN.search(shape[0])
        if row and column and (int(row[1]) + 1, int(column[1])) == (edit.row, edit.column):
            content = content[: shape.start()] + content[shape.end() :]
            break
    if _ANY_SHAPE.search(content):
        parts.write(drawing, content)
        return
    element = sheet.tail_part("legacyDrawing")
    if element is not None:
        sheet.replace_in_tail(element, b"")
    parts.remove_related(part, drawing)
    parts.retract_ending("vml")
