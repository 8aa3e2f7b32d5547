"""Make, list and revoke the API tokens of a person.

The text of a new token is printed once and stored nowhere.
"""

from __future__ import annotations

import argparse

from huying import installation
from huying.commands._named import person_named
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """make LOGIN, list LOGIN, revoke LOGIN NUMBER."""
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    make = commands.add_parser("make", help="a new token, shown once")
    make.add_argument("login")
    make.add_argument("--title", default="command line", help="what it is for")
    make.add_argument("--post", help="code of the post; default: the person's first")
    make.add_argument("--scopes", default="read", help="read, act, export, with commas; default read")
    make.add_argument("--days", type=int, default=90, help="for how long; default 90")
    listing = commands.add_parser("list", help="all of a person's tokens")
    listing.add_argument("login")
    revoke = commands.add_parser("revoke", help="revoke a token by its number")
    revoke.add_argument("login")
    revoke.add_argument("number", type=int)


def run(args: argparse.Namespace) -> int:
    """Do it and print what stands."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import packs, people, places, tokens

    person = person_named(args.login)
    district = packs.current(person.district)
    if args.what == "make":
        tree, posts = (
            places.tree(district.id, district.today()),
            people.posts_of(district.id, person.pk, district.today()),
        )
        chosen = next((p.id for p in posts if p.code == args.post), None)
        if args.post and chosen is None:
            raise Trouble(
                "no-post",
                f"{args.login} 不担任 {args.post}。",
                f"{args.login} does not hold {args.post}.",
                f"可用：{'、'.join(p.code for p in posts)}。",
                f"Held: {', '.join(p.code for p in posts)}.",
            )
        actor = people.actor(district.rules, tree, district.id, person.pk, person.name, posts, chosen)
        scopes = [word.strip() for word in args.scopes.split(",") if word.strip()]
        try:
            token, text = tokens.make(district, actor, args.title, scopes, args.days)
        except tokens.TokenRefused as refused:
            zh, _, en = str(refused).partition(" | ")
            raise Trouble("token-refused", zh, en, "改正后再来。", "Correct it and try again.") from None
        print(f"{text}\n{token.id}  {token.title}  {','.join(token.scopes)}  → {token.until:%Y-%m-%d}")
    elif args.what == "revoke":
        done = tokens.revoke(district, args.number, person.pk)
        print("已停用 revoked" if done else "没有这个有效令牌 no such live token")
        return 0 if done else 1
    else:
        for token in tokens.of_person(district.id, person.pk):
            state = (
                "有效 live" if token.is_live(district.now()) else "停用 revoked" if token.revoked_at else "过期 past"
            )
            print(f"{token.id}  {state}  {token.title}  {','.join(token.scopes)}  → {token.until:%Y-%m-%d}")
    return 0
