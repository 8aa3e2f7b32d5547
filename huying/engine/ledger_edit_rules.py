"""A ledger's constraints and quality rules as rows that a person edits, and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huying.declare.kinds import part
from huying.declare.problems import both

KINDS = {
    "unique": "不许重复 | no two alike",
    "at_most": "最多几条 | at most so many",
    "together": "要填一起填 | filled in together",
    "no_overlap": "时段不许重叠 | periods apart",
}
_BETWEEN = re.compile(r"[\s,，、;；]+")


class NotRight(ValueError):
    """A sentence `中文 | English` about one row, which its text begins with."""


@dataclass
class Constraint:
    """One constraint as the form has it. fields, per: titles or names, with 、 between; among: states by name; zh, en: what
    whoever is refused is told."""

    kind: str = ""
    fields: str = ""
    most: str = ""
    per: str = ""
    among: str = ""
    zh: str = ""
    en: str = ""


@dataclass
class Fault:
    """One quality rule. when: an expression over the record that finds those that have the fault."""

    name: str = ""
    zh: str = ""
    en: str = ""
    when: str = ""


@dataclass
class Rules:
    """stale: days without a change, as text."""

    constraints: list[Constraint]
    faults: list[Fault]
    stale: str = ""


def rules_of(data: Mapping[str, Any]) -> Rules:
    """What a declaration says, with fields by their titles."""
    properties = data["schema"]["properties"]

    def told(names: Sequence[str]) -> str:
        return "、".join(part(properties[name]["title"]) if name in properties else name for name in names)

    constraints = []
    for one in data.get("constraints", ()):
        kind = next((key for key in KINDS if key in one), "")
        fields = one[kind] if kind and kind != "at_most" else ()
        zh, en = _parts(one.get("says", ""))
        most = str(one.get("at_most", ""))
        constraints.append(
            Constraint(kind, told(fields), most, told(one.get("per", ())), "、".join(one.get("while", ())), zh, en)
        )
    quality = data.get("quality", {})
    faults = [Fault(name, *_parts(one["title"]), one["when"]) for name, one in quality.get("faults", {}).items()]
    return Rules(constraints, faults, str(quality.get("stale_after_days", "")))


def put(data: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """The declaration with the constraints and quality rules as they are now; a row that says nothing is left out.

    Raises NotRight for what cannot be written down; what can be, and is wrong, is for `huying check` to tell.
    """
    made = {key: value for key, value in data.items() if key not in ("constraints", "quality")}
    constraints = [_constraint(data, one, number) for number, one in enumerate(rules.constraints, 1) if one.kind]
    if constraints:
        made["constraints"] = constraints
    quality: dict[str, Any] = {}
    if rules.stale:
        if not rules.stale.isascii() or not rules.stale.isdigit():
            raise NotRight("多少天没动写整数 | Days without a change are a whole number")
        quality["stale_after_days"] = int(rules.stale)
    faults = {}
    for number, one in enumerate(rules.faults, 1):
        if not (one.zh or one.when):
            continue
        if not (one.zh and one.when):
            raise NotRight(
                both(
                    f"质量规则 {number}：名称和条件都要写",
                    f"Quality rule {number}: write both its title and its condition",
                )
            )
        faults[one.name or _name(faults, number)] = {
            "title": both(one.zh, one.en) if one.en else one.zh,
            "when": one.when,
        }
    if faults:
        quality["faults"] = faults
    if quality:
        made["quality"] = quality
    return made


def _constraint(data: Mapping[str, Any], one: Constraint, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if one.kind == "at_most":
        if not one.most.isascii() or not one.most.isdigit():
            raise NotRight(both(f"约束 {number}：最多几条写整数", f"Constraint {number}: how many is a whole number"))
        made["at_most"] = int(one.most)
    else:
        made[one.kind] = _names(data, one.fields, number)
    if one.per:
        made["per"] = _names(data, one.per, number)
    if one.among:
        made["while"] = [word for word in _BETWEEN.split(one.among) if word]
    if one.zh:
        made["says"] = both(one.zh, one.en) if one.en else one.zh
    return made


def _names(data: Mapping[str, Any], text: str, number: int) -> list[str]:
    """The fields that were named, by name or by title."""
    properties = data["schema"]["properties"]
    by_title = {part(form["title"], lang): name for name, form in properties.items() for lang in ("en", "zh")}
    found = []
    for word in filter(None, _BETWEEN.split(text)):
        if word not in properties and word not in by_title:
            zh = f"约束 {number}：没有字段“{word[:20]}”，写字段的名称或代号，中间用顿号"
            raise NotRight(
                both(zh, f"Constraint {number}: there is no field “{word[:20]}”; write titles or names with commas")
            )
        found.append(word if word in properties else by_title[word])
    if not found:
        raise NotRight(both(f"约束 {number}：写上字段", f"Constraint {number}: say which fields"))
    return found


def _parts(text: str) -> tuple[str, str]:
    return part(text), part(text, "en") if " | " in text else ""


def _name(taken: Mapping[str, Any], number: int) -> str:
    while f"fault_{number}" in taken:
        number += 1
    return f"fault_{number}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What changes, a sentence `中文 | English` each."""
    said = []
    for key, zh, en in (("constraints", "约束", "constraints"), ("quality", "质量规则", "quality rules")):
        if before.get(key) != after.get(key):
            verb = (
                ("不再有", "there are no")
                if key not in after
                else ("有了", "there are")
                if key not in before
                else ("改了", "other")
            )
            said.append(both(f"{verb[0]}{zh}", f"{verb[1]} {en}"))
    return said
