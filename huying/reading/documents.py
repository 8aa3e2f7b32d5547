"""Files to text: txt, html saved from a browser, docx."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from .decode import decode, refuse_binary, universal
from .model import NotAReport

_HTML = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b", re.I | re.S
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_REPORT = re.compile(r"工作报告|各位代表|政府工作|人民代表大会|人民政府")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "thead",
    "tr", "ul",
}  # fmt: skip
_SKIPPED = ("script", "style", "noscript", "template", "head", "svg", "select", "button", "iframe", "object")
LARGEST = 64 * 2**20


def text_of(source: str | bytes | Path, name: str | None = None) -> tuple[str, str]:
    """(text, name) of a report given as text, as bytes or as the path of a file.

    Raises NotAReport when it cannot be read as a report, and OSError when the path cannot be opened.
    """
    if isinstance(source, str):
        text, name = universal(source), name or "text"
        if not text.strip():
            raise NotAReport("file.empty", f"{name}：没有文字。请确认选对了文件。")
        return _checked(_html(text) if _HTML.match(text) else text, name)
    if isinstance(source, Path):
        name = name or source.name
        if source.is_dir():
            raise NotAReport("file.folder", f"{name}：是文件夹。请给出里面的文件。")
        if source.stat().st_size > LARGEST:
            raise NotAReport("file.too-large", f"{name}：大于 64 MB，不像一份报告。请确认选对了文件。")
        source = source.read_bytes()
    name = name or "bytes"
    refuse_binary(source, name)
    if source.startswith(b"PK"):
        return _checked(_docx(source, name), name)
    if source.lstrip()[:5].lower() in (b"<!doc", b"<html", b"<?xml") or name.lower().endswith((".html", ".htm")):
        return _checked(_html(_decode_html(source, name)), name)
    text, _ = decode(source, name)
    text = universal(text)
    return _checked(_html(text) if _HTML.match(text) else text, name)


def _checked(text: str, name: str) -> tuple[str, str]:
    letters = sum("\u4e00" <= ch <= "\u9fff" for ch in text[:200000])
    if not text.strip():
        raise NotAReport("file.empty", f"{name}：里面没有文字（也许只有图片）。请先作文字识别，或换一份带文字的文件。")
    if letters < 60 or letters < 0.2 * len(re.sub(r"\s", "", text[:200000])):
        raise NotAReport(
            "report.not-chinese",
            f"{name}：几乎没有中文（前 20 万字里 {letters} 个汉字），不是政府工作报告。请确认选对了文件。",
        )
    if not _REPORT.search(text):
        raise NotAReport(
            "report.not-a-report",
            f"{name}：全文没有出现“政府工作报告”“各位代表”“人民政府”等字样，不像政府工作报告。如果确实是，请补上标题一行再读。",
        )
    return text, name


def _decode_html(data: bytes, name: str) -> str:
    said = _CHARSET.search(data[:4096])
    if said:
        label = said.group(1).decode("ascii").lower()
        label = "gb18030" if label in ("gb2312", "gbk", "gb_2312-80", "gb18030") else label
        try:
            return universal(data.decode(label))
        except (UnicodeDecodeError, LookupError):
            pass
    return universal(decode(data, name)[0])


def _html(text: str) -> str:
    """The visible words of a page, one block a line; cells of a table row are parted by tabs."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    for tag in _SKIPPED:
        for node in tree.css(tag):
            node.decompose()
    pieces: list[str] = []
    stack = [(tree.root, False)] if tree.root else []
    while stack:
        node, closing = stack.pop()
        tag = node.tag
        if closing:
            pieces.append("\t" if tag in ("td", "th") else "\n")
            continue
        if tag == "-text":
            pieces.append(re.sub(r"[ \t\r\n\f]+", " ", node.text_content or ""))
            continue
        if tag == "br":
            pieces.append("\n")
            continue
        block = tag in _BLOCKS
        if block:
            pieces.append("\n")
        if block or tag in ("td", "th"):
            stack.append((node, True))
        children = []
        child = node.child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend((child, False) for child in reversed(children))
    lines = (line.strip(" \t") for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _docx(data: bytes, name: str) -> str:
    """The words of a docx in order, one paragraph a line; table rows are lines with tabs; deletions are left out."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        raise NotAReport(
            "file.damaged", f"{name}：压缩结构坏了，打不开。请重新下载，或在 Word、WPS 里打开修复后另存为 .docx。"
        ) from None
    if "word/document.xml" not in names:
        kind = (
            "电子表格"
            if any(n.startswith("xl/") for n in names)
            else "演示文稿"
            if any(n.startswith("ppt/") for n in names)
            else "压缩包"
        )
        words = "请先解压，再把里面的报告逐份交来。" if kind == "压缩包" else "请交报告正文的 .docx、.html 或 .txt。"
        raise NotAReport(
            "file.archive" if kind == "压缩包" else "file.not-a-document", f"{name}：是{kind}，不是文档。{words}"
        )
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError):
        raise NotAReport("file.damaged", f"{name}：docx 的内容坏了。请在 Word 或 WPS 里打开，另存一份再读。") from None
    lines: list[str] = []
    for element in body.iterchildren():
        _block(element, lines)
    return "\n".join(lines) + "\n"


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def _block(element, lines: list[str]) -> None:
    tag = element.tag
    if tag == f"{_W}p":
        boxes: list[str] = []
        lines.append(_paragraph(element, boxes))
        lines.extend(boxes)
    elif tag == f"{_W}tbl":
        for row in element.iter(f"{_W}tr"):
            cells = []
            for cell in row.iterchildren(f"{_W}tc"):
                cells.append(" ".join(_paragraph(p, []) for p in cell.iter(f"{_W}p")).strip())
            lines.append("\t".join(cells))
    elif tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
        for child in element.iterchildren():
            _block(child, lines)


def _paragraph(element, boxes: list[str]) -> str:
    """The words of a paragraph; text boxes inside it go to `boxes`, deleted words nowhere."""
    pieces: list[str] = []
    stack = list(reversed(list(element.iterchildren())))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == f"{_W}t":
            pieces.append(node.text or "")
        elif tag == f"{_W}tab":
            pieces.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif tag == f"{_W}txbxContent":
            for child in node.iterchildren():
                _block(child, boxes)
        elif tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_MC}Fallback", f"{_W}pPr", f"{_W}rPr"):
            continue
        else:
            stack.extend(reversed(list(node.iterchildren())))
    return "".join(pieces)
