"""Which names an expression over a ledger may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huying.declare.expressions import Known
from huying.declare.kinds import CodeList, Field, Ledger, Rules

# Names that every record has besides its fields. `unit` is declared by the ledger itself where it has one.
STANDING = {
    "state": "text",
    "code": "text",
    "unit": "number",
    "office": "number",
    "opened_at": "time",
    "closed_at": "time",
    "due_at": "time",
    "known_at": "time",
}
# Names of columns and words of the language, which no field may take
RESERVED = frozenset(
    {
        *STANDING,
        "id",
        "seq",
        "head",
        "version",
        "flow_version",
        "district",
        "hidden",
        "until",
        "today",
        "person",
        "post",
    }
    | {"and", "or", "not", "in", "is", "null", "between", "true", "false", "new", "same"}
) - {"unit"}

TYPES = {
    "text": "text",
    "number": "number",
    "integer": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "point": "point",
    "area": "number",
    "office": "number",
    "post": "number",
    "record": "text",
    "code": "text",
    "enum": "text",
    "photos": "photos",
}


def scope_of(
    fields: Mapping[str, Field],
    lists: Mapping[str, CodeList],
    states: Iterable[str] = (),
    secret: Iterable[str] = (),
) -> dict[str, Known]:
    """The names of a ledger with these fields: type, allowed values, code list.

    A point `f` gives `f_lng` and `f_lat`; a time `x_at` gives the day `x_on` in the district's zone.
    """
    known: dict[str, Known] = {name: Known(type_) for name, type_ in STANDING.items()}
    if names := frozenset(states):
        known["state"] = Known("text", choices=names)
    known["today"] = Known("date", column="today")
    hidden = set(secret)
    for name, field in fields.items():
        known[name] = Known(
            TYPES[field.type],
            choices=frozenset(field.choices) if field.type == "enum" else None,
            codes=lists.get(field.codes) if field.codes else None,
            secret=name in hidden,
            uuid=field.type == "record",
        )
        if field.type == "point":
            known |= {f"{name}_{axis}": Known("number", secret=name in hidden) for axis in ("lng", "lat")}
    days = {}
    for name, one in known.items():
        if one.type == "time" and name.endswith("_at"):
            days[f"{name[:-3]}_on"] = Known("date", column=name, secret=one.secret)
    return days | known


def scope(rules: Rules, ledger: Ledger | str) -> dict[str, Known]:
    """The names of a ledger in force."""
    ledger = rules.ledgers[ledger] if isinstance(ledger, str) else ledger
    flow = rules.flows.get(ledger.name)
    return scope_of(ledger.fields, rules.codes, flow.states if flow else (), ledger.secret)
