"""A dropped form on the page: drawn with what was put in each cell, what each title was taken for, where numbers come from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from huying.declare.expressions import Expression, ExpressionError, parse
from huying.declare.kinds import Ledger, say
from huying.declare.scopes import scope
from huying.declare.templates import LABELS, RECORDS, Part, Parts
from huying.engine import access, templates, wording
from huying.engine.form_files import Draft
from huying.engine.tallies import together
from huying.engine.template_base import Filled, Source, within
from huying.engine.template_numbers import EVER
from huying.engine.template_words import NUMBERS, STANDING_TITLES
from huying.engine.templates import Answers
from huying.sheets.as_yaml import text_of as text_of_declaration
from huying.sheets.grid import Place, name_of
from huying.web.show import plain_number, record_url
from huying.web.words import gettext as _

DRAWN_ROWS, DRAWN_COLUMNS = 120, 60
FEW_LABELS = 40  # up to which labels that are understood are listed as well
MOST_OPEN = 60  # titles that are to be chosen at once; the others one by one
MOST_CHOICES = 80  # of one list of codes that a title may be taken for


@dataclass
class Square:
    """One cell as it is drawn. kind: head, label, filled, yellow, kept, formula or empty."""

    text: str = ""
    kind: str = "empty"
    url: str = ""
    why: str = ""
    name: str = ""
    across: int = 1
    down: int = 1
    head: bool = False


@dataclass
class Title:
    """A title, or a row's label, with what it was taken for. key: how the form sends it; open: it is to be chosen."""

    key: str
    title: str
    where: str
    said: str
    state: str
    open: bool = False


@dataclass
class Group:
    title: str
    options: list[tuple[str, str]] = field(default_factory=list)


def undrawn(answers: Answers) -> int:
    """How many rows the page does not draw; the file has them all."""
    return max(0, (answers.form.rows or [0])[-1] - answers.form.table.header[0] - DRAWN_ROWS)


def drawing(request: HttpRequest, draft: Draft, answers: Answers, filled: Filled) -> list[list[Square]]:
    """The form's rows from its title to its last, merged cells as they are."""
    form = answers.form
    last = max([*form.rows, *filled.like, *form.table.header, 0])
    columns = form.columns[:DRAWN_COLUMNS]
    covered = {p for p, area in form.areas.items() if area[:2] != p}
    lines = []
    for row in range(form.table.header[0], min(last, form.table.header[0] + DRAWN_ROWS) + 1):
        lines.append([_square(request, draft, answers, filled, (row, c)) for c in columns if (row, c) not in covered])
    return lines


def _square(request: HttpRequest, draft: Draft, answers: Answers, filled: Filled, place: Place) -> Square:
    form = answers.form
    area = form.areas.get(place)
    square = Square(name=name_of(place))
    if area:
        square.down, square.across = area[2] - area[0] + 1, area[3] - area[1] + 1
    square.head = place[0] in form.table.header
    value = form.value(place)
    if place in filled.values:
        square.kind, square.text = "filled", text_of(filled.values[place], request.lang)
        if source := filled.sources.get(place):
            square.url = (
                record_url(answers.filling.ledger, source.record)
                if source.record
                else f"/fill/{draft.id}/cell/{square.name}"
            )
    elif place in filled.unknown:
        square.kind, square.why = "yellow", say(filled.unknown[place], request.lang)
    elif form.is_formula(place):
        square.kind, square.text = "formula", "fx"
    elif value is not None:
        square.kind, square.text = "kept" if place in filled.kept else "label", text_of(value, request.lang)
    return square


