"""A derived ledger as a file: what its page shows for a day, in full forms, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from huying.declare.kinds import say
from huying.engine import derived, derived_words, exchange
from huying.engine.cell_texts import Shower, told
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree

KINDS = ("xlsx", "csv")
SEPARATOR = {"zh": "；", "en": "; "}


def export(
    district: District, actor: Actor, tree: Tree, name: str, kind: str, on: date, asked: Mapping[str, Any], lang: str
) -> Iterator[bytes]:
    """The file in pieces; a row without an end has none. kind: csv or xlsx; asked: further arguments of derived.page. Raises access.Refused."""
    declared = district.rules.derived[name]
    derived.reach_for(district.rules, declared, actor)
    fields = derived.columns(district.rules, declared)
    rows = _rows(district, actor, Shower(district, tree, lang), name, on, asked)
    if kind == "csv":
        return exchange.as_csv(rows)
    kinds = ["text", *(field.type for field in fields.values()), "text", "date", "date"]
    return exchange.as_xlsx(rows, say(declared.title, lang), kinds)


def _rows(
    district: District, actor: Actor, shower: Shower, name: str, on: date, asked: Mapping[str, Any]
) -> Iterator[list[Any]]:
    declared, rules, lang = district.rules.derived[name], district.rules, shower.lang
    fields = derived.columns(rules, declared)
    words = ("日期", "为什么", "自", "到") if lang == "zh" else ("Day", "Why", "Since", "Until")
    yield [*exchange.notes_of(district, declared.title, asked.get("as_of"), lang), f"{words[0]} {on.isoformat()}"]
    yield [label_title(district, name, lang), *(shower.head(field) for field in fields.values()), *words[1:]]
    why = partial(
        derived_words.reason, rules, declared, show=lambda field, value: told(shower.cell(field, value, {})), lang=lang
    )
    offset, more = 0, True
    while more:
        page = derived.page(district, actor, name, on=on, sort="from_day", offset=offset, limit=derived.MOST, **asked)
        for row in page.rows:
            yield [
                row.label,
                *(shower.cell(fields[key], row.values.get(key), {}) for key in fields),
                "\n".join(SEPARATOR[lang].join(why(reason)) for reason in row.reasons),
                row.first,
                row.last,
            ]
        offset, more = offset + len(page.rows), page.more


def label_title(district: District, name: str, lang: str) -> str:
    """What the first column is: the field that makes rows one, or the record's code."""
    declared = district.rules.derived[name]
    if not declared.by:
        return "编号" if lang == "zh" else "Code"
    return say(district.rules.ledgers[declared.of[0]].fields[declared.by].title, lang)
