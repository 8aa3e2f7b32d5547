"""A sheet brought into a ledger: dropped, checked without writing, settled by clicking, brought in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import access
from huying.engine.importing import columns, runs
from huying.engine.importing.runs import Run
from huying.web import gate, requested
from huying.web.words import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("new", "changed", "unchanged", "rejected")


def importable(request: HttpRequest, name: str) -> list[str]:
    """The fields that a sheet of this person may fill; empty where there is no such ledger or nothing to fill."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not access.may_see(declared, request.actor):
        return []
    steps = access.first_steps(request.district, request.actor, name)
    return columns.fields_for(request.district, declared, columns.first_step(steps)) if steps else []


@require_http_methods(["GET", "POST"])
@gate.staff
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Hand a sheet in; those handed in before."""
    fields = importable(request, name)
    if not fields:
        return gate.not_found(request)
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.size:
            problem = _("请选一个文件；空文件也读不了。")
        elif file.size > runs.LARGEST:
            problem = _("文件超过 %(most)s MB。更大的请管理员在服务器上用 huying import 导入。") % {
                "most": runs.LARGEST >> 20
            }
        else:
            try:
                made = runs.hand_in(request.district, request.actor, name, file.name or "", file.read())
                return HttpResponseRedirect(f"/ledgers/{name}/import/{made}")
            except OSError:
                problem = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
    declared = request.district.rules.ledgers[name]
    shown = {
        "name": name,
        "ledger": declared,
        "problem": problem,
        "fields": [declared.fields[field] for field in fields],
        "needed": [field for field in fields if declared.fields[field].required],
        "runs": runs.mine(request.district, request.actor, name),
    }
    return render(request, "importing/drop.html", shown, status=422 if problem else 200)


def _own(view: Callable[[HttpRequest, Run], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view of a run that is this person's, into this ledger."""

    @wraps(view)
    @gate.staff
    def guarded(request: HttpRequest, name: str, run: UUID) -> HttpResponse:
        found = runs.find(request.district, request.actor, run)
        if found is None or found.ledger != name or not importable(request, name):
            return gate.not_found(request)
        return view(request, found)

    return guarded


@require_GET
@_own
def show(request: HttpRequest, run: Run) -> HttpResponse:
    """How far it is; once it is checked, what each column is and what would become of the rows."""
    if request.headers.get("HX-Request"):
        if run.busy:
            return render(request, "importing/_progress.html", _progress(run))
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "importing/run.html", _shown(request, run))


@require_POST
@_own
def settle(request: HttpRequest, run: Run) -> HttpResponse:
    """What the columns are, as the person says; checked anew."""
    known = set(importable(request, run.ledger))
    count = len(run.told.get("columns", ()))
    asked = {place: request.POST.get(f"column-{place}") for place in range(count)}
    chosen = {place: field for place, field in asked.items() if field is not None and field in {"", *known}}
    if len([field for field in chosen.values() if field]) != len({field for field in chosen.values() if field}):
        messages.error(request, _("两列不能是同一项，请改其中一列。"))
    elif not runs.settle(
        run, chosen=chosen, unit=requested.whole(request.POST.get("unit", "")) or 0, sheet=request.POST.get("sheet", "")
    ):
        messages.info(request, _("这张表已经在登记或登记完了。"))
    return HttpResponseRedirect(_address(run))


@require_POST
@_own
def confirm(request: HttpRequest, run: Run) -> HttpResponse:
    """Bring it in: every row, or those that are right."""
    if not runs.confirm(run, whole=request.POST.get("rows") == "all"):
        messages.info(request, _("这张表已经在登记或登记完了。"))
    return HttpResponseRedirect(_address(run))


@require_GET
@_own
def rejected(request: HttpRequest, run: Run) -> HttpResponse:
    """The rejected rows as a sheet like the one handed in, with a column of reasons."""
    data = runs.rejects(run)
    if data is None:
        return gate.not_found(request)
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="rejected-{run.made_at:%Y%m%d}.xlsx"'},
    )


def _address(run: Run) -> str:
    return f"/ledgers/{run.ledger}/import/{run.id}"


def _progress(run: Run) -> dict[str, Any]:
    told = run.told
    return {
        "run": run,
        "url": _address(run),
        "read": told.get("read", 0),
        "total": told.get("total"),
        "halted": told.get("halted"),
    }


def _shown(request: HttpRequest, run: Run) -> dict[str, Any]:
    declared, told = request.district.rules.ledgers[run.ledger], run.told
    counts, taken = told.get("counts", {}), {column[2] for column in told.get("columns", ())}
    fields = [(field, say(declared.fields[field].title, request.lang)) for field in importable(request, run.ledger)]
    return _progress(run) | {
        "name": run.ledger,
        "ledger": declared,
        "counts": [(kind, counts.get(kind, 0)) for kind in KINDS],
        "would": counts.get("new", 0) + counts.get("changed", 0),
        "rejected": counts.get("rejected", 0),
        "fields": fields,
        "columns": [
            {"place": place, "title": title, "examples": examples, "field": field, "scale": scale, "by": by}
            for place, (title, examples, field, scale, by) in enumerate(told.get("columns", ()))
        ],
        "missing": [declared.fields[n].title for n, _title in fields if declared.fields[n].required and n != "unit" and n not in taken],
        "asks_unit": "unit" in dict(fields) and "unit" not in taken,
        "unit": run.unit or told.get("unit"),
        "areas": [(unit.id, unit.name(request.lang)) for kind in ("district", "street", "community") for unit in request.tree.of_kind(kind)
                  if request.actor.reach.role == "hy_all" or unit.id in request.actor.reach.units],
        "reasons": told.get("rejected", ()),
        "refused": told.get("refused", ""),
        "notes": told.get("notes", ()),
        "left_out": told.get("left_out", {}),
        "keyed": told.get("keyed"),
        "has_rejects": bool(run.rejects),
    }  # fmt: skip


urlpatterns = [
    path("ledgers/<str:name>/import", drop),
    path("ledgers/<str:name>/import/<uuid:run>", show),
    path("ledgers/<str:name>/import/<uuid:run>/settle", settle),
    path("ledgers/<str:name>/import/<uuid:run>/confirm", confirm),
    path("ledgers/<str:name>/import/<uuid:run>/rejected.xlsx", rejected),
]
