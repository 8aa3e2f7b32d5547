"""What the address of a ledger's list asks for, read so that nothing typed into it breaks a page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest

from huying.declare.expressions import Expression
from huying.declare.kinds import Field, Ledger, say
from huying.engine import (
    access,
    field_tests,
    finding,
    finding_then,
    grouping,
    records,
    saved_views,
    sealed,
    secret_values,
)
from huying.engine.field_tests import Test
from huying.engine.saved_views import View
from huying.web import turning
from huying.web.show import Shower
from huying.web.words import gettext as _

FIRST = "-opened_at"  # how a list is sorted where nothing is said


@dataclass
class Asked:
    """A list as it is asked for, by its address and the view that this names, or else the one that the ledger begins with.

    given    parameter -> value          filters, where  what records.page takes
    shown    what the page shows as chosen    columns   fields chosen; empty for the ledger's own
    key      the group whose records are listed; None where no group is opened
    tests    conditions on fields
    dropped  parts of the view that are not there for this reader, and how words were found, as sentences
    """

    views: list[View]
    begins: str
    view: View | None
    given: dict[str, str]
    filters: dict[str, Any]
    shown: dict[str, Any]
    where: Expression | None = None
    columns: list[str] = field(default_factory=list)
    sort: str = FIRST
    group: str = ""
    key: str | None = None
    dropped: list[str] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)

    @property
    def saved(self) -> dict[str, str]:
        """What a view of this list would hold."""
        return {name: self.given[name] for name in saved_views.ASKED if self.given.get(name)}

    @property
    def by(self) -> dict[str, Any]:
        """How records.page sorts it."""
        return {"sort": self.sort.lstrip("-"), "descending": self.sort.startswith("-")}


def asked_of(request: HttpRequest, declared: Ledger, as_of: datetime | None = None) -> Asked:
    """What the address asks for; words are looked for as they stood at `as_of`. Raises access.Refused."""
    views, begins = saved_views.listed(request.district, request.actor, declared)
    address = {name: value for name, value in request.GET.items() if name != "for"}
    if "filter" in address:
        address["filter"] = "\n".join(request.GET.getlist("filter"))
    wanted = address.get("view", begins if not address else "")
    view = next((one for one in views if one.key == wanted), None)
    dropped = [] if view or not wanted else [_("没有这个视图，或没有共享给您；这里列出全部。")]
    query, lost = _kept(request, declared, view.query) if view else ({}, [])
    given = {**query, **address}
    filters, shown = filters_of(request, declared, given, as_of)
    tests, wrong = _tests(request, declared, given.get("filter", ""))
    filters |= {records.TESTS: tests} if tests else {}
    dropped += [*([shown["then"]] if shown["then"] else []), *wrong]
    where = view.where if view else None
    if where and not _seen(declared, request, where):
        where = None
        dropped.append(_("视图里的条件用到您看不到的项，没有按它筛选。"))
    if lost:
        said = _("视图里的这几处已不存在，或不归您看，已略去：%(list)s")
        dropped.append(said % {"list": _("、").join(lost)})
    visible = access.visible_fields(declared, request.actor.kinds)
    columns = [name for name in dict.fromkeys(given.get("columns", "").split(",")) if name in visible]
    group = given.get("group", "")
    group = group if group in grouping.may_group_by(declared, request.actor) else ""
    key = address.get("key") if group else None
    sort = given.get("sort", FIRST)
    return Asked(views, begins, view, given, filters, shown, where, columns, sort, group, key, dropped, tests)


def _tests(request: HttpRequest, declared: Ledger, lines: str) -> tuple[list[Test], list[str]]:
    """(the conditions on fields, a sentence for each that is none or is not this reader's)."""
    district, visible = request.district, access.visible_fields(declared, request.actor.kinds)
    found, wrong = [], []
    for line in list(dict.fromkeys(filter(None, map(str.strip, lines.splitlines()))))[: field_tests.MOST]:
        try:
            refer = partial(records.referred, district, request.actor)
            found.append(field_tests.read(district, request.tree, district.tables[declared.name], visible, line, refer))
        except ValueError as refused:
            wrong.append(_("有一个条件没有用上：%(why)s") % {"why": say(str(refused), request.lang)})
    return found, wrong


def tested(request: HttpRequest, declared: Ledger, asked: Asked) -> list[tuple[str, str]]:
    """(a condition in words, the list's address without it), of each."""
    shower, shown = Shower(request.district, request.tree, request.lang), []
    for test in asked.tests:
        one = declared.fields[test.field]
        values = (
            [test.text.split(" ", 2)[2]]
            if one.type == "record" and test.given
            else [shower.text(one, v) for v in test.given]
        )
        query = request.GET.copy()
        for name in (*turning.PARAMETERS, "filter"):
            query.pop(name, None)
        query.setlist("filter", [other.text for other in asked.tests if other is not test] or [""])
        words = (say(one.title, request.lang), say(field_tests.SAID[test.how], request.lang), _("或").join(values))
        shown.append((" ".join(filter(None, words)), f"?{query.urlencode()}"))
    return shown


def with_condition(request: HttpRequest) -> str | None:
    """The list's address with the condition that its form adds; None where it adds none."""
    if not request.GET.get("by"):
        return None
    query = request.GET.copy()
    line = " ".join(query.get(name, "").strip() for name in ("by", "how", "with")).strip()
    for name in (*turning.PARAMETERS, "by", "how", "with"):
        query.pop(name, None)
    query.setlist("filter", [*filter(None, query.getlist("filter")), line])
    return f"{request.path}?{query.urlencode()}"


def _then(more: bool) -> str:
    """How words were looked for on a past day."""
    if not more:
        return _("按那一天的内容找的。")
    return _("按那一天的内容找的；只看了最近登记的 %(n)s 条，请再加条件。") % {"n": finding_then.LOOKED_AT}


def _cut() -> str:
    return _("符合的很多，只列最近有变动的 %(n)s 条；请再加字或加条件。") % {"n": finding.NEWEST}


def _kept(request: HttpRequest, declared: Ledger, query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """(what of a view's query there is for this reader, the names of what there is not)."""
    visible = set(access.visible_fields(declared, request.actor.kinds))
    titles = {name: say(one.title, request.lang) for name, one in declared.fields.items() if name in visible}
    kept, lost = dict(query), []
    columns = [name for name in query.get("columns", "").split(",") if name]
    lost += [name for name in columns if name not in visible]
    kept["columns"] = ",".join(name for name in columns if name in visible)
    checks = {
        "sort": query.get("sort", "").removeprefix("-") in {*visible, *records.LISTED},
        "group": query.get("group") in grouping.may_group_by(declared, request.actor),
        "state": query.get("state") in request.district.rules.flows[declared.name].states,
        "area": query.get("area") in request.tree.by_code,
    }
    for name, there in checks.items():
        if query.get(name) and not there:
            lost.append(titles.get(query[name], query[name].removeprefix("-")))
            del kept[name]
    return {name: value for name, value in kept.items() if value}, list(dict.fromkeys(lost))


def _seen(declared: Ledger, request: HttpRequest, where: Expression) -> bool:
    """Whether the reader sees every field that a condition reads."""
    visible = access.visible_fields(declared, request.actor.kinds)
    hidden = [name for name in declared.fields if name not in visible and name != "unit"]
    return not any(name in hidden or name.removesuffix("_lng").removesuffix("_lat") in hidden for name in where.columns)


def filters_of(
    request: HttpRequest, declared: Ledger, given: Mapping[str, str], as_of: datetime | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what records.page filters by, what the page shows as chosen); unknown values choose nothing.

    given: parameter -> value, of the address or of a view
    """
    flow = request.district.rules.flows[declared.name]
    filters: dict[str, Any] = {}
    asked: dict[str, Any] = {"state": "", "street": None, "category": "", "found": "", "q": "", "then": ""}
    asked["q"] = " ".join(given.get("q", "").replace("\0", "").split())[: finding.LONGEST]
    if as_of and finding.words_of(asked["q"]):
        filters["id"], more = finding_then.find(request.district, request.actor, declared.name, asked["q"], as_of)
        asked["then"] = _then(more)
    elif finding.words_of(asked["q"]):
        reach, number = access.reach_for(declared, request.actor), request.district.tables[declared.name].number
        filters["id"] = [row["record"] for row in finding.find(reach, asked["q"], number)]
        asked["then"] = _cut() if len(filters["id"]) == finding.NEWEST else ""
    if sought := _sought(request, declared, given):
        field, text = sought
        filters[field.name] = text
        asked["found"] = f"{say(field.title, request.lang)} {secret_values.masked(field.mask, text)}"
    if given.get("state") in flow.states:
        filters["state"] = asked["state"] = given["state"]
    street = request.tree.by_code.get(given.get("area", ""))
    if street and street.kind != "office":
        filters["unit"], asked["street"] = request.tree.under(street.id), street
    by = declared.fields.get(flow.dispatch_by)
    if by and by.codes and given.get("category") in (entries := request.district.rules.codes[by.codes].entries):
        codes = request.district.rules.codes[by.codes]
        filters[by.name] = [code for code in entries if given["category"] in codes.within(code)]
        asked["category"] = given["category"]
    return filters, asked


def _sought(request: HttpRequest, declared: Ledger, given: Mapping[str, str]) -> tuple[Field, str] | None:
    """(field, value) that this person typed to find records by."""
    try:
        sealed_text = base64.urlsafe_b64decode(given.get("found", ""))
    except ValueError:
        return None
    opened = sealed.unseal(sealed_text, of_find(request, declared.name))
    name, text = json.loads(opened) if opened else ("", "")
    return (declared.fields[name], text) if name in access.may_find_by(declared, request.actor) else None


def of_find(request: HttpRequest, ledger: str) -> str:
    return f"find {request.district.id} {ledger} {request.actor.person}"


def categories(request: HttpRequest, declared: Ledger, by: str) -> list[tuple[str, str]]:
    field = declared.fields.get(by)
    if field is None or not field.codes:
        return []
    return [
        (entry.code, ("　" if entry.parent else "") + say(entry.title, request.lang))
        for entry in request.district.rules.codes[field.codes].entries.values()
    ]
