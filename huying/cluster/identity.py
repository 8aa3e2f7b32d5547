"""As whom PostgreSQL runs: itself refuses root, so root hands the data folder's programs to someone else.

Three cases, chosen by who owns the folder:
  an ordinary person          runs it as herself
  root, folder owned by root  in a user namespace where root's files look like nobody's: nothing changes hands
  root, folder of another     as that other; where namespaces are forbidden, as `nobody`, who then gets the folder

A checkout in root's own home is closed to others: there that other keeps the one capability to pass closed folders.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from huying.trouble import Trouble

NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How to run a program: words put before it, and arguments for subprocess."""

    prefix: list[str] = field(default_factory=list)
    popen: dict = field(default_factory=dict)
    uid: int = -1  # who must own the folders; -1: whoever runs the command

    def run(self, command: list[str], *, timeout: float) -> subprocess.CompletedProcess:
        """Run to the end with output caught. Raises subprocess.TimeoutExpired."""
        return subprocess.run(
            [*self.prefix, *command],
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            **self.popen,
        )


def for_folder(folder: Path) -> Identity:
    """Who runs the server of `folder`. Raises Trouble when the folder is another person's."""
    me = os.geteuid()
    owner = folder.stat().st_uid if folder.exists() else me
    if me != 0:
        if owner != me:
            raise Trouble(
                "data-owner",
                f"数据文件夹 {folder} 属于别的用户（编号 {owner}，您是 {me}）。",
                f"The data folder {folder} belongs to another user (uid {owner}, not {me}).",
                f"用那个用户运行，或请管理员执行：chown -R {me} {folder}；也可用 HUYING_DATA 另选一个文件夹。",
                f"Run as that user, or have root run: chown -R {me} {folder}; or name another in HUYING_DATA.",
            )
        return Identity()
    if owner == 0 and _namespaces_allowed():
        return Identity(prefix=_namespace())
    uid = owner or NOBODY
    group = folder.stat().st_gid if owner else NOBODY
    if _closed_to(uid, folder.absolute()) or _closed_to(uid, Path(sys.prefix)):
        return Identity(prefix=_passing(uid, group), uid=uid)
    return Identity(popen={"user": uid, "group": group, "extra_groups": []}, uid=uid)


def _closed_to(uid: int, path: Path) -> bool:
    """Whether a folder above `path` lets nobody but its owner through."""
    return any(not (found := parent.stat()).st_mode & stat.S_IXOTH and found.st_uid != uid for parent in path.parents)


def _passing(uid: int, group: int) -> list[str]:
    """Words that run a program as another who may pass every folder. Raises Trouble where util-linux is not there."""
    if not (program := shutil.which("setpriv")):
        raise Trouble(
            "folder-closed",
            "数据库不能以 root 运行，而别的用户进不了这个文件夹。",
            "The database cannot run as root, and no other user may enter this folder.",
            "把呼应移到 /opt 之类人人可进的地方，或装上 util-linux（setpriv）。",
            "Move Huying to a place open to all, such as /opt, or install util-linux (setpriv).",
        )
    return [
        program,
        f"--reuid={uid}",
        f"--regid={group}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--securebits=+no_setuid_fixup",  # access(2), which PostgreSQL asks, forgets capabilities without it
        "--ambient-caps=+dac_override",
        "--",
    ]


def _namespace() -> list[str]:
    return [shutil.which("unshare") or "unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]


@lru_cache
def _namespaces_allowed() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*_namespace(), "true"], capture_output=True, cwd="/").returncode == 0
