"""What a figure measures, in words that two reports share: subject, act, unit, change, span and scope.

Two figures are of one thing when their keys are equal, or differ only in an act that means the same work.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib import resources

import yaml

from .measures import common, size
from .model import Figure, Report
from .numbers import normal
from .places import split

_MARKS = re.compile(r"[“”‘’\"《》〈〉*\s、，,·的了]|[（(][^（()）]*[)）]")
_RATES = {"%", "倍", "番"}
_GROWTH_END = re.compile(r"(?:增长率|增速|增幅|涨幅|增长幅度|涨幅度|上涨幅度|上涨率|增长|上涨|递增|涨)$")
_DECLINE_END = re.compile(r"(?:下降率|降幅|下降幅度|下降|降低)$")
_POINTS_END = re.compile(r"(?:提高幅度|提升幅度|下降幅度)$")
_MEASURE_END = re.compile(
    r"(?:人数|总数|数量|(?<![指基系分岁年天])数|(?<![总定余])额|(?<!耕地)(?<!绿地)(?<!森林)(?<!种植)(?<!播种)面积|长度|里程)$"
)
_GOAL_END = re.compile(r"(?:预期|预期目标|目标|计划|指标)(?:是|为|定为?)?$")
_ECONOMY = re.compile(r"^(?:我国|全国)?(?:国民)?经济(?:增长|增速|发展)?(?:预期)?$")
# 由960亿元增加到1520亿元: where a change began is no value of the year.
_FROM = re.compile(r"(?:(?<![自理缘])由|从(?![业事严优]))[^，,。;；\d]{0,8}\d[^，,]*$")
_ONTO = re.compile(r"^[^，,。;；\d]{0,8}(?:到|至|为)")
# 达到18.29件，年内增加4.71件: what was added to a level is no level.
_ADDED = re.compile(r"(?:增加|净增|新增|多增|提高|减少|下降|降低)了?(?:约|近|超过?)?\d[^，,]*$")
# How far into a line its words on time are looked for, and how far in a year may stand that opens it.
_LEAD, _OPENING = 40, 8
_SALUTE = re.compile(r"^[\s*#—-]*(?:各位代表|同志们)?[!！,，:：]*")
_SENTENCE = re.compile(r"[。!?！？\n]")
# Several years taken together; an average of years is one of them.
_MANY = re.compile(
    r"[一二三四五六七八九十几两多\d]{1,2}年(?:来|间|累计)|过去[一二三四五六七八九十]?年?的?五年|过去的?[三四五]年|[今未]?(?:[来后]|(?<!学)前)[三四五]年|"
    r"[本上]届政府(?![^，。]{0,12}(?:第一年|开局|首个|收官|最后))|"
    r"(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,2}五[”\"]?(?:时期|期间|以来|末|工作|发展(?!规划|目标|纲要)|回顾|成就|这?五年)"
    r"(?!的?(?:开局|开篇|起步|第一年|首年|关键|收官|收尾|最后一年|决胜|攻坚|中期))|"
    r"第[一二三四五六七八九十]+届[省市区县州]?(?:人民)?政府(?:主要)?工作回顾|这[三四五]年|"
    r"[三四五]年(?:内|共)|(?<![第十\d])五年(?=[城农新完建实])|(?<![(\[《])20\d\d年?(?:[-—至到]|—)+20\d\d年"
)
_YEAR = re.compile(
    r"(?:增加|提高|增长|上升|扩大|发展|下降|降)[到至](?:19|20)\d\d年的|去年|上年(?!度?末)|过去一年|一年来|全年|今年|当年|年内|本年|(?<![-—至到自从\d])(?:19|20)\d\d年(?!(?:以来|[-—至到]))"
)
# Of the sentence that says it alone: an average of years.
_AVERAGE = re.compile(r"年均(?!浓度|气温|降)|(?<!每人)每年|平均每年")
# Of the sentence or the line that it opens: 改革开放以来最大的…… in passing says nothing of what follows.
_SINCE = re.compile(r"(?<!同)以来")
_TOTAL = re.compile(r"累计|总计达")
_SOME_MONTHS = re.compile(
    r"上半年|下半年|[一二三四1-4]季度|前三季度|1\s*[-—至到]\s*\d{1,2}月|\d{1,2}月末|截至\d{1,2}月"
)
_BESIDE = re.compile(r"高于|低于|快于|慢于|高出|好于|优于|超过?全[国省市]|比全[国省市]")
_OWN = {"national": "国", "province": "省市区", "city": "市州盟区", "county": "区县市旗", "town": "镇乡"}
_SCOPE = re.compile(
    r"(?:全|我|本)(国|省|市|区|县|州|盟|旗|镇|乡)(?![场民级内外政委])|"
    r"[省市区县]本级|[省市区]级(?=一般|财政)"
)


@dataclass(frozen=True, slots=True)
class Key:
    """What is measured.

    subject  the thing, without act, scope and measure      act   kind of work (build, gain …) or ""
    unit     common unit of its kind                        change  level, growth or points
    span     year, many (several years together) or months  scope  "" for the report's own place
    """

    subject: str
    act: str
    unit: str
    change: str
    span: str
    scope: str

    def like(self, other: Key) -> bool:
        """Whether two keys are of one thing: equal, or building and adding the same."""
        if self == other:
            return True
        return {self.act, other.act} in _SAME_WORK and replace(self, act="") == replace(other, act="")


_SAME_WORK = ({"build", "gain"}, {"gain", "attract"}, {"build", "rebuild"})


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its key and its value in the key's unit; a decline is a negative growth."""

    figure: Figure
    key: Key
    value: Fraction
    upper: Fraction | None


