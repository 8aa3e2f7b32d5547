"""Views of a ledger: what a list is asked for, saved under a name, shared, made the one to begin with, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST

from huying.declare.kinds import say
from huying.engine import field_tests, saved_views
from huying.web import gate
from huying.web.words import gettext as _


@require_POST
@gate.staff
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Save the list as the form describes it, anew or in the place of a view of one's own."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None:
        return gate.not_found(request)
    typed = request.POST
    query = {one: typed.get(one, "")[:500] for one in saved_views.ASKED}
    query["filter"] = "\n".join(typed.get("filter", "").splitlines()[: field_tests.MOST])
    query["columns"] = ",".join(column for column in typed.getlist("column") if column in declared.fields)
    key = typed.get("view", "") if "replace" in typed else ""
    try:
        view = saved_views.save(
            request.district, request.actor, declared, typed.get("title", ""), query, typed.get("shared", "own"), key
        )
    except ValueError as wrong:
        messages.warning(request, say(str(wrong), request.lang))
        return HttpResponseRedirect(f"/ledgers/{name}?view=")
    if "begin" in typed:
        saved_views.make_default(request.district, request.actor, declared, view.key)
    messages.success(request, _("视图“%(title)s”存好了。") % {"title": view.title})
    return HttpResponseRedirect(f"/ledgers/{name}?view={view.key}")


@require_POST
@gate.staff
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """The ledger begins with a view from now on, or with none again; or a view of one's own is deleted."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None:
        return gate.not_found(request)
    key = request.POST.get("view", "")
    if "drop" in request.POST:
        if not saved_views.drop(request.district, request.actor, declared, key):
            return gate.not_found(request)
        messages.info(request, _("视图已删去。"))
        return HttpResponseRedirect(f"/ledgers/{name}?view=")
    wanted = key if "on" in request.POST else ""
    saved_views.make_default(request.district, request.actor, declared, wanted)
    messages.success(request, _("以后先打开这个视图。") if wanted else _("以后先打开全部。"))
    return HttpResponseRedirect(f"/ledgers/{name}?view={key}")


urlpatterns = [
    path("ledgers/<str:name>/views", save),
    path("ledgers/<str:name>/views/begin", begin),
]
