"""The XML parts of a workbook, read with the place of every element in their bytes, so that a part can be changed in a
few places and stay as it was in all others.

A part is never written anew from a tree: that would lose prefixes, order and what a library does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_ATTRIBUTE = rb"""\s%s\s*=\s*(?:"[^"]*"|'[^']*')"""
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
Edit = tuple[int, int, bytes]  # from, to, what stands there instead


class Unreadable(ValueError):
    """A part that is no XML that an office program writes: another encoding, entities of its own, an open tag."""


@dataclass
class Element:
    """One element. name: without its prefix; start to end: its bytes; inside: from the end of its first tag."""

    name: str
    attributes: dict[str, str]
    start: int
    inside: int
    end: int = 0
    empty: bool = False  # closed by its first tag


def walk(data: bytes, opened: Callable[[Element, int], None], closed: Callable[[Element, int], None]) -> str:
    """Tell every element as it opens and closes, with its depth (0 for the outermost); the prefix of the outermost.

    Raises Unreadable.
    """
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if (
        declared
        and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
        or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    ):
        raise Unreadable("not in UTF-8")
    parser = expat.ParserCreate("utf-8")
    stack: list[Element] = []
    prefix = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal prefix
        place = parser.CurrentByteIndex
        tag = _TAG.match(data, place)
        if tag is None:
            raise Unreadable("a tag that does not end")
        if not stack:
            prefix = name.rpartition(":")[0]
        one = Element(name.rpartition(":")[2], attributes, place, tag.end(), empty=tag[0].endswith(b"/>"))
        stack.append(one)
        opened(one, len(stack) - 1)

    def end(_name: str) -> None:
        one = stack.pop()
        one.end = one.inside if one.empty else data.index(b">", parser.CurrentByteIndex) + 1
        closed(one, len(stack))

    def refuse(*_: object) -> None:
        raise Unreadable("it declares types or entities")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(str(error)) from None
    return prefix


def elements(data: bytes, deepest: int) -> tuple[list[tuple[int, Element]], str]:
    """(depth, element) down to a depth, in order of their beginnings; and the prefix of the outermost."""
    found: list[tuple[int, Element]] = []

    def opened(one: Element, depth: int) -> None:
        if depth <= deepest:
            found.append((depth, one))

    prefix = walk(data, opened, lambda *_: None)
    return found, prefix


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; edits do not overlap."""
    pieces, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        pieces += [data[at:start], text]
        at = end
    return b"".join([*pieces, data[at:]])


def without(tag: bytes, *names: str) -> bytes:
    """A first tag without these attributes."""
    for name in names:
        tag = re.sub(_ATTRIBUTE % name.encode(), b"", tag)
    return tag


def with_attributes(tag: bytes, **values: str | int) -> bytes:
    """A first tag with these attributes set."""
    tag = without(tag, *values)
    close = b"/>" if tag.endswith(b"/>") else b">"
    more = "".join(f' {name}="{value}"' for name, value in values.items())
    return tag[: -len(close)].rstrip() + more.encode() + close
