"""The files of a district: read, checked whole, and given as plain rows. Nothing here touches a database.

A district is a folder: district.yaml (what it is), areas.csv, offices.csv, posts.csv, people.csv, and what
district.yaml names besides (an outline, registers to fill). docs/a-district.md describes every column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huying.declare import nouns
from huying.declare.problems import Problem, Problems, both, did_you_mean, quoted
from huying.declare.sources import Source, read_yaml
from huying.declare.tables import Row, read_table
from huying.engine import district_extras, district_successions
from huying.engine.district_successions import Line as Succession
from huying.engine.geo import Outline

TABLES = {  # file -> (columns, those that must stand there)
    "areas.csv": (
        ["code", "kind", "title", "parent", "since", "until", "lng", "lat", "position"],
        ["code", "kind", "title", "parent", "since"],
    ),
    "offices.csv": (["code", "title", "area", "since", "until"], ["code", "title", "area", "since"]),
    "posts.csv": (
        ["code", "title", "role", "office", "since", "until"],
        ["code", "title", "role", "office", "since"],
    ),
    "people.csv": (["login", "name", "phone", "posts", "since", "until"], ["login", "name", "phone", "posts", "since"]),
}
NEEDED = {"district": str, "id": int, "title": str, "zone": str, "calendar": str, "packs": list, "levels": dict}
OPTIONAL = {
    "outline": dict,
    "area_outlines": dict,
    "stated": list,
    "notices": dict,
    "retention": dict,
    "records": list,
    "demonstration": dict,
    "words": dict,
}


@dataclass(frozen=True)
class Line:
    """One row of a table with its dates read. cells: the other columns as text."""

    row: Row
    since: date
    until: date | None

    def __getitem__(self, name: str) -> str:
        return self.row[name]


@dataclass(frozen=True)
class Register:
    """Rows that become records when the district is loaded. by: the login in whose name."""

    ledger: str
    step: str
    by: str
    source: Source
    rows: list[Row]


@dataclass
class Files:
    """A district as its folder has it, everything resolved and sound."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    areas: list[Line] = field(default_factory=list)
    offices: list[Line] = field(default_factory=list)
    posts: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)
    outline: dict[str, Any] | None = None  # GeoJSON
    area_outlines: dict[str, Any] | None = None  # GeoJSON: features with the property `code`
    registers: list[Register] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.settings["id"]

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.settings["zone"])

    @property
    def demonstration(self) -> dict[str, Any]:
        """The demonstration's settings; empty where the district has none."""
        return self.settings.get("demonstration") or {}

    def config(self) -> dict[str, Any]:
        """What is stored with the district: its settings, the outline in place of its file."""
        settings = {k: v for k, v in self.settings.items() if k not in ("district", "id", "title", "zone", "records")}
        if self.outline is not None:
            settings["outline"] = {
                "geojson": self.outline,
                "datum": self.settings["outline"].get("datum", "wgs84"),
                "margin": self.settings["outline"].get("margin", 0),
            }
        if self.area_outlines is not None:
            settings["area_outlines"] = {
                "geojson": self.area_outlines,
                "datum": self.settings["area_outlines"].get("datum", "wgs84"),
            }
        return json.loads(json.dumps(settings, ensure_ascii=False, default=str))


def read(folder: Path) -> Files:
    """The district of `folder`. Raises Problems with everything that is wrong with its files, by file and line."""
    files = Files(folder)
    problems = _read_settings(files)
    for name, (known, required) in TABLES.items():
        source, rows, found = read_table(folder / name, _shown(folder, name), known, required)
        files.sources[name] = source
        problems += found
        setattr(files, name.removesuffix(".csv"), [line for row in rows if (line := _dated(source, row, problems))])
    if files.settings:
        _read_outline(files, problems)
        _read_registers(files, problems)
        _check_areas(files, problems)
        files.area_outlines = district_extras.outlines(files, problems)
        district_extras.check_stated(files, problems)
        district_extras.check_retention(files, problems)
    shown, areas = _shown(folder, district_successions.NAME), {line["code"]: line for line in files.areas}
    files.successions = district_successions.read(folder, shown, areas, problems)
    _check_offices(files, problems)
    _check_posts(files, problems)
    _check_people(files, problems)
    if problems:
        raise Problems(problems)
    return files


def moment(text: Any, tz: ZoneInfo) -> datetime:
    """`2020-12-20 10:00` of the district's zone as an aware moment."""
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=tz)


def _shown(folder: Path, name: str) -> str:
    return f"{folder.parent.name}/{folder.name}/{name}"


