"""Lists with a name: declared with a ledger, saved by a person, shared with an office or with all who see the ledger.

A view holds what a list may be asked for: words, filters, order, columns, group. It gives no right: it is opened within the
rights of whoever opens it, and what these no longer admit is left out and said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huying.declare.expressions import Expression
from huying.declare.kinds import Ledger
from huying.engine import access, database
from huying.engine.access import Refused
from huying.engine.packs import District
from huying.engine.people import Actor

OWN, OFFICE, ALL = SHARED = ("own", "office", "all")
ASKED = (
    "q",
    "state",
    "area",
    "category",
    "filter",
    "sort",
    "columns",
    "group",
)  # what a view holds of a list's address
LONGEST = 40  # characters of a title
MOST = 100  # views of one person in one ledger


@dataclass(frozen=True)
class View:
    """key: in addresses, a number or the declared name; shared: own, office, all, or "" for a declared one; by, made_at,
    changed_at: who saved it (name and post) and when; mine: whether the actor may change it."""

    key: str
    title: str
    query: Mapping[str, str]
    where: Expression | None = None
    shared: str = ""
    by: str = ""
    made_at: datetime | None = None
    changed_at: datetime | None = None
    mine: bool = False


def listed(district: District, actor: Actor, ledger: Ledger) -> tuple[list[View], str]:
    """(the views offered to the actor, declared ones first, then the actor's own; the key of the one that the ledger
    begins with, or empty). One statement. Raises access.Refused."""
    access.reach_for(ledger, actor)
    rows = _rows(district, actor, ledger.name)
    found = [*_declared(ledger), *(_view(row, actor) for row in rows if row["id"])]
    default = rows[0]["begins"] or ""
    return found, default if any(one.key == default for one in found) else ""


def get(district: District, actor: Actor, ledger: Ledger, key: str) -> View | None:
    """One of them."""
    return next((one for one in listed(district, actor, ledger)[0] if one.key == key), None)


def save(
    district: District,
    actor: Actor,
    ledger: Ledger,
    title: str,
    query: Mapping[str, str],
    shared: str = OWN,
    key: str = "",
) -> View:
    """Keep what a list is asked for, under a title; in the place of the view of `key`, where that is the actor's own.

    Raises access.Refused for what the actor may not share or change, and ValueError (`中文 | English`) for a title that is
    none.
    """
    access.reach_for(ledger, actor)
    title = " ".join(title.replace("\0", "").split())[:LONGEST]
    if not title:
        raise ValueError("请给视图起个名 | Give the view a name")
    if shared not in may_share(actor):
        raise Refused("您的$post不能这样共享视图 | Your $post does not share views like this")
    if not key and len([one for one in listed(district, actor, ledger)[0] if one.mine]) >= MOST:
        raise ValueError(
            f"一本$ledger里最多存 {MOST} 个视图，请先删去不用的 | At most {MOST} views in a $ledger; delete some first"
        )
    kept = {name: value for name, value in query.items() if name in ASKED and value}
    now, post = district.now(), actor.post
    values = [
        title,
        json.dumps(kept, ensure_ascii=False),
        shared,
        post.id if post else 0,
        post.office if post else 0,
        now,
    ]
    if key:
        number = database.direct().value(
            "update hy.saved_view set title = %s, query = %s, shared = %s, post = %s, office = %s, changed_at = %s "
            "where district = %s and id = %s and person = %s and ledger = %s returning id",
            [*values, district.id, _number(key), actor.person, ledger.name],
        )
    else:
        number = database.direct().value(
            "insert into hy.saved_view (title, query, shared, post, office, changed_at, made_at, district, person, ledger) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            [*values, now, district.id, actor.person, ledger.name],
        )
    found = get(district, actor, ledger, str(number)) if number else None
    if found is None:
        raise Refused("只能改自己存的视图 | Only views of your own are changed")
    return found


def drop(district: District, actor: Actor, ledger: Ledger, key: str) -> bool:
    """Delete a view of the actor's own; whether there was one."""
    params = [district.id, _number(key), actor.person, ledger.name]
    statement = "delete from hy.saved_view where district = %s and id = %s and person = %s and ledger = %s"
    return database.direct().run(statement, params) > 0


def make_default(district: District, actor: Actor, ledger: Ledger, key: str) -> None:
    """The ledger begins with this view for the actor from now on; with none where the key is empty."""
    query, place = database.direct(), [district.id, actor.person, ledger.name]
    if not key:
        query.run("delete from hy.default_view where district = %s and person = %s and ledger = %s", place)
        return
    if get(district, actor, ledger, key) is None:
        raise Refused("没有这个视图，或没有共享给您 | There is no such view, or it is not shared with you")
    query.run(
        "insert into hy.default_view (district, person, ledger, view) values (%s, %s, %s, %s) "
        "on conflict (district, person, ledger) do update set view = excluded.view",
        [*place, key],
    )


def may_share(actor: Actor) -> list[str]:
    """With whom the actor may share a view: an office its own people, whoever has the right share_views all."""
    return [OWN, *([OFFICE] if actor.post else []), *([ALL] if actor.may("share_views") else [])]


def _number(key: str) -> int:
    """The number of a saved view; 0, which none has, for what is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0


def _declared(ledger: Ledger) -> list[View]:
    return [
        View(
            one.name,
            one.title,
            {n: v for n, v in (("sort", one.sort), ("columns", ",".join(one.columns)), ("group", one.group)) if v},
            one.where,
        )
        for one in ledger.views.values()
    ]


def _rows(district: District, actor: Actor, ledger: str) -> list[dict[str, Any]]:
    """The saved views, each with the one that the ledger begins with; one row of nothing where there are none."""
    return database.direct().rows(
        "select v.*, d.view as begins, e.name as by_name, p.title as by_post from (select 1) one "
        "left join hy.default_view d on d.district = %s and d.person = %s and d.ledger = %s "
        "left join hy.saved_view v on v.district = %s and v.ledger = %s and (v.person = %s or v.shared = 'all' "
        "or (v.shared = 'office' and v.office = %s and v.office <> 0)) "
        "left join public.engine_person e on e.id = v.person left join hy.post p on p.district = v.district and p.id = v.post "
        "order by v.person <> %s, v.title, v.id",
        [district.id, actor.person, ledger, district.id, ledger, actor.person, actor.post.office if actor.post else 0,
         actor.person],
    )  # fmt: skip


def _view(row: Mapping[str, Any], actor: Actor) -> View:
    by = f"{row['by_name'] or ''} {(row['by_post'] or '').split(' | ')[0]}".strip()
    return View(
        str(row["id"]),
        row["title"],
        json.loads(row["query"]),
        None,
        row["shared"],
        by,
        row["made_at"],
        row["changed_at"],
        row["person"] == actor.person,
    )