def text_of(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def titles(request: HttpRequest, answers: Answers, mend: str) -> list[Title]:
    """The columns, and labels of rows, that were to be understood. mend: the key of one that is being chosen anew."""
    form, labels = answers.form, answers.filling.labels
    asked = [
        (f"c{column}", form.titles[column], name_of((0, column))[:-1], one)
        for column, one in answers.filling.columns.items()
        if column not in form.serial and not (column in form.marked and answers.filling.rows == LABELS)
    ]
    few = len(labels) <= FEW_LABELS
    for row, one in labels.items():
        if few or one.guessed or not one.parts or mend == f"r{row}":
            asked.append((f"r{row}", form.labels[row], str(row + 1), one))
    ledger = request.district.rules.ledgers[answers.filling.ledger]
    found = []
    for key, storeys, where, one in asked:
        state = "unknown" if not one.parts else "guessed" if one.guessed else "known"
        said = said_parts(request, ledger, one.parts) if one.parts else say(one.why, request.lang)
        if storeys:
            found.append(Title(key, " › ".join(storeys), where, said, state, state != "known" or mend == key))
    for one in [one for one in found if one.open and one.key != mend][MOST_OPEN:]:
        one.open = False
    return found


def said_parts(request: HttpRequest, ledger: Ledger, parts: Parts) -> str:
    """What a title was taken for, in words."""
    return " · ".join(_said(request, ledger, part) for part in parts)


def _said(request: HttpRequest, ledger: Ledger, part: Part) -> str:
    district, lang = request.district, request.lang
    match part.kind:
        case "field":
            title = ledger.fields[part.of].title if part.of in ledger.fields else STANDING_TITLES.get(part.of, part.of)
            return say(title, lang)
        case "level":
            return say(district.config.get("levels", {}).get(part.of, part.of), lang)
        case "sum":
            return _("%(field)s之和") % {"field": say(ledger.fields[part.of].title, lang)}
        case "indicator":
            return _("$indicator：%(title)s") % {"title": say(district.rules.indicators[part.of].title, lang)}
        case "area":
            unit = request.tree.by_code.get(part.of)
            return unit.name(lang) if unit else part.of
        case "where":
            try:
                return say(
                    wording.expression(district.rules, ledger, parse(part.of, scope(district.rules, ledger)), lang),
                    lang,
                )
            except ExpressionError:
                return part.of
    return {
        "count": _("$record数"),
        "serial": _("顺序号"),
        "total": _("上面各行之和"),
        "skip": _("只是标题，不问数"),
        "leave": _("留给我自己填"),
    }[part.kind]


def choices(request: HttpRequest, ledger: Ledger, rows: str) -> list[Group]:
    """What a title may be taken for, in groups; each option is (what the form sends, what it is called)."""
    visible = set(access.visible_fields(ledger, request.actor.kinds))
    own = Group(_("其他"), [_option(request, ledger, Part("leave")), _option(request, ledger, Part("skip"))])
    if rows == RECORDS:
        names = [n for n, one in ledger.fields.items() if (n in visible or n in ledger.masked) and one.type != "photos"]
        fields = [_option(request, ledger, Part("field", name)) for name in (*STANDING_TITLES, *names)]
        levels = [_option(request, ledger, Part("level", level)) for level in request.district.config.get("levels", {})]
        own.options.append(_option(request, ledger, Part("serial")))
        return [Group(_("$record的栏目"), fields), Group(_("在哪一级"), levels), own]
    numbers = [_option(request, ledger, Part("count"))]
    numbers += [
        _option(request, ledger, Part("sum", n))
        for n, one in ledger.fields.items()
        if n in visible and one.type in NUMBERS
    ]
    found = [Group(_("数"), numbers)]
    counted = [n for n, one in request.district.rules.indicators.items() if one.of == ledger.name]
    found.append(Group(_("$indicator"), [_option(request, ledger, Part("indicator", n)) for n in counted]))
    states = request.district.rules.flows[ledger.name].states
    found.append(Group(_("按状态"), [_option(request, ledger, Part("where", f'state == "{s}"')) for s in states]))
    for name, one in ledger.fields.items():
        if name in visible and (values := _values(request, one)):
            found.append(
                Group(
                    say(one.title, request.lang),
                    [_option(request, ledger, Part("where", f'{name} == "{v}"')) for v in values],
                )
            )
    flags = [n for n, one in ledger.fields.items() if n in visible and one.type == "boolean"]
    found.append(Group(_("是否"), [_option(request, ledger, Part("where", n)) for n in flags]))
    found.append(
        Group(_("$street"), [_option(request, ledger, Part("area", u.code)) for u in request.tree.of_kind("street")])
    )
    return [group for group in [*found, own] if group.options]


def _values(request: HttpRequest, one: Any) -> Sequence[str]:
    if one.type == "enum":
        return list(one.choices)
    entries = request.district.rules.codes[one.codes].entries if one.type == "code" else {}
    values = [code for code in entries if len(entries) <= MOST_CHOICES or not entries[code].parent]
    return values[:MOST_CHOICES]


def _option(request: HttpRequest, ledger: Ledger, part: Part) -> tuple[str, str]:
    return templates.parts_said((part,)), _said(request, ledger, part)


def chosen(text: str) -> dict[str, Any] | None:
    """What a page's form sent for a title, as it is kept; None for what no page sends."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    known = isinstance(found, dict) and 0 < len(found) < 4
    return (
        found
        if known and all(isinstance(k, str) and (v is True or isinstance(v, str)) for k, v in found.items())
        else None
    )


def reasons(filled: Filled, lang: str) -> list[tuple[str, str, int]]:
    """(why, the first cells, how many) of what stays yellow, most cells first."""
    found: dict[str, list[str]] = {}
    for place, why in sorted(filled.unknown.items()):
        found.setdefault(say(why, lang), []).append(name_of(place))
    return sorted(((why, "、".join(cells[:12]), len(cells)) for why, cells in found.items()), key=lambda one: -one[2])


def source_said(request: HttpRequest, answers: Answers, source: Source) -> str:
    """Where a value comes from, in words."""
    ledger, lang = request.district.rules.ledgers[answers.filling.ledger], request.lang
    if source.record:
        part = source.part or Part("skip")
        return _("%(record)s 的%(field)s") % {"record": source.record, "field": _said(request, ledger, part)}
    if source.adds:
        return _("%(first)s 到 %(last)s 之和") % {"first": name_of(source.adds[0]), "last": name_of(source.adds[-1])}
    if source.indicator:
        return _("$indicator：%(title)s") % {
            "title": say(request.district.rules.indicators[source.indicator].title, lang)
        }
    assert source.asked is not None
    places = [unit.name(lang) for code in source.areas if (unit := request.tree.by_code.get(code))]
    conditions = [
        say(wording.expression(request.district.rules, ledger, one, lang), lang) for one in source.asked.conditions
    ]
    among = ("，" if lang == "zh" else ", ").join([*places, *conditions])
    what = _said(request, ledger, Part("sum", source.asked.sum) if source.asked.sum else Part("count"))
    title = f"《{say(ledger.title, lang)}》" if lang == "zh" else f"“{say(ledger.title, lang)}”"
    return f"{title} {what}{'：' if lang == 'zh' else ': '}{among}" if among else f"{title} {what}"


def behind(source: Source) -> Expression | None:
    """The condition of the records behind a number; None for all of them."""
    if source.asked is None:
        return source.where
    inside = [within(source.asked.units)] if source.asked.units is not None else []
    return together([*source.asked.conditions, *inside])


def where_said(request: HttpRequest, answers: Answers) -> str:
    """Which records the form's template is about, in words."""
    ledger = request.district.rules.ledgers[answers.filling.ledger]
    return _said(request, ledger, Part("where", answers.filling.where)) if answers.filling.where else ""


def declared(draft: Draft, answers: Answers) -> str:
    """The text of a template that a pack may declare."""
    title = say(draft.body.get("known_as", "")) or answers.form.title or draft.name
    return text_of_declaration(templates.declaration(draft, answers, title))


def indicator_url(request: HttpRequest, answers: Answers, source: Source) -> str:
    """The records behind an indicator's figure."""
    filling = answers.filling
    last = (filling.end or request.district.today() + timedelta(days=1)) - timedelta(days=1)
    query = {"from": (filling.start or EVER).isoformat(), "to": last.isoformat(), "by": "all"}
    if source.only:
        query[source.only[0]] = source.only[1]
    return f"/indicators/{source.indicator}/records?{urlencode(query)}"


def feeds(request: HttpRequest, ledger: Ledger) -> list[tuple[int, str, str]]:
    """(number, system, how often) of the superior's systems that a ledger feeds."""
    every = {
        "": "",
        "day": _("每天"),
        "week": _("每周"),
        "month": _("每月"),
        "quarter": _("每季"),
        "year": _("每年"),
        "occasion": _("要时"),
    }
    return [
        (number, say(one.system, request.lang), every[one.every])
        for number, one in enumerate(ledger.feeds, 1)
        if request.district.rules.templates[one.template].of == ledger.name
    ]


def after(text: str) -> str:
    """The day after one that a page sent; nothing for what is no day."""
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""