def _read_settings(files: Files) -> list[Problem]:
    source, problems = read_yaml(files.folder / "district.yaml", _shown(files.folder, "district.yaml"))
    files.sources["district.yaml"] = source
    data = source.data
    if problems or not isinstance(data, dict):
        return problems
    known = NEEDED | OPTIONAL
    for name in data:
        if name not in known:
            message = both(f"没有 {quoted(name)} 这一项", f"there is no key {quoted(name)}")
            hint = did_you_mean(str(name), known, "可用的项", "Keys")
            problems.append(source.problem("district.key", message, hint, source.place((name,), key=True)))
    for name, kind in known.items():
        if name not in data:
            if name in NEEDED:
                problems.append(_wrong(source, (), f"缺少 {name}", f"{name} is missing"))
        elif not isinstance(data[name], kind):
            problems.append(_wrong(source, (name,), f"{name} 写法不对", f"{name} has the wrong form"))
    if problems:
        return problems
    try:
        tz = ZoneInfo(data["zone"])
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(_wrong(source, ("zone",), f"没有时区 {data['zone']}", f"there is no zone {data['zone']}"))
        return problems
    for noun, words in data.get("words", {}).items():
        if noun not in nouns.NOUNS:
            message = both(f"没有名词 {quoted(noun)}", f"there is no noun {quoted(noun)}")
            hint = did_you_mean(str(noun), nouns.NOUNS, "名词", "Nouns")
            problems.append(source.problem("district.key", message, hint, source.place(("words", noun), key=True)))
        elif not re.search(nouns.FORM, str(words)):
            zh, en = (
                f"{noun} 要写成“工单 ¦ work order”这样（竖线）",
                f"{noun} is written like 工单 ¦ work order (a bar)",
            )
            problems.append(_wrong(source, ("words", noun), zh, en))
    for name in ("today", "begins") if data.get("demonstration") else ():
        try:
            moment(data["demonstration"].get(name), tz)
        except ValueError:
            zh, en = f"{name} 要写成 2020-12-20 10:00 这样", f"{name} is written as 2020-12-20 10:00"
            problems.append(_wrong(source, ("demonstration", name), zh, en))
    if not problems:
        files.settings = data
    return problems


def _wrong(source: Source, path: tuple[Any, ...], zh: str, en: str) -> Problem:
    return source.problem("district.value", both(zh, en), "", source.place(path))


def _dated(source: Source, row: Row, problems: list[Problem]) -> Line | None:
    days = {}
    for name in ("since", "until"):
        text = row[name]
        try:
            days[name] = date.fromisoformat(text) if text or name == "since" else None
        except ValueError:
            message = both(f"{quoted(text)} 不是日期", f"{quoted(text)} is not a day")
            hint = both("写成 2020-06-11 这样。", "Write it as 2020-06-11.")
            problems.append(source.problem("district.value", message, hint, row.place(name)))
            return None
    if days["until"] and days["since"] >= days["until"]:
        message = both("until 应晚于 since", "until should be after since")
        problems.append(source.problem("district.value", message, "", row.place("until")))
        return None
    return Line(row, days["since"], days["until"])


def _read_outline(files: Files, problems: list[Problem]) -> None:
    declared = files.settings.get("outline")
    if not declared:
        return
    source = files.sources["district.yaml"]
    try:
        geojson = json.loads((files.folder / str(declared.get("file"))).read_text(encoding="utf-8"))
        Outline.read(geojson, declared.get("datum", "wgs84"), margin=float(declared.get("margin", 0)))
        files.outline = geojson
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        zh, en = f"轮廓文件读不懂：{error}", f"the outline cannot be read: {error}"
        problems.append(_wrong(source, ("outline", "file"), zh, en))
    except ValueError as error:
        zh, _, en = str(error).partition(" | ")
        problems.append(_wrong(source, ("outline", "file"), zh, en or zh))


def _read_registers(files: Files, problems: list[Problem]) -> None:
    settings = files.sources["district.yaml"]
    for place, one in enumerate(files.settings.get("records") or ()):
        missing = [name for name in ("file", "ledger", "step", "by") if not isinstance(one, dict) or not one.get(name)]
        if missing:
            zh, en = f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} is missing"
            problems.append(_wrong(settings, ("records", place), zh, en))
            continue
        source, rows, found = read_table(files.folder / one["file"], _shown(files.folder, one["file"]), [], [], True)
        problems += found
        files.registers.append(Register(one["ledger"], one["step"], one["by"], source, rows))


