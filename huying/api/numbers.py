"""/indicators and /commitments: the same numbers as the pages, with the SQL that made them and the records behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api import number_shapes, shapes
from huying.api.asking import past_moment, wrong
from huying.api.cells import CELL, cell_of, indicator_of, stretch
from huying.api.gate import unknown_parameters
from huying.api.ledgers import READ, Limit, Moment, Offset
from huying.api.problems import Problem
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply
from huying.declare import kinds
from huying.declare.indicators import PERIODS
from huying.declare.kinds import say
from huying.engine import catalogue, commitments, figure_labels, figures, indicators

router = Router()
From = Annotated[date | None, Query(alias="from")]
To = Annotated[date | None, Query(alias="to")]
Words = Annotated[str, Query(max_length=200, description="Names of splits, with commas.")]
Areas = Annotated[
    str,
    Query(
        pattern="^(then|now)$",
        description="then: areas as they were; now: today's, by the declared shares of areas that were split or merged.",
    ),
]
Period = Annotated[
    str | None,
    Query(
        max_length=20, description="In place of from and to: 2020, 2020H1, 2020-Q3, 2020-09, 2020-W12 or 2020-06-11."
    ),
]
By = Annotated[str | None, Query(pattern=f"^({'|'.join(PERIODS)})$")]


@router.get("/indicators", auth=READ, response={200: number_shapes.Indicators, **REFUSALS}, tags=["numbers"])
def list_indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator whose ledger the caller may see, and the published ones."""
    caller, shower = request.auth, Shower(request.auth)
    rules = caller.district.rules
    seen = [one for one in rules.indicators.values() if indicators.may_see(rules, one, caller.actor)]
    return reply({"indicators": [_declared(shower, one) for one in seen]})


@router.get(
    "/indicators/{name}",
    auth=READ,
    by_alias=True,
    response={200: number_shapes.Measured, **REFUSALS},
    tags=["numbers"],
    openapi_extra=CELL,
)
def measure(
    request: HttpRequest,
    name: str,
    start: From = None,
    end: To = None,
    period: Period = None,
    split: Words = "",
    by: By = None,
    as_of: Moment = None,
    areas: Areas = "then",
) -> HttpResponse:
    """Figures of one indicator for [from, to), or for a period; the year so far when nothing is said. Days are the district's."""
    caller, shower = request.auth, Shower(request.auth)
    indicator = indicator_of(caller, name)
    known = ("from", "to", "period", "split", "by", "as_of", "areas")
    cell = cell_of(request, caller, name, known, start, end, period, by, as_of)
    try:
        measured = indicators.measure(
            caller.district,
            name,
            start=cell.start,
            end=cell.end,
            actor=caller.actor,
            split=splits_of(split),
            as_of=cell.as_of,
            by=cell.by if period else by,
            only=cell.only,
            areas=areas,
        )
    except indicators.Unanswerable as error:
        raise Problem(422, "indicator.unanswerable", str(error)) from None
    except ValueError as error:
        raise wrong("from", str(error)) from None
    labels = figure_labels.labels(caller.district, measured, shower.lang)
    return reply(
        {
            "indicator": _declared(shower, indicator),
            "figures": [_figure(measured, labels, one, shower.lang) for one in measured.figures],
            "parts": [_part(shower, measured, one) for one in measured.parts],
            "from": measured.start,
            "to": measured.end,
            "by": measured.by,
            "words": shower.say(measured.words),
            "sql": indicators.shown_sql(measured),
            "as_of": measured.as_of,
            "moment": measured.moment,
            "rule": measured.rule,
            "digest": measured.digest.hex(),
            "notes": [shower.say(note) for note in measured.notes],
            "provisional": measured.provisional,
        }
    )


measure.reads_filters = True


