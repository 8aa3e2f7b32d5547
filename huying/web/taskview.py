"""What pages about tasks share: a task in a row, a finding in words, who may write letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import access, letters, pace, report_periods, tasks
from huying.engine.commitments import Status
from huying.engine.report_periods import Period
from huying.web.words import gettext as _

FINDING_LIGHTS = {
    "done": "green done",
    "ahead": "green",
    "on_pace": "green",
    "behind": "red",
    "hard": "red",
}


def row(request: HttpRequest, status: Status) -> dict[str, Any]:
    """What a row of the board and the page share."""
    promise = status.commitment
    office = request.tree.by_code.get(promise.lead)
    return {
        "status": status,
        "promise": promise,
        "words": say(status.standing.words, request.lang),
        "title": say(promise.title, request.lang),
        "milestone": pace.milestone(promise, status.asked),
        "parts": [row(request, part) for part in status.parts],
        "office": office.name(request.lang) if office else promise.lead,
        "assisting": [
            unit.name(request.lang) if (unit := request.tree.by_code.get(code)) else code for code in promise.assist
        ],
        "pace": say(pace.TITLES[status.standing.status], request.lang),
        "deadline": pace.deadline(promise, status.asked),
        "found": finding(request, status.finding) if status.finding else None,
        "next_day": status.calendar.day,
        "next_value": status.calendar.then,
        "last_of_evidence": status.evidence.end - timedelta(days=1) if status.evidence else None,
    }


def finding(request: HttpRequest, record: Any) -> dict[str, Any]:
    """A finding in words: what, who, when, why."""
    declared = record.ledger.fields.get("status")
    value = record.values.get("status")
    return {
        "record": record,
        "status": say(declared.choices.get(value, str(value)), request.lang) if declared and value else "—",
        "light": FINDING_LIGHTS.get(str(value), "grey"),
    }


def plain(status: str) -> str:
    """What a finding says, for everyone: no word of an office."""
    return {
        "not_due": _("还没到该完成的时候"),
        "ahead": _("比计划快"),
        "on_pace": _("按计划进行"),
        "behind": _("比计划慢，正在督促"),
        "done": _("已经完成"),
        "unmeasured": _("正在进行，还不能用数来量"),
        "hard": _("遇到困难，完成有难度"),
        "adjusted": _("目标作了调整"),
        "ended": _("不再进行"),
    }.get(status, status)


def may_write_letters(request: HttpRequest) -> bool:
    """Whether the actor may draft a supervision letter."""
    name = letters.ledger(request.district)
    return name is not None and bool(access.first_steps(request.district, request.actor, name))


def is_contact(request: HttpRequest) -> bool:
    """Whether the actor's post is one to which tasks are sent."""
    name, role = tasks.ledger(request.district), request.actor.role
    table = request.district.rules.dispatch.get(name or "")
    return role is not None and table is not None and any(row.lead.endswith(f":{role.name}") for row in table.rows)


def report_url(request: HttpRequest, status: Status) -> str:
    """Where the actor's office reports on its own task; empty where it is not theirs, or not in hand."""
    post = request.actor.post
    if post is None or status.task.office != post.office or status.task.state not in tasks.OPEN:
        return ""
    return f"/tasks/{status.task.code}/report"


def period(request: HttpRequest) -> tuple[Period, str]:
    """(the period that ?period= names, else the quarter that is reported now; what is wrong with the name)."""
    given = request.POST.get("period", "") or request.GET.get("period", "")
    now = report_periods.reported(request.district.today())
    if not given:
        return now, ""
    try:
        return report_periods.read(given), ""
    except ValueError as wrong:
        return now, say(str(wrong), request.lang)


def periods(request: HttpRequest, here: Period) -> list[tuple[str, str, bool]]:
    """(name, title, whether it is this one) of the periods that are offered: two quarters, two months, and `here`."""
    today = request.district.today()
    quarter, month = report_periods.of(today), report_periods.of(today, False)
    some = {one.name: one for one in (quarter, quarter.before, month, month.before, here)}
    return [(name, say(one.title, request.lang), name == here.name) for name, one in some.items()]


def status_title(name: str, lang: str) -> str:
    """The word for a status of evidence or of a finding."""
    more = {"hard": _("完成有困难"), "adjusted": _("目标调整"), "ended": _("终止")}
    return more.get(name) or say(pace.TITLES[name], lang)
