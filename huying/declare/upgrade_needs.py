"""What a ledger's new declaration must say of the records that there are: the difference to the one in force. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huying.declare.kinds import Ledger, part
from huying.declare.problems import Problem, both
from huying.declare.upgrades import CONVERT, DROP, MAP, RENAME, Move

GONE, TYPE, VALUES, REQUIRED = "gone", "type", "values", "required"


@dataclass(frozen=True)
class Need:
    """A change that the upgrade list must answer where records are touched by it.

    what    gone (the field is no more), type, values (of a choice that are no more), required (newly)
    type    of the field as it was, as `type_of` says; secret: whether it was encrypted then
    """

    what: str
    field: str
    type: str
    values: tuple[str, ...] = ()
    secret: bool = False


def type_of(form: Mapping[str, Any]) -> str:
    """The type (kinds.Field.type) of a field as declared."""
    kind, _, _ = form.get("$ref", "").removeprefix("huying:").partition("/")
    if kind:
        return "text" if kind in ("phone", "identity") else kind
    if "enum" in form:
        return "enum"
    return "date" if form.get("format") == "date" else {"string": "text"}.get(form["type"], form["type"])


def needs(before: Mapping[str, Any], after: Ledger) -> list[Need]:
    """What `after` leaves unsaid. before: the declaration in force, as its file has it."""
    moves = [m for upgrade in after.upgrades if upgrade.to > before.get("version", 1) for m in upgrade.moves]
    now = {m.of[0]: m.to[0] for m in moves if m.kind == RENAME}
    said = {name for m in moves if m.kind != MAP for name in m.of}
    written = {name for m in moves if m.writes for name in m.to}
    found = []
    for name, form in before["schema"]["properties"].items():
        type_, secret = type_of(form), name in before.get("secret", ())
        field = after.fields.get(_present(name, now))
        if field is None:
            if name not in said:
                found.append(Need(GONE, name, type_, secret=secret))
            continue
        if name == "unit":
            continue
        if field.type != type_ and not any(m.kind == CONVERT and m.to[0] == field.name for m in moves):
            found.append(Need(TYPE, name, type_, secret=secret))
        elif field.type == type_ == "enum":
            told = {old for m in moves if m.kind == MAP and m.of[0] == field.name for old in (*m.codes, *m.ask)}
            lost = tuple(value for value in form["enum"] if value not in field.choices and value not in told)
            if lost:
                found.append(Need(VALUES, name, type_, lost, secret))
    was = {_present(name, now) for name in before["schema"].get("required", ())}
    for field in after.fields.values():
        if field.required and field.name not in {*was, *written, "unit"}:
            found.append(Need(REQUIRED, field.name, field.type, secret=field.name in after.secret))
    return found


def _present(name: str, now: Mapping[str, str]) -> str:
    seen = set()
    while name in now and name not in seen:
        seen.add(name)
        name = now[name]
    return name


def problem(file: str, title: str, need: Need, count: int) -> Problem:
    """What to say of a need that `count` records have. title: of the ledger."""
    zh, en = f"《{part(title)}》的 {need.field} ", f"{need.field} of “{part(title, 'en')}” "
    values = ", ".join(need.values)
    words = {
        GONE: ("没有了", "is no more", f"{{{DROP}: {need.field}}}"),
        TYPE: ("换了类型", "changed its type", f"{{{CONVERT}: {need.field}}}"),
        VALUES: (f"没有值 {values} 了", f"lost the values {values}", f"{{{MAP}: {need.field}, codes: {{…}}}}"),
        REQUIRED: ("成了必填", "became required", f"{{fill: {need.field}, with: …}}"),
    }[need.what]
    message = both(f"{zh}{words[0]}，有 {count} 条记录要交代", f"{en}{words[1]}; {count} records are concerned")
    hint = both(f"把 version 加一，在 upgrade 里写，如 {words[2]}。", f"Raise version by one and say it under upgrade, such as {words[2]}.")  # fmt: skip
    return Problem(file, 0, 0, "upgrade.lacking", message, hint)


def dropped(before: Mapping[str, Any], after: Ledger) -> list[Move]:
    """Drops that would tell everyone, in histories, what only some roles saw."""
    return [
        move
        for upgrade in after.upgrades
        for move in upgrade.moves
        if move.kind == DROP and move.title and move.of[0] in before.get("shown_to", {})
    ]
