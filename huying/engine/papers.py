"""Official papers of records and lists: made for one person, with what that person may see, clean or annotated.

A private value is printed only on purpose, only for those who may see it, and never of a record that is kept secret; each
such printing stands in the record's history as a showing. See declare/papers.py for what a pack says of a paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from huying.declare.expressions import Expression
from huying.declare.kinds import part
from huying.declare.papers import Paper
from huying.engine import access, unmasking
from huying.engine.packs import District
from huying.engine.paper_filling import Filler, is_secret
from huying.engine.paper_making import MOST, Maker, Refused, listed
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.papers import KINDS, model, write
from huying.papers.as_pdf import NoFont

__all__ = ["KINDS", "MOST", "NoFont", "Refused", "file_name", "kinds", "make", "of_ledger", "write"]


def of_ledger(district: District, actor: Actor, ledger: str, listed: bool) -> list[Paper]:
    """The papers that this person may print of a record of a ledger, or of its list."""
    return [
        paper
        for paper in district.rules.papers.values()
        if paper.of == ledger and bool(paper.list) == listed and may_print(district, actor, paper)
    ]


def may_print(district: District, actor: Actor, paper: Paper) -> bool:
    if paper.over:
        return False  # a report: see reports
    ledger = district.rules.ledgers[paper.of]
    return (
        actor.signed_in
        and access.may_see(ledger, actor)
        and (not paper.see or bool(actor.kinds.intersection(paper.see)))
    )


def kinds(paper: Paper) -> list[str]:
    """The kinds of file that it can be: a sheet needs a table."""
    return [kind for kind in KINDS if kind != "xlsx" or paper.tabular]


def file_name(paper: Paper, record: Record | None, day: date, lang: str, annotated: bool) -> str:
    """What its file is called, without the ending."""
    stem = part(paper.title, lang).replace("$", "")
    ends = {"zh": "依据本", "en": "annotated"}[lang]
    return "-".join([stem, record.code if record else day.isoformat(), *([ends] if annotated else [])]).replace(
        "/", "-"
    )


def make(
    district: District,
    tree: Tree,
    actor: Actor,
    name: str,
    *,
    record: Record | None = None,
    filters: Mapping[str, Any] | None = None,
    where: Expression | None = None,
    as_of: datetime | None = None,
    lang: str = "zh",
    annotated: bool = False,
    private: bool = False,
) -> model.Paper:
    """A paper of one record, or of the records of a list that meet `filters` and `where` too; `write` makes a file of it.

    record     as this person was given it, at the same `as_of`
    annotated  with the source of every value: its record, its field, as of when
    private    with the private values that the paper names and this person may see; each is logged as shown

    Raises access.Refused where the paper is not for this person, Refused where it is too long, KeyError for no paper.
    """
    paper = district.rules.papers[name]
    if not may_print(district, actor, paper):
        raise access.Refused("这份公文不在您的$post范围内 | This paper is not for your $post")
    filler = Filler(district, tree, actor, lang, as_of, notes=[] if annotated else None)
    found = [record] if record else listed(filler, paper.list, filters or {}, where) if paper.list else []
    if private and as_of is None:
        filler.private = _shown(filler, paper, found)
    filler.look_up(
        found, [*paper.texts, *(c.value for b in paper.blocks if not (b.rows and b.rows.via) for c in b.columns)]
    )
    return Maker(filler, paper, record, found).make()


def _shown(filler: Filler, paper: Paper, found: Sequence[Record]) -> dict:
    """Private values of the records that are not kept secret; logged."""
    open_ones = [one for one in found if not is_secret(filler.district, one)]
    title = filler.say(paper.title)
    why = f"打印《{title}》" if filler.lang == "zh" else f"Print: {title}"
    return unmasking.unmask_all(filler.district, filler.actor, open_ones, paper.private, why) if paper.private else {}
