"""A derived ledger in words: what puts a row there, what keeps it out, and why one row is listed.

The same words stand on its page, in its file, in the API and in what `huying check` explains; they are made from the
declaration alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from huying.declare import nouns
from huying.declare.derived import ID, Derived, Expected, Match, Source, filled
from huying.declare.kinds import Field, Ledger, Rules, say
from huying.engine import wording
from huying.engine.derived import Reason

Show = Callable[[Field, Any], str]  # a value, as people read it


def declaration(rules: Rules, derived: Derived, lang: str) -> list[str]:
    """The declaration as sentences."""
    return [nouns.fill(sentence, lang) for sentence in _Words(rules, derived, lang).sentences()]


def ground(rules: Rules, derived: Derived, place: int, lang: str) -> str:
    """What a ground is called where rows are chosen by it: its ledger, and its condition where two share a ledger."""
    one = derived.grounds[place]
    title = say(rules.ledgers[one.of].title, lang)
    if one.where is None or [other.of for other in derived.grounds].count(one.of) == 1:
        return title
    return f"{title}{'：' if lang == 'zh' else ': '}{wording.expression(rules, rules.ledgers[one.of], one.where, lang)}"


def reason(rules: Rules, derived: Derived, why: Reason, show: Show, lang: str) -> list[str]:
    """Why a row is listed: what its record says, what is missing, what is not as expected. One or more phrases."""
    words = _Words(rules, derived, lang)
    one = derived.grounds[why.ground]
    ledger = rules.ledgers[one.of]
    if one.because:
        shown = {name: show(ledger.fields[name], value) for name, value in why.values.items() if name in ledger.fields}
        said = [filled(say(one.because, lang), shown)]
    else:
        said = [words.source(one)]
    said += [say(match.because, lang) if match.because else words.lacking(match) for match in derived.missing]
    if derived.expects:
        said += words.amiss(derived.expects, why.few, why.many)
    return [nouns.fill(phrase, lang) for phrase in said]


class _Words:
    def __init__(self, rules: Rules, derived: Derived, lang: str):
        self.rules, self.derived, self.lang = rules, derived, lang
        self.zh = lang == "zh"

    def ledger(self, name: str) -> Ledger:
        return self.rules.ledgers[name]

    def named(self, name: str) -> str:
        title = say(self.ledger(name).title, self.lang)
        return f"《{title}》" if self.zh else f"“{title}”"

    def field(self, ledger: str, name: str) -> str:
        if name == ID:
            return "$record"
        return say(self.ledger(ledger).fields[name].title, self.lang)

    def sentences(self) -> list[str]:
        derived = self.derived
        lines = [self.source(one) for one in derived.grounds]
        if len(lines) == 1:
            said = [f"列入的是{lines[0]}。" if self.zh else f"Listed are {lines[0]}."]
        else:
            start = "有下列任一情形的列入：" if self.zh else "Listed is whoever has any of these: "
            said = [start + ("；" if self.zh else "; ").join(lines) + ("。" if self.zh else ".")]
        if derived.by:
            title = self.field(derived.grounds[0].of, derived.by)
            said.append(f"{title}相同的算一行。" if self.zh else f"Equal values of “{title}” make one row.")
        for match in derived.joins.values():
            said.append(self.joined(match))
        for match in derived.missing:
            said.append(
                f"{self.matching(match)}的，不列入。" if self.zh else f"Left out is what has {self.matching(match)}."
            )
        if derived.expects:
            said.append(self.expected(derived.expects))
        said.append(
            "不用填写：情况变了，或到了日子，自动列入、自动退出。"
            if self.zh
            else "Nobody types it: rows come and go by themselves when something changes, or when the day comes."
        )
        return said

    def source(self, source: Source) -> str:
        """`《X》中…的$record`."""
        conditions = self.conditions(source)
        if self.zh:
            return (
                f"{self.named(source.of)}中{conditions}的$record" if conditions else f"{self.named(source.of)}的$record"
            )
        return f"$records of {self.named(source.of)}" + (f" where {conditions}" if conditions else "")

    def conditions(self, source: Source) -> str:
        ledger = self.ledger(source.of)
        found = []
        if source.where is not None:
            found.append(wording.expression(self.rules, ledger, source.where, self.lang))
        if source.window:
            name, days, side = source.window
            title = wording.date_name(self.rules, ledger, name, self.lang)
            found.append(
                f"{title}在查询当天{'之前' if side == 'before' else '之后'} {days} 天以内"
                if self.zh
                else f"“{title}” lies within {days} days {side} the day asked"
            )
        return ("，且" if self.zh else ", and ").join(found)

    def matching(self, match: Match) -> str:
        """`《X》中有证件号相同、…的$record`."""
        same = [self.field(match.of, there) for there, here in match.on if ID not in (there, here)]
        conditions = self.conditions(match)
        if self.zh:
            parts = [*([f"{'、'.join(same)}相同"] if same else ["属于它"]), *([conditions] if conditions else [])]
            return f"{self.named(match.of)}中有{'、'.join(parts)}的$record"
        parts = [
            f"the same {' and '.join(f'“{one}”' for one in same)}" if same else "this one named in it",
            *([f"where {conditions}"] if conditions else []),
        ]
        return f"a $record of {self.named(match.of)} with {', '.join(parts)}"

    def joined(self, match: Match) -> str:
        if match.optional:
            return (
                f"{self.matching(match)}时，一并列出。"
                if self.zh
                else f"Beside it stands {self.matching(match)}, if any."
            )
        return f"还要{self.matching(match)}。" if self.zh else f"There must be {self.matching(match)}."

    def expected(self, expected: Expected) -> str:
        number = self.number(expected)
        where = self.conditions(expected)
        each = self.field(expected.of, expected.each) if expected.each else ""
        if self.zh:
            which = f"{self.named(expected.of)}中属于它{f'、{where}' if where else ''}的$record"
            return f"{which}，每种“{each}”应{number}；不符的才列入。" if each else f"{which}应{number}；不符的才列入。"
        which = f"$records of {self.named(expected.of)} that belong to it" + (f", where {where}" if where else "")
        of_each = f" of each “{each}”" if each else ""
        return f"There should be {number}{of_each} among the {which}; listed is what has another number."

    def number(self, expected: Expected) -> str:
        low, high = expected.at_least, expected.at_most
        if low == high:
            return f"正好 {low} 条" if self.zh else f"exactly {low}"
        if low is None:
            return f"不多于 {high} 条" if self.zh else f"at most {high}"
        if high is None:
            return f"不少于 {low} 条" if self.zh else f"at least {low}"
        return f"有 {low} 至 {high} 条" if self.zh else f"{low} to {high}"

    def lacking(self, match: Match) -> str:
        return f"没有{self.matching(match).replace('中有', '中', 1)}" if self.zh else f"no {self.matching(match)[2:]}"

    def amiss(self, expected: Expected, few: Mapping[str, int], many: Mapping[str, int]) -> list[str]:
        said = []
        for numbers, zh, en in ((few, "缺", "lacking"), (many, "多", "too many")):
            if numbers:
                order = [slot for slot in ("", *expected.slots) if slot in numbers]  # as declared, not as kept
                listed = [self.slot(expected, slot, numbers[slot]) for slot in order]
                said.append(f"{zh}：{'、'.join(listed)}" if self.zh else f"{en}: {', '.join(listed)}")
        return said

    def slot(self, expected: Expected, slot: str, number: int) -> str:
        if not slot:
            of = self.named(expected.of)
            return (
                f"{of}只有 {number} 条，应{self.number(expected)}"
                if self.zh
                else f"{number} of {of}, should be {self.number(expected)}"
            )
        field = self.ledger(expected.of).fields[expected.each]
        title = field.choices.get(slot) or self.rules.codes[field.codes].entries[slot].title
        return say(title, self.lang) + (f"（{number}）" if self.zh and number else f" ({number})" if number else "")
