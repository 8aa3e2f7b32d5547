"""What templates say: texts, icons, clocks, states, values, figures. `{% load huying %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huying.declare.kinds import say as say_text
from huying.engine.deadlines import Clock, say_left
from huying.web.show import Shower

register = template.Library()
ICONS = "/static/build/icons.svg"


def _shower(context: template.Context) -> Shower:
    request = context["request"]
    if (known := getattr(request, "shower", None)) is None:
        known = request.shower = Shower(request.district, request.tree, request.lang)
    return known


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


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def attr(thing: Any, name: str) -> Any:
    """thing.name, where thing came out of a filter."""
    return getattr(thing, name, "")
