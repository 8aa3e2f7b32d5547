"""CSV on the Web (W3C, 2015): tables of figures and the catalogue as csv, and the metadata that say what each column is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from huying.declare.kinds import say
from huying.engine import figure_tables, wording
from huying.engine.catalogue import Entry
from huying.engine.indicators import Measured
from huying.engine.packs import District

CONTEXT = "http://www.w3.org/ns/csvw"
DATATYPES = {"from": "date", "to": "date", "value": "decimal", "num": "decimal", "den": "decimal", "rows": "nonNegativeInteger",
             "left_out": "nonNegativeInteger", "as_of": "dateTimeStamp"}  # fmt: skip
WORDS = {
    "period": "期 | Period",
    "from": "自 | From",
    "to": "到（不含） | To (exclusive)",
    "value": "数 | Value",
    "unit": "单位 | Unit",
    "num": "分子 | Above the line",
    "den": "分母 | Below the line",
    "rows": "计入的$record | $Records counted",
    "left_out": "缺值未计 | Left out for want of a value",
    "status": "value、missing、not_applicable 或 suppressed | value, missing, not_applicable or suppressed",
    "says": "随数要知道的 | What goes with the figure",
    "indicator": "$indicator | $Indicator",
    "question": "回答什么 | Question",
    "as_of": "截至 | As of",
    "data": "数据性质 | Kind of data",
    "name": "名 | Name",
    "title": "名称 | Title",
    "measure": "算法 | Measure",
    "kind": "来历 | Kind",
    "pack": "领域 | Area of work",
    "owner": "归口$office | Owner",
    "split": "可以怎么分 | Splits",
    "published": "公开 | Published",
    "source": "出处 | Source",
    "words": "口径 | Declaration",
}
CATALOGUE = ("name", "title", "question", "unit", "measure", "kind", "period", "split", "pack", "owner", "published", "source", "words")  # fmt: skip


def figures_csv(district: District, measured: Measured, lang: str) -> bytes:
    """The table that pages export, without the mark for spreadsheets."""
    return figure_tables.as_csv(district, measured, lang).removeprefix(b"\xef\xbb\xbf")


def figures_metadata(district: District, measured: Measured, url: str, lang: str) -> dict[str, Any]:
    """What the columns of figures_csv are. url: of the csv, as seen from where the metadata stand."""
    head = figure_tables.heading(district, measured, lang)
    names = csv_header(figures_csv(district, measured, lang))
    keys = ["from", *measured.split]
    return _table(
        url,
        lang,
        names,
        keys,
        title=f"{head['title']}（{head['indicator']}）" if lang == "zh" else f"{head['title']} ({head['indicator']})",
        description=f"{head['question']} {head['declaration']}",
        about={"dc:modified": head["as_of"], "dc:source": say(head["source"], lang), "dc:publisher": head["district"]},
        notes=[*head["notes"], *([head["data"]] if head["data"] else [])],
    )


def catalogue_csv(district: District, entries: Sequence[Entry], lang: str) -> bytes:
    """One line an indicator, with its declaration in words."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CATALOGUE)
    for one in entries:
        declared = one.indicator
        writer.writerow(
            [
                declared.name,
                say(declared.title, lang),
                say(declared.question, lang),
                say(declared.unit, lang),
                declared.measure,
                one.kind,
                declared.period[0],
                " ".join(declared.split),
                one.pack,
                one.owner,
                "true" if declared.published else "false",
                say(declared.source, lang),
                say(wording.declaration(district.rules, declared), lang),
            ]
        )
    return text.getvalue().encode()


def catalogue_metadata(district: District, url: str, lang: str) -> dict[str, Any]:
    """What the columns of catalogue_csv are."""
    title = say("$indicator目录 | Catalogue of $indicators", lang)
    about = {"dc:publisher": say(district.title, lang)}
    return _table(url, lang, list(CATALOGUE), ["name"], title=title, description=title, about=about)


def csv_header(table: bytes) -> list[str]:
    """The names of the columns of a table."""
    return next(csv.reader(io.StringIO(table.decode())))


def _table(
    url: str,
    lang: str,
    names: Sequence[str],
    keys: Sequence[str],
    *,
    title: str,
    description: str,
    about: Mapping[str, Any],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"@language": lang}],
        "url": url,
        "dc:title": title,
        "dc:description": description,
        **about,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_column(name, lang, name in keys) for name in names], "primaryKey": list(keys)},
        "notes": list(notes),
    }


def _column(name: str, lang: str, key: bool) -> dict[str, Any]:
    known = WORDS.get(name.removesuffix("_name"), "")
    datatype = "boolean" if name == "published" else DATATYPES.get(name, "string")
    return {
        "name": name,
        "titles": name,
        **({"rdfs:label": {"@value": say(known, lang), "@language": lang}} if known else {}),
        "datatype": datatype,
        **({"required": True} if key and name in ("from", "name") else {}),
    }
