"""Frozen editions of reports: what was printed, each number with its rule, the digest of its rows and its moment; never changed.

What has become different since is told beside it: figures that would be other numbers today, and why. An edition opens whatever
became of the report or of its indicators.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from huying.declare.paper_figures import Told
from huying.declare.papers import LACKING
from huying.engine import access, database, figure_rows, paper_numbers, reports
from huying.engine.clock import new_id
from huying.engine.figure_rows import Moved
from huying.engine.figures import SUPPRESSED
from huying.engine.packs import District
from huying.engine.paper_making import Refused
from huying.engine.paper_numbers import CLOSED, Number, text_of
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.stretches import Stretch
from huying.papers import model, stored

GONE, RULE, ROWS, STATED, BASE = "gone", "rule", "rows", "stated", "base"  # why a number is another today
MOST = 200


@dataclass(frozen=True)
class Kept:
    """One number of an edition. said: as printed; value: in its unit, rounded, None where there was none; status: as of figures.

    told    the question, with all that narrows it; rule: digest of the declaration that answered; digest: of the rows counted
    words   its declaration in words; rows: how many records
    """

    told: Told
    stretch: Stretch
    title: str
    said: str
    value: Decimal | None
    status: str
    unit: str
    words: str
    rule: str
    digest: str
    rows: int
    ledgers: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    id: UUID
    report: str
    period: str
    title: str
    as_of: datetime
    made_at: datetime
    by: str
    see: tuple[str, ...]
    digest: str
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def numbers(self) -> list[Kept]:
        return [_kept(one) for one in self.body["numbers"]]

    def paper(self, copy: str = "clean") -> model.Paper:
        """clean, annotated or sheet: as it was made."""
        return stored.from_plain(self.body[copy])

    @property
    def whole(self) -> bool:
        """Whether it is, byte for byte, what was frozen."""
        return digest_of(self.body) == self.digest


@dataclass(frozen=True)
class Restated:
    """A number of an edition that is another today. why: its indicator is GONE, its RULE is another, it was STATED anew, other
    ROWS are known, or the BASE that it is compared with is another; now: in words, empty where it is gone.

    moved  the records that came, left or were altered since; None where that says nothing
    """

    kept: Kept
    why: str
    now: str
    value: Decimal | None
    moved: Moved | None = None

    @property
    def changed(self) -> bool:
        """Whether the number itself is another, not only what it was counted from."""
        return self.why == GONE or self.value != self.kept.value or self.now != self.kept.said


def freeze(
    district: District,
    tree: Tree,
    actor: Actor,
    name: str,
    *,
    period: str = "",
    as_of: datetime | None = None,
    lang: str = "zh",
    act: UUID | None = None,
) -> Edition:
    """Keep a report as it is now, or as of a moment. The same act again gives the same edition.

    Raises as reports.build does, access.Refused for whoever does not see the whole district, and Refused where a figure is not for
    the person who freezes.
    """
    if actor.reach.role != "hy_all":
        raise access.Refused("定稿要看得到全区的数 | An edition is frozen by who sees the whole district")
    if act and (known := _one(district, act)):
        return known
    as_of = as_of or district.now()
    given = {"period": period, "as_of": as_of, "lang": lang}
    clean = reports.build(district, tree, actor, name, **given)
    annotated = reports.build(district, tree, actor, name, **given, annotated=True)
    if closed := [one.indicator.title for one in clean.lacking if one.status == CLOSED]:
        raise Refused(
            f"有 {len(closed)} 个数您看不到，不能定稿 | {len(closed)} figures are not for you to see; it cannot be frozen"
        )
    asked = [paper_numbers.asked_of(told_of(number), number.indicator, number.stretch) for number, _ in clean.numbers]
    digests = figure_rows.digests(district, asked, as_of)
    paper = district.rules.papers[name]
    body = {
        "numbers": [
            _plain(number, said, digest) for (number, said), digest in zip(clean.numbers, digests, strict=True)
        ],
        "declaration": district.rules.digests[("paper", name)].hex(),
        "clean": stored.to_plain(clean.paper),
        "annotated": stored.to_plain(annotated.paper),
        "sheet": stored.to_plain(clean.sheet),
        "lang": lang,
    }
    made = Edition(act or new_id(), name, clean.here.name, paper.title, as_of, district.now(), actor.name, paper.see,
                   digest_of(body), body)  # fmt: skip
    database.direct().run(
        "insert into hy.edition (district, id, report, period, title, as_of, made_at, person, by_name, see, digest, body) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [district.id, made.id, name, made.period, made.title, made.as_of, made.made_at, actor.person, made.by,
         list(made.see), bytes.fromhex(made.digest), json.dumps(body, ensure_ascii=False)],
    )  # fmt: skip
    return made


def of_report(district: District, actor: Actor, name: str = "") -> list[Edition]:
    """Editions of a report (of every report, gone ones too), the latest first, without their bodies: those that this person may open."""
    where, params = (" and report = %s", [name]) if name else ("", [])
    rows = database.direct().rows(
        "select id, report, period, title, as_of, made_at, by_name, see, digest from hy.edition "
        f"where district = %s{where} order by made_at desc, id desc limit {MOST}",
        [district.id, *params],
    )
    return [made for row in rows if may_open(actor, made := _edition(row))]


def one(district: District, actor: Actor, id: UUID) -> Edition | None:
    """An edition, where this person may open it."""
    found = _one(district, id)
    return found if found and may_open(actor, found) else None


def may_open(actor: Actor, edition: Edition) -> bool:
    """Its roles; and where it names none, whoever sees the whole district: its numbers are the whole district's."""
    if actor.via == "system":
        return True
    return (
        actor.signed_in
        and actor.reach.role == "hy_all"
        and (not edition.see or bool(actor.kinds.intersection(edition.see)))
    )


