"""What was read from a document becomes drafts in the ledger that the packs provide for readings, and stays theirs.

Reading again — by another version of the reader, or in a newer text — replaces what nobody has settled, adds what is
new, and sets apart what is no longer read; what people settled is not touched. The same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from huying.engine import access, database, document_files, documents, rereading
from huying.engine.acts import Act
from huying.engine.documents import BECAME, OPEN, SETTLED, NoLedger
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor, system
from huying.engine.records import Record
from huying.engine.rereading import Piece
from huying.reading import Commitment, Report

__all__ = [
    "BECAME",
    "OPEN",
    "SETTLED",
    "UNSURE",
    "Entered",
    "Line",
    "NoLedger",
    "Progress",
    "bring_up",
    "enter",
    "lines",
    "unread",
]

READINGS = UUID("6f1b6f0e-3c8a-5d0f-9f0a-6a2f4f5c1d10")
BATCH = 100
UNSURE = Decimal("0.8")  # below this confidence a draft is looked at first


@dataclass(frozen=True)
class Line:
    """One reading as the text's marks and the order of the review need it. read_at: `start-end-number` of the stretch
    in `of_text` where the reader read it; empty for what people made. mended: a person changed what was read."""

    id: UUID
    seq: int
    code: str
    state: str
    starts: int
    ends: int
    quote: str
    title: str
    section: str
    confidence: Decimal
    measurable: str
    value: Decimal | None
    value_unit: str
    comparator: str
    deadline: date | None
    deadline_source: str
    lead: str
    strength: str
    rule: str
    reader: str
    read_at: str
    of_text: str
    reworded: bool
    task: UUID | None
    reason: str
    became: UUID | None
    made_from: UUID | None

    @property
    def live(self) -> bool:
        return self.state not in BECAME

    @property
    def settled(self) -> bool:
        return self.state in SETTLED

    @property
    def unsure(self) -> bool:
        """Whether a person should look at it before the others."""
        return self.state == "gone" or self.reworded or (self.state == "draft" and self.confidence < UNSURE)


@dataclass(frozen=True)
class Entered:
    """What became of a document's commitments. refused: (place, sentence `中文 | English`)."""

    document: str
    new: int
    unchanged: int
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Progress:
    """Of bringing a document's readings up to what is read now. taken: acts by step; left: acts still to take."""

    taken: Mapping[str, int]
    left: int
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Todo:
    """One act that brings a reading up. place: where in the text, for whoever is told of a refusal."""

    step: str
    line: Line | None
    answers: Mapping[str, Any]
    place: int


def enter(district: District, report: Report) -> Entered:
    """Enter each commitment of a report as a draft, the document with them; the system's own act. Raises NoLedger."""
    actor = system(district.id)
    documents.ledgers(district)
    handed = documents.hand_in(district, report.text, report.name)
    seen = documents.standing(district, handed.text_sha256)
    record = seen.record if seen else None
    if record is None:
        made = documents.enter(district, actor, handed)
        record = documents.get(district, actor, made.record)
    if seen and not seen.current:
        return Entered(record.values["title"], 0, len(lines(district, actor, record.id)))
    progress = bring_up(district, actor, record, most=len(report.commitments) * 2 + BATCH)
    known = len(lines(district, actor, record.id))
    new = progress.taken.get("read", 0)
    return Entered(record.values["title"], new, known - new, progress.refused)


def lines(district: District, actor: Actor, document: UUID) -> list[Line]:
    """Every reading of a document in the order of the text, whatever became of it. Raises access.Refused."""
    _, name = documents.ledgers(district)
    table = district.tables[name]
    same = ("starts", "ends", "quote", "section", "confidence", "measurable", "value", "value_unit", "comparator", "deadline",
            "deadline_source", "lead", "strength", "rule", "reader", "read_at", "of_text", "reworded", "task", "reason",
            "became", "made_from")  # fmt: skip
    names = {"title": "short_title", **dict(zip(same, same, strict=True))}
    chosen = ", ".join(f"{table.column(field)} as {key}" for key, field in names.items())
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.rows(
            f"select id, seq, code, state, {chosen} from {table.name} where district = %s and {table.column('document')} = %s "
            f"and not hidden order by {table.column('starts')}, {table.column('ends')}, code",
            [district.id, document],
        )
    return [_line(row) for row in rows]


