"""From a document to its tasks: the workbench, what packs have ready, and where each document stands."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import say
from huying.engine import breaking_down, documents, drafting, records, tasks, workbench
from huying.engine.decide import StepRefused
from huying.engine.drafting import Deed
from huying.engine.workbench import Bench
from huying.web import breaking, gate, requested
from huying.web.reviewing import document_of
from huying.web.words import gettext as _

SHOWN = 50  # documents on the page of all


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Where each document stands, and what packs have ready."""
    documents.acting(request.district, request.actor)
    name, _readings = documents.ledgers(request.district)
    page = records.page(request.district, request.actor, name, limit=SHOWN)
    tally = documents.tally(request.district, request.actor, [one.id for one in page.records])
    rows = [(one, breaking_down.counts(tally.get(one.id, {}))) for one in page.records if one.state != "removed"]
    return render(request, "breakdown/index.html", {"rows": rows, "packs": breaking.packs_ready(request)})


@require_http_methods(["GET", "POST"])
@gate.staff
def bench(request: HttpRequest, code: str) -> HttpResponse:
    """Both sides of the workbench; a post is one act on it."""
    document = document_of(request, code)
    if document is None:
        return gate.not_found(request)
    found = workbench.bench(request.district, request.actor, document)
    if request.method == "GET":
        return _page(request, found)
    name, _at, key = request.POST.get("do", "").partition(":")
    if name not in ACTS:
        return gate.not_found(request)
    try:
        deed = ACTS[name](request, found, key)
    except StepRefused as refused:
        typed = {"reading": request.POST.getlist("reading"), "task": request.POST.getlist("task"),
                 "title": request.POST.get("title", ""), "reason": request.POST.get("reason", "")}  # fmt: skip
        fresh = workbench.bench(request.district, request.actor, document)
        return _page(request, fresh, 422, problem=say(refused.sentence, request.lang), typed=typed)
    if name == "undo":
        breaking.forget(request, found)
    else:
        breaking.remember(request, found, deed)
    said = breaking.told(deed)
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return HttpResponseRedirect(request.get_full_path())
    return _page(request, workbench.bench(request.district, request.actor, document), said=said)


def _page(request: HttpRequest, found: Bench, status: int = 200, **more: object) -> HttpResponse:
    partial = bool(request.headers.get("HX-Request"))
    shown = {**breaking.context(request, found, **more), "partial": partial}
    return render(request, "breakdown/_bench.html" if partial else "breakdown/bench.html", shown, status=status)


def _accept(request: HttpRequest, found: Bench, key: str) -> Deed:
    one = found.proposal(key)
    return drafting.accept(found, [one] if one else [], requested.act(request))


def _section(request: HttpRequest, found: Bench, path_: str) -> Deed:
    chosen = [one for one in found.proposals if found.by_code[one.keys[0]].section == path_]
    return drafting.accept(found, chosen, requested.act(request))


def _pack(request: HttpRequest, found: Bench, _key: str) -> Deed:
    chosen = [one for one in found.proposals if one.kind in ("ready", "idle")]
    return drafting.accept(found, chosen, requested.act(request))


def _make(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.make(found, _lines(request, found), request.POST.get("title", ""), act=requested.act(request))


def _part(request: HttpRequest, found: Bench, _key: str) -> Deed:
    title = request.POST.get("title", "")
    return drafting.make(found, _lines(request, found), title, _task(request), requested.act(request))


def _add(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.add(found, _lines(request, found), _task(request), requested.act(request))


def _drop(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.drop(found, _lines(request, found), request.POST.get("reason", ""), requested.act(request))


def _release(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.release(found, _lines(request, found), requested.act(request))


def _merge(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.merge(found, request.POST.getlist("task"), requested.act(request))


def _set_aside(request: HttpRequest, found: Bench, _key: str) -> Deed:
    return drafting.set_aside(found, _task(request), request.POST.get("reason", ""), requested.act(request))


def _undo(request: HttpRequest, found: Bench, _key: str) -> Deed:
    deed = breaking.last(request, found)
    if deed is None:
        raise StepRefused("workbench.none", "没有可撤销的 | There is nothing to take back")
    return drafting.undo(found, deed, requested.act(request))


def _lines(request: HttpRequest, found: Bench) -> list:
    return [found.by_code[code] for code in dict.fromkeys(request.POST.getlist("reading")) if code in found.by_code]


def _task(request: HttpRequest) -> str:
    """The one task that was chosen."""
    chosen = request.POST.getlist("task")
    if len(chosen) != 1:
        raise StepRefused("workbench.one-task", "请在右边选一项任务 | Choose one task on the right")
    return chosen[0]


@require_http_methods(["GET", "POST"])
@gate.staff
def pack(request: HttpRequest, name: str) -> HttpResponse:
    """What one pack has ready: all of it with what became of each sentence; drafted at a button, what is there stays."""
    documents.acting(request.district, request.actor)
    found = next((one for one in breaking.packs_ready(request) if one["pack"] == name), None)
    if found is None:
        return gate.not_found(request)
    if request.method == "POST":
        chosen = (
            found["names"]
            if request.POST.get("do") == "all"
            else [n for n in request.POST.getlist("name") if n in found["names"]]
        )
        commitments = request.district.rules.commitments
        parents = [commitments[one].parent for one in chosen if commitments[one].parent]
        parts = [one for one in found["names"] if commitments[one].parent in chosen]
        outcomes = tasks.take_over(request.district, request.actor, dict.fromkeys([*parents, *chosen, *parts]))
        refused = [out for out in outcomes if out.refusal]
        made = sum(out.refusal is None and not out.again for out in outcomes)
        messages.success(
            request,
            _("起草了 %(made)s 项，原来就有 %(known)s 项")
            % {"made": made, "known": sum(out.again for out in outcomes)},
        )
        for out in refused[:5]:
            messages.error(request, f"{out.act.answers.get('title', '')}：{say(out.refusal.sentence, request.lang)}")
        return HttpResponseRedirect(request.path)
    made = tasks.of_declared(tasks.every(request.district, states=tasks.ALL))
    groups: dict[str, list] = {}
    for full in found["names"]:
        one = request.district.rules.commitments[full]
        if not one.parent:
            parts = [
                (n, p, made.get(n))
                for n in found["names"]
                if (p := request.district.rules.commitments[n]).parent == full
            ]
            groups.setdefault(say(one.area, request.lang), []).append((full, one, made.get(full), parts))
    idle = [one for one in found["readings"] if not one.task]
    shown = {
        "pack": found,
        "groups": list(groups.items()),
        "idle": idle,
        "of_tasks": tasks.ledger(request.district),
        "documents": documents.drafts(request.district, request.actor),
    }
    return render(request, "breakdown/pack.html", shown)


ACTS: dict[str, Callable[[HttpRequest, Bench, str], Deed]] = {
    "accept": _accept, "section": _section, "pack": _pack, "make": _make, "part": _part, "add": _add, "drop": _drop,
    "release": _release, "merge": _merge, "set_aside": _set_aside, "undo": _undo,
}  # fmt: skip
urlpatterns = [
    path("tasks/breakdown", index, name="breakdown"),
    path("tasks/breakdown/<str:code>", bench, name="bench"),
    path("tasks/packs/<str:name>", pack, name="pack_ready"),
]
