"""Rounds of collection: a form is sent to everyone it asks, filled in as far as anything is known, and added up.

A round is one record of the ledger that a pack provides as `rounds`; each answer is a record of the form's own ledger.
All that happens to an answer is a step of its flow; here it is sent, and here a round is read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from huying.declare.forms import ABOUT, Form
from huying.declare.kinds import say
from huying.engine import access, database, dispatch, people, places, records
from huying.engine.acts import Act, Outcome
from huying.engine.collecting_asked import Filler, fillers, may_open, periods, say_period, scope_unit
from huying.engine.collecting_known import each_of, known_values
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step, take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import MOST, Record

ANSWERED = ("handed_in", "accepted")
WAITING = ("asked", "returned")
BATCH = 100
SPACE = UUID("6f2d3c58-6f0e-4a51-9f5e-2a3d1c8f7b90")


class NoRounds(Exception):
    """No pack in force provides a ledger for rounds. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Opened:
    """What sending a round came to. without: names of areas and offices that have no post to ask."""

    code: str
    sent: int
    refused: list[Outcome]
    without: list[str]


@dataclass(frozen=True)
class Row:
    """One answer of a round, with the filler's answer of the round before. changed: fields that differ from it."""

    record: Record
    before: Mapping[str, Any] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    late: bool = False

    @property
    def answered(self) -> bool:
        return self.record.state in ANSWERED


@dataclass(frozen=True)
class Board:
    """A round as it stands. totals: field -> sum over those who answered; previous: the round that it is held against."""

    round: Record
    rows: list[Row]
    totals: Mapping[str, Any]
    previous: Record | None

    def of(self, *states: str) -> list[Row]:
        return [row for row in self.rows if row.record.state in states]

    @property
    def asked(self) -> list[Row]:
        """Those whose answer counts: all but the withdrawn."""
        return [row for row in self.rows if row.record.state != "withdrawn"]

    @property
    def answered(self) -> list[Row]:
        return self.of(*ANSWERED)

    @property
    def waiting(self) -> list[Row]:
        return self.of(*WAITING)

    @property
    def kept(self) -> int:
        """Entries that were avoided."""
        return sum(row.record.values.get("kept_items") or 0 for row in self.rows)


def rounds_ledger(district: District) -> str:
    """Full name of the ledger for rounds. Raises NoRounds."""
    if "rounds" not in district.rules.provides:
        raise NoRounds(
            "生效的规则包里没有采集期次的$ledger；请启用 collect 包 | No pack in force provides a $ledger for rounds; "
            "put the pack collect in force"
        )
    return district.rules.provides["rounds"]


