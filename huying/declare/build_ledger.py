"""Roles, code lists and ledgers from their declarations."""

from __future__ import annotations

from functools import partial
from typing import Any

from huying.declare import constraints, keeping, kinds, scans, upgrades, views
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.expressions import Expression
from huying.declare.ledger_parts import Fault, Quality
from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.sources import Keys

PHONE = r"^((\+?86-?)?1[3-9][0-9]{9}|(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4}|1[0-9]{4})$"
IDENTITY = "^[1-9][0-9]{16}[0-9X]$"
PATTERNS = {"phone": PHONE, "identity": IDENTITY}  # texts of a fixed form
MASKS = {PHONE: "last 4", IDENTITY: "first 1 last 1"}  # of secret fields that declare none
PLAIN = ("point", "area", "office", "post", "time", "phone", "identity", "photos", "money")
SEES = (kinds.RESIDENT, kinds.RESPONSIBLE, kinds.ASSISTING)


def build_roles(building: Building) -> None:
    for declaration in building.of("roles"):
        for name, role in declaration.data["roles"].items():
            may = tuple(role.get("may", ()))
            building.roles.setdefault(name, kinds.Role(name, role["title"], role.get("reach", "office"), may))


def build_codes(building: Building) -> None:
    for declaration in building.of("codes"):
        entries: dict[str, kinds.CodeEntry] = {}
        for row in declaration.rows:
            extra = {k: v for k, v in row.cells.items() if k not in ("code", "parent", "title", "asks")}
            entry = kinds.CodeEntry(row["code"], row["title"], row["parent"], tuple(row["asks"].split()), extra)
            entries.setdefault(entry.code, entry)
        building.codes[declaration.name] = kinds.CodeList(declaration.name, entries)


def build_ledgers(building: Building) -> None:
    for declaration in building.of("ledger"):
        data = declaration.data
        fields = _fields(building, declaration)
        for path, roles in _role_lists(data):
            for place, role in enumerate(roles):
                building.role(declaration, role, (*path, place), SEES)
        if scan := scans.of_ledger(data.get("scan")):
            posts = [name for name, one in fields.items() if one.type == "post"]
            for place, role in enumerate(scan.by):
                path = ("scan", "by", place) if isinstance(data["scan"]["by"], list) else ("scan", "by")
                building.role(declaration, role, path, (kinds.RESPONSIBLE, *posts))
        alike = data.get("alike")
        like = building.names.resolve("ledger", data["like"], declaration.pack) if data.get("like") else None
        ledger = kinds.Ledger(
            name=declaration.name,
            title=data["title"],
            code=data["code"],
            fields=fields,
            private=_roles_of(data.get("private", {})),
            secret=_roles_of(data.get("secret", {})),
            derive={
                name: (text.split(" of ")[0], text.split(" of ")[1]) for name, text in data.get("derive", {}).items()
            },
            shown_to={name: tuple(roles) for name, roles in data.get("shown_to", {}).items()},
            see=tuple(data.get("see", ())),
            list=tuple(data.get("list", ())),
            sums=tuple(data.get("sums", ())),
            search=tuple(data.get("search", ())),
            map=data.get("map", ""),
            key=tuple(data.get("key", ())),
            constraints=constraints.built(data.get("constraints", [])),
            kept_by=tuple(data.get("kept_by", ())),
            speaks_of=_speaks_of(building, declaration),
            alike=kinds.Alike(alike["by"], alike["metres"], alike["days"]) if alike else None,
            like=like.name if like else "",
            public=data.get("public", False),
            scan=scans.of_ledger(data.get("scan")),
            group=data.get("group", ""),
            purpose=data.get("purpose", ""),
            source=data.get("source", ""),
            version=data.get("version", 1),
        )
        building.ledgers[ledger.name] = ledger
    for declaration in building.of("ledger"):  # a second time: conditions need every code list and state
        if "quality" in declaration.data:
            built = _quality(building, declaration)
            building.ledgers[declaration.name] = _with(building.ledgers[declaration.name], quality=built)
        if "upgrade" in declaration.data:
            made = upgrades.build(building, declaration)
            building.ledgers[declaration.name] = _with(building.ledgers[declaration.name], upgrades=made)
        if "keep" in declaration.data:
            made = keeping.build(building, declaration)
            building.ledgers[declaration.name] = _with(building.ledgers[declaration.name], keep=made)
        if secrecy := declaration.data.get("secrecy"):
            scope = building.scope(declaration.name)
            when = building.expression(declaration, secrecy["when"], ("secrecy", "when"), scope)
            if when:
                found = kinds.Secrecy(when, tuple(secrecy["only"]))
                building.ledgers[declaration.name] = _with(building.ledgers[declaration.name], secrecy=found)
        if declared := declaration.data.get("views"):
            parse = partial(_condition, building, declaration)
            found = views.built(declared, parse)
            building.ledgers[declaration.name] = _with(building.ledgers[declaration.name], views=found)