def splits_of(text: str) -> tuple[str, ...]:
    """Names of splits, as a call lists them."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


@router.get(
    "/indicators/{name}/records",
    auth=READ,
    response={200: shapes.Behind, **REFUSALS},
    tags=["numbers"],
    openapi_extra=CELL,
)
def behind(
    request: HttpRequest,
    name: str,
    start: From = None,
    end: To = None,
    part: str = Query("num", pattern="^(num|miss|den|all)$"),
    as_of: Moment = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> HttpResponse:
    """The records that one figure counts, newest first. `from` and `to` are the figure's since and until."""
    caller, shower = request.auth, Shower(request.auth)
    indicator = indicator_of(caller, name)
    known = ("from", "to", "part", "as_of", "limit", "offset")
    cell = {key: value for key, value in request.GET.items() if key not in known}
    if unknown := sorted(set(cell) - set(indicator.split)):
        raise unknown_parameters(unknown, sorted([*known, *indicator.split]))
    since, until = stretch(caller, start, end)
    try:
        found = indicators.records_behind(
            caller.district,
            caller.actor,
            name,
            since,
            cell,
            past_moment(caller, as_of),
            part,
            end=until,
            offset=offset,
            limit=limit,
        )
    except indicators.Unanswerable as error:
        raise Problem(422, "indicator.unanswerable", str(error)) from None
    except ValueError as error:
        raise wrong("from", str(error)) from None
    return reply(
        {
            "records": [shower.record(one) for one in found.records],
            "total": found.total,
            "limit": limit,
            "offset": offset,
        }
    )


behind.reads_filters = True


@router.get("/commitments", auth=READ, response={200: shapes.Commitments, **REFUSALS}, tags=["numbers"])
def list_commitments(request: HttpRequest, as_of: Moment = None) -> HttpResponse:
    """Every promise as it stands."""
    caller, shower = request.auth, Shower(request.auth)
    board = commitments.board(caller.district, caller.actor, past_moment(caller, as_of))
    return reply({"commitments": [_promise(shower, one) for one in board]})


@router.get("/commitments/{name}", auth=READ, response={200: shapes.Commitment, **REFUSALS}, tags=["numbers"])
def commitment(request: HttpRequest, name: str, as_of: Moment = None) -> HttpResponse:
    """One promise: its claim, evidence, calendar and finding side by side."""
    caller = request.auth
    try:
        found = commitments.status(caller.district, caller.actor, name, past_moment(caller, as_of))
    except KeyError:
        raise Problem(
            404,
            "commitment.none",
            "没有这项$commitment；全部见 /api/v1/commitments | "
            "There is no such commitment; /api/v1/commitments lists them",
        ) from None
    return reply(_promise(Shower(caller), found))


def _declared(shower: Shower, one: kinds.Indicator) -> dict[str, Any]:
    entry = catalogue.entry_of(shower.district, one)
    return {
        "name": one.name,
        "title": shower.say(one.title),
        "question": shower.say(one.question),
        "of": one.of,
        "measure": one.measure,
        "unit": shower.say(one.unit),
        "period": f"{one.period[0]} of {one.period[1]}",
        "split": list(one.split),
        "good": one.good,
        "source": shower.say(one.source),
        "kind": entry.kind,
        "pack": entry.pack,
        "owner": entry.owner,
        "published": one.published,
    }


def _figure(
    measured: indicators.Measured, labels: list[dict[str, str]], one: figures.Figure, lang: str
) -> dict[str, Any]:
    return {
        "period": one.period,
        "since": one.since,
        "until": one.until,
        "split": dict(zip(measured.split, one.split, strict=True)),
        "labels": {
            name: labels[n].get(value, value)
            for n, (name, value) in enumerate(zip(measured.split, one.split, strict=True))
        },
        "value": one.value,
        "num": _exact(one.num),
        "den": _exact(one.den),
        "rows": one.rows,
        "left_out": one.left_out,
        "status": one.status,
        "says": say(one.says, lang),
    }


def _part(shower: Shower, measured: indicators.Measured, part: indicators.Measured) -> dict[str, Any]:
    """Where to ask for a part: by its name, over its own days."""
    return {
        "indicator": part.indicator.name,
        "title": shower.say(part.indicator.title),
        "from": part.start,
        "to": part.end,
    }


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else format(Decimal(value).normalize(), "f")


def _promise(shower: Shower, one: commitments.Status) -> dict[str, Any]:
    said, standing = one.commitment, one.standing
    expected = one.calendar.value
    return {
        "name": said.name,
        "title": shower.say(said.title),
        "document": shower.say(said.document),
        "area": shower.say(said.area),
        "measure": said.measure,
        "target": said.target,
        "comparator": said.comparator,
        "unit": shower.say(said.unit),
        "deadline": said.deadline,
        "days_left": one.days_left,
        "evidence": one.value,
        "evidence_status": one.evidence.figure.status if one.evidence else None,
        "expected": float(expected) if isinstance(expected, Fraction) else expected,
        "status": standing.status,
        "light": standing.light,
        "met": standing.met,
        "words": shower.say(standing.words),
        "claim": shower.record(one.claim) if one.claim else None,
        "finding": shower.record(one.finding) if one.finding else None,
    }
