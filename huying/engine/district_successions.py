"""successions.csv of a district: which area went over to which, when, and how much of it. Read and checked whole.

    old,new,day,share
    440106003000,440106022000,2021-07-01,0.4

An area that ended shares itself out whole; one that lost a part keeps what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Source
from huying.declare.tables import Row, read_table

NAME = "successions.csv"
COLUMNS = ["old", "new", "day", "share"]


@dataclass(frozen=True)
class Line:
    """One row. share: above 0, at most 1."""

    row: Row
    old: str
    new: str
    day: date
    share: Decimal


def read(folder: Path, shown: str, areas: Mapping[str, Any], problems: list[Problem]) -> list[Line]:
    """The rows that hold together; what is wrong is added to `problems`. areas: code -> its row of areas.csv."""
    if not (folder / NAME).exists():
        return []
    source, rows, wrong = read_table(folder / NAME, shown, COLUMNS, COLUMNS)
    problems += wrong
    lines = [line for row in rows if (line := _line(source, row, areas, problems))]
    for old in sorted({line.old for line in lines}):
        _check_old(source, areas[old], [line for line in lines if line.old == old], problems)
    return lines


def _line(source: Source, row: Row, areas: Mapping[str, Any], problems: list[Problem]) -> Line | None:
    before = len(problems)

    def wrong(column: str, zh: str, en: str, hint: str = "") -> None:
        problems.append(source.problem("district.value", both(zh, en), hint, row.place(column)))

    for column in ("old", "new"):
        if row[column] not in areas:
            hint = did_you_mean(row[column], areas, "街道社区代码", "Area codes")
            message = both(f"{column}：没有 {quoted(row[column])}", f"{column}: there is no {quoted(row[column])}")
            problems.append(source.problem("district.unknown", message, hint, row.place(column)))
    day, share = date.min, Decimal(0)
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        wrong("day", f"{quoted(row['day'])} 不是日期", f"{quoted(row['day'])} is not a day")
    try:
        share = Decimal(row["share"] or "1")
        if not 0 < share <= 1 or share.as_tuple().exponent < -6:
            raise InvalidOperation
    except InvalidOperation:
        wrong("share", "share 写 0 到 1 之间，最多六位小数", "share lies between 0 and 1, six places at most")
    if len(problems) > before:
        return None
    old, new = areas[row["old"]], areas[row["new"]]
    if row["old"] == row["new"]:
        wrong("new", "不能归到自己", "an area does not go over to itself")
    elif old["kind"] != new["kind"]:
        wrong("new", f"{old['kind']} 只能归到同级", f"a {old['kind']} goes over to one of its level")
    elif old.since >= day:
        wrong("day", f"{row['old']} 那时还没有", f"{row['old']} did not stand before that day")
    elif new.since > day or (new.until and new.until <= day):
        wrong("day", f"{row['new']} 那天不在", f"{row['new']} does not stand on that day")
    return Line(row, row["old"], row["new"], day, share) if len(problems) == before else None


def _check_old(source: Source, area: Any, lines: list[Line], problems: list[Problem]) -> None:
    """What an area gives away on each day: all of it on its last, less before."""
    for day in sorted({line.day for line in lines}):
        given = [line for line in lines if line.day == day]
        total, row = sum(line.share for line in given), given[-1].row
        ends = area.until == day
        if ends and total != 1:
            zh, en = (
                f"{given[0].old} 到这天为止，各份合计应为 1，现在 {total}",
                f"{given[0].old} ends on that day: its shares sum to 1, not {total}",
            )
            problems.append(source.problem("district.value", both(zh, en), "", row.place("share")))
        elif not ends and total >= 1:
            zh = f"{given[0].old} 全归出去了，areas.csv 里 until 应写 {day}"
            en = f"{given[0].old} goes over whole: its until in areas.csv is {day}"
            problems.append(source.problem("district.value", both(zh, en), "", row.place("share")))
