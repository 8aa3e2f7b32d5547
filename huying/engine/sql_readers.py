"""People who read by SQL: a login each, tied to a person in a post, reaching what that post reaches.

The login has rights on its district's views alone (sql_views.py), reads only, and is cut off the day the person no
longer holds the post. Which post reaches what is written down here, by the owner, and read by row-level security.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import sql

from huying.declare.kinds import say
from huying.engine import database, packs, people, places, sql_views
from huying.engine.database import Query
from huying.engine.packs import District
from huying.trouble import Trouble

PREFIX = "sql_"  # of a login's name; never hy_, which are the program's own
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
AT_ONCE = 3  # connections of one reader
SETTINGS = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_read_only": "on",
}


@dataclass(frozen=True)
class Reader:
    """who: the login; live: whether the person holds the post today; login: whether the server has it."""

    who: str
    person: str
    post: str
    until: datetime
    live: bool
    login: bool


def add(district: District, name: str, person: int, post: int | None, days: int) -> tuple[str, str, str]:
    """(login, password, schema) of a new reader; the password is kept nowhere. Raises Trouble."""
    if not NAME.fullmatch(name):
        raise Trouble("reader-name", f"名称“{name}”不行。", f"“{name}” will not do as a name.",
                      "用小写字母开头，只用小写字母、数字和下划线。", "Begin with a small letter; small letters, digits and _ only.")  # fmt: skip
    actor = _actor(district, person, post)
    if actor.post is None or actor.role is None or actor.role.reach == "none" or not actor.may("export"):
        raise Trouble("reader-post", "这个岗位不能导出，也就不能用 SQL 读。", "This post may not export, and so may not read by SQL.",
                      "换一个岗位（--post），或给它的角色加上 export。", "Choose another post (--post), or give its role the right export.")  # fmt: skip
    who, password, now = f"{PREFIX}{name}", secrets.token_urlsafe(18), district.now()
    with database.owning() as query:
        if query.value("select exists (select from pg_roles where rolname = %s)", [who]):
            raise Trouble("reader-known", f"已有登录名 {who}。", f"There is a login {who} already.",
                          f"换一个名称，或先 huying sql-reader remove {name}。", f"Choose another, or run huying sql-reader remove {name} first.")  # fmt: skip
        query.run("delete from sql_reader where who = %s", [who])
        until = now + timedelta(days=days)
        query.run(
            "insert into sql_reader values (%s, %s, %s, %s, %s, %s)",
            [who, district.id, person, actor.post.id, now, until],
        )
        _reach(query, who, actor)
        sql_views.make(query, district.id, district.rules)
        _make_login(query, who, password, district)
    return who, password, sql_views.schema_of(district.name)


def remove(district: District, name: str) -> bool:
    """End a reader: the login, its open connections, and the views where it was the last; whether there was one."""
    who = f"{PREFIX}{name}"
    with database.owning() as query:
        known = query.run("delete from sql_reader where who = %s and district = %s", [who, district.id])
        if not known:
            return False
        if query.value("select exists (select from pg_roles where rolname = %s)", [who]):
            login = sql.Identifier(who)
            query.run(sql.SQL("grant {} to current_user").format(login).as_string(query.connection))
            query.rows("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [who])
            query.run(sql.SQL("drop role {}").format(login).as_string(query.connection))
        sql_views.make(query, district.id, district.rules)
    return True


def listed(district: District) -> list[Reader]:
    """All readers of a district."""
    today, now = district.today(), district.now()
    with database.owning() as query:
        rows = query.rows(
            "select r.*, n.name, n.active, p.title, exists (select from pg_roles where rolname = r.who) as login, "
            "exists (select from holding h where h.district = r.district and h.post = r.post and h.person = r.person "
            "and h.since <= %s and h.until > %s) as held from sql_reader r join public.engine_person n on n.id = r.person "
            "join post p on p.district = r.district and p.id = r.post where r.district = %s order by r.who",
            [today, today, district.id],
        )
    return [
        Reader(
            row["who"],
            row["name"],
            say(row["title"]),
            row["until"],
            row["held"] and row["active"] and row["until"] > now,
            row["login"],
        )
        for row in rows
    ]


def bring_up() -> None:
    """What readers reach, and their views, as posts, areas and declarations now stand. Safe to repeat."""
    for row in packs.districts():
        with database.owning() as query:
            readers = query.rows("select who, person, post from sql_reader where district = %s", [row["id"]])
            if not readers:
                continue
            district = packs.current(row["id"])
            for reader in readers:
                _reach(query, reader["who"], _actor(district, reader["person"], reader["post"]))
            sql_views.make(query, district.id, district.rules)


def _actor(district: District, person: int, post: int | None) -> people.Actor:
    """The person in that post, or without any where it is not theirs (today)."""
    tree, held = places.tree(district.id, district.today()), people.posts_of(district.id, person, district.today())
    chosen = [one for one in held if post in (None, one.id)]
    return people.actor(district.rules, tree, district.id, person, "", chosen, post)


def _reach(query: Query, who: str, actor: people.Actor) -> None:
    reach = actor.reach
    rows = {"hy_all": [("whole", 0)], "hy_some": [("unit", unit) for unit in reach.units]}.get(
        reach.role, [("office", office) for office in reach.offices]
    )
    query.run("delete from sql_reach where who = %s", [who])
    query.run_many("insert into sql_reach values (%s, %s, %s)", [(who, kind, number) for kind, number in rows])


def _make_login(query: Query, who: str, password: str, district: District) -> None:
    """The password goes to the server as its digest, so that no log of statements can hold it."""
    connection = query.connection
    kept = connection.pgconn.encrypt_password(password.encode(), who.encode(), b"scram-sha-256").decode()
    login, base = sql.Identifier(who), sql.Identifier(connection.info.dbname)
    statements = [
        sql.SQL(
            "create role {} login inherit nosuperuser nocreatedb nocreaterole connection limit {} password {}"
        ).format(login, sql.Literal(AT_ONCE), sql.Literal(kept)),
        sql.SQL("grant {} to {}" + (" with set false" if connection.info.server_version >= 160000 else "")).format(
            sql.Identifier(sql_views.READER), login
        ),
        sql.SQL("grant connect on database {} to {}").format(base, sql.Identifier(sql_views.READER)),
        sql.SQL("alter role {} set search_path = {}").format(login, sql.Identifier(sql_views.schema_of(district.name))),
        *(
            sql.SQL("alter role {} set {} = {}").format(login, sql.SQL(name), sql.Literal(value))
            for name, value in SETTINGS.items()
        ),
    ]
    for statement in statements:
        query.run(statement.as_string(connection))
