"""My work, the dispatch desk, notices and search: open work across all ledgers, kept current by a poll."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.engine import access, database, dispatch, following, people
from huying.web import gate
from huying.web.show import record_url

MOST = 200


@require_GET
@gate.staff
def work(request: HttpRequest) -> HttpResponse:
    """What waits for my post, late first."""
    mine = request.actor.post.id if request.actor.post else 0
    rows = _duties(request, "d.post = %s", [mine])
    first = [
        (name, step)
        for name in request.district.rules.ledgers
        if access.may_see(request.district.rules.ledgers[name], request.actor)
        for step in access.first_steps(request.district, request.actor, name)
    ]
    notices = database.direct().rows(
        "select words, made_at from hy.notice where district = %s and target = %s and read_at is null order by made_at desc limit 8",
        [request.district.id, f"post:{mine}"],
    )
    return render(
        request, "work/work.html", {"rows": rows, "first": first, "notices": notices, "now": request.district.now()}
    )


@require_GET
@gate.staff
def desk(request: HttpRequest) -> HttpResponse:
    """The queue of everything open in reach, filtered by chips."""
    return render(request, "work/desk.html", _desk(request))


@require_GET
@gate.staff
def changes(request: HttpRequest) -> HttpResponse:
    """What changed since the cursor: the queue anew, or 204 when nothing did."""
    with database.writing(request.district.id) as query:
        now = following.cursor(query, request.district.id)
    if request.GET.get("cursor") == now:
        return HttpResponse(status=204)
    response = render(request, "work/_queue.html", _desk(request))
    response["HX-Cursor"] = now
    return response


@require_http_methods(["GET", "POST"])
@gate.staff
def notices(request: HttpRequest) -> HttpResponse:
    """What my post was told; reading the page marks it read."""
    target = f"post:{request.actor.post.id if request.actor.post else 0}"
    rows = database.direct().rows(
        "select words, made_at, read_at from hy.notice where district = %s and target = %s order by made_at desc limit 100",
        [request.district.id, target],
    )
    database.direct().run(
        "update hy.notice set read_at = %s where district = %s and target = %s and read_at is null",
        [request.district.now(), request.district.id, target],
    )
    return render(request, "work/notices.html", {"rows": rows})


@require_GET
@gate.staff
def search(request: HttpRequest) -> HttpResponse:
    """Records whose code, headline or words hold what was typed, within reach."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").lower().split())[:60]
    rows: list[dict] = []
    if words and request.actor.reach.role:
        with database.reading(request.actor.reach) as query:
            rows = query.rows("select ledger, record, code, known_at from hy.find(%s, 100)", [words])
        names = {t.number: n for n, t in request.district.tables.items()}
        rows = [
            r
            | {
                "name": names[r["ledger"]],
                "url": record_url(names[r["ledger"]], r["code"]),
                "ledger": request.district.rules.ledgers[names[r["ledger"]]],
            }
            for r in rows
            if r["ledger"] in names
            and access.may_see(request.district.rules.ledgers[names[r["ledger"]]], request.actor)
        ]
    return render(request, "work/search.html", {"q": words, "rows": rows})


def _desk(request: HttpRequest) -> dict[str, Any]:
    district = request.district
    with database.writing(district.id) as query:
        cursor = following.cursor(query, district.id)
    rows = _duties(request, "true", [])
    state, street, late = (
        request.GET.get("state", ""),
        request.tree.by_code.get(request.GET.get("area", "")),
        request.GET.get("late") == "1",
    )
    counts: dict[str, tuple[str, int]] = {}
    for row in rows:
        title, n = counts.get(row["state"], (row["state_title"], 0))
        counts[row["state"]] = (title, n + 1)
    under = set(request.tree.under(street.id)) if street else None
    shown = [
        r
        for r in rows
        if (not state or r["state"] == state) and (under is None or r["unit"] in under) and (not late or r["late"])
    ]
    return {
        "rows": shown[:MOST],
        "total": len(shown),
        "cursor": cursor,
        "counts": sorted(counts.items(), key=lambda c: -c[1][1]),
        "state": state,
        "street": street,
        "streets": request.tree.of_kind("street"),
        "late": late,
        "late_count": sum(r["late"] for r in rows),
        "most": MOST,
    }


def _duties(request: HttpRequest, condition: str, params: list[Any]) -> list[dict[str, Any]]:
    """Open work in reach: one statement for the duties, one for the posts, one for who holds them."""
    district = request.district
    if not request.actor.reach.role:
        return []
    with database.reading(request.actor.reach) as query:
        rows = query.rows(
            f"select d.record, d.ledger, d.code, d.title, d.unit, d.post, d.state, d.since, d.due_at from hy.duty d where {condition} "
            "order by d.due_at nulls last, d.record limit 2000",
            params,
        )
    names = {t.number: n for n, t in district.tables.items()}
    posts = dispatch.Posts(district, request.tree)
    holders = people.holders(district.id, sorted({r["post"] for r in rows}), district.today())
    now, found = district.now(), []
    for row in rows:
        name = names.get(row["ledger"])
        if name is None or not access.may_see(district.rules.ledgers[name], request.actor):
            continue
        state = district.rules.flows[name].states.get(row["state"])
        found.append(
            row
            | {
                "name": name,
                "url": record_url(name, row["code"]),
                "ledger": district.rules.ledgers[name],
                "post_title": posts.by_id[row["post"]].title if row["post"] in posts.by_id else "",
                "people": holders.get(row["post"], []),
                "late": bool(row["due_at"] and row["due_at"] < now and not (state and state.lapses)),
                "state_title": state.title if state else row["state"],
            }
        )
    return sorted(found, key=lambda r: not r["late"])


urlpatterns = [
    path("work", work, name="work"),
    path("desk", desk, name="desk"),
    path("desk/changes", changes),
    path("notices", notices, name="notices"),
    path("search", search, name="search"),
]
