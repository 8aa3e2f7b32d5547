"""The embedded server, for real: made, shared, killed, refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huying.cluster import Cluster, Lease, binaries, identity, server
from huying.trouble import Trouble

FAST = server.FOR_TESTS | {"shared_buffers": "16MB"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path / "data", settings=FAST)
    yield made
    if made.files.exists():
        made.stop()


def postmaster(cluster: Cluster) -> int:
    return int((cluster.files / "postmaster.pid").read_text().split()[0])


def test_first_use_makes_a_server_with_two_logins_that_are_not_superusers(own: Cluster):
    assert own.status() == "absent"
    with Lease(own) as dsn:
        for url, role in ((dsn.owner_url, "hy_owner"), (dsn.app_url, "hy_app")):
            with psycopg.connect(url) as connection:
                assert connection.execute(
                    "select current_user::text, rolsuper, current_setting('timezone') from pg_roles"
                    " where rolname = current_user"
                ).fetchone() == (role, False, "UTC")
        with psycopg.connect(dsn.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table public.mine (a int)")
    assert own.status() == "stopped"


def test_a_port_lets_in_readers_by_password_and_nobody_else(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = Cluster(tmp_path / "data", settings=FAST, listen=f"127.0.0.1:{port}")
    try:
        with Lease(own) as dsn:
            with psycopg.connect(dsn.owner_url, autocommit=True) as connection:
                connection.execute("create role hy_reader nologin")
                connection.execute("create role sql_zhang login password 'long enough' in role hy_reader")
                connection.execute("grant connect on database huying to hy_reader")
            with psycopg.connect(dsn.admin_url, autocommit=True) as connection:
                connection.execute("alter role hy_app password 'long enough'")
            by_port = f"host=127.0.0.1 port={port} dbname=huying"
            with psycopg.connect(f"{by_port} user=sql_zhang", password="long enough") as connection:
                assert connection.execute("select session_user::text").fetchone() == ("sql_zhang",)
            for user, password in (
                ("sql_zhang", "wrong"),
                ("hy_app", "long enough"),
                ("hy_super", "x"),
                ("hy_owner", ""),
            ):
                with pytest.raises(psycopg.OperationalError):
                    psycopg.connect(f"{by_port} user={user}", password=password)
    finally:
        if own.files.exists():
            own.stop()


def test_the_server_outlives_the_first_user_while_a_second_one_works(own: Cluster):
    first, second = Lease(own), Lease(Cluster(own.folder, settings=FAST))
    first.__enter__()
    second.__enter__()
    first.__exit__()
    assert own.running()
    second.__exit__()
    assert not own.running()


def test_what_was_committed_is_there_after_the_server_was_killed(tmp_path: Path):
    own = Cluster(tmp_path / "data", settings={"shared_buffers": "16MB"})
    with Lease(own, keep=True) as dsn:
        connection = psycopg.connect(dsn.owner_url)
        connection.execute("create table t (a int)")
        connection.execute("insert into t values (1)")
        connection.commit()
        connection.execute("insert into t values (2)")
        os.kill(postmaster(own), signal.SIGKILL)
        connection.close()
    with Lease(own) as dsn, psycopg.connect(dsn.owner_url) as connection:
        assert connection.execute("select array_agg(a) from t").fetchone() == ([1],)


def test_several_commands_may_start_at_once(own: Cluster):
    program = (
        "import sys, pathlib; from huying.cluster import *; "
        "lease = Lease(Cluster(pathlib.Path(sys.argv[1]), settings={'fsync': 'off'})); "
        "dsn = lease.__enter__(); import psycopg; "
        "print(psycopg.connect(dsn.app_url).execute('select 1').fetchone()[0]); lease.__exit__()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(own.folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in started] == ["1", "1", "1"]
    assert own.status() == "stopped"


def test_a_command_that_was_killed_does_not_keep_the_next_one_out(own: Cluster):
    program = (
        "import sys, pathlib, time; from huying.cluster import *; "
        "Lease(Cluster(pathlib.Path(sys.argv[1]), settings={'fsync': 'off'})).__enter__(); "
        "print('up', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(own.folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    process.kill()
    process.wait()
    with Lease(own):
        assert own.running()
    assert not own.running()


def test_a_data_folder_of_another_major_version_is_refused_with_both_versions(own: Cluster):
    own.files.mkdir(parents=True)
    (own.files / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="database-version") as trouble, Lease(own):
        pass
    assert "PostgreSQL 9" in trouble.value.zh and "PostgreSQL 9" in trouble.value.en
    assert "huying restore" in trouble.value.mend_en


def test_a_folder_with_something_else_in_it_is_left_alone(own: Cluster):
    own.files.mkdir(parents=True)
    (own.files / "notes.txt").write_text("mine")
    with pytest.raises(Trouble, match="data-strange"), Lease(own):
        pass
    assert (own.files / "notes.txt").read_text() == "mine"


def test_a_deep_data_folder_gets_a_short_socket_path(tmp_path: Path):
    deep = Cluster(tmp_path / ("d" * 60) / ("e" * 60), settings=FAST)
    assert len(os.fsencode(deep.socket)) <= server.SOCKET_PATH_LIMIT
    with Lease(deep) as dsn, psycopg.connect(dsn.app_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_full_disk_is_said_before_anything_is_written(own: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "LEAST_FREE", 1 << 62)
    with pytest.raises(Trouble, match="disk-full"), Lease(own):
        pass
    assert own.status() == "absent"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lay out another person's folder")
def test_another_persons_folder_and_a_read_only_one_are_refused(tmp_path: Path):
    program = """
