"""Fill a superior's form: the same file, its cells filled from the ledgers as one person may see them.

huying fill 附件2.xlsx --as dispatcher -o filled.xlsx
"""

from __future__ import annotations

import argparse
from pathlib import Path

from huying import installation
from huying.commands._named import district_named
from huying.trouble import Trouble

TAKES_IN = True  # files of others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FORM, as whom, from which template, and where the filled file goes."""
    parser.add_argument("form", type=Path, help="an xlsx")
    parser.add_argument("--as", dest="login", required=True, metavar="LOGIN", help="whose rights it is filled with")
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument("--template", default="", help="a template's full name (default: known by the form's titles)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the filled file; not the form itself")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def run(args: argparse.Namespace) -> int:
    """Fill, write, and say what stayed yellow; 1 where that is refused."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import access, districts, places, template_fill, templates
    from huying.sheets import NotASheet
    from huying.sheets.grid import name_of

    district = district_named(args.district)
    tree = places.tree(district.id, district.today())
    try:
        actor = districts.actor_of(district, tree, args.login, via="command")
    except LookupError:
        raise Trouble("login-unknown", f"没有人用“{args.login}”登录。", f"Nobody signs in as “{args.login}”.",
                      "请写登录名。", "Give a login.") from None  # fmt: skip
    if args.output.exists() and args.output.resolve() == args.form.resolve():
        raise Trouble("fill-onto-itself", "填好的文件不能盖掉表样。", "The filled file must not replace the form.",
                      "请用 -o 写另一个文件名。", "Name another file with -o.")  # fmt: skip
    try:
        draft = templates.drop(district, tree, actor, args.form.read_bytes(), args.form.name, args.template)
        answers = templates.answers(district, tree, actor, draft)
        data, filled = template_fill.export(district, tree, actor, answers.form, answers.filling)
    except OSError as error:
        raise Trouble("form-unreadable", f"读不到 {args.form}。", f"{args.form} cannot be read.",
                      f"{error.strerror}", f"{error.strerror}") from None  # fmt: skip
    except NotASheet as refused:
        raise Trouble(refused.code.replace(".", "-"), refused.zh, refused.en, "", "") from None
    except (access.Refused, ValueError) as refused:
        print(say(str(refused), args.lang))
        return 1
    zh = args.lang == "zh"
    args.output.write_bytes(data)
    ledger = say(district.rules.ledgers[answers.filling.ledger].title, args.lang)
    print(
        f"从《{ledger}》填了 {len(filled.values)} 格，留黄 {len(filled.unknown)} 格：{args.output}"
        if zh
        else f"{len(filled.values)} cells filled from “{ledger}”, {len(filled.unknown)} yellow: {args.output}"
    )
    if draft.body.get("unsure"):
        print("  用哪本台账填是猜的，请核对" if zh else "  which ledger it is filled from is a guess: please check")
    for place, why in sorted(filled.unknown.items()):
        print(f"  {name_of(place)}  {say(why, args.lang)}")
    return 0
