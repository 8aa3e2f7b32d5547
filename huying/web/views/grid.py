"""A ledger's list as a grid: cells are changed where they stand, pasted from a sheet program, and taken back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import say
from huying.engine import access, records, returning
from huying.web import gate, gridding, listing, recordview, turning
from huying.web.views.ledgers import COUNTED

ROWS = 100


@require_http_methods(["GET", "POST"])
@gate.staff
def grid(request: HttpRequest, name: str) -> HttpResponse:
    """A page of the list as cells, with the list's filters; a change is sent here and answered as JSON. A past day is shown
    and not changed."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None:
        return gate.not_found(request)
    access.reach_for(declared, request.actor)
    if request.method == "POST":
        return _changed(request, gridding.Grid(request, declared))
    as_of, wrong = recordview.as_of(request)
    asked = listing.asked_of(request, declared, as_of)
    turn = turning.turn_of(request, name, ROWS)
    try:
        page = records.page(
            request.district,
            request.actor,
            name,
            where=asked.where,
            filters=asked.filters,
            **asked.by,
            **turn.by,
            as_of=as_of,
            count_to=COUNTED,
        )
    except (ValueError, KeyError):
        return HttpResponseRedirect(f"{request.path}?view=")
    cells = gridding.Grid(request, declared, asked.columns)
    first = turn.first_row
    shown = {
        "name": name,
        "ledger": declared,
        "grid": cells,
        "rows": cells.rows(page.records, first),
        "next": first + len(page.records),
        "choices": gridding.choices_of(cells.columns),
        "page": page,
        "turn": turn,
        "as_of": as_of,
        "wrong": wrong,
        "turns": turn.links(page),
        "first_row": first,
        "last_row": first + len(page.records) - 1,
        "asked": asked.shown,
        "list": asked,
        "last": not page.more
        and not as_of
        and not asked.filters
        and not asked.where,  # what is pasted past the last row is new
        "code_why": say(cells.locked["code"], request.lang),
        "query": request.GET.urlencode(),
    }
    return render(request, "ledgers/grid.html", shown)


def _changed(request: HttpRequest, cells: gridding.Grid) -> HttpResponse:
    """Write what was sent: `all` of it or none, what is `valid` of it, or `undo` what was written.

    The answer says of every row how it stands now and of every refused cell why; status 200 whether or not it was
    written, 422 for what is no edit.
    """
    district, actor, ledger = request.district, request.actor, cells.ledger
    try:
        body, key = gridding.body_of(request)
        if "undo" in body:
            acts = gridding.undone(body)
            found = returning.undo(district, actor, request.tree, ledger.name, acts, key, request.lang)
        else:
            edits = gridding.edits_of(body, ledger)
            found = returning.edit(district, actor, request.tree, ledger.name, edits, key, request.lang)
    except gridding.NotReadable as refused:
        return JsonResponse({"problem": say(str(refused), request.lang)}, status=422)
    whole = body.get("mode") == "all"
    done = None if whole and found.refused else returning.write(district, actor, found)
    answer = JsonResponse(gridding.answered(cells, found, done))
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [path("ledgers/<str:name>/grid", grid, name="grid")]
