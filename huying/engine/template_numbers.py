"""Forms whose rows carry labels: each cell is a count, a sum or an indicator's figure, asked by its row and its column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from huying.declare.expressions import Expression
from huying.declare.templates import CONDITIONS, MEASURES, Part, Parts
from huying.engine import access, indicators, tallies
from huying.engine.places import Unit
from huying.engine.tallies import Asked, together
from huying.engine.template_base import Filled, Source, Work
from huying.engine.template_words import Understood
from huying.sheets.grid import Place

EVER = date(2000, 1, 1)  # from when an indicator is counted where the form asks for no period


@dataclass
class Numbers(Work):
    def fill(self) -> Filled:
        form, filled = self.form, Filled()
        sums: list[Place] = []
        for row in form.rows:
            for column in form.columns:
                place = (row, column)
                if not self.takes(filled, place):
                    continue
                label = self.filling.labels.get(row, Understood())
                title = self.filling.columns.get(column, Understood())
                if title.parts and title.parts[0].kind == "leave":
                    filled.unknown[place] = "留给您填 | Left to you"
                elif not label.parts or not title.parts:
                    filled.unknown[place] = (title if not title.parts else label).why or "没有认出 | Not understood"
                elif any(part.kind == "total" for part in label.parts):
                    sums.append(place)
                else:
                    self.plan(filled, place, (*label.parts, *title.parts))
        self.count(filled)
        self.measure(filled)
        self.add_up(filled, sums)
        return filled

    def plan(self, filled: Filled, place: Place, parts: Parts) -> None:
        """What a cell asks; or why it cannot be told."""
        measures = [part for part in dict.fromkeys(parts) if part.kind in MEASURES]
        if len(measures) > 1:
            measures = [part for part in measures if part.kind != "count"]
        conditions = [part for part in dict.fromkeys(parts) if part.kind in CONDITIONS]
        if len(measures) > 1 or any(part.kind not in (*MEASURES, *CONDITIONS, "skip") for part in parts):
            filled.unknown[place] = (
                "行和列各问一个数，合不到一起 | Its row and its column ask for two different numbers"
            )
            return
        if not measures and not conditions:
            filled.unknown[place] = "没有认出这里问的是什么数 | What number is asked here was not understood"
            return
        try:
            if measures and measures[0].kind == "indicator":
                filled.sources[place] = self.of_indicator(measures[0].of, conditions)
                return
            areas = [self.area(part.of) for part in conditions if part.kind == "area"]
            found = tuple(self.condition(part) for part in conditions if part.kind == "where")
            if _same_field(found):
                raise ValueError("行和列对同一栏各有一个条件 | Its row and its column set the same field to two values")
            self.may(found)
        except ValueError as wrong:
            filled.unknown[place] = str(wrong)
            return
        inside = [frozenset(self.tree.under(unit.id)) for unit in areas or self.whole]
        units = frozenset.intersection(*inside) if inside else None
        asked = Asked((*found, *self.among), measures[0].of if measures else "", units)
        filled.sources[place] = Source(asked, tuple(unit.code for unit in areas or self.whole))

    @cached_property
    def whole(self) -> list[Unit]:
        """The area that the form is for, where it is for one."""
        return [self.tree.units[self.filling.area]] if self.filling.area is not None else []

    def area(self, code: str) -> Unit:
        """An area that a label or title names. Raises ValueError where not all of it is in the form, or in reach:
        its number would be a part of what is asked, or nought."""
        unit, reach = self.tree.by_code[code], access.reach_for(self.ledger, self.actor)
        inside = set(self.tree.under(unit.id))
        if self.whole and not inside <= set(self.tree.under(self.whole[0].id)):
            raise ValueError("不在这张表只填的$street里 | Outside the $street that the form is filled for")
        if reach.role == "hy_some" and not inside <= set(reach.units):
            raise ValueError("这个地方不在您的范围内 | This place is not in your reach")
        return unit

    def of_indicator(self, name: str, conditions: Sequence[Part]) -> Source:
        declared = self.district.rules.indicators[name]
        areas = [self.area(part.of) for part in conditions if part.kind == "area"] or self.whole
        rest = [self.condition(part) for part in conditions if part.kind == "where"]
        if not areas and self.actor.reach.role != "hy_all":  # a published figure is the whole district's
            office = self.tree.get(self.actor.post.office) if self.actor.post else None
            areas = [unit for unit in [self.tree.get(office.area or 0) if office else None] if unit]
            if not areas and declared.published:
                raise ValueError(
                    "这个数是全区的，不是本$office的 | This figure is the whole district's, not your $office's"
                )
        areas = [unit for unit in areas if unit.parent is not None]  # the district itself is the whole
        if len(areas) > 1 or any(unit.kind not in declared.split for unit in areas):
            raise ValueError("这个$indicator不按这一级分 | This $indicator is not split by this level of areas")
        if self.filling.where:
            rest.append(self.condition(Part("where", self.filling.where)))
        self.may(rest)
        if rest and (declared.figuring or declared.listed):
            raise ValueError("这个$indicator不能再加条件 | This $indicator takes no further condition")
        only = (areas[0].kind, areas[0].code) if areas else None
        return Source(indicator=name, only=only, where=together(rest))

    def count(self, filled: Filled) -> None:
        """All counts and sums of the form, by one statement for some hundreds of them."""
        asked = {place: source.asked for place, source in filled.sources.items() if source.asked}
        found = tallies.tally(self.district, self.actor, self.ledger.name, list(asked.values())) if asked else []
        for (place, one), number in zip(asked.items(), found, strict=True):
            self.put(filled, place, Decimal(0) if number is None else number, self.ledger.fields.get(one.sum))

    def measure(self, filled: Filled) -> None:
        """Indicators, by one statement for each that is asked in the same way."""
        groups: dict[tuple[str, str, Expression | None], list[Place]] = {}
        for place, source in filled.sources.items():
            if source.indicator:
                groups.setdefault((source.indicator, source.only[0] if source.only else "", source.where), []).append(
                    place
                )
        last = self.district.today() + timedelta(days=1)
        for (name, level, where), places in groups.items():
            try:
                measured = indicators.measure(
                    self.district,
                    name,
                    start=self.filling.start or EVER,
                    end=self.filling.end or last,
                    by="all",
                    actor=self.actor,
                    split=[level] if level else (),
                    where=where,
                )
            except (ValueError, access.Refused) as refused:
                self.drop(filled, places, str(refused))
                continue
            found = {figure.split: figure for figure in measured.figures}
            for place in places:
                only = filled.sources[place].only
                figure = found.get((only[1],) if only else ())
                if figure is None or figure.value is None:
                    self.drop(filled, [place], "没有$record可算 | There are no $records to count")
                else:
                    filled.values[place] = figure.value
                    if measured.indicator.unit in ("percent", "%"):
                        filled.percent.add(place)

    def drop(self, filled: Filled, places: Sequence[Place], why: str) -> None:
        for place in places:
            filled.sources.pop(place, None)
            filled.unknown[place] = why


def _same_field(conditions: Sequence[Expression]) -> bool:
    names = [one.names for one in conditions]
    return any(a == b and len(a) == 1 for n, a in enumerate(names) for b in names[n + 1 :])
