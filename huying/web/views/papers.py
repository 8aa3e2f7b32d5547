"""Official papers printed: of a record, or of a list as it is filtered; clean or annotated, in four kinds of file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import say
from huying.engine import papers
from huying.web import gate, listing, printing, recordview


@require_http_methods(["GET", "POST"])
@gate.staff
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """The file. Asked for (GET) it has no private value; pressed for (POST) it has those this person may see, logged."""
    district, code, given = request.district, request.GET.get("code", ""), request.GET
    declared = district.rules.papers.get(name)
    kind = given.get("format", "docx")
    if declared is None or declared.over or kind not in papers.kinds(declared) or bool(code) == bool(declared.list):
        return gate.not_found(request)
    as_of, wrong = recordview.as_of(request)
    if wrong:
        return gate.refusal(request, wrong, 422)
    record = recordview.find(request, declared.of, code, as_of) if code else None
    if code and record is None:
        return gate.not_found(request)
    asked = listing.asked_of(request, district.rules.ledgers[declared.of], as_of) if declared.list else None
    annotated = given.get("copy") == "annotated"
    try:
        made = papers.make(
            district,
            request.tree,
            request.actor,
            name,
            record=record,
            filters=asked.filters if asked else {},
            where=asked.where if asked else None,
            as_of=as_of,
            lang=request.lang,
            annotated=annotated,
            private=request.method == "POST",
        )
    except papers.Refused as refused:
        return gate.refusal(request, say(refused.sentence, request.lang), 422)
    stem = papers.file_name(declared, record, district.today(), request.lang, annotated)
    return printing.sent(request, made, kind, stem)


urlpatterns = [path("papers/<str:name>", paper)]
