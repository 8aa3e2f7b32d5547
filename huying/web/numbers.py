"""Numbers on pages: what was asked in the address, how a figure is written, where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from huying.declare import units
from huying.declare.indicators import PERIODS
from huying.declare.kinds import Indicator, say
from huying.engine import figure_labels, figure_tables, hiding
from huying.engine.counting import STANDING
from huying.engine.figure_tables import period_name as period_name
from huying.engine.figures import MISSING, NOT_APPLICABLE, PARTS_OF_WHOLE, SUPPRESSED, Figure, first_of
from huying.engine.indicators import ONE_PART, Measured
from huying.engine.packs import District
from huying.web.words import gettext as _


@dataclass
class Asked:
    """What the address asks of an indicator, with what was not understood of it. end is exclusive."""

    start: date
    end: date
    by: str
    split: str
    as_of: datetime | None = None
    rule: str = "then"
    areas: str = "then"
    only: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def asked(request: HttpRequest, indicator: Indicator) -> Asked:
    """From, to, by, split, as_of, rule and single values of splits; defaults where there are none or they are wrong."""
    district, given = request.district, request.GET
    wrong: list[str] = []
    as_of = _moment(district, given.get("as_of", ""), wrong)
    today = (as_of or district.now()).astimezone(district.calendar.tz).date()
    start = _day(given.get("from", ""), date(today.year, 1, 1), wrong)
    last = _day(given.get("to", ""), today, wrong)
    if last < start:
        wrong.append(_("起始日期要早于截止日期"))
        start, last = date(today.year, 1, 1), today
    declared = indicator.period[0]
    usual = "all" if not indicator.period[1] else "month" if declared in ("year", "all") else declared
    if indicator.measure == "statement":
        usual = declared
    by = given.get("by", usual)
    by = by if by in PERIODS and (by != "term" or indicator.terms) and (indicator.period[1] or by == "all") else usual
    split = given.get("split", indicator.split[0] if indicator.split else "")
    split = split if split in indicator.split else ""
    only = {name: given[name] for name in indicator.split if name in given}
    if hiding.is_closed(district.rules, indicator, request.actor):
        as_of, only, by, start = None, {}, declared, first_of(start, declared)  # whole periods, as they stand
        last = max(last, today)
    rule = "now" if given.get("rule") == "now" else "then"
    areas = "now" if given.get("areas") == "now" else "then"
    return Asked(start, last + timedelta(days=1), by, split, as_of, rule, areas, only, wrong)


def moment(request: HttpRequest, name: str = "as_of") -> tuple[datetime | None, list[str]]:
    """(the moment that ?as_of= names, or another parameter; sentences about what is wrong with it)."""
    wrong: list[str] = []
    return _moment(request.district, request.GET.get(name, ""), wrong), wrong


def _day(text: str, otherwise: date, wrong: list[str]) -> date:
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(text)
        if not 1900 <= found.year <= 2199:
            raise ValueError
        return found
    except ValueError:
        wrong.append(_("日期写成 2020-06-11 这样"))
        return otherwise


def _moment(district: District, text: str, wrong: list[str]) -> datetime | None:
    """An aware moment; a day means its end, or now where it has not ended."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        found = found if found.tzinfo else found.replace(tzinfo=district.calendar.tz)
        found += timedelta(days=1, microseconds=-1) if len(text.strip()) == 10 else timedelta()
    except (ValueError, OverflowError):
        wrong.append(_("截至日期写成 2020-06-11 这样"))
        return None
    if found - timedelta(days=1) > district.now():
        wrong.append(_("截至时间不能晚于现在"))
        return None
    return min(found, district.now())


def number(value: Decimal, lang: str) -> str:
    """As offices write it: 万 and 亿 from a million up (thousand-groups below), in English millions and billions."""
    size = abs(value)
    steps = (
        ((Decimal(10**8), "亿"), (Decimal(10**6), "万"))
        if lang == "zh"
        else ((Decimal(10**9), " billion"), (Decimal(10**6), " million"))
    )
    for least, word in steps:
        if size >= least:
            unit = Decimal(10**4) if word == "万" else least
            short = (value / unit).quantize(Decimal("0.1"), ROUND_HALF_UP)
            return f"{short:,f}{word}"
    return f"{value:,f}"


