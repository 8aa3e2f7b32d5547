"""Why is it so: the one page on which any figure explains itself, and on which one may try what it would be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import Indicator, say
from huying.engine import access, explaining, figures, hiding, records, what_if
from huying.engine.contributions import Changed
from huying.engine.counting import Unanswerable
from huying.engine.explaining import Cell, Explained
from huying.engine.records import Record
from huying.web import numbers
from huying.web.views.indicators import open_where_published, split_title, value_title
from huying.web.words import gettext as _

ROWS = 20
PARTS = ("den", "num", "miss")
STANDING = ("state", "opened_at", "closed_at", "due_at")


@require_GET
@open_where_published
def why(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: its question and rule, what it differs by and through whom, its records, its SQL, who may see it."""
    declared = request.district.rules.indicators[name]
    asked = cell_asked(request, declared)
    cell = Cell(name, asked.start, asked.end, asked.by, asked.only, asked.as_of, asked.rule)
    text = request.GET.get("page", "")
    page = int(text) if text.isdigit() and 0 < len(text) < 6 and int(text) else 1
    against, wrong = _against(request)
    part = request.GET.get("part") if request.GET.get("part") in PARTS else "den"
    try:
        found = explaining.explain(
            request.district, cell, request.actor, against=against, part=part, offset=(page - 1) * ROWS, limit=ROWS
        )
        supposed = _supposed(request, cell)
    except Unanswerable as error:
        return _refused(request, declared, str(error), 400)
    except ValueError as error:
        return _refused(request, declared, str(error), 400)
    except access.Refused as refused:
        return _refused(request, declared, str(refused), 403)
    given = request.GET.copy()
    for key in ("page", "against", "then", "record", "if", "on"):
        given.pop(key, None)
    shown = {key: value for key, value in given.items() if value}
    flow_states = explaining_states(request, found)
    return render(
        request,
        "indicators/why.html",
        {
            "indicator": declared,
            "asked": asked,
            "wrong": [*asked.wrong, *wrong],
            "cell": [(split_title(request, declared, n), value_title(request, found.measured, n, v)) for n, v in asked.only.items()],
            "only": asked.only,
            "found": found,
            "measured": found.measured,
            "figure": found.figure,
            "difference": Shown(request, found) if found.difference else None,
            "against": "moment" if isinstance(against, datetime) else against,
            "then": request.GET.get("then", ""),
            "given": shown,
            "page_no": page,
            "part": part,
            "share": declared.measure == "share",
            "missed": found.figure.den - found.figure.num if found.figure.den is not None and found.figure.num is not None else 0,
            "more": bool(found.behind and page * ROWS < found.behind.total),
            "columns": _columns(request, found),
            "states": flow_states,
            "supposed": supposed,
            "state_asked": request.GET.get("if", next(iter(flow_states), "")),
            "on_asked": request.GET.get("on", ""),
            "chosen": set(request.GET.getlist("record")),
            "parts": [Part(one) for one in found.parts],
            "closed": hiding.is_closed(request.district.rules, declared, request.actor),
            "several": len(found.measured.ledgers) > 1,
            "records_url": numbers.records_url(found.measured, found.figure, "den", only=asked.only),
        },
    )  # fmt: skip


def cell_asked(request: HttpRequest, declared: Indicator) -> numbers.Asked:
    """What the address asks; of published figures whole periods, as they are shown."""
    asked = numbers.asked(request, declared)
    if not hiding.is_closed(request.district.rules, declared, request.actor):
        return asked
    unit = declared.period[0]
    by = request.GET.get("by", unit)
    only = {name: request.GET[name] for name in declared.split if name in request.GET}
    if by == "all" or unit == "all":
        return replace(asked, by="all", only=only)
    return replace(asked, by=unit, only=only, end=figures.next_of(asked.start, unit, declared.terms))


def _against(request: HttpRequest) -> tuple[str | datetime, list[str]]:
    """With what it is compared: previous, year, or the moment that ?then= names."""
    given = request.GET.get("against", explaining.PREVIOUS)
    if given != "moment":
        return (given if given in (explaining.PREVIOUS, explaining.YEAR) else explaining.PREVIOUS), []
    found, wrong = numbers.moment(request, "then")
    return found or explaining.PREVIOUS, wrong


