"""Text files with columns: any delimiter, any of the encodings that offices use."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from .model import Book, Cell, Sheet
from .refusals import refuse

DELIMITERS = (",", "\t", ";", "|", "，", "；", "^")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_COMMON = frozenset(
    "的一是在不了有和人中大上国年月日号区市县街道路村社名称姓性别男女地址电话单位序备注合计数量编类型时间元"
)
csv.field_size_limit(10_000_000)


def read_delimited(data: bytes, name: str) -> Book:
    """The one sheet of a text file. Raises NotASheet where it is no text."""
    text, encoding = decode(data, name)
    delimiter = delimiter_of(text)
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    rows: list[list[Cell]] = [[_cell(cell) for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if not width:
        raise refuse("sheet.empty", name)
    shown = {"\t": "Tab"}.get(delimiter, delimiter)
    notes = [f"编码 {encoding.upper()}，分隔符 {shown} | Encoding {encoding.upper()}, delimiter {shown}"]
    return Book(name, "csv", [Sheet(name, [row + [None] * (width - len(row)) for row in rows])], notes)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding): by its mark, as UTF-8, UTF-16 without a mark, GB 18030, Big5, at last Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                raise refuse("sheet.encoding", name) from None
    if b"\0" in data and (text := _without_mark(data)):
        return text
    if data[:4000].count(0) * 5 > len(data[:4000]):
        raise refuse("sheet.unknown", name)
    data = data.replace(b"\0", b"")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    found = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        chinese = _CJK.findall(text[:20000])
        found.append(
            (
                sum(ch in _COMMON for ch in chinese) / len(chinese) if chinese else 0.0,
                encoding == "gb18030",
                encoding,
                text,
            )
        )
    if found and (best := max(found))[0] > 0.02:
        return best[3], best[2]
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        raise refuse("sheet.encoding", name) from None


def _without_mark(data: bytes) -> tuple[str, str] | None:
    """UTF-16 that does not say so: text that has line ends and hardly anything but letters, digits and signs."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:4000]
        known = sum(ch in ',;|\t\r\n "' or ch.isascii() or bool(_CJK.match(ch)) for ch in sample)
        if ("\n" in sample or "\r" in sample) and known > 0.9 * len(sample):
            return text, encoding
    return None


def delimiter_of(text: str) -> str:
    """The sign that cuts most of the first lines into the same number of columns, more than one."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:60]
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        columns, agreeing = counts.most_common(1)[0] if counts else (1, 0)
        if columns > 1 and (score := (agreeing / len(lines), columns)) > best:
            best, found = score, delimiter
    return found


def _cell(text: str) -> Cell:
    return text if text.strip(" \t\r\n\u00a0\u3000") else None
