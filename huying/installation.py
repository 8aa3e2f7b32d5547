"""One installation: its options, its keys, its database addresses. Read once, before Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from huying import keys, options
from huying.cluster import DATABASE, Cluster, Lease
from huying.cluster.server import APP
from huying.trouble import Trouble

_held: dict[Path, tuple[tuple[int, int], keys.Keys]] = {}  # key file -> (inode and time of change, what it holds)


@lru_cache
def current_options() -> options.Options:
    """The options this process runs under."""
    return options.load()


def current_keys() -> keys.Keys:
    """The keys this process runs under; made on first use, read again when a rotation has changed the file.

    A file that goes missing under a running process changes nothing for it: new keys would open nothing.
    """
    path = current_options().secret_file
    known = _held.get(path)
    try:
        stood = os.stat(path)
    except FileNotFoundError:
        if known:
            return known[1]
        keys.load_or_create(path)
        stood = os.stat(path)
    mark = (stood.st_ino, stood.st_mtime_ns)
    if known is None or known[0] != mark:
        known = _held[path] = (mark, keys.read(path))
    return known[1]


def cluster(chosen: options.Options | None = None) -> Cluster:
    """The embedded server of the data folder."""
    chosen = chosen or current_options()
    return Cluster(chosen.data, pg_bin=chosen.pg_bin, listen=chosen.sql_listen)


def owner_url() -> str:
    """Address for migrations and for putting packs in force."""
    chosen = current_options()
    return chosen.database_url or cluster(chosen).dsn(DATABASE).owner_url


def app_url() -> str:
    """Address for requests and jobs: a login without rights of its own.

    On a server of the administrator's it is the owner's address with the name of that login and its own password,
    unless `app_database_url` names another.
    """
    chosen = current_options()
    if chosen.app_database_url:
        return chosen.app_database_url
    if chosen.embedded:
        return cluster(chosen).dsn(DATABASE).app_url
    parts = urlsplit(chosen.database_url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{APP}:{quote(current_keys().app_password, safe='')}@{place}").geturl()


def for_django(url: str) -> dict[str, object]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS of a connection address."""
    import psycopg.conninfo

    known = psycopg.conninfo.conninfo_to_dict(url)
    named = {
        key: str(known.pop(word, ""))
        for key, word in (
            ("NAME", "dbname"),
            ("USER", "user"),
            ("PASSWORD", "password"),
            ("HOST", "host"),
            ("PORT", "port"),
        )
    }
    return {**named, "OPTIONS": known}


def login_of(url: str) -> str:
    """The role named in a connection address."""
    return unquote(urlsplit(url).username or "")


def ensure_login() -> None:
    """On a server of the administrator's: see that it answers, and make the unprivileged login there.

    The embedded server has it from the start. Raises Trouble when the server does not answer.
    """
    chosen = current_options()
    if chosen.embedded:
        return
    import psycopg

    from huying.backups import dump

    try:
        psycopg.connect(chosen.database_url, connect_timeout=10).close()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[-1]
        raise Trouble(
            "database-unreachable",
            f"数据库连不上：{said}",
            f"The database does not answer: {said}",
            "检查 HUYING_DATABASE_URL（地址、库名、用户、口令）和那台服务器。",
            "Check HUYING_DATABASE_URL (address, name, user, password) and that server.",
        ) from None
    if not chosen.app_database_url:
        dump.make_roles(chosen.database_url, {"roles": [[APP, True]], "members": []}, current_keys().app_password)


@contextmanager
def opened(keep: bool = False) -> Iterator[None]:
    """Django ready and its database running, for as long as the block lasts.

    keep  leave an embedded server running afterwards
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.settings")
    if current_options().embedded:
        with Lease(cluster(), keep=keep):
            _set_up()
            yield
            _close_connections()
    else:
        _set_up()
        yield
        _close_connections()


def _set_up() -> None:
    import django

    django.setup()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
