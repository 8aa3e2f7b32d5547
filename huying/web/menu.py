"""The menu, computed from what is in force and what the actor may see; listed nowhere."""

from __future__ import annotations

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import database, drafts, reports, subjects
from huying.engine.people import Actor
from huying.web import menu_areas, taskview
from huying.web.menu_areas import Group, Item
from huying.web.show import url_or_none
from huying.web.words import gettext as _


def shell(request: HttpRequest) -> dict:
    """Context processor: menu groups, bottom bar, notices unread, banner words."""
    district, actor = getattr(request, "district", None), getattr(request, "actor", None)
    if district is None:
        return {"lang": getattr(request, "lang", "zh")}
    lang = request.lang
    words = (
        district.config.get("demonstration", {}).get("words", "演示数据 | Demonstration data")
        if district.demonstration
        else ""
    )
    secrecy = district.config.get("notices", {}).get(
        "secrecy", "本平台为非涉密平台，严禁处理、存储国家秘密 | Not a classified system: keep state secrets out of it"
    )
    shown = {
        "district": district,
        "actor": actor,
        "lang": lang,
        "demonstration": say(words, lang),
        "secrecy": say(secrecy, lang),
        "other_ways": say(district.config.get("notices", {}).get("other_ways", ""), lang),
        "large": request.COOKIES.get("large") == "1",
    }
    if not actor.signed_in:
        return shown | {
            "bottom": _items(
                request,
                [
                    ("home", _("首页"), "home"),
                    ("report", _("报事"), "message-report"),
                    ("track", _("查进展"), "search"),
                    ("promises", _("$commitment"), "checklist"),
                ],
            )
        }
    unread = actor.post and database.direct().value(
        "select count(*) from hy.notice where district = %s and target = %s and read_at is null",
        [district.id, f"post:{actor.post.id}"],
    )
    return shown | {
        "menu": _groups(request),
        "unread": unread or 0,
        "bottom": _items(
            request,
            [
                ("work", _("我的工作"), "inbox"),
                ("desk", _("$dispatch台"), "send"),
                ("spot", _("随手办"), "check"),
                ("commitments", _("$commitment"), "checklist"),
            ],
        ),
    }


def _handles_sheets(actor: Actor) -> bool:
    """Whose work is whole ledgers; the page itself is open to all staff."""
    return actor.may("administer") or actor.may("export")


def _waiting(request: HttpRequest) -> str:
    """How many proposals of ledgers wait for an administrator, after the title; nothing for others."""
    if not request.actor.may("administer"):
        return ""
    count = drafts.count(request.district, drafts.ADMINISTRATORS)
    return f" ({count})" if count else ""


def _keeps(request: HttpRequest) -> bool:
    """Whether the actor administers a district whose ledgers say how long they are kept."""
    return request.actor.may("administer") and any(one.keep for one in request.district.rules.ledgers.values())


def _writes(request: HttpRequest) -> bool:
    """Who has a report to build, or drafts to look through."""
    return request.actor.may("see_drafts") or bool(reports.every(request.district, request.actor))


def _supervision(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What whoever supervises, or a contact for tasks, opens besides the board."""
    provided, supervises = request.district.rules.provides, request.actor.may("see_drafts")
    contact = taskview.is_contact(request)
    found = []
    if contact:
        found.append(("tasks_mine", _("我的任务"), "clipboard-check"))
    if supervises and "claims" in provided:
        found.append(("tasks_reports", _("进展报送"), "report"))
    if (supervises or contact) and "tasks" in provided:
        found.append(("tasks_calendar", _("节点日历"), "calendar-due"))
        found += [("bulletins", _("督查通报"), "news")] if "bulletins" in provided else []
        found += [("letters", _("督办单"), "mail-exclamation")] if "letters" in provided else []
    return found


def _items(request: HttpRequest, wanted: list[tuple[str, str, str]]) -> list[Item]:
    return [Item(title, url, icon, request.path == url) for name, title, icon in wanted if (url := url_or_none(name))]


def _groups(request: HttpRequest) -> list[Group]:
    """First what everybody opens; then the areas of work that concern the actor; then, folded, the tools and all else."""
    district, actor = request.district, request.actor
    first = [
        ("work", _("我的工作"), "inbox"),
        ("desk", _("$dispatch台"), "send"),
        ("commitments", _("$commitment"), "checklist"),
    ]
    first += [one for one in _supervision(request) if one[0] == "tasks_mine"]
    first += [("collections", _("采集表"), "forms")] if district.rules.forms else []
    tools = [
        ("indicators", _("$indicator"), "chart-line"),
        *([("reports", _("报告"), "news")] if _writes(request) else []),
        ("fill", _("填上级的表"), "table-import"),
        *([("from_sheet", _("从表格建$ledger") + _waiting(request), "table")] if _handles_sheets(actor) else []),
        *([("who", _("谁是谁"), "columns")] if subjects.may_review(district, actor) else []),
        *([("looks", _("谁看过什么"), "eye")] if actor.may("audit") else []),
        *([("areas", _("区划"), "map-pin")] if actor.may("administer") else []),
        *([("retention", _("保存期限"), "archive")] if _keeps(request) else []),
    ]
    mine, others = menu_areas.areas(request, _of_supervision(request))
    for one in mine[:1]:
        one.open = True
    groups = [
        Group("", _items(request, first)),
        *mine,
        Group(_("工具"), _items(request, tools), open=not mine),
        Group(_("其他$ledger"), groups=others),
    ]
    return [one for one in groups if one.items or one.groups]


def _of_supervision(request: HttpRequest) -> list[Item]:
    """The pages of supervision, which stand before its ledgers."""
    found = [one for one in _supervision(request) if one[0] != "tasks_mine"]
    if request.actor.may("see_drafts"):
        found += [("documents", _("读报告"), "file-text"), ("breakdown", _("任务分解"), "checklist")]
        found += [("crosschecks", _("数字核对"), "scale")] if request.district.rules.crosschecks else []
    return _items(request, found)
