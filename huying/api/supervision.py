"""/bulletins, /letters, /reports and /crosschecks: what the pages of supervision do, by the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api import shapes
from huying.api import supervision_shapes as own
from huying.api.asking import act_key, no_record, post_of, wrong
from huying.api.callers import Caller
from huying.api.ledgers import ACT, KEY, READ
from huying.api.problems import Problem, language
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply
from huying.engine import access, bulletins, crosschecks, letters, records, reporting, restatements
from huying.engine import report_periods as periods
from huying.engine import tasks as tasks_
from huying.engine.crosschecks import DIFFERS, Crosschecked, Found
from huying.engine.records import Record

router = Router()
PeriodOf = Annotated[
    str, Query(pattern=r"^(19|20|21)[0-9]{2}-(Q[1-4]|0[1-9]|1[0-2])$", description="2020-Q3 or 2020-09.")
]
OUTCOME = {201: shapes.Outcome, **REFUSALS}


@router.get("/bulletins", auth=READ, response={200: own.Bulletins, **REFUSALS}, tags=["supervision"])
def list_bulletins(request: HttpRequest) -> HttpResponse:
    """Every bulletin, the latest period first; drafts for those who supervise."""
    caller, shower = request.auth, Shower(request.auth)
    _provided(caller, "bulletins")
    return reply({"bulletins": [shower.record(one) for one in bulletins.every(caller.district, caller.actor)]})


@router.get("/bulletins/{code}", auth=READ, response={200: own.Bulletin, **REFUSALS}, tags=["supervision"])
def get_bulletin(request: HttpRequest, code: str) -> HttpResponse:
    """One bulletin: its figures, each line with what it rests on, and what was restated since its issue."""
    caller, shower = request.auth, Shower(request.auth)
    found = _bulletin(caller, code)
    lines, tally = bulletins.read(caller.district, found)
    return reply(
        {
            "bulletin": shower.record(found),
            "summary": shower.say(tally.words),
            "total": tally.total,
            "counts": dict(tally.by),
            "missing": [unit for one in tally.missing if (unit := shower.unit(one))],
            "lines": [_line(shower, one, tally.newly) for one in lines],
            "restated": [_restated(one) for one in restatements.of(caller.district, found)],
        }
    )


@router.post("/bulletins", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def draft_bulletin(request: HttpRequest, body: own.BulletinIn) -> HttpResponse:
    """Begin the bulletin of a period that is over, by what is known now."""
    caller = request.auth
    _provided(caller, "bulletins")
    act = body.act or act_key(request)
    made = bulletins.draft(caller.district, caller.actor, periods.read(body.period), act=act)
    return reply(Shower(caller).outcome(made), 201)


@router.post("/bulletins/{code}/renew", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def renew_bulletin(request: HttpRequest, code: str, body: own.ActOnly) -> HttpResponse:
    """Bring a draft up to what is known now."""
    caller = request.auth
    act = body.act or act_key(request)
    return reply(
        Shower(caller).outcome(bulletins.renew(caller.district, caller.actor, _bulletin(caller, code), act)), 201
    )


@router.post("/bulletins/{code}/issue", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def issue_bulletin(request: HttpRequest, code: str, body: own.IssueIn) -> HttpResponse:
    """Issue a checked bulletin under a number: every line is written down and findings are frozen, all or nothing."""
    caller = request.auth
    act = body.act or act_key(request)
    done = bulletins.issue(caller.district, caller.actor, _bulletin(caller, code), body.number, act=act)
    return reply(Shower(caller).outcome(done), 201)


@router.get("/letters", auth=READ, response={200: own.Letters, **REFUSALS}, tags=["supervision"])
def list_letters(request: HttpRequest, about: str | None = Query(None, max_length=60)) -> HttpResponse:
    """Letters within reach, open ones by their day of reply first; of one matter (`about`), the latest first."""
    caller, shower = request.auth, Shower(request.auth)
    _provided(caller, "letters")
    found = (
        letters.about(caller.district, caller.actor, about) if about else letters.every(caller.district, caller.actor)
    )
    return reply({"letters": [_letter_of(shower, one) for one in found]})


@router.get("/letters/proposed", auth=READ, response={200: own.Proposed, **REFUSALS}, tags=["supervision"])
def propose_letter(
    request: HttpRequest,
    about: str = Query(..., max_length=60, description="The code of a task or of any record."),
    level: str = Query("blue", pattern="^(blue|amber|red)$"),
) -> HttpResponse:
    """The wording of a letter about a task or any record, in the language that is asked for; nothing is written."""
    caller = request.auth
    _provided(caller, "letters")
    matter = letters.matter(caller.district, caller.actor, about)
    if matter is None:
        raise no_record()
    ready = letters.proposed(caller.district, matter, level, language())
    return reply({"values": {name: value for name, value in ready.items() if value not in (None, "")}})


@router.get("/letters/{code}", auth=READ, response={200: own.Letter, **REFUSALS}, tags=["supervision"])
def get_letter(request: HttpRequest, code: str) -> HttpResponse:
    """One letter. Its steps (issue, sign, reply …) are taken as those of any record."""
    return reply(_letter_of(Shower(request.auth), _letter(request.auth, code)))


@router.post("/letters", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def draft_letter(request: HttpRequest, body: own.LetterIn) -> HttpResponse:
    """Draft a letter; it reaches the other side when it is issued."""
    caller = request.auth
    _provided(caller, "letters")
    given = body.model_dump(exclude={"act"}) | {"addressee": post_of(caller, "addressee", body.addressee)}
    given = {name: value for name, value in given.items() if value != ""}
    made = letters.draft(caller.district, caller.actor, given, body.act or act_key(request))
    return reply(Shower(caller).outcome(made), 201)


@router.post("/letters/{code}/escalate", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def escalate_letter(request: HttpRequest, code: str, body: own.EscalateIn) -> HttpResponse:
    """Close a letter and draft the next level, which refers to it: the outcome is the new letter's."""
    caller = request.auth
    act = body.act or act_key(request)
    _former, made = letters.escalate(
        caller.district, caller.actor, _letter(caller, code), body.reply_by, act, language()
    )
    return reply(Shower(caller).outcome(made), 201)


