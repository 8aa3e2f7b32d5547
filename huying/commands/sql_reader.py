"""Let a person read a district's ledgers by SQL: add, list and remove their logins.

huying sql-reader add zhang --login diaodu
"""

from __future__ import annotations

import argparse

from huying import installation
from huying.commands._named import district_named, person_named
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME --login LOGIN, list, remove NAME."""
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    add = commands.add_parser("add", help="a new login; its password is shown once")
    add.add_argument("name", help="the login will be sql_NAME")
    add.add_argument(
        "--login", required=True, help="the person's own login: the reader sees what that person's post reaches"
    )
    add.add_argument("--post", help="code of the post; default: the person's first")
    add.add_argument("--days", type=int, default=365, help="for how long; default 365")
    listing = commands.add_parser("list", help="all readers")
    remove = commands.add_parser("remove", help="end a login")
    remove.add_argument("name")
    for one in (listing, remove):
        one.add_argument("--district", help="name of the district; default: the only one")


def run(args: argparse.Namespace) -> int:
    """Do it and print what stands."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import packs, people, sql_readers

    if args.what == "add":
        person = person_named(args.login)
        if not 1 <= args.days <= 3660:
            raise Trouble(
                "reader-days", "天数要在 1 到 3660 之间。", "Days are from 1 to 3660.", "改 --days。", "Change --days."
            )
        district = packs.current(person.district)
        held = people.posts_of(district.id, person.pk, district.today())
        post = next((p.id for p in held if args.post in (None, p.code)), None)
        if post is None:
            known = "、".join(p.code for p in held) or "—"
            raise Trouble("no-post", f"{args.login} 不担任 {args.post or '任何岗位'}。", f"{args.login} does not hold {args.post or 'any post'}.",
                          f"可用：{known}。", f"Held: {known}.")  # fmt: skip
        login, password, schema = sql_readers.add(district, args.name, person.pk, post, args.days)
        options, where = installation.current_options(), installation.for_django(installation.owner_url())
        place = options.sql_listen if options.embedded else f"{where['HOST'] or 'localhost'}:{where['PORT'] or 5432}"
        print(f"登录 login     {login}\n口令 password  {password}\n数据库 database {where['NAME']}\n架构 schema   {schema}\n"
              f"地址 address   {place or '— 先设 sql_listen，再重启 set sql_listen and restart first'}")  # fmt: skip
        return 0
    district = district_named(args.district, only=True)
    if args.what == "remove":
        done = sql_readers.remove(district, args.name)
        print("已停用 removed" if done else "没有这个读者 no such reader")
        return 0 if done else 1
    for one in sql_readers.listed(district):
        state = "有效 live" if one.live and one.login else "没有登录 no login" if one.live else "停用 past"
        print(f"{one.who}  {state}  {one.person} · {one.post}  → {one.until:%Y-%m-%d}")
    return 0
