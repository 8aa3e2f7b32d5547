"""A ledger of the district's own, edited as rows: checked while one types, put in force without a restart.

A ledger of another pack is shown as it is; one of the district's own can be made like it.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare import kinds
from huying.declare.kinds import Ledger, part, say
from huying.declare.packs import NAME
from huying.declare.problems import Problem, Problems, both
from huying.engine import ledger_edit, ledger_edit_rules, own_pack, packs, upgrade_words
from huying.engine.ledger_edit import KINDS, PRIVACY, NotRight, Row
from huying.engine.ledger_edit_rules import Constraint, Fault, Rules
from huying.sheets.as_yaml import text_of
from huying.trouble import Trouble
from huying.web import gate, requested
from huying.web.words import gettext as _

MOST = 200  # fields
TEXTS = {"zh": 80, "en": 80, "unit": 20, "choices": 4000, "minimum": 30, "maximum": 30, "fill": 200, "mapped": 1000}
CONSTRAINT = {"kind": 20, "fields": 400, "most": 9, "per": 400, "among": 400, "zh": 200, "en": 200}
FAULT = {"name": 40, "zh": 80, "en": 80, "when": 500}


@require_http_methods(["GET", "POST"])
@gate.staff
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """The fields as rows; each change is checked; at last it comes in force."""
    ledger = request.district.rules.ledgers.get(name)
    if ledger is None or not request.actor.may("administer"):
        return gate.not_found(request)
    pack, _dot, short = name.partition(".")
    if pack != request.district.name:
        return _foreign(request, name, ledger)
    data, above = own_pack.whole_of(request.district, name)
    seen = request.district.rules.digests["ledger", name].hex()
    standing = ledger_edit.rows_of(data, above)
    if request.method == "GET":
        shown = {"seen": seen, "rules": ledger_edit_rules.rules_of(data)}
        return render(
            request, "ledger_edit/edit.html", _shown(request, name, ledger, [*standing, Row("", True)], shown)
        )
    given = request.POST
    rows, rules = _rows(request, standing), _rules(request)
    typed = {
        "seen": given.get("seen", "")[:64],
        "title": given.get("title", "")[:120],
        "why": given.get("why", "")[:200],
    }
    looked = _look(request, short, (data, above), rows, rules, typed)
    if "put" in given and not looked["problems"] and looked["changes"]:
        problems = _put(request, short, looked["text"], typed["seen"])
        if not problems:
            messages.success(request, _("“%(title)s”已改好，现在生效。") % {"title": say(ledger.title, request.lang)})
            upgraded = packs.current(request.district.id).rules.ledgers[name].upgrades != ledger.upgrades
            return HttpResponseRedirect(f"/ledgers/{name}/{'upgrade' if upgraded else 'about'}")
        looked["problems"] = problems
    elif "put" in given and not looked["changes"] and not looked["problems"]:
        looked["problems"] = [_("还没有改动。")]
    if not any(row.new and not row.name and not row.zh for row in rows):
        rows.append(Row("", True))
    status = 422 if "put" in given else 200
    return render(
        request,
        "ledger_edit/edit.html",
        _shown(request, name, ledger, rows, {**typed, **looked, "rules": rules}),
        status=status,
    )


def _rows(request: HttpRequest, standing: list[Row]) -> list[Row]:
    """The rows as sent, in the order asked for; what a field was is not for the form to say."""
    given, known = request.POST, {row.name: row for row in standing}
    found: list[tuple[int, int, Row]] = []
    for n in range(min(requested.whole(given.get("count", "")) or 0, MOST)):
        texts = {key: given.get(f"{key}-{n}", "").strip()[:most] for key, most in TEXTS.items()}
        name = given.get(f"name-{n}", "").strip()[:40]
        was = known.get(name) if f"new-{n}" not in given else None
        if was is None and f"new-{n}" not in given:
            continue
        kind, privacy = given.get(f"kind-{n}", ""), given.get(f"privacy-{n}", "open")
        row = Row(
            name,
            was is None,
            kind=kind if kind in KINDS else "",
            required=f"required-{n}" in given,
            privacy=was.privacy if was else privacy if privacy in PRIVACY else "open",
            listed=f"listed-{n}" in given,
            retired=f"retired-{n}" in given,
            was=was.was if was else "",
            to=given.get(f"to-{n}", "").strip()[:40] if was else "",
            inherited=bool(was and was.inherited),
            **texts,
        )
        found.append((requested.whole(given.get(f"order-{n}", "")) or 10 * (n + 1), n, row))
    return [row for _order, _n, row in sorted(found, key=lambda one: one[:2])]


def _rules(request: HttpRequest) -> Rules:
    """The constraints and quality rules as sent; a row that is empty is none."""
    given = request.POST

    def rows(prefix: str, keys: dict[str, int]) -> list[dict[str, str]]:
        count = min(requested.whole(given.get(f"{prefix}s", "")) or 0, MOST)
        found = [
            {key: given.get(f"{prefix}-{key}-{n}", "").strip()[:most] for key, most in keys.items()}
            for n in range(count)
        ]
        return [one for one in found if any(one.values())]

    constraints = [Constraint(**one) for one in rows("constraint", CONSTRAINT)]
    return Rules(constraints, [Fault(**one) for one in rows("fault", FAULT)], given.get("stale", "").strip()[:5])


def _look(
    request: HttpRequest,
    short: str,
    standing: tuple[dict[str, Any], dict[str, Any]],
    rows: list[Row],
    rules: Rules,
    typed: dict[str, str],
) -> dict[str, Any]:
    """What is wrong, by row and of the whole; what changes, in words; the declaration as text."""
    looked: dict[str, Any] = {"problems": [], "told": {}, "changes": [], "moves": [], "text": ""}
    data, above = standing
    try:
        made = ledger_edit_rules.put(ledger_edit.edited(data, rows, typed["title"], typed["why"]), rules)
    except NotRight as wrong:
        looked["told"] = {wrong.name: [say(wrong.sentence, request.lang)]}
        looked["problems"] = [_("先改好标出的行。")]
        return looked
    except ledger_edit_rules.NotRight as wrong:
        looked["problems"] = [say(str(wrong), request.lang)]
        return looked
    looked["text"] = text_of(own_pack.apart(above, made) if above else made)
    changes = [*ledger_edit.differences(data, made), *ledger_edit_rules.differences(data, made)]
    looked["changes"] = [say(one, request.lang) for one in changes]
    if not looked["changes"] and made == data:
        return looked
    if above and made.get("version", 1) != data.get("version", 1):
        looked["problems"] = [_("这样改要换写旧$record，而这本照着另一本，换写由那一本决定。请改那一本，或不这样改。")]
        return looked
    tried, problems = own_pack.try_ledger(request.district, short, looked["text"])
    looked["moves"] = _moves(request, tried, short, made, data)
    _tell(looked, rows, problems, request.lang)
    return looked


def _moves(
    request: HttpRequest, rules: kinds.Rules | None, short: str, made: dict[str, Any], data: dict[str, Any]
) -> list[str]:
    """What the new version does with the records that there are."""
    if rules is None or made.get("version", 1) == data.get("version", 1):
        return []
    ledger = rules.ledgers[f"{request.district.name}.{short}"]
    return [say(upgrade_words.move(ledger, move), request.lang) for move in ledger.upgrades[-1].moves]


def _tell(looked: dict[str, Any], rows: list[Row], problems: list[Problem], lang: str) -> None:
    """Each problem at the row that it names, else above."""
    lines = looked["text"].splitlines()
    names = {called: row.name for row in rows if row.name for called in (row.name, row.to or row.name)}
    for one in problems:
        sentence = f"{say(one.message, lang)} {say(one.hint, lang)}".strip()
        written = lines[one.line - 1] if 0 < one.line <= len(lines) and "/ledgers/" in str(one.file) else ""
        words = re.findall(r"[a-z][a-z0-9_]*", f"{written.partition(':')[0]} {part(one.message)}")
        at = next((names[word] for word in words if word in names), "")
        if at:
            looked["told"].setdefault(at, []).append(sentence)
        else:
            looked["problems"].append(sentence)
    if looked["told"] and not looked["problems"]:
        looked["problems"] = [_("先改好标出的行。")]


def _put(request: HttpRequest, short: str, text: str, seen: str) -> list[str]:
    try:
        own_pack.change_ledger(request.district, short, text, seen)
    except own_pack.Overtaken:
        return [_("这本$ledger刚被别人改过。您填的还在这一页；请另开一页看现在的样子，再照着改。")]
    except Problems as wrong:
        return [f"{say(one.message, request.lang)} {say(one.hint, request.lang)}".strip() for one in wrong.problems]
    except Trouble as trouble:
        return [f"{trouble.zh}{trouble.mend_zh}" if request.lang == "zh" else f"{trouble.en} {trouble.mend_en}"]
    return []


def _foreign(request: HttpRequest, name: str, ledger: Ledger) -> HttpResponse:
    """A ledger of another pack: as it is, and one of the district's own made like it."""
    rules, problems, given = request.district.rules, [], request.POST
    if request.method == "POST":
        short, code = given.get("name", "").strip()[:40], given.get("code", "").strip().upper()[:10]
        title = given.get("title", "").strip()[:60]
        if not NAME.fullmatch(short) or not re.fullmatch(r"[A-Z]{2,8}", code) or not title:
            problems = [_("填好名称、代号（小写字母、数字、下划线）和编号开头（两到八个大写字母）。")]
        else:
            declared = {"ledger": short, "like": name, "title": title, "code": f"{code}-{{n:5}}"}
            try:
                made = own_pack.put_ledger(request.district, short, text_of(declared))
                messages.success(request, _("已照这本另建《%(title)s》。") % {"title": title})
                return HttpResponseRedirect(f"/ledgers/{made}/about")
            except Problems as wrong:
                problems = [f"{say(one.message, request.lang)} {say(one.hint, request.lang)}" for one in wrong.problems]
            except Trouble as trouble:
                problems = [trouble.zh if request.lang == "zh" else trouble.en]
    text, _data = own_pack.file_of(request.district, name)
    shown = {
        "name": name,
        "ledger": ledger,
        "pack": rules.packs[name.partition(".")[0]].title if name.partition(".")[0] in rules.packs else both("", ""),
        "text": text,
        "problems": problems,
        "given": given,
    }
    return render(request, "ledger_edit/foreign.html", shown, status=422 if problems else 200)


def _shown(request: HttpRequest, name: str, ledger: Ledger, rows: list[Row], more: dict[str, Any]) -> dict[str, Any]:
    told = more.get("told", {})
    return {
        "name": name,
        "ledger": ledger,
        "address": f"/ledgers/{name}/edit",
        "rows": [(n, 10 * (n + 1), row, told.get(row.name, [])) for n, row in enumerate(rows)],
        "kinds": list(KINDS.items()),
        "classes": list(PRIVACY.items()),
        "like": request.district.rules.ledgers.get(ledger.like),
        "constraint_kinds": list(ledger_edit_rules.KINDS.items()),
        "constraints": list(enumerate([*more["rules"].constraints, Constraint()])),
        "faults": list(enumerate([*more["rules"].faults, Fault()])),
        "states": [(one.name, one.title) for one in request.district.rules.flows[name].states.values()],
        "title": more.get("title") or ledger.title,
        **{key: value for key, value in more.items() if key not in ("told", "title")},
    }


urlpatterns = [path("ledgers/<str:name>/edit", edit)]
