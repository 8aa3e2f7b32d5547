"""Small pictures drawn by the server: where a point lies in the district, and how a flow runs. No script, prints well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huying.declare import second_look
from huying.declare.kinds import NEW, SAME, Flow, Step, say
from huying.engine.packs import District
from huying.web.words import gettext as _

WIDTH = 280  # of the locator, in its own units
ROW = 13  # of words on an arrow
LINE = 15  # latin letters; a Chinese character takes two
BOX_W, BOX_H, GAP_X, GAP_Y = 122, 44, 100, 52  # of the flow


def locator(district: District, point: Sequence[float], lang: str) -> SafeString:
    """The district's outline with a pin; empty where the district has none."""
    outline = district.outline
    if outline is None:
        return SafeString("")
    west, south, east, north = outline.box
    narrow = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrow)
    height = (north - south) * scale

    def at(lng: float, lat: float) -> str:
        return f"{(lng - west) * narrow * scale:.1f} {(north - lat) * scale:.1f}"

    path = "".join(
        "M" + "L".join(at(lng, lat) for lng, lat in ring) + "Z" for polygon in outline.polygons for ring in polygon
    )
    x, y = at(point[0], point[1]).split()
    words = _("位置在%(district)s的示意图") % {"district": say(district.title, lang)}
    return format_html(
        '<figure class="locator"><svg viewBox="-6 -6 {} {}" role="img" aria-label="{}"><path d="{}" class="ground"/>'
        '<circle cx="{}" cy="{}" r="12" class="halo"/><circle cx="{}" cy="{}" r="5" class="pin"/></svg>'
        "<figcaption>{}, {} · {}</figcaption></figure>",
        WIDTH + 12,
        round(height + 12),
        words,
        path,
        x,
        y,
        x,
        y,
        f"{point[0]:.5f}",
        f"{point[1]:.5f}",
        _("示意，非测绘"),
    )


@dataclass(frozen=True)
class _Arrow:
    title: str
    start: str
    end: str


def flow(flow: Flow, lang: str, here: str = "") -> SafeString:
    """States as boxes in the order they are first reached, steps as arrows; `here` is marked. A table says it in words."""
    columns = _columns(flow)
    places = {
        name: (x * (BOX_W + GAP_X) + 20, y * (BOX_H + GAP_Y) + 40)
        for x, names in enumerate(columns)
        for y, name in enumerate(names)
    }
    width = len(columns) * (BOX_W + GAP_X) + 20
    height = max(len(names) for names in columns) * (BOX_H + GAP_Y) + 70
    arrows = [_arrow_path(places, arrow, height) for arrow in _arrows(flow, lang)]
    lines = format_html_join(
        "",
        '<path d="{}" class="way" marker-end="url(#tip)"><title>{}</title></path>',
        ((d, t) for d, t, _x, _y in arrows),
    )
    words = format_html_join("", "{}", ((_words(*one),) for one in _apart([(t, x, y) for _d, t, x, y in arrows])))
    boxes = format_html_join(
        "",
        '<g class="state {}{}"><rect x="{}" y="{}" width="{}" height="{}" rx="6"/><text x="{}" y="{}">{}</text></g>',
        (
            (
                flow.states[name].light or ("final" if flow.states[name].final else "open"),
                " here" if name == here else "",
                x,
                y,
                BOX_W,
                BOX_H,
                x + BOX_W / 2,
                y + BOX_H / 2 + 5,
                say(flow.states[name].title, lang),
            )
            for name, (x, y) in places.items()
            if name != NEW
        ),
    )
    start = places[NEW]
    dot = format_html('<circle cx="{}" cy="{}" r="9" class="start"/>', start[0] + BOX_W - 9, start[1] + BOX_H / 2)
    tip = SafeString(
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0l8 4-8 4z"/></marker></defs>'
    )
    return format_html(
        '<svg class="flow" viewBox="{} 0 {} {}" width="{}" role="img" aria-label="{}">{}{}{}{}{}</svg>',
        BOX_W - 20,
        width - BOX_W + 20,
        height,
        width - BOX_W + 20,
        say(flow.title, lang),
        tip,
        lines,
        dot,
        boxes,
        words,
    )


