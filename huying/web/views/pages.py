"""Declared pages: all of them by area of work, one as a screen of panels, one on the wall."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.declare.pages import Page
from huying.web import gate, panels
from huying.web.words import gettext as _


@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The page, each panel within what the reader may see; what they may not is left out and said."""
    return _open(request, name, "pages/page.html")


@require_GET
def wall(request: HttpRequest, name: str = "") -> HttpResponse:
    """One page as it hangs on a wall: large, dark, on one screen; without a name the first that may."""
    pages = request.district.rules.pages if request.district else {}
    hung = {key: one for key, one in pages.items() if one.wall}
    if not name and not hung:
        return gate.staff(gate.not_found)(request)
    return _open(request, name or next(iter(hung)), "pages/wall.html", wall=True)


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every page, by area of work; a page without one stands under the title of its pack."""
    rules = request.district.rules
    areas: dict[str, list[tuple[str, Page]]] = {}
    for name, one in rules.pages.items():
        pack = rules.packs[name.partition(".")[0]]
        areas.setdefault(say(one.area or pack.title, request.lang), []).append((name, one))
    return render(request, "pages/index.html", {"areas": areas})


def _open(request: HttpRequest, name: str, template: str, wall: bool = False) -> HttpResponse:
    declared = request.district.rules.pages.get(name) if request.district else None
    if declared is None or (wall and not declared.wall):
        return gate.staff(gate.not_found)(request)

    def shown(request: HttpRequest) -> HttpResponse:
        found, closed = panels.of(request, declared)
        maps = any(one["panel"].kind == "map" for one in found)
        now = f"{request.district.now().astimezone(request.district.calendar.tz):%H:%M}"
        words = {"page": declared, "name": name, "panels": found, "closed": closed, "maps": maps, "now": now}
        return render(request, template, words | {"overs": _overs(), "may_export": _may_export(request)})

    return shown(request) if declared.public else gate.staff(shown)(request)


def _overs() -> dict[str, str]:
    return {
        "day": _("今天"),
        "week": _("本周"),
        "month": _("本月"),
        "quarter": _("本季"),
        "half": _("本半年"),
        "year": _("今年"),
        "school_year": _("本学年"),
        "plan": _("本规划期"),
    }


def _may_export(request: HttpRequest) -> bool:
    return request.actor.signed_in and request.actor.may("export")


urlpatterns = [
    path("pages", index, name="pages"),
    path("pages/<str:name>", page, name="page"),
    path("wall", wall, name="wall"),
    path("wall/<str:name>", wall, name="wall_page"),
]