def unit_alone(indicator: Indicator, lang: str) -> str:
    """The unit that stands above a table; none where each number bears its %."""
    return "" if indicator.unit in ("percent", "%") else say(indicator.unit, lang)


def with_unit(value: Decimal, unit: str, lang: str) -> str:
    """A number and its unit: 85.7%, 8 个. unit: `中文 | English` where both are declared."""
    if unit in ("percent", "%"):
        return f"{number(value, lang)}%"
    return f"{_digits(value, unit, lang)} {say(unit, lang)}".strip()


def _digits(value: Decimal, unit: str, lang: str) -> str:
    """A year of the calendar is not parted at its thousands, and no stretch of years is that long."""
    return f"{value:f}" if units.plain(unit) == "年" else number(value, lang)


def text(measured: Measured, figure: Figure, lang: str, unit: bool = True) -> str:
    """What stands in the cell: the number, `—`, 不适用 or `<5`. unit: with its unit, where that is not %."""
    if figure.value is not None and not unit and measured.indicator.unit not in ("percent", "%"):
        return _digits(figure.value, measured.indicator.unit, lang)
    if figure.value is not None:
        return with_unit(figure.value, measured.indicator.unit, lang)
    return {MISSING: "—", NOT_APPLICABLE: _("不适用"), SUPPRESSED: f"<{measured.indicator.suppress}"}[figure.status]


def parts(measured: Measured, figure: Figure) -> str:
    """n/m of a figure that has a denominator; never a bare percentage."""
    if measured.indicator.measure == "rank" and figure.den is not None:
        return _("共 %(n)s") % {"n": f"{figure.den:f}"}
    if figure.num is None or figure.den is None or measured.indicator.measure not in PARTS_OF_WHOLE or not figure.rows:
        return ""
    if measured.indicator.measure == "average":
        return _("%(n)s 条") % {"n": f"{figure.rows:,}"}
    return f"{figure.num.normalize():,f}/{figure.den.normalize():,f}"


def why(measured: Measured, figure: Figure, lang: str) -> str:
    """What a reader learns on hovering: the exact value, what was left out, or why there is no number."""
    if words := figure_tables.status_words(measured, figure, lang):
        return words if not figure.says else f"{words} · {say(figure.says, lang)}"
    said = [f"{figure.value:f}", parts(measured, figure)]
    if figure.left_out:
        said.append(_("另有 %(n)s 条缺值未计") % {"n": figure.left_out})
    said.append(say(figure.says, lang))
    return " · ".join(word for word in said if word)


def records_url(measured: Measured, figure: Figure, part: str = "num", only: Mapping[str, str] | None = None) -> str:
    """The address of the records behind a figure; of one put into today's areas, the table that it was made from."""
    if measured.areas == "now":
        split = f"&{urlencode({'split': measured.split[0], 'by': measured.by})}" if measured.split else ""
        return f"{indicator_url(measured)}{split}#by-split"
    if measured.parts and measured.indicator.measure not in ONE_PART:
        return f"{indicator_url(measured)}#parts"
    if measured.indicator.listed:
        last = min(figure.until - timedelta(days=1), measured.moment.date())
        return f"/derived/{measured.indicator.listed}?on={last.isoformat()}"
    query: dict[str, Any] = {
        "from": figure.since.isoformat(),
        "to": (figure.until - timedelta(days=1)).isoformat(),
        **(only or {}),
        **dict(zip(measured.split, figure.split, strict=True)),
    }
    if part != "num":
        query["part"] = part
    if measured.as_of:
        query["as_of"] = measured.as_of.isoformat()
    return f"/indicators/{measured.indicator.name}/records?{urlencode(query)}"


