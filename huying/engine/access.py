"""Who may see and do: the one function asked by list, record, export, search, map, aggregate and API alike.

Rows: `reach_for` gives the reach under which a ledger is read (PostgreSQL's row-level security is the second lock).
Fields: `visible_fields`. Private and secret values: `may_unmask`, `may_find_by`. Steps: `open_steps`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from huying.declare.evaluate import evaluate
from huying.declare.expressions import Expression
from huying.declare.kinds import RESIDENT, Ledger, Step
from huying.engine.database import Reach
from huying.engine.decide import Before, Doer, may_take
from huying.engine.packs import District
from huying.engine.people import Actor

if TYPE_CHECKING:
    from huying.engine.records import Record


class Refused(Exception):
    """Not within this actor's rights. Its text is `中文 | English`."""


def may_see(ledger: Ledger, actor: Actor) -> bool:
    """Whether the actor's role has the ledger in its menus, lists and figures at all."""
    if not actor.signed_in:
        return actor.via == "system" or ledger.public
    return actor.role is not None and actor.role.reach != "none" and (not ledger.see or actor.role.name in ledger.see)


def reach_for(ledger: Ledger, actor: Actor) -> Reach:
    """The reach in which the actor reads the ledger: what is public is the whole district's for staff too.

    Raises Refused when there is none.
    """
    if not may_see(ledger, actor):
        raise Refused("这本$ledger不在您的$post范围内 | This $ledger is not for your $post")
    return replace(actor.reach, role="hy_all") if ledger.public else actor.reach


def reach_for_all(ledgers: Sequence[Ledger], actor: Actor) -> Reach:
    """The reach in which several ledgers are counted together: the narrowest. Raises Refused."""
    reaches = [reach_for(ledger, actor) for ledger in ledgers]
    return reaches[0] if all(ledger.public for ledger in ledgers) else actor.reach


def shared_reach(actor: Actor) -> Reach:
    """The reach of what other offices shared with the actor's."""
    return replace(actor.reach, role="hy_part")


def within(actor: Actor, row: Mapping[str, Any], shared_with: Sequence[int], holder: int | None) -> bool:
    """Whether a record, as an act finds it, is in the actor's reach: acts are not read under row-level security.

    holder  the post whose duty it is now. Residents and the system are bounded by the flow's `by` alone.
    """
    if not actor.signed_in or actor.reach.role == "hy_all":
        return True
    if actor.post and (actor.post.id in (row["post"], holder) or actor.post.office in shared_with):
        return True
    if actor.reach.role == "hy_some":
        return row["unit"] in actor.reach.units
    return row["office"] in actor.reach.offices


def posts_in(ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    """The posts that a record names: field -> post id, or None."""
    return {name: values.get(name) for name in ledger.post_fields}


def kinds_for(
    actor: Actor,
    row: Mapping[str, Any],
    shared_with: tuple[int, ...] = (),
    named: Mapping[str, Any] | None = None,
) -> frozenset[str]:
    """What a flow's `by`, and a ledger's rights, may call this actor with regard to one record.

    named  the posts that the record names (posts_in)
    """
    kinds = set(actor.kinds)
    if actor.post:
        kinds |= {name for name, post in (named or {}).items() if post == actor.post.id}
    if actor.post and row["post"] == actor.post.id:
        kinds.add("responsible")
    if actor.post and actor.post.office in shared_with:
        kinds.add("assisting")
    if RESIDENT in kinds and actor.resident_of != row["id"]:
        kinds.discard(RESIDENT)
    return frozenset(kinds)


def visible_fields(ledger: Ledger, kinds: frozenset[str]) -> list[str]:
    """The fields shown as they are: open ones, and those shown only to some roles where the actor is one of them."""
    return [
        name
        for name in ledger.fields
        if name not in ledger.masked and (name not in ledger.shown_to or kinds.intersection(ledger.shown_to[name]))
    ]


def may_unmask(ledger: Ledger, kinds: frozenset[str], values: Mapping[str, Any], today: Any, tz: ZoneInfo) -> list[str]:
    """The private and secret fields the actor may have shown on purpose (and logged)."""
    names = [name for name, roles in ledger.masked.items() if kinds.intersection(roles)]
    if names and is_closed_to(ledger, kinds, values, today, tz):
        return []
    return names


def is_closed_to(ledger: Ledger, kinds: frozenset[str], values: Mapping[str, Any], today: Any, tz: ZoneInfo) -> bool:
    """Whether the record's secrecy shuts the actor out: then not even a mask is shown."""
    secrecy = ledger.secrecy
    return (
        secrecy is not None
        and not kinds.intersection(secrecy.only)
        and evaluate(secrecy.when, values, today=today, tz=tz) is True
    )


def masks(ledger: Ledger, kinds: frozenset[str], values: Mapping[str, Any], today: Any, tz: ZoneInfo) -> dict[str, str]:
    """What is shown of the secret fields that have a value: to staff, and not where the record's secrecy shuts them out."""
    names = [name for name in ledger.secret if values.get(name) is not None]
    if not names or kinds <= {RESIDENT} or is_closed_to(ledger, kinds, values, today, tz):
        return {}
    return {name: str(values[name]) for name in names}


def may_find_by(ledger: Ledger, actor: Actor) -> list[str]:
    """The secret fields by whose exact value the actor may find records: those that the actor's role may unmask.

    Whoever may not see a value could else learn it by asking for one after another.
    """
    return [name for name, roles in ledger.secret.items() if actor.kinds.intersection(roles)]


def kept_from(ledger: Ledger, actor: Actor) -> Expression | None:
    """The condition on records that finding by a secret value leaves out; None where it leaves out none."""
    secrecy = ledger.secrecy
    return None if secrecy is None or actor.kinds.intersection(secrecy.only) else secrecy.when


def open_steps(district: District, actor: Actor, record: Record) -> list[Step]:
    """The steps the actor may take on the record as it stands, next acts first, minor ones last."""
    flow = district.rules.flows[record.ledger.name]
    doer = Doer(record.kinds, actor.person)
    steps = [
        s
        for s in flow.open_steps(record.state)
        if may_take(s, doer) and not (s.at_most and (record.counter(s.counts) or 0) >= s.at_most)
    ]
    return sorted(steps, key=lambda s: s.minor)


def first_steps(district: District, actor: Actor, ledger: str) -> list[Step]:
    """The steps by which the actor may report a new record."""
    flow = district.rules.flows[ledger]
    return [s for s in flow.open_steps(Before().state) if actor.kinds.intersection(s.by)]
