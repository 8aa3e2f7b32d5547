"""A text as a Word document with comments beside its words, as an office passes a draft round."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Pt

from huying.papers.fixed import zipped
from huying.papers.model import FONTS, LATIN, clean

MARKS = {"green": WD_COLOR_INDEX.BRIGHT_GREEN, "red": WD_COLOR_INDEX.PINK, "amber": WD_COLOR_INDEX.YELLOW, "": None}


@dataclass(frozen=True)
class Piece:
    """A stretch of words; comment: what stands beside it, empty for none; mark: one of MARKS."""

    text: str
    comment: str = ""
    mark: str = ""


def write(title: str, summary: Sequence[str], paragraphs: Sequence[Sequence[Piece]], author: str) -> bytes:
    """The document: a title, lines of a summary, then the paragraphs with their comments."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONTS["body"])
    document.add_heading(clean(title), 1)
    for line in summary:
        document.add_paragraph(clean(line))
    for pieces in paragraphs:
        paragraph = document.add_paragraph()
        for piece in pieces:
            run = paragraph.add_run(clean(piece.text))
            if colour := MARKS.get(piece.mark):
                run.font.highlight_color = colour
            if piece.comment:
                document.add_comment(run, clean(piece.comment), author=author, initials=author[:2])
    data = io.BytesIO()
    document.save(data)
    return zipped(data.getvalue())
