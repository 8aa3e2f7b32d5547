"""Office files are zip archives of XML: opened with limits, so that a small file cannot fill the memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.etree import ElementTree

from .refusals import refuse

UNPACKED_MB = 64
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, RuntimeError, ValueError)


class Archive:
    """An open archive. Its parts are read within the limit; `name` is the file's, for refusals."""

    def __init__(self, data: bytes, name: str):
        self.name = name
        self.left = UNPACKED_MB * 2**20
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED:
            raise refuse("file.damaged", name, why="zip") from None
        self.parts = set(self.zip.namelist())

    def bytes_of(self, part: str) -> bytes:
        """A part unpacked. Raises NotAReport: file.bomb, file.encrypted, file.damaged."""
        try:
            about = self.zip.getinfo(part)
            if about.flag_bits & 1:
                raise refuse("file.encrypted", self.name)
            # The archive gives no more of a part than it declares, so the declared size is the bound.
            self.left -= about.file_size
            if self.left < 0:
                raise refuse("file.bomb", self.name, limit=UNPACKED_MB)
            return self.zip.read(part)
        except _DAMAGED as error:
            raise refuse("file.damaged", self.name, why=part) from error

    def tree(self, part: str) -> ElementTree.Element:
        """A part as XML. One that declares entities is refused: no office program writes them."""
        data = self.bytes_of(part)
        if b"<!ENTITY" in data.replace(b"\x00", b""):
            raise refuse("file.damaged", self.name, why=part)
        try:
            return ElementTree.fromstring(data)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise refuse("file.damaged", self.name, why=part) from error


def bare(name: str) -> str:
    """A tag or an attribute without its namespace: the transitional and the strict kind of a format differ only there."""
    return name.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str, otherwise: str = "") -> str:
    """An attribute by its bare name."""
    return next((value for key, value in element.attrib.items() if bare(key) == name), otherwise)


def child(element: ElementTree.Element | None, *names: str) -> ElementTree.Element | None:
    """The element at a path of bare names, each the first of its name; None when there is none."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if bare(one.tag) == name), None)
    return element
