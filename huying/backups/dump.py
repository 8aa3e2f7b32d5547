"""PostgreSQL's side of a backup: pg_dump, pg_restore, and the roles that a dump leaves out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from huying.cluster import binaries
from huying.trouble import Trouble

OURS = "hy\\_%"
TIME_LIMIT = 6 * 3600


def write(owner_url: str, pg_bin: str, target: Path) -> int:
    """Dump the whole database of `owner_url` as of one moment; returns the server's major version."""
    with psycopg.connect(owner_url) as connection:
        major = connection.info.server_version // 10000
    programs = binaries.find(pg_bin)
    if programs.major < major:
        programs = binaries.find(pg_bin, major)
    _run([programs["pg_dump"], "--format=custom", "--no-owner", f"--file={target}"], owner_url)
    return major


def restore(owner_url: str, pg_bin: str, source: Path) -> None:
    """Fill an empty database from a dump, all of it or nothing."""
    _run(
        [
            binaries.find(pg_bin)["pg_restore"],
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            f"--dbname={without_password(owner_url)}",
            str(source),
        ],
        owner_url,
    )


def is_empty(owner_url: str) -> bool:
    """Whether the database holds no table of anyone's."""
    with psycopg.connect(owner_url) as connection:
        return connection.execute(
            "select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in"
            " ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema')"
        ).fetchone() == (True,)


def roles(owner_url: str) -> dict:
    """Our roles and who may become whom: {"roles": [[name, login]], "members": [[role, member]]}."""
    with psycopg.connect(owner_url) as connection:
        return {
            "roles": [
                list(row)
                for row in connection.execute(
                    "select rolname::text, rolcanlogin from pg_roles where rolname like %s order by 1", [OURS]
                )
            ],
            "members": [
                list(row)
                for row in connection.execute(
                    "select distinct r.rolname::text, m.rolname::text from pg_auth_members a join pg_roles r on r.oid ="
                    " a.roleid join pg_roles m on m.oid = a.member where r.rolname like %s and m.rolname like %s order by"
                    " 1, 2",
                    [OURS, OURS],
                )
            ],
        }


def make_roles(owner_url: str, wanted: dict, password: str) -> None:
    """Make the roles that are missing, as the owner; a login among them gets `password`."""
    with psycopg.connect(owner_url) as connection:
        me = connection.execute("select current_user::text").fetchone()
        have = {name for (name,) in connection.execute("select rolname::text from pg_roles")}
        for name, login in wanted["roles"]:
            if name not in have and name not in ("hy_super", "hy_owner"):
                connection.execute(
                    sql.SQL("create role {} noinherit {}").format(
                        sql.Identifier(name),
                        sql.SQL("login password {}").format(sql.Literal(password)) if login else sql.SQL("nologin"),
                    )
                )
                have.add(name)
        for role, member in wanted["members"]:
            if member in have and role in have and (member,) != me and role not in ("hy_super", "hy_owner"):
                connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(member)))


def without_password(url: str) -> str:
    """The address as it may stand on a command line, which others can read."""
    parts = urlsplit(url)
    user, place = parts.username, parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}@{place}" if user else place).geturl()


def _run(command: list[str], url: str) -> None:
    if not any(word.startswith("--dbname") for word in command):
        command = [*command, f"--dbname={without_password(url)}"]
    password = urlsplit(url).password
    env = os.environ | ({"PGPASSWORD": unquote(password)} if password else {})
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=env, timeout=TIME_LIMIT)
    if done.returncode:
        name, said = Path(command[0]).name, " / ".join(done.stderr.strip().splitlines()[-3:])
        if "No space left" in said:
            raise Trouble(
                "disk-full",
                f"磁盘满了，{name} 没有做完。",
                f"The disk is full; {name} did not finish.",
                "腾出空间再运行；没有留下半份。",
                "Free some room and run again; nothing half made was left.",
            )
        raise Trouble(
            "dump-failed",
            f"{name} 没有成功：{said}",
            f"{name} failed: {said}",
            "改正后再运行；没有留下半份。",
            "Mend it and run again; nothing half made was left.",
        )
