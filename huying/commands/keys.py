"""Rotate the keys: another key wraps the records' keys, another makes the indexes of secret fields.

Everyone may work meanwhile. What is encrypted is not encrypted anew, so it takes some ten seconds for each 10,000
records. The keys before stay in the key file until the next rotation; a second run is rid of them. Put the new key
file in a safe place with the next `huying backup --keys-to`; older backups still need the keys that lie with them.
"""

from __future__ import annotations

import argparse
import time

from huying import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """rotate."""
    parser.add_argument("action", choices=["rotate"], help="rotate: take new keys into use")


def run(args: argparse.Namespace) -> int:
    """Rotate, and say how much was done."""
    began = time.monotonic()
    with installation.opened():
        from huying.engine import rotation

        done = rotation.rotate()
    print(
        f"已换密钥 rotated  第 {done.kek} 号 number {done.kek}: {done.keys} 条记录的密钥 record keys, "
        f"{done.indexed} 条记录的索引 records indexed, {done.files} 个加密文件 sealed files, {time.monotonic() - began:.1f} s"
    )
    print(
        f"密钥文件 keys     {installation.current_options().secret_file}：请连同下一次备份另存 keep a copy with the next backup"
    )
    return 0