def _condition(building: Building, declaration: Declaration, text: str, path: Keys) -> Expression | None:
    return building.expression(declaration, text, path, building.scope(declaration.name))


def _quality(building: Building, declaration: Declaration) -> Quality:
    """Its rules whose conditions are sound."""
    data, scope = declaration.data["quality"], building.scope(declaration.name)
    faults = {}
    for name, one in data.get("faults", {}).items():
        when = building.expression(declaration, one["when"], ("quality", "faults", name, "when"), scope)
        if when:
            faults[name] = Fault(one["title"], when)
    return Quality(data.get("stale_after_days", 0), faults)


def _speaks_of(building: Building, declaration: Declaration) -> dict[str, dict[str, str]]:
    """full name of a subject -> {part: field}; those that are known."""
    found = {}
    for name, fields in declaration.data.get("speaks_of", {}).items():
        if full := building.refer(declaration, "subject", name, ("speaks_of", name), key=True):
            found[full] = dict(fields)
    return found


def _with(ledger: kinds.Ledger, **changes: Any) -> kinds.Ledger:
    from dataclasses import replace

    return replace(ledger, **changes)


def _roles_of(fields: dict[str, list[str]] | list[str]) -> dict[str, tuple[str, ...]]:
    """field -> roles; nobody where only the fields are listed."""
    return {name: tuple(fields[name]) if isinstance(fields, dict) else () for name in fields}


def _role_lists(data: dict[str, Any]) -> list[tuple[tuple[str, ...], list[str]]]:
    found = [((key,), data[key]) for key in ("see", "kept_by") if key in data]
    for key in ("private", "secret", "shown_to"):
        if isinstance(data.get(key), dict):
            found += [((key, name), roles) for name, roles in data[key].items()]
    if "secrecy" in data:
        found.append((("secrecy", "only"), data["secrecy"]["only"]))
    return found


def _fields(building: Building, declaration: Declaration) -> dict[str, kinds.Field]:
    data = declaration.data
    required = set(data["schema"].get("required", ()))
    fields = {}
    for name, form in data["schema"]["properties"].items():
        found = _field(building, declaration, name, form)
        if found:
            type_, codes, ledger = found
            labels = data.get("labels", {}).get(name, {})
            schema = {key: value for key, value in form.items() if key != "$ref"}
            if pattern := PATTERNS.get(form.get("$ref", "").removeprefix("huying:")):
                schema |= {"type": "string", "pattern": pattern}
            mask = data.get("mask", {}).get(name, MASKS.get(schema.get("pattern", ""), "none"))
            fields[name] = kinds.Field(
                name=name,
                type=type_,
                title=form["title"],
                schema=schema,
                required=name in required,
                help=form.get("description", ""),
                choices={value: labels.get(value, value) for value in form.get("enum", ())},
                codes=codes,
                ledger=ledger,
                unit=data.get("units", {}).get(name, ""),
                mask=mask if name in data.get("secret", ()) else "",
            )
    return fields


def _field(
    building: Building, declaration: Declaration, name: str, form: dict[str, Any]
) -> tuple[str, str, str] | None:
    """Type, code list and ledger of a field; None (and a problem) where its type is not one of ours."""
    path = ("schema", "properties", name)
    if "$ref" in form:
        return _referred(building, declaration, form["$ref"], (*path, "$ref"))
    if "enum" in form:
        return "enum", "", ""
    match form.get("type"), form.get("format"):
        case "string", "date":
            return "date", "", ""
        case "string", None:
            return "text", "", ""
        case ("number" | "integer" | "boolean") as type_, None:
            return type_, "", ""
    message = both(f"字段 {name} 没有类型", f"field {name} has no type")
    hint = both("请写 type、enum 或 $ref 之一。", "Give one of type, enum, $ref.")
    building.problems.append(declaration.problem("ledger.field-type", message, hint, path, key=True))
    return None


def _referred(
    building: Building, declaration: Declaration, reference: str, path: tuple[str, ...]
) -> tuple[str, str, str] | None:
    kind, _, target = reference.removeprefix("huying:").partition("/")
    if reference.startswith("huying:"):
        if kind in PLAIN and not target:
            return ("text" if kind in PATTERNS else kind), "", ""
        if kind == "record" and target:
            full = building.refer(declaration, "ledger", target, path)
            return "record", "", full  # without a name where it is unknown, so that it is told once
        if kind == "code" and target:
            full = building.refer(declaration, "codes", target, path)
            return "code", full, ""
    known = [f"huying:{one}" for one in (*PLAIN, "record/<ledger>", "code/<list>")]
    message = both(f"没有字段类型 {quoted(reference)}", f"there is no field type {quoted(reference)}")
    hint = did_you_mean(reference, known, "类型", "Types")
    building.problems.append(declaration.problem("ledger.field-type", message, hint, path))
    return None
