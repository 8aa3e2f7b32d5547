"""A superior's form: dropped, understood, mended, given back filled; kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.declare.templates import LABELS, RECORDS
from huying.engine import access, form_files, records, template_fill, templates, wording
from huying.engine.form_files import Draft
from huying.engine.template_base import Filled
from huying.engine.template_words import Vocabulary
from huying.sheets import NotASheet
from huying.sheets.forms import LARGEST
from huying.sheets.grid import name_of, place_of
from huying.sheets.refusals import refuse
from huying.web import filling, gate, requested
from huying.web.recordview import references
from huying.web.words import gettext as _

ROWS = 50
TRACED = 300  # cells whose source is listed on the page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, with what is wrong with a form said on a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotASheet as refused:
            return gate.refusal(request, refused.en if request.lang == "en" else refused.zh, 422)
        except FileNotFoundError:
            return gate.not_found(request)
        except ValueError as wrong:
            return gate.refusal(request, say(str(wrong), request.lang), 422)

    return guarded


@require_http_methods(["GET", "POST"])
@gate.staff
def drop(request: HttpRequest) -> HttpResponse:
    """Drop a form; those that are kept or declared are listed."""
    shown: dict[str, Any] = {}
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None or not file.name:
                raise refuse("sheet.empty", _("没有选文件"))
            if (file.size or 0) > LARGEST * 1_000_000:
                raise refuse("form.too-large", file.name, size=(file.size or 0) // 1_000_000, most=LARGEST)
            draft = templates.drop(
                request.district, request.tree, request.actor, file.read(), file.name, request.POST.get("template", "")
            )
            return HttpResponseRedirect(f"/fill/{draft.id}")
        except NotASheet as refused:
            shown["problem"] = refused.en if request.lang == "en" else refused.zh
        except OSError:
            shown["problem"] = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
    declared = [
        one
        for one in request.district.rules.templates.values()
        if templates.may_see(request.district, request.actor, one.of)
    ]
    kept = [(one, templates.may_forget(request.actor, one)) for one in templates.kept(request.district, request.actor)]
    return render(
        request,
        "fill/drop.html",
        {**shown, "kept": kept, "declared": declared, "largest": LARGEST},
        status=422 if shown else 200,
    )


@require_http_methods(["GET", "POST"])
@gate.staff
@told
def form(request: HttpRequest, number: str) -> HttpResponse:
    """The form as it was understood and filled; what is chosen anew comes back to the same page."""
    draft = _draft(request, number)
    if draft is None or draft.kept:
        return gate.not_found(request)
    if request.method == "POST":
        _choose(request, draft)
        return HttpResponseRedirect(f"/fill/{draft.id}")
    answers = templates.answers(request.district, request.tree, request.actor, draft)
    problem = ""
    try:
        filled = template_fill.fill(request.district, request.tree, request.actor, answers.form, answers.filling)
    except ValueError as wrong:  # the page stays, so that it can be mended
        filled, problem = Filled(), say(str(wrong), request.lang)
    ledger = request.district.rules.ledgers[answers.filling.ledger]
    words = Vocabulary(request.district, request.tree, request.actor, ledger)
    asked = filling.titles(request, answers, request.GET.get("mend", ""))
    traced = [
        (
            name_of(place),
            filling.text_of(filled.values[place], request.lang),
            filling.source_said(request, answers, source),
        )
        for place, source in sorted(filled.sources.items())
        if not source.record
    ]
    return render(
        request,
        "fill/form.html",
        {
            "draft": draft,
            "form": answers.form,
            "filling": answers.filling,
            "ledger": ledger,
            "filled": filled,
            "problem": problem,
            "lines": filling.drawing(request, draft, answers, filled),
            "undrawn": filling.undrawn(answers),
            "asked": asked,
            "open": sum(one.state != "known" for one in asked),
            "choices": filling.choices(request, ledger, answers.filling.rows) if any(one.open for one in asked) else [],
            "reasons": filling.reasons(filled, request.lang),
            "traced": traced[:TRACED],
            "untraced": max(0, len(traced) - TRACED),
            "ledgers": _ledgers(request),
            "where": filling.where_said(request, answers),
            "header": (answers.form.table.header[0] + 1, answers.form.table.header[-1] + 1),
            "dates": [(n, _date_title(request, ledger, n)) for n in words.dates],
            "streets": request.tree.of_kind("street"),
            "area": draft.body.get("area", ""),
            "records": RECORDS,
            "labels": LABELS,
            "last": answers.filling.end - timedelta(days=1) if answers.filling.end else None,
            "declared": filling.declared(draft, answers),
            "masked": len(filled.masked),
            "may_export": request.actor.may("export"),
            "blank": templates.is_blank(answers.form),
            "title": say(draft.body.get("known_as", ""), request.lang) or answers.form.title or draft.name,
        },
    )


@require_POST
@gate.staff
@told
def file(request: HttpRequest, number: str) -> HttpResponse:
    """The same file, filled. A reason shows masked fields where the person may see them; each showing is logged."""
    draft = _draft(request, number)
    if draft is None or draft.kept:
        return gate.not_found(request)
    return _file(request, draft)


def _file(request: HttpRequest, draft: Draft) -> HttpResponse:
    answers = templates.answers(request.district, request.tree, request.actor, draft)
    body, _filled = template_fill.export(
        request.district, request.tree, request.actor, answers.form, answers.filling, request.POST.get("why", "")
    )
    response = HttpResponse(body, content_type=XLSM if draft.name.lower().endswith(".xlsm") else XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(draft.name)}"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@gate.staff
@told
def cell(request: HttpRequest, number: str, place: str) -> HttpResponse:
    """Where one cell's value comes from: what was counted, and the records behind it."""
    draft = _draft(request, number)
    if draft is None or draft.kept:
        return gate.not_found(request)
    try:
        at = place_of(place)
    except ValueError:
        return gate.not_found(request)
    answers = templates.answers(request.district, request.tree, request.actor, draft)
    filled = template_fill.fill(request.district, request.tree, request.actor, answers.form, answers.filling)
    source, ledger = filled.sources.get(at), answers.filling.ledger
    if source is None:
        return gate.not_found(request)
    if source.indicator and source.where is None:
        return HttpResponseRedirect(filling.indicator_url(request, answers, source))
    if source.record:
        return HttpResponseRedirect(f"/ledgers/{ledger}/{quote(source.record, safe='')}")
    page_no = requested.page_number(request)
    page = None
    if not source.adds:
        page = records.page(
            request.district,
            request.actor,
            ledger,
            where=filling.behind(source),
            offset=(page_no - 1) * ROWS,
            limit=ROWS,
        )
        references(request, page.records)
    declared = request.district.rules.ledgers[ledger]
    columns = [(n, declared.fields[n]) for n in declared.list if n in declared.fields and n not in declared.masked]
    visible = set(access.visible_fields(declared, request.actor.kinds))
    return render(
        request,
        "fill/cell.html",
        {
            "draft": draft,
            "cell": name_of(at),
            "value": filling.text_of(filled.values[at], request.lang),
            "said": filling.source_said(request, answers, source),
            "adds": [
                (name_of(one), filling.text_of(filled.values.get(one, answers.form.value(one)), request.lang))
                for one in source.adds
            ],
            "page": page,
            "page_no": page_no,
            "columns": [(n, one) for n, one in columns if n in visible],
        },
    )


