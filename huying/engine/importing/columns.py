"""Which column of a sheet is which field of a ledger, and by which steps its rows go in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from huying.declare.kinds import SAME, Field, Flow, Ledger, Step, part
from huying.engine import access
from huying.engine.bulk import is_plain
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.sheets import Column
from huying.sheets.cells import folded

ALIKE = 0.75  # of the letters of two titles that are the same ones
LEFT_OUT = ""  # the field of a column that is not brought in
SCALES = {"千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_UNIT = re.compile(r"[(（][^()（）]{1,12}[)）]\s*$")
_NOISE = re.compile(r"[\s*＊:：_]+")
_SCALE = re.compile("|".join(SCALES))


class NoImport(ValueError):
    """A sheet that cannot be brought in at all; its text is `中文 | English`, with the way out."""


@dataclass(frozen=True)
class Mapped:
    """One column of the sheet. place: in the rows as they are read; field: "" where it is left out; scale: what its
    numbers are multiplied by; by: how it was found (title, alike, places, chosen) or ""."""

    place: int
    title: str
    field: str = LEFT_OUT
    scale: int = 1
    by: str = ""


@dataclass(frozen=True)
class Plan:
    """How a sheet goes into a ledger.

    columns  every column of the sheet, in its order
    first    the step that enters a new record
    amends   the steps that may change one, in the order in which they are tried
    unit     the area of rows whose sheet has no column for it; 0: rows without one are rejected
    """

    district: District
    actor: Actor
    tree: Tree
    ledger: Ledger
    columns: tuple[Mapped, ...]
    first: Step
    amends: tuple[Step, ...]
    unit: int = 0
    epoch_1904: bool = False
    fields: Mapping[str, Mapped] = field(default_factory=dict)

    @property
    def flow(self) -> Flow:
        return self.district.rules.flows[self.ledger.name]

    @property
    def keyed(self) -> bool:
        """Whether rows are known again by the ledger's key: each of its fields is in the sheet."""
        key = self.ledger.key
        return bool(key) and all(name in self.fields or (name == "unit" and self.unit) for name in key)


def fields_for(district: District, ledger: Ledger, first: Step) -> list[str]:
    """The fields that a sheet may fill: those the first step asks for, photos apart."""
    return [name for name in first.asks if name in ledger.fields and ledger.fields[name].type != "photos"]


def first_step(steps: Sequence[Step]) -> Step:
    """Of the steps that enter a record, the one that a sheet goes by: the one that asks most."""
    return max(steps, key=lambda step: (not step.minor, len(step.asks)))


def plan_for(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    columns: Sequence[Column],
    *,
    chosen: Mapping[int, str] | None = None,
    unit: int = 0,
    epoch_1904: bool = False,
) -> Plan:
    """How `columns`, as sheets.columns_of gives them, go into a ledger.

    chosen  place -> field ("" leaves it out), for what a person settled; the others are proposed
    unit    the area of rows without one; 0: the actor's own, where that is one

    Raises NoImport where this actor may enter nothing, or no column is known.
    """
    declared = district.rules.ledgers[ledger]
    steps = [step for step in access.first_steps(district, actor, ledger) if fields_for(district, declared, step)]
    if not steps:
        raise NoImport(
            "您的$post不能往这本$ledger里登记，请找$ledger的管理$post | Your $post may not enter $records in this $ledger; "
            "ask whoever keeps it"
        )
    first = first_step(steps)
    allowed = fields_for(district, declared, first)
    mapped = _propose(declared, allowed, columns, tree, chosen or {})
    fields = {one.field: one for one in mapped if one.field}
    if not fields:
        titles = "、".join(part(declared.fields[name].title) for name in allowed[:8])
        raise NoImport(
            f"没有一列对得上这本$ledger的字段，请在表头写上：{titles} | No column is known as a field of this $ledger; "
            f"write titles such as: {titles}"
        )
    flow = district.rules.flows[ledger]
    amends = [
        step for step in flow.steps.values() if step.to == SAME and set(step.by) & (actor.kinds | {"responsible"})
    ]
    amends.sort(key=lambda step: (not is_plain(declared, flow, step), -len(step.asks)))
    if "unit" in fields:
        unit = 0
    elif not unit and "unit" in allowed:
        unit = own_area(actor, tree)
    return Plan(district, actor, tree, declared, tuple(mapped), first, tuple(amends), unit, epoch_1904, fields)