def _check_areas(files: Files, problems: list[Problem]) -> None:
    source, levels = files.sources["areas.csv"], files.settings["levels"]
    codes = {line["code"] for line in files.areas}
    outline = None
    if files.outline is not None:
        declared = files.settings["outline"]
        title = files.settings["title"]
        outline = Outline.read(files.outline, declared.get("datum", "wgs84"), title, float(declared.get("margin", 0)))
    _no_twins(source, files.areas, "code", problems)
    for line in files.areas:
        if line["kind"] not in levels or line["kind"] == "office":
            _unknown(source, line, "kind", line["kind"], levels, "层级", "Levels", problems)
        if line["parent"] and line["parent"] not in codes:
            _unknown(source, line, "parent", line["parent"], codes, "代码", "Codes", problems)
        if bool(line["lng"]) != bool(line["lat"]) or not all(map(_is_number, (line["lng"] or "0", line["lat"] or "0"))):
            zh, en = "经度、纬度要成对写成数字", "longitude and latitude are two numbers"
            problems.append(source.problem("district.value", both(zh, en), "", line.row.place("lng")))
        elif line["lng"] and outline and (refusal := outline.refusal(float(line["lng"]), float(line["lat"]))):
            problems.append(source.problem("district.place", refusal, "", line.row.place("lng")))
    roots = [line for line in files.areas if not line["parent"]]
    for line in roots[1:] if roots else ():
        zh, en = "只有区本身没有上级", "only the district itself has no parent"
        problems.append(source.problem("district.value", both(zh, en), "", line.row.place("parent")))
    if files.areas and not roots:
        zh, en = "没有一行是区本身（上级为空）", "no row is the district itself (parent empty)"
        problems.append(source.problem("district.value", both(zh, en), "", (1, 1)))


def _check_offices(files: Files, problems: list[Problem]) -> None:
    source = files.sources["offices.csv"]
    areas = {line["code"] for line in files.areas}
    _no_twins(source, files.offices, "code", problems)
    served: dict[str, str] = {}
    for line in files.offices:
        if line["code"] in areas:
            zh, en = f"{line['code']} 已是街道社区的代码", f"{line['code']} is the code of an area already"
            problems.append(source.problem("district.twice", both(zh, en), "", line.row.place("code")))
        if line["area"] and line["area"] not in areas:
            _unknown(source, line, "area", line["area"], areas, "街道社区代码", "Area codes", problems)
        elif line["area"] and served.setdefault(line["area"], line["code"]) != line["code"]:
            other = served[line["area"]]
            zh, en = f"{other} 已负责这个街道社区", f"{other} serves this area already"
            problems.append(source.problem("district.twice", both(zh, en), "", line.row.place("area")))


def _check_posts(files: Files, problems: list[Problem]) -> None:
    source = files.sources["posts.csv"]
    offices = {line["code"] for line in files.offices}
    _no_twins(source, files.posts, "code", problems)
    for line in files.posts:
        if line["office"] not in offices:
            _unknown(source, line, "office", line["office"], offices, "单位代码", "Office codes", problems)


def _check_people(files: Files, problems: list[Problem]) -> None:
    source = files.sources["people.csv"]
    posts = {line["code"] for line in files.posts}
    _no_twins(source, files.people, "login", problems)
    for line in files.people:
        for name in ("login", "name"):
            if not line[name] or len(line[name]) > 60:
                zh, en = f"{name} 要填，最多 60 字", f"{name} is needed, 60 characters at most"
                problems.append(source.problem("district.value", both(zh, en), "", line.row.place(name)))
        for post in line["posts"].split():
            if post not in posts:
                _unknown(source, line, "posts", post, posts, "岗位代码", "Post codes", problems)
    logins = {line["login"] for line in files.people}
    settings = files.sources["district.yaml"]
    named = [(("records", place, "by"), one.by) for place, one in enumerate(files.registers)]
    accounts = files.demonstration.get("accounts") or []
    named += [(("demonstration", "accounts", place, "login"), one["login"]) for place, one in enumerate(accounts)]
    for path, login in named:
        if login not in logins:
            message = both(f"没有人用 {quoted(login)} 登录", f"nobody signs in as {quoted(login)}")
            hint = did_you_mean(login, logins, "登录名", "Logins")
            problems.append(settings.problem("district.unknown", message, hint, settings.place(path)))


def _no_twins(source: Source, lines: Iterable[Line], column: str, problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line[column], line.row.line)
        if first != line.row.line or not line[column]:
            zh = f"{line[column]} 在第 {first} 行已有" if line[column] else f"{column} 不能空"
            en = f"{line[column]} stands in line {first} already" if line[column] else f"{column} cannot be empty"
            problems.append(source.problem("district.twice", both(zh, en), "", line.row.place(column)))


def _unknown(
    source: Source,
    line: Line,
    column: str,
    given: str,
    known: Iterable[str],
    zh: str,
    en: str,
    problems: list[Problem],
) -> None:
    message = both(f"{column}：没有 {quoted(given)}", f"{column}: there is no {quoted(given)}")
    problems.append(
        source.problem("district.unknown", message, did_you_mean(given, known, zh, en), line.row.place(column))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
