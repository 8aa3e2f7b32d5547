"""Drafts on their way to be issued, many at once: sent for comment, heard, approved, issued. All or none, each that is
refused named with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import say
from huying.engine import dispatch, people, places, records, tasks
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import refusals, take_all
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Entry
from huying.engine.tasks import Task

SAID = ("agree", "remark", "object", "no_answer")  # steps by which an office answers
RULED = ("reassign", "keep")
SPLIT = re.compile(r"[、，,；;/\s]+")


@dataclass(frozen=True)
class Heard:
    """What offices said of one draft since it was sent last. waiting: offices that were asked and have not answered.

    objection  the last objection, and the ruling on it where there is one
    """

    answers: tuple[Entry, ...] = ()
    waiting: tuple[int, ...] = ()
    objection: Entry | None = None
    ruling: Entry | None = None


class Several(StepRefused):
    """Several acts were asked at once and some are refused, so none was taken. each: code -> sentence `中文 | English`."""

    def __init__(self, each: Mapping[str, str]):
        zh = "；".join(f"{code}：{say(sentence)}" for code, sentence in each.items())
        en = "; ".join(f"{code}: {say(sentence, 'en')}" for code, sentence in each.items())
        super().__init__("tasks.several", f"都没有办，先改好这几项——{zh} | Nothing was done; mend these first: {en}")
        self.each = dict(each)


def heard(district: District, found: Sequence[Task]) -> dict[UUID, Heard]:
    """task -> what was said of it. Two statements, whatever their number. For drafters, who see all of it."""
    if not found:
        return {}
    drafters = people.system(district.id)
    some = records.many(district, drafters, tasks.ledger(district), [task.id for task in found])
    told = records.histories(district, some)
    offices = {
        post.id: post.office
        for post in dispatch.posts(district, places.tree(district.id, district.today())).by_id.values()
    }
    return {task.id: _heard(task, told.get(task.id, ()), offices) for task in found}


def send(
    district: District, actor: Actor, chosen: Sequence[Task], lead: int | None = None, act: UUID | None = None
) -> list[Outcome]:
    """Send drafts for comment: to the office `lead` (a post), or each to the office that is suggested for it.

    Raises Several: a draft without a suggestion, an office without a post for it, and whatever the flow refuses.
    """
    tree = places.tree(district.id, district.today())
    posts = dispatch.posts(district, tree)
    more: dict[str, dict[str, Any]] = {}
    lacking: dict[str, str] = {}
    for task in chosen:
        office = tree.get(task.values.get("lead_hint")) if task.values.get("lead_hint") else None
        chief = posts.by_id.get(lead) if lead else post_of(district, posts, office)
        if chief is None:
            lacking[task.code] = (
                f"{office.name()}没有接任务的$post | {office.name('en')} has no $post for tasks"
                if office
                else "还没有建议牵头单位，请先填或在上面选一个 | No lead office is suggested; fill it in, or choose one above"
            )
            continue
        assist = tuple(
            post.id
            for unit in assisting(district, tree, task)
            if (post := post_of(district, posts, unit)) and post.id != chief.id
        )
        more[task.code] = {"lead": chief.id, "assist": assist}
    if lacking:
        raise Several(lacking)
    return _take(district, actor, "send", chosen, {}, act, more)


def approve(
    district: District, actor: Actor, chosen: Sequence[Task], approved_by: str, act: UUID | None = None
) -> list[Outcome]:
    """Approve what was heard, by the words of whoever approved it. Raises Several."""
    return _take(district, actor, "approve", chosen, {"approved_by": approved_by.strip() or None}, act)


def issue(
    district: District, actor: Actor, chosen: Sequence[Task], number: str, act: UUID | None = None
) -> list[Outcome]:
    """Issue what was approved, under one number. Raises Several."""
    return _take(district, actor, "issue", chosen, {"number": number.strip() or None}, act)


def revise(
    district: District, actor: Actor, chosen: Sequence[Task], given: Mapping[str, Any], act: UUID | None = None
) -> list[Outcome]:
    """Change the same fields of several drafts. given: clean values. Raises Several."""
    more = {task.code: {"answers": tasks.revision(task, **given)} for task in chosen}
    return _take(district, actor, "revise", chosen, {}, act, more)


def roles(district: District) -> list[str]:
    """The roles that take tasks: those that the dispatch table of tasks names."""
    table = district.rules.dispatch.get(tasks.ledger(district) or "")
    named = (
        selector.partition(":")[2] for row in (table.rows if table else ()) for selector in (row.lead, *row.assist)
    )
    return list(dict.fromkeys(named))


def post_of(district: District, posts: dispatch.Posts, office: places.Unit | None) -> people.Post | None:
    """The post of an office that takes tasks; None where it has none."""
    found = (posts.select(f"{office.code}:{role}", 0) for role in roles(district)) if office else ()
    return next((post for post in found if post), None)


def assisting(district: District, tree: places.Tree, task: Task) -> list[places.Unit]:
    """The offices that are suggested to assist: as a pack has it, else those that `assist_hint` names."""
    declared = district.rules.commitments.get(task.values.get("declared") or "")
    if declared:
        return [tree.by_code[code] for code in declared.assist if code in tree.by_code]
    return [unit for name in SPLIT.split(task.values.get("assist_hint") or "") if (unit := office_named(tree, name))]


def office_named(tree: places.Tree, name: str) -> places.Unit | None:
    """The office of a name as a sheet has it, `区住建局` for 区住房建设和园林局 only where the tree says so: its name, its name
    without the district's, or its code. None where there is none, or several."""
    bare = name.strip()
    if not bare:
        return None
    offices = tree.of_kind("office")
    for test in (
        lambda unit: bare in (unit.name(), unit.code),
        lambda unit: _bare(unit.name(), tree) == _bare(bare, tree),
    ):
        found = [unit for unit in offices if test(unit)]
        if len(found) == 1:
            return found[0]
    return None


