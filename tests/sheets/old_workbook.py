"""An xls as Excel 97 writes it, made by hand: BIFF 8 records in a compound file."""

from __future__ import annotations

import struct
from collections.abc import Sequence

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def old_workbook(
    rows: Sequence[Sequence[str | float | None]],
    merged: Sequence[tuple[int, int, int, int]] = (),
    *,
    sheet: str = "Sheet1",
    locked: bool = False,
    since_1904: bool = False,
    extra: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    """The bytes of an xls with one sheet. locked: whether a password opens it; extra: records in front of the cells."""
    first = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if locked:
        first += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    first += _record(0x0022, struct.pack("<H", since_1904))
    name = sheet.encode("utf-16-le")
    bound = 4 + 8 + len(name)
    end = _record(0x000A, b"")
    at = len(first) + bound + len(end)
    first += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(sheet), 1) + name) + end
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    body += b"".join(_record(*one) for one in extra)
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHHHB", n, m, 0, len(value), 1) + text)
            elif value is not None:
                body += _record(0x0203, struct.pack("<HHHd", n, m, 0, float(value)))
    if merged:
        areas = b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in merged)
        body += _record(0x00E5, struct.pack("<H", len(merged)) + areas)
    return compound({"Workbook": first + body + end})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file that holds these streams, each in sectors of its own."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for n, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(4096, b"\0")  # a shorter one would live in the small stream
        first, count = len(sectors), -(-len(data) // SECTOR)
        sectors += [data[at * SECTOR : (at + 1) * SECTOR].ljust(SECTOR, b"\0") for at in range(count)]
        fat += [*range(first + 1, first + count), END]
        entries.append(_entry(name, 2, first, len(data), right=n + 1 if n < len(streams) else FREE))
    folder = b"".join(entries)
    folder = folder.ljust(-(-len(folder) // SECTOR) * SECTOR, b"\0")
    first_folder, count = len(sectors), len(folder) // SECTOR
    sectors += [folder[at * SECTOR : (at + 1) * SECTOR] for at in range(count)]
    fat += [*range(first_folder + 1, first_folder + count), END]
    tables = 1
    while tables * 128 < len(fat) + tables:
        tables += 1
    places = list(range(len(sectors), len(sectors) + tables))
    fat += [FAT] * tables
    fat += [FREE] * (tables * 128 - len(fat))
    sectors += [struct.pack("<128I", *fat[at * 128 : (at + 1) * 128]) for at in range(tables)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, first_folder, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *places, *[FREE] * (109 - tables))
    return head + b"".join(sectors)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _entry(name: str, kind: int, first: int, size: int, child: int = FREE, right: int = FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    found = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, right, child)
    return found + bytes(36) + struct.pack("<IQ", first, size)
