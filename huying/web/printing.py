"""Papers on pages: the menu of them on a record's page and on a list, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse

from huying.declare.kinds import Field, say
from huying.declare.papers import Paper
from huying.engine import papers
from huying.engine.paper_filling import is_secret
from huying.engine.records import Record
from huying.papers.as_html import POLICY
from huying.papers.model import Paper as Made
from huying.web import gate
from huying.web.words import gettext as _

KINDS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}


@dataclass(frozen=True)
class Printed:
    """One paper: links to its files, to the annotated copy; private: what may be printed besides, on purpose."""

    paper: Paper
    files: list[tuple[str, str]]
    annotated: str
    private: list[Field]
    pressed: str


def of_record(request: HttpRequest, record: Record, asked: str = "") -> list[Printed]:
    """The papers of a record. asked: as-of as the address has it."""
    at = {"as_of": asked} if asked else {}
    found = papers.of_ledger(request.district, request.actor, record.ledger.name, False)
    secret = bool(at) or is_secret(request.district, record)
    return [
        _printed(
            one,
            {"code": record.code, **at},
            [] if secret else [n for n in one.private if n in record.unmaskable],
            record.ledger.fields,
        )
        for one in found
    ]


def of_list(request: HttpRequest, ledger: str, view: str = "") -> list[Printed]:
    """The papers of a list, with the filters of its page. view: the key of the view that it shows."""
    asked = {name: value for name, value in request.GET.items() if name not in ("page", "sort") and value}
    asked |= {"view": view} if view else {}
    declared = request.district.rules.ledgers[ledger]
    return [
        _printed(
            one,
            asked,
            [n for n in one.private if "as_of" not in asked and request.actor.kinds.intersection(declared.masked[n])],
            declared.fields,
        )
        for one in papers.of_ledger(request.district, request.actor, ledger, True)
    ]


def _printed(paper: Paper, asked: dict[str, str], private: list[str], fields: dict[str, Field]) -> Printed:
    def url(**more: str) -> str:
        return f"/papers/{paper.name}?{urlencode({**asked, **more})}"

    words = {"html": _("网页"), **KINDS}
    return Printed(
        paper,
        [(words[kind], url(format=kind)) for kind in papers.kinds(paper)],
        url(format="docx", copy="annotated"),
        [fields[name] for name in private],
        url(format="docx"),
    )


def sent(request: HttpRequest, made: Made, kind: str, stem: str) -> HttpResponse:
    """A paper as an answer: a page is shown, a file is saved."""
    try:
        body = papers.write(made, kind)
    except papers.Refused as refused:
        return gate.refusal(request, say(refused.sentence, request.lang), 422)
    except papers.NoFont as missing:
        return gate.refusal(request, say(str(missing), request.lang), 501)
    response = HttpResponse(body, content_type=papers.KINDS[kind])
    way = "inline" if kind == "html" else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(stem)}.{kind}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    if kind == "html":
        response["Content-Security-Policy"] = POLICY
    return response