def _bare(name: str, tree: places.Tree) -> str:
    root = tree.root.name()
    for start in (root, root.rstrip("区县市"), "区", "县", "市"):
        if start and name.startswith(start) and len(name) > len(start) + 1:
            return name[len(start) :]
    return name


def _heard(task: Task, told: Sequence[Entry], offices: Mapping[int, int]) -> Heard:
    sent = max((n for n, entry in enumerate(told) if entry.step in ("send", "reassign")), default=None)
    if sent is None:
        return Heard()
    since = told[sent:]
    answers = tuple(entry for entry in since if entry.step in SAID)
    answered = {offices.get(entry.post) for entry in answers}
    asked = (task.office, *task.assist)
    waiting = tuple(office for office in asked if office not in answered) if task.state == "consulting" else ()
    objection = next((entry for entry in reversed(told) if entry.step == "object"), None)
    ruling = next(
        (entry for entry in reversed(told) if entry.step in RULED and objection and entry.seq > objection.seq), None
    )
    return Heard(answers, waiting, objection, ruling)


def _take(
    district: District,
    actor: Actor,
    step: str,
    chosen: Sequence[Task],
    answers: Mapping[str, Any],
    act: UUID | None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Outcome]:
    if not chosen:
        raise StepRefused("tasks.none", "请先选任务 | Choose tasks first")
    act, name = act or new_id(), tasks.ledger(district)
    given = {name_: value for name_, value in answers.items() if value is not None}
    acts = []
    for n, task in enumerate(chosen):
        own = {"answers": given, **(more or {}).get(task.code, {})}
        acts.append(
            Act(
                name, step, actor, record=task.id, act=act if n == 0 else uuid5(act, str(task.id)), seen=task.seq, **own
            )
        )
    why = refusals(district, acts)
    if wrong := {task.code: one.sentence for task, one in zip(chosen, why, strict=True) if one}:
        if any(one.code == "step.asks" and set(one.fields) & set(answers) for one in why if one):
            raise next(one for one in why if one and set(one.fields) & set(answers))
        raise Several(wrong)
    return take_all(district, acts)
