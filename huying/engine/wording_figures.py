"""In words: numbers figured from others, stocks, thresholds, what a derived ledger lists, and how a number is rounded."""

from __future__ import annotations

from collections.abc import Callable

from huying.declare import units
from huying.declare.indicators import RECORDED, Figuring, Indicator
from huying.declare.kinds import Rules, say

SINCE = {
    "year": "当年 1 月 1 日 | 1 January of the year",
    "school_year": "当学年 9 月 1 日 | 1 September of the school year",
    "plan": "当个五年规划期的第一天 | the first day of the five-year plan",
    "term": "当届任期的第一天 | the first day of the term of government",
}
UNKNOWN = (
    "某一部分没有数时写“—”，不适用时写“不适用”，不公开时不显示；都不当作 0。 | Where a part has no number it is “—”, where one does not "
    "apply “not applicable”, where one is hidden it is hidden; none of them counts as 0."
)


def sentences(rules: Rules, indicator: Indicator, lang: str) -> str:
    """A number figured from others."""
    how = indicator.figuring
    assert how is not None
    said = [_kind(rules, indicator, how, lang)]
    if how.lacking == "left out":
        said.append(
            say(
                "没有数的部分不计入，其余的照权重折算，并注明缺了哪些。 | A part without a number is left out, and that is said with the figure."
                if how.kind == "composite"
                else "没有数的部分不计入，并注明缺了哪些。 | A part without a number is left out, and that is said with the figure.",
                lang,
            )
        )
    said += [cut(indicator)[lang != "zh"], say(UNKNOWN, lang)]
    return ("" if lang == "zh" else " ").join(said)


def _kind(rules: Rules, indicator: Indicator, how: Figuring, lang: str) -> str:
    names = [title(rules, part.of, lang) for part in how.parts]
    of = names[0]
    match how.kind:
        case "growth":
            against = {
                "year": "上年同期 | the same days a year earlier",
                "previous": "上一期 | the period before",
            }.get(how.on, f"{how.on} 起的那一期 | the period that begins on {how.on}")
            way = "相差的百分点 | the difference in points" if how.points else "增减的百分比 | the change in percent"
            zh = f"{of}与{say(against, lang)}相比，{say(way, lang)}；基数不大于 0 时不适用。"
            en = f"{of} against {say(against, lang)}: {say(way, lang)}; not applicable where the base is not above 0."
        case "rank":
            low = rules.indicators[how.parts[0].of].good == "lower"
            who = how.at or how.by
            zh = f"{of}按“{how.by}”排名{f'，看“{who}”' if how.at else ''}，{'低' if low else '高'}的在前，相同的并列。"
            en = f"{of} ranked by “{how.by}”{f', of “{who}”' if how.at else ''}, the {'lowest' if low else 'highest'} first; equal ones share a rank."
        case "cumulative":
            zh, en = (
                f"{of}自{say(SINCE[how.since], lang)}起累计。",
                f"{of}, added up since {say(SINCE[how.since], lang)}.",
            )
        case "rolling":
            zh, en = (
                f"{of}最近 {how.periods} 期合计，含本期。",
                f"{of} of the last {how.periods} periods together, this one included.",
            )
        case "in_a_row":
            bound = f"{how.target:f}{_unit(rules.indicators[how.parts[0].of].unit, lang)}"
            kept = ("不多于", "at most") if how.low else ("不少于", "at least")
            zh = f"{of}连续多少期{kept[0]} {bound}，含本期，最多往前看 {how.back} 期；没有数的一期断开。"
            en = f"For how many periods in a row {of} has been {kept[1]} {bound}, this one included; {how.back} back are looked at."
        case "remaining":
            goal = f"{how.target:f}{_unit(indicator.unit, lang)}"
            zh, en = (
                f"目标 {goal}减去{of}；超过目标时是负数。",
                f"The target of {goal} less {of}; below 0 once it is exceeded.",
            )
        case "total":
            zh, en = f"{'、'.join(names)}相加，先换算成同一单位。", f"{', '.join(names)} added up, in one unit."
        case "grade":
            each = [
                f"{name} {' / '.join(f'{limit.normalize():f}' for limit in part.limits)}"
                for part, name in zip(how.parts, names, strict=True)
            ]
            zh = f"各部分的数落在标准的哪一级（各级限值 {'；'.join(each)}），取最差的一级；超过末级限值的再加一级。"
            en = f"The grade of a standard that each part keeps to (limits {'; '.join(each)}); the worst of them; beyond the last limit one more."
        case "composite":
            zh = "；".join(_weighed(part, name, "zh") for part, name in zip(how.parts, names, strict=True))
            en = "; ".join(_weighed(part, name, "en") for part, name in zip(how.parts, names, strict=True))
            zh, en = (
                f"各部分折成 0 至 100 分，按权重相加：{zh}。",
                f"Each part is scored from 0 to 100 and weighed: {en}.",
            )
        case _:
            per = "" if how.per == 1 else f"{how.per:f}"
            zh = f"{of}除以{names[1]}{f'，每 {per}' if per else ''}；除数为 0 时不适用。"
            en = f"{of} over {names[1]}{f', per {per}' if per else ''}; not applicable where that is 0."
    return zh if lang == "zh" else en


