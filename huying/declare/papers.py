"""Official papers as a pack declares them, and the marks `{…}` in their texts.

A mark is a field, a field of the record that a reference field names (`task.title`), an expression, a word of the program
(WORDS), one of whose it is (DUTY), or, over the records of a list, `count`, `sum budget` or `each title`, with `where` and a condition. `as` and a
format may follow: `{due_on as date}`. `{{` and `}}` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from huying.declare.nouns import fill, part

if TYPE_CHECKING:
    from huying.declare.expressions import Expression
    from huying.declare.paper_figures import Told

BAR = " | "
WORDS = ("today", "viewer", "district", "office")  # office: of the post that prints
REPORT_WORDS = ("period", *WORDS)  # of a report also: the period that it is about
LACKING = {  # what a report prints where a figure has no number
    "missing": "（暂无数据） | (no data)",
    "not_applicable": "（不适用） | (not applicable)",
    "suppressed": "（数目过小，不公开） | (too small to be shown)",
    "closed": "（不在您的范围内） | (not for you to see)",
}
DUTY = ("responsible", "assisting", "contact", "contact_phone")  # whose it is: offices, and who holds the post today
COUNTED = ("count", "sum", "each")
# What a format is for: types of the expression language
FORMATS = {
    "date": ("date", "time"),
    "month": ("date", "time"),
    "year": ("date", "time"),
    "moment": ("time",),
    "iso": ("date", "time"),
    "whole": ("number",),
    "tenths": ("number",),
    "hundredths": ("number",),
    "percent": ("number",),
    "wan": ("number",),
    "yi": ("number",),
    "chinese": ("number",),
    "period": ("text",),
}
COLOURS = {"red": "C00000", "blue": "1F4E9E", "amber": "B45F06", "black": "000000"}
STANDING_TITLES = {
    "code": "编号 | Code",
    "state": "状态 | State",
    "unit": "$street$community | $Street and $community",
    "opened_at": "登记 | Entered",
    "opened_on": "登记日期 | Entered on",
    "due_at": "时限 | Due",
    "due_on": "时限 | Due on",
    "closed_at": "$close | $Closed",
    "closed_on": "$close日期 | $Closed on",
    "responsible": "责任$office | Responsible $office",
    "assisting": "配合$office | Assisting $offices",
    "contact": "责任人 | Contact",
    "contact_phone": "联系电话 | Telephone",
}
_MARK = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True)
class Mark:
    """One mark. what: `field`, `hop`, `expression`, `word`, `duty`, `figure`, or one of COUNTED.

    name     the field, the word, or the field that refers to another record
    then     of a hop: the field there
    value    the expression; of what is counted, the condition
    format   one of FORMATS, or empty: as the value's type is written
    told     the figure, of a report
    """

    text: str
    what: str
    name: str = ""
    then: str = ""
    value: Expression | None = None
    format: str = ""
    told: Told | None = None


@dataclass(frozen=True)
class Text:
    """A text with marks, in both languages: pieces of plain text and marks."""

    zh: tuple[str | Mark, ...] = ()
    en: tuple[str | Mark, ...] = ()

    def pieces(self, lang: str) -> list[str | Mark]:
        """The pieces of one language, the program's nouns filled in."""
        return [fill(one, lang) if isinstance(one, str) else one for one in (self.zh if lang == "zh" else self.en)]

    @property
    def marks(self) -> list[Mark]:
        return [one for one in (*self.zh, *self.en) if isinstance(one, Mark)]

    def __bool__(self) -> bool:
        return bool(self.zh)


@dataclass(frozen=True)
class Column:
    """One column of a table. kind: value, serial (1, 2, 3 …) or blank (to be filled in or signed by hand).

    width  mm; 0: a part of what the others leave. merge: cells of equal value one below the other are one cell.
    """

    title: str
    kind: str = "value"
    value: Text = field(default_factory=Text)
    width: float = 0
    align: str = ""
    merge: bool = False


@dataclass(frozen=True)
class Rows:
    """Which records a list or a table holds. sort: (field, descending)."""

    of: str
    via: str = ""  # of a table: the field by which they refer to the paper's record
    where: Expression | None = None
    sort: tuple[str, bool] = ("opened_at", False)
    group: Text = field(default_factory=Text)  # a heading row wherever it changes
    under: str = ""  # the field by which a part refers to what it is part of, under which it stands


