"""Reports of figures: build one as docx, xlsx, html or pdf, freeze an edition, hold a draft's numbers against the records.

huying report list --login ducha
huying report build tianhe_report.livelihood_2019 --login ducha --format docx -o 报告.docx
"""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huying import installation
from huying.commands._files import write_whole
from huying.commands._named import person_named
from huying.trouble import Trouble

FORMATS = ("docx", "xlsx", "html", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, build NAME."""
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    listed = commands.add_parser("list", help="the reports that the person may build")
    built = commands.add_parser(
        "build", help="write a report: a clean copy, and an annotated one with the source of each number"
    )
    built.add_argument("name", help="full name, such as tianhe_report.livelihood_2019")
    built.add_argument("--format", choices=FORMATS, help="default: what the file's ending says, else docx")
    built.add_argument(
        "--period", default="", help="2019, 2019-H1, 2019-Q3, 2019-06; default: the last one that is over"
    )
    built.add_argument("--as-of", metavar="MOMENT", help="what was known then: 2020-12-19 or 2020-12-19T18:00")
    built.add_argument(
        "--copies",
        choices=("both", "clean", "annotated"),
        default="both",
        help="default: both, the second beside the first",
    )
    built.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: the report's title, here")
    for one in (listed, built):
        one.add_argument("--login", required=True, help="whose report: what that person may see")
        one.add_argument("--language", choices=("zh", "en"), default="zh")


def run(args: argparse.Namespace) -> int:
    """Write whole files or none."""
    with installation.opened():
        return {"list": _list, "build": _build}[args.what](args)


def _opened(args: argparse.Namespace) -> tuple[Any, Any, Any]:
    """(district, tree of units, actor) of the person who is named."""
    from huying.declare import nouns
    from huying.engine import districts, packs, places

    person = person_named(args.login)
    district = packs.current(person.district)
    nouns.use(district.words)
    tree = places.tree(district.id, district.today())
    return district, tree, districts.actor_of(district, tree, args.login)


def _list(args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import reports

    district, _tree, actor = _opened(args)
    for paper in reports.every(district, actor):
        print(f"{paper.name}  {say(paper.title, args.language)}  {paper.over}")
    return 0


def _build(args: argparse.Namespace) -> int:
    from huying.engine import access, papers, reports

    district, tree, actor = _opened(args)
    declared = district.rules.papers.get(args.name)
    if declared is None or not declared.over:
        known = "、".join(paper.name for paper in reports.every(district, actor)) or "—"
        raise Trouble("no-report", f"没有报告 {args.name}。", f"There is no report {args.name}.",
                      f"有：{known}。", f"There are: {known}.")  # fmt: skip
    kind = args.format or (args.output.suffix.lower().lstrip(".") if args.output else "") or "docx"
    if kind not in FORMATS:
        raise Trouble("paper-kind", f"写不成“{kind}”。", f"It cannot be written as “{kind}”.",
                      f"可以是：{'、'.join(FORMATS)}。", f"It may be: {', '.join(FORMATS)}.")  # fmt: skip
    as_of = moment(args.as_of, district) if args.as_of else None
    files: dict[Path, bytes] = {}
    lacking: list[str] = []
    try:
        for annotated in {"both": (False, True), "clean": (False,), "annotated": (True,)}[args.copies]:
            made = reports.build(district, tree, actor, args.name, period=args.period, as_of=as_of,
                                 lang=args.language, annotated=annotated)  # fmt: skip
            stem = reports.file_name(declared, made.here, args.language, annotated)
            path = args.output or Path(f"{reports.file_name(declared, made.here, args.language, False)}.{kind}")
            if annotated and args.copies == "both":
                path = path.with_name(f"{path.stem}-{stem.rpartition('-')[2]}{path.suffix}")
            files[path] = papers.write(made.sheet if kind == "xlsx" else made.paper, kind)
            lacking = [f"{one.indicator.name}@{one.stretch.name}" for one in made.lacking]
    except (access.Refused, reports.Refused, papers.NoFont) as refused:
        raise refusal(
            "report-refused",
            str(refused),
            "换一期、换一个人，或换一种格式。",
            "Choose another period, person or format.",
        ) from None
    for path, data in files.items():
        write_whole(path, data)
        print(f"{path}  {len(data)} bytes")
    if lacking:
        print(f"{'没有数的' if args.language == 'zh' else 'without a number'}：{'、'.join(lacking)}")
    return 0


def refusal(code: str, sentence: str, mend: str, mend_en: str) -> Trouble:
    """What the engine refused, as a trouble with how to mend it."""
    from huying.declare import nouns

    zh, _, en = sentence.partition(" | ")
    return Trouble(code, f"{nouns.fill(zh, 'zh')}。", f"{nouns.fill(en or zh, 'en')}.", mend, mend_en)


def moment(text: str, district: Any) -> datetime:
    """A moment in the district's zone; a day means its end. Raises Trouble."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble("moment-malformed", f"“{text}”不是时间。", f"“{text}” is not a moment.",
                      "写成 2020-12-19 或 2020-12-19T18:00。", "Write it as 2020-12-19 or 2020-12-19T18:00.") from None  # fmt: skip
    found = found if found.tzinfo else found.replace(tzinfo=district.calendar.tz)
    if len(text) == 10:
        found = min(found + timedelta(days=1, microseconds=-1), max(district.now(), found))
    return found