def _weighed(part: object, name: str, lang: str) -> str:
    weight, worst, best = (f"{getattr(part, key).normalize():f}" for key in ("weight", "worst", "best"))
    if lang == "zh":
        return f"{name}占 {weight}（{worst} 得 0 分，{best} 得 100 分）"
    return f"{name} weighs {weight} ({worst} scores 0, {best} scores 100)"


def title(rules: Rules, name: str, lang: str) -> str:
    """An indicator in its marks."""
    said = say(rules.indicators[name].title, lang)
    return f"“{said}”"


def _unit(unit: str, lang: str) -> str:
    return "" if not unit else "%" if unit in (units.PERCENT, "%") else f" {say(unit, lang)}"


def listed(rules: Rules, indicator: Indicator, lang: str) -> str:
    """What is counted of a derived ledger."""
    name = say(rules.derived[indicator.listed].title, lang)
    none = "missing" if indicator.empty == "missing" else ""
    if lang == "zh":
        return f"数一数期末那天《{name}》列着多少行；期末未到的，数到今天。没有时写{'“—”' if none else ' 0'}。"
    return f"Counts the rows that “{name}” lists on the last day of the period, or today. Where there is none it is {'“—”' if none else '0'}."


def held(rules: Rules, indicator: Indicator, lang: str, named: Callable[[str], str]) -> str:
    """The condition of a stock; empty for what happens in a period."""
    if indicator.statement:
        carried = ("，没有的取此前最近的", ", or the latest before") if indicator.stock else ("", "")
        zh = f"事项为“{indicator.statement}”{carried[0]}"
        return zh if lang == "zh" else f"the matter is “{indicator.statement}”{carried[1]}"
    if indicator.stock == (RECORDED,):
        return "期末那天按当时的记载" if lang == "zh" else "the ledger is taken as it stood at the period's end"
    if indicator.stock:
        since, until = (named(name) for name in indicator.stock)
        return (
            f"期末时已到{since}、还没到{until}"
            if lang == "zh"
            else f"at the period's end “{since}” has come and “{until}” has not"
        )
    return ""


def standards(indicator: Indicator, lang: str) -> str:
    """The thresholds by date; empty where there are none."""
    said = []
    for name, some in indicator.standards.items():
        zh = "，".join(f"{day} 起 {number:f}" for day, number in some)
        en = ", ".join(f"{number:f} from {day}" for day, number in some)
        said.append(f"标准 {name}：{zh}。" if lang == "zh" else f"Standard {name}: {en}.")
    return ("" if lang == "zh" else " ").join(said)


def cut(indicator: Indicator) -> tuple[str, str]:
    """How it is rounded, in both languages."""
    places = indicator.places
    if not places:
        return "四舍五入到整数。", "Rounded half up to whole numbers."
    return f"四舍五入到 {places} 位小数。", f"Rounded half up to {places} decimal{'s' if places != 1 else ''}."
