"""The secrets of one installation, in one file of mode 0600 beside the data folder, never in it.

Kept apart so that a copy of the data folder, or a backup, cannot be read without them.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from huying.trouble import Trouble


@dataclass(frozen=True)
class Keys:
    """django signs sessions; app_password opens the unprivileged database login; kek (number -> 32 bytes) wraps
    the keys of single records and index (likewise) makes the blind indexes of secret fields, the highest number is the
    one in use; blind makes tracking codes, seals drafts and digests what was asked; seal is the 32-byte seed of the
    Ed25519 key that signs seals."""

    django: str
    app_password: str
    kek: dict[int, bytes]
    index: dict[int, bytes]
    blind: bytes
    seal: bytes

    @property
    def current_kek(self) -> tuple[int, bytes]:
        """Number and bytes of the key-encryption key in use."""
        number = max(self.kek)
        return number, self.kek[number]


def new() -> Keys:
    """Fresh random keys."""
    return Keys(
        secrets.token_urlsafe(50),
        secrets.token_urlsafe(24),
        {1: secrets.token_bytes(32)},
        {1: secrets.token_bytes(32)},
        secrets.token_bytes(32),
        secrets.token_bytes(32),
    )


def load_or_create(path: Path) -> Keys:
    """The keys in `path`; made on first use. Raises Trouble when the file is unreadable or open to others."""
    try:
        return read(path)
    except FileNotFoundError:
        keys = new()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write(path, keys)
    except FileExistsError:  # another command made them a moment ago: theirs count
        return read(path)
    return keys


def write(path: Path, keys: Keys) -> None:
    """Write a new file of mode 0600, whole or not at all; an existing one is never replaced (FileExistsError)."""
    _put(path, keys, os.link)  # unlike rename, refuses to replace


def replace(path: Path, keys: Keys) -> None:
    """Put keys in the place of those that the file holds, whole or not at all. For rotation only."""
    _put(path, keys, os.replace)


def _put(path: Path, keys: Keys, settle: Callable[[Path, Path], None]) -> None:
    text = json.dumps(
        {
            "version": 1,
            "django": keys.django,
            "app_password": keys.app_password,
            "kek": {str(n): _text(key) for n, key in keys.kek.items()},
            "index": {str(n): _text(key) for n, key in keys.index.items()},
            "blind": _text(keys.blind),
            "seal": _text(keys.seal),
        },
        indent=1,
    )
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        settle(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read(path: Path) -> Keys:
    """The keys in `path`. Raises FileNotFoundError, or Trouble when it is damaged or others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise Trouble(
                "keys-open",
                f"密钥文件 {path} 别人也能读。",
                f"Others may read the key file {path}.",
                f"运行：chmod 600 {path}",
                f"Run: chmod 600 {path}",
            )
        stored = json.loads(path.read_text(encoding="utf-8"))
        blind = base64.b64decode(stored["blind"])
        index = {int(n): base64.b64decode(key) for n, key in stored.get("index", {}).items()}
        return Keys(
            stored["django"],
            stored["app_password"],
            {int(n): base64.b64decode(key) for n, key in stored["kek"].items()},
            index or {1: hmac.digest(blind, b"index", "sha256")},  # a file from before secret fields
            blind,
            base64.b64decode(stored["seal"]),
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(
            "keys-unreadable",
            f"密钥文件 {path} 读不了（{error}）。",
            f"Cannot read the key file {path} ({error}).",
            "从密钥备份恢复它；没有它，加密的内容打不开。",
            "Restore it from the key backup; without it encrypted contents stay closed.",
        ) from None


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
