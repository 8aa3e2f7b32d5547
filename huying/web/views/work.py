"""My work, notices, search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import Ledger, Step
from huying.engine import access, database, finding
from huying.web import gate, queue
from huying.web.show import record_url

SHOWN, FOUND = 100, 100


@require_GET
@gate.staff
def work(request: HttpRequest) -> HttpResponse:
    """What waits for my post, late first; what it was told; what other offices shared with mine."""
    post = request.actor.post
    return render(
        request,
        "work/work.html",
        {
            "queue": queue.read(request, queue.Chosen(), post.id) if post else queue.Queue(),
            "first": first_steps(request),
            "notices": _notices(request, 6, unread=True),
            "shared": _shared(request),
        },
    )


@require_http_methods(["GET", "POST"])
@gate.staff
def notices(request: HttpRequest) -> HttpResponse:
    """What my post was told; `POST` marks all as read."""
    rows = _notices(request, SHOWN)
    if request.method == "POST" and request.actor.post:
        database.direct().run(
            "update hy.notice set read_at = %s where district = %s and target = %s and read_at is null",
            [request.district.now(), request.district.id, f"post:{request.actor.post.id}"],
        )
        rows = _notices(request, SHOWN)
    return render(request, "work/notices.html", {"rows": rows, "any_unread": any(not r["read_at"] for r in rows)})


@require_GET
@gate.staff
def search(request: HttpRequest) -> HttpResponse:
    """Records whose code, headline or words hold what was typed, within reach."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[: finding.LONGEST]
    rows: list[dict] = []
    if found := finding.find(request.actor.reach, words, most=FOUND):
        with database.reading(request.actor.reach) as query:
            titles = query.rows(
                "select d.record, d.title, d.state, d.due_at from hy.duty d where d.record = any(%s)",
                [[r["record"] for r in found]],
            )
        duties = {row["record"]: row for row in titles}
        seen = {t.number: n for n, t in request.district.tables.items()}
        for row in found:
            name = seen.get(row["ledger"])
            if name and access.may_see(request.district.rules.ledgers[name], request.actor):
                rows.append(
                    row
                    | {
                        "name": name,
                        "url": record_url(name, row["code"]),
                        "title": request.district.rules.ledgers[name].title,
                        "duty": duties.get(row["record"]),
                    }
                )
    return render(request, "work/search.html", {"q": words, "rows": rows, "most": FOUND})


def first_steps(request: HttpRequest) -> list[tuple[str, Ledger, Step]]:
    """Every step by which the actor may begin a record."""
    return [
        (name, ledger, step)
        for name, ledger in request.district.rules.ledgers.items()
        if access.may_see(ledger, request.actor)
        for step in access.first_steps(request.district, request.actor, name)
    ]


def _notices(request: HttpRequest, most: int, unread: bool = False) -> list[dict]:
    district, post = request.district, request.actor.post
    rows = database.direct().rows(
        "select n.record, n.ledger, n.kind, n.words, n.made_at, n.read_at, s.code from hy.notice n left join hy.search_row s "
        "on s.district = n.district and s.ledger = n.ledger and s.record = n.record where n.district = %s and n.target = %s "
        f"{'and n.read_at is null ' if unread else ''}order by n.made_at desc, n.id desc limit {int(most)}",
        [district.id, f"post:{post.id if post else 0}"],
    )
    names = {t.number: n for n, t in district.tables.items()}
    for row in rows:
        row["url"] = record_url(names[row["ledger"]], row["code"]) if row["code"] and row["ledger"] in names else ""
    return rows


def _shared(request: HttpRequest) -> list[dict]:
    """Open work in which my office assists."""
    actor, district = request.actor, request.district
    if not actor.post:
        return []
    seen = {district.tables[n].number: n for n, one in district.rules.ledgers.items() if access.may_see(one, actor)}
    with database.writing(district.id) as query:
        rows = query.rows(
            "select d.ledger, d.code, d.title, d.unit, d.state, d.due_at from hy.share s join hy.duty d on d.district = s.district "
            "and d.record = s.record where s.district = %s and s.office = %s and s.ledger = any(%s) order by d.due_at nulls last limit 50",
            [district.id, actor.post.office, list(seen)],
        )
    return [row | {"name": seen[row["ledger"]], "url": record_url(seen[row["ledger"]], row["code"])} for row in rows]


urlpatterns = [
    path("work", work, name="work"),
    path("notices", notices, name="notices"),
    path("search", search, name="search"),
]
