"""The words of an OpenDocument text (.odt) in order; tracked deletions, comments and the table of contents are left out."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

from .archives import Archive, attribute, bare, child
from .refusals import refuse

_SKIPPED = {"tracked-changes", "annotation", "annotation-end", "table-of-content", "sequence-decls", "forms"}
_SPAN_AT_MOST = 40


def words_of_odt(archive: Archive) -> tuple[str, list[str]]:
    """(words, remarks) of an opened odt. Raises NotAReport when it is locked or no text document."""
    manifest = archive.tree("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.parts else None
    if manifest is not None and any(bare(one.tag) == "encryption-data" for one in manifest.iter()):
        raise refuse("file.encrypted", archive.name)
    body = child(archive.tree("content.xml"), "body", "text")
    if body is None:
        raise refuse(
            "file.not-a-document", archive.name, what_zh="电子表格或演示文稿", what_en="spreadsheet or slide show"
        )
    lines: list[str] = []
    notes: list[str] = []
    seen: Counter[str] = Counter()
    for element in body:
        _block(element, lines, notes, seen)
    if notes:
        lines += ["", "注释", *(f"[{place}]{words}" for place, words in enumerate(notes, 1))]
    remarks = []
    if seen["tracked-changes"]:
        remarks.append("修订里的删除没有取 | What tracked changes delete is left out")
    if seen["annotation"]:
        n = seen["annotation"]
        remarks.append(f"{n} 条批注没有取 | {n} comments are left out")
    if notes:
        n = len(notes)
        remarks.append(f"{n} 条脚注、尾注移到文末 | {n} foot- and endnotes are moved to the end")
    return "\n".join(lines) + "\n", remarks


def _block(element: Element, lines: list[str], notes: list[str], seen: Counter[str]) -> None:
    tag = bare(element.tag)
    if tag in _SKIPPED:
        seen[tag] += 1
    elif tag in ("p", "h"):
        boxes: list[str] = []
        lines.append(_words(element, boxes, notes, seen))
        lines.extend(boxes)
    elif tag == "table-row":
        cells: list[str] = []
        for cell in element:
            inside: list[str] = []
            for one in cell:
                _block(one, inside, notes, seen)
            again = attribute(cell, "number-columns-repeated", "1")
            cells += [" ".join(" ".join(inside).split())] + [""] * (min(int(again), _SPAN_AT_MOST) - 1)
        lines.append("\t".join(cells).rstrip("\t"))
    else:
        for one in element:
            _block(one, lines, notes, seen)


def _words(element: Element, boxes: list[str], notes: list[str], seen: Counter[str]) -> str:
    pieces = [element.text or ""]
    for one in element:
        tag = bare(one.tag)
        if tag == "s":
            pieces.append(" " * min(int(attribute(one, "c", "1")), 100))
        elif tag == "tab":
            pieces.append("\t")
        elif tag == "line-break":
            pieces.append("\n")
        elif tag == "note":
            inside: list[str] = []
            for block in child(one, "note-body") or ():
                _block(block, inside, notes, seen)
            notes.append(" ".join(inside))
            pieces.append(f"[{len(notes)}]")
        elif tag == "text-box":
            for block in one:
                _block(block, boxes, notes, seen)
        elif tag in _SKIPPED:
            seen[tag] += 1
        else:
            pieces.append(_words(one, boxes, notes, seen))
        pieces.append(one.tail or "")
    return "".join(pieces)
