"""Supervision letters: one letter for one matter, drafted with its wording ready, escalated from level to level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import say
from huying.engine import access, commitments, dispatch, documents, pace, places, records, report_periods, tasks
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.commitments import Status
from huying.engine.decide import StepRefused
from huying.engine.flows import take_all, take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

LEVELS = ("blue", "amber", "red")
OPEN = ("draft", "issued", "signed", "in_hand", "replied")
WAITING = ("issued", "signed", "in_hand")  # for the office
FIELDS = ("level", "category", "about", "title", "facts", "demand", "addressee", "copy_to", "reply_by")
DAYS = {"ordinary": 7, "week": 7, "month": 30}  # until the reply, where nobody says otherwise
_STOP = {"zh": "。", "en": "."}
_TITLE = {"zh": "关于“{}”的督办", "en": "Supervision: {}"}
_GAP_TITLE = {"zh": "关于“{}”申报与佐证不符的督办", "en": "Claim and records differ: {}"}
_DEMAND = {
    "zh": "请核查情况、落实整改，并按时回复。",
    "en": "Look into the matter, put it right, and reply in time.",
}
_GAP = {
    "zh": "{period}申报 {claim}，佐证 {evidence}，相差 {gap}；{words}。",
    "en": "{period}: {claim} claimed, {evidence} by the records, a difference of {gap}; {words}.",
}
_UNDONE = {"zh": "{} 至今未办结。", "en": "{} is still not done. "}
_GAP_DEMAND = {
    "zh": "请逐家核对差额，补录未入账的记录或更正申报，并按时回复。",
    "en": "Go through the difference, enter the records that are missing or amend the claim, and reply in time.",
}


@dataclass(frozen=True)
class Matter:
    """What a letter is about: a task, or a record of any ledger. title: `中文 | English`; post: whose it is; None where nobody's."""

    code: str
    title: str
    ledger: str
    record: UUID
    post: int | None
    status: Status | None = None


def ledger(district: District) -> str | None:
    """Full name of the ledger of letters; None where no pack in force provides one."""
    return district.rules.provides.get("letters")


def every(district: District, actor: Actor, limit: int = 200) -> list[Record]:
    """The letters within the actor's reach: open ones by their day of reply, then the others, latest first."""
    name = ledger(district)
    if name is None or not access.may_see(district.rules.ledgers[name], actor):
        return []
    found = records.page(district, actor, name, sort="known_at", limit=limit, count=False).records
    return sorted(found, key=lambda one: (one.state not in OPEN, one.values.get("reply_by") or date.max))


def about(district: District, actor: Actor, code: str) -> list[Record]:
    """The letters about one matter within the actor's reach, the latest first."""
    name = ledger(district)
    if name is None or not access.may_see(district.rules.ledgers[name], actor):
        return []
    return records.page(district, actor, name, filters={"about": code}, limit=50, count=False).records


def light(letter: Record, today: date) -> str:
    """green: struck off; red: late or escalated; amber: two days or less; grey: nothing is due."""
    if letter.state == "cleared":
        return "green"
    if letter.state == "escalated":
        return "red"
    by = letter.values.get("reply_by")
    if letter.state not in WAITING or by is None:
        return "grey"
    return "red" if by < today else "amber" if (by - today).days <= 2 else "grey"


def matter(district: District, actor: Actor, code: str) -> Matter | None:
    """The task or record that has this code, within the actor's reach; None where there is none."""
    task = tasks.one(district, code)
    if "\0" in code:
        return None
    if task is not None and tasks.may_see(district, actor, task):
        status = commitments.status(district, actor, code)
        return Matter(code, status.commitment.title, tasks.ledger(district), task.id, task.post or None, status)
    for name, one in district.rules.ledgers.items():
        if code.startswith(one.code.partition("{")[0]) and access.may_see(one, actor):
            found = records.by_code(district, actor, name, code)
            if found is not None:
                return Matter(
                    code,
                    f"{say(one.title)} {code} | {say(one.title, 'en')} {code}",
                    name,
                    found.id,
                    _lead(district, found),
                )
    return None


