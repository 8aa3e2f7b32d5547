"""Figures as tables for people and programs: rows once, written as text, JSON, CSV or a workbook.

Every form carries the question, the moment it is as of and, in a demonstration, its mark.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from huying.declare.kinds import say
from huying.engine import figure_labels, indicators
from huying.engine.figures import MISSING, NOT_APPLICABLE, SUPPRESSED, Figure
from huying.engine.indicators import Measured
from huying.engine.packs import District

FORMATS = ("table", "json", "csv", "xlsx")
STATUS = {
    MISSING: "没有数据 | no data",
    NOT_APPLICABLE: "不适用 | not applicable",
    SUPPRESSED: "不足 {n}，或会由它推出不足 {n} 的数，不显示 | below {n}, or would give away a number below {n}: not shown",
}
MARK = "演示数据 | Demonstration data"


def period_name(measured: Measured, figure: Figure) -> str:
    """2020-06-11, 2020-06, 2020Q2, 2020, or first and last day."""
    first = figure.period
    match measured.by:
        case "day":
            return first.isoformat()
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year}Q{(first.month + 2) // 3}"
        case "year":
            return str(first.year)
        case "week":
            return f"{first:%G-W%V}"
        case "half":
            return f"{first.year}H{1 + first.month // 7}"
        case "school_year":
            return f"{first.year}/{first.year + 1}"
        case "plan":
            return f"{first.year}–{first.year + 4}"
    last = figure.until.toordinal() - 1
    return f"{figure.since.isoformat()}/{type(first).fromordinal(last).isoformat()}"


def status_words(measured: Measured, figure: Figure, lang: str) -> str:
    """Why there is no number; empty where there is one."""
    return say(STATUS[figure.status].format(n=measured.indicator.suppress), lang) if figure.status in STATUS else ""


def rows(district: District, measured: Measured, lang: str = "zh") -> list[dict[str, Any]]:
    """One plain row a figure: period, from, to, each split's value and name, value, unit, num, den, rows, status, and what is said with it."""
    names = figure_labels.labels(district, measured, lang)
    found = []
    for figure in measured.figures:
        row: dict[str, Any] = {
            "period": period_name(measured, figure),
            "from": figure.since.isoformat(),
            "to": figure.until.isoformat(),
        }
        for place, split in enumerate(measured.split):
            row[split] = figure.split[place]
            row[f"{split}_name"] = names[place][figure.split[place]]
        row |= {
            "value": figure.value,
            "unit": say(measured.indicator.unit, lang),
            "num": figure.num,
            "den": figure.den,
            "rows": None if figure.status == SUPPRESSED else figure.rows,
            "left_out": None if figure.status == SUPPRESSED else figure.left_out,
            "status": figure.status,
            "says": say(figure.says, lang),
        }
        found.append(row)
    return found


def heading(district: District, measured: Measured, lang: str = "zh") -> dict[str, Any]:
    """What stands above a table: indicator, question, words, as-of, rule, source, mark, notes."""
    moment = measured.moment.astimezone(district.calendar.tz)
    return {
        "indicator": measured.indicator.name,
        "title": say(measured.indicator.title, lang),
        "question": say(measured.indicator.question, lang),
        "declaration": say(measured.words, lang),
        "district": say(district.title, lang),
        "as_of": moment.isoformat(timespec="seconds"),
        "provisional": measured.provisional,
        "rule": measured.rule,
        "rule_digest": measured.digest.hex(),
        "source": measured.indicator.source,
        "data": say(MARK, lang) if district.demonstration else "",
        "notes": [say(note, lang) for note in measured.notes],
    }


def as_json(district: District, measured: Measured, lang: str = "zh", sql: bool = False) -> str:
    """Heading and rows; numbers as text, digit for digit."""
    shown = heading(district, measured, lang)
    if sql:
        shown["sql"] = indicators.shown_sql(measured)
    return json.dumps({**shown, "figures": rows(district, measured, lang)}, ensure_ascii=False, indent=1, default=_text)


def as_csv(district: District, measured: Measured, lang: str = "zh") -> bytes:
    """One line a figure, each with the question, the moment and the mark; UTF-8 with a mark for spreadsheets."""
    head = heading(district, measured, lang)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    table = rows(district, measured, lang)
    columns = list(table[0])
    writer.writerow([*columns, "indicator", "question", "as_of", "data"])
    tail = [head["indicator"], head["question"], head["as_of"], head["data"]]
    for row in table:
        writer.writerow([_safe(_text(row[column])) for column in columns] + [_safe(cell) for cell in tail])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(district: District, measured: Measured, lang: str = "zh") -> bytes:
    """A workbook: the question and all that explains it above, the table below, the SQL on a second sheet."""
    import xlsxwriter

    head, table = heading(district, measured, lang), rows(district, measured, lang)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(head["title"][:31].translate(dict.fromkeys(map(ord, "[]:*?/\\'"), " ")))
    at = 0
    for name in ("title", "question", "declaration", "district", "as_of", "source", "data"):
        if head[name]:
            sheet.write_string(at, 0, name, bold)
            sheet.write_string(at, 1, str(head[name]))
            at += 1
    for note in head["notes"]:
        sheet.write_string(at, 1, note)
        at += 1
    at += 1
    columns = list(table[0])
    sheet.write_row(at, 0, columns, bold)
    for line, row in enumerate(table, at + 1):
        for column, name in enumerate(columns):
            value = row[name]
            if isinstance(value, Decimal | int):
                sheet.write_number(line, column, value)
            elif value is not None:
                sheet.write_string(line, column, str(value))
    sheet.set_column(0, len(columns), 14)
    if head["data"]:
        sheet.set_header(f"&C{head['data']}")
    lines = book.add_worksheet("SQL")
    lines.set_column(0, 0, 120, wrap)
    lines.write_string(0, 0, indicators.shown_sql(measured)[:32000], wrap)
    book.close()
    return stream.getvalue()


def as_text(district: District, measured: Measured, lang: str = "zh") -> str:
    """For the terminal: the question, the figures with their n of m, what explains them."""
    head, table = heading(district, measured, lang), rows(district, measured, lang)
    lines = [f"{head['title']}（{head['indicator']}）", head["question"], ""]
    shares = measured.indicator.measure == "share"
    for row, figure in zip(table, measured.figures, strict=True):
        names = [row[f"{split}_name"] for split in measured.split]
        value = (
            _text(figure.value) + unit_after(say(measured.indicator.unit, lang)) if figure.value is not None else "—"
        )
        of = f"  {_text(figure.num)}/{_text(figure.den)}" if shares and figure.den is not None else ""
        says = f"  {row['says']}" if row["says"] else ""
        lines.append("  ".join([row["period"], *names, value]) + of + (_why(measured, figure, lang)) + says)
    lines += [
        "",
        head["declaration"],
        f"{'截至' if lang == 'zh' else 'as of'} {head['as_of']}  {head['data']}".rstrip(),
    ]
    return "\n".join([*lines, *head["notes"]])


def unit_after(unit: str) -> str:
    """A unit as it follows its number."""
    return {"": "", "percent": "%"}.get(unit, f" {unit}")


def _why(measured: Measured, figure: Figure, lang: str) -> str:
    words = status_words(measured, figure, lang)
    return f"  ({words})" if words else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _safe(text: str) -> str:
    """A cell that a spreadsheet would take for a formula gets a mark before it."""
    return f"'{text}" if text[:1] in ("=", "+", "@") or (text[:1] == "-" and not text[1:2].isdigit()) else text
