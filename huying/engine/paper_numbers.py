"""The figures that a report tells: asked all at once, by the one function that makes numbers, and written as the report has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from huying.declare.kinds import Indicator, say
from huying.declare.paper_figures import DIFFERENCE, GROWTH, SIGNED, VALUE, YEAR_AGO, Told
from huying.engine import access, figures, indicators, questions
from huying.engine.figures import MISSING, NOT_APPLICABLE, Figure
from huying.engine.indicators import Asked, Measured
from huying.engine.packs import District
from huying.engine.paper_values import plain, written
from huying.engine.people import Actor
from huying.engine.stretches import Stretch, seen_from

Key = tuple[int, bool]  # place of a figure, whether it is that of a year earlier
CLOSED = "closed"  # not for whoever asks
WIDEST = 2  # places of a number in another unit, where nothing is said
SIGNS = {  # (more, less, the same) of each way
    GROWTH: ("增长{}", "下降{}", "持平", "up {}", "down {}", "unchanged"),
    DIFFERENCE: ("增加{}", "减少{}", "持平", "up by {}", "down by {}", "unchanged"),
    SIGNED: ("增长{}", "下降{}", "持平", "up {}", "down {}", "unchanged"),
}


@dataclass(frozen=True)
class Number:
    """One figure of a report. status: as of figures, or CLOSED; value: in the unit in which it is told, before it is rounded.

    figure, base  the cell that answers, and, of growth and differences, that of a year earlier; split: of a table's row
    """

    told: Told
    indicator: Indicator
    stretch: Stretch
    status: str
    value: Fraction | None = None
    figure: Figure | None = None
    base: Figure | None = None
    measured: Measured | None = None
    why: str = ""  # there is none, `中文 | English`
    split: tuple[tuple[str, str], ...] = ()

    @property
    def unit(self) -> str:
        if self.told.way == GROWTH:
            return "percent"
        return self.told.unit or self.indicator.unit

    @property
    def rounded(self) -> Decimal | None:
        """The number as it is printed, without its sign words."""
        if self.value is None:
            return None
        places = self.told.places
        if places is None:
            places = 1 if self.told.way == GROWTH else WIDEST if self.told.unit else self.indicator.places
        found = figures.rounded(self.value, places)
        return (
            Decimal(plain(found)) if self.told.places is None and (self.told.unit or self.told.way == GROWTH) else found
        )

    @property
    def address(self) -> str:
        """Where it is said why it is so, with the records behind it."""
        by = self.measured.by if self.measured else "all"
        days = {"from": self.stretch.start.isoformat(), "to": self.stretch.last.isoformat(), "by": by}
        asked = {**days, **dict(self.split)}
        if self.measured and self.measured.as_of:
            asked["as_of"] = self.measured.as_of.isoformat()
        return f"/indicators/{self.indicator.name}/why?{urlencode(asked)}"


def tell(
    district: District,
    actor: Actor | None,
    wanted: Iterable[tuple[Told, str]],
    here: Stretch,
    as_of: datetime | None = None,
) -> dict[tuple[Told, str], dict[str, Number]]:
    """(figure, split) -> value of the split -> its number, over the period of the report; one round trip for all of them.

    wanted  each figure with the split by which it is asked; empty text: the whole, whose value is empty too
    """
    keys = {(told, by): seen_from(here, told.period, _terms(district, told)) for told, by in dict.fromkeys(wanted)}
    found = _told(district, actor, [(told, by, stretch) for (told, by), stretch in keys.items()], as_of)
    return dict(zip(keys, found, strict=True))


def again(
    district: District, known: Sequence[tuple[Told, Stretch]], as_of: datetime | None = None
) -> list[Number | None]:
    """The numbers of figures whose days are known, as the whole district has them; None for an indicator that is gone."""
    there = [(told, "", stretch) for told, stretch in known if told.indicator in district.rules.indicators]
    found = iter(_told(district, None, there, as_of))
    return [next(found)[""] if told.indicator in district.rules.indicators else None for told, _ in known]


def of_days(
    district: District, actor: Actor, known: Sequence[tuple[Told, Stretch]], as_of: datetime | None = None
) -> list[Number]:
    """The numbers of figures whose days are known, as this person may see them; one round trip."""
    return [one[""] for one in _told(district, actor, [(told, "", stretch) for told, stretch in known], as_of)]


def _terms(district: District, told: Told) -> tuple[date, ...]:
    return district.rules.indicators[told.indicator].terms


def _told(
    district: District, actor: Actor | None, wanted: Sequence[tuple[Told, str, Stretch]], as_of: datetime | None
) -> list[dict[str, Number]]:
    """value of the split -> number, for each (figure, split, its days)."""
    today = questions.today(district, as_of)
    asked: dict[Key, Asked] = {}
    for n, (told, by, stretch) in enumerate(wanted):
        indicator = district.rules.indicators[told.indicator]
        asked[n, False] = asked_of(told, indicator, stretch, by)
        if told.way in (GROWTH, DIFFERENCE):
            asked[n, True] = asked_of(told, indicator, _year_ago(stretch, today), by)
    answers, refused = _answers(district, actor, asked, as_of)
    return [_cells(district, n, one, answers, refused) for n, one in enumerate(wanted)]


def _cells(
    district: District,
    n: int,
    wanted: tuple[Told, str, Stretch],
    answers: Mapping[Key, Measured],
    refused: Mapping[Key, Exception],
) -> dict[str, Number]:
    (told, by, stretch), indicator = wanted, district.rules.indicators[wanted[0].indicator]
    if error := refused.get((n, False)) or refused.get((n, True)):
        status = CLOSED if isinstance(error, access.Refused) else NOT_APPLICABLE
        return {} if by else {"": Number(told, indicator, stretch, status, why=str(error), split=told.only)}
    bases = {one.split: one for one in answers[n, True].figures} if (n, True) in answers else {}
    numbers = {}
    for figure in answers[n, False].figures:
        number = _number(told, indicator, stretch, figure, bases.get(figure.split), answers[n, False])
        value = figure.split[0] if by else ""
        numbers[value] = replace(number, split=(*told.only, (by, value))) if by else number
    return numbers


def _year_ago(stretch: Stretch, today: date) -> Stretch:
    """The days a year earlier, as many as have passed where the period has not ended."""
    end = min(stretch.end, max(today, stretch.start) + timedelta(days=1))
    return seen_from(replace(stretch, end=end), YEAR_AGO)


def asked_of(told: Told, indicator: Indicator, stretch: Stretch, by: str = "") -> Asked:
    """The question of a figure over the days that it is about."""
    dated = bool(indicator.period[1]) or indicator.figuring is not None and indicator.period[0] != "all"
    kind = stretch.kind if dated else "all"
    return Asked(told.indicator, stretch.start, stretch.end, (by,) if by else (), by=kind, only=dict(told.only))


def _answers(
    district: District, actor: Actor | None, asked: Mapping[Key, Asked], as_of: datetime | None
) -> tuple[dict[Key, Measured], dict[Key, Exception]]:
    """What is answered, and what is refused: all at once, and where one is refused, each by itself."""
    keys = list(asked)
    try:
        made = indicators.measure_many(district, [asked[key] for key in keys], actor=actor, as_of=as_of)
        return dict(zip(keys, made, strict=True)), {}
    except (access.Refused, ValueError):
        answers, refused = {}, {}
    for key in keys:
        try:
            answers[key] = indicators.measure_many(district, [asked[key]], actor=actor, as_of=as_of)[0]
        except (access.Refused, ValueError) as error:
            refused[key] = error
    return answers, refused


def _number(
    told: Told, indicator: Indicator, stretch: Stretch, figure: Figure, base: Figure | None, measured: Measured
) -> Number:
    status, value, why = figure.status, figure.exact if figure.exact is not None else figure.value, ""
    value = None if value is None else Fraction(value)
    if told.way in (GROWTH, DIFFERENCE):
        status, value, why = _against(told.way, figure, base)
    if value is not None and told.way != GROWTH:
        value *= told.times
    if any("当时还没有这本" in note for note in measured.notes) and not figure.rows:
        status, value, why = MISSING, None, "当时还没有这本$ledger | The $ledger did not exist then"
    return Number(told, indicator, stretch, status, value if status == figures.VALUE else None, figure, base, measured, why,
                  told.only)  # fmt: skip


def _against(way: str, figure: Figure, base: Figure | None) -> tuple[str, Fraction | None, str]:
    """(status, value, why not) of what has changed since a year earlier."""
    then = base.exact if base else None
    if figure.status != figures.VALUE or figure.exact is None:
        return figure.status, None, ""
    if base is None or base.status != figures.VALUE or then is None:
        return base.status if base else MISSING, None, "没有可比的基数 | There is no base to compare with"
    if way == DIFFERENCE:
        return figures.VALUE, figure.exact - then, ""
    if then <= 0:
        return NOT_APPLICABLE, None, "基数不大于 0，不算比例 | No percentage of a base that is not above 0"
    return figures.VALUE, (figure.exact - then) * 100 / then, ""


def text_of(number: Number, lang: str, lacking: Mapping[str, str], form: str = "", bare: bool = False) -> str:
    """The number in words, with its unit and, of a change, 增长, 下降 or 持平 by its sign; what is lacking as declared.

    English keeps the indicator's own unit. form: one of papers.FORMATS
    """
    if lang != "zh" and number.told.unit:
        own = replace(number.told, unit="", times=Fraction(1), places=None)
        value = None if number.value is None else number.value / number.told.times
        number = replace(number, told=own, value=value)
    value = number.rounded
    if value is None:
        return say(lacking.get(number.status, "—"), lang)
    way = number.told.way
    if way == VALUE:
        return _with_unit(value, number.unit, lang, form, bare or number.told.bare)
    more, less, same = SIGNS[way][:3] if lang == "zh" else SIGNS[way][3:]
    if value == 0:
        return same
    return (more if value > 0 else less).format(
        _with_unit(abs(value), number.unit, lang, form, bare or number.told.bare)
    )


def _with_unit(value: Decimal, unit: str, lang: str, form: str, bare: bool) -> str:
    percent = unit in ("percent", "%")
    shown = "" if bare or percent else say(unit, lang)
    text = (
        written(value, form, lang, None, shown)
        if form
        else f"{value:f}" + (shown if lang == "zh" else f" {shown}".rstrip())
    )  # type: ignore[arg-type]
    return text + "%" if percent and not bare and form != "percent" else text
