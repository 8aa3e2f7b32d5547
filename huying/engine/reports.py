"""Reports: declared once, built for a person over a period as of a moment, clean or annotated; see declare/paper_figures.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huying.declare.kinds import part
from huying.declare.paper_figures import OVER, Told
from huying.declare.papers import Block, Paper
from huying.engine import access, indicators, paper_numbers, stretches
from huying.engine.packs import District
from huying.engine.paper_making import Refused
from huying.engine.paper_numbers import Number
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.report_making import ReportFiller, ReportMaker, numbers_sheet, tolds, with_sheet
from huying.engine.stretches import Stretch
from huying.papers import model

__all__ = ["Built", "Refused", "build", "every", "file_name", "may_build", "period_of"]


@dataclass(frozen=True)
class Built:
    """A report as it was built: its parts, every number in it with its words, and the same as a sheet of numbers."""

    paper: model.Paper
    sheet: model.Paper
    here: Stretch
    numbers: tuple[tuple[Number, str], ...]
    moment: datetime
    as_of: datetime | None

    @property
    def lacking(self) -> list[Number]:
        """Figures without a number, each once."""
        return [number for number, _ in self.numbers if number.value is None]


def every(district: District, actor: Actor) -> list[Paper]:
    """The reports that this person may build."""
    return [paper for paper in district.rules.papers.values() if paper.over and may_build(district, actor, paper)]


def may_build(district: District, actor: Actor, paper: Paper) -> bool:
    """Whether it is for this person: of one of its roles; and where it names none, whoever may see one of its figures."""
    if not (actor.signed_in or actor.via == "system"):
        return False
    if paper.see:
        return bool(actor.kinds.intersection(paper.see)) or actor.via == "system"
    named = {told.indicator for told in _all_tolds(paper)}
    return any(indicators.may_see(district.rules, district.rules.indicators[name], actor) for name in named)


def period_of(district: District, paper: Paper, asked: str = "", as_of: datetime | None = None) -> Stretch:
    """The period that a report is about. Raises Refused (`中文 | English`)."""
    terms = next((i.terms for told in _all_tolds(paper) if (i := district.rules.indicators[told.indicator]).terms), ())
    today = (as_of or district.now()).astimezone(district.calendar.tz).date()
    try:
        here = stretches.of_report(paper.over, asked, today, terms)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    if here.start > today:
        raise Refused(f"{here.name} 还没有开始 | {here.name} has not begun")
    return here


def build(
    district: District,
    tree: Tree,
    actor: Actor,
    name: str,
    *,
    period: str = "",
    as_of: datetime | None = None,
    lang: str = "zh",
    annotated: bool = False,
) -> Built:
    """A report over a period, with what this person may see, as of a moment or now.

    Raises KeyError (no such report), access.Refused where it is not for this person, and Refused for a period that it
    cannot be about or a moment to come.
    """
    paper = district.rules.papers[name]
    if not paper.over:
        raise KeyError(name)
    if not may_build(district, actor, paper):
        raise access.Refused("这份报告不在您的$post范围内 | This report is not for your $post")
    if as_of is not None and as_of > district.now():
        raise Refused("截至时间不能晚于现在 | An as-of moment cannot lie in the future")
    here = period_of(district, paper, period, as_of)
    tables = {place: (_of_table(block), block.by) for place, block in enumerate(paper.blocks) if block.kind == "table"}
    wanted = [(told, "") for told in _all_tolds(paper)] + [(told, by) for some, by in tables.values() for told in some]
    found = paper_numbers.tell(district, actor, wanted, here, as_of)
    rows = {
        place: {(told, value): one for told in some for of in ("", by) for value, one in found[told, of].items()}
        for place, (some, by) in tables.items()
    }
    cells = {(told, ""): numbers[""] for (told, by), numbers in found.items() if not by}
    filler = ReportFiller(district, tree, actor, lang, as_of, notes=[] if annotated else None,
                          paper=paper, here=here, cells=cells)  # fmt: skip
    made = ReportMaker(filler, paper, rows).make()
    sheet = with_sheet(made, numbers_sheet(filler))
    return Built(made, sheet, here, tuple(filler.told.values()), filler.moment, as_of)


def file_name(paper: Paper, here: Stretch, lang: str, annotated: bool) -> str:
    """What its file is called, without the ending."""
    stem = part(paper.title, lang).replace("$", "")
    more = [{"zh": "依据本", "en": "annotated"}[lang]] if annotated else []
    fixed = [] if paper.over not in OVER else [here.name]
    return "-".join([stem, *fixed, *more]).replace("/", "-")


def _of_table(block: Block) -> list[Told]:
    return [mark.told for column in block.columns for mark in column.value.marks if mark.told]


def _all_tolds(paper: Paper) -> list[Told]:
    return [*tolds(paper), *(told for block in paper.blocks for told in _of_table(block))]
