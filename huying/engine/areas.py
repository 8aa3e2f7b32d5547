"""The areas of a district in time: how many there are of each level, what documents say, which changed and who took over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from huying.engine import crosswalk, levels, places
from huying.engine.packs import District
from huying.engine.places import Unit


@dataclass(frozen=True)
class Stated:
    """What a document says of a level: so many, as of a day. Kept as it was said; nothing is corrected by it."""

    level: str
    count: int
    day: date
    source: str  # `中文 | English`


@dataclass(frozen=True)
class Level:
    """One level of areas as of a day. count: what the table of codes has; stated: what documents say, latest first."""

    name: str
    title: str
    count: int
    stated: tuple[Stated, ...]

    @property
    def differs(self) -> bool:
        """Whether a document says another number."""
        return any(one.count != self.count for one in self.stated)


@dataclass(frozen=True)
class Change:
    """An area that ended, or lost a part, on a day. heirs: (area as it stands today, its share), itself among them where it
    kept a part; ended: whether it is no more."""

    unit: int
    code: str
    title: str
    kind: str
    day: date
    ended: bool
    heirs: tuple[tuple[Unit, Fraction], ...]

    @property
    def shares(self) -> list[tuple[Unit, str]]:
        """Each heir with its share in words, such as 40%."""
        return [(unit, f"{float(share * 100):.4g}%") for unit, share in self.heirs]

    def heir(self, code: str) -> Unit | None:
        """One of those that took over, by code."""
        return next((unit for unit, _ in self.heirs if unit.code == code and unit.id != self.unit), None)


def by_level(district: District, day: date) -> list[Level]:
    """Every level of the district, from the largest down, as of `day`."""
    tree = places.tree(district.id, day)
    counts = Counter(unit.kind for unit in tree.units.values())
    depth = {unit.kind: len(tree.chain(unit.id)) for unit in tree.units.values()}
    said = [
        Stated(one["level"], one["count"], date.fromisoformat(one["day"]), one["source"])
        for one in district.config.get("stated", ())
    ]
    said.sort(key=lambda one: one.day, reverse=True)
    return [
        Level(name, title, counts[name], tuple(one for one in said if one.level == name))
        for name, title in sorted(district.config["levels"].items(), key=lambda pair: depth.get(pair[0], 99))
    ]


def changes(district: District) -> list[Change]:
    """Every area that ended or lost a part up to today, the latest first; without those that never gave anything away."""
    spans, today = levels.spans(district.id), district.today()
    tree = places.tree(district.id, today)
    found = []
    for unit, known in spans.of.items():
        last = known[-1]
        days = [one.day for one in spans.successions if one.old == last.code and one.day <= today]
        ended = last.until <= today
        if days or ended:
            day = last.until if ended else max(days)
            shares = crosswalk.heirs(last.code, spans.successions, min([*days, day]) - timedelta(days=1), today)
            heirs = tuple((tree.by_code[code], share) for code, share in sorted(shares.items()) if code in tree.by_code)
            found.append(Change(unit, last.code, last.title, last.kind, day, ended, heirs))
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.code))


def change_of(district: District, code: str) -> Change | None:
    """The change of the area that had this code."""
    return next((one for one in changes(district) if one.code == code), None)


def containing(district: District, heirs: Sequence[tuple[Unit, Fraction]], lng: float, lat: float) -> Unit | None:
    """The one of them in whose outline a point lies; None where it lies in none, or in two."""
    outlines = district.area_outlines
    found = [unit for unit, _ in heirs if unit.code in outlines and outlines[unit.code].contains(lng, lat)]
    return found[0] if len(found) == 1 else None
