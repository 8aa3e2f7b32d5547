"""Write an official paper of a record or of a list: docx, xlsx, html or pdf.

huying paper command.dispatch_slip SX20200611-0001 --login diaodu -o slip.docx
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from huying import installation
from huying.commands._files import write_whole
from huying.commands._named import person_named
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME [CODE] --login LOGIN -o FILE."""
    parser.add_argument("name", help="full name, such as command.dispatch_slip")
    parser.add_argument("code", nargs="?", default="", help="of the record; none for a paper of a list")
    parser.add_argument("--login", required=True, help="whose paper: what that person would print on the page")
    parser.add_argument(
        "--format", choices=("docx", "xlsx", "html", "pdf"), help="default: what the file's ending says"
    )
    parser.add_argument("--annotated", action="store_true", help="with the source of every value")
    parser.add_argument(
        "--private", action="store_true", help="with the private values that the person may see; logged"
    )
    parser.add_argument("--as-of", type=datetime.fromisoformat, help="a moment, such as 2020-06-11T08:00; default: now")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Write it whole or not at all."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.declare import nouns
    from huying.engine import access, districts, packs, papers, places, records

    person = person_named(args.login)
    district, kind = packs.current(person.district), args.format or args.output.suffix.lower().lstrip(".")
    nouns.use(district.words)
    declared = district.rules.papers.get(args.name)
    if declared is None or declared.over:
        known = "、".join(sorted(n for n, one in district.rules.papers.items() if not one.over)) or "—"
        raise Trouble("no-paper", f"没有公文 {args.name}。", f"There is no paper {args.name}.",
                      f"有：{known}。", f"There are: {known}.")  # fmt: skip
    if kind not in papers.kinds(declared):
        known = "、".join(papers.kinds(declared))
        raise Trouble("paper-kind", f"写不成“{kind}”。", f"It cannot be written as “{kind}”.",
                      f"可以是：{known}。", f"It may be: {known}.")  # fmt: skip
    tree = places.tree(district.id, district.today())
    actor = districts.actor_of(district, tree, args.login)
    as_of = args.as_of
    if as_of is not None and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=district.calendar.tz)
    record = None
    if not declared.list:
        found = records.find_id(district, declared.of, args.code) if args.code else None
        record = records.get(district, actor, declared.of, found, as_of) if found else None
        if record is None:
            raise Trouble("no-record", f"没有 {args.code or '编号'}，或不在 {args.login} 的范围内。",
                          f"There is no {args.code or 'code'}, or it is not for {args.login}.",
                          "写上记录的编号。", "Give the code of a record.")  # fmt: skip
    try:
        made = papers.make(
            district,
            tree,
            actor,
            args.name,
            record=record,
            as_of=as_of,
            lang=args.language,
            annotated=args.annotated,
            private=args.private,
        )
        data = papers.write(made, kind)
    except (access.Refused, papers.Refused, papers.NoFont) as refused:
        zh, _, en = str(refused).partition(" | ")
        raise Trouble("paper-refused", f"{nouns.fill(zh, 'zh')}。", f"{nouns.fill(en, 'en')}.",
                      "换一个人、缩小范围，或换一种格式。", "Choose another person, fewer records, or another format.") from None  # fmt: skip
    write_whole(args.output, data)
    print(f"{args.output}  {len(data)} bytes")
    return 0
