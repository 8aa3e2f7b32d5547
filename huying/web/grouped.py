"""The groups of a list as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huying.declare.kinds import Field, Ledger, say
from huying.declare.views import group_type
from huying.engine import access, grouping, records
from huying.web.listing import Asked
from huying.web.show import Shower
from huying.web.words import gettext as _


@dataclass(frozen=True)
class Line:
    """A group as a row: its key, what it is called, how many, its sums as text; here: its records are listed below."""

    key: str
    title: str
    count: int
    sums: list[str]
    here: bool


@dataclass(frozen=True)
class Grouped:
    """by: what it is grouped by, in words; opened: the group whose records are listed, in words; also: the condition for
    them, None where none is opened."""

    by: str
    heads: list[str]
    lines: list[Line]
    more: bool
    opened: str
    also: tuple[str, list[Any]] | None

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)


def choices(request: HttpRequest, declared: Ledger) -> list[tuple[str, str]]:
    """(name, title) of what the list may be grouped by."""
    return [(name, _title(request, declared, name)) for name in grouping.may_group_by(declared, request.actor)]


def groups_of(request: HttpRequest, declared: Ledger, asked: Asked, as_of: datetime | None) -> Grouped:
    """The groups, and the condition of the opened one. Raises ValueError for a key that is none."""
    district, actor, tree = request.district, request.actor, request.tree
    found, more = grouping.groups(
        district, actor, tree, declared.name, asked.group, where=asked.where, filters=asked.filters, as_of=as_of
    )
    shower = Shower(district, tree, request.lang, _codes(request, declared, asked.group, found))
    totals = [declared.fields[name] for name in grouping.summed(declared, actor)]
    lines = [
        Line(
            one.key,
            _said(shower, declared, asked.group, one.value),
            one.count,
            [shower.text(field, one.sums[field.name]) for field in totals],
            one.key == asked.key,
        )
        for one in found
    ]
    also = None
    if asked.key is not None:
        also = grouping.condition(district, actor, tree, declared.name, asked.group, asked.key)
    opened = next((line.title for line in lines if line.here), "") if also else ""
    heads = [say(field.title, request.lang) for field in totals]
    return Grouped(_title(request, declared, asked.group), heads, lines, more, opened, also)


def _title(request: HttpRequest, declared: Ledger, name: str) -> str:
    field = declared.fields.get(name)
    title = say(field.title, request.lang) if field else _standing(name)
    months = group_type(declared, name) in ("date", "time")
    return _("%(title)s（按月）") % {"title": title} if months else title


def _standing(name: str) -> str:
    return {
        "state": _("状态"), "unit": _("$street"), "office": _("$office"), "opened_at": _("登记"), "closed_at": _("$close"),
        "due_at": _("时限"),
    }[name]  # fmt: skip


def _codes(
    request: HttpRequest, declared: Ledger, by: str, found: list[grouping.Group]
) -> Mapping[UUID, tuple[str, str, str]]:
    """Of a reference: record -> (ledger, code, title), of those that this reader may see."""
    field: Field | None = declared.fields.get(by)
    if field is None or field.type != "record":
        return {}
    other = request.district.rules.ledgers[field.ledger]
    if not access.may_see(other, request.actor):
        return {}
    some = records.many(request.district, request.actor, other.name, [one.value for one in found if one.value])
    return {one.id: (other.name, one.code, "") for one in some}


def _said(shower: Shower, declared: Ledger, by: str, value: Any) -> str:
    if value is None:
        return _("没有填")
    if by == "state":
        state = shower.district.rules.flows[declared.name].states.get(value)
        return shower.say(state.title) if state else value
    match group_type(declared, by):
        case "date" | "time":
            return str(value)
        case "area" | "office":
            unit = shower.tree.get(value)
            return unit.name(shower.lang) if unit else _("没有填")
        case "record" if value not in (shower.codes or {}):
            return _("您看不到的一条")
    return shower.text(declared.fields[by], value)
