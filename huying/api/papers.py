"""/papers: official papers of records and lists, as files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api.asking import ledger_of, past_moment, record_of, wrong
from huying.api.filters import LISTING, filters_of
from huying.api.ledgers import READ, Moment
from huying.api.paper_shapes import Papers
from huying.api.problems import Problem, language
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply
from huying.engine import papers

router = Router()
KNOWN = ("record", "format", "annotated", "as_of")
Kind = Literal["docx", "xlsx", "html", "pdf"]
Code = Annotated[str | None, Query(max_length=60, description="Code or id of the record; none for a list.")]


@router.get("/papers", auth=READ, response={200: Papers, **REFUSALS}, tags=["papers"])
def declared(request: HttpRequest) -> HttpResponse:
    """The papers that the caller may print, and of what: of one record, or of a list."""
    caller, shower = request.auth, Shower(request.auth)
    found = [
        one for one in caller.district.rules.papers.values() if papers.may_print(caller.district, caller.actor, one)
    ]
    return reply(
        {
            "papers": [
                {
                    "name": one.name,
                    "title": shower.say(one.title),
                    "ledger": one.of,
                    "list": one.list is not None,
                    "formats": papers.kinds(one),
                }
                for one in found
            ]
        }
    )


@router.get(
    "/papers/{name}",
    auth=READ,
    response={200: str, **REFUSALS},
    tags=["papers"],
    openapi_extra={**LISTING, "x-files": [kind.partition(";")[0] for kind in papers.KINDS.values()]},
)
def paper(
    request: HttpRequest,
    name: str,
    record: Code = None,
    format: Kind = "docx",
    annotated: bool = False,
    as_of: Moment = None,
) -> HttpResponse:
    """A paper as a file, in the language that Accept-Language asks for; private values are masked.

    `annotated` gives the copy with the source of each value. A paper of a list takes the filters of the ledger's records.
    """
    caller = request.auth
    found = caller.district.rules.papers.get(name)
    if found is None or not papers.may_print(caller.district, caller.actor, found):
        raise Problem(404, "paper.none", "没有这份公文，或不归您印 | There is no such paper for you")
    if format not in papers.kinds(found):
        may = ", ".join(papers.kinds(found))
        raise wrong("format", f"这份公文可以是：{may} | This paper may be: {may}")
    if bool(record) == bool(found.list):
        raise wrong(
            "record", "一条记录的公文给 record，列表的不给 | A paper of a $record takes record, one of a list does not"
        )
    moment: datetime | None = past_moment(caller, as_of)
    ledger = ledger_of(caller, found.of)
    filters = filters_of(caller, ledger, request.GET, KNOWN)
    one = record_of(caller, ledger, record, moment) if record else None
    given = {"record": one, "filters": filters, "as_of": moment, "lang": language(), "annotated": annotated}
    try:
        body = papers.write(papers.make(caller.district, caller.tree, caller.actor, name, **given), format)
    except papers.Refused as refused:
        raise wrong("format", refused.sentence, "paper.too-long") from None
    except papers.NoFont as missing:
        raise wrong("format", str(missing), "paper.no-font") from None
    response = HttpResponse(body, content_type=papers.KINDS[format])
    stem = papers.file_name(found, one, caller.district.today(), language(), annotated)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stem)}.{format}"
    response["Cache-Control"] = "no-store"
    return response


paper.reads_filters = True
