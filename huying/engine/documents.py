"""Documents that were read: their text kept whole and their file as it came, both sealed, and the record that names them.

A document is one record through all its versions: a newer text is a step on it, the older one stays in its history and
among the sealed files. What was read from it is in readings.py, what people make of that in settling.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import PurePath
from typing import Any
from uuid import UUID

import huying.reading
from huying.declare.kinds import Ledger
from huying.engine import access, database, document_files, people, places, records, rereading, values
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.reading import READER, Report
from huying.reading.reader import read_text

LIKE_ENOUGH = 0.5  # of two texts, from which the newer may be a version of the older
OPEN = ("draft", "gone", "accepted")  # states in which a person may still change what a reading says
SETTLED = ("accepted", "adopted", "dropped")
BECAME = ("merged", "parted", "withdrawn")  # what they became stands in their place
LOOKED_AT = 30  # documents that a new one is compared with


class NoLedger(Exception):
    """No pack in force provides a ledger for documents and one for readings. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Handed:
    """What was handed in, before it is anybody's record. file: the bytes as they came; None for text that was pasted."""

    text: str
    name: str
    report: Report
    text_sha256: str
    file_sha256: str | None = None
    pasted: bool = False


@dataclass(frozen=True)
class Seen:
    """A document that holds the same words already. current: they are its present text, not one of an older version."""

    record: Record
    current: bool


def ledgers(district: District) -> tuple[str, str]:
    """Full names of the ledgers for documents and for readings. Raises NoLedger."""
    provided = district.rules.provides
    if "documents" not in provided or "readings" not in provided:
        raise NoLedger(
            "生效的规则包里没有放文件和读数的$ledger | No pack in force provides $ledgers for documents and readings; "
            "put `supervision` in force"
        )
    return provided["documents"], provided["readings"]


def hand_in(district: District, source: bytes | str, name: str) -> Handed:
    """Read what was handed in, and seal it: text and file stay in the data folder from now on.

    Raises NotAReport (code, sentence) for what is no report, and OSError when the disk takes no more.
    """
    read = huying.reading.read(source, name)
    text, name = read.text, read.name
    digest = document_files.keep(district.id, text.encode("utf-8", "surrogatepass"))
    file_digest = document_files.keep(district.id, source) if isinstance(source, bytes) else None
    return Handed(text, name, report_of(district.id, digest, name), digest, file_digest, isinstance(source, str))


def handed_again(district: District, text_sha256: str, file_sha256: str | None, name: str) -> Handed:
    """What was handed in a moment ago, by its digests. Raises FileNotFoundError when it has been swept since."""
    text = document_files.text(district.id, text_sha256)
    return Handed(text, name, report_of(district.id, text_sha256, name), text_sha256, file_sha256, file_sha256 is None)


@lru_cache(maxsize=8)
def report_of(district: int, text_sha256: str, name: str) -> Report:
    """The text as the reader of today reads it; always the same for one text, so kept."""
    return read_text(document_files.text(district, text_sha256), name)


def report_in(district: District, record: Record) -> Report:
    """A document's present text as the reader reads it."""
    return report_of(
        district.id, record.values["text_sha256"], record.values.get("file_name") or record.values["title"]
    )


def title_of(report: Report) -> str:
    """One name for a document whatever its file is called: year, place and title, or the file's name."""
    title = report.title or PurePath(report.name).stem
    before = "".join(part for part in (report.place,) if part and part not in title)
    year = f"{report.year} 年" if report.year and str(report.year) not in title else ""
    return f"{year}{before}{title}"[:120]


