"""The zip file around a workbook: checked before it is trusted, and rewritten so that what did not
change keeps its bytes.

An unchanged entry is copied as it is in the file, local header and compressed data together. Only
changed entries are compressed again. The format is described in
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
"""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce

from msgspec import Struct

from okrsync.connector import UnreadableSource

__all__ = ["Zip", "buffer_of"]

LARGEST_PART = 1 << 30
"""Bytes that one part may unpack to."""
LARGEST_WHOLE = 2 << 30
"""Bytes that all parts together may unpack to."""
# Deflate reaches about 1,030 to 1 at most, and only for one byte that repeats.
LARGEST_RATIO = 300
"""How many times its packed size a part may unpack to, once it is larger than `RATIO_FROM`."""
RATIO_FROM = 16 << 20
_PIECE = 1 << 16
"""Bytes that are unpacked at once."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
# 1 January 1980, the earliest day that a zip file can hold.
_FIXED_TIME, _FIXED_DATE = 0, (0 << 9) | (1 << 5) | 1
_ENCRYPTED, _UTF8 = 0x1, 0x800
_SAVE_AGAIN = "Open it in Excel and save it again."


class _Entry(Struct, frozen=True):
    """One entry: its record in the directory (`central`, as bytes) and its position. From `start`
    to `end` is everything from its local header to the next entry.
    """

    info: zipfile.ZipInfo
    central: bytes
    start: int
    end: int
    data_start: int

    @property
    def name(self) -> str:
        """The name with slashes. Some programs write backslashes, which Excel accepts."""
        return _with_slashes(self.info.filename)


class Zip:
    """The entries of a zip file that was found to be harmless."""

    def __init__(self, data: bytes, entries: list[_Entry], comment: bytes) -> None:
        self._data = data
        self._entries = {entry.name: entry for entry in entries}
        self._comment = comment
        self._kept: dict[str, bytes] = {}

    @classmethod
    def open(cls, data: bytes) -> Zip:
        """Check a zip file. Raises `UnreadableSource` for what is not one, is encrypted, damaged or
        malicious. The message is to follow the path of the file and a colon.
        """
        _refuse_strangers(data)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as opened:
                infos, start, comment = opened.infolist(), opened.start_dir, opened.comment
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise UnreadableSource(
                f"this is not a whole .xlsx workbook ({error})",
                hint=(
                    "It may have been cut short while it was copied: fetch it again, or open and"
                    " save it in Excel."
                ),
            ) from error
        _refuse_names(infos)
        _refuse_bombs(infos)
        return cls(data, _located(data, infos, start), comment)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the entries, in the order of the directory."""
        return tuple(self._entries)

    @property
    def for_readers(self) -> bytes:
        """The file in a form that every reader accepts: backslashes in names become slashes."""
        if not any("\\" in entry.info.filename for entry in self._entries.values()):
            return self._data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in self._entries:
                archive.writestr(name, self.read(name))
        return out.getvalue()

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The whole file, cut between its entries: each entry as it is, and the directory last."""
        entries = sorted(self._entries.values(), key=lambda entry: entry.start)
        cuts = [entry.start for entry in entries]
        cuts = [0, *cuts[1:], entries[-1].end, len(self._data)] if entries else [0, len(self._data)]
        return tuple(self._data[start:end] for start, end in itertools.pairwise(cuts))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The unpacked content of an entry, kept for the next call.

        Raises `UnreadableSource` when it is damaged or unpacks to more than it states.
        """
        if name not in self._kept:
            entry = self._entries[name]
            packed = self._data[entry.data_start : entry.data_start + entry.info.compress_size]
            self._kept[name] = _unpacked(entry.info, packed)
        return self._kept[name]

    def size(self, name: str) -> int:
        """The number of bytes that an entry unpacks to."""
        return self._entries[name].info.file_size

    def let_go(self) -> None:
        """Forget what was unpacked: an entry may be ten times larger than it is in the file."""
        self._kept.clear()

    def rewritten(
        self,
        changed: Mapping[str, Sequence[bytes]],
        removed: AbstractSet[str] = frozenset(),
        *,
        is_packed: bool = True,
    ) -> bytes:
        """The whole file with new content for the entries in `changed`, given in pieces, new names
        added at the end, and the entries in `removed` left out. Without `is_packed`, what is new
        takes the room that it takes unpacked.
        """
        out = io.BytesIO()
        moved: dict[str, bytes] = {}
        for entry in sorted(self._entries.values(), key=lambda entry: entry.start):
            name = entry.name
            if name in removed:
                continue
            if name in changed:
                moved[name] = _write_entry(out, name, changed[name], entry, is_packed)
            else:
                moved[name] = _moved(entry.central, out.tell())
                out.write(memoryview(self._data)[entry.start : entry.end])
        directory = [moved[name] for name in self._entries if name in moved]
        directory += [
            _write_entry(out, name, content, None, is_packed)
            for name, content in changed.items()
            if name not in self._entries
        ]
        start = out.tell()
        for record in directory:
            out.write(record)
        size, count = out.tell() - start, len(directory)
        # Beyond these the file would need the Zip64 format.
        if count >= 0xFFFF or start + size >= 0xFFFFFFFF:
            raise UnreadableSource(
                "the workbook would become larger than okrsync writes", hint="Split the workbook."
            )
        out.write(
            _END.pack(b"PK\5\6", 0, 0, count, count, size, start, len(self._comment))
            + self._comment
        )
        return out.getvalue()


