"""Restore a backup into an empty installation, erasing again what was erased since.

huying restore huying-20201220T0300.backup --keys /mnt/safe/huying.keys
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from huying import installation, keys
from huying.backups import archive, dump
from huying.cluster import Lease
from huying.options import Options
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The backup, its keys, and the newest list of erasures."""
    parser.add_argument("backup", type=Path, help="a file written by huying backup")
    parser.add_argument("--keys", type=Path, required=True, help="the file that got its keys")
    parser.add_argument("--erasures", type=Path, help="newest list of erasures (default: the setting `erasures_file`)")


def run(args: argparse.Namespace) -> int:
    """Check everything first; then restore all or nothing; then erase again and set the bounds anew."""
    options = installation.current_options()
    began = time.monotonic()
    manifest = archive.read_manifest(args.backup)
    _check_keys(args.keys, manifest, options)
    erasures = _erasures(args.backup, args.erasures or options.erasures_file)
    cluster = installation.cluster(options)
    with Lease(cluster) if options.embedded else nullcontext():
        owner = installation.owner_url()
        if not dump.is_empty(owner) or (options.data / "files").exists():
            raise Trouble(
                "not-empty",
                f"{options.data if options.embedded else '数据库'} 里已有内容。",
                f"{options.data if options.embedded else 'The database'} is not empty.",
                "恢复到一个空文件夹：HUYING_DATA=新文件夹 huying restore …",
                "Restore into an empty folder: HUYING_DATA=NEW huying restore …",
            )
        _settle_keys(args.keys, options)
        dump.make_roles(
            owner, json.loads(archive.member(args.backup, "roles.json")), installation.current_keys().app_password
        )
        with tempfile.TemporaryDirectory(dir=options.data) as folder:
            dumped = Path(folder) / "database.dump"
            count = archive.extract(args.backup, database_dump=dumped, files=Path(folder) / "files")
            dump.restore(owner, options.pg_bin, dumped)
            if count:
                (Path(folder) / "files").rename(options.data / "files")
        _write_erasures(options.erasures_file, erasures)
        with installation.opened():
            from huying.engine import prepare

            prepare.after_restore([json.loads(line) for line in erasures])
    print(
        f"已恢复 restored  {args.backup.name} ({manifest['at']}), {count} files, {len(erasures)} erasures, "
        f"{time.monotonic() - began:.1f} s"
    )
    return 0


def _check_keys(path: Path, manifest: dict, options: Options) -> None:
    try:
        given = archive.fingerprint(keys.read(path))
    except FileNotFoundError:
        raise Trouble(
            "keys-missing", f"没有密钥文件 {path}。", f"There is no key file {path}.", "检查 --keys。", "Check --keys."
        ) from None
    if given != manifest["keys"]:
        raise Trouble(
            "keys-wrong",
            f"{path} 不是这份备份的密钥。",
            f"{path} does not hold this backup's keys.",
            "找到做备份时 --keys-to 写下的那个文件。",
            "Find the file that --keys-to wrote with that backup.",
        )
    if options.secret_file.exists() and archive.fingerprint(keys.read(options.secret_file)) != manifest["keys"]:
        raise Trouble(
            "keys-of-another",
            f"{options.secret_file} 已有另一套密钥。",
            f"{options.secret_file} holds other keys already.",
            "把它移开，或恢复到另一个 HUYING_DATA。",
            "Move it away, or restore into another HUYING_DATA.",
        )


def _settle_keys(path: Path, options: Options) -> None:
    if not options.secret_file.exists():
        options.secret_file.parent.mkdir(parents=True, exist_ok=True)
        keys.write(options.secret_file, keys.read(path))


def _erasures(backup: Path, log: Path) -> list[str]:
    """Those known when the backup was made and those known now, each once, in order: lines of JSON."""
    lines = archive.member(backup, "erasures.log").decode().splitlines()
    lines += log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    try:
        for line in lines:
            json.loads(line)
    except ValueError as error:
        raise Trouble(
            "erasures-unreadable",
            f"抹除记录 {log} 读不懂（{error}）。",
            f"Cannot read {log} ({error}).",
            "恢复它的备份；不重做抹除就不能恢复。",
            "Mend it; nothing is restored without erasing again.",
        ) from None
    return list(dict.fromkeys(lines))


def _write_erasures(log: Path, erasures: list[str]) -> None:
    known = set(log.read_text(encoding="utf-8").splitlines()) if log.exists() else set()
    if missing := [line for line in erasures if line not in known]:
        with log.open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in missing))
