"""Who had private and secret values shown, of which record, when and why: for the auditor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.engine import unmasking
from huying.web import gate, requested

ROWS = 50
LONGEST = 60  # characters of what is looked for


@require_GET
@gate.staff
def looks(request: HttpRequest) -> HttpResponse:
    """The latest first; of one person, or of one record, where that is asked. It shows no value."""
    who, code = (" ".join(request.GET.get(name, "").replace("\0", "").split())[:LONGEST] for name in ("who", "code"))
    number = requested.page_number(request)
    found, more = unmasking.register(
        request.district, request.actor, who=who, code=code, offset=(number - 1) * ROWS, limit=ROWS
    )
    ledgers = request.district.rules.ledgers
    lines = [(one, ledgers.get(one.ledger), _titles(ledgers, one)) for one in found]
    return render(
        request, "looks/looks.html", {"lines": lines, "who": who, "code": code, "page_no": number, "more": more}
    )


def _titles(ledgers: dict, one: unmasking.Shown) -> list[str]:
    fields = ledgers[one.ledger].fields if one.ledger in ledgers else {}
    return [fields[name].title if name in fields else name for name in one.fields]


urlpatterns = [path("looks", looks, name="looks")]
