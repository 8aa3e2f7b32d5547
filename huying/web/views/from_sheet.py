"""A ledger from a spreadsheet: hand it in, look at what was understood, mend it, put it in force.

Whoever may administer puts the ledger in force; others hand their proposal on to them. What is handed on is the
declaration alone: no row of the sheet goes with it.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from huying.declare.kinds import say
from huying.declare.packs import NAME
from huying.declare.problems import Problems
from huying.engine import access, drafts, handed_files, own_pack, packs
from huying.sheets import NotASheet
from huying.trouble import Trouble
from huying.web import gate, proposing
from huying.web.proposing import ADDRESS, Gone, Looked
from huying.web.views.importing import importable
from huying.web.words import gettext as _


@require_http_methods(["GET", "POST"])
@gate.staff
def hand_in(request: HttpRequest) -> HttpResponse:
    """Drop a file; what is wrong with it in a sentence. For administrators, the proposals that wait."""
    if request.method == "GET":
        return render(request, "from_sheet/new.html", {"waiting": _waiting(request)})
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise _refused(_("请选一个表格文件。"))
        name = (sent.name or "")[-120:] or _("表格")
        if (sent.size or 0) > handed_files.LARGEST:
            raise _refused(_("文件超过 10 MB。请删去图片和用不着的工作表后另存，或存成 csv。"))
        kept = proposing.hand_in(request, sent.read(), name)
    except NotASheet as refused:
        sentence = refused.en if request.lang == "en" else refused.zh
        return render(request, "from_sheet/new.html", {"problem": sentence, "waiting": _waiting(request)}, status=422)
    except OSError:
        problem = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
        return render(request, "from_sheet/new.html", {"problem": problem, "waiting": _waiting(request)}, status=422)
    return HttpResponseRedirect(f"{ADDRESS}/{kept}")


@require_http_methods(["GET", "POST"])
@gate.staff
def look(request: HttpRequest, name: str) -> HttpResponse:
    """What was understood; a change is looked at again at once; at last the ledger comes in force."""
    if "put" in request.POST and (done := proposing.finished(request, f"{ADDRESS}/{name}")):
        return _done(request, *done)
    try:
        looked = proposing.look(request, name)
        if request.method == "GET":
            return _page(request, looked)
        looked = proposing.change(request, looked)
    except Gone:
        return gate.refusal(request, _("这份表格不在了：只保留一天，也只有交来的人能看。请再交一次。"), 410)
    except NotASheet as refused:
        return gate.refusal(request, refused.en if request.lang == "en" else refused.zh, 422)
    if "put" not in request.POST:
        if request.headers.get("HX-Request"):
            return render(request, "from_sheet/_answer.html", proposing.shown(request, looked))
        return _page(request, looked) if looked.problems else HttpResponseRedirect(f"{ADDRESS}/{name}#proposal")
    if looked.problems:
        return _page(request, looked, [_("先改好下面标出的列。")])
    return _put(request, looked)


@require_POST
@gate.staff
def forget(request: HttpRequest, name: str) -> HttpResponse:
    """Throw the sheet away."""
    try:
        proposing.forget(request, name)
    except Gone:
        return gate.not_found(request)
    messages.info(request, _("已删去这份表格，什么也没有建。"))
    return HttpResponseRedirect(ADDRESS)


@require_http_methods(["GET", "POST"])
@gate.staff
def proposed(request: HttpRequest, number: str) -> HttpResponse:
    """A proposal that was handed on: an administrator reads its declaration and puts it in force, or sends it away."""
    form, may = f"{ADDRESS}/proposed/{number}", request.actor.may("administer")
    if may and "put" in request.POST and (done := proposing.finished(request, form)):
        return _done(request, *done)
    found = drafts.read(request.district, drafts.ADMINISTRATORS, form) if may else None
    if found is None:
        return gate.not_found(request)
    fields = {key: values[0] for key, values in found[0].items()}
    shown: dict[str, Any] = {**fields, "at": found[1], "address": form}
    if request.method == "GET":
        return render(request, "from_sheet/proposed.html", shown)
    if "away" in request.POST:
        drafts.drop(request.district, drafts.ADMINISTRATORS, form)
        messages.info(request, _("已退回，没有建。请告诉提出的人。"))
        return HttpResponseRedirect(ADDRESS)
    problems = _in_force(request, fields["name"], fields["text"])
    if problems:
        return render(request, "from_sheet/proposed.html", {**shown, "problems": problems}, status=422)
    proposing.finish(request, form, fields["name"], fields["title"])
    drafts.drop(request.district, drafts.ADMINISTRATORS, form)
    return _done(request, fields["name"], fields["title"])


def _put(request: HttpRequest, looked: Looked) -> HttpResponse:
    """The ledger in force, or handed on to those who may."""
    proposal = looked.proposal
    if not NAME.fullmatch(proposal.name) or _taken(request, looked):
        problem = _("名称“%(name)s”不能用：要用小写字母、数字和下划线，以字母开头，不与已有的相同。") % {
            "name": proposal.name
        }
        return _page(request, looked, [problem])
    if not looked.kept:
        return _page(request, looked, [_("先选这本$ledger由谁登记、修改、注销。")])
    if not proposal.kept:
        return _page(request, looked, [_("至少留一列。")])
    if not request.actor.may("administer"):
        return _hand_on(request, looked)
    if problems := _in_force(request, proposal.name, looked.declaration()):
        return _page(request, looked, problems)
    proposing.finish(request, f"{ADDRESS}/{looked.name}", proposal.name, proposal.title)
    return _done(request, proposal.name, proposal.title)


def _taken(request: HttpRequest, looked: Looked) -> bool:
    """Whether another ledger has the name; the very same one is there when a press arrives twice."""
    name = looked.proposal.name
    standing = f"{request.district.name}.{name}" in request.district.rules.ledgers
    return standing and not own_pack.has_ledger(request.district, name, looked.declaration())


def _hand_on(request: HttpRequest, looked: Looked) -> HttpResponse:
    post = say(request.actor.post.title) if request.actor.post else ""
    fields = {
        "title": looked.proposal.title,
        "name": looked.proposal.name,
        "text": looked.declaration(),
        "by": f"{request.actor.name} {post}".strip(),
    }
    kept = drafts.save(
        request.district,
        drafts.ADMINISTRATORS,
        f"{ADDRESS}/proposed/{uuid5(NAMESPACE_URL, looked.name)}",  # once, however often it is pressed
        {key: [value] for key, value in fields.items()},
    )
    if not kept:
        return _page(request, looked, [_("列太多了，交不出去；请去掉用不着的列。")])
    proposing.finish(request, f"{ADDRESS}/{looked.name}", "", looked.proposal.title)
    return _done(request, "", looked.proposal.title)


def _in_force(request: HttpRequest, name: str, text: str) -> list[str]:
    """Put it in force; what is wrong, where something is."""
    try:
        own_pack.put_ledger(request.district, name, text)
    except Problems as wrong:
        return [f"{say(one.message, request.lang)} {say(one.hint, request.lang)}".strip() for one in wrong.problems]
    except Trouble as trouble:
        return [f"{trouble.zh}{trouble.mend_zh}" if request.lang == "zh" else f"{trouble.en} {trouble.mend_en}"]
    return []


def _done(request: HttpRequest, name: str, title: str) -> HttpResponse:
    """To where the rows are brought in, for whoever may do that; others are told where the ledger is.

    name: of the ledger that is in force; empty when it was handed on.
    """
    if not name:
        messages.success(request, _("“%(title)s”已交给管理员，启用后就在菜单里。") % {"title": title})
        return HttpResponseRedirect(ADDRESS)
    full = f"{request.district.name}.{name}"
    request.district = packs.current(request.district.id)
    rules = request.district.rules
    if full not in rules.ledgers:  # ended since
        return gate.not_found(request)
    keepers = _("、").join(say(rules.roles[role].title, request.lang) for role in rules.ledgers[full].kept_by)
    said = _("“%(title)s”已启用，%(who)s的菜单里已有；表里的行由他们导入。") % {"title": title, "who": keepers}
    messages.success(request, said)
    if not access.may_see(rules.ledgers[full], request.actor):
        return HttpResponseRedirect(ADDRESS)
    return HttpResponseRedirect(f"/ledgers/{full}{'/import' if importable(request, full) else ''}")


def _page(request: HttpRequest, looked: Looked, problems: list[str] | None = None) -> HttpResponse:
    shown = {**proposing.shown(request, looked), "problems": problems or []}
    return render(request, "from_sheet/look.html", shown, status=422 if problems else 200)


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """The proposals that wait for an administrator, the oldest first."""
    if not request.actor.may("administer"):
        return []
    return [
        {"url": form, "title": fields["title"][0], "by": fields["by"][0], "at": at}
        for form, fields, at in drafts.listed(request.district, drafts.ADMINISTRATORS)
    ]


def _refused(sentence: str) -> NotASheet:
    return NotASheet("sheet.refused", sentence, sentence)


urlpatterns = [
    path("ledgers/from-sheet", hand_in, name="from_sheet"),
    path("ledgers/from-sheet/proposed/<uuid:number>", proposed),
    path("ledgers/from-sheet/<slug:name>", look),
    path("ledgers/from-sheet/<slug:name>/forget", forget),
]
