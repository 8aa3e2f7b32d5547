"""Open work across all ledgers: what waits, for whom, until when. Two statements, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import access, database, dispatch, people
from huying.engine.places import Unit
from huying.web.show import Shower, answer_url, record_url

MOST = 200


@dataclass(frozen=True)
class Chosen:
    """What the chips choose. state: `<ledger>:<state>` or a state's title; street: an area, with all under it;
    office: work of that office alone."""

    state: str = ""
    ledger: str = ""
    street: Unit | None = None
    late: bool = False
    office: int = 0


@dataclass
class Queue:
    """rows: at most MOST; total: all that match; tallies: over everything in reach, whatever the chips say."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0
    everything: int = 0
    late: int = 0
    states: list[tuple[str, str, int]] = field(default_factory=list)  # key, title, count
    ledgers: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def cut(self) -> bool:
        return self.total > len(self.rows)


def chosen(request: HttpRequest) -> Chosen:
    """The chips in the address; unknown values choose nothing."""
    given = request.GET
    street = request.tree.by_code.get(given.get("area", ""))
    ledger = given.get("ledger", "")
    return Chosen(
        given.get("state", ""),
        ledger if ledger in request.district.rules.ledgers else "",
        street if street and street.kind != "office" else None,
        given.get("late") == "1",
    )


def read(request: HttpRequest, by: Chosen, post: int | None = None) -> Queue:
    """The open work in the actor's reach; `post`: only what that post holds."""
    district, actor = request.district, request.actor
    seen = {
        district.tables[n].number: n for n, ledger in district.rules.ledgers.items() if access.may_see(ledger, actor)
    }
    if not actor.reach.role or not seen:
        return Queue()
    lapsing = [
        f"{number}.{state.name}"
        for number, n in seen.items()
        for state in district.rules.flows[n].states.values()
        if state.lapses
    ]
    late = "(d.due_at < %s and not (d.ledger || '.' || d.state) = any(%s))"
    scope, scope_params = "d.ledger = any(%s)", [list(seen)]
    if post is not None:
        scope, scope_params = f"{scope} and d.post = %s", [*scope_params, post]
    conditions, params = [scope], list(scope_params)
    if by.ledger:
        conditions.append("d.ledger = %s")
        params.append(district.tables[by.ledger].number)
    keys = _states(district.rules, seen, by.state) if by.state else []
    if keys:
        conditions.append("(d.ledger || '.' || d.state) = any(%s)")
        params.append(keys)
    if by.street:
        conditions.append("d.unit = any(%s)")
        params.append(request.tree.under(by.street.id))
    if by.office:
        conditions.append("d.office = %s")
        params.append(by.office)
    now = district.now()
    if by.late:
        conditions.append(late)
        params += [now, lapsing]
    where = " and ".join(conditions)
    with database.reading(actor.reach) as query:
        tallies = query.rows(
            f"select d.ledger, d.state, count(*) as n, count(*) filter (where {late}) as late, count(*) filter (where {where}) as matching "
            f"from hy.duty d where {scope} group by d.ledger, d.state",
            [now, lapsing, *params, *scope_params],
        )
        rows = query.rows(
            f"select d.record, d.ledger, d.code, d.title, d.unit, d.post, d.state, d.since, d.due_at, coalesce({late}, false) as late "
            f"from hy.duty d where {where} order by late desc, d.due_at nulls last, d.record limit {MOST}",
            [now, lapsing, *params],
        )
    return Queue(_dressed(request, rows, seen), sum(t["matching"] for t in tallies), **_tally(request, tallies, seen))


def _dressed(request: HttpRequest, rows: list[dict], seen: dict[int, str]) -> list[dict[str, Any]]:
    """Rows with the names, the address, and who holds each."""
    district = request.district
    posts = dispatch.Posts(district, request.tree) if rows else None
    holders = people.holders(district.id, sorted({r["post"] for r in rows}), district.today()) if rows else {}
    shower = Shower(district, request.tree, request.lang)
    for row in rows:
        name, post = seen[row["ledger"]], posts.by_id.get(row["post"])
        street = request.tree.at_level(row["unit"], "street")
        row |= {
            "name": name,
            "url": answer_url(name, row["code"]) if name in district.rules.forms else record_url(name, row["code"]),
            "ledger_title": district.rules.ledgers[name].title,
            "post_title": post.title if post else "",
            "due_text": shower.when(row["due_at"]),
            "people": holders.get(row["post"], []),
            "street": street.name(request.lang) if street else "",
        }
    return rows


def _tally(request: HttpRequest, tallies: list[dict], seen: dict[int, str]) -> dict[str, Any]:
    rules, lang = request.district.rules, request.lang
    states: dict[str, list] = {}
    ledgers: dict[str, int] = {}
    for row in tallies:
        name = seen[row["ledger"]]
        state = rules.flows[name].states.get(row["state"])
        title = say(state.title, lang) if state else row["state"]
        states.setdefault(title, [row["state"], 0])[1] += row["n"]
        ledgers[name] = ledgers.get(name, 0) + row["n"]
    return {
        "everything": sum(t["n"] for t in tallies),
        "late": sum(t["late"] for t in tallies),
        "states": sorted(((key, title, n) for title, (key, n) in states.items()), key=lambda s: -s[2]),
        "ledgers": sorted(
            ((n, say(rules.ledgers[n].title, lang), count) for n, count in ledgers.items()), key=lambda s: -s[2]
        ),
    }


def _states(rules: Any, seen: dict[int, str], name: str) -> list[str]:
    """`<ledger>.<state>` of every state called so: flows that bear the same name for it stand in one chip."""
    titles = {f.states[name].title for n in seen.values() if name in (f := rules.flows[n]).states}
    found = [
        f"{number}.{state.name}"
        for number, n in seen.items()
        for state in rules.flows[n].states.values()
        if state.title in titles
    ]
    return found or ["-"]
