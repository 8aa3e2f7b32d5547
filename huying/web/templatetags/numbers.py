"""How templates print numbers: every figure can be clicked and explained. `{% load numbers %}`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huying.declare.kinds import say
from huying.engine import figure_tables, pace
from huying.engine.commitments import Status
from huying.engine.figures import VALUE, Figure
from huying.engine.indicators import Measured
from huying.engine.records import Record
from huying.web import numbers, show
from huying.web.words import gettext as _

register = template.Library()
WIDTH, HEIGHT = 240, 26


@register.simple_tag(takes_context=True)
def figure(
    context: template.Context, measured: Measured, figure: Figure, link: str = "why", unit: bool = True
) -> SafeString:
    """A figure with its n of m, leading to why it is so (`link="page"`: to its indicator's page; "": nowhere).

    unit  with its unit; without where that stands above the table
    """
    lang = context["request"].lang
    shown, of = numbers.text(measured, figure, lang, unit), numbers.parts(measured, figure)
    title = numbers.why(measured, figure, lang)
    only = context.get("only") or None
    url = numbers.indicator_url(measured) if link == "page" else numbers.why_url(measured, figure, only=only)
    zero = "" if figure.value else " zero"
    if not link:
        number = format_html('<span class="figure{}" title="{}">{}</span>', zero, title, shown)
    else:
        number = format_html('<a class="figure{}" href="{}" title="{}">{}</a>', zero, url, title, shown)
    said = format_html(' <small class="of">{}</small>', of) if of else SafeString("")
    hidden = (
        format_html('<span class="visually-hidden"> ({})</span>', title) if figure.status != VALUE else SafeString("")
    )
    return format_html("{}{}{}", number, said, hidden)


@register.simple_tag
def signed(value: Decimal | None) -> str:
    """A difference with its sign: +3, −2, 0; `—` where there is none to tell."""
    if value is None:
        return "—"
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{show.plain_number(abs(value))}"


@register.filter
def day_before(day: date) -> date:
    """The last day of a stretch whose end is exclusive."""
    return day - date.resolution


@register.simple_tag(takes_context=True)
def standing(context: template.Context, name: str) -> str:
    """What people call what every record has: its state, when it was reported, closed, due."""
    return {"state": _("状态"), "opened_at": _("登记"), "closed_at": _("$close"), "due_at": _("到期")}[name]


@register.simple_tag(takes_context=True)
def shown(context: template.Context, record: Record, name: str, value: Any) -> SafeString | str:
    """One value of a record, a field's or what every record has."""
    shower = show.of(context["request"])
    if name == "state":
        flow = context["request"].district.rules.flows[record.ledger.name]
        return shower.state(flow.states.get(value), value or "")
    if name not in record.ledger.fields:
        return shower.when(value) if value else show.NOTHING
    return shower.html(record.ledger.fields[name], value)


@register.simple_tag
def export_url(measured: Measured) -> str:
    """The same numbers as a workbook."""
    return numbers.export_url(measured)


@register.simple_tag
def part_url(measured: Measured) -> str:
    """The page of an indicator that another is figured from, asked the same."""
    return numbers.indicator_url(measured)


@register.simple_tag
def period(measured: Measured, figure: Figure) -> str:
    """The period of a figure."""
    return figure_tables.period_name(measured, figure)


@register.simple_tag(takes_context=True)
def amount(context: template.Context, value: Any, unit: str = "") -> str:
    """A number of a claim, a target or a calendar, with its unit; `—` for none."""
    if value in (None, ""):
        return "—"
    lang = context["request"].lang
    if isinstance(value, Decimal):
        return numbers.with_unit(value, unit, lang)
    return f"{pace.shown(value)}{'%' if unit == 'percent' else f' {say(unit, lang)}' if unit else ''}"


@register.simple_tag
def bullet(status: Status) -> SafeString:
    """Target against value: a bar from the baseline, a mark where the calendar is, a line where the target is.

    Nothing for a promise that is held (it has no progress) or that has no number.
    """
    promise, value = status.commitment, status.value
    if value is None or not promise.target or status.calendar.kind in ("maintain", "zero"):
        return SafeString("")
    target, base = Decimal(promise.target), Decimal(promise.baseline or 0)
    least, most = min(base, value, Decimal(0)), max(target, value, base)
    room = (most - least) or Decimal(1)

    def at(number: Any) -> str:
        return f"{float((Decimal(number) - least) / room) * (WIDTH - 8) + 4:.1f}"

    left, right = sorted((float(at(base)), float(at(value))))
    expected = status.calendar.value
    planned = None if expected is None else Decimal(expected.numerator) / Decimal(expected.denominator)
    mark = (
        format_html('<path class="plan" d="M{0} 20l-4 6h8z"><title>{1}</title></path>', at(planned), _("序时"))
        if planned is not None
        else SafeString("")
    )
    words = _("现 %(value)s，目标 %(target)s，基数 %(base)s") % {
        "value": pace.shown(value),
        "target": pace.shown(target),
        "base": pace.shown(base),
    }
    return format_html(
        '<svg class="bullet {}" viewBox="0 0 {} {}" role="img" aria-label="{}"><rect class="track" x="4" y="8" width="{}" height="8" rx="2"/>'
        '<rect class="bar" x="{}" y="8" width="{}" height="8" rx="1"/><path class="base" d="M{} 5v14"/><path class="target" d="M{} 3v18"/>{}</svg>',
        status.standing.light,
        WIDTH,
        HEIGHT,
        words,
        WIDTH - 8,
        f"{left:.1f}",
        f"{max(right - left, 1):.1f}",
        at(base),
        at(target),
        mark,
    )
