"""What templates say: texts, icons, clocks, states, values, figures. `{% load huying %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huying.declare.kinds import say as say_text
from huying.engine.deadlines import Clock, say_left
from huying.web import sketch
from huying.web.show import Shower, of
from huying.web.turning import PARAMETERS
from huying.web.words import gettext as _

register = template.Library()
ICONS = "/static/build/icons.svg"


def _sort_title(name: str) -> str:
    return {
        "code": _("编号"),
        "state": _("状态"),
        "opened_at": _("登记"),
        "due_at": _("时限"),
        "closed_at": _("$close"),
        "from_day": _("列入"),
        "to_day": _("自动退出"),
    }[name]


def _shower(context: template.Context) -> Shower:
    return of(context["request"])


@register.simple_tag(takes_context=True)
def say(context: template.Context, text: str) -> str:
    """One language of `中文 | English`."""
    return say_text(str(text or ""), context["request"].lang)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture of the sprite; with a label it speaks, without one it is silent."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', spoken, ICONS, name)


@register.simple_tag(takes_context=True)
def clock(context: template.Context, clock: Clock | None) -> SafeString:
    """Both forms of what is left: working time and the moment on the wall; nothing where no clock runs."""
    request = context["request"]
    if clock is None:
        return SafeString("")
    now = request.district.now()
    light = (
        "grey"
        if clock.paused_at or clock.stopped_at and not clock.is_late(now)
        else "red"
        if clock.is_late(now)
        else "amber"
        if (clock.left(now, request.district.calendar) < 2 * 3600)
        else "green"
    )
    return format_html(
        '<span class="light {}">{}</span>', light, say_left(clock, now, request.district.calendar, request.lang)
    )


@register.simple_tag(takes_context=True)
def state(context: template.Context, ledger: str, name: str) -> SafeString:
    """A state with its light."""
    flow = context["request"].district.rules.flows.get(ledger)
    return _shower(context).state(flow.states.get(name) if flow else None, name)


@register.simple_tag(takes_context=True)
def value(context: template.Context, field: Any, value: Any) -> SafeString | str:
    """Any field's value, for people."""
    return _shower(context).html(field, value)


@register.simple_tag(takes_context=True)
def when(context: template.Context, moment: Any) -> str:
    """A moment as a clerk writes it."""
    return _shower(context).when(moment)


@register.simple_tag(takes_context=True)
def unit(context: template.Context, number: int) -> str:
    """The name of an area, its street first."""
    return _shower(context).unit(number)


@register.simple_tag(takes_context=True)
def sort_by(context: template.Context, name: str, field: Any = None, default: str = "-opened_at") -> SafeString:
    """A column's heading that sorts by it; pressed again, the other way round. Says how the list is sorted now.

    default  how it is sorted where the address says nothing
    """
    request = context["request"]
    title = say_text(field.title, request.lang) if field else _sort_title(name)
    if field is not None and field.type in ("point", "photos"):
        return format_html("{}", title)
    now = request.GET.get("sort", default)
    falling = now == f"-{name}"
    rising = now == name
    query = request.GET.copy()
    for turned in PARAMETERS:
        query.pop(turned, None)
    query["sort"] = name if falling else f"-{name}"
    mark = "↓" if falling else "↑" if rising else ""
    said = _("，从大到小") if falling else _("，从小到大") if rising else ""
    return format_html(
        '<a href="?{}" class="sort">{}<span class="visually-hidden">{}</span><span aria-hidden="true"> {}</span></a>',
        query.urlencode(),
        title,
        said,
        mark,
    )


@register.simple_tag(takes_context=True)
def locator(context: template.Context, point: tuple[float, float]) -> SafeString:
    """A small picture of where in the district a point lies, drawn from the outline; the figures stand beneath."""
    request = context["request"]
    return sketch.locator(request.district, point, request.lang)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def attr(thing: Any, name: str) -> Any:
    """thing.name, where thing came out of a filter."""
    return getattr(thing, name, "")