def standing(district: District, text_sha256: str) -> Seen | None:
    """The document that holds these very words, now or in an older version; None where none does."""
    name, _ = ledgers(district)
    table = district.tables[name]
    column = table.column("text_sha256")
    with database.writing(district.id) as query:
        row = query.row(
            f"select id, current from (select id, true as current, known_at from {table.name} where district = %s and {column} = %s "
            f"and state <> 'removed' and not hidden union all select id, false, known_at from {table.name}_h where district = %s "
            f"and {column} = %s and not hidden) x order by current desc, known_at desc limit 1",
            [district.id, text_sha256, district.id, text_sha256],
        )
    found = records.many(district, people.system(district.id), name, [row["id"]]) if row else []
    return Seen(found[0], row["current"]) if found and row and found[0].state != "removed" else None


def like(district: District, handed: Handed) -> list[tuple[Record, float]]:
    """Documents of which this may be a newer version, the likest first, with how much of their words is the same."""
    name, _ = ledgers(district)
    kind = _kind(district.rules.ledgers[name], handed.report)
    page = records.page(district, people.system(district.id), name, sort="opened_at", limit=LOOKED_AT, count=False)
    found = []
    for record in page.records:
        if record.state == "removed" or record.values.get("kind") != kind:
            continue
        try:
            share = rereading.same_words(document_files.text(district.id, record.values["text_sha256"]), handed.text)
        except (OSError, ValueError):
            continue
        if share >= LIKE_ENOUGH:
            found.append((record, share))
    return sorted(found, key=lambda one: -one[1])


def enter(
    district: District, actor: Actor, handed: Handed, act: UUID | None = None, known_at: datetime | None = None
) -> Outcome:
    """Make the document's record. Raises StepRefused (record.twice where these words stand already)."""
    name, _ = ledgers(district)
    report = handed.report
    answers = {
        "title": title_of(report),
        "kind": _kind(district.rules.ledgers[name], report),
        "place": report.place[:60],
        "year": str(report.year) if report.year and 1000 <= report.year <= 9999 else None,
        **_about(handed),
    }
    return _take(district, actor, name, "enter", answers, act=act, known_at=known_at)


def renew(
    district: District, actor: Actor, record: Record, handed: Handed, seen: int | None = None, act: UUID | None = None
) -> Outcome:
    """Take a newer text for a document in review. Raises StepRefused."""
    return _take(district, actor, record.ledger.name, "renew", _about(handed), record, seen, act)


def mark_read(district: District, actor: Actor, record: Record, known_at: datetime | None = None) -> Outcome | None:
    """Note that the reader of today has read the document; None when it is noted already."""
    report = report_in(district, record)
    if record.values.get("reader") == report.reader and record.values.get("commitments") == len(report.commitments):
        return None
    answers = {"reader": report.reader, "commitments": len(report.commitments)}
    return _take(district, actor, record.ledger.name, "reread", answers, record, known_at=known_at)


def public(district: District, code: str) -> Record | None:
    """A document that was published, by its code; None for any other."""
    name = district.rules.provides.get("documents")
    found = records.find_id(district, name, code) if name and "\0" not in code else None
    shown = records.many(district, people.system(district.id), name, [found]) if name and found else []
    return shown[0] if shown and shown[0].state == "published" else None


def published(district: District) -> list[Record]:
    """All documents that are published, the latest first."""
    name = district.rules.provides.get("documents")
    if name is None:
        return []
    return records.page(
        district, people.system(district.id), name, filters={"state": "published"}, limit=100, count=False
    ).records


def tally(district: District, actor: Actor, only: Sequence[UUID] | None = None) -> dict[UUID, dict[str, int]]:
    """Document -> state -> how many of its readings are in it, of all documents or of some. Raises access.Refused."""
    _, name = ledgers(district)
    table = district.tables[name]
    document, among = table.column("document"), "and {} = any(%s)" if only is not None else ""
    found: dict[UUID, dict[str, int]] = {}
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.tuples(
            f"select {document}, state, count(*) from {table.name} where district = %s and not hidden {among.format(document)} group by 1, 2",
            [district.id, *([list(only)] if only is not None else [])],
        )
    for one, state, n in rows:
        found.setdefault(one, {})[state] = n
    return found