def open_round(district: District, actor: Actor, name: str, period: str, known_at: datetime | None = None) -> Opened:
    """Send a form for a period to everyone it asks; again, to those who lack it.

    known_at  only the generator of a demonstration gives it: as it was at that moment

    Raises StepRefused: form.not-yours, form.expired, form.period, form.nobody; NoRounds.
    """
    form, rounds = district.rules.forms[name], rounds_ledger(district)
    today = known_at.astimezone(district.calendar.tz).date() if known_at else district.today()
    tree = places.tree(district.id, today)
    if not may_open(tree, actor, form):
        raise StepRefused("form.not-yours", "这张表不由您的$post下发 | This form is not sent by your $post")
    if form.expires < today.isoformat():
        sentence = f"这张表 {form.expires} 到期，不再下发；还要用就请重新核准 | It expired on {form.expires} and is not sent any more; have it approved anew"
        raise StepRefused("form.expired", sentence)
    if period not in periods(form, today):
        raise StepRefused("form.period", "只能收这一期或上一期 | Only this period or the one before can be asked for")
    posts, scope = dispatch.posts(district, tree), scope_unit(tree, actor, form)
    asked, without = fillers(tree, posts, form, scope)
    asked = each_of(district, tree, form, asked, known_at) if form.each else asked
    if not asked:
        raise StepRefused(
            "form.nobody",
            "没有$post可以填这张表，或没有要填的$record；请管理员设置 | No $post can fill this in, or there is no $record to ask about; "
            "ask the administrator",
        )
    doer = replace(people.system(district.id), person=actor.person, post=actor.post, name=actor.name)
    key = f"{district.id} {name} {period} {scope}"
    record = uuid5(SPACE, key)
    current = records.many(district, people.system(district.id), rounds, [record])
    if current:
        code = current[0].code
    else:
        zh, en = say_period(period).split(" | ")
        answers = {
            "form": name,
            "unit": scope,
            "period": period,
            "title": f"{zh} {say(form.title)} | {say(form.title, 'en')}, {en}",
            "basis": form.basis,
            "asked": len(asked),
            "minutes": form.minutes,
        }
        begun = take_step(
            district,
            Act(
                rounds,
                "begin",
                doer,
                answers,
                act=uuid5(record, "begin"),
                known_at=known_at,
                lead=actor.post.id,
                makes=record,
            ),
        )
        code = begun.code
    there = {key_of(one) for one in answers_of(district, people.system(district.id), name, record)}
    lacking = [one for one in asked if one.key not in there]
    known = prefill(district, tree, form, lacking, previous_round(district, name, scope, period), known_at)
    acts = [
        Act(
            name,
            "send",
            doer,
            {
                "round": record,
                "period": period,
                "unit": one.unit,
                **({ABOUT: one.about} if one.about else {}),
                "filler": one.post.id,
                **known[one],
                "known_items": len(known[one]),
            },
            act=uuid5(record, " ".join(map(str, filter(None, one.key)))),
            known_at=known_at,
            lead=actor.post.id,
        )
        for one in lacking
    ]
    outcomes = [out for n in range(0, len(acts), BATCH) for out in take_steps(district, acts[n : n + BATCH])]
    refused = [out for out in outcomes if out.refusal]
    return Opened(code, len(outcomes) - len(refused), refused, without)


def prefill(
    district: District,
    tree: Tree,
    form: Form,
    asked: Sequence[Filler],
    before: Record | None,
    as_of: datetime | None = None,
) -> dict[Filler, dict[str, Any]]:
    """What is known for each filler: from ledgers as declared, else what was answered in the round before."""
    found: dict[Filler, dict[str, Any]] = {one: {} for one in asked}
    if before and asked:
        last = last_answers(district, form.name, before.id)
        carried = [name for name in form.asks if name not in form.anew]
        for one in asked:
            values = last.get(one.key, {})
            found[one] |= {name: values[name] for name in carried if values.get(name) is not None}
    taken = known_values(district, tree, form, asked, as_of)
    for one in asked:
        found[one] |= taken.get(one, {})
    return found


def previous_round(district: District, name: str, scope: int, period: str) -> Record | None:
    """The round of this form before `period`, over the same area."""
    found = records.page(
        district,
        people.system(district.id),
        rounds_ledger(district),
        filters={"form": name, "unit": scope},
        sort="period",
        limit=60,
        count=False,
    ).records
    return next((one for one in found if one.values["period"] < period), None)


def rounds_of(district: District, name: str | None = None, limit: int = 200) -> list[Record]:
    """The latest rounds, newest first; of one form only, where it is named.

    A round says which form was sent, when and on what basis: that is for all staff, whatever their reach.
    """
    filters = {"form": name} if name else {}
    system = people.system(district.id)
    return records.page(district, system, rounds_ledger(district), filters=filters, limit=limit, count=False).records


def round_by_code(district: District, name: str, code: str) -> Record | None:
    """A round of a form by its code."""
    rounds = rounds_ledger(district)
    found = records.find_id(district, rounds, code)
    read = records.many(district, people.system(district.id), rounds, [found]) if found else []
    return next((one for one in read if one.values["form"] == name), None)