@router.get("/reports", auth=READ, response={200: own.Duties, **REFUSALS}, tags=["supervision"])
def list_reports(request: HttpRequest, period: PeriodOf) -> HttpResponse:
    """What a period asks: of the caller's own office, or of all for those who supervise."""
    caller, shower = request.auth, Shower(request.auth)
    _provided(caller, "claims")
    actor = caller.actor
    if not actor.may("see_drafts") and actor.post is None:
        raise access.Refused("没有$post，没有要报的任务 | Without a $post nothing is asked of you")
    office = None if actor.may("see_drafts") else actor.post.office
    found = reporting.duties(caller.district, actor, periods.read(period), office=office)
    return reply({"period": period, "duties": [_duty(shower, one) for one in found]})


@router.post("/reports", auth=ACT, response=OUTCOME, tags=["supervision"], openapi_extra=KEY)
def send_report(request: HttpRequest, body: own.TaskReportIn) -> HttpResponse:
    """Report on a task for a period, as its lead office; said again it amends what was said."""
    caller = request.auth
    _provided(caller, "claims")
    task = tasks_.one(caller.district, body.task)
    if task is None or not tasks_.may_see(caller.district, caller.actor, task):
        raise no_record()
    given = {name: value for name in ("value", "words") if (value := getattr(body, name)) is not None}
    act = body.act or act_key(request)
    made = reporting.report(caller.district, caller.actor, task, periods.read(body.period), given, act)
    return reply(Shower(caller).outcome(made), 201)


@router.post("/reports/remind", auth=ACT, response={200: own.Reminded, **REFUSALS}, tags=["supervision"])
def remind(request: HttpRequest, body: own.RemindIn) -> HttpResponse:
    """Remind the offices of missing reports, once a day for a task."""
    caller = request.auth
    _provided(caller, "claims")
    if not caller.actor.may("see_drafts"):
        raise access.Refused("这是督查室的工作 | This is for the supervision office")
    period, wanted = periods.read(body.period), set(body.tasks)
    found = [one for one in reporting.duties(caller.district, caller.actor, period) if one.status.task.code in wanted]
    if unknown := sorted(wanted - {one.status.task.code for one in found}):
        shown = "、".join(unknown)[:200]
        raise wrong("tasks", f"这一期没有要报的：{shown} | Nothing is asked in this period of: {shown}")
    done = reporting.remind(caller.district, caller.actor, period, found, language())
    return reply({"reminded": [one.code for one in done if one.refusal is None]})