@cache
def words() -> dict:
    """The declared words: `same`, `acts`, `lead`, `less` and `vague`, as patterns."""
    found = yaml.safe_load(resources.files(__package__).joinpath("same_words.yaml").read_text(encoding="utf-8"))
    same = {word: line[0] for line in found["same"] for word in line}
    acts = {word: kind for kind, line in found["acts"].items() for word in line}
    return {
        "same": (_any(same), same),
        "acts": (re.compile(rf"^(?:{_any(acts).pattern})"), acts),
        "lead": re.compile(rf"^(?:{_any(found['lead']).pattern})"),
        "less": re.compile(found["less"]),
        "vague": re.compile(found["vague"]),
    }


def _any(items) -> re.Pattern:
    return re.compile("|".join(re.escape(item) for item in sorted(items, key=len, reverse=True)))


def subject_of(text: str, unit: str = "") -> tuple[str, str]:
    """(thing, kind of act) of a subject in a report's words; `unit` is the figure's own.

    >>> subject_of("新建改造老旧小区面积"), subject_of("老旧小区改造面积")
    (('老旧小区', 'rebuild'), ('老旧小区', 'improve'))
    """
    known = words()
    plain = _MARKS.sub("", normal(text))
    if len(unit) and plain.endswith(unit + "数") and unit in "场节组次处本件":
        plain = plain.removesuffix(unit + "数")
    pattern, same = known["same"]
    for _ in range(2):
        # Once for words within a name (国内生产总值), once for the name.
        plain = pattern.sub(lambda found: same[found.group()], plain)
    if (whole := _MEASURE_END.sub("", plain)) in same:
        return same[whole], ""
    act, pattern, acts = "", *known["acts"]
    before = None
    while before != plain:
        before = plain
        if found := pattern.match(plain):
            if len(found.group()) < len(plain):
                act, plain = acts[found.group()] if act in ("", "build") else act, plain[found.end() :]
        elif (found := known["lead"].match(plain)) and len(plain) - found.end() > 1:
            plain = plain[found.end() :]
    plain = _MEASURE_END.sub("", plain) or plain
    for word, kind in acts.items():
        if not act and len(plain) > len(word) + 1 and plain.endswith(word) and kind in _NAMED_AFTER:
            plain, act = plain.removesuffix(word), kind
    return plain, act


_NAMED_AFTER = ("improve", "rebuild", "mend", "train", "build")