import os, sys, pathlib
from huying.cluster import *
from huying.trouble import Trouble
os.setgid(65534); os.setuid(65534)
try:
    Cluster(pathlib.Path(sys.argv[1])).check_folder()
except Trouble as trouble:
    print(trouble.code)
"""
    tmp_path.chmod(0o755)
    for parent in list(tmp_path.parents)[:-2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    mine, closed = tmp_path / "mine", tmp_path / "closed" / "data"
    mine.mkdir()
    closed.parent.mkdir(mode=0o555)
    root = Path(server.__file__).parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, cwd=root, check=True
        ).stdout.strip()
        for folder in (mine, closed)
    ]
    assert said == ["data-owner", "data-read-only"]


@pytest.mark.skipif(os.geteuid() != 0, reason="about what root does")
@pytest.mark.parametrize("others", ["may pass", "may not pass"])
def test_root_hands_the_server_to_nobody_where_user_namespaces_are_forbidden(
    own: Cluster, monkeypatch: pytest.MonkeyPatch, others: str
):
    for parent in list(own.folder.parents)[:-2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    if others == "may not pass":  # as in a checkout under root's own home
        own.folder.parent.chmod(0o700)
    monkeypatch.setattr(identity, "_namespaces_allowed", lambda: False)
    with Lease(own) as dsn, psycopg.connect(dsn.owner_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        assert own.files.stat().st_uid == identity.NOBODY
    with Lease(own):  # and again, on the folder that now is nobody's
        assert own.running()


def test_programs_named_by_the_administrator_are_the_only_ones_tried(tmp_path: Path):
    with pytest.raises(Trouble, match="database-programs-missing"):
        binaries.find(str(tmp_path))


def test_a_database_is_copied_from_a_template(own: Cluster):
    with Lease(own):
        with psycopg.connect(own.create_database("first").owner_url) as connection:
            connection.execute("create table t as select 7 as a")
        with psycopg.connect(own.create_database("second", template="first").owner_url) as connection:
            assert connection.execute("select a from t").fetchone() == (7,)
        own.drop_database("second")
        own.drop_database("second")


def test_stopping_waits_for_nobody_for_long(own: Cluster):
    with Lease(own) as dsn:
        psycopg.connect(dsn.owner_url)  # a connection that nobody closes
        began = time.monotonic()
    assert time.monotonic() - began < 20