def answers_of(district: District, actor: Actor, name: str, round_: UUID, filler: int | None = None) -> list[Record]:
    """All answers of a round that the actor may see, in order of code: in reach, and shared with the actor's office.

    filler  a post: its answers alone
    """
    filters: dict[str, Any] = {"round": round_} if filler is None else {"round": round_, "filler": filler}
    found: dict[UUID, Record] = {}
    for shared in (False, True) if actor.reach.role == "hy_office" else (False,):
        more, read = True, 0
        while more:
            page = records.page(
                district,
                actor,
                name,
                filters=filters,
                sort="code",
                descending=False,
                offset=read,
                limit=MOST,
                count=False,
                shared=shared,
            )
            found |= {one.id: one for one in page.records}
            more, read = page.more, read + len(page.records)
    return sorted(found.values(), key=lambda one: one.code)


def last_answers(
    district: District, name: str, round_: UUID, filler: int | None = None
) -> dict[tuple[int, Any, Any], Mapping[str, Any]]:
    """key -> values of those who answered in a round; what only some may see is left out."""
    found = answers_of(district, people.system(district.id), name, round_, filler)
    return {key_of(one): one.values for one in found if one.state in ANSWERED}


def key_of(answer: Record) -> tuple[int, Any, Any]:
    """What tells the answers of a round apart, as Filler.key does those who are asked: area, post, what it is about."""
    return answer.unit, answer.values.get("filler"), answer.values.get(ABOUT)


def board(district: District, actor: Actor, tree: Tree, name: str, round_: Record) -> Board:
    """A round as the actor may see it, in the order of areas and offices."""
    form, ledger = district.rules.forms[name], district.rules.ledgers[name]
    found = answers_of(district, actor, name, round_.id)
    before = previous_round(district, name, round_.unit, round_.values["period"])
    last = last_answers(district, name, before.id) if before and found else {}
    now, asks = district.now(), set(form.asks) & set(access.visible_fields(ledger, actor.kinds))
    rows = [_row(one, last.get(key_of(one), {}), asks, now) for one in found]
    rows.sort(key=lambda row: _place(tree, row.record))
    counted = [row.record for row in rows if row.answered]
    totals = {name: _sum(one.values.get(name) for one in counted) for name in form.sums if name in asks}
    return Board(round_, rows, totals, before)


def tally(district: District, actor: Actor, names: Sequence[str]) -> dict[UUID, dict[str, int]]:
    """round -> state -> how many answers the actor may see; one round trip for all forms (two for an office's posts)."""
    if not names or not actor.signed_in:
        return {}
    statements = []
    for name in names:
        table = district.tables[name]
        column = table.column("round")
        statements.append(
            (
                f"select l.{column} as round, l.state, count(*) as n from {table.name} l where l.district = %s and not l.hidden "
                f"group by l.{column}, l.state",
                [district.id],
            )
        )
    found: dict[UUID, dict[str, int]] = {}
    for reach in [actor.reach, access.shared_reach(actor)] if actor.reach.role == "hy_office" else [actor.reach]:
        for rows in database.asked(reach, statements):
            for row in rows:
                states = found.setdefault(row["round"], {})
                states[row["state"]] = states.get(row["state"], 0) + row["n"]
    return found


def _row(record: Record, before: Mapping[str, Any], asks: set[str], now: datetime) -> Row:
    changed = frozenset(name for name in asks if before and record.values.get(name) != before.get(name))
    answered_at = record.values.get("handed_at")
    late = bool(record.due_at) and (
        answered_at > record.due_at if answered_at else record.state == "asked" and record.due_at < now
    )
    return Row(record, before, changed if record.state in ANSWERED else frozenset(), late)


def _place(tree: Tree, record: Record) -> tuple[str, str]:
    unit = tree.get(record.unit)
    return (unit.code if unit else "", record.code)


def _sum(values: Iterable[Any]) -> int | Decimal | None:
    given = [value for value in values if value is not None]
    return sum(given) if given else None
