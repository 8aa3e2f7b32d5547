"""What was read from a document becomes drafts in the ledger that the packs provide for readings.

The same file again changes nothing: an act's id is made from the text's digest and the place in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import NEW, SYSTEM, Ledger
from huying.engine import database, flows, people, places, records, values
from huying.engine.acts import Act
from huying.engine.packs import District
from huying.reading import Commitment, Report

READINGS = UUID("6f1b6f0e-3c8a-5d0f-9f0a-6a2f4f5c1d10")
BATCH = 200


class NoLedger(Exception):
    """No pack in force provides a ledger for readings. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Entered:
    """What became of a document's commitments. refused: (place, sentence `中文 | English`)."""

    document: str
    new: int
    unchanged: int
    refused: tuple[tuple[int, str], ...] = ()


def enter(district: District, report: Report) -> Entered:
    """Enter each commitment of a report as a draft. Raises NoLedger."""
    name = district.rules.provides.get("readings")
    flow = district.rules.flows.get(name or "")
    step = next((s for s in flow.open_steps(NEW) if SYSTEM in s.by), None) if flow else None
    if name is None or step is None:
        raise NoLedger(
            "生效的规则包里没有放草稿的$ledger | No pack in force provides a ledger for readings; put `supervision` in force"
        )
    ledger, document = district.rules.ledgers[name], document_name(report)
    digest = hashlib.sha256(report.text.encode()).hexdigest()
    acts: dict[UUID, tuple[int, Mapping[str, Any]]] = {}
    for read in report.commitments:
        acts[uuid5(READINGS, f"{district.id}:{digest}:{read.start}:{read.end}")] = (read.start, _answers(document, read))
    with database.writing(district.id) as query:
        known = query.tuples("select act from hy.event where district = %s and act = any(%s)", [district.id, list(acts)])
    for (act,) in known:
        acts.pop(act)
    actor, tree = people.system(district.id), places.tree(district.id, district.today())
    refused: list[tuple[int, str]] = []
    todo: list[tuple[int, Act]] = []
    for key, (place, given) in acts.items():
        clean, problems = _clean(district, ledger, given, tree)
        if problems:
            refused.append((place, next(iter(problems.values()))))
        else:
            answers = {field: value for field, value in clean.items() if field in step.asks}
            todo.append((place, Act(name, step.name, actor, answers, act=key)))
    new = unchanged = 0
    for first in range(0, len(todo), BATCH):
        batch = todo[first : first + BATCH]
        for (place, _), outcome in zip(batch, flows.take_steps(district, [act for _, act in batch]), strict=True):
            if outcome.refusal:
                refused.append((place, outcome.refusal.sentence))
            elif outcome.again:
                unchanged += 1
            else:
                new += 1
    return Entered(document, new, len(known) + unchanged, tuple(refused))


def document_name(report: Report) -> str:
    """One name for a document whatever its file is called: year, place and title, or the file's name."""
    title = report.title or report.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    before = "".join(part for part in (report.place,) if part and part not in title)
    year = f"{report.year} 年" if report.year and str(report.year) not in title else ""
    return f"{year}{before}{title}"[:120]


def _answers(document: str, read: Commitment) -> dict[str, Any]:
    """One commitment as answers; what the ledger does not have is left out by `_clean`."""
    return {
        "document": document,
        "section": read.section[:120],
        "starts": read.start,
        "ends": read.end,
        "quote": read.quote[:2000],
        "short_title": read.title[:200],
        "measurable": read.measurable,
        "value": read.value,
        "value_unit": read.unit[:20],
        "comparator": read.comparator,
        "strength": read.strength[:20],
        "deadline": read.deadline,
        "deadline_source": read.deadline_source[:40],
        "rule": read.rule[:60],
        "reader": read.reader,
    }


def _clean(
    district: District, ledger: Ledger, given: Mapping[str, Any], tree: places.Tree
) -> tuple[dict[str, Any], values.Problems]:
    asked = {field: value for field, value in given.items() if field in ledger.fields}
    return values.clean(
        district.rules,
        ledger,
        asked,
        tree,
        None,
        district.calendar.tz,
        lambda name, code: records.find_id(district, name, code),
    )
