"""Write a backup: one file with database and attachments, and the keys into a second place.

The keys must lie elsewhere: whoever has both files can read everything; whoever has only the backup cannot.
Example, every night:  huying backup --keys-to /mnt/safe/huying.keys
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime
from pathlib import Path

from huying import installation, keys
from huying.backups import archive
from huying.cluster import Lease
from huying.options import Options
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--to and --keys-to."""
    parser.add_argument("--to", type=Path, help="file or folder of the backup (default: the setting `backups`)")
    parser.add_argument("--keys-to", type=Path, help="file that gets the keys; never in the backup's folder")


def run(args: argparse.Namespace) -> int:
    """Write both files and say what they hold."""
    options = installation.current_options()
    target = _target(args.to, options)
    keys_to = _keys_place(args.keys_to, target, options)
    began = time.monotonic()
    if options.embedded:
        if installation.cluster(options).status() == "absent":
            raise Trouble(
                "nothing-to-back-up",
                f"{options.data} 里还没有数据库。",
                f"There is no database in {options.data}.",
                "检查 HUYING_DATA。",
                "Check HUYING_DATA.",
            )
        with Lease(installation.cluster(options)):
            manifest = _write(target, options)
    else:
        manifest = _write(target, options)
    if not keys_to.exists():
        keys_to.parent.mkdir(parents=True, exist_ok=True)
        keys.write(keys_to, installation.current_keys())
    files = sum(name.startswith("files/") for name in manifest["members"])
    size, seconds = target.stat().st_size / 1e6, time.monotonic() - began
    print(f"备份 backup  {target}  {size:.1f} MB, {files} files, {seconds:.1f} s")
    print(f"密钥 keys    {keys_to}")
    return 0


def _write(target: Path, options: Options) -> dict:
    return archive.write(
        target,
        owner_url=installation.owner_url(),
        pg_bin=options.pg_bin,
        files=options.data / "files",
        erasures=options.erasures_file,
        held=installation.current_keys(),
    )


def _target(named: Path | None, options: Options) -> Path:
    name = f"huying-{datetime.now():%Y%m%dT%H%M%S}.backup"
    target = (named or options.backups).absolute()
    target = target / name if target.is_dir() or (named is None) else target
    if target.exists():
        raise Trouble(
            "backup-exists",
            f"{target} 已经有了。",
            f"{target} exists already.",
            "换一个名字；旧备份不会被盖掉。",
            "Name another; an old backup is never replaced.",
        )
    if options.data in target.parents:
        raise Trouble(
            "backup-in-data",
            "备份不能放在数据文件夹里。",
            "A backup cannot lie in the data folder.",
            "放到另一块磁盘上。",
            "Put it on another disk.",
        )
    return target


def _keys_place(named: Path | None, target: Path, options: Options) -> Path:
    if named is None:
        raise Trouble(
            "keys-place",
            "没有说密钥放在哪里。",
            "You did not say where the keys go.",
            "加上 --keys-to 文件，放在和备份不同的地方；没有密钥，备份里加密的内容打不开。",
            "Add --keys-to FILE, elsewhere than the backup; without the keys what is encrypted stays closed.",
        )
    place = named.absolute()
    place = place / "huying.keys" if place.is_dir() else place
    if place.parent == target.parent or options.data in place.parents:
        raise Trouble(
            "keys-beside-backup",
            f"密钥不能和备份或数据放在一起（{place.parent}）。",
            f"The keys may not lie beside the backup or in the data folder ({place.parent}).",
            "另选一个地方，最好是另一块磁盘。",
            "Choose another place, best on another disk.",
        )
    if place.exists() and archive.fingerprint(keys.read(place)) != archive.fingerprint(installation.current_keys()):
        raise Trouble(
            "keys-of-another",
            f"{place} 是另一套密钥。",
            f"{place} holds other keys.",
            "换一个文件名；密钥从不被盖掉。",
            "Name another file; keys are never replaced.",
        )
    return place
