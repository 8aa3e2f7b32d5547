"""The visible words of a page saved from a browser: one block a line, a row of a data table as cells parted by tabs."""

from __future__ import annotations

import email
import email.policy
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .decode import decode, universal
from .refusals import refuse

_PAGE = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b", re.I | re.S
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_SKIPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "svg",
    "select",
    "button",
    "iframe",
    "object",
    "rt",
    "rp",
)
# What helps to move about the site and is no part of the words.
_AROUND = (
    "nav, [role=navigation], [hidden], .pagination, .pager, .pages, .page-nav, .breadcrumb, #pagination, #pager"
    ", [style*='display:none'], [style*='display: none']"
)
_AROUND_AT_MOST = 2000
_CELL_AT_MOST = 400
_SPAN_AT_MOST = 40
# A line break of the source between two signs is no space unless both are Latin.
_BROKEN = re.compile(r"[ \t\f]*\n[ \t\n\f]*")


def is_page(text: str) -> bool:
    """Whether a text begins as an HTML page does."""
    return bool(_PAGE.match(text))


def decode_page(data: bytes, name: str) -> str:
    """A page's bytes as text, by the character set that it names, or else by what its bytes are."""
    said = _CHARSET.search(data[:4096])
    if said:
        label = said.group(1).decode("ascii").lower()
        label = "gb18030" if label in ("gb2312", "gbk", "gb_2312-80", "gb18030") else label
        try:
            return universal(data.decode(label))
        except (UnicodeDecodeError, LookupError):
            pass
    return universal(decode(data, name)[0])


def saved_page(data: bytes, name: str) -> tuple[str, list[str]]:
    """(words, remarks) of a page saved as one file (.mht, .mhtml)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "text/plain"):
            inside = part.get_payload(decode=True) or b""
            said = part.get_content_charset()
            try:
                text = universal(inside.decode(said)) if said else decode_page(inside, name)
            except (UnicodeDecodeError, LookupError):
                text = decode_page(inside, name)
            return words_of_page(text) if part.get_content_type() == "text/html" else (text, [])
    raise refuse("file.no-words", name)


def words_of_page(text: str) -> tuple[str, list[str]]:
    """(words, remarks) of a page given as text."""
    tree = LexborHTMLParser(text)
    for tag in _SKIPPED:
        for node in tree.css(tag):
            node.decompose()
    around = _drop_around(tree)
    layout = _layout_tables(tree)
    pieces: list[str] = []
    stack: list[tuple[LexborNode, bool, bool]] = [(tree.root, False, False)] if tree.root else []
    while stack:
        node, closing, kept = stack.pop()
        tag = node.tag
        if closing:
            pieces.append("\n")
        elif tag == "-text":
            pieces.append(node.text_content or "" if kept else _spaced(node.text_content or ""))
        elif tag == "br":
            pieces.append("\n")
        elif tag == "table" and node.mem_id not in layout:
            pieces.append("\n" + "\n".join(_rows(node)) + "\n")
        else:
            if tag in _BLOCKS:
                pieces.append("\n")
                stack.append((node, True, kept))
            kept = kept or tag == "pre"
            stack.extend((child, False, kept) for child in reversed(_children(node)))
    lines = (line.rstrip(" \t") if "\t" in line else line.strip(" ") for line in "".join(pieces).split("\n"))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
    if not around:
        return words, []
    return words, [
        f"网页的导航、分页和隐藏部分共 {around} 字没有取"
        f" | {around} characters of navigation, page numbers and hidden parts were left out"
    ]


def _children(node: LexborNode) -> list[LexborNode]:
    children, child = [], node.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _spaced(text: str) -> str:
    text = _BROKEN.sub(lambda gap: _gap(text, gap), text) if "\n" in text else text
    return re.sub(r"[ \t\f]+", " ", text)


def _gap(text: str, gap: re.Match) -> str:
    before, after = text[gap.start() - 1 : gap.start()], text[gap.end() : gap.end() + 1]
    wide = (before and before > "\u2e7f") or (after and after > "\u2e7f")
    return "" if wide else " "


def _drop_around(tree: LexborHTMLParser) -> int:
    """Takes navigation and hidden parts out of the tree; how many signs they had. A long one is rather the report."""
    dropped = 0
    for node in tree.css(_AROUND):
        size = len(re.sub(r"\s", "", node.text()))
        if size <= _AROUND_AT_MOST:
            dropped += size
            node.decompose()
    return dropped


def _layout_tables(tree: LexborHTMLParser) -> set[int]:
    """Tables that only place things on the page: those with a table, or a whole text, in a cell, or with one column."""
    layout: set[int] = set()
    for table in tree.css("table"):
        above = table.parent
        while above is not None and above.mem_id not in layout:
            if above.tag == "table":
                layout.add(above.mem_id)
            above = above.parent
    for table in tree.css("table"):
        if table.mem_id not in layout:
            widths = [len(_cells(row)) for row in table.css("tr")]
            long = any(len(cell.text()) > _CELL_AT_MOST for cell in table.css("td, th"))
            if long or max(widths, default=0) < 2:
                layout.add(table.mem_id)
    return layout


def _cells(row: LexborNode) -> list[LexborNode]:
    return [child for child in _children(row) if child.tag in ("td", "th")]


def _rows(table: LexborNode) -> list[str]:
    """Rows of a data table. A merged cell has its words once, where it begins; the rest of it is empty."""
    lines = [_flat(caption) for caption in table.css("caption")]
    hanging: dict[int, int] = {}
    for row in table.css("tr"):
        cells: list[str] = []
        for cell in _cells(row):
            while hanging.get(len(cells), 0):
                hanging[len(cells)] -= 1
                cells.append("")
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(cells), len(cells) + wide):
                hanging[column] = high - 1
            cells += [_flat(cell)] + [""] * (wide - 1)
        lines.append("\t".join(cells))
    return lines


def _span(cell: LexborNode, name: str) -> int:
    said = (cell.attributes.get(name) or "").strip()
    return min(max(int(said), 1), _SPAN_AT_MOST) if said.isdecimal() else 1


def _flat(node: LexborNode) -> str:
    """The words of a cell on one line; its blocks are parted by a space."""
    pieces: list[str] = []
    stack = [node]
    while stack:
        one = stack.pop()
        if one.tag == "-text":
            pieces.append(_spaced(one.text_content or ""))
            continue
        if (one.tag in _BLOCKS or one.tag == "br") and pieces:
            pieces.append(" ")
        stack.extend(reversed(_children(one)))
    return re.sub(r"[ \t]+", " ", "".join(pieces)).strip(" ")