@router.get("/crosschecks", auth=READ, response={200: own.Crosschecks, **REFUSALS}, tags=["supervision"])
def list_crosschecks(request: HttpRequest) -> HttpResponse:
    """Pairs of numbers that should bear each other out, as they stand, for those who supervise."""
    caller, shower = request.auth, Shower(request.auth)
    found = crosschecks.every(caller.district, caller.actor)
    return reply({"crosschecks": [_checked(shower, one) for one in found]})


def _provided(caller: Caller, what: str) -> None:
    """Raises Problem where no pack in force has it, access.Refused where it is not the caller's to see."""
    name = caller.district.rules.provides.get(what)
    if name is None:
        raise Problem(404, "route.none", "本区没有这项工作 | This district has no such work")
    access.reach_for(caller.district.rules.ledgers[name], caller.actor)


def _bulletin(caller: Caller, code: str) -> Record:
    _provided(caller, "bulletins")
    found = bulletins.one(caller.district, caller.actor, code)
    if found is None:
        raise no_record()
    return found


def _letter(caller: Caller, code: str) -> Record:
    _provided(caller, "letters")
    found = records.by_code(caller.district, caller.actor, letters.ledger(caller.district), code)
    if found is None:
        raise no_record()
    return found


def _letter_of(shower: Shower, one: Record) -> dict[str, Any]:
    return {"letter": shower.record(one), "light": letters.light(one, shower.district.today())}


def _line(shower: Shower, one: bulletins.Line, newly: Sequence[str]) -> dict[str, Any]:
    numbers = {name: _text(getattr(one, name)) for name in ("target", "claim", "evidence", "expected")}
    lines = shower.district.rules.ledgers.get(shower.district.rules.provides.get("bulletin_lines", ""))
    titles = lines.fields["status"].choices if lines else {}
    words = {name: getattr(one, name) for name in ("claim_words", "words", "why", "answer", "as_of")}
    return {
        **numbers,
        **words,
        "task": one.code,
        "title": shower.say(one.title),
        "area": shower.say(one.area),
        "office": shower.unit(one.office),
        "status": one.status,
        "status_title": shower.say(titles.get(one.status) or one.status),
        "found": one.found,
        "evidence_status": one.evidence_status,
        "unit": shower.say(one.unit),
        "newly": one.code in newly,
    }


def _restated(one: restatements.Restated) -> dict[str, Any]:
    return {
        "task": one.line.code,
        "claim": _text(one.line.claim),
        "evidence": _text(one.line.evidence),
        "claim_now": _text(one.claim),
        "evidence_now": _text(one.value),
    }


def _duty(shower: Shower, one: reporting.Duty) -> dict[str, Any]:
    said, before = (claim.values if claim else {} for claim in (one.claim, one.before))
    return {
        "task": one.status.task.code,
        "title": shower.say(one.status.commitment.title),
        "office": shower.unit(one.office),
        "state": one.state,
        "why": one.why,
        "evidence": _text(one.value),
        "claim": _text(said.get("value")),
        "claim_words": said.get("words") or "",
        "before_words": before.get("words") or "",
        "reminded": one.reminded,
    }


def _checked(shower: Shower, one: Crosschecked) -> dict[str, Any]:
    check = one.check
    return {
        "name": check.name,
        "group": shower.say(check.group),
        "title": shower.say(check.title),
        "relation": check.relation,
        "verdict": one.verdict,
        "unit": shower.say(one.unit),
        "left": _text(one.left.value),
        "right": _text(one.right.value),
        "difference": _text(one.difference),
        "left_numbers": [_number(shower, each) for each in one.left.found],
        "right_numbers": [_number(shower, each) for each in one.right.found],
        "todo": shower.say(check.do) if one.verdict == DIFFERS else "",
    }


def _number(shower: Shower, one: Found) -> dict[str, Any]:
    return {
        "kind": one.term.what,
        "name": one.term.name,
        "says": shower.say(one.says),
        "value": _text(one.value),
        "unit": shower.say(one.unit),
        "task": one.task,
        "places": [{"document": a, "place": b, "line": c} for a, b, c in one.places],
    }


def _text(value: Any) -> str | None:
    return None if value is None else format(Decimal(value).normalize(), "f")
