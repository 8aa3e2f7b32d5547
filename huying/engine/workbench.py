"""The workbench: a document's readings beside the tasks that are made of them, and what could become of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from huying.engine import breaking_down, consulting, documents, places, readings, tasks
from huying.engine.breaking_down import Proposal, Ready, Said
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.readings import OPEN, Line
from huying.engine.records import Record
from huying.engine.tasks import Task
from huying.reading import explain

CHANGEABLE = ("draft", "consulting", "objected", "heard")  # states in which a task may still be merged and filled
SOURCES = {"report": "work_report", "minutes": "minutes", "instruction": "instruction", "other": "superior"}
COMPARATORS = {"gt": "ge", "ge": "ge", "le": "le", "lt": "le", "eq": "eq", "approx": "eq"}
OTHERS = "其他 | Other"
_SOURCES = {"section": "section.source"}  # where a deadline was read -> its word in huying.reading.explain
_NUMBERED = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*")  # what stands before a heading


@dataclass
class Bench:
    """A document's readings and all tasks, read once: one statement each."""

    district: District
    actor: Actor
    document: Record
    lines: list[Line] = field(default_factory=list)
    every: list[Task] = field(default_factory=list)

    @cached_property
    def live(self) -> list[Line]:
        return [line for line in self.lines if line.live]

    @cached_property
    def undecided(self) -> list[Line]:
        return [line for line in self.live if line.state in OPEN]

    @cached_property
    def by_code(self) -> dict[str, Line]:
        return {line.code: line for line in self.live}

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """code -> task or part, in whatever state."""
        return {task.code: task for task in tasks.flat(self.every)}

    @cached_property
    def by_id(self) -> dict[UUID, Task]:
        return {task.id: task for task in self.tasks.values()}

    @cached_property
    def held(self) -> dict[UUID, list[Line]]:
        """task -> its readings in this document."""
        found: dict[UUID, list[Line]] = {}
        for line in self.live:
            if line.state == "adopted" and line.task:
                found.setdefault(line.task, []).append(line)
        return found

    @cached_property
    def counts(self) -> tuple[int, int, int, int]:
        """(all, in tasks, set aside, undecided)."""
        states: dict[str, int] = {}
        for line in self.live:
            states[line.state] = states.get(line.state, 0) + 1
        return breaking_down.counts(states)

    @cached_property
    def text(self) -> str:
        return documents.report_in(self.district, self.document).text

    @cached_property
    def said(self) -> dict[str, Said]:
        """code -> a reading as it is compared."""
        digest, starts = self.document.values["text_sha256"], _line_starts(self.text)
        return {line.code: _said(line, digest, starts, self.by_id) for line in self.live}

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What could become of each undecided reading."""
        found = tuple(self.said[line.code] for line in self.undecided)
        settled = tuple(one for one in self.said.values() if one.task and self.tasks[one.task].state in CHANGEABLE)
        return list(_proposed(found, settled, self._ready(found)))

    @cached_property
    def apart(self) -> Mapping[str, list[tuple[str, str]]]:
        return _near(tuple(self.said.values()))

    @cached_property
    def ready_made(self) -> dict[str, Task]:
        """Full name of what a pack has ready -> the task made of it, in whatever state."""
        return tasks.of_declared(self.every)

    def area(self, line: Line) -> str:
        """The heading under which a reading stands: the area of a task that is made of it."""
        report = documents.report_in(self.district, self.document)
        found = next((one.title for one in report.outline if one.path == line.section), "")
        return (_NUMBERED.sub("", found).strip("，。；：:、 \u3000") or OTHERS)[:60]

    def proposal(self, key: str) -> Proposal | None:
        return next((one for one in self.proposals if one.keys[0] == key), None)

    def _ready(self, found: Sequence[Said]) -> tuple[Ready, ...]:
        """What packs have settled of this document: of each document that they name, where they know a good part of it."""
        if not found:
            return ()
        return next((some for some in _by_document(self.district) if _is_about(tuple(self.said.values()), some)), ())


def bench(district: District, actor: Actor, document: Record) -> Bench:
    """What is on the workbench. Raises access.Refused."""
    documents.acting(district, actor)
    found = readings.lines(district, actor, document.id)
    return Bench(district, actor, document, found, tasks.every(district, states=tasks.ALL))


def answers_of(found: Bench, lines: Sequence[Line], title: str = "") -> dict[str, Any]:
    """What readings say, as the fields of a task: the stricter wording governs, and its note says so."""
    said = [found.said[line.code] for line in lines]
    by = lines[said.index(breaking_down.governing(said))]
    days = [line.deadline for line in lines if line.deadline]
    report = documents.report_in(found.district, found.document)
    tree = places.tree(found.district.id, found.district.today())
    lead = next((unit for line in (by, *lines) if (unit := consulting.office_named(tree, line.lead))), None)
    about = "原文为“约”" if by.comparator == "approx" else ""
    answers = {
        "title": (title.strip() or by.title or by.quote)[:120],
        "area": found.area(lines[0]),
        "source_kind": SOURCES.get(found.document.values.get("kind") or "other", "superior"),
        "document": found.document.id,
        "basis": (report.number or found.document.values["title"])[:60],
        "place": "；".join(dict.fromkeys(line.section for line in lines if line.section))[:120],
        "words": "；".join(dict.fromkeys(line.quote for line in lines))[:1000],
        "lead_hint": lead.id if lead else None,
        "comparator": COMPARATORS.get(by.comparator, "ge") if by.value is not None else None,
        "target": by.value,
        "target_unit": by.value_unit or ("个" if by.value is not None else None),
        "measure_note": (breaking_down.note(said) or about)[:200],
        "strength": explain.say(by.strength) if by.strength != "plain" else None,
        "deadline": min(days) if days else None,
        "deadline_source": explain.say(_SOURCES.get(by.deadline_source, by.deadline_source))[:60] if days else None,
    }
    return {name: value for name, value in answers.items() if value not in (None, "")}


def _said(line: Line, digest: str, starts: Sequence[int], by_id: Mapping[UUID, Task]) -> Said:
    task = by_id.get(line.task) if line.state == "adopted" and line.task else None
    return Said(
        line.code,
        line.title or line.quote,
        line.value,
        line.value_unit,
        line.comparator,
        line.strength,
        line.section,
        bisect_right(starts, line.starts) if line.of_text == digest else 0,
        task.code if task else "",
    )


def _line_starts(text: str) -> list[int]:
    return [0, *(n + 1 for n, sign in enumerate(text) if sign == "\n")]


@lru_cache(maxsize=16)
def _proposed(found: tuple[Said, ...], settled: tuple[Said, ...], ready: tuple[Ready, ...]) -> tuple[Proposal, ...]:
    return tuple(breaking_down.propose(found, settled, ready))


@lru_cache(maxsize=16)
def _near(found: tuple[Said, ...]) -> Mapping[str, list[tuple[str, str]]]:
    return breaking_down.near(found)


@lru_cache(maxsize=32)
def _is_about(found: tuple[Said, ...], ready: tuple[Ready, ...]) -> bool:
    return breaking_down.is_about(found, ready)


def _by_document(district: District) -> list[tuple[Ready, ...]]:
    found: dict[str, list[Ready]] = {}
    for one in district.rules.readings:
        value = Decimal(one.value) if one.value else None
        found.setdefault(one.document, []).append(
            Ready(one.id, one.says, value, one.unit, one.line, one.task, one.reason, one.note)
        )
    return [tuple(some) for some in found.values()]
