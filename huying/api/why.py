"""/indicators/{name}/explain and what-if: why a figure is so, what it would be; and tables as CSV on the Web."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api import why_shapes
from huying.api.asking import moment, wrong
from huying.api.callers import Caller
from huying.api.cells import CELL, cell_of
from huying.api.ledgers import READ, Limit, Moment, Offset
from huying.api.numbers import By, From, Period, To, Words, splits_of
from huying.api.problems import Problem, language
from huying.api.shapes import REFUSALS
from huying.api.show import as_json, reply
from huying.engine import catalogue, csvw, explaining, indicators, records, what_if, why_told
from huying.engine.explaining import Cell

router = Router()
CSV, METADATA = "text/csv", "application/csvm+json"
Against = Annotated[
    str,
    Query(
        max_length=40,
        description="With what it is compared: previous, year, or a moment (the same figure as it was known then).",
    ),
]
Codes = Annotated[
    str, Query(max_length=4000, alias="records", description="Codes of records of the indicator's ledger, with commas.")
]
State = Annotated[
    str, Query(max_length=40, alias="if", description="The state that they are supposed to have come to.")
]
ASKED = ("from", "to", "period", "by", "as_of")


@router.get(
    "/indicators/{name}/explain",
    auth=READ,
    by_alias=True,
    response={200: why_shapes.Explained, **REFUSALS},
    tags=["numbers"],
    openapi_extra=CELL,
)
def explain(
    request: HttpRequest,
    name: str,
    start: From = None,
    end: To = None,
    period: Period = None,
    by: By = None,
    as_of: Moment = None,
    against: Against = "previous",
    part: Literal["num", "miss", "den", "all"] = "den",
    limit: Limit = 20,
    offset: Offset = 0,
) -> HttpResponse:
    """Why one figure is so: its rule, what changed and through which records, the records behind, the SQL, who may see it."""
    caller = request.auth
    known = (*ASKED, "against", "part", "limit", "offset")
    cell = cell_of(request, caller, name, known, start, end, period, by, as_of)
    compared: str | datetime | None = against
    if against not in (explaining.PREVIOUS, explaining.YEAR):
        try:
            compared = moment(caller, "against", datetime.fromisoformat(against))
        except ValueError:
            raise wrong("against", "写 previous、year 或一个时间 | Say previous, year or a moment") from None
    assert compared is not None
    try:
        found = explaining.explain(
            caller.district, cell, caller.actor, against=compared, part=part, offset=offset, limit=limit
        )
    except ValueError as error:
        raise _unanswerable(error) from None
    return reply(why_told.Told(caller.district, language()).as_dict(found))


explain.reads_filters = True


@router.get(
    "/indicators/{name}/what-if",
    auth=READ,
    response={200: why_shapes.Supposed, **REFUSALS},
    tags=["numbers"],
    openapi_extra=CELL,
)
def suppose(
    request: HttpRequest,
    name: str,
    codes: Codes,
    to: State,
    start: From = None,
    end: To = None,
    period: Period = None,
    by: By = None,
    on: date | None = None,
) -> HttpResponse:
    """What one figure would be by the same rule, had these records come to another state (on a day). Nothing is written."""
    caller = request.auth
    cell = cell_of(request, caller, name, (*ASKED, "records", "if", "on"), start, end, period, by, None)
    wanted = [code.strip() for code in codes.split(",") if code.strip()]
    ledger = caller.district.rules.indicators[name].of
    ids = records.by_codes(caller.district, caller.actor, ledger, wanted)
    if missing := [code for code in wanted if code not in ids]:
        shown = "、".join(missing[:5])[:200]
        raise wrong("records", f"没有或不在您的范围内：{shown} | Not there or not within your reach: {shown}")
    try:
        found = what_if.what_if(caller.district, cell, caller.actor, list(ids.values()), to, on)
    except ValueError as error:
        raise _unanswerable(error) from None
    told = why_told.Told(caller.district, language())
    return reply(
        {
            "indicator": name,
            "before": told.figure(found.before.figure),
            "after": told.figure(found.after.figure),
            "taken": [one.code for one in found.taken],
            "left": list(found.left),
            "said": [told.say(sentence) for sentence in found.said],
        }
    )


suppose.reads_filters = True


def _unanswerable(error: ValueError) -> Problem:
    return Problem(422, "indicator.unanswerable", str(error))


def _table(request: HttpRequest, caller: Caller, cell: Cell, split: str, by: str | None) -> indicators.Measured:
    try:
        return indicators.measure(
            caller.district,
            cell.name,
            start=cell.start,
            end=cell.end,
            actor=caller.actor,
            split=splits_of(split),
            by=by if by is not None else cell.by,
            as_of=cell.as_of,
            only=cell.only,
        )
    except ValueError as error:
        raise _unanswerable(error) from None


@router.get(
    "/indicators/{name}/figures.csv",
    auth=READ,
    response={200: str, **REFUSALS},
    tags=["numbers"],
    openapi_extra={**CELL, "x-files": [CSV]},
)
def figures_csv(
    request: HttpRequest,
    name: str,
    start: From = None,
    end: To = None,
    period: Period = None,
    split: Words = "",
    by: By = None,
    as_of: Moment = None,
) -> HttpResponse:
    """Figures as csv, as pages export them; `Link` leads to what the columns are (CSV on the Web)."""
    caller = request.auth
    cell = cell_of(request, caller, name, (*ASKED, "split"), start, end, period, by, as_of)
    measured = _table(request, caller, cell, split, by)
    return _csv(request, csvw.figures_csv(caller.district, measured, language()), "figures.csv", name)


figures_csv.reads_filters = True


@router.get(
    "/indicators/{name}/figures.csv-metadata.json",
    auth=READ,
    response={200: dict[str, Any], **REFUSALS},
    tags=["numbers"],
    openapi_extra={**CELL, "x-media": METADATA},
)
def figures_metadata(
    request: HttpRequest,
    name: str,
    start: From = None,
    end: To = None,
    period: Period = None,
    split: Words = "",
    by: By = None,
    as_of: Moment = None,
) -> HttpResponse:
    """What the columns of figures.csv, asked the same, are: CSV on the Web."""
    caller = request.auth
    cell = cell_of(request, caller, name, (*ASKED, "split"), start, end, period, by, as_of)
    measured = _table(request, caller, cell, split, by)
    return _metadata(csvw.figures_metadata(caller.district, measured, _asked(request, "figures.csv"), language()))


figures_metadata.reads_filters = True


@router.get(
    "/indicators.csv", auth=READ, response={200: str, **REFUSALS}, tags=["numbers"], openapi_extra={"x-files": [CSV]}
)
def catalogue_csv(request: HttpRequest) -> HttpResponse:
    """The catalogue of indicators that the caller may see, as csv."""
    caller = request.auth
    found = catalogue.entries(caller.district, caller.actor)
    return _csv(request, csvw.catalogue_csv(caller.district, found, language()), "indicators.csv", "indicators")


@router.get(
    "/indicators.csv-metadata.json",
    auth=READ,
    response={200: dict[str, Any], **REFUSALS},
    tags=["numbers"],
    openapi_extra={"x-media": METADATA},
)
def catalogue_metadata(request: HttpRequest) -> HttpResponse:
    """What the columns of the catalogue are: CSV on the Web."""
    return _metadata(csvw.catalogue_metadata(request.auth.district, "indicators.csv", language()))


def _asked(request: HttpRequest, address: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _csv(request: HttpRequest, table: bytes, address: str, name: str) -> HttpResponse:
    response = HttpResponse(table, content_type=f"{CSV}; charset=utf-8; header=present")
    described = _asked(request, f"{address}-metadata.json")
    response["Link"] = f'<{described}>; rel="describedby"; type="{METADATA}"'
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _metadata(told: dict[str, Any]) -> HttpResponse:
    return HttpResponse(as_json(told), content_type=METADATA)