def unread(district: District, document: Record, found: Sequence[Line]) -> list[Line]:
    """What is no longer read: drafts that were set apart, and settled readings that today's reader does not find in
    today's text. For a person to look at; nothing is done to the settled ones."""
    report = documents.report_in(district, document)
    pairs = _pairs(district, document, report, found)
    return [
        line
        for line in found
        if line.live and line.read_at and (line.state == "gone" or (line.settled and line.id not in pairs))
    ]


def bring_up(
    district: District, actor: Actor, document: Record, most: int = BATCH, known_at: datetime | None = None
) -> Progress:
    """Take at most so many of the acts that bring the readings of a document to what is read now.

    Interrupted or repeated it goes on where it stopped. Raises access.Refused.
    """
    _, name = documents.ledgers(district)
    done_by = documents.acting(district, actor)
    report = documents.report_in(district, document)
    todo = _plan(district, document, report, lines(district, system(district.id), document.id))
    taken: dict[str, int] = {}
    refused: list[tuple[int, str]] = []
    for first in range(0, min(most, len(todo)), BATCH):
        some = todo[first : min(first + BATCH, most)]
        acts: list[tuple[Todo, Act]] = []
        for one in some:
            clean, problems = documents.cleaned(district, district.rules.ledgers[name], one.answers)
            if problems:
                refused.append((one.place, documents.say_first(problems)))
                continue
            act = _act(district, name, document, report, done_by, one, clean)
            acts.append((one, replace(act, known_at=known_at)))
        for (one, _), outcome in zip(acts, take_steps(district, [act for _, act in acts]), strict=True):
            if outcome.refusal:
                refused.append((one.place, outcome.refusal.sentence))
            elif not outcome.again:
                taken[one.step] = taken.get(one.step, 0) + 1
    left = max(len(todo) - most, 0)
    if not left:
        documents.mark_read(district, actor, document, known_at)
    return Progress(taken, left, tuple(refused))


def waiting(district: District, document: Record, found: Sequence[Line]) -> int:
    """How many acts would bring these readings up to what is read now."""
    return len(_plan(district, document, documents.report_in(district, document), found))


def marks(report: Report) -> list[str]:
    """`start-end-number` of each commitment; the number tells apart those that share one stretch."""
    seen: dict[tuple[int, int], int] = {}
    found = []
    for read in report.commitments:
        stretch = (read.start, read.end)
        found.append(f"{read.start}-{read.end}-{seen.setdefault(stretch, 0)}")
        seen[stretch] += 1
    return found


def _plan(district: District, document: Record, report: Report, found: Sequence[Line]) -> list[Todo]:
    digest, names = document.values["text_sha256"], marks(report)
    pairs = _pairs(district, document, report, found)
    todo: list[Todo] = []
    taken = set(pairs.values())
    for line in found:
        n = pairs.get(line.id)
        current = line.of_text == digest
        if n is None:
            if line.state == "draft" and line.read_at:
                todo.append(Todo("lose", line, {}, line.starts))
            elif not current and line.live and line.of_text:
                todo += _placed(line, report, None, "", digest)
            continue
        if line.state in ("draft", "gone"):
            if line.state == "gone" or not (current and line.reader == report.reader and line.read_at == names[n]):
                step = "reread" if line.state == "draft" else "find"
                answers = _answers(report.commitments[n], digest, names[n])
                todo.append(Todo(step, line, answers, report.commitments[n].start))
        elif not current:
            todo += _placed(line, report, report.commitments[n], names[n], digest)
    for n, read in enumerate(report.commitments):
        if n not in taken:
            answers = {"document": document.id, **_answers(read, digest, names[n])}
            todo.append(Todo("read", None, answers, read.start))
    return todo


def _placed(line: Line, report: Report, read: Commitment | None, mark: str, digest: str) -> list[Todo]:
    """Where a settled reading stands in a newer text: its own words where they are, else what it was matched with;
    nothing where neither is."""
    if line.state in ("gone", "withdrawn"):
        return []
    near = read.start if read else line.starts
    start = rereading.find(report.text, line.quote, near)
    if start is not None and (read is None or abs(start - near) <= len(line.quote) + 200):
        where = {
            "quote": line.quote,
            "starts": start,
            "ends": start + len(line.quote),
            "reworded": line.reworded or None,
        }
    elif read is not None:
        where = {"quote": read.quote[:2000], "starts": read.start, "ends": read.end, "reworded": True}
    else:
        return []
    about = {"section": read.section[:120]} if read else {}
    return [Todo("place", line, {**where, **about, "read_at": mark or None, "of_text": digest}, where["starts"])]