def _apart(words: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Words on arrows that would stand on one another, the later ones moved below."""
    placed: list[tuple[str, float, float]] = []
    for text, x, y in words:
        near = sorted((at, len(_lines(other))) for other, left, at in placed if abs(left - x) < GAP_X * 0.6)
        for at, lines in near:
            if y - len(_lines(text)) * ROW < at and at - lines * ROW < y:
                y = at + len(_lines(text)) * ROW
        placed.append((text, x, y))
    return placed


def _words(text: str, x: float, y: float) -> SafeString:
    """The words on an arrow, the last line at `y`."""
    lines = _lines(text)
    return format_html_join(
        "",
        '<text x="{}" y="{}" class="say">{}</text>',
        ((x, y - ROW * (len(lines) - 1 - n), one) for n, one in enumerate(lines)),
    )


def _lines(text: str) -> list[str]:
    """Words in lines as short as the room between two boxes."""
    lines, line, used = [], "", 0.0
    for part in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*", text):
        long = sum(2 if ch > "\u2e7f" else 1 for ch in part)
        if line and used + long > LINE:
            lines.append(line)
            line, used = "", 0
        line, used = line + part, used + long
    return [one.strip() for one in [*lines, line]]


def _columns(flow: Flow) -> list[list[str]]:
    """States by the fewest steps that lead to them, in the order declared."""
    depth = {NEW: 0}
    todo = [NEW]
    while todo:
        here = todo.pop(0)
        for step in flow.open_steps(here):
            for to in _ways(step):
                if to not in depth:
                    depth[to] = depth[here] + 1
                    todo.append(to)
    last = max(depth.values())
    for name in flow.states:
        depth.setdefault(name, last)
    found: list[list[str]] = [[] for _n in range(max(depth.values()) + 1)]
    for name in [NEW, *flow.states]:
        found[depth[name]].append(name)
    return found


def _ways(step: Step) -> list[str]:
    """The states a step may lead to; none where it stays."""
    ways = [step.to] if step.to != SAME else []
    return [*ways, second_look.STATE] if step.second_look else ways


def _arrows(flow: Flow, lang: str) -> list[_Arrow]:
    """One arrow for each pair of states; several steps between the same two share it."""
    pairs: dict[tuple[str, str], list[Step]] = {}
    for step in flow.steps.values():
        for start in step.from_:
            for to in _ways(step):
                if to != start:
                    pairs.setdefault((start, to), []).append(step)
    return [
        _Arrow(_("／").join(say(s.title, lang) for s in steps), start, end) for (start, end), steps in pairs.items()
    ]


def _arrow_path(places: dict[str, tuple[int, int]], arrow: _Arrow, height: int) -> tuple[str, str, float, float]:
    """(path, words, x and y of the words)."""
    (x1, y1), (x2, y2) = places[arrow.start], places[arrow.end]
    left, right = x1 + BOX_W, x2
    mid1, mid2 = y1 + BOX_H / 2, y2 + BOX_H / 2
    if x2 > x1:  # forward: from the right side into the left side
        near = right - left <= GAP_X
        bend = (left + right) / 2 if near else left + GAP_X / 2
        if near:
            return (
                f"M{left} {mid1}C{bend} {mid1} {bend} {mid2} {right} {mid2}",
                arrow.title,
                bend,
                (mid1 + mid2) / 2 - 6,
            )
        top = min(y1, y2) - 22  # over the boxes between
        path = f"M{x1 + BOX_W * 0.7} {y1}C{x1 + BOX_W} {top} {x2} {top} {x2 + BOX_W * 0.3} {y2}"
        return path, arrow.title, (x1 + x2 + BOX_W) / 2, top + 12
    if x2 == x1:  # within a column
        down = y2 > y1
        if abs(y2 - y1) > BOX_H + GAP_Y:  # beside the boxes between
            side = left + GAP_X * 0.6
            return (
                f"M{left} {mid1}C{side} {mid1} {side} {mid2 + 12} {left} {mid2 + 12}",
                arrow.title,
                side,
                mid1 + (20 if down else -8),
            )
        a, b = (y1 + BOX_H, y2) if down else (y1, y2 + BOX_H)
        x = x1 + BOX_W * (0.35 if down else 0.65)
        return f"M{x} {a}L{x} {b}", arrow.title, x + (-4 if down else 4), (a + b) / 2 + 4
    low = max(y1, y2) + BOX_H + 26  # back: beneath the boxes between
    path = f"M{x1 + BOX_W * 0.3} {y1 + BOX_H}C{x1} {low} {x2 + BOX_W} {low} {x2 + BOX_W * 0.7} {y2 + BOX_H}"
    return path, arrow.title, x1 + BOX_W * 0.5, min(y1 + BOX_H + 20, height - 6)
