"""One cell as a call asks for it: an indicator, its days or a period, values of its splits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.http import HttpRequest

from huying.api.asking import named, past_moment, wrong
from huying.api.callers import Caller
from huying.api.gate import unknown_parameters
from huying.api.problems import Problem
from huying.declare.kinds import Indicator
from huying.engine import figures
from huying.engine.explaining import Cell

CELL = {"parameters": [named("The cell: a split's name and its value, such as street=440106018000.")]}


def indicator_of(caller: Caller, name: str) -> Indicator:
    """The indicator of a name. Raises Problem."""
    found = caller.district.rules.indicators.get(name)
    if found is None:
        raise Problem(
            404,
            "indicator.none",
            "没有这个$indicator；全部见 /api/v1/indicators | There is no such indicator; /api/v1/indicators lists them",
        )
    return found


def stretch(caller: Caller, start: date | None, end: date | None) -> tuple[date, date]:
    """The days asked for; from the year's first day to today where nothing is said."""
    today = caller.district.today()
    since, until = start or date((end or today).year, 1, 1), end or today + timedelta(days=1)
    for name, day in (("from", since), ("to", until)):
        if not 1900 <= day.year <= 2199:
            raise wrong(name, "年份应在 1900 至 2199 | The year should be 1900 to 2199")
    if since >= until:
        raise wrong("to", "to 应晚于 from | to should be after from")
    return since, until


def cell_of(
    request: HttpRequest,
    caller: Caller,
    name: str,
    known: tuple[str, ...],
    start: date | None,
    end: date | None,
    period: str | None,
    by: str | None,
    as_of: datetime | None,
) -> Cell:
    """The cell; a period stands for from, to and by. Raises Problem for parameters that are neither known nor a split of the
    indicator, and for a period that is none."""
    indicator = indicator_of(caller, name)
    only = {key: value for key, value in request.GET.items() if key not in known}
    if unknown := sorted(set(only) - set(indicator.split)):
        raise unknown_parameters(unknown, sorted([*known, *indicator.split]))
    if period:
        if start or end:
            raise wrong("period", "写了 period 就不写 from 和 to | period stands in the place of from and to")
        try:
            start, end, unit = figures.named(period)
        except ValueError as error:
            raise wrong("period", str(error)) from None
        by = by or unit
    since, until = stretch(caller, start, end)
    return Cell(name, since, until, by or "all", only, past_moment(caller, as_of))