def _lead(district: District, record: Record) -> int | None:
    """The task contact of the office whose record it is, where there is one; else the post responsible."""
    posts = dispatch.posts(district, places.tree(district.id, district.today()))
    own = posts.by_id.get(record.post)
    office = posts.tree.get(record.office)
    contact = posts.select(f"{office.code}:task_lead", 0) if office and office.code else None
    return (contact or own).id if contact or own else None


def proposed(district: District, one: Matter, level: str = "blue", lang: str = "zh") -> dict[str, Any]:
    """A letter with its wording ready, in the language of whoever drafts it: field -> value."""
    given: dict[str, Any] = {
        "level": level,
        "category": "week",
        "about": one.code,
        "title": _TITLE[lang].format(say(one.title, lang)[:60])[:120],
        "facts": "",
        "demand": _DEMAND[lang],
        "addressee": one.post,
        "reply_by": district.today() + timedelta(days=DAYS["week"]),
    }
    status = one.status
    if status is None:
        return given
    given["copy_to"] = status.commitment.leader[:80] or None
    given["facts"] = f"{say(status.standing.words, lang)}{_STOP[lang]}"
    gap = status.difference
    if gap:
        given["title"] = _GAP_TITLE[lang].format(say(one.title, lang)[:60])[:120]
        given["facts"] = _GAP[lang].format(
            period=say(report_periods.title(status.claim.values.get("period") or ""), lang),
            claim=pace.shown(status.claim.values["value"]),
            evidence=pace.shown(status.value),
            gap=pace.shown(gap),
            words=say(status.standing.words, lang),
        )[:600]
        given["demand"] = _GAP_DEMAND[lang]
    return given


def draft(district: District, actor: Actor, given: Mapping[str, Any], act: UUID | None = None) -> Outcome:
    """Draft a letter. given: FIELDS, as typed; `about` is the code of a task or of any record.

    Raises StepRefused: what is wrong with each field, no such matter, or a letter about it already.
    """
    name = ledger(district)
    answers, wrong = documents.cleaned(
        district, district.rules.ledgers[name], {key: given[key] for key in FIELDS if key in given}
    )
    one = matter(district, actor, answers.get("about") or "")
    if "about" not in wrong and one is None:
        wrong["about"] = (
            "没有这个编号的任务或记录；请照编号填写 | There is no task or $record with this code; write it as it stands"
        )
    if wrong:
        raise StepRefused("letter.wrong", next(iter(wrong.values())), wrong)
    if one.ledger == tasks.ledger(district):
        answers["task"] = one.record
    return take_step(district, Act(name, "draft", actor, answers, act=act or new_id()))


def escalate(
    district: District, actor: Actor, letter: Record, reply_by: date, act: UUID | None = None, lang: str = "zh"
) -> tuple[Outcome, Outcome]:
    """The next level, drafted with a reference to this letter, which is closed by it; both or neither.

    Returns the outcomes on the former and on the new one. Raises StepRefused.
    """
    name, act = letter.ledger.name, act or new_id()
    doer = commitments.acting(actor, district)
    level = LEVELS[min(LEVELS.index(letter.values["level"]) + 1, len(LEVELS) - 1)]
    kept = {key: letter.values.get(key) for key in (*FIELDS, "task") if letter.values.get(key) is not None}
    named = letter.values.get("number") or letter.code
    facts = f"{_UNDONE[lang].format(named)}{letter.values.get('facts') or ''}"[:600]
    answers = {**kept, "level": level, "reply_by": reply_by, "facts": facts, "former": letter.id}
    former, made = take_all(
        district,
        [
            Act(name, "escalate", doer, {}, letter.id, act, seen=letter.seq),
            Act(name, "draft", actor, answers, act=uuid5(act, "next")),
        ],
    )
    return former, made
