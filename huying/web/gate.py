"""Who is let in to a page: staff only, and the sentence for those who are not. Nothing typed is lost on the way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from huying.engine import drafts, sealed
from huying.engine.access import Refused
from huying.web.words import gettext as _

View = Callable[..., HttpResponse]
KEPT = "kept"  # the session's form that was sent without being signed in
LARGEST = 64 * 1024
OWN_PAGES = ("/account", "/signout", "/language")


def staff(view: View) -> View:
    """The view for people with an account; others are sent to sign in and come back to where they were."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor is None or not request.actor.signed_in:
            return _to_sign_in(request)
        if request.user.must_change and request.path not in OWN_PAGES:
            return HttpResponseRedirect("/account")
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refusal(request, str(refused), 403)

    return guarded


def refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """A page that says what is the matter and where to go."""
    return render(request, "parts/refusal.html", {"sentence": sentence}, status=status)


def not_found(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Nothing here, or nothing for this person: the two are not told apart."""
    return refusal(request, _("没有这一页，或不在您的范围内。可从菜单重新进入。"), 404)


def restored(request: HttpRequest, form: str) -> tuple[dict[str, list[str]], datetime | None]:
    """(what was typed in the form of this address and never arrived, when it was kept); empty where nothing was."""
    if (kept := request.session.get(KEPT)) and kept["path"] == form:
        body = sealed.unseal(base64.b64decode(kept["body"]), f"kept {form}")
        del request.session[KEPT]
        if body:
            return json.loads(body), datetime.fromisoformat(kept["at"])
    found = drafts.read(request.district, _who(request), form)
    return found if found else ({}, None)


def keep(request: HttpRequest, form: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep what is being typed; whether it was small enough."""
    return drafts.save(request.district, _who(request), form, fields)


def arrived(request: HttpRequest, form: str) -> None:
    """The form was taken: its draft is gone."""
    drafts.drop(request.district, _who(request), form)


def _who(request: HttpRequest) -> str:
    return f"person:{request.actor.person}"


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path()
    if request.method == "POST":
        back = form = request.POST.get("form_path") or request.path
        fields = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
        body = json.dumps(fields).encode()
        if len(body) <= LARGEST and request.district:
            at = request.district.now().isoformat()
            sealed_body = base64.b64encode(sealed.seal(body, f"kept {form}")).decode()
            request.session[KEPT] = {"path": form, "body": sealed_body, "at": at}
    url = f"/signin?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
