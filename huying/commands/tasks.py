"""Draft tasks: from what a pack has ready, or from a breakdown that another office keeps; check numbers against each other.

huying tasks take-over tianhe_report --as ducha
huying tasks import 分解表.xlsx --as ducha --rejects wrong.xlsx
huying tasks crosschecks --as ducha
"""

from __future__ import annotations

import argparse
from pathlib import Path

from huying import installation
from huying.commands._named import district_named
from huying.trouble import Trouble

TAKES_IN = True  # files of others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """take-over PACK, import FILE, or crosschecks; --as LOGIN."""
    parser.add_argument("act", choices=("take-over", "import", "crosschecks"))
    parser.add_argument("what", nargs="?", default="", help="a pack's name, or a sheet (xls, xlsx, et, ods, csv)")
    parser.add_argument("--as", dest="login", required=True, metavar="LOGIN", help="who drafts them, or asks")
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument("--source", default="superior", help="source_kind of what a sheet has (default: superior)")
    parser.add_argument("--dry-run", action="store_true", help="of a sheet: say what would become of each row")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="where the rows that cannot be entered go (xlsx)")


def run(args: argparse.Namespace) -> int:
    """Draft, and say how many; 1 where rows or tasks were refused."""
    if bool(args.what) == (args.act == "crosschecks"):
        raise Trouble("tasks-what", "take-over 后写规则包，import 后写文件，crosschecks 后什么也不写。",
                      "take-over needs a pack, import a file, crosschecks neither.",
                      "看 huying tasks --help。", "See huying tasks --help.")  # fmt: skip
    acts = {"take-over": _take_over, "import": _import, "crosschecks": _crosschecks}
    with installation.opened():
        return acts[args.act](args)


def _who(args: argparse.Namespace):
    from huying.engine import access, districts, documents, places

    district = district_named(args.district)
    tree = places.tree(district.id, district.today())
    try:
        actor = districts.actor_of(district, tree, args.login, via="command")
        documents.acting(district, actor)
    except LookupError:
        raise Trouble("login-unknown", f"没有人用“{args.login}”登录。", f"Nobody signs in as “{args.login}”.",
                      "请写登录名。", "Give a login.") from None  # fmt: skip
    except access.Refused:
        raise Trouble("tasks-not-yours", f"“{args.login}”不起草任务。", f"“{args.login}” drafts no tasks.",
                      "请写督查室的登录名。", "Give the login of someone who does.") from None  # fmt: skip
    return district, actor


def _take_over(args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import tasks

    district, actor = _who(args)
    names = [name for name in district.rules.commitments if name.partition(".")[0] == args.what]
    if not names:
        packs = "、".join(dict.fromkeys(name.partition(".")[0] for name in district.rules.commitments)) or "—"
        raise Trouble("no-tasks-ready", f"规则包 {args.what} 没有备好的任务。", f"The pack {args.what} has no tasks ready.",
                      f"有的是：{packs}。", f"Those that have: {packs}.")  # fmt: skip
    outcomes = tasks.take_over(district, actor, names)
    refused = [out for out in outcomes if out.refusal]
    made, known = sum(out.refusal is None and not out.again for out in outcomes), sum(out.again for out in outcomes)
    print(
        f"起草 {made} 项，原来就有 {known} 项，没有起草 {len(refused)} 项 | {made} drafted, {known} there already, {len(refused)} refused"
    )
    for out in refused:
        print(f"  {out.act.answers.get('title', '')}: {say(out.refusal.sentence)}")
    return 1 if refused else 0


def _import(args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import task_sheets
    from huying.sheets import NotASheet

    district, actor = _who(args)
    path = Path(args.what)
    try:
        tried = task_sheets.attempt(district, path.read_bytes(), path.name, args.source)
    except OSError as error:
        raise Trouble("no-file", f"读不了 {path}：{error.strerror}。", f"{path} cannot be read: {error.strerror}.",
                      "检查文件名。", "Check its name.") from None  # fmt: skip
    except NotASheet as refused:
        raise Trouble("not-a-breakdown", f"{path}：{refused.zh}", f"{path}: {refused.en}", "", "") from None
    wrong = [row for row in tried.rows if row.wrong]
    for row in wrong:
        print(f"  {row.number}: {'；'.join(say(why) for why in row.wrong)}")
    if wrong and args.rejects:
        args.rejects.write_bytes(task_sheets.rejects(tried))
    new = tried.count("new")
    if not args.dry_run:
        done = task_sheets.enter(district, actor, tried)
        new = done.new
        for number, sentence in done.refused.items():
            print(f"  {number}: {say(sentence)}")
    known = tried.count("known")
    print(
        f"起草 {new} 项，原来就有 {known} 项，没有登记 {len(wrong)} 行 | {new} drafted, {known} there already, {len(wrong)} rows not entered"
    )
    return 1 if wrong else 0


def _crosschecks(args: argparse.Namespace) -> int:
    """Both numbers of each check, where they stand, and what to do; 1 where one differs."""
    from huying.declare.crosschecks import RELATIONS
    from huying.declare.kinds import say
    from huying.engine import crosschecks

    found = crosschecks.every(*_who(args))
    for one in found:
        sides = [f"{side.value:f}" if side.value is not None else "—" for side in (one.left, one.right)]
        print(
            f"{say(crosschecks.TITLES[one.verdict])}  {say(one.check.title)}: {sides[0]} {RELATIONS[one.check.relation]} {sides[1]} {say(one.unit)}"
        )
        for side in (one.left, one.right) if one.verdict != crosschecks.HOLDS else ():
            for each in side.found:
                places = "，".join(f"{chapter} L{line}" for _document, chapter, line in each.places)
                print(f"      {say(each.says)} {each.task} {places}".rstrip())
        if one.verdict == crosschecks.DIFFERS:
            print(f"    → {say(one.check.do)}")
    counts = crosschecks.tally(found)
    wrong, unclear, right = (counts[name] for name in (crosschecks.DIFFERS, crosschecks.OPEN, crosschecks.HOLDS))
    print(f"核对 {len(found)} 对：不符 {wrong}，无法核对 {unclear}，相符 {right} | ", end="")
    print(f"{len(found)} checks: {wrong} differ, {unclear} cannot be told, {right} hold")
    return 1 if wrong else 0