def counted(states: Mapping[str, int]) -> tuple[int, int]:
    """(settled, all) of a document's readings by state; what became another stands in it and is not counted twice."""
    return sum(states.get(state, 0) for state in SETTLED), sum(n for state, n in states.items() if state not in BECAME)


def drafts(district: District, actor: Actor) -> list[dict[str, Any]]:
    """[{document, code, settled, all}] of documents with readings to settle, for those who may see drafts; else nothing."""
    if "documents" not in district.rules.provides or not actor.may("see_drafts"):
        return []
    name, readings = ledgers(district)
    if not access.may_see(district.rules.ledgers[readings], actor):
        return []
    states = {one: counts for one, counts in tally(district, actor).items() if "draft" in counts or "gone" in counts}
    if not states:
        return []
    return [
        {
            "document": record.values["title"],
            "code": record.code,
            **dict(zip(("settled", "all"), counted(states[record.id]), strict=True)),
        }
        for record in records.many(district, actor, name, list(states))
    ]


def is_read_by_another(record: Record) -> bool:
    """Whether a reader of another version read the document last."""
    return bool(record.values.get("reader")) and record.values["reader"] != READER


def acting(district: District, actor: Actor) -> Actor:
    """The engine itself, at this person's word: for steps that only the engine takes. Raises access.Refused when the
    person may not settle readings."""
    _, readings = ledgers(district)
    if actor.via != "system":
        ledger = district.rules.ledgers[readings]
        if not access.may_see(ledger, actor) or not actor.may("see_drafts"):
            raise access.Refused("这本$ledger不在您的$post范围内 | This $ledger is not for your $post")
    return replace(people.system(district.id), person=actor.person, post=actor.post, name=actor.name)


def cleaned(district: District, ledger: Ledger, given: Mapping[str, Any]) -> tuple[dict[str, Any], values.Problems]:
    """(values, problems) of answers to a ledger's fields; texts that are too long are cut by the caller."""
    return values.clean(
        district.rules,
        ledger,
        given,
        places.tree(district.id, district.today()),
        None,
        district.calendar.tz,
        lambda name, code: records.find_id(district, name, code),
    )


def _kind(ledger: Ledger, report: Report) -> str:
    """The ledger's own word for what the reader takes the document for."""
    return report.kind if report.kind in ledger.fields["kind"].choices else "other"


def _about(handed: Handed) -> dict[str, Any]:
    return {
        "characters": len(handed.text),
        "commitments": 0,
        "reader": handed.report.reader,
        "file_name": None if handed.pasted else PurePath(handed.name).name[:120],
        "file_sha256": handed.file_sha256,
        "text_sha256": handed.text_sha256,
    }


def _take(
    district: District,
    actor: Actor,
    ledger: str,
    step: str,
    answers: Mapping[str, Any],
    record: Record | None = None,
    seen: int | None = None,
    act: UUID | None = None,
    known_at: datetime | None = None,
) -> Outcome:
    clean, problems = cleaned(district, district.rules.ledgers[ledger], answers)
    if problems:
        raise StepRefused("step.asks", say_first(problems), problems)
    done_by = acting(district, actor)
    return take_step(
        district,
        Act(ledger, step, done_by, clean, record.id if record else None, act or new_id(), seen, known_at=known_at),
    )


def say_first(problems: Mapping[str, str]) -> str:
    """The first of several problems, `中文 | English`."""
    return next(iter(problems.values()))


def get(district: District, actor: Actor, record: UUID) -> Record | None:
    """A document by its id, as this actor sees it; None where it is not for them. Raises access.Refused."""
    name, _ = ledgers(district)
    return next(iter(records.many(district, actor, name, [record])), None)


def by_code(district: District, actor: Actor, code: str) -> Record | None:
    """A document by its code, as this actor sees it; None where it is not for them. Raises access.Refused."""
    name, _ = ledgers(district)
    found = records.find_id(district, name, code) if "\0" not in code else None
    return get(district, actor, found) if found else None
