"""The words of a docx in order: one paragraph a line, a table row as cells parted by tabs.

Changes that are tracked count as accepted: insertions are read, deletions and moved-away words are not. Numbers that
Word makes itself are put before their paragraphs; foot- and endnotes stand at the end with [n] where they belong.
Comments, hidden words, page heads and feet and the table of contents are left out.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from xml.etree.ElementTree import Element

from .archives import Archive, attribute, bare, child
from .model import PAGE
from .refusals import refuse
from .word_numbers import Numbers

_GONE = {"del", "moveFrom"}
_SILENT = {"instrText", "delText", "delInstrText", "Fallback", "pPr", "rPr", "rt", "softHyphen", "object"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "lastRenderedPageBreak": PAGE}
_AROUND = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}
_CELL_AT_MOST = 400
_SPAN_AT_MOST = 40
_REMARKS = {
    "ins": "修订：{n} 处插入按已接受读 | Tracked changes: {n} insertions are read as accepted",
    "del": "修订：{n} 处删除没有取 | Tracked changes: {n} deletions are left out",
    "number": "补上 Word 自动编号 {n} 处 | {n} list numbers made by Word are written out",
    "note": "{n} 条脚注、尾注移到文末 | {n} foot- and endnotes are moved to the end",
    "box": "{n} 个文本框的字放在所在段落之后 | The words of {n} text boxes stand after their paragraph",
    "comment": "{n} 条批注没有取 | {n} comments are left out",
    "hidden": "{n} 处隐藏文字没有取 | {n} stretches of hidden words are left out",
    "contents": "目录 {n} 行没有取 | {n} lines of the table of contents are left out",
}
_OTHERS = (
    ("xl/", "电子表格", "spreadsheet"),
    ("ppt/", "演示文稿", "presentation"),
    ("visio/", "图表文件", "drawing"),
    ("Index/", "Apple 办公文件", "file of Apple's office programs"),
)


def words_of_docx(archive: Archive) -> tuple[str, list[str]]:
    """(words, remarks) of an opened docx. Raises NotAReport when it is another kind of archive, or damaged."""
    main = _main_part(archive)
    word = _Word(archive, main)
    body = child(archive.tree(main), "body")
    if body is None:
        raise refuse("file.damaged", archive.name, why=main)
    for element in body:
        word.block(element, word.lines)
    word.add_notes()
    words = "\n".join(word.lines) + "\n"
    return (PAGE + words if PAGE in words else words), [
        _REMARKS[kind].replace("{n}", str(word.seen[kind])) for kind in _REMARKS if word.seen[kind]
    ]


def _main_part(archive: Archive) -> str:
    """Path of the document itself: the package says which part it is."""
    if "OFD.xml" in archive.parts:
        raise refuse("file.ofd", archive.name)
    if "_rels/.rels" in archive.parts:
        for link in archive.tree("_rels/.rels"):
            target = attribute(link, "Target").lstrip("/")
            if attribute(link, "Type").endswith("/officeDocument") and target.startswith("word/"):
                return target
    if "word/document.xml" in archive.parts:
        return "word/document.xml"
    for folder, zh, en in _OTHERS:
        if any(part.startswith(folder) for part in archive.parts):
            raise refuse("file.not-a-document", archive.name, what_zh=zh, what_en=en)
    raise refuse("file.archive", archive.name)


class _Word:
    """Walks through one document. `seen` counts what the remarks tell."""

    def __init__(self, archive: Archive, main: str):
        self.archive = archive
        self.folder = posixpath.dirname(main)
        self.lines: list[str] = []
        self.seen: Counter[str] = Counter()
        self.notes: list[tuple[str, str]] = []
        self.numbers = Numbers(self._part("numbering.xml"), self._part("styles.xml"))
        self.joined = False

    def _part(self, name: str) -> Element | None:
        path = f"{self.folder}/{name}"
        return self.archive.tree(path) if path in self.archive.parts else None

    def block(self, element: Element, lines: list[str]) -> None:
        """A paragraph, a table, or what holds them."""
        tag = bare(element.tag)
        if tag == "p":
            self._paragraph(element, lines)
        elif tag == "tbl":
            self._table(element, lines)
        elif tag in _AROUND:
            if tag == "sdt" and "contents" in _gallery(element).lower():
                self.seen["contents"] += sum(bare(one.tag) == "p" for one in element.iter())
                return
            for one in element:
                self.block(one, lines)

    def _paragraph(self, element: Element, lines: list[str]) -> None:
        properties = child(element, "pPr")
        style = child(properties, "pStyle")
        named = attribute(style, "val").lower() if style is not None else ""
        if named.startswith("toc") and named[3:].isdecimal():
            self.seen["contents"] += 1
            return
        boxes: list[str] = []
        words = self._words(element, boxes)
        number = self.numbers.of(properties) if words.strip().strip(PAGE) else ""
        if number:
            self.seen["number"] += 1
        if self.joined and lines:
            lines[-1] += words
        else:
            lines.append(number + words)
        # A deleted paragraph mark joins the next paragraph to this one.
        mark = child(properties, "rPr")
        self.joined = mark is not None and any(bare(one.tag) in _GONE for one in mark)
        lines.extend(boxes)

    def _words(self, element: Element, boxes: list[str]) -> str:
        """The words of a paragraph; text boxes inside it go to `boxes`."""
        pieces: list[str] = []
        stack = list(reversed(element))
        while stack:
            node = stack.pop()
            tag = bare(node.tag)
            if tag == "t":
                pieces.append(node.text or "")
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag == "sym":
                code = attribute(node, "char")
                pieces.append(chr(int(code, 16)) if code and not code.upper().startswith("F0") else "")
            elif tag in ("footnoteReference", "endnoteReference"):
                pieces.append(self._note(tag.removesuffix("Reference"), attribute(node, "id")))
            elif tag == "commentReference":
                self.seen["comment"] += 1
            elif tag == "txbxContent":
                self.seen["box"] += 1
                for one in node:
                    self.block(one, boxes)
            elif tag in _GONE:
                self.seen["del"] += 1
            elif tag == "r" and _hidden(node):
                self.seen["hidden"] += 1
            elif tag not in _SILENT:
                self.seen["ins"] += tag in ("ins", "moveTo")
                stack.extend(reversed(node))
        return "".join(pieces)

    def _note(self, kind: str, number: str) -> str:
        self.notes.append((kind, number))
        return f"[{len(self.notes)}]"

    def add_notes(self) -> None:
        """Notes at the end under a heading of their own, numbered as they are referred to."""
        kinds = {kind: self._part(f"{kind}s.xml") for kind in {kind for kind, _ in self.notes}}
        asked, self.notes = self.notes, []
        if asked:
            self.lines += ["", "注释"]
        for place, (kind, number) in enumerate(asked, 1):
            part = kinds[kind]
            note = next((one for one in part or () if attribute(one, "id") == number), None)
            lines: list[str] = []
            for element in note if note is not None else ():
                self.block(element, lines)
            self.lines.append(f"[{place}]" + " ".join(line.strip() for line in lines).strip())
            self.seen["note"] += 1

    def _table(self, table: Element, lines: list[str]) -> None:
        """Rows as lines of cells. A merged cell has its words once, where it begins; the rest of it is empty.

        A table of one column, or with a whole text in a cell, only frames words: they are read as paragraphs.
        """
        rows = [row for row in _of(table, "tr") if not self._row_gone(row)]
        frames = max((sum(1 for _ in _of(row, "tc")) for row in rows), default=0) < 2
        if frames or any(_length(cell) > _CELL_AT_MOST for row in rows for cell in _of(row, "tc")):
            for row in rows:
                for cell in _of(row, "tc"):
                    for element in cell:
                        self.block(element, lines)
            return
        for row in rows:
            cells: list[str] = []
            for cell in _of(row, "tc"):
                inside: list[str] = []
                for element in cell:
                    self.block(element, inside)
                wide = child(cell, "tcPr", "gridSpan")
                said = attribute(wide, "val") if wide is not None else ""
                span = min(max(int(said), 1), _SPAN_AT_MOST) if said.isdecimal() else 1
                cells += [" ".join(" ".join(inside).split())] + [""] * (span - 1)
            lines.append("\t".join(cells).rstrip("\t"))
        self.joined = False

    def _row_gone(self, row: Element) -> bool:
        gone = child(row, "trPr", "del") is not None
        self.seen["del"] += gone
        return gone


def _of(element: Element, tag: str):
    """Children of one kind, also where a content control or an insertion is around them."""
    for one in element:
        if bare(one.tag) == tag:
            yield one
        elif bare(one.tag) in _AROUND:
            yield from _of(one, tag)


def _length(cell: Element) -> int:
    return sum(len(one.text or "") for one in cell.iter() if bare(one.tag) == "t")


def _hidden(run: Element) -> bool:
    mark = child(run, "rPr", "vanish")
    return mark is not None and attribute(mark, "val", "1") not in ("0", "false", "off")


def _gallery(element: Element) -> str:
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return attribute(gallery, "val") if gallery is not None else ""
