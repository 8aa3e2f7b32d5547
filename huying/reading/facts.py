"""Who speaks where and when: title, place, level, year, speaker and date, from the head of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from . import places
from .numbers import chinese

TITLE = re.compile(r"(?:政\s*府|(?<=[道处署镇乡区])(?:\d{4}年度?)?)\s*工\s*作\s*(?:的)?\s*报\s*告")
PLACE = re.compile(
    r"([\u4e00-\u9fff]{1,12}?(?:省|自治区|自治州|地区|盟|市|自治县|自治旗|县|区|旗|镇|乡|街道))"
    r"(?=第|办事处|行署|行政公署|人民政府|人民代表大会|人大|政府|省长|市长|区长|州长|县长|主席|代)"
)
MEETING = re.compile(
    r"(?:在|\s|——)?(?P<place>[\u4e00-\u9fff]{1,20}?)第?(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,4}届"
    r"(?P<whole>全国)?[\u4e00-\u9fff]{0,6}(?:人民代表大会|人大)"
)
NATIONAL = re.compile(
    r"届全国人民代表大会(?<=[一二三四五六七八九十]届全国人民代表大会)|国务院(?:代|副)?总理|国务院政府工作|"
    r"代表(?:中共中央和)?国务院|受(?:中共中央和)?国务院"
)
KINDS = ("省", "自治区", "市", "州", "盟", "地区", "县", "区", "旗")
ENDS = ("省", "自治区", "自治州", "地区", "盟", "市", "自治县", "自治旗", "县", "区", "旗", "镇", "乡", "街道", "州")
_Y = r"(?P<y>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})"
DATE = re.compile(
    _Y + r"\s*年\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
YEAR = re.compile(_Y + r"\s*年")
SPEAKER = re.compile(
    r"(?:国务院(?:代|副)?总理(?:兼[\u4e00-\u9fff]{2,10}?长)?|(?:代理?)?(?:省\s?长|市\s?长|区\s?长|县\s?长|州\s?长|盟\s?长|旗\s?长|镇\s?长|乡\s?长)|"
    r"(?:自治区)?(?:人民政府)?(?:代理?)?主席|专员|主任|总理)[、\s:—]*(?P<name>[\u4e00-\u9fff·]{1,12}(?:\s+[\u4e00-\u9fff]{1,2})?)\s*\**$"
)
_NAMED = re.compile(
    r"^[(（]?\s*(?:\d{4}年\d{1,2}月\d{1,2}日)\s*(?P<dated>[\u4e00-\u9fff·]{2,6})\s*[)）]?$|^(?P<alone>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff])$|"
    r"(?:[省市区县州盟旗]长|主席)(?P<gave>[\u4e00-\u9fff·]{2,4})(?:同志)?(?:向大会)?作(?:了)?(?:政府)?工作报告"
)
_NO_NAME = re.compile(r"目|录|前言|序言|报告|摘要|全文|[省市区县州盟旗]长|代表|政府|正文|导读")
_REVIEWED = re.compile(_Y + r"年[^，,。]{0,10}(?:回顾|基本估[计价]|主要成绩|完成情况)")
_PLANNED = re.compile(
    _Y + r"年[^，,。]{0,14}(?:任务|目标|安排|重点|要求|打算|建议)|做好" + _Y.replace("<y>", "<z>") + r"年"
)
_OPENING = re.compile(r"我(?:代表|受)")
_NAME_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(slots=True)
class Facts:
    """What the head of a report says; `division` is its place's code then, `now` and `now_division` its name and code today."""

    title: str
    place: str
    level: str
    year: int | None
    speaker: str
    date: date | None
    division: str = ""
    now: str = ""
    now_division: str = ""


def numeral(text: str) -> int:
    """A year, month or day in Arabic or Chinese digits."""
    return int(text) if text.isdigit() else int(chinese(text.replace("○", "〇").replace("O", "〇")) or 0)


def facts(lines: list[str], name: str, text: str) -> Facts:
    """Facts from the lines of a report, the first being its title where it has one; `name` is the file's name."""
    title = lines[0] if lines and TITLE.search(lines[0]) else ""
    head = []
    for line in [line for line in lines[:25] if line][:14]:
        if len(line) > 120:
            head += [line[:80]] if _OPENING.search(line[:60]) else []
            break
        head.append(line)
    when, speaker = None, ""
    for line in head:
        found = DATE.search(line)
        if found and when is None:
            try:
                when = date(numeral(found["y"]), numeral(found["m"]), numeral(found["d"]))
            except ValueError:
                when = None
        line = line.replace("*", "")
        said = SPEAKER.search(line)
        if said and not speaker:
            speaker = re.sub(r"\s", "", said["name"])
    if not speaker:
        found = (_NAMED.search(re.sub(r"\s+", " ", line.strip("* "))) for line in head if len(line) < 60)
        names = [one["dated"] or one["alone"] or one["gave"] for one in found if one]
        speaker = next((re.sub(r"\s", "", one) for one in names if not _NO_NAME.search(one)), "")
    year = _year(title, when, lines, name)
    place, found = _where(title, head, name, year, text)
    if found is None:
        return Facts(title, place, level(place), year, speaker, when)
    whole = place if place.endswith(found.name) else found.name
    now = found.now if found.now != found.name else ""
    return Facts(title, whole, found.level, year, speaker, when, found.code, now or found.now, found.now_code)


