"""The division codes of GB/T 2260: which place a report speaks of, its code in that year and what it is today.

The table (divisions.csv) holds a line for each name within a province and the codes that the name has borne,
each with the year from which and the year in which it ended, where either lies after 1980:

    番禺区,440113:2000-
    番禺市,449003:1992-1995 440181:1995-2000

It knows provinces, cities and counties from 1986 on. Towns and streets have no code in it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "divisions.csv"
_PEOPLES = (
    "蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|鄂温克|鄂伦春|达斡尔|锡伯|土家|哈尼|傈僳|拉祜|东乡|纳西|景颇|仫佬|布朗|撒拉|"
    "毛南|仡佬|阿昌|普米|德昂|保安|裕固|独龙|赫哲|门巴|珞巴|基诺|布依|朝鲜|多民|各|回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒"
)
_KIND = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|矿区|新区|省|市|县|区|旗|盟|州)$")
_PEOPLE = re.compile(rf"(?:(?:{_PEOPLES})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|鄂温克|鄂伦春|达斡尔)+$")
# Stems that are words of every report, so that counting them would say nothing of the place.
_WORDS = {
    "长治", "大同", "安康", "平安", "吉安", "和平", "新城", "城关", "城", "建设", "团结", "友好", "东方", "开平", "永安", "保安", "长安",
    "朝阳", "向阳", "新华", "高新", "郊", "矿", "河东", "河西", "城中", "城北", "城西", "城东", "中山", "黄山", "长江", "黄河", "青年",
    "文山", "文昌", "兴安", "昌平", "太平", "民主", "共和", "光明", "创新", "海港", "振兴", "大通", "中方", "交口", "安全", "天山", "合作", "公安", "安宁",
    "通道", "温泉", "兴业", "安定", "和顺", "富源", "富民", "丰收", "健康", "文成", "平和", "建德", "永平", "普兰", "治多", "安居",
}  # fmt: skip
# Places that took another name and another code when they changed, so that neither tells what they became.
_HEIRS = {
    "130521": "130503", "140227": "140215", "140421": "140404", "142601": "141002", "320882": "320803", "330621": "330603",
    "332501": "331102", "340221": "340210", "342201": "341302", "342501": "341802", "352601": "350802", "360421": "360404",
    "361121": "361104", "362201": "360902", "370825": "370883", "371200": "370116", "371421": "371403", "410124": "410181",
    "410224": "410212", "411023": "411003", "412801": "411702", "413023": "411503", "420321": "420304", "420521": "420506",
    "420621": "420607", "429001": "421303", "430221": "430212", "440121": "440114", "452226": "451302", "452501": "450902",
    "452701": "451202", "510124": "510117", "510200": "500000", "511521": "511504", "511721": "511703", "512501": "511502",
    "519009": "512002", "522101": "520302", "522201": "520602", "522401": "520502", "522501": "520402", "532700": "530800",
    "533001": "530502", "542121": "540302", "542301": "540202", "542421": "540602", "542621": "540402", "610125": "610118",
    "612101": "610502", "612401": "610902", "622421": "621102", "622701": "620802", "652101": "650402", "652201": "650502",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A name of a division and its code, from `since` up to `until` (years; 0 and 9999 where open)."""

    name: str
    code: str
    since: int
    until: int

    @property
    def level(self) -> str:
        if self.code.endswith("0000"):
            return "province"
        return "city" if self.code.endswith("00") else "county"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a report's place: its full name and code in the report's year, and those of today."""

    name: str
    code: str
    level: str
    now: str
    now_code: str


def stem(name: str) -> str:
    """A name without its kind and without the peoples in it: 延边朝鲜族自治州 is 延边."""
    short = _KIND.sub("", name)
    if name.endswith(("自治区", "自治州", "自治县", "自治旗")):
        short = _PEOPLE.sub("", short) or short
    return short


@cache
def table() -> dict[str, tuple[Place, ...]]:
    """Every place by its full name."""
    found = {}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name = row["name"]
            places = []
            for entry in row["codes"].split():
                code, _, years = entry.partition(":")
                since, _, until = years.partition("-")
                places.append(Place(name, code, int(since or 0), int(until or 9999)))
            found[name] = found.get(name, ()) + tuple(places)
    return found


@cache
def _by_stem() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for places in table().values():
        for place in places:
            found.setdefault(stem(place.name), []).append(place)
    return {name: tuple(places) for name, places in found.items()}


@cache
def _by_code() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for places in table().values():
        for place in places:
            found.setdefault(place.code, []).append(place)
    return {code: tuple(sorted(places, key=lambda place: place.until)) for code, places in found.items()}


@cache
def _outer() -> tuple[Place, ...]:
    """Provinces and cities of today."""
    return tuple(p for places in table().values() for p in places if p.level != "county" and p.until == 9999)


@cache
def _of_kind(kind: str) -> tuple[tuple[str, str, tuple[Place, ...]], ...]:
    """(name, stem, places) of every name of a kind."""
    return tuple(
        (name, stem(name), places)
        for name, places in table().items()
        if name.endswith(kind) and not (kind == "区" and name.endswith(("自治区", "地区")))
    )


@cache
def _short() -> dict[str, str]:
    """黔西南州 and 大厂县 in the words of every day, by their full names."""
    found = {}
    for name in table():
        for full, kind in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("自治区", "自治区")):
            if name.endswith(full):
                found.setdefault(stem(name) + kind, name)
    return found


def full_name(said: str) -> str:
    """The full name of what a report calls a place, or "" when the table has none of that name."""
    return said if said in table() else _short().get(said, "")


def split(said: str) -> list[str]:
    """广东省广州市天河区 as the names in it, outermost first; what the table does not know is left as it is."""
    parts, rest = [], said
    while rest:
        cut = next((n for n in range(len(rest) - 1, 1, -1) if full_name(rest[:n]) and len(rest) - n > 1), 0)
        if full_name(rest) or not cut:
            parts.append(full_name(rest) or rest)
            break
        parts.append(full_name(rest[:cut]))
        rest = rest[cut:]
    return parts


def find(said: str, year: int | None, text: str = "") -> Found | None:
    """The place that `said` names, as it stood in `year`, or None when the table cannot tell.

    text  the report; where several places bear the name, the one whose city and province it names most is meant
    """
    parts = split(said)
    choice = _in_force(table().get(parts[-1], ()), year)
    for outer in reversed(parts[:-1]):
        within = [place for place in choice if any(_holds(one, place) for one in table().get(outer, ()))]
        choice = within or choice
    if len({place.code for place in choice}) > 1:
        choice = _nearest(choice, text)
    return known(choice[0]) if len({place.code for place in choice}) == 1 else None


def guess(kind: str, year: int | None, text: str) -> Found | None:
    """The place of a report that only says 我市 or 全省, by the names that it says most; None when they do not tell.

    kind  省, 自治区, 市, 州, 盟, 县, 区 or 旗
    """
    best: tuple[int, list[Place]] = (0, [])
    second = 0
    pairs = {*text, *map("".join, zip(text, text[1:], strict=False))}
    for name, short, places in _of_kind(kind):
        if short[:2] not in pairs:
            continue
        weight = 3 * (text.count(name) - text.count(f"{name}场")) + (
            text.count(short) if len(short) > 1 and short not in _WORDS else 0
        )
        if weight <= second:
            continue
        fit = [place for place in _in_force(places, year) if _level_of(kind) in ("", place.level)]
        if not _level_of(kind) and all(place.level == "county" for place in fit):
            # A city names the county-level cities that it holds more often than a county-level city names its city.
            weight //= 3
        if fit and weight > best[0]:
            best, second = (weight, fit), best[0]
        elif fit:
            second = weight
    if best[0] < 3 or best[0] < 1.3 * second:
        return None
    choice = best[1]
    if len({place.code for place in choice}) > 1:
        choice = _nearest(choice, text)
    return known(choice[0]) if len({place.code for place in choice}) == 1 else None


def known(place: Place) -> Found:
    """A place with what it is called and coded today; "" where that is not known."""
    now = today(place)
    return Found(place.name, place.code, place.level, now.name if now else "", now.code if now else "")


def today(place: Place) -> Place | None:
    """What a place has become: itself, or the one place that took over its code or its name; None when unsure."""
    seen = {place}
    while place.until != 9999:
        place = _heir(place)
        if place is None or place in seen:
            return None
        seen.add(place)
    return place


def _heir(place: Place) -> Place | None:
    """What followed on a place when its name or code ended."""
    if place.code in _HEIRS:
        return _by_code()[_HEIRS[place.code]][-1]
    renamed = [
        other
        for other in _by_code()[place.code]
        if other.since and abs(other.since - place.until) <= 1 and other.until > place.until
    ]
    if renamed:
        return renamed[0]
    short = stem(place.name)
    stems = (short,) if len(short) > 1 else (short, short + "州", short + "县")
    provinces = {place.code[:2], {"51": "50", "44": "46"}.get(place.code[:2], "")}
    heirs = [
        other
        for name in stems
        for other in _by_stem().get(name, ())
        if other.until > place.until and other.code[:2] in provinces and other.level == place.level
    ]
    return (
        max(heirs, key=lambda other: other.until)
        if len({other.code for other in heirs if other.until == 9999}) == 1
        else None
    )


def _level_of(kind: str) -> str:
    """The one level at which places of a kind stand, or "" for 市, which may stand at any."""
    if kind in ("省", "自治区"):
        return "province"
    return {"市": "", "州": "city", "盟": "city", "地区": "city"}.get(kind, "county")


def _in_force(places: Iterable[Place], year: int | None) -> list[Place]:
    """Those in force in a year; a report of January still bears the name that ends in that year."""
    places = list(places)
    if year is None:
        return [place for place in places if place.until == 9999] or places
    exact = [place for place in places if place.since <= year < place.until]
    near = [place for place in places if place.since <= year + 1 and year - 1 < place.until]
    return exact or sorted(near, key=lambda place: place.until)[-1:]


def _holds(outer: Place, inner: Place) -> bool:
    return inner.code != outer.code and inner.code.startswith(
        outer.code[:2] if outer.level == "province" else outer.code[:4]
    )


def _nearest(choice: list[Place], text: str) -> list[Place]:
    """Of places with one name, those whose city or province the text names most; all when it names none."""
    scores = [
        sum(
            text.count(stem(outer.name))
            for outer in _outer()
            if _holds(outer, place) and stem(outer.name) not in _WORDS
        )
        for place in choice
    ]
    top = max(scores, default=0)
    return [place for place, score in zip(choice, scores, strict=True) if score == top] if top else choice