@require_POST
@gate.staff
@told
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was understood for the next time."""
    draft = _draft(request, number)
    if draft is None or draft.kept:
        return gate.not_found(request)
    answers = templates.answers(request.district, request.tree, request.actor, draft)
    title = request.POST.get("title", "").strip() or answers.form.title or draft.name
    try:
        made = templates.keep(request.district, request.actor, draft, answers, title)
    except ValueError as wrong:
        messages.error(request, say(str(wrong), request.lang))
        return HttpResponseRedirect(f"/fill/{draft.id}")
    messages.success(request, _("已留着“%(title)s”。下月放进同样的表，直接填好。") % {"title": made.title})
    return HttpResponseRedirect(f"/fill/{draft.id}")


@require_POST
@gate.staff
@told
def again(request: HttpRequest, number: str) -> HttpResponse:
    """Fill a kept form anew, from the blank file that was kept with it; or no longer keep it."""
    draft = _draft(request, number)
    if (
        draft is None
        or not draft.kept
        or not templates.may_see(request.district, request.actor, draft.body.get("of", ""))
    ):
        return gate.not_found(request)
    if "forget" in request.POST:
        if not templates.may_forget(request.actor, draft):
            return gate.refusal(request, _("这张表是别人留的；请找留它的人或管理员。"), 403)
        form_files.forget(request.district, draft)
        return HttpResponseRedirect("/fill")
    if not draft.file:
        messages.info(request, _("这张表没有留空表，请把表放进来。"))
        return HttpResponseRedirect("/fill")
    data = form_files.data_of(request.district, draft)
    made = templates.drop(request.district, request.tree, request.actor, data, draft.name, str(draft.id))
    return HttpResponseRedirect(f"/fill/{made.id}")


@require_POST
@gate.staff
@told
def feed(request: HttpRequest, ledger: str, number: int) -> HttpResponse:
    """The file that a superior's system takes from a ledger: from its blank form where one is kept, else made from its titles."""
    declared = request.district.rules.ledgers.get(ledger)
    if declared is None or not 0 < number <= len(declared.feeds) or not access.may_see(declared, request.actor):
        return gate.not_found(request)
    name = declared.feeds[number - 1].template
    draft = templates.for_system(request.district, request.tree, request.actor, name)
    if "look" in request.POST:
        return HttpResponseRedirect(f"/fill/{draft.id}")
    return _file(request, draft)


