"""Made-up answers for a demonstration: a value for each field a step asks, by the field's type and the declared samples.

A sample is a list (any of it), or a mapping with one of
  weights   value -> weight
  by, of    another field's value (or the nearest code above it) -> a list; `*` for all others
  range     [least, most]: a number with at most `places` decimals
  times     [field, least, most]: another field's number times something between
  days      [least, most]: a day that many natural days after the act
  month     the first day of the month that many months after the act's: -1 is the month before
  numbered  words behind a running number: 1号楼, 2号楼 …; of a number field the number alone
  in_turn   a list, one after the other
and, for an optional field, `share`: how often it is filled (always, where it is left out), and `only`: {field: [values]},
it is left empty unless another field has one of these. An office is sampled by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from huying.declare.kinds import Field, Ledger, Rules, Step
from huying.engine.packs import District
from huying.engine.places import Tree, Unit

NEAR = 0.004  # degrees round a street's rough middle in which made-up points lie


class Samples:
    """Draws answers for one ledger."""

    def __init__(self, district: District, tree: Tree, ledger: Ledger, declared: Mapping[str, Any], random: Random):
        self.district, self.tree, self.ledger, self.declared, self.random = district, tree, ledger, declared, random
        self._numbers: dict[str, int] = {}
        self.referred: dict[str, dict[int, list[Any]]] = {}  # field -> street -> records that may be referred to
        self.anywhere: dict[str, list[Any]] = {}  # field -> records that may be referred to from any street

    def answers(self, step: Step, unit: Unit, known: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """field -> value for what `step` asks of a record of `unit`; known: what the record holds already."""
        found: dict[str, Any] = {}
        for name in step.asks:
            field = self.ledger.fields[name]
            if name in step.optional and not self._wanted(name, {**known, **found}):
                continue
            asked = [field]
            while asked:
                one = asked.pop(0)
                value = self._value(one, unit, {**known, **found}, at)
                if value is not None and one.name not in found:
                    found[one.name] = value
                    if one.type == "code":
                        asked += entry_asks(self.district.rules, self.ledger, one.name, value)
        return found

    def _wanted(self, name: str, known: Mapping[str, Any]) -> bool:
        declared = self.declared.get(name)
        if declared is None:
            return False
        rules = declared if isinstance(declared, Mapping) else {}
        fits = all(known.get(other) in values for other, values in rules.get("only", {}).items())
        return self.random.random() < rules.get("share", 1) and fits

    def _value(self, field: Field, unit: Unit, known: Mapping[str, Any], at: datetime) -> Any:
        declared = self.declared.get(field.name)
        if field.type == "area":
            return unit.id
        if field.type == "point":
            return self._point(unit)
        if field.type == "record":
            street = self.tree.at_level(unit.id, "street") or unit
            among = self.referred.get(field.name, {}).get(street.id) or self.anywhere.get(field.name, [])
            return self.random.choice(among) if among else None
        if declared is None:
            return self.random.choice(list(field.choices)) if field.choices else None
        drawn = self._drawn(field, declared, known, at)
        return self.tree.by_code[drawn].id if field.type == "office" else drawn

    def _drawn(self, field: Field, declared: Any, known: Mapping[str, Any], at: datetime) -> Any:
        random = self.random
        if isinstance(declared, list):
            return random.choice(declared)
        if "weights" in declared:
            drawn = random.choices(list(declared["weights"]), list(map(float, declared["weights"].values())))[0]
            return int(drawn) if field.type == "integer" else drawn
        if "range" in declared:
            least, most = map(float, declared["range"])
            return _number(field, random.triangular(least, most), int(declared.get("places", 0)))
        if "times" in declared:
            other, least, most = declared["times"]
            number = float(known.get(other) or 0) * random.uniform(float(least), float(most))
            if self.ledger.fields[other].type == "money":
                number /= 100  # kept in 分
            return _number(field, number, int(declared.get("places", 0)))
        if "days" in declared:
            least, most = declared["days"]
            return (
                (at + timedelta(days=random.randint(int(least), int(most))))
                .astimezone(self.district.calendar.tz)
                .date()
            )
        if "month" in declared:
            day = at.astimezone(self.district.calendar.tz).date()
            months = day.year * 12 + day.month - 1 + int(declared["month"])
            return day.replace(months // 12, months % 12 + 1, 1)
        if "by" in declared:
            for value in [*self.chain(declared["by"], known.get(declared["by"])), "*"]:
                if value in declared["of"]:
                    return random.choice(declared["of"][value])
            return None
        if "numbered" in declared:
            number = self._next(field.name)
            return number if field.type == "integer" else f"{number}{declared['numbered']}"
        if "in_turn" in declared:
            return declared["in_turn"][(self._next(field.name) - 1) % len(declared["in_turn"])]
        if "any" in declared:
            return random.choice(declared["any"])
        if "phone" in declared:
            return f"{declared['phone']}{random.randint(0, 9999):04d}"
        return None

    def _next(self, name: str) -> int:
        self._numbers[name] = self._numbers.get(name, 0) + 1
        return self._numbers[name]

    def chain(self, name: str, value: Any) -> list[Any]:
        codes = self.ledger.fields[name].codes
        return self.district.rules.codes[codes].within(value) if codes and value else [value]

    def _point(self, unit: Unit) -> tuple[float, float] | None:
        here = next((u for u in self.tree.chain(unit.id) if u.lng is not None and u.lat is not None), None)
        if here is None:
            return None
        lng = round(here.lng + self.random.uniform(-NEAR, NEAR), 6)
        lat = round(here.lat + self.random.uniform(-NEAR, NEAR), 6)
        outline = self.district.outline
        return (lng, lat) if outline is None or outline.refusal(lng, lat) is None else (here.lng, here.lat)


def entry_asks(rules: Rules, ledger: Ledger, name: str, value: Any) -> list[Field]:
    """Fields that a code's entry asks for."""
    entry = rules.codes[ledger.fields[name].codes].entries.get(value)
    return [ledger.fields[one] for one in entry.asks if one in ledger.fields] if entry else []


def _number(field: Field, number: float, places: int) -> Decimal | int:
    """As it is kept: money in 分."""
    if field.type == "money":
        return round(number) * 100
    return round(number) if field.type == "integer" else Decimal(f"{number:.{places}f}")
