"""A page of a ledger as the parameters of a call ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import QueryDict

from huying.api.asking import named, post_of, unit_of, wrong
from huying.api.callers import Caller
from huying.api.gate import unknown_parameters
from huying.api.problems import Problem
from huying.declare.expressions import Expression
from huying.declare.kinds import Ledger
from huying.engine import access, field_tests, finding, finding_then, paging, records, saved_views, values
from huying.engine.records import Page

KNOWN = ("sort", "limit", "offset", "after", "as_of", "q", "view", "filter")
STANDING = ("state", "unit", "office", "post", "code")
TIMES = ("opened_at", "closed_at", "due_at", "known_at")
NOT_LISTED = ("point", "photos")  # types by which nothing is filtered or sorted
COUNTED = 100_000  # records; beyond it the answer says that there are more
MOST = 50  # values of one filter
LISTING = {
    "parameters": [
        named("Any visible field of the ledger, or state, unit, office, post, code."),
        {
            "in": "query",
            "name": "filter",
            "style": "form",
            "explode": True,
            "required": False,
            "description": "Conditions on visible fields, all of which hold: `depth ge 12`, `name has 甲`, `grade is a|b`, `note empty`; "
            "how: is, not, has, ge, le, empty, filled.",
            "schema": {"type": "array", "items": {"type": "string"}},
        },
    ]
}


@dataclass(frozen=True)
class Found:
    """A page, what the next one is asked `after`, and how many records words were looked for in where there were more."""

    page: Page
    next: str | None
    cut: int | None


def page_of(
    caller: Caller,
    ledger: Ledger,
    query: QueryDict,
    sort: str,
    limit: int,
    offset: int,
    as_of: datetime | None,
    words: str | None,
    view: str | None = None,
    after: str | None = None,
) -> Found:
    """The page asked for. Raises Problem naming the parameter at fault and what may be given.

    view: the key of one; what is given besides goes before what it says; after: `next` of the page before
    """
    fields, asked = _fields(caller, ledger), _asked(caller, ledger, query, KNOWN)
    where, words, sort = _viewed(caller, ledger, view, query, asked, words, sort) if view else (None, words, sort)
    filters = {name: _values(caller, ledger, name, given) for name, given in asked.items()}
    filters |= tests_of(caller, ledger, query, view)
    by = sort.removeprefix("-")
    if by not in (*fields, *STANDING, *TIMES):
        may = ", ".join([*fields, *STANDING, *TIMES])
        raise wrong("sort", f"不能按“{by}”排序；可以按：{may} | Cannot sort by “{by}”; you may by: {may}")
    given = sorted((name, query.getlist(name)) for name in query if name not in ("limit", "offset", "after"))
    of = f"{caller.district.id} {ledger.name} {hashlib.sha256(repr(given).encode()).hexdigest()}"
    at = paging.opened(after, of) if after else None
    if after and (at is None or offset):
        raise wrong(
            "after",
            "请照上一页给的 next 写，其余参数不变，不带 offset | Give `next` of the page before, all else as it was, without offset",
        )
    found, cut = matching(caller, ledger.name, words, as_of) if words else (None, None)
    page = records.page(
        caller.district,
        caller.actor,
        ledger.name,
        where=where,
        filters=filters,
        sort=by,
        descending=sort.startswith("-"),
        offset=offset,
        limit=limit,
        as_of=as_of,
        ids=found,
        at=at,
        count_to=COUNTED,
    )
    further = paging.token(page.last, of) if page.more and page.last else None
    return Found(page, further, cut)


def narrowed(
    caller: Caller, ledger: Ledger, query: QueryDict, view: str | None, as_of: datetime | None
) -> tuple[Expression | None, dict[str, Any], list[UUID] | None]:
    """(condition, filters, records) of an export: what records.page takes. Raises Problem as `page_of` does."""
    asked = _asked(caller, ledger, query, ("as_of", "view", "filter"))
    where, words, _sort = _viewed(caller, ledger, view, query, asked, None, "") if view else (None, None, "")
    filters = {name: _values(caller, ledger, name, given) for name, given in asked.items()}
    ids = matching(caller, ledger.name, words, as_of)[0] if words else None
    return where, filters | tests_of(caller, ledger, query, view), ids


def _viewed(
    caller: Caller,
    ledger: Ledger,
    key: str,
    query: QueryDict,
    asked: dict[str, list[str]],
    words: str | None,
    sort: str,
) -> tuple[Expression | None, str | None, str]:
    """(the view's condition, the words, the order) with what the call does not say itself taken from the view; its filters
    are added to `asked`. Raises Problem where there is none, or where it names what the caller may not see."""
    found = saved_views.get(caller.district, caller.actor, ledger, key)
    if found is None:
        known = ", ".join(one.key for one in saved_views.listed(caller.district, caller.actor, ledger)[0]) or "—"
        raise wrong("view", f"没有视图“{key[:40]}”；可选：{known} | There is no view “{key[:40]}”; known: {known}")
    visible = access.visible_fields(ledger, caller.actor.kinds)
    hidden = {name for name in ledger.fields if name not in visible and name != "unit"}
    if found.where and hidden.intersection(found.where.columns):
        raise wrong("view", "视图里的条件用到您看不到的项 | The view's condition reads what you may not see")
    for name, parameter in (("state", "state"), ("area", "unit")):
        if found.query.get(name) and parameter not in asked:
            asked[parameter] = [found.query[name]]
    by = caller.district.rules.flows[ledger.name].dispatch_by
    if found.query.get("category") and by in visible and by not in asked:
        codes = caller.district.rules.codes[ledger.fields[by].codes]
        asked[by] = [code for code in codes.entries if found.query["category"] in codes.within(code)]
    if "sort" not in query and found.query.get("sort", "").removeprefix("-") in {*visible, *STANDING, *TIMES}:
        sort = found.query["sort"]
    return found.where, words or found.query.get("q"), sort


def tests_of(caller: Caller, ledger: Ledger, query: QueryDict, view: str | None = None) -> dict[str, Any]:
    """The conditions on fields that a call gives as `filter`, or else those of its view, as records.page takes them."""
    lines = [line for line in query.getlist("filter") if line]
    if "filter" not in query and view and (found := saved_views.get(caller.district, caller.actor, ledger, view)):
        lines = found.query.get("filter", "").splitlines()
    if len(lines) > field_tests.MOST:
        raise wrong("filter", f"最多 {field_tests.MOST} 个条件 | At most {field_tests.MOST} conditions")
    visible = access.visible_fields(ledger, caller.actor.kinds)
    refer, table = partial(records.referred, caller.district, caller.actor), caller.district.tables[ledger.name]
    try:
        tests = [field_tests.read(caller.district, caller.tree, table, visible, line, refer) for line in lines]
    except ValueError as refused:
        raise wrong("filter", str(refused)) from None
    return {records.TESTS: tests} if tests else {}


def filters_of(caller: Caller, ledger: Ledger, query: QueryDict, known: Sequence[str]) -> dict[str, Any]:
    """What records.page filters by. known: the call's other parameters. Raises Problem for what nobody knows."""
    asked = _asked(caller, ledger, query, known)
    return {name: _values(caller, ledger, name, given) for name, given in asked.items()}


def _asked(caller: Caller, ledger: Ledger, query: QueryDict, known: Sequence[str]) -> dict[str, list[str]]:
    """Name -> what is given for it, of the parameters that are filters."""
    may = sorted([*_fields(caller, ledger), *STANDING, *known])
    if unknown := sorted(set(query) - set(may)):
        raise unknown_parameters(unknown, may)
    return {name: query.getlist(name) for name in query if name not in known}


def _fields(caller: Caller, ledger: Ledger) -> list[str]:
    """The fields by which the caller may filter and sort."""
    return [
        name
        for name in access.visible_fields(ledger, caller.actor.kinds)
        if ledger.fields[name].type not in NOT_LISTED and name not in STANDING
    ]


def matching(
    caller: Caller, ledger: str | None, words: str, as_of: datetime | None = None
) -> tuple[list[Any], int | None]:
    """(the newest records that hold the words, of one ledger their ids, of all (ledger, id) pairs; how many there are at
    most, where that left some out). as_of: that held them then, and the number is of those that were looked at."""
    if not finding.words_of(words):
        raise wrong("q", "至少两个字 | At least two characters")
    if ledger and as_of:
        then, more = finding_then.find(caller.district, caller.actor, ledger, words, as_of)
        return then, finding_then.LOOKED_AT if more else None
    number = caller.district.tables[ledger].number if ledger else None
    rows = finding.find(caller.actor.reach, words, number)
    cut = finding.NEWEST if len(rows) == finding.NEWEST else None
    if ledger:
        return [row["record"] for row in rows], cut
    names = {table.number: name for name, table in caller.district.tables.items()}
    return [(names[row["ledger"]], row["record"]) for row in rows if row["ledger"] in names], cut


def _values(caller: Caller, ledger: Ledger, name: str, given: list[str]) -> list[Any]:
    if len(given) > MOST or "" in given:
        raise wrong(name, f"给 1 至 {MOST} 个值，不能空 | Give 1 to {MOST} values, none of them empty")
    found: list[Any] = []
    for text in given:
        if name == "state":
            states = caller.district.rules.flows[ledger.name].states
            if text not in states:
                may = ", ".join(states)
                raise wrong(name, f"没有状态“{text[:40]}”；可选：{may} | There is no state “{text[:40]}”; known: {may}")
            found.append(text)
        elif name in ("unit", "office"):
            found += _units(caller, name, text)
        elif name == "post":
            found.append(post_of(caller, name, text))
        elif name == "code":
            found.append(text)
        else:
            found.append(_field(caller, ledger, name, text))
    return found


def _units(caller: Caller, name: str, text: str) -> list[int]:
    unit = unit_of(caller, name, text, office=name == "office")
    return caller.tree.under(unit.id) if name == "unit" else [unit.id]


def _field(caller: Caller, ledger: Ledger, name: str, text: str) -> Any:
    given: Mapping[str, Any] = {name: text}
    clean, problems = values.clean(
        caller.district.rules,
        ledger,
        given,
        caller.tree,
        None,
        caller.district.calendar.tz,
        lambda other, code: records.referred(caller.district, caller.actor, other, code) or UUID(int=0),
    )
    if problems:
        raise Problem(422, "input.invalid", problems[name], problems)
    if clean[name] is None:
        raise wrong(name, "不能空 | It cannot be empty")
    return clean[name]
