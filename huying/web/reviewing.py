"""The review of one document as its pages need it: which readings are asked for, which is at hand, which comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils.safestring import SafeString

from huying.declare.kinds import say
from huying.engine import access, commitments, documents, readings, records, settling, tasks
from huying.engine.clock import new_id
from huying.engine.readings import Line
from huying.engine.records import Record
from huying.reading import Report
from huying.web import recordview, textmarks
from huying.web.words import gettext as _


class Desk:
    """What one person sees of one document. Reads its readings once."""

    def __init__(self, request: HttpRequest, document: Record):
        self.request, self.document = request, document
        self.district, self.actor, self.lang = request.district, request.actor, request.lang
        self.lines = readings.lines(self.district, self.actor, document.id)
        asked = request.POST if request.method == "POST" else request.GET
        self.show = asked.get("show", "") if asked.get("show", "") in self.filters else "todo"
        self.by = "unsure" if asked.get("by") == "unsure" else "text"
        self.asked = asked.get("at", "")

    @cached_property
    def report(self) -> Report:
        return documents.report_in(self.district, self.document)

    @cached_property
    def unread(self) -> list[Line]:
        return readings.unread(self.district, self.document, self.lines)

    @cached_property
    def waiting(self) -> int:
        """Acts that would bring the readings up to what is read now."""
        return readings.waiting(self.district, self.document, self.lines)

    @cached_property
    def filters(self) -> Mapping[str, tuple[str, Callable[[], list[Line]]]]:
        """show -> (title, the readings it shows)."""

        def those(of: Callable[[Line], bool]) -> Callable[[], list[Line]]:
            return lambda: [line for line in self.lines if line.live and of(line)]

        return {
            "todo": (_("没定的"), those(lambda line: not line.settled)),
            "unsure": (_("没把握"), those(lambda line: line.unsure)),
            "accepted": (_("已认可"), those(lambda line: line.state == "accepted")),
            "adopted": (_("已归入任务"), those(lambda line: line.state == "adopted")),
            "dropped": (_("不立项"), those(lambda line: line.state == "dropped")),
            "unread": (_("不再读出"), lambda: self.unread),
            "reworded": (_("新版文字有变"), those(lambda line: line.reworded)),
            "became": (_("已合并、拆分"), lambda: [line for line in self.lines if not line.live]),
            "all": (_("全部"), those(lambda line: True)),
        }

    def filtered(self) -> list[Line]:
        """The readings of the asked filter, in the order of the text or the least sure first."""
        found = self.filters[self.show][1]()
        return sorted(found, key=_sureness) if self.by == "unsure" else found

    @cached_property
    def at(self) -> Line | None:
        """The reading at hand: the asked one, else the first of the filter."""
        asked = next((line for line in self.lines if line.code == self.asked), None)
        return asked or next(iter(self.filtered()), None)

    def beside(self, step: int) -> Line | None:
        """The next (1) or the one before (-1) in the text, among those of the filter."""
        if self.at is None:
            return None
        found = self.filters[self.show][1]()
        here = _place(self.at)
        rest = [one for one in found if one.id != self.at.id and (_place(one) > here) == (step > 0)]
        return (rest[0] if step > 0 else rest[-1]) if rest else None

    def next_unsure(self) -> Line | None:
        """The least sure of those to settle that come after the one at hand, else the least sure of all."""
        found = sorted((line for line in self.lines if line.live and not line.settled), key=_sureness)
        rest = [one for one in found if self.at is None or _sureness(one) > _sureness(self.at)]
        return next((one for one in [*rest, *found] if self.at is None or one.id != self.at.id), None)

    def after(self) -> Line | None:
        """Where to go when the one at hand has been dealt with."""
        if self.by == "unsure":
            return self.next_unsure()
        return self.beside(1) or next((one for one in self.filtered() if self.at is None or one.id != self.at.id), None)

    def url(self, line: Line | None = None, **given: str) -> str:
        """The address of the review with a reading at hand."""
        query = {"at": line.code if line else "", "show": self.show, "by": self.by, **given}
        default = {"show": "todo", "by": "text"}
        kept = {name: value for name, value in query.items() if value and value != default.get(name)}
        return f"{address(self.document)}{'?' + urlencode(kept) if kept else ''}"

    def text(self) -> SafeString:
        """The text with everything marked in it; what is not entered yet as it was read."""
        if not self.lines:
            return textmarks.as_read(self.report, self.lang)
        digest = self.document.values["text_sha256"]
        flow = self.district.rules.flows[documents.ledgers(self.district)[1]]
        shown = [line for line in self.lines if line.of_text == digest]
        return textmarks.of_lines(self.report, shown, flow, self.lang, self.url, self.at.id if self.at else None)

    def head(self) -> dict[str, Any]:
        """What stands above the review and the list alike."""
        live = [line for line in self.lines if line.live]
        return {
            "document": self.document,
            "desk": self,
            "settled": sum(line.settled for line in live),
            "all": len(live),
            "show": self.show,
            "by": self.by,
            "unsure": sum(line.unsure for line in live),
            "another_reader": documents.is_read_by_another(self.document),
            **self.progress(),
        }

    def progress(self) -> dict[str, Any]:
        """How far entering has come. fresh: nobody was asked to read again, so it goes on by itself."""
        total = len(self.report.commitments)
        return {
            "document": self.document,
            "waiting": self.waiting,
            "fresh": bool(self.waiting) and not self.document.values.get("commitments"),
            "total": total,
            "done": max(total - self.waiting, 0),
        }

    def hand(self, problem: str = "", errors: Mapping[str, str] | None = None, typed: Mapping[str, Any] | None = None,
             opened: str = "") -> dict[str, Any]:  # fmt: skip
        """What the pane shows of the reading at hand. typed: what came back with a problem; opened: its form."""
        line = self.at
        shown: dict[str, Any] = {
            **self.head(),
            "line": line,
            "problem": problem,
            "errors": errors or {},
            "opened": opened,
        }
        if line is None:
            return {**shown, "next_url": "", "before_url": "", "unsure_url": ""}
        ledger = self.district.rules.ledgers[documents.ledgers(self.district)[1]]
        found = self.filtered()
        record = next(iter(records.many(self.district, self.actor, ledger.name, [line.id])))
        told = recordview.context(self.request, ledger.name, record)
        every = tasks.flat(tasks.every(self.district, states=(*tasks.DRAFTED, *tasks.COUNTING)))
        task = next((one for one in every if one.id == line.task), None)
        chosen = [one for one in every if one.state in (*tasks.DRAFTED, *tasks.OPEN)]
        now = {
            "short_title": line.title, "measurable": line.measurable, "value": "" if line.value is None else f"{line.value:f}",
            "value_unit": line.value_unit, "comparator": line.comparator, "deadline": line.deadline.isoformat() if line.deadline else "",
            "quote": line.quote, "reason": "", "task": task.code if task else "",
        }  # fmt: skip
        by_id = {one.id: one for one in self.lines}
        return {
            **shown,
            "ledger": ledger,
            "name": ledger.name,
            "history": told["history"],
            "values": now | dict(typed or {}),
            "lost": [(ledger.fields[n].title, text) for n, text in (typed or {}).items() if text]
            if line.state not in readings.OPEN
            else [],
            "labels": {n: [(v, say(t, self.lang)) for v, t in ledger.fields[n].choices.items()] for n in ("measurable", "comparator")},
            "place": next((n for n, one in enumerate(found, 1) if one.id == line.id), 0),
            "found": len(found),
            "next_url": self.url(one) if (one := self.beside(1)) else "",
            "before_url": self.url(one) if (one := self.beside(-1)) else "",
            "unsure_url": self.url(one, by="unsure") if (one := self.next_unsure()) else "",
            "act": new_id(),
            "seen": line.seq,
            "open": line.state in readings.OPEN,
            "may_undo": self._may_undo(line),
            "reasons": _reasons(),
            "tasks": [(one.code, f"{one.code} {say(one.commitment.title, self.lang)}") for one in chosen],
            "task": task,
            "cuts": settling.cuts_of(self.report.text, line) if self._placed(line) else [],
            "neighbours": settling.neighbours(self.lines, line),
            "became": by_id.get(line.became) if line.became else None,
            "made_from": by_id.get(line.made_from) if line.made_from else None,
            "children": [one for one in self.lines if line.id in (one.became, one.made_from)],
            "gone_from_text": not self._placed(line),
            "is_unread": any(one.id == line.id for one in self.unread),
        }  # fmt: skip

    def _placed(self, line: Line) -> bool:
        return line.of_text == self.document.values["text_sha256"]

    def _may_undo(self, line: Line) -> bool:
        return (
            line.settled
            or line.state in ("merged", "parted")
            or (line.live and any(one.became == line.id for one in self.lines))
            or (line.state == "draft" and line.made_from is not None)
        )


def chips(desk: Desk, base: str) -> list[tuple[str, str, int, bool]]:
    """(title, address, how many, whether it is shown now); filters with nothing in them are left out, but for the first."""
    found = []
    for name, (title, lines) in desk.filters.items():
        n = len(lines())
        if n or name in ("todo", "all") or name == desk.show:
            found.append((title, f"{base}?{urlencode({'show': name})}", n, name == desk.show))
    return found


def document_of(request: HttpRequest, code: str) -> Record | None:
    """The document of a code, when it is there and for this person. Raises access.Refused for others than reviewers."""
    documents.acting(request.district, request.actor)
    name, _readings = documents.ledgers(request.district)
    if not access.may_see(request.district.rules.ledgers[name], request.actor):
        return None
    return documents.by_code(request.district, request.actor, code)


def address(document: Record) -> str:
    """Where a document is reviewed."""
    return f"/documents/{document.code}"


def public_tasks(request: HttpRequest, document: Record, found: list[Line]) -> list[tuple[Any, list[Line]]]:
    """(status of a promise in force, its readings in this document) in the order of the text: all that the public sees."""
    by_task: dict[UUID, list[Line]] = {}
    digest = document.values["text_sha256"]
    for line in found:
        if line.state == "adopted" and line.of_text == digest and line.task:
            by_task.setdefault(line.task, []).append(line)
    found_now = commitments.promises(request.district) if by_task else []
    status = {one.task.id: one for top in found_now for one in (top, *top.parts)}
    return [(status[task], lines) for task, lines in by_task.items() if task in status]


def _reasons() -> list[str]:
    """Why readings are mostly set aside; offered beside one's own words."""
    return [_("标题、口号"), _("背景、意义"), _("日常工作"), _("面上要求"), _("前面已有")]


def _sureness(line: Line) -> tuple[Any, ...]:
    return (not line.unsure, line.confidence, line.starts, line.ends, line.code)


def _place(line: Line) -> tuple[Any, ...]:
    return (line.starts, line.ends, line.code)
