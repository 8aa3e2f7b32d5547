"""What district.yaml may say of areas besides: their outlines, and how many of them documents speak of. Checked whole."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.engine.geo import Outline

Files = Any  # district_files.Files, which stands on this
STATED = {"level", "count", "day", "source"}
DATUMS = ("wgs84", "gcj02", "bd09")


def outlines(files: Files, problems: list[Problem]) -> dict[str, Any] | None:
    """The features of `area_outlines`, each of an area of areas.csv; what is wrong is added to `problems`."""
    declared = files.settings.get("area_outlines")
    if not declared:
        return None
    source, codes = files.sources["district.yaml"], {line["code"] for line in files.areas}

    def wrong(zh: str, en: str, hint: str = "") -> None:
        problems.append(source.problem("district.value", both(zh, en), hint, source.place(("area_outlines",))))

    if declared.get("datum", "wgs84") not in DATUMS:
        wrong(f"datum 只能是 {'、'.join(DATUMS)}", f"datum is one of {', '.join(DATUMS)}")
        return None
    try:
        geojson = json.loads((files.folder / str(declared.get("file"))).read_text(encoding="utf-8"))
        features = geojson["features"]
        given = [str(feature["properties"]["code"]) for feature in features]
    except (OSError, ValueError, LookupError, TypeError) as error:
        wrong(
            f"轮廓文件读不懂：{error}。写成 GeoJSON FeatureCollection，每个 feature 有 properties.code",
            f"the outlines cannot be read: {error}. They are a GeoJSON FeatureCollection, each feature with properties.code",
        )
        return None
    for code, feature in zip(given, features, strict=True):
        if code not in codes:
            hint = did_you_mean(code, codes, "街道社区代码", "Area codes")
            wrong(f"轮廓文件：没有 {quoted(code)}", f"outlines: there is no area {quoted(code)}", hint)
        elif given.count(code) > 1:
            wrong(f"轮廓文件：{code} 不止一个", f"outlines: {code} has more than one")
        try:
            Outline.read(feature, declared.get("datum", "wgs84"))
        except ValueError as error:
            zh, _, en = str(error).partition(" | ")
            wrong(f"{code}：{zh}", f"{code}: {en or zh}")
    return geojson


def check_retention(files: Files, problems: list[Problem]) -> None:
    """The hour at which what is over is taken away each night, written as 02:30 in quotes."""
    said = files.settings.get("retention")
    if said is None:
        return
    source = files.sources["district.yaml"]
    if set(said) != {"at"} or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", str(said["at"])):
        message = both(
            'retention 写成 {at: "02:30"}，几点几分加引号', 'retention is written {at: "02:30"}, the hour in quotes'
        )
        problems.append(source.problem("district.value", message, "", source.place(("retention",))))


def check_stated(files: Files, problems: list[Problem]) -> None:
    """What `stated` says holds together: a level of the district, a count, a day, a source in words."""
    source, levels = files.sources["district.yaml"], files.settings["levels"]
    for place, one in enumerate(files.settings.get("stated") or ()):

        def wrong(key: str, zh: str, en: str, hint: str = "", place: int = place) -> None:
            where = source.place(("stated", place, key) if key else ("stated", place))
            problems.append(source.problem("district.value", both(zh, en), hint, where))

        if not isinstance(one, dict) or set(one) != STATED:
            keys = "、".join(sorted(STATED))
            wrong("", f"每条写 {keys}", f"each says {', '.join(sorted(STATED))}")
            continue
        if one["level"] not in levels:
            hint = did_you_mean(str(one["level"]), levels, "层级", "Levels")
            wrong("level", f"没有层级 {quoted(one['level'])}", f"there is no level {quoted(one['level'])}", hint)
        if not isinstance(one["count"], int) or isinstance(one["count"], bool) or one["count"] < 0:
            wrong("count", "count 写整数", "count is a whole number")
        try:
            date.fromisoformat(str(one["day"]))
        except ValueError:
            wrong("day", f"{quoted(one['day'])} 不是日期", f"{quoted(one['day'])} is not a day")
        if not str(one["source"]).strip():
            wrong("source", "写明出处", "name the source")
