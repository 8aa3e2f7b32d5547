"""Files to text: which kind a file is, by its first bytes; what it is refused for; and the signs that nobody sees, taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from . import from_html
from .archives import Archive
from .decode import decode, universal
from .from_docx import words_of_docx
from .from_odt import words_of_odt
from .from_pdf import words_of_pdf
from .model import PAGE
from .refusals import refuse

LARGEST_MB = 64
LARGEST = LARGEST_MB * 2**20
_OFFICIAL = re.compile("加快|推进|加强|深化|促进|建设|改革|经济|发展|增长|政府|人民|全[国省市县区]|国民|财政|就业")
_HAN = re.compile("[\u4e00-\u9fff]+")
_REPORT = re.compile(r"工作报告|各位代表|政府工作|人民代表大会|人民政府|纪要|批示|督办|督查|交办")
# Such a document may be one line long.
_SHORT = re.compile(r"批示|督办|督查|交办|纪要")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes of files that are no documents, and why they are refused.
_NO_DOCUMENT = (
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
    (b"GIF8", "file.image"),
    (b"BM", "file.image"),
    (b"II*\x00", "file.image"),
    (b"MM\x00*", "file.image"),
)
# The stream that an office program keeps a locked document in; names in such a file are UTF-16.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. `remarks` tell what was done to get at its words, each as `中文 | English`; `pages` where each begins."""

    text: str
    name: str
    remarks: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()


def document_of(source: str | bytes | Path, name: str | None = None, any_text: bool = False) -> Document:
    """The words of a report given as text, as bytes or as the path of a file. any_text: it need not read like one.

    Raises NotAReport when it cannot be read as a report, and OSError when the path cannot be opened.
    """
    if isinstance(source, Path):
        name = name or source.name
        if source.is_dir():
            raise refuse("file.folder", name)
        if source.stat().st_size > LARGEST:
            raise refuse("file.too-large", name, limit=LARGEST_MB)
        source = source.read_bytes()
    name = name or ("text" if isinstance(source, str) else "bytes")
    if len(source) > LARGEST:
        raise refuse("file.too-large", name, limit=LARGEST_MB)
    if isinstance(source, str):
        words, remarks = _words(universal(source))
    else:
        try:
            words, remarks = _words_of_bytes(source, name)
        except RecursionError:
            raise refuse("file.damaged", name, why="nesting") from None
    words, pages = _pages(words)
    seen = _UNSEEN.sub("", words)
    if len(seen) < len(words):
        pages = tuple(at - len(_UNSEEN.findall(words, 0, at)) for at in pages)
        n = len(words) - len(seen)
        remarks.append(
            f"{n} 个看不见的符号（零宽、软连字符）去掉了 | {n} invisible signs (zero-width, soft hyphens) were taken out"
        )
    return Document(_checked(seen, name, any_text), name, tuple(remarks), pages)


def _pages(words: str) -> tuple[str, tuple[int, ...]]:
    """(the words without the signs of pages, where each page begins)."""
    if PAGE not in words:
        return words, ()
    pieces = words.split(PAGE)
    found, at = [], 0
    for piece in pieces[:-1]:
        at += len(piece)
        found.append(at)
    return "".join(pieces), tuple(found)


def _words_of_bytes(data: bytes, name: str) -> tuple[str, list[str]]:
    """(words, remarks) of a file by what its bytes are; its name only decides between text and HTML."""
    if not data.strip(b"\x00 \r\n\t"):
        raise refuse("file.empty", name)
    if data.startswith(_OLD_OFFICE):
        raise refuse("file.encrypted" if _LOCKED in data else "file.legacy-office", name)
    if data.startswith(b"PK"):
        archive = Archive(data, name)
        return words_of_odt(archive) if "content.xml" in archive.parts else words_of_docx(archive)
    if b"%PDF-" in data[:1024]:
        return words_of_pdf(data, name)
    for sign, code in _NO_DOCUMENT:
        if data.startswith(sign):
            raise refuse(code, name)
    start = data.lstrip()[:64].lower()
    if start.startswith(b"{\\rtf"):
        return _rtf(data, name)
    if (
        start.startswith((b"from:", b"mime-version:", b"content-type: multipart"))
        and b"boundary=" in data[:4096].lower()
    ):
        return from_html.saved_page(data, name)
    if start.startswith((b"<!doc", b"<html", b"<?xml")) or name.lower().endswith((".html", ".htm")):
        return from_html.words_of_page(from_html.decode_page(data, name))
    return _words(universal(decode(data, name)[0]))


def _words(text: str) -> tuple[str, list[str]]:
    return from_html.words_of_page(text) if from_html.is_page(text) else (text, [])


def _rtf(data: bytes, name: str) -> tuple[str, list[str]]:
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(data.decode("latin-1"), encoding="gb18030", errors="replace")
    except (ValueError, LookupError, TypeError, IndexError) as error:
        raise refuse("file.damaged", name, why="rtf") from error
    lines = (line.rstrip("|").replace("|", "\t") if line.endswith("|") else line for line in text.split("\n"))
    return "\n".join(lines), []


def _letters(words: str) -> int:
    return sum(map(len, _HAN.findall(words)))


def _checked(text: str, name: str, any_text: bool = False) -> str:
    if not text.strip():
        raise refuse("file.no-words", name)
    if any_text:
        return text
    start = text[:200000]
    named = _REPORT.search(text)
    if named and _letters(start[: len(start) // 3]) > max(60, 0.2 * len(start)):
        return text  # as nearly every report
    letters = _letters(start)
    if letters < (15 if _SHORT.search(start[:200]) else 60) or letters < 0.2 * len(re.sub(r"\s", "", start)):
        raise refuse("report.not-chinese", name, letters=letters)
    # A part of a report does not name itself; its words do: one in sixty signs.
    if not named and sum(1 for _ in _OFFICIAL.finditer(start)) * 60 < letters:
        raise refuse("report.not-a-report", name)
    return text
