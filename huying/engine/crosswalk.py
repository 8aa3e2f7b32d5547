"""Figures of areas that were split or merged, put into the areas of another day.

A figure belongs to the area of its time. Where a reader asks for today's areas, what an area counted before it was
succeeded is shared among its successors by declared shares, exactly: nothing is lost and nothing is counted twice.
Pure arithmetic, but for `successions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from huying.engine import database
from huying.engine.figures import Sums


@dataclass(frozen=True)
class Succession:
    """On `day` the area `old` (a code) went over to `new`, by `share` of what it counted; 1 where it went whole."""

    old: str
    new: str
    day: date
    share: Decimal
    kind: str = ""
    old_title: str = ""
    new_title: str = ""


def successions(district: int) -> list[Succession]:
    """All that a district declared, oldest first. One statement."""
    rows = database.direct().rows(
        "select o.code as old, n.code as new, s.on_day as day, coalesce(s.share, 1) as share, u.kind, o.title as old_title, "
        "n.title as new_title from hy.unit_succession s join hy.unit u on u.district = s.district and u.id = s.old "
        "join lateral (select code, title from hy.unit_span p where p.district = s.district and p.unit = s.old "
        "and p.since < s.on_day order by p.since desc limit 1) o on true "
        "join lateral (select code, title from hy.unit_span p where p.district = s.district and p.unit = s.new "
        "and p.until > s.on_day order by p.since limit 1) n on true where s.district = %s order by s.on_day, o.code, n.code",
        [district],
    )
    return [Succession(**row) for row in rows]


def days(known: Iterable[Succession], start: date, end: date) -> list[date]:
    """The days on which an area changed within (start, end)."""
    return sorted({one.day for one in known if start < one.day < end})


def heirs(code: str, known: Sequence[Succession], last: date, on: date) -> dict[str, Fraction]:
    """Area -> its share, on the day `on`, of what `code` counted up to `last` (its last day); the shares sum to 1."""
    found: dict[str, Fraction] = {code: Fraction(1)}
    for day in sorted({one.day for one in known if last < one.day <= on}):
        for here in list(found):
            going = [one for one in known if one.day == day and one.old == here]
            if going:
                whole = found.pop(here)
                rest = 1 - sum(Fraction(one.share) for one in going)
                for one in going:
                    found[one.new] = found.get(one.new, Fraction(0)) + whole * Fraction(one.share)
                if rest > 0:
                    found[here] = found.get(here, Fraction(0)) + whole * rest
    return found


def shared(sums: Sums, heirs: Mapping[str, Fraction]) -> dict[str, Sums]:
    """Sums parted by shares, to six places; what rounding leaves goes to the last, so that nothing is lost."""
    names = sorted(heirs)
    parts = {name: [] for name in names}
    for value, places in ((sums.num, 6), (sums.den, 6), (Decimal(sums.rows), 0), (Decimal(sums.left_out), 0)):
        done, upto = Decimal(0), Fraction(0)
        for name in names:
            upto += heirs[name]
            reached = value if name == names[-1] else _floor(Fraction(value) * upto, places)
            parts[name].append(reached - done)
            done = reached
    return {name: Sums(num, den, int(rows), int(left)) for name, (num, den, rows, left) in parts.items()}


def _floor(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-places)


def carry(
    found: Mapping[tuple[date, tuple[str, ...]], Sums],
    places: Sequence[int],
    known: Sequence[Succession],
    last: date,
    on: date,
) -> dict[tuple[date, tuple[str, ...]], Sums]:
    """Cells of figures up to the day `last`, in the areas of the day `on`.

    places  which of the splits are levels of areas
    """
    carried: dict[tuple[date, tuple[str, ...]], Sums] = {}
    for (period, cell), sums in found.items():
        parts = {cell: sums}
        for place in places:
            parts = {
                (*one[:place], code, *one[place + 1 :]): part
                for one, whole in parts.items()
                for code, part in shared(whole, heirs(one[place], known, last, on)).items()
            }
        for one, part in parts.items():
            key = (period, one)
            carried[key] = carried[key] + part if key in carried else part
    return carried