def restated(district: District, edition: Edition) -> list[Restated]:
    """The numbers that would be others today, and those whose records changed under the same number; in the order of the edition."""
    now = paper_numbers.again(district, [(one.told, one.stretch) for one in edition.numbers])
    known = [n for n, number in enumerate(now) if number is not None]
    asked = {
        n: paper_numbers.asked_of(edition.numbers[n].told, now[n].indicator, edition.numbers[n].stretch) for n in known
    }
    digests = dict(zip(known, figure_rows.digests(district, list(asked.values()), None), strict=True))
    lang, made = edition.body.get("lang", "zh"), []
    for n, kept in enumerate(edition.numbers):
        number = now[n]
        if number is None:
            made.append(Restated(kept, GONE, "", None))
            continue
        same = number.rounded == kept.value and number.status == kept.status
        if same and digests[n] == kept.digest:
            continue
        why = _why(number, kept, digests[n])
        said = kept.said if same else text_of(number, lang, _lacking(district, edition))
        moved = figure_rows.moved(district, asked[n], edition.as_of) if why in (ROWS, STATED) else None
        made.append(Restated(kept, why, said, number.rounded, moved))
    return made


def _why(number: Number, kept: Kept, digest: str) -> str:
    if (number.measured.digest.hex() if number.measured else "") != kept.rule:
        return RULE
    if number.indicator.measure == "statement":
        return STATED
    return ROWS if digest != kept.digest else BASE


def told_of(number: Number) -> Told:
    """The question of one number with all that narrows it: a row of a table is its cell."""
    return replace(number.told, only=number.split)


def digest_of(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _lacking(district: District, edition: Edition) -> Mapping[str, str]:
    paper = district.rules.papers.get(edition.report)
    return paper.lacking if paper and paper.over else LACKING


def _plain(number: Number, said: str, digest: str) -> dict[str, Any]:
    told = told_of(number)
    return {
        "indicator": told.indicator, "period": told.period, "only": [list(pair) for pair in told.only], "way": told.way,
        "unit": told.unit, "times": str(told.times), "places": told.places, "bare": told.bare,
        "stretch": [number.stretch.kind, number.stretch.start.isoformat(), number.stretch.end.isoformat()],
        "title": number.indicator.title, "said": said, "value": None if number.rounded is None else str(number.rounded),
        "status": number.status, "in": number.unit, "words": number.measured.words if number.measured else number.why,
        "rule": number.measured.digest.hex() if number.measured else "", "digest": digest,
        "rows": number.figure.rows if number.figure and number.status != SUPPRESSED else 0,
        "ledgers": list(number.measured.ledgers) if number.measured else [],
    }  # fmt: skip


def _kept(row: Mapping[str, Any]) -> Kept:
    told = Told(row["indicator"], row["period"], tuple((a, b) for a, b in row["only"]), row["way"], row["unit"],
                Fraction(row["times"]), row["places"], row["bare"])  # fmt: skip
    kind, start, end = row["stretch"]
    stretch = Stretch(kind, date.fromisoformat(start), date.fromisoformat(end))
    return Kept(told, stretch, row["title"], row["said"], None if row["value"] is None else Decimal(row["value"]), row["status"],
                row["in"], row["words"], row["rule"], row["digest"], row["rows"], tuple(row["ledgers"]))  # fmt: skip


def _one(district: District, id: UUID) -> Edition | None:
    row = database.direct().row("select * from hy.edition where district = %s and id = %s", [district.id, id])
    return _edition(row) if row else None


def _edition(row: Mapping[str, Any]) -> Edition:
    return Edition(row["id"], row["report"], row["period"], row["title"], row["as_of"], row["made_at"], row["by_name"],
                   tuple(row["see"]), bytes(row["digest"]).hex(), json.loads(row["body"]) if "body" in row else {})  # fmt: skip


def unknown(district: District, kept: Sequence[Kept]) -> list[str]:
    """Indicators of an edition that are in force no more."""
    return list(
        dict.fromkeys(one.told.indicator for one in kept if one.told.indicator not in district.rules.indicators)
    )
