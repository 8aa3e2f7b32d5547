"""What `huying doctor` looks at. Each check is one function that yields findings; none changes anything."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from huying import installation, keys
from huying.cluster import Lease, binaries, server
from huying.options import Options
from huying.trouble import Trouble

LOW_SPACE = 2 * 1024**3
OLD_BACKUP_DAYS = 2
CALENDAR_DAYS = 60


@dataclass(frozen=True)
class Finding:
    """One line of the report; mend_* are empty when all is good."""

    level: Literal["good", "warning", "bad"]
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""


def all_findings(options: Options) -> list[Finding]:
    """Every check, in the order in which one would mend things."""
    found: list[Finding] = []
    for check in (_python, _disk, _folder, _keys, _database, _calendars, _backups):
        try:
            found += check(options)
        except Trouble as trouble:
            found.append(Finding("bad", trouble.zh, trouble.en, trouble.mend_zh, trouble.mend_en))
    return found


def _python(_options: Options) -> Iterator[Finding]:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 14):
        yield Finding("good", f"Python {version}", platform.platform())
    else:
        yield Finding(
            "warning",
            f"Python {version} 没有试过",
            "is not among the versions tried",
            "用 Python 3.11–3.14",
            "Use Python 3.11–3.14",
        )


def _disk(options: Options) -> Iterator[Finding]:
    place = next(folder for folder in (options.data, *options.data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    level = "bad" if free < server.LEAST_FREE else "warning" if free < LOW_SPACE else "good"
    yield Finding(
        level,
        f"磁盘还空 {free / 1024**3:.1f} GB",
        f"free on the disk of {options.data}",
        "腾出空间，或把数据放到更大的磁盘。",
        "Free some, or move the data to a larger disk.",
    )


def _folder(options: Options) -> Iterator[Finding]:
    if not options.data.exists():
        yield Finding("good", f"数据文件夹 {options.data} 还没有", "the data folder will be made on first use")
        return
    mode = options.data.stat().st_mode & 0o777
    if mode & 0o066:
        yield Finding(
            "warning",
            f"数据文件夹 {options.data} 别人也能看（{mode:o}）",
            "the data folder is open to others",
            f"运行：chmod 700 {options.data}",
            f"Run: chmod 700 {options.data}",
        )
    if options.embedded:
        installation.cluster(options).check_folder()
        yield Finding("good", f"数据文件夹 {options.data} 可写", "the data folder can be written")


def _keys(options: Options) -> Iterator[Finding]:
    if not options.secret_file.exists():
        made = (options.data / "postgres").exists()
        yield Finding(
            "bad" if made else "good",
            f"密钥文件 {options.secret_file} 还没有",
            "no key file" + (" though there is data" if made else ", it will be made on first use"),
            "从密钥备份恢复它。",
            "Restore it from the key backup.",
        )
        return
    keys.read(options.secret_file)
    yield Finding("good", f"密钥文件 {options.secret_file}", "is private and whole")


def _database(options: Options) -> Iterator[Finding]:
    if options.embedded:
        cluster = installation.cluster(options)
        if cluster.status() == "absent":
            yield Finding(
                "good",
                f"数据库还没有，将用 PostgreSQL {binaries.find(options.pg_bin).major}",
                "no database yet; it will be made on first use",
            )
            return
    if not options.secret_file.exists():
        return  # without keys no address of the login is known, and asking would make new ones
    import psycopg

    with Lease(installation.cluster(options)) if options.embedded else nullcontext():
        try:
            with psycopg.connect(installation.owner_url(), connect_timeout=10) as connection:
                version = connection.info.server_version // 10000
                yield Finding(
                    "good" if version >= binaries.OLDEST else "bad",
                    f"数据库 PostgreSQL {version} 能连上",
                    "answers",
                    f"要 {binaries.OLDEST} 或更新。",
                    f"{binaries.OLDEST} or newer is needed.",
                )
                yield from _logins(connection)
                yield from _clock(connection)
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[-1]
            yield Finding(
                "bad",
                f"数据库连不上：{said}",
                "the database does not answer",
                "检查 HUYING_DATABASE_URL 和那台服务器。",
                "Check HUYING_DATABASE_URL and that server.",
            )


def _logins(connection) -> Iterator[Finding]:
    strong = connection.execute(
        "select rolname::text from pg_roles where (rolsuper or rolbypassrls or (rolname = %s and (rolcreaterole or"
        " rolcreatedb))) and (rolname like 'hy\\_%%' and rolname <> %s or rolname = current_user) order by 1",
        [server.APP, server.SUPERUSER],
    ).fetchall()
    if strong:
        names = ", ".join(name for (name,) in strong)
        yield Finding(
            "bad",
            f"数据库登录 {names} 权力太大",
            "these logins may pass row-level security",
            f"请数据库管理员运行：alter role … nosuperuser nobypassrls；{server.APP} 还要 nocreaterole nocreatedb",
            f"As the database's administrator: alter role … nosuperuser nobypassrls; {server.APP} also "
            "nocreaterole nocreatedb",
        )
    else:
        yield Finding("good", "数据库登录都不是超级用户", "no login of ours is a superuser")


def _clock(connection) -> Iterator[Finding]:
    before = time.time()
    (there,) = connection.execute("select extract(epoch from clock_timestamp())").fetchone()
    gap = abs(float(there) - (before + time.time()) / 2)
    built = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*.py"))
    if gap > 5:
        yield Finding(
            "bad",
            f"本机与数据库的钟差 {gap:.0f} 秒",
            "seconds between this clock and the database's",
            "两边都用 NTP 对时。",
            "Set both by NTP.",
        )
    elif before < built - 86400:
        yield Finding(
            "bad",
            f"本机的钟是 {datetime.now():%Y-%m-%d %H:%M}，比程序还早",
            "the clock is older than the program",
            "对时后再用：期限都按这个钟算。",
            "Set it first: all deadlines follow this clock.",
        )
    else:
        yield Finding("good", f"钟 {datetime.now().astimezone():%Y-%m-%d %H:%M %z}", "agrees with the database's")


def _calendars(options: Options) -> Iterator[Finding]:
    for path in sorted(options.packs.glob("*/calendars/*.yaml")):
        found = re.search(r"^until: (\d{4}-\d{2}-\d{2})", path.read_text(encoding="utf-8"), re.M)
        if not found:
            continue
        until = date.fromisoformat(found[1])
        left = (until - date.today()).days
        yield Finding(
            "good" if left >= CALENDAR_DAYS else "warning",
            f"工作日历 {path.stem} 到 {until}",
            f"the working calendar is known for {left} more days",
            f"下一份放假通知公布后加进 {path}，再 huying apply；之后的期限先标“暂定”。",
            f"Add the next published notice to {path}, then huying apply; later due times are provisional.",
        )


def _backups(options: Options) -> Iterator[Finding]:
    if not (options.data / "postgres").exists() and options.embedded:
        return
    newest = (
        max((path.stat().st_mtime for path in options.backups.glob("*.backup")), default=None)
        if options.backups.exists() and os.access(options.backups, os.R_OK)
        else None
    )
    age = (time.time() - newest) / 86400 if newest else None
    said_zh = f"{options.backups} 里没有备份" if age is None else f"最近的备份是 {age:.1f} 天前"
    said_en = "no backup yet" if age is None else "age of the newest backup in days"
    yield Finding(
        "good" if age is not None and age <= OLD_BACKUP_DAYS else "warning",
        said_zh,
        said_en,
        "每晚运行：huying backup --keys-to 另一处的文件",
        "Run every night: huying backup --keys-to FILE-ELSEWHERE",
    )
