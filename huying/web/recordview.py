"""What a page shows of one record: its facts, its clock, who holds it, what may be done next, its history as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest

from huying.declare import upgrades
from huying.declare.kinds import Field, Ledger, Step, say
from huying.declare.scans import DIGEST
from huying.engine import access, database, dispatch, events, field_history, people, records, scans, unmasking
from huying.engine.packs import District
from huying.engine.people import Post
from huying.engine.records import Entry, Record
from huying.engine.unmasking import Look
from huying.web import printing
from huying.web.show import Shower
from huying.web.words import gettext as _

UNSAID = ("unit", DIGEST)  # told elsewhere, or saying nothing to people
Fact = tuple[Field, Any]


@dataclass(frozen=True)
class Told:
    """One sentence of a history. said: what it entered; to: the state it led to where that differs; why: of a showing
    of private values."""

    entry: Entry | Look
    who: str
    did: str
    to: str
    said: list[Fact]
    lead: str = ""
    assist: str = ""
    why: str = ""


@dataclass(frozen=True)
class Altered:
    """One change of one field; row, file, sheet: of what it came from, where it was imported and that is known."""

    told: Told
    field: Field
    before: Any
    value: Any
    row: int | None
    file: str
    sheet: str


def context(request: HttpRequest, name: str, found: Record, as_of: datetime | None = None) -> dict[str, Any]:
    """Everything that the record's page and the desk's pane show."""
    district, flow, lang = request.district, request.district.rules.flows[name], request.lang
    entries = [entry for entry in records.history(district, found) if as_of is None or entry.known_at <= as_of]
    looks = [look for look in unmasking.looks(district, found) if as_of is None or look.at <= as_of]
    posts = dispatch.Posts(district, request.tree)
    steps: list[Step] = [] if as_of else access.open_steps(district, request.actor, found)
    state = flow.states.get(found.state)
    named = access.posts_in(found.ledger, found.values)
    holder = posts.holding(state, found.post, found.unit, named) if state else None
    holders = people.holders(district.id, [holder.id], district.today()) if holder else {}
    references(request, [found])
    told = sentences(request, found, entries, posts)
    changes = _changes(district, found, entries, told)
    return {
        "name": name,
        "record": found,
        "ledger": found.ledger,
        "flow": flow,
        "as_of": as_of,
        "facts": (shown := facts(found)),
        "changes": changes,
        "emptied": [found.ledger.fields[n] for n in changes if n not in {field.name for field, _ in shown}],
        "holder": holder,
        "people": holders.get(holder.id, []) if holder else [],
        "mine": bool(holder and request.actor.post and holder.id == request.actor.post.id),
        "shares": _shares(request, found, posts),
        "responsible": posts.by_id.get(found.post) if holder is None or found.post != holder.id else None,
        "next": next((s for s in steps if not s.minor), None),
        "others": [s for s in steps if s.minor or s is not next((x for x in steps if not x.minor), None)],
        "history": _latest_first([*told, *_showings(request, found, looks, posts)]),
        "point": found.values.get(found.ledger.map) if found.ledger.map else None,
        "may_archive": not as_of and scans.may_archive(district, request.actor, found),
        "scan_url": f"/scans/{name}/{quote(found.code, safe='')}",
        "printed": printing.of_record(request, found, request.GET.get("as_of", "") if as_of else ""),
        "lang": lang,
    }


def facts(found: Record) -> list[Fact]:
    """The fields that say something, in the order they were declared; the area stands by itself."""
    return [
        (declared, found.values[n])
        for n, declared in found.ledger.fields.items()
        if n not in UNSAID and found.values.get(n) not in (None, [], False)
    ]


def sentences(request: HttpRequest, found: Record, entries: Iterable[Entry], posts: dispatch.Posts) -> list[Told]:
    """Who did what, in order; a field is told when the event set it to something."""
    district, lang = request.district, request.lang
    flow, entries = district.rules.flows[found.ledger.name], list(entries)
    names = names_of(district.id, {entry.person for entry in entries if entry.person})
    told, before, fields = [], "", told_fields(found.ledger)
    for entry in entries:
        step, state = flow.steps.get(entry.step), flow.states.get(entry.to_state)
        said = [
            (declared, _of_history(declared, value))
            for n, value in entry.values.items()
            if (declared := fields.get(n)) and value not in (None, [], False) and (n not in UNSAID or _moved(entry, n))
        ]
        assigns = bool(step and step.assigns)
        lead = posts.by_id.get(entry.lead) if assigns else None
        assist = [posts.by_id[p] for p in entry.assist if p in posts.by_id] if assigns else []
        told.append(
            Told(
                entry,
                _who(entry, posts.by_id.get(entry.post), names.get(entry.person, ""), lang),
                say(step.title if step else events.TITLES.get(entry.step, entry.step), lang),
                say(state.title, lang) if state and entry.to_state != before else "",
                said,
                say(lead.title, lang) if lead else "",
                _("、").join(say(p.title, lang) for p in assist),
            )
        )
        before = entry.to_state
    return told


def _moved(entry: Entry, name: str) -> bool:
    """Whether the event is about the area itself."""
    return name == "unit" and entry.step in (events.MOVED, events.PUT_BACK)


def _changes(district: District, found: Record, entries: list[Entry], told: list[Told]) -> dict[str, list[Altered]]:
    """Field -> who set it to what, the latest first; of the fields declared now."""
    said = {one.entry.seq: one for one in told if isinstance(one.entry, Entry)}
    fields, altered = found.ledger.fields, field_history.by_field(entries)
    files = field_history.files(district, (one for some in altered.values() for one in some))
    return {
        name: [
            Altered(
                said[one.entry.seq],
                fields[name],
                *(_of_history(fields[name], v) if v is not None else None for v in (one.before, one.value)),
                one.row,
                *(files.get(one.source, ("", "")) if one.source else ("", "")),
            )
            for one in changes
        ]
        for name, changes in altered.items()
        if name in fields and name not in UNSAID
    }


def told_fields(ledger: Ledger) -> dict[str, Field]:
    """The fields that a history tells of: those declared, and dropped ones that still have a title."""
    gone = upgrades.dropped(ledger.upgrades).items()
    return {**{name: Field(name, "text", title) for name, title in gone}, **ledger.fields}


def _showings(request: HttpRequest, found: Record, looks: list[Look], posts: dispatch.Posts) -> list[Told]:
    """Who had which private values shown, and why."""
    names = names_of(request.district.id, {look.person for look in looks}) if looks else {}
    fields, lang = found.ledger.fields, request.lang
    return [
        Told(
            look,
            f"{say(post.title, lang) if (post := posts.by_id.get(look.post)) else ''} {names.get(look.person, '')}".strip()
            or "—",
            _("查看了%(fields)s")
            % {"fields": _("、").join(say(fields[n].title, lang) for n in look.fields if n in fields)},
            "",
            [],
            why=look.why,
        )
        for look in looks
    ]


def _latest_first(told: list[Told]) -> list[Told]:
    return sorted(
        told, key=lambda one: one.entry.at if isinstance(one.entry, Look) else one.entry.known_at, reverse=True
    )


def references(request: HttpRequest, found: list[Record]) -> dict[UUID, tuple[str, str, str]]:
    """What the reference fields of records point to: id -> (ledger, code, title), one statement for each ledger."""
    wanted: dict[str, set[UUID]] = {}
    for one in found:
        for n, declared in one.ledger.fields.items():
            if declared.type == "record" and one.values.get(n):
                wanted.setdefault(declared.ledger, set()).add(one.values[n])
    known: dict[UUID, tuple[str, str, str]] = {}
    for other, ids in wanted.items():
        if not access.may_see(request.district.rules.ledgers[other], request.actor):
            continue
        for seen in records.many(request.district, request.actor, other, list(ids)):
            title = next((str(v) for n, v in seen.values.items() if seen.ledger.fields[n].type == "text" and v), "")
            known[seen.id] = (other, seen.code, title)
    request.shower = Shower(request.district, request.tree, request.lang, known)
    return known


def find(request: HttpRequest, name: str, code: str, as_of: datetime | None = None) -> Record | None:
    """The record of a code, when it is there and for this person; now, of one that was merged, what it was merged into."""
    if name not in request.district.rules.ledgers or "\0" in code:
        return None
    found = records.find_id(request.district, name, code, follow=as_of is None)
    return records.get(request.district, request.actor, name, found, as_of) if found else None


def as_of(request: HttpRequest) -> tuple[datetime | None, str]:
    """(the moment that ?as_of= names: a day means its end, a sentence when it is neither)."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None, ""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=request.district.calendar.tz)
        if not 1900 <= moment.year <= 2199:
            raise ValueError
    except (ValueError, OverflowError):
        return None, _("截至日期写成 2020-06-11 这样")
    return moment + (timedelta(days=1) if len(text) == 10 else timedelta()), ""


def _shares(request: HttpRequest, found: Record, posts: dispatch.Posts) -> list[Post]:
    shared = records.shared_with(request.district, found.id)
    return [posts.by_id[s["post"]] for s in shared if s["post"] in posts.by_id]


def _who(entry: Entry, post: Post | None, name: str, lang: str) -> str:
    if entry.via == "system" and not entry.person:  # what a person set going is theirs
        return _("系统")
    if entry.via == "public" or not (entry.person or entry.post):
        return _("诉求人")
    title = say(post.title, lang) if post else ""
    return f"{title} {name}".strip() or "—"


def names_of(district: int, persons: set[int]) -> dict[int, str]:
    """person id -> name."""
    if not persons:
        return {}
    rows = database.direct().rows(
        "select id, name from public.engine_person where district = %s and id = any(%s)", [district, sorted(persons)]
    )
    return {row["id"]: row["name"] for row in rows}


def _of_history(declared: Field, value: Any) -> Any:
    """A value as the event's text has it, as the page shows it."""
    match declared.type:
        case "point":
            return tuple(value)
        case "record":
            return UUID(value)
    return value
