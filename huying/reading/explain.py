"""What each row of a report says, in words: for tooltips, indexes and pages. Chinese or English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .markup import row_of
from .model import Commitment, Figure, Matter, Report, Section, Span, Term

# A word of the model, or a label -> 中文 | English.
WORDS = {
    "figure": "数字 | Figure",
    "commitment": "承诺 | Commitment",
    "matter": "事项 | Matter",
    "section": "章节 | Section",
    "term": "名词 | Term",
    "numeral": "不作数字 | Not a figure",
    "aside": "不是报告正文 | Not the report",
    "value": "数值 | Value",
    "exact": "原值 | Exact",
    "change": "变化 | Change",
    "kind": "种类 | Kind",
    "period": "时期 | Period",
    "deadline": "期限 | Due",
    "parent": "属于 | Part of",
    "measurable": "怎样衡量 | Measured by",
    "strength": "语气 | Strength",
    "lead": "牵头 | Lead",
    "same_as": "前面说过 | Said before",
    "who": "谁办 | Who",
    "helpers": "配合 | Helped by",
    "act": "决定 | Decision",
    "item": "议题 | Agenda item",
    "assign": "交办 | to be done",
    "approve": "同意 | approved",
    "return": "退回修改 | to be improved and brought again",
    "defer": "暂缓 | put off",
    "mode": "说什么 | Tells",
    "meaning": "解释 | Meaning",
    "reason": "原因 | Why",
    "rule": "规则 | Rule",
    "confidence": "把握 | Confidence",
    "eq": " | ",
    "ge": "至少 | at least",
    "gt": "超过 | more than",
    "le": "至多 | at most",
    "lt": "不足 | less than",
    "approx": "约 | about",
    "level": "水平 | level",
    "growth": "增长 | growth",
    "decline": "下降 | decline",
    "share": "占比 | share",
    "outcome": "结果 | outcome",
    "target": "目标 | target",
    "definition": "定义 | definition",
    "rank": "位次 | rank",
    "said": "本句写明 | said in the sentence",
    "section.source": "按所在章节 | by its section",
    "title": "按附件标题 | by the appendix's title",
    "numeric": "有数可量 | a number to reach",
    "milestone": "做成与否 | done or not done",
    "qualitative": "定性 | qualitative",
    "must": "必须 | must",
    "strive": "力争 | strive",
    "about": "左右 | about",
    "explore": "探索 | explore",
    "plain": "直述 | plain",
    "review": "回顾 | looks back",
    "plan": "安排 | looks ahead",
    "problems": "问题 | problems",
    "glossary": "名词解释 | glossary",
    "opening": "开头 | opening",
    "closing": "结尾 | closing",
    "chrome": "网页上的其他文字 | other words of the page",
    "reason.bare": "没有读懂 | not understood",
    "reason.date": "日期、年份或规划期 | a date, a year or the years of a plan",
    "reason.duration": "只限定时间 | only a span of time",
    "reason.ordinal": "序数 | an ordinal",
    "reason.name": "名称里的数 | a number in a name",
    "reason.title": "文件名里的数 | a number in a title",
    "reason.term": "名词里的数 | a number in a term",
    "reason.heading": "标题、表格格子里的数 | a number in a heading or a cell",
    "reason.slogan": "口号、概称 | a slogan",
    "reason.level": "等级 | a level",
    "reason.ratio": "比例、时刻 | a ratio or a time of day",
    "reason.round": "约数（千人、百亿级） | a round number",
    "reason.structure": "讲话的层次 | counts the parts of the speech",
    "reason.list": "编号 | a list number",
    "reason.phrase": "词语里的数字 | a numeral in a set phrase",
    "reason.word": "词语里的数字 | a numeral in a word",
    "reason.one": "“一”只作词用 | a 一 that counts nothing",
    "reason.zero": "“零”只作词用 | a 零 that counts nothing",
    "reason.group": "合称 | the name of a group",
    "reason.vague": "不定数 | says only that there are many",
    "reason.attendees": "到会、分送名单 | who attended or gets a copy",
    "reason.printed": "印发栏 | the printer's line",
    "reason.chrome": "网页上的其他文字 | other words of the page",
}


# Reasons of numerals that a reader does not look for: they are part of words, names of groups, list numbers.
QUIET = frozenset(("phrase", "word", "one", "zero", "group", "vague", "list", "chrome"))


def say(word: str, language: str = "zh") -> str:
    """A word of the model, or any string `中文 | English`, in one language."""
    zh, bar, en = WORDS.get(word, word).partition(" | ")
    return en if bar and language == "en" else zh.strip()


def why(reason: str, language: str = "zh") -> str:
    """Why a stretch was set aside: the reason of a Span in words."""
    return say(f"reason.{reason}" if f"reason.{reason}" in WORDS else reason, language)


def amount(value: Decimal, unit: str) -> str:
    """A number as offices write it: 156.85亿元, 5.2万人, 5,000人; exact as long as it is."""
    for size, sign in ((10**8, "亿"), (10**4, "万")):
        if abs(value) >= size:
            scaled = (value / size).normalize()
            if -scaled.as_tuple().exponent <= 4:
                return f"{scaled:,f}{sign}{unit}"
    return f"{value:,f}{unit}"


def title_of(report: Report, row: str) -> str:
    """What a row is about, in a few words."""
    one = row_of(report, row)
    match one:
        case Figure():
            return one.subject or one.quote
        case Commitment() | Section():
            return one.title
        case Matter():
            return one.what
        case Term():
            return one.term
    return report.text[one.start : one.end]


def facts(report: Report, row: str, language: str = "zh") -> list[tuple[str, str]]:
    """(label, value) of a row, the most telling first; what is not known is left out."""
    one = row_of(report, row)
    match one:
        case Figure():
            found = _figure(report, one, language)
        case Commitment():
            found = _commitment(report, one, language)
        case Matter():
            found = _matter(one, language)
        case Section():
            found = [("mode", say(one.mode, language))]
        case Term():
            found = [("meaning", one.meaning)]
        case Span():
            found = [("reason", why(one.reason, language))]
        case _:
            raise TypeError(f"not a row of a report: {one!r}")
    return [(say(label, language), value) for label, value in found if value]


def _figure(report: Report, one: Figure, language: str) -> list[tuple[str, str]]:
    above = report.figures[one.parent] if one.parent is not None else None
    exact = f"{one.value:f}{one.unit}"
    shown = bounded(one, language)
    return [
        ("value", shown),
        ("exact", exact if exact not in shown.replace(",", "") else ""),
        ("change", say(one.change, language) if one.change and one.change != "level" else ""),
        ("kind", say(one.kind, language)),
        ("period", one.period),
        ("deadline", _due(one.deadline, one.deadline_source, language)),
        ("parent", above.subject if above is not None else ""),
        ("section", one.section),
        ("rule", one.rule),
        ("confidence", f"{one.confidence:.2f}"),
    ]


def _commitment(report: Report, one: Commitment, language: str) -> list[tuple[str, str]]:
    before = report.commitments[one.same_as] if one.same_as is not None else None
    return [
        ("value", bounded(one, language) if one.value is not None else ""),
        ("measurable", say(one.measurable, language)),
        ("strength", say(one.strength, language) if one.strength != "plain" else ""),
        ("deadline", _due(one.deadline, one.deadline_source, language)),
        ("lead", one.lead),
        ("same_as", before.title if before is not None else ""),
        ("section", one.section),
        ("rule", one.rule),
        ("confidence", f"{one.confidence:.2f}"),
    ]


def _matter(one: Matter, language: str) -> list[tuple[str, str]]:
    return [
        ("who", one.who),
        ("helpers", one.helpers),
        ("act", say(one.act, language)),
        ("deadline", _due(one.deadline, one.deadline_source, language)),
        ("item", one.item),
        ("section", one.section),
        ("rule", one.rule),
        ("confidence", f"{one.confidence:.2f}"),
    ]


def bounded(one: Figure | Commitment, language: str = "zh") -> str:
    """The value of a row with its unit and, where it is a bound, what kind of bound."""
    if one.value is None:
        return ""
    bound = say(one.comparator, language) if one.comparator else ""
    joint = " " if bound and language == "en" else ""
    return f"{bound}{joint}{amount(one.value, one.unit)}"


def _due(due: date | None, source: str, language: str) -> str:
    if due is None:
        return ""
    told = {"section": "section.source"}.get(source, source)
    return (
        f"{due.isoformat()}（{say(told, language)}）"
        if language != "en"
        else f"{due.isoformat()} ({say(told, language)})"
    )
