"""A file becomes a book of sheets, or a sentence that says what to do."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine

from .delimited import read_delimited
from .model import Book, Cell, Sheet
from .refusals import refuse

MOST_UNPACKED = 400  # MB of a workbook's parts
MOST_RATIO = 200  # of a part unpacked to packed, above 10 MB: nothing that offices save comes near
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
OLD_WORKBOOKS = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
)  # BIFF 2–4: no container around the stream
MOST_CELLS = 20_000_000  # from the first filled cell of a sheet to the last, empty ones included
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')  # one that holds a value is not closed at once
_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|meta|table|\?xml|script|style)", re.I)
_SHOWN = "SheetVisibleEnum.Visible"


def open_book(file: Path | bytes, name: str = "") -> Book:
    """Read a spreadsheet of any kind. name: what to call it where bytes are given. Raises NotASheet."""
    data = file if isinstance(file, bytes) else Path(file).read_bytes()
    name = name or (file.name if isinstance(file, Path) else "sheet")
    if not data.strip(b"\x00 \r\n\t"):
        raise refuse("sheet.empty", name)
    if data.startswith(ZIP):
        return _zipped(data, name)
    if data.startswith(OLE):
        return _ole(data, name)
    if data.startswith(OLD_WORKBOOKS):
        raise refuse("sheet.too-old", name)
    if _PAGE.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise refuse("sheet.web-page", name)
    if (
        data[:5] in (b"%PDF-", b"{\\rtf")
        or data[:4] in (b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf")
        or data[:2] == b"\xff\xd8"
    ):
        raise refuse("sheet.unknown", name)
    return read_delimited(data, name)


def _zipped(data: bytes, name: str) -> Book:
    """xlsx, xlsm, xlsb and ods are archives: told apart by what is in them, and refused before they are unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise refuse("sheet.damaged", name, why=str(error)) from None
    size = sum(part.file_size for part in parts)
    bombs = [p for p in parts if p.file_size > 10_000_000 and p.file_size > MOST_RATIO * max(p.compress_size, 1)]
    if size > MOST_UNPACKED * 1_000_000 or bombs:
        raise refuse("sheet.too-large", name, size=size // 1_000_000, most=MOST_UNPACKED)
    _within_reason(data, name)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names:
        kind = "xlsx"
    elif "xl/workbook.bin" in names:
        kind = "xlsb"
    elif "content.xml" in names and "META-INF/manifest.xml" in names:
        kind = "ods"
    elif any(part.startswith(("Index/", "index.")) and ".iwa" in part for part in names) or "index.apxl" in names:
        raise refuse("sheet.numbers", name)
    else:
        raise refuse("sheet.zip", name)
    book = _workbook(data, name, kind)
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            later = bool(re.search(rb'date1904="(?:1|true)"', archive.read("xl/workbook.xml")))
        for sheet in book.sheets:
            sheet.epoch_1904 = later
    if "xl/vbaProject.bin" in names:
        book.notes.append("文件里有宏，没有读也没有运行 | The file holds macros; they were neither read nor run")
    return book


def _within_reason(data: bytes, name: str) -> None:
    """Refuse a sheet whose filled cells lie so far apart that the area between them would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                continue
            columns: set[bytes] = set()
            last, rest = 0, b""
            with archive.open(part) as stream:
                while chunk := stream.read(1 << 20):
                    found = _CELL.findall(rest + chunk)
                    columns.update(column for column, _ in found)
                    last = max([last, *(int(row) for _, row in found[-1:])])
                    rest = chunk[-100:]
            width = max((sum((sign - 64) * 26**n for n, sign in enumerate(reversed(c))) for c in columns), default=0)
            if last * width > MOST_CELLS:
                sheet = part.rpartition("/")[2].removesuffix(".xml")
                raise refuse("sheet.too-wide", name, sheet=sheet, rows=last, columns=width)


def _ole(data: bytes, name: str) -> Book:
    """The old container: xls, WPS's own et, or a new workbook behind a password."""
    if _has_stream(data, "EncryptedPackage"):
        raise refuse("sheet.password", name)
    if name.lower().endswith((".et", ".ett", ".wps")) and not _has_stream(data, "Workbook"):
        raise refuse("sheet.wps", name)
    return _workbook(data, name, "xls")


def _has_stream(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def _workbook(data: bytes, name: str, kind: str) -> Book:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        read = [_sheet(book, meta) for meta in book.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
    except python_calamine.PasswordError:
        raise refuse("sheet.password", name) from None
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise refuse("sheet.password", name) from None
        raise refuse("sheet.damaged", name, why=_reason(error)) from None
    filled = [sheet for sheet in read if sheet.rows]
    if not filled:
        raise refuse("sheet.no-table", name)
    found = Book(name, kind, filled)
    if hidden := [sheet.name for sheet in filled if sheet.hidden]:
        listed = "、".join(hidden)
        found.notes.append(f"有隐藏的工作表：{listed} | Hidden sheets: {', '.join(hidden)}")
    return found


def _sheet(book: Any, meta: Any) -> Sheet:
    sheet = book.get_sheet_by_name(meta.name)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return Sheet(meta.name, trimmed(rows), _merged(sheet), str(meta.visible) != _SHOWN)


def _merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    return [(first[0], first[1], last[0], last[1]) for first, last in ranges]


def _cell(value: Any) -> Cell:
    """A value as it was typed: 3.0 of a cell that holds 3 is 3; a float is what the cell shows of it, not its bits."""
    if value == "":
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else _decimal(value)
    if isinstance(value, str):
        text = value.replace("\u200b", "").replace("\ufeff", "").replace("_x000D_", "")
        return text if text.strip(" \t\r\n\u00a0\u3000") else None
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date()
    return value if isinstance(value, bool | int | date | timedelta) or hasattr(value, "hour") else str(value)


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