def why_url(measured: Measured, figure: Figure, only: Mapping[str, str] | None = None) -> str:
    """The address at which a figure explains itself; of one put into today's areas, the table that it was made from."""
    if measured.areas == "now":
        return records_url(measured, figure, only=only)
    query: dict[str, Any] = {
        "from": figure.since.isoformat(),
        "to": (figure.until - timedelta(days=1)).isoformat(),
        "by": measured.by,
        **(only or {}),
        **dict(zip(measured.split, figure.split, strict=True)),
    }
    if measured.as_of:
        query["as_of"] = measured.as_of.isoformat()
        query |= {"rule": "now"} if measured.rule == "now" else {}
    return f"/indicators/{measured.indicator.name}/why?{urlencode(query)}"


def indicator_url(measured: Measured) -> str:
    """The indicator's page, asked the same."""
    query = {"from": measured.start.isoformat(), "to": (measured.end - timedelta(days=1)).isoformat()}
    if measured.as_of:
        query["as_of"] = measured.as_of.isoformat()
    return f"/indicators/{measured.indicator.name}?{urlencode(query)}"


@dataclass(frozen=True)
class Line:
    """One row of a split table: a name and its cells, one a period, and the whole. url: the page of a unit, where it is one."""

    value: str
    name: str
    cells: list[Figure]
    whole: Figure | None = None
    url: str = ""


def lines(district: District, measured: Measured, whole: Measured | None, lang: str) -> list[Line]:
    """A measure with one split as rows: split value × period."""
    names = figure_labels.labels(district, measured, lang)[0]
    totals = {figure.split[0]: figure for figure in whole.figures} if whole else {}
    found: dict[str, list[Figure]] = {}
    for figure in measured.figures:
        found.setdefault(figure.split[0], []).append(figure)
    fields = district.rules.ledgers[measured.indicator.of].fields
    areas = measured.split[0] not in fields and measured.split[0] not in STANDING
    return [
        Line(value, names[value], cells, totals.get(value), f"/units/{value}" if areas and value else "")
        for value, cells in found.items()
    ]


def chart(measured: Measured, lang: str, kind: str = "line", names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What numbers.js draws: labels, series and for each point its number, its words and its address.

    kind   line: over periods, a series for each value of the split; bars: a bar for each value of the split
    names  value of the split -> what people call it
    """
    figures, named = measured.figures, names or {}
    if kind == "bars":
        labels = [named.get(one.split[0], one.split[0]) for one in figures]
        series = [
            {"name": say(measured.indicator.title, lang), "points": [_point(measured, one, lang) for one in figures]}
        ]
    else:
        labels = list(dict.fromkeys(period_name(measured, one) for one in figures))
        values = list(dict.fromkeys(one.split for one in figures))
        series = [
            {
                "name": named.get(value[0], value[0]) if value else say(measured.indicator.title, lang),
                "points": [_point(measured, one, lang) for one in figures if one.split == value],
            }
            for value in values
        ]
    return {
        "kind": kind,
        "name": say(measured.indicator.title, lang),
        "unit": "%" if measured.indicator.unit in ("percent", "%") else unit_alone(measured.indicator, lang),
        "labels": labels,
        "series": series,
    }


def _point(measured: Measured, figure: Figure, lang: str) -> dict[str, Any]:
    return {
        "value": None if figure.value is None else float(figure.value),
        "text": text(measured, figure, lang),
        "parts": parts(measured, figure),
        "url": why_url(measured, figure),
    }


def export_url(measured: Measured, kind: str = "xlsx") -> str:
    """The same numbers as a file."""
    query = {
        "from": measured.start.isoformat(),
        "to": (measured.end - timedelta(days=1)).isoformat(),
        "by": measured.by,
        "split": measured.split[0] if measured.split else "-",
    }
    if measured.as_of:
        query["as_of"] = measured.as_of.isoformat()
    return f"/indicators/{measured.indicator.name}/export.{kind}?{urlencode(query)}"
