"""Measure an indicator: the same number as its page, the API and every export.

huying measure command.on_time_answer_rate --from 2020-01-01 --to 2020-12-31 --split street
huying measure command.on_time_answer_rate --period 2020 --engine duckdb --from FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from huying import installation
from huying.commands._named import district_named
from huying.declare.indicators import PERIODS
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME and what is asked of it."""
    parser.add_argument("name", help="an indicator's full name; its short name where only one pack has it")
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument(
        "--from",
        dest="start",
        metavar="DAY",
        help="first day (default: 1 January of this year); with --engine the folder of huying export --parquet",
    )
    parser.add_argument(
        "--engine", choices=("duckdb", "spark"), help="count the exported files of --from FOLDER instead"
    )
    parser.add_argument(
        "--to", dest="end", metavar="DAY", help="last day, inclusive (default: today, or the as-of day)"
    )
    parser.add_argument(
        "--period", help="in place of --from and --to: 2020, 2020H1, 2020-Q3, 2020-09, 2020-W12 or 2020-06-11"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="SPLIT=VALUE", help="one cell, such as street=440106003000"
    )
    parser.add_argument(
        "--explain", action="store_true", help="why it is so: rule, records, what changed, SQL (table, json)"
    )
    parser.add_argument(
        "--against", default="previous", metavar="previous|year|MOMENT", help="with --explain: what it is compared with"
    )
    parser.add_argument("--by", choices=PERIODS, help="period (default: as declared)")
    parser.add_argument("--split", nargs="+", default=[], help="the indicator's own splits, such as street")
    parser.add_argument("--as-of", metavar="MOMENT", help="what was known then: 2020-12-19 or 2020-12-19T18:00")
    parser.add_argument("--rule", choices=("then", "now"), default="then", help="with --as-of: the rule of then or now")
    parser.add_argument("--format", choices=("table", "json", "csv", "xlsx"), default="table")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--public", action="store_true", help="as everyone is shown it: whole periods, no small counts")
    parser.add_argument("--sql", action="store_true", help="also print the statement that ran (table, json)")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import access, explaining, figure_tables, figures, indicators, people

    district = district_named(args.district)
    name = _name(district, args.name)
    as_of = _moment(args.as_of, district) if args.as_of else None
    today = (as_of or district.now()).astimezone(district.calendar.tz).date()
    start = _day(args.start) if args.start and not args.engine else date(today.year, 1, 1)
    end = (_day(args.end) if args.end else today) + timedelta(days=1)
    actor = people.resident(district.id) if args.public else None
    try:
        only = _only(args.only)
        by = args.by
        if args.period:
            start, end, unit = figures.named(args.period)
            by = by or unit
        if args.explain:
            cell = explaining.Cell(name, start, end, by or "all", only, as_of, args.rule)
            against = (
                args.against
                if args.against in (explaining.PREVIOUS, explaining.YEAR)
                else _moment(args.against, district)
            )
            _explain(args, district, explaining.explain(district, cell, actor, against=against))
            return 0
        measured = _elsewhere(args, district, indicators.Asked(name, start, end, tuple(args.split), None, by, only))
        measured = measured or indicators.measure(
            district,
            name,
            start=start,
            end=end,
            actor=actor,
            by=by,
            only=only,
            split=args.split,
            as_of=as_of,
            rule=args.rule,
        )
    except (ValueError, access.Refused) as refused:
        zh, _, en = str(refused).partition(" | ")
        raise Trouble("measure-refused", zh, en, "huying measure --help", "huying measure --help") from None
    if args.format in ("csv", "xlsx"):
        made = {"csv": figure_tables.as_csv, "xlsx": figure_tables.as_xlsx}[args.format]
        sys.stdout.buffer.write(made(district, measured, args.lang))
        sys.stdout.buffer.flush()
    elif args.format == "json":
        print(figure_tables.as_json(district, measured, args.lang, sql=args.sql))
    else:
        print(figure_tables.as_text(district, measured, args.lang))
        if args.sql:
            print(f"\n{indicators.shown_sql(measured)}")
    return 0


def _elsewhere(args: argparse.Namespace, district: Any, asked: Any) -> Any:
    """The answer of another engine, where one is named."""
    if not args.engine:
        return None
    if args.public or args.as_of or not args.start:
        raise Trouble("engine-asked", "--engine 数的是导出的文件：用 --from 指明文件夹，不能同时用 --as-of、--public。",
                      "--engine counts exported files: name their folder by --from; --as-of and --public do not go with it.",
                      "huying measure 指标 --period 2020 --engine duckdb --from 文件夹",
                      "huying measure NAME --period 2020 --engine duckdb --from FOLDER")  # fmt: skip
    from huying.engine import other_engines

    return other_engines.measure(district, asked, args.engine, Path(args.start))


def _explain(args: argparse.Namespace, district: Any, found: Any) -> None:
    from huying.engine import why_told

    told = why_told.Told(district, args.lang)
    if args.format == "json":
        print(json.dumps(told.as_dict(found), ensure_ascii=False, indent=1, default=str))
    else:
        print("\n".join(told.lines(found)))


def _only(given: list[str]) -> dict[str, str]:
    """split -> value. Raises ValueError."""
    pairs = [one.partition("=") for one in given]
    if any(not name or not sign for name, sign, _ in pairs):
        raise ValueError("--only 写成 street=440106003000 | Write --only as street=440106003000")
    return {name: value for name, _, value in pairs}


def _name(district: Any, given: str) -> str:
    known = district.rules.indicators
    fits = [given] if given in known else [full for full in known if full.split(".")[-1] == given]
    if len(fits) == 1:
        return fits[0]
    raise Trouble("indicator-unknown", f"没有指标“{given}”。", f"There is no indicator “{given}”.",
                  f"已有：{'、'.join(fits or known)}", f"There are: {', '.join(fits or known)}")  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Trouble("day-malformed", f"“{text}”不是日期。", f"“{text}” is not a day.",
                      "写成 2020-06-30 这样。", "Write it as 2020-06-30.") from None  # fmt: skip


def _moment(text: str, district: Any) -> datetime:
    """A moment in the district's zone; a day means its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble("moment-malformed", f"“{text}”不是时间。", f"“{text}” is not a moment.",
                      "写成 2020-12-19 或 2020-12-19T18:00。",
                      "Write it as 2020-12-19 or 2020-12-19T18:00.") from None  # fmt: skip
    if len(text) == 10:
        found = min(
            found + timedelta(days=1, microseconds=-1),
            district.now().astimezone(district.calendar.tz).replace(tzinfo=None),
        )
    return found if found.tzinfo else found.replace(tzinfo=district.calendar.tz)