@dataclass(frozen=True)
class Fact:
    title: str
    value: Text
    wide: bool = False  # takes a row of its own


@dataclass(frozen=True)
class Block:
    """One part of a paper. kind: heading, text, table, facts, sign, seal, space or break."""

    kind: str
    text: Text = field(default_factory=Text)
    level: int = 1
    align: str = ""
    when: Expression | None = None
    columns: tuple[Column, ...] = ()
    rows: Rows | None = None
    facts: tuple[Fact, ...] = ()
    pairs: int = 2
    labels: tuple[str, ...] = ()
    date: Text = field(default_factory=Text)
    empty: str = ""  # said where a table has no rows
    by: str = ""  # of a table of figures: the split whose values are its rows
    total: bool = False  # and whether the whole stands under them


@dataclass(frozen=True)
class Letter:
    """The parts of an official document around its text (GB/T 9704). colours: value of `colour_by` -> key of COLOURS."""

    organ: Text = field(default_factory=Text)  # 发文机关标志
    number: Text = field(default_factory=Text)  # 发文字号
    signer: Text = field(default_factory=Text)  # 签发人
    to: Text = field(default_factory=Text)  # 主送
    attachments: tuple[Text, ...] = ()
    sign: Text = field(default_factory=Text)  # 署名
    date: Text = field(default_factory=Text)  # 成文日期
    seal: bool = False  # room for the seal
    copies: Text = field(default_factory=Text)  # 抄送
    issuer: Text = field(default_factory=Text)  # 印发机关和印发日期
    colour_by: str = ""
    colours: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[Text]:
        named = (self.organ, self.number, self.signer, self.to, self.sign, self.date, self.copies, self.issuer)
        return [*named, *self.attachments]


@dataclass(frozen=True)
class Paper:
    """A paper of one record of `of`, of a list of them (`list`), or a report of figures over a period (`over`).

    headline  what stands on top where that is not the title
    over      of a report: its kind of period (paper_figures.OVER), or the one period that it is about
    figures   of a report: name -> figure, for its texts and conditions
    lacking   of a report: status -> what is printed in place of a number
    private   the private and secret fields that it prints: to those who may see them, and noted as a showing
    """

    name: str
    title: str
    of: str
    blocks: tuple[Block, ...]
    list: Rows | None = None
    headline: Text = field(default_factory=Text)
    size: str = "A4"
    landscape: bool = False
    format: str = "plain"
    type_size: float = 10.5
    letter: Letter = field(default_factory=Letter)
    private: tuple[str, ...] = ()
    see: tuple[str, ...] = ()  # roles that may print it; empty: whoever sees the ledger
    source: str = ""
    over: str = ""
    figures: Mapping[str, Told] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)

    @property
    def tabular(self) -> bool:
        """Whether it has a table, and so may be a sheet."""
        return any(block.kind == "table" for block in self.blocks)

    @property
    def texts(self) -> list[Text]:
        """Every text that is filled from the paper's own record or list."""
        found = [self.headline, *self.letter.texts]
        for block in self.blocks:
            found += [block.text, block.date, *(fact.value for fact in block.facts)]
        return found


def pieces_of(text: str) -> list[tuple[str, str, int]]:
    """(kind, text, offset) of a text in one language. kind: text, mark, or stray: a brace that nothing closes."""
    found, last = [], 0
    for match in _MARK.finditer(text):
        if match.start() > last:
            found.append(("text", text[last : match.start()], last))
        whole = match[0]
        if whole in ("{{", "}}"):
            found.append(("text", whole[0], match.start()))
        elif whole in "{}":
            found.append(("stray", whole, match.start()))
        else:
            found.append(("mark", match[1], match.start()))
        last = match.end()
    return [*found, ("text", text[last:], last)] if last < len(text) else found


def sides(text: str) -> list[tuple[str, str, int]]:
    """(language, text, offset) of a text; one that stands in one language serves both."""
    zh, bar, _en = text.partition(BAR)
    if not bar:
        return [("zh", text, 0)]
    return [("zh", part(text, "zh"), 0), ("en", part(text, "en"), len(zh) + len(BAR))]
