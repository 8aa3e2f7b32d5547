"""Reads Chinese government work reports, minutes and instructions: outline, figures, commitments and matters, each with
its place in the text.

    from huying.reading import read
    report = read(Path("报告.docx"))
    for figure in report.figures: print(figure.subject, figure.value, figure.unit)

Pure Python, deterministic: no network, no model, no database.
"""

from .model import READER, Commitment, Figure, Matter, NotAReport, Report, Section, Span, Term
from .output import write
from .reader import read, read_draft

__all__ = [
    "READER",
    "Commitment",
    "Figure",
    "Matter",
    "NotAReport",
    "Report",
    "Section",
    "Span",
    "Term",
    "read",
    "read_draft",
    "write",
]
