"""A file becomes a book of sheets, or a sentence that says what to do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import python_calamine

from .compound import Broken, first_records, reach, streams
from .delimited import form_of, rows_of
from .extent import MOST_CELLS, look_over
from .model import Area, Book, Cell, Sheet
from .refusals import refuse

MOST_UNPACKED = 400  # MB of a workbook's parts
MOST_RATIO = 200  # of a part unpacked to packed, above 10 MB: nothing that offices save comes near
MOST_OLD = 400  # MB of an xls
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
OLD_WORKBOOKS = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
)  # BIFF 2–4: no container around the stream
FILEPASS, DATEMODE = 0x002F, 0x0022  # records of an old workbook
_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|meta|table|\?xml|script|style)", re.I)
_SHOWN = "SheetVisibleEnum.Visible"


@dataclass
class Source:
    """One sheet that has not been read yet. rows: its rows from the first, as often as asked, of any lengths."""

    name: str
    rows: Callable[[], Iterator[list[Cell]]]
    merged: list[Area] = field(default_factory=list)
    hidden: bool = False
    epoch_1904: bool = False


@dataclass
class File:
    """A file whose kind is known. sources: its sheets, each loaded when it is asked for; sheets: their names."""

    name: str
    kind: str
    sheets: list[str]
    sources: list[Callable[[], Source]]
    hidden: list[bool]
    notes: list[str] = field(default_factory=list)


def open_book(file: Path | bytes, name: str = "") -> Book:
    """Read a spreadsheet of any kind whole. name: what to call it where bytes are given. Raises NotASheet."""
    found = open_file(file, name)
    sheets = []
    for source in found.sources:
        read = source()
        sheets.append(Sheet(read.name, trimmed(list(read.rows())), read.merged, read.hidden, read.epoch_1904))
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise refuse("sheet.empty" if found.kind == "csv" else "sheet.no-table", found.name)
    if hidden := [sheet.name for sheet in filled if sheet.hidden]:
        listed = "、".join(hidden)
        found.notes.append(f"有隐藏的工作表：{listed} | Hidden sheets: {', '.join(hidden)}")
    return Book(found.name, found.kind, filled, found.notes)


def open_file(file: Path | bytes, name: str = "") -> File:
    """What a file is, told by its bytes, never by its name. Raises NotASheet where it is no spreadsheet."""
    name = name or (file.name if isinstance(file, Path) else "sheet")
    with _reading(file) as stream:
        head = stream.read(4096)
        stream.seek(0)
        if len(head) < 4096 and not head.strip(b"\x00 \r\n\t"):
            raise refuse("sheet.empty", name)
        if head.startswith(ZIP):
            return _zipped(file, stream, name)
        if head.startswith(OLE):
            return _ole(file, stream, name)
        if head.startswith(OLD_WORKBOOKS):
            raise refuse("sheet.too-old", name)
        if _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
            raise refuse("sheet.web-page", name)
        if (
            head[:5] in (b"%PDF-", b"{\\rtf")
            or head[:4] in (b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf")
            or head[:2] == b"\xff\xd8"
        ):
            raise refuse("sheet.unknown", name)
        form = form_of(stream, name)

    def rows() -> Iterator[list[Cell]]:
        with _reading(file) as again:
            yield from rows_of(again, form, name)

    return File(name, "csv", [name], [lambda: Source(name, rows)], [False], form.notes)


@contextmanager
def _reading(file: Path | bytes) -> Iterator[BinaryIO]:
    with io.BytesIO(file) if isinstance(file, bytes) else Path(file).open("rb") as stream:
        yield stream


def _zipped(file: Path | bytes, stream: BinaryIO, name: str) -> File:
    """xlsx, xlsm, xlsb and ods are archives: told apart by what is in them, and refused before they are unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            bombs = [
                p for p in parts if p.file_size > 10_000_000 and p.file_size > MOST_RATIO * max(p.compress_size, 1)
            ]
            if size > MOST_UNPACKED * 1_000_000 or bombs:
                raise refuse("sheet.too-large", name, size=size // 1_000_000, most=MOST_UNPACKED)
            kind = _kind({part.filename for part in parts}, name)
            notes = look_over(archive, name)
            later = kind == "xlsx" and re.search(rb'date1904="(?:1|true)"', archive.read("xl/workbook.xml"))
            macros = "xl/vbaProject.bin" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise refuse("sheet.damaged", name, why=_reason(error)) from None
    found = _workbook(file, name, kind, bool(later))
    found.notes += notes
    if macros:
        found.notes.append("文件里有宏，没有读也没有运行 | The file holds macros; they were neither read nor run")
    return found


def _kind(names: set[str], name: str) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "ods"
    if any(part.startswith(("Index/", "index.")) and ".iwa" in part for part in names) or "index.apxl" in names:
        raise refuse("sheet.numbers", name)
    raise refuse("sheet.document" if "word/document.xml" in names else "sheet.zip", name)


def _ole(file: Path | bytes, stream: BinaryIO, name: str) -> File:
    """The old container: xls, WPS's own et, or a new workbook behind a password."""
    data = stream.read(MOST_OLD * 1_000_000 + 1)
    if len(data) > MOST_OLD * 1_000_000:
        raise refuse("sheet.too-large", name, size=len(data) // 1_000_000, most=MOST_OLD)
    try:
        parts = streams(data)
        main = parts.get("Workbook", parts.get("Book", b""))
        first = first_records(main)
        rows, columns = (0, 0) if FILEPASS in first else reach(main)  # behind a password no number is as it stands
    except Broken as error:
        raise refuse("sheet.damaged", name, why=_reason(error)) from None
    if "EncryptedPackage" in parts:
        raise refuse("sheet.password", name)
    if "WordDocument" in parts and not name.lower().endswith(".wps"):
        raise refuse("sheet.document", name)
    if not main:
        raise refuse("sheet.wps" if name.lower().endswith((".et", ".ett", ".wps")) else "sheet.unknown", name)
    if FILEPASS in first:
        raise refuse("sheet.password", name)
    if rows * columns > MOST_CELLS:
        raise refuse("sheet.too-wide", name, sheet="Workbook", rows=rows, columns=columns)
    return _workbook(file, name, "xls", first.get(DATEMODE, b"")[:1] == b"\1")


def _workbook(file: Path | bytes, name: str, kind: str, later: bool) -> File:
    with _calamine_errors(name), _reading(file) as stream:  # by a path it would go by the name's ending
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        metas = [meta for meta in book.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
    sources = [partial(_source, book, meta, later, name) for meta in metas]
    return File(name, kind, [meta.name for meta in metas], sources, [str(meta.visible) != _SHOWN for meta in metas])


@contextmanager
def _calamine_errors(name: str) -> Iterator[None]:
    try:
        yield
    except python_calamine.PasswordError:
        raise refuse("sheet.password", name) from None
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise refuse("sheet.password", name) from None
        raise refuse("sheet.damaged", name, why=_reason(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the library raises where its own sums do not agree
            raise
        raise refuse("sheet.damaged", name, why=_reason(error)) from None


def _source(book: Any, meta: Any, later: bool, name: str) -> Source:
    with _calamine_errors(name):
        sheet = book.get_sheet_by_name(meta.name)
    before: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)

    def rows() -> Iterator[list[Cell]]:
        for row in sheet.iter_rows():
            yield before + _row(row)

    return Source(meta.name, rows, _merged(sheet), str(meta.visible) != _SHOWN, later)


def _merged(sheet: Any) -> list[Area]:
    ranges = sheet.merged_cell_ranges or []
    return [(first[0], first[1], last[0], last[1]) for first, last in ranges]


def _row(values: list[Any]) -> list[Cell]:
    """A row's values as they were typed: 3.0 of a cell that holds 3 is 3; of a float what the cell shows, not its bits."""
    row: list[Cell] = []
    for value in values:
        kind = value.__class__
        if kind is str:
            if not value or value.isspace():
                value = None
            elif not value.isascii() or "_x" in value:
                value = value.replace("\u200b", "").replace("\ufeff", "").replace("_x000D_", "")
                value = value if value.strip() else None
        elif kind is float:
            whole = value.is_integer() and abs(value) < 1e15
            value = int(value) if whole else _decimal(value)
        elif kind is datetime and not (value.hour or value.minute or value.second or value.microsecond):
            value = value.date()
        elif not isinstance(value, bool | int | date | timedelta | time):
            value = str(value)
        row.append(value)
    return row


def _decimal(value: float) -> Decimal | None:
    """Fifteen digits, as Excel shows them: 12.1 and not 12.100000000000001."""
    found = Decimal(f"{value:.15g}")
    return found if found.is_finite() else None


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty rows and columns at the end, equally long."""
    last = max((n for n, row in enumerate(rows) if any(cell is not None for cell in row)), default=-1)
    rows = rows[: last + 1]
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell is not None), default=0)
    return [row[:width] + [None] * (width - len(row)) for row in rows]


def _reason(error: Exception) -> str:
    return str(error).split("\n")[0][:120]