def _pairs(district: District, document: Record, report: Report, found: Sequence[Line]) -> dict[UUID, int]:
    """Reading -> index of the commitment that it is now. Only what the reader once read can be one."""
    digest, names = document.values["text_sha256"], {mark: n for n, mark in enumerate(marks(report))}
    pairs: dict[UUID, int] = {}
    for line in found:  # the common case, without comparing anything
        if line.of_text == digest and line.reader == report.reader and line.read_at in names:
            pairs[line.id] = names[line.read_at]
    used = set(pairs.values())
    new = [n for n in range(len(report.commitments)) if n not in used]
    pieces = [_piece_of(report.commitments[n]) for n in new]
    by_text: dict[str, list[Line]] = {}
    for line in found:
        if line.read_at and line.id not in pairs and line.state != "withdrawn":
            by_text.setdefault(line.of_text, []).append(line)
    for of_text, some in sorted(by_text.items(), key=lambda one: one[0] != digest):
        free = [place for place, n in enumerate(new) if n not in used]
        among = [pieces[place] for place in free]
        text = report.text if of_text == digest else document_files.text(district.id, of_text)
        old = [_piece_as_read(line, text) for line in some]
        matched = (
            rereading.same_text(old, among)
            if of_text == digest
            else rereading.other_text(old, among, len(text), len(report.text))
        )
        for o, place in matched.items():
            pairs[some[o].id] = new[free[place]]
            used.add(new[free[place]])
    return pairs


def _piece_of(read: Commitment) -> Piece:
    return Piece(read.start, read.end, read.quote, read.title, read.section)


def _piece_as_read(line: Line, text: str) -> Piece:
    """What the reader read, whatever a person made of it since."""
    start, end, _ = (int(part) for part in line.read_at.split("-"))
    return Piece(start, end, text[start:end], line.title, line.section)


def _act(
    district: District,
    ledger: str,
    document: Record,
    report: Report,
    actor: Actor,
    one: Todo,
    answers: Mapping[str, Any],
) -> Act:
    digest, mark = document.values["text_sha256"], one.answers.get("read_at") or ""
    if one.line is None:
        key = uuid5(READINGS, f"{district.id}:{document.id}:{digest}:{report.reader}:{mark}")
        return Act(ledger, one.step, actor, {n: v for n, v in answers.items() if v is not None}, act=key)
    key = uuid5(READINGS, f"{one.line.id}:{one.line.seq}:{one.step}:{digest}:{report.reader}:{mark}")
    return Act(ledger, one.step, actor, answers, one.line.id, key, one.line.seq)


def _answers(read: Commitment, digest: str, mark: str) -> dict[str, Any]:
    """One commitment as answers."""
    return {
        "section": read.section[:120],
        "starts": read.start,
        "ends": read.end,
        "quote": read.quote[:2000],
        "short_title": read.title[:200],
        "measurable": read.measurable,
        "value": read.value,
        "value_unit": read.unit[:20],
        "comparator": read.comparator,
        "lead": read.lead[:120],
        "strength": read.strength[:20],
        "deadline": read.deadline,
        "deadline_source": read.deadline_source[:40],
        "confidence": Decimal(str(round(read.confidence, 4))),
        "rule": read.rule[:60],
        "reader": read.reader,
        "read_at": mark,
        "of_text": digest,
    }


def _line(row: Mapping[str, Any]) -> Line:
    numbers = {"starts": row["starts"] or 0, "ends": row["ends"] or 0, "confidence": row["confidence"] or Decimal(0)}
    texts = (
        "deadline_source",
        "lead",
        "strength",
        "rule",
        "quote",
        "title",
        "section",
        "measurable",
        "value_unit",
        "comparator",
        "reader",
        "read_at",
        "of_text",
        "reason",
    )
    return Line(**{**row, **numbers, **{name: row[name] or "" for name in texts}, "reworded": bool(row["reworded"])})
