"""Text files with columns: any delimiter, any of the encodings that offices use, of any size: read as a stream."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .model import Cell
from .refusals import refuse

DELIMITERS = (",", "\t", ";", "|", "，", "；", "^", "\x01", "\x1f", "~", "、")
HEAD = 1 << 20  # bytes by which encoding and delimiter are told; the whole file is then held to the encoding
FEW = 20  # times as many good signs as broken ones: the encoding is right and the file is damaged
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_CONTROL = re.compile(r"[\x00\x02-\x08\x0e-\x1a\x7f]")
_SAID = re.compile(r'"?sep=(.)"?\s*$', re.I)  # what Excel reads, and some programs write, as the first line
_COMMON = frozenset(
    "的一是在不了有和人中大上国年月日号区市县街道路村社名称姓性别男女地址电话单位序备注合计数量编类型时间元"
)
csv.field_size_limit(1_000_000)


@dataclass(frozen=True)
class Form:
    """How a text file is written. broken: whether some bytes are none of the encoding; said: a first line sep=;"""

    encoding: str
    delimiter: str
    broken: bool = False
    said: bool = False

    @property
    def notes(self) -> list[str]:
        shown = {"\t": "Tab", "\x01": "0x01", "\x1f": "0x1F"}.get(self.delimiter, self.delimiter)
        encoding = self.encoding.upper().removesuffix("-SIG")
        notes = [f"编码 {encoding}，分隔符 {shown} | Encoding {encoding}, delimiter {shown}"]
        if self.broken:
            notes.append("有几个字已损坏，显示为 \ufffd | A few characters are damaged and show as \ufffd")
        return notes


def form_of(file: BinaryIO, name: str) -> Form:
    """Encoding and delimiter of a text file, held against every byte of it. Raises NotASheet where it is no text."""
    head = file.read(HEAD)
    encoding, broken = _encoding(file, head, name)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, len(head) < HEAD).replace("\0", "")
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise refuse("sheet.unknown", name)
    first = text.partition("\n")[0]
    if found := _SAID.match(first):
        return Form(encoding, found[1], broken, True)
    return Form(encoding, delimiter_of(text), broken)


def rows_of(file: BinaryIO, form: Form, name: str) -> Iterator[list[Cell]]:
    """The rows of a text file, one after another; an empty cell is None. Raises NotASheet at a quote never closed."""
    file.seek(0)
    text = io.TextIOWrapper(file, form.encoding, errors="replace", newline=None)
    record: list[str] = []  # the lines of the row that is being read

    def lines() -> Iterator[str]:
        for line in text:
            line = line.replace("\0", "")
            record.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=form.delimiter)
    start = 0
    try:
        if form.said:
            next(text, None)
        for row in reader:
            if len(record) > 1 and _never_closed(record, form.delimiter):
                raise refuse("sheet.quote", name, line=start + 1 + form.said)
            start = reader.line_num
            record.clear()
            yield [cell if cell.strip() else None for cell in row]
    except csv.Error:
        raise refuse("sheet.quote", name, line=start + 1 + form.said) from None
    finally:
        text.detach()


def _never_closed(record: list[str], delimiter: str) -> bool:
    """Whether a row of several lines ends only because the file does."""
    try:
        return not list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)


def _encoding(file: BinaryIO, head: bytes, name: str) -> tuple[str, bool]:
    """(encoding, broken): by its mark, as UTF-8, UTF-16 without a mark, GB 18030, Big5, at last Windows-1252."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, not _decodes(file, encoding)
    if b"\0" in head and (encoding := _without_mark(head)) and _decodes(file, encoding):
        return encoding, False
    if head[:4000].count(0) * 5 > len(head[:4000]):
        raise refuse("sheet.unknown", name)
    head = head.replace(b"\0", b"")
    if _decodes(file, "utf-8"):
        return "utf-8", False
    guesses = sorted((_likeness(head, encoding), encoding) for encoding in ("big5hkscs", "gb18030", "utf-8"))
    if guesses[-1][0] > 0.02:
        encoding = guesses[-1][1]
        return encoding, not _decodes(file, encoding)
    if _decodes(file, "cp1252"):
        return "cp1252", False
    raise refuse("sheet.encoding", name)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether every byte of the file is of the encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(HEAD):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(head: bytes, encoding: str) -> float:
    """The share of very common characters among the Chinese ones of a text read so; 0 where too much is broken."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    broken, beyond = text.count("\ufffd"), sum(not ch.isascii() for ch in text)
    if broken * FEW > beyond:
        return 0.0
    chinese = _CJK.findall(text[:20_000])
    return sum(ch in _COMMON for ch in chinese) / len(chinese) if chinese else 0.0


def _without_mark(head: bytes) -> str | None:
    """UTF-16 that does not say so: text that has line ends and hardly anything but letters, digits and signs."""
    for encoding in ("utf-16-le", "utf-16-be"):
        sample = head[: 8000 - len(head) % 2].decode(encoding, "replace")
        known = sum(ch in ',;|\t\r\n "' or ch.isascii() or bool(_CJK.match(ch)) for ch in sample)
        if ("\n" in sample or "\r" in sample) and known > 0.9 * len(sample):
            return encoding
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
