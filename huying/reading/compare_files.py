"""A comparison written out: a table for the terminal, an html page to print, xlsx, jsonl, csv."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields
from html import escape
from typing import BinaryIO

from .compare import VERDICTS, Comparison, Pair, Side
from .output import fit, plain
from .tables import write_csv, write_jsonl, write_xlsx
from .verdicts import spoken_side

FORMATS = ("table", "html", "xlsx", "jsonl", "csv")
_SIDES = ("promised", "reported", "next")
COLUMNS = [
    "place", "earlier", "later", "earlier_year", "later_year", "subject", "verdict", "why",
    *(f"{side}_{item.name}" for side in _SIDES for item in fields(Side)), "confidence", "rule", "reader",
]  # fmt: skip
_TEXT = {
    "zh": {"title": "承诺与结果", "promised": "上年的承诺", "reported": "今年的报告", "next": "新的目标", "also": "另外报告的",
           "none": "没有找到", "confidence": "把握", "at": "第 {} 字", "subject": "事项", "verdict": "判定", "why": "为什么",
           "made": "阅读器 {}。左右的容差为目标的 {}%。判定由规则作出，请对照原文。"},
    "en": {"title": "Promises and outcomes", "promised": "Promised", "reported": "Reported", "next": "New target",
           "also": "Reported without a promise", "none": "not found", "confidence": "confidence", "at": "character {}",
           "subject": "Subject", "verdict": "Verdict", "why": "Why",
           "made": "Reader {}. 左右 (about) tolerates {}% of the target. Verdicts are made by rule: check them against the words."},
}  # fmt: skip
_STYLE = """
:root{color-scheme:light;--ink:#1f2328;--soft:#57606a;--line:#e2dfd6;--blue:#1a4f8b;--met:#1f6b3a;--missed:#a8201a;--other:#8a5300}
body{font:15px/1.65 system-ui,"Noto Sans SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:var(--ink);background:#fff;
max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .25rem}p.about{color:var(--soft);margin:.1rem 0}
ul.counts{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1rem 0}
article{border-top:1px solid var(--line);padding:.8rem 0;break-inside:avoid}
h2{font-size:1.2rem;margin:1.6rem 0 .4rem;break-after:avoid}h3{font-size:1.05rem;margin:0 0 .2rem}h3 b{font-weight:600;padding-left:.6em}
.met b{color:var(--met)}.missed b{color:var(--missed)}.other b{color:var(--other)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem}.two h4{font-size:.8rem;color:var(--soft);font-weight:500;margin:.3rem 0 0}
blockquote{margin:.1rem 0;padding-left:.7rem;border-left:3px solid var(--line)}mark{background:#fdf0d9;color:inherit}
a{color:var(--blue)}
small{color:var(--soft)}@media(max-width:40rem){.two{grid-template-columns:1fr}}
@media print{body{margin:0;max-width:none;font-size:10.5pt}mark{background:none;text-decoration:underline}}
"""


def rows(found: Comparison) -> Iterator[dict]:
    """Each pair as one flat row of plain values, with columns COLUMNS."""
    head = {"place": found.later.place or found.earlier.place, "earlier": found.earlier.name, "later": found.later.name,
            "earlier_year": found.earlier.year, "later_year": found.later.year}  # fmt: skip
    for pair in found.pairs:
        row = dict(head, subject=pair.subject, verdict=pair.verdict, why=pair.why)
        for side in _SIDES:
            words = getattr(pair, side)
            row.update((f"{side}_{item.name}", getattr(words, item.name)) for item in fields(Side))
        yield dict(row, confidence=pair.confidence, rule=pair.rule, reader=pair.reader)


def write_comparison(found: Comparison, format: str, stream: BinaryIO, language: str = "zh") -> None:
    """Writes a comparison to a binary stream in one of FORMATS; text is UTF-8."""
    if format == "jsonl":
        write_jsonl(rows(found), stream)
    elif format == "csv":
        write_csv(rows(found), COLUMNS, stream)
    elif format == "xlsx":
        write_xlsx([(_TEXT[language]["title"], COLUMNS, rows(found))], stream)
    elif format == "html":
        stream.write(page(found, language).encode())
    elif format == "table":
        stream.write(_table(found, language).encode())
    else:
        raise ValueError(f"unknown format: {format}")


def _title(found: Comparison, language: str) -> str:
    years = f"{found.earlier.year} → {found.later.year}"
    return f"{found.later.place or found.earlier.place} {years} {_TEXT[language]['title']}".strip()


def _counts(found: Comparison, language: str) -> list[str]:
    tongue = 1 if language == "en" else 0
    return [f"{VERDICTS[word][tongue]} {count}" for word, count in found.counts().items()]


def _made(found: Comparison, language: str) -> str:
    return _TEXT[language]["made"].format(found.later.reader, plain(found.tolerance * 100))


def _table(found: Comparison, language: str) -> str:
    words, tongue = _TEXT[language], 1 if language == "en" else 0
    room = max(shutil.get_terminal_size((120, 40)).columns, 80)
    subject = min(36, room // 4)
    lines = [_title(found, language), "  ".join(_counts(found, language)), *found.notes, _made(found, language), ""]
    heads = [
        fit(words["verdict"], 14),
        fit(words["subject"], subject),
        fit(words["promised"], 18),
        fit(words["reported"], 18),
    ]
    lines.append("  ".join([*heads, words["why"]]).rstrip())
    for pair in found.pairs:
        verdict = VERDICTS[pair.verdict][tongue] if pair.verdict else words["also"]
        cells = [fit(verdict, 14), fit(pair.subject.replace("\n", " "), subject), fit(spoken_side(pair.promised, tongue), 18),
                 fit(spoken_side(pair.reported, tongue), 18)]  # fmt: skip
        lines.append("  ".join([*cells, pair.why]).rstrip())
    return "\n".join(lines) + "\n"


def page(found: Comparison, language: str = "zh") -> str:
    """A page that needs nothing else: each promise with both quotes side by side, made to be printed too."""
    title = escape(_title(found, language))
    counts = [
        f'<a href="#{_anchor(word)}">{escape(said)}</a>' if count else escape(said)
        for (word, count), said in zip(found.counts().items(), _counts(found, language), strict=True)
    ]
    parts = [
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1>",
        f'<p class="about">{escape(found.earlier.name)} → {escape(found.later.name)}</p>',
        *(f'<p class="about">{escape(note)}</p>' for note in found.notes),
        f'<p class="about">{escape(_made(found, language))}</p>',
        "<ul class=counts>" + "".join(f"<li>{count}</li>" for count in counts) + "</ul>",
    ]
    for word in (*VERDICTS, ""):
        pairs = [pair for pair in found.pairs if pair.verdict == word]
        if pairs:
            head = VERDICTS[word][language == "en"] if word else _TEXT[language]["also"]
            parts += [f'<h2 id="{_anchor(word)}">{escape(head)}</h2>', *(_article(pair, language) for pair in pairs)]
    return "\n".join([*parts, "</body></html>\n"])


def _anchor(word: str) -> str:
    return word.replace(" ", "-") or "unpromised"


def _article(pair: Pair, language: str) -> str:
    words, tongue = _TEXT[language], 1 if language == "en" else 0
    kind = pair.verdict if pair.verdict in ("met", "missed") else "other"
    verdict = VERDICTS[pair.verdict][tongue] if pair.verdict else words["also"]
    columns = [(words["promised"], pair.promised), (words["reported"], pair.reported)]
    if pair.verdict == "changed target":
        columns[1] = (words["next"], pair.next)
    quotes = "".join(f"<div><h4>{escape(head)}</h4>{_quote(side, language)}</div>" for head, side in columns)
    sure = f"<small>{words['confidence']} {pair.confidence:.2f} · {escape(pair.rule)}</small>"
    return (f'<article class="{kind}"><h3><span lang="zh-CN">{escape(pair.subject)}</span><b>{escape(verdict)}</b></h3><div>{escape(pair.why)} {sure}</div>'
            f'<div class="two">{quotes}</div></article>')  # fmt: skip


def _quote(side: Side, language: str) -> str:
    words = _TEXT[language]
    if side.start is None:
        return f"<small>{words['none']}</small>"
    before, _, after = side.sentence.partition(side.quote)
    marked = (
        f"{escape(before)}<mark>{escape(side.quote)}</mark>{escape(after)}"
        if side.quote in side.sentence
        else escape(side.sentence)
    )
    place = " · ".join(item for item in (side.section, words["at"].format(side.start)) if item)
    return f'<blockquote lang="zh-CN">{marked}</blockquote><small>{escape(place)}</small>'
