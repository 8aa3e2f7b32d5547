"""What a ledger is: what for, who keeps it, how fresh and how complete it is, what each field holds and who sees it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.constraints import AT_MOST, TOGETHER, UNIQUE, Constraint
from huying.declare.kinds import Field, Ledger, say
from huying.engine import access, ledger_facts
from huying.engine.ledger_facts import Facts
from huying.web import gate, recordview
from huying.web.words import gettext as _


@require_GET
@gate.staff
def about(request: HttpRequest, name: str) -> HttpResponse:
    """The ledger as declared and as filled, within the reader's reach."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not access.may_see(declared, request.actor):
        return gate.not_found(request)
    as_of, wrong = recordview.as_of(request)
    facts = ledger_facts.facts(request.district, request.actor, name, as_of)
    flow, roles = request.district.rules.flows[name], request.district.rules.roles
    keepers = declared.kept_by or dict.fromkeys(
        role for step in flow.steps.values() if "new" in step.from_ for role in step.by if role in roles
    )
    shown = {
        "name": name,
        "ledger": declared,
        "facts": facts,
        "as_of": as_of,
        "wrong": wrong,
        "states": [(key, facts.states[key]) for key in flow.states if facts.states.get(key)],
        "keepers": [roles[role].title for role in keepers if role in roles],
        "fields": [_field(request, declared, field, facts) for field in declared.fields.values()],
        "key": [declared.fields[n].title for n in declared.key if n in declared.fields],
        "editable": request.actor.may("administer"),
        "upgradable": bool(declared.upgrades)
        and bool(request.actor.may("administer") or access.first_steps(request.district, request.actor, name)),
        "holds": [_said(declared, one, request.lang) for one in declared.constraints],
    }
    return render(request, "ledgers/about.html", shown)


def _field(request: HttpRequest, ledger: Ledger, field: Field, facts: Facts) -> dict[str, Any]:
    count = facts.filled.get(field.name)
    if field.name == "unit":
        count = facts.total
    roles = request.district.rules.roles
    seen_by = [roles[role].title for role in ledger.masked.get(field.name, ()) if role in roles]
    return {
        "title": field.title,
        "name": field.name,
        "type": _type(field),
        "unit": field.unit,
        "required": field.required,
        "secret": field.name in ledger.secret,
        "private": field.name in ledger.private,
        "seen_by": seen_by,
        "derived": field.name in ledger.derive,
        "filled": count,
        "share": round(100 * count / facts.total) if count is not None and facts.total else None,
    }


def _type(field: Field) -> str:
    """What the field holds, in a word."""
    return {
        "text": _("文字"), "number": _("小数"), "integer": _("整数"), "money": _("金额（元）"), "boolean": _("是或否"), "date": _("日期"),
        "time": _("日期和时间"), "point": _("位置"), "area": _("$street$community"), "office": _("单位"),
        "post": _("$post"), "record": _("另一本$ledger的$record"),
        "code": _("类别表"), "enum": _("几样选一"), "photos": _("照片"),
    }[field.type]  # fmt: skip


def _said(ledger: Ledger, constraint: Constraint, lang: str) -> str:
    between = "、" if lang == "zh" else ", "

    def titles(names: tuple[str, ...]) -> str:
        return between.join(say(ledger.fields[name].title, lang) for name in names)

    words = {"fields": titles(constraint.fields), "per": titles(constraint.per), "most": constraint.most}
    if constraint.kind == TOGETHER:
        return _("%(fields)s一起填，或都不填") % words
    if constraint.kind == UNIQUE:
        return _("%(fields)s不能两条相同") % {"fields": titles(constraint.same)}
    if constraint.kind == AT_MOST:
        return (_("%(per)s相同的最多 %(most)s 条") if constraint.per else _("最多 %(most)s 条")) % words
    return (_("%(per)s相同的，%(fields)s的时段不能重叠") if constraint.per else _("%(fields)s的时段不能重叠")) % words


urlpatterns = [path("ledgers/<str:name>/about", about)]