def _where(title: str, head: list[str], name: str, year: int | None, text: str) -> tuple[str, places.Found | None]:
    """The place that a report names and what the table knows of it; a report that only says 本市 is told by its text."""
    if any(NATIONAL.search(line) for line in head):
        return "全国", None
    said = [_clean(place) for place in _said(title, head, name)]
    named = [place for place in said if place and place not in KINDS]
    for place in sorted(named, key=lambda place: -len(places.split(place))):
        found = places.find(place, year, text)
        if found:
            return "".join(places.split(place)), found
    if named:
        return named[0], None
    kind = next((place for place in said if place in KINDS), "") or _spoken(text)
    found = places.guess(kind, year, text) if kind else None
    return (found.name if found else kind), found


def _said(title: str, head: list[str], name: str) -> Iterator[str]:
    """What the head calls the place, the surest first."""
    if title:
        named = re.search(
            r"([\u4e00-\u9fff]{2,14}?)(?:(?:人民)?政府|办事处|行署|行政公署)?(?:工作)?报告",
            re.sub(r"\s|\d{4}年度?", "", title),
        )
        yield named.group(1) if named else ""
    joined = re.sub(r"(?<=[市县区州省旗盟])\s+(?=第[一二三四五六七八九十])", "", "\n".join(head))
    for line in joined.split("\n"):
        meeting = MEETING.search(line)
        yield meeting["place"] if meeting else ""
        named = PLACE.search(re.sub(r"^\D{0,2}\d{4}年", "", line))
        yield named.group(1) if named else ""
    named = re.search(r"(?:\d{4}年?)?([\u4e00-\u9fff]{2,12}?(?:省|自治区|市|州|县|区|旗))", name)
    yield named.group(1) if named else ""


def _clean(said: str) -> str:
    """The place in the words before it: 我代表云港市 is 云港市; a bare 市 or 本区 is its kind alone."""
    said = said.strip("—-在 ")
    if re.search("主持|召开|召集|研究|会议", said):
        return ""
    known = next(
        (
            said[at:]
            for at in range(len(said) - 1)
            if not said[:at].endswith(ENDS) and all(map(places.full_name, places.split(said[at:])))
        ),
        "",
    )
    if known:
        return known
    bare = re.search(
        r"(?:^|代表|受|向|以|由|经|报|执行|在|日|本|我|全|成|了|现|按|照|从|彻|年|据)(省|自治区|地区|市|州|盟|县|区|旗)$",
        said,
    )
    if bare:
        return bare.group(1)
    said = re.sub(r"^.*(?:代表|[我你]受|日在|[\d日]在|现在)|^(?:本|我|全)(?=[省市县区])|^\d+年|^(?:向|在|经)", "", said)
    return said if said.endswith(ENDS) else ""


def _spoken(text: str) -> str:
    """How a report speaks of its own place throughout: 全市 and 我市 make it a city."""
    counts = {kind: len(re.findall(f"(?:全|我|本){kind}", text)) for kind in KINDS if kind != "区"}
    counts["区"] = len(re.findall("(?:全|我|本)区(?!域|块)", text))
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] > 4 else ""


def _year(title: str, when: date | None, lines: list[str], name: str) -> int | None:
    in_title = YEAR.search(title)
    if in_title:
        return numeral(in_title["y"])
    if when and when.month >= 11:
        # A meeting at the end of a year speaks of the year to come.
        return when.year + 1
    if when:
        return when.year
    short = [line for line in lines if line and len(line) <= 40]
    planned = [numeral(m["y"] or m["z"]) for line in short for m in _PLANNED.finditer(line) if "回顾" not in line]
    reviewed = [numeral(m["y"]) + 1 for line in short for m in _REVIEWED.finditer(line)]
    if reviewed:
        return max(reviewed)
    if planned:
        return min(planned)
    named = _NAME_YEAR.search(name)
    if named:
        return int(named.group())
    years = [numeral(m["y"]) for line in lines[:30] for m in YEAR.finditer(line[:200])]
    return max(set(years), key=lambda y: (years.count(y), y)) if years else None


def level(place: str) -> str:
    """national, province, city, county or town, by the last word of the place's name; "" when not known."""
    if place in ("全国", "国务院", "中国"):
        return "national"
    if place.endswith(("省", "自治区")) or place in ("北京市", "上海市", "天津市", "重庆市"):
        return "province"
    if place.endswith(("街道", "镇", "乡")):
        return "town"
    tail = re.split(r"(?<=省)|(?<=自治区)|(?<=市)(?=.)|(?<=自治州)(?=.)", place)[-1]
    if tail.endswith(("县", "区", "旗")) and not tail.endswith("地区"):
        return "county"
    return "city" if place else ""
