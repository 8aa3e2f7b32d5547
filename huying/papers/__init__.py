"""Papers as files: a neutral model of an official document, written as docx, xlsx, html and pdf.

Nothing here knows the database or Django. The same model gives the same bytes, so that a digest of a paper means something.
"""

from __future__ import annotations

from huying.papers import as_docx, as_html, as_pdf, as_xlsx
from huying.papers.model import Paper

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}
_WRITERS = {"docx": as_docx.write, "xlsx": as_xlsx.write, "html": as_html.write, "pdf": as_pdf.write}


def write(paper: Paper, kind: str) -> bytes:
    """The paper as a file. kind: one of KINDS. Raises as_pdf.NoFont (`中文 | English`) where a pdf lacks Chinese type."""
    return _WRITERS[kind](paper)
