"""For everyone: the text of a published document with the promises of it that are in force, to read and to print."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import documents, pace, people, readings
from huying.web import gate, textmarks
from huying.web.reviewing import public_tasks


@require_GET
def text(request: HttpRequest, code: str) -> HttpResponse:
    """The text, the stretches that promises in force stand on, and those promises beside it. Nothing of what is not settled."""
    document = documents.public(request.district, code) if request.district else None
    if document is None:
        return gate.not_found(request)
    found = readings.lines(request.district, people.system(request.district.id), document.id)
    promises: list[dict[str, Any]] = []
    places: list[tuple[int, int, str, str]] = []
    for n, (status, lines) in enumerate(public_tasks(request, document, found), 1):
        places += [(line.starts, line.ends, str(n), f"#p{n}") for line in lines]
        office = request.tree.by_code.get(status.commitment.lead)
        promises.append(
            {
                "n": n,
                "status": status,
                "title": say(status.commitment.title, request.lang),
                "words": say(status.standing.words, request.lang),
                "office": office.name(request.lang) if office else "",
                "deadline": pace.deadline(status.commitment, status.asked),
                "times": len(lines),
            }
        )
    places.sort()
    return render(
        request,
        "reading/public.html",
        {
            "document": document,
            "text": textmarks.of_promises(documents.report_in(request.district, document), places, request.lang),
            "promises": promises,
        },
    )


urlpatterns = [path("promises/<str:code>", text, name="promise_text")]
