"""The words of a PDF that has text: columns in order, page heads, feet and numbers dropped, broken lines joined."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator

from .page_layout import Sign, paragraphs, rows_of_pages, without_edges
from .refusals import refuse

PAGES_AT_MOST = 1000
UNPACKED_MB = 64
_IMAGE_MB = 512
_LAYERS = 4
_STREAM = re.compile(rb"stream\r?\n")
_PICTURE = re.compile(rb"/Subtype\s*/Image")
_SLANTED = 0.05


def words_of_pdf(data: bytes, name: str) -> tuple[str, list[str]]:
    """(words, remarks) of a PDF. Raises NotAReport: file.encrypted, damaged, bomb, too-many-pages, scanned, no-letters."""
    _refuse_bombs(data, name)
    pages, pictures, slanted, unknown, known = [], 0, 0, 0, 0
    empty: list[int] = []
    for number, (signs, has_picture, aslant) in enumerate(_pages(data, name), 1):
        if number > PAGES_AT_MOST:
            raise refuse("file.too-many-pages", name, limit=PAGES_AT_MOST)
        printed = sum(bool(sign.text.strip()) for sign in signs)
        missing = sum(sign.text == "\ufffd" for sign in signs)
        unknown, known = unknown + missing, known + printed - missing
        pictures += has_picture
        slanted += aslant
        if not printed:
            empty.append(number)
        pages.append([sign for sign in signs if sign.size > 0])
    if known + unknown < 20 * max(pictures, 1) and pictures:
        raise refuse("file.scanned", name, pages=len(pages))
    if not known + unknown:
        raise refuse("file.no-words", name)
    if unknown > 0.2 * (known + unknown):
        raise refuse("file.no-letters", name)
    kept, edges = without_edges(rows_of_pages(pages))
    return "\n".join(paragraphs(kept)) + "\n", list(_remarks(edges, slanted, unknown, empty))


def _remarks(edges: int, slanted: int, unknown: int, empty: list[int]) -> Iterator[str]:
    if edges:
        yield f"页眉、页脚和页码 {edges} 行没有取 | {edges} lines of page heads, feet and numbers are left out"
    if slanted:
        yield f"斜放的字 {slanted} 个（水印）没有取 | {slanted} slanted signs (a watermark) are left out"
    if unknown:
        yield f"{unknown} 个字认不出，写作 \ufffd | {unknown} signs have no letter and are written as \ufffd"
    if empty:
        said = "、".join(map(str, empty[:20])) + ("…" if len(empty) > 20 else "")
        yield f"第 {said} 页没有文字，也许是图像 | Pages {said} have no text; perhaps they are images"


def _pages(data: bytes, name: str) -> Iterator[tuple[list[Sign], bool, int]]:
    """(signs, whether there is a picture, how many slanted signs were left out) of each page."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTChar, LTContainer, LTImage
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    # Its warnings are about the file's inside, which the person at the terminal cannot mend.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

    class Collector(PDFPageAggregator):
        def handle_undefined_char(self, font, cid) -> str:
            return "\ufffd"

    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        manager = PDFResourceManager()
        device = Collector(manager, laparams=None)
        interpreter = PDFPageInterpreter(manager, device)
        for page in PDFPage.create_pages(document):
            interpreter.process_page(page)
            signs, picture, aslant = [], False, 0
            stack = list(device.get_result())
            while stack:
                one = stack.pop()
                if isinstance(one, LTChar):
                    if abs(one.matrix[1]) > _SLANTED * (abs(one.matrix[0]) + abs(one.matrix[1])):
                        aslant += 1
                    else:
                        signs.append(Sign(one.x0, one.y0, one.x1, one.y1, one.get_text()))
                elif isinstance(one, LTImage):
                    picture = True
                elif isinstance(one, LTContainer):
                    stack.extend(one)
            yield signs, picture, aslant
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise refuse("file.encrypted", name) from None
    except Exception as error:
        # A broken file makes the library fail in any of its places, with any error.
        raise refuse("file.damaged", name, why=type(error).__name__) from error


def _refuse_bombs(data: bytes, name: str) -> None:
    """Unpacks every packed stream piecewise, keeping nothing, so that none can fill the memory later."""
    for found in _STREAM.finditer(data):
        picture = _PICTURE.search(data, max(0, found.start() - 600), found.start())
        limit = (_IMAGE_MB if picture else UNPACKED_MB) * 2**20
        if data[found.end() : found.end() + 1] == b"x" and _unpacks_beyond(data, found.end(), limit):
            raise refuse("file.bomb", name, limit=limit // 2**20)


def _unpacks_beyond(data: bytes, at: int, limit: int, layers: int = _LAYERS) -> bool:
    packed = memoryview(data)
    stream = zlib.decompressobj()
    size, inner = 0, bytearray()
    try:
        while at < len(packed) and not stream.eof:
            piece = stream.decompress(bytes(packed[at : at + 65536]), 2**20)
            while True:
                size += len(piece)
                if len(inner) < 2**22:
                    inner += piece
                if size > limit:
                    return True
                if not stream.unconsumed_tail:
                    break
                piece = stream.decompress(stream.unconsumed_tail, 2**20)
            at += 65536
    except zlib.error:
        pass
    return bool(layers and inner[:1] == b"x" and _unpacks_beyond(bytes(inner), 0, limit, layers - 1))
