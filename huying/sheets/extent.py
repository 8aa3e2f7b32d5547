"""How far the cells of a workbook reach, and what ails them, told from its parts before it is loaded.

What loads workbooks keeps the whole area from the first filled cell to the last: a stray cell at the far end of a sheet,
or one that is said to be repeated a million times, would fill the memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO

from .refusals import refuse

MOST_CELLS = 20_000_000  # from the first filled cell of a sheet to the last, empty ones included
CHUNK = 1 << 20
# No tag holds another, and none is long: so the time grows with the text, whatever it holds.
_IN = rb"[^<>]{0,400}"
_P = rb"(?:\w{1,20}:)?"
# with a value, so not closed at once
_CELL = re.compile(rb"<" + _P + rb"c\s" + _IN + rb"?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']" + _IN + rb"(?<!/)>")
# beyond the nineteenth column: to there a sheet holds no more than MOST_CELLS, however long it is
_FAR = re.compile(rb'<c r="(?:[A-Z]{2}|[T-Z])')
_BARE = re.compile(
    rb"<" + _P + rb"c (" + _IN + rb")>\s*<" + _P + rb"f\b(?:" + _IN + rb"/>|[^<]*</" + _P + rb"f>)\s*"
    rb"(?:<" + _P + rb"v\s*/>|<" + _P + rb"v></" + _P + rb"v>)?\s*</" + _P + rb"c>"
)
_ERROR = re.compile(rb"<" + _P + rb"c (" + _IN + rb'?\bt="e"' + _IN + rb")>")
_OPEN_DOCUMENT = re.compile(rb"<(table:table-row|table:(?:covered-)?table-cell|table:table)\b([^<>]*)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


def look_over(archive: zipfile.ZipFile, name: str) -> list[str]:
    """What is wrong with the cells of a workbook, each `中文 | English`. Raises NotASheet where they reach too far."""
    bare: list[str] = []
    errors: list[str] = []
    for part in archive.namelist():
        if found := re.fullmatch(r"xl/worksheets/[^/]*?(\d*)\.xml", part):
            with archive.open(part) as stream:
                narrow = _is_narrow(stream, found[1], bare, errors)
            if narrow:
                continue
            with archive.open(part) as stream:
                reach = _new(stream)
        elif re.fullmatch(r"xl/worksheets/[^/]+\.bin", part):
            reach = _binary(archive.read(part))
        elif part == "content.xml":
            with archive.open(part) as stream:
                reach = _open_document(stream)
        else:
            if re.fullmatch(
                r"(?:xl/[^/]+\.(?:xml|bin)|styles\.xml)", part
            ):  # loaded too: longer than said, it is damaged
                with archive.open(part) as stream:
                    while stream.read(CHUNK):
                        pass
            continue
        rows, columns = reach
        if rows * columns > MOST_CELLS:
            sheet = part.rpartition("/")[2].rpartition(".")[0]
            raise refuse("sheet.too-wide", name, sheet=sheet, rows=rows, columns=columns)
    notes = []
    if bare:
        notes.append(
            f"{len(bare)} 个公式没有存下结果（{bare[0]} 等），当作空格；用 Excel 或 WPS 打开、保存一次，结果就在文件里了"
            f" | {len(bare)} formulas have no stored result ({bare[0]} …) and count as empty; open the file in Excel or WPS and save it once"
        )
    if errors:
        notes.append(
            f"{len(errors)} 格是错误值，例如 #N/A（{errors[0]} 等），当作空格"
            f" | {len(errors)} cells hold an error such as #N/A ({errors[0]} …) and count as empty"
        )
    return notes


def _is_narrow(stream: IO[bytes], sheet: str, bare: list[str], errors: list[str]) -> bool:
    """Whether no cell of an xlsx's sheet lies so far right that its rows could be too many.

    Formulas without a result and errors are added to the lists.
    """
    narrow = True
    for rows in _whole_rows(stream):
        plain = rows.count(b'<c r="') == rows.count(b"<c") + rows.count(b":c") - rows.count(b"<col")
        narrow = narrow and plain and not _FAR.search(rows)
        if b"<f" in rows or b":f" in rows:
            bare += [_address(sheet, tag) for tag in _BARE.findall(rows) if b't="str"' not in tag]
        if b't="e"' in rows:
            errors += [_address(sheet, tag) for tag in _ERROR.findall(rows)]
    return narrow


def _new(stream: IO[bytes]) -> tuple[int, int]:
    """(last row, last column) of the cells of an xlsx's sheet that hold a value."""
    columns: set[bytes] = set()
    last = 0
    for rows in _whole_rows(stream):
        cells = _CELL.findall(rows)
        columns.update(column for column, _ in cells)
        last = max([last, *(int(row) for _, row in cells)])
    return last, max((sum((sign - 64) * 26**n for n, sign in enumerate(reversed(c))) for c in columns), default=0)


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet in pieces that end where a row ends."""
    rest = b""
    while chunk := stream.read(CHUNK):
        rest += chunk
        cut = rest.rfind(b"row>") + 4
        if cut > 3 or len(rest) > 16 * CHUNK:
            cut = cut if cut > 3 else len(rest)
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _address(sheet: str, tag: bytes) -> str:
    cell = re.search(rb'\br="([A-Z]+\d+)"', tag)
    return f"{f'第{sheet}张表 sheet {sheet} ' if sheet else ''}{cell[1].decode() if cell else '?'}"


def _binary(data: bytes) -> tuple[int, int]:
    """(last row, last column) of an xlsb's sheet: records of a kind, a size, and a row or a column in front."""
    at, row, last, width = 0, 0, 0, 0
    end = len(data)
    while at < end:
        kind, size, shift = data[at], 0, 0
        at += 1
        if kind & 0x80 and at < end:
            kind, at = kind & 0x7F | (data[at] & 0x7F) << 7, at + 1
        while at < end and shift < 28:
            byte, at = data[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if kind == 0:
            row = int.from_bytes(data[at : at + 4], "little") + 1
        elif 1 < kind <= 11:  # cells with a value
            last, width = max(last, row), max(width, int.from_bytes(data[at : at + 4], "little") + 1)
        at += size
    return last, width


def _open_document(stream: IO[bytes]) -> tuple[int, int]:
    """(last row, last column) of the widest reach of any sheet of an ods, repeated cells counted."""
    reach, row, repeated, column, last, width = (0, 0), 0, 1, 0, 0, 0
    rest = b""
    while chunk := stream.read(CHUNK):
        rest += chunk
        end = 0
        for found in _OPEN_DOCUMENT.finditer(rest):
            end = found.end()
            said = _REPEATED.search(found[2])
            times = int(said[1]) if said else 1
            if found[1] == b"table:table":
                reach = max(reach, (last, width), key=lambda area: area[0] * area[1])
                row, repeated, column, last, width = 0, 0, 0, 0, 0
            elif found[1] == b"table:table-row":
                row, repeated, column = row + repeated, times, 0
            else:
                column += times
                if not found[2].endswith(b"/") or b"office:value" in found[2]:
                    last, width = max(last, row + repeated), max(width, column)
        rest = rest[max(end, len(rest) - 4096) :]
    return max(reach, (last, width), key=lambda area: area[0] * area[1])
