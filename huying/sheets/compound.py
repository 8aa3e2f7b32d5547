"""The container of old workbooks (MS-CFB), read strictly: what is not as its own header says is called damaged.

What loads workbooks trusts the numbers in such a file; one wrong count would ask for gigabytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

END, NO_SECTOR = 0xFFFFFFFE, 0xFFFFFFFA  # numbers from NO_SECTOR on are marks
CELLS = {0x0006, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00D6}  # records with a row and a column in front
DIMENSIONS, SHARED, MANY = 0x0200, 0x00FC, 0x00BD


class Broken(ValueError):
    """A container that contradicts itself."""


def streams(data: bytes) -> dict[str, bytes]:
    """Name -> content of each stream; of one name, the first. Raises Broken."""
    if len(data) < 512:
        raise Broken("cut off")
    shift, small = struct.unpack_from("<HH", data, 30)
    tables, folder, _, cutoff, small_first, small_count, more, more_count = struct.unpack_from(
        "<I I I I I I I I", data, 44
    )
    if shift not in (9, 12) or small != 6 or cutoff != 4096:
        raise Broken("sizes of sectors")
    size = 1 << shift
    count = -(-(len(data) - size) // size)
    numbers = f"<{size // 4}I"

    def sector(number: int) -> bytes:
        if number >= count:
            raise Broken("a sector outside of the file")
        return data[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")

    places = [n for n in struct.unpack_from("<109I", data, 76) if n < NO_SECTOR]
    for _ in range(more_count):
        *others, more = struct.unpack(numbers, sector(more))
        places += [n for n in others if n < NO_SECTOR]
        if len(places) > count:
            raise Broken("more tables than sectors")
    if tables > count or len(places) < tables:
        raise Broken("count of tables")
    fat = [n for place in places[:tables] for n in struct.unpack(numbers, sector(place))]

    def chain(first: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table) + 1):
            if first == END:
                return
            if first >= len(table):
                raise Broken("a chain that leads nowhere")
            yield first
            first = table[first]
        raise Broken("a chain without an end")

    entries = b"".join(map(sector, chain(folder, fat)))
    small_fat: list[int] = []
    if small_count:
        small_fat = [n for place in chain(small_first, fat) for n in struct.unpack(numbers, sector(place))]
    root = b""
    found: dict[str, bytes] = {}
    for at in range(0, len(entries) - 127, 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        first, extent = struct.unpack_from("<IQ", entries, at + 116)
        extent &= 0xFFFFFFFF if shift == 9 else 0xFFFFFFFFFFFFFFFF
        if kind not in (2, 5) or length > 64:
            continue
        if extent > len(data):
            raise Broken("a stream longer than the file")
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        if kind == 5:
            root = b"".join(map(sector, chain(first, fat))) if extent else b""
        elif extent >= cutoff:
            found.setdefault(name, b"".join(map(sector, chain(first, fat)))[:extent])
        elif extent:
            pieces = (root[n * 64 : (n + 1) * 64] for n in chain(first, small_fat))
            found.setdefault(name, b"".join(pieces)[:extent])
        else:
            found.setdefault(name, b"")
    return found


def first_records(stream: bytes, most: int = 200) -> Mapping[int, bytes]:
    """The records at the beginning of a workbook: kind -> content of the first of it. What locks it is among them."""
    found: dict[int, bytes] = {}
    for n, (kind, at, size) in enumerate(_records(stream)):
        if n >= most:
            break
        found.setdefault(kind, stream[at : at + size])
    return found


def reach(stream: bytes) -> tuple[int, int]:
    """(last row, last column) to which a sheet of the workbook says it reaches or does. Raises Broken."""
    last = width = 0
    for kind, at, size in _records(stream):
        if kind in CELLS and size >= 6:
            row, column = struct.unpack_from("<HH", stream, at)
            if kind == MANY:
                column = max(column, int.from_bytes(stream[at + size - 2 : at + size], "little"))
            last, width = max(last, row + 1), max(width, column + 1)
        elif kind == DIMENSIONS and size >= 12:
            _, bottom, _, right = struct.unpack_from("<IIHH", stream, at)
            last, width = max(last, bottom), max(width, right)
        elif kind == SHARED and size >= 8 and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise Broken("more texts than bytes")
    return last, width


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        yield kind, at, min(size, end - at)
        at += size