def _refused(request: HttpRequest, declared: Indicator, sentence: str, status: int) -> HttpResponse:
    words = {"indicator": declared, "sentence": say(sentence, request.lang)}
    return render(request, "indicators/unanswerable.html", words, status=status)


def _supposed(request: HttpRequest, cell: Cell) -> dict[str, Any] | None:
    """What the figure would be, of the records that were chosen; None where none were."""
    codes, to = request.GET.getlist("record"), request.GET.get("if", "")
    if not codes or not to or not request.actor.signed_in:
        return None
    try:
        on = date.fromisoformat(request.GET["on"]) if request.GET.get("on") else None
    except ValueError:
        return {"wrong": _("日期写成 2020-06-11 这样")}
    ledger = request.district.rules.indicators[cell.name].of
    ids = records.by_codes(request.district, request.actor, ledger, codes[: what_if.MOST])
    try:
        found = what_if.what_if(request.district, cell, request.actor, list(ids.values()), to, on)
    except (ValueError, access.Refused) as error:
        return {"wrong": say(str(error), request.lang)}
    return {"found": found, "said": [say(one, request.lang) for one in found.said]}


def explaining_states(request: HttpRequest, found: Explained) -> dict[str, str]:
    """States that may be supposed of the records shown: none where there are no records, or they are of the past."""
    one = found.measured.indicator
    if found.behind is None or not found.behind.records or found.measured.as_of or not request.actor.signed_in:
        return {}
    return what_if.states_of(request.district, one.of)


@dataclass(frozen=True)
class Part:
    """A part of a number figured from others, and the address at which it explains itself."""

    found: Explained

    @property
    def url(self) -> str:
        return numbers.why_url(self.found.measured, self.found.figure, only=self.found.cell.only)


class Shown:
    """A difference as the page tells it."""

    def __init__(self, request: HttpRequest, found: Explained):
        assert found.difference is not None
        self.found, self.request, self.of = found.difference, request, found
        self.adds_up = self.found.num is not None
        self.has_den = self.found.den is not None
        self.unseen = any(self.found.unseen)
        self.last = self.found.before.end - date.resolution

    @property
    def sums(self) -> list[dict[str, Any]]:
        """came, left, altered: how many records, what they add together."""
        assert self.found.records is not None
        words = _words()
        return [{"how": how, "title": words[how], "sum": one} for how, one in self.found.records.by_how.items()]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The records, with both values of what matters."""
        assert self.found.records is not None
        return [self._row(one) for one in self.found.records.page]

    def _row(self, one: Changed) -> dict[str, Any]:
        fields = one.record.ledger.fields
        told = []
        for name in explaining.matters(self.of):
            if name not in fields and name not in STANDING:
                continue
            was, now = _value(one.before, name), _value(one.after, name)
            if one.how == "altered" and was == now:
                continue
            told.append(
                {"name": name, "field": fields.get(name), "was": was, "now": now, "value": now if one.after else was}
            )
        words = _words()
        return {"one": one, "how": words[one.how], "told": told}  # fmt: skip


def _words() -> dict[str, str]:
    return {"came": _("新算进来的"), "left": _("不再算的"), "altered": _("改动的")}


def _value(record: Record | None, name: str) -> Any:
    if record is None:
        return None
    return getattr(record, name) if name in STANDING else record.values.get(name)


def _columns(request: HttpRequest, found: Explained) -> list[tuple[str, Any]]:
    """What is shown of the records behind: what the ledger lists, and what decides whether they count."""
    ledger = request.district.rules.ledgers[found.measured.indicator.of]
    wanted = dict.fromkeys([*ledger.list, *explaining.matters(found)])
    closed = {*ledger.private, *ledger.secret, *ledger.shown_to}
    return [
        (n, ledger.fields[n])
        for n in wanted
        if n in ledger.fields and n not in closed and ledger.fields[n].type not in ("record", "photos")
    ][:8]


urlpatterns = [path("indicators/<str:name>/why", why, name="indicator_why")]
