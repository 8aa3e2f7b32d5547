"""From a decision to what is written: the record's new row, its duty, its shares, its event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from huying.declare.evaluate import evaluate
from huying.declare.kinds import RESIDENT, SAME, say
from huying.engine import (
    access,
    codes,
    constraints,
    dispatch,
    events,
    letter_rules,
    people,
    sampling,
    secret_values,
    task_rules,
    writing,
)
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.decide import Before, Decision, Doer, StepRefused, category_chain, decide
from huying.engine.events import Event, RecordKey
from huying.engine.packs import District
from huying.engine.schema import Table
from huying.engine.situation import Found, Situation
from huying.engine.tracking import track_code, track_hash
from huying.engine.values import to_columns


@dataclass(frozen=True)
class Plan:
    outcome: Outcome
    changes: list[writing.Change]


def _doer(district: District, act: Act, found: Found | None) -> Doer:
    kinds = set(act.actor.kinds)
    ledger = district.rules.ledgers[act.ledger]
    if found and act.actor.post and ledger.post_fields:
        named = access.posts_in(ledger, found.values(district, act.ledger))
        kinds |= {name for name, post in named.items() if post == act.actor.post.id}
    if found and act.actor.post:
        if found.row["post"] == act.actor.post.id:
            kinds.add("responsible")
        if act.actor.post.office in found.shared_with:
            kinds.add("assisting")
    if found and not act.actor.signed_in and RESIDENT in kinds and act.actor.resident_of != found.row["id"]:
        kinds.discard(RESIDENT)
    return Doer(frozenset(kinds), act.actor.person)


def _is_sampled(district: District, act: Act) -> bool:
    step = district.rules.flows[act.ledger].steps.get(act.step)
    look = step.second_look if step else None
    return bool(look) and sampling.chosen(district.id, act.act, look.share, demonstration=district.demonstration)


def plan(district: District, situation: Situation, act: Act, found: Found | None) -> Plan:
    """Decide the act on `found` (None: a new record) and say what is to be written. Raises StepRefused."""
    rules, now = district.rules, district.now()
    if act.known_at is not None and not (district.demonstration and act.actor.via in ("demo", "system")):
        raise StepRefused("act.known-at", "只有演示数据可以补记过去 | Only a demonstration may write the past")
    known_at = act.known_at or now
    at = act.at or known_at
    if found:
        known_at = max(known_at, found.row["known_at"] + timedelta(microseconds=1))
        if act.seen is not None and act.seen != found.row["seq"]:
            raise StepRefused(
                "step.race",
                "这件事刚被别人办过，内容已变；您填的没有丢，请看过最新情况再提交 | Someone has just acted on this. "
                "What you typed is kept; look at how it stands now and submit again",
            )
    before = found.before(district, act.ledger) if found else Before()
    unit = act.answers.get("unit") or (found.row["unit"] if found else situation.tree.root.id)
    answers = {**act.answers, "unit": unit} if "unit" in act.answers else act.answers
    answers = secret_values.given(district.id, rules.ledgers[act.ledger], answers)
    decision = decide(
        rules,
        act.ledger,
        act.step,
        Before(before.state, {**before.values, "unit": unit}, before.clock, before.acted),
        _doer(district, act, found),
        answers,
        at=at,
        now=max(now, at) if act.known_at else now,
        calendar=district.calendar,
        ancestors=situation.tree.ancestor_codes,
        sampled=_is_sampled(district, act),
    )
    if act.ledger == rules.provides.get("tasks"):
        after = {**before.values, **decision.values}
        if wrong := task_rules.faults(rules, act.step, decision.values, after) or task_rules.two_levels(
            district.id, district.tables[act.ledger], act.record, decision.values.get("parent")
        ):
            raise StepRefused("task.wrong", next(iter(wrong.values())), wrong)
    if act.ledger == rules.provides.get("letters") and "about" in decision.values:
        if wrong := letter_rules.faults(district.id, _seen(district, act), decision.values["about"] or ""):
            raise StepRefused("letter.wrong", wrong["about"], wrong)
    changes = [_build(district, situation, act, found, decision, unit, at, known_at)]
    if decision.step.also and found:
        changes += _also(district, situation, act, found, decision, at, known_at)
    change = changes[0]
    track = track_code(act.act) if change.track else ""
    return Plan(Outcome(act, change.event.record, change.event.seq, change.code, decision.to.name, track), changes)


def _seen(district: District, act: Act) -> list[Table]:
    """The ledgers of whose records whoever acts may know; the program itself knows of all."""
    tables = district.tables.values()
    return [one for one in tables if act.actor.via == "system" or access.may_see(one.ledger, act.actor)]


def _build(
    district: District,
    situation: Situation,
    act: Act,
    found: Found | None,
    decision: Decision,
    unit: int,
    at: datetime,
    known_at: datetime,
) -> writing.Change:
    table = district.tables[act.ledger]
    values = {name: value for name, value in decision.values.items() if name != "unit"}
    record = found.row["id"] if found else act.makes or new_id(known_at)
    seq = found.row["seq"] + 1 if found else 1
    code = found.row["code"] if found else codes.next_code(district, table.ledger.code, at)
    merged = {**(found.values(district, act.ledger) if found else {}), **values, "unit": unit}
    post, shares, precedent = _assign(district, situation, act, found, decision, merged, record, code, known_at)
    post = post or (found.row["post"] if found else 0)
    holder = situation.posts.holding(decision.to, post, unit, access.posts_in(table.ledger, merged))
    if holder is None and not decision.to.final and decision.to.holder != RESIDENT:
        raise StepRefused(
            "state.no-holder",
            f"“{say(decision.to.title)}”没有$post可以接，请管理员设置$post | No $post can hold “{say(decision.to.title, 'en')}”; "
            "ask the administrator to set one up",
        )
    post = post or (holder.id if holder else act.actor.post.id if act.actor.post else 0)
    office = situation.posts.by_id[post].office if post in situation.posts.by_id else 0
    main, private = writing.split_columns(table, values, to_columns)
    standing = {
        "seq": seq,
        "unit": unit,
        "office": office,
        "post": post,
        "state": decision.to.name,
        "due_at": decision.due_at,
        "clock": decision.clock.to_text() if decision.clock else None,
        "known_at": known_at,
    }
    if decision.closes:
        standing["closed_at"] = at
    elif found and found.row["closed_at"] and not decision.to.final:
        standing["closed_at"] = None
    if not found:
        standing |= {"district": district.id, "id": record, "code": code, "hidden": False, "opened_at": at}
    closed = table.ledger.masked
    open_values = {name: value for name, value in values.items() if name not in closed}
    content = {
        "set": open_values,
        **{
            k: standing[k]
            for k in ("unit", "office", "post", "due_at", "clock", "closed_at", "code", "opened_at")
            if k in standing
        },
    }
    if shares:
        content["assist"] = [[office_, post_] for office_, post_, _ in shares]
    if holder and holder.office != office and situation.posts.reaches.get(holder.role) == "office":
        shares = [*(shares or ()), (holder.office, holder.id, "holder")]  # who must act next can open it
    hidden = {name: events.canonical(secret_values.plain(value)) for name, value in values.items() if name in closed}
    event, key = _event(district, act, found, record, seq, decision, content, hidden, at, known_at, table.number)
    duty = None
    if holder:
        duty = writing.Duty(
            holder.id,
            holder.office,
            situation.headline(district, act.ledger, merged),
            known_at,
            decision.stage_due,
        )
        if found and decision.step.to == SAME:
            duty.since = situation.since(found, known_at)
    tracked = not found and act.actor.kinds == frozenset({RESIDENT})
    standing["head"] = event.hash
    return writing.Change(
        table,
        event,
        not found,
        standing,
        main,
        private,
        duty,
        unit,
        code,
        key=key,
        track=track_hash(track_code(act.act)) if tracked else None,
        shares=shares or None,
        assisting=[office_ for office_, _, _ in shares] if found and decision.assigns and shares is not None else None,
        precedent=precedent,
        like=None if found else _like(district, situation, act.ledger, decision, merged),
        guards=_guards(district, table, record, decision, merged, values, found) if table.ledger.constraints else (),
    )


def _guards(
    district: District, table: Table, record: UUID, decision: Decision, merged: dict, values: dict, found: Found | None
) -> list[constraints.Guard]:
    moved = found is None or found.row["state"] != decision.to.name
    touched = None if moved else {**values, **({"unit": 0} if merged["unit"] != found.row["unit"] else {})}
    return constraints.guards(district.id, table, record, decision.to.name, merged, touched)


def _like(
    district: District, situation: Situation, ledger: str, decision: Decision, values: dict
) -> tuple[int, str, int] | None:
    """What a ruling would have to be about to dispatch the new record at once; None where none could."""
    flow = district.rules.flows[ledger]
    if not flow.dispatch_step or decision.to.name not in flow.steps[flow.dispatch_step].from_:
        return None
    chain = category_chain(district.rules, ledger, values)
    area = dispatch.area_of(district, situation.tree, values["unit"])
    return (district.tables[ledger].number, chain[0], area) if chain else None


def _event(
    district: District,
    act: Act,
    found: Found | None,
    record: UUID,
    seq: int,
    decision: Decision,
    content: dict,
    hidden: dict[str, str],
    at: datetime,
    known_at: datetime,
    ledger: int,
) -> tuple[Event, tuple[int, bytes] | None]:
    algorithm = events.algorithm()
    text = events.canonical(content)
    parts, salts, commits = events.commit(algorithm, text, hidden)
    secret, new_key = None, None
    if hidden:
        key = found.key if found and found.key else RecordKey.new()
        secret = key.seal(record, seq, hidden)
        if not (found and found.key):
            new_key = (key.kek, key.wrap(record))
    person, post = act.actor.person, act.actor.post.id if act.actor.post else 0
    event = Event(
        district.id,
        record,
        seq,
        ledger,
        act.act,
        events.body_digest(act.step, act.answers),
        act.step,
        decision.to.name,
        person,
        post,
        act.actor.via,
        at,
        known_at,
        algorithm,
        district.rules.digests.get(("flow", act.ledger), b""),
        text,
        secret,
        salts,
        parts,
        commits,
        bytes(found.row["head"]) if found else events.GENESIS,
    )
    return event, new_key


def _assign(
    district: District,
    situation: Situation,
    act: Act,
    found: Found | None,
    decision: Decision,
    merged: dict,
    record: UUID,
    code: str,
    at: datetime,
) -> tuple[int | None, list[tuple[int, int, str]] | None, dict | None]:
    """(responsible post, shares, precedent) where the step assigns; (None, None, None) elsewhere."""
    if not decision.assigns:
        return None, None, None
    posts = situation.posts
    if decision.step.assigns != "dispatch":
        field = district.rules.ledgers[act.ledger].fields[decision.step.assigns]
        referred = situation.found(merged.get(field.name)) if field.type == "record" else None
        named = referred.row["post"] if referred else merged.get(field.name) if field.type == "post" else None
        return dispatch.named(posts, field, named, act.actor.post if decision.step.to_others else None).id, None, None
    by = district.rules.flows[act.ledger].dispatch_by
    rulings = found.rulings if found and by not in decision.values else None
    proposal = None if act.lead else dispatch.propose(district, posts, act.ledger, merged, rulings)
    lead = posts.by_id.get(act.lead) if act.lead else (proposal.lead if proposal else None)
    if lead is None:
        raise StepRefused(
            "dispatch.nobody",
            "$dispatch表里没有能接的$post，请选一个 | The $dispatch table names no $post for this; choose one",
            {"lead": "请选择 | Please choose"},
        )
    assist = (
        [posts.by_id[p] for p in act.assist if p in posts.by_id]
        if act.assist is not None
        else list(proposal.assist if proposal else ())
    )
    shares = [(p.office, p.id, "assist") for p in assist if p.office != lead.office]
    precedent = None
    category = merged.get(by)
    if decision.step.precedent and category:
        open_fields = district.rules.ledgers[act.ledger].public_fields()
        words = next(
            (
                str(v)
                for n, v in act.answers.items()
                if v and n in open_fields and district.rules.ledgers[act.ledger].fields[n].type == "text"
            ),
            "",
        )
        precedent = {
            "district": district.id,
            "ledger": district.tables[act.ledger].number,
            "category": category,
            "area": dispatch.area_of(district, situation.tree, merged["unit"]),
            "post": lead.id,
            "assist": [p.id for p in assist],
            "record": record,
            "code": code,
            "words": words,
            "at": at,
        }
    if decision.step.to_others:
        dispatch.refuse_oneself(lead, act.actor.post, "lead")
    return lead.id, shares, precedent


def _also(
    district: District,
    situation: Situation,
    act: Act,
    found: Found,
    decision: Decision,
    at: datetime,
    known_at: datetime,
) -> list[writing.Change]:
    """The steps that this one takes on referenced records, where they are open."""
    values = {**found.values(district, act.ledger), **decision.values, "state": found.row["state"]}
    changes = []
    for also in decision.step.also:
        target = values.get(also.record)
        ledger = district.rules.ledgers[act.ledger].fields[also.record].ledger
        other = situation.found(target) if target else None
        today = at.astimezone(district.calendar.tz).date()
        if other is None or other.row["state"] not in district.rules.flows[ledger].steps[also.step].from_:
            continue
        if also.when is not None and evaluate(also.when, values, today=today, tz=district.calendar.tz) is not True:
            continue
        given = {
            name: evaluate(expression, values, today=today, tz=district.calendar.tz)
            for name, expression in also.give.items()
        }
        actor = replace(people.system(district.id), person=act.actor.person, post=act.actor.post, via="system")
        cascade = Act(ledger, also.step, actor, given, target, uuid5(act.act, f"{also.record}.{also.step}"))
        then = max(known_at, other.row["known_at"] + timedelta(microseconds=1))
        step = decide(
            district.rules,
            ledger,
            also.step,
            other.before(district, ledger),
            Doer(frozenset({"system"}), act.actor.person),
            given,
            at=at,
            now=max(district.now(), at),
            calendar=district.calendar,
            ancestors=situation.tree.ancestor_codes,
        )
        changes.append(_build(district, situation, cascade, other, step, other.row["unit"], at, then))
    return changes
