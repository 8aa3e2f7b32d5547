"""Make a ledger from a spreadsheet, or take the district's own ledgers out as files.

    huying ledger from 低保对象.xls
    huying ledger write

`from` says what it understood of the sheet and what it did not, and writes a declaration into the district's own pack:
a folder to look through, mend and put in force by `huying apply`. Nothing of the sheet's rows is kept.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from huying import installation
from huying.commands.check import folders
from huying.declare.kinds import Rules, say
from huying.declare.load import load
from huying.sheets import NotASheet, Table, columns_of, find_tables, open_book
from huying.sheets.as_yaml import text_of
from huying.sheets.grid import letters
from huying.sheets.naming import area_names
from huying.sheets.proposal import KINDS, PLACES, PRIVACY, Proposal, narrow, propose
from huying.trouble import Trouble

TAKES_IN = True  # files of others
SHOWN = 20  # cells in doubt that are listed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """from FILE, write FOLDER."""
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    made = commands.add_parser("from", help="a ledger from a spreadsheet (xls, xlsx, xlsb, ods, csv, tsv)")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--sheet", help="name of the sheet; default: the first that holds a table")
    made.add_argument("--name", help="name of the ledger: small letters, digits and _")
    made.add_argument("--keeper", metavar="ROLE", help="the role that keeps it")
    made.add_argument("--district", help="name of the district, where there are several")
    where = made.add_mutually_exclusive_group()
    where.add_argument("--into", type=Path, metavar="PACK", help="folder of a pack; default: the district's own pack")
    where.add_argument("--print", action="store_true", help="print the declaration and write nothing")
    taken = commands.add_parser("write", help="the district's own pack, as it is in force, as files")
    taken.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="where its folder is to stand; default: packs/ of the district",
    )
    taken.add_argument("--district", help="name of the district, where there are several")


def run(args: argparse.Namespace) -> int:
    """Say what was understood and write; 1 where something is wrong, and then nothing is written."""
    return _from(args) if args.what == "from" else _write(args)


def _from(args: argparse.Namespace) -> int:
    from huying.engine import own_pack

    district = _district(args)
    into = args.into or district / "packs" / district.name
    rules, problems = load(*folders([into] if into.exists() else []))
    if rules is None:
        for problem in problems:
            print(problem.text(), end="\n\n")
        return 1
    proposal = _proposal(args, rules, into, district)
    pack = rules.packs.get(into.name)
    about = into / "pack.yaml"
    text = text_of(proposal.declaration(alone=not about.exists() or "one_language: true" in about.read_text("utf-8")))
    print(_understood(proposal, rules), file=sys.stderr if args.print else sys.stdout)
    if args.print:
        print(text, end="")
        return 0
    needs = [*rules.packs] if pack is None else []
    title = _title(district)
    with tempfile.TemporaryDirectory() as place:  # proved before anything is written
        trial = Path(place) / into.name
        if into.exists():
            shutil.copytree(into, trial)
        try:
            own_pack.add_file(trial, proposal.name, text, title=title, needs=needs)
        except FileExistsError:
            raise Trouble(
                "ledger-exists",
                f"{into} 里已有台账 {proposal.name}，没有改动它。",
                f"{into} has a ledger {proposal.name} already; it was left alone.",
                "用 --name 起另一个名称。",
                "Give another name by --name.",
            ) from None
        _, problems = load(*folders([trial]))
    for problem in problems:
        print(problem.text(), end="\n\n")
    if problems:
        return 1
    file = own_pack.add_file(into, proposal.name, text, title=title, needs=needs)
    print(f"已写入 written: {_short(file)}")
    print(f"下一步 next: huying apply --district {district.name} {_short(into)}")
    return 0


def _proposal(args: argparse.Namespace, rules: Rules, into: Path, district: Path) -> Proposal:
    from huying.engine.own_pack import keepers_of

    keepers = keepers_of(rules)
    keeper = args.keeper or keepers[0]
    if keeper not in keepers:
        raise Trouble(
            "no-role",
            f"没有能保管台账的角色 {keeper}。",
            f"There is no role {keeper} that could keep a ledger.",
            f"用 --keeper 选：{'、'.join(keepers)}。",
            f"Choose by --keeper: {', '.join(keepers)}.",
        )
    table = _table(args)
    made = propose(
        table,
        columns_of(narrow(table), _areas(district)),
        file=args.file.name,
        keeper=keeper,
        reach=rules.roles[keeper].reach,
        name=args.name or "",
        codes=[ledger.code for ledger in rules.ledgers.values()],
    )
    if made.closed and not args.keeper:
        raise Trouble(
            "no-keeper",
            "表里有要遮住的项，谁登记、谁能看不能由程序猜。",
            "The sheet holds what is to be masked; who keeps it, and unmasks it, is not guessed.",
            f"用 --keeper 选：{'、'.join(keepers)}。",
            f"Choose by --keeper: {', '.join(keepers)}.",
        )
    return made


def _table(args: argparse.Namespace) -> Table:
    try:
        tables = find_tables(open_book(args.file))
    except FileNotFoundError:
        raise Trouble(
            "no-file", f"没有文件 {args.file}。", f"There is no file {args.file}.", "检查拼写。", "Check its name."
        ) from None
    except IsADirectoryError:
        raise Trouble(
            "no-file",
            f"{args.file} 是文件夹。",
            f"{args.file} is a folder.",
            "给出其中一个表格文件。",
            "Give a spreadsheet in it.",
        ) from None
    except NotASheet as refused:
        zh, _, mend_zh = refused.zh.partition("。")
        en, _, mend_en = refused.en.partition(". ")
        raise Trouble(
            refused.code.replace(".", "-"), f"{zh}。", en, mend_zh or "换一个文件。", mend_en or "Give another file."
        ) from None
    found = [table for table in tables if args.sheet in (None, table.sheet.name)]
    if not found:
        names = [table.sheet.name for table in tables]
        raise Trouble(
            "no-sheet",
            f"没有工作表“{args.sheet}”。" if args.sheet else f"{args.file.name} 里没有表。",
            f"There is no sheet “{args.sheet}”." if args.sheet else f"{args.file.name} holds no table.",
            f"可用：{'、'.join(names) or '无'}。",
            f"There are: {', '.join(names) or 'none'}.",
        )
    return found[0]


def _understood(proposal: Proposal, rules: Rules) -> str:
    """What was understood and what was not, a line each."""
    table, names = proposal.table, proposal.names()
    head = "、".join(str(row + 1) for row in table.header) or "—"
    lines = [
        f"{proposal.file}：工作表“{table.sheet.name}”，表头在第 {head} 行，{len(table.body)} 行数据",
        f"  sheet “{table.sheet.name}”, header in row {head}, {len(table.body)} rows",
        *(f"  · {_both(note)}" for note in proposal.notes),
        f"台账 ledger: {proposal.title} ({proposal.name})",
    ]
    for one in proposal.kept:
        column = one.column
        marks = [_both(KINDS[column.type])]
        marks += (
            [f"{len(column.choices)}: {'、'.join(column.choices[:6])}{'…' * (len(column.choices) > 6)}"]
            if column.choices
            else []
        )
        marks += [column.unit] if column.unit and column.type != "money" else []
        marks += ["标识 key"] if one.in_key else []
        marks += ["必填 required"] if column.required else []
        marks += [_both(PRIVACY[column.privacy])] if column.privacy != "open" else []
        lines.append(
            f"  {letters(column.place)} {column.title} → {names[column.place]}  [{'; '.join(marks)}]  {_both(column.why)}"
        )
    lines += [
        f"归属 belongs: {_both(PLACES[proposal.place])}",
        f"保管 kept by: {proposal.keeper} {_both(rules.roles[proposal.keeper].title)}（--keeper）",
    ]
    doubts = [(row, one.column, cell, why) for one in proposal.kept for row, cell, why in one.column.doubts]
    if doubts:
        lines.append(f"没看懂的格 cells in doubt: {len(doubts)}")
    for row, column, cell, why in sorted(doubts, key=lambda one: one[0])[:SHOWN]:
        lines.append(f"  {letters(column.place)}{row + 1} “{_hidden(str(cell), column.privacy)}”: {_both(why)}")
    return "\n".join(lines + ["  …"] * (len(doubts) > SHOWN))


def _hidden(text: str, privacy: str) -> str:
    """What a terminal may show of a cell: nothing of what names a person."""
    return text[:40] if privacy == "open" else "…"


def _both(text: str) -> str:
    zh, en = say(text), say(text, "en")
    return zh if zh == en else f"{zh} {en}"


def _district(args: argparse.Namespace) -> Path:
    """The folder of the district that is meant."""
    folder = installation.current_options().districts
    known = {path.parent.name: path.parent for path in sorted(folder.glob("*/district.yaml"))}
    chosen = args.district or (next(iter(known)) if len(known) == 1 else "")
    if chosen not in known:
        raise Trouble(
            "district-unknown",
            f"没有辖区“{chosen}”。" if chosen else "有几个辖区，不知道是哪个。",
            f"There is no district “{chosen}”." if chosen else "There are several districts.",
            f"用 --district 说是哪个：{'、'.join(known) or '无'}。",
            f"Say which by --district: {', '.join(known) or 'none'}.",
        )
    return known[chosen]


def _areas(district: Path) -> dict[str, str]:
    from huying.engine.district_files import read

    return area_names((line["code"], line["title"], line["parent"]) for line in read(district).areas)


def _title(district: Path) -> str:
    from huying.engine.district_files import read

    return read(district).settings["title"]


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _write(args: argparse.Namespace) -> int:
    """The district's own pack as files; a file there that differs is not overwritten."""
    district = _district(args)
    name, into = district.name, (args.folder or district / "packs") / district.name
    with installation.opened():
        from huying.engine import own_pack, packs

        row = next((one for one in packs.districts() if one["name"] == name), None)
        with tempfile.TemporaryDirectory() as place:
            fresh = Path(place) / name
            files = own_pack.write(packs.current(row["id"]), fresh) if row else []
            clashing = [
                one
                for one in files
                if (into / one).exists() and (into / one).read_text("utf-8") != (fresh / one).read_text("utf-8")
            ]
            if clashing:
                raise Trouble(
                    "file-exists",
                    f"{into} 里这些文件和生效的不同：{'、'.join(clashing)}。没有改动。",
                    f"These files in {into} differ from those in force: {', '.join(clashing)}. Nothing was changed.",
                    "给一个空文件夹，比一比再合并。",
                    "Give an empty folder, compare, and merge.",
                )
            if files:
                shutil.copytree(fresh, into, dirs_exist_ok=True)
        for one in files:
            print(_short(into / one))
        if not files:
            print("本区还没有自建的台账。 The district has no ledgers of its own yet.")
    return 0
