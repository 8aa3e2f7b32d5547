"""Places that bear a sign with a QR code: the public registers whose one key is written on it.

A register is any public ledger with a point on the map and a natural key of one field; its key is the sign's number.
"""

from __future__ import annotations

from dataclasses import dataclass

from huying.declare.kinds import Ledger, Step
from huying.engine import people, records
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.values import Wrong, clean_text

LONGEST = 40


@dataclass(frozen=True)
class Place:
    """What a sign says, and what it fills in."""

    ledger: Ledger
    record: Record
    sign: str
    title: str

    @property
    def point(self) -> tuple[float, float] | None:
        return self.record.values.get(self.ledger.map)


def registers(district: District) -> list[Ledger]:
    """The ledgers whose records bear signs."""
    return [
        ledger for ledger in district.rules.ledgers.values() if ledger.public and ledger.map and len(ledger.key) == 1
    ]


def place_of(ledger: Ledger, record: Record) -> Place:
    """A record of a register as a place. title: its first text but the sign itself."""
    sign = str(record.values.get(ledger.key[0]) or "")
    texts = [n for n in (*ledger.list, *ledger.fields) if ledger.fields.get(n) and ledger.fields[n].type == "text"]
    title = next((str(record.values[n]) for n in texts if n not in ledger.key and record.values.get(n)), sign)
    return Place(ledger, record, sign, title)


def find(district: District, sign: str) -> Place | None:
    """The place of a sign, whatever width its letters were typed in; None when no open place bears it."""
    try:
        text = clean_text(sign[:LONGEST])
    except Wrong:
        return None
    if not text:
        return None
    for ledger in registers(district):
        seen = records.page(
            district, people.resident(district.id), ledger.name, filters={ledger.key[0]: [text, text.upper()]}, limit=2
        )
        for record in seen.records:
            if stands(district, record):
                return place_of(ledger, record)
    return None


def stands(district: District, record: Record) -> bool:
    """Whether a place is still there: one that was taken off the register has no step left."""
    return bool(district.rules.flows[record.ledger.name].open_steps(record.state))


def filled(place: Place, step: Step, ledger: Ledger, tree: Tree) -> dict[str, str]:
    """What the sign fills in of a step's questions: the place itself, its area, its point."""
    found: dict[str, str] = {}
    unit = tree.get(place.record.unit)
    for name in step.asks:
        field = ledger.fields.get(name)
        if field and field.type == "record" and field.ledger == place.ledger.name:
            found[name] = str(place.record.id)
        elif field and field.type == "area" and unit:
            found[name] = unit.code
        elif field and name == ledger.map and place.point:
            found[name] = f"{place.point[0]},{place.point[1]}"
    return found


def words_field(place: Place, step: Step, ledger: Ledger) -> str:
    """The text that a step asks right after the place itself; its title is a good beginning there. Empty: none."""
    asked = [ledger.fields[n] for n in step.asks if n in ledger.fields]
    for field, after in zip(asked, asked[1:], strict=False):
        if field.type == "record" and field.ledger == place.ledger.name and after.type == "text":
            return after.name
    return ""
