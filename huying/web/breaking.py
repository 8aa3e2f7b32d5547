"""The workbench as its page needs it: suggestions by section on the left, tasks by area on the right, what was done last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import breaking_down, documents, drafting, tasks
from huying.engine.breaking_down import Proposal
from huying.engine.clock import new_id
from huying.engine.drafting import Deed
from huying.engine.readings import Line
from huying.engine.tasks import Task
from huying.engine.workbench import Bench
from huying.web.words import gettext as _

DEEDS, KEPT = "breakdown_deeds", 30  # the session's deeds that can be taken back, the last of all documents


@dataclass
class Card:
    """A suggestion: what it is, in words, and the readings that it is about. apart: what they only look like, and why."""

    key: str
    kind: str
    words: str
    lines: list[Line]
    apart: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Section:
    """What stands under one heading. mine: how many suggestions are taken by one key."""

    path: str
    title: str
    cards: list[Card] = field(default_factory=list)
    settled: list[tuple[Line, str]] = field(default_factory=list)  # with what became of it, in words


@dataclass
class Row:
    """A task on the right, with its readings of this document and its parts."""

    task: Task
    lines: list[Line]
    hint: str
    parts: list[Row] = field(default_factory=list)


def context(request: HttpRequest, bench: Bench, problem: str = "", said: str = "", typed: Mapping[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """All that the page shows. typed: what came back with a problem."""
    every, adopted, dropped, undecided = bench.counts
    show = "settled" if request.GET.get("show") == "settled" or request.POST.get("show") == "settled" else "todo"
    typed = typed or {}
    ready = [one for one in bench.proposals if one.kind in ("ready", "idle")]
    return {
        "document": bench.document,
        "base": f"/tasks/breakdown/{bench.document.code}",
        "every": every, "adopted": adopted, "dropped": dropped, "undecided": undecided,
        "sections": sections(request, bench, show),
        "areas": areas(request, bench),
        "ledger": tasks.ledger(bench.district),
        "show": show,
        "ready": len(ready),
        "ready_tasks": len({one.task for one in ready if one.task}),
        "last": last(request, bench),
        "reasons": [_("标题、口号"), _("背景、意义"), _("日常工作"), _("面上要求"), _("前面已有")],
        "ticked": set(typed.get("reading", ())), "ticked_tasks": set(typed.get("task", ())),
        "typed_title": typed.get("title", ""), "typed_reason": typed.get("reason", ""),
        "problem": problem,
        "said": said,
        "entering": len(documents.report_in(bench.district, bench.document).commitments) > len(bench.lines),
        "act": new_id(),
        "menu_kind": bench.document.values.get("kind"),
    }  # fmt: skip


def sections(request: HttpRequest, bench: Bench, show: str) -> list[Section]:
    """Suggestions, or what is settled, under the headings of the text."""
    found: dict[str, Section] = {}

    def under(line: Line) -> Section:
        return found.setdefault(line.section, Section(line.section, bench.area(line)))

    if show == "settled":
        for line in bench.live:
            if line.state in ("adopted", "dropped"):
                under(line).settled.append((line, _became(bench, line)))
        return list(found.values())
    for one in bench.proposals:
        lines = [bench.by_code[key] for key in one.keys]
        under(lines[0]).cards.append(
            Card(one.keys[0], one.kind, _words(request, bench, one), lines, _apart(request, bench, one))
        )
    return list(found.values())


def _became(bench: Bench, line: Line) -> str:
    if line.state == "dropped":
        return _("不立项：%(why)s") % {"why": line.reason}
    task = bench.by_id.get(line.task)
    return f"{task.code} {task.values['title']}" if task else ""


def areas(request: HttpRequest, bench: Bench) -> list[tuple[str, list[Row]]]:
    """The tasks that have to do with this document, drafts first of all, by policy area."""
    found: dict[str, list[Row]] = {}
    mine = bench.document.id

    def concerns(task: Task) -> bool:
        return (
            task.id in bench.held or task.values.get("document") == mine or any(concerns(part) for part in task.parts)
        )

    def row(task: Task) -> Row:
        hint = request.tree.get(task.values.get("lead_hint")) if task.values.get("lead_hint") else None
        parts = [row(part) for part in task.parts if part.state not in ("absorbed", "dropped")]
        return Row(task, bench.held.get(task.id, []), hint.name(request.lang) if hint else "", parts)

    for task in bench.every:
        if task.state not in ("absorbed", "dropped") and concerns(task):
            found.setdefault(say(task.values.get("area") or "", request.lang) or _("其他"), []).append(row(task))
    return list(found.items())


def _words(request: HttpRequest, bench: Bench, one: Proposal) -> str:
    """A suggestion in words."""
    if one.kind == "ready":
        declared = bench.district.rules.commitments[one.task]
        known = bench.ready_made.get(one.task)
        title = say(declared.title, request.lang)
        parent = bench.district.rules.commitments.get(declared.parent)
        if parent:
            title = f"{say(parent.title, request.lang)} › {title}"
        if known and known.state not in ("absorbed", "dropped"):
            return _("规则包：归入 %(code)s %(title)s") % {"code": known.code, "title": title}
        return _("规则包：立为 %(title)s") % {"title": title}
    if one.kind == "idle":
        return _("规则包：不立项——%(why)s") % {"why": say(one.why, request.lang)}
    if one.kind == "join":
        return _("归入 %(code)s %(title)s：%(why)s") % {
            "code": one.task, "title": bench.tasks[one.task].values["title"], "why": say(one.why, request.lang),
        }  # fmt: skip
    if one.kind == "together":
        note = breaking_down.note([bench.said[key] for key in one.keys])
        return _("合成一项：%(why)s") % {"why": say(one.why, request.lang)} + (
            f"。{note}" if note and request.lang == "zh" else ""
        )
    return _("单独立项")


def _apart(request: HttpRequest, bench: Bench, one: Proposal) -> list[tuple[str, str]]:
    """[(the other reading's words, why it is another thing)], each said once."""
    told = {}
    for key in one.keys:
        for other, why in bench.apart.get(key, ()):
            told.setdefault(bench.by_code[other].title, say(why, request.lang))
    return list(told.items())[:3]


def remember(request: HttpRequest, bench: Bench, deed: Deed) -> None:
    """Keep what was done, so that the last of it can be taken back."""
    kept = request.session.get(DEEDS, [])
    request.session[DEEDS] = [*kept, [bench.document.code, asdict(deed)]][-KEPT:]


def last(request: HttpRequest, bench: Bench) -> Deed | None:
    """What this person did last on this document."""
    mine = [deed for code, deed in request.session.get(DEEDS, []) if code == bench.document.code]
    return _deed(mine[-1]) if mine else None


def forget(request: HttpRequest, bench: Bench) -> None:
    """The last deed was taken back."""
    kept = list(request.session.get(DEEDS, []))
    at = next((n for n in reversed(range(len(kept))) if kept[n][0] == bench.document.code), None)
    if at is not None:
        del kept[at]
        request.session[DEEDS] = kept


def told(deed: Deed) -> str:
    """A deed in words."""
    words = {
        "accept": _("已接受：立 %(made)s 项，归入或定下 %(moved)s 条"), "make": _("已立为 %(codes)s"), "part": _("已立为子项 %(codes)s"),
        "add": _("已归入，%(moved)s 条"), "drop": _("不立项，%(moved)s 条"), "release": _("%(moved)s 条重新待定"),
        "merge": _("%(gone)s 已并入 %(into)s"), "set_aside": _("%(gone)s 不立项，句子放回待定"), "undo": _("已撤销"),
    }  # fmt: skip
    filled = {
        "made": len(deed.made),
        "moved": len(deed.moved),
        "codes": "、".join(deed.made),
        "gone": "、".join(deed.gone),
        "into": deed.into,
    }
    return words[deed.kind] % filled


def _deed(kept: Mapping[str, Any]) -> Deed:
    pairs: Sequence[str] = ("moved", "nested", "dropped")
    return drafting.Deed(
        **{
            **kept,
            **{name: tuple(tuple(one) for one in kept[name]) for name in pairs},
            "made": tuple(kept["made"]),
            "gone": tuple(kept["gone"]),
        }
    )


def packs_ready(request: HttpRequest) -> list[dict[str, Any]]:
    """[{pack, title, all, tasks, there, readings: (all, in tasks, set aside, undecided)}] of packs that have tasks ready."""
    district, found = request.district, {}
    made = tasks.of_declared(tasks.every(district, states=tasks.ALL)) if tasks.ledger(district) else {}
    taken = {name for name, task in made.items() if task.state != "dropped"}
    for name, one in district.rules.commitments.items():
        pack = found.setdefault(
            name.partition(".")[0], {"tasks": 0, "parts": 0, "there": 0, "names": [], "readings": []}
        )
        pack["parts" if one.parent else "tasks"] += 1
        pack["there"] += name in taken and not one.parent
        pack["names"].append(name)
        pack["readings"] += one.readings
    documents = {reading.document: name for name, pack in found.items() for reading in pack["readings"]}
    for reading in district.rules.readings:
        if not reading.task and reading.document in documents:
            found[documents[reading.document]]["readings"].append(reading)
    for name, pack in found.items():
        adopted = sum(one.task in taken for one in pack["readings"] if one.task)
        dropped = sum(not one.task for one in pack["readings"])
        every = len(pack["readings"])
        pack |= {"pack": name, "title": say(district.rules.packs[name].title, request.lang) if name in district.rules.packs else name,
                 "counts": (every, adopted, dropped, every - adopted - dropped)}  # fmt: skip
    return list(found.values())
