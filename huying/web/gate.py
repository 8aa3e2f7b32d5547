"""Who is let in to a page: staff only, and the sentence for those who are not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from huying.engine.access import Refused

View = Callable[..., HttpResponse]


def staff(view: View) -> View:
    """The view for people with a post; others are sent to sign in and come back to where they were."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor is None or not request.actor.signed_in:
            if request.method == "POST":
                request.session["kept"] = {
                    "path": request.path,
                    "form": request.POST.dict(),
                }  # what was typed is not lost
            return HttpResponseRedirect(f"/signin?{urlencode({'next': request.get_full_path()})}")
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refusal(request, str(refused), 403)

    return guarded


def refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """A page that says what is the matter and where to go."""
    return render(request, "parts/refusal.html", {"sentence": sentence}, status=status)


def not_found(request: HttpRequest) -> HttpResponse:
    """Nothing here, or nothing for this person: the two are not told apart."""
    return refusal(request, _("没有这一页，或不在您的范围内。可从菜单重新进入。"), 404)


def kept_form(request: HttpRequest) -> dict[str, str] | None:
    """What was typed on this page when the session ended, once."""
    kept = request.session.get("kept")
    if kept and kept["path"] == request.path:
        del request.session["kept"]
        return kept["form"]
    return None