def own_area(actor: Actor, tree: Tree) -> int:
    """The area that the actor's office serves, the district's own for an office of the district; 0 for nobody."""
    office = tree.get(actor.post.office) if actor.post else None
    if office is None:
        return 0
    return office.area or (tree.root.id if actor.reach.role == "hy_all" else 0)


def _propose(
    ledger: Ledger, allowed: Sequence[str], columns: Sequence[Column], tree: Tree, chosen: Mapping[int, str]
) -> list[Mapped]:
    known = _known(ledger, allowed)
    found: dict[int, Mapped] = {}
    taken: set[str] = set()
    for place, column in enumerate(columns):
        if place in chosen:
            name = chosen[place] if chosen[place] in allowed and chosen[place] not in taken else LEFT_OUT
            found[place] = _mapped(ledger, place, column, name, "chosen")
            taken.add(name)
    for place, column in enumerate(columns):
        if place in found:
            continue
        forms = [
            *_forms(column.title),
            _form(column.name),
        ]  # of two columns with one title, the second has a name of its own
        name = next((known[form] for form in forms if form in known and known[form] not in taken), LEFT_OUT)
        found[place] = _mapped(ledger, place, column, name, "title" if name else "")
        taken.add(name)
    for place, column in enumerate(columns):
        if not found[place].by and (name := _alike(column.title, known, taken)):
            found[place] = _mapped(ledger, place, column, name, "alike")
            taken.add(name)
    if "unit" in allowed and "unit" not in taken and (place := _places(columns, found, tree)) is not None:
        found[place] = _mapped(ledger, place, columns[place], "unit", "places")
    return [found[place] for place in range(len(columns))]


def _known(ledger: Ledger, allowed: Sequence[str]) -> dict[str, str]:
    """What a title may say -> the field; what two fields are called is no one's."""
    told: dict[str, str] = {}
    twice: set[str] = set()
    for name in allowed:
        declared = ledger.fields[name]
        for text in {_form(name), *(_form(part(declared.title, lang)) for lang in ("zh", "en"))}:
            if text in told:
                twice.add(text)
            told[text] = name
    return {text: name for text, name in told.items() if text and text not in twice}


def _forms(title: str) -> list[str]:
    """How a title may be known: whole, without its unit, its last storey, that without its unit."""
    last = title.rpartition(" › ")[2]
    return [form for text in (title, last) for form in (_form(text), _form(_UNIT.sub("", text)))]


def _alike(title: str, known: Mapping[str, str], taken: set[str]) -> str:
    """The one field left over whose title is nearly this one, or says more of the same; "" for none, or several."""
    for form in _forms(title):
        near = {
            name
            for text, name in known.items()
            if name not in taken
            and len(text) > 1
            and len(form) > 1
            and SequenceMatcher(None, form, text).ratio() >= ALIKE
        }
        if len(near) == 1:
            return near.pop()
    return LEFT_OUT


def _form(text: str) -> str:
    """A title without what does not tell: space, asterisks, colons, capitals."""
    return _NOISE.sub("", folded(text)).lower()


def _mapped(ledger: Ledger, place: int, column: Column, name: str, by: str) -> Mapped:
    scale = _scale(ledger.fields[name], column) if name else 1
    return Mapped(place, column.title, name, scale, by)


def _scale(declared: Field, column: Column) -> int:
    """10,000 where the sheet says 万元 and the ledger keeps 元."""
    if declared.type not in ("money", "number", "integer"):
        return 1
    said = column.unit if column.unit in SCALES else ""
    if found := _SCALE.search(column.title):
        said = said or found[0]
    if declared.type == "money":
        return SCALES.get(said, column.scale if column.type == "money" else 1)
    return SCALES.get(said, 1) if part(declared.unit) == "元" else 1


def _places(columns: Sequence[Column], found: Mapping[int, Mapped], tree: Tree) -> int | None:
    """The column left over whose examples are all areas of the district; of two, the one with the smaller areas."""
    names = {}
    for unit in tree.units.values():
        if unit.kind != "office":
            names[folded(unit.name())] = len(tree.chain(unit.id))
    best = None
    for place, column in enumerate(columns):
        if found[place].by or not column.examples:
            continue
        depths = [names.get(folded(text), 0) for text in column.examples]
        if all(depths) and (best is None or min(depths) > best[0]):
            best = (min(depths), place)
    return best[1] if best else None