def _draft(request: HttpRequest, number: str) -> Draft | None:
    key = requested.uuid(number)
    return form_files.get(request.district, request.actor.person, key) if key else None


def _choose(request: HttpRequest, draft: Draft) -> None:
    """What the page's form sent, as far as it names what there is."""
    given, body = request.POST, draft.body
    if given.get("of") in dict(_ledgers(request)) and given["of"] != body.get("of"):
        body |= {"of": given["of"], "columns": {}, "labels": {}, "where": "", "day": "", "rows": ""}
        body.pop("known_as", None)
    elif given.get("rows") in (RECORDS, LABELS) and given["rows"] != body.get("rows"):
        body |= {"rows": given["rows"], "columns": {}, "labels": {}}
    if (sheet := given.get("sheet", "")) and sheet != body.get("sheet"):
        body |= {"sheet": sheet[:80], "header": None}
    elif given.get("first"):
        first, last = requested.whole(given["first"]), requested.whole(given.get("last", ""))
        standing = body.get("header") or []
        if first and last and [first - 1, last - 1] != standing:
            body["header"] = [first - 1, last - 1]
    if "day" in given:
        body |= {
            "day": given["day"][:40],
            "start": given.get("start", "")[:10],
            "end": filling.after(given.get("end", "")),
            "over": given.get("over") == "1",
        }
        body["area"] = given["area"] if given.get("area") in request.tree.by_code else ""
    if given.get("of"):
        body["unsure"] = False  # the ledger was looked at
    answers = templates.answers(request.district, request.tree, request.actor, draft)
    form = answers.form
    for key in given:
        if (parts := filling.chosen(given[key])) is None or not key[1:].isdigit():
            continue
        if key[0] == "c" and int(key[1:]) in form.titles:
            body.setdefault("columns", {})[templates.title_of(form, int(key[1:]))] = parts
        elif key[0] == "r" and int(key[1:]) in form.labels:
            body.setdefault("labels", {})[" › ".join(form.labels[int(key[1:])])] = parts
    form_files.save(request.district, draft)


def _ledgers(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, say(one.title, request.lang))
        for name, one in request.district.rules.ledgers.items()
        if access.may_see(one, request.actor)
    ]


def _date_title(request: HttpRequest, ledger: Any, name: str) -> str:
    return say(wording.date_name(request.district.rules, ledger, name, request.lang), request.lang)


urlpatterns = [
    path("fill", drop, name="fill"),
    path("fill/kept/<str:number>", again),
    path("fill/feeds/<str:ledger>/<int:number>", feed),
    path("fill/<str:number>", form),
    path("fill/<str:number>/file", file),
    path("fill/<str:number>/keep", keep),
    path("fill/<str:number>/cell/<str:place>", cell),
]
