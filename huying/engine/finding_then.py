"""Finding records by words as of a past day: by what stood then. The index holds the present, so records are looked through.

It looks at so many at most, the latest first, and says where there were more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from huying.declare.kinds import Ledger, say
from huying.engine import finding, places, records
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.situation import headline

LOOKED_AT = 3_000  # records


def texts_of(district: District, tree: Tree, ledger: Ledger, code: str, values: Mapping[str, Any]) -> list[str]:
    """What is searched of a record besides its place: its code, what lists show of it, its open `search` fields."""
    closed = {*ledger.private, *ledger.secret, *ledger.shown_to}
    title = headline(district, tree, ledger, values)
    found = [str(values[name]) for name in ledger.search if name not in closed and values.get(name)]
    return [code, say(title), say(title, "en"), *found]


def find(district: District, actor: Actor, name: str, text: str, as_of: datetime) -> tuple[list[UUID], bool]:
    """(records within reach that held every word at `as_of`, whether there were more than it looks at). Raises access.Refused."""
    words, found, offset = finding.words_of(text), [], 0
    tree = places.tree(district.id, as_of.astimezone(district.calendar.tz).date())
    while words and offset < LOOKED_AT:
        page = records.page(
            district, actor, name, as_of=as_of, offset=offset, limit=min(records.MOST, LOOKED_AT - offset), count=False
        )
        for one in page.records:
            body = finding.body_of(tree, one.unit, texts_of(district, tree, one.ledger, one.code, one.values))
            if all(word in body for word in words):
                found.append(one.id)
        if not page.more:
            return found, False
        offset += len(page.records)
    return found, bool(words)
