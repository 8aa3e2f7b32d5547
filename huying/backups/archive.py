"""The backup file: a tar of manifest.json, roles.json, database.dump and the attached files.

The manifest is written last and names every member's digest, so a cut or altered file is noticed before
anything is restored. It names the keys by a fingerprint, never holds them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from huying import __version__, keys
from huying.backups import dump
from huying.trouble import Trouble

FORMAT = 1
PASSING = ("imports", "returned", "sheets")  # folders of files that are gone within a week by themselves


def fingerprint(held: keys.Keys) -> str:
    """Tells two sets of keys apart without telling anything about them."""
    parts = [held.blind, *(held.kek[n] for n in sorted(held.kek))]
    return hashlib.sha256(b"huying keys\0" + b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def write(target: Path, *, owner_url: str, pg_bin: str, files: Path, erasures: Path, held: keys.Keys) -> dict:
    """Write a backup beside, then rename it to `target`; returns its manifest.

    The database is dumped first, as of one moment; files are only ever added, so those copied after it are enough.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    dumped = target.with_name(f".{target.name}.dump")
    try:
        major = dump.write(owner_url, pg_bin, dumped)
        members: dict[str, str] = {}
        with open(beside, "xb", opener=_private) as raw, tarfile.open(fileobj=raw, mode="w") as tar:
            _add_bytes(tar, members, "roles.json", json.dumps(dump.roles(owner_url)).encode())
            _add_file(tar, members, "database.dump", dumped)
            if erasures.exists():
                _add_file(tar, members, "erasures.log", erasures)
            for path in sorted(files.rglob("*")) if files.exists() else []:
                if path.is_file() and not path.is_symlink() and path.relative_to(files).parts[0] not in PASSING:
                    _add_file(tar, members, f"files/{path.relative_to(files)}", path)
            manifest = {
                "format": FORMAT,
                "huying": __version__,
                "postgres": major,
                "keys": fingerprint(held),
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "members": members,
            }
            _add_bytes(tar, {}, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        with beside.open("rb") as raw:
            os.fsync(raw.fileno())
        beside.rename(target)
        return manifest
    finally:
        for path in (beside, dumped):
            path.unlink(missing_ok=True)


def read_manifest(path: Path) -> dict:
    """The manifest of a whole backup, every member's digest checked. Raises Trouble for anything else."""
    try:
        with tarfile.open(path, "r:") as tar:
            found = {}
            manifest = None
            for member in tar:
                if not member.isfile() or member.name.startswith(("/", "..")) or "/../" in member.name:
                    raise _damaged(path, member.name)
                reader = tar.extractfile(member)
                assert reader is not None
                if member.name == "manifest.json":
                    manifest = json.loads(reader.read())
                else:
                    found[member.name] = hashlib.file_digest(reader, "sha256").hexdigest()
    except FileNotFoundError:
        raise Trouble(
            "backup-missing", f"没有备份文件 {path}。", f"There is no backup {path}.", "检查路径。", "Check the path."
        ) from None
    except (tarfile.TarError, OSError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    if not manifest or manifest.get("members") != found:
        raise _damaged(path, "manifest")
    if manifest["format"] != FORMAT:
        raise Trouble(
            "backup-format",
            f"备份 {path} 是更新的版本 {manifest['huying']} 做的。",
            f"The backup {path} was made by a newer Huying, {manifest['huying']}.",
            "先升级再恢复。",
            "Upgrade, then restore.",
        )
    return manifest


def member(path: Path, name: str) -> bytes:
    """One small member's bytes; empty when there is none of that name."""
    with tarfile.open(path, "r:") as tar:
        try:
            reader = tar.extractfile(name)
        except KeyError:
            return b""
        assert reader is not None
        return reader.read()


def extract(path: Path, *, database_dump: Path, files: Path) -> int:
    """Lay the dump and the attached files out; returns how many files. Call read_manifest first."""
    count = 0
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            if entry.name == "database.dump":
                target = database_dump
            elif entry.name.startswith("files/"):
                target, count = files / entry.name.removeprefix("files/"), count + 1
            else:
                continue
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            reader = tar.extractfile(entry)
            assert reader is not None
            with open(target, "wb", opener=_private) as out:
                while block := reader.read(1 << 20):
                    out.write(block)
    return count


def _add_file(tar: tarfile.TarFile, members: dict[str, str], name: str, path: Path) -> None:
    with path.open("rb") as file:
        members[name] = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = os.fstat(file.fileno()).st_size, 0o600, int(path.stat().st_mtime)
        tar.addfile(info, file)


def _add_bytes(tar: tarfile.TarFile, members: dict[str, str], name: str, content: bytes) -> None:
    members[name] = hashlib.sha256(content).hexdigest()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _damaged(path: Path, what: str) -> Trouble:
    return Trouble(
        "backup-damaged",
        f"备份 {path} 不完整或被改过（{what}）。",
        f"The backup {path} is incomplete or altered ({what}).",
        "用另一份备份；什么都没有恢复。",
        "Use another backup; nothing was restored.",
    )