class Measurer:
    """Tells what the figures of one report measure."""

    def __init__(self, report: Report):
        self.report = report
        self.plain = normal(report.text)
        # 广州市…… in a report of 广州市 is no other thing than …….
        self.own = split(report.place)[-1] if report.place else ""
        # Where lines begin, and what the first words of each say of the stretch of time that it and those after it tell of.
        self.lines = [0, *(found.end() for found in re.finditer("\n", self.plain))]
        self.leads = [_lead(self.plain[start : start + _LEAD].partition("\n")[0]) for start in self.lines]
        self.tops = [section.start for section in report.outline if section.level == 1]
        self.heads = {self._line(section.start): _head(normal(section.title)) for section in report.outline}
        for section in report.outline:
            if section.level == 1:
                self.leads[self._line(section.start)] = _head(normal(section.title))

    def of(self, figure: Figure) -> Measured | None:
        """A figure as something to be compared; None for a rank, a rule, the upper bound of a range or a gap to others."""
        if figure.kind not in ("target", "outcome") or (figure.rule == "number.range" and figure.comparator == "le"):
            return None
        sentence = self._sentence(figure)
        near = sentence[max(sentence.rfind(sign, 0, figure.start - figure.end) for sign in "，;:") + 1 :]
        if _FROM.search(normal(figure.quote)) and _ONTO.match(self.plain[figure.end : figure.end + 12]):
            return None
        unit, _ = common(figure.unit)
        if unit == "百分点" and _BESIDE.search(near):
            return None
        own = self.own if figure.subject.startswith(self.own) else ""
        subject, change, sign = _change(normal(figure.subject.removeprefix(own)), unit, figure.change)
        if change == "level" and figure.rule == "number.carried" and _ADDED.search(normal(figure.quote)):
            change = "more"
        subject = _GOAL_END.sub("", subject)
        if unit == "%" and _ECONOMY.match(subject):
            subject, change = "地区生产总值", "growth"
        thing, act = subject_of(f"全部{subject}" if "全部财政" in near else subject, figure.unit)
        key = Key(thing, act, unit, change, self._span(figure, sentence), _scope(self.report, near))
        upper = sign * size(figure.value_max, figure.unit) if figure.value_max is not None else None
        return Measured(figure, key, sign * size(figure.value, figure.unit), upper)

    def _line(self, at: int) -> int:
        """The number of the line that a place in the text is in."""
        return bisect_right(self.lines, at) - 1

    def _sentence(self, figure: Figure) -> str:
        """The sentence of a figure up to the figure's end."""
        begin = max(0, figure.start - 400)
        for found in _SENTENCE.finditer(self.plain, begin, figure.start):
            begin = found.end()
        return self.plain[begin : figure.end]

    def _span(self, figure: Figure, sentence: str) -> str:
        """year, many or months: what stretch of time a figure is of.

        The last word on it in the sentence counts, else in the paragraph, else at the head of a line before, back to
        where the part begins.
        """
        clause = sentence[max(sentence.rfind("，", 0, -1), sentence.rfind(";", 0, -1)) + 1 :]
        if _SOME_MONTHS.search(sentence):
            return "months"
        if _TOTAL.search(clause) and not re.search(r"全年|年内", clause):
            return "many"
        at = self._line(figure.start)
        if said := _last(sentence, _AVERAGE, _SINCE) or _last(self.plain[self.lines[at] : figure.start]):
            return said
        top = bisect_right(self.tops, figure.start) - 1
        first = self._line(self.tops[top]) if top >= 0 else 0
        # In a part that its title gives to several years, one paragraph on the last of them does not speak for the next.
        several = top >= 0 and self.leads[first] == "many"
        for line in range(at - 1, first - 1, -1):
            said = self.heads.get(line, "") if several and self.leads[line] == "year" else self.leads[line]
            if said:
                return said
        return "year"


def _change(subject: str, unit: str, change: str) -> tuple[str, str, int]:
    """(subject without its words of change, kind of change, sign) of a figure."""
    if unit == "百分点" or _POINTS_END.search(subject):
        falls = change == "decline" or subject.endswith("下降幅度")
        return _POINTS_END.sub("", subject), "points", -1 if falls else 1
    if unit in _RATES:
        if change == "decline" or _DECLINE_END.search(subject):
            return _DECLINE_END.sub("", subject), "growth", -1
        if change == "growth" or _GROWTH_END.search(subject):
            return _GROWTH_END.sub("", subject), "growth", 1
        return subject, "level", 1
    return subject, {"decline": "less", "growth": "more"}.get(change, "level"), 1


def vague(key: Key) -> bool:
    """Whether a key's words are too few or too general to tell one thing from another."""
    return len(key.subject) < 2 or bool(words()["vague"].match(key.subject))


def canonical(key: Key) -> bool:
    """Whether a key's subject is one of the declared names of a well-known quantity, which a report tells of first as a whole."""
    return key.subject in set(words()["same"][1].values()) and not key.act


def less_is_better(key: Key, figure: Figure) -> bool:
    """Whether a lower value is the better one."""
    return bool(words()["less"].search(key.subject)) or (figure.comparator in ("le", "lt") and key.change != "growth")


def _last(stretch: str, *several: re.Pattern) -> str:
    """What the last word on time in a stretch of text says, `several` being more words of many years; "" when there is none."""
    many = max((found.end() for words in (_MANY, *several) for found in words.finditer(stretch)), default=-1)
    year = max((found.end() for found in _YEAR.finditer(stretch)), default=-1)
    return "" if many == year == -1 else "many" if many > year else "year"


def _lead(line: str) -> str:
    """What the first words of a line say of the stretch of time that it and those after it are of.

    A year must open the line: 经济实力迈上新台阶。2020年…… tells of the year in that sentence only.
    """
    opening = _SALUTE.sub("", line)
    year = _YEAR.search(opening)
    if year and year.start() <= _OPENING and not _SENTENCE.search(opening, 0, year.start()):
        return "year"
    return "many" if _MANY.search(opening) or _SINCE.search(opening) else ""


def _head(title: str) -> str:
    """As _last, of a title: one that names both, such as 2020年及“十三五”工作回顾, begins with the year."""
    return "year" if _YEAR.search(title) and _MANY.search(title) else _last(title)


def _scope(report: Report, near: str) -> str:
    """The place that a figure's own words name, when it is not the report's own; else ""."""
    found = list(_SCOPE.finditer(near))
    if not found:
        return ""
    said = found[-1]
    if not said.group(1):
        return said.group()
    own = _OWN.get(report.level, "")
    own = report.place[-1] if report.level == "county" and report.place else own
    if report.level == "city" and said.group(1) == "区":
        return said.group()
    if report.level == "province" and said.group(1) in "市区":
        own = report.place[-1:] if report.place else own
    return "" if said.group(1) in own else said.group()
