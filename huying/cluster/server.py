"""One embedded PostgreSQL in one folder: made, started, stopped. One private socket, and a TCP port only where asked for."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from huying.cluster import binaries, identity
from huying.trouble import Trouble

DATABASE = "huying"
SUPERUSER, OWNER, APP = "hy_super", "hy_owner", "hy_app"
READERS = "hy_reader"  # the group of people with SQL, the only ones let in by TCP
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535.lock")  # a Unix socket's path is 107 bytes at most
LEAST_FREE = 300 * 1024 * 1024
START_SECONDS = 60

TUNING = {  # for a machine of 2 cores and a few GB that also runs the web server
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "80",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "listen_addresses": "",
    "log_min_messages": "warning",
    "idle_in_transaction_session_timeout": "10min",
}
FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}


@dataclass(frozen=True)
class Dsn:
    """Connection addresses of one database. owner migrates and applies; app serves requests; admin makes both."""

    owner_url: str
    app_url: str
    admin_url: str


class Cluster:
    """The server of a data folder.

    folder   the data folder; PostgreSQL's own files lie in `postgres/` below it
    pg_bin   a folder of PostgreSQL programs to use instead of those found
    settings further server settings, over TUNING
    listen   `host:port` where people with SQL may connect, by password; empty for none
    """

    def __init__(self, folder: Path, *, pg_bin: str = "", settings: dict[str, str] | None = None, listen: str = ""):
        self.folder = Path(folder).absolute()
        self.files = self.folder / "postgres"
        self.log = self.folder / "postgres.log"
        self.pg_bin, self.settings = pg_bin, TUNING | (settings or {})
        self.socket = _socket_folder(self.folder)
        self.host, _, self.port = listen.rpartition(":")

    def dsn(self, database: str = DATABASE) -> Dsn:
        """Addresses of `database`, known before the server runs."""

        def url(role: str, name: str = database) -> str:
            port = f"&port={self.port}" if self.port else ""
            return f"postgresql://{role}@/{name}?host={quote(str(self.socket), safe='')}{port}"

        return Dsn(url(OWNER), url(APP), url(SUPERUSER, "postgres"))

    def start(self) -> Dsn:
        """Start the server unless it runs already, making it on first use. Hold `Lease` around this.

        Raises Trouble: folder of another person or version, read-only, full disk, a server that will not start.
        """
        self.check_folder()
        who = identity.for_folder(self.files if self.files.exists() else self.folder)
        programs = binaries.find(self.pg_bin, self._major())
        _make_socket_folder(self.socket, who)
        if not self.running():
            if not self.files.exists():
                self._make(programs, who)
            self._launch(programs, who)
        self._ensure_logins()
        return self.dsn()

    def stop(self) -> None:
        """Stop the server, letting running statements end by cancelling them; nothing acknowledged is lost."""
        if not (self.files / "postmaster.pid").exists():
            return
        who = identity.for_folder(self.files)
        programs = binaries.find(self.pg_bin, self._major())
        for mode in ("fast", "immediate"):
            done = who.run(
                [programs["pg_ctl"], "stop", "-D", str(self.files), "-m", mode, "-w", "-t", "30"], timeout=60
            )
            if done.returncode == 0 or not self.running():
                break
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket, ignore_errors=True)

    def status(self) -> str:
        """ "absent", "stopped" or "running"."""
        if not (self.files / "PG_VERSION").exists():
            return "absent"
        return "running" if self.running() else "stopped"

    def running(self) -> bool:
        """Whether the server answers; asks the server itself, since its pid file outlives a kill -9."""
        try:
            with psycopg.connect(self.dsn().admin_url, connect_timeout=5) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def create_database(self, name: str, template: str | None = None) -> Dsn:
        """Make `name`, owned by the owner role; `template` is copied when given."""
        with psycopg.connect(self.dsn().admin_url, autocommit=True) as connection:
            _create_database(connection, name, template)
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Remove `name` whoever is connected to it; nothing happens when it is not there."""
        with psycopg.connect(self.dsn().admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def check_folder(self) -> None:
        """Make the data folder (0700) and make sure that this person may write there and that there is room."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            identity.for_folder(self.folder)
            with tempfile.TemporaryFile(dir=self.folder) as probe:
                probe.write(b"x" * 4096)
                probe.flush()
        except OSError as error:
            raise _folder_trouble(self.folder, error) from None
        free = shutil.disk_usage(self.folder).free
        if free < LEAST_FREE:
            raise _folder_trouble(self.folder, OSError(errno.ENOSPC, f"{free >> 20} MB"))

    def _major(self) -> int | None:
        """Version of the existing files; None when there are none yet."""
        try:
            return int((self.files / "PG_VERSION").read_text().split(".")[0])
        except FileNotFoundError:
            if self.files.exists() and any(self.files.iterdir()):
                raise Trouble(
                    "data-strange",
                    f"{self.files} 里不是 PostgreSQL 的数据。",
                    f"{self.files} does not hold PostgreSQL's files.",
                    "把它移走，再运行一次。",
                    "Move it away and run again.",
                ) from None
            return None
        except OSError as error:
            raise _folder_trouble(self.files, error) from None

    def _make(self, programs: binaries.Binaries, who: identity.Identity) -> None:
        """initdb beside, then rename: an interrupted first start leaves nothing half made."""
        beside = Path(tempfile.mkdtemp(prefix="postgres.", dir=self.folder))
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if programs.major >= 17
            else ["--locale=C"]
        )
        try:
            if who.uid >= 0:
                os.chown(beside, who.uid, -1)
                os.chmod(self.folder, 0o711)  # the other user must be able to pass
            done = who.run(
                [
                    programs["initdb"],
                    "-D",
                    str(beside),
                    "-U",
                    SUPERUSER,
                    "-E",
                    "UTF8",
                    *locale,
                    "--data-checksums",
                    "--auth-local=trust",
                    "--auth-host=reject",
                    "--no-instructions",
                    *([] if self.settings.get("fsync") != "off" else ["--no-sync"]),
                ],
                timeout=300,
            )
            if done.returncode:
                raise self._start_trouble(done.stdout + done.stderr)
            beside.rename(self.files)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise

    def _launch(self, programs: binaries.Binaries, who: identity.Identity) -> None:
        conf = self.files / "huying.conf"
        settings = self.settings | {"unix_socket_directories": str(self.socket), "unix_socket_permissions": "0700"}
        if self.port:
            settings |= {"listen_addresses": self.host, "port": self.port}
            (self.files / "pg_hba.conf").write_text(
                f"local all all trust\nhost all +{READERS} all scram-sha-256\nhost all all all reject\n"
            )
        conf.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        main = self.files / "postgresql.conf"
        if "include 'huying.conf'" not in (text := main.read_text()):
            main.write_text(text + "\ninclude 'huying.conf'\n")
        self.log.touch(mode=0o600)
        if who.uid >= 0:
            for path in (conf, self.log):
                os.chown(path, who.uid, -1)
        deadline = time.monotonic() + START_SECONDS
        while True:
            seen = self.log.stat().st_size
            try:
                done = who.run(
                    [
                        programs["pg_ctl"],
                        "start",
                        "-D",
                        str(self.files),
                        "-l",
                        str(self.log),
                        "-w",
                        "-t",
                        str(START_SECONDS),
                    ],
                    timeout=START_SECONDS + 30,
                )
            except subprocess.TimeoutExpired:
                raise self._start_trouble(self._log_since(seen)) from None
            if done.returncode == 0 and self.running():
                return
            said = self._log_since(seen) + done.stderr
            # After a kill -9 orphans of the old server hold its shared memory for a moment.
            leftover = any(
                words in said
                for words in (
                    "shared memory block",
                    "another server might be running",
                    "lock file",
                    "Address already in use",
                )
            )
            if not leftover or time.monotonic() > deadline:
                raise self._start_trouble(said)
            time.sleep(0.3)

    def _log_since(self, position: int) -> str:
        with self.log.open("rb") as file:
            file.seek(position)
            return file.read().decode(errors="replace")

    def _start_trouble(self, said: str) -> Trouble:
        if "No space left" in said:
            return _folder_trouble(self.folder, OSError(errno.ENOSPC, "No space left"))
        if "Permission denied" in said and os.geteuid() == 0:
            return Trouble(
                "database-hidden",
                f"数据库程序或 {self.folder} 所在的文件夹不让普通用户进入。",
                f"The database programs or a folder above {self.folder} are closed to ordinary users.",
                "不要用 root 运行，或把项目移出 /root（例如 /opt/huying）。",
                "Do not run as root, or move the project out of /root (for example to /opt/huying).",
            )
        tail = " / ".join(said.strip().splitlines()[-4:])
        return Trouble(
            "database-start",
            f"数据库起不来：{tail}",
            f"The database does not start: {tail}",
            f"看 {self.log}；运行 huying doctor。",
            f"See {self.log}; run huying doctor.",
        )

    def _ensure_logins(self) -> None:
        """The two login roles and the database; idempotent."""
        with psycopg.connect(self.dsn().admin_url, autocommit=True) as connection:
            have = {name for (name,) in connection.execute("select rolname from pg_roles")}
            if OWNER not in have:
                connection.execute(f"create role {OWNER} login createrole createdb nosuperuser")
            if APP not in have:
                connection.execute(f"create role {APP} login noinherit nosuperuser nocreaterole nocreatedb")
            if not connection.execute("select from pg_database where datname = %s", [DATABASE]).rowcount:
                _create_database(connection, DATABASE, None)


def _create_database(connection: psycopg.Connection, name: str, template: str | None) -> None:
    connection.execute(
        sql.SQL("create database {} owner {} template {} encoding 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
        )
    )
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("grant connect, temporary on database {} to {}").format(sql.Identifier(name), sql.Identifier(APP))
    )


def _socket_folder(folder: Path) -> Path:
    """Inside the data folder where the path is short enough, else a name in /tmp that follows from it."""
    inside = folder / "socket"
    if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    return Path("/tmp") / f"huying-{os.geteuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _make_socket_folder(path: Path, who: identity.Identity) -> None:
    """Make it private; refuse one that somebody else laid there first."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), who.uid):
        raise Trouble(
            "socket-folder",
            f"{path} 被别的用户占着。",
            f"{path} belongs to another user.",
            "删掉它，或把数据文件夹放到更短的路径下。",
            "Remove it, or give the data folder a shorter path.",
        )
    os.chmod(path, 0o700)
    if who.uid >= 0:
        os.chown(path, who.uid, -1)


def _folder_trouble(folder: Path, error: OSError) -> Trouble:
    if error.errno == errno.ENOSPC:
        return Trouble(
            "disk-full",
            f"{folder} 所在的磁盘满了（{error.strerror or error}）。",
            f"The disk of {folder} is full ({error.strerror or error}).",
            f"腾出至少 {LEAST_FREE >> 20} MB 再运行；已经确认的内容都在。",
            f"Free at least {LEAST_FREE >> 20} MB and run again; all that was confirmed is kept.",
        )
    if error.errno == errno.EROFS or (error.errno in (errno.EACCES, errno.EPERM)):
        return Trouble(
            "data-read-only",
            f"数据文件夹 {folder} 写不进去（{error.strerror}）。",
            f"The data folder {folder} cannot be written ({error.strerror}).",
            "改它的权限，或用 HUYING_DATA 另选一个文件夹。",
            "Change its rights, or name another in HUYING_DATA.",
        )
    return Trouble(
        "data-folder",
        f"数据文件夹 {folder} 用不了：{error}。",
        f"The data folder {folder} is unusable: {error}.",
        "改正它，或用 HUYING_DATA 另选一个文件夹。",
        "Mend it, or name another in HUYING_DATA.",
    )
