"""What a check of a draft found, as lines, as JSON, as a Word document with comments and as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from huying.declare.kinds import say
from huying.engine.draft_checks import AGREES, DIFFERS, LACKING, NONE, UNKNOWN, VERDICTS, Draft, Row
from huying.papers import commented, model
from huying.papers.commented import Piece
from huying.papers.model import Cell, Para, Run, Table

TITLES = {
    AGREES: "相合 | agrees",
    DIFFERS: "不合 | differs",
    LACKING: "没有佐证 | no evidence",
    UNKNOWN: "不认得 | not known",
    NONE: "不是$indicator | no figure",
}
WORST = (DIFFERS, LACKING, UNKNOWN, AGREES, NONE)
MARKS = {AGREES: "green", DIFFERS: "red", LACKING: "amber", UNKNOWN: "amber", NONE: ""}


def tally(draft: Draft, lang: str = "zh") -> str:
    """`共 42 个数：相合 30，不合 4，…`."""
    counts = draft.tally
    comma = "，" if lang == "zh" else ", "
    named = comma.join(f"{say(TITLES[one], lang)} {counts[one]}" for one in VERDICTS if counts[one])
    total = len(draft.rows)
    if not total:
        return "稿子里没有要核的数。" if lang == "zh" else "There is no number to check in this draft."
    return f"共 {total} 个数：{named}" if lang == "zh" else f"{total} numbers: {named}"


def found(row: Row, lang: str = "zh") -> str:
    """What was found of one number: `佐证 9.4公里，差 4.2公里，来源 9 条《碧道》；上年 7.1公里`."""
    zh = lang == "zh"
    said: list[str] = []
    if row.verdict in (AGREES, DIFFERS, LACKING):
        target = row.match is not None and row.match.term.task is not None
        name = ("任务目标" if zh else "target") if target else ("佐证" if zh else "evidence")
        said.append(f"{name} {row.evidence}")
        if row.difference:
            said.append(f"差 {row.difference.lstrip('-')}" if zh else f"{row.difference.lstrip('-')} apart")
        if target:
            said.append(say(row.of, lang))
        elif row.verdict != LACKING:
            of = say(row.of, lang)
            said.append(f"来源 {row.records} 条《{of}》" if zh else f"from {row.records} records of “{of}”")
    parts = [("，" if zh else ", ").join(said)] if said else []
    if row.earlier:
        parts.append(f"上年 {row.earlier}" if zh else f"a year before {row.earlier}")
    if row.verdict in (UNKNOWN, NONE, LACKING):
        parts.append(say(row.lacks or row.why, lang))
    return ("；" if zh else "; ").join(part for part in parts if part)


def sentence(row: Row, lang: str = "zh") -> str:
    """One line: where, the draft's words, the verdict and what was found."""
    colon = "：" if lang == "zh" else ": "
    return f"{say(row.where, lang)} “{row.figure.quote}” — {say(TITLES[row.verdict], lang)}{colon}{found(row, lang)}"


def as_text(draft: Draft, lang: str = "zh") -> str:
    """The tally, and a line for each number."""
    return "\n".join([tally(draft, lang), *(sentence(row, lang) for row in draft.rows)]) + "\n"


def as_json(draft: Draft, lang: str = "zh") -> str:
    return json.dumps(
        {
            "name": draft.report.name,
            "as_of": draft.moment.isoformat(timespec="seconds"),
            "usual_period": draft.here.name,
            "tally": draft.tally,
            "figures": [plain(row, lang) for row in draft.rows],
        },
        ensure_ascii=False,
        indent=1,
    )


