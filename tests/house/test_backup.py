"""backup, restore and doctor as an administrator runs them, on an installation of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from huying.cluster import Cluster, Lease
from huying.options import ROOT

MADE = """
from huying import installation
with installation.opened():
    from huying.engine import prepare
    prepare.migrate()
"""
CANARY = "呼应金丝雀"


def huying(folder: Path, *words: str, program: str | None = None) -> subprocess.CompletedProcess:
    """Run one command on the installation whose data folder is `folder`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HUYING_", "DJANGO_"))}
    env |= {"HUYING_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    command = ["-c", program] if program else ["-m", "huying", *words]
    return subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, cwd=folder.parent)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with tables, one row and one attached file; its data folder."""
    folder = tmp_path_factory.mktemp("one") / "data"
    made = huying(folder, program=MADE)
    assert made.returncode == 0, made.stderr
    with Lease(Cluster(folder)) as dsn, psycopg.connect(dsn.owner_url) as connection:
        connection.execute("create table hy.canary as select %s::text as words", [CANARY])
        connection.execute(
            "insert into hy.event (district, record, seq, ledger, act, body, step, to_state, person, post, via, at,"
            " known_at, alg, rule, open, salts, parts, commits, prev, hash) values (440106,"
            " '01900000-0000-7000-8000-000000000001', 1, 1, gen_random_uuid(), '', 'report', 'reported', 1, 1, 'web',"
            " '2020-06-01', '2020-06-01', 'sha256', '', %s, 'salt', '*', 'commitments', '', '')",
            [CANARY],
        )
    attached = folder / "files" / "ab"
    attached.mkdir(parents=True)
    (attached / "photo").write_bytes(b"picture")
    return folder


@pytest.fixture(scope="module")
def backup(place: Path) -> tuple[Path, Path]:
    """A backup of it and its keys."""
    done = huying(
        place, "backup", "--to", str(place.parent / "a.backup"), "--keys-to", str(place.parent / "safe" / "k")
    )
    assert done.returncode == 0, done.stderr
    return place.parent / "a.backup", place.parent / "safe" / "k"


def test_a_backup_comes_back_with_rows_files_keys_and_rights(backup: tuple[Path, Path], tmp_path: Path):
    file, key = backup
    done = huying(tmp_path / "data", "restore", str(file), "--keys", str(key))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "files" / "ab" / "photo").read_bytes() == b"picture"
    assert (tmp_path / "data.keys").read_text() == key.read_text()
    with Lease(Cluster(tmp_path / "data")) as dsn:
        with psycopg.connect(dsn.owner_url) as connection:
            assert connection.execute("select words from hy.canary").fetchone() == (CANARY,)
        with psycopg.connect(dsn.app_url) as connection:
            connection.execute("set role hy_writer")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select words from hy.canary")


def test_the_backup_holds_no_key_and_is_closed_to_others(backup: tuple[Path, Path]):
    file, key = backup
    content = file.read_bytes()
    stored = json.loads(key.read_text())
    assert file.stat().st_mode & 0o077 == 0 and key.stat().st_mode & 0o077 == 0
    assert not any(secret.encode() in content for secret in (stored["kek"]["1"], stored["django"], stored["seal"]))


def test_a_backup_is_refused_until_it_is_said_where_the_keys_go(place: Path):
    done = huying(place, "backup", "--to", str(place.parent / "b.backup"))
    assert done.returncode == 2 and "[keys-place]" in done.stderr and "--keys-to" in done.stderr
    beside = huying(place, "backup", "--to", str(place.parent / "b.backup"), "--keys-to", str(place.parent / "k"))
    assert beside.returncode == 2 and "[keys-beside-backup]" in beside.stderr
    assert not (place.parent / "b.backup").exists()


def test_what_was_erased_since_the_backup_is_erased_again(backup: tuple[Path, Path], tmp_path: Path):
    file, key = backup
    gone = {"district": 440106, "record": "01900000-0000-7000-8000-000000000001"}
    (tmp_path / "data.erasures.log").write_text(json.dumps(gone) + "\n")
    done = huying(tmp_path / "data", "restore", str(file), "--keys", str(key))
    assert done.returncode == 0, done.stderr
    with Lease(Cluster(tmp_path / "data")) as dsn, psycopg.connect(dsn.owner_url) as connection:
        assert connection.execute(
            "select open is null and secret is null and salts is null, commits from hy.event"
        ).fetchone() == (True, b"commitments")


def test_nothing_is_restored_while_the_list_of_erasures_cannot_be_read(backup: tuple[Path, Path], tmp_path: Path):
    file, key = backup
    (tmp_path / "data.erasures.log").write_text("not json\n")
    done = huying(tmp_path / "data", "restore", str(file), "--keys", str(key))
    assert done.returncode == 2 and "[erasures-unreadable]" in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_cut_or_altered_backup_restores_nothing(backup: tuple[Path, Path], tmp_path: Path):
    file, key = backup
    cut, altered = tmp_path / "cut.backup", tmp_path / "altered.backup"
    cut.write_bytes(file.read_bytes()[:-20_000])  # more than the padding at a tar's end
    with tarfile.open(file) as tar:
        at = tar.getmember("database.dump").offset_data
    content = bytearray(file.read_bytes())
    content[at + 100] ^= 1
    altered.write_bytes(content)
    for bad in (cut, altered):
        done = huying(tmp_path / "data", "restore", str(bad), "--keys", str(key))
        assert done.returncode == 2 and "[backup-damaged]" in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


def test_wrong_keys_and_a_full_installation_are_refused(backup: tuple[Path, Path], place: Path, tmp_path: Path):
    from huying import keys

    file, key = backup
    keys.write(tmp_path / "other", keys.new())
    done = huying(tmp_path / "data", "restore", str(file), "--keys", str(tmp_path / "other"))
    assert done.returncode == 2 and "[keys-wrong]" in done.stderr
    done = huying(place, "restore", str(file), "--keys", str(key))
    assert done.returncode == 2 and "[not-empty]" in done.stderr


def test_doctor_finds_nothing_bad_in_a_sound_installation(place: Path):
    done = huying(place, "doctor", "--settings")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PostgreSQL" in done.stdout and "✗" not in done.stdout and f"data = {place}" in done.stdout


def test_doctor_names_a_login_that_is_too_strong_and_a_key_file_that_is_open(place: Path, tmp_path: Path):
    shutil.copytree(place, tmp_path / "data", ignore=shutil.ignore_patterns("socket", "*.lock"))
    shutil.copy(place.with_name("data.keys"), tmp_path / "data.keys")
    if os.geteuid() == 0:
        for path in [tmp_path / "data" / "postgres", *(tmp_path / "data" / "postgres").rglob("*")]:
            os.chown(path, place.joinpath("postgres").stat().st_uid, -1)
    with Lease(Cluster(tmp_path / "data")) as dsn, psycopg.connect(dsn.admin_url) as connection:
        connection.execute("alter role hy_app bypassrls")
    done = huying(tmp_path / "data", "doctor")
    assert done.returncode == 1 and "✗ 数据库登录 hy_app" in done.stdout
    (tmp_path / "data.keys").chmod(0o644)
    done = huying(tmp_path / "data", "doctor")
    assert done.returncode == 1 and f"chmod 600 {tmp_path / 'data.keys'}" in done.stdout


def test_doctor_changes_nothing_where_nothing_was_made(tmp_path: Path):
    done = huying(tmp_path / "data", "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
