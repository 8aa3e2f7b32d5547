"""How any value is shown to a person: one place for every page, export and notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huying.declare.kinds import Field, State, say
from huying.engine import dispatch
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.web import uploads
from huying.web.words import gettext as _

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "—"


@dataclass(frozen=True)
class Shower:
    """Shows values of one district in one language. codes: record id -> (ledger, code, title), for references."""

    district: District
    tree: Tree
    lang: str
    codes: Mapping[Any, tuple[str, str, str]] | None = None

    def say(self, text: str) -> str:
        return say(text, self.lang)

    def text(self, field: Field, value: Any) -> str:
        """The value as plain text; `—` for nothing."""
        if value is None or value == []:
            return NOTHING
        shown: Callable[[Field, Any], str] | None = getattr(self, f"_{field.type}", None)
        return shown(field, value) if shown else str(value)

    def html(self, field: Field, value: Any) -> SafeString | str:
        """The value for a page: links where there is something to open."""
        if value is None or value == []:
            return format_html('<span class="nothing">{}</span>', NOTHING)
        if field.type == "photos":
            return format_html_join(
                " ",
                '<a href="{}"><img class="thumb" src="{}" alt="{}" loading="lazy"></a>',
                (
                    (
                        uploads.url(self.district, sha),
                        uploads.url(self.district, sha, True),
                        f"{self.say(field.title)} {n}",
                    )
                    for n, sha in enumerate(value, 1)
                ),
            )
        if field.type == "record" and self.codes and value in self.codes:
            ledger, code, title = self.codes[value]
            return format_html('<a href="{}">{} {}</a>', record_url(ledger, code), code, self.say(title))
        if field.type == "point":
            return format_html(
                '<a class="point" href="geo:{},{}" data-lng="{}" data-lat="{}">{}</a>',
                value[1],
                value[0],
                value[0],
                value[1],
                self.text(field, value),
            )
        if field.type == "text" and "\n" in str(value):
            return format_html('<span class="lines">{}</span>', value)
        return self.text(field, value)

    def when(self, moment: datetime | date | None) -> str:
        """`6月11日 14:30` / `11 Jun 14:30`; the year when it is not this one."""
        return show_moment(moment, self.district.now(), self.district.calendar.tz, self.lang)

    def unit(self, unit: int, short: bool = True) -> str:
        """The name of an area; with its street before it where that is not the same."""
        chain = [u.name(self.lang) for u in self.tree.chain(unit)]
        return " · ".join(reversed(chain[:-1] if short and len(chain) > 1 else chain)) or NOTHING

    def state(self, state: State | None, name: str = "") -> SafeString:
        """The state with its light: colour, shape and word."""
        light = (state.light if state else "") or "blue"
        return format_html('<span class="light {}">{}</span>', light, self.say(state.title) if state else name)

    def _enum(self, field: Field, value: Any) -> str:
        return self.say(field.choices.get(value, str(value)))

    def _code(self, field: Field, value: Any) -> str:
        entry = self.district.rules.codes[field.codes].entries.get(value)
        return self.say(entry.title) if entry else str(value)

    def _area(self, field: Field, value: Any) -> str:
        return self.unit(value)

    def _office(self, field: Field, value: Any) -> str:
        unit = self.tree.get(value)
        return unit.name(self.lang) if unit else NOTHING

    def _post(self, field: Field, value: Any) -> str:
        post = dispatch.posts(self.district, self.tree).by_id.get(value)
        return self.say(post.title) if post else NOTHING

    def _boolean(self, field: Field, value: Any) -> str:
        return _("是") if value else _("否")

    def _number(self, field: Field, value: Any) -> str:
        unit = self.say(field.unit)
        return f"{plain_number(value)} {unit}".strip() if self.lang == "en" else f"{plain_number(value)}{unit}"

    _integer = _number

    def _money(self, field: Field, value: Any) -> str:
        return f"{Decimal(value) / 100:,.2f} 元"

    def _date(self, field: Field, value: Any) -> str:
        return self.when(value if isinstance(value, date) else date.fromisoformat(str(value)))

    def _time(self, field: Field, value: Any) -> str:
        return self.when(value if isinstance(value, datetime) else datetime.fromisoformat(str(value)))

    def _point(self, field: Field, value: Any) -> str:
        return f"{value[0]:.5f}, {value[1]:.5f}"

    def _photos(self, field: Field, value: Any) -> str:
        return _("%(n)s 张") % {"n": len(value)}

    def _record(self, field: Field, value: Any) -> str:
        return self.codes[value][1] if self.codes and value in self.codes else str(value)[:8]


def record_url(ledger: str, code: str) -> str:
    """The address of a record."""
    return f"/ledgers/{ledger}/{quote(code, safe='')}"


def answer_url(form: str, code: str) -> str:
    """The address at which an answer to a form is filled in and looked through."""
    return f"/collect/{form}/{quote(code, safe='')}"


def url_or_none(name: str, *args: Any) -> str | None:
    """An address, where that page exists."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def show_moment(moment: datetime | date | None, now: datetime, tz: ZoneInfo, lang: str) -> str:
    """A moment or day as a clerk writes it."""
    if moment is None:
        return NOTHING
    this_year = now.astimezone(tz).year
    if isinstance(moment, datetime):
        local = moment.astimezone(tz)
        return f"{_day(local.date(), this_year, lang)} {local:%H:%M}"
    return _day(moment, this_year, lang)


def _day(day: date, this_year: int, lang: str) -> str:
    if lang == "zh":
        return f"{f'{day.year}年' if day.year != this_year else ''}{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}{f' {day.year}' if day.year != this_year else ''}"


def plain_number(value: Any) -> str:
    """1234.50 -> 1,234.5; whole numbers without decimals."""
    number = Decimal(value)
    text = format(number.normalize() if number != number.to_integral_value() else number.to_integral_value(), ",f")
    return text


def of(request: HttpRequest) -> Shower:
    """The shower of a request, made once."""
    if (known := getattr(request, "shower", None)) is None:
        known = request.shower = Shower(request.district, request.tree, request.lang)
    return known