def plain(row: Row, lang: str = "zh") -> dict[str, Any]:
    number = row.number
    return {
        "place": row.place,
        "where": say(row.where, lang),
        "start": row.figure.start,
        "end": row.figure.end,
        "quote": row.figure.quote,
        "subject": row.figure.subject,
        "said": row.said,
        "verdict": row.verdict,
        "indicator": number.indicator.name if number else "",
        "title": say(row.title, lang),
        "only": dict(number.told.only) if number else {},
        "way": number.told.way if number else "",
        "period": number.stretch.name if number else "",
        "evidence": row.evidence,
        "difference": row.difference,
        "year_before": row.earlier,
        "records": row.records,
        "address": number.address if number else "",
        "why": say(row.why, lang),
        "lacks": say(row.lacks, lang),
        "may_be": [one.term.indicator for one in row.offered if one.term.indicator],
    }


def as_docx(draft: Draft, lang: str = "zh") -> bytes:
    """The draft with a comment at each number: what was found."""
    title = f"{draft.report.name} {'核对' if lang == 'zh' else 'checked'}"
    return commented.write(
        title,
        [tally(draft, lang)],
        [[_piece(text, rows, lang) for text, rows in some] for some in stretches(draft)],
        "呼应" if lang == "zh" else "Huying",
    )


def stretches(draft: Draft) -> list[list[tuple[str, tuple[Row, ...]]]]:
    """The draft's paragraphs, each in stretches with the numbers that lie there: no word is said twice, and a number that shares its
    words with the one before shares its stretch."""
    rows = sorted(draft.rows, key=lambda row: (row.figure.start, row.place))
    found, at, text = [], 0, draft.report.text
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if line.strip():
            found.append(_stretches(text, start, end, [row for row in rows if start <= row.figure.start < end]))
    return found


def _stretches(text: str, start: int, end: int, rows: Sequence[Row]) -> list[tuple[str, tuple[Row, ...]]]:
    made: list[tuple[str, tuple[Row, ...]]] = []
    at = start
    for row in rows:
        first, last = max(row.figure.start, at), min(row.figure.end, end)
        if last <= first and made:
            made[-1] = (made[-1][0], (*made[-1][1], row))
            continue
        if first > at:
            made.append((text[at:first], ()))
        made.append((text[first:last], (row,)))
        at = last
    return [*made, (text[at:end], ())] if at < end else made


def _piece(text: str, rows: Sequence[Row], lang: str) -> Piece:
    told = [row for row in rows if row.verdict != NONE]
    comment = "\n".join(f"{say(TITLES[row.verdict], lang)}：{row.said}。{found(row, lang)}" for row in told)
    worst = min(told, key=lambda row: WORST.index(row.verdict), default=None)
    return Piece(text, comment, MARKS[worst.verdict] if worst else "")


def as_paper(draft: Draft, lang: str = "zh") -> model.Paper:
    """A table of all numbers, for a sheet, a pdf or a web page."""
    zh = lang == "zh"
    heads = ("位置", "原文", "稿中", "结论", "佐证", "差", "上年", say("$indicator"), "来源") if zh else (
        "Where", "Words", "Draft", "Verdict", "Evidence", "Apart", "Year before", say("$Indicator", "en"), "From")  # fmt: skip
    rows = tuple(
        tuple(
            Cell((Run(text, href=row.number.address if row.number and place == 4 else ""),))
            for place, text in enumerate(
                (
                    say(row.where, lang),
                    row.figure.quote,
                    row.said,
                    say(TITLES[row.verdict], lang),
                    row.evidence,
                    row.difference.lstrip("-"),
                    row.earlier,
                    say(row.title, lang),
                    f"{row.records}" if row.number else say(row.of, lang) or say(row.why, lang),
                )  # fmt: skip
            )
        )
        for row in draft.rows
    )
    title = f"{draft.report.name} {'核对表' if zh else 'checked'}"
    parts = (
        Para((Run(title),), "title"),
        Para((Run(tally(draft, lang)),), "note"),
        Table(
            (20.0, 68.0, 28.0, 18.0, 28.0, 24.0, 28.0, 33.0, 20.0),
            rows,
            (tuple(Cell((Run(h),), style="label") for h in heads),),
        ),
    )
    return model.Paper(title, parts, landscape=True, made_at=draft.moment.isoformat(), lang=lang)