def _with_slashes(name: str) -> str:
    return name.replace("\\", "/")


def _refuse_strangers(data: bytes) -> None:
    if not data:
        raise UnreadableSource(
            "the file is empty (0 bytes)", hint="Save the workbook again, or fetch another copy."
        )
    if data.startswith(_OLE):
        raise UnreadableSource(
            "the workbook is protected by a password, or is an old .xls file",
            hint="Open it in Excel, take the password away (File > Info), and save it as .xlsx.",
        )
    if not data.startswith((b"PK\3\4", b"PK\5\6")):
        raise UnreadableSource(
            "this is not an .xlsx workbook, whatever its name says",
            hint=(
                "Open it where it comes from and save it as an Excel workbook (.xlsx), or as .csv."
            ),
        )


def _refuse_names(infos: list[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for info in infos:
        name = _with_slashes(info.orig_filename)
        # Readers disagree on which of two equal names counts, and one could be shown, another read.
        if name.casefold() in names:
            raise UnreadableSource(f"the file holds {name!r} twice", hint=_SAVE_AGAIN)
        names.add(name.casefold())
        if name.startswith("/") or "\0" in name or ".." in name.split("/") or ":" in name:
            raise UnreadableSource(
                f"the file holds an entry with an unsafe name, {name!r}", hint=_SAVE_AGAIN
            )
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableSource(
                "the file is a zip file with a password",
                hint="Save the workbook without a password.",
            )


def _refuse_bombs(infos: list[zipfile.ZipInfo]) -> None:
    hint = "If it really is that large, split the workbook."
    for info in infos:
        size = info.file_size
        if size > LARGEST_PART:
            raise UnreadableSource(
                f"{info.filename!r} unpacks to {size:,} bytes, more than is safe to read", hint=hint
            )
        if size > RATIO_FROM and size > LARGEST_RATIO * max(info.compress_size, 1):
            packed = info.compress_size
            raise UnreadableSource(
                f"{info.filename!r} unpacks to {size:,} bytes out of {packed:,}; that is no honest"
                " workbook",
                hint=hint,
            )
    whole = sum(info.file_size for info in infos)
    if whole > LARGEST_WHOLE:
        raise UnreadableSource(
            f"the file unpacks to {whole:,} bytes, more than is safe to read", hint=hint
        )


def _located(data: bytes, infos: list[zipfile.ZipInfo], directory: int) -> list[_Entry]:
    """The positions of the entries. Bytes between two entries (a data descriptor, padding) belong
    to the first.
    """
    starts = sorted({info.header_offset for info in infos} | {directory})
    if len(starts) != len(infos) + 1 or starts[-1] != directory or starts[0] < 0:
        raise _damaged()
    following = dict(itertools.pairwise(starts))
    entries, position = [], directory
    for info in infos:
        length = _CENTRAL.size + sum(struct.unpack_from("<3H", data, position + 28))
        central = data[position : position + length]
        position += length
        start, end = info.header_offset, following[info.header_offset]
        if data[start : start + 4] != b"PK\3\4" or end - start < _LOCAL.size:
            raise _damaged()
        data_start = start + _LOCAL.size + sum(struct.unpack_from("<2H", data, start + 26))
        if data_start + info.compress_size > end:
            raise _damaged()
        entries.append(_Entry(info, central, start, end, data_start))
    return entries


def _damaged() -> UnreadableSource:
    return UnreadableSource("the file's directory is damaged", hint=_SAVE_AGAIN)


def _unpacked(info: zipfile.ZipInfo, packed: bytes) -> bytes:
    hint = "The file may be damaged: open it in Excel and save it again."
    if info.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        try:
            content = _inflated(packed, info.file_size)
        except zlib.error as error:
            raise UnreadableSource(
                f"{info.filename!r} in the workbook is damaged ({error})", hint=hint
            ) from error
    else:
        raise UnreadableSource(
            f"{info.filename!r} is packed in a way Excel does not use", hint=hint
        )
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise UnreadableSource(
            f"{info.filename!r} in the workbook is damaged or not of its stated size", hint=hint
        )
    return content


def _inflated(packed: bytes, size: int) -> bytes:
    """What was deflated; of more than the stated size, one byte more, which is enough to notice.
    Raises `zlib.error`.
    """
    # Piece by piece: at once, zlib collects its output in blocks, and then holds it twice.
    unpacker, out = zlib.decompressobj(-15), buffer_of(size)
    for start in range(0, len(packed), _PIECE):
        left = size + 1 - out.tell()
        if left == 0:
            break
        out.write(unpacker.decompress(packed[start : start + _PIECE], left))
    out.truncate()
    return out.getvalue()


def buffer_of(size: int) -> io.BytesIO:
    """A buffer with room for so many bytes, to be truncated behind the last one. One that grows
    moves on its way, and leaves holes that nothing as large fits into.
    """
    out = io.BytesIO()
    out.seek(size)
    out.write(b"\0")
    out.seek(0)
    return out


def _write_entry(
    out: io.BytesIO, name: str, pieces: Sequence[bytes], before: _Entry | None, is_packed: bool
) -> bytes:
    """Write the local header and the data of an entry, and return its record for the directory.

    An existing entry keeps its date and attributes. A new one gets a fixed date, so that the same
    edits always give the same bytes.
    """
    packed, method = pieces, zipfile.ZIP_STORED
    if is_packed:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = [*map(packer.compress, pieces), packer.flush()]
        method = zipfile.ZIP_DEFLATED
    encoded = name.encode()
    flags = 0 if encoded.isascii() else _UTF8
    made_by, time, day, internal, external, comment = 20, _FIXED_TIME, _FIXED_DATE, 0, 0, b""
    if before is not None:
        fields = _CENTRAL.unpack_from(before.central)
        made_by, time, day, internal, external = (
            fields[1],
            fields[5],
            fields[6],
            fields[14],
            fields[15],
        )
        comment = before.info.comment
        encoded = before.central[_CENTRAL.size : _CENTRAL.size + fields[10]]
        flags = fields[3] & _UTF8
    start = out.tell()
    checksum = reduce(lambda before, piece: zlib.crc32(piece, before), pieces, 0)
    sums = (checksum, sum(map(len, packed)), sum(map(len, pieces)))
    common = (20, flags, method, time, day, *sums, len(encoded), 0)
    out.write(_LOCAL.pack(b"PK\3\4", *common) + encoded)
    out.writelines(packed)
    record = _CENTRAL.pack(b"PK\1\2", made_by, *common, len(comment), 0, internal, external, start)
    return record + encoded + comment


def _moved(central: bytes, start: int) -> bytes:
    """The directory record of an entry whose new position is `start`."""
    # A value of 0xFFFFFFFF says that the real one is in the Zip64 extra field: first the sizes that
    # did not fit, then the position.
    if struct.unpack_from("<L", central, 42)[0] != 0xFFFFFFFF:
        return central[:42] + struct.pack("<L", start) + central[46:]
    name, extra = struct.unpack_from("<2H", central, 28)
    packed, size = struct.unpack_from("<2L", central, 20)
    position, end = _CENTRAL.size + name, _CENTRAL.size + name + extra
    while position + 4 <= end:
        kind, length = struct.unpack_from("<2H", central, position)
        if kind == 1:
            position += 4 + 8 * ((size == 0xFFFFFFFF) + (packed == 0xFFFFFFFF))
            return central[:position] + struct.pack("<Q", start) + central[position + 8 :]
        position += 4 + length
    raise UnreadableSource("the file's directory is damaged", hint=_SAVE_AGAIN)
