"""Who is who as pages show it: two records side by side, what else is known of a record's subject, what was merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import access, dispatch, merging, records, subjects
from huying.engine.clock import new_id
from huying.engine.records import Record
from huying.engine.subjects import Pair
from huying.web import recordview
from huying.web.show import record_url
from huying.web.words import gettext as _

LIGHTS = {"same": "green done", "differs": "red", "lacks": "grey"}


@dataclass(frozen=True)
class Side:
    """One of two records: what `_private.html` and the facts of a record's page ask for."""

    record: Record
    name: str
    ledger: Any
    facts: list[recordview.Fact]
    key: str


def side(record: Record) -> Side:
    return Side(record, record.ledger.name, record.ledger, recordview.facts(record), key_of(record))


def key_of(record: Record) -> str:
    """What a form sends back to name a record."""
    return f"{record.ledger.name}/{record.code}"


def named(request: HttpRequest, key: str) -> Record | None:
    """The record that a form names, when it is there and for this person."""
    name, _slash, code = key.partition("/")
    return recordview.find(request, name, code)


def pair_at(request: HttpRequest, pair: Pair) -> dict[str, Any]:
    """The pair at hand: both sides, what agrees, and the form's keys."""
    told = subjects.agreement(request.district, pair)
    subject = request.district.rules.subjects[pair.subject]
    words = {"same": _("相同"), "differs": _("不同"), "lacks": _("有一边没填")}
    recordview.references(request, [pair.one, pair.other])
    return {
        "pair": pair,
        "subject": subject,
        "sides": [side(pair.one), side(pair.other)],
        "agreement": [(part.title, LIGHTS[told[name]], words[told[name]]) for name, part in subject.known_by.items()],
        "one_ledger": pair.one.ledger.name == pair.other.ledger.name,
        "act": new_id(),
    }


def panel(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What the record's page shows beside its own content; nothing where its ledger has no part in it."""
    district, actor, lang = request.district, request.actor, request.lang
    may_merge = merging.may_merge(record.ledger, actor)
    if not record.ledger.speaks_of and not record.ledger.kept_by:
        return {}
    merged = merging.merged_into(district, record)
    found = subjects.links(district, actor, record)
    said = _said(request, record)
    posts, names = (
        dispatch.Posts(district, request.tree),
        recordview.names_of(district.id, {one.person for one in [*merged, *(one for one, _ in said)]}),
    )

    def who(one: Any) -> str:
        post = posts.by_id.get(one.post)
        return f"{say(post.title, lang) if post else ''} {names.get(one.person, '')}".strip()

    parts = {
        f"{name}": part.title
        for s in record.ledger.speaks_of
        for name, part in district.rules.subjects[s].known_by.items()
    }
    return {
        "who_links": [
            {
                "ledger": link.ledger,
                "record": link.record,
                "url": record_url(link.ledger.name, link.record.code) if link.record else "",
                "office": office.name(lang) if (office := request.tree.get(link.office)) else "",
                "by": say(parts.get(link.by, ""), lang),
            }
            for link in found
        ],
        "who_said": [(one, other, who(one)) for one, other in said],
        "who_merged": [(one, who(one)) for one in merged],
        "who_titles": [district.rules.subjects[s].title for s in record.ledger.speaks_of],
        "may_merge": may_merge,
        "who_act": new_id(),
    }


def _said(request: HttpRequest, record: Record) -> list[tuple[subjects.Said, Record]]:
    """What was said of the record and others that this person may see."""
    said = subjects.said_of(request.district, request.actor, record)
    wanted: dict[str, list[UUID]] = {}
    for one in said:
        wanted.setdefault(one.ledger, []).append(one.other)
    seen: Mapping[UUID, Record] = {
        found.id: found
        for ledger, ids in wanted.items()
        if access.may_see(request.district.rules.ledgers[ledger], request.actor)
        for found in records.many(request.district, request.actor, ledger, ids)
    }
    return [(one, seen[one.other]) for one in said if one.other in seen]
