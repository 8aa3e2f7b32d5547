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

TAKES_IN = True  # a draft
FORMATS = ("docx", "xlsx", "html", "pdf")
CHECKED = ("table", "json", *FORMATS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, build NAME, freeze NAME, editions, check FILE."""
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
    frozen = commands.add_parser("freeze", help="keep a report as it is now, or as of a moment, for good")
    frozen.add_argument("name", help="full name")
    kept = commands.add_parser("editions", help="what was frozen, and which numbers have become others since")
    kept.add_argument("id", nargs="?", default="", help="of one edition: its restatements")
    checked = commands.add_parser("check", help="hold every number of a draft against the records")
    checked.add_argument("file", type=Path, help="docx, odt, pdf with text, txt, html or rtf")
    checked.add_argument("--format", choices=CHECKED, help="default: what the file's ending says, else table")
    checked.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: printed (table, json)")
    for one in (frozen, checked):
        one.add_argument(
            "--period", default="", help="2019, 2019-Q3 …; of a draft: of numbers whose sentence names none"
        )
        one.add_argument("--as-of", metavar="MOMENT", help="what was known then: 2020-12-19 or 2020-12-19T18:00")
    for one in (listed, built, frozen, kept, checked):
        one.add_argument("--login", required=True, help="who asks: what that person may see")
        one.add_argument("--language", choices=("zh", "en"), default="zh")


def run(args: argparse.Namespace) -> int:
    """Write whole files or none."""
    with installation.opened():
        return {"list": _list, "build": _build, "freeze": _freeze, "editions": _editions, "check": _check}[args.what](
            args
        )


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
    declared = _declared(district, actor, args.name)
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


def _declared(district: Any, actor: Any, name: str) -> Any:
    """A report by its name. Raises Trouble with those there are."""
    from huying.engine import reports

    declared = district.rules.papers.get(name)
    if declared is None or not declared.over:
        known = "、".join(paper.name for paper in reports.every(district, actor)) or "—"
        raise Trouble("no-report", f"没有报告 {name}。", f"There is no report {name}.",
                      f"有：{known}。", f"There are: {known}.")  # fmt: skip
    return declared


def _freeze(args: argparse.Namespace) -> int:
    from huying.engine import access, editions, reports

    district, tree, actor = _opened(args)
    _declared(district, actor, args.name)
    as_of = moment(args.as_of, district) if args.as_of else None
    try:
        made = editions.freeze(district, tree, actor, args.name, period=args.period, as_of=as_of, lang=args.language)
    except (access.Refused, reports.Refused) as refused:
        raise refusal(
            "report-refused", str(refused), "换一期或换一个人。", "Choose another period or person."
        ) from None
    print(f"{made.id}  {made.report}  {made.period}  {made.digest[:16]}")
    return 0


def _editions(args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import editions

    district, _tree, actor = _opened(args)
    found = editions.of_report(district, actor)
    if not args.id:
        for one in found:
            print(f"{one.id}  {one.report}  {one.period}  {one.made_at:%Y-%m-%d %H:%M}  {one.by}")
        return 0
    chosen = next((one for one in found if str(one.id).startswith(args.id)), None)
    if chosen is None:
        raise Trouble("no-edition", f"没有定稿 {args.id}。", f"There is no edition {args.id}.",
                      "不带编号先列出来。", "List them without an id first.")  # fmt: skip
    whole = editions.one(district, actor, chosen.id)
    for one in editions.restated(district, whole):
        if one.changed:
            gone = "指标已取消 | the indicator is gone"
            print(
                f"{say(one.kept.title, args.language)}  {one.kept.said} → {one.now or say(gone, args.language)}  ({one.why})"
            )
    return 0


def _check(args: argparse.Namespace) -> int:
    from huying import reading
    from huying.engine import draft_checks, draft_files, papers

    district, _tree, actor = _opened(args)
    kind = args.format or (args.output.suffix.lower().lstrip(".") if args.output else "") or "table"
    if kind not in CHECKED or (kind in FORMATS and not args.output):
        raise Trouble("paper-kind", f"写不成“{kind}”，或没有说写到哪里。", f"It cannot be written as “{kind}”, or you did not say where.",
                      f"可以是：{'、'.join(CHECKED)}；文件用 -o。", f"It may be: {', '.join(CHECKED)}; name the file by -o.")  # fmt: skip
    as_of = moment(args.as_of, district) if args.as_of else None
    try:
        report = reading.read_draft(args.file)
        draft = draft_checks.check(district, actor, report, period=args.period, as_of=as_of)
        body = {
            "table": lambda: draft_files.as_text(draft, args.language).encode(),
            "json": lambda: draft_files.as_json(draft, args.language).encode() + b"\n",
            "docx": lambda: draft_files.as_docx(draft, args.language),
        }.get(kind, lambda: papers.write(draft_files.as_paper(draft, args.language), kind))()
    except reading.NotAReport as refused:
        raise Trouble(
            refused.code.replace(".", "-"), refused.sentence, refused.english, "换一个文件。", "Give another file."
        ) from None
    except (ValueError, papers.NoFont) as refused:
        raise refusal(
            "report-refused", str(refused), "换一期或换一种格式。", "Choose another period or format."
        ) from None
    except OSError as error:
        raise Trouble("draft-unreadable", f"打不开 {args.file}：{error.strerror}。", f"Cannot open {args.file}: {error.strerror}.",
                      "检查路径。", "Check the path.") from None  # fmt: skip
    if args.output:
        write_whole(args.output, body)
        print(f"{args.output}  {draft_files.tally(draft, args.language)}")
    else:
        print(body.decode(), end="")
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
