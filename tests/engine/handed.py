"""Documents handed in and their readings, as the tests of reading and of settling need them."""

from __future__ import annotations

import dataclasses

from huying.engine import (
    documents,
    readings,
    records,
)
from huying.reading import read, reader
from tests.engine.papers import PAPER
from tests.engine.small import actor_of

DOCUMENT, READING = "supervision.document", "supervision.reading"
TOTAL = len(read(PAPER, "报告.txt").commitments)  # however many the reader of today finds


def hand_in(town, text=PAPER, name="报告.txt"):
    """The document of a text, all its drafts entered."""
    supervisor = actor_of(town, "ducha")
    outcome = documents.enter(town, supervisor, documents.hand_in(town, text.encode(), name))
    record = documents.get(town, supervisor, outcome.record)
    while readings.bring_up(town, supervisor, record).left:
        pass
    return documents.get(town, supervisor, record.id)


def lines_of(town, document):
    return readings.lines(town, actor_of(town, "ducha"), document.id)


def line_of(town, document, words, state=None):
    return next(
        line for line in lines_of(town, document) if words in line.title and state in (None, line.state) and line.live
    )


def history_of(town, line):
    record = records.get(town, actor_of(town, "ducha"), READING, line.id)
    return [(entry.step, entry.person) for entry in records.history(town, record)]


def renew(town, document, text):
    supervisor = actor_of(town, "ducha")
    documents.renew(town, supervisor, document, documents.hand_in(town, text, "新版.txt"))
    document = documents.get(town, supervisor, document.id)
    progress = readings.bring_up(town, supervisor, document)
    return documents.get(town, supervisor, document.id), progress


def other_reader(monkeypatch, drop=(), add=None, version="9.9"):
    """The reader as a later version of itself: it no longer reads what holds `drop`, and reads `add` besides."""
    read = reader.read_text

    def later(text, name):
        report = read(text, name)
        kept = [c for c in report.commitments if not any(word in c.quote for word in drop)]
        if add:
            start = text.index(add)
            kept.append(
                dataclasses.replace(kept[0], start=start, end=start + len(add), quote=add, title=add, figures=[])
            )
        report.commitments = [dataclasses.replace(c, title=f"{c.title}。", reader=version) for c in kept]
        report.reader = version
        return report

    monkeypatch.setattr(documents, "read_text", later)
    monkeypatch.setattr(documents, "READER", version)
    documents.report_of.cache_clear()
