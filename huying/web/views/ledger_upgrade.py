"""A ledger's records carried to its new version: what would change, how far it is, what a person must finish, the way back."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import Ledger, say
from huying.engine import access, records, upgrade_words, upgrade_writing, upgrading, values
from huying.engine.upgrading import State, Upgrading
from huying.web import gate, requested
from huying.web.words import gettext as _

AT_ONCE = 4  # batches a request
LOOKED_AT = 10_000  # records of a rehearsal on the page
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _ledger(request: HttpRequest, name: str) -> Ledger | None:
    """The ledger, for whoever carries it on (administrators) or settles what is left (who enters its records)."""
    found = request.district.rules.ledgers.get(name)
    if found is None or not found.upgrades:
        return None
    return found if request.actor.may("administer") or _may_settle(request, name) else None


def _may_settle(request: HttpRequest, name: str) -> bool:
    """Whether the person enters records of the ledger: whoever administers need not see any."""
    ledger = request.district.rules.ledgers[name]
    return access.may_see(ledger, request.actor) and bool(access.first_steps(request.district, request.actor, name))


@require_http_methods(["GET", "POST"])
@gate.staff
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Where every version stands; posted: go on, take back, or settle one record."""
    ledger = _ledger(request, name)
    if ledger is None:
        return gate.not_found(request)
    if request.method == "GET":
        rehearsed = upgrading.rehearse(request.district, name, most=LOOKED_AT) if "try" in request.GET else None
        return render(request, "upgrading/upgrade.html", _shown(request, name, ledger, rehearsed))
    version = requested.whole(request.POST.get("version", "")) or 0
    one = upgrading.of_version(request.district, name, version)
    if "settle" in request.POST:
        return _settle(request, name, ledger, one)
    if not request.actor.may("administer"):
        return gate.not_found(request)
    if "back" in request.POST:
        return _back(request, name, ledger, one) if one else gate.not_found(request)
    upgrading.carry_on(request.district, name, request.actor, batches=AT_ONCE)
    if request.headers.get("HX-Request"):
        return render(request, "upgrading/_versions.html", _shown(request, name, ledger))
    return HttpResponseRedirect(request.path)


@require_GET
@gate.staff
def refused(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """What a person must finish, of the records in their reach, as a sheet."""
    one = upgrading.of_version(request.district, name, version) if _ledger(request, name) else None
    if one is None or not _may_settle(request, name):
        return gate.not_found(request)
    file = io.BytesIO()
    upgrade_words.sheet(one, file, request.lang, lambda rows: _seen(request, one, rows))
    headers = {"Content-Disposition": f'attachment; filename="upgrade-{version}.xlsx"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)


def _seen(request: HttpRequest, one: Upgrading, rows: list[Any]) -> list[Any]:
    """Those of the rows that are in the reader's reach."""
    ids = [row["id"] for row in rows]
    seen = {record.id for record in records.many(request.district, request.actor, one.name, ids)}
    return [row for row in rows if row["id"] in seen]


def _back(request: HttpRequest, name: str, ledger: Ledger, one: Upgrading) -> HttpResponse:
    restored, kept = upgrade_writing.take_back(one, request.actor)
    messages.success(request, _("已退回 %(n)s 条；%(m)s 条没有退回。") % {"n": restored, "m": len(kept)})
    return render(request, "upgrading/upgrade.html", {**_shown(request, name, ledger), "kept": kept[:SHOWN]})


def _settle(request: HttpRequest, name: str, ledger: Ledger, one: Upgrading | None) -> HttpResponse:
    """What a person says of one field of one record."""
    record = requested.uuid(request.POST.get("settle", ""))
    field = ledger.fields.get(request.POST.get("field", ""))
    if one is None or record is None or field is None or field.name in ledger.masked or not _may_settle(request, name):
        return gate.not_found(request)
    if not records.many(request.district, request.actor, name, [record]):
        return gate.not_found(request)
    given = {field.name: request.POST.get("value", "")}
    none = lambda ledger, code: None  # noqa: E731  # upgrades turn nothing into a reference
    district = request.district
    cleaned, problems = values.clean(district.rules, ledger, given, request.tree, None, district.calendar.tz, none)
    if problems or cleaned[field.name] is None:
        messages.error(request, say(problems.get(field.name, ""), request.lang) or _("先填一个值。"))
    elif not upgrade_writing.settle(one, record, field.name, cleaned[field.name], request.actor):
        messages.error(request, _("没有记上：有人先改了这一条，或与别的记录冲突。请再看一遍。"))
    return HttpResponseRedirect(f"{request.path}#stuck")


def _shown(
    request: HttpRequest, name: str, ledger: Ledger, rehearsed: dict[int, upgrading.Tally] | None = None
) -> dict[str, Any]:
    found = upgrading.states(request.district, name)
    return {
        "name": name,
        "ledger": ledger,
        "versions": [_version(ledger, state, (rehearsed or {}).get(state.upgrade.to)) for state in reversed(found)],
        "pending": any(state.pending for state in found),
        "begun": any(state.pending and state.at for state in found),
        "rehearsed": rehearsed is not None,
        "administers": request.actor.may("administer"),
        "settles": (settles := _may_settle(request, name)),
        "stuck": [line for one in found if settles and one.stuck for line in _stuck(request, name, ledger, one)],
    }


def _version(ledger: Ledger, state: State, tally: upgrading.Tally | None) -> dict[str, Any]:
    moves = [
        (upgrade_words.move(ledger, move), move.writes, tally.moves[place] if tally else None)
        for place, move in enumerate(state.upgrade.moves)
    ]
    return {"state": state, "moves": moves, "tally": tally}


def _stuck(request: HttpRequest, name: str, ledger: Ledger, state: State) -> list[dict[str, Any]]:
    """The records that wait for a person, those in the reader's reach."""
    one = Upgrading(request.district, name, state.upgrade, state.since)
    rows = _seen(request, one, upgrade_writing.refused(one, SHOWN))
    lines = []
    for row in rows:
        for stuck in one.upgrader.look(one.values(row))[1]:
            field = ledger.fields[stuck.field]
            choices = stuck.choices or tuple(field.choices)
            lines.append(
                {
                    "version": state.upgrade.to,
                    "id": row["id"],
                    "code": row["code"],
                    "field": field,
                    "why": stuck.why,
                    "choices": [(choice, field.choices.get(choice, choice)) for choice in choices],
                }
            )
    return lines


urlpatterns = [
    path("ledgers/<str:name>/upgrade", show),
    path("ledgers/<str:name>/upgrade/<int:version>.xlsx", refused),
]
